#include "output.h"

int cli_list(const cli_arguments *arguments) {
    const char *topic = arguments->count > 0 ? arguments->values[0] : NULL;
    const char *name = arguments->count > 1 ? arguments->values[1] : NULL;
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    aug_list_run(context, topic, name, &answer);
    return cli_finish(arguments, context, answer);
}
