// A model on a machine under a scenario: every complete plan of it has an outcome, and one is the best.
//
// Steady state: `batch` requests are kept in flight; each replica works on its share. Per replica of b requests
//
//     b prompts     prefill of what the cache lacks of them, batched up to AUG_CHUNK_TOKENS tokens, over the stages of the
//                   pipeline
//     out - 1 steps decode of all b, one microbatch per pipeline stage, at the mean context in + out/2
//     tokens/s    = b · out / (b · prefill per prompt + (out - 1) · step)
//
// With speculation a step is k passes of the draft and one of the model over k + 1 tokens of each sequence, and `step` above is
// its time over the tokens that it makes (plan.h).
//
// summed over replicas that have floor(batch / dp) or one more request.
#ifndef AUG_SYSTEM_DEPLOYMENT_H
#define AUG_SYSTEM_DEPLOYMENT_H

#include "system/agent.h"
#include "system/economy.h"
#include "system/phase.h"
#include "system/residency.h"
#include "system/scenario.h"

enum { AUG_PHASES = 2 * AUG_STAGES };

typedef struct aug_deployment {
    const aug_model *model;
    const aug_scenario *scenario;
    const aug_economy *economy;
    aug_roofline roofline;
    struct aug_mapped *mapped; // mapped.h; NULL: times do not come from mappings
    const struct aug_software *server; // whose host works beside kernels, with queueing (serving.h); NULL: neither counts
    int agent_turns;           // of an agent, that are evaluated at most (agent.h)
} aug_deployment;

// Turns of agents that are evaluated where plans are compared; then all that AUG_AGENT_TURNS allows for the best.
enum { AUG_COMPARED_TURNS = 5 };

// One phase of an answer.
typedef struct aug_phase {
    const char *name;
    double repeats;           // passes
    aug_phase_input input;    // to evaluate it again, operator by operator
    aug_phase_cost cost;      // of one pass
} aug_phase;

typedef struct aug_outcome {
    aug_plan plan;
    aug_residency residency;
    double ttft_seconds;      // arrival to first token of one request at this load
    double tpot_seconds;      // per output token after the first
    double latency_seconds;   // arrival to last token
    double alone_seconds;     // one prompt on an idle replica
    double prompt_seconds;    // that each prompt keeps its replica busy, others being worked on with it
    double tokens_per_second; // of the whole deployment
    double joules_per_token;  // NaN where the machine states no energies
    double watts;             // average of one chip; NaN likewise
    double meter_watts;       // of the whole deployment with its hosts, at the meter; NaN likewise
    double usd_per_hour;      // of the whole deployment; NaN where the machine has no price
    double usd_per_mtok;
    aug_price_basis price_basis;
    bool meets_limits;
    aug_precision precision;  // of the language stage, or of the first
    aug_precision stage_precisions[AUG_STAGES];
    double tokens_per_step;      // of a sequence: above 1 with speculation
    // Prompts and decoding on chips of their own (apart.h); `plan` then has the degrees of one decoding worker, and all chips.
    uint64_t prefill_workers, decode_workers; // 0: the same chips do both
    aug_plan prefill_plan, decode_plan;       // of one worker
    double transfer_seconds;                  // of a prompt's cache
    // Where requests arrive at random: those in flight, and the most per second that it keeps up with at that number.
    double in_flight, largest_rate;
    aug_plan draft_plan;         // with speculation: of what proposes tokens
    aug_precision draft_precision;
    aug_phase phases[AUG_PHASES];
    int phase_count;
    aug_agent agent;          // where the scenario has turns; its figures are those of a replica with most agents
} aug_outcome;

// What one replica with `requests` requests in flight does.
typedef struct aug_replica {
    double requests;
    aug_pass prompt;      // one prompt alone
    aug_pass prompts;     // as many as are worked on at once; `together` of them
    double together;
    double busy_stages;   // pipeline stages that prompts keep busy at the same time
    aug_pass step;        // one decode step of the requests of one pipeline stage
    double tokens_per_step; // that each of them gets from it
} aug_replica;

aug_replica aug_replica_of(const aug_scenario *scenario, const aug_plan *plan, double requests);
// Output tokens per second of a replica whose passes take so long: `prompts_seconds` for aug_replica.prompts, `step_seconds` per
// token of a sequence.
double aug_replica_tokens_per_second(const aug_replica *replica, const aug_scenario *scenario, double image_seconds,
                                     double prompts_seconds, double step_seconds);

// The pass that proposes one token before such a step, the mean of those of a step.
aug_pass aug_proposal_pass(const aug_pass *step);

// How requests spread over replicas: `loaded` replicas have `more` requests, all others `fewer`.
typedef struct aug_spread {
    double more, fewer, loaded, others;
} aug_spread;

aug_spread aug_spread_of(const aug_scenario *scenario, const aug_plan *plan);

void aug_deployment_init(aug_deployment *deployment, const aug_model *model, const aug_machine *machine,
                         const aug_scenario *scenario, const aug_economy *economy);

// The outcome of a complete plan. Phases point into `outcome`, which must not move while they are used.
void aug_deployment_evaluate(const aug_deployment *deployment, const aug_plan *plan, aug_outcome *outcome);

// A pass of what proposes tokens: a draft model's, or that of the model's module. Points into `outcome`, whose draft_plan and
// draft_precision it sets.
aug_phase_input aug_deployment_draft(const aug_deployment *deployment, aug_outcome *outcome, const aug_plan *plan, aug_pass pass,
                                     int home);
// Energy, power and price of an outcome whose speed is known, with so much energy per token beside static power.
void aug_deployment_finish(const aug_deployment *deployment, double dynamic_joules_per_token, aug_outcome *outcome);

// Whether a limit is kept; NaN: there is none.
bool aug_deployment_within(double limit, double value);
// What plans compete for, larger is better: tokens per second, or with a period, arrivals at random or a single agent the negative latency.
double aug_deployment_value(const aug_deployment *deployment, const aug_outcome *outcome);

typedef enum aug_fit { AUG_FIT_OK, AUG_FIT_NOT, AUG_FIT_LIMITS, AUG_FIT_NO_PLAN } aug_fit;

// The best plan that agrees with `wanted`: of those that fit and meet the limits, the one with most tokens per second (with
// a period or a single agent: the lowest latency); the first of equals. Where none fits, the one that lacks least. `plans` counts them.
aug_fit aug_deployment_best(const aug_deployment *deployment, const aug_plan *wanted, aug_outcome *outcome,
                            uint64_t *plans);
// The smallest number of chips, of doublings of the wanted one up to 65536, on which some plan fits; 0: none.
uint64_t aug_deployment_chips_needed(const aug_deployment *deployment, const aug_plan *wanted);

// The plans that the deployment's model and machine allow.
aug_plan_space aug_deployment_space(const aug_deployment *deployment);

#endif
