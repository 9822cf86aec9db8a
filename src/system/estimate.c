#include "system/estimate.h"

#include "base/buffer.h"
#include "system/apart.h"
#include "system/plan_search.h"
#include "system/sensitivity.h"
#include "system/throttle.h"

#include <math.h>
#include <string.h>

typedef struct collector {
    aug_estimate *estimate;
    const aug_phase *phase;
    int capacity;
    aug_arena *arena;
} collector;

static void collect(void *user, const aug_operator_cost *cost) {
    collector *c = user;
    aug_estimate *estimate = c->estimate;
    if (estimate->operator_count == c->capacity)
        estimate->operators = aug_arena_grow(c->arena, estimate->operators, estimate->operator_count, &c->capacity, sizeof *estimate->operators);
    double seconds = cost->seconds * c->phase->repeats;
    estimate->operators[estimate->operator_count++] = (aug_estimate_operator){.phase = c->phase->name,
                                                                              .passes = c->phase->repeats,
                                                                              .cost = *cost,
                                                                              .low_seconds = seconds * cost->low,
                                                                              .high_seconds = seconds * cost->high};
    if (cost->why)
        estimate->operators[estimate->operator_count - 1].cost.why = aug_arena_print(c->arena, "%s", cost->why);
}

static void collect_operators(aug_arena *arena, aug_estimate *estimate) {
    collector c = {.estimate = estimate, .arena = arena};
    for (int i = 0; i < estimate->outcome.phase_count; i++) {
        c.phase = &estimate->outcome.phases[i];
        aug_phase_evaluate(&c.phase->input, collect, &c);
    }
}

// The largest share of a phase: "memory 'hbm' 87 %".
static void print_largest(aug_buffer *out, const aug_estimate *estimate, const aug_phase *phase) {
    int most = 0;
    for (int b = 1; b < AUG_BOUNDS; b++)
        if (phase->cost.bound_seconds[b] > phase->cost.bound_seconds[most])
            most = b;
    const char *name = aug_bound_name(&estimate->deployment.roofline, most);
    double share = phase->cost.seconds > 0.0 ? phase->cost.bound_seconds[most] / phase->cost.seconds : 0.0;
    bool memory = most >= AUG_BOUND_MEMORY;
    aug_buffer_print(out, "%s waits for %s%s %.0f %% of the time", phase->name, name, memory ? " bandwidth" : "",
                     share * 100.0);
}

static const char *describe_bottleneck(aug_arena *arena, const aug_estimate *estimate) {
    aug_buffer out;
    aug_buffer_init(&out, arena);
    for (int i = estimate->outcome.phase_count - 1; i >= 0; i--) {
        const aug_phase *phase = &estimate->outcome.phases[i];
        if (out.length)
            aug_buffer_put(&out, ", ");
        print_largest(&out, estimate, phase);
    }
    return aug_buffer_text(&out);
}

static void add_note(aug_estimate *estimate, const char *note) {
    if (estimate->note_count < (int)AUG_COUNT(estimate->notes))
        estimate->notes[estimate->note_count++] = note;
}

// Formats that the machine does not compute in, and what it uses instead.
static void note_formats(aug_arena *arena, aug_estimate *estimate) {
    bool seen[AUG_FORMAT_COUNT] = {false};
    for (int i = 0; i < estimate->operator_count; i++) {
        const aug_operator *op = estimate->operators[i].cost.op;
        if (!op || !aug_einsum_is_product(&op->einsum) || op->vector)
            continue;
        aug_number_format wanted = aug_format_computed(aug_operator_format(op, &estimate->outcome.precision)), used;
        double peak = aug_machine_peak(estimate->machine, AUG_UNIT_MATRIX, wanted, &used);
        if (wanted >= AUG_FORMAT_COUNT || seen[wanted] || used == wanted)
            continue;
        seen[wanted] = true;
        add_note(estimate, peak > 0.0 ? aug_arena_print(arena, "%s is computed as %s: the machine states no %s peak", aug_format_name(wanted), aug_format_name(used), aug_format_name(wanted))
                                      : aug_arena_print(arena, "the machine has no unit for %s", aug_format_name(wanted)));
    }
}

