// Keys are those of CONTRACTS; counts of dense data are integers, null is what is unknown or unlimited.
#include "report/evaluate_report.h"

#include "text/csv_writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

// A figure of energy: unknown as a whole where a part of it is.
static double known(const aug_evaluation *e, double value) {
    return e->cost->has_energy ? value : (double)NAN;
}

static void write_words(aug_json *json, const char *key, const aug_flow *flow, bool sparse) {
    if (sparse)
        aug_json_number(json, key, flow->actual);
    else
        aug_json_count(json, key, flow->dense);
}

static const char *const dense_keys[AUG_FLOW_COUNT] = {"reads_dense", "fills_dense", "updates_dense"};
static const char *const gated_keys[AUG_FLOW_COUNT] = {"reads_gated", "fills_gated", "updates_gated"};
static const char *const skipped_keys[AUG_FLOW_COUNT] = {"reads_skipped", "fills_skipped", "updates_skipped"};

static void write_zeros(aug_json *json, const aug_holding *h) {
    for (int f = 0; f < AUG_FLOW_COUNT; f++) {
        aug_json_count(json, dense_keys[f], h->flows[f].dense);
        aug_json_number(json, gated_keys[f], h->flows[f].gated);
        aug_json_number(json, skipped_keys[f], h->flows[f].skipped);
    }
    aug_json_number(json, "stored_words", h->stored_words);
    aug_json_number(json, "metadata_bits", h->metadata_bits);
    aug_json_number(json, "metadata_reads_bits", h->metadata_reads_bits);
    aug_json_number(json, "metadata_writes_bits", h->metadata_writes_bits);
    aug_json_number(json, "metadata_energy_pj", h->metadata_energy_pj);
}

