// Tensors with a rank in two indices, which random problems (mapspace_random.h) have none of: the mapper's
// least energy is that of the whole space, under little and much room.
//
//     O[p] += I[p,p] W[r]: a tile of two p is a box of four words, one of one p a single word
#include "support/testing.h"
#include "support/test_share.h"

#include "mapper/mapper.h"
#include "oracle/mapspace.h"
#include "oracle/oracle_text.h"

enum { MOST = 4000000 };

static const char *const einsums[] = {
    "O[p,q] += I[p,p] * W[r,q]",   "O[p,q] += I[p+r,r] * W[r,q]",     "O[p,q] += I[r,p+r] * W[r,q]",
    "O[p,q] += I[2*p,p] * W[r,q]", "O[p,q] += I[p+r,2*p+r] * W[r,q]", "O[p,p,q] += I[p] * W[r,q]",
};

static void read_problem(aug_arena *arena, const char *einsum, const char *sizes, const char *machine,
                         double room_words, aug_problem *problem) {
    oracle_read_problem(arena, einsum, sizes, machine, problem);
    for (int m = 0; m < problem->memory_count; m++)
        for (int t = 0; t < problem->tensor_count; t++)
            for (int a = 0; a < AUG_ACTION_COUNT; a++)
                problem->memories[m].energy_pj[t][a] = m == 0 ? 100 : m == 1 ? 10 : 1;
    problem->memories[problem->memory_count - 1].capacity_bits = 8 * room_words;
    problem->computes[0].energy_pj = 1;
}

static void compare(const char *einsum, const char *sizes, const char *machine, double room_words,
                    bool perfect) {
    test_ground ground;
    aug_problem problem;
    aug_mapper_result found;
    const aug_mapper_options options = {.objective = AUG_OBJECTIVE_ENERGY, .perfect = perfect, .threads = 1};
    const mapspace_options whole = {.perfect = perfect, .most = MOST};
    test_begin(&ground);
    mapspace_result *space = AUG_NEW(&ground.arena, mapspace_result);
    read_problem(&ground.arena, einsum, sizes, machine, room_words, &problem);
    aug_mapper_run(&ground.arena, &problem, &options, &found);
    mapspace_walk(&ground.arena, &problem, &whole, space);
    assert_true(space->complete && space->fits > 0 && found.proven);
    if (mapspace_less(space->energy.energy_pj, found.value) ||
        mapspace_less(found.value, space->energy.energy_pj))
        fail_msg("%s, %s, %g words: %g pJ found, %g there", einsum, machine, room_words, found.value,
                 space->energy.energy_pj);
    test_end(&ground);
}

static void the_least_energy_is_found(void **state) {
    static const double room_words[] = {2, 4, 8, 14};
    (void)state;
    for (size_t e = 0; e < AUG_COUNT(einsums); e++) {
        for (size_t w = 0; w < 2 * AUG_COUNT(room_words); w++) {
            // In a share, one of the two sizes, by turns for each room and each kind of tiles.
            if (test_share() == 1 || (e + w / 2 + w) % 2 == 0)
                compare(einsums[e], "p=4 r=2 q=2", "dram buffer mac", room_words[w / 2], w % 2);
            if (test_share() == 1 || (e + w / 2 + w) % 2 == 1)
                compare(einsums[e], "p=3 r=3 q=2", "dram buffer mac", room_words[w / 2], w % 2);
        }
        compare(einsums[e], "p=4 r=2 q=2", "dram buffer x:2 register mac", 2, true);
        compare(einsums[e], "p=4 r=2 q=2", "dram buffer x:2 register mac", 8, true);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_least_energy_is_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
