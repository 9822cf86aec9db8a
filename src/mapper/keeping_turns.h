// One search of all that memories may keep: which choice is next, and some of them at a time.
//
// Keepings come from a heap, the most promising first. The first one is searched alone, for what it finds
// ends most others; then TURN at a time, each from what was known when they began, by whatever threads there
// are, and what they found is joined in order: so nothing depends on the number of threads.
#ifndef AUG_MAPPER_KEEPING_TURNS_H
#define AUG_MAPPER_KEEPING_TURNS_H

#include "mapper/floors.h"
#include "mapper/keeping_heap.h"

#include <setjmp.h>

enum { AUG_TURN = 4 }; // keepings that are searched before what they found is shared

typedef struct aug_keeping_run {
    aug_arena *arena;
    aug_space space;
    aug_mapper_options options; // the user's, or those of a search ahead
    aug_keepings keepings;
    aug_keeping_heap heap; // those that are not searched yet
    aug_floors *floors;
    aug_cost_scratch *scratch;
    aug_incumbent incumbent;
    uint64_t nodes;
    bool started; // a keeping has been searched
    bool climbs;  // keepings are searched below limits of their own that rise
    bool limited;
    bool searched; // all of it, ahead of the search itself
    double open; // least rank of a keeping that was given up
} aug_keeping_run;

typedef struct aug_turn_item {
    aug_arena arena;
    aug_keeping *keeping;
    aug_incumbent incumbent;
    uint64_t nodes;
    aug_wide rung;        // only energies below are looked for; 0: all
    double open;          // of what was not looked at, at least
    bool stopped, failed; // out of memory
    jmp_buf failure;
} aug_turn_item;

typedef struct aug_turn {
    aug_keeping_run *run;
    aug_turn_item items[AUG_TURN];
    uint64_t limit;
    bool probe;           // only to find nests
    uint64_t probe_nodes; // of each
    aug_search *searches; // one per worker
} aug_turn;

// Whether the user wants no more than what is known, and something is.
bool aug_keeping_run_interrupted(const aug_keeping_run *run);
// Whether a nest of a keeping can be of interest.
bool aug_keeping_run_wants(const aug_keeping_run *run, const aug_keeping *keeping);
// The next keeping that can be searched. NULL: none is of interest any more.
aug_keeping *aug_keeping_run_next(aug_keeping_run *run);
// Any nests of the most promising keepings, so that there is one at any limit.
void aug_keeping_run_dive(aug_keeping_run *run, aug_search *search);
// Good nests from the beginnings of several keepings, which are all open afterwards.
// `glance`: a quick one, of a few.
void aug_keeping_run_probe(aug_keeping_run *run, aug_turn *turn, bool glance);
// All keepings.
void aug_keeping_run_all(aug_keeping_run *run, aug_turn *turn);

#endif
