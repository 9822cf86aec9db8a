#include "output.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// A plain number above 0 where the option is given.
static bool read_number(const cli_arguments *arguments, const char *name, double *value) {
    const char *text = cli_value(arguments, name);
    if (!text)
        return true;
    char *end = NULL;
    *value = strtod(text, &end);
    if (end != text && !*end && *value > 0.0 && isfinite(*value))
        return true;
    fprintf(stderr, "error: option '--%s': expected a number above 0, found '%.60s'\n", name, text);
    return false;
}

int cli_compare(const cli_arguments *arguments) {
    aug_compare_options options = aug_compare_options_default();
    aug_estimate_options *common = &options.common;
    bool good = cli_count(arguments, "images", &common->image_tokens);
    good &= cli_positive(arguments, "cp", "the best is found", &common->cp);
    good &= cli_positive(arguments, "moe-tp", "it is tp / ep", &common->moe_tp);
    good &= cli_positive(arguments, "prefill-chips", "the best is found", &common->prefill_chips);
    good &= cli_positive(arguments, "chunk", "prompts run apart", &common->chunk);
    good &= cli_count(arguments, "speculate", &common->speculate);
    good &= cli_count(arguments, "limit", &common->node_limit);
    good &= cli_frequency(arguments, "rate", &common->rate_hz);
    good &= read_number(arguments, "budget-usd", &options.budget_usd);
    if (!good || !cli_scenario_agrees(arguments))
        return AUG_BAD_INPUT;
    const char **const lists[] = {&options.chips,   &options.tp,          &options.pp,  &options.ep,
                                  &options.dp,      &options.in,          &options.out, &options.batch,
                                  &options.weights, &options.activations, &options.kv};
    static const char *const names[] = {"chips", "tp",    "pp",      "ep",          "dp", "in",
                                        "out",   "batch", "weights", "activations", "kv"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        *lists[i] = cli_value(arguments, names[i]);
    options.budget_watts = cli_value(arguments, "budget-watts");
    common->power_cap = cli_value(arguments, "power-cap");
    common->electricity = cli_value(arguments, "electricity");
    options.equal = cli_value(arguments, "equal");
    common->disaggregate = cli_flag(arguments, "disaggregate");
    common->server = cli_value(arguments, "server");
    common->arrivals = cli_value(arguments, "arrivals");
    common->cache_hit = cli_value(arguments, "cache-hit");
    common->ttft = cli_value(arguments, "ttft");
    common->tpot = cli_value(arguments, "tpot");
    common->acceptance = cli_value(arguments, "acceptance");
    common->draft = cli_value(arguments, "draft");
    common->scenario = cli_value(arguments, "scenario");
    common->ideal = cli_flag(arguments, "ideal");
    common->mapped = cli_flag(arguments, "mapped");
    common->cache = cli_value(arguments, "cache");
    common->economy = cli_value(arguments, "economy");
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    aug_compare_run(context, arguments->values[0], arguments->values[1], &options, &answer);
    return cli_finish(arguments, context, answer);
}
