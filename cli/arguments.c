#include "arguments.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cli_option *find_option(const cli_verb *verb, const char *name, size_t length) {
    const cli_option *tables[] = {verb->options, cli_common_options};
    for (size_t t = 0; t < 2; t++)
        for (const cli_option *option = tables[t]; option && option->name; option++)
            if (strlen(option->name) == length && strncmp(option->name, name, length) == 0)
                return option;
    return NULL;
}

static const char *nearest_option(const cli_verb *verb, const char *name) {
    const char *names[CLI_OPTIONS * 2];
    int count = 0;
    const cli_option *tables[] = {verb->options, cli_common_options};
    for (size_t t = 0; t < 2; t++)
        for (const cli_option *option = tables[t]; option && option->name; option++)
            names[count++] = option->name;
    return aug_nearest_name(name, names, count);
}

static bool usage_error(const cli_verb *verb) {
    fprintf(stderr, "usage: auger %s %s [options]; see 'auger help %s'\n", verb->name, verb->arguments, verb->name);
    return false;
}

static bool take_option(cli_arguments *arguments, char **words, int count, int *at) {
    const cli_verb *verb = arguments->verb;
    const char *name = words[*at] + 2;
    const char *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    const cli_option *option = find_option(verb, name, length);
    if (!option) {
        char unknown[64];
        snprintf(unknown, sizeof unknown, "%.*s", (int)(length < 60 ? length : 60), name);
        fprintf(stderr, "error: unknown option '--%s'\n", unknown);
        const char *nearest = nearest_option(verb, unknown);
        if (nearest)
            fprintf(stderr, "hint: did you mean '--%s'?\n", nearest);
        return usage_error(verb);
    }
    const char *value = "";
    if (option->value) {
        value = equals ? equals + 1 : *at + 1 < count ? words[++*at] : NULL;
        if (!value || !*value) {
            fprintf(stderr, "error: option '--%s' needs a value: %s\n", option->name, option->help);
            return usage_error(verb);
        }
    } else if (equals) {
        fprintf(stderr, "error: option '--%s' takes no value\n", option->name);
        return usage_error(verb);
    }
    for (int i = 0; i < arguments->option_count; i++) {
        if (arguments->options[i].option == option) {
            fprintf(stderr, "error: option '--%s' stands twice\n", option->name);
            return usage_error(verb);
        }
    }
    if (arguments->option_count == CLI_OPTIONS)
        return usage_error(verb);
    arguments->options[arguments->option_count].option = option;
    arguments->options[arguments->option_count++].value = value;
    return true;
}

// Two answers in one stream would be neither.
static bool check_stdout(const cli_arguments *arguments) {
    static const char *const forms[] = {"json", "html", "csv", "predictions", "certificate"};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const char *path = cli_value(arguments, forms[i]);
        if (!path || strcmp(path, "-") != 0)
            continue;
        if (first) {
            fprintf(stderr, "error: options '--%s' and '--%s' cannot both go to stdout\n", first, forms[i]);
            return usage_error(arguments->verb);
        }
        first = forms[i];
    }
    return true;
}

bool cli_parse(const cli_verb *verb, char **words, int count, cli_arguments *arguments) {
    *arguments = (cli_arguments){.verb = verb, .values = (const char *const *)words};
    bool options_end = false;
    for (int i = 0; i < count; i++) {
        bool option = !options_end && strncmp(words[i], "--", 2) == 0;
        if (option && !words[i][2]) {
            options_end = true;
        } else if (option) {
            if (!take_option(arguments, words, count, &i))
                return false;
        } else if (!options_end && words[i][0] == '-' && isalpha((unsigned char)words[i][1])) {
            fprintf(stderr, "error: unknown option '%.60s'\nhint: options begin with two dashes\n", words[i]);
            return usage_error(verb);
        } else {
            words[arguments->count++] = words[i];
        }
    }
    if (cli_flag(arguments, "help"))
        return true;
    if (arguments->count < verb->least || (verb->most >= 0 && arguments->count > verb->most)) {
        fprintf(stderr, "error: %s: expected %s, found %d argument%s\n", verb->name, *verb->arguments ? verb->arguments : "no argument",
                arguments->count, arguments->count == 1 ? "" : "s");
        return usage_error(verb);
    }
    return check_stdout(arguments);
}

const char *cli_value(const cli_arguments *arguments, const char *name) {
    for (int i = 0; i < arguments->option_count; i++)
        if (strcmp(arguments->options[i].option->name, name) == 0)
            return arguments->options[i].value;
    return NULL;
}

bool cli_flag(const cli_arguments *arguments, const char *name) {
    return cli_value(arguments, name) != NULL;
}

bool cli_count(const cli_arguments *arguments, const char *name, uint64_t *value) {
    const char *text = cli_value(arguments, name);
    if (!text)
        return true;
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (isdigit((unsigned char)text[0]) && *end == '\0' && errno == 0) {
        *value = number;
        return true;
    }
    fprintf(stderr, "error: option '--%s': expected a whole number, found '%.60s'\n", name, text);
    return false;
}

bool cli_positive(const cli_arguments *arguments, const char *name, const char *left_out, uint64_t *value) {
    if (!cli_count(arguments, name, value))
        return false;
    if (*value > 0 || !cli_value(arguments, name))
        return true;
    fprintf(stderr, "error: option '--%s': expected 1 or more, found '0'\nhint: left out, %s\n", name, left_out);
    return false;
}

bool cli_frequency(const cli_arguments *arguments, const char *name, double *hertz) {
    const char *text = cli_value(arguments, name);
    if (!text)
        return true;
    char *end = NULL;
    *hertz = strtod(text, &end);
    while (*end == ' ')
        end++;
    if (strcmp(end, "kHz") == 0)
        *hertz *= 1000.0;
    bool unit = !*end || strcmp(end, "Hz") == 0 || strcmp(end, "kHz") == 0 || strcmp(end, "/s") == 0;
    if (end != text && unit && *hertz > 0.0 && isfinite(*hertz))
        return true;
    fprintf(stderr, "error: option '--%s': expected a frequency such as 50Hz, found '%.60s'\n", name, text);
    return false;
}

bool cli_scenario_agrees(const cli_arguments *arguments) {
    static const char *const names[] = {"batch", "in", "out", "images", "rate", "arrivals", "cache-hit"};
    for (size_t i = 0; cli_value(arguments, "scenario") && i < sizeof names / sizeof *names; i++)
        if (cli_value(arguments, names[i])) {
            fprintf(stderr, "error: option '--%s' and option '--scenario' say the same\nhint: write it into the scenario's file\n", names[i]);
            return false;
        }
    return true;
}
