#include "output.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// The claimed rate, above 0.
static bool read_rate(const cli_arguments *arguments, double *rate) {
    const char *text = cli_value(arguments, "tokens-per-s");
    if (!text) {
        fprintf(stderr,
                "error: option '--tokens-per-s' is missing\nhint: say what is claimed: --tokens-per-s 457\n");
        return false;
    }
    char *end = NULL;
    *rate = strtod(text, &end);
    if (end != text && !*end && *rate > 0.0 && isfinite(*rate))
        return true;
    fprintf(stderr, "error: option '--tokens-per-s': expected a rate above 0, found '%.60s'\n", text);
    return false;
}

int cli_audit(const cli_arguments *arguments) {
    aug_audit_options options = aug_audit_options_default();
    aug_estimate_options *deployment = &options.deployment;
    bool good = read_rate(arguments, &options.tokens_per_s);
    good &= cli_count(arguments, "chips", &deployment->chips);
    good &= cli_count(arguments, "in", &deployment->in_tokens);
    good &= cli_count(arguments, "out", &deployment->out_tokens);
    good &= cli_positive(arguments, "batch", "the best is found", &deployment->batch);
    good &= cli_count(arguments, "speculate", &deployment->speculate);
    if (!good)
        return AUG_BAD_INPUT;
    options.per = cli_value(arguments, "per");
    deployment->cache_hit = cli_value(arguments, "cache-hit");
    deployment->acceptance = cli_value(arguments, "acceptance");
    deployment->draft = cli_value(arguments, "draft");
    deployment->weights = cli_value(arguments, "weights");
    deployment->activations = cli_value(arguments, "activations");
    deployment->kv = cli_value(arguments, "kv");
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    aug_audit_run(context, arguments->values[0], arguments->values[1], &options, &answer);
    return cli_finish(arguments, context, answer);
}
