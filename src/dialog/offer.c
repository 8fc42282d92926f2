/* Offer and answer as far as they ride on INVITE, its responses, ACK and PRACK: RFC 3261 13.2.1,
 * RFC 3262 5, RFC 3264, RFC 6337. UPDATE (RFC 3311) is recognised, but the exchange is not followed
 * past it: the answers to both sides' exchanges could not be told apart from a tap.
 *
 * A dialog stands for one To tag, so previews of other forks never meet here. */
#include "dialog/offer.h"

#include "parse/sdp.h"

bool sipsan_offer_reliable(const struct sipsan_msg *msg)
{
    return !msg->request && msg->status > 100 && msg->status < 200 && msg->rseq.text.p &&
           sipsan_token_listed(msg->require, SPAN_LIT("100rel"));
}

static bool is_2xx(const struct sipsan_msg *msg)
{
    return msg->status >= 200 && msg->status < 300;
}

/* RFC 3261 13.2.1 for the ACK; RFC 3262 5 when the exchange took place before the 2xx. */
static enum sipsan_sdp_role role_in_ack(const struct sipsan_offers *offers)
{
    if (offers->invite_offered)
        return offers->answered ? SIPSAN_SDP_SURPLUS : SIPSAN_SDP_UNKNOWN;
    if (!offers->offered_in_response)
        return SIPSAN_SDP_UNKNOWN;
    return offers->answered ? SIPSAN_SDP_SURPLUS : SIPSAN_SDP_ANSWER;
}

static enum sipsan_sdp_role role_in_response(const struct sipsan_offers *offers,
                                             const struct sipsan_msg *msg)
{
    bool reliable = sipsan_offer_reliable(msg);

    if (!is_2xx(msg) && !reliable)
        return offers->invite_offered && msg->status < 200 ? SIPSAN_SDP_PREVIEW
                                                           : SIPSAN_SDP_UNKNOWN;
    if (offers->answered)
        return SIPSAN_SDP_SURPLUS;
    if (offers->invite_offered)
        return SIPSAN_SDP_ANSWER;
    return offers->offered_in_response ? SIPSAN_SDP_SURPLUS : SIPSAN_SDP_OFFER;
}

/* The response, or ACK, belongs to the INVITE of this exchange. */
static bool of_this(const struct sipsan_offers *offers, const struct sipsan_msg *msg)
{
    return msg->cseq.number == offers->cseq &&
           (offers->from == 0 || offers->from == sipsan_sdp_word_hash(msg->from.tag));
}

enum sipsan_sdp_role sipsan_offer_role(const struct sipsan_offers *offers,
                                       const struct sipsan_msg *msg)
{
    if (!msg->sdp)
        return SIPSAN_SDP_NONE;
    if (msg->request && (msg->method_id == SIPSAN_METHOD_INVITE))
        return SIPSAN_SDP_OFFER;
    if (msg->method_id == SIPSAN_METHOD_UPDATE)
        return msg->request  ? SIPSAN_SDP_OFFER
               : is_2xx(msg) ? SIPSAN_SDP_ANSWER
                             : SIPSAN_SDP_UNKNOWN;
    if (!offers->followed || !offers->invite_seen)
        return SIPSAN_SDP_UNKNOWN;
    switch (msg->method_id) {
    case SIPSAN_METHOD_INVITE:
        return of_this(offers, msg) ? role_in_response(offers, msg) : SIPSAN_SDP_UNKNOWN;
    case SIPSAN_METHOD_ACK:
        return msg->request && of_this(offers, msg) ? role_in_ack(offers) : SIPSAN_SDP_UNKNOWN;
    case SIPSAN_METHOD_PRACK:
        if (!msg->request)
            return is_2xx(msg) && offers->in_prack ? SIPSAN_SDP_ANSWER : SIPSAN_SDP_UNKNOWN;
        return offers->answered || !offers->offered_in_response ? SIPSAN_SDP_OFFER
                                                                : SIPSAN_SDP_ANSWER;
    default:
        return SIPSAN_SDP_UNKNOWN;
    }
}

void sipsan_offer_begin(struct sipsan_offers *offers, const struct sipsan_msg *invite,
                        uint64_t cseq)
{
    *offers = (struct sipsan_offers){.cseq = cseq};
    if (!invite || invite->truncated)
        return;
    offers->invite_seen = offers->followed = true;
    offers->invite_offered = invite->sdp;
    offers->invite_opaque = !invite->sdp && invite->body.n > 0;
    offers->from = invite->from.tag.p ? sipsan_sdp_word_hash(invite->from.tag) : 0;
}

/* The SDP of a response to the INVITE. */
static void response_applies(struct sipsan_offers *offers, const struct sipsan_msg *msg,
                             enum sipsan_sdp_role role, const struct sipsan_ref *ref)
{
    switch (role) {
    case SIPSAN_SDP_PREVIEW:
        offers->preview_hash = sipsan_sdp_hash(msg->sdp_text);
        offers->preview_media = sipsan_sdp_media_hash(msg->session);
        offers->preview_vias = msg->via_count;
        offers->preview = *ref;
        break;
    case SIPSAN_SDP_ANSWER:
        offers->answered = true;
        offers->answered_reliably_early = msg->status < 200;
        break;
    case SIPSAN_SDP_OFFER:
        offers->offered_in_response = true;
        break;
    default:
        break;
    }
}

void sipsan_offer_apply(struct sipsan_offers *offers, const struct sipsan_msg *msg,
                        const struct sipsan_ref *ref)
{
    enum sipsan_sdp_role role = sipsan_offer_role(offers, msg);

    /* A body that is cut off may hold an SDP that is not seen. */
    if (msg->truncated)
        offers->followed = false;
    switch (msg->method_id) {
    case SIPSAN_METHOD_UPDATE:
        offers->followed = false;
        break;
    case SIPSAN_METHOD_INVITE:
        if (!msg->request)
            response_applies(offers, msg, role, ref);
        break;
    case SIPSAN_METHOD_ACK:
        if (role == SIPSAN_SDP_ANSWER)
            offers->answered = true;
        break;
    case SIPSAN_METHOD_PRACK:
        if (msg->request && role == SIPSAN_SDP_ANSWER)
            offers->answered = offers->answered_reliably_early = true;
        if (msg->request && role == SIPSAN_SDP_OFFER)
            offers->in_prack = true;
        break;
    default:
        break;
    }
}
