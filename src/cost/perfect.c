#include "cost/perfect.h"

#include "base/gcd.h"
#include "cost/footprint.h"
#include "cost/latency.h"

// What is known of a tensor on the way in.
typedef struct progress {
    unsigned moving;                 // ranks of size above 1 that move it
    bool slides;                     // an index with several of them: tiles overlap
    bool plain;                      // each index is one rank: a tile is the product of extents
    int rank_count, ranks[AUG_PROBLEM_DIMS]; // of a plain one
    int parent;                      // memory of the store above; -1: none yet
    aug_count until;                 // steps in time down to the innermost loop that moves it
    aug_count own;                   // of them, those of loops that move it
    aug_count drains;                // words of it that one instance of the parent sends up
    aug_count fetch_fan, drain_fan;  // steps in space below the parent that need transfers of their own
    int diagonal_count;              // loops in space below the parent that move a sliding index
    int diagonals[AUG_PROBLEM_AXES]; // nodes
} progress;

typedef struct pass {
    const aug_problem *problem;
    const aug_mapping *mapping;
    aug_cost *cost; // NULL: totals alone
    aug_count instances[AUG_PROBLEM_MEMORIES];
    double many[AUG_PROBLEM_MEMORIES]; // the same
    double read_bits[AUG_PROBLEM_MEMORIES], write_bits[AUG_PROBLEM_MEMORIES], held_bits[AUG_PROBLEM_MEMORIES],
        energy_pj;
    unsigned kept[AUG_PROBLEM_MEMORIES];
    int compute;
    aug_count extents[AUG_PROBLEM_RANKS];
    aug_count steps[AUG_MAPPING_NODES];  // of loops
    aug_count before[AUG_MAPPING_NODES]; // steps in time above the node
    aug_count time, space;
    aug_count used[AUG_PROBLEM_AXES]; // steps along each axis
    progress tensors[AUG_PROBLEM_TENSORS];
} pass;

static void start_tensor(const aug_problem *problem, const aug_problem_tensor *tensor, unsigned large,
                         progress *p) {
    p->moving = tensor->ranks & large;
    p->slides = false;
    p->plain = true;
    p->rank_count = tensor->dim_count;
    p->parent = -1;
    p->drains = 0;
    p->until = p->own = p->fetch_fan = p->drain_fan = 1;
    p->diagonal_count = 0;
    for (int d = 0; d < tensor->dim_count; d++) {
        const aug_problem_dim *dim = &tensor->dims[d];
        p->ranks[d] = dim->terms[0].rank;
        p->plain &= dim->term_count == 1 && dim->terms[0].coefficient == 1;
        int terms = 0;
        for (int t = 0; t < dim->term_count && dim->term_count > 1; t++)
            terms += problem->sizes[dim->terms[t].rank] > 1;
        p->slides |= terms > 1;
    }
}

static inline aug_count tile_of(const aug_problem_tensor *tensor, const progress *p, const aug_count *extents) {
    aug_count words = 1;
    if (!p->plain)
        return aug_tensor_words(tensor, extents);
    for (int i = 0; i < p->rank_count; i++)
        words *= extents[p->ranks[i]];
    return words;
}

static bool in_sliding_index(const aug_problem *problem, const aug_problem_tensor *tensor, int rank) {
    for (int d = 0; d < tensor->dim_count; d++) {
        int terms = 0;
        bool has = false;
        for (int t = 0; t < tensor->dims[d].term_count; t++) {
            terms += problem->sizes[tensor->dims[d].terms[t].rank] > 1;
            has |= tensor->dims[d].terms[t].rank == rank;
        }
        if (has && terms > 1)
            return true;
    }
    return false;
}

// ---- Windows

typedef struct shifts {
    int64_t by[AUG_PROBLEM_RANKS];
    unsigned moved;
} shifts;

static aug_count window_overlap(const aug_problem_tensor *tensor, const aug_count *extents,
                                const shifts *shift) {
    aug_count words = 1;
    for (int d = 0; d < tensor->dim_count; d++) {
        const aug_problem_dim *dim = &tensor->dims[d];
        int64_t by = 0;
        for (int t = 0; t < dim->term_count; t++)
            if (shift->moved >> dim->terms[t].rank & 1)
                by += (int64_t)dim->terms[t].coefficient * shift->by[dim->terms[t].rank];
        aug_count far = (aug_count)(by < 0 ? -by : by), width = aug_dim_extent(dim, extents);
        if (far >= width)
            return 0;
        words *= width - far;
    }
    return words;
}

