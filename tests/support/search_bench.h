// What the mapper's search works on, from short text: the space of an einsum on a machine, what a nest keeps,
// and the frame that comes of walking it as far as a bar.
//
//     search_begin(&b, COST_PRODUCT, "m=4 n=4 k=4", "dram buffer mac");
//     ... edit b.bench.problem, b.options ...
//     search_prepare(&b);
//     search_walk(&b, "dram[A B Z] for m:2 | buffer[A] for n:1 for k:1 for m:1 mac");
//
// Tiles divide, energy is the objective, and there are no prices and limits at first (support/cost_bench.h).
#ifndef AUGER_TESTS_SEARCH_BENCH_H
#define AUGER_TESTS_SEARCH_BENCH_H

#include "support/cost_bench.h"

#include "mapper/keeping.h"
#include "mapper/search.h"

typedef struct search_bench {
    cost_bench bench;
    aug_mapper_options options;
    aug_space space;
    aug_keeping keeping;
    aug_item path[AUG_PATH_ITEMS];
    aug_frame frame;
    aug_search_memory memory;
} search_bench;

static inline void search_begin(search_bench *b, const char *einsum, const char *sizes, const char *machine) {
    memset(b, 0, sizeof *b);
    cost_begin(&b->bench, einsum, sizes, machine);
    b->options = (aug_mapper_options){
        .objective = AUG_OBJECTIVE_ENERGY, .perfect = true, .least_tiles = true, .threads = 1}; // rules of large problems
    aug_search_memory_init(&b->memory, NULL);
}

static inline void search_end(search_bench *b) {
    aug_search_memory_free(&b->memory);
    cost_end(&b->bench);
}

static inline void search_prepare(search_bench *b) {
    const char *why = aug_space_init(&b->bench.arena, &b->bench.problem, &b->options, &b->space);
    if (why)
        fail_msg("%s", why);
}

// One number for every action of all memories, outermost first, and one for an operation.
static inline void search_prices(search_bench *b, const double *memories_pj, double operation_pj) {
    for (int m = 0; m < b->bench.problem.memory_count; m++)
        cost_price(&b->bench, b->bench.problem.memories[m].name, memories_pj[m]);
    b->bench.problem.computes[0].energy_pj = operation_pj;
}

// A problem whose answers are known:
//
//     Z[m] += A[m,k] * B[k], m 8, k 2, 16 operations; dram 100 pJ a word, a buffer of 10 pJ and one word per
//     cycle
//
// A is used once: it comes from dram, 1600 pJ. B from dram are 16 words, or 2 with 2 fills and 16 reads of
// the buffer; Z in dram are 16 updates and 8 words to add to, or 8 with those 24 in the buffer. The buffer
// keeps
//
//     neither  1600 + 1600 + 2400 pJ = 5600         16 cycles, one per operation
//     B        1600 + 200 + 180 + 2400 = 4380       18
//     Z        1600 + 1600 + 800 + 240 = 4240       24
//     both     1600 + 200 + 180 + 800 + 240 = 3020  42
//
// and more than that with A. None of the four is below another; their products are 89600, 78840, 101760,
// 126840.
static inline void search_begin_vector(search_bench *b) {
    static const double prices[] = {100, 10};
    search_begin(b, "Z[m] += A[m,k] * B[k]", "m=8 k=2", "dram buffer mac");
    search_prices(b, prices, 0);
    aug_problem_memory *buffer = cost_edit(&b->bench, "buffer");
    buffer->read_bits_per_cycle = buffer->write_bits_per_cycle = 8;
    buffer->shared_port = true;
}

static inline int search_rank(const search_bench *b, const char *name) {
    for (int r = 0; r < b->bench.problem.rank_count; r++)
        if (strcmp(b->bench.problem.ranks[r], name) == 0)
            return r;
    fail_msg("no rank is called '%s'", name);
    return -1;
}

