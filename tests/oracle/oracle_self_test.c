// The oracle against counts that were found by hand, and against the stored counts of Timeloop.
//
// Each expectation is derived in the comment of its test. Draining is free unless a test says otherwise.
#include "support/testing.h"

#include "oracle.h"
#include "oracle_text.h"
#include "timeloop_cases.h"

#include <inttypes.h>

typedef struct bench {
    aug_arena arena;
    aug_problem problem;
    aug_mapping mapping;
    oracle_counts counts;
} bench;

static void set_up(bench *b, const char *einsum, const char *sizes, const char *machine, const char *nest) {
    aug_arena_init(&b->arena, NULL);
    oracle_read_problem(&b->arena, einsum, sizes, machine, &b->problem);
    oracle_read_nest(&b->arena, &b->problem, nest, &b->mapping);
}

static void count(bench *b) {
    oracle_walk(&b->arena, &b->problem, &b->mapping, &b->counts);
}

static const oracle_holding *holding(const bench *b, const char *memory, const char *tensor) {
    for (int m = 0; m < b->problem.memory_count; m++)
        for (int t = 0; t < b->problem.tensor_count; t++)
            if (strcmp(b->problem.memories[m].name, memory) == 0 && strcmp(b->problem.tensors[t].name, tensor) == 0)
                return &b->counts.memories[m].tensors[t];
    fail_msg("no %s in %s", tensor, memory);
    return NULL;
}

static void expect(const bench *b, const char *memory, const char *tensor, aug_count reads, aug_count fills,
                   aug_count updates) {
    const oracle_holding *h = holding(b, memory, tensor);
    if (h->words[AUG_FLOW_READ] != reads || h->words[AUG_FLOW_FILL] != fills || h->words[AUG_FLOW_UPDATE] != updates)
        fail_msg("%s in %s: reads %" PRIu64 " fills %" PRIu64 " updates %" PRIu64 ", expected %" PRIu64 " %" PRIu64
                 " %" PRIu64, tensor, memory, h->words[AUG_FLOW_READ], h->words[AUG_FLOW_FILL],
                 h->words[AUG_FLOW_UPDATE], reads, fills, updates);
}

// A 4x4x4 GEMM in tiles of 2x2x2, n outermost, then k, then m: 8 steps.
static void set_up_gemm(bench *b) {
    set_up(b, "Z[m,n] += A[m,k] * B[k,n]", "m=4 n=4 k=4", "dram buffer mac",
           "dram[A B Z] for n:2 for k:2 for m:2 buffer[A B Z] for m:1 for n:1 for k:1 mac");
}

// B stays while m moves: 4 tiles of 4 words. A's tile changes in each of the 8 steps. Z's 4 tiles are visited twice,
// all 8 times sent up, filled the second time only. 64 operations update Z; each of the 16 words is not read the first time.
static void test_gemm_keeps_what_does_not_move(void **state) {
    (void)state;
    bench b;
    set_up_gemm(&b);
    count(&b);
    expect(&b, "dram", "A", 32, 0, 0);
    expect(&b, "dram", "B", 16, 0, 0);
    expect(&b, "dram", "Z", 16, 0, 32);
    expect(&b, "buffer", "A", 64, 32, 0);
    expect(&b, "buffer", "B", 64, 16, 0);
    expect(&b, "buffer", "Z", 48, 16, 64);
    assert_int_equal(holding(&b, "buffer", "A")->tile_words, 4);
    assert_int_equal(holding(&b, "buffer", "Z")->drain_words, 0);
    assert_int_equal(b.counts.operations, 64);
    // Three tiles of four words of 8 bits.
    assert_true(b.counts.memories[1].occupancy_bits == 96);
    aug_arena_free(&b.arena);
}

// The 32 words that are sent up are read in the buffer too.
static void test_draining_reads(void **state) {
    (void)state;
    bench b;
    set_up_gemm(&b);
    b.problem.drain_reads = true;
    count(&b);
    expect(&b, "buffer", "Z", 48 + 32, 16, 64);
    assert_int_equal(holding(&b, "buffer", "Z")->drain_words, 32);
    aug_arena_free(&b.arena);
}

