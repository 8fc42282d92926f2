/* The grammar of header fields of event notification and publication: RFC 6665, RFC 6446, RFC 3903,
 * RFC 5839. */
#include "rules/grammar.h"

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_LATER_ROW(EVENT, "rfc6665.8.4.event-syntax", SIPSAN_ERROR),
        .summary = "Event is an event package and parameters",
        .explain =
            "The name of the package, with templates behind dots if wanted, then parameters; id is "
            "a token. A notifier that cannot read it answers 489, and no state is told.\n"
            "  bad:   Event: \"presence\"\n"
            "  bad:   Event: dialog, presence\n"
            "  bad:   Event: presence.;id=1\n"
            "  good:  Event: presence.winfo;id=1",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(ALLOW_EVENTS, "rfc6665.8.4.allow-events-syntax", SIPSAN_ERROR),
        .summary = "Allow-Events lists event packages",
        .explain = "A comma list of packages, with templates behind dots if wanted; not empty, no "
                   "parameters.\n"
                   "  bad:   Allow-Events: presence dialog\n"
                   "  bad:   Allow-Events:\n"
                   "  good:  Allow-Events: presence, presence.winfo, dialog",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(SUBSCRIPTION_STATE, "rfc6665.8.4.subscription-state-syntax", SIPSAN_ERROR),
        .summary = "Subscription-State is a state and parameters",
        .explain =
            "active, pending, terminated or another token; then parameters: reason is a token, "
            "expires and retry-after are seconds in digits. A subscriber that cannot read it does "
            "not know whether its subscription lives.\n"
            "  bad:   Subscription-State: active, expires=600\n"
            "  bad:   Subscription-State: active;expires=10min\n"
            "  bad:   Subscription-State: terminated;reason=\"timeout\"\n"
            "  good:  Subscription-State: terminated;reason=timeout",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(EVENT_RATE, "rfc6446.9.2.rate-syntax", SIPSAN_ERROR),
        .summary = "max-rate, min-rate and adaptive-min-rate are small decimal numbers",
        .explain = "Notifications a second: one or two digits, and up to ten more behind a dot. A "
                   "notifier that cannot read the rate sends as often as it likes.\n"
                   "  bad:   Event: location;max-rate=.5\n"
                   "  bad:   Event: location;min-rate=1/60\n"
                   "  good:  Event: location;max-rate=0.05",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(SIP_ETAG, "rfc3903.12.sip-etag-syntax", SIPSAN_ERROR),
        .summary = "SIP-ETag is one token",
        .explain = "The name of a published state: a token, without the quotes of HTTP, one only. "
                   "A publisher that cannot repeat it cannot refresh what it published.\n"
                   "  bad:   SIP-ETag: \"dx200xyz\"\n"
                   "  good:  SIP-ETag: dx200xyz",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(SIP_IF_MATCH, "rfc3903.12.sip-if-match-syntax", SIPSAN_ERROR),
        .summary = "SIP-If-Match is one token",
        .explain = "The entity-tag from SIP-ETag of the last answer, as it stood there: one "
                   "token. The server answers 412 to what it does not recognise.\n"
                   "  bad:   SIP-If-Match: \"dx200xyz\"\n"
                   "  bad:   SIP-If-Match: dx200xyz, qwi982ks\n"
                   "  good:  SIP-If-Match: dx200xyz",
        .check = sipsan_grammar_fault,
    },
    {
        SIPSAN_LATER_ROW(SUPPRESS_IF_MATCH, "rfc5839.7.3.suppress-if-match-syntax", SIPSAN_ERROR),
        .summary = "Suppress-If-Match is one entity-tag or *",
        .explain = "The entity-tag from SIP-ETag of the last NOTIFY, or *; one token, no quotes, "
                   "no list.\n"
                   "  bad:   Suppress-If-Match: \"b4cf7\"\n"
                   "  good:  Suppress-If-Match: b4cf7\n"
                   "  good:  Suppress-If-Match: *",
        .check = sipsan_grammar_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_later_events, rules);
