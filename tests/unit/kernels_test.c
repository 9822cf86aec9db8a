// Where a machine's constants come from, in a library of its own.
#include "support/test_files.h"

#include "kernel/kernels.h"

#define MACHINE                                                                                              \
    "auger: machine/1\nmodel: kernel\nlevels: [{memory: dram, size: 1 GB, bandwidth: 100 GB/s}, {compute: matrix, peak: {bf16: 1 TFLOP/s}}]\n"

static const test_file files[] = {
    {"families/root.yaml", "auger: family/1\nname: root\nlibrary: plain\n"
                           "kernels:\n"
                           "  gemm: {launch: 4 us, memory: 0.6, rows: 9}\n"
                           "  scan: {launch: 5 us}\n"
                           "  moe: {compute: 0.4}\n"},
    {"families/middle.yaml", "auger: family/1\nname: middle\nparent: root\n"
                             "kernels: {gemm: {memory: 0.7, error: 0.12}, moe: {compute: 0.5}}\n"},
    {"families/leaf.yaml", "auger: family/1\nname: leaf\nparent: middle\nlibrary: other\nkernels: {gemm: {matrix: 0.9}}\n"},
    {"families/alone.yaml", "auger: family/1\nname: alone\nkernels: {gemm: {launch: 7 us}}\n"},
    {"families/bare.yaml", "auger: family/1\nparent: alone\n"},
    {"families/loop.yaml", "auger: family/1\nname: loop\nparent: looped\n"},
    {"families/looped.yaml", "auger: family/1\nname: looped\nparent: loop\n"},
    {"families/lost.yaml", "auger: family/1\nname: lost\nparent: leave\n"},
    {"families/wrong.yaml", "auger: family/1\nname: wrong\nkernels: {gemm: {launch: 1 s}}\n"},
    {"families/unsupported.yaml", "auger: family/1\nname: unsupported\nlibrary: plan\n"},
    {"libraries/plain.yaml", "auger: library/1\nname: plain\n"},
    {"libraries/other.yaml", "auger: library/1\nname: other\noverheads: {gemm: {all: 1 us}}\n"},
    {"machines/measured.yaml", MACHINE "family: leaf\nkernels: {gemm: {memory: 0.8, error: 0.04, rows: 100, spread: {memory: [0.9, 1.2]}}}\n"},
    {"machines/sibling.yaml", MACHINE "family: leaf\n"},
    {"machines/bare.yaml", MACHINE "family: bare\n"},
    {"machines/orphan.yaml", MACHINE "kernels: {scan: {launch: 6 us}}\n"},
    {"machines/plain.yaml", MACHINE},
    {"machines/looping.yaml", MACHINE "family: loop\n"},
    {"machines/lost.yaml", MACHINE "family: lost\n"},
    {"machines/wrong.yaml", MACHINE "family: wrong\n"},
    {"machines/unsupported.yaml", MACHINE "family: unsupported\n"},
};

static test_folder folder;

static int make(void **state) {
    (void)state;
    test_make_files(&folder, files, AUG_COUNT(files));
    return 0;
}

static int unmake(void **state) {
    (void)state;
    test_remove_files(&folder);
    return 0;
}

static const aug_machine *attached(test_ground *ground, const char *name) {
    test_begin(ground);
    aug_machine *machine = aug_machine_load(&folder.library, &ground->arena, &ground->errors, name);
    assert_non_null(machine);
    if (!aug_kernels_attach(&folder.library, &ground->arena, &ground->errors, machine))
        print_error("%s\n", ground->errors.items[0].message);
    assert_false(aug_errors_total(&ground->errors));
    return machine;
}

static double constant(const aug_kernels *kernels, aug_kernel_kind kind, const char *name) {
    const aug_kernel_model *model = aug_kernel_models[kind];
    for (int i = 0; i < model->constant_count; i++)
        if (strcmp(model->constants[i].name, name) == 0)
            return kernels->fits[kind].constants[i];
    fail_msg("no constant %s", name);
    return 0.0;
}

static double start(aug_kernel_kind kind, const char *name) {
    aug_kernels kernels;
    aug_kernels_start(&kernels);
    return constant(&kernels, kind, name);
}

