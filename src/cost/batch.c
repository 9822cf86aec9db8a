#include "cost/batch.h"

#include "cost/latency.h"

#include <math.h>
#include <string.h>

enum { LANES = 64 };

// Added and taken away again it leaves the nearest whole number, of numbers below 2^51; a call of floor would
// keep lanes from becoming vectors.
#define TO_WHOLE 0x1.8p52

typedef double lanes[LANES];

// State of a block of choices; what progress is to one mapping in perfect.c.
typedef struct block {
    lanes extents[AUG_PROBLEM_RANKS], used[AUG_PROBLEM_AXES];
    lanes time, space, uneven; // uneven: above 0 where a tile does not divide
    lanes until[AUG_PROBLEM_TENSORS], own[AUG_PROBLEM_TENSORS], fetch_fan[AUG_PROBLEM_TENSORS],
        drain_fan[AUG_PROBLEM_TENSORS];
    lanes drains[AUG_PROBLEM_TENSORS]; // words that the store above sends up, per instance
    lanes reads[AUG_PROBLEM_MEMORIES], writes[AUG_PROBLEM_MEMORIES]; // bits of one instance
    lanes held[AUG_PROBLEM_MEMORIES], instances[AUG_PROBLEM_MEMORIES];
    bool fanned[AUG_PROBLEM_TENSORS]; // fans are not all 1
    lanes energy, tile, moved;
    lanes over; // above 0 where a memory or an axis is too small
} block;

struct aug_batch {
    const aug_problem *problem;
    const aug_mapping *mapping;
    bool has_lanes, breaks; // breaks: a memory does not keep what it must, or keeps what it may not
    unsigned moving[AUG_PROBLEM_TENSORS];
    int last_store[AUG_PROBLEM_TENSORS]; // node of the innermost store: further in `until` does not matter
    bool one_fan[AUG_PROBLEM_TENSORS]; // inputs, and outputs that may share upwards where they may downwards:
                                       // drain_fan is fetch_fan
    aug_mapping one;                   // for choices that lanes cannot do
    aug_cost_scratch *scratch;
    aug_cost *cost;
    block *block;
};

static bool slides(const aug_problem_tensor *tensor) {
    for (int d = 0; d < tensor->dim_count; d++)
        if (tensor->dims[d].term_count > 1)
            return true;
    return false;
}

bool aug_batch_can_run(const aug_problem *problem) {
    for (int t = 0; t < problem->tensor_count; t++)
        if (slides(&problem->tensors[t]) || problem->tensors[t].density)
            return false;
    for (int a = 0; a < problem->array_count; a++)
        if (problem->arrays[a].per_fold || problem->arrays[a].hop_pj > 0.0 ||
            problem->arrays[a].router_pj > 0.0)
            return false;
    for (int m = 0; m < problem->memory_count; m++)
        if (problem->memories[m].gated_at >= 0)
            return false;
    return problem->sparse == NULL;
}

aug_batch *aug_batch_new(aug_arena *arena, const aug_problem *problem, const aug_mapping *mapping) {
    aug_batch *batch = AUG_NEW(arena, aug_batch);
    batch->problem = problem;
    batch->mapping = mapping;
    batch->has_lanes = aug_batch_can_run(problem);
    batch->one = *mapping;
    batch->scratch = aug_cost_scratch_new(arena);
    batch->cost = AUG_NEW(arena, aug_cost);
    batch->block = AUG_NEW(arena, block);
    for (int t = 0; t < problem->tensor_count; t++)
        for (int r = 0; r < problem->rank_count; r++)
            if (problem->sizes[r] > 1)
                batch->moving[t] |= problem->tensors[t].ranks & 1u << r;
    for (int t = 0; t < problem->tensor_count; t++) {
        batch->one_fan[t] = true;
        for (int a = 0; a < problem->axis_count && problem->tensors[t].is_output; a++)
            batch->one_fan[t] &= !((problem->axes[a].multicast ^ problem->axes[a].reduce) >> t & 1);
        for (int n = 0; n < mapping->count; n++)
            if (mapping->nodes[n].kind == AUG_MAPPING_STORE && (mapping->nodes[n].tensors >> t & 1))
                batch->last_store[t] = n;
    }
    for (int m = 0; m < problem->memory_count; m++) {
        unsigned kept = 0;
        for (int n = 0; n < mapping->count; n++)
            if (mapping->nodes[n].kind == AUG_MAPPING_STORE && mapping->nodes[n].memory == m)
                kept |= mapping->nodes[n].tensors;
        batch->breaks |= (problem->memories[m].must & ~kept) || (problem->memories[m].never & kept);
    }
    return batch;
}

