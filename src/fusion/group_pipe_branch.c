// Members of a pipeline meet in ports and in room. A case says of each member what it takes of each of them,
// at least and at most: cycles of its unit, cycles of each port, bits of each memory. Slots only grow with
// what members take, so
//
//     cycles of a case >= cycles of the pipeline whose members take what they do at least
//
// and where something is known already, each member may take no more than what leaves the pipeline faster
// when all others take their least. The mapper finds a nest of each member within its caps (group_cap.h). If
// there is none, the case is done. Else the nests make a plan. Where they do not fit together, or take more
// than their least, there are two cases in place of one: of one member and one thing that it takes, x in this
// plan,
//
//     either that member takes less than x        this nest is none of them
//     or it takes x at least                      the bound rises; of room: less is left for the others
//
// Example: slots of two members on two units, each of 4 cycles, that move 3 and 2 cycles' worth of words
// through one port: 5 cycles in a slot, bound 4. Is there a nest of the first that moves less than 3? If not,
// it moves 3 at least; and if none of the second moves less than 2, the bound is 5, and the plan is proven.
//
// For cycles the mapper looks for the fastest nests, else for the ones of least energy. Then all that a case
// may have besides its plan is faster.
#include "fusion/group_pipe_branch.h"

#include "fusion/group_cap.h"

#include <math.h>
#include <string.h>

enum { DEPTH = 48, MOST_CASES = 400, HALVINGS = 34 };

// What two values that are told apart differ by at least, relatively: more than cycles are rounded by.
static const double APART = 1e-8;

// What members take in one case.
typedef struct aug_group_case {
    aug_group_load least[AUG_GROUP_MEMBERS], most[AUG_GROUP_MEMBERS];
    double least_pj[AUG_GROUP_MEMBERS];
    // Bits of each memory, of a member's own tiles: those that stay, and all.
    double lasting[AUG_GROUP_MEMBERS][AUG_PROBLEM_MEMORIES],
        most_lasting[AUG_GROUP_MEMBERS][AUG_PROBLEM_MEMORIES];
    double held[AUG_GROUP_MEMBERS][AUG_PROBLEM_MEMORIES], most_held[AUG_GROUP_MEMBERS][AUG_PROBLEM_MEMORIES];
} aug_group_case;

// One thing that members take: cycles of their units (memory -1), or of a port.
typedef struct thing {
    int memory, kind;
} thing;

typedef struct aug_group_brancher {
    const aug_group_pipe_task *task;
    const aug_group *group;
    aug_group_pipe pipe;
    aug_group_plan draft;
    aug_group_question questions[AUG_GROUP_MEMBERS];
    double room[AUG_PROBLEM_MEMORIES]; // bits that the prefix leaves to tiles of members
    int thing_count, cases;
    thing things[1 + AUG_PROBLEM_MEMORIES * 2];
    aug_group_load loads[AUG_GROUP_MEMBERS]; // of the nests of the draft
    aug_group_case at[DEPTH];
} brancher;

static aug_objective objective_of(const brancher *b) {
    return b->task->search->options->objective;
}

static double *value_in(aug_group_load *load, thing of) {
    return of.memory < 0 ? &load->cycles : &load->ports[of.memory][of.kind];
}

// ---- Bounds

static aug_group_point bound_of(const brancher *b, const aug_group_case *c) {
    aug_group_point point = {0.0, aug_group_pipe_cycles(&b->pipe, c->least, NULL), NULL};
    for (int e = 0; e < b->group->member_count; e++)
        point.energy_pj += c->least_pj[e];
    return point;
}

static bool allows(const brancher *b, aug_group_point point) {
    return aug_group_front_allows(b->task->front, point.energy_pj, point.cycles);
}

static void leave_open(const brancher *b, const aug_group_case *c) {
    aug_group_point point = bound_of(b, c);
    b->task->search->stopped = true;
    if (allows(b, point))
        aug_group_front_add(b->task->open, point);
}

