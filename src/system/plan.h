// How a model is spread over chips.
//
//     chips = tp · cp · pp · dp
//
// tp chips share every layer (tensor parallel), pp groups of them hold consecutive layers (pipeline), dp replicas of all
// that serve different requests. cp such groups hold the same weights and share each sequence (context parallel): of a prompt every
// group works on its part of the tokens and gathers the keys and values of all; of a decoding sequence every group has its part of the
// cache, and the results of attention are summed. The experts of a mixture are spread over ep groups: inside the tp chips of a replica
// (ep ≤ tp, each expert's features over tp / ep chips), or over ep / tp replicas, which then attend data-parallel and
// meet at the experts (ep > tp). moe_tp says how many chips share each expert of a group: attention data-parallel over dp and experts
// tensor-parallel over moe_tp = tp dp is a plan, too. Where missing it is tp / ep, 1 at least.
//
// Speculation: a draft proposes k tokens, the model verifies them and its own next one in one pass of k + 1 tokens per
// sequence. With the chance a that a proposed token is taken, given that those before it are, a pass makes
//
//     E = 1 + a + a² + … + a^k = (1 - a^(k+1)) / (1 - a)          tokens [Leviathan et al. 2023, eq. 1]
#ifndef AUG_SYSTEM_PLAN_H
#define AUG_SYSTEM_PLAN_H

#include "text/fields.h"
#include "workload/graph.h"

typedef struct aug_plan {
    uint64_t chips, tp, pp, ep, dp; // 0: to be found (chips: 1)
    uint64_t cp;                     // 0: to be found; 1 where nothing finds it
    uint64_t moe_tp;                 // chips that share an expert; 0: as the other degrees leave it
    int weights, activations, cache; // number formats; -1 or AUG_FORMAT_NONE: the model's own
    int experts;                     // format of routed experts, where it differs
    uint64_t chunk;                  // tokens of a pass that decodes and works on prompts at once; 0: prompts run apart
    uint64_t speculate;              // tokens that a draft proposes per step; 0: none
    double acceptance;               // chance that one is taken, those before it being taken; NaN: not said
    double power_cap_watts;          // of each chip, below its own limit; NaN: none
    const struct aug_model *draft;   // what proposes them; NULL: the model's own next-token module (multi-token prediction)
} aug_plan;

extern const aug_fields aug_plan_fields;

// One chip, everything else to be found.
aug_plan aug_plan_default(void);
bool aug_plan_read(const aug_reader *reader, const aug_node *map, aug_plan *plan);
// Checks that the degrees that are given fit together; errors at the keys of `map`, which may be NULL.
bool aug_plan_check(const aug_reader *reader, const aug_node *map, const aug_plan *plan);

// Whether all degrees are given, and consistent.
bool aug_plan_is_complete(const aug_plan *plan);
// Which plans a model and a machine allow.
typedef struct aug_plan_space {
    double layers;  // no more pipeline stages than these
    bool experts;   // the model has routed experts
    double joined;  // chips that the machine's links join; 1: none
    bool contexts;  // groups may share sequences where cp is not given
} aug_plan_space;

// Calls `visit` with every complete plan that agrees with what `wanted` fixes, in a fixed order: fewer chips per replica
// first. Stops when `visit` returns false.
void aug_plan_each(const aug_plan *wanted, const aug_plan_space *space, bool (*visit)(void *user, const aug_plan *plan),
                   void *user);

// Groups that share each sequence: cp, 1 where it is missing.
uint64_t aug_plan_context(const aug_plan *plan);
// Chips that work on one layer: tp · cp.
double aug_plan_layer_chips(const aug_plan *plan);
// Tokens that one decode step of a sequence makes on average: 1 without speculation.
double aug_plan_tokens_per_step(const aug_plan *plan);
// How what proposes tokens is spread: as one pipeline stage of the model. A draft model keeps its own number formats.
aug_plan aug_plan_of_draft(const aug_plan *plan);
// How the plan splits ranks.
aug_split aug_plan_split(const aug_plan *plan);
// The number formats that hold under the plan.
aug_precision aug_plan_precision(const aug_plan *plan, const aug_precision *own);

#endif
