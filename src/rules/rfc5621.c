/* RFC 5621: message bodies. How parts may be put together, what becomes of their dispositions, and
 * references from one to another. Parts are few (SIPSAN_PARTS_MAX); what divides them is judged in
 * rfc2046.c. */
#include "rules/rule.h"

static bool is(struct sipsan_span text, const char *word)
{
    return sipsan_span_eq_nocase(text, (struct sipsan_span){word, strlen(word)});
}

static bool is_multipart(const struct sipsan_media_type *type, const char *subtype)
{
    return is(type->type, "multipart") && is(type->subtype, subtype);
}

static const struct sipsan_media_type *type_around(const struct sipsan_msg *m,
                                                   const struct sipsan_part *part)
{
    return part->within ? &part->within->type : &m->content_type;
}

/* What a finding about a part points at. */
static struct sipsan_span shown(const struct sipsan_part *part)
{
    if (part->disposition.p)
        return part->disposition;
    return part->type.text.p ? part->type.text : part->text;
}

static struct sipsan_span disposition_type(struct sipsan_span value)
{
    size_t n = 0;

    while (n < value.n && !memchr("; \t\r\n", value.p[n], 5))
        n++;
    return (struct sipsan_span){value.p, n};
}

/* 3.2 ----------------------------------------------------------------------------------------- */

/* Signatures come from libraries for mail, and RFC 3261 shows them so (23.4). */
static bool is_secured(const struct sipsan_msg *m, const struct sipsan_part *part)
{
    return is_multipart(type_around(m, part), "signed") ||
           (is(part->type.type, "application") &&
            sipsan_span_starts_nocase(part->type.subtype, SPAN_LIT("pkcs7-")));
}

static bool is_encoded(const struct sipsan_part *part)
{
    return is(part->encoding, "base64") || is(part->encoding, "quoted-printable");
}

static enum sipsan_verdict no_encoding(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_part *part = v->msg->parts;

    if (!part)
        return SIPSAN_NA;
    while (part && (!is_encoded(part) || is_secured(v->msg, part)))
        part = part->next;
    if (!part)
        return SIPSAN_PASS;
    why->expected = "the octets themselves: SIP carries any of them";
    return sipsan_fail(why, part->encoding, "a part is encoded as %.*s", SPAN(part->encoding));
}

/* 4.3 ----------------------------------------------------------------------------------------- */

static enum sipsan_verdict nested(const struct sipsan_view *v, struct sipsan_why *why,
                                  const char *subtype)
{
    const struct sipsan_part *part = v->msg->parts;

    if (!part)
        return SIPSAN_NA;
    while (part && !(is_multipart(&part->type, subtype) && !part->id.p &&
                     is_multipart(type_around(v->msg, part), subtype)))
        part = part->next;
    if (!part)
        return SIPSAN_PASS;
    why->expected = "the parts of the inner one beside the others";
    return sipsan_fail(why, part->type.text, "multipart/%s within multipart/%s", subtype, subtype);
}

static enum sipsan_verdict nested_mixed(const struct sipsan_view *v, struct sipsan_why *why)
{
    return nested(v, why, "mixed");
}

static enum sipsan_verdict nested_alternative(const struct sipsan_view *v, struct sipsan_why *why)
{
    return nested(v, why, "alternative");
}

/* 8.2 ----------------------------------------------------------------------------------------- */

/* Defaults count for a session description only: that of a multipart body, render, is meant for
 * nothing else than to be there. */
static struct sipsan_span effective(const struct sipsan_part *part)
{
    if (part->disposition.p)
        return disposition_type(part->disposition);
    if (is(part->type.type, "application") && is(part->type.subtype, "sdp"))
        return SPAN_LIT("session");
    return nothing;
}

static struct sipsan_span around(const struct sipsan_msg *m, const struct sipsan_part *part)
{
    const struct sipsan_header *h = sipsan_msg_header(m, SIPSAN_HDR_CONTENT_DISPOSITION);

    if (part->within)
        return disposition_type(part->within->disposition);
    return h ? disposition_type(h->value) : nothing;
}

