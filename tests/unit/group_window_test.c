// Shared loops over windows: what a step is for each member, what is made anew, what is held, what it costs.
#include "support/group_world.h"

#include "base/random.h"
#include "fusion/group_floor.h"

#include <math.h>
#include <stdio.h>

#define CHIP                                                                                                           \
    "auger: machine/1\nname: chip\nclock: 1 GHz\ndrain: read\nlevels:\n"                                               \
    "  - {memory: dram, size: inf, bandwidth: 8 bit/cycle, energy: 10 pJ/bit}\n"                                       \
    "  - {memory: buffer, size: 1024 bit, bandwidth: 64 bit/cycle, energy: 1 pJ/bit}\n"                                \
    "  - {compute: mac, rate: 1/cycle, energy: 1 pJ}\n"

typedef struct bench {
    test_ground ground;
    group_world world;
    aug_group group;
} bench;

static bench *begin(const char *ranks, const char *einsums) {
    static bench b;
    test_begin(&b.ground);
    const char *text =
        aug_arena_print(&b.ground.arena, "auger: workload/1\nranks: {%s}\neinsums: [%s]\n", ranks, einsums);
    group_world_read(&b.ground, text, CHIP, &b.world);
    assert_true(aug_group_init(b.world.members, b.world.count, 0, b.world.count, NULL, &b.group));
    return &b;
}

static int rank_called(const aug_group *group, const char *name) {
    for (int r = 0; r < group->rank_count; r++)
        if (strcmp(group->ranks[r], name) == 0)
            return r;
    return -1;
}

static int tensor_called(const aug_group *group, const char *name) {
    for (int t = 0; t < group->tensor_count; t++)
        if (strcmp(group->tensors[t], name) == 0)
            return t;
    return -1;
}

// ---- What a step is

typedef struct stepping {
    const char *ranks, *einsums, *rank;
    bool shareable;
    int member;
    aug_count stride, halo; // of the member
} stepping;

static const stepping steppings[] = {
    // 3 rows for one result, of which the next one needs 2 again
    {"p: 6, r: 3, y: 8", "'T[y] = I[y]', 'Z[p] += T[p+r]'", "p", true, 0, 1, 2},
    // every second row is a first one: 3 rows, one of them again
    {"p: 4, r: 3, y: 9", "'T[y] = I[y]', 'Z[p] += T[2*p+r]'", "p", true, 0, 2, 1},
    // rows p, p + 2, p + 4: a window of 5
    {"p: 4, r: 3, y: 8", "'T[y] = I[y]', 'Z[p] += T[p+2*r]'", "p", true, 0, 1, 4},
    // windows that meet do not overlap
    {"p: 4, r: 2, y: 8", "'T[y] = I[y]', 'Z[p] += T[2*p+r]'", "p", true, 0, 2, 0},
    // U has stride 2 and a halo of 1; T three rows for each of U: stride 2, halo 1 + 2
    {"p: 4, r: 3, x: 9, s: 3, y: 11", "'T[y] = I[y]', 'U[x] += T[x+s]', 'Z[p] += U[2*p+r]'", "p", true, 0, 2, 3},
    {"p: 4, r: 3, x: 9, s: 3, y: 11", "'T[y] = I[y]', 'U[x] += T[x+s]', 'Z[p] += U[2*p+r]'", "p", true, 1, 2, 1},
    // rows between windows would be made for nobody
    {"p: 4, r: 2, y: 11", "'T[y] = I[y]', 'Z[p] += T[3*p+r]'", "p", false, 0, 0, 0},
    // the last row is read by nobody
    {"p: 6, r: 3, y: 9", "'T[y] = I[y]', 'Z[p] += T[p+r]'", "p", false, 0, 0, 0},
    // each row of the filter goes over all results
    {"p: 6, r: 3, y: 8", "'T[y] = I[y]', 'Z[p] += T[p+r]'", "r", false, 0, 0, 0},
    // only the first member has it
    {"p: 6, r: 3, y: 8", "'T[y] = I[y]', 'Z[p] += T[p+r]'", "y", false, 0, 0, 0},
    // the members that read T want different windows of it
    {"p: 6, r: 3, y: 8", "'T[y] = I[y]', 'U[p] += T[p+r]', 'Z[p] = U[p] * X[p]', 'V[p] += T[p+r] * Z[p]'", "p", true, 0, 1, 2},
    {"p: 6, r: 3, y: 8, c: 2", "'T[c,y] = I[c,y]', 'Z[p] += T[c,p+r]'", "c", true, 0, 1, 0},
};

