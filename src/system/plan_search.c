#include "system/plan_search.h"

#include "system/throttle.h"

#include <math.h>
#include <string.h>

// Sums here are rounded in another order than those that they bound.
static const double margin = 1.0 - 1e-9;

// ---- Listing

typedef struct lister {
    aug_arena *arena;
    const aug_deployment *deployment;
    aug_plan_list *list;
    int *index; // hash table of the passes: number + 1, 0 where empty
    int index_size;
} lister;

static bool same_pass(const aug_list_pass *known, const aug_pass *pass, double groups, const aug_split *split) {
    return known->groups == groups && known->pass.phase == pass->phase && known->pass.sequences == pass->sequences &&
           known->pass.new_tokens == pass->new_tokens && known->pass.past_tokens == pass->past_tokens &&
           known->split.tensor == split->tensor && known->split.expert_groups == split->expert_groups &&
           known->split.expert_tokens == split->expert_tokens && known->split.expert_tensor == split->expert_tensor;
}

static uint64_t hash_pass(const aug_pass *pass, double groups, const aug_split *split) {
    const double parts[] = {(double)pass->phase, pass->sequences,      pass->new_tokens,    pass->past_tokens,
                            split->tensor,       split->expert_groups, split->expert_tokens, groups};
    uint64_t hash = 0;
    for (size_t i = 0; i < AUG_COUNT(parts); i++) {
        uint64_t bits;
        memcpy(&bits, &parts[i], sizeof bits);
        hash = (hash ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return hash;
}

// The place of a pass in the hash table: where it is, or where it would be.
static int *find_pass(const lister *l, const aug_pass *pass, double groups, const aug_split *split) {
    uint64_t mask = (uint64_t)l->index_size - 1, at = hash_pass(pass, groups, split) & mask;
    while (l->index[at] && !same_pass(&l->list->passes[l->index[at] - 1], pass, groups, split))
        at = (at + 1) & mask;
    return &l->index[at];
}

// Keeps the hash table at most half full.
static void grow_index(lister *l) {
    if (l->list->pass_count * 2 < l->index_size)
        return;
    l->index_size = l->index_size ? l->index_size * 4 : 64;
    l->index = AUG_NEW_ARRAY(l->arena, int, (size_t)l->index_size);
    for (int i = 0; i < l->list->pass_count; i++)
        *find_pass(l, &l->list->passes[i].pass, l->list->passes[i].groups, &l->list->passes[i].split) = i + 1;
}

static int list_pass_of(lister *l, const aug_pass *pass, double groups, const aug_split *split) {
    aug_plan_list *list = l->list;
    grow_index(l);
    int *known = find_pass(l, pass, groups, split);
    if (*known)
        return *known - 1;
    if (list->pass_count == list->pass_capacity)
        list->passes = aug_arena_grow(l->arena, list->passes, list->pass_count, &list->pass_capacity, sizeof *list->passes);
    aug_pass part = aug_pass_part(pass, groups);
    list->passes[list->pass_count] = (aug_list_pass){
        .pass = *pass, .groups = groups, .split = *split, .sketch = aug_sketch_make(list->stage, split, &list->precision, &part), .home = -1};
    *known = ++list->pass_count;
    return list->pass_count - 1;
}

// A pass of one of the groups that share sequences.
static int list_pass(lister *l, const aug_candidate *candidate, const aug_pass *pass, const aug_split *split) {
    return list_pass_of(l, pass, (double)aug_plan_context(&candidate->plan), split);
}

static void list_passes(lister *l, aug_candidate *candidate) {
    const aug_scenario *scenario = l->deployment->scenario;
    aug_split split = aug_plan_split(&candidate->plan);
    aug_spread spread = aug_spread_of(scenario, &candidate->plan);
    aug_replica more = aug_replica_of(scenario, &candidate->plan, spread.more);
    candidate->passes[AUG_PASS_PROMPT] = list_pass(l, candidate, &more.prompt, &split);
    candidate->passes[AUG_PASS_PROMPTS] = list_pass(l, candidate, &more.prompts, &split);
    candidate->passes[AUG_PASS_STEP] = list_pass(l, candidate, &more.step, &split);
    candidate->passes[AUG_PASS_FEWER_PROMPTS] = candidate->passes[AUG_PASS_FEWER_STEP] = -1;
    if (spread.others > 0.0 && spread.fewer > 0.0) {
        aug_replica fewer = aug_replica_of(scenario, &candidate->plan, spread.fewer);
        candidate->passes[AUG_PASS_FEWER_PROMPTS] = list_pass(l, candidate, &fewer.prompts, &split);
        candidate->passes[AUG_PASS_FEWER_STEP] = list_pass(l, candidate, &fewer.step, &split);
    }
}

static bool list_plan(void *user, const aug_plan *plan) {
    lister *l = user;
    aug_plan_list *list = l->list;
    if (list->count == list->capacity)
        list->items = aug_arena_grow(l->arena, list->items, list->count, &list->capacity, sizeof *list->items);
    aug_candidate *candidate = &list->items[list->count++];
    candidate->plan = *plan;
    candidate->need = aug_need_measure(l->deployment->model, l->deployment->scenario, plan);
    if (list->stage && !l->deployment->scenario->turns)
        list_passes(l, candidate);
    return true;
}

aug_plan_list *aug_plan_list_make(aug_arena *arena, const aug_deployment *deployment, const aug_plan *wanted) {
    const aug_model *model = deployment->model;
    aug_plan_list *list = AUG_NEW(arena, aug_plan_list);
    list->arena = arena;
    if (model->language >= 0) {
        list->stage = &model->stages[model->language];
        list->precision = aug_plan_precision(wanted, &list->stage->precision);
    }
    lister l = {.arena = arena, .deployment = deployment, .list = list};
    aug_plan_space space = aug_deployment_space(deployment);
    aug_plan_each(wanted, &space, list_plan, &l);
    return list;
}

// ---- Bounding

// A pass by its kernel models, from memory where it was evaluated before.
static aug_sketch_bound known_pass(aug_plan_list *list, aug_list_pass *pass, const aug_roofline *roofline, int home) {
    for (int i = 0; i < pass->known_count; i++)
        if (pass->known[i].timing == roofline->timing && pass->known[i].home == home)
            return pass->known[i].cost;
    if (pass->known_count == pass->known_capacity && pass->known_capacity < AUG_KNOWN_PASSES)
        pass->known = aug_arena_grow(list->arena, pass->known, pass->known_count, &pass->known_capacity, sizeof *pass->known);
    int at = pass->known_count < AUG_KNOWN_PASSES ? pass->known_count++ : pass->known_next++ % AUG_KNOWN_PASSES;
    const aug_phase_input input = {
        .roofline = roofline, .stage = list->stage, .precision = &list->precision, .pass = pass->pass, .home = home};
    aug_phase_cost cost = aug_pass_evaluate(&input, &pass->split, pass->groups);
    pass->known[at] = (aug_known_pass){roofline->timing, home, {.seconds = cost.seconds, .energy_pj = cost.energy_pj}};
    return pass->known[at].cost;
}

static aug_sketch_bound bound_pass(aug_plan_list *list, int index, const aug_roofline *roofline, int home) {
    aug_list_pass *pass = &list->passes[index];
    if (pass->home != home) {
        pass->bound = roofline->models ? known_pass(list, pass, roofline, home) : aug_sketch_bound_of(&pass->sketch, roofline, home);
        pass->home = home;
    }
    return pass->bound;
}

// As aug_phase_cost.stage_seconds.
static double stage_seconds(const aug_plan_list *list, const aug_roofline *roofline, const aug_plan *plan, const aug_pass *pass,
                            const aug_sketch_bound *bound) {
    double crossing = bound->rounds > 0.0 ? aug_crossing_seconds(&roofline->crossing, aug_stage_layers(list->stage, plan)) : 0.0;
    double seconds = bound->seconds + bound->rounds * crossing;
    if (plan->pp <= 1)
        return seconds;
    aug_pass part = aug_pass_part(pass, (double)aug_plan_context(plan));
    aug_exchange_step send = aug_exchange_send(plan, pass->phase == AUG_PHASE_PREFILL ? &part : pass, &list->precision, list->stage->width);
    aug_exchange_cost cost = aug_collective_cost(roofline, send.kind, send.chips, send.bits);
    return seconds * aug_stage_ratio(list->stage, plan) + cost.seconds * send.repeats;
}

// One replica: what it cannot beat.
typedef struct replica_bound {
    double tokens_per_second, step_seconds, energy_pj_per_token;
} replica_bound;

static replica_bound bound_replica(aug_plan_list *list, const aug_deployment *d, const aug_candidate *c, double requests,
                                   int prompts_index, int step_index) {
    const aug_roofline *r = &d->roofline;
    int home = c->residency.home;
    double out = (double)d->scenario->out_tokens;
    aug_replica replica = aug_replica_of(d->scenario, &c->plan, requests);
    aug_sketch_bound prompts = bound_pass(list, prompts_index, r, home), step = bound_pass(list, step_index, r, home);
    double cap_watts = c->plan.power_cap_watts;
    prompts.energy_pj = aug_throttle_least_pj(r, cap_watts, prompts.seconds, prompts.energy_pj);
    step.energy_pj = aug_throttle_least_pj(r, cap_watts, step.seconds, step.energy_pj);
    double prompts_seconds = stage_seconds(list, r, &c->plan, &replica.prompts, &prompts);
    double step_seconds = stage_seconds(list, r, &c->plan, &replica.step, &step) / replica.tokens_per_step;
    double energy = prompts.energy_pj / replica.together +
                    (out - 1.0) * step.energy_pj / replica.tokens_per_step / replica.step.sequences;
    return (replica_bound){aug_replica_tokens_per_second(&replica, d->scenario, 0.0, prompts_seconds, step_seconds), step_seconds,
                           aug_plan_layer_chips(&c->plan) * energy / out};
}

static void bound_money(const aug_deployment *d, const aug_plan *plan, double dynamic_joules, aug_lower_bound *bound) {
    const aug_machine *machine = d->roofline.machine;
    double chips = (double)plan->chips, watts = machine->power_static_watts;
    double joules = dynamic_joules + (isnan(watts) ? 0.0 : watts * chips / bound->tokens_per_second);
    bound->joules_per_token = isnan(joules) ? 0.0 : joules * margin;
    aug_price_basis basis;
    double usd = d->economy ? aug_economy_usd_per_hour(d->economy, machine, 0.0, &basis) : (double)NAN;
    if (!isnan(usd))
        bound->usd_per_mtok = chips * usd / 3600.0 / (bound->tokens_per_second * d->economy->utilization) * 1e6 * margin;
}

static void bound_candidate(aug_plan_list *list, const aug_deployment *d, aug_candidate *c) {
    aug_spread spread = aug_spread_of(d->scenario, &c->plan);
    replica_bound more = bound_replica(list, d, c, spread.more, c->passes[AUG_PASS_PROMPTS], c->passes[AUG_PASS_STEP]);
    double tokens = more.tokens_per_second * spread.loaded, energy_pj = more.energy_pj_per_token;
    if (c->passes[AUG_PASS_FEWER_STEP] >= 0) {
        replica_bound fewer = bound_replica(list, d, c, spread.fewer, c->passes[AUG_PASS_FEWER_PROMPTS], c->passes[AUG_PASS_FEWER_STEP]);
        tokens += spread.others * fewer.tokens_per_second;
        energy_pj = fmin(energy_pj, fewer.energy_pj_per_token);
    }
    aug_sketch_bound prompt = bound_pass(list, c->passes[AUG_PASS_PROMPT], &d->roofline, c->residency.home);
    const aug_pass pass = aug_replica_of(d->scenario, &c->plan, spread.more).prompt;
    double prefill = stage_seconds(list, &d->roofline, &c->plan, &pass, &prompt);
    double wait = spread.more > 1.0 ? more.step_seconds * aug_plan_tokens_per_step(&c->plan) / 2.0 : 0.0;
    c->bound = (aug_lower_bound){.ttft_seconds = (wait + prefill) * margin,
                                 .tpot_seconds = more.step_seconds * margin,
                                 .tokens_per_second = tokens / margin};
    c->bound.latency_seconds = c->bound.ttft_seconds + ((double)d->scenario->out_tokens - 1.0) * c->bound.tpot_seconds;
    bound_money(d, &c->plan, energy_pj * 1e-12, &c->bound);
}

static void take_best(aug_lower_bound *best, const aug_lower_bound *bound) {
    best->ttft_seconds = fmin(best->ttft_seconds, bound->ttft_seconds);
    best->tpot_seconds = fmin(best->tpot_seconds, bound->tpot_seconds);
    best->latency_seconds = fmin(best->latency_seconds, bound->latency_seconds);
    best->joules_per_token = fmin(best->joules_per_token, bound->joules_per_token);
    best->usd_per_mtok = fmin(best->usd_per_mtok, bound->usd_per_mtok);
    best->tokens_per_second = fmax(best->tokens_per_second, bound->tokens_per_second);
}

void aug_plan_list_bound(aug_plan_list *list, const aug_deployment *d) {
    const aug_lower_bound none = {.tokens_per_second = (double)INFINITY};
    // Neither agents nor machines that fuse are bounded: every plan is evaluated there.
    bool bounded = list->stage && !d->scenario->turns && !d->roofline.fuses && isnan(d->scenario->rate_hz);
    bool hurries = aug_scenario_hurries(d->scenario);
    list->any_fits = false;
    list->best = none;
    for (int i = 0; i < list->pass_count; i++)
        list->passes[i].home = -1;
    for (int i = 0; i < list->count; i++) {
        aug_candidate *c = &list->items[i];
        c->residency = aug_residency_of(&d->roofline, &c->plan, &c->need);
        if (!c->residency.fits)
            continue;
        if (bounded && !c->plan.chunk) // what shares passes takes less than they say
            bound_candidate(list, d, c);
        else
            c->bound = none;
        c->value = hurries ? -c->bound.latency_seconds : c->bound.tokens_per_second;
        if (list->any_fits)
            take_best(&list->best, &c->bound);
        else
            list->best = c->bound;
        list->any_fits = true;
    }
}

// ---- Searching

static double lack_of(const aug_residency *r) {
    return (r->weights_bytes + r->cache_bytes + r->activations_bytes) / r->capacity_bytes;
}

static aug_fit nearest_fit(const aug_plan_list *list, const aug_deployment *d, aug_outcome *outcome) {
    int nearest = -1;
    for (int i = 0; i < list->count; i++)
        if (nearest < 0 || lack_of(&list->items[i].residency) < lack_of(&list->items[nearest].residency))
            nearest = i;
    if (nearest < 0)
        return AUG_FIT_NO_PLAN;
    aug_deployment_evaluate(d, &list->items[nearest].plan, outcome);
    return AUG_FIT_NOT;
}

// The plan with the best bound that was not tried yet, the first of equals; -1: none.
static int next_candidate(const aug_plan_list *list) {
    int next = -1;
    for (int i = 0; i < list->count; i++) {
        const aug_candidate *c = &list->items[i];
        if (c->residency.fits && !isnan(c->value) && (next < 0 || c->value > list->items[next].value))
            next = i;
    }
    return next;
}

// Whether plan `i` with this value is to be taken before the best so far: plans that keep the limits come first, then the
// larger value, then the earlier plan.
static bool is_better(bool met, double value, int i, bool best_met, double best_value, int best) {
    if (best < 0 || met != best_met)
        return best < 0 || met;
    return value > best_value || (value == best_value && i < best);
}

aug_fit aug_plan_list_best(aug_plan_list *list, const aug_deployment *d, aug_outcome *outcome) {
    if (list->count && !aug_throttle_possible(d->roofline.machine, list->items[0].plan.power_cap_watts))
        return AUG_FIT_NO_PLAN;
    if (!list->any_fits)
        return nearest_fit(list, d, outcome);
    aug_deployment compared = *d;
    compared.agent_turns = AUG_COMPARED_TURNS;
    const aug_deployment *trial = d->scenario->turns ? &compared : d;
    int best = -1, last = -1;
    bool best_met = false;
    double best_value = 0.0;
    for (int i; (i = next_candidate(list)) >= 0;) {
        aug_candidate *c = &list->items[i];
        if (best >= 0 && best_met && c->value < best_value)
            break;
        aug_deployment_evaluate(trial, &c->plan, outcome);
        last = i;
        c->value = (double)NAN; // tried
        double value = aug_deployment_value(trial, outcome);
        if (is_better(outcome->meets_limits, value, i, best_met, best_value, best)) {
            best = i;
            best_met = outcome->meets_limits;
            best_value = value;
        }
    }
    if (last != best || trial != d) // phases point into the deployment
        aug_deployment_evaluate(d, &list->items[best].plan, outcome);
    return best_met ? AUG_FIT_OK : AUG_FIT_LIMITS;
}

void aug_plan_list_front(aug_plan_list *list, const aug_deployment *d, aug_outcome *scratch, aug_plan_front *front) {
    for (int i = 0; i < list->count; i++) {
        const aug_candidate *c = &list->items[i];
        if (!c->residency.fits)
            continue;
        if (list->stage && !aug_plan_front_takes(front, c->bound.ttft_seconds, c->bound.tpot_seconds, c->bound.tokens_per_second))
            continue; // beaten even by its bound
        aug_deployment_evaluate(d, &c->plan, scratch);
        aug_plan_front_add(front, scratch);
    }
}
