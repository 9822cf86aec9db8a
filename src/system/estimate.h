// The whole answer of `estimate`: the best plan's outcome, operator by operator, with what would change it.
#ifndef AUG_SYSTEM_ESTIMATE_H
#define AUG_SYSTEM_ESTIMATE_H

#include "system/power_budget.h"
#include "system/plan_front.h"

typedef struct aug_estimate_operator {
    const char *phase;
    double passes; // of the phase
    aug_operator_cost cost; // of one pass
    double low_seconds, high_seconds;
} aug_estimate_operator;

// Relative change for +10 % of a resource (for latencies and launch: 10 % less); 0: none, -0.05: 5 % less.
typedef struct aug_sensitivity {
    const char *resource;
    double ttft, tpot, usd_per_mtok;
} aug_sensitivity;

enum { AUG_SENSITIVITIES = 24 };

typedef struct aug_estimate {
    const aug_model *model;
    const aug_machine *machine;
    const aug_scenario *scenario;
    const aug_economy *economy;
    aug_deployment deployment;
    aug_outcome outcome;
    aug_fit fit;
    uint64_t plans;        // tried
    uint64_t chips_needed; // where it does not fit; 0: unknown
    double budget_watts;   // at the meter, that deployments of this kind may draw together; 0: none
    aug_parameters parameters;
    double cache_bytes_per_token, state_bytes_per_sequence;
    aug_estimate_operator *operators;
    int operator_count;
    aug_plan_front front;  // of plans, where it is asked for
    uint64_t last_turn;    // turns of an agent that memory and the model's context hold
    aug_outcome *ideal;    // of a model of stages: the same plan on what the data sheet says (aug_machine_idealise); NULL: none
    const char *bottleneck; // one sentence
    aug_sensitivity sensitivities[AUG_SENSITIVITIES];
    int sensitivity_count;
    const char *notes[12]; // what the reader should know: formats the machine lacks, unsourced numbers
    int note_count;
    bool silicon;            // what its silicon takes is asked for
    struct aug_dies *dies;   // from which that follows (machine/silicon.h); NULL: not known
} aug_estimate;

// Fills an estimate in `arena`; it must not move afterwards.
void aug_estimate_make(aug_arena *arena, const aug_model *model, const aug_machine *machine, const aug_scenario *scenario,
                       const aug_economy *economy, const aug_plan *wanted, aug_estimate *estimate);
// What else may be wished of an estimate.
typedef struct aug_estimate_wishes {
    struct aug_mapped *mapped;         // times and energies from mappings (mapped.h), with notes on how far they are proven
    const struct aug_software *server; // its host's work and queueing (serving.h)
    bool apart;                        // prompts and tokens on chips of their own (apart.h)
    uint64_t prefill_chips;            // of these for prompts; 0: the best
    bool plans;                        // the front of all plans
    double budget_watts;               // at the meter: how many such deployments it feeds; 0: none
} aug_estimate_wishes;

void aug_estimate_with(aug_arena *arena, const aug_model *model, const aug_machine *machine, const aug_scenario *scenario,
                       const aug_economy *economy, const aug_plan *wanted, const aug_estimate_wishes *wishes, aug_estimate *estimate);
// Its first part: the best plan with its outcome and, as the first note, why none fits; no operators and no sensitivities.
void aug_estimate_best(aug_arena *arena, const aug_model *model, const aug_machine *machine, const aug_scenario *scenario,
                       const aug_economy *economy, const aug_plan *wanted, const aug_estimate_wishes *wishes, aug_estimate *estimate);

#endif
