#include "mapper/spread_choice.h"

#include <string.h>

static double *room_for(aug_arena *arena, const double *all, size_t most) {
    return all ? AUG_NEW_ROOM(arena, double, most) : NULL;
}

void aug_spread_choice_init(aug_arena *arena, const aug_space *space, const aug_spreads *all,
                            aug_spread_choice *choice) {
    size_t most = all->count < AUG_SPREAD_CHOICE ? (size_t)all->count : AUG_SPREAD_CHOICE;
    *choice = (aug_spread_choice){.list = {.count = 0}};
    choice->way = AUG_NEW_ROOM(arena, int, most);
    choice->at = AUG_NEW_ROOM(arena, aug_spread, most);
    choice->all = AUG_NEW_ROOM(arena, double, most);
    for (int t = 0; t < space->tensor_count; t++) {
        choice->copies[t] = room_for(arena, all->copies[t], most);
        choice->diagonals[t] = room_for(arena, all->diagonals[t], most);
        for (int slid = 0; slid < 2; slid++)
            choice->reads[slid][t] = room_for(arena, all->reads[slid][t], most);
    }
    for (int r = 0; r < space->rank_count; r++) {
        size_t words = (size_t)space->classes[r].count * (most / 64 + 1);
        choice->steps[r] = room_for(arena, all->steps[r], most);
        choice->fits[r] = AUG_NEW_ROOM(arena, uint64_t, words);
        choice->whole[r] = AUG_NEW_ROOM(arena, uint64_t, words);
    }
}

// ---- Of all those of the choice

static const double *pick(const aug_spread_choice *choice, const double *all, double *own) {
    for (int i = 0; all && i < choice->list.count; i++)
        own[i] = all[choice->way[i]];
    return own;
}

static const uint64_t *pick_bits(const aug_spread_choice *choice, const aug_spreads *all,
                                 const uint64_t *bits, int classes, uint64_t *own) {
    int words = choice->list.words;
    memset(own, 0, (size_t)(classes * words) * sizeof *own);
    for (int c = 0; c < classes; c++)
        for (int i = 0; i < choice->list.count; i++)
            own[c * words + i / 64] |= (uint64_t)aug_spreads_fit(all, &bits[c * all->words], choice->way[i])
                                       << (i % 64);
    return own;
}

// False where there are too many.
static bool find_ways(const aug_spreads *all, const uint64_t *mask, aug_spread_choice *choice) {
    int count = 0;
    for (int w = 0; w < all->words; w++)
        count += __builtin_popcountll(mask[w]);
    if (count > AUG_SPREAD_CHOICE)
        return false;
    choice->list.count = 0;
    for (int w = 0; w < all->words; w++)
        for (uint64_t left = mask[w]; left; left &= left - 1)
            choice->way[choice->list.count++] = 64 * w + __builtin_ctzll(left);
    return count > 0;
}

void aug_spreads_lend(const aug_spreads *from, aug_spreads *to) {
    to->prices = from->prices;
    to->fitting = from->fitting;
    to->order = from->order;
    to->slid = from->slid;
    for (int t = 0; t < AUG_PROBLEM_TENSORS; t++)
        to->slid->of[t] = NULL; // the list may have been another one
}

void aug_spread_choice_take(const aug_space *space, const aug_spreads *all, const uint64_t *mask,
                            aug_spread_choice *choice) {
    aug_spreads *list = &choice->list;
    *list = (aug_spreads){.count = 0, .group = all->group};
    if (!find_ways(all, mask, choice))
        return;
    list->words = (list->count + 63) / 64;
    for (int i = 0; i < list->count; i++)
        choice->at[i] = all->at[choice->way[i]];
    list->at = choice->at;
    list->all = pick(choice, all->all, choice->all);
    for (int t = 0; t < space->tensor_count; t++) {
        list->copies[t] = pick(choice, all->copies[t], choice->copies[t]);
        list->diagonals[t] = pick(choice, all->diagonals[t], choice->diagonals[t]);
        for (int slid = 0; slid < 2; slid++)
            list->reads[slid][t] = pick(choice, all->reads[slid][t], choice->reads[slid][t]);
    }
    for (int r = 0; r < space->rank_count; r++) {
        int classes = space->classes[r].count;
        list->steps[r] = pick(choice, all->steps[r], choice->steps[r]);
        list->fits[r] = pick_bits(choice, all, all->fits[r], classes, choice->fits[r]);
        list->whole[r] = pick_bits(choice, all, all->whole[r], classes, choice->whole[r]);
    }
    aug_spreads_lend(all, list);
}
