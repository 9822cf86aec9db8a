// The best plan without evaluating every plan.
//
// All plans that agree with what is wanted are listed once per model and scenario, with what each needs of any machine
// (sketch.h). On a machine each plan gets a bound that it cannot beat; plans are evaluated from the best bound on, until
// no bound is better than the best outcome. The answer is that of aug_deployment_best, which evaluates them all.
//
// On machines with kernel models the sums of a sketch are far below real times, and a pass is evaluated instead: once for all
// machines of a study whose times are the same, however their sizes and prices differ.
#ifndef AUG_SYSTEM_PLAN_SEARCH_H
#define AUG_SYSTEM_PLAN_SEARCH_H

#include "system/deployment.h"
#include "system/plan_front.h"
#include "system/sketch.h"

// What no outcome can beat; 0 and infinity where nothing is known.
typedef struct aug_lower_bound {
    double ttft_seconds, tpot_seconds, latency_seconds; // not below
    double joules_per_token, usd_per_mtok;              // not below
    double tokens_per_second;                           // not above
} aug_lower_bound;

enum { AUG_PASS_PROMPT, AUG_PASS_PROMPTS, AUG_PASS_STEP, AUG_PASS_FEWER_PROMPTS, AUG_PASS_FEWER_STEP, AUG_PASSES };

typedef struct aug_candidate {
    aug_plan plan;
    aug_need need;
    int passes[AUG_PASSES];  // of the list; -1: none
    aug_residency residency; // on the machine at hand
    aug_lower_bound bound;   // likewise
    double value;            // that its outcome cannot exceed: tokens per second, or minus the latency
} aug_candidate;

// What a pass takes on machines whose times are the same.
typedef struct aug_known_pass {
    uint64_t timing; // aug_roofline.timing
    int home;        // -1: nothing is known here
    aug_sketch_bound cost;
} aug_known_pass;

enum { AUG_KNOWN_PASSES = 128 };

// One pass, which several plans may share.
typedef struct aug_list_pass {
    aug_pass pass;           // of whole sequences
    double groups;           // that share them
    aug_split split;
    aug_sketch sketch;
    int home;                // the bound is known for; -1: none yet on the machine at hand
    aug_sketch_bound bound;
    aug_known_pass *known;   // on machines with kernel models, the latest ones; NULL: none yet
    int known_count, known_capacity, known_next;
} aug_list_pass;

typedef struct aug_plan_list {
    aug_arena *arena;
    const aug_stage *stage;  // the language stage; NULL: a model of stages, which is not bounded
    aug_precision precision;
    aug_candidate *items;
    int count, capacity;
    aug_list_pass *passes;
    int pass_count, pass_capacity;
    aug_lower_bound best;    // of all plans that fit on the machine at hand, each figure for itself
    bool any_fits;
} aug_plan_list;

// Every plan of a deployment's model, scenario and links that agrees with `wanted`.
aug_plan_list *aug_plan_list_make(aug_arena *arena, const aug_deployment *deployment, const aug_plan *wanted);
// Bounds all plans on the machine of a deployment; sets `best`.
void aug_plan_list_bound(aug_plan_list *list, const aug_deployment *deployment);
// As aug_deployment_best, after aug_plan_list_bound on the same deployment.
aug_fit aug_plan_list_best(aug_plan_list *list, const aug_deployment *deployment, aug_outcome *outcome);

// Every plan that fits and that no other one beats (plan_front.h), after aug_plan_list_bound on the same deployment; `scratch` is used
// for each.
void aug_plan_list_front(aug_plan_list *list, const aug_deployment *deployment, aug_outcome *scratch, aug_plan_front *front);

#endif
