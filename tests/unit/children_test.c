// Children that share diagonals.
#include "support/cost_bench.h"

#include "cost/count.h"

static void sums_of(cost_bench *b, int node, aug_direction direction, aug_child_sums *sums) {
    int all[AUG_MAPPING_NODES];
    bool shared[AUG_MAPPING_NODES];
    b->scratch->formed = false;
    const aug_form *form = aug_scratch_form(b->scratch, &b->problem, &b->mapping);
    for (int n = 0; n < AUG_MAPPING_NODES; n++) {
        all[n] = AUG_CHOOSE_ALL;
        shared[n] = n < b->mapping.count && b->mapping.nodes[n].kind == AUG_MAPPING_PAR;
    }
    aug_edge edge = aug_form_edge(form, 0, form->tensors[0].store_count - 1);
    aug_children_sums(form, &form->tensors[0].groups[0], node, edge.child, all, shared, direction, b->scratch->children, sums);
}

// p on x, r on y, a word each: 4 x 3 children, sums 0 .. 5. The next 4 p: all move by 4, boxes of one word keep nothing.
static void a_row_stationary_array(void **state) {
    (void)state;
    cost_bench b;
    aug_child_sums sums;
    cost_begin(&b, COST_WINDOW, "p=8 r=3", "dram x:4 y:3 register mac");
    cost_nest(&b, "dram[I W O] for p:4 par x p:1 par y r:1 register[I] mac");
    sums_of(&b, AUG_MOVES_FIRST, AUG_FETCHED, &sums);
    assert_int_equal(sums.boxes, 6);
    assert_int_equal(sums.without_empty, 0);
    sums_of(&b, 1, AUG_FETCHED, &sums);
    assert_int_equal(sums.boxes, 6);
    assert_int_equal(sums.full_boxes + sums.part_boxes, 0);
    cost_evaluate(&b, "dram[I W O] for p:4 par x p:1 par y r:1 register[I] mac");
    assert_words(&b, "dram", "I", 12, 0, 0);
    assert_words(&b, "register", "I", 24, 24, 0);
    cost_end(&b);
}

// Boxes of 3 words that slide by one: 2 of each stay. p in pairs (x 2, tiles of 1), r in steps of 1 (y 2): places 0 1 1 2, so 3 different.
static void parts_that_stay(void **state) {
    (void)state;
    cost_bench b;
    aug_child_sums sums;
    cost_begin(&b, "Z[p] += I[p+r+s]", "p=2 r=2 s=5", "dram x:2 y:2 register mac");
    cost_nest(&b, "dram[I Z] for s:3 par x p:1 par y r:1 register[I] for s:1 mac");
    sums_of(&b, 1, AUG_FETCHED, &sums); // s 0 1 2, then 3 4: boxes 3 2 words, nothing in common
    assert_int_equal(sums.boxes, 3 * 2);
    assert_int_equal(sums.without_empty, 0);
    cost_nest(&b, "dram[I Z] for p:1 par x r:1 par y s:4 register[I] for s:1 mac");
    sums_of(&b, 1, AUG_FETCHED, &sums); // p by one. s 0 .. 3 and 4: r 0 1 gives [0,3] [1,4] [4,4] [5,5]; before, one less
    assert_int_equal(sums.boxes, 4 + 4 + 1 + 1);
    assert_int_equal(sums.part_boxes, 8);
    assert_int_equal(sums.part_kept, 6);
    // what they fetch: 4, 5 and, whole, 5 and 6 after the step: [1,4] less [0,3] is 4; [2,5] less [1,4] is 5, which is also [5,5]
    assert_int_equal(sums.differences, 2);
    assert_int_equal(sums.twice_empty, 1);
    cost_end(&b);
}

// Found by drawing problems: a short tile's whole box is another child's new column. r 4 in twos, m 6 in threes of which a cell takes 2 or 1.
static void a_whole_box_that_is_a_new_column(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, "Z[] += B[r+m]", "r=4 m=6", "dram x:4 glb mac");
    cost_evaluate(&b, "dram[B] dram[Z] for m:3 for r:2 par x r:1 par x m:2 glb[B] for m:1 mac");
    assert_words(&b, "dram", "B", 21, 0, 0);
    cost_end(&b);
}

// Strides 2 and 3: (i, j) and (i + 3, j - 2) are one word. 4 x 3 children less (4 - 3) · (3 - 2).
static void strides_with_a_common_multiple(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, "O[p] += I[2*p+3*r] * W[r]", "p=4 r=3", "dram x:4 y:3 mac");
    cost_evaluate(&b, "dram[I W O] par x p:1 par y r:1 mac");
    assert_words(&b, "dram", "I", 11, 0, 0);
    b.problem.axes[1].multicast = ~1u; // rows apart
    cost_evaluate(&b, "dram[I W O] par x p:1 par y r:1 mac");
    assert_words(&b, "dram", "I", 12, 0, 0);
    cost_end(&b);
}

// Two diagonals at once: sets that several groups leave alike count once. The walk of tests/oracle finds 1683.
static void two_diagonals(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, "O[p,q,k] += I[p+r+s,q+u+v] * W[r,s,u,v,k]", "p=3 q=3 k=2 r=3 s=5 u=3 v=5", "dram x:16 y:16 register mac");
    cost_evaluate(&b, "dram[I W O] for k:1 par x p:2 par y r:2 par y s:1 par x q:2 par x u:2 par x v:1 for p:1 for q:1 register[I] for r:1 "
                      "for u:1 mac");
    assert_int_equal(cost_holding(&b, "dram", "I")->flows[AUG_FLOW_READ].dense, 1683);
    cost_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_stationary_array),
        cmocka_unit_test(parts_that_stay),
        cmocka_unit_test(a_whole_box_that_is_a_new_column),
        cmocka_unit_test(strides_with_a_common_multiple),
        cmocka_unit_test(two_diagonals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
