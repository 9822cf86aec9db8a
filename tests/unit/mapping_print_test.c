#include "support/small_problem.h"

static const char *print(test_ground *ground, const char *text, void (*form)(aug_buffer *, const aug_problem *, const aug_mapping *)) {
    aug_problem problem;
    small_problem(&problem);
    aug_mapping mapping;
    assert_true(aug_mapping_parse(&ground->reader, small_nest(ground, text), &problem, &mapping));
    aug_buffer out;
    aug_buffer_init(&out, &ground->arena);
    form(&out, &problem, &mapping);
    return aug_buffer_text(&out);
}

static void the_text_has_one_form(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_string_equal(print(&ground, " dram[Z B  A]\nfor m : 4 buffer [Z! A] par pe.x k:2 register[B!] for n:1", aug_mapping_print),
                        "dram[A B Z] for m:4 buffer[A Z!] par pe.x k:2 register[B!] for n:1 mac");
    test_end(&ground);
}

// Steps are ceil(what remains / tile): k 6 in tiles of 4 are two, the last one of 2. A tile of Z in dram is 8 x 4 words of 32 bits.
static void people_see_steps_and_tiles(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    assert_string_equal(print(&ground, "dram[A B Z] for k:4 buffer[A! B] par pe.x m:2 register[A] for n:1 for k:1 for m:1 mac", aug_mapping_print_nest),
                        "dram: A 48 words (48 B), B 24 words (24 B), Z 32 words (128 B)\n"
                        "  for k 4 of 6 (2 steps, the last 2)\n"
                        "    buffer: A! 32 words (32 B), B 16 words (16 B)\n"
                        "      par pe.x m 2 of 8 (4 of 4 instances)\n"
                        "        register: A 8 words (8 B)\n"
                        "          for n 1 of 4 (4 steps)\n"
                        "            for k 1 of 4 (4 steps)\n"
                        "              for m 1 of 2 (2 steps)\n"
                        "                mac\n");
    test_end(&ground);
}

static void a_deep_nest_stays_in_80_columns(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_buffer text;
    aug_buffer_init(&text, &ground.arena);
    for (int i = 0; i < 60; i++)
        aug_buffer_put(&text, "for m:8 ");
    aug_buffer_put(&text, "register[A B Z] for m:1 for k:1 for n:1 mac");
    const char *line = print(&ground, aug_buffer_text(&text), aug_mapping_print_nest);
    for (; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_has_one_form),
        cmocka_unit_test(people_see_steps_and_tiles),
        cmocka_unit_test(a_deep_nest_stays_in_80_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
