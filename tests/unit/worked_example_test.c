// The numbers that the README.md of cost/, workload/, machine/, system/ and design/ work out by hand, from the shipped
// files. Where a file of data/ changes on purpose, its README changes with it.
#include "support/testing.h"

#include "design/front.h"
#include "design/quality.h"
#include "machine/silicon.h"
#include "system/deployment.h"

static const double close_to = 1e-3;

typedef struct example {
    test_ground ground;
    aug_library library;
    aug_model *model;     // Llama-3.1-8B
    aug_machine *machine; // H100 SXM
    aug_economy *economy;
    aug_scenario scenario;
    aug_deployment deployment;
    aug_plan plan; // one chip
} example;

static void set_up(example *e) {
    test_begin(&e->ground);
    e->library = test_library();
    e->model = aug_model_load(&e->library, &e->ground.arena, &e->ground.errors, "llama-3.1-8b");
    e->machine = aug_machine_load(&e->library, &e->ground.arena, &e->ground.errors, "h100-sxm");
    e->economy = aug_economy_load(&e->library, &e->ground.arena, &e->ground.errors, "default");
    assert_true(e->model && e->machine && e->economy);
    e->scenario = aug_scenario_default();
    e->scenario.in_tokens = 1024;
    e->scenario.out_tokens = 128;
    e->scenario.batch = 32;
    aug_deployment_init(&e->deployment, e->model, e->machine, &e->scenario, e->economy);
    e->plan = aug_plan_default();
    e->plan.tp = e->plan.pp = e->plan.ep = e->plan.dp = 1;
}

static const aug_stage *language(const example *e) {
    return &e->model->stages[e->model->language];
}

static const aug_operator *find(const example *e, const char *name) {
    const aug_graph *graph = &language(e)->graph;
    for (int i = 0; i < graph->count; i++)
        if (strcmp(graph->operators[i].name, name) == 0)
            return &graph->operators[i];
    fail_msg("no operator is called '%s'", name);
    return NULL;
}

// src/cost/README.md: gate and up projection, decode of 32 sequences.
static void cost_one_operator(void **state) {
    (void)state;
    example e;
    set_up(&e);
    const aug_operator *op = find(&e, "gate and up projection");
    assert_near(op->repeats, 32, 0);
    const aug_pass pass = {.phase = AUG_PHASE_DECODE, .sequences = 32, .new_tokens = 1, .past_tokens = 1087};
    double sizes[AUG_EINSUM_RANKS]; // t n k
    aug_operator_sizes(op, &pass, &aug_split_none, sizes);
    assert_near(sizes[0], 32, 0);
    assert_near(sizes[1], 28672, 0);
    assert_near(sizes[2], 4096, 0);
    assert_near(aug_operator_elements(op, 0, sizes) * 2.0, 262144, 0);
    assert_near(aug_operator_elements(op, 1, sizes) * 2.0, 234881024, 0);
    assert_near(aug_operator_elements(op, 2, sizes) * 2.0, 1835008, 0);

    const aug_setting setting = {&pass, &aug_split_none, &language(&e)->precision, 0, 0};
    aug_work work = aug_roofline_work(&e.deployment.roofline, op, &setting);
    assert_near(work.operations, 7.516e9, close_to);
    assert_near(work.bits / 8.0, 236978176, 0);
    assert_near(work.unit_seconds[AUG_UNIT_MATRIX], 9.383e-6, close_to);
    assert_near(work.unit_seconds[AUG_UNIT_VECTOR], 0, 0);
    assert_near(work.memory_seconds[0], 88.42e-6, close_to); // hbm
    assert_near(work.memory_seconds[1], 49.37e-6, close_to); // l2
    assert_near(work.energy_pj * 1e-12, 21.35e-3, close_to);
    int bound;
    assert_near(aug_work_seconds(&e.deployment.roofline, &work, &bound), 91.42e-6, close_to);
    assert_string_equal(aug_bound_name(&e.deployment.roofline, bound), "hbm");
    test_end(&e.ground);
}

// src/workload/README.md: parameters, cache, splits, pairs and experts.
static void workload_counts(void **state) {
    (void)state;
    example e;
    set_up(&e);
    assert_near(aug_model_parameters(e.model).total, 8030261248, 0);
    assert_near(aug_stage_cache_bytes_per_token(language(&e), &language(&e)->precision), 131072, 0);

    const aug_operator *scores = find(&e, "attention scores"), *up = find(&e, "gate and up projection");
    const aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 1, .new_tokens = 1024};
    double sizes[AUG_EINSUM_RANKS]; // scores: b g q m p d
    aug_operator_sizes(scores, &pass, &(aug_split){8, 1, 8, 1}, sizes);
    assert_near(sizes[1], 1, 0);
    assert_near(sizes[2], 4, 0);
    aug_operator_sizes(scores, &pass, &(aug_split){16, 1, 16, 1}, sizes);
    assert_near(sizes[1], 1, 0);
    assert_near(sizes[2], 2, 0);
    aug_operator_sizes(up, &pass, &(aug_split){8, 1, 8, 1}, sizes);
    assert_near(sizes[1], 3584, 0);

    assert_near(aug_attention_pairs(1024, 0, 0, true), 524800, 0);
    assert_near(aug_attention_pairs(1, 1087, 0, true), 1088, 0);
    assert_near(aug_experts_touched(128, 8, 1), 8, 1e-12);
    assert_near(aug_experts_touched(128, 8, 32), 111.8, close_to);
    test_end(&e.ground);
}

