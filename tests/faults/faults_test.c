// What happens when memory runs out: every call of the public interface is repeated with its n-th allocation failing,
// n = 1, 2, 3, ... until it succeeds.
//
// malloc, calloc, realloc, strdup and free are defined here and stand before those of the C library for the whole
// process, so that allocations of libyaml, libcsv and of the C library itself (open files, folders) fail too. Two
// kinds are counted apart: those that Auger's own code makes, of which each is made to fail, and those of the
// libraries, of which there are thousands alike: each of the first 64 fails, then about one in n / 64. In one round
// the n-th allocation alone fails, in the other all behind it as well. Where only a share of cases is asked for (test_share.h),
// each of Auger's own still fails, odd ones in the one round and even ones in the other, and 16 stand in place of 64.
//
// Checked each time: the call ends with AUG_INTERNAL and no answer, or as it does with enough memory (a library may
// do without an allocation); a form of the answer is complete or NULL, and complete once there is memory again;
// nothing that was allocated is left after the answer is freed. Under AddressSanitizer, also every access.
#include "support/testing.h"
#include "support/test_share.h"

#include "auger.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

// ---- Allocations that fail

// The allocator behind ours: the sanitizer's where there is one, else the C library's.
#define BEHIND(name, result, ...)                                                                            \
    extern result __interceptor_##name(__VA_ARGS__) __attribute__((weak));                                   \
    extern result __libc_##name(__VA_ARGS__) __attribute__((weak));
BEHIND(malloc, void *, size_t)
BEHIND(calloc, void *, size_t, size_t)
BEHIND(realloc, void *, void *, size_t)
BEHIND(free, void, void *)

// The program's own code, as the linker lays it out.
extern char __executable_start, etext;

typedef enum fault_kind { FAULT_LIBRARY, FAULT_OWN, FAULT_KINDS } fault_kind;

static struct {
    bool armed;
    bool lasting;      // all later allocations fail too
    fault_kind kind;   // of the allocation that fails
    long failing;      // its number, from 1; 0: none
    long count[FAULT_KINDS];
    long failed;
    long live;         // allocated and not freed
} faults;

static bool fails(const void *caller) {
    if (!faults.armed)
        return false;
    fault_kind kind = (const char *)caller >= &__executable_start && (const char *)caller < &etext ? FAULT_OWN : FAULT_LIBRARY;
    long number = ++faults.count[kind];
    bool now = faults.failing && kind == faults.kind && number == faults.failing;
    if (!now && !(faults.lasting && faults.failed))
        return false;
    faults.failed++;
    errno = ENOMEM;
    return true;
}

static void *keep(void *memory) {
    faults.live += memory != NULL;
    return memory;
}

static void *take(const void *caller, size_t size) {
    if (fails(caller))
        return NULL;
    return keep(__interceptor_malloc ? __interceptor_malloc(size) : __libc_malloc(size));
}

void *malloc(size_t size) {
    return take(__builtin_return_address(0), size);
}

void *calloc(size_t count, size_t size) {
    if (fails(__builtin_return_address(0)))
        return NULL;
    return keep(__interceptor_calloc ? __interceptor_calloc(count, size) : __libc_calloc(count, size));
}

void *realloc(void *memory, size_t size) {
    if (fails(__builtin_return_address(0)))
        return NULL;
    faults.live -= memory != NULL;
    return keep(__interceptor_realloc ? __interceptor_realloc(memory, size) : __libc_realloc(memory, size));
}

void free(void *memory) {
    faults.live -= memory != NULL;
    if (__interceptor_free)
        __interceptor_free(memory);
    else
        __libc_free(memory);
}

// A sanitizer's own strdup would not ask malloc.
char *strdup(const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = take(__builtin_return_address(0), size);
    return copy ? memcpy(copy, text, size) : NULL;
}

// ---- Calls

typedef aug_status fault_call(aug_context *context, const char *input, aug_answer **answer);

typedef struct fault_case {
    const char *name, *input;
    fault_call *call;
    aug_status expected;
} fault_case;

static aug_status call_audit(aug_context *context, const char *input, aug_answer **answer) {
    aug_audit_options options = aug_audit_options_default();
    options.tokens_per_s = 1e6;
    return aug_audit_run(context, "qwen3-0.6b", input, &options, answer);
}

