// The search that studies use finds the plan that trying all of them finds, and no plan beats its bound.
#include "property.h"

#include "system/plan_search.h"

static void check_plan(const property_case *at, const aug_lower_bound *bound, const aug_outcome *o) {
    const struct {
        const char *name;
        double bound, found;
    } rows[] = {
        {"ttft", bound->ttft_seconds, o->ttft_seconds},
        {"tpot", bound->tpot_seconds, o->tpot_seconds},
        {"latency", bound->latency_seconds, o->latency_seconds},
        {"seconds per token", 1.0 / bound->tokens_per_second, 1.0 / o->tokens_per_second},
        {"joules per token", bound->joules_per_token, o->joules_per_token},
        {"usd per mtok", bound->usd_per_mtok, o->usd_per_mtok},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        at->world->checks++;
        if (isnan(rows[i].bound) || rows[i].bound < 0.0)
            property_violated(at, &o->plan, "the bound on %s is %g", rows[i].name, rows[i].bound);
        else if (rows[i].found < rows[i].bound) // unknown figures are bounded by nothing
            property_violated(at, &o->plan, "%s %.12g is below its bound %.12g", rows[i].name, rows[i].found, rows[i].bound);
    }
}

static void check_candidates(const property_case *at, const aug_plan_list *list, aug_outcome *outcome) {
    for (int i = 0; i < 3; i++) {
        const aug_candidate *candidate = &list->items[aug_random_below(&at->world->random, (uint64_t)list->count)];
        if (!candidate->residency.fits)
            continue;
        aug_deployment_evaluate(&at->deployment, &candidate->plan, outcome);
        check_plan(at, &candidate->bound, outcome);
        check_plan(at, &list->best, outcome);
    }
}

static void check_search(property_case *at) {
    static const int weights[] = {-1, -1, AUG_FORMAT_BF16, AUG_FORMAT_FP8, AUG_FORMAT_INT4};
    at->wanted.weights = weights[aug_random_below(&at->world->random, AUG_COUNT(weights))];
    if (aug_random_below(&at->world->random, 3) == 0)
        at->scenario.tpot_limit_seconds = at->outcome.tpot_seconds * 0.9;
    if (aug_random_below(&at->world->random, 5) == 0)
        at->scenario.period_seconds = 0.1;
    aug_outcome *outcomes = calloc(2, sizeof *outcomes);
    assert_non_null(outcomes);
    aug_arena arena;
    aug_arena_init(&arena, NULL);
    uint64_t plans;
    aug_fit expected = aug_deployment_best(&at->deployment, &at->wanted, &outcomes[0], &plans);
    aug_plan_list *list = aug_plan_list_make(&arena, &at->deployment, &at->wanted);
    aug_plan_list_bound(list, &at->deployment);
    check_candidates(at, list, &outcomes[1]);
    aug_fit found = aug_plan_list_best(list, &at->deployment, &outcomes[1]);
    at->world->checks++;
    if (found != expected || (expected != AUG_FIT_NO_PLAN && memcmp(&outcomes[0].plan, &outcomes[1].plan, sizeof(aug_plan)) != 0))
        property_violated(at, &outcomes[1].plan, "the search takes this plan, of value %.17g; all plans have %.17g",
                          aug_deployment_value(&at->deployment, &outcomes[1]), aug_deployment_value(&at->deployment, &outcomes[0]));
    aug_arena_free(&arena);
    free(outcomes);
}

static void the_search_finds_what_trying_all_plans_finds(void **state) {
    property_world *world = property_begin(state);
    property_each(world, 6, check_search);
    property_end(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_search_finds_what_trying_all_plans_finds),
    };
    return cmocka_run_group_tests(tests, property_setup, property_teardown);
}
