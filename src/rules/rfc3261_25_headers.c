/* RFC 3261 section 25.1: the grammar, second part: one row for each header field, and for the parts
 * of Via that have a production of their own. Those of authentication are in rfc3261_25_auth.c. See
 * rfc3261_25.c for what they share; Subject and Organization are text and nothing else, so their
 * rule is text-utf8.
 *
 * Here go the faults of a header field's own rule; a bad token, string, address or number inside it
 * is reported by the row of that. Grammar gives errors; a row says in a comment why it is milder.
 */
#include "rules/grammar.h"

/* Digits in a subtag: RFC 5646 has them, the old grammar does not. */
static enum sipsan_verdict language(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span at = sipsan_fault_bytes(v);
    size_t i = !sipsan_fault_at_end(v) && at.n > 1 && at.p[0] == '-';

    why->lower = !sipsan_fault_at_end(v) && is_alnum(at.p[i]);
    return sipsan_grammar_fault(v, why);
}

/* Any token is a transport to the grammar; these have a meaning (20.42, RFC 4168, RFC 7118, and
 * others of the registry). The topmost Via is the sender's own. */
static enum sipsan_verdict via_transport(const struct sipsan_view *v, struct sipsan_why *why)
{
    static const struct sipsan_span known[] = {
        {"UDP", 3},      {"TCP", 3},  {"TLS", 3},  {"SCTP", 4},    {"WS", 2},      {"WSS", 3},
        {"TLS-SCTP", 8}, {"DTLS", 4}, {"DCCP", 4}, {"TLS-UDP", 7}, {"DTLS-UDP", 8}};
    const struct sipsan_via *via = v->msg->via;

