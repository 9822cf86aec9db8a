#include "support/testing.h"

#include "report/page.h"
#include "report/page_cut.h"

#include <string.h>

static void lists_keep_rows_at_even_distances(void **state) {
    (void)state;
    // Of 5 rows 2: row i stays where floor(2 i / 5) is new: 0 0 0 1 1, so rows 0 and 3. Of 4 rows 3: 0 0 1 2,
    // rows 0, 2 and 3.
    static const struct {
        const char *json, *cut;
        size_t keep;
    } cases[] = {
        {"{\"front\": [1, 2, 3, 4, 5], \"run\": {\"threads\": 2}}",
         "{\"front\": [1, 4], \"run\": {\"threads\": 2},\n\"cut\": [{\"list\": \"front\", \"rows\": 5, "
         "\"shown\": 2}]}",
         2},
        {"{\"front\": [1, 2, 3, 4]}",
         "{\"front\": [1, 3, 4],\n\"cut\": [{\"list\": \"front\", \"rows\": 4, \"shown\": 3}]}", 3},
        // Lists of a member's members count too, those further in do not.
        {"{\"points\": {\"rows\": [[1, 2, 3], [4, 5, 6]], \"of\": 9}, \"deep\": {\"in\": {\"it\": [1, 2]}}}",
         "{\"points\": {\"rows\": [[1, 2, 3]], \"of\": 9}, \"deep\": {\"in\": {\"it\": [1, 2]}},\n"
         "\"cut\": [{\"list\": \"rows\", \"rows\": 2, \"shown\": 1}]}",
         1},
        // Brackets and commas within texts are none.
        {"{\"a\": [\"],[\\\"\", {\"b\": \",}\"}], \"c\": \"[\"}",
         "{\"a\": [\"],[\\\"\"], \"c\": \"[\",\n\"cut\": [{\"list\": \"a\", \"rows\": 2, \"shown\": 1}]}", 1},
        // What is short enough stays as it is.
        {"{\"a\": [], \"b\": {}, \"c\": [1], \"d\": null}", "{\"a\": [], \"b\": {}, \"c\": [1], \"d\": null}",
         1},
        {"{}", "{}", 1},
        {"{\n  \"a\": [\n    {\"x\": 1},\n    {\"x\": 2}\n  ],\n  \"b\": 1\n}\n",
         "{\n  \"a\": [\n    {\"x\": 1}],\n  \"b\": 1\n,\n\"cut\": [{\"list\": \"a\", \"rows\": 2, "
         "\"shown\": 1}]}\n",
         1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_ground ground;
        test_begin(&ground);
        aug_buffer out;
        aug_buffer_init(&out, &ground.arena);
        aug_page_cut(&out, cases[i].json, cases[i].keep);
        assert_string_equal(aug_buffer_text(&out), cases[i].cut);
        test_end(&ground);
    }
}

// 100,000 rows of 10 bytes are a megabyte.
static void pages_of_long_documents_stay_small(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    aug_buffer json, page;
    aug_buffer_init(&json, &ground.arena);
    aug_buffer_init(&page, &ground.arena);
    aug_buffer_put(&json, "{\"front\": [12345678");
    for (int i = 1; i < 100000; i++)
        aug_buffer_put(&json, ", 12345678");
    aug_buffer_put(&json, "], \"text\": \"</script>\"}");
    aug_page_write(&page, aug_buffer_text(&json));
    assert_true(page.length < 600000);
    assert_non_null(
        strstr(aug_buffer_text(&page), "{\"list\": \"front\", \"rows\": 100000, \"shown\": 4096}"));
    assert_non_null(strstr(aug_buffer_text(&page), "\"text\": \"\\u003c/script>\""));
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_keep_rows_at_even_distances),
        cmocka_unit_test(pages_of_long_documents_stay_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
