/* RFC 4028: the course of a session with a timer, and what proxies do to its header fields. What a
 * single message says is in rfc4028.c. */
#include "parse/later.h"
#include "rules/exchange.h"

#define SMALLEST 90

static struct sipsan_span text_of(const struct sipsan_msg *m, enum sipsan_header_id id)
{
    const struct sipsan_value *value = sipsan_msg_value(m, id);

    return value ? value->text : m->start_line;
}

/* 7.4: Min-SE --------------------------------------------------------------------------------- */

/* The request that this one tries again was refused for its interval. */
static enum sipsan_verdict min_se_after_422(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *before = v->match->before;

    if (!before || before->final.status != 422 || before->interval == 0)
        return SIPSAN_NA;
    if (sipsan_msg_count(v->msg, SIPSAN_HDR_MIN_SE) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->expected = "Min-SE with the value of the 422 or more";
    sipsan_relate(why, &before->final.ref, "422", nothing);
    return sipsan_fail(why, v->msg->start_line, "the request is tried again without Min-SE");
}

static enum sipsan_verdict min_se_of_422(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *before = v->match->before;
    uint32_t mine = sipsan_session_minimum(v->msg);

    if (!before || before->final.status != 422 || before->interval == 0 || mine == 0)
        return SIPSAN_NA;
    if (mine >= before->interval)
        return SIPSAN_PASS;
    why->expected = "the value of the 422 or more";
    sipsan_relate(why, &before->final.ref, "422", nothing);
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_MIN_SE), "Min-SE is %u, the 422 has %u",
                       (unsigned)mine, (unsigned)before->interval);
}

/* At the sender's own hop: proxies may raise it further on. A minimum of 90 is what holds without
 * Min-SE too. */
static enum sipsan_verdict min_se_received(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_session_timer *timer = &v->dialog->session;
    uint32_t told = timer->told[v->side], mine = sipsan_session_minimum(v->msg);

    if (told == 0 || v->msg->via_count != 1 || !timer->supports[v->side] ||
        (v->match->before && v->match->before->final.status == 422))
        return SIPSAN_NA;
    if (mine >= told)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->lower = told <= SMALLEST && mine == 0;
    why->expected = "the largest Min-SE that was received in this dialog, or more";
    sipsan_relate(why, &timer->told_at[v->side], "Min-SE", nothing);
    if (mine == 0)
        return sipsan_fail(why, v->msg->start_line,
                           "no Min-SE, although one of %u was received in this dialog",
                           (unsigned)told);
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_MIN_SE),
                       "Min-SE is %u, one of %u was received in this dialog", (unsigned)mine,
                       (unsigned)told);
}

/* 7.4: refreshes ------------------------------------------------------------------------------ */

/* The timer runs, and both sides know it. */
static const struct sipsan_session_timer *running(const struct sipsan_view *v)
{
    const struct sipsan_session_timer *timer = &v->dialog->session;

    if (!v->dialog->invite || v->dialog->state != SIPSAN_DIALOG_CONFIRMED || v->call->dead ||
        timer->since.time == 0 || !timer->supports[SIPSAN_CALLER] ||
        !timer->supports[SIPSAN_CALLEE])
        return NULL;
    return timer;
}

static enum sipsan_verdict refresh_says(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_session_timer *timer = running(v);

    if (!timer || v->msg->via_count != 1)
        return SIPSAN_NA;
    if (sipsan_msg_count(v->msg, SIPSAN_HDR_SESSION_EXPIRES) > 0)
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->expected = "Session-Expires with the interval in force";
    sipsan_relate(why, &timer->since, "2xx with Session-Expires", nothing);
    return sipsan_fail(why, v->msg->start_line,
                       "no Session-Expires, while a session timer of %u s runs",
                       (unsigned)timer->interval);
}

