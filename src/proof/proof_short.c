// Decisions, in this order: what memories keep; which arrays rest; then, as often as whoever walks asks for
// it, the next store, or a cut of an interval. The order of stores is that of their places, as in
// proof_tree.c, and the same choices are left out: a rank that may not grow, or that might as well grow at
// the store before.
//
// Example: Z[m,n] += A[m,k] B[k,n] with stores A, then B: m and k grow at A, n at B; k at B might as well
// grow at A, whose tile would be smaller. So A comes once whatever n is, and B once for each tile of m.
#include "proof/proof_short.h"

#include "proof/proof_window.h"

#include <math.h>
#include <string.h>

enum { MOST_DEPTH = 250 };

typedef struct walk {
    const aug_proof *proof;
    aug_short_next *next;
    void *context;
} walk;

// ---- Nodes

static int add_variable(aug_short *node, double high) {
    if (node->variables == AUG_SUMS_VARIABLES)
        return -1;
    node->low[node->variables] = 0.0;
    node->high[node->variables] = high;
    return node->variables++;
}

static bool is_in_use(const aug_short *node, int from, int to) {
    for (int a = from; a < to; a++)
        if (node->proof->fans[a] > 1 && !(node->idle >> a & 1))
            return true;
    return false;
}

// Ranks that stores inside of an array in use, which stand already, have and a store outside of it may not
// move.
static unsigned banned_at(const aug_short *node, int memory) {
    const aug_proof *proof = node->proof;
    unsigned banned = 0;
    for (int i = 0; i < node->count; i++)
        if (node->at[i].memory > memory && is_in_use(node, aug_proof_arrays_above(proof, memory),
                                                     aug_proof_arrays_above(proof, node->at[i].memory)))
            banned |= proof->problem->tensors[node->at[i].tensor].ranks;
    return banned;
}

// Whether some places keep a tile of a rank while others change theirs.
static bool has_idle_places(const aug_short *node, int array, int rank) {
    int v = node->idle_places[array][rank];
    return v >= 0 && (node->above_one >> v & 1);
}

// Whether a rank that grows at the store that comes next might as well grow at the one before.
static bool is_raised(const aug_short *node, int rank) {
    if (node->count == 0)
        return false;
    for (int a = 0; a < node->proof->array_count; a++)
        if (node->idle_places[a][rank] >= 0 && node->high[node->idle_places[a][rank]] > 0.0)
            return false; // how far out it grows is looked at
    const aug_short_store *before = &node->at[node->count - 1];
    return aug_proof_moves(node->proof, before->tensor, rank) && !(before->banned >> rank & 1);
}

static bool may_come_next(const aug_short *node, int memory, int tensor) {
    for (int m = 0; m < memory; m++)
        if (node->kept[m] & ~node->placed[m] & 1u << tensor)
            return false;
    return node->kept[memory] & ~node->placed[memory] & 1u << tensor;
}

// False where there is no room for more of the tree.
static bool put_store(aug_short *node, int memory, int tensor) {
    if (node->count == AUG_SHORT_STORES)
        return false;
    aug_short_store store = {.memory = memory, .tensor = tensor, .banned = banned_at(node, memory)};
    for (int r = 0; r < node->proof->problem->rank_count; r++) {
        aug_count size = node->proof->problem->sizes[r];
        store.growth[r] = -1;
        if (size == 1 || !aug_proof_moves(node->proof, tensor, r) || (store.banned >> r & 1) ||
            is_raised(node, r))
            continue;
        store.growth[r] = add_variable(node, log((double)size));
        if (store.growth[r] < 0)
            return false;
    }
    node->placed[memory] |= 1u << tensor;
    node->at[node->count++] = store;
    return true;
}

// A store at which nothing can grow, behind one that it has no rank to grow in common with, might as well
// stand before it: of the two orders one is looked at.
static bool is_double(const aug_short *node) {
    if (node->count < 2)
        return false;
    const aug_short_store *last = &node->at[node->count - 1], *before = last - 1;
    for (int r = 0; r < node->proof->problem->rank_count; r++)
        if (last->growth[r] >= 0 || (before->growth[r] >= 0 && aug_proof_moves(node->proof, last->tensor, r)))
            return false;
    return before->memory > last->memory || (before->memory == last->memory && before->tensor > last->tensor);
}

// ---- The walk

static bool walk_node(const walk *w, const aug_short *node);

static bool walk_stores(const walk *w, const aug_short *node) {
    for (int m = 0; m < w->proof->memory_count; m++)
        for (int t = 0; t < w->proof->problem->tensor_count; t++) {
            aug_short next = *node;
            if (!may_come_next(node, m, t))
                continue;
            if (!put_store(&next, m, t) || (!is_double(&next) && !walk_node(w, &next)))
                return false;
        }
    return true;
}

