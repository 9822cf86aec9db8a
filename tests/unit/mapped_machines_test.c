// Every machine of data/machines that is described level by level can be mapped to; the systolic ones count cycles as
// SCALE-Sim does.
#include "support/small_problem.h"
#include "support/test_bind.h"

#include "cost/cost.h"
#include "mapper/mapper.h"

static void every_mapped_machine_takes_an_einsum(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_library library = test_library();
    const aug_library_names names = aug_library_list(&library, &ground.arena, "machines");
    int mapped = 0;
    for (int i = 0; i < names.count; i++) {
        const aug_machine *machine = aug_machine_load(&library, &ground.arena, &ground.errors, names.names[i]);
        assert_non_null(machine);
        if (machine->model != AUG_MACHINE_MAPPED)
            continue;
        const aug_problem *problem = test_try_bind(&ground, TEST_GEMM, machine);
        if (!problem)
            print_error("%s: %s\n", names.names[i], ground.errors.items[0].message);
        assert_non_null(problem);
        assert_true(problem->computes[0].rate_per_cycle > 0.0);
        mapped++;
    }
    assert_true(mapped >= 7);
    test_end(&ground);
}

static const aug_problem *bind_shipped(test_ground *ground, const char *machine, const char *workload) {
    const aug_library library = test_library();
    const aug_machine *read = aug_machine_load(&library, &ground->arena, &ground->errors, machine);
    assert_non_null(read);
    const aug_problem *problem = test_try_bind(ground, workload, read);
    assert_non_null(problem);
    return problem;
}

// Round energies of the benchmark machines: pJ per word of 16 bits, from the outside in.
static void energies_of_benchmarks_are_round(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int count;
        double pj[4];
    } rows[] = {{"bench-256", 3, {200, 6, 1}}, {"bench-tpu", 3, {200, 20, 4}}, {"bench-4level", 4, {200, 20, 6, 1}}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_problem *p = bind_shipped(&ground, rows[i].name, TEST_GEMM "tensors: {A: {bits: 16}, B: {bits: 16}, Z: {bits: 16}}\n");
        assert_int_equal(p->memory_count, rows[i].count);
        for (int m = 0; m < p->memory_count; m++)
            for (int t = 0; t < 3; t++)
                for (int action = 0; action < AUG_ACTION_COUNT; action++)
                    assert_near(p->memories[m].energy_pj[t][action], rows[i].pj[m], 1e-15);
        assert_near(p->computes[0].energy_pj, 0.2, 1e-15);
        assert_true(p->computes[0].rate_per_cycle == 1.0);
        test_end(&ground);
    }
}

// 3x3 convolutions of 56 x 56 pixels and of 28 x 28, on the first machine what the buffer and compute take together is
// hardly more than what each does alone, on the second the best nest is 10 % above all that is known before: 3,427 and
// 12,398 nodes, 16,400 and 23,005 where limits do not rise in small steps.
static void limits_of_convolutions_rise_in_small_steps(void **state) {
    (void)state;
    static const struct {
        const char *machine, *workload;
        uint64_t most;
    } rows[] = {{"bench-tpu",
                 "auger: workload/1\nranks: {k: 64, c: 64, p: 56, q: 56, r: 3, s: 3}\n"
                 "einsums: ['O[k,p,q] += I[c,p+r,q+s] * W[k,c,r,s]']\ntensors: {O: {bits: 16}, I: {bits: 16}, W: {bits: 16}}\n",
                 5000},
                {"bench-256",
                 "auger: workload/1\nranks: {k: 128, c: 128, p: 28, q: 28, r: 3, s: 3}\n"
                 "einsums: ['O[k,p,q] += I[c,2*p+r,2*q+s] * W[k,c,r,s]']\ntensors: {O: {bits: 16}, I: {bits: 16}, W: {bits: 16}}\n",
                 16000}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_problem *problem = bind_shipped(&ground, rows[i].machine, rows[i].workload);
        const aug_mapper_options options = {.objective = AUG_OBJECTIVE_ENERGY, .perfect = true, .threads = 1};
        aug_mapper_result result;
        assert_int_equal(aug_mapper_run(&ground.arena, problem, &options, &result), AUG_MAPPER_FOUND);
        if (result.nodes > rows[i].most)
            fail_msg("%s: %llu nodes", rows[i].machine, (unsigned long long)result.nodes);
        test_end(&ground);
    }
}

