// What a member costs at least below the shared loops of a group.
#ifndef AUG_MAPPER_GROUP_FLOOR_H
#define AUG_MAPPER_GROUP_FLOOR_H

#include "mapper/group_least.h"

typedef struct aug_group_floor {
    double energy_pj, cycles;
    double passing_pj; // part of the energy: what passes the outermost stores at least
} aug_group_floor;

// `seen`: the member below this prefix (aug_group_seen). `least`: what is known of it with the homes of this
// prefix; NULL: nothing.
aug_group_floor aug_group_floor_of(const aug_group *group, const aug_group_prefix *prefix, int member,
                                   const aug_problem *seen, const aug_group_least *least);

// The same with what is known, searched where it is not. `perfect`: tiles behind the prefix divide.
aug_group_floor aug_group_floor_with(aug_group_leasts *leasts, aug_group_sights *sights, bool perfect,
                                     const aug_group *group, const aug_group_prefix *prefix, int member,
                                     const aug_problem *seen, const int8_t *homes);

// Energy that a member takes below any prefix, given what it takes at least when it runs alone; 0: nothing is
// known.
double aug_group_least_pj(const aug_group *group, int member, double alone_pj);

#endif
