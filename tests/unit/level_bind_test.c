#include "support/test_bind.h"

#define MAC "  - {compute: mac, rate: 1/cycle}\n"

// Two arrays of one and two axes; a vector unit stands beside the buffer.
static const char nested[] =
    "clock: 1 GHz\nlevels:\n  - {memory: dram, bandwidth: 614 GB/s}\n  - {array: core, fanout: {core: 4}}\n"
    "  - {memory: buffer, size: 4 KiB, buffers: 2, bandwidth: {read: 48 bit/cycle, write: 1 GB/s}}\n"
    "  - {compute: lanes, unit: vector, rate: 16/cycle}\n  - {array: pe, fanout: {x: 8, y: 2}}\n  - {memory: register, size: 12 B}\n" MAC;

static void levels_keep_their_places(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_problem *p = test_bind(&ground, TEST_GEMM, nested);
    assert_int_equal(p->memory_count, 3);
    assert_int_equal(p->array_count, 2);
    assert_int_equal(p->axis_count, 3);
    assert_int_equal(p->compute_count, 2);
    static const int levels[] = {0, 2, 5}, axes_above[] = {0, 1, 3}, instances[] = {1, 4, 64};
    for (int m = 0; m < 3; m++) {
        assert_int_equal(p->memories[m].level, levels[m]);
        assert_int_equal(p->memories[m].axes_above, axes_above[m]);
        assert_int_equal(p->memories[m].instances, instances[m]);
        assert_int_equal(p->memories[m].gated_at, -1);
        assert_string_equal(p->memories[m].name, p->machine->levels[levels[m]].name);
    }
    static const char *const names[] = {"core.core", "pe.x", "pe.y"};
    static const int arrays[] = {0, 1, 1}, memories_above[] = {1, 2, 2}, fanouts[] = {4, 8, 2};
    for (int a = 0; a < 3; a++) {
        assert_string_equal(p->axes[a].name, names[a]);
        assert_int_equal(p->axes[a].array, arrays[a]);
        assert_int_equal(p->axes[a].memories_above, memories_above[a]);
        assert_int_equal(p->axes[a].fanout, fanouts[a]);
        assert_int_equal(p->axes[a].multicast, 7);
        assert_int_equal(p->axes[a].reduce, 7);
    }
    assert_int_equal(p->arrays[1].first_axis, 1);
    assert_int_equal(p->arrays[1].axis_count, 2);
    assert_int_equal(p->arrays[1].level, 4);
    assert_int_equal(p->computes[0].instances, 4);
    assert_int_equal(p->computes[0].memories_above, 2);
    assert_int_equal(p->computes[0].axes_above, 1);
    assert_int_equal(p->computes[1].instances, 64);
    assert_int_equal(p->computes[1].memories_above, 3);
    assert_int_equal(p->computes[1].axes_above, 3);
    test_end(&ground);
}

static void figures_are_per_instance_and_cycle(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_problem *p = test_bind(&ground, TEST_GEMM, nested);
    assert_true(p->memories[0].read_bits_per_cycle == 4912.0); // 614 · 8 bits in a nanosecond
    assert_true(p->memories[0].shared_port && isinf(p->memories[0].capacity_bits));
    assert_true(p->memories[1].read_bits_per_cycle == 48.0 && p->memories[1].write_bits_per_cycle == 8.0 && !p->memories[1].shared_port);
    assert_true(p->memories[1].capacity_bits == 32768.0 && p->memories[1].buffers == 2);
    assert_true(isinf(p->memories[2].read_bits_per_cycle) && p->memories[2].capacity_bits == 96.0);
    assert_true(isnan(p->memories[0].energy_pj[0][AUG_ACTION_READ]));
    assert_true(isnan(p->memories[0].area_um2) && isnan(p->computes[1].area_um2));
    assert_true(p->drain_reads);
    test_end(&ground);
}

