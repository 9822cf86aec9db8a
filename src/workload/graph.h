// A network as a list of operators, each an einsum whose rank sizes follow from the pass that is made over it.
//
// The list is built once per model. What varies - how many sequences, how many new tokens each, how many tokens before
// them, how ranks are split over chips - is put in when sizes are asked for, so one graph serves prefill, decode, every
// batch and every plan without being built again.
//
// Sizes are doubles: most are whole, but the expected number of experts that a batch touches is not.
#ifndef AUG_WORKLOAD_GRAPH_H
#define AUG_WORKLOAD_GRAPH_H

#include "workload/einsum.h"
#include "workload/mask.h"
#include "workload/precision.h"

// What a rank counts. This decides how a plan may split it.
typedef enum aug_rank_kind {
    AUG_RANK_PLAIN,          // never split
    AUG_RANK_GROUP,          // heads that own keys and values: split by tensor parallelism
    AUG_RANK_QUERY,          // query heads per group: takes the split that is left once groups are single
    AUG_RANK_FEATURE,        // heads or features of a layer: split by tensor parallelism
    AUG_RANK_VOCABULARY,     // split by tensor parallelism
    AUG_RANK_EXPERT,         // experts that have work: split over expert groups
    AUG_RANK_ROUTED,         // tokens of one such expert
    AUG_RANK_EXPERT_FEATURE  // features of an expert: split inside an expert group
} aug_rank_kind;

// What a rank's size is proportional to.
typedef enum aug_variable {
    AUG_VARIABLE_ONE,
    AUG_VARIABLE_SEQUENCES, // sequences of the pass
    AUG_VARIABLE_NEW,       // new tokens per sequence
    AUG_VARIABLE_TOKENS,    // new tokens of all sequences
    AUG_VARIABLE_POSITIONS, // tokens that a new token may attend to: past and new ones, within the window
    AUG_VARIABLE_LAST       // the last token of each sequence; all new ones of a decode step, which verifies them
} aug_variable;

typedef struct aug_rank {
    aug_rank_kind kind;
    aug_variable variable;
    double factor; // size = factor · variable
    uint64_t count; // the factor as the whole number that it is; 0: it is none, or none is known
} aug_rank;

typedef enum aug_tensor_role {
    AUG_ROLE_INPUT,
    AUG_ROLE_WEIGHT,
    AUG_ROLE_CACHE,
    AUG_ROLE_STATE, // read and written
    AUG_ROLE_OUTPUT
} aug_tensor_role;

extern const char *const aug_role_names[]; // "input", "weight", "cache", "state", "output"; NULL at the end

typedef struct aug_use {
    aug_tensor_role role;
    aug_storage storage;
    double density; // stored share of the elements
    const struct aug_density *zeros; // where they are not (workload/density.h); NULL: nowhere, the tensor is full
    double bits;    // per element; 0: the bits of its storage's format
    bool local;     // stays on the chip between the operators of one kernel
    bool tied;      // the same memory as another tensor: not counted again
    bool accumulates; // an output that is added to what is there
    bool running;     // may be read while it is still being reduced
    int maker;        // of an input of a model: the operator whose result it is as a whole, from 1; 0: it comes from memory
} aug_use;

// What happens to an operator's result when the ranks it sums over are spread over chips.
typedef enum aug_exchange {
    AUG_EXCHANGE_NONE,
    AUG_EXCHANGE_REDUCE,   // sum over the chips of the tensor-parallel group
    AUG_EXCHANGE_GATHER,   // collect the parts
    AUG_EXCHANGE_DISPATCH, // send tokens to their experts before it
    AUG_EXCHANGE_COMBINE   // send expert results back and sum them
} aug_exchange;

// What kind of kernel real libraries run an operator in, where that does not follow from its einsum. Neighbours of the same
// kind are one call.
typedef enum aug_run {
    AUG_RUN_ALONE,     // a call of its own: a product of two tensors, or a map
    AUG_RUN_NORM,      // a call of its own that walks along each row
    AUG_RUN_ATTENTION, // scores, softmax, values
    AUG_RUN_LATENT,    // the same over latents
    AUG_RUN_INDEXER,   // scores of an indexer and its choice
    AUG_RUN_EXPERTS,   // the layers of all experts
    AUG_RUN_ROUTING,   // copying rows to experts and back: part of the call of the experts
    AUG_RUN_SCAN       // state of a linear attention or state space, token by token
} aug_run;

enum { AUG_PHASE_PREFILL = 1, AUG_PHASE_DECODE = 2, AUG_PHASE_BOTH = 3 };

typedef struct aug_operator {
    const char *name;
    aug_einsum einsum;
    aug_rank ranks[AUG_EINSUM_RANKS];
    aug_use uses[AUG_EINSUM_TENSORS];
    double repeats;   // how often it stands in the network
    int kernel;       // neighbours with the same number above 0 run as one kernel; 0: alone
    unsigned phases;  // in which it takes part
    aug_run run;
    bool vector;      // done by vector units though it multiplies and sums (scans)
    bool causal;      // a new token sees only what is before it
    bool gathers;     // reads only the rows of its weights that it needs (embedding)
    double window;    // tokens a new token may look back, itself included; 0: all
    bool chunked;     // the window does not slide: tokens see those of their own chunk of that size [Llama 4]
    double experts;   // routed experts of the layer, for EXPERT and ROUTED ranks
    double chosen;    // experts per token
    double operations; // per iteration point; 0: as the einsum says
    const aug_mask *mask; // that an einsum written by hand states; NULL: none
    aug_exchange exchange;
    // Its result is that of two products of this name and equal width, side by side; its reader has a tensor for each. NULL: one.
    const char *parts[2];
    // Derived from the einsum and its ranks when it is built, for the hot path.
    bool pairs;        // its points are pairs of new tokens and positions, which a mask thins out
    unsigned operands; // bit i: the format of input i counts for the format it computes in
} aug_operator;

