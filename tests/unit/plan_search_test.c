// The search by bounds finds what the search over all plans finds, and no plan beats its bound.
#include "support/testing.h"
#include "support/test_machine.h"

#include "system/mapped.h"
#include "system/plan_search.h"

typedef struct bench {
    test_ground ground;
    aug_library library;
    aug_library_names models, machines;
    const aug_economy *economy;
    const aug_machine *machine[64];
} bench;

static void set_up(bench *b) {
    test_begin(&b->ground);
    b->library = test_library();
    b->models = aug_library_list(&b->library, &b->ground.arena, "models");
    b->machines = aug_library_list(&b->library, &b->ground.arena, "machines");
    b->economy = aug_economy_load(&b->library, &b->ground.arena, &b->ground.errors, "default");
    assert_true(b->machines.count > 0 && b->machines.count <= 64 && b->models.count > 0 && b->economy);
    for (int i = 0; i < b->machines.count; i++)
        assert_non_null(b->machine[i] = test_machine(&b->library, &b->ground.arena, &b->ground.errors,
                                                         b->machines.names[i]));
}

static bool is_below(double bound, double value) {
    return isnan(value) || bound <= value;
}

static void check_bound(const aug_lower_bound *bound, const aug_outcome *outcome) {
    assert_true(is_below(bound->ttft_seconds, outcome->ttft_seconds));
    assert_true(is_below(bound->tpot_seconds, outcome->tpot_seconds));
    assert_true(is_below(bound->latency_seconds, outcome->latency_seconds));
    assert_true(is_below(bound->joules_per_token, outcome->joules_per_token));
    assert_true(is_below(bound->usd_per_mtok, outcome->usd_per_mtok));
    assert_true(bound->tokens_per_second >= outcome->tokens_per_second);
}

// A third of the way from static power to the limit.
static double cap_of(const aug_machine *machine) {
    double fixed = isnan(machine->power_static_watts) ? 0.0 : machine->power_static_watts;
    return fixed + (machine->power_limit_watts - fixed) / 3.0;
}

// Every shipped model on every shipped machine, half of them under a cap on power.
static void no_plan_beats_its_bound(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_scenario scenario = aug_scenario_default();
    scenario.in_tokens = 700;
    scenario.out_tokens = 30;
    scenario.batch = 7;
    aug_plan wanted = aug_plan_default();
    wanted.chips = 4;
    for (int i = 0; i < b.models.count; i++) {
        test_ground inner;
        test_begin(&inner);
        const aug_model *model = aug_model_load(&b.library, &inner.arena, &inner.errors, b.models.names[i]);
        assert_non_null(model);
        aug_outcome *outcome = AUG_NEW(&inner.arena, aug_outcome);
        for (int j = 0; j < b.machines.count; j++) {
            aug_deployment d;
            aug_deployment_init(&d, model, b.machine[j], &scenario, b.economy);
            wanted.power_cap_watts = j % 2 == i % 2 ? cap_of(b.machine[j]) : NAN;
            aug_plan_list *list = aug_plan_list_make(&inner.arena, &d, &wanted);
            aug_plan_list_bound(list, &d);
            for (int c = 0; c < list->count; c++) {
                const aug_candidate *candidate = &list->items[c];
                if (!candidate->residency.fits)
                    continue;
                aug_deployment_evaluate(&d, &candidate->plan, outcome);
                const aug_lower_bound *bound = &candidate->bound;
                check_bound(bound, outcome);
                // The best of all plans is as good as each of them.
                assert_true(list->best.ttft_seconds <= bound->ttft_seconds &&
                            list->best.tokens_per_second >= bound->tokens_per_second);
            }
        }
        test_end(&inner);
    }
    test_end(&b.ground);
}

// Nor where times come from mappings: models whose mappings are found at once, prompts of many lengths, several in flight.
static void no_mapping_beats_its_bound(void **state) {
    (void)state;
    static const char *const models[] = {"llama-3.1-8b", "qwen3-30b-a3b", "gemma-4-26b-a4b"};
    static const char *const machines[] = {"bench-256", "attention-chip"};
    bench b;
    set_up(&b);
    jmp_buf failure;
    const aug_mapped_options options = {.threads = 1, .node_limit = 2000};
    aug_mapped *mapped = aug_mapped_new(&options, &failure);
    aug_outcome *outcome = AUG_NEW(&b.ground.arena, aug_outcome);
    for (size_t i = 0; i < AUG_COUNT(models) * AUG_COUNT(machines); i++) {
        const aug_model *model =
            aug_model_load(&b.library, &b.ground.arena, &b.ground.errors, models[i % AUG_COUNT(models)]);
        const aug_machine *machine =
            test_machine(&b.library, &b.ground.arena, &b.ground.errors, machines[i / AUG_COUNT(models)]);
        assert_true(model && machine);
        aug_scenario scenario = aug_scenario_default();
        scenario.in_tokens = 3 + 90 * i;
        scenario.out_tokens = 5;
        scenario.batch = 1 + i;
        aug_plan wanted = aug_plan_default();
        aug_deployment d;
        aug_deployment_init(&d, model, machine, &scenario, b.economy);
        aug_plan_list *list = aug_plan_list_make(&b.ground.arena, &d, &wanted);
        aug_plan_list_bound(list, &d);
        d.mapped = mapped;
        assert_int_equal(list->count, 1);
        aug_deployment_evaluate(&d, &list->items[0].plan, outcome);
        check_bound(&list->items[0].bound, outcome);
    }
    aug_mapped_free(mapped);
    test_end(&b.ground);
}

