/* RFC 3261 section 10.2: what a UA may put into a REGISTER, and how it goes on after 423. The rest
 * of 10.2 is in rfc3261_10.c. */
#include "rules/registering.h"

static enum sipsan_verdict action_param(const struct sipsan_view *v, struct sipsan_why *why)
{
    for (const struct sipsan_name_addr *c = v->msg->contact; c; c = c->next) {
        const struct sipsan_param *p = sipsan_param_find(c->params, SPAN_LIT("action"));

        if (p)
            return sipsan_fail(why, p->name, "the Contact parameter action was given up");
    }
    return SIPSAN_PASS;
}

/* 12.1: only some methods make dialogs, and REGISTER is none of them, so that whatever the tap has
 * missed there is no dialog that it could stand in. */
static enum sipsan_verdict no_dialog(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->msg->to.ok)
        return SIPSAN_NA;
    if (!v->msg->to.tag.p)
        return SIPSAN_PASS;
    why->expected = "To without a tag";
    return sipsan_fail(why, v->msg->to.tag, "the To of a REGISTER has a tag");
}

/* A contact that is removed may be of any kind. */
static enum sipsan_verdict sips_contacts(const struct sipsan_view *v, struct sipsan_why *why)
{
    uint64_t seconds;

    if (!v->msg->to.ok || v->msg->to.uri.scheme != SIPSAN_SCHEME_SIPS)
        return SIPSAN_NA;
    for (const struct sipsan_name_addr *c = v->msg->contact; c; c = c->next) {
        if (!c->ok || c->star || c->uri.scheme != SIPSAN_SCHEME_SIP ||
            (asked(&seconds, v->msg, c) && seconds == 0))
            continue;
        why->expected = "SIPS URIs in Contact, or a SIP URI in To";
        return sipsan_fail(why, c->uri.text, "a SIP contact is registered for a SIPS URI");
    }
    return SIPSAN_PASS;
}

/* That an INVITE or its answer cannot have it for a remote target is told by 8.1.1.8 and 12.1.1;
 * that it does not stand beside others, by 7.3. */
static enum sipsan_verdict star_elsewhere(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!m->contact || !m->contact->star || m->contact_count > 1 ||
        (m->request && m->method_id == SIPSAN_METHOD_REGISTER) ||
        (m->method_id == SIPSAN_METHOD_INVITE && m->status < 300))
        return SIPSAN_NA;
    why->expected = "a URI; the star belongs into a REGISTER";
    return sipsan_fail(why, m->contact->text, "Contact \"*\" in a %s",
                       m->request ? "request other than REGISTER" : "response");
}

static enum sipsan_verdict longer_after_423(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_registration *reg = v->registration;
    uint64_t seconds;

    if (reg->brief == 0 || v->match->relayed || v->txn->segment)
        return SIPSAN_NA;
    for (const struct sipsan_name_addr *c = v->msg->contact; c; c = c->next) {
        if (!c->ok || c->star || !asked(&seconds, v->msg, c) || seconds == 0 ||
            seconds >= reg->brief)
            continue;
        why->since = reg->brief_ref.time;
        why->expected = "at least Min-Expires of the 423, or no new REGISTER";
        sipsan_relate(why, &reg->brief_ref, "423", nothing);
        return sipsan_fail(why, c->text, "%llu s asked for after 423 with Min-Expires %llu",
                           (unsigned long long)seconds, (unsigned long long)reg->brief);
    }
    return SIPSAN_PASS;
}

#define REGISTER BIT(REGISTER)

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.10.2.register-action-param",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST,
        .methods = REGISTER,
        .odd = SIPSAN_ODD_CONTACT,
        .summary = "The Contact of a REGISTER has no action parameter",
        .explain =
            "In RFC 2543 a UA asked with action=proxy or action=redirect how the server should "
            "treat its calls. The parameter was given up: a registrar ignores it, and the UA does "
            "not get what it asks for.\n"
            "Legal: asking with the caller preferences of RFC 3841 instead.\n"
            "Bad: Contact: <sip:alice@192.0.2.1>;action=proxy\n"
            "Good: Contact: <sip:alice@192.0.2.1>",
        .check = action_param,
    },
    {
        .id = "rfc3261.10.2.register-no-dialog",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* most registrars do not mind */
        .on = SIPSAN_ON_REQUEST,
        .methods = REGISTER,
        .summary = "A REGISTER stands in no dialog: its To has no tag",
        .explain =
            "A registration makes no dialog, so the tag in To of the last response is nothing to "
            "go on with. A registrar that takes it for a request in a dialog finds none and "
            "answers 481, and the binding runs out.\n"
            "Legal: the same Call-ID and the same From tag as in the REGISTER before.\n"
            "Bad: To: <sip:alice@example.com>;tag=a6c85cf in a REGISTER\n"
            "Good: To: <sip:alice@example.com>\n"
            "Decided by the request alone, as no method makes a dialog that REGISTER could be "
            "used in.",
        .check = no_dialog,
    },
    {
        .id = "rfc3261.10.2.1.register-sips-aor-contacts",
        .level = SIPSAN_SHOULD,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST,
        .methods = REGISTER,
        .updated_by = "RFC 5630",
        .summary = "A SIPS address of record is registered with SIPS contacts",
        .explain =
            "Who calls a SIPS URI is promised TLS on every hop to the phone; a SIP contact breaks "
            "that promise on the last one, or makes the call fail. RFC 5630 section 5.1.1.1 makes "
            "it a must: with a SIP contact the address in To is a SIP URI.\n"
            "Legal: the removal of a SIP contact; contacts of other schemes are not judged.\n"
            "Bad: To: <sips:alice@example.com> with Contact: <sip:alice@192.0.2.1>\n"
            "Good: Contact: <sips:alice@client.example.com>",
        .check = sips_contacts,
    },
    {
        .id = "rfc3261.10.2.2.register-star-other-method",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* receivers ignore a Contact that they do not need */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_CONTACT,
        .summary = "Contact \"*\" stands in REGISTER requests only",
        .explain =
            "The star means all bindings and has a meaning in a REGISTER alone. Elsewhere Contact "
            "is an address to be reached at, and a receiver that needs one has none.\n"
            "Legal: \"*\" in a REGISTER with Expires: 0.\n"
            "Bad: Contact: * in OPTIONS, SUBSCRIBE or a 302\n"
            "Good: Contact: <sip:alice@192.0.2.1>\n"
            "INVITE and its answers below 300 are judged by 8.1.1.8 and 12.1.1, and the star "
            "beside other contacts by 7.3.",
        .check = star_elsewhere,
    },
    {
        .id = "rfc3261.10.2.8.register-423-retry-min-expires",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING,
        .on = SIPSAN_ON_REQUEST_IN_TXN,
        .methods = REGISTER,
        .view = SIPSAN_VIEW_REGISTRATION,
        .knows = SIPSAN_KNOWS_FORBIDDEN,
        .summary = "After 423 a UA asks for Min-Expires or more",
        .explain =
            "The registrar has said which interval would do. Asking for less again only brings "
            "the next 423, and the UA is never registered.\n"
            "Legal: giving up; removing bindings (0); naming no interval. Judged for the same "
            "registrar, address of record and Call-ID, until a success.\n"
            "Bad: 423 with Min-Expires: 600, then expires=60 again\n"
            "Good: expires=600",
        .check = longer_after_423,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_10_ua, rules);
