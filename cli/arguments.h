// A parsed command line.
#ifndef AUGER_CLI_ARGUMENTS_H
#define AUGER_CLI_ARGUMENTS_H

#include "verbs.h"

enum { CLI_OPTIONS = 40 };

struct cli_arguments {
    const cli_verb *verb;
    const char *const *values; // arguments that are no options
    int count;
    struct {
        const cli_option *option;
        const char *value; // "" for an option that takes none
    } options[CLI_OPTIONS];
    int option_count;
};

// Parses what stands behind the verb, moving arguments to the front of `words`. Prints what is wrong; false: exit 2.
bool cli_parse(const cli_verb *verb, char **words, int count, cli_arguments *arguments);

// The value of an option, NULL where it is not given.
const char *cli_value(const cli_arguments *arguments, const char *name);
bool cli_flag(const cli_arguments *arguments, const char *name);
// Reads a whole number into *value where the option is given. Prints what is wrong; false: exit 2.
bool cli_count(const cli_arguments *arguments, const char *name, uint64_t *value);
// The same for a number above 0; `left_out` tells what happens without the option.
bool cli_positive(const cli_arguments *arguments, const char *name, const char *left_out, uint64_t *value);
// The same for a frequency such as 50, 50Hz or 1kHz.
bool cli_frequency(const cli_arguments *arguments, const char *name, double *hertz);
// Whether nothing that a scenario's file says is said by options, too. Prints what is; false: exit 2.
bool cli_scenario_agrees(const cli_arguments *arguments);

#endif
