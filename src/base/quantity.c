// Reading quantities.
//
// "3.35 TB/s": strtod takes 3.35; the rest is read as factors, each a name with an optional exponent, every one behind
// a '/' in the denominator: TB → 10^12 · 8 bit, s → second⁻¹. In front of all factors stands nothing or "1/".
#include "base/quantity.h"

#include "base/compiler.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct unit_row {
    const char *name;
    double factor; // to base units
    signed char exponents[AUG_BASE_COUNT];
    bool prefixes; // may carry one
} unit_row;

// Watt-hours and watts carry a time: W = J/s, Wh = 3600 J.
static const unit_row units[] = {
    {"bit", 1.0, {1, 0, 0, 0, 0, 0, 0}, true},        {"bits", 1.0, {1, 0, 0, 0, 0, 0, 0}, true},
    {"B", 8.0, {1, 0, 0, 0, 0, 0, 0}, true},          {"s", 1.0, {0, 1, 0, 0, 0, 0, 0}, true},
    {"min", 60.0, {0, 1, 0, 0, 0, 0, 0}, false},      {"h", 3600.0, {0, 1, 0, 0, 0, 0, 0}, false},
    {"day", 86400.0, {0, 1, 0, 0, 0, 0, 0}, false},   {"year", 31557600.0, {0, 1, 0, 0, 0, 0, 0}, false},
    {"years", 31557600.0, {0, 1, 0, 0, 0, 0, 0}, false}, {"Hz", 1.0, {0, -1, 0, 0, 0, 0, 0}, true},
    {"cycle", 1.0, {0, 0, 1, 0, 0, 0, 0}, false},     {"cycles", 1.0, {0, 0, 1, 0, 0, 0, 0}, false},
    {"J", 1.0, {0, 0, 0, 1, 0, 0, 0}, true},          {"W", 1.0, {0, -1, 0, 1, 0, 0, 0}, true},
    {"Wh", 3600.0, {0, 0, 0, 1, 0, 0, 0}, true},      {"m", 1.0, {0, 0, 0, 0, 1, 0, 0}, true},
    {"cm", 0.01, {0, 0, 0, 0, 1, 0, 0}, false},       {"USD", 1.0, {0, 0, 0, 0, 0, 1, 0}, true},
    {"FLOP", 1.0, {0, 0, 0, 0, 0, 0, 1}, true},       {"OP", 1.0, {0, 0, 0, 0, 0, 0, 1}, true},
    {"MAC", 2.0, {0, 0, 0, 0, 0, 0, 1}, true},        {"FLOPS", 1.0, {0, -1, 0, 0, 0, 0, 1}, true},
    {"OPS", 1.0, {0, -1, 0, 0, 0, 0, 1}, true},       {"word", 1.0, {0, 0, 0, 0, 0, 0, 0, 1}, false},
    {"words", 1.0, {0, 0, 0, 0, 0, 0, 0, 1}, false},
};

static const struct {
    const char *name;
    double factor;
} prefixes[] = {
    {"Ki", 1024.0}, {"Mi", 1048576.0}, {"Gi", 1073741824.0}, {"Ti", 1099511627776.0}, {"Pi", 1125899906842624.0},
    {"f", 1e-15},   {"p", 1e-12},      {"n", 1e-9},          {"u", 1e-6},             {"\xC2\xB5", 1e-6},
    {"\xCE\xBC", 1e-6}, {"m", 1e-3},   {"k", 1e3},           {"K", 1e3},              {"M", 1e6},
    {"G", 1e9},     {"T", 1e12},       {"P", 1e15},          {"E", 1e18},
};

typedef struct dimension_row {
    const char *noun;
    signed char exponents[AUG_BASE_COUNT];
    double factor;
    const char *unit, *example;
} dimension_row;

