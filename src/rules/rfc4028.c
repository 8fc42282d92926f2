/* RFC 4028: what a message says of the session timer, and what a 2xx makes of its request. Rules
 * about the course of a session, and about proxies, are in rfc4028_course.c; the grammar is in
 * later_call.c. */
#include "parse/later.h"
#include "rules/rule.h"

/* The smallest interval of all: sections 4 and 5. */
#define SMALLEST 90

static struct sipsan_span text_of(const struct sipsan_msg *m, enum sipsan_header_id id)
{
    const struct sipsan_value *value = sipsan_msg_value(m, id);

    return value ? value->text : m->start_line;
}

/* Sections 4 and 5 ---------------------------------------------------------------------------- */

static enum sipsan_verdict too_small(const struct sipsan_msg *m, struct sipsan_why *why,
                                     enum sipsan_header_id id)
{
    uint64_t number = sipsan_msg_number(m, id);

    if (number == SIPSAN_NO_NUMBER)
        return SIPSAN_NA;
    if (number >= SMALLEST)
        return SIPSAN_PASS;
    why->expected = "90 or more";
    return sipsan_fail(why, text_of(m, id), "%s is %llu seconds", sipsan_header_name(id),
                       (unsigned long long)number);
}

static enum sipsan_verdict expires_minimum(const struct sipsan_view *v, struct sipsan_why *why)
{
    return too_small(v->msg, why, SIPSAN_HDR_SESSION_EXPIRES);
}

static enum sipsan_verdict min_se_minimum(const struct sipsan_view *v, struct sipsan_why *why)
{
    return too_small(v->msg, why, SIPSAN_HDR_MIN_SE);
}

static bool refreshes(uint8_t method)
{
    return method == SIPSAN_METHOD_INVITE || method == SIPSAN_METHOD_UPDATE;
}

/* Methods that nobody knows may have been given a use for it. */
static enum sipsan_verdict expires_where(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->method_id == SIPSAN_METHOD_OTHER ||
        sipsan_msg_first(m, SIPSAN_HDR_SESSION_EXPIRES) == SIPSAN_NO_LINE)
        return SIPSAN_NA;
    if (refreshes(m->method_id) && (m->request || sipsan_is_success(m->status)))
        return SIPSAN_PASS;
    why->expected = "INVITE and UPDATE, and 2xx to these";
    return sipsan_fail(why, text_of(m, SIPSAN_HDR_SESSION_EXPIRES),
                       m->request ? "Session-Expires in %.*s" : "Session-Expires in %.*s %d",
                       SPAN(m->request ? m->method : m->cseq.method), m->status);
}

static enum sipsan_verdict min_se_where(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (sipsan_msg_first(m, SIPSAN_HDR_MIN_SE) == SIPSAN_NO_LINE)
        return SIPSAN_NA;
    if (m->status == 422)
        return SIPSAN_PASS;
    why->expected = "Min-SE in 422 only";
    return sipsan_fail(why, text_of(m, SIPSAN_HDR_MIN_SE), "Min-SE in a %d", m->status);
}

static enum sipsan_verdict min_se_in_422(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (sipsan_msg_count(m, SIPSAN_HDR_MIN_SE) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m))
        return SIPSAN_NA;
    why->expected = "Min-SE with the shortest interval that would be taken";
    return sipsan_fail(why, m->start_line, "the 422 has no Min-SE");
}

/* Section 7.1: requests ----------------------------------------------------------------------- */

/* What a proxy makes of it: 8.1. */
static enum sipsan_verdict not_below_min_se(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint32_t interval = sipsan_session_interval(v->msg), least = sipsan_session_minimum(v->msg);

    if (interval == 0 || least == 0 || v->parent)
        return SIPSAN_NA;
    if (interval >= least)
        return SIPSAN_PASS;
    why->expected = "at least the value of Min-SE";
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_SESSION_EXPIRES),
                       "Session-Expires is %u, Min-SE %u", (unsigned)interval, (unsigned)least);
}

