// What stays in place over the loops that a nest begins with.
//
// A loop in time right below the last store of a tensor that it moves rises above it: the tile is smaller, and comes
// in as often. Not so where loops of the prefix leave the tensor in place and no loop in time behind them has moved
// it yet, for then its tile stays over all of their steps, and does not once the loop is above it:
//
//     for m | glb[Z] for k    Z[k] comes once
//     for m | for k glb[Z]    Z[k] comes for each m
//
// So does a tensor that loops have moved where the prefix leaves a short tile of one of its ranks: in that tile the
// loop may have one step, or an instance none, and what was there before is there still when the next step of an
// outer loop comes. Example: m 3 in tiles of 2 below `for n`, then `par m`: the second instance idles while m 2 is
// looked at, and finds m 1 in place for the next n.
#ifndef AUG_MAPPER_KEPT_OVER_H
#define AUG_MAPPER_KEPT_OVER_H

#include "mapper/frame.h"

// Sets of tensors: that stay as long as no loop in time moves them; and, of those, whatever moves them. Of a part
// alone, whose loops the prefix may be in any order with.
void aug_kept_over_find(const aug_space *space, const aug_keeping *keeping, const aug_mapper_options *options,
                        unsigned *kept, unsigned *partly);

// Ranks whose loops in time may not rise above a store of a tensor: all that move it, while it is kept.
static inline unsigned aug_kept_over_ranks(const aug_space *space, unsigned kept, int tensor, int memory) {
    bool counts = !space->outside_in_prefix || space->memories[memory].segment > 0;
    return counts && (kept >> tensor & 1) ? space->tensors[tensor].ranks : 0;
}

#endif
