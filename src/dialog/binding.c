/* Registrations as a tap sees them: 10.2, 10.3. A registration is what one UA does under one
 * Call-ID for one address of record at one registrar; the registrar is the server of the first hop
 * on which its REGISTER was seen, copies relayed by proxies are left out.
 *
 * A transaction that belongs to a registration bears its serial in txn->dialog_serial: REGISTER
 * never belongs to a dialog (10). */
#include "dialog/binding.h"

#include "base/hash.h"

#define SECOND       INT64_C(1000000)
#define IDLE         (600 * SECOND)
#define IDLE_UNKNOWN (7200 * SECOND) /* no expiry was named: the registrar's default, 10.2 */
#define EXPIRED      (64 * SECOND)   /* kept after the last binding ran out */
#define BINDINGS_MAX 200000
#define SPARE_MAX    1024
#define AOR_MAX      512
#define OPEN_MAX     2048 /* bytes of Contact values kept of a REGISTER */
#define URI_BLOCK    256  /* a contact of usual length with its parameters */
#define URI_BLOCKS   4096

/* --- keys ------------------------------------------------------------------------------------ */

static bool put(char *text, size_t *n, struct sipsan_span s, bool lower)
{
    if (s.n > AOR_MAX - *n)
        return false;
    for (size_t i = 0; i < s.n; i++)
        text[*n + i] = lower ? ascii_lower(s.p[i]) : s.p[i];
    *n += s.n;
    return true;
}

/* 10.3 step 5: without parameters; scheme and host compare without case. False when it is none or
 * too long. */
static bool aor_text(char text[AOR_MAX], size_t *n, const struct sipsan_uri *uri)
{
    *n = 0;
    if (uri->host.n == 0)
        return false;
    return put(text, n, uri->scheme_text, true) && put(text, n, SPAN_LIT(":"), false) &&
           put(text, n, uri->user, false) && put(text, n, SPAN_LIT("@"), false) &&
           put(text, n, uri->host, true);
}

static uint64_t key_hash(const struct sipsan_bindings *bindings,
                         const struct sipsan_addr *registrar, struct sipsan_span aor,
                         struct sipsan_span call_id)
{
    struct sipsan_hash h;

    sipsan_hash_init(&h, bindings->seed);
    sipsan_hash_u64(&h, registrar->family);
    sipsan_hash_bytes(&h, registrar->ip, sizeof(registrar->ip));
    sipsan_hash_span(&h, aor);
    sipsan_hash_span(&h, call_id);
    return sipsan_hash_end(&h);
}

static struct sipsan_registration *find(const struct sipsan_bindings *bindings,
                                        const struct sipsan_addr *registrar, struct sipsan_span aor,
                                        struct sipsan_span call_id)
{
    struct sipsan_map_link *link =
        sipsan_map_first(&bindings->by_call, key_hash(bindings, registrar, aor, call_id));

    for (; link; link = sipsan_map_next(link)) {
        struct sipsan_registration *r = sipsan_container(link, struct sipsan_registration, by_call);

        if (sipsan_ip_eq(&r->registrar, registrar) && span_eq(text_span(&r->aor), aor) &&
            span_eq(text_span(&r->call_id), call_id))
            return r;
    }
    return NULL;
}

/* --- life ------------------------------------------------------------------------------------ */

static void unlink_age(struct sipsan_bindings *bindings, struct sipsan_registration *r)
{
    *(r->older ? &r->older->newer : &bindings->oldest) = r->newer;
    *(r->newer ? &r->newer->older : &bindings->newest) = r->older;
    r->older = r->newer = NULL;
}

static void link_newest(struct sipsan_bindings *bindings, struct sipsan_registration *r)
{
    r->older = bindings->newest;
    r->newer = NULL;
    *(r->older ? &r->older->newer : &bindings->oldest) = r;
    bindings->newest = r;
}

