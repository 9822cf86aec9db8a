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
#include "mapper/proof_tree.h"

#include "cost/latency.h"

#include <math.h>
#include <string.h>

typedef struct partial {
    unsigned kept[AUG_PROBLEM_MEMORIES];
    aug_count spread[AUG_PROBLEM_ARRAYS][AUG_PROBLEM_RANKS];
    int arrays;                         // that are decided
    aug_count count[AUG_PROBLEM_RANKS]; // tiles in time of each rank
    unsigned placed[AUG_PROBLEM_MEMORIES];
    aug_count repeats[AUG_PROBLEM_MEMORIES][AUG_PROBLEM_TENSORS]; // steps of ranks that do not move the store
    aug_count tile[AUG_PROBLEM_MEMORIES][AUG_PROBLEM_TENSORS];    // words, at least
    int memory, tensor;                                           // store that came last; memory -1: none
    unsigned grown;                                               // ranks that grew at it
    unsigned banned;                                              // ranks that could not
    int only;                                                     // memory whose stores alone count; -1: all
    aug_wide floors[AUG_PROBLEM_MEMORIES];
} partial;

typedef struct value {
    bool fits;
    aug_wide price, parts[AUG_PROBLEM_MEMORIES]; // of all; of the edges into a memory
    aug_count words[AUG_PROBLEM_MEMORIES][AUG_PROBLEM_TENSORS][AUG_FLOW_COUNT]; // of an instance
    double cycles;
} value;

// ---- Words

static bool moves(const aug_proof *proof, int tensor, int rank) {
    return proof->problem->tensors[tensor].ranks >> rank & 1;
}

static int arrays_above(const aug_proof *proof, int memory) {
    int count = 0;
    while (count < proof->array_count &&
           proof->problem->arrays[count].first_axis < proof->problem->memories[memory].axes_above)
        count++;
    return count;
}

// Steps in space of a rank along arrays from .. to - 1.
static aug_count spread_of(const partial *at, int rank, int from, int to) {
    aug_count steps = 1;
    for (int a = from; a < to; a++)
        steps *= at->spread[a][rank];
    return steps;
}

static aug_count instances_of(const aug_proof *proof, const partial *at, int memory) {
    aug_count count = 1;
    for (int r = 0; r < proof->problem->rank_count; r++)
        count *= spread_of(at, r, 0, arrays_above(proof, memory));
    return count;
}

// Words of a tensor that one instance of a memory sees in all.
static aug_count share_of(const aug_proof *proof, const partial *at, int memory, int tensor) {
    aug_count words = 1;
    for (int r = 0; r < proof->problem->rank_count; r++)
        if (moves(proof, tensor, r))
            words *= proof->problem->sizes[r] / spread_of(at, r, 0, arrays_above(proof, memory));
    return words;
}

// Operations of one operand that share a read of the memory, at most.
static aug_count sharers_of(const aug_proof *proof, const partial *at, int memory, int tensor) {
    aug_count sharers = 1;
    for (int a = arrays_above(proof, memory); a < proof->array_count; a++) {
        aug_count all = 1, still = 1;
        for (int r = 0; r < proof->problem->rank_count; r++) {
            all *= at->spread[a][r];
            still *= moves(proof, tensor, r) ? 1 : at->spread[a][r];
        }
        sharers *= a < at->arrays ? still : still * (proof->fans[a] / all);
    }
    return sharers;
}

static aug_count repeats_of(const aug_proof *proof, const partial *at, int memory, int tensor) {
    aug_count steps = 1;
    if (at->placed[memory] >> tensor & 1)
        return at->repeats[memory][tensor];
    for (int r = 0; r < proof->problem->rank_count; r++)
        steps *= moves(proof, tensor, r) ? 1 : at->count[r];
    return steps;
}

// Words of each instance; their price over all of them.
static aug_wide add_words(const aug_proof *proof, value *v, int memory, int tensor, aug_flow_kind flow,
                          aug_count each, aug_count instances) {
    v->words[memory][tensor][flow] += each;
    return (aug_wide)each * instances * proof->prices[memory][tensor][flow];
}

// An edge between stores: words · repeats each way; results come down again all but the first time.
static void add_edge(const aug_proof *proof, const partial *at, value *v, int tensor, int parent, int child) {
    const aug_problem_tensor *of = &proof->problem->tensors[tensor];
    aug_count repeats = repeats_of(proof, at, child, tensor), again = repeats;
    aug_count outer = share_of(proof, at, parent, tensor), inner = share_of(proof, at, child, tensor);
    aug_count parents = instances_of(proof, at, parent), children = instances_of(proof, at, child);
    if (of->is_output && !of->accumulates)
        again--;
    v->parts[child] += add_words(proof, v, parent, tensor, AUG_FLOW_READ, outer * again, parents);
    v->parts[child] += add_words(proof, v, child, tensor, AUG_FLOW_FILL, inner * again, children);
    if (!of->is_output)
        return;
    v->parts[child] += add_words(proof, v, parent, tensor, AUG_FLOW_UPDATE, outer * repeats, parents);
    if (proof->problem->drain_reads)
        v->parts[child] += add_words(proof, v, child, tensor, AUG_FLOW_READ, inner * repeats, children);
}

