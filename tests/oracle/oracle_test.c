// Random small problems: what src/cost computes has to be what the oracle sees while walking.
//
// A fixed list of seeds and one that is new in each run and printed. AUGER_ORACLE_COUNT=50000 draws so many problems altogether,
// AUGER_ORACLE_SEED=7 draws all of them from that seed, `oracle_test SEED INDEX` repeats one and prints it. A case that
// differs is made smaller before it is shown.
#include "oracle.h"
#include "oracle_compare.h"
#include "oracle_random.h"
#include "oracle_shrink.h"
#include "oracle_text.h"
#include "support/test_share.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SHOWN = 3, PROBLEMS = 30000 }; // shown: of each kind of figure

typedef struct campaign {
    aug_arena arena;      // of one case
    aug_arena lasting;
    aug_cost_scratch *scratch;
    aug_problem problem;
    aug_mapping mapping;
    aug_cost cost;
    oracle_counts counts;
    int problems, failed;
    int shown[ORACLE_FIGURES];
    uint64_t operations;
    int failed_by[ORACLE_FIGURES]; // cases in which a kind of figure differs
    oracle_figure looked_for;      // while making a case smaller
} campaign;

// Draws one case: its state depends on seed and index alone.
static void draw(campaign *c, uint64_t seed, uint64_t index) {
    aug_random mixed = {seed};
    aug_random random = {aug_random_next(&mixed) + index * UINT64_C(0xD1342543DE82EF95)};
    oracle_limits limits = oracle_limits_default();
    oracle_random_draw(&random, &limits, &c->problem, &c->mapping);
}

static int check(campaign *c, const aug_problem *problem, const aug_mapping *mapping, int differences[ORACLE_FIGURES],
                 aug_buffer *out) {
    aug_arena_reset(&c->arena);
    aug_buffer_init(out, &c->arena);
    for (int i = 0; i < ORACLE_FIGURES; i++)
        differences[i] = 0;
    if (!oracle_is_mapping(&c->arena, problem, mapping)) {
        aug_buffer_put(out, "  no mapping: aug_mapping_check refuses it\n");
        return ++differences[ORACLE_FORM];
    }
    oracle_walk(&c->arena, problem, mapping, &c->counts);
    bool fits = aug_cost_evaluate(problem, mapping, c->scratch, &c->cost);
    return oracle_compare(problem, &c->counts, &c->cost, fits, differences, out);
}

static bool still_fails(void *user, const aug_problem *problem, const aug_mapping *mapping) {
    campaign *c = user;
    int differences[ORACLE_FIGURES];
    aug_buffer out;
    check(c, problem, mapping, differences, &out);
    return differences[c->looked_for] > 0;
}

static void show(campaign *c, const char *title) {
    int differences[ORACLE_FIGURES];
    aug_buffer lines, text;
    check(c, &c->problem, &c->mapping, differences, &lines);
    aug_buffer_init(&text, &c->arena);
    oracle_print_problem(&text, &c->problem);
    aug_buffer_put(&text, "  nest: ");
    aug_mapping_print(&text, &c->problem, &c->mapping);
    printf("%s\n%s\n%s", title, aug_buffer_text(&text), aug_buffer_text(&lines));
}

static oracle_figure first_difference(const int differences[ORACLE_FIGURES]) {
    int figure = 0;
    while (figure < ORACLE_FIGURES - 1 && differences[figure] == 0)
        figure++;
    return (oracle_figure)figure;
}

static void run_one(campaign *c, uint64_t seed, uint64_t index, bool always_show) {
    int differences[ORACLE_FIGURES];
    aug_buffer lines;
    draw(c, seed, index);
    c->problems++;
    c->operations += c->problem.operations;
    int found = check(c, &c->problem, &c->mapping, differences, &lines);
    if (always_show)
        show(c, "the case:");
    if (found == 0)
        return;
    c->failed++;
    for (int i = 0; i < ORACLE_FIGURES; i++)
        c->failed_by[i] += differences[i] > 0;
    c->looked_for = first_difference(differences);
    if (c->shown[c->looked_for]++ >= SHOWN)
        return;
    printf("seed %" PRIu64 ", problem %" PRIu64 ": %d differences\n", seed, index, found);
    oracle_shrink(&c->problem, &c->mapping, still_fails, c);
    show(c, "made smaller:");
}

static uint64_t setting(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text && text[0] ? strtoull(text, NULL, 10) : otherwise;
}

static void run_all(campaign *c) {
    uint64_t seeds[] = {1, 2, 3, 4, 5, (uint64_t)time(NULL)};
    uint64_t problems = setting("AUGER_ORACLE_COUNT", test_some_of(PROBLEMS)), only = setting("AUGER_ORACLE_SEED", 0);
    if (only) {
        for (uint64_t i = 0; i < problems; i++)
            run_one(c, only, i, false);
        return;
    }
    printf("the new seed is %" PRIu64 "\n", seeds[AUG_COUNT(seeds) - 1]);
    for (size_t s = 0; s < AUG_COUNT(seeds); s++)
        for (uint64_t i = 0; i < problems / AUG_COUNT(seeds); i++)
            run_one(c, seeds[s], i, false);
}

int main(int argument_count, char **arguments) {
    campaign *c = calloc(1, sizeof *c);
    if (!c)
        return 2;
    aug_arena_init(&c->arena, NULL);
    aug_arena_init(&c->lasting, NULL);
    c->scratch = aug_cost_scratch_new(&c->lasting);
    if (argument_count == 3)
        run_one(c, strtoull(arguments[1], NULL, 10), strtoull(arguments[2], NULL, 10), true);
    else
        run_all(c);
    for (int i = 0; i < ORACLE_FIGURES; i++)
        if (c->failed_by[i] > 0)
            printf("%s differ in %d problems\n", oracle_figure_names[i], c->failed_by[i]);
    printf("%d problems of %" PRIu64 " operations altogether: %d differ\n", c->problems, c->operations, c->failed);
    int status = c->failed > 0;
    aug_arena_free(&c->arena);
    aug_arena_free(&c->lasting);
    free(c);
    return status;
}