// With existing values all 8 visits are filled, and every update finds a partial result.
static void test_accumulating_reads_the_first_time_too(void **state) {
    (void)state;
    bench b;
    set_up_gemm(&b);
    b.problem.tensors[2].accumulates = true;
    count(&b);
    expect(&b, "dram", "Z", 32, 0, 32);
    expect(&b, "buffer", "Z", 64, 32, 64);
    aug_arena_free(&b.arena);
}

// B! is fetched whole in each of the 8 steps. Z! as well is sent up and filled in each, but its tile does not stay anyway.
static void test_whole_fetches_every_step(void **state) {
    (void)state;
    bench b;
    set_up_gemm(&b);
    b.mapping.nodes[4].whole = 1u << 1 | 1u << 2;
    count(&b);
    expect(&b, "dram", "B", 32, 0, 0);
    expect(&b, "buffer", "B", 64, 32, 0);
    expect(&b, "dram", "Z", 16, 0, 32);
    aug_arena_free(&b.arena);
}

// Z stays over k; marked whole, it goes up and comes back: 2 steps of 1 word, filled the second time.
static void test_whole_spills_a_stationary_output(void **state) {
    (void)state;
    bench b;
    set_up(&b, "Z[m] += A[m,k]", "m=1 k=2", "dram buffer mac", "dram[A Z] for k:1 buffer[A Z!] mac");
    count(&b);
    expect(&b, "dram", "Z", 1, 0, 2);
    expect(&b, "buffer", "Z", 1, 1, 2);
    aug_arena_free(&b.arena);
}

// The window of 3 words slides over 10; each of 8 outputs stays for its 3 updates.
static void test_window_slides(void **state) {
    (void)state;
    bench b;
    set_up(&b, "O[p] += I[p+r] * W[r]", "p=8 r=3", "dram buffer mac", "dram[I W O] for p:1 buffer[I W O] for r:1 mac");
    count(&b);
    expect(&b, "dram", "I", 10, 0, 0);
    expect(&b, "dram", "W", 3, 0, 0);
    expect(&b, "dram", "O", 0, 0, 8);
    expect(&b, "buffer", "I", 24, 10, 0);
    expect(&b, "buffer", "O", 16, 0, 24);
    assert_int_equal(holding(&b, "buffer", "I")->tile_words, 3);
    aug_arena_free(&b.arena);
}

// Stride 4 over a kernel of 3: two outputs need the words 0..2 and 4..6, and the box has word 3 too. Four tiles of 7 words.
static void test_gaps_count(void **state) {
    (void)state;
    bench b;
    set_up(&b, "O[p] += I[4*p+r] * W[r]", "p=8 r=3", "dram buffer mac",
           "dram[I W O] for p:2 buffer[I W O] for p:1 for r:1 mac");
    count(&b);
    expect(&b, "dram", "I", 28, 0, 0);
    assert_int_equal(holding(&b, "dram", "I")->tile_words, 31);
    assert_int_equal(holding(&b, "buffer", "I")->tile_words, 7);
    aug_arena_free(&b.arena);
}

// Transposed: each of 4 inputs adds 3 words to the output, which moves on by 2: 3 + 3·2 words go up for good, and each word
// between two windows is kept, not sent. 12 updates, 3 of them on words that had one before.
static void test_window_of_the_output(void **state) {
    (void)state;
    bench b;
    set_up(&b, "O[2*p+r] += I[p] * W[r]", "p=4 r=3", "dram buffer mac",
           "dram[I W O] for p:1 buffer[I W O] for r:1 mac");
    count(&b);
    expect(&b, "dram", "O", 0, 0, 9);
    expect(&b, "buffer", "O", 3, 0, 12);
    aug_arena_free(&b.arena);
}