static void windows_tell_what_a_step_is(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof steppings / sizeof *steppings; i++) {
        const stepping *of = &steppings[i];
        bench *b = begin(of->ranks, of->einsums);
        int r = rank_called(&b->group, of->rank);
        if (of->shareable != (b->group.shareable >> r & 1u))
            print_error("%s: %s\n", of->einsums, of->rank);
        assert_int_equal(b->group.shareable >> r & 1u, of->shareable);
        if (of->shareable) {
            assert_int_equal(b->group.stride[of->member][r], of->stride);
            assert_int_equal(b->group.halo[of->member][r], of->halo);
        }
        test_end(&b->ground);
    }
}

// A norm needs whole rows: what reads its result may share tokens with it, not parts of a row.
static void rows_stay_whole(void **state) {
    (void)state;
    bench *b = begin("t: 6, n: 8, m: 4", "'Y[t,n] = norm(X[t,n])', 'Z[t,m] += Y[t,n] * W[n,m]'");
    aug_problem norm = *b->group.members[0];
    const aug_problem *members[2] = {&norm, b->group.members[1]};
    for (int whole = 0; whole < 2; whole++) {
        norm.rows = whole ? 1u << 1 : 0; // of t and n the second
        assert_true(aug_group_init(members, 2, 0, 2, NULL, &b->group));
        assert_true(b->group.shareable >> rank_called(&b->group, "t") & 1u);
        assert_int_equal(b->group.shareable >> rank_called(&b->group, "n") & 1u, !whole);
    }
    test_end(&b->ground);
}

// ---- What is made anew

static void add_loop(const aug_group *group, const char *rank, aug_count tile, aug_group_halo halo, aug_group_prefix *prefix) {
    prefix->nodes[prefix->count++] =
        (aug_group_node){.is_loop = true, .rank = rank_called(group, rank), .tile = tile, .halo = halo};
}

// T[k,y,x] += I[c,2y+a,x] W[k,c,a], y in windows of 2 + 2 (p in steps of 2, r 3), 3 of them, 2 apart; x as it is.
static void what_is_made_anew_is_another_einsum(void **state) {
    (void)state;
    bench *b = begin("c: 2, k: 3, p: 6, q: 4, r: 3, s: 2, y: 8, x: 5, a: 3",
                     "'T[k,y,x] += I[c,2*y+a,x] * W[k,c,a]', 'Z[p,q] += T[k,p+r,q+s] * V[k,r,s]'");
    aug_group_prefix prefix = {0};
    add_loop(&b->group, "q", 2, AUG_HALO_RETAIN, &prefix);
    add_loop(&b->group, "p", 2, AUG_HALO_RECOMPUTE, &prefix);
    aug_group_sights sights = {.arena = &b->ground.arena};
    const aug_problem *seen = aug_group_seen(&sights, &b->group, &prefix, 0);
    assert_ptr_equal(aug_group_seen(&sights, &b->group, &prefix, 0), seen);
    assert_ptr_equal(aug_group_seen(&sights, &b->group, &prefix, 1), b->world.members[1]);
    assert_int_equal(seen->rank_count, 6);
    assert_string_equal(seen->ranks[5], "p");
    assert_int_equal(seen->sizes[5], 3);
    assert_int_equal(seen->operations, 2 * 3 * (4 * 3) * 5 * 3); // c k (y p) x a
    const aug_problem_tensor *input = &seen->tensors[0], *output = &seen->tensors[2];
    assert_int_equal(aug_tensor_words(output, seen->sizes), 3 * (4 * 3) * 5);
    assert_int_equal(aug_dim_extent(&input->dims[1], seen->sizes), 2 * 3 + 3 - 1 + 1 + 2 * 4); // 2 y + a + 4 p
    // what the loops are for it: x in steps of 2 (of the x + 1 that it has), windows one by one
    int rank;
    aug_count tile;
    assert_true(aug_group_cut(&b->group, &prefix, 0, 0, &rank, &tile));
    assert_string_equal(seen->ranks[rank], "x");
    assert_int_equal(tile, 2);
    assert_true(aug_group_cut(&b->group, &prefix, 1, 0, &rank, &tile));
    assert_int_equal(rank, 5);
    assert_int_equal(tile, 1);
    test_end(&b->ground);
}

