// Groups against an exhaustive search of their whole space, written a second time: every order and tile of
// shared loops, every place of every store in the prefix and in the branches, every loop of the branches.
//
// Memories are dram and one buffer. Of each member below each prefix all nests are walked and those kept that
// no other is below in energy, cycles, cycles of each port, what stays and what passes (group_cost.c); members are
// then joined under the buffer's capacity, in turns and, where they work on two units, as a pipeline.
#ifndef AUGER_TESTS_GROUP_EXHAUST_H
#define AUGER_TESTS_GROUP_EXHAUST_H

#include "support/group_world.h"

enum { EXHAUST_NESTS = 4096, EXHAUST_LOOPS = 4, EXHAUST_WINDOWS = 8 };

typedef enum exhaust_halo { EXHAUST_PLAIN, EXHAUST_RETAIN, EXHAUST_RECOMPUTE } exhaust_halo;

typedef struct exhaust_point {
    double energy, cycles, lasting, passing;
    double ports[2]; // cycles of dram and of the buffer
} exhaust_point;

typedef struct exhaust_points {
    int count;
    exhaust_point at[EXHAUST_NESTS];
} exhaust_points;

// How a loop over a shared rank cuts a rank of a member that lacks it: steps of t by stride * t, in windows of
// stride * t + halo.
typedef struct exhaust_window {
    int member;
    const char *shared, *own;
    aug_count stride, halo;
} exhaust_window;

typedef struct exhaust_loop {
    const char *rank;
    aug_count tile;
    exhaust_halo halo;
} exhaust_loop;

struct exhaust;
// The einsum that a member is below loops that recompute its windows.
typedef const aug_problem *exhaust_seen(const struct exhaust *b, int member, const exhaust_loop *loops, int count);

typedef struct exhaust {
    test_ground *ground;
    const group_world *world;
    bool perfect;
    aug_overlap overlap;
    double capacity;
    int window_count;
    exhaust_window windows[EXHAUST_WINDOWS];
    exhaust_seen *seen; // of windows
    const void *context;
    aug_cost_scratch *scratch;
    aug_cost *cost;
    uint64_t nests;
    exhaust_points *into; // the front of the group that is walked
    exhaust_points whole; // of the workload
} exhaust;

typedef struct exhaust_tally {
    int chains, answers, proven, equal;
    int energies, fastest; // answers of least energy; of these none takes fewer cycles
    int retained, remade; // answers with a loop that does so
    int pipelined;        // answers with a pipeline
    uint64_t nests;
} exhaust_tally;

// Fills `whole`: of every way to cut the members into runs of neighbours.
void exhaust_run(exhaust *b);
// Whether the mapper's answer is proven and equal. Prints it with the two texts where it is not.
bool exhaust_check(exhaust *b, aug_objective objective, const char *workload, const char *machine, exhaust_tally *sum);

#endif
