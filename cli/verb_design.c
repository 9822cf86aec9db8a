#include "output.h"

int cli_design(const cli_arguments *arguments) {
    aug_design_options options = aug_design_options_default();
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    aug_design_run(context, arguments->values[0], &options, &answer);
    return cli_finish(arguments, context, answer);
}
