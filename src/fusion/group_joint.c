// Branches of different members meet in what they hold alone. Each is searched as if its own tiles were its
// alone. Where tiles that stay (group_cost.c) of several members do not fit together, take a memory that is
// too full and the member that has most such tiles in it beyond what the others leave it already, `bits`. In
// every plan
//
//     either that member leaves less than `bits` there, or there are `bits` less for all others
//
// and the members are searched again in each of the two cases, until they fit or are no better than what is
// known. A search that leaves too much in place has no other nests to look at than those it had.
#include "fusion/group_joint.h"

#include "fusion/group_pipe_search.h"

#include <math.h>
#include <string.h>

enum { MOST_CASES = 256, GUESS_AT = 4 }; // of one prefix

void aug_group_joint_ask(aug_group_joint *j, const aug_group_item *item) {
    const aug_group *group = j->group;
    const aug_group_least *leasts[AUG_GROUP_MEMBERS];
    const aug_problem *seen[AUG_GROUP_MEMBERS];
    for (int e = 0; e < group->member_count; e++) {
        aug_group_question *q = &j->questions[e];
        j->draft.problems[e] = aug_group_seen(&j->search->sights, group, &j->draft.prefix, e);
        *q = aug_group_question_of(j->draft.problems[e]);
        q->is_many = group->windowed;
        q->breaks_ties = j->front->breaks_ties;
        q->prefix_count = aug_group_member_prefix(group, &j->draft.prefix, e, q->prefix);
        aug_group_reserved(group, &j->draft.prefix, e, q->reserved_bits);
        aug_group_stays(q->problem, q->prefix, q->prefix_count, &q->lasting);
        j->draft.prefix_nodes[e] = q->prefix_count;
        seen[e] = q->problem;
        leasts[e] = aug_group_least_below(&j->search->leasts, &j->search->sights, j->search->options->perfect,
                                          group, &j->draft.prefix, e, q->problem, item->homes);
    }
    j->floors.all =
        aug_group_floors(group, &j->draft.prefix, j->search->options->perfect, seen, leasts, j->floors.each);
}

// What is left for a member when the others cost what is known of them.
double aug_group_joint_cutoff(const aug_group_joint *j, int member) {
    aug_objective objective = j->search->options->objective;
    if ((objective != AUG_OBJECTIVE_ENERGY && objective != AUG_OBJECTIVE_LATENCY) ||
        isinf(aug_group_front_cutoff(j->front)))
        return (double)INFINITY;
    bool energy = objective == AUG_OBJECTIVE_ENERGY;
    double left = aug_group_front_cutoff(j->front);
    for (int e = 0; e < j->group->member_count; e++) {
        if (e == member)
            continue;
        if (j->found >> e & 1u)
            left -= energy ? j->best[e]->points[0]->energy_pj : j->best[e]->points[0]->cycles;
        else
            left -= energy ? j->floors.each[e].energy_pj : j->floors.each[e].cycles;
    }
    return left;
}

// EDP: the same of both figures. Rounding aside, for sums are taken in other orders.
static aug_product_cut cut_for(const aug_group_joint *j, int member) {
    const aug_group_front *front = j->front;
    if (front->objective != AUG_OBJECTIVE_EDP || !(front->product > 0.0))
        return (aug_product_cut){0.0, 0.0, 0.0};
    aug_product_cut cut = {.product = front->product / (front->times * front->times) * (1.0 + 1e-9),
                           .rest_pj = front->rest_pj / front->times,
                           .rest_cycles = front->rest_cycles / front->times};
    for (int e = 0; e < j->group->member_count; e++) {
        cut.rest_pj += e == member ? 0.0 : j->floors.each[e].energy_pj;
        cut.rest_cycles += e == member ? 0.0 : j->floors.each[e].cycles;
    }
    return cut;
}

// Whether nothing that a member can take is of interest, for its floor is as high.
bool aug_group_joint_out_of_reach(const aug_group_joint *j, int member) {
    const aug_group_floor *floor = &j->floors.each[member];
    bool energy = j->search->options->objective == AUG_OBJECTIVE_ENERGY;
    double cutoff = j->questions[member].cutoff;
    return !isinf(cutoff) && cutoff <= (energy ? floor->energy_pj : floor->cycles) * (1.0 - 1e-12);
}

