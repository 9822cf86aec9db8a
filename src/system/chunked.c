#include "system/chunked.h"

#include <math.h>

enum { ROUNDS = 64 }; // that bring the number of decoding requests to rest

// Tokens of a prompt in a pass beside `decoding` requests: one at least.
static double room(double decoding, double verified, double budget) {
    return fmax(1.0, budget - decoding * verified);
}

aug_mix aug_mix_of(double requests, double prompt, double steps, double verified, double budget) {
    aug_mix mix = {.decoding = requests};
    if (!(steps > 0.0)) { // answers of one token: prompts only
        mix.decoding = 0.0;
        mix.prompt_tokens = fmin(budget, prompt * requests);
        mix.share = 1.0;
        mix.finished = mix.prompt_tokens / prompt;
        mix.prompt_passes = fmax(1.0, ceil(prompt / budget));
        mix.waiting = fmax(0.0, requests - mix.finished * mix.prompt_passes);
        return mix;
    }
    double c = 0.0;
    for (int i = 0; i < ROUNDS; i++) {
        c = room(mix.decoding, verified, budget);
        mix.prompt_passes = ceil(prompt / c);
        mix.decoding = 0.5 * (mix.decoding + requests / (1.0 + mix.prompt_passes / steps));
    }
    mix.finished = mix.decoding / steps;
    c = room(mix.decoding, verified, budget);
    if (mix.finished * prompt > c) { // passes are full
        c = fmax(1.0, budget / (1.0 + verified * steps / prompt));
        mix.finished = c / prompt;
        mix.decoding = fmin(requests, mix.finished * steps);
        mix.prompt_passes = ceil(prompt / c);
        mix.waiting = fmax(0.0, requests - mix.decoding - mix.finished * mix.prompt_passes);
    }
    mix.prompt_tokens = fmin(c, prompt);
    mix.share = mix.finished * prompt / mix.prompt_tokens;
    if (mix.share > 1.0) {
        mix.prompt_tokens *= mix.share;
        mix.share = 1.0;
    }
    return mix;
}

aug_pass aug_mix_pass(const aug_mix *mix, const aug_pass *step, const aug_pass *prompt) {
    aug_pass pass = *prompt;
    pass.sequences = fmax(1.0, mix->prompt_tokens / prompt->new_tokens);
    pass.new_tokens = fmin(mix->prompt_tokens, prompt->new_tokens);
    pass.past_tokens += (prompt->new_tokens - pass.new_tokens) / 2.0; // pieces of a prompt see half of it before them on average
    pass.riders = mix->decoding;
    pass.rider_tokens = step->new_tokens;
    pass.rider_past = step->past_tokens;
    return pass;
}
