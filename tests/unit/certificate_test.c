// What the mapper finds is certified, and a certificate that was changed in any way is refused.
#include "support/certificate_bench.h"

#include <stdio.h>
#include <stdlib.h>

// `windows`: Z[m,n] += A[m+k] B[k,n], the filters n of a signal, instead of the product of matrices.
static void set_up_with(bench *b, aug_objective objective, bool windows) {
    memset(b, 0, sizeof *b);
    test_begin(&b->ground);
    small_problem(&b->problem);
    if (windows) {
        b->problem.tensors[SMALL_A].dim_count = 1;
        b->problem.tensors[SMALL_A].dims[0] = (aug_problem_dim){2, {{SMALL_M, 1}, {SMALL_K, 1}}};
    }
    b->options = (aug_mapper_options){.objective = objective, .perfect = true, .threads = 1};
    assert_int_equal(aug_mapper_run(&b->ground.arena, &b->problem, &b->options, &b->result),
                     AUG_MAPPER_FOUND);
}

static void set_up(bench *b, aug_objective objective) {
    set_up_with(b, objective, false);
}

// The text with what stands behind `before` replaced, as far as `length` goes.
static const char *with(bench *b, const char *text, const char *before, size_t length, const char *instead) {
    const char *at = strstr(text, before);
    assert_non_null(at);
    at += strlen(before);
    return aug_arena_print(&b->ground.arena, "%.*s%s%s", (int)(at - text), text, instead, at + length);
}

static void what_is_found_is_certified(void **state) {
    (void)state;
    for (int o = 0; o < 2 * AUG_OBJECTIVE_COUNT; o++) {
        bench b;
        set_up_with(&b, (aug_objective)(o / 2), o % 2);
        const char *text = write_text(&b);
        assert_non_null(text);
        const char *said = check(&b, text);
        assert_non_null(said);
        assert_non_null(strstr(said, aug_objective_names[o / 2]));
        test_end(&b.ground);
    }
}

// Each node that is split said to be closed. (The other way round a proof may hold: what is closed may be
// split as well, and has no children where a choice is known to be a double of another.)
static void close_every_split(aug_objective objective, bool windows) {
    bench b;
    int splits = 0;
    set_up_with(&b, objective, windows);
    char *text = write_text(&b), *tree = strstr(text, "tree: \"") + strlen("tree: \"");
    size_t length = strcspn(tree, "\"");
    aug_count nodes = strtoull(strstr(text, "nodes: ") + strlen("nodes: "), NULL, 10);
    assert_true(length == (nodes + 3) / 4 && nodes > 100);
    for (aug_count i = 0; i < nodes; i++) {
        char held = tree[i / 4], digit[2] = {held, '\0'};
        unsigned value = (unsigned)strtoul(digit, NULL, 16), bit = 8u >> i % 4;
        if (!(value & bit))
            continue;
        splits++;
        tree[i / 4] = "0123456789abcdef"[value & ~bit];
        if (check(&b, text))
            fail_msg("the proof holds with node %d closed", (int)i);
        tree[i / 4] = held;
    }
    assert_true(splits > 20);
    assert_non_null(check(&b, text));
    test_end(&b.ground);
}

static void every_split_counts(void **state) {
    (void)state;
    close_every_split(AUG_OBJECTIVE_EDP, false);
    close_every_split(AUG_OBJECTIVE_ENERGY, true);
}

// An index of windows is what it says: another one, a factor, a rank that stands in it twice.
static void another_window_is_refused(void **state) {
    static const char *const others[] = {"m",     "m+",    "m+k+k",   "m+m",    "2*m+k", "m+2*k",
                                         "0*m+k", "*m+k",  "m*2+k",   "x+k",    "m+k+n", "-1*m+k",
                                         "m k",   "m+k m", "9999999999999*m+k", "1073741824*m+1073741824*k"};
    bench b;
    (void)state;
    set_up_with(&b, AUG_OBJECTIVE_ENERGY, true);
    const char *text = write_text(&b);
    assert_non_null(check(&b, text));
    assert_non_null(check(&b, with(&b, text, "A input ", 3, "1*m+k")));
    assert_non_null(check(&b, with(&b, text, "A input ", 3, "k+m")));
    for (size_t i = 0; i < AUG_COUNT(others); i++)
        assert_null(check(&b, with(&b, text, "A input ", 3, others[i])));
    test_end(&b.ground);
}