bool aug_batch_has_lanes(const aug_batch *batch) {
    return batch->has_lanes;
}

// ---- Lanes

AUG_VECTORS static void fill(double *lane, double value) {
    for (int i = 0; i < LANES; i++)
        lane[i] = value;
}

static void start(const aug_batch *batch) {
    const aug_problem *problem = batch->problem;
    block *b = batch->block;
    for (int r = 0; r < problem->rank_count; r++)
        fill(b->extents[r], (double)problem->sizes[r]);
    for (int a = 0; a < problem->axis_count; a++)
        fill(b->used[a], 1.0);
    for (int t = 0; t < problem->tensor_count; t++) {
        fill(b->until[t], 1.0);
        if (problem->tensors[t].is_output) {
            fill(b->own[t], 1.0);
            fill(b->drains[t], 0.0);
        }
        b->fanned[t] = false;
    }
    for (int m = 0; m < problem->memory_count; m++) {
        fill(b->reads[m], 0.0);
        fill(b->writes[m], 0.0);
        fill(b->held[m], 0.0);
        fill(b->instances[m], 0.0);
    }
    fill(b->time, 1.0);
    fill(b->space, 1.0);
    fill(b->uneven, 0.0);
    fill(b->energy, 0.0);
}

AUG_VECTORS static void multiply(double *restrict lane, const double *restrict by) {
    for (int i = 0; i < LANES; i++)
        lane[i] *= by[i];
}

// A tile that does not divide leaves a part of a step.
AUG_VECTORS static void divide(double *restrict extent, const double *restrict tiles, double *restrict steps,
                               double *restrict uneven) {
    for (int i = 0; i < LANES; i++) {
        double count = extent[i] / tiles[i];
        double part = count - ((count + TO_WHOLE) - TO_WHOLE);
        steps[i] = count;
        uneven[i] += part * part;
        extent[i] = tiles[i];
    }
}

AUG_VECTORS static void reach(double *restrict until, const double *restrict time,
                              const double *restrict steps) {
    for (int i = 0; i < LANES; i++) {
        double other = until[i];
        until[i] = steps[i] > 1.0 ? time[i] : other;
    }
}

// Steps in space that need transfers of their own, downwards and upwards.
static void fan_out(block *b, int t, bool one_fan, bool down, bool up, const double *steps) {
    if (!down && (one_fan || !up))
        return;
    if (!b->fanned[t]) {
        fill(b->fetch_fan[t], 1.0);
        fill(b->drain_fan[t], 1.0);
        b->fanned[t] = true;
    }
    if (down)
        multiply(b->fetch_fan[t], steps);
    if (up && !one_fan)
        multiply(b->drain_fan[t], steps);
}

AUG_VECTORS static void run_loop(const aug_batch *batch, int n, const double *tiles) {
    const aug_mapping_node *node = &batch->mapping->nodes[n];
    const aug_problem *problem = batch->problem;
    block *b = batch->block;
    lanes steps;
    divide(b->extents[node->rank], tiles, steps, b->uneven);
    if (node->kind == AUG_MAPPING_PAR) {
        const aug_problem_axis *axis = &problem->axes[node->axis];
        multiply(b->space, steps);
        multiply(b->used[node->axis], steps);
        for (int t = 0; t < problem->tensor_count; t++) {
            bool moves = batch->moving[t] >> node->rank & 1;
            fan_out(b, t, batch->one_fan[t], moves || !(axis->multicast >> t & 1),
                    moves || !(axis->reduce >> t & 1), steps);
        }
        return;
    }
    multiply(b->time, steps);
    for (int t = 0; t < problem->tensor_count; t++) {
        if (!(batch->moving[t] >> node->rank & 1))
            continue;
        if (problem->tensors[t].is_output)
            multiply(b->own[t], steps);
        if (n < batch->last_store[t])
            reach(b->until[t], b->time, steps);
    }
}

