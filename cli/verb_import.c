#include "output.h"

int cli_import(const cli_arguments *arguments) {
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    aug_import_run(context, arguments->values[0], arguments->values + 1, arguments->count - 1, &answer);
    return cli_finish(arguments, context, answer);
}
