// Each member by itself as fast as it can be, in the room that all copies of the prefix leave. Then
//
//     cycles(fastest members; of ports what has to pass them)  <=  cycles of any pipeline below the prefix
//
// for slots only grow with what members take. A plan that reaches this is the best one below the prefix.
// Members meet in the room of their own tiles and in ports; where that keeps them from it, others are tried:
// each member in turn as it likes and the next ones in the room that is left, and members that move less
// through the port that decides. What is better than all of these stays open.
#include "fusion/group_pipe_search.h"

#include <math.h>
#include <string.h>

typedef struct worker {
    const aug_group_pipe_task *task;
    const aug_group *group;
    aug_group_pipe pipe;
    aug_group_load floors[AUG_GROUP_MEMBERS];
    aug_group_question questions[AUG_GROUP_MEMBERS];
    const aug_group_best *best[AUG_GROUP_MEMBERS];
    const aug_group_load *loads[AUG_GROUP_MEMBERS]; // of the points of each
    aug_group_plan draft;
    bool missed;   // something better was not reached
    bool is_guess; // branches are not the fastest ones
} worker;

static bool is_of_cycles(const worker *w) {
    return w->task->search->options->objective == AUG_OBJECTIVE_LATENCY;
}

static bool is_of_energy(const worker *w) {
    return w->task->search->options->objective == AUG_OBJECTIVE_ENERGY;
}

static bool is_over(const worker *w) {
    const aug_group_search *search = w->task->search;
    return !aug_group_members_work(search->members, 0) || aug_progress_stopped(search->options->progress);
}

// Where the fewest cycles of the pipeline, as far as is known, leave little energy; 0: any.
static double most_for(const aug_group_pipe_task *task, const aug_group_pipe *pipe, int member) {
    aug_group_load loads[AUG_GROUP_MEMBERS];
    int count = task->draft->group->member_count;
    for (int e = 0; e < count; e++)
        loads[e] = aug_group_floor_load(&task->floors[e]);
    double most = aug_group_front_cap_pj(task->front, aug_group_pipe_cycles(pipe, loads, NULL));
    if (task->front->objective == AUG_OBJECTIVE_ENERGY || isinf(most))
        return 0.0;
    for (int e = 0; e < count; e++)
        most -= e == member ? 0.0 : task->floors[e].energy_pj;
    return fmax(most, 0.0) * (1.0 + 1e-9) + 1e-9;
}

// EDP: all of them take no less energy together, and as many cycles as those of one unit.
static aug_product_cut cut_for(const aug_group_pipe_task *task, const aug_group_pipe *pipe, int member) {
    const aug_group_front *front = task->front;
    if (front->objective != AUG_OBJECTIVE_EDP || !(front->product > 0.0))
        return (aug_product_cut){0.0, 0.0, 0.0};
    aug_product_cut cut = {.product = front->product / (front->times * front->times) * (1.0 + 1e-9),
                           .rest_pj = front->rest_pj / front->times,
                           .rest_cycles = front->rest_cycles / front->times};
    for (int e = 0; e < task->draft->group->member_count; e++) {
        cut.rest_pj += e == member ? 0.0 : task->floors[e].energy_pj;
        cut.rest_cycles += e != member && pipe->units[e] == pipe->units[member] ? task->floors[e].cycles : 0.0;
    }
    return cut;
}

void aug_group_pipe_question(const aug_group_pipe_task *task, const aug_group_pipe *pipe, int member,
                             aug_group_question *question) {
    *question = task->questions[member];
    question->tie_pj = (double)INFINITY;
    for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
        question->lasting.bits[m] = (double)INFINITY;
    aug_group_pipe_reserved(pipe, &task->draft->prefix, member, question->reserved_bits);
    question->most_pj = most_for(task, pipe, member);
    question->least_cycles = task->floors[member].cycles;
    question->cut = cut_for(task, pipe, member);
}

