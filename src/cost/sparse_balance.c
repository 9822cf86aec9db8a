// An instance works on what its loops in space leave it of each operand: of A[m,k] with m over 8 instances, an eighth. Its
// operations that are not skipped follow the non-zeros of that part (or, where whole tiles are skipped, the tiles that hold any), and
// the fullest of k parts has more than the mean one (workload/density.h). Operands that are cut along different axes multiply.
// Example: 4096 words, a quarter filled, over 16 instances: mean 64, deviation 6.7, the fullest 76: 1.19.
#include "cost/sparse_balance.h"

#include <math.h>

// Parts that loops in space cut a tensor into, and the extents of one.
static double parts_of(const aug_sparse_nest *nest, int tensor, aug_count *extents) {
    double parts = 1.0;
    aug_count inside[AUG_PROBLEM_RANKS];
    for (int r = 0; r < nest->problem->rank_count; r++)
        extents[r] = inside[r] = nest->problem->sizes[r];
    for (int n = 0; n < nest->mapping->count; n++) {
        const aug_mapping_node *node = &nest->mapping->nodes[n];
        if (node->kind != AUG_MAPPING_FOR && node->kind != AUG_MAPPING_PAR)
            continue;
        if (node->kind == AUG_MAPPING_PAR && (nest->problem->tensors[tensor].ranks >> node->rank & 1)) {
            aug_count steps = (inside[node->rank] + node->tile - 1) / node->tile;
            parts *= (double)steps;
            extents[node->rank] = (extents[node->rank] + steps - 1) / steps;
        }
        inside[node->rank] = node->tile < inside[node->rank] ? node->tile : inside[node->rank];
    }
    return parts;
}

// The smallest tile of a tensor that is skipped as a whole, in words; 0: nothing is skipped because of it.
static double grain_of(const aug_sparse_nest *nest, const aug_savings *savings, int tensor, aug_zeros zeros, double *empty) {
    aug_tile_shape word = aug_sparse_tile(nest->problem, tensor, nest->problem->sizes);
    for (int d = 0; d < word.dim_count; d++)
        word.tile[d] = 1;
    *empty = zeros == AUG_ZEROS_SKIP ? aug_sparse_empty(nest, tensor, &word) : 0.0;
    double grain = zeros == AUG_ZEROS_SKIP ? 1.0 : 0.0;
    for (int s = 0; s < savings->count; s++) {
        const aug_saving *saving = &savings->items[s];
        bool counts = saving->skips && saving->tensor != aug_problem_output(nest->problem) && saving->empty[tensor] > *empty;
        grain = counts ? saving->words[tensor] : grain;
        *empty = counts ? saving->empty[tensor] : *empty;
    }
    return grain;
}

double aug_sparse_imbalance(const aug_sparse_nest *nest, const aug_savings *savings, aug_zeros zeros) {
    double imbalance = 1.0;
    for (int t = 0; t < aug_problem_output(nest->problem); t++) {
        const aug_density *density = nest->problem->tensors[t].density;
        aug_count extents[AUG_PROBLEM_RANKS];
        double empty, grain = density ? grain_of(nest, savings, t, zeros, &empty) : 0.0;
        double parts = grain > 0.0 ? parts_of(nest, t, extents) : 1.0;
        if (parts <= 1.0)
            continue;
        aug_tile_shape part = aug_sparse_tile(nest->problem, t, extents);
        double most, mean;
        if (density->model == AUG_DENSITY_UNIFORM) {
            double tiles = fmax(1.0, floor(aug_tile_tensor_words(&part) / grain + 0.5)), filled = tiles * (1.0 - empty);
            mean = filled / parts;
            most = aug_uniform_fullest(tiles, fmax(1.0, floor(filled + 0.5)), tiles / parts, parts);
        } else {
            mean = aug_density_expected(density, &part);
            most = aug_density_fullest(density, &part, parts);
        }
        imbalance *= mean > 0.0 ? fmax(1.0, most / mean) : 1.0;
    }
    return imbalance;
}
