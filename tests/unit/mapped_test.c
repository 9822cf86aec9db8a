// Kernels by their mappings, on machines so simple that the best mapping is known.
#include "support/small_model.h"
#include "support/testing.h"

#include "system/mapped.h"
#include "system/phase.h"
#include "workload/layer_graph.h"

// 16 bit/cycle of memory and a buffer that holds all and costs nothing: each word moves once.
static const char wide[] = "auger: machine/1\nname: wide\nmodel: mapped\nclock: 1 GHz\nlevels:\n"
                           "  - {memory: dram, bandwidth: 16 bit/cycle, energy: 1 pJ/bit}\n"
                           "  - {memory: buffer, energy: 0 pJ/bit}\n"
                           "  - {compute: mac, rate: {bf16: 1000000/cycle}, energy: {bf16: 1 pJ}}\n"
                           "kernel: {launch: 3 us}\n";
// The same with two memories inside, the first of 1 MB: what a kernel keeps lives there.
static const char layered[] = "auger: machine/1\nname: layered\nmodel: mapped\nclock: 1 GHz\nlevels:\n"
                              "  - {memory: dram, bandwidth: 16 bit/cycle, energy: 1 pJ/bit}\n"
                              "  - {memory: shared, size: 1 MB, bandwidth: 160 bit/cycle, energy: 0 pJ/bit}\n"
                              "  - {memory: buffer, size: 64 KiB, energy: 0 pJ/bit}\n"
                              "  - {compute: mac, rate: 1000000/cycle, energy: 1 pJ}\n";

typedef struct bench {
    test_ground ground;
    jmp_buf failure;
    aug_machine machine, other;
    aug_roofline roofline;
    aug_model model;
    aug_operator *op;
    aug_pass pass;
    aug_setting setting;
    aug_mapped *mapped;
    aug_mapped_cost costs[AUG_KERNEL_OPERATORS];
} bench;

static void set_up(bench *b, const char *machine) {
    memset(b, 0, sizeof *b);
    test_begin(&b->ground);
    assert_true(aug_machine_read(&b->ground.reader, test_parse(&b->ground, machine), "test", &b->machine));
    aug_roofline_init(&b->roofline, &b->machine);
    b->op = test_small_model(&b->ground, &b->model, "linear", AUG_RANK_PLAIN, AUG_RANK_PLAIN);
    b->pass = (aug_pass){.phase = AUG_PHASE_DECODE, .sequences = 4, .new_tokens = 1};
    b->setting = (aug_setting){&b->pass, &aug_split_none, &b->model.stages[0].precision, 0, 0};
    const aug_mapped_options options = {.threads = 1};
    b->mapped = aug_mapped_new(&options, &b->failure);
    assert_non_null(b->mapped);
}

static void tear_down(bench *b) {
    aug_mapped_free(b->mapped);
    test_end(&b->ground);
}

static const char *count(bench *b) {
    const aug_graph *graph = &b->model.stages[0].graph;
    aug_mapped_prepare(b->mapped, &b->roofline, graph, &b->setting);
    return aug_mapped_kernel(b->mapped, &b->roofline, graph->operators, graph->count, &b->setting, b->costs);
}

// Four tokens: 4000 + 1000000 + 4000 words of 16 bits at one a cycle, 1.008 ms. 16.128 uJ of memory and 4 uJ
// of arithmetic.
static void a_product_moves_each_word_once(void **state) {
    (void)state;
    bench b;
    set_up(&b, wide);
    assert_null(count(&b));
    assert_near(b.costs[0].seconds, 1.008e-3, 1e-12);
    assert_near(b.costs[0].bits, 1008000 * 16.0, 1e-12);
    assert_near(b.costs[0].energy_pj, 1008000 * 16.0 + 4e6, 1e-12);
    assert_int_equal(b.costs[0].bound, AUG_BOUND_MEMORY);
    assert_true(b.costs[0].gap == 0.0);
    tear_down(&b);
}

