// Problems that differ from the usual ones in shape: long ranks, many memories or axes, windows whose steps leave gaps.
#ifndef AUGER_TESTS_MAPSPACE_WIDE_H
#define AUGER_TESTS_MAPSPACE_WIDE_H

#include "mapspace_random.h"

static inline bool mapspace_is_wide(const mapspace_case *c) {
    return c->family >= FAMILY_LONG;
}

// Ranks, sizes, indices of tensors and the number of memories.
void mapspace_wide_einsum(mapspace_case *c);

void mapspace_wide_axes(mapspace_case *c);

// Of several arrays: which axes each has. After the problem is finished.
void mapspace_wide_arrays(mapspace_case *c);

// Ports of memories that differ by orders of magnitude, sometimes.
void mapspace_wide_ports(mapspace_case *c);

// Tiles that are asked for in some memories.
void mapspace_wide_tiles(mapspace_case *c);

#endif
