#include "support/sparse_problem.h"

#include "cost/sparse_format.h"

#define EINSUM "Z[m,n] += A[m,k] * B[k,n]"
#define NEST "dram[A B Z] for m:8 for n:8 buffer[A B Z] for m:1 for n:1 for k:1 mac"

// The tile of A (8 rows of 16 words) in the buffer.
static aug_stored_tile tile_of(const char *density, const char *sparse, const char *more) {
    sparse_ground s;
    aug_sparse_nest nest;
    char machine[1024], tensors[128];
    snprintf(machine, sizeof machine, "auger: machine/1\nclock: 1 GHz\n%slevels:\n  - {memory: dram}\n  - {memory: buffer, sparse: %s}\n"
                                      "  - {compute: mac, rate: 1/cycle}\n", more, sparse);
    snprintf(tensors, sizeof tensors, "{A: {density: %s}}", density);
    sparse_begin(&s, "{m: 16, n: 16, k: 16}", EINSUM, tensors, machine);
    sparse_nest(&s, NEST);
    aug_sparse_nest_init(&nest, &s.problem, &s.mapping, s.problem.sparse);
    aug_stored_tile tile = aug_format_tile(&nest, 0, 1);
    sparse_end(&s);
    return tile;
}

static double filled_rows(void) {
    return 8.0 * (1.0 - aug_uniform_empty(256.0, 64.0, 16.0));
}

// Offsets of 8 rows: 9. A coordinate of ceil(log2 16) = 4 bits for each of 32 expected non-zeros, at most 64, all that A has. An offset
// counts up to 128 words: 8 bits.
static void rows_of_coordinates(void **state) {
    (void)state;
    aug_stored_tile t = tile_of("0.25", "{formats: {A: [offsets, coordinates]}}", "");
    assert_int_equal(t.rank_count, 2);
    assert_true(t.ranks[0].pointers == 9.0 && t.ranks[0].words == 0.0 && t.ranks[0].pointer_bits == 8.0);
    assert_near(t.ranks[1].words, 32.0, 1e-12);
    assert_true(t.ranks[1].word_bits == 4.0 && t.ranks[1].most_words == 64.0 && t.most_words == 64.0);
    assert_near(t.words, 32.0, 1e-12);
    assert_near(aug_format_metadata_bits(&t, false), 9.0 * 8.0 + 32.0 * 4.0, 1e-12);
    assert_true(aug_format_metadata_bits(&t, true) == 9.0 * 8.0 + 64.0 * 4.0);
    // Ten bits for everything.
    t = tile_of("0.25", "{formats: {A: [offsets, coordinates]}, metadata_bits: 10}", "");
    assert_near(aug_format_metadata_bits(&t, false), 10.0 * (9.0 + 32.0), 1e-12);
}

static void ranks_compose(void **state) {
    (void)state;
    // One bit for each word; rows that offsets show to be empty need none.
    aug_stored_tile t = tile_of("0.25", "{formats: {A: [bitmask]}}", "");
    assert_int_equal(t.rank_count, 1); // both loops are one fiber of 128
    assert_true(t.ranks[0].words == 128.0 && t.ranks[0].word_bits == 1.0);
    t = tile_of("0.25", "{formats: {A: [offsets, bitmask]}}", "");
    assert_near(t.ranks[1].words, 16.0 * filled_rows(), 1e-12);
    t = tile_of("0.25", "{formats: {A: [uncompressed, bitmask]}}", "");
    assert_true(t.ranks[1].words == 128.0);
    // Rows with a non-zero, each whole: coordinates of rows, no pointer since rows have one length.
    t = tile_of("0.25", "{formats: {A: [coordinates, uncompressed]}}", "");
    assert_near(t.ranks[0].words, filled_rows(), 1e-12);
    assert_true(t.ranks[0].pointers == 0.0 && t.ranks[0].word_bits == 3.0);
    assert_near(t.words, 16.0 * filled_rows(), 1e-12);
    // Rows of unknown length need a pointer each.
    t = tile_of("0.25", "{formats: {A: [coordinates, coordinates]}}", "");
    assert_near(t.ranks[0].pointers, filled_rows(), 1e-12);
    assert_near(t.ranks[1].words, 32.0, 1e-12);
    // More ranks than loops: the outer one is not there.
    t = tile_of("0.25", "{formats: {A: [offsets, offsets, coordinates]}}", "");
    assert_int_equal(t.rank_count, 2);
    assert_true(t.ranks[0].pointers == 9.0);
    // Nothing but the words.
    t = tile_of("0.25", "{formats: {A: [uncompressed]}}", "");
    assert_true(t.words == 128.0 && t.most_words == 128.0 && aug_format_metadata_bits(&t, true) == 0.0);
    t = tile_of("0.25", "{formats: {B: [bitmask]}}", "");
    assert_true(t.rank_count == 0 && t.words == 128.0);
}

// Two non-zeros per row of 16 at random places would be a lot of work by hand; one word in 256 is not: rows are empty or hold one
// non-zero at any of 16 places. Runs of 2 bits jump over 4: places 4 to 7 need one entry more, 8 to 11 two, 12 to 15 three: 24 / 16.
static void long_runs_take_entries_of_their_own(void **state) {
    (void)state;
    aug_stored_tile t = tile_of("0.00390625", "{formats: {A: [offsets, run_length]}, metadata_bits: 2}", "");
    assert_near(t.ranks[1].words, 0.5 * (1.0 + 24.0 / 16.0), 1e-12); // the tile holds it half the time
    assert_near(t.words, 0.5 * (1.0 + 24.0 / 16.0), 1e-12);
    assert_true(t.most_words == 1.0 + 32.0);
    t = tile_of("0.00390625", "{formats: {A: [offsets, run_length]}, metadata_bits: 4}", "");
    assert_near(t.ranks[1].words, 0.5, 1e-12);
    t = tile_of("0.00390625", "{formats: {A: [offsets, run_length]}}", ""); // as many bits as needed
    assert_near(t.ranks[1].words, 0.5, 1e-12);
}

// s04: 1127 words of coordinates for 32 reads of the tile (rounded up there), 71 for 2 fills.
static void whole_counting_is_that_of_timeloop(void **state) {
    (void)state;
    aug_stored_tile t = tile_of("0.25", "{formats: {A: [offsets, coordinates]}, metadata_bits: 4}", "expectations: whole\n");
    assert_near(t.ranks[0].pointers, 9.0, 1e-12);
    assert_true(ceil(32.0 * t.ranks[1].words) == 1127.0 && ceil(2.0 * t.ranks[1].words) == 71.0);
    assert_true(t.words == 32.0);
}

// 2:4 along k, coordinates of 2 bits: half the words, exactly.
static void structured_tiles_have_one_size(void **state) {
    (void)state;
    aug_stored_tile t = tile_of("{model: 'n:m', n: 2, m: 4, rank: k}", "{formats: {A: [offsets, coordinates]}, metadata_bits: 2}", "");
    assert_true(t.words == 64.0 && t.most_words == 64.0);
    assert_true(t.ranks[1].words == 64.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_coordinates),
        cmocka_unit_test(ranks_compose),
        cmocka_unit_test(long_runs_take_entries_of_their_own),
        cmocka_unit_test(whole_counting_is_that_of_timeloop),
        cmocka_unit_test(structured_tiles_have_one_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
