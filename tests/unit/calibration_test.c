// Measurements made by a kernel model whose constants are known, given back to the fit.
#include "support/test_campaign.h"

static const campaign_truth known = {.launch_seconds = 4e-6, .memory = 0.7, .matrix = 0.99, .software_seconds = 0.5e-6};
static const campaign_truth as_believed = {.launch_seconds = 2e-6, .memory = 0.85, .matrix = 0.95, .software_seconds = 0.5e-6};

static const aug_calibrated *only(const aug_calibration *found, int count) {
    assert_non_null(found);
    assert_int_equal(found->count, count);
    return &found->items[0];
}

// 100 rows without noise: within 10 % of the constants that made them, which lay 14 to 100 % away, and of new shapes within 2 %.
static void constants_are_recovered(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    campaign_add(&c, "one", "one", 100, &known);
    const aug_calibration *found = campaign_run(&c, "one");
    const aug_calibrated *item = only(found, 1);
    assert_int_equal(found->what, AUG_CALIBRATES_MACHINE);
    assert_string_equal(found->name, "one");
    assert_true(found->rows == 100 && found->left_out == 0 && !found->any_device);
    assert_true(item->kind == AUG_KERNEL_KIND_GEMM && !item->formats && item->rows == 100 && item->machines == 1);
    assert_near(item->before[AUG_GEMM_LAUNCH], 2e-6, 1e-9); // of the family, not of its own file
    assert_near(item->before[AUG_GEMM_MEMORY], 0.85, 1e-9);
    assert_near(item->after[AUG_GEMM_LAUNCH], known.launch_seconds, 0.1);
    assert_near(item->after[AUG_GEMM_MEMORY], known.memory, 0.1);
    assert_true(item->score_before.mdape > 5.0 && item->score_after.mdape < 1.0 && item->score_held.mdape < 2.0);
    assert_true(item->errors[AUG_GEMM_LAUNCH] < 0.2 && item->errors[AUG_GEMM_MEMORY] < 0.2);
    for (int i = 0; i < aug_gemm_model.constant_count; i++)
        assert_true(item->after[i] >= aug_gemm_model.constants[i].low && item->after[i] <= aug_gemm_model.constants[i].high);
    campaign_end(&c);
}

// Rows that agree with what was believed leave it where it is.
static void what_was_right_stays(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    campaign_add(&c, "one", "one", 40, &as_believed);
    const aug_calibrated *item = only(campaign_run(&c, "one"), 1);
    for (int i = 0; i < aug_gemm_model.constant_count; i++)
        assert_near(item->after[i], item->before[i], 0.02);
    assert_true(item->score_before.mdape < 0.01 && item->score_after.mdape < 0.01);
    campaign_end(&c);
}

// Eight rows move a constant part of the way, a hundred nearly all of it.
static void few_rows_stay_near_the_family(void **state) {
    (void)state;
    const campaign_truth slow = {.launch_seconds = 2e-6, .memory = 0.4, .matrix = 0.95, .software_seconds = 0.5e-6};
    double memory[2];
    for (int many = 0; many < 2; many++) {
        campaign c;
        campaign_begin(&c);
        campaign_add(&c, "one", "one", many ? 100 : 8, &slow);
        memory[many] = only(campaign_run(&c, "one"), 1)->after[AUG_GEMM_MEMORY];
        campaign_end(&c);
    }
    assert_true(memory[0] > memory[1] && memory[0] < 0.85);
    assert_near(memory[1], 0.4, 0.1);
}

// Fewer than eight rows of a kind are not worth a fit.
static void too_few_rows_are_left_out(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    campaign_add(&c, "one", "one", AUG_CALIBRATION_LEAST - 1, &known);
    const aug_calibration *found = campaign_run(&c, "one");
    assert_true(found && found->count == 0 && found->rows == 0 && found->left_out == AUG_CALIBRATION_LEAST - 1);
    campaign_end(&c);
}

// Rows that alternate between 1.2 times and 1/1.2 of a model: no fit removes that, the held-back error says so, and the interval
// of 80 % holds about as many rows.
static void rows_held_back_tell_the_honest_error(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    campaign_truth noisy = as_believed;
    noisy.noise = 0.2;
    campaign_add(&c, "one", "one", 100, &noisy);
    const aug_calibrated *item = only(campaign_run(&c, "one"), 1);
    assert_true(item->score_held.mdape > 10.0 && item->score_held.mdape < 30.0);
    size_t rows = 0;
    for (size_t g = 0; g < item->group_count; g++) {
        rows += item->groups[g].score.n;
        assert_string_equal(item->groups[g].machine, "one");
        assert_string_equal(item->groups[g].formats, "bf16");
        assert_true(item->groups[g].score.coverage80 >= 70.0 && item->groups[g].score.coverage80 <= 95.0);
        assert_true(item->groups[g].score.mean_width > 20.0);
    }
    assert_int_equal(rows, 100);
    rows = 0;
    for (int r = 0; r < aug_gemm_model.regime_count; r++) {
        rows += item->regime_rows[r];
        assert_true(item->low[r] > 0.5 && item->low[r] < 1.0 && item->high[r] > 1.0 && item->high[r] < 2.0);
    }
    assert_int_equal(rows, 100);
    campaign_end(&c);
}

