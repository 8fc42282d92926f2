/* Targets: sipsan_input_read: a whole capture through libpcap, the network layers and all rules;
 * and whatever else the bytes turn out to be. sipsan_pcap_write with the messages that were in it.
 *
 * Input: the bytes of a file.
 *
 * Invariants: the answer is one of those that sipsan_input_result knows; findings name frames that
 * were read; a second reading after a reset finds the same; memory is given back; a capture that is
 * written of the messages that came by UDP holds nothing else, in the same order, octet for octet.
 */
#define _GNU_SOURCE /* memfd_create */
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "net/pcap.h"
#include "segments.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct tally {
    uint64_t findings, problems, sum;
};

static void on_finding(void *user, const struct sipsan_finding *finding)
{
    struct tally *tally = user;

    tally->findings++;
    tally->sum = tally->sum * 31 + finding->ref.frame;
    for (const char *p = finding->rule->id; *p; p++)
        tally->sum = tally->sum * 31 + (unsigned char)*p;
}

static void on_problem(void *user, const struct sipsan_problem *problem)
{
    struct tally *tally = user;

    HOLDS(problem->text.n > 0);
    tally->problems++;
}

/* Making a context takes longer than reading most inputs: each is made once and reset. */
static struct sipsan *context_with(sipsan_finding_fn finding, sipsan_problem_fn problem,
                                   sipsan_message_fn message, void *user)
{
    struct sipsan_config config;
    struct sipsan *s;

    sipsan_config_init(&config);
    config.on_finding = finding;
    config.on_problem = problem;
    config.on_message = message;
    config.user = user;
    config.limits.memory = (size_t)64 << 20;
    HOLDS(sipsan_new(&s, &config) == SIPSAN_OK);
    return s;
}

#define MESSAGES_MAX 1024

/* A digest of each message, in order. */
struct messages {
    struct sipsan_pcap_writer *writer; /* of the capture that holds them, or NULL */
    size_t count;
    uint64_t sum[MESSAGES_MAX];
};

static void on_message(void *user, const struct sipsan_ref *ref, const struct sipsan_flow *flow,
                       struct sipsan_span bytes)
{
    struct messages *m = *(struct messages **)user;
    uint64_t sum = bytes.n;

    /* A message that came whole, in a HEP packet or an exported PDU, may have octets behind its
     * end; in the stream that is written of it they are no part of it. */
    if (m->writer && flow->transport != SIPSAN_UDP && flow->connection == 0)
        return;
    if (m->count == MESSAGES_MAX ||
        (m->writer && !sipsan_pcap_write(m->writer, flow, ref->time, bytes)))
        return;
    for (size_t i = 0; i < bytes.n; i++)
        sum = sum * 31 + (unsigned char)bytes.p[i];
    m->sum[m->count++] = sum;
}

static void read_messages(struct messages *m, const char *path)
{
    static struct sipsan *s;
    static struct messages *now;
    struct sipsan_input input = {0};

    now = m;
    if (!s)
        s = context_with(NULL, NULL, on_message, &now);
    sipsan_reset(s);
    input.context = s;
    sipsan_input_read(&input, path, 0);
    sipsan_finish(s);
}

/* What looks like a copy that a capture made, or like no SIP on its own, is not read again. */
static void write_and_read(const char *path)
{
    static struct messages out, in;
    int fd = memfd_create("written", 0);
    char written[64];
    size_t at = 0;

    HOLDS(fd >= 0);
    snprintf(written, sizeof(written), "/proc/self/fd/%d", fd);
    out.count = in.count = 0;
    out.writer = sipsan_pcap_create(written);
    HOLDS(out.writer != NULL);
    read_messages(&out, path);
    HOLDS(sipsan_pcap_close(out.writer));
    read_messages(&in, written);
    HOLDS(in.count <= out.count);
    for (size_t i = 0; i < in.count; i++, at++) {
        while (at < out.count && out.sum[at] != in.sum[i])
            at++;
        HOLDS(at < out.count);
    }
    close(fd);
}

static enum sipsan_input_result read_once(struct sipsan *s, struct tally *tally, const char *path)
{
    struct sipsan_input input = {
        .context = s, .on_problem = on_problem, .user = tally, .cases = true};
    enum sipsan_input_result result = sipsan_input_read(&input, path, 0);

    HOLDS(result <= SIPSAN_INPUT_FAILED);
    sipsan_finish(s);
    return result;
}

/* In a context that is only ever reset, and before in another one where asked. */
static void read_twice(const char *path, bool with_new)
{
    static struct tally tally;
    static struct sipsan *kept;
    struct sipsan *s = NULL;
    struct tally first;
    enum sipsan_input_result result;

    if (!kept)
        kept = context_with(on_finding, on_problem, NULL, &tally);
    if (with_new)
        s = context_with(on_finding, on_problem, NULL, &tally);
    else
        sipsan_reset(kept);
    tally = (struct tally){0};
    result = read_once(s ? s : kept, &tally, path);
    first = tally;
    tally = (struct tally){0};
    sipsan_reset(kept);
    HOLDS(read_once(kept, &tally, path) == result);
    HOLDS(tally.findings == first.findings && tally.problems == first.problems &&
          tally.sum == first.sum);
    sipsan_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memfd_create("capture", 0);

    HOLDS(fd >= 0);
    if (size > 0)
        HOLDS(write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    read_twice(path, size % 8 == 0);
    write_and_read(path);
    close(fd);
    return 0;
}
