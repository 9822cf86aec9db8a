// Random pairs and triples of tiny convolutions against every prefix, with halos retained and recomputed, and every
// nest (group_exhaust.h). How loops cut the members that lack their ranks, and the einsums that those are where
// windows are made anew, are written here by hand.
#include "group_exhaust.h"

#include "base/random.h"
#include "property.h"

enum { CHAINS = 60, FORM_MEMBERS = 3, FORM_RANKS = 10 };

typedef struct range {
    char rank; // 0: the end
    int least, most;
} range;

// y = stride * (p - 1) + coefficient of the window * (its size - 1) + 1
typedef struct window {
    int member;
    char shared, own, behind, filter; // `own` of the member is stride * behind + dilation * filter of the next one
    int stride, dilation;
} window;

typedef struct form {
    const char *members[FORM_MEMBERS + 1];
    range sizes[FORM_RANKS];
    window windows[5];
} form;

static const form forms[] = {
    {{"T[y@] += I[k,y#1y] * B[k]", "Z[p] += T[p+r] * C[r]"},
     {{'k', 1, 2}, {'p', 2, 5}, {'r', 2, 3}},
     {{0, 'p', 'y', 'p', 'r', 1, 1}}},
    {{"T[y@] = I[y#1y] * B[y#1y]", "Z[j,p] += T[2*p+r] * C[j,r]"},
     {{'j', 1, 2}, {'p', 2, 4}, {'r', 2, 3}},
     {{0, 'p', 'y', 'p', 'r', 2, 1}}},
    {{"T[y@] += I[y#1y+a] * B[a]", "Z[p] += T[p+r] * C[r]"},
     {{'a', 2, 2}, {'p', 2, 4}, {'r', 2, 3}},
     {{0, 'p', 'y', 'p', 'r', 1, 1}}},
    {{"T[y@] += I[2*y#2y+a] * B[a]", "Z[p] += T[p+r]"},
     {{'a', 1, 3}, {'p', 2, 4}, {'r', 2, 2}},
     {{0, 'p', 'y', 'p', 'r', 1, 1}}},
    {{"T[y@] = I[y#1y]", "Z[p] += T[p+2*r] * C[r]"}, {{'p', 3, 6}, {'r', 2, 2}}, {{0, 'p', 'y', 'p', 'r', 1, 2}}},
    {{"T[y@] = I[y#1y]", "Z[p] += T[p+2*r] * C[r]"},
     {{'p', 2, 2}, {'r', 2, 3}},
     {{0, 'p', 'y', 'p', 'r', 1, 2}, {0, 'r', 'y', 'r', 'p', 2, 1}}},
    {{"T[y@] = I[y#1y]", "Z[p,q] += T[p+q]"},
     {{'p', 2, 3}, {'q', 2, 3}},
     {{0, 'p', 'y', 'p', 'q', 1, 1}, {0, 'q', 'y', 'q', 'p', 1, 1}}},
    {{"T[n,y@] = I[n,y#1y]", "Z[n,p] += T[n,p+r] * C[r]"},
     {{'n', 2, 2}, {'p', 2, 4}, {'r', 2, 2}},
     {{0, 'p', 'y', 'p', 'r', 1, 1}}},
    {{"T[y,x@] = I[y#1y,x#1x]", "Z[p,q] += T[p+r,q+s]"},
     {{'p', 2, 3}, {'q', 2, 3}, {'r', 2, 2}, {'s', 1, 2}},
     {{0, 'p', 'y', 'p', 'r', 1, 1}, {0, 'q', 'x', 'q', 's', 1, 1}}},
    {{"T[y,x@] = I[y#1y,x#1x]", "Z[p,q] += T[p+r,q+s]"},
     {{'p', 3, 4}, {'q', 4, 5}, {'r', 2, 2}, {'s', 1, 1}},
     {{0, 'p', 'y', 'p', 'r', 1, 1}, {0, 'q', 'x', 'q', 's', 1, 1}}},
    {{"T[y,x@] += I[k,y#1y,x#1x]", "Z[p,q] += T[p+r,2*q+s]"},
     {{'k', 1, 2}, {'p', 2, 3}, {'q', 2, 2}, {'r', 2, 2}, {'s', 2, 2}},
     {{0, 'p', 'y', 'p', 'r', 1, 1}, {0, 'q', 'x', 'q', 's', 2, 1}}},
    {{"T[y@] = I[y#1y]", "U[x@] += T[x#1x+b]", "Z[p] += U[p+r]"},
     {{'p', 2, 4}, {'r', 2, 2}, {'b', 1, 2}},
     {{1, 'p', 'x', 'p', 'r', 1, 1}, {0, 'p', 'y', 'x', 'b', 1, 1}, {0, 'x', 'y', 'x', 'b', 1, 1}}},
    {{"T[y@] += I[k,y#1y]", "U[y@] = T[y#1y]", "Z[p] += U[p+r] * C[r]"},
     {{'k', 1, 2}, {'p', 2, 3}, {'r', 2, 2}},
     {{1, 'p', 'y', 'p', 'r', 1, 1}, {0, 'p', 'y', 'y', 0, 1, 1}}},
    // Padded: windows go over more rows than are made, so no loop over rows is shared.
    {{"T[k,y] = I[k,y]", "Z[k,p] += T[k,p+r] * C[r]"}, {{'k', 2, 3}, {'y', 2, 3}, {'p', 3, 4}, {'r', 2, 2}}, {{0}}},
    {{"T[k,y] += I[y] * B[k]", "U[k,y] = T[k,y]", "Z[p] += U[k,p+r]"},
     {{'k', 2, 2}, {'y', 2, 3}, {'p', 3, 3}, {'r', 2, 2}},
     {{0}}},
};

