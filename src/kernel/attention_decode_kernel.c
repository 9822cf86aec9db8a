#include "kernel/attention_decode_kernel.h"

#include <math.h>

enum { REGIME_LAUNCH, REGIME_BLOCKS, REGIME_MEMORY, REGIME_CACHE, REGIME_SPLIT, REGIME_WINDOW };

static const aug_constant constant_rows[] = {
    [AUG_DECODE_LAUNCH] = {"launch", AUG_DIMENSION_SECONDS, 0.5e-6, 100e-6, 3e-6, "from one kernel to the next", true},
    [AUG_DECODE_MEMORY_SHARE] = {"memory", AUG_DIMENSION_NUMBER, 0.3, 1.0, 0.83, "share of the memory bandwidth", false},
    [AUG_DECODE_CACHE_KIB] = {"cache", AUG_DIMENSION_SECONDS, 2e-9, 200e-9, 15e-9, "one unit's time for 1 KiB that lies in the last cache, all units loading", false},
    [AUG_DECODE_STEP] = {"step", AUG_DIMENSION_SECONDS, 10e-9, 8e-6, 0.4e-6, "latency of one step that no other block hides", true},
    [AUG_DECODE_START] = {"start", AUG_DIMENSION_SECONDS, 0.1e-6, 30e-6, 2e-6, "a block before its first and after its last step", true},
    [AUG_DECODE_PASS] = {"pass", AUG_DIMENSION_SECONDS, 0.1e-6, 20e-6, 2.5e-6, "a further kernel that waits for the one before", true},
    [AUG_DECODE_MATRIX_SHARE] = {"matrix", AUG_DIMENSION_NUMBER, 0.02, 1.0, 0.4, "share of the matrix peak that padded tiles reach", false},
    [AUG_DECODE_UNIT_KIB] = {"unit", AUG_DIMENSION_SECONDS, 2e-9, 200e-9, 15e-9, "a lone unit's time for 1 KiB, wherever it lies", false},
};

static const char *const regimes[] = {
    [REGIME_LAUNCH] = "launch", [REGIME_BLOCKS] = "blocks", [REGIME_MEMORY] = "memory",
    [REGIME_CACHE] = "cache",   [REGIME_SPLIT] = "split",   [REGIME_WINDOW] = "window",
};

const aug_kernel_model aug_attention_decode_model = {
    .name = "attention_decode",
    .about = "attention of one new token per sequence over its cache",
    .constants = constant_rows,
    .constant_count = sizeof constant_rows / sizeof constant_rows[0],
    .regimes = regimes,
    .regime_count = sizeof regimes / sizeof regimes[0],
};

static const double vector_rows = 16.0; // rows of the tile of a head that is not packed

// How the call runs: packed or not, over how many keys.
typedef struct path {
    bool packed;
    double group, heads, row_blocks; // blocks per sequence and split: heads · row_blocks
    double rows, keys, overlap;
    double context, skipped;         // tokens read; steps over masked tiles
    double token_bytes;              // of one cached token of one key head
} path;

typedef struct timing {
    double seconds, work, memory, reread, splits;
    bool multiplies; // most of `work` is arithmetic, not starts, steps and loads
} timing;

static path path_of(const aug_attention_decode_shape *s) {
    const aug_decode_design *d = &s->design;
    path p = {.context = s->window > 0.0 ? fmin(s->context, s->window) : s->context, .group = s->query_heads / s->kv_heads};
    p.packed = s->latent || s->verifies || (p.group >= d->least_group && p.group <= d->most_group && (d->packs_windows || s->window <= 0.0));
    p.heads = p.packed ? s->kv_heads : s->query_heads;
    p.rows = p.packed ? d->tile_rows : vector_rows;
    p.row_blocks = p.packed ? ceil(p.group / p.rows) : 1.0;
    p.keys = p.packed ? d->tile_keys : d->lone_keys;
    p.overlap = p.packed ? d->overlap : d->lone_overlap;
    if (p.packed && d->walks_window)
        p.skipped = floor((s->context - p.context) / p.keys);
    double bits = d->converts_cache ? fmax(16.0, aug_format_bits(s->cache)) : aug_format_bits(s->cache);
    p.token_bytes = (s->latent ? s->head_size : s->head_size + s->value_size) * bits / 8.0;
    return p;
}

// Seconds of all blocks: full waves of 2·overlap blocks a unit, then the rest.
static double block_seconds(const aug_chip *chip, const double *k, const aug_attention_decode_shape *s, const path *p, double splits,
                            bool *multiplies) {
    double tokens = fmax(1.0, p->context / splits), steps = ceil(tokens / p->keys);
    double rate = chip->flops[s->format] / chip->units * k[AUG_DECODE_MATRIX_SHARE];
    double multiply = 2.0 * p->rows * p->keys * (s->head_size + s->value_size) / rate;
    double load = fmin(p->keys, tokens) * p->token_bytes / 1024.0 * k[AUG_DECODE_UNIT_KIB];
    double busy = steps * fmax(multiply, load), skip = p->skipped * k[AUG_DECODE_STEP];
    double lone = k[AUG_DECODE_START] + busy + steps * k[AUG_DECODE_STEP] + skip;
    double shared = busy + (k[AUG_DECODE_START] + skip) / p->overlap;
    double resident = 2.0 * p->overlap, blocks = s->batch * p->heads * p->row_blocks * splits;
    double waves = floor(blocks / (chip->units * resident) + 1e-9), rest = ceil((blocks - waves * chip->units * resident) / chip->units - 1e-9);
    *multiplies = multiply > load && steps * multiply > 0.5 * (waves > 0.0 || rest * shared > lone ? shared : lone);
    return waves * fmax(lone, resident * shared) + (rest > 0.0 ? fmax(lone, rest * shared) : 0.0);
}