// Cycles of plans that are of interest, at most, though they take no more energy than `least_pj`.
static double wanted_cycles(const brancher *b, double least_pj) {
    const aug_group_front *front = b->task->front;
    double most = (double)INFINITY;
    if (front->objective == AUG_OBJECTIVE_ENERGY)
        return most;
    for (int i = 0; i < front->count; i++)
        if (front->objective == AUG_OBJECTIVE_LATENCY ||
            front->points[i].energy_pj <= least_pj * (1.0 + 1e-12))
            most = fmin(most, ceil(front->points[i].cycles) - 1.0);
    return front->has_limit && front->objective == AUG_OBJECTIVE_LATENCY ? fmin(most, front->limit) : most;
}

// The most that one member may take of one thing when the others take their least.
static double most_of(const brancher *b, aug_group_case *c, int member, thing of, double wanted) {
    double *at = value_in(&c->least[member], of), least = *at;
    double low = least, high = wanted * b->pipe.whole[member] / b->pipe.steps * (1.0 + 1e-9) + 1.0;
    for (int i = 0; i < HALVINGS && low < high; i++) {
        *at = low + (high - low) / 2.0;
        if (aug_group_pipe_cycles(&b->pipe, c->least, NULL) <= wanted)
            low = *at;
        else
            high = *at;
    }
    *at = least;
    return high;
}

// Caps for what is wanted. False where nothing of the case is.
static bool tighten(const brancher *b, aug_group_case *c) {
    aug_group_point point = bound_of(b, c);
    if (!allows(b, point))
        return false;
    double wanted = wanted_cycles(b, point.energy_pj);
    if (isinf(wanted))
        return true;
    if (point.cycles > wanted)
        return false;
    for (int e = 0; e < b->group->member_count; e++)
        for (int i = 0; i < b->thing_count; i++) {
            double *most = value_in(&c->most[e], b->things[i]);
            *most = fmin(*most, most_of(b, c, e, b->things[i], wanted));
        }
    return true;
}

// ---- Nests

// Bits that other members hold at least while one runs: of its own unit what stays, of each other one all of
// some member beside what stays of the rest.
static double held_beside(const brancher *b, const aug_group_case *c, int member, int memory) {
    double sum = 0.0;
    for (int unit = 0; unit < AUG_PROBLEM_COMPUTES; unit++) {
        double lasting = 0.0, passing = 0.0;
        for (int e = 0; e < b->group->member_count; e++) {
            if (e == member || b->pipe.units[e] != unit)
                continue;
            lasting += c->lasting[e][memory];
            if (b->pipe.units[member] != unit)
                passing = fmax(passing, c->held[e][memory] - c->lasting[e][memory]);
        }
        sum += lasting + passing;
    }
    return sum;
}

static aug_group_question question_of(const brancher *b, const aug_group_case *c, int member) {
    aug_group_question q = b->questions[member];
    for (int m = 0; m < b->group->members[0]->memory_count; m++) {
        double others = held_beside(b, c, member, m), rest = b->room[m] - c->most_held[member][m];
        q.reserved_bits[m] += isinf(c->most_held[member][m]) ? others : fmax(others, rest);
        q.lasting.bits[m] = c->most_lasting[member][m];
    }
    q.most = c->most[member];
    q.is_floor = true;
    q.floor_of = objective_of(b) == AUG_OBJECTIVE_LATENCY ? AUG_OBJECTIVE_LATENCY : AUG_OBJECTIVE_ENERGY;
    q.cutoff = (double)INFINITY;
    return q;
}

// What is left of energy for one member; infinite where it is no limit.
static double energy_for(const brancher *b, const aug_group_case *c, int member) {
    if (objective_of(b) != AUG_OBJECTIVE_ENERGY)
        return (double)INFINITY;
    double left = aug_group_front_cutoff(b->task->front);
    for (int e = 0; e < b->group->member_count; e++)
        left -= e == member ? 0.0 : c->least_pj[e];
    return left;
}

