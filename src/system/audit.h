// Whether a claimed rate is possible, with what margin, and what would have to hold.
//
// Three answers: impossible (above the bound of ceiling.h), above what estimates reach (below the bound,
// above the faster end of the estimate's interval), plausible. For a claim that is not plausible each way
// that would close the gap alone is sized: the smallest change with which the bound reaches the claim, and
// with which a deployment would that comes as near to its bound as the estimate does to its own.
//
// Whether a way is known from practice is told by limits with their sources (audit_practice in
// audit_needs.c).
#ifndef AUG_SYSTEM_AUDIT_H
#define AUG_SYSTEM_AUDIT_H

#include "system/ceiling.h"
#include "system/deployment.h"

typedef enum aug_audit_per { AUG_PER_USER, AUG_PER_CHIP, AUG_PER_SYSTEM, AUG_PER_COUNT } aug_audit_per;

extern const char *const aug_audit_per_names[AUG_PER_COUNT + 1]; // "user", "chip", "system"; NULL at the end

typedef struct aug_claim {
    double tokens_per_second;
    int per;         // aug_audit_per
    bool batch_said; // else a user is alone, and a deployment has as many requests in flight as serve it best
} aug_claim;

typedef enum aug_verdict {
    AUG_VERDICT_IMPOSSIBLE,
    AUG_VERDICT_ABOVE_ESTIMATES,
    AUG_VERDICT_PLAUSIBLE
} aug_verdict;

extern const char *const aug_verdict_names[]; // "impossible", "above estimates", "plausible"

// Ways to close a gap. Row: suffix, key, what `needed` counts.
#define AUG_WAYS(ROW)                                                                                        \
    ROW(SPECULATION, "speculation", "tokens per verification pass")                                          \
    ROW(WEIGHTS, "weights", "bits per weight")                                                               \
    ROW(SPARSITY, "sparsity", "share of weights kept")                                                       \
    ROW(BATCH, "batch", "requests in flight")                                                                \
    ROW(CHIPS, "chips", "chips")                                                                             \
    ROW(LINKS, "links", "s per hop")

typedef enum aug_way {
#define ROW(suffix, key, unit) AUG_WAY_##suffix,
    AUG_WAYS(ROW)
#undef ROW
        AUG_WAY_COUNT
} aug_way;

const char *aug_way_key(int way);
const char *aug_way_unit(int way);

// One way, alone.
typedef struct aug_audit_need {
    int way;
    double needed;      // with which the bound reaches the claim; NaN: no amount does
    double estimated;   // with which estimates would; NaN: none, or there is no estimate
    bool possible;      // whether `needed` is within what practice and the machine allow
    const char *remark; // why, with the source
} aug_audit_need;

typedef struct aug_audit {
    const aug_model *model;
    const aug_machine *machine;
    const aug_plan *plan;
    aug_scenario scenario; // its batch is what the bound is for
    aug_claim claim;
    aug_precision precision;
    aug_ceiling ceiling;
    double scale;                       // from rates of the ceiling to those of the claim: 1, or 1 / chips
    double bound, margin;               // in the claim's terms; bound over claim
    double estimate;                    // of the best plan, in the claim's terms; NaN: none fits
    double estimate_low, estimate_high; // 80 % interval
    const aug_outcome *outcome;         // of that plan; NULL: none fits
    double estimate_batch;
    int verdict; // aug_verdict
    aug_audit_need needs[AUG_WAY_COUNT];
    int need_count;
} aug_audit;

// Fills an audit in `arena`. `plan` gives chips and number formats, its degrees are not used; the scenario's
// batch counts where the claim says so.
void aug_audit_make(aug_arena *arena, const aug_model *model, const aug_machine *machine,
                    const aug_scenario *scenario, const aug_plan *plan, const aug_claim *claim,
                    aug_audit *audit);
// Sizes the ways (audit_needs.c); part of the above.
void aug_audit_find_needs(aug_arena *arena, aug_audit *audit);

#endif