// The last node, the last eight, all but one are left out; one too many.
static void a_part_is_no_proof(void **state) {
    bench b;
    (void)state;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    const char *text = write_text(&b), *tree = strstr(text, "tree: \"") + strlen("tree: \"");
    const char *nodes_text = strstr(text, "nodes: ") + strlen("nodes: ");
    size_t digits = strcspn(nodes_text, "\n"), length = strcspn(tree, "\"");
    aug_count nodes = strtoull(nodes_text, NULL, 10);
    const aug_count lengths[] = {nodes - 1, nodes - 8, nodes / 2, 1, nodes + 1};
    for (size_t i = 0; i < AUG_COUNT(lengths); i++) {
        aug_count kept = (lengths[i] + 3) / 4;
        const char *number = aug_arena_print(&b.ground.arena, "%llu", (unsigned long long)lengths[i]);
        const char *bits =
            aug_arena_print(&b.ground.arena, "%.*s%s", (int)kept, tree, kept > length ? "0" : "");
        assert_null(check(&b, with(&b, with(&b, text, "nodes: ", digits, number), "tree: \"", length, bits)));
    }
    test_end(&b.ground);
}

// Claims, figures of the problem and floors that are not those of the proof.
static void other_figures_are_refused(void **state) {
    bench b;
    (void)state;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    const char *text = write_text(&b);
    const char *energy = strstr(text, "energy: ") + strlen("energy: ");
    energy = strstr(energy, "energy: ") ? strstr(energy, "energy: ") + strlen("energy: ") : energy;
    size_t digits = strcspn(energy, "\n");
    unsigned long long claimed = strtoull(energy, NULL, 10);
    char *lower = aug_arena_print(&b.ground.arena, "%llu", claimed - 1);
    char *higher = aug_arena_print(&b.ground.arena, "%llu", claimed + 1);
    assert_null(check(&b, with(&b, text, "- energy: ", digits, lower)));
    assert_null(check(&b, with(&b, text, "- energy: ", digits, higher)));
    assert_null(check(&b, with(&b, text, "ranks: m ", 1, "16")));
    assert_null(check(&b, with(&b, text, "ranks: m ", 1, "4")));
    assert_null(check(&b, with(&b, text, "drains: ", 1, "0")));
    assert_null(check(&b, with(&b, text, "drains: ", 1, "2")));
    assert_null(check(&b, with(&b, text, "objective: ", 6, "latency")));
    assert_null(check(&b, with(&b, text, "objective: ", 6, "beauty")));
    assert_null(check(&b, with(&b, text, "- A input m", 0, " m")));
    assert_null(check(&b, with(&b, text, "pe.x ", 1, "3")));
    assert_null(check(&b, with(&b, text, "floors: \"", 0, "9999999999999999999"))); // the first floor
    static const char *const keys[] = {"objective", "ranks", "tensors", "drains",   "arrays",
                                       "memories",  "unit",  "points",  "- energy", "cycles",
                                       "mapping",   "nodes", "floors",  "tree"};
    for (size_t i = 0; i < AUG_COUNT(keys); i++) // another key, so that this one is missing
        assert_null(check(&b, with(&b, text, keys[i], 0, "s")));
    assert_null(check(&b, with(&b, text, "floors: \"", 0, "1 "))); // one more
    test_end(&b.ground);
}

// Another mapping than the best, said to be proven: `dram[A B Z] ... mac` without a buffer costs more.
static void less_than_the_best_is_not_certified(void **state) {
    bench b;
    aug_mapper_point point = {.cycles = 1};
    (void)state;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    assert_true(aug_mapping_parse(&b.ground.reader,
                                  small_nest(&b.ground, "dram[A B Z] for m:1 for n:1 for k:1 mac"),
                                  &b.problem, &point.mapping));
    b.result.points = &point;
    assert_null(write_text(&b));
    test_end(&b.ground);
}

