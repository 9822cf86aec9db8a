#include "support/testing.h"

#include "system/plan.h"
#include "workload/model.h"

enum { MOST_PLANS = 4096 };

typedef struct plan_list {
    aug_plan plans[MOST_PLANS];
    int count, stop_at;
} plan_list;

static bool keep(void *user, const aug_plan *plan) {
    plan_list *list = user;
    assert_true(list->count < MOST_PLANS);
    list->plans[list->count++] = *plan;
    return list->count != list->stop_at;
}

static const aug_plan_space anything = {.layers = INFINITY, .experts = false, .joined = INFINITY};

static int count_plans(const aug_plan *wanted, const aug_plan_space *space) {
    static plan_list list;
    list.count = list.stop_at = 0;
    aug_plan_each(wanted, space, keep, &list);
    for (int i = 0; i < list.count; i++) {
        assert_true(aug_plan_is_complete(&list.plans[i]));
        assert_int_equal(list.plans[i].tp * aug_plan_context(&list.plans[i]) * list.plans[i].pp * list.plans[i].dp, wanted->chips);
        assert_true((double)list.plans[i].pp <= space->layers);
        for (int j = 0; j < i; j++)
            assert_memory_not_equal(&list.plans[i], &list.plans[j], offsetof(aug_plan, weights));
    }
    return list.count;
}

// Ordered ways to write n as tp · pp · dp: the product over its primes p^e of (e + 1)(e + 2) / 2.
static void all_ways_to_cut_the_chips_are_tried_once(void **state) {
    (void)state;
    const struct {
        uint64_t chips;
        int plans;
    } rows[] = {{1, 1}, {2, 3}, {7, 3}, {8, 10}, {12, 18}, {36, 36}, {1000, 100}, {65536, 153}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        aug_plan wanted = aug_plan_default();
        wanted.chips = rows[i].chips;
        assert_int_equal(count_plans(&wanted, &anything), rows[i].plans);
    }
}

static void layers_and_links_leave_fewer(void **state) {
    (void)state;
    aug_plan wanted = aug_plan_default();
    wanted.chips = 8;
    // pp of 1 or 2: 8 is tp · dp in 4 ways, 4 in 3.
    assert_int_equal(count_plans(&wanted, &(aug_plan_space){.layers = 2, .joined = INFINITY}), 7);
    // Replicas of at most 2 chips: 1, or 2 as tp or pp.
    assert_int_equal(count_plans(&wanted, &(aug_plan_space){.layers = 99, .joined = 2}), 3);
    assert_int_equal(count_plans(&wanted, &(aug_plan_space){.layers = 99, .joined = 1}), 1);
    assert_int_equal(count_plans(&wanted, &(aug_plan_space){.layers = 1, .joined = 1}), 1);
}

static void what_is_asked_for_is_kept(void **state) {
    (void)state;
    aug_plan wanted = aug_plan_default();
    wanted.chips = 8;
    wanted.tp = 4;
    wanted.weights = AUG_FORMAT_FP8;
    assert_int_equal(count_plans(&wanted, &anything), 2);
    wanted.dp = 2;
    plan_list list = {0};
    aug_plan_each(&wanted, &anything, keep, &list);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.plans[0].pp, 1);
    assert_int_equal(list.plans[0].ep, 1);
    assert_int_equal(list.plans[0].weights, AUG_FORMAT_FP8);
    wanted.tp = 3;
    assert_int_equal(count_plans(&wanted, &anything), 0);
}

// With tp = 2^a and dp = 2^c there are a + c + 1 numbers of expert groups: 1 .. tp, and 2 tp .. tp dp.
static void experts_are_spread_inside_a_replica_or_over_replicas(void **state) {
    (void)state;
    aug_plan wanted = aug_plan_default();
    wanted.chips = 4;
    aug_plan_space experts = {.layers = INFINITY, .experts = true, .joined = INFINITY};
    // pp = 1: 3 cuts with 3 each; pp = 2: 2 with 2; pp = 4: 1.
    assert_int_equal(count_plans(&wanted, &experts), 14);
    wanted.ep = 4;
    assert_int_equal(count_plans(&wanted, &experts), 3);
    // Replicas of single chips whose links join nothing cannot share experts.
    experts.joined = 1;
    wanted.ep = 0;
    assert_int_equal(count_plans(&wanted, &experts), 1);
}

static void small_replicas_come_first_and_a_visit_may_stop(void **state) {
    (void)state;
    aug_plan wanted = aug_plan_default();
    wanted.chips = 8;
    plan_list list = {0};
    aug_plan_each(&wanted, &anything, keep, &list);
    for (int i = 1; i < list.count; i++)
        assert_true(list.plans[i].dp <= list.plans[i - 1].dp);
    assert_int_equal(list.plans[0].dp, 8);
    list.count = 0;
    list.stop_at = 4;
    aug_plan_each(&wanted, &anything, keep, &list);
    assert_int_equal(list.count, 4);
}

