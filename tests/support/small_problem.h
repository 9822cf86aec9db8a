// A problem filled by hand, without files: a matrix product on a machine of four levels.
//
//     Z[m,n] += A[m,k] * B[k,n], m 8, k 6, n 4; 8 bits, Z 32 bits
//     dram (unlimited)  buffer (1 KiB)  array pe, x 4 and y 2  register (16 B)  mac (1/cycle)
//     memories of 64 bit/cycle, registers unlimited; 8, 1 and 0.125 pJ/bit; 0.5 pJ per operation
//     a vector unit beside the buffer, which cannot multiply and accumulate
#ifndef AUGER_TESTS_SMALL_PROBLEM_H
#define AUGER_TESTS_SMALL_PROBLEM_H

#include "support/testing.h"

#include "mapping/mapping.h"

enum { SMALL_M, SMALL_K, SMALL_N };
enum { SMALL_A, SMALL_B, SMALL_Z };
enum { SMALL_DRAM, SMALL_BUFFER, SMALL_REGISTER };
enum { SMALL_X, SMALL_Y };
enum { SMALL_VECTOR, SMALL_MAC };

static inline aug_problem_tensor small_tensor(const char *name, aug_tensor_role role, int row, int column) {
    return (aug_problem_tensor){.name = name,
                                .role = role,
                                .is_output = role == AUG_ROLE_OUTPUT,
                                .dim_count = 2,
                                .dims = {{1, {{row, 1}}}, {1, {{column, 1}}}},
                                .ranks = 1u << row | 1u << column};
}

static inline aug_problem_memory small_memory(const char *name, int level, int axes_above, aug_count instances, double capacity_bits) {
    aug_problem_memory memory = {.name = name, .level = level, .axes_above = axes_above, .instances = instances, .capacity_bits = capacity_bits,
                                 .buffers = 1, .read_bits_per_cycle = 64, .write_bits_per_cycle = 64, .shared_port = true, .block = 1,
                                 .gated_at = -1, .area_um2 = 100};
    for (int t = 0; t < AUG_PROBLEM_TENSORS; t++) {
        memory.bits[t] = t == SMALL_Z ? 32 : 8;
        for (int a = 0; a < AUG_ACTION_COUNT; a++)
            memory.energy_pj[t][a] = memory.bits[t] * (level == 0 ? 8.0 : level == 1 ? 1.0 : 0.125);
    }
    return memory;
}

static inline void small_problem(aug_problem *problem) {
    *problem = (aug_problem){.name = "product",
                             .rank_count = 3,
                             .ranks = {"m", "k", "n"},
                             .sizes = {8, 6, 4},
                             .tensor_count = 3,
                             .memory_count = 3,
                             .array_count = 1,
                             .axis_count = 2,
                             .compute_count = 2,
                             .operations = 192,
                             .drain_reads = true};
    problem->tensors[SMALL_A] = small_tensor("A", AUG_ROLE_INPUT, SMALL_M, SMALL_K);
    problem->tensors[SMALL_B] = small_tensor("B", AUG_ROLE_WEIGHT, SMALL_K, SMALL_N);
    problem->tensors[SMALL_Z] = small_tensor("Z", AUG_ROLE_OUTPUT, SMALL_M, SMALL_N);
    problem->memories[SMALL_DRAM] = small_memory("dram", 0, 0, 1, (double)INFINITY);
    problem->memories[SMALL_BUFFER] = small_memory("buffer", 1, 0, 1, 8192);
    problem->memories[SMALL_REGISTER] = small_memory("register", 4, 2, 8, 128);
    problem->memories[SMALL_REGISTER].read_bits_per_cycle = problem->memories[SMALL_REGISTER].write_bits_per_cycle = (double)INFINITY;
    problem->arrays[0] = (aug_problem_array){.name = "pe", .level = 3, .axis_count = 2};
    problem->axes[SMALL_X] = (aug_problem_axis){.name = "pe.x", .memories_above = 2, .fanout = 4, .multicast = ~0u, .reduce = ~0u};
    problem->axes[SMALL_Y] = (aug_problem_axis){.name = "pe.y", .memories_above = 2, .fanout = 2, .multicast = ~0u, .reduce = ~0u};
    problem->computes[SMALL_VECTOR] = (aug_problem_compute){.name = "vector", .level = 2, .unit = AUG_UNIT_VECTOR, .memories_above = 2, .instances = 1};
    problem->computes[SMALL_MAC] = (aug_problem_compute){.name = "mac", .level = 5, .unit = AUG_UNIT_MATRIX, .memories_above = 3, .axes_above = 2,
                                                         .instances = 8, .rate_per_cycle = 1, .energy_pj = 0.5, .area_um2 = 10};
}

// The text of a nest as the document that holds nothing else; it may be no YAML.
static inline const aug_node *small_nest(test_ground *ground, const char *text) {
    aug_document *document = AUG_NEW(&ground->arena, aug_document);
    aug_node *node = AUG_NEW(&ground->arena, aug_node);
    *document = (aug_document){.name = "nest", .text = text, .length = strlen(text), .root = node};
    *node = (aug_node){.document = document, .text = text, .line = 1, .column = 1, .weight = 1};
    return node;
}

#endif