// Among all tiles, nests under caps are looked for below the energy of one that there is: without, a search
// that finds none takes long. NULL: there is none.
static const aug_group_best *find_any(const brancher *b, aug_group_question *q) {
    aug_group_question any = *q;
    any.floor_of = AUG_OBJECTIVE_LATENCY;
    const aug_group_best *best = aug_group_member_best(b->task->search->members, &any);
    if (best->count > 0 && !isnan(best->points[0]->energy_pj))
        q->cutoff = fmin(q->cutoff, best->points[0]->energy_pj);
    return best;
}

// A nest within the caps of the case. False where there is none, or none is known.
static bool find_nest(brancher *b, aug_group_case *c, int member) {
    aug_group_question q = question_of(b, c, member);
    const aug_group_best *best = NULL;
    bool energy = q.floor_of == AUG_OBJECTIVE_ENERGY;
    q.cutoff = energy_for(b, c, member);
    if (q.cutoff < 0.0)
        return false;
    if (energy && aug_group_cap_is_any(&q.most) && !b->task->search->options->perfect) {
        best = find_any(b, &q);
        if (best->count == 0 && !best->limited)
            return false;
    }
    const aug_group_best *found = aug_group_member_best(b->task->search->members, &q);
    if (found->count > 0 || !best || best->count == 0)
        best = found;
    if (energy && (found->limited || found->count > 0)) {
        double least =
            found->limited ? found->bound * (1.0 - 1e-12) : aug_group_energy(found->points[0]->energy_pj);
        c->least_pj[member] = fmax(c->least_pj[member], least);
    }
    if (!energy && !aug_group_cap_is_any(&q.most) && (best->limited || best->count > 0))
        c->least[member].cycles =
            fmax(c->least[member].cycles, best->limited ? best->bound : best->points[0]->cycles);
    if (best->count == 0) {
        if (best->limited || found->limited)
            leave_open(b, c);
        return false;
    }
    b->draft.nests[member] = &best->points[0]->mapping;
    aug_group_pipe_load(b->task->search, b->draft.problems[member], b->draft.nests[member],
                        &b->loads[member]);
    b->draft.energy_pj += aug_group_energy(b->task->search->cost->energy_pj);
    return true;
}

static bool find_nests(brancher *b, aug_group_case *c) {
    b->draft.energy_pj = 0.0;
    for (int e = 0; e < b->group->member_count; e++)
        if (!find_nest(b, c, e) || !allows(b, bound_of(b, c)))
            return false;
    return true;
}

// ---- The plan, and what of it to tell apart

// The memory in which it does not fit; -1: it does.
static int take_plan(brancher *b) {
    aug_group_plan *draft = &b->draft;
    draft->pipelined = true;
    int memory = aug_group_overfull(draft);
    draft->cycles = aug_group_pipe_cycles(&b->pipe, b->loads, NULL);
    if (memory >= 0 || !aug_group_front_wants(b->task->front, draft->energy_pj, draft->cycles))
        return memory;
    aug_group_plan *plan = AUG_NEW(b->task->search->arena, aug_group_plan);
    *plan = *draft;
    aug_group_front_add(b->task->front, (aug_group_point){plan->energy_pj, plan->cycles, plan});
    return -1;
}

// What the bound rises by if a member takes as much as in the plan; or how much less the plan would take if
// it did not.
static double gain_of(brancher *b, aug_group_case *c, int member, thing of) {
    double *least = value_in(&c->least[member], of), *is = value_in(&b->loads[member], of);
    double before = *least, now = *is, from = aug_group_pipe_cycles(&b->pipe, c->least, NULL);
    double to = aug_group_pipe_cycles(&b->pipe, b->loads, NULL);
    if (now <= before * (1.0 + APART))
        return -1.0;
    *least = now;
    double rise = aug_group_pipe_cycles(&b->pipe, c->least, NULL) - from;
    *least = before;
    *is = before;
    double fall = to - aug_group_pipe_cycles(&b->pipe, b->loads, NULL);
    *is = now;
    return rise + 1e-3 * fall + 1e-6 * to * (now - before) / now;
}

