/* RFC 3261 section 25.1: the grammar, first part: tokens, strings, URIs, start line and what else
 * several header fields share. The header fields themselves are in rfc3261_25_headers.c; line ends
 * and the shape of the start line in section 7, a URI without its brackets in section 20.
 *
 * A fault names the innermost production that was broken, so one mistake is one finding. Grammar
 * gives errors; a row says in a comment why it is milder. */
#include "rules/grammar.h"

/* The first byte that does not fit, or 0 at the end of the text. */
static unsigned char culprit(const struct sipsan_view *v)
{
    return sipsan_fault_at_end(v) ? 0 : (unsigned char)*sipsan_fault_bytes(v).p;
}

/* Bytes of no UTF-8 (old character sets, and the long forms that RFC 3629 took away) do not upset
 * parsers as control characters do. */
static enum sipsan_verdict text_utf8(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = culprit(v) >= 0x80;
    return sipsan_grammar_fault(v, why);
}

/* '#' of a dialled service code is sent raw by many phones. */
static enum sipsan_verdict user(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = culprit(v) == '#';
    return sipsan_grammar_fault(v, why);
}

/* Names with an underscore live in private networks. */
static enum sipsan_verdict hostname(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = culprit(v) == '_';
    return sipsan_grammar_fault(v, why);
}

/* ".5" is read by all as 0.5. */
static enum sipsan_verdict qvalue(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = culprit(v) == '.';
    return sipsan_grammar_fault(v, why);
}

/* A semicolon with nothing behind it: seen often, and skipped by most. */
static enum sipsan_verdict generic_param(const struct sipsan_view *v, struct sipsan_why *why)
{
    const char *start = v->msg->bytes.p, *p = start + v->fault->offset;
    unsigned char c = culprit(v);

