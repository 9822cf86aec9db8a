// All einsums of a workload bound to a machine.
#ifndef AUGER_TESTS_GROUP_WORLD_H
#define AUGER_TESTS_GROUP_WORLD_H

#include "support/test_bind.h"

#include "fusion/group.h"

enum { GROUP_WORLD_MOST = 8 };

typedef struct group_world {
    int count;
    const aug_problem *members[GROUP_WORLD_MOST];
} group_world;

static inline void group_world_read(test_ground *ground, const char *workload, const char *machine_text, group_world *world) {
    const aug_machine *machine = test_read_machine(ground, machine_text);
    aug_model *model = AUG_NEW(&ground->arena, aug_model);
    assert_true(aug_model_from_workload(&ground->reader, test_parse(ground, workload), "test", model));
    const aug_graph *graph = &model->stages[0].graph;
    assert_true(graph->count <= GROUP_WORLD_MOST);
    world->count = graph->count;
    for (int i = 0; i < graph->count; i++) {
        aug_problem *problem = AUG_NEW(&ground->arena, aug_problem);
        aug_count sizes[AUG_EINSUM_RANKS];
        assert_true(aug_operator_counts(&graph->operators[i], sizes));
        if (!aug_problem_bind(&ground->reader, &graph->operators[i], sizes, machine, problem)) {
            print_error("%s\n", ground->errors.items[0].message);
            fail();
        }
        world->members[i] = problem;
    }
}

#define GROUP_CHAIN                                                                                                    \
    "auger: workload/1\nranks: {m: 8, n0: 4, n1: 8, n2: 4}\n"                                                          \
    "einsums: ['T1[m,n1] += T0[m,n0] * W0[n0,n1]', 'T2[m,n2] += T1[m,n1] * W1[n1,n2]']\n"
#define GROUP_CHAIN_MACHINE                                                                                            \
    "auger: machine/1\nname: chip\nclock: 1 GHz\ndrain: read\nlevels:\n"                                               \
    "  - {memory: DRAM, size: inf, bandwidth: 8 bit/cycle, energy: 100 pJ/bit}\n"                                      \
    "  - {memory: GLB, size: 512 bit, bandwidth: 64 bit/cycle, energy: 2 pJ/bit}\n"                                    \
    "  - {compute: MAC, rate: 1/cycle, energy: 1 pJ}\n"
#define GROUP_ATTENTION                                                                                                \
    "auger: workload/1\nranks: {h: 2, m: 128, p: 128, e: 32, f: 32}\n"                                                 \
    "einsums: ['S[h,m,p] += Q[h,m,e] * K[h,p,e]', 'A[h,m,p] = S[h,m,p]', 'O[h,m,f] += A[h,m,p] * V[h,p,f]']\n"
#define GROUP_ATTENTION_MACHINE                                                                                        \
    "auger: machine/1\nname: chip\nclock: 1 GHz\ndrain: read\nlevels:\n"                                               \
    "  - {memory: DRAM, size: inf, bandwidth: 64 bit/cycle, energy: 64 pJ/bit}\n"                                      \
    "  - {memory: GLB, size: 131072 bit, bandwidth: 512 bit/cycle, energy: 2 pJ/bit}\n"                                \
    "  - {compute: MAC, rate: 1/cycle, energy: 1 pJ}\n"

#endif
