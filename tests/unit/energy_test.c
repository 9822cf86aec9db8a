// Energies by hand: actions of blocks, leakage, what is not stated; and area.
#include "support/cost_bench.h"

#define MACHINE "dram buffer x:4 y:2 register mac"
#define PLAIN "dram[A B Z] buffer[A B Z] for m:1 for k:1 for n:1 mac"

static void begin(cost_bench *b, const char *sizes, const char *machine) {
    cost_begin(b, COST_PRODUCT, sizes, machine);
    for (int m = 0; m < b->problem.memory_count; m++)
        cost_price(b, b->problem.memories[m].name, 0.0);
    b->problem.computes[0].energy_pj = 0.0;
}

// m 8, n 4, k 6. Dram gives A 48 and B 24 and takes Z 32; the buffer gives A 192, B 192 and Z 160 back, takes 48 + 24 and 192.
//   dram    (48 + 24) * 64 + 32 * 80                = 7168
//   buffer  (192 + 192 + 160) * 4 + 72 * 5 + 192 * 6 = 3688
//   mac     192 * 0.5                                =   96
static void each_flow_has_its_price(void **state) {
    (void)state;
    cost_bench b;
    begin(&b, "m=8 n=4 k=6", MACHINE);
    for (int t = 0; t < 3; t++) {
        static const struct { int action; double dram_pj, buffer_pj; } prices[] = {
            {AUG_ACTION_READ, 64, 4}, {AUG_ACTION_WRITE, 72, 5}, {AUG_ACTION_UPDATE, 80, 6}};
        for (size_t i = 0; i < AUG_COUNT(prices); i++) {
            cost_edit(&b, "dram")->energy_pj[t][prices[i].action] = prices[i].dram_pj;
            cost_edit(&b, "buffer")->energy_pj[t][prices[i].action] = prices[i].buffer_pj;
        }
    }
    b.problem.computes[0].energy_pj = 0.5;
    cost_evaluate(&b, PLAIN);
    assert_true(b.cost.has_energy);
    assert_near(b.cost.memories[0].energy_pj, 7168.0, 1e-12);
    assert_near(b.cost.memories[1].energy_pj, 3688.0, 1e-12);
    assert_near(b.cost.compute.energy_pj, 96.0, 1e-12);
    assert_near(b.cost.energy_pj, 10952.0, 1e-12);
    assert_near(b.cost.edp_pj_cycles, 10952.0 * 192.0, 1e-12);
    assert_near(cost_holding(&b, "buffer", "Z")->energy_pj, 160.0 * 4.0 + 192.0 * 6.0, 1e-12);
    assert_near(cost_holding(&b, "dram", "A")->flows[AUG_FLOW_READ].energy_pj, 48.0 * 64.0, 1e-12);
    cost_end(&b);
}

typedef struct block_case {
    const char *nest, *memory, *tensor;
    aug_flow_kind flow;
    double actions; // of 4 words
} block_case;

// m 7, n 3, k 6. Register A of `par x k:4`: 7 * 4 = 28 words in one instance, 7 * 2 = 14 in the other; B 4 * 3 = 12 and 2 * 3 = 6.
static const block_case blocks[] = {
    {"dram[A B Z] buffer[A B Z] for m:1 for k:1 for n:1 mac", "dram", "A", AUG_FLOW_READ, 11}, // 42 words
    {"dram[A B Z] buffer[A B Z] for m:1 for k:1 for n:1 mac", "dram", "B", AUG_FLOW_READ, 5}, // 18
    {"dram[A B Z] buffer[A B Z] for m:1 for k:1 for n:1 mac", "dram", "Z", AUG_FLOW_UPDATE, 6}, // 21
    {"dram[A B Z] buffer[A B Z] for m:1 for k:1 for n:1 mac", "dram", "Z", AUG_FLOW_READ, 0},
    {"dram[A B Z] par x k:4 register[A B] for m:1 for n:1 for k:1 mac", "register", "A", AUG_FLOW_FILL, 11}, // 7 + 4
    {"dram[A B Z] par x k:4 register[A B] for m:1 for n:1 for k:1 mac", "register", "B", AUG_FLOW_FILL, 5}, // 3 + 2
    {"dram[A B Z] par x n:1 par y k:3 register[B] for m:1 for k:1 mac", "register", "B", AUG_FLOW_FILL, 6}, // 3 words in each of 3 * 2
    {"dram[A B Z] par x n:1 par y k:3 register[B] for m:1 for k:1 mac", "register", "B", AUG_FLOW_READ, 36}, // 21 words: 6 in each
};

static void blocks_are_rounded_up_in_each_instance(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(blocks); i++) {
        cost_bench b;
        begin(&b, "m=7 n=3 k=6", MACHINE);
        for (int m = 0; m < b.problem.memory_count; m++)
            b.problem.memories[m].block = 4;
        cost_price(&b, blocks[i].memory, 10.0);
        cost_evaluate(&b, blocks[i].nest);
        const aug_flow *flow = &cost_holding(&b, blocks[i].memory, blocks[i].tensor)->flows[blocks[i].flow];
        if (flow->actions != blocks[i].actions || flow->energy_pj != 10.0 * blocks[i].actions)
            fail_msg("case %zu: found %g actions, %g pJ", i, flow->actions, flow->energy_pj);
        cost_end(&b);
    }
}

typedef struct leak_case {
    const char *nest;
    int gated_at; // of the registers
    double instances, cycles;
} leak_case;

