// Tiles of one rank, gathered by how many there are.
//
// What a nest moves depends on the number of tiles at each depth, ceil(n / tile), not on the tile itself: n
// 10 is cut into 4 tiles by tiles of 3 alone, into 3 by 4, into 2 by 5 .. 9. A search goes through the
// classes 1, 2, 3, 4, 5, 10 and decides on a tile of each when the nest is complete.
#ifndef AUG_MAPPER_TILE_CLASS_H
#define AUG_MAPPER_TILE_CLASS_H

#include "base/arena.h"
#include "problem/problem.h"

typedef struct aug_tile_class {
    aug_count count;       // tiles of the whole rank
    aug_count steps;       // tiles of the part of it that is searched
    aug_count least, most; // tiles with this count
} aug_tile_class;

typedef struct aug_tile_classes {
    int count; // the first is the whole part, the last tiles of 1
    aug_tile_class *at;
    bool exact; // every tile divides the ones around it
} aug_tile_classes;

// Steps of a loop that cuts the least tiles of one class into those of another: 8 of 9 points are 4 tiles of 2, though 2
// tiles of 8 and 5 of 2 might be steps of 3.
static inline aug_count aug_tile_class_steps(const aug_tile_classes *classes, int outer, int inner) {
    const aug_tile_class *out = &classes->at[outer], *in = &classes->at[inner];
    if (out->least == out->most && in->least == in->most)
        return (out->least + in->least - 1) / in->least;
    return (in->steps + out->steps - 1) / out->steps;
}

// Classes of tiles of a rank of `size` of which `part` is searched (a tile of it that loops further out
// leave; size: no such loops). `perfect`: tiles that divide alone. Tiles of a part that is smaller than the
// rank always divide it.
// A class ends at each tile of `ends`, so that larger ones are in another.
void aug_tile_classes_init(aug_arena *arena, aug_count size, aug_count part, bool perfect,
                           const aug_count *ends, int end_count, aug_tile_classes *classes);

// Whether a loop can cut tiles of class `outer` into tiles of class `inner`: tiles of both exist of which one
// is a multiple of the other. outer <= inner.
bool aug_tile_class_follows(const aug_tile_classes *classes, int outer, int inner);

// The class of a tile, where tiles are exact.
int aug_tile_class_find(const aug_tile_classes *classes, aug_count tile);

#endif
