// What a plan costs and what it holds at the same time.
//
// Energy and cycles are the sums of those of the members' nests. A member's own tile is dropped while others
// run, unless it stays where it is from one step of the innermost shared loop to the next: its nest then
// counts on finding it again. Such tiles are held throughout:
//
//     held while member e runs = stores of the prefix + tiles of all members that stay + other own tiles of e
//
// In a pipeline (group_pipe.h) that is so for the members of each unit, beside those of the others, and the
// prefix holds some tensors several times.
//
// Example: shared loops `for h for m for p`, a member S[h,m,p] += Q[h,m,e] K[h,p,e] that keeps Q and K by
// itself, whole: Q is not moved by p and stays; K comes anew at each step.
#include "fusion/group_pipe.h"

#include <string.h>

typedef enum moved { NOT_AT_ALL, IN_PART, AS_A_WHOLE } moved;

// How a step of a loop moves the tiles of a tensor; a sum of ranks as an index: neighbouring windows overlap.
static moved moved_by(const aug_problem_tensor *tensor, int rank) {
    for (int d = 0; d < tensor->dim_count; d++)
        for (int k = 0; k < tensor->dims[d].term_count; k++)
            if (tensor->dims[d].terms[k].rank == rank)
                return tensor->dims[d].term_count > 1 ? IN_PART : AS_A_WHOLE;
    return NOT_AT_ALL;
}

void aug_group_stays(const aug_problem *problem, const aug_mapping_node *prefix, int count,
                     aug_lasting *lasting) {
    int innermost = -1;
    lasting->tensors = lasting->always = 0;
    for (int i = 0; i < count; i++)
        if (prefix[i].kind == AUG_MAPPING_FOR)
            innermost = prefix[i].rank;
    for (int t = 0; t < problem->tensor_count && innermost >= 0; t++) {
        moved how = moved_by(&problem->tensors[t], innermost);
        lasting->tensors |= (unsigned)(how == NOT_AT_ALL) << t;
        lasting->always |= (unsigned)(how == IN_PART) << t;
    }
}

// Whether a tile of a member's own, below `count` nodes of its nest, is still of use at the next step of the
// innermost shared loop.
static bool stays(const aug_group_plan *plan, int member, int count, int tensor) {
    const aug_problem *p = plan->problems[member];
    const aug_mapping *nest = plan->nests[member];
    aug_lasting lasting;
    aug_group_stays(p, nest->nodes, plan->prefix_nodes[member], &lasting);
    if (!(lasting.tensors >> tensor & 1u))
        return lasting.always >> tensor & 1u;
    aug_count remains[AUG_PROBLEM_RANKS];
    memcpy(remains, p->sizes, sizeof remains);
    for (int i = 0; i < count; i++) {
        const aug_mapping_node *node = &nest->nodes[i];
        if (i >= plan->prefix_nodes[member] && node->kind == AUG_MAPPING_FOR &&
            (p->tensors[tensor].ranks >> node->rank & 1u) && node->tile < remains[node->rank])
            return false;
        if (node->kind == AUG_MAPPING_FOR || node->kind == AUG_MAPPING_PAR)
            remains[node->rank] = node->tile;
    }
    return true;
}

// Adds the own tiles of a member to those that stay and those that do not.
static void add_own(const aug_group_plan *plan, int member, double *lasting, double *passing) {
    const aug_problem *p = plan->problems[member];
    const aug_mapping *nest = plan->nests[member];
    aug_count extents[AUG_PROBLEM_RANKS];
    memcpy(extents, p->sizes, sizeof extents);
    for (int i = 0; i < nest->count; i++) {
        const aug_mapping_node *node = &nest->nodes[i];
        if (node->kind == AUG_MAPPING_FOR || node->kind == AUG_MAPPING_PAR)
            extents[node->rank] = node->tile;
        for (int t = 0; node->kind == AUG_MAPPING_STORE && t < p->tensor_count; t++)
            if ((node->tensors >> t & 1u) && i >= plan->prefix_nodes[member])
                (stays(plan, member, i, t) ? lasting : passing)[node->memory] +=
                    (double)aug_tensor_words(&p->tensors[t], extents) * p->memories[node->memory].bits[t];
    }
}

void aug_group_lasting(const aug_group_plan *plan, int member, double *bits) {
    double passing[AUG_PROBLEM_MEMORIES] = {0};
    add_own(plan, member, bits, passing);
}

void aug_group_held(const aug_group_plan *plan, int member, double *bits) {
    add_own(plan, member, bits, bits);
}

// Adds the most that passes while one member after another runs, those of `unit`; -1: all.
static void add_passing(const aug_group_plan *plan, int unit, double *lasting, double *held) {
    double most[AUG_PROBLEM_MEMORIES] = {0};
    for (int e = 0; e < plan->group->member_count; e++) {
        double passing[AUG_PROBLEM_MEMORIES] = {0};
        if (unit >= 0 && aug_problem_unit(plan->group->members[e]) != unit)
            continue;
        add_own(plan, e, lasting, passing);
        for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
            most[m] = passing[m] > most[m] ? passing[m] : most[m];
    }
    for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
        held[m] += most[m];
}

int aug_group_overfull(const aug_group_plan *plan) {
    const aug_group *group = plan->group;
    const aug_problem *p = group->members[0];
    aug_group_pipe pipe;
    if (group->member_count == 1)
        return -1;
    double held[AUG_PROBLEM_MEMORIES] = {0}, lasting[AUG_PROBLEM_MEMORIES] = {0};
    bool pipelined = plan->pipelined && aug_group_pipe_init(group, &plan->prefix, plan->problems, &pipe);
    for (int i = 0; i < plan->prefix.count; i++)
        for (int t = 0; !plan->prefix.nodes[i].is_loop && t < group->tensor_count; t++)
            if (plan->prefix.nodes[i].tensors >> t & 1u)
                lasting[plan->prefix.nodes[i].memory] +=
                    pipelined ? aug_group_pipe_bits(&pipe, &plan->prefix, i, t)
                              : (double)aug_group_tile_words(group, &plan->prefix, i, t) *
                                    aug_group_word_bits(group, plan->prefix.nodes[i].memory, t);
    for (int c = 0; c < (pipelined ? p->compute_count : 1); c++)
        add_passing(plan, pipelined ? c : -1, lasting, held);
    for (int m = 0; m < p->memory_count; m++)
        if ((lasting[m] + held[m]) * (double)p->memories[m].buffers > p->memories[m].capacity_bits)
            return m;
    return -1;
}

bool aug_group_fits(const aug_group_plan *plan) {
    return aug_group_overfull(plan) < 0;
}

bool aug_group_evaluate(aug_arena *arena, aug_group_plan *plan) {
    aug_cost_scratch *scratch = aug_cost_scratch_new(arena);
    aug_cost *cost = AUG_NEW(arena, aug_cost);
    bool fits = aug_group_fits(plan);
    aug_group_load loads[AUG_GROUP_MEMBERS];
    aug_group_pipe pipe;
    plan->energy_pj = plan->cycles = 0.0;
    for (int e = 0; e < plan->group->member_count; e++) {
        fits &= aug_cost_evaluate(plan->problems[e], plan->nests[e], scratch, cost);
        plan->energy_pj += cost->energy_pj;
        plan->cycles += cost->cycles;
        aug_group_load_of(plan->problems[e], cost, &loads[e]);
    }
    if (plan->pipelined && aug_group_pipe_init(plan->group, &plan->prefix, plan->problems, &pipe))
        plan->cycles = aug_group_pipe_cycles(&pipe, loads, NULL);
    return fits;
}
