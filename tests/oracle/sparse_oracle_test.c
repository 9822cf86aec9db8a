// An oracle for zeros: draws tensors, walks a nest operation by operation and counts what happens.
//
// It knows nothing of probabilities. For each tensor and each pair of stores it finds the stays: the steps in time during which
// an instance keeps one tile, grouped with those of other instances that take the same tile from the same parent at the same
// moment. A group needs its access if among its operations there is one whose word of every leader is not zero, here and for the
// groups around it further out. Means over many draws are held against expectations:
//
//     fixed seeds   |mean - expected| <= 4.5 standard errors, and 3 draws of the whole range for what is rare
//     a fresh seed  the bound of Maurer and Pontil, |mean - expected| <= sqrt(2 V L / D) + 7 R L / (3 (D - 1)), L = ln(4 / delta), for
//                   D draws with variance V and range R: false with less than delta, whatever the distribution
#include "sparse_oracle_random.h"
#include "sparse_oracle_walk.h"

#include "support/test_share.h"

#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FIGURES = 64, DRAWS = 1500, NESTS = 100, FRESH_NESTS = 12, FRESH_DRAWS = 3000 };

// ---- Drawing

typedef struct tensor_draw {
    bool filled[MASK]; // row by row
} tensor_draw;

static int columns_of(const walk *w, int tensor) {
    return tensor == 0 ? w->sizes[2] : w->sizes[1];
}

static void draw_tensor(const walk *w, int tensor, aug_random *random, tensor_draw *draw) {
    const aug_density *density = w->s->problem.tensors[tensor].density;
    int rows = tensor == 0 ? w->sizes[0] : w->sizes[2], columns = columns_of(w, tensor), words = rows * columns;
    for (int i = 0; i < words; i++)
        draw->filled[i] = !density;
    if (!density)
        return;
    if (density->model == AUG_DENSITY_BAND) {
        for (int i = 0; i < words; i++)
            draw->filled[i] = (uint64_t)abs(i / columns - i % columns) <= density->width;
        return;
    }
    int blocks = 1, per_block = words, of_block = 0, along = 1, across = 0;
    if (density->model == AUG_DENSITY_BLOCKS) { // n of m along the second dimension
        per_block = (int)density->levels[0].m;
        blocks = words / per_block;
        of_block = (int)density->levels[0].n;
        across = per_block;
    } else {
        of_block = (int)ceil(density->share * words - 1e-9);
    }
    for (int b = 0; b < blocks; b++)
        for (int k = 0; k < of_block;) { // reject places that are taken
            int at = b * across + along * (int)aug_random_below(random, (uint64_t)per_block);
            k += !draw->filled[at];
            draw->filled[at] = true;
        }
}

static bool word_filled(const walk *w, const tensor_draw *draws, int tensor, int operation) {
    return draws[tensor].filled[w->edges[tensor][0].word[operation]];
}

// ---- Counting one draw

typedef struct counter {
    const walk *w;
    const tensor_draw *draws;
    bool any[TENSORS][EDGES][2][OPERATIONS]; // whether a group of an edge meets a non-zero of A, B
} counter;

static void meet(counter *c) {
    for (int t = 0; t < TENSORS; t++)
        for (int i = 0; i < c->w->edge_count[t]; i++)
            for (int l = 0; l < 2; l++) {
                const edge *e = &c->w->edges[t][i];
                memset(c->any[t][i][l], 0, sizeof c->any[t][i][l]);
                for (int o = 0; o < c->w->operation_count; o++)
                    c->any[t][i][l][e->group[o]] |= word_filled(c->w, c->draws, l, o);
            }
}

