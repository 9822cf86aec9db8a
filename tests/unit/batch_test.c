// Lanes against evaluation one by one, over all tiles of a product of m 12, n 4, k 6; and what lanes refuse.
#include "support/cost_bench.h"

#include "cost/batch.h"

#define MACHINE "dram buffer x:4 y:3 register mac"
#define NEST "dram[A B Z] for m:4 for k:3 buffer[A B! Z] par x n:2 par y k:1 register[Z B] for m:2 register[A] for n:1 for m:1 mac"

enum { LOOPS = 7, CHOICES = 500 };

typedef struct choices {
    int count, uneven;
    double tiles[LOOPS][CHOICES];
    double energy_pj[CHOICES], cycles[CHOICES];
    bool fits[CHOICES];
} choices;

static void begin(cost_bench *b) {
    cost_begin(b, COST_PRODUCT, "m=12 n=4 k=6", MACHINE);
    static const double prices[] = {64, 4, 0.25};
    for (int m = 0; m < 3; m++) {
        cost_price(b, b->problem.memories[m].name, prices[m]);
        b->problem.memories[m].leakage_pj_per_cycle = 0.5 * m;
        b->problem.memories[m].read_bits_per_cycle = 24;
        b->problem.memories[m].write_bits_per_cycle = 40;
        b->problem.memories[m].bits[2] = 32;
    }
    cost_edit(b, "buffer")->buffers = 2;
    cost_edit(b, "buffer")->capacity_bits = 1500;
    cost_edit(b, "buffer")->block = 5;
    cost_edit(b, "register")->shared_port = true;
    cost_edit(b, "register")->energy_pj[2][AUG_ACTION_UPDATE] = 0.75;
    b->problem.axes[0].multicast = ~1u;
    b->problem.axes[1].reduce = ~4u;
    b->problem.axes[1].fanout = 2;
    b->problem.drain_reads = true;
    b->problem.arrays[0].fill_cycles = 3;
    b->problem.arrays[1].sweep_cycles = 2;
    b->problem.computes[0].energy_pj = 0.5;
    b->problem.computes[0].rate_per_cycle = 2;
    cost_nest(b, NEST);
}

// Every outer tile of m and k, of n over x; m inside as half of it, rounded up.
static void choose_all(choices *c) {
    c->count = c->uneven = 0;
    for (int m = 1; m <= 12; m++)
        for (int k = 1; k <= 6; k++)
            for (int n = 1; n <= 4; n++) {
                const double tiles[LOOPS] = {m, k, n, 1, (m + 1) / 2, 1, 1};
                for (int l = 0; l < LOOPS; l++)
                    c->tiles[l][c->count] = tiles[l];
                c->uneven += 12 % m || 6 % k || 4 % n || (m > 1 && m % 2);
                c->count++;
            }
}

static void run(aug_arena *arena, const aug_problem *problem, const aug_mapping *mapping, choices *c, int first, int count) {
    const double *tiles[LOOPS];
    for (int l = 0; l < LOOPS; l++)
        tiles[l] = &c->tiles[l][first];
    aug_batch_run(aug_batch_new(arena, problem, mapping), tiles, count, &c->energy_pj[first], &c->cycles[first], &c->fits[first]);
}

static void expect_evaluation(cost_bench *b, const choices *c, int first, int count) {
    for (int i = first; i < first + count; i++) {
        aug_mapping mapping = b->mapping;
        for (int n = 0, loop = 0; n < mapping.count; n++)
            if (mapping.nodes[n].kind == AUG_MAPPING_FOR || mapping.nodes[n].kind == AUG_MAPPING_PAR)
                mapping.nodes[n].tile = (aug_count)c->tiles[loop++][i];
        bool fits = aug_cost_evaluate(&b->problem, &mapping, b->scratch, &b->cost);
        if (c->fits[i] != fits)
            fail_msg("choice %d: fits %d", i, c->fits[i]);
        assert_near(c->cycles[i], b->cost.cycles, 0.0);
        assert_near(c->energy_pj[i], b->cost.energy_pj, 1e-12);
    }
}

static void lanes_equal_one_by_one(void **state) {
    (void)state;
    static choices c;
    cost_bench b;
    begin(&b);
    choose_all(&c);
    assert_true(c.count == 288 && c.uneven == 288 - 60); // m 1 2 4 6 12, k 1 2 3 6 and n 1 2 4 divide
    assert_true(aug_batch_has_lanes(aug_batch_new(&b.arena, &b.problem, &b.mapping)));
    run(&b.arena, &b.problem, &b.mapping, &c, 0, c.count);
    expect_evaluation(&b, &c, 0, c.count);
    int fitting = 0;
    for (int i = 0; i < c.count; i++)
        fitting += c.fits[i];
    assert_in_range(fitting, 1, c.count - 1);
    cost_end(&b);
}

