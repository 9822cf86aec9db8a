#include "support/small_problem.h"

static bool read(test_ground *ground, const char *text, aug_mapping *mapping) {
    aug_problem problem;
    small_problem(&problem);
    return aug_mapping_parse(&ground->reader, small_nest(ground, text), &problem, mapping);
}

static void a_nest_becomes_its_nodes(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_mapping mapping;
    assert_true(read(&ground, "dram[A B Z] for m:4\n buffer[Z! A] par pe.x k:2 register[ B ! ] for n : 1 mac", &mapping));
    const aug_mapping_node expected[] = {
        {.kind = AUG_MAPPING_STORE, .memory = SMALL_DRAM, .tensors = 7, .column = 1},
        {.kind = AUG_MAPPING_FOR, .rank = SMALL_M, .tile = 4, .column = 13},
        {.kind = AUG_MAPPING_STORE, .memory = SMALL_BUFFER, .tensors = 5, .whole = 4, .column = 22},
        {.kind = AUG_MAPPING_PAR, .axis = SMALL_X, .rank = SMALL_K, .tile = 2, .column = 35},
        {.kind = AUG_MAPPING_STORE, .memory = SMALL_REGISTER, .tensors = 2, .whole = 2, .column = 48},
        {.kind = AUG_MAPPING_FOR, .rank = SMALL_N, .tile = 1, .column = 64},
        {.kind = AUG_MAPPING_COMPUTE, .compute = SMALL_MAC, .column = 74},
    };
    assert_int_equal(mapping.count, AUG_COUNT(expected));
    assert_memory_equal(mapping.nodes, expected, sizeof expected);
    test_end(&ground);
}

static void the_only_unit_that_can_is_left_out_or_named(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_mapping mapping;
    assert_true(read(&ground, "dram[A B Z] for m:1", &mapping));
    assert_int_equal(mapping.count, 3);
    assert_int_equal(mapping.nodes[2].kind, AUG_MAPPING_COMPUTE);
    assert_int_equal(mapping.nodes[2].compute, SMALL_MAC);
    aug_problem problem;
    small_problem(&problem);
    problem.computes[SMALL_VECTOR].rate_per_cycle = 4;
    assert_false(aug_mapping_parse(&ground.reader, small_nest(&ground, "dram[A B Z] for m:1"), &problem, &mapping));
    assert_error(&ground.errors, 1, "the nest ends without a compute unit", "it ends in one of vector and mac");
    problem.computes[SMALL_VECTOR].rate_per_cycle = problem.computes[SMALL_MAC].rate_per_cycle = 0;
    ground.errors.count = 0;
    assert_false(aug_mapping_parse(&ground.reader, small_nest(&ground, "dram[A B Z]"), &problem, &mapping));
    assert_error(&ground.errors, 1, "the nest ends without a compute unit", "no compute unit of the machine can do this einsum");
    test_end(&ground);
}

