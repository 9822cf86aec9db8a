// A binary heap: the one at i comes before those at 2i + 1 and 2i + 2.
//
// First by the least that the objective can be in a keeping, then by the least energy, then by the arrays
// that stay idle, at last by their order in the list of all, so that the order is the same in each run.
//
// Floors 5, 3, 9 for energy: 3 is the first. Raised to 7 and settled, 5 is.
#include "mapper/keeping_heap.h"

#include <assert.h>

double aug_keeping_heap_rank(const aug_keeping_heap *heap, const aug_keeping *keeping) {
    return aug_value_rank(heap->objective, (aug_value){keeping->floor, keeping->cycles});
}

static bool before(const aug_keeping_heap *heap, const aug_keeping *a, const aug_keeping *b) {
    double x = aug_keeping_heap_rank(heap, a), y = aug_keeping_heap_rank(heap, b);
    if (x != y)
        return x < y;
    if (a->floor != b->floor)
        return a->floor < b->floor;
    return a->idle != b->idle ? a->idle < b->idle : a < b;
}

static void sink(aug_keeping_heap *heap, int place) {
    for (int child; (child = 2 * place + 1) < heap->count; place = child) {
        if (child + 1 < heap->count && before(heap, heap->at[child + 1], heap->at[child]))
            child++;
        if (!before(heap, heap->at[child], heap->at[place]))
            return;
        aug_keeping *held = heap->at[place];
        heap->at[place] = heap->at[child];
        heap->at[child] = held;
    }
}

static void sink_all(aug_keeping_heap *heap) {
    for (int i = heap->count / 2; i >= 0; i--)
        sink(heap, i);
}

void aug_keeping_heap_init(aug_arena *arena, int capacity, aug_keeping_heap *heap) {
    *heap = (aug_keeping_heap){.capacity = capacity};
    heap->at = AUG_NEW_ARRAY(arena, aug_keeping *, (size_t)(capacity + 1));
}

void aug_keeping_heap_fill(aug_keeping_heap *heap, aug_objective objective, const aug_keepings *keepings) {
    assert(keepings->count <= heap->capacity);
    heap->objective = objective;
    heap->count = keepings->count;
    for (int i = 0; i < heap->count; i++)
        heap->at[i] = &keepings->at[i];
    sink_all(heap);
}

aug_keeping *aug_keeping_heap_first(const aug_keeping_heap *heap) {
    return heap->count > 0 ? heap->at[0] : NULL;
}

void aug_keeping_heap_drop(aug_keeping_heap *heap) {
    assert(heap->count > 0);
    heap->at[0] = heap->at[--heap->count];
    sink(heap, 0);
}

void aug_keeping_heap_settle(aug_keeping_heap *heap) {
    sink(heap, 0);
}

void aug_keeping_heap_put(aug_keeping_heap *heap, aug_keeping *const *keepings, int count) {
    assert(heap->count + count <= heap->capacity);
    for (int i = 0; i < count; i++)
        heap->at[heap->count++] = keepings[i];
    sink_all(heap);
}
