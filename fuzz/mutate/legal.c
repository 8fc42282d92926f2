/* Mutations of header fields after which the grammar of the message is as right as before: another
 * way to write the same, other values, fields that may come and go. */
#include "ops.h"

/* How it is written --------------------------------------------------------------------------- */

static bool change_case(struct mut *m)
{
    const struct mut_field *field = mut_any(m);
    bool done = false;

    if (!field)
        return false;
    for (size_t i = field->at; i < field->at + field->name_n; i++) {
        char c = m->p[i];

        if (((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) && mut_one_in(m, 2)) {
            m->p[i] = (char)(c ^ 0x20);
            done = true;
        }
    }
    return done;
}

static bool short_or_long(struct mut *m)
{
    const struct mut_field *field = mut_any(m);
    struct mut_span name;
    const char *full;
    char letter;

    if (!field)
        return false;
    name = mut_name(m, field);
    letter = mut_short(name);
    if (letter)
        return mut_replace(m, field->at, name.n, (struct mut_span){&letter, 1});
    full = name.n == 1 ? mut_long(*name.p) : NULL;
    return full && mut_replace(m, field->at, 1, (struct mut_span){full, strlen(full)});
}

/* May white space stand around the colon here? In a session the reader looks for the length of the
 * body where it always stands. */
static bool may_space(const struct mut *m, const struct mut_field *field)
{
    return field && field->name_n > 0 && field->value < field->value_end &&
           !(m->session && mut_is(m, field, "Content-Length"));
}

/* 7.3.1: white space may stand before the colon, and a line may be folded behind it. */
static bool spaces_at_colon(struct mut *m)
{
    static const struct mut_span spaces[] = {{" ", 1}, {"\t", 1}, {"  ", 2}, {" \t ", 3}};
    const struct mut_field *field = mut_any(m);
    struct mut_span with = spaces[mut_below(m, sizeof spaces / sizeof *spaces)];

    if (!may_space(m, field))
        return false;
    return mut_insert(m, mut_one_in(m, 2) ? field->at + field->name_n : field->value, with);
}

static bool fold_at_colon(struct mut *m)
{
    const struct mut_field *field = mut_any(m);
    char fold[4];

    /* White space has one fold at most (25.1, LWS). */
    if (!may_space(m, field) || memchr(m->p + field->at, '\n', field->value - field->at))
        return false;
    strcpy(fold, m->msg.eol);
    strcat(fold, mut_one_in(m, 4) ? "\t" : " ");
    return mut_insert(m, field->value, (struct mut_span){fold, strlen(fold)});
}

/* Fields whose value is a list with commas, one value a line as well (7.3.1). */
static const char *const lists[] = {"Via",     "Route",         "Record-Route", "Allow",
                                    "Require", "Proxy-Require", "Supported",    "Unsupported",
                                    "Accept",  "Contact"};

static const struct mut_field *any_list(struct mut *m, const char **name)
{
    for (size_t tries = 0; tries < 6; tries++) {
        const struct mut_field *field = mut_any(m);

        for (size_t i = 0; field && i < sizeof lists / sizeof *lists; i++) {
            if (mut_is(m, field, lists[i])) {
                *name = lists[i];
                return field;
            }
        }
    }
    return NULL;
}

/* A comma outside of quotes and brackets, some way into the value; 0 when there is none. */
static size_t comma_of(struct mut *m, const struct mut_field *field)
{
    size_t found = 0, seen = 0;
    bool quoted = false, bracket = false;

    for (size_t i = field->value; i < field->value_end; i++) {
        char c = m->p[i];

        if (c == '\\' && quoted)
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '<' || c == '>'))
            bracket = c == '<';
        else if (c == ',' && !quoted && !bracket && mut_one_in(m, ++seen))
            found = i;
    }
    return found;
}

static bool split_list(struct mut *m)
{
    const char *name;
    const struct mut_field *field = any_list(m, &name);
    size_t comma = field ? comma_of(m, field) : 0, n = 1;
    char line[40];

    /* An empty value has no line of its own. */
    if (comma == 0 || comma == field->value || comma + 1 >= field->value_end)
        return false;
    while (comma + n < field->value_end && strchr(" \t\r\n", m->p[comma + n]))
        n++;
    if (comma + n >= field->value_end || m->p[comma + n] == ',' || m->p[comma - 1] == ',')
        return false;
    strcpy(line, m->msg.eol);
    strcat(line, name);
    strcat(line, ": ");
    return mut_replace(m, comma, n, (struct mut_span){line, strlen(line)});
}

