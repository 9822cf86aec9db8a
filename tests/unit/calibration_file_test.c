// The file that a calibration writes: its own keys anew, everything else as it was.
#include "support/test_campaign.h"

#include "report/calibration_file.h"

static const campaign_truth known = {.launch_seconds = 4e-6, .memory = 0.7, .matrix = 0.99, .software_seconds = 0.5e-6};

static const char *file_of(campaign *c, const char *name, const aug_calibration **found) {
    campaign_add(c, "one", "one", 20, &known);
    *found = campaign_run(c, name);
    assert_non_null(*found);
    aug_buffer out;
    aug_buffer_init(&out, &c->ground.arena);
    aug_calibration_file(&out, *found);
    const char *text = aug_buffer_text(&out);
    test_write(&c->folder, "machines/fitted.yaml", text);
    return text;
}

static void assert_holds(const char *text, const char *part) {
    const char *found = strstr(text, part);
    if (!found)
        print_error("'%s' is not in:\n%s\n", part, text);
    assert_non_null(found);
}

// Constants are rounded to four digits in the file.
static void assert_read_back(const aug_kernels *kernels, const aug_calibrated *item) {
    const aug_kernel_fit *fit = &kernels->fits[item->kind];
    for (int i = 0; i < aug_kernel_models[item->kind]->constant_count; i++)
        assert_near(fit->constants[i], item->after[i], 1e-3);
    for (int r = 0; r < aug_kernel_models[item->kind]->regime_count; r++) {
        assert_near(fit->low[r], item->low[r], 1e-2);
        assert_near(fit->high[r], item->high[r], 1e-2);
    }
    assert_near(fit->rows, (double)item->rows, 0.0);
    assert_near(fit->error, item->score_held.mdape / 100.0, 1e-2);
}

// Comments and blanks around the block stay, also those in front of the next key; a kind that was not fitted stays; the rest of
// the block goes.
static void a_machine_keeps_its_other_lines(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    const aug_calibration *found;
    const char *text = file_of(&c, "one", &found);
    assert_holds(text, "auger: machine/1 # first\nname: one\nmodel: kernel\nfamily: kin\n" TEST_LEVELS("2 TB/s", "300 TFLOP/s") "  # of the scan\n\n# what it costs\nprice: 1000 USD # much\n"
                       "kernels: # auger calibrate one rows.csv\n  scan: {launch: 6 us}\n  gemm:\n    launch: ");
    assert_null(strstr(text, "2.5 us"));
    aug_machine *machine = test_machine(&c.folder.library, &c.ground.arena, &c.ground.errors, "fitted");
    assert_non_null(machine);
    assert_read_back(machine->models, &found->items[0]);
    assert_near(machine->models->fits[AUG_KERNEL_KIND_SCAN].constants[AUG_SCAN_LAUNCH], 6e-6, 1e-9);
    assert_int_equal(machine->models->fits[AUG_KERNEL_KIND_GEMM].basis, AUG_BASIS_FITTED);
    assert_near(machine->price_usd, 1000.0, 0.0);
    // Fitting the written file to the same rows writes it again.
    aug_buffer again;
    aug_buffer_init(&again, &c.ground.arena);
    char path[256];
    const aug_calibration *second =
        aug_calibration_run(&c.folder.library, &c.ground.arena, &c.ground.errors, test_path(&c.folder, "machines/fitted.yaml", path), c.paths, 1);
    assert_non_null(second);
    aug_calibration_file(&again, second);
    size_t head = (size_t)(strstr(text, "kernels:") - text);
    assert_memory_equal(aug_buffer_text(&again), text, head);
    assert_int_equal(again.length > head, true);
    campaign_end(&c);
}

static void a_machine_without_constants_gets_them_at_its_end(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    campaign_add(&c, "two", "two", 20, &known);
    const aug_calibration *found;
    const char *text = file_of(&c, "two", &found);
    assert_holds(text, campaign_files[4].text);
    assert_holds(text, "\nkernels: # auger calibrate two rows.csv\n  gemm:\n");
    campaign_end(&c);
}

// JSON cannot be cut by lines: the whole file is written anew, a line for each key.
static void json_becomes_lines(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    campaign_add(&c, "three", "three", 20, &known);
    const aug_calibration *found;
    const char *text = file_of(&c, "three", &found);
    assert_holds(text, "maker: \"a \\\"b\\\" \\\\ c\"\n");
    aug_machine *machine = test_machine(&c.folder.library, &c.ground.arena, &c.ground.errors, "fitted");
    if (!machine)
        print_error("%s\n%s", c.ground.errors.items[0].message, text);
    assert_non_null(machine);
    assert_string_equal(machine->name, "three");
    assert_string_equal(machine->maker, "a \"b\" \\ c");
    assert_read_back(machine->models, &found->items[0]);
    assert_near(machine->models->fits[AUG_KERNEL_KIND_SCAN].constants[AUG_SCAN_LAUNCH], 6e-6, 1e-9);
    campaign_end(&c);
}

static void a_family(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    const aug_calibration *found;
    const char *text = file_of(&c, "kin", &found);
    assert_holds(text, "auger: family/1\n# of no maker\nname: kin\nparent: root\nlibrary: plain\n\n# where it is from\nsources: {kernels: a test}\n"
                       "kernels: # auger calibrate kin rows.csv\n  scan: {launch: 4 us}\n  gemm:\n");
    aug_machine_family family;
    assert_true(aug_machine_family_read(&c.ground.reader, test_parse(&c.ground, text), "x", &family));
    assert_string_equal(family.parent, "root");
    campaign_end(&c);
}

// Overheads of formats that were not measured stay; facts too.
static void a_library(void **state) {
    (void)state;
    campaign c;
    campaign_begin(&c);
    const aug_calibration *found;
    const char *text = file_of(&c, "plain", &found);
    aug_software software;
    assert_true(aug_software_read(&c.ground.reader, test_parse(&c.ground, text), "x", &software));
    assert_holds(text, "facts: {gemm: {step_bytes: {all: 128}}}\noverheads: # auger calibrate plain rows.csv\n  gemm: {fp8: 9 us, bf16: ");
    assert_int_equal(software.overhead_count, 3);
    aug_software_use use = {&software, AUG_KERNEL_KIND_GEMM, "bf16", NULL, 0, NULL};
    assert_near(aug_software_overhead(&use), found->items[0].after[0], 1e-3);
    use.formats = "fp8";
    assert_near(aug_software_overhead(&use), 9e-6, 1e-9);
    use.kind = AUG_KERNEL_KIND_SCAN;
    assert_near(aug_software_overhead(&use), 1e-6, 1e-9);
    campaign_end(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_machine_keeps_its_other_lines), cmocka_unit_test(a_machine_without_constants_gets_them_at_its_end),
        cmocka_unit_test(json_becomes_lines),              cmocka_unit_test(a_family),
        cmocka_unit_test(a_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
