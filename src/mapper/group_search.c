// Prefixes by their floors, the least first; below each, the best branches of every member, joined.
//
// Branches of different members meet in what they hold alone. Each is searched as if its own tiles were its
// alone; where tiles that stay (group_cost.c) of several members do not fit together, the members are
// searched again without such tiles. What was better but did not fit stays open: it is a bound, and the plan
// that holds those tiles by stores of the prefix is found under another prefix.
#include "mapper/group_search.h"

#include "mapper/group_floor.h"
#include "mapper/group_prefixes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct joint {
    aug_group_search *search;
    const aug_group *group;
    int first;
    aug_group_front *front, *open;
    aug_group_plan draft; // prefix and what the members see of it
    aug_group_question questions[AUG_GROUP_MEMBERS];
    aug_group_floor floors[AUG_GROUP_MEMBERS];
    const aug_group_best *best[AUG_GROUP_MEMBERS];
} joint;

static int by_floor(const void *a, const void *b) {
    const aug_group_item *x = *(const aug_group_item *const *)a, *y = *(const aug_group_item *const *)b;
    if (x->energy_pj < y->energy_pj || x->energy_pj > y->energy_pj)
        return x->energy_pj < y->energy_pj ? -1 : 1;
    if (x->cycles < y->cycles || x->cycles > y->cycles)
        return x->cycles < y->cycles ? -1 : 1;
    return x < y ? -1 : 1;
}

static int by_cycles(const void *a, const void *b) {
    const aug_group_item *x = *(const aug_group_item *const *)a, *y = *(const aug_group_item *const *)b;
    if (x->cycles < y->cycles || x->cycles > y->cycles)
        return x->cycles < y->cycles ? -1 : 1;
    return by_floor(a, b);
}

static void ask_members(joint *j) {
    const aug_group *group = j->group;
    for (int e = 0; e < group->member_count; e++) {
        aug_group_question *q = &j->questions[e];
        memset(q, 0, sizeof *q);
        q->problem = group->members[e];
        q->prefix_count = aug_group_member_prefix(group, &j->draft.prefix, e, q->prefix);
        aug_group_reserved(group, &j->draft.prefix, e, q->reserved_bits);
        j->draft.prefix_nodes[e] = q->prefix_count;
        j->floors[e] = aug_group_floor_of(group, &j->draft.prefix, e);
    }
}

// What is left for a member when the others cost what is known of them.
static double cutoff_for(const joint *j, int member) {
    aug_objective objective = j->search->options->objective;
    if ((objective != AUG_OBJECTIVE_ENERGY && objective != AUG_OBJECTIVE_LATENCY) || j->front->count == 0)
        return (double)INFINITY;
    bool energy = objective == AUG_OBJECTIVE_ENERGY;
    double left = aug_group_front_value(j->front);
    for (int e = 0; e < j->group->member_count; e++) {
        if (e == member)
            continue;
        if (e < member)
            left -= energy ? j->best[e]->points[0]->energy_pj : j->best[e]->points[0]->cycles;
        else
            left -= energy ? j->floors[e].energy_pj : j->floors[e].cycles;
    }
    return left;
}

static aug_group_point floor_of_all(const joint *j) {
    aug_group_point point = {0.0, 0.0, NULL};
    for (int e = 0; e < j->group->member_count; e++) {
        point.energy_pj += j->floors[e].energy_pj;
        point.cycles += j->floors[e].cycles;
    }
    return point;
}

// A search of a member ended early: what it left out, with the others at their floors, is at least this.
static void add_open(joint *j, int member) {
    aug_group_point point = floor_of_all(j);
    aug_objective objective = j->search->options->objective;
    const aug_group_floor *floor = &j->floors[member];
    double bound = j->best[member]->bound * (1.0 - 1e-12); // summed in another order
    if (objective == AUG_OBJECTIVE_ENERGY)
        point.energy_pj += fmax(0.0, bound - floor->energy_pj);
    if (objective == AUG_OBJECTIVE_LATENCY)
        point.cycles += fmax(0.0, bound - floor->cycles);
    aug_group_front_add(j->open, point);
}

