// Attributes of components: what each key means, and what of it cannot be expressed.
#ifndef AUG_INTERCHANGE_TIMELOOP_ATTRIBUTES_H
#define AUG_INTERCHANGE_TIMELOOP_ATTRIBUTES_H

#include "interchange/timeloop_parts.h"

// A value by what it means; several keys may state one.
typedef enum aug_timeloop_slot {
    AUG_SLOT_WORD_BITS,
    AUG_SLOT_BLOCK,
    AUG_SLOT_CLUSTER,
    AUG_SLOT_WIDTH,
    AUG_SLOT_ENTRIES,
    AUG_SLOT_DEPTH,
    AUG_SLOT_KILOBYTES,
    AUG_SLOT_INSTANCES,
    AUG_SLOT_MESH_X,
    AUG_SLOT_MESH_Y,
    AUG_SLOT_BANDWIDTH,
    AUG_SLOT_READ,
    AUG_SLOT_WRITE,
    AUG_SLOT_SHARED,
    AUG_SLOT_BUFFERING,
    AUG_SLOT_FILL,
    AUG_SLOT_DRAIN,
    AUG_SLOT_HOP,
    AUG_SLOT_ROUTER,
    AUG_SLOT_METADATA_BITS,
    AUG_SLOT_METADATA_BLOCK,
    AUG_SLOT_METADATA_WIDTH,
    AUG_SLOT_ACCESS_ENERGY,
    AUG_SLOT_AREA,
    AUG_SLOT_GATED_AT,
    AUG_SLOT_COUNT
} aug_timeloop_slot;

typedef struct aug_timeloop_attributes {
    double values[AUG_SLOT_COUNT]; // NaN: not stated
    const aug_node *nodes[AUG_SLOT_COUNT];
} aug_timeloop_attributes;

typedef enum aug_timeloop_owner {
    AUG_TIMELOOP_OF_MEMORY,
    AUG_TIMELOOP_OF_COMPUTE,
    AUG_TIMELOOP_OF_SUBTREE
} aug_timeloop_owner;

// Reads the attributes of a component or of a node of the tree; `map` NULL: none are stated. False with
// errors added.
bool aug_timeloop_attributes_read(const aug_reader *reader, const aug_node *map, aug_timeloop_owner owner,
                                  aug_timeloop_attributes *found);
// Sets what a memory is beside its name, its words and its mesh. False with errors added.
bool aug_timeloop_memory_set(const aug_reader *reader, const aug_timeloop_attributes *found,
                             aug_timeloop_level *level);
// Whether a scalar is one of several values, divided by blanks; numbers compare as numbers.
bool aug_timeloop_is_one_of(const char *values, const aug_node *node);

#endif
