/* The families of violations, and how one is planted. */
#include "plant_edit.h"

static const struct plant_family *const families[] = {
    &plants_message, &plants_transaction,  &plants_dialog,    &plants_offer,   &plants_proxy,
    &plants_absence, &plants_registration, &plants_extension, &plants_grammar, &plants_body,
};

#define FAMILIES (sizeof(families) / sizeof(families[0]))

unsigned plant_count(void)
{
    unsigned n = 0;

    for (size_t f = 0; f < FAMILIES; f++)
        n += families[f]->count;
    return n;
}

static const struct plant_family *family_of(unsigned *k)
{
    size_t f = 0;

    while (*k >= families[f]->count)
        *k -= families[f++]->count;
    return families[f];
}

const struct plant *plant_at(unsigned k)
{
    const struct plant_family *family = family_of(&k);

    return family->rows + k;
}

const char *plant_family_of(unsigned k)
{
    return family_of(&k)->name;
}

void plant_prepare(struct world *w, const struct plant *plant, uint64_t luck)
{
    w->calm = plant->in != ANY || luck % 3 < 2;
    w->proxied = plant->in == ANY ? luck % 3 == 1 : plant->in == CALM_PROXIED;
    w->life = plant->life;
    w->leaves_out = plant->leaves_out;
}

bool plant_in(struct world *w, const struct plant *plant, unsigned which)
{
    uint32_t places = 0;

    /* What stands first in a stream that is seen from its middle need not be read. */
    w->framed = false;
    if (plant->leaves_out && !w->left_out)
        return false;
    for (uint32_t i = 0; i < w->seen_n; i++)
        places += plant->fits(w, i);
    if (places == 0)
        return false;
    which %= places;
    for (uint32_t i = 0; i < w->seen_n; i++)
        if (plant->fits(w, i) && which-- == 0)
            return (plant->edit ? plant->edit : edit_along)(w, i, plant) &&
                   (!plant->heard || edit_heard(w)) && !w->full;
    return false;
}
