// The verbs of the program: one table from which the command line is parsed and --help, the man page and the shell
// completion are written.
#ifndef AUGER_CLI_VERBS_H
#define AUGER_CLI_VERBS_H

#include "auger.h"

typedef struct cli_option {
    const char *name;  // without --
    const char *value; // what it takes, as "N"; NULL: nothing
    const char *help;
} cli_option;

typedef struct cli_arguments cli_arguments;

typedef struct cli_verb {
    const char *name;
    const char *arguments;  // "MODEL MACHINE"
    int least, most;        // arguments; most -1: any number
    const char *summary;    // one line
    const char *about;      // a paragraph
    const cli_option *options; // ended by a row without name; besides the common ones
    const char *example;    // ended by newlines
    const char *completes;  // what a shell offers for the arguments, as the shell expands it; NULL: files
    int (*run)(const cli_arguments *arguments); // returns the exit code
} cli_verb;

extern const cli_verb cli_verbs[]; // ended by a row without name
extern const cli_option cli_common_options[];

const cli_verb *cli_find_verb(const char *name);

int cli_estimate(const cli_arguments *arguments);
int cli_audit(const cli_arguments *arguments);
int cli_compare(const cli_arguments *arguments);
int cli_evaluate(const cli_arguments *arguments);
int cli_map(const cli_arguments *arguments);
int cli_design(const cli_arguments *arguments);
int cli_validate(const cli_arguments *arguments);
int cli_calibrate(const cli_arguments *arguments);
int cli_import(const cli_arguments *arguments);
int cli_check(const cli_arguments *arguments);
int cli_list(const cli_arguments *arguments);
int cli_reference(const cli_arguments *arguments);
int cli_help(const cli_arguments *arguments);

#endif
