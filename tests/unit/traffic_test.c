// Words along edges, by hand.
#include "support/cost_bench.h"

#include "cost/count.h"

typedef struct ground {
    cost_bench b;
    const aug_form *form;
    int all[AUG_MAPPING_NODES];
} ground;

static void begin(ground *g, const char *einsum, const char *sizes, const char *machine, const char *nest) {
    cost_begin(&g->b, einsum, sizes, machine);
    cost_nest(&g->b, nest);
    g->form = aug_scratch_form(g->b.scratch, &g->b.problem, &g->b.mapping);
    for (int n = 0; n < AUG_MAPPING_NODES; n++)
        g->all[n] = AUG_CHOOSE_ALL;
}

static aug_count received(ground *g, int tensor, int store) {
    aug_edge edge = aug_form_edge(g->form, tensor, store);
    return aug_traffic_at_child(g->form, &edge, g->all, g->b.scratch->moves);
}

static aug_count given(ground *g, int tensor, int store, aug_direction direction) {
    aug_edge edge = aug_form_edge(g->form, tensor, store);
    return aug_traffic_at_parent(g->form, &edge, g->all, direction, g->b.scratch->moves, g->b.scratch->children);
}

// The example of src/cost/README.md: into the buffer boxes of I of 6 and 5 words with 2 in common; W stays; O is apart. To compute both
// cells share each of 12 W, and none of 21 I.
static void the_example(void **state) {
    (void)state;
    ground g;
    begin(&g, COST_WINDOW, "p=7 r=3", "dram buffer x:2 register mac",
          "dram[I W O] for p:4 buffer[I W O] par x p:2 register[O] for r:1 for p:1 mac");
    assert_int_equal(received(&g, 0, 1), 9);
    assert_int_equal(received(&g, 1, 1), 3);
    assert_int_equal(received(&g, 2, 1), 7);
    assert_int_equal(received(&g, 2, 2), 7);
    assert_int_equal(received(&g, 1, 2), 21);
    assert_int_equal(given(&g, 1, 2, AUG_FETCHED), 12);
    assert_int_equal(given(&g, 0, 2, AUG_FETCHED), 21);
    aug_edge edge = aug_form_edge(g.form, 0, 1);
    aug_traffic_term terms[4];
    assert_int_equal(aug_traffic_terms(g.form, &edge, g.all, g.b.scratch->moves, terms, 4), 2);
    assert_int_equal(terms[0].words, 11);
    assert_int_equal(terms[0].steps, 2);
    assert_int_equal(terms[1].words, 2);
    assert_int_equal(terms[1].node, 1);
    cost_end(&g.b);
}

typedef struct window_case {
    const char *sizes, *einsum, *nest;
    aug_count words; // of I into the buffer
} window_case;

static const window_case windows[] = {
    // slides by 2 over p and stays over c, which does not move it: 4 + 3 · 2
    {"p=8 r=3", COST_WINDOW, "dram[I W O] for p:2 buffer[I] for r:1 for p:1 mac", 10},
    // r outside: tiles of p alone slide by 2 without overlap, 8 words per r; from r to r + 1 back by 6, from [6 + r, 7 + r] to [r + 1, r + 2]: apart
    {"p=8 r=3", COST_WINDOW, "dram[I W O] for r:1 for p:2 buffer[I] for p:1 mac", 24},
    // the same with p in halves: [0,3] [4,7], then back to [1,4]: one word, 4, is held; [5,8], [2,5] holds 5 ..: 24 - 2
    {"p=8 r=3", COST_WINDOW, "dram[I W O] for r:1 for p:4 buffer[I] for p:1 mac", 22},
    // stride 4, kernel 3: boxes of 15 words for 4 outputs, gaps included; the next one starts 16 on
    {"p=8 r=3", "O[p] += I[4*p+r] * W[r]", "dram[I W O] for p:4 buffer[I] for r:1 for p:1 mac", 30},
    // marked: all of each tile
    {"p=8 r=3", COST_WINDOW, "dram[I W O] for p:2 buffer[I!] for r:1 for p:1 mac", 16},
};

