// Searches for what is faster than the mapping of the least energy.
#include "support/test_bind.h"

#include "mapper/mapper.h"

// 3x3 of 64 channels on 56 x 56 pixels: 98.4 % of 65,536 units work for the least energy, and 1764 cycles, the fewest, take all of
// them. What else is of interest has to fill nearly all, which floors know, too: 862,281 nodes without.
static void what_is_faster_fills_the_arrays(void **state) {
    static const aug_objective objectives[] = {AUG_OBJECTIVE_LATENCY, AUG_OBJECTIVE_EDP, AUG_OBJECTIVE_FRONT};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(objectives); i++) {
        test_ground ground;
        aug_mapper_result result;
        test_begin(&ground);
        const aug_problem *problem =
            test_bind(&ground,
                      "auger: workload/1\nranks: {k: 64, c: 64, p: 56, q: 56, r: 3, s: 3}\n"
                      "einsums: ['O[k,p,q] += I[c,p+r,q+s] * W[k,c,r,s]']\n"
                      "tensors: {O: {bits: 16}, I: {bits: 16}, W: {bits: 16}}\n",
                      test_file_text(&ground, AUG_TEST_DATA "/machines/bench-tpu.yaml"));
        const aug_mapper_options options = {.objective = objectives[i], .perfect = true, .threads = 1};
        assert_int_equal(aug_mapper_run(&ground.arena, problem, &options, &result), AUG_MAPPER_FOUND);
        bool latency = objectives[i] == AUG_OBJECTIVE_LATENCY, front = objectives[i] == AUG_OBJECTIVE_FRONT;
        assert_int_equal(result.point_count, front ? 2 : 1);
        assert_near(result.points[0].cycles, latency ? 1764 : 1792, 1e-9);
        assert_near(result.points[0].energy_pj, latency ? 1.8782e8 : 1.5599e8, 1e-4);
        if (front)
            assert_near(result.points[1].cycles, 1764, 1e-9);
        assert_true(result.nodes < 60000);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_faster_fills_the_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
