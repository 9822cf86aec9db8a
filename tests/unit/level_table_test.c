// What a buffer can do with its room, for products and a window of a few words. Words have 8 bits.
//
// First stores see loops over their own ranks alone, the next ones those over theirs that do not move the
// store above (README.md). A tensor comes again for each step of a rank that is not its own and stands above
// it.
#include "support/search_bench.h"

#include "mapper/level_table.h"

enum { A = 1, B = 2, Z = 4, MOST = 3 };

// What stays and how often the others come: A, B, Z.
typedef struct choice {
    unsigned still;
    aug_count again[3];
} choice;

typedef struct level_row {
    const char *sizes;
    unsigned kept;
    double room_words;
    int count;
    choice choices[MOST];
} level_row;

static aug_level_table *table_of(search_bench *b) {
    return aug_level_table_new(&b->bench.arena, &b->memory.table, &b->space);
}

static void begin(search_bench *b, const char *einsum, const char *sizes, double room_words) {
    search_begin(b, einsum, sizes, "dram buffer mac");
    cost_edit(&b->bench, "buffer")->capacity_bits = 8 * room_words;
    search_prepare(b);
}

static bool is_among(const aug_level_choices *found, const choice *wanted, unsigned kept) {
    for (int i = 0; i < found->count; i++) {
        bool same = found->at[i].still == wanted->still;
        for (int t = 0; t < 3; t++)
            same &= !((kept & ~wanted->still) >> t & 1) || found->at[i].again[t] == wanted->again[t];
        if (same)
            return true;
    }
    return false;
}

static void assert_choices(const level_row *row, size_t number) {
    search_bench b;
    const int cut[AUG_PROBLEM_RANKS] = {0};
    begin(&b, COST_PRODUCT, row->sizes, row->room_words);
    aug_level_choices found = aug_level_table_find(table_of(&b), 1, row->kept, cut);
    if (found.count != row->count)
        fail_msg("row %zu: %d choices", number, found.count);
    for (int i = 0; i < row->count; i++)
        if (!is_among(&found, &row->choices[i], row->kept))
            fail_msg("row %zu: choice %d is missing", number, i);
    search_end(&b);
}

