// A kernel of several operators as slices that are worked on one after another, each so small that what stays
// on the chip between the operators has room there.
//
//     scores S[b,g,q,m,p], softmax P[b,g,q,m,p], values O[b,g,q,m,v]; b 1, g 8, q 4, m 1024, p 1024
//     S of 32 bits: 8 · 4 · 1024 · 1024 · 4 B = 134 MB, with P of 16 bits 201 MB
//     room for 64 MB: slices of one group g, eight times
//
// Only ranks that index every tensor that stays and every result are cut: slices then do not meet. First
// those that index all tensors, which costs nothing; then heads, then tokens, where what does not depend on
// them is read again in each slice.
//
// A causal mask cuts the new tokens into at least eight slices: slice i of k attends to past + i/k · new
// positions, so the mean slice, which stands for all, to past + (k + 1) / 2 · new / k. Eight slices compute
// 9/16 of the pairs; the mask leaves 1/2.
//
// Experts that have work are an expectation: each is a slice, repeated as often as is expected.
#ifndef AUG_SYSTEM_SLICES_H
#define AUG_SYSTEM_SLICES_H

#include "cost/call.h"

typedef struct aug_slices {
    double times;                                         // the kernel is so many slices
    double sizes[AUG_KERNEL_OPERATORS][AUG_EINSUM_RANKS]; // of each operator's ranks in one of them
    unsigned stay[AUG_KERNEL_OPERATORS]; // set of each operator's tensors that stay on the chip: made in the
                                         // kernel, for it
    double kept_bits[AUG_KERNEL_OPERATORS]; // that stay on the chip for others while an operator runs
    double most_bits;                       // that stay on the chip at any time
    bool masked;                            // pairs that a mask leaves out are computed in part
} aug_slices;

// Cuts the operators [first, first + count). `room_bits` is for what stays on the chip; 0: nothing stays
// there.
void aug_slices_make(const aug_operator *first, int count, const aug_setting *setting, double room_bits,
                     aug_slices *slices);

#endif
