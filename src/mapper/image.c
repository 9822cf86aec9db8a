#include "mapper/image.h"

// ---- Whether there is one

static unsigned exchange(unsigned set, int a, int b) {
    unsigned others = set & ~(1u << a | 1u << b);
    return others | (set >> a & 1) << b | (set >> b & 1) << a;
}

static bool same_rank(const aug_space *space, int a, int b) {
    const aug_problem *p = space->problem;
    return p->sizes[a] == p->sizes[b] && (space->large >> a & 1) && (space->large >> b & 1);
}

static bool same_tensors(const aug_space *space, const aug_space_memory *memory, int s, int t) {
    return memory->bits[s] == memory->bits[t] && memory->read[s] == memory->read[t] &&
           memory->fill[s] == memory->fill[t] && memory->update[s] == memory->update[t] &&
           exchange(memory->may, s, t) == memory->may && exchange(memory->must, s, t) == memory->must &&
           space->home[s] == space->home[t];
}

static bool machine_is_even(const aug_space *space, int s, int t) {
    for (int m = 0; m < space->memory_count; m++)
        if (!same_tensors(space, &space->memories[m], s, t))
            return false;
    for (int g = 0; g < space->group_count; g++)
        if (exchange(space->groups[g].multicast, s, t) != space->groups[g].multicast ||
            exchange(space->groups[g].reduce, s, t) != space->groups[g].reduce)
            return false;
    return true;
}

static bool exchanges(const aug_space *space, int a, int b, int s, int t) {
    for (int i = 0; i < space->tensor_count; i++) {
        const aug_space_tensor *of = &space->tensors[i], *to = &space->tensors[i == s ? t : i == t ? s : i];
        if (exchange(of->ranks, a, b) != to->ranks || of->is_output != to->is_output || of->words != to->words ||
            of->least != to->least || !of->plain || of->tangled)
            return false;
    }
    for (int g = 0; g < space->group_count; g++)
        if (exchange(space->groups[g].ranks, a, b) != space->groups[g].ranks)
            return false;
    return true;
}

static bool is_plain(const aug_space *space) {
    const aug_problem *p = space->problem;
    for (int i = 0; i < p->array_count; i++)
        if (p->arrays[i].hop_pj > 0.0 || p->arrays[i].router_pj > 0.0)
            return false;
    for (int t = 0; t < p->tensor_count; t++)
        if (p->tensors[t].density)
            return false;
    return space->canonical && !space->perfect && !space->has_prefix && !space->restriction && !space->lasting &&
           !space->sliding;
}

bool aug_image_find(aug_space *space) {
    space->image_tensors[0] = space->image_tensors[1] = -1;
    if (!is_plain(space))
        return false;
    for (int s = 0; s < space->tensor_count; s++)
        for (int t = s + 1; t < space->tensor_count; t++)
            for (int a = 0; a < space->rank_count && machine_is_even(space, s, t); a++)
                for (int b = a + 1; b < space->rank_count; b++)
                    if (same_rank(space, a, b) && exchanges(space, a, b, s, t)) {
                        space->image_tensors[0] = s;
                        space->image_tensors[1] = t;
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
            unsigned image = loops ? exchange(set, space->image_ranks[0], space->image_ranks[1])
                                   : exchange(set, s, t);
            if (set != image)
                return set < image;
        }
    }
    return true;
}