static void what_is_out_of_reach_is_told(void **state) {
    bench b;
    (void)state;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    assert_null(aug_certificate_cannot(&b.problem, &b.options));
    b.problem.memories[SMALL_BUFFER].leakage_pj_per_cycle = 1;
    assert_string_equal(aug_certificate_cannot(&b.problem, &b.options), "a memory of the machine leaks");
    b.problem.memories[SMALL_BUFFER].leakage_pj_per_cycle = 0;
    b.problem.axes[SMALL_X].reduce = 0;
    assert_string_equal(aug_certificate_cannot(&b.problem, &b.options),
                        "an array of the machine does not share all transfers");
    b.problem.axes[SMALL_X].reduce = ~0u;
    b.problem.tensors[SMALL_Z].dims[0] = (aug_problem_dim){1, {{SMALL_M, 2}}};
    assert_string_equal(aug_certificate_cannot(&b.problem, &b.options),
                        "an index of the output is more than one rank by itself");
    b.problem.tensors[SMALL_A].dims[0] = (aug_problem_dim){1, {{SMALL_K, 1}}};
    assert_string_equal(aug_certificate_cannot(&b.problem, &b.options),
                        "a rank is in two indices of a tensor");
    test_end(&b.ground);
}

// Results alone in the buffer, one at a time, k alone along the axis: the best of these is proven, and is not
// without what was asked for, nor is a mapping that is none of these.
static void what_is_asked_for_is_stated(void **state) {
    bench b;
    aug_restriction asked = {.has_tiles[SMALL_BUFFER] = true};
    (void)state;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    const char *free_text = write_text(&b);
    for (int r = 0; r < b.problem.rank_count; r++)
        asked.tiles[SMALL_BUFFER][r] = (aug_tile_range){1, UINT64_MAX};
    asked.tiles[SMALL_BUFFER][SMALL_M] = asked.tiles[SMALL_BUFFER][SMALL_N] = (aug_tile_range){1, 1};
    asked.axis_is_fixed[SMALL_X] = true;
    asked.axis_ranks[SMALL_X] = 1u << SMALL_K;
    asked.must[SMALL_BUFFER] = 1u << SMALL_Z;
    asked.never[SMALL_BUFFER] = 1u << SMALL_A | 1u << SMALL_B;
    b.options.restriction = &asked;
    assert_int_equal(aug_mapper_run(&b.ground.arena, &b.problem, &b.options, &b.result), AUG_MAPPER_FOUND);
    const char *text = write_text(&b), *limits = strstr(text, "limits:\n");
    assert_non_null(limits);
    assert_non_null(check(&b, text));
    assert_non_null(strstr(limits, "  - tile buffer m 1 1\n"));
    assert_non_null(strstr(limits, "  - axis pe.x k\n"));
    const char *behind = strstr(limits, "points:");
    assert_null(check(&b, with(&b, text, "  - tile buffer m ", 3, "2 2"))); // it is not
    assert_null(check(&b, with(&b, text, "  - tile buffer m ", 3, "1 8"))); // better ones are left
    assert_null(check(&b, with(&b, text, "  - tile buffer m ", 3, "2 1")));
    assert_null(check(&b, with(&b, text, "  - tile ", 6, "cache")));
    assert_null(check(&b, with(&b, text, "  - axis ", 4, "pe.z")));
    assert_null(check(&b, with(&b, text, "  - axis pe.x ", 1, "q")));
    assert_null(check(&b, with(&b, text, "limits:\n  - ", 4, "loop")));
    assert_null(check(&b, with(&b, text, "limits:\n", (size_t)(behind - limits) - strlen("limits:\n"), "  - axis pe.x k\n")));
    // What was found without being asked, said to be one of those.
    const char *at = strstr(free_text, "points:");
    assert_null(check(&b, aug_arena_print(&b.ground.arena, "%.*s%.*s%s", (int)(at - free_text), free_text,
                                          (int)(behind - limits), limits, at)));
    test_end(&b.ground);
}

// Files that are no certificates at all.
static void nonsense_is_refused(void **state) {
    static const char *const texts[] = {
        "auger: certificate/1\n",
        "auger: certificate/1\nranks: m 0\n",
        "auger: certificate/1\nranks: m 99999999999999999999\n",
        "auger: certificate/1\nranks: m 4\ntensors: []\ndrains: 0\narrays: []\nmemories: []\nunit: []\n",
        "auger: certificate/1\nranks: m 4\ntensors: [A input m, Z output m]\ndrains: 0\narrays: []\n"
        "memories: [d 0 inf 1 8 8 1 0 0 8 1 1 1 8 1 1 1]\nunit: mac 2 0 1 0\n",
        "auger: certificate/1\nranks: m 4\ntensors: [A input m, Z output m]\ndrains: 0\narrays: []\n"
        "memories: [d 0 inf 1 8 8 1 0 0 8 1 1 1 8 1 1 1]\nunit: mac 1 0 1 0\nobjective: energy\npoints: []\n",
    };
    bench b;
    (void)state;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    for (size_t i = 0; i < AUG_COUNT(texts); i++)
        assert_null(check(&b, texts[i]));
    test_end(&b.ground);
}

