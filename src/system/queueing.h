// How long a request waits in front of a replica that is busy with others: prompts as one server, decode as steps that all
// share.
//
// A replica holds up to `slots` requests. A prompt keeps it busy for p seconds (prompt_seconds), and while it does, the
// tokens of the others wait; a decode step of all takes s. With b = min(requests, slots) requests at work, each of which
// needs its own prompt, the b - 1 prompts of the others and out - 1 steps:
//
//     cycle = b p + (out - 1) s           seconds from the start of a request to its end
//     X     = b / cycle                   requests per second of the replica
//     rho   = X p (b - 1) / b             share of the time that prompts of others take
//     tpot  = s / (1 - rho)               a step, and the prompts that come between two of them
//
// Closed load: `requests` clients send their next request when the last is answered [Lazowska et al. 1984, ch. 6]. The
// prompt server is seen busy as in an M/D/1 queue; what has no slot waits outside, by Little's law [Little 1961]:
//
//     steady = s/2 (b > 1) + rho q / (2 (1 - rho)) + p0            p0: one prompt alone
//     burst  = (b - 1) q / 2 + p0                                   all clients start at once: the mean place in the line
//     ttft   = (burst + (waves - 1) steady) / waves + (requests - b) / X
//
// q = p + host work that prompts do one after another, and rho of the line is X q (b - 1) / b; host work of a prompt does not
// stop the tokens of others. `waves`: requests that each client sends in a measurement; the first of them meets the burst. Benchmarks that send ten
// requests per client have 10; infinite: a load that never started.
//
// Open load: requests come at random (Poisson) at the rate that keeps b of them in flight. In an M/G/1 queue the waiting time is
// close to exponential [Kingman 1962], and 1 % of the requests wait longer than
//
//     W99 = p (1 + v) / (2 (1 - rho)) · ln(100 rho)                 v: squared variation of the prompts' times; rho = X p
//
// The number in flight of a load that never waits is Poisson too; 1 % of the time it is above b + 2.33 √b.
//
// Example: 4 requests, p = p0 = 100 ms, s = 10 ms, out = 101. cycle = 0.4 + 1 = 1.4 s; X = 2.857/s; rho = 2.857 · 0.1 · 3/4 =
// 0.2143; tpot = 10 / 0.7857 = 12.73 ms; steady = 5 + 0.2143 · 100 / 1.5714 + 100 = 118.6 ms; burst = 150 + 100 = 250 ms; with
// ten waves ttft = 131.8 ms. tests/unit/queueing_test.c checks these.
#ifndef AUG_SYSTEM_QUEUEING_H
#define AUG_SYSTEM_QUEUEING_H

// What one replica is asked for and what its passes take.
typedef struct aug_queue_load {
    double requests;        // in flight
    double slots;           // that it can hold at once; infinite: no limit
    double alone_seconds;   // one prompt alone, to its first token: p0
    double prompt_seconds;  // that each prompt keeps the replica busy: p, below p0 where several are worked on together
    double host_seconds;    // that it keeps its host busy beside: q - p
    double step_seconds;    // one decode step of the requests that have a slot: s
    double out_tokens;      // per request
    double waves;           // closed loads: requests per client; infinite: steady
    double variation;       // open loads: variance of the prompts' times over their mean squared
} aug_queue_load;

typedef struct aug_queue_answer {
    double ttft_seconds;    // arrival to first token: closed loads the mean, open loads what 99 % of the requests keep
    double tpot_seconds;    // (total - ttft) / (out - 1)
    double requests_per_second;
    double busy;            // share of the time that prompts take
} aug_queue_answer;

// `requests` clients that each wait for their answer before they ask again.
aug_queue_answer aug_queue_closed(const aug_queue_load *load);
// Random arrivals at the rate that keeps `requests` in flight on average. Infinite ttft where prompts alone fill the time.
aug_queue_answer aug_queue_open(const aug_queue_load *load);
// Slots that an open load with that mean number in flight fills for 1 % of the time.
double aug_queue_open_slots(double requests);

#endif