// ---- What is held

typedef struct held {
    const char *first, *second; // loops; NULL: none
    aug_group_halo first_halo, second_halo;
    aug_count words;
} held;

// T[y,x] of 16 x 16, p and q in steps of 2, windows of 3 x 3: a tile of 4 x 4.
static const held helds[] = {
    {NULL, NULL, AUG_HALO_NONE, AUG_HALO_NONE, 16 * 16},
    {"p", NULL, AUG_HALO_RETAIN, AUG_HALO_NONE, 4 * 16},
    {"p", NULL, AUG_HALO_RECOMPUTE, AUG_HALO_NONE, 4 * 16},
    {"p", "q", AUG_HALO_RETAIN, AUG_HALO_RETAIN, 2 * 16 + 2 * 4},       // two old rows, two new ones as far as q is
    {"p", "q", AUG_HALO_RETAIN, AUG_HALO_RECOMPUTE, 2 * 16 + 2 * 4},    // the same
    {"p", "q", AUG_HALO_RECOMPUTE, AUG_HALO_RETAIN, 4 * 4},             // nothing of it is left for the next p
    {"p", "q", AUG_HALO_RECOMPUTE, AUG_HALO_RECOMPUTE, 4 * 4},
    {"q", "p", AUG_HALO_RETAIN, AUG_HALO_RETAIN, 2 * 16 + 2 * 4},
};

// T[y] = I[y] with 8 rows. Steps of 2 of p cut them evenly. Steps of 3 leave a rest of 2: without it there are 6 rows,
// each of whose operations pays for 8 / 6, with the read of I and the update of T in the buffer, the innermost memory.
static void rests_are_paid_by_the_rows_that_are_left(void **state) {
    (void)state;
    bench *b = begin("p: 6, r: 3, y: 8", "'T[y] = I[y]', 'Z[p] += T[p+r]'");
    aug_group_sights sights = {.arena = &b->ground.arena};
    aug_group_prefix prefix = {0};
    const aug_problem *member = b->group.members[0];
    add_loop(&b->group, "p", 2, AUG_HALO_RETAIN, &prefix);
    assert_ptr_equal(aug_group_trimmed(&sights, &b->group, &prefix, 0, member), member);
    prefix.count = 0;
    add_loop(&b->group, "p", 3, AUG_HALO_RETAIN, &prefix);
    const aug_problem *trimmed = aug_group_trimmed(&sights, &b->group, &prefix, 0, member);
    assert_int_equal(trimmed->operations, 6);
    assert_true(fabs(trimmed->computes[0].energy_pj - 8.0 / 6.0 * member->computes[0].energy_pj) < 1e-9);
    assert_true(fabs(trimmed->memories[1].energy_pj[0][AUG_ACTION_READ] -
                     8.0 / 6.0 * member->memories[1].energy_pj[0][AUG_ACTION_READ]) < 1e-9);
    assert_true(fabs(trimmed->memories[1].energy_pj[1][AUG_ACTION_UPDATE] -
                     8.0 / 6.0 * member->memories[1].energy_pj[1][AUG_ACTION_UPDATE]) < 1e-9);
    assert_true(fabs(trimmed->memories[1].energy_pj[1][AUG_ACTION_READ] -
                     member->memories[1].energy_pj[1][AUG_ACTION_READ]) < 1e-9);
    assert_ptr_equal(aug_group_trimmed(&sights, &b->group, &prefix, 0, member), trimmed);
    test_end(&b->ground);
}

