/* The text of one message, and scripts that edit it. */
#include <stdlib.h>
#include <strings.h>

#include "plant_edit.h"

const char *text_find(const struct written *t, const char *what, const char *from)
{
    size_t n = strlen(what);

    for (const char *p = from; p + n <= t->p + t->n; p++)
        if (memcmp(p, what, n) == 0)
            return p;
    return NULL;
}

void text_replace(struct world *w, uint32_t i, const char *at, size_t n, const char *by)
{
    struct written *t = w->seen[i].sip->written;
    size_t before = (size_t)(at - t->p), more = strlen(by), all = t->n - n + more;
    char *copy = take(w, all + 1);

    memcpy(copy, t->p, before);
    memcpy(copy + before, by, more);
    memcpy(copy + before + more, at + n, t->n - before - n);
    *t = (struct written){copy, all};
}

const char *text_body(const struct written *t)
{
    const char *end = text_find(t, "\r\n\r\n", t->p);

    return end ? end + 4 : t->p + t->n;
}

static const char *letter_of(const char *name)
{
    static const char *const letters[][2] = {
        {"Via", "v"},         {"From", "f"},         {"To", "t"},
        {"Call-ID", "i"},     {"Contact", "m"},      {"Supported", "k"},
        {"Subject", "s"},     {"Content-Type", "c"}, {"Content-Length", "l"},
        {"Refer-To", "r"},    {"Event", "o"},        {"Content-Encoding", "e"},
        {"Allow-Events", "u"}};

    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
        if (!strcasecmp(letters[i][0], name))
            return letters[i][1];
    return name;
}

static bool is_named(const char *line, const char *name)
{
    size_t n = strlen(name);

    return !strncasecmp(line, name, n) && line[n] == ':';
}

const char *text_line(const struct written *t, const char *name, size_t *n)
{
    const char *p = text_find(t, "\r\n", t->p), *body = text_body(t), *end;

    for (p = p ? p + 2 : body; p < body; p = end + 2) {
        end = text_find(t, "\r\n", p);
        if (!end)
            break;
        if (is_named(p, name) || is_named(p, letter_of(name))) {
            *n = (size_t)(end + 2 - p);
            return p;
        }
    }
    return NULL;
}

/* Scripts ------------------------------------------------------------------------------------- */

struct step {
    char op;
    const char *text, *name, *value; /* all of it; of "Name: value", or the sides of "old => new" */
};

static const char *copy_of(struct world *w, const char *p, size_t n)
{
    return memcpy(take(w, n + 1), p, n);
}

static struct step step_of(struct world *w, const char *line, size_t n)
{
    const char op = line[0], *text = copy_of(w, line + 2, n > 2 ? n - 2 : 0);
    const char *gap = op == '%' || op == '/' ? " => " : op == '&' || op == '@' ? " " : ":";
    const char *at = strstr(text, gap);

    if (!at)
        return (struct step){op, text, text, ""};
    return (struct step){op, text, copy_of(w, text, (size_t)(at - text)), at + strlen(gap)};
}

static bool put_line(struct world *w, uint32_t i, const char *text)
{
    const struct written *t = w->seen[i].sip->written;
    const char *body = text_body(t);

    if (body - t->p < 4)
        return false;
    text_replace(w, i, body - 2, 0, join(w, text, "\r\n", NULL));
    return true;
}

static bool take_lines(struct world *w, uint32_t i, const char *name)
{
    const char *line;
    size_t n;
    bool any = false;

    while ((line = text_line(w->seen[i].sip->written, name, &n)) != NULL) {
        text_replace(w, i, line, n, "");
        any = true;
    }
    return any;
}

static bool swap_text(struct world *w, uint32_t i, const char *from, const char *to, bool in_body)
{
    const struct written *t = w->seen[i].sip->written;
    const char *body = text_body(t), *at = text_find(t, from, in_body ? body : t->p);

    if (!at || (!in_body && at >= body))
        return false;
    text_replace(w, i, at, strlen(from), to);
    return true;
}