static enum sipsan_verdict one_disposition(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    bool any = false;

    for (const struct sipsan_part *b = m->parts; b; b = b->next) {
        struct sipsan_span mine = effective(b), outer;
        const struct sipsan_part *a = m->parts;

        if (!is_multipart(type_around(m, b), "alternative") || mine.n == 0)
            continue;
        any = true;
        outer = around(m, b);
        if (outer.n > 0 && !sipsan_span_eq_nocase(outer, mine)) {
            why->expected = "one disposition type for all alternatives and what holds them";
            return sipsan_fail(why, shown(b), "an alternative is %.*s, what holds it is %.*s",
                               SPAN(mine), SPAN(outer));
        }
        while (a != b && (a->within != b->within || effective(a).n == 0 ||
                          sipsan_span_eq_nocase(effective(a), mine)))
            a = a->next;
        if (a == b)
            continue;
        why->expected = "one disposition type for all alternatives";
        return sipsan_fail(why, shown(b), "one alternative is %.*s, another one %.*s",
                           SPAN(effective(a)), SPAN(mine));
    }
    return any ? SIPSAN_PASS : SIPSAN_NA;
}

static enum sipsan_verdict mixed_renders(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_header *h = sipsan_msg_header(m, SIPSAN_HDR_CONTENT_DISPOSITION);

    if (!m->parts)
        return SIPSAN_NA;
    if (h && is_multipart(&m->content_type, "mixed") && h->value.n > 0 &&
        !is(disposition_type(h->value), "render")) {
        why->expected = "render, or no Content-Disposition";
        return sipsan_fail(why, h->value, "multipart/mixed has the disposition %.*s",
                           SPAN(disposition_type(h->value)));
    }
    for (const struct sipsan_part *part = m->parts; part; part = part->next)
        if (is_multipart(&part->type, "mixed") && part->disposition.n > 0 &&
            !is(disposition_type(part->disposition), "render")) {
            why->expected = "render, or no Content-Disposition";
            return sipsan_fail(why, part->disposition, "multipart/mixed has the disposition %.*s",
                               SPAN(disposition_type(part->disposition)));
        }
    return SIPSAN_PASS;
}

/* 9 ------------------------------------------------------------------------------------------- */

/* Content-ID without its brackets. */
static struct sipsan_span bare_id(const struct sipsan_part *part)
{
    struct sipsan_span id = part->id;

    if (id.n > 2 && id.p[0] == '<' && id.p[id.n - 1] == '>')
        return (struct sipsan_span){id.p + 1, id.n - 2};
    return nothing;
}

/* The part that the reference at this place names, and that ends before it; NULL: none. */
static const struct sipsan_part *named_before(const struct sipsan_msg *m, struct sipsan_span url)
{
    for (const struct sipsan_part *part = m->parts; part; part = part->next) {
        struct sipsan_span id = bare_id(part);

        if (part->text.p + part->text.n <= url.p && id.n > 0 && url.n >= id.n &&
            memcmp(url.p, id.p, id.n) == 0 &&
            (url.n == id.n || memchr("\"'<> \t\r\n;,)", url.p[id.n], 11)))
            return part;
    }
    return NULL;
}

static bool any_id(const struct sipsan_msg *m)
{
    for (const struct sipsan_part *part = m->parts; part; part = part->next)
        if (part->id.p)
            return true;
    return false;
}

#define REFERENCES_MAX 64

