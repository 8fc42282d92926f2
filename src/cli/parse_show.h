/* Shows a parsed message: every field with its place in the bytes, then the faults. */
#ifndef SIPSAN_CLI_PARSE_SHOW_H
#define SIPSAN_CLI_PARSE_SHOW_H

#include "parse/msg.h"
#include "report/report.h"

void sipsan_cli_show_message(FILE *out, enum sipsan_report_format format,
                             const struct sipsan_msg *msg);

#endif
