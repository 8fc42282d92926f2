/* sipsan: judges SIP traffic by RFC 3261 and the RFCs that update it.
 *
 * Feed a context with messages (or captured frames) in the order in which they were seen; it calls
 * back with a finding for every violation. A context is a pure function of what it was fed: no
 * clock, no environment, no globals, no logging. One context per thread.
 *
 * Ownership: bytes fed in belong to the caller and may vanish after the call. A finding and all it
 * points to are valid only inside the callback. Rule information is static. The context owns the
 * rest.
 */
#ifndef SIPSAN_H
#define SIPSAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(SIPSAN_STATIC) || !defined(__GNUC__)
#define SIPSAN_API
#else
#define SIPSAN_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Errors of ours, never of the traffic: a malformed message is data, not an error. */
enum sipsan_err {
    SIPSAN_OK = 0,
    SIPSAN_ENOMEM = -1,    /* the allocator refused */
    SIPSAN_EINVAL = -2,    /* an argument is out of its range */
    SIPSAN_ELIMIT = -3,    /* a limit of the configuration was reached */
    SIPSAN_ELINKTYPE = -4, /* link type that sipsan cannot read */
    SIPSAN_ENOTSIP = -5,   /* the bytes hold no SIP message */
};

/* The keyword with which an RFC states a requirement. ABNF: grammar. IMPLIED: prose, a table cell
 * or a figure without a keyword. FLOW: only the order that the call-flow documents show. */
enum sipsan_level {
    SIPSAN_MUST,
    SIPSAN_MUST_NOT,
    SIPSAN_SHOULD,
    SIPSAN_SHOULD_NOT,
    SIPSAN_ABNF,
    SIPSAN_IMPLIED,
    SIPSAN_FLOW,
};

enum sipsan_severity { SIPSAN_NOTE, SIPSAN_WARNING, SIPSAN_ERROR };

/* What a rule answers. INCONCLUSIVE: it looked broken, but what was seen does not prove it. */
enum sipsan_verdict { SIPSAN_NA, SIPSAN_PASS, SIPSAN_FAIL, SIPSAN_INCONCLUSIVE };

enum sipsan_transport {
    SIPSAN_UDP,
    SIPSAN_TCP,
    SIPSAN_TLS,
    SIPSAN_SCTP,
    SIPSAN_WS,
    SIPSAN_WSS,
};

/* Borrowed text: not terminated, may hold any byte. */
struct sipsan_span {
    const char *p;
    size_t n;
};

/* An IP address and port. An IPv4 address stands in the first 4 bytes of ip, the rest is zero. */
struct sipsan_addr {
    uint8_t ip[16];
    uint16_t port;
    uint8_t family; /* 4, 6, or 0 when unknown */
};

struct sipsan_flow {
    enum sipsan_transport transport;
    struct sipsan_addr src;
    struct sipsan_addr dst;
    /* Tells connections between the same endpoints apart; 0 on UDP or when unknown. */
    uint32_t connection;
    /* Set by a caller who is, or sits inside, the accused: this message was sent by it. */
    bool sent_by_accused;
};

/* A time beyond this, or as far before the epoch, is taken for this one wherever it is fed: the
 * difference of two times is a number then. Some 73,000 years. */
#define SIPSAN_TIME_MOST (INT64_C(1) << 61)

/* Where a message was seen. */
struct sipsan_ref {
    uint32_t file;  /* index of the input, counted by the caller */
    uint32_t frame; /* 1-based, as Wireshark counts; 0 when there are no frames */
    int64_t time;   /* microseconds since the epoch, from -SIPSAN_TIME_MOST to SIPSAN_TIME_MOST */
};

struct sipsan_rule_info {
    const char *id; /* rfcNNNN.SECTION.slug */
    int rfc;
    struct sipsan_span section; /* such as "9.1" */
    enum sipsan_level level;
    enum sipsan_severity severity; /* the default of the rule */
    const char *summary;           /* one sentence */
    const char *explain;    /* several paragraphs: why, legal alternatives, bad and good example */
    const char *updated_by; /* RFCs that change the requirement, or "" */
    const char *aliases;    /* other ids of the same fact, separated by spaces, or "" */
};

