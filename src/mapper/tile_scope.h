// Which tiles of a rank are looked at where they may be short: of those that cut it into the same number the least, or all.
//
// For most problems the least will do, and loops that stand where no store asks for them. In others the last tile of a rank
// matters by a few words. m 4 on three places as 3 + 1 reads back one partial sum less than 2 + 2; 5 as `for m:4` with the 4
// side by side fills a place more than steps of 3; r 3 as `for r:2 for m:1 store[A] for r:1 store[B]` keeps the third word
// of B over all m. For that to be found every tile has to be tried, every loop in every gap, and each rank along the
// axes of an array in any order: only for problems that are small.
#ifndef AUG_MAPPER_TILE_SCOPE_H
#define AUG_MAPPER_TILE_SCOPE_H

#include "mapper/mapper.h"
#include "mapper/tile_class.h"

enum { AUG_TILE_SCOPE_SIZE = 16 }; // of a rank, at most, where all tiles are tried

// Whether all are.
bool aug_tile_scope_all(const aug_problem *problem, const aug_mapper_options *options);

// The classes of a rank of which `part` is searched.
void aug_tile_scope_classes(aug_arena *arena, const aug_problem *problem, const aug_mapper_options *options, bool all,
                            int rank, aug_count part, aug_tile_classes *classes);

#endif
