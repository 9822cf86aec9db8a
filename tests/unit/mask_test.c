// Bands of masks, counted by hand and pair by pair.
#include "support/testing.h"

#include "workload/graph.h"

typedef struct cut {
    uint64_t rows, past, window;
    int bands, band;
    uint64_t own, columns; // of the band
} cut;

static void bands_have_the_columns_that_their_rows_see(void **state) {
    (void)state;
    static const cut cuts[] = {
        {8, 0, 0, 1, 1, 8, 8},
        {8, 0, 0, 4, 1, 2, 2},
        {8, 0, 0, 4, 4, 2, 8},
        {8, 100, 0, 2, 1, 4, 104},
        {10, 0, 0, 4, 1, 2, 2},  // rows 1 2 | 3 4 5 | 6 7 | 8 9 10
        {10, 0, 0, 4, 2, 3, 5},
        {10, 0, 0, 4, 3, 2, 7},
        {10, 0, 0, 4, 4, 3, 10},
        {8, 0, 3, 4, 1, 2, 2},   // the window is wider than what is there
        {8, 0, 3, 4, 2, 2, 4},   // rows 3 and 4 see 1 2 3 and 2 3 4
        {8, 0, 3, 4, 4, 2, 4},
        {8, 0, 3, 1, 1, 8, 8},
        {8, 5, 3, 1, 1, 8, 10},  // row 1 sees 4 5 6 of 13, row 8 sees 11 12 13
    };
    for (size_t i = 0; i < AUG_COUNT(cuts); i++) {
        const cut *c = &cuts[i];
        const aug_mask mask = {.rows = 0, .columns = 1, .past = c->past, .window = c->window};
        aug_mask_band band = aug_mask_cut(&mask, c->rows, c->bands, c->band);
        if (band.rows != c->own || band.columns != c->columns)
            print_error("row %d of the table: %d x %d\n", (int)i, (int)band.rows, (int)band.columns);
        assert_true(band.rows == c->own && band.columns == c->columns);
    }
}

// B that divide n: (B + 1) / (2 B) of n x n.
static void bands_compute_the_share_of_the_closed_form(void **state) {
    (void)state;
    const aug_mask mask = {.rows = 0, .columns = 1};
    for (int bands = 1; bands <= 64; bands *= 2)
        assert_true(aug_mask_banded_pairs(&mask, 2048, bands) == 2048.0 * 2048.0 * (bands + 1) / (2.0 * bands));
    assert_true(aug_mask_banded_pairs(&mask, 8, 4) == 40);
}

// Whatever past and window: bands hold all pairs that the mask leaves, one row each exactly those.
static void bands_hold_all_that_rows_see(void **state) {
    (void)state;
    for (uint64_t rows = 1; rows <= 9; rows++)
        for (uint64_t past = 0; past <= 6; past += 3)
            for (uint64_t window = 0; window <= 12; window += 2) {
                const aug_mask mask = {.rows = 0, .columns = 1, .past = past, .window = window};
                double pairs = aug_attention_pairs((double)rows, (double)past, (double)window, true);
                for (int bands = 1; bands <= (int)rows; bands++) {
                    uint64_t sum = 0;
                    for (int i = 1; i <= bands; i++)
                        sum += aug_mask_cut(&mask, rows, bands, i).rows;
                    assert_true(sum == rows);
                    assert_true(aug_mask_banded_pairs(&mask, rows, bands) >= pairs);
                }
                assert_true(aug_mask_banded_pairs(&mask, rows, (int)rows) == pairs);
            }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bands_have_the_columns_that_their_rows_see),
        cmocka_unit_test(bands_compute_the_share_of_the_closed_form),
        cmocka_unit_test(bands_hold_all_that_rows_see),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