// Numbers of the machine that nobody has checked against a source.
static void note_sources(aug_arena *arena, aug_estimate *estimate) {
    aug_buffer list;
    aug_buffer_init(&list, arena);
    const aug_node *sources = estimate->machine->sources;
    for (const aug_node *node = sources ? sources->first : NULL; node; node = node->next)
        if (node->kind == AUG_NODE_SCALAR && strstr(node->text, "memory("))
            aug_buffer_print(&list, "%s%s", list.length ? ", " : "", node->key);
    if (list.length)
        add_note(estimate, aug_arena_print(arena, "unsourced (from memory): %s", list.text));
    if (estimate->machine->price_modelled)
        add_note(estimate, aug_arena_print(arena, "the price is modelled from technology %s", estimate->machine->technology));
}

// What the times rest on, where it is not measurements of this machine.
static void note_basis(aug_arena *arena, aug_estimate *estimate) {
    if (!estimate->machine->models)
        return;
    double seconds[AUG_BASIS_FITTED + 1] = {0.0}, sum = 0.0;
    for (int i = 0; i < estimate->operator_count; i++)
        seconds[estimate->operators[i].cost.basis] += estimate->operators[i].cost.seconds * estimate->operators[i].passes;
    for (int b = 0; b <= AUG_BASIS_FITTED; b++)
        sum += seconds[b];
    if (!(sum > 0.0))
        return;
    if (seconds[AUG_BASIS_FAMILY] > 0.005 * sum)
        add_note(estimate, aug_arena_print(arena, "%.0f %% of the time rests on measurements of other machines of family %s",
                                           100.0 * seconds[AUG_BASIS_FAMILY] / sum, estimate->machine->family));
    if (seconds[AUG_BASIS_DATASHEET] > 0.005 * sum)
        add_note(estimate, aug_arena_print(arena, "%.0f %% of the time rests on the data sheet and on what holds for machines at large",
                                           100.0 * seconds[AUG_BASIS_DATASHEET] / sum));
}

// How far times and energies are those of the best mappings.
static void note_mappings(aug_arena *arena, aug_estimate *estimate) {
    const aug_operator_cost *worst = NULL;
    int count = 0, open = 0;
    for (int i = 0; i < estimate->operator_count; i++) {
        const aug_operator_cost *cost = &estimate->operators[i].cost;
        if (isnan(cost->gap))
            continue;
        count++;
        open += cost->gap > 0.0;
        if (!worst || cost->gap > worst->gap)
            worst = cost;
    }
    if (count == 0)
        return;
    bool energies = estimate->machine->has_energy;
    add_note(estimate, aug_arena_print(arena, "%d operator%s counted by the mapping of the %s%s", count, count == 1 ? " is" : "s are",
                                       energies ? "least product of energy and time" : "fewest cycles",
                                       open ? "" : count == 1 ? ", which is proven" : ", each proven"));
    if (open)
        add_note(estimate, aug_arena_print(arena, "mappings that are not proven: %d; the worst %s, of '%.60s', may be up to %.3g %% above the least",
                                           open, energies ? "product" : "time", worst->name, 100.0 * worst->gap / (1.0 - worst->gap)));
}

static bool names_before(const aug_estimate *estimate, int at) {
    const aug_operator_cost *cost = &estimate->operators[at].cost;
    for (int i = 0; i < at; i++) {
        const aug_operator_cost *other = &estimate->operators[i].cost;
        if (other->why && strcmp(other->why, cost->why) == 0 && strcmp(other->name, cost->name) == 0)
            return true;
    }
    return false;
}

