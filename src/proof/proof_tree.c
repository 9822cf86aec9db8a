// Decisions, in this order:
//
//   keepings   every choice of the tensors that each memory inside of their homes keeps
//   arrays     outermost first; for each rank the steps along it, ascending divisors
//   stores     which store comes next, outermost memory first; then for each rank of its tensor by what
//   factor
//              its tiles are more than at the store before, ascending divisors
//
// The last part is the order of the places at which tiles begin to stay: a store is taken to stand right
// below the innermost loop in time that moves it. Example, 64 of each rank: `for m:16 for n:8 [A] for k:4
// [B]` with A[m,k]: A stays over n, so it comes first, behind m by 4; then B, behind n by 8 and k by 16.
#include "proof/proof_window.h"

#include <string.h>

// ---- Nodes

// a · b >= c · d, without overflow.
static bool product_reaches(aug_wide a, aug_count b, aug_wide c, aug_count d) {
    aug_wide low = UINT64_MAX, x = (a & low) * b, y = (c & low) * d;
    aug_wide high_x = (a >> 64) * b + (x >> 64), high_y = (c >> 64) * d + (y >> 64);
    return high_x != high_y ? high_x > high_y : (x & low) >= (y & low);
}

static bool reaches(const aug_proof *proof, const aug_proof_value *v, const aug_proof_point *point) {
    aug_count cycles = v->cycles < 0x1p62 ? (aug_count)v->cycles : (aug_count)1 << 62;
    switch (proof->objective) {
    case AUG_OBJECTIVE_ENERGY:
        return v->price >= point->energy;
    case AUG_OBJECTIVE_LATENCY:
        return cycles >= point->cycles;
    case AUG_OBJECTIVE_EDP:
        return product_reaches(v->price, cycles, point->energy, point->cycles);
    case AUG_OBJECTIVE_FRONT:
        return v->price >= point->energy && cycles >= point->cycles;
    case AUG_OBJECTIVE_COUNT:
        break;
    }
    return false;
}

static bool is_closed(const aug_proof *proof, const aug_proof_partial *at, aug_proof_value *v) {
    aug_proof_bound(proof, at, v);
    bool closed = !v->fits || (at->only >= 0 && v->parts[at->only] >= proof->target);
    for (int p = 0; p < proof->point_count && at->only < 0; p++)
        closed |= reaches(proof, v, &proof->points[p]);
    return closed;
}

// One node. False where it is neither closed nor split.
static bool node(const aug_proof *proof, const aug_proof_partial *at, bool *split) {
    aug_proof_value v;
    bool closed = is_closed(proof, at, &v);
    return proof->next(proof->context, closed, split) && (*split || closed);
}

// ---- Stores

static bool walk_stores(const aug_proof *proof, const aug_proof_partial *at);

// Ranks that may not grow at a store of a memory: those of stores before it that stand inside of an array in
// use which it stands outside of.
static unsigned banned_at(const aug_proof *proof, const aug_proof_partial *at, int memory) {
    unsigned banned = 0;
    int outside = aug_proof_arrays_above(proof, memory);
    for (int m = memory + 1; m < proof->memory_count; m++) {
        aug_count steps = 1;
        for (int r = 0; r < proof->problem->rank_count; r++)
            steps *= aug_proof_spread(at, r, outside, aug_proof_arrays_above(proof, m));
        for (int t = 0; t < proof->problem->tensor_count && steps > 1; t++)
            if (at->placed[m] >> t & 1)
                banned |= proof->problem->tensors[t].ranks;
    }
    return banned;
}

static void add_loop(aug_proof_partial *at, int rank, aug_count steps) {
    if (steps == 1)
        return;
    at->count[rank] *= steps;
    at->grown |= 1u << rank;
    if (at->windows)
        at->loops[at->loop_count++] = (aug_proof_loop){rank, steps};
}

// Ranks of windows of stores that are to come, and ranks that all of their tensors have.
static void find_windows(const aug_proof *proof, aug_proof_partial *at) {
    at->windows = 0;
    at->common = ~0u;
    for (int m = 0; m < proof->memory_count; m++)
        for (int t = 0; t < proof->problem->tensor_count; t++) {
            if (!(at->kept[m] & ~at->placed[m] & 1u << t) || (at->only >= 0 && at->only != m) ||
                !proof->windows[t])
                continue;
            at->windows |= proof->windows[t];
            at->common &= proof->problem->tensors[t].ranks;
        }
}