static void a_split_follows_from_the_degrees(void **state) {
    (void)state;
    // 8 chips, 4 expert groups of 2 chips each.
    aug_split inside = aug_plan_split(&(aug_plan){.chips = 8, .tp = 8, .pp = 1, .ep = 4, .dp = 1});
    assert_near(inside.tensor, 8, 0);
    assert_near(inside.expert_groups, 4, 0);
    assert_near(inside.expert_tensor, 2, 0);
    assert_near(inside.expert_tokens, 1, 0);
    // 8 groups over 4 replicas of 2 chips: each expert sees the tokens of 4 replicas.
    aug_split across = aug_plan_split(&(aug_plan){.chips = 8, .tp = 2, .pp = 1, .ep = 8, .dp = 4});
    assert_near(across.expert_groups, 8, 0);
    // Attention data-parallel over 8 chips, each of which has an eighth of every expert; and 4 groups of 2 chips.
    aug_split shared = aug_plan_split(&(aug_plan){.chips = 8, .tp = 1, .pp = 1, .ep = 1, .dp = 8, .moe_tp = 8});
    assert_near(shared.expert_groups, 1, 0);
    assert_near(shared.expert_tensor, 8, 0);
    assert_near(shared.expert_tokens, 8, 0);
    aug_split mixed = aug_plan_split(&(aug_plan){.chips = 8, .tp = 2, .pp = 1, .ep = 4, .dp = 4, .moe_tp = 2});
    assert_near(mixed.expert_groups, 4, 0);
    assert_near(mixed.expert_tensor, 2, 0);
    assert_near(mixed.expert_tokens, 4, 0);
    assert_near(across.expert_tensor, 1, 0);
    assert_near(across.expert_tokens, 4, 0);
}

static void formats_of_a_plan_come_before_the_models_own(void **state) {
    (void)state;
    aug_precision own = aug_precision_of(AUG_FORMAT_BF16);
    aug_plan plan = aug_plan_default();
    aug_precision same = aug_plan_precision(&plan, &own);
    assert_memory_equal(&same, &own, sizeof own);
    plan.weights = AUG_FORMAT_FP8;
    plan.cache = AUG_FORMAT_INT8;
    plan.experts = AUG_FORMAT_MXFP4;
    aug_precision changed = aug_plan_precision(&plan, &own);
    assert_int_equal(changed.of[AUG_STORAGE_MLP], AUG_FORMAT_FP8);
    assert_int_equal(changed.of[AUG_STORAGE_ATTENTION], AUG_FORMAT_FP8);
    assert_int_equal(changed.of[AUG_STORAGE_ACTIVATION], AUG_FORMAT_FP8);
    assert_int_equal(changed.of[AUG_STORAGE_CACHE], AUG_FORMAT_INT8);
    assert_int_equal(changed.of[AUG_STORAGE_EXPERT], AUG_FORMAT_MXFP4);
    assert_int_equal(changed.of[AUG_STORAGE_HEAD], AUG_FORMAT_BF16);
    plan.activations = AUG_FORMAT_BF16;
    assert_int_equal(aug_plan_precision(&plan, &own).of[AUG_STORAGE_ACTIVATION], AUG_FORMAT_BF16);
}

static void a_plan_is_read(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_plan plan;
    assert_true(aug_plan_read(&ground.reader,
                              test_parse(&ground, "{chips: 16, tp: 4, ep: 8, dp: 2, weights: fp8, kv: int8}"),
                              &plan));
    assert_int_equal(plan.chips, 16);
    assert_int_equal(plan.tp, 4);
    assert_int_equal(plan.pp, 0);
    assert_int_equal(plan.ep, 8);
    assert_int_equal(plan.weights, AUG_FORMAT_FP8);
    assert_int_equal(plan.activations, -1);
    assert_int_equal(plan.cache, AUG_FORMAT_INT8);
    assert_false(aug_plan_is_complete(&plan));
    plan.pp = 2;
    assert_true(aug_plan_is_complete(&plan));
    test_end(&ground);
}

