#include "support/testing.h"

#include "cost/box_set.h"

#include <string.h>

static aug_box_set less(aug_interval box, aug_interval other) {
    aug_box_set set;
    aug_box_set_make(&set, &box, &other, 1);
    return set;
}

static aug_box_set less_of_two(const aug_interval *box, const aug_interval *other) {
    aug_box_set set;
    aug_box_set_make(&set, box, other, 2);
    return set;
}

static void words_of_differences(void **state) {
    (void)state;
    aug_box_set end = less((aug_interval){0, 5}, (aug_interval){4, 9});    // 0 .. 3
    aug_box_set apart = less((aug_interval){0, 5}, (aug_interval){6, 9});  // 0 .. 5
    aug_box_set middle = less((aug_interval){0, 9}, (aug_interval){3, 5}); // 0 1 2 6 7 8 9
    aug_box_set nothing = less((aug_interval){2, 4}, (aug_interval){0, 9});
    assert_int_equal(aug_box_set_words(&end, 1), 4);
    assert_int_equal(aug_box_set_words(&apart, 1), 6);
    assert_int_equal(aug_box_set_words(&middle, 1), 7);
    assert_int_equal(aug_box_set_words(&nothing, 1), 0);
    aug_box_set_normalise(&middle, 1);
    assert_int_equal(aug_box_set_words(&middle, 1), 7);
    assert_int_equal(middle.box[0].high, 2);
    assert_int_equal(middle.kept[0].low, 6);
}

static void equal_words_are_equal_sets(void **state) {
    (void)state;
    aug_box_set left = less((aug_interval){0, 5}, (aug_interval){4, 9}), right = less((aug_interval){-2, 3}, (aug_interval){-5, -1});
    aug_box_set whole = less((aug_interval){0, 3}, (aug_interval){0, -1}), other = less((aug_interval){0, 5}, (aug_interval){5, 9});
    aug_box_set_normalise(&left, 1);
    aug_box_set_normalise(&right, 1);
    aug_box_set_normalise(&whole, 1);
    aug_box_set_normalise(&other, 1);
    assert_int_equal(aug_box_set_compare(&left, &right), 0);
    assert_int_equal(aug_box_set_compare(&left, &whole), 0);
    assert_int_not_equal(aug_box_set_compare(&left, &other), 0);
}

// Rows 0 1, columns 0 .. 3. Less columns 2 3 of both rows: one piece of 4 words. Less column 3 of row 1: 7 words, which no other box leaves.
static void two_dimensions(void **state) {
    (void)state;
    const aug_interval box[] = {{0, 1}, {0, 3}}, columns[] = {{0, 1}, {2, 5}}, corner[] = {{1, 2}, {3, 4}}, narrow[] = {{0, 1}, {0, 1}};
    const aug_interval elsewhere[] = {{5, 6}, {0, 1}};
    aug_box_set piece = less_of_two(box, columns), most = less_of_two(box, corner), alone = less_of_two(narrow, elsewhere);
    aug_box_set_normalise(&piece, 2);
    aug_box_set_normalise(&most, 2);
    assert_int_equal(aug_box_set_words(&piece, 2), 4);
    assert_int_equal(aug_box_set_words(&most, 2), 7);
    assert_int_equal(aug_box_set_compare(&piece, &alone), 0);
    assert_true(aug_interval_is_empty(alone.kept[0]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_differences),
        cmocka_unit_test(equal_words_are_equal_sets),
        cmocka_unit_test(two_dimensions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
