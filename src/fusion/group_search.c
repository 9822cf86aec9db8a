// Prefixes by their floors, the least first; below each, the best branches of every member, joined (group_joint.c).
#include "fusion/group_search.h"

#include "fusion/group_joint.h"
#include "fusion/group_outline_joint.h"
#include "fusion/group_pipe_branch.h"
#include "fusion/group_queue.h"
#include "fusion/group_stairs.h"

#include <limits.h>
#include <math.h>
#include <string.h>

// Of prefixes that are looked at, several at a time, where nothing has to be proven.
enum { MOST_SEEDS = 49, DIVE = 8, TRIMMED_NODES = 20000 };
// Looked at before the others, where there are windows.
enum { FEW_LOOPS = 1, FEW_PREFIXES = 12, MOST_PREFIXES = INT_MAX };

// A prefix below which pipelines may be better than those that were found.
typedef struct later {
    struct later *next;
    const aug_group_item *item;
    aug_group_front open;
} later;

static aug_group_pipe_task task_of(aug_group_joint *j) {
    return (aug_group_pipe_task){.search = j->search,
                                 .draft = &j->draft,
                                 .questions = j->questions,
                                 .floors = j->floors.each,
                                 .front = j->front,
                                 .open = j->open};
}

static void look_at_pipes(aug_group_joint *j, later ***end) {
    aug_group_pipe_task task = task_of(j);
    aug_arena *arena = j->search->scratch;
    aug_group_front open = {.arena = arena, .objective = j->front->objective};
    task.open = &open;
    aug_group_pipe_search(&task);
    if (open.count == 0)
        return;
    **end = AUG_NEW(arena, later);
    ***end = (later){NULL, j->item, open};
    *end = &(**end)->next;
}

static bool is_pipe_wanted(aug_group_joint *j) {
    const aug_group_pipe_task task = task_of(j);
    return aug_group_pipe_is_wanted(&task);
}

static bool is_serial_wanted(const aug_group_joint *j) {
    const aug_group_point floor = aug_group_joint_floor(j);
    return !aug_group_must_overlap(j->group) &&
           aug_group_front_allows(j->front, floor.energy_pj, floor.cycles);
}

// The first branches of several prefixes, member by member: the next one in what those before it leave.
static void look_ahead(aug_group_joint *joints, int count, aug_group_tries *tries) {
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
            aug_group_joint *j = &joints[alive[i]];
            aug_group_joint_limit(j, e);
            if (!j->takes_turns || aug_group_joint_out_of_reach(j, e))
                continue;
            questions[asked] = &j->questions[e];
            alive[asked++] = alive[i];
        }
        aug_group_members_ask(members, questions, asked);
        left = 0;
        for (int i = 0; i < asked; i++) {
            aug_group_joint *j = &joints[alive[i]];
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
    int most; // prefixes, or lots of them, that are searched
    aug_group_tries outlines;
    int to_dive; // outlines until the best so far is searched, so that something good is known; 0: it is
    bool started; // the first one is searched at once: it may meet its floor
} queue;

// Whether a prefix could be better; one that is left out stays open.
static bool is_wanted(aug_group_joint *j, double energy_pj, double cycles) {
    if (!aug_group_front_allows(j->front, energy_pj, cycles))
        return false;
    if (!aug_group_search_is_over(j->search))
        return true;
    j->search->stopped = true;
    aug_group_front_add(j->open, (aug_group_point){energy_pj, cycles, NULL});
    return false;
}

// In the end, when much is known: what is open below some prefixes, by cases.
static void look_at_later(aug_group_joint *j, const later *first, const aug_group_places *places) {
    for (const later *at = first; at; at = at->next) {
        bool wanted = false, over = j->search->is_seed || j->front->breaks_ties || aug_group_search_is_over(j->search);
        for (int i = 0; i < at->open.count; i++) {
            const aug_group_point *point = &at->open.points[i];
            bool allowed = aug_group_front_allows(j->front, point->energy_pj, point->cycles);
            wanted |= allowed;
            if (allowed && over)
                aug_group_front_add(j->open, *point);
        }
        j->search->stopped |= wanted && over;
        if (!wanted || over)
            continue;
        aug_group_prefix_build(j->group, places, at->item, &j->draft.prefix);
        aug_group_joint_ask(j, at->item);
        const aug_group_pipe_task task = task_of(j);
        aug_group_pipe_branch(&task);
    }
}

static void raise_floor(aug_group_joint *j, int member, double energy_pj) {
    double sum = 0.0;
    j->floors.each[member].energy_pj = fmax(j->floors.each[member].energy_pj, energy_pj);
    for (int e = 0; e < j->group->member_count; e++)
        sum += j->floors.each[e].energy_pj;
    j->floors.all.energy_pj = fmax(j->floors.all.energy_pj, sum);
}

