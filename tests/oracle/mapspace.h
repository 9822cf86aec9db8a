// The whole space of mappings of a tiny problem, walked without leaving anything out: what the mapper has to
// find.
//
// It shares no code with src/mapper. Values are those of aug_cost_totals.
#ifndef AUGER_TESTS_MAPSPACE_H
#define AUGER_TESTS_MAPSPACE_H

#include "cost/cost.h"
#include "mapper/restriction.h"

enum { MAPSPACE_FRONT = 64 };

typedef struct mapspace_point {
    double energy_pj, cycles;
    aug_mapping mapping;
} mapspace_point;

typedef struct mapspace_options {
    bool perfect;
    const aug_restriction *restriction; // NULL: none
    uint64_t most;                      // mappings; the walk ends there
    bool arrays_in_order;               // in each gap the loops of outer arrays stand outside
    const aug_mapping_node *shared;     // every nest goes on with these behind its outermost stores
    int shared_count;
    bool larger_tiles;                  // short tiles: those that are larger than their number takes, too
} mapspace_options;

typedef struct mapspace_result {
    bool complete;                       // false: there are more mappings than `most`
    uint64_t count, fits;                // mappings walked, those that may be answers
    mapspace_point energy, latency, edp; // where fits > 0; ties by the other figure
    int front_count;
    mapspace_point front[MAPSPACE_FRONT];
} mapspace_result;

// Sums of the same numbers in another order differ by this much at most.
#define MAPSPACE_ROUNDING 1e-9
bool mapspace_less(double a, double b); // by more than rounding

void mapspace_walk(aug_arena *arena, const aug_problem *problem, const mapspace_options *options,
                   mapspace_result *result);

#endif
