#include "support/sparse_problem.h"

#include "cost/sparse_saving.h"

#define EINSUM "Z[m,n] += A[m,k] * B[k,n]"
#define TENSORS "{A: {density: 0.25}, B: {density: 0.5}}"
#define NEST "dram[A B Z] for m:8 for n:8 buffer[A B Z] for m:1 for n:1 for k:1 mac"

static void find(sparse_ground *s, aug_sparse_nest *nest, aug_savings *savings, const char *buffer) {
    char machine[1024];
    snprintf(machine, sizeof machine, "auger: machine/1\nclock: 1 GHz\ndrain: free\nlevels:\n  - {memory: dram, energy: 64 pJ}\n"
                                      "  - {memory: buffer, energy: 4 pJ, sparse: {%s}}\n  - {compute: mac, rate: 1/cycle, energy: 1 pJ}\n", buffer);
    sparse_begin(s, "{m: 16, n: 16, k: 16}", EINSUM, TENSORS, machine);
    sparse_evaluate(s, NEST);
    aug_sparse_nest_init(nest, &s->problem, &s->mapping, s->problem.sparse);
    aug_savings_find(nest, &s->cost, savings);
}

// B on A would save 4096 0.75 reads, A on B 4096 0.5: the first is taken.
static void the_better_option_is_taken(void **state) {
    (void)state;
    sparse_ground s;
    aug_sparse_nest nest;
    aug_savings savings;
    find(&s, &nest, &savings, "skip: [[{tensor: A, on: [B]}, {tensor: B, on: [A]}]]");
    assert_int_equal(savings.count, 1);
    assert_int_equal(savings.items[0].tensor, 1);
    assert_true(savings.items[0].empty[0] == 0.75);
    assert_true(aug_savings_left(&nest, &savings, 1, 1, true).actual == 0.25);
    assert_true(aug_savings_left(&nest, &savings, 0, 1, true).actual == 1.0);
    assert_true(aug_savings_left_operations(&nest, &savings).actual == 0.25);
    sparse_end(&s);
}

// Both: operations need both to be there. Z on both: 1/8 of its accesses.
static void leaders_multiply(void **state) {
    (void)state;
    sparse_ground s;
    aug_sparse_nest nest;
    aug_savings savings;
    find(&s, &nest, &savings, "skip: [{tensor: A, on: [B]}, {tensor: B, on: [A]}, {tensor: Z, on: [A, B]}]");
    assert_int_equal(savings.count, 3);
    assert_true(aug_savings_left(&nest, &savings, 2, 1, true).actual == 0.125);
    assert_true(aug_savings_left_operations(&nest, &savings).actual == 0.125);
    // Fills come from outside, where nothing is saved.
    assert_true(aug_savings_left(&nest, &savings, 1, 1, false).actual == 1.0);
    sparse_end(&s);
}

// Gated accesses are taken and do not happen; of one leader the smaller tile counts alone.
static void gating_leaves_time(void **state) {
    (void)state;
    sparse_ground s;
    aug_sparse_nest nest;
    aug_savings savings;
    find(&s, &nest, &savings, "gate: [{tensor: B, on: [A]}], skip: [{tensor: B, on: [A]}, {tensor: A, on: [B]}]");
    aug_left left = aug_savings_left(&nest, &savings, 1, 1, true);
    assert_true(left.come == 1.0 && left.taken == 0.25 && left.actual == 0.25);
    sparse_end(&s);
    find(&s, &nest, &savings, "gate: [{tensor: B, on: [A]}]");
    left = aug_savings_left(&nest, &savings, 1, 1, true);
    assert_true(left.come == 1.0 && left.taken == 1.0 && left.actual == 0.25);
    left = aug_savings_left_operations(&nest, &savings);
    assert_true(left.come == 1.0 && left.actual == 0.25);
    sparse_end(&s);
}

// Its own zeros: read only where not zero. Where a format leaves them out already there is nothing more to save.
static void a_tensor_may_lead_itself(void **state) {
    (void)state;
    sparse_ground s;
    aug_sparse_nest nest;
    aug_savings savings;
    find(&s, &nest, &savings, "skip: [{tensor: A, on: [A]}]");
    assert_true(aug_savings_left(&nest, &savings, 0, 1, true).actual == 0.25);
    assert_true(sparse_flow(&s, 1, 0, AUG_FLOW_READ)->actual == 1024.0);
    sparse_end(&s);
    find(&s, &nest, &savings, "formats: {A: [bitmask]}, skip: [{tensor: A, on: [A]}]");
    assert_true(sparse_flow(&s, 1, 0, AUG_FLOW_READ)->actual == 1024.0);
    sparse_end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_better_option_is_taken),
        cmocka_unit_test(leaders_multiply),
        cmocka_unit_test(gating_leaves_time),
        cmocka_unit_test(a_tensor_may_lead_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
