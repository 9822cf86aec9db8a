// The small product of small_problem.h, whose bounds are found by hand, and what every answer has to keep.
#include "support/small_problem.h"
#include "support/test_bind.h"

#include "mapper/balance.h"

static aug_balanced balance(test_ground *ground, const aug_problem *problem, uint64_t nodes, int threads) {
    const aug_balance_options options = {.threads = threads, .node_limit = nodes};
    aug_balanced answer;
    aug_balance_run(&ground->arena, &problem, 1, &options, &answer);
    return answer;
}

// m 8, k 6, n 4: 192 operations on 8 units take 24 cycles. A of 48 words and B of 24 of 8 bits, Z of 32 words
// of 32 bits: 1600 bits through a port of 64 take 25. Z at home in the buffer leaves 576 bits, 9 cycles, and
// the buffer's own 16.
static void least_cycles_are_those_of_unit_and_homes(void **state) {
    (void)state;
    aug_problem problem;
    small_problem(&problem);
    assert_true(aug_balance_least_cycles(&problem) == 25.0);
    problem.memories[SMALL_DRAM].never = 1u << SMALL_Z;
    assert_true(aug_balance_least_cycles(&problem) == 24.0);
    problem.computes[SMALL_MAC].rate_per_cycle = 16.0; // 1.5 cycles of compute: the buffer is the slowest
    assert_true(aug_balance_least_cycles(&problem) == 16.0);
    problem.memories[SMALL_BUFFER].shared_port = false; // only results move there
    problem.memories[SMALL_BUFFER].write_bits_per_cycle = 128.0;
    assert_true(aug_balance_least_cycles(&problem) == 9.0);
    problem.arrays[0].sweep_cycles = 12.0;
    problem.arrays[0].fill_cycles = 3.0;
    assert_true(aug_balance_least_cycles(&problem) == 24.0);
}

// Words of 8 bits through 8 bit/cycle. Each p meets one input with r 1: 8 + 1 + 8; with r 3 the inputs from 0
// to 16 are met: 17 + 3 + 8.
static void strides_skip_words(void **state) {
    (void)state;
    static const struct {
        int r;
        double cycles;
    } rows[] = {{1, 17.0}, {3, 28.0}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const char *workload = aug_arena_print(
            &ground.arena, "auger: workload/1\nranks: {p: 8, r: %d}\neinsums: ['Z[p] += I[2*p+r] * W[r]']\n",
            rows[i].r);
        const aug_problem *problem =
            test_bind(&ground, workload,
                      "auger: machine/1\nname: chip\nmodel: mapped\nclock: 1 GHz\nlevels:\n"
                      "  - {memory: dram, bandwidth: 8 bit/cycle}\n  - {compute: mac, rate: 1000/cycle}\n");
        assert_true(aug_balance_least_cycles(problem) == rows[i].cycles);
        test_end(&ground);
    }
}

static double least_product(test_ground *ground, const aug_problem *problem, aug_objective objective) {
    const aug_mapper_options options = {.objective = objective, .perfect = true, .threads = 1};
    aug_mapper_result result;
    assert_int_equal(aug_mapper_run(&ground->arena, problem, &options, &result), AUG_MAPPER_FOUND);
    return result.value;
}

// Whatever the limit: what is found costs what it says, and the bound is not above the least product.
static void bounds_hold_at_every_limit(void **state) {
    (void)state;
    static const uint64_t limits[] = {1, 10, 100, 1000, 0};
    aug_problem problem;
    small_problem(&problem);
    test_ground ground;
    test_begin(&ground);
    double least = least_product(&ground, &problem, AUG_OBJECTIVE_EDP);
    for (size_t i = 0; i < AUG_COUNT(limits); i++) {
        aug_balanced answer = balance(&ground, &problem, limits[i], 1);
        assert_true(answer.found);
        double product = answer.point.energy_pj * answer.point.cycles;
        aug_cost cost;
        assert_true(
            aug_cost_evaluate(&problem, &answer.point.mapping, aug_cost_scratch_new(&ground.arena), &cost));
        assert_true(cost.cycles == answer.point.cycles && cost.energy_pj == answer.point.energy_pj);
        assert_true(answer.gap >= 0.0 && answer.gap < 1.0);
        assert_true(product * (1.0 - answer.gap) <= least * (1.0 + 1e-9));
        assert_true(product >= least * (1.0 - 1e-9));
        assert_int_equal(answer.proven, answer.gap == 0.0);
        if (limits[i] == 0)
            assert_true(answer.proven);
    }
    test_end(&ground);
}

static void without_energies_cycles_count(void **state) {
    (void)state;
    aug_problem problem;
    small_problem(&problem);
    problem.memories[SMALL_BUFFER].energy_pj[SMALL_A][AUG_ACTION_READ] = (double)NAN;
    test_ground ground;
    test_begin(&ground);
    aug_balanced answer = balance(&ground, &problem, 0, 1);
    assert_true(answer.found && answer.proven);
    assert_true(answer.point.cycles == least_product(&ground, &problem, AUG_OBJECTIVE_LATENCY));
    test_end(&ground);
}

// Only the buffer may keep Z, and it has no room for its 1024 bits.
static void what_does_not_fit_says_so(void **state) {
    (void)state;
    aug_problem problem;
    small_problem(&problem);
    problem.memories[SMALL_DRAM].never = problem.memories[SMALL_REGISTER].never = 1u << SMALL_Z;
    problem.memories[SMALL_BUFFER].capacity_bits = 1000.0;
    test_ground ground;
    test_begin(&ground);
    aug_balanced answer = balance(&ground, &problem, 0, 1);
    assert_false(answer.found || answer.proven);
    assert_non_null(answer.why);
    test_end(&ground);
}

// Several at once, on any number of threads, are what each is alone.
static void many_are_as_each_alone(void **state) {
    (void)state;
    aug_problem problems[3];
    const aug_problem *all[3];
    test_ground ground;
    test_begin(&ground);
    for (int i = 0; i < 3; i++) {
        small_problem(&problems[i]);
        problems[i].sizes[SMALL_M] = (aug_count)(2 * i + 2);
        problems[i].operations = problems[i].sizes[SMALL_M] * 24;
        all[i] = &problems[i];
    }
    for (int threads = 1; threads <= 3; threads++) {
        const aug_balance_options options = {.threads = threads, .node_limit = 500};
        aug_balanced answers[3];
        aug_balance_run(&ground.arena, all, 3, &options, answers);
        for (int i = 0; i < 3; i++) {
            aug_balanced alone = balance(&ground, all[i], 500, 1);
            assert_true(alone.point.cycles == answers[i].point.cycles &&
                        alone.point.energy_pj == answers[i].point.energy_pj);
            assert_true(alone.gap == answers[i].gap);
        }
    }
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_cycles_are_those_of_unit_and_homes),
        cmocka_unit_test(strides_skip_words),
        cmocka_unit_test(bounds_hold_at_every_limit),
        cmocka_unit_test(without_energies_cycles_count),
        cmocka_unit_test(what_does_not_fit_says_so),
        cmocka_unit_test(many_are_as_each_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
