#include "system/rerun.h"

#include <math.h>
#include <string.h>

// Steps of the recurrences: 1/φ and 1/ρ, of x² = x + 1 and x³ = x + 1.
static const double output_stride = 0.6180339887498949, prompt_stride = 0.7548776662466927;

typedef struct running {
    double last_step; // after which the request ends
    int request;
} running;

struct aug_rerun_room {
    double arrival[AUG_RERUN_MOST], ready[AUG_RERUN_MOST], first[AUG_RERUN_MOST], worker_free[AUG_RERUN_WORKERS];
    running heap[AUG_RERUN_MOST];
};

typedef struct rerun {
    const aug_rerun_load *load;
    int total, clients;
    double crowd; // requests that go as one
    double slots, together; // in crowds
    double *arrival, *ready, *first; // seconds, by request; ready: its prompt has passed the host
    int taken;    // requests whose prompts were worked on: they go in the order of arrival
    int seen;     // that the server has seen
    int sent;
    running *heap; // those that decode, the first to end on top
    int decoding;
    double now, steps, host_free, unseen_steps;
    double *worker_free; // of prompt workers; NULL: the replica takes prompts itself
    double ttft_sum, tpot_sum;
    int done, with_tpot;
} rerun;

static double part(double x) {
    return x - floor(x);
}

static double shorter(const rerun *r, int request, double stride) {
    return 1.0 - r->load->spread * part(0.5 + (double)request * stride);
}

static double tokens_of(const rerun *r, int request) {
    return fmax(1.0, floor(r->load->out_tokens * shorter(r, request, output_stride) + 0.5));
}

// ---- Those that decode, as a heap