static aug_mapping_node loop(int rank, aug_count tile) {
    return (aug_mapping_node){.kind = AUG_MAPPING_FOR, .rank = rank, .tile = tile};
}

static aug_mapping_node space(int axis, int rank, aug_count tile) {
    return (aug_mapping_node){.kind = AUG_MAPPING_PAR, .axis = axis, .rank = rank, .tile = tile};
}

static aug_mapping_node store(int memory, unsigned tensors) {
    return (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = memory, .tensors = tensors};
}

// Cycles of Z[m,n] += A[m,k] * B[k,n] with `still` in the registers: ranks `down` the rows and `across` the columns of the
// array, rank `on` in time. Ranks in order of appearance: m n k.
static double cycles_of(test_ground *ground, const char *machine, const aug_count *sizes, unsigned still, int down, int across, int on) {
    const char *workload = aug_arena_print(&ground->arena, "auger: workload/1\nranks: {m: %llu, n: %llu, k: %llu}\neinsums: ['Z[m,n] += A[m,k] * B[k,n]']\n"
                                           "tensors: {B: {role: weight}}\n",
                                           (unsigned long long)sizes[0], (unsigned long long)sizes[1], (unsigned long long)sizes[2]);
    const aug_problem *problem = bind_shipped(ground, machine, workload);
    const aug_mapping mapping = {
        .count = 9,
        .nodes = {store(0, 7), store(1, 7), loop(down, 32), loop(across, 32), space(1, down, 1), space(0, across, 1), store(2, still), loop(on, 1),
                  {.kind = AUG_MAPPING_COMPUTE}},
    };
    aug_cost cost;
    assert_true(aug_cost_evaluate(problem, &mapping, aug_cost_scratch_new(&ground->arena), &cost));
    return cost.cycles;
}

// R = C = 32. Sizes m, n, k; a part of the array costs as much as all of it.
static void systolic_arrays_fold(void **state) {
    (void)state;
    static const struct {
        aug_count sizes[3];
        double weights, inputs, results; // cycles with these held still
    } rows[] = {
        // weights: k down, n across, T = m; inputs: k down, m across, T = n; results: m down, n across, T = k
        {{32, 32, 32}, 1 * (64 + 32 + 32 - 2), 1 * (64 + 32 + 32 - 2), 1 * (32 + 32 + 32 - 2)},
        {{100, 64, 96}, 6 * (64 + 32 + 100 - 2), 12 * (64 + 32 + 64 - 2), 8 * (32 + 32 + 96 - 2)},
        {{1, 33, 65}, 6 * (64 + 32 + 1 - 2), 3 * (64 + 32 + 33 - 2), 2 * (32 + 32 + 65 - 2)},
        {{1000, 20, 30}, 1 * (64 + 32 + 1000 - 2), 32 * (64 + 32 + 20 - 2), 32 * (32 + 32 + 30 - 2)},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_true(cycles_of(&ground, "systolic-ws-32x32", rows[i].sizes, 2, 2, 1, 0) == rows[i].weights);
        assert_true(cycles_of(&ground, "systolic-ws-32x32", rows[i].sizes, 1, 2, 0, 1) == rows[i].inputs);
        assert_true(cycles_of(&ground, "systolic-os-32x32", rows[i].sizes, 4, 0, 1, 2) == rows[i].results);
        test_end(&ground);
    }
}

// The cycles of a nest on an array of R rows and C columns that is paid `fill` and `drain` cycles per fold.
static double cycles_of_nest(test_ground *ground, int rows, int columns, int fill, int drain, const char *workload, const char *nest) {
    const char *machine = aug_arena_print(&ground->arena, "auger: machine/1\nname: array\nmodel: mapped\nclock: 1 GHz\nlevels:\n  - {memory: dram}\n"
                                          "  - {array: pe, fanout: {x: %d, y: %d}, latency: {fill: %d cycles, drain: %d cycles, per: fold}}\n"
                                          "  - {memory: register}\n  - {compute: mac, rate: 1/cycle}\n", columns, rows, fill, drain);
    const aug_problem *problem = test_bind(ground, workload, machine);
    aug_mapping mapping;
    aug_cost cost;
    assert_true(aug_mapping_parse(&ground->reader, small_nest(ground, nest), problem, &mapping));
    assert_true(aug_cost_evaluate(problem, &mapping, aug_cost_scratch_new(&ground->arena), &cost));
    return cost.cycles;
}

