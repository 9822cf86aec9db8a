// Short tiles: all nests of a keeping, by shapes and boxes of tiles.
//
// Each shape is bounded with all of its tiles at once, those that are left are cut into boxes, the one that
// the bound looks to first: a count that it would like between two whole numbers becomes the one, the less
// or the more. A box of single counts is a nest, which the cost of the model decides.
#ifndef AUG_MAPPER_SHAPE_SEARCH_H
#define AUG_MAPPER_SHAPE_SEARCH_H

#include "mapper/shape.h"

// Adds all nests of a keeping that the incumbent of the search wants. False where shapes do not tell all of
// them.
bool aug_shapes_search(aug_search *search);

typedef struct aug_shape_list aug_shape_list;

// Looks for a good nest of a keeping: in the shapes whose bounds are least, the nearest counts of tiles. What it
// knows of shapes then, which the search can begin with; NULL where shapes do not tell all nests.
const aug_shape_list *aug_shapes_dive(aug_search *search, aug_arena *arena, const aug_keeping *keeping,
                                      aug_incumbent *incumbent);

#endif
