// The mechanisms: each adds the operators of one kind of layer, with the caches and states it keeps.
#ifndef AUG_WORKLOAD_LAYER_GRAPH_H
#define AUG_WORKLOAD_LAYER_GRAPH_H

#include "workload/graph_build.h"
#include "workload/stack.h"

void aug_graph_attention(aug_graph_builder *builder, const aug_mixer *mixer, double hidden);
void aug_graph_latent_attention(aug_graph_builder *builder, const aug_mixer *mixer, double hidden);
void aug_graph_linear_attention(aug_graph_builder *builder, const aug_mixer *mixer, double hidden);
void aug_graph_state_space(aug_graph_builder *builder, const aug_mixer *mixer, double hidden);
void aug_graph_dense(aug_graph_builder *builder, const aug_feed *feed, double hidden);
void aug_graph_mixture(aug_graph_builder *builder, const aug_feed *feed, double hidden);

// One short causal convolution over `channels`, with its state (linear attention, state space).
void aug_graph_short_convolution(aug_graph_builder *builder, double channels, double taps, bool bias, double heads);

#endif
