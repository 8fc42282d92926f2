/* Mutations of a message after which nothing need be right: what readers of SIP have stumbled over.
 * In a session octets are written as its format writes them, so that the message changes and not
 * the format. */
#include "ops.h"

/* An octet as it is written in this text; `out` has room for 4. */
static struct mut_span octet(const struct mut *m, unsigned char c, char out[4])
{
    static const char hex[] = "0123456789abcdef";

    if (!m->session || (c >= ' ' && c <= '~' && c != '\\')) {
        out[0] = (char)c;
        return (struct mut_span){out, 1};
    }
    out[0] = '\\';
    out[1] = 'x';
    out[2] = hex[c >> 4];
    out[3] = hex[c & 15];
    return (struct mut_span){out, 4};
}

/* Any place of the message. */
static size_t any_place(struct mut *m)
{
    return m->msg.begin + mut_below(m, m->msg.end - m->msg.begin);
}

/* Numbers ------------------------------------------------------------------------------------- */

static const char *const numbers[] = {
    "0",
    "-0",
    "-1",
    "+1",
    "00",
    "1",
    "2147483647",
    "2147483648",
    "4294967294",
    "4294967295",
    "4294967296",
    "4294967297",
    "65535",
    "65536",
    "255",
    "256",
    "99",
    "100",
    "699",
    "700",
    "1000",
    "3600",
    "1.5",
    "0x10",
    "1e9",
    "",
    "18446744073709551615",
    "18446744073709551616",
    "9223372036854775807",
    "00000000000000000000000000000000001",
    "99999999999999999999999999999999999999999999999999999999999999999999999999",
};

static bool border_number(struct mut *m)
{
    const char *number = numbers[mut_below(m, sizeof numbers / sizeof *numbers)];
    size_t found = m->msg.end, found_n = 0, seen = 0;

    for (size_t i = m->msg.begin; i < m->msg.end;) {
        size_t n = 0;

        while (i + n < m->msg.end && m->p[i + n] >= '0' && m->p[i + n] <= '9')
            n++;
        if (n > 0 && mut_one_in(m, ++seen)) {
            found = i;
            found_n = n;
        }
        i += n + 1;
    }
    return seen > 0 && mut_replace(m, found, found_n, (struct mut_span){number, strlen(number)});
}

static bool length_lies(struct mut *m)
{
    const struct mut_field *field = mut_find(m, "Content-Length", 0);
    size_t body = m->msg.end - m->msg.body;
    char digits[24];
    struct mut_span with;

    if (!field)
        return false;
    switch (mut_below(m, 5)) {
    case 0:
        with = mut_number(digits, body > 0 ? body - 1 : 0);
        break;
    case 1:
        with = mut_number(digits, body + 1);
        break;
    case 2:
        with = mut_number(digits, mut_below(m, body + 1));
        break;
    case 3:
        with = mut_number(digits, body + mut_below(m, 100000));
        break;
    default:
        with.p = numbers[mut_below(m, sizeof numbers / sizeof *numbers)];
        with.n = strlen(with.p);
        break;
    }
    return mut_replace(m, field->value, field->value_end - field->value, with);
}

/* 20.14 knows one length only. */
static bool second_length(struct mut *m)
{
    char line[48], digits[24];
    struct mut_span number = mut_number(digits, mut_below(m, 2 * (m->msg.end - m->msg.body) + 2));
    const struct mut_field *at = mut_any(m);

    if (!at)
        return false;
    strcpy(line, mut_one_in(m, 2) ? "Content-Length: " : "l:");
    strncat(line, number.p, number.n);
    strcat(line, m->msg.eol);
    return mut_insert(m, at->at, (struct mut_span){line, strlen(line)});
}

/* Whole fields -------------------------------------------------------------------------------- */

static bool drop_field(struct mut *m)
{
    const struct mut_field *field = mut_any(m);

    return field && mut_delete(m, field->at, field->end - field->at);
}

static bool repeat_field(struct mut *m)
{
    const struct mut_field *field = mut_any(m);

    return field && mut_copy(m, field->end, field->at, field->end - field->at);
}

static bool many_fields(struct mut *m)
{
    const struct mut_field *field = mut_any(m);
    size_t times = 1 + mut_below(m, 60);
    size_t at = field ? field->at : 0, n = field ? field->end - field->at : 0;
    bool done = false;

    for (; n > 0 && times > 0 && mut_copy(m, at + n, at, n); times--)
        done = true;
    return done;
}

static bool move_field(struct mut *m)
{
    const struct mut_field *from = mut_any(m), *to = mut_any(m);

    if (!from || from == to)
        return false;
    mut_move(m, from->at, from->end - from->at, to > from ? to->end : to->at);
    return true;
}

