// A stored source line is made printable: tabs become one space, other control bytes a dot, and a line longer than
// the field is cut to a window around the column. Columns count characters, so continuation bytes of UTF-8
// (10xxxxxx) are not counted.
#include "base/error.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// The character after the one at `at`, which is before `end`.
static const char *next_character(const char *at, const char *end) {
    at++;
    while (at < end && ((unsigned char)*at & 0xC0u) == 0x80u)
        at++;
    return at;
}

static const char *line_start(const aug_place *place) {
    const char *at = place->text, *end = place->text + place->length;
    for (unsigned line = 1; line < place->line; line++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline)
            return NULL;
        at = newline + 1;
    }
    return at;
}

// Copies the part of the line around the column into the error.
static void store_source(aug_error *error, const aug_place *place) {
    const char *at = place->text && place->line ? line_start(place) : NULL;
    if (!at)
        return;
    const char *end = place->text + place->length;
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    if (newline)
        end = newline > at && newline[-1] == '\r' ? newline - 1 : newline;
    unsigned column = place->column ? place->column : 1;
    unsigned skip = column > 60 ? column - 40 : 0; // characters left out at the front
    for (unsigned skipped = 0; at < end && skipped < skip; skipped++)
        at = next_character(at, end);
    size_t used = 0;
    for (int shown = 0; at < end && shown < AUG_ERROR_SHOWN; shown++) {
        const char *next = next_character(at, end);
        if (used + (size_t)(next - at) >= sizeof error->source)
            break;
        for (; at < next; at++) {
            bool control = (unsigned char)*at < 0x20 || *at == 0x7F;
            error->source[used++] = *at == '\t' ? ' ' : control ? '.' : *at;
        }
    }
    error->caret = column - skip;
}

// A text that was cut to fit may end, or hold in its midst ("%.60s"), half a character: such bytes are left out.
static void drop_broken_characters(char *text) {
    const char *at = text, *end = text + strlen(text);
    while (at < end) {
        unsigned code, length = aug_utf8_decode((const unsigned char *)at, (const unsigned char *)end, &code);
        for (unsigned i = 0; i < length; i++)
            *text++ = at[i];
        at += length ? length : 1;
    }
    *text = '\0';
}

// The stored error that says the same about the same place, as a file that is read for each point of a study does; NULL: none.
static aug_error *find_same(aug_errors *errors, const aug_error *error) {
    for (int i = 0; error->line && i < errors->count; i++) {
        aug_error *other = &errors->items[i];
        if (other != error && other->line == error->line && other->column == error->column && strcmp(other->file, error->file) == 0 &&
            strcmp(other->message, error->message) == 0)
            return other;
    }
    return NULL;
}

aug_error *aug_error_add(aug_errors *errors, const aug_place *place, const char *format, ...) {
    if (errors->count == AUG_ERROR_LIMIT) {
        errors->dropped++;
        return NULL;
    }
    aug_error *error = &errors->items[errors->count++];
    memset(error, 0, sizeof *error);
    if (place) {
        const char *file = place->file ? place->file : "";
        snprintf(error->file, sizeof error->file, "%s", file);
        if (strlen(file) >= sizeof error->file)
            drop_broken_characters(error->file);
        error->line = place->line;
        error->column = place->column;
        store_source(error, place);
    }
    va_list values;
    va_start(values, format);
    vsnprintf(error->message, sizeof error->message, format, values);
    va_end(values);
    drop_broken_characters(error->message);
    aug_error *same = find_same(errors, error);
    if (same)
        errors->count--;
    return same ? same : error;
}

void aug_error_hint(aug_error *error, const char *format, ...) {
    if (!error)
        return;
    va_list values;
    va_start(values, format);
    vsnprintf(error->hint, sizeof error->hint, format, values);
    va_end(values);
    drop_broken_characters(error->hint);
}

void aug_errors_append(aug_errors *errors, const aug_errors *more) {
    for (int i = 0; i < more->count; i++) {
        if (find_same(errors, &more->items[i]))
            continue;
        if (errors->count < AUG_ERROR_LIMIT)
            errors->items[errors->count++] = more->items[i];
        else
            errors->dropped++;
    }
    errors->dropped += more->dropped;
}

int aug_errors_total(const aug_errors *errors) {
    return errors->count + errors->dropped;
}

static bool stands_before(const aug_error *left, const aug_error *right) {
    if (strcmp(left->file, right->file) != 0)
        return false;
    return left->line != right->line ? left->line < right->line : left->column < right->column;
}

void aug_errors_sort(aug_errors *errors) {
    for (int i = 1; i < errors->count; i++) {
        for (int at = i; at > 0 && stands_before(&errors->items[at], &errors->items[at - 1]); at--) {
            aug_error moved = errors->items[at];
            errors->items[at] = errors->items[at - 1];
            errors->items[at - 1] = moved;
        }
    }
}
