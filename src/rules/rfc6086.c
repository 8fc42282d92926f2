/* RFC 6086: INFO and Info Packages. The grammar of Info-Package and Recv-Info is in later_*.c; what
 * each side of a dialog takes is kept in dialog/recv_info.c. */
#include "rules/events.h"

#define CERTAIN (SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_LOSS | SIPSAN_NEEDS_BOTH_WAYS)

static const struct sipsan_value *package_of(const struct sipsan_msg *m)
{
    const struct sipsan_value *value = sipsan_msg_value(m, SIPSAN_HDR_INFO_PACKAGE);

    return value && value->ok ? value : NULL;
}

/* INFO ---------------------------------------------------------------------------------------- */

/* Where the dialog is known that was meant, rfc3261.12.2.1.1.mid-to-tag speaks. */
static enum sipsan_verdict in_dialog(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (!v->msg->to.ok || v->call->half)
        return SIPSAN_NA;
    if (v->msg->to.tag.p)
        return SIPSAN_PASS;
    why->expected = "INFO within the dialog of an INVITE";
    return sipsan_fail(why, v->msg->to.text, "an INFO outside of dialogs");
}

static enum sipsan_verdict in_invite_usage(const struct sipsan_view *v, struct sipsan_why *why)
{
    if (v->dialog->invite)
        return SIPSAN_PASS;
    why->expected = "INFO within the dialog of an INVITE";
    sipsan_relate(why, &v->dialog->opened, "the request that opened the dialog", nothing);
    return sipsan_fail(why, v->msg->start_line, "no INVITE has opened this dialog");
}

static enum sipsan_verdict no_recv_info(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "Recv-Info in INVITE, PRACK, UPDATE and REGISTER only";
    return astray(v, why, SIPSAN_HDR_RECV_INFO);
}

static enum sipsan_verdict package_wanted(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_value *package = package_of(v->msg);
    const struct sipsan_party *peer = sipsan_peer(v);

    if (!package || !v->dialog->invite || (peer->infos && peer->infos->lost))
        return SIPSAN_NA;
    if (sipsan_takes_package(peer, package->head))
        return SIPSAN_PASS;
    why->expected = "a package that the other side has listed in Recv-Info";
    if (peer->infos)
        sipsan_relate(why, &peer->infos->ref, "Recv-Info", text_span(&peer->infos->packages));
    return sipsan_fail(why, package->text, "the other side has never said that it takes \"%.*s\"",
                       SPAN(package->head));
}

static enum sipsan_verdict unwanted_accepted(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_value *package = v->req ? package_of(v->req) : NULL;
    const struct sipsan_party *mine = sipsan_sender(v);

    if (!package || !v->dialog->invite || (mine->infos && mine->infos->lost))
        return SIPSAN_NA;
    if (sipsan_takes_package(mine, package->head))
        return SIPSAN_PASS;
    why->expected = "469 with Recv-Info";
    sipsan_relate_request(why, v->txn, package->text);
    return sipsan_fail(why, v->msg->start_line,
                       "an INFO of the package \"%.*s\" is accepted, which was not asked for",
                       SPAN(package->head));
}

static enum sipsan_verdict recv_info_in_469(const struct sipsan_view *v, struct sipsan_why *why)
{
    why->expected = "Recv-Info with the packages that are taken; it may be empty";
    return must_have(v, why, SIPSAN_HDR_RECV_INFO, "the 469 to INFO");
}

static struct sipsan_span disposition(const struct sipsan_msg *m)
{
    const struct sipsan_header *h = sipsan_msg_header(m, SIPSAN_HDR_CONTENT_DISPOSITION);

    return h ? h->value : nothing;
}

static bool of_package(struct sipsan_span text)
{
    return sipsan_span_starts_nocase(text, SPAN_LIT("info-package"));
}

