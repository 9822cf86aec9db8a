// All nests of one keeping, outside in.
//
// A gap above each store is filled with loops, then the store is placed; when a segment is complete the array
// below it is crossed: loops in space are chosen. After every step the bound of what can still come is held
// against the incumbent. Complete segments and crossed arrays are gathered in stages, so that the most
// promising are gone on with first.
#ifndef AUG_MAPPER_SEARCH_H
#define AUG_MAPPER_SEARCH_H

#include "base/crew.h"
#include "mapper/array_ways.h"
#include "mapper/level_table.h"
#include "mapper/plain_bound.h"
#include "mapper/spread_choice.h"
#include "mapper/stage.h"

// What a search allocates while it runs, apart from what others do.
typedef struct aug_search_memory {
    aug_arena table, scratch;
} aug_search_memory;

enum { AUG_FORK_LEVELS = 2 };

typedef struct aug_fork aug_fork; // parts of a search that are put off (search_fork.c)

typedef struct aug_search {
    aug_search_memory *memory;
    const aug_space *space;
    const aug_keeping *keeping;
    const aug_plain_plan *plan; // of the keeping; NULL: bounds are those of bound.h
    aug_keeping own; // what `keeping` is in a search of its own: with ways to fill the last array
    aug_array_ways ways;
    const aug_mapper_options *options;
    aug_incumbent *incumbent;
    aug_cost_scratch *scratch; // evaluation of finished nests
    aug_cost *cost;
    aug_level_table *table;
    aug_spreads
        spreads[AUG_SPACE_SEGMENTS]; // of the array below a segment; count 0: loops are tried one by one
    aug_spread_choice choice; // of the last array, what `ways` leaves
    aug_spreads chosen;       // the same for keeping->ways, with prices of its own; count 0: all
    aug_stage stages[2 * AUG_SPACE_SEGMENTS]; // segment s complete, array below it crossed
    uint64_t nodes, node_limit;               // so far; 0: no limit
    bool dive;                                // goes down at once and ends with the first nest that is better
    bool stopped;                             // at the limit, or asked to, or a dive that has found something
    aug_value root;                           // bound of all nests of the keeping
    double open; // least rank of the shapes that were not looked at (shape_search.h); 0: not known
    aug_wide least;                           // keeping->only: the least price found below the incumbent's
    aug_item path[AUG_PATH_ITEMS];
    aug_crew *crew; // NULL: no part is put off
    int worker;
    struct aug_search *siblings; // of all workers; siblings[worker] is this one
    aug_fork *forks[AUG_FORK_LEVELS];
    bool is_plain;
    aug_value bound; // the last of aug_search_promising
    bool tightened;  // it depends on `tight`
    aug_plain_plan own_plan;
    int fork_level, fork_depth; // stores at the root of what is searched
} aug_search;

void aug_search_memory_init(aug_search_memory *memory, jmp_buf *failure);
void aug_search_memory_free(aug_search_memory *memory);

// Room for searches of one thread; `memory` serves no other. What one thread alone allocates for good is in
// `arena`.
void aug_search_init(aug_arena *arena, aug_search_memory *memory, const aug_space *space,
                     const aug_mapper_options *options, aug_search *search);
// Searches of all workers of a crew, which help each other with parts of one that is large.
void aug_search_join(aug_crew *crew, aug_search *searches, int count);
// Goes through all nests of a keeping that the incumbent wants and adds them. `node_limit` 0: no limit.
void aug_search_run(aug_search *search, const aug_keeping *keeping, aug_incumbent *incumbent,
                    uint64_t node_limit);
// Looks for some nest that the incumbent wants, whatever comes first.
void aug_search_dive(aug_search *search, const aug_keeping *keeping, aug_incumbent *incumbent,
                     uint64_t node_limit);
// The least price of the edges of keeping->only, at most `cutoff`: the cutoff where there is none below. 0
// where the limit is hit.
aug_wide aug_search_floor(aug_search *search, const aug_keeping *keeping, aug_wide cutoff,
                          uint64_t node_limit);

#endif
