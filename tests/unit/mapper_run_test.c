// Whole runs of the mapper, mostly on the problem of search_begin_vector, whose answers are known.
#include "support/search_bench.h"

#include "support/small_problem.h"

#include "mapper/restriction_read.h"

typedef struct run {
    search_bench of;
    aug_mapper_result result;
} run;

static void begin(run *r) {
    search_begin_vector(&r->of);
}

static aug_mapper_status go(run *r) {
    return aug_mapper_run(&r->of.bench.arena, &r->of.bench.problem, &r->of.options, &r->result);
}

static void end(run *r) {
    search_end(&r->of);
}

static void assert_point(const run *r, int place, double energy_pj, double cycles) {
    assert_true(place < r->result.point_count);
    assert_near(r->result.points[place].energy_pj, energy_pj, 1e-9);
    assert_near(r->result.points[place].cycles, cycles, 0.0);
}

// ---- Answers

static const struct {
    aug_objective objective;
    double energy_pj, cycles, value;
} answers[] = {{AUG_OBJECTIVE_ENERGY, 3020, 42, 3020},
               {AUG_OBJECTIVE_LATENCY, 5600, 16, 16},
               {AUG_OBJECTIVE_EDP, 4380, 18, 78840}};

static void the_best_of_each_objective(void **state) {
    (void)state;
    for (size_t i = 0; i < 2 * AUG_COUNT(answers); i++) {
        run r;
        begin(&r);
        r.of.options.perfect = i < AUG_COUNT(answers);
        r.of.options.objective = answers[i % AUG_COUNT(answers)].objective;
        assert_int_equal(go(&r), AUG_MAPPER_FOUND);
        assert_int_equal(r.result.point_count, 1);
        assert_point(&r, 0, answers[i % AUG_COUNT(answers)].energy_pj,
                     answers[i % AUG_COUNT(answers)].cycles);
        assert_near(r.result.value, answers[i % AUG_COUNT(answers)].value, 1e-9);
        assert_true(r.result.proven && r.result.lower_bound == r.result.value);
        assert_null(r.result.why);
        end(&r);
    }
}

static void make_free(aug_problem *problem) {
    for (int m = 0; m < problem->memory_count; m++) {
        problem->memories[m].leakage_pj_per_cycle = 0.0;
        for (int t = 0; t < problem->tensor_count; t++)
            for (int a = 0; a < AUG_ACTION_COUNT; a++)
                problem->memories[m].energy_pj[t][a] = 0.0;
    }
    problem->computes[0].energy_pj = 0.0;
}

// Where nothing costs energy every nest takes the least, and the fastest takes as many cycles as before.
static void what_costs_nothing(void **state) {
    (void)state;
    for (int perfect = 0; perfect < 2; perfect++)
        for (int objective = 0; objective < AUG_OBJECTIVE_COUNT; objective++) {
            run r;
            begin(&r);
            make_free(&r.of.bench.problem);
            r.of.options.perfect = perfect;
            r.of.options.objective = (aug_objective)objective;
            assert_int_equal(go(&r), AUG_MAPPER_FOUND);
            assert_true(r.result.proven && r.result.points[0].energy_pj == 0.0);
            if (objective == AUG_OBJECTIVE_LATENCY || objective == AUG_OBJECTIVE_FRONT)
                assert_point(&r, 0, 0, 16);
            end(&r);
        }
}

// Windows, whose search begins a little above the least floor, where that is nothing.
static void windows_that_cost_nothing(void **state) {
    run r;
    (void)state;
    search_begin(&r.of, COST_WINDOW, "p=4 r=3", "dram register mac");
    make_free(&r.of.bench.problem);
    r.of.options.perfect = true;
    assert_int_equal(go(&r), AUG_MAPPER_FOUND);
    assert_true(r.result.proven && r.result.points[0].energy_pj == 0.0);
    end(&r);
}

static void all_of_a_front(void **state) {
    (void)state;
    for (int perfect = 0; perfect < 2; perfect++) {
        run r;
        begin(&r);
        r.of.options.perfect = perfect;
        r.of.options.objective = AUG_OBJECTIVE_FRONT;
        assert_int_equal(go(&r), AUG_MAPPER_FOUND);
        assert_int_equal(r.result.point_count, 4);
        assert_point(&r, 0, 3020, 42);
        assert_point(&r, 1, 4240, 24);
        assert_point(&r, 2, 4380, 18);
        assert_point(&r, 3, 5600, 16);
        assert_near(r.result.value, 78840, 1e-9);
        end(&r);
    }
}

