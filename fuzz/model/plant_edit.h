/* What the families of violations share: edits of a captured text, and where they fit. */
#ifndef FUZZ_MODEL_PLANT_EDIT_H
#define FUZZ_MODEL_PLANT_EDIT_H

#include "plant.h"

extern const struct plant_family plants_message, plants_transaction, plants_dialog, plants_proxy,
    plants_grammar, plants_body;

#define PLANT_FAMILY(name, rows)                                                                   \
    const struct plant_family plants_##name = {#name, rows, sizeof(rows) / sizeof(rows[0])}

/* plant_text.c: the text of one message, in every copy of it that was seen. */
const char *text_find(const struct written *t, const char *what, const char *from);
void text_replace(struct world *w, uint32_t i, const char *at, size_t n, const char *by);
/* The line of the first header field of this name, or its letter, with CR LF; NULL: none. */
const char *text_line(const struct written *t, const char *name, size_t *n);
const char *text_body(const struct written *t); /* behind the empty line */

/* Edits, false: no place. Each line of `a` is one step, written as in the fixtures of rules:
 *
 *   = START LINE      ~ Name: value (replaces the first, or adds)     + Name: value     - Name
 *   & Name text (at the end of the first value)                       % old => new (in the header)
 *   | line of the body (the first one replaces the body)              / old => new (in the body)
 *   > line at the end of the body                                     - body
 *
 * CR LF within a line belongs to it. Content-Length follows the body. The message is edited at this
 * hop alone, or wherever it was seen. */
bool edit_script(struct world *w, uint32_t i, const struct plant *plant);
bool edit_along(struct world *w, uint32_t i, const struct plant *plant);

/* Lists of what comes along. */
#define ECHO    "rfc3261.8.2.6.2."
#define CANCELS "rfc3261.9. rfc3261.17.1.1.3. "
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

/* plant_where.c. */
const struct sip *plant_invite_of(const struct world *w, const struct sip *m);
#define PLANT_WHERE(name) bool at_##name(const struct world *w, uint32_t i)
PLANT_WHERE(first_invite);
PLANT_WHERE(own_invite);
PLANT_WHERE(invite_with_sdp);
PLANT_WHERE(invite_with_credentials);
PLANT_WHERE(message);
PLANT_WHERE(info);
PLANT_WHERE(refer);
PLANT_WHERE(notify);
PLANT_WHERE(prack);
PLANT_WHERE(cancel);
PLANT_WHERE(cancel_pending);
PLANT_WHERE(cancel_first);
PLANT_WHERE(cancel_later);
PLANT_WHERE(cancel_answer);
PLANT_WHERE(bye);
PLANT_WHERE(bye_answer);
PLANT_WHERE(plain_request);
PLANT_WHERE(caller_request);
PLANT_WHERE(caller_request_alone);
PLANT_WHERE(options);
PLANT_WHERE(plain_answer);
PLANT_WHERE(ringing);
PLANT_WHERE(ringing_first);
PLANT_WHERE(accepting);
PLANT_WHERE(answering);
PLANT_WHERE(refusal);
PLANT_WHERE(busy);
PLANT_WHERE(challenge);
PLANT_WHERE(ack_2xx);
PLANT_WHERE(ack_failure);
PLANT_WHERE(routed_ack);
PLANT_WHERE(invite_of_proxy);
PLANT_WHERE(recorded_of_proxy);
PLANT_WHERE(sdp_of_proxy);

#endif
