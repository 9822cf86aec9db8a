// Memory that is freed all at once.
//
// Each loaded input, each result and each worker owns one arena; what lives in it is freed with it and never
// singly. Running out of memory is handled in one place: an allocation that fails jumps to the arena's `failure`,
// which the public function that owns the arena has set (api/), so no code in between checks for NULL. Code that
// holds something else than arena memory across an allocation (an open file, a parser of another library) calls
// aug_arena_try instead, which returns NULL.
#ifndef AUG_BASE_ARENA_H
#define AUG_BASE_ARENA_H

#include "base/compiler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

typedef struct aug_arena_block aug_arena_block;

typedef struct aug_arena {
    aug_arena_block *block; // newest first
    size_t used_bytes;      // handed out over the arena's life, or since its last reset
    size_t limit_bytes;     // more than this counts as out of memory; 0: no limit
    jmp_buf *failure;       // where a failed allocation goes; NULL: the process aborts
} aug_arena;

// An empty arena; it owns nothing until its first allocation.
void aug_arena_init(aug_arena *arena, jmp_buf *failure);
// Frees everything that came from the arena; it may be used again afterwards.
void aug_arena_free(aug_arena *arena);
// Forgets everything that came from the arena but keeps its largest block for the next use.
void aug_arena_reset(aug_arena *arena);

// Zeroed memory aligned for any type; `bytes` may be 0. Does not return on failure.
void *aug_arena_alloc(aug_arena *arena, size_t bytes);
// The same, but NULL on failure.
void *aug_arena_try(aug_arena *arena, size_t bytes);
// Leaves by the arena's `failure`; aborts where there is none.
AUG_NORETURN void aug_arena_fail(const aug_arena *arena);

// An array of `count` zeroed elements of `bytes` each; a product that overflows is out of memory.
void *aug_arena_array(aug_arena *arena, size_t count, size_t bytes);
#define AUG_NEW(arena, type)          ((type *)aug_arena_alloc((arena), sizeof(type)))
#define AUG_NEW_ARRAY(arena, type, n) ((type *)aug_arena_array((arena), (n), sizeof(type)))

// Room for `count` elements that is not cleared, for what is written before it is read: of much room of which little is used
// the rest is never touched.
void *aug_arena_room(aug_arena *arena, size_t count, size_t bytes);
#define AUG_NEW_ROOM(arena, type, n) ((type *)aug_arena_room((arena), (n), sizeof(type)))

// An array that grows: a copy of `used` elements of `bytes` each with room for more, whose number goes to *capacity.
void *aug_arena_grow(aug_arena *arena, const void *items, int used, int *capacity, size_t bytes);

// A copy of `length` bytes of `text`, terminated by NUL.
char *aug_arena_copy(aug_arena *arena, const char *text, size_t length);
// As sprintf, into memory of the arena.
char *aug_arena_print(aug_arena *arena, const char *format, ...) AUG_PRINTF(2, 3);

#endif