// B whole and one word of Z are 3 words. Of 2 words, one of B would be left, and then Z or B comes again and
// again.
static void what_others_hold_is_not_there(void **state) {
    static const struct {
        double reserved_bits, energy_pj;
    } rows[] = {{0, 3020}, {8, 4240}, {16, 4240}, {24, 5600}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        run r;
        begin(&r);
        cost_edit(&r.of.bench, "buffer")->capacity_bits = 24;
        r.of.options.reserved_bits[1] = rows[i].reserved_bits;
        assert_int_equal(go(&r), AUG_MAPPER_FOUND);
        assert_near(r.result.value, rows[i].energy_pj, 1e-9);
        end(&r);
    }
}

// 16 operations in no more than 32, 20 or 16.8 cycles; what the buffer has to keep and may not.
static void what_the_user_wants(void **state) {
    static const struct {
        aug_restriction restriction;
        double energy_pj;
    } rows[] = {{{.min_utilization = 0.5}, 4240},  {{.min_utilization = 0.8}, 4380},
                {{.min_utilization = 0.95}, 5600}, {{.never = {0, 2}}, 4240},
                {{.never = {0, 6}}, 5600},         {{.must = {0, 2}, .never = {0, 4}}, 4380},
                {{.must = {0, 1}}, 3020 + 32 * 10}}; // A is filled and read
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        run r;
        begin(&r);
        r.of.options.restriction = &rows[i].restriction;
        assert_int_equal(go(&r), AUG_MAPPER_FOUND);
        if (fabs(r.result.value - rows[i].energy_pj) > 1e-6)
            fail_msg("row %zu: %g", i, r.result.value);
        end(&r);
    }
}

// In 3 words below a loop over k, Z does not stay from one k to the next, but a word of B stays for all m.
static void a_prefix_is_not_searched(void **state) {
    aug_mapping_node prefix[] = {{.kind = AUG_MAPPING_STORE, .memory = 0, .tensors = 7},
                                 {.kind = AUG_MAPPING_FOR, .tile = 1}};
    run r;
    (void)state;
    begin(&r);
    cost_edit(&r.of.bench, "buffer")->capacity_bits = 24;
    prefix[1].rank = search_rank(&r.of, "k");
    r.of.options.prefix = prefix;
    r.of.options.prefix_count = 2;
    assert_int_equal(go(&r), AUG_MAPPER_FOUND);
    assert_point(&r, 0, 4380, 18);
    const aug_mapping *nest = &r.result.points[0].mapping;
    assert_true(nest->nodes[0].kind == AUG_MAPPING_STORE && nest->nodes[0].tensors == 7);
    assert_true(nest->nodes[1].kind == AUG_MAPPING_FOR && nest->nodes[1].rank == prefix[1].rank);
    end(&r);
}

// O[p] += I[p,p] W[r], p 4, r 3: I has a box of 16 words, but tiles of one point are 4. In 8 words dram gives
// 4 of I and 3 of W and takes 4: 1100 pJ. The buffer is filled with 7, read 24 times, updated 12 times, added
// to 8 times: 510. 12 operations.
static void a_rank_in_two_indices(void **state) {
    static const double prices[] = {100, 10};
    run r;
    (void)state;
    search_begin(&r.of, "O[p] += I[p,p] * W[r]", "p=4 r=3", "dram buffer mac");
    search_prices(&r.of, prices, 1);
    cost_edit(&r.of.bench, "buffer")->capacity_bits = 64;
    assert_int_equal(go(&r), AUG_MAPPER_FOUND);
    assert_near(r.result.value, 1622, 1e-9);
    end(&r);
}

// ---- What is known already

static void set_cutoff(run *r, double energy_pj, double cycles, double edp) {
    r->of.options.has_cutoff = true;
    r->of.options.cutoff_energy_pj = energy_pj;
    r->of.options.cutoff_cycles = cycles;
    r->of.options.cutoff_edp = edp;
}

