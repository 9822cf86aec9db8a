// Does it fit: weights, caches and activations of one chip against its memory.
#ifndef AUG_SYSTEM_RESIDENCY_H
#define AUG_SYSTEM_RESIDENCY_H

#include "cost/roofline.h"
#include "system/plan.h"
#include "system/scenario.h"
#include "workload/model.h"

typedef struct aug_residency {
    double weights_bytes;     // of one chip
    double cache_bytes;       // caches and states of the sequences that it serves, at their full length
    double activations_bytes; // the largest intermediate results of a chunk of the prompt and of a decode step
    double capacity_bytes;    // of the outermost memory
    double sequence_bytes;    // of one more sequence of this chip
    bool fits;
    double largest_batch;     // requests over the whole deployment; 0 where the weights alone do not fit
    int home;                 // innermost memory level that holds all of it
} aug_residency;

// What one chip must hold under a plan, whatever the machine.
typedef struct aug_need {
    double weights_bytes;
    double prompt_bytes;    // activations of a chunk of the prompt
    double activation_bytes; // activations that each sequence brings, where those of all are more than a prompt's
    double sequence_bytes;  // caches and states of each sequence
    double sequences;       // that one replica serves at once
} aug_need;

// Tokens of a prompt that are worked on at once; what is longer goes in chunks. Serving systems choose about as much.
enum { AUG_CHUNK_TOKENS = 8192 };

aug_need aug_need_measure(const aug_model *model, const aug_scenario *scenario, const aug_plan *plan);
// That need on a machine.
aug_residency aug_residency_of(const aug_roofline *roofline, const aug_plan *plan, const aug_need *need);
// Both at once.
aug_residency aug_residency_find(const aug_roofline *roofline, const aug_model *model, const aug_scenario *scenario,
                                 const aug_plan *plan);
// Weights on one chip of a module that predicts a further token: one layer, of the mean of all; the ends are the model's.
double aug_module_weights_bytes(const aug_stage *stage, const aug_plan *plan);
// Weights of one stage on one chip.
double aug_stage_weights_bytes(const aug_stage *stage, const aug_plan *plan);

#endif
