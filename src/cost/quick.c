#include "cost/quick.h"

#include "cost/batch.h"
#include "cost/latency.h"

#include <math.h>
#include <string.h>

typedef struct tensor_list {
    int count, items[AUG_PROBLEM_TENSORS];
} tensor_list;

typedef struct loop_step {
    int rank, axis;       // axis -1: in time
    tensor_list moved;    // in time: tensors that it moves
    tensor_list down, up; // in space: those whose transfers it does not share
} loop_step;

// Words of one flow: what a word takes of the port and, over `block` of them, of energy.
typedef struct price {
    int memory;
    bool writes; // at a port of its own
    double bits, pj, block;
} price;

typedef struct edge_step {
    int tensor, parent, child; // memories; -1: none, compute
    bool whole, is_output;
    double first;     // 1: first visits are not read back
    double held_bits; // of a word of the tile in the child, buffers counted
    int rank_count, ranks[AUG_PROBLEM_DIMS];
    price read, fill, update;
} edge_step;

typedef enum step_kind { STEP_LOOP, STEP_EDGE, STEP_PLACE } step_kind;

typedef struct step {
    step_kind kind;
    int memory; // PLACE: its instances are those of here
    loop_step loop;
    edge_step edge;
} step;

enum { STEPS = AUG_MAPPING_NODES * (1 + AUG_PROBLEM_TENSORS) };

struct aug_quick {
    const aug_problem *problem;
    double sizes[AUG_PROBLEM_RANKS];
    double compute_pj, rate, overhead_cycles, drained;
    bool breaks; // a memory does not keep what it must, or keeps what it may not
    bool used[AUG_PROBLEM_MEMORIES];
    int count;
    step steps[];
};

// ---- Preparing

static price price_of(const aug_problem *problem, int memory, int tensor, int action) {
    const aug_problem_memory *of = &problem->memories[memory];
    bool writes = action != AUG_ACTION_READ && !of->shared_port;
    return (price){memory, writes, of->bits[tensor], of->energy_pj[tensor][action], (double)of->block};
}

static void add_edge(aug_quick *quick, int tensor, int parent, int child, bool whole) {
    const aug_problem *problem = quick->problem;
    const aug_problem_tensor *of = &problem->tensors[tensor];
    step *s = &quick->steps[quick->count++];
    s->kind = STEP_EDGE;
    edge_step *edge = &s->edge;
    *edge = (edge_step){.tensor = tensor,
                        .parent = parent,
                        .child = child,
                        .whole = whole,
                        .is_output = of->is_output,
                        .first = of->accumulates ? 0.0 : 1.0};
    if (child >= 0) {
        edge->rank_count = of->dim_count;
        for (int d = 0; d < of->dim_count; d++)
            edge->ranks[d] = of->dims[d].terms[0].rank;
        edge->held_bits = problem->memories[child].bits[tensor] * (double)problem->memories[child].buffers;
        edge->fill = price_of(problem, child, tensor, AUG_ACTION_WRITE);
    }
    if (parent >= 0) {
        edge->read = price_of(problem, parent, tensor, AUG_ACTION_READ);
        edge->update = price_of(problem, parent, tensor, AUG_ACTION_UPDATE);
    }
}

static void list_add(tensor_list *list, int tensor) {
    list->items[list->count++] = tensor;
}

static void add_loop(aug_quick *quick, const aug_mapping_node *node) {
    const aug_problem *problem = quick->problem;
    step *s = &quick->steps[quick->count++];
    bool in_space = node->kind == AUG_MAPPING_PAR;
    s->kind = STEP_LOOP;
    s->loop = (loop_step){.rank = node->rank, .axis = in_space ? node->axis : -1};
    for (int t = 0; t < problem->tensor_count; t++) {
        bool moves = problem->sizes[node->rank] > 1 && (problem->tensors[t].ranks >> node->rank & 1);
        if (!in_space && moves)
            list_add(&s->loop.moved, t);
        if (in_space && (moves || !(problem->axes[node->axis].multicast >> t & 1)))
            list_add(&s->loop.down, t);
        if (in_space && (moves || !(problem->axes[node->axis].reduce >> t & 1)))
            list_add(&s->loop.up, t);
    }
}

