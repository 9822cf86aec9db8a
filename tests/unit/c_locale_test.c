#include "support/testing.h"

#include "auger.h"
#include "base/c_locale.h"
#include "base/pool.h"

#include <locale.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// Sets a locale that writes one and a half as "1,5"; skips the test where the machine has none.
static void use_decimal_comma(void) {
    static const char *const names[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "fr_FR", "nl_NL.UTF-8", "pl_PL.UTF-8"};
    for (size_t i = 0; i < AUG_COUNT(names); i++)
        if (setlocale(LC_ALL, names[i]) && strcmp(localeconv()->decimal_point, ",") == 0)
            return;
    setlocale(LC_ALL, "C");
    skip();
}

static int restore_locale(void **state) {
    (void)state;
    setlocale(LC_ALL, "C");
    return 0;
}

static void begin_and_end_may_be_nested(void **state) {
    (void)state;
    locale_t before = uselocale((locale_t)0);
    aug_c_locale outer = aug_c_locale_begin();
    locale_t within = uselocale((locale_t)0);
    assert_true(within == outer.c && within != before);
    aug_c_locale inner = aug_c_locale_begin();
    aug_c_locale_end(inner);
    assert_true(uselocale((locale_t)0) == within);
    aug_c_locale_end(outer);
    assert_true(uselocale((locale_t)0) == before);
}

static void numbers_have_a_point_between_begin_and_end(void **state) {
    (void)state;
    use_decimal_comma();
    char text[16];
    aug_c_locale locale = aug_c_locale_begin();
    assert_near(strtod("1.5", NULL), 1.5, 0.0);
    snprintf(text, sizeof text, "%.1f", 1.5);
    assert_string_equal(text, "1.5");
    aug_c_locale_end(locale);
    snprintf(text, sizeof text, "%.1f", 1.5); // the host's own again
    assert_string_equal(text, "1,5");
}

typedef struct record {
    locale_t expected;
    atomic_int others; // items that were done in another locale
} record;

static void note_locale(void *context, int worker, uint64_t index) {
    (void)worker, (void)index;
    record *seen = context;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL); // so that no thread is done before the others begin
    if (uselocale((locale_t)0) != seen->expected)
        atomic_fetch_add(&seen->others, 1);
}

static void threads_of_a_pool_are_covered(void **state) {
    (void)state;
    aug_c_locale locale = aug_c_locale_begin();
    record seen = {.expected = locale.c};
    aug_pool_run(4, 100, note_locale, &seen);
    aug_c_locale_end(locale);
    assert_int_equal(atomic_load(&seen.others), 0);
}

// What the library says of a shipped machine; the caller frees it.
static char *machine_json(void) {
    aug_context *context = aug_context_new();
    assert_non_null(context);
    assert_true(aug_context_set_data(context, AUG_TEST_DATA));
    aug_answer *answer = NULL;
    assert_int_equal(aug_list_run(context, "machines", "h100-sxm", &answer), AUG_OK);
    char *copy = strdup(aug_answer_json(answer));
    assert_non_null(copy);
    char *end = strstr(copy, "\"seconds\""); // how long it took differs
    if (end)
        *end = '\0';
    aug_answer_free(answer);
    aug_context_free(context);
    return copy;
}

static void an_answer_does_not_depend_on_the_locale(void **state) {
    (void)state;
    use_decimal_comma();
    char *found = machine_json();
    assert_string_equal(localeconv()->decimal_point, ","); // left as it was
    setlocale(LC_ALL, "C");
    char *expected = machine_json();
    assert_string_equal(found, expected);
    free(found);
    free(expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begin_and_end_may_be_nested),
        cmocka_unit_test_teardown(numbers_have_a_point_between_begin_and_end, restore_locale),
        cmocka_unit_test(threads_of_a_pool_are_covered),
        cmocka_unit_test_teardown(an_answer_does_not_depend_on_the_locale, restore_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
