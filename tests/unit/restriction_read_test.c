#include "support/small_problem.h"

#include "mapper/restriction_read.h"

#define HEAD "auger: constraints/1\n"

// Reads a text for the product m 8, k 6, n 4 on dram, buffer, pe.x and pe.y, register, mac.
static bool read(test_ground *ground, const char *text, aug_restriction *restriction) {
    static aug_problem problem;
    small_problem(&problem);
    const aug_problem *problems[] = {&problem};
    const aug_document *document = aug_document_parse(&ground->arena, &ground->errors, "test.yaml", text, strlen(text));
    assert_non_null(document);
    return aug_restriction_read(&ground->reader, document, problems, 1, restriction);
}

static void nothing_asked_is_nothing_restricted(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_restriction found, nothing;
    aug_restriction_init(&nothing);
    assert_true(read(&ground, HEAD, &found));
    assert_memory_equal(&found, &nothing, sizeof found);
    assert_int_equal(nothing.tiles[SMALL_BUFFER][SMALL_M].least, 1);
    assert_true(nothing.tiles[SMALL_BUFFER][SMALL_M].most == UINT64_MAX);
    assert_false(nothing.has_tiles[SMALL_BUFFER] || nothing.axis_is_fixed[SMALL_X]);
    test_end(&ground);
}

// A is 1, B (a weight) 2, Z (the output) 4.
static void tensors_are_kept_by_name_or_role(void **state) {
    (void)state;
    static const struct {
        const char *keep;
        unsigned must, never;
    } rows[] = {
        {"{must: [A], never: [Z]}", 1, 4}, {"{must: A}", 1, 0},         {"{must: [weight]}", 2, 0},
        {"{never: [output, input]}", 0, 5}, {"{may: [A]}", 0, 6},        {"{must: [B], may: [A]}", 2, 4},
        {"{must: [A], never: [input]}", 1, 0}, {"{must: [], never: []}", 0, 0}, {"{may: []}", 0, 7},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_restriction found;
        assert_true(read(&ground, aug_arena_print(&ground.arena, HEAD "keep: {buffer: %s}\n", rows[i].keep), &found));
        assert_int_equal(found.must[SMALL_BUFFER], rows[i].must);
        assert_int_equal(found.never[SMALL_BUFFER], rows[i].never);
        assert_int_equal(found.must[SMALL_DRAM] | found.never[SMALL_REGISTER], 0);
        test_end(&ground);
    }
}

static void axes_orders_and_tiles_are_read(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_restriction found;
    assert_true(read(&ground,
                     HEAD "spatial: {pe.x: [m, n], pe.y: []}\n"
                          "order: {buffer: [k, m], mac: n, vector: [m]}\n"
                          "tiles: {buffer: {m: 4, k: {at_most: 128}, n: {at_least: 2}}, register: {m: {at_least: 2, at_most: 3}}, dram: {m: 8}}\n"
                          "min_utilization: 0.5\n",
                     &found));
    assert_true(found.axis_is_fixed[SMALL_X] && found.axis_is_fixed[SMALL_Y]);
    assert_int_equal(found.axis_ranks[SMALL_X], 1u << SMALL_M | 1u << SMALL_N);
    assert_int_equal(found.axis_ranks[SMALL_Y], 0);
    assert_int_equal(found.order_count[SMALL_BUFFER], 2);
    assert_int_equal(found.order[SMALL_BUFFER][0], SMALL_K);
    assert_int_equal(found.order[SMALL_BUFFER][1], SMALL_M);
    assert_int_equal(found.order_count[AUG_PROBLEM_MEMORIES], 1); // of mac; the vector unit does not do this einsum
    assert_int_equal(found.order[AUG_PROBLEM_MEMORIES][0], SMALL_N);
    assert_int_equal(found.order_count[SMALL_REGISTER], 0);
    static const struct {
        int memory, rank;
        aug_count least, most;
    } tiles[] = {{SMALL_BUFFER, SMALL_M, 4, 4},   {SMALL_BUFFER, SMALL_K, 1, 128},        {SMALL_BUFFER, SMALL_N, 2, UINT64_MAX},
                 {SMALL_REGISTER, SMALL_M, 2, 3}, {SMALL_REGISTER, SMALL_K, 1, UINT64_MAX}, {SMALL_DRAM, SMALL_M, 8, 8}};
    for (size_t i = 0; i < AUG_COUNT(tiles); i++) {
        assert_true(found.tiles[tiles[i].memory][tiles[i].rank].least == tiles[i].least);
        assert_true(found.tiles[tiles[i].memory][tiles[i].rank].most == tiles[i].most);
    }
    assert_true(found.has_tiles[SMALL_BUFFER] && found.has_tiles[SMALL_REGISTER]);
    assert_true(found.min_utilization == 0.5);
    test_end(&ground);
}

