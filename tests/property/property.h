// What the property programs share: every shipped model and machine, pseudo-random scenarios, and a list of violations.
//
// The combinations are a sample that depends on the seed alone, which is printed: AUG_PROPERTY_SEED=7 in the
// environment draws another one. Every model meets every machine in each program. A violated property is printed with
// its pair, scenario and plan, and the program goes on, so that one run shows all that is wrong.
#ifndef AUGER_TESTS_PROPERTY_H
#define AUGER_TESTS_PROPERTY_H

#include <stdio.h>
#include <stdlib.h>

#include "support/testing.h"
#include "support/test_machine.h"
#include "support/test_share.h"

#include "base/random.h"
#include "machine/silicon.h"
#include "system/deployment.h"

enum { PROPERTY_MODELS = 128, PROPERTY_MACHINES = 128, PROPERTY_SHOWN = 24 };

// Sums of the same numbers in another order differ by this much at most.
#define PROPERTY_ROUNDING 1e-9

typedef struct property_world {
    test_ground ground;
    const aug_model *models[PROPERTY_MODELS];
    const aug_machine *machines[PROPERTY_MACHINES];
    const char *model_names[PROPERTY_MODELS], *machine_names[PROPERTY_MACHINES]; // as files
    int model_count, machine_count;
    const aug_economy *economy;
    aug_random random;
    uint64_t checks;
    int violations, shown;
    int shown_model, shown_machine; // the pair that was shown last
} property_world;

// One question: what is asked for, and the answer.
typedef struct property_case {
    property_world *world;
    int model, machine; // indices
    aug_scenario scenario;
    aug_plan wanted;
    aug_deployment deployment;
    aug_outcome outcome; // of the best plan
    aug_fit fit;
} property_case;

static inline void property_require(property_world *world, const void *found, const char *name) {
    if (!found)
        print_error("%s: %s\n", name, world->ground.errors.count ? world->ground.errors.items[0].message : "");
    assert_non_null(found);
}

static inline const aug_machine *property_machine(property_world *world, const aug_library *library, const char *name) {
    aug_arena *arena = &world->ground.arena;
    aug_machine *machine = test_machine(library, arena, &world->ground.errors, name);
    property_require(world, machine, name);
    if (machine->technology && aug_silicon_is_incomplete(machine)) {
        const aug_technology *technology =
            aug_technology_load(library, arena, &world->ground.errors, machine->technology);
        property_require(world, technology, machine->technology);
        aug_silicon_complete(machine, technology);
    }
    return machine;
}

static inline uint64_t property_seed(void) {
    const char *text = getenv("AUG_PROPERTY_SEED");
    return text ? strtoull(text, NULL, 10) : 1;
}

// Loads everything; for the setup of a group.
static inline int property_setup(void **state) {
    property_world *world = calloc(1, sizeof *world);
    if (!world)
        return -1;
    test_begin(&world->ground);
    const aug_library library = test_library();
    aug_library_names models = aug_library_list(&library, &world->ground.arena, "models");
    aug_library_names machines = aug_library_list(&library, &world->ground.arena, "machines");
    assert_in_range(models.count, 1, PROPERTY_MODELS);
    assert_in_range(machines.count, 1, PROPERTY_MACHINES);
    for (int i = 0; i < models.count; i++) {
        world->model_names[i] = models.names[i];
        world->models[i] = aug_model_load(&library, &world->ground.arena, &world->ground.errors, models.names[i]);
        property_require(world, world->models[i], models.names[i]);
    }
    for (int i = 0; i < machines.count; i++) {
        world->machine_names[i] = machines.names[i];
        world->machines[i] = property_machine(world, &library, machines.names[i]);
    }
    world->model_count = models.count;
    world->machine_count = machines.count;
    world->economy = aug_economy_load(&library, &world->ground.arena, &world->ground.errors, "default");
    property_require(world, world->economy, "economy default");
    print_message("%d models, %d machines, seed %llu\n", world->model_count, world->machine_count,
                  (unsigned long long)property_seed());
    *state = world;
    return 0;
}

static inline int property_teardown(void **state) {
    property_world *world = *state;
    test_end(&world->ground);
    free(world);
    return 0;
}

// Starts a test: its sample does not depend on which tests ran before it.
static inline property_world *property_begin(void **state) {
    property_world *world = *state;
    world->random.state = property_seed();
    world->checks = 0;
    world->violations = world->shown = 0;
    world->shown_model = world->shown_machine = -1;
    return world;
}

static inline void property_end(const property_world *world) {
    print_message("%llu checks, %d violations\n", (unsigned long long)world->checks, world->violations);
    assert_int_equal(world->violations, 0);
}

