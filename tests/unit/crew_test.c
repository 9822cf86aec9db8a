// Lists of 40 items, some of which have lists of their own: all is done once, whoever does it.
#include "support/testing.h"

#include "base/crew.h"

#include <stdatomic.h>
#include <stdbool.h>

enum { OUTER = 40, INNER = 50, MOST_WORKERS = 8 };

typedef struct record {
    aug_crew *crew;
    int depth; // of lists inside of lists
    atomic_int done[OUTER], inner_done[OUTER][INNER], busy[MOST_WORKERS], faults;
} record;

typedef struct inner_list {
    record *seen;
    uint64_t outer;
} inner_list;

static void do_inner(void *context, int worker, uint64_t index) {
    const inner_list *list = context;
    atomic_fetch_add(&list->seen->faults, worker < 0 || worker >= MOST_WORKERS || index >= INNER);
    atomic_fetch_add(&list->seen->inner_done[list->outer][index], 1);
}

// Every third item has a list, with which its worker must be the only one that comes back to it.
static void do_outer(void *context, int worker, uint64_t index) {
    record *seen = context;
    atomic_fetch_add(&seen->faults, atomic_fetch_add(&seen->busy[worker], 1) != 0);
    if (index % 3 == 0) {
        inner_list list = {seen, index};
        aug_crew_run(seen->crew, worker, INNER, do_inner, &list);
        for (int i = 0; i < INNER; i++)
            atomic_fetch_add(&seen->faults, atomic_load(&seen->inner_done[index][i]) != 1);
    }
    atomic_fetch_sub(&seen->busy[worker], 1);
    atomic_fetch_add(&seen->done[index], 1);
}

static void lists_inside_of_lists_are_done_once(void **state) {
    (void)state;
    for (int threads = 1; threads <= MOST_WORKERS; threads++) {
        static record seen;
        memset(&seen, 0, sizeof seen);
        seen.crew = aug_crew_new(threads);
        assert_int_equal(aug_crew_threads(seen.crew), threads);
        for (int again = 1; again <= 3; again++) {
            for (int i = 0; i < OUTER; i++)
                for (int k = 0; k < INNER; k++)
                    atomic_store(&seen.inner_done[i][k], 0);
            aug_crew_run(seen.crew, 0, OUTER, do_outer, &seen);
            for (int i = 0; i < OUTER; i++) {
                assert_int_equal(atomic_load(&seen.done[i]), again);
                for (int k = 0; k < INNER; k++)
                    assert_int_equal(atomic_load(&seen.inner_done[i][k]), i % 3 == 0);
            }
        }
        assert_int_equal(atomic_load(&seen.faults), 0);
        aug_crew_free(seen.crew);
    }
}

static void note_worker(void *context, int worker, uint64_t index) {
    int *workers = context;
    workers[index] = worker;
}

// One item, or one thread: the caller does it all, whatever its number.
static void no_thread_is_needed_for_one(void **state) {
    int workers[5] = {-1, -1, -1, -1, -1};
    aug_crew *crew = aug_crew_new(4), *alone = aug_crew_new(0);
    (void)state;
    assert_int_equal(aug_crew_threads(alone), 1);
    aug_crew_run(crew, 2, 0, note_worker, workers);
    assert_int_equal(workers[0], -1);
    aug_crew_run(crew, 2, 1, note_worker, workers);
    assert_int_equal(workers[0], 2);
    aug_crew_run(alone, 0, 5, note_worker, workers);
    for (int i = 0; i < 5; i++)
        assert_int_equal(workers[i], 0);
    aug_crew_free(crew);
    aug_crew_free(alone);
    aug_crew_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_inside_of_lists_are_done_once),
        cmocka_unit_test(no_thread_is_needed_for_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
