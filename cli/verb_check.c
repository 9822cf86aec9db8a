#include "output.h"

int cli_check(const cli_arguments *arguments) {
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    aug_check_run(context, arguments->values, arguments->count, &answer);
    return cli_finish(arguments, context, answer);
}
