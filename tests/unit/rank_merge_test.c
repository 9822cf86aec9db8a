// Scores of attention, S[h,p,m] += Q[h,p,d] * K[m,d]: heads h and positions p of queries are alike.
#include "support/search_bench.h"

#include "mapper/rank_merge.h"

#define SCORES  "S[h,p,m] += Q[h,p,d] * K[m,d]"
#define SIZES   "h=4 p=8 m=2 d=3"
#define MACHINE "dram buffer x:4 mac"

typedef struct merge_bench {
    search_bench of;
    aug_rank_merge merge;
} merge_bench;

static bool begin(merge_bench *b, const char *einsum, const char *sizes) {
    static const double prices[] = {100, 10};
    search_begin(&b->of, einsum, sizes, MACHINE);
    search_prices(&b->of, prices, 1);
    return aug_rank_merge_init(&b->of.bench.problem, &b->of.options, &b->merge);
}

// 4 · 8 = 32 of one rank; tensors keep their words, and one index less of Q and S.
static void ranks_that_are_alike_become_one(void **state) {
    merge_bench b;
    (void)state;
    assert_true(begin(&b, SCORES, SIZES));
    const aug_problem *whole = &b.of.bench.problem, *merged = &b.merge.problem;
    int both = b.merge.into[search_rank(&b.of, "h")];
    assert_int_equal(b.merge.into[search_rank(&b.of, "p")], both);
    assert_int_equal(merged->rank_count, 3);
    assert_int_equal(merged->sizes[both], 32);
    assert_int_equal(merged->sizes[b.merge.into[search_rank(&b.of, "d")]], 3);
    for (int t = 0; t < 3; t++) {
        assert_int_equal(aug_tensor_words(&merged->tensors[t], merged->sizes),
                         aug_tensor_words(&whole->tensors[t], whole->sizes));
        assert_int_equal(merged->tensors[t].dim_count, 2);
        assert_int_equal(merged->tensors[t].ranks >> both & 1, t != cost_tensor(&b.of.bench, "K"));
    }
    search_end(&b.of);
}

// Ranks of other tensors, of one point, of windows, and of two indices stay. All ranks of a map are one.
static void which_ranks_are_alike(void **state) {
    static const struct {
        const char *einsum, *sizes;
        int ranks; // 0: none are merged
    } rows[] = {
        {SCORES, SIZES, 3},
        {COST_PRODUCT, "m=4 n=4 k=4", 0},
        {SCORES, "h=1 p=8 m=2 d=3", 0},
        {"Z[a,b,c] = A[a,b,c]", "a=2 b=3 c=4", 1},
        {"O[p,q] += I[p+r,q] * W[r]", "p=4 q=4 r=2", 0},
        {"O[p,q] += I[p+r,q] * W[r]", "p=4 q=4 r=1", 2}, // r has one point, so p is an index by itself
        {"O[p,q] += I[p,q,q] * W[r]", "p=4 q=4 r=2", 0},
        {"O[p,q] += I[2*p,q] * W[r]", "p=4 q=4 r=2", 0},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        merge_bench b;
        bool merges = begin(&b, rows[i].einsum, rows[i].sizes);
        if (merges != (rows[i].ranks > 0) || (merges && b.merge.problem.rank_count != rows[i].ranks))
            fail_msg("row %zu: %d", i, b.merge.problem.rank_count);
        search_end(&b.of);
    }
}

static void when_each_rank_counts(void **state) {
    static const aug_mapping_node prefix[] = {{.kind = AUG_MAPPING_STORE, .tensors = 7}};
    static const aug_restriction ordered = {.order_count = {0, 1}}, tiled = {.has_tiles = {false, true}},
                                 last_ordered = {.order_count = {[AUG_PROBLEM_MEMORIES] = 1}};
    merge_bench b;
    (void)state;
    assert_true(begin(&b, SCORES, SIZES));
    const aug_mapper_options options[] = {
        {.perfect = false, .threads = 1},
        {.perfect = true, .threads = 1, .prefix = prefix, .prefix_count = 1},
        {.perfect = true, .threads = 1, .restriction = &ordered},
        {.perfect = true, .threads = 1, .restriction = &tiled},
        {.perfect = true, .threads = 1, .restriction = &last_ordered},
    };
    for (size_t i = 0; i < AUG_COUNT(options); i++)
        assert_false(aug_rank_merge_init(&b.of.bench.problem, &options[i], &b.merge));
    search_end(&b.of);
}

