/* Offers, answers, reliable responses and UPDATE: section 13.2.1, RFC 3262, 3264, 3311. */
#include "plant_edit.h"

#define ANSWER(id, script)                                                                         \
    WITH(id, "rfc3264. rfc3261.13. rfc3262. rfc8866. rfc3261.14.2.", answering_first, script)
#define BOTH(id, answer, offer)                                                                    \
    BY(id, "rfc3264. rfc3261.13. rfc3262. rfc8866. rfc3261.14.2.", answering_first, pair,          \
       .a = answer, .b = offer)
#define DIRECTIONS(id, answer, offer)                                                              \
    BY(id, "rfc3264. rfc3261.13. rfc3262. rfc8866.", answering_plain, pair, .a = answer, .b = offer)
#define BOTH_FIRST(id, answer, offer)                                                              \
    BY(id, "rfc3264. rfc3261.13. rfc3262. rfc8866. rfc3261.14.2.", answering_reoffered, pair,      \
       .a = answer, .b = offer)
#define CAPABILITIES                                                                               \
    "~ Content-Type: application/sdp\n| v=0\n| o=- 1 1 IN IP4 192.0.2.1\n| s=-\n| c=IN IP4 "       \
    "192.0.2.1"

static const struct plant rows[] = {
    WITH("rfc3262.3.has-rseq", "rfc3262. rfc3261.20.", ringing_reliably, "- RSeq"),
    BY("rfc3262.3.only-invite", "rfc3261.8.2.6.1. rfc4320. rfc3262. rfc3261.8.2.4.", plain_answer,
       again, .a = "= SIP/2.0 183 Session Progress\n+ Require: 100rel\n+ RSeq: 1", .delay = -100),
    WITH("rfc3262.3.100-not-reliable", "rfc3262. rfc3261.8.2.4.", trying,
         "+ Require: 100rel\n+ RSeq: 1"),
    WITH("rfc3262.7.1.rseq-only-1xx", "rfc3261.20.", accepting, "+ RSeq: 7"),
    WITH("rfc3262.4.require-only-invite", "rfc3261.20.", plain_request, "+ Require: 100rel"),
    BY("rfc3262.3.required-sends-reliably", "rfc3262. rfc3261.8.2.2.3.", ringing_unreliably, pair,
       .b = "+ Require: 100rel"),
    WITH("rfc3262.3.first-rseq-range", "rfc3262. rfc3261.8.2.4.", new_reliable_first,
         "~ RSeq: 3000000000"),
    BY("rfc3262.3.second-after-first-prack", "rfc3262.", ringing_first_reliably, next_reliable,
       .a = NULL),
    BY("rfc3262.3.copies-double", NULL, ringing_reliably, burst, .delay = 20 * MS),
    WITH("rfc3262.7.1.rseq-syntax", "rfc3262. rfc3261.8.2.4.", ringing_reliably, "~ RSeq: one"),
    WITH("rfc3262.7.1.rseq-range", "rfc3262. rfc3261.8.2.4.", ringing_reliably, "~ RSeq: 0"),
    WITH("rfc3262.7.2.rack-syntax", "rfc3262.", prack, "~ RAck: 1 INVITE"),
    WITH("rfc3262.7.2.rack-method", "rfc3262.", prack, "%  INVITE\r\n =>  BYE\r\n"),
    WITH("rfc3262.7.2.rack-range", "rfc3262.", prack, "~ RAck: 0 1 INVITE"),
    WITH("rfc3262.7.2.rack-only-prack", "rfc3261.20.", plain_request, "+ RAck: 1 1 INVITE"),
    WITH("rfc3262.3.unmatched-prack-481", "rfc3262.", prack_accepted, "% RAck:  => RAck: 1"),
    WITH("rfc3262.4.prack-names-response", "rfc3262.", prack, "% RAck:  => RAck: 1"),
    WITH("rfc3262.3.matched-prack-2xx", "rfc3262. rfc3261.12. rfc3261.21.", prack_answer_accepted,
         "= SIP/2.0 481 Call/Transaction Does Not Exist"),
    BY("rfc3262.4.prack-in-dialog", "rfc3262. rfc3261.12. rfc3261.8.", prack, drop_tag, .a = "To"),
    BY("rfc3262.4.prack-once", "rfc3262. rfc3261.12. rfc3261.17.", prack_accepted, again,
       .a = "% ;branch=z9hG4bK => ;branch=z9hG4bKx\n% CSeq:  => CSeq: 1", .delay = 900 * MS),
    BY("rfc3262.5.answer-in-prack", "rfc3262. rfc3264. rfc3261.13.", prack_with_sdp, body_gone,
       .a = NULL),
    ANSWER("rfc3264.6.answer-time", "/ t=0 0 => t=2873397496 2873404696"),
    ANSWER("rfc3264.6.1.media-type", "/ m=audio => m=video"),
    ANSWER("rfc3264.6.1.transport", "/ RTP/AVP => RTP/SAVP"),
    ANSWER("rfc3264.6.1.common-format", "/ RTP/AVP 0 => RTP/AVP 8"),
    ANSWER("rfc3264.6.1.dynamic-rtpmap", "/ RTP/AVP 0 => RTP/AVP 0 98"),
    ANSWER("rfc3264.6.1.unicast-answer", "/ c=IN IP4 192.0.2.2\r\n => c=IN IP4 233.252.0.1/1\r\n"),
    ANSWER("rfc3261.13.2.1.sdp-offer-answer-procedure", "> m=video 0 RTP/AVP 31"),
    BOTH("rfc3264.8.2.zero-port-answered-zero", NULL, "/ m=audio 49170 => m=audio 0"),
    DIRECTIONS("rfc3264.6.1.answer-to-sendonly", NULL, "> a=sendonly"),
    DIRECTIONS("rfc3264.6.1.answer-to-recvonly", NULL, "> a=recvonly"),
    DIRECTIONS("rfc3264.6.1.answer-to-inactive", NULL, "> a=inactive"),
    BOTH("rfc3264.6.1.same-payload-type", "/ RTP/AVP 0 => RTP/AVP 0 98\n> a=rtpmap:98 opus/48000/2",
         "/ RTP/AVP 0 => RTP/AVP 0 97\n> a=rtpmap:97 opus/48000/2"),
    BOTH("rfc3264.6.2.multicast-address", NULL,
         "/ c=IN IP4 192.0.2.1\r\n => c=IN IP4 233.252.0.1/1\r\n"),
    BOTH("rfc3264.6.2.multicast-formats",
         "/ c=IN IP4 192.0.2.2\r\n => c=IN IP4 233.252.0.1/1\r\n\n/ m=audio 49180 RTP/AVP 0 => "
         "m=audio 49170 "
         "RTP/AVP 0 8",
         "/ c=IN IP4 192.0.2.1\r\n => c=IN IP4 233.252.0.1/1\r\n"),
    DIRECTIONS("rfc3264.6.2.multicast-direction",
               "/ c=IN IP4 192.0.2.2\r\n => c=IN IP4 233.252.0.1/1\r\n\n/ m=audio 49180 => m=audio "
               "49170\n> "
               "a=recvonly",
               "/ c=IN IP4 192.0.2.1\r\n => c=IN IP4 233.252.0.1/1\r\n\n> a=sendonly"),
    ROW("rfc3264.9.capabilities-port", options_answer,
        CAPABILITIES "\n| t=0 0\n| m=audio 4000 RTP/AVP 0"),
    ROW("rfc3264.9.capabilities-time", options_answer,
        CAPABILITIES "\n| t=2873397496 2873404696\n| m=audio 0 RTP/AVP 0"),
    ROW("rfc3264.9.capabilities-rtpmap", options_answer,
        CAPABILITIES "\n| t=0 0\n| m=audio 0 RTP/AVP 97"),
    WITH("rfc3264.8.origin-kept", OFFERS, reoffer, "/ o=- 1 => o=- 91"),
    WITH("rfc3264.8.version-plus-one", OFFERS, reoffer_changed, "/  IN IP4 => 7 IN IP4"),
    WITH("rfc3264.8.same-version-same-description", OFFERS, reoffer_same,
         "/ m=audio 4 => m=audio 5"),
    BOTH_FIRST("rfc3264.8.media-count-kept", "> m=video 0 RTP/AVP 31", "> m=video 5000 RTP/AVP 31"),
    WITH("rfc3261.13.2.1.early-answer-same", OFFERS, early_answer, "/ m=audio 4 => m=audio 5"),
    WITH("rfc3261.13.2.1.no-sdp-in-ack-when-offer-in-invite", OFFERS, ack_without_sdp,
         "+ Content-Type: application/sdp\n| v=0\n| o=- 1 1 IN IP4 192.0.2.1\n| s=-\n| c=IN IP4 "
         "192.0.2.1\n| t=0 0\n| m=audio 49170 RTP/AVP 0"),
    BY("rfc3261.13.3.1.offerless-invite-offer-in-2xx", OFFERS, accepting_with_only_offer, body_gone,
       .a = NULL),
    BY("rfc3311.5.1.within-dialog", "rfc3261.12. rfc3261.8. rfc3311. rfc3264. rfc3261.21.4.27.",
       update, drop_tag, .a = "To"),
    BY("rfc3311.5.2.answer-in-2xx", "rfc3264. rfc3261.13.", update_answer_with_sdp, body_gone,
       .a = NULL),
    WITH("rfc3311.5.2.488-warning", OFFERS " rfc3311.", update_answer,
         "= SIP/2.0 488 Not Acceptable Here"),
    BY("rfc3261.14.1.wait-client-invite-completed", "rfc3261. rfc3264. rfc3262.", reinvite, again,
       .a = "% ;branch=z9hG4bK => ;branch=z9hG4bKx\n% CSeq:  => CSeq: 1", .delay = 3 * MS),
};

PLANT_FAMILY(offer, rows);
