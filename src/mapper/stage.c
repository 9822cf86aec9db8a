#include "mapper/stage.h"

#include <string.h>

void aug_stage_init(aug_arena *arena, aug_stage *stage) {
    *stage = (aug_stage){.entries = AUG_NEW_ROOM(arena, aug_stage_entry, AUG_STAGE_ROOM),
                         .order = AUG_NEW_ARRAY(arena, int, AUG_STAGE_ROOM)};
}

void aug_stage_begin(aug_stage *stage, const aug_frame *frame) {
    stage->count = stage->come = 0;
    stage->path_start = frame->path;
}

bool aug_stage_add(aug_stage *stage, aug_objective objective, aug_value bound, const aug_frame *frame,
                   const aug_item *path) {
    int items = frame->path - stage->path_start;
    if (stage->count == AUG_STAGE_ROOM || items > AUG_STAGE_ITEMS)
        return false;
    aug_stage_entry *entry = &stage->entries[stage->count++];
    entry->bound = bound;
    entry->rank = aug_value_rank(objective, bound);
    entry->number = stage->come++;
    entry->item_count = items;
    entry->path_start = stage->path_start;
    memcpy(entry->items, path + stage->path_start, (size_t)items * sizeof *path);
    entry->frame = *frame;
    return true;
}

// Whether a comes before b.
static bool before(const aug_stage_entry *a, const aug_stage_entry *b) {
    if (a->rank != b->rank)
        return a->rank < b->rank;
    return a->bound.energy != b->bound.energy ? a->bound.energy < b->bound.energy : a->number < b->number;
}

static void merge(const aug_stage *stage, int *order, int *room, int count) {
    if (count < 2)
        return;
    int half = count / 2, i = 0, j = half, k = 0;
    merge(stage, order, room, half);
    merge(stage, order + half, room, count - half);
    while (i < half || j < count)
        room[k++] = j == count || (i < half && !before(&stage->entries[order[j]], &stage->entries[order[i]]))
                        ? order[i++]
                        : order[j++];
    memcpy(order, room, (size_t)count * sizeof *order);
}

void aug_stage_sort(aug_stage *stage) {
    int room[AUG_STAGE_ROOM];
    for (int i = 0; i < stage->count; i++)
        stage->order[i] = i;
    merge(stage, stage->order, room, stage->count);
}

const aug_stage_entry *aug_stage_take(const aug_stage *stage, int place, aug_item *path) {
    const aug_stage_entry *entry = &stage->entries[stage->order[place]];
    memcpy(path + entry->path_start, entry->items, (size_t)entry->item_count * sizeof *path);
    return entry;
}
