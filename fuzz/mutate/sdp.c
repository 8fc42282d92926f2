/* Mutations of a session description: its lines, their order, their numbers. */
#include "ops.h"

/* Lines [begin, end) of the body that begin with this letter (0: any); the one is chosen by
 * chance. */
static bool any_line(struct mut *m, char letter, size_t *begin, size_t *end)
{
    size_t seen = 0;

    *begin = *end = m->msg.end;
    for (size_t at = m->msg.body; at < m->msg.end;) {
        const char *lf = memchr(m->p + at, '\n', m->msg.end - at);
        size_t next = lf ? (size_t)(lf - m->p) + 1 : m->msg.end;

        if (next - at > 2 && m->p[at + 1] == '=' && (!letter || m->p[at] == letter) &&
            mut_one_in(m, ++seen)) {
            *begin = at;
            *end = next;
        }
        at = next;
    }
    return seen > 0;
}

/* The nth word (from 0) of a line, behind "x=". */
static bool word_of(const struct mut *m, size_t begin, size_t end, size_t nth, size_t *at,
                    size_t *n)
{
    size_t i = begin + 2;

    for (;; nth--) {
        *at = i;
        while (i < end && !strchr(" \r\n", m->p[i]))
            i++;
        *n = i - *at;
        if (nth == 0)
            return *n > 0;
        if (i >= end || m->p[i] != ' ')
            return false;
        i++;
    }
}

static bool set_word(struct mut *m, char letter, size_t nth, struct mut_span with)
{
    size_t begin, end, at, n;

    return any_line(m, letter, &begin, &end) && word_of(m, begin, end, nth, &at, &n) &&
           mut_replace(m, at, n, with);
}

/* Legal --------------------------------------------------------------------------------------- */

static bool new_port(struct mut *m)
{
    char digits[24];

    return set_word(m, 'm', 1, mut_number(digits, mut_one_in(m, 4) ? 0 : mut_below(m, 65536)));
}

/* RFC 3264 5: the version tells an offer from the one before. */
static bool new_version(struct mut *m)
{
    char digits[24];

    return set_word(m, 'o', 2, mut_number(digits, mut_random(m) >> (1 + mut_below(m, 62))));
}

static bool new_session(struct mut *m)
{
    char digits[24];

    return set_word(m, 'o', 1, mut_number(digits, mut_random(m) >> (1 + mut_below(m, 62))));
}

/* An attribute of media stands behind the other lines of it. */
static bool add_attribute(struct mut *m)
{
    static const char *const lines[] = {"a=x-note:1", "a=x-flag", "a=label:1"};
    size_t begin, end;
    char text[32];

    if (!any_line(m, 'm', &begin, &end) || m->p[end - 1] != '\n')
        return false;
    while (end + 1 < m->msg.end && m->p[end + 1] == '=' && m->p[end] != 'm') {
        const char *lf = memchr(m->p + end, '\n', m->msg.end - end);

        if (!lf)
            return false;
        end = (size_t)(lf - m->p) + 1;
    }
    strcpy(text, lines[mut_below(m, sizeof lines / sizeof *lines)]);
    strcat(text, m->msg.eol);
    return mut_insert(m, end, (struct mut_span){text, strlen(text)});
}

/* RFC 8866 6.7: one of four words, at most once. */
static bool new_direction(struct mut *m)
{
    static const char *const words[] = {"sendrecv", "sendonly", "recvonly", "inactive"};
    const char *word = words[mut_below(m, 4)];
    size_t begin, end, at, n;

    for (size_t tries = 0; tries < 6; tries++) {
        if (!any_line(m, 'a', &begin, &end) || !word_of(m, begin, end, 0, &at, &n))
            return false;
        for (size_t i = 0; i < 4; i++) {
            if (mut_same((struct mut_span){m->p + at, n},
                         (struct mut_span){words[i], strlen(words[i])}))
                return mut_replace(m, at, n, (struct mut_span){word, strlen(word)});
        }
    }
    return false;
}

static bool drop_attribute(struct mut *m)
{
    size_t begin, end;

    return any_line(m, 'a', &begin, &end) && m->p[end - 1] == '\n' &&
           mut_delete(m, begin, end - begin);
}

static bool no_body(struct mut *m)
{
    return m->msg.body < m->msg.end && mut_delete(m, m->msg.body, m->msg.end - m->msg.body);
}

static const mut_op_fn legal[] = {new_port,      add_attribute,  new_version, new_session,
                                  new_direction, drop_attribute, no_body};

const struct mut_ops mut_sdp_ops = {legal, sizeof legal / sizeof *legal};

/* Not so -------------------------------------------------------------------------------------- */

static bool drop_line(struct mut *m)
{
    size_t begin, end;

    return any_line(m, '\0', &begin, &end) && mut_delete(m, begin, end - begin);
}

static bool repeat_line(struct mut *m)
{
    size_t begin, end;

    return any_line(m, '\0', &begin, &end) && mut_copy(m, end, begin, end - begin);
}

static bool move_line(struct mut *m)
{
    size_t begin, end, to, to_end;

    if (!any_line(m, '\0', &begin, &end) || !any_line(m, '\0', &to, &to_end) || to == begin)
        return false;
    mut_move(m, begin, end - begin, to > begin ? to_end : to);
    return true;
}

static bool new_letter(struct mut *m)
{
    static const char letters[] = "vosiuepcbtrzkamxV";
    size_t begin, end;

    if (!any_line(m, '\0', &begin, &end))
        return false;
    m->p[begin] = letters[mut_below(m, sizeof letters - 1)];
    return true;
}

static bool drop_word(struct mut *m)
{
    size_t begin, end, at, n;

    return any_line(m, '\0', &begin, &end) && word_of(m, begin, end, mut_below(m, 6), &at, &n) &&
           mut_delete(m, at, n);
}

static bool odd_word(struct mut *m)
{
    static const char *const words[] = {
        "0",         "-1",  "65536",     "4294967296", "18446744073709551616", "IP6", "::1",
        "256.0.0.1", "0/0", "49170/2/2", "RTP/SAVPF"};
    const char *word = words[mut_below(m, sizeof words / sizeof *words)];
    size_t begin, end, at, n;

    return any_line(m, '\0', &begin, &end) && word_of(m, begin, end, mut_below(m, 6), &at, &n) &&
           mut_replace(m, at, n, (struct mut_span){word, strlen(word)});
}

static const mut_op_fn bad[] = {drop_line, repeat_line, move_line, new_letter, drop_word, odd_word};

const struct mut_ops mut_bad_sdp_ops = {bad, sizeof bad / sizeof *bad};
