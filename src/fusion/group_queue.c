// Three lists: prefixes in the order of the floors that they were found with, a heap of what those may be
// whose stores had not been chosen, and a heap of those that were put back with raised floors. The next one
// is the first of the three; of equals the one that is known best, and the one whose innermost loop has the
// widest tile: below it branches are free to do most.
//
// Example: floors 5, 6 and 9. The first comes back as 8; the second is next and comes back as 7, and is taken
// again, for 7 is below 8 and 9.
#include "fusion/group_queue.h"

#include <math.h>
#include <stdlib.h>

// 0: of loops over windows.
static aug_count innermost_tile(const aug_group_item *item) {
    for (int i = 0; i < item->loop_count; i++)
        if (item->halos[i] != AUG_HALO_NONE)
            return 0;
    return item->loop_count > 0 ? item->tiles[item->loop_count - 1] : 0;
}

// Where floors are the same.
static bool comes_before(const aug_group_item *x, const aug_group_item *y) {
    aug_count own = innermost_tile(x), other = innermost_tile(y);
    return own > other || (own == other && x->number < y->number);
}

static int compare(double a, double b) {
    return (a > b) - (a < b);
}

static int by_energy(const void *a, const void *b) {
    const aug_group_item *x = *(const aug_group_item *const *)a, *y = *(const aug_group_item *const *)b;
    int order = compare(x->likely_energy_pj, y->likely_energy_pj);
    if (order == 0)
        order = compare(x->likely_cycles, y->likely_cycles);
    if (order == 0)
        order = compare(x->passing_pj, y->passing_pj);
    return order ? order : comes_before(x, y) ? -1 : 1;
}

static int by_cycles(const void *a, const void *b) {
    const aug_group_item *x = *(const aug_group_item *const *)a, *y = *(const aug_group_item *const *)b;
    int order = compare(x->likely_best_cycles, y->likely_best_cycles);
    return order ? order : by_energy(a, b);
}

static aug_group_raised found(const aug_group_item *item) {
    return (aug_group_raised){item->energy_pj,          item->cycles, item->likely_energy_pj,
                              item->likely_best_cycles, false,        false, item};
}

// Of those whose floors are the least the one that was found first comes first: it has few loops and small
// tiles, so searches below it are short.
static void bring_simplest(aug_group_queue *queue) {
    const aug_group_item **order = queue->order;
    bool by_time = queue->objective == AUG_OBJECTIVE_LATENCY;
    int best = 0;
    for (int i = 1; i < queue->prefixes->count; i++) {
        if (by_time ? order[i]->likely_best_cycles > order[0]->likely_best_cycles
                    : order[i]->likely_energy_pj > order[0]->likely_energy_pj)
            break;
        best = order[i]->number < order[best]->number ? i : best;
    }
    const aug_group_item *first = order[best];
    for (; best > 0; best--)
        order[best] = order[best - 1];
    order[0] = first;
}

void aug_group_queue_begin(aug_arena *arena, aug_group_prefixes *prefixes, aug_objective objective,
                           aug_group_queue *queue) {
    size_t room = (size_t)prefixes->count + 1;
    *queue = (aug_group_queue){.arena = arena,
                               .prefixes = prefixes,
                               .objective = objective,
                               .order = AUG_NEW_ARRAY(arena, const aug_group_item *, room)};
    for (int i = 0; i < prefixes->count; i++)
        queue->order[i] = &prefixes->items[i];
    qsort(queue->order, (size_t)prefixes->count, sizeof *queue->order,
          objective == AUG_OBJECTIVE_LATENCY ? by_cycles : by_energy);
    if (!prefixes->group->windowed)
        bring_simplest(queue);
}

static bool comes_first(const aug_group_queue *queue, const aug_group_raised *a, const aug_group_raised *b) {
    bool by_time = queue->objective == AUG_OBJECTIVE_LATENCY;
    double x = by_time ? a->likely_cycles : a->likely_energy_pj,
           y = by_time ? b->likely_cycles : b->likely_energy_pj;
    if (x < y || x > y)
        return x < y;
    if (a->has_waited != b->has_waited)
        return a->has_waited;
    if (a->is_raised != b->is_raised)
        return a->is_raised;
    if (a->item->is_open != b->item->is_open)
        return b->item->is_open;
    if (a->item->passing_pj < b->item->passing_pj || a->item->passing_pj > b->item->passing_pj)
        return a->item->passing_pj < b->item->passing_pj;
    return comes_before(a->item, b->item);
}

static void push(const aug_group_queue *queue, aug_group_heap *heap, aug_group_raised what) {
    if (heap->count == heap->capacity)
        heap->at = aug_arena_grow(queue->arena, heap->at, heap->count, &heap->capacity, sizeof *heap->at);
    int at = heap->count++;
    for (; at > 0 && comes_first(queue, &what, &heap->at[(at - 1) / 2]); at = (at - 1) / 2)
        heap->at[at] = heap->at[(at - 1) / 2];
    heap->at[at] = what;
}

static aug_group_raised pop(const aug_group_queue *queue, aug_group_heap *heap) {
    aug_group_raised first = heap->at[0], last = heap->at[--heap->count];
    int at = 0;
    for (int child; (child = 2 * at + 1) < heap->count; at = child) {
        child += child + 1 < heap->count && comes_first(queue, &heap->at[child + 1], &heap->at[child]);
        if (!comes_first(queue, &heap->at[child], &last))
            break;
        heap->at[at] = heap->at[child];
    }
    heap->at[at] = last;
    return first;
}

void aug_group_queue_put_back(aug_group_queue *queue, aug_group_raised what) {
    what.is_raised = true;
    what.likely_energy_pj = fmax(what.likely_energy_pj, what.energy_pj);
    what.likely_cycles = fmax(what.likely_cycles, what.cycles);
    push(queue, &queue->raised, what);
}

static void put_opened(void *context, const aug_group_item *item) {
    aug_group_queue *queue = context;
    aug_group_item *own = AUG_NEW(queue->arena, aug_group_item);
    *own = *item;
    push(queue, &queue->opened, found(own));
}

void aug_group_queue_open(aug_group_queue *queue, const aug_group_item *item) {
    aug_group_prefixes_open(queue->prefixes, item, put_opened, queue);
}

static aug_group_raised pop_either(aug_group_queue *queue) {
    aug_group_heap *a = &queue->opened, *b = &queue->raised;
    bool takes_raised = a->count == 0 || (b->count > 0 && comes_first(queue, &b->at[0], &a->at[0]));
    return pop(queue, takes_raised ? b : a);
}

bool aug_group_queue_take(aug_group_queue *queue, bool raised, aug_group_raised *first) {
    const aug_group_heap *heaps[] = {&queue->opened, &queue->raised};
    bool in_order = queue->next < queue->prefixes->count;
    if (raised && queue->raised.count > 0 && !queue->raised.at[0].has_waited) {
        *first = pop(queue, &queue->raised);
        return true;
    }
    if (in_order) {
        const aug_group_item *item = queue->order[queue->next];
        *first = found(item);
        for (int i = 0; i < 2; i++)
            in_order &= heaps[i]->count == 0 || !comes_first(queue, &heaps[i]->at[0], first);
    }
    if (in_order)
        queue->next++;
    else if (queue->opened.count == 0 && queue->raised.count == 0)
        return false;
    else
        *first = pop_either(queue);
    return true;
}