static void windows_by_hand(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(windows); i++) {
        ground g;
        begin(&g, windows[i].einsum, windows[i].sizes, "dram buffer mac", windows[i].nest);
        aug_count words = received(&g, 0, 1);
        if (words != windows[i].words)
            fail_msg("%s: found %llu words, expected %llu", windows[i].nest, (unsigned long long)words, (unsigned long long)windows[i].words);
        cost_end(&g.b);
    }
}

// Z[m,n] += A[m,k] B[k,n], 4 cells along k: Z is summed in space, or by each cell where the axis forbids it.
static void sums_in_space(void **state) {
    (void)state;
    ground g;
    begin(&g, COST_PRODUCT, "m=3 n=2 k=8", "dram x:4 register mac", "dram[A B Z] for k:4 for m:1 for n:1 par x k:1 register[Z] mac");
    assert_int_equal(received(&g, 2, 1), 2 * 6 * 4);
    assert_int_equal(given(&g, 2, 1, AUG_DRAINED), 12);
    assert_int_equal(given(&g, 2, 1, AUG_FETCHED), 12);
    aug_edge edge = aug_form_edge(g.form, 2, 1);
    assert_int_equal(aug_traffic_first_at_child(g.form, &edge, g.all, g.b.scratch->moves), 24);
    assert_int_equal(aug_traffic_first_at_parent(g.form, &edge, g.all, AUG_FETCHED, g.b.scratch->moves), 6);
    assert_true(aug_traffic_is_symmetric(g.form, &edge));
    g.b.problem.axes[0].reduce = 0;
    assert_false(aug_traffic_is_symmetric(g.form, &edge));
    assert_int_equal(given(&g, 2, 1, AUG_DRAINED), 48);
    assert_int_equal(given(&g, 2, 1, AUG_FETCHED), 12);
    cost_end(&g.b);
}

typedef struct diagonal_case {
    const char *einsum, *sizes, *nest;
    aug_count received, given; // of I
} diagonal_case;

#define ON_DIAGONALS "dram[I V Z] for m:1 par x a:3 par x e:3 par y b:1 par y f:1 for a:2 for e:2 register[I] for a:1 for b:1 for c:1 for e:1 for f:1 "

// Two indices with a diagonal each. Along a + b + c (a 4, b 4, c 2) cells with a 0 .. 2 have boxes [b, b + 2], then [b + 2, b + 3]; those
// with a 3 have [b + 3, b + 4] and are idle in the second step. 8 boxes of 4 * 3 + 4 * 2 = 20 words.
//
// Along e + f + g the same. One run over a and e fetches
//   e on    20 of a, 1 new of e for 4 f: 80; with the second a (8 words) 32
//   a on    e back: 16 sets of 2 x 3 less 1 word, or 1 new of a times 2 that stay: 80 + 32
// that is 224 behind the first boxes, 20 * 20. When m steps both go back:
//   3 x 3 less 1 word                        16 sets of 8
//   [b, b + 1] x [f + 3, f + 4]              16 sets of 4
//   [b + 3, b + 4] x [f, f + 1]              16 sets of 4, of which [3, 4] x [3, 4] is one of those before: 128 + 124
// 400 + 224 + 252 + 224 = 1100, and 4 more where each cell counts. A third index of two words that stays doubles all of it.
//
// With e + f (e 5, f 4) boxes are [f, f + 1], then [f + 2], apart; or [f + 3, f + 4] for e 3 4, which stay: 7 boxes of 2 words, as [3, 4] is both.
//   first   20 * 14
//   e on    20 * 4, with the second a 8 * 4
//   a on    8 * 8 whole, or 1 new of a times [f + 3, f + 4]: 4 * 8
//   m on    20 * 8 whole, [b, b + 1] x [f + 3, f + 4] 16 * 4, of which [3, 4] x [3, 4] came whole
// 280 + 208 + 220 + 208 = 916; first boxes of 20 * 16 and the one set make 44 more where each cell counts.
static const diagonal_case diagonals[] = {
    {"Z[m] += I[a+b+c,e+f+g] * V[m]", "m=2 a=4 b=4 c=2 e=4 f=4 g=2", ON_DIAGONALS "for g:1 mac", 1104, 1100},
    {"Z[m] += I[a+b+c,e+f+g,h] * V[m]", "m=2 a=4 b=4 c=2 e=4 f=4 g=2 h=2", ON_DIAGONALS "for g:1 for h:1 mac", 2208, 2200},
    {"Z[m] += I[a+b+c,e+f] * V[m]", "m=2 a=4 b=4 c=2 e=5 f=4", ON_DIAGONALS "mac", 960, 916},
};

