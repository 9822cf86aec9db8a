#include "support/testing.h"

#include "workload/model.h"

static aug_model *read(test_ground *ground, const char *text) {
    aug_model *model = AUG_NEW(&ground->arena, aug_model);
    if (aug_model_from_workload(&ground->reader, test_parse(ground, text), "test", model))
        return model;
    print_error("%s\n", ground->errors.items[0].message);
    fail();
    return NULL;
}

static double total_of(const aug_operator *op, const aug_pass *pass, int tensor) {
    double sizes[AUG_EINSUM_RANKS];
    aug_operator_sizes(op, pass, &aug_split_none, sizes);
    return tensor < 0 ? aug_operator_points(op, pass, sizes) : aug_operator_elements(op, tensor, sizes);
}

// A convolution of 8 x 8 outputs, 3 x 3 taps, 16 to 32 channels: 32 * 8 * 8 * 16 * 9 points, inputs of 10 x 10.
static void a_convolution_has_its_sizes(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read(&ground, "auger: workload/1\nname: tiny\nbatch: n\nranks: {n: 1, k: 32, c: 16, p: 8, q: 8, r: 3, s: 3}\n"
                                           "einsums:\n  - 'O[n,k,p,q] += I[n,c,p+r,q+s] * W[k,c,r,s]'\n"
                                           "tensors: {W: {role: weight}}\n");
    assert_string_equal(model->name, "tiny");
    assert_string_equal(model->family, "workload");
    assert_int_equal(model->stage_count, 1);
    assert_int_equal(model->language, -1);
    assert_int_equal(model->stages[0].kind, AUG_STAGE_PASS);
    const aug_operator *op = &model->stages[0].graph.operators[0];
    assert_string_equal(op->name, "O");
    assert_false(op->causal);
    for (double batch = 1.0; batch <= 4.0; batch += 3.0) {
        const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = batch, .new_tokens = 1.0};
        assert_true(total_of(op, &pass, -1) == batch * 32 * 64 * 16 * 9);
        assert_true(total_of(op, &pass, 0) == batch * 16 * 100);
        assert_true(total_of(op, &pass, 1) == 32 * 16 * 9);
    }
    assert_true(aug_model_parameters(model).total == 32 * 16 * 9);
    test_end(&ground);
}

static void an_einsum_may_have_sizes_a_name_and_repeats_of_its_own(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read(&ground, "auger: workload/1\nranks: {m: 4, k: 8, n: 16}\neinsums:\n"
                                           "  - {name: first, einsum: 'Y[m,n] += X[m,k] * W[k,n]', ranks: {n: 32}, repeats: 5}\n"
                                           "  - {einsum: 'Z[m,n] += Y[m,k] * V[k,n]'}\n"
                                           "tensors: {W: {role: weight}, V: {role: weight}}\n");
    const aug_graph *graph = &model->stages[0].graph;
    const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 1.0, .new_tokens = 1.0};
    assert_string_equal(graph->operators[0].name, "first");
    assert_true(graph->operators[0].repeats == 5.0);
    assert_true(total_of(&graph->operators[0], &pass, -1) == 4 * 8 * 32);
    assert_string_equal(graph->operators[1].name, "Z");
    assert_true(graph->operators[1].repeats == 1.0);
    assert_true(total_of(&graph->operators[1], &pass, -1) == 4 * 8 * 16);
    assert_true(graph->layers == 2.0);
    assert_true(aug_model_parameters(model).total == 5 * 8 * 32 + 8 * 16);
    test_end(&ground);
}

