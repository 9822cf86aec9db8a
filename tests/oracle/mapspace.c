// Every nest is written node by node, from the outside in; at each place every node that may follow is tried.
//
//   keepings  each memory but the homes keeps any set of tensors that it may keep
//   nodes     the next store of any tensor; a loop in time over any rank that has none in this gap; a loop in
//             space, with the others of its array
//   tiles     all smaller ones that divide the tile around them; all smaller ones where that is the whole
//   rank and tiles may be short: then of those with the same number of tiles the least alone, from the
//             inside out
//
// Left out are only nests that are the same as others:
//   loops of one step do nothing;
//   stores with no loop between them see the same loops and the same tiles: they stand by memory and tensor
//     (not where an order is asked of loops above a store: there both ways of two memories are tried);
//   loops in space next to each other over different ranks commute, since what an instance holds of a rank
//     depends on the loops over that rank alone: they stand by rank. Where words pay for their way along an
//     array, it matters which of two loops takes the neighbours: then all orders are tried.
//
// Example: one rank of 2, tensors A and Z, a home and a buffer that may keep both, no array. Nests by what
// the buffer keeps: nothing 1; A alone 2 (the loop above or below its store); Z alone 2; both 4 (above both,
// below both, between them with A outside or Z outside): 9 altogether.
#include "mapspace.h"

#include <math.h>
#include <string.h>

typedef struct walk {
    const aug_problem *problem;
    const mapspace_options *options;
    mapspace_result *result;
    aug_cost_scratch *scratch;
    aug_cost *cost;
    const aug_problem_compute *unit;
    int unit_index;
    unsigned may[AUG_PROBLEM_MEMORIES], must[AUG_PROBLEM_MEMORIES];
    int home[AUG_PROBLEM_TENSORS];
    bool has_order;   // a restriction looks at loops above stores
    unsigned windows; // ranks in an index with others, or with a factor
    // Of the keeping
    int chain_count[AUG_PROBLEM_TENSORS], chain[AUG_PROBLEM_TENSORS][AUG_PROBLEM_MEMORIES];
    aug_mapping mapping;
    int given; // nodes that every nest begins with
} walk;

// What is known between two nodes.
typedef struct place {
    int next[AUG_PROBLEM_TENSORS];
    aug_count left[AUG_PROBLEM_RANKS], used[AUG_PROBLEM_AXES];
    unsigned closed;                    // arrays whose loops stand
    int open;                           // array whose loops are being written; -1: none
    int last_rank;                      // of the last loop in space
    unsigned on_axis[AUG_PROBLEM_AXES]; // ranks
    int innermost_axis_memory;          // stores from here on stand inside of the loops in space
    int deepest_store;                  // memory of the innermost one of the machine that stands
    unsigned in_gap;                    // ranks with a loop in time
    bool sealed;                        // a loop in space of a window stands inside loops in time of windows
    int last_store;                     // memory · tensors + tensor, where no loop stands behind it; -1
} place;

bool mapspace_less(double a, double b) {
    return a < b && b - a > MAPSPACE_ROUNDING * fabs(b);
}

// ---- What is found

static bool comes_first(double a, double b, double other_a, double other_b) {
    return mapspace_less(a, b) || (!mapspace_less(b, a) && mapspace_less(other_a, other_b));
}

static void keep(const walk *w, mapspace_point *point, const aug_totals *totals) {
    point->energy_pj = totals->energy_pj;
    point->cycles = totals->cycles;
    point->mapping = w->mapping;
}

static void add_to_front(const walk *w, const aug_totals *totals) {
    mapspace_result *result = w->result;
    for (int i = 0; i < result->front_count; i++)
        if (!mapspace_less(totals->energy_pj, result->front[i].energy_pj) &&
            totals->cycles >= result->front[i].cycles)
            return;
    int count = 0;
    for (int i = 0; i < result->front_count; i++)
        if (mapspace_less(result->front[i].energy_pj, totals->energy_pj) ||
            result->front[i].cycles < totals->cycles) {
            if (count != i)
                result->front[count] = result->front[i];
            count++;
        }
    result->front_count = count;
    if (count < MAPSPACE_FRONT)
        keep(w, &result->front[result->front_count++], totals);
    else
        result->complete = false;
}