static aug_status call_compare(aug_context *context, const char *input, aug_answer **answer) {
    aug_compare_options options = aug_compare_options_default();
    options.weights = "bf16,fp8";
    return aug_compare_run(context, "qwen3-0.6b", input, &options, answer);
}

static aug_status call_compare_mapped(aug_context *context, const char *input, aug_answer **answer) {
    aug_compare_options options = aug_compare_options_default();
    options.common.mapped = true;
    return aug_compare_run(context, AUG_TEST_FILES "/golden/files/product.yaml", input, &options, answer);
}

static aug_status call_estimate(aug_context *context, const char *input, aug_answer **answer) {
    aug_estimate_options options = aug_estimate_options_default();
    options.chips = 4;
    return aug_estimate_run(context, input, "h100-sxm", &options, answer);
}

static aug_status call_machine(aug_context *context, const char *input, aug_answer **answer) {
    aug_estimate_options options = aug_estimate_options_default();
    return aug_estimate_run(context, "qwen3-0.6b", input, &options, answer);
}

static aug_status call_mapped(aug_context *context, const char *input, aug_answer **answer) {
    aug_estimate_options options = aug_estimate_options_default();
    options.mapped = true;
    return aug_estimate_run(context, input, AUG_TEST_FILES "/golden/files/grid.yaml", &options, answer);
}

static aug_status call_evaluate(aug_context *context, const char *input, aug_answer **answer) {
    const aug_evaluate_options options = {.einsum = "conv4 3x3", .explain = true};
    return aug_evaluate_run(context, "resnet-50", "eyeriss-like", input, &options, answer);
}

static aug_status call_map(aug_context *context, const char *input, aug_answer **answer) {
    aug_map_options options = aug_map_options_default();
    options.constraints = *input ? input : NULL;
    options.objective = "front";
    return aug_map_run(context, AUG_TEST_FILES "/golden/files/product.yaml", AUG_TEST_FILES "/golden/files/grid.yaml", &options, answer);
}

// A group within a limit, so that the search is short.
static aug_status call_fuse(aug_context *context, const char *input, aug_answer **answer) {
    aug_map_options options = aug_map_options_default();
    options.perfect = true;
    options.node_limit = 50;
    aug_context_set_threads(context, 1);
    return aug_map_run(context, input, AUG_TEST_FILES "/golden/files/two-level.yaml", &options, answer);
}

static aug_status call_import(aug_context *context, const char *input, aug_answer **answer) {
    return aug_import_run(context, "timeloop", &input, 1, answer);
}

static aug_status call_timeloop(aug_context *context, const char *input, aug_answer **answer) {
    static const char folder[] = AUG_TEST_FILES "/differential/timeloop/f10_fill_drain_latency/";
    char files[3][400];
    const char *const names[] = {"arch.yaml", "problem.yaml", input}, *paths[3];
    for (int i = 0; i < 3; i++) {
        snprintf(files[i], sizeof files[i], "%s%s", folder, names[i]);
        paths[i] = files[i];
    }
    const aug_evaluate_options options = aug_evaluate_options_default();
    return aug_evaluate_timeloop_run(context, paths, 3, &options, answer);
}

static aug_status call_design(aug_context *context, const char *input, aug_answer **answer) {
    aug_design_options options = aug_design_options_default();
    return aug_design_run(context, input, &options, answer);
}

static aug_status call_validate(aug_context *context, const char *input, aug_answer **answer) {
    aug_validate_options options = aug_validate_options_default();
    return aug_validate_run(context, input, &options, answer);
}

static aug_status call_check(aug_context *context, const char *input, aug_answer **answer) {
    const char *files[] = {AUG_TEST_DATA "/technologies/7nm.yaml", AUG_TEST_DATA "/models/llama-3.1-8b.json", input};
    return aug_check_run(context, files, 3, answer);
}

static aug_status call_calibrate(aug_context *context, const char *input, aug_answer **answer) {
    const char *tables[] = {AUG_TEST_FILES "/faults/calibrate.csv"};
    return aug_calibrate_run(context, input, tables, 1, answer);
}