// Each constant from the nearest file that states it: launch from the root, memory from the machine, matrix from its family,
// step from the table of the model.
static void constants_come_from_the_nearest(void **state) {
    (void)state;
    test_ground ground;
    const aug_kernels *k = attached(&ground, "measured")->models;
    assert_near(constant(k, AUG_KERNEL_KIND_GEMM, "launch"), 4e-6, 1e-12);
    assert_near(constant(k, AUG_KERNEL_KIND_GEMM, "memory"), 0.8, 0.0);
    assert_near(constant(k, AUG_KERNEL_KIND_GEMM, "matrix"), 0.9, 0.0);
    assert_near(constant(k, AUG_KERNEL_KIND_GEMM, "step"), start(AUG_KERNEL_KIND_GEMM, "step"), 0.0);
    assert_near(constant(k, AUG_KERNEL_KIND_MOE, "compute"), 0.5, 0.0);
    assert_near(constant(k, AUG_KERNEL_KIND_SCAN, "launch"), 5e-6, 1e-12);
    assert_int_equal(k->family_count, 3);
    static const char *const chain[] = {"leaf", "middle", "root"};
    for (int i = 0; i < 3; i++)
        assert_string_equal(k->families[i], chain[i]);
    assert_string_equal(k->software->name, "other"); // of the nearest family that says one
    test_end(&ground);
}

// Basis and origin are those of the last file that states the kind: its own file is fitted, its own family family, what holds
// above (machines at large) no more than a data sheet, and so a family without a parent.
static void the_last_that_states_a_kind_is_its_basis(void **state) {
    (void)state;
    static const struct {
        const char *machine;
        aug_kernel_kind kind;
        int basis;
        const char *origin;
    } cases[] = {
        {"measured", AUG_KERNEL_KIND_GEMM, AUG_BASIS_FITTED, "measured"}, {"measured", AUG_KERNEL_KIND_MOE, AUG_BASIS_DATASHEET, "middle"},
        {"measured", AUG_KERNEL_KIND_SCAN, AUG_BASIS_DATASHEET, "root"},  {"measured", AUG_KERNEL_KIND_MLA_DECODE, AUG_BASIS_DATASHEET, NULL},
        {"sibling", AUG_KERNEL_KIND_GEMM, AUG_BASIS_FAMILY, "leaf"},      {"sibling", AUG_KERNEL_KIND_MOE, AUG_BASIS_DATASHEET, "middle"},
        {"bare", AUG_KERNEL_KIND_GEMM, AUG_BASIS_DATASHEET, "alone"},     {"orphan", AUG_KERNEL_KIND_SCAN, AUG_BASIS_FITTED, "orphan"},
        {"orphan", AUG_KERNEL_KIND_GEMM, AUG_BASIS_DATASHEET, NULL},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        const aug_kernel_fit *fit = &attached(&ground, cases[i].machine)->models->fits[cases[i].kind];
        assert_int_equal(fit->basis, cases[i].basis);
        if (cases[i].origin)
            assert_string_equal(fit->origin, cases[i].origin);
        else
            assert_null(fit->origin);
        test_end(&ground);
    }
}

static int regime_of(aug_kernel_kind kind, const char *name) {
    for (int r = 0; r < aug_kernel_models[kind]->regime_count; r++)
        if (strcmp(aug_kernel_models[kind]->regimes[r], name) == 0)
            return r;
    fail_msg("no regime %s", name);
    return -1;
}

// Half to twice the prediction until a file says better; only the regimes that it names.
static void spreads_by_regime(void **state) {
    (void)state;
    test_ground ground;
    const aug_kernels *k = attached(&ground, "measured")->models;
    const aug_kernel_fit *fit = &k->fits[AUG_KERNEL_KIND_GEMM];
    int memory = regime_of(AUG_KERNEL_KIND_GEMM, "memory"), compute = regime_of(AUG_KERNEL_KIND_GEMM, "compute");
    assert_near(fit->low[memory], 0.9, 0.0);
    assert_near(fit->high[memory], 1.2, 0.0);
    assert_near(fit->low[compute], 0.5, 0.0);
    assert_near(fit->high[compute], 2.0, 0.0);
    assert_near(fit->error, 0.04, 0.0);
    assert_near(fit->rows, 100.0, 0.0);
    test_end(&ground);
    // Rows and error of the nearest family that says them.
    fit = &attached(&ground, "sibling")->models->fits[AUG_KERNEL_KIND_GEMM];
    assert_near(fit->error, 0.12, 0.0);
    assert_near(fit->rows, 9.0, 0.0);
    test_end(&ground);
    assert_true(start(AUG_KERNEL_KIND_GEMM, "launch") > 0.0);
}

// [1.3, 0.8] is meant as [0.8, 1.3].
static void spreads_in_either_order(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_kernels kernels;
    aug_kernels_start(&kernels);
    assert_true(aug_kernels_overlay(&ground.reader, test_parse(&ground, "gemm: {spread: {power: [1.3, 0.8]}}"), AUG_BASIS_FITTED, "x", &kernels));
    int power = regime_of(AUG_KERNEL_KIND_GEMM, "power");
    assert_near(kernels.fits[AUG_KERNEL_KIND_GEMM].low[power], 0.8, 0.0);
    assert_near(kernels.fits[AUG_KERNEL_KIND_GEMM].high[power], 1.3, 0.0);
    test_end(&ground);
}

