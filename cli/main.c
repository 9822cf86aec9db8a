// auger VERB ARGUMENTS [--option VALUE]
#include "arguments.h"

#include <stdio.h>
#include <string.h>

static int usage(FILE *out) {
    fprintf(out, "usage: auger VERB ARGUMENTS [--option VALUE]\n\n");
    for (const cli_verb *verb = cli_verbs; verb->name; verb++)
        fprintf(out, "  %-10s %s\n", verb->name, verb->summary);
    fprintf(out, "\n'auger help VERB' explains one; 'auger --version' tells which Auger this is.\n");
    return out == stderr ? AUG_BAD_INPUT : AUG_OK;
}

static int unknown_verb(const char *name) {
    const char *names[32];
    int count = 0;
    for (const cli_verb *verb = cli_verbs; verb->name && count < 32; verb++)
        names[count++] = verb->name;
    fprintf(stderr, "error: unknown verb '%.60s'\n", name);
    const char *nearest = aug_nearest_name(name, names, count);
    if (nearest)
        fprintf(stderr, "hint: did you mean '%s'?\n", nearest);
    else
        fprintf(stderr, "hint: 'auger help' shows all verbs\n");
    return AUG_BAD_INPUT;
}

int main(int count, char **words) {
    if (count < 2)
        return usage(stderr);
    const char *name = words[1];
    if (strcmp(name, "--version") == 0) {
        printf("auger %s\n", aug_version());
        return AUG_OK;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return usage(stdout);
    const cli_verb *verb = cli_find_verb(name);
    if (!verb)
        return unknown_verb(name);
    cli_arguments arguments;
    if (!cli_parse(verb, words + 2, count - 2, &arguments))
        return AUG_BAD_INPUT;
    if (cli_flag(&arguments, "help")) {
        const cli_verb *help = cli_find_verb("help");
        const char *values[] = {verb->name};
        return help->run(&(cli_arguments){.verb = help, .values = values, .count = 1});
    }
    return verb->run(&arguments);
}
