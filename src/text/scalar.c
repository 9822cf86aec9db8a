// A bare number where a unit is expected gets a hint with an example; 400 bit/s where bytes per cycle are expected says
// what both are.
#include "text/scalar.h"

#include "base/buffer.h"
#include "base/spelling.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool expect_scalar(const aug_reader *reader, const aug_node *node, const char *noun) {
    if (node->kind == AUG_NODE_SCALAR && !aug_node_is_null(node))
        return true;
    aug_node_error(reader->errors, node, "expected %s, found %s", noun, aug_node_noun(reader->arena, node));
    return false;
}

bool aug_scalar_text(const aug_reader *reader, const aug_node *node, const char **text) {
    if (!expect_scalar(reader, node, "a text"))
        return false;
    *text = node->text;
    return true;
}

bool aug_scalar_bool(const aug_reader *reader, const aug_node *node, bool *value) {
    if (!expect_scalar(reader, node, "true or false"))
        return false;
    bool yes = strcmp(node->text, "true") == 0, no = strcmp(node->text, "false") == 0;
    if (!yes && !no)
        aug_node_error(reader->errors, node, "expected true or false, found '%.60s'", node->text);
    *value = yes;
    return yes || no;
}

static void report_too_large(const aug_reader *reader, const aug_node *node, const char *noun) {
    aug_node_error(reader->errors, node, "expected %s, '%.60s' is beyond 10^308", noun, node->text);
}

static bool parse(const aug_reader *reader, const aug_node *node, const char *noun, const char *example,
                  aug_quantity *quantity) {
    if (!expect_scalar(reader, node, noun))
        return false;
    char unit[32];
    aug_error *error;
    switch (aug_quantity_parse(node->text, quantity, unit, sizeof unit)) {
    case AUG_QUANTITY_OK:
        return true;
    case AUG_QUANTITY_TOO_LARGE:
        report_too_large(reader, node, noun);
        return false;
    case AUG_QUANTITY_UNKNOWN_UNIT:
        error = aug_node_error(reader->errors, node, "expected %s such as '%s', unit '%s' is not known", noun, example,
                               unit);
        if (strcmp(unit, "b") == 0 || (strlen(unit) <= 3 && unit[strlen(unit) - 1] == 'b'))
            aug_error_hint(error, "write 'bit' for bits, 'B' for bytes");
        return false;
    case AUG_QUANTITY_NOT_A_NUMBER:
        break;
    }
    aug_node_error(reader->errors, node, "expected %s such as '%s', found '%.60s'", noun, example, node->text);
    return false;
}

static bool check_bounds(const aug_reader *reader, const aug_node *node, aug_bounds bounds, double value) {
    const char *expected = NULL;
    switch (bounds) {
    case AUG_ANY:
        break;
    case AUG_NOT_NEGATIVE:
        expected = value >= 0.0 && isfinite(value) ? NULL : "a finite value, 0 or more";
        break;
    case AUG_POSITIVE:
        expected = value > 0.0 && isfinite(value) ? NULL : "a finite value above 0";
        break;
    case AUG_POSITIVE_OR_INFINITE:
        expected = value > 0.0 ? NULL : "a value above 0, or inf";
        break;
    case AUG_SHARE:
        expected = value > 0.0 && value <= 1.0 ? NULL : "a share above 0 and at most 1";
        break;
    }
    if (!expected)
        return true;
    aug_error *error = aug_node_error(reader->errors, node, "expected %s, found '%.60s'", expected, node->text);
    if (bounds == AUG_SHARE && value > 1.0 && value <= 100.0)
        aug_error_hint(error, "shares are written 0.8, not 80");
    return false;
}

// Digits alone are read as they stand: a double would round them from 2^53 on.
static bool read_digits(const char *text, uint64_t *value) {
    text += *text == '+';
    size_t length = strspn(text, "0123456789");
    if (length == 0 || text[length])
        return false;
    *value = strtoull(text, NULL, 10); // UINT64_MAX where it is larger
    return true;
}

// "100", and "2^60" or "2^63 - 1" where the digits say less.
static const char *show_limit(aug_arena *arena, uint64_t limit) {
    for (int power = 32; power < 64; power++) {
        uint64_t of_two = UINT64_C(1) << power;
        if (limit == of_two || limit == of_two - 1)
            return aug_arena_print(arena, "2^%d%s", power, limit == of_two ? "" : " - 1");
    }
    return aug_arena_print(arena, "%" PRIu64, limit);
}

