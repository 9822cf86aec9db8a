#include "api/estimate_api.h"

#include "api/option_quantity.h"
#include "base/pool.h"
#include "design/metric.h"
#include "kernel/kernels.h"
#include "kernel/software.h"
#include "machine/silicon.h"
#include "report/estimate_report.h"
#include "system/mapped.h"

#include <math.h>

aug_estimate_options aug_estimate_options_default(void) {
    return (aug_estimate_options){.chips = 1, .batch = 1, .in_tokens = 1024, .out_tokens = 128};
}

static bool read_format(aug_errors *errors, const char *option, const char *name, int *format) {
    *format = -1;
    if (!name)
        return true;
    aug_number_format found = aug_format_find(name);
    if (found == AUG_FORMAT_NONE) {
        aug_error *error = aug_error_add(errors, NULL, "%s: unknown number format '%.40s'", option, name);
        aug_error_hint(error, "known are bf16, fp16, fp8, fp8_block, int8, int4, nvfp4, mxfp4, fp4, fp32");
        return false;
    }
    *format = (int)found;
    return true;
}

static bool read_plan(const aug_reader *reader, const aug_estimate_options *options, aug_plan *plan) {
    *plan = aug_plan_default();
    plan->chips = options->chips;
    plan->tp = options->tp;
    plan->pp = options->pp;
    plan->ep = options->ep;
    plan->dp = options->dp;
    plan->cp = options->cp;
    plan->moe_tp = options->moe_tp;
    plan->chunk = options->chunk;
    plan->speculate = options->speculate;
    bool good = read_format(reader->errors, "weights", options->weights, &plan->weights);
    good &= read_format(reader->errors, "activations", options->activations, &plan->activations);
    good &= read_format(reader->errors, "kv", options->kv, &plan->cache);
    good &= aug_option_quantity(reader->errors, "power-cap", options->power_cap, AUG_DIMENSION_WATTS, &plan->power_cap_watts);
    if (!aug_option_quantity(reader->errors, "acceptance", options->acceptance, AUG_DIMENSION_NUMBER, &plan->acceptance)) {
        good = false;
        plan->acceptance = plan->speculate ? 0.0 : (double)NAN; // it is not missing besides
    }
    return aug_plan_check(reader, NULL, plan) && good;
}

static bool read_scenario(const aug_library *library, const aug_reader *reader, const aug_estimate_options *options,
                          aug_scenario *scenario) {
    bool good = true;
    *scenario = aug_scenario_default();
    if (options->scenario) {
        good = aug_scenario_load(library, reader->arena, reader->errors, options->scenario, scenario);
    } else {
        scenario->batch = options->batch;
        scenario->in_tokens = options->in_tokens;
        scenario->out_tokens = options->out_tokens;
        scenario->image_tokens = options->image_tokens;
    }
    good &= aug_option_quantity(reader->errors, "cache-hit", options->cache_hit, AUG_DIMENSION_NUMBER, &scenario->cache_hit);
    good &= aug_option_quantity(reader->errors, "arrivals", options->arrivals, AUG_DIMENSION_HERTZ, &scenario->rate_hz);
    good &= aug_option_quantity(reader->errors, "ttft", options->ttft, AUG_DIMENSION_SECONDS, &scenario->ttft_limit_seconds);
    good &= aug_option_quantity(reader->errors, "tpot", options->tpot, AUG_DIMENSION_SECONDS, &scenario->tpot_limit_seconds);
    if (options->rate_hz != 0.0 && !options->scenario) {
        if (!(options->rate_hz > 0.0) || !isfinite(options->rate_hz)) {
            aug_error_add(reader->errors, NULL, "rate: expected a frequency above 0");
            return false;
        }
        scenario->period_seconds = 1.0 / options->rate_hz;
    }
    return good && aug_scenario_check(reader, NULL, scenario);
}

// The model that proposes tokens, where one is named.
static bool load_draft(aug_context *context, aug_answer *answer, const char *name, const aug_model *model, aug_plan *plan) {
    if (!name)
        return true;
    if (!plan->speculate) {
        aug_error_hint(aug_error_add(&answer->errors, NULL, "option '--draft': nothing is speculated"),
                       "say how many tokens it proposes: --speculate 4");
        return false;
    }
    plan->draft = aug_model_load(&context->library, &answer->arena, &answer->errors, name);
    if (!plan->draft || !model)
        return false;
    if (plan->draft->language < 0 || model->language < 0) {
        aug_error_add(&answer->errors, NULL, "option '--draft': '%.60s' does not generate text",
                      plan->draft->language < 0 ? name : model->name);
        return false;
    }
    return true;
}

static bool refuse(aug_errors *errors, const char *message, const char *hint) {
    aug_error_hint(aug_error_add(errors, NULL, "%s", message), "%s", hint);
    return false;
}