// The edge into compute: every operation uses an operand, and as many share a read as stand side by side.
static void add_operands(const aug_proof *proof, const partial *at, value *v, int tensor, int parent) {
    const aug_problem_tensor *of = &proof->problem->tensors[tensor];
    aug_count sharers = sharers_of(proof, at, parent, tensor), parents = instances_of(proof, at, parent);
    aug_count all = (proof->problem->operations - 1) / sharers + 1, each = (all - 1) / parents + 1,
              again = each;
    if (of->is_output && !of->accumulates) {
        aug_count first = share_of(proof, at, parent, tensor);
        again = arrays_above(proof, parent) > at->arrays || each < first ? 0 : each - first;
    }
    v->price += add_words(proof, v, parent, tensor, AUG_FLOW_READ, again, parents);
    if (of->is_output)
        v->price += add_words(proof, v, parent, tensor, AUG_FLOW_UPDATE, each, parents);
}

// ---- Room

// Words that a store that is not placed keeps at least: its part of what stands side by side inside of it.
static aug_count least_tile(const aug_proof *proof, const partial *at, int memory, int tensor) {
    aug_count words = 1;
    if (at->placed[memory] >> tensor & 1)
        return at->tile[memory][tensor];
    for (int r = 0; r < proof->problem->rank_count; r++)
        words *=
            moves(proof, tensor, r) ? spread_of(at, r, arrays_above(proof, memory), proof->array_count) : 1;
    return words;
}

static bool has_room(const aug_proof *proof, const partial *at, int m) {
    const aug_problem_memory *memory = &proof->problem->memories[m];
    double bits = 0.0;
    if (arrays_above(proof, m) > at->arrays)
        return true;
    for (int t = 0; t < proof->problem->tensor_count; t++) {
        if (proof->home[t] == m)
            bits += (double)share_of(proof, at, m, t) * memory->bits[t];
        else if (at->kept[m] >> t & 1)
            bits += (double)least_tile(proof, at, m, t) * memory->bits[t];
    }
    return bits * (double)memory->buffers <= memory->capacity_bits * (1.0 + 1e-12);
}

// ---- The bound

// Cycles of the slower port, summed as cost/latency.c does.
static double port_cycles(const aug_proof *proof, const value *v, int m) {
    const aug_problem_memory *memory = &proof->problem->memories[m];
    double reads = 0.0, writes = 0.0, both = 0.0;
    for (int t = 0; t < proof->problem->tensor_count; t++)
        for (int f = 0; f < AUG_FLOW_COUNT; f++) {
            double bits = (double)v->words[m][t][f] * memory->bits[t];
            both += bits;
            *(f == AUG_FLOW_READ ? &reads : &writes) += bits;
        }
    double first = memory->shared_port ? both : reads, second = memory->shared_port ? 0.0 : writes;
    first = isinf(memory->read_bits_per_cycle) ? 0.0 : first / memory->read_bits_per_cycle;
    second = isinf(memory->write_bits_per_cycle) || memory->shared_port
                 ? 0.0
                 : second / memory->write_bits_per_cycle;
    return first > second ? first : second;
}

static double least_cycles(const aug_proof *proof, const partial *at, const value *v) {
    aug_count units = 1;
    for (int a = 0; a < proof->array_count; a++) {
        aug_count known = 1;
        for (int r = 0; r < proof->problem->rank_count; r++)
            known *= at->spread[a][r];
        units *= a < at->arrays ? known : proof->fans[a];
    }
    aug_count each = (proof->problem->operations - 1) / units + 1;
    double cycles = (double)each / proof->problem->computes[proof->unit].rate_per_cycle;
    for (int m = 0; m < proof->memory_count; m++)
        if (arrays_above(proof, m) <= at->arrays)
            cycles = fmax(cycles, port_cycles(proof, v, m));
    return aug_whole_cycles(cycles);
}

static void bound(const aug_proof *proof, const partial *at, value *v) {
    memset(v, 0, sizeof *v);
    v->fits = true;
    for (int m = 0; m < proof->memory_count && v->fits; m++)
        v->fits = (at->only >= 0 && at->only != m) || has_room(proof, at, m);
    for (int t = 0; t < proof->problem->tensor_count; t++) {
        int parent = proof->home[t];
        for (int m = parent + 1; m < proof->memory_count; m++)
            if (at->kept[m] >> t & 1) {
                add_edge(proof, at, v, t, parent, m);
                parent = m;
            }
        add_operands(proof, at, v, t, parent);
    }
    v->price += (aug_wide)proof->problem->operations * proof->unit_price;
    for (int m = 0; m < proof->memory_count; m++)
        v->price += v->parts[m] > at->floors[m] ? v->parts[m] : at->floors[m];
    v->cycles = least_cycles(proof, at, v);
}

