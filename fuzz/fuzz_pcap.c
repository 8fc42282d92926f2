/* Targets: sipsan_input_read: a whole capture through libpcap, the network layers and all rules;
 * and whatever else the bytes turn out to be.
 *
 * Input: the bytes of a file.
 *
 * Invariants: the answer is one of those that sipsan_input_result knows; findings name frames that
 * were read; a second reading after a reset finds the same; memory is given back. */
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

static enum sipsan_input_result read_once(struct sipsan *s, struct tally *tally, const char *path)
{
    struct sipsan_input input = {
        .context = s, .on_problem = on_problem, .user = tally, .cases = true};
    enum sipsan_input_result result = sipsan_input_read(&input, path, 0);

    HOLDS(result <= SIPSAN_INPUT_FAILED);
    sipsan_finish(s);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tally first = {0}, second = {0}, *now = &first;
    struct sipsan_config config;
    struct sipsan *s;
    char path[64];
    int fd = memfd_create("capture", 0);
    enum sipsan_input_result result;

    HOLDS(fd >= 0);
    if (size > 0)
        HOLDS(write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    sipsan_config_init(&config);
    config.on_finding = on_finding;
    config.on_problem = on_problem;
    config.limits.memory = (size_t)64 << 20;
    config.user = now;
    HOLDS(sipsan_new(&s, &config) == SIPSAN_OK);
    result = read_once(s, &first, path);
    second = first;
    first = (struct tally){0};
    sipsan_reset(s);
    HOLDS(read_once(s, &first, path) == result);
    HOLDS(first.findings == second.findings && first.problems == second.problems &&
          first.sum == second.sum);
    sipsan_free(s);
    close(fd);
    return 0;
}