// Operators that have no mapping, by the reason why.
static void note_rooflines(aug_arena *arena, aug_estimate *estimate) {
    for (int i = 0; i < estimate->operator_count; i++) {
        const char *why = estimate->operators[i].cost.why;
        aug_buffer names;
        aug_buffer_init(&names, arena);
        for (int k = 0; why && k < estimate->operator_count; k++) {
            const aug_operator_cost *cost = &estimate->operators[k].cost;
            if (!cost->why || strcmp(cost->why, why) != 0 || names_before(estimate, k))
                continue;
            if (k < i)
                break; // told with that one
            aug_buffer_print(&names, "%s%s", names.length ? ", " : "", cost->name);
        }
        if (names.length)
            add_note(estimate, aug_arena_print(arena, "by the roofline, since %s: %s", why, aug_buffer_text(&names)));
    }
}

static void note_fit(aug_arena *arena, double cap_watts, aug_estimate *estimate) {
    const aug_residency *r = &estimate->outcome.residency;
    if (estimate->fit == AUG_FIT_NOT) {
        double needed = r->weights_bytes + r->cache_bytes + r->activations_bytes;
        aug_shown need = aug_show(needed * 8.0, AUG_DIMENSION_BITS), have = aug_show(r->capacity_bytes * 8.0, AUG_DIMENSION_BITS);
        add_note(estimate, aug_arena_print(arena, "does not fit: each chip needs %s and has %s", need.text, have.text));
        if (estimate->chips_needed)
            add_note(estimate, aug_arena_print(arena, "it fits on %llu chips", (unsigned long long)estimate->chips_needed));
    } else if (estimate->fit == AUG_FIT_LIMITS && isinf(estimate->outcome.ttft_seconds)) {
        add_note(estimate, aug_arena_print(arena, "%s requests/s are more than it keeps up with: at most %s/s",
                                           aug_show_number(estimate->scenario->rate_hz, 3).text,
                                           aug_show_number(estimate->outcome.largest_rate, 3).text));
    } else if (estimate->fit == AUG_FIT_LIMITS) {
        add_note(estimate, "no plan keeps the scenario's limits on ttft and tpot");
    } else if (!aug_throttle_possible(estimate->machine, cap_watts)) {
        add_note(estimate, aug_arena_print(arena, "no clock keeps %s: %s flow whatever the chip does", aug_show(cap_watts, AUG_DIMENSION_WATTS).text,
                                           aug_show(estimate->machine->power_static_watts, AUG_DIMENSION_WATTS).text));
    } else if (estimate->fit == AUG_FIT_NO_PLAN) {
        add_note(estimate, "no plan: the degrees that are asked for do not fit the chips, the layers or the links");
    }
}

// The turn after which memory is full, and the one after which the model's context is.
static uint64_t turns_in_memory(const aug_estimate *estimate) {
    aug_scenario shorter = *estimate->scenario;
    uint64_t good = 0, bad = shorter.turns;
    while (good + 1 < bad) {
        shorter.turns = good + (bad - good) / 2;
        bool fits = aug_residency_find(&estimate->deployment.roofline, estimate->model, &shorter, &estimate->outcome.plan).fits;
        *(fits ? &good : &bad) = shorter.turns;
    }
    return good;
}

static uint64_t turns_in_context(const aug_estimate *estimate) {
    const aug_scenario *s = estimate->scenario;
    double room = estimate->model->context_tokens - (double)s->in_tokens - (double)s->out_tokens;
    return room < 0.0 ? 0 : 1 + (uint64_t)(room / ((double)s->turn.in_tokens + (double)s->turn.out_tokens));
}

// An agent that cannot come to its end.
static void note_turns(aug_arena *arena, aug_estimate *estimate) {
    const aug_scenario *s = estimate->scenario;
    double longest = aug_scenario_longest(s), context = estimate->model->context_tokens;
    estimate->last_turn = s->turns;
    if (!s->turns || estimate->fit == AUG_FIT_NO_PLAN)
        return;
    if (estimate->fit == AUG_FIT_NOT) {
        estimate->last_turn = turns_in_memory(estimate);
        add_note(estimate, aug_arena_print(arena, "memory is full in turn %llu of %llu", (unsigned long long)estimate->last_turn + 1, (unsigned long long)s->turns));
    } else if (context > 0.0 && longest > context) {
        estimate->fit = AUG_FIT_LIMITS;
        estimate->last_turn = turns_in_context(estimate);
        add_note(estimate, aug_arena_print(arena, "the model sees %.0f tokens: its context is full in turn %llu of %llu, and the last one ends at %.0f", context,
                                           (unsigned long long)estimate->last_turn + 1, (unsigned long long)s->turns, longest));
    }
}

