/* Shared by the files of this room: how a dialog is made from the transaction that opened it, and
 * the facts that every hop adds to it, relayed copies included. Nobody else includes this. */
#ifndef SIPSAN_DIALOG_DIALOG_FACTS_H
#define SIPSAN_DIALOG_DIALOG_FACTS_H

#include "dialog/dialog.h"
#include "dialog/reliable.h"

/* Call-ID and two tags, with their hashes. */
struct sipsan_dialog_names {
    struct sipsan_span call_id, a, b;
    uint64_t call_key, a_key, b_key;
};

/* Those of a message: a is the tag of From, b that of To. */
void sipsan_dialog_names(struct sipsan_dialog_names *names, const struct sipsan_seen *seen);

/* With a and b exchanged. */
struct sipsan_dialog_names sipsan_dialog_turned(const struct sipsan_dialog_names *names);

/* The dialog with these tags, in any order; NULL when there is none. */
struct sipsan_dialog *sipsan_dialog_find(const struct sipsan_dialogs *dialogs,
                                         const struct sipsan_dialog_names *names);

/* A dialog of this Call-ID in which a is the tag of `side`; one that began under our eyes is
 * preferred. *count, when asked for, is how many there are: bounded, see sipsan_dialog_make. */
struct sipsan_dialog *sipsan_dialog_half(const struct sipsan_dialogs *dialogs,
                                         const struct sipsan_dialog_names *names,
                                         enum sipsan_side side, size_t *count);

/* What has come shows that the tap has missed something of this dialog. From here on neither an
 * absence nor an order in it proves anything, and what its sides said last is not known. All traces
 * of holes in a dialog end here. */
static inline void sipsan_dialog_missed(struct sipsan_dialog *dialog)
{
    dialog->lossy = true;
    sipsan_described_doubt(&dialog->said, SIPSAN_CALLER);
    sipsan_described_doubt(&dialog->said, SIPSAN_CALLEE);
}

/* A new, early dialog with nothing but its key: a is the caller's tag, b the callee's. SIPSAN_OK
 * with *out NULL when it has too many siblings; SIPSAN_ENOMEM. */
int sipsan_dialog_make(struct sipsan_dialogs *dialogs, struct sipsan_dialog **out,
                       const struct sipsan_dialog_names *names);

/* The side that bears this tag. */
enum sipsan_side sipsan_dialog_side(const struct sipsan_dialog *dialog, struct sipsan_span tag);

/* Moves it to the list of its new state; a terminated one lingers for 64*T1. */
void sipsan_dialog_become(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                          enum sipsan_dialog_state state);

/* A message of it was seen: it is the youngest of its state now. */
void sipsan_dialog_touch(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                         int64_t time);

/* What the same message has in common at every hop. Never 0. */
uint64_t sipsan_dialog_sight_key(const struct sipsan_dialogs *dialogs, const struct sipsan_msg *msg,
                                 enum sipsan_side side);

/* Copies the text; the dialog is lossy afterwards when memory is refused. */
void sipsan_dialog_keep(struct sipsan_dialog *dialog, struct sipsan_text *text,
                        struct sipsan_span in);

/* Fills a new dialog with what its opening request shows. */
void sipsan_facts_open(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                       const struct sipsan_txn *txn);

/* This ACK is the sender's own: to a 2xx. One to another final response comes from the element that
 * stands at this hop, with one Via and the tags of the dialog all the same (17.1.1.3). */
static inline bool sipsan_ack_end_to_end(const struct sipsan_dialog *dialog,
                                         const struct sipsan_match *match,
                                         const struct sipsan_seen *seen)
{
    return !match->txn && dialog->ok_copies > 0 && dialog->ok_cseq == seen->msg->cseq.number;
}

/* What a request shows of its sender, at this hop. first: at first sight. */
void sipsan_facts_request(struct sipsan_dialog *dialog, enum sipsan_side side,
                          const struct sipsan_seen *seen, bool first);

