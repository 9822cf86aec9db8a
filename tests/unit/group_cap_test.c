// Members under caps, by hand.
#include "support/group_world.h"

#include "fusion/group_cap.h"
#include "fusion/group_member.h"

#include <math.h>

// 16 operations; A 16 words, B 4 and Z 4 pass the port of dram at least, a word in a cycle: 24 cycles. From
// the buffer come A and B for each operation unless registers keep one: there are none, so 32 reads and what
// is filled and summed up, at 64 bit a cycle.
#define WORK "auger: workload/1\nranks: {m: 4, k: 4}\neinsums: ['Z[m] += A[m,k] * B[k]']\n"
#define CHIP                                                                                                 \
    "auger: machine/1\nname: chip\nclock: 1 GHz\ndrain: read\nlevels:\n"                                     \
    "  - {memory: dram, size: inf, bandwidth: 8 bit/cycle, energy: 10 pJ/bit}\n"                             \
    "  - {memory: buffer, size: 1024 bit, bandwidth: {read: 64 bit/cycle, write: 32 bit/cycle}, energy: 1 "  \
    "pJ/bit}\n"                                                                                              \
    "  - {array: row, fanout: {x: 2}, hop: 1 cycle}\n"                                                       \
    "  - {compute: mac, rate: 1/cycle, energy: 1 pJ}\n"

typedef struct bench {
    test_ground ground;
    group_world world;
    const aug_problem *problem;
} bench;

static void set_up(bench *b) {
    test_begin(&b->ground);
    group_world_read(&b->ground, WORK, CHIP, &b->world);
    b->problem = b->world.members[0];
}

// Of 100 cycles the array adds some to what is slowest. Of the rest, a port that may take 40 is so much
// narrower, and others are as they are: nests of no more cycles move no more through them.
static void what_may_take_less_is_slower(void **state) {
    (void)state;
    bench b;
    set_up(&b);
    aug_problem world;
    aug_group_load most = aug_group_cap_none();
    assert_false(aug_group_cap_is_any(&most));
    double overhead = aug_group_cap_overhead(b.problem);
    most.cycles = 100.0 + overhead;
    most.ports[0][AUG_PORT_SHARED] = 40.0;
    assert_true(aug_group_cap_is_any(&most));
    assert_near(aug_group_cap_world(b.problem, &most, &world), 100.0, 1e-12);
    assert_near(world.memories[0].read_bits_per_cycle, 8.0 * 0.4, 1e-12);
    assert_near(world.memories[1].read_bits_per_cycle, 64.0, 1e-12);
    assert_near(world.memories[1].write_bits_per_cycle, 32.0, 1e-12);
    assert_near(world.computes[0].rate_per_cycle, 1.0, 1e-12);
    assert_near(aug_group_cap_overhead(&world), 0.0, 1e-12);
    most.cycles = (double)INFINITY;
    double all = aug_group_cap_world(b.problem, &most, &world);
    assert_near(world.memories[0].read_bits_per_cycle, 8.0 * 40.0 / all, 1e-12);
    assert_true(isinf(world.memories[1].read_bits_per_cycle) && world.computes[0].rate_per_cycle > 1e15);
    test_end(&b.ground);
}

// Whether there is a nest that takes no more, and so much energy.
typedef struct limits {
    double cycles, port; // of dram
    bool found;
} limits;

static void the_mapper_finds_nests_within_caps(void **state) {
    (void)state;
    static const limits cases[] = {
        {1e9, 24.0, true}, {1e9, 23.9, false}, {24.0, 1e9, true}, {23.0, 1e9, false}, {24.0, 24.0, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int objective = AUG_OBJECTIVE_ENERGY; objective <= AUG_OBJECTIVE_LATENCY; objective++) {
            bench b;
            set_up(&b);
            const aug_mapper_options options = {
                .objective = AUG_OBJECTIVE_FRONT, .threads = 1, .perfect = true};
            aug_group_members *members = aug_group_members_new(&b.ground.arena, &options);
            aug_group_question question = aug_group_question_of(b.problem);
            question.is_floor = true;
            question.floor_of = (aug_objective)objective;
            question.most.cycles = cases[i].cycles + aug_group_cap_overhead(b.problem);
            question.most.ports[0][AUG_PORT_SHARED] = cases[i].port;
            const aug_group_best *best = aug_group_member_best(members, &question);
            assert_false(best->limited);
            assert_int_equal(best->count > 0, cases[i].found);
            aug_group_members_end(members);
            test_end(&b.ground);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_take_less_is_slower),
        cmocka_unit_test(the_mapper_finds_nests_within_caps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