// Whether savings (those that skip, or all) leave the access of an operation at an edge, by rules of stores up to `until`.
static bool is_left(const counter *c, int tensor, int until, int operation, bool gating) {
    const aug_sparse_design *design = c->w->s->problem.sparse;
    for (int m = 0; m < c->w->s->problem.memory_count; m++)
        for (int g = 0; g < design->memories[m].group_count; g++) {
            const aug_sparse_group *group = &design->memories[m].groups[g];
            if (group->choices[0].tensor != tensor || (!group->skips && !gating))
                continue;
            int store = -1; // of the innermost edge whose parent lies in that memory or outside of it
            for (int i = 0; i < c->w->edge_count[tensor]; i++)
                if (c->w->s->mapping.nodes[c->w->edges[tensor][i].parent].memory <= m)
                    store = i;
            if (store < 0 || store > until)
                continue;
            for (int l = 0; l < 2; l++)
                if ((group->choices[0].on >> l & 1) && !c->any[tensor][store][l][c->w->edges[tensor][store].group[operation]])
                    return false;
        }
    return true;
}

static bool compressed(const walk *w, int tensor, int node) {
    return w->s->problem.sparse->memories[w->s->mapping.nodes[node].memory].rank_count[tensor] > 0;
}

// Non-zero words of the tile that a group moves.
static int filled_words(const counter *c, int tensor, const edge *e, int operation) {
    static bool seen[MASK];
    int count = 0;
    memset(seen, 0, sizeof seen);
    for (int o = 0; o < c->w->operation_count; o++) {
        if (e->box[o] != e->box[operation])
            continue;
        count += !seen[e->word[o]] && c->draws[tensor].filled[e->word[o]];
        seen[e->word[o]] = true;
    }
    return count;
}

// Tiles of an edge that hold no non-zero, of all that there are.
static double empty_tiles(const counter *c, int tensor, const edge *e) {
    static int boxes[OPERATIONS], filled[OPERATIONS];
    int count = 0, empty = 0;
    for (int o = 0; o < c->w->operation_count; o++) {
        int i = 0;
        while (i < count && boxes[i] != e->box[o])
            i++;
        if (i == count)
            filled[count++] = 0;
        boxes[i] = e->box[o];
        filled[i] |= c->draws[tensor].filled[e->word[o]];
    }
    for (int i = 0; i < count; i++)
        empty += !filled[i];
    return empty;
}

static double expected_empty_tiles(const walk *w, int tensor, const edge *e, double *tiles) {
    aug_tile_shape shape = {.dim_count = 2, .copies = 1};
    *tiles = 1.0;
    for (int r = 0, d = 0; r < RANKS; r++) {
        int rank = tensor == 1 ? (r == 0 ? 2 : r == 1 ? 1 : 0) : r; // B[k,n]
        if (!(ranks_of[tensor] >> rank & 1))
            continue;
        uint64_t extent = (uint64_t)w->sizes[rank];
        for (int n = 0; n < e->child; n++)
            if (is_loop(&w->s->mapping.nodes[n]) && w->s->mapping.nodes[n].rank == rank)
                extent = w->s->mapping.nodes[n].tile;
        shape.shape[d] = (uint64_t)w->sizes[rank];
        shape.tile[d++] = extent;
        *tiles *= (double)w->sizes[rank] / (double)extent;
    }
    const aug_density *density = w->s->problem.tensors[tensor].density;
    return density ? *tiles * aug_density_empty(density, &shape) : 0.0;
}

