// Fibers of a tile, and what their formats take.
//
// With more loops than ranks the last rank takes all loops that are left as one fiber; with fewer, outer ranks are not there.
// In Timeloop's counting (expectations: whole) the expectation runs over how many non-zeros the tile may hold, coordinates of a
// fiber are rounded up for each of them, and every part but those of the last rank has a pointer.
#include "cost/sparse_format.h"

#include "cost/footprint.h"

#include <math.h>

enum { DEPTHS = AUG_SPARSE_RANKS + 1 };

// The tile at each depth of its fibers: depth 0 is the tile, the last one a single word.
typedef struct fibers {
    const aug_sparse_nest *nest;
    int tensor;
    int rank_count;
    aug_rank_format formats[AUG_SPARSE_RANKS];
    aug_tile_shape shapes[DEPTHS];
    double words[DEPTHS]; // of one part
    double count[DEPTHS]; // of parts in the tile
} fibers;

static void add_depth(fibers *f, int depth, const aug_count *extents) {
    f->shapes[depth] = aug_sparse_tile(f->nest->problem, f->tensor, extents);
    f->words[depth] = aug_tile_words(&f->shapes[depth]);
    f->count[depth] = fmax(1.0, floor(f->words[0] / f->words[depth] + 0.5));
}

static bool cuts(const aug_sparse_nest *nest, int tensor, int node, const aug_count *extents) {
    const aug_mapping_node *at = &nest->mapping->nodes[node];
    bool loop = at->kind == AUG_MAPPING_FOR || at->kind == AUG_MAPPING_PAR;
    return loop && (nest->problem->tensors[tensor].ranks >> at->rank & 1) && at->tile < extents[at->rank];
}

static void find_fibers(fibers *f, int store) {
    const aug_sparse_nest *nest = f->nest;
    int first = nest->stores[f->tensor][store], loops = 0;
    const aug_sparse_level *level = &nest->design->memories[nest->mapping->nodes[first].memory];
    aug_count extents[AUG_PROBLEM_RANKS], inner[AUG_PROBLEM_RANKS];
    aug_footprint_extents(nest->problem, nest->mapping, first, extents);
    for (int r = 0; r < nest->problem->rank_count; r++)
        inner[r] = extents[r];
    for (int n = first; n < nest->mapping->count; n++)
        if (cuts(nest, f->tensor, n, inner)) {
            inner[nest->mapping->nodes[n].rank] = nest->mapping->nodes[n].tile;
            loops++;
        }
    int given = level->rank_count[f->tensor];
    f->rank_count = loops == 0 ? 1 : loops < given ? loops : given;
    for (int i = 0; i < f->rank_count; i++)
        f->formats[i] = level->ranks[f->tensor][given - f->rank_count + i];
    add_depth(f, 0, extents);
    int depth = 0;
    for (int n = first; n < nest->mapping->count; n++) {
        if (!cuts(nest, f->tensor, n, extents))
            continue;
        extents[nest->mapping->nodes[n].rank] = nest->mapping->nodes[n].tile;
        depth = depth < f->rank_count ? depth + 1 : depth;
        add_depth(f, depth, extents);
    }
    if (loops == 0)
        add_depth(f, 1, extents);
}

static double bits_for(double values) {
    return fmax(1.0, ceil(log2(values) - 1e-12));
}

static void set_bits(const fibers *f, const aug_sparse_level *level, int rank, aug_stored_rank *of) {
    double stated = level->metadata_bits;
    of->pointer_bits = isnan(stated) ? bits_for(f->words[0] + 1.0) : stated;
    of->word_bits = of->format == AUG_FORMAT_BITMASK ? 1.0 : isnan(stated) ? bits_for(f->count[rank + 1] / f->count[rank]) : stated;
}

static bool compresses(aug_rank_format format) {
    return format == AUG_FORMAT_BITMASK || format == AUG_FORMAT_COORDINATES || format == AUG_FORMAT_RUN_LENGTH;
}

