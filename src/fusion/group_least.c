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
// The same holds where the outermost stores of the other tensors cost less than they do, a share of it. What
// passes those is known of a prefix (group_floor.c), so with any share
//
//     energy >= (1 - share) x what passes them at least + energy of the best nest at that share
//
// A share of nothing has all read straight out of the outermost memory, however often. A good one makes
// a word cost as much as it takes to bring it into the next memory and to read it there once. Example:
// 200 pJ a word in dram, 6 pJ to read or write the buffer, so 12 / 200. Scores of attention, a head of
// 2048 x 2048 x 128 with 512 queries in the buffer, so that all keys come four times, take 1.492 mJ. For
// keys that come once it is 1.330 mJ at least; with a share of nothing 0.395, with this one 1.474. Where the
// keys do come once, it is 1.326, so without windows the search with this share is the only one.
#include "fusion/group_least.h"

#include "fusion/group_batch.h"
#include "fusion/group_front.h"

#include <math.h>
#include <string.h>

typedef struct aug_group_least_entry {
    struct aug_group_least_entry *next;
    const aug_problem *member;
    int8_t homes[AUG_PROBLEM_TENSORS]; // -1: none of the intermediates
    bool is_remade;                    // one of many for that recompute
    bool is_exact;                     // its least energy
    double asked_pj;                   // below which the last search of a remade one looked
    const aug_problem *whole;          // with its intermediates at home
    aug_group_least least;
} aug_group_least_entry;

enum { REMADE_NODES = 4000 }; // of a search for one of those
// One that had no end is worth another where much less is of interest.
enum { PART_OF_LIMIT = 1 }; // a small one, not a number of nodes
static const double LOWER = 1.0 - 1e-9;

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

// The first memory from `from` on that may keep a tensor; memory_count: none.
static int next_home(const aug_problem *p, int tensor, int from) {
    while (from < p->memory_count && (p->memories[from].never >> tensor & 1u))
        from++;
    return from;
}

static double price_of(const aug_problem *p, int memory, int tensor, int action) {
    double price = memory < p->memory_count ? p->memories[memory].energy_pj[tensor][action] : 0.0;
    return price > 0.0 ? price / (double)p->memories[memory].block : 0.0; // not stated counts as nothing
}

// Of the price of the outermost stores of other tensors: the largest that a word of them takes to pass the next
// memory.
static double share_of(const aug_group_least_entry *entry, const aug_problem *p) {
    double share = 0.0;
    for (int t = 0; t < p->tensor_count; t++) {
        int home = next_home(p, t, 0), next = next_home(p, t, home + 1);
        double whole = fmax(price_of(p, home, t, AUG_ACTION_READ), price_of(p, home, t, AUG_ACTION_UPDATE));
        double pass = price_of(p, next, t, AUG_ACTION_READ) + price_of(p, next, t, AUG_ACTION_WRITE);
        if (entry->homes[t] < 0 && whole > 0.0)
            share = fmax(share, pass / whole);
    }
    return fmin(share, 1.0);
}

// Outermost stores of other tensors cost a share of what they do; not stated: stays so.
static void lower_outermost(const aug_group_least_entry *entry, double share, aug_problem *p) {
    for (int t = 0; t < p->tensor_count; t++) {
        int home = next_home(p, t, 0);
        for (int a = 0; entry->homes[t] < 0 && home < p->memory_count && a < AUG_ACTION_COUNT; a++)
            if (p->memories[home].energy_pj[t][a] > 0.0)
                p->memories[home].energy_pj[t][a] *= share;
    }
}

