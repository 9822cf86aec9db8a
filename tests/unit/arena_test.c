#include "support/testing.h"

#include <stdint.h>

static void memory_is_zeroed_and_aligned(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    for (size_t size = 0; size < 300; size += 7) {
        unsigned char *bytes = aug_arena_alloc(&ground.arena, size);
        assert_int_equal((uintptr_t)bytes % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(bytes[i], 0);
            bytes[i] = 0xAA; // dirty, so that memory that is handed out twice shows
        }
    }
    test_end(&ground);
}

static void a_reset_arena_hands_out_zeroes_again(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    memset(aug_arena_alloc(&ground.arena, 1000), 0xFF, 1000);
    aug_arena_reset(&ground.arena);
    assert_int_equal(ground.arena.used_bytes, 0);
    const unsigned char *bytes = aug_arena_alloc(&ground.arena, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(bytes[i], 0);
    test_end(&ground);
}

static void beyond_its_limit_an_arena_fails(void **state) {
    (void)state;
    jmp_buf failure;
    aug_arena arena;
    aug_arena_init(&arena, &failure);
    arena.limit_bytes = 1000;
    if (setjmp(failure) == 0) {
        aug_arena_alloc(&arena, 900);
        assert_null(aug_arena_try(&arena, 200));
        aug_arena_alloc(&arena, 200);
        fail();
    }
    aug_arena_free(&arena);
}

static void a_product_that_overflows_is_out_of_memory(void **state) {
    (void)state;
    jmp_buf failure;
    aug_arena arena;
    aug_arena_init(&arena, &failure);
    if (setjmp(failure) == 0) {
        aug_arena_array(&arena, SIZE_MAX / 2, 4);
        fail();
    }
    aug_arena_free(&arena);
}

static void room_is_left_as_it_was(void **state) {
    (void)state;
    aug_arena arena;
    jmp_buf failure;
    aug_arena_init(&arena, &failure);
    arena.limit_bytes = 4096;
    unsigned char *first = aug_arena_alloc(&arena, 40);
    memset(first, 7, 40);
    aug_arena_reset(&arena);
    unsigned char *room = AUG_NEW_ROOM(&arena, unsigned char, 40); // the same 48 bytes of the block
    assert_ptr_equal(room, first);
    assert_int_equal(room[39], 7);
    assert_int_equal(arena.used_bytes, 48);
    for (int i = 0; i < 2; i++) // above the limit; a product that overflows
        if (setjmp(failure) == 0) {
            aug_arena_room(&arena, i ? SIZE_MAX / 2 : 1024, 4);
            fail();
        }
    aug_arena_free(&arena);
}

static void an_array_grows_and_keeps_what_it_holds(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    int *items = NULL, capacity = 0;
    for (int i = 0; i < 1000; i++) {
        if (i == capacity)
            items = aug_arena_grow(&ground.arena, items, i, &capacity, sizeof *items);
        items[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    test_end(&ground);
}

static void text_is_copied_and_printed(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_string_equal(aug_arena_copy(&ground.arena, "hello", 4), "hell");
    assert_string_equal(aug_arena_print(&ground.arena, "%d-%s", 12, "x"), "12-x");
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(a_reset_arena_hands_out_zeroes_again),
        cmocka_unit_test(beyond_its_limit_an_arena_fails),
        cmocka_unit_test(a_product_that_overflows_is_out_of_memory),
        cmocka_unit_test(room_is_left_as_it_was),
        cmocka_unit_test(an_array_grows_and_keeps_what_it_holds),
        cmocka_unit_test(text_is_copied_and_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