// Notes a violated property with all that is needed to see it again; `format` says what was expected and found. The
// first one of each pair is shown.
static inline void property_violated(const property_case *at, const aug_plan *plan, const char *format, ...) AUG_PRINTF(3, 4);
static inline void property_violated(const property_case *at, const aug_plan *plan, const char *format, ...) {
    property_world *world = at->world;
    world->violations++;
    if (world->shown == PROPERTY_SHOWN || (at->model == world->shown_model && at->machine == world->shown_machine))
        return;
    world->shown++;
    world->shown_model = at->model;
    world->shown_machine = at->machine;
    char text[400];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    const aug_scenario *s = &at->scenario;
    print_error("%s %s --batch %llu --in %llu --out %llu --images %llu%s --chips %llu --tp %llu --cp %llu --pp %llu --ep %llu --dp %llu: %s\n",
                world->model_names[at->model], world->machine_names[at->machine], (unsigned long long)s->batch,
                (unsigned long long)s->in_tokens, (unsigned long long)s->out_tokens,
                (unsigned long long)s->image_tokens, isnan(s->period_seconds) ? "" : " (period)",
                (unsigned long long)plan->chips, (unsigned long long)plan->tp, (unsigned long long)aug_plan_context(plan), (unsigned long long)plan->pp,
                (unsigned long long)plan->ep, (unsigned long long)plan->dp, text);
}

// Checks that `after` is not larger than `before`, but for rounding; unknown (NaN) stays unknown.
static inline void property_not_larger(const property_case *at, const aug_plan *plan, const char *what, const char *name,
                                       double before, double after) {
    at->world->checks++;
    if (isnan(before) && isnan(after))
        return;
    if (!(after <= before + PROPERTY_ROUNDING * fabs(before)))
        property_violated(at, plan, "%s: %s rises from %.12g to %.12g", what, name, before, after);
}

static inline void property_equal(const property_case *at, const aug_plan *plan, const char *name, double expected,
                                  double found) {
    at->world->checks++;
    if ((isnan(expected) && isnan(found)) || expected == found)
        return;
    if (!(fabs(found - expected) <= PROPERTY_ROUNDING * fmax(fabs(expected), fabs(found))))
        property_violated(at, plan, "%s: expected %.12g, found %.12g", name, expected, found);
}

static inline uint64_t property_choose(property_world *world, const uint64_t *values, uint64_t count) {
    return values[aug_random_below(&world->random, count)];
}

// Draws a scenario and the chips for one pair and finds the best plan.
static inline void property_draw(property_world *world, int model, int machine, property_case *at) {
    static const uint64_t batches[] = {1, 8, 64}, ins[] = {128, 2048, 8192}, outs[] = {1, 16, 512}, chips[] = {1, 2, 8, 64};
    at->world = world;
    at->model = model;
    at->machine = machine;
    at->scenario = aug_scenario_default();
    at->scenario.batch = property_choose(world, batches, AUG_COUNT(batches));
    at->scenario.in_tokens = property_choose(world, ins, AUG_COUNT(ins));
    at->scenario.out_tokens = property_choose(world, outs, AUG_COUNT(outs));
    if (aug_random_below(&world->random, 4) == 0)
        at->scenario.image_tokens = at->scenario.in_tokens / 2;
    at->wanted = aug_plan_default();
    at->wanted.chips = property_choose(world, chips, AUG_COUNT(chips));
    aug_deployment_init(&at->deployment, world->models[model], world->machines[machine], &at->scenario, world->economy);
    uint64_t plans;
    at->fit = aug_deployment_best(&at->deployment, &at->wanted, &at->outcome, &plans);
}

// Calls `check` with every pair of a model and a machine, under `draws` drawn scenarios each; with a share of the pairs, each
// model and each machine in some. Pairs without any plan are passed over.
static inline void property_each_of(property_world *world, int share, int draws, void (*check)(property_case *at)) {
    property_case *at = calloc(1, sizeof *at);
    assert_non_null(at);
    for (int model = 0; model < world->model_count; model++)
        for (int machine = model % share; machine < world->machine_count; machine += share)
            for (int draw = 0; draw < draws; draw++) {
                property_draw(world, model, machine, at);
                if (at->fit != AUG_FIT_NO_PLAN)
                    check(at);
            }
    free(at);
}

static inline void property_each(property_world *world, int draws, void (*check)(property_case *at)) {
    property_each_of(world, (int)test_share(), draws, check);
}

// One of the complete plans of a case, each as likely; false where there is none.
typedef struct property_plan_pick {
    aug_random *random;
    uint64_t seen;
    aug_plan plan;
} property_plan_pick;

static inline bool property_pick(void *user, const aug_plan *plan) {
    property_plan_pick *pick = user;
    if (aug_random_below(pick->random, ++pick->seen) == 0)
        pick->plan = *plan;
    return true;
}

static inline bool property_random_plan(const property_case *at, aug_plan *plan) {
    property_plan_pick pick = {.random = &at->world->random};
    aug_plan_space space = aug_deployment_space(&at->deployment);
    aug_plan_each(&at->wanted, &space, property_pick, &pick);
    *plan = pick.plan;
    return pick.seen > 0;
}

#endif