// Nothing fits: nothing is known. Nothing below `cutoff`: it takes as much at least.
static double search_below(aug_group_leasts *known, const aug_problem *problem, aug_objective objective,
                           double cutoff, uint64_t most_nodes, bool *is_exact, double *energy_pj) {
    aug_group_question question = aug_group_question_of(problem);
    question.most_nodes = most_nodes == PART_OF_LIMIT ? 0 : most_nodes;
    question.cutoff = cutoff;
    question.is_floor = true;
    question.is_least = most_nodes != PART_OF_LIMIT;
    question.floor_of = objective;
    if (objective == AUG_OBJECTIVE_ENERGY)
        question.prefix_count = aug_batch_prefix(problem, question.prefix);
    const aug_group_best *best = aug_group_member_best(known->members, &question);
    *is_exact = !best->limited && best->count > 0;
    if (best->limited)
        return fmin(best->bound, cutoff);
    if (best->count == 0)
        return isinf(cutoff) ? 0.0 : cutoff;
    const aug_mapper_point *point = best->points[0];
    *energy_pj = fmax(0.0, aug_group_energy(point->energy_pj));
    return objective == AUG_OBJECTIVE_LATENCY ? point->cycles : *energy_pj;
}

static double search_for(aug_group_leasts *known, const aug_group_least_entry *entry, const aug_problem *problem,
                         aug_objective objective) {
    bool is_exact;
    double energy_pj;
    return search_below(known, problem, objective, (double)INFINITY, entry->is_remade ? REMADE_NODES : 0, &is_exact,
                        &energy_pj);
}

// Of an einsum that recomputing makes it matters whether it is of interest.
static void search_remade(aug_group_leasts *known, aug_group_least_entry *entry, const aug_problem *whole,
                          double cutoff, uint64_t most_nodes) {
    double energy_pj;
    double least = search_below(known, whole, AUG_OBJECTIVE_ENERGY, cutoff, most_nodes, &entry->is_exact, &energy_pj);
    entry->asked_pj = cutoff;
    entry->least.energy_pj = fmax(entry->least.energy_pj, least);
}

static void search_fastest(aug_group_leasts *known, aug_group_least_entry *entry, const aug_problem *whole) {
    bool is_exact;
    double energy_pj = 0.0;
    entry->least.cycles = search_below(known, whole, AUG_OBJECTIVE_LATENCY, (double)INFINITY,
                                       entry->is_remade ? REMADE_NODES : 0, &is_exact, &energy_pj);
    entry->least.fast_pj = is_exact ? energy_pj : 0.0;
}

// Of least energy all but a little of what the whole takes is known of each prefix by a share, so the whole is searched
// only where there is none, or where windows, of which floors know less, make one search cheap beside what it rules out.
static void search_least(aug_group_leasts *known, aug_group_least_entry *entry, bool is_windowed, double cutoff) {
    aug_problem *whole = bring_home(known->arena, entry);
    entry->least = (aug_group_least){0};
    entry->whole = whole;
    if (known->objective != AUG_OBJECTIVE_ENERGY)
        search_fastest(known, entry, whole);
    if (aug_mapper_can_search(whole, NULL))
        return;
    if (entry->is_remade) {
        search_remade(known, entry, whole, cutoff, REMADE_NODES);
        if (entry->least.energy_pj >= cutoff)
            return;
    }
    aug_problem *inside = AUG_NEW(known->arena, aug_problem);
    *inside = *whole;
    entry->least.share = share_of(entry, whole);
    lower_outermost(entry, entry->least.share, inside);
    bool needs_whole = is_windowed || !(entry->least.share > 0.0) || known->objective != AUG_OBJECTIVE_ENERGY;
    if (!entry->is_remade && needs_whole)
        entry->least.energy_pj = search_for(known, entry, whole, AUG_OBJECTIVE_ENERGY);
    entry->least.inside_pj = search_for(known, entry, inside, AUG_OBJECTIVE_ENERGY);
}

static const aug_group_least nothing;

static void find_homes(const aug_group *group, int member, const int8_t *homes, int8_t *own) {
    memset(own, -1, AUG_PROBLEM_TENSORS);
    for (int t = 0; t < group->tensor_count; t++)
        if (group->tensor_of[member][t] >= 0 && (group->intermediates >> t & 1u))
            own[group->tensor_of[member][t]] = homes[t];
}

static aug_group_least_entry *find(const aug_group_leasts *known, const aug_problem *seen, const int8_t *own) {
    aug_group_least_entry *e = known->first;
    while (e && (e->member != seen || memcmp(e->homes, own, sizeof e->homes) != 0))
        e = e->next;
    return e;
}

