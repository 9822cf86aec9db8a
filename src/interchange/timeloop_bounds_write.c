// The text of the constraints of a search.
//
// Timeloop bounds the iterations of loops, Auger the tiles between them. With T(i) the tile of a dimension in
// memory i and 1 in the compute units,
//
//     T(i) = time(i) · space(i) · T(i + 1),   T(0) = the size
//
// so a factor can be stated where the tiles on both of its sides follow, from the inside or from the outside:
//
//     Reg K=4, Glb free, Dram K=2 of K 64:   tiles: {Reg: {K: 4}, Glb: {K: 32}}
//
// A loop in space of one iteration takes the dimension off the array's axes; one of more iterations is stated
// by its tiles, and whether its iterations run in space or time is left to the search. What does not follow
// is an error. Dimensions of size 1 have one tile, and some are no ranks (timeloop_workload_write.c): they
// are left out.
#include "interchange/timeloop_text.h"

#include <inttypes.h>
#include <math.h>

typedef struct tile {
    uint64_t size; // 0: unknown
    bool at_most;
    bool stated; // a bound needs it
} tile;

typedef struct bounds_writer {
    const aug_timeloop_design *design;
    int memories;
    tile tiles[AUG_TIMELOOP_LEVELS][AUG_TIMELOOP_DIMS]; // by memory; the compute units at the end
} bounds_writer;

static const aug_timeloop_factor *time_of(const bounds_writer *w, int level, int dim) {
    return &w->design->bounds.nests[level].time.factors[dim];
}

static const aug_timeloop_factor *space_of(const bounds_writer *w, int level, int dim) {
    return &w->design->bounds.nests[level].space.factors[dim];
}

// Whether a dimension is a rank of the einsum, and one that loops can split.
static bool is_split(const bounds_writer *w, int dim) {
    const aug_timeloop_problem *problem = &w->design->problem;
    unsigned ranks = 0;
    for (int i = 0; i < problem->space_count; i++)
        ranks |= problem->spaces[i].dims;
    return (ranks >> dim & 1u) && problem->dims[dim].size > 1;
}

// The iterations of a level's loops, time and space together; 0: unknown.
static uint64_t steps(const bounds_writer *w, int level, int dim, bool *at_most) {
    const aug_timeloop_factor *parts[] = {time_of(w, level, dim), space_of(w, level, dim)};
    uint64_t product = 1, size = w->design->problem.dims[dim].size;
    *at_most = false;
    for (int i = 0; i < 2; i++) {
        if (i == 1 && !w->design->machine.levels[level].array)
            continue;
        if (parts[i]->kind == AUG_TIMELOOP_FREE)
            return 0;
        *at_most = *at_most || parts[i]->kind == AUG_TIMELOOP_AT_MOST;
        uint64_t count = parts[i]->count == 0 ? size : parts[i]->count;
        product = count >= (size + product - 1) / product ? size : product * count;
    }
    return product;
}

static void find_from_inside(bounds_writer *w, int dim) {
    uint64_t size = w->design->problem.dims[dim].size, inside = 1;
    w->tiles[w->memories][dim].size = 1;
    for (int i = w->memories - 1; i > 0 && inside; i--) {
        bool at_most;
        uint64_t count = steps(w, i, dim, &at_most);
        inside = count == 0 ? 0 : count >= (size + inside - 1) / inside ? size : inside * count;
        w->tiles[i][dim] = (tile){.size = inside, .at_most = at_most};
        if (at_most)
            return;
    }
}

static void find_from_outside(bounds_writer *w, int dim) {
    uint64_t outside = w->design->problem.dims[dim].size;
    w->tiles[0][dim].size = outside;
    for (int i = 0; i + 1 < w->memories; i++) {
        bool at_most;
        uint64_t count = steps(w, i, dim, &at_most);
        if (count == 0 || at_most)
            return;
        outside = (outside + count - 1) / count;
        if (w->tiles[i + 1][dim].size == 0)
            w->tiles[i + 1][dim].size = outside;
    }
}

