#include "output.h"

int cli_validate(const cli_arguments *arguments) {
    aug_validate_options options = aug_validate_options_default();
    options.machine = cli_value(arguments, "machine");
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    aug_validate_run(context, arguments->values[0], &options, &answer);
    return cli_finish(arguments, context, answer);
}
