// A fused mixture-of-experts layer: every token's row meets its experts' two weight matrices.
//
//   time = software + steps step + T(first multiply) + T(second multiply) + passes
//   first: n = (gated ? 2 : 1) inner, k = hidden; second: n = hidden, k = inner
//
// Multiply. Rows of one expert are cut into tiles of t rows and 128 columns; a unit works off one at a time:
//
//   one     = tile + max(2 (max(t, 16) + expand) 128 k / flops of a unit, 128 k weight bytes / its feed)
//   waves   = tiles/units, rounded up           feed of a unit: 10 times its fair share of the memory
//   compute = waves one                         flops of a unit: peak/units, times the constant's share
//   memory  = (touched n k weight bytes + rows (k activation bytes + 2 n)) / (bandwidth memory)
//   T       = the least over t of max(compute, memory) + exposed min(compute, memory)
//
// Only touched experts' weights are read: that is decode's cost. Tiles are rounded up per expert: that is the
// cost of many experts with few rows each. Weights narrower than 16 bits under 16-bit activations are
// expanded by the same units, at the price of `expand` rows of work per tile. A library that assumes even
// routing takes the t that would suit it.
//
// Passes. Beside the multiplies rows are copied, activated, combined: words of 16 bits over (bandwidth pass).
// How often depends on the algorithm, see `layouts`; those that work on blocks do it for all tokens x topk
// pairs, though most belong to other chips. Constants are shares of the data sheet and seconds; see
// docs/kernels/moe.md.
//
// Worked (unit test): 1 unit of 1e12 FLOP/s, 1e9 B/s, all shares 1, no times: 64 tokens, 1 of 1 expert,
// hidden = inner = 128, no gate, bf16, gathered: each multiply has a tile of 64 rows: 2 64 128 128 / 1e12
// = 2.1 us against (32768 + 64 512)/1e9 = 65.5 us of memory; the passes are 2 64 128 (0.5 + 2) / 1e9 = 41.0
// us: 172.0 us.
#include "kernel/moe_kernel.h"

#include <math.h>

const char *const aug_moe_algorithm_names[] = {"gathered", "permuted", "aligned", "blocked", "striped", NULL};

static const aug_constant constants[] = {
    [AUG_MOE_COMPUTE] = {"compute", AUG_DIMENSION_NUMBER, 0.05, 1.0, 0.6,
                         "share of the matrix peak that full tiles reach", false},
    [AUG_MOE_WARP_COMPUTE] = {"warp_compute", AUG_DIMENSION_NUMBER, 0.02, 1.0, 0.4,
                              "the same for kernels built on the matrix instructions of single warps", false},
    [AUG_MOE_MEMORY] = {"memory", AUG_DIMENSION_NUMBER, 0.2, 1.0, 0.9,
                        "share of the memory bandwidth that streaming of weights reaches", false},
    [AUG_MOE_PASS] =
        {"pass", AUG_DIMENSION_NUMBER, 0.03, 1.0, 0.5,
         "share of the memory bandwidth that copies, activations and combinations of rows reach", false},
    [AUG_MOE_EXPAND_ROWS] = {"expand_rows", AUG_DIMENSION_NUMBER, 0.0, 512.0, 32.0,
                             "rows of matrix work that expanding the narrow weights of a tile costs", false},
    [AUG_MOE_TILE_SECONDS] = {"tile", AUG_DIMENSION_SECONDS, 1e-8, 2e-5, 5e-7,
                              "seconds to begin and end a tile", true},
    [AUG_MOE_STEP_SECONDS] = {"step", AUG_DIMENSION_SECONDS, 1e-7, 4e-5, 4.5e-6,
                              "seconds of a kernel that waits for the one before", true},
    [AUG_MOE_EXPOSED] = {"exposed", AUG_DIMENSION_NUMBER, 0.0, 1.0, 0.4,
                         "share of the shorter of arithmetic and memory that the longer does not hide", false},
};

enum { REGIME_LATENCY, REGIME_WEIGHTS, REGIME_TILES, REGIME_PASSES };
static const char *const regimes[] = {"latency", "weights", "tiles", "passes"};

const aug_kernel_model aug_moe_model = {
    .name = "moe",
    .about = "fused mixture-of-experts layer",
    .constants = constants,
    .constant_count = sizeof constants / sizeof *constants,
    .regimes = regimes,
    .regime_count = sizeof regimes / sizeof *regimes,
};

