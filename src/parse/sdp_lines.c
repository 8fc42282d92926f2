/* The values of SDP lines: RFC 8866 5.1 to 5.14 and 6, grammar of section 9.
 *
 * Subfields are divided by one space. White space at the end of a line is told as that, whatever
 * the line: it is a mistake of its own, and a common one. Where the address type says IP4 or IP6,
 * the address is held to it, although the grammar would take any text for an address of another
 * network (extn-addr). */
#include "parse/read.h"
#include "parse/sdp_read.h"
#include "parse/uri.h"

typedef const char *match_fn(const char *p);

/* The line does not fit here; only its first fault is told. */
static bool broken(const struct sipsan_sdp_line *line, enum sipsan_production production,
                   const char *p)
{
    if (line->sc)
        sipsan_fault_at(line->sc, production, p);
    return false;
}

static bool broken_here(const struct sipsan_sdp_line *line)
{
    return broken(line, line->production, line->p);
}

/* Takes what the matcher takes, but not beyond the line: the last one of a description may have no
 * end that a matcher sees. */
static bool take(struct sipsan_sdp_line *line, match_fn *match, struct sipsan_span *out)
{
    const char *end = line->p < line->end ? match(line->p) : NULL;

    if (!end)
        return broken_here(line);
    if (end > line->end)
        end = line->end;
    *out = span_between(line->p, end);
    line->p = end;
    return true;
}

static bool take_char(struct sipsan_sdp_line *line, char c)
{
    if (line->p == line->end || *line->p != c)
        return broken_here(line);
    line->p++;
    return true;
}

static bool at(const struct sipsan_sdp_line *line, char c)
{
    return line->p < line->end && *line->p == c;
}

/* non-ws-string */
static bool take_word(struct sipsan_sdp_line *line, struct sipsan_span *out)
{
    const char *p = line->p;

    while (p < line->end && (unsigned char)*p > ' ' && *p != 0x7f)
        p++;
    *out = span_between(line->p, p);
    if (p == line->p)
        return broken_here(line);
    line->p = p;
    return true;
}

/* The line ends here, or should have. */
static bool finish(struct sipsan_sdp_line *line)
{
    const char *p = line->p;

    if (p == line->end)
        return true;
    while (p < line->end && is_wsp(*p))
        p++;
    return p == line->end ? broken(line, SIPSAN_PROD_SDP_TRAILING_SPACE, line->p)
                          : broken_here(line);
}

/* Takes "word SP", up to and with the space. */
static bool take_then_space(struct sipsan_sdp_line *line, match_fn *match, struct sipsan_span *out)
{
    return take(line, match, out) && take_char(line, ' ');
}

/* Texts --------------------------------------------------------------------------------------- */

/* There is one version, 0. */
void sipsan_sdp_judge_version(struct sipsan_sdp_line *line)
{
    struct sipsan_span digits;
    const char *start = line->p;

    if (!take(line, sipsan_match_digits, &digits) || !finish(line))
        return;
    for (size_t i = 0; i < digits.n; i++)
        if (digits.p[i] != '0')
            broken(line, line->production, start);
}

/* byte-string, which is not empty. */
void sipsan_sdp_judge_text(struct sipsan_sdp_line *line)
{
    if (line->p == line->end)
        broken_here(line);
}

void sipsan_sdp_judge_uri(struct sipsan_sdp_line *line)
{
    struct sipsan_span uri;

    if (line->p == line->end || take(line, sipsan_match_sdp_uri, &uri))
        finish(line);
}

/* 1*email-safe in parentheses, to the end of the line. */
static bool take_comment(struct sipsan_sdp_line *line)
{
    struct sipsan_span text;

    return take_char(line, '(') && take(line, sipsan_match_sdp_email_safe, &text) &&
           take_char(line, ')') && finish(line);
}

/* 1*email-safe, what `match` takes in angle brackets. */
static bool take_named(struct sipsan_sdp_line *line, match_fn *match, bool space)
{
    struct sipsan_span name, inside;

    if (!take(line, sipsan_match_sdp_email_safe, &name) || !at(line, '<') ||
        (space && (name.n < 2 || name.p[name.n - 1] != ' ')))
        return broken_here(line);
    return take_char(line, '<') && take(line, match, &inside) && take_char(line, '>') &&
           finish(line);
}

/* addr-spec, with a comment behind it, or in brackets behind a name. */
void sipsan_sdp_judge_email(struct sipsan_sdp_line *line)
{
    const char *end = line->p < line->end ? sipsan_match_sdp_addr_spec(line->p) : NULL;

    if (end && (end >= line->end || *end == '(')) {
        line->p = end < line->end ? end : line->end;
        if (line->p < line->end)
            take_comment(line);
    } else {
        take_named(line, sipsan_match_sdp_addr_spec, true);
    }
}

