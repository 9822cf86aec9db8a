#include "mapper/window_words.h"

#include "mapper/index_sum.h"

#include <math.h>
#include <string.h>

// Words of an index that its ranks touch at a tile, at least, and the step between them: others lie in gaps.
static aug_count touched(const aug_problem_dim *dim, const aug_count *extents, aug_count *step) {
    const aug_problem_term *large[AUG_EINSUM_TERMS];
    aug_count sum = 1;
    int count = 0;
    *step = 0;
    for (int i = 0; i < dim->term_count; i++) {
        aug_count extent = extents[dim->terms[i].rank];
        if (extent == 1)
            continue;
        aug_count coefficient = dim->terms[i].coefficient;
        *step = coefficient == 1 ? 1 : aug_gcd(*step, coefficient);
        large[count++] = &dim->terms[i];
        sum += extent - 1;
    }
    if (count != 2)
        return sum;
    return aug_index_sum_values(large[0]->coefficient, extents[large[0]->rank], large[1]->coefficient,
                                extents[large[1]->rank]);
}

// A box: along each dimension how wide it is, how many words its ranks touch and the step between them.
typedef struct box {
    const aug_problem_tensor *of;
    bool only_touched; // words in gaps do not count
    aug_count words;
    aug_count width[AUG_PROBLEM_DIMS], touched[AUG_PROBLEM_DIMS], step[AUG_PROBLEM_DIMS];
} box;

static void set_box(const aug_problem_tensor *tensor, const aug_count *extents, bool only_touched, box *of) {
    of->of = tensor;
    of->only_touched = only_touched;
    of->words = 1;
    for (int d = 0; d < tensor->dim_count; d++) {
        of->width[d] = aug_dim_extent(&tensor->dims[d], extents);
        if (only_touched)
            of->touched[d] = touched(&tensor->dims[d], extents, &of->step[d]);
        of->words *= only_touched ? of->touched[d] : of->width[d];
    }
}

// By how much a point of a rank moves along a dimension.
static int64_t moved_by(const aug_problem_dim *dim, int rank) {
    int64_t by = 0;
    for (int i = 0; i < dim->term_count; i++)
        by += dim->terms[i].rank == rank ? (int64_t)dim->terms[i].coefficient : 0;
    return by;
}

// Words of a box that are in the one before, too, which lies so far away along each dimension; where only those that are
// touched count, at most.
static aug_count overlap(const box *of, const int64_t *away) {
    aug_count words = 1;
    for (int d = 0; d < of->of->dim_count; d++) {
        aug_count far = (aug_count)(away[d] < 0 ? -away[d] : away[d]), both = of->width[d] - far;
        if (far >= of->width[d])
            return 0;
        if (of->only_touched) {
            if (of->step[d] != 1)
                both = of->step[d] ? (both - 1) / of->step[d] + 1 : 1;
            both = both < of->touched[d] ? both : of->touched[d];
        }
        words *= both;
    }
    return words;
}

static aug_count at_most(aug_count words, double held) {
    return (double)words <= held ? words : (aug_count)held;
}

// Loops from the inside out: words so far, steps of the loops that are still to come, and where those inside
// have gone, along each dimension.
typedef struct slide {
    box of;
    unsigned moving;
    double held;
    aug_count words, before;
    int64_t away[AUG_PROBLEM_DIMS];
} slide;

// A step moves its tile on by one, and all that is inside back to where it began.
static void step_back(slide *s, int rank, aug_count tile, aug_count steps) {
    int dims = s->moving >> rank & 1 ? s->of.of->dim_count : 0;
    int64_t by[AUG_PROBLEM_DIMS];
    s->before /= steps;
    for (int d = 0; d < dims; d++)
        s->away[d] += by[d] = (int64_t)tile * moved_by(&s->of.of->dims[d], rank);
    s->words -= s->before * (steps - 1) * at_most(overlap(&s->of, s->away), s->held);
    for (int d = 0; d < dims; d++)
        s->away[d] -= by[d] * (int64_t)steps;
}