// What the algorithms do.
static const struct layout {
    double steps; // kernels that wait for each other: route, sort, copy, multiply, activate, combine
    double tile_low, tile_high; // rows
    double row_passes;   // words of hidden that cross memory per row, outside the multiplies; half: cached
    double inner_passes; // words of inner that do, per matrix
    double token_passes; // words of hidden that do per token
} layouts[AUG_MOE_ALGORITHMS] = {
    [AUG_MOE_GATHERED] = {4.0, 8.0, 128.0, 0.5, 0.0, 2.0},
    [AUG_MOE_PERMUTED] = {7.0, 16.0, 128.0, 3.0, 1.0, 2.0},
    [AUG_MOE_ALIGNED] = {6.0, 128.0, 128.0, 2.0, 1.0, 1.0},
    [AUG_MOE_BLOCKED] = {7.0, 32.0, 128.0, 1.0, 1.0, 2.0},
    [AUG_MOE_STRIPED] = {7.0, 8.0, 32.0, 2.0, 2.0, 0.0},
};

static const double tile_columns = 128.0;
static const double least_rows = 16.0;      // a tile with fewer rows is not faster
static const double expanding_rows = 32.0;  // gathered kernels that expand weights take no larger tiles
static const double unit_feed = 10.0;       // of its fair share of the memory, one unit can draw
static const double sorting_steps = 6.0;    // of routing with general kernels
static const double few_tokens = 16.0;      // up to here one kernel both routes and sorts
static const double rescaled_compute = 0.5; // one more operation per sum of 128 products, on other units
static const double untuned_compute = 0.5, untuned_memory = 0.25;

// One call, with what both multiplies share.
typedef struct moe_call {
    const aug_chip *chip;
    const double *constants;
    const aug_moe_shape *shape;
    aug_moe_load load;
    double tile_low, tile_high;
    double unit_flops, bytes_per_second;
    double weight_bytes, activation_bytes, expand_rows;
} moe_call;

typedef struct parts {
    double compute, memory, total;
} parts;

static double smaller(double a, double b) {
    return a < b ? a : b;
}
static double larger(double a, double b) {
    return a > b ? a : b;
}

// Pairs whose experts are elsewhere, but are multiplied all the same.
static void add_remote(aug_moe_load *load, const aug_moe_shape *shape) {
    double tokens = shape->facts.remote == AUG_MOE_REMOTE_ALL ? shape->routing.tokens : load->tokens;
    double more = larger(0.0, tokens * shape->routing.topk - load->rows);
    load->rows += more;
    for (int i = 0; i < AUG_MOE_TILES; i++)
        load->tiles[i] += more / aug_moe_tile_rows[i];
}

static double unit_flops(const aug_chip *chip, const double *c, const aug_moe_shape *shape) {
    aug_number_format computed = aug_format_computed(aug_format_wider(shape->weights, shape->activations));
    double share = c[shape->facts.warp_level ? AUG_MOE_WARP_COMPUTE : AUG_MOE_COMPUTE];
    if (shape->facts.rescales)
        share *= rescaled_compute;
    if (shape->facts.untuned)
        share *= untuned_compute;
    return share * chip->flops[computed] / chip->units;
}

// 16-bit activations need 16-bit weights; 8-bit ones are multiplied with 4-bit floats, not with 4-bit
// integers.
static bool expands(const aug_moe_shape *shape) {
    if (shape->facts.wide || shape->facts.algorithm == AUG_MOE_STRIPED)
        return false;
    if (aug_format_bits(shape->activations) >= 16.0)
        return aug_format_bits(shape->weights) < 16.0;
    return shape->weights == AUG_FORMAT_INT4;
}

static moe_call begin(const aug_chip *chip, const double *c, const aug_moe_shape *shape,
                      const aug_moe_load *load) {
    const struct layout *layout = &layouts[shape->facts.algorithm];
    moe_call call = {.chip = chip, .constants = c, .shape = shape, .load = *load};
    if (shape->facts.remote != AUG_MOE_REMOTE_SKIPPED)
        add_remote(&call.load, shape);
    call.tile_low = layout->tile_low;
    call.tile_high = layout->tile_high;
    call.weight_bytes = aug_format_bits(shape->facts.wide ? AUG_FORMAT_BF16 : shape->weights) / 8.0;
    call.activation_bytes = aug_format_bits(shape->activations) / 8.0;
    if (expands(shape)) {
        call.expand_rows = c[AUG_MOE_EXPAND_ROWS];
        if (shape->facts.algorithm == AUG_MOE_GATHERED)
            call.tile_high = expanding_rows;
    }
    call.unit_flops = unit_flops(chip, c, shape);
    call.bytes_per_second =
        chip->memory_bytes_per_second * c[AUG_MOE_MEMORY] * (shape->facts.untuned ? untuned_memory : 1.0);
    return call;
}

