// An einsum with zeros on a machine, both from text, and the cost of a nest.
#ifndef AUGER_TESTS_SPARSE_PROBLEM_H
#define AUGER_TESTS_SPARSE_PROBLEM_H

#include "support/testing.h"

#include "cost/cost.h"
#include "machine/machine.h"
#include "machine/sparse_design.h"
#include "workload/density.h"
#include "workload/model.h"

#include <stdio.h>

typedef struct sparse_ground {
    test_ground ground;
    aug_machine machine;
    aug_model model;
    aug_problem problem;
    aug_mapping mapping;
    aug_cost cost;
} sparse_ground;

static inline void sparse_expect(sparse_ground *s, bool good) {
    if (!good && s->ground.errors.count)
        print_error("%s\n", s->ground.errors.items[0].message);
    assert_true(good);
}

// `tensors` is the map of the key of that name, "{A: {density: 0.25}}".
static inline void sparse_begin(sparse_ground *s, const char *ranks, const char *einsum, const char *tensors, const char *machine) {
    memset(s, 0, sizeof *s);
    test_begin(&s->ground);
    const char *workload = aug_arena_print(&s->ground.arena, "auger: workload/1\nranks: %s\neinsums: ['%s']\ntensors: %s\n", ranks, einsum, tensors);
    sparse_expect(s, aug_model_from_workload(&s->ground.reader, test_parse(&s->ground, workload), "test", &s->model));
    sparse_expect(s, aug_machine_read(&s->ground.reader, test_parse(&s->ground, machine), "test", &s->machine));
    const aug_operator *op = &s->model.stages[0].graph.operators[0];
    aug_count sizes[AUG_EINSUM_RANKS];
    for (int r = 0; r < op->einsum.rank_count; r++)
        sizes[r] = (aug_count)op->ranks[r].factor;
    sparse_expect(s, aug_problem_bind(&s->ground.reader, op, sizes, &s->machine, &s->problem));
}

static inline void sparse_nest(sparse_ground *s, const char *nest) {
    const aug_node *node = test_parse(&s->ground, aug_arena_print(&s->ground.arena, "nest: '%s'", nest))->first;
    sparse_expect(s, aug_mapping_parse(&s->ground.reader, node, &s->problem, &s->mapping) &&
                         aug_mapping_check(&s->ground.reader, node, &s->problem, &s->mapping));
}

static inline void sparse_evaluate(sparse_ground *s, const char *nest) {
    sparse_nest(s, nest);
    aug_cost_evaluate(&s->problem, &s->mapping, aug_cost_scratch_new(&s->ground.arena), &s->cost);
}

static inline const aug_flow *sparse_flow(const sparse_ground *s, int memory, int tensor, aug_flow_kind kind) {
    return &s->cost.memories[memory].tensors[tensor].flows[kind];
}

static inline void sparse_end(sparse_ground *s) {
    test_end(&s->ground);
}

// The machine of Timeloop's cases s01 .. s10 with what follows put into the buffer, the multiplier and the machine.
#define SPARSE_MACHINE(buffer, mac, more)                                                                    \
    "auger: machine/1\nclock: 1 GHz\ndrain: free\n" more "levels:\n"                                         \
    "  - {memory: dram, bits: 8, energy: {read: 64 pJ, write: 72 pJ, update: 80 pJ}}\n"                      \
    "  - {memory: buffer, bits: 8, energy: {read: 4 pJ, write: 5 pJ, update: 6 pJ}, size: 8 KiB" buffer "}\n" \
    "  - {compute: mac, rate: 1/cycle, energy: 0.5 pJ, gated: 0.05 pJ" mac "}\n"

#endif
