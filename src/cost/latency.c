#include "cost/latency.h"

#include <math.h>

double aug_whole_cycles(double cycles) {
    double nearest = floor(cycles + 0.5);
    return fabs(cycles - nearest) <= 1e-9 * nearest ? nearest : ceil(cycles);
}

static void add_port(const aug_problem *problem, int memory, aug_memory_cost *of, aug_port_kind kind) {
    const aug_problem_memory *with = &problem->memories[memory];
    aug_port port = {.kind = kind};
    for (int t = 0; t < problem->tensor_count; t++) {
        const aug_holding *holding = &of->tensors[t];
        for (int f = 0; f < AUG_FLOW_COUNT && holding->kept; f++) {
            bool reads = f == AUG_FLOW_READ;
            if (kind != AUG_PORT_SHARED && reads != (kind == AUG_PORT_READ))
                continue;
            port.words += holding->flows[f].busiest;
            port.bits += (holding->flows[f].busiest_actual + holding->flows[f].busiest_gated) * with->bits[t];
        }
    }
    for (int t = 0; t < problem->tensor_count; t++) {
        const aug_holding *holding = &of->tensors[t];
        if (holding->kept && kind != AUG_PORT_WRITE)
            port.bits += holding->busiest_metadata_reads_bits;
        if (holding->kept && kind != AUG_PORT_READ)
            port.bits += holding->busiest_metadata_writes_bits;
    }
    double width = kind == AUG_PORT_WRITE ? with->write_bits_per_cycle : with->read_bits_per_cycle;
    port.cycles = isinf(width) ? 0.0 : port.bits / width;
    of->ports[of->port_count++] = port;
    of->cycles = port.cycles > of->cycles ? port.cycles : of->cycles;
}

static void add_ports(const aug_problem *problem, int memory, aug_memory_cost *of) {
    if (problem->memories[memory].shared_port) {
        add_port(problem, memory, of, AUG_PORT_SHARED);
        return;
    }
    add_port(problem, memory, of, AUG_PORT_READ);
    add_port(problem, memory, of, AUG_PORT_WRITE);
}

// The node at which what an array holds changes: the first store inside of it, or its own loops where nothing
// is held.
static int fold_node(const aug_form *form, const aug_problem_array *array) {
    int own = form->compute_node;
    for (int n = form->mapping->count - 1; n >= 0; n--) {
        const aug_mapping_node *node = &form->mapping->nodes[n];
        if (node->kind == AUG_MAPPING_PAR && node->axis >= array->first_axis &&
            node->axis < array->first_axis + array->axis_count)
            own = n;
    }
    for (int n = 0; n < form->mapping->count; n++) {
        const aug_mapping_node *node = &form->mapping->nodes[n];
        if (node->kind == AUG_MAPPING_STORE &&
            form->problem->memories[node->memory].axes_above >= array->first_axis + array->axis_count)
            return n;
    }
    return own;
}

// A loop of several steps.
static bool steps(const aug_form *form, int node) {
    const aug_mapping_node *at = &form->mapping->nodes[node];
    return (at->kind == AUG_MAPPING_FOR || at->kind == AUG_MAPPING_PAR) &&
           aug_walk_loop_at(&form->ranks[at->rank], node);
}

// Ranks that move what stores keep that stand together from `node` on, no loop between them.
static unsigned moving_ranks(const aug_form *form, int node) {
    unsigned ranks = 0;
    for (int n = node; n < form->compute_node && !steps(form, n); n++)
        for (int t = 0; t < form->problem->tensor_count; t++)
            if (form->mapping->nodes[n].kind == AUG_MAPPING_STORE &&
                (form->mapping->nodes[n].tensors >> t & 1))
                ranks |= form->tensors[t].ranks;
    return ranks;
}

// Steps at which the tiles of a node change: those of the loops above it but for inner ones that move nothing
// it keeps. Stores that stand together are one, and loops of one step are none.
static aug_count folds_of(const aug_form *form, const aug_problem_array *array) {
    int node = fold_node(form, array), first[AUG_MAPPING_NODES];
    const aug_mapping_node *nodes = form->mapping->nodes;
    bool holds = nodes[node].kind == AUG_MAPPING_STORE;
    unsigned moving = moving_ranks(form, node);
    for (int n = 0; n < form->mapping->count; n++)
        first[n] = AUG_CHOOSE_FIRST;
    while (holds && node > 0) {
        const aug_mapping_node *above = &nodes[node - 1];
        if (above->kind == AUG_MAPPING_FOR && (moving >> above->rank & 1) && steps(form, node - 1))
            break;
        node--;
    }
    aug_count folds = 1;
    for (int r = 0; r < form->problem->rank_count; r++)
        folds *=
            aug_walk_count(&form->ranks[r], first, AUG_MOVES_LEAVES, aug_walk_depth(&form->ranks[r], node));
    return folds;
}

static double overhead_of(const aug_problem *problem, const aug_mapping *mapping, aug_cost_scratch *scratch,
                          aug_cost *cost) {
    double cycles = 0.0;
    for (int a = 0; a < problem->array_count; a++) {
        const aug_problem_array *array = &problem->arrays[a];
        double once = array->fill_cycles + array->drain_cycles;
        if (array->first_axis >= problem->computes[cost->compute_unit].axes_above)
            continue;
        cycles += array->sweep_cycles;
        if (once <= 0.0)
            continue;
        cost->folds[a] = array->per_fold ? folds_of(aug_scratch_form(scratch, problem, mapping), array) : 1;
        cycles += once * (double)cost->folds[a];
    }
    return cycles;
}

void aug_latency(const aug_problem *problem, const aug_mapping *mapping, aug_cost_scratch *scratch,
                 aug_cost *cost) {
    const aug_problem_compute *unit = &problem->computes[cost->compute_unit];
    double slowest = cost->compute.cycles;
    for (int m = 0; m < problem->memory_count; m++) {
        aug_memory_cost *memory = &cost->memories[m];
        memory->port_count = 0;
        memory->cycles = 0.0;
        if (memory->used)
            add_ports(problem, m, memory);
        slowest = memory->cycles > slowest ? memory->cycles : slowest;
    }
    cost->compute_cycles = cost->compute.cycles;
    cost->overhead_cycles = overhead_of(problem, mapping, scratch, cost);
    cost->cycles = aug_whole_cycles(slowest) + cost->overhead_cycles;
    cost->utilization = (cost->compute.actual + cost->compute.gated) /
                        (cost->cycles * (double)unit->instances * unit->rate_per_cycle);
}
