// Classes of small ranks by hand, and against all tiles of ranks up to 40.
#include "support/testing.h"

#include "mapper/tile_class.h"

enum { MOST = 12, LARGEST = 40 };

typedef struct class_row {
    const char *what;
    aug_count size, part;
    bool perfect;
    int end_count;
    aug_count ends[2];
    int count;
    aug_tile_class classes[MOST]; // count, steps, least, most
} class_row;

// ceil(10 / tile): 10 is 1; 9 .. 5 are 2; 4 is 3; 3 is 4; 2 is 5; 1 is 10. A part of 4 out of 10 is cut by 4,
// 2 and 1 into 1, 2 and 4, while the whole is ceil(10 / 4) = 3, 5 and 10 of them. 36 = 6 · 6: 6 stands once.
static const class_row rows[] = {
    {"one", 1, 1, false, 0, {0}, 1, {{1, 1, 1, 1}}},
    {"ten",
     10,
     10,
     false,
     0,
     {0},
     6,
     {{1, 1, 10, 10}, {2, 2, 5, 9}, {3, 3, 4, 4}, {4, 4, 3, 3}, {5, 5, 2, 2}, {10, 10, 1, 1}}},
    {"ten, 7 and more in another class",
     10,
     10,
     false,
     1,
     {6},
     7,
     {{1, 1, 10, 10}, {2, 2, 7, 9}, {2, 2, 5, 6}, {3, 3, 4, 4}, {4, 4, 3, 3}, {5, 5, 2, 2}, {10, 10, 1, 1}}},
    {"ten, 7 by itself",
     10,
     10,
     false,
     2,
     {6, 7},
     8,
     {{1, 1, 10, 10},
      {2, 2, 8, 9},
      {2, 2, 7, 7},
      {2, 2, 5, 6},
      {3, 3, 4, 4},
      {4, 4, 3, 3},
      {5, 5, 2, 2},
      {10, 10, 1, 1}}},
    {"ten, ends of classes anyway",
     10,
     10,
     false,
     2,
     {9, 4},
     6,
     {{1, 1, 10, 10}, {2, 2, 5, 9}, {3, 3, 4, 4}, {4, 4, 3, 3}, {5, 5, 2, 2}, {10, 10, 1, 1}}},
    {"divisors of ten",
     10,
     10,
     true,
     0,
     {0},
     4,
     {{1, 1, 10, 10}, {2, 2, 5, 5}, {5, 5, 2, 2}, {10, 10, 1, 1}}},
    {"a square",
     36,
     36,
     true,
     0,
     {0},
     9,
     {{1, 1, 36, 36},
      {2, 2, 18, 18},
      {3, 3, 12, 12},
      {4, 4, 9, 9},
      {6, 6, 6, 6},
      {9, 9, 4, 4},
      {12, 12, 3, 3},
      {18, 18, 2, 2},
      {36, 36, 1, 1}}},
    {"four of ten", 10, 4, false, 0, {0}, 3, {{3, 1, 4, 4}, {5, 2, 2, 2}, {10, 4, 1, 1}}},
};

static void classes_by_hand(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        const class_row *row = &rows[i];
        test_ground ground;
        aug_tile_classes classes;
        test_begin(&ground);
        aug_tile_classes_init(&ground.arena, row->size, row->part, row->perfect, row->ends, row->end_count,
                              &classes);
        assert_int_equal(classes.exact, row->perfect || row->part < row->size);
        if (classes.count != row->count ||
            memcmp(classes.at, row->classes, (size_t)row->count * sizeof *classes.at) != 0)
            fail_msg("%s: %d classes", row->what, classes.count);
        test_end(&ground);
    }
}

// 963761198400 has more divisors, 6720, than any smaller number; 2^40 has 41. What is set aside for them is little.
static void divisors_of_long_ranks(void **state) {
    static const struct {
        aug_count size;
        int count;
    } longs[] = {{963761198400, 6720}, {(aug_count)1 << 40, 41}, {((aug_count)1 << 31) - 1, 2}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(longs); i++) {
        test_ground ground;
        aug_tile_classes classes;
        test_begin(&ground);
        aug_tile_classes_init(&ground.arena, longs[i].size, longs[i].size, true, NULL, 0, &classes);
        assert_int_equal(classes.count, longs[i].count);
        for (int c = 0; c < classes.count; c++) {
            assert_true(classes.at[c].count * classes.at[c].least == longs[i].size);
            assert_true(c == 0 || classes.at[c].count > classes.at[c - 1].count);
        }
        assert_true(ground.arena.used_bytes < 8u << 20);
        test_end(&ground);
    }
}

