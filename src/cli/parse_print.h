/* How `sipsan parse` prints a field, for the files that show the parts of a message. */
#ifndef SIPSAN_CLI_PARSE_PRINT_H
#define SIPSAN_CLI_PARSE_PRINT_H

#include "parse/msg.h"
#include "report/report.h"

struct printer {
    FILE *out;
    enum sipsan_report_format format;
    const struct sipsan_msg *msg;
    const struct sipsan_header *header; /* that the fields belong to; NULL: start line, body */
};

/* One field. The dots of its path are its depth in text; in jsonl the path is its name. in_place:
 * value may be a piece of the message, whose offset is shown then. */
void sipsan_cli_put_field(const struct printer *pr, const char *path, struct sipsan_span value,
                          bool in_place);

/* What the body holds: session description, parts, piece of a message. */
void sipsan_cli_put_body(const struct printer *pr);

#endif