/* The value of one field in another. */
static bool swap_value(struct mut *m)
{
    const struct mut_field *from = mut_any(m), *to = mut_any(m);
    char copy[1024];
    size_t n;

    if (!from || from == to || from->value_end - from->value > sizeof copy)
        return false;
    n = from->value_end - from->value;
    memcpy(copy, m->p + from->value, n);
    return mut_replace(m, to->value, to->value_end - to->value, (struct mut_span){copy, n});
}

static bool splice_value(struct mut *m)
{
    const struct mut_field *to = mut_any(m), *from;
    struct mut_msg theirs;
    struct mut_span value;

    mut_read_span(&theirs, m->other, 0, m->other.n);
    if (!to || theirs.count == 0)
        return false;
    from = &theirs.fields[mut_below(m, theirs.count)];
    value = (struct mut_span){m->other.p + from->value, from->value_end - from->value};
    return mut_replace(m, to->value, to->value_end - to->value, value);
}

static bool rename_field(struct mut *m)
{
    const struct mut_field *to = mut_any(m), *from = mut_any(m);
    char name[64];

    if (!to || to == from || from->name_n > sizeof name)
        return false;
    memcpy(name, m->p + from->at, from->name_n);
    return mut_replace(m, to->at, to->name_n, (struct mut_span){name, from->name_n});
}

/* Start line ---------------------------------------------------------------------------------- */

static bool odd_start_line(struct mut *m)
{
    static const char *const lines[] = {
        "INVITE sip:bob@example.net SIP/2.0",
        "INVITE sip:bob@example.net SIP/1.0",
        "INVITE  sip:bob@example.net  SIP/2.0",
        "INVITE sip:bob@example.net",
        "invite sip:bob@example.net SIP/2.0",
        "INVITE <sip:bob@example.net> SIP/2.0",
        "INVITE sip:bob@example.net;lr?X=%00 SIP/2.0",
        "OPTIONS * SIP/2.0",
        "ACK sip:@ SIP/2.0",
        "BYE sips:[::1]:0 SIP/2.0",
        "GET / HTTP/1.1",
        "REGISTER sip: SIP/2.0",
        "SIP/2.0 200",
        "SIP/2.0 200 ",
        "SIP/2.0 99 x",
        "SIP/2.0 700 x",
        "SIP/2.0 2000 x",
        "SIP/2.0  200 OK",
        "SIP/3.0 200 OK",
        "sip/2.0 200 OK",
        "SIP/2.0 -1 x",
        "",
        " ",
    };
    const char *line = lines[mut_below(m, sizeof lines / sizeof *lines)];

    return mut_replace(m, m->msg.begin, m->msg.start_n, (struct mut_span){line, strlen(line)});
}

static bool take_start_line(struct mut *m)
{
    struct mut_msg theirs;

    mut_read_span(&theirs, m->other, 0, m->other.n);
    return theirs.start_n > 0 && mut_replace(m, m->msg.begin, m->msg.start_n,
                                             (struct mut_span){m->other.p, theirs.start_n});
}

/* Lines --------------------------------------------------------------------------------------- */

static bool odd_line_end(struct mut *m)
{
    static const char *const plain[] = {"\n",     "\r",    "\r\n\r\n", "\n\r",
                                        "\r\r\n", " \r\n", "\r\n ",    ""};
    /* As the format of sessions writes them. */
    static const char *const escaped[] = {"\\n\\\n", "\\r\\\n", "\\r\\n\\\n", " \n",
                                          "\n ",     "\\\n",    "\\x00\n",    "\t\n"};
    size_t which = mut_below(m, 8);
    const char *with = m->session ? escaped[which] : plain[which];
    const struct mut_field *field = mut_any(m);

    return field && mut_replace(m, field->value_end, field->end - field->value_end,
                                (struct mut_span){with, strlen(with)});
}

static bool no_blank_line(struct mut *m)
{
    return m->msg.blank < m->msg.end && mut_delete(m, m->msg.blank, m->msg.body - m->msg.blank);
}

static bool early_blank_line(struct mut *m)
{
    const struct mut_field *field = mut_any(m);

    return field && mut_insert(m, field->at, (struct mut_span){m->msg.eol, strlen(m->msg.eol)});
}

static bool no_colon(struct mut *m)
{
    const struct mut_field *field = mut_any(m);

    return field && field->name_n > 0 &&
           mut_delete(m, field->at + field->name_n, field->value - field->at - field->name_n);
}

/* Separators and words ------------------------------------------------------------------------ */

static bool is_separator(char c)
{
    return c != '\0' && strchr("()<>@,;:\\\"/[]?={} \t&%", c);
}

/* A separator of the header by chance; false when there is none. */
static bool any_separator(struct mut *m, size_t *at)
{
    size_t from = any_place(m), limit = m->msg.body;

    for (size_t i = 0; i < limit - m->msg.begin; i++) {
        size_t place = m->msg.begin + (from - m->msg.begin + i) % (limit - m->msg.begin);

        if (is_separator(m->p[place])) {
            *at = place;
            return true;
        }
    }
    return false;
}