// Figures of one draw in one order: actual and gated accesses of each edge in its parent, empty tiles, fills of its child, operations.
static int count_draw(const counter *c, double *figures) {
    int n = 0;
    for (int t = 0; t < TENSORS; t++)
        for (int i = 0; i < c->w->edge_count[t]; i++) {
            const edge *e = &c->w->edges[t][i];
            double actual = 0.0, gated = 0.0, fills = 0.0;
            bool packed = t < 2 && compressed(c->w, t, e->parent), packed_child = t < 2 && i + 1 < c->w->edge_count[t] && compressed(c->w, t, e->child);
            for (int g = 0; g < e->group_count; g++) {
                bool skipped = !is_left(c, t, i, e->inner[g], false), left = is_left(c, t, i, e->inner[g], true);
                double filled = packed || packed_child ? filled_words(c, t, e, e->inner[g]) : 0.0, words = packed ? filled : e->words;
                actual += left ? words : 0.0;
                gated += !left && !skipped ? words : 0.0;
                fills += left ? (packed_child ? filled : e->words) * e->members[g] : 0.0;
            }
            figures[n++] = actual;
            figures[n++] = gated;
            if (t < 2)
                figures[n++] = empty_tiles(c, t, e);
            if (t < 2 && i + 1 < c->w->edge_count[t])
                figures[n++] = fills;
        }
    double done = 0.0, gated = 0.0, absent = 0.0;
    aug_zeros zeros = c->w->s->problem.sparse->zeros[0];
    for (int o = 0; o < c->w->operation_count; o++) {
        bool come = true, left = true, filled = word_filled(c->w, c->draws, 0, o) && word_filled(c->w, c->draws, 1, o);
        for (int t = 0; t < 2; t++) {
            come = come && is_left(c, t, EDGES, o, false);
            left = left && is_left(c, t, EDGES, o, true);
        }
        absent += !come;
        bool happens = left && (zeros == AUG_ZEROS_COMPUTE || filled);
        done += happens;
        gated += come && !happens && zeros != AUG_ZEROS_SKIP;
    }
    figures[n++] = done;
    figures[n++] = gated;
    figures[n++] = absent;
    return n;
}

// The same figures as the model expects them, and the largest that each can be.
static int expected_figures(const walk *w, double *figures, double *ranges) {
    int n = 0;
    for (int t = 0; t < TENSORS; t++)
        for (int i = 0; i < w->edge_count[t]; i++) {
            const edge *e = &w->edges[t][i];
            int memory = w->s->mapping.nodes[e->parent].memory;
            const aug_flow *flow = sparse_flow(w->s, memory, t, t == 2 ? AUG_FLOW_UPDATE : AUG_FLOW_READ);
            ranges[n] = ranges[n + 1] = (double)flow->dense;
            figures[n++] = flow->actual;
            figures[n++] = flow->gated;
            if (t < 2) {
                figures[n] = expected_empty_tiles(w, t, e, &ranges[n]);
                n++;
            }
            assert_int_equal(flow->dense, (aug_count)e->group_count * (aug_count)e->words); // the oracle sees what the dense count sees
            if (t == 2 || i + 1 == w->edge_count[t])
                continue;
            const aug_flow *fill = sparse_flow(w->s, w->s->mapping.nodes[e->child].memory, t, AUG_FLOW_FILL);
            ranges[n] = (double)fill->dense;
            figures[n++] = fill->actual;
        }
    const aug_compute_cost *compute = &w->s->cost.compute;
    ranges[n] = ranges[n + 1] = ranges[n + 2] = (double)compute->operations;
    figures[n++] = compute->actual;
    figures[n++] = compute->gated;
    figures[n++] = compute->absent;
    return n;
}

// ---- Comparing

typedef struct trial {
    const char *nest, *machine, *tensors;
    uint64_t seed;
} trial;

static void fail_trial(const trial *t, int figure, double mean, double expected, double bound) {
    print_error("seed %llu, figure %d: mean %.9g, expected %.9g, bound %.3g\nnest: %s\ntensors: %s\n%s\n", (unsigned long long)t->seed, figure, mean,
                expected, bound, t->nest, t->tensors, t->machine);
    fail();
}

// The mean of bounded draws against its expectation; delta 0: 4.5 standard errors. What comes up less than ten times in all draws may as
// well not come up at all, and leaves no variance then: an allowance of a few draws of the whole range covers that.
static double bound_of(double variance, double range, int draws, double delta) {
    if (delta <= 0.0)
        return 4.5 * sqrt(variance / draws) + range * (variance > 0.0 ? 3.0 : 10.0) / draws;
    double log_term = log(4.0 / delta);
    return sqrt(2.0 * variance * log_term / draws) + 7.0 * range * log_term / (3.0 * (draws - 1)) + 1e-9 * (1.0 + range);
}

