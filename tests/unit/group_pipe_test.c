// Pipelines of fused groups by hand: slots, copies, room, text.
#include "support/group_world.h"

#include "fusion/group_pipe.h"

#include <string.h>

#define CHAIN                                                                                                \
    "auger: workload/1\nranks: {m: 8, a: 4, k: 2, n: 2}\n"                                                   \
    "einsums: ['S[m,a] += A[m,k] * B[k,a]', 'P[m,a] = exp(S[m,a])', 'O[m,n] += P[m,a] * V[a,n]']\n"
#define CHIP(size, lanes)                                                                                    \
    "auger: machine/1\nname: chip\nclock: 1 GHz\ndrain: read\nlevels:\n"                                     \
    "  - {memory: dram, size: inf, bandwidth: inf, energy: 10 pJ/bit}\n"                                     \
    "  - {memory: buffer, size: " size " bit, bandwidth: inf, energy: 1 pJ/bit}\n" lanes                     \
    "  - {compute: mac, rate: 1/cycle, energy: 1 pJ}\n"
#define LANES  "  - {compute: lanes, unit: vector, rate: 1/cycle, energy: 1 pJ}\n"
#define BLOCKS "{ S: for a:1 for k:1 mac } { P: for a:1 lanes } { O: for n:1 for a:1 mac }"

typedef struct bench {
    test_ground ground;
    group_world world;
    aug_group group;
    aug_group_plan plan;
} bench;

static void set_up(bench *b, const char *machine) {
    memset(b, 0, sizeof *b);
    test_begin(&b->ground);
    group_world_read(&b->ground, CHAIN, machine, &b->world);
    assert_true(aug_group_init(b->world.members, 3, 0, 3, NULL, &b->group));
}

static bool read(bench *b, const char *text) {
    aug_document *document = AUG_NEW(&b->ground.arena, aug_document);
    *document = (aug_document){.name = "plan", .text = text, .length = strlen(text)};
    aug_node node = {.document = document, .text = text, .line = 1, .column = 1, .weight = 1};
    return aug_group_read(&b->ground.reader, &node, &b->group, &b->plan);
}

// Cycles of S, P and O in all, and of the port of dram; m has 8 rows.
//
//     m:1, 24 8 16: 3, 1 and 2 a step: 3 + 3 + 6 x (3 + 2) + 2 + 2 = 40
//     m:1, port 40 0 24: 5 and 3 a step: 5 + 5 + 6 x 8 + 3 + 3 = 64
//     m:4, 24 8 16: two steps of 12, 4 and 8, fewer than stages: 12 + 12 + 8 + 8 = 40
//     m:3, 24 8 16: three steps, the short one as the others, 12, 4 and 8: 12 + 12 + 20 + 8 + 8 = 60
//     m:1, 8 80 8: lanes take 10 a step: 1 + 10 + 6 x 10 + 10 + 1 = 82
typedef struct timing {
    const char *loop;
    double cycles[3], port[3], expected;
} timing;

static const timing timings[] = {
    {"for m:1", {24, 8, 16}, {0, 0, 0}, 40}, {"for m:1", {24, 8, 16}, {40, 0, 24}, 64},
    {"for m:4", {24, 8, 16}, {0, 0, 0}, 40}, {"for m:3", {24, 8, 16}, {0, 0, 0}, 60},
    {"for m:1", {8, 80, 8}, {0, 0, 0}, 82},
};

static void time_is_the_sum_of_slots(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof timings / sizeof *timings; i++) {
        bench b;
        set_up(&b, CHIP("1024", LANES));
        const char *rows = strcmp(timings[i].loop, "for m:1") == 0 ? "" : "for m:1 ";
        assert_true(read(&b, aug_arena_print(&b.ground.arena,
                                             "dram[A B V O] %s buffer[S P] { S: %sfor a:1 for k:1 mac } "
                                             "{ P: %sfor a:1 lanes } { O: %sfor n:1 for a:1 mac }",
                                             timings[i].loop, rows, rows, rows)));
        aug_group_pipe pipe;
        assert_true(aug_group_pipe_init(&b.group, &b.plan.prefix, b.plan.problems, &pipe));
        assert_int_equal(pipe.stage_count, 3);
        aug_group_load loads[3];
        memset(loads, 0, sizeof loads);
        for (int e = 0; e < 3; e++) {
            loads[e].cycles = timings[i].cycles[e];
            loads[e].ports[0][AUG_PORT_SHARED] = timings[i].port[e];
        }
        assert_near(aug_group_pipe_cycles(&pipe, loads, NULL), timings[i].expected, 1e-12);
        test_end(&b.ground);
    }
}

