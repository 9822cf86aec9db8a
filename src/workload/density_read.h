// Reading `density` of a tensor of an "auger: workload/1" file.
#ifndef AUG_WORKLOAD_DENSITY_READ_H
#define AUG_WORKLOAD_DENSITY_READ_H

#include "text/scalar.h"
#include "workload/density.h"
#include "workload/graph.h"

extern const struct aug_fields aug_density_fields, aug_density_level_fields;

// Reads the density of a tensor of an operator whose ranks have their sizes into `use`. False with errors added.
bool aug_density_read(const aug_reader *reader, const aug_node *node, const aug_operator *op, int tensor, aug_use *use);
// A tensor of an einsum whose ranks have these sizes, as one tile.
aug_tile_shape aug_density_shape(const aug_einsum_tensor *tensor, const uint64_t *sizes);

#endif
