// Certificates of short tiles: what is found is certified to within what they say, and what was changed so
// that it would say more is refused.
#include "support/certificate_bench.h"

#include "proof/certificate_read.h"
#include "proof/certificate_short.h"
#include "proof/certificate_tree.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// The product with other sizes: 7 x 5 x 9 have no common divisors with the axis of 2.
static void set_up(bench *b, aug_objective objective) {
    memset(b, 0, sizeof *b);
    test_begin(&b->ground);
    small_problem(&b->problem);
    b->problem.sizes[SMALL_M] = 7;
    b->problem.sizes[SMALL_K] = 5;
    b->problem.sizes[SMALL_N] = 9;
    b->problem.operations = 7 * 5 * 9;
    b->options = (aug_mapper_options){.objective = objective, .threads = 1};
    assert_int_equal(aug_mapper_run(&b->ground.arena, &b->problem, &b->options, &b->result),
                     AUG_MAPPER_FOUND);
}

// The text with what stands between `before` and the next of `ends` replaced.
static const char *with(bench *b, const char *text, const char *before, const char *ends,
                        const char *instead) {
    const char *at = strstr(text, before);
    assert_non_null(at);
    at += strlen(before);
    return aug_arena_print(&b->ground.arena, "%.*s%s%s", (int)(at - text), text, instead,
                           at + strcspn(at, ends));
}

static void what_is_found_is_certified(void **state) {
    (void)state;
    for (int o = 0; o < AUG_OBJECTIVE_FRONT; o++) {
        bench b;
        set_up(&b, (aug_objective)o);
        const char *text = write_text(&b), *said = check(&b, text);
        assert_non_null(said);
        assert_non_null(strstr(said, aug_objective_names[o]));
        assert_non_null(strstr(said, strstr(text, "within: 0 ") ? " proven in " : " proven to within "));
        test_end(&b.ground);
    }
}

// More than it says is not shown.
static void a_stronger_claim_is_refused(void **state) {
    bench b;
    (void)state;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    const char *text = write_text(&b);
    assert_null(check(&b, with(&b, text, "within: ", "\n", "0 0")));
    assert_non_null(check(&b, with(&b, text, "within: ", "\n", "500 500"))); // less than is shown
    assert_null(check(&b, with(&b, text, "within: ", "\n", "1000000 0")));
    assert_null(check(&b, with(&b, text, "within: ", "\n", "10 20"))); // the second is a part of the first
    assert_null(check(&b, with(&b, text, "within: ", "\n", "20")));
    assert_null(check(&b, with(&b, text, "within: ", "\n", "-20 0")));
    test_end(&b.ground);
}

// A node less, one more, another kind of node, numbers that are none.
static void another_tree_is_refused(void **state) {
    bench b;
    (void)state;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    char *text = write_text(&b), *tree = strstr(text, "short: \"") + strlen("short: \"");
    char *end = tree + strcspn(tree, "\""), *last = end;
    while (*last != ' ')
        last--;
    const char *shorter = aug_arena_print(&b.ground.arena, "%.*s", (int)(last - tree), tree);
    const char *longer = aug_arena_print(&b.ground.arena, "%.*s =;", (int)(end - tree), tree);
    assert_non_null(check(&b, text));
    assert_null(check(&b, with(&b, text, "short: \"", "\"", shorter)));
    assert_null(check(&b, with(&b, text, "short: \"", "\"", longer)));
    assert_null(check(&b, with(&b, text, "short: \"", "\"", "")));
    assert_null(check(&b, with(&b, text, "short: \"", "\"", "+")));
    assert_null(check(&b, with(&b, text, "nodes: ", "\n", "1")));
    static const char *const nodes[] = {"=",      "=;;",    "=1;x", "=nan;1",         "=-1;1", "0/256",
                                        "99/512", "-1/512", "0/0",  "0/999999999999", "0",     "x"};
    for (size_t i = 0; i < AUG_COUNT(nodes); i++) { // instead of the first node, the rest as it was
        const char *changed =
            aug_arena_print(&b.ground.arena, "%s%s", nodes[i], tree + 1 + strcspn(tree + 1, " "));
        assert_null(
            check(&b, with(&b, text, "short: \"", "\"",
                           aug_arena_print(&b.ground.arena, "%.*s", (int)strcspn(changed, "\""), changed))));
    }
    test_end(&b.ground);
}

// Every number of the tree changed: of those that close a node without anything to spare many are missed, and
// no change is more than refused.
static void every_number_is_looked_at(void **state) {
    bench b;
    int changed = 0, refused = 0;
    (void)state;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    char *text = write_text(&b);
    for (char *at = strstr(text, "short: \""); *at; at++) {
        if (!isdigit((unsigned char)*at))
            continue;
        char held = *at;
        *at = held == '9' ? '0' : '9';
        changed++;
        refused += check(&b, text) == NULL;
        *at = held;
    }
    assert_true(changed > 100 && refused > changed / 20);
    assert_non_null(check(&b, text));
    test_end(&b.ground);
}

