// Answers that are known beforehand: machines for writing tokens live from bandwidth, those for reading
// prompts from arithmetic; chips that were built lie near the front of what could have been built in their
// node, area and power.
#include "support/testing.h"

#include "design/reference.h"

static const aug_library library = {.root = AUG_TEST_DATA};

static const char *study_text(test_ground *ground, const char *name) {
    const char *path = aug_arena_print(&ground->arena, "%s/studies/%s.yaml", AUG_TEST_DATA, name);
    const aug_document *document = aug_document_load(&ground->arena, &ground->errors, path);
    assert_non_null(document);
    return document->text;
}

// The text with the line that begins with `key` replaced.
static const char *with_line(test_ground *ground, const char *text, const char *key, const char *line) {
    const char *at = strstr(text, aug_arena_print(&ground->arena, "\n%s", key));
    assert_non_null(at);
    return aug_arena_print(&ground->arena, "%.*s\n%s%s", (int)(at - text), text, line, strchr(at + 1, '\n'));
}

static const aug_study *read_study(test_ground *ground, const char *text) {
    const aug_document *document =
        aug_document_parse(&ground->arena, &ground->errors, "study.yaml", text, strlen(text));
    assert_non_null(document);
    const aug_study *study = aug_study_read(&library, &ground->arena, &ground->errors, document, "own");
    if (!study)
        print_error("%s\n", ground->errors.items[0].message);
    assert_non_null(study);
    return study;
}

// Bytes per operation of the machine that a shipped study finds best for a model, by one objective.
static double best_balance(const char *name, const char *model, const char *objective) {
    test_ground ground;
    test_begin(&ground);
    const char *text = study_text(&ground, name);
    text =
        with_line(&ground, text,
                  "model:", aug_arena_print(&ground.arena, "model: {from: %s, set: {weights: int8}}", model));
    const aug_study *study = read_study(&ground, with_line(&ground, text, "minimize:", objective));
    assert_int_equal(study->objective_count, 1);
    aug_sweep sweep;
    assert_true(aug_sweep_run(study, 2, NULL, &sweep));
    assert_int_equal(sweep.front.count, 1);
    double balance = sweep.front.points[0].metrics[AUG_METRIC_BALANCE];
    aug_front_free(&sweep.front);
    test_end(&ground);
    return balance;
}

// Dense models of two sizes, two mixtures of experts, one with latent attention. Bytes per operation, decode
// over prefill: at least twice where memory has its price, more at all where only area and power are
// scarce.
static void decode_wants_bandwidth_and_prefill_arithmetic(void **state) {
    (void)state;
    static const char *const models[] = {"llama-3.1-8b", "llama-3.1-70b", "mixtral-8x7b-v0.1",
                                         "qwen3-30b-a3b", "deepseek-v3"};
    const struct {
        const char *objective;
        double factor;
    } rows[] = {
        {"minimize: [usd_per_mtok]", 2.0},
        {"minimize: [joules_per_token]", 1.2},
        {"maximize: [tokens_per_s_per_chip]", 1.2},
    };
    for (size_t r = 0; r < AUG_COUNT(rows); r++) {
        for (size_t m = 0; m < AUG_COUNT(models); m++) {
            double decode = best_balance("known-decode", models[m], rows[r].objective);
            double prefill = best_balance("known-prefill", models[m], rows[r].objective);
            if (!(decode >= rows[r].factor * prefill))
                print_error("%s, %s: decode %g, prefill %g bytes per operation\n", models[m],
                            rows[r].objective, decode, prefill);
            assert_true(decode >= rows[r].factor * prefill);
        }
    }
}

// A reference that is a point of its study is not beyond the front, and not far inside.
static void chips_that_were_built_lie_near_their_front(void **state) {
    (void)state;
    static const char *const studies[] = {"known-a100", "known-h100", "known-tpu-v4i", "known-groq-lpu"};
    for (size_t s = 0; s < AUG_COUNT(studies); s++) {
        test_ground ground;
        test_begin(&ground);
        const aug_study *study = read_study(&ground, study_text(&ground, studies[s]));
        aug_sweep sweep;
        assert_true(aug_sweep_run(study, 2, NULL, &sweep));
        assert_true(aug_references_run(&ground.arena, 2, NULL, NULL, &sweep));
        const aug_reference *reference = &sweep.references[0];
        assert_true(reference->sweep.front.count > 0);
        double distance = reference->points[reference->farthest].distance.factor;
        if (!(distance <= 1.5))
            print_error("%s: %g\n", studies[s], distance);
        assert_true(distance >= 1.0 && distance <= 1.5);
        aug_references_free(&sweep);
        aug_front_free(&sweep.front);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decode_wants_bandwidth_and_prefill_arithmetic),
        cmocka_unit_test(chips_that_were_built_lie_near_their_front),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
