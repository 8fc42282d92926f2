/* RFC 3261 section 19: what a URI may hold, by the place where it stands, and tags. The characters
 * are a matter of the grammar (25.1), comparison of parse/uri_eq.c.
 *
 * A URI is judged where it was made, not where it was copied: From, To and the Request-URI of
 * requests outside of dialogs, Contact, and the topmost Record-Route. */
#include "rules/rule.h"

/* Table 1 of 19.1.1 --------------------------------------------------------------------------- */

enum component {
    PORT = 1 << 0,
    METHOD = 1 << 1,
    MADDR = 1 << 2,
    TTL = 1 << 3,
    TRANSPORT = 1 << 4,
    LR = 1 << 5,
    HEADERS = 1 << 6,
};

enum place {
    REQUEST_URI,
    TO,
    FROM,
    CONTACT_REG,    /* REGISTER, its 200, any 3xx */
    CONTACT_DIALOG, /* and Record-Route, Route */
    CONTACT_OTHER,  /* the table does not say */
    PLACES
};

/* One letter a place, in the order of the table (To and From are two columns there too); user,
 * password, host, user parameter and other parameters may stand everywhere. */
static const struct {
    uint8_t component;
    char allowed[PLACES + 1];
    const char *name;
} table1[] = {
    {PORT, "o--ooo", "a port"},
    {METHOD, "-----o", "the method parameter"},
    {MADDR, "o--ooo", "the maddr parameter"},
    {TTL, "o--o-o", "the ttl parameter"},
    {TRANSPORT, "o--ooo", "the transport parameter"},
    {LR, "o---oo", "the lr parameter"},
    {HEADERS, "---o-o", "a header component (behind \"?\")"},
};

static const char *const place_names[PLACES] = {
    [REQUEST_URI] = "the Request-URI",
    [TO] = "the URI of To",
    [FROM] = "the URI of From",
    [CONTACT_REG] = "the Contact URI of a registration or redirection",
    [CONTACT_DIALOG] = "the URI of a dialog's Contact or of Record-Route",
    [CONTACT_OTHER] = "",
};

/* The URIs that the sender of a message made. */
struct walk {
    const struct sipsan_msg *m;
    const struct sipsan_name_addr *contact;
    unsigned stage;
    enum place place; /* of the URI that was returned last */
};

/* The sender chose Request-URI, To and From itself: it did not take them from a dialog or INVITE.
 */
static bool first_request(const struct sipsan_msg *m)
{
    return m->request && !m->to.tag.p && m->method_id != SIPSAN_METHOD_ACK &&
           m->method_id != SIPSAN_METHOD_CANCEL;
}

static enum place contact_place(const struct sipsan_msg *m)
{
    if (m->method_id == SIPSAN_METHOD_REGISTER || m->status / 100 == 3)
        return CONTACT_REG;
    if (m->status >= 300)
        return CONTACT_OTHER;
    switch (m->method_id) {
    case SIPSAN_METHOD_INVITE:
    case SIPSAN_METHOD_UPDATE:
    case SIPSAN_METHOD_SUBSCRIBE:
    case SIPSAN_METHOD_NOTIFY:
    case SIPSAN_METHOD_REFER:
        return CONTACT_DIALOG;
    default:
        return CONTACT_OTHER;
    }
}

static const struct sipsan_uri *take(struct walk *walk)
{
    const struct sipsan_msg *m = walk->m;
    const struct sipsan_uri *uri;

    switch (walk->stage) {
    case 0:
        walk->contact = m->contact;
        walk->stage = first_request(m) ? 1 : 4;
        if (!m->request)
            walk->stage = 5; /* Record-Route is a copy */
        return NULL;
    case 1:
        walk->place = REQUEST_URI;
        walk->stage++;
        return &m->ruri;
    case 2:
        walk->place = TO;
        walk->stage++;
        return &m->to.uri;
    case 3:
        walk->place = FROM;
        walk->stage++;
        return &m->from.uri;
    case 4:
        walk->place = CONTACT_DIALOG;
        walk->stage++;
        return m->record_route ? &m->record_route->uri : NULL;
    case 5:
        if (!walk->contact) {
            walk->stage++;
            return NULL;
        }
        uri = &walk->contact->uri;
        walk->contact = walk->contact->next;
        walk->place = contact_place(m);
        return uri;
    default:
        return NULL;
    }
}

