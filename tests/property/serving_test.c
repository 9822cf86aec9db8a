// What serving may do and what it may not: cached prompts never slow anything, guesses that are never taken
// never help, and no plan answers more than it is asked.
//
// Little's law [Little 1961]: X requests per second that decode for (out - 1) tpot each are X (out - 1) tpot
// at once, which is not more than are in flight. With all replicas alike it holds for the whole deployment:
// for prompts apart, in pieces, and on chips of their own, where the time to the first token counts, too.
//
// On machines with kernel models fewer new tokens may come in worse tiles: a time may rise by 4 % there, as
// in load_test.c. Elsewhere by 5e-4: how many tokens share the regions of a wafer goes by whole tokens, of
// 128 by nearly a hundredth of a region.
#include "property.h"

#include "system/apart.h"

static double allowed(const property_case *at) {
    return at->deployment.roofline.models ? 1.04 : 1.0005;
}

// What no larger share of the prompt in the cache may make slower.
static void check_cached_prompts_of(property_case *at, aug_plan plan) {
    static const double shares[] = {0.0, 0.25, 0.5, 0.9, 0.99};
    aug_outcome *outcome = calloc(1, sizeof *outcome);
    assert_non_null(outcome);
    double ttft = (double)INFINITY, slow = (double)INFINITY;
    for (size_t i = 0; i < AUG_COUNT(shares); i++) {
        at->scenario.cache_hit = shares[i];
        aug_deployment_evaluate(&at->deployment, &plan, outcome);
        property_not_larger(at, &plan, "more prompts in the cache", "ttft", ttft * allowed(at),
                            outcome->ttft_seconds);
        property_not_larger(at, &plan, "more prompts in the cache", "seconds per token", slow * allowed(at),
                            1.0 / outcome->tokens_per_second);
        ttft = outcome->ttft_seconds;
        slow = 1.0 / outcome->tokens_per_second;
    }
    at->scenario.cache_hit = 0.0;
    free(outcome);
}

// Of the best plan, and of any other.
static void check_cached_prompts(property_case *at) {
    aug_plan plan;
    check_cached_prompts_of(at, at->outcome.plan);
    if (property_random_plan(at, &plan))
        check_cached_prompts_of(at, plan);
}

// A draft like the model itself: with nothing taken it only costs, and each step up in acceptance gains.
static void check_speculation(property_case *at) {
    static const double chances[] = {0.0, 0.3, 0.6, 0.9, 1.0};
    if (at->deployment.model->language < 0)
        return;
    aug_outcome *outcome = calloc(1, sizeof *outcome);
    assert_non_null(outcome);
    aug_plan plan = at->outcome.plan;
    plan.speculate = 1 + aug_random_below(&at->world->random, 8);
    plan.draft = at->deployment.model;
    double tpot = 0.0;
    for (size_t i = 0; i < AUG_COUNT(chances); i++) {
        plan.acceptance = chances[i];
        aug_deployment_evaluate(&at->deployment, &plan, outcome);
        if (i == 0)
            property_not_larger(at, &plan, "guesses that are not taken", "tokens per second",
                                at->outcome.tokens_per_second * allowed(at), outcome->tokens_per_second);
        else
            property_not_larger(at, &plan, "more guesses that are taken", "tpot", tpot,
                                outcome->tpot_seconds);
        tpot = outcome->tpot_seconds;
    }
    free(outcome);
}

// Requests at once, from `first` seconds after their arrival on, against those in flight.
static void check_flight(const property_case *at, const aug_outcome *o, const char *what, double first) {
    double out = (double)at->scenario.out_tokens, batch = (double)at->scenario.batch;
    double requests = o->tokens_per_second / out * (first + (out - 1.0) * o->tpot_seconds);
    property_not_larger(at, &o->plan, what, "requests at once", batch, requests);
}

static void check_in_flight(property_case *at) {
    if (at->deployment.model->language < 0 || at->scenario.out_tokens < 2)
        return;
    aug_outcome *outcome = calloc(1, sizeof *outcome);
    assert_non_null(outcome);
    aug_plan plan = at->outcome.plan;
    if (aug_random_below(&at->world->random, 2))
        property_random_plan(at, &plan);
    uint64_t pieces[] = {0, 64, 512, 8192};
    bool alike = at->scenario.batch <= plan.dp || at->scenario.batch % plan.dp == 0;
    for (size_t i = 0; alike && i < AUG_COUNT(pieces); i++) {
        plan.chunk = pieces[i];
        aug_deployment_evaluate(&at->deployment, &plan, outcome);
        check_flight(at, outcome, pieces[i] ? "prompts in pieces" : "prompts between steps", 0.0);
    }
    if (at->wanted.chips == 2 || at->wanted.chips == 8) {
        aug_arena arena;
        aug_arena_init(&arena, NULL);
        uint64_t pairs;
        if (aug_apart_best(&arena, &at->deployment, &at->wanted, 0, NULL, outcome, &pairs) == AUG_FIT_OK)
            check_flight(at, outcome, "chips of their own", outcome->ttft_seconds);
        aug_arena_free(&arena);
    }
    free(outcome);
}

static void cached_prompts_are_never_slower(void **state) {
    property_world *world = property_begin(state);
    property_each(world, 2, check_cached_prompts);
    property_end(world);
}

static void only_guesses_that_are_taken_help(void **state) {
    property_world *world = property_begin(state);
    property_each(world, 2, check_speculation);
    property_end(world);
}

static void no_plan_serves_more_than_it_is_asked(void **state) {
    property_world *world = property_begin(state);
    property_each(world, 2, check_in_flight);
    property_end(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cached_prompts_are_never_slower),
        cmocka_unit_test(only_guesses_that_are_taken_help),
        cmocka_unit_test(no_plan_serves_more_than_it_is_asked),
    };
    return cmocka_run_group_tests(tests, property_setup, property_teardown);
}
