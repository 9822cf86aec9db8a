// Help, man page and shell completion, all from the table of verbs.
#include "arguments.h"

#include <stdio.h>
#include <string.h>

// Prints `text` in lines of at most 79 characters behind `indent` blanks; the first line stands where the caller is.
static void print_wrapped(const char *text, int indent) {
    int column = indent;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (column > indent && column + 1 + (int)length > 79) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)length, text);
        column += (int)length;
        text += length;
        while (*text == ' ')
            text++;
    }
    putchar('\n');
}

static void print_options(const cli_option *options) {
    for (const cli_option *option = options; option && option->name; option++) {
        char name[32];
        snprintf(name, sizeof name, "--%s %s", option->name, option->value ? option->value : "");
        printf("  %-20s ", name);
        print_wrapped(option->help, 23);
    }
}

static void print_verb(const cli_verb *verb) {
    printf("auger %s%s%s - %s\n\n", verb->name, *verb->arguments ? " " : "", verb->arguments, verb->summary);
    print_wrapped(verb->about, 0);
    printf("\noptions:\n");
    print_options(verb->options);
    print_options(cli_common_options);
    printf("\nexamples:\n");
    const char *line = verb->example;
    while (line && *line) {
        size_t length = strcspn(line, "\n");
        printf("  %.*s\n", (int)length, line);
        line += length + 1;
    }
    printf("\nexit: 0 answer, 1 proven no, 2 bad input, 3 interrupted, 4 internal\n");
}

static void print_all(void) {
    printf("auger %s - co-design of AI models and the machines that run them\n\n", aug_version());
    enum { ARGUMENTS = 15, SUMMARY = 35 }; // room for arguments; the column of what a verb does
    for (const cli_verb *verb = cli_verbs; verb->name; verb++) {
        printf("  auger %-10s %-*s", verb->name, ARGUMENTS, verb->arguments);
        if (strlen(verb->arguments) > ARGUMENTS)
            printf("\n%*s", SUMMARY - 1, "");
        printf(" %s\n", verb->summary);
    }
    printf("\n'auger help VERB' explains one.\n");
}

int cli_help(const cli_arguments *arguments) {
    if (arguments->count == 0) {
        print_all();
        return AUG_OK;
    }
    const cli_verb *verb = cli_find_verb(arguments->values[0]);
    if (!verb) {
        fprintf(stderr, "error: unknown verb '%.60s'\nhint: 'auger help' shows all verbs\n", arguments->values[0]);
        return AUG_BAD_INPUT;
    }
    print_verb(verb);
    return AUG_OK;
}
