/* message/sipfrag: RFC 3420 2. A piece of a message is read as a message is; what it lacks is no
 * fault, what is there must fit its grammar. Its body stays unread. */
#include "parse/read.h"

/* Whether the text begins with a header field: a name, and a colon behind it. */
static bool begins_with_header(const char *p, const char *lim)
{
    const char *start = p;

    while (p < lim && (unsigned char)*p > ' ' && *p != ':')
        p++;
    if (p == start)
        return is_crlf(*p);
    while (p < lim && is_wsp(*p))
        p++;
    return p < lim && *p == ':';
}

static enum sipsan_production production_of(const struct sipsan_fault *fault)
{
    if (fault->production == SIPSAN_PROD_CRLF)
        return SIPSAN_PROD_SIPFRAG_CRLF;
    return fault->line == SIPSAN_NO_LINE ? SIPSAN_PROD_SIPFRAG_START_LINE
                                         : SIPSAN_PROD_SIPFRAG_HEADER;
}

/* The faults of the piece, as faults of the message that carries it. */
static void pass_on(struct sipsan_scan *sc, const struct sipsan_msg *piece, const char *text)
{
    uint16_t header = sc->header;
    bool start_line = true; /* no fault in it */

    for (uint32_t i = 0; i < piece->fault_count; i++) {
        const struct sipsan_fault *fault = &piece->faults[i];

        start_line &= production_of(fault) != SIPSAN_PROD_SIPFRAG_START_LINE;
        sc->header = fault->header;
        sipsan_fault_line(sc, production_of(fault), text + fault->offset, fault->length);
    }
    sc->header = header;
    /* 3.2: a version other than this one; the grammar would have it. */
    if (start_line && piece->version.p && !WORD_IS(piece->version, "sip/2.0"))
        sipsan_fault_line(sc, SIPSAN_PROD_SIPFRAG_START_LINE,
                          text + (piece->version.p - piece->bytes.p), piece->version.n);
}

struct sipsan_msg *sipsan_read_sipfrag(struct sipsan_scan *sc, struct sipsan_span text,
                                       bool in_part)
{
    const struct sipsan_msg_limits limits = {
        .headers = 256, .faults = 32, .only_3261 = only_3261(sc)};
    const char *lim = text.p + text.n;
    struct sipsan_msg *piece =
        sipsan_read_fragment(sc, text, &limits, !begins_with_header(text.p, lim));

    if (!piece)
        return NULL;
    pass_on(sc, piece, text.p);
    if (piece->body.n > 0 && !piece->content_type.text.p)
        sipsan_fault_line(sc, SIPSAN_PROD_SIPFRAG_BODY, lim - piece->body.n, 1);
    if (piece->body.n == 0 && !in_part && !is_crlf(lim[-1]))
        sipsan_fault_line(sc, SIPSAN_PROD_SIPFRAG_CRLF, lim, 0);
    return piece;
}