static bool is_plain(const aug_problem *problem) {
    for (int t = 0; t < problem->tensor_count; t++)
        for (int d = 0; d < problem->tensors[t].dim_count; d++)
            if (problem->tensors[t].dims[d].term_count != 1 ||
                problem->tensors[t].dims[d].terms[0].coefficient != 1)
                return false;
    return true;
}

static void add_store(aug_quick *quick, const aug_mapping_node *node, int *parents, unsigned *kept) {
    quick->steps[quick->count++] = (step){.kind = STEP_PLACE, .memory = node->memory};
    quick->used[node->memory] = true;
    kept[node->memory] |= node->tensors;
    for (int t = 0; t < quick->problem->tensor_count; t++)
        if (node->tensors >> t & 1) {
            add_edge(quick, t, parents[t], node->memory, node->whole >> t & 1);
            parents[t] = node->memory;
        }
}

static void add_compute(aug_quick *quick, const aug_problem_compute *unit, const int *parents) {
    const aug_problem *problem = quick->problem;
    for (int t = 0; t < problem->tensor_count; t++)
        add_edge(quick, t, parents[t], -1, true);
    quick->compute_pj = (double)problem->operations * unit->energy_pj;
    quick->rate = unit->rate_per_cycle;
    for (int a = 0; a < problem->array_count; a++)
        if (problem->arrays[a].first_axis < unit->axes_above)
            quick->overhead_cycles += problem->arrays[a].fill_cycles + problem->arrays[a].drain_cycles +
                                      problem->arrays[a].sweep_cycles;
}

aug_quick *aug_quick_new(aug_arena *arena, const aug_problem *problem, const aug_mapping *mapping) {
    if (!aug_batch_can_run(problem) || !is_plain(problem))
        return NULL;
    aug_quick *quick = aug_arena_alloc(arena, sizeof *quick + STEPS * sizeof(step));
    int parents[AUG_PROBLEM_TENSORS];
    unsigned kept[AUG_PROBLEM_MEMORIES] = {0};
    quick->problem = problem;
    quick->drained = problem->drain_reads ? 1.0 : 0.0;
    for (int r = 0; r < problem->rank_count; r++)
        quick->sizes[r] = (double)problem->sizes[r];
    for (int t = 0; t < problem->tensor_count; t++)
        parents[t] = -1;
    for (int n = 0; n < mapping->count; n++) {
        const aug_mapping_node *node = &mapping->nodes[n];
        if (node->kind == AUG_MAPPING_STORE)
            add_store(quick, node, parents, kept);
        else if (node->kind == AUG_MAPPING_COMPUTE)
            add_compute(quick, &problem->computes[node->compute], parents);
        else
            add_loop(quick, node);
    }
    for (int m = 0; m < problem->memory_count; m++)
        quick->breaks |= (problem->memories[m].must & ~kept[m]) || (problem->memories[m].never & kept[m]);
    return quick;
}

// ---- Running

typedef struct run {
    double extents[AUG_PROBLEM_RANKS], used[AUG_PROBLEM_AXES], time, space, energy_pj;
    double until[AUG_PROBLEM_TENSORS], own[AUG_PROBLEM_TENSORS], down[AUG_PROBLEM_TENSORS],
        up[AUG_PROBLEM_TENSORS];
    double drains[AUG_PROBLEM_TENSORS];
    double read_bits[AUG_PROBLEM_MEMORIES], write_bits[AUG_PROBLEM_MEMORIES], held_bits[AUG_PROBLEM_MEMORIES];
    double instances[AUG_PROBLEM_MEMORIES];
} run;

// A price that is not stated does not matter where nothing moves.
static inline void pay(run *r, const price *p, double words) {
    double *port = p->writes ? r->write_bits : r->read_bits;
    port[p->memory] += words * p->bits;
    if (words > 0.0)
        r->energy_pj += (p->block > 1.0 ? ceil(words / p->block) : words) * r->instances[p->memory] * p->pj;
}

