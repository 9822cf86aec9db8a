// The words of restriction.h, node by node; the search, which knows them as bounds on its choices, is not
// asked.
//
//     order {buffer: [k, m]}:  for n:2 for k:3 for m:1 buffer[A]    holds: from the store outwards m, k, then
//     n
//                              for k:3 for n:2 for m:1 buffer[A]    does not: k stands outside of n
//                              for m:1 buffer[A], for k:3 buffer[A] hold: a rank of one step is absent
#include "mapper/restriction_check.h"

#include <string.h>

static bool keeps_hold(const aug_problem *p, const aug_restriction *r, const aug_mapping *mapping) {
    unsigned kept[AUG_PROBLEM_MEMORIES] = {0};
    for (int i = 0; i < mapping->count; i++)
        if (mapping->nodes[i].kind == AUG_MAPPING_STORE)
            kept[mapping->nodes[i].memory] |= mapping->nodes[i].tensors;
    for (int m = 0; m < p->memory_count; m++)
        if ((r->must[m] & ~kept[m]) || (r->never[m] & kept[m]))
            return false;
    return true;
}

static bool axes_hold(const aug_restriction *r, const aug_mapping *mapping, const bool *moves) {
    for (int i = 0; i < mapping->count; i++) {
        const aug_mapping_node *node = &mapping->nodes[i];
        if (node->kind == AUG_MAPPING_PAR && moves[i] && r->axis_is_fixed[node->axis] &&
            !(r->axis_ranks[node->axis] >> node->rank & 1u))
            return false;
    }
    return true;
}

// The loops in time above node `at`, up to the next store, are those of the list and then others.
static bool order_holds(const int *order, int count, const aug_mapping *mapping, const bool *moves, int at) {
    int next = count - 1; // of the list, inner to outer
    bool others = false;
    for (int i = at - 1; i >= 0 && mapping->nodes[i].kind != AUG_MAPPING_STORE; i--) {
        const aug_mapping_node *node = &mapping->nodes[i];
        if (node->kind != AUG_MAPPING_FOR || !moves[i])
            continue;
        int place = -1;
        for (int k = 0; k < count; k++)
            if (order[k] == node->rank)
                place = k;
        if (place < 0) {
            others = true;
            continue;
        }
        if (others || place > next)
            return false;
        next = place - 1;
    }
    return true;
}

static bool orders_hold(const aug_restriction *r, const aug_mapping *mapping, const bool *moves) {
    for (int i = 0; i < mapping->count; i++) {
        const aug_mapping_node *node = &mapping->nodes[i];
        bool store = node->kind == AUG_MAPPING_STORE;
        if (!store && node->kind != AUG_MAPPING_COMPUTE)
            continue;
        int place = store ? node->memory : AUG_PROBLEM_MEMORIES;
        if (!order_holds(r->order[place], r->order_count[place], mapping, moves, i))
            return false;
    }
    return true;
}

// Also notes which loops take more than one step.
static bool tiles_hold(const aug_problem *p, const aug_restriction *r, const aug_mapping *mapping,
                       bool *moves) {
    aug_count remains[AUG_PROBLEM_RANKS];
    memcpy(remains, p->sizes, sizeof remains);
    bool hold = true;
    for (int i = 0; i < mapping->count; i++) {
        const aug_mapping_node *node = &mapping->nodes[i];
        if (node->kind == AUG_MAPPING_FOR || node->kind == AUG_MAPPING_PAR) {
            moves[i] = node->tile < remains[node->rank];
            remains[node->rank] = node->tile;
        }
        for (int k = 0; node->kind == AUG_MAPPING_STORE && r->has_tiles[node->memory] && k < p->rank_count;
             k++)
            hold = hold && r->tiles[node->memory][k].least <= remains[k] &&
                   remains[k] <= r->tiles[node->memory][k].most;
    }
    return hold;
}

bool aug_restriction_holds(const aug_problem *problem, const aug_restriction *restriction,
                           const aug_mapping *mapping, const aug_cost *cost) {
    const double rounding = 1.0 + 1e-12; // of the quotient that utilization is
    bool moves[AUG_MAPPING_NODES] = {false};
    return tiles_hold(problem, restriction, mapping, moves) && keeps_hold(problem, restriction, mapping) &&
           axes_hold(restriction, mapping, moves) && orders_hold(restriction, mapping, moves) &&
           cost->utilization * rounding >= restriction->min_utilization;
}