// Whether a restriction on the tiles of a rank, of any memory, tells two tiles apart.
static bool tells_apart(const aug_restriction *restriction, int rank, aug_count small, aug_count large) {
    for (int m = 0; restriction && m < AUG_PROBLEM_MEMORIES; m++) {
        const aug_tile_range *range = &restriction->tiles[m][rank];
        if (restriction->has_tiles[m] && ((small < range->least && large >= range->least) ||
                                          (small <= range->most && large > range->most)))
            return true;
    }
    return false;
}

// Short tiles: of the tiles of a rank with the same number of tiles, the least multiple of the tile inside of
// it, and where a restriction tells tiles apart the least of each kind.
static bool has_least_tiles(const walk *w) {
    aug_count inner[AUG_PROBLEM_RANKS];
    for (int r = 0; r < w->problem->rank_count; r++)
        inner[r] = 1;
    for (int n = w->mapping.count - 1; n >= w->given; n--) {
        const aug_mapping_node *node = &w->mapping.nodes[n];
        if (node->kind != AUG_MAPPING_FOR && node->kind != AUG_MAPPING_PAR)
            continue;
        aug_count size = w->problem->sizes[node->rank], unit = inner[node->rank],
                  tiles = (size + node->tile - 1) / node->tile;
        if (node->tile > unit && (size + node->tile - unit - 1) / (node->tile - unit) == tiles &&
            !tells_apart(w->options->restriction, node->rank, node->tile - unit, node->tile))
            return false;
        inner[node->rank] = node->tile;
    }
    return true;
}

// Whether a loop in time over a rank goes on with loops over it further in, past no store that it moves: with one in space,
// where tiles are short, a nest can use more places than with the loop further in; with one in time it does what one loop
// would, but for the last tile (of a window only where no other loop stands between them).
static bool goes_on(const walk *w, int loop) {
    const aug_mapping_node *node = &w->mapping.nodes[loop];
    bool alone = true, window = w->windows >> node->rank & 1;
    for (int n = loop + 1; n < w->mapping.count; n++) {
        const aug_mapping_node *inner = &w->mapping.nodes[n];
        bool own = inner->rank == node->rank;
        if ((inner->kind == AUG_MAPPING_PAR && own && !window) || (inner->kind == AUG_MAPPING_FOR && own && (alone || !window)))
            return true;
        alone &= inner->kind == AUG_MAPPING_STORE;
        for (int t = 0; inner->kind == AUG_MAPPING_STORE && t < w->problem->tensor_count; t++)
            if ((inner->tensors >> t & 1) && (w->problem->tensors[t].ranks >> node->rank & 1))
                return false;
    }
    return false;
}

static bool has_least_loops(const walk *w) {
    for (int n = w->given; n < w->mapping.count; n++)
        if (w->mapping.nodes[n].kind == AUG_MAPPING_FOR && goes_on(w, n))
            return false;
    return true;
}

static void look_at(walk *w) {
    if (!w->options->perfect && !w->options->larger_tiles && !(has_least_tiles(w) && has_least_loops(w)))
        return;
    mapspace_result *result = w->result;
    if (++result->count > w->options->most) {
        result->complete = false;
        return;
    }
    aug_totals totals;
    aug_cost_totals(w->problem, &w->mapping, w->scratch, w->cost, &totals);
    if (!totals.fits)
        return;
    const aug_restriction *restriction = w->options->restriction;
    if (restriction && restriction->min_utilization > 0.0) {
        double points = totals.cycles * (double)w->unit->instances * w->unit->rate_per_cycle;
        if ((double)w->problem->operations < restriction->min_utilization * points * (1.0 - 1e-12))
            return;
    }
    bool first = result->fits++ == 0;
    double edp = totals.energy_pj * totals.cycles, best = result->edp.energy_pj * result->edp.cycles;
    if (first ||
        comes_first(totals.energy_pj, result->energy.energy_pj, totals.cycles, result->energy.cycles))
        keep(w, &result->energy, &totals);
    if (first ||
        comes_first(totals.cycles, result->latency.cycles, totals.energy_pj, result->latency.energy_pj))
        keep(w, &result->latency, &totals);
    if (first || mapspace_less(edp, best))
        keep(w, &result->edp, &totals);
    add_to_front(w, &totals);
}

// ---- Restrictions

static int order_place(const aug_restriction *restriction, int at, int rank) {
    for (int i = 0; i < restriction->order_count[at]; i++)
        if (restriction->order[at][i] == rank)
            return i;
    return -1;
}

