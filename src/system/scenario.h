// What is asked of a model: prompt and output lengths, how many requests at once, limits.
#ifndef AUG_SYSTEM_SCENARIO_H
#define AUG_SYSTEM_SCENARIO_H

#include "text/fields.h"
#include "workload/model.h"

// What an agent does in each turn: it reads what came back from tools, writes, and waits for tools.
typedef struct aug_turn {
    uint64_t in_tokens, out_tokens;
    double tool_seconds;
    double cache_hit; // share of what was read and written before that is in the cache when the turn begins
} aug_turn;

typedef struct aug_scenario {
    uint64_t in_tokens, out_tokens; // per request
    uint64_t batch;                 // requests kept in flight over the whole deployment
    uint64_t image_tokens;          // part of in_tokens that an image encoder makes
    double cache_hit;               // share of the prompt whose keys and values are in the cache from before
    double period_seconds;          // of a control loop; NaN: none
    double ttft_limit_seconds, tpot_limit_seconds; // NaN: none
    double rate_hz;                 // requests that arrive per second; NaN: not said
    uint64_t turns;                 // of an agent; 0: no agent. in_tokens: what its first turn reads; out_tokens: of each turn
    aug_turn turn;                  // of an agent
    const aug_node *sources;
} aug_scenario;

extern const aug_fields aug_scenario_fields;

// in 1024, out 128, batch 1, no limits.
aug_scenario aug_scenario_default(void);
// Reads the scenario of a file (auger: scenario/1), by path or name of data/scenarios.
bool aug_scenario_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name, aug_scenario *scenario);
// Reads the map of a scenario: a file (auger: scenario/1) or the part of a study.
bool aug_scenario_read(const aug_reader *reader, const aug_node *map, aug_scenario *scenario);
// Tokens of a prompt that are worked on: those that the cache lacks, one at least.
double aug_scenario_new_tokens(const aug_scenario *scenario);
// Whether the answer that comes soonest is wanted, not most of them: there is a period, or requests come when they come.
bool aug_scenario_hurries(const aug_scenario *scenario);
// New tokens of a stage that runs in passes: those that it states, else the prompt's.
double aug_stage_tokens(const aug_stage *stage, const aug_scenario *scenario);
// Tokens of the longest sequence: prompt and answer, or all that an agent has read and written at the end.
double aug_scenario_longest(const aug_scenario *scenario);
// Tokens of the longest prompt that is worked on at once: an agent's may hold what the cache has lost.
double aug_scenario_longest_prompt(const aug_scenario *scenario);
// Checks ranges; errors at the keys of `map`, which may be NULL.
bool aug_scenario_check(const aug_reader *reader, const aug_node *map, const aug_scenario *scenario);

#endif
