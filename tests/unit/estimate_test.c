#include "support/testing.h"
#include "support/test_machine.h"

#include "system/estimate.h"
#include "system/mapped.h"

typedef struct bench {
    test_ground ground;
    aug_scenario scenario;
    aug_plan plan;
    const aug_economy *economy;
    aug_estimate *estimate;
} bench;

static void set_up(bench *b) {
    aug_library library = test_library();
    test_begin(&b->ground);
    b->scenario = aug_scenario_default();
    b->plan = aug_plan_default();
    b->economy = aug_economy_load(&library, &b->ground.arena, &b->ground.errors, "default");
    b->estimate = AUG_NEW(&b->ground.arena, aug_estimate);
}

static void make(bench *b, const char *model_name, const char *machine_name) {
    aug_library library = test_library();
    const aug_model *model = aug_model_load(&library, &b->ground.arena, &b->ground.errors, model_name);
    const aug_machine *machine =
        test_machine(&library, &b->ground.arena, &b->ground.errors, machine_name);
    assert_true(model && machine);
    aug_estimate_make(&b->ground.arena, model, machine, &b->scenario, b->economy, &b->plan, b->estimate);
}

static bool has_note(const aug_estimate *estimate, const char *note) {
    for (int i = 0; i < estimate->note_count; i++)
        if (strcmp(estimate->notes[i], note) == 0)
            return true;
    return false;
}

static void operators_sum_to_their_phases(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    make(&b, "llama-3.1-8b", "h100-sxm");
    const aug_estimate *e = b.estimate;
    assert_int_equal(e->fit, AUG_FIT_OK);
    assert_near(e->parameters.total, 8030261248.0, 0.0);
    assert_near(e->cache_bytes_per_token, 131072.0, 0.0);
    assert_int_equal(e->plans, 1);
    assert_int_equal(e->outcome.phase_count, 2);
    for (int p = 0; p < e->outcome.phase_count; p++) {
        double seconds = 0.0;
        for (int i = 0; i < e->operator_count; i++)
            if (e->operators[i].phase == e->outcome.phases[p].name)
                seconds += e->operators[i].cost.seconds;
        assert_near(seconds, e->outcome.phases[p].cost.seconds, 1e-9);
    }
    // Each operator has the interval of its kernel's regime.
    for (int i = 0; i < e->operator_count; i++) {
        const aug_operator_cost *cost = &e->operators[i].cost;
        assert_true(cost->low <= 1.05 && cost->high >= 0.95 && cost->low <= cost->high);
        assert_near(e->operators[i].low_seconds, cost->low * cost->seconds, 1e-12);
        assert_near(e->operators[i].high_seconds, cost->high * cost->seconds, 1e-12);
    }
    assert_true(e->sensitivity_count > 0);
    test_end(&b.ground);
}

static void the_bottleneck_is_one_sentence(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    make(&b, "llama-3.1-8b", "h100-sxm");
    const aug_phase *phases = b.estimate->outcome.phases;
    double memory = phases[1].cost.bound_seconds[AUG_BOUND_MEMORY] / phases[1].cost.seconds;
    double power = phases[0].cost.bound_seconds[AUG_BOUND_POWER] / phases[0].cost.seconds;
    assert_string_equal(b.estimate->bottleneck,
                        aug_arena_print(&b.ground.arena,
                                        "decode waits for hbm bandwidth %.0f %% of the time, prefill waits "
                                        "for power %.0f %% of the time",
                                        memory * 100.0, power * 100.0));
    assert_true(memory > 0.5 && power > 0.5);
    test_end(&b.ground);
}

static void formats_that_the_machine_lacks_are_noted_once(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.plan.weights = AUG_FORMAT_FP8;
    make(&b, "llama-3.1-8b", "a100-80g");
    assert_true(has_note(b.estimate, "fp8 is computed as bf16: the machine states no fp8 peak"));
    int notes = 0;
    for (int i = 0; i < b.estimate->note_count; i++)
        notes += strstr(b.estimate->notes[i], "is computed as") != NULL;
    assert_int_equal(notes, 1);
    make(&b, "llama-3.1-8b", "h100-sxm");
    assert_false(has_note(b.estimate, "fp8 is computed as bf16: the machine states no fp8 peak"));
    test_end(&b.ground);
}