// Floors of members whose einsums recomputing makes. False where none is higher than it was.
static bool raise_remade(aug_group_joint *j, const aug_group_item *item) {
    aug_group_search *search = j->search;
    bool raised = false;
    if (search->options->objective != AUG_OBJECTIVE_ENERGY)
        return false;
    j->found = 0;
    for (int e = 0; e < j->group->member_count; e++) {
        const aug_problem *seen = j->draft.problems[e];
        if (search->options->perfect)
            seen = aug_group_trimmed(&search->sights, j->group, &j->draft.prefix, e, seen);
        if (!aug_group_least_raise(&search->leasts, j->group, e, seen, item->homes, aug_group_joint_cutoff(j, e)))
            continue;
        aug_group_joint_ask(j, item);
        raised = true;
    }
    return raised;
}

// Where tiles divide, but a shared loop leaves a rest: the member without it below the same prefix is searched much
// faster. False where nothing is better.
static bool raise_trimmed(aug_group_joint *j) {
    aug_group_search *search = j->search;
    const aug_group_prefix none = {0};
    for (int e = 0; e < j->group->member_count && is_serial_wanted(j); e++) {
        const aug_problem *seen = j->draft.problems[e],
                          *of = aug_group_trimmed(&search->sights, j->group, &j->draft.prefix, e, seen);
        aug_group_question question = j->questions[e];
        question.problem = of;
        question.is_floor = true;
        question.floor_of = AUG_OBJECTIVE_ENERGY;
        question.most_nodes = TRIMMED_NODES;
        // Words of the rests alone pass the outermost memory on top of that.
        const double rest_pj = aug_group_passing_of(j->group, &none, e, seen).energy_pj -
                               aug_group_passing_of(j->group, &none, e, of).energy_pj;
        question.cutoff = aug_group_joint_cutoff(j, e) - rest_pj;
        if (of == seen || question.cutoff <= 0.0 || !aug_group_members_can_bound(search->members))
            continue;
        const aug_group_best *best = aug_group_member_best(search->members, &question);
        double value = !best->limited && best->count == 0
                           ? question.cutoff
                           : best->limited ? fmin(best->bound, question.cutoff) : best->points[0]->energy_pj;
        raise_floor(j, e, (value + rest_pj) * (1.0 - 1e-12));
    }
    return is_serial_wanted(j);
}

// Floors of a prefix from its outline. False where members in turns are of no interest.
static bool raise_floors(aug_group_joint *j, queue *q, const aug_group_item *item) {
    aug_group_members *members = j->search->members;
    uint64_t before = aug_group_members_runs(members);
    aug_group_prefix_build(j->group, &q->waiting.prefixes->places, item, &j->draft.prefix);
    aug_group_joint_ask(j, item);
    j->item = item;
    if (!q->started || !is_serial_wanted(j))
        return is_serial_wanted(j);
    if (j->group->windowed) {
        bool is_simple = j->search->options->perfect && j->search->options->objective == AUG_OBJECTIVE_ENERGY;
        raise_remade(j, item);
        return is_simple ? raise_trimmed(j) : is_serial_wanted(j);
    }
    bool allowed = aug_group_outline_raise(members, j->group, &j->draft.prefix, j->front, &q->outlines,
                                           &j->floors);
    q->to_dive -= q->to_dive > 1 && aug_group_members_runs(members) > before;
    return allowed;
}

// Whether the outline of a prefix that is next has nothing better for members together. Seeds have nothing to rule out.
static bool is_ruled_out(aug_group_joint *j, const queue *q, bool searches) {
    const aug_objective figure = j->search->options->objective;
    aug_group_tries_order(&q->outlines, j->group->member_count, j->order);
    return !j->group->windowed && !j->search->is_seed &&
           (figure == AUG_OBJECTIVE_ENERGY || figure == AUG_OBJECTIVE_LATENCY) &&
           aug_group_outline_joint_rules_out(j, searches);
}

// Where members do not fit together as they like, cases wait until the sum of what these take is the least floor: mostly
// something better is known then.
static bool may_wait(const aug_group_joint *j) {
    return !j->group->windowed && j->search->options->objective == AUG_OBJECTIVE_ENERGY && !j->front->breaks_ties &&
           aug_group_members_can_bound(j->search->members);
}

