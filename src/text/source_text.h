// The bytes of an input before they are parsed: loading, checking, mending.
#ifndef AUG_TEXT_SOURCE_TEXT_H
#define AUG_TEXT_SOURCE_TEXT_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { AUG_SOURCE_TEXT_BYTES = 4 << 20 }; // the largest document that is read

// A place where the mended text is shorter than the original one.
typedef struct aug_shrink {
    unsigned line, column; // in the mended text, of the character behind the shrink
    unsigned characters;   // that are missing there
} aug_shrink;

typedef struct aug_source_text {
    const char *original; // NUL-terminated, without a byte order mark
    size_t original_length;
    const char *text; // mended: what the parser reads
    size_t length;
    const aug_shrink *shrinks; // in order
    size_t shrink_count;
} aug_source_text;

// A file's bytes; NULL with an error where it cannot be read or has more than `most_bytes`. `length` receives its size.
char *aug_source_text_load(aug_arena *arena, aug_errors *errors, const char *path, size_t most_bytes, size_t *length);
// Copies and checks a text: UTF-8 without control characters. A byte order mark is dropped, surrogate escapes of JSON
// strings are mended. False with an error where it is no text.
bool aug_source_text_prepare(aug_arena *arena, aug_errors *errors, const char *name, const char *text, size_t length,
                             aug_source_text *source);
// The column in the original text of a column in the mended one.
unsigned aug_source_text_column(const aug_source_text *source, unsigned line, unsigned column);

#endif
