// Text that grows: everything Auger prints is built in one of these and then written at once.
#ifndef AUG_BASE_BUFFER_H
#define AUG_BASE_BUFFER_H

#include "base/arena.h"

typedef struct aug_buffer {
    aug_arena *arena; // where the text lives
    char *text;       // NUL-terminated; NULL while empty
    size_t length;
    size_t capacity;
} aug_buffer;

void aug_buffer_init(aug_buffer *buffer, aug_arena *arena);
void aug_buffer_add(aug_buffer *buffer, const char *text, size_t length);
void aug_buffer_put(aug_buffer *buffer, const char *text);
void aug_buffer_fill(aug_buffer *buffer, char character, size_t count);
void aug_buffer_print(aug_buffer *buffer, const char *format, ...) AUG_PRINTF(2, 3);
// The text so far, "" while empty.
const char *aug_buffer_text(const aug_buffer *buffer);

#endif
