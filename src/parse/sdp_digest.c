/* What descriptions are compared by, worked out when they are read: a description is asked about
 * more often than it is read. No case in names of media, protocols and codecs. */
#include "base/hash.h"
#include "parse/sdp_read.h"

static const uint64_t seed[2] = {0, 0};

#define FIT_DIGITS 19 /* so many always fit into 64 bits */

/* The lines without their ends; empty lines do not count. */
static void feed_lines(struct sipsan_hash *h, struct sipsan_span text)
{
    const char *p = text.p, *end = p ? p + text.n : p;

    while (p < end) {
        const char *lf = memchr(p, '\n', (size_t)(end - p)), *eol = lf ? lf : end;

        while (eol > p && eol[-1] == '\r')
            eol--;
        if (eol > p)
            sipsan_hash_span(h, span_between(p, eol));
        p = lf ? lf + 1 : end;
    }
}

static uint64_t never_zero(struct sipsan_hash *h)
{
    uint64_t hash = sipsan_hash_end(h);

    return hash ? hash : 1;
}

uint64_t sipsan_sdp_hash(struct sipsan_span sdp)
{
    struct sipsan_hash h;

    sipsan_hash_init(&h, seed);
    feed_lines(&h, sdp);
    return never_zero(&h);
}

uint64_t sipsan_sdp_media_hash(const struct sipsan_sdp *sdp)
{
    struct sipsan_span origin = sdp ? sdp->origin.text : (struct sipsan_span){NULL, 0};
    struct sipsan_hash h;

    if (sdp && sdp->rest)
        return sdp->rest;
    sipsan_hash_init(&h, seed);
    if (origin.p) {
        const char *behind = origin.p + origin.n;

        feed_lines(&h, span_between(sdp->text.p, origin.p - strlen("o=")));
        feed_lines(&h, span_between(behind, sdp->text.p + sdp->text.n));
    } else if (sdp) {
        feed_lines(&h, sdp->text);
    }
    return never_zero(&h);
}

uint32_t sipsan_sdp_word_hash(struct sipsan_span word)
{
    uint32_t hash = sipsan_hash_word(word);

    return hash ? hash : 1;
}

uint64_t sipsan_sdp_number(struct sipsan_span text)
{
    uint64_t value = 0;

    if (text.n == 0)
        return SIPSAN_SDP_NO_VERSION;
    for (size_t i = 0; i < text.n; i++) {
        unsigned digit = (unsigned)(text.p[i] - '0');

        if (digit > 9 || (i >= FIT_DIGITS && value > (UINT64_MAX - digit) / 10))
            return SIPSAN_SDP_NO_VERSION;
        value = value * 10 + digit;
    }
    return value;
}

uint64_t sipsan_sdp_version(const struct sipsan_sdp *sdp)
{
    return sipsan_sdp_number(sdp->origin.session_version);
}

uint64_t sipsan_sdp_origin_hash(const struct sipsan_sdp *sdp)
{
    const struct sipsan_sdp_origin *o = &sdp->origin;
    struct sipsan_hash h;

    if (sdp->origin_hash)
        return sdp->origin_hash;
    sipsan_hash_init(&h, seed);
    sipsan_hash_span(&h, span_solid(o->username));
    sipsan_hash_span(&h, span_solid(o->session_id));
    sipsan_hash_span(&h, span_solid(o->nettype));
    sipsan_hash_span(&h, span_solid(o->addrtype));
    sipsan_hash_span(&h, span_solid(o->address));
    return never_zero(&h);
}

static bool is_multicast(const struct sipsan_sdp_connection *c)
{
    if (!c || c->address.n < 2)
        return false;
    if (c->family == 4) {
        struct sipsan_span first = {c->address.p, 0};
        uint64_t octet;

        while (first.n < c->address.n && first.p[first.n] != '.')
            first.n++;
        octet = sipsan_sdp_number(first);
        return octet >= 224 && octet <= 239;
    }
    return c->family == 6 && sipsan_span_starts_nocase(c->address, SPAN_LIT("ff"));
}

void sipsan_sdp_digest(struct sipsan_sdp *sdp)
{
    sdp->rest = sipsan_sdp_media_hash(sdp);
    sdp->origin_hash = sipsan_sdp_origin_hash(sdp);
    for (struct sipsan_sdp_media *m = sdp->media; m; m = m->next) {
        m->type_hash = sipsan_sdp_word_hash(m->type);
        m->proto_hash = sipsan_sdp_word_hash(m->proto);
        m->holds = (uint8_t)sipsan_sdp_direction(sdp, m);
        m->multicast = is_multicast(sipsan_sdp_connection(sdp, m));
        m->disabled = m->port == 0 && !sipsan_sdp_find(&m->section, SPAN_LIT("bundle-only"));
    }
}