static void free_contents(struct sipsan_bindings *bindings, struct sipsan_registration *r)
{
    for (uint32_t i = 0; i < r->bound_count; i++)
        sipsan_arena_reset(&r->bound[i].arena);
    sipsan_mem_free(bindings->mem, r->bound, r->bound_room * sizeof(*r->bound));
    sipsan_text_free(bindings->mem, &r->aor);
    sipsan_text_free(bindings->mem, &r->call_id);
    sipsan_text_free(bindings->mem, &r->open_contacts);
}

static void set_aside(struct sipsan_bindings *bindings, struct sipsan_registration *r)
{
    free_contents(bindings, r);
    if (bindings->spare_count >= SPARE_MAX) {
        sipsan_mem_free(bindings->mem, r, sizeof(*r));
        return;
    }
    r->newer = bindings->spare;
    bindings->spare = r;
    bindings->spare_count++;
}

static void remove_registration(struct sipsan_bindings *bindings, struct sipsan_registration *r)
{
    sipsan_timer_stop(bindings->timers, &r->timer);
    sipsan_map_remove(&bindings->by_call, &r->by_call);
    unlink_age(bindings, r);
    set_aside(bindings, r);
}

static void evict(struct sipsan_bindings *bindings)
{
    if (!bindings->oldest)
        return;
    bindings->evicted++;
    bindings->lossy_until = bindings->now + IDLE_UNKNOWN;
    remove_registration(bindings, bindings->oldest);
}

static struct sipsan_registration *take(struct sipsan_bindings *bindings)
{
    struct sipsan_registration *r;

    if (bindings->by_call.count >= bindings->max)
        evict(bindings);
    if (!bindings->spare) {
        r = sipsan_mem_zalloc(bindings->mem, sizeof(*r));
        if (r)
            return r;
        evict(bindings);
    }
    r = bindings->spare;
    if (!r)
        return NULL;
    bindings->spare = r->newer;
    bindings->spare_count--;
    *r = (struct sipsan_registration){0};
    return r;
}

static int make(struct sipsan_bindings *bindings, struct sipsan_registration **out,
                struct sipsan_span aor, const struct sipsan_seen *seen)
{
    struct sipsan_span call_id = seen->msg->call_id;
    struct sipsan_registration *r = take(bindings);

    if (!r)
        return SIPSAN_ENOMEM;
    r->timer.kind = SIPSAN_TIMER_BINDING;
    r->serial = ++bindings->serial;
    r->registrar = seen->flow.dst;
    r->client = seen->flow.src;
    r->last = seen->ref.time;
    if (!sipsan_text_set(bindings->mem, &r->aor, aor) ||
        !sipsan_text_set(bindings->mem, &r->call_id, call_id) ||
        !sipsan_map_add(&bindings->by_call, &r->by_call,
                        key_hash(bindings, &r->registrar, aor, call_id))) {
        set_aside(bindings, r);
        return SIPSAN_ENOMEM;
    }
    link_newest(bindings, r);
    if (!sipsan_timer_set(bindings->timers, &r->timer, bindings->now + IDLE)) {
        remove_registration(bindings, r);
        return SIPSAN_ENOMEM;
    }
    *out = r;
    return SIPSAN_OK;
}

/* --- matching -------------------------------------------------------------------------------- */

int sipsan_binding_match(struct sipsan_bindings *bindings, struct sipsan_registration **out,
                         const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;
    const struct sipsan_txn *txn = match->txn;
    struct sipsan_span aor;
    char text[AOR_MAX];
    size_t n;

    *out = NULL;
    if (seen->ref.time > bindings->now)
        bindings->now = seen->ref.time;
    if (msg->method_id != SIPSAN_METHOD_REGISTER || !txn || !msg->call_id.p ||
        !aor_text(text, &n, &msg->to.uri))
        return SIPSAN_OK;
    aor = (struct sipsan_span){text, n};
    if (match->what != SIPSAN_NEW_REQUEST) {
        struct sipsan_registration *r;

        /* Relayed copies bear no serial; that of an evicted registration is nobody's. */
        if (txn->dialog_serial == 0)
            return SIPSAN_OK;
        r = find(bindings, &txn->flow.dst, aor, msg->call_id);
        if (r && txn->dialog_serial == r->serial)
            *out = r;
        return SIPSAN_OK;
    }
    if (match->relayed || txn->segment)
        return SIPSAN_OK;
    *out = find(bindings, &seen->flow.dst, aor, msg->call_id);
    return *out ? SIPSAN_OK : make(bindings, out, aor, seen);
}

