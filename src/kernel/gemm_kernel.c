// Matrix products as libraries run them: the output is cut into tiles, each processor works through whole
// tiles, and the library picks the tile that suits the shape.
//
//   time     = software + launch + quantise + apart + min over tile and split of product(tile, split)
//   product  = max(tiles, streams) + OVERLAP · min(tiles, streams) + split
//   tiles    = max(Σ waves: steps · step + prologue · (1 + WAVE_PROLOGUE · (waves − 1)), energy / power)
//   step     = max(STEP, resident · max(2 · tile · k_step / rate, (tile_m + tile_n) · step_bytes / cache share))
//   rate     = peak · MATRIX / processors                   (times SCALED where software applies scales)
//   energy   = 2 · m · n · k · ENERGY · NARROW^(halvings from 16 bits)
//   streams  = (A + W not in cache, Z) / (memory · MEMORY) + A and W in cache / (memory · CACHE)
//   split    = partial sums, written and read, and the launch that adds them up
//   quantise = a launch and passes over A                   (where the library does it inside the call)
//   apart    = Z / (memory · MEMORY)                        (where tiles are written after their sums, not meanwhile)
//
// Names in capitals are the constants of a chip, then the numbers below that hold everywhere. Waves:
// ceil(tiles / slots), a slot being room for one tile on a processor; the last wave may be partly empty. A
// step is 128 bytes of k per row, whatever the format. STEP is a latency: a tile cannot multiply faster than
// its operands arrive, which is what small products wait for; a processor fast enough for a large tile within
// STEP has several of them under way, so that STEP is at most that. The power ceiling belongs to the whole
// chip: the same design with fewer processors at the same power runs each of them faster. A split over k
// shares one tile between processors; partial sums are fp32, and slow where they are added atomically. Every
// term falls with more peak, bandwidth, cache or power, so their minimum does.
//
// Example, on a chip of 4 processors, 4 TFLOP/s and 100 GB/s with MATRIX 1, MEMORY 1, CACHE 10, STEP 1 us, a
// launch of 2 us and no power limit: m = n = 128, k = 256 in bf16 are 4 steps of 64. Of tiles 64 x 64, one
// for each processor, a step takes 2·64·64·64 / 1e12 = 0.524 us of arithmetic and (64 + 64)·128 / 250e9 =
// 0.066 us of cache, so STEP decides: 4 us, and a prologue of 2 steps. Streams: three tensors, 163840 bytes
// at 100 GB/s, 1.638 us. Together 2 + 6 + 0.35·1.638 = 8.57 us (tests/unit/gemm_kernel_test.c).
//
// Tiles, steps of k and splits are those of [CUTLASS]. How far it is off: docs/kernels/gemm.md.
#include "kernel/gemm_kernel.h"

#include "base/number_format.h"

#include <math.h>

static const aug_constant gemm_constants[AUG_GEMM_CONSTANTS] = {
    {"launch", AUG_DIMENSION_SECONDS, 2e-7, 2e-5, 2e-6, "seconds to start one kernel and to notice its end", true},
    {"memory", AUG_DIMENSION_NUMBER, 0.3, 1.0, 0.85, "share of the memory bandwidth that streaming reaches", false},
    {"cache", AUG_DIMENSION_NUMBER, 1.0, 20.0, 4.0, "bandwidth of the last cache, in memory bandwidths", false},
    {"step", AUG_DIMENSION_SECONDS, 1e-9, 6e-7, 9e-8, "seconds to load one step of k and to multiply it", true},
    {"matrix", AUG_DIMENSION_NUMBER, 0.85, 1.0, 0.95, "share of the matrix peak that one processor reaches", false},
    {"energy", AUG_DIMENSION_PICOJOULES, 0.02, 5.0, 0.65, "of a 16-bit operation under full load, all included", false},
    {"narrow", AUG_DIMENSION_NUMBER, 0.35, 1.0, 0.6, "energy of an operation of half the bits, as a share", false},
    {"scaled", AUG_DIMENSION_NUMBER, 0.3, 1.0, 0.8, "share of the matrix rate where software applies scales", false},
};