// The keeping whose memories keep what the nest in the bench does; `idle`: arrays left out.
static inline void search_keep(search_bench *b, unsigned idle) {
    unsigned kept[AUG_PROBLEM_MEMORIES] = {0};
    aug_keepings all;
    for (int i = 0; i < b->bench.mapping.count; i++)
        if (b->bench.mapping.nodes[i].kind == AUG_MAPPING_STORE)
            kept[b->bench.mapping.nodes[i].memory] |= b->bench.mapping.nodes[i].tensors;
    aug_keepings_init(&b->bench.arena, &b->space, &b->options, &all);
    for (int k = 0; k < all.count; k++)
        if (all.at[k].idle == idle && memcmp(all.at[k].kept, kept, sizeof kept) == 0) {
            b->keeping = all.at[k];
            return;
        }
    fail_msg("no keeping of %d is that of the nest", all.count);
}

static inline int search_group(const search_bench *b, int axis) {
    for (int g = 0; g < b->space.group_count; g++)
        for (int i = 0; i < b->space.groups[g].axis_count; i++)
            if (b->space.groups[g].axes[i] == axis)
                return g;
    fail_msg("axis %d is in no group", axis);
    return -1;
}

// The next stores of these tensors, those at home excepted. False where one does not fit.
static inline bool search_store(search_bench *b, const aug_mapping_node *node, unsigned *homed) {
    bool fits = true;
    for (int t = 0; t < b->space.tensor_count && fits; t++) {
        if (!(node->tensors >> t & 1))
            continue;
        if (*homed >> t & 1) {
            b->frame.segment = b->keeping.segment[node->memory];
            b->frame.declared[t]++;
            b->frame.previous = t;
            fits = aug_frame_store(&b->space, &b->keeping, t, b->path, &b->frame);
        }
        *homed |= 1u << t;
    }
    return fits;
}

static inline bool search_step(search_bench *b, const aug_mapping_node *node, unsigned *homed) {
    int to = node->kind == AUG_MAPPING_FOR || node->kind == AUG_MAPPING_PAR
                 ? aug_tile_class_find(&b->space.classes[node->rank], node->tile)
                 : 0;
    if (node->kind == AUG_MAPPING_STORE)
        return search_store(b, node, homed);
    if (node->kind == AUG_MAPPING_FOR)
        aug_frame_for(&b->space, node->rank, to, b->path, &b->frame);
    if (node->kind == AUG_MAPPING_PAR)
        aug_frame_par(&b->space, &b->keeping, search_group(b, node->axis), node->rank, to, b->path,
                      &b->frame);
    return true;
}

// The frame above all nodes of a nest but its homes, under the keeping of the nest.
static inline void search_start(search_bench *b, const char *nest) {
    cost_nest(&b->bench, nest);
    search_keep(b, 0);
    aug_frame_init(&b->space, &b->keeping, &b->options, b->path, &b->frame);
}

// Walks a nest to its bar, or to its end with the edges into compute. False where a store does not fit.
static inline bool search_walk(search_bench *b, const char *text) {
    const char *bar = strchr(text, '|');
    char *nest = aug_arena_copy(&b->bench.arena, text, strlen(text));
    unsigned homed = 0, end = bar ? (unsigned)(bar - text) : ~0u;
    if (bar)
        nest[bar - text] = ' ';
    search_start(b, nest);
    for (int i = 0; i < b->bench.mapping.count && b->bench.mapping.nodes[i].column <= end; i++)
        if (!search_step(b, &b->bench.mapping.nodes[i], &homed))
            return false;
    if (!bar)
        aug_frame_compute(&b->space, &b->keeping, b->path, &b->frame);
    return true;
}

// What has been paid so far, in pJ.
static inline double search_paid_pj(const search_bench *b) {
    aug_wide sum = 0;
    for (int m = 0; m <= b->space.memory_count; m++)
        sum += b->frame.price[m];
    return aug_space_energy(&b->space, sum);
}

#endif
