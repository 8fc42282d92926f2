/* pcapng, without libpcap, which refuses files whose interfaces are of different kinds. Blocks that
 * hold no packets are passed over; a new section may even change the order of octets.
 * draft-ietf-opsawg-pcapng. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "net/input.h"
#include "net/link.h"

enum {
    SECTION = 0x0A0D0D0A,
    INTERFACE = 1,
    OLD_PACKET = 2,
    SIMPLE_PACKET = 3,
    PACKET = 6,
    ORDER = 0x1A2B3C4D,
    BLOCK_MIN = 12,
    BLOCK_MAX = 16 << 20,
    INTERFACES_MAX = 65536,
    OPTION_RESOLUTION = 9,
    OPTION_OFFSET = 14,
};

struct interface {
    int linktype;
    uint32_t snaplen; /* 0: any */
    uint8_t resolution;
    int64_t offset; /* seconds */
    bool told;      /* that its kind cannot be read */
};

struct pcapng {
    struct sipsan_reader *r;
    bool big; /* octets in network order */
    struct interface *interfaces;
    size_t count, room;
    uint8_t *block; /* behind its type and length */
    size_t block_room;
    uint64_t known, unknown; /* packets, by the kind of their interface */
    char why[160];           /* reading cannot go on; empty: it can */
};

