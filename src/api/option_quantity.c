#include "api/option_quantity.h"

#include <math.h>

bool aug_option_quantity(aug_errors *errors, const char *option, const char *text, aug_dimension dimension, double *value) {
    if (!text)
        return true;
    aug_quantity quantity;
    char unit[24];
    double found = (double)NAN;
    bool good = aug_quantity_parse(text, &quantity, unit, sizeof unit) == AUG_QUANTITY_OK &&
                aug_quantity_to(&quantity, dimension, &found) && isfinite(found);
    if (good && (found > 0.0 || (found == 0.0 && dimension == AUG_DIMENSION_NUMBER))) {
        *value = found;
        return true;
    }
    aug_error *error = aug_error_add(errors, NULL, "option '--%s': expected %s, found '%.60s'", option, aug_dimension_noun(dimension), text);
    aug_error_hint(error, "for example: --%s \"%s\"", option, aug_dimension_example(dimension));
    return false;
}
