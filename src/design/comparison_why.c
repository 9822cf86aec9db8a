// Two rows, one metric: the sentence that tells them apart.
//
//     a step's time     waits: the phase's seconds by what bounds them; the largest difference is told, with
//                       seconds = bytes / bandwidth or operations / peak, so its ratio is the product of
//                       theirs
//     tokens per second requests of a replica · output / (prompts + steps): the larger saving of the two
//     joules, dollars   watts · chips / (tokens per second), $/h / (tokens per second)
//     largest batch     (capacity - weights) / bytes per request
#include "design/comparison.h"

#include "base/buffer.h"

#include <math.h>
#include <string.h>

typedef struct pair {
    const aug_comparison_row *best, *next;
} pair;

static const aug_phase *phase_of(const aug_comparison_row *row, const char *name) {
    const aug_outcome *o = &row->estimate->outcome;
    for (int i = 0; i < o->phase_count; i++)
        if (strcmp(o->phases[i].name, name) == 0)
            return &o->phases[i];
    return &o->phases[0];
}

// A ratio that is told: it is not near 1.
static bool tells(double ratio) {
    return isfinite(ratio) && ratio > 0.0 && fabs(ratio - 1.0) > 0.015;
}

static const char *times(aug_arena *arena, double ratio) {
    return aug_arena_print(arena, "%sx", aug_show_number(ratio, 3).text);
}

// Factors of a figure that speak for the best, and against it.
typedef struct factors {
    aug_buffer good, bad;
} factors;

static factors no_factors(aug_arena *arena) {
    factors f;
    aug_buffer_init(&f.good, arena);
    aug_buffer_init(&f.bad, arena);
    return f;
}

// One factor, as the best has it over the next; `more` tells whether more of it is better.
static void add_factor(factors *f, double ratio, bool more, const char *of) {
    if (!tells(ratio))
        return;
    aug_buffer *out = more == (ratio > 1.0) ? &f->good : &f->bad;
    aug_buffer_print(out, "%s%s %s", out->length ? " and " : "", times(out->arena, ratio), of);
}

// "with ..., though with ...", behind what is there.
static void write_factors(aug_buffer *out, const factors *f) {
    if (f->good.length)
        aug_buffer_print(out, "%swith %s", out->length ? ", " : "", aug_buffer_text(&f->good));
    if (f->bad.length)
        aug_buffer_print(out, "%sthough with %s", out->length ? ", " : "", aug_buffer_text(&f->bad));
}

// What a phase waits for, by kind: power keeps matrix units from their rate, starts and hops are latency.
typedef enum wait_kind {
    WAIT_COMPUTE,
    WAIT_VECTOR,
    WAIT_LATENCY,
    WAIT_LINK,
    WAIT_MEMORY,
    WAIT_COUNT
} wait_kind;

static wait_kind kind_of(int bound) {
    switch (bound) {
    case AUG_BOUND_MATRIX:
    case AUG_BOUND_POWER:
        return WAIT_COMPUTE;
    case AUG_BOUND_VECTOR:
        return WAIT_VECTOR;
    case AUG_BOUND_LATENCY:
    case AUG_BOUND_LAUNCH:
    case AUG_BOUND_HOPS:
        return WAIT_LATENCY;
    case AUG_BOUND_LINK:
        return WAIT_LINK;
    default:
        return WAIT_MEMORY;
    }
}

static double waited(const aug_phase *phase, wait_kind kind) {
    double seconds = 0.0;
    for (int b = 0; b < AUG_BOUNDS; b++)
        if (kind_of(b) == kind)
            seconds += phase->cost.bound_seconds[b];
    return seconds;
}

// The memory that a phase waits for most.
static int memory_of(const aug_phase *phase) {
    int most = AUG_BOUND_MEMORY;
    for (int b = AUG_BOUND_MEMORY; b < AUG_BOUNDS; b++)
        if (phase->cost.bound_seconds[b] > phase->cost.bound_seconds[most])
            most = b;
    return most;
}

static double bandwidth_of(const aug_phase *phase) {
    return phase->input.roofline->memories[memory_of(phase) - AUG_BOUND_MEMORY].read_bits_per_second;
}

static double peak_of(const aug_phase *phase) {
    aug_number_format used;
    const aug_precision *p = phase->input.precision;
    aug_number_format format = aug_format_wider(p->of[AUG_STORAGE_MLP], p->of[AUG_STORAGE_ACTIVATION]);
    return aug_machine_peak(phase->input.roofline->machine, AUG_UNIT_MATRIX, format, &used);
}

