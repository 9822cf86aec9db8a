// Parts sum to their total, every figure is a number, and what a chip holds of the weights is its share at least.
#include "property.h"

#include "system/estimate.h"

// ---- Every figure is a number

// `unknown` allows NaN: energies and prices that a machine does not state.
static void check_figure(const property_case *at, const aug_plan *plan, const char *name, double value, bool unknown) {
    at->world->checks++;
    if (isnan(value) && unknown)
        return;
    if (!isfinite(value) || value < 0.0)
        property_violated(at, plan, "%s is %g", name, value);
}

static void check_positive(const property_case *at, const aug_plan *plan, const char *name, double value) {
    at->world->checks++;
    if (!isfinite(value) || !(value > 0.0))
        property_violated(at, plan, "%s is %g", name, value);
}

static void check_figures(const property_case *at, const aug_outcome *o) {
    const aug_machine *machine = at->deployment.roofline.machine;
    bool no_energy = !machine->has_energy, no_price = !(machine->price_usd > 0.0) && !(machine->rent_usd_per_hour > 0.0);
    const aug_plan *plan = &o->plan;
    check_positive(at, plan, "ttft", o->ttft_seconds);
    check_positive(at, plan, "tpot", o->tpot_seconds);
    check_positive(at, plan, "latency", o->latency_seconds);
    check_positive(at, plan, "tokens per second", o->tokens_per_second);
    check_figure(at, plan, "joules per token", o->joules_per_token, no_energy);
    check_figure(at, plan, "watts", o->watts, no_energy);
    check_figure(at, plan, "usd per hour", o->usd_per_hour, no_price);
    check_figure(at, plan, "usd per mtok", o->usd_per_mtok, no_price);
    at->world->checks++;
    if (isnan(o->usd_per_hour) != (o->price_basis == AUG_PRICE_NONE))
        property_violated(at, plan, "price basis %d for %g usd per hour", o->price_basis, o->usd_per_hour);
    const aug_residency *r = &o->residency;
    check_positive(at, plan, "weights", r->weights_bytes);
    check_figure(at, plan, "cache", r->cache_bytes, false);
    check_positive(at, plan, "activations", r->activations_bytes);
    check_figure(at, plan, "bytes of a sequence", r->sequence_bytes, false);
    check_figure(at, plan, "largest batch", r->largest_batch, false);
    at->world->checks++;
    if (isnan(r->capacity_bytes) || r->capacity_bytes <= 0.0)
        property_violated(at, plan, "capacity is %g", r->capacity_bytes);
}

// ---- Parts of figures

static void check_identities(const property_case *at, const aug_outcome *o) {
    const aug_plan *plan = &o->plan;
    double out = (double)at->scenario.out_tokens, chips = (double)plan->chips;
    if (at->deployment.model->language >= 0)
        property_equal(at, plan, "latency = ttft + (out - 1) tpot", o->ttft_seconds + (out - 1.0) * o->tpot_seconds,
                       o->latency_seconds);
    property_equal(at, plan, "watts of all chips = joules per token x tokens per second",
                   o->joules_per_token * o->tokens_per_second, o->watts * chips);
    property_equal(at, plan, "usd per mtok = usd per hour / tokens per hour",
                   o->usd_per_hour / (o->tokens_per_second * 3600.0 * at->world->economy->utilization) * 1e6, o->usd_per_mtok);
    at->world->checks++;
    if (plan->tp * aug_plan_context(plan) * plan->pp * plan->dp != plan->chips)
        property_violated(at, plan, "chips are not tp x cp x pp x dp");
}

static void check_residency(const property_case *at, const aug_outcome *o) {
    const aug_residency *r = &o->residency;
    const aug_plan *plan = &o->plan;
    double sequences = ceil((double)at->scenario.batch / (double)plan->dp);
    double needed = r->weights_bytes + r->cache_bytes + r->activations_bytes;
    property_equal(at, plan, "cache = sequences x bytes of a sequence", sequences * r->sequence_bytes, r->cache_bytes);
    at->world->checks++;
    if (r->fits != (needed <= r->capacity_bytes))
        property_violated(at, plan, "needs %.12g of %.12g bytes, fits: %d", needed, r->capacity_bytes, r->fits);
    at->world->checks++;
    if (r->fits && r->largest_batch < (double)at->scenario.batch)
        property_violated(at, plan, "fits, but the largest batch is %g", r->largest_batch);
    at->world->checks++;
    const aug_roofline *roofline = &at->deployment.roofline;
    if (r->home < 0 || r->home >= roofline->memory_count ||
        (r->home > 0 && roofline->memories[r->home].capacity_bits < needed * 8.0))
        property_violated(at, plan, "%.12g bytes live in memory %d", needed, r->home);
}