    while (p > start && (p[-1] == ' ' || p[-1] == '\t'))
        p--;
    why->lower = (c == 0 || c == ';') && p > start && p[-1] == ';';
    return sipsan_grammar_fault(v, why);
}

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_GRAMMAR_ROW(LWS, "lws-folding", SIPSAN_ERROR),
        .summary = "White space holds at most one line break, and more white space follows it",
        .explain =
            "A header field goes on in the next line when that line begins with a space or "
            "tab. Between two words there may be one such fold: a line that holds only white "
            "space makes two line breaks in one run, which the grammar does not know. It "
            "matters for security: a lax parser takes the blank-looking line for the end of "
            "the header, and what follows for the body, while the next element reads on.\n"
            "  bad:   Contact: <sip:alice@192.0.2.1>;<CR><LF>\n"
            "         <SP><CR><LF>\n"
            "         <SP>expires=60\n"
            "  good:  Contact: <sip:alice@192.0.2.1>;<CR><LF>\n"
            "         <SP>expires=60\n"
            "Free text (Subject, Organization, unknown header fields) may fold as often as it "
            "likes, one text character at least between two folds.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(HCOLON, "hcolon", SIPSAN_ERROR),
        .summary = "The colon follows the header name on the same line",
        .explain = "Between a header name and its colon there may be spaces and tabs, but no line "
                   "break, and every header line has a colon. A line without one is often a folded "
                   "value that lost the space at its start, or garbage between two header fields; "
                   "some parsers skip it, some reject the message.\n"
                   "  bad:   Subject<CR><LF>\n"
                   "         <SP>: lunch\n"
                   "  bad:   This is no header\n"
                   "  good:  Subject : lunch\n"
                   "Behind the colon a fold is legal. White space before the colon is legal, but "
                   "better avoided (7.3.1).",
        .aliases = "rfc3261.7.3.1.folding-continuation-ws",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(TEXT_UTF8, "text-utf8", SIPSAN_ERROR),
        .summary = "Free text is printable ASCII and UTF-8",
        .explain =
            "Text that nobody has to parse, such as Subject or Organization, is made of "
            "printable ASCII, white space and UTF-8 sequences. Control characters, NUL above "
            "all, end the value early in software written in C, and reach logs and terminals.\n"
            "  bad:   Subject: hello<NUL>world\n"
            "  good:  Subject: hello world\n"
            "Bytes of another character set (Latin-1 names) are wrong as well, but seldom do "
            "harm: one step lower. The grammar even admits the five and six byte forms that "
            "UTF-8 has given up since.",
        .aliases =
            "rfc3261.25.1.subject-syntax rfc3261.25.1.organization-syntax rfc3261.7.utf8-charset",
        .check = text_utf8,
    },
    {
        /* upper-case digits are seen in the field, and most servers do not mind */
        SIPSAN_GRAMMAR_ROW(LHEX, "lhex-lowercase", SIPSAN_WARNING),
        .summary = "Hexadecimal digits of a digest and of nc are lower case",
        .explain =
            "nc, response and rspauth are written with the digits 0 to 9 and a to f in lower "
            "case. nc is part of what is hashed, so its case changes the digest; a server "
            "that compares response as text rejects the right password.\n"
            "  bad:   nc=0000000A\n"
            "  good:  nc=0000000a\n"
            "  bad:   response=\"CD2DDF866AC4DBFCACAA7E3F3EF43D01\"\n"
            "  good:  response=\"cd2ddf866ac4dbfcacaa7e3f3ef43d01\"\n"
            "A warning: many servers compare without case.",
        .check = sipsan_grammar_fault,
    },
    {
        /* rank 42: parsers cope, each in its way */
        SIPSAN_GRAMMAR_ROW(TOKEN, "token-chars", SIPSAN_WARNING),
        .summary = "A token is made of letters, digits and - . ! % * _ + ` ' ~",
        .explain =
            "Tags, option tags, parameter names and many values are tokens. Any other "
            "character, such as = @ : / or a space, ends the token, and parsers differ in "
            "what they make of the rest: some cut the tag there and then fail to find the "
            "dialog, some keep it.\n"
            "  bad:   From: <sip:alice@example.com>;tag=ab@cd\n"
            "  good:  From: <sip:alice@example.com>;tag=ab-cd\n"
            "  good:  a tag or branch made of letters and digits only\n"
            "Signs '=' at the end, left by Base64, are only a note. An empty tag is no token: "
            "the tag that a peer of RFC 2543 does not have is left out (12.2.1.1).",
        .aliases = "rfc3261.25.1.backslash-only-in-quoted-comment "
                   "rfc3261.12.2.1.1.mid-null-tag-omitted",
        .check = sipsan_grammar_token,
    },
    {
        .id = "rfc3261.25.1.separators-need-quotes",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_FAULT,
        .production = SIPSAN_PROD_SEPARATOR_UNQUOTED,
        .summary = "A parameter value with separators stands in quotes",
        .explain =
            "The value of a parameter is a token, a host or a quoted string. Characters such "
            "as ( ) < > @ / [ ] ? = { } \\ may stand in it only inside quotes; a raw comma or "
            "semicolon would even begin the next value or parameter.\n"
            "  bad:   Contact: <sip:alice@192.0.2.1>;note=a@b\n"
            "  good:  Contact: <sip:alice@192.0.2.1>;note=\"a@b\"\n"
            "An IPv6 address in brackets is a host and legal as it is. Parameters inside a "
            "URI and those of credentials follow their own grammar.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(WORD, "word-chars", SIPSAN_ERROR),
        .summary = "The words of a Call-ID hold most characters, but not @ , ; = or spaces",
        .explain = "A Call-ID is one word, or two with @ between them. A word may hold all token "
                   "characters and ( ) < > : \\ \" / [ ] ? { }, but no second @, no comma, "
                   "semicolon, equals sign or white space. Parsers cut the Call-ID at such a "
                   "character, and then the answer does not belong to the call any more.\n"
                   "  bad:   Call-ID: a84b4c76=e66710@pc33.example.com\n"
                   "  bad:   Call-ID: a84b@c76e@pc33.example.com\n"
                   "  good:  Call-ID: a84b4c76e66710@pc33.example.com\n"
                   "Brackets, quotes and backslashes in it are legal and mean nothing.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(COMMENT, "comment-syntax", SIPSAN_ERROR),
        .summary = "A comment has its parentheses in pairs",
        .explain =
            "Server, User-Agent and Retry-After may hold comments in parentheses, also one "
            "inside another. Each opening one is closed; a parenthesis or backslash that is "
            "meant as text has a backslash before it.\n"
            "  bad:   User-Agent: Phone/1.0 (build 7\n"
            "  good:  User-Agent: Phone/1.0 (build 7)\n"
            "  good:  User-Agent: Phone/1.0 (smile \\))\n"
            "A parser that skips to the closing parenthesis runs over the end of the line. In "
            "other header fields parentheses are ordinary text and are not judged.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(QUOTED_STRING, "quoted-string-syntax", SIPSAN_ERROR),
        .summary = "A quoted string is closed, and quotes inside it are escaped",
        .explain =
            "A quoted string runs to the next quote that has no backslash before it, and must "
            "have one. It may hold UTF-8, but no control characters. A string that is not "
            "closed swallows the URI, the tag and everything else in the line; the receiver "
            "sees a From without an address.\n"
            "  bad:   From: \"Alice <sip:alice@example.com>;tag=1\n"
            "  bad:   From: \"Al \"The Boss\" Ice\" <sip:alice@example.com>;tag=1\n"
            "  good:  From: \"Al \\\"The Boss\\\" Ice\" <sip:alice@example.com>;tag=1",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(QUOTED_PAIR, "quoted-pair-ascii", SIPSAN_ERROR),
        .summary = "A backslash escapes one ASCII character other than CR and LF",
        .explain = "Inside a quoted string or comment a backslash takes the next character "
                   "literally. That must be an ASCII character and not CR or LF; the bytes of a "
                   "UTF-8 sequence need no escape and may not have one.\n"
                   "  bad:   \"caf\\<C3><A9>\"         (backslash before a UTF-8 sequence)\n"
                   "  bad:   \"one\\<CR><LF> two\"     (an escaped line break)\n"
                   "  good:  \"caf<C3><A9> \\\"Central\\\"\"\n"
                   "An escaped line break is dangerous: some parsers end the line there, others do "
                   "not.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(SIP_URI, "sip-uri-syntax", SIPSAN_ERROR),
        .summary = "A SIP URI is sip: or sips:, user@ if any, a host, a port, parameters, headers",
        .explain =
            "A SIP or SIPS URI has its parts in fixed order, and the host is always there. No "
            "spaces, no path, no characters outside of ASCII.\n"
            "  bad:   sip:alice@[2001:db8::1]/home\n"
            "  bad:   sip:alice@[2001:db8::1]example.com\n"
            "  good:  sip:alice@example.com:5060;transport=tcp?Subject=lunch\n"
            "The scheme may be in any case. Where one part alone is wrong (user, host, port, "
            "parameter) the rule of that part reports it, not this one.",
        .aliases = "rfc3261.19.1.2.uri-excluded-escaped rfc3261.19.1.2.uri-no-unescaped-space-ctl",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(USER, "uri-user-chars", SIPSAN_ERROR),
        .summary = "The user part has other characters escaped as %HH, and is not empty",
        .explain =
            "Letters, digits, - _ . ! ~ * ' ( ) and & = + $ , ; ? / stand in the user part as "
            "they are; every other byte is written as % and two hexadecimal digits. A raw one "
            "(a space, a quote, [ ], a second @) makes the URI end elsewhere for each parser. "
            "With an @ there must be a user before it.\n"
            "  bad:   sip:alice smith@example.com      bad:   sip:@example.com\n"
            "  good:  sip:alice%20smith@example.com    good:  sip:example.com\n"
            "  bad:   sip:*21#@example.com             good:  sip:*21%23@example.com\n"
            "A raw # in a dialled code is so common that it is reported one step lower. The "
            "same holds for telephone numbers: what is not allowed in a user part is escaped.",
        .aliases = "rfc3261.25.1.telephone-subscriber-escaped rfc3261.19.1.2.uri-telephone-escape "
                   "rfc3261.19.1.1.uri-user-not-empty rfc3261.19.1.2.uri-other-chars-escaped",
        .check = user,
    },
    {
        SIPSAN_GRAMMAR_ROW(PASSWORD, "uri-password-chars", SIPSAN_ERROR),
        .summary = "The password in a URI has other characters escaped as %HH",
        .explain = "Behind the user part a colon and a password may stand (which the RFC advises "
                   "against). It takes letters, digits, - _ . ! ~ * ' ( ) & = + $ and comma; all "
                   "other bytes, also ; ? and /, are written as %HH.\n"
                   "  bad:   sip:alice:se;cret@example.com\n"
                   "  good:  sip:alice:se%3Bcret@example.com\n"
                   "  good:  no password at all: credentials belong into Authorization",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(HOSTNAME, "uri-hostname", SIPSAN_ERROR),
        .summary = "Host names are labels of letters, digits and inner hyphens joined by dots",
        .explain = "Each label begins and ends with a letter or digit and may have hyphens inside; "
                   "the last label begins with a letter. Other names do not resolve, or resolve "
                   "differently: a last label of digits is read as a broken IPv4 address.\n"
                   "  bad:   sip:alice@-host.example.com      bad:   sip:alice@example..com\n"
                   "  bad:   sip:alice@1.2.3                  good:  sip:alice@192.0.2.3\n"
                   "  good:  sip:alice@host-1.example.com     good:  sip:alice@example.com.\n"
                   "An underscore is not allowed either, but is used in private networks: one step "
                   "lower. The rule covers URIs, sent-by, maddr and warn-agent alike.",
        .aliases = "rfc3261.19.1.2.uri-no-escape-in-host",
        .check = hostname,
    },
    {
        SIPSAN_GRAMMAR_ROW(IPV4ADDRESS, "uri-ipv4", SIPSAN_ERROR),
        .summary = "An IPv4 address is four numbers from 0 to 255",
        .explain =
            "Four groups of one to three digits joined by dots; what they stand for limits "
            "each to 255, although the grammar by itself would let 999 pass. Receivers reject "
            "a larger one, or keep its low eight bits and send the answer to a stranger.\n"
            "  bad:   Via: SIP/2.0/UDP 192.0.2.300;branch=...\n"
            "  good:  Via: SIP/2.0/UDP 192.0.2.30;branch=...",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(IPV6ADDRESS, "uri-ipv6", SIPSAN_ERROR),
        .updated_by = "RFC 5954",
        .summary = "An IPv6 address in a URI or sent-by is well-formed and in brackets",
        .explain =
            "Colons separate the port from the host, so an IPv6 address stands in square "
            "brackets. Inside there are eight groups of up to four hexadecimal digits, once "
            ":: for a run of zero groups, and an IPv4 address in place of the last two if "
            "wanted.\n"
            "  bad:   sip:alice@2001:db8::10\n"
            "  bad:   sip:alice@[2001:db8::10::1]\n"
            "  bad:   sip:alice@[fe80::1%25eth0]       (zone)\n"
            "  good:  sip:alice@[2001:db8::10]:5060\n"
            "Judged by the corrected grammar of RFC 5954; the one of RFC 3261 admits too much "
            "and too little.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(PORT, "uri-port", SIPSAN_ERROR),
        .summary = "A port is a number from 1 to 65535",
        .explain = "Behind the colon stands a port number, one digit at least. Larger numbers are "
                   "cut to 16 bits by some receivers, and the message goes to another port.\n"
                   "  bad:   sip:alice@example.com:\n"
                   "  bad:   sip:alice@example.com:70000\n"
                   "  good:  sip:alice@example.com:5070      or      sip:alice@example.com\n"
                   "Without a port the default applies; a URI with the default port written out is "
                   "not equal to one without (19.1.4).",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(URI_PARAMETER, "uri-params-syntax", SIPSAN_ERROR),
        .summary = "URI parameters are ;name or ;name=value with other characters escaped",
        .explain =
            "Each semicolon of a URI is followed by a name; if there is an equals sign, by a "
            "value. Both are letters, digits, - _ . ! ~ * ' ( ) [ ] / : & + $ and %HH. "
            "transport, user and method take a token, ttl a number up to 255, maddr a host.\n"
            "  bad:   <sip:alice@example.com;transport=>\n"
            "  bad:   <sip:alice@example.com;;lr>\n"
            "  good:  <sip:alice@example.com;transport=tcp;lr>\n"
            "lr=on and lr=true are legal by the rule for other parameters, and so is any name "
            "that is not known.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(URI_HEADERS, "uri-headers-syntax", SIPSAN_ERROR),
        .summary = "Header fields in a URI are ?name=value&name=value",
        .explain =
            "Behind a question mark a URI may carry header fields and a body for the request "
            "made from it. Each has a name, an equals sign and a value, which may be empty; "
            "what is not a letter, a digit or one of a few marks is written as %HH.\n"
            "  bad:   <sip:alice@example.com?Subject>\n"
            "  bad:   <sip:alice@example.com?Subject=see you>\n"
            "  good:  <sip:alice@example.com?Subject=see%20you&Priority=urgent>",
        .aliases = "rfc3261.19.1.2.uri-headers-reserved-escaped",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(ABSOLUTE_URI, "absolute-uri-syntax", SIPSAN_ERROR),
        .summary = "Other URIs are a scheme, a colon, and characters that RFC 2396 allows",
        .explain = "Where any URI may stand, its scheme begins with a letter and goes on with "
                   "letters, digits, + - and dots; then come a colon and at least one more "
                   "character. Spaces, quotes, < > { } | \\ ^ ` and bytes outside of ASCII are "
                   "written as %HH.\n"
                   "  bad:   Call-Info: <http://www.example.com/my photo.jpg>\n"
                   "  bad:   Refer-To: <alice@example.com>           (no scheme)\n"
                   "  good:  Call-Info: <http://www.example.com/my%20photo.jpg>\n"
                   "sip and sips URIs have rules of their own.",
        .aliases = "rfc3261.7.1.ruri-scheme-known rfc3261.7.1.ruri-no-angle-brackets",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(METHOD, "method-token", SIPSAN_ERROR),
        .summary = "A method is a token",
        .explain =
            "Methods are tokens: letters, digits and - . ! % * _ + ` ' ~. In the request "
            "line, in CSeq and in Allow any other character is wrong. An unknown method is "
            "legal (405 or 501 answers it), one that is no token is not.\n"
            "  bad:   IN/VITE sip:bob@example.com SIP/2.0\n"
            "  good:  INVITE sip:bob@example.com SIP/2.0\n"
            "Methods are case-sensitive: invite is a token, but an extension method without a "
            "meaning.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(SIP_VERSION, "sip-version-syntax", SIPSAN_ERROR),
        .summary = "The version is SIP, a slash, digits, a dot, digits",
        .explain =
            "The version in the start line has the form SIP/2.0: no spaces around the slash, "
            "one dot, digits on both sides. A server answers 505 to a version that it does "
            "not speak; to one that is none, 400 or nothing.\n"
            "  bad:   OPTIONS sip:bob@example.com SIP/2\n"
            "  good:  OPTIONS sip:bob@example.com SIP/2.0\n"
            "In a Via, by contrast, white space around the slashes is legal.",
        .check = sipsan_grammar_fault,
    },
    {
        /* a limit that nobody heeds: no more than a note (severity of the list: info) */
        SIPSAN_GRAMMAR_ROW(REASON_PHRASE, "reason-phrase-chars", SIPSAN_NOTE),
        .summary = "The reason phrase avoids quotes, angle brackets and a few more",
        .explain =
            "By the letter of the grammar a reason phrase has no \" < > # [ ] { } | \\ ^ ` "
            "and no bare percent sign. Almost everybody overlooks this, and the phrase is for "
            "people only, so nothing breaks. Control characters in it are another matter for "
            "the terminals that show it.\n"
            "  odd:   SIP/2.0 404 User \"bob\" not found\n"
            "  good:  SIP/2.0 404 User bob not found\n"
            "An empty phrase is legal, and so is UTF-8.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(HEADER_NAME, "header-name-token", SIPSAN_ERROR),
        .summary = "A header name is a token",
        .explain =
            "The name before the colon is made of letters, digits and - . ! % * _ + ` ' ~, "
            "and is not empty. Other characters are mostly the sign of a broken line above: a "
            "value that was wrapped without a space at the start of the new line.\n"
            "  bad:   X(Info): yes\n"
            "  bad:   : yes\n"
            "  good:  X-Info: yes\n"
            "Unknown names are legal, long or short.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(EXTENSION_HEADER, "extension-header-value", SIPSAN_ERROR),
        .summary = "The value of an unknown header field has no control characters",
        .explain =
            "Of a header field that the RFC does not define only this is known: its value is "
            "printable ASCII, bytes of UTF-8 and white space, folds included. It may be "
            "empty. Control characters, NUL above all, end it early in some parsers and reach "
            "logs.\n"
            "  bad:   X-Note: a<NUL>b\n"
            "  good:  X-Note: anything ; goes, even = this\n"
            "Lists, parameters and quotes are not looked for: the extension decides.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(NAME_ADDR, "name-addr-syntax", SIPSAN_ERROR),
        .summary = "A display name is quoted or made of tokens, and the URI is in < >",
        .explain =
            "An address with a display name has the URI in angle brackets. Without quotes the "
            "name is made of tokens only: a comma, parentheses, an @, a dotted abbreviation "
            "with other marks or anything outside of ASCII needs quotes. A comma unquoted "
            "even begins the next value of a list.\n"
            "  bad:   To: Bob (Sales) <sip:bob@example.com>\n"
            "  bad:   To: <sip:bob@example.com\n"
            "  good:  To: \"Bob (Sales)\" <sip:bob@example.com>\n"
            "  good:  To: Bob<sip:bob@example.com>\n"
            "The last one breaks the grammar (white space is due behind a token), but 20.10 "
            "says that the space may be absent, so it is accepted.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(QVALUE, "qvalue-syntax", SIPSAN_ERROR),
        .summary = "q is a number from 0 to 1 with at most three decimals",
        .explain =
            "A preference is 0 or 1, or 0 with a dot and up to three digits, or 1 with a dot "
            "and up to three zeros. What a proxy makes of another number differs: it may drop "
            "the contact or ring it first.\n"
            "  bad:   Contact: <sip:alice@192.0.2.1>;q=1.5\n"
            "  bad:   Contact: <sip:alice@192.0.2.1>;q=0.3333\n"
            "  good:  Contact: <sip:alice@192.0.2.1>;q=0.333\n"
            "A missing zero, as in .5, is reported one step lower.",
        .check = qvalue,
    },
    {
        SIPSAN_GRAMMAR_ROW(DELTA_SECONDS, "delta-seconds-syntax", SIPSAN_ERROR),
        .summary = "A time span is a whole number of seconds",
        .explain =
            "expires, duration and the like are counted in seconds and written with digits "
            "only: no sign, no decimals, no unit, no date. A registrar that cannot read it "
            "falls back to its default, and the binding ends at another time than the client "
            "thinks.\n"
            "  bad:   Contact: <sip:alice@192.0.2.1>;expires=-1\n"
            "  bad:   Contact: <sip:alice@192.0.2.1>;expires=\"3600\"\n"
            "  good:  Contact: <sip:alice@192.0.2.1>;expires=3600\n"
            "Numbers above 2**32-1 are legal text; they count as 2**32-1.",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_GRAMMAR_ROW(GENERIC_PARAM, "generic-param-syntax", SIPSAN_ERROR),
        .summary = "A parameter is ;name or ;name=value, and neither is empty",
        .explain = "Each semicolon behind a value is followed by a name, and each equals sign by a "
                   "token, a host or a quoted string. An equals sign with nothing behind it, or "
                   "nothing between two semicolons, fits nowhere.\n"
                   "  bad:   Contact: <sip:alice@192.0.2.1>;note=\n"
                   "  bad:   Contact: <sip:alice@192.0.2.1>;;q=1\n"
                   "  good:  Contact: <sip:alice@192.0.2.1>;note=1;ob\n"
                   "A semicolon too many is seen often and skipped by most: one step lower.",
        .check = generic_param,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_25, rules);