static void start_slide(const aug_space *space, int tensor, const aug_count *extents, bool only_touched,
                        aug_count time, slide *s) {
    set_box(&space->problem->tensors[tensor], extents, only_touched, &s->of);
    s->moving = space->tensors[tensor].ranks;
    s->before = time;
    s->words = s->of.words * time;
    memset(s->away, 0, (size_t)s->of.of->dim_count * sizeof *s->away);
}

static aug_count given_steps(const aug_space *space, int given) {
    aug_count steps = 1;
    for (int i = 0; i < given; i++)
        steps *= space->given[i].steps;
    return steps;
}

static aug_count end_slide(const aug_space *space, int given, slide *s) {
    for (int i = given - 1; i >= 0; i--)
        step_back(s, space->given[i].rank, space->given[i].tile, space->given[i].steps);
    return s->words;
}

// Boxes of all steps less what each step still holds (cost/perfect.c).
aug_count aug_window_words(const aug_space *space, int tensor, const aug_item *path, int count,
                           const aug_count *extents, double held, bool only_touched) {
    slide s;
    s.held = held;
    aug_count time = given_steps(space, space->given_count);
    for (int i = 0; i < count; i++)
        time *= path[i].kind == AUG_ITEM_FOR ? path[i].steps : 1;
    start_slide(space, tensor, extents, only_touched, time, &s);
    for (int i = count - 1; i >= 0; i--) {
        const aug_item *loop = &path[i];
        if (loop->kind == AUG_ITEM_FOR && loop->steps > 1)
            step_back(&s, loop->rank, space->classes[loop->rank].at[loop->to].least, loop->steps);
    }
    return end_slide(space, space->given_count, &s);
}

aug_count aug_window_given(const aug_space *space, int tensor, int given, const aug_count *extents) {
    slide s;
    s.held = (double)INFINITY;
    start_slide(space, tensor, extents, false, given_steps(space, given), &s);
    return end_slide(space, given, &s);
}

// ---- Whatever the order of loops

static aug_count least_factor(aug_count n) {
    for (aug_count f = 2; f * f <= n; f++)
        if (n % f == 0)
            return f;
    return n;
}

// Whether a rank other than `rank` moves one of its indices in time.
static bool moves_with_others(const aug_problem_tensor *of, int rank, const aug_count *tiles) {
    for (int d = 0; d < of->dim_count; d++) {
        bool own = false, others = false;
        for (int i = 0; i < of->dims[d].term_count; i++) {
            own |= of->dims[d].terms[i].rank == rank;
            others |= of->dims[d].terms[i].rank != rank && tiles[of->dims[d].terms[i].rank] > 1;
        }
        if (own && others)
            return true;
    }
    return false;
}

// Words that `steps` steps bring where the innermost loop is over `rank`.
static aug_count brought_by(const box *of, int rank, const aug_count *extents, const aug_count *tiles,
                            aug_count steps) {
    int64_t away[AUG_PROBLEM_DIMS];
    for (int d = 0; d < of->of->dim_count; d++)
        away[d] = (int64_t)extents[rank] * moved_by(&of->of->dims[d], rank);
    aug_count fresh = of->words - overlap(of, away);
    if (moves_with_others(of->of, rank, tiles))
        steps -= steps / least_factor(tiles[rank]);
    return fresh * steps;
}

aug_count aug_window_reached(const aug_space *space, int tensor, const aug_count *extents,
                             const aug_count *tiles) {
    const aug_problem_tensor *of = &space->problem->tensors[tensor];
    aug_count words = 1;
    for (int d = 0; d < of->dim_count; d++) {
        aug_count sums = 1;
        for (int i = 0; i < of->dims[d].term_count; i++) {
            int rank = of->dims[d].terms[i].rank;
            sums += extents[rank] * tiles[rank] - 1;
        }
        words *= sums;
    }
    return words;
}

