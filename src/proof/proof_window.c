// A tile of indices with windows is a box. With loops l_1 .. l_k over their ranks, outermost first, n_i steps
// each, o_i what the boxes before and behind a step of l_i have in common, and b_i what the last and the
// first box of the loops from l_i on have:
//
//     V_(k+1) = box        V_i = V_(i+1) + (n_i - 1) (V_(i+1) - o_i)
//     words   = V_1 + Σ over loops that do not move the tensor: (steps - 1) · steps of those outside · a
//     a       = min over i up to where such a loop stands: n_1 .. n_(i-1) (V_i - b_i)
//
// Such loops are recorded no further out than they stand, and ranks that are an index by themselves multiply.
// Arrays in which the ranks go side by side stand anywhere among the loops: the place with the fewest words
// counts.
//
// Example: I[p + r], p 8 in four tiles, r 3: box 4, o_1 = 2, b_1 = 0: V_1 = 4 + 3 · 2 = 10. Twice: 20. With
// two tiles of p: box 6, V_1 = 6 + 4 = 10, b_1 = 2: twice 18.
#include "proof/proof_window.h"

#include "base/gcd.h"

#include <string.h>

typedef struct window {
    const aug_proof *proof;
    const aug_proof_partial *at;
    const aug_problem_tensor *of;
    unsigned ranks;                    // of windows
    int arrays;                        // around the memory
    int crossed[AUG_PROBLEM_ARRAYS];   // loops outside of each
    aug_count tile[AUG_PROBLEM_RANKS]; // of an instance
    aug_count wide[AUG_PROBLEM_RANKS]; // where an instance may find it, array or not
    aug_wide box, sweep;               // words of a tile; of all steps that the loops do not tell, at least
    aug_wide held;                     // most words that stay from one step to the next
    bool whole;
} window;

static bool is_window(const aug_problem_dim *dim) {
    return dim->term_count > 1 || dim->terms[0].coefficient > 1;
}

unsigned aug_proof_window_ranks(const aug_problem_tensor *tensor) {
    unsigned ranks = 0;
    for (int d = 0; d < tensor->dim_count; d++)
        for (int t = 0; t < tensor->dims[d].term_count && is_window(&tensor->dims[d]); t++)
            ranks |= 1u << tensor->dims[d].terms[t].rank;
    return ranks;
}

// ---- Boxes

// Different values of a i + b j, i < m, j < n: the points (i + b/g, j) and (i, j + a/g) are one.
static aug_count sums_of(aug_count a, aug_count m, aug_count b, aug_count n) {
    aug_count g = aug_gcd(a, b), back = b / g, on = a / g;
    return m * n - (m > back ? m - back : 0) * (n > on ? n - on : 0);
}

// Different values of an index over a tile. An array may leave every other point of a rank to an instance: n
// points in a row and m others, a apart or more, make (m - 1) min(a, n) + n sums, which is what a i + j
// takes. Else m and n points have m + n - 1.
static aug_count touched(const aug_problem_dim *dim, const window *w) {
    const aug_problem_term *x = &dim->terms[0], *y = &dim->terms[1];
    aug_count sum = 1;
    bool dense = true, fine = false;
    for (int t = 0; t < dim->term_count; t++) {
        bool in_a_row = w->tile[dim->terms[t].rank] == w->wide[dim->terms[t].rank];
        sum += w->tile[dim->terms[t].rank] - 1;
        dense &= in_a_row;
        fine |= in_a_row && dim->terms[t].coefficient == 1;
    }
    return dim->term_count == 2 && (dense || fine)
               ? sums_of(x->coefficient, w->tile[x->rank], y->coefficient, w->tile[y->rank])
               : sum;
}

// What two boxes that are shifted by `by` have in common.
static aug_wide common(const window *w, const int64_t *by) {
    aug_wide words = 1;
    for (int d = 0; d < w->of->dim_count; d++) {
        const aug_problem_dim *dim = &w->of->dims[d];
        int64_t far = 0;
        if (!is_window(dim))
            continue;
        for (int t = 0; t < dim->term_count; t++)
            far += (int64_t)dim->terms[t].coefficient * by[dim->terms[t].rank];
        aug_count width = aug_dim_extent(dim, w->wide), off = (aug_count)(far < 0 ? -far : far);
        words *= off < width ? width - off : 0;
    }
    return words < w->held ? words : w->held;
}

static aug_wide without(aug_wide words, aug_wide part) {
    return words > part ? words - part : 0;
}

// ---- Loops

static bool is_over_window(const window *w, int loop) {
    return w->ranks >> w->at->loops[loop].rank & 1;
}

// `again[i]`: V_i - b_i. Returns V_1.
static aug_wide sum_sweeps(const window *w, aug_wide *again) {
    int64_t by[AUG_PROBLEM_RANKS] = {0};
    aug_count apart[AUG_PROBLEM_RANKS]; // from one step of the next loop over a rank to another
    aug_wide words = w->sweep;
    memcpy(apart, w->tile, sizeof apart);
    for (int i = w->at->loop_count - 1; i >= 0; i--) {
        int rank = w->at->loops[i].rank;
        aug_count steps = w->at->loops[i].steps;
        for (int a = 0; a < w->arrays; a++)
            for (int r = 0; r < w->proof->problem->rank_count && w->crossed[a] == i + 1; r++)
                apart[r] *= w->at->spread[a][r];
        if (!is_over_window(w, i))
            continue;
        by[rank] += (int64_t)apart[rank];
        words += (steps - 1) * without(words, common(w, by));
        by[rank] -= (int64_t)(apart[rank] * steps);
        again[i] = without(words, common(w, by));
        apart[rank] *= steps;
    }
    return words;
}

