// Attention under a mask: figures by hand, and against bands that are workloads of their own.
//
//     S[m,p] += Q[m,e] * K[p,e], O[m,f] += S[m,p] * V[p,f] with m = p = 8 and e = f = 2, S kept in a buffer that
//     costs nothing: B bands read Q once, write O once, and read K and V of 8 / B, 2 · 8 / B, .. 8 positions
//
//     words of dram  2 · 16 + 2 · 2 · 8 (B + 1) / 2 = 32 + 16 (B + 1)
//     operations     2 · 2 · 64 (B + 1) / (2 B)     = 128 (B + 1) / B
//
//     B                            1    2    4    8
//     words                       64   80  112  176
//     operations                 256  192  160  144
//     pJ, 1 a word, 1.5 each     448  368  352  392
#include "support/group_world.h"

#include "fusion/band.h"
#include "fusion/band_seed.h"

#include <math.h>

#define EINSUMS "einsums: ['S[m,p] += Q[m,e] * K[p,e]', 'O[m,f] += S[m,p] * V[p,f]']\n"
#define FREE_BUFFER(pj)                                                                                                \
    "auger: machine/1\nname: chip\nclock: 1 GHz\nlevels:\n  - {memory: dram, energy: 0.125 pJ/bit}\n"                  \
    "  - {memory: buffer, energy: 0 pJ/bit}\n  - {compute: mac, rate: 1/cycle, energy: " pj " pJ}\n"
#define SMALL_BUFFER                                                                                                   \
    "auger: machine/1\nname: chip\nclock: 1 GHz\nlevels:\n"                                                            \
    "  - {memory: dram, bandwidth: 16 bit/cycle, energy: 4 pJ/bit}\n"                                                  \
    "  - {memory: buffer, size: 256 bit, bandwidth: 64 bit/cycle, energy: 0.1 pJ/bit}\n"                               \
    "  - {compute: mac, rate: 1/cycle, energy: 1 pJ}\n"

typedef struct world {
    test_ground ground;
    group_world all;
    aug_mask mask;
    const aug_mask *masks[GROUP_WORLD_MOST];
    aug_mapper_result alone[GROUP_WORLD_MOST];
    aug_mapper_options options;
    aug_group_chain chain;
    aug_bands bands;
    aug_group_result result;
} world;

static const char *workload_of(test_ground *ground, const char *einsums, unsigned rows, unsigned columns) {
    return aug_arena_print(&ground->arena, "auger: workload/1\nranks: {m: %u, p: %u, e: 2, f: 2}\n%s", rows, columns, einsums);
}

// m is the first rank of both; p the second of scores and the third of values.
static void begin(world *w, const char *machine, aug_objective objective, unsigned rows, aug_mask mask, bool apart) {
    static aug_mask own[2];
    memset(w, 0, sizeof *w);
    test_begin(&w->ground);
    mask.rows = 0;
    own[0] = own[1] = mask;
    group_world_read(&w->ground, workload_of(&w->ground, EINSUMS, rows, (unsigned)aug_mask_columns(&mask, rows, rows)), machine,
                     &w->all);
    for (int i = 0; i < w->all.count; i++) {
        const aug_problem *p = w->all.members[i];
        for (int r = 0; r < p->rank_count; r++) {
            if (strcmp(p->ranks[r], "m") == 0)
                own[i].rows = r;
            if (strcmp(p->ranks[r], "p") == 0)
                own[i].columns = r;
        }
        w->masks[i] = &own[i];
    }
    w->options = (aug_mapper_options){.objective = objective, .threads = 1, .perfect = true};
    aug_mapper_options alone = w->options;
    if (objective == AUG_OBJECTIVE_EDP)
        alone.objective = AUG_OBJECTIVE_FRONT;
    for (int i = 0; i < w->all.count; i++)
        aug_mapper_run(&w->ground.arena, w->all.members[i], &alone, &w->alone[i]);
    w->chain = (aug_group_chain){.members = w->all.members, .count = w->all.count, .alone = w->alone, .apart = apart};
    const aug_band_question question = {.chain = &w->chain, .masks = w->masks, .options = &w->options};
    assert_true(aug_band_is_any(&w->chain, w->masks) == (rows > 1));
    aug_bands_search(&w->ground.arena, &question, &w->bands);
    w->chain.offers = w->bands.offers;
    w->chain.offer_count = w->bands.offer_count;
    aug_group_map(&w->ground.arena, &w->chain, &w->options, &w->result);
    assert_true(w->bands.is_all == (rows > 1));
    aug_group_result again; // without a search of whole groups, which are among the offers
    w->chain.apart = apart || w->bands.is_all;
    aug_group_map(&w->ground.arena, &w->chain, &w->options, &again);
    assert_true(again.proven == w->result.proven && again.point_count == w->result.point_count);
    assert_near(again.value, w->result.value, 1e-12);
    assert_near(again.lower_bound, w->result.lower_bound, 1e-12);
    w->chain.apart = apart;
}

