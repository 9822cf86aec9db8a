#include "support/testing.h"

#include "workload/density.h"

static aug_density blocks(int count, const aug_density_block *levels) {
    aug_density density = {.model = AUG_DENSITY_BLOCKS, .dim = 1, .level_count = count};
    for (int l = 0; l < count; l++)
        density.levels[l] = levels[l];
    return density;
}

static aug_tile_shape tile_of(uint64_t rows, uint64_t columns, uint64_t height, uint64_t width) {
    return (aug_tile_shape){.dim_count = 2, .shape = {rows, columns}, .tile = {height, width}, .copies = 1};
}

static double empty(aug_density density, uint64_t height, uint64_t width) {
    const aug_tile_shape tile = tile_of(8, 64, height, width);
    return aug_density_empty(&density, &tile);
}

// 2:4. One word is empty half the time; two of a block with C(2,2)/C(4,2) = 1/6; three of a block never. Tiles of 3 begin at 0, 3, 2, 1
// of a block: 0, then 1 word and 2 words (1/2 1/6), 2 and 1, and 3 words: (0 + 1/12 + 1/12 + 0) / 4.
static void windows_of_two_in_four(void **state) {
    (void)state;
    aug_density density = blocks(1, (aug_density_block[]){{2, 4}});
    assert_near(empty(density, 1, 1), 0.5, 1e-15);
    assert_near(empty(density, 1, 2), 1.0 / 6.0, 1e-15);
    assert_near(empty(density, 1, 3), 1.0 / 24.0, 1e-15);
    assert_true(empty(density, 1, 4) == 0.0);
    assert_near(empty(density, 3, 1), 0.125, 1e-15); // rows do not know of each other
    aug_tile_shape tile = tile_of(8, 64, 2, 8);
    assert_true(aug_density_expected(&density, &tile) == 8.0);
    assert_true(aug_density_most(&density, &tile) == 8.0);
    tile = tile_of(8, 64, 1, 3); // at place 3: one word of a block and two of the next, all filled
    assert_true(aug_density_most(&density, &tile) == 3.0);
    tile = tile_of(8, 64, 1, 6); // at place 2: two words of each of two blocks and two more: never more than 2 of a block
    assert_true(aug_density_most(&density, &tile) == 4.0);
    tile.copies = 2;
    assert_true(aug_density_most(&density, &tile) == 8.0);
}

// 1:2 blocks of 1:2: of 4 neighbours one is filled. One word: 3/4 empty. The first two words: the other block was chosen, 1/2. Words
// 1 and 2 (tiles of 3 at 1): one word of each block, of which one is chosen and half filled there: 1/2.
static void levels_multiply(void **state) {
    (void)state;
    aug_density density = blocks(2, (aug_density_block[]){{1, 2}, {1, 2}});
    aug_tile_shape tile = tile_of(8, 64, 1, 1);
    assert_near(aug_density_mean(&density, &tile), 0.25, 1e-15);
    assert_near(empty(density, 1, 1), 0.75, 1e-15);
    assert_near(empty(density, 1, 2), 0.5, 1e-15);
    assert_true(empty(density, 1, 4) == 0.0);
    // 3 words: at 0 a whole block and a half; the chosen one is the second (1/2) with its other word filled (1/2): 1/4. At 3: one word
    // (3/4) and a whole block (1/2). At 2 (tile 3 of period 4): 1/2 3/4. At 1: half a block and a whole one: 1/4.
    assert_near(empty(density, 1, 3), (0.25 + 0.375 + 0.375 + 0.25) / 4.0, 1e-15);
}

// Draws of random patterns count the same.
static void draws_agree(void **state) {
    (void)state;
    aug_density density = blocks(2, (aug_density_block[]){{2, 3}, {2, 4}});
    unsigned empties = 0, seen = 0;
    for (unsigned outer = 0; outer < 8; outer++)
        for (unsigned a = 0; a < 16; a++)
            for (unsigned b = 0; b < 16; b++)
                for (unsigned c = 0; c < 16; c++) {
                    if (__builtin_popcount(outer) != 2 || __builtin_popcount(a) != 2 || __builtin_popcount(b) != 2 || __builtin_popcount(c) != 2)
                        continue;
                    unsigned words = (outer & 1 ? a : 0) | (outer & 2 ? b << 4 : 0) | (outer & 4 ? c << 8 : 0);
                    seen += 2; // tiles of 6: at 0 and at 6
                    empties += (words & 0x3f) == 0;
                    empties += (words & 0xfc0) == 0;
                }
    assert_near(empty(density, 1, 6), (double)empties / seen, 1e-14);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_of_two_in_four),
        cmocka_unit_test(levels_multiply),
        cmocka_unit_test(draws_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
