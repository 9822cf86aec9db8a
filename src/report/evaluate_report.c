// What text and JSON of `evaluate` share: names, the bottleneck, reasons.
#include "report/evaluate_report.h"

#include "base/quantity.h"

#include <math.h>
#include <string.h>

const char *const aug_flow_names[AUG_FLOW_COUNT] = {"reads", "fills", "updates"};

const char *aug_port_name(aug_port_kind kind) {
    switch (kind) {
    case AUG_PORT_SHARED:
        return "shared";
    case AUG_PORT_READ:
        return "read";
    case AUG_PORT_WRITE:
        break;
    }
    return "write";
}

bool aug_evaluation_is_sparse(const aug_evaluation *e) {
    bool sparse = e->problem->sparse != NULL;
    for (int t = 0; t < e->problem->tensor_count; t++)
        sparse = sparse || e->problem->tensors[t].density != NULL;
    return sparse;
}

// The largest cycles of a port or of compute. Compute comes first, then memories from the outside in: of
// equals the first counts.
static double find_slowest(aug_arena *arena, const aug_evaluation *e, const char **name) {
    const aug_cost *cost = e->cost;
    double most = cost->compute_cycles;
    *name = e->problem->computes[cost->compute_unit].name;
    for (int m = 0; m < e->problem->memory_count; m++) {
        const aug_memory_cost *memory = &cost->memories[m];
        for (int p = 0; memory->used && p < memory->port_count; p++) {
            if (!(memory->ports[p].cycles > most * (1.0 + 1e-9)))
                continue;
            most = memory->ports[p].cycles;
            bool shared = memory->ports[p].kind == AUG_PORT_SHARED;
            *name = aug_arena_print(arena, "the %s%sport of %s",
                                    shared ? "" : aug_port_name(memory->ports[p].kind), shared ? "" : " ",
                                    e->problem->memories[m].name);
        }
    }
    return most;
}

const char *aug_evaluation_slowest(aug_arena *arena, const aug_evaluation *e) {
    const char *name;
    find_slowest(arena, e, &name);
    return name;
}

const char *aug_evaluation_bound(aug_arena *arena, const aug_evaluation *e) {
    const char *name;
    double most = find_slowest(arena, e, &name);
    return e->cost->overhead_cycles > most ? "filling and draining of arrays" : name;
}

const char *aug_violation_text(aug_arena *arena, const aug_problem *p, const aug_violation *v) {
    const char *memory = v->memory >= 0 ? p->memories[v->memory].name : "",
               *tensor = v->tensor >= 0 ? p->tensors[v->tensor].name : "";
    switch (v->rule) {
    case AUG_RULE_CAPACITY:
        return aug_arena_print(arena, "%s holds %.0f bit, tiles need %.0f bit%s: %s x", memory, v->have,
                               v->need, p->memories[v->memory].buffers > 1 ? " with their copies" : "",
                               aug_show_number(v->need / v->have, 3).text);
    case AUG_RULE_FANOUT:
        return aug_arena_print(arena, "%s has %.0f instances, loops need %.0f: %s x", p->axes[v->axis].name,
                               v->have, v->need, aug_show_number(v->need / v->have, 3).text);
    case AUG_RULE_MUST:
        return aug_arena_print(arena, "%s has to keep %s and does not", memory, tensor);
    case AUG_RULE_NEVER:
        break;
    }
    return aug_arena_print(arena, "%s may not keep %s and does", memory, tensor);
}

const char *aug_evaluation_unknown_energy(aug_arena *arena, const aug_evaluation *e) {
    for (int m = 0; m < e->problem->memory_count; m++)
        if (e->cost->memories[m].used && isnan(e->cost->memories[m].energy_pj))
            return aug_arena_print(arena, "memory %s states no energy", e->problem->memories[m].name);
    if (isnan(e->cost->compute.energy_pj))
        return aug_arena_print(arena, "compute unit %s states no energy",
                               e->problem->computes[e->cost->compute_unit].name);
    return "the machine does not state every energy";
}

bool aug_evaluate_metric(const void *found, const char *key, double *value) {
    const aug_evaluation *e = found;
    const aug_cost *cost = e->cost;
    const struct {
        const char *key;
        double value;
    } metrics[] = {
        {"cycles", cost->cycles},
        {"compute_cycles", cost->compute_cycles},
        {"energy_pj", cost->has_energy ? cost->energy_pj : (double)NAN},
        {"edp_pj_cycles", cost->has_energy ? cost->edp_pj_cycles : (double)NAN},
        {"utilization", cost->utilization},
        {"area_um2", cost->area_um2},
        {"operations", (double)cost->compute.operations},
    };
    for (size_t i = 0; i < AUG_COUNT(metrics); i++) {
        if (strcmp(metrics[i].key, key) != 0 || isnan(metrics[i].value))
            continue;
        *value = metrics[i].value;
        return true;
    }
    return false;
}
