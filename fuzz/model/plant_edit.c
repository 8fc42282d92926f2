/* Edits beyond the script: of the whole transaction, or of the order and number of messages. */
#include "plant_edit.h"

static bool scripted(struct world *w, uint32_t i, const char *script)
{
    const struct plant plant = {.a = script};

    return edit_script(w, i, &plant);
}

/* Text ---------------------------------------------------------------------------------------- */

/* From `a` to the next `b`, without that, everything goes. */
bool edit_cut(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct written *t = w->seen[i].sip->written;
    const char *at = text_find(t, plant->a, t->p);
    const char *end = at ? text_find(t, plant->b, at + 1) : NULL;

    if (end)
        text_replace(w, i, at, (size_t)(end - at), "");
    return end != NULL;
}

/* The tag of From or To, `a`. */
bool edit_drop_tag(struct world *w, uint32_t i, const struct plant *plant)
{
    size_t n;
    const struct written *t = w->seen[i].sip->written;
    const char *line = text_line(t, plant->a, &n);
    const char *tag = line ? text_find(t, ";tag=", line) : NULL;

    if (!tag || tag > line + n)
        return false;
    text_replace(w, i, tag, (size_t)(line + n - 2 - tag), "");
    return true;
}

bool edit_request_uri(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct written *t = w->seen[i].sip->written;
    const char *p = text_find(t, " ", t->p) + 1;

    text_replace(w, i, p, (size_t)(text_find(t, " ", p) - p), plant->a);
    return true;
}

bool edit_body_gone(struct world *w, uint32_t i, const struct plant *plant)
{
    (void)plant;
    return scripted(w, i, "- body\n- Content-Type");
}

/* The CSeq number of this message and of all that have its branch. */
bool edit_cseq_of_all(struct world *w, uint32_t i, const struct plant *plant)
{
    const char *branch = w->seen[i].sip->via->branch;

    for (uint32_t k = 0; k < w->seen_n; k++) {
        const struct sip *m = w->seen[k].sip;

        if (!strcmp(m->via->branch, branch))
            scripted(w, k, join(w, "~ CSeq: ", plant->a, " ", method_names[m->method], NULL));
    }
    return true;
}

/* A request of a dialog leaves it: another Call-ID, and no tag in To. */
bool edit_outside(struct world *w, uint32_t i, const struct plant *plant)
{
    static const struct plant other = {.a = "& Call-ID x"}, to = {.a = "To"};

    (void)plant;
    return edit_branch(w, i, &other) && edit_drop_tag(w, i, &to);
}

/* In all messages that have its branch. */
bool edit_branch(struct world *w, uint32_t i, const struct plant *plant)
{
    const char *branch = w->seen[i].sip->via->branch;

    for (uint32_t k = 0; k < w->seen_n; k++) {
        bool done = strcmp(w->seen[k].sip->via->branch, branch) != 0;

        for (uint32_t j = 0; j < k && !done; j++)
            done = w->seen[j].sip->written == w->seen[k].sip->written;
        if (!done)
            edit_script(w, k, plant);
    }
    return true;
}

bool edit_branch_of_invite(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *m = w->seen[i].sip, *invite = plant_invite_of(w, m);

    (void)plant;
    return invite &&
           scripted(w, i, join(w, "% ", m->via->branch, " => ", invite->via->branch, NULL));
}

bool edit_other_branch(struct world *w, uint32_t i, const struct plant *plant)
{
    const char *branch = w->seen[i].sip->via->branch;

    (void)plant;
    return scripted(w, i, join(w, "% ", branch, " => ", branch, "x", NULL));
}

/* In all messages of this method that have its branch. */
bool edit_method_branch(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *m = w->seen[i].sip;

    for (uint32_t k = 0; k < w->seen_n; k++) {
        const struct sip *other = w->seen[k].sip;
        bool done = other->method != m->method || strcmp(other->via->branch, m->via->branch) != 0;

        for (uint32_t j = 0; j < k && !done; j++)
            done = w->seen[j].sip->written == other->written;
        if (!done)
            edit_script(w, k, plant);
    }
    return true;
}