static void what_is_wrong_is_said(void **state) {
    (void)state;
    static const char divides[] = "chips = tp x pp x dp",
                      groups[] = "ep divides tp, or is a multiple of tp that divides tp x dp";
    const struct {
        const char *text, *message, *hint;
        unsigned column;
    } rows[] = {
        {"chips: 0", "chips: expected 1 to 1000000", "", 8},
        {"chips: 1000001", "chips: expected 1 to 1000000", "", 8},
        {"{chips: 8, tp: 3}", "tp: does not divide the chips", divides, 16},
        {"{chips: 8, tp: 16}", "tp: does not divide the chips", divides, 16},
        {"{chips: 8, tp: 4, pp: 4}", "pp: does not divide the chips", divides, 23},
        {"{chips: 8, tp: 2, dp: 8}", "dp: does not divide the chips", divides, 23},
        {"{chips: 8, tp: 2, pp: 2, dp: 1}", "chips: is not tp x pp x dp", "leave one of them out", 9},
        {"{chips: 8, tp: 2, dp: 4, ep: 3}", "ep: does not fit tp and dp", groups, 30},
        {"{chips: 8, ep: 16}", "ep: does not fit tp and dp", groups, 16},
        {"tpp: 2", "unknown key 'tpp' in plan", "did you mean 'tp'?", 1},
        {"tp: -1", "expected a whole number from 0 to 2^63 - 1, found '-1'", "", 5},
        {"tp: two", "expected a whole number such as '32', found 'two'", "", 5},
        {"weights: fp7",
         "expected one of fp32, tf32, bf16, fp16, fp8, fp8_block, int8, mxfp4, nvfp4, fp4, int4, q8_0, q6_k, q4_k_m, found 'fp7'",
         "did you mean 'fp8'?", 10},
        {"[1]", "expected a map (plan), found a list", "", 1},
        {"{chips: 8, tp: 2, cp: 3}", "cp: does not divide the chips", "chips = tp x cp x pp x dp", 23},
        {"{chips: 8, tp: 2, dp: 4, ep: 4, moe_tp: 4}", "moe_tp: does not fit ep, tp and dp",
         "ep x moe_tp is tp, or a multiple of tp that divides tp x dp", 41},
        {"{speculate: 4}", "speculate: needs an acceptance", "the chance that a proposed token is taken, 0.8", 13},
        {"{acceptance: 0.5}", "acceptance: nothing is speculated", "say how many tokens: speculate 4", 14},
        {"{acceptance: 1.5, speculate: 1}", "acceptance: expected 0 to 1", "", 14},
        {"{acceptance: 0.5, speculate: 65}", "speculate: expected 0 to 64 tokens", "", 30},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_plan plan;
        assert_false(aug_plan_read(&ground.reader, test_parse(&ground, rows[i].text), &plan));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        assert_int_equal(ground.errors.items[0].line, 1);
        assert_int_equal(ground.errors.items[0].column, rows[i].column);
        test_end(&ground);
    }
}

// 8 chips with two groups that share sequences: four chips are left for tp, pp and dp. Experts that 8 chips share leave one plan.
static void shared_sequences_and_experts_leave_fewer(void **state) {
    (void)state;
    aug_plan wanted = aug_plan_default();
    wanted.chips = 8;
    wanted.cp = 2;
    assert_int_equal(count_plans(&wanted, &anything), 6);
    wanted.cp = 0;
    wanted.tp = 1;
    wanted.pp = 1;
    wanted.moe_tp = 8;
    assert_int_equal(count_plans(&wanted, &(aug_plan_space){.layers = INFINITY, .experts = true, .joined = INFINITY}), 1);
}

// 1 + a + a² + a³: 1 + 0.5 + 0.25 + 0.125.
static void a_step_makes_as_many_tokens_as_are_taken(void **state) {
    (void)state;
    const struct {
        uint64_t proposed;
        double acceptance, tokens;
    } rows[] = {{0, NAN, 1.0}, {1, 0.0, 1.0}, {3, 0.5, 1.875}, {4, 1.0, 5.0}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        aug_plan plan = aug_plan_default();
        plan.speculate = rows[i].proposed;
        plan.acceptance = rows[i].acceptance;
        assert_near(aug_plan_tokens_per_step(&plan), rows[i].tokens, 1e-15);
    }
}

// Drafts run on the chips of one stage; a draft model keeps its own formats, the model's own module has the model's.
static void what_proposes_tokens_is_spread_as_one_stage(void **state) {
    (void)state;
    aug_model draft = {.language = 0};
    aug_plan plan = {.chips = 16, .tp = 4, .pp = 2, .ep = 4, .dp = 2, .weights = AUG_FORMAT_FP8, .speculate = 3};
    aug_plan module = aug_plan_of_draft(&plan);
    assert_int_equal(module.chips, 8);
    assert_int_equal(module.pp, 1);
    assert_int_equal(module.tp, 4);
    assert_int_equal(module.weights, AUG_FORMAT_FP8);
    assert_int_equal(module.speculate, 0);
    plan.draft = &draft;
    assert_int_equal(aug_plan_of_draft(&plan).weights, -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_ways_to_cut_the_chips_are_tried_once),
        cmocka_unit_test(layers_and_links_leave_fewer),
        cmocka_unit_test(what_is_asked_for_is_kept),
        cmocka_unit_test(experts_are_spread_inside_a_replica_or_over_replicas),
        cmocka_unit_test(small_replicas_come_first_and_a_visit_may_stop),
        cmocka_unit_test(a_split_follows_from_the_degrees),
        cmocka_unit_test(formats_of_a_plan_come_before_the_models_own),
        cmocka_unit_test(a_plan_is_read),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(shared_sequences_and_experts_leave_fewer),
        cmocka_unit_test(a_step_makes_as_many_tokens_as_are_taken),
        cmocka_unit_test(what_proposes_tokens_is_spread_as_one_stage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