void sipsan_sdp_judge_phone(struct sipsan_sdp_line *line)
{
    const char *end = line->p < line->end ? sipsan_match_sdp_phone(line->p) : NULL;

    if (end && (end >= line->end || *end == '(')) {
        line->p = end < line->end ? end : line->end;
        if (line->p < line->end)
            take_comment(line);
    } else {
        take_named(line, sipsan_match_sdp_phone, false);
    }
}

/* Obsolete since RFC 8866: told where the grammar is right, else the grammar is what is wrong. */
void sipsan_sdp_judge_key(struct sipsan_sdp_line *line)
{
    struct sipsan_span all = span_between(line->p, line->end), rest;
    const char *start = line->p;
    bool good = false;

    if (sdp_is(all, "prompt")) {
        good = true;
    } else if (all.n > 6 && memcmp(all.p, "clear:", 6) == 0) {
        good = true;
    } else if (all.n >= 7 && memcmp(all.p, "base64:", 7) == 0) {
        line->p += 7;
        good = (line->p == line->end || take(line, sipsan_match_sdp_base64, &rest)) && finish(line);
    } else if (all.n >= 4 && memcmp(all.p, "uri:", 4) == 0) {
        line->p += 4;
        good = (line->p == line->end || take(line, sipsan_match_sdp_uri, &rest)) && finish(line);
    } else {
        broken_here(line);
    }
    if (good)
        broken(line, SIPSAN_PROD_SDP_KEY_OBSOLETE, start);
}

/* Numbers ------------------------------------------------------------------------------------- */

void sipsan_sdp_read_bandwidth(struct sipsan_sdp_line *line, struct sipsan_sdp_bandwidth *out)
{
    if (take(line, sipsan_match_sdp_token, &out->type) && take_char(line, ':') &&
        take(line, sipsan_match_digits, &out->value))
        finish(line);
}

void sipsan_sdp_read_time(struct sipsan_sdp_line *line, struct sipsan_sdp_time *out)
{
    if (take_then_space(line, sipsan_match_sdp_time, &out->start) &&
        take(line, sipsan_match_sdp_time, &out->stop))
        finish(line);
}

/* repeat-interval SP typed-time 1*(SP typed-time); the interval does not begin with a zero. */
void sipsan_sdp_judge_repeat(struct sipsan_sdp_line *line)
{
    struct sipsan_span number;
    unsigned n = 0;

    if (at(line, '0')) {
        broken_here(line);
        return;
    }
    do {
        if (!take(line, sipsan_match_sdp_typed_time, &number))
            return;
        n++;
    } while (at(line, ' ') && line->end - line->p > 1 && take_char(line, ' '));
    if (finish(line) && n < 3)
        broken_here(line);
}

/* time SP ["-"] typed-time, again and again. */
void sipsan_sdp_judge_zone(struct sipsan_sdp_line *line)
{
    struct sipsan_span number;

    do {
        if (!take_then_space(line, sipsan_match_sdp_time, &number))
            return;
        if (at(line, '-'))
            line->p++;
        if (!take(line, sipsan_match_sdp_typed_time, &number))
            return;
    } while (at(line, ' ') && line->end - line->p > 1 && take_char(line, ' '));
    finish(line);
}

/* non-zero-int-or-real */
void sipsan_sdp_judge_number(struct sipsan_sdp_line *line)
{
    struct sipsan_span number;

    if (take(line, sipsan_match_sdp_number, &number))
        finish(line);
}

/* Addresses ----------------------------------------------------------------------------------- */

/* 4 or 6 as the address type says; 0 for other networks. */
static uint8_t family_said(struct sipsan_span nettype, struct sipsan_span addrtype)
{
    if (!sdp_is(nettype, "IN"))
        return 0;
    return sdp_is(addrtype, "IP4") ? 4 : sdp_is(addrtype, "IP6") ? 6 : 0;
}

static bool only(struct sipsan_span s, const char *set)
{
    for (size_t i = 0; i < s.n; i++)
        if (!memchr(set, s.p[i], strlen(set)))
            return false;
    return true;
}

/* An address that its network can have: an address of IP, of the right version, or a name. */
static bool judge_address(struct sipsan_sdp_line *line, uint8_t said, struct sipsan_span address,
                          struct sipsan_addr *ip)
{
    if (said == 0)
        return true;
    if (sipsan_ip_parse(ip, address))
        return ip->family == said || broken(line, SIPSAN_PROD_SDP_ADDRESS_TYPE, address.p);
    if (only(address, "0123456789.") || memchr(address.p, ':', address.n))
        return broken(line, line->production, address.p);
    return true;
}