static void figures_are_those_counted_by_hand(void **state) {
    (void)state;
    static const double energies[] = {448, 368, 352, 392}, cycles[] = {256, 192, 160, 144};
    static world w;
    begin(&w, FREE_BUFFER("1.5"), AUG_OBJECTIVE_ENERGY, 8, (aug_mask){0}, false);
    assert_int_equal(w.bands.count, 1);
    const aug_banding *b = &w.bands.bandings[0];
    assert_int_equal(b->first, 0);
    assert_int_equal(b->count, 2);
    assert_int_equal(b->trial_count, 4);
    for (int i = 0; i < 4; i++) {
        const aug_band_trial *trial = &b->trials[i];
        assert_int_equal(trial->bands, 1 << i);
        assert_near(trial->pairs, cycles[i] / 4.0, 0);
        if (!trial->is_searched) { // by its floor
            assert_near(trial->lower_bound, energies[i], 1e-12);
            continue;
        }
        assert_near(trial->energy_pj, energies[i], 1e-12);
        assert_near(trial->cycles, cycles[i], 0);
        assert_near(trial->lower_bound, energies[i], 1e-12);
    }
    assert_true(w.result.proven);
    assert_near(w.result.value, 352, 1e-12);
    int bands = 0;
    for (const aug_group_plan *plan = w.result.points[0].last; plan; plan = plan->before) {
        assert_int_equal(plan->bands, 4);
        assert_int_equal(plan->band, 4 - bands++); // the last one hangs first
        assert_int_equal(plan->group->member_count, 2);
        assert_true(plan->group->members[0]->operations == 8u * (unsigned)plan->band); // 2 rows, 2 band columns, e
    }
    assert_int_equal(bands, 4);
    test_end(&w.ground);
    begin(&w, FREE_BUFFER("1.5"), AUG_OBJECTIVE_LATENCY, 8, (aug_mask){0}, false);
    assert_true(w.result.proven);
    assert_near(w.result.value, 144, 0);
    test_end(&w.ground);
    begin(&w, FREE_BUFFER("1"), AUG_OBJECTIVE_ENERGY, 8, (aug_mask){0}, false); // 320, 272, 272, 320
    assert_true(w.result.proven);
    assert_near(w.result.value, 272, 1e-12);
    test_end(&w.ground);
}

// The bands as workloads of their own, read, bound and searched anew.
static double sum_of_bands(const aug_mask *mask, const char *machine, aug_objective objective, unsigned rows, int bands,
                           const char *einsums) {
    double sum = 0.0;
    for (int i = 1; i <= bands; i++) {
        test_ground ground;
        group_world own;
        aug_group_result result;
        test_begin(&ground);
        aug_mask_band band = aug_mask_cut(mask, rows, bands, i);
        group_world_read(&ground, workload_of(&ground, einsums, (unsigned)band.rows, (unsigned)band.columns), machine, &own);
        const aug_mapper_options options = {.objective = objective, .threads = 1, .perfect = true};
        const aug_group_chain chain = {.members = own.members, .count = own.count};
        aug_group_map(&ground.arena, &chain, &options, &result);
        assert_true(result.proven);
        sum += result.value;
        test_end(&ground);
    }
    return sum;
}

typedef struct size_question {
    unsigned rows;
    uint64_t past, window;
} size_question;

static const size_question questions[] = {{8, 0, 0}, {6, 0, 0}, {7, 2, 0}, {8, 0, 3}, {4, 8, 0}, {12, 0, 4}, {1, 3, 0}};

