// What has no room to stay on the chip over shared loops comes again.
#include "support/group_world.h"

#include "fusion/group_repeat.h"

#include <math.h>
#include <string.h>

static unsigned tensor_bit(const aug_group *group, const char *name) {
    for (int t = 0; t < group->tensor_count; t++)
        if (strcmp(group->tensors[t], name) == 0)
            return 1u << t;
    fail();
    return 0;
}

// A chain of two products on a chip of two memories: 800 pJ for a word of 8 bits in DRAM.
static aug_group *read_chain(test_ground *ground, int bits, group_world *world) {
    group_world_read(ground, GROUP_CHAIN,
                     aug_arena_print(&ground->arena,
                                     "auger: machine/1\nname: chip\nclock: 1 GHz\nlevels:\n"
                                     "  - {memory: DRAM, size: inf, bandwidth: 8 bit/cycle, energy: 100 pJ/bit}\n"
                                     "  - {memory: GLB, size: %d bit, bandwidth: 64 bit/cycle, energy: 2 pJ/bit}\n"
                                     "  - {compute: MAC, rate: 1/cycle, energy: 1 pJ}\n",
                                     bits),
                     world);
    aug_group *group = AUG_NEW(&ground->arena, aug_group);
    assert_true(aug_group_init(world->members, world->count, 0, world->count, NULL, group));
    return group;
}

// `DRAM[T0 W0 W1 T2] for m:2 GLB[T1]`.
static aug_group_prefix rows_of_two(const aug_group *group) {
    int m = 0;
    while (strcmp(group->ranks[m], "m") != 0)
        m++;
    unsigned inner = tensor_bit(group, "T1"), all = (1u << group->tensor_count) - 1u;
    return (aug_group_prefix){.count = 3,
                              .nodes = {{.tensors = all & ~inner},
                                        {.is_loop = true, .rank = m, .tile = 2},
                                        {.memory = 1, .tensors = inner}}};
}

// T1[m,n1] += T0[m,n0] W0[n0,n1], T2[m,n2] += T1[m,n1] W1[n1,n2], m 8, n0 4, n1 8, n2 4, 8-bit words at 100
// pJ a bit in DRAM, below `DRAM[T0 W0 W1 T2] for m:2 GLB[T1]`: T1 has 2 x 8 words in GLB, W0 and W1 32 each,
// and the loop over m, 4 steps, moves neither. GLB of
//   80 words (640 bit) has room for T1, W0 and W1;
//   64 words (512 bit) for T1 and one of them: the other comes 3 more times, 96 words at 800 pJ;
//   40 words (320 bit) for neither: 192 words, and each member alone has 96 of them.
static void weights_come_again(void **state) {
    static const struct {
        int bits;
        double together, each;
    } rows[] = {{640, 0.0, 0.0}, {512, 76800.0, 0.0}, {320, 153600.0, 76800.0}};
    double least = 0.0;
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        group_world world;
        const aug_group *group = read_chain(&ground, rows[i].bits, &world);
        const aug_group_prefix prefix = rows_of_two(group);
        const aug_group_least *leasts[2] = {NULL, NULL};
        aug_group_floor floors[2];
        aug_group_floor both = aug_group_floors(group, &prefix, true, world.members, leasts, floors);
        if (i == 0)
            least = both.energy_pj;
        assert_true(fabs(both.energy_pj - least - rows[i].together) < 1e-6);
        assert_true(fabs(floors[0].energy_pj + floors[1].energy_pj - least - 2.0 * rows[i].each) < 1e-6);
        test_end(&ground);
    }
}

// The first product of the same reads 32 words of T0 and 32 of W0, 51,200 pJ, and does 256 operations, 256 pJ. Where
// its outermost stores cost a quarter of that it takes 20,000 pJ at least: three quarters of 51,200 pJ more make
// 58,400. At three quarters it is a quarter more, 32,800, which is less than 51,456. What it takes with all is a floor, too.
static void what_passes_counts_in_part(void **state) {
    static const struct {
        aug_group_least least;
        double energy_pj;
    } rows[] = {{{.energy_pj = 50000.0, .inside_pj = 20000.0, .share = 0.25}, 58400.0},
                {{.energy_pj = 50000.0, .inside_pj = 20000.0, .share = 0.75}, 51456.0},
                {{.energy_pj = 60000.0, .inside_pj = 20000.0, .share = 0.25}, 60000.0},
                {{.energy_pj = 0.0, .inside_pj = 20000.0, .share = 0.0}, 71200.0}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        group_world world;
        const aug_group *group = read_chain(&ground, 640, &world);
        const aug_group_prefix prefix = rows_of_two(group);
        aug_group_floor floor = aug_group_floor_of(group, &prefix, 0, world.members[0], &rows[i].least);
        assert_true(fabs(floor.energy_pj - rows[i].energy_pj) < 1e-6);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(weights_come_again),
                                       cmocka_unit_test(what_passes_counts_in_part)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