static bool find_branches(joint *j, bool is_first) {
    for (int e = 0; e < j->group->member_count; e++) {
        j->questions[e].cutoff = cutoff_for(j, e);
        if (j->questions[e].cutoff < 0.0)
            return false;
        j->best[e] = aug_group_member_best(j->search->members, &j->questions[e]);
        if (is_first && j->best[e]->limited) {
            j->search->stopped = true;
            add_open(j, e);
        }
        if (j->best[e]->count == 0)
            return false;
    }
    return true;
}

// Takes one choice of a branch for each member. False where it is better than what is known but does not fit.
static bool take(joint *j, const int *choice, aug_group_front *open) {
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
        if (open)
            aug_group_front_add(open, (aug_group_point){draft->energy_pj, draft->cycles, NULL});
        return false;
    }
    aug_group_plan *plan = AUG_NEW(j->search->arena, aug_group_plan);
    *plan = *draft;
    aug_group_front_add(j->front, (aug_group_point){plan->energy_pj, plan->cycles, plan});
    return true;
}

// All choices of a branch for each member; false where a better one does not fit.
static bool join(joint *j, aug_group_front *open) {
    int choice[AUG_GROUP_MEMBERS] = {0};
    bool all_fit = true;
    for (;;) {
        all_fit &= take(j, choice, open);
        if (!aug_group_members_work(j->search->members, 1)) {
            j->search->stopped = true;
            if (open)
                aug_group_front_add(open, floor_of_all(j));
            return true;
        }
        int e = 0;
        while (e < j->group->member_count && ++choice[e] == j->best[e]->count)
            choice[e++] = 0;
        if (e == j->group->member_count)
            return all_fit;
    }
}

// Nothing that the innermost shared loop leaves in place is kept by branches.
static void forbid_what_stays(joint *j) {
    const aug_group *group = j->group;
    const aug_group_prefix *prefix = &j->draft.prefix;
    int innermost = -1;
    for (int i = 0; i < prefix->count; i++)
        if (prefix->nodes[i].is_loop)
            innermost = prefix->nodes[i].rank;
    for (int e = 0; e < group->member_count && innermost >= 0; e++)
        for (int t = 0; t < group->tensor_count; t++) {
            int own = group->tensor_of[e][t];
            if (own < 0 || (aug_group_moves(group, t, innermost) && aug_group_is_plain(group, t)))
                continue;
            for (int m = 0; m < group->members[e]->memory_count; m++)
                if (!(group->members[e]->memories[m].must >> own & 1u))
                    j->questions[e].never[m] |= 1u << own;
            for (int i = 0; i < j->questions[e].prefix_count; i++) {
                const aug_mapping_node *node = &j->questions[e].prefix[i];
                if (node->kind == AUG_MAPPING_STORE && (node->tensors >> own & 1u))
                    j->questions[e].never[node->memory] &= ~(1u << own);
            }
        }
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
        question.cutoff = (double)INFINITY;
        j->best[e] = aug_group_member_best(j->search->members, &question);
        if (j->best[e]->count == 0)
            return;
        j->draft.nests[e] = &j->best[e]->points[0]->mapping;
        aug_group_lasting(&j->draft, e, lasting);
    }
    join(j, NULL);
}

static void look_below(joint *j) {
    if (!find_branches(j, true) || join(j, j->open))
        return;
    for (int leader = 0; leader < j->group->member_count; leader++)
        follow(j, leader);
    forbid_what_stays(j);
    if (find_branches(j, false))
        join(j, NULL);
}

// Whatever the prefix: operations, and what has to pass the outermost memory at least once.
static void add_least(const aug_group *group, aug_group_front *open) {
    const aug_group_prefix none = {0};
    aug_group_point point = {0.0, 0.0, NULL};
    for (int e = 0; e < group->member_count; e++) {
        aug_group_floor floor = aug_group_floor_of(group, &none, e);
        point.energy_pj += floor.energy_pj;
        point.cycles += floor.cycles;
    }
    aug_group_front_add(open, point);
}

static bool is_over(const aug_group_search *search) {
    return !aug_group_members_work(search->members, 0) || aug_progress_stopped(search->options->progress);
}

