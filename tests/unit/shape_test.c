// Shapes of keepings by hand, and the bounds of one whose best tiles are known.
#include "support/search_bench.h"

#include "mapper/floors.h"
#include "mapper/shape_corner.h"
#include "mapper/shape_program.h"
#include "mapper/shape_search.h"

typedef struct found {
    search_bench *bench;
    const char *wanted; // "mnZkA": loops in time and stores
    int count;
    aug_shape shape;
    bool any;
} found;

static void take(void *context, const aug_shape *shape) {
    found *f = context;
    const aug_problem *problem = &f->bench->bench.problem;
    bool same = f->wanted && (size_t)shape->count == strlen(f->wanted);
    for (int i = 0; i < shape->count && same; i++) {
        const aug_shape_item *item = &shape->at[i];
        const char *name =
            item->kind == AUG_ITEM_STORE ? problem->tensors[item->tensor].name : problem->ranks[item->rank];
        same = name[0] == f->wanted[i];
    }
    f->count++;
    if (same) {
        f->any = true;
        f->shape = *shape;
    }
}

static aug_search *search_of(search_bench *b) {
    aug_search *search = AUG_NEW(&b->bench.arena, aug_search);
    aug_search_init(&b->bench.arena, &b->memory, &b->space, &b->options, search);
    search->keeping = &b->keeping;
    return search;
}

// Z[m] += A[m,k] B[k]. A gap has loops over ranks of the store below it that do not move the one above, and
// ranks of the last store are used up above it:
//
//     neither  the loops above compute alone
//     B        for k B
//     Z        for m Z
//     both     B for m Z, for k B for m Z; Z for k B, for m Z for k B
static void shapes_of_a_vector(void **state) {
    static const struct {
        const char *nest;
        int count;
    } rows[] = {{"dram[A B Z] for m:1 for k:1 mac", 1},
                {"dram[A B Z] buffer[B] for m:1 for k:1 mac", 1},
                {"dram[A B Z] buffer[Z] for m:1 for k:1 mac", 1},
                {"dram[A B Z] buffer[B Z] for m:1 for k:1 mac", 4}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        found f = {.bench = &b};
        search_begin_vector(&b);
        b.options.perfect = false;
        search_prepare(&b);
        assert_true(aug_shapes_apply(&b.space));
        cost_nest(&b.bench, rows[i].nest);
        search_keep(&b, 0);
        assert_true(aug_shapes_walk(search_of(&b), &b.keeping, take, &f));
        assert_int_equal(f.count, rows[i].count);
        search_end(&b);
    }
}

// Whole tiles are searched one by one, windows too.
static void where_shapes_apply(void **state) {
    search_bench b;
    (void)state;
    search_begin_vector(&b);
    search_prepare(&b);
    assert_false(aug_shapes_apply(&b.space));
    search_end(&b);
    search_begin(&b, COST_WINDOW, "p=8 r=3", "dram buffer mac");
    b.options.perfect = false;
    search_prepare(&b);
    assert_false(aug_shapes_apply(&b.space));
    search_end(&b);
}

// A product of 64 · 64 · 64, a buffer of 73 words, 1 pJ for a word of dram. `for m for n Z for k A for n B`
// with tiles of 8 · 8, 64 + 8 + 1 words: A comes for each of 8 tiles of n, B for each of 8 of m, Z goes out
// once, 4096 · (8 + 8
// + 1) = 69632 pJ. No tiles a · b are much better: 64 / a + 64 / b is 15.97 at least where a (b + 1) = 72.
// With the least counts alone, 2 and 2, the bound is 4096 · 5.
static void begin_product(search_bench *b, found *f) {
    static const double prices[] = {1, 0};
    search_begin(b, COST_PRODUCT, "m=64 n=64 k=64", "dram buffer mac");
    search_prices(b, prices, 0);
    cost_edit(&b->bench, "buffer")->capacity_bits = 8 * 73;
    b->options.perfect = false;
    search_prepare(b);
    cost_nest(&b->bench, "dram[A B Z] buffer[A B Z] for m:1 for n:1 for k:1 mac");
    search_keep(b, 0);
    aug_floors_begin(&b->space, &b->keeping);
    *f = (found){.bench = b, .wanted = "mnZkAnB"};
    assert_true(aug_shapes_walk(search_of(b), &b->keeping, take, f));
    assert_true(f->any);
}