// Phases whose clock a limit of power slows.
static void note_clocks(aug_arena *arena, aug_estimate *estimate) {
    aug_buffer list;
    aug_buffer_init(&list, arena);
    const aug_outcome *o = &estimate->outcome;
    for (int i = 0; i < o->phase_count; i++)
        if (o->phases[i].cost.clock < 1.0)
            aug_buffer_print(&list, "%s%s at %.3g %%", list.length ? ", " : "", o->phases[i].name, 100.0 * o->phases[i].cost.clock);
    double cap = o->plan.power_cap_watts, limit = estimate->machine->power_limit_watts;
    if (list.length)
        add_note(estimate, aug_arena_print(arena, "to stay below %s per chip the clock falls: %s of full clock",
                                           aug_show(cap > 0.0 && !(cap >= limit) ? cap : limit, AUG_DIMENSION_WATTS).text, aug_buffer_text(&list)));
    else if (cap > 0.0)
        add_note(estimate, "the power cap changes nothing: no phase draws as much");
    if (cap > 0.0 && !estimate->machine->has_energy)
        add_note(estimate, "the power cap has no meaning: the machine states no energies");
}

// Whether the budget feeds one deployment at all.
static void note_budget(aug_arena *arena, aug_estimate *estimate) {
    if (!(estimate->budget_watts > 0.0))
        return;
    aug_power_budget budget = aug_power_budget_of(&estimate->deployment, &estimate->outcome, estimate->budget_watts);
    if (budget.deployments < 1.0)
        add_note(estimate, aug_arena_print(arena, "the budget feeds no deployment: one draws %s at the meter",
                                           aug_show(budget.deployment_watts, AUG_DIMENSION_WATTS).text));
}

// What was asked for and has no meaning for this model.
static void note_unused(aug_estimate *estimate, const aug_plan *wanted) {
    bool encodes = false;
    for (int i = 0; i < estimate->model->stage_count; i++)
        encodes = encodes || estimate->model->stages[i].kind == AUG_STAGE_IMAGE;
    if (wanted->ep > 1 && !aug_model_has_experts(estimate->model))
        add_note(estimate, "ep changes nothing: the model has no experts");
    if (estimate->scenario->image_tokens && !encodes)
        add_note(estimate, "images change nothing: the model has no image encoder");
    if (estimate->model->language >= 0)
        return;
    if (!isnan(estimate->scenario->rate_hz) || estimate->deployment.server)
        add_note(estimate, "arrivals and servers change nothing: the model does not generate text");
    if (wanted->speculate || wanted->chunk || estimate->scenario->cache_hit > 0.0)
        add_note(estimate, "speculation, chunks and cached prompts change nothing: the model does not generate text");
}

// What published rooflines of such models tell, beside what is expected.
static void add_ideal(aug_arena *arena, aug_estimate *estimate) {
    if (estimate->model->language >= 0 || estimate->machine->ideal || estimate->deployment.mapped)
        return;
    aug_machine *machine = AUG_NEW(arena, aug_machine);
    aug_deployment *deployment = AUG_NEW(arena, aug_deployment);
    *machine = *estimate->machine;
    aug_machine_idealise(machine);
    aug_deployment_init(deployment, estimate->model, machine, estimate->scenario, estimate->economy);
    estimate->ideal = AUG_NEW(arena, aug_outcome);
    aug_deployment_evaluate(deployment, &estimate->outcome.plan, estimate->ideal);
}