// What the proof is about: a larger memory, cheaper words, another size are other problems.
static void another_problem_is_refused(void **state) {
    bench b;
    (void)state;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    const char *text = write_text(&b);
    assert_null(check(&b, with(&b, text, "ranks: m ", " ", "8")));
    assert_null(check(&b, with(&b, text, "objective: ", "\n", "front")));
    assert_null(check(&b, with(&b, text, "objective: ", "\n", "latency")));
    assert_null(check(&b, with(&b, text, "- A input m ", "\n", "k+m"))); // a window
    assert_null(check(&b, with(&b, text, "pe.x ", "\n", "64")));
    assert_null(check(&b, with(&b, text, "- energy: ", "\n", "1")));
    test_end(&b.ground);
}

// Sizes that brute force does not reach: a claim that is a millionth above what the search finds, behind what
// may be missed, is not shown.
static void nothing_above_the_best_is_shown(void **state) {
    static const aug_count sizes[][3] = {{23, 17, 29}, {97, 1, 50}, {12, 45, 33}};
    static const unsigned missed[] = {300, 20000, 150000, 400000};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(sizes); i++) {
        bench b;
        aug_buffer text;
        aug_count nodes;
        set_up(&b, AUG_OBJECTIVE_ENERGY);
        b.problem.operations = 1;
        for (int r = 0; r < 3; r++)
            b.problem.operations *= b.problem.sizes[r] = sizes[i][r];
        b.problem.memories[SMALL_BUFFER].capacity_bits = 1024;
        assert_int_equal(aug_mapper_run(&b.ground.arena, &b.problem, &b.options, &b.result),
                         AUG_MAPPER_FOUND);
        aug_proof *proof = AUG_NEW(&b.ground.arena, aug_proof);
        *proof = (aug_proof){
            .problem = &b.problem, .point_count = 1, .is_short = true, .unit = aug_problem_unit(&b.problem)};
        assert_true(aug_certificate_prices(proof) && aug_proof_prepare(proof));
        for (size_t w = 0; w < AUG_COUNT(missed); w++) {
            double up = (1.0 + 1e-6) / (1.0 - 1e-6 * missed[w]);
            aug_buffer_init(&text, &b.ground.arena);
            proof->points[0] = (aug_proof_point){(aug_wide)(b.result.value * 1e12 * up),
                                                 (aug_count)b.result.points[0].cycles};
            assert_false(aug_certificate_short_closes(proof, 0, missed[w], &text, &nodes));
            assert_false(aug_certificate_short_closes(proof, missed[w] / 4, missed[w], &text, &nodes));
            assert_false(aug_certificate_short_closes(proof, missed[w], missed[w], &text, &nodes));
        }
        assert_non_null(check(&b, write_text(&b)));
        test_end(&b.ground);
    }
}

// What the text says, searched again: nothing is below what it claims.
static bool is_true(bench *b, const char *text) {
    static const int actions[AUG_FLOW_COUNT] = {AUG_ACTION_READ, AUG_ACTION_WRITE, AUG_ACTION_UPDATE};
    aug_errors *errors = AUG_NEW(&b->ground.arena, aug_errors);
    const aug_reader reader = {&b->ground.arena, errors};
    const aug_document *document = aug_document_parse(&b->ground.arena, errors, "proof", text, strlen(text));
    aug_problem *problem = AUG_NEW(&b->ground.arena, aug_problem);
    aug_proof *proof = AUG_NEW(&b->ground.arena, aug_proof);
    aug_mapper_result result;
    assert_true(aug_certificate_read(&reader, document->root, problem, proof));
    for (int m = 0; m < problem->memory_count; m++)
        for (int t = 0; t < problem->tensor_count; t++)
            for (int f = 0; f < AUG_FLOW_COUNT; f++)
                problem->memories[m].energy_pj[t][actions[f]] = 1e-12 * (double)proof->prices[m][t][f];
    problem->computes[0].energy_pj = 1e-12 * (double)proof->unit_price;
    const char *claim = strstr(text, "- energy: ") + strlen("- energy: "), *within = strstr(text, "within: ");
    double least = 1e-12 * strtod(claim, NULL);
    least *= within ? 1.0 - 1e-6 * strtod(within + strlen("within: "), NULL) : 1.0;
    return aug_mapper_run(&b->ground.arena, problem, &b->options, &result) == AUG_MAPPER_FOUND &&
           result.value >= least * (1.0 - 1e-9);
}