static void bounds_of_a_product(void **state) {
    search_bench b;
    found f;
    aug_shape_terms terms;
    aug_box box;
    aug_box_point at;
    uint64_t steps = 0;
    (void)state;
    begin_product(&b, &f);
    assert_true(aug_shape_terms_init(search_of(&b), &b.keeping, &f.shape, &terms));
    aug_box_init(&terms, &box);
    assert_true(aug_box_narrow(&terms, &box));
    for (int i = 0; i < AUG_SHAPE_ITEMS; i++)
        at.tiles[i] = at.steps[i] = -1.0;
    double corner = aug_space_energy(&b.space, aug_box_corner(&terms, &box));
    double bound = aug_space_energy(
        &b.space, aug_box_bound(&terms, &box, aug_space_price(&b.space, 70000), &at, &steps));
    assert_true(corner < 0.5 * bound);
    assert_true(bound <= 69632.0 && bound > 0.97 * 69632.0);
    search_end(&b);
}

// ---- Searches

// The keepings of search_begin_vector, whose nests all cost the same at best, whatever is looked for: shapes
// find it below what is known, 9000 pJ in 90 cycles, with cycles that no box is said to need more than.
static void the_best_of_a_keeping(void **state) {
    static const struct {
        const char *nest;
        double energy_pj, cycles;
    } rows[] = {{"dram[A B Z] for m:1 for k:1 mac", 5600, 16},
                {"dram[A B Z] buffer[B] for m:1 for k:1 mac", 4380, 18},
                {"dram[A B Z] buffer[Z] for m:1 for k:1 mac", 4240, 24},
                {"dram[A B Z] buffer[B Z] for m:1 for k:1 mac", 3020, 42}};
    (void)state;
    for (int o = 0; o < AUG_OBJECTIVE_COUNT; o++)
        for (size_t i = 0; i < AUG_COUNT(rows); i++) {
            search_bench b;
            aug_incumbent incumbent;
            search_begin_vector(&b);
            b.options.perfect = false;
            b.options.objective = (aug_objective)o;
            search_prepare(&b);
            cost_nest(&b.bench, rows[i].nest);
            search_keep(&b, 0);
            aug_floors_begin(&b.space, &b.keeping);
            aug_incumbent_init(&b.bench.arena, (aug_objective)o, &incumbent);
            aug_incumbent_add(&incumbent, (aug_value){aug_space_price(&b.space, 9000), 90}, NULL);
            aug_search *search = search_of(&b);
            search->incumbent = &incumbent;
            assert_true(aug_shapes_search(search));
            assert_int_equal(incumbent.count, 1);
            assert_non_null(incumbent.known[0].mapping);
            assert_near(aug_space_energy(&b.space, incumbent.known[0].value.energy), rows[i].energy_pj,
                        1e-12);
            assert_near(incumbent.known[0].value.cycles, rows[i].cycles, 0.0);
            search_end(&b);
        }
}

// One word per cycle passes the buffer's port: with B in it 2 fills and 16 reads, 18 cycles; without, one
// operation per cycle, 16.
static void cycles_of_a_box(void **state) {
    static const struct {
        const char *nest, *shape;
        double cycles;
    } rows[] = {{"dram[A B Z] for m:1 for k:1 mac", "", 16},
                {"dram[A B Z] buffer[B] for m:1 for k:1 mac", "kB", 18}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        aug_shape_terms terms;
        aug_box box;
        found f = {.bench = &b, .wanted = rows[i].shape};
        search_begin_vector(&b);
        b.options.perfect = false;
        search_prepare(&b);
        cost_nest(&b.bench, rows[i].nest);
        search_keep(&b, 0);
        aug_floors_begin(&b.space, &b.keeping);
        assert_true(aug_shapes_walk(search_of(&b), &b.keeping, take, &f));
        assert_true(f.any && aug_shape_terms_init(search_of(&b), &b.keeping, &f.shape, &terms));
        aug_box_init(&terms, &box);
        assert_true(aug_box_narrow(&terms, &box));
        assert_near(aug_box_cycles(&terms, &box), rows[i].cycles, 0.0);
        search_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_of_a_vector),  cmocka_unit_test(where_shapes_apply),
        cmocka_unit_test(bounds_of_a_product), cmocka_unit_test(the_best_of_a_keeping),
        cmocka_unit_test(cycles_of_a_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
