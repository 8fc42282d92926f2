/* Generates a capture of calls that are legal to the letter: the bench's input, and a check that
 * the judge stays quiet. Same options, same bytes. Ethernet, IPv4 and UDP in a pcap file, or TCP
 * with segments that end anywhere and change places; calls overlap as their start rate and length
 * make them.
 *
 * A complete call is INVITE 100 180 200 ACK BYE 200; options add calls that are busy, cancelled or
 * re-negotiated, and registrations with a digest challenge. --noise puts other packets between the
 * messages of calls, and --dialog makes one call that is re-negotiated until so many messages have
 * passed. */
#include "calls.h"
#include "noise.h"

#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 12

static const struct step complete[STEPS_MAX] = {
    {INVITE, 0, 0}, {TRYING, 2, 20},    {RINGING, 60, 200}, {ANSWER, 800, 5000},
    {ACK, 5, 40},   {BYE, 2000, 10000}, {BYE_OK, 3, 60},    {END, 0, 0},
};
static const struct step renegotiated[STEPS_MAX] = {
    {INVITE, 0, 0}, {TRYING, 2, 20},         {RINGING, 60, 200},   {ANSWER, 800, 5000},
    {ACK, 5, 40},   {REINVITE, 900, 3000},   {RETRYING, 2, 20},    {REANSWER, 20, 100},
    {REACK, 5, 40}, {LATE_BYE, 2000, 10000}, {LATE_BYE_OK, 3, 60}, {END, 0, 0},
};
static const struct step refused[STEPS_MAX] = {
    {INVITE, 0, 0}, {TRYING, 2, 20}, {BUSY, 60, 300}, {BUSY_ACK, 2, 20}, {END, 0, 0},
};
static const struct step cancelled[STEPS_MAX] = {
    {INVITE, 0, 0},     {TRYING, 2, 20},    {RINGING, 60, 200},      {CANCEL, 1000, 6000},
    {CANCEL_OK, 3, 40}, {TERMINATED, 1, 5}, {TERMINATED_ACK, 3, 40}, {END, 0, 0},
};
static const struct step registered[STEPS_MAX] = {
    {REGISTER, 0, 0}, {CHALLENGE, 2, 40}, {REGISTER_AUTH, 10, 60}, {REGISTERED, 2, 40}, {END, 0, 0},
};

struct options {
    uint64_t calls, rate, seed;
    uint64_t busy, cancelled, renegotiated, registrations; /* per cent */
    uint64_t noise_per_100;                                /* things for 100 messages */
    enum noise_kind noise;
    uint64_t dialog; /* messages; 0: calls as usual */
    bool tcp;
    const char *path;
};

/* Calls in the order of what happens next ----------------------------------------------------- */

struct queue {
    struct call *heap;
    size_t n, room;
};

static bool sooner(const struct call *a, const struct call *b)
{
    return a->due < b->due || (a->due == b->due && a->number < b->number);
}

static void settle(struct queue *q, size_t i)
{
    for (;;) {
        size_t child = 2 * i + 1;
        struct call swap;

        if (child >= q->n)
            return;
        if (child + 1 < q->n && sooner(&q->heap[child + 1], &q->heap[child]))
            child++;
        if (!sooner(&q->heap[child], &q->heap[i]))
            return;
        swap = q->heap[i];
        q->heap[i] = q->heap[child];
        q->heap[child] = swap;
        i = child;
    }
}

static void queue_add(struct queue *q, const struct call *c)
{
    size_t i = q->n++;

    if (q->n > q->room) {
        q->room = q->room ? 2 * q->room : 1024;
        q->heap = realloc(q->heap, q->room * sizeof(*q->heap));
        if (!q->heap)
            abort();
    }
    for (; i > 0 && sooner(c, &q->heap[(i - 1) / 2]); i = (i - 1) / 2)
        q->heap[i] = q->heap[(i - 1) / 2];
    q->heap[i] = *c;
}

static void queue_drop(struct queue *q)
{
    q->heap[0] = q->heap[--q->n];
    settle(q, 0);
}

static struct call new_call(const struct options *o, uint64_t number)
{
    struct call c = {.number = number, .random = mixed(o->seed ^ mixed(number)), .tcp = o->tcp};
    uint64_t kind = drawn(&c, DRAW_KIND) % 100;

    c.due = INT64_C(1700000000000000) + (int64_t)(number * 1000000 / o->rate);
    c.callee_ends = drawn(&c, DRAW_ENDER) % 3 == 0;
    c.steps = complete;
    if (kind < o->busy)
        c.steps = refused;
    else if ((kind -= o->busy) < o->cancelled)
        c.steps = cancelled;
    else if ((kind -= o->cancelled) < o->renegotiated)
        c.steps = renegotiated;
    else if ((kind -= o->renegotiated) < o->registrations)
        c.steps = registered;
    return c;
}

/* Between the messages of calls. */
static void write_noises(FILE *f, const struct options *o, uint64_t messages, uint64_t *noises,
                         int64_t time)
{
    while (o->noise && *noises < messages * o->noise_per_100 / 100) {
        write_noise(f, o->noise, *noises, time);
        ++*noises;
    }
}

/* The step behind the one that was written. */
static void move_on(struct call *c, const struct options *o, uint64_t messages)
{
    bool again = o->dialog > 0 && c->steps[c->step].what == REACK && messages < o->dialog;

    c->round += again;
    c->step++;
    while (again && c->steps[c->step].what != REINVITE)
        c->step--;
}