aug_group_point aug_group_joint_floor(const aug_group_joint *j) {
    return (aug_group_point){j->floors.all.energy_pj, j->floors.all.cycles, NULL};
}

static aug_group_point sum_of_floors(const aug_group_joint *j) {
    aug_group_point point = {0.0, 0.0, NULL};
    for (int e = 0; e < j->group->member_count; e++) {
        point.energy_pj += j->floors.each[e].energy_pj;
        point.cycles += j->floors.each[e].cycles;
    }
    return point;
}

// A search of a member ended early: what it left out, with the others at their floors, is at least this.
static void add_open(aug_group_joint *j, int member) {
    aug_group_point point = sum_of_floors(j), all = aug_group_joint_floor(j);
    aug_objective objective = j->search->options->objective;
    const aug_group_floor *floor = &j->floors.each[member];
    double bound = j->best[member]->bound * (1.0 - 1e-12); // summed in another order
    if (objective == AUG_OBJECTIVE_ENERGY)
        point.energy_pj += fmax(0.0, bound - floor->energy_pj);
    if (objective == AUG_OBJECTIVE_LATENCY)
        point.cycles += fmax(0.0, bound - floor->cycles);
    point.energy_pj = fmax(point.energy_pj, all.energy_pj);
    point.cycles = fmax(point.cycles, all.cycles);
    aug_group_front_add(j->open, point);
}

// Where the fewest cycles of all, as far as is known, leave little energy; 0: any.
static double most_for(const aug_group_joint *j, int member) {
    double most = aug_group_front_cap_pj(j->front, j->floors.all.cycles);
    if (j->front->objective == AUG_OBJECTIVE_ENERGY || isinf(most))
        return 0.0;
    for (int e = 0; e < j->group->member_count; e++)
        most -= e == member ? 0.0 : j->floors.each[e].energy_pj;
    return fmax(most, 0.0) * (1.0 + 1e-9) + 1e-9;
}

static double enough_for(const aug_group_joint *j, int member) {
    return j->search->options->objective == AUG_OBJECTIVE_ENERGY ? j->floors.each[member].energy_pj : 0.0;
}

// The same of energy, where others take the fewest cycles that they can and a member no fewer than it may.
static double tie_for(const aug_group_joint *j, int member) {
    double left = aug_group_front_tie_pj(j->front);
    for (int e = 0; e < j->group->member_count; e++)
        if (e != member)
            left -= j->found >> e & 1u ? aug_group_energy(j->best[e]->points[0]->energy_pj)
                                       : j->floors.each[e].energy_pj;
    return fmax(left, 0.0);
}

void aug_group_joint_limit(aug_group_joint *j, int member) {
    j->questions[member].cutoff = aug_group_joint_cutoff(j, member);
    j->questions[member].tie_pj = tie_for(j, member);
    j->questions[member].enough_pj = enough_for(j, member);
    j->questions[member].cut = cut_for(j, member);
    j->questions[member].least_cycles = j->floors.each[member].cycles;
    j->questions[member].most_pj = most_for(j, member);
}

bool aug_group_search_is_over(const aug_group_search *search) {
    return !aug_group_members_work(search->members, 0) || aug_progress_stopped(search->options->progress);
}

static bool find_branches(aug_group_joint *j) {
    j->found = 0;
    for (int k = 0; k < j->group->member_count; k++) {
        int e = j->order[k];
        aug_group_joint_limit(j, e);
        if (aug_group_joint_out_of_reach(j, e))
            return false;
        j->best[e] = aug_group_member_best(j->search->members, &j->questions[e]);
        if (j->best[e]->limited) {
            j->search->stopped = true;
            add_open(j, e);
        }
        if (j->best[e]->count == 0)
            return false;
        j->found |= 1u << e;
    }
    return true;
}

