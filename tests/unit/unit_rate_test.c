#include "support/test_bind.h"

#include "problem/unit_rate.h"

// A GEMM whose operands have these bits, on `unit` behind two memories and 2 x 4 instances at 1 GHz.
static const aug_problem_compute *rate(test_ground *ground, const char *a, const char *b, const char *unit) {
    test_begin(ground);
    const char *workload = aug_arena_print(&ground->arena, "%stensors: {A: {bits: %s}, B: {bits: %s}, Z: {bits: 32}}\n", TEST_GEMM, a, b);
    const char *machine = aug_arena_print(&ground->arena, "clock: 1 GHz\nlevels:\n  - memory: m\n  - {array: pe, fanout: {x: 2, y: 4}}\n  - {compute: mac, %s}\n", unit);
    return &test_bind(ground, workload, machine)->computes[0];
}

static void operands_choose_the_format(void **state) {
    (void)state;
    static const struct {
        const char *a, *b, *unit;
        aug_number_format format;
        double rate, energy;
    } rows[] = {
        {"8", "8", "rate: {int8: 4/cycle, fp8: 3/cycle, bf16: 2/cycle}", AUG_FORMAT_INT8, 4, NAN},
        {"8", "8", "rate: {fp8: 3/cycle, bf16: 2/cycle}", AUG_FORMAT_FP8, 3, NAN},
        {"6", "8", "rate: {fp8_block: 3/cycle, bf16: 2/cycle}", AUG_FORMAT_FP8_BLOCK, 3, NAN}, // computed as fp8
        {"8", "8", "rate: {bf16: 2/cycle, fp32: 1/cycle}", AUG_FORMAT_BF16, 2, NAN},
        {"8", "16", "rate: {int8: 4/cycle, bf16: 2/cycle}", AUG_FORMAT_BF16, 2, NAN}, // the wider operand
        {"16", "16", "rate: {fp16: 2/cycle, fp32: 1/cycle}", AUG_FORMAT_FP16, 2, NAN},
        {"16", "16", "rate: {tf32: 1/cycle, fp32: 0.5/cycle}", AUG_FORMAT_TF32, 1, NAN},
        {"32", "16", "rate: {tf32: 1/cycle, fp32: 0.5/cycle}", AUG_FORMAT_FP32, 0.5, NAN},
        {"24", "16", "rate: {bf16: 1/cycle, fp32: 0.5/cycle}", AUG_FORMAT_FP32, 0.5, NAN},
        {"4", "4", "rate: {int4: 8/cycle, fp4: 6/cycle, int8: 4/cycle}", AUG_FORMAT_INT4, 8, NAN},
        {"4.5", "4", "rate: {nvfp4: 6/cycle, int8: 4/cycle}", AUG_FORMAT_NVFP4, 6, NAN},
        {"4", "4", "rate: {bf16: 2/cycle}", AUG_FORMAT_BF16, 2, NAN},
        {"32", "32", "rate: {int8: 4/cycle, bf16: 2/cycle}", AUG_FORMAT_BF16, 2, NAN}, // nothing is wide enough
        {"8", "8", "rate: {int8: 1/cycle}, energy: {int8: 0.1 pJ, bf16: 0.4 pJ}", AUG_FORMAT_INT8, 1, 0.1},
        {"16", "16", "rate: {int8: 1/cycle}, energy: {int8: 0.1 pJ, bf16: 0.4 pJ}", AUG_FORMAT_INT8, 1, 0.1},
        {"16", "16", "rate: 1/cycle, energy: {int8: 0.1 pJ, bf16: 0.4 pJ}", AUG_FORMAT_BF16, 1, 0.4}, // one rate: the energy chooses
        {"4", "4", "rate: 1/cycle, energy: 0.2 pJ", AUG_FORMAT_INT4, 1, 0.2},
        {"8", "8", "rate: 1/cycle", AUG_FORMAT_INT8, 1, NAN},
        {"8", "8", "peak: {int8: 48 GOP/s}", AUG_FORMAT_INT8, 3, NAN}, // 48 / (2 operations · 8 instances · 1 GHz)
        {"8", "8", "peak: {int8: 48 GOP/s}, rate: {int8: 1/cycle}", AUG_FORMAT_INT8, 3, NAN}, // as aug_machine_finish
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        const aug_problem_compute *compute = rate(&ground, rows[i].a, rows[i].b, rows[i].unit);
        if (compute->format != rows[i].format)
            print_error("row %d: %s\n", (int)i, aug_format_name(compute->format));
        assert_int_equal(compute->format, rows[i].format);
        assert_near(compute->rate_per_cycle, rows[i].rate, 1e-15);
        assert_near(compute->energy_pj, rows[i].energy, 1e-15);
        test_end(&ground);
    }
}

