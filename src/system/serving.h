// What users of a server see of a deployment: queueing, and the host's part of each step.
//
// Kernels and exchanges give the time of a prompt and of a step. A server adds work of its host to each (kernel/software.h): to a step
// its scheduling and launches, which no kernel hides, to a prompt its reading, one after another, to a request what passes before and
// after. Prompts then come between steps, and requests wait for them (queueing.h).
//
// Arrivals at random, L per second: the smallest number of requests in flight whose rate is L, by halving. The wait for prompts in front
// is that of an M/D/1 queue, rho q / (2 (1 - rho)) with q seconds per prompt and rho = L q / replicas [Kleinrock 1975, 5.6].
#ifndef AUG_SYSTEM_SERVING_H
#define AUG_SYSTEM_SERVING_H

#include "system/deployment.h"

// Seconds of the host per step of so many requests; 0 without a server.
double aug_serving_step_seconds(const aug_deployment *deployment, double requests);
// Seconds of the host that each prompt adds to the time to its first token, alone, and to that of those behind it.
double aug_serving_alone_seconds(const aug_deployment *deployment);
double aug_serving_prompt_seconds(const aug_deployment *deployment);

// Puts queueing and the host's work into an outcome of a steady number of requests in flight that knows neither.
void aug_serving_apply(const aug_deployment *deployment, aug_outcome *outcome);
// The outcome of a complete plan where requests arrive at random. Where it cannot keep up, times are infinite and no limit is met.
void aug_serving_arrivals(const aug_deployment *deployment, const aug_plan *plan, aug_outcome *outcome);

#endif