bool aug_group_joint_find_clash(aug_group_joint *j) {
    double most = 0.0;
    j->clash = (aug_group_clash){.member = -1, .memory = aug_group_overfull(&j->draft)};
    if (j->clash.memory < 0)
        return false;
    for (int e = 0; e < j->group->member_count; e++) {
        double lasting[AUG_PROBLEM_MEMORIES] = {0};
        aug_group_lasting(&j->draft, e, lasting);
        double bits = lasting[j->clash.memory], more = bits - j->shares->low[e][j->clash.memory];
        if (more <= most)
            continue;
        most = more;
        j->clash.member = e;
        j->clash.bits = bits;
    }
    return j->clash.member >= 0;
}

void aug_group_joint_part(const aug_group_shares *of, const aug_group_clash *clash, aug_group_shares *less,
                          aug_group_shares *others) {
    *less = *others = *of;
    others->low[clash->member][clash->memory] = clash->bits;
    less->high[clash->member][clash->memory] = clash->bits * (1.0 - 1e-9);
}

aug_group_shares aug_group_shares_all(void) {
    aug_group_shares all = {0};
    for (int e = 0; e < AUG_GROUP_MEMBERS; e++)
        for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
            all.high[e][m] = (double)INFINITY;
    return all;
}

// Takes one choice of a branch for each member. False where it is better than what is known but does not fit.
static bool take(aug_group_joint *j, const int *choice) {
    aug_group_plan *draft = &j->draft;
    draft->energy_pj = draft->cycles = 0.0;
    for (int e = 0; e < j->group->member_count; e++) {
        const aug_mapper_point *point = j->best[e]->points[choice[e]];
        draft->nests[e] = &point->mapping;
        draft->energy_pj += aug_group_energy(point->energy_pj);
        draft->cycles += point->cycles;
    }
    if (!aug_group_front_wants(j->front, draft->energy_pj, draft->cycles))
        return true;
    if (!aug_group_fits(draft)) {
        if (!aug_group_front_allows(j->front, draft->energy_pj, draft->cycles))
            return true;
        aug_group_joint_find_clash(j);
        j->clash.point = (aug_group_point){draft->energy_pj, draft->cycles, NULL};
        return false;
    }
    aug_group_plan *plan = AUG_NEW(j->search->arena, aug_group_plan);
    *plan = *draft;
    aug_group_front_add(j->front, (aug_group_point){plan->energy_pj, plan->cycles, plan});
    aug_group_pipe_offer(j->search, plan, j->front);
    return true;
}

// All choices of a branch for each member; false where a better one does not fit.
static bool join(aug_group_joint *j) {
    int choice[AUG_GROUP_MEMBERS] = {0};
    bool all_fit = true;
    for (;;) {
        all_fit &= take(j, choice);
        if (!aug_group_members_work(j->search->members, 1)) {
            j->search->stopped = true;
            aug_group_front_add(j->open, aug_group_joint_floor(j));
            return true;
        }
        int e = 0;
        while (e < j->group->member_count && ++choice[e] == j->best[e]->count)
            choice[e++] = 0;
        if (e == j->group->member_count)
            return all_fit;
    }
}

// What is left for the member that follows `steps` others when those behind it are at their floors.
static double left_beside(const aug_group_joint *j, int leader, int steps) {
    aug_objective objective = j->search->options->objective;
    double left = aug_group_front_cutoff(j->front);
    if (objective != AUG_OBJECTIVE_ENERGY && objective != AUG_OBJECTIVE_LATENCY)
        return (double)INFINITY;
    for (int k = 0; k < j->group->member_count; k++) {
        int e = (leader + k) % j->group->member_count;
        bool energy = objective == AUG_OBJECTIVE_ENERGY;
        if (k < steps)
            left -=
                energy ? aug_group_energy(j->best[e]->points[0]->energy_pj) : j->best[e]->points[0]->cycles;
        else if (k > steps)
            left -= energy ? j->floors.each[e].energy_pj : j->floors.each[e].cycles;
    }
    return left;
}

