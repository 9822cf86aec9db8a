// Time of sparse attention with an indexer: few small heads score every cached token, the best are selected, and full attention
// runs over the selected ones only [DeepSeek-V3.2].
//
//     score    2·queries·context·index heads·index size operations, in fp8, and one read of the index keys per sequence and tile of queries;
//              a weighted sum over the heads leaves one 32-bit score per query and token, written and read again
//     select   the k best of each query: two passes over its scores (histogram, then gather), one block per query
//     attend   the decode or prefill kernel over min(context, k) tokens
//     t        launches of two kernels + score + select + attend
//
// Mean context of a causal prompt is past + (new + 1)/2. Selected tokens are scattered: each query reads its own k, nothing is
// shared between neighbours, so a prompt of n tokens attends like n sequences of one token and context min(k, ...).
// No measurements of this kernel are public: the shares are assumptions and every answer rests on the data sheet alone.
//
// Example: 1 query, 65536 tokens, 64 heads of 128: 2·65536·64·128 = 1.07 GFLOP; keys 8.4 MB in fp8, 2.5 µs at 3350 GB/s; attention reads
// 2048 tokens instead of 65536.
#ifndef AUG_KERNEL_SPARSE_ATTENTION_KERNEL_H
#define AUG_KERNEL_SPARSE_ATTENTION_KERNEL_H

#include "kernel/attention_decode_kernel.h"

typedef struct aug_sparse_attention_shape {
    double batch, new_tokens, past_tokens;
    double index_heads, index_size; // heads of the indexer and their size
    double selected;                // tokens that attention keeps per query
    aug_number_format index_format; // of index keys and their multiplication
    double software_seconds;
} aug_sparse_attention_shape;

enum { AUG_SPARSE_LAUNCH, AUG_SPARSE_MATRIX_SHARE, AUG_SPARSE_MEMORY_SHARE, AUG_SPARSE_SELECT };

extern const aug_kernel_model aug_sparse_attention_model;

// Scores and selection, without the attention that follows.
aug_kernel_time aug_sparse_attention_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                          const aug_sparse_attention_shape *shape);

// The decode shape of the attention over the selected tokens: every new token is a sequence of its own.
aug_attention_decode_shape aug_sparse_attention_selected(const aug_sparse_attention_shape *shape,
                                                         const aug_attention_decode_shape *dense);

#endif
