#include "mapper/in_use.h"

// Of `tiles` further out than the first loop that leaves all in place, all but the last are whole, and in
// these all steps in space are in use.
static aug_count tiles_of(const aug_space *space, int rank, const aug_item *path, int count, int last) {
    const aug_tile_class *classes = space->classes[rank].at;
    bool passed = last < 0 && classes[0].count > 1; // loops of the prefix, too
    aug_count tiles = passed ? 1 : classes[0].count, steps = 1;
    for (int i = 0; i < count; i++) {
        if (path[i].kind == AUG_ITEM_STORE || path[i].rank != rank)
            continue;
        passed |= path[i].kind == AUG_ITEM_FOR && i > last;
        if (!passed)
            tiles = classes[path[i].to].count;
        else if (path[i].kind == AUG_ITEM_PAR)
            steps *= path[i].steps;
    }
    return tiles == 1 || steps == 1 ? tiles * steps : (tiles - 1) * steps + 1;
}

aug_count aug_in_use(const aug_space *space, unsigned ranks, const aug_item *path, int count, int last) {
    aug_count product = 1;
    for (int r = 0; r < space->rank_count; r++)
        if (!(ranks >> r & 1))
            product *= tiles_of(space, r, path, count, last);
    return product;
}

aug_count aug_in_use_behind_prefix(const aug_space *space, const aug_item *path, int count, aug_count before) {
    const aug_item *loop = &path[count - 1];
    aug_count tiles = space->classes[loop->rank].at[0].count;
    if (tiles == 1)
        return before / tiles_of(space, loop->rank, path, count - 1, -1) * tiles_of(space, loop->rank, path, count, -1);
    return before * loop->steps - (before + tiles - 1) / tiles * (loop->steps - 1);
}
