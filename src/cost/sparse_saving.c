#include "cost/sparse_saving.h"

#include <math.h>

static aug_saving saving_of(const aug_sparse_nest *nest, const aug_sparse_choice *choice, int memory, bool skips) {
    aug_saving saving = {.tensor = choice->tensor, .store = aug_sparse_store(nest, choice->tensor, memory), .skips = skips,
                         .leaders = choice->on};
    for (int c = 0; c < nest->problem->tensor_count && saving.store >= 0; c++)
        if ((choice->on >> c & 1) && (c != choice->tensor || nest->design->memories[memory].rank_count[c] == 0))
            saving.empty[c] = aug_leader_empty(nest, choice->tensor, saving.store, c, &saving.words[c]);
    return saving;
}

static double chance_of(const aug_sparse_nest *nest, const aug_saving *saving) {
    double left = 1.0;
    for (int c = 0; c < nest->problem->tensor_count; c++)
        left *= 1.0 - saving->empty[c];
    return 1.0 - left;
}

static double saved_energy(const aug_sparse_nest *nest, const aug_saving *saving, const aug_cost *cost) {
    const aug_problem *problem = nest->problem;
    int m = nest->mapping->nodes[nest->stores[saving->tensor][saving->store]].memory, t = saving->tensor;
    const aug_problem_memory *memory = &problem->memories[m];
    const aug_flow *flows = cost->memories[m].tensors[t].flows;
    double share = nest->design->memories[m].rank_count[t] > 0 ? aug_sparse_share(problem, t) : 1.0;
    double read = memory->energy_pj[t][AUG_ACTION_READ], update = memory->energy_pj[t][AUG_ACTION_UPDATE];
    double energy = (double)flows[AUG_FLOW_READ].dense * (isnan(read) ? 1.0 : read) +
                    (double)flows[AUG_FLOW_UPDATE].dense * (isnan(update) ? 1.0 : update);
    return energy * share * chance_of(nest, saving);
}

void aug_savings_find(const aug_sparse_nest *nest, const aug_cost *cost, aug_savings *savings) {
    savings->count = 0;
    for (int m = 0; m < nest->problem->memory_count; m++) {
        const aug_sparse_level *level = &nest->design->memories[m];
        for (int g = 0; g < level->group_count; g++) {
            double most = -1.0;
            for (int o = 0; o < level->groups[g].choice_count; o++) {
                aug_saving saving = saving_of(nest, &level->groups[g].choices[o], m, level->groups[g].skips);
                double saved = saving.store < 0 ? -1.0 : saved_energy(nest, &saving, cost);
                if (saved < 0.0 || saved < most)
                    continue;
                most = saved;
                savings->items[savings->count] = saving;
            }
            savings->count += most >= 0.0;
        }
    }
}

// Product over leaders of the chance that the smallest tile which a saving of `tensors` looks at is not empty.
static double left_by(const aug_sparse_nest *nest, const aug_savings *savings, unsigned tensors, int stores, bool gating) {
    double empty[AUG_PROBLEM_TENSORS] = {0.0}, left = 1.0;
    for (int s = 0; s < savings->count; s++) {
        const aug_saving *saving = &savings->items[s];
        if (!(tensors >> saving->tensor & 1) || saving->store >= stores || (!saving->skips && !gating))
            continue;
        for (int c = 0; c < nest->problem->tensor_count; c++)
            empty[c] = fmax(empty[c], saving->empty[c]);
    }
    for (int c = 0; c < nest->problem->tensor_count; c++)
        left *= 1.0 - empty[c];
    return left;
}

aug_left aug_savings_left(const aug_sparse_nest *nest, const aug_savings *savings, int tensor, int store, bool local) {
    unsigned set = 1u << tensor;
    aug_left left = {.come = left_by(nest, savings, set, store, false)};
    left.taken = local ? left_by(nest, savings, set, store + 1, false) : left.come;
    left.actual = left_by(nest, savings, set, local ? store + 1 : store, true);
    return left;
}

aug_left aug_savings_left_operations(const aug_sparse_nest *nest, const aug_savings *savings) {
    unsigned inputs = (1u << (nest->problem->tensor_count - 1)) - 1;
    aug_left left = {.come = left_by(nest, savings, inputs, AUG_PROBLEM_MEMORIES, false)};
    left.taken = left.come;
    left.actual = left_by(nest, savings, inputs, AUG_PROBLEM_MEMORIES, true);
    return left;
}
