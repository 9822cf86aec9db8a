// What is kept of a walk is what the walk says, until another mapping comes.
#include "support/cost_bench.h"

#include "cost/walk_memo.h"

static void expect_same(aug_walk_memo *memo, const aug_rank_walk *walk, const int *choice, int node, int end) {
    static aug_moves fresh, spare;
    aug_walk_moves(walk, choice, node, end, &fresh);
    aug_count sum = 0;
    for (int again = 0; again < 2; again++) {
        aug_move_list list = aug_walk_memo_moves(memo, walk, 0, choice, node, end, &spare);
        sum = 0;
        assert_int_equal(list.count, fresh.count);
        for (int i = 0; i < list.count; i++) {
            assert_memory_equal(&list.items[i], &fresh.items[i], sizeof fresh.items[i]);
            sum += fresh.items[i].count;
        }
        assert_int_equal(list.sum, sum);
    }
    assert_int_equal(aug_walk_count(walk, choice, node, end), sum);
}

static void kept_until_cleared(void **state) {
    (void)state;
    static const char *const nests[] = {"dram[I W O] for r:1 for p:4 par x p:1 buffer[I W O] mac",
                                        "dram[I W O] for r:1 for p:3 par x p:2 buffer[I W O] for p:1 mac"};
    cost_bench b;
    cost_begin(&b, COST_WINDOW, "p=10 r=3", "dram x:4 buffer mac");
    aug_walk_memo *memo = aug_walk_memo_new(&b.arena);
    for (int i = 0; i < 2; i++) {
        aug_rank_walk walk;
        cost_nest(&b, nests[i]);
        aug_walk_init(&walk, &b.mapping, 0, 10);
        aug_walk_memo_clear(memo);
        int choice[AUG_MAPPING_NODES];
        for (int chosen = -2; chosen < 2; chosen++) {
            for (int n = 0; n < AUG_MAPPING_NODES; n++)
                choice[n] = chosen;
            for (int node = AUG_MOVES_LEAVES; node < 4; node++)
                for (int end = node == 2 ? 1 : node == 3 ? 2 : 1; end <= 2; end++)
                    if (node != 0 && node != 3)
                        expect_same(memo, &walk, choice, node, end);
        }
    }
    cost_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(kept_until_cleared)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
