// Putting operators into a graph: einsums written as text, ranks bound by letter.
#ifndef AUG_WORKLOAD_GRAPH_BUILD_H
#define AUG_WORKLOAD_GRAPH_BUILD_H

#include "workload/graph.h"

typedef struct aug_graph_builder {
    aug_graph *graph;
    double repeats; // of the layer that is being built
    int kernel;     // number of the open kernel, 0 outside
    aug_run run;    // of the operators that follow
    int norm;       // operator whose result mixer and feed-forward layer begin with; -1: none does by itself
    struct {
        const char *name;
        aug_rank rank;
    } bound[40];
    int bound_count;
} aug_graph_builder;

void aug_graph_init(aug_graph *graph, aug_arena *arena);
void aug_builder_init(aug_graph_builder *builder, aug_graph *graph);

// Binds a rank's name for the operators that follow.
void aug_bind(aug_graph_builder *builder, const char *name, aug_rank_kind kind, aug_variable variable, double factor);
// The same for a plain rank whose size is a whole number that must not be rounded.
void aug_bind_count(aug_graph_builder *builder, const char *name, aug_variable variable, uint64_t count);
// Operators between these two run as one kernel: tensors marked local never leave the chip.
void aug_kernel_begin(aug_graph_builder *builder);
void aug_kernel_end(aug_graph_builder *builder);

// Adds an operator. Every rank of the einsum must be bound; the text is ours, so a mistake in it is an assertion.
// Inputs start as activations, the output as residual.
aug_operator *aug_build(aug_graph_builder *builder, const char *name, const char *einsum);
// Says what a tensor of it is.
void aug_use_as(aug_operator *op, const char *tensor, aug_tensor_role role, aug_storage storage);
// The newest operator reads as `tensor` what operator `maker` makes, and nobody else reads that; -1: not known.
void aug_hand_on(const aug_graph_builder *builder, const char *tensor, int maker);
// A tensor that stays on the chip.
void aug_use_local(aug_operator *op, const char *tensor);

// One side of a linear layer: how many features, and how a plan may split them.
typedef struct aug_features {
    double count;
    aug_rank_kind kind;
} aug_features;

// Z[t,n] += A[t,k] * W[k,n] (+ B[n]) over all tokens of the pass.
aug_operator *aug_build_linear(aug_graph_builder *builder, const char *name, aug_features in, aug_features out,
                               aug_storage storage, bool bias);
// Y[t,n] = norm(X[t,n], W[n]): `weights` vectors of n; where `count` norms of `width` stand side by side (one per head),
// they share one vector.
aug_operator *aug_build_norm(aug_graph_builder *builder, const char *name, double count, double width,
                             aug_rank_kind kind, bool bias);
// Y[t,n] = f(X[t,n] ...) with `inputs` tensors of the same shape and `operations` per element.
aug_operator *aug_build_map(aug_graph_builder *builder, const char *name, aug_features features, int inputs,
                            double operations);

#endif
