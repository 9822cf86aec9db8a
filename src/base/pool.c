// A counter shared by the workers hands out the items; nothing else is shared, so results may not depend on who
// did what. Threads live for one call: starting one costs some 20 us, far below the work of a call.
#include "base/pool.h"

#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { MOST_THREADS = 256 };

typedef struct pool_run {
    atomic_uint_fast64_t next;
    uint64_t count;
    aug_pool_task *task;
    void *context;
    locale_t locale; // of the thread that started the run
} pool_run;

typedef struct pool_worker {
    pool_run *run;
    int number;
} pool_worker;

static void *work(void *argument) {
    const pool_worker *worker = argument;
    pool_run *run = worker->run;
    uselocale(run->locale);
    for (;;) {
        uint64_t index = atomic_fetch_add_explicit(&run->next, 1, memory_order_relaxed);
        if (index >= run->count)
            return NULL;
        run->task(run->context, worker->number, index);
    }
}

int aug_pool_cores(void) {
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) != 0)
        return 1;
    int count = CPU_COUNT(&cores);
    return count < 1 ? 1 : count > MOST_THREADS ? MOST_THREADS : count;
}

void aug_pool_run(int threads, uint64_t count, aug_pool_task *task, void *context) {
    pool_run run = {.count = count, .task = task, .context = context, .locale = uselocale((locale_t)0)};
    pool_worker workers[MOST_THREADS];
    pthread_t ids[MOST_THREADS];
    bool started[MOST_THREADS] = {false};
    atomic_init(&run.next, 0);
    if (threads > MOST_THREADS)
        threads = MOST_THREADS;
    if (threads > 1 && (uint64_t)threads > count)
        threads = count ? (int)count : 1;
    for (int i = 0; i < threads; i++)
        workers[i] = (pool_worker){&run, i};
    for (int i = 1; i < threads; i++)
        started[i] = pthread_create(&ids[i], NULL, work, &workers[i]) == 0;
    workers[0] = (pool_worker){&run, 0};
    work(&workers[0]);
    for (int i = 1; i < threads; i++)
        if (started[i])
            pthread_join(ids[i], NULL);
}
