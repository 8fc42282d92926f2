/* Mutations of a session as scenario text: its packets come, go, change places, times and
 * directions; messages that answer or follow another one are written from it. */
#include "ops.h"

/* Lines that end a packet. */
static bool ends_packet(struct mut_span line)
{
    return (line.n > 1 && (line.p[0] == '@' || line.p[0] == '!' || line.p[0] == '?') &&
            line.p[1] == ' ') ||
           (line.n > 1 && line.p[0] == '=' && line.p[1] == '=') || (line.n > 0 && line.p[0] == '#');
}

/* The line at `at` without its end; *next is where the one behind it begins. */
static struct mut_span line_at(const struct mut *m, size_t at, size_t *next)
{
    const char *lf = memchr(m->p + at, '\n', m->n - at);
    size_t end = lf ? (size_t)(lf - m->p) : m->n;

    *next = lf ? end + 1 : m->n;
    return (struct mut_span){m->p + at, end - at};
}

bool mut_packet(const struct mut *m, size_t nth, struct mut_packet *out)
{
    bool found = false;
    size_t next;

    for (size_t at = 0; at < m->n; at = next) {
        struct mut_span line = line_at(m, at, &next);

        if (found) {
            if (ends_packet(line)) {
                out->end = at;
                return true;
            }
        } else if (line.n > 1 && line.p[0] == '@' && line.p[1] == ' ' && nth-- == 0) {
            found = true;
            out->begin = at;
            out->text = next;
        }
    }
    out->end = m->n;
    return found;
}

size_t mut_packets(const struct mut *m)
{
    size_t n = 0, next;

    for (size_t at = 0; at < m->n; at = next) {
        struct mut_span line = line_at(m, at, &next);

        n += line.n > 1 && line.p[0] == '@' && line.p[1] == ' ';
    }
    return n;
}

static bool any_packet(struct mut *m, struct mut_packet *out)
{
    return mut_packet(m, mut_below(m, mut_packets(m)), out);
}

/* The last line may lack its end, where something shall stand behind it. */
static bool closed(struct mut *m)
{
    return m->n > 0 && (m->p[m->n - 1] == '\n' || mut_insert(m, m->n, MUT_LIT("\n")));
}

/* Packets ------------------------------------------------------------------------------------- */

static bool drop_packet(struct mut *m)
{
    struct mut_packet packet;

    return mut_packets(m) > 1 && any_packet(m, &packet) &&
           mut_delete(m, packet.begin, packet.end - packet.begin);
}

/* Its time goes with it, so that it also comes late or early. */
static bool move_packet(struct mut *m)
{
    struct mut_packet from, to;

    if (!closed(m) || !any_packet(m, &from) || !any_packet(m, &to) || from.begin == to.begin)
        return false;
    mut_move(m, from.begin, from.end - from.begin, to.begin > from.begin ? to.end : to.begin);
    return true;
}

static bool repeat_packet(struct mut *m)
{
    struct mut_packet from, to;

    if (!closed(m) || !any_packet(m, &from) || !any_packet(m, &to))
        return false;
    if (mut_one_in(m, 2))
        to = from;
    return mut_copy(m, to.end, from.begin, from.end - from.begin);
}

/* Messages change places, times and addresses stay. */
static bool swap_messages(struct mut *m)
{
    size_t nth = mut_below(m, mut_packets(m));
    struct mut_packet a, b;

    if (!closed(m) || !mut_packet(m, nth, &a) || !mut_packet(m, nth + 1, &b) || a.text == a.end ||
        b.text == b.end)
        return false;
    mut_move(m, b.text, b.end - b.text, a.text);
    /* Now: line a, message b, message a, line b. */
    mut_move(m, b.begin + (b.end - b.text), b.text - b.begin, a.text + (b.end - b.text));
    return true;
}

/* The line "@ ..." ---------------------------------------------------------------------------- */