// Less alone is of interest; the other figures do not matter.
static void only_what_is_better_than_what_is_known(void **state) {
    static const struct {
        aug_objective objective;
        double energy_pj, cycles, edp;
        aug_mapper_status status;
    } rows[] = {
        {AUG_OBJECTIVE_ENERGY, 3020.5, 1, 1, AUG_MAPPER_FOUND},
        {AUG_OBJECTIVE_ENERGY, 3020, 1e9, 1e9, AUG_MAPPER_NONE},
        {AUG_OBJECTIVE_ENERGY, (double)INFINITY, 1, 1, AUG_MAPPER_FOUND},
        {AUG_OBJECTIVE_LATENCY, 1, 17, 1, AUG_MAPPER_FOUND},
        {AUG_OBJECTIVE_LATENCY, 1e9, 16, 1e9, AUG_MAPPER_NONE},
        {AUG_OBJECTIVE_LATENCY, 1, (double)INFINITY, 1, AUG_MAPPER_FOUND},
        {AUG_OBJECTIVE_EDP, 1, 1, 78841, AUG_MAPPER_FOUND},
        {AUG_OBJECTIVE_EDP, 1e9, 1e9, 78840, AUG_MAPPER_NONE},
        {AUG_OBJECTIVE_EDP, 1, 1, (double)INFINITY, AUG_MAPPER_FOUND},
        {AUG_OBJECTIVE_FRONT, 3020, 16, 1e9, AUG_MAPPER_NONE},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        run r;
        begin(&r);
        r.of.options.objective = rows[i].objective;
        set_cutoff(&r, rows[i].energy_pj, rows[i].cycles, rows[i].edp);
        if (go(&r) != rows[i].status)
            fail_msg("row %zu", i);
        assert_true(r.result.proven);
        assert_int_equal(r.result.point_count, rows[i].status == AUG_MAPPER_FOUND);
        if (r.result.point_count)
            assert_near(r.result.value, answers[rows[i].objective].value, 1e-9);
        end(&r);
    }
}

// (4240, 24) is known: it is not found again, nor is anything that it is below.
static void a_front_around_what_is_known(void **state) {
    run r;
    (void)state;
    begin(&r);
    r.of.options.objective = AUG_OBJECTIVE_FRONT;
    set_cutoff(&r, 4240, 24, (double)INFINITY);
    assert_int_equal(go(&r), AUG_MAPPER_FOUND);
    assert_int_equal(r.result.point_count, 3);
    assert_point(&r, 0, 3020, 42);
    assert_point(&r, 1, 4380, 18);
    assert_point(&r, 2, 5600, 16);
    end(&r);
}

// ---- No answer

// Three words at least have to be in the buffer together.
static void nothing_fits(void **state) {
    (void)state;
    for (int words = 2; words <= 3; words++) {
        run r;
        begin(&r);
        cost_edit(&r.of.bench, "buffer")->must = 7;
        cost_edit(&r.of.bench, "buffer")->capacity_bits = 8 * words;
        assert_int_equal(go(&r), words == 3 ? AUG_MAPPER_FOUND : AUG_MAPPER_NONE);
        assert_int_equal(r.result.point_count, words == 3);
        assert_true(r.result.proven);
        assert_null(r.result.why);
        assert_true(words == 3 || isinf(r.result.value));
        end(&r);
    }
}

static void what_cannot_be_met_is_told(void **state) {
    run r;
    (void)state;
    begin(&r);
    cost_edit(&r.of.bench, "buffer")->must = cost_edit(&r.of.bench, "buffer")->never = 1;
    assert_int_equal(go(&r), AUG_MAPPER_NONE);
    assert_true(r.result.proven && r.result.point_count == 0 && isinf(r.result.value));
    assert_string_equal(r.result.why, "memory 'buffer' has to keep tensor 'A' and may not");
    end(&r);
}

static void what_can_be_searched(void **state) {
    const struct aug_sparse_design *const something = (const void *)&answers;
    run r;
    aug_problem scattered;
    (void)state;
    begin(&r);
    assert_null(aug_mapper_can_search(&r.of.bench.problem, NULL));
    r.of.bench.problem.sparse = something;
    assert_string_equal(aug_mapper_can_search(&r.of.bench.problem, NULL),
                        "machines that do something about zeros cannot be searched yet");
    oracle_read_problem(&r.of.bench.arena, "O[p+r] += I[p] * W[r]", "p=4 r=2", "dram mac", &scattered);
    assert_string_equal(aug_mapper_can_search(&scattered, NULL),
                        "outputs that are indexed by a sum of ranks cannot be searched yet");
    end(&r);
}