static void numbers_from_memory_are_noted(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    make(&b, "llama-3.1-8b", "trainium2");
    assert_true(has_note(b.estimate, "unsourced (from memory): levels.sbuf, levels.sbuf.energy, "
                                     "links.neuronlink, links.neuronlink.latency, "
                                     "links.neuronlink.energy, power.static"));
    test_end(&b.ground);
}

static void what_does_not_fit_says_what_it_needs(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    make(&b, "llama-3.1-70b", "h100-sxm");
    const aug_estimate *e = b.estimate;
    assert_int_equal(e->fit, AUG_FIT_NOT);
    // 141 GB of weights in bf16: two chips of 85.9 GB.
    assert_int_equal(e->chips_needed, 2);
    assert_true(has_note(e, "it fits on 2 chips"));
    assert_true(strncmp(e->notes[0], "does not fit: each chip needs 14", 32) == 0);
    assert_true(strstr(e->notes[0], " and has 85.9 GB") != NULL);
    assert_true(e->operator_count > 0);
    test_end(&b.ground);
}

static void limits_that_no_plan_keeps_are_noted(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.scenario.tpot_limit_seconds = 1e-6;
    make(&b, "llama-3.1-8b", "h100-sxm");
    assert_int_equal(b.estimate->fit, AUG_FIT_LIMITS);
    assert_true(has_note(b.estimate, "no plan keeps the scenario's limits on ttft and tpot"));
    test_end(&b.ground);
}

static void without_a_plan_there_is_only_a_note(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.plan.chips = 64;
    b.plan.pp = 64; // of 32 layers
    make(&b, "llama-3.1-8b", "h100-sxm");
    assert_int_equal(b.estimate->fit, AUG_FIT_NO_PLAN);
    assert_string_equal(b.estimate->bottleneck, "no plan");
    assert_int_equal(b.estimate->operator_count, 0);
    assert_true(has_note(
        b.estimate, "no plan: the degrees that are asked for do not fit the chips, the layers or the links"));
    test_end(&b.ground);
}

static void a_robot_policy_keeps_its_stages_apart(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    make(&b, "pi0", "jetson-thor");
    const aug_estimate *e = b.estimate;
    // Vision, language and ten denoising steps; no tokens, one latency.
    assert_string_equal(e->outcome.phases[0].name, "vision");
    assert_string_equal(e->outcome.phases[1].name, "language");
    assert_string_equal(e->outcome.phases[2].name, "action");
    double passes = 0.0, seconds = 0.0;
    for (int i = 0; i < e->outcome.phase_count; i++) {
        seconds += e->outcome.phases[i].cost.stage_seconds * e->outcome.phases[i].repeats;
        passes += strcmp(e->outcome.phases[i].name, "action") == 0 ? e->outcome.phases[i].repeats : 0.0;
    }
    assert_near(passes, 10.0, 0.0);
    assert_near(e->outcome.latency_seconds, seconds, 1e-9);
    assert_near(e->outcome.tokens_per_second, 1.0 / seconds, 1e-9);
    test_end(&b.ground);
}

static void what_has_no_meaning_for_a_model_is_noted(void **state) {
    (void)state;
    static const struct {
        const char *model;
        bool experts, images; // noted
    } rows[] = {{"llama-3.1-8b", true, true}, {"qwen3-30b-a3b", false, true}, {"qwen3-vl-8b-instruct", true, false}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        bench b;
        set_up(&b);
        b.plan.chips = 2;
        b.plan.ep = 2;
        b.scenario.image_tokens = 64;
        make(&b, rows[i].model, "h200");
        assert_int_equal(has_note(b.estimate, "ep changes nothing: the model has no experts"), rows[i].experts);
        assert_int_equal(has_note(b.estimate, "images change nothing: the model has no image encoder"), rows[i].images);
        test_end(&b.ground);
        set_up(&b);
        make(&b, rows[i].model, "h200");
        assert_false(has_note(b.estimate, "ep changes nothing: the model has no experts"));
        assert_false(has_note(b.estimate, "images change nothing: the model has no image encoder"));
        test_end(&b.ground);
    }
}

