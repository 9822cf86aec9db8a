#include "kernel/sparse_attention_kernel.h"

#include <math.h>

static const aug_constant constant_rows[] = {
    [AUG_SPARSE_LAUNCH] = {"launch", AUG_DIMENSION_SECONDS, 0.5e-6, 100e-6, 3e-6, "from one kernel to the next; two kernels", true},
    [AUG_SPARSE_MATRIX_SHARE] = {"matrix", AUG_DIMENSION_NUMBER, 0.05, 1.0, 0.5, "share of the matrix peak that scores reach", false},
    [AUG_SPARSE_MEMORY_SHARE] = {"memory", AUG_DIMENSION_NUMBER, 0.2, 1.0, 0.8, "share of the memory bandwidth", false},
    [AUG_SPARSE_SELECT] = {"select", AUG_DIMENSION_SECONDS, 1e-12, 1e-9, 40e-12, "one pass over one score on one unit", false},
};

static const char *const regimes[] = {"all"};

const aug_kernel_model aug_sparse_attention_model = {
    .name = "sparse_attention",
    .about = "indexer of sparse attention: scores of all cached tokens, selection of the best",
    .constants = constant_rows,
    .constant_count = sizeof constant_rows / sizeof constant_rows[0],
    .regimes = regimes,
    .regime_count = sizeof regimes / sizeof regimes[0],
};

static const double tile_queries = 64.0; // that share one read of the index keys
static const double select_passes = 2.0;

static double mean_context(const aug_sparse_attention_shape *s) {
    return s->past_tokens + (s->new_tokens + 1.0) / 2.0;
}

aug_kernel_time aug_sparse_attention_time(const aug_chip *chip, const double k[AUG_CONSTANTS], const aug_sparse_attention_shape *s) {
    double queries = s->batch * s->new_tokens, context = mean_context(s), scores = queries * context;
    double bandwidth = chip->memory_bytes_per_second * k[AUG_SPARSE_MEMORY_SHARE];
    double multiply = 2.0 * scores * s->index_heads * s->index_size / (chip->flops[s->index_format] * k[AUG_SPARSE_MATRIX_SHARE]);
    double key_bytes = s->batch * ceil(s->new_tokens / tile_queries) * context * s->index_size * aug_format_bits(s->index_format) / 8.0;
    double memory = (key_bytes + scores * 4.0) / bandwidth;
    double waves = fmax(1.0, ceil(queries / chip->units));
    double select = fmax(waves * select_passes * context * k[AUG_SPARSE_SELECT], scores * 4.0 / bandwidth);
    double fixed = s->software_seconds + 2.0 * k[AUG_SPARSE_LAUNCH], score = fmax(multiply, memory);
    aug_kernel_time t = {.seconds = fixed + score + select};
    t.bound = fixed > score + select ? AUG_KERNEL_LATENCY : multiply > memory ? AUG_KERNEL_COMPUTE : AUG_KERNEL_MEMORY;
    return t;
}

aug_attention_decode_shape aug_sparse_attention_selected(const aug_sparse_attention_shape *s, const aug_attention_decode_shape *dense) {
    aug_attention_decode_shape selected = *dense;
    selected.batch = s->batch * s->new_tokens;
    selected.context = fmin(fmax(1.0, mean_context(s)), s->selected);
    selected.window = 0.0;
    return selected;
}
