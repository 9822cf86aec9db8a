// One pass of one stage under a plan: its time, energy and what bounds it, operator by operator.
#ifndef AUG_SYSTEM_PHASE_H
#define AUG_SYSTEM_PHASE_H

#include "cost/call.h"
#include "system/collective.h"
#include "system/plan.h"
#include "workload/model.h"

enum { AUG_BOUNDS = AUG_BOUND_MEMORY + AUG_ROOFLINE_MEMORIES };

// One operator's share of a pass, on the chips that one token meets: one of each pipeline stage.
typedef struct aug_operator_cost {
    const aug_operator *op; // NULL: an exchange between chips
    const char *name;
    double repeats;
    double seconds; // all repeats
    double operations, bits;
    double energy_pj;
    aug_energy parts; // of energy_pj
    int bound;
    double low, high; // 80 % of measured times are expected between these multiples
    int basis;        // aug_basis
    double gap;       // of its mapping (mapped.h), 0: proven; NaN: none counts
    const char *why;  // where mappings are asked for: why the roofline counts; NULL else; lives until the next pass
} aug_operator_cost;

typedef struct aug_phase_cost {
    double seconds;       // of the pass for one token's way through all layers
    double stage_seconds; // times the number of pipeline stages where one of them is longer: what a full pipeline waits
    double operations, bits, energy_pj; // on those chips; energy without static power
    aug_energy parts;     // of energy_pj
    double clocked_seconds; // of `seconds`: what keeps pace with the clock
    double clock;         // over full clock: below 1 where a limit of power slows it
    double bound_seconds[AUG_BOUNDS];   // seconds by what bounds them
    double worst_gap;        // of the mappings that it is counted by; 0: none, or all proven
    double unmapped_seconds; // where mappings are asked for: of operators that count by the roofline
} aug_phase_cost;

// What a pass needs to know.
typedef struct aug_phase_input {
    const aug_roofline *roofline;
    const aug_stage *stage;
    const aug_plan *plan;
    const aug_precision *precision;
    aug_pass pass;
    int home; // memory level of the stage's data
    bool module; // one layer, of the mean of all, and what stands at the ends: a module that predicts a further token
    struct aug_mapped *mapped; // times come from mappings (mapped.h); NULL: from rooflines, or from kernel models
} aug_phase_input;

// Receives operators one by one; `user` is handed through.
typedef void aug_operator_sink(void *user, const aug_operator_cost *cost);

// How much longer than the mean the longest pipeline stage takes: layers are handed out whole, ceil(layers / stages) to it.
double aug_stage_ratio(const aug_stage *stage, const aug_plan *plan);

// Layers of a stage that lie on one chip, the most of them.
double aug_stage_layers(const aug_stage *stage, const aug_plan *plan);

// The part of a pass that one of `groups` groups works on where they share each sequence (plan.h): of a prompt its share of the tokens,
// at their mean position; of a decode step all tokens against its share of the cache, which holds for attention and changes nothing else.
// Kernels of attention on machines with kernel models take their share of the tiles of the whole prompt.
aug_pass aug_pass_part(const aug_pass *pass, double groups);

// Kernels and exchanges of one pass of a stage in one of `groups` groups that share its sequences, without what a pipeline adds; the plan
// of the input may be NULL.
aug_phase_cost aug_pass_evaluate(const aug_phase_input *input, const aug_split *split, double groups);
// The cost of a pass; `sink` may be NULL.
aug_phase_cost aug_phase_evaluate(const aug_phase_input *input, aug_operator_sink *sink, void *user);

#endif
