// Words of sliding tiles: by hand, and against every order of loops.
#include "support/search_bench.h"

#include "mapper/window_words.h"

enum { MOST_LOOPS = 8 };

typedef struct orders {
    search_bench *b;
    const aug_count *extents;
    aug_item loops[MOST_LOOPS], path[MOST_LOOPS];
    int count;
    aug_count least;
} orders;

// Loops from the inside out: tiles grow by their steps.
static void price_order(orders *o) {
    aug_count tile[AUG_PROBLEM_RANKS];
    aug_item path[MOST_LOOPS];
    memcpy(tile, o->extents, sizeof tile);
    for (int i = o->count - 1; i >= 0; i--) {
        path[i] = o->path[i];
        path[i].to = aug_tile_class_find(&o->b->space.classes[path[i].rank], tile[path[i].rank]);
        tile[path[i].rank] *= path[i].steps;
    }
    aug_count words = aug_window_words(&o->b->space, 0, path, o->count, o->extents, INFINITY, false);
    o->least = words < o->least ? words : o->least;
}

static void all_orders(orders *o, unsigned rest, int at) {
    if (!rest)
        price_order(o);
    for (int i = 0; i < o->count; i++)
        if (rest >> i & 1) {
            o->path[at] = o->loops[i];
            all_orders(o, rest & ~(1u << i), at + 1);
        }
}

typedef struct order_row {
    const char *einsum, *sizes, *ranks; // ranks: one letter each
    aug_count extents[5];               // of these
    aug_count times;                    // as often as a rank that does not move I comes by outside
    aug_count least;
} order_row;

// By hand:
//   p 8 in tiles of 2, r 3 whole: boxes of 4 words, a step brings 2 of them, 4 · 2, but 10 are different
//   p 8 in tiles of 4, r 4 in tiles of 1: 8 steps. p innermost brings all 4 in one of two, 16; r innermost 1
//   in
//     one of two, 4. 11 are different. Twice: 8, no more than these
//   p 12 in tiles of 2, r 3 whole, twice: 12 steps of 2
//   p 4 in tiles of 1, r 3 whole, stride 2: 3 words of which 2 are new, 4 · 2. r in tiles of 2, three times:
//     2 words, 24 steps; p innermost brings both in every other step, r innermost as well
//   c of 2, p in 2 tiles of 2, r 2 whole: c innermost brings 3 of 3, p 2 of 3: 4 steps
//   p and q in 2 tiles of 1, r and s 2 whole: 4 steps, p innermost brings 1 · 2 of 4. 3 · 3 are different
static const order_row rows[] = {
    {"O[p,k] += I[p+r] * W[r,k]", "p=8 r=3 k=1", "pr", {2, 3}, 1, 10},
    {"O[p,k] += I[p+r] * W[r,k]", "p=8 r=4 k=1", "pr", {4, 1}, 1, 11},
    {"O[p,k] += I[p+r] * W[r,k]", "p=8 r=4 k=1", "pr", {4, 1}, 2, 11},
    {"O[p,k] += I[p+r] * W[r,k]", "p=12 r=3 k=1", "pr", {2, 3}, 2, 24},
    {"O[p,k] += I[2*p+r] * W[r,k]", "p=4 r=3 k=1", "pr", {1, 3}, 1, 8},
    {"O[p,k] += I[2*p+r] * W[r,k]", "p=4 r=4 k=1", "pr", {1, 2}, 3, 24},
    {"O[p] += I[c,p+r] * W[r,c]", "p=4 r=2 c=2", "prc", {2, 2, 1}, 1, 10},
    {"O[p,q] += I[p+r,q+s] * W[r,s]", "p=2 q=2 r=2 s=2", "pqrs", {1, 1, 2, 2}, 1, 9},
};

// One loop for each prime of each rank's tiles.
static void split_loops(orders *o, const aug_count *tiles) {
    for (int r = 0; r < o->b->space.rank_count; r++)
        for (aug_count left = tiles[r], f = 2; left > 1; f++)
            for (; left % f == 0; left /= f)
                o->loops[o->count++] = (aug_item){.kind = AUG_ITEM_FOR, .rank = (int8_t)r, .steps = f};
}

static void no_order_of_loops_moves_less(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        search_begin(&b, rows[i].einsum, rows[i].sizes, "dram buffer mac");
        search_prepare(&b);
        aug_count extents[AUG_PROBLEM_RANKS], tiles[AUG_PROBLEM_RANKS];
        orders o = {.b = &b, .extents = extents, .least = ~(aug_count)0};
        for (int r = 0; r < AUG_PROBLEM_RANKS; r++)
            extents[r] = tiles[r] = 1;
        for (int r = 0; rows[i].ranks[r]; r++) {
            int rank = search_rank(&b, (char[]){rows[i].ranks[r], 0});
            extents[rank] = rows[i].extents[r];
            tiles[rank] = b.space.problem->sizes[rank] / extents[rank];
        }
        split_loops(&o, tiles);
        all_orders(&o, (1u << o.count) - 1u, 0);
        aug_count once = aug_window_least(&b.space, 0, extents, tiles, 1);
        aug_count least = aug_window_least(&b.space, 0, extents, tiles, rows[i].times);
        if (least != rows[i].least || once > o.least)
            fail_msg("row %zu: %d, once %d, an order has %d", i, (int)least, (int)once, (int)o.least);
        search_end(&b);
    }
}