// Entries that runs of more than 2^bits - 1 empty parts add: each jumps over 2^bits parts, itself one of them. In a fiber of
// s parts, sum over j of the places behind j 2^bits empty parts that are filled: (s - j w) (P(j w) - P(j w + 1)), P(n) being the
// chance that n parts in a row are empty.
static double padding(const fibers *f, int rank, double word_bits) {
    double parts = f->count[rank + 1] / f->count[rank], run = exp2(word_bits), sum = 0.0;
    aug_tile_shape tile = f->shapes[rank + 1];
    for (double skipped = run; skipped < parts; skipped += run) {
        tile.copies = (uint64_t)skipped;
        double before = aug_sparse_empty(f->nest, f->tensor, &tile);
        tile.copies++;
        double with = aug_sparse_empty(f->nest, f->tensor, &tile);
        sum += (parts - skipped) * (before - with);
        if (before < 1e-12)
            break;
    }
    return sum * f->count[rank];
}

// One rank: how many fibers there are of it, and behind it how many parts. `filled` are parts with a non-zero at each depth.
static double store_rank(const fibers *f, int rank, double present, const double *filled, double padded, double *words, double *pointers) {
    double parts = f->count[rank + 1] / f->count[rank];
    bool sized = rank > 0 && f->formats[rank - 1] == AUG_FORMAT_OFFSETS; // empty fibers take nothing
    aug_rank_format format = f->formats[rank];
    *words = *pointers = 0.0;
    switch (format) {
    case AUG_FORMAT_UNCOMPRESSED:
        return present * parts;
    case AUG_FORMAT_BITMASK:
        *words = (sized ? fmin(filled[rank], present) : present) * parts;
        break;
    case AUG_FORMAT_COORDINATES:
    case AUG_FORMAT_RUN_LENGTH:
        *words = filled[rank + 1] + padded;
        break;
    case AUG_FORMAT_OFFSETS:
        *pointers = present * (parts + 1.0);
        return present * parts;
    }
    bool unknown = rank + 1 < f->rank_count && (f->formats[rank + 1] == AUG_FORMAT_COORDINATES || f->formats[rank + 1] == AUG_FORMAT_RUN_LENGTH);
    *pointers = unknown ? filled[rank + 1] + padded : 0.0;
    return filled[rank + 1] + padded;
}

static void store_exact(const fibers *f, const aug_sparse_level *level, aug_stored_tile *tile) {
    const aug_density *density = f->nest->problem->tensors[f->tensor].density;
    double filled[DEPTHS], most[DEPTHS], present = 1.0, most_present = 1.0;
    double most_filled = density ? aug_density_most(density, &f->shapes[0]) : f->words[0];
    for (int d = 0; d <= f->rank_count; d++) {
        filled[d] = f->count[d] * (1.0 - aug_sparse_empty(f->nest, f->tensor, &f->shapes[d]));
        most[d] = fmin(f->count[d], most_filled);
    }
    for (int r = 0; r < f->rank_count; r++) {
        aug_stored_rank *of = &tile->ranks[r];
        bool runs = f->formats[r] == AUG_FORMAT_RUN_LENGTH && !isnan(level->metadata_bits) && f->nest->design->expectation == AUG_EXPECT_EXACT;
        double padded = runs ? padding(f, r, of->word_bits) : 0.0;
        double most_padded = runs ? fmin(f->count[r + 1] - most[r + 1], floor(f->count[r + 1] / exp2(of->word_bits))) : 0.0;
        present = store_rank(f, r, present, filled, padded, &of->words, &of->pointers);
        most_present = store_rank(f, r, most_present, most, most_padded, &of->most_words, &of->most_pointers);
    }
    tile->words = present * f->words[f->rank_count];
    tile->most_words = most_present * f->words[f->rank_count];
}

// ---- Timeloop's counting