// Loops in time at the end of the nest, from the inside out: ranks of the list from its end, then others.
static bool order_holds(const walk *w, int at) {
    const aug_restriction *restriction = w->options->restriction;
    if (!restriction || restriction->order_count[at] == 0)
        return true;
    int last = restriction->order_count[at];
    for (int i = w->mapping.count - 1; i >= 0; i--) {
        const aug_mapping_node *node = &w->mapping.nodes[i];
        if (node->kind == AUG_MAPPING_STORE)
            break;
        if (node->kind != AUG_MAPPING_FOR)
            continue;
        int found = order_place(restriction, at, node->rank);
        if (found >= last)
            return false;
        last = found < 0 ? -1 : found; // behind another rank none of the list may follow
        if (found < 0)
            last = 0;
    }
    return true;
}

static bool tiles_hold(const walk *w, int memory, const aug_count *left) {
    const aug_restriction *restriction = w->options->restriction;
    if (!restriction || !restriction->has_tiles[memory])
        return true;
    for (int r = 0; r < w->problem->rank_count; r++)
        if (left[r] < restriction->tiles[memory][r].least || left[r] > restriction->tiles[memory][r].most)
            return false;
    return true;
}

static bool may_spread(const walk *w, int axis, int rank) {
    const aug_restriction *restriction = w->options->restriction;
    return !restriction || !restriction->axis_is_fixed[axis] || (restriction->axis_ranks[axis] >> rank & 1);
}

// ---- Nodes

static void follow(walk *w, const place *at);

static bool is_over(const walk *w) {
    return w->result->count > w->options->most;
}

static void try_end(walk *w, const place *at) {
    for (int t = 0; t < w->problem->tensor_count; t++)
        if (at->next[t] < w->chain_count[t])
            return;
    for (int r = 0; r < w->problem->rank_count; r++)
        if (at->left[r] > 1)
            return;
    if (!order_holds(w, AUG_PROBLEM_MEMORIES))
        return;
    w->mapping.nodes[w->mapping.count++] =
        (aug_mapping_node){.kind = AUG_MAPPING_COMPUTE, .compute = w->unit_index};
    look_at(w);
    w->mapping.count--;
}

static void try_store(walk *w, const place *at, int tensor) {
    int memory = w->chain[tensor][at->next[tensor]], tensors = w->problem->tensor_count;
    int key = memory * tensors + tensor;
    bool joins = at->last_store >= 0 && at->last_store / tensors == memory;
    if (memory < at->innermost_axis_memory || !tiles_hold(w, memory, at->left))
        return;
    if (at->last_store >= 0 && key < at->last_store && (joins || !w->has_order))
        return;
    if (!joins && !order_holds(w, memory))
        return;
    place inside = *at;
    inside.next[tensor]++;
    inside.last_store = key;
    inside.open = -1;
    if (at->open >= 0)
        inside.closed |= 1u << at->open;
    inside.in_gap = 0;
    inside.sealed = false;
    if (memory > inside.deepest_store)
        inside.deepest_store = memory;
    aug_mapping_node *last = &w->mapping.nodes[w->mapping.count - 1];
    if (joins) {
        last->tensors |= 1u << tensor;
    } else {
        w->mapping.nodes[w->mapping.count++] =
            (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = memory, .tensors = 1u << tensor};
    }
    follow(w, &inside);
    if (joins)
        w->mapping.nodes[w->mapping.count - 1].tensors &= ~(1u << tensor);
    else
        w->mapping.count--;
}

// Whether a tile may follow what is left of a rank.
static bool is_tile(const walk *w, int rank, aug_count left, aug_count tile) {
    return left % tile == 0 || (!w->options->perfect && left == w->problem->sizes[rank]);
}

static void try_for(walk *w, const place *at, int rank) {
    bool window = w->windows >> rank & 1;
    if ((at->in_gap >> rank & 1) || (window && at->sealed))
        return;
    place inside = *at;
    inside.last_store = -1;
    inside.open = -1;
    if (at->open >= 0)
        inside.closed |= 1u << at->open;
    inside.in_gap |= 1u << rank;
    aug_mapping_node node = {.kind = AUG_MAPPING_FOR, .rank = rank};
    for (aug_count tile = 1; tile < at->left[rank] && !is_over(w); tile++) {
        if (!is_tile(w, rank, at->left[rank], tile))
            continue;
        inside.left[rank] = node.tile = tile;
        w->mapping.nodes[w->mapping.count++] = node;
        follow(w, &inside);
        w->mapping.count--;
    }
}

