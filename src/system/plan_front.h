// Plans that no other one beats: in the time to the first token, the time per token and the tokens per second at once.
#ifndef AUG_SYSTEM_PLAN_FRONT_H
#define AUG_SYSTEM_PLAN_FRONT_H

#include "system/deployment.h"

typedef struct aug_front_plan {
    aug_plan plan, prefill_plan;              // as in aug_outcome
    uint64_t prefill_workers, decode_workers; // 0: prompts and tokens on the same chips
    double ttft_seconds, tpot_seconds, tokens_per_second, joules_per_token, usd_per_mtok;
    bool meets_limits;
} aug_front_plan;

typedef struct aug_plan_front {
    aug_arena *arena;
    aug_front_plan *items;
    int count, capacity;
} aug_plan_front;

// Whether a plan with these figures would stay: none of those kept is as good in all three. The first of equals stays.
bool aug_plan_front_takes(const aug_plan_front *front, double ttft, double tpot, double tokens_per_second);
// Keeps an outcome that stays, and drops those that it beats.
void aug_plan_front_add(aug_plan_front *front, const aug_outcome *outcome);
// Most tokens per second first; where some keep the scenario's limits, those only.
void aug_plan_front_finish(aug_plan_front *front);

#endif