// Eight rows of one shape, all held back at once: what is left to predict them by is the family, not a fit of themselves.
static void a_single_shape_is_predicted_by_the_family(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    const campaign_truth slow = {.launch_seconds = 8e-6, .memory = 0.85, .matrix = 0.95, .software_seconds = 0.5e-6};
    for (int i = 0; i < 8; i++)
        campaign_add(&c, "one", "one", 1, &slow);
    const aug_calibrated *item = only(campaign_run(&c, "one"), 1);
    assert_true(item->score_after.mdape < item->score_before.mdape);
    assert_near(item->score_held.mdape, item->score_before.mdape, 1e-9);
    campaign_end(&c);
}

// Nobody else's name for a card is known: where no row names the machine, all rows are taken for it. Rows that do count alone.
static void a_table_may_call_the_device_anything(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    campaign_add(&c, "one", "my card", 40, &known);
    const aug_calibration *found = campaign_run(&c, "one");
    assert_true(only(found, 1)->rows == 40 && found->any_device && found->left_out == 0);
    campaign_add(&c, "one", "one", 20, &known);
    found = campaign_run(&c, "one");
    assert_true(only(found, 1)->rows == 20 && !found->any_device && found->left_out == 40);
    // Not so for a family: its rows say which of its machines they measured.
    campaign_end(&c);
    campaign_begin(&c);
    campaign_add(&c, "one", "my card", 40, &known);
    found = campaign_run(&c, "kin");
    assert_true(found && found->count == 0 && found->left_out == 40 && !found->any_device);
    campaign_end(&c);
}

// A file of one's own: not the shipped machine of the same name, which is twice as fast; and under a name that nothing shipped has, in a
// table that measures another machine too.
static void a_path_means_its_file(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    char path[256];
    campaign_add(&c, test_path(&c.folder, "tables/one.yaml", path), "one", 100, &known);
    const aug_calibration *found = campaign_run(&c, path);
    assert_true(only(found, 1)->rows == 100 && !found->any_device);
    assert_near(found->items[0].after[AUG_GEMM_MEMORY], known.memory, 0.1);
    campaign_end(&c);
    campaign_begin(&c);
    campaign_add(&c, test_path(&c.folder, "tables/own.yaml", path), "own", 20, &known);
    campaign_add(&c, "two", "two", 20, &known);
    found = campaign_run(&c, path);
    assert_true(only(found, 1)->rows == 20 && found->left_out == 20 && !found->any_device);
    campaign_end(&c);
}

// Two machines that reach 0.9 and 0.5 of their memory: both together fit neither, and each is predicted from the other.
static void families_leave_one_machine_out(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    const campaign_truth fast = {.launch_seconds = 2e-6, .memory = 0.9, .matrix = 0.95, .software_seconds = 0.5e-6};
    const campaign_truth slow = {.launch_seconds = 2e-6, .memory = 0.5, .matrix = 0.95, .software_seconds = 0.5e-6};
    campaign_add(&c, "one", "one", 40, &fast);
    campaign_add(&c, "two", "two", 40, &slow);
    const aug_calibration *found = campaign_run(&c, "kin");
    const aug_calibrated *item = only(found, 1);
    assert_int_equal(found->what, AUG_CALIBRATES_FAMILY);
    assert_true(item->machines == 2 && item->rows == 80 && item->group_count == 2);
    assert_string_equal(item->groups[0].machine, "one");
    assert_string_equal(item->groups[1].machine, "two");
    assert_true(item->score_held.mape > 1.2 * item->score_after.mape);
    assert_true(item->groups[0].score.bias > 0.0 && item->groups[1].score.bias < 0.0); // slow by the slow one, fast by the fast one
    assert_near(item->before[AUG_GEMM_MEMORY], 0.9, 1e-9);                             // what its parent believes
    campaign_end(&c);
}

// A family of one measured machine does not know how far its siblings lie: 10 % at least are added to what the rows say.
static void a_family_of_one_is_unsure(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    campaign_add(&c, "one", "one", 40, &known);
    const aug_calibrated *item = only(campaign_run(&c, "kin"), 1);
    for (int r = 0; r < aug_gemm_model.regime_count; r++)
        assert_true(item->low[r] <= exp(-0.1) + 1e-12 && item->high[r] >= exp(0.1) - 1e-12);
    campaign_end(&c);
}

