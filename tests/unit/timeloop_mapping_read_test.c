#include "support/timeloop_case.h"


static void directives_become_a_nest(void **state) {
    (void)state;
    static const struct {
        timeloop_edit edit;
        const char *piece;
    } rows[] = {
        {{"target: Dram, type: temporal", "target: 2, type: temporal"}, "Dram[A B Z] for M:2 for N:2 Glb[A Z]"},
        {{"permutation: NMK", "permutation: M"}, "Dram[A B Z] for N:2 for M:2 Glb[A Z]"},
        {{"split: 1", "split: 0"}, "par Reg_array.y K:2 par Reg_array.y N:1 Reg"},
        {{", split: 1", ""}, "par Reg_array.x K:2 par Reg_array.x N:1 Reg"},
        {{"K=2, permutation: KMN", "K=2, no_temporal_reuse: [A], permutation: KMN"}, "Glb[A! Z] for K:4"},
        {{"K=2, permutation: KMN", "K=2, no-reuse: [Z, A], permutation: KMN"}, "Glb[A! Z!] for K:4"},
        {{"permutation: NMK", "permutation: NMK, no_reuse: [A]"}, "Dram[A B Z] for M:2"},
        {{"type: bypass, keep: [A, Z], bypass: [B]", "type: datatype, keep: [], bypass: [A, B, Z]"}, "for N:2 for K:4 par"},
        {{"type: bypass, keep: [A, Z], bypass: [B]", "type: dataspace, bypass: [Z]"}, "Glb[A B] for K:4"},
        {{"M=2 N=3", "M=2 N=0"}, "Dram[A B Z] for M:2 for N:2 Glb"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_holds(timeloop_good(&ground, rows[i].edit).mapping, rows[i].piece);
        test_end(&ground);
    }
}

static void sharing_is_switched_off_on_the_array(void **state) {
    (void)state;
    static const struct {
        timeloop_edit edit;
        const char *piece;
    } rows[] = {
        {{"split: 1", "no_reuse: [A], split: 1"}, "    fanout: {x: 2, y: 2}\n    multicast: {x: [B, Z], y: [B, Z]}\n  - memory"},
        {{"split: 1", "no_multicast_no_reduction: [Z], split: 1"}, "    multicast: {x: [A, B], y: [A, B]}\n    reduce: false\n"},
        {{"split: 1", "no_reuse: [A, B, Z], split: 1"}, "    multicast: false\n    reduce: false\n"},
        {{"split: 1", "no_link_transfer: [A], split: 1"}, "    fanout: {x: 2, y: 2}\n  - memory"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_holds(timeloop_good(&ground, rows[i].edit).machine, rows[i].piece);
        test_end(&ground);
    }
}

// M of 10 as 4 passes of 3, the last of 1 (the rest of Timeloop's 3,1); N of 6 as 2 passes in Dram and 3 in Reg.
static void short_last_passes_become_tiles(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const char *text = timeloop_edited(&ground, timeloop_case, (timeloop_edit){"{M: 4, N: 6, K: 8}", "{M: 10, N: 6, K: 8}"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"factors: M=2 N=3", "factors: M=4 N=3"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"factors: M=2 K=2", "factors: 'M=3,1 K=2'"});
    const aug_document *document = aug_document_parse(&ground.arena, &ground.errors, "case.yaml", text, strlen(text));
    aug_timeloop_files files;
    bool good = document && aug_timeloop_convert(&ground.reader, &document, 1, &files);
    if (!good)
        print_error("%s\n", ground.errors.items[0].message);
    assert_true(good);
    assert_holds(files.mapping, "Dram[A B Z] for M:3 for N:2 Glb[A Z] for K:4 par Reg_array.y K:2 par Reg_array.x N:1 Reg[A B Z] for M:1 for K:1 Mac");
    test_end(&ground);
}

static const timeloop_fault faults[] = {
    {{"target: Dram, type", "target: Dramm, type"}, 55, 14, "unknown memory 'Dramm'",
     "did you mean 'Dram'?"},
    {{"type: temporal", "type: tempral"}, 55, 26, "unknown type of directive 'tempral'",
     "did you mean 'temporal'?"},
    {{"type: temporal", "type: skew"}, 55, 26, "a directive of type 'skew' cannot be expressed",
     "tiles go to instances in order, and have to fit"},
    {{"{target: Dram, type: temporal,", "{type: temporal,"}, 55, 5, "key 'target' is missing in a directive",
     ""},
    {{"permutation: NMK}", "permutation: NMK, split: 1}"}, 55, 72, "'split' cannot be expressed",
     "this directive has no such key: it belongs to another type"},
    {{"permutation: NMK}", "permutation: NMK, rmw_first_update: [Z]}"}, 55, 72, "'rmw_first_update' cannot be expressed",
     "an output that starts from existing values is 'accumulate: true' in Auger's workload"},
    {{"permutation: NMK}", "permutation: NMK, perm: K}"}, 55, 72, "unknown key 'perm' in a temporal directive",
     "one of: target, name, type, factors, permutation, no_temporal_reuse, no_reuse"},
    {{"keep: [A, Z], bypass: [B]", "keep: [A, C], bypass: [B]"}, 58, 43, "unknown data space 'C'",
     "one of: A, B, Z"},
    {{"keep: [A, Z], bypass: [B]", "keep: [A, B], bypass: [B]"}, 58, 5, "data space 'B' is both kept and bypassed",
     ""},
    {{"keep: [A, Z], bypass: [B]", "keep: [A, Z], bypass: [B], no_coalesce: [A]"}, 58, 60, "'no_coalesce' cannot be expressed",
     "every memory holds the tile that it keeps"},
    {{"M=2 N=3", "M=2 N=2"}, 57, 43, "the factors of dimension 'N' make 4, its size is 6",
     "a short last pass is written 'M=4,2': 4 iterations, 2 in the last"},
    {{"M=2 N=3", "M=3 N=3"}, 59, 44, "the factors of dimension 'M' make more than its size, 4",
     "a short last pass is written 'M=4,2': 4 iterations, 2 in the last"},
    {{"M=2 N=3, permutation: NMK}\n  - {target: Glb, type: temporal, factors: K=2", "M=2 N=0, permutation: NMK}\n  - {target: Glb, type: temporal, factors: K=2 N=5"}, 55, 45, "factor 0 of dimension 'N' is not whole: the other loops do not divide 6",
     ""},
    {{"M=2 N=3, permutation: NMK}\n  - {target: Glb, type: temporal, factors: K=2", "M=2 N=0, permutation: NMK}\n  - {target: Glb, type: temporal, factors: K=2 N=0"}, 56, 44, "a second factor 0 of dimension 'N'",
     ""},
    {{"M=2 N=3", "M=0 N=4"}, 57, 43, "the factors of dimension 'N' make more than its size, 6",
     "a short last pass is written 'M=4,2': 4 iterations, 2 in the last"},
    {{"M=2 N=3, permutation: NMK", "M=2 N=3 K=2, permutation: NMK"}, 59, 44, "the factors of dimension 'K' make more than its size, 8",
     "a short last pass is written 'M=4,2': 4 iterations, 2 in the last"},
    {{"target: Glb, type: spatial, factors: N=2 K=2", "target: Dram, type: spatial, factors: N=2 K=2"}, 57, 44, "there is no array below 'Dram' for a spatial loop",
     "the next level inside has as many instances"},
    {{"K=2, permutation: KMN", "K=2, no_reuse: [B], permutation: KMN"}, 56, 59, "data space 'B' bypasses 'Glb': it is not fetched to it",
     ""},
    {{"target: Glb, type: temporal", "target: Dram, type: temporal"}, 56, 20, "a second temporal directive for this memory",
     ""},
    {{"permutation: KM}", "permutation: KM, split: 2}"}, 59, 70, "'split' cannot be expressed",
     "this directive has no such key: it belongs to another type"},
    {{"split: 1", "split: one"}, 57, 76, "expected a number such as '0.5', found 'one'",
     ""},
    {{"split: 1", "no_multicast: [A], split: 1"}, 57, 69, "'no_multicast' cannot be expressed",
     "Timeloop ignores it; write no_reuse, or no_multicast_no_reduction"},
    {{"target: Reg, type: temporal, factors: M=2 K=2, permutation: KM", "target: Reg, type: utilization, min: 0.5"}, 59, 5, "a mapping has no directive of this type",
     ""},
};

static void wrong_mappings_are_errors(void **state) {
    (void)state;
    timeloop_check_faults(faults, AUG_COUNT(faults));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directives_become_a_nest),
        cmocka_unit_test(sharing_is_switched_off_on_the_array),
        cmocka_unit_test(short_last_passes_become_tiles),
        cmocka_unit_test(wrong_mappings_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
