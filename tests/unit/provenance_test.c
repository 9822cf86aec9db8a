// A study of one machine written out, with two published facts.
#include "support/testing.h"

#include "design/study.h"

static const aug_library library = {.root = AUG_TEST_DATA};

#define STUDY(facts)                                                                                         \
    "model: llama-3.1-8b\n"                                                                                  \
    "machine:\n"                                                                                             \
    "  auger: machine/1\n"                                                                                   \
    "  clock: 1 GHz\n"                                                                                       \
    "  levels:\n"                                                                                            \
    "    - {memory: dram, size: 64 GB, bandwidth: 1 TB/s}\n"                                                 \
    "    - {array: pe, fanout: {x: 64, y: 64}}\n"                                                            \
    "    - {compute: mac, rate: {bf16: 1/cycle}}\n"                                                          \
    "  sources: {clock: a data sheet, levels.dram: memory(M)}\n"                                             \
    "minimize: [tpot_s]\n"                                                                                   \
    "sources: {model: Meta}\n" facts

static aug_study *read_study(test_ground *ground, const char *text) {
    const aug_document *document =
        aug_document_parse(&ground->arena, &ground->errors, "study.yaml", text, strlen(text));
    assert_non_null(document);
    return aug_study_read(&library, &ground->arena, &ground->errors, document, "own");
}

static void facts_stand_beside_the_answer(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study =
        read_study(&ground, STUDY("facts:\n"
                                  "  - {what: a chip of 2020, metric: tpot, value: 4 ms, source: its maker}\n"
                                  "  - {what: nobody sells it, source: a newspaper}\n"));
    assert_non_null(study);
    assert_int_equal(study->fact_count, 2);
    assert_string_equal(study->facts[0].what, "a chip of 2020");
    assert_int_equal(study->facts[0].metric, AUG_METRIC_TPOT);
    assert_near(study->facts[0].value, 0.004, 1e-15);
    assert_string_equal(study->facts[1].source, "a newspaper");
    assert_int_equal(study->facts[1].metric, AUG_METRIC_COUNT);
    assert_true(isnan(study->facts[1].value));
    test_end(&ground);
}

// One of the study, two of the machine, of which one is from memory, and those of the default economy.
static void every_constant_has_a_source(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_study *study = read_study(&ground, STUDY(""));
    assert_non_null(study);
    assert_int_equal(study->fact_count, 0);
    aug_study_constants_list constants = aug_study_constants(&ground.arena, study);
    int of_economy = 0, from_memory = 0;
    for (int i = 0; i < constants.count; i++) {
        of_economy += strcmp(constants.at[i].of, "economy default") == 0;
        from_memory += aug_source_is_memory(constants.at[i].source);
    }
    assert_true(of_economy > 5);
    assert_int_equal(constants.count, 3 + of_economy);
    assert_int_equal(constants.from_memory, from_memory);
    assert_string_equal(constants.at[0].of, "study");
    assert_string_equal(constants.at[0].key, "model");
    assert_string_equal(constants.at[0].source, "Meta");
    assert_string_equal(constants.at[2].key, "levels.dram");
    assert_true(aug_source_is_memory(constants.at[2].source));
    assert_false(aug_source_is_memory(constants.at[1].source));
    test_end(&ground);
}

static void what_is_wrong_with_facts(void **state) {
    static const struct {
        const char *text, *message;
    } rows[] = {
        {STUDY("facts: {what: x}\n"), "expected a list of facts"},
        {STUDY("facts: [{what: x}]\n"), "source"},
        {STUDY("facts: [{source: x}]\n"), "what"},
        {STUDY("facts: [{what: x, source: y, metric: tpot}]\n"), "needs a 'value'"},
        {STUDY("facts: [{what: x, source: y, value: 3}]\n"), "needs a 'metric'"},
        {STUDY("facts: [{what: x, source: y, metric: speed, value: 3}]\n"), "unknown metric 'speed'"},
        {STUDY("facts: [{what: x, source: y, metric: tpot, value: 3 kg}]\n"), "unit 'kg' is not known"},
    };
    (void)state;
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        assert_null(read_study(&ground, rows[i].text));
        assert_true(ground.errors.count > 0);
        if (!strstr(ground.errors.items[0].message, rows[i].message))
            fail_msg("row %zu: %s", i, ground.errors.items[0].message);
        assert_true(ground.errors.items[0].line > 0);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_stand_beside_the_answer),
        cmocka_unit_test(every_constant_has_a_source),
        cmocka_unit_test(what_is_wrong_with_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