static timing time_with(const aug_chip *chip, const double *k, const aug_attention_decode_shape *s, const path *p, double splits) {
    timing t = {.splits = splits};
    t.work = block_seconds(chip, k, s, p, splits, &t.multiplies);
    double bandwidth = chip->memory_bytes_per_second * k[AUG_DECODE_MEMORY_SHARE];
    double cached = fmax(bandwidth, chip->units * 1024.0 / k[AUG_DECODE_CACHE_KIB]);
    double kv = s->batch * s->kv_heads * p->context * p->token_bytes, bytes = kv + s->batch * s->query_heads * (s->head_size + s->value_size) * 2.0;
    if (splits > 1.0)
        bytes += s->batch * s->query_heads * s->value_size * splits * 8.0; // parts, written and read in 32 bit
    double hit = chip->cache_bytes > 0.0 ? fmin(fmax(1.25 - bytes / chip->cache_bytes, 0.0), 1.0) : 0.0;
    if (s->design.cache_resident && p->packed)
        hit = 1.0;
    t.memory = bytes * ((1.0 - hit) / bandwidth + hit / cached);
    t.reread = kv * (p->packed ? p->row_blocks : p->group) / cached;
    t.seconds = fmax(t.work, fmax(t.memory, t.reread)) + (splits > 1.0 ? k[AUG_DECODE_PASS] : 0.0);
    return t;
}

static timing best_split(const aug_chip *chip, const double *k, const aug_attention_decode_shape *s, const path *p) {
    const aug_decode_design *d = &s->design;
    if (d->splits == AUG_SPLITS_FIXED)
        return time_with(chip, k, s, p, fmin(d->most_splits, p->context));
    timing best = time_with(chip, k, s, p, 1.0);
    double most = fmin(ceil(p->context / p->keys), d->most_splits);
    if (most < 2.0 || d->splits == AUG_SPLITS_NONE || (d->splits == AUG_SPLITS_PACKED && !(p->packed && p->group > 1.0)))
        return best;
    double blocks = s->batch * p->heads * p->row_blocks;
    for (double per_unit = 2.0; per_unit >= 1.0; per_unit--) {
        double splits = fmin(floor(per_unit * chip->units / blocks), most);
        if (splits < 2.0)
            continue;
        timing t = time_with(chip, k, s, p, splits);
        if (t.seconds < best.seconds)
            best = t;
    }
    return best;
}

// Kernels beside the one that attends: casts, copies, a second kernel that adds nothing.
static double extra_seconds(const aug_chip *chip, const double *k, const aug_attention_decode_shape *s, const path *p) {
    const aug_decode_design *d = &s->design;
    double seconds = 0.0;
    if (d->converts_cache && aug_format_bits(s->cache) < 16.0) { // cast, then gathered: 1 + 2 and 2 + 2 bytes
        double elements = s->batch * s->kv_heads * s->context * (s->latent ? s->head_size : s->head_size + s->value_size);
        seconds += 2.0 * k[AUG_DECODE_PASS] + 7.0 * elements / (chip->memory_bytes_per_second * k[AUG_DECODE_MEMORY_SHARE]);
    }
    if (p->packed && p->group > 1.0 && s->kv_heads > 1.0)
        seconds += d->group_copies * k[AUG_DECODE_PASS];
    if (d->splits_by_context && p->context < s->context && s->context >= 2.0 * p->keys &&
        2.0 * s->batch * p->heads * p->row_blocks <= chip->units)
        seconds += k[AUG_DECODE_PASS];
    return seconds;
}

aug_kernel_time aug_attention_decode_time(const aug_chip *chip, const double k[AUG_CONSTANTS], const aug_attention_decode_shape *s) {
    path p = path_of(s);
    timing best = best_split(chip, k, s, &p);
    double fixed = s->software_seconds + k[AUG_DECODE_LAUNCH];
    aug_kernel_time t = {.seconds = fixed + best.seconds + extra_seconds(chip, k, s, &p)};
    bool windowed = p.context < s->context;
    if (fixed > 0.5 * t.seconds)
        t.bound = AUG_KERNEL_LATENCY, t.regime = REGIME_LAUNCH;
    else if (best.memory >= best.work && best.memory >= best.reread)
        t.bound = AUG_KERNEL_MEMORY, t.regime = REGIME_MEMORY;
    else if (best.reread > best.work)
        t.bound = AUG_KERNEL_CACHE, t.regime = REGIME_CACHE;
    else
        t.bound = best.multiplies ? AUG_KERNEL_COMPUTE : AUG_KERNEL_LATENCY, t.regime = windowed ? REGIME_WINDOW : best.splits > 1.0 ? REGIME_SPLIT : REGIME_BLOCKS;
    return t;
}
