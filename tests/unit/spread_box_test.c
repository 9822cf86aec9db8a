// Steps in space of a product on four cells that may come to something, listed by hand.
#include "support/search_bench.h"

#include "mapper/floors.h"
#include "mapper/spread_box.h"

typedef struct wanted {
    const aug_space *space;
    double cycles, energy_pj; // nests of no more cycles and of less energy
} wanted;

static aug_wide limit_of(const void *context, double cycles) {
    const wanted *of = context;
    return cycles > of->cycles ? 0 : aug_space_price(of->space, of->energy_pj);
}

static void take_first(void *context, const aug_shape *shape) {
    aug_shape *first = context;
    if (first->count == 0)
        *first = *shape;
}

// The only shape that is needed: all of a keeping have the same loops in space.
static const aug_search *begin(search_bench *b, const char *sizes, aug_shape *shape) {
    static const double prices[] = {0, 1};
    search_begin(b, COST_PRODUCT, sizes, "dram buffer x:4 mac");
    search_prices(b, prices, 0);
    b->options.perfect = false;
    search_prepare(b);
    cost_nest(&b->bench, "dram[A B Z] buffer[A B Z] for m:1 for n:1 for k:1 mac");
    search_keep(b, 0);
    aug_floors_begin(&b->space, &b->keeping);
    aug_search *search = AUG_NEW(&b->bench.arena, aug_search);
    aug_search_init(&b->bench.arena, &b->memory, &b->space, &b->options, search);
    search->keeping = &b->keeping;
    shape->count = 0;
    assert_true(aug_shapes_walk(search, &b->keeping, take_first, shape));
    assert_true(shape->count > 0);
    return search;
}

// Steps of m, n and k.
static bool covers(const search_bench *b, const aug_shape *shape, const aug_spread_box *box,
                   const aug_count *steps) {
    static const char *const names[] = {"m", "n", "k"};
    for (int i = 0, loop = 0; i < shape->count; i++) {
        if (shape->at[i].kind != AUG_ITEM_PAR)
            continue;
        for (int r = 0; r < 3; r++)
            if (shape->at[i].rank == search_rank(b, names[r]) &&
                (box->least[loop] > steps[r] || box->most[loop] < steps[r]))
                return false;
        loop++;
    }
    return true;
}

typedef struct row {
    const char *sizes;
    double cycles, energy_pj;
    int count;
    aug_count steps[6][3];
} row;

// m 4, n 4, k 4 are 64 operations, 16 cycles where all four cells work: products of 4. Of m 3 and n 2 each
// cell has two at least where m takes 3 steps, or both 2; 4 of m are too many.
//
// The buffer gives A once for the cells that share it, over n, 64 / n words; B 64 / m; Z goes to it 64 / k
// times, and comes back as often but for the first of each of 16:
//
//     m n k   A + B + Z + Z again           m n k
//     4 1 1   64 + 16 + 64 + 48 = 192       1 1 4   64 + 64 + 16 + 0 = 144
//     2 2 1   32 + 32 + 64 + 48 = 176       2 1 2   64 + 32 + 32 + 16 = 144
//     1 1 2   64 + 64 + 32 + 16 = 176       2 1 1   64 + 32 + 64 + 48 = 208
//
// with fills from dram, 16 of A, B and Z once, for nothing but the buffer's part of it: 16 + 16 + 16 to
// drain.
static const row rows[] = {
    {"m=4 n=4 k=4", 16, 1e6, 6, {{4, 1, 1}, {1, 4, 1}, {1, 1, 4}, {2, 2, 1}, {2, 1, 2}, {1, 2, 2}}},
    {"m=3 n=2 k=1", 2, 1e6, 2, {{3, 1, 1}, {2, 2, 1}}},
    {"m=4 n=4 k=4", 64, 0, 3, {{1, 1, 4}, {2, 1, 2}, {1, 2, 2}}},
    {"m=4 n=4 k=4", 15, 1e6, 0, {{0}}},
};

static void steps_that_are_wanted(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_shape shape;
        aug_shape_terms terms;
        uint64_t nodes = 0;
        const aug_search *search = begin(&b, rows[i].sizes, &shape);
        assert_true(aug_shape_terms_init(search, &b.keeping, &shape, &terms));
        wanted of = {&b.space, rows[i].cycles, rows[i].energy_pj};
        if (of.energy_pj == 0) { // of the parts that are the same for all, and of what compute reads 145
            const aug_wide none[AUG_PROBLEM_MEMORIES + 1] = {0};
            b.keeping.floors[b.space.memory_count] = 0;
            b.keeping.floor = aug_bound_sum(&b.space, &b.keeping, none);
            of.energy_pj = aug_space_energy(&b.space, b.keeping.floor) + 145;
        }
        aug_spread_cover *cover = AUG_NEW(&b.bench.arena, aug_spread_cover);
        assert_true(aug_spread_cover_find(&terms, limit_of, &of, cover, &nodes));
        assert_int_equal(cover->count, rows[i].count);
        for (int k = 0; k < rows[i].count; k++) {
            int found = 0;
            for (int c = 0; c < cover->count; c++)
                found += covers(&b, &shape, &cover->at[c], rows[i].steps[k]);
            assert_int_equal(found, 1);
        }
        search_end(&b);
    }
}

// Two steps of one loop, of four tiles of its rank: as many as a loop without another one around it makes; a
// rank that has to be used up there has four. Five steps are too many for any.
static void a_shape_is_narrowed(void **state) {
    search_bench b;
    aug_shape shape;
    aug_shape_terms terms;
    aug_box box;
    aug_spread_box spread;
    (void)state;
    const aug_search *search = begin(&b, "m=4 n=4 k=4", &shape);
    assert_true(aug_shape_terms_init(search, &b.keeping, &shape, &terms));
    for (int i = 0, loop = 0; i < shape.count; i++) {
        if (shape.at[i].kind != AUG_ITEM_PAR)
            continue;
        for (int k = 0; k < AUG_SPREAD_LOOPS; k++) {
            spread.least[k] = 1;
            spread.most[k] = 4;
        }
        spread.least[loop] = spread.most[loop] = 2;
        bool all = shape.at[i].before < 0 && (shape.used_up >> shape.at[i].rank & 1);
        aug_box_init(&terms, &box);
        assert_int_equal(aug_spread_box_apply(&spread, &terms, &box), !all);
        assert_true(all ||
                    (aug_box_least_steps(&terms, &box, i) == 2 && aug_box_most_steps(&terms, &box, i) == 2));
        spread.least[loop] = spread.most[loop] = 5;
        aug_box_init(&terms, &box);
        assert_false(aug_spread_box_apply(&spread, &terms, &box));
        loop++;
    }
    search_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_that_are_wanted),
        cmocka_unit_test(a_shape_is_narrowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