// A floor with what is known of the first `count` members: of the given choice; NULL: of any, and the last point of a
// front is the fastest.
static aug_group_point floor_of(const worker *w, int count, const int *choice) {
    aug_group_load loads[AUG_GROUP_MEMBERS];
    aug_group_point point = {0.0, 0.0, NULL};
    for (int e = 0; e < w->group->member_count; e++) {
        loads[e] = w->floors[e];
        double energy = w->task->floors[e].energy_pj;
        if (e < count) {
            const aug_mapper_point *at = w->best[e]->points[choice ? choice[e] : w->best[e]->count - 1];
            loads[e].cycles = fmax(loads[e].cycles, at->cycles);
            if (choice)
                energy = fmax(energy, aug_group_energy(at->energy_pj) * (1.0 - 1e-12));
        }
        point.energy_pj += energy;
    }
    point.cycles = aug_group_pipe_cycles(&w->pipe, loads, NULL);
    return point;
}

static bool allows(const worker *w, aug_group_point point) {
    return aug_group_front_allows(w->task->front, point.energy_pj, point.cycles);
}

static void leave_open(const worker *w, aug_group_point point) {
    if (allows(w, point))
        aug_group_front_add(w->task->open, point);
}

// Of energy, what others leave.
static double energy_for(const worker *w, int member) {
    double left = aug_group_front_cutoff(w->task->front);
    for (int e = 0; e < w->group->member_count; e++)
        if (e != member)
            left -= e < member ? aug_group_energy(w->best[e]->points[0]->energy_pj) : w->task->floors[e].energy_pj;
    return left;
}

// Of all steps, what the others of its unit leave.
static double cutoff_for(const worker *w, int member) {
    if (is_of_energy(w))
        return energy_for(w, member);
    if (!is_of_cycles(w) || isinf(aug_group_front_cutoff(w->task->front)))
        return (double)INFINITY;
    double left = aug_group_front_cutoff(w->task->front) / w->pipe.steps;
    for (int e = 0; e < w->group->member_count; e++)
        if (e != member && w->pipe.units[e] == w->pipe.units[member])
            left -= (e < member ? w->best[e]->points[0]->cycles : w->floors[e].cycles) / w->pipe.whole[e];
    return left * w->pipe.whole[member] * (1.0 + 1e-9);
}

// A search that ended early: what it left out takes at least its bound.
static void add_open(worker *w, int member) {
    if (is_of_cycles(w) && w->best[member]->count > 0 &&
        w->best[member]->points[0]->cycles <= ceil(w->floors[member].cycles * (1.0 - 1e-12)))
        return; // it cannot be faster
    w->task->search->stopped = true;
    aug_group_load loads[AUG_GROUP_MEMBERS];
    aug_group_point point = floor_of(w, 0, NULL);
    if (is_of_cycles(w)) {
        memcpy(loads, w->floors, sizeof loads);
        loads[member].cycles = fmax(loads[member].cycles, w->best[member]->bound);
        point.cycles = aug_group_pipe_cycles(&w->pipe, loads, NULL);
    }
    if (is_of_energy(w))
        point.energy_pj +=
            fmax(0.0, w->best[member]->bound * (1.0 - 1e-12) - w->task->floors[member].energy_pj);
    leave_open(w, point);
}

void aug_group_pipe_load(aug_group_search *search, const aug_problem *problem, const aug_mapping *nest,
                         aug_group_load *load) {
    if (!search->cost) {
        search->cost_scratch = aug_cost_scratch_new(search->arena);
        search->cost = AUG_NEW(search->arena, aug_cost);
    }
    memset(search->cost, 0, sizeof *search->cost);
    aug_cost_evaluate(problem, nest, search->cost_scratch, search->cost);
    aug_group_load_of(problem, search->cost, load);
}

static const aug_group_load *loads_of(worker *w, int member) {
    const aug_group_best *best = w->best[member];
    aug_group_load *loads = AUG_NEW_ARRAY(w->task->search->scratch, aug_group_load, (size_t)best->count + 1);
    for (int i = 0; i < best->count; i++)
        aug_group_pipe_load(w->task->search, w->draft.problems[member], &best->points[i]->mapping, &loads[i]);
    return loads;
}

static bool find_branches(worker *w) {
    for (int e = 0; e < w->group->member_count; e++) {
        w->questions[e].cutoff = cutoff_for(w, e);
        if (w->questions[e].cutoff < 0.0)
            return false;
        w->best[e] = aug_group_member_best(w->task->search->members, &w->questions[e]);
        if (w->best[e]->limited)
            add_open(w, e);
        if (w->best[e]->count == 0 || !allows(w, floor_of(w, e + 1, NULL)))
            return false;
    }
    return true;
}