void aug_estimate_make(aug_arena *arena, const aug_model *model, const aug_machine *machine, const aug_scenario *scenario,
                       const aug_economy *economy, const aug_plan *wanted, aug_estimate *estimate) {
    const aug_estimate_wishes none = {.mapped = NULL};
    aug_estimate_with(arena, model, machine, scenario, economy, wanted, &none, estimate);
}

// The best plan, and where it is wished the front of all.
static void find_plan(aug_arena *arena, const aug_plan *wanted, const aug_estimate_wishes *wishes, aug_estimate *estimate) {
    const aug_deployment *d = &estimate->deployment;
    estimate->front = (aug_plan_front){.arena = arena};
    aug_plan_front *front = wishes->plans ? &estimate->front : NULL;
    if (!aug_throttle_possible(estimate->machine, wanted->power_cap_watts)) {
        estimate->fit = AUG_FIT_NO_PLAN;
    } else if (wishes->apart) {
        estimate->fit = aug_apart_best(arena, d, wanted, wishes->prefill_chips, front, &estimate->outcome, &estimate->plans);
    } else {
        aug_plan_list *list = aug_plan_list_make(arena, d, wanted);
        aug_plan_list_bound(list, d);
        if (front)
            aug_plan_list_front(list, d, &estimate->outcome, front);
        estimate->fit = aug_plan_list_best(list, d, &estimate->outcome);
        estimate->plans = (uint64_t)list->count;
    }
    aug_plan_front_finish(&estimate->front);
}

void aug_estimate_best(aug_arena *arena, const aug_model *model, const aug_machine *machine, const aug_scenario *scenario,
                       const aug_economy *economy, const aug_plan *wanted, const aug_estimate_wishes *wishes, aug_estimate *estimate) {
    *estimate = (aug_estimate){.model = model, .machine = machine, .scenario = scenario, .economy = economy, .budget_watts = wishes->budget_watts};
    aug_deployment_init(&estimate->deployment, model, machine, scenario, economy);
    estimate->deployment.mapped = wishes->mapped;
    estimate->deployment.server = wishes->server;
    find_plan(arena, wanted, wishes, estimate);
    estimate->parameters = aug_model_parameters(model);
    for (int i = 0; i < model->stage_count; i++) {
        const aug_stage *stage = &model->stages[i];
        if (stage->kind == AUG_STAGE_IMAGE)
            continue;
        aug_precision precision = aug_plan_precision(wanted, &stage->precision);
        estimate->cache_bytes_per_token += aug_stage_cache_bytes_per_token(stage, &precision);
        estimate->state_bytes_per_sequence += aug_stage_state_bytes(stage, 1.0);
    }
    if (estimate->fit == AUG_FIT_NOT)
        estimate->chips_needed = aug_deployment_chips_needed(&estimate->deployment, wanted);
    note_fit(arena, wanted->power_cap_watts, estimate);
    note_turns(arena, estimate);
}

void aug_estimate_with(aug_arena *arena, const aug_model *model, const aug_machine *machine, const aug_scenario *scenario,
                       const aug_economy *economy, const aug_plan *wanted, const aug_estimate_wishes *wishes, aug_estimate *estimate) {
    aug_estimate_best(arena, model, machine, scenario, economy, wanted, wishes, estimate);
    note_unused(estimate, wanted);
    if (estimate->fit == AUG_FIT_NO_PLAN) {
        estimate->bottleneck = "no plan";
        return;
    }
    note_clocks(arena, estimate);
    note_budget(arena, estimate);
    collect_operators(arena, estimate);
    estimate->bottleneck = describe_bottleneck(arena, estimate);
    estimate->sensitivity_count =
        aug_sensitivities_find(arena, &estimate->deployment, &estimate->outcome, estimate->sensitivities);
    add_ideal(arena, estimate);
    note_formats(arena, estimate);
    note_mappings(arena, estimate);
    note_rooflines(arena, estimate);
    note_basis(arena, estimate);
    note_sources(arena, estimate);
}
