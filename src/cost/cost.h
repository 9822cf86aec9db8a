// The cost of one mapping: counts, cycles and energy, each with the parts that it is made of.
//
// Counts of dense data are exact integers, totals over all instances that are used; `busiest` ones are those
// of the instance whose port takes longest. What sparse data saves is an expectation, so the figures behind
// zeros are doubles.
#ifndef AUG_COST_COST_H
#define AUG_COST_COST_H

#include "mapping/mapping.h"

// What a memory does with the words of one tensor.
//   READ    words that it gives: to the memory inside, to compute, or up when a partial result leaves it
//   FILL    words that come from the memory outside (writes)
//   UPDATE  words that come from the inside: results (writes, and reads of what they add to)
typedef enum aug_flow_kind { AUG_FLOW_READ, AUG_FLOW_FILL, AUG_FLOW_UPDATE, AUG_FLOW_COUNT } aug_flow_kind;

typedef struct aug_flow {
    aug_count dense;               // words over all instances, before zeros are left out
    aug_count busiest;             // of the busiest instance, dense
    double actual, gated, skipped; // skipped: left out here because an operand is zero
    double absent; // never come here: zeros that a format leaves out, or whose tile was left out further out
                   // dense = actual + gated + skipped + absent
    double busiest_actual, busiest_gated;
    double actions; // accesses of `block` words over all instances (of the actual words)
    double gated_actions;
    double energy_pj;
} aug_flow;

// A tensor in a memory.
typedef struct aug_holding {
    bool kept;
    aug_count tile_words; // most words of the tensor that one instance holds (dense)
    aug_count instances;  // that hold any of it at some time
    aug_flow flows[AUG_FLOW_COUNT];
    aug_count drain_words; // part of the reads: partial results on their way up (all instances)
    double stored_words;   // of the tile, most words behind compression; tile_words where dense
    double expected_words; // the same, expected
    double metadata_bits;  // of the stored tile, most
    double metadata_reads_bits, metadata_writes_bits; // moved, all instances
    double busiest_metadata_reads_bits,
        busiest_metadata_writes_bits; // of the busiest instance: they take time at its ports
    double metadata_energy_pj;
    double energy_pj;
} aug_holding;

typedef enum aug_port_kind { AUG_PORT_SHARED, AUG_PORT_READ, AUG_PORT_WRITE } aug_port_kind;

typedef struct aug_port {
    aug_port_kind kind;
    aug_count words; // of the busiest instance (dense)
    double bits;     // of the busiest instance, after skipping
    double cycles;   // bits over bandwidth; 0 where it is unlimited
} aug_port;

typedef struct aug_memory_cost {
    bool used;
    aug_count instances; // that hold anything at some time
    aug_holding tensors[AUG_PROBLEM_TENSORS];
    double occupancy_bits; // most of one instance, buffers included
    double expected_bits;  // the same, expected with sparse data
    int port_count;
    aug_port ports[2];
    double cycles; // of its slowest port
    double leakage_pj;
    double energy_pj; // of all tensors, metadata and leakage
} aug_memory_cost;

typedef struct aug_compute_cost {
    aug_count instances;  // that compute anything
    aug_count operations; // dense
    aug_count busiest;    // of the busiest instance
    double actual, gated, skipped;
    double absent;    // whose operands never came; operations = actual + gated + skipped + absent
    double cycles;    // of the busiest instance, skipped operations left out
    double imbalance; // expected cycles of the slowest instance over the mean one; 1 where dense
    double energy_pj;
} aug_compute_cost;

typedef struct aug_network_cost {
    double hops[AUG_PROBLEM_TENSORS];         // mean per transfer
    aug_count transfers[AUG_PROBLEM_TENSORS]; // words that enter the array, both ways
    double energy_pj;
} aug_network_cost;

typedef enum aug_rule {
    AUG_RULE_CAPACITY, // occupancy of a memory
    AUG_RULE_FANOUT,   // instances along an axis
    AUG_RULE_MUST,     // a tensor that a memory has to keep
    AUG_RULE_NEVER     // a tensor that a memory may not keep
} aug_rule;

typedef struct aug_violation {
    aug_rule rule;
    int memory, axis, tensor; // -1 where it does not apply
    double have, need;
} aug_violation;

enum { AUG_VIOLATIONS = 64 };

typedef struct aug_cost {
    aug_memory_cost memories[AUG_PROBLEM_MEMORIES];
    aug_compute_cost compute;
    int compute_unit; // which of the problem's
    aug_network_cost networks[AUG_PROBLEM_ARRAYS];
    double compute_cycles, overhead_cycles;
    aug_count folds[AUG_PROBLEM_ARRAYS]; // of the arrays that pay per fold
    double cycles;                       // whole cycles, overhead included
    double utilization; // operations, gated ones included for they take their time, over cycles x all
                        // instances x rate
    bool has_energy;
    double energy_pj, edp_pj_cycles;
    double area_um2; // NaN: not stated
    int violation_count;
    aug_violation violations[AUG_VIOLATIONS];
} aug_cost;

// What searches look at.
typedef struct aug_totals {
    double energy_pj, cycles; // energy NaN: not stated
    bool fits;
} aug_totals;

// What evaluation works in, so that it allocates nothing: one per thread.
typedef struct aug_cost_scratch aug_cost_scratch;
aug_cost_scratch *aug_cost_scratch_new(aug_arena *arena);

// Whole cycles: rounded up, but a value that is a whole number but for the rounding of doubles is that
// number.
double aug_whole_cycles(double cycles);

// Fills `cost`. True where the mapping fits: no violation. The mapping has passed aug_mapping_check.
bool aug_cost_evaluate(const aug_problem *problem, const aug_mapping *mapping, aug_cost_scratch *scratch,
                       aug_cost *cost);

// Totals alone, several times as fast; `cost` is room for mappings that need the long way.
void aug_cost_totals(const aug_problem *problem, const aug_mapping *mapping, aug_cost_scratch *scratch,
                     aug_cost *cost, aug_totals *totals);

#endif
