// Words that move along one edge: between a store and the next one of its tensor further out, or between
// compute and the innermost store.
//
// An instance fetches exactly the words of its new tile that it did not hold. With B(i) its tile in step i:
//
//     fetched = sum |B(i)| - sum |B(i) ∩ B(i-1)|
//
// Both sums are products over what is independent. A step belongs to one loop in time: that loop goes on by
// one, all loops inside of it start over, all outside stand still. So for each loop the overlap is the
// product over the groups of dimensions of how far their ranks moved, and the number of such steps the
// product over all other ranks. Example: I[p+r], p 8, r 3, `for p:2` above the store: tiles of 4 words, 4 of
// them: 16 words; 3 steps of `for p` overlap by 2 each: 16 - 6 = 10 words fetched, each once.
//
// What the parent gives can be less: children whose fetched sets are equal share one read (children.h).
#ifndef AUG_COST_TRAFFIC_H
#define AUG_COST_TRAFFIC_H

#include "cost/children.h"
#include "cost/form.h"

typedef struct aug_edge {
    int tensor;
    int parent, child; // nodes; parent -1: the outermost store; child the compute node: every operation
                       // fetches its word
    bool whole;        // no reuse from the tile before
} aug_edge;

// The edge above store `index` of a tensor; index = store_count: the edge between compute and the innermost
// store.
aug_edge aug_form_edge(const aug_form *form, int tensor, int index);

// Words that the children receive, each counted: for the instances that `choice` picks (rank_walk.h).
aug_count aug_traffic_at_child(const aug_form *form, const aug_edge *edge, const int *choice,
                               aug_moves *moves);
// Words that the parent gives (AUG_FETCHED) or takes (AUG_DRAINED): equal sets once where the axes allow to
// share.
aug_count aug_traffic_at_parent(const aug_form *form, const aug_edge *edge, const int *choice,
                                aug_direction direction, aug_moves *moves, aug_children *children);
// Whether children may share transfers of the tensor downwards just where they may upwards.
bool aug_traffic_is_symmetric(const aug_form *form, const aug_edge *edge);
// Words of the output that no one has written before they are fetched, hence not read back: each word once
// per instance that ever holds it. At the parent, sharers count once.
aug_count aug_traffic_first_at_child(const aug_form *form, const aug_edge *edge, const int *choice,
                                     aug_moves *moves);
aug_count aug_traffic_first_at_parent(const aug_form *form, const aug_edge *edge, const int *choice,
                                      aug_direction direction, aug_moves *moves);

// What the words of an edge are made of, for explanations: one term per loop that keeps words, and the tiles.
typedef struct aug_traffic_term {
    int node;        // the loop; AUG_MOVES_LEAVES: all tiles
    aug_count steps; // how often, over all instances; of tiles: how many
    aug_count words; // all tiles, or what stays at such steps
} aug_traffic_term;
int aug_traffic_terms(const aug_form *form, const aug_edge *edge, const int *choice, aug_moves *moves,
                      aug_traffic_term *terms, int most);

#endif