/* With one Via the sender itself has written both; proxies may ask for a timer in the request of a
 * client that knows none. */
static enum sipsan_verdict supported_timer(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->via_count != 1 || sipsan_session_interval(m) == 0)
        return SIPSAN_NA;
    if (sipsan_supports_timer(m))
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m))
        return SIPSAN_NA;
    why->expected = "Supported: timer";
    return sipsan_fail(why, text_of(m, SIPSAN_HDR_SESSION_EXPIRES),
                       "a session timer is asked for without Supported: timer");
}

static enum sipsan_verdict require_timer(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!sipsan_requires_timer(v->msg))
        return SIPSAN_NA;
    why->expected = "Supported: timer alone";
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_REQUIRE), "the request requires timer");
}

/* Sections 7.2 and 9: the 2xx ----------------------------------------------------------------- */

static enum sipsan_verdict refresher_told(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_session_expires expires;

    if (!sipsan_msg_session_expires(&expires, v->msg))
        return SIPSAN_NA;
    if (expires.refresher != SIPSAN_REFRESHER_NONE)
        return SIPSAN_PASS;
    why->expected = "refresher=uac or refresher=uas";
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_SESSION_EXPIRES),
                       "the 2xx does not say who refreshes the session");
}

/* A 2xx that starts a timer says so in Require. */
static enum sipsan_verdict told_by_require(const struct sipsan_view *v, struct sipsan_why *why,
                                           const char *what)
{
    if (sipsan_requires_timer(v->msg))
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->expected = "Require: timer";
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_SESSION_EXPIRES), "%s", what);
}

static enum sipsan_verdict require_for_uac(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_session_expires expires;

    if (!sipsan_msg_session_expires(&expires, v->msg) || expires.refresher != SIPSAN_REFRESHER_UAC)
        return SIPSAN_NA;
    return told_by_require(v, why, "the client is to refresh, and Require does not say so");
}

static enum sipsan_verdict require_without(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!sipsan_requires_timer(m))
        return SIPSAN_NA;
    if (sipsan_msg_count(m, SIPSAN_HDR_SESSION_EXPIRES) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(m))
        return SIPSAN_NA;
    why->expected = "Session-Expires beside Require: timer";
    return sipsan_fail(why, m->start_line, "the %d requires timer and has no Session-Expires",
                       m->status);
}

/* Both as seen on one hop: proxies shorten the interval on the way to the server and leave the
 * response alone. */
static bool timer_of_pair(const struct sipsan_view *v, struct sipsan_session_expires *asked,
                          struct sipsan_session_expires *got)
{
    return !v->txn->altered && sipsan_msg_session_expires(got, v->msg) &&
           sipsan_msg_session_expires(asked, v->req);
}

static const char *refresher_name(enum sipsan_refresher refresher)
{
    return refresher == SIPSAN_REFRESHER_UAC ? "uac" : "uas";
}

static enum sipsan_verdict refresher_kept(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_session_expires asked, got;

    if (!timer_of_pair(v, &asked, &got) || asked.refresher == SIPSAN_REFRESHER_NONE ||
        got.refresher == SIPSAN_REFRESHER_NONE)
        return SIPSAN_NA;
    /* Table 2 has no answer to who names a refresher and does not know the extension. */
    if (!sipsan_supports_timer(v->req) && !sipsan_requires_timer(v->req))
        return SIPSAN_NA;
    if (asked.refresher == got.refresher)
        return SIPSAN_PASS;
    why->expected = "the refresher that the request names";
    sipsan_relate_request(why, v->txn, text_of(v->req, SIPSAN_HDR_SESSION_EXPIRES));
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_SESSION_EXPIRES),
                       "refresher=%s is answered by refresher=%s", refresher_name(asked.refresher),
                       refresher_name(got.refresher));
}