// Every digit of the file but those of the tree: it is refused, or what it then says is true.
static void change_every_digit(bool perfect) {
    bench b;
    int changed = 0, refused = 0;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    b.options.perfect = perfect;
    assert_int_equal(aug_mapper_run(&b.ground.arena, &b.problem, &b.options, &b.result), AUG_MAPPER_FOUND);
    char *text = write_text(&b), *end = strstr(text, "nodes: ");
    assert_true(is_true(&b, text));
    for (char *at = strstr(text, "ranks: "); at < end; at++) {
        char held = *at;
        for (int d = 0; d < 2 && isdigit((unsigned char)held); d++) {
            *at = "09"[d];
            if (*at == held)
                continue;
            changed++;
            if (!check(&b, text))
                refused++;
            else if (!is_true(&b, text))
                fail_msg("what is claimed is not true with digit %d of '%.20s' changed", d, at);
        }
        *at = held;
    }
    assert_true(changed > 250 && refused > changed / 3 && refused < changed);
    test_end(&b.ground);
}

static void what_holds_is_true(void **state) {
    (void)state;
    change_every_digit(false);
    change_every_digit(true);
}

static void what_is_out_of_reach_is_told(void **state) {
    bench b;
    aug_restriction asked = {.has_tiles[SMALL_BUFFER] = true};
    (void)state;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    assert_null(aug_certificate_cannot(&b.problem, &b.options));
    b.options.objective = AUG_OBJECTIVE_FRONT;
    assert_string_equal(aug_certificate_cannot(&b.problem, &b.options),
                        "tiles need not divide: of a front ask for --perfect");
    b.options.objective = AUG_OBJECTIVE_EDP;
    b.options.restriction = &asked;
    assert_string_equal(aug_certificate_cannot(&b.problem, &b.options),
                        "tiles need not divide, and some are asked for: ask for --perfect");
    b.options.restriction = NULL;
    b.problem.tensors[SMALL_A].dim_count = 1;
    b.problem.tensors[SMALL_A].dims[0] = (aug_problem_dim){2, {{SMALL_M, 1}, {SMALL_K, 1}}};
    assert_string_equal(aug_certificate_cannot(&b.problem, &b.options),
                        "tiles need not divide, and a tensor has windows: ask for --perfect");
    test_end(&b.ground);
}

// Words of results that registers get again, where k grew and goes along the array so often.
static double words_again(const aug_problem *problem, aug_proof *proof, double grown, double along) {
    aug_sums sums;
    aug_short node = {.proof = proof, .count = 2, .variables = 2};
    double all = 0.0;
    memset(node.spread, -1, sizeof node.spread);
    memset(node.idle_places, -1, sizeof node.idle_places);
    node.kept[SMALL_REGISTER] = node.placed[SMALL_REGISTER] = 1u << SMALL_A | 1u << SMALL_Z;
    node.low[0] = node.high[0] = log(grown);
    node.low[1] = node.high[1] = log(along);
    for (int i = 0; i < 2; i++) {
        node.at[i] = (aug_short_store){.memory = SMALL_REGISTER, .tensor = i == 0 ? SMALL_A : SMALL_Z};
        memset(node.at[i].growth, -1, sizeof node.at[i].growth);
    }
    node.at[0].growth[SMALL_K] = 0;
    node.spread[0][SMALL_K] = 1;
    proof->prices[SMALL_REGISTER][SMALL_Z][AUG_FLOW_FILL] = 1000;
    proof->points[0] = (aug_proof_point){1000, 1};
    assert_true(aug_short_sums(&node, &sums));
    for (int k = 0; k < sums.first[1]; k++)
        all += exp(sums.terms[k].scale + sums.terms[k].powers[0] * log(grown) + sums.terms[k].powers[1] * log(along));
    return all / (double)(problem->sizes[SMALL_M] * problem->sizes[SMALL_N]);
}

// k 3 on two places: each gets its results for the first time with k 1 and k 2, of three times one alone is again. k 1
// and 2 are served as by 1.5 tiles of two places, k 3 as by three of one.
static void no_more_comes_again(void **state) {
    bench b;
    (void)state;
    set_up(&b, AUG_OBJECTIVE_ENERGY);
    b.problem.sizes[SMALL_K] = 3;
    b.problem.operations = 7 * 3 * 9;
    aug_proof *proof = AUG_NEW(&b.ground.arena, aug_proof);
    *proof = (aug_proof){.problem = &b.problem, .point_count = 1, .is_short = true, .unit = aug_problem_unit(&b.problem)};
    assert_true(aug_proof_prepare(proof));
    double both = words_again(&b.problem, proof, 1.5, 2.0), last = words_again(&b.problem, proof, 3.0, 1.0);
    assert_true((2.0 * both + last) / 3.0 <= 1.0 + 1e-9);
    assert_true((2.0 * both + last) / 3.0 > 0.5);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_found_is_certified),      cmocka_unit_test(a_stronger_claim_is_refused),
        cmocka_unit_test(another_tree_is_refused),         cmocka_unit_test(every_number_is_looked_at),
        cmocka_unit_test(another_problem_is_refused),      cmocka_unit_test(what_holds_is_true),
        cmocka_unit_test(nothing_above_the_best_is_shown), cmocka_unit_test(what_is_out_of_reach_is_told),
        cmocka_unit_test(no_more_comes_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