// A[m,k] and B[k,n] of 16 words each.
//   32     both stay. 20: one stays, the other comes word by word
//   10, 5  for k:1 A[4 x 1] for n:1 B: each once, none stays
//   4, 3   for k:1 for m:2 A[2 x 1] for n:1 B: B once for each half of m; or A for each half of n
//   2      word by word: B for each m, or A for each n
static void two_tensors_share_the_room(void **state) {
    static const level_row rows[] = {
        {"m=4 k=4 n=4", A | B, (double)INFINITY, 1, {{A | B, {1, 1}}}},
        {"m=4 k=4 n=4", A | B, 32, 1, {{A | B, {1, 1}}}},
        {"m=4 k=4 n=4", A | B, 31, 2, {{A, {1, 1}}, {B, {1, 1}}}},
        {"m=4 k=4 n=4", A | B, 20, 2, {{A, {1, 1}}, {B, {1, 1}}}},
        {"m=4 k=4 n=4", A | B, 10, 1, {{0, {1, 1}}}},
        {"m=4 k=4 n=4", A | B, 5, 1, {{0, {1, 1}}}},
        {"m=4 k=4 n=4", A | B, 4, 2, {{0, {1, 2}}, {0, {2, 1}}}},
        {"m=4 k=4 n=4", A | B, 3, 2, {{0, {1, 2}}, {0, {2, 1}}}},
        {"m=4 k=4 n=4", A | B, 2, 2, {{0, {1, 4}}, {0, {4, 1}}}},
        {"m=4 k=4 n=4", A | B, 1, 0, {{0, {0}}}},
        {"m=4 k=4 n=4", A, 16, 1, {{A, {1}}}},
        {"m=4 k=4 n=4", A, 15, 1, {{0, {1}}}},
        {"m=8 k=4 n=2", A | B, 3, 1, {{0, {1, 1}}}}, // for k:1 B[1 x 2] for m:1 A
        {"m=8 k=4 n=2", A | B, 2, 2, {{0, {1, 8}}, {0, {2, 1}}}},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        assert_choices(&rows[i], i);
}

// m, k, n 2: four words each. m does not move B, n not A, k not Z, which come again for each step above them.
//   7  the first one whole, 4, then 2 words of the second, 1 of the third: no rank stands above its tensor
//   6  the first one is cut, so one tensor comes twice: for m:1 Z[1 x 2] for k:1 A[1] B[1 x 2], and so on
//   4  the same with for n:1 above B: 2 + 1 + 1
//   3  both ranks of the first one stand above it, and each above another
static void three_tensors_share_the_room(void **state) {
    static const level_row rows[] = {
        {"m=2 k=2 n=2", A | B | Z, 12, 1, {{A | B | Z, {1, 1, 1}}}},
        {"m=2 k=2 n=2", A | B | Z, 7, 3, {{A, {1, 1, 1}}, {B, {1, 1, 1}}, {Z, {1, 1, 1}}}},
        {"m=2 k=2 n=2", A | B | Z, 6, 3, {{0, {1, 2, 1}}, {0, {2, 1, 1}}, {0, {1, 1, 2}}}},
        {"m=2 k=2 n=2", A | B | Z, 4, 3, {{0, {1, 2, 1}}, {0, {2, 1, 1}}, {0, {1, 1, 2}}}},
        {"m=2 k=2 n=2", A | B | Z, 3, 3, {{0, {2, 2, 1}}, {0, {1, 2, 2}}, {0, {2, 1, 2}}}},
        {"m=2 k=2 n=2", A | B | Z, 2, 0, {{0, {0}}}},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        assert_choices(&rows[i], i);
}

// Two words of m are left: A is 8 words and stays; B, 16 words, comes four at a time.
static void what_is_left_of_the_ranks_counts(void **state) {
    search_bench b;
    int cut[AUG_PROBLEM_RANKS] = {0};
    const choice stays = {A, {1, 1}};
    (void)state;
    begin(&b, COST_PRODUCT, "m=4 k=4 n=4", 12);
    aug_level_table *table = table_of(&b);
    assert_int_equal(aug_level_table_find(table, 1, A | B, cut).at[0].still, 0);
    cut[search_rank(&b, "m")] = 1;
    aug_level_choices found = aug_level_table_find(table, 1, A | B, cut);
    assert_int_equal(found.count, 1);
    assert_true(is_among(&found, &stays, A | B));
    search_end(&b);
}

// Two copies of each tile in 40 words are as good as one in 20; Z with words of 32 bits takes four times the
// room.
static void room_is_in_bits_and_buffers(void **state) {
    search_bench b;
    const int cut[AUG_PROBLEM_RANKS] = {0};
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=4 k=4 n=4", "dram buffer mac");
    aug_problem_memory *buffer = cost_edit(&b.bench, "buffer");
    buffer->capacity_bits = 8 * 40;
    buffer->buffers = 2;
    buffer->bits[2] = 32;
    search_prepare(&b);
    aug_level_table *table = table_of(&b);
    assert_int_equal(aug_level_table_find(table, 1, A | B, cut).count, 2);   // as with 20 words above
    assert_int_equal(aug_level_table_find(table, 1, Z, cut).at[0].still, 0); // 64 of 20
    search_end(&b);
}

// I slides and has 4 + 2 - 1 = 5 words. In what order loops over p and r come decides how often, so that is not
// told; W fits in any case.
static void windows_are_not_counted(void **state) {
    static const double rooms[] = {(double)INFINITY, 8, 4};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rooms); i++) {
        search_bench b;
        const int cut[AUG_PROBLEM_RANKS] = {0};
        begin(&b, COST_WINDOW, "p=4 r=2", rooms[i]);
        aug_level_choices found = aug_level_table_find(table_of(&b), 1, 1 | 2, cut);
        assert_int_equal(found.count, 1);
        assert_int_equal(found.at[0].still, 1 | 2);
        search_end(&b);
    }
}

static void what_was_found_is_remembered(void **state) {
    search_bench b;
    const int cut[AUG_PROBLEM_RANKS] = {0}, other[AUG_PROBLEM_RANKS] = {1};
    (void)state;
    begin(&b, COST_PRODUCT, "m=4 k=4 n=4", 20);
    aug_level_table *table = table_of(&b);
    const aug_level_choice *first = aug_level_table_find(table, 1, A | B, cut).at;
    assert_ptr_not_equal(aug_level_table_find(table, 1, A | B, other).at, first);
    assert_ptr_not_equal(aug_level_table_find(table, 1, A, cut).at, first);
    assert_ptr_not_equal(aug_level_table_find(table, 0, A | B, cut).at, first);
    assert_ptr_equal(aug_level_table_find(table, 1, A | B, cut).at, first);
    search_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_tensors_share_the_room),         cmocka_unit_test(three_tensors_share_the_room),
        cmocka_unit_test(what_is_left_of_the_ranks_counts),   cmocka_unit_test(room_is_in_bits_and_buffers),
        cmocka_unit_test(windows_are_not_counted), cmocka_unit_test(what_was_found_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
