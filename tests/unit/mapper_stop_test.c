// A search that begins when the user does not wait any more: it takes a first look at tiles that divide, and no more than that, where
// windows make it millions of nodes long.
#include "support/test_bind.h"

#include "mapper/mapper.h"

// conv1 of ResNet-50 on four levels: millions of nodes.
static const char machine[] = "auger: machine/1\nname: four\nclock: 1 GHz\nlevels:\n"
                              "  - {memory: dram, bandwidth: 256 bit/cycle, energy: 12.5 pJ/bit}\n"
                              "  - {memory: shared, size: 8 MiB, energy: 1.25 pJ/bit}\n"
                              "  - {array: cluster, fanout: {cluster: 16}}\n"
                              "  - {memory: buffer, size: 256 KiB, energy: 0.375 pJ/bit}\n"
                              "  - {array: pe, fanout: {x: 16, y: 16}}\n"
                              "  - {memory: register, size: 512 B, energy: 0.0625 pJ/bit}\n"
                              "  - {compute: mac, rate: 1/cycle, energy: 0.2 pJ}\n";
static const char workload[] = "auger: workload/1\nranks: {n: 64, c: 3, p: 112, q: 112, r: 7, s: 7}\n"
                               "einsums: ['O[n,p,q] += I[c,2*p+r,2*q+s] * W[n,c,r,s]']\n"
                               "tensors: {\"*\": {bits: 8}}\n";

// Of each objective the least energy, and of all but that the fewest cycles, in 10000 nodes each and the 10000 that a search may be over.
static void a_stop_ends_a_long_search_soon(void **state) {
    (void)state;
    for (int perfect = 0; perfect < 2; perfect++)
        for (int objective = 0; objective < AUG_OBJECTIVE_COUNT; objective++) {
            aug_progress stopped = {.stop = true};
            const aug_mapper_options options = {.objective = (aug_objective)objective,
                                                .perfect = perfect,
                                                .breaks_ties = true,
                                                .threads = 1,
                                                .progress = &stopped};
            test_ground ground;
            aug_mapper_result result;
            test_begin(&ground);
            const aug_problem *problem = test_bind(&ground, workload, machine);
            assert_int_equal(aug_mapper_run(&ground.arena, problem, &options, &result), AUG_MAPPER_LIMIT);
            assert_true(result.point_count > 0 && result.nodes < 45000);
            assert_true(result.lower_bound > 0.0 && result.lower_bound <= result.value && result.value < 4.0 * result.lower_bound);
            test_end(&ground);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_ends_a_long_search_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
