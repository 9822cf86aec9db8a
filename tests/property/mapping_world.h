// Random small problems with a mapping each (oracle/oracle_random.h), and what properties of them have in common: drawing, comparing,
// showing what differs. From a fixed seed and one that is new in each run and printed; AUG_PROPERTY_SEED=7 draws all of them from
// that one.
#ifndef AUGER_TESTS_MAPPING_WORLD_H
#define AUGER_TESTS_MAPPING_WORLD_H

#include "support/test_share.h"
#include "support/testing.h"

#include "cost/cost.h"
#include "oracle/oracle_random.h"
#include "oracle/oracle_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PROBLEMS = 3000, SHOWN = 5 };

// Sums of the same numbers in another order differ by this much at most.
#define ROUNDING 1e-9

typedef struct world {
    aug_arena arena, lasting; // of one problem, of all
    aug_cost_scratch *scratch;
    aug_random random;
    aug_problem problem;
    aug_mapping mapping;
    aug_cost cost, other;
    uint64_t seed, index, looked_at;
    int violations;
    bool divides; // of the choice of tiles that was evaluated last
} world;

// ---- Drawing

// What the oracle does not walk: arrays that take time and energy, prices that are not stated, memories that have to keep tensors.
static inline void dress(world *w) {
    aug_random *random = &w->random;
    uint64_t sets = UINT64_C(1) << w->problem.tensor_count;
    for (int a = 0; a < w->problem.array_count; a++) {
        aug_problem_array *array = &w->problem.arrays[a];
        array->fill_cycles = (double)aug_random_below(random, 3);
        array->sweep_cycles = (double)aug_random_below(random, 2);
        array->per_fold = aug_random_below(random, 6) == 0;
        array->hop_pj = aug_random_below(random, 6) == 0 ? 0.5 : 0.0;
    }
    for (int m = 0; m < w->problem.memory_count; m++) {
        aug_problem_memory *memory = &w->problem.memories[m];
        if (aug_random_below(random, 3) > 0)
            memory->gated_at = -1;
        if (aug_random_below(random, 12) == 0)
            memory->energy_pj[aug_random_below(random, (uint64_t)w->problem.tensor_count)][AUG_ACTION_WRITE] = (double)NAN;
        if (aug_random_below(random, 8) == 0)
            memory->must = (unsigned)aug_random_below(random, sets);
        if (aug_random_below(random, 8) == 0)
            memory->never = (unsigned)aug_random_below(random, sets) & ~memory->must;
    }
}

static inline void draw(world *w) {
    aug_random mixed = {w->seed};
    w->random.state = aug_random_next(&mixed) + w->index * UINT64_C(0xD1342543DE82EF95);
    oracle_limits limits = oracle_limits_default();
    oracle_random_draw(&w->random, &limits, &w->problem, &w->mapping);
    dress(w);
    aug_arena_reset(&w->arena);
}

static inline void show(world *w, const char *what, double expected, double found) {
    if (w->violations++ >= SHOWN)
        return;
    aug_buffer text;
    aug_buffer_init(&text, &w->arena);
    oracle_print_problem(&text, &w->problem);
    aug_buffer_put(&text, "  nest: ");
    aug_mapping_print(&text, &w->problem, &w->mapping);
    print_error("seed %" PRIu64 ", problem %" PRIu64 ": %s: expected %.17g, found %.17g\n%s\n", w->seed, w->index, what, expected, found,
                aug_buffer_text(&text));
}

static inline void expect(world *w, const char *what, double expected, double found) {
    if ((isnan(expected) && isnan(found)) || expected == found || fabs(expected - found) <= ROUNDING * fabs(expected))
        return;
    show(w, what, expected, found);
}

static inline void expect_count(world *w, const char *what, aug_count expected, aug_count found) {
    if (expected != found)
        show(w, what, (double)expected, (double)found);
}

static inline void each_problem(void (*check)(world *w), int share) {
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    aug_arena_init(&w->arena, NULL);
    aug_arena_init(&w->lasting, NULL);
    w->scratch = aug_cost_scratch_new(&w->lasting);
    const char *asked = getenv("AUG_PROPERTY_SEED");
    const uint64_t seeds[] = {asked ? strtoull(asked, NULL, 10) : 1, (uint64_t)time(NULL)};
    for (int s = 0; s < (asked ? 1 : 2); s++) {
        w->seed = seeds[s];
        for (w->index = 0; w->index < test_some_of((uint64_t)(PROBLEMS / share)); w->index++) {
            draw(w);
            check(w);
        }
    }
    print_message("seeds %" PRIu64 " and %" PRIu64 ": %" PRIu64 " looked at, %d violations\n", seeds[0], seeds[asked ? 0 : 1], w->looked_at, w->violations);
    int violations = w->violations;
    bool any = w->looked_at > 0;
    aug_arena_free(&w->arena);
    aug_arena_free(&w->lasting);
    free(w);
    assert_int_equal(violations, 0);
    assert_true(any);
}

// ---- Comparing

static inline void compare_flow(world *w, const aug_flow *expected, const aug_flow *found) {
    expect_count(w, "words", expected->dense, found->dense);
    expect_count(w, "words of the busiest instance", expected->busiest, found->busiest);
    expect(w, "actions", expected->actions, found->actions);
}

static inline void compare_counts(world *w, const aug_cost *expected, const aug_cost *found) {
    for (int m = 0; m < w->problem.memory_count; m++) {
        const aug_memory_cost *e = &expected->memories[m], *f = &found->memories[m];
        expect_count(w, "use of a memory", e->used, f->used);
        expect_count(w, "instances", e->instances, f->instances);
        expect(w, "occupancy", e->occupancy_bits, f->occupancy_bits);
        for (int t = 0; t < w->problem.tensor_count; t++) {
            expect_count(w, "keeping", e->tensors[t].kept, f->tensors[t].kept);
            if (!e->tensors[t].kept || !f->tensors[t].kept)
                continue;
            expect_count(w, "tile", e->tensors[t].tile_words, f->tensors[t].tile_words);
            expect_count(w, "holders", e->tensors[t].instances, f->tensors[t].instances);
            expect_count(w, "words on their way up", e->tensors[t].drain_words, f->tensors[t].drain_words);
            for (int k = 0; k < AUG_FLOW_COUNT; k++)
                compare_flow(w, &e->tensors[t].flows[k], &f->tensors[t].flows[k]);
        }
    }
    expect_count(w, "compute unit", (aug_count)expected->compute_unit, (aug_count)found->compute_unit);
    expect_count(w, "operations", expected->compute.operations, found->compute.operations);
    expect_count(w, "operations of the busiest instance", expected->compute.busiest, found->compute.busiest);
    expect_count(w, "compute instances", expected->compute.instances, found->compute.instances);
    expect_count(w, "violations", (aug_count)expected->violation_count, (aug_count)found->violation_count);
}

#endif