static void bands_are_workloads_of_their_own(void **state) {
    (void)state;
    static world w;
    for (size_t i = 0; i < AUG_COUNT(questions); i++)
        for (int objective = 0; objective < AUG_OBJECTIVE_EDP; objective++) {
            const aug_mask mask = {.past = questions[i].past, .window = questions[i].window};
            begin(&w, SMALL_BUFFER, (aug_objective)objective, questions[i].rows, mask, false);
            assert_int_equal(w.bands.count, questions[i].rows > 1);
            double least = (double)INFINITY;
            for (int k = 0; w.bands.count > 0 && k < w.bands.bandings[0].trial_count; k++) {
                const aug_band_trial *trial = &w.bands.bandings[0].trials[k];
                double sum = sum_of_bands(&mask, SMALL_BUFFER, (aug_objective)objective, questions[i].rows, trial->bands, EINSUMS);
                assert_true(trial->lower_bound <= sum * (1.0 + 1e-12));
                if (trial->is_searched) {
                    assert_near(trial->value, sum, 1e-12);
                    assert_near(trial->lower_bound, sum, 1e-12);
                }
                least = fmin(least, sum);
            }
            if (w.bands.count == 0)
                least = sum_of_bands(&mask, SMALL_BUFFER, (aug_objective)objective, 1, 1, EINSUMS);
            assert_true(w.result.proven);
            assert_true(w.result.value <= least * (1.0 + 1e-12)); // einsums one by one may take other numbers
            test_end(&w.ground);
        }
}

// By itself each einsum takes the number of bands that is best for it.
static void einsums_apart_have_bands_of_their_own(void **state) {
    (void)state;
    static world w;
    for (size_t i = 0; i < AUG_COUNT(questions); i++) {
        const aug_mask mask = {.past = questions[i].past, .window = questions[i].window};
        begin(&w, SMALL_BUFFER, AUG_OBJECTIVE_ENERGY, questions[i].rows, mask, true);
        double sum = 0.0;
        for (int e = 0; e < w.all.count; e++) {
            double least = w.alone[e].value;
            for (int k = 1; w.bands.count > 0 && k < w.bands.bandings[0].trial_count; k++) {
                int bands = w.bands.bandings[0].trials[k].bands;
                double value = 0.0;
                for (int band = 1; w.bands.bandings[0].trials[k].is_searched && band <= bands; band++) {
                    aug_mapper_result result;
                    const aug_problem cut = aug_band_problem(w.all.members[e], w.masks[e],
                                                             aug_mask_cut(&mask, questions[i].rows, bands, band));
                    aug_mapper_run(&w.ground.arena, &cut, &w.options, &result);
                    value += result.value;
                }
                if (value > 0.0)
                    least = fmin(least, value);
            }
            assert_near(w.bands.alone_pj[e], least, 1e-12);
            sum += least;
        }
        assert_true(w.result.proven);
        assert_near(w.result.value, sum, 1e-12);
        for (const aug_group_plan *plan = w.result.points[0].last; plan; plan = plan->before)
            assert_int_equal(plan->group->member_count, 1);
        test_end(&w.ground);
    }
}

// No point of a front is below what is known of sums, and both ends are on it.
static void fronts_add_up(void **state) {
    (void)state;
    static world w, least;
    begin(&w, SMALL_BUFFER, AUG_OBJECTIVE_FRONT, 8, (aug_mask){0}, false);
    assert_true(w.result.proven && w.result.point_count > 0);
    begin(&least, SMALL_BUFFER, AUG_OBJECTIVE_ENERGY, 8, (aug_mask){0}, false);
    assert_near(w.result.points[0].energy_pj, least.result.value, 1e-12);
    test_end(&least.ground);
    begin(&least, SMALL_BUFFER, AUG_OBJECTIVE_EDP, 8, (aug_mask){0}, false);
    assert_true(least.result.proven);
    double product = (double)INFINITY;
    for (int i = 0; i < w.result.point_count; i++)
        product = fmin(product, w.result.points[i].energy_pj * w.result.points[i].cycles);
    assert_near(product, least.result.value, 1e-12);
    test_end(&least.ground);
    test_end(&w.ground);
}

