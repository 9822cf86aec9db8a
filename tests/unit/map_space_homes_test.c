// Where tensors are at home, and why there may be no mapping at all: the second half of map_space.c.
#include "support/search_bench.h"

typedef void edit(search_bench *b);

// Prepares a product on `machine` after an edit.
static void begin(search_bench *b, const char *machine, edit *change) {
    search_begin(b, COST_PRODUCT, "m=8 n=4 k=2", machine);
    if (change)
        change(b);
    search_prepare(b);
}

static void no_dram(search_bench *b) {
    cost_edit(&b->bench, "dram")->never = 7;
}

static void no_weights_in_dram(search_bench *b) {
    cost_edit(&b->bench, "dram")->never = 2;
}

// Where dram may not keep B, B is at home inside of x, which can then not be used: fans are 3 from the
// outside too.
static void homes_are_as_far_out_as_they_may_be(void **state) {
    static const struct {
        edit *change;
        int homes[3];
        aug_count fans[2];
    } rows[] = {
        {NULL, {0, 0, 0}, {12, 3}}, {no_dram, {1, 1, 1}, {3, 3}}, {no_weights_in_dram, {0, 1, 0}, {3, 3}}};
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        begin(&b, "dram x:4 buffer y:3 register mac", rows[i].change);
        for (int t = 0; t < 3; t++)
            assert_int_equal(b.space.home[t], rows[i].homes[t]);
        for (int s = 0; s < 2; s++)
            assert_int_equal(b.space.fan_below[s], rows[i].fans[s]);
        assert_int_equal(b.space.groups[0].fan, rows[i].fans[0] / 3);
        assert_int_equal(b.space.groups[0].ranks, rows[i].change ? 0 : ~0u);
        search_end(&b);
    }
}

// A prefix keeps A (tensor 0) in the buffer alone.
static void a_prefix_says_where_homes_are(void **state) {
    search_bench b;
    const aug_mapping_node prefix[] = {{.kind = AUG_MAPPING_STORE, .memory = 0, .tensors = 6},
                                       {.kind = AUG_MAPPING_STORE, .memory = 1, .tensors = 1}};
    (void)state;
    search_begin(&b, COST_PRODUCT, "m=8 n=4 k=2", "dram buffer mac");
    b.options.prefix = prefix;
    b.options.prefix_count = 2;
    search_prepare(&b);
    assert_int_equal(b.space.home[0], 1);
    assert_int_equal(b.space.home[1], 0);
    assert_int_equal(b.space.home[2], 0);
    search_end(&b);
}

static void no_unit(search_bench *b) {
    b->bench.problem.computes[0].rate_per_cycle = 0;
}

static void nowhere(search_bench *b) {
    cost_edit(&b->bench, "dram")->never = cost_edit(&b->bench, "buffer")->never = 2;
}

static void torn(search_bench *b) {
    cost_edit(&b->bench, "buffer")->must = cost_edit(&b->bench, "buffer")->never = 4;
}

// The unit stands outside of the buffer.
static void inside_of_the_unit(search_bench *b) {
    cost_edit(&b->bench, "buffer")->must = 2;
    b->bench.problem.computes[0].memories_above = 1;
}

// A 16 words, B 8, Z 32, of 8 bits each: 448 bits, of which two copies are held.
static void no_room(search_bench *b) {
    cost_edit(&b->bench, "dram")->capacity_bits = 895;
    cost_edit(&b->bench, "dram")->buffers = 2;
}

static void just_enough(search_bench *b) {
    no_room(b);
    cost_edit(&b->bench, "dram")->capacity_bits = 896;
}

static void why_there_is_no_mapping(void **state) {
    static const struct {
        edit *change;
        const char *why;
    } rows[] = {
        {no_unit, "no compute unit of the machine can do einsum 'test'"},
        {nowhere, "no memory may keep tensor 'B'"},
        {torn, "memory 'buffer' has to keep tensor 'Z' and may not"},
        {inside_of_the_unit, "memory 'buffer' has to keep tensor 'B' and stands inside of the compute unit"},
        {no_room, "memory 'dram' has to hold whole tensors and has no room for them: 896 of 895 bits"},
        {just_enough, NULL},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        search_bench b;
        search_begin(&b, COST_PRODUCT, "m=8 n=4 k=2", "dram buffer mac");
        rows[i].change(&b);
        const char *why = aug_space_init(&b.bench.arena, &b.bench.problem, &b.options, &b.space);
        assert_true((why == NULL) == (rows[i].why == NULL));
        if (why)
            assert_string_equal(why, rows[i].why);
        search_end(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(homes_are_as_far_out_as_they_may_be),
        cmocka_unit_test(a_prefix_says_where_homes_are),
        cmocka_unit_test(why_there_is_no_mapping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