// What the waiting times of the two are made of.
static factors factors_of(aug_arena *arena, const aug_phase *best, const aug_phase *next, wait_kind kind) {
    factors f = no_factors(arena);
    if (kind == WAIT_MEMORY) {
        add_factor(&f, bandwidth_of(best) / bandwidth_of(next), true, "its bandwidth per chip");
        add_factor(&f, best->cost.bits / next->cost.bits, false, "the bytes per chip");
    } else if (kind == WAIT_COMPUTE) {
        add_factor(&f, peak_of(best) / peak_of(next), true, "their peak per chip");
        add_factor(&f, best->cost.operations / next->cost.operations, false, "the operations per chip");
    }
    return f;
}

static const char *wait_name(aug_arena *arena, const aug_phase *phase, wait_kind kind) {
    const aug_roofline *roofline = phase->input.roofline;
    switch (kind) {
    case WAIT_COMPUTE:
        return aug_bound_name(roofline, AUG_BOUND_MATRIX);
    case WAIT_VECTOR:
        return aug_bound_name(roofline, AUG_BOUND_VECTOR);
    case WAIT_LATENCY:
        return "starts and dependent steps";
    case WAIT_LINK:
        return aug_bound_name(roofline, AUG_BOUND_LINK);
    case WAIT_MEMORY:
    case WAIT_COUNT:
        break;
    }
    return aug_arena_print(arena, "%s bandwidth", aug_bound_name(roofline, memory_of(phase)));
}

// Why a phase of the best takes less time than that of the next: what shrinks most.
static const char *explain_phase(aug_arena *arena, const aug_phase *best, const aug_phase *next) {
    wait_kind kind = WAIT_COMPUTE;
    double most = 0.0;
    for (int k = 0; k < WAIT_COUNT; k++) {
        double saved = waited(next, (wait_kind)k) - waited(best, (wait_kind)k);
        if (saved > most) {
            most = saved;
            kind = (wait_kind)k;
        }
    }
    if (!(most > 0.0))
        return "";
    aug_buffer out;
    aug_buffer_init(&out, arena);
    aug_buffer_print(&out, "%s waits %s less for %s", next->name, aug_show(most, AUG_DIMENSION_SECONDS).text,
                     wait_name(arena, next, kind));
    factors f = factors_of(arena, best, next, kind);
    write_factors(&out, &f);
    return aug_buffer_text(&out);
}

static const char *explain_named(aug_arena *arena, const pair *p, const char *name) {
    return explain_phase(arena, phase_of(p->best, name), phase_of(p->next, name));
}

// Of stages that run one after another, the one that saves most.
static const char *explain_stages(aug_arena *arena, const pair *p) {
    const aug_outcome *best = &p->best->estimate->outcome, *next = &p->next->estimate->outcome;
    int at = -1;
    double most = 0.0;
    for (int i = 0; i < best->phase_count && i < next->phase_count; i++) {
        const aug_phase *b = &best->phases[i], *n = &next->phases[i];
        double saved = n->cost.seconds * n->repeats - b->cost.seconds * b->repeats;
        if (p->best->model == p->next->model && saved > most) {
            most = saved;
            at = i;
        }
    }
    return at < 0 ? "" : explain_phase(arena, &best->phases[at], &next->phases[at]);
}

static double requests_of(const aug_comparison_row *row) {
    return aug_spread_of(&row->scenario, &row->estimate->outcome.plan).more;
}

// Seconds of all chips per output token that go to prompts, or to steps.
static double token_seconds(const aug_comparison_row *row, bool prompts) {
    const aug_outcome *o = &row->estimate->outcome;
    double out = (double)row->scenario.out_tokens,
           replicas = fmin((double)o->plan.dp, (double)row->scenario.batch);
    return (prompts ? o->prompt_seconds : (out - 1.0) * o->tpot_seconds / requests_of(row)) /
           (out * replicas);
}

// The phase in which the best saves most of a token's time.
static const char *explain_slower(aug_arena *arena, const pair *p) {
    if (p->best->model->language < 0 || p->next->model->language < 0)
        return explain_stages(arena, p);
    double prompts = token_seconds(p->next, true) - token_seconds(p->best, true);
    double steps = token_seconds(p->next, false) - token_seconds(p->best, false);
    return explain_named(arena, p, prompts > steps ? "prefill" : "decode");
}

// A request's wait for the step that runs when it comes, or its own prompt.
static const char *explain_first(aug_arena *arena, const pair *p) {
    const aug_outcome *best = &p->best->estimate->outcome, *next = &p->next->estimate->outcome;
    double prompt = next->alone_seconds - best->alone_seconds;
    double wait = next->ttft_seconds - best->ttft_seconds - prompt;
    if (wait <= prompt)
        return explain_named(arena, p, "prefill");
    return aug_arena_print(arena, "a prompt waits %s less for the requests before it",
                           aug_show(wait, AUG_DIMENSION_SECONDS).text);
}

