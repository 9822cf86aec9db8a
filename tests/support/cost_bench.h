// An einsum on a machine, both as short text (oracle/oracle_text.h), and the cost of a nest: for tests of src/cost.
//
// A machine begins without limits, prices and overhead, with words of 8 bits, separate ports and free draining. Tests state
// what they look at, then evaluate.
#ifndef AUGER_TESTS_COST_BENCH_H
#define AUGER_TESTS_COST_BENCH_H

#include "support/testing.h"

#include "cost/cost.h"
#include "oracle/oracle_text.h"

#include <inttypes.h>

#define COST_PRODUCT "Z[m,n] += A[m,k] * B[k,n]"
#define COST_WINDOW "O[p] += I[p+r] * W[r]"

typedef struct cost_bench {
    aug_arena arena;
    aug_cost_scratch *scratch;
    aug_problem problem;
    aug_mapping mapping;
    aug_cost cost;
    bool fits;
} cost_bench;

static inline void cost_begin(cost_bench *b, const char *einsum, const char *sizes, const char *machine) {
    memset(b, 0, sizeof *b);
    aug_arena_init(&b->arena, NULL);
    b->scratch = aug_cost_scratch_new(&b->arena);
    oracle_read_problem(&b->arena, einsum, sizes, machine, &b->problem);
}

static inline void cost_end(cost_bench *b) {
    aug_arena_free(&b->arena);
}

static inline void cost_nest(cost_bench *b, const char *nest) {
    oracle_read_nest(&b->arena, &b->problem, nest, &b->mapping);
}

static inline void cost_evaluate(cost_bench *b, const char *nest) {
    cost_nest(b, nest);
    b->fits = aug_cost_evaluate(&b->problem, &b->mapping, b->scratch, &b->cost);
}

// Positions by name.
static inline int cost_memory(const cost_bench *b, const char *name) {
    for (int m = 0; m < b->problem.memory_count; m++)
        if (strcmp(b->problem.memories[m].name, name) == 0)
            return m;
    fail_msg("no memory is called '%s'", name);
    return -1;
}

static inline int cost_tensor(const cost_bench *b, const char *name) {
    for (int t = 0; t < b->problem.tensor_count; t++)
        if (strcmp(b->problem.tensors[t].name, name) == 0)
            return t;
    fail_msg("no tensor is called '%s'", name);
    return -1;
}

static inline aug_problem_memory *cost_edit(cost_bench *b, const char *memory) {
    return &b->problem.memories[cost_memory(b, memory)];
}

static inline const aug_holding *cost_holding(const cost_bench *b, const char *memory, const char *tensor) {
    return &b->cost.memories[cost_memory(b, memory)].tensors[cost_tensor(b, tensor)];
}

// The same price for every action of a memory.
static inline void cost_price(cost_bench *b, const char *memory, double pj) {
    for (int t = 0; t < AUG_PROBLEM_TENSORS; t++)
        for (int a = 0; a < AUG_ACTION_COUNT; a++)
            cost_edit(b, memory)->energy_pj[t][a] = pj;
}

// Joins all axes to one array.
static inline aug_problem_array *cost_one_array(cost_bench *b) {
    b->problem.array_count = 1;
    b->problem.arrays[0].axis_count = b->problem.axis_count;
    for (int a = 0; a < b->problem.axis_count; a++)
        b->problem.axes[a].array = 0;
    return &b->problem.arrays[0];
}

static inline void cost_expect(const cost_bench *b, const char *memory, const char *tensor, aug_count reads, aug_count fills, aug_count updates,
                               const char *file, int line) {
    const aug_flow *flows = cost_holding(b, memory, tensor)->flows;
    if (flows[AUG_FLOW_READ].dense == reads && flows[AUG_FLOW_FILL].dense == fills && flows[AUG_FLOW_UPDATE].dense == updates)
        return;
    print_error("%s of %s: found reads %" PRIu64 ", fills %" PRIu64 ", updates %" PRIu64 ", expected %" PRIu64 ", %" PRIu64 ", %" PRIu64 "\n", tensor,
                memory, flows[AUG_FLOW_READ].dense, flows[AUG_FLOW_FILL].dense, flows[AUG_FLOW_UPDATE].dense, reads, fills, updates);
    _fail(file, line);
}
#define assert_words(bench, memory, tensor, reads, fills, updates) \
    cost_expect((bench), (memory), (tensor), (reads), (fills), (updates), __FILE__, __LINE__)

#endif