// Routers are passed in whole steps, and columns of two axes are counted from the middle.
static void ways_that_are_paid_for(void **state) {
    static const struct {
        const char *machine;
        double hop_pj, router_pj;
        bool merges;
    } rows[] = {
        {"dram buffer x:4 mac", 0, 0, true},      {"dram buffer x:4 mac", 1, 0, true},
        {"dram buffer x:4 mac", 1, 1, false},     {"dram buffer x:2 y:2 mac", 0, 0, true},
        {"dram buffer x:2 y:2 mac", 1, 0, false},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        merge_bench b;
        search_begin(&b.of, SCORES, SIZES, rows[i].machine);
        cost_one_array(&b.of.bench);
        b.of.bench.problem.arrays[0].hop_pj = rows[i].hop_pj;
        b.of.bench.problem.arrays[0].router_pj = rows[i].router_pj;
        search_prices(&b.of, (const double[]){100, 10}, 1);
        if (aug_rank_merge_init(&b.of.bench.problem, &b.of.options, &b.merge) != rows[i].merges)
            fail_msg("row %zu", i);
        search_end(&b.of);
    }
}

// Both or none of two ranks may go along an axis that is fixed.
static void axes_that_tell_ranks_apart(void **state) {
    merge_bench b;
    (void)state;
    begin(&b, SCORES, SIZES);
    unsigned h = 1u << search_rank(&b.of, "h"), p = 1u << search_rank(&b.of, "p"),
             m = 1u << search_rank(&b.of, "m");
    const unsigned axis_ranks[] = {h, h | m, h | p, m};
    for (size_t i = 0; i < AUG_COUNT(axis_ranks); i++) {
        aug_restriction restriction = {.axis_is_fixed = {true}, .axis_ranks = {axis_ranks[i]}};
        b.of.options.restriction = &restriction;
        bool merges = aug_rank_merge_init(&b.of.bench.problem, &b.of.options, &b.merge);
        assert_int_equal(merges, i >= 2);
        unsigned into = 1u << b.merge.into[search_rank(&b.of, i == 2 ? "p" : "m")];
        if (merges)
            assert_int_equal(b.merge.options.restriction->axis_ranks[0], into);
    }
    search_end(&b.of);
}

// Of 32: eight steps are 4 of h and 2 of p; two steps more are of p, and so are the last two.
static void nests_of_the_ranks_that_there_are(void **state) {
    static const struct {
        const char *merged, *expected;
    } rows[] = {
        {"dram[Q K S] for h:4 buffer[Q] for h:1 for m:1 for d:1 mac",
         "dram[Q K S] for h:1 for p:4 buffer[Q] for p:1 for m:1 for d:1 mac"},
        {"dram[Q K S] for h:16 buffer[Q] par x h:4 for h:1 for m:1 for d:1 mac",
         "dram[Q K S] for h:2 buffer[Q] par x h:1 par x p:4 for p:1 for m:1 for d:1 mac"},
        {"dram[Q K S] buffer[K] for d:1 for m:1 for h:1 mac",
         "dram[Q K S] buffer[K] for d:1 for m:1 for h:1 for p:1 mac"},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        merge_bench b;
        aug_mapping merged, mapping;
        aug_buffer out;
        assert_true(begin(&b, SCORES, SIZES));
        oracle_read_nest(&b.of.bench.arena, &b.merge.problem, rows[i].merged, &merged);
        assert_true(aug_rank_merge_undo(&b.merge, &merged, &mapping));
        aug_buffer_init(&out, &b.of.bench.arena);
        aug_mapping_print(&out, &b.of.bench.problem, &mapping);
        assert_string_equal(aug_buffer_text(&out), rows[i].expected);
        aug_cost_evaluate(&b.merge.problem, &merged, b.of.bench.scratch, &b.of.bench.cost);
        double energy_pj = b.of.bench.cost.energy_pj, cycles = b.of.bench.cost.cycles;
        cost_evaluate(&b.of.bench, rows[i].expected);
        assert_near(b.of.bench.cost.energy_pj, energy_pj, 1e-12);
        assert_near(b.of.bench.cost.cycles, cycles, 0.0);
        search_end(&b.of);
    }
}

// A loop that becomes two, and 94 or 95 other nodes.
static void a_nest_may_become_too_long(void **state) {
    merge_bench b;
    aug_mapping merged = {.count = AUG_MAPPING_NODES - 1}, mapping;
    (void)state;
    assert_true(begin(&b, SCORES, SIZES));
    merged.nodes[0] =
        (aug_mapping_node){.kind = AUG_MAPPING_FOR, .rank = b.merge.into[search_rank(&b.of, "h")], .tile = 1};
    for (int i = 1; i < AUG_MAPPING_NODES; i++)
        merged.nodes[i] = (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = 1, .tensors = 1};
    assert_true(aug_rank_merge_undo(&b.merge, &merged, &mapping));
    assert_int_equal(mapping.count, AUG_MAPPING_NODES);
    merged.count++;
    assert_false(aug_rank_merge_undo(&b.merge, &merged, &mapping));
    search_end(&b.of);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_that_are_alike_become_one),
        cmocka_unit_test(which_ranks_are_alike),
        cmocka_unit_test(when_each_rank_counts),
        cmocka_unit_test(ways_that_are_paid_for),
        cmocka_unit_test(axes_that_tell_ranks_apart),
        cmocka_unit_test(nests_of_the_ranks_that_there_are),
        cmocka_unit_test(a_nest_may_become_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
