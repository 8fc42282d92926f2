/* RFC 6665: event notification. The grammar of its header fields. */
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
};

SIPSAN_RULE_SET(sipsan_rules_rfc6665, rules);