// Adds one choice of a branch for each member, and notes what none reaches.
static void take(worker *w, const int *choice) {
    aug_group_point least = floor_of(w, w->is_guess ? 0 : w->group->member_count, choice);
    aug_group_load loads[AUG_GROUP_MEMBERS];
    if (!allows(w, least))
        return;
    w->draft.energy_pj = 0.0;
    w->draft.cycles = (double)INFINITY;
    w->draft.pipelined = false;
    for (int e = 0; e < w->group->member_count; e++) {
        const aug_mapper_point *point = w->best[e]->points[choice[e]];
        w->draft.nests[e] = &point->mapping;
        w->draft.energy_pj += aug_group_energy(point->energy_pj);
        loads[e] = w->loads[e][choice[e]];
    }
    bool taken = aug_group_pipe_take(&w->draft, loads);
    if (taken && aug_group_front_wants(w->task->front, w->draft.energy_pj, w->draft.cycles)) {
        aug_group_plan *plan = AUG_NEW(w->task->search->arena, aug_group_plan);
        *plan = w->draft;
        aug_group_front_add(w->task->front, (aug_group_point){plan->energy_pj, plan->cycles, plan});
    }
    if (w->is_guess || (taken && (is_of_energy(w) || w->draft.cycles <= least.cycles)))
        return;
    w->missed = true;
    leave_open(w, least);
}

static void join(worker *w) {
    int choice[AUG_GROUP_MEMBERS] = {0};
    for (int e = 0; e < w->group->member_count; e++)
        w->loads[e] = loads_of(w, e);
    for (;;) {
        take(w, choice);
        if (!aug_group_members_work(w->task->search->members, 1)) {
            w->task->search->stopped = true;
            leave_open(w, floor_of(w, 0, NULL));
            return;
        }
        int e = 0;
        while (e < w->group->member_count && ++choice[e] == w->best[e]->count)
            choice[e++] = 0;
        if (e == w->group->member_count)
            return;
    }
}

// The leader as it likes, the next ones in what those before them leave of every memory.
static void follow(worker *w, int leader) {
    double taken[AUG_PROBLEM_MEMORIES] = {0};
    int count = w->group->member_count;
    for (int k = 0; k < count; k++) {
        int e = (leader + k) % count;
        aug_group_question question = w->questions[e];
        for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
            question.reserved_bits[m] += taken[m];
        question.cutoff = (double)INFINITY;
        w->best[e] = aug_group_member_best(w->task->search->members, &question);
        if (w->best[e]->count == 0)
            return;
        w->draft.nests[e] = &w->best[e]->points[0]->mapping;
        aug_group_held(&w->draft, e, taken);
    }
    join(w);
}

double aug_group_pipe_least(aug_group_search *search, const aug_group_question *question, int memory, int kind) {
    aug_group_question of = *question;
    if (memory >= 0)
        of.problem = aug_group_port_alone(&search->ports, question->problem, memory, kind);
    of.is_floor = true;
    of.floor_of = AUG_OBJECTIVE_LATENCY;
    of.cutoff = (double)INFINITY;
    of.least_cycles = 0.0;
    of.most_pj = aug_problem_leaks(question->problem) ? 0.0 : of.most_pj; // energies of another world
    const aug_group_best *best = aug_group_member_best(search->members, &of);
    double least = best->limited ? best->bound : best->count > 0 ? best->points[0]->cycles : 0.0;
    return memory >= 0 ? fmax(0.0, least - 1.0) / AUG_PORT_SCALE : least;
}

// What a member moves through a port that all share, at least.
static void raise_port(worker *w, int member, int memory) {
    double *known = &w->floors[member].ports[memory][AUG_PORT_SHARED];
    *known = fmax(*known, aug_group_pipe_least(w->task->search, &w->questions[member], memory, AUG_PORT_SHARED));
}

static bool is_contended(const worker *w, int memory) {
    const aug_problem_memory *of = &w->group->members[0]->memories[memory];
    return of->shared_port && !isinf(of->read_bits_per_cycle);
}

