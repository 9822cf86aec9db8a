// Children that fetch the same words.
//
// Where at most one loop in space moves a group of dimensions, two children that differ along it never fetch
// the same (non-empty) set: their boxes end in different places, and for the sets to be equal one child would
// have to have moved forwards and the other backwards in the same step. Where several loops in space move one
// group, as p and r move I[p+r] in a row-stationary array, children on a diagonal do fetch the same. Then the
// children of a step are looked at one by one.
#ifndef AUG_COST_CHILDREN_H
#define AUG_COST_CHILDREN_H

#include "cost/form.h"

typedef enum aug_direction { AUG_FETCHED, AUG_DRAINED } aug_direction;

// Sums over the steps of one kind of what distinct children bring along one group of dimensions. A child has
// a box b (new when fetching, old when draining) and the part o of it that stays.
typedef struct aug_child_sums {
    aug_count boxes;                              // |b| of distinct b
    aug_count without_empty;                      // |b| of distinct b none of whose children has an empty o
    aug_count part_boxes, part_kept;              // |b| and |o| of distinct (b, o) with o neither empty nor b
    aug_count full_boxes;                         // |b| of distinct b with o = b
    aug_count full_without_empty;                 // of them, those none of whose children has an empty o
    aug_count differences;                        // |b \ o| of distinct sets b \ o with o neither empty nor b
    aug_count twice_empty, twice_box; // of them, those that are also the box of a child whose o is empty; of
                                      // other children alone
    aug_count twice_full;             // of twice_box, those that are also the box of a child with o = b
} aug_child_sums;

// Room for the children of one step; grows where there are more than ever before.
typedef struct aug_children aug_children;
aug_children *aug_children_new(aug_arena *arena);

// The steps at which loop `node` steps; or all tiles (AUG_MOVES_LEAVES); or the first, or the last tiles.
enum { AUG_MOVES_FIRST = -2, AUG_MOVES_LAST = -3 };

// Sums for one group of a tensor over the children that differ by the loops with `shared` set, `end` being
// the child's node.
void aug_children_sums(const aug_form *form, const aug_group *group, int node, int end, const int *choice,
                       const bool *shared, aug_direction direction, aug_children *children,
                       aug_child_sums *sums);

#endif
