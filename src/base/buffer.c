// The old text stays behind in the arena when a buffer grows: at most as much as the final text again.
#include "base/buffer.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

void aug_buffer_init(aug_buffer *buffer, aug_arena *arena) {
    *buffer = (aug_buffer){.arena = arena};
}

static void reserve(aug_buffer *buffer, size_t more) {
    if (more > SIZE_MAX / 4 - buffer->length)
        aug_arena_fail(buffer->arena);
    size_t needed = buffer->length + more + 1;
    if (needed <= buffer->capacity)
        return;
    size_t capacity = buffer->capacity ? buffer->capacity * 2 : 256;
    if (capacity < needed)
        capacity = needed;
    char *text = aug_arena_alloc(buffer->arena, capacity);
    if (buffer->length)
        memcpy(text, buffer->text, buffer->length);
    buffer->text = text;
    buffer->capacity = capacity;
}

void aug_buffer_add(aug_buffer *buffer, const char *text, size_t length) {
    reserve(buffer, length);
    if (length)
        memcpy(buffer->text + buffer->length, text, length);
    buffer->length += length;
    buffer->text[buffer->length] = '\0';
}

void aug_buffer_put(aug_buffer *buffer, const char *text) {
    aug_buffer_add(buffer, text, strlen(text));
}

void aug_buffer_fill(aug_buffer *buffer, char character, size_t count) {
    reserve(buffer, count);
    memset(buffer->text + buffer->length, character, count);
    buffer->length += count;
    buffer->text[buffer->length] = '\0';
}

void aug_buffer_print(aug_buffer *buffer, const char *format, ...) {
    char small[256];
    va_list values, again;
    va_start(values, format);
    va_copy(again, values);
    int length = vsnprintf(small, sizeof small, format, values);
    va_end(values);
    if (length >= 0 && (size_t)length < sizeof small) {
        va_end(again);
        aug_buffer_add(buffer, small, (size_t)length);
        return;
    }
    char *large = length < 0 ? NULL : aug_arena_try(buffer->arena, (size_t)length + 1);
    if (large)
        vsnprintf(large, (size_t)length + 1, format, again);
    va_end(again);
    if (!large)
        aug_arena_fail(buffer->arena);
    aug_buffer_add(buffer, large, (size_t)length);
}

const char *aug_buffer_text(const aug_buffer *buffer) {
    return buffer->text ? buffer->text : "";
}