// The most promising prefix. False where none is left.
static bool take_next(aug_group_joint *j, queue *q) {
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
        j->may_wait = !first.has_waited && may_wait(j);
        if (first.is_raised && j->takes_turns)
            j->takes_turns = !is_ruled_out(j, q, !j->may_wait);
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

// With the sum as its floor; where that is what was known, rounding aside, it is the next one.
static void put_off(queue *q, const aug_group_joint *j) {
    const aug_group_item *item = j->item;
    const double known = j->floors.all.energy_pj, sum = j->clash.point.energy_pj;
    const bool is_higher = sum > known * (1.0 + 1e-9);
    aug_group_queue_put_back(&q->waiting, (aug_group_raised){is_higher ? sum : known, item->cycles,
                                                             item->likely_energy_pj, item->likely_best_cycles, true,
                                                             true, item});
}

// As many at a time for any number of threads, so that answers do not depend on it. Among all tiles one
// search takes so long that several at once would go past the limit by far.
static void look_below_all(aug_group_joint *joints, queue *q, later **first_later) {
    aug_group_tries tries = {0};
    for (int looked = 0;; looked++) {
        if (looked == (joints[0].search->is_seed && q->most > MOST_SEEDS ? MOST_SEEDS : q->most))
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
            if (is_serial)
                aug_group_joint_look(&joints[k]);
            if (is_serial && joints[k].waits)
                put_off(q, &joints[k]);
            else
                joints[k].search->prefixes += is_serial || is_pipe_wanted(&joints[k]);
            look_at_pipes(&joints[k], &first_later);
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

static void look_below(aug_group_search *search, aug_group_prefixes *prefixes, int first, int most,
                       aug_group_front *front, aug_group_front *open) {
    aug_arena *arena = search->scratch;
    const aug_group *group = prefixes->group;
    aug_group_joint *joints = AUG_NEW_ROOM(arena, aug_group_joint, AUG_GROUP_QUESTIONS);
    for (int i = 0; i < AUG_GROUP_QUESTIONS; i++) {
        joints[i] = (aug_group_joint){.search = search, .group = group, .first = first, .front = front, .open = open};
        joints[i].draft = (aug_group_plan){.group = group, .first = first};
    }
    queue q = {.to_dive = DIVE, .most = most, .started = front->breaks_ties};
    const aug_objective order = front->breaks_ties ? AUG_OBJECTIVE_LATENCY : search->options->objective;
    aug_group_queue_begin(arena, prefixes, order, &q.waiting);
    later *first_later = NULL;
    look_below_all(joints, &q, &first_later);
    look_at_later(&joints[0], first_later, &prefixes->places);
}

// With windows there are very many prefixes, and what is known rules most of them out before they are listed: so
// the best of those with few loops come first. Nothing is proven by that.
static void look_below_few(aug_group_search *search, const aug_group *group, int first, aug_group_front *front) {
    aug_arena *arena = search->scratch;
    aug_group_front unseen = {.arena = arena, .objective = front->objective};
    aug_group_prefixes *prefixes = AUG_NEW(arena, aug_group_prefixes);
    bool stopped = search->stopped;
    aug_group_prefixes_find(arena, group, search->options->perfect, FEW_LOOPS, front, &search->leasts, &search->sights,
                            prefixes);
    look_below(search, prefixes, first, FEW_PREFIXES, front, &unseen);
    search->stopped = stopped;
    aug_arena_reset(arena);
}

void aug_group_search_run(aug_group_search *search, const aug_group *group, int first, aug_group_front *front,
                          aug_group_front *open) {
    const aug_mapper_options *options = search->options;
    search->least = (aug_group_floor){.energy_pj = 0.0};
    if (aug_group_search_is_over(search)) {
        search->stopped = true;
        aug_group_prefixes_least(search->scratch, group, &search->leasts, &search->sights, options->perfect,
                                 open);
        aug_arena_reset(search->scratch);
        return;
    }
    aug_arena *arena = search->scratch;
    search->leasts.front = front;
    if (group->windowed && options->objective == AUG_OBJECTIVE_ENERGY)
        look_below_few(search, group, first, front);
    aug_group_front left = {.arena = arena, .objective = open->objective};
    front->stairs = aug_group_stairs_of(search, group, front);
    aug_group_prefixes *prefixes = AUG_NEW(arena, aug_group_prefixes);
    aug_group_prefixes_find(arena, group, options->perfect, AUG_GROUP_LOOPS, front, &search->leasts,
                            &search->sights, prefixes);
    if (prefixes->truncated) {
        search->stopped = true;
        aug_group_prefixes_least(arena, group, &search->leasts, &search->sights, options->perfect, &left);
    } else {
        search->least = (aug_group_floor){.energy_pj = prefixes->least_pj, .cycles = prefixes->least_cycles};
    }
    look_below(search, prefixes, first, MOST_PREFIXES, front, &left);
    for (int i = 0; i < left.count; i++)
        aug_group_front_add_raised(open, front, left.points[i]);
    front->stairs = NULL;
    search->leasts.front = NULL;
    aug_arena_reset(arena);
}