static uint32_t get32(const struct pcapng *ng, const uint8_t *p)
{
    if (ng->big)
        return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static uint32_t get16(const struct pcapng *ng, const uint8_t *p)
{
    return ng->big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static size_t padded(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

/* False at the end of the file, and with `why` where it comes too early. */
static bool take(struct pcapng *ng, uint8_t *p, size_t n, bool may_end)
{
    size_t got = fread(p, 1, n, ng->r->stream);

    if (got == n)
        return true;
    if (got > 0 || !may_end || ferror(ng->r->stream))
        snprintf(ng->why, sizeof(ng->why),
                 "truncated pcapng file: %zu octets were to come, %zu are there", n, got);
    return false;
}

/* The block's type, and its body of *n octets in ng->block. False: there is no more. */
static bool next_block(struct pcapng *ng, uint32_t *type, size_t *n)
{
    uint8_t head[8], order[4];
    uint32_t length;
    size_t have = 0;

    if (!take(ng, head, sizeof(head), true))
        return false;
    if (memcmp(head, "\n\r\r\n", 4) == 0) { /* the same in either order */
        if (!take(ng, order, sizeof(order), false))
            return false;
        ng->big = order[0] == 0x1A;
        if (get32(ng, order) != ORDER) {
            snprintf(ng->why, sizeof(ng->why), "a section of pcapng tells no order of octets");
            return false;
        }
        have = sizeof(order);
    }
    *type = get32(ng, head);
    length = get32(ng, head + 4);
    if (length < BLOCK_MIN + have || length % 4 != 0 || length > BLOCK_MAX) {
        snprintf(ng->why, sizeof(ng->why), "a block of pcapng cannot be %" PRIu32 " octets long",
                 length);
        return false;
    }
    *n = length - BLOCK_MIN - have;
    if (*n + 4 > ng->block_room) {
        uint8_t *more = realloc(ng->block, *n + 4);

        if (!more) {
            snprintf(ng->why, sizeof(ng->why), "%s", strerror(ENOMEM));
            return false;
        }
        ng->block = more;
        ng->block_room = *n + 4;
    }
    if (!take(ng, ng->block, *n + 4, false))
        return false;
    if (get32(ng, ng->block + *n) != length) {
        snprintf(ng->why, sizeof(ng->why), "a block of pcapng tells two lengths");
        return false;
    }
    return true;
}

static void read_options(const struct pcapng *ng, struct interface *in, const uint8_t *p, size_t n)
{
    while (n >= 4) {
        uint32_t code = get16(ng, p), length = get16(ng, p + 2);
        size_t step = 4 + padded(length);

        if (code == 0 || length > n - 4)
            return;
        if (code == OPTION_RESOLUTION && length == 1)
            in->resolution = p[4];
        if (code == OPTION_OFFSET && length == 8) {
            uint64_t a = get32(ng, p + 4), b = get32(ng, p + 8);

            in->offset = (int64_t)(ng->big ? a << 32 | b : b << 32 | a);
        }
        if (step > n)
            return;
        p += step;
        n -= step;
    }
}

static void add_interface(struct pcapng *ng, const uint8_t *p, size_t n)
{
    struct interface in = {.resolution = 6};

    if (n < 8 || ng->count == INTERFACES_MAX) {
        snprintf(ng->why, sizeof(ng->why), "pcapng describes an interface too short, or too many");
        return;
    }
    if (ng->count == ng->room) {
        size_t room = ng->room ? ng->room * 2 : 8;
        void *more = realloc(ng->interfaces, room * sizeof(*ng->interfaces));

        if (!more) {
            snprintf(ng->why, sizeof(ng->why), "%s", strerror(ENOMEM));
            return;
        }
        ng->interfaces = more;
        ng->room = room;
    }
    in.linktype = (int)get16(ng, p);
    in.snaplen = get32(ng, p + 4);
    read_options(ng, &in, p + 8, n - 8);
    ng->interfaces[ng->count++] = in;
}

/* Of numbers that an interface may claim as large as it wants. */
static int64_t sum(int64_t a, int64_t b)
{
    if (b > 0 && a > INT64_MAX - b)
        return INT64_MAX;
    if (b < 0 && a < INT64_MIN - b)
        return INT64_MIN;
    return a + b;
}

/* Parts of a second in millionths; *seconds: the whole ones. */
static int64_t split(const struct interface *in, uint64_t stamp, uint64_t *seconds)
{
    unsigned n = in->resolution & 0x7f;
    uint64_t unit = 1, rest;

    if (in->resolution & 0x80) { /* a power of two */
        if (n > 63)
            return 0;
        *seconds = stamp >> n;
        rest = stamp & ((UINT64_C(1) << n) - 1);
        if (n > 40) {
            rest >>= n - 40;
            n = 40;
        }
        return (int64_t)(rest * 1000000 >> n);
    }
    if (n > 19)
        return 0;
    for (unsigned i = 0; i < n; i++)
        unit *= 10;
    *seconds = stamp / unit;
    rest = stamp % unit;
    return (int64_t)(unit < 1000000 ? rest * (1000000 / unit) : rest / (unit / 1000000));
}

/* Microseconds. */
static int64_t time_of(const struct interface *in, uint64_t stamp)
{
    uint64_t whole = 0;
    int64_t micros = split(in, stamp, &whole);
    int64_t seconds = whole > INT64_MAX ? INT64_MAX : (int64_t)whole;

    return sipsan_capture_time(sum(seconds, in->offset), micros);
}

/* Packets ------------------------------------------------------------------------------------- */

struct packet {
    uint32_t interface;
    uint64_t stamp;
    uint32_t caplen, length;
    const uint8_t *bytes;
    size_t room; /* octets of the block behind the head */
};

static bool read_packet(struct pcapng *ng, uint32_t type, size_t n, struct packet *out)
{
    const uint8_t *p = ng->block;
    size_t head = type == SIMPLE_PACKET ? 4 : 20;

    *out = (struct packet){.interface = 0};
    if (n < head) {
        snprintf(ng->why, sizeof(ng->why), "a packet of pcapng is too short");
        return false;
    }
    if (type == SIMPLE_PACKET) { /* as much of it as the interface keeps, and no time */
        out->length = get32(ng, p);
        out->caplen = out->length;
        if (ng->count > 0 && ng->interfaces[0].snaplen > 0 &&
            ng->interfaces[0].snaplen < out->caplen)
            out->caplen = ng->interfaces[0].snaplen;
    } else {
        out->interface = type == PACKET ? get32(ng, p) : get16(ng, p);
        out->stamp = (uint64_t)get32(ng, p + 4) << 32 | get32(ng, p + 8);
        out->caplen = get32(ng, p + 12);
        out->length = get32(ng, p + 16);
    }
    out->bytes = p + head;
    if (out->caplen > n - head || out->interface >= ng->count) {
        snprintf(ng->why, sizeof(ng->why),
                 out->interface >= ng->count ? "a packet of pcapng is of an interface that nobody "
                                               "described"
                                             : "a packet of pcapng is longer than its block");
        return false;
    }
    return true;
}

/* False: the caller wants no more. */
static bool hand_on(struct pcapng *ng, const struct packet *packet)
{
    struct interface *in = &ng->interfaces[packet->interface];
    int64_t time = packet->stamp ? time_of(in, packet->stamp) : sipsan_capture_time(in->offset, 0);

    if (sipsan_link_known(in->linktype)) {
        ng->known++;
    } else {
        ng->unknown++;
        if (!in->told)
            sipsan_capture_unknown(ng->r, in->linktype);
        in->told = true;
    }
    return sipsan_capture_packet(ng->r, in->linktype, packet->bytes, packet->caplen, packet->length,
                                 time);
}

static bool is_packet(uint32_t type)
{
    return type == PACKET || type == SIMPLE_PACKET || type == OLD_PACKET;
}

enum sipsan_input_result sipsan_pcapng_read(struct sipsan_reader *r)
{
    struct pcapng ng = {.r = r};
    enum sipsan_input_result result = SIPSAN_INPUT_READ;
    bool more = true;
    uint32_t type;
    size_t n;

    while (more && next_block(&ng, &type, &n)) {
        struct packet packet;

        if (type == SECTION)
            ng.count = 0;
        else if (type == INTERFACE)
            add_interface(&ng, ng.block, n);
        else if (is_packet(type) && read_packet(&ng, type, n, &packet))
            more = hand_on(&ng, &packet);
        if (ng.why[0])
            break;
    }
    if (ng.why[0])
        result = sipsan_capture_failed(r, ng.why);
    else if (more && ng.unknown > 0 && ng.known == 0)
        result = SIPSAN_INPUT_UNREADABLE;
    free(ng.interfaces);
    free(ng.block);
    return result;
}
