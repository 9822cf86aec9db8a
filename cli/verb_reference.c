#include "manual.h"
#include "output.h"

#include <string.h>

int cli_reference(const cli_arguments *arguments) {
    const char *what = arguments->count > 0 ? arguments->values[0] : NULL;
    if (what && strcmp(what, "man") == 0)
        return cli_manual();
    if (what && strcmp(what, "completion") == 0)
        return cli_completion();
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    aug_reference_run(context, what, &answer);
    return cli_finish(arguments, context, answer);
}
