#include "mapper/tile_class.h"

#include <math.h>

static void add_class(aug_tile_classes *classes, aug_count size, aug_count part, aug_count least,
                      aug_count most) {
    classes->at[classes->count++] = (aug_tile_class){.count = (size + least - 1) / least,
                                                     .steps = (part + least - 1) / least,
                                                     .least = least,
                                                     .most = most};
}

// The largest number whose square is no more.
static aug_count root_of(aug_count value) {
    aug_count root = (aug_count)sqrt((double)value);
    while (root * root > value)
        root--;
    while ((root + 1) * (root + 1) <= value)
        root++;
    return root;
}

// Divisors, the largest tile first; from the square root on they are the counts of those before.
static void add_divisors(aug_tile_classes *classes, aug_count size, aug_count part) {
    aug_count root = root_of(part);
    for (aug_count steps = 1; steps <= root; steps++)
        if (part % steps == 0)
            add_class(classes, size, part, part / steps, part / steps);
    for (int i = classes->count - 1; i >= 0; i--)
        if (classes->at[i].least > root)
            add_class(classes, size, part, part / classes->at[i].least, part / classes->at[i].least);
}

static void add_all(aug_tile_classes *classes, aug_count size, aug_count part, const aug_count *ends,
                    int end_count) {
    for (aug_count tile = part; tile > 0;) {
        aug_count steps = (part + tile - 1) / tile, least = (part + steps - 1) / steps;
        for (int i = 0; i < end_count; i++)
            if (ends[i] >= least && ends[i] < tile)
                least = ends[i] + 1;
        add_class(classes, size, part, least, tile);
        tile = least - 1;
    }
}

// As many as there can be: two for each tile up to the square root, and no number below 2^60 has more divisors than 103680.
static size_t room_for(aug_count part, bool divisors) {
    const size_t most = 103680, room = 2 * (size_t)root_of(part) + 1;
    return divisors && room > most ? most : room;
}

void aug_tile_classes_init(aug_arena *arena, aug_count size, aug_count part, bool perfect,
                           const aug_count *ends, int end_count, aug_tile_classes *classes) {
    bool divisors = perfect || part < size;
    *classes = (aug_tile_classes){
        .at = AUG_NEW_ARRAY(arena, aug_tile_class, room_for(part, divisors) + (size_t)end_count), .exact = divisors};
    if (divisors)
        add_divisors(classes, size, part);
    else
        add_all(classes, size, part, ends, end_count);
}

bool aug_tile_class_follows(const aug_tile_classes *classes, int outer, int inner) {
    const aug_tile_class *out = &classes->at[outer], *in = &classes->at[inner];
    if (classes->exact)
        return in->steps % out->steps == 0;
    if (outer == 0 || inner == classes->count - 1)
        return true;
    // A tile t of the inner class with a multiple a t of the outer one: a between least / most and most /
    // least.
    for (aug_count a = (out->least + in->most - 1) / in->most; a <= out->most / in->least; a++) {
        aug_count from = (out->least + a - 1) / a, to = out->most / a;
        if (from <= in->most && to >= in->least && from <= to)
            return true;
    }
    return false;
}

int aug_tile_class_find(const aug_tile_classes *classes, aug_count tile) {
    int low = 0, high = classes->count - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (classes->at[middle].least > tile)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
