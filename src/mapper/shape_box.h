// Intervals of tiles for every loop of a shape.
//
// A box gives each loop the classes of tiles (tile_class.h) that it may have: so many tiles of the rank at
// least, so many at most; and each loop in space inside of others so many steps. It is narrowed to what fits:
// tiles get smaller from the outside in, steps go along the axes, tiles into the memories.
//
// Example: a register file of 256 words for tiles of m and n, both of 1 .. 256 points; where n has 32 and
// more, m has 8 at most.
#ifndef AUG_MAPPER_SHAPE_BOX_H
#define AUG_MAPPER_SHAPE_BOX_H

#include "mapper/shape_terms.h"

#include <math.h>

typedef struct aug_box {
    int from[AUG_SHAPE_ITEMS], to[AUG_SHAPE_ITEMS];          // classes of loops: the fewest tiles, the most
    aug_count least[AUG_SHAPE_ITEMS], most[AUG_SHAPE_ITEMS]; // steps of loops in space inside of others
} aug_box;

// All tiles.
void aug_box_init(const aug_shape_terms *terms, aug_box *box);
// Narrows a box to what fits arrays and memories. False where nothing is left.
bool aug_box_narrow(const aug_shape_terms *terms, aug_box *box);
// Leaves a loop in space no other numbers of steps than these. False where nothing is left.
bool aug_box_limit_steps(const aug_shape_terms *terms, aug_box *box, int item, aug_count least, aug_count most);

static inline const aug_tile_class *aug_box_class(const aug_shape_terms *terms, int item, int class) {
    return &terms->space->classes[terms->shape->at[item].rank].at[class];
}

static inline aug_count aug_box_least_count(const aug_shape_terms *terms, const aug_box *box, int item) {
    return item < 0 ? 1 : aug_box_class(terms, item, box->from[item])->count;
}

static inline aug_count aug_box_most_count(const aug_shape_terms *terms, const aug_box *box, int item) {
    return item < 0 ? 1 : aug_box_class(terms, item, box->to[item])->count;
}

// Tiles of a rank that the beginning of the nest gives: 1, or those of a loop that a group shares.
static inline aug_count aug_shape_given(const aug_space *space, int rank) {
    return space->classes[rank].at[0].count;
}

// Whether all tiles of a rank divide it: those of a shared loop do, and others divide that.
static inline bool aug_shape_is_even(const aug_space *space, int rank) {
    return space->classes[rank].exact && space->problem->sizes[rank] % space->classes[rank].at[0].least == 0;
}

// Whether loops over the same rank stand around one, of the shape or given.
static inline bool aug_shape_is_inside(const aug_shape_terms *terms, int item) {
    return terms->shape->at[item].before >= 0 ||
           aug_shape_given(terms->space, terms->shape->at[item].rank) > 1;
}

// Tiles around a loop, of its rank.
static inline aug_count aug_box_least_around(const aug_shape_terms *terms, const aug_box *box, int item) {
    int before = terms->shape->at[item].before;
    return before < 0 ? aug_shape_given(terms->space, terms->shape->at[item].rank)
                      : aug_box_least_count(terms, box, before);
}

static inline aug_count aug_box_most_around(const aug_shape_terms *terms, const aug_box *box, int item) {
    int before = terms->shape->at[item].before;
    return before < 0 ? aug_shape_given(terms->space, terms->shape->at[item].rank)
                      : aug_box_most_count(terms, box, before);
}

static inline aug_count aug_shape_fan(const aug_space *space, const aug_shape_item *loop) {
    aug_count fan = 1;
    for (int g = loop->group; g < loop->group_end; g++)
        fan *= space->groups[g].fan;
    return fan;
}

static inline aug_count aug_box_least_steps(const aug_shape_terms *terms, const aug_box *box, int item) {
    return aug_shape_is_inside(terms, item) ? box->least[item] : aug_box_least_count(terms, box, item);
}

static inline aug_count aug_box_most_steps(const aug_shape_terms *terms, const aug_box *box, int item) {
    return aug_shape_is_inside(terms, item) ? box->most[item] : aug_box_most_count(terms, box, item);
}

static inline bool aug_box_is_single(const aug_box *box, int item) {
    return item < 0 || box->from[item] == box->to[item];
}

// The loop that decides on the tile of a rank at a store; -1: none.
static inline int aug_shape_loop_above(const aug_shape *shape, int store, int rank) {
    int loop = shape->last[rank];
    while (loop > store)
        loop = shape->at[loop].before;
    return loop;
}

static inline aug_count aug_box_least_tile(const aug_shape_terms *terms, const aug_box *box, int store,
                                           int rank) {
    int loop = aug_shape_loop_above(terms->shape, store, rank);
    return loop < 0 ? terms->space->classes[rank].at[0].least
                    : aug_box_class(terms, loop, box->to[loop])->least;
}

// Whether so many steps of each loop, in any parts along one axis and the other, go into the room of the two; one axis:
// the other has room for 1. `room`: what is left then.
bool aug_axes_hold(const aug_count *steps, int count, aug_count room[2]);

static inline double aug_shape_room(const aug_shape_terms *terms, int memory) {
    const aug_space_memory *of = &terms->space->memories[memory];
    return of->capacity_bits / of->buffers * (1.0 + 1e-12) - terms->held_bits[memory];
}

// Price of operations and of what the nest begins with.
static inline aug_wide aug_shape_fixed(const aug_shape_terms *terms) {
    aug_wide sum = terms->fixed;
    for (int m = 0; m <= terms->space->memory_count; m++)
        sum += terms->given[m];
    return sum;
}

static inline aug_count aug_box_steps_product(const aug_shape_terms *terms, const aug_box *box,
                                              const aug_term_list *loops, bool most) {
    aug_count product = 1;
    for (int i = 0; i < loops->count; i++)
        product *= most ? aug_box_most_steps(terms, box, loops->at[i])
                        : aug_box_least_steps(terms, box, loops->at[i]);
    return product;
}

#endif
