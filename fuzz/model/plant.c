/* How a life is spoilt: edits of the text that a tap saw, and what they are planted in. */
#include "plant.h"

#include <stdlib.h>

/* Text ----------------------------------------------------------------------------------------- */

static const char *find(const struct written *t, const char *what, const char *from)
{
    size_t n = strlen(what);

    for (const char *p = from; p + n <= t->p + t->n; p++)
        if (memcmp(p, what, n) == 0)
            return p;
    return NULL;
}

/* Replaces `n` octets at `at`, in every copy of this message that was seen. */
static void replace(struct world *w, uint32_t i, const char *at, size_t n, const char *by)
{
    struct written *t = w->seen[i].sip->written;
    size_t before = (size_t)(at - t->p), more = strlen(by), all = t->n - n + more;
    char *copy = take(w, all + 1);

    memcpy(copy, t->p, before);
    memcpy(copy + before, by, more);
    memcpy(copy + before + more, at + n, t->n - before - n);
    *t = (struct written){copy, all};
}

/* The line of the first header field of this name, with its CR LF; NULL: none. */
static const char *line_of(const struct written *t, const char *name, size_t *n)
{
    char start[64] = "\r\n";
    const char *p, *end;

    strncat(start, name, sizeof(start) - 4);
    strcat(start, ":");
    p = find(t, start, t->p);
    if (!p)
        return NULL;
    p += 2;
    end = find(t, "\r\n", p);
    *n = (size_t)(end + 2 - p);
    return p;
}

/* Edits ---------------------------------------------------------------------------------------- */

static bool drop(struct world *w, uint32_t i, const struct plant *plant)
{
    size_t n;
    const char *line = line_of(w->seen[i].sip->written, plant->a, &n);

    if (line)
        replace(w, i, line, n, "");
    return line != NULL;
}

/* The line `a` before Content-Length. */
static bool add(struct world *w, uint32_t i, const struct plant *plant)
{
    size_t n;
    const char *line = line_of(w->seen[i].sip->written, "Content-Length", &n);

    replace(w, i, line, 0, plant->a);
    return true;
}

/* The value of `a` becomes `b`. */
static bool set(struct world *w, uint32_t i, const struct plant *plant)
{
    size_t n;
    const char *line = line_of(w->seen[i].sip->written, plant->a, &n);

    if (line)
        replace(w, i, line, n, join(w, plant->a, ": ", plant->b, "\r\n", NULL));
    return line != NULL;
}

/* `a` at the end of the line of header field `b`. */
static bool append(struct world *w, uint32_t i, const struct plant *plant)
{
    size_t n;
    const char *line = line_of(w->seen[i].sip->written, plant->b, &n);

    if (line)
        replace(w, i, line + n - 2, 0, plant->a);
    return line != NULL;
}

/* The first `a` becomes `b`. */
static bool sub(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct written *t = w->seen[i].sip->written;
    const char *at = find(t, plant->a, t->p);

    if (at)
        replace(w, i, at, strlen(plant->a), plant->b);
    return at != NULL;
}

/* From `a` to the next `b`, without that, everything goes. */
static bool cut(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct written *t = w->seen[i].sip->written;
    const char *at = find(t, plant->a, t->p), *end = at ? find(t, plant->b, at + 1) : NULL;

    if (end)
        replace(w, i, at, (size_t)(end - at), "");
    return end != NULL;
}

static bool drop_to_tag(struct world *w, uint32_t i, const struct plant *plant)
{
    size_t n;
    const struct written *t = w->seen[i].sip->written;
    const char *line = line_of(t, plant->a, &n), *tag = line ? find(t, ";tag=", line) : NULL;

    if (!tag || tag > line + n)
        return false;
    replace(w, i, tag, (size_t)(line + n - 2 - tag), "");
    return true;
}

static bool start_line(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct written *t = w->seen[i].sip->written;

    replace(w, i, t->p, (size_t)(find(t, "\r\n", t->p) - t->p), plant->a);
    return true;
}

