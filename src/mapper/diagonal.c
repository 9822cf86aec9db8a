#include "mapper/diagonal.h"

#include "mapper/index_sum.h"

static bool slides(const aug_space *space, int tensor, int rank) {
    return (space->tensors[tensor].ranks & ~space->tensors[tensor].direct) >> rank & 1;
}

// Whether boxes of all children have one size, and dimensions no rank in common.
static bool is_even(const aug_space *space, int tensor) {
    return space->divides && !space->tensors[tensor].tangled;
}

static aug_count all_but_longest(const aug_space *space, int tensor, const aug_count *steps) {
    aug_count most = 1;
    for (int r = 0; r < space->rank_count; r++)
        if (slides(space, tensor, r) && steps[r] > most)
            most = steps[r];
    return most;
}

static aug_count different_along(const aug_space *space, int tensor, const aug_problem_dim *dim,
                                 const aug_count *steps) {
    aug_count sums = 1;
    for (int i = 0; i < dim->term_count; i++)
        sums += slides(space, tensor, dim->terms[i].rank) ? steps[dim->terms[i].rank] - 1 : 0;
    return sums;
}

// The least over tiles of two ranks that divide what their steps leave; `least`: there are no fewer.
static aug_count spaced_at_best(const aug_space *space, const aug_problem_term *one, aug_count steps,
                                const aug_problem_term *other, aug_count other_steps, aug_count least) {
    const aug_tile_classes *tiles = &space->classes[one->rank], *others = &space->classes[other->rank];
    aug_count most = space->problem->sizes[one->rank] / steps, best = ~(aug_count)0,
              other_most = space->problem->sizes[other->rank] / other_steps;
    for (int i = tiles->count - 1; i >= 0; i--) {
        if (most % tiles->at[i].least != 0)
            continue;
        for (int j = others->count - 1; j >= 0; j--) {
            if (other_most % others->at[j].least != 0)
                continue;
            aug_count different =
                aug_index_sum_values(one->coefficient * tiles->at[i].least, steps,
                                     other->coefficient * others->at[j].least, other_steps);
            best = different < best ? different : best;
            if (best == least)
                return best;
        }
    }
    return best;
}

// Of loops along one dimension, one over each rank.
static aug_count different_at_best(const aug_space *space, int tensor, int dim, const aug_count *steps,
                                   aug_diagonal_cache *cache) {
    const aug_problem_dim *of = &space->problem->tensors[tensor].dims[dim];
    const aug_problem_term *pair[2] = {NULL, NULL};
    aug_count least = different_along(space, tensor, of, steps);
    int count = 0;
    for (int i = 0; i < of->term_count; i++)
        if (slides(space, tensor, of->terms[i].rank) && steps[of->terms[i].rank] > 1) {
            if (count < 2)
                pair[count] = &of->terms[i];
            count++;
        }
    if (count != 2 || space->has_prefix)
        return least;
    aug_count one = steps[pair[0]->rank], other = steps[pair[1]->rank];
    const aug_count key = 31 * one + 7 * other + (aug_count)pair[0]->rank + 3 * (aug_count)pair[1]->rank;
    const size_t at = (size_t)key % AUG_COUNT(cache->at);
    if (cache && cache->at[at].different && cache->at[at].one == one && cache->at[at].other == other &&
        cache->at[at].terms[0] == pair[0] && cache->at[at].terms[1] == pair[1])
        return cache->at[at].different;
    aug_count different = spaced_at_best(space, pair[0], one, pair[1], other, least);
    if (cache) {
        cache->at[at].one = one;
        cache->at[at].other = other;
        cache->at[at].terms[0] = pair[0];
        cache->at[at].terms[1] = pair[1];
        cache->at[at].different = different;
    }
    return different;
}

aug_count aug_diagonal_different(const aug_space *space, int tensor, const aug_count *steps,
                                 aug_diagonal_cache *cache) {
    if (!is_even(space, tensor))
        return all_but_longest(space, tensor, steps);
    aug_count product = 1;
    for (int d = 0; d < space->problem->tensors[tensor].dim_count; d++)
        product *= different_at_best(space, tensor, d, steps, cache);
    return product;
}

// Of any loops over ranks.
static aug_count different_of_any(const aug_space *space, int tensor, const aug_count *steps) {
    const aug_problem_tensor *of = &space->problem->tensors[tensor];
    if (!is_even(space, tensor))
        return all_but_longest(space, tensor, steps);
    aug_count product = 1;
    for (int d = 0; d < of->dim_count; d++)
        product *= different_along(space, tensor, &of->dims[d], steps);
    return product;
}

// ---- Loops of a path

enum { LOOPS = 4, PLACES = 4096, TRIES = 256 }; // over a rank; along a dimension, to be counted; ways

