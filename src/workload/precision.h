// Which number format each kind of tensor of a model is kept in.
#ifndef AUG_WORKLOAD_PRECISION_H
#define AUG_WORKLOAD_PRECISION_H

#include "base/number_format.h"

// Row: suffix, name, what belongs to it.
#define AUG_STORAGES(ROW)                                                                                    \
    ROW(ACTIVATION, "activations", "operands of matrix multiplications that are not weights")                \
    ROW(RESIDUAL, "residual", "results and the stream between layers: 16 bits")                              \
    ROW(SUM, "sums", "softmax statistics, router scores, logits: 32 bits")                                   \
    ROW(ATTENTION, "attention weights", "projections of attention, linear attention and state space layers") \
    ROW(MLP, "mlp weights", "feed-forward layers and shared experts")                                        \
    ROW(EXPERT, "expert weights", "routed experts")                                                          \
    ROW(ROUTER, "router weights", "gates of mixtures")                                                       \
    ROW(HEAD, "head weights", "LM head and embedding table")                                                 \
    ROW(NORM, "norm weights", "norms, biases and other vectors")                                             \
    ROW(CACHE, "cache", "keys and values kept per token")                                                    \
    ROW(STATE, "state", "what linear attention and state space layers keep per sequence")

typedef enum aug_storage {
#define ROW(suffix, name, help) AUG_STORAGE_##suffix,
    AUG_STORAGES(ROW)
#undef ROW
        AUG_STORAGE_COUNT
} aug_storage;

const char *aug_storage_name(aug_storage storage);

typedef struct aug_precision {
    aug_number_format of[AUG_STORAGE_COUNT];
} aug_precision;

// Everything in `base` (bf16 where a config does not say); sums in fp32.
aug_precision aug_precision_of(aug_number_format base);
// Quantised weights as they are published: linear layers and experts, not the router, norms, embedding and LM head; with
// activations in the format that goes with such weights.
void aug_precision_set_weights(aug_precision *precision, aug_number_format weights);
// What the user asks for in place of the model's own; NONE leaves a kind as it is. Weights bring their activations,
// unless those are asked for too.
aug_precision aug_precision_override(const aug_precision *own, aug_number_format weights,
                                     aug_number_format activations, aug_number_format cache);

#endif
