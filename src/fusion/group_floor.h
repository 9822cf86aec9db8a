// What a member costs at least below the shared loops of a group.
#ifndef AUG_FUSION_GROUP_FLOOR_H
#define AUG_FUSION_GROUP_FLOOR_H

#include "fusion/group_least.h"
#include "fusion/group_pipe.h"

typedef struct aug_group_floor {
    double energy_pj, cycles;
    double port_cycles[AUG_PORT_KINDS]; // of the ports of the outermost memory
} aug_group_floor;

// What is read from and written to the outermost stores, as far as it is known; bits: of the outermost
// memory.
typedef struct aug_group_passing {
    double energy_pj, read_bits, write_bits;
} aug_group_passing;

// `seen`: the member below this prefix (aug_group_seen).
aug_group_passing aug_group_passing_of(const aug_group *group, const aug_group_prefix *prefix, int member,
                                       const aug_problem *seen);
// Adds words of a tensor.
void aug_group_pass_words(const aug_group *group, int member, int tensor, double read, double write,
                          aug_group_passing *passing);
aug_group_floor aug_group_floor_with(const aug_group *group, const aug_group_prefix *prefix, int member,
                                     const aug_problem *seen, const aug_group_least *least,
                                     const aug_group_passing *passing);

// `least`: what is known of the member with the homes of this prefix; NULL: nothing.
aug_group_floor aug_group_floor_of(const aug_group *group, const aug_group_prefix *prefix, int member,
                                   const aug_problem *seen, const aug_group_least *least);

// What is known of it, searched where it is not. `perfect`: tiles behind the prefix divide.
const aug_group_least *aug_group_least_below(aug_group_leasts *leasts, aug_group_sights *sights, bool perfect,
                                             const aug_group *group, const aug_group_prefix *prefix,
                                             int member, const aug_problem *seen, const int8_t *homes);

// What a fused member takes less than alone, at most; infinite: not known.
double aug_group_saved_pj(const aug_group *group, int member);
aug_group_load aug_group_floor_load(const aug_group_floor *floor);

// Energy that a member takes below any prefix, given what it takes at least when it runs alone; 0: nothing is
// known.
double aug_group_least_pj(const aug_group *group, int member, double alone_pj);

#endif