/* Another message that the finding is about. */
struct sipsan_related {
    struct sipsan_ref ref;
    struct sipsan_span label; /* such as "INVITE" or "fragment" */
    struct sipsan_span text;  /* the bytes there that matter, may be empty */
};

#define SIPSAN_RELATED_MAX 4

struct sipsan_finding {
    const struct sipsan_rule_info *rule;
    enum sipsan_severity severity; /* never above the rule's */
    struct sipsan_ref
        ref; /* of the message, or of the last one of the transaction for an absence */
    struct sipsan_ref decided; /* the frame at which the verdict fell; sort key of the output */
    struct sipsan_flow flow;   /* for an absence: what the missing message would have had */
    struct sipsan_related related[SIPSAN_RELATED_MAX];
    size_t related_count;
    struct sipsan_span call_id;
    struct sipsan_span method; /* of a response: its CSeq method */
    int status;                /* 0 in a request */
    struct sipsan_span start_line;
    struct sipsan_addr culprit;
    const char *role;            /* caller, callee, proxy, registrar, uac, uas */
    struct sipsan_span agent;    /* User-Agent or Server of the culprit when seen */
    struct sipsan_span place;    /* header field name or production */
    struct sipsan_span message;  /* the whole message, empty for an absence */
    size_t offset, length;       /* evidence: byte range in the message; length 0: none */
    struct sipsan_span text;     /* one English sentence: expected and seen */
    struct sipsan_span expected; /* legal alternatives, may be empty */
    bool absence;                /* the culprit owed a message that did not come */
};

/* Our own trouble with the input. */
enum sipsan_problem_kind {
    SIPSAN_PROBLEM_TRUNCATED, /* the capture ends inside a record */
    SIPSAN_PROBLEM_LINKTYPE,
    SIPSAN_PROBLEM_SNAPLEN, /* the capture kept only a part of the packet */
    SIPSAN_PROBLEM_GAP,     /* bytes or time are missing */
    SIPSAN_PROBLEM_LIMIT,
    SIPSAN_PROBLEM_UNREADABLE,
};

struct sipsan_problem {
    enum sipsan_problem_kind kind;
    struct sipsan_ref ref;
    /* Bytes from the start of the frame; where reading stopped, from the start of the input (of
     * what was unpacked, when it is compressed). 0: not known. */
    uint64_t offset;
    struct sipsan_span text;
};

/* What was seen; see sipsan_totals. */
struct sipsan_totals {
    uint64_t frames, messages, malformed, transactions, dialogs, calls;
    uint64_t errors, warnings, notes, inconclusive;
    uint64_t duplicates; /* captured more than once */
    uint64_t dropped;    /* not SIP */
    uint64_t truncated;
    uint64_t limits; /* objects given up */
    uint64_t checks; /* rule functions executed */
};

/* Per rule, since sipsan_new or sipsan_reset. */
struct sipsan_rule_stats {
    uint64_t executed, passed, failed, not_applicable, inconclusive;
    /* With config.clock: executions that were timed (those of one message in 64), and what they
     * took by that clock. */
    uint64_t sampled, cost;
};

typedef void (*sipsan_finding_fn)(void *user, const struct sipsan_finding *finding);
typedef void (*sipsan_problem_fn)(void *user, const struct sipsan_problem *problem);

/* A copy of every message read, for tools that list or convert traffic. start of bytes = start
 * line. */
typedef void (*sipsan_message_fn)(void *user, const struct sipsan_ref *ref,
                                  const struct sipsan_flow *flow, struct sipsan_span bytes);

/* Ceilings. 0 takes the default that sipsan_config_init writes. */
struct sipsan_limits {
    size_t memory;         /* bytes in all; default 512 MiB */
    uint32_t message;      /* bytes of one message; default 1 MiB */
    uint32_t headers;      /* header fields of one message; default 2048 */
    uint32_t transactions; /* live ones; default 1,000,000 */
    uint32_t dialogs;      /* default 500,000 */
    uint32_t bindings;     /* default 200,000 */
    uint32_t legs;         /* pairs of hosts; default 65,536 */
    uint32_t fragments;    /* IP datagrams being put together; default 4096 */
    uint32_t connections;  /* TCP connections, and as many SCTP directions; default 65,536 */
};

struct sipsan_config {
    size_t size; /* of this struct, set by sipsan_config_init: keeps old programs working */