// A limit ends every search early; what is said of the whole stays true.
static void limits_leave_a_bound(void **state) {
    (void)state;
    static world w;
    begin(&w, SMALL_BUFFER, AUG_OBJECTIVE_ENERGY, 8, (aug_mask){0}, false);
    double best = w.result.value;
    for (uint64_t limit = 1; limit <= 100000; limit *= 10) {
        aug_bands bands;
        aug_group_result result;
        aug_mapper_options options = w.options;
        options.node_limit = limit;
        const aug_band_question question = {.chain = &w.chain, .masks = w.masks, .options = &options, .alone_limit = limit};
        w.chain.offer_count = 0;
        aug_bands_search(&w.ground.arena, &question, &bands);
        w.chain.offers = bands.offers;
        w.chain.offer_count = bands.offer_count;
        aug_group_map(&w.ground.arena, &w.chain, &options, &result);
        for (int k = 0; k < bands.bandings[0].trial_count; k++) {
            const aug_band_trial *trial = &bands.bandings[0].trials[k];
            double sum = sum_of_bands(&w.mask, SMALL_BUFFER, AUG_OBJECTIVE_ENERGY, 8, trial->bands, EINSUMS);
            assert_true(trial->lower_bound <= sum * (1.0 + 1e-12));
        }
        if (result.point_count > 0)
            assert_true(result.value >= best * (1.0 - 1e-12));
        assert_true(result.lower_bound <= result.value);
    }
    test_end(&w.ground);
}

// Plans of all pairs are plans of a band: they stand as nests, fit, take what they say, and no less than the best.
static void plans_of_other_bands_are_seeds(void **state) {
    (void)state;
    static world w;
    static const aug_mask_band sizes[] = {{4, 4}, {4, 8}, {2, 6}, {8, 3}, {3, 5}};
    begin(&w, SMALL_BUFFER, AUG_OBJECTIVE_FRONT, 8, (aug_mask){0}, false);
    aug_group_result whole;
    w.chain.offer_count = 0;
    aug_group_map(&w.ground.arena, &w.chain, &w.options, &whole);
    int found = 0;
    aug_band_seeds *seeds = aug_band_seeds_new(&w.ground.arena, AUG_OBJECTIVE_FRONT);
    for (size_t i = 0; i < AUG_COUNT(sizes); i++) {
        aug_problem cut[GROUP_WORLD_MOST];
        const aug_problem *members[GROUP_WORLD_MOST];
        for (int e = 0; e < w.all.count; e++) {
            cut[e] = aug_band_problem(w.all.members[e], w.masks[e], sizes[i]);
            members[e] = &cut[e];
        }
        const aug_group_chain chain = {.members = members, .count = w.all.count};
        aug_mapper_options options = w.options;
        options.objective = AUG_OBJECTIVE_ENERGY;
        aug_group_result best;
        aug_group_map(&w.ground.arena, &chain, &options, &best);
        assert_true(best.proven);
        aug_band_seeds_start(seeds, &chain);
        for (int k = 0; k < whole.point_count; k++)
            aug_band_seeds_add(seeds, whole.points[k].last);
        aug_group_offer offers[AUG_BAND_SEEDS];
        int count = aug_band_seeds_offer(seeds, offers);
        assert_true(count <= 1); // of both members
        for (int k = 0; count > 0 && k < offers[0].point_count; k++) {
            aug_group_plan plan = *offers[0].points[k].last;
            double energy = plan.energy_pj, cycles = plan.cycles;
            for (int e = 0; e < w.all.count; e++)
                assert_true(aug_mapping_check(&w.ground.reader, NULL, plan.problems[e], plan.nests[e]));
            assert_true(aug_group_evaluate(&w.ground.arena, &plan));
            assert_near(plan.energy_pj, energy, 1e-12);
            assert_near(plan.cycles, cycles, 1e-12);
            assert_true(energy >= best.value * (1.0 - 1e-12));
            found++;
        }
    }
    assert_true(found >= 3);
    test_end(&w.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_counted_by_hand),
        cmocka_unit_test(bands_are_workloads_of_their_own),
        cmocka_unit_test(einsums_apart_have_bands_of_their_own),
        cmocka_unit_test(fronts_add_up),
        cmocka_unit_test(limits_leave_a_bound),
        cmocka_unit_test(plans_of_other_bands_are_seeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
