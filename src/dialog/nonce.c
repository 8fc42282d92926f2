/* Digest challenges and their use: 22.4, RFC 2617 3.2, 3.3, RFC 7616. Only what is seen for the
 * first time counts: repeats, relayed copies, and the copies of credentials in ACK and CANCEL
 * (22.1) do not. */
#include "dialog/nonce.h"

#include "base/hash.h"

#define SECOND     INT64_C(1000000)
#define IDLE       (600 * SECOND)
#define NONCES_MAX 200000
#define SPARE_MAX  1024
#define REALMS_MAX 8  /* of one nonce text */
#define VALUES_MAX 16 /* challenges or credentials of one message */

/* --- keys ------------------------------------------------------------------------------------ */

static uint64_t text_hash(const struct sipsan_nonces *nonces, struct sipsan_span text)
{
    struct sipsan_hash h;

    sipsan_hash_init(&h, nonces->seed);
    sipsan_hash_span(&h, text);
    return sipsan_hash_end(&h);
}

static bool same_realm(const struct sipsan_nonce *n, struct sipsan_span realm)
{
    return span_eq(text_span(&n->realm), realm);
}

/* The one for this realm; else the newest one with this nonce. *count: how many bear it. */
static struct sipsan_nonce *find(const struct sipsan_nonces *nonces, struct sipsan_span nonce,
                                 struct sipsan_span realm, size_t *count)
{
    struct sipsan_map_link *link = sipsan_map_first(&nonces->by_nonce, text_hash(nonces, nonce));
    struct sipsan_nonce *best = NULL;
    size_t seen = 0;

    for (; link; link = sipsan_map_next(link)) {
        struct sipsan_nonce *n = sipsan_container(link, struct sipsan_nonce, by_nonce);

        if (!span_eq(text_span(&n->nonce), nonce))
            continue;
        seen++;
        if (!best || (same_realm(n, realm) && !same_realm(best, realm)))
            best = n;
    }
    if (count)
        *count = seen;
    return best;
}

struct sipsan_nonce *sipsan_nonce_of(const struct sipsan_nonces *nonces,
                                     const struct sipsan_auth *credentials)
{
    if (!credentials->nonce.p)
        return NULL;
    return find(nonces, credentials->nonce,
                credentials->realm.p ? credentials->realm : SPAN_LIT(""), NULL);
}

/* --- life ------------------------------------------------------------------------------------ */

static void unlink_age(struct sipsan_nonces *nonces, struct sipsan_nonce *n)
{
    *(n->older ? &n->older->newer : &nonces->oldest) = n->newer;
    *(n->newer ? &n->newer->older : &nonces->newest) = n->older;
    n->older = n->newer = NULL;
}

static void link_newest(struct sipsan_nonces *nonces, struct sipsan_nonce *n)
{
    n->older = nonces->newest;
    n->newer = NULL;
    *(n->older ? &n->older->newer : &nonces->oldest) = n;
    nonces->newest = n;
}

static void set_aside(struct sipsan_nonces *nonces, struct sipsan_nonce *n)
{
    struct sipsan_text *texts[] = {&n->realm,   &n->nonce,    &n->opaque, &n->algorithm, &n->qop,
                                   &n->call_id, &n->from_tag, &n->cnonce, &n->username};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        sipsan_text_free(nonces->mem, texts[i]);
    if (nonces->spare_count >= SPARE_MAX) {
        sipsan_mem_free(nonces->mem, n, sizeof(*n));
        return;
    }
    n->newer = nonces->spare;
    nonces->spare = n;
    nonces->spare_count++;
}

static void remove_nonce(struct sipsan_nonces *nonces, struct sipsan_nonce *n)
{
    sipsan_timer_stop(nonces->timers, &n->timer);
    sipsan_map_remove(&nonces->by_nonce, &n->by_nonce);
    unlink_age(nonces, n);
    set_aside(nonces, n);
}

static void evict(struct sipsan_nonces *nonces)
{
    if (!nonces->oldest)
        return;
    nonces->evicted++;
    remove_nonce(nonces, nonces->oldest);
}

static struct sipsan_nonce *take(struct sipsan_nonces *nonces)
{
    struct sipsan_nonce *n;

    if (nonces->by_nonce.count >= nonces->max)
        evict(nonces);
    if (!nonces->spare) {
        n = sipsan_mem_zalloc(nonces->mem, sizeof(*n));
        if (n)
            return n;
        evict(nonces);
    }
    n = nonces->spare;
    if (!n)
        return NULL;
    nonces->spare = n->newer;
    nonces->spare_count--;
    *n = (struct sipsan_nonce){0};
    return n;
}

static void touch(struct sipsan_nonces *nonces, struct sipsan_nonce *n, int64_t time)
{
    if (nonces->newest != n) {
        unlink_age(nonces, n);
        link_newest(nonces, n);
    }
    (void)sipsan_timer_set(nonces->timers, &n->timer, time + IDLE);
}