    /* Memory. All three or none; user is handed through. Defaults: malloc, realloc, free. */
    void *(*mem_alloc)(void *user, size_t n);
    void *(*mem_realloc)(void *user, void *p, size_t n);
    void (*mem_free)(void *user, void *p);
    void *mem_user;

    struct sipsan_limits limits;
    uint64_t hash_seed[2]; /* any; take it from a random source when traffic may be hostile */

    sipsan_finding_fn on_finding;
    sipsan_problem_fn on_problem;
    sipsan_message_fn on_message;
    void *user;

    /* Judge only messages sent from these addresses (port 0: any) or marked sent_by_accused.
     * accused_count 0 and accused_only false: judge everybody. Copied by sipsan_new. */
    const struct sipsan_addr *accused;
    size_t accused_count;
    bool accused_only;

    int64_t race_window; /* microseconds, 17.1: how long messages may cross; default 500,000 */
    int as_of; /* judge by the RFC of this number without later updates; 0 = all in force, or 3261
                */
    const uint16_t *ports; /* take SIP only from or to these ports; NULL: any. Copied. */
    size_t port_count;

    /* Messages (at most 64) that may be read before they are judged together, which is faster. A
     * finding then comes with a later call: with sipsan_flush, sipsan_advance or sipsan_finish at
     * the latest; until then its message is missing in the totals. 0: every message is judged by
     * the call that feeds it. */
    uint32_t read_ahead;

    /* A clock that only goes forward, in units of the caller's choice, for rule_stats.cost; user is
     * handed through. It has no part in any verdict. NULL: nothing is timed. */
    uint64_t (*clock)(void *user);

    /* Threads to read and judge on, the caller's included; 0 and 1: that one alone. With 2 the
     * caller's thread reads and parses and another one judges, with more the others parse. Nothing
     * else changes: findings and counts are the same, in the same order. The library calls back
     * from one thread at a time, on_message from the caller's; mem_alloc and its like must bear
     * several at once, and clock is called from the one that judges. sipsan_flush, sipsan_advance,
     * sipsan_finish and sipsan_get_totals wait until the other threads rest, and errors that they
     * met are told there. */
    uint32_t threads;
};

struct sipsan;

/* Life cycle ---------------------------------------------------------------------------------- */

/* Writes all defaults; call it before setting anything. */
SIPSAN_API void sipsan_config_init(struct sipsan_config *config);

/* 0 and *out, or SIPSAN_ENOMEM, SIPSAN_EINVAL. config may be NULL for all defaults. */
SIPSAN_API int sipsan_new(struct sipsan **out, const struct sipsan_config *config);

/* As new, with the same configuration and selection; memory is kept for reuse. What
 * config.read_ahead let wait is forgotten unjudged, unless another thread has it. */
SIPSAN_API void sipsan_reset(struct sipsan *s);

/* Ends without judging what waits: see sipsan_finish. With config.threads what was handed over is
 * still judged, and called back. s may be NULL. */
SIPSAN_API void sipsan_free(struct sipsan *s);

/* Feeding ------------------------------------------------------------------------------------- */

/* One captured frame of the libpcap link type `linktype` (LINKTYPE_ number). caplen bytes are
 * there, the packet had origlen. SIPSAN_OK also when the frame held no SIP; else SIPSAN_ENOMEM,
 * SIPSAN_ELIMIT or SIPSAN_ELINKTYPE. */
SIPSAN_API int sipsan_feed_frame(struct sipsan *s, int linktype, const void *bytes, size_t caplen,
                                 size_t origlen, const struct sipsan_ref *ref);

/* One datagram's payload, or one message cut out of a stream by the caller. ref->time never runs
 * backwards by more than a second without a gap being assumed. 0, SIPSAN_ENOTSIP, SIPSAN_ENOMEM or
 * SIPSAN_ELIMIT. */
SIPSAN_API int sipsan_feed_message(struct sipsan *s, const void *bytes, size_t n,
                                   const struct sipsan_flow *flow, const struct sipsan_ref *ref);

