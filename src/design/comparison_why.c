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

// "1.43x": a ratio that is told where it is not near 1.
static bool tells(double ratio) {
    return isfinite(ratio) && ratio > 0.0 && fabs(ratio - 1.0) > 0.015;
}

static const char *times(aug_arena *arena, double ratio) {
    return aug_arena_print(arena, "%sx", aug_show_number(ratio, 3).text);
}

static void add_part(aug_buffer *out, const char *part) {
    aug_buffer_print(out, "%s%s", out->length ? ", " : "", part);
}

static double bandwidth_of(const aug_phase *phase, int bound) {
    return phase->input.roofline->memories[bound - AUG_BOUND_MEMORY].read_bits_per_second;
}

static double peak_of(const aug_phase *phase) {
    aug_number_format used;
    const aug_precision *p = phase->input.precision;
    aug_number_format format = aug_format_wider(p->of[AUG_STORAGE_MLP], p->of[AUG_STORAGE_ACTIVATION]);
    return aug_machine_peak(phase->input.roofline->machine, AUG_UNIT_MATRIX, format, &used);
}

// The memory of a row that its phase waits for most; -1: none.
static int memory_bound(const aug_phase *phase) {
    int most = -1;
    for (int b = AUG_BOUND_MEMORY; b < AUG_BOUNDS; b++)
        if (phase->cost.bound_seconds[b] > 0.0 &&
            (most < 0 || phase->cost.bound_seconds[b] > phase->cost.bound_seconds[most]))
            most = b;
    return most;
}

// Seconds of a phase by kind of bound, all memories together.
static double waited(const aug_phase *phase, int bound) {
    if (bound < AUG_BOUND_MEMORY)
        return phase->cost.bound_seconds[bound];
    double seconds = 0.0;
    for (int b = AUG_BOUND_MEMORY; b < AUG_BOUNDS; b++)
        seconds += phase->cost.bound_seconds[b];
    return seconds;
}

// What the waiting time of the two is made of.
static void add_factors(aug_arena *arena, const aug_phase *best, const aug_phase *next, int bound,
                        aug_buffer *out) {
    if (bound >= AUG_BOUND_MEMORY) {
        int mine = memory_bound(best), theirs = memory_bound(next);
        double bandwidth =
            mine < 0 || theirs < 0 ? (double)NAN : bandwidth_of(best, mine) / bandwidth_of(next, theirs);
        if (tells(bandwidth))
            add_part(out, aug_arena_print(arena, "of which it has %s per chip", times(arena, bandwidth)));
        if (tells(best->cost.bits / next->cost.bits))
            add_part(out, aug_arena_print(arena, "moving %s the bytes per chip",
                                          times(arena, best->cost.bits / next->cost.bits)));
    } else if (bound == AUG_BOUND_MATRIX || bound == AUG_BOUND_POWER) {
        if (tells(peak_of(best) / peak_of(next)))
            add_part(out, aug_arena_print(arena, "with a peak of %s",
                                          times(arena, peak_of(best) / peak_of(next))));
        if (tells(best->cost.operations / next->cost.operations))
            add_part(out, aug_arena_print(arena, "doing %s the operations per chip",
                                          times(arena, best->cost.operations / next->cost.operations)));
    }
}