// O[p,q] += I[2*p+r,2*q+s]: windows of 3 rows and 2 columns, two apart, touch every word of 9 x 8; 8 bits of 10 pJ each.
static void each_word_of_a_window_passes_once(void **state) {
    (void)state;
    const aug_group_prefix none = {0};
    bench *b = begin("p: 4, q: 4, r: 3, s: 2, u: 4", "'O[p,q] += I[2*p+r,2*q+s]', 'Z[p,u] += O[p,q] * V[q,u]'");
    double pj = aug_group_passing_of(&b->group, &none, 0, b->group.members[0]).energy_pj;
    assert_true(fabs(pj - 9 * 8 * 80.0) < 1e-6);
    test_end(&b->ground);
}

static void old_rows_are_held(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof helds / sizeof *helds; i++) {
        const held *of = &helds[i];
        bench *b = begin("p: 14, q: 14, r: 3, s: 3, y: 16, x: 16", "'T[y,x] = I[y,x]', 'Z[p,q] += T[p+r,q+s]'");
        aug_group_prefix prefix = {0};
        if (of->first)
            add_loop(&b->group, of->first, 2, of->first_halo, &prefix);
        if (of->second)
            add_loop(&b->group, of->second, 2, of->second_halo, &prefix);
        assert_int_equal(aug_group_tile_words(&b->group, &prefix, prefix.count, tensor_called(&b->group, "T")), of->words);
        test_end(&b->ground);
    }
}

// ---- Held, step by step

enum { DIMS = 3, MOST_STEPS = 64, SIDE = 12 };

// T[n,y,x] at n, stride p + r, stride q + s; loops over n, p, q in some order.
typedef struct replay {
    aug_count size[DIMS], tile[DIMS], stride[DIMS], window[DIMS]; // of n, p, q
    aug_group_halo halo[DIMS];
    int order[DIMS], loops;
    int steps;
    int index[MOST_STEPS][DIMS];
} replay;

// The first tile of a loop is the short one.
static void range(const replay *of, int step, int d, aug_count *from, aug_count *to) {
    aug_count tile = of->tile[d], count = (of->size[d] + tile - 1) / tile, first = of->size[d] - tile * (count - 1);
    aug_count begin = of->index[step][d] ? first + tile * (aug_count)(of->index[step][d] - 1) : 0;
    aug_count many = of->index[step][d] ? tile : first;
    *from = of->stride[d] * begin;
    *to = of->stride[d] * (begin + many - 1) + of->window[d];
}

static bool reads(const replay *of, int step, const aug_count *word) {
    for (int d = 0; d < DIMS; d++) {
        aug_count from, to;
        range(of, step, d, &from, &to);
        if (word[d] < from || word[d] >= to)
            return false;
    }
    return true;
}

static void list_steps(replay *of) {
    int index[DIMS] = {0}, count[DIMS];
    for (int d = 0; d < DIMS; d++)
        count[d] = (int)((of->size[d] + of->tile[d] - 1) / of->tile[d]);
    of->steps = 0;
    for (;;) {
        memcpy(of->index[of->steps++], index, sizeof index);
        int l = of->loops - 1;
        while (l >= 0 && ++index[of->order[l]] == count[of->order[l]])
            index[of->order[l--]] = 0;
        if (l < 0)
            return;
    }
}

// Whether a step makes a word: one that is new to all loops that retain.
static bool makes(const replay *of, int step, const aug_count *word) {
    for (int d = 0; d < DIMS; d++) {
        aug_count from, to = 0;
        for (int before = step; before > 0 && to == 0 && of->halo[d] == AUG_HALO_RETAIN; before--)
            if (of->index[before - 1][d] == of->index[step][d] - 1)
                range(of, before - 1, d, &from, &to);
        if (word[d] < to)
            return false;
    }
    return reads(of, step, word);
}

// A word is there from the last time that it is made before it is read.
static bool is_there(const replay *of, int step, const aug_count *word) {
    if (reads(of, step, word))
        return true;
    for (int later = step + 1; later < of->steps; later++) {
        int made = later;
        while (made >= 0 && reads(of, later, word) && !makes(of, made, word))
            made--;
        if (reads(of, later, word) && made <= step)
            return true;
    }
    return false;
}

