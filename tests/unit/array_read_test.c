#include "support/bad_level.h"
#include "support/test_bind.h"

static const aug_array *read(test_ground *ground, const char *members) {
    test_begin(ground);
    const char *text = aug_arena_print(&ground->arena, "levels:\n  - memory: m\n  - {array: pe, fanout: {x: 4, y: 2}, %s}\n  - {compute: mac, peak: {int8: 1 TOP/s}}\n", members);
    return &test_read_machine(ground, text)->levels[1].array;
}

// Who shares along x and y: 'a' all, 'n' none, 1 .. names.
static void axes_share_as_stated(void **state) {
    (void)state;
    static const struct {
        const char *members, *share, *reduce;
        bool multicast;
    } rows[] = {
        {"hop: 0", "aa", "aa", true},
        {"multicast: true, reduce: false", "aa", "nn", true},
        {"multicast: false", "nn", "aa", false},
        {"multicast: {x: false, y: [A, weight]}", "n2", "aa", true},
        {"multicast: {y: false}, reduce: {x: Z}", "an", "1a", true}, // an axis that is left out shares
        {"multicast: [A], reduce: [output, Z]", "11", "22", true},
        {"multicast: {x: false, y: []}", "nn", "aa", false},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        const aug_array *array = read(&ground, rows[i].members);
        for (int a = 0; a < 2; a++) {
            const aug_sharing *of[] = {&array->share[a], &array->reduce[a]};
            const char expected[] = {rows[i].share[a], rows[i].reduce[a]};
            for (int way = 0; way < 2; way++) {
                assert_int_equal(of[way]->all, expected[way] == 'a');
                assert_int_equal(of[way]->names.count, expected[way] > '0' && expected[way] < '9' ? expected[way] - '0' : 0);
            }
        }
        assert_int_equal(array->multicast, rows[i].multicast);
        test_end(&ground);
    }
}

static void wires_and_latencies(void **state) {
    (void)state;
    test_ground ground;
    const aug_array *array = read(&ground, "network: {hop: 0.1 pJ, router: 0.05 pJ}, latency: {fill: 7 cycles, drain: 5 cycles, per: fold}");
    assert_near(array->network_hop_pj, 0.1, 1e-15);
    assert_near(array->network_router_pj, 0.05, 1e-15);
    assert_true(array->fill_cycles == 7.0 && array->drain_cycles == 5.0 && array->per_fold);
    test_end(&ground);
    array = read(&ground, "latency: {fill: 7 cycles}");
    assert_true(array->fill_cycles == 7.0 && array->drain_cycles == 0.0 && !array->per_fold);
    assert_true(array->network_hop_pj == 0.0 && array->network_router_pj == 0.0);
    test_end(&ground);
}

static void mistakes_are_shown_where_they_stand(void **state) {
    (void)state;
    static const bad_level cases[] = {
        {"array: a, fanout: {x: 2, y: 2}, multicast: {z: true}", "the array has no axis 'z' for 'multicast'", "one of: x, y", 50},
        {"array: a, fanout: {column: 2}, reduce: {colum: true}", "the array has no axis 'colum' for 'reduce'", "did you mean 'column'?", 46},
        {"array: a, fanout: {x: 2}, multicast: {x: {A: true}}", "expected a list of tensors or roles such as [A, weight], found a map", "", 47},
        {"array: a, fanout: {x: 2}, network: 1 pJ", "expected a map (machine: network), found '1 pJ'", "", 41},
        {"array: a, fanout: {x: 2}, network: {hop: 1}", "expected an energy such as '0.3 pJ', found '1'", "add the unit: '1 pJ'", 47},
        {"array: a, fanout: {x: 2}, latency: {fill: 1 us}", "expected a count of cycles such as '4 cycle', found '1 us'", "", 48},
        {"array: a, fanout: {x: 2}, latency: {per: tile}", "expected one of run, fold, found 'tile'", "", 47},
    };
    check_bad_levels(cases, AUG_COUNT(cases));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(axes_share_as_stated),
        cmocka_unit_test(wires_and_latencies),
        cmocka_unit_test(mistakes_are_shown_where_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
