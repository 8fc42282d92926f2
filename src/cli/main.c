/* sipsan: the program. Finds the subcommand; each lives in a file of its own. */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "sipsan.h"

struct command {
    const char *name;
    const char *title; /* what getopt and argp show as the program */
    int (*run)(int argc, char **argv);
    const char *summary;
};

static const struct command commands[] = {
    {"check", "sipsan check", sipsan_cli_check, "judge the SIP traffic in captures or text"},
    {"watch", "sipsan watch", sipsan_cli_watch, "judge what passes on a network interface"},
    {"listen", "sipsan listen", sipsan_cli_listen, "judge what capture agents send (HEP)"},
    {"rules", "sipsan rules", sipsan_cli_rules, "list the rules"},
    {"explain", "sipsan explain", sipsan_cli_explain, "explain one rule"},
    {"parse", "sipsan parse", sipsan_cli_parse, "show the fields and faults of one message"},
    {"convert", "sipsan convert", sipsan_cli_convert, "turn captures into scenario text and back"},
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

static void put_usage(FILE *out)
{
    fputs("usage: sipsan COMMAND [OPTION...] [ARGUMENT...]\n\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-10s%s\n", commands[i].name, commands[i].summary);
    fputs("  help      show the options of a command: sipsan help COMMAND\n\n"
          "  --help    show this text\n"
          "  --version show the version\n\n"
          "Start with: sipsan check FILE.pcap\n",
          out);
}

static int run_command(const struct command *command, int argc, char **argv)
{
    char title[32];

    snprintf(title, sizeof(title), "%s", command->title);
    argv[0] = title;
    return command->run(argc, argv);
}

static int help(int argc, char **argv)
{
    static char option[] = "--help";
    char *help_argv[] = {NULL, option, NULL};
    const struct command *command;

    if (argc == 0) {
        put_usage(stdout);
        return sipsan_cli_close_output(SIPSAN_CLI_OK);
    }
    command = find_command(argv[0]);
    if (!command || argc > 1) {
        sipsan_cli_complain("there is no command '%s'", argv[command ? 1 : 0]);
        put_usage(stderr);
        return SIPSAN_CLI_USAGE;
    }
    return run_command(command, 2, help_argv);
}

static void put_version(FILE *out, struct argp_state *state)
{
    (void)state;
    fprintf(out, "sipsan %s\n", sipsan_version());
}

int main(int argc, char **argv)
{
    const struct command *command;

    argp_err_exit_status = SIPSAN_CLI_USAGE;
    argp_program_version_hook = put_version;
    if (argc < 2) {
        put_usage(stderr);
        return SIPSAN_CLI_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        put_version(stdout, NULL);
        return sipsan_cli_close_output(SIPSAN_CLI_OK);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help(0, NULL);
    if (strcmp(argv[1], "help") == 0)
        return help(argc - 2, argv + 2);
    command = find_command(argv[1]);
    if (!command) {
        sipsan_cli_complain("there is no command '%s'", argv[1]);
        put_usage(stderr);
        return SIPSAN_CLI_USAGE;
    }
    return run_command(command, argc - 1, argv + 1);
}