// S 8 x 4 x 2 = 64 cycles, P 32, O 64, by steps 8, 4 and 8: 8 + 8 + 6 x 16 + 8 + 8 = 128; in turns 160.
static void a_plan_says_whether_units_overlap(void **state) {
    (void)state;
    bench b;
    set_up(&b, CHIP("1024", LANES));
    assert_true(read(&b, "dram[A B V O] for m:1 buffer[S P] " BLOCKS));
    assert_true(aug_group_evaluate(&b.ground.arena, &b.plan));
    assert_near(b.plan.cycles, 160.0, 1e-12);
    double energy = b.plan.energy_pj;
    const char *text = "dram[A B V O] for m:1 buffer[S P] pipeline " BLOCKS;
    assert_true(read(&b, text));
    assert_true(aug_group_evaluate(&b.ground.arena, &b.plan));
    assert_near(b.plan.cycles, 128.0, 1e-12);
    assert_near(b.plan.energy_pj, energy, 1e-12);
    aug_buffer out;
    aug_buffer_init(&out, &b.ground.arena);
    aug_group_print(&out, &b.plan);
    assert_string_equal(aug_buffer_text(&out), text);
    assert_false(read(&b, "dram[A B V O] buffer[S P] pipeline " BLOCKS)); // no steps
    test_end(&b.ground);
}

// S and P, 4 words of 8 bits each, are made for the next stage: 128 bits; in turns 64.
static void what_passes_between_units_is_held_twice(void **state) {
    (void)state;
    static const struct {
        const char *machine;
        bool serial, pipelined;
    } rooms[] = {{CHIP("128", LANES), true, true},
                 {CHIP("120", LANES), true, false},
                 {CHIP("64", LANES), true, false},
                 {CHIP("56", LANES), false, false}};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        bench b;
        set_up(&b, rooms[i].machine);
        assert_true(read(&b, "dram[A B V O] for m:1 buffer[S P] " BLOCKS));
        assert_int_equal(aug_group_fits(&b.plan), rooms[i].serial);
        b.plan.pipelined = true;
        assert_int_equal(aug_group_fits(&b.plan), rooms[i].pipelined);
        test_end(&b.ground);
    }
}

static double least_cycles(const char *workload, const char *machine) {
    test_ground ground;
    test_begin(&ground);
    group_world world;
    group_world_read(&ground, workload, machine, &world);
    aug_mapper_options options = {.objective = AUG_OBJECTIVE_LATENCY, .threads = 1, .perfect = true};
    aug_group_result result;
    aug_group_map(&ground.arena, &(aug_group_chain){.members = world.members, .count = world.count}, &options,
                  &result);
    if (!result.proven)
        print_error("%.17g, bound %.17g\n", result.value, result.lower_bound);
    assert_true(result.proven);
    double value = result.value;
    test_end(&ground);
    return value;
}

// The products alone take 128 cycles; a buffer of one word holds nothing twice, and nothing is hidden.
static void the_best_plan_overlaps_where_it_can(void **state) {
    (void)state;
    assert_near(least_cycles(CHAIN, CHIP("1024", LANES)), 128.0, 1e-12);
    assert_near(least_cycles(CHAIN, CHIP("8", LANES)), 160.0, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_is_the_sum_of_slots),
        cmocka_unit_test(a_plan_says_whether_units_overlap),
        cmocka_unit_test(what_passes_between_units_is_held_twice),
        cmocka_unit_test(the_best_plan_overlaps_where_it_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