/* The response by `a`, and the request that it answers by `b`. */
bool edit_pair(struct world *w, uint32_t i, const struct plant *plant)
{
    uint32_t k = plant_request_of(w, i);

    return k < i && (!plant->a || edit_script(w, i, plant)) && scripted(w, k, plant->b);
}

static unsigned hops(const struct sip *m)
{
    unsigned n = 0;

    for (const struct via *via = m->via; via; via = via->next)
        n++;
    return n;
}

/* From this hop on by `a`, before it by `b`. */
bool edit_relayed(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *m = w->seen[i].sip;
    bool any = false;

    for (uint32_t k = 0; k < w->seen_n; k++) {
        const struct sip *other = w->seen[k].sip;
        bool before = hops(other) < hops(m), done = !plant_is_same(other, m);

        for (uint32_t j = 0; j < k && !done; j++)
            done = w->seen[j].sip->written == other->written;
        if (done)
            continue;
        any = any || before;
        if (!scripted(w, k, before ? plant->b : plant->a))
            return false;
    }
    return any;
}

/* The branch of an earlier request of the same sender. */
bool edit_used_branch(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *m = w->seen[i].sip;

    (void)plant;
    for (uint32_t k = i; k-- > 0;) {
        const struct sip *old = w->seen[k].sip;

        if (!old->status && old->method != ACK && old->method != CANCEL &&
            old->via->by == m->via->by && old->cseq != m->cseq &&
            w->seen[k].time > w->seen[i].time - 25000 * MS && /* it is still known: 17.2.2 */
            !strcmp(old->call_id, m->call_id)) {
            struct plant branch = {
                .a = join(w, "% ", m->via->branch, " => ", old->via->branch, NULL)};

            return edit_branch(w, i, &branch);
        }
    }
    return false;
}

/* A request that is tried again keeps the CSeq number of the first attempt. */
bool edit_cseq_of_first(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *m = w->seen[i].sip;
    const struct plant number = {.a = decimal(w, m->cseq - 1)};

    (void)plant;
    return edit_cseq_of_all(w, i, &number);
}

/* Contact is what the request was sent to. */
bool edit_own_uri(struct world *w, uint32_t i, const struct plant *plant)
{
    uint32_t k = plant_request_of(w, i);

    (void)plant;
    return k < i && scripted(w, i, join(w, "~ Contact: <", w->seen[k].sip->ruri.text, ">", NULL));
}

/* To has the tag of From. */
bool edit_own_tag(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *m = w->seen[i].sip;

    (void)plant;
    return scripted(w, i, join(w, "% ;tag=", m->to_tag, " => ;tag=", m->from_tag, NULL));
}

bool edit_line_twice(struct world *w, uint32_t i, const struct plant *plant)
{
    size_t n;
    const char *line = text_line(w->seen[i].sip->written, plant->a, &n);
    char *copy;

    if (!line)
        return false;
    copy = take(w, n + 1);
    memcpy(copy, line, n);
    text_replace(w, i, line, 0, copy);
    return !plant->b || scripted(w, i, plant->b);
}

/* The value behind `a` loses its quotes. */
bool edit_unquote(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct written *t = w->seen[i].sip->written;
    const char *at = text_find(t, plant->a, t->p);

    if (!at)
        return false;
    at += strlen(plant->a);
    text_replace(w, i, at, 1, "");
    at = text_find(t, "\"", t->p + (text_find(t, plant->a, t->p) - t->p));
    text_replace(w, i, at, 1, "");
    return true;
}

/* Addresses ------------------------------------------------------------------------------------ */