static const char *explain_rate(aug_arena *arena, const pair *p, bool per_chip) {
    const aug_outcome *best = &p->best->estimate->outcome, *next = &p->next->estimate->outcome;
    double chips = (double)best->plan.chips / (double)next->plan.chips,
           replicas = (double)best->plan.dp / (double)next->plan.dp;
    double batch = (double)p->best->scenario.batch / (double)p->next->scenario.batch;
    if (tells(chips) && per_chip)
        return aug_arena_print(arena, "%s the tokens/s from %s the chips",
                               times(arena, best->tokens_per_second / next->tokens_per_second),
                               times(arena, chips));
    factors f = no_factors(arena);
    add_factor(&f, chips, true, "the chips");
    add_factor(&f, replicas, true, "the replicas");
    add_factor(&f, batch, true, "the requests in flight");
    aug_buffer out;
    aug_buffer_init(&out, arena);
    if (!f.good.length)
        aug_buffer_put(&out, explain_slower(arena, p));
    write_factors(&out, &f);
    return aug_buffer_text(&out);
}

// A quotient of something and tokens per second.
static const char *explain_quotient(aug_arena *arena, const pair *p, double best, double next,
                                    const char *of) {
    double rate = p->best->estimate->outcome.tokens_per_second / p->next->estimate->outcome.tokens_per_second;
    return aug_arena_print(arena, "%s %s at %s the rate", times(arena, best / next), of, times(arena, rate));
}

static const char *explain_batch(aug_arena *arena, const pair *p) {
    const aug_outcome *a = &p->best->estimate->outcome, *b = &p->next->estimate->outcome;
    const aug_residency *best = &a->residency, *next = &b->residency;
    factors f = no_factors(arena);
    add_factor(&f, (double)a->plan.chips / (double)b->plan.chips, true, "the chips");
    add_factor(&f, best->capacity_bytes / next->capacity_bytes, true, "the memory per chip");
    add_factor(&f, best->weights_bytes / next->weights_bytes, false, "the weights per chip");
    add_factor(&f, best->sequence_bytes / next->sequence_bytes, false, "the bytes per request and chip");
    aug_buffer out;
    aug_buffer_init(&out, arena);
    write_factors(&out, &f);
    return aug_buffer_text(&out);
}

static const char *explain(aug_arena *arena, const pair *p, aug_metric metric) {
    const aug_outcome *best = &p->best->estimate->outcome, *next = &p->next->estimate->outcome;
    if (metric == AUG_METRIC_TTFT)
        return explain_first(arena, p);
    if (metric == AUG_METRIC_TPOT || metric == AUG_METRIC_TOKENS_USER)
        return explain_named(arena, p, "decode");
    if (metric == AUG_METRIC_LATENCY)
        return explain_stages(arena, p);
    if (metric == AUG_METRIC_TOKENS || metric == AUG_METRIC_TOKENS_CHIP)
        return explain_rate(arena, p, metric == AUG_METRIC_TOKENS_CHIP);
    if (metric == AUG_METRIC_JOULES)
        return explain_quotient(arena, p, best->watts * (double)best->plan.chips,
                                next->watts * (double)next->plan.chips, "the power");
    if (metric == AUG_METRIC_USD_MTOK)
        return explain_quotient(arena, p, best->usd_per_hour, next->usd_per_hour, "the dollars per hour");
    return metric == AUG_METRIC_LARGEST_BATCH ? explain_batch(arena, p) : "";
}

// "1.43x", or "2.1 %" where it is little.
static const char *lead(aug_arena *arena, double ratio) {
    return ratio >= 1.1 ? times(arena, ratio)
                        : aug_arena_print(arena, "%s %%", aug_show_number(100.0 * (ratio - 1.0), 2).text);
}

const char *aug_comparison_why(aug_arena *arena, const aug_comparison *comparison, const aug_winner *winner) {
    const char *label = aug_comparison_label(arena, comparison, winner->row),
               *metric = aug_metric_label(winner->metric);
    if (winner->next < 0)
        return aug_arena_print(arena, "%s: %s is the only one with a figure", metric, label);
    const char *next = aug_comparison_label(arena, comparison, winner->next);
    if (winner->ratio < 1.0005)
        return aug_arena_print(arena, "%s: %s and %s are equal", metric, label, next);
    const pair p = {&comparison->rows[winner->row], &comparison->rows[winner->next]};
    const char *reason = explain(arena, &p, winner->metric);
    return aug_arena_print(arena, "%s: %s wins by %s over %s%s%s", metric, label, lead(arena, winner->ratio),
                           next, *reason ? ": " : "", reason);
}
