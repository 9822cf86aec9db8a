// Two machines that differ in one thing, and one that is too small: who wins, by how much and why, by hand.
#include "support/small_model.h"

#include "design/comparison.h"

// 8e11 bit/s and 1.43 times as much; 1e12 operations per second; no launch. The third holds half of the 2 MB
// of weights.
static const char *const chips[] = {"model: kernel\n"
                                    "levels:\n"
                                    "  - {memory: dram, size: 1 GB, bandwidth: 100 GB/s}\n"
                                    "  - {compute: mac, peak: {bf16: 1 TFLOP/s}}\n"
                                    "rent: 3.6 USD/h\n",
                                    "model: kernel\n"
                                    "levels:\n"
                                    "  - {memory: dram, size: 2 GB, bandwidth: 143 GB/s}\n"
                                    "  - {compute: mac, peak: {bf16: 1 TFLOP/s}}\n"
                                    "rent: 7.2 USD/h\n",
                                    "model: kernel\n"
                                    "levels:\n"
                                    "  - {memory: dram, size: 1 MB, bandwidth: 500 GB/s}\n"
                                    "  - {compute: mac, peak: {bf16: 1 TFLOP/s}}\n"};
static const char *const names[] = {"slow", "fast", "small"};

typedef struct bench {
    test_ground ground;
    aug_machine machines[3];
    aug_model model;
    aug_economy economy;
    aug_comparison_row rows[3];
    aug_comparison comparison;
} bench;

static void compare(bench *b, int count, int threads) {
    test_begin(&b->ground);
    memset(b->rows, 0, sizeof b->rows);
    test_small_model(&b->ground, &b->model, "linear", AUG_RANK_PLAIN, AUG_RANK_FEATURE);
    b->economy = (aug_economy){.life_seconds = 31557600.0, .pue = 1.0, .utilization = 1.0};
    for (int i = 0; i < count; i++) {
        assert_true(
            aug_machine_read(&b->ground.reader, test_parse(&b->ground, chips[i]), names[i], &b->machines[i]));
        aug_comparison_row *row = &b->rows[i];
        row->model = &b->model;
        row->machine = &b->machines[i];
        row->wish = aug_plan_default();
        row->scenario = aug_scenario_default();
        row->scenario.in_tokens = 100;
        row->scenario.out_tokens = 11;
        row->is[AUG_IDENTITY_MODEL] = "small";
        row->is[AUG_IDENTITY_MACHINE] = names[i];
    }
    b->comparison = (aug_comparison){.rows = b->rows, .count = count, .economy = &b->economy};
    assert_true(aug_comparison_run(&b->comparison, threads));
    aug_comparison_judge(&b->ground.arena, &b->comparison);
}

static void end(bench *b) {
    aug_comparison_free(&b->comparison);
    test_end(&b->ground);
}

static const aug_winner *winner_of(const bench *b, aug_metric metric) {
    for (int i = 0; i < b->comparison.winner_count; i++)
        if (b->comparison.winners[i].metric == metric)
            return &b->comparison.winners[i];
    return NULL;
}

// A step moves 16 · (1000 + 10^6 + 1000) = 1.6032e7 bits: 20.04 us and 14.0140 us. Prompts take 200 us on
// both: 2e8 operations. Eleven tokens take 400.4 and 340.14 us. Dollars: half the price per hour at 1
// / 1.1772 of the rate.
static void the_winner_and_the_reason_follow_by_hand(void **state) {
    (void)state;
    bench b;
    compare(&b, 3, 2);
    assert_int_equal(b.comparison.answers, 2);
    const struct {
        aug_metric metric;
        int row;
        double ratio;
        const char *why;
    } rows[] = {{AUG_METRIC_TTFT, 0, 1, "ttft: slow and fast are equal"},
                {AUG_METRIC_TPOT, 1, 1.43,
                 "tpot: fast wins by 1.43x over slow: decode waits 6.03 us less for dram bandwidth, with "
                 "1.43x its bandwidth per chip"},
                {AUG_METRIC_TOKENS_USER, 1, 1.43,
                 "tok/s/user: fast wins by 1.43x over slow: decode waits 6.03 us less for dram bandwidth, "
                 "with 1.43x its bandwidth per chip"},
                {AUG_METRIC_TOKENS, 1, 400.4 / (200 + 200.4 / 1.43),
                 "tok/s: fast wins by 1.18x over slow: decode waits 6.03 us less for dram bandwidth, with "
                 "1.43x its bandwidth per chip"},
                {AUG_METRIC_USD_MTOK, 0, 2 / (400.4 / (200 + 200.4 / 1.43)),
                 "USD/Mtok: slow wins by 1.7x over fast: 0.5x the dollars per hour at 0.85x the rate"},
                {AUG_METRIC_LARGEST_BATCH, 1, 2.002, NULL},
                {AUG_METRIC_JOULES, -1, 1, NULL}};
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        const aug_winner *winner = winner_of(&b, rows[i].metric);
        assert_int_equal(winner->row, rows[i].row);
        assert_near(winner->ratio, rows[i].ratio, 1e-3);
        if (rows[i].why)
            assert_string_equal(winner->why, rows[i].why);
    }
    end(&b);
}

// A row without an answer stays, with the reason, and competes in nothing.
static void what_does_not_fit_stays_in_the_table(void **state) {
    (void)state;
    bench b;
    compare(&b, 3, 1);
    assert_non_null(strstr(b.rows[2].reason, "does not fit: each chip needs"));
    assert_true(isnan(b.rows[2].metrics[AUG_METRIC_TOKENS]));
    for (int i = 0; i < b.comparison.winner_count; i++)
        assert_true(b.comparison.winners[i].row != 2 && b.comparison.winners[i].next != 2);
    end(&b);
}

// A row says what the estimate says.
static void rows_are_estimates(void **state) {
    (void)state;
    bench b;
    compare(&b, 2, 1);
    for (int i = 0; i < 2; i++) {
        aug_estimate *e = AUG_NEW(&b.ground.arena, aug_estimate);
        aug_estimate_make(&b.ground.arena, &b.model, &b.machines[i], &b.rows[i].scenario, &b.economy,
                          &b.rows[i].wish, e);
        assert_near(b.rows[i].metrics[AUG_METRIC_TTFT], e->outcome.ttft_seconds, 0);
        assert_near(b.rows[i].metrics[AUG_METRIC_TOKENS], e->outcome.tokens_per_second, 0);
        assert_near(b.rows[i].metrics[AUG_METRIC_USD_MTOK], e->outcome.usd_per_mtok, 0);
    }
    end(&b);
}

static void a_label_tells_what_differs(void **state) {
    (void)state;
    bench b;
    compare(&b, 2, 1);
    assert_string_equal(aug_comparison_label(&b.ground.arena, &b.comparison, 1), "fast");
    b.comparison.varies[AUG_IDENTITY_BATCH] = b.comparison.varies[AUG_IDENTITY_CHIPS] =
        b.comparison.varies[AUG_IDENTITY_MODEL] = true;
    b.rows[1].is[AUG_IDENTITY_BATCH] = "32";
    b.rows[1].is[AUG_IDENTITY_CHIPS] = "8";
    assert_string_equal(aug_comparison_label(&b.ground.arena, &b.comparison, 1), "small on fast x8 batch 32");
    end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_winner_and_the_reason_follow_by_hand),
        cmocka_unit_test(what_does_not_fit_stays_in_the_table),
        cmocka_unit_test(rows_are_estimates),
        cmocka_unit_test(a_label_tells_what_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