static aug_status call_calibrate_table(aug_context *context, const char *input, aug_answer **answer) {
    const char *tables[] = {input};
    return aug_calibrate_run(context, "h100-sxm", tables, 1, answer);
}

static aug_status call_list(aug_context *context, const char *input, aug_answer **answer) {
    return aug_list_run(context, input, NULL, answer);
}

static aug_status call_reference(aug_context *context, const char *input, aug_answer **answer) {
    return aug_reference_run(context, input, answer);
}

// ---- One run

typedef struct fault_outcome {
    aug_status status;
    char *text, *csv, *errors; // NULL: no answer, or not built
} fault_outcome;

static char *copy(const char *text) {
    if (!text)
        return NULL;
    char *copied = malloc(strlen(text) + 1);
    assert_non_null(copied);
    return strcpy(copied, text);
}

static void release(fault_outcome *outcome) {
    free(outcome->text);
    free(outcome->csv);
    free(outcome->errors);
}

static const char *running; // the case, while a call runs with failing allocations
static int broken;          // promises that the case has broken

// Notes a broken promise; the sweep goes on, so that one run shows all that is wrong.
static void note(const char *format, ...) AUG_PRINTF(1, 2);
static void note(const char *format, ...) {
    if (++broken > 6)
        return;
    char text[1000];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    print_error("%s, %s allocation %ld%s: %s\n", running, faults.kind == FAULT_OWN ? "own" : "library's", faults.failing,
                faults.lasting ? " and all behind it" : "", text);
}

// A form that is there although memory ran out is the whole one.
static void check_form(const char *form, const char *expected, const char *found) {
    if (found && strcmp(expected, found) != 0)
        note("the %s is not the one that there is with enough memory:\n%s", form, found);
}

static void check_answer(aug_answer *answer, const fault_outcome *whole, aug_status status) {
    if (!answer && status == AUG_INTERNAL)
        return;
    if (!answer || status != whole->status) {
        note("status %d %s an answer, expected %d with one or %d without; %s", status, answer ? "with" : "without",
             whole->status, AUG_INTERNAL, answer ? aug_answer_errors(answer) : "");
        return;
    }
    // With memory again, every form can be had.
    const char *text = aug_answer_text(answer), *csv = aug_answer_csv(answer), *errors = aug_answer_errors(answer);
    if (!text || !csv || !errors || !aug_answer_json(answer))
        note("a form cannot be had although there is memory again");
    check_form("text", whole->text, text);
    check_form("CSV", whole->csv, csv);
    check_form("list of errors", whole->errors, errors);
}

// Runs a case and checks it against `whole`; without that, keeps copies of its forms in `outcome`.
static void run_once(aug_context *context, const fault_case *which, const fault_outcome *whole, fault_outcome *outcome) {
    faults.count[FAULT_OWN] = faults.count[FAULT_LIBRARY] = faults.failed = 0;
    long live = faults.live;
    aug_answer *answer = NULL;
    running = which->name;
    faults.armed = true;
    outcome->status = which->call(context, which->input, &answer);
    const char *text = answer ? aug_answer_text(answer) : NULL, *csv = answer ? aug_answer_csv(answer) : NULL;
    const char *errors = answer ? aug_answer_errors(answer) : NULL, *json = answer ? aug_answer_json(answer) : NULL;
    faults.armed = false;
    if (whole) {
        check_answer(answer, whole, outcome->status);
    } else {
        assert_true(text && csv && errors && json);
        *outcome = (fault_outcome){outcome->status, copy(text), copy(csv), copy(errors)};
        live += 3;
    }
    aug_answer_free(answer);
    if (faults.live != live)
        note("%ld pieces of memory are left", faults.live - live);
    running = NULL;
}

static void sweep(aug_context *context, const fault_case *which, const fault_outcome *whole, fault_kind kind, bool lasting) {
    faults.kind = kind;
    faults.lasting = lasting;
    bool all = test_share() == 1, own = kind == FAULT_OWN;
    for (faults.failing = own && lasting && !all ? 2 : 1;; faults.failing += own ? (all ? 1 : 2) : 1 + faults.failing / (all ? 64 : 16)) {
        fault_outcome outcome;
        run_once(context, which, whole, &outcome);
        if (!faults.failed)
            break;
    }
    faults.failing = 0;
}