static bool may_open(const walk *w, const place *at, int axis, int rank) {
    const aug_problem_axis *of = &w->problem->axes[axis];
    if ((at->closed >> of->array & 1) || of->memories_above <= at->deepest_store ||
        axis >= w->unit->axes_above || (at->on_axis[axis] >> rank & 1) || !may_spread(w, axis, rank))
        return false;
    unsigned inner = (at->closed | (at->open >= 0 ? 1u << at->open : 0)) >> of->array >> 1;
    if (w->options->arrays_in_order && inner)
        return false;
    const aug_problem_array *array = &w->problem->arrays[of->array];
    bool pays = array->hop_pj > 0.0 || array->router_pj > 0.0;
    return at->open != of->array || rank >= at->last_rank || pays;
}

static void try_par(walk *w, const place *at, int axis, int rank) {
    if (!may_open(w, at, axis, rank))
        return;
    const aug_problem_axis *of = &w->problem->axes[axis];
    place inside = *at;
    inside.last_store = -1;
    if (at->open >= 0 && at->open != of->array)
        inside.closed |= 1u << at->open;
    inside.open = of->array;
    inside.last_rank = rank;
    inside.on_axis[axis] |= 1u << rank;
    if (of->memories_above > inside.innermost_axis_memory)
        inside.innermost_axis_memory = of->memories_above;
    inside.sealed |= (w->windows >> rank & 1) && (at->in_gap & w->windows);
    aug_mapping_node node = {.kind = AUG_MAPPING_PAR, .rank = rank, .axis = axis};
    for (aug_count tile = 1; tile < at->left[rank] && !is_over(w); tile++) {
        aug_count steps = (at->left[rank] + tile - 1) / tile;
        if (!is_tile(w, rank, at->left[rank], tile) || at->used[axis] * steps > of->fanout)
            continue;
        inside.used[axis] = at->used[axis] * steps;
        inside.left[rank] = node.tile = tile;
        w->mapping.nodes[w->mapping.count++] = node;
        follow(w, &inside);
        w->mapping.count--;
    }
}

// Depth: one node each, AUG_MAPPING_NODES at most, since every loop leaves less and every store is one less.
static void follow(walk *w, const place *at) {
    if (is_over(w) || w->mapping.count >= AUG_MAPPING_NODES - 1)
        return;
    try_end(w, at);
    for (int t = 0; t < w->problem->tensor_count; t++)
        if (at->next[t] < w->chain_count[t])
            try_store(w, at, t);
    for (int r = 0; r < w->problem->rank_count; r++) {
        if (at->left[r] == 1)
            continue;
        try_for(w, at, r);
        for (int a = 0; a < w->problem->axis_count; a++)
            try_par(w, at, a, r);
    }
}

// ---- Keepings

// Nodes that every nest has behind its outermost stores; false where the keeping has not those stores.
static bool put_shared(walk *w, place *top) {
    for (int i = 0; i < w->options->shared_count; i++) {
        const aug_mapping_node *node = &w->options->shared[i];
        w->mapping.nodes[w->mapping.count++] = *node;
        top->last_store = -1;
        if (node->kind == AUG_MAPPING_FOR)
            top->left[node->rank] = node->tile;
        for (int t = 0; node->kind == AUG_MAPPING_STORE && t < w->problem->tensor_count; t++)
            if (node->tensors >> t & 1) {
                if (top->next[t] == w->chain_count[t] || w->chain[t][top->next[t]] != node->memory)
                    return false;
                top->next[t]++;
                top->deepest_store = node->memory > top->deepest_store ? node->memory : top->deepest_store;
            }
    }
    return true;
}

static void walk_keeping(walk *w, const unsigned *kept) {
    place top = {.open = -1, .last_store = -1, .deepest_store = -1};
    w->mapping.count = 0;
    memcpy(top.left, w->problem->sizes, sizeof top.left);
    for (int a = 0; a < w->problem->axis_count; a++)
        top.used[a] = 1;
    for (int t = 0; t < w->problem->tensor_count; t++)
        w->chain_count[t] = 0;
    for (int m = 0; m < w->unit->memories_above; m++) {
        unsigned homes = 0;
        for (int t = 0; t < w->problem->tensor_count; t++) {
            homes |= (unsigned)(w->home[t] == m) << t;
            if (kept[m] >> t & 1)
                w->chain[t][w->chain_count[t]++] = m;
        }
        if (!homes)
            continue;
        if (!tiles_hold(w, m, top.left))
            return;
        top.deepest_store = m;
        w->mapping.nodes[w->mapping.count++] =
            (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = m, .tensors = homes};
    }
    if (!put_shared(w, &top))
        return;
    w->given = w->mapping.count;
    follow(w, &top);
}

