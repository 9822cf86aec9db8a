// Outputs whose tiles overlap: O[2*p+r], p 2, r 3: words 0 1 2 and 2 3 4.
#include "support/cost_bench.h"

#include "cost/scatter.h"

#define EINSUM "O[2*p+r] += I[p] * W[r]"

static void which_outputs_are_walked(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, EINSUM, "p=2 r=3", "dram mac");
    assert_true(aug_scatter_is_needed(&b.problem));
    cost_end(&b);
    cost_begin(&b, EINSUM, "p=2 r=1", "dram mac"); // r moves nothing
    assert_false(aug_scatter_is_needed(&b.problem));
    cost_end(&b);
    cost_begin(&b, COST_WINDOW, "p=2 r=3", "dram mac");
    assert_false(aug_scatter_is_needed(&b.problem));
    cost_end(&b);
}

// 6 operations; word 2 comes twice and is read back the second time.
static void operations_alone(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, EINSUM, "p=2 r=3", "dram mac");
    cost_evaluate(&b, "dram[I W O] for p:1 for r:1 mac");
    assert_words(&b, "dram", "O", 1, 0, 6);
    b.problem.tensors[2].accumulates = true; // every word has a value from the start
    cost_evaluate(&b, "dram[I W O] for p:1 for r:1 mac");
    assert_words(&b, "dram", "O", 6, 0, 6);
    cost_end(&b);
}

// A buffer of three words slides by two: word 2 stays in it. It sends 0 1 up, then 2 3 4, which no one has written before.
static void a_buffer_that_slides(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, EINSUM, "p=2 r=3", "dram buffer mac");
    b.problem.drain_reads = true;
    cost_evaluate(&b, "dram[I W O] for p:1 buffer[O] for r:1 mac");
    assert_words(&b, "dram", "O", 0, 0, 5);
    assert_words(&b, "buffer", "O", 1 + 5, 0, 6);
    // marked, word 2 goes up and comes back
    cost_evaluate(&b, "dram[I W O] for p:1 buffer[O!] for r:1 mac");
    assert_words(&b, "dram", "O", 1, 0, 6);
    assert_words(&b, "buffer", "O", 1 + 6, 1, 6);
    cost_end(&b);
}

// p on two cells: both write word 2, one in its last step (r 2), the other in its first (r 0). The second finds what the first sent: nothing is
// sent before the end where cells keep words; without them the later of the two reads it.
static void cells_that_overlap(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, EINSUM, "p=2 r=3", "dram x:2 register mac");
    cost_evaluate(&b, "dram[I W O] par x p:1 for r:1 mac");
    assert_words(&b, "dram", "O", 1, 0, 6);
    cost_evaluate(&b, "dram[I W O] par x p:1 register[O] for r:1 mac");
    assert_words(&b, "dram", "O", 0, 0, 6);
    assert_words(&b, "register", "O", 0, 0, 6);
    cost_end(&b);
}

// Tiles of two p and of r 2: words 0 1 2, then 2 3 4, of which 2 stays. 8 operations, the first of each of 5 words finds nothing.
static void tiles_of_several_steps(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, "O[p+r] += I[p] * W[r]", "p=4 r=2", "dram register mac");
    b.problem.drain_reads = true;
    cost_evaluate(&b, "dram[I W O] for p:2 register[O] for r:1 for p:1 mac");
    assert_words(&b, "dram", "O", 0, 0, 5);
    assert_words(&b, "register", "O", 3 + 5, 0, 8);
    assert_int_equal(cost_holding(&b, "register", "O")->drain_words, 5);
    assert_int_equal(cost_holding(&b, "register", "O")->tile_words, 3);
    cost_end(&b);
}

typedef struct share_case {
    const char *einsum, *sizes, *nest;
    unsigned forbidden;                  // axes that do not sum
    aug_count registers, buffers, drams; // updates
} share_case;

