#include "support/testing.h"

#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { MOST_ITEMS = 2000, MOST_WORKERS = 256 };

// Workers only count here: cmocka's assertions are for the thread that started the test.
typedef struct record {
    int workers; // that there may be
    pthread_t caller;
    atomic_int done[MOST_ITEMS];
    atomic_int busy[MOST_WORKERS];
    atomic_int faults;
} record;

static void do_item(void *context, int worker, uint64_t index) {
    record *seen = context;
    if (worker < 0 || worker >= seen->workers || index >= MOST_ITEMS) {
        atomic_fetch_add(&seen->faults, 1);
        return;
    }
    if (atomic_fetch_add(&seen->busy[worker], 1) != 0) // the worker is in another item
        atomic_fetch_add(&seen->faults, 1);
    if ((worker == 0) != (pthread_equal(pthread_self(), seen->caller) != 0))
        atomic_fetch_add(&seen->faults, 1);
    atomic_fetch_add(&seen->done[index], 1);
    atomic_fetch_sub(&seen->busy[worker], 1);
}

static void check(int threads, uint64_t count) {
    static record seen;
    memset(&seen, 0, sizeof seen);
    seen.workers = threads < 1 ? 1 : threads > MOST_WORKERS ? MOST_WORKERS : threads;
    seen.caller = pthread_self();
    aug_pool_run(threads, count, do_item, &seen);
    assert_int_equal(atomic_load(&seen.faults), 0);
    for (uint64_t i = 0; i < MOST_ITEMS; i++)
        assert_int_equal(atomic_load(&seen.done[i]), i < count);
}

static void every_item_is_done_exactly_once(void **state) {
    (void)state;
    static const uint64_t counts[] = {0, 1, 2, 7, 8, 9, MOST_ITEMS};
    for (int threads = 1; threads <= 8; threads++)
        for (size_t i = 0; i < AUG_COUNT(counts); i++)
            check(threads, counts[i]);
}

static void odd_numbers_of_threads_do_all_items_too(void **state) {
    (void)state;
    check(0, 5);
    check(-3, 5);
    check(1000, 300); // more than a pool starts
}

typedef struct order {
    uint64_t next;
    bool in_order;
} order;

static void note_order(void *context, int worker, uint64_t index) {
    order *seen = context;
    seen->in_order = seen->in_order && worker == 0 && index == seen->next++;
}

static void one_thread_takes_items_in_order(void **state) {
    (void)state;
    order seen = {.in_order = true};
    aug_pool_run(1, 100, note_order, &seen);
    assert_true(seen.in_order);
    assert_int_equal(seen.next, 100);
}

static void run_inner(void *context, int worker, uint64_t index) {
    (void)worker, (void)index;
    order seen = {.in_order = true};
    aug_pool_run(1, 10, note_order, &seen);
    if (seen.in_order && seen.next == 10)
        atomic_fetch_add((atomic_int *)context, 1);
}

static void a_pool_inside_an_item_is_its_own(void **state) {
    (void)state;
    atomic_int good = 0;
    aug_pool_run(4, 50, run_inner, &good);
    assert_int_equal(atomic_load(&good), 50);
}

static void there_is_at_least_one_core(void **state) {
    (void)state;
    assert_in_range(aug_pool_cores(), 1, MOST_WORKERS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_is_done_exactly_once), cmocka_unit_test(odd_numbers_of_threads_do_all_items_too),
        cmocka_unit_test(one_thread_takes_items_in_order), cmocka_unit_test(a_pool_inside_an_item_is_its_own),
        cmocka_unit_test(there_is_at_least_one_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
