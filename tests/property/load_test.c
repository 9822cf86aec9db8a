// What more load does: more requests at once serve more tokens per second as long as they fit, longer prompts and
// outputs take longer.
//
// A larger batch may push the model's data out of a small fast memory, or make the best plan stop fitting; what is
// slower then is really slower. So batches are compared while the plan fits and the data stay where they are.
//
// On machines with kernel models work comes in whole tiles, waves and splits: 129 rows may take two waves where 128 take one, and a
// longer context may be cut better. A rise may cost so much there and no more: a batch that doubles at most 5 %, one that grows by
// a factor g below 2 at most the second wave that it starts, which leaves g / 2 of what it served (24 to 32: two thirds), a longer
// prompt or output at most 4 % of a time.
#include "property.h"

static double allowed_fall(const property_case *at, uint64_t before, uint64_t after) {
    if (!at->deployment.roofline.models)
        return PROPERTY_ROUNDING;
    return after >= 2 * before ? 0.05 : 1.0 - (double)after / (2.0 * (double)before);
}

// Libraries choose the tiles of experts by their mean rows; where one more token brings a larger tile, drawn experts take up to 10 % less.
static double allowed_gain(const property_case *at) {
    if (!at->deployment.roofline.models)
        return PROPERTY_ROUNDING;
    return aug_model_has_experts(at->deployment.model) ? 0.1 : 0.04;
}

static const uint64_t batches[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256};

// Where the data of all phases are, as one number: passes after the first may find theirs further in than the rest.
static uint64_t homes_of(const aug_outcome *outcome) {
    uint64_t homes = (uint64_t)outcome->residency.home + 1;
    for (int i = 0; i < outcome->phase_count; i++)
        homes = homes * 16 + (uint64_t)outcome->phases[i].input.home + 1;
    return homes;
}

// One plan under growing batches.
static void grow_batch_same_plan(property_case *at, const aug_plan *plan, aug_outcome *outcome) {
    double before = 0.0;
    uint64_t homes = 0;
    for (size_t i = 0; i < AUG_COUNT(batches); i++) {
        at->scenario.batch = batches[i];
        aug_deployment_evaluate(&at->deployment, plan, outcome);
        if (!outcome->residency.fits)
            break;
        at->world->checks++;
        if (homes == homes_of(outcome) && outcome->tokens_per_second < before * (1.0 - allowed_fall(at, batches[i - 1], batches[i])))
            property_violated(at, plan, "tokens per second fall from %.12g at batch %llu to %.12g", before,
                              (unsigned long long)batches[i - 1], outcome->tokens_per_second);
        before = outcome->tokens_per_second;
        homes = homes_of(outcome);
    }
}

// The best plan under growing batches: compared where the best plan of the smaller one still fits.
static void grow_batch_best_plan(property_case *at, aug_outcome *outcome) {
    double before = 0.0;
    aug_plan plan = {0};
    int home = -1;
    for (size_t i = 0; i < AUG_COUNT(batches); i++) {
        uint64_t plans;
        at->scenario.batch = batches[i];
        bool comparable = false;
        if (i > 0) {
            aug_residency r = aug_residency_find(&at->deployment.roofline, at->deployment.model, &at->scenario, &plan);
            comparable = r.fits && r.home == home;
        }
        if (aug_deployment_best(&at->deployment, &at->wanted, outcome, &plans) != AUG_FIT_OK)
            break;
        at->world->checks++;
        if (comparable && outcome->tokens_per_second < before * (1.0 - allowed_fall(at, batches[i - 1], batches[i])))
            property_violated(at, &outcome->plan, "best tokens per second fall from %.12g at batch %llu to %.12g", before,
                              (unsigned long long)batches[i - 1], outcome->tokens_per_second);
        before = outcome->tokens_per_second;
        plan = outcome->plan;
        home = outcome->residency.home;
    }
}

static void check_batches(property_case *at) {
    aug_outcome *outcome = calloc(1, sizeof *outcome);
    assert_non_null(outcome);
    aug_plan plan;
    grow_batch_same_plan(at, &at->outcome.plan, outcome);
    if (property_random_plan(at, &plan))
        grow_batch_same_plan(at, &plan, outcome);
    if (aug_random_below(&at->world->random, 8) == 0)
        grow_batch_best_plan(at, outcome);
    free(outcome);
}

static void a_larger_batch_serves_more(void **state) {
    property_world *world = property_begin(state);
    property_each(world, 3, check_batches);
    property_end(world);
}

// Every model and every machine once, or a share of them, with the plan searched for each batch.
static void a_larger_batch_serves_more_at_its_best_plan(void **state) {
    property_world *world = property_begin(state);
    property_case *at = calloc(1, sizeof *at);
    aug_outcome *outcome = calloc(1, sizeof *outcome);
    assert_non_null(at);
    assert_non_null(outcome);
    int most = world->model_count > world->machine_count ? world->model_count : world->machine_count;
    for (int i = 0; i < most; i += (int)test_share()) {
        property_draw(world, i % world->model_count, i % world->machine_count, at);
        grow_batch_best_plan(at, outcome);
    }
    free(outcome);
    free(at);
    property_end(world);
}

// The times that the length of the prompt and of the output must not shorten.
static void compare_lengths(property_case *at, const aug_plan *plan, const char *what, double before[3],
                            const aug_outcome *after) {
    const double now[] = {after->ttft_seconds, after->tpot_seconds, after->latency_seconds};
    static const char *const names[] = {"ttft", "tpot", "latency"};
    for (int i = 0; i < 3; i++) {
        at->world->checks++;
        if (now[i] < before[i] * (1.0 - allowed_gain(at)))
            property_violated(at, plan, "%s: %s falls from %.12g to %.12g", what, names[i], before[i], now[i]);
        before[i] = now[i];
    }
}

static void check_lengths(property_case *at) {
    static const uint64_t lengths[] = {1, 2, 100, 128, 129, 512, 1000, 1024, 1025, 2048, 4096, 4097, 8191, 8192, 8193, 16384, 20000, 65536};
    aug_outcome *outcome = calloc(1, sizeof *outcome);
    assert_non_null(outcome);
    const aug_scenario drawn = at->scenario;
    aug_plan plan = at->outcome.plan;
    if (aug_random_below(&at->world->random, 2))
        property_random_plan(at, &plan);
    at->scenario.image_tokens = 0;
    double before[3] = {0};
    for (size_t i = 0; i < AUG_COUNT(lengths); i++) {
        at->scenario.in_tokens = lengths[i];
        aug_deployment_evaluate(&at->deployment, &plan, outcome);
        compare_lengths(at, &plan, "a longer prompt", before, outcome);
    }
    memset(before, 0, sizeof before);
    at->scenario = drawn;
    for (size_t i = 0; i < AUG_COUNT(lengths); i++) {
        at->scenario.out_tokens = lengths[i];
        aug_deployment_evaluate(&at->deployment, &plan, outcome);
        compare_lengths(at, &plan, "a longer output", before, outcome);
    }
    free(outcome);
}

static void longer_prompts_and_outputs_take_longer(void **state) {
    property_world *world = property_begin(state);
    property_each(world, 3, check_lengths);
    property_end(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_larger_batch_serves_more),
        cmocka_unit_test(a_larger_batch_serves_more_at_its_best_plan),
        cmocka_unit_test(longer_prompts_and_outputs_take_longer),
    };
    return cmocka_run_group_tests(tests, property_setup, property_teardown);
}
