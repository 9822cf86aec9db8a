// What makes a nest a mapping of this einsum on this machine.
//
// Stores: each tensor stands in some memory; its memories go inwards along the machine, each once.
// Space:  a loop on an axis stands inside the stores of memories outside of the array and outside of those
// inside it, since a memory
//         outside is shared by all instances along the axis and one inside has a copy at each.
// Unit:   the compute unit can do the einsum and stands inside of every memory and every axis that is used.
// Tiles:  1 <= tile <= what remains of the rank; at the compute unit 1 remains of each.
//
// All errors are collected. What does not fit (capacities, fanouts, keep) is no error but a no, which cost
// tells.
#include "mapping/mapping_words.h"

#include <inttypes.h>

typedef struct nest_check {
    const aug_reader *reader;
    const aug_node *node;
    const aug_problem *problem;
    const aug_mapping *mapping;
} nest_check;

static const char *memory_names(const nest_check *c) {
    return aug_mapping_names(c->reader->arena, c->problem, c->problem->memory_count, aug_mapping_memory_name);
}

// The stores of one tensor, from the outside in.
static void check_tensor(const nest_check *c, int tensor) {
    const aug_problem *p = c->problem;
    const char *name = p->tensors[tensor].name;
    int outer = -1;
    for (int i = 0; i < c->mapping->count; i++) {
        const aug_mapping_node *node = &c->mapping->nodes[i];
        if (node->kind != AUG_MAPPING_STORE || !(node->tensors >> tensor & 1u))
            continue;
        const char *memory = p->memories[node->memory].name;
        aug_error *error;
        if (node->memory == outer) {
            error = aug_mapping_error(c->reader, c->node, node->column, "memory '%s' keeps tensor '%s' twice",
                                      memory, name);
            aug_error_hint(error, "an instance holds one tile of a tensor: leave one of the stores out");
        } else if (node->memory < outer) {
            error = aug_mapping_error(c->reader, c->node, node->column,
                                      "tensor '%s' goes from memory '%s' out to '%s'", name,
                                      p->memories[outer].name, memory);
            aug_error_hint(error, "stores of a tensor follow the machine inwards: %s", memory_names(c));
        } else {
            outer = node->memory;
        }
    }
    if (outer >= 0)
        return;
    aug_error *error = aug_mapping_error(c->reader, c->node, c->mapping->nodes[0].column,
                                         "no memory keeps tensor '%s'", name);
    aug_error_hint(error, "add it to a store, such as the outermost one: %s[%s]", p->memories[0].name, name);
}

// A loop in space against the stores around it and inside it. The first store that stands wrong on each side
// is told.
static void check_space(const nest_check *c, int at) {
    const aug_problem *p = c->problem;
    const aug_mapping_node *loop = &c->mapping->nodes[at];
    const aug_problem_axis *axis = &p->axes[loop->axis];
    for (int i = 0; i < at; i++) {
        const aug_mapping_node *node = &c->mapping->nodes[i];
        if (node->kind != AUG_MAPPING_STORE || node->memory < axis->memories_above)
            continue;
        const char *memory = p->memories[node->memory].name;
        aug_error *error =
            aug_mapping_error(c->reader, c->node, loop->column,
                              "'par %s' stands inside of a store in memory '%s'", axis->name, memory);
        aug_error_hint(error, "every instance along %s has a '%s' of its own: put the loop before %s[...]",
                       axis->name, memory, memory);
        break;
    }
    for (int i = at + 1; i < c->mapping->count; i++) {
        const aug_mapping_node *node = &c->mapping->nodes[i];
        if (node->kind != AUG_MAPPING_STORE || node->memory >= axis->memories_above)
            continue;
        const char *memory = p->memories[node->memory].name;
        aug_error *error =
            aug_mapping_error(c->reader, c->node, node->column,
                              "a store in memory '%s' stands inside of 'par %s'", memory, axis->name);
        aug_error_hint(error, "all instances along %s share '%s': put %s[...] before the loop", axis->name,
                       memory, memory);
        break;
    }
}

