// Prompts in pieces beside decoding requests, by hand.
#include "support/testing.h"

#include "system/chunked.h"

static void rooms_and_shares_follow_by_hand(void **state) {
    (void)state;
    const struct {
        double requests, prompt, steps, verified, budget;
        double decoding, prompt_tokens, share, passes, waiting;
    } rows[] = {
        // Five pieces of at most 248.4: 8 / (1 + 5/100) requests decode.
        {8, 1000, 100, 1, 256, 8 / 1.05, 256 - 8 / 1.05, 8 / 1.05 / 100 * 1000 / (256 - 8 / 1.05), 5, 0},
        // One step per request: passes are full. c = 256 / (1 + 1/1000); 4 pieces; the rest waits in line.
        {8, 1000, 1, 1, 256, 256 / 1001.0, 256000 / 1001.0, 1, 4, 8 - 5 * 256 / 1001.0},
        // A whole prompt fits beside all: one piece, a share of the passes. d = 4 / (1 + 1/10).
        {4, 100, 10, 1, 8192, 4 / 1.1, 100, 4 / 1.1 / 10, 1, 0},
        // More than one prompt a pass: d = 100 / (1 + 1/10), x = 9.09 prompts of 100 tokens in every pass.
        {100, 100, 10, 1, 8192, 100 / 1.1, 1000 / 1.1, 1, 1, 0},
        // Answers of one token: nothing decodes.
        {4, 100, 0, 1, 200, 0, 200, 1, 1, 2},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        aug_mix mix = aug_mix_of(rows[i].requests, rows[i].prompt, rows[i].steps, rows[i].verified, rows[i].budget);
        assert_near(mix.decoding, rows[i].decoding, 1e-9);
        assert_near(mix.prompt_tokens, rows[i].prompt_tokens, 1e-9);
        assert_near(mix.share, rows[i].share, 1e-9);
        assert_near(mix.prompt_passes, rows[i].passes, 0);
        assert_near(mix.waiting, rows[i].waiting, 1e-9);
    }
}

static void a_mixed_pass_has_a_piece_and_riders(void **state) {
    (void)state;
    const aug_mix mix = {.decoding = 6, .prompt_tokens = 250};
    const aug_pass step = {.phase = AUG_PHASE_DECODE, .sequences = 6, .new_tokens = 2, .past_tokens = 1063};
    const aug_pass prompt = {.phase = AUG_PHASE_PREFILL, .sequences = 1, .new_tokens = 1000, .past_tokens = 24};
    aug_pass pass = aug_mix_pass(&mix, &step, &prompt);
    assert_near(pass.sequences, 1, 0);
    assert_near(pass.new_tokens, 250, 0);
    assert_near(pass.past_tokens, 24 + 375, 0);
    assert_near(aug_pass_tokens(&pass), 250 + 12, 0);
    aug_pass riders = aug_pass_of_riders(&pass);
    assert_int_equal(riders.phase, AUG_PHASE_DECODE);
    assert_near(riders.sequences, 6, 0);
    assert_near(riders.past_tokens, 1063, 0);
    assert_near(aug_pass_tokens(&(aug_pass){.sequences = 2, .new_tokens = 3}), 6, 0);
    pass = aug_pass_alone(&pass);
    assert_near(aug_pass_tokens(&pass), 250, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rooms_and_shares_follow_by_hand),
        cmocka_unit_test(a_mixed_pass_has_a_piece_and_riders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
