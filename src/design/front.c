#include "design/front.h"

#include <stdlib.h>
#include <string.h>

void aug_front_init(aug_front *front, int objective_count) {
    *front = (aug_front){.objective_count = objective_count};
}

void aug_front_free(aug_front *front) {
    free(front->points);
    front->points = NULL;
    front->count = front->capacity = 0;
}

bool aug_front_dominates(const double *left, const double *right, int count) {
    bool better = false;
    for (int i = 0; i < count; i++) {
        if (left[i] > right[i])
            return false;
        better = better || left[i] < right[i];
    }
    return better;
}

bool aug_front_beats(const aug_front *front, uint64_t group, const double *objectives) {
    for (size_t i = 0; i < front->count; i++)
        if (front->points[i].group == group && aug_front_dominates(front->points[i].objectives, objectives, front->objective_count))
            return true;
    return false;
}

static bool same(const double *left, const double *right, int count) {
    for (int i = 0; i < count; i++)
        if (left[i] != right[i])
            return false;
    return true;
}

static bool reserve(aug_front *front) {
    if (front->count < front->capacity)
        return true;
    size_t capacity = front->capacity ? front->capacity * 2 : 64;
    aug_front_point *larger = realloc(front->points, capacity * sizeof *larger);
    if (!larger)
        return false;
    front->points = larger;
    front->capacity = capacity;
    return true;
}

bool aug_front_add(aug_front *front, const aug_front_point *point) {
    size_t kept = 0;
    for (size_t i = 0; i < front->count; i++) {
        aug_front_point *other = &front->points[i];
        bool apart = other->group != point->group;
        if (!apart && same(other->objectives, point->objectives, front->objective_count)) {
            uint64_t equal = other->equal + 1 + point->equal;
            if (point->index < other->index)
                *other = *point;
            other->equal = equal;
            return true;
        }
        if (!apart && aug_front_dominates(other->objectives, point->objectives, front->objective_count))
            return true;
        if (apart || !aug_front_dominates(point->objectives, other->objectives, front->objective_count)) {
            if (kept != i)
                front->points[kept] = *other;
            kept++;
        }
    }
    front->count = kept;
    if (!reserve(front))
        return false;
    front->points[front->count++] = *point;
    return true;
}

static int compare(const void *left, const void *right) {
    const aug_front_point *a = left, *b = right;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    for (int i = 0; i < AUG_OBJECTIVES; i++)
        if (a->objectives[i] != b->objectives[i])
            return a->objectives[i] < b->objectives[i] ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

void aug_front_sort(aug_front *front) {
    if (front->count > 1)
        qsort(front->points, front->count, sizeof *front->points, compare);
}
