#include "output.h"

int cli_design(const cli_arguments *arguments) {
    aug_design_options options = aug_design_options_default();
    if (!cli_count(arguments, "limit", &options.node_limit))
        return AUG_BAD_INPUT;
    options.mapped = cli_flag(arguments, "mapped");
    options.cache = cli_value(arguments, "cache");
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    aug_design_run(context, arguments->values[0], &options, &answer);
    return cli_finish(arguments, context, answer);
}