/* The nth word (from 0) behind "@". */
static bool word_of(const struct mut *m, const struct mut_packet *packet, size_t nth, size_t *at,
                    size_t *n)
{
    size_t i = packet->begin + 1, end = packet->text;

    for (;; nth--) {
        while (i < end && m->p[i] == ' ')
            i++;
        *at = i;
        while (i < end && m->p[i] != ' ' && m->p[i] != '\n')
            i++;
        *n = i - *at;
        if (nth == 0 || *n == 0)
            return *n > 0;
    }
}

/* Microseconds of a time as it is written; what cannot be read is 0. */
static uint64_t time_of(struct mut_span word)
{
    uint64_t micro = 0;
    size_t decimals = 0;
    bool dot = false;

    for (size_t i = 0; i < word.n && decimals < 6; i++) {
        if (word.p[i] == '.') {
            dot = true;
        } else if (word.p[i] >= '0' && word.p[i] <= '9' && micro < UINT64_C(1000000000000)) {
            micro = micro * 10 + (uint64_t)(word.p[i] - '0');
            decimals += dot;
        }
    }
    for (; decimals < 6; decimals++)
        micro *= 10;
    return micro;
}

static struct mut_span write_time(char out[48], uint64_t micro)
{
    char digits[24];
    struct mut_span seconds = mut_number(digits, micro / 1000000);
    size_t n = seconds.n;

    memcpy(out, seconds.p, n);
    out[n++] = '.';
    for (uint64_t unit = 100000; unit > 0; unit /= 10)
        out[n++] = (char)('0' + micro / unit % 10);
    return (struct mut_span){out, n};
}

/* The times that SIP's timers have, and a little besides. */
static uint64_t some_time(struct mut *m)
{
    static const uint64_t times[] = {
        0,       1,        1000,     50000,    199000,   500000,    1000000,    4000000,
        5000000, 31999999, 32000000, 33000000, 64000000, 180000000, 3600000000, 100000000000};
    uint64_t time = times[mut_below(m, sizeof times / sizeof *times)];

    return mut_one_in(m, 2) ? time : time + mut_below(m, 1000000);
}

/* From here on everything is later. */
static bool delay(struct mut *m)
{
    size_t count = mut_packets(m), from = mut_below(m, count), at, n;
    uint64_t by = some_time(m);
    struct mut_packet packet;
    char text[48];
    bool done = false;

    /* At most 64 packets: looking for each costs the length of the text. */
    for (size_t i = from; i < count && i < from + 64; i++) {
        if (!mut_packet(m, i, &packet) || !word_of(m, &packet, 0, &at, &n))
            break;
        if (!mut_replace(m, at, n, write_time(text, time_of((struct mut_span){m->p + at, n}) + by)))
            break;
        done = true;
    }
    return done;
}

static bool new_time(struct mut *m)
{
    struct mut_packet packet;
    char text[48];
    size_t at, n;

    return any_packet(m, &packet) && word_of(m, &packet, 0, &at, &n) &&
           mut_replace(m, at, n, write_time(text, some_time(m)));
}

static bool turn_around(struct mut *m)
{
    struct mut_packet packet;
    size_t from, from_n, to, to_n, arrow, arrow_n;

    if (!any_packet(m, &packet) || !word_of(m, &packet, 2, &from, &from_n) ||
        !word_of(m, &packet, 3, &arrow, &arrow_n) || !word_of(m, &packet, 4, &to, &to_n) ||
        m->p[arrow] != '>')
        return false;
    mut_move(m, to, to_n, from);
    mut_move(m, from + to_n, from_n, to + to_n);
    return true;
}

static bool new_transport(struct mut *m)
{
    static const char *const names[] = {"udp", "tcp", "tls", "sctp", "ws", "wss"};
    const char *name = names[mut_below(m, 6)];
    struct mut_packet packet;
    size_t at, n, arrow, arrow_n;

    return any_packet(m, &packet) && word_of(m, &packet, 1, &at, &n) &&
           word_of(m, &packet, 3, &arrow, &arrow_n) && m->p[arrow] == '>' &&
           mut_rename(m, at, n, (struct mut_span){name, strlen(name)});
}