// An action moves 4 words. Tensor A has 8 bits, B 16, Z 32; the buffer keeps sums in 24 and A in 10.
static void energies_follow_words_and_bits(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_problem *p = test_bind(
        &ground, TEST_GEMM "tensors: {A: {bits: 8}, B: {bits: 16, role: weight}, Z: {bits: 32}}\n",
        "clock: 1 GHz\ndrain: free\nlevels:\n  - {memory: dram, vector: 4, energy: {read: 0.5 pJ/bit, write: 3 pJ/word, update: 5 pJ}, leakage: 2 pJ/cycle, area: 9 mm2}\n"
        "  - {memory: buffer, energy: 0.5 pJ/bit, bits: {output: 24, A: 10, input: 9}, gated_at: dram, area: 50000 um2}\n"
        "  - {memory: register, energy: 0.5 pJ/bit, bits: 12}\n" MAC);
    static const double bits[3][3] = {{8, 16, 32}, {10, 16, 24}, {12, 12, 12}};
    for (int m = 0; m < 3; m++)
        for (int t = 0; t < 3; t++)
            assert_true(p->memories[m].bits[t] == bits[m][t]);
    for (int t = 0; t < 3; t++) {
        assert_near(p->memories[0].energy_pj[t][AUG_ACTION_READ], 0.5 * bits[0][t] * 4, 1e-14);
        assert_near(p->memories[0].energy_pj[t][AUG_ACTION_WRITE], 12.0, 1e-14);
        assert_near(p->memories[0].energy_pj[t][AUG_ACTION_UPDATE], 5.0, 1e-14);
        assert_near(p->memories[1].energy_pj[t][AUG_ACTION_UPDATE], 0.5 * bits[1][t], 1e-14);
        for (int a = 0; a < AUG_ACTION_COUNT; a++)
            assert_true(p->memories[0].gated_pj[t][a] == 0.0);
    }
    assert_int_equal(p->memories[0].block, 4);
    assert_near(p->memories[0].leakage_pj_per_cycle, 2.0, 1e-15);
    assert_int_equal(p->memories[0].gated_at, -1);
    assert_int_equal(p->memories[1].gated_at, 0);
    assert_near(p->memories[0].area_um2, 9e6, 1e-14);
    assert_near(p->memories[1].area_um2, 50000.0, 1e-14);
    assert_false(p->drain_reads);
    test_end(&ground);
}

static void axes_share_for_tensors_and_roles(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_problem *p = test_bind(
        &ground, TEST_GEMM "tensors: {B: {role: weight}}\n",
        "clock: 1 GHz\nlevels:\n  - memory: m\n  - {array: a, fanout: {x: 2, y: 2}, multicast: {x: false, y: [A, weight, C]}, reduce: [output]}\n"
        "  - {array: b, fanout: {z: 2}, reduce: false, network: {hop: 0.25 pJ, router: 0.5 pJ}, latency: {fill: 7 cycles, drain: 5 cycles, per: fold}}\n" MAC);
    assert_int_equal(p->axes[0].multicast, 0);
    assert_int_equal(p->axes[1].multicast, 3); // A and B; the machine may name tensors of other einsums
    assert_int_equal(p->axes[2].multicast, 7);
    assert_int_equal(p->axes[0].reduce, 4);
    assert_int_equal(p->axes[2].reduce, 0);
    assert_true(p->arrays[1].hop_pj == 0.25 && p->arrays[1].router_pj == 0.5);
    assert_true(p->arrays[1].fill_cycles == 7.0 && p->arrays[1].drain_cycles == 5.0 && p->arrays[1].per_fold);
    assert_true(p->arrays[0].fill_cycles == 0.0 && !p->arrays[0].per_fold);
    test_end(&ground);
}

