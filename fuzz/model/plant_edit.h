/* What the families of violations share: edits of a captured text, and where they fit. */
#ifndef FUZZ_MODEL_PLANT_EDIT_H
#define FUZZ_MODEL_PLANT_EDIT_H

#include "plant.h"

extern const struct plant_family plants_message, plants_transaction, plants_dialog, plants_offer,
    plants_proxy, plants_absence, plants_registration, plants_extension, plants_grammar,
    plants_body;

#define PLANT_FAMILY(name, rows)                                                                   \
    const struct plant_family plants_##name = {#name, rows, sizeof(rows) / sizeof(rows[0])}

/* plant_text.c: the text of one message, in every copy of it that was seen. */
const char *text_find(const struct written *t, const char *what, const char *from);
void text_replace(struct world *w, uint32_t i, const char *at, size_t n, const char *by);
/* The line of the first header field of this name, or its letter, with CR LF; NULL: none. */
const char *text_line(const struct written *t, const char *name, size_t *n);
/* The same message, at this hop or another. */
bool plant_is_same(const struct sip *a, const struct sip *b);
const char *text_body(const struct written *t); /* behind the empty line */

/* Edits, false: no place. Each line of `a` is one step, as in the fixtures of rules:
 *
 *   = START LINE      ~ Name: value (replaces the first, or adds)     + Name: value     - Name
 *   @ Name text (before the first >)
 *   & Name text (at the end of the first value)                       % old => new (in the header)
 *   | line of the body (the first one replaces the body)              / old => new (in the body)
 *   > line at the end of the body                                     - body
 *
 * CR LF within a line belongs to it. Content-Length follows the body. The message is edited at this
 * hop alone, or wherever it was seen. */
bool edit_script(struct world *w, uint32_t i, const struct plant *plant);
bool edit_along(struct world *w, uint32_t i, const struct plant *plant);

/* Rows. ROW: nothing comes along; WITH: what does; BY: another edit than a script. */
#define ROW(id, where, script)                                                                     \
    {                                                                                              \
        .rule = id, .fits = at_##where, .a = script                                                \
    }
#define WITH(id, brings, where, script)                                                            \
    {                                                                                              \
        .rule = id, .related = brings, .fits = at_##where, .a = script                             \
    }
#define BY(id, brings, where, how, ...)                                                            \
    {                                                                                              \
        .rule = id, .related = brings, .fits = at_##where, .edit = edit_##how, __VA_ARGS__         \
    }

/* Lists of what comes along. */
#define ECHO    "rfc3261.8.2.6.2."
#define CANCELS "rfc3261.9. rfc3261.17.1.1.3. "
#define OFFERS  "rfc3264. rfc3261.13. rfc3262. rfc3261.14."
#define UNHEARD " rfc3261.17. rfc3261.16. rfc3261.9.2."

/* plant_edit.c. */
#define PLANT_EDIT(name) bool edit_##name(struct world *w, uint32_t i, const struct plant *plant)
PLANT_EDIT(cut);
PLANT_EDIT(drop_tag);
PLANT_EDIT(request_uri);
PLANT_EDIT(body_gone);
PLANT_EDIT(cseq_of_all);
PLANT_EDIT(branch);
PLANT_EDIT(branch_of_invite);
PLANT_EDIT(other_branch);
PLANT_EDIT(again);
PLANT_EDIT(four_times);
PLANT_EDIT(move);
PLANT_EDIT(before_answers);
PLANT_EDIT(method_branch);
PLANT_EDIT(pair);
PLANT_EDIT(outside);
PLANT_EDIT(exchange_four_times);
PLANT_EDIT(burst);
PLANT_EDIT(request_four_times);
bool edit_heard(struct world *w);
PLANT_EDIT(next_reliable);
PLANT_EDIT(unchanged_retry);
PLANT_EDIT(to_group);
PLANT_EDIT(relayed);
PLANT_EDIT(used_branch);
PLANT_EDIT(cseq_of_first);
PLANT_EDIT(own_uri);
PLANT_EDIT(own_tag);
PLANT_EDIT(line_twice);
PLANT_EDIT(unquote);
PLANT_EDIT(to_port);
PLANT_EDIT(from_port);
PLANT_EDIT(left_out);

/* Requests that no element answers (leaves_out). */
bool plant_unanswered_invite(const struct world *w, const struct node *from, const struct sip *m);
bool plant_no_bye(const struct world *w, const struct node *from, const struct sip *m);
bool plant_unanswered_plain(const struct world *w, const struct node *from, const struct sip *m);

/* plant_where.c and plant_where_call.c. */
static inline const struct sip *plant_sip(const struct world *w, uint32_t i)
{
    return w->seen[i].sip;
}

static inline bool plant_is_request(const struct sip *m, enum method method)
{
    return m->status == 0 && m->method == method;
}

