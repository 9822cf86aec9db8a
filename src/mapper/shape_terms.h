// What a shape costs: a sum of terms
//
//     price of a word · words of the tensor · counts of tiles · steps in space / steps that share
//
// one for each way over an edge between stores that has a price, as frame.c counts them. Counts and steps are
// those of the shape's loops, whose tiles are not known yet.
//
// Example: Z[m,n] += A[m,k] B[k,n], `dram for m for n buffer[A]`: the loop over n leaves A in place, so A is
// filled once; `for n for m buffer[A]`: words of A times tiles of n.
#ifndef AUG_MAPPER_SHAPE_TERMS_H
#define AUG_MAPPER_SHAPE_TERMS_H

#include "mapper/shape.h"

enum { AUG_SHAPE_TERMS = 64, AUG_SHAPE_FLOWS = 48, AUG_SHAPE_FACTORS = 12 };

typedef enum aug_term_kind {
    AUG_TERM_MOVED, // words that come to a store
    AUG_TERM_AGAIN, // of them, those that had been there before
    AUG_TERM_OPERANDS,
    AUG_TERM_RESULTS // read again by compute
} aug_term_kind;

typedef struct aug_term_list {
    int count;
    int8_t at[AUG_SHAPE_FACTORS]; // items of the shape
} aug_term_list;

typedef struct aug_shape_term {
    uint8_t kind; // aug_term_kind
    aug_count price, words;
    aug_count given;             // tiles that multiply, of loops that the nest begins with
    aug_term_list counts, steps; // that multiply: tiles at loops; steps of loops in space since
    aug_term_list copies;        // steps of all loops in space that do not move the tensor
    aug_term_list sharers;       // of them, steps that divide
    aug_term_list dividers;      // tiles that divide: where all loops over a rank so far share
    int mover;                   // the innermost loop in time that moves the tensor; -1: none
    int given_two;               // then as of aug_frame; else -1
    int store, child;            // the item; its memory, or memory_count
} aug_shape_term;

// Words that pass a port.
typedef struct aug_shape_flow {
    aug_shape_term term; // price 1
    int memory, store;   // the item where the memory's store stands; -1: at home
    bool writes;
} aug_shape_flow;

typedef struct aug_shape_terms {
    const aug_space *space;
    const aug_keeping *keeping;
    const aug_shape *shape;
    double most_cycles;                     // nests that take more are of no interest
    aug_wide fixed;                         // price of operations
    aug_wide given[AUG_PROBLEM_MEMORIES + 1]; // of what the nest begins with, as all of the next three
    double held_bits[AUG_PROBLEM_MEMORIES];   // and whole tensors at home
    double read_bits[AUG_PROBLEM_MEMORIES], write_bits[AUG_PROBLEM_MEMORIES];
    int count, flow_count;
    aug_shape_term at[AUG_SHAPE_TERMS];
    aug_shape_flow flows[AUG_SHAPE_FLOWS]; // where ports are not unlimited
} aug_shape_terms;

// False where there are too many terms.
bool aug_shape_terms_init(const aug_search *search, const aug_keeping *keeping, const aug_shape *shape,
                          aug_shape_terms *terms);
// Whether a loop over a rank leaves a tensor in place.
static inline bool aug_shape_leaves(const aug_space *space, int tensor, int rank) {
    return !(space->tensors[tensor].ranks >> rank & 1);
}

static inline bool aug_term_list_has(const aug_term_list *list, int item) {
    for (int i = 0; i < list->count; i++)
        if (list->at[i] == item)
            return true;
    return false;
}

#endif
