#include "support/small_problem.h"

static void run(test_ground *ground, const char *text, bool *good) {
    aug_problem problem;
    small_problem(&problem);
    problem.computes[SMALL_VECTOR].rate_per_cycle = strstr(text, "vector") && !strstr(text, "cannot") ? 4 : 0;
    aug_mapping mapping;
    const aug_node *node = small_nest(ground, text);
    assert_true(aug_mapping_parse(&ground->reader, node, &problem, &mapping));
    *good = aug_mapping_check(&ground->reader, node, &problem, &mapping);
}

static void mappings_in_good_form_pass(void **state) {
    (void)state;
    static const char *const texts[] = {
        "dram[A B Z] for m:1 for k:1 for n:1 mac",
        "dram[A B Z] for m:8 for m:1 for k:4 for k:1 for n:3 for n:1 mac",                          // one step; tiles that do not divide
        "dram[A] dram[B] for m:4 dram[Z] for m:1 for k:1 for n:1 mac",                              // one memory at several depths
        "dram[A B Z] for m:4 buffer[A Z!] par pe.x m:1 par pe.y k:3 register[A B Z] for k:1 for n:1 mac",
        "for m:4 dram[A B Z] par pe.y m:1 par pe.x k:1 for n:1 mac",                                // the axes of an array in any order
        "buffer[A B Z] for m:1 for k:1 for n:1 mac",                                                // not in the outermost memory
        "dram[A B Z] buffer[B] for m:1 for k:1 for n:1 vector",
    };
    for (size_t i = 0; i < AUG_COUNT(texts); i++) {
        test_ground ground;
        test_begin(&ground);
        bool good;
        run(&ground, texts[i], &good);
        if (!good)
            print_error("%s: %s\n", texts[i], ground.errors.items[0].message);
        assert_true(good);
        test_end(&ground);
    }
}

static void what_is_wrong_is_told_where(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned column;
        const char *message, *hint;
    } cases[] = {
        {"dram[A Z] for m:1 for k:1 for n:1 mac", 1, "no memory keeps tensor 'B'", "add it to a store, such as the outermost one: dram[B]"},
        {"dram[A B Z] buffer[A] for m:1 buffer[A] for k:1 for n:1 mac", 31, "memory 'buffer' keeps tensor 'A' twice",
         "an instance holds one tile of a tensor: leave one of the stores out"},
        {"buffer[A B Z] for m:1 dram[A] for k:1 for n:1 mac", 23, "tensor 'A' goes from memory 'buffer' out to 'dram'",
         "stores of a tensor follow the machine inwards: dram, buffer and register"},
        {"dram[A B Z] register[A] par pe.x m:1 for k:1 for n:1 for m:1 mac", 25, "'par pe.x' stands inside of a store in memory 'register'",
         "every instance along pe.x has a 'register' of its own: put the loop before register[...]"},
        {"dram[A B Z] par pe.y m:1 buffer[A] for k:1 for n:1 mac", 26, "a store in memory 'buffer' stands inside of 'par pe.y'",
         "all instances along pe.y share 'buffer': put buffer[...] before the loop"},
        {"dram[A B Z] for m:1 for k:1 for n:1 vector", 0, "", ""},
        {"dram[A B Z] register[A] for m:1 for k:1 for n:1 vector", 13, "memory 'register' stands inside of compute unit 'vector' in the machine",
         "the nest of 'vector' uses what is outside of it only"},
        {"dram[A B Z] par pe.x m:1 for k:1 for n:1 vector", 13, "axis 'pe.x' stands inside of compute unit 'vector' in the machine",
         "the nest of 'vector' uses what is outside of it only"},
        {"dram[A B Z] for m:0 for k:1 for n:1 mac", 13, "tiles of 0 of rank 'm'", "a tile is 1 at least"},
        {"dram[A B Z] for m:9 for m:1 for k:1 for n:1 mac", 13, "tiles of 9 where 8 of rank 'm' remain",
         "tiles do not grow from the outside in, from the size 8 on"},
        {"dram[A B Z] for m:2 for m:4 for m:1 for k:1 for n:1 mac", 21, "tiles of 4 where 2 of rank 'm' remain",
         "tiles do not grow from the outside in, from the size 8 on"},
        {"dram[A B Z] for m:2 for k:1 for n:1 mac", 37, "2 of rank 'm' remain at the compute unit", "every rank ends in tiles of 1: add 'for m:1'"},
        {"dram[A B Z] for m:1 for k:1 mac", 29, "4 of rank 'n' remain at the compute unit", "every rank ends in tiles of 1: add 'for n:1'"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        bool good;
        run(&ground, cases[i].text, &good);
        assert_int_equal(good, cases[i].column == 0);
        if (!good && (ground.errors.count != 1 || ground.errors.items[0].column != cases[i].column))
            print_error("'%s': column %u: %s\n", cases[i].text, ground.errors.items[0].column, ground.errors.items[0].message);
        assert_error(&ground.errors, good ? 0 : 1, cases[i].message, cases[i].hint);
        if (!good)
            assert_int_equal(ground.errors.items[0].column, cases[i].column);
        test_end(&ground);
    }
}

static void a_unit_without_a_rate_is_refused(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_problem problem;
    small_problem(&problem);
    aug_mapping mapping;
    const aug_node *node = small_nest(&ground, "dram[A B Z] for m:1 for k:1 for n:1 vector");
    assert_true(aug_mapping_parse(&ground.reader, node, &problem, &mapping));
    assert_false(aug_mapping_check(&ground.reader, node, &problem, &mapping));
    assert_error(&ground.errors, 1, "compute unit 'vector' cannot do einsum 'product'", "mac can");
    test_end(&ground);
}

// Mappings that were built, not read, have no text to point at.
static void a_mapping_without_text_has_errors_without_place(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_problem problem;
    small_problem(&problem);
    const aug_mapping mapping = {.count = 1, .nodes = {{.kind = AUG_MAPPING_COMPUTE, .compute = SMALL_MAC}}};
    assert_false(aug_mapping_check(&ground.reader, NULL, &problem, &mapping));
    assert_int_equal(ground.errors.count, 6); // three tensors, three ranks
    assert_int_equal(ground.errors.items[0].line, 0);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mappings_in_good_form_pass),
        cmocka_unit_test(what_is_wrong_is_told_where),
        cmocka_unit_test(a_unit_without_a_rate_is_refused),
        cmocka_unit_test(a_mapping_without_text_has_errors_without_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