static void heap_add(rerun *r, running added) {
    int place = r->decoding++;
    while (place > 0 && r->heap[(place - 1) / 2].last_step > added.last_step) {
        r->heap[place] = r->heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    r->heap[place] = added;
}

static running heap_take(rerun *r) {
    running top = r->heap[0], moved = r->heap[--r->decoding];
    int place = 0;
    for (int child = 1; child < r->decoding; child = 2 * place + 1) {
        child += child + 1 < r->decoding && r->heap[child + 1].last_step < r->heap[child].last_step;
        if (r->heap[child].last_step >= moved.last_step)
            break;
        r->heap[place] = r->heap[child];
        place = child;
    }
    r->heap[place] = moved;
    return top;
}

// ---- Passes

double aug_rerun_step_seconds(const aug_rerun_load *load, double requests) {
    const aug_rerun_step *s = load->steps;
    int i = 1;
    while (i + 1 < load->step_count && requests > s[i].requests)
        i++;
    if (load->step_count < 2 || requests <= s[0].requests)
        return s[0].seconds;
    return s[i - 1].seconds + (s[i].seconds - s[i - 1].seconds) * (requests - s[i - 1].requests) / (s[i].requests - s[i - 1].requests);
}

static double step_seconds(const rerun *r) {
    double n = (double)r->decoding * r->crowd;
    if (r->worker_free)
        n = fmax(1.0, n / (double)r->load->decoders);
    return aug_rerun_step_seconds(r->load, n) + r->load->step_host_seconds + r->load->request_host_seconds * n;
}

static double pass_seconds(const rerun *r, double lengths) {
    return r->load->start_seconds + r->load->each_seconds * lengths;
}

// Length of a crowd's prompts over the mean one.
static double prompt_length(const rerun *r, int request) {
    return r->crowd * shorter(r, request, prompt_stride) / (1.0 - r->load->spread / 2.0);
}

// Gives a prompt to the prompt worker that is free first; `ready` becomes the time of its first token.
static void hand_out(rerun *r, int request) {
    int first = 0;
    for (int w = 1; w < r->load->prompt_workers; w++)
        if (r->worker_free[w] < r->worker_free[first])
            first = w;
    double begin = fmax(r->worker_free[first], r->ready[request]), length = prompt_length(r, request);
    r->worker_free[first] = begin + r->load->each_seconds * length + r->load->step_host_seconds;
    r->ready[request] = begin + pass_seconds(r, length) + r->load->step_host_seconds;
}

static void send(rerun *r) {
    int request = r->sent++;
    r->arrival[request] = r->now;
    double host = r->load->prompt_host_seconds * r->crowd, begin = fmax(r->host_free, r->now);
    r->host_free = begin + host / fmax(1.0, r->load->hosts);
    r->ready[request] = begin + host;
    if (r->worker_free)
        hand_out(r, request);
}

static bool waits(const rerun *r) {
    return r->taken < r->sent && (double)r->decoding < r->slots;
}

// Prompts that the next pass takes.
static int prompts_at_hand(const rerun *r) {
    int count = 0;
    while (r->taken + count < r->seen && (r->worker_free || (double)count < r->together) && (double)(r->decoding + count) < r->slots &&
           r->ready[r->taken + count] <= r->now)
        count++;
    return count;
}

static void begin_tokens(rerun *r, double first) {
    int request = r->taken++;
    r->first[request] = first;
    r->ttft_sum += first - r->arrival[request];
    heap_add(r, (running){r->steps + tokens_of(r, request) - 1.0, request});
}

static void work_on_prompts(rerun *r, int count) {
    const aug_rerun_load *load = r->load;
    if (r->worker_free) { // they come from elsewhere, with their first tokens
        while (count--)
            begin_tokens(r, r->ready[r->taken]);
        return;
    }
    double length = 0.0;
    for (int i = 0; i < count; i++)
        length += prompt_length(r, r->taken + i);
    bool mixed = load->mixes && r->decoding > 0;
    r->now += pass_seconds(r, length) + (mixed ? step_seconds(r) : load->step_host_seconds);
    r->steps += mixed ? 1.0 : 0.0;
    for (int i = 0; i < count; i++)
        begin_tokens(r, r->now);
    r->unseen_steps = (double)INFINITY; // a server looks up after each pass of prompts
}

// Steps until one ends, or until a prompt that waits may be taken.
static void decode(rerun *r) {
    double seconds = step_seconds(r), steps = fmax(1.0, r->heap[0].last_step - r->steps);
    if (waits(r)) {
        double until = fmax(1.0, ceil((r->ready[r->taken] - r->now) / seconds));
        if (r->taken >= r->seen)
            until = fmax(until, r->load->looks - r->unseen_steps);
        steps = fmin(steps, until);
    }
    r->now += steps * seconds;
    r->steps += steps;
    r->unseen_steps += steps;
}

static void finish(rerun *r) {
    while (r->decoding > 0 && r->heap[0].last_step <= r->steps) {
        int request = heap_take(r).request;
        double tokens = tokens_of(r, request);
        r->done++;
        if (tokens > 1.0) {
            r->tpot_sum += (r->now - r->first[request]) / (tokens - 1.0);
            r->with_tpot++;
        }
        if (r->sent < r->total)
            send(r);
    }
}

static void look(rerun *r) {
    if (r->decoding > 0 && r->unseen_steps < r->load->looks)
        return;
    r->seen = r->sent;
    r->unseen_steps = 0.0;
}

aug_rerun_room *aug_rerun_room_make(aug_arena *arena) {
    return AUG_NEW(arena, aug_rerun_room);
}

aug_rerun_answer aug_rerun_run(aug_rerun_room *room, const aug_rerun_load *load) {
    double clients = fmax(load->clients, 1.0), requests = clients * fmax(load->waves, 1.0);
    double crowd = ceil(requests / (double)AUG_RERUN_MOST);
    rerun r = {.load = load,
               .clients = (int)fmax(1.0, floor(clients / crowd)),
               .total = (int)fmax(1.0, floor(requests / crowd)),
               .crowd = crowd,
               .slots = fmax(1.0, floor(load->slots / crowd)),
               .together = fmax(1.0, floor(load->together / crowd)),
               .arrival = room->arrival,
               .ready = room->ready,
               .first = room->first,
               .heap = room->heap,
               .worker_free = load->prompt_workers > 0 ? room->worker_free : NULL,
               .unseen_steps = (double)INFINITY};
    memset(room->worker_free, 0, sizeof room->worker_free);
    for (int i = 0; i < r.clients; i++)
        send(&r);
    while (r.done < r.total) {
        look(&r);
        int prompts = prompts_at_hand(&r);
        if (prompts > 0)
            work_on_prompts(&r, prompts);
        else if (r.decoding > 0)
            decode(&r);
        else
            r.now = r.ready[r.taken]; // nothing to do until then
        finish(&r);
    }
    return (aug_rerun_answer){.ttft_seconds = r.ttft_sum / (double)r.total + load->delay_seconds,
                              .tpot_seconds = r.with_tpot ? r.tpot_sum / (double)r.with_tpot : 0.0,
                              .requests_per_second = crowd * (double)r.total / r.now};
}
