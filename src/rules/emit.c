/* From a verdict to a finding: coordinates, culprit, role, agent, place of the evidence. */
#include "rules/engine.h"

static const struct sipsan_addr nobody;

const struct sipsan_addr *sipsan_culprit(const struct sipsan_view *v, const struct sipsan_why *why)
{
    if (why->blame)
        return why->blame;
    if (v->owed)
        return &v->owed->flow.src;
    if (v->seen)
        return &v->seen->flow.src;
    return v->txn ? &v->txn->flow.src : &nobody;
}

/* Role ---------------------------------------------------------------------------------------- */

/* The sender of what the view shows relays for somebody else: the other side of its pair was seen.
 */
static bool by_proxy(const struct sipsan_view *v)
{
    if (!v->match)
        return v->owed && v->txn && v->txn->parent && v->owed->flow.src.port != 0 &&
               sipsan_ip_eq(&v->owed->flow.src, &v->txn->flow.src);
    return v->match->parent != NULL || v->child != NULL;
}

static const char *owed_role(const struct sipsan_owed *owed)
{
    switch (owed->kind) {
    case SIPSAN_OWES_ACK_NON2XX:
    case SIPSAN_OWES_ACK_NON2XX_AGAIN:
        return "uac";
    case SIPSAN_OWES_CANCEL_ANSWER:
    case SIPSAN_OWES_INVITE_FINAL:
    case SIPSAN_OWES_LAST_1XX:
    case SIPSAN_OWES_FINAL_AGAIN:
        return "uas";
    case SIPSAN_OWES_FORWARD_1XX:
    case SIPSAN_OWES_FORWARD_2XX:
    case SIPSAN_OWES_CANCEL_SIBLING:
    case SIPSAN_OWES_CANCEL_BRANCH:
    case SIPSAN_OWES_PROXY_FINAL:
        return "proxy";
    default:
        return NULL;
    }
}

/* The party of the dialog that owes: told by its address, where that can be told. */
static enum sipsan_side debtor_side(const struct sipsan_view *v)
{
    const struct sipsan_addr *debtor = &v->owed->flow.src;

    for (int side = SIPSAN_CALLER; side <= SIPSAN_CALLEE; side++)
        if (sipsan_ip_eq(debtor, &v->dialog->party[side].addr) &&
            debtor->port == v->dialog->party[side].addr.port)
            return (enum sipsan_side)side;
    return SIPSAN_NO_SIDE;
}

static const char *party_role(const struct sipsan_view *v)
{
    enum sipsan_side side = debtor_side(v);

    return side == SIPSAN_NO_SIDE ? "uac" : side == SIPSAN_CALLER ? "caller" : "callee";
}

static const char *role_of(const struct sipsan_view *v, const struct sipsan_why *why)
{
    if (why->role)
        return why->role;
    if (by_proxy(v))
        return "proxy";
    if (v->owed) {
        const char *role = owed_role(v->owed);

        return role ? role : v->dialog ? party_role(v) : "uas";
    }
    if (v->dialog && v->side != SIPSAN_NO_SIDE)
        return v->side == SIPSAN_CALLER ? "caller" : "callee";
    if (!v->msg)
        return "uac";
    if (v->msg->method_id == SIPSAN_METHOD_REGISTER && !v->msg->request)
        return "registrar";
    if (v->msg->method_id == SIPSAN_METHOD_INVITE && v->msg->status != 100 && !v->msg->to.tag.p)
        return v->msg->request ? "caller" : "callee";
    return v->msg->request ? "uac" : "uas";
}

/* What the culprit calls itself. */
static struct sipsan_span agent_of(const struct sipsan_view *v, const struct sipsan_why *why)
{
    static const struct sipsan_span nameless;
    const struct sipsan_header *h = NULL;

    if (v->owed && v->txn) {
        bool client = sipsan_ip_eq(&v->owed->flow.src, &v->txn->flow.src) &&
                      v->owed->flow.src.port == v->txn->flow.src.port;

        if (client) /* of a request with more Vias the name is its originator's */
            return v->txn->via_count > 1 ? nameless : v->txn->agent;
        return v->txn->server_agent;
    }
    if (v->owed && v->dialog && debtor_side(v) != SIPSAN_NO_SIDE)
        return text_span(&v->dialog->party[debtor_side(v)].agent);
    if (!v->msg || why->blame || by_proxy(v))
        return nameless;
    if (!v->msg->request)
        h = sipsan_msg_header(v->msg, SIPSAN_HDR_SERVER);
    if (!h)
        h = sipsan_msg_header(v->msg, SIPSAN_HDR_USER_AGENT);
    return h ? h->value : nothing;
}

