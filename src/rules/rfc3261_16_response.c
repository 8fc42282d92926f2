/* RFC 3261 section 16.7: what a proxy passes on of the responses from below. Only where a pair of
 * hops proves the proxy (rfc3261_16.c). */
#include "rules/rule.h"

/* The response from below that this one was made of. Provisional ones of the same status may differ
 * and change places on the way: only where there is one, and this is the first that goes up (else
 * the tap has missed what it was made of). */
static const struct sipsan_reply *below(const struct sipsan_view *v)
{
    if (v->msg->status < 200 && (v->child->response_count - v->child->trying.copies != 1 ||
                                 v->txn->response_count != v->txn->trying.copies))
        return NULL;
    return sipsan_txn_reply(v->child, v->msg->status, v->msg->to.tag, v->now);
}

/* Passed on: what no proxy has a reason to take out. Server, Record-Route and the like fall to
 * those who hide a network on purpose (RFC 3323). */
static enum sipsan_verdict headers_kept(const struct sipsan_view *v, struct sipsan_why *why)
{
    static const enum sipsan_header_id kept[] = {
        SIPSAN_HDR_ACCEPT,
        SIPSAN_HDR_ALLOW,
        SIPSAN_HDR_AUTHENTICATION_INFO,
        SIPSAN_HDR_CONTACT,
        SIPSAN_HDR_CONTENT_TYPE,
        SIPSAN_HDR_EXPIRES,
        SIPSAN_HDR_MIN_EXPIRES,
        SIPSAN_HDR_REQUIRE,
        SIPSAN_HDR_RSEQ,
        SIPSAN_HDR_PROXY_AUTHENTICATE,
        SIPSAN_HDR_RETRY_AFTER,
        SIPSAN_HDR_SUPPORTED,
        SIPSAN_HDR_UNSUPPORTED,
        SIPSAN_HDR_WWW_AUTHENTICATE,
    };
    const struct sipsan_reply *r = below(v);