// A second einsum has ranks and tensors of its own: m, q; A, Y.
static void names_of_one_einsum_leave_the_others_free(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_problem first, second;
    small_problem(&first);
    small_problem(&second);
    second.ranks[SMALL_K] = "q";
    second.sizes[SMALL_K] = 100;
    second.tensors[SMALL_Z].name = "Y";
    const aug_problem *problems[] = {&first, &second};
    aug_restriction found[2];
    static const char text[] = HEAD "keep: {buffer: {must: [Z], never: [A]}}\nspatial: {pe.x: [k]}\norder: {buffer: [q, m]}\ntiles: {buffer: {q: 50, k: 3}}\n";
    const aug_document *document = aug_document_parse(&ground.arena, &ground.errors, "test.yaml", text, strlen(text));
    assert_true(aug_restriction_read(&ground.reader, document, problems, 2, found));
    assert_int_equal(found[0].must[SMALL_BUFFER], 4);
    assert_int_equal(found[1].must[SMALL_BUFFER], 0);
    assert_int_equal(found[1].never[SMALL_BUFFER], 1);
    assert_int_equal(found[0].axis_ranks[SMALL_X], 1u << SMALL_K);
    assert_true(found[1].axis_is_fixed[SMALL_X]);
    assert_int_equal(found[1].axis_ranks[SMALL_X], 0);
    assert_int_equal(found[0].order_count[SMALL_BUFFER], 1);
    assert_int_equal(found[1].order_count[SMALL_BUFFER], 2);
    assert_int_equal(found[0].tiles[SMALL_BUFFER][SMALL_K].least, 3);
    assert_int_equal(found[1].tiles[SMALL_BUFFER][SMALL_K].least, 50);
    test_end(&ground);
}

static const struct {
    const char *text;
    unsigned line, column;
    const char *message, *hint;
} faults[] = {
    {"auger: mapping/1\nnest: x\n", 1, 1, "expected constraints, found auger: mapping/1", "the file of constraints begins with 'auger: constraints/1'"},
    {"keep: {}\n", 1, 1, "expected constraints, found a file of another kind", "the file of constraints begins with 'auger: constraints/1'"},
    {HEAD "keeps: {}\n", 2, 1, "unknown key 'keeps' in constraints", "did you mean 'keep'?"},
    {HEAD "keep: [A]\n", 2, 7, "expected a map, found a list", "write keep: {buffer: {must: [A], never: [Z]}}"},
    {HEAD "keep: {bufer: {must: [A]}}\n", 2, 8, "no memory is called 'bufer'", "did you mean 'buffer'?"},
    {HEAD "keep: {l2: {must: [A]}}\n", 2, 8, "no memory is called 'l2'", "the memories are dram, buffer and register"},
    {HEAD "keep: {buffer: {must: [Q]}}\n", 2, 24, "no tensor or role is called 'Q'", "the tensors are A, B and Z"},
    {HEAD "keep: {buffer: {never: weigth}}\n", 2, 24, "no tensor or role is called 'weigth'", "did you mean 'weight'?"},
    {HEAD "keep: {buffer: {must: [A], never: [A]}}\n", 2, 35, "'A' stands in 'must' and in 'never'", ""},
    {HEAD "keep: {buffer: {may: [A], never: [A]}}\n", 2, 34, "'A' stands in 'may' and in 'never'", ""},
    {HEAD "keep: {buffer: {most: [A]}}\n", 2, 17, "unknown key 'most' in keep", "did you mean 'must'?"},
    {HEAD "keep: {buffer: {must: {A: 1}}}\n", 2, 23, "expected a list of tensors or roles such as [A, weight], found a map", ""},
    {HEAD "spatial: pe.x\n", 2, 10, "expected a map, found 'pe.x'", "write spatial: {pe.x: [m]}"},
    {HEAD "spatial: {pe.z: [m]}\n", 2, 11, "no axis is called 'pe.z'", "did you mean 'pe.x'?"},
    {HEAD "spatial: {buffer: [m]}\n", 2, 11, "no axis is called 'buffer'", "'buffer' is a memory; the axes are pe.x and pe.y"},
    {HEAD "spatial: {pe.x: {m: 1}}\n", 2, 17, "expected a list of ranks, found a map", "write [m, k], or [] for none"},
    {HEAD "spatial: {pe.x: }\n", 2, 17, "expected a list of ranks, found nothing", "write [m, k], or [] for none"},
    {HEAD "spatial: {pe.x: [q]}\n", 2, 18, "no rank is called 'q'", "the ranks are m, k and n"},
    {HEAD "spatial: {pe.x: [m, m]}\n", 2, 21, "rank 'm' stands twice", ""},
    {HEAD "spatial: {pe.x: [[m]]}\n", 2, 18, "expected a text, found a list", ""},
    {HEAD "order: {dram: [m]}\n", 2, 9, "no loops stand above the stores of 'dram', the outermost memory", "loops between two memories are named by the inner one"},
    {HEAD "order: {pe.x: [m]}\n", 2, 9, "no memory or compute unit is called 'pe.x'", "the memories are dram, buffer and register"},
    {HEAD "order: {buffer: [k, m, k]}\n", 2, 24, "rank 'k' stands twice", ""},
    {HEAD "tiles: {buffer: 4}\n", 2, 17, "expected a map, found '4'", "write tiles: {buffer: {m: 64, k: {at_most: 128}}}"},
    {HEAD "tiles: {bufer: {m: 4}}\n", 2, 9, "no memory is called 'bufer'", "did you mean 'buffer'?"},
    {HEAD "tiles: {buffer: {q: 4}}\n", 2, 18, "no rank is called 'q'", "the ranks are m, k and n"},
    {HEAD "tiles: {buffer: {m: 9}}\n", 2, 21, "rank 'm' has 8, a tile of 9 is larger", "a tile is what remains of the rank inside the stores of the memory"},
    {HEAD "tiles: {buffer: {m: {at_least: 9}}}\n", 2, 21, "rank 'm' has 8, a tile of 9 is larger", "a tile is what remains of the rank inside the stores of the memory"},
    {HEAD "tiles: {dram: {m: 4}}\n", 2, 19, "the outermost memory holds whole tensors: its tile of 'm' is 8", "tiles belong to memories further in"},
    {HEAD "tiles: {dram: {m: {at_most: 7}}}\n", 2, 19, "the outermost memory holds whole tensors: its tile of 'm' is 8", "tiles belong to memories further in"},
    {HEAD "tiles: {buffer: {m: 0}}\n", 2, 21, "expected a whole number from 1 to 2^63 - 1, found '0'", ""},
    {HEAD "tiles: {buffer: {m: {at_most: 0}}}\n", 2, 21, "a tile holds 1 at least", ""},
    {HEAD "tiles: {buffer: {m: {at_least: 3, at_most: 2}}}\n", 2, 21, "no tile is at least 3 and at most 2", ""},
    {HEAD "tiles: {buffer: {m: {most: 2}}}\n", 2, 22, "unknown key 'most' in constraints: tile", "one of: at_least, at_most"},
    {HEAD "tiles: {buffer: {m: four}}\n", 2, 21, "expected a whole number such as '32', found 'four'", ""},
    {HEAD "min_utilization: 50\n", 2, 18, "expected a share above 0 and at most 1, found '50'", "shares are written 0.8, not 80"},
};

