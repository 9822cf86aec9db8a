// An agent: turns over a context that grows. Seconds of a task and where they go.
//
// Turn t of T (from 0) reads N(t) new tokens behind a prefix of P(t), writes `out` and waits for its tools:
//
//     C(t) = in + t (in' + out)        tokens when it begins to write; in', out: read and written per turn
//     N(0) = in,  N(t) = in';          P(t) = C(t) - N(t)
//     M(t) = (1 - h) P(t)              what the cache has lost of the prefix and is read again; h: hit share
//
//     prefill(t)   = pass(N | P)                            new tokens behind the whole prefix
//     recompute(t) = pass(N + M | P - M) - pass(N | P)      what the misses add
//     decode(t)    = (out - 1) step(C(t) + out/2 - 1)       the first token comes with the prefill
//     task         = Σ prefill + recompute + decode + tool + queue
//
// Agents at once. While an agent waits for its tools it takes no part in the steps of the others; its cache
// stays. With `a` agents on a replica, b of them write at once. A step of b takes s(b); a turn's prefill
// keeps the replica busy for p and stops the steps of the others; k = (a - 1) / a is the share of prefills
// that are others':
//
//     X   = b / (b p k + (out - 1) s(b))                    turns per second: steps fill what prefills leave
//     rho = X p k                                           share of the time that prefills of others take
//     W   = s(b)/2 + rho p / (2 (1 - rho))                  a turn's wait before its own prefill (M/D/1),
//     where a > 1 a   = X (W + prefill + tool) + b                      those that wait, read or are away,
//     and those that write [Little 1961]
//
// The right side grows with b, so that one b between 0 and a solves it. Steps that others' prefills stretch
// count as queue: (out - 1) s rho / (1 - rho). An agent's own step is one of b sequences, itself at its own
// context and b - 1 others at the mean one.
//
// Example: one agent, in 100, 3 turns of in' 20 and out 11, hit 0.5, tool 1 s; a pass takes 1 ms per new
// token, a step 2 ms: C = 100, 131, 162; P = 0, 111, 142; prefill 100 + 20 + 20 = 140 ms; recompute 55.5 + 71
// = 126.5 ms; decode 3 · 10 · 2 = 60 ms; tools 3 s: 3.3265 s. tests/unit/agent_test.c checks this.
//
// Passes of turns are evaluated one by one up to AUG_AGENT_TURNS; of more turns at as many, evenly spread,
// and what lies between is taken to be linear in the turn: exact where times are; a square is met within
// 1/2048.
#ifndef AUG_SYSTEM_AGENT_H
#define AUG_SYSTEM_AGENT_H

#include "system/scenario.h"

enum { AUG_AGENT_TURNS = 33 };

typedef enum aug_agent_part {
    AUG_AGENT_PREFILL,   // new tokens
    AUG_AGENT_RECOMPUTE, // what the cache had lost
    AUG_AGENT_DECODE,
    AUG_AGENT_TOOL,
    AUG_AGENT_QUEUE, // waits for other agents
    AUG_AGENT_PARTS
} aug_agent_part;

typedef struct aug_agent_turn {
    double turn;           // from 1
    double context_tokens; // when it begins to write
    double new_tokens, missed_tokens;
    double seconds[AUG_AGENT_PARTS];
    double energy_pj[AUG_AGENT_PARTS]; // without static power
} aug_agent_turn;

typedef struct aug_agent {
    double turns;          // 0: no agent
    double agents;         // of one replica
    double writing;        // of them, at once on average
    double longest_tokens; // context at the end of the task
    double read_tokens;    // prefixes and new tokens of all turns
    double written_tokens;
    double cached_share;               // of read_tokens
    double turns_per_second;           // of the replica
    double busy;                       // share of the time that prefills take
    double step_seconds;               // of all that write, at the mean context
    double seconds[AUG_AGENT_PARTS];   // of a task
    double energy_pj[AUG_AGENT_PARTS]; // likewise, without static power
    double joules[AUG_AGENT_PARTS],
        usd[AUG_AGENT_PARTS]; // with it; set by who knows chips and prices; NaN: unknown
    double task_seconds;
    double task_joules, task_usd;
    aug_agent_turn turn_list[AUG_AGENT_TURNS]; // those that were evaluated
    int turn_count;
} aug_agent;

// What a pass takes.
typedef struct aug_agent_cost {
    double seconds, energy_pj;
} aug_agent_cost;

typedef struct aug_agent_load {
    const aug_scenario *scenario;
    double agents;                         // on the replica, 1 at least
    double stages;                         // of its pipeline: each works on its own share of those that write
    double first_seconds, first_energy_pj; // that the first prefill takes besides: image encoder
    int turns;                             // evaluated at most, 2 to AUG_AGENT_TURNS
    aug_agent_cost (*pass)(void *user, const aug_pass *pass);
    void *user;
} aug_agent_load;

// All of an agent but joules and dollars.
void aug_agent_evaluate(const aug_agent_load *load, aug_agent *agent);
// Shares out what a task costs in all: joules beside those of its own work, and dollars, go by the time.
// `chips`: that each pass runs on.
void aug_agent_charge(aug_agent *agent, double chips, double joules, double usd);
// How many times faster a task were without some part's time.
double aug_agent_faster(const aug_agent *agent, aug_agent_part part, aug_agent_part also);

// The prefill of turn `turn` (from 0, fractions between) and the step in the middle of what it writes, for
// `sequences` that do the same.
aug_pass aug_agent_prefill(const aug_scenario *scenario, double turn);
aug_pass aug_agent_step(const aug_scenario *scenario, double turn, double sequences);

#endif