typedef struct along {
    aug_count steps[AUG_PROBLEM_RANKS];       // of all loops over the rank
    aug_count tile[AUG_PROBLEM_RANKS][LOOPS]; // of each, the innermost first
    aug_count of[AUG_PROBLEM_RANKS][LOOPS];   // its steps
    aug_count within[AUG_PROBLEM_RANKS][LOOPS + 1]; // steps right inside, along axes that do not share
    int loops[AUG_PROBLEM_RANKS];
    bool known; // tiles
} along;

// Whether all axes of the array are alike: else which of them takes the outer steps of a rank is open.
static bool is_alone(const aug_space *space, int group) {
    for (int g = 0; g < space->group_count; g++)
        if (g != group && space->groups[g].segment == space->groups[group].segment)
            return false;
    return true;
}

static void gather(const aug_space *space, const aug_keeping *keeping, int tensor, const aug_item *path,
                   const aug_frame *frame, along *found) {
    int parent = keeping->chain[tensor][frame->placed[tensor] - 1];
    for (int r = 0; r < space->rank_count; r++) {
        found->steps[r] = 1;
        found->loops[r] = 0;
        for (int l = 0; l <= LOOPS; l++)
            found->within[r][l] = 1;
    }
    found->known = true;
    for (int i = frame->path - 1; i >= 0; i--) {
        const aug_item *item = &path[i];
        if (item->kind == AUG_ITEM_STORE && item->tensor == tensor)
            return;
        if (item->kind != AUG_ITEM_PAR || !slides(space, tensor, item->rank))
            continue;
        const aug_axis_group *group = &space->groups[item->group];
        if (group->segment < space->memories[parent].segment)
            continue;
        if (!(group->multicast >> tensor & 1)) {
            int next = found->loops[item->rank];
            found->within[item->rank][next < LOOPS ? next : LOOPS] *= item->steps;
            continue;
        }
        int loop = found->loops[item->rank]++;
        found->steps[item->rank] *= item->steps;
        found->known &= loop < LOOPS && is_alone(space, item->group);
        if (loop < LOOPS) {
            found->tile[item->rank][loop] = space->classes[item->rank].at[item->to].least;
            found->of[item->rank][loop] = item->steps;
        }
    }
}

static aug_count different_of_two(const aug_problem_term *p, const aug_problem_term *r, const along *found) {
    return aug_index_sum_values(p->coefficient * found->tile[p->rank][0], found->steps[p->rank],
                                r->coefficient * found->tile[r->rank][0], found->steps[r->rank]);
}

// The least where tiles in time may stand between a step in space and the tile here, any number that divides
// all of them.
static aug_count least_of_two(const aug_problem_term *p, const aug_problem_term *r, const along *found,
                              const aug_count *tiles) {
    aug_count least = ~(aug_count)0;
    for (aug_count i = 1; i <= tiles[p->rank]; i++)
        for (aug_count j = 1; tiles[p->rank] % i == 0 && j <= tiles[r->rank]; j++) {
            if (tiles[r->rank] % j != 0)
                continue;
            aug_count different =
                aug_index_sum_values(p->coefficient * found->tile[p->rank][0] * i, found->steps[p->rank],
                                     r->coefficient * found->tile[r->rank][0] * j, found->steps[r->rank]);
            least = different < least ? different : least;
        }
    return least;
}

// Places further on, from each of those that are set, of so many words.
static void move_on(uint64_t *places, int count, aug_count by) {
    int words = (int)(by / 64), bits = (int)(by % 64);
    for (int w = count - 1; w >= words; w--) {
        uint64_t from = places[w - words] << bits;
        if (bits && w > words)
            from |= places[w - words - 1] >> (64 - bits);
        places[w] |= from;
    }
}

static aug_count bits_of(uint64_t word) {
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return word * 0x0101010101010101u >> 56;
}

// Places of all loops, one after the other; n steps are those of n / 2 and the same further on. 0: too far apart to be
// counted.
static aug_count places_of(const aug_space *space, int tensor, const aug_problem_dim *dim, const along *found) {
    uint64_t places[PLACES / 64];
    aug_count far = 0, count = 0;
    int words = 1;
    places[0] = 1;
    for (int i = 0; i < dim->term_count; i++) {
        int rank = dim->terms[i].rank;
        for (int l = 0; slides(space, tensor, rank) && l < found->loops[rank]; l++) {
            aug_count by = dim->terms[i].coefficient * found->tile[rank][l], steps = found->of[rank][l];
            far += by * (steps - 1);
            if (far >= PLACES)
                return 0;
            while (words <= (int)(far / 64))
                places[words++] = 0;
            for (aug_count done = 1, more; done < steps; done += more) {
                more = done < steps - done ? done : steps - done;
                move_on(places, words, by * more);
            }
        }
    }
    for (int w = 0; w < words; w++)
        count += bits_of(places[w]);
    return count;
}

typedef struct spacing {
    const aug_space *space;
    int tensor;
    const aug_problem_dim *dim;
    along loops; // tiles of those that are spaced
    aug_count least;
    int tries;
} spacing;