static enum sipsan_verdict body_disposition(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (!package_of(m) || m->body.n == 0 || m->multipart || !sipsan_header_complete(m) ||
        sipsan_span_eq_nocase(m->content_type.type, SPAN_LIT("multipart")))
        return SIPSAN_NA;
    if (disposition(m).p)
        return SIPSAN_PASS; /* another one says that the body belongs to something else */
    why->expected = "Content-Disposition: Info-Package";
    return sipsan_fail(why, m->content_type.text.p ? m->content_type.text : m->start_line,
                       "the body of the package does not say that it belongs to it");
}

static enum sipsan_verdict answer_body(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct sipsan_span text = disposition(v->msg);

    if (v->msg->body.n == 0 || !text.p || !of_package(text))
        return SIPSAN_PASS;
    why->expected = "an INFO of its own for what is to be said";
    return sipsan_fail(why, text, "an answer to INFO has a body of an Info Package");
}

/* Recv-Info ----------------------------------------------------------------------------------- */

/* Who never wrote Recv-Info may know nothing of it. */
static enum sipsan_verdict answered(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *mine = sipsan_sender(v);

    if (!v->req || !has_header(v->req, SIPSAN_HDR_RECV_INFO) || !mine->infos ||
        mine->infos->cseq == v->msg->cseq.number)
        return SIPSAN_NA;
    if (has_header(v->msg, SIPSAN_HDR_RECV_INFO))
        return SIPSAN_PASS;
    if (!sipsan_header_complete(v->msg))
        return SIPSAN_NA;
    why->expected = "Recv-Info, which may be empty";
    sipsan_relate_request(why, v->txn, sipsan_msg_header(v->req, SIPSAN_HDR_RECV_INFO)->value);
    sipsan_relate(why, &mine->infos->ref, "its Recv-Info before",
                  text_span(&mine->infos->packages));
    return sipsan_fail(why, v->msg->start_line, "Recv-Info is not answered by Recv-Info");
}

static enum sipsan_verdict unasked(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_RECV_INFO);

    if (!h || has_header(v->req, SIPSAN_HDR_RECV_INFO) || !sipsan_header_complete(v->req))
        return h ? SIPSAN_NA : SIPSAN_PASS;
    why->expected = "no Recv-Info where the request has none";
    sipsan_relate_request(why, v->txn, nothing);
    return sipsan_fail(why, h->name, "Recv-Info answers a request without it");
}

static enum sipsan_verdict same_value(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_party *mine = sipsan_sender(v);
    const struct sipsan_header *h = sipsan_msg_header(v->msg, SIPSAN_HDR_RECV_INFO);

    if (!h || !v->msg->cseq.ok || !mine->infos || mine->infos->cseq != v->msg->cseq.number)
        return SIPSAN_NA;
    if (mine->infos->hash == sipsan_recv_info_hash(v->txns->seed, v->msg))
        return SIPSAN_PASS;
    why->expected = "the packages of the response before";
    sipsan_relate(why, &mine->infos->ref, "the response before", nothing);
    return sipsan_fail(why, h->value, "another Recv-Info than in the response before");
}

static enum sipsan_verdict recv_info_place(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    switch (m->method_id) {
    case SIPSAN_METHOD_OTHER:
    case SIPSAN_METHOD_PUBLISH: /* of later ones the table says nothing */
    case SIPSAN_METHOD_INVITE:
    case SIPSAN_METHOD_PRACK:
    case SIPSAN_METHOD_UPDATE:
        return SIPSAN_NA;
    case SIPSAN_METHOD_REGISTER:
        if (m->request)
            return SIPSAN_NA;
        break;
    case SIPSAN_METHOD_INFO:
        if (m->request || m->status == 469)
            return SIPSAN_NA; /* no-recv-info */
        break;
    default:
        break;
    }
    why->expected = "Recv-Info in INVITE, PRACK, UPDATE and their answers, REGISTER, and 469";
    return astray(v, why, SIPSAN_HDR_RECV_INFO);
}

