#include "support/timeloop_case.h"


// Reg K=2 inside gives a tile of 2. M: Dram 2 of 4 leaves 2 in Glb, from the outside. N <= 3 in Reg. Loops of Glb stand directly above the
// stores of Reg, those of Reg above the compute units.
static void bounds_become_constraints(void **state) {
    (void)state;
    static const struct {
        timeloop_edit edit;
        const char *piece;
    } rows[] = {
        {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Glb, type: bypass, keep: [A], bypass: [B]}]"}, "keep: {Dram: {must: [A, B, Z]}, Glb: {must: [A], never: [B]}}\n"},
        {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Dram, type: bypass, bypass: [A]}]"}, "keep: {Dram: {must: [B, Z], never: [A]}}\n"},
        {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Reg, type: temporal, factors: K=2}]"}, "tiles: {Reg: {K: 2}}\n"},
        {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Reg, type: temporal, factors: N<=3}]"}, "tiles: {Reg: {N: {at_most: 3}}}\n"},
        {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Dram, type: temporal, factors: M=2}]"}, "tiles: {Glb: {M: 2}}\n"},
        {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Reg, type: temporal, factors: K=2}, {target: Glb, type: spatial, factors: K=2}, {target: Glb, type: temporal, factors: K=1}]"}, "tiles: {Glb: {K: 4}, Reg: {K: 2}}\n"},
        {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Glb, type: temporal, permutation: KM}]"}, "order: {Reg: [M, K]}\n"},
        {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Reg, type: temporal, factors: M=1, permutation: NMK}]"}, "order: {Mac: [K, N]}\ntiles: {Reg: {M: 1}}\n"},
        {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Glb, type: spatial, factors: M=1, permutation: NMK, split: 1}]"}, "spatial: {Reg_array.x: [N], Reg_array.y: [K]}\n"},
        {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Glb, type: spatial, permutation: N}]"}, "spatial: {Reg_array.x: [N, M, K], Reg_array.y: []}\n"},
        {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Reg, type: parallelism, min: 0.5}]"}, "min_utilization: 0.5\n"},
        {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  - {target: Glb, type: bypass, bypass: [B]}\narchitecture_constraints:\n  targets: [{target: Reg, type: temporal, factors: K=2}]"}, "keep: {Dram: {must: [A, B, Z]}, Glb: {never: [B]}}\ntiles: {Reg: {K: 2}}\n"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_holds(timeloop_good(&ground, rows[i].edit).constraints, rows[i].piece);
        test_end(&ground);
    }
}

// R and S of size 1, S in a data space too: there is nothing to say about them.
static void dimensions_of_size_one_are_left_out(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const char *text = timeloop_edited(&ground, timeloop_case, (timeloop_edit){"dimensions: [M, N, K]", "dimensions: [M, N, K, R, S]"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"[[K, Str]]]", "[[K, Str], [S]]]"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"K: 8}", "K: 8, R: 1, S: 1}"});
    text = timeloop_edited(&ground, text, (timeloop_edit){"mapspace_constraints:\n  targets: []",
                                                          "mapspace_constraints:\n  targets: [{target: Glb, type: spatial, permutation: NRM, split: 2}, "
                                                          "{target: Glb, type: temporal, factors: R=1 S=1, permutation: SMR}]"});
    const aug_document *document = aug_document_parse(&ground.arena, &ground.errors, "case.yaml", text, strlen(text));
    aug_timeloop_files files;
    assert_true(aug_timeloop_convert(&ground.reader, &document, 1, &files));
    assert_holds(files.constraints, "\nspatial: {Reg_array.x: [N], Reg_array.y: [M, K]}\norder: {Reg: [M]}\n");
    assert_null(strstr(files.constraints, "tiles"));
    test_end(&ground);
}

static const timeloop_fault faults[] = {
    {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  target: []"}, 61, 3, "unknown key 'target' in the constraints",
     "did you mean 'targets'?"},
    {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Glb, type: temporal, factors: K=2}]"}, 61, 52, "the factor of 'K' at 'Glb' cannot be expressed alone",
     "state its factors, in time and space, at all levels inside or at all levels outside too"},
    {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Dram, type: temporal, factors: K<=2}]"}, 61, 53, "the factor of 'K' at 'Dram' cannot be expressed alone",
     "state its factors, in time and space, at all levels inside or at all levels outside too"},
    {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Reg, type: temporal, no_reuse: [A]}]"}, 61, 53, "a search without reuse at 'Reg' cannot be expressed",
     "no_reuse belongs into a mapping"},
    {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Reg, type: temporal, factors: \"K=3,2\"}]"}, 61, 53, "expected a factor such as 'M=4' or 'M<=4', found 'K=3,2'",
     ""},
    {{"mapspace_constraints:\n  targets: []", "mapspace_constraints:\n  targets: [{target: Reg, type: utilization, min: 2}]"}, 61, 51, "expected a share above 0 and at most 1, found '2'",
     "shares are written 0.8, not 80"},
};

static void bounds_that_do_not_follow_are_errors(void **state) {
    (void)state;
    timeloop_check_faults(faults, AUG_COUNT(faults));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_become_constraints),
        cmocka_unit_test(dimensions_of_size_one_are_left_out),
        cmocka_unit_test(bounds_that_do_not_follow_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
