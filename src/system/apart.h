// Disaggregated serving: some chips work on prompts only, others decode only, and caches are sent from those to these.
//
// n_p workers for prompts, n_d workers that decode, each a plan of its own. With B requests kept in flight over R decoding replicas of b
// each, C prompts per second that one prompt worker finishes, one prompt's time alone p0 and the sending of its cache t,
//
//     X(b) = b R / ((out - 1) step(b))                requests per second that the decoders finish
//     X    = min(n_p C, X(b), B / (p0 + t + (out - 1) step(b)))
//     ttft = (B - X (out - 1) step(b)) / X            by Little's law: what is in flight and not decoding; at least p0 + t
//
// with the largest b whose requests are all in flight: b R + X(b) (p0 + t) <= B; where prompts are the bottleneck the smallest b with
// X(b) >= n_p C, for a shorter step. The cache of a prompt goes over the links of the narrower of both workers at once.
//
// B = 8, out = 11, p0 = 10 ms, t = 0, step = 2 ms whatever b, one worker of each, C = 100/s: b = 5 has 5 + 250 · 0.01 = 7.5 in flight, but
// X(5) = 5 / 20 ms = 250/s > 100/s. b = 2: X = 100/s, ttft = (8 - 100 · 20 ms) / (100/s) = 60 ms.
#ifndef AUG_SYSTEM_APART_H
#define AUG_SYSTEM_APART_H

#include "system/deployment.h"
#include "system/plan_front.h"

typedef struct aug_apart_load {
    double requests;        // B: in flight
    double alone_seconds;   // p0 + t
    double prompts_per_second; // n_p C
    double replicas;        // R
    double steps;           // out - 1
    double most;            // b that fits
} aug_apart_load;

typedef struct aug_apart_answer {
    double each;            // b
    double requests_per_second, ttft_seconds, step_seconds;
} aug_apart_answer;

// `step` gives the seconds of a step of so many requests per replica, which must not shrink with them; called with whole numbers.
aug_apart_answer aug_apart_solve(const aug_apart_load *load, double (*step)(void *user, double requests), void *user);

// The best way to share the chips of `wanted` between prompt workers and decoders, over all plans of workers whose chips are a power of two
// or divide all chips: most tokens per second within the scenario's limits. `prefill_chips`: of the prompt workers, 0: the best.
// `plans` counts pairs of workers; `front` receives those that no other beats, NULL: they are not wanted.
aug_fit aug_apart_best(aug_arena *arena, const aug_deployment *deployment, const aug_plan *wanted, uint64_t prefill_chips,
                       aug_plan_front *front, aug_outcome *outcome, uint64_t *plans);

// The same workers on another machine's deployment: how `outcome` would change.
void aug_apart_again(aug_arena *arena, const aug_deployment *deployment, const aug_outcome *outcome, aug_outcome *changed);

#endif