// Two buffers (x) of two registers (y). p 2 and r 2 make words 0 1 2; a register with one r has [r, r + 1].
static const share_case shares[] = {
    // m tells buffers apart and is summed: each gets 0 1 and 1 2 from below, and both send 0 1 2
    {"O[p+r] += I[m,p] * W[r]", "p=2 r=2 m=2", "dram[I W O] par x m:1 buffer[O] par y r:1 register[O] for p:1 mac", 0, 8, 8, 3},
    {"O[p+r] += I[m,p] * W[r]", "p=2 r=2 m=2", "dram[I W O] par x m:1 buffer[O] par y r:1 register[O] for p:1 mac", 1, 8, 8, 6},
    // k tells registers apart and is summed, in each of both buffers
    {"O[p+r] += I[m,p] * W[k,r]", "p=2 r=2 m=2 k=2", "dram[I W O] par x m:1 buffer[O] par y k:1 register[O] for p:1 for r:1 mac", 0, 16, 6, 3},
    {"O[p+r] += I[m,p] * W[k,r]", "p=2 r=2 m=2 k=2", "dram[I W O] par x m:1 buffer[O] par y k:1 register[O] for p:1 for r:1 mac", 2, 16, 12, 3},
};

static void equal_tiles_are_summed_on_their_way_up(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(shares); i++) {
        const share_case *c = &shares[i];
        cost_bench b;
        cost_begin(&b, c->einsum, c->sizes, "dram x:2 buffer y:2 register mac");
        for (int a = 0; a < 2; a++)
            b.problem.axes[a].reduce = c->forbidden >> a & 1 ? 0 : ~0u;
        cost_evaluate(&b, c->nest);
        const aug_count found[] = {cost_holding(&b, "register", "O")->flows[AUG_FLOW_UPDATE].dense,
                                   cost_holding(&b, "buffer", "O")->flows[AUG_FLOW_UPDATE].dense,
                                   cost_holding(&b, "dram", "O")->flows[AUG_FLOW_UPDATE].dense};
        if (found[0] != c->registers || found[1] != c->buffers || found[2] != c->drams)
            fail_msg("case %zu: found updates %" PRIu64 ", %" PRIu64 ", %" PRIu64, i, found[0], found[1], found[2]);
        cost_end(&b);
    }
}

static void what_is_too_large_to_walk(void **state) {
    (void)state;
    cost_bench b;
    cost_begin(&b, EINSUM, "p=2 r=3", "dram x:100 mac");
    cost_nest(&b, "dram[I W O] for p:1 for r:1 mac");
    assert_int_equal(aug_scatter_steps(&b.problem, &b.mapping), 6);
    cost_nest(&b, "dram[I W O] par x p:1 for r:1 mac");
    assert_int_equal(aug_scatter_steps(&b.problem, &b.mapping), 12); // 6 operations, 2 instances
    cost_nest(&b, "dram[I W O] for p:1 for r:1 mac");
    b.problem.sizes[0] = 1u << 24;
    assert_true(aug_scatter_steps(&b.problem, &b.mapping) > AUG_SCATTER_STEPS);
    cost_end(&b);
    cost_begin(&b, "O[9*p+r] += I[p] * W[r]", "p=2 r=2", "dram mac"); // 11 words for 4 operations
    cost_nest(&b, "dram[I W O] for p:1 for r:1 mac");
    assert_int_equal(aug_scatter_steps(&b.problem, &b.mapping), 11);
    cost_end(&b);
    cost_begin(&b, EINSUM, "p=57 r=3", "dram x:100 mac");
    cost_nest(&b, "dram[I W O] par x p:1 for r:1 mac");
    assert_true(aug_scatter_steps(&b.problem, &b.mapping) == UINT64_MAX);
    cost_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_outputs_are_walked), cmocka_unit_test(operations_alone),        cmocka_unit_test(a_buffer_that_slides),
        cmocka_unit_test(cells_that_overlap),       cmocka_unit_test(tiles_of_several_steps),  cmocka_unit_test(equal_tiles_are_summed_on_their_way_up),
        cmocka_unit_test(what_is_too_large_to_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