// Words of a tensor's tile.
AUG_VECTORS static void tile_words(const aug_problem_tensor *tensor, block *b) {
    bool first = true;
    for (int d = 0; d < tensor->dim_count; d++) {
        for (int t = 0; t < tensor->dims[d].term_count; t++) {
            double coefficient = (double)tensor->dims[d].terms[t].coefficient;
            const double *restrict extent = b->extents[tensor->dims[d].terms[t].rank];
            if (first)
                for (int i = 0; i < LANES; i++)
                    b->tile[i] = coefficient * (extent[i] - 1.0) + 1.0;
            else
                for (int i = 0; i < LANES; i++)
                    b->tile[i] *= coefficient * (extent[i] - 1.0) + 1.0;
            first = false;
        }
    }
    if (first)
        fill(b->tile, 1.0);
}

// Adds `words` of one instance to a port and to the energy of all instances.
AUG_VECTORS static void add_flow(block *b, const aug_problem_memory *memory, int m, int tensor, int action,
                                 const double *restrict words) {
    double bits = memory->bits[tensor], pj = memory->energy_pj[tensor][action], per = (double)memory->block;
    double *restrict port = action == AUG_ACTION_READ || memory->shared_port ? b->reads[m] : b->writes[m];
    const double *restrict instances = b->instances[m];
    for (int i = 0; i < LANES; i++)
        port[i] += words[i] * bits;
    if (isnan(pj)) { // not stated: unknown where any words move
        for (int i = 0; i < LANES; i++)
            b->energy[i] += words[i] > 0.0 ? pj : 0.0;
    } else if (memory->block == 1) {
        for (int i = 0; i < LANES; i++)
            b->energy[i] += words[i] * instances[i] * pj;
    } else {
        for (int i = 0; i < LANES; i++)
            b->energy[i] += ceil(words[i] / per) * instances[i] * pj;
    }
}

AUG_VECTORS static void run_output(const aug_batch *batch, int t, int parent, int child) {
    const aug_problem *problem = batch->problem;
    block *b = batch->block;
    const double *restrict up = batch->one_fan[t] ? b->fetch_fan[t] : b->drain_fan[t];
    const double *restrict down = child < 0 ? up : b->fetch_fan[t];
    double accumulates = problem->tensors[t].accumulates ? 0.0 : 1.0,
           drained = problem->drain_reads ? 1.0 : 0.0;
    lanes updates, reads, fills;
    if (b->fanned[t]) {
        for (int i = 0; i < LANES; i++) {
            fills[i] = b->moved[i] - accumulates * b->tile[i] * b->own[t][i];
            updates[i] = b->moved[i] * up[i];
            reads[i] = fills[i] * down[i] + drained * b->drains[t][i];
        }
    } else {
        for (int i = 0; i < LANES; i++) {
            fills[i] = b->moved[i] - accumulates * b->tile[i] * b->own[t][i];
            updates[i] = b->moved[i];
            reads[i] = fills[i] + drained * b->drains[t][i];
        }
    }
    add_flow(b, &problem->memories[parent], parent, t, AUG_ACTION_READ, reads);
    add_flow(b, &problem->memories[parent], parent, t, AUG_ACTION_UPDATE, updates);
    if (child >= 0) {
        add_flow(b, &problem->memories[child], child, t, AUG_ACTION_WRITE, fills);
        memcpy(b->drains[t], b->moved, sizeof b->moved);
    }
}

