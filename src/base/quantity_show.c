// Showing quantities to people: three or four significant digits and the prefix that keeps them between 1 and 1000.
// Beyond the largest and below the smallest prefix, where no more than 11 characters would do, an exponent.
#include "base/quantity.h"

#include "base/compiler.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct step {
    double from; // smallest value shown with this name
    const char *name;
} step;

// Each list falls; the value is divided by the step that it reaches.
static const step seconds[] = {{3.15576e7, "year"}, {86400, "day"}, {3600, "h"}, {1, "s"}, {1e-3, "ms"}, {1e-6, "us"}, {1e-9, "ns"}, {1e-12, "ps"}};
static const step bytes[] = {{8e18, "EB"}, {8e15, "PB"}, {8e12, "TB"}, {8e9, "GB"}, {8e6, "MB"}, {8e3, "kB"}, {8, "B"}};
static const step metric[] = {{1e18, "E"}, {1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}, {1e-3, "m"}, {1e-6, "u"}, {1e-9, "n"}, {1e-12, "p"}};

// The value falls under the first step that it reaches; what is shown with 3 digits as 1000 goes to the next one.
static const step *pick(const step *steps, size_t count, double value) {
    for (size_t i = 0; i < count; i++)
        if (fabs(value) >= steps[i].from * (1.0 - 5e-4))
            return &steps[i];
    return &steps[count - 1];
}

// `value` with `digits` significant digits, trailing zeros of a fraction removed; an exponent where it would take more
// than 7 digits before the point or 8 behind it.
static void print_digits(char *text, size_t size, double value, int digits) {
    double magnitude = value == 0.0 ? 0.0 : floor(log10(fabs(value)) + 1e-12);
    int decimals = digits - 1 - (int)magnitude;
    if (decimals < 0)
        decimals = 0;
    if (magnitude >= 7.0 || decimals > 8) {
        snprintf(text, size, "%.*e", digits - 1, value);
        return;
    }
    snprintf(text, size, "%.*f", decimals, value);
    char *point = strchr(text, '.');
    if (!point)
        return;
    char *last = text + strlen(text) - 1;
    while (*last == '0')
        *last-- = '\0';
    if (last == point)
        *last = '\0';
}

static aug_shown show_word(const char *word) {
    aug_shown shown;
    snprintf(shown.text, sizeof shown.text, "%s", word);
    return shown;
}

aug_shown aug_show_number(double value, int digits) {
    aug_shown shown;
    if (isnan(value))
        return show_word("unknown");
    if (isinf(value))
        return show_word(value < 0 ? "-unlimited" : "unlimited");
    if (value == 0.0)
        return show_word("0"); // -0 too
    if (fabs(value) >= 1e7 || fabs(value) < 1e-4)
        snprintf(shown.text, sizeof shown.text, "%.*e", digits - 1, value);
    else
        print_digits(shown.text, sizeof shown.text, value, digits);
    return shown;
}

aug_shown aug_show_count(double value) {
    if (!isfinite(value) || fabs(value) < 1.0)
        return aug_show_number(value, 3);
    const step *chosen = pick(metric, AUG_COUNT(metric), value);
    aug_shown shown;
    char number[20];
    print_digits(number, sizeof number, value / chosen->from, 3);
    snprintf(shown.text, sizeof shown.text, "%.19s%s%s", number, *chosen->name ? " " : "", chosen->name);
    return shown;
}

aug_shown aug_show_whole(double value) {
    if (!isfinite(value) || fabs(value) >= 1e15)
        return aug_show_number(value, 4);
    aug_shown shown;
    snprintf(shown.text, sizeof shown.text, "%.0f", value);
    return shown;
}

// Dimensions that are shown with prefixes; all others with their one unit.
static const struct {
    aug_dimension dimension;
    const step *steps;
    size_t count;
    double factor; // to what the steps count in
    const char *unit, *zero;
} prefixed[] = {
    {AUG_DIMENSION_SECONDS, seconds, AUG_COUNT(seconds), 1.0, "", "0 s"},
    {AUG_DIMENSION_BITS, bytes, AUG_COUNT(bytes), 1.0, "", "0 B"},
    {AUG_DIMENSION_BITS_PER_SECOND, bytes, AUG_COUNT(bytes), 1.0, "/s", "0 B/s"},
    {AUG_DIMENSION_HERTZ, metric, AUG_COUNT(metric), 1.0, "Hz", "0 Hz"},
    {AUG_DIMENSION_OPS_PER_SECOND, metric, AUG_COUNT(metric), 1.0, "OP/s", "0 OP/s"},
    {AUG_DIMENSION_WATTS, metric, AUG_COUNT(metric), 1.0, "W", "0 W"},
    {AUG_DIMENSION_PICOJOULES, metric, AUG_COUNT(metric), 1e-12, "J", "0 J"},
};

aug_shown aug_show(double value, aug_dimension dimension) {
    if (isnan(value))
        return show_word("unknown");
    if (isinf(value))
        return show_word(value < 0 ? "-unlimited" : "unlimited");
    aug_shown shown;
    for (size_t i = 0; i < AUG_COUNT(prefixed); i++) {
        if (prefixed[i].dimension != dimension)
            continue;
        if (value == 0.0)
            return show_word(prefixed[i].zero);
        double scaled = value * prefixed[i].factor;
        const step *chosen = pick(prefixed[i].steps, prefixed[i].count, scaled);
        char number[20];
        print_digits(number, sizeof number, scaled / chosen->from, 3);
        snprintf(shown.text, sizeof shown.text, "%.11s %s%s", number, chosen->name, prefixed[i].unit);
        return shown;
    }
    const char *unit = aug_dimension_unit(dimension);
    aug_shown number = aug_show_number(value, 4);
    snprintf(shown.text, sizeof shown.text, "%.12s%s%.9s", number.text, *unit ? " " : "", unit);
    return shown;
}

aug_shown aug_show_capacity(double bits) {
    static const step binary[] = {{8.0 * 1099511627776.0, "TiB"}, {8.0 * 1073741824.0, "GiB"}, {8.0 * 1048576.0, "MiB"}, {8.0 * 1024.0, "KiB"}};
    for (size_t i = 0; i < AUG_COUNT(binary) && isfinite(bits) && bits > 0.0; i++) {
        double count = bits / binary[i].from;
        if (count >= 1.0 && count < 65536.0 && count == floor(count)) {
            aug_shown shown;
            snprintf(shown.text, sizeof shown.text, "%.0f %s", count, binary[i].name);
            return shown;
        }
    }
    return aug_show(bits, AUG_DIMENSION_BITS);
}
