// What has to hold between answers of the mapper, on random tiny problems (oracle/mapspace_random.h).
//
//   names and order   ranks and inputs in another order: the same optimum
//   more              capacity, bandwidth, fanout: no worse an optimum
//   cheaper           energy of an action: no more energy at the optimum
//
// A fixed seed and a new one that is printed; AUG_PROPERTY_SEED=7 draws all of them from that one.
#include "support/test_share.h"
#include "support/testing.h"

#include "mapper/mapper.h"
#include "oracle/mapspace_random.h"
#include "oracle/oracle_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// Leakage, times of arrays and the way to an instance may grow with the number of instances: fanout is looked
// at without them.
enum { PROBLEMS = 240, SHOWN = 3, PLAIN = 2, RELABEL_OBJECTIVES = 3 };
#define ROUNDING 1e-9

typedef struct world {
    aug_arena arena;
    mapspace_case drawn;
    uint64_t seed, index, looked_at;
    int violations;
} world;

// The optimum; infinite where there is none.
static double optimum(world *w, const aug_problem *problem, aug_objective objective) {
    aug_mapper_options options = {.objective = objective, .perfect = w->drawn.perfect, .threads = 1};
    aug_mapper_result result;
    aug_mapper_run(&w->arena, problem, &options, &result);
    return result.point_count > 0 ? result.value : (double)INFINITY;
}

static void show(world *w, const char *what, aug_objective objective, double before, double after) {
    if (w->violations++ >= SHOWN)
        return;
    aug_buffer text;
    aug_buffer_init(&text, &w->arena);
    oracle_print_problem(&text, &w->drawn.problem);
    print_error("seed %" PRIu64 ", problem %" PRIu64 " (%s), %s, %s: %.17g before, %.17g after\n%s\n",
                w->seed, w->index, mapspace_family_names[w->drawn.family], what,
                aug_objective_names[objective], before, after, aug_buffer_text(&text));
}

static void each_problem(void (*check)(world *w)) {
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    aug_arena_init(&w->arena, NULL);
    const char *asked = getenv("AUG_PROPERTY_SEED");
    const uint64_t seeds[] = {asked ? strtoull(asked, NULL, 10) : 1, (uint64_t)time(NULL)};
    for (int s = 0; s < (asked ? 1 : 2); s++) {
        w->seed = seeds[s];
        for (w->index = 0; w->index < test_some_of(PROBLEMS); w->index++) {
            aug_arena_reset(&w->arena);
            w->drawn.without = PLAIN;
            mapspace_random_draw(w->seed, w->index, (int)(w->index % FAMILY_RESTRICTED), &w->drawn);
            for (int m = 0; m < w->drawn.problem.memory_count; m++)
                w->drawn.problem.memories[m].leakage_pj_per_cycle = 0.0;
            for (int a = 0; a < w->drawn.problem.array_count; a++)
                w->drawn.problem.arrays[a].hop_pj = w->drawn.problem.arrays[a].router_pj = 0.0;
            if (aug_mapper_can_search(&w->drawn.problem, NULL))
                continue;
            w->looked_at++;
            check(w);
        }
    }
    print_message("seeds %" PRIu64 " and %" PRIu64 ": %" PRIu64 " looked at, %d violations\n", seeds[0],
                  seeds[asked ? 0 : 1], w->looked_at, w->violations);
    int violations = w->violations;
    bool any = w->looked_at > 0;
    aug_arena_free(&w->arena);
    free(w);
    assert_int_equal(violations, 0);
    assert_true(any);
}

// ---- Names and order

static unsigned turned_set(unsigned set, int count) {
    unsigned turned = 0;
    for (int i = 0; i < count; i++)
        turned |= (set >> i & 1u) << (count - 1 - i);
    return turned;
}

static void turn_ranks(aug_problem *p) {
    const aug_problem before = *p;
    for (int r = 0; r < p->rank_count; r++) {
        p->ranks[r] = before.ranks[p->rank_count - 1 - r];
        p->sizes[r] = before.sizes[p->rank_count - 1 - r];
    }
    for (int t = 0; t < p->tensor_count; t++) {
        p->tensors[t].ranks = turned_set(before.tensors[t].ranks, p->rank_count);
        for (int d = 0; d < p->tensors[t].dim_count; d++)
            for (int i = 0; i < p->tensors[t].dims[d].term_count; i++) {
                int *rank = &p->tensors[t].dims[d].terms[i].rank;
                *rank = p->rank_count - 1 - *rank;
            }
    }
}