// Where the fastest branches do not reach their floor for they meet in a port, it takes that into account.
static void raise_ports(worker *w) {
    aug_group_load loads[AUG_GROUP_MEMBERS];
    if (is_of_energy(w))
        return;
    for (int e = 0; e < w->group->member_count; e++)
        aug_group_pipe_load(w->task->search, w->draft.problems[e], &w->best[e]->points[0]->mapping, &loads[e]);
    const int first[AUG_GROUP_MEMBERS] = {0};
    if (aug_group_pipe_cycles(&w->pipe, loads, NULL) <= floor_of(w, w->group->member_count, first).cycles)
        return;
    for (int m = 0; m < w->group->members[0]->memory_count; m++)
        for (int e = 0; e < w->group->member_count && is_contended(w, m); e++)
            if (aug_group_members_can_bound(w->task->search->members))
                raise_port(w, e, m);
}

// Members that move little through a memory.
static void relieve(worker *w, int memory) {
    for (int e = 0; e < w->group->member_count; e++) {
        aug_group_question question = w->questions[e];
        question.problem = aug_group_port_halved(&w->task->search->ports, w->draft.problems[e], memory);
        question.cutoff = (double)INFINITY;
        question.least_cycles = question.most_pj = 0.0;
        w->best[e] = aug_group_member_best(w->task->search->members, &question);
        if (w->best[e]->count == 0)
            return;
    }
    join(w);
}

// Other plans, while something better could be there.
static void guess(worker *w) {
    aug_group_point least = floor_of(w, w->group->member_count, NULL);
    w->is_guess = true;
    for (int m = 0; m < w->group->members[0]->memory_count; m++)
        if (!is_of_energy(w) && is_contended(w, m) && allows(w, least) && !is_over(w))
            relieve(w, m);
    for (int leader = 0; leader < w->group->member_count && allows(w, least) && !is_over(w); leader++)
        follow(w, leader);
}

// Whether a pipeline below a prefix can be asked for at all.
static bool may_begin(const aug_group_pipe_task *task) {
    const aug_group_plan *draft = task->draft;
    aug_group_pipe pipe;
    return (task->search->options->objective != AUG_OBJECTIVE_ENERGY || task->front->breaks_ties ||
            aug_group_must_overlap(draft->group)) &&
           aug_group_pipe_init(draft->group, &draft->prefix, draft->problems, &pipe);
}

static bool begin(worker *w, const aug_group_pipe_task *task) {
    *w = (worker){.task = task, .group = task->draft->group, .draft = *task->draft};
    for (int e = 0; e < w->group->member_count; e++)
        w->floors[e] = aug_group_floor_load(&task->floors[e]);
    return aug_group_pipe_init(w->group, &w->draft.prefix, w->draft.problems, &w->pipe) &&
           allows(w, floor_of(w, 0, NULL)) && aug_group_pipe_prefix_fits(&w->pipe, &w->draft.prefix);
}

bool aug_group_pipe_is_wanted(const aug_group_pipe_task *task) {
    worker w;
    return may_begin(task) && begin(&w, task);
}

void aug_group_pipe_search(const aug_group_pipe_task *task) {
    if (!aug_group_pipe_is_wanted(task))
        return;
    worker *w = AUG_NEW(task->search->scratch, worker);
    begin(w, task);
    if (is_over(w)) {
        task->search->stopped = true;
        leave_open(w, floor_of(w, 0, NULL));
        return;
    }
    for (int e = 0; e < w->group->member_count; e++)
        aug_group_pipe_question(task, &w->pipe, e, &w->questions[e]);
    if (!find_branches(w))
        return;
    raise_ports(w);
    if (!allows(w, floor_of(w, w->group->member_count, NULL)))
        return;
    join(w);
    if (w->missed && !task->front->breaks_ties)
        guess(w);
}

void aug_group_pipe_offer(aug_group_search *search, const aug_group_plan *plan, aug_group_front *front) {
    aug_group_pipe pipe;
    if (!aug_group_pipe_init(plan->group, &plan->prefix, plan->problems, &pipe))
        return;
    aug_group_load loads[AUG_GROUP_MEMBERS];
    for (int e = 0; e < plan->group->member_count; e++)
        aug_group_pipe_load(search, plan->problems[e], plan->nests[e], &loads[e]);
    aug_group_plan *other = AUG_NEW(search->arena, aug_group_plan);
    *other = *plan;
    if (aug_group_pipe_take(other, loads) && aug_group_front_wants(front, other->energy_pj, other->cycles))
        aug_group_front_add(front, (aug_group_point){other->energy_pj, other->cycles, other});
}
