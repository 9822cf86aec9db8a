// Paths of nests with an array whose two axes share differently, so that they are two groups, written out in
// each order.
#include "support/search_bench.h"

#include "mapper/axis_order.h"
#include "mapper/nest_build.h"

enum { MOST = 8 };

typedef struct orders {
    search_bench bench;
    int count;
    const char *texts[MOST];
} orders;

static void take(void *context, const aug_item *path) {
    orders *o = context;
    search_bench *b = &o->bench;
    aug_mapping mapping;
    aug_buffer out;
    assert_true(o->count < MOST);
    for (int i = 0; i < b->frame.path && b->space.perfect; i++) {
        const aug_tile_class *classes = b->space.classes[path[i].rank].at;
        assert_true(path[i].kind == AUG_ITEM_STORE ||
                    classes[path[i].to].steps == classes[path[i].from].steps * path[i].steps);
    }
    assert_true(aug_nest_build(&b->space, &b->options, path, b->frame.path, &mapping));
    aug_buffer_init(&out, &b->bench.arena);
    aug_mapping_print(&out, &b->bench.problem, &mapping);
    o->texts[o->count++] = aug_buffer_text(&out);
}

static void begin(orders *o, const char *einsum, const char *sizes, const char *machine, bool perfect) {
    search_bench *b = &o->bench;
    o->count = 0;
    search_begin(b, einsum, sizes, machine);
    cost_one_array(&b->bench);
    for (int a = 1; a < b->bench.problem.axis_count; a++)
        b->bench.problem.axes[a].multicast = 1u << a;
    b->options.perfect = perfect;
}

static void walk_nest(orders *o, const char *nest) {
    search_bench *b = &o->bench;
    search_prepare(b);
    assert_true(search_walk(b, nest));
    aug_axis_orders(&b->space, b->path, b->frame.path, take, o);
}

static void list(orders *o, const char *einsum, const char *sizes, const char *machine, bool perfect,
                 const char *nest) {
    begin(o, einsum, sizes, machine, perfect);
    walk_nest(o, nest);
}

static bool has(const orders *o, const char *text) {
    bool found = false;
    for (int i = 0; i < o->count; i++)
        found |= strcmp(o->texts[i], text) == 0;
    return found;
}

#define TWO_AXES    "dram x:2 y:3 register mac"
#define WINDOW_NEST "dram[I W O] for p:2 par x r:3 par y r:1 register[I] for p:1 mac"

// r of 6 slides I. In 2 along x and in 3 along y, or the other way round: then y leaves 2. The first is the
// path itself, and all else stays as it is.
static void either_axis_can_be_the_outer_one(void **state) {
    orders o;
    (void)state;
    list(&o, COST_WINDOW, "p=4 r=6", TWO_AXES, true, WINDOW_NEST);
    assert_int_equal(o.count, 2);
    assert_string_equal(o.texts[0], WINDOW_NEST);
    assert_string_equal(o.texts[1], "dram[I W O] for p:2 par y r:2 par x r:1 register[I] for p:1 mac");
    search_end(&o.bench);
}

// y takes p as well, which commutes with what is along x: no more orders than those of r, and p behind r along y.
static void loops_that_commute_stand_as_they_came(void **state) {
    orders o;
    (void)state;
    list(&o, COST_WINDOW, "p=4 r=6", "dram x:2 y:6 register mac", true,
         "dram[I W O] par x r:3 par y r:1 par y p:2 register[I] for p:1 mac");
    assert_int_equal(o.count, 2);
    assert_string_equal(o.texts[1], "dram[I W O] par y r:2 par x r:1 par y p:2 register[I] for p:1 mac");
    search_end(&o.bench);
}

// p and r along x and y both: each has two orders, whatever that of the other. Steps of one axis may stand apart.
static void each_rank_has_its_own_order(void **state) {
    static const char *const expected[] = {
        "par x p:2 par x r:3 par y p:1 par y r:1",
        "par x p:2 par y p:1 par y r:2 par x r:1",
        "par x r:3 par y p:2 par x p:1 par y r:1",
        "par y p:2 par x p:1 par y r:2 par x r:1",
    };
    orders o;
    (void)state;
    list(&o, COST_WINDOW, "p=4 r=6", "dram x:4 y:6 register mac", true,
         "dram[I W O] par x p:2 par x r:3 par y p:1 par y r:1 register[I] mac");
    for (int i = 0; i < o.count; i++)
        if (i >= (int)AUG_COUNT(expected) || !has(&o, aug_arena_print(&o.bench.bench.arena, "dram[I W O] %s register[I] mac", expected[i])))
            print_message("%s\n", o.texts[i]);
    assert_int_equal(o.count, AUG_COUNT(expected));
    for (size_t i = 0; i < AUG_COUNT(expected); i++)
        assert_true(has(&o, aug_arena_print(&o.bench.bench.arena, "dram[I W O] %s register[I] mac", expected[i])));
    search_end(&o.bench);
}

