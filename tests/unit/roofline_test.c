// One matrix product on machines small enough to work its seconds and picojoules out by hand.
#include "support/testing.h"

#include "cost/call.h"
#include "cost/roofline.h"
#include "workload/graph_build.h"

#include <stdio.h>

// 100 GB/s are 8e11 bit/s; a multiply-accumulate of 2 pJ is two operations of 1 pJ.
static const char tiny[] =
    "model: kernel\n"
    "levels:\n"
    "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s, energy: 10 pJ/bit}\n"
    "  - {compute: mac, peak: {bf16: 1 TFLOP/s, fp8: 2 TFLOP/s}, energy: {bf16: 2 pJ, fp8: 1 pJ}}\n"
    "kernel: {launch: 1 us}\n";

typedef struct bench {
    test_ground ground;
    aug_machine machine;
    aug_roofline roofline;
    aug_graph graph;
    aug_precision precision;
    aug_pass pass;
    aug_setting setting;
} bench;

static void set_up(bench *b, const char *machine) {
    test_begin(&b->ground);
    assert_true(aug_machine_read(&b->ground.reader, test_parse(&b->ground, machine), "tiny", &b->machine));
    aug_roofline_init(&b->roofline, &b->machine);
    aug_graph_init(&b->graph, &b->ground.arena);
    b->precision = aug_precision_of(AUG_FORMAT_BF16);
    b->pass = (aug_pass){.phase = AUG_PHASE_PREFILL, .sequences = 1.0, .new_tokens = 1.0};
    b->setting = (aug_setting){&b->pass, &aug_split_none, &b->precision, 0, 0};
}

// The work of Z[t,n] += A[t,k] * W[k,n].
static aug_work linear(bench *b, double t, double k, double n) {
    aug_graph_builder builder;
    aug_builder_init(&builder, &b->graph);
    const aug_operator *op = aug_build_linear(&builder, "linear", (aug_features){k, AUG_RANK_PLAIN},
                                              (aug_features){n, AUG_RANK_PLAIN}, AUG_STORAGE_MLP, false);
    b->pass.new_tokens = t;
    return aug_roofline_work(&b->roofline, op, &b->setting);
}

static void a_large_product_waits_for_the_matrix_units(void **state) {
    (void)state;
    bench b;
    set_up(&b, tiny);
    // 2·10^4·10^3·10^3 = 2e10 operations at 1e12/s: 20 ms. 16·(10^7 + 10^6 + 10^7) = 3.36e8 bits at 8e11/s:
    // 0.42 ms.
    aug_work work = linear(&b, 1e4, 1e3, 1e3);
    assert_near(work.operations, 2e10, 1e-12);
    assert_near(work.bits, 3.36e8, 1e-12);
    assert_near(work.unit_seconds[AUG_UNIT_MATRIX], 20e-3, 1e-12);
    assert_near(work.memory_seconds[0], 0.42e-3, 1e-12);
    int bound;
    assert_near(aug_work_seconds(&b.roofline, &work, &bound), 20.001e-3, 1e-12);
    assert_int_equal(bound, AUG_BOUND_MATRIX);
    assert_string_equal(aug_bound_name(&b.roofline, bound), "matrix units");
    // 2e10 · 1 pJ + 3.36e8 · 10 pJ.
    assert_near(work.energy_pj, 2.336e10, 1e-12);
    test_end(&b.ground);
}

static void a_single_token_waits_for_the_memory(void **state) {
    (void)state;
    bench b;
    set_up(&b, tiny);
    // 16·(1000 + 10^6 + 1000) = 1.6032e7 bits at 8e11/s: 20.04 us; 2e6 operations take 2 us.
    aug_work work = linear(&b, 1, 1e3, 1e3);
    int bound;
    assert_near(aug_work_seconds(&b.roofline, &work, &bound), 21.04e-6, 1e-12);
    assert_int_equal(bound, AUG_BOUND_MEMORY);
    assert_string_equal(aug_bound_name(&b.roofline, bound), "dram");
    test_end(&b.ground);
}