static enum sipsan_verdict interval_kept(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_session_timer *timer = running(v);
    uint32_t mine, least, due;

    if (!timer || v->msg->via_count != 1)
        return SIPSAN_NA;
    mine = sipsan_session_interval(v->msg);
    least = sipsan_session_minimum(v->msg);
    due = timer->interval > least ? timer->interval : least;
    if (mine == 0 || due < SMALLEST)
        return SIPSAN_NA;
    if (mine == due)
        return SIPSAN_PASS;
    why->expected = "the interval in force, or Min-SE if that is more";
    sipsan_relate(why, &timer->since, "2xx with Session-Expires", nothing);
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_SESSION_EXPIRES),
                       "Session-Expires is %u, the interval in force is %u", (unsigned)mine,
                       (unsigned)due);
}

/* Only the o= line has changed. Session-Expires makes it a refresh. */
static enum sipsan_verdict unchanged_told(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_described *last;
    const struct sipsan_sdp *sdp = v->msg->session;

    if (!sdp || sipsan_session_interval(v->msg) == 0)
        return SIPSAN_NA;
    last = sipsan_said_before(v, true);
    if (!last || last->origin != sipsan_sdp_origin_hash(sdp) ||
        last->rest != sipsan_sdp_media_hash(sdp) || last->version == SIPSAN_SDP_NO_VERSION)
        return SIPSAN_NA;
    if (sipsan_sdp_version(sdp) == last->version)
        return SIPSAN_PASS;
    why->expected = "the o= line of the description before";
    sipsan_relate(why, &last->ref, "description before", nothing);
    sipsan_fail(why, sdp->origin.text, "the version goes up and nothing else has changed");
    return sipsan_unless_missed(v);
}

/* 7.2, 9, 10: time ---------------------------------------------------------------------------- */

#define SECOND INT64_C(1000000)

/* The 2xx was seen later than it was sent, or before it was received, by at most this. */
#define GRACE (2 * SECOND)
#define LATE  (32 * SECOND) /* a BYE that was meant to come in time */

static int64_t expiration(const struct sipsan_session_timer *timer)
{
    return timer->since.time + (int64_t)timer->interval * SECOND;
}

/* An attempt in time that failed lawfully ends in one that comes late. */
static enum sipsan_verdict refresh_in_time(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_session_timer *timer = running(v);

    if (!timer || timer->refresher != v->side || timer->attempted)
        return SIPSAN_NA;
    if (v->now <= expiration(timer) + GRACE)
        return SIPSAN_PASS;
    why->expected = "a refresh before the session expires, best after half the interval";
    sipsan_relate(why, &timer->since, "2xx with Session-Expires", nothing);
    sipsan_fail(why, v->msg->start_line,
                "the refresher refreshes %.0f s after the session of %u s began",
                (double)(v->now - timer->since.time) / 1e6, (unsigned)timer->interval);
    return sipsan_unless_missed(v);
}

static enum sipsan_verdict hangs_up(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_session_timer *timer = running(v);

    if (!timer || timer->attempted || timer->refresher != other_side(v->side) ||
        v->msg->method_id == SIPSAN_METHOD_CANCEL || v->msg->method_id == SIPSAN_METHOD_ACK)
        return SIPSAN_NA;
    if (v->now <= expiration(timer) + LATE)
        return SIPSAN_PASS;
    why->expected = "a BYE shortly before the session expires";
    sipsan_relate(why, &timer->since, "2xx with Session-Expires", nothing);
    sipsan_fail(why, v->msg->start_line,
                "%.0f s into a session of %u s that nobody refreshed it is still there",
                (double)(v->now - timer->since.time) / 1e6, (unsigned)timer->interval);
    return sipsan_unless_missed(v);
}

/* 8: proxies ---------------------------------------------------------------------------------- */

static const struct sipsan_msg *upstream(const struct sipsan_view *v)
{
    return v->parent ? v->parent->request : NULL;
}

static enum sipsan_verdict refresher_untouched(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_session_expires in = {0}, out;

    if (!upstream(v) || !sipsan_msg_session_expires(&out, v->msg))
        return SIPSAN_NA;
    if (!sipsan_msg_session_expires(&in, upstream(v)) &&
        sipsan_msg_count(upstream(v), SIPSAN_HDR_SESSION_EXPIRES) > 0)
        return SIPSAN_NA; /* could not be read */
    if (in.refresher == out.refresher)
        return SIPSAN_PASS;
    why->expected = "the refresher parameter as it came in, or none";
    sipsan_relate_request(why, v->parent, text_of(upstream(v), SIPSAN_HDR_SESSION_EXPIRES));
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_SESSION_EXPIRES),
                       "the proxy has changed who refreshes the session");
}