/* The next sip or sips URI with more than userinfo and host, or NULL behind the last one. */
static const struct sipsan_uri *next_uri(struct walk *walk)
{
    while (walk->stage < 6) {
        const struct sipsan_uri *uri = take(walk);

        if (uri && (uri->params || uri->headers.n > 0 || uri->port >= 0) && uri->ok &&
            (uri->scheme == SIPSAN_SCHEME_SIP || uri->scheme == SIPSAN_SCHEME_SIPS))
            return uri;
    }
    return NULL;
}

static unsigned param_component(struct sipsan_span name)
{
    switch (name.n) {
    case 2:
        return sipsan_span_eq_nocase(name, SPAN_LIT("lr")) ? LR : 0;
    case 3:
        return sipsan_span_eq_nocase(name, SPAN_LIT("ttl")) ? TTL : 0;
    case 5:
        return sipsan_span_eq_nocase(name, SPAN_LIT("maddr")) ? MADDR : 0;
    case 6:
        return sipsan_span_eq_nocase(name, SPAN_LIT("method")) ? METHOD : 0;
    case 9:
        return sipsan_span_eq_nocase(name, SPAN_LIT("transport")) ? TRANSPORT : 0;
    default:
        return 0;
    }
}

static unsigned components(const struct sipsan_uri *uri)
{
    unsigned found = (uri->port >= 0 ? PORT : 0) | (uri->headers.n > 0 ? HEADERS : 0);

    for (const struct sipsan_param *p = uri->params; p; p = p->next)
        found |= param_component(p->name);
    return found;
}

/* A port or transport in To and From is often seen and always ignored. The To of a REGISTER is
 * another matter: of its address-of-record 10.3 removes the parameters, and the port stays. */
static bool ignored(const struct sipsan_msg *m, unsigned component, enum place place)
{
    if (place != TO && place != FROM)
        return false;
    if (component == PORT)
        return place == FROM || m->method_id != SIPSAN_METHOD_REGISTER;
    return component == TRANSPORT;
}

/* What weighs less. */
static bool usual(unsigned component, enum place place)
{
    return component == (place == CONTACT_REG ? LR : place == TO ? PORT : 0);
}

/* That a method parameter goes into no Request-URI is the rule of 19.1.5. */
static enum sipsan_verdict context(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct walk walk = {.m = v->msg};
    const struct sipsan_uri *uri, *bad = NULL;
    enum place place = CONTACT_OTHER;
    size_t row = 0;

    while ((uri = next_uri(&walk))) {
        unsigned found = components(uri);

        for (size_t i = 0; i < sizeof(table1) / sizeof(table1[0]); i++) {
            if (!(found & table1[i].component) || table1[i].allowed[walk.place] == 'o' ||
                (walk.place == REQUEST_URI && table1[i].component == METHOD) ||
                ignored(v->msg, table1[i].component, walk.place))
                continue;
            if (bad &&
                (usual(table1[i].component, walk.place) || !usual(table1[row].component, place)))
                continue;
            bad = uri;
            place = walk.place;
            row = i;
        }
    }
    if (!bad)
        return SIPSAN_PASS;
    why->lower = usual(table1[row].component, place);
    why->expected = "only the URI components that table 1 of section 19.1.1 allows in this place";
    return sipsan_fail(why, bad->text, "%s in %s", table1[row].name, place_names[place]);
}

static enum sipsan_verdict method_in_ruri(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_uri *uri = &v->msg->ruri;

    if (!uri->params || uri->scheme > SIPSAN_SCHEME_SIPS)
        return SIPSAN_PASS;
    for (const struct sipsan_param *p = uri->params; p; p = p->next)
        if (param_component(p->name) == METHOD) {
            why->expected = "the method at the head of the request line, and nowhere in its URI";
            return sipsan_fail(why, p->name, "the Request-URI has a method parameter");
        }
    return SIPSAN_PASS;
}