// 3 tensors and 6 memories inside the outermost one are 18 twos, and the array is one more. One tensor that a memory
// never keeps is a two less.
static void more_memories_than_can_be_listed(void **state) {
    aug_problem problem;
    aug_restriction restriction;
    const aug_mapper_options options = {.perfect = true, .restriction = &restriction};
    (void)state;
    small_problem(&problem);
    while (problem.memory_count < 7)
        problem.memories[problem.memory_count++] = problem.memories[SMALL_BUFFER];
    const char *why = aug_mapper_can_search(&problem, NULL);
    assert_non_null(why);
    assert_non_null(strstr(why, "more than 2^18 ways: say what they keep"));
    aug_restriction_init(&restriction);
    assert_non_null(aug_mapper_can_search(&problem, &options));
    restriction.never[SMALL_BUFFER] = 1u << SMALL_A;
    assert_null(aug_mapper_can_search(&problem, &options));
    problem.memory_count--;
    assert_null(aug_mapper_can_search(&problem, NULL));
}

static void ranks_that_are_long(void **state) {
    aug_problem problem;
    const aug_mapper_options any = {.perfect = false}, whole = {.perfect = true};
    (void)state;
    small_problem(&problem);
    problem.sizes[SMALL_M] = (aug_count)1 << 44;
    assert_null(aug_mapper_can_search(&problem, &any));
    problem.sizes[SMALL_M]++;
    assert_string_equal(aug_mapper_can_search(&problem, &any), "of ranks above 2^44 only tiles that divide can be searched: add --perfect");
    assert_null(aug_mapper_can_search(&problem, &whole));
}

// ---- Limits and threads, on the product of small_problem.h with four times as much of each rank

static aug_mapper_status larger_product(test_ground *ground, aug_count times, const aug_mapper_options *options,
                                        aug_mapper_result *result) {
    aug_problem *problem = AUG_NEW(&ground->arena, aug_problem);
    small_problem(problem);
    for (int r = 0; r < problem->rank_count; r++)
        problem->sizes[r] *= times;
    problem->operations *= times * times * times;
    return aug_mapper_run(&ground->arena, problem, options, result);
}

static aug_mapper_status product(test_ground *ground, const aug_mapper_options *options,
                                 aug_mapper_result *result) {
    return larger_product(ground, 4, options, result);
}

// Some nest under any limit, and a bound that holds; the same every time. 32 · 24 · 16 operations on 8 units
// take 1536 cycles, which no search is needed for.
static void assert_limited(test_ground *ground, const aug_mapper_options *options,
                           const aug_mapper_result *best) {
    aug_mapper_result result, again;
    assert_int_equal(product(ground, options, &result), AUG_MAPPER_LIMIT);
    assert_false(result.proven);
    assert_true(result.point_count > 0);
    assert_true(result.lower_bound <= best->value && best->value <= result.value);
    assert_true(result.lower_bound > 0.0 && result.nodes < best->nodes);
    assert_true(options->objective != AUG_OBJECTIVE_LATENCY || result.lower_bound == 1536);
    product(ground, options, &again);
    assert_true(again.nodes == result.nodes && again.value == result.value &&
                again.lower_bound == result.lower_bound);
}

static void a_limit_leaves_a_nest_and_a_bound(void **state) {
    (void)state;
    for (int o = 0; o < AUG_OBJECTIVE_COUNT; o++) {
        test_ground ground;
        aug_mapper_options options = {.objective = (aug_objective)o, .perfect = true, .threads = 1};
        aug_mapper_result best, result;
        test_begin(&ground);
        assert_int_equal(product(&ground, &options, &best), AUG_MAPPER_FOUND);
        const uint64_t limits[] = {1, best.nodes / 2, best.nodes - best.nodes / 16};
        for (size_t i = 0; i < AUG_COUNT(limits); i++) {
            options.node_limit = limits[i];
            assert_limited(&ground, &options, &best);
        }
        options.node_limit = 2 * best.nodes;
        assert_int_equal(product(&ground, &options, &result), AUG_MAPPER_FOUND);
        assert_true(result.value == best.value);
        test_end(&ground);
    }
}