// A name of its own wins over a prefix, a longer prefix over a shorter one; others have 8 bits and are full.
static void tensors_are_described_by_name_or_prefix(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read(&ground, "auger: workload/1\nranks: {m: 4}\n"
                                           "einsums: ['Z[m] = Wa[m] * Wab[m] * Wabc[m] * X[m] * K[m]']\n"
                                           "tensors:\n  W*: {bits: 4, role: weight}\n  Wab*: {bits: 2}\n  Wabc: {bits: 16, density: 0.5}\n"
                                           "  K: {role: cache, density: {model: 'n:m', n: 2, m: 4}}\n  Z: {bits: 32, density: {density: 0.25}}\n");
    const aug_use *uses = model->stages[0].graph.operators[0].uses;
    static const struct {
        double bits, density;
        aug_tensor_role role;
        aug_storage storage;
    } expected[] = {
        {4, 1, AUG_ROLE_WEIGHT, AUG_STORAGE_MLP},       {2, 1, AUG_ROLE_INPUT, AUG_STORAGE_ACTIVATION},
        {16, 0.5, AUG_ROLE_INPUT, AUG_STORAGE_ACTIVATION}, {8, 1, AUG_ROLE_INPUT, AUG_STORAGE_ACTIVATION},
        {8, 0.5, AUG_ROLE_CACHE, AUG_STORAGE_ACTIVATION},  {32, 0.25, AUG_ROLE_OUTPUT, AUG_STORAGE_RESIDUAL},
    };
    for (int i = 0; i < 6; i++) {
        assert_true(uses[i].bits == expected[i].bits);
        assert_true(uses[i].density == expected[i].density);
        assert_int_equal(uses[i].role, expected[i].role);
        assert_int_equal(uses[i].storage, expected[i].storage);
    }
    test_end(&ground);
}

// A rank for all einsums may be overridden by each of them; a tensor between two einsums is an output and an input.
static void what_is_said_twice_is_not_unused(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read(&ground, "auger: workload/1\nranks: {m: 4, n: 8}\nbatch: m\neinsums:\n"
                                           "  - {einsum: 'Y[m,n] = f(X[m,n])', ranks: {n: 2}}\n"
                                           "  - {einsum: 'Z[m,n] = f(Y[m,n])', ranks: {n: 3}}\n"
                                           "tensors: {Y: {role: output}, X: {role: input}}\n");
    const aug_graph *graph = &model->stages[0].graph;
    assert_true(graph->operators[0].ranks[1].factor == 2.0 && graph->operators[1].ranks[1].factor == 3.0);
    assert_int_equal(graph->operators[0].uses[1].role, AUG_ROLE_OUTPUT);
    assert_int_equal(graph->operators[1].uses[0].role, AUG_ROLE_INPUT);
    test_end(&ground);
}

#define SCORES "auger: workload/1\nranks: {m: 4, p: 12, e: 2}\neinsums: [{einsum: 'S[m,p] += Q[m,e] * K[p,e]', "
#define HEAD "auger: workload/1\nranks: {m: 4, k: 8}\n"
#define SUM  "einsums: ['Z[m] += A[m,k]']\n"

