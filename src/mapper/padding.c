#include "mapper/padding.h"

#include <string.h>

enum {
    SMALL = 6,  // sizes up to this one are searched soon enough
    SLACK = 8,  // at most size / SLACK is added
    PARTS = 24, // a power of two may leave as little as size / PARTS in a part
};

// ---- Sizes

static int divisors(aug_count size) {
    int count = 1;
    for (aug_count factor = 2; factor * factor <= size; factor++) {
        int times = 1;
        for (; size % factor == 0; size /= factor)
            times++;
        count *= times;
    }
    return size > 1 ? 2 * count : count;
}

// Divisors weighed against what is added: one percent more has to bring eight percent more of them.
static double merit(aug_count size, aug_count padded) {
    double ratio = (double)size / (double)padded, square = ratio * ratio;
    return (double)divisors(padded) * square * square * square * square;
}

static aug_count most_divisible(aug_count size) {
    aug_count best = size, last = size + size / SLACK, steps = last - size;
    if (steps > 512) // as far as it is worth looking
        last = size + 512;
    for (aug_count padded = size + 1; padded <= last; padded++)
        if (merit(size, padded) > merit(size, best))
            best = padded;
    return best;
}

static aug_count most_even(aug_count size) {
    aug_count power = 1;
    while (2 * power * PARTS <= size || (size > SMALL && power < 2))
        power *= 2;
    return (size + power - 1) / power * power;
}

int aug_padding_sizes(aug_count size, aug_count *sizes) {
    int count = 0;
    if (size <= SMALL)
        return 0;
    aug_count first = most_divisible(size), second = most_even(size);
    if (first != size)
        sizes[count++] = first;
    if (second != size && second != first)
        sizes[count++] = second;
    return count;
}

// ---- Tiles

bool aug_padding_fit(const aug_problem *problem, const aug_mapping *padded, aug_mapping *mapping) {
    aug_count inner[AUG_PROBLEM_RANKS];
    *mapping = *padded;
    for (int r = 0; r < problem->rank_count; r++)
        inner[r] = 1;
    for (int n = mapping->count - 1; n >= 0; n--) {
        aug_mapping_node *node = &mapping->nodes[n];
        if (node->kind != AUG_MAPPING_FOR && node->kind != AUG_MAPPING_PAR)
            continue;
        aug_count size = problem->sizes[node->rank], count = (size + node->tile - 1) / node->tile;
        aug_count least = (size + count - 1) / count;
        node->tile = (least + inner[node->rank] - 1) / inner[node->rank] * inner[node->rank];
        if ((size + node->tile - 1) / node->tile != count)
            return false;
        inner[node->rank] = node->tile;
    }
    return true;
}

// ---- Searches

typedef struct trial {
    aug_arena *arena;
    const aug_problem *problem;
    aug_problem padded;
    aug_mapper_options options;
    void (*take)(void *context, const aug_mapping *mapping);
    void *context;
    uint64_t nodes;
    int size_count[AUG_PROBLEM_RANKS];
    aug_count sizes[AUG_PROBLEM_RANKS][AUG_PADDINGS];
} trial;

static bool set_size(trial *t, int rank, int which) {
    aug_count size = which < t->size_count[rank] ? t->sizes[rank][which] : t->problem->sizes[rank];
    bool changes = t->padded.sizes[rank] != size;
    t->padded.sizes[rank] = size;
    return changes;
}

static void search(trial *t) {
    aug_mapper_result result;
    aug_mapping mapping;
    t->padded.operations = 1;
    for (int r = 0; r < t->padded.rank_count; r++)
        t->padded.operations *= t->padded.sizes[r];
    aug_mapper_run(t->arena, &t->padded, &t->options, &result);
    t->nodes += result.nodes;
    for (int i = 0; i < result.point_count; i++)
        if (aug_padding_fit(t->problem, &result.points[i].mapping, &mapping))
            t->take(t->context, &mapping);
}

// All ranks padded one way, all the other way, and each rank alone.
static void search_all(trial *t) {
    for (int way = 0; way < AUG_PADDINGS; way++) {
        bool any = false;
        for (int r = 0; r < t->padded.rank_count; r++)
            any |= set_size(t, r, way);
        if (any)
            search(t);
    }
    for (int r = 0; r < t->padded.rank_count; r++)
        for (int way = 0; way < t->size_count[r]; way++) {
            for (int other = 0; other < t->padded.rank_count; other++)
                set_size(t, other, other == r ? way : AUG_PADDINGS);
            search(t);
        }
}

void aug_padding_search(aug_arena *arena, const aug_problem *problem, const aug_mapper_options *options,
                        uint64_t node_limit, void (*take)(void *context, const aug_mapping *mapping),
                        void *context, uint64_t *nodes) {
    trial *t = AUG_NEW(arena, trial);
    *t = (trial){.arena = arena,
                 .problem = problem,
                 .padded = *problem,
                 .options = *options,
                 .take = take,
                 .context = context};
    t->options.perfect = true;
    t->options.has_cutoff = false;
    t->options.node_limit = node_limit;
    for (int r = 0; r < problem->rank_count; r++)
        t->size_count[r] = aug_padding_sizes(problem->sizes[r], t->sizes[r]);
    search_all(t);
    *nodes += t->nodes;
}