// Whether prompts and tokens can be kept apart as it is wished.
static bool check_apart(aug_errors *errors, const aug_estimate_options *options, const aug_model *model, const aug_plan *plan,
                        const aug_scenario *scenario) {
    if (model && model->language < 0)
        return refuse(errors, "option '--disaggregate': the model does not generate text", "leave it out");
    if (plan->chips < 2 || options->prefill_chips >= plan->chips)
        return refuse(errors, "option '--disaggregate': too few chips", "give more with --chips: some work on prompts, the others decode");
    if (scenario->out_tokens < 2)
        return refuse(errors, "option '--disaggregate': there is nothing to decode", "give --out 2 or more");
    if (plan->chunk || !isnan(scenario->rate_hz))
        return refuse(errors, "option '--disaggregate' does not go with --chunk or --arrivals", "leave one out");
    if (plan->tp || plan->pp || plan->ep || plan->dp || options->mapped)
        return refuse(errors, "option '--disaggregate' finds the degrees of both sides, by kernels or rooflines",
                      "leave --tp, --pp, --ep, --dp and --mapped out");
    return true;
}

// Whether an agent is asked for in a way that is evaluated.
static bool check_agent(aug_errors *errors, const aug_estimate_options *options, const aug_model *model, const aug_scenario *scenario) {
    if (!scenario->turns)
        return true;
    if (model && model->language < 0)
        return refuse(errors, "turns of an agent: the model does not generate text", "take a language model");
    const char *option = options->cp > 1           ? "cp"
                         : options->chunk          ? "chunk"
                         : options->speculate      ? "speculate"
                         : options->disaggregate   ? "disaggregate"
                         : options->server         ? "server"
                         : options->arrivals       ? "arrivals"
                         : options->cache_hit      ? "cache-hit"
                                                   : NULL;
    if (option)
        aug_error_hint(aug_error_add(errors, NULL, "option '--%s' is not evaluated for agents", option), "leave it out, or 'turns' of the scenario");
    return !option;
}

static bool read_wishes(aug_context *context, aug_answer *answer, const aug_estimate_options *options, const aug_model *model,
                        const aug_plan *plan, const aug_scenario *scenario, aug_estimate_wishes *wishes) {
    bool good = true;
    wishes->apart = options->disaggregate;
    wishes->prefill_chips = options->prefill_chips;
    if (options->prefill_chips && !options->disaggregate)
        good = refuse(&answer->errors, "option '--prefill-chips': prompts and tokens share the chips", "add --disaggregate");
    if (options->disaggregate)
        good = check_apart(&answer->errors, options, model, plan, scenario) && good;
    if (!options->server)
        return good;
    wishes->server = aug_software_load(&context->library, &answer->arena, &answer->errors, options->server);
    return wishes->server && good;
}

bool aug_estimate_read_wish(aug_context *context, aug_answer *answer, const aug_estimate_options *options, const aug_model *model,
                            aug_plan *plan, aug_scenario *scenario, aug_estimate_wishes *wishes) {
    const aug_reader reader = {&answer->arena, &answer->errors};
    bool good = read_plan(&reader, options, plan);
    good &= read_scenario(&context->library, &reader, options, scenario);
    good &= load_draft(context, answer, options->draft, model, plan);
    good &= read_wishes(context, answer, options, model, plan, scenario, wishes);
    return good && check_agent(&answer->errors, options, model, scenario);
}

// A plain number above 0.
static bool read_usd(aug_errors *errors, const char *option, const char *text, double *usd) {
    if (!aug_option_quantity(errors, option, text, AUG_DIMENSION_NUMBER, usd))
        return false;
    if (!text || *usd > 0.0)
        return true;
    aug_error_add(errors, NULL, "option '--%s': expected dollars above 0, found '%.60s'", option, text);
    return false;
}

// Prices that are given in place of those of the files.
static bool read_prices(aug_errors *errors, const aug_estimate_options *options, aug_machine *machine, aug_economy *economy) {
    bool good = read_usd(errors, "price-usd", options->price_usd, &machine->price_usd);
    good &= read_usd(errors, "cloud-usd-per-hour", options->cloud_usd_per_hour, &machine->rent_usd_per_hour);
    good &= aug_option_quantity(errors, "electricity", options->electricity, AUG_DIMENSION_USD_PER_KWH, &economy->electricity_usd_per_kwh);
    if (options->price_usd)
        machine->price_modelled = economy->rents = false;
    else if (options->cloud_usd_per_hour)
        economy->rents = true;
    return good;
}

static bool find_metric(const void *found, const char *key, double *value) {
    const aug_estimate *estimate = found;
    aug_metric metric = aug_metric_find(key);
    if (metric == AUG_METRIC_COUNT || estimate->fit == AUG_FIT_NO_PLAN)
        return false;
    double metrics[AUG_METRIC_COUNT];
    aug_metrics_before(estimate->machine, &estimate->outcome.plan, metrics);
    aug_metrics_after(&estimate->outcome, metrics);
    metrics[AUG_METRIC_PARAMETERS] = estimate->parameters.total;
    if (isnan(metrics[metric]))
        return false;
    *value = metrics[metric];
    return true;
}

