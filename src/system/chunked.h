// Chunked prefill: prompts are worked on piece by piece in the same passes as decode steps, which then read the weights once
// for both [Agrawal et al. 2024].
//
// A pass has room for `budget` tokens: those of the d requests that decode, v of each, and c = budget - d v of a prompt. A request
// needs n = ceil(prompt / c) passes for its prompt, then `steps` to decode. With x requests finished per pass
//
//     room left        d = x steps,  d + x n = b,  x prompt <= c         b requests in flight
//     passes full      x prompt = c,  so c = budget / (1 + v steps / prompt), and b - d - x n requests wait in line
//
// A share f = x prompt / t of the passes has prompt work, t = min(c, prompt) tokens of it; where f would pass 1, every pass has x prompt.
//
// Prompts of 1000 tokens, 100 steps, budget 256, 8 requests in flight. d = 6: c = 250, n = 4, x = 0.06, 60 tokens a pass; but
// d + x n = 6.24: d = 8 / (1 + 5/100) = 7.62 with c = 248, n = 5; x = 0.0762, f = 0.0762 · 1000 / 248.4 = 0.307.
#ifndef AUG_SYSTEM_CHUNKED_H
#define AUG_SYSTEM_CHUNKED_H

#include "workload/graph.h"

typedef struct aug_mix {
    double decoding;        // d: requests that decode
    double finished;        // x: requests per pass
    double prompt_tokens;   // t: of a pass with prompt work
    double share;           // f: of the passes that have prompt work
    double prompt_passes;   // n: that a prompt takes
    double waiting;         // requests in line
} aug_mix;

// What is mixed of `requests` in flight, each of `prompt` new tokens and then `steps` decode steps of `verified` tokens.
aug_mix aug_mix_of(double requests, double prompt, double steps, double verified, double budget);
// A pass that has prompt work: `step` is the decode step of all requests, `prompt` a whole prompt.
aug_pass aug_mix_pass(const aug_mix *mix, const aug_pass *step, const aug_pass *prompt);

#endif