// Pairs of an array and a rank of which places may be idle.
static int pair_count(const aug_short *node) {
    int count = 0;
    for (int a = 0; a < node->proof->array_count; a++)
        for (int r = 0; r < node->proof->problem->rank_count; r++)
            count += node->idle_places[a][r] >= 0;
    return count;
}

// Stores down to the first inside of an array that has a rank.
static int stores_outside(const aug_short *node, int array, int rank) {
    int end = 0;
    while (end < node->count && !(aug_proof_arrays_above(node->proof, node->at[end].memory) > array &&
                                  aug_proof_moves(node->proof, node->at[end].tensor, rank)))
        end++;
    return end < node->count ? end + 1 : end;
}

// Growth of a rank down to there, at least.
static double least_growth(const aug_short *node, int array, int rank) {
    double sum = 0.0;
    for (int i = 0; i < stores_outside(node, array, rank); i++)
        sum += node->at[i].growth[rank] >= 0 ? node->low[node->at[i].growth[rank]] : 0.0;
    return exp(sum) * (1.0 - 1e-12);
}

double aug_short_needed(const aug_short *node) {
    int pairs = pair_count(node);
    double needed = 1.0 + 1e-9;
    double part = pairs ? 1e-6 * ((double)node->proof->within - (double)node->proof->whole) / pairs : 0.0;
    for (int a = 0; a < node->proof->array_count; a++)
        for (int r = 0; r < node->proof->problem->rank_count; r++) {
            if (!has_idle_places(node, a, r))
                continue;
            double least = exp(node->low[node->idle_places[a][r]]) * (1.0 - 1e-12);
            needed -= part * least_growth(node, a, r) * least / (2.0 - least);
        }
    return needed;
}

static bool is_closed(const aug_short *node, const aug_sums *sums, const aug_short_choice *choice) {
    for (int i = 0; i < node->variables; i++)
        if (!isfinite(choice->at[i]))
            return false;
    return aug_sums_bound(sums, choice->at, choice->prices) >= aug_short_needed(node);
}

// A place that keeps the one tile it has of a rank has a whole one, in which nothing further in is short: so
// along no other array are its places idle. Where places may be idle in the last, short tile of a rank, it
// grew by two at least outside of that, or not at all (least_growth); arrays outside might have parted it,
// too.
static void settle(aug_short *node) {
    for (int a = 0; a < node->proof->array_count; a++)
        for (int r = 0; r < node->proof->problem->rank_count; r++) {
            for (int b = 0; b < node->proof->array_count && has_idle_places(node, a, r); b++)
                if (b != a && node->idle_places[b][r] >= 0)
                    node->high[node->idle_places[b][r]] = node->low[node->idle_places[b][r]];
            double most = 0.0;
            bool first = has_idle_places(node, a, r);
            for (int b = 0; b < a; b++)
                first &= node->spread[b][r] < 0;
            int end = stores_outside(node, a, r);
            for (int i = 0; i < end; i++)
                most += node->at[i].growth[r] >= 0 ? node->high[node->at[i].growth[r]] : 0.0;
            for (int i = 0; i < end && first && most < 0.69; i++) // log 2 = 0.693
                if (node->at[i].growth[r] >= 0)
                    node->high[node->at[i].growth[r]] = node->low[node->at[i].growth[r]];
        }
}

bool aug_short_cut(const aug_short *node, int variable, aug_count value, aug_short *below, aug_short *above) {
    if (variable < 0 || variable >= node->variables || value < AUG_SHORT_CUTS)
        return false;
    double at = log((double)value / AUG_SHORT_CUTS);
    if (at < node->low[variable] || at > node->high[variable])
        return false;
    *below = *above = *node;
    below->high[variable] = at;
    above->low[variable] = at;
    above->above_one |= value == AUG_SHORT_CUTS ? (uint64_t)1 << variable : 0;
    settle(below);
    settle(above);
    return true;
}

static bool walk_cut(const walk *w, const aug_short *node, const aug_short_choice *choice) {
    aug_short below, above;
    return aug_short_cut(node, choice->variable, choice->value, &below, &above) && walk_node(w, &below) &&
           walk_node(w, &above);
}

