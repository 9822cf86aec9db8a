// One extended einsum: a loop nest over ranks, the tensors it touches and how each is indexed.
//
//     O[n,k,p,q] += I[n,c,2*p+r,2*q+s] * W[k,c,r,s]
//
// Iteration space: every combination of the ranks n k p q c r s. += accumulates over the ranks that the output does not
// have (here c r s), = maps, max= reduces by the maximum.
#ifndef AUG_WORKLOAD_EINSUM_H
#define AUG_WORKLOAD_EINSUM_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

enum { AUG_EINSUM_RANKS = 10, AUG_EINSUM_TENSORS = 6, AUG_EINSUM_DIMS = 8, AUG_EINSUM_TERMS = 4 };

typedef enum aug_reduction { AUG_REDUCE_NONE, AUG_REDUCE_SUM, AUG_REDUCE_MAX } aug_reduction;

// One dimension of a tensor: the affine index sum(coefficient · rank).
typedef struct aug_einsum_dim {
    int term_count;
    struct {
        int rank; // index into the einsum's ranks
        int32_t coefficient; // 1 .. 10^9
    } terms[AUG_EINSUM_TERMS];
} aug_einsum_dim;

typedef struct aug_einsum_tensor {
    const char *name;
    int dim_count;
    aug_einsum_dim dims[AUG_EINSUM_DIMS];
} aug_einsum_tensor;

typedef struct aug_einsum {
    int rank_count;
    const char *ranks[AUG_EINSUM_RANKS]; // in order of first appearance
    int tensor_count;                    // inputs in order, the output last
    aug_einsum_tensor tensors[AUG_EINSUM_TENSORS];
    aug_reduction reduction;
    int products;   // multiplications between tensors per iteration point
    int functions;  // other operations per point: + - / exp and so on
    const char *expression; // the text of the right side, as written
} aug_einsum;

// The output tensor.
const aug_einsum_tensor *aug_einsum_output(const aug_einsum *einsum);
// Whether a rank stands in an index of a tensor.
bool aug_einsum_indexes(const aug_einsum_tensor *tensor, int rank);
// A multiply-accumulate of two tensors, which matrix units do.
bool aug_einsum_is_product(const aug_einsum *einsum);
// Operations per iteration point: a multiply-accumulate is two.
double aug_einsum_operations(const aug_einsum *einsum);
// The einsum as text; reading it back gives the same einsum.
void aug_einsum_print(aug_buffer *out, const aug_einsum *einsum);

// What is wrong with the text of an einsum.
typedef struct aug_einsum_error {
    unsigned column; // of the text, from 1
    char message[160];
} aug_einsum_error;

// Reads an einsum. Names are copied into the arena. False with `error` set where the text is none.
bool aug_einsum_read(aug_arena *arena, const char *text, aug_einsum *einsum, aug_einsum_error *error);

#endif