/* Any URI that the sender made, not only those with parameters. */
static enum sipsan_verdict password(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct walk walk = {.m = v->msg};

    while (walk.stage < 6) {
        const struct sipsan_uri *uri = take(&walk);

        if (uri && uri->ok && uri->password.n > 0)
            return sipsan_fail(why, uri->user, "a URI with a password"); /* which is not shown */
    }
    return SIPSAN_NA;
}

/* Parameters ---------------------------------------------------------------------------------- */

static enum sipsan_verdict duplicate(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct walk walk = {.m = v->msg};
    const struct sipsan_uri *uri;

    while ((uri = next_uri(&walk))) {
        const struct sipsan_param *p = sipsan_param_repeated(uri->params);

        if (p) {
            why->expected = "each URI parameter once";
            return sipsan_fail(why, p->name, "the URI parameter %.*s stands there twice",
                               SPAN(p->name));
        }
    }
    return SIPSAN_PASS;
}

static bool multicast(struct sipsan_span host)
{
    struct sipsan_addr a;

    if (host.n > 2 && host.p[0] == '[')
        host = (struct sipsan_span){host.p + 1, host.n - 2};
    if (!sipsan_ip_parse(&a, host))
        return false;
    return a.family == 4 ? (a.ip[0] & 0xF0) == 0xE0 : a.ip[0] == 0xFF;
}

static enum sipsan_verdict ttl(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct walk walk = {.m = v->msg};
    const struct sipsan_uri *uri;

    while ((uri = next_uri(&walk))) {
        const struct sipsan_param *maddr, *transport, *p = NULL;

        if (uri->params)
            p = sipsan_uri_param(uri, SPAN_LIT("ttl"));
        if (!p)
            continue;
        why->expected = "ttl together with a multicast maddr, over UDP";
        maddr = sipsan_uri_param(uri, SPAN_LIT("maddr"));
        transport = sipsan_uri_param(uri, SPAN_LIT("transport"));
        if (!maddr || !multicast(maddr->value))
            return sipsan_fail(why, p->name, "ttl in a URI whose maddr is %s",
                               maddr ? "no multicast address" : "missing");
        if (uri->scheme == SIPSAN_SCHEME_SIPS ||
            (transport && !sipsan_span_eq_nocase(transport->value, SPAN_LIT("udp"))))
            return sipsan_fail(why, p->name, "ttl in a URI that is not for UDP");
    }
    return SIPSAN_PASS;
}

static enum sipsan_verdict sips_reliable(const struct sipsan_view *v, struct sipsan_why *why)
{
    struct walk walk = {.m = v->msg};
    const struct sipsan_uri *uri;

    while ((uri = next_uri(&walk))) {
        const struct sipsan_param *p;

        if (uri->scheme != SIPSAN_SCHEME_SIPS || !uri->params)
            continue;
        p = sipsan_uri_param(uri, SPAN_LIT("transport"));
        if (p && sipsan_span_eq_nocase(p->value, SPAN_LIT("udp"))) {
            why->expected = "tcp, sctp, ws, or no transport parameter";
            return sipsan_fail(why, p->value, "a sips URI with transport=udp");
        }
    }
    return SIPSAN_PASS;
}

/* 19.1.6 -------------------------------------------------------------------------------------- */

static enum sipsan_verdict tel_params(const struct sipsan_view *v, struct sipsan_why *why)
{
    static const struct sipsan_span names[] = {
        {"phone-context", 13}, {"isub", 4}, {"postd", 5}, {"ext", 3}};
    struct walk walk = {.m = v->msg};
    const struct sipsan_uri *uri;