static void a_tiny_product_waits_for_its_launch(void **state) {
    (void)state;
    bench b;
    set_up(&b, tiny);
    // 16·(10 + 100 + 10) = 1920 bits: 2.4 ns; 200 operations: 0.2 ns; the launch takes 1 us.
    aug_work work = linear(&b, 1, 10, 10);
    int bound;
    assert_near(aug_work_seconds(&b.roofline, &work, &bound), 1.0024e-6, 1e-12);
    assert_int_equal(bound, AUG_BOUND_LAUNCH);
    assert_string_equal(aug_bound_name(&b.roofline, bound), "launch");
    assert_near(aug_work_busy_seconds(&work), 2.4e-9, 1e-12);
    assert_near(work.energy_pj, 200.0 + 19200.0, 1e-12);
    test_end(&b.ground);
}

static void a_narrow_format_runs_at_its_own_rate(void **state) {
    (void)state;
    bench b;
    set_up(&b, tiny);
    aug_precision_set_weights(&b.precision, AUG_FORMAT_FP8);
    // 2e10 operations at 2e12/s: 10 ms. Operands of 8 bits, results of 16: 8·1.1e7 + 16·10^7 = 2.48e8 bits.
    aug_work work = linear(&b, 1e4, 1e3, 1e3);
    assert_near(work.unit_seconds[AUG_UNIT_MATRIX], 10e-3, 1e-12);
    assert_near(work.bits, 2.48e8, 1e-12);
    assert_near(work.energy_pj, 2e10 * 0.5 + 2.48e9, 1e-12);
    test_end(&b.ground);
}

static void a_format_that_the_machine_lacks_runs_in_the_next_wider_one(void **state) {
    (void)state;
    bench b;
    set_up(
        &b,
        "model: kernel\n"
        "levels:\n"
        "  - {memory: dram, bandwidth: 100 GB/s, energy: 10 pJ/bit}\n"
        "  - {compute: mac, peak: {bf16: 1 TFLOP/s, fp32: 0.1 TFLOP/s}, energy: {bf16: 2 pJ, fp32: 8 pJ}}\n"
        "kernel: {compute: {bf16: 0.5, fp8: 0.1}}\n");
    const double *rate = b.roofline.rate[AUG_UNIT_MATRIX];
    // fp8 and nvfp4 fall back to bf16, at the share that bf16 reaches; tf32 falls back to fp32.
    assert_near(rate[AUG_FORMAT_BF16], 0.5e12, 1e-12);
    assert_near(rate[AUG_FORMAT_FP16], 0.5e12, 1e-12);
    assert_near(rate[AUG_FORMAT_FP8], 0.5e12, 1e-12);
    assert_near(rate[AUG_FORMAT_NVFP4], 0.5e12, 1e-12);
    assert_near(rate[AUG_FORMAT_TF32], 0.1e12, 1e-12);
    assert_near(b.roofline.energy_pj[AUG_UNIT_MATRIX][AUG_FORMAT_FP8], 1.0, 1e-12);
    assert_near(b.roofline.energy_pj[AUG_UNIT_MATRIX][AUG_FORMAT_TF32], 4.0, 1e-12);
    assert_near(b.roofline.rate[AUG_UNIT_VECTOR][AUG_FORMAT_BF16], 0.0, 0.0);
    test_end(&b.ground);
}

static void without_a_stated_energy_the_energy_is_unknown(void **state) {
    (void)state;
    bench b;
    set_up(&b, "model: kernel\nlevels:\n  - {memory: dram, bandwidth: 1 GB/s}\n  - {compute: mac, peak: "
               "{bf16: 1 TFLOP/s}}\n");
    assert_true(isnan(linear(&b, 1, 10, 10).energy_pj));
    test_end(&b.ground);
}

// 1000 x 1000 x 1000 multiply-accumulates over a dram whose fast memory below holds the given text.
static double dram_bits(const char *below) {
    bench b;
    char text[512];
    snprintf(text, sizeof text,
             "model: kernel\nlevels:\n  - {memory: dram, bandwidth: 100 GB/s}\n%s  - {compute: mac, peak: "
             "{bf16: 1 TFLOP/s}}\n",
             below);
    set_up(&b, text);
    double bits = linear(&b, 1e3, 1e3, 1e3).bits;
    test_end(&b.ground);
    return bits;
}