    if (!via || !via->ok)
        return SIPSAN_NA;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (sipsan_span_eq_nocase(via->transport, known[i]))
            return SIPSAN_PASS;
    why->expected = "UDP, TCP, TLS, SCTP, TLS-SCTP, WS or WSS";
    return sipsan_fail(why, via->transport, "%.*s is no transport that is registered for Via",
                       SPAN(via->transport));
}

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_GRAMMAR_ROW(ACCEPT, "accept-syntax", SIPSAN_ERROR),
        .summary = "Accept lists media ranges",
        .explain =
            "Accept is a comma list of type/subtype, type/* or */*, each with parameters; it "
            "may be empty, which means that no body is accepted. A subtype cannot be given "
            "for any type.\n"
            "  bad:   Accept: */sdp\n"
            "  bad:   Accept: application\n"
            "  good:  Accept: application/sdp, text/*;q=0.5\n"
            "The parameter q and those behind it belong to the list entry, those before to "
            "the type.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(ACCEPT_ENCODING, "accept-encoding-syntax", SIPSAN_ERROR),
        .summary = "Accept-Encoding lists codings",
        .explain =
            "A comma list of codings (tokens) or *, each with a q if wanted; it may be empty, "
            "which is the same as identity. Semicolons separate parameters, not codings.\n"
            "  bad:   Accept-Encoding: gzip deflate\n"
            "  good:  Accept-Encoding: gzip, identity;q=0.5",
        .check = sipsan_grammar_fault,
    },
    {
        /* modern tags do not fit the old grammar */
        SIPSAN_GRAMMAR_ROW(ACCEPT_LANGUAGE, "accept-language-syntax", SIPSAN_WARNING),
        .summary = "Accept-Language lists language tags",
        .explain =
            "A comma list of language tags or *, each with a q if wanted; it may be empty. A "
            "tag is made of groups of one to eight letters joined by hyphens.\n"
            "  bad:   Accept-Language: en_US\n"
            "  good:  Accept-Language: en-US, da;q=0.8\n"
            "Tags of today (RFC 5646) have digits too, as in es-419, which this old grammar "
            "has no place for: only a note.",
        .check = language,
    },
    {
        /* values of vendors without brackets are everywhere */
        SIPSAN_GRAMMAR_ROW(ALERT_INFO, "alert-info-syntax", SIPSAN_WARNING),
        .summary = "Alert-Info lists URIs in angle brackets",
        .explain = "A comma list of URIs, each in angle brackets and followed by parameters if "
                   "wanted. Many servers send a bare word for phones of one make "
                   "(info=alert-autoanswer); other phones ignore it at best.\n"
                   "  bad:   Alert-Info: info=alert-autoanswer\n"
                   "  good:  Alert-Info: <http://www.example.com/sounds/moo.wav>\n"
                   "  good:  Alert-Info: <urn:alert:service:auto-callback>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(ALLOW, "allow-syntax", SIPSAN_ERROR),
        .summary = "Allow lists methods",
        .explain =
            "A comma list of methods, or nothing at all (no method is supported, which is odd "
            "but legal). There is no empty entry between two commas, and white space alone "
            "separates nothing.\n"
            "  bad:   Allow: INVITE, , ACK\n"
            "  bad:   Allow: INVITE ACK BYE\n"
            "  good:  Allow: INVITE, ACK, BYE",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(CALL_ID, "call-id-syntax", SIPSAN_ERROR),
        .summary = "A Call-ID is a word, or two words with @ between them",
        .explain =
            "One Call-ID in a message, not empty, of one word or of two joined by a single @. "
            "There are no parameters, no white space inside, and no comma list.\n"
            "  bad:   Call-ID:\n"
            "  bad:   Call-ID: a84b4c76 e66710\n"
            "  good:  Call-ID: a84b4c76e66710@pc33.example.com\n"
            "A character that no word may hold is reported as rfc3261.25.1.word-chars.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(CALL_INFO, "call-info-syntax", SIPSAN_ERROR),
        .summary = "Call-Info lists URIs in angle brackets",
        .explain =
            "A comma list of URIs, each in angle brackets, with purpose and other parameters "
            "behind. Without brackets a semicolon or comma of the URI is taken for the end of "
            "it.\n"
            "  bad:   Call-Info: http://www.example.com/alice/photo.jpg;purpose=icon\n"
            "  good:  Call-Info: <http://www.example.com/alice/photo.jpg>;purpose=icon\n"
            "Any token may stand as purpose (RFC 6993 and others add some).",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(CONTACT, "contact-syntax", SIPSAN_ERROR),
        .summary = "Contact is * or a list of addresses",
        .explain =
            "Either a lone *, or a comma list of addresses with parameters such as q and "
            "expires. The value is never empty, and * stands with nothing else.\n"
            "  bad:   Contact:\n"
            "  bad:   Contact: <sip:alice@192.0.2.1> expires=3600\n"
            "  good:  Contact: <sip:alice@192.0.2.1>;expires=3600, <mailto:alice@example.com>\n"
            "An expires written as a date is a form of RFC 2543 and reported as no number of "
            "seconds.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(CONTENT_DISPOSITION, "content-disposition-syntax", SIPSAN_ERROR),
        .summary = "Content-Disposition is a token and parameters",
        .explain = "One token, such as session, render, icon or alert, then parameters with "
                   "semicolons; handling is required, optional or another token. Without the "
                   "semicolon (an example of the RFC itself lacks it) the parameter is not seen.\n"
                   "  bad:   Content-Disposition: session handling=optional\n"
                   "  good:  Content-Disposition: session;handling=optional",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(CONTENT_ENCODING, "content-encoding-syntax", SIPSAN_ERROR),
        .summary = "Content-Encoding lists at least one coding",
        .explain = "A comma list of codings (tokens) in the order in which they were applied; not "
                   "empty. A body without an encoding has no such header field.\n"
                   "  bad:   Content-Encoding:\n"
                   "  good:  Content-Encoding: gzip",
        .check = sipsan_grammar_fault,
    },
    {
        /* modern tags do not fit the old grammar */
        SIPSAN_GRAMMAR_ROW(CONTENT_LANGUAGE, "content-language-syntax", SIPSAN_WARNING),
        .summary = "Content-Language lists language tags",
        .explain = "A comma list of language tags, at least one: groups of one to eight letters "
                   "joined by hyphens.\n"
                   "  bad:   Content-Language: en_GB\n"
                   "  good:  Content-Language: en-GB, fr\n"
                   "Tags of today (RFC 5646) have digits too, as in es-419: only a note.",
        .check = language,
    },
    {
        SIPSAN_GRAMMAR_ROW(CONTENT_LENGTH, "content-length-syntax", SIPSAN_ERROR),
        .summary = "Content-Length is a number",
        .explain =
            "One or more digits: no sign, no hexadecimal, no list, no unit, not empty. This "
            "number decides where the message ends, and on a stream where the next one "
            "begins; elements that read +5 or 5,5 differently can be played off against each "
            "other.\n"
            "  bad:   Content-Length: -1\n"
            "  bad:   Content-Length: 142, 142\n"
            "  good:  Content-Length: 142\n"
            "Leading zeros are legal. Two rows of it are reported by 7.3.1, a wrong number by "
            "18.3.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(CONTENT_TYPE, "content-type-syntax", SIPSAN_ERROR),
        .summary = "Content-Type is type/subtype and parameters",
        .explain = "One media type: type, slash, subtype, then ;name=value. A parameter value is a "
                   "token or quoted; a boundary with = : / ? or spaces needs the quotes, else the "
                   "parts of the body are not found.\n"
                   "  bad:   Content-Type: sdp\n"
                   "  bad:   Content-Type: multipart/mixed;boundary=a=b\n"
                   "  good:  Content-Type: application/sdp\n"
                   "  good:  Content-Type: multipart/mixed;boundary=\"a=b\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(CSEQ, "cseq-syntax", SIPSAN_ERROR),
        .summary = "CSeq is a number, white space and the method",
        .explain = "Digits, at least one space or tab, a method. No sign, and the method is always "
                   "there.\n"
                   "  bad:   CSeq: 1INVITE\n"
                   "  bad:   CSeq: INVITE\n"
                   "  good:  CSeq: 1 INVITE\n"
                   "A message whose CSeq cannot be read belongs to no transaction. How large the "
                   "number may be is the matter of 8.1.1.5.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(ERROR_INFO, "error-info-syntax", SIPSAN_ERROR),
        .summary = "Error-Info lists URIs in angle brackets",
        .explain = "A comma list of URIs, each in angle brackets and followed by parameters if "
                   "wanted.\n"
                   "  bad:   Error-Info: sip:not-in-service@example.com\n"
                   "  good:  Error-Info: <sip:not-in-service@example.com>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(EXPIRES, "expires-syntax", SIPSAN_ERROR),
        .summary = "Expires is a number of seconds",
        .explain = "Digits only. A date, as RFC 2543 allowed, is gone; a sign or a decimal point "
                   "never was right. A registrar that cannot read it takes its default.\n"
                   "  bad:   Expires: Thu, 01 Dec 2010 16:00:00 GMT\n"
                   "  good:  Expires: 3600\n"
                   "Numbers above 2**32-1 count as 2**32-1; a receiver that cannot read the value "
                   "takes 3600.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(FROM, "from-syntax", SIPSAN_ERROR),
        .summary = "From is one address with its parameters",
        .explain = "One address, then parameters; tag is a token and stands there once. No comma "
                   "list.\n"
                   "  bad:   From: <sip:alice@example.com>, <sip:al@example.com>;tag=1\n"
                   "  bad:   From: <sip:alice@example.com>;tag=1;tag=2\n"
                   "  good:  From: \"Alice\" <sip:alice@example.com>;tag=1928301774\n"
                   "A bad display name, a bad URI or a bad character in the tag has a rule of its "
                   "own.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(IN_REPLY_TO, "in-reply-to-syntax", SIPSAN_ERROR),
        .summary = "In-Reply-To lists Call-IDs",
        .explain = "A comma list of Call-IDs of the calls that are being returned, at least one.\n"
                   "  bad:   In-Reply-To: 70710@pc.example.com 17320@pc.example.com\n"
                   "  good:  In-Reply-To: 70710@pc.example.com, 17320@pc.example.com",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(MAX_FORWARDS, "max-forwards-syntax", SIPSAN_ERROR),
        .summary = "Max-Forwards is a number",
        .explain = "Digits only. A proxy that cannot read it cannot count it down, and takes the "
                   "request for one without: the guard against endless loops is gone.\n"
                   "  bad:   Max-Forwards: -1\n"
                   "  bad:   Max-Forwards: seventy\n"
                   "  good:  Max-Forwards: 70",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(MIME_VERSION, "mime-version-syntax", SIPSAN_ERROR),
        .summary = "MIME-Version is digits.digits",
        .explain = "Digits, a dot, digits; in practice always 1.0.\n"
                   "  bad:   MIME-Version: 1\n"
                   "  good:  MIME-Version: 1.0",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(MIN_EXPIRES, "min-expires-syntax", SIPSAN_ERROR),
        .summary = "Min-Expires is a number of seconds",
        .explain = "Digits only: the shortest interval that the registrar takes, sent in a 423. A "
                   "client that cannot read it does not know with what to try again.\n"
                   "  bad:   Min-Expires: 60s\n"
                   "  good:  Min-Expires: 60",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(PRIORITY, "priority-syntax", SIPSAN_ERROR),
        .summary = "Priority is one token",
        .explain = "One token: emergency, urgent, normal, non-urgent, or another one agreed on.\n"
                   "  bad:   Priority: very urgent\n"
                   "  good:  Priority: urgent",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(PROXY_REQUIRE, "proxy-require-syntax", SIPSAN_ERROR),
        .summary = "Proxy-Require lists at least one option tag",
        .explain =
            "A comma list of option tags (tokens), not empty: a request that requires nothing "
            "of proxies leaves the header field out.\n"
            "  bad:   Proxy-Require:\n"
            "  bad:   Proxy-Require: foo,,bar\n"
            "  good:  Proxy-Require: sec-agree",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(RECORD_ROUTE, "record-route-syntax", SIPSAN_ERROR),
        .summary = "Record-Route lists addresses in angle brackets",
        .explain =
            "A comma list of addresses; the angle brackets are not optional here, unlike in "
            "Contact. Without them lr is a parameter of the header field and not of the URI, "
            "the proxy looks like a strict router, and requests within the dialog go astray.\n"
            "  bad:   Record-Route: sip:p1.example.com;lr\n"
            "  good:  Record-Route: <sip:p1.example.com;lr>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(REPLY_TO, "reply-to-syntax", SIPSAN_ERROR),
        .summary = "Reply-To is one address with parameters",
        .explain = "One address to return the call to, then parameters. No list, not empty.\n"
                   "  bad:   Reply-To: Bob sip:bob@example.com\n"
                   "  good:  Reply-To: Bob <sip:bob@example.com>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(REQUIRE, "require-syntax", SIPSAN_ERROR),
        .summary = "Require lists at least one option tag",
        .explain = "A comma list of option tags (tokens), not empty. A server must refuse with 420 "
                   "what it does not understand, so a garbled entry costs the call.\n"
                   "  bad:   Require:\n"
                   "  bad:   Require: 100rel timer\n"
                   "  good:  Require: 100rel, timer",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(RETRY_AFTER, "retry-after-syntax", SIPSAN_ERROR),
        .summary = "Retry-After is a number of seconds, a comment and parameters",
        .explain =
            "Seconds in digits, then a comment in parentheses if wanted, then parameters such "
            "as duration. The date that HTTP allows is not allowed here.\n"
            "  bad:   Retry-After: Fri, 31 Dec 2010 23:59:59 GMT\n"
            "  bad:   Retry-After: 60s\n"
            "  good:  Retry-After: 18000 (in a meeting);duration=3600",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(ROUTE, "route-syntax", SIPSAN_ERROR),
        .summary = "Route lists addresses in angle brackets",
        .explain =
            "A comma list of addresses; the angle brackets are not optional here. Without "
            "them lr and other URI parameters belong to the header field, and the first proxy "
            "takes the next one for a strict router and rewrites the Request-URI.\n"
            "  bad:   Route: sip:p1.example.com;lr\n"
            "  good:  Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>",
        .check = sipsan_grammar_fault,
    },
    {
        /* broken very often, and nobody parses it */
        SIPSAN_GRAMMAR_ROW(SERVER, "server-syntax", SIPSAN_NOTE),
        .summary = "Server lists products and comments",
        .explain =
            "Names of products, each with a version behind a slash if wanted, and comments in "
            "parentheses, separated by white space. A name is a token: no @, no colon, no "
            "comma.\n"
            "  odd:   Server: Example: PBX, v7\n"
            "  good:  Server: ExamplePBX/7.0 (Linux)\n"
            "Only for people to read, and written as each vendor likes: no more than a note.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(SUPPORTED, "supported-syntax", SIPSAN_ERROR),
        .summary = "Supported lists option tags",
        .explain = "A comma list of option tags (tokens); it may be empty, but it has no empty "
                   "entry.\n"
                   "  bad:   Supported: 100rel,,timer\n"
                   "  bad:   Supported: 100rel timer\n"
                   "  good:  Supported: 100rel, timer\n"
                   "An extension in an unreadable list is not used: no session timer, no reliable "
                   "1xx.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(TIMESTAMP, "timestamp-syntax", SIPSAN_ERROR),
        .summary = "Timestamp is a number, in responses with a delay",
        .explain =
            "Digits, with a dot and decimals if wanted; a response may add white space and a "
            "delay of the same form.\n"
            "  bad:   Timestamp: -54\n"
            "  bad:   Timestamp: 12:30:01\n"
            "  good:  Timestamp: 54.21 0.3",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(TO, "to-syntax", SIPSAN_ERROR),
        .summary = "To is one address with its parameters",
        .explain = "One address, then parameters; tag is a token and stands there at most once. No "
                   "comma list.\n"
                   "  bad:   To: <sip:bob@example.com>, <sip:carol@example.com>\n"
                   "  bad:   To: <sip:bob@example.com>;tag=1;tag=2\n"
                   "  good:  To: Bob <sip:bob@example.com>;tag=a6c85cf\n"
                   "A bad display name, a bad URI or a bad character in the tag has a rule of its "
                   "own.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(UNSUPPORTED, "unsupported-syntax", SIPSAN_ERROR),
        .summary = "Unsupported lists at least one option tag",
        .explain = "A comma list of the option tags that the server does not know, in a 420; not "
                   "empty. The client leaves out what is listed and tries again, so an unreadable "
                   "list ends the call.\n"
                   "  bad:   Unsupported:\n"
                   "  good:  Unsupported: foo, bar",
        .check = sipsan_grammar_fault,
    },
    {
        /* broken very often, and nobody parses it */
        SIPSAN_GRAMMAR_ROW(USER_AGENT, "user-agent-syntax", SIPSAN_NOTE),
        .summary = "User-Agent lists products and comments",
        .explain =
            "Names of products, each with a version behind a slash if wanted, and comments in "
            "parentheses, separated by white space. A name is a token: no @, no colon, no "
            "comma.\n"
            "  odd:   User-Agent: Example: PBX, v7\n"
            "  good:  User-Agent: ExamplePBX/7.0 (Linux)\n"
            "Only for people to read, and written as each vendor likes: no more than a note.",
        .check = sipsan_grammar_fault,
    },
    {
        /* rank 42 */
        SIPSAN_GRAMMAR_ROW(VIA, "via-syntax", SIPSAN_WARNING),
        .updated_by = "RFC 3581, RFC 7118",
        .aliases = "rfc3261.18.1.1.via-sent-by-set",
        .summary = "Via is protocol, version and transport, a host, parameters",
        .explain =
            "SIP, slash, 2.0, slash, transport, then white space and the sender's host with a "
            "port if wanted, then parameters. White space around the slashes and the colon is "
            "legal.\n"
            "  bad:   Via: SIP/2.0/UDP;branch=z9hG4bK776asdhds\n"
            "  bad:   Via: SIP/2.0/UDP 192.0.2.1:5060 ; branch\n"
            "  good:  Via: SIP / 2.0 / UDP first.example.com: 4000;branch=z9hG4bKa7c6;rport\n"
            "Any token is legal as transport (WS, WSS, TLS-SCTP), rport with and without a "
            "value (RFC 3581). A broken host, port, branch, ttl or received has a rule of its "
            "own.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(VIA_RECEIVED, "via-received-syntax", SIPSAN_ERROR),
        .updated_by = "RFC 5118",
        .summary = "received is an IP address",
        .explain =
            "The received parameter holds an IPv4 or IPv6 address, no host name and no port. "
            "Responses are sent to it without a look-up.\n"
            "  bad:   Via: SIP/2.0/UDP 192.0.2.1;received=pc33.example.com;branch=...\n"
            "  good:  Via: SIP/2.0/UDP pc33.example.com;received=192.0.2.1;branch=...\n"
            "The grammar writes an IPv6 address here without brackets; RFC 5118 (4.5) asks to "
            "accept both forms, and so they are.",
        .check = sipsan_grammar_fault,
    },
    {
        /* rank 42 */
        SIPSAN_GRAMMAR_ROW(VIA_BRANCH, "via-branch-syntax", SIPSAN_WARNING),
        .summary = "branch is a token",
        .explain = "A branch is made of letters, digits and - . ! % * _ + ` ' ~. Servers cut it at "
                   "another character, or keep it; if the two ends differ, the response finds no "
                   "transaction. An empty one is no token.\n"
                   "  bad:   Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK@776:asd\n"
                   "  good:  Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK776asd\n"
                   "Signs '=' at the end, left by Base64, are only a note.",
        .check = sipsan_grammar_token,
    },
    {
        SIPSAN_GRAMMAR_ROW(VIA_TTL, "via-ttl-syntax", SIPSAN_ERROR),
        .summary = "ttl is a number from 0 to 255",
        .explain =
            "ttl says how far a multicast request may go: one to three digits, at most 255.\n"
            "  bad:   Via: SIP/2.0/UDP 192.0.2.1;maddr=224.0.1.75;ttl=256;branch=...\n"
            "  good:  Via: SIP/2.0/UDP 192.0.2.1;maddr=224.0.1.75;ttl=16;branch=...",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(WARNING, "warning-syntax", SIPSAN_ERROR),
        .summary = "Warning is three digits, an agent and quoted text",
        .explain = "A comma list of a code of three digits, one space, the host or name of who "
                   "warns, one space, and a text in quotes.\n"
                   "  bad:   Warning: 301 isi.example.com Incompatible network address type\n"
                   "  bad:   Warning: 30 isi.example.com \"Incompatible\"\n"
                   "  good:  Warning: 301 isi.example.com \"Incompatible network address type\"",
        .check = sipsan_grammar_fault,
    },
    {
        .id = "rfc3261.25.1.via-transport-known",
        .level = SIPSAN_ABNF,
        .severity = SIPSAN_NOTE, /* any token is legal */
        .on = SIPSAN_ON_REQUEST,
        .updated_by = "RFC 4168, RFC 7118",
        .summary = "The transport of Via is one that is known",
        .explain = "The grammar takes any token as a transport, so that new ones can be added. "
                   "One that nobody has registered is more likely a misspelling, and a server "
                   "that does not know it cannot send the response.\n"
                   "  poor:  Via: SIP/2.0/UPD 192.0.2.1;branch=z9hG4bK74b\n"
                   "  good:  Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK74b\n"
                   "UDP, TCP, TLS and SCTP are of RFC 3261, TLS-SCTP of RFC 4168, WS and WSS of "
                   "RFC 7118. An octet that no token has is reported by "
                   "rfc3261.25.1.via-syntax.",
        .check = via_transport,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_25_headers, rules);