static enum sipsan_verdict refresher_able(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_session_expires got;

    if (v->txn->altered || !sipsan_msg_session_expires(&got, v->msg) ||
        got.refresher != SIPSAN_REFRESHER_UAC)
        return SIPSAN_NA;
    if (sipsan_supports_timer(v->req) || sipsan_requires_timer(v->req))
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->req))
        return SIPSAN_NA;
    why->expected = "refresher=uas";
    sipsan_relate_request(why, v->txn, nothing);
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_SESSION_EXPIRES),
                       "a client without Supported: timer is to refresh the session");
}

static enum sipsan_verdict require_for_uas(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_session_expires got;

    if (v->txn->altered || !sipsan_msg_session_expires(&got, v->msg) ||
        got.refresher != SIPSAN_REFRESHER_UAS || !sipsan_supports_timer(v->req))
        return SIPSAN_NA;
    return told_by_require(
        v, why, "the client knows session timers, and Require does not tell it of this one");
}

/* A proxy may raise what a client asks for that does not know the timer. */
static enum sipsan_verdict not_increased(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_session_expires asked, got;
    uint32_t least;

    if (!timer_of_pair(v, &asked, &got) || !sipsan_supports_timer(v->req))
        return SIPSAN_NA;
    least = sipsan_session_minimum(v->req);
    if (asked.seconds < (least > SMALLEST ? least : SMALLEST))
        return SIPSAN_NA; /* told of the request */
    if (got.seconds <= asked.seconds)
        return SIPSAN_PASS;
    why->expected = "the interval of the request, or a shorter one";
    sipsan_relate_request(why, v->txn, text_of(v->req, SIPSAN_HDR_SESSION_EXPIRES));
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_SESSION_EXPIRES),
                       "%llu seconds are asked for, the 2xx has %llu",
                       (unsigned long long)asked.seconds, (unsigned long long)got.seconds);
}

static enum sipsan_verdict not_below_asked(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint32_t got = sipsan_session_interval(v->msg), least = sipsan_session_minimum(v->req);

    if (v->txn->altered || got == 0 || least == 0)
        return SIPSAN_NA;
    if (got >= least)
        return SIPSAN_PASS;
    why->expected = "at least the Min-SE of the request";
    sipsan_relate_request(why, v->txn, text_of(v->req, SIPSAN_HDR_MIN_SE));
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_SESSION_EXPIRES),
                       "Session-Expires is %u, the request has Min-SE %u", (unsigned)got,
                       (unsigned)least);
}

#define REFRESH (BIT(INVITE) | BIT(UPDATE))

#define ON_2XX .on = SIPSAN_ON_RESPONSE, .methods = REFRESH, .status_from = 200, .status_to = 299

