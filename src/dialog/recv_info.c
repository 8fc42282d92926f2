/* The Info Packages that each side of a dialog has said it takes: RFC 6086 5.2. All of them are
 * kept, also those that it takes no longer: a request may have crossed that message, and a refused
 * re-INVITE brings the old ones back (5.2.4). */
#include "base/hash.h"
#include "dialog/dialog_facts.h"

#define NAMES_MAX 512 /* bytes of names kept of one side */

static struct sipsan_span next_name(struct sipsan_span *rest)
{
    const char *comma = rest->n ? memchr(rest->p, ',', rest->n) : NULL;
    struct sipsan_span name = *rest;

    if (!comma) {
        *rest = (struct sipsan_span){0};
        return name;
    }
    name.n = (size_t)(comma - rest->p);
    rest->n -= name.n + 1;
    rest->p = comma + 1;
    return name;
}

bool sipsan_takes_package(const struct sipsan_party *party, struct sipsan_span package)
{
    struct sipsan_span rest = {0};

    if (party->infos)
        rest = text_span(&party->infos->packages);
    while (rest.n > 0)
        if (span_eq(next_name(&rest), package))
            return true;
    return false;
}

static void add_name(struct sipsan_dialog *d, struct sipsan_party *party, struct sipsan_span name)
{
    struct sipsan_span old = text_span(&party->infos->packages);
    char text[NAMES_MAX];
    size_t n = old.n;

    if (name.n == 0 || sipsan_takes_package(party, name))
        return;
    if (name.n + 1 > sizeof(text) - n) {
        party->infos->lost = true;
        return;
    }
    memcpy(text, old.p ? old.p : "", n);
    if (n > 0)
        text[n++] = ',';
    memcpy(text + n, name.p, name.n);
    sipsan_dialog_keep(d, &party->infos->packages, (struct sipsan_span){text, n + name.n});
}

uint64_t sipsan_recv_info_hash(const uint64_t seed[2], const struct sipsan_msg *msg)
{
    struct sipsan_hash h;

    sipsan_hash_init(&h, seed);
    for (const struct sipsan_value *v = sipsan_msg_value(msg, SIPSAN_HDR_RECV_INFO); v;
         v = sipsan_value_next(v))
        sipsan_hash_span(&h, v->head);
    return sipsan_hash_end(&h) | 1;
}

void sipsan_recv_info(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                      enum sipsan_side side, const struct sipsan_msg *msg,
                      const struct sipsan_ref *ref)
{
    struct sipsan_party *party = &d->party[side];

    if (sipsan_msg_first(msg, SIPSAN_HDR_RECV_INFO) == SIPSAN_NO_LINE ||
        msg->method_id == SIPSAN_METHOD_INFO)
        return;
    if (!party->infos)
        party->infos = sipsan_arena_zalloc(&d->arena, sizeof(*party->infos));
    if (!party->infos) {
        d->lossy = true;
        return;
    }
    party->infos->ref = *ref;
    for (const struct sipsan_value *v = sipsan_msg_value(msg, SIPSAN_HDR_RECV_INFO); v;
         v = sipsan_value_next(v)) {
        add_name(d, party, v->head);
        party->infos->lost |= !v->ok;
    }
    if (!msg->request && msg->cseq.ok) {
        party->infos->cseq = msg->cseq.number;
        party->infos->hash = sipsan_recv_info_hash(dialogs->seed, msg);
    }
}