/* NULL when memory is refused: then the challenge is not known, and no rule speaks about it. */
static struct sipsan_nonce *make(struct sipsan_nonces *nonces, struct sipsan_span nonce,
                                 struct sipsan_span realm, int64_t time)
{
    struct sipsan_nonce *n = take(nonces);

    if (!n)
        return NULL;
    n->timer.kind = SIPSAN_TIMER_NONCE;
    if (!sipsan_text_set(nonces->mem, &n->nonce, nonce) ||
        !sipsan_text_set(nonces->mem, &n->realm, realm) ||
        !sipsan_map_add(&nonces->by_nonce, &n->by_nonce, text_hash(nonces, nonce))) {
        set_aside(nonces, n);
        return NULL;
    }
    link_newest(nonces, n);
    if (!sipsan_timer_set(nonces->timers, &n->timer, time + IDLE)) {
        remove_nonce(nonces, n);
        return NULL;
    }
    return n;
}

/* --- challenges ------------------------------------------------------------------------------ */

static bool keep(struct sipsan_nonces *nonces, struct sipsan_text *text, struct sipsan_span in)
{
    return sipsan_text_set(nonces->mem, text, in.p ? in : SPAN_LIT(""));
}

static bool describe(struct sipsan_nonces *nonces, struct sipsan_nonce *n,
                     const struct sipsan_auth *challenge, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;

    n->has_opaque = challenge->opaque.p != NULL;
    n->has_algorithm = challenge->algorithm.p != NULL;
    n->has_qop = challenge->qop.p != NULL;
    n->proxy = challenge->header == SIPSAN_HDR_PROXY_AUTHENTICATE;
    n->ref = seen->ref;
    n->cseq = msg->cseq.number;
    return keep(nonces, &n->opaque, challenge->opaque) &&
           keep(nonces, &n->algorithm, challenge->algorithm) &&
           keep(nonces, &n->qop, challenge->qop) && keep(nonces, &n->call_id, msg->call_id) &&
           keep(nonces, &n->from_tag, msg->from.tag);
}

/* The credentials for this realm in the request that was answered; NULL: none, or text is gone. */
static const struct sipsan_auth *credentials_for(const struct sipsan_txn *txn,
                                                 const struct sipsan_auth *challenge)
{
    uint16_t header = challenge->header == SIPSAN_HDR_PROXY_AUTHENTICATE
                          ? SIPSAN_HDR_PROXY_AUTHORIZATION
                          : SIPSAN_HDR_AUTHORIZATION;
    int n = 0;

    if (!txn || !txn->request)
        return NULL;
    for (const struct sipsan_auth *a = txn->request->auth; a && n < VALUES_MAX; a = a->next, n++)
        if (a->header == header && a->realm.p && span_eq(a->realm, challenge->realm))
            return a;
    return NULL;
}

/* One challenge. RFC 2617 3.2.1: stale=true means that only the nonce was too old. */
static void challenged(struct sipsan_nonces *nonces, const struct sipsan_auth *challenge,
                       const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_auth *refused = credentials_for(match->txn, challenge);
    bool stale = challenge->stale.p && sipsan_span_eq_nocase(challenge->stale, SPAN_LIT("true"));
    uint32_t in_a_row = 0;
    struct sipsan_nonce *n;
    size_t count;

    if (refused && !stale) {
        struct sipsan_nonce *old = sipsan_nonce_of(nonces, refused);

        in_a_row = 1;
        if (old && same_realm(old, challenge->realm)) {
            if (old->refused < UINT32_MAX)
                old->refused++;
            old->refused_ref = seen->ref;
            in_a_row = old->refused;
        }
    }
    n = find(nonces, challenge->nonce, challenge->realm, &count);
    if (!n || !same_realm(n, challenge->realm)) {
        if (count >= REALMS_MAX)
            return;
        n = make(nonces, challenge->nonce, challenge->realm, seen->ref.time);
        if (!n)
            return;
        n->refused = in_a_row;
        if (in_a_row > 0)
            n->refused_ref = seen->ref;
    } else {
        touch(nonces, n, seen->ref.time);
    }
    if (!describe(nonces, n, challenge, seen))
        remove_nonce(nonces, n);
}

static void learn(struct sipsan_nonces *nonces, const struct sipsan_match *match,
                  const struct sipsan_seen *seen)
{
    int n = 0;

    for (const struct sipsan_auth *a = seen->msg->auth; a && n < VALUES_MAX; a = a->next, n++)
        if (a->digest && a->nonce.p && a->realm.p &&
            (a->header == SIPSAN_HDR_WWW_AUTHENTICATE ||
             a->header == SIPSAN_HDR_PROXY_AUTHENTICATE))
            challenged(nonces, a, match, seen);
}

