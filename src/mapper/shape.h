// The nests of a keeping without their tiles: which loops and stores follow one another.
//
//     dram[A B Z] for n for k buffer[B] for m buffer[Z] par m n register[A] ...
//
// is one shape, whatever the tiles. Loops in time have two steps at least, so that what stays in place over
// them is known; those in space may have one. Where tiles are short there are many more tiles than shapes:
// 4096 is cut into 127 different counts, three ranks in three gaps make 10^18 nests of a few hundred shapes.
//
// Only for problems without windows, where no restriction looks at loops: the rules of README.md hold.
#ifndef AUG_MAPPER_SHAPE_H
#define AUG_MAPPER_SHAPE_H

#include "mapper/search.h"

enum { AUG_SHAPE_ITEMS = 56 };

typedef struct aug_shape_item {
    uint8_t kind;            // aug_item_kind
    int8_t rank;             // FOR, PAR
    int8_t before;           // FOR, PAR: the loop over the same rank around it; -1: none
    int8_t group, group_end; // PAR: groups of axes that are alike, the loop goes along all of them
    int8_t tensor, memory;   // STORE
} aug_shape_item;

typedef struct aug_shape {
    int count;
    unsigned used_up;            // ranks of which the last loop leaves one point
    int last[AUG_PROBLEM_RANKS]; // the innermost loop over a rank; -1: none
    aug_shape_item at[AUG_SHAPE_ITEMS];
} aug_shape;

// Whether all nests of a space are those of shapes.
bool aug_shapes_apply(const aug_space *space);

typedef void aug_shape_visit(void *context, const aug_shape *shape);

// Goes through all shapes of a keeping. False where a nest has too many nodes to tell.
bool aug_shapes_walk(const aug_search *search, const aug_keeping *keeping, aug_shape_visit *visit,
                     void *context);

#endif