// Ends the edge from memory `parent` to memory `child` (-1: compute) of a tensor whose tile is in b->tile.
AUG_VECTORS static void run_edge(const aug_batch *batch, int t, int parent, int child, bool whole) {
    const aug_problem *problem = batch->problem;
    block *b = batch->block;
    const double *restrict often = whole ? b->time : b->until[t];
    for (int i = 0; i < LANES; i++)
        b->moved[i] = b->tile[i] * often[i];
    if (parent >= 0 && problem->tensors[t].is_output) {
        run_output(batch, t, parent, child);
    } else if (parent >= 0) {
        lanes reads;
        for (int i = 0; i < LANES && b->fanned[t]; i++)
            reads[i] = b->moved[i] * b->fetch_fan[t][i];
        add_flow(b, &problem->memories[parent], parent, t, AUG_ACTION_READ, b->fanned[t] ? reads : b->moved);
        if (child >= 0)
            add_flow(b, &problem->memories[child], child, t, AUG_ACTION_WRITE, b->moved);
    }
    b->fanned[t] = false;
}

AUG_VECTORS static void run_store(const aug_batch *batch, const aug_mapping_node *node, int *parents) {
    const aug_problem *problem = batch->problem;
    block *b = batch->block;
    int m = node->memory;
    double held_bits = (double)problem->memories[m].buffers;
    memcpy(b->instances[m], b->space, sizeof b->space);
    for (int t = 0; t < problem->tensor_count; t++) {
        if (!(node->tensors >> t & 1))
            continue;
        tile_words(&problem->tensors[t], b);
        double *restrict held = b->held[m];
        double bits = problem->memories[m].bits[t] * held_bits;
        for (int i = 0; i < LANES; i++)
            held[i] += b->tile[i] * bits;
        run_edge(batch, t, parents[t], m, node->whole >> t & 1);
        parents[t] = m;
    }
}

AUG_VECTORS static void check_lanes(const aug_problem *problem, block *b) {
    fill(b->over, 0.0);
    for (int m = 0; m < problem->memory_count; m++) {
        double most = problem->memories[m].capacity_bits;
        for (int i = 0; i < LANES; i++)
            b->over[i] += b->held[m][i] > most ? 1.0 : 0.0;
    }
    for (int a = 0; a < problem->axis_count; a++) {
        double most = (double)problem->axes[a].fanout;
        for (int i = 0; i < LANES; i++)
            b->over[i] += b->used[a][i] > most ? 1.0 : 0.0;
    }
}

AUG_VECTORS static void add_port_cycles(double *restrict cycles, const double *restrict bits, double width) {
    for (int i = 0; i < LANES; i++) {
        double port = bits[i] / width;
        cycles[i] = port > cycles[i] ? port : cycles[i];
    }
}

// Cycles of each lane, and energies that grow with them.
AUG_VECTORS static void finish_lanes(const aug_batch *batch, const aug_problem_compute *unit,
                                     double *restrict cycles) {
    const aug_problem *problem = batch->problem;
    block *b = batch->block;
    double overhead = 0.0;
    for (int i = 0; i < LANES; i++)
        cycles[i] = b->time[i] / unit->rate_per_cycle;
    for (int m = 0; m < problem->memory_count; m++) {
        const aug_problem_memory *memory = &problem->memories[m];
        if (!isinf(memory->read_bits_per_cycle))
            add_port_cycles(cycles, b->reads[m], memory->read_bits_per_cycle);
        if (!memory->shared_port && !isinf(memory->write_bits_per_cycle))
            add_port_cycles(cycles, b->writes[m], memory->write_bits_per_cycle);
    }
    for (int a = 0; a < problem->array_count; a++)
        if (problem->arrays[a].first_axis < unit->axes_above)
            overhead += problem->arrays[a].fill_cycles + problem->arrays[a].drain_cycles +
                        problem->arrays[a].sweep_cycles;
    lanes leakage;
    fill(leakage, 0.0);
    for (int m = 0; m < problem->memory_count; m++)
        for (int i = 0; i < LANES && problem->memories[m].leakage_pj_per_cycle > 0.0; i++)
            leakage[i] += problem->memories[m].leakage_pj_per_cycle * b->instances[m][i];
    double compute = (double)problem->operations * unit->energy_pj;
    double *restrict energy = b->energy;
    for (int i = 0; i < LANES; i++) {
        double nearest = (cycles[i] + TO_WHOLE) - TO_WHOLE, off = cycles[i] - nearest,
               up = off > 0.0 ? nearest + 1.0 : nearest;
        double whole = (off < 0.0 ? -off : off) <= 1e-9 * nearest ? nearest : up;
        whole = cycles[i] < 0x1p51 ? whole : cycles[i];
        energy[i] += compute + leakage[i] * whole;
        cycles[i] = whole + overhead;
    }
    check_lanes(problem, b);
}