static void a_machine_with_neither_keeps_its_roofline(void **state) {
    (void)state;
    test_ground ground;
    assert_null(attached(&ground, "plain")->models);
    test_end(&ground);
    const aug_kernels *k = attached(&ground, "orphan")->models;
    assert_string_equal(k->software->name, "none");
    assert_int_equal(k->family_count, 0);
    test_end(&ground);
}

static void families_that_cannot_be_had(void **state) {
    (void)state;
    static const struct {
        const char *machine, *message, *hint;
    } cases[] = {
        {"looping", "family 'loop' has more than 8 families above it", "a family must not be its own parent"},
        {"lost", "unknown family 'leave'", "did you mean 'leaf'? 'auger list' shows all names"},
        {"wrong", "constant 'launch' is 1 s, beyond its physical limits", "expected 200 ns to 20 us"},
        {"unsupported", "unknown library 'plan'", "did you mean 'plain'? 'auger list' shows all names"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_machine *machine = aug_machine_load(&folder.library, &ground.arena, &ground.errors, cases[i].machine);
        assert_non_null(machine);
        assert_false(aug_kernels_attach(&folder.library, &ground.arena, &ground.errors, machine));
        assert_error(&ground.errors, 1, cases[i].message, cases[i].hint);
        test_end(&ground);
    }
}

static void what_is_wrong_is_said(void **state) {
    (void)state;
    static const struct {
        const char *text, *message, *hint;
    } cases[] = {
        {"gem: {launch: 2 us}", "unknown kind of kernel 'gem'", "did you mean 'gemm'?"},
        {"gemm: {lunch: 2 us}", "unknown constant 'lunch' of gemm", "did you mean 'launch'?"},
        {"gemm: {spread: {memorie: [1, 2]}}", "unknown regime 'memorie' of gemm", "did you mean 'memory'?"},
        {"gemm: {memory: 1.2}", "constant 'memory' is 1.2, beyond its physical limits", "expected 0.3 to 1"},
        {"gemm: {memory: 0.2}", "constant 'memory' is 0.2, beyond its physical limits", "expected 0.3 to 1"},
        {"gemm: {launch: 2}", "expected a time such as '3 us', found '2'", "add the unit: '2 s'"},
        {"gemm: {spread: {memory: 2}}", "expected [low, high]: multiples of the prediction", ""},
        {"gemm: {spread: {memory: [1, 2, 3]}}", "expected [low, high]: multiples of the prediction", ""},
        {"gemm: {spread: 2}", "expected a map of regimes, found '2'", ""},
        {"gemm: 2 us", "expected a map of constants, found '2 us'", ""},
        {"[gemm]", "expected a map of kinds of kernels, found a list", "write {gemm: {...}}"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_kernels kernels;
        aug_kernels_start(&kernels);
        assert_false(aug_kernels_overlay(&ground.reader, test_parse(&ground, cases[i].text), AUG_BASIS_FITTED, "x", &kernels));
        assert_error(&ground.errors, 1, cases[i].message, cases[i].hint);
        assert_int_equal(ground.errors.items[0].line, 1);
        test_end(&ground);
    }
}

// At most eight constants and eight regimes; starts within limits, no share above 1; names once.
static void every_table_of_constants_is_sound(void **state) {
    (void)state;
    for (int kind = 0; kind < AUG_KERNEL_KIND_COUNT; kind++) {
        const aug_kernel_model *model = aug_kernel_models[kind];
        assert_in_range(model->constant_count, 1, AUG_CONSTANTS);
        assert_in_range(model->regime_count, 1, AUG_REGIMES);
        assert_non_null(model->about);
        for (int i = 0; i < model->constant_count; i++) {
            const aug_constant *c = &model->constants[i];
            assert_true(c->low < c->high && c->low <= c->start && c->start <= c->high && c->low >= 0.0);
            assert_true(c->help && *c->help);
            if (strstr(c->name, "share"))
                assert_true(c->high <= 1.0);
            for (int before = 0; before < i; before++)
                assert_string_not_equal(model->constants[before].name, c->name);
        }
        for (int other = 0; other < kind; other++)
            assert_string_not_equal(aug_kernel_models[other]->name, model->name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_come_from_the_nearest),           cmocka_unit_test(the_last_that_states_a_kind_is_its_basis),
        cmocka_unit_test(spreads_by_regime),                         cmocka_unit_test(spreads_in_either_order),
        cmocka_unit_test(a_machine_with_neither_keeps_its_roofline), cmocka_unit_test(families_that_cannot_be_had),
        cmocka_unit_test(what_is_wrong_is_said),                     cmocka_unit_test(every_table_of_constants_is_sound),
    };
    return cmocka_run_group_tests(tests, make, unmake);
}
