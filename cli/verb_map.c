#include "output.h"

#include <stdio.h>

// Files of Timeloop are any number; Auger's own are two.
static bool check_count(const cli_arguments *arguments) {
    if (cli_flag(arguments, "timeloop") || arguments->count == 2)
        return true;
    fprintf(stderr,
            "error: map: expected WORKLOAD MACHINE, found %d argument%s\nusage: auger map %s [options]; see "
            "'auger help map'\n",
            arguments->count, arguments->count == 1 ? "" : "s", arguments->verb->arguments);
    return false;
}

int cli_map(const cli_arguments *arguments) {
    aug_map_options options = aug_map_options_default();
    if (!check_count(arguments) || !cli_count(arguments, "limit", &options.node_limit) ||
        !cli_positive(arguments, "batch", "it is 1", &options.batch) ||
        !cli_positive(arguments, "in", "it is 2048", &options.in_tokens))
        return AUG_BAD_INPUT;
    if (cli_value(arguments, "limit") && options.node_limit == 0)
        options.node_limit = UINT64_MAX; // none, though there are several einsums
    options.fuse = cli_value(arguments, "fuse");
    options.units = cli_value(arguments, "units");
    options.objective = cli_value(arguments, "objective");
    options.perfect = cli_flag(arguments, "perfect");
    options.constraints = cli_value(arguments, "constraints");
    options.einsum = cli_value(arguments, "einsum");
    options.phase = cli_value(arguments, "phase");
    options.cache = cli_value(arguments, "cache");
    options.certificate = cli_flag(arguments, "certificate");
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    if (cli_flag(arguments, "timeloop"))
        aug_map_timeloop_run(context, arguments->values, arguments->count, &options, &answer);
    else
        aug_map_run(context, arguments->values[0], arguments->values[1], &options, &answer);
    return cli_finish(arguments, context, answer);
}
