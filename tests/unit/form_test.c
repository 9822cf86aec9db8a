#include "support/cost_bench.h"

#include "cost/count.h"

static const aug_form *form_of(cost_bench *b, const char *nest) {
    cost_nest(b, nest);
    b->scratch->formed = false;
    return aug_scratch_form(b->scratch, &b->problem, &b->mapping);
}

// n has one value and moves nothing; p and r move together, so do q and s.
static void groups_of_dimensions_that_move_together(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, "O[n,k,p,q] += I[n,c,2*p+r,2*q+s] * W[k,c,r,s]", "n=1 k=2 p=3 q=3 c=2 r=3 s=3", "dram mac");
    const aug_form *form = form_of(&b, "dram[I W O] for k:1 for p:1 for q:1 for c:1 for r:1 for s:1 mac");
    const aug_tensor_form *input = &form->tensors[0];
    assert_int_equal(input->group_count, 3);
    assert_int_equal(input->groups[0].rank_count, 1);
    assert_int_equal(input->groups[1].rank_count, 2);
    assert_int_equal(input->groups[2].rank_count, 2);
    assert_true(input->slides);
    assert_int_equal(form->tensors[1].group_count, 4);
    assert_false(form->tensors[1].slides);
    assert_int_equal(form->tensors[2].group_count, 3);
    assert_true(form->even);
    cost_end(&b);
}

static void a_rank_in_two_dimensions_joins_them(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, "Z[m] += A[m,m+k]", "m=4 k=3", "dram mac");
    const aug_form *form = form_of(&b, "dram[A Z] for m:1 for k:1 mac");
    assert_int_equal(form->tensors[0].group_count, 1);
    assert_int_equal(form->tensors[0].groups[0].dim_count, 2);
    assert_int_equal(form->tensors[0].groups[0].rank_count, 2);
    cost_end(&b);
}

static void stores_and_edges(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, COST_PRODUCT, "m=4 n=4 k=4", "dram buffer register mac");
    const aug_form *form = form_of(&b, "dram[A B Z] for m:3 buffer[A Z!] register[A B] for m:1 for n:1 for k:1 mac");
    assert_false(form->even); // 4 in tiles of 3
    assert_int_equal(form->tensors[0].store_count, 3);
    assert_int_equal(aug_form_store(form, 0, 2), 2);
    assert_int_equal(aug_form_store(form, 1, 1), -1); // B passes the buffer by
    aug_edge outermost = aug_form_edge(form, 1, 0), inner = aug_form_edge(form, 1, 1), compute = aug_form_edge(form, 1, 2), whole = aug_form_edge(form, 2, 1);
    assert_int_equal(outermost.parent, -1);
    assert_int_equal(inner.parent, 0);
    assert_int_equal(inner.child, 3);
    assert_false(inner.whole);
    assert_int_equal(compute.child, form->compute_node);
    assert_true(compute.whole);
    assert_true(whole.whole);
    cost_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_of_dimensions_that_move_together),
        cmocka_unit_test(a_rank_in_two_dimensions_joins_them),
        cmocka_unit_test(stores_and_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
