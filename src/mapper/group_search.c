// Prefixes by their floors, the least first; below each, the best branches of every member, joined.
//
// Branches of different members meet in what they hold alone. Each is searched as if its own tiles were its
// alone. Where tiles that stay (group_cost.c) of several members do not fit together, take a memory that is
// too full and the member that has most such tiles in it beyond what the others leave it already, `bits`. In
// every plan
//
//     either that member leaves less than `bits` there, or there are `bits` less for all others
//
// and the members are searched again in each of the two cases, until they fit or are no better than what is
// known. A search that leaves too much in place has no other nests to look at than those it had.
#include "mapper/group_search.h"

#include "mapper/group_outline.h"
#include "mapper/group_pipe_search.h"
#include "mapper/group_queue.h"

#include <math.h>
#include <string.h>

// Of one prefix. Of prefixes that are looked at, several at a time, where nothing has to be proven.
enum { MOST_CASES = 256, MOST_SEEDS = 49, DIVE = 8, GUESS_AT = 4 };

// Bits per instance of each memory that a member leaves in place from one shared step to the next.
typedef struct shares {
    double low[AUG_GROUP_MEMBERS][AUG_PROBLEM_MEMORIES], high[AUG_GROUP_MEMBERS][AUG_PROBLEM_MEMORIES];
} shares;

// Better than what is known, but does not fit.
typedef struct clash {
    int member, memory;
    double bits; // that the member leaves in place there
    aug_group_point point;
} clash;

typedef struct joint {
    aug_group_search *search;
    const aug_group *group;
    int first;
    aug_group_front *front, *open;
    aug_group_plan draft; // prefix and what the members see of it
    aug_group_question questions[AUG_GROUP_MEMBERS];
    aug_group_floors_known floors;
    const aug_group_best *best[AUG_GROUP_MEMBERS];
    int order[AUG_GROUP_MEMBERS]; // in which members are searched
    unsigned found;               // members whose best branches are known
    bool takes_turns;             // could be better where members do
    const shares *shares;         // of the case that is looked at
    clash clash;
    int cases;
} joint;