static void what_is_no_nest_is_told_where(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned column;
        const char *message, *hint;
    } cases[] = {
        {"", 1, "expected the text of a nest, found nothing", "a nest reads: dram[A B Z] for m:1 for n:1 for k:1 mac"},
        {"bufer[A] mac", 1, "no memory is called 'bufer'", "did you mean 'buffer'?"},
        {"l2[A] mac", 1, "no memory is called 'l2'", "the memories are dram, buffer and register"},
        {"dram[A C] mac", 8, "no tensor of this einsum is called 'C'", "the tensors are A, B and Z"},
        {"dram[A B A] mac", 10, "tensor 'A' stands twice in one store", ""},
        {"dram[A, B] mac", 7, "expected a tensor or ']', found ','", "blanks part the tensors of a store: buffer[A B]"},
        {"dram[] mac", 6, "expected a tensor, found ']'", ""},
        {"dram[A B", 9, "expected a tensor or ']', found the end", ""},
        {"dram[A ! ! B] mac", 10, "expected a tensor or ']', found '!'", ""},
        {"dram[A] ] mac", 9, "expected a store, 'for', 'par' or the compute unit, found ']'", ""},
        {"dram[A] for m", 14, "expected ':' and a tile behind rank 'm', found the end", "for m:64 leaves tiles of 64 inside"},
        {"dram[A] for :4", 13, "expected a rank behind 'for', found ':4'", ""},
        {"dram[A] for p:4 mac", 13, "no rank of this einsum is called 'p'", "the ranks are m, k and n"},
        {"dram[A] for m 4 mac", 15, "expected ':' and a tile behind rank 'm', found '4'", "for m:64 leaves tiles of 64 inside"},
        {"dram[A] for m:four mac", 15, "expected a whole number as tile, found 'four'", ""},
        {"dram[A] for m:-4 mac", 15, "expected a whole number as tile, found '-4'", ""},
        {"dram[A] for m:4.5 mac", 15, "expected a whole number as tile, found '4.5'", ""},
        {"dram[A] for m:4buffer[B] mac", 15, "expected a whole number as tile, found '4buffer[B]'", ""},
        {"dram[A] for m:9223372036854775808 mac", 15, "expected a tile below 2^63, found '9223372036854775808'", ""},
        {"dram[A] par", 12, "expected an axis such as pe.x behind 'par', found the end", ""},
        {"dram[A] par pe.z m:4 mac", 13, "no axis is called 'pe.z'", "did you mean 'pe.x'?"},
        {"dram[A] par x m:4 mac", 13, "no axis is called 'x'", "the axes are pe.x and pe.y"},
        {"dram[A] par pe.x :4 mac", 18, "expected a rank behind the axis, found ':4'", ""},
        {"dram[A] buffer for m:4 mac", 9, "memory 'buffer' without the tensors that it keeps", "write buffer[A], or leave the memory out"},
        {"dram[A] m:4 mac", 9, "expected a store, 'for', 'par' or, at the end, the compute unit, found 'm'",
         "a loop begins with 'for', or with 'par' and an axis: for m:64, par pe.x m:16"},
        {"dram[A] pe.x m:4 mac", 9, "expected a store, 'for', 'par' or, at the end, the compute unit, found 'pe.x'",
         "a loop begins with 'for', or with 'par' and an axis: for m:64, par pe.x m:16"},
        {"dram[A] mac for m:1", 9, "compute unit 'mac' in the midst of the nest", "it ends the nest: put what is behind it before it"},
        {"dram[A] pe for m:1", 9, "expected a store, 'for', 'par' or, at the end, the compute unit, found 'pe'",
         "a store reads buffer[A B], a loop for m:64 or par pe.x m:16"},
        {"dram[A] for m:1 mat", 17, "no compute unit is called 'mat'", "did you mean 'mac'?"},
    };
    for (size_t i = 0; i < AUG_COUNT(cases); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_mapping mapping;
        bool good = read(&ground, cases[i].text, &mapping);
        const aug_error *error = &ground.errors.items[0];
        if (good || error->column != cases[i].column)
            print_error("'%s': %s, column %u, expected %u\n", cases[i].text, good ? "read" : error->message, error->column, cases[i].column);
        assert_false(good);
        assert_error(&ground.errors, 1, cases[i].message, cases[i].hint);
        assert_int_equal(error->column, cases[i].column);
        test_end(&ground);
    }
}

static void all_unknown_names_are_told(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_mapping mapping;
    assert_false(read(&ground, "drum[A D] for q:2 par pe.q m:1 max", &mapping));
    assert_int_equal(ground.errors.count, 5);
    assert_int_equal(ground.errors.items[4].column, 32);
    test_end(&ground);
}

static void a_nest_has_room_for_95_nodes_and_the_unit(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_mapping mapping;
    aug_buffer text;
    aug_buffer_init(&text, &ground.arena);
    for (int i = 0; i < AUG_MAPPING_NODES - 1; i++)
        aug_buffer_put(&text, "for m:1 ");
    assert_true(read(&ground, aug_buffer_text(&text), &mapping));
    assert_int_equal(mapping.count, AUG_MAPPING_NODES);
    aug_buffer_put(&text, "for m:1 mac");
    assert_false(read(&ground, aug_buffer_text(&text), &mapping));
    assert_error(&ground.errors, 1, "more than 95 stores and loops", "");
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_nest_becomes_its_nodes),
        cmocka_unit_test(the_only_unit_that_can_is_left_out_or_named),
        cmocka_unit_test(what_is_no_nest_is_told_where),
        cmocka_unit_test(all_unknown_names_are_told),
        cmocka_unit_test(a_nest_has_room_for_95_nodes_and_the_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
