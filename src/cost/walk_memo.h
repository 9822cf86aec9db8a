// What was found of a rank's walk, kept for the rest of an evaluation: edges, instances and tensors ask for
// the same again and again.
#ifndef AUG_COST_WALK_MEMO_H
#define AUG_COST_WALK_MEMO_H

#include "cost/rank_walk.h"

typedef struct aug_move_list {
    const aug_move *items;
    int count;
    aug_count sum; // of the counts of all moves
} aug_move_list;

typedef struct aug_walk_memo aug_walk_memo;
aug_walk_memo *aug_walk_memo_new(aug_arena *arena);
// Forgets everything: another mapping. Has to come before the first one, too.
void aug_walk_memo_clear(aug_walk_memo *memo);

// As aug_walk_moves. Lists that are too long to keep are made in `spare`; all are good until the memo is
// cleared or `spare` is used again.
aug_move_list aug_walk_memo_moves(aug_walk_memo *memo, const aug_rank_walk *walk, int rank, const int *choice,
                                  int node, int end, aug_moves *spare);

#endif