enum { LATENCY, STREAMS, TILES, POWER, BOUNDS };
static const char *const gemm_regimes[] = {"latency", "memory", "compute", "power", "quantise-latency",
                                           "quantise-memory", "quantise-compute", "quantise-power"};

const aug_kernel_model aug_gemm_model = {
    .name = "gemm",
    .about = "matrix products",
    .constants = gemm_constants,
    .constant_count = AUG_GEMM_CONSTANTS,
    .regimes = gemm_regimes,
    .regime_count = 8,
};

// What holds on every chip: fitted once over all of them, and flat around these values.
#define PROLOGUE_STEPS 2.0  // to fill the pipeline of a tile and to empty it
#define WAVE_PROLOGUE 0.5   // of a prologue, for each wave after the first
#define OVERLAP 0.35        // share of the shorter of arithmetic and streams that is not hidden
#define LARGE_TILE 32768.0  // elements of the tile that bounds STEP
#define KEPT_SHARE 0.5      // of the cache, that keeps operands from call to call
#define SPLITS 32.0         // at most
#define SPLIT_STEPS 4.0     // at least, for each share of k
#define ATOMIC_SHARE 0.1    // of the memory bandwidth, for partial sums
#define ATOMIC_LAUNCH 0.3   // launches that atomic sums cost, for clearing Z
#define SLOW_ROW 0.4        // launches that one row takes where rows go one at a time
#define FP16_ENERGY 1.15    // of an fp16 operation, in bf16 ones: multipliers of 11 x 11 bits instead of 8 x 8

typedef struct tile {
    double m, n, resident, per_m, per_n;
} tile;

// Tiles that libraries have; two small ones share a processor. Powers of two, so that the inverses are exact.
#define TILE(m, n, resident) {m, n, resident, 1.0 / (m), 1.0 / (n)}
static const tile tiles[] = {TILE(128, 256, 1), TILE(256, 128, 1), TILE(128, 128, 1), TILE(256, 256, 1),
                             TILE(64, 256, 1),  TILE(64, 128, 2),  TILE(128, 64, 2),  TILE(64, 64, 2),
                             TILE(32, 64, 2),   TILE(64, 32, 2),   TILE(16, 128, 2),  TILE(16, 64, 2)};

// One product, before its tile is chosen.
typedef struct product {
    double m, n, batch, processors, steps;
    double element_seconds; // of one step of one element of a tile, on one processor
    double feed;            // seconds per row of a step, for one processor's share of the cache
    double step_seconds, prologue_seconds, power_seconds;
    double stream_seconds;
    double sum_seconds;     // of one set of partial sums
    double split_seconds;   // of adding them up
    bool splits;
} product;

typedef struct candidate {
    double seconds;
    int bound;
} candidate;

// The same as floor and ceil, without their call. From 2^53 on every double is whole.
static double whole_down(double x) {
    return x < 9007199254740992.0 ? (double)(long long)x : x;
}

static double whole_up(double x) {
    double whole = whole_down(x);
    return whole < x ? whole + 1.0 : whole;
}

static double largest(double a, double b) {
    return a > b ? a : b;
}

static double smallest(double a, double b) {
    return a < b ? a : b;
}

// Steps of all waves and prologues of all tiles, on the busiest processor.
static double waves_seconds(const product *p, const tile *t, double jobs, double steps) {
    double slots = p->processors * t->resident, full = whole_down(jobs / slots), rest = jobs - full * slots;
    double arithmetic = largest(t->m * t->n * p->element_seconds, (t->m + t->n) * p->feed);
    double seconds = full * steps * largest(p->step_seconds, t->resident * arithmetic), waves = full;
    if (rest > 0.0) {
        seconds += steps * largest(p->step_seconds, whole_up(rest / p->processors) * arithmetic);
        waves += 1.0;
    }
    return seconds + p->prologue_seconds * (1.0 + WAVE_PROLOGUE * (waves - 1.0));
}

