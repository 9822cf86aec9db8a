// Cycles by hand: ports, folds of systolic arrays, what is paid once.
#include "support/cost_bench.h"

#include "cost/latency.h"

// Rounded up, but for what the rounding of doubles leaves beside a whole number.
static void cycles_are_whole(void **state) {
    (void)state;
    static const struct { double cycles, whole; } cases[] = {
        {0.0, 0.0}, {0.5, 1.0}, {1.0, 1.0}, {29.5, 30.0}, {29.0 + 1e-6, 30.0}, {30.0 - 1e-13, 30.0}, {30.0 + 1e-13, 30.0},
        {3672064.0000001, 3672064.0}, {3672063.9999999, 3672064.0}, {3672064.1, 3672065.0}, {0x1p60, 0x1p60},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++)
        assert_near(aug_whole_cycles(cases[i].cycles), cases[i].whole, 0.0);
}

typedef struct port_case {
    bool shared;
    double a_bits, read_width, write_width;
    double first, second; // cycles of the ports of the buffer; second: writes
    double cycles;        // of the mapping
} port_case;

// dram[A B Z] buffer[A B Z] for m:1 for k:1 for n:1 mac, m 8, n 4, k 6, draining reads. In the buffer, in words:
//   reads    A 192, B 192, Z 192 - 32 read back + 32 on their way up
//   writes   fills A 48, B 24, Z 0; updates Z 192
// With Z of 32 and the others of 8 bits: reads 1536 + 1536 + 6144 = 9216, writes 384 + 192 + 6144 = 6720, together 15936 bits. A of
// 16 bits: 1536 more to read, 384 more to write. Compute takes 192.
static const port_case ports[] = {
    {true, 8, 64, 64, 249, 0, 249}, // 15936 / 64
    {true, 16, 64, 64, 279, 0, 279}, // 17856 / 64
    {false, 8, 64, 32, 144, 210, 210}, // 9216 / 64, 6720 / 32
    {false, 16, 64, 32, 168, 222, 222}, // 10752 / 64, 7104 / 32
    {false, 8, 30, 64, 307.2, 105, 308},
    {false, 8, (double)INFINITY, 32, 0, 210, 210},
    {false, 8, 64, (double)INFINITY, 144, 0, 192},
    {true, 8, (double)INFINITY, (double)INFINITY, 0, 0, 192},
};

static void ports_are_shared_or_separate(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(ports); i++) {
        const port_case *c = &ports[i];
        cost_bench b;
        cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram buffer mac");
        b.problem.drain_reads = true;
        aug_problem_memory *buffer = cost_edit(&b, "buffer");
        buffer->shared_port = c->shared;
        buffer->read_bits_per_cycle = c->read_width;
        buffer->write_bits_per_cycle = c->write_width;
        buffer->bits[cost_tensor(&b, "A")] = c->a_bits;
        buffer->bits[cost_tensor(&b, "Z")] = 32;
        cost_evaluate(&b, "dram[A B Z] buffer[A B Z] for m:1 for k:1 for n:1 mac");
        const aug_memory_cost *of = &b.cost.memories[1];
        assert_int_equal(of->port_count, c->shared ? 1 : 2);
        assert_int_equal(of->ports[0].kind, c->shared ? AUG_PORT_SHARED : AUG_PORT_READ);
        assert_int_equal(of->ports[0].words, c->shared ? 840 : 576); // 576 + 264
        assert_near(of->ports[0].cycles, c->first, 1e-12);
        if (!c->shared) {
            assert_int_equal(of->ports[1].kind, AUG_PORT_WRITE);
            assert_int_equal(of->ports[1].words, 264); // 48 + 24 + 192
            assert_near(of->ports[1].cycles, c->second, 1e-12);
        }
        assert_near(of->cycles, fmax(c->first, c->second), 1e-12);
        assert_near(b.cost.cycles, c->cycles, 0.0);
        assert_near(b.cost.utilization, 192.0 / c->cycles, 1e-12);
        cost_end(&b);
    }
}