/* Every copy of this message goes to another port, or comes from one. */
bool edit_to_port(struct world *w, uint32_t i, const struct plant *plant)
{
    (void)plant;
    for (uint32_t k = 0; k < w->seen_n; k++)
        if (w->seen[k].sip == w->seen[i].sip)
            w->seen[k].flow.dst.port = 5099;
    return true;
}

/* To a multicast group. */
bool edit_to_group(struct world *w, uint32_t i, const struct plant *plant)
{
    static const uint8_t group[] = {224, 0, 1, 75};

    memcpy(w->seen[i].flow.dst.ip, group, sizeof(group));
    return !plant->a || edit_branch(w, i, plant);
}

bool edit_from_port(struct world *w, uint32_t i, const struct plant *plant)
{
    (void)plant;
    for (uint32_t k = 0; k < w->seen_n; k++)
        if (w->seen[k].sip == w->seen[i].sip)
            w->seen[k].flow.src.port = 5099;
    return true;
}

/* Whole messages ------------------------------------------------------------------------------- */

/* Another message at its own time; the caller keeps the order. */
static uint32_t insert(struct world *w, struct seen what)
{
    uint32_t k = w->seen_n;

    if (w->seen_n == SEEN_MAX) {
        w->full = true;
        return 0;
    }
    for (; k > 0 && w->seen[k - 1].time > what.time; k--)
        w->seen[k] = w->seen[k - 1];
    w->seen[k] = what;
    w->seen_n++;
    return k;
}

static void take_out(struct world *w, uint32_t i)
{
    for (uint32_t k = i; k + 1 < w->seen_n; k++)
        w->seen[k] = w->seen[k + 1];
    w->seen_n--;
}

/* The same once more, `delay` later (or sooner), edited by `a` when there is that. */
bool edit_again(struct world *w, uint32_t i, const struct plant *plant)
{
    struct seen copy = w->seen[i];
    struct sip *m = sip_copy(w, copy.sip);
    uint32_t k;

    *m->written = *copy.sip->written;
    copy.sip = m;
    copy.time += plant->delay;
    k = insert(w, copy);
    return !plant->a || edit_script(w, k, plant);
}

/* The next reliable response, right behind this one. */
bool edit_next_reliable(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *m = w->seen[i].sip;
    const struct plant again = {.a = join(w, "~ RSeq: ", decimal(w, m->rseq + 1), NULL),
                                .delay = 100};

    (void)plant;
    return edit_again(w, i, &again);
}

/* The response by `a`; the request that follows it is sent again as it was. */
bool edit_unchanged_retry(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *m = w->seen[i].sip;

    for (uint32_t k = i + 1; k < w->seen_n; k++) {
        const struct sip *retry = w->seen[k].sip;

        if (retry->method == INVITE && !retry->status && retry->cseq == m->cseq + 1) {
            const struct plant without = {.a = "- Authorization"};

            edit_along(w, k, &without);
            return edit_script(w, i, plant);
        }
    }
    return false;
}

/* Nothing is edited: a message was left out. */
bool edit_left_out(struct world *w, uint32_t i, const struct plant *plant)
{
    (void)w;
    (void)i;
    (void)plant;
    return true;
}

/* `delay` later, and with gaps that double: nothing that a network does. */
bool edit_four_times(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct seen first = w->seen[i];
    int64_t start = plant->delay ? plant->delay : 600 * MS;

    for (int64_t at = start, gap = 1100 * MS; at < start + 8400 * MS; at += gap, gap *= 2) {
        struct seen copy = first;

        copy.time += at;
        insert(w, copy);
    }
    return true;
}

/* Five more, `delay` apart. */
bool edit_burst(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct seen first = w->seen[i];

    for (int64_t k = 1; k <= 5; k++) {
        struct seen copy = first;

        copy.time += k * plant->delay;
        insert(w, copy);
    }
    return true;
}