static candidate candidate_of(const product *p, const tile *t, double jobs, double splits) {
    double steps = splits > 1.0 ? whole_up(p->steps / splits) : p->steps;
    double work = waves_seconds(p, t, jobs * splits, steps), streams = p->stream_seconds;
    int bound = TILES;
    if (work < p->power_seconds) {
        work = p->power_seconds;
        bound = POWER;
    }
    if (splits > 1.0)
        streams += splits * p->sum_seconds;
    double seconds = largest(work, streams) + OVERLAP * smallest(work, streams);
    if (splits > 1.0)
        seconds += p->split_seconds;
    return (candidate){seconds, streams > work ? STREAMS : bound};
}

static double splits_of(const product *p, const tile *t, double jobs) {
    double room = whole_down(p->processors * t->resident / jobs), deep = whole_down(p->steps / SPLIT_STEPS);
    return smallest(smallest(room, deep), SPLITS);
}

static candidate best_of(const product *p) {
    candidate best = {(double)INFINITY, TILES};
    for (unsigned i = 0; i < sizeof tiles / sizeof *tiles; i++) {
        const tile *t = &tiles[i];
        double jobs = whole_up(p->m * t->per_m) * whole_up(p->n * t->per_n) * p->batch;
        double least = jobs * t->m * t->n * p->steps * p->element_seconds / p->processors;
        if (least >= best.seconds)
            continue; // even without any wait
        candidate whole = candidate_of(p, t, jobs, 1.0);
        if (whole.seconds < best.seconds)
            best = whole;
        double splits = p->splits ? splits_of(p, t, jobs) : 1.0;
        if (splits <= 1.0)
            continue;
        candidate split = candidate_of(p, t, jobs, splits);
        if (split.seconds < best.seconds)
            best = split;
    }
    return best;
}

static double bytes(aug_number_format format) {
    return aug_format_bits(format) / 8.0;
}

// Share of the operands that a cache keeps from one call to the next, for a loop over few sets of them.
static double share_in_cache(const aug_chip *chip, const aug_gemm_shape *shape, double operand_bytes) {
    if (shape->weight_sets <= 0.0)
        return 0.0;
    double room = KEPT_SHARE * chip->cache_bytes / (shape->weight_sets * operand_bytes);
    return room >= 1.0 ? 1.0 : room > 0.5 ? 2.0 * (room - 0.5) : 0.0;
}

// Energy of an operation as a share of a 16-bit one.
static double energy_share(aug_number_format computed, double narrow) {
    double bits = aug_format_bits(computed);
    return bits > 16.0 ? 1.0 / narrow : bits > 8.5 ? 1.0 : bits > 5.0 ? narrow : narrow * narrow;
}

double aug_gemm_energy_pj(const double constants[AUG_CONSTANTS], aug_number_format computed) {
    return constants[AUG_GEMM_ENERGY] * energy_share(computed, constants[AUG_GEMM_NARROW]);
}

static double quantise_seconds(const aug_chip *chip, const double *c, const aug_gemm_shape *shape, double rows) {
    if (shape->facts.quantise == AUG_GEMM_QUANTISE_NONE)
        return 0.0;
    double reads = shape->facts.quantise == AUG_GEMM_QUANTISE_ROW ? 2.0 : 1.0;
    double pass = rows * shape->k * (reads * 2.0 + bytes(shape->activations)) /
                  (chip->memory_bytes_per_second * c[AUG_GEMM_MEMORY]);
    if (shape->facts.quantise == AUG_GEMM_QUANTISE_SLOW_ROW)
        pass = largest(pass, whole_up(rows / chip->units) * SLOW_ROW * c[AUG_GEMM_LAUNCH]);
    return pass + c[AUG_GEMM_LAUNCH];
}

