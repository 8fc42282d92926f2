/* Messages of a folder judged one by one, against a manifest that says what each must give.
 *
 *   test_torture MANIFEST FOLDER       compares; exit status 77 when the folder is not there
 *   test_torture --print MANIFEST FOLDER   prints the findings of each as manifest text
 *
 * README.md here has the format. All that sipsan_check_message says of a message counts: grammar
 * and message rules. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/catalogue.h"

#define FINDINGS_MAX 64
#define MESSAGE_MAX  65536
#define SKIP         77

enum verdict { ACCEPT, SEMANTIC, SYNTAX, NONE, VERDICTS };

static const char *const verdict_names[VERDICTS] = {"accept", "semantic", "syntax", "none"};

struct found {
    char rule[96];
    size_t offset;
    enum sipsan_severity severity;
    bool grammar;
    bool listed;
};

struct run {
    struct found found[FINDINGS_MAX];
    size_t count;
    bool outside; /* evidence that is not in the message */
    int result;   /* of sipsan_check_message */
    size_t length;
};

/* One line of a manifest, cut at its tabs. */
struct row {
    char *file, *transport, *verdict, *findings;
};

/* A rule that speaks of faults of the grammar of SIP; a body has a grammar of its own. */
static bool is_grammar(const char *id)
{
    static const char *const bodies[] = {"rfc2046.", "rfc3420.", "rfc5621.", "rfc8866."};

    for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++)
        if (strncmp(id, bodies[i], strlen(bodies[i])) == 0)
            return false;
    return sipsan_rule_row((size_t)sipsan_rule_index(id))->on == SIPSAN_ON_FAULT;
}

static void on_finding(void *user, const struct sipsan_finding *finding)
{
    struct run *run = user;
    struct found *found;

    if (finding->offset > run->length || finding->length > run->length - finding->offset)
        run->outside = true;
    if (run->count == FINDINGS_MAX)
        return;
    found = &run->found[run->count++];
    *found = (struct found){.offset = finding->offset,
                            .severity = finding->severity,
                            .grammar = is_grammar(finding->rule->id)};
    snprintf(found->rule, sizeof(found->rule), "%s", finding->rule->id);
}

/* What is there of the file, or SIZE_MAX. A name that ends in +CRLF is that of a file whose last
 * empty line is missing. */
static size_t load(char *out, const char *folder, const char *name)
{
    char path[1024];
    size_t n, length = strlen(name);
    bool open_end = length > 5 && strcmp(name + length - 5, "+CRLF") == 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/%.*s", folder, (int)(open_end ? length - 5 : length), name);
    file = fopen(path, "rb");
    if (!file)
        return SIZE_MAX;
    n = fread(out, 1, MESSAGE_MAX - 2, file);
    fclose(file);
    if (open_end) {
        memcpy(out + n, "\r\n", 2);
        n += 2;
    }
    return n;
}

static bool transport_of(enum sipsan_transport *out, const char *name)
{
    for (int t = SIPSAN_UDP; t <= SIPSAN_WSS; t++) {
        *out = (enum sipsan_transport)t;
        if (strcmp(sipsan_transport_name(*out), name) == 0)
            return true;
    }
    return false;
}

/* Cuts the line at its tabs; false for a comment, the head line or an empty one. */
static bool cut(struct row *row, char *line)
{
    char **fields[] = {&row->file, &row->transport, &row->verdict, &row->findings};

    line[strcspn(line, "\r\n")] = '\0';
    if (line[0] == '#' || line[0] == '\0' || strncmp(line, "file\t", 5) == 0)
        return false;
    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        *fields[i] = line;
        line += strcspn(line, "\t");
        if (*line)
            *line++ = '\0';
    }
    return true;
}

static bool complain(const struct row *row, const char *what, const char *more)
{
    printf("%s: %s %s\n", row->file, what, more);
    return false;
}

/* Takes the finding "rule@offset" from what was found. */
static bool take(struct run *run, const char *rule, size_t n, size_t offset)
{
    for (size_t i = 0; i < run->count; i++) {
        struct found *found = &run->found[i];

        if (!found->listed && found->offset == offset && strlen(found->rule) == n &&
            memcmp(found->rule, rule, n) == 0)
            return found->listed = true;
    }
    return false;
}

/* Everything that is listed was found. */
static bool all_found(const struct row *row, struct run *run)
{
    bool good = true;

    for (char *item = row->findings; *item && strcmp(item, "-") != 0;) {
        size_t n = strcspn(item, " ");
        char *at = memchr(item, '@', n);
        char next = item[n];

        item[n] = '\0';
        if (!at || !take(run, item, (size_t)(at - item), strtoul(at + 1, NULL, 10)))
            good = complain(row, "does not give", item);
        item += n + (next != '\0');
    }
    return good;
}