static void write_tensors(aug_json *json, const aug_problem *problem, const aug_memory_cost *memory,
                          bool sparse) {
    aug_json_open(json, "tensors", '[');
    for (int t = 0; t < problem->tensor_count; t++) {
        const aug_holding *h = &memory->tensors[t];
        if (!h->kept)
            continue;
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "name", problem->tensors[t].name);
        aug_json_count(json, "tile_words", h->tile_words);
        aug_json_count(json, "instances", h->instances);
        for (int f = 0; f < AUG_FLOW_COUNT; f++)
            write_words(json, aug_flow_names[f], &h->flows[f], sparse);
        aug_json_count(json, "drains", h->drain_words);
        aug_json_number(json, "energy_pj", h->energy_pj);
        if (sparse)
            write_zeros(json, h);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static void write_ports(aug_json *json, const aug_memory_cost *memory) {
    aug_json_open(json, "ports", '[');
    for (int i = 0; i < memory->port_count; i++) {
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "name", aug_port_name(memory->ports[i].kind));
        aug_json_count(json, "words", memory->ports[i].words);
        aug_json_number(json, "bits", memory->ports[i].bits);
        aug_json_number(json, "cycles", memory->ports[i].cycles);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

void aug_memories_json(aug_json *json, const aug_problem *problem, const aug_memory_cost *memories) {
    bool sparse = aug_evaluation_is_sparse(&(const aug_evaluation){.problem = problem});
    aug_json_open(json, "memories", '[');
    for (int m = 0; m < problem->memory_count; m++) {
        const aug_memory_cost *memory = &memories[m];
        if (!memory->used)
            continue;
        aug_json_open(json, NULL, '{');
        aug_json_text(json, "name", problem->memories[m].name);
        aug_json_count(json, "instances", memory->instances);
        aug_json_number(json, "cycles", memory->cycles);
        aug_json_number(json, "occupancy_bits", memory->occupancy_bits);
        if (sparse)
            aug_json_number(json, "expected_bits", memory->expected_bits);
        aug_json_number(json, "capacity_bits", problem->memories[m].capacity_bits);
        aug_json_number(json, "energy_pj", memory->energy_pj);
        aug_json_number(json, "leakage_pj", memory->leakage_pj);
        write_ports(json, memory);
        write_tensors(json, problem, memory, sparse);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static void write_compute(aug_json *json, const aug_evaluation *e) {
    const aug_compute_cost *c = &e->cost->compute;
    aug_json_open_row(json, "compute", '{');
    aug_json_text(json, "name", e->problem->computes[e->cost->compute_unit].name);
    aug_json_count(json, "instances", c->instances);
    if (aug_evaluation_is_sparse(e))
        aug_json_number(json, "operations", c->actual);
    else
        aug_json_count(json, "operations", c->operations);
    aug_json_number(json, "gated", c->gated);
    aug_json_number(json, "skipped", c->skipped);
    aug_json_number(json, "energy_pj", c->energy_pj);
    aug_json_count(json, "busiest", c->busiest);
    aug_json_number(json, "cycles", c->cycles);
    aug_json_number(json, "imbalance", c->imbalance);
    aug_json_close(json, '}');
}

static void write_network(aug_json *json, const aug_evaluation *e) {
    double sum = 0.0;
    for (int a = 0; a < e->problem->array_count; a++)
        sum += e->cost->networks[a].energy_pj;
    aug_json_open(json, "network", '{');
    aug_json_number(json, "energy_pj", sum);
    aug_json_open(json, "arrays", '[');
    for (int a = 0; a < e->problem->array_count; a++) {
        const aug_network_cost *network = &e->cost->networks[a];
        aug_json_open(json, NULL, '{');
        aug_json_text(json, "name", e->problem->arrays[a].name);
        aug_json_number(json, "energy_pj", network->energy_pj);
        aug_json_count(json, "folds", e->cost->folds[a]);
        aug_json_open(json, "tensors", '[');
        for (int t = 0; t < e->problem->tensor_count; t++) {
            if (network->transfers[t] == 0)
                continue;
            aug_json_open_row(json, NULL, '{');
            aug_json_text(json, "name", e->problem->tensors[t].name);
            aug_json_count(json, "transfers", network->transfers[t]);
            aug_json_number(json, "hops", network->hops[t]);
            aug_json_close(json, '}');
        }
        aug_json_close(json, ']');
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
    aug_json_close(json, '}');
}

static const char *rule_name(aug_rule rule) {
    switch (rule) {
    case AUG_RULE_CAPACITY:
        return "capacity";
    case AUG_RULE_FANOUT:
        return "fanout";
    case AUG_RULE_MUST:
        return "must";
    case AUG_RULE_NEVER:
        break;
    }
    return "never";
}

static void write_infeasible(aug_json *json, const aug_evaluation *e) {
    const aug_problem *p = e->problem;
    aug_json_open(json, "infeasible", '[');
    for (int i = 0; i < e->cost->violation_count; i++) {
        const aug_violation *v = &e->cost->violations[i];
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "rule", rule_name(v->rule));
        if (v->memory >= 0)
            aug_json_text(json, "memory", p->memories[v->memory].name);
        if (v->axis >= 0)
            aug_json_text(json, "axis", p->axes[v->axis].name);
        if (v->tensor >= 0)
            aug_json_text(json, "tensor", p->tensors[v->tensor].name);
        aug_json_number(json, "have", v->have);
        aug_json_number(json, "need", v->need);
        aug_json_text(json, "message", aug_violation_text(json->out->arena, p, v));
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static void write_lines(aug_json *json, const char *key, const char *text) {
    aug_json_open(json, key, '[');
    while (*text) {
        const char *end = text;
        while (*end && *end != '\n')
            end++;
        aug_json_text(json, NULL, aug_arena_copy(json->out->arena, text, (size_t)(end - text)));
        text = *end ? end + 1 : end;
    }
    aug_json_close(json, ']');
}

static double leakage_of(const aug_evaluation *e) {
    double sum = 0.0;
    for (int m = 0; m < e->problem->memory_count; m++)
        sum += e->cost->memories[m].leakage_pj;
    return sum;
}

void aug_problem_ranks_json(aug_json *json, const aug_problem *problem) {
    aug_json_open_row(json, "ranks", '{');
    for (int r = 0; r < problem->rank_count; r++)
        aug_json_count(json, problem->ranks[r], problem->sizes[r]);
    aug_json_close(json, '}');
}

void aug_evaluate_json(aug_json *json, const void *found) {
    const aug_evaluation *e = found;
    const aug_cost *cost = e->cost;
    aug_json_text(json, "workload", e->workload);
    aug_json_text(json, "einsum", e->problem->name);
    aug_json_text(json, "machine", e->problem->machine ? e->problem->machine->name : NULL);
    aug_json_number(json, "cycles", cost->cycles);
    aug_json_number(json, "compute_cycles", cost->compute_cycles);
    aug_json_number(json, "overhead_cycles", cost->overhead_cycles);
    aug_json_number(json, "energy_pj", known(e, cost->energy_pj));
    aug_json_number(json, "leakage_pj", leakage_of(e));
    aug_json_number(json, "edp_pj_cycles", known(e, cost->edp_pj_cycles));
    aug_json_number(json, "utilization", cost->utilization);
    aug_json_number(json, "area_um2", cost->area_um2);
    aug_json_count(json, "operations", cost->compute.operations);
    aug_json_text(json, "bound_by", aug_evaluation_bound(json->out->arena, e));
    aug_problem_ranks_json(json, e->problem);
    aug_memories_json(json, e->problem, cost->memories);
    write_compute(json, e);
    write_network(json, e);
    aug_buffer text;
    aug_buffer_init(&text, json->out->arena);
    aug_mapping_print(&text, e->problem, e->mapping);
    aug_json_text(json, "mapping", aug_buffer_text(&text));
    write_infeasible(json, e);
    if (!e->explain)
        return;
    aug_buffer explained;
    aug_buffer_init(&explained, json->out->arena);
    aug_evaluate_explain(&explained, e);
    write_lines(json, "explain", aug_buffer_text(&explained));
}

static void csv_count(aug_csv *csv, aug_count value) {
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    aug_csv_text(csv, text);
}

void aug_evaluate_csv(aug_buffer *out, const void *found) {
    const aug_evaluation *e = found;
    bool sparse = aug_evaluation_is_sparse(e);
    aug_csv csv = {.out = out};
    aug_buffer_put(out, "memory,tensor,tile_words,instances,reads,fills,updates,energy_pj");
    aug_buffer_put(out, sparse
                            ? ",reads_dense,reads_gated,reads_skipped,fills_dense,fills_gated,fills_skipped,"
                              "updates_dense,updates_gated,updates_skipped,metadata_bits\n"
                            : "\n");
    for (int m = 0; m < e->problem->memory_count; m++) {
        for (int t = 0; t < e->problem->tensor_count; t++) {
            const aug_holding *h = &e->cost->memories[m].tensors[t];
            if (!h->kept)
                continue;
            aug_csv_text(&csv, e->problem->memories[m].name);
            aug_csv_text(&csv, e->problem->tensors[t].name);
            csv_count(&csv, h->tile_words);
            csv_count(&csv, h->instances);
            for (int f = 0; f < AUG_FLOW_COUNT; f++) {
                if (sparse)
                    aug_csv_number(&csv, h->flows[f].actual);
                else
                    csv_count(&csv, h->flows[f].dense);
            }
            aug_csv_number(&csv, h->energy_pj);
            for (int f = 0; sparse && f < AUG_FLOW_COUNT; f++) {
                csv_count(&csv, h->flows[f].dense);
                aug_csv_number(&csv, h->flows[f].gated);
                aug_csv_number(&csv, h->flows[f].skipped);
            }
            if (sparse)
                aug_csv_number(&csv, h->metadata_bits);
            aug_csv_end(&csv);
        }
    }
}