static void mistakes_are_shown_where_they_stand(void **state) {
    (void)state;
    static const struct {
        const char *text, *message, *hint;
        unsigned line, column;
    } cases[] = {
        {"auger: workload/1\n", "key 'einsums' is missing in workload", "einsums in the order they run", 1, 1},
        {"auger: workload/1\neinsum: []\neinsums: ['Z[] = A[]']\n", "unknown key 'einsum' in workload", "did you mean 'einsums'?", 2, 1},
        {"auger: workload/1\neinsums: []\n", "expected a list of einsums, found an empty one", "", 2, 10},
        {"auger: workload/1\neinsums: {a: b}\n", "expected a list of einsums, found a map", "", 2, 10},
        {HEAD "einsums: ['Z[m] += A[m,k] *']\n", "expected a tensor, a number or a function",
         "an einsum reads: S[h,m,p] += Q[h,m,d] * K[h,p,d]", 3, 28},
        {HEAD "einsums:\n  - Z[m] = A[m,k]\n", "rank 'k' is not in the output: write += or max= to reduce over it",
         "an einsum reads: S[h,m,p] += Q[h,m,d] * K[h,p,d]", 4, 5},
        {HEAD "einsums: ['Z[m] += A[m,kk] * B[k]']\n", "rank 'kk' has no size", "did you mean 'k'?", 3, 11},
        {"auger: workload/1\neinsums: ['Z[m] = A[m]']\n", "rank 'm' has no size", "add it to 'ranks'", 2, 11},
        {"auger: workload/1\nranks: {m: 0}\neinsums: ['Z[m] = A[m]']\n", "expected a whole number from 1 to 2^60, found '0'", "", 2, 12},
        {"auger: workload/1\nranks: {m: many}\neinsums: ['Z[m] = A[m]']\n", "expected a whole number such as '32', found 'many'", "", 2, 12},
        {"auger: workload/1\nranks: {m: 1e10, k: 1e10}\n" SUM, "more than 2^60 operations, reached with rank 'k'", "", 3, 11},
        {HEAD "einsums: [{name: a, ranks: {m: 2}}]\n", "key 'einsum' is missing in workload: einsum", "O[n,k,p,q] += I[n,c,2*p+r,2*q+s] * W[k,c,r,s]", 3, 11},
        {HEAD "einsums: [{einsum: 'Z[m] += A[m,k]', repeats: 0}]\n", "expected 1 to 10^9 repeats", "", 3, 47},
        {HEAD "einsums: [{einsum: 'Z[m] += A[m,k]', repeat: 2}]\n", "unknown key 'repeat' in workload: einsum", "did you mean 'repeats'?", 3, 38},
        {HEAD SUM "tensors: {B: {bits: 4}}\n", "no einsum has a tensor 'B'", "", 4, 11},
        {HEAD "einsums: ['Z[m] = A[m]']\n", "no einsum has a rank 'k'", "", 2, 15},
        {"auger: workload/1\nranks: [m]\n" SUM, "expected a map of ranks, found a list", "", 2, 8},
        {"auger: workload/1\nranks: m\n" SUM, "expected a map of ranks, found 'm'", "", 2, 8},
        {HEAD SUM "tensors: [A]\n", "expected a map of tensors, found a list", "", 4, 10},
        {HEAD "einsums: [{einsum: 'Z[m] += A[m,k]', ranks: [m]}]\n", "expected a map of ranks, found a list", "", 3, 45},
        {HEAD "einsums: [{einsum: 'Z[m] += A[m,k]', ranks: {kk: 2}}]\n", "this einsum has no rank 'kk'", "did you mean 'k'?", 3, 46},
        {HEAD "einsums: [{einsum: 'Z[m] += A[m,k]', ranks: {batch: 2}}]\n", "this einsum has no rank 'batch'", "one of: m, k", 3, 46},
        {HEAD SUM "batch: kk\n", "no einsum has a rank 'kk' to grow with the batch", "did you mean 'k'?", 4, 8},
        {HEAD SUM "batch: sequences\n", "no einsum has a rank 'sequences' to grow with the batch", "one of: m, k", 4, 8},
        {HEAD SUM "tensors: {A: {role: output}}\n", "no einsum writes 'A', so it is no output", "", 4, 21},
        {HEAD SUM "tensors: {Z*: {role: input}}\n", "no einsum reads 'Z*', so it is no input", "", 4, 22},
        {HEAD SUM "tensors: {A: {bits: 0}}\n", "expected a finite value above 0, found '0'", "", 4, 21},
        {HEAD SUM "tensors: {A: {role: weights}}\n", "expected one of input, weight, cache, state, output, found 'weights'", "did you mean 'weight'?", 4, 21},
        {HEAD SUM "tensors: {A: {accumulate: true}}\n", "no einsum writes 'A' with += or max=, so it accumulates nothing", "", 4, 27},
        {HEAD "einsums: ['Z[m] = A[m]', 'Y[k] += Z[m] * B[m,k]']\ntensors: {Z: {accumulate: true}}\n",
         "no einsum writes 'Z' with += or max=, so it accumulates nothing", "", 4, 27},
        {HEAD SUM "tensors: {Z: {accumulate: 1}}\n", "expected true or false, found '1'", "", 4, 27},
        {HEAD SUM "tensors: {A: {running: true}}\n", "no einsum writes 'A' with += or max=, so it is whole at once", "", 4, 24},
        {HEAD SUM "tensors: {A: {density: 1.5}}\n", "expected a share above 0 and at most 1, found '1.5'", "shares are written 0.8, not 80", 4, 24},
        {HEAD SUM "tensors: {A: {density: {model: uniform}}}\n", "key 'density' is missing in workload: density", "", 4, 15},
        {HEAD SUM "tensors: {A: {density: {model: 'n:m', n: 5, m: 4}}}\n", "n:m needs 1 <= n <= m, found n: 5, m: 4", "", 4, 15},
        {SCORES "causal: {columns: p}}]\n", "key 'rows' is missing in workload: causal mask",
         "the rank whose members see what stands before them; an index of the result by itself", 3, 49},
        {SCORES "causal: {rows: n, columns: p}}]\n", "this einsum has no rank 'n'", "one of: m, p, e", 3, 64},
        {SCORES "causal: {rows: m, columns: keys}}]\n", "this einsum has no rank 'keys'", "one of: m, p, e", 3, 76},
        {SCORES "causal: {rows: m, columns: m}}]\n", "rows and columns are the same rank", "", 3, 76},
        {SCORES "causal: {rows: e, columns: p}}]\n", "rank 'e' is not an index of 'S' by itself: rows are not apart",
         "leave 'causal' out: all pairs are then computed", 3, 64},
        {SCORES "causal: {rows: m, columns: p}}]\n", "the last row sees 4 columns, but 'p' has size 12",
         "add 'past: 8' if the first row sees that many before its own", 3, 76},
        {SCORES "causal: {rows: m, columns: p, past: 8, window: 5}}]\n", "the last row sees 8 columns, but 'p' has size 12",
         "past columns and one for each row, or window + rows - 1 where that is less", 3, 76},
        {SCORES "causal: {rows: m, columns: p, past: 2e18}}]\n", "expected 2^60 at most", "", 3, 85},
        {SCORES "causal: m}]\n", "expected a map (workload: causal mask), found 'm'", "", 3, 57},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        aug_model model;
        test_begin(&ground);
        assert_false(aug_model_from_workload(&ground.reader, test_parse(&ground, cases[i].text), "test", &model));
        if (ground.errors.items[0].line != cases[i].line || ground.errors.items[0].column != cases[i].column)
            print_error("%s at %u:%u\n", ground.errors.items[0].message, ground.errors.items[0].line, ground.errors.items[0].column);
        assert_error(&ground.errors, 1, cases[i].message, cases[i].hint);
        assert_int_equal(ground.errors.items[0].line, cases[i].line);
        assert_int_equal(ground.errors.items[0].column, cases[i].column);
        test_end(&ground);
    }
}