typedef struct array_case {
    int rows, columns, m, n, k;
    double weights, inputs, results; // cycles with these held still
} array_case;

// [Samajdar18], folds * (2 R + C + T - 2), and R + C + T - 2 with results held still: rows and columns that are not alike, sizes that do not divide.
static const array_case arrays[] = {
    {2, 4, 8, 4, 6, 3 * 1 * (4 + 4 + 8 - 2), 3 * 2 * (4 + 4 + 4 - 2), 4 * 1 * (2 + 4 + 6 - 2)},
    {4, 3, 5, 7, 9, 3 * 3 * (8 + 3 + 5 - 2), 3 * 2 * (8 + 3 + 7 - 2), 2 * 3 * (4 + 3 + 9 - 2)},
    {3, 5, 1, 11, 2, 1 * 3 * (6 + 5 + 1 - 2), 1 * 1 * (6 + 5 + 11 - 2), 1 * 3 * (3 + 5 + 2 - 2)},
    {1, 6, 4, 13, 5, 5 * 3 * (2 + 6 + 4 - 2), 5 * 1 * (2 + 6 + 13 - 2), 4 * 3 * (1 + 6 + 5 - 2)},
};

static void arrays_of_any_shape_fold(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(arrays); i++) {
        const array_case *c = &arrays[i];
        const int r = c->rows, across = c->columns;
        test_ground ground;
        test_begin(&ground);
        const char *workload = aug_arena_print(&ground.arena, "auger: workload/1\nranks: {m: %d, n: %d, k: %d}\neinsums: ['Z[m,n] += A[m,k] * B[k,n]']\n"
                                               "tensors: {B: {role: weight}}\n", c->m, c->n, c->k);
        const struct { const char *down, *across, *still, *on; int fill; double cycles; } ways[] = {
            {"k", "n", "B", "m", 2 * r - 1, c->weights}, {"k", "m", "A", "n", 2 * r - 1, c->inputs}, {"m", "n", "Z", "k", r - 1, c->results}};
        for (size_t w = 0; w < AUG_COUNT(ways); w++) {
            const aug_count down = ways[w].down[0] == 'k' ? (aug_count)c->k : (aug_count)c->m;
            const aug_count wide = ways[w].across[0] == 'n' ? (aug_count)c->n : (aug_count)c->m;
            const char *nest = aug_arena_print(&ground.arena, "dram[A B Z] for %s:%d for %s:%d par pe.y %s:1 par pe.x %s:1 register[%s] for %s:1 mac", ways[w].down,
                                               down < (aug_count)r ? (int)down : r, ways[w].across, wide < (aug_count)across ? (int)wide : across, ways[w].down,
                                               ways[w].across, ways[w].still, ways[w].on);
            double cycles = cycles_of_nest(&ground, r, across, ways[w].fill, across - 1, workload, nest);
            if (cycles != ways[w].cycles)
                fail_msg("%d x %d, %s: found %g cycles, expected %g", r, across, nest, cycles, ways[w].cycles);
        }
        test_end(&ground);
    }
}

// A convolution as a product: the sum of c 2 and r 3 lies on 6 rows, k 8 on 4 columns in 2 folds, 5 positions stream: 2 * (12 + 4 + 5 - 2).
static void a_convolution_folds_like_its_product(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    double cycles = cycles_of_nest(&ground, 6, 4, 11, 3, "auger: workload/1\nranks: {p: 5, k: 8, c: 2, r: 3}\neinsums: ['O[k,p] += I[c,p+r] * W[k,c,r]']\n",
                                   "dram[I W O] for k:4 par pe.y c:1 par pe.y r:1 par pe.x k:1 register[W] for p:1 mac");
    assert_near(cycles, 38.0, 0.0);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mapped_machine_takes_an_einsum),
        cmocka_unit_test(limits_of_convolutions_rise_in_small_steps),
        cmocka_unit_test(energies_of_benchmarks_are_round),
        cmocka_unit_test(systolic_arrays_fold),
        cmocka_unit_test(arrays_of_any_shape_fold),
        cmocka_unit_test(a_convolution_folds_like_its_product),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