static void a_small_memory_below_makes_operands_move_again(void **state) {
    (void)state;
    // S = 20 kB / 16 bits = 10^4 words: 2·10^9/√S = 2e7 words are read, 10^6 are written.
    assert_near(dram_bits("  - {memory: buffer, size: 20 kB}\n"), 16.0 * (2e7 + 1e6), 1e-9);
    // Four that share reads act as one of 4·10^4 words: 10^7.
    assert_near(dram_bits("  - {array: cores, fanout: {x: 4}}\n  - {memory: buffer, size: 20 kB}\n"),
                16.0 * (1e7 + 1e6), 1e-9);
    // Four that do not: each reuses its own 10^4 words.
    assert_near(
        dram_bits(
            "  - {array: cores, fanout: {x: 4}, multicast: false}\n  - {memory: buffer, size: 20 kB}\n"),
        16.0 * (2e7 + 1e6), 1e-9);
    // A memory that holds everything: each tensor moves once.
    assert_near(dram_bits("  - {memory: buffer, size: 1 GB}\n"), 16.0 * 3e6, 1e-9);
}

static const char mapped[] =
    "levels:\n"
    "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s, energy: {read: 10 pJ/bit, write: 20 pJ/bit}}\n"
    "  - {memory: buffer, size: 20 kB, bandwidth: {read: 1 TB/s, write: 500 GB/s}, energy: {read: 1 pJ/bit, "
    "write: 2 pJ/bit}}\n"
    "  - {compute: mac, peak: {bf16: 1 TFLOP/s}, energy: {bf16: 2 pJ}}\n";

static void the_innermost_memory_feeds_every_operation(void **state) {
    (void)state;
    bench b;
    set_up(&b, mapped);
    // dram: 2e7·16 = 3.2e8 bits read and 1.6e7 written through one port of 8e11 bit/s.
    aug_work work = linear(&b, 1e3, 1e3, 1e3);
    assert_near(work.memory_seconds[0], (3.2e8 + 1.6e7) / 8e11, 1e-12);
    // buffer: per operation three words of 16 bits read (8e12 bit/s) and one written (4e12 bit/s), at the
    // same time.
    assert_near(work.memory_seconds[1], fmax(4.8e10 / 8e12, 1.6e10 / 4e12), 1e-12);
    // What the dram gives is written into the buffer.
    double dram = 3.2e8 * 10.0 + 1.6e7 * 20.0, buffer = 4.8e10 * 1.0 + (1.6e10 + 3.2e8) * 2.0;
    assert_near(work.energy_pj, 2e9 * 1.0 + dram + buffer, 1e-12);
    test_end(&b.ground);
}

static void data_that_live_further_in_leave_the_outer_memory_alone(void **state) {
    (void)state;
    bench b;
    set_up(&b, mapped);
    b.setting.home = 1;
    aug_work work = linear(&b, 1e3, 1e3, 1e3);
    assert_near(work.memory_seconds[0], 0.0, 0.0);
    assert_near(work.bits, 6.4e10, 1e-12);
    assert_near(work.energy_pj, 2e9 + 4.8e10 + 1.6e10 * 2.0, 1e-12);
    test_end(&b.ground);
}

// Weights stored in 8 bits on a machine that computes in 16: they pass the outer memory as they are stored, and the inner one spread.
static void words_are_spread_where_the_machine_says_so(void **state) {
    (void)state;
    bench b;
    set_up(&b, "model: kernel\n"
               "levels:\n"
               "  - {memory: sram, size: 1 GB, bandwidth: 100 GB/s}\n"
               "  - {memory: weights, size: 1 KB, bandwidth: 10 GB/s, words: computed}\n"
               "  - {compute: mac, peak: {bf16: 1 TFLOP/s}}\n");
    aug_precision_set_weights(&b.precision, AUG_FORMAT_FP8);
    b.precision.of[AUG_STORAGE_ACTIVATION] = AUG_FORMAT_BF16;
    aug_work work = linear(&b, 1, 1e3, 1e3);
    // Inside: 16·(10^3 + 10^6) bits in and 16·10^3 out at 8e10/s.
    assert_near(work.memory_seconds[1], (16e3 + 16e6 + 16e3) / 8e10, 1e-12);
    test_end(&b.ground);
    // As wide as stored without the key.
    set_up(&b, "model: kernel\n"
               "levels:\n"
               "  - {memory: sram, size: 1 GB, bandwidth: 100 GB/s}\n"
               "  - {memory: weights, size: 1 KB, bandwidth: 10 GB/s}\n"
               "  - {compute: mac, peak: {bf16: 1 TFLOP/s}}\n");
    aug_precision_set_weights(&b.precision, AUG_FORMAT_FP8);
    b.precision.of[AUG_STORAGE_ACTIVATION] = AUG_FORMAT_BF16;
    work = linear(&b, 1, 1e3, 1e3);
    assert_near(work.memory_seconds[1], (16e3 + 8e6 + 16e3) / 8e10, 1e-12);
    test_end(&b.ground);
}