static void what_is_wrong_is_told_where(void **state) {
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(faults); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_restriction found;
        bool good = read(&ground, faults[i].text, &found);
        const aug_error *error = &ground.errors.items[0];
        bool same = !good && ground.errors.count == 1 && error->line == faults[i].line && error->column == faults[i].column &&
                    strcmp(error->message, faults[i].message) == 0 && strcmp(error->hint, faults[i].hint) == 0;
        if (!same)
            print_error("%s\n   found %d errors: %u:%u: %s | %s\n", faults[i].text, ground.errors.count, error->line, error->column, error->message,
                        error->hint);
        assert_true(same);
        test_end(&ground);
    }
}

static void a_file_alone_is_read_for_its_form(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_restriction_counts counts;
    const aug_node *root = test_parse(&ground, HEAD "keep: {l9: {must: [Q]}}\nspatial: {a.b: [q], a.c: []}\norder: {l9: [q]}\ntiles: {l9: {q: 5, r: {at_most: 2}}}\n");
    assert_true(aug_restriction_scan(&ground.reader, root, &counts));
    assert_int_equal(counts.memories, 1);
    assert_int_equal(counts.axes, 2);
    assert_int_equal(counts.orders, 1);
    assert_int_equal(counts.tiles, 2);
    assert_false(aug_restriction_scan(&ground.reader, test_parse(&ground, HEAD "tiles: {l9: {q: 0}}\norder: {l9: [q, q]}\n"), &counts));
    assert_int_equal(ground.errors.count, 2);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_asked_is_nothing_restricted), cmocka_unit_test(tensors_are_kept_by_name_or_role),
        cmocka_unit_test(axes_orders_and_tiles_are_read),      cmocka_unit_test(names_of_one_einsum_leave_the_others_free),
        cmocka_unit_test(what_is_wrong_is_told_where),         cmocka_unit_test(a_file_alone_is_read_for_its_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
