// Exchanges between chips against the formulas at the head of system/collective.c, with numbers put in by
// hand.
#include "support/testing.h"

#include "system/collective.h"

// A link of 1 GB/s = 8e9 bit/s, 1 us per hop, 2 pJ/bit; launches are left out unless a test says so.
static aug_machine *machine_with(test_ground *ground, const char *links) {
    static const char levels[] =
        "model: kernel\nlevels:\n  - {memory: dram}\n  - {compute: mac, peak: {bf16: 1 TFLOP/s}}\n";
    aug_machine *machine = AUG_NEW(&ground->arena, aug_machine);
    const char *text = aug_arena_print(&ground->arena, "%s%s", levels, links);
    assert_true(aug_machine_read(&ground->reader, test_parse(ground, text), "linked", machine));
    return machine;
}

static aug_exchange_cost cost_of(const aug_machine *machine, aug_collective_kind kind, double chips, double bits) {
    aug_roofline roofline;
    aug_roofline_init(&roofline, machine);
    return aug_collective_cost(&roofline, kind, chips, bits);
}

#define LINK(topology, more)                                                                                 \
    "links:\n  near: {bandwidth: 1 GB/s, latency: 1 us, energy: 2 pJ/bit, topology: " topology more "}\n"

typedef struct row {
    const char *links;
    aug_collective_kind kind;
    double chips, bits, seconds, energy_pj;
} row;

static void check_rows(const row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        test_ground ground;
        test_begin(&ground);
        const aug_machine *machine = machine_with(&ground, rows[i].links);
        aug_exchange_cost cost = cost_of(machine, rows[i].kind, rows[i].chips, rows[i].bits);
        assert_near(cost.seconds, rows[i].seconds, 1e-12);
        assert_near(cost.energy_pj, rows[i].energy_pj, 1e-12);
        test_end(&ground);
    }
}

static void an_all_reduce_takes_the_faster_algorithm(void **state) {
    (void)state;
    // 8e6 bits take 1 ms over the link. Energy: 2·(n-1)/n of the bits, 2 pJ each.
    const row rows[] = {
        // Large over 4 chips: two steps, 2 us + 2·3/4·1 ms; one step would take 3 ms.
        {LINK("switch", ""), AUG_COLLECTIVE_ALL_REDUCE, 4, 8e6, 2e-6 + 1.5e-3, 2 * 0.75 * 8e6 * 2},
        {LINK("mesh", ""), AUG_COLLECTIVE_ALL_REDUCE, 4, 8e6, 2e-6 + 1.5e-3, 2 * 0.75 * 8e6 * 2},
        // Small, 8 bits of 1 ns: one step, 1 us + 3 ns, against 2 us + 1.5 ns.
        {LINK("switch", ""), AUG_COLLECTIVE_ALL_REDUCE, 4, 8, 1e-6 + 3e-9, 2 * 0.75 * 8 * 2},
        // Ring of 4: 2·3 hops.
        {LINK("ring", ""), AUG_COLLECTIVE_ALL_REDUCE, 4, 8e6, 6e-6 + 1.5e-3, 2 * 0.75 * 8e6 * 2},
        // Torus of 4 x 4: 4·(4 - 1) hops, 2·15/16 of the bits.
        {LINK("torus", ""), AUG_COLLECTIVE_ALL_REDUCE, 16, 8e6, 12e-6 + 1.875e-3, 2 * 15.0 / 16 * 8e6 * 2},
    };
    check_rows(rows, AUG_COUNT(rows));
}