/* Place --------------------------------------------------------------------------------------- */

static struct sipsan_span text_of(const char *s)
{
    return (struct sipsan_span){s, strlen(s)};
}

/* The header field in which the bytes stand. */
static struct sipsan_span place_of(const struct sipsan_msg *m, struct sipsan_span evidence)
{
    for (uint32_t i = 0; i < m->header_count; i++) {
        const struct sipsan_header *h = &m->headers[i];

        if (span_has(h->value, evidence.p) || span_has(h->name, evidence.p)) {
            const char *name = sipsan_header_name((enum sipsan_header_id)h->id);

            return *name ? text_of(name) : h->name;
        }
    }
    if (span_has(m->start_line, evidence.p))
        return text_of("start line");
    return span_has(m->body, evidence.p) ? text_of("body") : text_of("message");
}

static void locate(struct sipsan_finding *f, const struct sipsan_view *v,
                   const struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;
    struct sipsan_span evidence = why->evidence;

    f->message = m->bytes;
    f->start_line = m->start_line;
    if (!evidence.p || !span_has(m->bytes, evidence.p))
        evidence = m->start_line;
    f->offset = (size_t)(evidence.p - m->bytes.p);
    f->length = evidence.n;
    f->place = why->place.p ? why->place : place_of(m, evidence);
}

/* Reference ----------------------------------------------------------------------------------- */

static void later(struct sipsan_ref *ref, const struct sipsan_ref *other)
{
    if (other->time > ref->time || (other->time == ref->time && other->frame > ref->frame))
        *ref = *other;
}

/* The last frame of what an absence is about. */
static struct sipsan_ref last_frame(const struct sipsan_view *v)
{
    struct sipsan_ref ref = v->owed ? v->owed->trigger : (struct sipsan_ref){0};

    if (v->txn) {
        later(&ref, &v->txn->last);
        later(&ref, &v->txn->trying.last);
        later(&ref, &v->txn->provisional.last);
        later(&ref, &v->txn->final.last);
        later(&ref, &v->txn->ack_last);
    }
    if (v->dialog) {
        later(&ref, &v->dialog->ok_last);
        later(&ref, &v->dialog->ack_last);
        later(&ref, &v->dialog->ended);
        if (v->owed && v->owed->kind == SIPSAN_OWES_BYE_ANSWER)
            for (int side = SIPSAN_CALLER; side <= SIPSAN_CALLEE; side++)
                if (v->dialog->party[side].bye_serial == v->owed->about_serial)
                    later(&ref, &v->dialog->party[side].bye_last);
    }
    return ref;
}

static void describe_absence(struct sipsan_finding *f, const struct sipsan_view *v)
{
    f->absence = true;
    f->ref = last_frame(v);
    if (v->owed)
        f->flow = v->owed->flow;
    else if (v->txn)
        f->flow = v->txn->flow;
    if (v->txn) {
        const char *name = sipsan_method_name(v->txn->method_id);

        f->call_id = v->txn->call_id;
        f->method = text_of(name);
    } else if (v->dialog) {
        f->call_id = text_span(&v->dialog->call_id);
        f->method = text_of("INVITE");
    }
    f->place = text_of("absence");
}

static void describe_message(struct sipsan_finding *f, const struct sipsan_view *v,
                             const struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    f->ref = v->seen ? v->seen->ref : v->txn->first;
    f->flow = v->seen ? v->seen->flow : v->txn->flow;
    f->call_id = m->call_id;
    f->method = m->request ? m->method : m->cseq.method;
    f->status = m->status;
    locate(f, v, why);
}

void sipsan_emit(struct sipsan_engine *engine, const struct sipsan_view *v, size_t rule,
                 const struct sipsan_why *why, enum sipsan_severity severity)
{
    struct sipsan_finding f = {
        .rule = &engine->infos[rule],
        .severity = severity,
        .decided = engine->current,
        .culprit = *sipsan_culprit(v, why),
        .role = role_of(v, why),
        .agent = agent_of(v, why),
        .text = text_of(why->text),
        .related_count = why->related_count,
    };

    if (!engine->config.on_finding)
        return;
    if (why->expected)
        f.expected = text_of(why->expected);
    memcpy(f.related, why->related, why->related_count * sizeof(why->related[0]));
    if (v->msg && !v->owed)
        describe_message(&f, v, why);
    else
        describe_absence(&f, v);
    engine->config.on_finding(engine->config.user, &f);
}
