/* Somebody's CI: feeds what a stack under test sent and received, and fails on a violation of its
 * own. README.md shows this program. */
#include <sipsan.h>
#include <stdio.h>
#include <string.h>

#define OPTIONS(cseq_method)                                                                       \
    "OPTIONS sip:bob@example.com SIP/2.0\r\n"                                                      \
    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjudge1\r\n"                                          \
    "Max-Forwards: 70\r\n"                                                                         \
    "To: <sip:bob@example.com>\r\n"                                                                \
    "From: <sip:alice@example.com>;tag=j1\r\n"                                                     \
    "Call-ID: judge-1@192.0.2.1\r\n"                                                               \
    "CSeq: 63 " cseq_method "\r\n"                                                                 \
    "Content-Length: 0\r\n\r\n"

static void print(void *user, const struct sipsan_finding *f)
{
    int *failures = user;

    if (f->severity == SIPSAN_ERROR)
        ++*failures;
    printf("%s: %.*s\n", f->rule->id, (int)f->text.n, f->text.p);
}

int main(int argc, char **argv)
{
    const char *message =
        argc > 1 && !strcmp(argv[1], "legal") ? OPTIONS("OPTIONS") : OPTIONS("INVITE");
    struct sipsan_flow flow = {.transport = SIPSAN_UDP,
                               .src = {.ip = {192, 0, 2, 1}, .port = 5060, .family = 4},
                               .dst = {.ip = {192, 0, 2, 2}, .port = 5060, .family = 4}};
    struct sipsan_config config;
    struct sipsan *s;
    int failures = 0;

    sipsan_config_init(&config);
    config.accused_only = true; /* judge what we sent, not what the peer did */
    config.on_finding = print;
    config.user = &failures;
    if (sipsan_new(&s, &config) != SIPSAN_OK)
        return 2;
    flow.sent_by_accused = argc < 2 || strcmp(argv[1], "others") != 0;
    if (sipsan_feed_message(s, message, strlen(message), &flow,
                            &(struct sipsan_ref){.frame = 1, .time = 1}) != SIPSAN_OK)
        failures++;
    sipsan_finish(s);
    sipsan_free(s);
    return failures > 0;
}