static bool take_types(struct sipsan_sdp_line *line, struct sipsan_span *nettype,
                       struct sipsan_span *addrtype)
{
    return take_then_space(line, sipsan_match_sdp_token, nettype) &&
           take_then_space(line, sipsan_match_sdp_token, addrtype);
}

void sipsan_sdp_read_origin(struct sipsan_sdp_line *line, struct sipsan_sdp_origin *out)
{
    struct sipsan_addr ip = {.family = 0};

    out->text = span_between(line->p, line->end);
    out->ok = take_word(line, &out->username) && take_char(line, ' ') &&
              take_then_space(line, sipsan_match_digits, &out->session_id) &&
              take_then_space(line, sipsan_match_digits, &out->session_version) &&
              take_types(line, &out->nettype, &out->addrtype) && take_word(line, &out->address) &&
              finish(line) &&
              judge_address(line, family_said(out->nettype, out->addrtype), out->address, &ip);
}

static bool multicast(const struct sipsan_addr *ip)
{
    return ip->family == 4 ? ip->ip[0] >= 224 && ip->ip[0] <= 239 : ip->ip[0] == 0xFF;
}

/* Decimal without a zero in front, at most max. */
static bool take_small(struct sipsan_span *s, unsigned max)
{
    unsigned value = 0;
    size_t n = 0;

    while (n < s->n && is_digit(s->p[n]) && value <= max)
        value = value * 10 + (unsigned)(s->p[n++] - '0');
    if (n == 0 || value > max || (n > 1 && s->p[0] == '0'))
        return false;
    s->p += n;
    s->n -= n;
    return true;
}

/* "/" integer, or nothing, up to the end. */
static bool address_count(struct sipsan_span s)
{
    if (s.n == 0)
        return true;
    if (s.p[0] != '/' || s.n == 1 || s.p[1] == '0')
        return false;
    s.p++;
    s.n--;
    return only(s, "0123456789");
}

/* What stands behind an address of IP: TTL and number of addresses of a group, nothing else. */
static bool judge_suffix(struct sipsan_sdp_line *line, const struct sipsan_sdp_connection *c,
                         const struct sipsan_addr *ip)
{
    struct sipsan_span rest = c->suffix;

    if (!multicast(ip))
        return !rest.p || broken(line, SIPSAN_PROD_SDP_UNICAST_SLASH, rest.p - 1);
    if (ip->family == 4) {
        if (!rest.p || !take_small(&rest, 255))
            return broken(line, SIPSAN_PROD_SDP_MULTICAST_TTL, rest.p ? rest.p : c->address.p);
    } else if (rest.p) {
        rest.p--; /* the slash of the number */
        rest.n++;
    }
    return address_count(rest) || broken(line, line->production, rest.p);
}

void sipsan_sdp_read_connection(struct sipsan_sdp_line *line, struct sipsan_sdp_connection *out)
{
    struct sipsan_span word, address;
    struct sipsan_addr ip = {.family = 0};
    const char *slash;
    uint8_t said;

    out->text = span_between(line->p, line->end);
    if (!take_types(line, &out->nettype, &out->addrtype) || !take_word(line, &word))
        return;
    said = family_said(out->nettype, out->addrtype);
    slash = said != 0 ? memchr(word.p, '/', word.n) : NULL;
    address = slash ? span_between(word.p, slash) : word;
    out->address = address;
    if (slash)
        out->suffix = span_between(slash + 1, word.p + word.n);
    if (!finish(line) || !judge_address(line, said, address, &ip))
        return;
    out->family = ip.family;
    out->ok = ip.family == 0 || judge_suffix(line, out, &ip);
}

/* Media --------------------------------------------------------------------------------------- */

static int32_t number_of(struct sipsan_span digits)
{
    uint64_t value = sipsan_digits_value(digits.p, digits.p + digits.n);

    return value <= INT32_MAX ? (int32_t)value : INT32_MAX;
}

/* port ["/" integer] */
static bool take_port(struct sipsan_sdp_line *line, struct sipsan_sdp_media *out)
{
    struct sipsan_span digits;

    if (!take(line, sipsan_match_digits, &digits))
        return false;
    out->port = number_of(digits);
    if (out->port > UINT16_MAX)
        broken(line, SIPSAN_PROD_SDP_PORT, digits.p);
    if (!at(line, '/'))
        return true;
    line->p++;
    if (at(line, '0') || !take(line, sipsan_match_digits, &digits))
        return broken_here(line);
    out->port_count = number_of(digits);
    return true;
}

