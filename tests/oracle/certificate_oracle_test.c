// Certificates against the whole space of tiny random problems: the tree closes on what walking all mappings
// finds to be the best, and on nothing that is worse by a single unit of energy or cycle. With windows a few do
// not close on the best either: no more than one of twenty. Of what a user may ask for a tree does not know all.
//
// Of short tiles no tree closes on more than what it says may be missed, whichever of the tiles of which there are
// equally many are taken.
//
// The second half is what makes a proof worth something: a tree that leaves a mapping out, or a bound that is
// too high, closes where it must not. AUGER_MAPSPACE_COUNT and AUGER_MAPSPACE_SEED as in mapspace_test.c.
#include "mapspace.h"
#include "mapspace_random.h"
#include "support/test_share.h"

#include "proof/certificate_short.h"
#include "proof/certificate_tree.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PROBLEMS = 600, MOST_MAPPINGS = 200000 };

typedef struct campaign {
    aug_arena arena;
    mapspace_case drawn;
    mapspace_result space;
    aug_proof proof;
    aug_cost_scratch *scratch;
    aug_cost cost;
    uint64_t seed, index;
    int looked_at, failed, trees, open, built, closed;
    double missed; // of short tiles
} campaign;

static uint64_t setting(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

// What certificates do not speak of is taken out.
static void simplify(aug_problem *p) {
    for (int m = 0; m < p->memory_count; m++) {
        p->memories[m].block = 1;
        p->memories[m].leakage_pj_per_cycle = 0.0;
    }
    for (int x = 0; x < p->axis_count; x++)
        p->axes[x].multicast = p->axes[x].reduce = ~0u;
    for (int a = 0; a < p->array_count; a++) {
        aug_problem_array *array = &p->arrays[a];
        array->hop_pj = array->router_pj = 0.0;
        array->fill_cycles = array->drain_cycles = array->sweep_cycles = 0.0;
    }
}

static aug_proof_point point_of(campaign *c, const mapspace_point *of) {
    aug_cost_evaluate(&c->drawn.problem, &of->mapping, c->scratch, &c->cost);
    return (aug_proof_point){aug_proof_price(&c->proof, &c->cost), (aug_count)c->cost.cycles};
}

static void blame(campaign *c, const char *what) {
    c->failed++;
    printf("seed %" PRIu64 ", problem %" PRIu64 " (%s), %s: %s\n", c->seed, c->index,
           mapspace_family_names[c->drawn.family], aug_objective_names[c->proof.objective], what);
}

static bool closes(campaign *c) {
    aug_certificate_tree tree;
    return aug_certificate_tree_build(&c->arena, &c->proof, &tree);
}

static void check_points(campaign *c, aug_objective objective) {
    aug_proof *proof = &c->proof;
    proof->objective = objective;
    bool counts = !c->drawn.restricted;
    c->trees += counts;
    if (!closes(c)) {
        c->open += counts;
        if (c->drawn.family == FAMILY_PLAIN_PERFECT || c->drawn.family == FAMILY_ARRAY_PERFECT)
            blame(c, "the tree does not close on the best");
    }
    for (int p = 0; p < proof->point_count; p++) {
        aug_proof_point held = proof->points[p];
        proof->points[p].energy += objective != AUG_OBJECTIVE_LATENCY;
        proof->points[p].cycles += objective == AUG_OBJECTIVE_LATENCY;
        if (closes(c))
            blame(c, "the tree closes on more than the least energy or time");
        proof->points[p] = held;
        proof->points[p].cycles++;
        bool better = objective != AUG_OBJECTIVE_EDP || held.energy > 0; // of nothing, any time is the best
        if (objective != AUG_OBJECTIVE_ENERGY && better && closes(c))
            blame(c, "the tree closes on more than the least cycles");
        proof->points[p] = held;
    }
}

// As certificate_write.c states it. Orders of loops and utilization are not known to the tree.
static void ask(campaign *c, const aug_restriction *asked) {
    if (!asked)
        return;
    for (int m = 0; m < c->drawn.problem.memory_count; m++) {
        c->drawn.problem.memories[m].must |= asked->must[m];
        c->drawn.problem.memories[m].never |= asked->never[m];
    }
    c->proof.limits = *asked;
}

// Of short tiles the tree closes on nothing that is above the least energy by more than what it says may be missed.
static void check_short(campaign *c, aug_objective objective, const mapspace_point *best) {
    static const unsigned parts[] = {1000, 5000, 20000, 50000, 100000, 200000, 500000};
    aug_proof *proof = &c->proof;
    aug_buffer text;
    aug_count nodes;
    proof->objective = objective;
    proof->points[0] = point_of(c, best);
    const aug_proof_point held = proof->points[0];
    aug_buffer_init(&text, &c->arena);
    if (c->index % 10 == 0) {
        c->closed += aug_certificate_short_build(&c->arena, proof, &text, &nodes);
        c->built++;
        c->missed += 1e-6 * proof->within;
    }
    unsigned missed = parts[c->index % AUG_COUNT(parts)];
    double up = 1.0 / (1.0 - 1e-6 * missed) * (1.0 + 1e-6);
    bool time = objective == AUG_OBJECTIVE_LATENCY;
    proof->points[0].energy = (aug_wide)((double)held.energy * (time ? 1.0 : up)) + !time;
    proof->points[0].cycles = (aug_count)((double)held.cycles * (time ? up : 1.0)) + time;
    if (aug_certificate_short_closes(proof, missed / 5, missed, &text, &nodes) ||
        aug_certificate_short_closes(proof, missed, missed, &text, &nodes))
        blame(c, "a tree of short tiles closes on more than the least");
}

static void run_short(campaign *c, uint64_t seed, uint64_t index) {
    static const mapspace_family families[] = {FAMILY_PLAIN, FAMILY_ARRAY};
    aug_arena_reset(&c->arena);
    c->seed = seed;
    c->index = index;
    mapspace_random_draw(seed, index, (int)families[index % AUG_COUNT(families)], &c->drawn);
    simplify(&c->drawn.problem);
    mapspace_options options = {.larger_tiles = true, .most = MOST_MAPPINGS / 10};
    if (aug_mapper_can_search(&c->drawn.problem, NULL) || aug_proof_cannot(&c->drawn.problem) ||
        aug_proof_short_cannot(&c->drawn.problem, AUG_OBJECTIVE_ENERGY, NULL))
        return;
    mapspace_walk(&c->arena, &c->drawn.problem, &options, &c->space);
    if (!c->space.complete || c->space.fits == 0)
        return;
    c->looked_at++;
    c->scratch = aug_cost_scratch_new(&c->arena);
    c->proof = (aug_proof){.problem = &c->drawn.problem, .point_count = 1, .is_short = true};
    if (!aug_certificate_prices(&c->proof) || !aug_proof_prepare(&c->proof)) {
        blame(c, "not prepared");
        return;
    }
    check_short(c, AUG_OBJECTIVE_ENERGY, &c->space.energy);
    check_short(c, AUG_OBJECTIVE_LATENCY, &c->space.latency);
    check_short(c, AUG_OBJECTIVE_EDP, &c->space.edp);
}

static void run_one(campaign *c, uint64_t seed, uint64_t index) {
    static const mapspace_family families[] = {
        FAMILY_PLAIN_PERFECT, FAMILY_ARRAY_PERFECT, FAMILY_WINDOW_PERFECT, FAMILY_WINDOW_ARRAY,
        FAMILY_PLANE,         FAMILY_RESTRICTED,    FAMILY_STRIDE,         FAMILY_UNLIKE,
        FAMILY_EXTREME,       FAMILY_ASKED,         FAMILY_TANGLED,        FAMILY_VOLUME};
    aug_arena_reset(&c->arena);
    c->seed = seed;
    c->index = index;
    mapspace_random_draw(seed, index, (int)families[index % AUG_COUNT(families)], &c->drawn);
    simplify(&c->drawn.problem);
    const aug_restriction *asked = c->drawn.restricted ? &c->drawn.restriction : NULL;
    mapspace_options options = {.perfect = true, .restriction = asked, .most = MOST_MAPPINGS};
    if (aug_mapper_can_search(&c->drawn.problem, NULL) || aug_proof_cannot(&c->drawn.problem))
        return;
    mapspace_walk(&c->arena, &c->drawn.problem, &options, &c->space);
    if (!c->space.complete || c->space.fits == 0)
        return;
    c->looked_at++;
    c->scratch = aug_cost_scratch_new(&c->arena);
    c->proof = (aug_proof){
        .problem = &c->drawn.problem, .point_count = 1, .unit = aug_problem_unit(&c->drawn.problem)};
    ask(c, asked);
    if (c->drawn.family == FAMILY_EXTREME && !aug_certificate_prices(&c->proof))
        return; // a word of more than a microjoule
    if (!aug_certificate_prices(&c->proof) || !aug_proof_prepare(&c->proof)) {
        blame(c, "not prepared");
        return;
    }
    const mapspace_point *best[] = {&c->space.energy, &c->space.latency, &c->space.edp};
    for (int o = 0; o < AUG_OBJECTIVE_FRONT; o++) {
        c->proof.points[0] = point_of(c, best[o]);
        check_points(c, (aug_objective)o);
    }
    for (int i = 0; i < c->space.front_count; i++)
        c->proof.points[i] = point_of(c, &c->space.front[i]);
    c->proof.point_count = c->space.front_count;
    check_points(c, AUG_OBJECTIVE_FRONT);
}

int main(int argument_count, char **arguments) {
    campaign *c = calloc(1, sizeof *c);
    if (!c)
        return 2;
    aug_arena_init(&c->arena, NULL);
    uint64_t count = setting("AUGER_MAPSPACE_COUNT", test_some_of(PROBLEMS)), seed = setting("AUGER_MAPSPACE_SEED", 1);
    if (argument_count == 3)
        run_one(c, strtoull(arguments[1], NULL, 10), strtoull(arguments[2], NULL, 10));
    for (uint64_t i = 0; i < count && argument_count != 3; i++)
        run_one(c, seed, i);
    printf("%d problems, %d differences, %d of %d trees do not close\n", c->looked_at, c->failed, c->open, c->trees);
    bool few = c->open * 20 <= c->trees;
    for (uint64_t i = 0; i < count / 3 && argument_count != 3; i++)
        run_short(c, seed, i);
    if (argument_count == 3)
        run_short(c, strtoull(arguments[1], NULL, 10), strtoull(arguments[2], NULL, 10));
    printf("short tiles: %d of %d trees close, to within %.1f %%\n", c->closed, c->built, 100.0 * c->missed / (c->built + !c->built));
    int failed = c->failed > 0 || c->looked_at == 0 || !few;
    aug_arena_free(&c->arena);
    free(c);
    return failed;
}