typedef struct given_row {
    int count;
    struct {
        char rank;
        aug_count tile;
    } loops[3]; // of the prefix
    aug_count words;
} given_row;

// I[p+r] of O[p,k], p 8, r 3, k 2: 10 different words. Behind given loops, by hand:
//   p in tiles of 2: 4 boxes of 4 words, each with 2 of the one before: 4 + 3 · 2
//   k outside of that: I comes twice; the last box, words 7 .. 10, has none of the first, 1 .. 4
//   k inside: each box stays where it is
//   k outside of p in tiles of 4: boxes of 6, the second (5 .. 10) has two of the first (1 .. 6), which is so
//     when it comes again, too: 6 + 4 + 4 + 4
//   r in tiles of 1 inside of p in tiles of 2: boxes of 2 for r 1, 2, 3, each with one of the one before; from
//     r 3 of one box (3, 4) to r 1 of the next one (3, 4) none is new: 2 + 1 + 1, then 0 + 1 + 1 three times
static const given_row given_rows[] = {
    {1, {{'p', 2}}, 10},           {2, {{'k', 1}, {'p', 2}}, 20}, {2, {{'p', 2}, {'k', 1}}, 10},
    {2, {{'k', 1}, {'p', 4}}, 18}, {2, {{'p', 2}, {'r', 1}}, 10},
};

static void loops_of_the_prefix_count_as_others_do(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(given_rows); i++) {
        const given_row *row = &given_rows[i];
        search_bench b;
        aug_mapping_node prefix[3];
        search_begin(&b, "O[p,k] += I[p+r] * W[r,k]", "p=8 r=3 k=2", "dram buffer mac");
        aug_count extents[AUG_PROBLEM_RANKS];
        memcpy(extents, b.bench.problem.sizes, sizeof extents);
        for (int n = 0; n < row->count; n++) {
            int rank = search_rank(&b, (char[]){row->loops[n].rank, 0});
            extents[rank] = row->loops[n].tile;
            prefix[n] =
                (aug_mapping_node){.kind = AUG_MAPPING_FOR, .rank = rank, .tile = row->loops[n].tile};
        }
        b.options.prefix = prefix;
        b.options.prefix_count = row->count;
        search_prepare(&b);
        assert_int_equal(aug_window_words(&b.space, 0, NULL, 0, extents, INFINITY, false), row->words);
        assert_int_equal(aug_window_given(&b.space, 0, b.space.given_count, extents), row->words);
        search_end(&b);
    }
}

// I[a p + r], p 8 and r 3, by hand. Cells of p 4: 2 points of p each, 4 words, of p and all of r; with a stride of 2
// 5 words, of 4 it is 6. Cells of p 2 and r 3: 4 points of p and one of r, 4 words in 6 of them.
//
// Read: 4 places of 4 words. An array of 2 outside could take 2 steps of p, 8 places of 3 words, which is no less.
// p 2 and r 3 stand at 4 places at least, 16 words; with 4 times the steps of p at 10 places, 10.
static void parts_of_a_window_overlap(void **state) {
    static const struct {
        const char *einsum;
        int p, r, fan, words, read;
    } parts[] = {
        {"O[p] += I[p+r] * W[r]", 1, 1, 1, 10, 10},  {"O[p] += I[p+r] * W[r]", 4, 1, 1, 16, 16},
        {"O[p] += I[2*p+r] * W[r]", 4, 1, 1, 20, 20}, {"O[p] += I[4*p+r] * W[r]", 4, 1, 1, 24, 24},
        {"O[p] += I[p+r] * W[r]", 4, 1, 2, 16, 16},  {"O[p] += I[p+r] * W[r]", 2, 3, 1, 24, 16},
        {"O[p] += I[p+r] * W[r]", 2, 3, 4, 24, 10},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(parts); i++) {
        search_bench b;
        search_begin(&b, parts[i].einsum, "p=8 r=3", "dram buffer mac");
        search_prepare(&b);
        aug_count steps[AUG_PROBLEM_RANKS] = {1, 1};
        steps[search_rank(&b, "p")] = (aug_count)parts[i].p;
        steps[search_rank(&b, "r")] = (aug_count)parts[i].r;
        aug_count words = aug_window_spread(&b.space, 0, steps),
                  read = aug_window_read(&b.space, 0, steps, (aug_count)parts[i].fan);
        if (words != (aug_count)parts[i].words || read != (aug_count)parts[i].read)
            fail_msg("row %zu: %d, %d", i, (int)words, (int)read);
        search_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(parts_of_a_window_overlap),
                                       cmocka_unit_test(no_order_of_loops_moves_less),
                                       cmocka_unit_test(loops_of_the_prefix_count_as_others_do)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