static void set_streams(product *p, const aug_chip *chip, const double *c, const aug_gemm_shape *shape) {
    double memory = chip->memory_bytes_per_second * c[AUG_GEMM_MEMORY];
    double cache = chip->memory_bytes_per_second * c[AUG_GEMM_CACHE];
    double per_k = shape->m * bytes(shape->activations) + shape->n * bytes(shape->weights);
    double operands = p->batch * shape->k * per_k;
    double outputs = p->batch * shape->m * shape->n;
    double written = outputs * bytes(shape->output);
    double cached = share_in_cache(chip, shape, operands + written) * operands;
    p->stream_seconds = (operands - cached + written) / memory + cached / cache;
    bool atomic = shape->facts.split == AUG_GEMM_SPLIT_ATOMIC;
    double added = atomic ? ATOMIC_SHARE * chip->memory_bytes_per_second : cache;
    p->sum_seconds = outputs * 4.0 * (1.0 / cache + 1.0 / added);
    p->split_seconds = c[AUG_GEMM_LAUNCH] * (atomic ? ATOMIC_LAUNCH : 1.0);
}

static void set_work(product *p, const aug_chip *chip, const double *c, const aug_gemm_shape *shape) {
    aug_number_format computed = aug_format_computed(aug_format_wider(shape->weights, shape->activations));
    double step_bytes = shape->facts.step_bytes > 0.0 ? shape->facts.step_bytes : 128.0;
    double k_step = step_bytes / largest(bytes(shape->weights), bytes(shape->activations));
    double rate = chip->flops[computed] * c[AUG_GEMM_MATRIX] / p->processors;
    if (shape->facts.scales_apart)
        rate *= c[AUG_GEMM_SCALED];
    p->steps = whole_up(shape->k / k_step);
    p->element_seconds = 2.0 * k_step / rate;
    p->feed = step_bytes * p->processors / (chip->memory_bytes_per_second * c[AUG_GEMM_CACHE]);
    p->step_seconds = smallest(c[AUG_GEMM_STEP], LARGE_TILE * p->element_seconds * 128.0 / step_bytes);
    p->prologue_seconds = PROLOGUE_STEPS * p->step_seconds;
    double joules = 2.0 * p->batch * shape->m * shape->n * shape->k * 1e-12 * c[AUG_GEMM_ENERGY] *
                    energy_share(computed, c[AUG_GEMM_NARROW]);
    if (shape->activations == AUG_FORMAT_FP16)
        joules *= FP16_ENERGY;
    p->power_seconds = chip->power_watts > 0.0 ? joules / chip->power_watts : 0.0;
}

static product product_of(const aug_chip *chip, const double *c, const aug_gemm_shape *shape) {
    product p = {.m = shape->m, .n = shape->n, .batch = shape->batch > 0.0 ? shape->batch : 1.0,
                 .processors = chip->units, .splits = shape->facts.split != AUG_GEMM_SPLIT_NONE};
    set_streams(&p, chip, c, shape);
    set_work(&p, chip, c, shape);
    return p;
}

aug_kernel_time aug_gemm_time(const aug_chip *chip, const double constants[AUG_CONSTANTS],
                              const aug_gemm_shape *shape) {
    product p = product_of(chip, constants, shape);
    candidate best = best_of(&p);
    double fixed = constants[AUG_GEMM_LAUNCH] + shape->software_seconds + p.prologue_seconds;
    double around = quantise_seconds(chip, constants, shape, p.batch * shape->m);
    if (shape->facts.writes_last)
        around += p.batch * shape->m * shape->n * bytes(shape->output) /
                  (chip->memory_bytes_per_second * constants[AUG_GEMM_MEMORY]);
    double seconds = best.seconds + constants[AUG_GEMM_LAUNCH] + around;
    if (shape->facts.host_paced)
        seconds = largest(seconds, shape->software_seconds);
    else
        seconds += shape->software_seconds;
    int bound = 2.0 * fixed > seconds ? LATENCY : best.bound;
    static const aug_kernel_bound bounds[BOUNDS] = {AUG_KERNEL_LATENCY, AUG_KERNEL_MEMORY, AUG_KERNEL_COMPUTE,
                                                    AUG_KERNEL_POWER};
    bool quantises = shape->facts.quantise != AUG_GEMM_QUANTISE_NONE;
    return (aug_kernel_time){seconds, bounds[bound], bound + (quantises ? BOUNDS : 0)};
}