/* What a response shows of both sides, at this hop. `side` is the responder's. */
void sipsan_facts_response(struct sipsan_dialog *dialog, enum sipsan_side side,
                           const struct sipsan_match *match, const struct sipsan_seen *seen,
                           bool first);

/* A refresh with this CSeq number was accepted, or refused with a final response. */
void sipsan_facts_refreshed(struct sipsan_party *party, uint64_t cseq,
                            const struct sipsan_ref *ref);
void sipsan_facts_not_refreshed(struct sipsan_party *party, uint64_t cseq);

/* What Recv-Info of a message at first sight says of its sender. */
void sipsan_recv_info(struct sipsan_dialogs *dialogs, struct sipsan_dialog *d,
                      enum sipsan_side side, const struct sipsan_msg *msg,
                      const struct sipsan_ref *ref);

/* A 2xx to INVITE, any copy on any hop: who owes its ACK, its repeats, a BYE. */
void sipsan_dialog_ok(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                      enum sipsan_side side, const struct sipsan_match *match,
                      const struct sipsan_seen *seen);

/* An ACK, any copy on any hop. */
void sipsan_dialog_ack(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                       enum sipsan_side side, bool first, const struct sipsan_match *match,
                       const struct sipsan_seen *seen);

/* A request of this side crossed the tap inside the dialog, or must: so would its ACK and PRACK. */
void sipsan_dialog_crossed(struct sipsan_dialog *dialog, enum sipsan_side side);

/* The caller has made use of the call, or it is over: no BYE of a caller who cancelled is owed any
 * longer. */
void sipsan_dialog_wanted(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog);

/* 491 to a re-INVITE, at first sight: a request of this side's own that met it should pass. */
void sipsan_dialog_refused_491(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                               enum sipsan_side side, const struct sipsan_seen *seen);

/* The BYE once more. */
void sipsan_dialog_bye_again(struct sipsan_dialog *dialog, enum sipsan_side side,
                             const struct sipsan_txn *bye, const struct sipsan_seen *seen);

/* It has its final response. */
void sipsan_dialog_bye_answered(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                                const struct sipsan_txn *bye);

/* BYE at first sight: nobody waits for the ACK any longer; the sender's open requests are owed
 * their finals (15.1.2). once: it is the sender's first one. */
void sipsan_dialog_bye(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                       enum sipsan_side side, bool once, const struct sipsan_match *match,
                       const struct sipsan_seen *seen);

/* Requests whose final response is awaited. `side` is the request's sender. */
void sipsan_open_add(struct sipsan_dialog *dialog, enum sipsan_side side,
                     const struct sipsan_txn *txn);
void sipsan_open_final(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                       enum sipsan_side side, uint64_t cseq);
void sipsan_open_forget(struct sipsan_dialog *dialog, const struct sipsan_txn *txn);

/* The next hop of the inviter's ACK is the server of the hop on which the 2xx was seen: its ACK
 * crosses that leg. */
bool sipsan_facts_ack_crosses(const struct sipsan_dialog *dialog, const struct sipsan_msg *ok,
                              const struct sipsan_seen *seen);

/* An obligation of who sent the message, or (reversed) of who got it, on this hop. The dialog is
 * lossy afterwards when it cannot be kept. */
void sipsan_dialog_owe(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                       enum sipsan_owed_kind kind, const struct sipsan_seen *seen, bool reversed,
                       bool provable, int64_t due);

/* Reliable provisional responses: reliable.c. Any copy of one; the first sight of a PRACK; that of
 * a response to PRACK, by the side that sent the PRACK; the INVITE has its final response, or its
 * sender's BYE. */
void sipsan_reliable_response(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                              const struct sipsan_call_match *call,
                              const struct sipsan_match *match, const struct sipsan_seen *seen);
void sipsan_reliable_prack(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                           enum sipsan_side side, const struct sipsan_seen *seen);
void sipsan_reliable_prack_answer(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                                  enum sipsan_side side, const struct sipsan_seen *seen);
void sipsan_reliable_over(struct sipsan_dialogs *dialogs, struct sipsan_dialog *dialog,
                          enum sipsan_side inviter, uint64_t cseq);

#endif
