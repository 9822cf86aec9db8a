// A closed load rerun: clients that each send requests one after another to a replica, pass by pass.
//
// A replica works in passes. While prompts wait and slots are free, a pass takes the first of them, at most `together`, and
//
//     prompts pass = start + each · Σ length / mean length        + a step of those that decode, where the server mixes
//     decode pass  = step(n) + host per step + host per request · n          n requests decode
//
// A server that mixes puts prompts and tokens into one pass, and each request that decodes gets its token; one that does not lets
// tokens wait. Prompts reach the replica one by one: the host takes `prompt host` seconds for each. A server that looks for
// arrivals every k steps only sees them then, or after a pass of prompts, or when it has nothing to do.
//
// Disaggregated, `prompt_workers` others take the prompts, each one after another, the next prompt to the first that is free; it has its
// first token start + each · length later, and those that decode are spread over `decoders`, whose steps no prompt delays.
//
// Lengths are spread as benchmarks draw them, evenly over [1 - spread, 1] of the nominal ones, here by the additive
// recurrence of the golden ratio (outputs) and the plastic number (prompts) [Weyl16], so that no dice are thrown. All
// clients start at once, so the line is longest at the start; different lengths then pull the clients apart.
//
// Of more than AUG_RERUN_MOST requests, crowds of as many as it takes go as one: their prompts one after another, their tokens together.
//
//     ttft = mean of (first token - arrival) + delay             tpot = mean of (last - first token) / (tokens - 1)
//
// Example: 2 clients, one request each, no spread, prompts of 100 ms one at a time, steps of 10 ms, 11 tokens, not mixed. At 0:
// prompt A; at 100 ms: A has its first token, prompt B; at 200 ms: B has its first; ten steps; at 300 ms both end. ttft =
// (100 + 200) / 2 = 150 ms; tpot = ((300 - 100) + (300 - 200)) / 10 / 2 = 15 ms. tests/unit/rerun_test.c checks it.
#ifndef AUG_SYSTEM_RERUN_H
#define AUG_SYSTEM_RERUN_H

#include "base/arena.h"

#include <stdbool.h>

enum { AUG_RERUN_STEPS = 3, AUG_RERUN_MOST = 1 << 12, AUG_RERUN_WORKERS = 1024 };

// Steps that were evaluated: seconds of a decode pass of so many requests, ascending; between them it is linear.
typedef struct aug_rerun_step {
    double requests, seconds;
} aug_rerun_step;

typedef struct aug_rerun_load {
    double clients;      // of the replica
    double waves;        // requests that each client sends
    double slots;        // requests that the replica holds at once; infinite: no limit
    double out_tokens;   // nominal
    double spread;       // 0: all lengths are nominal
    double start_seconds, each_seconds; // of a pass of prompts
    double together;     // most prompts of a pass
    aug_rerun_step steps[AUG_RERUN_STEPS];
    int step_count;
    // The server's host.
    double step_host_seconds, request_host_seconds; // per step; per step and request
    double prompt_host_seconds;                     // per prompt, one after another
    double ranks;                                   // replicas that pass experts' tokens together; said for what waits for them
    double hosts;                                   // that share the prompts; 0: one
    double delay_seconds;                           // what else passes between arrival and first token
    double looks;                                   // steps between two looks for arrivals; 0, 1: every step
    bool mixes;                                     // prompts and tokens share passes
    int prompt_workers, decoders;                   // disaggregated; 0: the replica does both
} aug_rerun_load;

typedef struct aug_rerun_answer {
    double ttft_seconds, tpot_seconds; // means over all requests; tpot 0 where none has more than one token
    double requests_per_second;        // from the first arrival to the last token
} aug_rerun_answer;

// Seconds of a decode pass of `requests` requests without its host.
double aug_rerun_step_seconds(const aug_rerun_load *load, double requests);
// Memory of a run, used again by the next.
typedef struct aug_rerun_room aug_rerun_room;

aug_rerun_room *aug_rerun_room_make(aug_arena *arena);
aug_rerun_answer aug_rerun_run(aug_rerun_room *room, const aug_rerun_load *load);

#endif