static void other_exchanges_follow_their_formulas(void **state) {
    (void)state;
    const row rows[] = {
        {LINK("switch", ""), AUG_COLLECTIVE_ALL_GATHER, 4, 8e6, 1e-6 + 0.75e-3, 0.75 * 8e6 * 2},
        {LINK("ring", ""), AUG_COLLECTIVE_ALL_GATHER, 4, 8e6, 3e-6 + 0.75e-3, 0.75 * 8e6 * 2},
        {LINK("torus", ""), AUG_COLLECTIVE_ALL_GATHER, 16, 8e6, 6e-6 + 15.0 / 16 * 1e-3, 15.0 / 16 * 8e6 * 2},
        {LINK("switch", ""), AUG_COLLECTIVE_ALL_TO_ALL, 4, 8e6, 1e-6 + 0.75e-3, 0.75 * 8e6 * 2},
        // Ring of 16: 8 hops, and 16/8 of the bits cross the fullest link.
        {LINK("ring", ""), AUG_COLLECTIVE_ALL_TO_ALL, 16, 8e6, 8e-6 + 2e-3, 15.0 / 16 * 8e6 * 2},
        // Torus of 4 x 4: 2 hops in each direction to the farthest chip, and more leaves a chip than crosses the middle.
        {LINK("torus", ""), AUG_COLLECTIVE_ALL_TO_ALL, 16, 8e6, 4e-6 + 15.0 / 16 * 1e-3, 15.0 / 16 * 8e6 * 2},
        {LINK("ring", ""), AUG_COLLECTIVE_SEND, 16, 8e6, 1e-6 + 1e-3, 8e6 * 2},
    };
    check_rows(rows, AUG_COUNT(rows));
}

static void one_chip_and_unlinked_chips_exchange_nothing(void **state) {
    (void)state;
    const row rows[] = {
        {LINK("switch", ""), AUG_COLLECTIVE_ALL_REDUCE, 1, 8e6, 0, 0},
        {"", AUG_COLLECTIVE_ALL_REDUCE, 4, 8e6, 0, 0},
    };
    check_rows(rows, AUG_COUNT(rows));
}

static void kernels_reach_a_share_of_the_link_and_pay_a_launch(void **state) {
    (void)state;
    // Half of the bandwidth: 2 us + 3 ms, and one launch of 5 us.
    const row rows[] = {{LINK("switch", "") "kernel: {link: 0.5, launch: 5 us}\n", AUG_COLLECTIVE_ALL_REDUCE,
                         4, 8e6, 7e-6 + 3e-3, 2.4e7}};
    check_rows(rows, AUG_COUNT(rows));
}

// Groups of 4 chips at 1 GB/s, groups joined at 0.1 GB/s, 10 us and 20 pJ/bit.
static const char two_levels[] =
    LINK("switch", ", chips: 4") "  far: {bandwidth: 0.1 GB/s, latency: 10 us, energy: 20 pJ/bit}\n";

static void two_levels_work_inside_the_groups_and_between_them(void **state) {
    (void)state;
    // 8 chips are 2 groups. Inside: 2 us + 1.5 ms. Between: a quarter of the bits, 2·1/2·2e6/8e8 = 2.5 ms in
    // two steps of 10 us, and one step, 10 us + 2.5 ms, is faster.
    const row rows[] = {
        {two_levels, AUG_COLLECTIVE_ALL_REDUCE, 8, 8e6, 2e-6 + 1.5e-3 + 10e-6 + 2.5e-3, 2.4e7 + 2e6 * 20},
        // All-gather: each chip brings a quarter of the bits over, 10 us + 1/2·2e6/8e8, then inside 1 us + 3/4·1 ms.
        {two_levels, AUG_COLLECTIVE_ALL_GATHER, 8, 8e6, 1e-6 + 0.75e-3 + 10e-6 + 1.25e-3, 0.75 * 8e6 * 2 + 1e6 * 20},
        // All-to-all: half of the bits stay in the group, 1 us + 3/4·0.5 ms; half leave it, 10 us + 4e6/8e8.
        {two_levels, AUG_COLLECTIVE_ALL_TO_ALL, 8, 8e6, 1e-6 + 0.375e-3 + 10e-6 + 5e-3, 0.75 * 4e6 * 2 + 4e6 * 20},
        // Within one group the far link plays no part.
        {two_levels, AUG_COLLECTIVE_ALL_REDUCE, 4, 8e6, 2e-6 + 1.5e-3, 2.4e7},
        // A send between groups takes the far link alone: 10 us + 8e6/8e8.
        {two_levels, AUG_COLLECTIVE_SEND, 8, 8e6, 10e-6 + 10e-3, 8e6 * 20},
    };
    check_rows(rows, AUG_COUNT(rows));
}

// Groups of 4 in a row, each joined with two ahead and two behind: 9 groups are 4 hops wide, and one fully joined group is a hop.
static const char row_of_groups[] =
    LINK("mesh", ", chips: 4") "  far: {bandwidth: 0.1 GB/s, latency: 2 us, topology: row, reach: 2, sync: 0.5 us, energy: 20 pJ/bit}\n";

