#include "mapper/shape_net.h"

#include "mapper/shape_corner.h"

static void put(aug_term_list *list, int item) {
    if (item >= 0)
        list->at[list->count++] = (int8_t)item;
}

// Tiles at a loop, or, where there is none, those of the loops that the nest begins with.
static void put_tiles(const aug_shape_terms *terms, int rank, int loop, bool counts, aug_shape_net *of) {
    put(&of->counts, loop);
    if (loop < 0 && counts)
        of->given *= (double)aug_shape_given(terms->space, rank);
}

static int count_of_rank(const aug_shape *shape, const aug_term_list *counts, int rank) {
    for (int i = 0; i < counts->count; i++)
        if (shape->at[counts->at[i]].rank == rank)
            return counts->at[i];
    return -1;
}

static void net_of_rank(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term,
                        int rank, aug_shape_net *of) {
    const aug_shape *shape = terms->shape;
    const aug_term_list *sharers = &term->sharers;
    int end = aug_term_moves(term) ? count_of_rank(shape, &term->counts, rank) : AUG_SHAPE_ITEMS, last = end,
        first = -1;
    while (last >= 0 && last < AUG_SHAPE_ITEMS && aug_term_list_has(sharers, last))
        last = shape->at[last].before;
    if (last < AUG_SHAPE_ITEMS)
        put_tiles(terms, rank, last, end >= 0, of);
    for (int k = 0; k < sharers->count; k++)
        if (shape->at[sharers->at[k]].rank == rank && sharers->at[k] < last &&
            (first < 0 || sharers->at[k] < first))
            first = sharers->at[k];
    bool whole = first >= 0 && aug_box_fills_last(terms, box, first) &&
                 of->counts.count + sharers->count <= AUG_SHAPE_FACTORS &&
                 of->dividers.count + sharers->count <= AUG_SHAPE_FACTORS;
    for (int k = 0; k < sharers->count; k++) {
        int item = sharers->at[k];
        if (shape->at[item].rank != rank || (item > last && item <= end))
            continue;
        if (item < last && whole) {
            put(&of->dividers, item);
            put_tiles(terms, rank, shape->at[item].before, true, of);
        } else {
            put(&of->sharers, item);
        }
    }
}

aug_shape_net aug_shape_net_of(const aug_shape_terms *terms, const aug_box *box, const aug_shape_term *term) {
    aug_shape_net of = {.dividers = term->dividers, .given = (double)term->given};
    for (int r = 0; r < terms->space->rank_count; r++)
        net_of_rank(terms, box, term, r, &of);
    return of;
}