/* Another final: the credentials have passed. */
static void accepted(struct sipsan_nonces *nonces, const struct sipsan_txn *txn)
{
    int n = 0;

    if (!txn || !txn->request)
        return;
    for (const struct sipsan_auth *a = txn->request->auth; a && n < VALUES_MAX; a = a->next, n++) {
        struct sipsan_nonce *nonce = a->digest ? sipsan_nonce_of(nonces, a) : NULL;

        if (nonce)
            nonce->refused = 0;
    }
}

/* --- credentials ----------------------------------------------------------------------------- */

/* nc-value = 8LHEX (25.1); what is longer or empty counts as 0. */
static uint64_t count_of(struct sipsan_span nc)
{
    uint64_t value = 0;

    if (!nc.p || nc.n > 16)
        return 0;
    for (size_t i = 0; i < nc.n; i++) {
        char c = ascii_lower(nc.p[i]);

        if (c >= '0' && c <= '9')
            value = value << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value << 4 | (uint64_t)(c - 'a' + 10);
        else
            return 0;
    }
    return value;
}

static void use(struct sipsan_nonces *nonces, const struct sipsan_auth *credentials,
                const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    struct sipsan_nonce *n = sipsan_nonce_of(nonces, credentials);
    struct sipsan_span cnonce = credentials->cnonce.p ? credentials->cnonce : SPAN_LIT("");
    uint64_t nc = count_of(credentials->nc);

    if (!n)
        return;
    touch(nonces, n, seen->ref.time);
    if (!n->used || !span_eq(text_span(&n->cnonce), cnonce) || nc > n->nc)
        n->nc = nc;
    n->used = true;
    n->use_hash = text_hash(nonces, credentials->text);
    n->use_serial = match->txn ? match->txn->serial : 0;
    n->use_call = sipsan_key_call(nonces->seed, &seen->keys, seen->msg->cseq.number);
    n->use_ref = seen->ref;
    if (!keep(nonces, &n->cnonce, cnonce) || !keep(nonces, &n->username, credentials->username))
        remove_nonce(nonces, n);
}

static void count_use(struct sipsan_nonces *nonces, const struct sipsan_match *match,
                      const struct sipsan_seen *seen)
{
    int n = 0;

    for (const struct sipsan_auth *a = seen->msg->auth; a && n < VALUES_MAX; a = a->next, n++)
        if (a->digest &&
            (a->header == SIPSAN_HDR_AUTHORIZATION || a->header == SIPSAN_HDR_PROXY_AUTHORIZATION))
            use(nonces, a, match, seen);
}

void sipsan_nonce_apply(struct sipsan_nonces *nonces, const struct sipsan_match *match,
                        const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;

    if (match->txn && match->txn->segment)
        return;
    if (msg->request) {
        if (match->what == SIPSAN_NEW_REQUEST && !match->relayed &&
            msg->method_id != SIPSAN_METHOD_ACK && msg->method_id != SIPSAN_METHOD_CANCEL)
            count_use(nonces, match, seen);
        return;
    }
    if (match->what != SIPSAN_NEW_RESPONSE || match->child || msg->status < 200)
        return;
    if (msg->status == 401 || msg->status == 407)
        learn(nonces, match, seen);
    else
        accepted(nonces, match->txn);
}

/* --- timers, life of the table --------------------------------------------------------------- */

void sipsan_nonce_timer(struct sipsan_nonces *nonces, struct sipsan_timer *timer)
{
    remove_nonce(nonces, sipsan_container(timer, struct sipsan_nonce, timer));
}

int sipsan_nonces_init(struct sipsan_nonces *nonces, struct sipsan_mem *mem,
                       struct sipsan_timers *timers, const struct sipsan_config *config)
{
    size_t max = config->limits.bindings ? config->limits.bindings : NONCES_MAX;

    *nonces = (struct sipsan_nonces){
        .mem = mem,
        .timers = timers,
        .seed = {config->hash_seed[0], config->hash_seed[1]},
        .max = max,
    };
    sipsan_map_init(&nonces->by_nonce, mem, max);
    return SIPSAN_OK;
}

void sipsan_nonces_reset(struct sipsan_nonces *nonces)
{
    while (nonces->oldest)
        remove_nonce(nonces, nonces->oldest);
    nonces->evicted = 0;
}

void sipsan_nonces_free(struct sipsan_nonces *nonces)
{
    sipsan_nonces_reset(nonces);
    while (nonces->spare) {
        struct sipsan_nonce *n = nonces->spare;

        nonces->spare = n->newer;
        sipsan_mem_free(nonces->mem, n, sizeof(*n));
    }
    nonces->spare_count = 0;
    sipsan_map_free(&nonces->by_nonce);
}