aug_count aug_window_least(const aug_space *space, int tensor, const aug_count *extents,
                           const aug_count *tiles, aug_count times) {
    box of;
    set_box(&space->problem->tensors[tensor], extents, false, &of);
    unsigned moving = 0;
    aug_count steps = times, least = ~(aug_count)0;
    for (int r = 0; r < space->rank_count; r++)
        if ((space->tensors[tensor].ranks >> r & 1) && tiles[r] > 1) {
            moving |= 1u << r;
            steps *= tiles[r];
        }
    if (!moving)
        return of.words;
    for (int r = 0; r < space->rank_count; r++) {
        aug_count brought = moving >> r & 1 ? brought_by(&of, r, extents, tiles, steps) : least;
        least = brought < least ? brought : least;
    }
    aug_count reached = aug_window_reached(space, tensor, extents, tiles);
    return least > reached ? least : reached;
}

// Words of an index that points of its ranks touch, all points of ranks with one step and any part of others.
static aug_count touched_by_parts(const aug_space *space, const aug_problem_dim *dim, const aug_count *steps) {
    const aug_problem_term *whole = NULL, *other = NULL;
    aug_count sums = 1;
    int large = 0;
    for (int i = 0; i < dim->term_count; i++) {
        const aug_problem_term *term = &dim->terms[i];
        aug_count points = space->problem->sizes[term->rank] / steps[term->rank];
        if (points == 1)
            continue;
        sums += points - 1;
        large++;
        if (steps[term->rank] == 1 && term->coefficient == 1 && !whole)
            whole = term;
        else
            other = term;
    }
    if (large != 2 || !whole)
        return sums;
    aug_count points = space->problem->sizes[whole->rank], apart = other->coefficient;
    return points + (space->problem->sizes[other->rank] / steps[other->rank] - 1) * (apart < points ? apart : points);
}

aug_count aug_window_spread(const aug_space *space, int tensor, const aug_count *steps) {
    const aug_problem_tensor *of = &space->problem->tensors[tensor];
    aug_count words = 1;
    for (int d = 0; d < of->dim_count; d++)
        words *= touched_by_parts(space, &of->dims[d], steps);
    for (int r = 0; r < space->rank_count; r++)
        words *= space->tensors[tensor].ranks >> r & 1 ? steps[r] : 1;
    return words;
}

// Words of an index that instances read, those at one place together, at least, with up to `fan` times the steps.
static aug_count read_along(const aug_space *space, const aug_problem_dim *dim, int term, aug_count fan,
                            aug_count *steps) {
    if (term == dim->term_count) {
        aug_count places = 1;
        for (int i = 0; i < dim->term_count; i++)
            places += steps[dim->terms[i].rank] - 1;
        return places * touched_by_parts(space, dim, steps);
    }
    int rank = dim->terms[term].rank;
    const aug_tile_classes *classes = &space->classes[rank];
    aug_count own = steps[rank], size = space->problem->sizes[rank], least = ~(aug_count)0;
    for (int i = 0; i < classes->count; i++) {
        aug_count all = size / classes->at[i].least;
        if (all % own != 0 || all / own > fan)
            continue;
        steps[rank] = all;
        aug_count words = read_along(space, dim, term + 1, fan / (all / own), steps);
        least = words < least ? words : least;
    }
    steps[rank] = own;
    return least;
}

aug_count aug_window_read(const aug_space *space, int tensor, const aug_count *steps, aug_count fan) {
    const aug_problem_tensor *of = &space->problem->tensors[tensor];
    aug_count words = 1, all[AUG_PROBLEM_RANKS];
    memcpy(all, steps, sizeof all);
    for (int d = 0; d < of->dim_count; d++)
        words *= read_along(space, &of->dims[d], 0, fan, all);
    return words;
}
