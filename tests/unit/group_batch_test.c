// Ranks that part an einsum into as many that have nothing in common.
#include "support/group_world.h"

#include "fusion/group_batch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BATCH_LEVELS(MORE)                                                                                   \
    "auger: machine/1\nname: chip\nclock: 1 GHz\nlevels:\n"                                                  \
    "  - {memory: DRAM, size: inf, bandwidth: 8 bit/cycle, energy: 100 pJ/bit}\n"                            \
    "  - {memory: GLB, size: 256 bit, bandwidth: 64 bit/cycle, energy: 2 pJ/bit" MORE "}\n"
#define BATCH_ARRAY(MORE)                                                                                    \
    "  - {array: pe, fanout: {x: 3}" MORE "}\n  - {memory: REG, size: 32 bit, energy: 0.5 pJ/bit}\n"
#define BATCH_MAC "  - {compute: MAC, rate: 1/cycle, energy: 1 pJ}\n"

typedef struct row {
    const char *einsum, *ranks, *machine;
    const char *found; // ranks that are taken one by one
} row;

// b is in all three tensors of the product; of the map all ranks are; a window, or a second index, is no
// index by itself; where memories leak or words pay for hops, cycles and places count, too.
static const row rows[] = {
    {"Z[b,m,n] += A[b,m,k] * B[b,k,n]", "b: 6, m: 4, k: 4, n: 4", BATCH_LEVELS("") BATCH_MAC, "b"},
    {"Z[b,m,n] += A[b,m,k] * B[b,k,n]", "b: 1, m: 4, k: 4, n: 4", BATCH_LEVELS("") BATCH_MAC, ""},
    {"Z[b,m,n] += A[b,m,k] * B[k,n]", "b: 6, m: 4, k: 4, n: 4", BATCH_LEVELS("") BATCH_MAC, ""},
    {"Z[b,m] = exp(A[b,m])", "b: 6, m: 4", BATCH_LEVELS("") BATCH_MAC, "bm"},
    {"Z[p,k] += A[p+r,k] * W[r,k,p]", "p: 6, r: 3, k: 2", BATCH_LEVELS("") BATCH_MAC, "k"},
    {"Z[p] += A[p,p] * W[p]", "p: 6", BATCH_LEVELS("") BATCH_MAC, ""},
    {"Z[b,m,n] += A[b,m,k] * B[b,k,n]", "b: 6, m: 4, k: 4, n: 4", BATCH_LEVELS("") BATCH_ARRAY("") BATCH_MAC,
     "b"},
    {"Z[b,m,n] += A[b,m,k] * B[b,k,n]", "b: 6, m: 4, k: 4, n: 4",
     BATCH_LEVELS("") BATCH_ARRAY(", network: {hop: 1 pJ}") BATCH_MAC, ""},
    {"Z[b,m,n] += A[b,m,k] * B[b,k,n]", "b: 6, m: 4, k: 4, n: 4", BATCH_LEVELS(", leakage: 1 pJ/cycle") BATCH_MAC,
     ""},
};

static const aug_problem *bind(test_ground *ground, const row *of) {
    group_world world;
    char workload[256];
    snprintf(workload, sizeof workload, "auger: workload/1\nranks: {%s}\neinsums: ['%s']\n", of->ranks,
             of->einsum);
    group_world_read(ground, workload, of->machine, &world);
    return world.members[0];
}

static void ranks_of_all_tensors_are_found(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_problem *problem = bind(&ground, &rows[i]);
        unsigned found = aug_batch_ranks(problem);
        for (int r = 0; r < problem->rank_count; r++)
            assert_int_equal(found >> r & 1u, strchr(rows[i].found, problem->ranks[r][0]) != NULL);
        test_end(&ground);
    }
}

// The least energy of the nests that take them one by one is that of all nests, tiles of any kind.
static void least_energy_takes_them_one_by_one(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        for (int perfect = 0; perfect < 2; perfect++) {
            test_ground ground;
            test_begin(&ground);
            const aug_problem *problem = bind(&ground, &rows[i]);
            aug_mapping_node prefix[AUG_MAPPING_NODES];
            int count = aug_batch_prefix(problem, prefix);
            assert_true((count > 0) == (rows[i].found[0] != 0));
            aug_mapper_options options = {
                .objective = AUG_OBJECTIVE_ENERGY, .threads = 1, .perfect = perfect};
            aug_mapper_result any, one;
            assert_int_equal(aug_mapper_run(&ground.arena, problem, &options, &any), AUG_MAPPER_FOUND);
            options.prefix = count > 0 ? prefix : NULL;
            options.prefix_count = count;
            assert_int_equal(aug_mapper_run(&ground.arena, problem, &options, &one), AUG_MAPPER_FOUND);
            assert_true(fabs(any.value - one.value) <= 1e-12 * any.value);
            test_end(&ground);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_of_all_tensors_are_found),
        cmocka_unit_test(least_energy_takes_them_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