/* token *("/" token) */
static bool take_proto(struct sipsan_sdp_line *line, struct sipsan_sdp_media *out)
{
    const char *start = line->p;
    struct sipsan_span token;

    do {
        if (!take(line, sipsan_match_sdp_token, &token))
            return false;
        out->rtp |= sdp_is(token, "RTP");
    } while (at(line, '/') && take_char(line, '/'));
    out->proto = span_between(start, line->p);
    return true;
}

/* RTP payload types are seven bits wide (6.6). */
static bool payload_type(struct sipsan_span format)
{
    uint64_t value = sipsan_digits_value(format.p, format.p + format.n);

    return only(format, "0123456789") && value <= 127;
}

/* 1*(SP fmt) */
static bool take_formats(struct sipsan_sdp_line *line, struct sipsan_sdp_media *out)
{
    struct sipsan_span format;
    const char *start = line->p + 1;

    do {
        if (!take_char(line, ' ') || !take(line, sipsan_match_sdp_token, &format))
            return false;
        if (out->rtp && !payload_type(format))
            broken(line, SIPSAN_PROD_SDP_FORMAT, format.p);
        out->formats = span_between(start, line->p);
    } while (at(line, ' ') && line->end - line->p > 1 && !is_wsp(line->p[1]));
    return finish(line);
}

void sipsan_sdp_read_media(struct sipsan_sdp_line *line, struct sipsan_sdp_media *out)
{
    out->text = span_between(line->p, line->end);
    out->port = out->port_count = -1;
    out->ok = take_then_space(line, sipsan_match_sdp_token, &out->type) && take_port(line, out) &&
              take_char(line, ' ') && take_proto(line, out) && take_formats(line, out);
}

/* Attributes ---------------------------------------------------------------------------------- */

void sipsan_sdp_read_attribute(struct sipsan_sdp_line *line, struct sipsan_sdp_attribute *out)
{
    struct sipsan_span name;

    out->p = line->p;
    if (!take(line, sipsan_match_sdp_token, &name))
        return;
    out->name_length = (uint32_t)name.n;
    if (!at(line, ':')) {
        finish(line);
        return;
    }
    line->p++;
    out->value_length = (uint32_t)(line->end - line->p);
    if (out->value_length == 0)
        broken_here(line);
}

/* payload-type SP encoding-name "/" clock-rate [ "/" encoding-params ]; RFC 4566 does not say what
 * the parameters are, nor that numbers have no zeros in front. */
bool sipsan_sdp_read_rtpmap(struct sipsan_sdp_line *line, struct sipsan_sdp_rtpmap *out)
{
    *out = (struct sipsan_sdp_rtpmap){0};
    if (!take(line, sipsan_match_digits, &out->payload))
        return false;
    if (!payload_type(out->payload))
        return broken(line, line->production, out->payload.p);
    if (!take_char(line, ' ') || !take(line, sipsan_match_sdp_token, &out->encoding))
        return false;
    if (line->p == line->end)
        return broken(line, SIPSAN_PROD_SDP_RTPMAP_RATE, line->p);
    if (!take_char(line, '/') || !take(line, sipsan_match_digits, &out->rate))
        return false;
    if (!at(line, '/'))
        return finish(line);
    line->p++;
    return take_word(line, &out->parameters) && finish(line);
}

/* fmt SP format-specific-params */
void sipsan_sdp_judge_fmtp(struct sipsan_sdp_line *line)
{
    struct sipsan_span format;

    if (take_then_space(line, sipsan_match_sdp_token, &format) && line->p == line->end)
        broken_here(line);
}

/* Preconditions: RFC 3312 4 ------------------------------------------------------------------- */

/* One of the words in the list, each followed by a space there. */
static bool take_listed(struct sipsan_sdp_line *line, const char *list)
{
    const char *start = line->p;
    struct sipsan_span word;

    if (!take(line, sipsan_match_sdp_token, &word))
        return false;
    for (const char *p = list; *p; p += strcspn(p, " ") + 1)
        if (sipsan_span_eq_nocase((struct sipsan_span){p, strcspn(p, " ")}, word))
            return true;
    return broken(line, line->production, start);
}

/* status-type SP direction-tag */
static void judge_status(struct sipsan_sdp_line *line)
{
    if (take_listed(line, "e2e local remote ") && take_char(line, ' ') &&
        take_listed(line, "none send recv sendrecv "))
        finish(line);
}

void sipsan_sdp_judge_status(struct sipsan_sdp_line *line)
{
    struct sipsan_span type;

    if (take_then_space(line, sipsan_match_sdp_token, &type))
        judge_status(line);
}

void sipsan_sdp_judge_desired(struct sipsan_sdp_line *line)
{
    struct sipsan_span type;

    if (take_then_space(line, sipsan_match_sdp_token, &type) &&
        take_listed(line, "mandatory optional none failure unknown ") && take_char(line, ' '))
        judge_status(line);
}