const struct sipsan_bound *sipsan_bound_find(const struct sipsan_registration *reg,
                                             const struct sipsan_uri *uri)
{
    for (uint32_t i = 0; i < reg->bound_count; i++)
        if (sipsan_uri_eq(&reg->bound[i].parsed, uri))
            return &reg->bound[i];
    return NULL;
}

/* --- effects --------------------------------------------------------------------------------- */

static bool parse_seconds(struct sipsan_span text, uint64_t *out)
{
    uint64_t value = 0;

    if (!text.p || text.n == 0)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(text.p[i] - '0');
        if (value > UINT32_MAX)
            value = UINT32_MAX;
    }
    *out = value;
    return true;
}

/* 10.2.1.1: the contact's parameter, else the header field, else nobody has said. */
static bool lifetime(const struct sipsan_msg *msg, const struct sipsan_name_addr *contact,
                     uint64_t *out)
{
    const struct sipsan_param *p = sipsan_param_find(contact->params, SPAN_LIT("expires"));

    if (p && parse_seconds(p->value, out))
        return true;
    if (!msg->expires.text.p || !msg->expires.ok)
        return false;
    *out = msg->expires.value < UINT32_MAX ? msg->expires.value : UINT32_MAX;
    return true;
}

static void unbind(struct sipsan_registration *r, uint32_t i)
{
    sipsan_arena_reset(&r->bound[i].arena);
    r->bound[i] = r->bound[--r->bound_count];
}

static void unbind_all(struct sipsan_registration *r)
{
    while (r->bound_count > 0)
        unbind(r, r->bound_count - 1);
}

/* Room for one more: grown, or taken from one that has run out. */
static bool bound_room(struct sipsan_bindings *bindings, struct sipsan_registration *r)
{
    size_t unit = sizeof(*r->bound);
    uint32_t room = r->bound_room ? r->bound_room * 2 : 1;
    struct sipsan_bound *bound;

    if (r->bound_count < r->bound_room)
        return true;
    for (uint32_t i = 0; i < r->bound_count; i++)
        if (r->bound[i].expires < bindings->now) {
            unbind(r, i);
            return true;
        }
    if (room > SIPSAN_CONTACTS_MAX)
        return false;
    bound = sipsan_mem_resize(bindings->mem, r->bound, r->bound_room * unit, room * unit);
    if (!bound)
        return false;
    r->bound = bound;
    r->bound_room = room;
    return true;
}

static struct sipsan_bound *bind(struct sipsan_bindings *bindings, struct sipsan_registration *r,
                                 const struct sipsan_uri *uri)
{
    struct sipsan_bound *b;

    for (uint32_t i = 0; i < r->bound_count; i++)
        if (sipsan_uri_eq(&r->bound[i].parsed, uri))
            return &r->bound[i];
    if (!bound_room(bindings, r))
        return NULL;
    b = &r->bound[r->bound_count];
    *b = (struct sipsan_bound){0};
    sipsan_arena_init(&b->arena, &bindings->uris);
    if (sipsan_uri_read(&b->parsed, &b->arena, uri->text) != SIPSAN_OK) {
        sipsan_arena_reset(&b->arena);
        return NULL;
    }
    b->uri = (struct sipsan_span){b->parsed.text.p, uri->text.n};
    r->bound_count++;
    return b;
}

/* The answer may grant less than was asked for: 10.3 step 7. */
static int64_t granted(const struct sipsan_msg *ok, const struct sipsan_msg *req,
                       const struct sipsan_name_addr *contact, int64_t now)
{
    uint64_t seconds;
    uint32_t n = 0;

    for (const struct sipsan_name_addr *c = ok->contact; c && n < SIPSAN_CONTACTS_MAX;
         c = c->next, n++)
        if (!c->star && sipsan_uri_eq(&c->uri, &contact->uri) && lifetime(ok, c, &seconds))
            return now + (int64_t)seconds * SECOND;
    if (lifetime(req, contact, &seconds))
        return now + (int64_t)seconds * SECOND;
    return INT64_MAX;
}