// Seconds that all units need for the tiles of `i`-th size.
static double tiled_seconds(const moe_call *call, double n, double k, int i) {
    double rows = larger(aug_moe_tile_rows[i], least_rows) + call->expand_rows;
    double arithmetic = 2.0 * rows * tile_columns * k / call->unit_flops;
    double feed =
        tile_columns * k * call->weight_bytes * call->chip->units / (call->bytes_per_second * unit_feed);
    double waves = call->load.tiles[i] * ceil(n / tile_columns) / call->chip->units;
    return ceil(waves) * (call->constants[AUG_MOE_TILE_SECONDS] + larger(arithmetic, feed));
}

static parts multiply(const moe_call *call, double n, double k) {
    double bytes = call->load.touched * n * k * call->weight_bytes +
                   call->load.rows * (k * call->activation_bytes + 2.0 * n);
    parts best = {.memory = bytes / call->bytes_per_second, .total = (double)INFINITY};
    double low = call->tile_low, high = call->tile_high, below = (double)INFINITY;
    if (call->shape->facts.assumes_even) {
        const aug_moe_routing *routing = &call->shape->routing;
        double even = routing->tokens * routing->topk * routing->groups / routing->experts;
        low = smaller(larger(even, low), high);
        below = 2.0 * low; // the least tile that holds an expert's rows
    }
    for (int i = 0; i < AUG_MOE_TILES; i++) {
        double rows = aug_moe_tile_rows[i];
        if (rows < low || rows > high || rows >= below)
            continue;
        double compute = tiled_seconds(call, n, k, i);
        double total =
            larger(compute, best.memory) + call->constants[AUG_MOE_EXPOSED] * smaller(compute, best.memory);
        if (total < best.total) {
            best.total = total;
            best.compute = compute;
        }
    }
    return best;
}

// Seconds of what happens to rows outside the multiplies.
static double pass_seconds(const moe_call *call) {
    const aug_moe_shape *shape = call->shape;
    const struct layout *layout = &layouts[shape->facts.algorithm];
    bool visiting = shape->facts.remote == AUG_MOE_REMOTE_VISITING;
    double tokens = visiting ? call->load.tokens : shape->routing.tokens;
    double pairs = shape->routing.tokens * shape->routing.topk, rows = call->load.rows;
    double inner_passes = layout->inner_passes;
    // A gathered kernel that rescales cannot fuse the activation, which then walks over all pairs.
    bool apart = shape->facts.rescales && shape->facts.algorithm == AUG_MOE_GATHERED;
    if (apart)
        inner_passes = 1.0;
    if (apart || (shape->facts.algorithm >= AUG_MOE_BLOCKED && !visiting))
        rows = pairs;
    double matrices = shape->gated ? 3.0 : 2.0;
    double bytes =
        2.0 * rows * (layout->row_passes * shape->hidden + inner_passes * matrices * shape->inner) +
        2.0 * tokens * layout->token_passes * shape->hidden;
    if (shape->facts.quantises)
        bytes += tokens * shape->hidden * (2.0 + call->activation_bytes);
    return bytes / (call->chip->memory_bytes_per_second * call->constants[AUG_MOE_PASS]);
}

// Kernels that wait for each other.
static double steps(const aug_moe_shape *shape) {
    return layouts[shape->facts.algorithm].steps + (shape->facts.quantises ? 1.0 : 0.0) +
           (shape->facts.sorts_apart ? sorting_steps : 0.0) -
           (shape->routing.tokens <= few_tokens ? 1.0 : 0.0);
}

aug_kernel_time aug_moe_time_of_load(const aug_chip *chip, const double c[AUG_CONSTANTS],
                                     const aug_moe_shape *shape, const aug_moe_load *load) {
    moe_call call = begin(chip, c, shape, load);
    parts first = multiply(&call, (shape->gated ? 2.0 : 1.0) * shape->inner, shape->hidden);
    parts second = multiply(&call, shape->hidden, shape->inner);
    double multiplies = first.total + second.total, passes = pass_seconds(&call);
    double latency = shape->software_seconds + steps(shape) * c[AUG_MOE_STEP_SECONDS];
    aug_kernel_time time = {.seconds = latency + multiplies + passes};
    if (latency > multiplies + passes) {
        time.bound = AUG_KERNEL_LATENCY;
        time.regime = REGIME_LATENCY;
    } else if (passes > multiplies) {
        time.bound = AUG_KERNEL_MEMORY;
        time.regime = REGIME_PASSES;
    } else {
        bool memory = first.memory + second.memory > first.compute + second.compute;
        time.bound = memory ? AUG_KERNEL_MEMORY : AUG_KERNEL_COMPUTE;
        time.regime = memory ? REGIME_WEIGHTS : REGIME_TILES;
    }
    return time;
}

aug_kernel_time aug_moe_time(const aug_chip *chip, const double c[AUG_CONSTANTS],
                             const aug_moe_shape *shape) {
    aug_moe_load load = aug_moe_load_of(&shape->routing);
    return aug_moe_time_of_load(chip, c, shape, &load);
}
