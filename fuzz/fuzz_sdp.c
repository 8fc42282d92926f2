/* Targets: sipsan_read_sdp, sipsan_read_multipart, sipsan_read_sipfrag, as a body of a message.
 *
 * The first octet of the input says what the rest is the body of: a session description, a part of
 * a multipart body (closed or not), a multipart body with the boundary b, a piece of a message. The
 * header of the message is ours, so that every run reaches the readers of bodies.
 *
 * Demanded: spans lie in the body; the lines of a description, joined again, are its text; two
 * readings agree; a description without a fault is made of nothing but lines that say what they
 * are, and is without fault when it is read a second time from its own text. */
#include "body_invariants.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const heads[] = {
    "INVITE sip:a SIP/2.0\r\nc: application/sdp\r\n\r\n",
    "INVITE sip:a SIP/2.0\r\nc: multipart/mixed;boundary=b\r\n\r\n",
    "INVITE sip:a SIP/2.0\r\nc: multipart/alternative;boundary=b\r\n\r\n",
    "NOTIFY sip:a SIP/2.0\r\nc: message/sipfrag\r\n\r\n",
};

#define HEADS     (sizeof(heads) / sizeof(*heads))
#define INPUT_MAX ((size_t)1 << 16)

/* A session description without fault, as a body of its own, has no fault either: but for the end
 * of the last line, which a part need not have. */
static void read_again(struct sipsan_pool *pool, const struct sipsan_sdp *sdp)
{
    const struct sipsan_msg_limits limits = {.headers = 8, .faults = 8};
    size_t head = strlen(heads[0]), n = head + sdp->text.n;
    struct sipsan_msg msg;
    char *text = malloc(n);

    INVARIANT(text);
    memcpy(text, heads[0], head);
    memcpy(text + head, sdp->text.p, sdp->text.n);
    sipsan_msg_init(&msg, pool);
    if (sipsan_msg_parse(&msg, (struct sipsan_span){text, n}, &limits) == SIPSAN_OK) {
        INVARIANT(msg.session && msg.session->media_count == sdp->media_count);
        INVARIANT(msg.fault_count == 0 ||
                  (msg.fault_count == 1 && msg.faults[0].production == SIPSAN_PROD_SDP_CRLF));
        sipsan_msg_drop(&msg);
    }
    free(text);
}

static void parse_and_check(struct sipsan_pool *pool, struct sipsan_span bytes)
{
    const struct sipsan_msg_limits limits = {.headers = 64, .faults = 64};
    struct sipsan_msg a, b;

    sipsan_msg_init(&a, pool);
    sipsan_msg_init(&b, pool);
    if (sipsan_msg_parse(&a, bytes, &limits) != SIPSAN_OK)
        return;
    check_message(&a);
    check_bodies(&a);
    if (a.session && a.session->ok)
        read_again(pool, a.session);
    if (sipsan_msg_parse(&b, bytes, &limits) == SIPSAN_OK) {
        check_same(&a, &b);
        check_same_bodies(&a, &b);
        sipsan_msg_drop(&b);
    }
    sipsan_msg_drop(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *head;
    struct sipsan_mem mem;
    struct sipsan_pool pool;
    char *text;
    size_t n;

    if (size == 0 || size > INPUT_MAX)
        return 0;
    head = heads[data[0] % HEADS];
    n = strlen(head) + size - 1;
    text = malloc(n);
    INVARIANT(text);
    memcpy(text, head, strlen(head));
    memcpy(text + strlen(head), data + 1, size - 1);
    sipsan_mem_init(&mem);
    /* one in eight with a block for every object, so that a step behind it is seen */
    sipsan_pool_init(&pool, &mem, size % 8 == 0 ? 64 : 16384, 8);
    parse_and_check(&pool, (struct sipsan_span){text, n});
    sipsan_pool_free(&pool);
    INVARIANT(mem.used == 0);
    free(text);
    return 0;
}