static void ask_members(joint *j, const aug_group_item *item) {
    const aug_group *group = j->group;
    const aug_group_least *leasts[AUG_GROUP_MEMBERS];
    const aug_problem *seen[AUG_GROUP_MEMBERS];
    for (int e = 0; e < group->member_count; e++) {
        aug_group_question *q = &j->questions[e];
        j->draft.problems[e] = aug_group_seen(&j->search->sights, group, &j->draft.prefix, e);
        *q = aug_group_question_of(j->draft.problems[e]);
        q->is_many = group->windowed;
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
static double cutoff_for(const joint *j, int member) {
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

// Whether nothing that a member can take is of interest, for its floor is as high.
static bool is_out_of_reach(const joint *j, int member) {
    const aug_group_floor *floor = &j->floors.each[member];
    bool energy = j->search->options->objective == AUG_OBJECTIVE_ENERGY;
    double cutoff = j->questions[member].cutoff;
    return !isinf(cutoff) && cutoff <= (energy ? floor->energy_pj : floor->cycles) * (1.0 - 1e-12);
}

static aug_group_point floor_of_all(const joint *j) {
    return (aug_group_point){j->floors.all.energy_pj, j->floors.all.cycles, NULL};
}

static aug_group_point sum_of_floors(const joint *j) {
    aug_group_point point = {0.0, 0.0, NULL};
    for (int e = 0; e < j->group->member_count; e++) {
        point.energy_pj += j->floors.each[e].energy_pj;
        point.cycles += j->floors.each[e].cycles;
    }
    return point;
}

// A search of a member ended early: what it left out, with the others at their floors, is at least this.
static void add_open(joint *j, int member) {
    aug_group_point point = sum_of_floors(j), all = floor_of_all(j);
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

static double enough_for(const joint *j, int member) {
    return j->search->options->objective == AUG_OBJECTIVE_ENERGY ? j->floors.each[member].energy_pj : 0.0;
}

static bool is_over(const aug_group_search *search) {
    return !aug_group_members_work(search->members, 0) || aug_progress_stopped(search->options->progress);
}

static bool find_branches(joint *j) {
    j->found = 0;
    for (int k = 0; k < j->group->member_count; k++) {
        int e = j->order[k];
        j->questions[e].cutoff = cutoff_for(j, e);
        j->questions[e].enough_pj = enough_for(j, e);
        if (is_out_of_reach(j, e))
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

static void note_clash(joint *j) {
    double most = 0.0;
    j->clash = (clash){.member = -1, .memory = aug_group_overfull(&j->draft)};
    j->clash.point = (aug_group_point){j->draft.energy_pj, j->draft.cycles, NULL};
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
}

// Takes one choice of a branch for each member. False where it is better than what is known but does not fit.
static bool take(joint *j, const int *choice) {
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
        note_clash(j);
        return false;
    }
    aug_group_plan *plan = AUG_NEW(j->search->arena, aug_group_plan);
    *plan = *draft;
    aug_group_front_add(j->front, (aug_group_point){plan->energy_pj, plan->cycles, plan});
    aug_group_pipe_offer(j->search, plan, j->front);
    return true;
}

// All choices of a branch for each member; false where a better one does not fit.
static bool join(joint *j) {
    int choice[AUG_GROUP_MEMBERS] = {0};
    bool all_fit = true;
    for (;;) {
        all_fit &= take(j, choice);
        if (!aug_group_members_work(j->search->members, 1)) {
            j->search->stopped = true;
            aug_group_front_add(j->open, floor_of_all(j));
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
static double left_beside(const joint *j, int leader, int steps) {
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
static void follow(joint *j, int leader) {
    double lasting[AUG_PROBLEM_MEMORIES] = {0};
    int count = j->group->member_count;
    for (int k = 0; k < count; k++) {
        int e = (leader + k) % count;
        aug_group_question question = j->questions[e];
        for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
            question.reserved_bits[m] += lasting[m];
        question.cutoff = left_beside(j, leader, k);
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

static void set_shares(joint *j, const shares *of) {
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
static void raise_to_branches(joint *j) {
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
static void guess(joint *j) {
    static const shares nothing;
    for (int leader = 0; leader < j->group->member_count; leader++)
        follow(j, leader);
    set_shares(j, &nothing);
    if (find_branches(j))
        join(j);
}

// Whether any plan is worth its search: one to begin with, or little of a limit is left.
static bool wants_any(const joint *j) {
    return j->search->is_seed || isinf(aug_group_front_cutoff(j->front)) ||
           !aug_group_members_can_bound(j->search->members);
}

// One case of what members leave in place; `floor`: of all plans of it.
static void look_at(joint *j, const shares *of, aug_group_point floor) {
    if (!aug_group_front_allows(j->front, floor.energy_pj, floor.cycles))
        return;
    if (j->cases == MOST_CASES || (j->cases > 0 && is_over(j->search))) {
        j->search->stopped = true;
        aug_group_front_add(j->open, floor);
        return;
    }
    j->cases++;
    j->shares = of;
    set_shares(j, of);
    if (!find_branches(j) || join(j))
        return;
    clash found = j->clash;
    aug_objective objective = j->search->options->objective;
    if (objective != AUG_OBJECTIVE_ENERGY && objective != AUG_OBJECTIVE_LATENCY)
        found.point = floor;
    if (j->cases == 1)
        raise_to_branches(j);
    if (j->cases == (wants_any(j) ? 1 : GUESS_AT))
        guess(j);
    if (found.member < 0 || found.bits > of->high[found.member][found.memory]) {
        aug_group_front_add(j->open, found.point);
        return;
    }
    shares less = *of, others = *of;
    others.low[found.member][found.memory] = found.bits;
    less.high[found.member][found.memory] = found.bits * (1.0 - 1e-9);
    look_at(j, &others, found.point);
    look_at(j, &less, found.point);
}

static void look_below(joint *j) {
    shares all = {0};
    for (int e = 0; e < AUG_GROUP_MEMBERS; e++)
        for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
            all.high[e][m] = (double)INFINITY;
    j->cases = 0;
    look_at(j, &all, floor_of_all(j));
}

static aug_group_pipe_task task_of(joint *j) {
    return (aug_group_pipe_task){.search = j->search,
                                 .draft = &j->draft,
                                 .questions = j->questions,
                                 .floors = j->floors.each,
                                 .front = j->front,
                                 .open = j->open};
}

static void look_at_pipes(joint *j) {
    const aug_group_pipe_task task = task_of(j);
    aug_group_pipe_search(&task);
}

static bool is_pipe_wanted(joint *j) {
    const aug_group_pipe_task task = task_of(j);
    return aug_group_pipe_is_wanted(&task);
}

static bool is_serial_wanted(const joint *j) {
    const aug_group_point floor = floor_of_all(j);
    return aug_group_front_allows(j->front, floor.energy_pj, floor.cycles);
}

// The first branches of several prefixes, member by member: the next one in what those before it leave.
static void look_ahead(joint *joints, int count, aug_group_tries *tries) {
    const aug_group_question *questions[AUG_GROUP_QUESTIONS];
    int alive[AUG_GROUP_QUESTIONS], left = count;
    aug_group_members *members = joints[0].search->members;
    for (int i = 0; i < count; i++)
        alive[i] = i;
    for (int i = 0; i < count; i++) {
        joints[i].found = 0;
        memcpy(joints[i].order, joints[0].order, sizeof joints[i].order);
    }
    for (int k = 0; k < joints[0].group->member_count; k++) {
        int asked = 0, e = joints[0].order[k];
        uint64_t before = aug_group_members_nodes(members);
        for (int i = 0; i < left; i++) {
            joint *j = &joints[alive[i]];
            j->questions[e].cutoff = cutoff_for(j, e);
            j->questions[e].enough_pj = enough_for(j, e);
            if (!j->takes_turns || is_out_of_reach(j, e))
                continue;
            questions[asked] = &j->questions[e];
            alive[asked++] = alive[i];
        }
        aug_group_members_ask(members, questions, asked);
        left = 0;
        for (int i = 0; i < asked; i++) {
            joint *j = &joints[alive[i]];
            j->best[e] = aug_group_member_best(members, &j->questions[e]);
            if (j->best[e]->count == 0)
                continue;
            j->found |= 1u << e;
            alive[left++] = alive[i];
        }
        tries->nodes[e] += aug_group_members_nodes(members) - before;
        tries->fails[e] += (uint64_t)(asked - left);
    }
}

typedef struct queue {
    aug_group_queue waiting;
    aug_group_tries outlines;
    int to_dive; // outlines until the best so far is searched, so that something good is known; 0: it is
    bool started; // the first one is searched at once: it may meet its floor
} queue;

// Whether a prefix could be better; one that is left out stays open.
static bool is_wanted(joint *j, double energy_pj, double cycles) {
    if (!aug_group_front_allows(j->front, energy_pj, cycles))
        return false;
    if (!is_over(j->search))
        return true;
    j->search->stopped = true;
    aug_group_front_add(j->open, (aug_group_point){energy_pj, cycles, NULL});
    return false;
}

// Floors of a prefix from its outline. False where members in turns are of no interest.
static bool raise_floors(joint *j, queue *q, const aug_group_item *item) {
    aug_group_members *members = j->search->members;
    uint64_t before = aug_group_members_runs(members);
    aug_group_prefix_build(j->group, &q->waiting.prefixes->places, item, &j->draft.prefix);
    ask_members(j, item);
    if (!q->started || !is_serial_wanted(j))
        return is_serial_wanted(j);
    bool allowed = aug_group_outline_raise(members, j->group, &j->draft.prefix, j->front, &q->outlines,
                                           &j->floors);
    q->to_dive -= q->to_dive > 1 && aug_group_members_runs(members) > before;
    return allowed;
}

// The most promising prefix. False where none is left.
static bool take_next(joint *j, queue *q) {
    aug_group_raised first;
    while (aug_group_queue_take(&q->waiting, q->to_dive == 1, &first)) {
        if (!is_wanted(j, first.energy_pj, first.cycles))
            continue;
        if (first.item->is_open) {
            aug_group_queue_open(&q->waiting, first.item);
            continue;
        }
        j->takes_turns = raise_floors(j, q, first.item);
        bool overlaps = is_pipe_wanted(j);
        if (!j->takes_turns && !overlaps)
            continue;
        if (first.is_raised || !q->started)
            return true;
        first.energy_pj = fmax(first.energy_pj, j->floors.all.energy_pj);
        if (!overlaps)
            first.cycles = fmax(first.cycles, j->floors.all.cycles);
        aug_group_queue_put_back(&q->waiting, first);
    }
    return false;
}

// As many at a time for any number of threads, so that answers do not depend on it. Among all tiles one
// search takes so long that several at once would go past the limit by far.
static void look_below_all(joint *joints, queue *q) {
    aug_group_tries tries = {0};
    for (int looked = 0;; looked++) {
        if (joints[0].search->is_seed && looked == MOST_SEEDS)
            return;
        bool is_dive = q->to_dive > 0 || joints[0].search->is_seed;
        int most = joints[0].search->options->perfect && !is_dive ? AUG_GROUP_QUESTIONS : 1;
        int count = 0;
        double known = aug_group_front_value(joints[0].front);
        while (count < most && take_next(&joints[count], q))
            count++;
        if (count == 0)
            return;
        aug_group_tries_order(&tries, joints[0].group->member_count, joints[0].order);
        look_ahead(joints, count, &tries);
        for (int k = 0; k < count; k++) {
            bool is_serial = joints[k].takes_turns && is_serial_wanted(&joints[k]);
            joints[k].search->prefixes += is_serial || is_pipe_wanted(&joints[k]);
            if (is_serial)
                look_below(&joints[k]);
            look_at_pipes(&joints[k]);
        }
        bool is_first = !q->started;
        q->started = true;
        if (aug_group_front_value(joints[0].front) < known && !is_first) {
            q->to_dive = 0;
            if (joints[0].search->is_seed && !joints[0].group->windowed &&
                aug_group_members_can_bound(joints[0].search->members))
                return;
        }
    }
}

void aug_group_search_run(aug_group_search *search, const aug_group *group, int first, aug_group_front *front,
                          aug_group_front *open) {
    const aug_mapper_options *options = search->options;
    search->least = (aug_group_floor){.energy_pj = 0.0};
    if (is_over(search)) {
        search->stopped = true;
        aug_group_prefixes_least(search->scratch, group, &search->leasts, &search->sights, options->perfect,
                                 open);
        aug_arena_reset(search->scratch);
        return;
    }
    aug_arena *arena = search->scratch;
    aug_group_prefixes *prefixes = AUG_NEW(arena, aug_group_prefixes);
    aug_group_prefixes_find(arena, group, options->perfect, front, &search->leasts, &search->sights,
                            prefixes);
    if (prefixes->truncated) {
        search->stopped = true;
        aug_group_prefixes_least(arena, group, &search->leasts, &search->sights, options->perfect, open);
    } else {
        search->least = (aug_group_floor){.energy_pj = prefixes->least_pj, .cycles = prefixes->least_cycles};
    }
    joint *joints = AUG_NEW_ARRAY(arena, joint, AUG_GROUP_QUESTIONS);
    for (int i = 0; i < AUG_GROUP_QUESTIONS; i++) {
        joints[i] = (joint){.search = search, .group = group, .first = first, .front = front, .open = open};
        joints[i].draft = (aug_group_plan){.group = group, .first = first};
    }
    queue q = {.to_dive = DIVE};
    aug_group_queue_begin(arena, prefixes, options->objective, &q.waiting);
    look_below_all(joints, &q);
    aug_arena_reset(arena);
}
