#include "api/option_quantity.h"

#include <math.h>
#include <string.h>

// What a value of an option looks like, where that of its dimension is far from what anyone gives.
static const char *example_of(const char *option, aug_dimension dimension) {
    static const struct {
        const char *option, *example;
    } usual[] = {{"arrivals", "3/s"}, {"ttft", "500 ms"}, {"tpot", "30 ms"}, {"price-usd", "20000"}, {"cloud-usd-per-hour", "2.1"}};
    for (size_t i = 0; i < AUG_COUNT(usual); i++)
        if (strcmp(usual[i].option, option) == 0)
            return usual[i].example;
    return aug_dimension_example(dimension);
}

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
    aug_error_hint(error, "for example: --%s \"%s\"", option, example_of(option, dimension));
    return false;
}