static bool new_address(struct mut *m)
{
    static const char *const hosts[] = {"192.0.2.1:5060",  "192.0.2.2:5060",     "192.0.2.1:5061",
                                        "192.0.2.77:5060", "[2001:db8::1]:5060", "10.0.0.1:0"};
    const char *host = hosts[mut_below(m, sizeof hosts / sizeof *hosts)];
    struct mut_packet packet;
    size_t at, n;

    return any_packet(m, &packet) && word_of(m, &packet, 2 + 2 * mut_below(m, 2), &at, &n) &&
           memchr(m->p + at, ':', n) &&
           mut_replace(m, at, n, (struct mut_span){host, strlen(host)});
}

static bool time_passes(struct mut *m)
{
    struct mut_packet packet;
    char line[64], text[48];
    struct mut_span time;
    size_t at, n;

    if (!closed(m) || !any_packet(m, &packet) || !word_of(m, &packet, 0, &at, &n))
        return false;
    time = write_time(text, time_of((struct mut_span){m->p + at, n}) + some_time(m));
    memcpy(line, "@ ", 2);
    memcpy(line + 2, time.p, time.n);
    memcpy(line + 2 + time.n, " end\n", 5);
    return mut_insert(m, packet.end, (struct mut_span){line, time.n + 7});
}

static bool new_case(struct mut *m)
{
    struct mut_packet packet;

    return any_packet(m, &packet) && mut_insert(m, packet.begin, MUT_LIT("== next\n"));
}

/* A message made from another ----------------------------------------------------------------- */

struct draft {
    char p[4096];
    size_t n;
};

static void put(struct draft *d, struct mut_span text)
{
    size_t n = text.n < sizeof d->p - d->n ? text.n : sizeof d->p - d->n;

    memcpy(d->p + d->n, text.p, n);
    d->n += n;
}

/* All header fields of this name, as they are written. */
static void put_fields(struct draft *d, const struct mut *m, const char *name, size_t at_most)
{
    for (size_t i = 0; i < m->msg.count && at_most > 0; i++) {
        const struct mut_field *field = &m->msg.fields[i];

        if (mut_is(m, field, name)) {
            put(d, (struct mut_span){m->p + field->at, field->end - field->at});
            at_most--;
        }
    }
}

/* "@ TIME udp A > B" of a packet a little after this one, to the same side or back. */
static bool put_line(struct draft *d, struct mut *m, const struct mut_packet *packet, bool back)
{
    size_t at[5], n[5];
    char text[48];

    for (size_t i = 0; i < 5; i++) {
        if (!word_of(m, packet, i, &at[i], &n[i]))
            return false;
    }
    put(d, MUT_LIT("@ "));
    put(d, write_time(text, time_of((struct mut_span){m->p + at[0], n[0]}) + some_time(m)));
    put(d, MUT_LIT(" "));
    put(d, (struct mut_span){m->p + at[1], n[1]});
    put(d, MUT_LIT(" "));
    put(d, (struct mut_span){m->p + at[back ? 4 : 2], n[back ? 4 : 2]});
    put(d, MUT_LIT(" > "));
    put(d, (struct mut_span){m->p + at[back ? 2 : 4], n[back ? 2 : 4]});
    put(d, MUT_LIT("\n"));
    return true;
}

static bool any_request(struct mut *m, struct mut_packet *packet)
{
    for (size_t tries = 0; tries < 4; tries++) {
        if (!any_packet(m, packet) || packet->text == packet->end)
            continue;
        mut_read(m, packet->text, packet->end);
        if (m->msg.start_n > 8 && memcmp(m->p + packet->text, "SIP/", 4) != 0 &&
            memcmp(m->p + packet->text, "base ", 5) != 0)
            return true;
    }
    return false;
}

