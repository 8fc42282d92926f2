/* RFC 5626: outbound, as far as REGISTER and its answers show it. The grammar of its parameters is
 * in later_contact.c; keep-alives are taken out below SIP. */
#include "parse/later.h"
#include "rules/registering.h"

#define REGISTER BIT(REGISTER)

static const struct sipsan_span outbound = {"outbound", 8};

static const struct sipsan_param *reg_id(const struct sipsan_name_addr *c)
{
    return sipsan_param_find(c->params, SPAN_LIT("reg-id"));
}

/* The first contact with reg-id, or NULL. */
static const struct sipsan_name_addr *flow_contact(const struct sipsan_msg *m)
{
    for (const struct sipsan_name_addr *c = m->contact; c; c = c->next)
        if (reg_id(c))
            return c;
    return NULL;
}

static enum sipsan_verdict instance(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *c = flow_contact(v->msg);

    if (!c)
        return SIPSAN_NA;
    for (; c; c = c->next) {
        if (!reg_id(c) || sipsan_param_find(c->params, SPAN_LIT("+sip.instance")))
            continue;
        why->expected = "reg-id together with +sip.instance";
        return sipsan_fail(why, c->text, "reg-id without +sip.instance");
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict tag(const struct sipsan_view *v, struct sipsan_why *why,
                               struct sipsan_span name, const char *expected)
{
    const struct sipsan_name_addr *c = flow_contact(v->msg);

    if (!c)
        return SIPSAN_NA;
    if (sipsan_token_listed(v->msg->supported, name) || sipsan_token_listed(v->msg->require, name))
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->expected = expected;
    return sipsan_fail(why, c->text, "a REGISTER with reg-id does not support %.*s", SPAN(name));
}

static enum sipsan_verdict tag_outbound(const struct sipsan_view *v, struct sipsan_why *why)
{
    return tag(v, why, outbound, "Supported: outbound");
}

static enum sipsan_verdict tag_path(const struct sipsan_view *v, struct sipsan_why *why)
{
    return tag(v, why, SPAN_LIT("path"), "Supported: path");
}

/* The answer ---------------------------------------------------------------------------------- */

static struct sipsan_span require_text(const struct sipsan_msg *m)
{
    const struct sipsan_header *h = sipsan_msg_header(m, SIPSAN_HDR_REQUIRE);

    return h ? h->value : m->start_line;
}

static bool by_outbound(const struct sipsan_msg *m)
{
    return sipsan_token_listed(m->require, outbound);
}

static enum sipsan_verdict require_unasked(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!by_outbound(v->msg))
        return SIPSAN_NA;
    if (flow_contact(v->req) || !sipsan_header_complete(v->req))
        return SIPSAN_PASS;
    why->expected = "no outbound in Require where no contact has reg-id";
    sipsan_relate_request(why, v->txn, nothing);
    return sipsan_fail(why, require_text(v->msg), "outbound answers a REGISTER without reg-id");
}

/* More than one Via: it came through a proxy, which must have said that it keeps the flow. */
static enum sipsan_verdict without_path(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!by_outbound(v->msg) || !registrar_hop(v))
        return SIPSAN_NA;
    if (v->req->via_count < 2 || sipsan_msg_count(v->req, SIPSAN_HDR_PATH) > 0 ||
        !sipsan_header_complete(v->req))
        return SIPSAN_PASS;
    why->expected = "439, or a 2xx without outbound in Require";
    sipsan_relate_request(why, v->txn, v->req->via->text);
    return sipsan_fail(why, require_text(v->msg),
                       "outbound is applied to a REGISTER that a proxy has forwarded without Path");
}

static enum sipsan_verdict several_contacts(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_name_addr *c = v->req->contact;
    bool flow = false;
    uint64_t seconds;
    unsigned n = 0;

    for (; c; c = c->next) {
        if (!c->ok || (asked(&seconds, v->req, c) && seconds == 0))
            continue;
        flow |= reg_id(c) != NULL;
        n++;
    }
    if (n < 2 || !flow)
        return SIPSAN_NA;
    why->expected = "400";
    sipsan_relate_request(why, v->txn, v->req->contact->text);
    return sipsan_fail(why, v->msg->start_line,
                       "a REGISTER of %u contacts, one of them with reg-id, is accepted", n);
}

static enum sipsan_verdict flow_timer(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_FLOW_TIMER);

    if (!h || by_outbound(v->msg))
        return h ? SIPSAN_PASS : SIPSAN_NA;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->expected = "Flow-Timer together with Require: outbound";
    return sipsan_fail(why, h->value, "Flow-Timer, but outbound is not in force");
}

/* Proxies ------------------------------------------------------------------------------------- */

static bool has_ob(const struct sipsan_value *path)
{
    return path && path->ok && path->addr &&
           sipsan_param_find(path->addr->uri.params, SPAN_LIT("ob"));
}

static size_t paths(const struct sipsan_msg *m)
{
    size_t n = 0;

    for (const struct sipsan_value *p = sipsan_msg_value(m, SIPSAN_HDR_PATH); p;
         p = sipsan_value_next(p))
        n++;
    return n;
}