static void cut_body(struct world *w, uint32_t i)
{
    struct written *t = w->seen[i].sip->written;

    t->n = (size_t)(text_body(t) - t->p);
}

static bool take_step(struct world *w, uint32_t i, const struct step *step, bool *new_body)
{
    const struct written *t = w->seen[i].sip->written;
    const char *line;
    size_t n;

    switch (step->op) {
    case '=':
        text_replace(w, i, t->p, (size_t)(text_find(t, "\r\n", t->p) - t->p), step->text);
        return true;
    case '+':
        return put_line(w, i, step->text);
    case '~':
        line = text_line(t, step->name, &n);
        if (!line)
            return put_line(w, i, step->text);
        text_replace(w, i, line, n, join(w, step->text, "\r\n", NULL));
        return true;
    case '&':
        line = text_line(t, step->name, &n);
        if (line)
            text_replace(w, i, line + n - 2, 0, step->value);
        return line != NULL;
    case '@':
        line = text_line(t, step->name, &n);
        line = line ? memchr(line, '>', n) : NULL;
        if (line)
            text_replace(w, i, line, 0, step->value);
        return line != NULL;
    case '%':
    case '/':
        return swap_text(w, i, step->name, step->value, step->op == '/');
    case '-':
        if (strcmp(step->text, "body") != 0)
            return take_lines(w, i, step->text);
        if (text_body(t) == t->p + t->n)
            return false;
        cut_body(w, i);
        return true;
    case '|':
        if (!*new_body)
            cut_body(w, i);
        *new_body = true; /* fall through */
    case '>':
        text_replace(w, i, t->p + t->n, 0, join(w, step->text, "\r\n", NULL));
        return true;
    default:
        abort();
    }
}

/* Any other LF belongs to the text. */
static bool is_step_end(const char *p)
{
    return p[0] == '\n' && p[-1] != '\r' && p[1] && strchr("=~+-&@%|/>", p[1]) &&
           (p[2] == ' ' || p[2] == '\n' || p[2] == 0);
}

bool edit_script(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct written *t = w->seen[i].sip->written;
    size_t before = (size_t)(t->p + t->n - text_body(t)), after;
    bool new_body = false;

    for (const char *line = plant->a, *end; line; line = *end ? end + 1 : NULL) {
        struct step step;

        for (end = line; *end && !is_step_end(end); end++)
            ;
        step = step_of(w, line, (size_t)(end - line));
        if (!take_step(w, i, &step, &new_body))
            return false;
    }
    after = (size_t)(t->p + t->n - text_body(t));
    if (after != before) {
        size_t n;
        const char *length = text_line(t, "Content-Length", &n);

        if (length)
            text_replace(w, i, length, n,
                         join(w, "Content-Length: ", decimal(w, after), "\r\n", NULL));
    }
    return true;
}

bool plant_is_same(const struct sip *a, const struct sip *b)
{
    return a->method == b->method && a->status == b->status && a->cseq == b->cseq &&
           !strcmp(a->call_id, b->call_id) && !strcmp(a->from_tag, b->from_tag) &&
           !strcmp(a->to_tag ? a->to_tag : "", b->to_tag ? b->to_tag : "");
}

bool edit_along(struct world *w, uint32_t i, const struct plant *plant)
{
    const struct sip *m = w->seen[i].sip;

    if (!edit_script(w, i, plant))
        return false;
    for (uint32_t k = 0; k < w->seen_n; k++) {
        const struct sip *other = w->seen[k].sip;
        bool done = other->written == m->written || !plant_is_same(other, m);

        for (uint32_t j = 0; j < k && !done; j++)
            done = w->seen[j].sip->written == other->written;
        if (!done)
            edit_script(w, k, plant);
    }
    return true;
}