/* Every error is listed, and the verdict says which kinds there may be. */
static bool all_listed(const struct row *row, const struct run *run, enum verdict verdict)
{
    bool good = true, syntax = false, some = false;

    for (size_t i = 0; i < run->count; i++) {
        const struct found *found = &run->found[i];
        char text[160];

        snprintf(text, sizeof(text), "%s@%zu", found->rule, found->offset);
        if (found->severity == SIPSAN_ERROR && !found->listed)
            good = complain(row, "gives an error that is not listed:", text);
        if (found->severity == SIPSAN_ERROR && verdict == ACCEPT)
            good = complain(row, "is legal, but gives the error", text);
        if (found->grammar && found->severity == SIPSAN_ERROR && verdict == SEMANTIC)
            good = complain(row, "is well-formed, but gives", text);
        syntax = syntax || (found->grammar && found->listed);
        some = some || found->listed;
    }
    if (verdict == SYNTAX && !syntax)
        good = complain(row, "is not well-formed, but lists no fault of the grammar", "");
    if ((verdict == SEMANTIC || verdict == SYNTAX) && !some)
        good = complain(row, "lists no finding", "");
    return good;
}

static bool check(const struct row *row, struct run *run)
{
    enum verdict verdict = ACCEPT;
    bool good = true;

    while (verdict < VERDICTS && strcmp(verdict_names[verdict], row->verdict) != 0)
        verdict++;
    if (verdict == VERDICTS)
        return complain(row, "has no such verdict:", row->verdict);
    if ((run->result == SIPSAN_ENOTSIP) != (verdict == NONE))
        return complain(row, verdict == NONE ? "is taken for SIP" : "is not taken for SIP", "");
    if (run->outside)
        good = complain(row, "gives evidence outside of itself", "");
    good &= all_found(row, run);
    good &= all_listed(row, run, verdict);
    return good;
}

/* The row as it would be, were all that is found right. Warnings and notes behind a comment. */
static void print(const struct row *row, const struct run *run)
{
    static const char *const marks[] = {"(note)", "(warning)", ""};

    printf("%s\t%s\t%s\t", row->file, row->transport, row->verdict);
    for (size_t i = 0; i < run->count; i++)
        printf("%s%s@%zu%s", i ? " " : "", run->found[i].rule, run->found[i].offset,
               marks[run->found[i].severity]);
    puts(run->count ? "" : "-");
}

/* Every message of the folder, which ends in .sip or .dat, is in the manifest. */
static bool all_named(const char *folder, const char *manifest)
{
    static char text[1 << 18];
    DIR *dir = opendir(folder);
    FILE *file = fopen(manifest, "r");
    size_t n = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
    bool good = dir && n > 0;

    text[n] = '\0';
    if (file)
        fclose(file);
    for (struct dirent *entry; good && (entry = readdir(dir));) {
        char line[300];
        size_t length = strlen(entry->d_name);

        if (length < 4 || (strcmp(entry->d_name + length - 4, ".sip") != 0 &&
                           strcmp(entry->d_name + length - 4, ".dat") != 0))
            continue;
        snprintf(line, sizeof(line), "\n%s\t", entry->d_name);
        if (!strstr(text, line)) {
            printf("%s is not in the manifest\n", entry->d_name);
            good = false;
        }
    }
    if (dir)
        closedir(dir);
    return good;
}

int main(int argc, char **argv)
{
    static char bytes[MESSAGE_MAX];
    static char line[4096];
    bool printing = argc > 1 && strcmp(argv[1], "--print") == 0;
    const char *manifest, *folder;
    size_t rows = 0, wrong = 0;
    FILE *file;
    DIR *dir;

    if (argc != 3 + printing) {
        fputs("usage: test_torture [--print] MANIFEST FOLDER\n", stderr);
        return 2;
    }
    manifest = argv[1 + printing];
    folder = argv[2 + printing];
    dir = opendir(folder);
    if (!dir) {
        printf("%s is not there: skipped\n", folder);
        return SKIP;
    }
    closedir(dir);
    file = fopen(manifest, "r");
    if (!file) {
        perror(manifest);
        return 1;
    }
    while (fgets(line, sizeof(line), file)) {
        static struct run run;
        struct row row;
        enum sipsan_transport transport;

        if (!cut(&row, line))
            continue;
        rows++;
        run = (struct run){.length = load(bytes, folder, row.file)};
        if (run.length == SIZE_MAX || !transport_of(&transport, row.transport)) {
            wrong++;
            complain(&row, "is not there, or its transport is unknown:", row.transport);
            continue;
        }
        run.result = sipsan_check_message(bytes, run.length, transport, on_finding, &run);
        if (printing)
            print(&row, &run);
        else
            wrong += !check(&row, &run);
    }
    fclose(file);
    if (printing)
        return 0;
    wrong += !all_named(folder, manifest);
    printf("%zu messages, %zu wrong\n", rows, wrong);
    return rows == 0 || wrong > 0;
}