// k 6 in tiles of 4 over two places: the first does 8 * 4 * 4 operations and is waited for, at 2 per cycle. Its register gives A
// 128 words and gets 8 * 4: of 8 bits 1280 over 100 bit per cycle are 12.8, less than the 64 of compute.
static void the_busiest_instance_counts(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram x:2 register mac");
    b.problem.computes[0].rate_per_cycle = 2;
    cost_edit(&b, "register")->shared_port = true;
    cost_edit(&b, "register")->read_bits_per_cycle = 100;
    cost_evaluate(&b, "dram[A B Z] par x k:4 register[A] for m:1 for k:1 for n:1 mac");
    assert_int_equal(b.cost.compute.busiest, 128);
    assert_near(b.cost.memories[1].cycles, 12.8, 1e-12);
    assert_near(b.cost.cycles, 64.0, 0.0);
    assert_near(b.cost.utilization, 192.0 / (64.0 * 2.0 * 2.0), 1e-12);
    cost_end(&b);
}

typedef struct fold_case {
    const char *sizes, *nest;
    aug_count folds;
} fold_case;

// An array of y 2 rows and x 4 columns. What it holds changes when a loop further out that moves it steps.
static const fold_case folds[] = {
    // weight stationary, B[k,n] stands still
    {"m=8 n=4 k=6", "dram[A B Z] for k:2 par x n:1 par y k:1 register[B] for m:1 mac", 3}, // k 6 in twos
    {"m=8 n=8 k=6", "dram[A B Z] for n:4 for k:2 par x n:1 par y k:1 register[B] for m:1 mac", 6}, // 2 x 3
    {"m=8 n=7 k=5", "dram[A B Z] for n:4 for k:2 par x n:1 par y k:1 register[B] for m:1 mac", 6}, // 4 3, 2 2 1
    {"m=8 n=4 k=5", "dram[A B Z] for n:3 for n:2 for k:2 par x n:1 par y k:1 register[B] for m:1 mac", 9}, // 4 is 2 1 and 1, not 2 x 2; k 3
    {"m=8 n=4 k=6", "dram[A B Z] for m:4 for k:2 par x n:1 par y k:1 register[B] for m:1 mac", 6}, // k starts over for each m
    {"m=8 n=4 k=6", "dram[A B Z] for k:2 for m:4 par x n:1 par y k:1 register[B] for m:1 mac", 3}, // m further in moves nothing
    {"m=8 n=4 k=6", "dram[A B Z] for k:2 for m:4 for n:4 par x n:1 par y k:1 register[B] for m:1 mac", 3}, // n takes one step
    // A[m,k] stands still as well, in one store or in two: k 3, m 4
    {"m=4 n=4 k=6", "dram[A B Z] for k:2 for m:1 par x n:1 par y k:1 register[A B] mac", 12},
    {"m=4 n=4 k=6", "dram[A B Z] for k:2 for m:1 par x n:1 par y k:1 register[A] register[B] mac", 12},
    {"m=4 n=4 k=6", "dram[A B Z] for k:2 for m:1 par x n:1 par y k:1 register[B] register[A] mac", 12},
    {"m=4 n=4 k=6", "dram[A B Z] for k:2 for m:1 par x n:1 par y k:1 register[B] for k:1 register[A] mac", 12}, // k takes one step
    // output stationary, Z[m,n] stands still
    {"m=8 n=4 k=6", "dram[A B Z] for m:4 for n:2 par x m:1 par y n:1 register[Z] for k:1 mac", 4},
    {"m=9 n=5 k=6", "dram[A B Z] for m:4 for n:2 par x m:1 par y n:1 register[Z] for k:1 mac", 9}, // 4 4 1, 2 2 1
    {"m=9 n=5 k=6", "dram[A B Z] for m:4 for k:2 for n:2 for k:1 par x m:1 par y n:1 register[Z] mac", 27}, // 3 x 3 x 3
    // nothing stands still: all loops around the array
    {"m=9 n=5 k=6", "dram[A B Z] for m:4 for n:2 par x m:1 par y n:1 for k:1 mac", 9},
    {"m=8 n=4 k=6", "dram[A B Z] for m:1 for n:1 for k:1 mac", 192},
};