static bool join_list(struct mut *m)
{
    const char *name;
    const struct mut_field *field = any_list(m, &name);
    const struct mut_field *next = field ? field + 1 : NULL;

    if (!field || next >= m->msg.fields + m->msg.count || !mut_is(m, next, name) ||
        field->value == field->value_end || next->value == next->value_end ||
        m->p[field->value] == '*' || m->p[next->value] == '*')
        return false;
    return mut_replace(m, field->value_end, next->value - field->value_end, MUT_LIT(", "));
}

static bool fold_list(struct mut *m)
{
    const char *name;
    const struct mut_field *field = any_list(m, &name);
    size_t comma = field ? comma_of(m, field) : 0;
    char fold[4];

    size_t next = comma + 1;

    while (comma > 0 && next < field->value_end && (m->p[next] == ' ' || m->p[next] == '\t'))
        next++;
    if (comma == 0 || next == field->value_end || m->p[next] == '\r' || m->p[next] == '\n')
        return false;
    strcpy(fold, m->msg.eol);
    strcat(fold, " ");
    return mut_insert(m, comma + 1, (struct mut_span){fold, strlen(fold)});
}

/* Order among fields of one name means something, among others it does not. */
static bool reorder(struct mut *m)
{
    size_t i = mut_below(m, m->msg.count);
    const struct mut_field *a = &m->msg.fields[i], *b = a + 1;

    if (i + 1 >= m->msg.count || mut_same(mut_name(m, a), mut_name(m, b)) ||
        mut_short(mut_name(m, a)) || mut_short(mut_name(m, b)) || b->end > m->msg.blank ||
        b->end == m->n || a->name_n == 0 || b->name_n == 0)
        return false;
    mut_move(m, b->at, b->end - b->at, a->at);
    return true;
}

/* Values -------------------------------------------------------------------------------------- */

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr("-.!%*_+`'~@", c));
}

#define RENAMED_MAX 256

bool mut_rename(struct mut *m, size_t at, size_t n, struct mut_span with)
{
    char old[128];
    bool done = false;

    if (!m->consistent)
        return mut_replace(m, at, n, with);
    if (n == 0 || n > sizeof old)
        return false;
    memcpy(old, m->p + at, n);
    for (size_t i = 0, left = RENAMED_MAX; i + n <= m->n && left > 0;) {
        const char *hit = memchr(m->p + i, old[0], m->n - n + 1 - i);

        if (!hit)
            break;
        i = (size_t)(hit - m->p);
        if (memcmp(hit, old, n) != 0 || (i > 0 && is_word(hit[-1])) ||
            (i + n < m->n && is_word(hit[n]))) {
            i++;
            continue;
        }
        if (!mut_replace(m, i, n, with))
            break;
        done = true;
        left--;
        i += with.n;
    }
    return done;
}

static bool rename_param(struct mut *m, const char *header, const char *param, const char *start)
{
    const struct mut_field *field = mut_find(m, header, mut_below(m, 2));
    size_t at, n, start_n = strlen(start), word_n = 1 + mut_below(m, 24);
    char word[64];

    if (!field || !mut_param(m, field->value, field->value_end, param, &at, &n))
        return false;
    memcpy(word, start, start_n);
    mut_word(m, word + start_n, word_n);
    return mut_rename(m, at, n, (struct mut_span){word, start_n + word_n});
}

static bool rename_branch(struct mut *m)
{
    return rename_param(m, "Via", "branch", "z9hG4bK");
}

static bool rename_tag(struct mut *m)
{
    return rename_param(m, mut_one_in(m, 2) ? "From" : "To", "tag", "");
}

static bool rename_call(struct mut *m)
{
    const struct mut_field *field = mut_find(m, "Call-ID", 0);
    char word[64];

    if (!field || field->value == field->value_end)
        return false;
    return mut_rename(m, field->value, field->value_end - field->value,
                      mut_word(m, word, 1 + mut_below(m, 30)));
}

