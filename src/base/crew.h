// Threads that help each other: work within work.
//
// A pool (pool.h) spreads one list of items. Where an item finds that it is large it may have a list of its
// own done by the same threads: whoever has nothing to do takes items of any list that is open, the oldest
// list first, and who waits for its list does items of that list only. So a thread is never in two lists that
// are not one inside the other, and a list inside a list cannot wait for ever.
//
//     member 0 of two is large: worker 1 is done with member 1 and takes half of the items of member 0
#ifndef AUG_BASE_CREW_H
#define AUG_BASE_CREW_H

#include "base/pool.h"

typedef struct aug_crew aug_crew;

// `threads` that may work at once, the caller's included (1 to 256); they start when there is work for them.
// NULL: out of memory.
aug_crew *aug_crew_new(int threads);
// When no list is open.
void aug_crew_free(aug_crew *crew);
int aug_crew_threads(const aug_crew *crew);
// As aug_pool_run. `self` is the caller: 0 for who has made the crew, else the worker that the item calling
// this is done by. Results must not depend on who does what.
void aug_crew_run(aug_crew *crew, int self, uint64_t count, aug_pool_task *task, void *context);

#endif
