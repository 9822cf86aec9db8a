// What shipped studies answer, in words: which way a choice goes and what is larger than what. Figures may
// move with constants; these may not without someone looking at the pages in docs/studies.
#include "support/testing.h"

#include "design/sweep.h"

#include <stdio.h>
#include <stdlib.h>

static const aug_library library = {.root = AUG_TEST_DATA};

typedef struct bench {
    test_ground ground;
    aug_sweep sweep;
} bench;

// What stands in place of a passage of a study's file.
typedef struct edit {
    const char *passage, *other;
} edit;

// A shipped study with passages replaced, `edits` ended by one without a passage.
static void run(bench *b, const char *name, const edit *edits) {
    test_begin(&b->ground);
    aug_library_file file;
    assert_non_null(
        aug_library_read(&library, &b->ground.arena, &b->ground.errors, "studies", "study", name, &file));
    const aug_document *document = aug_document_load(&b->ground.arena, &b->ground.errors, file.path);
    assert_non_null(document);
    const char *text = document->text;
    for (; edits->passage; edits++) {
        const char *at = strstr(text, edits->passage);
        if (!at)
            fail_msg("%s does not say '%s'", name, edits->passage);
        text = aug_arena_print(&b->ground.arena, "%.*s%s%s", (int)(at - text), text, edits->other,
                               at + strlen(edits->passage));
    }
    document = aug_document_parse(&b->ground.arena, &b->ground.errors, name, text, strlen(text));
    const aug_study *study =
        document ? aug_study_read(&library, &b->ground.arena, &b->ground.errors, document, name) : NULL;
    if (!study)
        print_error("%s\n", b->ground.errors.items[0].message);
    assert_non_null(study);
    assert_true(aug_sweep_run(study, 2, NULL, &b->sweep));
}

static const edit as_it_is[] = {{NULL, NULL}};

static void end(bench *b) {
    aug_sweep_free(&b->sweep);
    test_end(&b->ground);
}

static const char *choice_of(const bench *b, const aug_front_point *point, const char *path) {
    const aug_space *space = &b->sweep.study->space;
    for (int c = 0; c < space->choice_count; c++)
        if (strcmp(space->choices[c].path, path) == 0)
            return space->choices[c]
                .values[aug_space_digit(space, c,
                                        aug_space_part_index(space, point->index, space->choices[c].part))]
                ->text;
    fail_msg("no choice %s", path);
    return "";
}

static double number_of(const bench *b, const aug_front_point *point, const char *path) {
    return strtod(choice_of(b, point, path), NULL);
}

static double ratio_of(const bench *b, const aug_front_point *point, aug_metric metric) {
    return point->metrics[metric] /
           b->sweep.baseline[aug_study_baseline_point(b->sweep.study, point->index)].metrics[metric];
}

// The best of the front where two choices have these values; NULL: any.
static const aug_front_point *find(const bench *b, const char *path, const char *value, const char *second,
                                   const char *other) {
    for (size_t p = 0; p < b->sweep.front.count; p++)
        if (strcmp(choice_of(b, &b->sweep.front.points[p], path), value) == 0 &&
            strcmp(choice_of(b, &b->sweep.front.points[p], second), other) == 0)
            return &b->sweep.front.points[p];
    fail_msg("no point with %s %s, %s %s", path, value, second, other);
    return NULL;
}

