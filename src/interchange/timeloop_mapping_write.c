// The text of the mapping.
//
// Timeloop counts the iterations of each loop, Auger states the tile that remains inside. From the innermost
// loop outwards, the tile of a loop is the product of the iterations of all loops of its dimension inside it,
// full passes counted:
//
//     M = 10: Dram M=4, Buf M=3,1      Buf: tile 1, Dram: tile 3      dram[..] for M:3 buf[..] for M:1
//
// The last tile comes out shorter by itself: 10 = 3 + 3 + 3 + 1. Loops of one iteration are left out. A
// level's loops in time stand outside of its loops in space, those along y outside of those along x; each
// permutation begins with the innermost loop.
#include "interchange/timeloop_text.h"

#include <inttypes.h>

enum { NODES = AUG_TIMELOOP_LEVELS * (2 * AUG_TIMELOOP_DIMS + 1) };

typedef struct nest_writer {
    const aug_timeloop_design *design;
    uint64_t inside[AUG_TIMELOOP_DIMS]; // extent of what stands inside
    const char *nodes[NODES];           // from the innermost one
    int count;
} nest_writer;

// A loop whose tile is the whole dimension has one step.
static void add_loop(nest_writer *w, const aug_timeloop_block *block, int dim, const char *axis) {
    const aug_timeloop_dim *of = &w->design->problem.dims[dim];
    uint64_t count = block->factors[dim].count, *inside = &w->inside[dim];
    if (count <= 1)
        return;
    if (*inside < of->size)
        w->nodes[w->count++] =
            aug_arena_print(w->design->reader->arena, axis ? "par %s %s:%" PRIu64 : "for%s %s:%" PRIu64,
                            axis ? axis : "", of->name, *inside);
    *inside = count >= (of->size + *inside - 1) / *inside ? of->size : *inside * count;
}

static void add_time(nest_writer *w, const aug_timeloop_block *block) {
    int order[AUG_TIMELOOP_DIMS], count = aug_timeloop_order_all(&w->design->problem, block, order);
    for (int i = 0; i < count; i++)
        add_loop(w, block, order[i], NULL);
}

static void add_space(nest_writer *w, const aug_timeloop_block *block, const char *array) {
    int order[AUG_TIMELOOP_DIMS], count = aug_timeloop_order_all(&w->design->problem, block, order);
    int split = block->split < 0 ? count : block->split;
    for (int i = 0; array && i < count; i++)
        add_loop(w, block, order[i],
                 aug_arena_print(w->design->reader->arena, "%s.%c", array, i < split ? 'x' : 'y'));
}

static void add_store(nest_writer *w, const aug_timeloop_nest *nest, const aug_timeloop_level *level,
                      bool outermost) {
    const aug_timeloop_problem *problem = &w->design->problem;
    unsigned kept = ((1u << problem->space_count) - 1) & ~nest->bypass;
    if (!kept)
        return;
    aug_buffer out;
    aug_buffer_init(&out, w->design->reader->arena);
    bool first = true;
    for (int i = 0; i < problem->space_count; i++) {
        if (!(kept & 1u << i))
            continue;
        // The outermost memory fetches nothing.
        bool whole = nest->whole & 1u << i && !outermost;
        aug_buffer_print(&out, "%s%s%s", first ? "" : " ", problem->spaces[i].name, whole ? "!" : "");
        first = false;
    }
    w->nodes[w->count++] =
        aug_arena_print(w->design->reader->arena, "%s[%s]", level->name, aug_buffer_text(&out));
}

const char *aug_timeloop_mapping_write(const aug_timeloop_design *design) {
    const aug_timeloop_machine *machine = &design->machine;
    nest_writer *w = AUG_NEW(design->reader->arena, nest_writer);
    w->design = design;
    for (int i = 0; i < design->problem.dim_count; i++)
        w->inside[i] = 1;
    for (int i = machine->level_count - 2; i >= 0; i--) {
        const aug_timeloop_nest *nest = &design->mapping.nests[i];
        add_space(w, &nest->space, machine->levels[i].array);
        add_time(w, &nest->time);
        add_store(w, nest, &machine->levels[i], i == 0);
    }
    aug_buffer out;
    aug_buffer_init(&out, design->reader->arena);
    aug_buffer_put(&out, "# Imported from Timeloop.\nauger: mapping/1\nnest: \"");
    for (int i = w->count - 1; i >= 0; i--)
        aug_buffer_print(&out, "%s ", w->nodes[i]);
    aug_buffer_print(&out, "%s\"\n", machine->levels[machine->level_count - 1].name);
    return aug_buffer_text(&out);
}
