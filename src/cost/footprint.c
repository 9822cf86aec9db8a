#include "cost/footprint.h"

#include <string.h>

void aug_footprint_start(const aug_problem *problem, aug_cost *cost) {
    for (int m = 0; m < problem->memory_count; m++) {
        aug_memory_cost *memory = &cost->memories[m];
        for (int t = 0; t < problem->tensor_count; t++)
            memory->tensors[t].kept = false;
        memory->used = false;
        memory->instances = 0;
        memory->port_count = 0;
        memory->occupancy_bits = memory->expected_bits = memory->cycles = memory->leakage_pj =
            memory->energy_pj = 0.0;
    }
    cost->compute = (aug_compute_cost){.imbalance = 1.0};
    for (int a = 0; a < problem->array_count; a++) {
        cost->networks[a] = (aug_network_cost){.energy_pj = 0.0};
        cost->folds[a] = 0;
    }
    cost->violation_count = 0;
}

static void violate(aug_cost *cost, aug_violation violation) {
    if (cost->violation_count < AUG_VIOLATIONS)
        cost->violations[cost->violation_count++] = violation;
}

void aug_footprint_extents(const aug_problem *problem, const aug_mapping *mapping, int node,
                           aug_count *extents) {
    for (int r = 0; r < problem->rank_count; r++)
        extents[r] = problem->sizes[r];
    for (int n = 0; n < node; n++) {
        const aug_mapping_node *at = &mapping->nodes[n];
        if ((at->kind == AUG_MAPPING_FOR || at->kind == AUG_MAPPING_PAR) && at->tile < extents[at->rank])
            extents[at->rank] = at->tile;
    }
}

void aug_footprint_hold(const aug_problem *problem, int memory, int tensor, aug_count tile_words,
                        aug_cost *cost) {
    aug_memory_cost *of = &cost->memories[memory];
    aug_holding *holding = &of->tensors[tensor];
    memset(holding, 0, sizeof *holding);
    of->used = true;
    holding->kept = true;
    holding->tile_words = tile_words;
    holding->stored_words = holding->expected_words = (double)(int64_t)tile_words;
    of->occupancy_bits += holding->stored_words * problem->memories[memory].bits[tensor];
}

static void hold_all(const aug_problem *problem, const aug_mapping_node *store, const aug_count *extents,
                     aug_cost *cost) {
    for (int t = 0; t < problem->tensor_count; t++)
        if (store->tensors >> t & 1)
            aug_footprint_hold(problem, store->memory, t, aug_tensor_words(&problem->tensors[t], extents), cost);
}

static void check_kept(const aug_problem *problem, int m, aug_cost *cost) {
    const aug_problem_memory *memory = &problem->memories[m];
    for (int t = 0; t < problem->tensor_count; t++) {
        bool kept = cost->memories[m].tensors[t].kept;
        if (!kept && (memory->must >> t & 1))
            violate(cost, (aug_violation){AUG_RULE_MUST, m, -1, t, 0.0, 1.0});
        if (kept && (memory->never >> t & 1))
            violate(cost, (aug_violation){AUG_RULE_NEVER, m, -1, t, 1.0, 0.0});
    }
}

void aug_footprint_check(const aug_problem *problem, const aug_count *used, aug_cost *cost) {
    for (int m = 0; m < problem->memory_count; m++) {
        cost->memories[m].occupancy_bits *= (double)problem->memories[m].buffers;
        cost->memories[m].expected_bits = cost->memories[m].occupancy_bits;
        if (problem->memories[m].must | problem->memories[m].never)
            check_kept(problem, m, cost);
    }
    for (int a = 0; a < problem->axis_count; a++)
        if (used[a] > problem->axes[a].fanout)
            violate(cost, (aug_violation){AUG_RULE_FANOUT, -1, a, -1, (double)problem->axes[a].fanout,
                                          (double)used[a]});
}

void aug_footprint_check_capacity(const aug_problem *problem, aug_cost *cost) {
    for (int m = 0; m < problem->memory_count; m++)
        if (cost->memories[m].occupancy_bits > problem->memories[m].capacity_bits)
            violate(cost, (aug_violation){AUG_RULE_CAPACITY, m, -1, -1, problem->memories[m].capacity_bits,
                                          cost->memories[m].occupancy_bits});
}

void aug_footprint(const aug_problem *problem, const aug_mapping *mapping, aug_cost *cost) {
    aug_count extents[AUG_PROBLEM_RANKS], used[AUG_PROBLEM_AXES];
    aug_footprint_start(problem, cost);
    for (int r = 0; r < problem->rank_count; r++)
        extents[r] = problem->sizes[r];
    for (int a = 0; a < problem->axis_count; a++)
        used[a] = 1;
    for (int n = 0; n < mapping->count; n++) {
        const aug_mapping_node *node = &mapping->nodes[n];
        if (node->kind == AUG_MAPPING_STORE) {
            hold_all(problem, node, extents, cost);
        } else if (node->kind == AUG_MAPPING_COMPUTE) {
            cost->compute_unit = node->compute;
        } else {
            aug_count extent = extents[node->rank];
            if (node->kind == AUG_MAPPING_PAR)
                used[node->axis] *= extent / node->tile + (extent % node->tile != 0);
            extents[node->rank] = node->tile < extent ? node->tile : extent;
        }
    }
    aug_footprint_check(problem, used, cost);
}