static void check_same(const aug_deployment *d, aug_arena *arena, const aug_plan *wanted) {
    aug_outcome *all = AUG_NEW(arena, aug_outcome), *found = AUG_NEW(arena, aug_outcome);
    uint64_t plans;
    aug_fit fit = aug_deployment_best(d, wanted, all, &plans);
    aug_plan_list *list = aug_plan_list_make(arena, d, wanted);
    aug_plan_list_bound(list, d);
    assert_int_equal(list->count, plans);
    assert_int_equal(aug_plan_list_best(list, d, found), fit);
    if (fit == AUG_FIT_NO_PLAN)
        return;
    assert_int_equal(found->plan.tp, all->plan.tp);
    assert_int_equal(found->plan.pp, all->plan.pp);
    assert_int_equal(found->plan.ep, all->plan.ep);
    assert_int_equal(found->plan.dp, all->plan.dp);
    assert_near(found->tokens_per_second, all->tokens_per_second, 0.0);
}

static void the_search_finds_what_trying_all_plans_finds(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    static const char *const names[] = {"llama-3.1-70b", "qwen3-30b-a3b", "deepseek-v3", "pi0", "resnet-50"};
    for (size_t i = 0; i < AUG_COUNT(names); i++) {
        for (int j = (int)i % 3; j < b.machines.count; j += 3) {
            test_ground inner;
            test_begin(&inner);
            const aug_model *model = aug_model_load(&b.library, &inner.arena, &inner.errors, names[i]);
            assert_non_null(model);
            aug_scenario scenario = aug_scenario_default();
            scenario.batch = 1 + 13 * i;
            aug_deployment d;
            aug_deployment_init(&d, model, b.machine[j], &scenario, b.economy);
            aug_plan wanted = aug_plan_default();
            for (wanted.chips = 1; wanted.chips <= 16; wanted.chips *= 4)
                check_same(&d, &inner.arena, &wanted);
            // With a deadline, with limits, and where nothing agrees.
            wanted.chips = 8;
            scenario.period_seconds = 1.0;
            check_same(&d, &inner.arena, &wanted);
            scenario.period_seconds = NAN;
            scenario.tpot_limit_seconds = 0.01;
            check_same(&d, &inner.arena, &wanted);
            wanted.tp = 3;
            check_same(&d, &inner.arena, &wanted);
            // Agents, and what the data sheet says.
            wanted.tp = 0;
            wanted.chips = 4;
            scenario.tpot_limit_seconds = NAN;
            aug_machine ideal = *b.machine[j];
            aug_machine_idealise(&ideal);
            aug_deployment_init(&d, model, &ideal, &scenario, b.economy);
            check_same(&d, &inner.arena, &wanted);
            scenario.turns = model->language >= 0 ? 3 : 0;
            scenario.turn = (aug_turn){.in_tokens = 100, .out_tokens = 128, .tool_seconds = 1.0, .cache_hit = 0.9};
            aug_deployment_init(&d, model, b.machine[j], &scenario, b.economy);
            check_same(&d, &inner.arena, &wanted);
            // Under a cap on power.
            wanted.chips = 8;
            scenario.turns = 0;
            wanted.power_cap_watts = cap_of(b.machine[j]);
            check_same(&d, &inner.arena, &wanted);
            test_end(&inner);
        }
    }
    test_end(&b.ground);
}

static void a_list_serves_one_machine_after_another(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    const aug_model *model = aug_model_load(&b.library, &b.ground.arena, &b.ground.errors, "llama-3.1-8b");
    aug_scenario scenario = aug_scenario_default();
    aug_plan wanted = aug_plan_default();
    wanted.chips = 4;
    aug_deployment d;
    aug_plan_list *list = NULL;
    aug_outcome *outcome = AUG_NEW(&b.ground.arena, aug_outcome),
                *all = AUG_NEW(&b.ground.arena, aug_outcome);
    for (int j = 0; j < b.machines.count; j++) {
        if (!isinf(aug_collective_joined(b.machine[j])))
            continue;
        aug_deployment_init(&d, model, b.machine[j], &scenario, b.economy);
        if (!list)
            list = aug_plan_list_make(&b.ground.arena, &d, &wanted);
        aug_plan_list_bound(list, &d);
        uint64_t plans;
        assert_int_equal(aug_plan_list_best(list, &d, outcome),
                         aug_deployment_best(&d, &wanted, all, &plans));
        assert_near(outcome->tokens_per_second, all->tokens_per_second, 0.0);
    }
    assert_non_null(list);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_plan_beats_its_bound),
        cmocka_unit_test(no_mapping_beats_its_bound),
        cmocka_unit_test(the_search_finds_what_trying_all_plans_finds),
        cmocka_unit_test(a_list_serves_one_machine_after_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