// A store at which nothing grows might stand before the last one as well, with no more words: there it is
// seen.
static bool is_double(const aug_proof *proof, const aug_proof_partial *before, const aug_proof_partial *at) {
    if (at->grown || before->memory < 0 || (before->grown & proof->problem->tensors[at->tensor].ranks))
        return false;
    return before->grown || before->memory > at->memory ||
           (before->memory == at->memory && before->tensor > at->tensor);
}

// Whether a loop over a rank at a store might stand above the store before instead, and leave it fewer words
// to keep and none more to fetch.
static bool is_raised(const aug_proof *proof, const aug_proof_partial *before, int rank) {
    return before->memory >= 0 && aug_proof_moves(proof, before->tensor, rank) &&
           !(before->banned >> rank & 1) && !(proof->windows[before->tensor] >> rank & 1) &&
           !proof->limits.has_tiles[before->memory];
}

// Whether the tile of a rank of the store that came last is one that is asked for.
static bool is_wanted(const aug_proof *proof, const aug_proof_partial *at, int rank) {
    const aug_tile_range *range = &proof->limits.tiles[at->memory][rank];
    aug_count tile = proof->problem->sizes[rank] / at->count[rank] /
                     aug_proof_spread(at, rank, 0, aug_proof_arrays_above(proof, at->memory));
    return !proof->limits.has_tiles[at->memory] || !aug_proof_moves(proof, at->tensor, rank) ||
           (tile >= range->least && tile <= range->most);
}

// The ranks from `rank` on grow at the store that came last; `before`: what was before it. Those over windows
// stand already.
static bool walk_growth(const aug_proof *proof, const aug_proof_partial *before, const aug_proof_partial *at,
                        int rank) {
    const aug_problem *problem = proof->problem;
    if (rank == problem->rank_count)
        return is_double(proof, before, at) || walk_stores(proof, at);
    if (!aug_proof_moves(proof, at->tensor, rank) || (at->windows >> rank & 1))
        return !is_wanted(proof, at, rank) || walk_growth(proof, before, at, rank + 1);
    aug_count inner =
        aug_proof_spread(at, rank, aug_proof_arrays_above(proof, at->memory), proof->array_count);
    aug_count room =
        problem->sizes[rank] / aug_proof_spread(at, rank, 0, proof->array_count) / at->count[rank];
    bool crosses = (at->grown & at->windows) && !(at->common >> rank & 1);
    bool fixed = (at->banned >> rank & 1) || (!crosses && is_raised(proof, before, rank));
    for (int d = 0; d < proof->divisor_count[rank]; d++) {
        aug_count growth = proof->divisors[rank][d];
        bool split;
        if (room % growth != 0 || (fixed && growth > 1))
            continue;
        aug_proof_partial next = *at;
        add_loop(&next, rank, growth);
        if (!is_wanted(proof, &next, rank))
            continue;
        next.tile[at->memory][at->tensor] =
            at->tile[at->memory][at->tensor] / inner * (inner * (room / growth));
        if (!node(proof, &next, &split) || (split && !walk_growth(proof, before, &next, rank + 1)))
            return false;
    }
    return true;
}

// All loops over windows of a store stand: what it keeps and fetches of them is known.
static void settle(const aug_proof *proof, aug_proof_partial *at) {
    int arrays = aug_proof_arrays_above(proof, at->memory);
    aug_count tile[AUG_PROBLEM_RANKS];
    for (int r = 0; r < proof->problem->rank_count; r++)
        tile[r] = at->windows >> r & 1
                      ? proof->problem->sizes[r] / aug_proof_spread(at, r, 0, arrays) / at->count[r]
                      : aug_proof_spread(at, r, arrays, proof->array_count);
    at->tile[at->memory][at->tensor] = aug_tensor_words(&proof->problem->tensors[at->tensor], tile);
    if (proof->windows[at->tensor])
        at->fetched[at->memory][at->tensor] =
            aug_proof_window_words(proof, at, at->memory, at->tensor, arrays, true);
}

// A gap between two stores of a nest has one loop per rank, and those over windows keep their order: so they
// part into no more runs without a rank twice than there are gaps.
static bool has_gaps(const aug_proof *proof, const aug_proof_partial *at, int rank) {
    unsigned run = 0;
    int gaps = 0;
    for (int l = 0; l <= at->loop_count; l++) {
        int over = l < at->loop_count ? at->loops[l].rank : rank;
        if (!(at->windows >> over & 1))
            continue;
        gaps += run == 0 || (run >> over & 1);
        run = run >> over & 1 ? 1u << over : run | 1u << over;
    }
    for (int m = 0; m < proof->memory_count; m++)
        for (int t = 0; t < proof->problem->tensor_count; t++)
            gaps -= at->kept[m] >> t & 1 ? 1 : 0;
    return gaps <= 1;
}

