/* libosip2's transaction layer as the accused. It has neither sockets nor opinions of what to say:
 * this file is its user. What 192.0.2.2 asks in the session is given to a client transaction as it
 * stands; what it answers there is the status of a response that is built from the request as the
 * library has read it. A request that the session leaves alone is answered after a while.
 *
 * So the library is judged by what it decides: when it sends and sends again, the ACK to a final
 * response that is no 2xx, what belongs to which transaction, 2xx sent again until their ACK, and
 * how it writes what it has read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <osip2/osip.h>
#include <osip2/osip_dialog.h>

#include "target.h"

#define ANSWER_AFTER INT64_C(3000000)
#define DONE_MAX     256
#define DIALOGS_MAX  64
#define USED_MAX     64

/* The clock of a transaction's user. */
enum answered { NOTHING, PROVISIONAL, FINAL };

struct user {
    enum answered answered;
    int64_t came;
};

static osip_t *osip;
static char own_address[16];
/* Transactions that are over: the library still uses them when it says so. */
static osip_transaction_t *done[DONE_MAX];
static size_t done_count;
/* Dialogs live as long as the library may send a 2xx of theirs again. */
static osip_dialog_t *dialogs[DIALOGS_MAX];
static size_t dialog_count;
/* Requests of either side, by their branch. The user of the library does not use one twice, and
 * knows a request that comes again when its transaction is over: the library does not, where RFC
 * 3261 ends the transaction with a 2xx. */
static struct used {
    size_t count;
    struct {
        char method[32], branch[128];
    } all[USED_MAX];
} said, heard;

static const char *branch_of(osip_via_t *via)
{
    osip_generic_param_t *branch = NULL;

    if (!via || osip_via_param_get_byname(via, (char *)"branch", &branch) != 0)
        return NULL;
    return branch ? branch->gvalue : NULL;
}

static bool is_used(const struct used *used, const char *method, const char *branch)
{
    for (size_t i = 0; i < used->count; i++) {
        if (strcmp(used->all[i].branch, branch) == 0 &&
            (!method || strcmp(used->all[i].method, method) == 0))
            return true;
    }
    return false;
}

/* False when there is no room to remember it. */
static bool use(struct used *used, const char *method, const char *branch)
{
    if (used->count == USED_MAX || strlen(method) >= sizeof used->all->method ||
        strlen(branch) >= sizeof used->all->branch)
        return false;
    strcpy(used->all[used->count].method, method);
    strcpy(used->all[used->count++].branch, branch);
    return true;
}

/* What the library says ----------------------------------------------------------------------- */

static int on_send(osip_transaction_t *tr, osip_message_t *m, char *host, int port, int socket)
{
    char *text = NULL;
    size_t n = 0;

    (void)tr;
    (void)host;
    (void)port;
    (void)socket;
    if (osip_message_to_str(m, &text, &n) != 0)
        return -1;
    target_sends(text, n);
    osip_free(text);
    return 0;
}

static void on_end(int type, osip_transaction_t *tr)
{
    (void)type;
    osip_remove_transaction(osip, tr);
    if (done_count < DONE_MAX)
        done[done_count++] = tr;
}

static void on_request(int type, osip_transaction_t *tr, osip_message_t *m)
{
    struct user *user = calloc(1, sizeof *user);

    (void)type;
    (void)m;
    if (user)
        user->came = target_clock();
    osip_transaction_set_your_instance(tr, user);
}

static void no_error(int type, osip_transaction_t *tr, int error)
{
    (void)type;
    (void)tr;
    (void)error;
}

static void no_trace(const char *file, int line, osip_trace_level_t level, const char *format,
                     va_list args)
{
    (void)file;
    (void)line;
    (void)level;
    (void)format;
    (void)args;
}

static bool init(void)
{
    osip_trace_initialize_func(TRACE_LEVEL0, no_trace);
    return parser_init() == 0;
}

static bool start(const char *address)
{
    if (osip_init(&osip) != 0)
        return false;
    snprintf(own_address, sizeof own_address, "%s", address);
    done_count = dialog_count = said.count = heard.count = 0;
    osip_set_cb_send_message(osip, on_send);
    for (int i = 0; i < OSIP_KILL_CALLBACK_COUNT; i++)
        osip_set_kill_transaction_callback(osip, i, on_end);
    for (int i = 0; i < OSIP_TRANSPORT_ERROR_CALLBACK_COUNT; i++)
        osip_set_transport_error_callback(osip, i, no_error);
    osip_set_message_callback(osip, OSIP_IST_INVITE_RECEIVED, on_request);
    for (int i = OSIP_NIST_REGISTER_RECEIVED; i <= OSIP_NIST_UNKNOWN_REQUEST_RECEIVED; i++)
        osip_set_message_callback(osip, i, on_request);
    return true;
}

