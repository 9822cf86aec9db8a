#include "system/plan_front.h"

#include <stdlib.h>

bool aug_plan_front_takes(const aug_plan_front *front, double ttft, double tpot, double tokens_per_second) {
    for (int i = 0; i < front->count; i++) {
        const aug_front_plan *kept = &front->items[i];
        if (kept->ttft_seconds <= ttft && kept->tpot_seconds <= tpot && kept->tokens_per_second >= tokens_per_second)
            return false;
    }
    return true;
}

static bool is_beaten(const aug_front_plan *kept, const aug_outcome *o) {
    return o->ttft_seconds <= kept->ttft_seconds && o->tpot_seconds <= kept->tpot_seconds &&
           o->tokens_per_second >= kept->tokens_per_second;
}

void aug_plan_front_add(aug_plan_front *front, const aug_outcome *o) {
    if (!aug_plan_front_takes(front, o->ttft_seconds, o->tpot_seconds, o->tokens_per_second))
        return;
    int kept = 0;
    for (int i = 0; i < front->count; i++)
        if (!is_beaten(&front->items[i], o))
            front->items[kept++] = front->items[i];
    front->count = kept;
    if (front->count == front->capacity)
        front->items = aug_arena_grow(front->arena, front->items, front->count, &front->capacity, sizeof *front->items);
    front->items[front->count++] = (aug_front_plan){.plan = o->plan,
                                                    .prefill_plan = o->prefill_plan,
                                                    .prefill_workers = o->prefill_workers,
                                                    .decode_workers = o->decode_workers,
                                                    .ttft_seconds = o->ttft_seconds,
                                                    .tpot_seconds = o->tpot_seconds,
                                                    .tokens_per_second = o->tokens_per_second,
                                                    .joules_per_token = o->joules_per_token,
                                                    .usd_per_mtok = o->usd_per_mtok,
                                                    .meets_limits = o->meets_limits};
}

static int compare(const void *left, const void *right) {
    const aug_front_plan *a = left, *b = right;
    if (a->tokens_per_second != b->tokens_per_second)
        return a->tokens_per_second > b->tokens_per_second ? -1 : 1;
    if (a->tpot_seconds != b->tpot_seconds)
        return a->tpot_seconds < b->tpot_seconds ? -1 : 1;
    return a->ttft_seconds < b->ttft_seconds ? -1 : a->ttft_seconds > b->ttft_seconds;
}

void aug_plan_front_finish(aug_plan_front *front) {
    int kept = 0;
    for (int i = 0; i < front->count; i++)
        if (front->items[i].meets_limits)
            front->items[kept++] = front->items[i];
    if (kept > 0)
        front->count = kept;
    if (front->count > 1)
        qsort(front->items, (size_t)front->count, sizeof *front->items, compare);
}
