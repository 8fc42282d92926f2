/* The one check behind every rule about a broken production. See grammar.h. */
#include "rules/grammar.h"

#define TOKEN_SHAPE "letters, digits and - . ! % * _ + ` ' ~"
#define TEXT_SHAPE  "printable ASCII and UTF-8, without control characters"
#define URI_LIST    "values in angle brackets, <scheme:...>, separated by commas"
#define DIGITS      "one or more digits and nothing else"
#define PRODUCTS    "products (name or name/version) and (comments), separated by white space"
#define ENTITY_TAG  "one entity-tag: a token without quotes"
#define ANSWER_MODE "Auto, Manual or a token; ;require if wanted"
#define CREDENTIALS                                                                                \
    "Digest and a comma list: username, realm, nonce, uri, response, cnonce, opaque in quotes; "   \
    "algorithm, qop, nc without; or another scheme with its parameters"
#define CHALLENGE                                                                                  \
    "Digest and a comma list: realm, nonce, opaque, domain, qop in quotes; algorithm, stale "      \
    "without; or another scheme with its parameters"

/* What would have been right, for a reader who does not have the grammar at hand. */
static const char *const expected[SIPSAN_PROD_COUNT] = {
    [SIPSAN_PROD_CRLF] = "CR LF at the end of every line of the header",
    [SIPSAN_PROD_EMPTY_LINE] = "an empty line (CR LF) behind the last header field",
    [SIPSAN_PROD_LWS] = "at most one line break in a run of white space",
    [SIPSAN_PROD_HCOLON] = "the name, spaces or tabs if any, and a colon, all on one line",
    [SIPSAN_PROD_HEADER_NAME] = TOKEN_SHAPE,
    [SIPSAN_PROD_EXTENSION_HEADER] = TEXT_SHAPE,
    [SIPSAN_PROD_TEXT_UTF8] = TEXT_SHAPE,
    [SIPSAN_PROD_LHEX] = "digits and the lower-case letters a to f",
    [SIPSAN_PROD_TOKEN] = TOKEN_SHAPE,
    [SIPSAN_PROD_WORD] = "letters, digits and - . ! % * _ + ` ' ~ ( ) < > : \\ \" / [ ] ? { }",
    [SIPSAN_PROD_COMMENT] =
        "parentheses in pairs; \\ before a parenthesis or \\ that is meant as text",
    [SIPSAN_PROD_QUOTED_STRING] = "a closing quote; \\ before a quote or \\ that is meant as text",
    [SIPSAN_PROD_QUOTED_PAIR] = "an ASCII character other than CR and LF behind the \\",
    [SIPSAN_PROD_SIP_URI] =
        "sip: or sips:, user@ if any, host, :port if any, ;parameters, ?headers",
    [SIPSAN_PROD_USER] =
        "letters, digits, - _ . ! ~ * ' ( ) & = + $ , ; ? / and %HH for all others; not empty",
    [SIPSAN_PROD_PASSWORD] = "letters, digits, - _ . ! ~ * ' ( ) & = + $ , and %HH for all others",
    [SIPSAN_PROD_HOSTNAME] =
        "labels of letters, digits and inner hyphens, joined by dots; the last one begins with a "
        "letter",
    [SIPSAN_PROD_IPV4ADDRESS] = "four numbers from 0 to 255 joined by dots",
    [SIPSAN_PROD_IPV6ADDRESS] = "an IPv6 address; in a URI and in sent-by it stands in [ ]",
    [SIPSAN_PROD_PORT] = "a number from 1 to 65535, or neither colon nor port",
    [SIPSAN_PROD_URI_PARAMETER] = ";name or ;name=value of letters, digits, %HH and "
                                  "- _ . ! ~ * ' ( ) [ ] / : & + $",
    [SIPSAN_PROD_URI_HEADERS] = "?name=value&name=value, with %HH for what is not allowed raw",
    [SIPSAN_PROD_ABSOLUTE_URI] = "scheme:rest; the scheme begins with a letter, %HH for spaces, "
                                 "quotes and the like",
    [SIPSAN_PROD_TEL_URI] = "tel:, a number with its visual separators, ;parameters",
    [SIPSAN_PROD_REQUEST_LINE] =
        "Method SP Request-URI SP SIP/2.0, one space each and nothing else",
    [SIPSAN_PROD_METHOD] = TOKEN_SHAPE,
    [SIPSAN_PROD_SIP_VERSION] = "SIP/2.0",
    [SIPSAN_PROD_STATUS_LINE] = "SIP/2.0 SP three digits SP reason phrase; the second space is due "
                                "even if the phrase is empty",
    [SIPSAN_PROD_REASON_PHRASE] =
        "text without \" < > # [ ] { } | \\ ^ ` and control characters; %HH for a percent sign",
    [SIPSAN_PROD_NAME_ADDR] = "\"Display name\" <uri>; without quotes only tokens, and no comma",
    [SIPSAN_PROD_ADDR_SPEC_BRACKETS] = "<uri>: the angle brackets are needed with , ; or ? in it",
    [SIPSAN_PROD_QVALUE] = "0, 1, or 0. with up to three digits",
    [SIPSAN_PROD_DELTA_SECONDS] = "a number of seconds: digits only",
    [SIPSAN_PROD_GENERIC_PARAM] = ";name, or ;name=value where value is a token, a host or quoted",
    [SIPSAN_PROD_SEPARATOR_UNQUOTED] = "the value in quotes, or a token",
    [SIPSAN_PROD_ACCEPT] = "type/subtype, type/* or */*, with parameters, separated by commas",
    [SIPSAN_PROD_ACCEPT_ENCODING] = "codings or *, with ;q=, separated by commas",
    [SIPSAN_PROD_ACCEPT_LANGUAGE] = "language tags or *, with ;q=, separated by commas",
    [SIPSAN_PROD_ALERT_INFO] = URI_LIST,
    [SIPSAN_PROD_ALLOW] = "methods separated by commas, or nothing",
    [SIPSAN_PROD_AUTHENTICATION_INFO] =
        "a comma list of nextnonce, rspauth, cnonce in quotes and qop, nc without",
    [SIPSAN_PROD_AUTHORIZATION] = CREDENTIALS,
    [SIPSAN_PROD_CALL_ID] = "word or word@word",
    [SIPSAN_PROD_CALL_INFO] = URI_LIST,
    [SIPSAN_PROD_CONTACT] = "* or addresses with parameters, separated by commas",
    [SIPSAN_PROD_CONTENT_DISPOSITION] = "a token and ;parameters",
    [SIPSAN_PROD_CONTENT_ENCODING] = "one or more tokens separated by commas",
    [SIPSAN_PROD_CONTENT_LANGUAGE] = "one or more language tags separated by commas",
    [SIPSAN_PROD_CONTENT_LENGTH] = DIGITS,
    [SIPSAN_PROD_CONTENT_TYPE] = "type/subtype and ;name=value; a value is a token or quoted",
    [SIPSAN_PROD_CSEQ] = "digits, white space, the method",
    [SIPSAN_PROD_DATE] = "Sat, 13 Nov 2010 23:29:00 GMT, exactly in this shape",
    [SIPSAN_PROD_ERROR_INFO] = URI_LIST,
    [SIPSAN_PROD_EXPIRES] = "a number of seconds: digits only",
    [SIPSAN_PROD_FROM] = "one address, ;tag= with a token, further parameters",
    [SIPSAN_PROD_IN_REPLY_TO] = "one or more Call-IDs separated by commas",
    [SIPSAN_PROD_MAX_FORWARDS] = DIGITS,
    [SIPSAN_PROD_MIME_VERSION] = "digits.digits, as in 1.0",
    [SIPSAN_PROD_MIN_EXPIRES] = "a number of seconds: digits only",
    [SIPSAN_PROD_ORGANIZATION] = TEXT_SHAPE,
    [SIPSAN_PROD_PRIORITY] = "one token, such as emergency, urgent, normal, non-urgent",
    [SIPSAN_PROD_PROXY_AUTHENTICATE] = CHALLENGE,
    [SIPSAN_PROD_PROXY_AUTHORIZATION] = CREDENTIALS,
    [SIPSAN_PROD_PROXY_REQUIRE] = "one or more option tags separated by commas",
    [SIPSAN_PROD_RECORD_ROUTE] = URI_LIST,
    [SIPSAN_PROD_REPLY_TO] = "one address and ;parameters",
    [SIPSAN_PROD_REQUIRE] = "one or more option tags separated by commas",
    [SIPSAN_PROD_RETRY_AFTER] = "a number of seconds, a (comment) if any, ;parameters",
    [SIPSAN_PROD_ROUTE] = URI_LIST,
    [SIPSAN_PROD_SERVER] = PRODUCTS,
    [SIPSAN_PROD_SUBJECT] = TEXT_SHAPE,
    [SIPSAN_PROD_SUPPORTED] = "option tags separated by commas, or nothing",
    [SIPSAN_PROD_TIMESTAMP] =
        "digits, .digits if any; then, in a response, white space and a delay",
    [SIPSAN_PROD_TO] = "one address, ;tag= with a token if any, further parameters",
    [SIPSAN_PROD_UNSUPPORTED] = "one or more option tags separated by commas",
    [SIPSAN_PROD_USER_AGENT] = PRODUCTS,
    [SIPSAN_PROD_VIA] = "SIP/2.0/TRANSPORT, white space, host[:port], ;parameters",
    [SIPSAN_PROD_VIA_RECEIVED] = "an IPv4 address or an IPv6 address",
    [SIPSAN_PROD_VIA_BRANCH] = TOKEN_SHAPE,
    [SIPSAN_PROD_VIA_TTL] = "a number from 0 to 255",
    [SIPSAN_PROD_WARNING] = "three digits SP agent SP \"text\", separated by commas",
    [SIPSAN_PROD_WWW_AUTHENTICATE] = CHALLENGE,
    [SIPSAN_PROD_DIGEST_URI_QUOTED] = "uri=\"...\" with its quotes",
    [SIPSAN_PROD_RSEQ] = DIGITS,
    [SIPSAN_PROD_RACK] = "the RSeq number, the CSeq number and the method of the response",
    [SIPSAN_PROD_EVENT] = "an event package, .template if any, ;id=token and other parameters",
    [SIPSAN_PROD_ALLOW_EVENTS] = "one or more event packages separated by commas",
    [SIPSAN_PROD_SUBSCRIPTION_STATE] =
        "active, pending, terminated or a token; ;expires=seconds, ;reason=token, "
        ";retry-after=seconds",
    [SIPSAN_PROD_EVENT_RATE] = "one or two digits, .digits (up to ten) if any",
    [SIPSAN_PROD_EVENT_DIALOG] =
        "call-id=\"...\", to-tag=token, from-tag=token, include-session-description",
    [SIPSAN_PROD_SIP_ETAG] = ENTITY_TAG,
    [SIPSAN_PROD_SIP_IF_MATCH] = ENTITY_TAG,
    [SIPSAN_PROD_SUPPRESS_IF_MATCH] = "one entity-tag or *",
    [SIPSAN_PROD_REFER_TO] = "one address, URIs with , ; or ? in < >; ;parameters",
    [SIPSAN_PROD_REFERRED_BY] = "one address, ;cid=\"id@host\" if any, other parameters",
    [SIPSAN_PROD_REFER_SUB] = "true or false, ;parameters",
    [SIPSAN_PROD_REFER_EVENTS_AT] = "<sip:...> or <sips:...>, ;parameters",
    [SIPSAN_PROD_REPLACES] =
        "Call-ID;to-tag=token;from-tag=token, each once; ;early-only if wanted",
    [SIPSAN_PROD_JOIN] = "Call-ID;to-tag=token;from-tag=token, each tag once",
    [SIPSAN_PROD_TARGET_DIALOG] = "Call-ID;local-tag=token;remote-tag=token, each tag once",
    [SIPSAN_PROD_PRIVACY] =
        "header, session, user, id, history, critical, none or a token, joined by ; without spaces",
    [SIPSAN_PROD_REASON] =
        "protocol;cause=digits;text=\"...\", several separated by commas; protocol is a token",
    [SIPSAN_PROD_ISUP_LOCATION] =
        "U, LPN, LN, TN, RLN, RPN, INTL, BI, LOC-6, LOC-8, LOC-9 or LOC-11 to LOC-15",
    [SIPSAN_PROD_SESSION_EXPIRES] = "a number of seconds, ;refresher=uac or ;refresher=uas",
    [SIPSAN_PROD_MIN_SE] = "a number of seconds, ;parameters",
    [SIPSAN_PROD_ANSWER_MODE] = ANSWER_MODE,
    [SIPSAN_PROD_PRIV_ANSWER_MODE] = ANSWER_MODE,
    [SIPSAN_PROD_INFO_PACKAGE] = "the name of one package, ;parameters",
    [SIPSAN_PROD_RECV_INFO] = "names of packages with ;parameters separated by commas, or nothing",
    [SIPSAN_PROD_CONTENT_ID] = "<id@host>",
    [SIPSAN_PROD_PATH] = URI_LIST,
    [SIPSAN_PROD_SERVICE_ROUTE] = URI_LIST,
    [SIPSAN_PROD_VIA_RPORT] = "rport alone, or rport= and a port",
    [SIPSAN_PROD_MAX_BREADTH] = DIGITS,
    [SIPSAN_PROD_FLOW_TIMER] = DIGITS,
    [SIPSAN_PROD_REG_ID] = "a number from 1 to 2147483647",
    [SIPSAN_PROD_SIP_INSTANCE] = "+sip.instance=\"<urn:...>\"",
    [SIPSAN_PROD_GRUU] = "a SIP URI in quotes",
    [SIPSAN_PROD_FEATURE_PARAM] =
        "a feature tag alone, or =\"value,value\" without spaces, or =\"<text>\"",
    [SIPSAN_PROD_ACCEPT_CONTACT] =
        "* and ;features, ;require, ;explicit, several separated by commas",
    [SIPSAN_PROD_REJECT_CONTACT] = "* and ;features, several separated by commas",
    [SIPSAN_PROD_REQUEST_DISPOSITION] =
        "proxy or redirect, [no-]cancel, [no-]fork, [no-]recurse, parallel or sequential, "
        "[no-]queue, separated by commas",
    [SIPSAN_PROD_PERMISSION_MISSING] = "addresses with ;parameters separated by commas",
    [SIPSAN_PROD_TRIGGER_CONSENT] = "SIP URIs with ;target-uri=\"...\" separated by commas",
    [SIPSAN_PROD_COMPRESSION] = "comp=sigcomp, or another token",
    [SIPSAN_PROD_SIGCOMP_ID] = "urn:..., in quotes when it stands in Via",
    [SIPSAN_PROD_VOICEMAIL_PARAMETER] = "cause=three digits, target=an escaped URI",
    [SIPSAN_PROD_PUSH_PARAMETER] = "pn-param=value, pn-prid=value, pn-purr=value",
    [SIPSAN_PROD_VIA_KEEP] = "keep, or keep=digits",
    [SIPSAN_PROD_VIA_OC] =
        "oc or oc=digits, oc-validity=digits, oc-seq=digits.digits, oc-algo=\"name,name\"",
    [SIPSAN_PROD_VIA_RECEIVED_REALM] = "\"operator:header..signature\"",
    [SIPSAN_PROD_DIGEST_PARAMETER] = "userhash=true or false, charset=UTF-8, "
                                     "username*=charset'language'escaped-name without username",
    [SIPSAN_PROD_DIGEST_AKA] = "base64 in quotes",
    [SIPSAN_PROD_TEL_PARAMETER] = "phone-context=domain or +number, ext=digits, isub=text",
    [SIPSAN_PROD_TEL_PARAMETER_ORDER] =
        "isub or ext, phone-context, then the others from a to z, each once",
    [SIPSAN_PROD_P_ASSERTED_IDENTITY] =
        "addresses separated by commas, parameters only inside the angle brackets",
    [SIPSAN_PROD_P_PREFERRED_IDENTITY] =
        "addresses separated by commas, parameters only inside the angle brackets",
    [SIPSAN_PROD_IDENTITY_INFO] = "<uri>;alg=token and other parameters",
    [SIPSAN_PROD_DIVERSION] = "<address>;reason=token, ;counter= and ;limit= one or two digits, "
                              ";privacy=, ;screen=, separated by commas",
    [SIPSAN_PROD_GEOLOCATION] = "<uri>;loc-src=host name and other parameters, separated by commas",
    [SIPSAN_PROD_GEOLOCATION_ROUTING] = "yes, no, or another token with a value if any",
    [SIPSAN_PROD_GEOLOCATION_ERROR] = "one to three digits, ;code=\"text\" and other parameters",
    [SIPSAN_PROD_HISTORY_INFO] =
        "<address>;index=1.1, ;rc= ;mp= ;np= with an index, separated by commas",
    [SIPSAN_PROD_USER_TO_USER] =
        "a token or \"text\", ;purpose=token, ;content=token, ;encoding=token, separated by commas",
    [SIPSAN_PROD_IDENTITY] = "base64 and dots, ;info=<uri>, ;alg=token, ;ppt=token",
    [SIPSAN_PROD_ALERTMSG_ERROR] = "three digits, ;message=\"text\" and other parameters",
    [SIPSAN_PROD_SECURITY_CLIENT] = "mechanisms with ;q=0.5, ;d-alg=token, ;d-qop=token, "
                                    ";d-ver=\"32 digits\", ;spi-c=digits, separated by commas",
    [SIPSAN_PROD_SECURITY_SERVER] = "mechanisms with ;q=0.5, ;d-alg=token, ;d-qop=token, "
                                    ";d-ver=\"32 digits\", ;spi-c=digits, separated by commas",
    [SIPSAN_PROD_SECURITY_VERIFY] = "mechanisms with ;q=0.5, ;d-alg=token, ;d-qop=token, "
                                    ";d-ver=\"32 digits\", ;spi-c=digits, separated by commas",
    [SIPSAN_PROD_RESOURCE_PRIORITY] = "namespace.priority, separated by commas",
    [SIPSAN_PROD_ACCEPT_RESOURCE_PRIORITY] = "namespace.priority, separated by commas, or nothing",
    [SIPSAN_PROD_POLICY_ID] = "URIs without brackets, ;token=token, separated by commas",
    [SIPSAN_PROD_POLICY_CONTACT] = "<uri>;non-cacheable, ;alt-uri=host name, separated by commas",
    [SIPSAN_PROD_FEATURE_CAPS] = "*;+name or *;+name=\"value\", separated by commas",
    [SIPSAN_PROD_P_MEDIA_AUTHORIZATION] = "hexadecimal digits, separated by commas",
    [SIPSAN_PROD_P_USER_DATABASE] = "<aaa://host>, parameters",
    [SIPSAN_PROD_P_EARLY_MEDIA] = "tokens separated by commas, or nothing",
    [SIPSAN_PROD_P_REFUSED_URI_LIST] = "addresses with ;members=\"cid:...\", separated by commas",
    [SIPSAN_PROD_P_DCS_TRACE_PARTY_ID] = "<address>;timestamp=digits.digits",
    [SIPSAN_PROD_P_DCS_OSPS] = "BLV, EI, RING or another token",
    [SIPSAN_PROD_P_DCS_BILLING_INFO] =
        "hexadecimal digits / hexadecimal digits @ host, ;charge=\"uri\" and the like",
    [SIPSAN_PROD_P_DCS_LAES] =
        "host:port, ;content=host:port, ;bcid= and ;cccid= hexadecimal digits",
    [SIPSAN_PROD_P_DCS_REDIRECT] = "\"uri\";redirector-uri=\"uri\";count=digits",
    [SIPSAN_PROD_P_ASSERTED_SERVICE] = "urn:urn-7:name.name, separated by commas",
    [SIPSAN_PROD_P_PREFERRED_SERVICE] = "urn:urn-7:name.name, separated by commas",
    [SIPSAN_PROD_P_ASSOCIATED_URI] = "<address> with parameters, separated by commas, or nothing",
    [SIPSAN_PROD_P_CALLED_PARTY_ID] = "<address> and parameters",
    [SIPSAN_PROD_P_VISITED_NETWORK_ID] = "tokens or \"texts\" with parameters, separated by commas",
    [SIPSAN_PROD_P_ACCESS_NETWORK_INFO] =
        "type;name=token or type;name=\"text\", separated by commas",
    [SIPSAN_PROD_P_CHARGING_FUNCTION_ADDRESSES] =
        "ccf=host, ecf=host and the like, separated by semicolons",
    [SIPSAN_PROD_P_CHARGING_VECTOR] = "icid-value=token or \"text\", ;icid-generated-at=host, "
                                      ";orig-ioi=, ;term-ioi=, ;transit-ioi=\"name.1\"",
    [SIPSAN_PROD_P_CHARGE_INFO] = "one address, parameters only inside the angle brackets",
    [SIPSAN_PROD_P_SERVED_USER] =
        "address, ;sescase=orig or term, or ;orig-cdiv, ;regstate=reg or unreg",
    [SIPSAN_PROD_VIA_ALIAS] = "alias without a value",
    [SIPSAN_PROD_PUSH_INDICATOR] =
        "+sip.pns=\"name\", +sip.pnsreg=\"digits\", +sip.vapid=\"key\", +sip.pnspurr=\"value\"",
    [SIPSAN_PROD_BEARER_CHALLENGE] = "scope=\"text\", error=\"text\", authz_server=\"https://...\"",
    [SIPSAN_PROD_SERVICE_URN] = "urn:service:name.name",
    [SIPSAN_PROD_ALERT_URN] = "urn:alert:category:indication",
};

