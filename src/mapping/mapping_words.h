// Words of the messages about a mapping, and where they point.
#ifndef AUG_MAPPING_MAPPING_WORDS_H
#define AUG_MAPPING_MAPPING_WORDS_H

#include "mapping/mapping.h"

// Adds an error at a column of the text of a nest; column 0: at the scalar, `node` NULL: nowhere in
// particular.
aug_error *aug_mapping_error(const aug_reader *reader, const aug_node *node, unsigned column,
                             const char *format, ...) AUG_PRINTF(4, 5);

// "A, B and Z": names behind one another; `of` gives the name of each index, NULL leaves it out.
typedef const char *aug_mapping_namer(const aug_problem *problem, int index);
const char *aug_mapping_names(aug_arena *arena, const aug_problem *problem, int count, aug_mapping_namer *of);

const char *aug_mapping_memory_name(const aug_problem *problem, int memory);
const char *aug_mapping_tensor_name(const aug_problem *problem, int tensor);
const char *aug_mapping_rank_name(const aug_problem *problem, int rank);
const char *aug_mapping_axis_name(const aug_problem *problem, int axis);
// Only of a unit that can do the einsum; NULL of any other.
const char *aug_mapping_able_name(const aug_problem *problem, int compute);

#endif