// Weights of one chip times the chips are all weights at least.
static void check_weights(const property_case *at, const aug_outcome *o) {
    const aug_model *model = at->deployment.model;
    aug_plan one = o->plan;
    one.chips = one.tp = one.pp = one.ep = one.dp = 1;
    for (int i = 0; i < model->stage_count; i++) {
        double all = aug_stage_weights_bytes(&model->stages[i], &one);
        double share = aug_stage_weights_bytes(&model->stages[i], &o->plan);
        at->world->checks++;
        if (share * (double)o->plan.chips < all * (1.0 - PROPERTY_ROUNDING) || share > all * (1.0 + PROPERTY_ROUNDING))
            property_violated(at, &o->plan, "%.12g bytes of weights of stage '%s' on each of %llu chips, %.12g in all", share,
                              model->stages[i].name, (unsigned long long)o->plan.chips, all);
    }
}

// ---- Operators of a phase

typedef struct sums {
    const property_case *at;
    const aug_plan *plan;
    aug_phase_cost cost;
    bool no_energy;
} sums;

static void add_operator(void *user, const aug_operator_cost *cost) {
    sums *s = user;
    s->cost.seconds += cost->seconds;
    s->cost.operations += cost->operations;
    s->cost.bits += cost->bits;
    s->cost.energy_pj += cost->energy_pj;
    check_figure(s->at, s->plan, cost->name, cost->seconds, false);
    check_figure(s->at, s->plan, "operations", cost->operations, false);
    check_figure(s->at, s->plan, "bits", cost->bits, false);
    check_figure(s->at, s->plan, "energy", cost->energy_pj, s->no_energy);
    s->at->world->checks++;
    if (cost->bound < 0 || cost->bound >= AUG_BOUNDS)
        property_violated(s->at, s->plan, "operator '%s' is bound by %d", cost->name, cost->bound);
    else
        s->cost.bound_seconds[cost->bound] += cost->seconds;
}

static void check_phase(const property_case *at, const aug_plan *plan, const aug_phase *phase) {
    // Energies that a machine does not state make sums NaN; its links may lack them too.
    sums s = {.at = at, .plan = plan, .no_energy = !at->deployment.roofline.machine->has_energy};
    for (int i = 0; i < at->deployment.roofline.machine->link_count; i++)
        s.no_energy = s.no_energy || isnan(at->deployment.roofline.machine->links[i].energy_pj_per_bit);
    aug_phase_cost again = aug_phase_evaluate(&phase->input, add_operator, &s);
    property_equal(at, plan, "seconds of a phase, evaluated again", phase->cost.seconds, again.seconds);
    property_equal(at, plan, "seconds of its operators", phase->cost.seconds, s.cost.seconds);
    property_equal(at, plan, "operations of its operators", phase->cost.operations, s.cost.operations);
    property_equal(at, plan, "bits of its operators", phase->cost.bits, s.cost.bits);
    property_equal(at, plan, "energy of its operators", phase->cost.energy_pj, s.cost.energy_pj);
    double bounds = 0.0;
    for (int b = 0; b < AUG_BOUNDS; b++) {
        property_equal(at, plan, "seconds by what bounds them", phase->cost.bound_seconds[b], s.cost.bound_seconds[b]);
        bounds += phase->cost.bound_seconds[b];
    }
    property_equal(at, plan, "seconds by what bounds them, together", phase->cost.seconds, bounds);
    at->world->checks++;
    if (phase->cost.stage_seconds < phase->cost.seconds * (1.0 - PROPERTY_ROUNDING))
        property_violated(at, plan, "%s: the longest stage takes %.12g, all take %.12g", phase->name, phase->cost.stage_seconds,
                          phase->cost.seconds);
    check_positive(at, plan, phase->name, phase->cost.seconds);
}

static void check_phases(const property_case *at, const aug_outcome *o) {
    double seconds = 0.0;
    for (int i = 0; i < o->phase_count; i++) {
        check_phase(at, &o->plan, &o->phases[i]);
        seconds += o->phases[i].cost.stage_seconds * o->phases[i].repeats;
    }
    if (at->deployment.model->language < 0)
        property_equal(at, &o->plan, "latency = all phases", seconds, o->latency_seconds);
}

static void check_outcome(const property_case *at, const aug_outcome *o) {
    check_figures(at, o);
    check_identities(at, o);
    check_residency(at, o);
    check_weights(at, o);
    check_phases(at, o);
}

