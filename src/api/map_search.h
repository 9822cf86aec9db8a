// From einsums that are bound to a machine to an answer with their best mappings: what `map` does with
// workloads, cases of Timeloop and models alike.
#ifndef AUG_API_MAP_SEARCH_H
#define AUG_API_MAP_SEARCH_H

#include "api/context.h"
#include "mapper/restriction.h"
#include "report/map_report.h"

typedef struct aug_map_task {
    aug_context *context;
    aug_answer *answer;
    aug_reader reader; // of the answer
    const aug_map_options *options;
    const char *workload;
    const aug_machine *machine;
    const aug_document *constraints; // of a case of Timeloop; NULL: those that the options name, if any
    int count;
    const aug_problem **problems;
    const char **names;
    double *repeats;      // how often each stands in the workload
    const aug_mask **masks; // of each einsum, NULL: it has none
    const char **running; // tensors that may be read before they are whole, NULL at the end; NULL: none
    int rest_count;
    aug_map_rest *rests; // of a model: what is not mapped
    int split_count;
    const struct aug_map_split *splits; // of a model: neighbours that may be mapped with products apart (map_split.h)
    int note_count;
    const char *notes[AUG_MAP_NOTES / 2]; // to be told beside the search's own
    // Set by the search.
    bool fuses;                    // neighbours may be fused, or cut in bands
    bool unfused;                  // of the two cut alone
    bool certifies_plan;           // the certificate is one of what is fused
    aug_overlap overlap;           // of what is fused
    bool masked;                   // some einsum may be cut in bands of its mask
    aug_restriction *restrictions; // one per problem; NULL: none
    int threads;
    uint64_t nodes;
    aug_errors *unseen; // of nests that are checked
} aug_map_task;

// An empty task for an answer.
aug_map_task *aug_map_task_new(aug_context *context, aug_answer *answer, const aug_map_options *options);
// Room for `count` einsums.
void aug_map_task_reserve(aug_map_task *task, int count);
// Reads objective and constraints, searches, and makes the answer's report.
aug_status aug_map_search(aug_map_task *task);

#endif
