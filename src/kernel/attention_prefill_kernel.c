#include "kernel/attention_prefill_kernel.h"

#include <math.h>

enum { REGIME_LAUNCH, REGIME_CHAIN, REGIME_WAVES, REGIME_MEMORY, REGIME_WINDOW, REGIME_OLDER };

static const aug_constant constant_rows[] = {
    [AUG_PREFILL_LAUNCH] = {"launch", AUG_DIMENSION_SECONDS, 0.5e-6, 100e-6, 3e-6, "from one kernel to the next", true},
    [AUG_PREFILL_MATRIX_SHARE] = {"matrix", AUG_DIMENSION_NUMBER, 0.2, 1.0, 0.8, "share of the matrix peak inside a step", false},
    [AUG_PREFILL_SOFTMAX] = {"softmax", AUG_DIMENSION_SECONDS, 15e-12, 1e-9, 40e-12, "softmax of one score on one unit", false},
    [AUG_PREFILL_STEP] = {"step", AUG_DIMENSION_SECONDS, 10e-9, 8e-6, 0.2e-6, "latency of a step that no other block hides, at a head of 128", true},
    [AUG_PREFILL_START] = {"start", AUG_DIMENSION_SECONDS, 0.1e-6, 30e-6, 2.5e-6, "a block before its first and after its last step", true},
    [AUG_PREFILL_MEMORY_SHARE] = {"memory", AUG_DIMENSION_NUMBER, 0.2, 1.0, 0.7, "share of the memory bandwidth", false},
    [AUG_PREFILL_OLDER_SHARE] = {"older", AUG_DIMENSION_NUMBER, 0.03, 1.0, 0.4, "rate of an earlier generation's matrix instructions over today's", false},
    [AUG_PREFILL_SERIAL_SHARE] = {"serial", AUG_DIMENSION_NUMBER, 1e-4, 1.0, 0.5, "share of the shorter activity that does not overlap the longer", false},
};

static const char *const regimes[] = {
    [REGIME_LAUNCH] = "launch", [REGIME_CHAIN] = "chain",   [REGIME_WAVES] = "waves",
    [REGIME_MEMORY] = "memory", [REGIME_WINDOW] = "window", [REGIME_OLDER] = "older",
};

const aug_kernel_model aug_attention_prefill_model = {
    .name = "attention_prefill",
    .about = "fused attention of new tokens over past and new ones",
    .constants = constant_rows,
    .constant_count = sizeof constant_rows / sizeof constant_rows[0],
    .regimes = regimes,
    .regime_count = sizeof regimes / sizeof regimes[0],
};

// The cut of one head, or of one group of packed heads.
typedef struct cut {
    double heads;  // trapezoids per sequence
    double tokens; // per tile of query rows
    double tiles;  // tiles of query rows
    double keys;   // per step
    double window; // 0: none
} cut;

// Steps of all blocks of one trapezoid, and of its longest and mean block.
typedef struct steps {
    double sum, longest;
} steps;

static cut cut_of(const aug_attention_prefill_shape *s) {
    double group = s->query_heads / s->kv_heads, rows = s->design.tile_rows;
    cut c = {.keys = s->design.tile_keys, .window = s->design.ignores_window ? 0.0 : s->window};
    c.heads = s->design.packs_heads ? s->kv_heads * ceil(group / rows) : s->query_heads;
    c.tokens = s->design.packs_heads ? fmax(1.0, floor(rows / group)) : rows;
    c.tiles = ceil(s->new_tokens / c.tokens);
    return c;
}

// First and last key that tile `i` sees.
static double first_key(const aug_attention_prefill_shape *s, const cut *c, double i) {
    return c->window > 0.0 ? fmax(0.0, s->past_tokens + i * c->tokens - c->window + 1.0) : 0.0;
}

static double last_key(const aug_attention_prefill_shape *s, const cut *c, double i) {
    return s->past_tokens + (s->unmasked ? s->new_tokens : fmin(s->new_tokens, (i + 1.0) * c->tokens));
}

static double steps_exactly(const aug_attention_prefill_shape *s, const cut *c, double i) {
    return ceil(last_key(s, c, i) / c->keys) - floor(first_key(s, c, i) / c->keys);
}

static double steps_on_average(const aug_attention_prefill_shape *s, const cut *c, double i) {
    return (last_key(s, c, i) - first_key(s, c, i)) / c->keys + 0.5;
}

