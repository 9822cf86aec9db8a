// A language model of one linear layer: every bound by hand.
#include "support/small_model.h"

#include "system/ceiling.h"

// Two memories: what the inner one holds is read there. 8e11 and 8e13 bit/s, 1e12 operations per second.
static const char chip[] = "model: kernel\n"
                           "levels:\n"
                           "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s}\n"
                           "  - {memory: sram, size: %s, bandwidth: 10 TB/s}\n"
                           "  - {compute: mac, peak: {bf16: 1 TFLOP/s}}\n"
                           "links: {near: {bandwidth: 100 GB/s, latency: 1 us, chips: 2}}\n";

typedef struct bench {
    test_ground ground;
    aug_machine machine;
    aug_model model;
    aug_scenario scenario;
    aug_plan plan;
} bench;

static void set_up(bench *b, const char *inner, uint64_t chips, uint64_t batch) {
    test_begin(&b->ground);
    const char *text = aug_arena_print(&b->ground.arena, chip, inner);
    assert_true(aug_machine_read(&b->ground.reader, test_parse(&b->ground, text), "chip", &b->machine));
    aug_operator *layer = test_small_model(&b->ground, &b->model, "linear", AUG_RANK_PLAIN, AUG_RANK_FEATURE);
    layer->exchange = AUG_EXCHANGE_REDUCE;
    b->scenario = aug_scenario_default();
    b->scenario.in_tokens = 100;
    b->scenario.out_tokens = 11;
    b->scenario.batch = batch;
    b->plan = aug_plan_default();
    b->plan.chips = chips;
}

static aug_ceiling ceiling_of(const bench *b, bool per_user) {
    aug_ceiling_ask ask = aug_ceiling_ask_of(&b->model, &b->machine, &b->scenario, &b->plan);
    ask.per_user = per_user;
    return aug_ceiling_find(&ask);
}

// 1.6e7 bits of weights. Nothing inside: 20 us. Half of them inside: 10 us, and 0.2 us from there. All
// inside: 0.2 us, and 2e6 operations take 2 us.
static void weights_come_from_where_they_cannot_stay(void **state) {
    (void)state;
    const struct {
        const char *inner;
        double user, limit;
    } rows[] = {{"1 B", 1 / (20e-6 - 8.0 / 8e11), AUG_CEILING_MEMORY},
                {"1 MB", 1e5, AUG_CEILING_MEMORY},
                {"2 MB", 5e5, AUG_CEILING_COMPUTE}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        bench b;
        set_up(&b, rows[i].inner, 1, 1);
        aug_ceiling c = ceiling_of(&b, true);
        assert_near(c.least, rows[i].user, 1e-12);
        assert_int_equal(c.limit, rows[i].limit);
        assert_near(c.tokens_per_second[AUG_CEILING_MEMORY + 1], 1 / 0.2e-6, 1e-12);
        assert_near(c.anew_tokens_per_second, 5e4, 1e-12);
        test_end(&b.ground);
    }
}

// On two chips 10 us and a hop of 1 us, which one chip alone with 20 us does not beat. Four chips are two
// groups: a user has two. With a link of 20 us one chip is quicker.
static void chips_share_a_block_at_the_price_of_a_hop(void **state) {
    (void)state;
    for (uint64_t chips = 2; chips <= 4; chips += 2) {
        bench b;
        set_up(&b, "1 B", chips, 1);
        aug_ceiling c = ceiling_of(&b, true);
        assert_near(c.least, 1 / 11e-6, 1e-5); // the two bytes inside
        assert_int_equal(c.limit, AUG_CEILING_LINKS);
        assert_near(c.sharing, 2, 0);
        b.machine.links[0].latency_seconds = 20e-6;
        assert_near(ceiling_of(&b, true).least, 1 / 20e-6, 1e-5);
        test_end(&b.ground);
    }
}

// Four requests of 100 and 11 tokens: prompts take 100 · 2e6 / 1e12 = 200 us each; ten steps of 4 · 2e6 /
// 1e12 = 8 us, or of 20 us for the weights, over four requests 50 us each. By memory 11 / 50 us, by the units
// 11 / (200 + 20) us.
static void prompts_and_steps_add_up_by_resource(void **state) {
    (void)state;
    bench b;
    set_up(&b, "1 B", 1, 4);
    aug_ceiling c = ceiling_of(&b, false);
    assert_near(c.tokens_per_second[AUG_CEILING_MEMORY], 11 / 50e-6, 1e-6);
    assert_near(c.tokens_per_second[AUG_CEILING_COMPUTE], 11 / 220e-6, 1e-12);
    assert_near(c.least, 5e4, 1e-12);
    test_end(&b.ground);
}