// models-at-equal-loss: at the loss of the stock model and no more training both machines take weights of
// eight bits, more of them than the stock model has, and neither the one nor the other takes 70 % of its
// joules.
static void both_machines_want_the_same_kind_of_model(void **state) {
    (void)state;
    bench b;
    run(&b, "models-at-equal-loss", as_it_is);
    assert_int_equal(b.sweep.front.count, 8);
    for (size_t p = 0; p < b.sweep.front.count; p++) {
        const aug_front_point *point = &b.sweep.front.points[p];
        assert_string_equal(choice_of(&b, point, "model.weights"), "fp8");
        assert_string_equal(choice_of(&b, point, "model.kv"), "fp8");
        assert_true(ratio_of(&b, point, AUG_METRIC_JOULES) < 0.7);
        assert_true(ratio_of(&b, point, AUG_METRIC_PARAMETERS) > 1.05);
        assert_true(ratio_of(&b, point, AUG_METRIC_TRAINING_OPS) <= 1.0);
        assert_true(point->metrics[AUG_METRIC_LOSS_GAP] <= 0.0);
        // Equal, as far as the law tells: the band reaches beyond 0.
        assert_true(point->metrics[AUG_METRIC_LOSS_GAP_HIGH] > 0.0);
        // The one half of the front is the H100's, the other Thor's, for the same loads: models of the same
        // size, by 5 %.
        const aug_front_point *other = &b.sweep.front.points[(p + 4) % 8];
        assert_string_equal(choice_of(&b, point, "scenario.in"), choice_of(&b, other, "scenario.in"));
        assert_string_equal(choice_of(&b, point, "scenario.batch"), choice_of(&b, other, "scenario.batch"));
        assert_near(point->metrics[AUG_METRIC_PARAMETERS], other->metrics[AUG_METRIC_PARAMETERS], 0.05);
        // Long contexts of several users weigh on keys and values: they gain most, by few heads and narrow
        // caches.
        if (strcmp(choice_of(&b, point, "scenario.in"), "16384") == 0 &&
            strcmp(choice_of(&b, point, "scenario.batch"), "16") == 0)
            assert_true(ratio_of(&b, point, AUG_METRIC_JOULES) <
                        ratio_of(&b, &b.sweep.front.points[p - 3], AUG_METRIC_JOULES));
    }
    end(&b);
}

// What the band leaves open: a model that is surely no worse still saves some of the stock model's joules,
// and has weights of eight bits; one that is not told to be worse has four and takes less than four fifths of
// that.
static void the_band_decides_on_four_bits(void **state) {
    (void)state;
    bench sure, open;
    run(&sure, "models-at-equal-loss",
        (const edit[]){{"{loss: baseline", "{loss_gap_high: 0"}, {NULL, NULL}});
    run(&open, "models-at-equal-loss", (const edit[]){{"{loss: baseline", "{loss_gap_low: 0"}, {NULL, NULL}});
    assert_int_equal(sure.sweep.front.count, 8);
    assert_int_equal(open.sweep.front.count, 8);
    for (size_t p = 0; p < 8; p++) {
        const aug_front_point *safe = &sure.sweep.front.points[p], *bold = &open.sweep.front.points[p];
        assert_true(ratio_of(&sure, safe, AUG_METRIC_JOULES) < 0.9);
        assert_true(bold->metrics[AUG_METRIC_JOULES] < 0.8 * safe->metrics[AUG_METRIC_JOULES]);
        assert_string_equal(choice_of(&sure, safe, "model.weights"), "fp8");
        assert_non_null(strchr(choice_of(&open, bold, "model.weights"), '4'));
    }
    end(&sure);
    end(&open);
}

// A larger common memory never pays: points without it answer the same, in half the time.
static const edit small[] = {{"{choose: [32 MiB, 128 MiB]}", "32 MiB"}, {NULL, NULL}};