static void sets_that_two_diagonals_make_equal(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(diagonals); i++) {
        const diagonal_case *c = &diagonals[i];
        ground g;
        begin(&g, c->einsum, c->sizes, "dram x:4 y:16 register mac", c->nest);
        aug_count words = received(&g, 0, 1), once = given(&g, 0, 1, AUG_FETCHED);
        if (words != c->received || once != c->given)
            fail_msg("%s: found %" PRIu64 " and %" PRIu64 " words", c->einsum, words, once);
        cost_end(&g.b);
    }
}

// m 3 over two cells: cell 0 has m 0 and 2, cell 1 has m 1 and is idle while cell 0 has 2. It keeps A[1,k] and Z[1] meanwhile.
//   A   each k: 2 words for cell 0, 1 for cell 1
//   Z   cell 0 has 0 2 0 2, so 4 words leave it and 2 come back; cell 1 sends its word at the end
//   C   of m alone: 4 words for cell 0, 1 for cell 1, which never moves
static void idle_cells_keep_what_they_hold(void **state) {
    (void)state;
    ground g;
    begin(&g, "Z[m] += A[m,k] * C[m]", "m=3 k=2", "dram x:2 register mac", "dram[A C Z] for k:1 for m:2 par x m:1 register[A C Z] mac");
    g.b.problem.drain_reads = true;
    assert_int_equal(received(&g, 0, 1), 6);
    assert_int_equal(received(&g, 1, 1), 5);
    assert_int_equal(received(&g, 2, 1), 5);
    assert_int_equal(given(&g, 2, 1, AUG_DRAINED), 5);
    aug_edge edge = aug_form_edge(g.form, 2, 1);
    assert_int_equal(aug_traffic_first_at_child(g.form, &edge, g.all, g.b.scratch->moves), 3);
    cost_evaluate(&g.b, "dram[A C Z] for k:1 for m:2 par x m:1 register[A C Z] mac");
    assert_words(&g.b, "dram", "C", 5, 0, 0);
    assert_words(&g.b, "dram", "Z", 2, 0, 5);
    assert_words(&g.b, "register", "Z", 3 + 5, 2, 6); // operations with k 1 add to what is there
    cost_end(&g.b);
}

// Z[] over 4 cells, k 7 in fours: each cell has a sum of its own, begun once. 7 updates, of which 4 are the first; one sum leaves, or four.
static void a_sum_of_its_own_in_each_cell(void **state) {
    (void)state;
    ground g;
    begin(&g, "Z[] += A[k]", "k=7", "dram x:4 register mac", "dram[A Z] for k:4 par x k:1 register[Z] mac");
    aug_edge edge = aug_form_edge(g.form, 1, 1);
    assert_int_equal(aug_traffic_first_at_child(g.form, &edge, g.all, g.b.scratch->moves), 4);
    assert_int_equal(aug_traffic_first_at_parent(g.form, &edge, g.all, AUG_FETCHED, g.b.scratch->moves), 1);
    for (unsigned reduce = 0; reduce < 2; reduce++) {
        g.b.problem.axes[0].reduce = reduce ? ~0u : 0;
        cost_evaluate(&g.b, "dram[A Z] for k:4 par x k:1 register[Z] mac");
        assert_words(&g.b, "register", "Z", 3, 0, 7);
        assert_words(&g.b, "dram", "Z", 0, 0, reduce ? 1 : 4);
    }
    cost_end(&g.b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example),
        cmocka_unit_test(windows_by_hand),
        cmocka_unit_test(sums_in_space),
        cmocka_unit_test(sets_that_two_diagonals_make_equal),
        cmocka_unit_test(idle_cells_keep_what_they_hold),
        cmocka_unit_test(a_sum_of_its_own_in_each_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
