// Agents on a deployment: what a plan's passes make of their turns, with joules and dollars.
#ifndef AUG_SYSTEM_AGENT_SERVING_H
#define AUG_SYSTEM_AGENT_SERVING_H

#include "system/deployment.h"

// The outcome of a plan whose residency and precisions are set, for a scenario with turns. `image` is what
// the image encoder takes in the first turn. Figures of a task are in `outcome->agent`; phases are those of
// the turn in the middle.
//
//     ttft  = (prefills + queue) / turns          tokens/s = turns per second of all replicas · out
//     tpot  = decode / turns / (out - 1)          latency  = the task
void aug_agent_serve(const aug_deployment *deployment, const aug_phase_cost *image, aug_outcome *outcome);

#endif