// ---- Several einsums

enum { PARTS = 3 };

// The small product three times and once more under another name, and one of half its rows twice.
typedef struct several {
    bench b;
    aug_problem half;
    aug_mapper_result half_result;
    aug_certificate_part parts[PARTS];
} several;

static void set_up_several(several *s, aug_objective objective) {
    set_up(&s->b, objective);
    s->half = s->b.problem;
    s->half.sizes[SMALL_M] /= 2;
    s->half.operations /= 2;
    assert_int_equal(aug_mapper_run(&s->b.ground.arena, &s->half, &s->b.options, &s->half_result),
                     AUG_MAPPER_FOUND);
    s->parts[0] = (aug_certificate_part){"the \"first\"", 3, &s->b.problem, &s->b.result, NULL};
    s->parts[1] = (aug_certificate_part){"half", 2, &s->half, &s->half_result, NULL};
    s->parts[2] = (aug_certificate_part){"third", 1, &s->b.problem, &s->b.result, NULL};
}

static const char *write_several(several *s) {
    aug_buffer out;
    aug_buffer_init(&out, &s->b.ground.arena);
    if (!aug_certificate_write_all(&out, &s->b.ground.arena, s->parts, PARTS, &s->b.options))
        return NULL;
    return aug_arena_copy(&s->b.ground.arena, out.text, out.length);
}

static unsigned long long number_behind(const char *text, const char *key) {
    const char *at = strstr(text, key);
    assert_non_null(at);
    return strtoull(at + strlen(key), NULL, 10);
}

// The first runs 3 + 1 times, the half twice: the total is 4 E + 2 H.
static void einsums_are_summed(void **state) {
    static const struct {
        aug_objective objective;
        const char *figure, *said;
    } rows[] = {
        {AUG_OBJECTIVE_ENERGY, "- energy: ", "energy of 6 einsums, 2 of them distinct, proven in "},
        {AUG_OBJECTIVE_LATENCY, "cycles: ", "latency of 6 einsums, 2 of them distinct, proven in "},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        several s;
        set_up_several(&s, rows[i].objective);
        const char *text = write_several(&s);
        assert_non_null(text);
        const char *first = strstr(text, "  - name: \"the \\\"first\\\", third\"\n    repeats: 4\n");
        const char *half = strstr(text, "  - name: \"half\"\n    repeats: 2\n");
        assert_true(first && half && first < half);
        assert_true(number_behind(text, "total: ") ==
                    4 * number_behind(first, rows[i].figure) + 2 * number_behind(half, rows[i].figure));
        const char *said = check(&s.b, text);
        assert_true(said && strstr(said, rows[i].said) == said);
        test_end(&s.b.ground);
    }
}

// Products do not add up: each is proven, and there is no total.
static void each_product_is_proven(void **state) {
    several s;
    (void)state;
    set_up_several(&s, AUG_OBJECTIVE_EDP);
    const char *text = write_several(&s);
    assert_null(strstr(text, "total"));
    const char *said = check(&s.b, text);
    assert_true(said && strstr(said, "edp of each of 6 einsums, 2 of them distinct, proven in ") == said);
    assert_null(check(&s.b, with(&s.b, text, "certificate/1\nobjective: ", 3, "front")));
    assert_null(check(&s.b, with(&s.b, text, "certificate/1\nobjective: ", 3, "energy")));
    assert_null(check(&s.b, with(&s.b, text, "half\"\n    repeats: ", 1, "0")));
    const char *tree = strstr(strstr(text, "  - name: \"half\""), "tree: \"") + strlen("tree: \"");
    char *closed = aug_arena_print(&s.b.ground.arena, "%s", text);
    closed[tree - text] = '0';
    assert_null(check(&s.b, closed));
    test_end(&s.b.ground);
}

