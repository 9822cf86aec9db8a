// Products that are their own image when m and n, A and B change places: of choices of what memories keep one
// of each two is searched.
#include "support/search_bench.h"

#include "mapper/image.h"
#include "mapper/keeping_image.h"

enum { A, B, Z };

static int image_of(const int *image, unsigned kept) {
    unsigned to = 0;
    for (int t = 0; t < 3; t++)
        to |= (kept >> t & 1) << image[t];
    return (int)to;
}

typedef struct row {
    const char *sizes;
    double bits_of_b; // in the buffer; 8 as those of A: nothing tells them apart
    bool has_image;
} row;

static const row rows[] = {
    {"m=8 n=8 k=4", 8, true},
    {"m=8 n=4 k=4", 8, false},
    {"m=8 n=8 k=8", 8, true},
    {"m=8 n=8 k=4", 4, false},
};

static void begin(search_bench *b, const row *of, bool perfect) {
    search_begin(b, COST_PRODUCT, of->sizes, "dram buffer register mac");
    cost_edit(&b->bench, "buffer")->bits[B] = of->bits_of_b;
    b->options.perfect = perfect;
    search_prepare(b);
}

static void who_changes_places(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        int image[AUG_PROBLEM_TENSORS];
        begin(&b, &rows[i], false);
        bool found = aug_keeping_image_find(&b.space, search_rank(&b, "m"), search_rank(&b, "n"), image);
        if (found != rows[i].has_image || aug_image_find(&b.space) != rows[i].has_image)
            fail_msg("row %zu", i);
        if (found) {
            assert_true(image[A] == B && image[B] == A && image[Z] == Z);
            assert_true(b.space.image_tensors[0] == A && b.space.image_tensors[1] == B);
        }
        assert_false(aug_keeping_image_find(&b.space, search_rank(&b, "m"), search_rank(&b, "k"), image) &&
                     image[Z] == Z);
        search_end(&b);
    }
}

// Buffer and registers keep any of three tensors each: 64 choices, of which 16 keep A where they keep B.
static void one_of_each_two(void **state) {
    static const int image[] = {B, A, Z};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++)
        for (int perfect = 0; perfect < 2; perfect++) {
            search_bench b;
            aug_keepings all, left;
            int taken = 0, own = 0;
            begin(&b, &rows[i], perfect);
            aug_keepings_init(&b.bench.arena, &b.space, &b.options, &all);
            aug_keepings_init(&b.bench.arena, &b.space, &b.options, &left);
            aug_keeping_images_drop(&b.space, &left);
            aug_image_find(&b.space);
            assert_int_equal(all.count, 64);
            for (int k = 0; k < all.count; k++) {
                const unsigned *kept = all.at[k].kept;
                taken += aug_image_takes_keeping(&b.space, &all.at[k]);
                own += image_of(image, kept[1]) == (int)kept[1] && image_of(image, kept[2]) == (int)kept[2];
            }
            assert_int_equal(own, 16);
            assert_int_equal(left.count, perfect && rows[i].has_image ? 16 + 48 / 2 : 64);
            assert_int_equal(taken, !perfect && rows[i].has_image ? 16 + 48 / 2 : 64);
            search_end(&b);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_changes_places),
        cmocka_unit_test(one_of_each_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