// Loops from the inside out: when one steps, those inside of it have gone back to their start.
static aug_count sliding_words(const pass *at, int tensor, int node, aug_count tile_words) {
    const aug_problem_tensor *of = &at->problem->tensors[tensor];
    const progress *p = &at->tensors[tensor];
    shifts shift = {.moved = 0};
    aug_count words = tile_words * at->time;
    for (int n = node - 1; n >= 0; n--) {
        const aug_mapping_node *loop = &at->mapping->nodes[n];
        if (loop->kind != AUG_MAPPING_FOR || at->steps[n] == 1)
            continue;
        int rank = loop->rank;
        if (!(p->moving >> rank & 1)) {
            words -= at->before[n] * (at->steps[n] - 1) * window_overlap(of, at->extents, &shift);
            continue;
        }
        int64_t tile = (int64_t)loop->tile, back = shift.moved >> rank & 1 ? shift.by[rank] : 0;
        shift.moved |= 1u << rank;
        shift.by[rank] = back + tile;
        words -= at->before[n] * (at->steps[n] - 1) * window_overlap(of, at->extents, &shift);
        shift.by[rank] = back - tile * (int64_t)(at->steps[n] - 1);
    }
    return words;
}

// Two loops in space move one index by a and b words per step: points (i + b/g, j) and (i, j + a/g) are one
// set of words.
static aug_count different_of_two(const aug_count *apart, const aug_count *steps) {
    aug_count g = aug_gcd(apart[0], apart[1]), back = apart[1] / g, on = apart[0] / g;
    return steps[0] * steps[1] -
           (steps[0] > back ? steps[0] - back : 0) * (steps[1] > on ? steps[1] - on : 0);
}

// How many of all children along the loops that move sliding indices have different boxes. False: too
// tangled.
static bool diagonal(const pass *at, int tensor, aug_count *all, aug_count *different) {
    const progress *p = &at->tensors[tensor];
    const aug_problem_tensor *of = &at->problem->tensors[tensor];
    unsigned seen = 0;
    *all = *different = 1;
    for (int d = 0; d < of->dim_count; d++) {
        aug_count apart[2], steps[2];
        int found = 0;
        for (int i = 0; i < p->diagonal_count; i++) {
            const aug_mapping_node *loop = &at->mapping->nodes[p->diagonals[i]];
            for (int t = 0; t < of->dims[d].term_count; t++) {
                if (of->dims[d].terms[t].rank != loop->rank)
                    continue;
                if ((seen >> i & 1) || found == 2)
                    return false;
                seen |= 1u << i;
                apart[found] = of->dims[d].terms[t].coefficient * loop->tile;
                steps[found++] = at->steps[p->diagonals[i]];
            }
        }
        if (found == 2) {
            *all *= steps[0] * steps[1];
            *different *= different_of_two(apart, steps);
        }
    }
    return true;
}

// ---- Edges

static double real(aug_count count) {
    return (double)(int64_t)count; // below 2^62, and faster than from unsigned
}

static const int actions[AUG_FLOW_COUNT] = {AUG_ACTION_READ, AUG_ACTION_WRITE, AUG_ACTION_UPDATE};

// Words of each instance of memory m. `full`: into the cost, else into sums.
AUG_INLINE void put_flow(pass *at, bool full, int m, int tensor, aug_flow_kind kind, aug_count each) {
    const aug_problem_memory *memory = &at->problem->memories[m];
    aug_count block = memory->block, actions_each = block == 1 ? each : each / block + (each % block != 0);
    if (!full) {
        double *port = kind == AUG_FLOW_READ || memory->shared_port ? &at->read_bits[m] : &at->write_bits[m];
        *port += real(each) * memory->bits[tensor];
        if (each)
            at->energy_pj += real(actions_each) * at->many[m] * memory->energy_pj[tensor][actions[kind]];
        return;
    }
    aug_count instances = at->instances[m];
    aug_flow *flow = &at->cost->memories[m].tensors[tensor].flows[kind];
    flow->dense = each * instances;
    flow->busiest = each;
    flow->actual = real(flow->dense);
    flow->busiest_actual = real(each);
    flow->actions = real(actions_each * instances);
}

// Words that one instance of the child fetches.
AUG_INLINE aug_count moved_words(const pass *at, int tensor, int node, aug_count tile, bool whole) {
    const progress *p = &at->tensors[tensor];
    return whole ? tile * at->time : p->slides ? sliding_words(at, tensor, node, tile) : tile * p->until;
}

AUG_INLINE bool input_edge(pass *at, bool full, int tensor, aug_count moved, int child) {
    const progress *p = &at->tensors[tensor];
    aug_count all = 1, different = 1, given = moved * p->fetch_fan;
    if (p->diagonal_count > 1 && !diagonal(at, tensor, &all, &different))
        return false;
    if (all != different)
        given = given / all * different;
    put_flow(at, full, p->parent, tensor, AUG_FLOW_READ, given);
    if (child >= 0)
        put_flow(at, full, child, tensor, AUG_FLOW_FILL, moved);
    return true;
}