static void sweep_case(const fault_case *which) {
    aug_context *context = aug_context_new();
    assert_non_null(context);
    assert_true(aug_context_set_data(context, AUG_TEST_DATA));
    aug_context_set_threads(context, 1);
    fault_outcome first, whole;
    faults.failing = 0;
    broken = 0;
    run_once(context, which, NULL, &first); // whatever the C library keeps for good is allocated here
    run_once(context, which, NULL, &whole);
    print_message("%s: %ld own allocations, %ld of libraries\n", which->name, faults.count[FAULT_OWN], faults.count[FAULT_LIBRARY]);
    if (whole.status != which->expected)
        print_error("%s: %s\n", which->name, whole.errors);
    assert_int_equal(whole.status, which->expected);
    for (int lasting = 0; lasting < 2; lasting++) {
        sweep(context, which, &whole, FAULT_OWN, lasting);
        sweep(context, which, &whole, FAULT_LIBRARY, lasting);
    }
    release(&first);
    release(&whole);
    aug_context_free(context);
    assert_int_equal(broken, 0);
}

static int stop_failing(void **state) {
    (void)state;
    if (running)
        print_error("the last call was %s with %s allocation %ld failing%s\n", running, faults.kind == FAULT_OWN ? "own" : "library's",
                    faults.failing, faults.lasting ? ", and all behind it" : "");
    faults.armed = false;
    faults.failing = 0;
    running = NULL;
    return 0;
}

#define FILES AUG_TEST_FILES "/faults/"

