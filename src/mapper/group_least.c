// A floor under a member that no prefix goes below: the mapper's answer to an easier problem.
//
// Take a member's nest in any plan of a group and put the homes of its intermediates above all loops, each in
// the memory where it is and whole, in room that is added for it. They have no parent, so what is read and
// written there stays the same: it depends on the loops above the next store further in. Loops over one rank
// that now meet in one gap, the shared one and the member's own, are no better than the inner one alone. The
// nest is one of the member alone with those homes, so the best of these costs no more, in energy and in
// cycles:
//
//     dram[Q] for m:64 for p:32 buffer[S] | for m:8 mac    is above     dram[Q] buffer[S] for p:32 for m:8
//     mac
//
// The same holds for the energy of everything but the outermost stores of the other tensors. What passes
// those is known of a prefix (group_floor.c), so the two make a sum.
#include "mapper/group_least.h"

#include "mapper/group_batch.h"
#include "mapper/group_front.h"

#include <math.h>
#include <string.h>

typedef struct aug_group_least_entry {
    struct aug_group_least_entry *next;
    const aug_problem *member;
    int8_t homes[AUG_PROBLEM_TENSORS]; // -1: none of the intermediates
    bool is_remade;                    // one of many for that recompute
    aug_group_least least;
} aug_group_least_entry;

enum { REMADE_NODES = 4000 }; // of a search for one of those

// The member with its intermediates at home, and room for them.
static aug_problem *bring_home(aug_arena *arena, const aug_group_least_entry *entry) {
    aug_problem *p = AUG_NEW(arena, aug_problem);
    *p = *entry->member;
    for (int t = 0; t < p->tensor_count; t++) {
        int home = entry->homes[t];
        for (int m = 0; m < home; m++)
            p->memories[m].never |= 1u << t;
        if (home >= 0)
            p->memories[home].capacity_bits += (double)aug_tensor_words(&p->tensors[t], p->sizes) *
                                               p->memories[home].bits[t] * (double)p->memories[home].buffers;
    }
    return p;
}

// Outermost stores of other tensors cost nothing; not stated: stays so.
static void free_outermost(const aug_group_least_entry *entry, aug_problem *p) {
    for (int t = 0; t < p->tensor_count; t++) {
        int home = 0;
        while (home < p->memory_count && (p->memories[home].never >> t & 1u))
            home++;
        for (int a = 0; entry->homes[t] < 0 && home < p->memory_count && a < AUG_ACTION_COUNT; a++)
            if (p->memories[home].energy_pj[t][a] > 0.0)
                p->memories[home].energy_pj[t][a] = 0.0;
    }
}

// Nothing fits: nothing is known.
static double search_for(aug_group_leasts *known, const aug_group_least_entry *entry,
                         const aug_problem *problem, aug_objective objective) {
    aug_group_question question = aug_group_question_of(problem);
    question.most_nodes = entry->is_remade ? REMADE_NODES : 0;
    question.is_floor = question.is_least = true;
    question.floor_of = objective;
    if (objective == AUG_OBJECTIVE_ENERGY)
        question.prefix_count = aug_batch_prefix(problem, question.prefix);
    const aug_group_best *best = aug_group_member_best(known->members, &question);
    if (best->limited)
        return best->bound;
    if (best->count == 0)
        return 0.0;
    const aug_mapper_point *point = best->points[0];
    return objective == AUG_OBJECTIVE_LATENCY ? point->cycles : fmax(0.0, aug_group_energy(point->energy_pj));
}

static void search_least(aug_group_leasts *known, aug_group_least_entry *entry) {
    aug_problem *whole = bring_home(known->arena, entry);
    entry->least = (aug_group_least){0};
    if (known->objective != AUG_OBJECTIVE_ENERGY)
        entry->least.cycles = search_for(known, entry, whole, AUG_OBJECTIVE_LATENCY);
    if (aug_mapper_can_search(whole, AUG_OBJECTIVE_ENERGY))
        return; // no energies
    aug_problem *inside = AUG_NEW(known->arena, aug_problem);
    *inside = *whole;
    free_outermost(entry, inside);
    entry->least.energy_pj = search_for(known, entry, whole, AUG_OBJECTIVE_ENERGY);
    entry->least.inside_pj = search_for(known, entry, inside, AUG_OBJECTIVE_ENERGY);
}

static const aug_group_least nothing;

const aug_group_least *aug_group_least_of(aug_group_leasts *known, const aug_group *group, int member,
                                          const aug_problem *seen, const int8_t *homes) {
    int8_t own[AUG_PROBLEM_TENSORS];
    memset(own, -1, sizeof own);
    for (int t = 0; t < group->tensor_count; t++)
        if (group->tensor_of[member][t] >= 0 && (group->intermediates >> t & 1u))
            own[group->tensor_of[member][t]] = homes[t];
    for (aug_group_least_entry *e = known->first; e; e = e->next)
        if (e->member == seen && memcmp(e->homes, own, sizeof own) == 0)
            return &e->least;
    if (!aug_group_members_can_bound(known->members))
        return &nothing;
    aug_group_least_entry *entry = AUG_NEW(known->arena, aug_group_least_entry);
    entry->next = known->first;
    entry->member = seen;
    entry->is_remade = seen->rank_count > group->members[member]->rank_count;
    memcpy(entry->homes, own, sizeof own);
    search_least(known, entry);
    known->first = entry;
    return &entry->least;
}
