/* The grammar of header fields about a call and the way to it: RFC 3323, RFC 3326, RFC 8606, RFC
 * 4028, RFC 5373, RFC 6086, RFC 8262, RFC 3327, RFC 3608, RFC 3581, RFC 5393. */
#include "rules/grammar.h"

static bool at_white_space(const struct sipsan_view *v)
{
    struct sipsan_span at = sipsan_fault_bytes(v);

    return at.n > 0 && (*at.p == ' ' || *at.p == '\t');
}

/* White space round the semicolon: what other header fields allow is read here too. */
static enum sipsan_verdict privacy(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = at_white_space(v);
    return sipsan_grammar_fault(v, why);
}

/* A text that is one word without quotes: only people read it. */
static enum sipsan_verdict reason(const struct sipsan_view *v, struct sipsan_why *why)
{
    static const struct sipsan_span name = {"text=", 5};
    struct sipsan_span at = sipsan_fault_bytes(v);

    why->lower = v->fault->offset >= name.n && span_has(v->msg->bytes, at.p) &&
                 sipsan_span_eq_nocase((struct sipsan_span){at.p - name.n, name.n}, name);
    return sipsan_grammar_fault(v, why);
}

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_LATER_ROW(PRIVACY, "rfc3323.4.2.privacy-syntax", SIPSAN_ERROR),
        .updated_by = "RFC 3325, RFC 7044",
        .summary = "Privacy is priv-values joined by semicolons",
        .explain =
            "header, session, user, id, history, critical, none or another token, joined by bare "
            "semicolons: no comma, no values, no quotes. A privacy service that cannot read it "
            "shows what was meant to be hidden.\n"
            "  bad:   Privacy: id, critical\n"
            "  bad:   Privacy: id=yes\n"
            "  good:  Privacy: id;critical\n"
            "White space around the semicolon, which the grammar does not have here, is one step "
            "lower.",
        .check = privacy,
    },
    {
        SIPSAN_LATER_ROW(REASON, "rfc3326.2.reason-syntax", SIPSAN_ERROR),
        .summary = "Reason is a protocol, a cause in digits and a text in quotes",
        .explain = "A comma list; each value is the protocol (SIP, Q.850 or another token) and "
                   "parameters, of which cause is a number and text a quoted string.\n"
                   "  bad:   Reason: Q.850;cause=sixteen\n"
                   "  bad:   Reason: cause=16;text=\"Terminated\"\n"
                   "  good:  Reason: Q.850;cause=16;text=\"Terminated\"\n"
                   "A text without quotes is one step lower: programs read the cause.",
        .check = reason,
    },
    {
        SIPSAN_LATER_ROW(ISUP_LOCATION, "rfc8606.4.location-syntax", SIPSAN_ERROR),
        .summary = "location of a Reason is one of the locations of Q.850",
        .explain = "Where in the telephone network the release came from, by its short name: U, "
                   "LPN, LN, TN, RLN, RPN, INTL, BI, or LOC- with the number of a spare one.\n"
                   "  bad:   Reason: Q.850;cause=16;location=USER\n"
                   "  bad:   Reason: Q.850;cause=16;location=\"LN\"\n"
                   "  good:  Reason: Q.850;cause=16;location=LN",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(SESSION_EXPIRES, "rfc4028.4.session-expires-syntax", SIPSAN_ERROR),
        .summary = "Session-Expires is a number of seconds and who refreshes",
        .explain =
            "Digits, then parameters; refresher is uac or uas without quotes and stands there at "
            "most once. Where the two ends read it differently nobody refreshes, and the call is "
            "cut off in its middle.\n"
            "  bad:   Session-Expires: 30min\n"
            "  bad:   Session-Expires: 1800;refresher=\"uac\"\n"
            "  bad:   Session-Expires: 1800;refresher=both\n"
            "  good:  Session-Expires: 1800;refresher=uac",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(MIN_SE, "rfc4028.5.min-se-syntax", SIPSAN_ERROR),
        .summary = "Min-SE is a number of seconds",
        .explain = "Digits, then parameters if any. A client that cannot read it in a 422 does not "
                   "know with what to try again.\n"
                   "  bad:   Min-SE: 90s\n"
                   "  good:  Min-SE: 90",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(ANSWER_MODE, "rfc5373.2.answer-mode-syntax", SIPSAN_ERROR),
        .summary = "Answer-Mode is one token, with require if wanted",
        .explain = "Manual, Auto or another token, then parameters; require has no value.\n"
                   "  bad:   Answer-Mode: Auto, require\n"
                   "  bad:   Answer-Mode: Auto;require=yes\n"
                   "  good:  Answer-Mode: Auto;require",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(PRIV_ANSWER_MODE, "rfc5373.2.priv-answer-mode-syntax", SIPSAN_ERROR),
        .summary = "Priv-Answer-Mode is one token, with require if wanted",
        .explain = "Manual, Auto or another token, then parameters; require has no value.\n"
                   "  bad:   Priv-Answer-Mode: \"Auto\"\n"
                   "  good:  Priv-Answer-Mode: Auto;require",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(INFO_PACKAGE, "rfc6086.9.2.info-package-syntax", SIPSAN_ERROR),
        .summary = "Info-Package is the name of one package",
        .explain = "One token, then parameters if any: an INFO carries one package. The receiver "
                   "answers 469 to a name that it does not know.\n"
                   "  bad:   Info-Package: dtmf, foo\n"
                   "  bad:   Info-Package:\n"
                   "  good:  Info-Package: dtmf",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(RECV_INFO, "rfc6086.9.2.recv-info-syntax", SIPSAN_ERROR),
        .summary = "Recv-Info lists packages, or is empty",
        .explain = "A comma list of tokens with parameters; empty where no package is wanted. No "
                   "empty entry.\n"
                   "  bad:   Recv-Info: P,,Q\n"
                   "  bad:   Recv-Info: P Q\n"
                   "  good:  Recv-Info: P, Q;x=y\n"
                   "  good:  Recv-Info:",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(CONTENT_ID, "rfc8262.3.2.content-id-syntax", SIPSAN_ERROR),
        .summary = "Content-ID is an identifier in angle brackets",
        .explain =
            "<left@right> as in mail, without comments and quotes. Header fields such as "
            "Geolocation point at the body with a cid: URI of what is between the brackets.\n"
            "  bad:   Content-ID: target123@atlanta.example.com\n"
            "  bad:   Content-ID: <target123>\n"
            "  good:  Content-ID: <target123@atlanta.example.com>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(PATH, "rfc3327.4.path-syntax", SIPSAN_ERROR),
        .summary = "Path lists addresses in angle brackets",
        .explain = "A comma list like Route: the angle brackets are not optional. Without them lr "
                   "is a parameter of the header field, and requests to the registered client go "
                   "astray.\n"
                   "  bad:   Path: sip:p1.example.com;lr\n"
                   "  good:  Path: <sip:p1.example.com;lr>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(SERVICE_ROUTE, "rfc3608.5.service-route-syntax", SIPSAN_ERROR),
        .summary = "Service-Route lists addresses in angle brackets",
        .explain = "A comma list like Route: the angle brackets are not optional. The client puts "
                   "it into Route of its requests as it stands.\n"
                   "  bad:   Service-Route: sip:p2.example.com;lr\n"
                   "  good:  Service-Route: <sip:p2.example.com;lr>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(VIA_RPORT, "rfc3581.5.rport-syntax", SIPSAN_ERROR),
        .summary = "rport stands alone, or with a port",
        .explain =
            "A client asks with rport alone; the server fills in the port that the request came "
            "from. Responses are sent to it.\n"
            "  bad:   Via: SIP/2.0/UDP 192.0.2.1;rport=any;branch=z9hG4bK776\n"
            "  bad:   Via: SIP/2.0/UDP 192.0.2.1;rport=70000;branch=z9hG4bK776\n"
            "  good:  Via: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bK776",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(MAX_BREADTH, "rfc5393.5.8.max-breadth-syntax", SIPSAN_ERROR),
        .summary = "Max-Breadth is a number",
        .explain = "Digits only: how many branches the request may still have. It keeps forking "
                   "loops from flooding the network.\n"
                   "  bad:   Max-Breadth: -1\n"
                   "  good:  Max-Breadth: 60",
        .check = sipsan_grammar_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_later_call, rules);