static void hops_are_added_to_every_kernel(void **state) {
    (void)state;
    bench b;
    // One sweep over 10 x 5 units of 3 cycles each, in and out, at 1 GHz: 2·(30 + 15) ns = 90 ns.
    set_up(&b, "clock: 1 GHz\n"
               "levels:\n"
               "  - {memory: dram, bandwidth: 100 GB/s}\n"
               "  - {array: grid, fanout: {x: 10, y: 5}, hop: 3 cycle}\n"
               "  - {compute: mac, rate: {bf16: 1/cycle}}\n");
    assert_near(b.roofline.hop_seconds, 90e-9, 1e-12);
    // 2 operations · 50 units · 1 GHz.
    assert_near(b.roofline.rate[AUG_UNIT_MATRIX][AUG_FORMAT_BF16], 1e11, 1e-12);
    aug_work work = linear(&b, 1, 1, 1);
    int bound;
    assert_true(aug_work_seconds(&b.roofline, &work, &bound) > 90e-9);
    assert_int_equal(bound, AUG_BOUND_HOPS);
    assert_string_equal(aug_bound_name(&b.roofline, bound), "hops");
    test_end(&b.ground);
}

static void works_of_one_kernel_add_up_per_resource(void **state) {
    (void)state;
    bench b;
    set_up(&b, tiny);
    aug_work sum = linear(&b, 1e4, 1e3, 1e3), other = linear(&b, 1, 1e3, 1e3);
    aug_work_add(&sum, &other);
    // The longest resource of the sum, not the sum of the longest ones: 20 ms + 2 us of matrix units.
    assert_near(aug_work_busy_seconds(&sum), 20.002e-3, 1e-12);
    assert_near(sum.memory_seconds[0], 0.42e-3 + 20.04e-6, 1e-12);
    assert_near(sum.bits, 3.36e8 + 1.6032e7, 1e-12);
    assert_near(sum.operations, 2e10 + 2e6, 1e-12);
    test_end(&b.ground);
}

static void maps_run_on_vector_units(void **state) {
    (void)state;
    bench b;
    set_up(&b, "model: kernel\n"
               "levels:\n"
               "  - {memory: dram, bandwidth: 100 GB/s, energy: 10 pJ/bit}\n"
               "  - {compute: mac, peak: {bf16: 1 TFLOP/s}, energy: {bf16: 2 pJ}}\n"
               "  - {compute: simd, unit: vector, peak: {bf16: 1 GFLOP/s}, energy: {bf16: 3 pJ}}\n");
    aug_graph_builder builder;
    aug_builder_init(&builder, &b.graph);
    // 1000 elements of 5 operations each at 10^9/s: 5 us; 2·16·1000 bits at 10 pJ, 5000 operations at 3 pJ.
    const aug_operator *op = aug_build_map(&builder, "map", (aug_features){1000, AUG_RANK_PLAIN}, 1, 5.0);
    aug_work work = aug_roofline_work(&b.roofline, op, &b.setting);
    int bound;
    assert_near(aug_work_seconds(&b.roofline, &work, &bound), 5e-6, 1e-12);
    assert_int_equal(bound, AUG_BOUND_VECTOR);
    assert_string_equal(aug_bound_name(&b.roofline, bound), "vector units");
    assert_near(work.energy_pj, 32000.0 * 10.0 + 15000.0, 1e-12);
    assert_string_equal(aug_bound_name(&b.roofline, AUG_BOUND_LINK), "links");
    assert_string_equal(aug_bound_name(&b.roofline, AUG_BOUND_MEMORY + 5), "memory");
    test_end(&b.ground);
}