typedef struct whole_sum {
    const fibers *f;
    aug_stored_tile *tile;
} whole_sum;

// A tile that holds `filled` non-zeros, spread uniformly inside of it.
static void add_whole(void *context, double filled, double chance) {
    const whole_sum *sum = context;
    const fibers *f = sum->f;
    for (int r = 0; r < f->rank_count; r++) {
        aug_stored_rank *of = &sum->tile->ranks[r];
        double parts = f->count[r + 1] / f->count[r], units = 0.0;
        double fiber_count = f->count[r] * (1.0 - aug_uniform_empty(f->words[0], filled, f->words[r]));
        double per_fiber = parts * (1.0 - aug_uniform_empty(f->words[0], filled, f->words[r + 1]));
        if (of->format == AUG_FORMAT_COORDINATES || of->format == AUG_FORMAT_BITMASK)
            per_fiber = ceil(per_fiber - 1e-9);
        units = fiber_count * per_fiber;
        if (of->format == AUG_FORMAT_BITMASK)
            of->words += chance * fiber_count * parts;
        else if (compresses(of->format))
            of->words += chance * units;
        if (of->format == AUG_FORMAT_OFFSETS)
            of->pointers += chance * f->count[r] * (parts + 1.0);
        else if (compresses(of->format) && r + 1 < f->rank_count)
            of->pointers += chance * units;
    }
}

static void store_whole(const fibers *f, aug_stored_tile *tile) {
    const aug_density *density = f->nest->problem->tensors[f->tensor].density;
    double words = aug_tile_tensor_words(&f->shapes[0]);
    double all = density ? aug_density_mean(density, &f->shapes[0]) * words : words;
    for (int r = 0; r < f->rank_count; r++)
        tile->ranks[r].words = tile->ranks[r].pointers = 0.0;
    whole_sum sum = {f, tile};
    double spread = f->words[0] * (all / words) * (1.0 - all / words); // variance at most; a wide distribution is all but its mean
    if (density && density->model == AUG_DENSITY_UNIFORM && spread < 1e6)
        aug_uniform_each(words, all, f->words[0], add_whole, &sum);
    else
        add_whole(&sum, floor(f->words[0] * all / words + 0.5), 1.0);
    tile->words = f->words[0] * all / words;
}

aug_stored_tile aug_format_tile(const aug_sparse_nest *nest, int tensor, int store) {
    const aug_mapping_node *node = &nest->mapping->nodes[nest->stores[tensor][store]];
    const aug_sparse_level *level = &nest->design->memories[node->memory];
    aug_stored_tile tile = {0};
    fibers f = {.nest = nest, .tensor = tensor};
    if (level->rank_count[tensor] == 0) {
        aug_count extents[AUG_PROBLEM_RANKS];
        aug_footprint_extents(nest->problem, nest->mapping, nest->stores[tensor][store], extents);
        tile.words = tile.most_words = (double)aug_tensor_words(&nest->problem->tensors[tensor], extents);
        return tile;
    }
    find_fibers(&f, store);
    tile.rank_count = f.rank_count;
    for (int r = 0; r < f.rank_count; r++) {
        tile.ranks[r].format = f.formats[r];
        tile.ranks[r].parts = f.count[r + 1] / f.count[r];
        set_bits(&f, level, r, &tile.ranks[r]);
    }
    store_exact(&f, level, &tile);
    if (nest->design->expectation == AUG_EXPECT_WHOLE)
        store_whole(&f, &tile);
    return tile;
}

double aug_format_metadata_bits(const aug_stored_tile *tile, bool most) {
    double bits = 0.0;
    for (int r = 0; r < tile->rank_count; r++) {
        const aug_stored_rank *rank = &tile->ranks[r];
        bits += (most ? rank->most_words : rank->words) * rank->word_bits + (most ? rank->most_pointers : rank->pointers) * rank->pointer_bits;
    }
    return bits;
}