/* What a proxy adds stands first: RFC 3327 5.2. */
static enum sipsan_verdict first_hop_ob(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *up = v->parent ? v->parent->request : NULL;
    const struct sipsan_value *mine = sipsan_msg_value(v->msg, SIPSAN_HDR_PATH);

    if (!up || !mine || up->via_count < 2 || paths(v->msg) <= paths(up))
        return SIPSAN_NA;
    if (!has_ob(mine))
        return SIPSAN_PASS;
    why->expected = "Path without ob";
    sipsan_relate_request(why, v->parent, up->via->text);
    return sipsan_fail(why, mine->text, "ob is added by a proxy that is not the first hop");
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc5626.4.2.1.register-instance",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = REGISTER,
        .summary = "reg-id of a Contact comes with +sip.instance",
        .explain = "The two together name a flow of a client. reg-id alone is ignored by the "
                   "registrar, and outbound is not in force.\n"
                   "  bad:   Contact: <sip:a@192.0.2.1;ob>;reg-id=1\n"
                   "  good:  Contact: <sip:a@192.0.2.1;ob>;reg-id=1;+sip.instance=\"<urn:...>\"",
        .aliases = "rfc5626.6.reg-id-with-instance",
        .check = instance,
    },
    {
        .id = "rfc5626.4.2.1.register-outbound",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = REGISTER,
        .summary = "A REGISTER with reg-id supports outbound",
        .explain = "Without the option tag the registrar must not tell that outbound is in force, "
                   "and the client never knows.\n"
                   "  bad:   Contact with reg-id, Supported: path\n"
                   "  good:  Supported: path, outbound\n"
                   "The tag in Require is as good.",
        .check = tag_outbound,
    },
    {
        .id = "rfc5626.4.2.1.register-path",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = REGISTER,
        .summary = "A REGISTER with reg-id supports path",
        .explain = "Edge proxies put themselves into Path, and a registrar may refuse that when "
                   "the client does not support it.\n"
                   "  bad:   Contact with reg-id, Supported: outbound\n"
                   "  good:  Supported: path, outbound",
        .check = tag_path,
    },
    {
        .id = "rfc5626.6.no-outbound-without-reg-id",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = REGISTER,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "Require: outbound answers only a REGISTER with reg-id",
        .explain = "It says that the flow is kept, which nobody has asked for.\n"
                   "  REGISTER without reg-id\n"
                   "  bad:   200 OK ... Require: outbound\n"
                   "  good:  200 OK without it",
        .check = require_unasked,
    },
    {
        .id = "rfc5626.6.no-outbound-without-path",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = REGISTER,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "Outbound is not applied behind a proxy that is not in Path",
        .explain = "A REGISTER that came through a proxy without Path has no flow that could be "
                   "found again. The registrar answers 439, or registers without outbound.\n"
                   "  REGISTER with two Vias and no Path\n"
                   "  bad:   200 OK ... Require: outbound\n"
                   "  good:  439 First Hop Lacks Outbound Support",
        .aliases = "rfc5626.6.439-without-path",
        .check = without_path,
    },
    {
        .id = "rfc5626.6.400-several-contacts",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = REGISTER,
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A REGISTER of several contacts with reg-id among them is refused",
        .explain = "A flow is that of one contact: with two of them nobody knows which one it "
                   "leads to. Contacts that are removed do not count.\n"
                   "  REGISTER with two contacts, one of them with reg-id\n"
                   "  poor:  200 OK\n"
                   "  good:  400 Bad Request",
        .check = several_contacts,
    },
    {
        .id = "rfc5626.5.4.flow-timer-with-outbound",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* a client without outbound ignores it */
        .on = SIPSAN_ON_RESPONSE,
        .methods = REGISTER,
        .status_from = 200,
        .status_to = 299,
        .summary = "Flow-Timer comes with Require: outbound",
        .explain = "It says how often a flow must be kept alive, which is agreed on only where "
                   "outbound is in force.\n"
                   "  bad:   200 OK ... Flow-Timer: 120, without Require: outbound\n"
                   "  good:  200 OK ... Require: outbound and Flow-Timer: 120",
        .aliases = "rfc5626.6.flow-timer-with-outbound",
        .check = flow_timer,
    },
    {
        .id = "rfc5626.5.1.ob-first-hop-only",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_HOP_PAIR_REQUEST,
        .methods = REGISTER,
        .needs = SIPSAN_NEEDS_BOTH_HOPS,
        .summary = "Only the first proxy after the client puts ob into Path",
        .explain = "ob tells the registrar that this proxy holds the flow to the client. Whoever "
                   "got the request from another proxy holds none.\n"
                   "  REGISTER with two Vias comes in\n"
                   "  bad:   Path: <sip:p2.example.com;lr;ob> goes out\n"
                   "  good:  Path: <sip:p2.example.com;lr>",
        .check = first_hop_ob,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc5626, rules);
