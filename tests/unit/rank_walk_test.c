// Tiles of one rank: size 10 cut by `for p:4` into 4 4 2, then one by one over 4 instances.
//
//     instance 0, 1   busy in all three steps: tiles start at i, 4 + i, 8 + i
//     instance 2, 3   idle in the last one
#include "support/cost_bench.h"

#include "cost/rank_walk.h"

#define NEST "dram[I W O] for r:1 for p:4 par x p:1 buffer[I W O] mac"
enum { FOR_R = 1, FOR_P = 2, PAR_P = 3, BUFFER = 4 };

typedef struct ground {
    cost_bench b;
    aug_rank_walk walk;
    int all[AUG_MAPPING_NODES];
} ground;

static void begin(ground *g, const char *sizes, const char *nest) {
    cost_begin(&g->b, COST_WINDOW, sizes, "dram x:4 buffer mac");
    cost_nest(&g->b, nest);
    aug_walk_init(&g->walk, &g->b.mapping, 0, g->b.problem.sizes[0]);
    for (int n = 0; n < AUG_MAPPING_NODES; n++)
        g->all[n] = AUG_CHOOSE_ALL;
}

static void expect_moves(const ground *g, const int *choice, int node, int end, const aug_move *expected, int count) {
    static aug_moves moves;
    aug_walk_moves(&g->walk, choice, node, end, &moves);
    assert_int_equal(moves.count, count);
    for (int i = 0; i < count; i++) {
        assert_int_equal(moves.items[i].shift, expected[i].shift);
        assert_int_equal(moves.items[i].before, expected[i].before);
        assert_int_equal(moves.items[i].after, expected[i].after);
        assert_int_equal(moves.items[i].count, expected[i].count);
    }
}

static void runs_of_indices_that_behave_alike(void **state) {
    (void)state;
    ground g;
    begin(&g, "p=10 r=3", NEST);
    assert_int_equal(g.walk.loop_count, 2);
    assert_false(g.walk.even);
    assert_int_equal(g.walk.loops[0].run_count, 2); // tiles 0 1, and the short one
    assert_int_equal(g.walk.loops[0].runs[0].copies, 2);
    assert_int_equal(g.walk.loops[1].run_count, 2); // instances 0 1, and 2 3
    assert_int_equal(g.walk.loops[1].runs[1].first, 2);
    assert_int_equal(g.walk.loops[1].runs[1].copies, 2);
    assert_int_equal(aug_walk_depth(&g.walk, PAR_P), 1);
    assert_null(aug_walk_loop_at(&g.walk, FOR_R));
    assert_ptr_equal(aug_walk_loop_at(&g.walk, PAR_P), &g.walk.loops[1]);
    cost_end(&g.b);
}

static void counts_of_instances_and_tiles(void **state) {
    (void)state;
    ground g;
    begin(&g, "p=10 r=3", NEST);
    int first[AUG_MAPPING_NODES], second[AUG_MAPPING_NODES];
    for (int n = 0; n < AUG_MAPPING_NODES; n++) {
        first[n] = AUG_CHOOSE_FIRST;
        second[n] = 1;
    }
    assert_int_equal(aug_walk_instances(&g.walk, g.all, 2), 4);
    assert_int_equal(aug_walk_count(&g.walk, g.all, AUG_MOVES_LEAVES, 2), 10);
    assert_int_equal(aug_walk_count(&g.walk, first, AUG_MOVES_LEAVES, 2), 3);
    assert_int_equal(aug_walk_count(&g.walk, second, AUG_MOVES_LEAVES, 2), 2);
    assert_int_equal(aug_walk_count(&g.walk, g.all, FOR_P, 2), 2 * 2 + 2 * 1);
    cost_end(&g.b);
}

static void moves_when_its_loop_steps(void **state) {
    (void)state;
    ground g;
    begin(&g, "p=10 r=3", NEST);
    const aug_move expected[] = {{4, 1, 1, 6}}; // each by 4; 2 steps of instances 0 and 1, one of 2 and 3
    expect_moves(&g, g.all, FOR_P, 2, expected, 1);
    const aug_move outside[] = {{4, 4, 4, 1}, {4, 4, 2, 1}}; // of the tiles above the loop in space
    expect_moves(&g, g.all, FOR_P, 1, outside, 2);
    cost_end(&g.b);
}

static void moves_when_another_loop_steps(void **state) {
    (void)state;
    ground g;
    begin(&g, "p=10 r=3", NEST);
    const aug_move expected[] = {{-8, 1, 1, 2}, {-4, 1, 1, 2}}; // back from the third tile, or from the second
    expect_moves(&g, g.all, FOR_R, 2, expected, 2);
    const aug_move tiles[] = {{0, 0, 1, 10}};
    expect_moves(&g, g.all, AUG_MOVES_LEAVES, 2, tiles, 1);
    cost_end(&g.b);
}

// 10 in tiles of 4, inside them tiles of 3: 3 1, 3 1, 2. Inside a tile of 4 the last one is a tile of 1 that starts at 3.
static void tiles_that_do_not_divide_each_other(void **state) {
    (void)state;
    ground g;
    begin(&g, "p=10 r=1", "dram[I W O] for p:4 for p:3 buffer[I W O] for p:1 mac");
    const aug_move leaves[] = {{0, 0, 3, 2}, {0, 0, 1, 2}, {0, 0, 2, 1}};
    expect_moves(&g, g.all, AUG_MOVES_LEAVES, 2, leaves, 3);
    const aug_move outer[] = {{1, 1, 3, 1}, {1, 1, 2, 1}}; // from 3 to 4, from 7 to 8
    expect_moves(&g, g.all, 1, 2, outer, 2);
    const aug_move inner[] = {{3, 3, 1, 2}};
    expect_moves(&g, g.all, 2, 2, inner, 1);
    cost_end(&g.b);
}

static void loops_of_one_step_are_left_out(void **state) {
    (void)state;
    ground g;
    begin(&g, "p=8 r=1", "dram[I W O] for p:8 for p:4 for p:4 buffer[I W O] for p:1 mac");
    assert_int_equal(g.walk.loop_count, 2);
    assert_true(g.walk.even);
    assert_null(aug_walk_loop_at(&g.walk, 1));
    assert_non_null(aug_walk_loop_at(&g.walk, 2));
    assert_null(aug_walk_loop_at(&g.walk, 3));
    cost_end(&g.b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_of_indices_that_behave_alike), cmocka_unit_test(counts_of_instances_and_tiles),
        cmocka_unit_test(moves_when_its_loop_steps),         cmocka_unit_test(moves_when_another_loop_steps),
        cmocka_unit_test(tiles_that_do_not_divide_each_other), cmocka_unit_test(loops_of_one_step_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
