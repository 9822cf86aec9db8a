// `density` says how full a tensor is: a number, or a model with its keys. Keys of another model are errors, as are a rank that
// does not index the tensor and a file whose matrix has another shape.
#include "workload/density_read.h"

#include "base/spelling.h"
#include "text/fields.h"

#include <stddef.h>
#include <string.h>

static const char *const model_names[] = {"uniform", "n:m", "banded", "measured", NULL};

typedef struct density_row {
    int model;
    double density;
    uint64_t n, m, width;
    const char *rank, *file;
    const aug_node *levels;
} density_row;

static const aug_field level_rows[] = {
    AUG_ROW_COUNT(aug_density_block, n, "n", NULL, "filled parts of a block"),
    AUG_ROW_COUNT(aug_density_block, m, "m", NULL, "parts of a block: elements on the last level, else blocks of the level behind it"),
};

const aug_fields aug_density_level_fields = {
    .name = "workload: density level",
    .about = "One level of a hierarchical n:m density.",
    .rows = level_rows,
    .count = AUG_COUNT(level_rows),
};

static const aug_field density_rows[] = {
    AUG_ROW_WORD(density_row, model, "model", model_names, "uniform", "uniform; n:m (n of every m neighbours); banded; measured (the non-zeros of a file)"),
    AUG_ROW_QUANTITY(density_row, density, "density", AUG_DIMENSION_NUMBER, AUG_SHARE, NULL, "share of non-zero elements (uniform)"),
    AUG_ROW_COUNT(density_row, n, "n", NULL, "non-zero elements of a block (n:m)"),
    AUG_ROW_COUNT(density_row, m, "m", NULL, "elements of a block (n:m)"),
    AUG_ROW_NODE(density_row, levels, "levels", &aug_density_level_fields, AUG_LAYOUT_LIST, "in place of n and m: [{n: 2, m: 4}, {n: 4, m: 8}], outermost first (n:m)"),
    AUG_ROW_TEXT(density_row, rank, "rank", "rank along which neighbours lie; that of the last dimension where missing (n:m)"),
    AUG_ROW_COUNT(density_row, width, "width", NULL, "element (i, j) is not zero where |i - j| is at most this (banded)"),
    AUG_ROW_TEXT(density_row, file, "file", "Matrix Market file, its path relative to this one (measured)"),
};

const aug_fields aug_density_fields = {
    .name = "workload: density",
    .about = "How full a tensor is. A plain number is a uniform density.",
    .plain = true,
    .rows = density_rows,
    .count = AUG_COUNT(density_rows),
};

typedef struct density_reader {
    const aug_reader *reader;
    const aug_node *node;
    const aug_einsum *einsum;
    const aug_einsum_tensor *tensor;
    aug_tile_shape shape;
    density_row row;
    aug_density *density;
} density_reader;

aug_tile_shape aug_density_shape(const aug_einsum_tensor *tensor, const uint64_t *sizes) {
    aug_tile_shape shape = {.dim_count = tensor->dim_count, .copies = 1};
    for (int d = 0; d < tensor->dim_count; d++) {
        uint64_t extent = 1;
        for (int t = 0; t < tensor->dims[d].term_count; t++)
            extent += (uint64_t)tensor->dims[d].terms[t].coefficient * (sizes[tensor->dims[d].terms[t].rank] - 1);
        shape.shape[d] = shape.tile[d] = extent;
    }
    return shape;
}

static bool missing(const density_reader *r, const char *key) {
    aug_node_key_error(r->reader->errors, r->node, "key '%s' is missing in %s", key, aug_density_fields.name);
    return false;
}

