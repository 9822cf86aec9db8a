// Each number of a cost with the sum or product that made it, one per line: what a reader needs to check it
// by hand.
//
//     buffer A: tile 4 x 6 = 24 words
//     buffer A: energy 96 reads x 8 pJ + 48 fills x 8 pJ = 1152 pJ
//     buffer: holds (A 24 x 8 + B 12 x 8) bit x 2 buffers = 576 bit
//     buffer: shared port 1152 bit / 64 bit per cycle = 18 cycles
#include "report/evaluate_report.h"

#include "cost/explain.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const int actions[AUG_FLOW_COUNT] = {AUG_ACTION_READ, AUG_ACTION_WRITE, AUG_ACTION_UPDATE};

// The extents of all ranks at the store of a tensor in a memory.
static void extents_at(const aug_evaluation *e, int memory, int tensor, aug_count *extents) {
    memcpy(extents, e->problem->sizes, sizeof e->problem->sizes);
    for (int i = 0; i < e->mapping->count; i++) {
        const aug_mapping_node *node = &e->mapping->nodes[i];
        if (node->kind == AUG_MAPPING_STORE && node->memory == memory && (node->tensors >> tensor & 1u))
            return;
        if (node->kind == AUG_MAPPING_FOR || node->kind == AUG_MAPPING_PAR)
            extents[node->rank] = node->tile;
    }
}

static void explain_tile(aug_buffer *out, const aug_evaluation *e, int m, int t) {
    const aug_problem_tensor *tensor = &e->problem->tensors[t];
    aug_count extents[AUG_PROBLEM_RANKS];
    extents_at(e, m, t, extents);
    aug_buffer_print(out, "%s %s: tile", e->problem->memories[m].name, tensor->name);
    for (int d = 0; d < tensor->dim_count; d++)
        aug_buffer_print(out, "%s %" PRIu64, d ? " x" : "", aug_dim_extent(&tensor->dims[d], extents));
    aug_buffer_print(out, "%s%" PRIu64 " words\n", tensor->dim_count ? " = " : " ",
                     e->cost->memories[m].tensors[t].tile_words);
}

static void subtract(aug_buffer *out, double count, const char *what) {
    if (count > 0.0)
        aug_buffer_print(out, " - %.10g %s", count, what);
}

// What zeros leave of a count.
static void explain_zeros(aug_buffer *out, const aug_evaluation *e, int m, int t, int f) {
    const aug_flow *flow = &e->cost->memories[m].tensors[t].flows[f];
    double dense = (double)flow->dense, unstored = dense - flow->actual - flow->gated - flow->skipped;
    if (!aug_evaluation_is_sparse(e) || dense <= flow->actual)
        return;
    aug_buffer_print(out, "%s %s: %s %.10g", e->problem->memories[m].name, e->problem->tensors[t].name,
                     aug_flow_names[f], dense);
    subtract(out, unstored > 1e-9 * dense ? unstored : 0.0, "not stored");
    subtract(out, flow->skipped, "skipped");
    subtract(out, flow->gated, "gated");
    aug_buffer_print(out, " = %.10g words\n", flow->actual);
}

static void explain_counts(aug_buffer *out, const aug_evaluation *e, int m, int t) {
    const aug_holding *h = &e->cost->memories[m].tensors[t];
    for (int f = 0; f < AUG_FLOW_COUNT; f++) {
        if (h->flows[f].dense == 0)
            continue;
        aug_buffer_print(out, "%s %s: %s ", e->problem->memories[m].name, e->problem->tensors[t].name,
                         aug_flow_names[f]);
        aug_cost_explain(out, e->problem, e->mapping, e->scratch, e->cost, m, t, (aug_flow_kind)f);
        aug_buffer_print(out, " = %" PRIu64 " words\n", h->flows[f].dense);
        explain_zeros(out, e, m, t, f);
    }
}

static void add_term(aug_buffer *out, bool *first, double count, const char *what, double each_pj) {
    aug_buffer_print(out, "%s%.10g %s x %.10g pJ", *first ? " " : " + ", count, what, each_pj);
    *first = false;
}