static bool request_uri(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct written *t = w->seen[i].sip->written;
    const char *p = find(t, " ", t->p) + 1;

    replace(w, i, p, (size_t)(find(t, " ", p) - p), plant->a);
    return true;
}

static bool body_gone(struct world *w, uint32_t i, const struct plant *plant)
{
    struct written *t = w->seen[i].sip->written;
    const char *end = find(t, "\r\n\r\n", t->p) + 4;
    const struct plant type = {.a = "Content-Type"};
    const struct plant length = {.a = "Content-Length", .b = "0"};

    (void)plant;
    if (end == t->p + t->n)
        return false;
    t->n = (size_t)(end - t->p);
    return drop(w, i, &type) && set(w, i, &length);
}

/* The CSeq number of this message and of all that have its branch. */
static bool cseq_of_all(struct world *w, uint32_t i, const struct plant *plant)
{
    const char *branch = w->seen[i].sip->via->branch;

    for (uint32_t k = 0; k < w->seen_n; k++) {
        const struct sip *m = w->seen[k].sip;
        const struct plant number = {.a = "CSeq",
                                     .b = join(w, plant->a, " ", method_names[m->method], NULL)};

        if (!strcmp(m->via->branch, branch))
            set(w, k, &number);
    }
    return true;
}

/* In all messages that have its branch. */
static bool sub_of_all(struct world *w, uint32_t i, const struct plant *plant)
{
    const char *branch = w->seen[i].sip->via->branch;

    for (uint32_t k = 0; k < w->seen_n; k++)
        if (!strcmp(w->seen[k].sip->via->branch, branch))
            sub(w, k, plant);
    return true;
}

/* Another message at its own time; the caller keeps the order. */
static uint32_t insert(struct world *w, struct seen what)
{
    uint32_t k = w->seen_n;

    if (w->seen_n == SEEN_MAX)
        exit(3);
    for (; k > 0 && w->seen[k - 1].time > what.time; k--)
        w->seen[k] = w->seen[k - 1];
    w->seen[k] = what;
    w->seen_n++;
    return k;
}

static uint32_t copy_at(struct world *w, uint32_t i, int64_t delay)
{
    struct seen copy = w->seen[i];
    struct sip *m = sip_copy(w, copy.sip);

    *m->written = *copy.sip->written;
    copy.sip = m;
    copy.time += delay;
    return insert(w, copy);
}

/* The same once more, `delay` later (or sooner), with the start line `a` when there is one, and the
 * line `b` more. */
static bool again(struct world *w, uint32_t i, const struct plant *plant)
{
    uint32_t k = copy_at(w, i, plant->delay);
    const struct plant line = {.a = plant->b};

    if (plant->a)
        start_line(w, k, plant);
    if (plant->b)
        add(w, k, &line);
    return true;
}

static bool four_times(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct seen first = w->seen[i];

    (void)plant;
    for (int64_t at = 600 * MS, gap = 1100 * MS; at < 9000 * MS; at += gap, gap *= 2) {
        struct seen copy = first;

        copy.time += at;
        insert(w, copy);
    }
    return true;
}

static void remove_at(struct world *w, uint32_t i)
{
    for (uint32_t k = i; k + 1 < w->seen_n; k++)
        w->seen[k] = w->seen[k + 1];
    w->seen_n--;
}

static const struct sip *invite_of(const struct world *w, const struct sip *m)
{
    for (uint32_t k = 0; k < w->seen_n; k++) {
        const struct sip *x = w->seen[k].sip;

        if (!x->status && x->method == INVITE && x->cseq == m->cseq &&
            !strcmp(x->from_tag, m->from_tag))
            return x;
    }
    return NULL;
}

static bool branch_of_invite(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *m = w->seen[i].sip, *invite = invite_of(w, m);
    const struct plant branch = {.a = m->via->branch, .b = invite ? invite->via->branch : NULL};

    (void)plant;
    return invite && sub(w, i, &branch);
}

