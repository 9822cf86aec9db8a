#include "fusion/group_tiles.h"

enum { ALL_TILES = 16 };

static aug_count steps_of(aug_count size, aug_count tile) {
    return size / tile + (size % tile != 0);
}

static void add(aug_group_tiles *tiles, aug_count size, aug_count tile) {
    for (int i = 0; i < tiles->count; i++) {
        aug_count *other = &tiles->at[i];
        if (steps_of(size, *other) != steps_of(size, tile))
            continue;
        *other = tile < *other ? tile : *other;
        return;
    }
    tiles->at[tiles->count++] = tile;
}

void aug_group_tiles_list(aug_arena *arena, aug_count size, bool perfect, aug_group_tiles *tiles) {
    aug_count part = steps_of(size, ALL_TILES), most = ALL_TILES;
    for (aug_count tile = 1; tile * tile <= size; tile++)
        most += size % tile == 0 ? 2 : 0;
    *tiles = (aug_group_tiles){0, AUG_NEW_ARRAY(arena, aug_count, (size_t)most)};
    for (aug_count tile = 1; tile * tile <= size; tile++)
        if (size % tile == 0) {
            if (tile < size)
                add(tiles, size, tile);
            if (size / tile < size)
                add(tiles, size, size / tile);
        }
    for (aug_count tile = part; !perfect && tile < size; tile += part)
        add(tiles, size, tile);
}
