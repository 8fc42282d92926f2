/* Challenges and credentials (RFC 3261 22). */
#include "ua.h"

static const char *realm_of(struct world *w, const struct node *node)
{
    return join(w, "r", decimal(w, node->number), NULL);
}

const struct challenge *challenge_of(struct world *w, struct node *node, bool proxy)
{
    struct challenge *c = take(w, sizeof(*c));

    if (!node->nonce)
        node->nonce = fresh(w, "n");
    *c = (struct challenge){.realm = realm_of(w, node), .nonce = node->nonce, .proxy = proxy};
    return c;
}

bool has_credentials(struct node *node, const struct sip *m)
{
    for (const struct credentials *c = m->credentials; c; c = c->next)
        if (node->nonce && !strcmp(c->nonce, node->nonce))
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
        struct credentials *again = take(w, sizeof(*again));

        *again = *c;
        again->next = out;
        again->count++;
        again->uri = uri;
        out = again;
    }
    for (const struct challenge *c = m->challenge; c; c = c->next) {
        struct credentials *answer = take(w, sizeof(*answer));

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