// The first member as it likes, the next one in what its lasting tiles leave, and so on from there.
static void follow(aug_group_joint *j, int leader) {
    double lasting[AUG_PROBLEM_MEMORIES] = {0};
    int count = j->group->member_count;
    for (int k = 0; k < count; k++) {
        int e = (leader + k) % count;
        aug_group_question question = j->questions[e];
        for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
            question.reserved_bits[m] += lasting[m];
        question.cutoff = left_beside(j, leader, k);
        question.tie_pj = (double)INFINITY;
        if (question.cutoff < 0.0)
            return;
        j->best[e] = aug_group_member_best(j->search->members, &question);
        if (j->best[e]->count == 0)
            return;
        j->draft.nests[e] = &j->best[e]->points[0]->mapping;
        aug_group_lasting(&j->draft, e, lasting);
    }
    join(j);
}

static void set_shares(aug_group_joint *j, const aug_group_shares *of) {
    for (int e = 0; e < j->group->member_count; e++) {
        aug_group_question *q = &j->questions[e];
        aug_group_reserved(j->group, &j->draft.prefix, e, q->reserved_bits);
        for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++) {
            q->lasting.bits[m] = of->high[e][m];
            for (int other = 0; other < j->group->member_count; other++)
                q->reserved_bits[m] += other == e ? 0.0 : of->low[other][m];
        }
    }
}

// The best branches whatever others leave are floors under those that leave room.
static void raise_to_branches(aug_group_joint *j) {
    aug_objective objective = j->search->options->objective;
    for (int e = 0; e < j->group->member_count; e++) {
        aug_group_floor *floor = &j->floors.each[e];
        const aug_group_best *best = j->best[e];
        if (best->limited || (objective != AUG_OBJECTIVE_ENERGY && objective != AUG_OBJECTIVE_LATENCY))
            continue;
        if (objective == AUG_OBJECTIVE_ENERGY)
            floor->energy_pj =
                fmax(floor->energy_pj, aug_group_energy(best->points[0]->energy_pj) * (1.0 - 1e-12));
        else
            floor->cycles = fmax(floor->cycles, best->points[0]->cycles);
    }
}

// Two kinds of plans that fit: each member in turn first, and nobody leaves anything.
static void guess(aug_group_joint *j) {
    static const aug_group_shares nothing;
    for (int leader = 0; leader < j->group->member_count; leader++)
        follow(j, leader);
    set_shares(j, &nothing);
    if (find_branches(j))
        join(j);
}

// Whether any plan is worth its search: one to begin with, or little of a limit is left.
static bool wants_any(const aug_group_joint *j) {
    return j->search->is_seed || isinf(aug_group_front_cutoff(j->front)) ||
           !aug_group_members_can_bound(j->search->members);
}

static bool are_exact(const aug_group_joint *j) {
    bool limited = false;
    for (int e = 0; e < j->group->member_count; e++)
        limited |= j->best[e]->limited;
    return !limited;
}

// One case of what members leave in place; `floor`: of all plans of it.
static void look_at(aug_group_joint *j, const aug_group_shares *of, aug_group_point floor) {
    if (!aug_group_front_allows(j->front, floor.energy_pj, floor.cycles))
        return;
    if (j->cases == MOST_CASES || (j->cases > 0 && aug_group_search_is_over(j->search))) {
        j->search->stopped = true;
        aug_group_front_add(j->open, floor);
        return;
    }
    j->cases++;
    j->shares = of;
    set_shares(j, of);
    if (!find_branches(j) || join(j))
        return;
    aug_group_clash found = j->clash;
    aug_objective objective = j->search->options->objective;
    if (objective != AUG_OBJECTIVE_ENERGY && objective != AUG_OBJECTIVE_LATENCY)
        found.point = floor;
    if (j->cases == 1)
        raise_to_branches(j);
    if (j->may_wait && are_exact(j)) {
        j->waits = true;
        return;
    }
    if (j->cases == (wants_any(j) ? 1 : GUESS_AT))
        guess(j);
    if (found.member < 0 || found.bits > of->high[found.member][found.memory]) {
        aug_group_front_add(j->open, found.point);
        return;
    }
    aug_group_shares less, others;
    aug_group_joint_part(of, &found, &less, &others);
    look_at(j, &others, found.point);
    look_at(j, &less, found.point);
}

void aug_group_joint_look(aug_group_joint *j) {
    const aug_group_shares all = aug_group_shares_all();
    j->cases = 0;
    j->waits = false;
    look_at(j, &all, aug_group_joint_floor(j));
}
