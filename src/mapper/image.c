#include "mapper/image.h"

#include "mapper/keeping_image.h"

// ---- Whether there is one

static unsigned exchange(unsigned set, int a, int b) {
    unsigned others = set & ~(1u << a | 1u << b);
    return others | (set >> a & 1) << b | (set >> b & 1) << a;
}

// Whether two tensors change places when two ranks do, and no others.
static bool one_pair(const aug_space *space, int a, int b, int *pair) {
    int image[AUG_PROBLEM_TENSORS], moved = 0;
    if (!aug_keeping_image_find(space, a, b, image))
        return false;
    for (int t = 0; t < space->tensor_count; t++)
        moved += image[t] != t;
    for (int t = 0; t < space->tensor_count && moved == 2; t++)
        if (image[t] > t && image[image[t]] == t) {
            pair[0] = t;
            pair[1] = image[t];
            return true;
        }
    return false;
}

static bool is_plain(const aug_space *space) {
    const aug_problem *p = space->problem;
    for (int i = 0; i < p->array_count; i++)
        if (p->arrays[i].hop_pj > 0.0 || p->arrays[i].router_pj > 0.0)
            return false;
    for (int t = 0; t < space->tensor_count; t++)
        if (!space->tensors[t].plain || space->tensors[t].tangled)
            return false;
    return space->canonical && !space->perfect && !space->has_prefix && !space->restriction &&
           !space->lasting && !space->sliding;
}

bool aug_image_find(aug_space *space) {
    space->image_tensors[0] = space->image_tensors[1] = -1;
    if (!is_plain(space))
        return false;
    for (int a = 0; a < space->rank_count; a++)
        for (int b = a + 1; b < space->rank_count; b++)
            if ((space->large >> a & 1) && one_pair(space, a, b, space->image_tensors)) {
                space->image_ranks[0] = a;
                space->image_ranks[1] = b;
                return true;
            }
    return false;
}

// ---- Which one is searched

// < 0: before its image; 0: its own one.
static int against_image(const aug_space *space, const aug_keeping *keeping) {
    int s = space->image_tensors[0], t = space->image_tensors[1];
    for (int m = 0; s >= 0 && m < space->memory_count; m++) {
        unsigned image = exchange(keeping->kept[m], s, t);
        if (image != keeping->kept[m])
            return keeping->kept[m] < image ? -1 : 1;
    }
    return 0;
}

bool aug_image_takes_keeping(const aug_space *space, const aug_keeping *keeping) {
    return against_image(space, keeping) <= 0;
}

// Loops of one gap, or tensors of stores that stand together in one memory, from an item on.
static unsigned set_at(const aug_shape *shape, int item, int memory, int *end) {
    unsigned set = 0;
    int kind = shape->at[item].kind, i = item;
    for (; i < shape->count && shape->at[i].kind == kind; i++)
        if (kind == AUG_ITEM_FOR)
            set |= 1u << shape->at[i].rank;
        else if (kind == AUG_ITEM_STORE && shape->at[i].memory == memory)
            set |= 1u << shape->at[i].tensor;
    *end = i;
    return set;
}

bool aug_image_takes_shape(const aug_space *space, const aug_keeping *keeping, const aug_shape *shape) {
    int s = space->image_tensors[0], t = space->image_tensors[1];
    if (s < 0 || against_image(space, keeping) != 0)
        return true;
    for (int i = 0, end = 0; i < shape->count; i = end) {
        bool loops = shape->at[i].kind == AUG_ITEM_FOR;
        for (int m = 0; m < (loops ? 1 : space->memory_count); m++) {
            unsigned set = set_at(shape, i, m, &end);
            unsigned image =
                loops ? exchange(set, space->image_ranks[0], space->image_ranks[1]) : exchange(set, s, t);
            if (set != image)
                return set < image;
        }
    }
    return true;
}
