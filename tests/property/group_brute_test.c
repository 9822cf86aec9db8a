// Random chains of products, maps and sums of two and three members against every prefix and every nest
// (group_exhaust.h). Every answer has to be proven, and equal.
#include "group_certify.h"

#include "base/random.h"
#include "property.h"

enum { CHAINS = 200, PIPES = 150 };

typedef struct form {
    const char *ranks, *einsums; // "mak": those of its ranks
} form;

static const form forms[] = {
    {"makn", "['T[m,a] += A[m,k] * B[k,a]', 'Z[m,n] += T[m,a] * C[a,n]']"},
    {"mak", "['T[m,a] += A[m,k] * B[k,a]', 'Z[m] += T[m,a] * C[a]']"},
    {"man", "['T[m,a] = A[m] * B[a]', 'Z[n,a] += T[m,a] * C[m,n]']"},
    {"mkn", "['T[m] += A[m,k]', 'U[m] = T[m]', 'Z[m,n] = U[m] * C[n]']"},
    {"ma", "['T[m,a] = A[m,a]', 'U[m,a] = T[m,a] * B[a]', 'Z[a] += U[m,a]']"},
};

// Products on one unit and maps and sums on another.
static const form pipes[] = {
    {"mak", "['T[m,a] += A[m,k] * B[k,a]', 'Z[m] += T[m,a]']"},
    {"man", "['T[m,a] = exp(A[m,a])', 'Z[m,n] += T[m,a] * C[a,n]']"},
    {"man", "['T[m] += A[m,a]', 'Z[m,n] = T[m] * C[n]']"},
    {"mak", "['T[m,a] += A[m,k] * B[k,a]', 'U[m,a] = exp(T[m,a])', 'Z[m] += U[m,a] * C[a]']"},
    {"ma", "['T[m,a] = exp(A[m,a])', 'U[m,a] = T[m,a] * B[a]', 'Z[m] += U[m,a]']"},
    {"ma", "['T[m,a] = A[m,a] * B[a]', 'U[m,a] = exp(T[m,a])', 'Z[m] += U[m,a]']"},
};

static int draw(aug_random *random, uint64_t most) {
    return 1 + (int)aug_random_below(random, most);
}

// A price, now and then nothing or far more than others.
static int draw_price(aug_random *random, uint64_t most) {
    int price = draw(random, most), kind = draw(random, 12);
    return kind == 1 ? 0 : kind == 2 ? 1000 * price : price;
}

static const char *draw_workload(aug_arena *arena, aug_random *random, bool is_piped) {
    const form *of = is_piped ? &pipes[aug_random_below(random, sizeof pipes / sizeof *pipes)]
                              : &forms[aug_random_below(random, sizeof forms / sizeof *forms)];
    bool large = strlen(of->ranks) == 4;
    const char *ranks = "";
    for (const char *r = of->ranks; *r; r++)
        ranks = aug_arena_print(arena, "%s%s%c: %d", ranks, *ranks ? ", " : "", *r,
                                draw(random, *r == 'm' ? 4 : *r == 'a' ? (large ? 3 : 4) : 2));
    return aug_arena_print(arena, "auger: workload/1\nranks: {%s}\neinsums: %s\n", ranks, of->einsums);
}