// Each call takes 1.5 us more than the hardware: that is the library's, whose file said 0.5.
static void the_overhead_of_a_library(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    campaign_truth truth = as_believed;
    truth.launch_seconds = 2.5e-6; // of the machine's own file
    truth.software_seconds = 1.5e-6;
    campaign_add(&c, "one", "one", 100, &truth);
    const aug_calibration *found = campaign_run(&c, "plain");
    const aug_calibrated *item = only(found, 1);
    assert_int_equal(found->what, AUG_CALIBRATES_LIBRARY);
    assert_string_equal(item->formats, "bf16");
    assert_near(item->before[0], 0.5e-6, 1e-9);
    assert_near(item->after[0], 1.5e-6, 0.05);
    assert_true(item->score_after.mdape < 1.0 && item->score_after.mdape < item->score_before.mdape);
    campaign_end(&c);
}

static void runs_are_identical(void **state) {
    (void)state;
    double constants[2][AUG_CONSTANTS];
    for (int i = 0; i < 2; i++) {
        campaign c;
        campaign_begin(&c);
        campaign_add(&c, "one", "one", 30, &known);
        memcpy(constants[i], only(campaign_run(&c, "one"), 1)->after, sizeof constants[i]);
        campaign_end(&c);
    }
    assert_memory_equal(constants[0], constants[1], sizeof(double) * (size_t)aug_gemm_model.constant_count);
}

static void what_cannot_be_fitted_is_said(void **state) {
    (void)state;
    static const struct {
        const char *name, *table, *message;
    } cases[] = {
        {"mine", "device,weight_dtype,act_dtype,m,n,k,latency_us\n", "unknown machine 'mine'"},
        {"kinn", "device,weight_dtype,act_dtype,m,n,k,latency_us\n", "unknown family 'kinn'"}, // one is near, of the machines none
        {"one", "a,b\n1,2\n", "the columns are those of no known table of measurements"},
        {"one", "device,gpus,model,phase,batch,input_tokens,kv_tokens,op,latency_us\n", "e2e_layer measures no single kernels: there are no constants to fit"},
        {"one", "device,weight_dtype,act_dtype,m,n,k,latency_us\none,bf16,bf16,-1,8,8,5\n", "column 'm': expected a whole number above 0, found '-1'"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        campaign c;
        campaign_begin(&c);
        aug_buffer_init(&c.rows, &c.ground.arena);
        aug_buffer_put(&c.rows, cases[i].table);
        assert_null(campaign_run(&c, cases[i].name));
        assert_int_equal(c.ground.errors.count, 1);
        assert_string_equal(c.ground.errors.items[0].message, cases[i].message);
        campaign_end(&c);
    }
    campaign c;
    campaign_begin(&c);
    static const char *const missing[] = {"no_such_table.csv"};
    assert_null(aug_calibration_run(&c.folder.library, &c.ground.arena, &c.ground.errors, "one", missing, 1));
    assert_int_equal(c.ground.errors.count, 1);
    campaign_end(&c);
}

// Rows of bad quality, without a time and of formats that nobody knows are left out, and counted.
static void rows_that_do_not_count(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    aug_buffer_init(&c.rows, &c.ground.arena);
    aug_buffer_put(&c.rows, "latency_us,extra,k,device,quality,n,m,act_dtype,weight_dtype\n"
                            "5,,64,one,eager_host_overhead,64,64,bf16,bf16\n,,64,one,ok,64,64,bf16,bf16\n5,,64,one,,64,64,bf16,fp3\n5,,,one,,64,64,bf16,bf16\n");
    for (int i = 0; i < 9; i++)
        aug_buffer_print(&c.rows, "%d,x,64,one,ok,64,%d,bf16,bf16\n", 5 + i % 3, 64 << i);
    const aug_calibration *found = campaign_run(&c, "one");
    assert_true(only(found, 1)->rows == 9 && found->left_out == 4);
    campaign_end(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_are_recovered),         cmocka_unit_test(what_was_right_stays),
        cmocka_unit_test(few_rows_stay_near_the_family),   cmocka_unit_test(too_few_rows_are_left_out),
        cmocka_unit_test(rows_held_back_tell_the_honest_error), cmocka_unit_test(a_single_shape_is_predicted_by_the_family),
        cmocka_unit_test(a_table_may_call_the_device_anything), cmocka_unit_test(a_path_means_its_file), cmocka_unit_test(families_leave_one_machine_out),
        cmocka_unit_test(a_family_of_one_is_unsure),       cmocka_unit_test(the_overhead_of_a_library),
        cmocka_unit_test(runs_are_identical),              cmocka_unit_test(what_cannot_be_fitted_is_said),
        cmocka_unit_test(rows_that_do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