// The least places where any part of the `left` tiles of a rank may stand inside of its loop `loop`; `tile`: of
// what is inside of that. False where there are too many ways.
static bool space_out(spacing *of, const aug_count *tiles, int term, int loop, aug_count tile, aug_count left) {
    while (term < of->dim->term_count && loop == of->loops.loops[of->dim->terms[term].rank]) {
        if (++term == of->dim->term_count)
            break;
        loop = 0;
        tile = of->loops.tile[of->dim->terms[term].rank][0];
        left = tiles[of->dim->terms[term].rank];
    }
    if (term == of->dim->term_count) {
        aug_count places = places_of(of->space, of->tensor, of->dim, &of->loops);
        of->least = places < of->least ? places : of->least;
        return places > 0 && ++of->tries < TRIES;
    }
    int rank = of->dim->terms[term].rank;
    aug_count was = of->loops.tile[rank][loop];
    bool counted = true;
    for (aug_count i = 1; counted && i <= left; i++) {
        if (left % i != 0)
            continue;
        of->loops.tile[rank][loop] = tile * i;
        aug_count next = tile * i * of->loops.of[rank][loop] * of->loops.within[rank][loop + 1];
        counted = space_out(of, tiles, term, loop + 1, next, left / i);
    }
    of->loops.tile[rank][loop] = was;
    return counted;
}

static aug_count least_places(const aug_space *space, int tensor, const aug_problem_dim *dim,
                              const along *found, const aug_count *tiles) {
    spacing of = {.space = space, .tensor = tensor, .dim = dim, .loops = *found, .least = ~(aug_count)0};
    int first = dim->terms[0].rank;
    return space_out(&of, tiles, 0, 0, found->tile[first][0], tiles[first]) ? of.least : 0;
}

// Exact where two ranks have one loop each, or one rank has any, and `tiles` is NULL; and where places are
// counted.
static aug_count different_at(const aug_space *space, int tensor, const aug_problem_dim *dim,
                              const along *found, const aug_count *tiles) {
    int one = -1, other = -1;
    for (int i = 0; i < dim->term_count; i++) {
        int rank = dim->terms[i].rank;
        if (!slides(space, tensor, rank) || found->steps[rank] == 1)
            continue;
        if (found->loops[rank] > 1 || other >= 0) {
            aug_count places = tiles ? least_places(space, tensor, dim, found, tiles)
                                     : places_of(space, tensor, dim, found);
            return places ? places : different_along(space, tensor, dim, found->steps);
        }
        other = one;
        one = i;
    }
    if (other < 0)
        return different_along(space, tensor, dim, found->steps);
    return tiles ? least_of_two(&dim->terms[one], &dim->terms[other], found, tiles)
                 : different_of_two(&dim->terms[one], &dim->terms[other], found);
}

// Whether each rank has one loop, apart as far as any tile of it.
static bool has_one_each(const aug_space *space, const along *found) {
    for (int r = 0; r < space->rank_count; r++)
        if (found->loops[r] > 1)
            return false;
    return true;
}

static aug_count different_of(const aug_space *space, int tensor, const along *found, const aug_count *tiles) {
    if (!found->known || !is_even(space, tensor))
        return has_one_each(space, found) ? aug_diagonal_different(space, tensor, found->steps, NULL)
                                          : different_of_any(space, tensor, found->steps);
    aug_count product = 1;
    for (int d = 0; d < space->problem->tensors[tensor].dim_count; d++)
        product *=
            different_at(space, tensor, &space->problem->tensors[tensor].dims[d], found, tiles);
    return product;
}

aug_count aug_diagonal_of_path(const aug_space *space, const aug_keeping *keeping, int tensor,
                               const aug_item *path, const aug_frame *frame, aug_count *all) {
    along found;
    gather(space, keeping, tensor, path, frame, &found);
    *all = 1;
    for (int r = 0; r < space->rank_count; r++)
        *all *= found.steps[r];
    found.known &= keeping->only < 0;
    return different_of(space, tensor, &found, NULL);
}

aug_count aug_diagonal_at_least(const aug_space *space, const aug_keeping *keeping, int tensor,
                                const aug_item *path, const aug_frame *frame, const aug_count *extents,
                                const aug_count *tiles) {
    along found;
    gather(space, keeping, tensor, path, frame, &found);
    for (int r = 0; r < space->rank_count; r++)
        found.tile[r][0] = extents[r] * found.within[r][0];
    return different_of(space, tensor, &found, tiles);
}

bool aug_diagonal_steps(const aug_space *space, const aug_keeping *keeping, int tensor, const aug_item *path,
                        const aug_frame *frame, aug_count *steps) {
    along found;
    gather(space, keeping, tensor, path, frame, &found);
    for (int r = 0; r < space->rank_count; r++)
        steps[r] = found.steps[r];
    return is_even(space, tensor);
}
