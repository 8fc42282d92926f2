/* Challenges and credentials (RFC 3261 22). */
#include "ua.h"

static const char *realm_of(struct world *w, const struct node *node)
{
    return join(w, "r", decimal(w, node->number), NULL);
}

/* A nonce for each 401 or 407 (RFC 2617 3.2.1). 22.1: stale, when the password is known but the
 * nonce is an old one. */
const struct challenge *challenge_of(struct world *w, struct node *node, bool proxy,
                                     const struct sip *request)
{
    struct challenge *c = take(w, sizeof(*c));
    struct nonce *n = take(w, sizeof(*n));

    *n = (struct nonce){node->nonces, fresh(w, "n")};
    node->nonces = n;
    *c = (struct challenge){.realm = realm_of(w, node), .nonce = n->text, .proxy = proxy};
    for (const struct credentials *k = request->credentials; k; k = k->next)
        c->stale = c->stale || (k->proxy == proxy && !strcmp(k->realm, c->realm));
    return c;
}

bool has_credentials(struct node *node, const struct sip *m)
{
    for (const struct credentials *c = m->credentials; c; c = c->next)
        for (const struct nonce *n = node->nonces; n; n = n->next)
            if (!strcmp(c->nonce, n->text))
                return true;
    return false;
}

/* 22.3: one of several challenges of a realm is enough; all of them make an INVITE too long for UDP
 * (18.1.1). */
static bool is_answered(const struct credentials *out, const struct challenge *c)
{
    for (; out; out = out->next)
        if (out->proxy == c->proxy && !strcmp(out->realm, c->realm))
            return true;
    return false;
}

static bool is_replaced(const struct credentials *old, const struct sip *m)
{
    for (const struct challenge *c = m->challenge; c; c = c->next)
        if (c->proxy == old->proxy && !strcmp(c->realm, old->realm))
            return true;
    return false;
}

/* What was sent before and is still good, and an answer for each challenge. */
const struct credentials *credentials_for(struct world *w, struct node *node,
                                          const struct credentials *before, const struct sip *m,
                                          const char *uri)
{
    const struct credentials *out = NULL;

    for (const struct credentials *c = before; c; c = c->next) {
        struct credentials *again;

        if (is_replaced(c, m))
            continue;
        again = take(w, sizeof(*again));
        *again = *c;
        again->next = out;
        again->count++;
        again->uri = uri;
        out = again;
    }
    for (const struct challenge *c = m->challenge; c; c = c->next) {
        struct credentials *answer;

        if (is_answered(out, c))
            continue;
        answer = take(w, sizeof(*answer));
        *answer = (struct credentials){.realm = c->realm,
                                       .nonce = c->nonce,
                                       .user = node->user,
                                       .uri = uri,
                                       .proxy = c->proxy,
                                       .count = 1,
                                       .next = out};
        out = answer;
    }
    return out;
}