// What a layer keeps per token.
typedef struct aug_cache {
    const char *name;
    double elements; // per token and layer
    double layers;
    double window;   // tokens after which it stops growing; 0: never
    double heads;    // that tensor parallelism may split; 0: every chip keeps it whole
} aug_cache;

// What a layer keeps per sequence.
typedef struct aug_state {
    const char *name;
    double elements; // per sequence and layer
    double layers;
    double heads; // that tensor parallelism may split
    aug_number_format format;
} aug_state;

enum { AUG_GRAPH_CACHES = 16, AUG_GRAPH_STATES = 16 };

typedef struct aug_graph {
    aug_arena *arena;
    aug_operator *operators;
    int count, capacity;
    int kernels; // numbers given so far
    aug_cache caches[AUG_GRAPH_CACHES];
    int cache_count;
    aug_state states[AUG_GRAPH_STATES];
    int state_count;
    double layers; // for pipeline parallelism
} aug_graph;

// One pass over a graph.
typedef struct aug_pass {
    unsigned phase;
    double sequences;   // per chip group that shares the work
    double new_tokens;  // per sequence
    double past_tokens; // per sequence
    bool every_expert;  // count the experts that are stored, not those that have work
    // Of a prefill: sequences that decode in the same pass, new tokens of each, and those before them. They add to the ranks that count
    // tokens; operators that look at each sequence by itself run for them apart (aug_operator_rides, aug_pass_of_riders).
    double riders, rider_tokens, rider_past;
} aug_pass;

// How ranks are spread.
typedef struct aug_split {
    double tensor;        // chips that share heads, features and vocabulary
    double expert_groups; // groups that share the experts
    double expert_tensor; // chips that share one expert
    double expert_tokens; // tokens that meet at the experts, per token of the pass (attention data-parallel over groups)
} aug_split;

extern const aug_split aug_split_none; // everything on one chip

// The size of every rank on one chip. Parts are the largest ones: ceil(size / chips).
void aug_operator_sizes(const aug_operator *op, const aug_pass *pass, const aug_split *split,
                        double sizes[AUG_EINSUM_RANKS]);
// The same as exact whole numbers, for one sequence of a workload written by hand. False where a size depends on more
// than the number of sequences.
bool aug_operator_counts(const aug_operator *op, uint64_t counts[AUG_EINSUM_RANKS]);
// New tokens of all sequences of a pass, riders included.
double aug_pass_tokens(const aug_pass *pass);
// What riders are, as a decode step of their own.
aug_pass aug_pass_of_riders(const aug_pass *pass);
// The pass without its riders.
aug_pass aug_pass_alone(const aug_pass *pass);
// Whether an operator takes riders' tokens together with all others: no rank of it tells sequences apart.
bool aug_operator_rides(const aug_operator *op);
// Iteration points that are computed: the product of the sizes, less what the mask leaves out.
double aug_operator_points(const aug_operator *op, const aug_pass *pass, const double sizes[AUG_EINSUM_RANKS]);
// Operations per iteration point.
double aug_operator_operations(const aug_operator *op);
// The mask that a pass lays over an operator, its own or that of attention; false: none.
bool aug_operator_mask(const aug_operator *op, const aug_pass *pass, aug_mask *mask);
// Elements of a tensor.
double aug_operator_elements(const aug_operator *op, int tensor, const double sizes[AUG_EINSUM_RANKS]);
// Elements that move between the chip's memory and the operator: none of local tensors, only the rows met of gathered
// weights, state twice.
double aug_operator_moved(const aug_operator *op, int tensor, const double sizes[AUG_EINSUM_RANKS]);
// Bits per element of a tensor, scaled by its density.
double aug_operator_bits(const aug_operator *op, int tensor, const aug_precision *precision);
// The format it computes in: the wider of its operands' formats.
aug_number_format aug_operator_format(const aug_operator *op, const aug_precision *precision);
// How often a sliding window uses each input element: the product over its windows of (window / stride), 1 without
// windows. Used by the bound on traffic under a small memory.
double aug_operator_overlap(const aug_operator *op, const double sizes[AUG_EINSUM_RANKS]);

// Pairs of new tokens and the tokens that they attend to: sum over i = 1 .. new of min(window, past + i), or of
// past + new where nothing is masked.
double aug_attention_pairs(double new_tokens, double past_tokens, double window, bool causal);
// The same where tokens see only those before them in their own chunk: t(past + new) - t(past), a whole chunk being
// chunk (chunk + 1) / 2 pairs.
double aug_attention_chunk_pairs(double new_tokens, double past_tokens, double chunk);
// Experts that have work when `tokens` tokens choose `chosen` of `experts` evenly: E (1 - (1 - k/E)^T).
double aug_experts_touched(double experts, double chosen, double tokens);

#endif