static bool lose_separator(struct mut *m)
{
    size_t at;

    return any_separator(m, &at) && mut_delete(m, at, 1);
}

static bool other_separator(struct mut *m)
{
    static const char all[] = "()<>@,;:\\\"/[]?={} \t&%'.-~!\r\n";
    char text[4];
    size_t at;

    return any_separator(m, &at) &&
           mut_replace(m, at, 1, octet(m, (unsigned char)all[mut_below(m, sizeof all - 1)], text));
}

static bool insert_words(struct mut *m)
{
    static const char *const words[] = {
        ";tag=",
        ";tag=x",
        ";branch=z9hG4bK",
        ";branch=",
        ";lr",
        ";lr=on",
        ";maddr=",
        ";rport",
        ";rport=0",
        ";received=::1",
        ";received=",
        ";ttl=256",
        ";q=1.001",
        ";expires=-1",
        ";",
        ";;",
        ",",
        ",,",
        "<",
        ">",
        "<>",
        "<sip:a@b>",
        "\"",
        "\"\\",
        "\\\"",
        "%",
        "%0",
        "%00",
        "%zz",
        "[",
        "[::1]",
        "[::ffff:1.2.3.4]",
        "sip:",
        "sips:",
        "tel:+1",
        "@",
        "@@",
        ":",
        ":0",
        ":65536",
        "=",
        "*",
        "SIP/2.0/UDP",
        " , ",
        "(comment)",
        "((",
        "?a=b&c=d",
        "?",
        "\xc3\xa9",
        "\xff",
        "\x01",
        "z9hG4bK",
    };
    const char *word = words[mut_below(m, sizeof words / sizeof *words)];
    size_t at;

    if (!any_separator(m, &at))
        return false;
    if (m->session && (word[0] < ' ' || word[0] > '~' || strchr(word, '\\')))
        word = "\\xff";
    return mut_insert(m, at + mut_below(m, 2), (struct mut_span){word, strlen(word)});
}

/* The same piece many times: parameters, brackets, quotes. */
static bool repeat_piece(struct mut *m)
{
    size_t at, n, times = 1 + mut_below(m, 200);
    bool done = false;

    if (!any_separator(m, &at))
        return false;
    n = 1 + mut_below(m, 12);
    if (n > m->msg.end - at)
        n = m->msg.end - at;
    for (; times > 0 && m->n - m->msg.begin < 20000 && mut_copy(m, at + n, at, n); times--)
        done = true;
    return done;
}

static bool long_word(struct mut *m)
{
    char word[256];
    size_t at;

    if (!any_separator(m, &at))
        return false;
    memset(word, "aA0-.%/"[mut_below(m, 7)], sizeof word);
    return mut_insert(m, at + 1, (struct mut_span){word, 1 + mut_below(m, sizeof word)});
}

/* Octets -------------------------------------------------------------------------------------- */

static bool change_octet(struct mut *m)
{
    char text[4];

    return m->msg.end > m->msg.begin &&
           mut_replace(m, any_place(m), 1, octet(m, (unsigned char)mut_random(m), text));
}

static bool insert_octet(struct mut *m)
{
    char text[4];

    return mut_insert(m, any_place(m), octet(m, (unsigned char)mut_random(m), text));
}

static bool delete_octets(struct mut *m)
{
    size_t at = any_place(m), n = 1 + mut_below(m, mut_one_in(m, 4) ? 64 : 4);

    return mut_delete(m, at, n < m->msg.end - at ? n : m->msg.end - at);
}

static bool cut(struct mut *m)
{
    size_t at = any_place(m);

    return at > m->msg.begin && mut_delete(m, at, m->msg.end - at);
}

static bool more_body(struct mut *m)
{
    static const struct mut_span more[] = {{"x", 1},
                                           {"\r\n", 2},
                                           {"SIP/2.0 200 OK\r\n", 16},
                                           {"--b\r\n\r\n--b--", 12},
                                           {"v=0\r\n", 5}};
    struct mut_span with = m->session ? MUT_LIT("x\n") : more[mut_below(m, 5)];

    return mut_insert(m, m->msg.end, with);
}

static const mut_op_fn broken[] = {
    border_number,  border_number,   length_lies,   second_length, drop_field,       repeat_field,
    many_fields,    move_field,      swap_value,    splice_value,  splice_value,     rename_field,
    odd_start_line, take_start_line, odd_line_end,  no_blank_line, early_blank_line, no_colon,
    lose_separator, other_separator, insert_words,  insert_words,  repeat_piece,     long_word,
    change_octet,   insert_octet,    delete_octets, cut,           more_body,
};

const struct mut_ops mut_broken_ops = {broken, sizeof broken / sizeof *broken};