/* 8.2.6.2: what a response takes from its request. */
static bool answer(struct mut *m)
{
    static const char *const lines[] = {"SIP/2.0 100 Trying\n",
                                        "SIP/2.0 180 Ringing\n",
                                        "SIP/2.0 183 Session Progress\n",
                                        "SIP/2.0 200 OK\n",
                                        "SIP/2.0 202 Accepted\n",
                                        "SIP/2.0 302 Moved Temporarily\n",
                                        "SIP/2.0 401 Unauthorized\n",
                                        "SIP/2.0 404 Not Found\n",
                                        "SIP/2.0 481 No Such Call\n",
                                        "SIP/2.0 486 Busy Here\n",
                                        "SIP/2.0 487 Request Terminated\n",
                                        "SIP/2.0 491 Request Pending\n",
                                        "SIP/2.0 500 Server Error\n",
                                        "SIP/2.0 603 Decline\n"};
    const char *line = lines[mut_below(m, sizeof lines / sizeof *lines)];
    struct draft d = {.n = 0};
    struct mut_packet packet;

    if (!closed(m) || !any_request(m, &packet) || !put_line(&d, m, &packet, true))
        return false;
    put(&d, (struct mut_span){line, strlen(line)});
    put_fields(&d, m, "Via", 32);
    put_fields(&d, m, "From", 1);
    put_fields(&d, m, "To", 1);
    put_fields(&d, m, "Call-ID", 1);
    put_fields(&d, m, "CSeq", 1);
    put_fields(&d, m, "Record-Route", mut_below(m, 8));
    if (mut_one_in(m, 2))
        put(&d, MUT_LIT("Contact: <sip:bob@192.0.2.2>\n"));
    put(&d, MUT_LIT("Content-Length: 0\n\n"));
    return d.n < sizeof d.p && mut_insert(m, packet.end, (struct mut_span){d.p, d.n});
}

/* 9.1, 17.1.1.3: what goes where the request went and takes its top Via; the rest (BYE, PRACK,
 * UPDATE) is as wrong as it happens to be. */
static bool follow(struct mut *m)
{
    static const char *const methods[] = {"ACK", "CANCEL", "ACK", "BYE", "PRACK", "UPDATE", "INFO"};
    const char *method = methods[mut_below(m, sizeof methods / sizeof *methods)];
    struct draft d = {.n = 0};
    struct mut_packet packet;
    const struct mut_field *cseq;
    const char *space;

    if (!closed(m) || !any_request(m, &packet) || !put_line(&d, m, &packet, mut_one_in(m, 8)))
        return false;
    cseq = mut_find(m, "CSeq", 0);
    space = memchr(m->p + packet.text, ' ', m->msg.start_n);
    if (!cseq || !space)
        return false;
    put(&d, (struct mut_span){method, strlen(method)});
    put(&d, (struct mut_span){space, m->msg.start_n - (size_t)(space - (m->p + packet.text))});
    put(&d, MUT_LIT("\n"));
    put_fields(&d, m, "Via", 1);
    put_fields(&d, m, "Max-Forwards", 1);
    put_fields(&d, m, "Route", 32);
    put_fields(&d, m, "From", 1);
    put_fields(&d, m, "To", 1);
    put_fields(&d, m, "Call-ID", 1);
    put(&d, MUT_LIT("CSeq: "));
    for (size_t i = cseq->value; i < cseq->value_end && m->p[i] >= '0' && m->p[i] <= '9'; i++)
        put(&d, (struct mut_span){m->p + i, 1});
    put(&d, MUT_LIT(" "));
    put(&d, (struct mut_span){method, strlen(method)});
    put(&d, MUT_LIT("\nContent-Length: 0\n\n"));
    return d.n < sizeof d.p && mut_insert(m, packet.end, (struct mut_span){d.p, d.n});
}

/* Messages, the way they are mutated alone ---------------------------------------------------- */

static bool one_message(struct mut *m)
{
    struct mut_packet packet;

    if (!any_packet(m, &packet) || packet.text == packet.end ||
        (packet.end - packet.text > 5 && memcmp(m->p + packet.text, "base ", 5) == 0))
        return false;
    mut_read(m, packet.text, packet.end);
    return mut_message_step(m);
}

static const mut_op_fn session[] = {
    one_message,   one_message,   one_message,   one_message, one_message, one_message,
    one_message,   one_message,   one_message,   one_message, drop_packet, move_packet,
    repeat_packet, repeat_packet, swap_messages, delay,       new_time,    turn_around,
    new_transport, new_address,   time_passes,   new_case,    answer,      answer,
    follow,        follow,
};

const struct mut_ops mut_session_ops = {session, sizeof session / sizeof *session};
