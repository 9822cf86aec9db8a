// Ways that are left of all ways to fill an array of four cells.
#include "support/search_bench.h"

#include "mapper/spread_choice.h"

#define WINDOW_MACHINE "dram buffer x:4 register mac"

static void begin(search_bench *b, aug_spreads *all, aug_spread_choice *choice) {
    search_begin(b, COST_WINDOW, "p=10 r=4", WINDOW_MACHINE);
    search_prepare(b);
    assert_true(aug_spreads_init(&b->bench.arena, &b->space, 0, all));
    aug_spread_choice_init(&b->bench.arena, &b->space, all, choice);
}

// Steps of p and r with a product of 4 at most: (2 2), (1 4), (2 1), (1 2), (1 1), the most first. Every
// second one is left.
static void each_is_as_it_was(void **state) {
    search_bench b;
    aug_spreads all;
    aug_spread_choice choice;
    (void)state;
    begin(&b, &all, &choice);
    assert_int_equal(all.count, 5);
    const uint64_t mask = 0x15;
    aug_spread_choice_take(&b.space, &all, &mask, &choice);
    const aug_spreads *list = &choice.list;
    assert_int_equal(list->count, 3);
    assert_int_equal(list->words, 1);
    assert_int_equal(list->group, all.group);
    assert_ptr_equal(list->prices, all.prices);
    for (int i = 0; i < 3; i++) {
        assert_memory_equal(&list->at[i], &all.at[2 * i], sizeof all.at[0]);
        assert_true(list->all[i] == all.all[2 * i]);
        for (int t = 0; t < b.space.tensor_count; t++) {
            assert_true(list->copies[t][i] == all.copies[t][2 * i]);
            assert_true(list->reads[0][t][i] == all.reads[0][t][2 * i]);
            assert_true(list->reads[1][t][i] == all.reads[1][t][2 * i]);
            assert_true(!list->diagonals[t] == !all.diagonals[t]);
            assert_true(!all.diagonals[t] || list->diagonals[t][i] == all.diagonals[t][2 * i]);
        }
        for (int r = 0; r < b.space.rank_count; r++) {
            assert_true(!all.steps[r] || list->steps[r][i] == all.steps[r][2 * i]);
            for (int c = 0; c < b.space.classes[r].count; c++) {
                assert_true(aug_spreads_fit(list, &list->fits[r][c], i) ==
                            aug_spreads_fit(&all, &all.fits[r][c], 2 * i));
                assert_true(aug_spreads_fit(list, &list->whole[r][c], i) ==
                            aug_spreads_fit(&all, &all.whole[r][c], 2 * i));
            }
        }
    }
    search_end(&b);
}

// What a choice before has left does not stay.
static void another_choice(void **state) {
    static const struct {
        uint64_t mask;
        int count;
    } rows[] = {{0x1f, 5}, {0, 0}, {0x8, 1}};
    search_bench b;
    aug_spreads all;
    aug_spread_choice choice;
    (void)state;
    begin(&b, &all, &choice);
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        aug_spread_choice_take(&b.space, &all, &rows[i].mask, &choice);
        assert_int_equal(choice.list.count, rows[i].count);
    }
    int cut[AUG_PROBLEM_RANKS] = {0};
    uint64_t fits = 0;
    aug_spreads_fitting(&choice.list, &b.space, cut, &fits);
    assert_int_equal(fits, 1); // 10 and 4 points are left: any steps divide them
    search_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_is_as_it_was), cmocka_unit_test(another_choice)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
