// A machine that is better in one resource never makes an answer worse.
//
// Resources: the bandwidth of each memory level, the peak of each unit and format, the bandwidth and latency of each
// link, the launch of a kernel, the way across the arrays. Each is made better by 1.1 and by 2. Under the same plan no
// time, energy per token or cost may rise; with the plan searched anew, the figure that the search maximises may not fall.
#include "property.h"

typedef struct better {
    property_case *at;
    aug_machine machine; // with one resource changed
    aug_outcome outcome;
    const aug_plan *plan;
    const aug_outcome *before;
    uint64_t resources; // seen so far
    uint64_t searched;  // the one for which the plan is searched anew
} better;

// The figures of the same plan, before and after.
static void compare_same_plan(better *b, const char *what) {
    const property_case *at = b->at;
    aug_deployment deployment;
    aug_deployment_init(&deployment, at->deployment.model, &b->machine, &at->scenario, at->world->economy);
    aug_deployment_evaluate(&deployment, b->plan, &b->outcome);
    const aug_outcome *before = b->before, *after = &b->outcome;
    property_not_larger(at, b->plan, what, "ttft", before->ttft_seconds, after->ttft_seconds);
    property_not_larger(at, b->plan, what, "tpot", before->tpot_seconds, after->tpot_seconds);
    property_not_larger(at, b->plan, what, "latency", before->latency_seconds, after->latency_seconds);
    property_not_larger(at, b->plan, what, "seconds per token", 1.0 / before->tokens_per_second,
                        1.0 / after->tokens_per_second);
    property_not_larger(at, b->plan, what, "joules per token", before->joules_per_token, after->joules_per_token);
    property_not_larger(at, b->plan, what, "usd per mtok", before->usd_per_mtok, after->usd_per_mtok);
}

static void compare_best_plan(better *b, const char *what) {
    const property_case *at = b->at;
    if (at->fit != AUG_FIT_OK)
        return;
    aug_deployment deployment;
    uint64_t plans;
    aug_deployment_init(&deployment, at->deployment.model, &b->machine, &at->scenario, at->world->economy);
    aug_fit fit = aug_deployment_best(&deployment, &at->wanted, &b->outcome, &plans);
    at->world->checks++;
    if (fit != AUG_FIT_OK)
        property_violated(at, &at->outcome.plan, "%s: it fits no longer", what);
    else if (!isnan(at->scenario.period_seconds))
        property_not_larger(at, &b->outcome.plan, what, "latency of the best plan", at->outcome.latency_seconds,
                            b->outcome.latency_seconds);
    else
        property_not_larger(at, &b->outcome.plan, what, "seconds per token of the best plan",
                            1.0 / at->outcome.tokens_per_second, 1.0 / b->outcome.tokens_per_second);
}

// Compares the changed machine and undoes the change.
static void try_change(better *b, const char *resource, const char *name, double factor) {
    char what[120];
    snprintf(what, sizeof what, "%s %s %g times better", resource, name, factor);
    compare_same_plan(b, what);
    if (b->resources++ == b->searched)
        compare_best_plan(b, what);
    b->machine = *b->at->deployment.roofline.machine;
}

static void better_memories(better *b, double factor) {
    for (int i = 0; i < b->machine.memory_count; i++) {
        aug_level *level = &b->machine.levels[b->machine.memories[i]];
        if (!isfinite(level->memory.read_bits_per_second))
            continue;
        level->memory.read_bits_per_second *= factor;
        level->memory.write_bits_per_second *= factor;
        try_change(b, "bandwidth of", level->name, factor);
        if (level->memory.shared_port)
            continue;
        level->memory.read_bits_per_second *= factor;
        try_change(b, "read bandwidth of", level->name, factor);
        level->memory.write_bits_per_second *= factor;
        try_change(b, "write bandwidth of", level->name, factor);
    }
}

static void better_units(better *b, double factor) {
    for (int unit = 0; unit < AUG_UNIT_COUNT; unit++)
        for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
            if (!(b->machine.peak_ops_per_second[unit][f] > 0.0))
                continue;
            b->machine.peak_ops_per_second[unit][f] *= factor;
            try_change(b, unit == AUG_UNIT_MATRIX ? "matrix peak of" : "vector peak of",
                       aug_format_name((aug_number_format)f), factor);
        }
}

static void better_links(better *b, double factor) {
    for (int i = 0; i < b->machine.link_count; i++) {
        b->machine.links[i].bandwidth_bits_per_second *= factor;
        try_change(b, "bandwidth of", b->machine.links[i].name, factor);
        b->machine.links[i].latency_seconds /= factor;
        try_change(b, "latency of", b->machine.links[i].name, factor);
    }
}

static void better_overheads(better *b, double factor) {
    b->machine.kernel.launch_seconds /= factor;
    try_change(b, "launch", "", factor);
    b->machine.hop_seconds /= factor;
    try_change(b, "hops", "", factor);
}

static void try_all(better *b, double factor) {
    better_memories(b, factor);
    better_units(b, factor);
    better_links(b, factor);
    better_overheads(b, factor);
}

static void check_better(property_case *at) {
    property_world *world = at->world;
    better *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->at = at;
    b->machine = *at->deployment.roofline.machine;
    b->plan = &at->outcome.plan;
    b->before = &at->outcome;
    b->searched = aug_random_below(&world->random, 16);
    try_all(b, 2.0);
    // Any other plan too, whether it fits or not.
    aug_plan plan;
    aug_outcome *before = calloc(1, sizeof *before);
    assert_non_null(before);
    if (property_random_plan(at, &plan)) {
        aug_deployment_evaluate(&at->deployment, &plan, before);
        b->plan = &plan;
        b->before = before;
        b->resources = 0;
        try_all(b, 1.1);
    }
    free(before);
    free(b);
}

static void a_better_machine_is_never_worse(void **state) {
    property_world *world = property_begin(state);
    property_each(world, 4, check_better);
    property_end(world);
}

// With a period, the search minimises the latency.
static void check_better_with_period(property_case *at) {
    at->scenario.period_seconds = 0.02;
    uint64_t plans;
    at->fit = aug_deployment_best(&at->deployment, &at->wanted, &at->outcome, &plans);
    better *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->at = at;
    b->machine = *at->deployment.roofline.machine;
    b->plan = &at->outcome.plan;
    b->before = &at->outcome;
    b->searched = aug_random_below(&at->world->random, 8);
    try_all(b, 1.1);
    free(b);
}

static void a_better_machine_is_never_late(void **state) {
    property_world *world = property_begin(state);
    property_case *at = calloc(1, sizeof *at);
    assert_non_null(at);
    for (int i = 0; i < 200; i++) {
        property_draw(world, (int)aug_random_below(&world->random, (uint64_t)world->model_count),
                      (int)aug_random_below(&world->random, (uint64_t)world->machine_count), at);
        if (at->fit != AUG_FIT_NO_PLAN)
            check_better_with_period(at);
    }
    free(at);
    property_end(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_better_machine_is_never_worse),
        cmocka_unit_test(a_better_machine_is_never_late),
    };
    return cmocka_run_group_tests(tests, property_setup, property_teardown);
}
