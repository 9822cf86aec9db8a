// Where the characters of a scalar's text stand in its file, for texts with a grammar of their own.
#ifndef AUG_TEXT_SCALAR_PLACE_H
#define AUG_TEXT_SCALAR_PLACE_H

#include "text/document.h"

// The place of the byte at `offset` of node->text; for blanks and the end of the text, just behind what stands before them. Where
// the file writes the text in another way (escapes of double quotes), the place of the scalar.
aug_place aug_scalar_place(const aug_node *node, size_t offset);

#endif