// Whether the tiles around a level's loops say what its factors say; marks those that do.
static bool state_factor(bounds_writer *w, int level, int dim) {
    const aug_timeloop_factor *time = time_of(w, level, dim), *space = space_of(w, level, dim);
    bool one_in_space = space->kind == AUG_TIMELOOP_EXACT && space->count == 1;
    if (time->kind == AUG_TIMELOOP_FREE && (space->kind == AUG_TIMELOOP_FREE || one_in_space))
        return true;
    bool at_most;
    bool known = steps(w, level, dim, &at_most) > 0;
    tile *outer = &w->tiles[level][dim], *inner = &w->tiles[level + 1][dim];
    if (known && outer->size && inner->size && !inner->at_most &&
        (at_most ? outer->at_most : !outer->at_most)) {
        outer->stated = inner->stated = true;
        return true;
    }
    const aug_timeloop_factor *told = time->kind != AUG_TIMELOOP_FREE ? time : space;
    aug_error *error = aug_node_error(
        w->design->reader->errors, told->node, "the factor of '%.40s' at '%.40s' cannot be expressed alone",
        w->design->problem.dims[dim].name, w->design->machine.levels[level].said);
    aug_error_hint(error,
                   "state its factors, in time and space, at all levels inside or at all levels outside too");
    return false;
}

// ---- The text

static void put_keep(aug_buffer *out, const bounds_writer *w) {
    const aug_timeloop_problem *problem = &w->design->problem;
    unsigned all = (1u << problem->space_count) - 1;
    bool first = true;
    for (int i = 0; i < w->memories; i++) {
        const aug_timeloop_nest *nest = &w->design->bounds.nests[i];
        unsigned must =
            i == 0 ? all & ~nest->bypass : nest->keep; // the outermost memory keeps what it does not bypass
        if (!must && !nest->bypass)
            continue;
        aug_buffer_print(out, "%s%s: {", first ? "keep: {" : ", ", w->design->machine.levels[i].name);
        if (must) {
            aug_buffer_put(out, "must: [");
            aug_timeloop_put_spaces(out, problem, must, ", ");
            aug_buffer_put(out, nest->bypass ? "], " : "]");
        }
        if (nest->bypass) {
            aug_buffer_put(out, "never: [");
            aug_timeloop_put_spaces(out, problem, nest->bypass, ", ");
            aug_buffer_put(out, "]");
        }
        aug_buffer_put(out, "}");
        first = false;
    }
    if (!first)
        aug_buffer_put(out, "}\n");
}

static bool is_one(const aug_timeloop_factor *factor) {
    return factor->kind != AUG_TIMELOOP_FREE && factor->count == 1;
}

// The dimensions that may run along an axis: the first `split` of the permutation along x, all others along
// y.
static void put_axis(aug_buffer *out, const bounds_writer *w, const aug_timeloop_block *block, bool along_y) {
    const aug_timeloop_problem *problem = &w->design->problem;
    int order[AUG_TIMELOOP_DIMS], count = aug_timeloop_order_all(problem, block, order);
    int split = block->split < 0 ? count : block->split;
    bool first = true;
    for (int i = 0; i < count; i++) {
        if ((i >= split) != along_y || is_one(&block->factors[order[i]]) || !is_split(w, order[i]))
            continue;
        aug_buffer_print(out, "%s%s", first ? "" : ", ", problem->dims[order[i]].name);
        first = false;
    }
}

static void put_spatial(aug_buffer *out, const bounds_writer *w) {
    bool first = true;
    for (int i = 0; i < w->memories; i++) {
        const aug_timeloop_block *block = &w->design->bounds.nests[i].space;
        const char *array = w->design->machine.levels[i].array;
        if (!block->node || !array)
            continue;
        aug_buffer_print(out, "%s%s.x: [", first ? "spatial: {" : ", ", array);
        put_axis(out, w, block, false);
        aug_buffer_print(out, "], %s.y: [", array);
        put_axis(out, w, block, true);
        aug_buffer_put(out, "]");
        first = false;
    }
    if (!first)
        aug_buffer_put(out, "}\n");
}