AUG_INLINE void output_edge(pass *at, bool full, int tensor, aug_count moved, aug_count first, int child) {
    progress *p = &at->tensors[tensor];
    put_flow(at, full, p->parent, tensor, AUG_FLOW_UPDATE, moved * p->drain_fan);
    put_flow(at, full, p->parent, tensor, AUG_FLOW_READ,
             (moved - first) * (child >= 0 ? p->fetch_fan : p->drain_fan) + p->drains);
    if (child < 0)
        return;
    put_flow(at, full, child, tensor, AUG_FLOW_FILL, moved - first);
    p->drains = at->problem->drain_reads ? moved : 0;
    if (full)
        at->cost->memories[child].tensors[tensor].drain_words = p->drains * at->space;
}

// Ends the edge from the store above to this node; child -1: compute.
AUG_INLINE bool end_edge(pass *at, bool full, int tensor, int node, int child, aug_count tile) {
    const aug_problem_tensor *of = &at->problem->tensors[tensor];
    progress *p = &at->tensors[tensor];
    bool fine = true;
    if (p->parent >= 0) {
        aug_count moved =
            moved_words(at, tensor, node, tile, child < 0 || (at->mapping->nodes[node].whole >> tensor & 1));
        if (of->is_output)
            output_edge(at, full, tensor, moved, of->accumulates ? 0 : tile * p->own, child);
        else
            fine = input_edge(at, full, tensor, moved, child);
    }
    p->fetch_fan = p->drain_fan = 1;
    p->diagonal_count = 0;
    return fine;
}

AUG_INLINE bool pass_store(pass *at, bool full, int n) {
    const aug_mapping_node *node = &at->mapping->nodes[n];
    const aug_problem_memory *memory = &at->problem->memories[node->memory];
    at->instances[node->memory] = at->space;
    at->many[node->memory] = real(at->space);
    at->kept[node->memory] |= node->tensors;
    if (full)
        at->cost->memories[node->memory].instances = at->space;
    for (int t = 0; t < at->problem->tensor_count; t++) {
        if (!(node->tensors >> t & 1))
            continue;
        aug_count tile = tile_of(&at->problem->tensors[t], &at->tensors[t], at->extents);
        if (full) {
            aug_footprint_hold(at->problem, node->memory, t, tile, at->cost);
            at->cost->memories[node->memory].tensors[t].instances = at->space;
        }
        at->held_bits[node->memory] += real(tile) * memory->bits[t];
        if (!end_edge(at, full, t, n, node->memory, tile))
            return false;
        at->tensors[t].parent = node->memory;
    }
    return true;
}

AUG_INLINE void pass_time(pass *at, int rank, aug_count steps) {
    at->time *= steps;
    for (int t = 0; t < at->problem->tensor_count; t++)
        if (at->tensors[t].moving >> rank & 1) {
            at->tensors[t].until = at->time;
            at->tensors[t].own *= steps;
        }
}

AUG_INLINE bool pass_space(pass *at, int n, aug_count steps) {
    const aug_mapping_node *node = &at->mapping->nodes[n];
    const aug_problem_axis *axis = &at->problem->axes[node->axis];
    at->space *= steps;
    at->used[node->axis] *= steps;
    for (int t = 0; t < at->problem->tensor_count; t++) {
        progress *p = &at->tensors[t];
        bool moves = p->moving >> node->rank & 1, multicast = axis->multicast >> t & 1,
             reduce = axis->reduce >> t & 1;
        p->fetch_fan *= moves || !multicast ? steps : 1;
        p->drain_fan *= moves || !reduce ? steps : 1;
        if (!moves || !p->slides || p->parent < 0 ||
            !in_sliding_index(at->problem, &at->problem->tensors[t], node->rank))
            continue;
        if (p->diagonal_count == AUG_PROBLEM_AXES)
            return false;
        if (multicast)
            p->diagonals[p->diagonal_count++] = n;
    }
    return true;
}

