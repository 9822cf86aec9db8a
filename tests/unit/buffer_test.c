#include "support/testing.h"

#include "base/buffer.h"

#include <stdbool.h>

static void an_empty_buffer_is_an_empty_text(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_buffer buffer;
    aug_buffer_init(&buffer, &ground.arena);
    assert_string_equal(aug_buffer_text(&buffer), "");
    aug_buffer_put(&buffer, "");
    aug_buffer_add(&buffer, NULL, 0);
    aug_buffer_fill(&buffer, 'x', 0);
    aug_buffer_print(&buffer, "%s", "");
    assert_string_equal(aug_buffer_text(&buffer), "");
    assert_int_equal(buffer.length, 0);
    test_end(&ground);
}

static void pieces_stand_one_behind_the_other(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_buffer buffer;
    aug_buffer_init(&buffer, &ground.arena);
    aug_buffer_put(&buffer, "one ");
    aug_buffer_add(&buffer, "two three", 4);
    aug_buffer_fill(&buffer, '-', 3);
    aug_buffer_print(&buffer, " %d%%", 40);
    assert_string_equal(aug_buffer_text(&buffer), "one two --- 40%");
    assert_int_equal(buffer.length, 15);
    test_end(&ground);
}

static void bytes_of_zero_are_kept(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_buffer buffer;
    aug_buffer_init(&buffer, &ground.arena);
    aug_buffer_add(&buffer, "a\0b", 3);
    aug_buffer_put(&buffer, "c");
    assert_int_equal(buffer.length, 4);
    assert_memory_equal(buffer.text, "a\0bc", 5); // and the NUL at the end
    test_end(&ground);
}

static void growth_keeps_what_was_there(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_buffer buffer;
    aug_buffer_init(&buffer, &ground.arena);
    for (int i = 0; i < 10000; i++) {
        char letter = (char)('a' + i % 26);
        aug_buffer_add(&buffer, &letter, 1);
    }
    assert_int_equal(buffer.length, 10000);
    assert_int_equal(strlen(aug_buffer_text(&buffer)), 10000);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(buffer.text[i], 'a' + i % 26);
    test_end(&ground);
}

// Short texts are printed on the stack first: both sides of that bound (255 characters and the NUL).
static void a_printed_text_may_have_any_length(void **state) {
    (void)state;
    static const int widths[] = {1, 254, 255, 256, 257, 511, 512, 5000};
    for (size_t i = 0; i < AUG_COUNT(widths); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_buffer buffer;
        aug_buffer_init(&buffer, &ground.arena);
        aug_buffer_put(&buffer, "<");
        aug_buffer_print(&buffer, "%0*d", widths[i], 7);
        aug_buffer_put(&buffer, ">");
        assert_int_equal(buffer.length, widths[i] + 2);
        assert_int_equal(strlen(buffer.text), widths[i] + 2);
        assert_int_equal(buffer.text[0], '<');
        assert_int_equal(buffer.text[widths[i]], '7');
        assert_int_equal(buffer.text[widths[i] + 1], '>');
        for (int j = 1; j < widths[i]; j++)
            assert_int_equal(buffer.text[j], '0');
        test_end(&ground);
    }
}

static bool fails_to_fill(size_t count) {
    jmp_buf failure;
    aug_arena arena;
    aug_arena_init(&arena, &failure);
    arena.limit_bytes = 1 << 20;
    if (setjmp(failure) == 0) {
        aug_buffer buffer;
        aug_buffer_init(&buffer, &arena);
        aug_buffer_put(&buffer, "x");
        aug_buffer_fill(&buffer, 'x', count);
        aug_arena_free(&arena);
        return false;
    }
    aug_arena_free(&arena);
    return true;
}

static void an_impossible_length_is_out_of_memory(void **state) {
    (void)state;
    assert_false(fails_to_fill(1000));
    assert_true(fails_to_fill(2 << 20)); // twice the limit
    assert_true(fails_to_fill(SIZE_MAX / 4));
    assert_true(fails_to_fill(SIZE_MAX / 2));
    assert_true(fails_to_fill(SIZE_MAX - 1));
    assert_true(fails_to_fill(SIZE_MAX));
}

static void a_full_arena_stops_a_print(void **state) {
    (void)state;
    jmp_buf failure;
    aug_arena arena;
    aug_arena_init(&arena, &failure);
    arena.limit_bytes = 1000;
    if (setjmp(failure) == 0) {
        aug_buffer buffer;
        aug_buffer_init(&buffer, &arena);
        aug_buffer_print(&buffer, "%2000d", 1);
        fail();
    }
    aug_arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_is_an_empty_text),
        cmocka_unit_test(pieces_stand_one_behind_the_other),
        cmocka_unit_test(bytes_of_zero_are_kept),
        cmocka_unit_test(growth_keeps_what_was_there),
        cmocka_unit_test(a_printed_text_may_have_any_length),
        cmocka_unit_test(an_impossible_length_is_out_of_memory),
        cmocka_unit_test(a_full_arena_stops_a_print),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