static inline bool run_loop(run *r, const loop_step *loop, double tile) {
    double steps = r->extents[loop->rank] / tile;
    r->extents[loop->rank] = tile;
    if (steps <= 1.0)
        return steps >= 1.0;
    if (loop->axis < 0) {
        r->time *= steps;
        for (int i = 0; i < loop->moved.count; i++) {
            r->until[loop->moved.items[i]] = r->time;
            r->own[loop->moved.items[i]] *= steps;
        }
    } else {
        r->space *= steps;
        r->used[loop->axis] *= steps;
        for (int i = 0; i < loop->down.count; i++)
            r->down[loop->down.items[i]] *= steps;
        for (int i = 0; i < loop->up.count; i++)
            r->up[loop->up.items[i]] *= steps;
    }
    return (double)(int64_t)steps >= steps;
}

static inline void run_edge(run *r, const edge_step *edge, double drained) {
    int t = edge->tensor;
    double tile = 1.0;
    for (int i = 0; i < edge->rank_count; i++)
        tile *= r->extents[edge->ranks[i]];
    double moved = tile * (edge->whole ? r->time : r->until[t]);
    if (edge->child >= 0)
        r->held_bits[edge->child] += tile * edge->held_bits;
    if (edge->parent >= 0 && !edge->is_output) {
        pay(r, &edge->read, moved * r->down[t]);
        if (edge->child >= 0)
            pay(r, &edge->fill, moved);
    } else if (edge->parent >= 0) {
        double back = moved - edge->first * tile * r->own[t];
        pay(r, &edge->update, moved * r->up[t]);
        pay(r, &edge->read, back * (edge->child >= 0 ? r->down[t] : r->up[t]) + drained * r->drains[t]);
        if (edge->child >= 0) {
            pay(r, &edge->fill, back);
            r->drains[t] = moved;
        }
    }
    r->down[t] = r->up[t] = 1.0;
}

static void run_start(run *r, const aug_quick *quick) {
    const aug_problem *problem = quick->problem;
    for (int i = 0; i < problem->rank_count; i++)
        r->extents[i] = quick->sizes[i];
    for (int a = 0; a < problem->axis_count; a++)
        r->used[a] = 1.0;
    for (int t = 0; t < problem->tensor_count; t++) {
        r->until[t] = r->own[t] = r->down[t] = r->up[t] = 1.0;
        r->drains[t] = 0.0;
    }
    for (int m = 0; m < problem->memory_count; m++)
        r->read_bits[m] = r->write_bits[m] = r->held_bits[m] = 0.0;
    r->time = r->space = 1.0;
    r->energy_pj = 0.0;
}

static void run_end(const aug_quick *quick, const run *r, aug_totals *totals) {
    const aug_problem *problem = quick->problem;
    double slowest = r->time / quick->rate, leakage = 0.0;
    bool fits = !quick->breaks;
    for (int m = 0; m < problem->memory_count; m++) {
        const aug_problem_memory *memory = &problem->memories[m];
        if (!quick->used[m])
            continue;
        double reading = r->read_bits[m] / memory->read_bits_per_cycle,
               writing = r->write_bits[m] / memory->write_bits_per_cycle;
        slowest = reading > slowest ? reading : slowest;
        slowest = writing > slowest ? writing : slowest;
        leakage += memory->leakage_pj_per_cycle * r->instances[m];
        fits &= r->held_bits[m] <= memory->capacity_bits;
    }
    for (int a = 0; a < problem->axis_count; a++)
        fits &= r->used[a] <= (double)problem->axes[a].fanout;
    double cycles = aug_whole_cycles(slowest);
    totals->energy_pj = r->energy_pj + quick->compute_pj + (leakage > 0.0 ? leakage * cycles : 0.0);
    totals->cycles = cycles + quick->overhead_cycles;
    totals->fits = fits;
}

bool aug_quick_run(const aug_quick *quick, const aug_count *tiles, aug_totals *totals) {
    run r;
    int loop = 0;
    run_start(&r, quick);
    for (int i = 0; i < quick->count; i++) {
        const step *s = &quick->steps[i];
        if (s->kind == STEP_EDGE)
            run_edge(&r, &s->edge, quick->drained);
        else if (s->kind == STEP_PLACE)
            r.instances[s->memory] = r.space;
        else if (!run_loop(&r, &s->loop, (double)(int64_t)tiles[loop++]))
            return false;
    }
    run_end(quick, &r, totals);
    return true;
}
