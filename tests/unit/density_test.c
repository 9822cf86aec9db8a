#include "support/testing.h"

#include "workload/density.h"

static aug_tile_shape tile_of(uint64_t rows, uint64_t columns, uint64_t height, uint64_t width) {
    return (aug_tile_shape){.dim_count = 2, .shape = {rows, columns}, .tile = {height, width}, .copies = 1};
}

// 256 words, density 0.01: ceil(2.56) = 3 non-zeros. C(248,3) / C(256,3) = 248 247 246 / (256 255 254).
static void a_uniform_tile_is_empty_by_choice(void **state) {
    (void)state;
    const aug_density density = {.model = AUG_DENSITY_UNIFORM, .share = 0.01};
    aug_tile_shape tile = tile_of(16, 16, 2, 4);
    assert_near(aug_density_empty(&density, &tile), 248.0 * 247.0 * 246.0 / (256.0 * 255.0 * 254.0), 1e-14);
    assert_near(aug_density_expected(&density, &tile), 8.0 * 3.0 / 256.0, 1e-15);
    assert_near(aug_density_expected_filled(&density, &tile), 8.0 * 3.0 / 256.0 / (1.0 - aug_density_empty(&density, &tile)), 1e-14);
    assert_true(aug_density_most(&density, &tile) == 3.0);
    assert_near(aug_density_mean(&density, &tile), 3.0 / 256.0, 1e-15);
    tile.copies = 2; // two tiles of 8 words as one
    assert_near(aug_density_empty(&density, &tile), 240.0 * 239.0 * 238.0 / (256.0 * 255.0 * 254.0), 1e-14);
}

// 0.07 of 100 are 7 non-zeros, though 0.07 * 100 is a little more than 7 as doubles go.
static void non_zeros_are_whole_numbers(void **state) {
    (void)state;
    const aug_density density = {.model = AUG_DENSITY_UNIFORM, .share = 0.07};
    aug_tile_shape tile = tile_of(10, 10, 1, 1);
    assert_true(aug_density_mean(&density, &tile) == 0.07);
    tile = tile_of(1, 13, 1, 1); // 0.91 of a word: one word
    assert_near(aug_density_mean(&density, &tile), 1.0 / 13.0, 1e-15);
}

// The product of factors, as long as it takes.
static double product(double words, double filled, double tile) {
    double chance = 1.0;
    for (double i = 0.0; i < tile; i += 1.0)
        chance *= (words - filled - i) / (words - i);
    return chance;
}

static void large_tensors_keep_their_precision(void **state) {
    (void)state;
    static const double cases[][3] = {{1e6, 2000, 300}, {1e6, 300, 2000}, {4096, 512, 100}, {65536, 65, 70}, {1e8, 1e4, 1e4}, {1e7, 3e6, 100}, {500, 130, 90}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_near(aug_uniform_empty(cases[i][0], cases[i][1], cases[i][2]), product(cases[i][0], cases[i][1], cases[i][2]), 1e-10);
    // 2^60 words: what the limit (1 - d)^t says.
    assert_near(aug_uniform_empty(0x1p60, 0x1p57, 100.0), pow(0.875, 100.0), 1e-9);
    assert_near(aug_uniform_empty(0x1p60, 0x1p30, 0x1p30), exp(-1.0), 1e-8);
    assert_true(aug_uniform_empty(0x1p60, 0x1p59, 0x1p40) == 0.0);
    assert_true(aug_uniform_empty(100.0, 0.0, 5.0) == 1.0);
    assert_true(aug_uniform_empty(100.0, 98.0, 5.0) == 0.0);
}

typedef struct moments {
    double chance, mean, square;
} moments;

static void add(void *context, double filled, double chance) {
    moments *m = context;
    m->chance += chance;
    m->mean += chance * filled;
    m->square += chance * filled * filled;
}

// Mean t d, variance t d (1-d) (N-t)/(N-1).
static void chances_have_the_moments_of_the_distribution(void **state) {
    (void)state;
    static const double cases[][3] = {{256, 64, 128}, {10, 9, 8}, {1e9, 1e8, 1e6}, {50, 3, 50}, {7, 7, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double words = cases[i][0], share = cases[i][1] / words, tile = cases[i][2];
        moments m = {0};
        aug_uniform_each(words, cases[i][1], tile, add, &m);
        assert_near(m.chance, 1.0, 1e-12);
        assert_near(m.mean, tile * share, 1e-9);
        assert_near(m.square - m.mean * m.mean + 1.0, tile * share * (1.0 - share) * (words - tile) / (words - 1.0) + 1.0, 1e-6);
    }
}

// Two halves of 4 words with 2 non-zeros: (2,0) or (0,2) in 2 C(2,2)/C(4,2) = 1/3 of all cases, else (1,1): the fuller has 4/3.
static void the_fullest_of_two_halves(void **state) {
    (void)state;
    assert_near(aug_uniform_fullest(4.0, 2.0, 2.0, 2.0), 4.0 / 3.0, 0.06);
    // One tile alone is the mean; all words are in the tile.
    const aug_density density = {.model = AUG_DENSITY_UNIFORM, .share = 0.5};
    aug_tile_shape tile = tile_of(4, 4, 4, 4);
    assert_true(aug_density_fullest(&density, &tile, 1.0) == 8.0);
    // 16 of 4096 words in 16 parts: deviation sqrt(64 0.75 240/256) = 6.9; Blom's place of the largest of 16 is 1.77.
    assert_near(aug_uniform_fullest(4096.0, 1024.0, 256.0, 16.0), 64.0 + 6.9 * 1.77, 0.02);
    // Means far from zero go by the normal distribution: 2^20 parts of 2^20 words.
    assert_near(aug_uniform_fullest(0x1p40, 0x1p38, 0x1p20, 0x1p20), 262144.0 + 443.4 * 4.86, 1e-4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_uniform_tile_is_empty_by_choice),
        cmocka_unit_test(non_zeros_are_whole_numbers),
        cmocka_unit_test(large_tensors_keep_their_precision),
        cmocka_unit_test(chances_have_the_moments_of_the_distribution),
        cmocka_unit_test(the_fullest_of_two_halves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