static bool other_branch(struct world *w, uint32_t i, const struct plant *plant)
{
    const char *branch = w->seen[i].sip->via->branch;
    const struct plant other = {.a = branch, .b = join(w, branch, "x", NULL)};

    (void)plant;
    return sub(w, i, &other);
}

/* Right behind its INVITE. */
static bool before_answers(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *invite = invite_of(w, w->seen[i].sip);
    struct seen it = w->seen[i];

    (void)plant;
    if (!invite)
        return false;
    remove_at(w, i);
    for (uint32_t k = 0; k < w->seen_n; k++)
        if (w->seen[k].sip == invite)
            it.time = w->seen[k].time + 1;
    insert(w, it);
    return true;
}

/* Where ---------------------------------------------------------------------------------------- */

static const struct sip *at(const struct world *w, uint32_t i)
{
    return w->seen[i].sip;
}

static bool request(const struct sip *m, enum method method)
{
    return m->status == 0 && m->method == method;
}

static bool first_invite(const struct world *w, uint32_t i)
{
    return request(at(w, i), INVITE) && !at(w, i)->to_tag;
}

static bool invite_with_sdp(const struct world *w, uint32_t i)
{
    return first_invite(w, i) && at(w, i)->sdp;
}

static bool invite_with_credentials(const struct world *w, uint32_t i)
{
    return first_invite(w, i) && at(w, i)->credentials;
}

static bool cancel(const struct world *w, uint32_t i)
{
    return request(at(w, i), CANCEL);
}

/* Before the final response. */
static bool cancel_pending(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (at(w, k)->status >= 200 && at(w, k)->method == INVITE &&
            at(w, k)->cseq == at(w, i)->cseq)
            return false;
    return cancel(w, i);
}

static bool cancel_first(const struct world *w, uint32_t i)
{
    return cancel(w, i) && !at(w, i)->to_tag;
}

/* Where the tap has heard both sides before. */
static bool cancel_later(const struct world *w, uint32_t i)
{
    const struct sip *invite = cancel(w, i) ? invite_of(w, at(w, i)) : NULL;

    return invite && invite->credentials;
}

static bool cancel_answer(const struct world *w, uint32_t i)
{
    return at(w, i)->status == 200 && at(w, i)->method == CANCEL;
}

static bool bye(const struct world *w, uint32_t i)
{
    return request(at(w, i), BYE);
}

/* In a call that was accepted. */
static bool bye_answer(const struct world *w, uint32_t i)
{
    bool accepted = false;

    for (uint32_t k = 0; k < i; k++)
        accepted = accepted || request(at(w, k), ACK);
    return accepted && at(w, i)->status == 200 && at(w, i)->method == BYE;
}

static bool plain_request(const struct world *w, uint32_t i)
{
    return request(at(w, i), INFO) || request(at(w, i), OPTIONS) || request(at(w, i), MESSAGE);
}

/* Of the caller. */
static bool caller_request(const struct world *w, uint32_t i)
{
    return plain_request(w, i) && at(w, i)->from_tag[0] == 'f';
}

/* Long after the one before, so that the network cannot have turned them round. */
static bool caller_request_alone(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (w->seen[k].time > w->seen[i].time - 3000 * MS && at(w, k)->status == 0)
            return false;
    return caller_request(w, i);
}

static bool options(const struct world *w, uint32_t i)
{
    return request(at(w, i), OPTIONS);
}

static bool plain_answer(const struct world *w, uint32_t i)
{
    enum method method = at(w, i)->method;

    return at(w, i)->status == 200 && (method == INFO || method == OPTIONS || method == MESSAGE);
}

static bool ringing(const struct world *w, uint32_t i)
{
    return at(w, i)->status > 100 && at(w, i)->status < 200;
}

static bool ringing_first(const struct world *w, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (request(at(w, k), INVITE) && at(w, k)->to_tag)
            return false;
    return ringing(w, i);
}

static bool accepting(const struct world *w, uint32_t i)
{
    return at(w, i)->status == 200 && at(w, i)->method == INVITE;
}

