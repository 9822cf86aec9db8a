// Names of what problems hand on, and of what they do not.
#include "support/group_world.h"

#include "api/map_chain.h"

#define CHIP                                                                                                           \
    "auger: machine/1\nname: chip\nclock: 1 GHz\nlevels:\n"                                                            \
    "  - {memory: dram, size: inf, bandwidth: 8 bit/cycle, energy: 10 pJ/bit}\n"                                       \
    "  - {memory: buffer, size: 1 KiB, energy: 1 pJ/bit}\n"                                                            \
    "  - {compute: mac, rate: 1/cycle, energy: 1 pJ}\n"

enum { MOST = GROUP_WORLD_MOST };

typedef struct chain {
    int count;
    aug_problem *problems[MOST];
    aug_map_link links[MOST];
} chain;

static chain read_chain(test_ground *ground, const char *workload) {
    group_world world;
    group_world_read(ground, workload, CHIP, &world);
    chain of = {.count = world.count};
    for (int i = 0; i < world.count; i++) {
        of.problems[i] = AUG_NEW(&ground->arena, aug_problem);
        *of.problems[i] = *world.members[i];
        of.links[i].twin = -1;
        for (int t = 0; t < AUG_PROBLEM_TENSORS; t++)
            of.links[i].makers[t] = -1;
    }
    return of;
}

static void name(test_ground *ground, chain *of) {
    aug_map_chain_name(&ground->arena, of->problems, of->links, of->count);
}

// "t n / X W Y": ranks and tensors.
static void expect(const chain *of, int problem, const char *names) {
    char text[200] = "";
    const aug_problem *p = of->problems[problem];
    for (int r = 0; r < p->rank_count; r++)
        strcat(strcat(text, p->ranks[r]), " ");
    strcat(text, "/");
    for (int t = 0; t < p->tensor_count; t++)
        strcat(strcat(text, " "), p->tensors[t].name);
    assert_string_equal(text, names);
}

#define NORM "{name: norm, ranks: {n: 4}, einsum: 'Y[t,n] = norm(X[t,n], W[n])'}"
#define PRODUCT(name, k, n) "{name: " name ", ranks: {k: " k ", n: " n "}, einsum: 'Z[t,n] += A[t,k] * W[k,n]'}"
#define MAP "{name: map, ranks: {n: 8}, einsum: 'Y[t,n] = f(X[t,n], U[t,n])'}"
#define CHAIN(einsums) "auger: workload/1\nranks: {t: 3}\neinsums: [" einsums "]\ntensors: {W: {role: weight}}\n"

static void what_is_handed_on_has_one_name(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    chain of = read_chain(&ground, CHAIN(NORM ", " PRODUCT("gate", "4", "8") ", " PRODUCT("up", "4", "8") ", " MAP
                                              ", " PRODUCT("down", "8", "4") ", " PRODUCT("next", "4", "8")));
    of.links[1].makers[0] = 0;
    of.links[2].makers[0] = 0;
    of.links[2].twin = 1;
    of.links[3].makers[0] = 1;
    of.links[3].makers[1] = 2;
    of.links[4].makers[0] = 3;
    name(&ground, &of);
    expect(&of, 0, "t n / X W Y");
    expect(&of, 1, "t n2 n / Y W2 Z"); // ranks t, n and k of Z[t,n] += A[t,k] * W[k,n]
    expect(&of, 2, "t n2 n / Y W3 Z2");
    expect(&of, 3, "t n2 / Z Z2 Y2");
    expect(&of, 4, "t n3 n2 / Y2 W4 Z3");
    expect(&of, 5, "t n k / A W Z"); // of another family, whose names are its own
    static aug_group group;
    const aug_problem *members[MOST];
    for (int i = 0; i < of.count; i++)
        members[i] = of.problems[i];
    assert_true(aug_group_init(members, of.count, 0, 5, NULL, &group));
    assert_true(aug_group_init(members, of.count, 1, 4, NULL, &group));
    assert_false(aug_group_init(members, of.count, 0, 2, NULL, &group)); // up reads Y, too
    assert_false(aug_group_init(members, of.count, 4, 2, NULL, &group));
    test_end(&ground);
}

// Half of what is made is not what is made.
static void other_sizes_are_not_handed_on(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    chain of = read_chain(&ground, CHAIN(PRODUCT("both", "4", "16") ", " MAP));
    of.links[1].makers[0] = of.links[1].makers[1] = 0;
    name(&ground, &of);
    expect(&of, 0, "t n k / A W Z");
    expect(&of, 1, "t n / X U Y");
    test_end(&ground);
}

// A tensor that is read from memory, but has the name of something made before; and one that is made while
// another of that name is still to be read.
static void nothing_is_tied_by_chance(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    chain of = read_chain(&ground, "auger: workload/1\nranks: {t: 3, n: 8}\neinsums: ["
                                 "{name: first, einsum: 'A[t,n] = f(B[t,n])'}, "
                                 "{name: second, einsum: 'C[t,n] = f(A[t,n])'}, "
                                 "{name: third, einsum: 'A[t,n] = f(D[t,n])'}, "
                                 "{name: fourth, einsum: 'E[t,n] = f(G[t,n])'}]\n");
    of.links[3].makers[0] = 0;
    name(&ground, &of);
    expect(&of, 0, "t n / B A");
    expect(&of, 1, "t n / A2 C");
    expect(&of, 2, "t n / D A2");
    expect(&of, 3, "t n / A E");
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_handed_on_has_one_name),
        cmocka_unit_test(other_sizes_are_not_handed_on),
        cmocka_unit_test(nothing_is_tied_by_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