// Loops over ranks of windows at the store that came last, one inside of the other; `last`: the rank of the
// innermost so far, -1: none. One that does not move the store stands outside of another that does.
static bool walk_windows(const aug_proof *proof, const aug_proof_partial *before, const aug_proof_partial *at,
                         int last) {
    const aug_problem *problem = proof->problem;
    if (last < 0 || aug_proof_moves(proof, at->tensor, last)) {
        aug_proof_partial next = *at;
        settle(proof, &next);
        if (!walk_growth(proof, before, &next, 0))
            return false;
    }
    for (int r = 0; r < problem->rank_count; r++) {
        if (r == last || !(at->windows & ~at->banned & 1u << r) ||
            (last < 0 && is_raised(proof, before, r)) || !has_gaps(proof, at, r))
            continue;
        aug_count room = problem->sizes[r] / aug_proof_spread(at, r, 0, proof->array_count) / at->count[r];
        for (int d = 1; d < proof->divisor_count[r]; d++) {
            aug_proof_partial next = *at;
            bool split;
            if (room % proof->divisors[r][d] != 0)
                continue;
            add_loop(&next, r, proof->divisors[r][d]);
            if (!aug_proof_moves(proof, at->tensor, r))
                next.repeats[at->memory][at->tensor] *= proof->divisors[r][d];
            if (!node(proof, &next, &split) || (split && !walk_windows(proof, before, &next, r)))
                return false;
        }
    }
    return true;
}

static bool may_come_next(const aug_proof *proof, const aug_proof_partial *at, int memory, int tensor) {
    if (!(at->kept[memory] & ~at->placed[memory] & 1u << tensor) || (at->only >= 0 && at->only != memory))
        return false;
    for (int m = 0; m < memory && at->only < 0; m++)
        if (at->kept[m] & ~at->placed[m] & 1u << tensor)
            return false;
    (void)proof;
    return true;
}

static bool walk_stores(const aug_proof *proof, const aug_proof_partial *at) {
    bool any = false, split;
    for (int m = 0; m < proof->memory_count; m++)
        for (int t = 0; t < proof->problem->tensor_count; t++) {
            if (!may_come_next(proof, at, m, t))
                continue;
            aug_proof_partial next = *at;
            any = true;
            find_windows(proof, &next);
            next.repeats[m][t] = aug_proof_repeats(proof, at, m, t);
            next.tile[m][t] = aug_proof_tile(proof, at, m, t);
            next.placed[m] |= 1u << t;
            next.memory = m;
            next.tensor = t;
            next.grown = 0;
            next.banned = banned_at(proof, at, m);
            if (!node(proof, &next, &split) || (split && !walk_windows(proof, at, &next, -1)))
                return false;
        }
    if (any)
        return true;
    aug_proof_value v;
    return is_closed(proof, at, &v) ||
           proof->leaf(proof->context, at->only >= 0 ? v.parts[at->only] : v.price);
}

// ---- Floors, arrays, keepings

// Floors of the memories that stand behind `arrays` decided arrays exactly; then one more node.
static bool add_floors(const aug_proof *proof, aug_proof_partial *at, bool *split) {
    for (int m = 0; m < proof->memory_count; m++) {
        aug_proof_value v;
        if (!at->kept[m] || aug_proof_arrays_above(proof, m) != at->arrays ||
            proof->objective == AUG_OBJECTIVE_LATENCY)
            continue;
        aug_proof_bound(proof, at, &v);
        if (!proof->floor(proof->context, at, m, v.price - v.parts[m], v.cycles, &at->floors[m]))
            return false;
    }
    return node(proof, at, split);
}

// Steps of each rank that are not on an axis yet, and how many cuts may still be tried; after that they are
// said to have room, which leaves more mappings, not fewer.
typedef struct cuts {
    aug_count left[AUG_PROBLEM_RANKS];
    int tries;
} cuts;