// The two inputs of a problem of three tensors change places.
static unsigned swapped_set(unsigned set) {
    return (set & ~3u) | (set & 1u) << 1 | (set >> 1 & 1u);
}

static void swap_inputs(aug_problem *p) {
    if (p->tensor_count != 3)
        return;
    const aug_problem before = *p;
    for (int t = 0; t < 2; t++) {
        p->tensors[t] = before.tensors[1 - t];
        for (int m = 0; m < p->memory_count; m++) {
            p->memories[m].bits[t] = before.memories[m].bits[1 - t];
            memcpy(p->memories[m].energy_pj[t], before.memories[m].energy_pj[1 - t],
                   sizeof p->memories[m].energy_pj[t]);
        }
    }
    for (int m = 0; m < p->memory_count; m++) {
        p->memories[m].must = swapped_set(before.memories[m].must);
        p->memories[m].never = swapped_set(before.memories[m].never);
    }
    for (int a = 0; a < p->axis_count; a++) {
        p->axes[a].multicast = swapped_set(before.axes[a].multicast);
        p->axes[a].reduce = swapped_set(before.axes[a].reduce);
    }
}

static void check_order(world *w) {
    aug_problem other = w->drawn.problem;
    turn_ranks(&other);
    swap_inputs(&other);
    for (int k = 0; k < RELABEL_OBJECTIVES; k++) {
        aug_objective objective = (aug_objective)k;
        double before = optimum(w, &w->drawn.problem, objective), after = optimum(w, &other, objective);
        if (before != after && !(fabs(before - after) <= ROUNDING * fabs(before)))
            show(w, "another order", objective, before, after);
    }
}

// ---- More, and cheaper

typedef void change(world *w, aug_problem *problem);

static void more_capacity(world *w, aug_problem *problem) {
    (void)w;
    for (int m = 0; m < problem->memory_count; m++)
        problem->memories[m].capacity_bits += 16.0;
}

static void more_bandwidth(world *w, aug_problem *problem) {
    int m = (int)aug_random_below(&w->drawn.random, (uint64_t)problem->memory_count);
    problem->memories[m].read_bits_per_cycle *= 2.0;
    problem->memories[m].write_bits_per_cycle *= 2.0;
}

// Every instance count is derived again.
static void more_fanout(world *w, aug_problem *problem) {
    (void)w;
    for (int a = 0; a < problem->axis_count; a++)
        problem->axes[a].fanout++;
    for (int m = 0; m < problem->memory_count; m++) {
        problem->memories[m].instances = 1;
        for (int a = 0; a < problem->memories[m].axes_above; a++)
            problem->memories[m].instances *= problem->axes[a].fanout;
    }
    problem->computes[0].instances = 1;
    for (int a = 0; a < problem->computes[0].axes_above; a++)
        problem->computes[0].instances *= problem->axes[a].fanout;
}

static void cheaper(world *w, aug_problem *problem) {
    int m = (int)aug_random_below(&w->drawn.random, (uint64_t)problem->memory_count);
    int t = (int)aug_random_below(&w->drawn.random, (uint64_t)problem->tensor_count);
    for (int a = 0; a < AUG_ACTION_COUNT; a++)
        problem->memories[m].energy_pj[t][a] *= 0.5;
}

static void check_change(world *w, const char *what, change *apply, bool energy_only) {
    aug_problem other = w->drawn.problem;
    apply(w, &other);
    for (int k = 0; k < (energy_only ? 1 : RELABEL_OBJECTIVES); k++) {
        aug_objective objective = (aug_objective)k;
        double before = optimum(w, &w->drawn.problem, objective), after = optimum(w, &other, objective);
        if (after > before && !(after - before <= ROUNDING * after))
            show(w, what, objective, before, after);
    }
}

static void check_changes(world *w) {
    check_change(w, "more capacity", more_capacity, false);
    check_change(w, "more bandwidth", more_bandwidth, false);
    check_change(w, "cheaper actions", cheaper, true);
    if (w->drawn.problem.axis_count > 0)
        check_change(w, "more fanout", more_fanout, false);
}

static void test_order(void **state) {
    (void)state;
    each_problem(check_order);
}

static void test_changes(void **state) {
    (void)state;
    each_problem(check_changes);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_order), cmocka_unit_test(test_changes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