static aug_count most_words(const replay *of) {
    aug_count most = 0;
    for (int step = 0; step < of->steps; step++) {
        aug_count words = 0, at[DIMS];
        for (at[0] = 0; at[0] < SIDE; at[0]++)
            for (at[1] = 0; at[1] < SIDE; at[1]++)
                for (at[2] = 0; at[2] < SIDE; at[2]++)
                    words += is_there(of, step, at);
        most = words > most ? words : most;
    }
    return most;
}

static aug_count up_to(aug_random *random, aug_count most) {
    return 1 + aug_random_below(random, most);
}

static void draw(aug_random *random, replay *of) {
    *of = (replay){.loops = (int)aug_random_below(random, DIMS + 1)};
    for (int d = 0; d < DIMS; d++) {
        of->size[d] = 1 + up_to(random, d ? 3 : 2);
        of->window[d] = d ? up_to(random, 3) : 1;
        of->stride[d] = d ? up_to(random, of->window[d] < 2 ? of->window[d] : 2) : 1;
        of->tile[d] = of->size[d];
        of->order[d] = d;
    }
    for (int d = DIMS - 1; d > 0; d--) {
        int other = (int)aug_random_below(random, (uint64_t)d + 1), own = of->order[d];
        of->order[d] = of->order[other];
        of->order[other] = own;
    }
    for (int l = 0; l < of->loops; l++) {
        int d = of->order[l];
        of->tile[d] = up_to(random, of->size[d] - 1);
        bool overlaps = of->window[d] > of->stride[d], divides = of->size[d] % of->tile[d] == 0;
        if (overlaps)
            of->halo[d] = divides && aug_random_below(random, 2) ? AUG_HALO_RECOMPUTE : AUG_HALO_RETAIN;
    }
}

// As many words as are there at the fullest step, which has others before and behind it in all loops. Where loops
// have two steps, or a short tile, there is none.
static void held_words_are_those_of_the_fullest_step(void **state) {
    (void)state;
    aug_random random = {20261128};
    int equal = 0;
    for (int turn = 0; turn < 300; turn++) {
        replay of;
        draw(&random, &of);
        list_steps(&of);
        aug_arena scratch;
        jmp_buf failure;
        aug_arena_init(&scratch, &failure);
        const char *ranks = aug_arena_print(
            &scratch, "n: %d, p: %d, q: %d, r: %d, s: %d, y: %d, x: %d", (int)of.size[0], (int)of.size[1], (int)of.size[2],
            (int)of.window[1], (int)of.window[2], (int)(of.stride[1] * (of.size[1] - 1) + of.window[1]),
            (int)(of.stride[2] * (of.size[2] - 1) + of.window[2]));
        bench *b = begin(ranks, aug_arena_print(&scratch, "'T[n,y,x] = I[n,y,x]', 'Z[n,p,q] += T[n,%d*p+r,%d*q+s]'",
                                                (int)of.stride[1], (int)of.stride[2]));
        aug_group_prefix prefix = {0};
        bool divides = true;
        for (int l = 0; l < of.loops; l++) {
            static const char *const names[DIMS] = {"n", "p", "q"};
            int d = of.order[l];
            add_loop(&b->group, names[d], of.tile[d], of.halo[d], &prefix);
            divides &= of.size[d] % of.tile[d] == 0 && of.size[d] > 2 * of.tile[d];
        }
        aug_count words = aug_group_tile_words(&b->group, &prefix, prefix.count, tensor_called(&b->group, "T"));
        aug_count most = most_words(&of);
        if (words < most || (divides && words > most))
            print_error("turn %d: %d words, %d at the fullest step\n", turn, (int)words, (int)most);
        assert_true(words >= most && (!divides || words == most));
        equal += words == most;
        aug_arena_free(&scratch);
        test_end(&b->ground);
    }
    assert_true(equal > 200);
}

// ---- What it costs

typedef struct priced {
    const char *text;
    double energy_pj, bits; // that are held
} priced;

