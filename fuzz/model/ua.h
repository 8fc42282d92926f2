/* User agents: what their files share. */
#ifndef FUZZ_MODEL_UA_H
#define FUZZ_MODEL_UA_H

#include "model.h"

/* An INVITE outside a dialog, as its caller sees it, with all that it is sent again as. */
struct call {
    struct node *node;
    struct uri target;
    const char *to, *from_tag, *call_id;
    uint32_t cseq;
    const struct sdp *offer; /* NULL: the callee shall offer */
    const struct credentials *credentials;
    const struct route *routes; /* to the outbound proxy */
    struct client *client;
    struct dialog *answered;
    bool given_up; /* by CANCEL */
    bool hung_up;  /* an early dialog, by BYE */
    unsigned tries;
};

/* An INVITE being answered. */
struct incoming {
    struct incoming *next;
    struct server *server;
    struct dialog *dialog;
    bool offer;    /* it came with one */
    bool answered; /* offer and answer are through in reliable messages, or ours is out in one */
    bool final;
    unsigned step, steps;
    struct {
        int status;
        int64_t delay;
        bool rel, sdp;
    } plan[7]; /* the last is empty */
    struct timer timer;
    bool waits; /* the next step, for a PRACK */
    uint32_t rseq;
    const struct sip *rel; /* not acknowledged yet */
    struct timer rel_again, rel_end;
    int64_t rel_interval;
    const struct sip *ok; /* sent again until the ACK comes */
    bool acked;
    struct timer ok_again, ok_end;
    int64_t ok_interval;
};

enum dialog_state { EARLY, CONFIRMED_DIALOG, OVER };
/* OFFERED: ours waits for an answer. ASKED: theirs does. */
enum offer_state { SETTLED, OFFERED, ASKED };

struct dialog {
    struct dialog *next;
    struct node *node;
    struct call *call; /* of the caller */
    enum dialog_state state;
    const char *call_id, *local_tag, *remote_tag, *local, *remote;
    struct uri target;
    const struct route *routes;
    uint32_t local_cseq, remote_cseq;
    bool has_remote_cseq;
    enum offer_state offer;
    bool negotiated; /* offer and answer went through reliably once */
    const struct sdp *local_sdp, *next_sdp;
    struct client *invite;     /* ours, from its start until its final response */
    struct incoming *incoming; /* theirs, until it failed or its ACK has come */
    struct incoming *answers;  /* all of theirs */
    bool refused;              /* ours got a 488: it is not tried again */
    bool updating;             /* our UPDATE is on its way */
    const struct sip *ack;
    uint32_t rseq; /* last one that was acknowledged with PRACK */
    uint32_t rseq_cseq;
    unsigned notified;     /* subscriptions that live in the dialog */
    struct watch *watch;   /* of a subscriber */
    struct notice *notice; /* of a notifier */
    int64_t until;         /* of the subscription */
    struct timer n;        /* 4.1.2.2 */
    bool referred;
    struct timer act;
    bool peer_rel, peer_update;
};

/* An event package. */
struct package {
    const char *name, *type;
    bool single; /* one dialog of each SUBSCRIBE */
    unsigned bit;
};

extern const struct package package_presence, package_summary, package_dialog, package_refer;

/* dialog.c */
struct dialog *dialog_of_server(struct world *w, struct node *node, struct server *s);
struct dialog *dialog_new(struct world *w, struct node *node);
struct dialog *dialog_of_request(struct node *node, const struct sip *m);
void dialog_of_response(struct world *w, struct dialog *d, const struct sip *response);
struct sip *dialog_request(struct world *w, struct dialog *d, enum method method);
void dialog_ack(struct world *w, struct dialog *d, const struct sip *invite,
                const struct sip *response);
void dialog_bye(struct world *w, struct dialog *d);
void dialog_lives(struct world *w, struct dialog *d); /* begins to act */
void dialog_prack(struct world *w, struct dialog *d, const struct sip *response);
const struct sdp *sdp_offer(struct world *w, struct node *node, const struct sdp *before);
const struct sdp *sdp_answer(struct world *w, struct node *node, const struct sdp *before,
                             const struct sdp *offer);
void put_contact_of(struct world *w, struct sip *m, struct node *node);

/* call.c */
void call_start(struct world *w, struct node *node, struct uri target);

/* registration.c */
void registration_start(struct world *w, struct node *node, struct node *registrar);

/* subscribe.c */
void subscribe_at(struct world *w, int64_t delay, struct node *node, struct uri target,
                  const struct package *package);
void subscriber_notified(struct world *w, struct dialog *d, struct server *s);
bool subscriber_notified_first(struct world *w, struct node *node, struct server *s);

/* notify.c */
void notifier_asked(struct world *w, struct node *node, struct server *s);
void notifier_asked_again(struct world *w, struct dialog *d, struct server *s);

/* What there is to tell of it now. */
const char *package_state(struct world *w, const struct package *package, unsigned *version);
/* With what the status asks for: Min-Expires of 423, Allow-Events of 489. */
void server_refuse(struct world *w, struct server *s, int status);

/* publish.c */
void publish_at(struct world *w, int64_t delay, struct node *node, struct uri target,
                const struct package *package);
void compositor_asked(struct world *w, struct node *node, struct server *s);

/* errand.c */
void errand_at(struct world *w, int64_t delay, struct node *node, struct uri target,
               enum method method);

/* answer.c */
void answer_invite(struct world *w, struct dialog *d, struct server *s);
void answer_acked(struct world *w, struct dialog *d, const struct sip *ack);
void answer_pracked(struct world *w, struct dialog *d, struct server *s);
void answer_goes_on(struct world *w, struct dialog *d); /* an UPDATE of ours is through */
void answer_fail(struct world *w, struct incoming *in, int status);

/* mid.c */
void mid_act(struct world *w, void *dialog);
void mid_early_update(struct world *w, void *dialog);
void mid_request(struct world *w, struct dialog *d, struct server *s);

/* credentials.c */
const struct credentials *credentials_for(struct world *w, struct node *node,
                                          const struct credentials *before, const struct sip *m,
                                          const char *uri);

#endif