// A gated feed-forward of 100 tokens, 10 wide and 2 · 1000 inside, on what the data sheet says. The product reads 100·10 + 10·2000 and
// writes 2000 values per token, its gate makes 1000 of them: 16·(1000 + 20000 + 100·1000) bits together instead of
// 16·(1000 + 20000 + 200000) and 16·(200000 + 100000).
static void an_ideal_machine_hands_results_on_inside_products(void **state) {
    (void)state;
    bench b;
    set_up(&b, "model: kernel\n"
               "levels:\n"
               "  - {memory: dram, bandwidth: 100 GB/s, energy: 10 pJ/bit}\n"
               "  - {compute: mac, peak: {bf16: 1 TFLOP/s}, energy: {bf16: 2 pJ}}\n"
               "kernel: {launch: 1 us, memory: 0.5, compute: 0.5}\n");
    aug_machine_idealise(&b.machine);
    aug_roofline_init(&b.roofline, &b.machine);
    aug_graph_builder builder;
    aug_builder_init(&builder, &b.graph);
    aug_build_linear(&builder, "up", (aug_features){10, AUG_RANK_PLAIN}, (aug_features){2000, AUG_RANK_PLAIN}, AUG_STORAGE_MLP, false);
    aug_build_map(&builder, "gate", (aug_features){1000, AUG_RANK_PLAIN}, 2, 4.0);
    aug_build_map(&builder, "same", (aug_features){1000, AUG_RANK_PLAIN}, 1, 4.0);
    assert_int_equal(aug_call_length(&b.roofline, &b.graph, 0), 3);
    b.pass.new_tokens = 100.0;
    aug_work works[3];
    for (int i = 0; i < 3; i++)
        works[i] = aug_roofline_work(&b.roofline, &b.graph.operators[i], &b.setting);
    assert_near(works[0].bits, 16.0 * 221e3, 1e-12);
    assert_near(works[1].bits, 16.0 * -100e3, 1e-12);
    assert_near(works[2].bits, 0.0, 0.0);
    double gate = works[1].operations;
    aug_work_fuse(works, 3);
    assert_near(works[0].bits, 16.0 * 121e3, 1e-12);
    assert_near(works[1].bits, 0.0, 0.0);
    assert_near(works[1].operations, gate, 0.0);
    aug_work sum = works[0];
    aug_work_add(&sum, &works[1]);
    // 2·100·10·2000 = 4e6 operations at 1e12/s: 4 us; 1.936e6 bits at 8e11/s: 2.42 us; no launch.
    int bound;
    assert_near(aug_work_seconds(&b.roofline, &sum, &bound), 4e-6, 1e-12);
    assert_int_equal(bound, AUG_BOUND_MATRIX);
    // Where nothing is left of a kernel's own traffic, nothing moves.
    aug_work alone = aug_roofline_work(&b.roofline, &b.graph.operators[1], &b.setting);
    aug_work_fuse(&alone, 1);
    assert_near(alone.bits, 0.0, 0.0);
    assert_near(alone.memory_seconds[0], 0.0, 0.0);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_product_waits_for_the_matrix_units),
        cmocka_unit_test(a_single_token_waits_for_the_memory),
        cmocka_unit_test(a_tiny_product_waits_for_its_launch),
        cmocka_unit_test(a_narrow_format_runs_at_its_own_rate),
        cmocka_unit_test(a_format_that_the_machine_lacks_runs_in_the_next_wider_one),
        cmocka_unit_test(without_a_stated_energy_the_energy_is_unknown),
        cmocka_unit_test(a_small_memory_below_makes_operands_move_again),
        cmocka_unit_test(the_innermost_memory_feeds_every_operation),
        cmocka_unit_test(data_that_live_further_in_leave_the_outer_memory_alone),
        cmocka_unit_test(words_are_spread_where_the_machine_says_so),
        cmocka_unit_test(hops_are_added_to_every_kernel),
        cmocka_unit_test(works_of_one_kernel_add_up_per_resource),
        cmocka_unit_test(maps_run_on_vector_units),
        cmocka_unit_test(an_ideal_machine_hands_results_on_inside_products),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