// Whether the steps from `rank` on can be cut so that each axis from `axis` on has room for its part.
static bool can_cut(const aug_proof *proof, const aug_problem_array *array, cuts *c, int axis, int rank,
                    aug_count room) {
    bool last = axis == array->axis_count - 1;
    if (rank == proof->problem->rank_count)
        return last || can_cut(proof, array, c, axis + 1, 0,
                               proof->problem->axes[array->first_axis + axis + 1].fanout);
    aug_count all = c->left[rank];
    int x = array->first_axis + axis;
    bool barred = proof->limits.axis_is_fixed[x] && !(proof->limits.axis_ranks[x] >> rank & 1);
    if (last)
        return all <= (barred ? 1 : room) && can_cut(proof, array, c, axis, rank + 1, room / all);
    bool can = c->tries-- <= 0;
    for (int d = proof->divisor_count[rank] - 1; d >= 0 && !can; d--) {
        aug_count part = proof->divisors[rank][d];
        if (part > (barred ? 1 : room) || all % part != 0)
            continue;
        c->left[rank] = all / part;
        can = can_cut(proof, array, c, axis, rank + 1, room / part);
        c->left[rank] = all;
    }
    return can;
}

static bool walk_arrays(const aug_proof *proof, const aug_proof_partial *at, int rank);

// All ranks are spread along the array: if its axes have room for them, it is decided.
static bool end_array(const aug_proof *proof, const aug_proof_partial *at) {
    const aug_problem_array *array = &proof->problem->arrays[at->arrays];
    cuts c = {.tries = 10000};
    aug_proof_partial next = *at;
    bool split;
    memcpy(c.left, at->spread[at->arrays], sizeof c.left);
    if (!can_cut(proof, array, &c, 0, 0, proof->problem->axes[array->first_axis].fanout))
        return true;
    next.arrays++;
    return add_floors(proof, &next, &split) && (!split || walk_arrays(proof, &next, 0));
}

static bool walk_arrays(const aug_proof *proof, const aug_proof_partial *at, int rank) {
    const aug_problem *problem = proof->problem;
    aug_count used = 1;
    if (at->arrays == proof->array_count)
        return walk_stores(proof, at);
    if (rank == problem->rank_count)
        return end_array(proof, at);
    for (int r = 0; r < rank; r++)
        used *= at->spread[at->arrays][r];
    aug_count room = problem->sizes[rank] / aug_proof_spread(at, rank, 0, at->arrays);
    for (int d = 0; d < proof->divisor_count[rank]; d++) {
        aug_count steps = proof->divisors[rank][d];
        aug_proof_partial next = *at;
        bool split;
        if (room % steps != 0 || steps > proof->fans[at->arrays] / used)
            continue;
        next.spread[at->arrays][rank] = steps;
        if (!node(proof, &next, &split) || (split && !walk_arrays(proof, &next, rank + 1)))
            return false;
    }
    return true;
}

// One keeping: a node, its floors, a node, and what is below.
static bool walk_keeping(void *context, const unsigned *kept) {
    const aug_proof *proof = context;
    aug_proof_partial at;
    bool split;
    memset(&at, 0, sizeof at);
    memcpy(at.kept, kept, sizeof at.kept);
    at.memory = at.only = -1;
    for (int r = 0; r < AUG_PROBLEM_RANKS; r++) {
        at.count[r] = 1;
        for (int a = 0; a < AUG_PROBLEM_ARRAYS; a++)
            at.spread[a][r] = 1;
    }
    if (!node(proof, &at, &split))
        return false;
    return !split || (add_floors(proof, &at, &split) && (!split || walk_arrays(proof, &at, 0)));
}

static bool visit_keepings(const aug_proof *proof, unsigned *kept, int memory, aug_proof_visit *visit,
                           void *context) {
    if (memory == proof->memory_count)
        return visit(context, kept);
    const aug_problem_memory *of = &proof->problem->memories[memory];
    unsigned free = 0, home = 0;
    for (int t = 0; t < proof->problem->tensor_count; t++) {
        free |= (unsigned)(proof->home[t] < memory) << t;
        home |= (unsigned)(proof->home[t] == memory) << t;
    }
    for (unsigned set = 0; set <= free; set++) {
        if ((set & ~free) || (set & of->never) || (of->must & ~(set | home)))
            continue;
        kept[memory] = set;
        if (!visit_keepings(proof, kept, memory + 1, visit, context))
            return false;
    }
    return true;
}

bool aug_proof_keepings(const aug_proof *proof, aug_proof_visit *visit, void *context) {
    unsigned kept[AUG_PROBLEM_MEMORIES] = {0};
    return visit_keepings(proof, kept, 0, visit, context);
}

bool aug_proof_walk(aug_proof *proof) {
    return aug_proof_keepings(proof, walk_keeping, proof);
}

bool aug_proof_walk_memory(aug_proof *proof, const void *state, int memory) {
    aug_proof_partial at = *(const aug_proof_partial *)state;
    bool split;
    at.only = memory;
    return node(proof, &at, &split) && (!split || walk_stores(proof, &at));
}