    while ((uri = next_uri(&walk))) {
        const struct sipsan_param *user, *p;

        if (!uri->params)
            continue;
        user = sipsan_uri_param(uri, SPAN_LIT("user"));
        if (!user || !sipsan_span_eq_nocase(user->value, SPAN_LIT("phone")))
            continue;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            if ((p = sipsan_uri_param(uri, names[i]))) {
                why->expected = "the parameters of a telephone number stand before the \"@\"";
                return sipsan_fail(why, p->name,
                                   "%.*s belongs to the number but stands behind "
                                   "the host",
                                   SPAN(p->name));
            }
    }
    return SIPSAN_PASS;
}

/* 19.3 ---------------------------------------------------------------------------------------- */

static enum sipsan_verdict tags_differ(const struct sipsan_view *v, struct sipsan_why *why)
{
    const struct sipsan_msg *m = v->msg;

    if (m->to.tag.n == 0 || !sipsan_span_eq_nocase(m->to.tag, m->from.tag))
        return SIPSAN_PASS;
    why->expected = "a To tag that the server chose itself";
    return sipsan_fail(why, m->to.tag, "the To tag is the From tag of the request");
}

static const struct sipsan_rule rules[] = {
    {
        .id = "rfc3261.19.1.1.uri-context-components",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* table 1; who receives it should ignore it */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_URI,
        .summary = "A SIP URI has only the components that are allowed in its place",
        .explain =
            "Table 1 of 19.1.1 says which parts a sip or sips URI may have by where it stands. "
            "A Request-URI has no header component (\"?\"): what it asked for belongs into the "
            "header of the request, and a server may refuse it with 400. From and To name a "
            "user: they have no port, no transport, maddr, ttl, lr or method parameter and no "
            "header component. The Contact of a dialog, and Record-Route, have no method, ttl "
            "and header component; the Contact of a REGISTER, its 200 and of 3xx has no method "
            "and no lr.\n"
            "  bad:   INVITE sip:bob@example.net?Subject=lunch SIP/2.0\n"
            "  good:  INVITE sip:bob@example.net SIP/2.0\n"
            "         Subject: lunch\n"
            "  bad:   From: <sip:alice@example.com;maddr=192.0.2.9>;tag=1\n"
            "  good:  From: <sip:alice@example.com>;tag=1\n"
            "A port or transport in From and To is seen often, ignored by all and not reported. "
            "Only in the To of a REGISTER a port is a note, as sip:bob@example.net:5060 is "
            "another address-of-record than sip:bob@example.net; so is lr in its Contact. From, To "
            "and Request-URI are judged in requests outside of "
            "dialogs, where the sender chose them. One finding for a message, the gravest; a "
            "method parameter in the Request-URI is reported by rfc3261.19.1.5.",
        .aliases = "rfc3261.16.6.proxy-ruri-strip-params",
        .check = context,
    },
    {
        .id = "rfc3261.19.1.1.uri-no-duplicate-param",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_URI_TWICE,
        .summary = "A URI has no parameter twice",
        .explain =
            "Any parameter name may stand in a URI once; names have no case. Which of two "
            "values counts differs between implementations, so that two elements on the way "
            "may send to different places.\n"
            "  bad:   Contact: <sip:bob@192.0.2.2;transport=tcp;Transport=udp>\n"
            "  good:  Contact: <sip:bob@192.0.2.2;transport=tcp>\n"
            "Parameters of the header field, behind the angle brackets, are counted on their own "
            "(rfc3261.7.3.1.no-duplicate-param). A URI that was copied from another message is "
            "reported there and not again.",
        .check = duplicate,
    },
    {
        .id = "rfc3261.19.1.1.uri-sips-reliable-transport",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .updated_by = "RFC 5630",
        .odd = SIPSAN_ODD_SIPS,
        .summary = "The transport parameter of a sips URI names a reliable transport",
        .explain =
            "TLS needs an ordered stream, so transport=udp in a sips URI asks for what cannot "
            "be done: an element that honours it fails, one that does not sends in a way that "
            "was not asked for.\n"
            "  bad:   Contact: <sips:bob@192.0.2.2;transport=udp>\n"
            "  good:  Contact: <sips:bob@192.0.2.2;transport=tcp>\n"
            "transport=tls is deprecated (RFC 5630) and not reported here.",
        .check = sips_reliable,
    },
    {
        .id = "rfc3261.19.1.1.uri-ttl-only-multicast-udp",
        .level = SIPSAN_MUST,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_URI,
        .summary = "The ttl parameter stands only beside a multicast maddr, for UDP",
        .explain = "ttl is the reach of a multicast packet and must be used only if maddr is a "
                   "multicast address and the transport is UDP. Elsewhere it has no meaning, yet "
                   "makes two URIs unequal that would be equal without it (19.1.4).\n"
                   "  bad:   Contact: <sip:bob@192.0.2.2;ttl=15>\n"
                   "  good:  Contact: <sip:bob@192.0.2.2;maddr=239.255.255.1;ttl=15>",
        .check = ttl,
    },
    {
        .id = "rfc3261.19.1.5.uri-form-no-method-in-ruri",
        .level = SIPSAN_MUST_NOT,
        .severity = SIPSAN_ERROR,
        .on = SIPSAN_ON_REQUEST,
        .odd = SIPSAN_ODD_URI,
        .summary = "The method parameter of a URI does not go into the Request-URI",
        .explain =
            "Who makes a request from a URI with a method parameter takes it as the method and "
            "leaves the parameter out of the Request-URI. Left in, it tells the next element two "
            "methods, and the Request-URI equals no address without it (19.1.4).\n"
            "  bad:   SUBSCRIBE sip:bob@example.net;method=SUBSCRIBE SIP/2.0\n"
            "  good:  SUBSCRIBE sip:bob@example.net SIP/2.0",
        .check = method_in_ruri,
    },
    {
        .id = "rfc3261.19.1.6.tel-to-sip-userinfo",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* shown by an example, and often seen */
        .on = SIPSAN_ON_MESSAGE,
        .updated_by = "RFC 3966",
        .odd = SIPSAN_ODD_URI,
        .summary = "The parameters of a telephone number stand in the user part of a SIP URI",
        .explain =
            "When a tel URI becomes a SIP URI, all of it goes before the \"@\", parameters too. "
            "Behind the host phone-context, isub, ext and postd are parameters of the SIP URI: "
            "who takes the number out of the user part finds it without its context, and calls "
            "another one.\n"
            "  bad:   sip:1234@example.com;phone-context=example.com;user=phone\n"
            "  good:  sip:1234;phone-context=example.com@example.com;user=phone\n"
            "Judged with user=phone only.",
        .check = tel_params,
    },
    {
        .id = "rfc3261.19.3.tag-from-differs-to",
        .level = SIPSAN_IMPLIED,
        .severity = SIPSAN_WARNING, /* the dialog identifier still works for one call */
        .on = SIPSAN_ON_RESPONSE,
        .summary = "The tag that a server puts into To is not the one of the caller",
        .explain =
            "Both sides put a tag of their own making, unique in the world, into their header "
            "field. A server that gives the From tag back as its To tag makes a dialog whose two "
            "ends have the same name: a request cannot be told from one of the other direction, "
            "and answers of several branches of a fork fall together.\n"
            "  bad:   From: <sip:alice@example.com>;tag=31f4\n"
            "         To: <sip:bob@example.net>;tag=31f4\n"
            "  good:  To: <sip:bob@example.net>;tag=8e27",
        .check = tags_differ,
    },
    {
        .id = "rfc3261.19.1.1.uri-password-discouraged",
        .level = SIPSAN_SHOULD_NOT,
        .severity = SIPSAN_NOTE, /* a danger to its owner only */
        .on = SIPSAN_ON_MESSAGE,
        .odd = SIPSAN_ODD_PASSWORD,
        .summary = "A URI has no password",
        .explain =
            "URIs are logged, stored and shown; a password in one is given to everybody on the "
            "way. The syntax allows it, for old times.\n"
            "The password itself is not repeated in the finding.\n"
            "Bad: INVITE sip:alice:secretword@example.com SIP/2.0\n"
            "Good: INVITE sip:alice@example.com SIP/2.0, and credentials in Authorization",
        .check = password,
    },
};

SIPSAN_RULE_SET(sipsan_rules_rfc3261_19, rules);