static void groups_in_a_row_are_as_many_hops_wide_as_they_reach(void **state) {
    (void)state;
    const row rows[] = {
        // 36 chips. Inside: 2 us + 1.5 ms. Between 9 groups: 2·4 hops, and a quarter of the bits, 2·8/9·2e6/8e8 s. 0.5 us to stand together.
        {row_of_groups, AUG_COLLECTIVE_ALL_REDUCE, 36, 8e6, 0.5e-6 + 2e-6 + 1.5e-3 + 16e-6 + 32e6 / 9 / 8e8, 2.4e7 + 2 * 8.0 / 9 * 2e6 * 20},
        // 20 chips, 5 groups: 2·2 hops.
        {row_of_groups, AUG_COLLECTIVE_ALL_REDUCE, 20, 8e6, 0.5e-6 + 2e-6 + 1.5e-3 + 8e-6 + 2 * 0.8 * 2e6 / 8e8, 2.4e7 + 2 * 0.8 * 2e6 * 20},
        // All-gather: 4 hops, half of that.
        {row_of_groups, AUG_COLLECTIVE_ALL_GATHER, 36, 8e6, 0.5e-6 + 1e-6 + 0.75e-3 + 8e-6 + 16e6 / 9 / 8e8, 1.2e7 + 8.0 / 9 * 2e6 * 20},
        // All-to-all: 4 of 36 parts stay inside, 1 us + 3/4·1/9 ms; of the rest 9/4/2 pass the middle, 4 hops + 9/8·8e6/8e8 s.
        {row_of_groups, AUG_COLLECTIVE_ALL_TO_ALL, 36, 8e6, 0.5e-6 + 1e-6 + 0.75e-3 / 9 + 8e-6 + 1.125 * 8e6 / 8e8,
         0.75 * 8e6 / 9 * 2 + 8.0 / 9 * 8e6 * 20},
        // One group never waits for the row.
        {row_of_groups, AUG_COLLECTIVE_ALL_REDUCE, 4, 8e6, 2e-6 + 1.5e-3, 2.4e7},
    };
    check_rows(rows, AUG_COUNT(rows));
}

static void the_links_say_how_many_chips_they_join(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_near(aug_collective_joined(machine_with(&ground, "")), 1.0, 0.0);
    assert_near(aug_collective_joined(machine_with(&ground, LINK("ring", ", chips: 64"))), 64.0, 0.0);
    assert_true(isinf(aug_collective_joined(machine_with(&ground, two_levels))));
    test_end(&ground);
}

static void more_bits_and_more_chips_never_take_less(void **state) {
    (void)state;
    const char *const links[] = {LINK("switch", ""), LINK("ring", ""), LINK("torus", ""), two_levels};
    test_ground ground;
    test_begin(&ground);
    for (size_t l = 0; l < AUG_COUNT(links); l++) {
        const aug_machine *machine = machine_with(&ground, links[l]);
        for (int kind = AUG_COLLECTIVE_ALL_REDUCE; kind <= AUG_COLLECTIVE_SEND; kind++) {
            for (double chips = 2; chips <= 64; chips *= 4)
                for (double bits = 8; bits < 1e9; bits *= 10) {
                    double seconds =
                        cost_of(machine, (aug_collective_kind)kind, chips, bits).seconds;
                    assert_true(
                        cost_of(machine, (aug_collective_kind)kind, chips, bits * 2).seconds >=
                        seconds);
                    assert_true(
                        cost_of(machine, (aug_collective_kind)kind, chips * 4, bits).seconds >=
                        seconds * (1 - 1e-12));
                }
        }
    }
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_all_reduce_takes_the_faster_algorithm),
        cmocka_unit_test(other_exchanges_follow_their_formulas),
        cmocka_unit_test(one_chip_and_unlinked_chips_exchange_nothing),
        cmocka_unit_test(kernels_reach_a_share_of_the_link_and_pay_a_launch),
        cmocka_unit_test(two_levels_work_inside_the_groups_and_between_them),
        cmocka_unit_test(groups_in_a_row_are_as_many_hops_wide_as_they_reach),
        cmocka_unit_test(the_links_say_how_many_chips_they_join),
        cmocka_unit_test(more_bits_and_more_chips_never_take_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
