// Time to bring tokens to the chips of their experts (dispatch), or the experts' answers back (combine).
//
// Every chip holds `tokens` tokens, each routed to `topk` experts that lie evenly on n chips. The kernels
// that are built for low latency send a copy per expert; those built for throughput send one copy per chip
// that holds any of a token's experts:
//
//     copies = topk                                  low latency
//            = n·(1 - (1 - 1/n)^topk)                throughput
//     t = software·h + start + tokens·copies·(n-1)/n·(token + hidden·bytes/(share·B))
//
// B: bandwidth of the links of a chip, one way. `token` is the work of one copy that does not depend on its
// width: slots counted, flags set, addresses read. A combine adds in 16 bits, whatever format was dispatched.
// A dispatch waits for counts that pass through the host: h is the slowness of the host (1: that of a common
// x86 server); 1 for a combine.
//
// Example: 4096 tokens of 4096 words of 2 bytes, topk 1, 8 chips, throughput: copies 8·(1 - 7/8) = 1, of
// which 7/8 leave: 3584 copies of 8192 bytes; with token 10 ns and share·B 100 GB/s: 3584·(10 ns + 81.92 ns)
// = 329 µs, and the start.
//
// Source: the kernels of DeepEP; docs/kernels/collectives.md.
#ifndef AUG_KERNEL_EXPERT_EXCHANGE_KERNEL_H
#define AUG_KERNEL_EXPERT_EXCHANGE_KERNEL_H

#include "kernel/chip.h"
#include "kernel/kernel_model.h"

typedef struct aug_expert_exchange_shape {
    double chips;            // that share the experts; at least 1
    double tokens;           // of one chip
    double hidden;           // words of a token
    double topk;             // experts of a token
    double word_bytes;       // of a word as sent
    bool combine;            // from the experts back
    bool copy_per_expert;    // kernels built for low latency
    double software_seconds; // overhead of the library's kernel
} aug_expert_exchange_shape;

enum {
    AUG_EXPERT_EXCHANGE_START,
    AUG_EXPERT_EXCHANGE_TOKEN,
    AUG_EXPERT_EXCHANGE_DISPATCH,
    AUG_EXPERT_EXCHANGE_COMBINE,
    AUG_EXPERT_EXCHANGE_PER_EXPERT,
    AUG_EXPERT_EXCHANGE_HOST
};

extern const aug_kernel_model aug_expert_exchange_model;

aug_kernel_time aug_expert_exchange_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                         const aug_expert_exchange_shape *shape);

#endif
