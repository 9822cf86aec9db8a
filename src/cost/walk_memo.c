#include "cost/walk_memo.h"

#include <assert.h>
#include <string.h>

enum { ENTRIES = 512, KEPT = 4, PROBES = 4, SPACE_LOOPS = 8 };

typedef struct entry {
    uint64_t signature; // choice of the loops in space
    uint32_t key, generation;
    int count;
    aug_count sum;
    aug_move items[KEPT];
} entry;

struct aug_walk_memo {
    uint32_t generation;
    entry entries[ENTRIES];
};

aug_walk_memo *aug_walk_memo_new(aug_arena *arena) {
    aug_walk_memo *memo = AUG_NEW_ROOM(arena, aug_walk_memo, 1);
    memo->generation = UINT32_MAX; // entries are not known to be clear: the first mapping clears them
    return memo;
}

void aug_walk_memo_clear(aug_walk_memo *memo) {
    if (++memo->generation == 0) {
        memset(memo->entries, 0, sizeof memo->entries);
        memo->generation = 1;
    }
}

static bool sign(const aug_rank_walk *walk, const int *choice, int end, uint64_t *signature) {
    int loops = 0;
    *signature = 0;
    for (int l = 0; l < end; l++) {
        if (!walk->loops[l].in_space)
            continue;
        if (++loops > SPACE_LOOPS)
            return false;
        *signature = *signature << 8 | (uint64_t)(choice[walk->loops[l].node] - AUG_CHOOSE_FIRST);
    }
    return true;
}

static aug_move_list make_list(const aug_moves *moves) {
    aug_move_list list = {moves->items, moves->count, 0};
    assert(!moves->overflow);
    for (int i = 0; i < moves->count; i++)
        list.sum += moves->items[i].count;
    return list;
}

aug_move_list aug_walk_memo_moves(aug_walk_memo *memo, const aug_rank_walk *walk, int rank, const int *choice,
                                  int node, int end, aug_moves *spare) {
    uint64_t signature;
    int depth = node == AUG_MOVES_LEAVES ? end : aug_walk_depth(walk, node);
    bool own = node >= 0 && depth < end && walk->loops[depth].node == node;
    uint32_t key = (uint32_t)(rank | end << 5 | depth << 10 | own << 15 | (node == AUG_MOVES_LEAVES) << 16);
    entry *free_entry = NULL;
    if (sign(walk, choice, end, &signature)) {
        uint64_t hash = (signature ^ key) * UINT64_C(0x9E3779B97F4A7C15);
        for (unsigned p = 0; p < PROBES; p++) {
            entry *e = &memo->entries[((hash >> 55) + p) % ENTRIES];
            if (e->generation != memo->generation) {
                free_entry = e;
                break;
            }
            if (e->key == key && e->signature == signature)
                return (aug_move_list){e->items, e->count, e->sum};
        }
    }
    aug_walk_moves(walk, choice, node, end, spare);
    aug_move_list list = make_list(spare);
    if (!free_entry || list.count > KEPT)
        return list;
    *free_entry = (entry){signature, key, memo->generation, list.count, list.sum, {{0}}};
    memcpy(free_entry->items, list.items, (size_t)list.count * sizeof *list.items);
    list.items = free_entry->items;
    return list;
}
