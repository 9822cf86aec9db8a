#include "system/queueing.h"

#include <math.h>

static double served(const aug_queue_load *load) {
    return fmin(load->requests, load->slots);
}

// Time of a request from its slot on to its last token.
static double cycle_seconds(const aug_queue_load *load, double served) {
    return served * load->prompt_seconds + fmax(load->out_tokens - 1.0, 0.0) * load->step_seconds;
}

aug_queue_answer aug_queue_closed(const aug_queue_load *load) {
    double b = served(load), p = load->prompt_seconds;
    double rate = b / cycle_seconds(load, b);
    double others = b > 1.0 ? rate * p * (b - 1.0) / b : 0.0; // below 1 where there are steps at all
    double line = p + load->host_seconds, ahead = b > 1.0 ? rate * line * (b - 1.0) / b : 0.0;
    // At most the prompts of all others: a request without steps, or behind a host that is too slow, meets them all.
    double most = fmax(b - 1.0, 0.0) * line, wait = ahead < 1.0 ? fmin(ahead * line / (2.0 * (1.0 - ahead)), most) : most;
    double steady = (b > 1.0 ? load->step_seconds / 2.0 : 0.0) + wait + load->alone_seconds;
    double burst = most / 2.0 + load->alone_seconds;
    double first = isfinite(load->waves) ? 1.0 / fmax(load->waves, 1.0) : 0.0;
    return (aug_queue_answer){.ttft_seconds = first * burst + (1.0 - first) * steady + (load->requests - b) / rate,
                              .tpot_seconds = others < 1.0 ? load->step_seconds / (1.0 - others) : load->step_seconds,
                              .requests_per_second = rate,
                              .busy = rate * p};
}

aug_queue_answer aug_queue_open(const aug_queue_load *load) {
    double b = served(load), p = load->prompt_seconds;
    double rate = b / cycle_seconds(load, b), busy = rate * p;
    double room = 1.0 - busy;
    double tail = busy > 0.01 ? p * (1.0 + load->variation) / (2.0 * room) * log(100.0 * busy) : 0.0;
    return (aug_queue_answer){.ttft_seconds = room > 0.0 ? load->step_seconds + tail + load->alone_seconds : (double)INFINITY,
                              .tpot_seconds = room > 0.0 ? load->step_seconds / room : (double)INFINITY,
                              .requests_per_second = rate,
                              .busy = busy};
}

double aug_queue_open_slots(double requests) {
    return requests + 2.33 * sqrt(requests);
}