#define CASE(title, ...)                                                                                     \
    static void title(void **state) {                                                                        \
        (void)state;                                                                                         \
        sweep_case(&(fault_case){#title, __VA_ARGS__});                                                      \
    }

CASE(audit_of_a_claim, "sn40l", call_audit, AUG_NO)
CASE(compare_of_machines, "h100-sxm,l40s", call_compare, AUG_OK)
CASE(compare_by_mappings, FILES "../golden/files/grid.yaml", call_compare_mapped, AUG_OK)
CASE(compare_of_an_unknown_machine, "h100-sxm,l40", call_compare, AUG_BAD_INPUT)
CASE(estimate_of_a_config, "qwen3-235b-a22b-nvfp4", call_estimate, AUG_OK)
CASE(estimate_of_a_model_file, "pi0", call_estimate, AUG_OK)
CASE(estimate_of_a_workload, FILES "workload.yaml", call_estimate, AUG_OK)
CASE(estimate_by_mappings, FILES "../golden/files/product.yaml", call_mapped, AUG_OK)
CASE(estimate_that_does_not_fit, "kimi-k2", call_estimate, AUG_NO)
CASE(estimate_of_an_unknown_model, "lama-3.1-8b", call_estimate, AUG_BAD_INPUT)
CASE(estimate_on_a_modelled_machine, "tpu-v4i-like", call_machine, AUG_OK)
CASE(estimate_on_a_malformed_machine, FILES "malformed.yaml", call_machine, AUG_BAD_INPUT)
CASE(estimate_on_a_wrong_machine, FILES "wrong_machine.yaml", call_machine, AUG_BAD_INPUT)
CASE(evaluate_of_a_mapping, "row-stationary", call_evaluate, AUG_OK)
CASE(evaluate_that_does_not_fit, "dram[I W O] buffer[I W O] for k:1 for c:1 for p:1 for q:1 for r:1 for s:1", call_evaluate, AUG_NO)
CASE(evaluate_of_a_wrong_nest, "dram[I X] for k:2 for c:1 par pe.z p:1 bufer[I] mac", call_evaluate, AUG_BAD_INPUT)
CASE(evaluate_of_a_case_of_timeloop, "mapping.yaml", call_timeloop, AUG_OK)
CASE(evaluate_of_a_case_with_a_part_twice, "arch.yaml", call_timeloop, AUG_BAD_INPUT)
CASE(map_with_wrong_constraints, FILES "../golden/files/bad-constraints.yaml", call_map, AUG_BAD_INPUT)
CASE(map_of_a_group, FILES "../golden/files/chain.yaml", call_fuse, AUG_LIMIT)
CASE(import_of_a_search, FILES "../fuzz/corpus/timeloop/bounds.yaml", call_import, AUG_OK)
CASE(import_of_a_wrong_factor, FILES "../fuzz/corpus/timeloop/factor.yaml", call_import, AUG_BAD_INPUT)
CASE(design_of_a_study, FILES "study.yaml", call_design, AUG_OK)
CASE(design_with_invalid_points, FILES "invalid_points.yaml", call_design, AUG_OK)
CASE(design_of_a_wrong_study, FILES "wrong_study.yaml", call_design, AUG_BAD_INPUT)
CASE(validate_of_a_table, FILES "gemm.csv", call_validate, AUG_OK)
CASE(validate_of_a_malformed_table, FILES "malformed.csv", call_validate, AUG_BAD_INPUT)
CASE(calibrate_of_a_machine, "h100-sxm", call_calibrate, AUG_OK)
CASE(calibrate_of_a_library, "vllm", call_calibrate, AUG_OK)
CASE(calibrate_of_a_wrong_table, FILES "malformed.csv", call_calibrate_table, AUG_BAD_INPUT)
CASE(check_of_files, FILES "gemm.csv", call_check, AUG_OK)
CASE(check_of_a_missing_file, FILES "missing.yaml", call_check, AUG_BAD_INPUT)
CASE(list_of_technologies, "technologies", call_list, AUG_OK)
CASE(reference_of_machines, "machine", call_reference, AUG_OK)

// A context is two allocations; neither failing leaves anything behind.
static void a_context_without_memory(void **state) {
    (void)state;
    faults.lasting = false;
    faults.kind = FAULT_OWN;
    bool made = false;
    for (faults.failing = 1; !made; faults.failing++) {
        long live = faults.live;
        faults.count[FAULT_OWN] = faults.failed = 0;
        faults.armed = true;
        aug_context *context = aug_context_new();
        faults.armed = false;
        made = !faults.failed;
        assert_int_equal(context != NULL, made);
        aug_context_free(context);
        assert_int_equal(faults.live, live);
    }
    faults.failing = 0;
}

// Other data are not taken where there is no memory for them; the old ones stay.
static void a_data_folder_without_memory(void **state) {
    (void)state;
    aug_context *context = aug_context_new();
    assert_non_null(context);
    assert_true(aug_context_set_data(context, AUG_TEST_DATA));
    faults.kind = FAULT_OWN;
    faults.failing = 1;
    faults.count[FAULT_OWN] = faults.failed = 0;
    faults.armed = true;
    bool taken = aug_context_set_data(context, "elsewhere");
    faults.armed = false;
    assert_false(taken);
    assert_string_equal(aug_context_data(context), AUG_TEST_DATA);
    aug_context_free(context);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, NULL, stop_failing)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_context_without_memory),
        TEST(a_data_folder_without_memory),
        TEST(audit_of_a_claim),
        TEST(compare_of_machines),
        TEST(compare_by_mappings),
        TEST(compare_of_an_unknown_machine),
        TEST(estimate_of_a_config),
        TEST(estimate_of_a_model_file),
        TEST(estimate_of_a_workload),
        TEST(estimate_by_mappings),
        TEST(estimate_that_does_not_fit),
        TEST(estimate_of_an_unknown_model),
        TEST(estimate_on_a_modelled_machine),
        TEST(estimate_on_a_malformed_machine),
        TEST(estimate_on_a_wrong_machine),
        TEST(evaluate_of_a_mapping),
        TEST(evaluate_that_does_not_fit),
        TEST(evaluate_of_a_wrong_nest),
        TEST(evaluate_of_a_case_of_timeloop),
        TEST(evaluate_of_a_case_with_a_part_twice),
        TEST(map_with_wrong_constraints),
        TEST(map_of_a_group),
        TEST(import_of_a_search),
        TEST(import_of_a_wrong_factor),
        TEST(design_of_a_study),
        TEST(design_with_invalid_points),
        TEST(design_of_a_wrong_study),
        TEST(validate_of_a_table),
        TEST(validate_of_a_malformed_table),
        TEST(calibrate_of_a_machine),
        TEST(calibrate_of_a_library),
        TEST(calibrate_of_a_wrong_table),
        TEST(check_of_files),
        TEST(check_of_a_missing_file),
        TEST(list_of_technologies),
        TEST(reference_of_machines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
