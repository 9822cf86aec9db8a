// Work spread over threads.
#ifndef AUG_BASE_POOL_H
#define AUG_BASE_POOL_H

#include <stdint.h>

// Does item `index`; `worker` is 0 .. threads - 1, and each worker runs one item at a time.
typedef void aug_pool_task(void *context, int worker, uint64_t index);

// Cores that this process may use, at least 1.
int aug_pool_cores(void);
// Does items 0 .. count - 1 and returns when all are done. Items are taken in order, one at a time, by whichever
// worker is free; the caller is worker 0. Where threads cannot be started, fewer do the work. All have the caller's
// locale.
void aug_pool_run(int threads, uint64_t count, aug_pool_task *task, void *context);

#endif
