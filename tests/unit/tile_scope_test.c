// Which problems have all short tiles tried, and what their classes are.
#include "support/testing.h"

#include "mapper/tile_scope.h"
#include "oracle/oracle_text.h"

typedef struct scope_row {
    const char *einsum, *sizes;
    bool all;
} scope_row;

static const scope_row rows[] = {
    {"Z[m,n] += A[m,k] * B[k,n]", "m=16 n=8 k=8", true},   // 1024 operations
    {"Z[m,n] += A[m,k] * B[k,n]", "m=16 n=8 k=9", false},   // 1152
    {"Z[m] += A[m]", "m=17", false},                       // a rank of more than 16
    {"Z[p] += A[p+r] * B[r]", "p=16 r=16", true},          // 256
    {"Z[p,n] += A[p+r] * B[r,n]", "p=16 r=16 n=2", false},  // 512, with a window
};

static void small_problems_have_all_tiles(void **state) {
    test_ground ground;
    const aug_mapper_options any = {.threads = 1}, perfect = {.perfect = true}, least = {.least_tiles = true};
    (void)state;
    test_begin(&ground);
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        aug_problem problem;
        oracle_read_problem(&ground.arena, rows[i].einsum, rows[i].sizes, "dram buffer mac", &problem);
        assert_int_equal(aug_tile_scope_all(&problem, &any), rows[i].all);
        assert_false(aug_tile_scope_all(&problem, &perfect));
        assert_false(aug_tile_scope_all(&problem, &least));
    }
    test_end(&ground);
}

// 5 in tiles of 5, 4, 3, 2 and 1: of those that are two, 4 and 3, each is a class.
static void each_tile_is_a_class(void **state) {
    test_ground ground;
    aug_problem problem;
    aug_tile_classes all, least;
    const aug_mapper_options any = {.threads = 1};
    (void)state;
    test_begin(&ground);
    oracle_read_problem(&ground.arena, "Z[m] += A[m]", "m=5", "dram buffer mac", &problem);
    aug_tile_scope_classes(&ground.arena, &problem, &any, true, 0, 5, &all);
    aug_tile_scope_classes(&ground.arena, &problem, &any, false, 0, 5, &least);
    assert_int_equal(all.count, 5);
    assert_int_equal(least.count, 4);
    for (int c = 0; c < all.count; c++)
        assert_true(all.at[c].least == (aug_count)(5 - c) && all.at[c].most == all.at[c].least);
    assert_int_equal(aug_tile_class_steps(&all, 1, 3), 2);  // 4 in tiles of 2
    assert_int_equal(aug_tile_class_steps(&all, 0, 3), 3);  // 5 in tiles of 2
    test_end(&ground);
}

// Z[] += A[m], m 4 over three places that do not add up what they update: a sum is read back but for the first of each place.
// Two and two points are 4 updates and 2 reads of 10 pJ, 4 reads of A and operations of 1 pJ each: 68 pJ. `for m:3 par m:1` has three
// places at work, then one: 1 read, 58 pJ.
static void more_places_are_filled(void **state) {
    test_ground ground;
    aug_problem problem;
    aug_mapper_result all, few;
    aug_mapper_options options = {.objective = AUG_OBJECTIVE_ENERGY, .threads = 1};
    (void)state;
    test_begin(&ground);
    oracle_read_problem(&ground.arena, "Z[] += A[m]", "m=4", "dram x:3 mac", &problem);
    for (int t = 0; t < 2; t++)
        for (int a = 0; a < AUG_ACTION_COUNT; a++)
            problem.memories[0].energy_pj[t][a] = t == 0 ? 1 : 10;
    problem.computes[0].energy_pj = 1;
    problem.axes[0].reduce = 0;
    aug_mapper_run(&ground.arena, &problem, &options, &all);
    options.least_tiles = true;
    aug_mapper_run(&ground.arena, &problem, &options, &few);
    assert_true(all.proven && few.proven);
    assert_float_equal(all.value, 58.0, 1e-9);
    assert_float_equal(few.value, 68.0, 1e-9);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_problems_have_all_tiles),
        cmocka_unit_test(each_tile_is_a_class),
        cmocka_unit_test(more_places_are_filled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