/* The text ended where more was due: at the end of the message, or of the line. */
static bool at_line_end(const struct sipsan_msg *m, const struct sipsan_fault *f)
{
    if (f->length == 0 || f->offset >= m->bytes.n)
        return true;
    return f->production != SIPSAN_PROD_CRLF && f->production != SIPSAN_PROD_QUOTED_PAIR &&
           (m->bytes.p[f->offset] == '\r' || m->bytes.p[f->offset] == '\n');
}

bool sipsan_fault_at_end(const struct sipsan_view *v)
{
    return at_line_end(v->msg, v->fault);
}

struct sipsan_span sipsan_fault_bytes(const struct sipsan_view *v)
{
    const struct sipsan_msg *m = v->msg;
    const struct sipsan_fault *f = v->fault;

    if (!at_line_end(m, f)) {
        size_t room = m->bytes.n - f->offset;
        return (struct sipsan_span){m->bytes.p + f->offset, f->length < room ? f->length : room};
    }
    if (f->line < m->header_count) {
        const struct sipsan_header *h = &m->headers[f->line];
        return h->value.n ? h->value : h->name;
    }
    return m->start_line;
}

/* The snap length ended the text, so the sender may have written more. */
static bool cut_by_capture(const struct sipsan_msg *m, const struct sipsan_fault *f)
{
    return m->truncated && (size_t)f->offset + f->length >= m->bytes.n;
}

