// Reading `causal` of an einsum of an "auger: workload/1" file.
#ifndef AUG_WORKLOAD_MASK_READ_H
#define AUG_WORKLOAD_MASK_READ_H

#include "text/scalar.h"
#include "workload/graph.h"

extern const struct aug_fields aug_mask_fields;

// Reads the mask of an operator whose ranks have their sizes. False with errors added: no rank of it, rows
// that are not apart in the result, columns that are not those that the rows see.
bool aug_mask_read(const aug_reader *reader, const aug_node *node, aug_operator *op);

#endif
