// Any text as a quantity; one that is read is shown.
#include "fuzz.h"

#include "base/quantity.h"

#include <math.h>

static void read_quantity(fuzz_ground *ground, const char *text, size_t length) {
    (void)ground;
    if (strlen(text) != length)
        return;
    char unit[16];
    memset(unit, 'x', sizeof unit);
    aug_quantity quantity;
    aug_quantity_status status = aug_quantity_parse(text, &quantity, unit, sizeof unit);
    if (status == AUG_QUANTITY_UNKNOWN_UNIT)
        fuzz_require(memchr(unit, '\0', sizeof unit) != NULL, "the unit that is not known ends");
    if (status != AUG_QUANTITY_OK)
        return;
    for (int d = 0; d < AUG_DIMENSION_COUNT; d++) {
        double value;
        if (!aug_quantity_to(&quantity, (aug_dimension)d, &value))
            continue;
        fuzz_require(!isnan(value), "a quantity is a number");
        fuzz_require(strlen(aug_show(value, (aug_dimension)d).text) < 24, "a quantity can be shown");
        aug_show_number(value, 3);
        aug_show_capacity(value);
    }
}

FUZZ_TARGET(read_quantity)