// n = 5 on two places: steps of 2, 2, 1. Both places keep A (2 words, one read for both). B and Z: 5 columns.
static void test_short_step_in_space(void **state) {
    (void)state;
    bench b;
    set_up(&b, "Z[n] += A[k] * B[k,n]", "n=5 k=2", "dram x:2 register mac",
           "dram[A B Z] for n:2 par x n:1 register[A B Z] for k:1 mac");
    count(&b);
    expect(&b, "dram", "A", 2, 0, 0);
    expect(&b, "dram", "B", 10, 0, 0);
    expect(&b, "dram", "Z", 0, 0, 5);
    expect(&b, "register", "A", 10, 4, 0);
    expect(&b, "register", "B", 10, 10, 0);
    expect(&b, "register", "Z", 5, 0, 10);
    assert_int_equal(b.counts.operations, 10);
    assert_int_equal(b.counts.busiest_operations, 6);
    assert_int_equal(b.counts.compute_instances, 2);
    assert_int_equal(holding(&b, "register", "B")->instances, 2);
    aug_arena_free(&b.arena);
}

// n = 3 on two places, twice over: place 0 has the words 0 2 0 2, place 1 has 1, is idle, still has 1, is idle.
static void test_idle_keeps_what_it_holds(void **state) {
    (void)state;
    bench b;
    set_up(&b, "Z[m,n] += A[m] * B[n]", "m=2 n=3", "dram x:2 register mac",
           "dram[A B Z] for m:1 for n:2 par x n:1 register[A B Z] mac");
    count(&b);
    expect(&b, "register", "B", 6, 5, 0);
    expect(&b, "dram", "B", 5, 0, 0);
    aug_arena_free(&b.arena);
}

// Three places need the same word of A: one read, or three where the axis does not let it be shared.
static void test_multicast(void **state) {
    (void)state;
    for (int shared = 0; shared < 2; shared++) {
        bench b;
        set_up(&b, "Z[n] += A[k] * B[k,n]", "n=3 k=4", "dram x:3 register mac",
               "dram[A B Z] for k:1 par x n:1 register[A B Z] mac");
        if (!shared)
            b.problem.axes[0].multicast = ~1u;
        count(&b);
        expect(&b, "dram", "A", shared ? 4 : 12, 0, 0);
        expect(&b, "register", "A", 12, 12, 0);
        expect(&b, "dram", "B", 12, 0, 0);
        aug_arena_free(&b.arena);
    }
}

// Row-stationary: place (x, y) needs word x+y of the input, 5 diagonals on 9 places. The three partial sums of an output
// are added on their way, unless y forbids it.
static void test_diagonals_share(void **state) {
    (void)state;
    for (int reduced = 0; reduced < 2; reduced++) {
        bench b;
        set_up(&b, "O[p] += I[p+r] * W[r]", "p=3 r=3", "dram x:3 y:3 register mac",
               "dram[I W O] par x p:1 par y r:1 register[I W O] mac");
        if (!reduced)
            b.problem.axes[1].reduce = ~4u;
        count(&b);
        expect(&b, "dram", "I", 5, 0, 0);
        expect(&b, "dram", "W", 3, 0, 0);
        expect(&b, "dram", "O", 0, 0, reduced ? 3 : 9);
        expect(&b, "register", "I", 9, 9, 0);
        expect(&b, "register", "O", 0, 0, 9);
        aug_arena_free(&b.arena);
    }
}

// Two windows of 3 words at 2 places overlap in 2 words: no sets are equal, so all 6 are read.
static void test_overlap_is_not_shared(void **state) {
    (void)state;
    bench b;
    set_up(&b, "O[p] += I[p+r] * W[r]", "p=2 r=3", "dram x:2 register mac",
           "dram[I W O] par x p:1 register[I W O] for r:1 mac");
    count(&b);
    expect(&b, "dram", "I", 6, 0, 0);
    aug_arena_free(&b.arena);
}