// Loops of memory i stand directly above the stores of the level inside it.
static void put_order(aug_buffer *out, const bounds_writer *w) {
    bool first = true;
    for (int i = 0; i < w->memories; i++) {
        const aug_timeloop_block *block = &w->design->bounds.nests[i].time;
        bool any = false;
        for (int k = block->order_count - 1; k >= 0; k--) {
            if (is_one(&block->factors[block->order[k]]) || !is_split(w, block->order[k]))
                continue;
            if (!any)
                aug_buffer_print(out, "%s%s: [", first ? "order: {" : ", ",
                                 w->design->machine.levels[i + 1].name);
            aug_buffer_print(out, "%s%s", any ? ", " : "", w->design->problem.dims[block->order[k]].name);
            any = true;
            first = false;
        }
        if (any)
            aug_buffer_put(out, "]");
    }
    if (!first)
        aug_buffer_put(out, "}\n");
}

static void put_tiles(aug_buffer *out, const bounds_writer *w) {
    bool first = true;
    for (int i = 1; i < w->memories; i++) {
        bool any = false;
        for (int k = 0; k < w->design->problem.dim_count; k++) {
            const tile *stated = &w->tiles[i][k];
            if (!stated->stated)
                continue;
            if (!any)
                aug_buffer_print(out, "%s%s: {", first ? "tiles: {" : ", ",
                                 w->design->machine.levels[i].name);
            aug_buffer_print(out, stated->at_most ? "%s%s: {at_most: %" PRIu64 "}" : "%s%s: %" PRIu64,
                             any ? ", " : "", w->design->problem.dims[k].name, stated->size);
            any = true;
            first = false;
        }
        if (any)
            aug_buffer_put(out, "}");
    }
    if (!first)
        aug_buffer_put(out, "}\n");
}

// Directives of a mapping that bound nothing.
static bool check_plain(const bounds_writer *w) {
    for (int i = 0; i < w->memories; i++) {
        const aug_timeloop_nest *nest = &w->design->bounds.nests[i];
        const aug_node *where = nest->whole ? nest->whole_node : nest->alone ? nest->space.node : NULL;
        if (!where)
            continue;
        aug_error *error = aug_node_error(w->design->reader->errors, where,
                                          "a search without reuse at '%.60s' cannot be expressed",
                                          w->design->machine.levels[i].said);
        aug_error_hint(error, "no_reuse belongs into a mapping");
        return false;
    }
    return true;
}

const char *aug_timeloop_bounds_write(const aug_timeloop_design *design) {
    bounds_writer *w = AUG_NEW(design->reader->arena, bounds_writer);
    w->design = design;
    w->memories = design->machine.level_count - 1;
    bool good = check_plain(w);
    for (int dim = 0; dim < design->problem.dim_count; dim++) {
        if (!is_split(w, dim))
            continue; // all its tiles are 1
        find_from_inside(w, dim);
        find_from_outside(w, dim);
        for (int i = 0; i < w->memories; i++)
            good &= state_factor(w, i, dim);
    }
    if (!good)
        return NULL;
    aug_buffer out;
    aug_buffer_init(&out, design->reader->arena);
    aug_buffer_put(&out, "# Imported from Timeloop.\nauger: constraints/1\n");
    put_keep(&out, w);
    put_spatial(&out, w);
    put_order(&out, w);
    put_tiles(&out, w);
    if (!isnan(design->bounds.min_utilization)) {
        aug_buffer_put(&out, "min_utilization: ");
        aug_timeloop_put_number(&out, design->bounds.min_utilization);
        aug_buffer_put(&out, "\n");
    }
    return aug_buffer_text(&out);
}