// ---- One by one

static bool run_alone(aug_batch *batch, const double *const *tiles, int at, double *energy_pj,
                      double *cycles) {
    int loop = 0;
    for (int n = 0; n < batch->one.count; n++)
        if (batch->one.nodes[n].kind == AUG_MAPPING_FOR || batch->one.nodes[n].kind == AUG_MAPPING_PAR)
            batch->one.nodes[n].tile = (aug_count)tiles[loop++][at];
    bool fits = aug_cost_evaluate(batch->problem, &batch->one, batch->scratch, batch->cost);
    *energy_pj = batch->cost->energy_pj;
    *cycles = batch->cost->cycles;
    return fits;
}

// ---- A block

static void run_block(aug_batch *batch, const double *const *tiles, double *cycles) {
    int parents[AUG_PROBLEM_TENSORS], loop = 0;
    for (int t = 0; t < batch->problem->tensor_count; t++)
        parents[t] = -1;
    start(batch);
    for (int n = 0; n < batch->mapping->count; n++) {
        const aug_mapping_node *node = &batch->mapping->nodes[n];
        switch (node->kind) {
        case AUG_MAPPING_STORE:
            run_store(batch, node, parents);
            break;
        case AUG_MAPPING_FOR:
        case AUG_MAPPING_PAR:
            run_loop(batch, n, tiles[loop++]);
            break;
        case AUG_MAPPING_COMPUTE:
            fill(batch->block->tile, 1.0);
            for (int t = 0; t < batch->problem->tensor_count; t++)
                run_edge(batch, t, parents[t], -1, true);
            finish_lanes(batch, &batch->problem->computes[node->compute], cycles);
            break;
        }
    }
}

void aug_batch_run(aug_batch *batch, const double *const *tiles, int count, double *energy_pj, double *cycles,
                   bool *fits) {
    const double *at[AUG_MAPPING_NODES];
    lanes padded[AUG_MAPPING_NODES / 2], block_cycles;
    int loops = 0;
    for (int n = 0; n < batch->mapping->count; n++)
        loops += batch->mapping->nodes[n].kind == AUG_MAPPING_FOR ||
                 batch->mapping->nodes[n].kind == AUG_MAPPING_PAR;
    bool lanes_fit = batch->has_lanes && loops <= AUG_MAPPING_NODES / 2;
    for (int first = 0; first < count; first += LANES) {
        int some = count - first < LANES ? count - first : LANES;
        for (int l = 0; l < loops && lanes_fit; l++) {
            at[l] = &tiles[l][first];
            if (some == LANES)
                continue;
            for (int i = 0; i < LANES; i++)
                padded[l][i] = tiles[l][first + (i < some ? i : 0)];
            at[l] = padded[l];
        }
        if (lanes_fit)
            run_block(batch, at, block_cycles);
        for (int i = 0; i < some; i++) {
            const block *b = batch->block;
            double energy = b->energy[i], time = block_cycles[i];
            bool good = !batch->breaks && b->over[i] <= 0.0;
            if (!lanes_fit || b->uneven[i] > 0.0)
                good = run_alone(batch, tiles, first + i, &energy, &time);
            if (energy_pj)
                energy_pj[first + i] = energy;
            if (cycles)
                cycles[first + i] = time;
            if (fits)
                fits[first + i] = good;
        }
    }
}
