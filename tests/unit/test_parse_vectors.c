/* The torture messages of RFC 4475 and RFC 5118, when they are at hand: SIPSAN_SHARED names the
 * folder that holds vectors/rfc4475 and vectors/rfc5118. A file that is not in a table must parse
 * without a fault. */
#include "parse_helper.h"

#include <stdlib.h>

struct vector {
    const char *name;
    enum sipsan_production productions[6]; /* in order, up to SIPSAN_PROD_NONE */
};

#define P(name) SIPSAN_PROD_##name

/* Faults that are no syntax stay out of here: wrong CSeq method, missing or double header fields,
 * overlarge numbers, lengths. So do those of the bodies: most of them have an a=rtpmap without a
 * clock rate, which is beside their point. */
static const struct vector rfc4475[] = {
    {"badaspec", {P(NAME_ADDR)}},
    {"baddate", {P(DATE)}},
    {"baddn", {P(NAME_ADDR), P(NAME_ADDR), P(EMPTY_LINE)}},
    {"badinv01", {P(GENERIC_PARAM), P(VIA), P(VIA), P(VIA), P(GENERIC_PARAM)}},
    {"bigcode", {P(STATUS_LINE)}},
    {"mpart01", {P(IDENTITY)}}, /* its Identity is older than RFC 8224 */
    {"ltgtruri", {P(ABSOLUTE_URI)}},
    {"mpart01", {P(IDENTITY)}}, /* older than RFC 8224, and than RFC 4474 */
    {"lwsruri", {P(REQUEST_LINE)}},
    {"lwsstart", {P(REQUEST_LINE)}},
    {"ncl", {P(CONTENT_LENGTH)}},
    {"quotbal", {P(QUOTED_STRING)}},
    {"regbadct", {P(ADDR_SPEC_BRACKETS)}},
    {"scalarlg", {P(WARNING)}},
    {"trws", {P(REQUEST_LINE)}},
};

static const char *const rfc4475_good[] = {
    "badbranch", "badvers",    "bcast",   "bext01",   "clerr",    "cparam01",   "cparam02",
    "dblreq",    "esc01",      "esc02",   "escnull",  "escruri",  "insuf",      "intmeth",
    "inv2543",   "invut",      "longreq", "lwsdisp",  "mcl01",    "mismatch01", "mismatch02",
    "multi01",   "noreason",   "novelsc", "regaut01", "regescrt", "scalar02",   "sdp01",
    "semiuri",   "transports", "unkscm",  "unksm2",   "unreason", "wsinv",      "zeromf",
};

/* Some of the files lack their last empty line, which the manifest of the RFC does not mention. */
static const struct vector rfc5118[] = {
    {"ipv6-bad", {P(IPV6ADDRESS)}},
    {"ipv6-bug-abnf-3-colons", {P(IPV6ADDRESS), P(IPV6ADDRESS), P(EMPTY_LINE)}},
    {"ipv6-correct-abnf-2-colons", {P(EMPTY_LINE)}},
    {"ipv4-mapped-ipv6", {P(NONE)}},
    {"ipv6-good", {P(NONE)}},
    {"ipv6-in-sdp", {P(NONE)}},
    {"mult-ip-in-header", {P(NONE)}},
    {"mult-ip-in-sdp", {P(NONE)}},
    {"port-ambiguous", {P(NONE)}},
    {"port-unambiguous", {P(NONE)}},
    {"via-received-param-no-delim", {P(NONE)}},
    {"via-received-param-with-delim", {P(NONE)}},
};

static void check_vector(const char *folder, const struct vector *vector)
{
    static char bytes[8192];
    char path[1024];
    struct parsed parsed;
    struct sipsan_msg *msg;
    size_t n, i = 0;
    FILE *file;
    bool good;

    snprintf(path, sizeof(path), "%s/vectors/%s/%s.dat", getenv("SIPSAN_SHARED"), folder,
             vector->name);
    file = fopen(path, "rb");
    if (!file)
        skip();
    n = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    assert_true(sipsan_msg_sniff(bytes, n));
    msg = parse_bytes(&parsed, bytes, n);
    while (i < msg->fault_count && msg->faults[i].production == vector->productions[i] && i < 5)
        i++;
    good = vector->productions[i] == SIPSAN_PROD_NONE;
    for (size_t j = i; j < msg->fault_count; j++)
        good &= span_has(msg->body, msg->bytes.p + msg->faults[j].offset) && msg->body.n > 0;
    if (!good) {
        print_message("%s:\n", vector->name);
        print_faults(msg);
    }
    parsed_free(&parsed);
    assert_true(good);
}

static void need_shared(void)
{
    if (getenv("SIPSAN_SHARED"))
        return;
    print_message("SIPSAN_SHARED is not set: skipped\n");
    skip();
}

static void test_vectors_rfc4475(void **state)
{
    (void)state;
    need_shared();
    for (size_t i = 0; i < sizeof(rfc4475) / sizeof(*rfc4475); i++)
        check_vector("rfc4475", &rfc4475[i]);
    for (size_t i = 0; i < sizeof(rfc4475_good) / sizeof(*rfc4475_good); i++)
        check_vector("rfc4475", &(struct vector){.name = rfc4475_good[i]});
}

static void test_vectors_rfc5118(void **state)
{
    (void)state;
    need_shared();
    for (size_t i = 0; i < sizeof(rfc5118) / sizeof(*rfc5118); i++)
        check_vector("rfc5118/crlf", &rfc5118[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors_rfc4475),
        cmocka_unit_test(test_vectors_rfc5118),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
