#include "mapper/shape_box.h"

// The last class of no more tiles than `count`.
static int class_of_count(const aug_tile_classes *classes, aug_count count) {
    int low = 0, high = classes->count - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (classes->at[middle].count <= count)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

void aug_box_init(const aug_shape_terms *terms, aug_box *box) {
    const aug_shape *shape = terms->shape;
    for (int i = 0; i < shape->count; i++) {
        box->from[i] = 0;
        box->to[i] =
            shape->at[i].kind == AUG_ITEM_STORE ? 0 : terms->space->classes[shape->at[i].rank].count - 1;
        box->least[i] = 1;
        box->most[i] = shape->at[i].kind == AUG_ITEM_PAR ? aug_shape_fan(terms->space, &shape->at[i]) : 1;
    }
    for (int r = 0; r < terms->space->rank_count; r++)
        if ((shape->used_up >> r & 1) && shape->last[r] >= 0)
            box->from[shape->last[r]] = box->to[shape->last[r]];
}

static void raise(int *from, int least) {
    *from = *from > least ? *from : least;
}

static void lower(int *to, int most) {
    *to = *to < most ? *to : most;
}

// The first class of no fewer tiles than `count`.
static int class_from_count(const aug_tile_classes *classes, aug_count count) {
    int class = class_of_count(classes, count);
    return class + (classes->at[class].count < count && class + 1 < classes->count);
}

// Where tiles divide those around them: of a loop that the nest begins with, which itself need not divide.
static void divisors_between(const aug_shape_terms *terms, const aug_box *box, int item, aug_count *least,
                             aug_count *most) {
    const aug_shape_item *loop = &terms->shape->at[item];
    const aug_tile_class *at = terms->space->classes[loop->rank].at;
    const aug_count few = loop->before < 0 ? 1 : at[box->from[loop->before]].steps,
                    many = loop->before < 0 ? 1 : at[box->to[loop->before]].steps;
    *least = (at[box->from[item]].steps + many - 1) / many;
    *most = at[box->to[item]].steps / few;
}

// Steps of a loop in space and tiles there and around it: s steps in each of c tiles, but for the last one,
// are (c - 1) s + 1 to c s tiles. Along one axis there are no more steps than it takes; two that share a rank
// may take some more, 3 times 2 for 5.
static bool narrow_steps(const aug_shape_terms *terms, int item, aug_box *box) {
    const aug_shape_item *loop = &terms->shape->at[item];
    const aug_tile_classes *classes = &terms->space->classes[loop->rank];
    if (!aug_shape_is_inside(terms, item)) {
        lower(&box->to[item], class_of_count(classes, aug_shape_fan(terms->space, loop)));
        return box->from[item] <= box->to[item];
    }
    aug_count few = aug_box_least_around(terms, box, item), many = aug_box_most_around(terms, box, item);
    aug_count inner = aug_box_least_count(terms, box, item),
              inner_most = aug_box_most_count(terms, box, item);
    aug_count least = (inner + many - 1) / many, most = (inner_most + few - 1) / few;
    if (classes->exact)
        divisors_between(terms, box, item, &least, &most);
    else if (loop->group_end - loop->group > 1)
        most = few > 1 ? (inner_most - 1) / (few - 1) : inner_most;
    box->least[item] = box->least[item] > least ? box->least[item] : least;
    box->most[item] = box->most[item] < most ? box->most[item] : most;
    if (box->least[item] > box->most[item])
        return false;
    raise(&box->from[item], class_from_count(classes, (few - 1) * box->least[item] + 1));
    lower(&box->to[item], class_of_count(classes, many * box->most[item]));
    if (loop->before < 0)
        return box->from[item] <= box->to[item];
    if (box->least[item] > 1)
        lower(&box->to[loop->before],
              class_of_count(classes, (aug_box_most_count(terms, box, item) - 1) / box->least[item] + 1));
    raise(&box->from[loop->before],
          class_from_count(classes,
                           (aug_box_least_count(terms, box, item) + box->most[item] - 1) / box->most[item]));
    return box->from[item] <= box->to[item] && box->from[loop->before] <= box->to[loop->before];
}

// A loop in time has more tiles than the one around it, one in space no fewer.
static bool narrow_chains(const aug_shape_terms *terms, aug_box *box) {
    const aug_shape *shape = terms->shape;
    for (int i = 0; i < shape->count; i++) {
        const aug_shape_item *loop = &shape->at[i];
        if (loop->kind == AUG_ITEM_STORE)
            continue;
        raise(&box->from[i], (loop->before < 0 ? 0 : box->from[loop->before]) + (loop->kind == AUG_ITEM_FOR));
        if (box->from[i] > box->to[i] || (loop->kind == AUG_ITEM_PAR && !narrow_steps(terms, i, box)))
            return false;
    }
    for (int i = shape->count - 1; i >= 0; i--) {
        const aug_shape_item *loop = &shape->at[i];
        if (loop->kind == AUG_ITEM_STORE || loop->before < 0)
            continue;
        lower(&box->to[loop->before], box->to[i] - (loop->kind == AUG_ITEM_FOR));
        if (box->from[loop->before] > box->to[loop->before])
            return false;
    }
    return true;
}

bool aug_axes_hold(const aug_count *steps, int count, aug_count room[2]) {
    while (count > 0 && *steps == 1) {
        steps++;
        count--;
    }
    if (count == 0)
        return true;
    const aug_count held[2] = {room[0], room[1]};
    for (aug_count second = 1; second <= held[1] && second <= *steps; second++) {
        aug_count first = (*steps + second - 1) / second;
        if (first > held[0])
            continue;
        room[0] = held[0] / first;
        room[1] = held[1] / second;
        if (aug_axes_hold(steps + 1, count - 1, room))
            return true;
        if (first == 1)
            break;
    }
    room[0] = held[0];
    room[1] = held[1];
    return false;
}

// Steps of all loops along the same axes.
static bool fits_arrays(const aug_shape_terms *terms, aug_box *box) {
    const aug_shape *shape = terms->shape;
    for (int i = 0, end; i < shape->count; i = end) {
        const aug_shape_item *first = &shape->at[i];
        aug_count steps = 1, fan = 0, each[AUG_SHAPE_ITEMS];
        end = i + 1;
        if (first->kind != AUG_ITEM_PAR)
            continue;
        fan = aug_shape_fan(terms->space, first);
        for (end = i; end < shape->count && shape->at[end].kind == AUG_ITEM_PAR &&
                      shape->at[end].group == first->group;
             end++)
            if ((steps *= each[end - i] = aug_box_least_steps(terms, box, end)) > fan)
                return false;
        for (int k = i; k < end; k++) {
            aug_count most = fan / (steps / aug_box_least_steps(terms, box, k));
            if (aug_shape_is_inside(terms, k))
                box->most[k] = box->most[k] < most ? box->most[k] : most;
            else
                lower(&box->to[k], class_of_count(&terms->space->classes[shape->at[k].rank], most));
        }
        int groups = first->group_end - first->group;
        aug_count room[2] = {terms->space->groups[first->group].fan,
                             groups == 2 ? terms->space->groups[first->group + 1].fan : 1};
        if (groups <= 2 && steps > 1 && !aug_axes_hold(each, end - i, room))
            return false;
    }
    return true;
}

static double least_bits(const aug_shape_terms *terms, const aug_box *box, int store) {
    int tensor = terms->shape->at[store].tensor;
    double bits = terms->space->memories[terms->shape->at[store].memory].bits[tensor];
    for (int r = 0; r < terms->space->rank_count; r++)
        if (!aug_shape_leaves(terms->space, tensor, r))
            bits *= (double)aug_box_least_tile(terms, box, store, r);
    return bits;
}

// Tiles of a store that leave room for the least ones of the others.
static void narrow_store(const aug_shape_terms *terms, int store, double own, double room, aug_box *box) {
    int tensor = terms->shape->at[store].tensor;
    for (int r = 0; r < terms->space->rank_count; r++) {
        int loop = aug_shape_loop_above(terms->shape, store, r);
        if (aug_shape_leaves(terms->space, tensor, r) || loop < 0)
            continue;
        double most = room / own * (double)aug_box_least_tile(terms, box, store, r) * (1.0 + 1e-9);
        const aug_tile_classes *classes = &terms->space->classes[r];
        if (most >= (double)classes->at[box->from[loop]].least)
            continue;
        int first = aug_tile_class_find(classes, (aug_count)most > 0 ? (aug_count)most : 1);
        box->from[loop] = box->from[loop] > first ? box->from[loop] : first;
    }
}

static bool narrow_memories(const aug_shape_terms *terms, aug_box *box) {
    const aug_shape *shape = terms->shape;
    double used[AUG_PROBLEM_MEMORIES] = {0.0}, own[AUG_SHAPE_ITEMS];
    for (int i = 0; i < shape->count; i++)
        if (shape->at[i].kind == AUG_ITEM_STORE)
            used[shape->at[i].memory] += own[i] = least_bits(terms, box, i);
    for (int m = 0; m < terms->space->memory_count; m++)
        if (used[m] > 0.0 && used[m] > aug_shape_room(terms, m))
            return false;
    for (int i = 0; i < shape->count; i++)
        if (shape->at[i].kind == AUG_ITEM_STORE) {
            int memory = shape->at[i].memory;
            narrow_store(terms, i, own[i], aug_shape_room(terms, memory) - (used[memory] - own[i]), box);
        }
    return true;
}

bool aug_box_narrow(const aug_shape_terms *terms, aug_box *box) {
    for (int i = 0; i < 2; i++)
        if (!narrow_chains(terms, box) || !narrow_memories(terms, box) || !fits_arrays(terms, box))
            return false;
    return narrow_chains(terms, box);
}

bool aug_box_limit_steps(const aug_shape_terms *terms, aug_box *box, int item, aug_count least, aug_count most) {
    const aug_shape_item *loop = &terms->shape->at[item];
    if (!aug_shape_is_inside(terms, item)) {
        const aug_tile_classes *classes = &terms->space->classes[loop->rank];
        raise(&box->from[item], class_from_count(classes, least));
        lower(&box->to[item], class_of_count(classes, most));
        return box->from[item] <= box->to[item] && aug_box_most_count(terms, box, item) >= least;
    }
    box->least[item] = box->least[item] > least ? box->least[item] : least;
    box->most[item] = box->most[item] < most ? box->most[item] : most;
    return box->least[item] <= box->most[item];
}