static enum sipsan_verdict interval_not_raised(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint32_t in, out = sipsan_session_interval(v->msg), least;

    if (!upstream(v) || out == 0)
        return SIPSAN_NA;
    in = sipsan_session_interval(upstream(v));
    least = sipsan_session_minimum(v->msg);
    if (in == 0 || in < (least > SMALLEST ? least : SMALLEST))
        return SIPSAN_NA;
    if (out <= in)
        return SIPSAN_PASS;
    why->expected = "the interval as it came in, or a shorter one";
    sipsan_relate_request(why, v->parent, text_of(upstream(v), SIPSAN_HDR_SESSION_EXPIRES));
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_SESSION_EXPIRES),
                       "Session-Expires came in with %u and goes out with %u", (unsigned)in,
                       (unsigned)out);
}

/* What the client itself sent too short is its own fault where the proxy leaves it as it is. */
static enum sipsan_verdict interval_not_below(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint32_t in, out = sipsan_session_interval(v->msg), least;

    if (!upstream(v) || out == 0)
        return SIPSAN_NA;
    in = sipsan_session_interval(upstream(v));
    least = sipsan_session_minimum(v->msg);
    if (least == 0 || (in == out && least == sipsan_session_minimum(upstream(v))))
        return SIPSAN_NA;
    if (out >= least)
        return SIPSAN_PASS;
    why->expected = "at least the value of Min-SE";
    sipsan_relate_request(why, v->parent, nothing);
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_SESSION_EXPIRES),
                       "the proxy sends Session-Expires %u with Min-SE %u", (unsigned)out,
                       (unsigned)least);
}

static enum sipsan_verdict min_se_untouched(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint32_t in, out;

    if (!upstream(v))
        return SIPSAN_NA;
    in = sipsan_session_minimum(upstream(v));
    out = sipsan_session_minimum(v->msg);
    if (in == 0 && out == 0)
        return SIPSAN_NA;
    /* What was raised for a client without the timer is as it should be. */
    if (in == out || (out > in && !sipsan_supports_timer(upstream(v))))
        return SIPSAN_PASS;
    if (out == 0 &&
        (!sipsan_header_complete(v->msg) || sipsan_msg_count(v->msg, SIPSAN_HDR_MIN_SE) > 0))
        return SIPSAN_NA;
    why->expected = "Min-SE as it came in";
    sipsan_relate_request(why, v->parent, text_of(upstream(v), SIPSAN_HDR_MIN_SE));
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_MIN_SE),
                       "Min-SE came in with %u and goes out with %u (0: none)", (unsigned)in,
                       (unsigned)out);
}

/* A timer that the server knows nothing of is the proxy's own to add. */
static enum sipsan_verdict response_untouched(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint32_t up = sipsan_session_interval(v->msg), below = v->child->interval;

    if (below == 0 || v->child->final.status != v->msg->status || v->child->other_final.status != 0)
        return SIPSAN_NA;
    if (up == below)
        return SIPSAN_PASS;
    if (up == 0 && (!sipsan_header_complete(v->msg) ||
                    sipsan_msg_count(v->msg, SIPSAN_HDR_SESSION_EXPIRES) > 0))
        return SIPSAN_NA;
    why->expected = "Session-Expires as the server sent it";
    sipsan_relate(why, &v->child->final.ref, "response from below", nothing);
    return sipsan_fail(why, text_of(v->msg, SIPSAN_HDR_SESSION_EXPIRES),
                       "Session-Expires was %u below this proxy and is %u above (0: none)",
                       (unsigned)below, (unsigned)up);
}

#define REFRESH (BIT(INVITE) | BIT(UPDATE))

#define ON_REFRESH .on = SIPSAN_ON_DIALOG_REQUEST, .methods = REFRESH, .view = SIPSAN_VIEW_DIALOG