/* The message is sent by a proxy; it answers a request outside a dialog. */
bool plant_by_proxy(const struct world *w, uint32_t i);
bool plant_of_first(const struct world *w, uint32_t i);
bool plant_is_accepted(const struct world *w, uint32_t i);
const struct sip *plant_invite_of(const struct world *w, const struct sip *m);
/* The request that the response at i answers, where it was seen before; i: none. */
uint32_t plant_request_of(const struct world *w, uint32_t i);
#define PLANT_WHERE(name) bool at_##name(const struct world *w, uint32_t i)
PLANT_WHERE(first_invite);
PLANT_WHERE(own_invite);
PLANT_WHERE(invite_with_sdp);
PLANT_WHERE(invite_with_credentials);
PLANT_WHERE(message);
PLANT_WHERE(info);
PLANT_WHERE(refer);
PLANT_WHERE(info_accepted);
PLANT_WHERE(refer_accepted);
PLANT_WHERE(invite_of_caller);
PLANT_WHERE(prack_accepted);
PLANT_WHERE(notify);
PLANT_WHERE(prack);
PLANT_WHERE(cancel);
PLANT_WHERE(cancel_answer);
PLANT_WHERE(bye);
PLANT_WHERE(bye_answer);
PLANT_WHERE(plain_request);
PLANT_WHERE(caller_request);
PLANT_WHERE(caller_request_alone);
PLANT_WHERE(options);
PLANT_WHERE(plain_answer);
PLANT_WHERE(ringing);
PLANT_WHERE(accepting);
PLANT_WHERE(answering);
PLANT_WHERE(refusal);
PLANT_WHERE(busy);
PLANT_WHERE(challenge);
PLANT_WHERE(ack_2xx);
PLANT_WHERE(ack_failure);
PLANT_WHERE(invite_of_proxy);
PLANT_WHERE(recorded_of_proxy);
PLANT_WHERE(options_answer);
PLANT_WHERE(message_answer);
PLANT_WHERE(info_answer);
PLANT_WHERE(info_with_body);
PLANT_WHERE(trying);
PLANT_WHERE(moved);
PLANT_WHERE(moved_followed);
PLANT_WHERE(challenge_followed);
PLANT_WHERE(proxy_challenge);
PLANT_WHERE(ringing_reliably);
PLANT_WHERE(unfilled_answer);
PLANT_WHERE(filled_answer);
PLANT_WHERE(received_answer);
PLANT_WHERE(rport_answer);
PLANT_WHERE(rport_request);
PLANT_WHERE(accepting_with_sdp);
PLANT_WHERE(first_refusal);
PLANT_WHERE(own_invite_accepted);
PLANT_WHERE(accepting_first);
PLANT_WHERE(notify_last);
PLANT_WHERE(notify_first);
PLANT_WHERE(notify_answer);
PLANT_WHERE(register);
PLANT_WHERE(register_with_contact);
PLANT_WHERE(register_two);
PLANT_WHERE(register_star);
PLANT_WHERE(register_answer);
PLANT_WHERE(register_brief);
PLANT_WHERE(register_refused);
PLANT_WHERE(register_star_accepted);
PLANT_WHERE(register_bound);
PLANT_WHERE(ringing_unreliably);
PLANT_WHERE(ringing_reliably_later);
PLANT_WHERE(ringing_reliably_first);
PLANT_WHERE(prack_answer);
PLANT_WHERE(prack_with_sdp);
PLANT_WHERE(answering_first);
PLANT_WHERE(reinvite);
PLANT_WHERE(reinvite_accepted);
PLANT_WHERE(reaccepting_followed);
PLANT_WHERE(reoffer);
PLANT_WHERE(reoffer_same);
PLANT_WHERE(reoffer_changed);
PLANT_WHERE(answering_reoffered);
PLANT_WHERE(ack_without_sdp);
PLANT_WHERE(ack_with_credentials);
PLANT_WHERE(ringing_with_sdp);
PLANT_WHERE(ringing_accepted);
PLANT_WHERE(accepting_with_offer);
PLANT_WHERE(update);
PLANT_WHERE(update_answer);
PLANT_WHERE(update_answer_with_sdp);
PLANT_WHERE(accepting_recorded);
PLANT_WHERE(routed_request);
PLANT_WHERE(routed_caller_request);
PLANT_WHERE(routed_callee_request);
PLANT_WHERE(bye_by_caller);
PLANT_WHERE(first_refusal_of_offer);
PLANT_WHERE(response_of_proxy);
PLANT_WHERE(refusal_of_proxy);
PLANT_WHERE(ringing_long);
PLANT_WHERE(cancel_answer_487);
PLANT_WHERE(answering_plain);
PLANT_WHERE(accepting_of_proxy);
PLANT_WHERE(ringing_first_reliably);
PLANT_WHERE(ringing_long_plain);
PLANT_WHERE(unshared_answer);
PLANT_WHERE(unshared_bye);
PLANT_WHERE(prack_answer_accepted);
PLANT_WHERE(unforked_invite);
PLANT_WHERE(first_copy);
PLANT_WHERE(ringing_twice);
PLANT_WHERE(cancel_answer_ringing);
PLANT_WHERE(bye_confirmed);
PLANT_WHERE(early_answer);
PLANT_WHERE(sdp_accepting_of_proxy);
PLANT_WHERE(cancel_early);
PLANT_WHERE(cancel_at_proxy);
PLANT_WHERE(repeated_reliably);
PLANT_WHERE(register_two_accepted);
PLANT_WHERE(refresh_then_peer);
PLANT_WHERE(new_reliable_first);
PLANT_WHERE(unshared_options_answer);
PLANT_WHERE(cancel_answer_first);
PLANT_WHERE(trying_first);
PLANT_WHERE(accepting_call);
PLANT_WHERE(invite_after_401);
PLANT_WHERE(accepting_with_only_offer);
PLANT_WHERE(cancel_pending);
PLANT_WHERE(cancel_first);
PLANT_WHERE(cancel_later);
PLANT_WHERE(ringing_first);
PLANT_WHERE(routed_ack);
PLANT_WHERE(sdp_of_proxy);
PLANT_WHERE(accepting_quiet);

#endif
