// One lock holds the open lists and their counters: items are large (milliseconds), so nobody waits long for
// it.
#include "base/crew.h"

#include <locale.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

enum { MOST_THREADS = 256 };

// A list that is being worked on, on the stack of who waits for it.
typedef struct open_list {
    struct open_list *next; // opened later
    uint64_t begun, done, count;
    aug_pool_task *task;
    void *context;
    locale_t locale;
} open_list;

typedef struct helper {
    aug_crew *crew;
    int number;
    pthread_t thread;
} helper;

struct aug_crew {
    pthread_mutex_t lock; // of all below
    pthread_cond_t opened, finished;
    open_list *oldest;
    bool ends, short_handed; // no more helpers can be started
    int started;             // 1 + helpers that run
    int threads;             // that there may be
    helper helpers[];
};

aug_crew *aug_crew_new(int threads) {
    threads = threads < 1 ? 1 : threads > MOST_THREADS ? MOST_THREADS : threads;
    aug_crew *crew = calloc(1, sizeof *crew + (size_t)threads * sizeof *crew->helpers);
    if (!crew)
        return NULL;
    crew->threads = threads;
    crew->started = 1;
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->opened, NULL);
    pthread_cond_init(&crew->finished, NULL);
    return crew;
}

void aug_crew_free(aug_crew *crew) {
    if (!crew)
        return;
    pthread_mutex_lock(&crew->lock);
    crew->ends = true;
    pthread_cond_broadcast(&crew->opened);
    pthread_mutex_unlock(&crew->lock);
    for (int i = 1; i < crew->started; i++)
        pthread_join(crew->helpers[i].thread, NULL);
    pthread_cond_destroy(&crew->finished);
    pthread_cond_destroy(&crew->opened);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
}

int aug_crew_threads(const aug_crew *crew) {
    return crew->threads;
}

// Does the next item of a list; called with the lock, which it gives back meanwhile.
static void do_next(aug_crew *crew, open_list *list, int worker) {
    uint64_t index = list->begun++;
    pthread_mutex_unlock(&crew->lock);
    list->task(list->context, worker, index);
    pthread_mutex_lock(&crew->lock);
    if (++list->done == list->count)
        pthread_cond_broadcast(&crew->finished);
}

static open_list *list_with_work(const aug_crew *crew) {
    open_list *list = crew->oldest;
    while (list && list->begun == list->count)
        list = list->next;
    return list;
}

static void *help(void *argument) {
    const helper *own = argument;
    aug_crew *crew = own->crew;
    pthread_mutex_lock(&crew->lock);
    while (!crew->ends) {
        open_list *list = list_with_work(crew);
        if (!list) {
            pthread_cond_wait(&crew->opened, &crew->lock);
            continue;
        }
        uselocale(list->locale);
        do_next(crew, list, own->number);
        uselocale(LC_GLOBAL_LOCALE); // the list's may go with it
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

static void start_helpers(aug_crew *crew) {
    while (crew->started < crew->threads && !crew->short_handed) {
        helper *next = &crew->helpers[crew->started];
        *next = (helper){.crew = crew, .number = crew->started};
        crew->short_handed = pthread_create(&next->thread, NULL, help, next) != 0;
        crew->started += !crew->short_handed;
    }
}

static void open_up(aug_crew *crew, open_list *list) {
    open_list **last = &crew->oldest;
    while (*last)
        last = &(*last)->next;
    *last = list;
    start_helpers(crew);
    pthread_cond_broadcast(&crew->opened);
}

static void put_away(aug_crew *crew, const open_list *list) {
    open_list **at = &crew->oldest;
    while (*at != list)
        at = &(*at)->next;
    *at = list->next;
}

void aug_crew_run(aug_crew *crew, int self, uint64_t count, aug_pool_task *task, void *context) {
    if (crew->threads == 1 || count < 2) {
        for (uint64_t i = 0; i < count; i++)
            task(context, self, i);
        return;
    }
    open_list list = {.count = count, .task = task, .context = context, .locale = uselocale((locale_t)0)};
    pthread_mutex_lock(&crew->lock);
    open_up(crew, &list);
    while (list.begun < count)
        do_next(crew, &list, self);
    while (list.done < count)
        pthread_cond_wait(&crew->finished, &crew->lock);
    put_away(crew, &list);
    pthread_mutex_unlock(&crew->lock);
}