/* Answers ------------------------------------------------------------------------------------- */

static osip_message_t *response_to(const osip_message_t *request, int status, const char *reason,
                                   const char *tag)
{
    osip_generic_param_t *has_tag = NULL;
    osip_message_t *out;
    char contact[64];
    bool ok;

    if (osip_message_init(&out) != 0)
        return NULL;
    osip_message_set_version(out, osip_strdup("SIP/2.0"));
    osip_message_set_status_code(out, status);
    osip_message_set_reason_phrase(out, osip_strdup(reason));
    ok = osip_from_clone(request->from, &out->from) == 0 &&
         osip_to_clone(request->to, &out->to) == 0 &&
         osip_call_id_clone(request->call_id, &out->call_id) == 0 &&
         osip_cseq_clone(request->cseq, &out->cseq) == 0;
    ok = ok &&
         osip_list_clone(&request->vias, &out->vias, (int (*)(void *, void **))osip_via_clone) == 0;
    ok = ok && osip_list_clone(&request->record_routes, &out->record_routes,
                               (int (*)(void *, void **))osip_record_route_clone) == 0;
    if (!ok) {
        osip_message_free(out);
        return NULL;
    }
    if (status > 100 && osip_to_get_tag(out->to, &has_tag) != 0)
        osip_to_set_tag(out->to, osip_strdup(tag));
    snprintf(contact, sizeof contact, "<sip:%s>", own_address);
    osip_message_set_contact(out, contact);
    osip_message_set_content_length(out, "0");
    return out;
}

/* The library repeats a 2xx to INVITE for the user, if there is a dialog. */
static void repeat_2xx(osip_transaction_t *tr, const osip_message_t *response)
{
    osip_message_t *copy = NULL;
    osip_dialog_t *dialog = NULL;

    if (dialog_count == DIALOGS_MAX || osip_message_clone(response, &copy) != 0)
        return;
    if (osip_dialog_init_as_uas(&dialog, tr->orig_request, copy) == 0) {
        dialogs[dialog_count++] = dialog;
        osip_start_200ok_retransmissions(osip, dialog, copy, 0);
    }
    osip_message_free(copy);
}

static void answer(osip_transaction_t *tr, int status, const char *reason, const char *tag)
{
    struct user *user = osip_transaction_get_your_instance(tr);
    osip_message_t *response;
    osip_event_t *event;

    if (!user || user->answered == FINAL || !tr->orig_request || status < 100 || status > 699)
        return;
    response = response_to(tr->orig_request, status, reason, tag);
    if (!response)
        return;
    user->answered = status >= 200 ? FINAL : PROVISIONAL;
    if (status >= 200 && status < 300 && tr->ctx_type == IST)
        repeat_2xx(tr, response);
    event = osip_new_outgoing_sipmessage(response);
    event->transactionid = tr->transactionid;
    osip_transaction_add_event(tr, event);
}

/* Requests that the session says nothing about. */
static void answer_rest(osip_list_t *transactions)
{
    for (int i = 0; !osip_list_eol(transactions, i); i++) {
        osip_transaction_t *tr = osip_list_get(transactions, i);
        const struct user *user = osip_transaction_get_your_instance(tr);

        if (user && user->answered != FINAL && target_clock() - user->came >= ANSWER_AFTER)
            answer(tr, tr->ctx_type == IST ? 486 : 200, "Whatever", "rest");
    }
}

/* Turns --------------------------------------------------------------------------------------- */

static void turn(void)
{
    osip_timers_ict_execute(osip);
    osip_timers_ist_execute(osip);
    osip_timers_nict_execute(osip);
    osip_timers_nist_execute(osip);
    osip_retransmissions_execute(osip);
    osip_ict_execute(osip);
    osip_ist_execute(osip);
    osip_nict_execute(osip);
    osip_nist_execute(osip);
    answer_rest(&osip->osip_ist_transactions);
    answer_rest(&osip->osip_nist_transactions);
    for (size_t i = 0; i < done_count; i++) {
        free(osip_transaction_get_your_instance(done[i]));
        osip_transaction_free2(done[i]);
    }
    done_count = 0;
}

/* It tells when it wants to be called again. Times are in milliseconds there and rounded up. */
static void step(int milliseconds)
{
    int64_t wait = (int64_t)milliseconds * 1000, next;
    struct timeval tv;

    turn();
    osip_timers_gettimeout(osip, &tv);
    next = (int64_t)tv.tv_sec * 1000000 + tv.tv_usec;
    if (next < 1000)
        next = 1000;
    if (wait > 0)
        target_clock_set(target_clock() + (next < wait ? next : wait));
    turn();
}

