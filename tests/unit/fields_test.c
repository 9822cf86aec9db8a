#include "support/testing.h"

#include "text/fields.h"

static const char *const kinds[] = {"sram", "dram", "disk", NULL};
static const char *const operands[] = {"read", "write", NULL};

typedef struct part {
    uint64_t banks;
    double power_watts;
} part;

static const aug_field part_rows[] = {
    AUG_ROW_COUNT(part, banks, "banks", "4", "how many banks"),
    AUG_ROW_QUANTITY(part, power_watts, "power", AUG_DIMENSION_WATTS, AUG_NOT_NEGATIVE, NULL, "what it draws"),
};
static const aug_fields part_fields = {.name = "part", .about = "A part.", .rows = part_rows, .count = AUG_COUNT(part_rows)};

typedef struct memory {
    const char *name;
    bool shared;
    uint64_t count;
    double capacity_bits;
    double bandwidth_bits_per_second, bandwidth_bits_per_cycle;
    int kind, other_kind;
    double energy_pj[2], latency_seconds[2];
    part inner;
    const aug_node *levels;
} memory;

static const aug_field memory_rows[] = {
    {.key = "name", .kind = AUG_FIELD_TEXT, .offset = offsetof(memory, name), .required = true, .help = "what it is called"},
    AUG_ROW_BOOL(memory, shared, "shared", "true", "whether all use it"),
    AUG_ROW_COUNT(memory, count, "count", "2", "how many"),
    AUG_ROW_QUANTITY(memory, capacity_bits, "capacity", AUG_DIMENSION_BITS, AUG_POSITIVE_OR_INFINITE, "2 KiB",
                     "how much it holds"),
    {.key = "bandwidth", .kind = AUG_FIELD_QUANTITY, .offset = offsetof(memory, bandwidth_bits_per_second),
     .dimension = AUG_DIMENSION_BITS_PER_SECOND, .alternative = AUG_DIMENSION_BITS_PER_CYCLE,
     .alternative_offset = offsetof(memory, bandwidth_bits_per_cycle), .bounds = AUG_POSITIVE, .help = "how fast it is"},
    AUG_ROW_WORD(memory, kind, "kind", kinds, "dram", "what it is made of"),
    AUG_ROW_WORD(memory, other_kind, "other_kind", kinds, NULL, "what else"),
    AUG_ROW_KEYED(memory, energy_pj, "energy", operands, AUG_DIMENSION_PICOJOULES, AUG_NOT_NEGATIVE, "per access"),
    AUG_ROW_SPLIT(memory, latency_seconds, "latency", operands, AUG_DIMENSION_SECONDS, AUG_NOT_NEGATIVE, "per access"),
    AUG_ROW_GROUP(memory, inner, "inner", &part_fields, "what is inside"),
    AUG_ROW_NODE(memory, levels, "levels", NULL, AUG_LAYOUT_LIST, "what is above"),
};
static const aug_fields memory_fields = {.name = "memory level", .about = "A memory.", .rows = memory_rows, .count = AUG_COUNT(memory_rows)};

static void defaults_are_those_of_the_table(void **state) {
    (void)state;
    memory m;
    memset(&m, 0xAA, sizeof m); // dirty, so that what is not set shows
    aug_fields_default(&memory_fields, &m);
    assert_null(m.name);
    assert_true(m.shared);
    assert_int_equal(m.count, 2);
    assert_near(m.capacity_bits, 16384.0, 0.0); // 2 KiB
    assert_true(isnan(m.bandwidth_bits_per_second) && isnan(m.bandwidth_bits_per_cycle));
    assert_int_equal(m.kind, 1);
    assert_int_equal(m.other_kind, -1);
    for (int i = 0; i < 2; i++)
        assert_true(isnan(m.energy_pj[i]) && isnan(m.latency_seconds[i]));
    assert_int_equal(m.inner.banks, 4);
    assert_true(isnan(m.inner.power_watts));
    assert_null(m.levels);
}

