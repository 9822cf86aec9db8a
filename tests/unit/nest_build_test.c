// Paths are what search_walk makes of a nest; built again, they are the nest or an equal one.
#include "support/search_bench.h"

#include "mapper/nest_build.h"

static const char *built(search_bench *b, const char *nest) {
    aug_mapping mapping;
    aug_buffer out;
    assert_true(search_walk(b, nest));
    if (!aug_nest_build(&b->space, &b->options, b->path, b->frame.path, &mapping))
        return "none";
    aug_buffer_init(&out, &b->bench.arena);
    aug_mapping_print(&out, &b->bench.problem, &mapping);
    return aug_buffer_text(&out);
}

typedef struct nest_row {
    const char *machine, *nest, *expected; // NULL: the nest itself
} nest_row;

static void assert_rows(const nest_row *rows, size_t count, const char *sizes, bool perfect) {
    for (size_t i = 0; i < count; i++) {
        search_bench b;
        search_begin(&b, COST_PRODUCT, sizes, rows[i].machine);
        b.options.perfect = perfect;
        if (strstr(rows[i].machine, "y:"))
            cost_one_array(&b.bench);
        search_prepare(&b);
        assert_string_equal(built(&b, rows[i].nest), rows[i].expected ? rows[i].expected : rows[i].nest);
        search_end(&b);
    }
}

// Stores of a memory that follow one another are one; loops of one step are left out; six steps along x (4)
// and y (2) are 3 and 2.
static void paths_become_nests(void **state) {
    static const nest_row rows[] = {
        {"dram buffer mac", "dram[A B Z] for m:3 buffer[A] for n:1 for k:2 buffer[B Z] for m:1 for k:1 mac",
         NULL},
        {"dram buffer mac", "dram[A B Z] for m:3 buffer[A] buffer[Z] for n:1 for k:1 for m:1 mac",
         "dram[A B Z] for m:3 buffer[A Z] for n:1 for k:1 for m:1 mac"},
        {"dram buffer mac", "dram[A B Z] for m:12 buffer[A] for m:1 for n:1 for k:1 mac",
         "dram[A B Z] buffer[A] for m:1 for n:1 for k:1 mac"},
        {"dram buffer x:4 register mac",
         "dram[A B Z] buffer[A B] for k:2 par x m:3 register[A Z] for m:1 for n:1 for k:1 mac", NULL},
        {"dram x:4 z:2 register mac",
         "dram[A B Z] par x m:3 par z n:2 register[A] for m:1 for n:1 for k:1 mac", NULL}, // two arrays
        {"dram x:4 y:2 register mac", "dram[A B Z] par x m:2 register[A] for m:1 for n:1 for k:1 mac",
         "dram[A B Z] par x m:4 par y m:2 register[A] for m:1 for n:1 for k:1 mac"},
        {"dram x:4 y:2 register mac",
         "dram[A B Z] par x m:4 par y n:2 register[A] for m:1 for n:1 for k:1 mac", NULL},
    };
    (void)state;
    assert_rows(rows, AUG_COUNT(rows), "m=12 n=4 k=4", true);
}

// m 10. Tiles of 4 are the only ones that cut it into 3. Of those that cut it into 2, 5 .. 9, the least
// multiple of the inner tile is taken: 6 of 3 and of 2, 8 of 4, 5 of 1. 4 is no multiple of 3.
static void the_least_tile_of_a_class(void **state) {
    static const nest_row rows[] = {
        {"dram buffer mac", "dram[A B Z] for m:4 buffer[A] for m:1 for n:1 for k:1 mac", NULL},
        {"dram buffer mac", "dram[A B Z] for m:9 buffer[A] for m:1 for n:1 for k:1 mac",
         "dram[A B Z] for m:5 buffer[A] for m:1 for n:1 for k:1 mac"},
        {"dram buffer mac", "dram[A B Z] for m:9 buffer[A] for m:3 for n:1 for k:1 buffer[B] for m:1 mac",
         "dram[A B Z] for m:6 buffer[A] for m:3 for n:1 for k:1 buffer[B] for m:1 mac"},
        {"dram buffer mac", "dram[A B Z] for m:5 buffer[A] for m:2 for n:1 for k:1 buffer[B] for m:1 mac",
         "dram[A B Z] for m:6 buffer[A] for m:2 for n:1 for k:1 buffer[B] for m:1 mac"},
        {"dram buffer mac", "dram[A B Z] for m:5 buffer[A] for m:4 for n:1 for k:1 buffer[B] for m:1 mac",
         "dram[A B Z] for m:8 buffer[A] for m:4 for n:1 for k:1 buffer[B] for m:1 mac"},
        {"dram buffer mac", "dram[A B Z] for m:4 buffer[A] for m:3 for n:1 for k:1 buffer[B] for m:1 mac",
         "none"},
    };
    (void)state;
    assert_rows(rows, AUG_COUNT(rows), "m=10 n=2 k=2", false);
}