static void all_mistakes_are_shown_at_once(void **state) {
    (void)state;
    test_ground ground;
    aug_model model;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, "auger: workload/1\nranks: {m: 4}\neinsums:\n  - Z[m] A[m]\n  - Y[m] += B[m,x] * C[y]\n  - X[m] = D[m]\n");
    assert_false(aug_model_from_workload(&ground.reader, root, "test", &model));
    assert_int_equal(ground.errors.count, 3);
    assert_int_equal(ground.errors.items[0].line, 4);
    assert_string_equal(ground.errors.items[1].message, "rank 'x' has no size");
    assert_string_equal(ground.errors.items[2].message, "rank 'y' has no size");
    test_end(&ground);
}

// A tensor is added to where it is written; reading it afterwards changes nothing of it.
static void results_may_start_from_values(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read(&ground, "auger: workload/1\nranks: {m: 4, k: 8}\n"
                                           "einsums: ['Z[m] += A[m,k]', 'Y[k] max= Z[m] * B[m,k]', 'X[m] = Z[m]']\n"
                                           "tensors: {Z: {accumulate: true}, Y*: {accumulate: true}, A: {accumulate: false}}\n");
    const aug_operator *operators = model->stages[0].graph.operators;
    assert_true(operators[0].uses[1].accumulates && operators[1].uses[2].accumulates);
    assert_false(operators[0].uses[0].accumulates || operators[1].uses[0].accumulates || operators[2].uses[0].accumulates ||
                 operators[2].uses[1].accumulates);
    test_end(&ground);
}

