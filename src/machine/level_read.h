// Reading the members of a machine's `levels`; one file per kind. Inside of this folder.
#ifndef AUG_MACHINE_LEVEL_READ_H
#define AUG_MACHINE_LEVEL_READ_H

#include "machine/machine.h"
#include "text/fields.h"

extern const aug_fields aug_memory_fields, aug_array_fields, aug_compute_fields;

// Each fills `level` from a map. `machine` gives the clock. False with errors added.
bool aug_memory_read(const aug_reader *reader, const aug_node *node, const aug_machine *machine, aug_level *level);
bool aug_array_read(const aug_reader *reader, const aug_node *node, aug_level *level);
bool aug_compute_read(const aug_reader *reader, const aug_node *node, const aug_machine *machine, aug_level *level);

#endif