// A is at home in the buffer, the others in dram.
static void homes_stand_at_the_top(void **state) {
    search_bench b;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=4 n=4 k=4", "dram buffer register mac");
    cost_edit(&b.bench, "dram")->never = 1;
    search_prepare(&b);
    assert_string_equal(built(&b, "dram[B Z] buffer[A] for m:1 register[Z] for n:1 for k:1 mac"),
                        "dram[B Z] buffer[A] for m:1 register[Z] for n:1 for k:1 mac");
    search_end(&b);
}

// The nodes of the prefix, then what is searched below m 2.
static void a_prefix_stands_above(void **state) {
    aug_mapping_node prefix[] = {{.kind = AUG_MAPPING_STORE, .memory = 0, .tensors = 7},
                                 {.kind = AUG_MAPPING_FOR, .tile = 2}};
    search_bench b;
    aug_mapping mapping;
    aug_buffer out;
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=4 n=1 k=1", "dram buffer mac");
    int m = prefix[1].rank = search_rank(&b, "m");
    b.options.prefix = prefix;
    b.options.prefix_count = 2;
    search_prepare(&b);
    const aug_item path[] = {{.kind = AUG_ITEM_STORE, .tensor = 0, .memory = 1},
                             {.kind = AUG_ITEM_FOR, .rank = (int8_t)m, .from = 0, .to = 1, .steps = 2}};
    assert_true(aug_nest_build(&b.space, &b.options, path, 2, &mapping));
    aug_buffer_init(&out, &b.bench.arena);
    aug_mapping_print(&out, &b.bench.problem, &mapping);
    assert_string_equal(aug_buffer_text(&out), "dram[A B Z] for m:2 buffer[A] for m:1 mac");
    search_end(&b);
}

// 96 nodes are one too many: the home, stores that alternate, compute.
static void a_nest_may_be_too_long(void **state) {
    search_bench b;
    aug_mapping mapping;
    aug_item path[AUG_PATH_ITEMS];
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=1 n=1 k=1", "dram buffer register mac");
    search_prepare(&b);
    for (int i = 0; i < AUG_PATH_ITEMS; i++)
        path[i] = (aug_item){.kind = AUG_ITEM_STORE, .tensor = 0, .memory = (int8_t)(1 + i % 2)};
    assert_true(aug_nest_build(&b.space, &b.options, path, AUG_MAPPING_NODES - 3, &mapping));
    assert_int_equal(mapping.count, AUG_MAPPING_NODES - 1);
    assert_false(aug_nest_build(&b.space, &b.options, path, AUG_MAPPING_NODES - 2, &mapping));
    search_end(&b);
}

// ---- Axes

static void assert_split(search_bench *b, const aug_count *steps, bool splits, size_t row) {
    aug_count split[AUG_PROBLEM_AXES][AUG_PROBLEM_RANKS], along[2] = {1, 1};
    const aug_axis_group *group = &b->space.groups[0];
    if (aug_axes_split(&b->space, group, steps, split) != splits)
        fail_msg("row %zu", row);
    for (int r = 0; r < 3 && splits; r++) {
        assert_true(split[0][r] * split[1][r] == steps[r]);
        along[0] *= split[0][r];
        along[1] *= split[1][r];
    }
    for (int a = 0; a < 2; a++)
        assert_true(along[a] <= b->bench.problem.axes[group->axes[a]].fanout);
}

// 3 and 4 on axes of 4 and 3: 3 has to go along the second though there is room for it in the first.
static void steps_along_two_axes(void **state) {
    static const struct {
        const char *machine;
        aug_count steps[AUG_PROBLEM_RANKS];
        bool splits;
    } rows[] = {
        {"dram x:4 y:2 register mac", {1, 1, 1}, true},  {"dram x:4 y:2 register mac", {8, 1, 1}, true},
        {"dram x:4 y:2 register mac", {6, 1, 1}, true},  {"dram x:4 y:2 register mac", {2, 4, 1}, true},
        {"dram x:4 y:2 register mac", {2, 2, 2}, true},  {"dram x:4 y:2 register mac", {3, 2, 1}, true},
        {"dram x:4 y:2 register mac", {5, 1, 1}, false}, {"dram x:4 y:2 register mac", {4, 4, 1}, false},
        {"dram x:4 y:2 register mac", {3, 3, 1}, false}, {"dram x:4 y:3 register mac", {3, 4, 1}, true},
        {"dram x:3 y:3 register mac", {8, 1, 1}, false}, {"dram x:4 y:3 register mac", {1, 3, 4}, true},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        search_begin(&b, COST_PRODUCT, "m=8 n=8 k=8", rows[i].machine);
        cost_one_array(&b.bench);
        search_prepare(&b);
        assert_split(&b, rows[i].steps, rows[i].splits, i);
        search_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_become_nests),     cmocka_unit_test(the_least_tile_of_a_class),
        cmocka_unit_test(homes_stand_at_the_top), cmocka_unit_test(a_prefix_stands_above),
        cmocka_unit_test(a_nest_may_be_too_long), cmocka_unit_test(steps_along_two_axes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
