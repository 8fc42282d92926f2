/* The grammar of header fields that networks of one operator use among themselves: RFC 3313, RFC
 * 4457, RFC 5009, RFC 5318, RFC 5503, RFC 6050, RFC 7315, RFC 8498. */
#include "rules/grammar.h"

/* orig-cdiv as a value of sescase: the alternatives of the grammar can be read so. */
static enum sipsan_verdict served_user(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->lower = sipsan_span_starts_nocase(sipsan_fault_bytes(v), SPAN_LIT("orig-cdiv"));
    return sipsan_grammar_fault(v, why);
}

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_LATER_ROW(P_MEDIA_AUTHORIZATION, "rfc3313.5.1.p-media-authorization-syntax",
                         SIPSAN_ERROR),
        .summary = "P-Media-Authorization lists tokens in hexadecimal",
        .explain = "A comma list of hexadecimal numbers. A user agent that cannot read it reserves "
                   "no resources for its media.\n"
                   "  bad:   P-Media-Authorization: 0xAB12\n"
                   "  good:  P-Media-Authorization: AB12, 00FF",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_USER_DATABASE, "rfc4457.4.p-user-database-syntax", SIPSAN_ERROR),
        .summary = "P-User-Database is a Diameter URI in angle brackets",
        .explain = "It tells a serving proxy which database holds the user: one URI of scheme aaa "
                   "or aaas in angle brackets, then parameters.\n"
                   "  bad:   P-User-Database: aaa://hss.example.com\n"
                   "  good:  P-User-Database: <aaa://hss.example.com;transport=tcp>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_EARLY_MEDIA, "rfc5009.9.p-early-media-syntax", SIPSAN_ERROR),
        .summary = "P-Early-Media lists tokens, or is empty",
        .explain =
            "A comma list of sendrecv, sendonly, recvonly, inactive, gated, supported and other "
            "tokens, or nothing. Gateways cut announcements when they cannot read it.\n"
            "  bad:   P-Early-Media: sendonly;gated\n"
            "  good:  P-Early-Media: sendonly, gated",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_REFUSED_URI_LIST, "rfc5318.5.p-refused-uri-list-syntax", SIPSAN_ERROR),
        .summary = "P-Refused-URI-List lists addresses, each with its members",
        .explain = "A comma list of addresses of groups that a server refuses to open; members is "
                   "a cid URL in quotes, or, as the example of the RFC has it, in angle brackets.\n"
                   "  bad:   P-Refused-URI-List: sip:friends@example.net;members=cid:an3bt8jf03\n"
                   "  good:  P-Refused-URI-List: "
                   "sip:friends@example.net;members=\"cid:an3bt8jf03@example.net\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_DCS_TRACE_PARTY_ID, "rfc5503.5.1.p-dcs-trace-party-id-syntax",
                         SIPSAN_ERROR),
        .summary = "P-DCS-Trace-Party-ID is an address in angle brackets and a time",
        .explain =
            "One address in angle brackets, then timestamp (digits, with a fraction if any) and "
            "other parameters.\n"
            "  bad:   P-DCS-Trace-Party-ID: sip:+12345678912@example.com;timestamp=3434688831\n"
            "  good:  P-DCS-Trace-Party-ID: "
            "<sip:+12345678912@example.com;user=phone>;timestamp=3434688831.2327",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_DCS_OSPS, "rfc5503.6.1.p-dcs-osps-syntax", SIPSAN_ERROR),
        .summary = "P-DCS-OSPS is one token",
        .explain = "BLV, EI, RING or another token: what an operator wants of a line.\n"
                   "  bad:   P-DCS-OSPS: BLV, EI\n"
                   "  good:  P-DCS-OSPS: BLV",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_DCS_BILLING_INFO, "rfc5503.7.1.p-dcs-billing-info-syntax", SIPSAN_ERROR),
        .summary = "P-DCS-Billing-Info is a correlation identifier, an element and the accounts",
        .explain =
            "Up to 48 hexadecimal digits, a slash, up to 16 more, an at sign and a host; then "
            "accounts (charge, calling, called, routing, locroute) as URIs in quotes, rksgroup as "
            "a token, and jip in quotes. Records that do not match cannot be billed.\n"
            "  bad:   P-DCS-Billing-Info: call7/FEED@ele.example.com;charge=\"sip:a@example.com\"\n"
            "  bad:   P-DCS-Billing-Info: AB12/FEED@ele.example.com;charge=sip:a@example.com\n"
            "  good:  P-DCS-Billing-Info: AB12/FEED@ele.example.com;charge=\"sip:a@example.com\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_DCS_LAES, "rfc5503.8.1.p-dcs-laes-syntax", SIPSAN_ERROR),
        .summary = "P-DCS-LAES is a host with ports and identifiers",
        .explain = "A host with its port if any, then content (another host), bcid (up to 48 "
                   "hexadecimal digits) and cccid (up to 8).\n"
                   "  bad:   P-DCS-LAES: df.example.com;cccid=xyz\n"
                   "  good:  P-DCS-LAES: "
                   "df.example.com:6000;content=df.example.com:6001;bcid=AB12;cccid=0001",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_DCS_REDIRECT, "rfc5503.8.1.p-dcs-redirect-syntax", SIPSAN_ERROR),
        .summary = "P-DCS-Redirect is a URI in quotes and parameters",
        .explain = "The number first called as a URI in quotes, then redirector-uri (a URI in "
                   "quotes) and count (digits).\n"
                   "  bad:   P-DCS-Redirect: sip:bob@example.com;count=1\n"
                   "  good:  P-DCS-Redirect: "
                   "\"sip:bob@example.com\";redirector-uri=\"sip:carol@example.com\";count=1",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_ASSERTED_SERVICE, "rfc6050.4.1.p-asserted-service-syntax", SIPSAN_ERROR),
        .summary = "P-Asserted-Service lists service URNs",
        .explain =
            "A comma list of urn:urn-7: and labels of letters, digits and hyphens joined by dots; "
            "no quotes, brackets or parameters. Servers choose what to do with the call by it.\n"
            "  bad:   P-Asserted-Service: urn:urn-xxx:3gpp-service.ims.icsi.mmtel\n"
            "  bad:   P-Asserted-Service: <urn:urn-7:3gpp-service.ims.icsi.mmtel>\n"
            "  good:  P-Asserted-Service: urn:urn-7:3gpp-service.ims.icsi.mmtel",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_PREFERRED_SERVICE, "rfc6050.4.2.p-preferred-service-syntax",
                         SIPSAN_ERROR),
        .summary = "P-Preferred-Service lists service URNs",
        .explain =
            "A comma list of urn:urn-7: and labels of letters, digits and hyphens joined by dots; "
            "no quotes, brackets or parameters. A proxy that cannot read it guesses the service.\n"
            "  bad:   P-Preferred-Service: urn:urn-7:3gpp-service%2Eims\n"
            "  good:  P-Preferred-Service: urn:urn-7:3gpp-service.ims.icsi.mmtel",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_ASSOCIATED_URI, "rfc7315.5.1.p-associated-uri-syntax", SIPSAN_ERROR),
        .summary = "P-Associated-URI lists addresses in angle brackets, or is empty",
        .explain = "The identities that a registrar has registered along with the one asked for: a "
                   "comma list of addresses in angle brackets, with parameters if any. A user "
                   "agent that cannot read it does not know who it may be.\n"
                   "  bad:   P-Associated-URI: sip:alice@example.com\n"
                   "  good:  P-Associated-URI: <sip:alice@example.com>, <tel:+1-201-555-0123>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_CALLED_PARTY_ID, "rfc7315.5.2.p-called-party-id-syntax", SIPSAN_ERROR),
        .summary = "P-Called-Party-ID is an address in angle brackets",
        .explain = "The Request-URI that a serving proxy replaced: one address in angle brackets, "
                   "with parameters if any.\n"
                   "  bad:   P-Called-Party-ID: sip:bob@example.net\n"
                   "  good:  P-Called-Party-ID: <sip:bob@example.net>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_VISITED_NETWORK_ID, "rfc7315.5.3.p-visited-network-id-syntax",
                         SIPSAN_ERROR),
        .summary = "P-Visited-Network-ID lists names of networks",
        .explain = "A comma list of tokens or quoted strings, with parameters if any. A home "
                   "network that cannot read it may refuse to register its roaming user.\n"
                   "  bad:   P-Visited-Network-ID: Visited network 1\n"
                   "  good:  P-Visited-Network-ID: other.example.net, \"Visited network 1\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_ACCESS_NETWORK_INFO, "rfc7315.5.4.p-access-network-info-syntax",
                         SIPSAN_ERROR),
        .summary = "P-Access-Network-Info is a type of access and what is known of it",
        .explain =
            "A comma list of types (tokens), each with the cell or line: a token or a quoted "
            "string; local-time-zone and dvb-rcs2-node-id need quotes, network-provided stands "
            "alone. What is not a token needs quotes. Emergency calls are routed by it.\n"
            "  bad:   P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp\n"
            "  bad:   P-Access-Network-Info: IEEE-802.11;i-wlan-node-id=ac:86:74:8a:53:ff\n"
            "  good:  P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=2620112345600",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_CHARGING_FUNCTION_ADDRESSES,
                         "rfc7315.5.5.p-charging-function-addresses-syntax", SIPSAN_ERROR),
        .summary = "P-Charging-Function-Addresses lists addresses of charging functions",
        .explain = "Parameters separated by semicolons: ccf, ecf, ccf-2, ecf-2 and others, the "
                   "first without a semicolon before it; each of the four has a value, a host, a "
                   "token or a quoted string.\n"
                   "  bad:   P-Charging-Function-Addresses: ccf;ecf=192.0.2.7\n"
                   "  good:  P-Charging-Function-Addresses: "
                   "ccf=192.0.2.6;ccf=192.0.2.7;ecf=\"aaa://ecf.example.com\"",
        .check = sipsan_grammar_fault,
    },
    {
        /* many write the value without quotes, and the others compare what stands there */
        SIPSAN_LATER_ROW(P_CHARGING_VECTOR, "rfc7315.5.6.p-charging-vector-syntax", SIPSAN_WARNING),
        .summary = "P-Charging-Vector begins with icid-value and goes on with parameters",
        .explain =
            "icid-value comes first, then icid-generated-at and related-icid-generated-at (hosts), "
            "orig-ioi, term-ioi, related-icid (tokens, hosts or quoted strings) and transit-ioi (a "
            "list in quotes: name.number or void). Values with colons, slashes or equals signs "
            "need quotes. Records that cannot be correlated are not billed.\n"
            "  bad:   P-Charging-Vector: orig-ioi=home1.net;icid-value=1234bc9876e\n"
            "  bad:   P-Charging-Vector: icid-value=PCSF:1-cfed\n"
            "  good:  P-Charging-Vector: "
            "icid-value=\"PCSF:1-cfed\";icid-generated-at=192.0.2.8;orig-ioi=home1.net",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(P_SERVED_USER, "rfc8498.6.2.p-served-user-syntax", SIPSAN_ERROR),
        .summary = "P-Served-User is an address, its case and its state",
        .explain = "The user for whom an application server acts: an address, then sescase (orig "
                   "or term) or orig-cdiv without a value, and regstate (reg or unreg). A server "
                   "that cannot read them gives the wrong services.\n"
                   "  bad:   P-Served-User: <sip:bob@example.net>;sescase=both\n"
                   "  good:  P-Served-User: <sip:bob@example.net>;sescase=term;regstate=reg\n"
                   "  good:  P-Served-User: <sip:bob@example.net>;orig-cdiv;regstate=reg\n"
                   "sescase=orig-cdiv is reported one step lower: the grammar can be misread so.",
        .check = served_user,
    },
};

SIPSAN_RULE_SET(sipsan_rules_later_ims, rules);
