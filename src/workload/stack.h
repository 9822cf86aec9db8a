// A stack of layers as model families describe it, and the graph that follows from it.
//
// A family (family_*.c) translates a config.json into layers; a mechanism (attention_graph.c, mixture_graph.c, ...)
// translates a layer into operators. Neither knows the other.
#ifndef AUG_WORKLOAD_STACK_H
#define AUG_WORKLOAD_STACK_H

#include "workload/graph.h"

typedef enum aug_mixer_kind {
    AUG_MIXER_NONE,
    AUG_MIXER_ATTENTION,       // multi-head, grouped-query, multi-query, windowed
    AUG_MIXER_LATENT,          // multi-head latent attention, with or without a sparse indexer [DeepSeek-V2, V3.2]
    AUG_MIXER_LINEAR,          // gated delta rule [Qwen3-Next]
    AUG_MIXER_STATE_SPACE      // Mamba-2 [Dao & Gu 2024]
} aug_mixer_kind;

// What mixes tokens with each other.
typedef struct aug_mixer {
    aug_mixer_kind kind;
    double heads, groups; // query heads; heads of keys and values
    double head_width, value_width;
    double window;           // 0: all tokens
    bool chunked;            // the window is a chunk that does not slide [Llama 4]
    bool unmasked;           // tokens also see those behind them (encoders, action experts)
    bool input_bias, output_bias;
    bool sinks;              // one learned logit per head [gpt-oss]
    bool gated;              // the output is multiplied by a gate that the query projection makes [Qwen3-Next]
    bool values_are_keys;    // no projection of their own [Gemma 4]
    bool borrowed;           // keys and values of an earlier layer [Gemma 3n]
    bool rotary;             // positions rotate queries and keys
    enum { AUG_HEAD_NORM_NONE, AUG_HEAD_NORM_EACH, AUG_HEAD_NORM_WHOLE } head_norm; // one vector per head width, or per projection
    // latent attention
    double query_rank;       // 0: queries straight from the hidden state
    double latent_rank, plain_width, rotary_width;
    double index_heads, index_width, index_chosen; // 0: no indexer
    // linear attention: heads are value heads, groups are key heads, head_width keys, value_width values
    // state space: heads, head_width, groups, state_width
    double state_width;
    double convolution;      // taps of the short convolution in front
    bool convolution_bias;
    bool merged_projection;  // one projection for gates and inputs
    aug_number_format state_format;
} aug_mixer;

typedef enum aug_feed_kind { AUG_FEED_NONE, AUG_FEED_DENSE, AUG_FEED_MIXTURE } aug_feed_kind;

// What works on each token alone.
typedef struct aug_feed {
    aug_feed_kind kind;
    double width;        // of the dense layer, or of one that stands beside the experts; 0: none
    bool gated;          // two input projections, one through the activation function
    bool bias;
    double experts, chosen, expert_width;
    double shared_width; // all shared experts together
    bool shared_gate;    // a learned scalar weighs the shared expert
    bool router_bias;
    bool expert_bias;
} aug_feed;

typedef struct aug_layer {
    aug_mixer mixer;
    aug_feed feed;
    double norms;       // norms over the hidden width
    bool norm_bias;
    double side_width;  // input per layer from its own embedding table [Gemma 3n]; 0: none
} aug_layer;

typedef struct aug_layer_group {
    aug_layer layer;
    double count;
} aug_layer_group;

enum { AUG_LAYER_GROUPS = 64 };

typedef struct aug_stack {
    double hidden;
    aug_layer_group groups[AUG_LAYER_GROUPS];
    int group_count;
    bool too_many_kinds;  // more different layers than fit
    double vocabulary;    // 0: no embedding and no head
    double side_vocabulary; // of the embedding per layer
    bool tied;            // the head is the embedding table
    bool head;            // has an LM head
    bool head_bias;
    bool final_norm;
    bool norm_bias;
    double positions;     // learned position vectors
    double patch_inputs;  // numbers per patch of an image encoder; 0: none
    double merge_tokens;  // patches that one output token is made of; 0: no merger
    double merge_in, merge_width, merge_out; // its input, hidden and output width; no hidden layer: 0
    bool merge_inner;     // a layer of merge_width x merge_width between those two [Llama 4]
    double merge_extra;   // further mergers [deepstack of Qwen3-VL]
    bool merge_norm;      // its input is normalised besides [Gemma 3]
} aug_stack;

// Adds a layer; equal layers are counted together.
void aug_stack_add(aug_stack *stack, const aug_layer *layer);
double aug_stack_layers(const aug_stack *stack);

// The graph of a stack, in the arena of `graph`, which must be initialised.
void aug_stack_graph(const aug_stack *stack, aug_graph *graph);

#endif