// T[y] = I[y], Z[p] += T[p+r] C[r]; p 6, r 3; 80 pJ a word in dram, 8 in the buffer, 1 per operation.
//
//   Z, in both: 18 operations; T 18 reads; C 3 words from dram, 18 reads; Z 18 updates and 12 reads of what
//   they add to, 6 reads on the way out, 6 words to dram:
//   18 + 144 + (240 + 24 + 144) + (144 + 96 + 48 + 480) = 1338
//   T, retained: 8 rows: 8 operations, 8 words of I, 8 updates: 8 + 640 + 64 = 712
//   T, made anew: 3 windows of 4 rows: 12 + 960 + 96 = 1068; with I in the buffer, whose windows overlap like
//   those of T, 8 words from dram and 12 reads: 12 + (640 + 64 + 96) + 96 = 908
//   Held: T 4 words; C stays, 3; Z comes and goes, 2; I stays, 4.
static const priced prices[] = {
    {"dram[I C Z] for p:2 retain buffer[T] { T: for y:1 mac } { Z: buffer[C Z] for p:1 for r:1 mac }", 2050.0, 72.0},
    {"dram[I C Z] for p:2 recompute buffer[T] { T: for y:1 mac } { Z: buffer[C Z] for p:1 for r:1 mac }", 2406.0, 72.0},
    {"dram[I C Z] for p:2 recompute buffer[T] { T: buffer[I] for y:1 mac } { Z: buffer[C Z] for p:1 for r:1 mac }", 2246.0, 104.0},
};

static aug_node *node_of(bench *b, const char *text) {
    aug_document *document = AUG_NEW(&b->ground.arena, aug_document);
    *document = (aug_document){.name = "plan", .text = text, .length = strlen(text)};
    aug_node *node = AUG_NEW(&b->ground.arena, aug_node);
    *node = (aug_node){.document = document, .text = text, .line = 1, .column = 1, .weight = 1};
    return node;
}

static void plans_cost_what_hand_counts_say(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof prices / sizeof *prices; i++)
        for (int less = 0; less < 2; less++) {
            bench *b = begin("p: 6, r: 3, y: 8", "'T[y] = I[y]', 'Z[p] += T[p+r] * C[r]'");
            aug_group_plan *plan = AUG_NEW(&b->ground.arena, aug_group_plan);
            assert_true(aug_group_read(&b->ground.reader, node_of(b, prices[i].text), &b->group, plan));
            aug_buffer text;
            aug_buffer_init(&text, &b->ground.arena);
            aug_group_print(&text, plan);
            assert_string_equal(aug_buffer_text(&text), prices[i].text);
            aug_problem *first = AUG_NEW(&b->ground.arena, aug_problem); // whose capacities count
            *first = *b->group.members[0];
            first->memories[1].capacity_bits = prices[i].bits - less;
            b->group.members[0] = first;
            assert_int_equal(aug_group_fits(plan), less == 0);
            aug_group_evaluate(&b->ground.arena, plan);
            assert_near(plan->energy_pj, prices[i].energy_pj, 1e-12);
            test_end(&b->ground);
        }
}

static const char *const refused[] = {
    "dram[I C Z] for p:2 buffer[T] { T: for y:1 mac } { Z: for p:1 for r:1 mac }",
    "dram[I C Z] for p:2 remember buffer[T] { T: for y:1 mac } { Z: for p:1 for r:1 mac }",
    "dram[I C Z] for p:4 recompute buffer[T] { T: for y:1 mac } { Z: for p:1 for r:1 mac }", // 4 does not divide 6
};

static void texts_say_what_becomes_of_halos(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        bench *b = begin("p: 6, r: 3, y: 8", "'T[y] = I[y]', 'Z[p] += T[p+r] * C[r]'");
        aug_group_plan *plan = AUG_NEW(&b->ground.arena, aug_group_plan);
        assert_false(aug_group_read(&b->ground.reader, node_of(b, refused[i]), &b->group, plan));
        assert_int_equal(b->ground.errors.count, 1);
        test_end(&b->ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_tell_what_a_step_is),
        cmocka_unit_test(rows_stay_whole),
        cmocka_unit_test(what_is_made_anew_is_another_einsum),
        cmocka_unit_test(rests_are_paid_by_the_rows_that_are_left),
        cmocka_unit_test(each_word_of_a_window_passes_once),
        cmocka_unit_test(old_rows_are_held),
        cmocka_unit_test(held_words_are_those_of_the_fullest_step),
        cmocka_unit_test(plans_cost_what_hand_counts_say),
        cmocka_unit_test(texts_say_what_becomes_of_halos),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
