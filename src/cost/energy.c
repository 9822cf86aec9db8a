#include "cost/energy.h"

#include <math.h>

static const int actions[AUG_FLOW_COUNT] = {AUG_ACTION_READ, AUG_ACTION_WRITE, AUG_ACTION_UPDATE};

static double holding_energy(const aug_problem_memory *memory, int tensor, aug_holding *holding) {
    holding->energy_pj = holding->metadata_energy_pj;
    for (int f = 0; f < AUG_FLOW_COUNT; f++) {
        aug_flow *flow = &holding->flows[f];
        flow->energy_pj = 0.0;
        if (flow->actions > 0.0)
            flow->energy_pj += flow->actions * memory->energy_pj[tensor][actions[f]];
        if (flow->gated_actions > 0.0)
            flow->energy_pj += flow->gated_actions * memory->gated_pj[tensor][actions[f]];
        holding->energy_pj += flow->energy_pj;
    }
    return holding->energy_pj;
}

// Instances that leak: those in use, or all inside of each used instance of the memory that they are switched
// off with.
static double leaking(const aug_form *form, int memory) {
    const aug_problem_memory *outer = &form->problem->memories[form->problem->memories[memory].gated_at];
    return (double)aug_form_instances(form, outer->axes_above) *
           (double)(form->problem->memories[memory].instances / outer->instances);
}

static double tensors_energy(const aug_problem *problem, int m, aug_memory_cost *of) {
    double sum = 0.0;
    for (int t = 0; t < problem->tensor_count; t++)
        if (of->tensors[t].kept)
            sum += holding_energy(&problem->memories[m], t, &of->tensors[t]);
    return sum;
}

// Time that leaks: steady work, without what arrays need to fill and to drain.
static double memories_energy(const aug_problem *problem, const aug_mapping *mapping,
                              aug_cost_scratch *scratch, aug_cost *cost) {
    double steady = cost->cycles - cost->overhead_cycles, sum = 0.0;
    for (int m = 0; m < problem->memory_count; m++) {
        const aug_problem_memory *memory = &problem->memories[m];
        aug_memory_cost *of = &cost->memories[m];
        if (!of->used)
            continue;
        of->leakage_pj = 0.0;
        if (memory->leakage_pj_per_cycle > 0.0) {
            double instances = memory->gated_at < 0 ? (double)of->instances
                                                    : leaking(aug_scratch_form(scratch, problem, mapping), m);
            of->leakage_pj = memory->leakage_pj_per_cycle * instances * steady;
        }
        of->energy_pj = of->leakage_pj + tensors_energy(problem, m, of);
        sum += of->energy_pj;
    }
    return sum;
}

static double area_of(const aug_problem *problem) {
    double area = 0.0;
    bool any = false;
    for (int m = 0; m < problem->memory_count; m++) {
        double each = problem->memories[m].area_um2;
        if (isnan(each) && m > 0)
            return (double)NAN;
        any |= !isnan(each);
        area += isnan(each) ? 0.0 : each * (double)problem->memories[m].instances;
    }
    for (int c = 0; c < problem->compute_count; c++) {
        if (isnan(problem->computes[c].area_um2))
            return (double)NAN;
        any = true;
        area += problem->computes[c].area_um2 * (double)problem->computes[c].instances;
    }
    return any ? area : (double)NAN;
}

void aug_energy(const aug_problem *problem, const aug_mapping *mapping, aug_cost_scratch *scratch,
                aug_cost *cost) {
    const aug_problem_compute *unit = &problem->computes[cost->compute_unit];
    double sum = memories_energy(problem, mapping, scratch, cost);
    cost->compute.energy_pj = cost->compute.actual * unit->energy_pj + cost->compute.gated * unit->gated_pj +
                              cost->compute.skipped * unit->skipped_pj;
    sum += cost->compute.energy_pj;
    for (int a = 0; a < problem->array_count; a++)
        sum += cost->networks[a].energy_pj;
    cost->has_energy = !isnan(sum);
    cost->energy_pj = sum;
    cost->edp_pj_cycles = sum * cost->cycles;
    cost->area_um2 = area_of(problem);
}