// dram x:4 buffer y:2 register mac: 4 buffers, 8 registers. m 3 over x, so 3 buffers with 4 of 12 words of m each; registers in use: 3, or
// 6 with y. Operations per place: 4 * 4 * 6 = 96, or half of it.
static const leak_case leaks[] = {
    {"dram[A B Z] par x m:4 buffer[A] register[B] for m:1 for n:1 for k:1 mac", -1, 3, 96},
    {"dram[A B Z] par x m:4 buffer[A] register[B] for m:1 for n:1 for k:1 mac", 1, 6, 96}, // both of each buffer in use
    {"dram[A B Z] par x m:4 buffer[A] register[B] for m:1 for n:1 for k:1 mac", 0, 8, 96}, // all
    {"dram[A B Z] par x m:4 buffer[A] par y n:2 register[B] for m:1 for n:1 for k:1 mac", -1, 6, 48},
    {"dram[A B Z] par x m:4 buffer[A] par y n:2 register[B] for m:1 for n:1 for k:1 mac", 1, 6, 48},
    {"dram[A B Z] par x m:5 buffer[A] par y m:3 register[B] for m:1 for n:1 for k:1 mac", -1, 5, 72}, // 5 5 2 are 3 2, 3 2, 2
    {"dram[A B Z] par x m:5 buffer[A] par y m:3 register[B] for m:1 for n:1 for k:1 mac", 1, 6, 72},
    {"dram[A B Z] par x m:4 buffer[A B] for m:1 for n:1 for k:1 mac", -1, 0, 96}, // passed by: nothing leaks
};

// Arrays fill for 100 cycles that do not leak.
static void what_is_in_use_leaks_in_steady_cycles(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(leaks); i++) {
        cost_bench b;
        begin(&b, "m=12 n=4 k=6", "dram x:4 buffer y:2 register mac");
        b.problem.arrays[0].fill_cycles = 100;
        cost_edit(&b, "register")->leakage_pj_per_cycle = 0.5;
        cost_edit(&b, "register")->gated_at = leaks[i].gated_at;
        cost_evaluate(&b, leaks[i].nest);
        assert_near(b.cost.cycles, leaks[i].cycles + 100.0, 0.0);
        double leakage_pj = 0.5 * leaks[i].instances * leaks[i].cycles;
        if (b.cost.memories[2].leakage_pj != leakage_pj)
            fail_msg("case %zu: found %g pJ, expected %g", i, b.cost.memories[2].leakage_pj, leakage_pj);
        assert_near(b.cost.energy_pj, leakage_pj, 1e-12);
        cost_end(&b);
    }
}

typedef struct unknown_case {
    const char *memory, *tensor; // memory NULL: compute
    int action;
    bool needed;
} unknown_case;

// Of PLAIN: dram is never written from outside, Z is never read back there; the registers are passed by.
static const unknown_case unknowns[] = {
    {"dram", "A", AUG_ACTION_READ, true},    {"dram", "A", AUG_ACTION_WRITE, false},  {"dram", "Z", AUG_ACTION_UPDATE, true},
    {"dram", "Z", AUG_ACTION_READ, false},   {"buffer", "B", AUG_ACTION_WRITE, true}, {"buffer", "Z", AUG_ACTION_WRITE, false},
    {"register", "A", AUG_ACTION_READ, false}, {NULL, NULL, 0, true},
};

static void what_is_needed_and_not_stated_is_unknown(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(unknowns); i++) {
        cost_bench b;
        begin(&b, "m=8 n=4 k=6", MACHINE);
        if (unknowns[i].memory)
            cost_edit(&b, unknowns[i].memory)->energy_pj[cost_tensor(&b, unknowns[i].tensor)][unknowns[i].action] = (double)NAN;
        else
            b.problem.computes[0].energy_pj = (double)NAN;
        cost_evaluate(&b, PLAIN);
        if (b.cost.has_energy == unknowns[i].needed)
            fail_msg("case %zu", i);
        assert_int_equal(isnan(b.cost.energy_pj), unknowns[i].needed);
        assert_int_equal(isnan(b.cost.edp_pj_cycles), unknowns[i].needed);
        assert_near(b.cost.cycles, 192.0, 0.0);
        cost_end(&b);
    }
}

// A buffer of 100, 8 registers of 10, 8 macs of 5: 220; dram is mostly another chip.
static void area_is_known_or_not(void **state) {
    (void)state;
    const double unknown = (double)NAN;
    const struct { double dram, buffer, registers, mac, all; } cases[] = {
        {1000, 100, 10, 5, 1220},
        {unknown, 100, 10, 5, 220},
        {unknown, unknown, 10, 5, unknown},
        {1000, 100, unknown, 5, unknown},
        {1000, 100, 10, unknown, unknown},
        {unknown, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        cost_bench b;
        begin(&b, "m=8 n=4 k=6", MACHINE);
        cost_edit(&b, "dram")->area_um2 = cases[i].dram;
        cost_edit(&b, "buffer")->area_um2 = cases[i].buffer;
        cost_edit(&b, "register")->area_um2 = cases[i].registers;
        b.problem.computes[0].area_um2 = cases[i].mac;
        cost_evaluate(&b, PLAIN); // registers count whether in use or not
        assert_near(b.cost.area_um2, cases[i].all, 0.0);
        cost_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_flow_has_its_price),
        cmocka_unit_test(blocks_are_rounded_up_in_each_instance),
        cmocka_unit_test(what_is_in_use_leaks_in_steady_cycles),
        cmocka_unit_test(what_is_needed_and_not_stated_is_unknown),
        cmocka_unit_test(area_is_known_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