// a · b >= c · d, without overflow.
static bool product_reaches(aug_wide a, aug_count b, aug_wide c, aug_count d) {
    aug_wide low = UINT64_MAX, x = (a & low) * b, y = (c & low) * d;
    aug_wide high_x = (a >> 64) * b + (x >> 64), high_y = (c >> 64) * d + (y >> 64);
    return high_x != high_y ? high_x > high_y : (x & low) >= (y & low);
}

static bool reaches(const aug_proof *proof, const value *v, const aug_proof_point *point) {
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

static bool is_closed(const aug_proof *proof, const partial *at, value *v) {
    bound(proof, at, v);
    bool closed = !v->fits || (at->only >= 0 && v->parts[at->only] >= proof->target);
    for (int p = 0; p < proof->point_count && at->only < 0; p++)
        closed |= reaches(proof, v, &proof->points[p]);
    return closed;
}

// One node. False where it is neither closed nor split.
static bool node(const aug_proof *proof, const partial *at, bool *split) {
    value v;
    bool closed = is_closed(proof, at, &v);
    return proof->next(proof->context, closed, split) && (*split || closed);
}

// ---- Stores

static bool walk_stores(const aug_proof *proof, const partial *at);

// Ranks that may not grow at a store of a memory: those of stores before it that stand inside of an array in
// use which it stands outside of.
static unsigned banned_at(const aug_proof *proof, const partial *at, int memory) {
    unsigned banned = 0;
    int outside = arrays_above(proof, memory);
    for (int m = memory + 1; m < proof->memory_count; m++) {
        aug_count steps = 1;
        for (int r = 0; r < proof->problem->rank_count; r++)
            steps *= spread_of(at, r, outside, arrays_above(proof, m));
        for (int t = 0; t < proof->problem->tensor_count && steps > 1; t++)
            if (at->placed[m] >> t & 1)
                banned |= proof->problem->tensors[t].ranks;
    }
    return banned;
}

// A store at which nothing grows might stand before the last one as well, with no more words: there it is
// seen.
static bool is_double(const aug_proof *proof, const partial *before, const partial *at) {
    if (at->grown || before->memory < 0 || (before->grown & proof->problem->tensors[at->tensor].ranks))
        return false;
    return before->grown || before->memory > at->memory ||
           (before->memory == at->memory && before->tensor > at->tensor);
}

// The ranks from `rank` on grow at the store that came last; `before`: what was before it.
static bool walk_growth(const aug_proof *proof, const partial *before, const partial *at, int rank) {
    const aug_problem *problem = proof->problem;
    if (rank == problem->rank_count)
        return is_double(proof, before, at) || walk_stores(proof, at);
    if (!moves(proof, at->tensor, rank))
        return walk_growth(proof, before, at, rank + 1);
    aug_count inner = spread_of(at, rank, arrays_above(proof, at->memory), proof->array_count);
    aug_count room = problem->sizes[rank] / spread_of(at, rank, 0, proof->array_count) / at->count[rank];
    bool raised = before->memory >= 0 && moves(proof, before->tensor, rank) && !(before->banned >> rank & 1);
    bool fixed = (at->banned >> rank & 1) || raised;
    for (int d = 0; d < proof->divisor_count[rank]; d++) {
        aug_count growth = proof->divisors[rank][d];
        bool split;
        if (room % growth != 0 || (fixed && growth > 1))
            continue;
        partial next = *at;
        next.count[rank] *= growth;
        next.grown |= (unsigned)(growth > 1) << rank;
        next.tile[at->memory][at->tensor] =
            at->tile[at->memory][at->tensor] / inner * (inner * (room / growth));
        if (!node(proof, &next, &split) || (split && !walk_growth(proof, before, &next, rank + 1)))
            return false;
    }
    return true;
}

static bool may_come_next(const aug_proof *proof, const partial *at, int memory, int tensor) {
    if (!(at->kept[memory] & ~at->placed[memory] & 1u << tensor) || (at->only >= 0 && at->only != memory))
        return false;
    for (int m = 0; m < memory && at->only < 0; m++)
        if (at->kept[m] & ~at->placed[m] & 1u << tensor)
            return false;
    (void)proof;
    return true;
}

static bool walk_stores(const aug_proof *proof, const partial *at) {
    bool any = false, split;
    for (int m = 0; m < proof->memory_count; m++)
        for (int t = 0; t < proof->problem->tensor_count; t++) {
            if (!may_come_next(proof, at, m, t))
                continue;
            partial next = *at;
            any = true;
            next.repeats[m][t] = repeats_of(proof, at, m, t);
            next.tile[m][t] = least_tile(proof, at, m, t);
            next.placed[m] |= 1u << t;
            next.memory = m;
            next.tensor = t;
            next.grown = 0;
            next.banned = banned_at(proof, at, m);
            if (!node(proof, &next, &split) || (split && !walk_growth(proof, at, &next, 0)))
                return false;
        }
    if (any)
        return true;
    value v;
    return is_closed(proof, at, &v) ||
           proof->leaf(proof->context, at->only >= 0 ? v.parts[at->only] : v.price);
}

// ---- Floors, arrays, keepings

// Floors of the memories that stand behind `arrays` decided arrays exactly; then one more node.
static bool add_floors(const aug_proof *proof, partial *at, bool *split) {
    for (int m = 0; m < proof->memory_count; m++) {
        value v;
        if (!at->kept[m] || arrays_above(proof, m) != at->arrays || proof->objective == AUG_OBJECTIVE_LATENCY)
            continue;
        bound(proof, at, &v);
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
    if (last)
        return all <= room && can_cut(proof, array, c, axis, rank + 1, room / all);
    bool can = c->tries-- <= 0;
    for (int d = proof->divisor_count[rank] - 1; d >= 0 && !can; d--) {
        aug_count part = proof->divisors[rank][d];
        if (part > room || all % part != 0)
            continue;
        c->left[rank] = all / part;
        can = can_cut(proof, array, c, axis, rank + 1, room / part);
        c->left[rank] = all;
    }
    return can;
}

static bool walk_arrays(const aug_proof *proof, const partial *at, int rank);

// All ranks are spread along the array: if its axes have room for them, it is decided.
static bool end_array(const aug_proof *proof, const partial *at) {
    const aug_problem_array *array = &proof->problem->arrays[at->arrays];
    cuts c = {.tries = 10000};
    partial next = *at;
    bool split;
    memcpy(c.left, at->spread[at->arrays], sizeof c.left);
    if (!can_cut(proof, array, &c, 0, 0, proof->problem->axes[array->first_axis].fanout))
        return true;
    next.arrays++;
    return add_floors(proof, &next, &split) && (!split || walk_arrays(proof, &next, 0));
}

static bool walk_arrays(const aug_proof *proof, const partial *at, int rank) {
    const aug_problem *problem = proof->problem;
    aug_count used = 1;
    if (at->arrays == proof->array_count)
        return walk_stores(proof, at);
    if (rank == problem->rank_count)
        return end_array(proof, at);
    for (int r = 0; r < rank; r++)
        used *= at->spread[at->arrays][r];
    aug_count room = problem->sizes[rank] / spread_of(at, rank, 0, at->arrays);
    for (int d = 0; d < proof->divisor_count[rank]; d++) {
        aug_count steps = proof->divisors[rank][d];
        partial next = *at;
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
static bool walk_keeping(const aug_proof *proof, partial *at) {
    bool split;
    if (!node(proof, at, &split))
        return false;
    return !split || (add_floors(proof, at, &split) && (!split || walk_arrays(proof, at, 0)));
}

static bool walk_keepings(const aug_proof *proof, partial *at, int memory) {
    if (memory == proof->memory_count)
        return walk_keeping(proof, at);
    const aug_problem_memory *of = &proof->problem->memories[memory];
    unsigned free = 0, home = 0;
    for (int t = 0; t < proof->problem->tensor_count; t++) {
        free |= (unsigned)(proof->home[t] < memory) << t;
        home |= (unsigned)(proof->home[t] == memory) << t;
    }
    for (unsigned kept = 0; kept <= free; kept++) {
        if ((kept & ~free) || (kept & of->never) || (of->must & ~(kept | home)))
            continue;
        partial next = *at;
        next.kept[memory] = kept;
        if (!walk_keepings(proof, &next, memory + 1))
            return false;
    }
    return true;
}

bool aug_proof_walk(aug_proof *proof) {
    partial at;
    memset(&at, 0, sizeof at);
    at.memory = at.only = -1;
    for (int r = 0; r < AUG_PROBLEM_RANKS; r++) {
        at.count[r] = 1;
        for (int a = 0; a < AUG_PROBLEM_ARRAYS; a++)
            at.spread[a][r] = 1;
    }
    return walk_keepings(proof, &at, 0);
}

bool aug_proof_walk_memory(aug_proof *proof, const void *state, int memory) {
    partial at = *(const partial *)state;
    bool split;
    at.only = memory;
    return node(proof, &at, &split) && (!split || walk_stores(proof, &at));
}