/* One connection for each pair of hosts: how far each way has come. */
static uint32_t *way_of(uint32_t **ways, const struct call *c, enum side from)
{
    size_t pair =
        (size_t)(host_of(c, CALLER) - 0x0a010001u) * 64 + (host_of(c, CALLEE) - 0x0a020001u);

    if (!*ways)
        *ways = calloc(4096u * 64 * 2, sizeof(**ways));
    if (!*ways)
        abort();
    return *ways + pair * 2 + from;
}

static bool generate(const struct options *o, FILE *f)
{
    struct queue q = {0};
    uint32_t *ways = NULL;
    uint64_t started = 0, messages = 0, bytes = 0, noises = 0;
    uint16_t id = 0;

    write_header(f);
    while (started < o->calls || q.n > 0) {
        struct call *c;
        enum side from;
        struct text t;

        /* The next call begins before anything else happens. */
        if (started < o->calls) {
            struct call next = new_call(o, started);

            if (q.n == 0 || sooner(&next, &q.heap[0])) {
                queue_add(&q, &next);
                started++;
                continue;
            }
        }
        c = &q.heap[0];
        write_message(&t, c, &from);
        if (o->tcp)
            write_segments(f, c->due, host_of(c, from),
                           host_of(c, from == CALLER ? CALLEE : CALLER), way_of(&ways, c, from), &t,
                           mixed(c->random ^ c->step));
        else
            write_packet(f, c->due, host_of(c, from), host_of(c, from == CALLER ? CALLEE : CALLER),
                         &t, ++id);
        messages++;
        bytes += t.n;
        write_noises(f, o, messages, &noises, c->due);
        move_on(c, o, messages);
        if (c->steps[c->step].what == END) {
            queue_drop(&q);
        } else {
            const struct step *step = &c->steps[c->step];
            uint64_t r = drawn(c, DRAW_PAUSE + c->step);

            c->due += step->min * INT64_C(1000) + (int64_t)(r % (step->spread * 1000 + 1));
            settle(&q, 0);
        }
    }
    free(q.heap);
    free(ways);
    fprintf(stderr, "%llu calls, %llu messages, %llu bytes on average\n",
            (unsigned long long)o->calls, (unsigned long long)messages,
            (unsigned long long)(messages ? bytes / messages : 0));
    return fflush(f) == 0 && !ferror(f);
}

/* Options ------------------------------------------------------------------------------------- */

static int usage(void)
{
    fputs("usage: gencalls [--calls N] [--rate PER_SECOND] [--seed N] [--busy PERCENT]\n"
          "                [--cancelled PERCENT] [--reinvite PERCENT] [--registrations PERCENT]\n"
          "                [--mix] [--tcp] [--dialog MESSAGES] FILE|-\n"
          "                [--noise KIND] [--noise-per-100 MESSAGES]\n"
          "KIND: rtp transactions dialogs tags registrations connections fragments\n",
          stderr);
    return 2;
}

static bool read_options(struct options *o, int argc, char **argv)
{
    struct {
        const char *name;
        uint64_t *value;
    } numbers[] = {
        {"--calls", &o->calls},
        {"--rate", &o->rate},
        {"--seed", &o->seed},
        {"--busy", &o->busy},
        {"--cancelled", &o->cancelled},
        {"--reinvite", &o->renegotiated},
        {"--registrations", &o->registrations},
        {"--dialog", &o->dialog},
        {"--noise-per-100", &o->noise_per_100},
    };

    for (int i = 1; i < argc; i++) {
        bool known = false;

        if (!strcmp(argv[i], "--mix")) {
            o->busy = 8;
            o->cancelled = 6;
            o->renegotiated = 6;
            o->registrations = 10;
            continue;
        }
        if (!strcmp(argv[i], "--tcp")) {
            o->tcp = true;
            continue;
        }
        if (!strcmp(argv[i], "--noise") && i + 1 < argc) {
            o->noise = noise_find(argv[++i]);
            if (o->noise == NOISE_NONE)
                return false;
            continue;
        }
        for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++) {
            char *end;

            if (strcmp(argv[i], numbers[k].name) != 0 || i + 1 >= argc)
                continue;
            *numbers[k].value = strtoull(argv[++i], &end, 10);
            known = *end == 0;
            break;
        }
        if (!known) {
            if (o->path || (argv[i][0] == '-' && argv[i][1]))
                return false;
            o->path = argv[i];
        }
    }
    return o->path && o->rate > 0 && o->rate <= 1000000 &&
           o->busy + o->cancelled + o->renegotiated + o->registrations <= 100;
}

int main(int argc, char **argv)
{
    struct options o = {.calls = 10000, .rate = 250, .seed = 1, .noise_per_100 = 100};
    bool ok;
    FILE *f;

    if (!read_options(&o, argc, argv))
        return usage();
    if (o.dialog > 0) {
        o.calls = 1;
        o.renegotiated = 100;
    }
    f = strcmp(o.path, "-") != 0 ? fopen(o.path, "wb") : stdout;
    if (!f) {
        perror(o.path);
        return 3;
    }
    setvbuf(f, NULL, _IOFBF, 1 << 20);
    ok = generate(&o, f);
    if (f != stdout)
        ok = fclose(f) == 0 && ok;
    if (!ok)
        fprintf(stderr, "%s: cannot be written\n", o.path);
    return ok ? 0 : 3;
}