// Of a tensor with its own row, wherever it stands.
static void what_runs_along_is_marked(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read(&ground, "auger: workload/1\nranks: {m: 4, k: 8}\n"
                                           "einsums: ['R[m] max= A[m,k]', 'P[m,k] = exp(A[m,k] - R[m])']\n"
                                           "tensors: {R: {running: true}}\n");
    const aug_operator *operators = model->stages[0].graph.operators;
    assert_true(operators[0].uses[1].running && operators[1].uses[1].running);
    assert_false(operators[0].uses[0].running || operators[1].uses[0].running || operators[1].uses[2].running);
    test_end(&ground);
}

// Rows 1 .. 4 of 4 see 8 columns and 1 .. 4 more: 9 + 10 + 11 + 12 = 42 of 48 pairs, twice for e.
static void masks_leave_pairs_out(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read(&ground, SCORES "causal: {rows: m, columns: p, past: 8}}, {einsum: 'Q2[m,e] = Q[m,e]', causal: {rows: m}}]\n");
    const aug_operator *scores = aug_model_operator(model, "S"), *copy = aug_model_operator(model, "Q2");
    const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 1.0, .new_tokens = 1.0};
    assert_true(scores->mask->rows == 0 && scores->mask->columns == 1 && scores->mask->past == 8 && scores->mask->window == 0);
    assert_true(copy->mask->rows == 0 && copy->mask->columns == -1);
    assert_true(total_of(scores, &pass, -1) == 84);
    assert_true(total_of(copy, &pass, -1) == 8);
    aug_mask mask;
    assert_true(aug_operator_mask(scores, &pass, &mask));
    assert_true(mask.past == 8 && mask.columns == 1);
    test_end(&ground);
}

// 2^53 + 1 is no double; a size of its own replaces the shared one; the batch is one sequence.
static void sizes_are_exact(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_model *model = read(&ground, "auger: workload/1\nbatch: n\nranks: {m: 9007199254740993, n: 3, k: 2}\n"
                                           "einsums: ['Z[m] += A[m,k]', {name: own, einsum: 'Y[n,m] = B[n,m]', ranks: {m: 6}}]\n");
    uint64_t counts[AUG_EINSUM_RANKS];
    assert_true(aug_operator_counts(aug_model_operator(model, "Z"), counts));
    assert_true(counts[0] == UINT64_C(9007199254740993) && counts[1] == 2);
    assert_true(aug_operator_counts(aug_model_operator(model, "own"), counts));
    assert_true(counts[0] == 3 && counts[1] == 6);
    assert_null(aug_model_operator(model, "Y"));
    test_end(&ground);
}

// 2^60 points are still counted; one rank more is not.
static void the_largest_einsum_is_read(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    read(&ground, "auger: workload/1\nranks: {m: 1073741824, k: 1073741824}\n" SUM);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_convolution_has_its_sizes),
        cmocka_unit_test(an_einsum_may_have_sizes_a_name_and_repeats_of_its_own),
        cmocka_unit_test(tensors_are_described_by_name_or_prefix),
        cmocka_unit_test(mistakes_are_shown_where_they_stand),
        cmocka_unit_test(what_is_said_twice_is_not_unused),
        cmocka_unit_test(all_mistakes_are_shown_at_once),
        cmocka_unit_test(results_may_start_from_values),
        cmocka_unit_test(what_runs_along_is_marked),
        cmocka_unit_test(masks_leave_pairs_out),
        cmocka_unit_test(sizes_are_exact),
        cmocka_unit_test(the_largest_einsum_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