static const char *const methods[] = {"INVITE", "ACK",     "BYE",     "CANCEL",    "OPTIONS",
                                      "PRACK",  "UPDATE",  "INFO",    "SUBSCRIBE", "NOTIFY",
                                      "REFER",  "MESSAGE", "PUBLISH", "REGISTER",  "X-OTHER"};

static bool is_response(const struct mut *m)
{
    return m->msg.start_n > 4 && memcmp(m->p + m->msg.begin, "SIP/", 4) == 0;
}

/* The number of a CSeq: its length, 0 when there is none. */
static size_t cseq_digits(const struct mut *m, const struct mut_field *cseq)
{
    size_t n = 0;

    while (cseq->value + n < cseq->value_end && m->p[cseq->value + n] >= '0' &&
           m->p[cseq->value + n] <= '9')
        n++;
    return n;
}

static bool set_cseq_method(struct mut *m, struct mut_span method)
{
    const struct mut_field *cseq = mut_find(m, "CSeq", 0);
    size_t at = cseq ? cseq->value + cseq_digits(m, cseq) : 0;

    if (!cseq || at == cseq->value)
        return false;
    while (at < cseq->value_end && strchr(" \t\r\n", m->p[at]))
        at++;
    return mut_replace(m, at, cseq->value_end - at, method);
}

static bool change_method(struct mut *m)
{
    const char *name = methods[mut_below(m, sizeof methods / sizeof *methods)];
    struct mut_span method = {name, strlen(name)};
    size_t begin = m->msg.begin, end = m->msg.end;
    char *space = memchr(m->p + begin, ' ', m->msg.start_n);
    size_t before = m->n;

    if (is_response(m) || !space)
        return is_response(m) && set_cseq_method(m, method);
    if (!mut_replace(m, begin, (size_t)(space - m->p) - begin, method))
        return false;
    mut_read(m, begin, end + m->n - before);
    if (m->consistent || mut_one_in(m, 3))
        set_cseq_method(m, method);
    return true;
}

/* 8.1.1.5: a number below 2**31. */
static bool change_cseq(struct mut *m)
{
    const struct mut_field *cseq = mut_find(m, "CSeq", 0);
    char digits[24];
    uint64_t value = mut_one_in(m, 3) ? mut_random(m) % UINT64_C(0x80000000) : mut_below(m, 5);
    size_t n = cseq ? cseq_digits(m, cseq) : 0;

    return n > 0 && mut_replace(m, cseq->value, n, mut_number(digits, value));
}

static bool change_max_forwards(struct mut *m)
{
    const struct mut_field *field = mut_find(m, "Max-Forwards", 0);
    char digits[24];

    return field && mut_replace(m, field->value, field->value_end - field->value,
                                mut_number(digits, mut_one_in(m, 3) ? 0 : mut_below(m, 256)));
}

/* A status of the same class, with the reason that was there. */
static bool change_status(struct mut *m)
{
    char *code = m->p + m->msg.begin + 8;

    if (!is_response(m) || m->msg.start_n < 12 || code[-1] != ' ' || code[3] != ' ' ||
        code[0] < '1' || code[0] > '6')
        return false;
    if (mut_one_in(m, 4))
        code[0] = (char)('1' + mut_below(m, 6));
    code[1] = (char)('0' + mut_below(m, 3));
    code[2] = (char)('0' + mut_below(m, 10));
    return true;
}

/* Fields that come and go --------------------------------------------------------------------- */

