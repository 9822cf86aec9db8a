#include "support/testing.h"

#include "base/spelling.h"

#include <stdio.h>

static void distances_are_those_counted_by_hand(void **state) {
    (void)state;
    static const struct {
        const char *left, *right;
        unsigned distance;
    } rows[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"abc", "abc", 0},
        {"ABC", "abc", 0},                // case does not count
        {"bandwith", "bandwidth", 1},     // one letter left out
        {"badnwidth", "bandwidth", 1},    // neighbours swapped
        {"bandwodth", "bandwidth", 1},    // one letter replaced
        {"kitten", "sitting", 3},         // k to s, e to i, a g more
        {"ca", "abc", 3},                 // a swapped pair is not edited again: delete c, add b, add c
        {"abcdef", "badcfe", 3},          // three swaps
        {"a", "b", 1},
        {"ab", "ba", 1},
        {"abc", "xyz", 3},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        assert_int_equal(aug_spelling_distance(rows[i].left, rows[i].right), rows[i].distance);
        assert_int_equal(aug_spelling_distance(rows[i].right, rows[i].left), rows[i].distance);
    }
}

static void long_names_are_compared_by_their_first_63_letters(void **state) {
    (void)state;
    char left[201], right[201];
    memset(left, 'a', 200);
    memset(right, 'a', 200);
    left[200] = right[200] = '\0';
    right[63] = 'b';
    assert_int_equal(aug_spelling_distance(left, right), 0);
    right[62] = 'b';
    assert_int_equal(aug_spelling_distance(left, right), 1);
    memset(right, 'b', 200);
    assert_int_equal(aug_spelling_distance(left, right), 63);
    assert_int_equal(aug_spelling_distance(left, ""), 63);
}

static const char *nearest(const char *wanted, const char *const *candidates) {
    aug_spelling spelling = {.wanted = wanted};
    for (; *candidates; candidates++)
        aug_spelling_offer(&spelling, *candidates);
    return spelling.nearest;
}

static void the_nearest_name_is_offered_where_it_is_near_enough(void **state) {
    (void)state;
    static const char *const keys[] = {"capacity", "bandwidth", "energy", "bits", "bit", NULL};
    static const struct {
        const char *wanted, *expected;
    } rows[] = {
        {"bandwith", "bandwidth"},
        {"Capacity", "capacity"},
        {"bit", "bit"},
        {"bitz", "bits"},    // 1 from both "bits" and "bit": the first offered stays
        {"engery", "energy"},
        {"enegy", "energy"},
        {"xyz", NULL},       // 3 letters allow 1 edit
        {"cap", NULL},
        {"capa", NULL},      // 4 letters allow 2 edits, "capacity" is 4 away
        {"capaci", "capacity"}, // 6 letters allow 3
        {"throughput", NULL},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        const char *found = nearest(rows[i].wanted, keys);
        if (rows[i].expected)
            assert_string_equal(found, rows[i].expected);
        else
            assert_null(found);
    }
}

static void expect_hint(const char *wanted, const char *const *candidates, const char *expected) {
    aug_error error = {.hint = ""};
    aug_spelling spelling = {.wanted = wanted};
    for (; *candidates; candidates++)
        aug_spelling_offer(&spelling, *candidates);
    aug_spelling_hint(&spelling, &error);
    assert_string_equal(error.hint, expected);
}

static void where_none_is_near_all_are_listed(void **state) {
    (void)state;
    static const char *const keys[] = {"capacity", "", "bandwidth", "m", NULL}, *const one[] = {"m", NULL}, *const none[] = {NULL};
    expect_hint("bandwith", keys, "did you mean 'bandwidth'?");
    expect_hint("zzz", keys, "one of: capacity, bandwidth, m");
    expect_hint("k", keys, "one of: capacity, bandwidth, m"); // one letter is as near to any other
    expect_hint("", keys, "one of: capacity, bandwidth, m");
    expect_hint("k", one, "there is only 'm'");
    expect_hint("k", none, "");
}

static void a_long_list_ends_where_there_is_no_room(void **state) {
    (void)state;
    char name[81], expected[240];
    memset(name, 'a', 80);
    name[80] = '\0';
    const char *const names[] = {name, name, name, "b", NULL};
    snprintf(expected, sizeof expected, "one of: %s, %s, ...", name, name); // 162 characters: 80 more do not fit, nor does what comes behind
    expect_hint("zz", names, expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_are_those_counted_by_hand),
        cmocka_unit_test(long_names_are_compared_by_their_first_63_letters),
        cmocka_unit_test(the_nearest_name_is_offered_where_it_is_near_enough),
        cmocka_unit_test(where_none_is_near_all_are_listed),
        cmocka_unit_test(a_long_list_ends_where_there_is_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