// Of blocks of 64 the last one is filled up; what lies behind stays untouched.
static void any_count_will_do(void **state) {
    (void)state;
    static const int counts[] = {0, 1, 63, 64, 65, 127, 130};
    static choices c;
    cost_bench b;
    begin(&b);
    choose_all(&c);
    for (size_t i = 0; i < AUG_COUNT(counts); i++) {
        c.energy_pj[7 + counts[i]] = c.cycles[7 + counts[i]] = -1.0;
        run(&b.arena, &b.problem, &b.mapping, &c, 7, counts[i]);
        expect_evaluation(&b, &c, 7, counts[i]);
        assert_true(c.energy_pj[7 + counts[i]] == -1.0 && c.cycles[7 + counts[i]] == -1.0);
    }
    const double *tiles[LOOPS];
    for (int l = 0; l < LOOPS; l++)
        tiles[l] = c.tiles[l];
    aug_batch_run(aug_batch_new(&b.arena, &b.problem, &b.mapping), tiles, 100, NULL, NULL, NULL); // no results wanted
    cost_end(&b);
}

typedef struct change {
    const char *name;
    bool lanes;
    void (*make)(cost_bench *b);
} change;

static void as_it_is(cost_bench *b) {
    (void)b;
}
static void per_fold(cost_bench *b) {
    b->problem.arrays[0].per_fold = true;
}
static void hops(cost_bench *b) {
    b->problem.arrays[0].hop_pj = 0.1;
}
static void routers(cost_bench *b) {
    b->problem.arrays[1].router_pj = 0.1;
}
static void gated_leakage(cost_bench *b) {
    cost_edit(b, "register")->gated_at = 1;
}
static void a_window(cost_bench *b) { // A[m,k+n]
    b->problem.tensors[0].dims[1].terms[b->problem.tensors[0].dims[1].term_count++] = b->problem.tensors[1].dims[1].terms[0];
    oracle_finish_problem(&b->problem);
}
static void must_keep(cost_bench *b) {
    cost_edit(b, "register")->must = 2;
}
static void may_not_keep(cost_bench *b) {
    cost_edit(b, "buffer")->never = 4;
}
static void from_values(cost_bench *b) {
    b->problem.tensors[2].accumulates = true;
}
static void unknown_price(cost_bench *b) {
    cost_price(b, "register", (double)NAN);
}
static void unknown_price_of_nothing(cost_bench *b) { // inputs are never written there
    cost_edit(b, "dram")->energy_pj[0][AUG_ACTION_UPDATE] = (double)NAN;
    cost_edit(b, "dram")->energy_pj[1][AUG_ACTION_WRITE] = (double)NAN;
}
static void unknown_price_of_some(cost_bench *b) { // Z is read back where k is split outside, else not
    cost_edit(b, "dram")->energy_pj[2][AUG_ACTION_READ] = (double)NAN;
}

static const change changes[] = {
    {"none", true, as_it_is},
    {"per fold", false, per_fold},
    {"hops", false, hops},
    {"routers", false, routers},
    {"gated leakage", false, gated_leakage},
    {"a window", false, a_window},
    {"a memory keeps what it must", true, must_keep},
    {"a memory keeps what it may not", true, may_not_keep},
    {"an output with values", true, from_values},
    {"a price that is not stated", true, unknown_price},
    {"a price of what never happens", true, unknown_price_of_nothing},
    {"a price of what happens at times", true, unknown_price_of_some},
};

static void what_lanes_refuse_goes_one_by_one(void **state) {
    (void)state;
    static choices c;
    for (size_t i = 0; i < AUG_COUNT(changes); i++) {
        cost_bench b;
        begin(&b);
        choose_all(&c);
        changes[i].make(&b);
        if (aug_batch_has_lanes(aug_batch_new(&b.arena, &b.problem, &b.mapping)) != changes[i].lanes)
            fail_msg("%s: lanes", changes[i].name);
        run(&b.arena, &b.problem, &b.mapping, &c, 0, c.count);
        expect_evaluation(&b, &c, 0, c.count);
        cost_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_equal_one_by_one),
        cmocka_unit_test(any_count_will_do),
        cmocka_unit_test(what_lanes_refuse_goes_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