// A launch goes before it; figures are those of all repeats.
static void a_pass_sums_kernels(void **state) {
    (void)state;
    bench b;
    set_up(&b, wide);
    const aug_plan plan = {.chips = 1,
                           .tp = 1,
                           .pp = 1,
                           .ep = 1,
                           .dp = 1,
                           .weights = -1,
                           .activations = -1,
                           .cache = -1,
                           .experts = -1};
    const aug_phase_input input = {.roofline = &b.roofline,
                                   .stage = &b.model.stages[0],
                                   .plan = &plan,
                                   .precision = &b.model.stages[0].precision,
                                   .pass = b.pass,
                                   .mapped = b.mapped};
    b.op->repeats = 2.0;
    aug_phase_cost cost = aug_phase_evaluate(&input, NULL, NULL);
    assert_near(cost.seconds, 2 * (1.008e-3 + 3e-6), 1e-12);
    assert_near(cost.operations, 2 * 8e6, 1e-12);
    assert_near(cost.energy_pj, 2 * 20.128e6, 1e-12);
    assert_true(cost.worst_gap == 0.0 && cost.unmapped_seconds == 0.0);
    b.op->gathers = true; // only the rows that are met: by the roofline
    cost = aug_phase_evaluate(&input, NULL, NULL);
    assert_true(cost.unmapped_seconds == cost.seconds && cost.seconds < 1e-3);
    tear_down(&b);
}

static void what_is_not_mapped_says_why(void **state) {
    (void)state;
    bench b;
    set_up(&b, wide);
    b.op->gathers = true;
    assert_string_equal(count(&b), "it reads only some rows of its table");
    b.op->gathers = false;
    b.op->vector = true;
    assert_string_equal(count(&b), "its steps depend on each other");
    b.op->vector = false;
    b.op->uses[0].role = AUG_ROLE_STATE;
    assert_string_equal(count(&b), "it reads and writes a state");
    tear_down(&b);
}

static void a_kept_kernel_that_was_not_searched_says_so(void **state) {
    (void)state;
    bench b;
    set_up(&b, wide);
    const aug_graph *graph = &b.model.stages[0].graph;
    assert_string_equal(aug_mapped_kernel(b.mapped, &b.roofline, graph->operators, 1, &b.setting, b.costs),
                        "its search was stopped");
    tear_down(&b);
}

// Twice the bandwidth, and the mapping of the machine as it was: no search is asked for, half of the time.
static void a_held_mapping_is_counted_anew(void **state) {
    (void)state;
    bench b;
    set_up(&b, wide);
    assert_null(count(&b));
    b.other = b.machine;
    b.other.levels[0].memory.read_bits_per_cycle *= 2.0;
    b.other.levels[0].memory.read_bits_per_second *= 2.0;
    b.other.levels[0].memory.write_bits_per_cycle *= 2.0;
    b.other.levels[0].memory.write_bits_per_second *= 2.0;
    aug_roofline_init(&b.roofline, &b.other);
    aug_mapped_hold(b.mapped, &b.machine);
    const aug_graph *graph = &b.model.stages[0].graph;
    assert_null(aug_mapped_kernel(b.mapped, &b.roofline, graph->operators, 1, &b.setting, b.costs));
    assert_near(b.costs[0].seconds, 0.504e-3, 1e-12);
    aug_mapped_hold(b.mapped, NULL);
    assert_string_equal(aug_mapped_kernel(b.mapped, &b.roofline, graph->operators, 1, &b.setting, b.costs),
                        "its search was stopped");
    tear_down(&b);
}

// Data that fit into the level inside live there: 160 bit/cycle, ten times as fast, and for nothing.
static void homes_further_in_are_used(void **state) {
    (void)state;
    bench b;
    set_up(&b, layered);
    b.model.stages[0].precision = aug_precision_of(AUG_FORMAT_FP4); // 4 bits: 500 kB of weights
    assert_null(count(&b));
    assert_near(b.costs[0].seconds, 252e-6, 1e-12); // 1,008,000 words of 4 bits
    double outside = b.costs[0].bits;
    b.setting.home = 1;
    assert_null(count(&b));
    assert_near(b.costs[0].seconds, 25.2e-6, 1e-12);
    assert_near(b.costs[0].bits, outside, 1e-12);
    assert_near(b.costs[0].energy_pj, 4e6, 1e-12); // arithmetic alone
    tear_down(&b);
}