static void a_sum_of_other_parts_is_refused(void **state) {
    several s;
    (void)state;
    set_up_several(&s, AUG_OBJECTIVE_ENERGY);
    const char *text = write_several(&s);
    const char *half = strstr(text, "  - name: \"half\"");
    unsigned long long total = number_behind(text, "total: ");
    size_t digits = strcspn(strstr(text, "total: ") + strlen("total: "), "\n");
    for (int change = -1; change <= 1; change += 2)
        assert_null(check(
            &s.b, with(&s.b, text, "total: ", digits,
                       aug_arena_print(&s.b.ground.arena, "%llu", total + (unsigned long long)change))));
    static const char *const repeats[] = {"3", "0", "5", "4.5", "x", "99999999999999999999"};
    for (size_t i = 0; i < AUG_COUNT(repeats); i++)
        assert_null(check(&s.b, with(&s.b, text, "third\"\n    repeats: ", 1, repeats[i])));
    assert_null(
        check(&s.b, aug_arena_print(&s.b.ground.arena, "%.*s", (int)(half - text), text))); // without it
    assert_null(check(&s.b, aug_arena_print(&s.b.ground.arena, "%s%s", text, half)));       // twice
    assert_null(check(&s.b, with(&s.b, text, "    objective: ", 6, "latency")));            // of one
    assert_null(check(&s.b, with(&s.b, text, "certificate/1\nobjective: ", 6, "latency"))); // of all
    assert_null(check(&s.b, with(&s.b, text, "certificate/1\nobjective: ", 6, "edp")));
    assert_null(check(
        &s.b, with(&s.b, text, "half\"\n    repeats: 2\n    objective: energy\n    ranks: m ", 1, "8")));
    assert_null(check(&s.b, with(&s.b, text, "einsums:\n", 0, "  - 1\n")));
    assert_null(check(&s.b, "auger: certificate/1\nobjective: energy\ntotal: 0\neinsums: []\n"));
    assert_null(check(&s.b, "auger: certificate/1\nobjective: energy\ntotal: 0\neinsums: 1\n"));
    test_end(&s.b.ground);
}

// The first node of the second tree said to be closed.
static void each_part_is_checked(void **state) {
    several s;
    (void)state;
    set_up_several(&s, AUG_OBJECTIVE_ENERGY);
    const char *text = write_several(&s), *half = strstr(text, "  - name: \"half\"");
    const char *tree = strstr(half, "tree: \"") + strlen("tree: \"");
    char *closed = aug_arena_print(&s.b.ground.arena, "%s", text);
    closed[tree - text] = '0';
    assert_non_null(check(&s.b, text));
    assert_null(check(&s.b, closed));
    test_end(&s.b.ground);
}

static void which_einsum_has_none_is_told(void **state) {
    several s;
    int which = 0;
    (void)state;
    set_up_several(&s, AUG_OBJECTIVE_ENERGY);
    assert_null(aug_certificate_cannot_all(s.parts, PARTS, &s.b.options, &which));
    s.parts[2].repeats = 1.5;
    assert_string_equal(aug_certificate_cannot_all(s.parts, PARTS, &s.b.options, &which),
                        "it does not run a whole number of times");
    assert_int_equal(which, 2);
    assert_null(write_several(&s));
    s.half.memories[SMALL_BUFFER].leakage_pj_per_cycle = 1;
    assert_string_equal(aug_certificate_cannot_all(s.parts, PARTS, &s.b.options, &which),
                        "a memory of the machine leaks");
    assert_int_equal(which, 1);
    s.b.options.objective = AUG_OBJECTIVE_EDP;
    assert_non_null(aug_certificate_cannot_all(s.parts, PARTS, &s.b.options, &which));
    test_end(&s.b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_found_is_certified),
        cmocka_unit_test(every_split_counts),
        cmocka_unit_test(another_window_is_refused),
        cmocka_unit_test(a_part_is_no_proof),
        cmocka_unit_test(other_figures_are_refused),
        cmocka_unit_test(less_than_the_best_is_not_certified),
        cmocka_unit_test(what_is_out_of_reach_is_told),
        cmocka_unit_test(what_is_asked_for_is_stated),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(einsums_are_summed),
        cmocka_unit_test(each_product_is_proven),
        cmocka_unit_test(a_sum_of_other_parts_is_refused),
        cmocka_unit_test(each_part_is_checked),
        cmocka_unit_test(which_einsum_has_none_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