static void check_unit(const nest_check *c) {
    const aug_problem *p = c->problem;
    const aug_mapping_node *last = &c->mapping->nodes[c->mapping->count - 1];
    const aug_problem_compute *unit = &p->computes[last->compute];
    if (!(unit->rate_per_cycle > 0.0)) {
        aug_error *error = aug_mapping_error(c->reader, c->node, last->column,
                                             "compute unit '%s' cannot do einsum '%s'", unit->name, p->name);
        const char *able = aug_mapping_names(c->reader->arena, p, p->compute_count, aug_mapping_able_name);
        if (*able)
            aug_error_hint(error, "%s can", able);
        else
            aug_error_hint(error, "no compute unit of the machine can");
    }
    for (int i = 0; i < c->mapping->count - 1; i++) {
        const aug_mapping_node *node = &c->mapping->nodes[i];
        bool memory = node->kind == AUG_MAPPING_STORE && node->memory >= unit->memories_above;
        bool axis = node->kind == AUG_MAPPING_PAR && node->axis >= unit->axes_above;
        if (!memory && !axis)
            continue;
        const char *name = memory ? p->memories[node->memory].name : p->axes[node->axis].name;
        aug_error *error = aug_mapping_error(c->reader, c->node, node->column,
                                             "%s '%s' stands inside of compute unit '%s' in the machine",
                                             memory ? "memory" : "axis", name, unit->name);
        aug_error_hint(error, "the nest of '%s' uses what is outside of it only", unit->name);
    }
}

static void check_tiles(const nest_check *c) {
    const aug_problem *p = c->problem;
    aug_count remains[AUG_PROBLEM_RANKS];
    int splits[AUG_PROBLEM_RANKS] = {0};
    for (int r = 0; r < p->rank_count; r++)
        remains[r] = p->sizes[r];
    for (int i = 0; i < c->mapping->count; i++) {
        const aug_mapping_node *node = &c->mapping->nodes[i];
        if (node->kind != AUG_MAPPING_FOR && node->kind != AUG_MAPPING_PAR)
            continue;
        const char *rank = p->ranks[node->rank];
        aug_count *left = &remains[node->rank];
        aug_error *error;
        if (node->tile == 0) {
            error = aug_mapping_error(c->reader, c->node, node->column, "tiles of 0 of rank '%s'", rank);
            aug_error_hint(error, "a tile is 1 at least");
        } else if (node->tile > *left) {
            error = aug_mapping_error(c->reader, c->node, node->column,
                                      "tiles of %" PRIu64 " where %" PRIu64 " of rank '%s' remain",
                                      node->tile, *left, rank);
            aug_error_hint(error, "tiles do not grow from the outside in, from the size %" PRIu64 " on",
                           p->sizes[node->rank]);
        } else if (node->tile < *left && ++splits[node->rank] == AUG_MAPPING_SPLITS + 1) {
            error = aug_mapping_error(c->reader, c->node, node->column, "rank '%s' is split more than %d times", rank,
                                      AUG_MAPPING_SPLITS);
            aug_error_hint(error, "leave out loops that no store lies between");
        }
        *left = node->tile == 0 ? 1 : node->tile < *left ? node->tile : *left;
    }
    for (int r = 0; r < p->rank_count; r++) {
        if (remains[r] == 1)
            continue;
        const aug_mapping_node *last = &c->mapping->nodes[c->mapping->count - 1];
        aug_error *error =
            aug_mapping_error(c->reader, c->node, last->column,
                              "%" PRIu64 " of rank '%s' remain at the compute unit", remains[r], p->ranks[r]);
        aug_error_hint(error, "every rank ends in tiles of 1: add 'for %s:1'", p->ranks[r]);
    }
}

bool aug_mapping_check(const aug_reader *reader, const aug_node *node, const aug_problem *problem,
                       const aug_mapping *mapping) {
    const nest_check c = {reader, node, problem, mapping};
    int before = aug_errors_total(reader->errors);
    for (int t = 0; t < problem->tensor_count; t++)
        check_tensor(&c, t);
    for (int i = 0; i < mapping->count; i++)
        if (mapping->nodes[i].kind == AUG_MAPPING_PAR)
            check_space(&c, i);
    check_unit(&c);
    check_tiles(&c);
    return aug_errors_total(reader->errors) == before;
}
