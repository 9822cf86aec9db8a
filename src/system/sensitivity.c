// A copy of the machine with one resource changed is evaluated under the same plan. Prices stay: the dollars follow
// from the time alone. So do mappings, where times come from them: what a size would change is left out, for it changes
// nothing else.
#include "system/sensitivity.h"

#include "system/apart.h"
#include "system/mapped.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct search {
    aug_arena *arena;
    const aug_deployment *deployment;
    const aug_outcome *outcome;
    aug_machine *machine; // scratch
    aug_kernels *models;  // of it, scratch
    aug_outcome *changed; // scratch
    aug_sensitivity *rows;
    int count;
} search;

static double change(double after, double before) {
    double relative = after / before - 1.0;
    return fabs(relative) < 1e-12 ? 0.0 : relative;
}

// Evaluates the changed machine and adds a row.
static void add(search *s, const char *resource) {
    if (s->count == AUG_SENSITIVITIES)
        return;
    aug_deployment deployment;
    aug_deployment_init(&deployment, s->deployment->model, s->machine, s->deployment->scenario, s->deployment->economy);
    deployment.mapped = s->deployment->mapped;
    deployment.server = s->deployment->server;
    if (s->outcome->prefill_workers)
        aug_apart_again(s->arena, &deployment, s->outcome, s->changed);
    else
        aug_deployment_evaluate(&deployment, &s->outcome->plan, s->changed);
    s->rows[s->count++] = (aug_sensitivity){.resource = resource,
                                            .ttft = change(s->changed->ttft_seconds, s->outcome->ttft_seconds),
                                            .tpot = change(s->changed->tpot_seconds, s->outcome->tpot_seconds),
                                            .usd_per_mtok = change(s->changed->usd_per_mtok, s->outcome->usd_per_mtok)};
}

static void reset(search *s) {
    *s->machine = *s->deployment->roofline.machine;
}

static bool is_exchange(int kind) {
    return kind == AUG_KERNEL_KIND_COLLECTIVE || kind == AUG_KERNEL_KIND_CUSTOM_REDUCE || kind == AUG_KERNEL_KIND_EXPERT_EXCHANGE;
}

// Takes a tenth off the latencies of kernel models: those of exchanges, or those of all else.
static void shorten(search *s, bool exchanges) {
    if (!s->machine->models)
        return;
    *s->models = *s->machine->models;
    s->machine->models = s->models;
    for (int kind = 0; kind < AUG_KERNEL_KIND_COUNT; kind++)
        for (int i = 0; i < aug_kernel_models[kind]->constant_count; i++)
            if (is_exchange(kind) == exchanges && aug_kernel_models[kind]->constants[i].latency)
                s->models->fits[kind].constants[i] *= 0.9;
}

static void vary_memories(search *s) {
    const aug_machine *machine = s->deployment->roofline.machine;
    for (int i = 0; i < machine->memory_count; i++) {
        aug_memory *memory = &s->machine->levels[machine->memories[i]].memory;
        const char *name = machine->levels[machine->memories[i]].name;
        reset(s);
        if (isfinite(memory->read_bits_per_second)) {
            memory->read_bits_per_second *= 1.1;
            memory->write_bits_per_second *= 1.1;
            memory->read_bits_per_cycle *= 1.1;
            memory->write_bits_per_cycle *= 1.1;
            add(s, aug_arena_print(s->arena, "%s bandwidth", name));
        }
        reset(s);
        if (i > 0 && isfinite(memory->size_bits) && !s->deployment->mapped) {
            memory->size_bits *= 1.1;
            add(s, aug_arena_print(s->arena, "%s size", name));
        }
    }
}

// Units of the levels, which mappings look at, go with the peaks that follow from them.
static void quicken_levels(aug_machine *machine, int unit) {
    for (int i = 0; i < machine->level_count; i++) {
        aug_compute *compute = &machine->levels[i].compute;
        for (int f = 0; f < AUG_FORMAT_COUNT && machine->levels[i].kind == AUG_LEVEL_COMPUTE && (int)compute->unit == unit; f++) {
            compute->rate_per_cycle[f] *= 1.1;
            compute->peak_ops_per_second[f] *= 1.1;
        }
    }
}

static void vary_units(search *s) {
    static const char *const names[] = {"matrix units", "vector units", "scalar units"};
    for (int unit = 0; unit < AUG_UNIT_COUNT; unit++) {
        bool any = false;
        reset(s);
        for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
            any = any || s->machine->peak_ops_per_second[unit][f] > 0.0;
            s->machine->peak_ops_per_second[unit][f] *= 1.1;
        }
        quicken_levels(s->machine, unit);
        if (any)
            add(s, names[unit]);
    }
}

static void vary_links(search *s) {
    if (aug_plan_layer_chips(&s->outcome->plan) * (double)s->outcome->plan.pp <= 1.0 && s->outcome->plan.ep == 1)
        return;
    reset(s);
    for (int i = 0; i < s->machine->link_count; i++)
        s->machine->links[i].bandwidth_bits_per_second *= 1.1;
    add(s, "link bandwidth");
    reset(s);
    for (int i = 0; i < s->machine->link_count; i++)
        s->machine->links[i].latency_seconds *= 0.9;
    shorten(s, true);
    add(s, "link latency (-10 %)");
}

// What starts kernels, and the ceiling that their arithmetic runs into.
static void vary_kernels(search *s) {
    reset(s);
    if (s->machine->models) {
        shorten(s, false);
        add(s, "latency (-10 %)");
        reset(s);
        s->machine->power_limit_watts *= 1.1;
        if (s->machine->power_limit_watts > 0.0)
            add(s, "power limit");
    } else if (s->machine->kernel.launch_seconds > 0.0) {
        s->machine->kernel.launch_seconds *= 0.9;
        add(s, "launch (-10 %)");
    }
}

static int compare(const void *left, const void *right) {
    const aug_sensitivity *a = left, *b = right;
    double by_tpot = fabs(b->tpot) - fabs(a->tpot), by_ttft = fabs(b->ttft) - fabs(a->ttft);
    double order = by_tpot != 0.0 ? by_tpot : by_ttft;
    return order > 0.0 ? 1 : order < 0.0 ? -1 : strcmp(a->resource, b->resource);
}

int aug_sensitivities_find(aug_arena *arena, const aug_deployment *deployment, const aug_outcome *outcome,
                           aug_sensitivity rows[AUG_SENSITIVITIES]) {
    search s = {.arena = arena,
                .deployment = deployment,
                .outcome = outcome,
                .machine = AUG_NEW(arena, aug_machine),
                .models = AUG_NEW(arena, aug_kernels),
                .changed = AUG_NEW(arena, aug_outcome),
                .rows = rows};
    if (deployment->mapped)
        aug_mapped_hold(deployment->mapped, deployment->roofline.machine);
    vary_memories(&s);
    vary_units(&s);
    vary_links(&s);
    vary_kernels(&s);
    reset(&s);
    if (s.machine->hop_seconds > 0.0) {
        s.machine->hop_seconds *= 0.9;
        s.machine->hop_in_seconds *= 0.9;
        for (int i = 0; i < s.machine->level_count; i++) {
            s.machine->levels[i].array.hop_cycles *= 0.9;
            s.machine->levels[i].array.sum_hop_cycles *= 0.9;
        }
        add(&s, "hops (-10 %)");
    }
    if (deployment->mapped)
        aug_mapped_hold(deployment->mapped, NULL);
    qsort(rows, (size_t)s.count, sizeof *rows, compare);
    return s.count;
}