// Every tile is in one class, all tiles of a class cut the rank into as many, and neighbours differ.
static void all_tiles_are_in_one_class(void **state) {
    (void)state;
    for (aug_count size = 1; size <= LARGEST; size++) {
        test_ground ground;
        aug_tile_classes classes;
        test_begin(&ground);
        aug_tile_classes_init(&ground.arena, size, size, false, NULL, 0, &classes);
        aug_count tile = size;
        for (int c = 0; c < classes.count; c++) {
            assert_true(classes.at[c].most == tile);
            for (; tile >= classes.at[c].least; tile--)
                assert_true((size + tile - 1) / tile == classes.at[c].count);
            assert_true(c == 0 || classes.at[c].count > classes.at[c - 1].count);
        }
        assert_true(tile == 0);
        test_end(&ground);
    }
}

// Of ten: 8 of 5 .. 9 is a multiple of 4, 6 of 3, 4 of 2; 4 is none of 3, and 3 none of 2.
static void which_classes_follow(void **state) {
    enum { TEN, HALF, FOUR, THREE, TWO, ONE };
    static const struct {
        int outer, inner;
        bool follows;
    } pairs[] = {
        {HALF, FOUR, true},  {HALF, THREE, true}, {HALF, TWO, true},  {FOUR, THREE, false}, {FOUR, TWO, true},
        {THREE, TWO, false}, {THREE, ONE, true},  {TEN, THREE, true}, // the last one is short
    };
    test_ground ground;
    aug_tile_classes classes;
    (void)state;
    test_begin(&ground);
    aug_tile_classes_init(&ground.arena, 10, 10, false, NULL, 0, &classes);
    for (size_t i = 0; i < AUG_COUNT(pairs); i++)
        if (aug_tile_class_follows(&classes, pairs[i].outer, pairs[i].inner) != pairs[i].follows)
            fail_msg("pair %zu", i);
    test_end(&ground);
}

// 20 is cut into 2 by 10 .. 19. 11 by itself is no multiple of 5 or 6, while 10 and 12 are.
static void one_tile_of_a_class_may_not_follow(void **state) {
    enum { ALL, ABOVE, ELEVEN, TEN, THIRD, FOURTH };
    static const aug_count ends[] = {10, 11};
    test_ground ground;
    aug_tile_classes classes;
    (void)state;
    test_begin(&ground);
    aug_tile_classes_init(&ground.arena, 20, 20, false, ends, 2, &classes);
    assert_true(classes.at[ELEVEN].least == 11 && classes.at[ELEVEN].most == 11);
    assert_true(classes.at[FOURTH].least == 5 && classes.at[FOURTH].most == 6);
    assert_true(aug_tile_class_follows(&classes, ABOVE, FOURTH));
    assert_false(aug_tile_class_follows(&classes, ELEVEN, FOURTH));
    assert_true(aug_tile_class_follows(&classes, TEN, FOURTH));
    test_end(&ground);
}

// Whether any two tiles of the classes are multiples.
static bool any_multiple(const aug_tile_class *outer, const aug_tile_class *inner) {
    for (aug_count a = outer->least; a <= outer->most; a++)
        for (aug_count b = inner->least; b <= inner->most; b++)
            if (a % b == 0)
                return true;
    return false;
}

// The outermost class is the whole rank, whose last tile may be short.
static void compare_with_all_tiles(aug_count size, bool perfect) {
    test_ground ground;
    aug_tile_classes classes;
    test_begin(&ground);
    aug_tile_classes_init(&ground.arena, size, size, perfect, NULL, 0, &classes);
    for (int outer = 0; outer < classes.count; outer++)
        for (int inner = outer; inner < classes.count; inner++) {
            bool expected = (!perfect && outer == 0) || any_multiple(&classes.at[outer], &classes.at[inner]);
            if (aug_tile_class_follows(&classes, outer, inner) != expected)
                fail_msg("size %d, perfect %d: %d, %d", (int)size, perfect, outer, inner);
        }
    test_end(&ground);
}

static void followers_are_multiples(void **state) {
    (void)state;
    for (aug_count size = 1; size <= LARGEST; size++) {
        compare_with_all_tiles(size, false);
        compare_with_all_tiles(size, true);
    }
}

static void exact_tiles_are_found(void **state) {
    test_ground ground;
    aug_tile_classes classes;
    (void)state;
    test_begin(&ground);
    aug_tile_classes_init(&ground.arena, 36, 36, true, NULL, 0, &classes);
    assert_int_equal(aug_tile_class_find(&classes, 36), 0);
    assert_int_equal(aug_tile_class_find(&classes, 6), 4);
    assert_int_equal(aug_tile_class_find(&classes, 2), 7);
    for (int c = 0; c < classes.count; c++)
        assert_int_equal(aug_tile_class_find(&classes, classes.at[c].least), c);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divisors_of_long_ranks),
        cmocka_unit_test(classes_by_hand),         cmocka_unit_test(all_tiles_are_in_one_class),
        cmocka_unit_test(which_classes_follow),    cmocka_unit_test(one_tile_of_a_class_may_not_follow),
        cmocka_unit_test(followers_are_multiples), cmocka_unit_test(exact_tiles_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