static void accept_contact(struct sipsan_bindings *bindings, struct sipsan_registration *r,
                           const struct sipsan_msg *req, const struct sipsan_name_addr *contact,
                           const struct sipsan_seen *seen)
{
    uint64_t seconds;
    struct sipsan_bound *b;

    if (lifetime(req, contact, &seconds) && seconds == 0) {
        const struct sipsan_bound *gone = sipsan_bound_find(r, &contact->uri);

        if (gone)
            unbind(r, (uint32_t)(gone - r->bound));
        return;
    }
    b = bind(bindings, r, &contact->uri);
    if (!b) {
        r->lossy = true;
        return;
    }
    if (req->cseq.number > b->cseq)
        b->cseq = req->cseq.number;
    b->expires = granted(seen->msg, req, contact, seen->ref.time);
    b->ref = seen->ref;
}

/* 10.3 steps 6 and 7: the registrar has taken the whole request. */
static void accepted(struct sipsan_bindings *bindings, struct sipsan_registration *r,
                     const struct sipsan_txn *txn, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *req = txn->request;
    uint32_t n = 0;

    if (!req) {
        r->lossy = true;
        return;
    }
    for (const struct sipsan_name_addr *c = req->contact; c; c = c->next) {
        if (n++ == SIPSAN_CONTACTS_MAX) {
            r->lossy = true;
            return;
        }
        if (c->star)
            unbind_all(r);
        else if (c->uri.text.n > 0)
            accept_contact(bindings, r, req, c, seen);
    }
}

static void keep_open_contacts(struct sipsan_bindings *bindings, struct sipsan_registration *r,
                               const struct sipsan_msg *msg)
{
    char text[OPEN_MAX];
    size_t n = 0;

    for (const struct sipsan_name_addr *c = msg->contact; c; c = c->next) {
        size_t gap = n > 0 ? 2 : 0;

        if (c->text.n == 0)
            continue;
        if (c->text.n > sizeof(text) - gap || n > sizeof(text) - gap - c->text.n)
            break;
        memcpy(text + n, ", ", gap);
        memcpy(text + n + gap, c->text.p, c->text.n);
        n += gap + c->text.n;
    }
    if (!sipsan_text_set(bindings->mem, &r->open_contacts, (struct sipsan_span){text, n}))
        r->lossy = true;
}

static void registered(struct sipsan_bindings *bindings, struct sipsan_registration *r,
                       struct sipsan_txn *txn, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;

    if (msg->cseq.ok) {
        if (!r->cseq_known)
            r->whole = msg->cseq.number <= 1;
        r->cseq_known = true;
        r->cseq = msg->cseq.number;
        r->cseq_ref = seen->ref;
    }
    r->client = seen->flow.src;
    /* A final that was captured before its request has closed it. */
    r->open_serial = txn->final.status == 0 ? txn->serial : 0;
    r->open = seen->ref;
    r->open_last = seen->ref.time;
    keep_open_contacts(bindings, r, msg);
    txn->dialog_serial = r->serial;
}

void sipsan_binding_apply(struct sipsan_bindings *bindings, struct sipsan_registration *reg,
                          const struct sipsan_match *match, const struct sipsan_seen *seen)
{
    const struct sipsan_msg *msg = seen->msg;

    if (!reg || !match->txn)
        return;
    reg->last = seen->ref.time > reg->last ? seen->ref.time : reg->last;
    if (bindings->newest != reg) {
        unlink_age(bindings, reg);
        link_newest(bindings, reg);
    }
    if (seen->leg && seen->ref.time < seen->leg->losses.until)
        reg->lossy = true;
    if (match->what == SIPSAN_NEW_REQUEST) {
        registered(bindings, reg, match->txn, seen);
        return;
    }
    if (match->what == SIPSAN_REPEATED_REQUEST && reg->open_serial == match->txn->serial)
        reg->open_last = seen->ref.time;
    if (match->what != SIPSAN_NEW_RESPONSE || msg->status < 200)
        return;
    if (reg->open_serial == match->txn->serial)
        reg->open_serial = 0;
    reg->timed_out = 0;
    if (msg->status == 423 && msg->min_expires.ok) {
        reg->brief = msg->min_expires.value;
        reg->brief_ref = seen->ref;
    } else if (msg->status < 300) {
        reg->brief = 0;
    }
    if (msg->status < 300)
        accepted(bindings, reg, match->txn, seen);
}