// Whether all that a member may take of it are whole numbers of some unit that is more than what values are
// told apart by.
static bool is_exact(const brancher *b, int member, thing of, double value) {
    const aug_problem *p = b->draft.problems[member];
    if (of.memory < 0) {
        for (int a = 0; a < p->array_count; a++)
            if (p->arrays[a].per_fold)
                return false;
        return true;
    }
    const aug_problem_memory *memory = &p->memories[of.memory];
    for (int t = 0; t < p->tensor_count; t++)
        if (memory->bits[t] > floor(memory->bits[t]))
            return false;
    double width = of.kind == AUG_PORT_WRITE ? memory->write_bits_per_cycle : memory->read_bits_per_cycle;
    return value * APART * width < 0.25; // of a bit
}

static void look(brancher *b, int depth);

// Two cases in place of one: below the value of the plan, and from there on.
static void part_by_load(brancher *b, int depth, int member, thing of) {
    aug_group_case *less = &b->at[depth + 1];
    double value = *value_in(&b->loads[member], of);
    double below = of.memory < 0 ? value - 0.5 : value * (1.0 - APART);
    bool exact = is_exact(b, member, of, value);
    *less = b->at[depth];
    double *most = value_in(&less->most[member], of);
    *most = fmin(*most, below);
    look(b, depth + 1);
    aug_group_case *more = &b->at[depth + 1];
    *more = b->at[depth];
    *value_in(&more->least[member], of) = exact ? value : below;
    look(b, depth + 1);
}

// False where nothing is left to tell apart: the plan takes no more than the bound says.
static bool part_by_loads(brancher *b, int depth) {
    double best = -1.0;
    int member = -1;
    thing of = {0};
    for (int e = 0; e < b->group->member_count; e++)
        for (int i = 0; i < b->thing_count; i++) {
            double gain = gain_of(b, &b->at[depth], e, b->things[i]);
            if (gain <= best)
                continue;
            best = gain;
            member = e;
            of = b->things[i];
        }
    if (member >= 0)
        part_by_load(b, depth, member, of);
    return member >= 0;
}

static bool meets_others(const brancher *b, int member) {
    for (int e = 0; e < b->group->member_count; e++)
        if (b->pipe.units[e] != b->pipe.units[member])
            return true;
    return false;
}

// The member that has most in a memory beyond what is known, of what stays or of all.
static bool part_by_room(brancher *b, int depth, int memory) {
    const aug_group_case *c = &b->at[depth];
    double most = 0.0, value = 0.0;
    int member = -1;
    bool all = false;
    for (int e = 0; e < b->group->member_count; e++) {
        double lasting[AUG_PROBLEM_MEMORIES] = {0}, held[AUG_PROBLEM_MEMORIES] = {0};
        aug_group_lasting(&b->draft, e, lasting);
        aug_group_held(&b->draft, e, held);
        for (int which = 0; which < 2; which++) {
            double bits = which ? held[memory] : lasting[memory];
            double more = bits - (which ? c->held[e][memory] : c->lasting[e][memory]);
            if (more <= most || (which && !meets_others(b, e)))
                continue;
            most = more;
            value = bits;
            member = e;
            all = which;
        }
    }
    if (member < 0)
        return false;
    for (int which = 0; which < 2; which++) {
        aug_group_case *next = &b->at[depth + 1];
        *next = *c;
        if (which == 0)
            (all ? next->most_held : next->most_lasting)[member][memory] = value * (1.0 - 1e-9);
        else
            (all ? next->held : next->lasting)[member][memory] = value;
        next->held[member][memory] = fmax(next->held[member][memory], next->lasting[member][memory]);
        look(b, depth + 1);
    }
    return true;
}

static bool is_over(const brancher *b) {
    const aug_group_search *search = b->task->search;
    return b->cases >= MOST_CASES || !aug_group_members_work(search->members, 0) ||
           aug_progress_stopped(search->options->progress);
}

