/* RFC 3312 section 4: the state of preconditions in session descriptions. When a call may go on
 * because of it is not judged. */
#include "rules/bodies.h"

static const struct sipsan_rule rules[] = {
    {
        SIPSAN_BODY_ROW(SDP_PRECONDITION, "rfc3312.4.precondition-status", ABNF, ERROR),
        .summary = "a=curr, a=des and a=conf are a type, in a=des a strength, a status type and a "
                   "direction",
        .explain =
            "Both ends reckon from these lines whether resources are reserved, and the phone "
            "rings when they agree. A line that cannot be read leaves one end waiting for good.\n"
            "The type is qos or another token; the strength mandatory, optional, none, failure or "
            "unknown; the status type e2e, local or remote; the direction none, send, recv or "
            "sendrecv.\n"
            "  bad:   a=des:qos mandatory e2e both\n"
            "  bad:   a=curr:qos none local\n"
            "  good:  a=curr:qos local none\n"
            "  good:  a=des:qos mandatory remote sendrecv",
        .check = sipsan_body_fault,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3312, rules);