#define ON_FORWARD                                                                                 \
    .on = SIPSAN_ON_HOP_PAIR_REQUEST, .methods = REFRESH, .needs = SIPSAN_NEEDS_BOTH_HOPS

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc4028.7.4.min-se-after-422",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = REFRESH,
        .view = SIPSAN_VIEW_BEFORE,
        .summary = "A request that is tried again after a 422 has Min-SE",
        .explain =
            "The elements on the way each have a minimum of their own. By Min-SE in the retry the "
            "second one learns what the first one has asked for, and does not lower it again.\n"
            "Judged of the next request of the same kind in the call. To give up is legal.\n"
            "Bad: 422 with Min-SE: 600, then INVITE with Session-Expires: 600 alone\n"
            "Good: Session-Expires: 600 and Min-SE: 600",
        .check = min_se_after_422,
    },
    {
        .id = "rfc4028.7.4.min-se-largest",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = REFRESH,
        .view = SIPSAN_VIEW_BEFORE,
        .summary = "After a 422 Min-SE is not below the value that it had",
        .explain = "The element that refused will refuse again.\n"
                   "Bad: 422 with Min-SE: 600, then INVITE with Min-SE: 300\n"
                   "Good: Min-SE: 600 or more",
        .check = min_se_of_422,
    },
    {
        .id = "rfc4028.7.4.min-se-received",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* who minds can still refuse with 422 */
        ON_REFRESH,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "A refresh has the largest Min-SE that its sender received in the dialog",
        .explain =
            "The minimum of the other side, and of the proxies between, arrives with its requests "
            "and 422s, and holds for both directions.\n"
            "Judged at the sender's own hop, of a side that has shown that it knows session "
            "timers. A missing Min-SE of 90 is reported one step lower: 90 holds without it too.\n"
            "Bad: re-INVITE of alice with Min-SE: 600, later re-INVITE of bob without Min-SE\n"
            "Good: re-INVITE of bob with Min-SE: 600",
        .check = min_se_received,
    },
    {
        .id = "rfc4028.7.4.refresh-session-expires",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        ON_REFRESH,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "A re-INVITE or UPDATE has Session-Expires while a session timer runs",
        .explain =
            "Any INVITE or UPDATE in the call is a refresh, whatever it is for. One without "
            "Session-Expires lets the timer be switched off by the answer.\n"
            "Judged at the sender's own hop, where both sides have shown that they know session "
            "timers.\n"
            "Bad: 200 with Session-Expires: 1800;refresher=uac, then re-INVITE without\n"
            "Good: re-INVITE with Session-Expires: 1800;refresher=uac",
        .check = refresh_says,
    },
    {
        .id = "rfc4028.7.4.interval-kept",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_NOTE, /* the interval may be changed in mid-call */
        ON_REFRESH,
        .needs = SIPSAN_NEEDS_NO_GAP,
        .summary = "A refresh asks for the interval that is in force",
        .explain =
            "The interval is the outcome of what all elements could bear. A client that asks for "
            "its own first wish again goes through the same negotiation each time.\n"
            "Judged at the sender's own hop. If Min-SE is more, that is due.\n"
            "Bad: Session-Expires: 600 in the last 2xx, Session-Expires: 1800 in the re-INVITE\n"
            "Good: Session-Expires: 600",
        .check = interval_kept,
    },
    {
        .id = "rfc4028.7.4.unchanged-told",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* the peer reads it all and finds nothing new */
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .also = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = REFRESH,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_SESSION | SIPSAN_VIEW_SAID,
        .needs = SIPSAN_NEEDS_NO_LOSS,
        .odd = SIPSAN_ODD_SESSION,
        .summary = "A description that a refresh only repeats keeps its o= line",
        .explain =
            "By the o= line the peer knows without reading on that nothing has changed. A version "
            "that counts up with every refresh makes it set up its media anew.\n"
            "Judged in messages with Session-Expires whose description equals the last one of its "
            "sender but for the version.\n"
            "Bad: o=alice 1 1 ..., then the same description with o=alice 1 2 ...\n"
            "Good: the same o= line again",
        .check = unchanged_told,
    },
    {
        .id = "rfc4028.10.refresh-in-time",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        ON_REFRESH,
        .needs = SIPSAN_NEEDS_NO_LOSS,
        .aliases = "rfc4028.7.2.refresh-in-time rfc4028.9.refresh-in-time",
        .summary = "The refresher refreshes before the session expires",
        .explain =
            "A session without a refresh in time is over: proxies forget it, firewalls close, the "
            "other side hangs up. A refresh that comes later shows that the refresher was there "
            "and too slow.\n"
            "Judged by the first INVITE or UPDATE of the refresher since the last 2xx, where no "
            "other one was tried before. Where requests may have been missed: inconclusive.\n"
            "Bad: 200 with Session-Expires: 90;refresher=uac, re-INVITE 120 s later\n"
            "Good: re-INVITE after 45 s",
        .check = refresh_in_time,
    },
    {
        .id = "rfc4028.10.bye-at-expiration",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_NO_LOSS,
        .summary = "Who waits for a refresh in vain hangs up before the session expires",
        .explain =
            "The other side may be gone without a word; the session timer is there to end such "
            "calls.\n"
            "Judged by a request that the waiting side sends in the dialog more than 32 s after "
            "the "
            "session has expired without any attempt to refresh it. Silence proves nothing: the "
            "BYE may "
            "have been lost.\n"
            "Bad: 200 with Session-Expires: 90;refresher=uac, BYE of the callee after 10 minutes\n"
            "Good: BYE of the callee after 60 s",
        .check = hangs_up,
    },
    {
        .id = "rfc4028.8.1.refresher-untouched",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        ON_FORWARD,
        .summary = "A proxy does not add or change the refresher parameter",
        .explain = "Who refreshes is between the two ends.\n"
                   "Bad: Session-Expires: 1800 comes in, Session-Expires: 1800;refresher=uac goes "
                   "out\n"
                   "Good: Session-Expires: 1800 in both",
        .check = refresher_untouched,
    },
    {
        .id = "rfc4028.8.1.interval-not-raised",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        ON_FORWARD,
        .summary = "A proxy does not raise a session interval that is not too short",
        .explain = "Elements before it count on the interval that they let pass.\n"
                   "Legal: to raise an interval that is below Min-SE.\n"
                   "Bad: Session-Expires: 600 comes in, 1800 goes out\n"
                   "Good: 600 or less",
        .check = interval_not_raised,
    },
    {
        .id = "rfc4028.8.1.interval-not-below-min-se",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        ON_FORWARD,
        .aliases =
            "rfc4028.8.1.interval-raised-to-min-se rfc4028.8.1.own-interval-not-below-min-se",
        .summary = "A proxy that sets Session-Expires or Min-SE keeps the one above the other",
        .explain =
            "A proxy may shorten the interval, down to Min-SE; when it raises Min-SE it raises "
            "the interval as well. What it passes on as it came is the client's own.\n"
            "Bad: Session-Expires: 1800 and Min-SE: 600 come in, Session-Expires: 300 goes out\n"
            "Good: Session-Expires: 600",
        .check = interval_not_below,
    },
    {
        .id = "rfc4028.8.1.min-se-untouched",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        ON_FORWARD,
        .aliases = "rfc4028.8.1.min-se-not-decreased",
        .summary =
            "A proxy does not lower Min-SE, nor touch that of a client with Supported: timer",
        .explain =
            "A client that knows session timers is told of a higher minimum by a 422, which it can "
            "check; Min-SE in a request is its own. For other clients a proxy may add Min-SE and "
            "raise it.\n"
            "Bad: Supported: timer and Min-SE: 90 come in, Min-SE: 600 goes out\n"
            "Good: 422 with Min-SE: 600",
        .check = min_se_untouched,
    },
    {
        .id = "rfc4028.8.2.session-expires-untouched",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_RESPONSE,
        .methods = REFRESH,
        .status_from = 200,
        .status_to = 299,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy does not change the Session-Expires of a 2xx",
        .explain = "The 2xx tells all elements alike how long the session holds.\n"
                   "Legal: to add Session-Expires where the server sent none.\n"
                   "Bad: Session-Expires: 1800 from the server, 600 to the client\n"
                   "Good: 1800 to both",
        .check = response_untouched,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc4028_course, rules);
