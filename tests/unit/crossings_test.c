// Crossings of arrays against sums by hand: how often, how long, and what of a chip a layer can use.
#include "support/testing.h"

#include "system/phase.h"
#include "workload/graph_build.h"

// 100 x 100 cores of memory each, 1 cycle per hop in and 5 out, at 1 GHz: over all 200 hops in, 1000 ns out.
static const char wafer[] = "model: kernel\n"
                            "clock: 1 GHz\n"
                            "levels:\n"
                            "  - {array: core, fanout: {x: 100, y: 100}, hop: 1 cycle, sum_hop: 5 cycle}\n"
                            "  - {memory: sram, size: 1 MB, bandwidth: 10 GB/s}\n"
                            "  - {compute: simd, peak: {bf16: 100 TFLOP/s}}\n";
// Memory outside of 100 lanes, 2 cycles per hop; sums over them take two more crossings. In and out: 400 ns.
static const char streams[] = "model: kernel\n"
                              "clock: 1 GHz\n"
                              "levels:\n"
                              "  - {memory: sram, size: 1 GB, bandwidth: 10 TB/s}\n"
                              "  - {array: lane, fanout: {x: 100}, hop: 2 cycle, sum_rounds: 2}\n"
                              "  - {compute: mxm, peak: {bf16: 100 TFLOP/s}}\n"
                              "links: {near: {bandwidth: 100 GB/s, latency: 1 us, sync: 0.5 us}}\n";

typedef struct bench {
    test_ground ground;
    aug_machine machine;
    aug_roofline roofline;
    aug_stage stage;
    aug_graph_builder builder;
} bench;

static void set_up(bench *b, const char *text) {
    test_begin(&b->ground);
    assert_true(aug_machine_read(&b->ground.reader, test_parse(&b->ground, text), "crossed", &b->machine));
    aug_roofline_init(&b->roofline, &b->machine);
    b->stage = (aug_stage){
        .kind = AUG_STAGE_LANGUAGE, .width = 1000, .precision = aug_precision_of(AUG_FORMAT_BF16)};
    aug_graph_init(&b->stage.graph, &b->ground.arena);
    aug_builder_init(&b->builder, &b->stage.graph);
}

// A product, a norm, a map and a softmax, each in `layers` layers.
static void add_operators(bench *b, double layers) {
    aug_build_linear(&b->builder, "linear", (aug_features){1000, AUG_RANK_PLAIN},
                     (aug_features){1000, AUG_RANK_PLAIN}, AUG_STORAGE_MLP, false);
    aug_build_norm(&b->builder, "norm", 1.0, 1000, AUG_RANK_PLAIN, false);
    aug_build_map(&b->builder, "map", (aug_features){1000, AUG_RANK_PLAIN}, 1, 1.0);
    aug_operator *softmax = aug_build(&b->builder, "softmax", "P[t,n] = softmax(S[t,n])");
    softmax->ranks[0] = (aug_rank){AUG_RANK_PLAIN, AUG_VARIABLE_TOKENS, 1.0, 1};
    softmax->ranks[1] = (aug_rank){AUG_RANK_PLAIN, AUG_VARIABLE_ONE, 1000.0, 1000};
    b->stage.graph.layers = layers;
    for (int i = 0; i < b->stage.graph.count; i++)
        b->stage.graph.operators[i].repeats = layers;
}

static void rounds_are_counted_by_where_the_data_lie(void **state) {
    (void)state;
    // Inside: product 1, norm 1, map 0, softmax 2. Outside: product 1, three maps 1 each, and 2 · (1 + 2) for
    // their sums.
    const struct {
        const char *machine;
        double rounds, in_seconds, seconds;
    } rows[] = {{wafer, 4, 200e-9, 1200e-9}, {streams, 10, 200e-9, 400e-9}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        bench b;
        set_up(&b, rows[i].machine);
        add_operators(&b, 1.0);
        aug_crossings count = {0};
        for (int o = 0; o < b.stage.graph.count; o++)
            aug_crossings_add(&count, &b.stage.graph.operators[o], 3.0);
        assert_near(aug_crossing_rounds(&b.roofline.crossing, &count), 3.0 * rows[i].rounds, 1e-12);
        assert_near(b.roofline.crossing.in_seconds, rows[i].in_seconds, 1e-12);
        assert_near(aug_crossing_seconds(&b.roofline.crossing, 1.0), rows[i].seconds, 1e-12);
        test_end(&b.ground);
    }
}

