#include "support/testing.h"

#include "workload/density.h"

// Everything by looking at every element.
static void compare(uint64_t rows, uint64_t columns, uint64_t width, uint64_t height, uint64_t breadth) {
    const aug_density density = {.model = AUG_DENSITY_BAND, .width = width};
    const aug_tile_shape tile = {.dim_count = 2, .shape = {rows, columns}, .tile = {height, breadth}, .copies = 1};
    uint64_t all = 0, tiles = 0, empty = 0, most = 0;
    for (uint64_t top = 0; top < rows; top += height)
        for (uint64_t left = 0; left < columns; left += breadth) {
            uint64_t filled = 0;
            for (uint64_t i = top; i < rows && i < top + height; i++)
                for (uint64_t j = left; j < columns && j < left + breadth; j++)
                    filled += (i > j ? i - j : j - i) <= width;
            all += filled;
            tiles++;
            empty += filled == 0;
            most = filled > most ? filled : most;
        }
    assert_true(aug_band_filled(rows, columns, width) == (double)all);
    assert_near(aug_density_empty(&density, &tile), (double)empty / (double)tiles, 1e-12);
    assert_true(aug_density_most(&density, &tile) == (double)most);
    assert_near(aug_density_mean(&density, &tile), (double)all / (double)(rows * columns), 1e-14);
}

static void bands_are_counted_exactly(void **state) {
    (void)state;
    compare(16, 16, 2, 1, 1); // 74 of 256
    compare(16, 16, 0, 4, 4);
    compare(16, 16, 3, 2, 8);
    compare(16, 16, 40, 3, 5); // full
    compare(7, 20, 1, 2, 3);
    compare(20, 7, 1, 3, 2); // rows below the band
    compare(30, 9, 4, 30, 9);
    compare(13, 13, 5, 5, 13);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(bands_are_counted_exactly)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
