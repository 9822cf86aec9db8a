// Values of scalar nodes: each reader adds an error at the node and returns false where the text is not of its kind.
#ifndef AUG_TEXT_SCALAR_H
#define AUG_TEXT_SCALAR_H

#include "base/quantity.h"
#include "text/document.h"

#include <stdint.h>

// What a number must be.
typedef enum aug_bounds {
    AUG_ANY,
    AUG_NOT_NEGATIVE, // finite
    AUG_POSITIVE,     // finite
    AUG_POSITIVE_OR_INFINITE,
    AUG_SHARE         // 0 < x <= 1
} aug_bounds;

// What goes on while an input is read.
typedef struct aug_reader {
    aug_arena *arena; // for what the input becomes
    aug_errors *errors;
} aug_reader;

bool aug_scalar_text(const aug_reader *reader, const aug_node *node, const char **text);
bool aug_scalar_bool(const aug_reader *reader, const aug_node *node, bool *value);
// A whole number, 0 .. 2^63 - 1; also written as 4e6 or 128.0.
bool aug_scalar_count(const aug_reader *reader, const aug_node *node, uint64_t *value);
// The same within limits, which the message tells; `most` is 2^63 - 1 at most.
bool aug_scalar_count_between(const aug_reader *reader, const aug_node *node, uint64_t least, uint64_t most, uint64_t *value);
// A quantity of `dimension` in Auger's unit of it.
bool aug_scalar_quantity(const aug_reader *reader, const aug_node *node, aug_dimension dimension, aug_bounds bounds,
                         double *value);
// A quantity of either dimension; `second` tells which.
bool aug_scalar_either(const aug_reader *reader, const aug_node *node, aug_dimension dimension,
                       aug_dimension alternative, aug_bounds bounds, double *value, bool *second);
// A quantity of one of `count` dimensions; `which` tells the index of its own. Messages name the first.
bool aug_scalar_among(const aug_reader *reader, const aug_node *node, const aug_dimension *choices, int count,
                      aug_bounds bounds, double *value, int *which);
// One of the words of a list that ends with NULL; `index` receives its place.
bool aug_scalar_word(const aug_reader *reader, const aug_node *node, const char *const *words, int *index);

#endif