// A is an input (bit 0), B a weight (bit 1), Z the output (bit 2).
static void what_is_kept_is_said_by_name_then_by_role(void **state) {
    (void)state;
    static const struct {
        const char *keep;
        unsigned must, never;
    } rows[] = {
        {"{}", 0, 0},
        {"{must: [weight], never: [cache]}", 2, 0},
        {"{must: [A], never: [input]}", 1, 0},          // the name wins
        {"{must: [weight], never: [B]}", 0, 2},
        {"{must: [weight], may: [B]}", 0, 5},           // B by name only may; others are not named
        {"{may: [input]}", 0, 6},
        {"{must: [output], may: []}", 4, 3},
        {"{never: [input, weight, output]}", 0, 7},
        {"{must: [other]}", 0, 0},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const char *machine = aug_arena_print(&ground.arena, "clock: 1 GHz\nlevels:\n  - {memory: m, keep: %s}\n" MAC, rows[i].keep);
        const aug_problem *p = test_bind(&ground, TEST_GEMM "tensors: {B: {role: weight}}\n", machine);
        assert_int_equal(p->memories[0].must, rows[i].must);
        assert_int_equal(p->memories[0].never, rows[i].never);
        test_end(&ground);
    }
    // A result that is a cache: `must` wins where its two roles disagree.
    test_ground ground;
    test_begin(&ground);
    const aug_problem *p = test_bind(&ground, TEST_GEMM "tensors: {Z: {role: cache}}\n",
                                     "clock: 1 GHz\nlevels:\n  - {memory: m, keep: {must: [output], never: [cache]}}\n" MAC);
    assert_int_equal(p->memories[0].must, 4);
    assert_int_equal(p->memories[0].never, 0);
    test_end(&ground);
}

// A machine with `count` levels of a kind: "kind: l0, members" and so on.
static const char *many(test_ground *ground, const char *kind, const char *members, int count) {
    aug_buffer out;
    aug_buffer_init(&out, &ground->arena);
    aug_buffer_put(&out, "clock: 1 GHz\nname: big\nlevels:\n  - memory: m\n");
    for (int i = 0; i < count; i++)
        aug_buffer_print(&out, "  - {%s: l%d%s}\n", kind, i, members);
    aug_buffer_put(&out, MAC);
    return aug_buffer_text(&out);
}

static void too_much_is_said(void **state) {
    (void)state;
    static const struct {
        const char *kind, *members;
        int most;
        const char *message;
    } rows[] = {
        {"memory", "", 11, "machine 'big' has more than 12 memories"},
        {"array", ", fanout: {x: 2}", 8, "machine 'big' has more than 8 arrays"},
        {"array", ", fanout: {x: 2, y: 2, z: 2, w: 2}", 4, "machine 'big' has more than 16 axes of arrays"},
        {"compute", ", rate: 1/cycle", 5, "machine 'big' has more than 6 compute units"},
        {"array", ", fanout: {x: 1000000, y: 9000000}", 1, "machine 'big' has more than 2^53 instances inside of 'l1'"}, // 8.1·10^25
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_non_null(test_try_bind(&ground, TEST_GEMM, test_read_machine(&ground, many(&ground, rows[i].kind, rows[i].members, rows[i].most))));
        assert_null(test_try_bind(&ground, TEST_GEMM, test_read_machine(&ground, many(&ground, rows[i].kind, rows[i].members, rows[i].most + 1))));
        assert_error(&ground.errors, 1, rows[i].message, "");
        test_end(&ground);
    }
}

static void seconds_need_a_clock(void **state) {
    (void)state;
    static const struct {
        const char *levels, *message;
    } rows[] = {
        {"  - {memory: m, bandwidth: 1 GB/s}\n", "machine 'slow' has no clock: the bandwidth of 'm' cannot be counted in cycles"},
        {"  - {memory: m, bandwidth: {write: 1 GB/s}}\n", "machine 'slow' has no clock: the bandwidth of 'm' cannot be counted in cycles"},
        {"  - memory: m\n", "machine 'slow' has no clock: the peak of 'mac' cannot be counted in cycles"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const char *text = aug_arena_print(&ground.arena, "name: slow\nlevels:\n%s  - {compute: mac, peak: {int8: 1 TOP/s}}\n", rows[i].levels);
        assert_null(test_try_bind(&ground, TEST_GEMM, test_read_machine(&ground, text)));
        assert_error(&ground.errors, 1, rows[i].message, "add 'clock: 1 GHz' to the machine");
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_keep_their_places),
        cmocka_unit_test(figures_are_per_instance_and_cycle),
        cmocka_unit_test(energies_follow_words_and_bits),
        cmocka_unit_test(axes_share_for_tensors_and_roles),
        cmocka_unit_test(what_is_kept_is_said_by_name_then_by_role),
        cmocka_unit_test(too_much_is_said),
        cmocka_unit_test(seconds_need_a_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
