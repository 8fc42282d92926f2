/* The grammar of parameters that later RFCs gave to Via, to URIs and to credentials: RFC 3310, RFC
 * 3486, RFC 4458, RFC 5049, RFC 5923, RFC 6223, RFC 7339, RFC 7616, RFC 8055, RFC 8599, RFC 8898;
 * and of URNs: RFC 5031, RFC 7462. */
#include "rules/grammar.h"

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_LATER_ROW(DIGEST_AKA, "rfc3310.3.4.aka-syntax", SIPSAN_ERROR),
        .summary = "auts, and the nonce of AKA, are base64 in quotes",
        .explain =
            "With an algorithm AKAv1-MD5 the nonce holds the challenge for the SIM card, and auts "
            "its answer when the sequence number is out of step, both in base64. What does not "
            "decode cannot be given to the card, and the user is not registered.\n"
            "  bad:   Authorization: Digest ..., algorithm=AKAv1-MD5, auts=5PYxMuX2NOT2NeQ=\n"
            "  bad:   WWW-Authenticate: Digest realm=\"r\", nonce=\"0x4f:21\", "
            "algorithm=AKAv1-MD5\n"
            "  good:  Authorization: Digest ..., algorithm=AKAv1-MD5, auts=\"5PYxMuX2NOT2NeQ=\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(COMPRESSION, "rfc3486.8.comp-syntax", SIPSAN_ERROR),
        .summary = "comp of a URI or Via is a token",
        .explain = "comp tells that SigComp may be used towards this place: sigcomp, or another "
                   "token, without quotes. An element that cannot read it sends uncompressed, or "
                   "does not send at all.\n"
                   "  bad:   Via: SIP/2.0/UDP a.example.com;branch=z9hG4bKx;comp\n"
                   "  bad:   Via: SIP/2.0/UDP a.example.com;branch=z9hG4bKx;comp=\"sigcomp\"\n"
                   "  good:  Contact: <sip:alice@192.0.2.1;comp=sigcomp>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(VOICEMAIL_PARAMETER, "rfc4458.5.cause-target-syntax", SIPSAN_ERROR),
        .updated_by = "RFC 8119",
        .summary = "target and cause of a voicemail URI have a value; cause is a status code",
        .explain =
            "A Request-URI with target and cause tells a mail box whose call it is and why it was "
            "not taken. cause is a status code of three digits; target is an escaped URI. A server "
            "that cannot read them plays the wrong greeting.\n"
            "  bad:   INVITE sip:voicemail@example.com;target=bob%40example.com;cause=busy "
            "SIP/2.0\n"
            "  good:  INVITE sip:voicemail@example.com;target=bob%40example.com;cause=486 SIP/2.0",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(SERVICE_URN, "rfc5031.3.service-urn-syntax", SIPSAN_ERROR),
        .summary = "A service URN is labels joined by dots",
        .explain = "urn:service: and labels of letters, digits and inner hyphens, joined by dots; "
                   "the first one of at most 27 characters. An emergency call whose service cannot "
                   "be read is not routed to help.\n"
                   "  bad:   INVITE urn:service:sos_police SIP/2.0\n"
                   "  bad:   INVITE urn:service:sos. SIP/2.0\n"
                   "  good:  INVITE urn:service:sos.police SIP/2.0",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(SIGCOMP_ID, "rfc5049.9.1.sigcomp-id-syntax", SIPSAN_ERROR),
        .summary = "sigcomp-id is a URN, in Via within quotes",
        .explain =
            "sigcomp-id names the application whose compartment keeps the state of the "
            "compression. In a URI it is a URN as such, in Via a URN in quotes. Two names that "
            "should be one cost the state, and messages can no longer be unpacked.\n"
            "  bad:   Via: SIP/2.0/UDP a.example.com;branch=z9hG4bKx;sigcomp-id=urn:uuid:0C67446E\n"
            "  bad:   Contact: <sip:alice@192.0.2.1;sigcomp-id=0C67446E>\n"
            "  good:  Via: SIP/2.0/UDP "
            "a.example.com;branch=z9hG4bKx;sigcomp-id=\"urn:uuid:0C67446E\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(VIA_ALIAS, "rfc5923.7.alias-syntax", SIPSAN_ERROR),
        .summary = "alias of Via stands alone",
        .explain =
            "alias offers to use the connection in both directions. It has no value; a server that "
            "cannot read it opens another connection, which may not come through.\n"
            "  bad:   Via: SIP/2.0/TLS a.example.com;branch=z9hG4bKx;alias=1\n"
            "  good:  Via: SIP/2.0/TLS a.example.com;branch=z9hG4bKx;alias",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(VIA_KEEP, "rfc6223.8.2.keep-syntax", SIPSAN_ERROR),
        .summary = "keep of Via stands alone or has a number of seconds",
        .explain =
            "A client offers keep-alives with keep alone, a server accepts them with a number of "
            "seconds. Who cannot read it sends none, and the binding of a NAT on the way closes.\n"
            "  bad:   Via: SIP/2.0/UDP a.example.com;branch=z9hG4bKx;keep=30s\n"
            "  good:  Via: SIP/2.0/UDP a.example.com;branch=z9hG4bKx;keep\n"
            "  good:  Via: SIP/2.0/UDP a.example.com;branch=z9hG4bKx;keep=30",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(VIA_OC, "rfc7339.9.oc-syntax", SIPSAN_ERROR),
        .summary = "oc, oc-validity, oc-seq and oc-algo of Via are numbers and quoted names",
        .explain =
            "By these parameters a server tells the client before it how much traffic to hold "
            "back. oc and oc-validity stand alone or have digits; oc-seq is digits, a dot, digits; "
            "oc-algo is a list of names in quotes. A client that cannot read them goes on sending "
            "into the overload.\n"
            "  bad:   Via: SIP/2.0/UDP a.example.com;branch=z9hG4bKx;oc;oc-algo=loss\n"
            "  bad:   Via: SIP/2.0/UDP a.example.com;branch=z9hG4bKx;oc=20;oc-seq=1282321615\n"
            "  good:  Via: SIP/2.0/UDP a.example.com;branch=z9hG4bKx;oc;oc-algo=\"loss,rate\"\n"
            "  good:  Via: SIP/2.0/UDP "
            "a.example.com;branch=z9hG4bKx;oc=20;oc-validity=500;oc-seq=1282321615.782;oc-algo="
            "\"loss\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(ALERT_URN, "rfc7462.7.alert-urn-syntax", SIPSAN_ERROR),
        .summary = "An alert URN is a category and indications, joined by colons",
        .explain = "urn:alert:, a category, and one or more indications, each of letters, digits "
                   "and inner hyphens, with @provider behind private ones. A phone that cannot "
                   "read it rings as always.\n"
                   "  bad:   Alert-Info: <urn:alert:service>\n"
                   "  bad:   Alert-Info: <urn:alert:service:auto_callback>\n"
                   "  good:  Alert-Info: <urn:alert:service:auto-callback>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(DIGEST_PARAMETER, "rfc7616.3.4.digest-parameter-syntax", SIPSAN_ERROR),
        .updated_by = "RFC 8760",
        .summary = "userhash, charset and username* of Digest are written as RFC 7616 says",
        .explain = "userhash is true or false; the one charset that a challenge may name is UTF-8; "
                   "username* is a charset, a language if any, and the escaped name, with "
                   "apostrophes between and no quotes, and it excludes username. A server that "
                   "cannot tell who asks refuses.\n"
                   "  bad:   Authorization: Digest username*=\"UTF-8''J%C3%A4s\", ...\n"
                   "  bad:   WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", userhash=yes\n"
                   "  good:  Authorization: Digest username*=UTF-8''J%C3%A4s, ...\n"
                   "  good:  WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", charset=UTF-8, "
                   "userhash=true",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(VIA_RECEIVED_REALM, "rfc8055.5.6.2.received-realm-syntax", SIPSAN_ERROR),
        .summary = "received-realm of Via is an operator, a colon and a detached JWS, in quotes",
        .explain =
            "received-realm names the network that a request came from and proves it: operator, "
            "colon, header of a JWS, two dots (its payload is left out), signature. The alphabet "
            "of base64 for URLs is taken too, since that is what a JWS is written in.\n"
            "  bad:   Via: SIP/2.0/UDP "
            "a.example.com;branch=z9hG4bKx;received-realm=\"myoperator\"\n"
            "  good:  Via: SIP/2.0/UDP "
            "a.example.com;branch=z9hG4bKx;received-realm=\"myoperator:eyJ0eX..dBjftJ\"",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(PUSH_PARAMETER, "rfc8599.8.7.push-parameter-syntax", SIPSAN_ERROR),
        .summary = "pn-param, pn-prid and pn-purr have a value",
        .explain =
            "These parameters of a Contact URI tell a proxy through which push service, and as "
            "whom, it can wake the user agent. Only pn-provider may stand without a value (a "
            "question which services there are). A proxy that misses one cannot wake the user "
            "agent, and calls do not arrive.\n"
            "  bad:   Contact: <sip:alice@192.0.2.1;pn-provider=acme;pn-prid>\n"
            "  good:  Contact: <sip:alice@192.0.2.1;pn-provider=acme;pn-param=p;pn-prid=ZTY4ZDJl>\n"
            "  good:  Contact: <sip:alice@192.0.2.1;pn-provider>",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(BEARER_CHALLENGE, "rfc8898.4.bearer-challenge-syntax", SIPSAN_ERROR),
        .summary = "scope, error and authz_server of a Bearer challenge stand in quotes",
        .explain = "authz_server is an https URI, scope and error are printable ASCII, all in "
                   "quotes. A user agent that cannot read where to get its token cannot register.\n"
                   "  bad:   WWW-Authenticate: Bearer realm=\"example.com\", "
                   "authz_server=\"http://as.example.com\"\n"
                   "  bad:   WWW-Authenticate: Bearer realm=\"example.com\", scope=sip\n"
                   "  good:  WWW-Authenticate: Bearer realm=\"example.com\", scope=\"sip\", "
                   "authz_server=\"https://as.example.com\"",
        .check = sipsan_grammar_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_later_params, rules);