// chip-and-model-for-agents: agents want memory for their contexts and bandwidth to read them, chats want
// arithmetic; windows are worth much to agents and nothing to chats.
static void agents_want_memory_where_chats_want_arithmetic(void **state) {
    (void)state;
    static const char windows[] = "model.max_window_layers", scenario[] = "scenario.from";
    static const char size[] = "machine.levels.hbm.size", bandwidth[] = "machine.levels.hbm.bandwidth",
                      cores[] = "machine.levels.core.fanout.core";
    bench b;
    run(&b, "chip-and-model-for-agents", small); // a larger one never pays
    assert_int_equal(b.sweep.front.count, 4);
    const aug_front_point *chat = find(&b, scenario, "chat", windows, "36"),
                          *windowed_chat = find(&b, scenario, "chat", windows, "9");
    const aug_front_point *agent = find(&b, scenario, "agentic-coding", windows, "36"),
                          *windowed = find(&b, scenario, "agentic-coding", windows, "9");
    const aug_front_point *const agents[] = {agent, windowed};
    for (int i = 0; i < 2; i++) {
        assert_true(number_of(&b, agents[i], size) >= 2.0 * number_of(&b, chat, size));
        assert_true(number_of(&b, agents[i], bandwidth) / number_of(&b, agents[i], cores) >
                    1.2 * number_of(&b, chat, bandwidth) / number_of(&b, chat, cores));
        assert_true(number_of(&b, agents[i], "scenario.concurrency") <
                    number_of(&b, chat, "scenario.concurrency"));
        assert_string_equal(choice_of(&b, agents[i], "model.kv"), "fp8");
        assert_string_equal(choice_of(&b, agents[i], "model.num_key_value_heads"), "4");
        assert_true(agents[i]->metrics[AUG_METRIC_USD_MTOK] > 2.0 * chat->metrics[AUG_METRIC_USD_MTOK]);
        // 33 turns of 383 tokens
        assert_near(agents[i]->metrics[AUG_METRIC_TASK_USD],
                    agents[i]->metrics[AUG_METRIC_USD_MTOK] * 33.0 * 383.0 * 1e-6, 1e-9);
    }
    assert_near(windowed_chat->metrics[AUG_METRIC_USD_MTOK], chat->metrics[AUG_METRIC_USD_MTOK], 0.02);
    assert_true(windowed->metrics[AUG_METRIC_TASK_USD] < 0.6 * agent->metrics[AUG_METRIC_TASK_USD]);
    assert_true(windowed->metrics[AUG_METRIC_TASK_JOULES] < 0.6 * agent->metrics[AUG_METRIC_TASK_JOULES]);
    end(&b);
}

// Where one prefix in ten is lost and read again, agents want arithmetic as chats do.
static void a_lost_cache_is_arithmetic(void **state) {
    (void)state;
    bench b;
    run(&b, "chip-and-model-for-agents",
        (const edit[]){
            {"{choose: [32 MiB, 128 MiB]}", "32 MiB"},
            {"from: {choose: [chat, agentic-coding]}", "from: agentic-coding"},
            {"concurrency: {choose: [1, 4, 16, 32, 64, 128]}",
             "concurrency: 16\n    per_turn.cache_hit: {choose: [0.9, 0.985]}"},
            {"max_window_layers: {choose: [36, 9]}", "max_window_layers: 36"},
            {"each: [scenario.from, model.max_window_layers]", "each: [scenario.per_turn.cache_hit]"},
            {NULL, NULL}});
    assert_int_equal(b.sweep.front.count, 2);
    const aug_front_point *lost = &b.sweep.front.points[0], *kept = &b.sweep.front.points[1];
    assert_true(number_of(&b, lost, "machine.levels.core.fanout.core") >
                number_of(&b, kept, "machine.levels.core.fanout.core"));
    assert_true(number_of(&b, lost, "machine.levels.hbm.bandwidth") <
                number_of(&b, kept, "machine.levels.hbm.bandwidth"));
    assert_true(lost->metrics[AUG_METRIC_TASK_USD] > 1.2 * kept->metrics[AUG_METRIC_TASK_USD]);
    // The machine that it is compared with is among what the answer rests on.
    aug_study_constants_list constants = aug_study_constants(&b.ground.arena, b.sweep.study);
    int of_baseline = 0;
    for (int i = 0; i < constants.count; i++)
        of_baseline += strcmp(constants.at[i].of, "baseline a100-80g") == 0;
    assert_true(of_baseline > 0);
    end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_machines_want_the_same_kind_of_model),
        cmocka_unit_test(the_band_decides_on_four_bits),
        cmocka_unit_test(agents_want_memory_where_chats_want_arithmetic),
        cmocka_unit_test(a_lost_cache_is_arithmetic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