static void every_kind_of_field_is_read(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, "name: L1\nshared: false\ncount: 8\ncapacity: inf\nbandwidth: 64 bit/cycle\n"
                                               "kind: sram\nother_kind: disk\nenergy: {write: 2 pJ}\nlatency: 3 ns\n"
                                               "inner: {power: 5 W}\nlevels: [a, b]\n");
    memory m;
    assert_true(aug_fields_read(&ground.reader, root, &memory_fields, &m));
    assert_int_equal(ground.errors.count, 0);
    assert_string_equal(m.name, "L1");
    assert_false(m.shared);
    assert_int_equal(m.count, 8);
    assert_near(m.capacity_bits, INFINITY, 0.0);
    assert_true(isnan(m.bandwidth_bits_per_second));
    assert_near(m.bandwidth_bits_per_cycle, 64.0, 0.0);
    assert_int_equal(m.kind, 0);
    assert_int_equal(m.other_kind, 2);
    assert_true(isnan(m.energy_pj[0]));
    assert_near(m.energy_pj[1], 2.0, 1e-15);
    assert_near(m.latency_seconds[0], 3e-9, 1e-15); // one value for both
    assert_near(m.latency_seconds[1], 3e-9, 1e-15);
    assert_int_equal(m.inner.banks, 4); // a default of the inner table
    assert_near(m.inner.power_watts, 5.0, 0.0);
    assert_int_equal(m.levels->count, 2);
    for (const aug_node *member = root->first; member; member = member->next)
        assert_true(member->used);
    test_end(&ground);
}

static void the_first_of_two_dimensions_leaves_the_other_unknown(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    memory m;
    assert_true(aug_fields_read(&ground.reader, test_parse(&ground, "{name: x, bandwidth: 1 GB/s}"), &memory_fields, &m));
    assert_near(m.bandwidth_bits_per_second, 8e9, 0.0);
    assert_true(isnan(m.bandwidth_bits_per_cycle));
    assert_true(aug_fields_read(&ground.reader, test_parse(&ground, "{name: x, latency: {read: 1 s}}"), &memory_fields, &m));
    assert_near(m.latency_seconds[0], 1.0, 0.0);
    assert_true(isnan(m.latency_seconds[1]));
    test_end(&ground);
}

static void every_mistake_in_a_map_is_explained(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned line, column;
        const char *message, *hint;
    } rows[] = {
        {"name: x\ncapacty: 1 B\n", 2, 1, "unknown key 'capacty' in memory level", "did you mean 'capacity'?"},
        {"name: x\nzzzzzzzz: 1\n", 2, 1, "unknown key 'zzzzzzzz' in memory level",
         "one of: name, shared, count, capacity, bandwidth, kind, other_kind, energy, latency, inner, levels"},
        {"name: x\n'': 1\n", 2, 1, "unknown key '' in memory level",
         "one of: name, shared, count, capacity, bandwidth, kind, other_kind, energy, latency, inner, levels"},
        {"count: 3\n", 1, 1, "key 'name' is missing in memory level", "what it is called"},
        {"{}", 1, 1, "key 'name' is missing in memory level", "what it is called"},
        {"name:\n", 1, 6, "expected a text, found nothing", ""}, // there, but empty
        {"[a]", 1, 1, "expected a map (memory level), found a list", ""},
        {"x", 1, 1, "expected a map (memory level), found 'x'", ""},
        {"{name: x, shared: yes}", 1, 19, "expected true or false, found 'yes'", ""},
        {"{name: x, count: -1}", 1, 18, "expected a whole number from 0 to 2^63 - 1, found '-1'", ""},
        {"{name: x, capacity: 0}", 1, 21, "expected a value above 0, or inf, found '0'", ""},
        {"{name: x, bandwidth: 3}", 1, 22, "expected a bandwidth such as '400 GB/s' or '64 bit/cycle', found '3'",
         "add the unit: '3 bit/s'"},
        {"{name: x, kind: dran}", 1, 17, "expected one of sram, dram, disk, found 'dran'", "did you mean 'dram'?"},
        {"{name: x, energy: 3 pJ}", 1, 19, "key 'energy' expects a map, found '3 pJ'", "write {read: 0.3 pJ}"},
        {"{name: x, energy: [3 pJ]}", 1, 19, "key 'energy' expects a map, found a list", "write {read: 0.3 pJ}"},
        {"{name: x, latency: [3 s]}", 1, 20, "key 'latency' expects a map, found a list", "write {read: 3 us}"},
        {"{name: x, energy: {reed: 3 pJ}}", 1, 20, "unknown key 'reed' in 'energy'", "did you mean 'read'?"},
        {"{name: x, energy: {remember: 3 pJ}}", 1, 20, "unknown key 'remember' in 'energy'", "one of: read, write"},
        {"{name: x, energy: {read: -3 pJ}}", 1, 26, "expected a finite value, 0 or more, found '-3 pJ'", ""},
        {"{name: x, latency: 3}", 1, 20, "expected a time such as '3 us', found '3'", "add the unit: '3 s'"},
        {"{name: x, inner: 3}", 1, 18, "expected a map (part), found '3'", ""},
        {"{name: x, inner: {bonks: 3}}", 1, 19, "unknown key 'bonks' in part", "did you mean 'banks'?"},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        memory m;
        assert_false(aug_fields_read(&ground.reader, test_parse(&ground, rows[i].text), &memory_fields, &m));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        assert_int_equal(ground.errors.items[0].line, rows[i].line);
        assert_int_equal(ground.errors.items[0].column, rows[i].column);
        test_end(&ground);
    }
}

