// Two forms of a nest: the text that is read, and one line per node for people.
//
//     dram: A 524288 words (4194304 bit), B 262144 words (2097152 bit)
//       for m 64 of 512 (8 steps)
//         par pe.x k 8 of 128 (16 of 128 instances)
//           mac
#include "mapping/mapping_words.h"

#include "base/quantity.h"

#include <inttypes.h>
#include <string.h>

enum { WIDTH = 80, DEEPEST = 40 }; // columns; the most that a line is indented

static void print_node(aug_buffer *out, const aug_problem *p, const aug_mapping_node *node) {
    switch (node->kind) {
    case AUG_MAPPING_STORE:
        aug_buffer_print(out, "%s[", p->memories[node->memory].name);
        for (int t = 0, first = 1; t < p->tensor_count; t++) {
            if (!(node->tensors >> t & 1u))
                continue;
            aug_buffer_print(out, "%s%s%s", first ? "" : " ", p->tensors[t].name,
                             node->whole >> t & 1u ? "!" : "");
            first = 0;
        }
        aug_buffer_put(out, "]");
        break;
    case AUG_MAPPING_FOR:
        aug_buffer_print(out, "for %s:%" PRIu64, p->ranks[node->rank], node->tile);
        break;
    case AUG_MAPPING_PAR:
        aug_buffer_print(out, "par %s %s:%" PRIu64, p->axes[node->axis].name, p->ranks[node->rank],
                         node->tile);
        break;
    case AUG_MAPPING_COMPUTE:
        aug_buffer_put(out, p->computes[node->compute].name);
        break;
    }
}

void aug_mapping_print(aug_buffer *out, const aug_problem *problem, const aug_mapping *mapping) {
    for (int i = 0; i < mapping->count; i++) {
        if (i > 0)
            aug_buffer_put(out, " ");
        print_node(out, problem, &mapping->nodes[i]);
    }
}

// ceil(extent / tile)
static aug_count steps_of(aug_count extent, aug_count tile) {
    return extent / tile + (extent % tile != 0);
}

static void print_loop(aug_buffer *out, const aug_problem *p, const aug_mapping_node *node,
                       aug_count extent) {
    aug_count steps = steps_of(extent, node->tile), last = extent % node->tile;
    const char *rank = p->ranks[node->rank];
    if (node->kind == AUG_MAPPING_PAR)
        aug_buffer_print(out, "par %s %s %" PRIu64 " of %" PRIu64 " (%" PRIu64 " of %" PRIu64 " instances",
                         p->axes[node->axis].name, rank, node->tile, extent, steps,
                         p->axes[node->axis].fanout);
    else
        aug_buffer_print(out, "for %s %" PRIu64 " of %" PRIu64 " (%" PRIu64 " step%s", rank, node->tile,
                         extent, steps, steps == 1 ? "" : "s");
    if (last != 0)
        aug_buffer_print(out, ", the last %" PRIu64, last);
    aug_buffer_put(out, ")\n");
}

// A store with the tile of each tensor, broken between tensors where it is longer than a line.
static void print_store(aug_buffer *out, const aug_problem *p, const aug_mapping_node *node,
                        const aug_count *extents, size_t indent) {
    const aug_problem_memory *memory = &p->memories[node->memory];
    size_t column = indent + strlen(memory->name) + 1;
    aug_buffer_print(out, "%s:", memory->name);
    size_t hang = column;
    unsigned left = node->tensors;
    for (int t = 0; t < p->tensor_count; t++) {
        if (!(node->tensors >> t & 1u))
            continue;
        left &= ~(1u << t);
        aug_count words = aug_tensor_words(&p->tensors[t], extents);
        const char *tile =
            aug_arena_print(out->arena, "%s%s %" PRIu64 " word%s (%s)%s", p->tensors[t].name,
                            node->whole >> t & 1u ? "!" : "", words, words == 1 ? "" : "s",
                            aug_show_capacity((double)words * memory->bits[t]).text, left ? "," : "");
        size_t length = strlen(tile);
        if (column > hang && column + 1 + length > WIDTH) {
            aug_buffer_put(out, "\n");
            aug_buffer_fill(out, ' ', hang);
            column = hang;
        }
        aug_buffer_print(out, " %s", tile);
        column += 1 + length;
    }
    aug_buffer_put(out, "\n");
}

void aug_mapping_print_nest(aug_buffer *out, const aug_problem *problem, const aug_mapping *mapping) {
    aug_count extents[AUG_PROBLEM_RANKS];
    memcpy(extents, problem->sizes, sizeof extents);
    size_t step = mapping->count * 2 > DEEPEST ? 1 : 2;
    for (int i = 0; i < mapping->count; i++) {
        const aug_mapping_node *node = &mapping->nodes[i];
        size_t indent = (size_t)i * step < DEEPEST ? (size_t)i * step : DEEPEST;
        aug_buffer_fill(out, ' ', indent);
        switch (node->kind) {
        case AUG_MAPPING_STORE:
            print_store(out, problem, node, extents, indent);
            break;
        case AUG_MAPPING_FOR:
        case AUG_MAPPING_PAR:
            print_loop(out, problem, node, extents[node->rank]);
            extents[node->rank] = node->tile;
            break;
        case AUG_MAPPING_COMPUTE:
            aug_buffer_print(out, "%s\n", problem->computes[node->compute].name);
            break;
        }
    }
}