// k in space and again in time around m: both places drain the same word at the same step (4 updates), and the second half of k
// fills it into both (4 fills) from one read each (2).
static void test_partial_results_return_to_all(void **state) {
    (void)state;
    bench b;
    set_up(&b, "Z[m] += A[m,k]", "m=2 k=4", "dram x:2 register mac",
           "dram[A Z] for k:2 for m:1 par x k:1 register[A Z] mac");
    count(&b);
    expect(&b, "dram", "Z", 2, 0, 4);
    expect(&b, "register", "Z", 4, 4, 8);
    aug_arena_free(&b.arena);
}

// Computing out of the buffer: two places add to the same word, one update; B's word is the same for both as well.
static void test_compute_shares_too(void **state) {
    (void)state;
    bench b;
    set_up(&b, "Z[m,n] += A[m,k] * B[k,n]", "m=2 n=2 k=2", "buffer x:2 y:2 mac",
           "buffer[A B Z] for m:1 par x n:1 par y k:1 mac");
    count(&b);
    // Per step: A has 2 words, each for two places along x; B 4 words; Z 2 words, each from two places along y.
    expect(&b, "buffer", "A", 4, 0, 0);
    expect(&b, "buffer", "B", 8, 0, 0);
    expect(&b, "buffer", "Z", 0, 0, 4);
    aug_arena_free(&b.arena);
}

// Blocks of 4 words: 10 words of one instance are 3 actions; two instances with 6 and 4 words of B take 2 + 1.
static void test_actions_round_up_per_instance(void **state) {
    (void)state;
    bench b;
    set_up(&b, "Z[n] += A[k] * B[k,n]", "n=5 k=2", "dram x:2 register mac",
           "dram[A B Z] for n:2 par x n:1 register[A B Z] for k:1 mac");
    b.problem.memories[0].block = b.problem.memories[1].block = 4;
    count(&b);
    assert_int_equal(holding(&b, "dram", "B")->actions[AUG_FLOW_READ], 3);
    assert_int_equal(holding(&b, "register", "B")->actions[AUG_FLOW_FILL], 3);
    aug_arena_free(&b.arena);
}

// Every stored case: reads, fills, updates, tiles, instances.
static void test_timeloop(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(timeloop_cases); i++) {
        const timeloop_case *c = &timeloop_cases[i];
        bench b;
        print_message("%s\n", c->name);
        set_up(&b, c->einsum, c->sizes, c->machine, c->nest);
        count(&b);
        for (int k = 0; k < TIMELOOP_ROWS && c->rows[k].memory; k++) {
            const timeloop_row *row = &c->rows[k];
            expect(&b, row->memory, row->tensor, row->reads, row->fills, row->updates);
            assert_int_equal(holding(&b, row->memory, row->tensor)->tile_words, row->tile);
            assert_int_equal(holding(&b, row->memory, row->tensor)->instances, row->instances);
        }
        assert_int_equal(b.counts.operations, c->operations);
        assert_int_equal(b.counts.compute_instances, c->compute_instances);
        aug_arena_free(&b.arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gemm_keeps_what_does_not_move),
        cmocka_unit_test(test_draining_reads),
        cmocka_unit_test(test_accumulating_reads_the_first_time_too),
        cmocka_unit_test(test_whole_fetches_every_step),
        cmocka_unit_test(test_whole_spills_a_stationary_output),
        cmocka_unit_test(test_window_slides),
        cmocka_unit_test(test_gaps_count),
        cmocka_unit_test(test_window_of_the_output),
        cmocka_unit_test(test_short_step_in_space),
        cmocka_unit_test(test_idle_keeps_what_it_holds),
        cmocka_unit_test(test_multicast),
        cmocka_unit_test(test_diagonals_share),
        cmocka_unit_test(test_overlap_is_not_shared),
        cmocka_unit_test(test_partial_results_return_to_all),
        cmocka_unit_test(test_compute_shares_too),
        cmocka_unit_test(test_actions_round_up_per_instance),
        cmocka_unit_test(test_timeloop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