// A rank that slides nothing takes as many steps in either order where tiles divide; where not, the last tile
// is short in one of them. Ranks that go along one axis each, and loops along one that costs nothing, have
// one order.
static void orders_that_make_no_difference(void **state) {
    static const struct {
        const char *einsum, *sizes, *nest;
        bool perfect;
        int count;
    } rows[] = {
        {COST_PRODUCT, "m=6 n=1 k=1", "dram[A B Z] par x m:3 par y m:1 register[A] mac", true, 1},
        {COST_PRODUCT, "m=6 n=1 k=1", "dram[A B Z] par x m:3 par y m:1 register[A] mac", false, 2},
        {COST_WINDOW, "p=3 r=2", "dram[I W O] par x r:1 par y p:1 register[I] mac", true, 1},
        {COST_WINDOW, "p=3 r=2", "dram[I W O] par x r:1 register[I] for p:1 mac", true, 1},
        {COST_WINDOW, "p=3 r=2", "dram[I W O] register[I] for r:1 for p:1 mac", true, 1},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        orders o;
        list(&o, rows[i].einsum, rows[i].sizes, TWO_AXES, rows[i].perfect, rows[i].nest);
        if (o.count != rows[i].count)
            fail_msg("row %zu: %d", i, o.count);
        assert_string_equal(o.texts[0], rows[i].nest);
        search_end(&o.bench);
    }
}

// Three axes: six orders, each once. Of 12 = 2 · 2 · 3, z takes 3.
static void all_orders_of_three(void **state) {
    static const char *const expected[] = {
        "par x r:6 par y r:3 par z r:1", "par x r:6 par z r:2 par y r:1", "par y r:6 par x r:3 par z r:1",
        "par y r:6 par z r:2 par x r:1", "par z r:4 par x r:2 par y r:1", "par z r:4 par y r:2 par x r:1",
    };
    orders o;
    (void)state;
    list(&o, COST_WINDOW, "p=2 r=12", "dram x:2 y:2 z:3 register mac", true,
         "dram[I W O] par x r:6 par y r:3 par z r:1 register[I] for p:1 mac");
    assert_int_equal(o.count, AUG_COUNT(expected));
    for (size_t i = 0; i < AUG_COUNT(expected); i++)
        assert_true(has(&o, aug_arena_print(&o.bench.bench.arena, "dram[I W O] %s register[I] for p:1 mac",
                                            expected[i])));
    search_end(&o.bench);
}

// Where words pay for their way, it counts which rank takes the neighbours along an axis: three ranks along x
// have six orders, and two of them along y two each.
static void orders_along_an_axis_that_costs(void **state) {
    static const struct {
        const char *nest;
        double hop_pj, router_pj;
        int count;
    } rows[] = {
        {"dram[A B Z] par x m:1 par x n:1 par x k:1 register[A] mac", 0, 0, 1},
        {"dram[A B Z] par x m:1 par x n:1 par x k:1 register[A] mac", 1, 0, 6},
        {"dram[A B Z] par x m:1 par x n:1 par x k:1 register[A] mac", 0, 1, 6},
        {"dram[A B Z] par x m:1 par x n:1 par y k:1 register[A] mac", 1, 0, 2},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        orders o;
        begin(&o, COST_PRODUCT, "m=2 n=2 k=2", "dram x:8 y:2 register mac", true);
        o.bench.bench.problem.arrays[0].hop_pj = rows[i].hop_pj;
        o.bench.bench.problem.arrays[0].router_pj = rows[i].router_pj;
        walk_nest(&o, rows[i].nest);
        if (o.count != rows[i].count)
            fail_msg("row %zu: %d", i, o.count);
        assert_string_equal(o.texts[0], rows[i].nest);
        for (int a = 0; a < o.count; a++)
            for (int b = 0; b < a; b++)
                assert_string_not_equal(o.texts[a], o.texts[b]);
        search_end(&o.bench);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(either_axis_can_be_the_outer_one), cmocka_unit_test(loops_that_commute_stand_as_they_came),
        cmocka_unit_test(each_rank_has_its_own_order),
        cmocka_unit_test(orders_that_make_no_difference),   cmocka_unit_test(all_orders_of_three),
        cmocka_unit_test(orders_along_an_axis_that_costs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