static void end_all(osip_list_t *transactions)
{
    osip_transaction_t *tr;

    while ((tr = osip_list_get(transactions, 0)) != NULL) {
        osip_remove_transaction(osip, tr);
        free(osip_transaction_get_your_instance(tr));
        osip_transaction_free2(tr);
    }
}

static void stop(void)
{
    end_all(&osip->osip_ict_transactions);
    end_all(&osip->osip_ist_transactions);
    end_all(&osip->osip_nict_transactions);
    end_all(&osip->osip_nist_transactions);
    for (size_t i = 0; i < dialog_count; i++) {
        osip_stop_retransmissions_from_dialog(osip, dialogs[i]);
        osip_dialog_free(dialogs[i]);
    }
    osip_release(osip);
}

/* What comes ---------------------------------------------------------------------------------- */

static void hear(const char *p, size_t n)
{
    char peer[] = "192.0.2.1";
    osip_event_t *event = osip_parse(p, n);
    osip_transaction_t *tr;
    const char *branch;

    if (!event)
        return;
    if (!event->sip) {
        osip_event_free(event);
        return;
    }
    if (MSG_IS_REQUEST(event->sip))
        osip_message_fix_last_via_header(event->sip, peer, 5060);
    if (osip_find_transaction_and_add_event(osip, event) == 0)
        return;
    branch = branch_of(osip_list_get(&event->sip->vias, 0));
    if (MSG_IS_REQUEST(event->sip) && !MSG_IS_ACK(event->sip)) {
        if (branch && !is_used(&heard, event->sip->sip_method, branch) &&
            use(&heard, event->sip->sip_method, branch)) {
            tr = osip_create_transaction(osip, event);
            if (tr && osip_transaction_add_event(tr, event) == 0)
                return;
        }
    } else if (MSG_IS_REQUEST(event->sip)) {
        osip_stop_200ok_retransmissions(osip, event->sip);
    }
    osip_event_free(event); /* with its message */
}

/* What the session has 192.0.2.2 say ---------------------------------------------------------- */

static void say_response(const osip_message_t *m)
{
    const char *branch = branch_of(osip_list_get(&m->vias, 0));
    osip_generic_param_t *tag = NULL;
    osip_list_t *of;

    if (!branch || !m->cseq || !m->cseq->method || !m->to)
        return;
    of = strcmp(m->cseq->method, "INVITE") == 0 ? &osip->osip_ist_transactions
                                                : &osip->osip_nist_transactions;
    osip_to_get_tag(m->to, &tag);
    for (int i = 0; !osip_list_eol(of, i); i++) {
        osip_transaction_t *tr = osip_list_get(of, i);
        const char *its = branch_of(tr->topvia);

        if (its && strcmp(its, branch) == 0 && strcmp(tr->cseq->method, m->cseq->method) == 0) {
            answer(tr, m->status_code, m->reason_phrase ? m->reason_phrase : "Whatever",
                   tag && tag->gvalue ? tag->gvalue : "some");
            return;
        }
    }
}

static void say(const char *p, size_t n)
{
    osip_event_t *event = osip_parse(p, n);
    osip_transaction_t *tr = NULL;
    osip_message_t *m;
    const char *branch;

    if (!event)
        return;
    m = event->sip;
    if (!m || !MSG_IS_REQUEST(m)) {
        if (m)
            say_response(m);
        osip_event_free(event);
        return;
    }
    branch = branch_of(osip_list_get(&m->vias, 0));
    if (branch && m->cseq && m->cseq->method && strcmp(m->cseq->method, m->sip_method) == 0 &&
        !is_used(&said, MSG_IS_CANCEL(m) ? m->sip_method : NULL, branch) &&
        !is_used(&heard, NULL, branch) && use(&said, m->sip_method, branch)) {
        if (MSG_IS_ACK(m)) /* to a 2xx: that is the user's, others the library's */
            on_send(NULL, m, NULL, 0, 0);
        else if (osip_transaction_init(&tr, MSG_IS_INVITE(m) ? ICT : NICT, osip, m) == 0)
            event->sip = NULL;
    }
    osip_event_free(event);
    if (tr) {
        event = osip_new_outgoing_sipmessage(m);
        event->transactionid = tr->transactionid;
        osip_transaction_add_event(tr, event);
    }
}

const struct target_stack target_stack = {
    .name = "libosip2",
    /* When a TU answers, and what, is ours. */
    .decides = "rfc3261.17.,!rfc3261.17.2.1.invite-100-within-200ms,"
               "!rfc3261.17.1.respond-non-invite-at-once,!rfc3261.17.2.1.timer-h,"
               "rfc3261.8.2.6.2.,rfc3261.13.3.1.4.2xx-retransmit",
    .init = init,
    .start = start,
    .step = step,
    .stop = stop,
    .hear = hear,
    .say = say,
};
