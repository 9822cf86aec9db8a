#include "support/timeloop_case.h"


// The largest of several argument sets, and the first of several names.
static void actions_have_several_names(void **state) {
    (void)state;
    static const struct {
        timeloop_edit edit;
        const char *piece;
    } rows[] = {
        {{"- {name: read, arguments: {}, energy: 64}", "- {name: read, energy: 64}\n        - {name: read, energy: 65.5}\n        - {name: read, energy: 2}"}, "energy: {read: 65.5 pJ, write: 72 pJ}"},
        {{"- {name: read, arguments: {}, energy: 64}", "- {name: read, energy: 64}\n        - {name: random_read, energy: 3}"}, "energy: {read: 3 pJ, write: 72 pJ}"},
        {{"- {name: read, arguments: {}, energy: 64}", "- {name: random-read, energy: 3}\n        - {name: read, energy: 64}"}, "energy: {read: 3 pJ, write: 72 pJ}"},
        {{"- {name: read, arguments: {}, energy: 64}", "- {name: read, energy: 64}\n        - {name: update, energy: 80}\n        - {name: fill, energy: 1}"}, "energy: {read: 64 pJ, write: 1 pJ, update: 80 pJ}"},
        {{"- {name: read, arguments: {}, energy: 64}", "- {name: idle, energy: 9}\n        - {name: read, energy: 64}\n        - {name: skipped_read, energy: 0}\n        - {name: gated_metadata_read, energy: 4}"}, "energy: {read: 64 pJ, write: 72 pJ}\n  - memory: Glb"},
        {{"{name: compute, arguments: {}, energy: 0.5}", "{name: mac_random, energy: 0.25}"}, "energy: 0.25 pJ"},
        {{"{name: compute, arguments: {}, energy: 0.5}", "{name: compute, energy: 0.5}\n        - {name: compute_gated, energy: 0.05}"}, "gated: 0.05 pJ\n    skipped: 0.05 pJ"},
        {{"{name: compute, arguments: {}, energy: 0.5}", "{name: compute, energy: 0.5}\n        - {name: leak, energy: 7}\n        - {name: compute_skipped, energy: 0}"}, "gated: 0.5 pJ\n    skipped: 0 pJ"},
        {{"chip.grid.Reg, area", "Reg, area"}, "    area: 200 um2\n"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_holds(timeloop_good(&ground, rows[i].edit).machine, rows[i].piece);
        test_end(&ground);
    }
}

static const timeloop_fault faults[] = {
    {{"chip.Dram\n", "chip.Dran\n"}, 24, 13, "unknown component 'Dran'",
     "did you mean 'Dram'?"},
    {{"chip.grid.Reg[0..3]\n", "chip.Dram\n"}, 28, 13, "a second table for 'Dram'",
     ""},
    {{"{name: read, arguments: {}, energy: 64}", "{name: reads, arguments: {}, energy: 64}"}, 26, 18, "unknown action of a memory 'reads'",
     "did you mean 'read'?"},
    {{"{name: read, arguments: {}, energy: 64}", "{name: skipped_read, energy: 64}"}, 26, 40, "an energy of 'skipped_read' cannot be expressed",
     "skipped accesses cost nothing; state 0"},
    {{"{name: read, arguments: {}, energy: 64}", "{name: compression_count, energy: 1}"}, 26, 45, "an energy of 'compression_count' cannot be expressed",
     "state 0"},
    {{"{name: read, arguments: {}, energy: 64}", "{name: read, energy: -1}"}, 26, 32, "expected a finite value, 0 or more, found '-1'",
     ""},
    {{"{name: read, arguments: {}, energy: 64}", "{name: read}"}, 26, 11, "key 'energy' is missing in an action",
     ""},
    {{"{name: compute, arguments", "{name: gated_compute, arguments"}, 35, 18, "unknown action of a compute unit 'gated_compute'",
     "one of: mac_random, mult_random, mac, mult, compute, mac_gated, mult_gated, compute_gated, mac_skipped, mult_skipped, compute_skipped, leak, idle"},
    {{"  version: 0.3\n  tables:\n    - name: chip.Dram", "  version: 0.3\n  table:\n    - name: chip.Dram"}, 23, 3, "unknown key 'table' in 'ERT'",
     "did you mean 'tables'?"},
    {{"{name: chip.grid.Reg, area: 200}", "{name: chip.grid.Reg, area: big}"}, 39, 35, "expected a number such as '0.5', found 'big'",
     ""},
    {{"{name: chip.grid.Reg, area: 200}", "{name: chip.grid.Reg, area: 1}\n    - {name: Reg, area: 200}"}, 40, 14, "a second table for 'Reg'",
     ""},
};

static void wrong_tables_are_errors(void **state) {
    (void)state;
    timeloop_check_faults(faults, AUG_COUNT(faults));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actions_have_several_names),
        cmocka_unit_test(wrong_tables_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