// src/machine/README.md: derived figures and silicon of the accelerator after the TPU v4i.
static void machine_figures(void **state) {
    (void)state;
    example e;
    set_up(&e);
    aug_machine *m = aug_machine_load(&e.library, &e.ground.arena, &e.ground.errors, "tpu-v4i-like");
    aug_technology *t = aug_technology_load(&e.library, &e.ground.arena, &e.ground.errors, "7nm");
    assert_true(m && t);
    assert_near(m->levels[aug_machine_level(m, "buffer")].instances, 4, 0);
    assert_near(m->levels[aug_machine_level(m, "mac")].instances, 65536, 0);
    assert_near(m->peak_ops_per_second[AUG_UNIT_MATRIX][AUG_FORMAT_BF16], 137.6e12, close_to);
    assert_near(m->hop_seconds, 0.4876e-6, close_to);
    assert_near(m->energy_pj_per_op[AUG_UNIT_MATRIX][AUG_FORMAT_BF16], 0.16, 1e-12);

    aug_silicon s = aug_silicon_model(m, t);
    assert_near(s.sram_mm2, 117.8, close_to);
    assert_near(s.mac_mm2, 60.03, close_to);
    assert_near(s.phy_mm2, 30.92, close_to);
    assert_near(s.blocks[AUG_BLOCK_REST].area_mm2, 119.6, close_to);
    assert_near(s.area_mm2, 328.4, close_to);
    assert_near(s.piece_count, 1, 0);
    assert_near(s.dies[0].gross, 168.6, close_to);
    assert_near(s.yield, 0.8751, close_to);
    assert_near(s.die_usd, 63.35, close_to);
    assert_near(s.memory_usd, 128, close_to);
    assert_near(s.package_usd, 768.7, close_to);
    assert_near(s.bonding_usd, 14.08, close_to);
    assert_near(s.cost_usd, 974.2, close_to);
    assert_near(s.price_usd, 3922, close_to);
    test_end(&e.ground);
}

// src/system/README.md: one chip at 32 requests, its memory, its money; an all-reduce over eight.
static void system_total(void **state) {
    (void)state;
    example e;
    set_up(&e);
    aug_outcome *o = AUG_NEW(&e.ground.arena, aug_outcome);
    aug_deployment_evaluate(&e.deployment, &e.plan, o);
    assert_near(o->residency.weights_bytes, 16060522496, 0);
    assert_near(o->residency.cache_bytes, 4831838208, 0);
    assert_near(o->residency.activations_bytes, 96468992, 0);
    assert_near(o->residency.largest_batch, 460, 0);
    assert_true(o->residency.fits);

    assert_int_equal(o->phase_count, 2);
    assert_near(o->phases[0].cost.seconds, 21.22e-3, close_to);
    assert_near(o->phases[1].cost.seconds, 8.297e-3, close_to);
    aug_phase_input prompts = o->phases[0].input;
    prompts.pass.sequences = 8;
    assert_near(aug_phase_evaluate(&prompts, NULL, NULL).seconds, 160.9e-3, close_to);
    assert_near(o->ttft_seconds, 25.37e-3, close_to);
    assert_near(o->tpot_seconds, 8.297e-3, close_to);
    assert_near(o->tokens_per_second, 2413, close_to);

    assert_near(o->joules_per_token, 0.1567, close_to);
    assert_near(o->watts, 378.2, close_to);
    assert_near(o->usd_per_hour, 1.3157, close_to);
    assert_near(o->usd_per_mtok, 0.1514, close_to);
    assert_near(aug_economy_system_watts(e.economy, e.machine, o->watts), 708.9, close_to);
    aug_hour hour = aug_economy_hour(e.economy, e.machine, o->watts);
    assert_near(hour.capital_usd, 1.0400, close_to);
    assert_near(hour.upkeep_usd, 0.2076, close_to);
    assert_near(hour.power_usd, 0.0681, close_to);

    assert_near(aug_collective_cost(&e.deployment.roofline, AUG_COLLECTIVE_ALL_REDUCE, 8, 2097152).seconds, 8.274e-6, close_to);
    test_end(&e.ground);
}

// src/design/README.md: dominance, and the loss of a small model.
static void design_figures(void **state) {
    (void)state;
    example e;
    set_up(&e);
    const double objectives[][2] = {{1, 5}, {2, 3}, {3, 4}, {2, 3}, {1.5, 4.5}};
    aug_front front;
    aug_front_init(&front, 2);
    for (size_t i = 0; i < AUG_COUNT(objectives); i++)
        assert_true(aug_front_add(&front, &(aug_front_point){.index = i, .objectives = {objectives[i][0], objectives[i][1]}}));
    aug_front_sort(&front);
    assert_int_equal(front.count, 3);
    assert_int_equal(front.points[0].index, 0);
    assert_int_equal(front.points[1].index, 4);
    assert_int_equal(front.points[2].index, 1);
    assert_int_equal(front.points[2].equal, 1);
    aug_front_free(&front);

    aug_law *law = aug_law_load(&e.library, &e.ground.arena, &e.ground.errors, "chinchilla-epoch");
    assert_non_null(law);
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    assert_near(aug_law_loss(law, 1e9, 20e9, &precision), 2.530, close_to);
    aug_precision_set_weights(&precision, AUG_FORMAT_INT4);
    assert_near(aug_law_loss(law, 1e9, 20e9, &precision), 2.534, close_to);
    test_end(&e.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cost_one_operator),
        cmocka_unit_test(workload_counts),
        cmocka_unit_test(machine_figures),
        cmocka_unit_test(system_total),
        cmocka_unit_test(design_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