// A wafer of 100 x 100 cores of 8e7 bit/s each, 8e11 bit/s in all, and 1 ns per hop: 50 + 50 hops to the
// middle, X = 100 ns. All of it takes 20 us for the weights, and f = (2 · 20000 / 100)^(1/3) is above 1: 20.1
// us. With hops of 1 us X is 100 us and f = 0.4^(1/3) = 0.73681: 20 / 0.54288 + 73.681 = 110.52 us.
static void cores_share_a_block_at_the_price_of_the_way(void **state) {
    (void)state;
    static const struct {
        const char *hop;
        double seconds;
    } rows[] = {{"1 cycle", 20.1e-6}, {"1000 cycle", 110.52e-6}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        bench b;
        set_up(&b, "1 B", 1, 1);
        const char *text = aug_arena_print(&b.ground.arena,
                                           "model: kernel\n"
                                           "clock: 1 GHz\n"
                                           "levels:\n"
                                           "  - {array: core, fanout: {x: 100, y: 100}, hop: %s}\n"
                                           "  - {memory: sram, size: 1 kB, bandwidth: 10 MB/s}\n"
                                           "  - {compute: mac, peak: {bf16: 1000 TFLOP/s}}\n",
                                           rows[i].hop);
        assert_true(aug_machine_read(&b.ground.reader, test_parse(&b.ground, text), "wafer", &b.machine));
        aug_ceiling c = ceiling_of(&b, true);
        assert_int_equal(c.limit, AUG_CEILING_LINKS);
        assert_near(c.least, 1 / rows[i].seconds, 1e-4);
        test_end(&b.ground);
    }
}

// 16 chips of a ring of any size, 1 us per hop: t chips take 20 us / t and floor(t / 2) hops. Three
// chips: 6.67 + 1 us; five 4 + 2, seven 2.86 + 3 = 5.857 us, six 3.33 + 3, nine 2.22 + 4.
static void longer_ways_limit_how_many_chips_help(void **state) {
    (void)state;
    bench b;
    set_up(&b, "1 B", 16, 1);
    b.machine.links[0].topology = AUG_TOPOLOGY_RING;
    b.machine.links[0].chips = (double)INFINITY;
    assert_near(ceiling_of(&b, true).least, 1 / 5.857e-6, 1e-3);
    // A row of groups of one chip, each joined with four on both sides: nine chips stand within one hop of
    // the middle: 2.22 + 1 us; 16 within two.
    b.machine.links[0].topology = AUG_TOPOLOGY_ROW;
    b.machine.links[0].reach = 4;
    assert_near(ceiling_of(&b, true).least, 1 / 3.2222e-6, 1e-3);
    test_end(&b.ground);
}

// Two tokens per pass: 40 us of weights per two tokens, half as many bits: 10 us, half of the weights: 10 us
// and half the operations.
static void what_is_imagined_changes_the_bound(void **state) {
    (void)state;
    bench b;
    set_up(&b, "1 B", 1, 1);
    aug_ceiling_ask ask = aug_ceiling_ask_of(&b.model, &b.machine, &b.scenario, &b.plan);
    ask.per_user = true;
    ask.tokens_per_pass = 2;
    assert_near(aug_ceiling_find(&ask).least, 1e5, 1e-6);
    ask.tokens_per_pass = 1;
    ask.weight_share = 0.5;
    assert_near(aug_ceiling_find(&ask).least, 1e5, 2e-6);
    ask.weight_share = 1;
    ask.weight_density = 0.5;
    aug_ceiling c = aug_ceiling_find(&ask);
    assert_near(c.least, 1e5, 2e-6);
    assert_near(c.operations, 1e6, 1e-12);
    test_end(&b.ground);
}

// 2 MB of weights in 1.5 MB.
static void what_does_not_fit_has_no_rate(void **state) {
    (void)state;
    bench b;
    set_up(&b, "500 kB", 1, 1);
    b.machine.levels[0].memory.size_bits = 8e6;
    aug_ceiling c = ceiling_of(&b, true);
    assert_int_equal(c.limit, AUG_CEILING_CAPACITY);
    assert_near(c.least, 0, 0);
    assert_near(c.largest_batch, 0, 0);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_come_from_where_they_cannot_stay),
        cmocka_unit_test(chips_share_a_block_at_the_price_of_a_hop),
        cmocka_unit_test(prompts_and_steps_add_up_by_resource),
        cmocka_unit_test(longer_ways_limit_how_many_chips_help),
        cmocka_unit_test(cores_share_a_block_at_the_price_of_the_way),
        cmocka_unit_test(what_is_imagined_changes_the_bound),
        cmocka_unit_test(what_does_not_fit_has_no_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