// A form with its sizes.
typedef struct drawn {
    const form *of;
    int sizes[128];
    const char *machine;
} drawn;

static void put_sizes(drawn *d, aug_random *random) {
    for (const range *s = d->of->sizes; s->rank; s++)
        d->sizes[(int)s->rank] = s->least + (int)aug_random_below(random, (uint64_t)(s->most - s->least + 1));
    for (const window *w = d->of->windows; w->shared; w++)
        d->sizes[(int)w->own] = w->stride * (d->sizes[(int)w->behind] - 1) + w->dilation * (w->filter ? d->sizes[(int)w->filter] - 1 : 0) + 1;
}

// Rank `own` of a member with the sums of all windows behind it.
static exhaust_window window_of(const drawn *d, const window *w, aug_arena *arena) {
    exhaust_window to = {w->member, aug_arena_print(arena, "%c", w->shared), aug_arena_print(arena, "%c", w->own), 1, 0};
    aug_count behind_stride = 1, behind_halo = 0;
    for (const window *next = d->of->windows; next->shared; next++)
        if (next->member == w->member + 1 && next->shared == w->shared && next->own == w->behind && w->behind != w->shared) {
            exhaust_window of = window_of(d, next, arena);
            behind_stride = of.stride;
            behind_halo = of.halo;
        }
    int reach = w->dilation * (w->filter ? d->sizes[(int)w->filter] - 1 : 0) + 1;
    to.stride = (aug_count)w->stride * behind_stride;
    to.halo = (aug_count)w->stride * behind_halo + (aug_count)(reach - w->stride);
    return to;
}

// A loop that makes the windows of a rank of a member anew.
typedef struct remade {
    char shared, own;
    aug_count steps, advance, rows;
} remade;

// `@` is a rank per such loop; `#2y` what twice the steps of the rows of y are.
static const char *einsum_of(aug_arena *arena, const char *from, const remade *again, int count) {
    const char *text = "";
    for (; *from; from++) {
        if (*from != '@' && *from != '#') {
            text = aug_arena_print(arena, "%s%c", text, *from);
            continue;
        }
        bool each = *from == '@';
        for (int i = 0; i < count; i++)
            if (each)
                text = aug_arena_print(arena, "%s,%c", text, again[i].shared);
            else if (again[i].own == from[2])
                text = aug_arena_print(arena, "%s+%d*%c", text, (from[1] - '0') * (int)again[i].advance, again[i].shared);
        from += each ? 0 : 2;
    }
    return text;
}

static const char *ranks_of(const drawn *d, aug_arena *arena, const remade *again, int count, bool all, const char *einsum) {
    const char *text = "";
    for (char r = 'a'; r <= 'z'; r++) {
        aug_count size = (aug_count)d->sizes[(int)r];
        for (int i = 0; i < count; i++)
            size = again[i].own == r ? again[i].rows : again[i].shared == r ? again[i].steps : size;
        if (size > 0 && (all || strchr(einsum, r)))
            text = aug_arena_print(arena, "%s%s%c: %d", text, *text ? ", " : "", r, (int)size);
    }
    return text;
}

