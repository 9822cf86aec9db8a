#include "output.h"

#include <stdio.h>

// Files of Timeloop are any number; Auger's own are three.
static bool check_count(const cli_arguments *arguments) {
    if (cli_flag(arguments, "timeloop") || arguments->count == 3)
        return true;
    fprintf(stderr,
            "error: evaluate: expected WORKLOAD MACHINE MAPPING, found %d argument%s\nusage: auger evaluate "
            "%s [options]; see 'auger help evaluate'\n",
            arguments->count, arguments->count == 1 ? "" : "s", arguments->verb->arguments);
    return false;
}

int cli_evaluate(const cli_arguments *arguments) {
    if (!check_count(arguments))
        return AUG_BAD_INPUT;
    aug_evaluate_options options = aug_evaluate_options_default();
    options.einsum = cli_value(arguments, "einsum");
    options.explain = cli_flag(arguments, "explain");
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    if (cli_flag(arguments, "timeloop"))
        aug_evaluate_timeloop_run(context, arguments->values, arguments->count, &options, &answer);
    else
        aug_evaluate_run(context, arguments->values[0], arguments->values[1], arguments->values[2], &options,
                         &answer);
    return cli_finish(arguments, context, answer);
}