// An estimate, and what its mappings live in.
typedef struct held_estimate {
    aug_estimate estimate;
    aug_mapped *mapped; // NULL: times do not come from mappings
} held_estimate;

static void release(void *found) {
    aug_mapped_free(((held_estimate *)found)->mapped);
}

// Where mappings are asked for and the machine can be mapped to.
static void start_mapping(aug_context *context, aug_answer *answer, const aug_machine *machine,
                          const aug_estimate_options *options, held_estimate *held) {
    if (!options->mapped || machine->model != AUG_MACHINE_MAPPED)
        return;
    const aug_mapped_options wanted = {.threads = context->threads > 0 ? context->threads : aug_pool_cores(),
                                       .node_limit = options->node_limit,
                                       .cache = options->cache,
                                       .progress = &context->progress};
    atomic_store_explicit(&context->progress.stop, false, memory_order_relaxed);
    held->mapped = aug_mapped_new(&wanted, &answer->failure);
    if (!held->mapped)
        aug_arena_fail(&answer->arena);
}

// Whether the budget, where there is one, feeds at least one deployment.
static bool feeds_one(const aug_estimate *estimate) {
    return !(estimate->budget_watts > 0.0) ||
           !(aug_power_budget_of(&estimate->deployment, &estimate->outcome, estimate->budget_watts).deployments < 1.0);
}

static aug_status run(aug_context *context, aug_answer *answer, const char *model_name, const char *machine_name,
                      const aug_estimate_options *options) {
    aug_arena *arena = &answer->arena;
    const aug_reader reader = {arena, &answer->errors};
    aug_plan plan;
    aug_scenario *scenario = AUG_NEW(arena, aug_scenario);
    bool good = read_plan(&reader, options, &plan);
    good &= aug_mapping_options_agree(&answer->errors, options->mapped, options->node_limit, options->cache);
    good &= read_scenario(&context->library, &reader, options, scenario);
    const aug_model *model = aug_model_load(&context->library, arena, &answer->errors, model_name);
    good &= load_draft(context, answer, options->draft, model, &plan);
    aug_machine *machine = aug_machine_load(&context->library, arena, &answer->errors, machine_name);
    aug_estimate_wishes wishes = {.plans = options->plans};
    good &= read_wishes(context, answer, options, model, &plan, scenario, &wishes);
    good = good && check_agent(&answer->errors, options, model, scenario);
    if (options->ideal && options->mapped)
        good = refuse(&answer->errors, "'ideal' and 'mapped' are different machines", "give one of them");
    aug_economy *economy = aug_economy_load(&context->library, arena, &answer->errors, options->economy ? options->economy : "default");
    good &= aug_option_quantity(&answer->errors, "budget-watts", options->budget_watts, AUG_DIMENSION_WATTS, &wishes.budget_watts);
    good &= read_prices(&answer->errors, options, &(aug_machine){0}, &(aug_economy){0}); // tells what is wrong with them
    if (!good || !model || !machine || !economy)
        return AUG_BAD_INPUT;
    if (!aug_silicon_load(&context->library, arena, &answer->errors, machine) ||
        !aug_kernels_attach(&context->library, arena, &answer->errors, machine))
        return AUG_BAD_INPUT;
    if (options->ideal)
        aug_machine_idealise(machine);
    read_prices(&answer->errors, options, machine, economy);
    aug_dies *dies = NULL;
    if (options->area && !aug_silicon_dies(&context->library, arena, &answer->errors, machine, &dies))
        return AUG_BAD_INPUT;
    held_estimate *held = AUG_NEW(arena, held_estimate);
    aug_estimate *estimate = &held->estimate;
    answer->report = (aug_report){.found = held};
    answer->release = release;
    start_mapping(context, answer, machine, options, held);
    wishes.mapped = held->mapped;
    aug_estimate_with(arena, model, machine, scenario, economy, &plan, &wishes, estimate);
    estimate->silicon = options->area;
    estimate->dies = dies;
    answer->report = (aug_report){.found = estimate, .text = aug_estimate_text, .json = aug_estimate_json, .csv = aug_estimate_csv, .metric = find_metric};
    if (options->mapped && !held->mapped && estimate->note_count < (int)AUG_COUNT(estimate->notes))
        estimate->notes[estimate->note_count++] =
            "there are no mappings: the machine is described by its data sheet, not level by level";
    if (options->ideal && estimate->note_count < (int)AUG_COUNT(estimate->notes))
        estimate->notes[estimate->note_count++] = "by the data sheet alone: full peaks and bandwidths, no launches, element-wise operators inside products";
    if (held->mapped && aug_mapped_stopped(held->mapped))
        return AUG_LIMIT;
    return estimate->fit == AUG_FIT_OK && feeds_one(estimate) ? AUG_OK : AUG_NO;
}

aug_status aug_estimate_run(aug_context *context, const char *model, const char *machine,
                            const aug_estimate_options *options, aug_answer **answer) {
    AUG_CALL(answer, run(context, *answer, model, machine, options));
}
