// What a member takes at least while its intermediates are at home on the chip.
#ifndef AUG_FUSION_GROUP_LEAST_H
#define AUG_FUSION_GROUP_LEAST_H

#include "fusion/group_front.h"
#include "fusion/group_member.h"
#include "fusion/group_pipe_port.h"

typedef struct aug_group_least {
    double energy_pj; // of all; 0: not known
    double inside_pj; // where the outermost stores of other tensors cost `share` of what they do
    double share;     // 0 .. 1
    double cycles;    // not of ENERGY
    double fast_pj;   // LATENCY: what it takes at least in no more than `cycles`; 0: not known
} aug_group_least;

// What is known so far.
typedef struct aug_group_leasts {
    aug_arena *arena;
    aug_group_members *members; // who searches
    aug_objective objective;
    const aug_group_front *front; // what is known of the group that is searched; NULL: nothing
    struct aug_group_least_entry *first;
} aug_group_leasts;

// `seen`: the member below a prefix. `homes`: memory of each tensor of the group that is an intermediate.
const aug_group_least *aug_group_least_of(aug_group_leasts *known, const aug_group *group, int member,
                                          const aug_problem *seen, const int8_t *homes);
// Looks again, for longer, whether an einsum that recomputing makes takes less energy than `cutoff`. False where
// nothing new is known.
bool aug_group_least_raise(aug_group_leasts *known, const aug_group *group, int member, const aug_problem *seen,
                           const int8_t *homes, double cutoff);

// Points of which the member takes at least as much as one whatever the prefix, in energy and cycles, or (memory not
// -1) cycles of one port; EDP: as far as `cut` leaves them of interest.
void aug_group_least_steps(aug_group_leasts *known, aug_group_pipe_ports *ports, const aug_group *group, int member,
                           const int8_t *homes, int memory, int kind, const aug_product_cut *cut,
                           aug_group_front *to);

#endif