// What is left for a member when the others take the least that they do without windows.
static double left_for(aug_group_leasts *known, const aug_group *group, int member, const int8_t *homes) {
    if (!known->front || known->front->objective != AUG_OBJECTIVE_ENERGY)
        return (double)INFINITY;
    double left = aug_group_front_cutoff(known->front);
    for (int e = 0; e < group->member_count; e++)
        if (e != member)
            left -= aug_group_least_of(known, group, e, group->members[e], homes)->energy_pj;
    return fmax(left, 0.0);
}

const aug_group_least *aug_group_least_of(aug_group_leasts *known, const aug_group *group, int member,
                                          const aug_problem *seen, const int8_t *homes) {
    int8_t own[AUG_PROBLEM_TENSORS];
    find_homes(group, member, homes, own);
    aug_group_least_entry *entry = find(known, seen, own);
    if (entry)
        return &entry->least;
    if (!aug_group_members_can_bound(known->members))
        return &nothing;
    entry = AUG_NEW(known->arena, aug_group_least_entry);
    entry->member = seen;
    entry->is_remade = seen->rank_count > group->members[member]->rank_count;
    memcpy(entry->homes, own, sizeof own);
    search_least(known, entry, group->windowed, entry->is_remade ? left_for(known, group, member, homes) : (double)INFINITY);
    entry->next = known->first;
    known->first = entry;
    return &entry->least;
}

bool aug_group_least_raise(aug_group_leasts *known, const aug_group *group, int member, const aug_problem *seen,
                           const int8_t *homes, double cutoff) {
    int8_t own[AUG_PROBLEM_TENSORS];
    find_homes(group, member, homes, own);
    aug_group_least_entry *entry = find(known, seen, own);
    if (!entry || !entry->is_remade || entry->is_exact || entry->least.energy_pj >= cutoff ||
        !(cutoff < entry->asked_pj * LOWER) || !aug_group_members_can_bound(known->members))
        return false;
    double before = entry->least.energy_pj;
    search_remade(known, entry, bring_home(known->arena, entry), cutoff, PART_OF_LIMIT);
    return entry->least.energy_pj > before;
}

static void add(aug_group_front *to, double energy_pj, double cycles) {
    aug_group_front_add(to, (aug_group_point){energy_pj, cycles, NULL});
}

void aug_group_least_steps(aug_group_leasts *known, aug_group_pipe_ports *ports, const aug_group *group, int member,
                           const int8_t *homes, int memory, int kind, const aug_product_cut *cut,
                           aug_group_front *to) {
    const aug_group_least *least = aug_group_least_of(known, group, member, group->members[member], homes);
    int8_t own[AUG_PROBLEM_TENSORS];
    find_homes(group, member, homes, own);
    const aug_group_least_entry *entry = find(known, group->members[member], own);
    if (known->objective == AUG_OBJECTIVE_LATENCY && memory < 0) {
        add(to, fmax(least->fast_pj, least->energy_pj), least->cycles);
        add(to, least->energy_pj, least->cycles + 1.0); // they are whole
        return;
    }
    const aug_group_best *best = NULL;
    if (entry && aug_group_members_can_bound(known->members)) {
        aug_group_question question = aug_group_question_of(
            memory < 0 ? entry->whole : aug_group_port_alone(ports, entry->whole, memory, kind));
        question.is_floor = question.is_least = true;
        question.floor_of = AUG_OBJECTIVE_FRONT;
        question.cut = *cut;
        best = aug_group_member_best(known->members, &question);
    }
    if (!best || best->limited) {
        add(to, least->energy_pj, memory < 0 ? least->cycles : 0.0);
        return;
    }
    for (int i = 0; i < best->count; i++) {
        double cycles = best->points[i]->cycles;
        add(to, fmax(least->energy_pj, aug_group_energy(best->points[i]->energy_pj)),
            memory < 0 ? cycles : fmax(0.0, cycles - 1.0) / AUG_PORT_SCALE);
    }
}