/* Octets of a connection in the order in which flow->src sent them, from its first one on, cut
 * anywhere: messages are found in them as in captured streams, WebSocket with its handshake too.
 * flow->transport is TCP, TLS (the octets are in clear), WS or WSS; flow->connection, not 0, tells
 * connections apart, and both directions of one have the same. ref is where these octets were seen.
 * n 0: this side will send no more. SIPSAN_OK, also when no message has ended yet; SIPSAN_ENOMEM,
 * SIPSAN_ELIMIT, or SIPSAN_EINVAL when the flow is none of that or this side had ended. */
SIPSAN_API int sipsan_feed_stream(struct sipsan *s, const void *bytes, size_t n,
                                  const struct sipsan_flow *flow, const struct sipsan_ref *ref);

/* One packet of a capture agent: HEP version 3, the SIP message and its flow in it. ref->time
 * counts where the agent tells no time. 0, SIPSAN_ENOTSIP when it holds no SIP message, or
 * SIPSAN_ENOMEM. */
SIPSAN_API int sipsan_feed_hep(struct sipsan *s, const void *bytes, size_t n,
                               const struct sipsan_ref *ref);

/* The caller knows that frames or messages were lost before this moment: what seems absent or out
 * of order across it decides nothing. 0 or SIPSAN_ENOMEM. */
SIPSAN_API int sipsan_lost(struct sipsan *s, const struct sipsan_ref *ref);

/* Lets capture time pass: timers that expire up to `time` fire. */
SIPSAN_API int sipsan_advance(struct sipsan *s, int64_t time);

/* Judges what config.read_ahead let wait. 0 or SIPSAN_ENOMEM. */
SIPSAN_API int sipsan_flush(struct sipsan *s);

/* The input has ended. What is still owed is counted as inconclusive; time does not advance. */
SIPSAN_API int sipsan_finish(struct sipsan *s);

/* Counted since sipsan_new or sipsan_reset; what waits to be judged is not in it. */
SIPSAN_API void sipsan_get_totals(const struct sipsan *s, struct sipsan_totals *out);

/* One message on its own: grammar and message rules only. Returns the number of findings (errors,
 * warnings and notes), or a negative sipsan_err. on_finding may be NULL. */
SIPSAN_API int sipsan_check_message(const void *bytes, size_t n, enum sipsan_transport transport,
                                    sipsan_finding_fn on_finding, void *user);

/* Rules --------------------------------------------------------------------------------------- */

/* The texts in a sipsan_rule_info are static. */
SIPSAN_API size_t sipsan_rule_count(void);

/* False when index is not below sipsan_rule_count(). */
SIPSAN_API bool sipsan_rule_at(size_t index, struct sipsan_rule_info *out);

/* By id or alias; false when there is none. out may be NULL. */
SIPSAN_API bool sipsan_rule_find(const char *id, struct sipsan_rule_info *out);

/* Turns on (or off) all rules whose id is `prefix` or continues it after a dot, or starts with it
 * when it ends in '*'. The first call that turns on turns all others off. SIPSAN_EINVAL when no
 * rule fits. What config.read_ahead let wait is judged before by the old selection; SIPSAN_ENOMEM
 * is about that. */
SIPSAN_API int sipsan_select(struct sipsan *s, const char *prefix, bool on);

/* Of the rule at this index of sipsan_rule_at; SIPSAN_EINVAL when there is none. */
SIPSAN_API int sipsan_get_rule_stats(const struct sipsan *s, size_t index,
                                     struct sipsan_rule_stats *out);

/* Misc ---------------------------------------------------------------------------------------- */

/* Static words for the constants above; "unknown error" or "?" for what is none. */
SIPSAN_API const char *sipsan_strerror(int err);                   /* "out of memory", ... */
SIPSAN_API const char *sipsan_level_name(enum sipsan_level level); /* "MUST NOT", "ABNF", ... */
SIPSAN_API const char *sipsan_severity_name(enum sipsan_severity severity);    /* "warning", ... */
SIPSAN_API const char *sipsan_transport_name(enum sipsan_transport transport); /* "UDP", ... */

/* Of the library: "0.1.0". */
SIPSAN_API const char *sipsan_version(void);

/* "10.0.0.1:5060" or "[2001:db8::1]:5060". Writes at most n bytes with a terminator, returns the
 * length it wanted; 56 bytes always suffice. */
SIPSAN_API size_t sipsan_addr_format(char *out, size_t n, const struct sipsan_addr *addr);

#ifdef __cplusplus
}
#endif

#endif