/* The answer that the offer of the INVITE gets. */
static bool answering(const struct world *w, uint32_t i)
{
    const struct sip *invite = accepting(w, i) ? invite_of(w, at(w, i)) : NULL;

    for (uint32_t k = 0; k < i && invite; k++)
        if (ringing(w, k) && (at(w, k)->say & SAY_REQUIRE_REL || at(w, k)->sdp))
            return false;
    return invite && invite->sdp && !invite->to_tag;
}

static bool refusal(const struct world *w, uint32_t i)
{
    return at(w, i)->status >= 300 && at(w, i)->method == INVITE;
}

static bool busy(const struct world *w, uint32_t i)
{
    return refusal(w, i) && at(w, i)->status < 600;
}

static bool challenge(const struct world *w, uint32_t i)
{
    return refusal(w, i) && at(w, i)->status == 401;
}

/* Whether the final response to the INVITE of this ACK is a 2xx. */
static bool acknowledges(const struct world *w, uint32_t i, bool success)
{
    if (!request(at(w, i), ACK))
        return false;
    for (uint32_t k = 0; k < i; k++)
        if (at(w, k)->status >= 200 && at(w, k)->method == INVITE &&
            at(w, k)->cseq == at(w, i)->cseq && !strcmp(at(w, k)->from_tag, at(w, i)->from_tag) &&
            !strcmp(at(w, k)->to_tag, at(w, i)->to_tag))
            return (at(w, k)->status < 300) == success;
    return false;
}

static bool ack_2xx(const struct world *w, uint32_t i)
{
    return acknowledges(w, i, true);
}

static bool ack_failure(const struct world *w, uint32_t i)
{
    return acknowledges(w, i, false);
}

static bool routed_ack(const struct world *w, uint32_t i)
{
    return ack_failure(w, i) && at(w, i)->route;
}

/* Sent by a proxy. */
static bool by_proxy(const struct world *w, uint32_t i)
{
    return w->seen[i].flow.src.ip[3] >= 30;
}

static bool invite_of_proxy(const struct world *w, uint32_t i)
{
    return by_proxy(w, i) && first_invite(w, i) && at(w, i)->via->next;
}

static bool recorded_of_proxy(const struct world *w, uint32_t i)
{
    return invite_of_proxy(w, i) && at(w, i)->record_route;
}

static bool sdp_of_proxy(const struct world *w, uint32_t i)
{
    return invite_of_proxy(w, i) && at(w, i)->sdp;
}

#define ECHO    "rfc3261.8.2.6.2."
#define CANCELS "rfc3261.9. rfc3261.17.1.1.3. "
#define UNHEARD " rfc3261.17. rfc3261.16. rfc3261.9.2."

