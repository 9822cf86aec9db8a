// Printing a mapping and reading it back is the identity: random nests of a small problem, in good form or not.
#include "property.h"

#include "support/small_problem.h"

enum { NESTS = 20000 };

static aug_mapping_node random_node(aug_random *random, const aug_problem *problem) {
    static const aug_count tiles[] = {0, 1, 2, 7, 64, 1000, UINT64_C(4294967296), INT64_MAX};
    aug_mapping_node node = {.kind = (aug_mapping_kind)aug_random_below(random, AUG_MAPPING_COMPUTE)};
    if (node.kind == AUG_MAPPING_STORE) {
        unsigned all = (1u << problem->tensor_count) - 1u;
        node.memory = (int)aug_random_below(random, (uint64_t)problem->memory_count);
        node.tensors = 1u + (unsigned)aug_random_below(random, all);
        node.whole = node.tensors & (unsigned)aug_random_below(random, all + 1u);
        return node;
    }
    if (node.kind == AUG_MAPPING_PAR)
        node.axis = (int)aug_random_below(random, (uint64_t)problem->axis_count);
    node.rank = (int)aug_random_below(random, (uint64_t)problem->rank_count);
    node.tile = tiles[aug_random_below(random, AUG_COUNT(tiles))];
    return node;
}

static void random_mapping(aug_random *random, const aug_problem *problem, aug_mapping *mapping) {
    mapping->count = 0;
    int stores_and_loops = (int)aug_random_below(random, aug_random_below(random, 4) ? 12 : AUG_MAPPING_NODES);
    while (mapping->count < stores_and_loops)
        mapping->nodes[mapping->count++] = random_node(random, problem);
    mapping->nodes[mapping->count++] = (aug_mapping_node){.kind = AUG_MAPPING_COMPUTE, .compute = (int)aug_random_below(random, (uint64_t)problem->compute_count)};
}

static void a_printed_nest_reads_back_as_it_was(void **state) {
    (void)state;
    aug_problem problem;
    small_problem(&problem);
    aug_random random = {property_seed()};
    test_ground ground;
    test_begin(&ground);
    for (int i = 0; i < (int)test_some_of(NESTS); i++) {
        static aug_mapping mapping, again;
        memset(&mapping, 0, sizeof mapping);
        memset(&again, 0, sizeof again);
        random_mapping(&random, &problem, &mapping);
        aug_buffer text;
        aug_buffer_init(&text, &ground.arena);
        aug_mapping_print(&text, &problem, &mapping);
        bool good = aug_mapping_parse(&ground.reader, small_nest(&ground, aug_buffer_text(&text)), &problem, &again);
        for (int n = 0; n < again.count; n++)
            again.nodes[n].column = 0;
        if (!good || memcmp(&mapping, &again, sizeof mapping) != 0)
            print_error("seed %llu, nest %d: %s\n", (unsigned long long)property_seed(), i, aug_buffer_text(&text));
        assert_true(good);
        assert_memory_equal(&mapping, &again, sizeof mapping);
        aug_arena_reset(&ground.arena);
    }
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_printed_nest_reads_back_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