static void explain_energy(aug_buffer *out, const aug_evaluation *e, int m, int t) {
    const aug_problem_memory *memory = &e->problem->memories[m];
    const aug_holding *h = &e->cost->memories[m].tensors[t];
    if (isnan(h->energy_pj)) {
        aug_buffer_print(out, "%s %s: energy unknown, the machine does not state it\n", memory->name,
                         e->problem->tensors[t].name);
        return;
    }
    bool first = true;
    aug_buffer_print(out, "%s %s: energy", memory->name, e->problem->tensors[t].name);
    for (int f = 0; f < AUG_FLOW_COUNT; f++) {
        const aug_flow *flow = &h->flows[f];
        const char *unit = memory->block > 1 ? aug_arena_print(out->arena, "%s of %" PRIu64 " words",
                                                               aug_flow_names[f], memory->block)
                                             : aug_flow_names[f];
        if (flow->actions > 0.0)
            add_term(out, &first, flow->actions, unit, memory->energy_pj[t][actions[f]]);
        if (flow->gated_actions > 0.0)
            add_term(out, &first, flow->gated_actions, aug_arena_print(out->arena, "gated %s", unit),
                     memory->gated_pj[t][actions[f]]);
    }
    if (h->metadata_energy_pj > 0.0) {
        aug_buffer_print(out, "%smetadata %.10g pJ", first ? " " : " + ", h->metadata_energy_pj);
        first = false;
    }
    aug_buffer_print(out, "%s%.10g pJ\n", first ? " " : " = ", h->energy_pj);
}

static void explain_occupancy(aug_buffer *out, const aug_evaluation *e, int m) {
    const aug_problem_memory *memory = &e->problem->memories[m];
    const aug_memory_cost *cost = &e->cost->memories[m];
    bool first = true;
    aug_buffer_print(out, "%s: holds (", memory->name);
    for (int t = 0; t < e->problem->tensor_count; t++) {
        if (!cost->tensors[t].kept)
            continue;
        const aug_holding *h = &cost->tensors[t];
        aug_buffer_print(out, "%s%s %.10g x %.10g", first ? "" : " + ", e->problem->tensors[t].name,
                         h->stored_words, memory->bits[t]);
        if (h->metadata_bits > 0.0)
            aug_buffer_print(out, " + %.10g of metadata", h->metadata_bits);
        first = false;
    }
    aug_buffer_put(out, ") bit");
    if (memory->buffers > 1)
        aug_buffer_print(out, " x %" PRIu64 " buffers", memory->buffers);
    aug_buffer_print(out, " = %.10g bit", cost->occupancy_bits);
    if (isfinite(memory->capacity_bits))
        aug_buffer_print(out, " of %.10g bit", memory->capacity_bits);
    aug_buffer_put(out, "\n");
}

static void explain_ports(aug_buffer *out, const aug_evaluation *e, int m) {
    const aug_problem_memory *memory = &e->problem->memories[m];
    const aug_memory_cost *cost = &e->cost->memories[m];
    for (int i = 0; i < cost->port_count; i++) {
        const aug_port *port = &cost->ports[i];
        double width =
            port->kind == AUG_PORT_WRITE ? memory->write_bits_per_cycle : memory->read_bits_per_cycle;
        aug_buffer_print(out, "%s: %s port of the busiest instance %" PRIu64 " words, %.10g bit",
                         memory->name, aug_port_name(port->kind), port->words, port->bits);
        if (isinf(width))
            aug_buffer_put(out, ", unlimited\n");
        else
            aug_buffer_print(out, " / %.10g bit per cycle = %.10g cycles\n", width, port->cycles);
    }
}

static void explain_memory(aug_buffer *out, const aug_evaluation *e, int m) {
    const aug_problem_memory *memory = &e->problem->memories[m];
    const aug_memory_cost *cost = &e->cost->memories[m];
    for (int t = 0; t < e->problem->tensor_count; t++) {
        if (!cost->tensors[t].kept)
            continue;
        explain_tile(out, e, m, t);
        explain_counts(out, e, m, t);
        explain_energy(out, e, m, t);
    }
    explain_occupancy(out, e, m);
    explain_ports(out, e, m);
    double steady = e->cost->cycles - e->cost->overhead_cycles;
    if (cost->leakage_pj > 0.0)
        aug_buffer_print(out, "%s: leakage %.10g pJ per cycle x %.10g instances x %.10g cycles = %.10g pJ\n",
                         memory->name, memory->leakage_pj_per_cycle,
                         cost->leakage_pj / (memory->leakage_pj_per_cycle * steady), steady,
                         cost->leakage_pj);
}

