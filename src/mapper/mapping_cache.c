// A file is text:
//
//     auger mappings 2 <version of Auger>
//     key <bytes>
//     <the key itself>
//     points 1
//     point 0x1.4p+13 0x1.8p+7 3          energy in pJ, cycles, nodes
//     0 0 7 0 0 0 0 0                     kind, memory, tensors, whole, rank, tile, axis, compute: a store of
//     three tensors
//     ...
//
// Its name is a hash of the key; two keys of one hash overwrite each other and are never taken for each
// other, for the key stands inside. It is written under a name of its own and renamed, so readers see all of
// it or nothing.
#include "mapper/mapping_cache.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef AUG_VERSION
#define AUG_VERSION "0"
#endif

enum { MOST_POINTS = 4096, MOST_BYTES = 16 << 20 };

// Counts up where the space that is searched grows, for what was the best may then not be.
static const char header[] = "auger mappings 2 " AUG_VERSION "\n";

// FNV-1a of 64 bits, from two starts.
static uint64_t hash(const char *text, uint64_t start) {
    uint64_t value = start;
    for (; *text; text++)
        value = (value ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return value;
}

static const char *path_of(aug_arena *arena, const char *folder, const char *key) {
    return aug_arena_print(arena, "%s/%016" PRIx64 "%016" PRIx64 ".mapping", folder,
                           hash(key, UINT64_C(14695981039346656037)),
                           hash(key, UINT64_C(0x9e3779b97f4a7c15)));
}

// ---- Writing

static void put_point(aug_buffer *out, const aug_mapper_point *point) {
    aug_buffer_print(out, "point %a %a %d\n", point->energy_pj, point->cycles, point->mapping.count);
    for (int i = 0; i < point->mapping.count; i++) {
        const aug_mapping_node *n = &point->mapping.nodes[i];
        aug_buffer_print(out, "%d %d %u %u %d %" PRIu64 " %d %d\n", (int)n->kind, n->memory, n->tensors,
                         n->whole, n->rank, n->tile, n->axis, n->compute);
    }
}

static bool write_file(const char *path, const char *text, size_t length) {
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    bool written = fwrite(text, 1, length, file) == length;
    return fclose(file) == 0 && written;
}

bool aug_mapping_cache_keep(aug_arena *arena, const char *folder, const char *key,
                            const aug_mapper_result *result) {
    aug_buffer out;
    aug_buffer_init(&out, arena);
    aug_buffer_put(&out, header);
    aug_buffer_print(&out, "key %zu\n", strlen(key));
    aug_buffer_put(&out, key);
    aug_buffer_print(&out, "points %d\n", result->point_count);
    for (int i = 0; i < result->point_count; i++)
        put_point(&out, &result->points[i]);
    const char *path = path_of(arena, folder, key);
    const char *fresh = aug_arena_print(arena, "%s.%ld", path, (long)getpid());
    if (write_file(fresh, aug_buffer_text(&out), out.length) && rename(fresh, path) == 0)
        return true;
    remove(fresh);
    return false;
}

// ---- Reading

static char *read_file(aug_arena *arena, const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *text = NULL;
    long length = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (length > 0 && length <= MOST_BYTES && fseek(file, 0, SEEK_SET) == 0)
        text = aug_arena_try(arena, (size_t)length + 1);
    if (text && fread(text, 1, (size_t)length, file) != (size_t)length)
        text = NULL;
    fclose(file);
    return text;
}

// Steps over `expected`; false where something else stands there.
static bool skip(const char **at, const char *expected) {
    size_t length = strlen(expected);
    if (strncmp(*at, expected, length) != 0)
        return false;
    *at += length;
    return true;
}

static bool read_count(const char **at, uint64_t most, uint64_t *value) {
    char *end;
    *value = strtoull(*at, &end, 10);
    bool good = end != *at && *value <= most;
    *at = end;
    return good;
}

static bool read_int(const char **at, int most, int *value) {
    uint64_t count;
    bool good = read_count(at, (uint64_t)(most > 0 ? most : 0), &count);
    *value = good ? (int)count : 0;
    return good;
}

static bool read_double(const char **at, double *value) {
    char *end;
    *value = strtod(*at, &end);
    bool good = end != *at;
    *at = end;
    return good;
}

static bool read_node(const char **at, const aug_problem *problem, aug_mapping_node *node) {
    uint64_t all = (UINT64_C(1) << problem->tensor_count) - 1, tensors, whole;
    int kind;
    bool good = read_int(at, AUG_MAPPING_COMPUTE, &kind) &&
                read_int(at, problem->memory_count - 1, &node->memory) && read_count(at, all, &tensors) &&
                read_count(at, all, &whole) && read_int(at, problem->rank_count - 1, &node->rank) &&
                read_count(at, UINT64_MAX, &node->tile) &&
                read_int(at, problem->axis_count - 1, &node->axis) &&
                read_int(at, problem->compute_count - 1, &node->compute);
    if (!good)
        return false;
    node->kind = (aug_mapping_kind)kind;
    node->tensors = (unsigned)tensors;
    node->whole = (unsigned)whole;
    return true;
}

static bool read_point(const char **at, const aug_problem *problem, aug_mapper_point *point) {
    if (!skip(at, "\npoint ") || !read_double(at, &point->energy_pj) || !read_double(at, &point->cycles) ||
        !read_int(at, AUG_MAPPING_NODES, &point->mapping.count) || point->mapping.count == 0)
        return false;
    for (int i = 0; i < point->mapping.count; i++)
        if (!read_node(at, problem, &point->mapping.nodes[i]))
            return false;
    return true;
}

// Whether a mapping has the form of one, fits, and costs what is written beside it.
static bool stands(aug_arena *arena, const aug_problem *problem, const aug_mapper_point *point,
                   aug_cost_scratch *scratch, aug_cost *cost) {
    const double rounding = 1e-12;
    aug_errors *unseen = AUG_NEW(arena, aug_errors);
    const aug_reader reader = {arena, unseen};
    memset(cost, 0, sizeof *cost);
    return aug_mapping_check(&reader, NULL, problem, &point->mapping) &&
           aug_cost_evaluate(problem, &point->mapping, scratch, cost) && cost->cycles == point->cycles &&
           cost->has_energy == !isnan(point->energy_pj) &&
           (!cost->has_energy || fabs(cost->energy_pj - point->energy_pj) <= rounding * cost->energy_pj);
}

static double value_of(aug_objective objective, const aug_mapper_point *point) {
    return objective == AUG_OBJECTIVE_ENERGY    ? point->energy_pj
           : objective == AUG_OBJECTIVE_LATENCY ? point->cycles
                                                : point->energy_pj * point->cycles;
}

static bool read_points(aug_arena *arena, const char *at, const aug_problem *problem, aug_objective objective,
                        aug_mapper_result *result) {
    int count;
    if (!skip(&at, "points ") || !read_int(&at, MOST_POINTS, &count) || count == 0 ||
        (count > 1 && objective != AUG_OBJECTIVE_FRONT))
        return false;
    aug_mapper_point *points = AUG_NEW_ARRAY(arena, aug_mapper_point, (size_t)count);
    aug_cost_scratch *scratch = aug_cost_scratch_new(arena);
    aug_cost *cost = AUG_NEW(arena, aug_cost);
    *result = (aug_mapper_result){
        .point_count = count, .points = points, .value = (double)INFINITY, .proven = true};
    for (int i = 0; i < count; i++) {
        if (!read_point(&at, problem, &points[i]) || !stands(arena, problem, &points[i], scratch, cost))
            return false;
        result->value = fmin(result->value, value_of(objective, &points[i]));
    }
    result->lower_bound = result->value;
    return strcmp(at, "\n") == 0;
}

bool aug_mapping_cache_find(aug_arena *arena, const char *folder, const char *key, const aug_problem *problem,
                            const aug_mapper_options *options, aug_mapper_result *result) {
    const char *at = read_file(arena, path_of(arena, folder, key));
    uint64_t length;
    return at && skip(&at, header) && skip(&at, "key ") && read_count(&at, MOST_BYTES, &length) &&
           skip(&at, "\n") && length == strlen(key) && skip(&at, key) &&
           read_points(arena, at, problem, options->objective, result);
}
