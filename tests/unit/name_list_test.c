#include "support/testing.h"

#include "machine/name_list.h"

static const aug_node *value_of(test_ground *ground, const char *text) {
    test_begin(ground);
    return aug_node_peek(test_parse(ground, text), "k");
}

static void one_name_or_a_list(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int count;
    } rows[] = {{"k: A", 1}, {"k: [A]", 1}, {"k: [weight, A]", 2}, {"k: []", 0}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        aug_name_list list;
        assert_true(aug_name_list_read(&ground.reader, value_of(&ground, rows[i].text), &list));
        assert_int_equal(list.count, rows[i].count);
        assert_int_equal(aug_name_list_has(&list, "A"), rows[i].count > 0);
        assert_false(aug_name_list_has(&list, "a"));
        test_end(&ground);
    }
}

static void lists_of_other_things_are_mistakes(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
        unsigned column;
    } rows[] = {
        {"k: {A: 1}", "expected a list of tensors or roles such as [A, weight], found a map", 4},
        {"k: ~", "expected a list of tensors or roles such as [A, weight], found nothing", 4},
        {"k: [A, [B]]", "expected a text, found a list", 8},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        aug_name_list list;
        assert_false(aug_name_list_read(&ground.reader, value_of(&ground, rows[i].text), &list));
        assert_error(&ground.errors, 1, rows[i].message, "");
        assert_int_equal(ground.errors.items[0].column, rows[i].column);
        test_end(&ground);
    }
}

static void what_a_memory_keeps(void **state) {
    (void)state;
    test_ground ground;
    aug_keep keep;
    assert_true(aug_keep_read(&ground.reader, value_of(&ground, "k: {must: weight, never: [cache, A]}"), &keep));
    assert_true(aug_name_list_has(&keep.must, "weight") && aug_name_list_has(&keep.never, "A"));
    assert_int_equal(keep.may.count, 0);
    assert_false(keep.is_limited);
    test_end(&ground);
    assert_true(aug_keep_read(&ground.reader, value_of(&ground, "k: {may: []}"), &keep));
    assert_true(keep.is_limited);
    test_end(&ground);
    test_begin(&ground);
    assert_true(aug_keep_read(&ground.reader, NULL, &keep));
    assert_int_equal(keep.must.count + keep.may.count + keep.never.count, 0);
    assert_false(keep.is_limited);
    test_end(&ground);
}

static void keeping_what_is_never_kept_is_a_mistake(void **state) {
    (void)state;
    static const struct {
        const char *text, *message, *hint;
        unsigned column;
    } rows[] = {
        {"k: {must: [A, weight], never: [B, A]}", "'A' stands in 'must' and in 'never'", "", 31},
        {"k: {may: weight, never: weight}", "'weight' stands in 'may' and in 'never'", "", 25},
        {"k: {always: [A]}", "unknown key 'always' in keep", "one of: must, may, never", 5},
        {"k: {nver: [A]}", "unknown key 'nver' in keep", "did you mean 'never'?", 5},
        {"k: [A]", "expected a map (keep), found a list", "", 4},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        aug_keep keep;
        assert_false(aug_keep_read(&ground.reader, value_of(&ground, rows[i].text), &keep));
        assert_error(&ground.errors, 1, rows[i].message, rows[i].hint);
        assert_int_equal(ground.errors.items[0].column, rows[i].column);
        test_end(&ground);
    }
}

static void who_shares(void **state) {
    (void)state;
    test_ground ground;
    aug_sharing sharing;
    assert_true(aug_sharing_read(&ground.reader, value_of(&ground, "k: true"), &sharing));
    assert_true(sharing.all);
    test_end(&ground);
    assert_true(aug_sharing_read(&ground.reader, value_of(&ground, "k: false"), &sharing));
    assert_false(sharing.all);
    assert_int_equal(sharing.names.count, 0);
    test_end(&ground);
    assert_true(aug_sharing_read(&ground.reader, value_of(&ground, "k: [A, weight]"), &sharing));
    assert_false(sharing.all);
    assert_int_equal(sharing.names.count, 2);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_name_or_a_list),
        cmocka_unit_test(lists_of_other_things_are_mistakes),
        cmocka_unit_test(what_a_memory_keeps),
        cmocka_unit_test(keeping_what_is_never_kept_is_a_mistake),
        cmocka_unit_test(who_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
