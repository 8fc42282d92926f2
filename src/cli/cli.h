/* The subcommands of the program and what they share: exit statuses. */
#ifndef SIPSAN_CLI_CLI_H
#define SIPSAN_CLI_CLI_H

/* Exit statuses. Where several apply: INTERNAL, USAGE, UNREADABLE, FINDINGS, in this order. */
enum sipsan_cli_status {
    SIPSAN_CLI_OK = 0,
    SIPSAN_CLI_FINDINGS = 1,   /* check: at or above --fail-on; parse: faults */
    SIPSAN_CLI_USAGE = 2,      /* wrong options or arguments */
    SIPSAN_CLI_UNREADABLE = 3, /* an input is missing or is no input */
    SIPSAN_CLI_INTERNAL = 4,   /* memory, or the output cannot be written */
};

/* Each takes its own argument vector, argv[0] being "sipsan NAME", and returns an exit status. */
int sipsan_cli_check(int argc, char **argv);
int sipsan_cli_watch(int argc, char **argv);
int sipsan_cli_listen(int argc, char **argv);
int sipsan_cli_rules(int argc, char **argv);
int sipsan_cli_explain(int argc, char **argv);
int sipsan_cli_parse(int argc, char **argv);
int sipsan_cli_convert(int argc, char **argv);

#endif
