/* Edits beyond the script: of the whole transaction, or of the order and number of messages. */
#include "plant_edit.h"

#include <stdlib.h>

static bool scripted(struct world *w, uint32_t i, const char *script)
{
    const struct plant plant = {.a = script};

    return edit_script(w, i, &plant);
}

/* Text ----------------------------------------------------------------------------------------- */

/* From `a` to the next `b`, without that, everything goes. */
bool edit_cut(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct written *t = w->seen[i].sip->written;
    const char *at = text_find(t, plant->a, t->p);
    const char *end = at ? text_find(t, plant->b, at + 1) : NULL;

    if (end)
        text_replace(w, i, at, (size_t)(end - at), "");
    return end != NULL;
}

/* The tag of From or To, `a`. */
bool edit_drop_tag(struct world *w, uint32_t i, const struct plant *plant)
{
    size_t n;
    const struct written *t = w->seen[i].sip->written;
    const char *line = text_line(t, plant->a, &n);
    const char *tag = line ? text_find(t, ";tag=", line) : NULL;

    if (!tag || tag > line + n)
        return false;
    text_replace(w, i, tag, (size_t)(line + n - 2 - tag), "");
    return true;
}

bool edit_request_uri(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct written *t = w->seen[i].sip->written;
    const char *p = text_find(t, " ", t->p) + 1;

    text_replace(w, i, p, (size_t)(text_find(t, " ", p) - p), plant->a);
    return true;
}

bool edit_body_gone(struct world *w, uint32_t i, const struct plant *plant)
{
    (void)plant;
    return scripted(w, i, "- body\n- Content-Type");
}

/* The CSeq number of this message and of all that have its branch. */
bool edit_cseq_of_all(struct world *w, uint32_t i, const struct plant *plant)
{
    const char *branch = w->seen[i].sip->via->branch;

    for (uint32_t k = 0; k < w->seen_n; k++) {
        const struct sip *m = w->seen[k].sip;

        if (!strcmp(m->via->branch, branch))
            scripted(w, k, join(w, "~ CSeq: ", plant->a, " ", method_names[m->method], NULL));
    }
    return true;
}

/* In all messages that have its branch. */
bool edit_branch(struct world *w, uint32_t i, const struct plant *plant)
{
    const char *branch = w->seen[i].sip->via->branch;

    for (uint32_t k = 0; k < w->seen_n; k++) {
        bool done = strcmp(w->seen[k].sip->via->branch, branch) != 0;

        for (uint32_t j = 0; j < k && !done; j++)
            done = w->seen[j].sip->written == w->seen[k].sip->written;
        if (!done)
            edit_script(w, k, plant);
    }
    return true;
}

bool edit_branch_of_invite(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *m = w->seen[i].sip, *invite = plant_invite_of(w, m);

    (void)plant;
    return invite &&
           scripted(w, i, join(w, "% ", m->via->branch, " => ", invite->via->branch, NULL));
}

bool edit_other_branch(struct world *w, uint32_t i, const struct plant *plant)
{
    const char *branch = w->seen[i].sip->via->branch;

    (void)plant;
    return scripted(w, i, join(w, "% ", branch, " => ", branch, "x", NULL));
}

/* Whole messages ------------------------------------------------------------------------------- */

/* Another message at its own time; the caller keeps the order. */
static uint32_t insert(struct world *w, struct seen what)
{
    uint32_t k = w->seen_n;

    if (w->seen_n == SEEN_MAX)
        exit(3);
    for (; k > 0 && w->seen[k - 1].time > what.time; k--)
        w->seen[k] = w->seen[k - 1];
    w->seen[k] = what;
    w->seen_n++;
    return k;
}

static void take_out(struct world *w, uint32_t i)
{
    for (uint32_t k = i; k + 1 < w->seen_n; k++)
        w->seen[k] = w->seen[k + 1];
    w->seen_n--;
}

/* The same once more, `delay` later (or sooner), edited by `a` when there is that. */
bool edit_again(struct world *w, uint32_t i, const struct plant *plant)
{
    struct seen copy = w->seen[i];
    struct sip *m = sip_copy(w, copy.sip);
    uint32_t k;

    *m->written = *copy.sip->written;
    copy.sip = m;
    copy.time += plant->delay;
    k = insert(w, copy);
    return !plant->a || edit_script(w, k, plant);
}

bool edit_four_times(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct seen first = w->seen[i];

    (void)plant;
    for (int64_t at = 600 * MS, gap = 1100 * MS; at < 9000 * MS; at += gap, gap *= 2) {
        struct seen copy = first;

        copy.time += at;
        insert(w, copy);
    }
    return true;
}

/* At another time. */
bool edit_move(struct world *w, uint32_t i, const struct plant *plant)
{
    struct seen it = w->seen[i];

    take_out(w, i);
    it.time += plant->delay;
    insert(w, it);
    return true;
}

/* Right behind its INVITE. */
bool edit_before_answers(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *invite = plant_invite_of(w, w->seen[i].sip);
    struct seen it = w->seen[i];

    (void)plant;
    if (!invite)
        return false;
    take_out(w, i);
    for (uint32_t k = 0; k < w->seen_n; k++)
        if (w->seen[k].sip == invite)
            it.time = w->seen[k].time + 1;
    insert(w, it);
    return true;
}