static void arrays_fill_and_drain_per_fold(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(folds); i++) {
        cost_bench b;
        cost_begin(&b, COST_PRODUCT, folds[i].sizes, "dram x:4 y:2 register mac");
        aug_problem_array *array = cost_one_array(&b);
        array->fill_cycles = 7;
        array->drain_cycles = 2;
        array->per_fold = true;
        cost_evaluate(&b, folds[i].nest);
        if (b.cost.folds[0] != folds[i].folds)
            fail_msg("case %zu: found %" PRIu64 " folds", i, b.cost.folds[0]);
        assert_near(b.cost.overhead_cycles, 9.0 * (double)folds[i].folds, 0.0);
        assert_near(b.cost.cycles, (double)b.cost.compute.busiest + b.cost.overhead_cycles, 0.0);
        cost_end(&b);
    }
}

// [Samajdar18]: R rows, C columns, T inputs take folds * (2 R + C + T - 2) cycles. R 2, C 4, T 8, 3 folds: 3 * 14 = 42, of which
// 2 R + C - 2 = 6 per fold are the array's.
static void a_systolic_array_takes_its_time(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram x:4 y:2 register mac");
    aug_problem_array *array = cost_one_array(&b);
    array->fill_cycles = 4;
    array->drain_cycles = 2;
    array->per_fold = true;
    cost_evaluate(&b, "dram[A B Z] for k:2 par x n:1 par y k:1 register[B] for m:1 mac");
    assert_near(b.cost.cycles, 42.0, 0.0);
    assert_near(b.cost.compute_cycles, 24.0, 0.0);
    assert_near(b.cost.utilization, 192.0 / (42.0 * 8.0), 1e-12);
    cost_end(&b);
}

// Fill and drain of 7 + 2 and a sweep of 5 once per run; per fold the sweep is still paid once. A unit outside the array pays nothing.
static void some_is_paid_once(void **state) {
    (void)state;
    static const struct { const char *machine, *nest; bool per_fold; double overhead; aug_count folds; } cases[] = {
        {"dram x:4 y:2 register mac", "dram[A B Z] for k:2 par x n:1 par y k:1 register[B] for m:1 mac", false, 14, 1},
        {"dram x:4 y:2 register mac", "dram[A B Z] for k:2 par x n:1 par y k:1 register[B] for m:1 mac", true, 32, 3},
        {"dram x:4 y:2 register mac", "dram[A B Z] for m:1 for n:1 for k:1 mac", false, 14, 1},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        cost_bench b;
        cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", cases[i].machine);
        aug_problem_array *array = cost_one_array(&b);
        array->fill_cycles = 7;
        array->drain_cycles = 2;
        array->sweep_cycles = 5;
        array->per_fold = cases[i].per_fold;
        cost_evaluate(&b, cases[i].nest);
        assert_near(b.cost.overhead_cycles, cases[i].overhead, 0.0);
        assert_int_equal(b.cost.folds[0], cases[i].folds);
        b.problem.computes[0].axes_above = 0;
        b.problem.computes[0].instances = 1;
        cost_nest(&b, "dram[A B Z] for m:1 for n:1 for k:1 mac");
        aug_cost_evaluate(&b.problem, &b.mapping, b.scratch, &b.cost);
        assert_near(b.cost.overhead_cycles, 0.0, 0.0);
        assert_near(b.cost.cycles, 192.0, 0.0);
        cost_end(&b);
    }
}

// A sweep alone is no fill: no folds are counted.
static void a_sweep_alone_has_no_folds(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_PRODUCT, "m=8 n=4 k=6", "dram x:4 y:2 register mac");
    cost_one_array(&b)->sweep_cycles = 5;
    cost_evaluate(&b, "dram[A B Z] for k:2 par x n:1 par y k:1 register[B] for m:1 mac");
    assert_near(b.cost.overhead_cycles, 5.0, 0.0);
    assert_int_equal(b.cost.folds[0], 0);
    cost_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cycles_are_whole),
        cmocka_unit_test(ports_are_shared_or_separate),
        cmocka_unit_test(the_busiest_instance_counts),
        cmocka_unit_test(arrays_fill_and_drain_per_fold),
        cmocka_unit_test(a_systolic_array_takes_its_time),
        cmocka_unit_test(some_is_paid_once),
        cmocka_unit_test(a_sweep_alone_has_no_folds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