static aug_wide least_of(aug_wide a, aug_wide b) {
    return a < b ? a : b;
}

static aug_wide words_of(const window *w) {
    aug_wide again[AUG_PROOF_LOOPS], words = sum_sweeps(w, again), least = words;
    aug_wide repeats = 1, waiting = 1, outside = 1; // steps of loops that do not move it, of windows
    for (int i = 0; i < w->at->loop_count; i++) {
        aug_count steps = w->at->loops[i].steps;
        if (is_over_window(w, i)) { // where those before it may stand outside of it
            least = least_of(least, outside * again[i]);
            words += repeats * (waiting - 1) * least;
            repeats *= waiting;
            waiting = 1;
            outside *= steps;
        } else if (!(w->of->ranks >> w->at->loops[i].rank & 1)) {
            waiting *= steps;
        }
    }
    if (!w->whole) // loops that are still to come stand inside
        least = least_of(least, outside * without(w->sweep, least_of(w->box, w->held)));
    return words + repeats * (waiting - 1) * least;
}

// With the arrays from `array` on behind any number of loops, no less than `from`.
static aug_wide least_words(window *w, int array, int from) {
    aug_wide least = ~(aug_wide)0;
    if (array == w->arrays)
        return words_of(w);
    for (int i = from; i <= w->at->loop_count; i++) {
        bool parts =
            i == from || (is_over_window(w, i - 1) && w->at->spread[array][w->at->loops[i - 1].rank] > 1);
        w->crossed[array] = i;
        if (parts)
            least = least_of(least, least_words(w, array + 1, i));
    }
    return least;
}

aug_count aug_proof_window_words(const aug_proof *proof, const aug_proof_partial *at, int memory, int tensor,
                                 int arrays, bool whole) {
    const aug_problem *problem = proof->problem;
    const aug_problem_memory *of = &problem->memories[memory];
    window w = {
        .proof = proof, .at = at, .of = &problem->tensors[tensor], .whole = whole, .box = 1, .sweep = 1};
    double held = of->capacity_bits / (of->bits[tensor] * (double)of->buffers) * (1.0 + 1e-12);
    w.ranks = proof->windows[tensor];
    w.arrays = arrays;
    w.held = whole || held >= 0x1p62 ? (aug_wide)1 << 62 : (aug_wide)held;
    for (int r = 0; r < problem->rank_count; r++) {
        w.wide[r] = problem->sizes[r] / at->count[r];
        w.tile[r] = w.wide[r] / aug_proof_spread(at, r, 0, w.arrays);
    }
    if (whole)
        memcpy(w.wide, w.tile, sizeof w.wide);
    for (int d = 0; d < w.of->dim_count; d++)
        if (is_window(&w.of->dims[d])) {
            w.box *= aug_dim_extent(&w.of->dims[d], w.wide);
            w.sweep *= touched(&w.of->dims[d], &w);
        }
    if (whole)
        w.sweep = w.box;
    return (aug_count)least_words(&w, 0, 0);
}

// Places along one array of two ranks: their tiles inside of it divide what is left of the ranks.
static aug_count places_of_two(const aug_proof *proof, const aug_proof_partial *at,
                               const aug_problem_dim *dim, int array, int to) {
    aug_count least = ~(aug_count)0, left[2], steps[2];
    int ranks[2];
    for (int t = 0; t < 2; t++) {
        ranks[t] = dim->terms[t].rank;
        steps[t] = at->spread[array][ranks[t]];
        left[t] = proof->problem->sizes[ranks[t]] / aug_proof_spread(at, ranks[t], 0, to);
    }
    for (int d = 0; d < proof->divisor_count[ranks[0]]; d++)
        for (int e = 0; e < proof->divisor_count[ranks[1]]; e++) {
            aug_count one = proof->divisors[ranks[0]][d], two = proof->divisors[ranks[1]][e];
            if (left[0] % one != 0 || left[1] % two != 0)
                continue;
            aug_count places =
                sums_of(dim->terms[0].coefficient * one, steps[0], dim->terms[1].coefficient * two, steps[1]);
            least = places < least ? places : least;
        }
    return least;
}

// Along several arrays all that is known is that places m and n steps apart are m + n - 1.
static aug_count places_of(const aug_proof *proof, const aug_proof_partial *at, const aug_problem_dim *dim,
                           int from, int to) {
    aug_count sum = 1, most = 1;
    for (int t = 0; t < dim->term_count; t++)
        sum += aug_proof_spread(at, dim->terms[t].rank, from, to) - 1;
    for (int a = from; a < to && dim->term_count == 2; a++)
        if (at->spread[a][dim->terms[0].rank] > 1 && at->spread[a][dim->terms[1].rank] > 1) {
            aug_count places = places_of_two(proof, at, dim, a, to);
            most = places > most ? places : most;
        }
    return sum > most ? sum : most;
}

aug_count aug_proof_window_places(const aug_proof *proof, const aug_proof_partial *at, int tensor, int from,
                                  int to) {
    const aug_problem_tensor *of = &proof->problem->tensors[tensor];
    aug_count places = 1;
    for (int d = 0; d < of->dim_count; d++)
        places *= is_window(&of->dims[d]) ? places_of(proof, at, &of->dims[d], from, to) : 1;
    return places;
}
