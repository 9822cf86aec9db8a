// What is kept stays; threads that ask at once get the same.
#include "support/testing.h"

#include "base/pool.h"
#include "mapper/mapping_memo.h"

#include <stdio.h>

static aug_balanced answer_of(double cycles, const char *why) {
    aug_balanced answer = {.found = !why, .gap = 0.25, .why = why};
    answer.point.cycles = cycles;
    answer.point.mapping.count = 1;
    return answer;
}

static void what_is_kept_is_found(void **state) {
    (void)state;
    aug_mapping_memo *memo = aug_mapping_memo_new();
    assert_non_null(memo);
    assert_null(aug_mapping_memo_find(memo, "a"));
    char why[] = "none fits";
    aug_balanced first = answer_of(5.0, NULL), none = answer_of(0.0, why), second = answer_of(7.0, NULL);
    assert_true(aug_mapping_memo_keep(memo, "a", &first));
    assert_true(aug_mapping_memo_keep(memo, "b", &none));
    why[0] = 'x'; // it has a copy
    const aug_balanced *found = aug_mapping_memo_find(memo, "a");
    assert_true(found->found && found->point.cycles == 5.0 && found->gap == 0.25);
    assert_string_equal(aug_mapping_memo_find(memo, "b")->why, "none fits");
    assert_true(aug_mapping_memo_keep(memo, "a", &second)); // the first one stays
    assert_ptr_equal(aug_mapping_memo_find(memo, "a"), found);
    assert_true(found->point.cycles == 5.0);
    assert_null(aug_mapping_memo_find(memo, "ab"));
    aug_mapping_memo_free(memo);
    aug_mapping_memo_free(NULL);
}

enum { KEYS = 500 };

static void use(void *context, int worker, uint64_t index) {
    (void)worker;
    aug_mapping_memo *memo = context;
    char key[32];
    snprintf(key, sizeof key, "question %d", (int)(index % KEYS));
    aug_balanced answer = answer_of((double)(index % KEYS), NULL);
    assert_true(aug_mapping_memo_keep(memo, key, &answer));
    assert_true(aug_mapping_memo_find(memo, key)->point.cycles == (double)(index % KEYS));
}

static void threads_share_one(void **state) {
    (void)state;
    aug_mapping_memo *memo = aug_mapping_memo_new();
    aug_pool_run(4, 4 * KEYS, use, memo);
    for (int i = 0; i < KEYS; i++) {
        char key[32];
        snprintf(key, sizeof key, "question %d", i);
        assert_true(aug_mapping_memo_find(memo, key)->point.cycles == i);
    }
    aug_mapping_memo_free(memo);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_found),
        cmocka_unit_test(threads_share_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