// Each member as fast as it can be, and what passes each port at least. False where nothing is wanted then.
static bool raise_first(brancher *b, aug_group_case *c) {
    if (objective_of(b) == AUG_OBJECTIVE_ENERGY ||
        aug_group_pipe_cycles(&b->pipe, b->loads, NULL) <= aug_group_pipe_cycles(&b->pipe, c->least, NULL))
        return true;
    for (int i = 0; i < b->thing_count; i++)
        for (int e = 0; e < b->group->member_count; e++) {
            if (!aug_group_members_can_bound(b->task->search->members))
                return true;
            double *least = value_in(&c->least[e], b->things[i]);
            *least = fmax(*least, aug_group_pipe_least(b->task->search, &b->questions[e], b->things[i].memory,
                                                       b->things[i].kind));
            if (!allows(b, bound_of(b, c)))
                return false;
        }
    return true;
}

static void look(brancher *b, int depth) {
    aug_group_case *c = &b->at[depth];
    if (!tighten(b, c))
        return;
    if (depth + 1 == DEPTH || is_over(b)) {
        leave_open(b, c);
        return;
    }
    b->cases++;
    if (!find_nests(b, c) || (depth == 0 && !raise_first(b, c)))
        return;
    int memory = take_plan(b);
    if (!tighten(b, c))
        return;
    if (memory >= 0 ? !part_by_room(b, depth, memory)
                    : objective_of(b) == AUG_OBJECTIVE_ENERGY || !part_by_loads(b, depth))
        leave_open(b, c);
}

// ---- The first case

static void list_things(brancher *b) {
    const aug_problem *p = b->group->members[0];
    b->things[b->thing_count++] = (thing){-1, 0};
    for (int m = 0; m < p->memory_count; m++) {
        const aug_problem_memory *memory = &p->memories[m];
        if (!isinf(memory->read_bits_per_cycle))
            b->things[b->thing_count++] = (thing){m, memory->shared_port ? AUG_PORT_SHARED : AUG_PORT_READ};
        if (!memory->shared_port && !isinf(memory->write_bits_per_cycle))
            b->things[b->thing_count++] = (thing){m, AUG_PORT_WRITE};
    }
}

static void measure_room(brancher *b) {
    const aug_problem *p = b->group->members[0];
    const aug_group_prefix *prefix = &b->draft.prefix;
    for (int m = 0; m < p->memory_count; m++)
        b->room[m] = p->memories[m].capacity_bits / (double)p->memories[m].buffers;
    for (int i = 0; i < prefix->count; i++)
        for (int t = 0; !prefix->nodes[i].is_loop && t < b->group->tensor_count; t++)
            if (prefix->nodes[i].tensors >> t & 1u)
                b->room[prefix->nodes[i].memory] -= aug_group_pipe_bits(&b->pipe, prefix, i, t);
}

static void begin_case(const brancher *b, aug_group_case *c) {
    *c = (aug_group_case){.least_pj = {0.0}};
    for (int e = 0; e < AUG_GROUP_MEMBERS; e++) {
        for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
            c->most_lasting[e][m] = c->most_held[e][m] = (double)INFINITY;
        c->most[e] = aug_group_cap_none();
    }
    for (int e = 0; e < b->group->member_count; e++) {
        c->least[e] = aug_group_floor_load(&b->task->floors[e]);
        c->least_pj[e] = b->task->floors[e].energy_pj;
    }
}

void aug_group_pipe_branch(const aug_group_pipe_task *task) {
    aug_group_search *search = task->search;
    brancher *b = search->brancher = search->brancher ? search->brancher : AUG_NEW(search->arena, brancher);
    *b = (brancher){.task = task, .group = task->draft->group, .draft = *task->draft};
    if (!aug_group_pipe_init(b->group, &b->draft.prefix, b->draft.problems, &b->pipe))
        return;
    for (int e = 0; e < b->group->member_count; e++)
        aug_group_pipe_question(task, &b->pipe, e, &b->questions[e]);
    list_things(b);
    measure_room(b);
    begin_case(b, &b->at[0]);
    // Energies of a world in which cycles are others are others, too, where memories leak.
    if (aug_problem_leaks(b->group->members[0]) && search->options->objective != AUG_OBJECTIVE_LATENCY)
        leave_open(b, &b->at[0]);
    else
        look(b, 0);
}
