// Parts of boxes by hand, and floors of short tiles whose best steps are known.
#include "support/search_bench.h"

#include "mapper/floors.h"
#include "mapper/shape_cut.h"
#include "mapper/shape_floor.h"

typedef struct cut_bench {
    search_bench b;
    aug_shape shape;
    aug_shape_terms terms;
    aug_box box;
    aug_box_point at;
    aug_box parts[AUG_BOX_PARTS];
} cut_bench;

static aug_search *search_of(search_bench *b) {
    aug_search *search = AUG_NEW(&b->bench.arena, aug_search);
    aug_search_init(&b->bench.arena, &b->memory, &b->space, &b->options, search);
    search->keeping = &b->keeping;
    return search;
}

// The shape of most items.
static void take(void *context, const aug_shape *shape) {
    cut_bench *c = context;
    if (shape->count > c->shape.count)
        c->shape = *shape;
}

static void begin(cut_bench *c, const char *sizes, const char *machine, const char *nest) {
    static const double prices[] = {1, 0};
    memset(c, 0, sizeof *c);
    search_begin(&c->b, COST_PRODUCT, sizes, machine);
    search_prices(&c->b, prices, 0);
    c->b.options.perfect = false;
    search_prepare(&c->b);
    cost_nest(&c->b.bench, nest);
    search_keep(&c->b, 0);
    aug_floors_begin(&c->b.space, &c->b.keeping);
    assert_true(aug_shapes_walk(search_of(&c->b), &c->b.keeping, take, c));
    assert_true(aug_shape_terms_init(search_of(&c->b), &c->b.keeping, &c->shape, &c->terms));
    aug_box_init(&c->terms, &c->box);
    for (int i = 0; i < AUG_SHAPE_ITEMS; i++)
        c->at.tiles[i] = c->at.steps[i] = 0.0;
}

static aug_count count_at(const cut_bench *c, int item, int class) {
    return c->terms.space->classes[c->shape.at[item].rank].at[class].count;
}

static int class_of(const cut_bench *c, int item, aug_count count) {
    for (int k = c->box.from[item]; k <= c->box.to[item]; k++)
        if (count_at(c, item, k) == count)
            return k;
    fail_msg("no class of %llu tiles", (unsigned long long)count);
    return -1;
}

// All but the first loop that is open become single.
static int only_open(cut_bench *c) {
    int open = -1;
    for (int i = 0; i < c->shape.count; i++) {
        if (c->shape.at[i].kind == AUG_ITEM_STORE || c->box.from[i] == c->box.to[i])
            continue;
        if (open < 0)
            open = i;
        else
            c->box.to[i] = c->box.from[i];
    }
    assert_true(open >= 0);
    return open;
}

// 64 points make 1, 2, 3, 4, 5, .. tiles. From 2 on, best in so many:
//
//     3.4    3; 2; 4 and more     the nearest one in logarithms: ln 3.4 - ln 3 = 0.125, ln 4 - ln 3.4 = 0.163
//     3.5    4; 2 and 3; 5 ..     0.154 and 0.134
//     2      2; 3 and more        nothing below
//     900    64; 2 to 32          nothing above
//     deep   of 2 .. 5 the halves 2 and 3, 4 and 5, whatever the bound would like
static void tiles_are_cut_around_the_nearest(void **state) {
    static const struct {
        double at;
        int depth, count;
        aug_count most, from[3], to[3];
    } rows[] = {{3.4, 0, 3, 64, {3, 2, 4}, {3, 2, 64}},
                {3.5, 0, 3, 64, {4, 2, 5}, {4, 3, 64}},
                {2.0, 0, 2, 64, {2, 3}, {2, 64}},
                {900, 0, 2, 64, {64, 2}, {64, 32}},
                {3.4, 101, 2, 5, {2, 4}, {3, 5}}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        cut_bench c;
        begin(&c, "m=64 n=64 k=64", "dram buffer mac",
              "dram[A B Z] buffer[A B Z] for m:1 for n:1 for k:1 mac");
        int item = only_open(&c);
        c.box.to[item] = class_of(&c, item, rows[i].most);
        c.box.from[item] = class_of(&c, item, 2);
        c.at.tiles[item] = log(rows[i].at);
        assert_false(aug_box_is_nest(&c.terms, &c.box));
        assert_int_equal(aug_box_cut(&c.terms, &c.box, &c.at, false, rows[i].depth, c.parts), rows[i].count);
        for (int p = 0; p < rows[i].count; p++)
            if (count_at(&c, item, c.parts[p].from[item]) != rows[i].from[p] ||
                count_at(&c, item, c.parts[p].to[item]) != rows[i].to[p])
                fail_msg("row %zu, part %d: %llu to %llu", i, p,
                         (unsigned long long)count_at(&c, item, c.parts[p].from[item]),
                         (unsigned long long)count_at(&c, item, c.parts[p].to[item]));
        if (rows[i].depth == 0)
            assert_true(aug_box_is_nest(&c.terms, &c.parts[0]));
        search_end(&c.b);
    }
}

// Floors of 64 · 64 · 64 operations on two axes of 16 that share reads and add up results; a word of dram is
// 1 pJ.
//
//     Z is free    1 / n for A and 1 / m for B, 16 each: 262144 · 2 / 16 = 32768
//     Z is paid    1 / m + 1 / n + 2 / k, less 4096 words that are there for the first time: k along one
//     axis,
//                  4 and 4 of m and n along the other, 65536 + 65536 + 2 · 16384 - 4096 = 159744. Axes are
//                  16 long: 5 x 5 x 10 would be 153190, but no two axes hold it
//
// A floor is less than the least by a part of 1024 at most. What is known to be no better than the cutoff is
// the cutoff. Without nodes it is a bound, and no higher.
static void floors_of_two_axes(void **state) {
    static const double least_pj[] = {32768, 159744};
    (void)state;
    for (int paid = 0; paid < 2; paid++) {
        cut_bench c;
        begin(&c, "m=64 n=64 k=64", "dram x:16 y:16 mac", "dram[A B Z] for m:1 for n:1 for k:1 mac");
        double(*prices)[AUG_ACTION_COUNT] = cost_edit(&c.b.bench, "dram")->energy_pj;
        prices[2][AUG_ACTION_READ] = prices[2][AUG_ACTION_WRITE] = prices[2][AUG_ACTION_UPDATE] = paid;
        search_prepare(&c.b);
        search_keep(&c.b, 0);
        aug_floors_begin(&c.b.space, &c.b.keeping);
        aug_keeping part = c.b.keeping;
        part.only = (int8_t)c.b.space.memory_count;
        const struct {
            double cutoff_pj;
            uint64_t nodes;
            double from_pj, to_pj;
        } rows[] = {{1e7, UINT64_MAX, least_pj[paid] * (1.0 - 1.0 / 1024.0) - 1.0, least_pj[paid]},
                    {20000, UINT64_MAX, 20000, 20000},
                    {1e7, 0, 1, least_pj[paid]}};
        for (size_t i = 0; i < AUG_COUNT(rows); i++) {
            aug_wide cutoff = aug_space_price(&c.b.space, rows[i].cutoff_pj);
            aug_wide found = aug_shapes_floor(search_of(&c.b), &part, cutoff, rows[i].nodes);
            double found_pj = aug_space_energy(&c.b.space, found);
            if (!(found_pj >= rows[i].from_pj - 1e-6 && found_pj <= rows[i].to_pj + 1e-6))
                fail_msg("paid %d, row %zu: %.17g", paid, i, found_pj);
        }
        search_end(&c.b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_are_cut_around_the_nearest),
        cmocka_unit_test(floors_of_two_axes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
