// What is wrong with an input, and where.
//
// Readers collect errors and go on, so that one run shows all that is wrong, up to AUG_ERROR_LIMIT. An error keeps
// its own copies of everything (fixed sizes, cut where longer, never inside of a character), so it outlives the input
// and can still be stored when memory has run out.
#ifndef AUG_BASE_ERROR_H
#define AUG_BASE_ERROR_H

#include "base/compiler.h"

#include <stdarg.h>

enum {
    AUG_ERROR_LIMIT = 16,
    AUG_ERROR_SHOWN = 72 // characters of a source line that are kept, of at most 4 bytes each
};

// A place in a text: lines and columns count from 1, columns in characters; line 0 is "no particular line".
typedef struct aug_place {
    const char *file;
    const char *text;  // the whole text of the file, for showing the line; NULL where there is none
    unsigned length;   // bytes of `text`
    unsigned line;
    unsigned column;
} aug_place;

typedef struct aug_error {
    char file[256];
    unsigned line, column;
    char message[400];
    char hint[240];    // "" where there is none
    char source[AUG_ERROR_SHOWN * 4 + 1]; // the line of the text, or the part around the column; "" where there is none
    unsigned caret;    // column of `source` (from 1) that the error points at
} aug_error;

typedef struct aug_errors {
    aug_error items[AUG_ERROR_LIMIT];
    int count;   // stored
    int dropped; // came after the limit
} aug_errors;

// Adds an error at `place` (NULL: nowhere in particular), once where it is said again of the same line and column. Returns the stored
// error, for a hint, or NULL past the limit.
aug_error *aug_error_add(aug_errors *errors, const aug_place *place, const char *format, ...) AUG_PRINTF(3, 4);
// Sets the hint of an error; `error` may be NULL.
void aug_error_hint(aug_error *error, const char *format, ...) AUG_PRINTF(2, 3);
// Adds copies of all errors of another list.
void aug_errors_append(aug_errors *errors, const aug_errors *more);
// Orders errors of one file that follow each other by line and column; files stay in the order they were read.
void aug_errors_sort(aug_errors *errors);
// Stored and dropped ones.
int aug_errors_total(const aug_errors *errors);

#endif