static void explain_compute(aug_buffer *out, const aug_evaluation *e) {
    const aug_problem_compute *unit = &e->problem->computes[e->cost->compute_unit];
    const aug_compute_cost *c = &e->cost->compute;
    aug_buffer_print(out, "%s: %" PRIu64 " operations = ", unit->name, c->operations);
    for (int r = 0; r < e->problem->rank_count; r++)
        aug_buffer_print(out, "%s%s %" PRIu64, r ? " x " : "", e->problem->ranks[r], e->problem->sizes[r]);
    aug_buffer_print(out, ", %" PRIu64 " of the busiest of %" PRIu64 " instances\n", c->busiest,
                     c->instances);
    aug_buffer_print(out, "%s: %.10g operations / %.10g per cycle = %.10g cycles\n", unit->name,
                     c->cycles * unit->rate_per_cycle, unit->rate_per_cycle, c->cycles);
    if (isnan(c->energy_pj)) {
        aug_buffer_print(out, "%s: energy unknown, the machine does not state it\n", unit->name);
        return;
    }
    bool first = true;
    aug_buffer_print(out, "%s: energy", unit->name);
    if (c->actual > 0.0)
        add_term(out, &first, c->actual, "operations", unit->energy_pj);
    if (c->gated > 0.0)
        add_term(out, &first, c->gated, "gated ones", unit->gated_pj);
    if (c->skipped > 0.0)
        add_term(out, &first, c->skipped, "skipped ones", unit->skipped_pj);
    aug_buffer_print(out, " = %.10g pJ\n", c->energy_pj);
}

static void explain_network(aug_buffer *out, const aug_evaluation *e) {
    for (int a = 0; a < e->problem->array_count; a++) {
        const aug_network_cost *network = &e->cost->networks[a];
        const aug_problem_array *array = &e->problem->arrays[a];
        for (int t = 0; t < e->problem->tensor_count && network->energy_pj > 0.0; t++)
            if (network->transfers[t] > 0)
                aug_buffer_print(out,
                                 "%s %s: %" PRIu64
                                 " words enter, %.10g hops each x %.10g pJ and %.10g routers x %.10g pJ\n",
                                 array->name, e->problem->tensors[t].name, network->transfers[t],
                                 network->hops[t], array->hop_pj, 1.0 + floor(network->hops[t]),
                                 array->router_pj);
        if (network->energy_pj > 0.0)
            aug_buffer_print(out, "%s: network energy %.10g pJ\n", array->name, network->energy_pj);
        if (array->sweep_cycles > 0.0 && array->first_axis < e->problem->computes[e->cost->compute_unit].axes_above)
            aug_buffer_print(out, "%s: %.10g cycles of overhead to cross it and back\n", array->name, array->sweep_cycles);
        if (e->cost->folds[a] > 0)
            aug_buffer_print(
                out, "%s: (fill %.10g + drain %.10g) cycles x %" PRIu64 " = %.10g cycles of overhead\n",
                array->name, array->fill_cycles, array->drain_cycles, e->cost->folds[a],
                (array->fill_cycles + array->drain_cycles) * (double)e->cost->folds[a]);
    }
}

static void explain_area(aug_buffer *out, const aug_evaluation *e) {
    const aug_problem *p = e->problem;
    if (isnan(e->cost->area_um2))
        return;
    bool first = true;
    aug_buffer_put(out, "area:");
    for (int m = 0; m < p->memory_count; m++) {
        if (isnan(p->memories[m].area_um2))
            continue;
        aug_buffer_print(out, "%s%s %" PRIu64 " x %.10g", first ? " " : " + ", p->memories[m].name,
                         p->memories[m].instances, p->memories[m].area_um2);
        first = false;
    }
    for (int c = 0; c < p->compute_count; c++) {
        aug_buffer_print(out, "%s%s %" PRIu64 " x %.10g", first ? " " : " + ", p->computes[c].name,
                         p->computes[c].instances, p->computes[c].area_um2);
        first = false;
    }
    aug_buffer_print(out, " = %.10g um2\n", e->cost->area_um2);
}

void aug_evaluate_explain(aug_buffer *out, const aug_evaluation *e) {
    const aug_cost *cost = e->cost;
    const aug_problem_compute *unit = &e->problem->computes[cost->compute_unit];
    for (int m = 0; m < e->problem->memory_count; m++)
        if (cost->memories[m].used)
            explain_memory(out, e, m);
    explain_compute(out, e);
    explain_network(out, e);
    double steady = cost->cycles - cost->overhead_cycles;
    aug_buffer_print(out, "cycles: the slowest, %s: %.10g in whole ones + %.10g of overhead = %.10g\n",
                     aug_evaluation_slowest(out->arena, e), steady, cost->overhead_cycles, cost->cycles);
    aug_buffer_print(
        out,
        "utilization: %.10g operations / (%.10g cycles x %" PRIu64 " instances x %.10g per cycle) = %.10g\n",
        cost->compute.actual, cost->cycles, unit->instances, unit->rate_per_cycle, cost->utilization);
    if (cost->has_energy)
        aug_buffer_print(out, "EDP: %.10g pJ x %.10g cycles = %.10g\n", cost->energy_pj, cost->cycles,
                         cost->edp_pj_cycles);
    explain_area(out, e);
}
