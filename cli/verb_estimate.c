#include "output.h"

#include <stdio.h>

// A degree of the plan, which is found where it is not given.
static bool read_degree(const cli_arguments *arguments, const char *name, uint64_t *degree) {
    return cli_positive(arguments, name, "the best is found", degree);
}

int cli_estimate(const cli_arguments *arguments) {
    aug_estimate_options options = aug_estimate_options_default();
    bool good = cli_count(arguments, "chips", &options.chips);
    good &= read_degree(arguments, "tp", &options.tp);
    good &= read_degree(arguments, "pp", &options.pp);
    good &= read_degree(arguments, "ep", &options.ep);
    good &= read_degree(arguments, "dp", &options.dp);
    good &= read_degree(arguments, "cp", &options.cp);
    good &= cli_positive(arguments, "moe-tp", "it is tp / ep", &options.moe_tp);
    good &= cli_count(arguments, "batch", &options.batch);
    good &= cli_count(arguments, "in", &options.in_tokens);
    good &= cli_count(arguments, "out", &options.out_tokens);
    good &= cli_count(arguments, "images", &options.image_tokens);
    good &= read_degree(arguments, "prefill-chips", &options.prefill_chips);
    good &= cli_positive(arguments, "chunk", "prompts run apart", &options.chunk);
    good &= cli_count(arguments, "speculate", &options.speculate);
    good &= cli_count(arguments, "limit", &options.node_limit);
    good &= cli_frequency(arguments, "rate", &options.rate_hz);
    if (!good || !cli_scenario_agrees(arguments))
        return AUG_BAD_INPUT;
    options.scenario = cli_value(arguments, "scenario");
    options.weights = cli_value(arguments, "weights");
    options.activations = cli_value(arguments, "activations");
    options.kv = cli_value(arguments, "kv");
    options.disaggregate = cli_flag(arguments, "disaggregate");
    options.plans = cli_flag(arguments, "plans");
    options.server = cli_value(arguments, "server");
    options.arrivals = cli_value(arguments, "arrivals");
    options.cache_hit = cli_value(arguments, "cache-hit");
    options.ttft = cli_value(arguments, "ttft");
    options.tpot = cli_value(arguments, "tpot");
    options.acceptance = cli_value(arguments, "acceptance");
    options.draft = cli_value(arguments, "draft");
    options.area = cli_flag(arguments, "area");
    options.ideal = cli_flag(arguments, "ideal");
    options.mapped = cli_flag(arguments, "mapped");
    options.cache = cli_value(arguments, "cache");
    options.power_cap = cli_value(arguments, "power-cap");
    options.budget_watts = cli_value(arguments, "budget-watts");
    options.price_usd = cli_value(arguments, "price-usd");
    options.cloud_usd_per_hour = cli_value(arguments, "cloud-usd-per-hour");
    options.electricity = cli_value(arguments, "electricity");
    options.economy = cli_value(arguments, "economy");
    aug_context *context = cli_context(arguments);
    aug_answer *answer = NULL;
    aug_estimate_run(context, arguments->values[0], arguments->values[1], &options, &answer);
    return cli_finish(arguments, context, answer);
}
