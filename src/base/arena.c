// Blocks grow by doubling up to 1 MiB, so that a small input costs one malloc of 4 KiB and a large one few.
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, FIRST_BLOCK_BYTES = 4096, LARGEST_BLOCK_BYTES = 1 << 20 };

struct aug_arena_block {
    aug_arena_block *older;
    size_t size_bytes; // of the memory behind this header
    size_t used_bytes;
    size_t padding_bytes; // keeps the header a multiple of ALIGNMENT
};

_Static_assert(sizeof(aug_arena_block) % ALIGNMENT == 0, "memory behind the header must stay aligned");

static aug_arena_block *add_block(aug_arena *arena, size_t bytes) {
    size_t size = arena->block ? arena->block->size_bytes * 2 : FIRST_BLOCK_BYTES;
    if (size > LARGEST_BLOCK_BYTES)
        size = LARGEST_BLOCK_BYTES;
    if (size < bytes)
        size = bytes;
    if (size > SIZE_MAX - sizeof(aug_arena_block))
        return NULL;
    aug_arena_block *block = malloc(sizeof *block + size);
    if (!block)
        return NULL;
    *block = (aug_arena_block){.older = arena->block, .size_bytes = size};
    arena->block = block;
    return block;
}

void aug_arena_init(aug_arena *arena, jmp_buf *failure) {
    *arena = (aug_arena){.failure = failure};
}

static void free_blocks(aug_arena_block *block) {
    while (block) {
        aug_arena_block *older = block->older;
        free(block);
        block = older;
    }
}

void aug_arena_free(aug_arena *arena) {
    free_blocks(arena->block);
    arena->block = NULL;
    arena->used_bytes = 0;
}

void aug_arena_reset(aug_arena *arena) {
    if (!arena->block)
        return;
    free_blocks(arena->block->older);
    arena->block->older = NULL;
    arena->block->used_bytes = 0;
    arena->used_bytes = 0;
}

void aug_arena_fail(const aug_arena *arena) {
    if (!arena->failure)
        abort();
    longjmp(*arena->failure, 1);
}

// As it was left by whoever had it before.
static void *take(aug_arena *arena, size_t bytes) {
    if (bytes > SIZE_MAX - ALIGNMENT)
        return NULL;
    bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (arena->limit_bytes && bytes > arena->limit_bytes - arena->used_bytes)
        return NULL;
    aug_arena_block *block = arena->block;
    if (!block || bytes > block->size_bytes - block->used_bytes)
        block = add_block(arena, bytes);
    if (!block)
        return NULL;
    unsigned char *memory = (unsigned char *)(block + 1) + block->used_bytes;
    block->used_bytes += bytes;
    arena->used_bytes += bytes;
    return memory;
}

void *aug_arena_try(aug_arena *arena, size_t bytes) {
    void *memory = take(arena, bytes);
    return memory ? memset(memory, 0, bytes) : NULL;
}

void *aug_arena_alloc(aug_arena *arena, size_t bytes) {
    void *memory = aug_arena_try(arena, bytes);
    if (!memory)
        aug_arena_fail(arena);
    return memory;
}

void *aug_arena_array(aug_arena *arena, size_t count, size_t bytes) {
    if (bytes && count > SIZE_MAX / bytes)
        aug_arena_fail(arena);
    return aug_arena_alloc(arena, count * bytes);
}

void *aug_arena_room(aug_arena *arena, size_t count, size_t bytes) {
    void *memory = bytes && count > SIZE_MAX / bytes ? NULL : take(arena, count * bytes);
    if (!memory)
        aug_arena_fail(arena);
    return memory;
}

void *aug_arena_grow(aug_arena *arena, const void *items, int used, int *capacity, size_t bytes) {
    *capacity = *capacity ? *capacity * 2 : 32;
    void *larger = aug_arena_array(arena, (size_t)*capacity, bytes);
    if (used)
        memcpy(larger, items, (size_t)used * bytes);
    return larger;
}

char *aug_arena_copy(aug_arena *arena, const char *text, size_t length) {
    char *copy = aug_arena_alloc(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

char *aug_arena_print(aug_arena *arena, const char *format, ...) {
    va_list values, again;
    va_start(values, format);
    va_copy(again, values);
    int length = vsnprintf(NULL, 0, format, values);
    va_end(values);
    if (length < 0) {
        va_end(again);
        aug_arena_fail(arena);
    }
    char *text = aug_arena_try(arena, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    if (!text)
        aug_arena_fail(arena);
    return text;
}