static const aug_sensitivity *sensitivity_of(const aug_estimate *estimate, const char *resource) {
    for (int i = 0; i < estimate->sensitivity_count; i++)
        if (strcmp(estimate->sensitivities[i].resource, resource) == 0)
            return &estimate->sensitivities[i];
    return NULL;
}

// Decode on a machine whose memory is the bottleneck takes as long with mappings as without; what of it is not mapped is told.
static void mappings_say_how_far_they_are_proven(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.scenario.in_tokens = 16;
    b.scenario.out_tokens = 4;
    make(&b, "llama-3.1-8b", "bench-256");
    double tpot = b.estimate->outcome.tpot_seconds, joules = b.estimate->outcome.joules_per_token;
    const aug_library library = test_library();
    const aug_model *model = b.estimate->model;
    const aug_machine *machine = test_machine(&library, &b.ground.arena, &b.ground.errors, "bench-256");
    jmp_buf failure;
    const aug_mapped_options options = {.threads = 2};
    aug_mapped *mapped = aug_mapped_new(&options, &failure);
    assert_non_null(mapped);
    aug_estimate_with(&b.ground.arena, model, machine, &b.scenario, b.economy, &b.plan, &(aug_estimate_wishes){.mapped = mapped}, b.estimate);
    const aug_estimate *e = b.estimate;
    assert_true(has_note(e, "24 operators are counted by the mapping of the least product of energy and time, each proven"));
    assert_true(has_note(e, "by the roofline, since it reads only some rows of its table: embedding"));
    assert_near(e->outcome.tpot_seconds, tpot, 1e-3);
    assert_true(e->outcome.joules_per_token < joules); // the buffer is passed by where it does not help
    for (int i = 0; i < e->operator_count; i++) {
        const aug_operator_cost *cost = &e->operators[i].cost;
        assert_int_equal(isnan(cost->gap), cost->why != NULL);
        assert_int_equal(cost->why != NULL, strcmp(cost->name, "embedding") == 0);
    }
    // The mappings stay: memory bandwidth counts for nearly all, sizes are not told.
    assert_near(sensitivity_of(e, "dram bandwidth")->tpot, 1.0 / 1.1 - 1.0, 0.01);
    assert_near(sensitivity_of(e, "matrix units")->tpot, 0.0, 1e-3);
    assert_null(sensitivity_of(e, "buffer size"));
    aug_mapped_free(mapped);
    test_end(&b.ground);
}

// Stopped before it began: nothing is mapped, and that is said.
static void a_stopped_search_falls_back(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    b.scenario.in_tokens = 16;
    b.scenario.out_tokens = 4;
    make(&b, "llama-3.1-8b", "bench-256");
    double tpot = b.estimate->outcome.tpot_seconds;
    jmp_buf failure;
    aug_progress progress = {0};
    progress.stop = true;
    const aug_mapped_options options = {.threads = 1, .progress = &progress};
    aug_mapped *mapped = aug_mapped_new(&options, &failure);
    aug_estimate_with(&b.ground.arena, b.estimate->model, b.estimate->machine, &b.scenario, b.economy, &b.plan, &(aug_estimate_wishes){.mapped = mapped}, b.estimate);
    assert_true(aug_mapped_stopped(mapped));
    assert_true(b.estimate->outcome.tpot_seconds == tpot);
    bool told = false;
    for (int i = 0; i < b.estimate->note_count; i++)
        told = told || strncmp(b.estimate->notes[i], "by the roofline, since its search was stopped: norm, ", 52) == 0;
    assert_true(told);
    aug_mapped_free(mapped);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_sum_to_their_phases),
        cmocka_unit_test(the_bottleneck_is_one_sentence),
        cmocka_unit_test(formats_that_the_machine_lacks_are_noted_once),
        cmocka_unit_test(numbers_from_memory_are_noted),
        cmocka_unit_test(what_does_not_fit_says_what_it_needs),
        cmocka_unit_test(limits_that_no_plan_keeps_are_noted),
        cmocka_unit_test(without_a_plan_there_is_only_a_note),
        cmocka_unit_test(a_robot_policy_keeps_its_stages_apart),
        cmocka_unit_test(what_has_no_meaning_for_a_model_is_noted),
        cmocka_unit_test(mappings_say_how_far_they_are_proven),
        cmocka_unit_test(a_stopped_search_falls_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
