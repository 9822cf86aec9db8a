#include "support/timeloop_case.h"


static void zeros_become_sparse_keys(void **state) {
    (void)state;
    static const struct {
        timeloop_edit edit;
        const char *piece;
    } rows[] = {
        {{"sparse_optimizations:\n  targets: []", "sparse_optimizations:\n  targets: [{name: Glb, representation_format: {data_spaces: [{name: A, ranks: [{format: UOP}, {format: CP, metadata_word_bits: 4}]}, {name: B, ranks: [{format: b}, {format: RLE}, {format: UB}]}]}}]"}, "    sparse:\n      formats: {A: [offsets, coordinates], B: [bitmask, run_length, uncompressed]}\n      metadata_bits: 4\n"},
        {{"sparse_optimizations:\n  targets: []", "sparse_optimizations:\n  targets: [{name: Glb, action-optimization: [{type: skipping, options: [{target: B, condition-on: [A]}]}, {type: gating, target: Z, conditioned_on: [A, B]}]}]"}, "    sparse:\n      skip: [{tensor: B, on: [A]}]\n      gate: [{tensor: Z, on: [A, B]}]\n"},
        {{"sparse_optimizations:\n  targets: []", "sparse_optimizations:\n  targets: [{name: Reg, action_optimization: [{type: skipping, options: [{target: A, condition_on: [B]}, {target: B, condition_on: [A]}]}]}]"}, "      skip: [[{tensor: A, on: [B]}, {tensor: B, on: [A]}]]\n"},
        {{"sparse_optimizations:\n  targets: []", "sparse_optimizations:\n  targets: [{name: Mac, compute_optimization: [{type: gating}]}]"}, "    zeros: gate\n"},
        {{"sparse_optimizations:\n  targets: []", "sparse_optimizations:\n  targets: [{name: Mac, compute_optimization: [{type: skip_on_not_aligned_operands}]}]"}, "    zeros: skip\n"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_holds(timeloop_good(&ground, rows[i].edit).machine, rows[i].piece);
        test_end(&ground);
    }
}

// Widths of a row and of a word make two words of metadata per access; gated updates cost what gated writes do.
static void energies_of_zeros_stand_with_their_memory(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const char *text = timeloop_edited(&ground, timeloop_case, (timeloop_edit){"depth: 64,", "depth: 64, metadata_datawidth: 4, metadata_storage_width: 8, metadata_storage_depth: 10,"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"    - name: chip.grid.Reg[0..3]\n", "    - name: Glb\n      actions:\n        - {name: metadata_read, energy: 1}\n"
                                                                                             "        - {name: metadata_write, energy: 1.25}\n        - {name: gated_read, energy: 0.4}\n"
                                                                                             "        - {name: gated_write, energy: 0.5}\n    - name: chip.grid.Reg[0..3]\n"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"targets: []\nmapping", "targets: [{name: Glb, representation_format: {data_spaces: [{name: A, ranks: [{format: CP}]}]}, "
                                                                                  "action_optimization: [{type: gating, options: [{target: Z, condition_on: [A]}]}]}]\nmapping"});
    const aug_document *document = aug_document_parse(&ground.arena, &ground.errors, "case.yaml", text, strlen(text));
    aug_timeloop_files files;
    assert_true(aug_timeloop_convert(&ground.reader, &document, 1, &files));
    assert_holds(files.machine, "    sparse:\n      formats: {A: [coordinates]}\n      metadata_bits: 4\n      metadata_vector: 2\n"
                                "      metadata_energy: {read: 1 pJ, write: 1.25 pJ}\n      gate: [{tensor: Z, on: [A]}]\n"
                                "      gated: {read: 0.4 pJ, write: 0.5 pJ, update: 0.5 pJ}\n");
    test_end(&ground);
}

// Without the section nothing is said of zeros.
static void dense_cases_have_no_sparse_keys(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_timeloop_files files = timeloop_good(&ground, (timeloop_edit){"sparse_optimizations:\n  targets: []\n", ""});
    assert_null(strstr(files.machine, "gated"));
    assert_null(strstr(files.machine, "sparse"));
    test_end(&ground);
}

static const timeloop_fault faults[] = {
    {{"targets: []\nmapping", "targets: [{name: Glob}]\nmapping"}, 53, 20, "unknown component 'Glob'",
     "did you mean 'Glb'?"},
    {{"targets: []\nmapping", "targets: [{name: Mac, action_optimization: []}]\nmapping"}, 53, 25, "'action_optimization' does not belong to a compute unit",
     ""},
    {{"targets: []\nmapping", "targets: [{name: Glb, compute_optimization: []}]\nmapping"}, 53, 25, "'compute_optimization' does not belong to a memory",
     ""},
    {{"targets: []\nmapping", "targets: [{name: Glb, action_optimisation: []}]\nmapping"}, 53, 25, "unknown key 'action_optimisation' in a target of sparse optimisations",
     "did you mean 'action_optimization'?"},
    {{"targets: []\nmapping", "targets: [{name: Glb, representation_format: {data_spaces: [{name: A, ranks: [{format: CSR}]}]}}]\nmapping"}, 53, 90, "unknown format 'CSR'",
     "one of: UOP, CP, RLE, B, UB, U"},
    {{"targets: []\nmapping", "targets: [{name: Glb, representation_format: {data_spaces: [{name: A, ranks: [{format: CP, flattened_rankIDs: []}]}]}}]\nmapping"}, 53, 94, "'flattened_rankIDs' cannot be expressed",
     "state one format for each rank"},
    {{"targets: []\nmapping", "targets: [{name: Glb, representation_format: {data_spaces: [{name: C, ranks: [{format: CP}]}]}}]\nmapping"}, 53, 70, "unknown data space 'C'",
     ""},
    {{"targets: []\nmapping", "targets: [{name: Glb, representation_format: {data_spaces: [{name: A, ranks: []}]}}]\nmapping"}, 53, 80, "expected 1 to 16 ranks of data space 'A'",
     ""},
    {{"targets: []\nmapping", "targets: [{name: Glb, representation_format: {data_spaces: [{name: A, ranks: [{format: CP}]}, {name: A, ranks: [{format: CP}]}]}}]\nmapping"}, 53, 104, "a second format for data space 'A'",
     ""},
    {{"targets: []\nmapping", "targets: [{name: Glb, representation_format: {data_spaces: [{name: A, ranks: [{format: CP, metadata_word_bits: 4}, {format: CP, metadata_word_bits: 5}]}]}}]\nmapping"}, 53, 151, "words of metadata of 5 bits beside others of 4 bits cannot be expressed",
     "all metadata of one memory has words of one width"},
    {{"targets: []\nmapping", "targets: [{name: Glb, action_optimization: [{type: spatial_skipping, options: []}]}]\nmapping"}, 53, 54, "an action optimisation of type 'spatial_skipping' cannot be expressed",
     "skipping saves accesses and time in each instance"},
    {{"targets: []\nmapping", "targets: [{name: Glb, action_optimization: [{type: skip, options: []}]}]\nmapping"}, 53, 54, "unknown type of action optimisation 'skip'",
     "one of: gating, skipping"},
    {{"targets: []\nmapping", "targets: [{name: Glb, action_optimization: [{type: skipping, options: [{target: A}]}]}]\nmapping"}, 53, 74, "key 'condition_on' is missing in an option",
     ""},
    {{"targets: []\nmapping", "targets: [{name: Glb, action_optimization: [{type: skipping, options: [{target: A, condition_on: [A]}]}]}]\nmapping"}, 53, 100, "expected other data spaces than the target",
     ""},
    {{"targets: []\nmapping", "targets: [{name: Glb, action_optimization: [{type: skipping, options: [{target: A, condition_on: [C]}]}]}]\nmapping"}, 53, 101, "unknown data space 'C'",
     "one of: A, B, Z"},
    {{"targets: []\nmapping", "targets: [{name: Mac, compute_optimization: [{type: gated}]}]\nmapping"}, 53, 55, "unknown type of compute optimisation 'gated'",
     "one of: gating, gate_on_zero_operand, skipping, skip_on_not_aligned_operands"},
    {{"targets: []\nmapping", "targets: [{name: Mac, compute_optimization: [{type: gating}, {type: skipping}]}]\nmapping"}, 53, 71, "gating beside skipping of operations cannot be expressed",
     "operations on a zero are either gated or skipped"},
};

static void wrong_sparse_optimisations_are_errors(void **state) {
    (void)state;
    timeloop_check_faults(faults, AUG_COUNT(faults));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_become_sparse_keys),
        cmocka_unit_test(energies_of_zeros_stand_with_their_memory),
        cmocka_unit_test(dense_cases_have_no_sparse_keys),
        cmocka_unit_test(wrong_sparse_optimisations_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
