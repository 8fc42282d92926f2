/* The grammar of header fields that say who calls, for whom and from where: RFC 3325, RFC 4474, RFC
 * 5806, RFC 6442, RFC 7044, RFC 7433, RFC 8224, RFC 8496, RFC 8876. */
#include "rules/grammar.h"

/* Parameters behind an address that has none: skipped by who reads it. */
static enum sipsan_verdict behind_address(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = !sipsan_fault_at_end(v) && *sipsan_fault_bytes(v).p == ';';
    return sipsan_grammar_fault(v, why);
}

/* The signature alone: of the form that RFC 4474, in quotes, and its drafts, without, gave it (RFC
 * 4475 3.1.1.11 has one). Quotes round ppt: of many that sign today. */
static enum sipsan_verdict identity(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_fault *f = v->fault;
    struct sipsan_span before = {v->msg->bytes.p, f->offset};
    struct sipsan_span name = SPAN_LIT("ppt=");

    why->lower = !sipsan_fault_at_end(v) && *sipsan_fault_bytes(v).p == '"';
    if (why->lower && before.n > name.n && before.p[before.n - 1] == '=') {
        before.p += before.n - name.n;
        before.n = name.n;
        why->lower = sipsan_span_eq_nocase(before, name);
    }
    if (f->line < v->msg->header_count && v->msg->headers[f->line].value.n > 0) {
        struct sipsan_span value = v->msg->headers[f->line].value;

        why->lower = why->lower || !memchr(value.p, ';', value.n);
    }
    return sipsan_grammar_fault(v, why);
}

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_LATER_ROW(P_ASSERTED_IDENTITY, "rfc3325.9.1.p-asserted-identity-syntax",
                         SIPSAN_ERROR),
        .updated_by = "RFC 5876, RFC 8217",
        .summary = "P-Asserted-Identity lists addresses and nothing else",
        .explain =
            "A comma list of name-addr or addr-spec. It has no parameters of its own: those of a "
            "URI stand inside its angle brackets. Elements of the trust domain bill and display by "
            "it; one that cannot read it shows the From header field, which the user chose.\n"
            "  bad:   P-Asserted-Identity: <sip:+14085264000@example.com>;user=phone\n"
            "  good:  P-Asserted-Identity: <sip:+14085264000@example.com;user=phone>, "
            "tel:+14085264000\n"
            "A parameter behind the brackets is reported one step lower: it is skipped as a rule.",
        .check = behind_address,
    },
    {
        SIPSAN_LATER_ROW(P_PREFERRED_IDENTITY, "rfc3325.9.2.p-preferred-identity-syntax",
                         SIPSAN_ERROR),
        .updated_by = "RFC 8217",
        .summary = "P-Preferred-Identity lists addresses and nothing else",
        .explain =
            "By it a user agent tells its proxy which of its identities to assert. A comma list of "
            "name-addr or addr-spec without parameters of its own; a proxy that cannot read it "
            "asserts its default.\n"
            "  bad:   P-Preferred-Identity: <sip:alice@example.com>;tag=1\n"
            "  good:  P-Preferred-Identity: \"Alice\" <sip:alice@example.com>\n"
            "A parameter behind the brackets is reported one step lower: it is skipped as a rule.",
        .check = behind_address,
    },
    {
        /* the header field is deprecated by RFC 8224, so that hardly anybody reads it */
        SIPSAN_LATER_ROW(IDENTITY_INFO, "rfc4474.9.identity-info-syntax", SIPSAN_WARNING),
        .updated_by = "RFC 8224",
        .summary = "Identity-Info is a URI in angle brackets and parameters",
        .explain =
            "It pointed to the certificate of an Identity in the form of RFC 4474: a URI in angle "
            "brackets, then alg. RFC 8224 has deprecated both; its Identity holds the URI itself.\n"
            "  bad:   Identity-Info: https://example.com/a.cer;alg=rsa-sha1\n"
            "  good:  Identity-Info: <https://example.com/a.cer>;alg=rsa-sha1",
        .check = sipsan_grammar_fault,
    },
    {
        /* the document is historic and describes what was in use */
        SIPSAN_LATER_ROW(DIVERSION, "rfc5806.4.diversion-syntax", SIPSAN_WARNING),
        .summary = "Diversion lists addresses in angle brackets with their reasons",
        .explain =
            "Who was called before, newest first: each an address in angle brackets with reason, "
            "counter (one or two digits), privacy, screen and others. Voice mail greets by it. "
            "History-Info (RFC 7044) has replaced it, most networks still send it.\n"
            "  bad:   Diversion: sip:bob@example.com;reason=no-answer\n"
            "  bad:   Diversion: <sip:bob@example.com>;reason\n"
            "  good:  Diversion: <sip:bob@example.com>;reason=no-answer;counter=1;privacy=off",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(GEOLOCATION, "rfc6442.4.1.geolocation-syntax", SIPSAN_ERROR),
        .updated_by = "RFC 8787",
        .summary = "Geolocation lists URIs in angle brackets",
        .explain =
            "Each value is the place of a location, in the message (cid:) or elsewhere, in angle "
            "brackets, then parameters; loc-src (RFC 8787) is a host name, no address. An "
            "emergency call whose location cannot be read goes to the wrong place.\n"
            "  bad:   Geolocation: cid:alice123@example.com\n"
            "  bad:   Geolocation: <cid:alice123@example.com>;loc-src=192.0.2.1\n"
            "  good:  Geolocation: <cid:alice123@example.com>;loc-src=ls.example.com",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(GEOLOCATION_ROUTING, "rfc6442.4.2.geolocation-routing-syntax",
                         SIPSAN_ERROR),
        .summary = "Geolocation-Routing is yes, no, or another single value",
        .explain = "It says whether elements on the way may route by the location. One value, with "
                   "no parameters; an element that cannot read it must act as if it were no.\n"
                   "  bad:   Geolocation-Routing: yes, no\n"
                   "  good:  Geolocation-Routing: no",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(GEOLOCATION_ERROR, "rfc6442.4.4.geolocation-error-syntax", SIPSAN_ERROR),
        .summary = "Geolocation-Error is a code and parameters",
        .explain =
            "One to three digits, then code with a text in quotes, and other parameters; one error "
            "only. A client that cannot read it does not learn what was wrong with its location.\n"
            "  bad:   Geolocation-Error: 100 \"Cannot Process Location\"\n"
            "  good:  Geolocation-Error: 100;code=\"Cannot Process Location\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(HISTORY_INFO, "rfc7044.5.history-info-syntax", SIPSAN_ERROR),
        .summary = "History-Info lists targets in angle brackets, each with its index",
        .explain =
            "An entry for each target that the request was sent to: an address in angle brackets, "
            "its index (numbers without leading zeros joined by dots) and how it came from another "
            "(rc, mp, np, also behind a Contact, with an index for value). Applications find the "
            "first or the last diverting user by the indexes.\n"
            "  bad:   History-Info: sip:bob@example.com;index=1\n"
            "  bad:   History-Info: <sip:bob@example.com>;index=1.01\n"
            "  bad:   History-Info: <sip:bob@example.com>\n"
            "  good:  History-Info: <sip:bob@example.com>;index=1, "
            "<sip:bob@192.0.2.2>;index=1.1;rc=1",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(USER_TO_USER, "rfc7433.4.1.user-to-user-syntax", SIPSAN_ERROR),
        .summary = "User-to-User is data and parameters",
        .explain = "A token or a quoted string, then purpose, content and encoding, each a token. "
                   "Applications at the ends read it (call centres, ISDN); a gateway drops what it "
                   "cannot read.\n"
                   "  bad:   User-to-User: 00C8 A1B2;encoding=hex\n"
                   "  bad:   User-to-User: 00C8;encoding=\"hex\"\n"
                   "  good:  User-to-User: 00C8A1B2;encoding=hex;purpose=isdn-uui",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(IDENTITY, "rfc8224.4.identity-syntax", SIPSAN_ERROR),
        .summary = "Identity is a signature, its info, and parameters",
        .explain = "A PASSporT (base64 and dots), then info with the URI of the certificate in "
                   "angle brackets, then alg and ppt, both tokens, and others. A verifier that "
                   "cannot read it treats the call as unsigned, or answers 438. The alphabet of "
                   "base64 for URLs is taken too, as in the examples of the RFC.\n"
                   "  bad:   Identity: eyJh.eyJk.rq3p;alg=ES256;info=<https://example.com/a.cer>\n"
                   "  bad:   Identity: eyJh.eyJk.rq3p;info=https://example.com/a.cer\n"
                   "  good:  Identity: "
                   "eyJh.eyJk.rq3p;info=<https://example.com/a.cer>;alg=ES256;ppt=shaken\n"
                   "Quotes are reported one step lower, round ppt because verifiers of today take "
                   "them, round the signature because that is the older form (RFC 4474).",
        .check = identity,
    },
    {
        SIPSAN_LATER_ROW(P_CHARGE_INFO, "rfc8496.6.p-charge-info-syntax", SIPSAN_ERROR),
        .summary = "P-Charge-Info is an address and nothing else",
        .explain = "Who pays: one name-addr or addr-spec, without parameters of its own.\n"
                   "  bad:   P-Charge-Info: <sip:+14075550134@example.net>, <sip:b@example.net>\n"
                   "  good:  P-Charge-Info: <sip:+14075550134@example.net;user=phone>\n"
                   "A parameter behind the brackets is reported one step lower: drafts of the RFC "
                   "had some (noa, npi), and they are skipped.",
        .check = behind_address,
    },
    {
        SIPSAN_LATER_ROW(ALERTMSG_ERROR, "rfc8876.5.2.alertmsg-error-syntax", SIPSAN_ERROR),
        .summary = "AlertMsg-Error is a code of three digits and parameters",
        .explain = "Three digits, then message with a text in quotes, and other parameters; one "
                   "error only.\n"
                   "  bad:   AlertMsg-Error: 100;message=Bad\n"
                   "  good:  AlertMsg-Error: 100;message=\"Cannot process the alert payload\"",
        .check = sipsan_grammar_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_later_identity, rules);