static void check_parts(property_case *at) {
    check_outcome(at, &at->outcome);
    aug_outcome *outcome = calloc(1, sizeof *outcome);
    assert_non_null(outcome);
    aug_plan plan;
    if (property_random_plan(at, &plan)) {
        aug_deployment_evaluate(&at->deployment, &plan, outcome);
        check_outcome(at, outcome);
    }
    free(outcome);
}

static void parts_sum_to_their_total(void **state) {
    property_world *world = property_begin(state);
    property_each(world, 6, check_parts);
    property_end(world);
}

// ---- Scenarios far from the usual

static void extreme_scenarios_have_figures(void **state) {
    static const uint64_t sizes[] = {1, 2, 3, 1000, 1000003, UINT64_C(1) << 40}, chips[] = {1, 3, 7, 1024, 720720, 1000000};
    property_world *world = property_begin(state);
    property_case *at = calloc(1, sizeof *at);
    assert_non_null(at);
    int most = world->model_count > world->machine_count ? world->model_count : world->machine_count;
    for (int i = 0; i < 8 * most; i++) {
        property_draw(world, i % world->model_count, (i / 8) % world->machine_count, at);
        at->scenario.batch = property_choose(world, sizes, AUG_COUNT(sizes));
        at->scenario.in_tokens = property_choose(world, sizes, AUG_COUNT(sizes));
        at->scenario.out_tokens = property_choose(world, sizes, AUG_COUNT(sizes));
        at->scenario.image_tokens = aug_random_below(&world->random, at->scenario.in_tokens + 1);
        at->wanted.chips = property_choose(world, chips, AUG_COUNT(chips));
        aug_plan plan;
        if (!property_random_plan(at, &plan))
            continue;
        aug_deployment_evaluate(&at->deployment, &plan, &at->outcome);
        check_outcome(at, &at->outcome);
    }
    free(at);
    property_end(world);
}

// ---- The whole estimate

static void check_estimate(property_case *at) {
    if (aug_random_below(&at->world->random, 4) != 0)
        return;
    aug_arena arena;
    aug_arena_init(&arena, NULL);
    aug_estimate *estimate = AUG_NEW(&arena, aug_estimate);
    aug_estimate_make(&arena, at->deployment.model, at->deployment.roofline.machine, &at->scenario, at->world->economy,
                      &at->wanted, estimate);
    const aug_plan *plan = &estimate->outcome.plan;
    at->world->checks++;
    if (estimate->fit != at->fit)
        property_violated(at, plan, "fit %d, then %d", at->fit, estimate->fit);
    check_positive(at, plan, "parameters", estimate->parameters.total);
    check_positive(at, plan, "active parameters", estimate->parameters.active);
    property_not_larger(at, plan, "active parameters", "their number over all", estimate->parameters.total,
                        estimate->parameters.active);
    check_figure(at, plan, "cache bytes per token", estimate->cache_bytes_per_token, false);
    check_figure(at, plan, "state bytes", estimate->state_bytes_per_sequence, false);
    double phases = 0.0, operators = 0.0;
    for (int i = 0; i < estimate->outcome.phase_count; i++)
        phases += estimate->outcome.phases[i].cost.seconds * estimate->outcome.phases[i].repeats;
    for (int i = 0; i < estimate->operator_count; i++) {
        const aug_estimate_operator *op = &estimate->operators[i];
        double seconds = op->cost.seconds * op->passes;
        operators += seconds;
        property_not_larger(at, plan, op->cost.name, "low over middle", seconds, op->low_seconds);
        property_not_larger(at, plan, op->cost.name, "middle over high", op->high_seconds, seconds);
    }
    property_equal(at, plan, "seconds of all operators", phases, operators);
    for (int i = 0; i < estimate->sensitivity_count; i++) {
        const aug_sensitivity *row = &estimate->sensitivities[i];
        property_not_larger(at, plan, row->resource, "ttft for 10 % more", 0.0, row->ttft);
        property_not_larger(at, plan, row->resource, "tpot for 10 % more", 0.0, row->tpot);
    }
    if (estimate->fit == AUG_FIT_NOT && estimate->chips_needed) {
        at->world->checks++;
        if (estimate->chips_needed <= at->wanted.chips)
            property_violated(at, plan, "does not fit, but would on %llu chips", (unsigned long long)estimate->chips_needed);
    }
    aug_arena_free(&arena);
}

static void estimates_hold_together(void **state) {
    property_world *world = property_begin(state);
    property_each(world, 1, check_estimate);
    property_end(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_sum_to_their_total),
        cmocka_unit_test(extreme_scenarios_have_figures),
        cmocka_unit_test(estimates_hold_together),
    };
    return cmocka_run_group_tests(tests, property_setup, property_teardown);
}
