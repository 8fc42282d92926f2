/* The grammar of header fields by which elements agree on security, precedence, policy and
 * capabilities: RFC 3329, RFC 4412, RFC 6794, RFC 6809, RFC 8599. */
#include "rules/grammar.h"

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_LATER_ROW(SECURITY_CLIENT, "rfc3329.2.2.security-client-syntax", SIPSAN_ERROR),
        .summary = "Security-Client lists security mechanisms",
        .explain =
            "A comma list of mechanisms (tls, digest, ipsec-3gpp, ...), each with q (0 to 1, three "
            "decimals), d-alg, d-qop, d-ver (32 hexadecimal digits in quotes) and others. A server "
            "that cannot read it finds nothing in common and refuses with 494.\n"
            "  bad:   Security-Client: ipsec-3gpp;spi-c=0x1A2B\n"
            "  bad:   Security-Client: tls;q=5\n"
            "  good:  Security-Client: "
            "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=6699;spi-s=6700;port-c=5062;port-s=5063",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(SECURITY_SERVER, "rfc3329.2.2.security-server-syntax", SIPSAN_ERROR),
        .summary = "Security-Server lists security mechanisms",
        .explain = "A comma list of mechanisms (tls, digest, ipsec-3gpp, ...), each with q (0 to "
                   "1, three decimals), d-alg, d-qop, d-ver (32 hexadecimal digits in quotes) and "
                   "others. A client that cannot read it does not know how to go on.\n"
                   "  bad:   Security-Server: digest;q=0.1;d-ver=0123\n"
                   "  good:  Security-Server: ipsec-ike;q=0.1, tls;q=0.2",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(SECURITY_VERIFY, "rfc3329.2.2.security-verify-syntax", SIPSAN_ERROR),
        .summary = "Security-Verify lists security mechanisms",
        .explain = "A comma list of mechanisms (tls, digest, ipsec-3gpp, ...), each with q (0 to "
                   "1, three decimals), d-alg, d-qop, d-ver (32 hexadecimal digits in quotes) and "
                   "others. It returns the list of the server, so that a change on the way is "
                   "noticed; a server that cannot read it must take that for an attack.\n"
                   "  bad:   Security-Verify: digest;d-ver=\"0123\"\n"
                   "  good:  Security-Verify: ipsec-ike;q=0.1, tls;q=0.2",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(RESOURCE_PRIORITY, "rfc4412.3.1.resource-priority-syntax", SIPSAN_ERROR),
        .summary = "Resource-Priority lists values of namespace and priority",
        .explain = "A comma list, each a namespace, one dot, a priority; no parameters. An element "
                   "that cannot read it gives the call no precedence.\n"
                   "  bad:   Resource-Priority: ets\n"
                   "  bad:   Resource-Priority: ets.0;wps.1\n"
                   "  good:  Resource-Priority: ets.0, wps.1",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(ACCEPT_RESOURCE_PRIORITY, "rfc4412.3.2.accept-resource-priority-syntax",
                         SIPSAN_ERROR),
        .summary = "Accept-Resource-Priority lists values of namespace and priority, or nothing",
        .explain = "A comma list, each a namespace, one dot, a priority; it may be empty. A client "
                   "reads in it what it may try next.\n"
                   "  bad:   Accept-Resource-Priority: dsn\n"
                   "  good:  Accept-Resource-Priority: dsn.flash-override, dsn.flash",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(POLICY_ID, "rfc6794.4.4.5.1.policy-id-syntax", SIPSAN_ERROR),
        .summary = "Policy-ID lists URIs of policy servers, with a token each",
        .explain = "A comma list of URIs without angle brackets, each with token and other "
                   "parameters if any. A proxy that cannot read it asks the user agent again to "
                   "contact its policy server.\n"
                   "  bad:   Policy-ID: <sip:policy@example.com>\n"
                   "  good:  Policy-ID: sip:policy@example.com;token=x1",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(POLICY_CONTACT, "rfc6794.4.4.5.2.policy-contact-syntax", SIPSAN_ERROR),
        .summary = "Policy-Contact lists URIs in angle brackets",
        .explain = "A comma list of URIs of policy servers in angle brackets; non-cacheable stands "
                   "alone, alt-uri is a host name.\n"
                   "  bad:   Policy-Contact: sip:policy@example.com\n"
                   "  good:  Policy-Contact: <sip:policy@example.com>;non-cacheable",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(FEATURE_CAPS, "rfc6809.6.2.1.feature-caps-syntax", SIPSAN_ERROR),
        .summary = "Feature-Caps lists stars with capabilities",
        .explain = "Each value is a star and the indicators of one element: a plus sign, the name, "
                   "and a quoted value if any. The plus sign is always due, unlike in Contact.\n"
                   "  bad:   Feature-Caps: +sip.608\n"
                   "  bad:   Feature-Caps: *;sip.pns=\"acme\"\n"
                   "  good:  Feature-Caps: *;+sip.pns=\"acme\";+sip.pnsreg=\"121\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(PUSH_INDICATOR, "rfc8599.8.2.push-indicator-syntax", SIPSAN_ERROR),
        .summary = "The push indicators of Feature-Caps have values",
        .explain =
            "sip.pns names a push service, sip.vapid a key, sip.pnspurr says that a reference will "
            "be kept, sip.pnsreg gives seconds: each has a value in quotes, the last one digits. A "
            "user agent that cannot read them relies on a push that does not come.\n"
            "  bad:   Feature-Caps: *;+sip.pns\n"
            "  bad:   Feature-Caps: *;+sip.pns=\"acme\";+sip.pnsreg=\"2min\"\n"
            "  good:  Feature-Caps: *;+sip.pns=\"acme\";+sip.pnsreg=\"120\"",
        .check = sipsan_grammar_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_later_policy, rules);
