// Time of multi-head latent attention: all heads share one cached vector per token.
//
// Decode: heads attend to the latent itself (512 numbers that are keys and values, and 64 rotary ones that are keys only), so that a
// cached token is read once for all heads and a matrix tile holds one row per head [DeepSeek-V2 §2.1]. The mechanism is that of
// attention_decode_kernel.h with one key head; intensity grows with the heads of the chip: 128 heads in 8 bit are 2·128·(576 + 512)
// operations per 576 bytes, 483 a byte, beyond the ridge of every chip.
// Prefill: keys (192) and values (128) are expanded per head, the mechanism is that of attention_prefill_kernel.h.
//
// Both are kinds of their own since their kernels are: a tile of keys holds 576 numbers and fills a unit's memory, so that one block is
// resident, and latencies of a step are longer than with heads of 128. The constants have the same meanings and the same order.
#ifndef AUG_KERNEL_LATENT_ATTENTION_KERNEL_H
#define AUG_KERNEL_LATENT_ATTENTION_KERNEL_H

#include "kernel/attention_decode_kernel.h"
#include "kernel/attention_prefill_kernel.h"

typedef aug_attention_decode_shape aug_mla_decode_shape;   // kv_heads 1, head_size 576, value_size 512
typedef aug_attention_prefill_shape aug_mla_prefill_shape; // kv_heads as query_heads, head_size 192, value_size 128

extern const aug_kernel_model aug_mla_decode_model, aug_mla_prefill_model;

aug_kernel_time aug_mla_decode_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                       const aug_mla_decode_shape *shape);
aug_kernel_time aug_mla_prefill_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                                        const aug_mla_prefill_shape *shape);

#endif
