#include "output.h"

int cli_estimate(const cli_arguments *arguments) {
    aug_estimate_options options = aug_estimate_options_default();
    bool good = cli_count(arguments, "chips", &options.chips);
    good &= cli_count(arguments, "tp", &options.tp);
    good &= cli_count(arguments, "pp", &options.pp);
    good &= cli_count(arguments, "ep", &options.ep);
    good &= cli_count(arguments, "dp", &options.dp);
    good &= cli_count(arguments, "batch", &options.batch);
    good &= cli_count(arguments, "in", &options.in_tokens);
    good &= cli_count(arguments, "out", &options.out_tokens);
    good &= cli_count(arguments, "images", &options.image_tokens);
    good &= cli_frequency(arguments, "rate", &options.rate_hz);
    if (!good)
        return AUG_BAD_INPUT;
    options.weights = cli_value(arguments, "weights");
    options.activations = cli_value(arguments, "activations");
    options.kv = cli_value(arguments, "kv");
    options.economy = cli_value(arguments, "economy");
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    aug_estimate_run(context, arguments->values[0], arguments->values[1], &options, &answer);
    return cli_finish(arguments, context, answer);
}