static void machines_described_to_their_end_cross_once_per_kernel(void **state) {
    (void)state;
    bench b;
    set_up(&b, "clock: 1 GHz\n"
               "levels:\n"
               "  - {memory: dram, bandwidth: 10 GB/s}\n"
               "  - {array: pe, fanout: {x: 10}, hop: 1 cycle}\n"
               "  - {compute: mac, rate: {bf16: 1/cycle}}\n");
    add_operators(&b, 1.0);
    aug_crossings count = {0};
    aug_crossings_add(&count, &b.stage.graph.operators[1], 1.0);
    assert_near(aug_crossing_rounds(&b.roofline.crossing, &count), 0.0, 0.0);
    test_end(&b.ground);
}

static void a_layer_is_a_region_of_a_wafer(void **state) {
    (void)state;
    bench b;
    set_up(&b, wafer);
    // Of 25 layers each has 20 x 20 cores: a fifth of every way. Lanes stay as long as they are.
    assert_near(aug_crossing_seconds(&b.roofline.crossing, 25.0), 240e-9, 1e-12);
    test_end(&b.ground);
    set_up(&b, streams);
    assert_near(aug_crossing_seconds(&b.roofline.crossing, 25.0), 400e-9, 1e-12);
    test_end(&b.ground);
    // The example of cost/crossings.h: 950 x 947 cores at 1.1 GHz, 6 · 1897 cycles, and over one of 32
    // regions.
    aug_crossing crossing = {.seconds = 6.0 * 1897.0 / 1.1e9, .resident = true, .axes = 2.0};
    assert_near(aug_crossing_seconds(&crossing, 1.0), 10.35e-6, 1e-3);
    assert_near(aug_crossing_seconds(&crossing, 32.0), 1.83e-6, 1e-3);
}

// What one token takes in 25 layers: the units of one region, a 25th of the chip, and the crossings of the
// region. With 25 tokens each has a region of its own and reads its weights there: 25 times the work in
// nearly the same time.
static void a_token_uses_one_region_and_tokens_share_them(void **state) {
    (void)state;
    bench b;
    set_up(&b, wafer);
    add_operators(&b, 25.0);
    b.stage.graph.count =
        1; // the product: 2e6 operations, 20 ns on all cores; 16.032e6 bits over 8e14 bit/s, 20.04 ns
    const aug_plan plan = {.chips = 1, .tp = 1, .pp = 1, .ep = 1, .dp = 1};
    const double tokens[] = {1.0, 25.0};
    double seconds[2];
    for (int i = 0; i < 2; i++) {
        const aug_pass pass = {.phase = AUG_PHASE_DECODE, .sequences = tokens[i], .new_tokens = 1.0};
        aug_phase_input input = {.roofline = &b.roofline,
                                 .stage = &b.stage,
                                 .plan = &plan,
                                 .precision = &b.stage.precision,
                                 .pass = pass};
        seconds[i] = aug_phase_evaluate(&input, NULL, NULL).seconds;
    }
    assert_near(seconds[0], 25.0 * (25.0 * 20.04e-9 + 240e-9), 1e-12);
    // 16e6 bits of weights in each of 25 regions, 25 · 32000 bits of operands and results.
    assert_near(seconds[1], 25.0 * (25.0 * 16e6 / 8e14 + 25.0 * 32000.0 / 8e14 + 240e-9), 1e-12);
    test_end(&b.ground);
}

static void a_hop_between_chips_ends_behind_the_lanes(void **state) {
    (void)state;
    bench b;
    set_up(&b, streams);
    // One step over 4 chips: 0.5 us until they stand together, 1 us and 200 ns in; 3·8 bits at 8e11/s.
    aug_exchange_cost cost = aug_collective_cost(&b.roofline, AUG_COLLECTIVE_ALL_REDUCE, 4.0, 8.0);
    assert_near(cost.seconds, 1.7e-6 + 24.0 / 8e11, 1e-12);
    test_end(&b.ground);
}

static void what_is_not_stated_is_as_long_as_the_way_in(void **state) {
    (void)state;
    bench b;
    set_up(&b, streams);
    assert_near(b.machine.levels[1].array.sum_hop_cycles, 2.0, 0.0);
    assert_near(b.machine.levels[1].array.sum_rounds, 2.0, 0.0);
    test_end(&b.ground);
    set_up(&b, wafer);
    assert_near(b.machine.levels[0].array.sum_rounds, 1.0, 0.0);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_are_counted_by_where_the_data_lie),
        cmocka_unit_test(machines_described_to_their_end_cross_once_per_kernel),
        cmocka_unit_test(a_layer_is_a_region_of_a_wafer),
        cmocka_unit_test(a_token_uses_one_region_and_tokens_share_them),
        cmocka_unit_test(a_hop_between_chips_ends_behind_the_lanes),
        cmocka_unit_test(what_is_not_stated_is_as_long_as_the_way_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