static void compare(const walk *w, const trial *t, aug_random *random, int draws, double delta) {
    static counter c;
    static tensor_draw drawn[TENSORS];
    double sum[FIGURES] = {0}, square[FIGURES] = {0}, figures[FIGURES], expected[FIGURES], ranges[FIGURES];
    int count = expected_figures(w, expected, ranges);
    c.w = w;
    c.draws = drawn;
    for (int d = 0; d < draws; d++) {
        draw_tensor(w, 0, random, &drawn[0]);
        draw_tensor(w, 1, random, &drawn[1]);
        meet(&c);
        assert_int_equal(count_draw(&c, figures), count);
        for (int i = 0; i < count; i++) {
            double off = figures[i] - expected[i];
            sum[i] += off;
            square[i] += off * off;
        }
    }
    for (int i = 0; i < count; i++) {
        double mean = sum[i] / draws, variance = fmax(0.0, (square[i] - sum[i] * mean) / (draws - 1));
        double bound = bound_of(variance, ranges[i], draws, delta);
        if (fabs(mean) > bound)
            fail_trial(t, i, expected[i] + mean, expected[i], bound);
    }
}

// Tiles of one tensor that lie apart: a loop in space with loops of the same rank inside. Where zeros are not spread uniformly the model takes
// them for independent, which they are not (docs/sparsity.md).
static bool lies_apart(const walk *w) {
    const aug_mapping *mapping = &w->s->mapping;
    for (int t = 0; t < 2; t++) {
        const aug_density *density = w->s->problem.tensors[t].density;
        for (int n = 0; n < mapping->count; n++) {
            const aug_mapping_node *node = &mapping->nodes[n];
            bool splits = node->kind == AUG_MAPPING_PAR && (ranks_of[t] >> node->rank & 1) && node->tile > 1 && w->steps[n] > 1;
            if (splits && density && density->model != AUG_DENSITY_UNIFORM)
                return true;
        }
    }
    return false;
}

static void run(uint64_t seed, int draws, double delta) {
    static const int choices[] = {2, 4, 4, 6, 8};
    aug_random random = {.state = seed};
    sparse_ground s;
    static walk w;
    test_ground text;
    test_begin(&text);
    memset(&w, 0, sizeof w);
    for (int r = 0; r < RANKS; r++)
        w.sizes[r] = choices[aug_random_below(&random, 5)];
    const char *ranks = aug_arena_print(&text.arena, "{m: %d, n: %d, k: %d}", w.sizes[0], w.sizes[1], w.sizes[2]);
    const char *a = sparse_random_density(&random, 0, w.sizes), *b = sparse_random_density(&random, 1, w.sizes);
    trial t = {.seed = seed, .tensors = aug_arena_print(&text.arena, "{A: {density: %s}, B: {density: %s}}", a, b)};
    t.machine = sparse_random_machine(&random, &text);
    t.nest = sparse_random_nest(&random, &text, w.sizes);
    sparse_begin(&s, ranks, "Z[m,n] += A[m,k] * B[k,n]", t.tensors, t.machine);
    if (s.problem.sparse) {
        sparse_evaluate(&s, t.nest);
        w.s = &s;
        sparse_walk_operations(&w);
        sparse_walk_edges(&w);
        if (!lies_apart(&w))
            compare(&w, &t, &random, draws, delta);
    }
    sparse_end(&s);
    test_end(&text);
}

static void means_over_draws_are_the_expectations(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= test_some_of(NESTS); seed++)
        run(seed, DRAWS, 0.0);
}

static void a_fresh_seed_agrees_too(void **state) {
    (void)state;
    const char *given = getenv("AUGER_TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) * 1000003;
    print_message("fresh seed: AUGER_TEST_SEED=%llu\n", (unsigned long long)seed);
    for (uint64_t i = 0; i < test_some_of(FRESH_NESTS); i++)
        run(seed + i, FRESH_DRAWS, 1e-6 / (FRESH_NESTS * FIGURES)); // all figures of all nests together: below 1e-6
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_over_draws_are_the_expectations),
        cmocka_unit_test(a_fresh_seed_agrees_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