#define UNPACK(bit, second, cycle, joule, meter, usd, op, word) bit, second, cycle, joule, meter, usd, op, word
static const dimension_row dimensions[AUG_DIMENSION_COUNT] = {
#define ROW(suffix, noun, exponents, factor, unit, example)                                                  \
    [AUG_DIMENSION_##suffix] = {noun, {UNPACK exponents}, factor, unit, example},
    AUG_DIMENSIONS(ROW)
#undef ROW
};

const char *aug_dimension_noun(aug_dimension dimension) {
    return dimensions[dimension].noun;
}

const char *aug_dimension_unit(aug_dimension dimension) {
    return dimensions[dimension].unit;
}

const char *aug_dimension_example(aug_dimension dimension) {
    return dimensions[dimension].example;
}

static const unit_row *find_unit(const char *name, size_t length, bool with_prefix) {
    for (size_t i = 0; i < AUG_COUNT(units); i++)
        if (strlen(units[i].name) == length && memcmp(units[i].name, name, length) == 0 &&
            (!with_prefix || units[i].prefixes))
            return &units[i];
    return NULL;
}

// A unit, alone or behind a prefix; `factor` receives the product of both.
static const unit_row *find_prefixed(const char *name, size_t length, double *factor) {
    const unit_row *unit = find_unit(name, length, false);
    if (unit) {
        *factor = unit->factor;
        return unit;
    }
    for (size_t i = 0; i < AUG_COUNT(prefixes); i++) {
        size_t prefix = strlen(prefixes[i].name);
        if (length <= prefix || memcmp(name, prefixes[i].name, prefix) != 0)
            continue;
        unit = find_unit(name + prefix, length - prefix, true);
        if (unit) {
            *factor = unit->factor * prefixes[i].factor;
            return unit;
        }
    }
    return NULL;
}

static bool is_unit_letter(char character) {
    return isalpha((unsigned char)character) || ((unsigned char)character & 0x80u);
}

// Reads one factor of a unit expression at *at: a name and an optional exponent of one digit ("mm2", "s^2").
static aug_quantity_status read_factor(const char **at, int sign, aug_quantity *quantity, char *unknown,
                                       size_t unknown_size) {
    const char *name = *at;
    size_t length = 0;
    while (is_unit_letter(name[length]))
        length++;
    if (length == 0)
        return AUG_QUANTITY_NOT_A_NUMBER;
    double factor = 1.0;
    const unit_row *unit = find_prefixed(name, length, &factor);
    if (!unit) {
        if (unknown_size)
            snprintf(unknown, unknown_size, "%.*s", (int)length, name);
        return AUG_QUANTITY_UNKNOWN_UNIT;
    }
    *at = name + length;
    int exponent = 1;
    bool caret = **at == '^';
    *at += caret;
    if (isdigit((unsigned char)**at))
        exponent = *(*at)++ - '0';
    else if (caret)
        return AUG_QUANTITY_NOT_A_NUMBER;
    if (isdigit((unsigned char)**at) || exponent == 0)
        return AUG_QUANTITY_NOT_A_NUMBER;
    for (int i = 0; i < AUG_BASE_COUNT; i++) {
        int sum = quantity->exponents[i] + sign * exponent * unit->exponents[i];
        if (sum < -9 || sum > 9)
            return AUG_QUANTITY_NOT_A_NUMBER;
        quantity->exponents[i] = (signed char)sum;
    }
    quantity->value *= pow(factor, sign * exponent);
    quantity->has_unit = true;
    return AUG_QUANTITY_OK;
}

static void skip_blanks(const char **at) {
    while (**at == ' ' || **at == '\t')
        ++*at;
}

// A number in front of the unit: decimal digits, point and exponent, or inf. No hexadecimal, no nan.
static bool read_number(const char **at, double *value, bool *overflow) {
    const char *digits = *at + (**at == '-' || **at == '+');
    if (strncmp(digits, "inf", 3) == 0 && !is_unit_letter(digits[3])) {
        *value = **at == '-' ? -(double)INFINITY : (double)INFINITY;
        *at = digits + 3;
        return true;
    }
    const char *first = digits + (*digits == '.');
    if (!isdigit((unsigned char)*first) || (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')))
        return false;
    char *end = NULL;
    errno = 0;
    *value = strtod(*at, &end);
    *overflow = errno == ERANGE && isinf(*value);
    *at = end;
    return true;
}

aug_quantity_status aug_quantity_parse(const char *text, aug_quantity *quantity, char *unit, size_t unit_size) {
    memset(quantity, 0, sizeof *quantity);
    if (unit_size)
        unit[0] = '\0';
    const char *at = text;
    bool overflow = false;
    skip_blanks(&at);
    if (!read_number(&at, &quantity->value, &overflow))
        return AUG_QUANTITY_NOT_A_NUMBER;
    if (overflow)
        return AUG_QUANTITY_TOO_LARGE;
    bool infinite = isinf(quantity->value);
    const char *behind = at;
    skip_blanks(&at);
    if (at > behind && at[0] == '1' && at[1] == '/') // "0.5 1/cycle", as such units are shown
        at++;
    int sign = 1;
    bool first = true;
    while (*at) {
        if (*at == '/')
            sign = -1, at++;
        else if (*at == '*' && !first)
            at++;
        skip_blanks(&at);
        aug_quantity_status status = read_factor(&at, sign, quantity, unit, unit_size);
        if (status != AUG_QUANTITY_OK)
            return status;
        first = false;
        skip_blanks(&at);
    }
    return isinf(quantity->value) && !infinite ? AUG_QUANTITY_TOO_LARGE : AUG_QUANTITY_OK;
}

bool aug_quantity_to(const aug_quantity *quantity, aug_dimension dimension, double *value) {
    const dimension_row *row = &dimensions[dimension];
    bool any = !quantity->has_unit && (quantity->value == 0.0 || isinf(quantity->value));
    if (!any && memcmp(quantity->exponents, row->exponents, sizeof row->exponents) != 0)
        return false;
    *value = any ? quantity->value : quantity->value * row->factor;
    return true;
}