#define ON_2XX_OF_REQUEST                                                                          \
    .on = SIPSAN_ON_DIALOG_RESPONSE, .methods = REFRESH, .status_from = 200, .status_to = 299,     \
    .view = SIPSAN_VIEW_REQUEST, .odd = SIPSAN_ODD_SESSION

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc4028.4.session-expires-minimum",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* the RFC calls it the absolute minimum */
        .on = SIPSAN_ON_MESSAGE,
        .methods = REFRESH,
        .odd = SIPSAN_ODD_SESSION,
        .summary = "Session-Expires is at least 90 seconds",
        .explain =
            "A refresh is due after half the interval, and a transaction that times out takes 32 "
            "seconds. With less than 90 seconds a call ends because one packet was lost.\n"
            "Bad: Session-Expires: 60\n"
            "Good: Session-Expires: 1800",
        .check = expires_minimum,
    },
    {
        .id = "rfc4028.4.session-expires-where",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* ignored elsewhere (RFC 3261 7.3.2) */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_SESSION,
        .summary = "Session-Expires stands in INVITE, UPDATE and their 2xx only",
        .explain = "These are the messages that begin a session or keep it alive. Elsewhere it is "
                   "ignored, and the sender believes in a timer that does not run.\n"
                   "Not judged in methods that nobody knows.\n"
                   "Bad: BYE or 200 to OPTIONS with Session-Expires\n"
                   "Good: INVITE with Session-Expires",
        .check = expires_where,
    },
    {
        .id = "rfc4028.5.min-se-minimum",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .methods = REFRESH,
        .aliases = "rfc4028.8.1.422-min-se-minimum rfc4028.9.422-min-se-minimum",
        .odd = SIPSAN_ODD_SESSION,
        .summary = "Min-SE is at least 90 seconds",
        .explain =
            "Nobody may ask for sessions shorter than 90 seconds; a smaller minimum promises "
            "to accept what is forbidden.\n"
            "Bad: Min-SE: 60\n"
            "Good: Min-SE: 90, or no Min-SE, which means the same",
        .check = min_se_minimum,
    },
    {
        .id = "rfc4028.5.min-se-where",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .odd = SIPSAN_ODD_SESSION,
        .summary = "Of responses only a 422 has Min-SE",
        .explain =
            "In a response Min-SE says why the interval of the request was refused. In a 2xx "
            "or another failure it has no meaning.\n"
            "Bad: 200 with Min-SE: 90\n"
            "Good: 422 with Min-SE: 1800",
        .check = min_se_where,
    },
    {
        .id = "rfc4028.6.422-min-se",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = REFRESH,
        .status_from = 422,
        .status_to = 422,
        .aliases = "rfc4028.8.1.422-min-se rfc4028.9.422-min-se",
        .summary = "A 422 has Min-SE",
        .explain =
            "422 refuses a session interval that is too short. Without Min-SE the client does "
            "not know which one would do, and the call fails.\n"
            "Bad: 422 Session Interval Too Small without Min-SE\n"
            "Good: Min-SE: 1800",
        .check = min_se_in_422,
    },
    {
        .id = "rfc4028.7.1.not-below-min-se",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = REFRESH,
        .odd = SIPSAN_ODD_SESSION,
        .summary = "The Session-Expires of a request is not below its Min-SE",
        .explain =
            "Min-SE is the shortest interval that the session may have; to ask for a shorter "
            "one in the same message contradicts it.\n"
            "Bad: Session-Expires: 90, Min-SE: 120\n"
            "Good: Session-Expires: 120, Min-SE: 120",
        .check = not_below_min_se,
    },
    {
        .id = "rfc4028.7.1.supported-timer",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = REFRESH,
        .aliases = "rfc4028.7.1.supported-beside-require",
        .odd = SIPSAN_ODD_SESSION,
        .summary = "A UA that asks for a session timer says Supported: timer",
        .explain =
            "By the option tag the server and the proxies know that this client understands 422, "
            "Min-SE and the refresher. Without it they take it for one that does not: the server "
            "refreshes, and too short an interval is raised without a word. Require: timer does "
            "not take its place.\n"
            "Judged at the hop of the sender, with one Via: further on a proxy may have added "
            "Session-Expires. That requests without Session-Expires have the tag as well is not "
            "looked at.\n"
            "Bad: INVITE with Session-Expires: 1800, without Supported: timer\n"
            "Good: Supported: timer",
        .check = supported_timer,
    },
    {
        .id = "rfc4028.7.1.require-timer",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_NOTE, /* legal; it only makes calls fail that need not */
        .on = SIPSAN_ON_REQUEST,
        .methods = REFRESH,
        .view = SIPSAN_VIEW_REQUIRE,
        .summary = "A request does not require the session timer",
        .explain = "The timer works when one side alone understands it. Require: timer makes all "
                   "the others refuse the call with 420.\n"
                   "Bad: Require: timer in an INVITE\n"
                   "Good: Supported: timer",
        .check = require_timer,
    },
    {
        .id = "rfc4028.7.2.require-has-session-expires",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* no timer runs, as without either */
        ON_2XX,
        .view = SIPSAN_VIEW_REQUIRE,
        .summary = "A 2xx with Require: timer has Session-Expires",
        .explain =
            "Require: timer tells the client that it has to look at Session-Expires. Without "
            "one there is no timer, and nothing to require.\n"
            "Bad: 200 to INVITE with Require: timer alone\n"
            "Good: Require: timer and Session-Expires: 1800;refresher=uac",
        .check = require_without,
    },
    {
        .id = "rfc4028.9.refresher-in-2xx",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_2XX,
        .odd = SIPSAN_ODD_SESSION,
        .summary = "Session-Expires in a 2xx says who refreshes",
        .explain =
            "The 2xx ends the negotiation. When it leaves the refresher open both sides wait "
            "for the other one, and the call is cut off in its middle.\n"
            "Bad: 200 to INVITE with Session-Expires: 1800\n"
            "Good: Session-Expires: 1800;refresher=uas",
        .check = refresher_told,
    },
    {
        .id = "rfc4028.9.require-timer-uac",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_2XX,
        .aliases = "rfc4028.8.2.require-added rfc4028.8.2.added-refresher-uac",
        .odd = SIPSAN_ODD_SESSION,
        .summary = "A 2xx that makes the client the refresher has Require: timer",
        .explain =
            "The client has to process the response as RFC 4028 says, else nobody refreshes; "
            "Require is there to make sure of it.\n"
            "Bad: 200 with Session-Expires: 1800;refresher=uac without Require: timer\n"
            "Good: Require: timer",
        .check = require_for_uac,
    },
    {
        .id = "rfc4028.9.refresher-as-asked",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* table 2; both sides may hold the other one for the refresher */
        ON_2XX_OF_REQUEST,
        .summary = "A 2xx keeps the refresher that its request names",
        .explain = "A client that has made its choice relies on it. Only where the request leaves "
                   "the refresher open may the server choose.\n"
                   "Bad: Session-Expires: 1800;refresher=uac answered by refresher=uas\n"
                   "Good: answered by refresher=uac",
        .check = refresher_kept,
    },
    {
        .id = "rfc4028.9.refresher-uas-without-support",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_ERROR, /* table 2; nobody will refresh */
        ON_2XX_OF_REQUEST,
        .summary = "A client that does not know session timers is not made the refresher",
        .explain =
            "Without Supported: timer in the request the client will ignore Session-Expires. "
            "The server refreshes itself, or no timer runs.\n"
            "Bad: INVITE without Supported: timer, 200 with refresher=uac\n"
            "Good: 200 with refresher=uas",
        .check = refresher_able,
    },
    {
        .id = "rfc4028.9.require-timer-uas",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* the RFC: the call works without */
        ON_2XX_OF_REQUEST,
        .summary = "A 2xx tells a client that knows session timers of one by Require: timer",
        .explain = "When the server refreshes, the client is to hang up if no refresh comes. With "
                   "Require: timer it is sure to know.\n"
                   "Judged where the request has Supported: timer.\n"
                   "Bad: 200 with Session-Expires: 1800;refresher=uas without Require: timer\n"
                   "Good: Require: timer",
        .check = require_for_uas,
    },
    {
        .id = "rfc4028.9.interval-not-increased",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        ON_2XX_OF_REQUEST,
        .summary = "The interval in a 2xx is not longer than that of the request",
        .explain =
            "Every element on the way may shorten the interval and none may make it longer again: "
            "a proxy that remembers the shorter one would forget the call too early.\n"
            "Compared on one hop, where the request has Supported: timer: for other clients "
            "proxies "
            "may raise an interval that is too short.\n"
            "Bad: Session-Expires: 600 in the INVITE, 1800 in the 200\n"
            "Good: 600 or less",
        .check = not_increased,
    },
    {
        .id = "rfc4028.9.interval-not-below-min-se",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        ON_2XX_OF_REQUEST,
        .aliases = "rfc4028.9.own-interval-not-below-min-se",
        .summary = "The interval in a 2xx is not below the Min-SE of its request",
        .explain =
            "Min-SE of the request says what all elements on the way can bear. A server that "
            "goes below it makes them refresh more often than they agreed to.\n"
            "Bad: Min-SE: 300 in the INVITE, Session-Expires: 120 in the 200\n"
            "Good: Session-Expires: 300 or more",
        .check = not_below_asked,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc4028, rules);