#define OVER(ranks, einsum) "auger: workload/1\nranks: {" ranks "}\neinsums: ['" einsum "']\n"

// Matrix units do one point per multiply-accumulate, others one operation after the other. `matrix` and `vector` are points
// per cycle on a machine that has units of both kinds with 12 per cycle each, `only` on one with matrix units alone.
static void units_do_what_they_can(void **state) {
    (void)state;
    static const struct {
        const char *einsum;
        double matrix, vector, only;
    } rows[] = {
        {OVER("m: 8, n: 4, k: 2", "Z[m,n] += A[m,k] * B[k,n]"), 12, 6, 12},          // multiply and add
        {OVER("m: 8, n: 4, k: 2", "Z[m,n] += A[m,k] * B[k,n] * C[k]"), 12, 4, 12},   // one point all the same
        {OVER("m: 8", "Z[m] = A[m] * B[m]"), 12, 12, 12},
        {OVER("m: 8, k: 2", "Z[m] += A[m,k]"), 0, 12, 12},
        {OVER("m: 8", "Z[m] = A[m]"), 0, 12, 12},                        // a copy is one operation
        {OVER("m: 8", "Z[m] = exp(A[m] - B[m])"), 0, 6, 12},
        {OVER("m: 8, k: 2", "Z[m] max= A[m,k]"), 0, 12, 12},
        {OVER("m: 8, n: 4, k: 2", "Z[m,n] += A[m,k] * exp(B[k,n])"), 0, 4, 12},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_problem *both = test_bind(&ground, rows[i].einsum,
                                            "clock: 1 GHz\nlevels:\n  - memory: m\n  - {compute: mac, rate: 12/cycle, energy: 1 pJ}\n"
                                            "  - {compute: lanes, unit: vector, rate: 12/cycle, energy: 1 pJ, gated: 0.5 pJ, skipped: 0.25 pJ}\n");
        assert_near(both->computes[0].rate_per_cycle, rows[i].matrix, 1e-15);
        assert_near(both->computes[1].rate_per_cycle, rows[i].vector, 1e-15);
        assert_near(both->computes[0].energy_pj, rows[i].matrix > 0.0 ? 1.0 : NAN, 1e-15);
        double operations = 12.0 / rows[i].vector;
        assert_near(both->computes[1].energy_pj, operations, 1e-14);
        assert_near(both->computes[1].gated_pj, 0.5 * operations, 1e-14);
        assert_near(both->computes[1].skipped_pj, 0.25 * operations, 1e-14);
        const aug_problem *alone = test_bind(&ground, rows[i].einsum, "clock: 1 GHz\nlevels:\n  - memory: m\n  - {compute: mac, rate: 12/cycle}\n");
        assert_near(alone->computes[0].rate_per_cycle, rows[i].only, 1e-15);
        test_end(&ground);
    }
}

// Only factors of a product count: a bias in 32 bits does not widen it.
static void a_bias_does_not_widen(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_operator *operation = test_read_operator(
        &ground, "auger: workload/1\nranks: {m: 8, n: 4, k: 2}\neinsums: ['Z[m,n] += A[m,k] * B[k,n] + C[n]']\ntensors: {C: {bits: 32}}\n");
    const aug_precision precision = aug_precision_of(AUG_FORMAT_INT8);
    assert_int_equal(aug_format_wish_of(operation, &precision).formats[0], AUG_FORMAT_INT8);
    aug_operator unknown = *operation;
    unknown.operands = 0; // nothing is known of them: all count
    assert_int_equal(aug_format_wish_of(&unknown, &precision).formats[0], AUG_FORMAT_FP32);
    test_end(&ground);
}

// What a model keeps in fp8 is no integer, and falls back to bf16.
static void models_know_their_formats(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_operator operation = *test_read_operator(&ground, TEST_GEMM);
    operation.uses[0].bits = operation.uses[1].bits = 0.0;
    const aug_precision precision = aug_precision_of(AUG_FORMAT_FP8);
    const aug_format_wish wish = aug_format_wish_of(&operation, &precision);
    static const aug_number_format expected[] = {AUG_FORMAT_FP8, AUG_FORMAT_BF16, AUG_FORMAT_TF32, AUG_FORMAT_FP32};
    assert_int_equal(wish.count, 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(wish.formats[i], expected[i]);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operands_choose_the_format),
        cmocka_unit_test(units_do_what_they_can),
        cmocka_unit_test(a_bias_does_not_widen),
        cmocka_unit_test(models_know_their_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
