/* Values of options, whole files, and the end of the output: what several subcommands need. */
#ifndef SIPSAN_CLI_OPTIONS_H
#define SIPSAN_CLI_OPTIONS_H

#include <stdio.h>

#include "report/report.h"
#include "sipsan.h"

struct argp;

/* Reads the command line; what is wrong in it ends the program. False, with a message, when memory
 * is refused. */
bool sipsan_cli_arguments(const struct argp *argp, int argc, char **argv, void *input);

/* "error", "warning", "note". */
bool sipsan_cli_severity(enum sipsan_severity *out, const char *text);

/* "text", "jsonl". */
bool sipsan_cli_format(enum sipsan_report_format *out, const char *text);

/* Decimal digits only, within [least, most]. */
bool sipsan_cli_number(uint64_t *out, const char *text, uint64_t least, uint64_t most);

/* Bytes, with K, M or G (powers of 1024) behind the number; not 0. */
bool sipsan_cli_size(size_t *out, const char *text);

/* "192.0.2.1", "192.0.2.1:5060", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:5060"; without a
 * port it is 0. */
bool sipsan_cli_addr(struct sipsan_addr *out, const char *text);

/* As above, of a file; "-" is standard input. */
bool sipsan_cli_read_file(char **out, size_t *n, const char *path, size_t most);

/* Flushes standard output. `status`, or SIPSAN_CLI_INTERNAL with a message when a byte was lost. */
int sipsan_cli_close_output(int status);

/* "sipsan: " and the message on standard error. */
void sipsan_cli_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
