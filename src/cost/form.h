// A mapping taken apart, once per evaluation: the loops of each rank, and which dimensions of a tensor move
// together.
//
// A dimension moves with the ranks in its index. Dimensions that share a rank form a group:
// I[n,c,2*p+r,2*q+s] has the groups n, c, {p r}, {q s}. What happens in different groups multiplies.
#ifndef AUG_COST_FORM_H
#define AUG_COST_FORM_H

#include "cost/walk_memo.h"

typedef struct aug_group {
    unsigned ranks; // that move it
    int rank_count;
    int rank_list[AUG_PROBLEM_RANKS];
    int dim_count;
    aug_problem_dim dims[AUG_PROBLEM_DIMS]; // terms of ranks of size 1 left out
} aug_group;

typedef struct aug_tensor_form {
    int group_count;
    aug_group groups[AUG_PROBLEM_DIMS];
    unsigned ranks;                   // that move any of them
    bool slides;                      // a group has several ranks: tiles overlap
    int store_count;                  // from the outside in
    int stores[AUG_PROBLEM_MEMORIES]; // nodes of the mapping
} aug_tensor_form;

typedef struct aug_form {
    const aug_problem *problem;
    const aug_mapping *mapping;
    aug_rank_walk ranks[AUG_PROBLEM_RANKS];
    aug_tensor_form tensors[AUG_PROBLEM_TENSORS];
    int compute_node;
    aug_walk_memo *memo; // what was found so far
    bool even;           // every tile divides the one around it
} aug_form;

void aug_form_init(aug_form *form, const aug_problem *problem, const aug_mapping *mapping);
// The store of a tensor in a memory, as an index into `stores`; -1: it is not kept there.
int aug_form_store(const aug_form *form, int tensor, int memory);

#endif