const struct plant plants[] = {
    {.rule = "rfc3261.8.1.1.mandatory-six-headers",
     .related = "rfc3261.20.",
     .fits = first_invite,
     .edit = drop,
     .a = "Max-Forwards"},
    {.rule = "rfc3261.8.1.1.mandatory-six-headers",
     .related = "rfc3261.20.",
     .fits = plain_request,
     .edit = drop,
     .a = "Max-Forwards"},
    {.rule = "rfc3261.8.1.1.3.from-tag-present",
     .related = ECHO " rfc3261.17.1.1.3. rfc3261.9. rfc3262. rfc3261.8.1.3.5.",
     .fits = first_invite,
     .edit = drop_to_tag,
     .a = "From"},
    {.rule = "rfc3261.8.1.1.5.cseq-method-match",
     .related = ECHO " rfc3261.17.",
     .fits = options,
     .edit = sub,
     .a = "OPTIONS\r\n",
     .b = "INFO\r\n"},
    {.rule = "rfc3261.8.1.1.5.cseq-below-2-31",
     .related = "rfc3261.12.2.",
     .fits = plain_request,
     .edit = cseq_of_all,
     .a = "3000000000"},
    {.rule = "rfc3261.8.1.1.7.branch-magic-cookie",
     .fits = plain_request,
     .edit = sub_of_all,
     .a = "z9hG4bK",
     .b = "xyz"},
    {.rule = "rfc3261.8.1.1.7.ack-2xx-new-branch", .fits = ack_2xx, .edit = branch_of_invite},
    {.rule = "rfc3261.8.1.1.8.contact-one-in-invite",
     .related = "rfc3261.12. rfc3261.20.",
     .fits = first_invite,
     .edit = drop,
     .a = "Contact"},
    {.rule = "rfc3261.8.1.1.8.contact-one-in-invite",
     .related = "rfc3261.12.",
     .fits = first_invite,
     .edit = add,
     .a = "Contact: <sip:second@192.0.2.1>\r\n"},
    {.rule = "rfc3261.8.1.1.7.via-protocol-sip-2-0",
     .related = "rfc3261.25. " ECHO,
     .fits = plain_request,
     .edit = sub_of_all,
     .a = "Via: SIP/2.0",
     .b = "Via: XIP/2.0"},
    {.rule = "rfc3261.8.1.1.7.via-transport-matches-packet",
     .fits = plain_request,
     .edit = sub_of_all,
     .a = "/UDP ",
     .b = "/TCP "},
    {.rule = "rfc3261.8.2.6.2.response-from-equal",
     .related = "rfc3261.12. rfc3261.15. rfc3261.13. rfc3261.17.",
     .fits = plain_answer,
     .edit = append,
     .a = "x",
     .b = "From"},
    {.rule = "rfc3261.8.2.6.2.response-from-equal",
     .related = "rfc3261.12. rfc3261.15. rfc3261.13. rfc3261.17. rfc3262.",
     .fits = ringing,
     .edit = append,
     .a = "x",
     .b = "From"},
    {.rule = "rfc3261.8.2.6.2.response-call-id-equal",
     .related = "rfc3261.12. rfc3261.17.",
     .fits = plain_answer,
     .edit = append,
     .a = "x",
     .b = "Call-ID"},
    {.rule = "rfc3261.8.2.6.2.response-cseq-equal",
     .related = "rfc3261.17.",
     .fits = plain_answer,
     .edit = sub,
     .a = "CSeq: ",
     .b = "CSeq: 1"},
    {.rule = "rfc3261.8.2.6.2.response-via-equal",
     .related = "rfc3261.8.2.6.2. rfc3261.16.",
     .fits = plain_answer,
     .edit = add,
     .a = "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKz\r\n"},
    {.rule = "rfc3261.8.2.6.2.response-to-tag-added",
     .related = "rfc3261.12. rfc3262.",
     .fits = ringing_first,
     .edit = drop_to_tag,
     .a = "To"},
    {.rule = "rfc3261.8.2.6.2.response-to-equal-if-tagged",
     .related = "rfc3261.12.",
     .fits = plain_answer,
     .edit = append,
     .a = "x",
     .b = "To"},
    {.rule = "rfc3261.8.2.6.1.no-provisional-for-non-invite",
     .related = "rfc4320.",
     .fits = plain_answer,
     .edit = again,
     .a = "SIP/2.0 180 Ringing",
     .delay = -100},
    {.rule = "rfc3261.8.2.2.3.no-require-in-ack-non2xx",
     .related = "rfc3261.20. rfc3261.17.1.1.3.",
     .fits = ack_failure,
     .edit = add,
     .a = "Require: 100rel\r\n"},
    {.rule = "rfc3261.9.1.cancel-ruri-identical",
     .fits = cancel,
     .edit = request_uri,
     .a = "sip:eve@192.0.2.2"},
    {.rule = "rfc3261.9.1.cancel-call-id-identical",
     .related = CANCELS ECHO,
     .fits = cancel,
     .edit = append,
     .a = "x",
     .b = "Call-ID"},
    {.rule = "rfc3261.9.1.cancel-to-identical",
     .related = CANCELS ECHO " rfc3261.12.",
     .fits = cancel_first,
     .edit = append,
     .a = ";tag=x",
     .b = "To"},
    {.rule = "rfc3261.9.1.cancel-from-identical",
     .related = CANCELS ECHO,
     .fits = cancel,
     .edit = append,
     .a = "x",
     .b = "From"},
    {.rule = "rfc3261.9.1.cancel-cseq-number-identical",
     .related = CANCELS ECHO,
     .fits = cancel,
     .edit = sub,
     .a = "CSeq: ",
     .b = "CSeq: 1"},
    {.rule = "rfc3261.9.1.cancel-via-matches-top",
     .related = CANCELS ECHO UNHEARD,
     .fits = cancel_pending,
     .edit = other_branch},
    {.rule = "rfc3261.9.1.cancel-cseq-method",
     .related = CANCELS ECHO " rfc3261.8.1.1.5.",
     .fits = cancel,
     .edit = sub,
     .a = " CANCEL\r\n",
     .b = " INVITE\r\n"},
    {.rule = "rfc3261.9.1.cancel-route-copied",
     .related = "rfc3261.16.4.",
     .fits = cancel,
     .edit = add,
     .a = "Route: <sip:192.0.2.9;lr>\r\n"},
    {.rule = "rfc3261.9.1.cancel-no-require",
     .related = "rfc3261.20.",
     .fits = cancel,
     .edit = add,
     .a = "Require: 100rel\r\n"},
    {.rule = "rfc3261.9.1.cancel-single-via",
     .related = "rfc3261.16. " ECHO,
     .fits = cancel,
     .edit = add,
     .a = "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKz\r\n"},
    {.rule = "rfc3261.9.1.cancel-before-provisional",
     .related = CANCELS,
     .fits = cancel_later,
     .edit = before_answers},
    {.rule = "rfc3261.9.2.cancel-not-challenged",
     .related = "rfc3261.9.2. rfc3261.22. rfc3261.20.",
     .fits = cancel_answer,
     .edit = start_line,
     .a = "SIP/2.0 401 Unauthorized"},
    {.rule = "rfc3261.12.1.1.uas-contact-in-2xx",
     .related = "rfc3261.20. rfc3261.12. rfc3261.13.",
     .fits = accepting,
     .edit = drop,
     .a = "Contact"},
    {.rule = "rfc3261.12.1.1.uas-contact-single",
     .related = "rfc3261.12. rfc3261.13.",
     .fits = accepting,
     .edit = add,
     .a = "Contact: <sip:second@192.0.2.2>\r\n"},
    {.rule = "rfc3261.12.1.1.uas-contact-in-tagged-1xx",
     .related = "rfc3261.12.",
     .fits = ringing_first,
     .edit = drop,
     .a = "Contact"},
    {.rule = "rfc3261.12.2.1.1.mid-to-tag",
     .related = ECHO " rfc3261.12.",
     .fits = plain_request,
     .edit = append,
     .a = "x",
     .b = "To"},
    {.rule = "rfc3261.12.2.1.1.mid-from-tag",
     .related = ECHO " rfc3261.12.",
     .fits = plain_request,
     .edit = append,
     .a = "x",
     .b = "From"},
    {.rule = "rfc3261.12.2.1.1.mid-cseq-increase-by-one",
     .related = "rfc3261.12.2.2.",
     .fits = caller_request_alone,
     .edit = cseq_of_all,
     .a = "0"},
    {.rule = "rfc3261.12.1.2.uac-remote-target",
     .related = "rfc3261.12.",
     .fits = caller_request_alone,
     .edit = request_uri,
     .a = "sip:eve@192.0.2.77"},
    {.rule = "rfc3261.12.2.1.1.mid-no-route-if-empty",
     .related = "rfc3261.12. rfc3261.16.",
     .fits = plain_request,
     .edit = add,
     .a = "Route: <sip:192.0.2.9;lr>\r\n"},
    {.rule = "rfc3261.13.2.1.answer-in-2xx",
     .related = "rfc3264. rfc3261.13.",
     .fits = answering,
     .edit = body_gone},
    {.rule = "rfc3261.13.2.2.4.ack-2xx-cseq-number",
     .related = "rfc3261.13. rfc3261.12. rfc3261.17.",
     .fits = ack_2xx,
     .edit = sub,
     .a = "CSeq: ",
     .b = "CSeq: 1"},
    {.rule = "rfc3261.13.2.2.4.ack-2xx-to-tag",
     .related = "rfc3261.12. rfc3261.13. rfc3264.",
     .fits = ack_2xx,
     .edit = append,
     .a = "x",
     .b = "To"},
    {.rule = "rfc3261.13.2.2.4.ack-2xx-route",
     .related = "rfc3261.12.",
     .fits = ack_2xx,
     .edit = request_uri,
     .a = "sip:eve@192.0.2.77"},
    {.rule = "rfc3261.15.1.2.bye-2xx",
     .related = "rfc3261.12. rfc3261.15.",
     .fits = bye_answer,
     .edit = start_line,
     .a = "SIP/2.0 481 Call/Transaction Does Not Exist"},
    {.rule = "rfc3261.15.no-bye-outside-dialog",
     .related = ECHO " rfc3261.12. rfc3261.15.",
     .fits = bye,
     .edit = drop_to_tag,
     .a = "To"},
    {.rule = "rfc3261.17.1.1.3.ack-non2xx-ruri",
     .fits = ack_failure,
     .edit = request_uri,
     .a = "sip:eve@192.0.2.77"},
    {.rule = "rfc3261.17.1.1.3.ack-non2xx-to",
     .related = "rfc3261.17. rfc3261.14.",
     .fits = ack_failure,
     .edit = append,
     .a = "x",
     .b = "To"},
    {.rule = "rfc3261.17.1.1.3.ack-non2xx-from",
     .related = "rfc3261.17. rfc3261.14.",
     .fits = ack_failure,
     .edit = append,
     .a = "x",
     .b = "From"},
    {.rule = "rfc3261.17.1.1.3.ack-non2xx-call-id",
     .related = "rfc3261.17. rfc3261.14.",
     .fits = ack_failure,
     .edit = append,
     .a = "x",
     .b = "Call-ID"},
    {.rule = "rfc3261.17.1.1.3.ack-non2xx-cseq-number",
     .related = "rfc3261.17. rfc3261.14.",
     .fits = ack_failure,
     .edit = sub,
     .a = "CSeq: ",
     .b = "CSeq: 1"},
    {.rule = "rfc3261.17.1.1.3.ack-non2xx-via-equal",
     .related = "rfc3261.17. rfc3261.14.",
     .fits = ack_failure,
     .edit = other_branch},
    {.rule = "rfc3261.17.1.1.3.ack-non2xx-route",
     .related = "rfc3261.16. rfc3261.17.",
     .fits = routed_ack,
     .edit = drop,
     .a = "Route",
     .proxied = true},
    {.rule = "rfc3261.17.1.1.3.ack-non2xx-single-via",
     .related = "rfc3261.16.",
     .fits = ack_failure,
     .edit = add,
     .a = "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKz\r\n"},
    {.rule = "rfc3261.17.2.1.no-1xx-after-final",
     .related = "rfc3261.20. rfc3261.12.",
     .fits = refusal,
     .edit = again,
     .a = "SIP/2.0 180 Ringing",
     .b = "Contact: <sip:x@192.0.2.2>\r\n",
     .delay = 900 * MS},
    {.rule = "rfc3261.17.2.1.one-final-class",
     .related = "rfc3261.17. rfc3261.20. rfc3261.22.",
     .fits = busy,
     .edit = again,
     .a = "SIP/2.0 600 Busy Everywhere",
     .delay = 900 * MS},
    {.rule = "rfc3261.17.1.2.1.non-invite-single-2xx",
     .related = "rfc3261.15. rfc3261.12.",
     .fits = plain_answer,
     .edit = again,
     .a = "SIP/2.0 500 Server Internal Error",
     .delay = 900 * MS},
    {.rule = "rfc3261.17.1.1.2.retransmission-identical",
     .related = "rfc3261.17.",
     .fits = first_invite,
     .edit = again,
     .b = "Subject: second\r\n",
     .delay = 501 * MS},
    {.rule = "rfc3261.17.2.2.non-invite-no-unsolicited-repeat",
     .related = "rfc3261.17.",
     .fits = plain_answer,
     .edit = four_times},
    {.rule = "rfc3261.18.3.content-length-mismatch",
     .related = "rfc3261.18. rfc3261.13. rfc8866.",
     .fits = invite_with_sdp,
     .edit = sub,
     .a = "Content-Length: ",
     .b = "Content-Length: 9"},
    {.rule = "rfc3261.7.4.1.body-needs-content-type",
     .related = "rfc3261.20. rfc3261.13. rfc3264. rfc3262.",
     .fits = invite_with_sdp,
     .edit = drop,
     .a = "Content-Type"},
    {.rule = "rfc3261.7.1.sip-version-2-0",
     .related = "rfc3261.7. rfc3261.25.",
     .fits = plain_request,
     .edit = sub,
     .a = " SIP/2.0\r\n",
     .b = " SIP/3.0\r\n"},
    {.rule = "rfc3261.7.3.1.single-value-header-once",
     .related = "rfc3261.",
     .fits = first_invite,
     .edit = add,
     .a = "Max-Forwards: 70\r\n"},
    {.rule = "rfc3261.20.not-applicable-in-request",
     .fits = bye,
     .edit = add,
     .a = "Min-Expires: 60\r\n"},
    {.rule = "rfc3261.20.22.max-forwards-range",
     .related = "rfc3261.25.",
     .fits = plain_request,
     .edit = set,
     .a = "Max-Forwards",
     .b = "256"},
    {.rule = "rfc3261.22.2.401-www-authenticate",
     .related = "rfc3261.20. rfc3261.22.",
     .fits = challenge,
     .edit = drop,
     .a = "WWW-Authenticate"},
    {.rule = "rfc3261.22.4.client-sends-qop",
     .related = "rfc3261.22.",
     .fits = invite_with_credentials,
     .edit = sub,
     .a = ", qop=auth",
     .b = ""},
    {.rule = "rfc3261.22.4.qop-needs-cnonce-nc",
     .related = "rfc3261.22.",
     .fits = invite_with_credentials,
     .edit = cut,
     .a = ", cnonce",
     .b = ", qop"},
    {.rule = "rfc3261.16.6.proxy-mf-decrement",
     .fits = invite_of_proxy,
     .edit = set,
     .a = "Max-Forwards",
     .b = "70",
     .proxied = true},
    {.rule = "rfc3261.16.6.proxy-rr-lr",
     .related = "rfc3261.12. rfc3261.16. rfc3261.13.",
     .fits = recorded_of_proxy,
     .edit = sub,
     .a = ";lr>",
     .b = ">",
     .proxied = true},
    {.rule = "rfc3261.16.6.proxy-copy-all-headers",
     .related = "rfc3261.16. rfc3261.13. rfc3261.8.2.4. rfc3262.",
     .fits = invite_of_proxy,
     .edit = drop,
     .a = "Supported",
     .proxied = true},
    {.rule = "rfc3261.16.6.proxy-body-untouched",
     .related = "rfc3264. rfc3261.13.",
     .fits = sdp_of_proxy,
     .edit = sub,
     .a = "m=audio 4",
     .b = "m=audio 5",
     .proxied = true},
};

const unsigned plant_count = sizeof(plants) / sizeof(plants[0]);

bool plant_in(struct world *w, const struct plant *plant, unsigned skip)
{
    for (uint32_t i = 0; i < w->seen_n; i++)
        if (plant->fits(w, i) && skip-- == 0)
            return plant->edit(w, i, plant) && !w->full;
    return false;
}
