// The pass over one mapping: tiles, counts, zeros, cycles, energy. Each step is a file of this folder.
#include "cost/count.h"
#include "cost/energy.h"
#include "cost/footprint.h"
#include "cost/latency.h"
#include "cost/network.h"
#include "cost/perfect.h"
#include "cost/sparse_apply.h"

aug_cost_scratch *aug_cost_scratch_new(aug_arena *arena) {
    aug_cost_scratch *scratch = AUG_NEW_ROOM(arena, aug_cost_scratch, 1); // large, and most evaluations need little of it
    scratch->formed = scratch->scattered = false;
    scratch->form.memo = aug_walk_memo_new(arena);
    scratch->children = aug_children_new(arena);
    scratch->scatter = aug_scatter_new(arena);
    return scratch;
}

// Without zeros everything that is counted happens.
static void all_actual(const aug_problem *problem, aug_cost *cost) {
    for (int m = 0; m < problem->memory_count; m++)
        for (int t = 0; t < problem->tensor_count; t++)
            for (int f = 0; f < AUG_FLOW_COUNT && cost->memories[m].tensors[t].kept; f++) {
                aug_flow *flow = &cost->memories[m].tensors[t].flows[f];
                flow->actual = (double)flow->dense;
                flow->busiest_actual = (double)flow->busiest;
            }
}

bool aug_cost_evaluate(const aug_problem *problem, const aug_mapping *mapping, aug_cost_scratch *scratch,
                       aug_cost *cost) {
    scratch->formed = scratch->scattered = false;
    if (!aug_perfect_count(problem, mapping, cost)) {
        aug_footprint(problem, mapping, cost);
        aug_scratch_form(scratch, problem, mapping);
        aug_count_all(scratch, cost);
        all_actual(problem, cost);
    }
    cost->compute.actual = (double)cost->compute.operations;
    cost->compute.cycles =
        (double)cost->compute.busiest / problem->computes[cost->compute_unit].rate_per_cycle;
    if (aug_sparse_is_needed(problem))
        aug_sparse_apply(problem, mapping, cost);
    aug_footprint_check_capacity(problem, cost);
    aug_latency(problem, mapping, scratch, cost);
    aug_network(problem, mapping, scratch, cost);
    aug_energy(problem, mapping, scratch, cost);
    return cost->violation_count == 0;
}

void aug_cost_totals(const aug_problem *problem, const aug_mapping *mapping, aug_cost_scratch *scratch,
                     aug_cost *cost, aug_totals *totals) {
    if (!aug_sparse_is_needed(problem) && aug_perfect_totals(problem, mapping, totals))
        return;
    totals->fits = aug_cost_evaluate(problem, mapping, scratch, cost);
    totals->energy_pj = cost->energy_pj;
    totals->cycles = cost->cycles;
}