bool aug_scalar_count_between(const aug_reader *reader, const aug_node *node, uint64_t least, uint64_t most, uint64_t *value) {
    uint64_t count = UINT64_MAX;
    if (node->kind != AUG_NODE_SCALAR || !read_digits(node->text, &count)) {
        aug_quantity quantity;
        if (!parse(reader, node, "a whole number", "32", &quantity))
            return false;
        double number = quantity.value;
        if (!quantity.has_unit && number >= 0.0 && number == floor(number) && number < 0x1p63)
            count = (uint64_t)number;
    }
    if (count < least || count > most) {
        aug_node_error(reader->errors, node, "expected a whole number from %s to %s, found '%.60s'",
                       show_limit(reader->arena, least), show_limit(reader->arena, most), node->text);
        return false;
    }
    *value = count;
    return true;
}

bool aug_scalar_count(const aug_reader *reader, const aug_node *node, uint64_t *value) {
    return aug_scalar_count_between(reader, node, 0, INT64_MAX, value);
}

static void report_dimension(const aug_reader *reader, const aug_node *node, const aug_dimension *choices, int count,
                             const aug_quantity *quantity) {
    aug_dimension first = choices[0];
    aug_buffer examples;
    aug_buffer_init(&examples, reader->arena);
    for (int i = 0; i < count; i++)
        aug_buffer_print(&examples, "%s'%s'", i == 0 ? "" : i + 1 < count ? ", " : " or ", aug_dimension_example(choices[i]));
    aug_error *error = aug_node_error(reader->errors, node, "expected %s such as %s, found '%.60s'",
                                      aug_dimension_noun(first), aug_buffer_text(&examples), node->text);
    if (!quantity->has_unit && first != AUG_DIMENSION_NUMBER)
        aug_error_hint(error, "add the unit: '%.60s %s'", node->text, aug_dimension_unit(first));
    else if (first == AUG_DIMENSION_NUMBER)
        aug_error_hint(error, "write the number without a unit");
}

bool aug_scalar_among(const aug_reader *reader, const aug_node *node, const aug_dimension *choices, int count,
                      aug_bounds bounds, double *value, int *which) {
    aug_quantity quantity;
    const char *noun = aug_dimension_noun(choices[0]);
    if (!parse(reader, node, noun, aug_dimension_example(choices[0]), &quantity))
        return false;
    *which = 0;
    while (*which < count && !aug_quantity_to(&quantity, choices[*which], value))
        ++*which;
    if (*which == count) {
        report_dimension(reader, node, choices, count, &quantity);
        return false;
    }
    if (isinf(*value) && !isinf(quantity.value)) {
        report_too_large(reader, node, noun);
        return false;
    }
    return check_bounds(reader, node, bounds, *value);
}

bool aug_scalar_either(const aug_reader *reader, const aug_node *node, aug_dimension dimension,
                       aug_dimension alternative, aug_bounds bounds, double *value, bool *second) {
    const aug_dimension choices[] = {dimension, alternative};
    int which = 0;
    bool good = aug_scalar_among(reader, node, choices, alternative == dimension ? 1 : 2, bounds, value, &which);
    *second = which == 1;
    return good;
}

bool aug_scalar_quantity(const aug_reader *reader, const aug_node *node, aug_dimension dimension, aug_bounds bounds,
                         double *value) {
    bool second;
    return aug_scalar_either(reader, node, dimension, dimension, bounds, value, &second);
}

bool aug_scalar_word(const aug_reader *reader, const aug_node *node, const char *const *words, int *index) {
    if (!expect_scalar(reader, node, "a word"))
        return false;
    aug_spelling spelling = {.wanted = node->text};
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], node->text) == 0) {
            *index = i;
            return true;
        }
        aug_spelling_offer(&spelling, words[i]);
    }
    aug_buffer list;
    aug_buffer_init(&list, reader->arena);
    for (int i = 0; words[i]; i++)
        aug_buffer_print(&list, "%s%s", i ? ", " : "", words[i]);
    aug_error *error =
        aug_node_error(reader->errors, node, "expected one of %s, found '%.60s'", aug_buffer_text(&list), node->text);
    if (spelling.nearest)
        aug_error_hint(error, "did you mean '%s'?", spelling.nearest);
    return false;
}