static void one_run_shows_all_that_is_wrong(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_node *root = test_parse(&ground, "count: x\ncapacity: 3\nkind: cloud\nzz: 1\n"
                                               "inner:\n  banks: x\n  zz: 1\nshared: false\n");
    memory m;
    assert_false(aug_fields_read(&ground.reader, root, &memory_fields, &m));
    assert_int_equal(ground.errors.count, 7); // five keys of the map, of them one with two mistakes, and a missing name
    static const unsigned lines[] = {1, 2, 3, 4, 6, 7, 1};
    for (int i = 0; i < 7; i++)
        assert_int_equal(ground.errors.items[i].line, lines[i]);
    assert_false(m.shared);         // what is right is read all the same
    assert_int_equal(m.count, 2);   // what is wrong keeps its default
    test_end(&ground);
}

static void an_overlay_keeps_what_it_does_not_name(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    memory m;
    aug_fields_default(&memory_fields, &m);
    m.count = 99;
    m.name = "kept";
    const aug_node *root = test_parse(&ground, "{count: null, kind: disk, torch_dtype: x, shared: false, inner: {zz: 1}}");
    assert_false(aug_fields_overlay(&ground.reader, root, &memory_fields, &m)); // a group has no unknown keys
    assert_error(&ground.errors, 1, "unknown key 'zz' in part", "one of: banks, power");
    root = test_parse(&ground, "{count: ~, kind: disk, torch_dtype: x, shared: false}");
    assert_true(aug_fields_overlay(&ground.reader, root, &memory_fields, &m));
    assert_int_equal(m.count, 99);
    assert_string_equal(m.name, "kept");
    assert_int_equal(m.kind, 2);
    assert_false(m.shared);
    assert_false(aug_node_peek(root, "torch_dtype")->used);
    assert_true(aug_node_peek(root, "kind")->used);
    assert_false(aug_fields_overlay(&ground.reader, test_parse(&ground, "[a]"), &memory_fields, &m));
    assert_string_equal(ground.errors.items[1].message, "expected a map (memory level), found a list");
    test_end(&ground);
}

static void an_overlay_replaces_the_other_of_two_dimensions(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    memory m;
    aug_fields_default(&memory_fields, &m);
    assert_true(aug_fields_overlay(&ground.reader, test_parse(&ground, "{bandwidth: 64 bit/cycle}"), &memory_fields, &m));
    assert_near(m.bandwidth_bits_per_cycle, 64.0, 0.0);
    assert_true(aug_fields_overlay(&ground.reader, test_parse(&ground, "{bandwidth: 1 GB/s}"), &memory_fields, &m));
    assert_near(m.bandwidth_bits_per_second, 8e9, 0.0);
    assert_true(isnan(m.bandwidth_bits_per_cycle));
    assert_true(aug_fields_overlay(&ground.reader, test_parse(&ground, "{bandwidth: 32 bit/cycle}"), &memory_fields, &m));
    assert_near(m.bandwidth_bits_per_cycle, 32.0, 0.0);
    assert_true(isnan(m.bandwidth_bits_per_second));
    assert_true(aug_fields_overlay(&ground.reader, test_parse(&ground, "{capacity: 1 B}"), &memory_fields, &m));
    assert_near(m.bandwidth_bits_per_cycle, 32.0, 0.0); // a field of one dimension touches no other
    test_end(&ground);
}

static void rows_are_found_by_their_key(void **state) {
    (void)state;
    assert_ptr_equal(aug_fields_find(&memory_fields, "count"), &memory_rows[2]);
    assert_null(aug_fields_find(&memory_fields, "Count"));
    assert_null(aug_fields_find(&memory_fields, ""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_table),
        cmocka_unit_test(every_kind_of_field_is_read),
        cmocka_unit_test(the_first_of_two_dimensions_leaves_the_other_unknown),
        cmocka_unit_test(every_mistake_in_a_map_is_explained),
        cmocka_unit_test(one_run_shows_all_that_is_wrong),
        cmocka_unit_test(an_overlay_keeps_what_it_does_not_name),
        cmocka_unit_test(an_overlay_replaces_the_other_of_two_dimensions),
        cmocka_unit_test(rows_are_found_by_their_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