// Why a phase of the best takes less time, or less per sequence, than that of the next.
static const char *explain_phase(aug_arena *arena, const pair *p, const char *name) {
    const aug_phase *best = phase_of(p->best, name), *next = phase_of(p->next, name);
    int bound = 0;
    double most = -(double)INFINITY;
    for (int b = 0; b <= AUG_BOUND_MEMORY; b++) {
        double saved = waited(next, b) - waited(best, b);
        if (saved > most) {
            most = saved;
            bound = b;
        }
    }
    aug_buffer out;
    aug_buffer_init(&out, arena);
    if (!(most > 0.0))
        return "";
    int memory = memory_bound(next);
    const char *what =
        aug_bound_name(next->input.roofline, bound == AUG_BOUND_MEMORY && memory >= 0 ? memory : bound);
    aug_buffer parts;
    aug_buffer_init(&parts, arena);
    add_factors(arena, best, next, bound, &parts);
    aug_buffer_print(&out, "%s waits %s less for %s%s", next->name,
                     aug_show(most, AUG_DIMENSION_SECONDS).text, what,
                     bound == AUG_BOUND_MEMORY ? " bandwidth" : "");
    if (parts.length)
        aug_buffer_print(&out, ", %s", aug_buffer_text(&parts));
    return aug_buffer_text(&out);
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

static const char *explain_rate(aug_arena *arena, const pair *p, bool per_chip) {
    aug_buffer out;
    aug_buffer_init(&out, arena);
    const aug_outcome *best = &p->best->estimate->outcome, *next = &p->next->estimate->outcome;
    double chips = (double)best->plan.chips / (double)next->plan.chips;
    if (tells(chips) && (per_chip || chips > 1.0))
        add_part(&out, per_chip
                           ? aug_arena_print(arena, "%s the tokens/s from %s the chips",
                                             times(arena, best->tokens_per_second / next->tokens_per_second),
                                             times(arena, chips))
                           : aug_arena_print(arena, "it has %s the chips", times(arena, chips)));
    double batch = (double)p->best->scenario.batch / (double)p->next->scenario.batch;
    if (tells(batch))
        add_part(&out, aug_arena_print(arena, "it keeps %s the requests in flight", times(arena, batch)));
    double prompts = token_seconds(p->next, true) - token_seconds(p->best, true),
           steps = token_seconds(p->next, false) - token_seconds(p->best, false);
    if (!tells(chips) && !tells(batch)) {
        const char *phase = explain_phase(arena, p, prompts > steps ? "prefill" : "decode");
        if (*phase)
            add_part(&out, phase);
    }
    return aug_buffer_text(&out);
}

// A quotient of something and tokens per second.
static const char *explain_quotient(aug_arena *arena, const pair *p, double best, double next,
                                    const char *of) {
    double rate = p->best->estimate->outcome.tokens_per_second / p->next->estimate->outcome.tokens_per_second;
    return aug_arena_print(arena, "%s %s at %s the rate", times(arena, best / next), of, times(arena, rate));
}

static const char *explain_batch(aug_arena *arena, const pair *p) {
    const aug_residency *best = &p->best->estimate->outcome.residency,
                        *next = &p->next->estimate->outcome.residency;
    aug_buffer out;
    aug_buffer_init(&out, arena);
    double chips =
        (double)p->best->estimate->outcome.plan.chips / (double)p->next->estimate->outcome.plan.chips;
    if (tells(chips))
        add_part(&out, aug_arena_print(arena, "%s the chips", times(arena, chips)));
    if (tells(best->capacity_bytes / next->capacity_bytes))
        add_part(&out, aug_arena_print(arena, "%s the memory per chip",
                                       times(arena, best->capacity_bytes / next->capacity_bytes)));
    if (tells(best->weights_bytes / next->weights_bytes))
        add_part(&out, aug_arena_print(arena, "%s the weights per chip",
                                       times(arena, best->weights_bytes / next->weights_bytes)));
    if (tells(best->sequence_bytes / next->sequence_bytes))
        add_part(&out, aug_arena_print(arena, "%s the bytes per request",
                                       times(arena, best->sequence_bytes / next->sequence_bytes)));
    return aug_buffer_text(&out);
}

static const char *explain(aug_arena *arena, const pair *p, aug_metric metric) {
    const aug_outcome *best = &p->best->estimate->outcome, *next = &p->next->estimate->outcome;
    bool text = p->best->model->language >= 0 && p->next->model->language >= 0;
    if (metric == AUG_METRIC_TTFT)
        return explain_phase(arena, p, "prefill");
    if (metric == AUG_METRIC_TPOT || metric == AUG_METRIC_TOKENS_USER)
        return explain_phase(arena, p, "decode");
    if (metric == AUG_METRIC_TOKENS || metric == AUG_METRIC_TOKENS_CHIP)
        return text ? explain_rate(arena, p, metric == AUG_METRIC_TOKENS_CHIP) : "";
    if (metric == AUG_METRIC_JOULES)
        return explain_quotient(arena, p, best->watts * (double)best->plan.chips,
                                next->watts * (double)next->plan.chips, "the power");
    if (metric == AUG_METRIC_USD_MTOK)
        return explain_quotient(arena, p, best->usd_per_hour, next->usd_per_hour, "the dollars per hour");
    return metric == AUG_METRIC_LARGEST_BATCH ? explain_batch(arena, p) : "";
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
    return aug_arena_print(arena, "%s: %s wins by %s over %s%s%s", metric, label, times(arena, winner->ratio),
                           next, *reason ? ": " : "", reason);
}