/* The same of what this message answers, `delay` later than the answer. */
bool edit_request_four_times(struct world *w, uint32_t i, const struct plant *plant)
{
    uint32_t k = plant_request_of(w, i);
    struct plant again = *plant;

    if (k >= i)
        return false;
    again.delay += w->seen[i].time - w->seen[k].time;
    return edit_four_times(w, k, &again);
}

/* Four times more, this response to an INVITE and its ACK, or another one and its request. */
bool edit_exchange_four_times(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *m = w->seen[i].sip;
    uint32_t mate = plant_request_of(w, i);
    struct seen response = w->seen[i], other;

    if (m->method == INVITE)
        for (mate = i; mate < w->seen_n; mate++)
            if (!w->seen[mate].sip->status && w->seen[mate].sip->method == ACK &&
                w->seen[mate].sip->cseq == m->cseq)
                break;
    if (mate == w->seen_n || mate == i)
        return false;
    other = w->seen[mate];
    for (int64_t at = plant->delay, gap = 1100 * MS; at < plant->delay + 8400 * MS;
         at += gap, gap *= 2) {
        struct seen first = response, second = other;

        first.time = response.time + at;
        second.time = first.time + (m->method == INVITE ? 20 * MS : -20 * MS);
        insert(w, first);
        insert(w, second);
    }
    return true;
}

/* At another time. */
bool edit_move(struct world *w, uint32_t i, const struct plant *plant)
{
    struct seen it = w->seen[i];

    take_out(w, i);
    it.time += plant->delay;
    insert(w, it);
    return true;
}

/* Right behind its INVITE. */
bool edit_before_answers(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *invite = plant_invite_of(w, w->seen[i].sip);
    struct seen it = w->seen[i];

    (void)plant;
    if (!invite)
        return false;
    take_out(w, i);
    for (uint32_t k = 0; k < w->seen_n; k++)
        if (w->seen[k].sip == invite)
            it.time = w->seen[k].time + 1;
    insert(w, it);
    return true;
}

/* An OPTIONS and its answer. */
static void heard_again(struct world *w, struct node *from, struct node *to, int64_t time)
{
    struct sip *m = sip_new(w, from, OPTIONS), *ok;
    struct seen seen = {.time = time, .sip = m};

    m->ruri = (struct uri){join(w, "sip:", to->host, NULL), to};
    m->max_forwards = 70;
    m->from = join(w, "sip:heard@", from->host, NULL);
    m->from_tag = fresh(w, "h");
    m->to = m->ruri.text;
    m->call_id = fresh(w, "h");
    m->cseq = 1;
    m->via = via_add(w, from, false, fresh(w, "z9hG4bK"), NULL);
    sip_write(w, m);
    seen.flow.transport = SIPSAN_UDP;
    seen.flow.src =
        (struct sipsan_addr){.ip = {192, 0, 2, from->number}, .port = from->port, .family = 4};
    seen.flow.dst =
        (struct sipsan_addr){.ip = {192, 0, 2, to->number}, .port = to->port, .family = 4};
    insert(w, seen);
    ok = response_to(w, to, m, 200, fresh(w, "h"));
    ok->say = SAY_ALLOW | SAY_SUPPORTED | SAY_ACCEPT;
    sip_write(w, ok);
    insert(w, (struct seen){
                  .time = time + 10 * MS,
                  .sip = ok,
                  .flow = {.transport = SIPSAN_UDP, .src = seen.flow.dst, .dst = seen.flow.src}});
}

bool edit_heard(struct world *w)
{
    int64_t end = w->seen[w->seen_n - 1].time + 140000 * MS;

    for (int64_t time = w->seen[0].time + 7 * MS; time < end; time += 7000 * MS)
        for (unsigned a = 0; a < w->node_count; a++)
            for (unsigned b = 0; b < w->node_count; b++)
                if (a != b)
                    heard_again(w, &w->nodes[a], &w->nodes[b], time + (a * 8 + b) * 40 * MS);
    return true;
}
