// Crossings of words over the arrays of a chip: what an operator waits for however little it has to do.
//
//     crossing = (hop + sum_hop) · Σ fanout / clock    words in to the farthest instance, results out again
//     rounds   = products + maps + sum_rounds · reductions
//                where the data lie outside of the arrays: every operator streams through
//     rounds   = products + sum_rounds · reductions
//                where they lie inside: a map finds its data at home
//
// A product sends its operand to all instances and sums their parts on the way out: one round. A map that
// needs a sum or a maximum of its own input waits for one more per reduction: a norm for one, a softmax for
// two (three passes over the scores [FUSEMAX]).
//
// A chip whose outermost memory lies inside its arrays holds each weight in one place, so a layer is a region
// of the chip: of L layers on it each has 1/L of the instances, which shortens each of d axes to L^(-1/d) of
// its length.
//
// 32 layers on 950 x 947 cores, 1 cycle per hop in and 5 out at 1.1 GHz: a region of 168 x 167, a crossing of
// (1 + 5) · 335 = 2012 cycles, 1.83 us; on the whole chip 10.3 us. tests/unit/crossings_test.c asserts both.
#ifndef AUG_COST_CROSSINGS_H
#define AUG_COST_CROSSINGS_H

#include "machine/machine.h"
#include "workload/graph.h"

// How a machine's arrays are crossed.
typedef struct aug_crossing {
    double seconds;    // over the whole chip, in and out; 0: not modelled
    double in_seconds; // in, or out where nothing is summed
    bool per_kernel;   // once per kernel, as mappings count it: machines described to their end
    bool resident;     // the outermost memory lies inside
    double axes;       // of the arrays around it, all together
    double sum_rounds; // of one reduction
} aug_crossing;

// What operators wait for, each by its number.
typedef struct aug_crossings {
    double products, maps, reductions;
} aug_crossings;

aug_crossing aug_crossing_of(const aug_machine *machine);
// Adds an operator, `repeats` times.
void aug_crossings_add(aug_crossings *count, const aug_operator *op, double repeats);
// Crossings one after another; 0 where they count per kernel.
double aug_crossing_rounds(const aug_crossing *crossing, const aug_crossings *count);
// Seconds of one crossing where `layers` layers share the chip; 0 or 1: the whole chip.
double aug_crossing_seconds(const aug_crossing *crossing, double layers);

#endif