// Every key but `model` belongs to one model.
static bool check_keys(const density_reader *r) {
    static const struct {
        const char *key;
        aug_density_model model;
    } owners[] = {{"density", AUG_DENSITY_UNIFORM}, {"n", AUG_DENSITY_BLOCKS}, {"m", AUG_DENSITY_BLOCKS},
                  {"levels", AUG_DENSITY_BLOCKS}, {"rank", AUG_DENSITY_BLOCKS}, {"width", AUG_DENSITY_BAND},
                  {"file", AUG_DENSITY_MEASURED}};
    bool good = true;
    for (size_t i = 0; i < AUG_COUNT(owners); i++) {
        const aug_node *member = aug_node_peek(r->node, owners[i].key);
        if (!member || owners[i].model == (aug_density_model)r->row.model)
            continue;
        aug_node_key_error(r->reader->errors, member, "key '%s' belongs to the model '%s', not to '%s'", owners[i].key,
                           model_names[owners[i].model], model_names[r->row.model]);
        good = false;
    }
    return good;
}

// The dimension of the tensor in whose index a rank stands.
static bool find_dim(density_reader *r) {
    r->density->dim = r->tensor->dim_count - 1;
    if (!r->row.rank)
        return true;
    aug_spelling spelling = {.wanted = r->row.rank};
    for (int d = 0; d < r->tensor->dim_count; d++)
        for (int t = 0; t < r->tensor->dims[d].term_count; t++) {
            const char *name = r->einsum->ranks[r->tensor->dims[d].terms[t].rank];
            if (strcmp(name, r->row.rank) == 0) {
                r->density->dim = d;
                return true;
            }
            aug_spelling_offer(&spelling, name);
        }
    aug_error *error = aug_node_error(r->reader->errors, aug_node_peek(r->node, "rank"), "'%.40s' has no rank '%.40s'", r->tensor->name, r->row.rank);
    aug_spelling_hint(&spelling, error);
    return false;
}

static bool add_level(density_reader *r, const aug_node *node, aug_density_block block) {
    if (block.n == 0 || block.n > block.m) {
        static const char text[] = "n:m needs 1 <= n <= m, found n: %llu, m: %llu";
        const unsigned long long n = block.n, m = block.m;
        if (node->key)
            aug_node_key_error(r->reader->errors, node, text, n, m);
        else
            aug_node_error(r->reader->errors, node, text, n, m);
        return false;
    }
    uint64_t period = 1;
    for (int l = 0; l < r->density->level_count; l++)
        period *= r->density->levels[l].m;
    if (block.m > AUG_DENSITY_PERIOD / period) {
        aug_node_error(r->reader->errors, node, "a block of more than 2^20 elements");
        return false;
    }
    r->density->levels[r->density->level_count++] = block;
    return true;
}

static bool read_blocks(density_reader *r) {
    const aug_node *levels = r->row.levels;
    if (!levels) {
        bool whole = aug_node_peek(r->node, "n") && aug_node_peek(r->node, "m");
        if (!whole)
            return missing(r, aug_node_peek(r->node, "n") ? "m" : "n");
        return add_level(r, r->node, (aug_density_block){r->row.n, r->row.m}) && find_dim(r);
    }
    if (aug_node_peek(r->node, "n") || aug_node_peek(r->node, "m")) {
        aug_node_error(r->reader->errors, levels, "'levels' stands in place of 'n' and 'm'");
        return false;
    }
    if (levels->kind != AUG_NODE_LIST || levels->count == 0 || levels->count > AUG_DENSITY_LEVELS) {
        aug_node_error(r->reader->errors, levels, "expected a list of 1 to %d levels such as [{n: 2, m: 4}, {n: 4, m: 8}]", AUG_DENSITY_LEVELS);
        return false;
    }
    for (const aug_node *item = levels->first; item; item = item->next) {
        aug_density_block block;
        if (!aug_fields_read(r->reader, item, &aug_density_level_fields, &block) || !add_level(r, item, block))
            return false;
    }
    return find_dim(r);
}