static steps count_steps(const aug_attention_prefill_shape *s, const cut *c) {
    steps n = {0};
    if (c->tiles <= 16.0) {
        for (double i = 0.0; i < c->tiles; i++) {
            double here = steps_exactly(s, c, i);
            n.sum += here;
            n.longest = fmax(n.longest, here);
        }
        return n;
    }
    // The first tiles see keys from the start, a linearly growing number; the others see a window.
    double open = c->window > 0.0 ? floor(fmin(fmax((c->window - 1.0 - s->past_tokens) / c->tokens, 0.0), c->tiles)) : c->tiles;
    if (open >= 1.0) {
        double last = steps_on_average(s, c, open - 1.0);
        n.sum += open * (steps_on_average(s, c, 0.0) + last) / 2.0;
        n.longest = last;
    }
    if (open < c->tiles) {
        double middle = steps_on_average(s, c, (open + c->tiles) / 2.0);
        n.sum += (c->tiles - open) * middle;
        n.longest = fmax(n.longest, middle);
    }
    return n;
}

static double padded(const aug_attention_prefill_shape *s, double size) {
    return !s->design.pads_head ? size : size <= 64.0 ? 64.0 : size <= 128.0 ? 128.0 : size <= 256.0 ? 256.0 : 512.0;
}

// Multiply and softmax of one step on one unit.
static double step_work(const aug_chip *chip, const double *k, const aug_attention_prefill_shape *s) {
    double rate = chip->flops[s->format] / chip->units * k[AUG_PREFILL_MATRIX_SHARE];
    if (s->design.older_instructions)
        rate *= k[AUG_PREFILL_OLDER_SHARE];
    double area = s->design.tile_rows * s->design.tile_keys;
    double multiply = 2.0 * area * (padded(s, s->head_size) + padded(s, s->value_size)) / rate, softmax = area * k[AUG_PREFILL_SOFTMAX];
    return fmax(multiply, softmax) + k[AUG_PREFILL_SERIAL_SHARE] * fmin(multiply, softmax);
}

// Bytes of queries, results, keys and values; of the passes before the kernel.
static double kernel_bytes(const aug_attention_prefill_shape *s) {
    double sizes = s->head_size + s->value_size, cached = (s->past_tokens + s->new_tokens) * s->kv_heads * aug_format_bits(s->cache) / 8.0;
    return s->batch * sizes * (s->new_tokens * s->query_heads * 2.0 + cached);
}

static double pass_bytes(const aug_attention_prefill_shape *s) {
    double bytes = 0.0, tokens = s->batch * s->new_tokens;
    if (s->appends)
        bytes += tokens * s->kv_heads * (s->head_size + s->value_size) * (2.0 + aug_format_bits(s->cache) / 8.0);
    if (s->quantises_query)
        bytes += tokens * s->query_heads * s->head_size * (2.0 + aug_format_bits(s->format) / 8.0);
    return bytes;
}

aug_kernel_time aug_attention_prefill_time(const aug_chip *chip, const double k[AUG_CONSTANTS], const aug_attention_prefill_shape *s) {
    cut c = cut_of(s);
    steps n = count_steps(s, &c);
    double blocks = s->batch * c.heads * c.tiles / chip->units; // per unit
    double resident = fmin(fmax(blocks, 1.0), s->design.resident);
    double busy = step_work(chip, k, s), lone = busy + k[AUG_PREFILL_STEP] * (0.5 + padded(s, s->head_size) / 256.0);
    double shared = fmax(busy, lone / resident), block = n.sum / c.tiles * shared + k[AUG_PREFILL_START] / resident;
    double chain = n.longest * lone + k[AUG_PREFILL_START], waves = ceil(blocks - 1e-9) * block;
    double span = fmax(chain, waves);
    double bandwidth = chip->memory_bytes_per_second * k[AUG_PREFILL_MEMORY_SHARE];
    double memory = kernel_bytes(s) / bandwidth, passes = pass_bytes(s) / bandwidth;
    double kernel = fmax(span, memory) + k[AUG_PREFILL_SERIAL_SHARE] * fmin(span, memory);
    double fixed = s->software_seconds + k[AUG_PREFILL_LAUNCH];
    aug_kernel_time t = {.seconds = fixed + kernel + passes};
    bool windowed = s->window > 0.0 && s->window < s->new_tokens + s->past_tokens;
    if (fixed > 0.5 * t.seconds)
        t.bound = AUG_KERNEL_LATENCY, t.regime = REGIME_LAUNCH;
    else if (memory + passes > span)
        t.bound = AUG_KERNEL_MEMORY, t.regime = REGIME_MEMORY;
    else if (chain >= waves)
        t.bound = AUG_KERNEL_LATENCY, t.regime = REGIME_CHAIN;
    else
        t.bound = AUG_KERNEL_COMPUTE, t.regime = windowed ? REGIME_WINDOW : REGIME_WAVES;
    if (s->design.older_instructions && t.regime != REGIME_LAUNCH)
        t.regime = REGIME_OLDER;
    return t;
}