static enum sipsan_verdict info_package_place(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->method_id == SIPSAN_METHOD_OTHER || (m->request && m->method_id == SIPSAN_METHOD_INFO))
        return SIPSAN_NA;
    why->expected = "Info-Package in INFO requests only";
    return astray(v, why, SIPSAN_HDR_INFO_PACKAGE);
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc6086.4.2.1.info-in-dialog",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(INFO),
        .summary = "INFO is not sent outside of dialogs",
        .explain = "INFO tells an application something about a call. Without the call nobody "
                   "knows what it is about; that holds without an Info Package, too.\n"
                   "  bad:   INFO ... To: <sip:bob@example.net>\n"
                   "  good:  INFO ... To: <sip:bob@example.net>;tag=8e27d0, in the call\n"
                   "Outside of a call there are MESSAGE, SUBSCRIBE and OPTIONS.",
        .check = in_dialog,
    },
    {
        .id = "rfc6086.4.2.1.info-in-invite-usage",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = BIT(INFO),
        .view = SIPSAN_VIEW_DIALOG,
        .needs = SIPSAN_NEEDS_START | SIPSAN_NEEDS_NO_GAP,
        .summary = "INFO is sent in the dialog of an INVITE only",
        .explain = "A dialog that SUBSCRIBE or REFER has opened has no call that INFO could be "
                   "about.\n"
                   "  bad:   SUBSCRIBE, 200, INFO in that dialog\n"
                   "  good:  INVITE, 200, ACK, INFO",
        .check = in_invite_usage,
    },
    {
        .id = "rfc6086.4.2.1.no-recv-info",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_WARNING, /* who receives it must not make use of it */
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(INFO),
        .summary = "INFO has no Recv-Info",
        .explain = "What a side takes is said when the call is set up or changed, not in INFO.\n"
                   "  bad:   INFO with Recv-Info: dtmf\n"
                   "  good:  UPDATE with Recv-Info: dtmf",
        .check = no_recv_info,
    },
    {
        .id = "rfc6086.4.2.1.package-wanted",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_REQUEST,
        .methods = BIT(INFO),
        .view = SIPSAN_VIEW_DIALOG,
        .needs = CERTAIN,
        .knows = SIPSAN_KNOWS_PERMITTED,
        .summary = "INFO has only packages that the other side has asked for",
        .explain =
            "Recv-Info lists the packages that a side takes, compared with case. An INFO of "
            "another one is answered 469.\n"
            "  INVITE ... Recv-Info: foo, bar\n"
            "  bad:   INFO ... Info-Package: dtmf\n"
            "  good:  INFO ... Info-Package: bar\n"
            "A package that was listed once in the dialog counts as asked for, also after it was "
            "taken back. An INFO without Info-Package needs no permission.",
        .aliases = "rfc6086.5.2.2.package-wanted rfc6086.7.2.package-compared",
        .check = package_wanted,
    },
    {
        .id = "rfc6086.4.2.2.unwanted-469",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_WARNING, /* it could cope, and the sender has broken the rule before */
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = BIT(INFO),
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_REQUEST,
        .needs = CERTAIN,
        .summary = "An INFO of a package that was not asked for is answered 469",
        .explain = "With 200 the sender believes that the information was understood.\n"
                   "  INFO ... Info-Package: dtmf, which no Recv-Info of this side has listed\n"
                   "  bad:   200 OK\n"
                   "  good:  469 Bad Info Package with Recv-Info\n"
                   "Another refusal may have another reason and is not judged.",
        .check = unwanted_accepted,
    },
    {
        .id = "rfc6086.4.2.2.469-recv-info",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(INFO),
        .status_from = 469,
        .status_to = 469,
        .summary = "A 469 has Recv-Info",
        .explain = "It tells which packages would be taken, or by an empty Recv-Info that none "
                   "is.\n"
                   "  bad:   SIP/2.0 469 Bad Info Package       (no Recv-Info)\n"
                   "  good:  Recv-Info: foo, bar",
        .aliases = "rfc6086.7.1.469-recv-info",
        .check = recv_info_in_469,
    },
    {
        .id = "rfc6086.4.3.1.body-disposition",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* a body alone can hardly be anything else */
        .on = SIPSAN_ON_REQUEST,
        .methods = BIT(INFO),
        .summary = "The body of an Info Package has Content-Disposition: Info-Package",
        .explain = "An INFO may carry other bodies too: the disposition tells which one belongs "
                   "to the package.\n"
                   "  bad:   Info-Package: foo and a body without Content-Disposition\n"
                   "  good:  Content-Disposition: Info-Package\n"
                   "Multipart bodies are not judged, nor those with another disposition.",
        .check = body_disposition,
    },
    {
        .id = "rfc6086.4.3.2.no-package-in-answer",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE,
        .methods = BIT(INFO),
        .status_from = 100,
        .status_to = 699,
        .summary = "An answer to INFO has no body of an Info Package",
        .explain = "An answer says that the request has arrived. What the application has to say "
                   "comes in an INFO of its own.\n"
                   "  bad:   200 OK with Content-Disposition: Info-Package\n"
                   "  good:  200 OK, then INFO",
        .check = answer_body,
    },
    {
        .id = "rfc6086.5.2.3.recv-info-answered",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = BIT(INVITE) | BIT(UPDATE),
        .status_from = 200,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG | SIPSAN_VIEW_REQUEST,
        .needs = CERTAIN,
        .summary = "Recv-Info in a request is answered by Recv-Info in its 2xx",
        .explain = "Also when it is empty or nothing has changed: without it the other side has "
                   "to guess which packages are taken.\n"
                   "  re-INVITE ... Recv-Info: foo\n"
                   "  bad:   200 OK without Recv-Info\n"
                   "  good:  200 OK ... Recv-Info: bar\n"
                   "Judged of who has written Recv-Info earlier in the dialog, since others may "
                   "know nothing of Info Packages. A response before it may have had it.",
        .aliases = "rfc6086.7.1.recv-info-mandatory",
        .check = answered,
    },
    {
        .id = "rfc6086.5.2.3.recv-info-unasked",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_RESPONSE_IN_TXN,
        .methods = BIT(INVITE) | BIT(UPDATE) | BIT(PRACK),
        .status_from = 100,
        .status_to = 699,
        .view = SIPSAN_VIEW_REQUEST,
        .summary = "A response has Recv-Info only when its request has it",
        .explain = "Who sends a request without Recv-Info knows nothing of Info Packages.\n"
                   "  INVITE without Recv-Info\n"
                   "  bad:   200 OK with Recv-Info: foo\n"
                   "  good:  200 OK without it",
        .check = unasked,
    },
    {
        .id = "rfc6086.5.2.3.recv-info-same",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_DIALOG_RESPONSE,
        .methods = BIT(INVITE),
        .status_from = 101,
        .status_to = 299,
        .view = SIPSAN_VIEW_DIALOG,
        .odd = SIPSAN_ODD_EVENT,
        .summary = "All responses to an INVITE have the same Recv-Info",
        .explain = "What changes is said in a request of its own.\n"
                   "  183 ... Recv-Info: foo\n"
                   "  bad:   200 ... Recv-Info: foo, bar\n"
                   "  good:  200 ... Recv-Info: foo",
        .check = same_value,
    },
    {
        .id = "rfc6086.7.1.info-package-place",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* who receives it has no use for it */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_EVENT,
        .summary = "Info-Package stands in INFO requests only",
        .explain = "The table has a dash everywhere else.\n"
                   "  bad:   200 OK to INFO with Info-Package: foo\n"
                   "  good:  200 OK without it",
        .check = info_package_place,
    },
    {
        .id = "rfc6086.7.1.recv-info-place",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* likewise */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_EVENT,
        .summary = "Recv-Info stands where the table of RFC 6086 has it",
        .explain = "INVITE, PRACK and UPDATE have it, with their answers, REGISTER requests, and "
                   "469 to INFO.\n"
                   "  bad:   200 OK to INFO with Recv-Info: foo\n"
                   "  bad:   BYE with Recv-Info: foo\n"
                   "  good:  INVITE with Recv-Info: foo",
        .check = recv_info_place,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc6086, rules);
