// Tiles that a shared loop of a group may have.
#ifndef AUG_FUSION_GROUP_TILES_H
#define AUG_FUSION_GROUP_TILES_H

#include "base/arena.h"
#include "problem/problem.h"

typedef struct aug_group_tiles {
    int count;
    aug_count *at;
} aug_group_tiles;

// Perfect: the divisors of the size. Else of short ranks all tiles, of long ones the divisors and the multiples of a
// sixteenth; of those that cut the rank into the same number the least, for of windowed ranks others only have longer
// windows. Not the size itself. Example: 5 has 1 (5 of them), 2 (3) and 3 (2); perfect 1 alone.
void aug_group_tiles_list(aug_arena *arena, aug_count size, bool perfect, aug_group_tiles *tiles);

#endif
