// Reads, fills and updates of every memory: what moves along all edges, put where it is counted.
#ifndef AUG_COST_COUNT_H
#define AUG_COST_COUNT_H

#include "cost/cost.h"
#include "cost/scatter.h"
#include "cost/traffic.h"

struct aug_cost_scratch {
    bool formed; // `form` is that of this evaluation
    aug_form form;
    aug_moves moves[AUG_PROBLEM_RANKS];
    aug_children *children;
    bool scattered; // the output was walked
    aug_scatter *scatter;
};

// The mapping taken apart, when it is first needed.
const aug_form *aug_scratch_form(aug_cost_scratch *scratch, const aug_problem *problem,
                                 const aug_mapping *mapping);

// Words of one tensor in one memory, of the instances that `choice` picks.
typedef struct aug_words {
    aug_count flows[AUG_FLOW_COUNT];
    aug_count drains; // part of the reads: partial results that leave upwards
} aug_words;

// Store `index` of a tensor.
void aug_count_words(aug_cost_scratch *scratch, int tensor, int index, const int *choice, aug_words *words);
// Fills in the dense counts of all memories, of the busiest instances, and of compute.
// Instances of something with so many axes around it that are busy at some time.
aug_count aug_form_instances(const aug_form *form, int axes);
void aug_count_all(aug_cost_scratch *scratch, aug_cost *cost);

#endif