static const aug_group_item **sort(aug_arena *arena, const aug_group_prefixes *prefixes,
                                   aug_objective objective) {
    const aug_group_item **order = AUG_NEW_ARRAY(arena, const aug_group_item *, (size_t)prefixes->count + 1);
    for (int i = 0; i < prefixes->count; i++)
        order[i] = &prefixes->items[i];
    qsort(order, (size_t)prefixes->count, sizeof *order,
          objective == AUG_OBJECTIVE_LATENCY ? by_cycles : by_floor);
    return order;
}

// The first branches of several prefixes, member by member: the next one in what those before it leave.
static void look_ahead(joint *joints, int count) {
    const aug_group_question *questions[AUG_GROUP_QUESTIONS];
    int alive[AUG_GROUP_QUESTIONS], left = count;
    aug_group_members *members = joints[0].search->members;
    for (int i = 0; i < count; i++)
        alive[i] = i;
    for (int e = 0; e < joints[0].group->member_count; e++) {
        int asked = 0;
        for (int i = 0; i < left; i++) {
            joint *j = &joints[alive[i]];
            j->questions[e].cutoff = cutoff_for(j, e);
            if (j->questions[e].cutoff < 0.0)
                continue;
            questions[asked] = &j->questions[e];
            alive[asked++] = alive[i];
        }
        aug_group_members_ask(members, questions, asked);
        left = 0;
        for (int i = 0; i < asked; i++) {
            joint *j = &joints[alive[i]];
            j->best[e] = aug_group_member_best(members, &j->questions[e]);
            if (j->best[e]->count > 0)
                alive[left++] = alive[i];
        }
    }
}

// Whether a prefix could be better; one that is left out stays open.
static bool is_wanted(joint *j, const aug_group_item *item) {
    if (!aug_group_front_wants(j->front, item->energy_pj, item->cycles))
        return false;
    if (!is_over(j->search))
        return true;
    j->search->stopped = true;
    aug_group_front_add(j->open, (aug_group_point){item->energy_pj, item->cycles, NULL});
    return false;
}

// As many at a time for any number of threads, so that answers do not depend on it. Among all tiles one
// search takes so long that several at once would go past the limit by far.
static void look_below_all(joint *joints, const aug_group_prefixes *prefixes,
                           const aug_group_item *const *order) {
    const aug_group_item *items[AUG_GROUP_QUESTIONS];
    int most = joints[0].search->options->perfect ? AUG_GROUP_QUESTIONS : 1;
    for (int i = 0; i < prefixes->count;) {
        int count = 0;
        for (; i < prefixes->count && count < most; i++) {
            joint *j = &joints[count];
            if (!is_wanted(j, order[i]))
                continue;
            items[count++] = order[i];
            aug_group_prefix_build(prefixes, order[i], &j->draft.prefix);
            ask_members(j);
        }
        if (count > 0)
            look_ahead(joints, count);
        for (int k = 0; k < count; k++)
            if (aug_group_front_wants(joints[k].front, items[k]->energy_pj, items[k]->cycles)) {
                joints[k].search->prefixes++;
                look_below(&joints[k]);
            }
    }
}

void aug_group_search_run(aug_group_search *search, const aug_group *group, int first, aug_group_front *front,
                          aug_group_front *open) {
    const aug_mapper_options *options = search->options;
    if (is_over(search)) {
        search->stopped = true;
        add_least(group, open);
        return;
    }
    aug_arena *arena = search->scratch;
    aug_group_prefixes *prefixes = AUG_NEW(arena, aug_group_prefixes);
    aug_group_prefixes_find(arena, group, options->perfect, front, prefixes);
    if (prefixes->truncated) {
        search->stopped = true;
        add_least(group, open);
    }
    joint *joints = AUG_NEW_ARRAY(arena, joint, AUG_GROUP_QUESTIONS);
    for (int i = 0; i < AUG_GROUP_QUESTIONS; i++) {
        joints[i] = (joint){.search = search, .group = group, .first = first, .front = front, .open = open};
        joints[i].draft = (aug_group_plan){.group = group, .first = first};
    }
    look_below_all(joints, prefixes, sort(arena, prefixes, options->objective));
    aug_arena_reset(arena);
}