// Attention of 64 tokens, 2 heads of 16: eight slices of 8 tokens, heads apart, against (64 + 8) / 2 = 36
// positions.
//
//     scores  (8 · 16 queries + 36 · 16 keys) words of 16 bits from memory: 704 cycles
//     softmax scores of 32 bits in, weights of 16 out, 8 · 36 · 48 bits at 160: 86.4 -> 87 cycles
//     values  36 · 16 + 8 · 16 words: 704 cycles
static void check_attention(const char *machine, const double cycles[3], const double bits[3]) {
    bench b;
    set_up(&b, machine);
    const aug_mixer mixer = {
        .kind = AUG_MIXER_ATTENTION, .heads = 2, .groups = 2, .head_width = 16, .value_width = 16};
    aug_graph graph;
    aug_graph_builder builder;
    aug_graph_init(&graph, &b.ground.arena);
    aug_builder_init(&builder, &graph);
    builder.repeats = 1.0;
    aug_graph_attention(&builder, &mixer, 64.0);
    b.pass = (aug_pass){.phase = AUG_PHASE_PREFILL, .sequences = 1, .new_tokens = 64};
    int first = 0;
    while (graph.operators[first].kernel == 0)
        first++;
    aug_mapped_prepare(b.mapped, &b.roofline, &graph, &b.setting);
    assert_null(aug_mapped_kernel(b.mapped, &b.roofline, &graph.operators[first], 3, &b.setting, b.costs));
    for (int i = 0; i < 3; i++) {
        assert_near(b.costs[i].seconds, 16 * cycles[i] * 1e-9, 1e-12);
        assert_near(b.costs[i].bits, 16 * bits[i], 1e-12);
    }
    tear_down(&b);
}

static void a_kernel_keeps_its_own_on_the_chip(void **state) {
    (void)state;
    check_attention(layered, (const double[]){704, 87, 704}, (const double[]){704 * 16, 0, 704 * 16});
}

// Without a memory between home and the innermost one the same slices hand everything on through the home, 16
// bits a cycle: 704 words and 288 scores of 16 bits; 288 scores, read as 32, and their weights of 16; 288
// weights and 704 words.
static void without_room_all_passes_the_home(void **state) {
    (void)state;
    static const double bits[] = {704 * 16 + 288 * 16, 288 * (32 + 16), 288 * 16 + 704 * 16};
    check_attention(wide, (const double[]){bits[0] / 16, bits[1] / 16, bits[2] / 16}, bits);
}

// What is spread over instances of an array is no home of whole tensors: they live in the memory around it.
static void a_home_inside_an_array_is_passed_over(void **state) {
    (void)state;
    static const char spread[] = "auger: machine/1\nname: spread\nmodel: mapped\nclock: 1 GHz\nlevels:\n"
                                 "  - {memory: dram, bandwidth: 16 bit/cycle, energy: 1 pJ/bit}\n"
                                 "  - {array: core, fanout: {x: 4}}\n"
                                 "  - {memory: buffer, size: 1 MB, energy: 0 pJ/bit}\n"
                                 "  - {memory: register, energy: 0 pJ/bit}\n"
                                 "  - {compute: mac, rate: {bf16: 1000000/cycle}, energy: {bf16: 1 pJ}}\n";
    bench b;
    set_up(&b, spread);
    b.setting.home = 1;
    assert_null(count(&b));
    assert_near(b.costs[0].bits, 1008000 * 16.0, 1e-12);
    assert_near(b.costs[0].seconds, 1.008e-3, 1e-12);
    tear_down(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_product_moves_each_word_once),
        cmocka_unit_test(a_pass_sums_kernels),
        cmocka_unit_test(what_is_not_mapped_says_why),
        cmocka_unit_test(a_kept_kernel_that_was_not_searched_says_so),
        cmocka_unit_test(a_held_mapping_is_counted_anew),
        cmocka_unit_test(homes_further_in_are_used),
        cmocka_unit_test(a_kernel_keeps_its_own_on_the_chip),
        cmocka_unit_test(without_room_all_passes_the_home),
        cmocka_unit_test(a_home_inside_an_array_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