// Who stops the search before it has begun still gets something; how soon: mapper_stop_test.c. Stops are looked at every 256
// nodes, so the product is larger.
static void a_stop_leaves_a_nest_and_a_bound(void **state) {
    aug_progress stopped = {.stop = true}, running = {.stop = false};
    test_ground ground;
    aug_mapper_options options = {
        .objective = AUG_OBJECTIVE_EDP, .perfect = true, .threads = 1, .progress = &running};
    aug_mapper_result best, result;
    (void)state;
    test_begin(&ground);
    assert_int_equal(larger_product(&ground, 64, &options, &best), AUG_MAPPER_FOUND);
    options.progress = &stopped;
    assert_int_equal(larger_product(&ground, 64, &options, &result), AUG_MAPPER_LIMIT);
    assert_int_equal(result.point_count, 1);
    assert_true(result.lower_bound <= best.value && best.value <= result.value);
    assert_true(result.lower_bound > 0.0);
    test_end(&ground);
}

static const char *nest_of(test_ground *ground, const aug_mapper_point *point) {
    aug_problem problem;
    aug_buffer out;
    small_problem(&problem);
    aug_buffer_init(&out, &ground->arena);
    aug_mapping_print(&out, &problem, &point->mapping);
    return aug_buffer_text(&out);
}

static void assert_same(test_ground *ground, const aug_mapper_result *a, const aug_mapper_result *b) {
    assert_int_equal(a->point_count, b->point_count);
    assert_true(a->value == b->value && a->lower_bound == b->lower_bound && a->nodes == b->nodes);
    for (int i = 0; i < a->point_count; i++) {
        const aug_mapper_point *x = &a->points[i], *y = &b->points[i];
        assert_true(x->energy_pj == y->energy_pj && x->cycles == y->cycles);
        assert_string_equal(nest_of(ground, x), nest_of(ground, y));
    }
}

static void threads_do_not_change_answers(void **state) {
    static const struct {
        uint64_t limit, part; // of about 3400 nodes
    } rows[] = {{0, 0}, {3000, 0}, {0, 1}, {0, 200}, {3000, 200}};
    (void)state;
    for (int o = 0; o < AUG_OBJECTIVE_COUNT; o++)
        for (size_t i = 0; i < AUG_COUNT(rows); i++) {
            test_ground ground;
            aug_mapper_options options = {.objective = (aug_objective)o,
                                          .perfect = true,
                                          .threads = 1,
                                          .node_limit = rows[i].limit,
                                          .part_nodes = rows[i].part};
            aug_mapper_result one, more;
            test_begin(&ground);
            aug_mapper_status status = product(&ground, &options, &one);
            for (options.threads = 2; options.threads <= 5; options.threads++) {
                assert_int_equal(product(&ground, &options, &more), status);
                assert_same(&ground, &one, &more);
            }
            test_end(&ground);
        }
}

// A search in parts finds what one in a piece does, in other nodes.
static void parts_do_not_change_the_best(void **state) {
    (void)state;
    for (int o = 0; o < AUG_OBJECTIVE_COUNT; o++) {
        test_ground ground;
        aug_mapper_options options = {.objective = (aug_objective)o, .perfect = true, .threads = 1};
        aug_mapper_result whole, parted;
        test_begin(&ground);
        assert_int_equal(product(&ground, &options, &whole), AUG_MAPPER_FOUND);
        options.part_nodes = 1;
        assert_int_equal(product(&ground, &options, &parted), AUG_MAPPER_FOUND);
        assert_true(parted.value == whole.value && parted.point_count == whole.point_count);
        assert_true(parted.nodes != whole.nodes);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_of_each_objective),
        cmocka_unit_test(what_costs_nothing),
        cmocka_unit_test(windows_that_cost_nothing),
        cmocka_unit_test(all_of_a_front),
        cmocka_unit_test(what_others_hold_is_not_there),
        cmocka_unit_test(what_the_user_wants),
        cmocka_unit_test(a_prefix_is_not_searched),
        cmocka_unit_test(a_rank_in_two_indices),
        cmocka_unit_test(only_what_is_better_than_what_is_known),
        cmocka_unit_test(a_front_around_what_is_known),
        cmocka_unit_test(nothing_fits),
        cmocka_unit_test(what_cannot_be_met_is_told),
        cmocka_unit_test(what_can_be_searched),
        cmocka_unit_test(a_limit_leaves_a_nest_and_a_bound),
        cmocka_unit_test(more_memories_than_can_be_listed),
        cmocka_unit_test(ranks_that_are_long),
        cmocka_unit_test(a_stop_leaves_a_nest_and_a_bound),
        cmocka_unit_test(threads_do_not_change_answers),
        cmocka_unit_test(parts_do_not_change_the_best),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