static const char *const extra[] = {
    "X-Extra: some words, \"and more\" ;of=them",
    "Supported: 100rel, timer",
    "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS",
    "Require: 100rel",
    "Proxy-Require: sec-agree",
    "Route: <sip:p1.example.com;lr>",
    "Route: <sip:p2.example.com:5070;lr;transport=tcp>",
    "Record-Route: <sip:192.0.2.10;lr>",
    "Record-Route: <sip:p1.example.com>",
    "Contact: <sip:alice@192.0.2.99:5070>",
    "Expires: 0",
    "Session-Expires: 1800;refresher=uac",
    "Min-SE: 90",
    "RSeq: 1",
    "RAck: 1 1 INVITE",
    "Event: presence",
    "Subscription-State: terminated;reason=noresource",
    "Refer-To: <sip:carol@example.com>",
    "Replaces: call-7d03b6a8@192.0.2.1;to-tag=a;from-tag=b",
    "Warning: 399 example.com \"Something else\"",
    "Retry-After: 5",
    "Timestamp: 54",
    "Date: Sat, 13 Nov 2010 23:29:00 GMT",
    "P-Asserted-Identity: <sip:alice@example.com>",
    "Privacy: id",
    "Reason: SIP;cause=200;text=\"Call completed elsewhere\"",
    "Accept: application/sdp, text/plain;q=0.5",
    "Content-Language: en",
    "Subject: a call",
};

static bool add_field(struct mut *m)
{
    const char *line = extra[mut_below(m, sizeof extra / sizeof *extra)];
    char text[96];
    size_t at = m->msg.count > 0 ? m->msg.fields[mut_below(m, m->msg.count)].at : m->msg.headers;

    if (at == m->n || at == m->msg.begin)
        return false;
    strcpy(text, line);
    strcat(text, m->msg.eol);
    return mut_insert(m, at, (struct mut_span){text, strlen(text)});
}

/* What a message can do without and still be read. */
static bool may_go(const struct mut *m, const struct mut_field *field)
{
    static const char *const kept[] = {"Via",     "From",           "To",
                                       "Call-ID", "CSeq",           "Max-Forwards",
                                       "Contact", "Content-Length", "Content-Type"};

    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        if (mut_is(m, field, kept[i]))
            return false;
    }
    return true;
}

static bool drop_optional(struct mut *m)
{
    const struct mut_field *field = mut_any(m);

    return field && may_go(m, field) && mut_delete(m, field->at, field->end - field->at);
}

static bool repeat_list(struct mut *m)
{
    const char *name;
    const struct mut_field *field = any_list(m, &name);

    if (!field || m->p[field->end - 1] != '\n' || m->p[field->value] == '*' ||
        field->value == field->value_end)
        return false;
    return mut_copy(m, field->end, field->at, field->end - field->at);
}

/* Content-Type, Content-Length and their kin speak of the body that stays. */
static bool is_about_body(struct mut_span name)
{
    const char *full = name.n == 1 ? mut_long(*name.p) : NULL;

    if (full)
        name = (struct mut_span){full, strlen(full)};
    return name.n > 8 && mut_same((struct mut_span){name.p, 8}, MUT_LIT("Content-"));
}

/* A field of the other message in the place of ours of the same name. */
static bool take_field(struct mut *m)
{
    struct mut_msg theirs;
    const struct mut_field *field;
    struct mut_span name, value;
    char copy[512];

    mut_read_span(&theirs, m->other, 0, m->other.n);
    if (theirs.count == 0)
        return false;
    field = &theirs.fields[mut_below(m, theirs.count)];
    name = (struct mut_span){m->other.p + field->at, field->name_n};
    value = (struct mut_span){m->other.p + field->value, field->value_end - field->value};
    if (value.n == 0 || value.n > sizeof copy)
        return false;
    memcpy(copy, value.p, value.n);
    for (size_t i = 0; i < m->msg.count; i++) {
        const struct mut_field *ours = &m->msg.fields[i];

        if (mut_same(mut_name(m, ours), name) && !is_about_body(name) && !mut_is(m, ours, "CSeq"))
            return mut_replace(m, ours->value, ours->value_end - ours->value,
                               (struct mut_span){copy, value.n});
    }
    return false;
}

static const mut_op_fn legal[] = {
    change_case,   short_or_long,       spaces_at_colon, fold_at_colon,
    split_list,    join_list,           fold_list,       reorder,
    rename_branch, rename_branch,       rename_tag,      rename_tag,
    rename_call,   change_method,       change_method,   change_cseq,
    change_cseq,   change_max_forwards, change_status,   change_status,
    add_field,     add_field,           drop_optional,   repeat_list,
    take_field,
};

const struct mut_ops mut_legal_ops = {legal, sizeof legal / sizeof *legal};