static void each_keeping(walk *w, int memory, unsigned *kept) {
    if (memory == w->unit->memories_above) {
        walk_keeping(w, kept);
        return;
    }
    unsigned may = w->may[memory], must = w->must[memory];
    for (int t = 0; t < w->problem->tensor_count; t++)
        if (w->home[t] >= memory) {
            may &= ~(1u << t);
            if (w->home[t] == memory)
                must &= ~(1u << t);
        }
    for (unsigned set = 0; set < 1u << w->problem->tensor_count; set++)
        if ((set & ~may) == 0 && (must & ~set) == 0) {
            kept[memory] = set;
            each_keeping(w, memory + 1, kept);
        }
}

// ---- Setting out

// A rank that is an index by itself, with a factor: tiles that divide have no word in common, and only hops count the gaps.
static bool may_leave_gaps(const walk *w) {
    bool hops = false;
    for (int a = 0; a < w->problem->array_count; a++)
        hops |= w->problem->arrays[a].hop_pj > 0.0 || w->problem->arrays[a].router_pj > 0.0;
    return w->options->perfect && !hops && w->options->shared_count == 0;
}

// Ranks in an index with others of more than one point, or with a factor that counts.
static void find_windows(walk *w) {
    for (int t = 0; t < w->problem->tensor_count; t++)
        for (int d = 0; d < w->problem->tensors[t].dim_count; d++) {
            const aug_problem_dim *dim = &w->problem->tensors[t].dims[d];
            unsigned ranks = 0;
            bool factor = false;
            for (int i = 0; i < dim->term_count; i++) {
                if (w->problem->sizes[dim->terms[i].rank] == 1)
                    continue;
                ranks |= 1u << dim->terms[i].rank;
                factor |= dim->terms[i].coefficient > 1;
            }
            if ((ranks & (ranks - 1)) || (factor && !may_leave_gaps(w)))
                w->windows |= ranks;
        }
}

static bool find_homes(walk *w) {
    const aug_restriction *restriction = w->options->restriction;
    for (int m = 0; m < w->problem->memory_count; m++) {
        const aug_problem_memory *memory = &w->problem->memories[m];
        w->may[m] = ~(memory->never | (restriction ? restriction->never[m] : 0));
        w->must[m] = memory->must | (restriction ? restriction->must[m] : 0);
        if (restriction && restriction->order_count[m] > 0)
            w->has_order = true;
    }
    for (int t = 0; t < w->problem->tensor_count; t++) {
        w->home[t] = 0;
        while (w->home[t] < w->unit->memories_above && !(w->may[w->home[t]] >> t & 1))
            w->home[t]++;
        if (w->home[t] == w->unit->memories_above)
            return false;
    }
    return true;
}

static bool find_unit(walk *w) {
    for (int c = 0; c < w->problem->compute_count; c++) {
        const aug_problem_compute *unit = &w->problem->computes[c];
        if (unit->rate_per_cycle > 0.0 &&
            (!w->unit || unit->memories_above > w->unit->memories_above ||
             (unit->memories_above == w->unit->memories_above && unit->axes_above > w->unit->axes_above))) {
            w->unit = unit;
            w->unit_index = c;
        }
    }
    return w->unit != NULL;
}

void mapspace_walk(aug_arena *arena, const aug_problem *problem, const mapspace_options *options,
                   mapspace_result *result) {
    walk *w = AUG_NEW(arena, walk);
    *w = (walk){.problem = problem, .options = options, .result = result};
    w->scratch = aug_cost_scratch_new(arena);
    w->cost = AUG_NEW(arena, aug_cost);
    result->complete = true;
    result->count = result->fits = 0;
    result->front_count = 0;
    if (!find_unit(w) || !find_homes(w))
        return;
    find_windows(w);
    unsigned kept[AUG_PROBLEM_MEMORIES] = {0};
    each_keeping(w, 0, kept);
}