// What happens at a node; FAILED where it would be closed, and is not.
static void decide(const walk *w, const aug_short *node, aug_short_choice *choice) {
    aug_sums sums;
    bool stores = false;
    for (int m = 0; m < w->proof->memory_count; m++)
        stores |= node->kept[m] != node->placed[m];
    if (!aug_short_sums(node, &sums))
        sums.count = 0; // only what comes further down can be closed
    choice->step = AUG_SHORT_FAILED;
    w->next(w->context, node, &sums, stores, choice);
    if ((choice->step == AUG_SHORT_CLOSED && (sums.count == 0 || !is_closed(node, &sums, choice))) ||
        (choice->step == AUG_SHORT_STORE && !stores))
        choice->step = AUG_SHORT_FAILED;
}

static bool walk_node(const walk *w, const aug_short *before) {
    aug_short node = *before;
    aug_short_choice choice;
    settle(&node);
    if (++node.depth > MOST_DEPTH)
        return false;
    decide(w, &node, &choice);
    switch (choice.step) {
    case AUG_SHORT_CLOSED:
        return true;
    case AUG_SHORT_STORE:
        return walk_stores(w, &node);
    case AUG_SHORT_CUT:
        return walk_cut(w, &node, &choice);
    case AUG_SHORT_FAILED:
        break;
    }
    return false;
}

// ---- Roots

// Whether a store inside of an array has a rank, and might stay over another.
static bool may_keep(const aug_short *node, int array, int rank) {
    const aug_problem *problem = node->proof->problem;
    unsigned large = 0;
    for (int r = 0; r < problem->rank_count; r++)
        large |= (unsigned)(problem->sizes[r] > 1) << r;
    for (int m = 0; m < node->proof->memory_count; m++)
        for (int t = 0; t < problem->tensor_count && aug_proof_arrays_above(node->proof, m) > array; t++)
            if ((node->kept[m] >> t & 1) && aug_proof_moves(node->proof, t, rank) &&
                (large & ~problem->tensors[t].ranks))
                return true;
    return false;
}

// Steps of each rank along an array: as many as there is room for. Of places that a loop in time over the
// same rank gives two tiles, those of its last step may have one, and keep it: as if there were up to twice
// as many places.
static bool add_spreads(aug_short *node) {
    const aug_proof *proof = node->proof;
    for (int a = 0; a < proof->array_count; a++)
        for (int r = 0; r < proof->problem->rank_count; r++) {
            aug_count most =
                proof->fans[a] < proof->problem->sizes[r] ? proof->fans[a] : proof->problem->sizes[r];
            node->spread[a][r] = node->idle_places[a][r] = -1;
            if (most == 1 || (node->idle >> a & 1))
                continue;
            node->spread[a][r] = add_variable(node, log((double)most));
            if (may_keep(node, a, r))
                node->idle_places[a][r] = add_variable(node, log(2.0));
            if (node->spread[a][r] < 0 || node->variables == AUG_SUMS_VARIABLES)
                return false;
        }
    return true;
}

static bool walk_keeping(void *context, const unsigned *kept) {
    const walk *w = context;
    for (unsigned idle = 0; idle < 1u << w->proof->array_count; idle++) {
        aug_short node = {.proof = w->proof, .idle = idle};
        bool rests = true; // what has one place rests
        for (int a = 0; a < w->proof->array_count; a++)
            rests &= w->proof->fans[a] > 1 || (idle >> a & 1);
        memcpy(node.kept, kept, sizeof node.kept);
        if (rests && (!add_spreads(&node) || !walk_node(w, &node)))
            return false;
    }
    return true;
}

const char *aug_proof_short_cannot(const aug_problem *problem, aug_objective objective,
                                   const aug_restriction *restriction) {
    for (int t = 0; t < problem->tensor_count; t++)
        if (aug_proof_window_ranks(&problem->tensors[t]))
            return "tiles need not divide, and a tensor has windows: ask for --perfect";
    for (int m = 0; m < problem->memory_count && restriction; m++)
        if (restriction->has_tiles[m])
            return "tiles need not divide, and some are asked for: ask for --perfect";
    if (objective == AUG_OBJECTIVE_FRONT)
        return "tiles need not divide: of a front ask for --perfect";
    return NULL;
}

double aug_proof_short_target(const aug_proof *proof) {
    double least = 1.0 - 1e-6 * (double)proof->whole, energy = (double)proof->points[0].energy;
    if (proof->objective == AUG_OBJECTIVE_EDP)
        energy *= (double)proof->points[0].cycles / aug_short_cycles(proof);
    return energy * least * (1.0 + 1e-12);
}

bool aug_proof_short_walk(const aug_proof *proof, aug_short_next *next, void *context) {
    walk w = {proof, next, context};
    if (proof->objective == AUG_OBJECTIVE_LATENCY)
        return aug_short_cycles(proof) >=
               (1.0 - 1e-6 * (double)proof->within) * (double)proof->points[0].cycles;
    return aug_proof_keepings(proof, walk_keeping, &w);
}