    if (!r || r->present == 0 || !sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    if (v->txn->request && sipsan_msg_count(v->txn->request, SIPSAN_HDR_PRIVACY))
        return SIPSAN_NA;
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        if (!(r->present >> kept[i] & 1) || sipsan_msg_count(v->msg, kept[i]))
            continue;
        sipsan_relate(why, &r->ref, "response from below", nothing);
        return sipsan_fail(why, v->msg->start_line, "%s of the response from below is lost",
                           sipsan_header_name(kept[i]));
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict body_untouched(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_reply *r = below(v);
    uint64_t mine = sipsan_txn_body_key(v->txns, v->msg);

    if (!r || r->body == 0 || mine == 0)
        return SIPSAN_NA;
    if (r->body == mine)
        return SIPSAN_PASS;
    sipsan_relate(why, &r->ref, "response from below", nothing);
    return sipsan_fail(
        why, v->msg->content_length.text.p ? v->msg->content_length.text : v->msg->start_line,
        "the body was another one below this proxy");
}

/* What the proxy wrote into the Via of its client when it received the request. */
static enum sipsan_verdict keeps_received(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *down = v->child->request;
    const struct sipsan_via *sent = down && down->via ? down->via->next : NULL;
    const struct sipsan_via *mine = v->msg->via;

    if (!sent || !sent->ok || !mine || !mine->ok || !sipsan_via_same_hop(sent, mine))
        return SIPSAN_NA;
    if ((!sent->received.p || mine->received.p) &&
        (sent->rport_value < 0 || mine->rport_value >= 0))
        return SIPSAN_PASS;
    why->expected = "the Via as it was sent down, with received and rport";
    sipsan_relate_request(why, v->child, sent->text);
    return sipsan_fail(why, mine->text, "%s that this proxy had added is gone",
                       sent->received.p && !mine->received.p ? "received" : "the port in rport");
}

#define SOON INT64_C(1000000)

/* The only branch below got the same status without a tag within a second before, and it was not
 * passed on. */
static enum sipsan_verdict to_tag_insert(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *child = v->txn->children;
    const struct sipsan_reply *r;

    if (v->child || !child || child->sibling || !v->msg->to.tag.p || v->txn->to_tag.p)
        return SIPSAN_NA;
    r = sipsan_txn_reply(child, v->msg->status, nothing, v->now);
    if (!r || v->now - r->ref.time > SOON ||
        sipsan_txn_reply(v->txn, v->msg->status, nothing, v->now))
        return SIPSAN_NA;
    why->lower = v->msg->status < 200; /* a proxy may send a provisional of its own */
    why->role = "proxy";
    sipsan_relate(why, &r->ref, "response from below", r->to);
    return sipsan_fail(why, v->msg->to.tag, "To had no tag below this proxy");
}

static enum sipsan_verdict no_final(const struct sipsan_view *v, struct sipsan_why *why)
{
    sipsan_relate(why, &v->owed->trigger, "final response of the last branch", nothing);
    return sipsan_fail(why, nothing,
                       "all branches below have failed, and no final response went up");
}

static bool challenges(const struct sipsan_view *v, uint64_t realm)
{
    for (const struct sipsan_auth *a = v->msg->auth; a; a = a->next)
        if ((a->header == SIPSAN_HDR_WWW_AUTHENTICATE ||
             a->header == SIPSAN_HDR_PROXY_AUTHENTICATE) &&
            (!a->ok || sipsan_txn_realm_key(v->txns, a->realm) == realm))
            return true;
    return false;
}

static enum sipsan_verdict all_challenges(const struct sipsan_view *v, struct sipsan_why *why)
{
    if ((v->msg->status != 401 && v->msg->status != 407) || !sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    for (const struct sipsan_txn *c = v->txn->children; c; c = c->sibling) {
        if (c == v->child || c->final.copies == 0 ||
            (c->final.status != 401 && c->final.status != 407))
            continue;
        for (uint32_t i = 0; i < c->realm_count; i++) {
            if (challenges(v, c->realms[i]))
                continue;
            sipsan_relate(why, &c->final.ref, "challenge from below", nothing);
            return sipsan_fail(why, v->msg->start_line,
                               "a challenge of another branch is not in this %d", v->msg->status);
        }
    }
    return SIPSAN_PASS;
}

/* A branch that was begun after another one had been redirected to its Request-URI. */
static bool recursed_on(const struct sipsan_txn *txn, const struct sipsan_uri *uri,
                        const struct sipsan_txn **to)
{
    for (const struct sipsan_txn *from = txn->children; from; from = from->sibling) {
        if (from->final.status / 100 != 3 || !from->moved.p || !span_eq(from->moved, uri->text))
            continue;
        for (const struct sipsan_txn *c = txn->children; c; c = c->sibling) {
            if (c == from || !c->request || c->first.time < from->final.ref.time ||
                !sipsan_uri_eq(&c->request->ruri, uri))
                continue;
            *to = c;
            return true;
        }
    }
    return false;
}

static enum sipsan_verdict recursed_removed(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_txn *to;

    if (!v->txn->children)
        return SIPSAN_NA;
    for (const struct sipsan_name_addr *c = v->msg->contact; c; c = c->next) {
        if (!c->ok || !recursed_on(v->txn, &c->uri, &to))
            continue;
        why->role = "proxy";
        sipsan_relate_request(why, to, to->request->ruri.text);
        return sipsan_fail(why, c->uri.text, "this proxy has tried the Contact itself");
    }
    return SIPSAN_PASS;
}

#define INVITE BIT(INVITE)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.16.7.proxy-response-headers-kept",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* a border element may filter on purpose */
        .on = SIPSAN_ON_HOP_PAIR_RESPONSE,
        .needs = SIPSAN_NEEDS_BOTH_HOPS | SIPSAN_NEEDS_NO_GAP,
        .summary = "A proxy removes nothing from a response but its own Via",
        .explain =
            "What the callee answers is meant for the caller: a challenge, a Contact, the number "
            "of a reliable provisional. A proxy that takes out a header field it does not know "
            "breaks what it cannot see.\n"
            "Judged are the header fields that no proxy has a reason to remove, and only their "
            "loss as a whole. A caller that asked for privacy (RFC 3323) is left out. A warning: "
            "border elements filter on purpose.\n"
            "  bad:   180 with Require: 100rel and RSeq below, 180 without RSeq above\n"
            "  good:  the same header fields, one Via less",
        .check = headers_kept,
    },
    {
        .id = "rfc3261.16.7.proxy-response-body-untouched",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* relays of media change descriptions on purpose */
        .on = SIPSAN_ON_HOP_PAIR_RESPONSE,
        .needs = SIPSAN_NEEDS_BOTH_HOPS | SIPSAN_NEEDS_NO_GAP,
        .summary = "A proxy does not change the body of a response",
        .explain = "Bodies belong to the two ends; they may be signed or encrypted.\n"
                   "A warning, since elements that relay media rewrite session descriptions on "
                   "purpose: what they do is not the work of a proxy.\n"
                   "  bad:   c=IN IP4 192.0.2.2 from below, c=IN IP4 192.0.2.10 goes up\n"
                   "  good:  the same octets",
        .check = body_untouched,
    },
    {
        .id = "rfc3261.16.7.proxy-keeps-received",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_RESPONSE,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A proxy leaves received and rport in the Via of its client",
        .explain =
            "The proxy noted in received where the request really came from, and in rport (RFC "
            "3581) from which port. The client learns its public address from the response; a "
            "proxy that cleans its notes away hides it.\n"
            "Reported when the request that went down bears the parameter and the response that "
            "goes up does not.\n"
            "  bad:   Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1 goes up\n"
            "  good:  Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=192.0.2.1",
        .check = keeps_received,
    },
    {
        .id = "rfc3261.16.7.proxy-no-to-tag-insert",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = INVITE,
        .status_from = 101,
        .status_to = 299,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP,
        .updated_by = "RFC 6228",
        .view = SIPSAN_VIEW_CHILDREN,
        .summary = "A proxy does not give a To tag to a response that has none",
        .explain =
            "A callee of RFC 2543 answers without a tag, and the dialog then has none. With a tag "
            "made by the proxy the caller's later requests fit no call of the callee.\n"
            "Reported when a proxy with one branch sends up, within a second, the status that it "
            "just got without a tag, with one. For a provisional, which a proxy may send on its "
            "own, one step lower (RFC 6228 lets it make a 199).\n"
            "  bad:   To: <sip:bob@example.net> below, To: <sip:bob@example.net>;tag=1 above\n"
            "  good:  the same To",
        .check = to_tag_insert,
    },
    {
        .id = "rfc3261.16.7.proxy-must-send-final",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* a branch out of sight may have failed to answer yet */
        .on = SIPSAN_ON_OWED,
        .owed = SIPSAN_OWES_PROXY_FINAL,
        .needs = SIPSAN_NEEDS_PAST_DEADLINE | SIPSAN_NEEDS_BOTH_WAYS | SIPSAN_NEEDS_NO_GAP |
                 SIPSAN_NEEDS_START,
        .summary = "A proxy whose branches have all failed sends a final response",
        .explain =
            "When nobody is left who could answer, the proxy chooses the best of the responses "
            "and sends it up. Without one the caller hears the ringing tone until it gives up.\n"
            "Reported four minutes after the last final response came from below, when since then "
            "neither a new branch was begun nor any response but 100 went up: on a branch that the "
            "tap does not see Timer C (three minutes) would have fired by then.\n"
            "  bad:   486 from the only branch, nothing goes up\n"
            "  good:  486 goes up at once",
        .check = no_final,
    },
    {
        .id = "rfc3261.16.7.proxy-aggregate-challenges",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_RESPONSE,
        .status_from = 401,
        .status_to = 407,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "A 401 or 407 that a proxy forwards has the challenges of all branches",
        .explain =
            "A request that was forked to two servers is tried again once: with credentials for "
            "both. A challenge that the proxy keeps to itself makes the second branch fail again "
            "and again.\n"
            "Reported when another branch had answered 401 or 407 before, with a realm that the "
            "response does not have.\n"
            "  bad:   realm=\"a\" from one branch, realm=\"b\" from the other, only \"a\" goes up\n"
            "  good:  both challenges in one response",
        .check = all_challenges,
    },
    {
        .id = "rfc3261.16.7.proxy-recursed-contacts-removed",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = INVITE,
        .status_from = 300,
        .status_to = 399,
        .summary = "A proxy takes the Contacts that it has tried itself out of a 3xx",
        .explain =
            "A proxy may follow a redirection for its client. What it has tried in vain the client "
            "need not try again.\n"
            "Reported when a branch was redirected to exactly this URI, the proxy then began a "
            "branch to it, and the 3xx that goes up still lists it.\n"
            "  bad:   302 with Contact: <sip:c@192.0.2.3>, INVITE sip:c@192.0.2.3 by the proxy, "
            "302 with this Contact goes up\n"
            "  good:  the response of the second branch, or a 3xx with other Contacts",
        .check = recursed_removed,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_16_response, rules);
