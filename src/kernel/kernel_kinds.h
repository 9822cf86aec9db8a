// The kinds of kernels that have a model: one row each. From this table come the enum, the shape of a call, the keys of files
// and the call itself; a new kind is a row here and a pair of files that defines aug_NAME_shape, aug_NAME_model, aug_NAME_time.
#ifndef AUG_KERNEL_KERNEL_KINDS_H
#define AUG_KERNEL_KERNEL_KINDS_H

#include "kernel/attention_decode_kernel.h"
#include "kernel/attention_prefill_kernel.h"
#include "kernel/collective_kernel.h"
#include "kernel/custom_reduce_kernel.h"
#include "kernel/elementwise_kernel.h"
#include "kernel/expert_exchange_kernel.h"
#include "kernel/gemm_kernel.h"
#include "kernel/latent_attention_kernel.h"
#include "kernel/moe_kernel.h"
#include "kernel/scan_kernel.h"
#include "kernel/sparse_attention_kernel.h"
#include "text/fields.h"

#define AUG_KERNEL_KINDS(ROW)                                                                                \
    ROW(GEMM, gemm)                                                                                          \
    ROW(ATTENTION_PREFILL, attention_prefill)                                                                \
    ROW(ATTENTION_DECODE, attention_decode)                                                                  \
    ROW(MLA_PREFILL, mla_prefill)                                                                      \
    ROW(MLA_DECODE, mla_decode)                                                                        \
    ROW(SPARSE_ATTENTION, sparse_attention)                                                                  \
    ROW(MOE, moe)                                                                                            \
    ROW(SCAN, scan)                                                                                          \
    ROW(ELEMENTWISE, elementwise)                                                                            \
    ROW(COLLECTIVE, collective)                                                                              \
    ROW(CUSTOM_REDUCE, custom_reduce)                                                                        \
    ROW(EXPERT_EXCHANGE, expert_exchange)

typedef enum aug_kernel_kind {
#define ROW(suffix, name) AUG_KERNEL_KIND_##suffix,
    AUG_KERNEL_KINDS(ROW)
#undef ROW
        AUG_KERNEL_KIND_COUNT
} aug_kernel_kind;

// The shape of one call, of the kind that goes with it.
typedef union aug_kernel_shape {
#define ROW(suffix, name) aug_##name##_shape name;
    AUG_KERNEL_KINDS(ROW)
#undef ROW
} aug_kernel_shape;

extern const aug_kernel_model *const aug_kernel_models[AUG_KERNEL_KIND_COUNT];

// The kind that a node's key names; an error with a hint where there is none.
bool aug_kernel_kind_read(const aug_reader *reader, const aug_node *node, aug_kernel_kind *kind);

#endif