static const aug_problem *seen(const exhaust *b, int member, const exhaust_loop *loops, int count) {
    const drawn *d = b->context;
    aug_arena *arena = &b->ground->arena;
    remade windows[EXHAUST_LOOPS];
    int found = 0;
    for (int l = 0; l < count; l++)
        for (int w = 0; w < b->window_count; w++) {
            const exhaust_window *of = &b->windows[w];
            if (of->member != member || strcmp(of->shared, loops[l].rank) != 0 || loops[l].halo != EXHAUST_RECOMPUTE ||
                of->halo == 0)
                continue;
            aug_count size = (aug_count)d->sizes[(int)*of->shared], advance = of->stride * loops[l].tile;
            windows[found++] =
                (remade){*of->shared, *of->own, (size + loops[l].tile - 1) / loops[l].tile, advance, advance + of->halo};
        }
    const char *einsum = einsum_of(arena, d->of->members[member], windows, found);
    const char *text = aug_arena_print(arena, "auger: workload/1\nranks: {%s}\neinsums: ['%s']\n",
                                       ranks_of(d, arena, windows, found, false, einsum), einsum);
    return test_bind(b->ground, text, d->machine);
}

static const char *workload_of(const drawn *d, aug_arena *arena) {
    const char *text = aug_arena_print(arena, "auger: workload/1\nranks: {%s}\neinsums: [", ranks_of(d, arena, NULL, 0, true, ""));
    for (int e = 0; d->of->members[e]; e++)
        text = aug_arena_print(arena, "%s%s'%s'", text, e ? ", " : "", einsum_of(arena, d->of->members[e], NULL, 0));
    return aug_arena_print(arena, "%s]\n", text);
}

// A price, now and then nothing or far more than others.
static int draw_price(aug_random *random, uint64_t most) {
    int price = 1 + (int)aug_random_below(random, most);
    uint64_t kind = aug_random_below(random, 12);
    return kind == 0 ? 0 : kind == 1 ? 1000 * price : price;
}

static bool one_chain(aug_random *random, exhaust_tally *sum) {
    test_ground ground;
    test_begin(&ground);
    const char *only = getenv("AUG_GROUP_FORM");
    drawn d = {.of = &forms[only ? (uint64_t)atoi(only) : aug_random_below(random, sizeof forms / sizeof *forms)]};
    put_sizes(&d, random);
    bool is_plane = d.sizes['q'] > 0; // where little room makes recomputing pay
    int room = is_plane ? 4 + (int)aug_random_below(random, 6) : 2 + (int)aug_random_below(random, 17);
    const char *workload = workload_of(&d, &ground.arena);
    d.machine = aug_arena_print(&ground.arena,
                                "auger: machine/1\nname: chip\nclock: 1 GHz\ndrain: read\nlevels:\n"
                                "  - {memory: dram, size: inf, bandwidth: %d bit/cycle, energy: %d pJ/bit}\n"
                                "  - {memory: buffer, size: %d bit, bandwidth: %d bit/cycle, energy: %d pJ/bit}\n"
                                "  - {compute: mac, rate: 1/cycle, energy: %d pJ}\n",
                                1 + (int)aug_random_below(random, 16), draw_price(random, 40), room * 8,
                                1 + (int)aug_random_below(random, 64), draw_price(random, 4),
                                draw_price(random, 50));
    group_world world;
    group_world_read(&ground, workload, d.machine, &world);
    exhaust *b = AUG_NEW(&ground.arena, exhaust);
    *b = (exhaust){.ground = &ground,
                   .world = &world,
                   .perfect = aug_random_below(random, 2) == 0,
                   .capacity = room * 8.0,
                   .seen = seen,
                   .context = &d};
    for (const window *w = d.of->windows; w->shared; w++)
        b->windows[b->window_count++] = window_of(&d, w, &ground.arena);
    b->scratch = aug_cost_scratch_new(&ground.arena);
    b->cost = AUG_NEW(&ground.arena, aug_cost);
    exhaust_run(b);
    bool good = true;
    for (int o = 0; o < AUG_OBJECTIVE_COUNT && good; o++)
        good = exhaust_check(b, (aug_objective)o, workload, d.machine, sum);
    sum->chains++;
    sum->nests += b->nests;
    test_end(&ground);
    return good;
}

static void halos_are_as_good_as_all_there_are(void **state) {
    (void)state;
    const char *chains = getenv("AUG_GROUP_CHAINS"), *seed = getenv("AUG_PROPERTY_SEED");
    aug_random random = {seed ? strtoull(seed, NULL, 10) : 20261128};
    exhaust_tally sum = {0};
    int failures = 0;
    for (int i = 0; i < (chains ? atoi(chains) : (int)test_some_of(CHAINS)); i++)
        failures += !one_chain(&random, &sum);
    print_message("%d chains, %d answers, %d equal, %d proven, %d retain, %d recompute, %llu nests\n", sum.chains, sum.answers,
                  sum.equal, sum.proven, sum.retained, sum.remade, (unsigned long long)sum.nests);
    assert_int_equal(failures, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halos_are_as_good_as_all_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
