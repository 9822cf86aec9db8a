// The bytes of an input before they are parsed: loading, checking, mending.
#ifndef AUG_TEXT_SOURCE_TEXT_H
#define AUG_TEXT_SOURCE_TEXT_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { AUG_SOURCE_TEXT_BYTES = 4 << 20 }; // the largest document that is read

// A place where the mended text is shorter (or longer) than the original one.
typedef struct aug_shrink {
    unsigned line, column; // in the mended text, of the character behind the shrink
    int characters;        // that the line has lost up to there; below 0: has won
} aug_shrink;

typedef struct aug_source_text {
    const char *original; // NUL-terminated, without a byte order mark
    size_t original_length;
    const char *text; // mended: what the parser reads
    size_t length;
    const aug_shrink *shrinks; // in order
    size_t shrink_count;
    unsigned end_line, end_column; // just behind the last character, in the original text
} aug_source_text;

// A file's bytes; NULL with an error where it cannot be read or has more than `most_bytes`. `length` receives its size.
char *aug_source_text_load(aug_arena *arena, aug_errors *errors, const char *path, size_t most_bytes, size_t *length);
// Whether every byte is part of a character that aug_utf8_is_text takes; the first that is not becomes an error.
bool aug_source_text_check(aug_errors *errors, const char *name, const char *text, size_t length);
// Copies and checks a text: UTF-8 without control characters, \n the only end of a line. A byte order mark is dropped;
// in JSON, surrogate escapes and line ends in strings are mended, and tabs before the first bracket and behind the
// last. False with an error where it is no text.
bool aug_source_text_prepare(aug_arena *arena, aug_errors *errors, const char *name, const char *text, size_t length,
                             aug_source_text *source);
// The column in the original text of a column in the mended one.
unsigned aug_source_text_column(const aug_source_text *source, unsigned line, unsigned column);

#endif
