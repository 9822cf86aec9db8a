// Options that are quantities with units, as text: "500 ms", "0.8".
#ifndef AUG_API_OPTION_QUANTITY_H
#define AUG_API_OPTION_QUANTITY_H

#include "base/error.h"
#include "base/quantity.h"

// Reads `text` of that dimension into *value, which stays as it is where `text` is NULL. False with an error added that names the
// option where it is no such quantity, or not above 0 (0 itself is allowed for plain numbers).
bool aug_option_quantity(aug_errors *errors, const char *option, const char *text, aug_dimension dimension, double *value);

#endif