static enum sipsan_verdict forward_only(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    const char *p = m->body.p, *lim = m->body.p + m->body.n;

    if (!m->parts || !any_id(m))
        return SIPSAN_NA;
    for (int n = 0; n < REFERENCES_MAX; n++) {
        const struct sipsan_part *part;
        const char *found = NULL;

        while (p + 4 < lim && (p = memchr(p, 'c', (size_t)(lim - p - 4))) != NULL) {
            if (memcmp(p, "cid:", 4) == 0) {
                found = p;
                break;
            }
            p++;
        }
        if (!found)
            return SIPSAN_PASS;
        p = found + 4;
        part = named_before(m, span_between(p, lim));
        if (!part)
            continue;
        why->expected = "the part behind what refers to it";
        return sipsan_fail(why, span_between(found, p + bare_id(part).n),
                           "a part is referred to behind its place");
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict reference_possible(const struct sipsan_view *v, struct sipsan_why *why)
{
    bool any = false;

    for (const struct sipsan_part *part = v->msg->parts; part; part = part->next) {
        if (!is(disposition_type(part->disposition), "by-reference"))
            continue;
        any = true;
        if (part->id.p)
            continue;
        why->expected = "a Content-ID that something before the part names";
        return sipsan_fail(why, part->disposition,
                           "the part is handled by reference, and nothing can refer to it");
    }
    return any ? SIPSAN_PASS : SIPSAN_NA;
}

#define ON_BODY .on = SIPSAN_ON_MESSAGE, .view = SIPSAN_VIEW_PARTS

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc5621.3.2.binary-encoding",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* asked for by applications that know no other form */
        ON_BODY,
        .summary = "Parts are sent as they are, not in base64",
        .explain = "SIP carries any octet; an encoding for mail makes messages longer and is one "
                   "more thing that a receiver may not understand.\n"
                   "Legal where the application has the data in that form; signatures and S/MIME "
                   "are not judged.\n"
                   "Bad: Content-Transfer-Encoding: base64\n"
                   "Good: Content-Transfer-Encoding: binary, or none",
        .check = no_encoding,
    },
    {
        .id = "rfc5621.4.3.no-nested-mixed",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_NOTE, /* taken as if it were not nested */
        ON_BODY,
        .summary = "multipart/mixed does not stand within multipart/mixed",
        .explain = "The inner one adds nothing: its parts are handled as those beside it.\n"
                   "Legal where the inner one has a Content-ID, by which it is referred to.\n"
                   "Bad: multipart/mixed of multipart/mixed\n"
                   "Good: one multipart/mixed with all the parts",
        .check = nested_mixed,
    },
    {
        .id = "rfc5621.4.3.no-nested-alternative",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_NOTE, /* taken as if it were not nested */
        ON_BODY,
        .summary = "multipart/alternative does not stand within multipart/alternative",
        .explain = "A choice within a choice is one choice.\n"
                   "Bad: multipart/alternative of multipart/alternative\n"
                   "Good: one multipart/alternative with all the parts",
        .check = nested_alternative,
    },
    {
        .id = "rfc5621.8.2.alternative-disposition",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_BODY,
        .summary = "All parts of a multipart/alternative have one disposition type",
        .explain =
            "Alternatives are the same thing in several forms. If one is the session and another "
            "is to be shown to the user, they are not the same thing.\n"
            "What holds them is compared where it says something itself; a part without "
            "Content-Disposition counts only if it is a session description.\n"
            "Bad: alternatives with Content-Disposition: session and Content-Disposition: render\n"
            "Good: session in both",
        .check = one_disposition,
    },
    {
        .id = "rfc5621.8.2.mixed-renders",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* the RFC: it makes no difference */
        ON_BODY,
        .summary = "multipart/mixed has the disposition render",
        .explain = "What happens to the parts is said by the parts. The body that holds them is "
                   "given render, which is the default, to carry the handling parameter.\n"
                   "Bad: Content-Type: multipart/mixed with Content-Disposition: session\n"
                   "Good: Content-Disposition: render;handling=optional",
        .check = mixed_renders,
    },
    {
        .id = "rfc5621.9.2.forward-references",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_BODY,
        .summary = "A reference to a part stands before the part",
        .explain =
            "A receiver handles parts as it reads them. When it comes to one it must know whether "
            "something refers to it, else it handles the part by its disposition, which is wrong.\n"
            "Looked at: cid: URLs in the body that name the Content-ID of a part before them.\n"
            "Bad: a part with Content-ID: <a@x>, behind it one that holds cid:a@x\n"
            "Good: the part that refers first",
        .check = forward_only,
    },
    {
        .id = "rfc5621.9.4.by-reference-has-id",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* the part is lost */
        ON_BODY,
        .summary = "A part with the disposition by-reference has a Content-ID",
        .explain = "Such a part is handled by what refers to it, and not at all if nothing does. "
                   "References name the Content-ID.\n"
                   "Bad: Content-Disposition: by-reference without Content-ID\n"
                   "Good: Content-ID: <list@example.com>",
        .check = reference_possible,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc5621, rules);
