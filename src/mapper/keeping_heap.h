// Keepings that are not searched yet, the most promising first.
#ifndef AUG_MAPPER_KEEPING_HEAP_H
#define AUG_MAPPER_KEEPING_HEAP_H

#include "mapper/incumbent.h"
#include "mapper/keeping.h"

typedef struct aug_keeping_heap {
    aug_objective objective; // what the least floor is the least of
    int count, capacity;
    aug_keeping **at;
} aug_keeping_heap;

// Empty, with room for `capacity` keepings.
void aug_keeping_heap_init(aug_arena *arena, int capacity, aug_keeping_heap *heap);
// All keepings, in place of what it held.
void aug_keeping_heap_fill(aug_keeping_heap *heap, aug_objective objective, const aug_keepings *keepings);
// The floor of a keeping, ranked by the heap's objective.
double aug_keeping_heap_rank(const aug_keeping_heap *heap, const aug_keeping *keeping);
// The most promising one. NULL: it is empty.
aug_keeping *aug_keeping_heap_first(const aug_keeping_heap *heap);
// Without its first, which there must be.
void aug_keeping_heap_drop(aug_keeping_heap *heap);
// After the floor of the first was raised.
void aug_keeping_heap_settle(aug_keeping_heap *heap);
// With keepings that were dropped before.
void aug_keeping_heap_put(aug_keeping_heap *heap, aug_keeping *const *keepings, int count);

#endif