AUG_INLINE bool pass_node(pass *at, bool full, int n) {
    const aug_mapping_node *node = &at->mapping->nodes[n];
    at->before[n] = at->time;
    switch (node->kind) {
    case AUG_MAPPING_STORE:
        return pass_store(at, full, n);
    case AUG_MAPPING_FOR:
    case AUG_MAPPING_PAR: {
        aug_count steps = at->extents[node->rank] / node->tile;
        if (steps * node->tile != at->extents[node->rank])
            return false;
        at->steps[n] = steps;
        at->extents[node->rank] = node->tile;
        if (steps == 1)
            return true;
        if (node->kind == AUG_MAPPING_PAR)
            return pass_space(at, n, steps);
        pass_time(at, node->rank, steps);
        return true;
    }
    case AUG_MAPPING_COMPUTE:
        at->compute = node->compute;
        for (int t = 0; t < at->problem->tensor_count; t++)
            if (!end_edge(at, full, t, n, -1, 1))
                return false;
        return true;
    }
    return false;
}

AUG_INLINE bool sweep(pass *at, bool full, const aug_problem *problem, const aug_mapping *mapping,
                      aug_cost *cost) {
    at->problem = problem;
    at->mapping = mapping;
    at->cost = cost;
    at->time = at->space = 1;
    at->energy_pj = 0.0;
    unsigned large = 0;
    for (int r = 0; r < problem->rank_count; r++) {
        at->extents[r] = problem->sizes[r];
        large |= (unsigned)(problem->sizes[r] > 1) << r;
    }
    for (int a = 0; a < problem->axis_count; a++)
        at->used[a] = 1;
    for (int m = 0; m < problem->memory_count; m++) {
        at->read_bits[m] = at->write_bits[m] = at->held_bits[m] = 0.0;
        at->kept[m] = 0;
    }
    for (int t = 0; t < problem->tensor_count; t++) {
        start_tensor(problem, &problem->tensors[t], large, &at->tensors[t]);
        if (at->tensors[t].slides && problem->tensors[t].is_output)
            return false;
    }
    for (int n = 0; n < mapping->count; n++)
        if (!pass_node(at, full, n))
            return false;
    return true;
}

bool aug_perfect_count(const aug_problem *problem, const aug_mapping *mapping, aug_cost *cost) {
    pass at;
    aug_footprint_start(problem, cost);
    if (!sweep(&at, true, problem, mapping, cost))
        return false;
    cost->compute_unit = at.compute;
    cost->compute.instances = at.space;
    cost->compute.operations = at.time * at.space;
    cost->compute.busiest = at.time;
    aug_footprint_check(problem, at.used, cost);
    return true;
}

// ---- Totals alone

static bool is_plain(const aug_problem *problem) {
    for (int a = 0; a < problem->array_count; a++)
        if (problem->arrays[a].per_fold || problem->arrays[a].hop_pj > 0.0 ||
            problem->arrays[a].router_pj > 0.0)
            return false;
    return true;
}

static bool fits(const pass *at) {
    const aug_problem *problem = at->problem;
    bool all = true;
    for (int m = 0; m < problem->memory_count; m++) {
        const aug_problem_memory *memory = &problem->memories[m];
        all &= at->held_bits[m] * real(memory->buffers) <= memory->capacity_bits;
        all &= !(memory->must & ~at->kept[m]) && !(memory->never & at->kept[m]);
    }
    for (int a = 0; a < problem->axis_count; a++)
        all &= at->used[a] <= problem->axes[a].fanout;
    return all;
}

bool aug_perfect_totals(const aug_problem *problem, const aug_mapping *mapping, aug_totals *totals) {
    pass at;
    if (!is_plain(problem) || !sweep(&at, false, problem, mapping, NULL))
        return false;
    const aug_problem_compute *unit = &problem->computes[at.compute];
    double slowest = real(at.time) / unit->rate_per_cycle, overhead = 0.0, leakage = 0.0;
    for (int m = 0; m < problem->memory_count; m++) {
        const aug_problem_memory *memory = &problem->memories[m];
        if (!at.kept[m])
            continue;
        double reading = at.read_bits[m] / memory->read_bits_per_cycle,
               writing = at.write_bits[m] / memory->write_bits_per_cycle;
        slowest = reading > slowest ? reading : slowest;
        slowest = writing > slowest ? writing : slowest;
        if (memory->leakage_pj_per_cycle > 0.0 && memory->gated_at >= 0)
            return false;
        leakage += memory->leakage_pj_per_cycle * real(at.instances[m]);
    }
    for (int a = 0; a < problem->array_count; a++)
        if (problem->arrays[a].first_axis < unit->axes_above)
            overhead += problem->arrays[a].fill_cycles + problem->arrays[a].drain_cycles +
                        problem->arrays[a].sweep_cycles;
    double cycles = aug_whole_cycles(slowest);
    totals->energy_pj =
        at.energy_pj + real(problem->operations) * unit->energy_pj + (leakage > 0.0 ? leakage * cycles : 0.0);
    totals->cycles = cycles + overhead;
    totals->fits = fits(&at);
    return true;
}
