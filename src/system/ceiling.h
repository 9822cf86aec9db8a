// What no deployment of a model on so many chips can beat: bounds from the data sheet and from what must
// move.
//
// Every weight that a pass touches is read once for all its sequences, caches and states of each sequence
// once. What the memories further in can hold may stay there from pass to pass; all else comes over the
// memory outside of them, at the peak bandwidth of all chips together. Products run at the peak of all matrix
// units. A step takes at least the longest of
//
//     memory i : max(0, weights + batch · cache - chips · capacity inside of i) / (chips · bandwidth of i)
//     compute  : operations / (chips · peak)
//     hops     : Σ over blocks min over t of (the block's share of memory or compute on t chips
//                + the hops to their middle)
//
// where a block ends with a sum over the chips that share it: the next one needs the sum, and a sum over
// chips takes as many hops as lie between the middle and the farthest. Inside of a chip whose memory is
// spread over an array of cores (a wafer) the same holds for the way to the middle of what a block is spread
// on. With prompts counted, a request costs its prompt's operations and (out - 1) / k passes of k tokens
// each, shared with the batch. Nothing is said about shares that real kernels reach: the bound is proven,
// within what the machine's file states.
//
// Example: 10^6 weights of 16 bit on one chip of 8·10^11 bit/s: a step takes 20 us at least, one user gets
// 50,000 tokens/s at most, and on two chips whose link takes 1 us per hop 10 + 1 us, 90,909 tokens/s.
// tests/unit/ceiling_test.c asserts these.
//
// Mixtures of experts touch as many experts as even routing does (aug_experts_touched).
#ifndef AUG_SYSTEM_CEILING_H
#define AUG_SYSTEM_CEILING_H

#include "cost/roofline.h"
#include "system/plan.h"
#include "system/scenario.h"
#include "workload/model.h"

// What is asked: a deployment, and what is imagined to be otherwise.
typedef struct aug_ceiling_ask {
    const aug_model *model;
    const aug_machine *machine;
    const aug_scenario *scenario; // prompt and output lengths, share of the prompt in the cache
    const aug_plan *plan;         // chips, number formats, tokens that a draft makes per pass
    bool per_user; // rates of one of `batch` users, prompts left out; else of the whole deployment
    double chips, batch;
    double tokens_per_pass; // that each sequence gets from one pass, all of them verified; without a draft 1
    double weight_share;    // bits of weights, as a share of what the formats say
    double weight_density;  // share of the weights that is kept and multiplied
    double latency_share;   // latency of links, as a share of what the machine says
    bool join_all;          // as if the outermost links joined any number of chips
} aug_ceiling_ask;

enum {
    AUG_CEILING_CAPACITY,
    AUG_CEILING_COMPUTE,
    AUG_CEILING_LINKS,
    AUG_CEILING_MEMORY
}; // + index of the memory
enum { AUG_CEILING_ROWS = AUG_CEILING_MEMORY + AUG_ROOFLINE_MEMORIES };

typedef struct aug_ceiling {
    double seconds[AUG_CEILING_ROWS];           // of one step (a pass of the whole batch), at least
    double prompt_seconds[AUG_CEILING_ROWS];    // of one request's prompt on all chips; 0: it does not count
    double tokens_per_second[AUG_CEILING_ROWS]; // at most; infinite: no limit
    int rows;                                   // that this machine has
    int limit;                                  // the lowest one
    double least;                               // its rate
    double weight_bits, cache_bits; // that a step touches: weights once, caches and states of all sequences
    double memory_bits[AUG_ROOFLINE_MEMORIES]; // that come over each memory in a step, all chips together
    double operations;                         // of the matrix units in a step
    double largest_batch;                      // that fits; 0: not even the weights do
    double sharing;                            // chips that can share a request
    // No proofs, in the same unit. If nothing stayed inside of the outermost memory from step to step:
    double anew_tokens_per_second;
    // Within the power limit by the stated energies; NaN: not stated.
    double power_tokens_per_second;
} aug_ceiling;

// The unchanged deployment.
aug_ceiling_ask aug_ceiling_ask_of(const aug_model *model, const aug_machine *machine,
                                   const aug_scenario *scenario, const aug_plan *plan);
aug_ceiling aug_ceiling_find(const aug_ceiling_ask *ask);
// "hbm", "matrix units", "hops": a row for people. `machine` names memories.
const char *aug_ceiling_name(const aug_machine *machine, int row);

#endif
