// How a long computation tells how far it is and learns that it should stop.
#ifndef AUG_BASE_PROGRESS_H
#define AUG_BASE_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct aug_progress {
    void (*report)(void *user, uint64_t done, uint64_t total); // NULL: nobody watches; called from one thread at a time
    void *user;
    atomic_bool stop; // set from any thread or a signal handler: finish with the best so far
} aug_progress;

static inline void aug_progress_report(const aug_progress *progress, uint64_t done, uint64_t total) {
    if (progress && progress->report)
        progress->report(progress->user, done, total);
}

static inline bool aug_progress_stopped(aug_progress *progress) {
    return progress && atomic_load_explicit(&progress->stop, memory_order_relaxed);
}

#endif