static bool check_matrix(const density_reader *r) {
    if (r->shape.dim_count == 2)
        return true;
    aug_node_error(r->reader->errors, r->node, "the density model '%s' is for matrices, '%.40s' has %d dimension%s",
                   model_names[r->row.model], r->tensor->name, r->shape.dim_count, r->shape.dim_count == 1 ? "" : "s");
    return false;
}

static bool read_band(density_reader *r) {
    if (!aug_node_peek(r->node, "width"))
        return missing(r, "width");
    r->density->width = r->row.width;
    return check_matrix(r);
}

static bool read_measured(density_reader *r) {
    if (!r->row.file)
        return missing(r, "file");
    if (!check_matrix(r))
        return false;
    const char *path = r->row.file, *folder = r->node->document->name, *slash = strrchr(folder, '/');
    if (path[0] != '/' && slash)
        path = aug_arena_print(r->reader->arena, "%.*s/%s", (int)(slash - folder), folder, path);
    const aug_pattern *pattern = aug_pattern_load(r->reader->arena, r->reader->errors, path);
    if (!pattern)
        return false;
    r->density->pattern = pattern;
    if (pattern->rows == r->shape.shape[0] && pattern->columns == r->shape.shape[1])
        return true;
    aug_error *error = aug_node_error(r->reader->errors, aug_node_peek(r->node, "file"), "'%.40s' is %llu x %llu, the matrix of the file %llu x %llu",
                                      r->tensor->name, (unsigned long long)r->shape.shape[0], (unsigned long long)r->shape.shape[1],
                                      (unsigned long long)pattern->rows, (unsigned long long)pattern->columns);
    aug_error_hint(error, "rows of the file belong to the first index of the tensor");
    return false;
}

static bool read_uniform(density_reader *r) {
    if (!(r->row.density > 0.0))
        return missing(r, "density");
    r->density->share = r->row.density;
    return true;
}

static bool read_model(density_reader *r) {
    if (r->node->kind == AUG_NODE_SCALAR)
        return aug_scalar_quantity(r->reader, r->node, AUG_DIMENSION_NUMBER, AUG_SHARE, &r->density->share);
    if (!aug_fields_read(r->reader, r->node, &aug_density_fields, &r->row) || !check_keys(r))
        return false;
    r->density->model = (aug_density_model)r->row.model;
    switch (r->density->model) {
    case AUG_DENSITY_UNIFORM:
        return read_uniform(r);
    case AUG_DENSITY_BLOCKS:
        return read_blocks(r);
    case AUG_DENSITY_BAND:
        return read_band(r);
    case AUG_DENSITY_MEASURED:
        return read_measured(r);
    }
    return false;
}

bool aug_density_read(const aug_reader *reader, const aug_node *node, const aug_operator *op, int tensor, aug_use *use) {
    uint64_t sizes[AUG_EINSUM_RANKS];
    for (int k = 0; k < op->einsum.rank_count; k++)
        sizes[k] = (uint64_t)op->ranks[k].factor;
    density_reader r = {.reader = reader, .node = node, .einsum = &op->einsum, .tensor = &op->einsum.tensors[tensor],
                        .density = AUG_NEW(reader->arena, aug_density)};
    r.shape = aug_density_shape(r.tensor, sizes);
    if (r.tensor->dim_count > 0 ? !read_model(&r) : node->kind != AUG_NODE_SCALAR || !read_model(&r)) {
        if (reader->errors->count == 0)
            aug_node_error(reader->errors, node, "'%.40s' is one element and has no density model", r.tensor->name);
        return false;
    }
    bool exact = r.density->model == AUG_DENSITY_BAND || r.density->model == AUG_DENSITY_MEASURED;
    use->density = r.density->model == AUG_DENSITY_UNIFORM ? r.density->share : aug_density_mean(r.density, &r.shape);
    if (exact && use->density <= 0.0) {
        aug_node_error(reader->errors, node, "'%.40s' has no element that is not zero", r.tensor->name);
        return false;
    }
    use->zeros = use->density < 1.0 ? r.density : NULL;
    return true;
}