static bool one_chain(aug_random *random, bool is_piped, exhaust_tally *sum, certify_tally *certified) {
    test_ground ground;
    test_begin(&ground);
    int room = 1 + draw(random, 17);
    const char *workload = draw_workload(&ground.arena, random, is_piped);
    const char *lanes =
        is_piped ? aug_arena_print(&ground.arena, "  - {compute: lanes, unit: vector, rate: %d/cycle, energy: 2 pJ}\n",
                                   draw(random, 2))
                 : "";
    const char *machine = aug_arena_print(
        &ground.arena,
        "auger: machine/1\nname: chip\nclock: 1 GHz\ndrain: read\nlevels:\n"
        "  - {memory: dram, size: inf, bandwidth: %d bit/cycle, energy: %d pJ/bit}\n"
        "  - {memory: buffer, size: %d bit, bandwidth: %d bit/cycle, energy: %d pJ/bit}\n"
        "%s  - {compute: mac, rate: 1/cycle, energy: 1 pJ}\n",
        draw(random, is_piped ? 40 : 8), draw_price(random, 40), room * 8, draw(random, 64), draw_price(random, 4), lanes);
    group_world world;
    group_world_read(&ground, workload, machine, &world);
    exhaust *b = AUG_NEW(&ground.arena, exhaust);
    *b = (exhaust){.ground = &ground,
                   .world = &world,
                   .perfect = aug_random_below(random, 2) == 0,
                   .capacity = room * 8.0};
    if (is_piped && aug_random_below(random, 2) == 0)
        b->overlap = (aug_overlap)aug_random_below(random, AUG_OVERLAP_COUNT);
    b->scratch = aug_cost_scratch_new(&ground.arena);
    b->cost = AUG_NEW(&ground.arena, aug_cost);
    exhaust_run(b);
    bool good = true;
    for (int o = 0; o < AUG_OBJECTIVE_COUNT && good; o++)
        good = exhaust_check(b, (aug_objective)o, workload, machine, sum);
    for (int o = 0; certified && b->perfect && o <= AUG_OBJECTIVE_LATENCY && good; o++)
        good = certify_check(b, (aug_objective)o, certified);
    sum->chains++;
    sum->nests += b->nests;
    test_end(&ground);
    return good;
}

static void groups_are_as_good_as_all_there_are(void **state) {
    (void)state;
    const char *chains = getenv("AUG_GROUP_CHAINS"), *seed = getenv("AUG_PROPERTY_SEED");
    aug_random random = {seed ? strtoull(seed, NULL, 10) : 20261127};
    exhaust_tally sum = {0};
    certify_tally certified = {0};
    int failures = 0;
    for (int i = 0; i < (chains ? atoi(chains) : (int)test_some_of(CHAINS)); i++)
        failures += !one_chain(&random, false, &sum, &certified);
    print_message("%d chains, %d answers, %d equal, %d proven, %d of %d fastest, %llu nests\n", sum.chains, sum.answers, sum.equal, sum.proven, sum.fastest, sum.energies,
                  (unsigned long long)sum.nests);
    print_message("%d certificates, %d of fused plans, %d without a gap\n", certified.plans, certified.fused, certified.closed);
    assert_int_equal(failures, 0);
    assert_true(sum.fastest * 10 >= sum.energies * 9);
    assert_true(certified.fused * 2 > certified.plans && certified.closed * 2 > certified.plans);
}

// Members meet in ports, too.
static void pipelines_are_as_good_as_all_there_are(void **state) {
    (void)state;
    const char *chains = getenv("AUG_GROUP_PIPES"), *seed = getenv("AUG_PROPERTY_SEED");
    aug_random random = {seed ? strtoull(seed, NULL, 10) : 20261128};
    exhaust_tally sum = {0};
    int failures = 0;
    for (int i = 0; i < (chains ? atoi(chains) : (int)test_some_of(PIPES)); i++)
        failures += !one_chain(&random, true, &sum, NULL);
    print_message("%d chains, %d answers, %d pipelines, %d equal, %d proven, %d of %d fastest, %llu nests\n", sum.chains, sum.answers, sum.pipelined,
                  sum.equal, sum.proven, sum.fastest, sum.energies, (unsigned long long)sum.nests);
    assert_int_equal(failures, 0);
    assert_true(sum.fastest * 10 >= sum.energies * 9);
    assert_true(sum.pipelined * 5 >= sum.answers);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_as_good_as_all_there_are),
        cmocka_unit_test(pipelines_are_as_good_as_all_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