/* The fault is at the scheme, which is right: something that this scheme needs is not there. */
static bool lacks_parameter(const struct sipsan_view *v, struct sipsan_span at)
{
    switch (v->fault->production) {
    case SIPSAN_PROD_WWW_AUTHENTICATE:
    case SIPSAN_PROD_PROXY_AUTHENTICATE:
    case SIPSAN_PROD_AUTHORIZATION:
    case SIPSAN_PROD_PROXY_AUTHORIZATION:
        return sipsan_span_starts_nocase(at, SPAN_LIT("Digest ")) ||
               sipsan_span_eq_nocase(at, SPAN_LIT("Digest"));
    default:
        return false;
    }
}

enum sipsan_verdict sipsan_grammar_fault(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_fault *f = v->fault;
    const char *header = sipsan_header_name((enum sipsan_header_id)f->header);
    const char *production = sipsan_production_name((enum sipsan_production)f->production);
    struct sipsan_span at = sipsan_fault_bytes(v);
    int shown = 0;

    if (cut_by_capture(v->msg, f))
        return SIPSAN_NA;
    why->expected = expected[f->production];
    if (f->production == SIPSAN_PROD_EMPTY_LINE)
        return sipsan_fail(why, at, "the message ends without the empty line behind its header");
    if (at_line_end(v->msg, f))
        return sipsan_fail(why, at, "%s%s%s is incomplete: it ends too early", header,
                           *header ? ": " : "", production);
    if (lacks_parameter(v, at))
        return sipsan_fail(why, at, "%s: Digest lacks a parameter that it needs", header);
    while (shown < 60 && (size_t)shown < at.n && at.p[shown] >= ' ' && at.p[shown] < 0x7f)
        shown++;
    if (shown == 0)
        return sipsan_fail(why, at, "%s%sthe byte 0x%02x does not fit the grammar of %s", header,
                           *header ? ": " : "", (unsigned)(unsigned char)*at.p, production);
    return sipsan_fail(why, at, "%s%s\"%.*s\" does not fit the grammar of %s", header,
                       *header ? ": " : "", shown, at.p, production);
}

enum sipsan_verdict sipsan_grammar_token(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span at = sipsan_fault_bytes(v);

    why->lower = !sipsan_fault_at_end(v) && at.n <= 2 && span_only(at, SPAN_LIT("="));
    return sipsan_grammar_fault(v, why);
}