void sipsan_binding_txn_end(struct sipsan_bindings *bindings, const struct sipsan_txn *txn)
{
    struct sipsan_registration *r = NULL;
    char text[AOR_MAX];
    size_t n;

    if (txn->method_id != SIPSAN_METHOD_REGISTER || txn->dialog_serial == 0 || !txn->call_id.p)
        return;
    /* The text of a request without an answer is kept: it is still repeated. */
    if (txn->request && aor_text(text, &n, &txn->request->to.uri))
        r = find(bindings, &txn->flow.dst, (struct sipsan_span){text, n}, txn->call_id);
    if (!r || r->serial != txn->dialog_serial || r->open_serial != txn->serial)
        return;
    r->open_serial = 0;
    if (txn->final.status != 0)
        return;
    /* Timer F; a transaction that was given up earlier proves nothing. */
    if (txn->client == SIPSAN_STATE_TERMINATED) {
        r->timed_out = txn->first.time + SIPSAN_TIMER_B;
        r->timed_out_ref = txn->last;
    } else {
        r->lossy = true;
    }
}

/* --- timers, life of the table --------------------------------------------------------------- */

static int64_t end_of(const struct sipsan_registration *r)
{
    int64_t end = r->last + IDLE;

    for (uint32_t i = 0; i < r->bound_count; i++) {
        int64_t expires = r->bound[i].expires;
        int64_t until = expires == INT64_MAX ? r->last + IDLE_UNKNOWN : expires + EXPIRED;

        if (until > end)
            end = until;
    }
    return end;
}

void sipsan_binding_timer(struct sipsan_bindings *bindings, struct sipsan_timer *timer)
{
    struct sipsan_registration *r = sipsan_container(timer, struct sipsan_registration, timer);
    int64_t end = end_of(r);

    if (timer->due > bindings->now)
        bindings->now = timer->due;
    if (end > bindings->now && sipsan_timer_set(bindings->timers, timer, end))
        return;
    remove_registration(bindings, r);
}

int sipsan_bindings_init(struct sipsan_bindings *bindings, struct sipsan_mem *mem,
                         struct sipsan_timers *timers, const struct sipsan_config *config)
{
    size_t max = config->limits.bindings ? config->limits.bindings : BINDINGS_MAX;

    *bindings = (struct sipsan_bindings){
        .mem = mem,
        .timers = timers,
        .seed = {config->hash_seed[0], config->hash_seed[1]},
        .max = max,
    };
    sipsan_map_init(&bindings->by_call, mem, max);
    sipsan_pool_init(&bindings->uris, mem, URI_BLOCK, URI_BLOCKS);
    return SIPSAN_OK;
}

void sipsan_bindings_reset(struct sipsan_bindings *bindings)
{
    while (bindings->oldest)
        remove_registration(bindings, bindings->oldest);
    bindings->serial = bindings->evicted = 0;
    bindings->now = bindings->lossy_until = 0;
}

void sipsan_bindings_free(struct sipsan_bindings *bindings)
{
    sipsan_bindings_reset(bindings);
    while (bindings->spare) {
        struct sipsan_registration *r = bindings->spare;

        bindings->spare = r->newer;
        sipsan_mem_free(bindings->mem, r, sizeof(*r));
    }
    bindings->spare_count = 0;
    sipsan_pool_free(&bindings->uris);
    sipsan_map_free(&bindings->by_call);
}
