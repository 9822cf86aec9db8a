// The mapper against the whole space of tiny random problems (mapspace.h): every objective, with tiles that
// divide and with short ones (all of them, and those that large problems have), on one thread and two, with restrictions, limits and cutoffs, and behind given
// loops.
//
// Of each kind of difference the first case is shown, then only those of half as many mappings or fewer.
// A fixed seed and a new one that is printed. AUGER_MAPSPACE_COUNT=5000 draws so many problems altogether,
// AUGER_MAPSPACE_SEED=7 draws all of them from that seed, AUGER_MAPSPACE_FAMILY=2 those of one family,
// AUGER_MAPSPACE_WITHOUT=3 draws fewer kinds of problems (mapspace_random.c),
// AUGER_MAPSPACE_LEAST=1 has large problems' rules for short tiles used for all of them, 0 for none (one in five is),
// `mapspace_test SEED INDEX` repeats one and prints it.
#include "mapspace.h"
#include "mapspace_random.h"
#include "oracle_text.h"
#include "support/test_share.h"

#include "mapper/mapper.h"
#include "mapper/tile_scope.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PROBLEMS = 1760, MOST_MAPPINGS = 30000 };

typedef enum fault {
    FAULT_ENERGY, // as aug_objective
    FAULT_LATENCY,
    FAULT_EDP,
    FAULT_FRONT,
    FAULT_TIE,
    FAULT_THREADS,
    FAULT_LIMIT,
    FAULT_CUTOFF,
    FAULT_CAP,    // of cycles
    FAULT_PREFIX, // nests that begin as the best one
    FAULT_PROOF,   // what it says of its answer
    FAULT_OUTSIDE, // its mapping is better than all of the space
    FAULT_COUNT
} fault;

static const char *const fault_names[] = {"energy",  "latency",    "edp",    "front", "tie",
                                          "threads", "node limit", "cutoff", "cap", "prefix", "proof", "outside of the space"};

typedef struct campaign {
    aug_arena arena; // of one case
    mapspace_case drawn;
    uint64_t seed, index;
    mapspace_result space;
    int looked_at[FAMILY_COUNT], failed[FAMILY_COUNT], too_large, empty;
    int faults[FAMILY_COUNT][FAULT_COUNT];
    uint64_t smallest[FAMILY_COUNT][FAULT_COUNT]; // mappings of the smallest case of a kind so far
    bool fails, always_show;
    bool least_tiles; // short ones as in large problems
    uint64_t mappings, nodes;
} campaign;

static uint64_t setting(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text && text[0] ? strtoull(text, NULL, 10) : otherwise;
}

// ---- Showing

static void print_nest(campaign *c, const char *title, const mapspace_point *point) {
    aug_buffer text;
    aug_buffer_init(&text, &c->arena);
    aug_mapping_print(&text, &c->drawn.problem, &point->mapping);
    printf("  %s: energy %.17g cycles %.17g\n    %s\n", title, point->energy_pj, point->cycles,
           aug_buffer_text(&text));
}

static void print_restriction(const campaign *c) {
    const aug_restriction *restriction = &c->drawn.restriction;
    printf("  restriction:");
    for (int m = 0; m <= AUG_PROBLEM_MEMORIES; m++) {
        const char *name = m < c->drawn.problem.memory_count ? c->drawn.problem.memories[m].name : "compute";
        if (m < c->drawn.problem.memory_count && (restriction->must[m] || restriction->never[m]))
            printf(" %s must %x never %x", name, restriction->must[m], restriction->never[m]);
        for (int i = 0; i < restriction->order_count[m]; i++)
            printf("%s%s",
                   i                                   ? " "
                   : m < c->drawn.problem.memory_count ? " order above memory: "
                                                       : " order above compute: ",
                   c->drawn.problem.ranks[restriction->order[m][i]]);
        for (int r = 0; m < c->drawn.problem.memory_count && restriction->has_tiles[m] &&
                        r < c->drawn.problem.rank_count;
             r++)
            printf(" %s tile of %s %" PRIu64 "..%" PRIu64, name, c->drawn.problem.ranks[r],
                   restriction->tiles[m][r].least, restriction->tiles[m][r].most);
    }
    if (restriction->axis_is_fixed[0])
        printf(" axis 0 only ranks %x", restriction->axis_ranks[0]);
    printf(" utilization %g\n", restriction->min_utilization);
}

static void print_case(campaign *c) {
    aug_buffer text;
    aug_buffer_init(&text, &c->arena);
    oracle_print_problem(&text, &c->drawn.problem);
    printf("%s  %s tiles; drain_reads %d; arrays:", aug_buffer_text(&text),
           c->drawn.perfect ? "perfect" : "any", c->drawn.problem.drain_reads);
    for (int a = 0; a < c->drawn.problem.array_count; a++)
        printf(" axes %d hop %g router %g fill %g drain %g sweep %g per_fold %d;",
               c->drawn.problem.arrays[a].axis_count, c->drawn.problem.arrays[a].hop_pj,
               c->drawn.problem.arrays[a].router_pj, c->drawn.problem.arrays[a].fill_cycles,
               c->drawn.problem.arrays[a].drain_cycles, c->drawn.problem.arrays[a].sweep_cycles,
               c->drawn.problem.arrays[a].per_fold);
    printf("\n");
    for (int m = 0; m < c->drawn.problem.memory_count; m++)
        printf("  %s must %x never %x leak %g\n", c->drawn.problem.memories[m].name,
               c->drawn.problem.memories[m].must, c->drawn.problem.memories[m].never,
               c->drawn.problem.memories[m].leakage_pj_per_cycle);
    if (c->drawn.restricted)
        print_restriction(c);
    if (c->drawn.prefix_count > 0) {
        mapspace_point begin = {.mapping = {.count = c->drawn.prefix_count}};
        memcpy(begin.mapping.nodes, c->drawn.prefix, sizeof c->drawn.prefix);
        print_nest(c, "begins with", &begin);
    }
}

static void blame(campaign *c, fault kind, const char *what, const aug_mapper_result *found,
                  const mapspace_point *better) {
    c->fails = true;
    c->faults[c->drawn.family][kind]++;
    uint64_t *smallest = &c->smallest[c->drawn.family][kind];
    if (*smallest && c->space.count * 2 > *smallest && !c->always_show)
        return;
    *smallest = c->space.count;
    printf("seed %" PRIu64 ", problem %" PRIu64 " (%s), %s: %s\n", c->seed, c->index,
           mapspace_family_names[c->drawn.family], fault_names[kind], what);
    print_case(c);
    for (int i = 0; i < found->point_count; i++) {
        mapspace_point point = {found->points[i].energy_pj, found->points[i].cycles,
                                found->points[i].mapping};
        print_nest(c, "mapper", &point);
    }
    if (better)
        print_nest(c, "in the space", better);
    printf("\n");
}

// ---- Comparing

static aug_mapper_status run(campaign *c, aug_mapper_options *options, aug_mapper_result *result) {
    options->perfect = c->drawn.perfect;
    options->restriction = c->drawn.restricted ? &c->drawn.restriction : NULL;
    if (c->drawn.prefix_count > 0) {
        options->prefix = c->drawn.prefix;
        options->prefix_count = c->drawn.prefix_count;
    }
    if (options->threads == 0)
        options->threads = 1;
    options->least_tiles = c->least_tiles;
    options->part_nodes = c->index & 1; // every other problem in as many parts as there can be
    aug_mapper_status status = aug_mapper_run(&c->arena, &c->drawn.problem, options, result);
    c->nodes += result->nodes;
    return status;
}

static double value_of(int objective, double energy, double cycles) {
    return objective == AUG_OBJECTIVE_ENERGY    ? energy
           : objective == AUG_OBJECTIVE_LATENCY ? cycles
                                                : energy * cycles;
}

static const mapspace_point *best_of(const campaign *c, int objective) {
    return objective == AUG_OBJECTIVE_ENERGY    ? &c->space.energy
           : objective == AUG_OBJECTIVE_LATENCY ? &c->space.latency
                                                : &c->space.edp;
}

static bool covers(double energy, double cycles, double other_energy, double other_cycles) {
    return !mapspace_less(other_energy, energy) && !mapspace_less(other_cycles, cycles);
}

// As the numbers are: energies of a front may differ by a word of the cheapest memory.
static bool is_below(const aug_mapper_point *point, const aug_mapper_point *other) {
    return point->energy_pj <= other->energy_pj && point->cycles <= other->cycles;
}

static void compare_front(campaign *c, const aug_mapper_result *found) {
    for (int i = 0; i < c->space.front_count; i++) {
        const mapspace_point *point = &c->space.front[i];
        bool covered = false;
        for (int k = 0; k < found->point_count; k++)
            covered |=
                covers(found->points[k].energy_pj, found->points[k].cycles, point->energy_pj, point->cycles);
        if (!covered) {
            blame(c, FAULT_FRONT, "a point is missing", found, point);
            return;
        }
    }
    for (int k = 0; k < found->point_count; k++) {
        const aug_mapper_point *point = &found->points[k];
        bool covered = false;
        for (int i = 0; i < c->space.front_count; i++)
            covered |= covers(c->space.front[i].energy_pj, c->space.front[i].cycles, point->energy_pj,
                              point->cycles);
        if (!covered)
            blame(c, FAULT_OUTSIDE, "a point of the front", found, NULL);
        for (int i = 0; i < k; i++)
            if (is_below(&found->points[i], point) || is_below(point, &found->points[i]))
                blame(c, FAULT_FRONT, "a point is below another", found, NULL);
    }
}

static bool same_answer(campaign *c, const aug_mapper_result *a, const aug_mapper_result *b) {
    if (a->point_count != b->point_count)
        return false;
    for (int i = 0; i < a->point_count; i++) {
        aug_buffer x, y;
        aug_buffer_init(&x, &c->arena);
        aug_mapping_print(&x, &c->drawn.problem, &a->points[i].mapping);
        aug_buffer_init(&y, &c->arena);
        aug_mapping_print(&y, &c->drawn.problem, &b->points[i].mapping);
        if (strcmp(aug_buffer_text(&x), aug_buffer_text(&y)) != 0)
            return false;
    }
    return true;
}

static void check_tie(campaign *c, int objective, const aug_mapper_result *found) {
    const mapspace_point *best = best_of(c, objective);
    const aug_mapper_point *point = &found->points[0];
    if (objective == AUG_OBJECTIVE_LATENCY && mapspace_less(best->energy_pj, point->energy_pj))
        blame(c, FAULT_TIE, "less energy at the same cycles", found, best);
    for (int i = 0; i < c->space.front_count && objective == AUG_OBJECTIVE_ENERGY && found->is_fastest; i++)
        if (c->space.front[i].energy_pj <= point->energy_pj && // a word of a memory may be less than rounding
            mapspace_less(c->space.front[i].cycles, point->cycles))
            blame(c, FAULT_TIE, "fewer cycles at the same energy", found, &c->space.front[i]);
}

static void compare_best(campaign *c, int objective, const aug_mapper_result *found) {
    const mapspace_point *best = best_of(c, objective);
    const aug_mapper_point *point = &found->points[0];
    double expected = value_of(objective, best->energy_pj, best->cycles);
    double value = value_of(objective, point->energy_pj, point->cycles);
    if (mapspace_less(expected, value))
        blame(c, (fault)objective, "not the best", found, best);
    else if (mapspace_less(value, expected))
        blame(c, FAULT_OUTSIDE, aug_objective_names[objective], found, best);
    else
        check_tie(c, objective, found);
}

// Least energy of all that take no more cycles than a point of the front: its own.
static void check_caps(campaign *c) {
    for (int i = 0; i < c->space.front_count && i < 3; i++) {
        const mapspace_point *point = &c->space.front[i];
        aug_mapper_result found;
        aug_mapper_options options = {.most_cycles = point->cycles * (1.0 + 1e-9)};
        if (!(point->cycles > 0.0))
            continue;
        aug_mapper_status status = run(c, &options, &found);
        if (status != AUG_MAPPER_FOUND || mapspace_less(point->energy_pj, found.value))
            blame(c, FAULT_CAP, "nothing within so many cycles, or too much energy", &found, point);
        else if (mapspace_less(found.value, point->energy_pj))
            blame(c, FAULT_CAP, "too little energy within so many cycles", &found, point);
    }
}

// Stopped early: lower bound <= optimum <= value.
static void check_limit(campaign *c, int objective) {
    aug_mapper_result found;
    aug_mapper_options options = {.objective = (aug_objective)objective,
                                  .node_limit = 1 + aug_random_below(&c->drawn.random, 60)};
    run(c, &options, &found);
    const mapspace_point *best = best_of(c, objective == AUG_OBJECTIVE_FRONT ? AUG_OBJECTIVE_EDP : objective);
    double optimum = value_of(objective, best->energy_pj, best->cycles);
    if (mapspace_less(optimum, found.lower_bound))
        blame(c, FAULT_LIMIT, "the lower bound is above the optimum", &found, best);
    if (mapspace_less(found.value, optimum))
        blame(c, FAULT_LIMIT, "the value is below the optimum", &found, best);
}

// A cutoff just below the optimum leaves nothing, one just above it leaves the optimum.
static void check_cutoff(campaign *c, int objective) {
    const mapspace_point *best = best_of(c, objective);
    double optimum = value_of(objective, best->energy_pj, best->cycles);
    if (!(optimum > 0.0))
        return;
    for (int above = 0; above < 2; above++) {
        double cutoff = optimum * (above ? 1.0 + 1e-6 : 1.0 - 1e-6);
        aug_mapper_options options = {.objective = (aug_objective)objective,
                                      .has_cutoff = true,
                                      .cutoff_energy_pj = (double)INFINITY,
                                      .cutoff_cycles = (double)INFINITY,
                                      .cutoff_edp = (double)INFINITY};
        *(objective == AUG_OBJECTIVE_ENERGY    ? &options.cutoff_energy_pj
          : objective == AUG_OBJECTIVE_LATENCY ? &options.cutoff_cycles
                                               : &options.cutoff_edp) = cutoff;
        aug_mapper_result found;
        aug_mapper_status status = run(c, &options, &found);
        if (status != (above ? AUG_MAPPER_FOUND : AUG_MAPPER_NONE))
            blame(c, FAULT_CUTOFF,
                  above ? "nothing is found below a cutoff above the optimum"
                        : "something is found below a cutoff below the optimum",
                  &found, best);
    }
}

// Whether all tiles behind the prefix divide the ones around them.
static bool divides_behind(const aug_problem *problem, const aug_mapping *nest, int prefix_count) {
    aug_count extents[AUG_PROBLEM_RANKS];
    memcpy(extents, problem->sizes, sizeof extents);
    for (int i = 0; i < nest->count; i++) {
        const aug_mapping_node *node = &nest->nodes[i];
        if (node->kind != AUG_MAPPING_FOR && node->kind != AUG_MAPPING_PAR)
            continue;
        if (i >= prefix_count && extents[node->rank] % node->tile != 0)
            return false;
        extents[node->rank] = node->tile;
    }
    return true;
}

// Among the nests that begin as one of the space does nothing is worse than it.
static void check_prefix(campaign *c, int objective, const mapspace_point *best, int count) {
    bool divided = !c->drawn.perfect && divides_behind(&c->drawn.problem, &best->mapping, count);
    double expected = value_of(objective, best->energy_pj, best->cycles);
    for (int limited = 0; limited < 2; limited++) {
        aug_mapper_result found;
        aug_mapper_options options = {.objective = (aug_objective)objective,
                                      .prefix = best->mapping.nodes,
                                      .prefix_count = count,
                                      .divided = divided ? ~0u : 0,
                                      .node_limit = limited ? 1 + aug_random_below(&c->drawn.random, 60) : 0};
        aug_mapper_status status = run(c, &options, &found);
        if (mapspace_less(expected, limited ? found.lower_bound : found.value))
            blame(c, FAULT_PREFIX, limited ? "the lower bound is too high" : "not the best", &found, best);
        else if (!limited && status != AUG_MAPPER_FOUND)
            blame(c, FAULT_PREFIX, "nothing is found", &found, best);
    }
}

// Groups share loops in time and stores outside of all arrays.
static bool may_be_given(const aug_problem *problem, const aug_mapping_node *node) {
    return node->kind == AUG_MAPPING_FOR ||
           (node->kind == AUG_MAPPING_STORE && problem->memories[node->memory].axes_above == 0);
}

// What a nest of the space begins with, one loop more each time.
static void check_prefixes(campaign *c, int objective) {
    const mapspace_point *best = best_of(c, objective);
    if (c->drawn.restricted || c->drawn.prefix_count > 0)
        return;
    for (int i = 0; i < best->mapping.count && may_be_given(&c->drawn.problem, &best->mapping.nodes[i]); i++)
        if (best->mapping.nodes[i].kind == AUG_MAPPING_FOR)
            check_prefix(c, objective, best, i + 1);
}

static bool is_answer(campaign *c, const aug_mapper_point *point) {
    aug_cost *cost = AUG_NEW(&c->arena, aug_cost);
    bool fits = aug_cost_evaluate(&c->drawn.problem, &point->mapping, aug_cost_scratch_new(&c->arena), cost);
    return fits && covers(cost->energy_pj, cost->cycles, point->energy_pj, point->cycles) &&
           covers(point->energy_pj, point->cycles, cost->energy_pj, cost->cycles);
}

static void check_objective(campaign *c, int objective) {
    aug_mapper_result found, again;
    aug_mapper_options options = {.objective = (aug_objective)objective, .breaks_ties = true};
    aug_mapper_status status = run(c, &options, &found);
    bool any = c->space.fits > 0;
    if (status != (any ? AUG_MAPPER_FOUND : AUG_MAPPER_NONE) || (found.point_count > 0) != any) {
        blame(c, any ? (fault)objective : FAULT_OUTSIDE, any ? "nothing is found" : "nothing should be found",
              &found,
              any ? best_of(c, objective == AUG_OBJECTIVE_FRONT ? AUG_OBJECTIVE_EDP : objective) : NULL);
        return;
    }
    if (!any)
        return;
    if (!found.proven || found.lower_bound != found.value)
        blame(c, FAULT_PROOF, "an answer that is not proven", &found, NULL);
    for (int i = 0; i < found.point_count; i++)
        if (!oracle_is_mapping(&c->arena, &c->drawn.problem, &found.points[i].mapping))
            blame(c, FAULT_PROOF, "an answer that is no mapping", &found, NULL);
    for (int i = 0; i < found.point_count; i++)
        if (!is_answer(c, &found.points[i]))
            blame(c, FAULT_PROOF, "an answer that does not fit or costs something else", &found, NULL);
    if (objective == AUG_OBJECTIVE_FRONT)
        compare_front(c, &found);
    else
        compare_best(c, objective, &found);
    options.threads = 2;
    run(c, &options, &again);
    if (!same_answer(c, &found, &again))
        blame(c, FAULT_THREADS, "another answer on two threads", &found, NULL);
    check_limit(c, objective);
    if (objective == AUG_OBJECTIVE_FRONT) {
        check_caps(c);
    } else {
        check_cutoff(c, objective);
        check_prefixes(c, objective);
    }
}

// family < 0: each in turn.
static void run_one(campaign *c, uint64_t seed, uint64_t index, int family, unsigned without) {
    aug_arena_reset(&c->arena);
    c->seed = seed;
    c->index = index;
    c->drawn.without = (unsigned)setting("AUGER_MAPSPACE_WITHOUT", without);
    mapspace_random_draw(seed, index, family, &c->drawn);
    c->least_tiles = setting("AUGER_MAPSPACE_LEAST", index % 5 == 4) && !c->drawn.restricted;
    for (int a = 0; a < c->drawn.problem.array_count; a++)
        c->least_tiles &= !c->drawn.problem.arrays[a].per_fold; // loops stand where they like there
    bool all_tiles = aug_tile_scope_all(&c->drawn.problem, &(aug_mapper_options){.least_tiles = c->least_tiles});
    if (aug_mapper_can_search(&c->drawn.problem, NULL))
        return;
    mapspace_options options = {.perfect = c->drawn.perfect,
                                .restriction = c->drawn.restricted ? &c->drawn.restriction : NULL,
                                .most = MOST_MAPPINGS,
                                .larger_tiles = all_tiles,
                                .arrays_in_order = true,
                                .shared = &c->drawn.prefix[c->drawn.home_count],
                                .shared_count = c->drawn.prefix_count - c->drawn.home_count};
    mapspace_walk(&c->arena, &c->drawn.problem, &options, &c->space);
    if (!c->space.complete) {
        c->too_large++;
        return;
    }
    c->mappings += c->space.count;
    c->empty += c->space.fits == 0;
    c->looked_at[c->drawn.family]++;
    c->fails = false;
    if (c->always_show) {
        print_case(c);
        printf("  %" PRIu64 " mappings, %" PRIu64 " fit\n", c->space.count, c->space.fits);
    }
    for (int objective = 0; objective < AUG_OBJECTIVE_COUNT; objective++)
        check_objective(c, objective);
    c->failed[c->drawn.family] += c->fails;
}

// Seldom drawn, and once wrong: a store that stays in an inner array over loops outside of it, beside one that does not;
// strides where hops cost; a window along two arrays with loops over it between them; two ranks of a window that need the
// axes of an array in different orders; energies of 0, and a memory inside of the unit that has to keep something; two
// arrays over one rank behind a prefix; a loop between two of a window; prices of a third of a block; places that only
// some tiles, or loops in time above an array, fill.
static const uint64_t rare[][4] = { // seed, index, family, what is not drawn
    {31, 529, FAMILY_STRIDE, 0}, {22, 1139, FAMILY_STRIDE, 0}, {33, 611, FAMILY_STRIDE, 0},
    {72, 589, FAMILY_STRIDE, MAPSPACE_SHORT}, {33, 69, FAMILY_STRIDE, 0}, {301, 81, FAMILY_EXTREME, 0},
    {301, 117, FAMILY_EXTREME, 0}, {301, 159, FAMILY_EXTREME, 0}, {1795891537, 298, FAMILY_PLANE, 0},
    {1795892738, 76, FAMILY_SHARED, 0}, {771301, 1648, FAMILY_VOLUME, 0}, {9001, 3834, FAMILY_WINDOW_ARRAY, 0},
    {6, 241, FAMILY_ASKED_WINDOWS, 0}, {5, 130, FAMILY_LONG, 0}, {5, 107, FAMILY_ARRAYS, 0}, {6, 222, FAMILY_ARRAYS, 0},
    {6, 217, FAMILY_GAPS, 0}, {9102, 157, FAMILY_WINDOW, 0}, {4711, 1121, FAMILY_VOLUME, 0}};

static int wanted_family(void) {
    return getenv("AUGER_MAPSPACE_FAMILY") ? (int)setting("AUGER_MAPSPACE_FAMILY", 0) : -1;
}

static void run_all(campaign *c) {
    uint64_t seeds[] = {1, (uint64_t)time(NULL)};
    uint64_t problems = setting("AUGER_MAPSPACE_COUNT", test_some_of(PROBLEMS)), only = setting("AUGER_MAPSPACE_SEED", 0);
    if (only)
        seeds[0] = only;
    else
        printf("the new seed is %" PRIu64 "\n", seeds[1]);
    size_t count = only ? 1 : AUG_COUNT(seeds);
    for (size_t i = 0; i < AUG_COUNT(rare) && !only; i++)
        run_one(c, rare[i][0], rare[i][1], (int)rare[i][2], (unsigned)rare[i][3]);
    for (size_t s = 0; s < count; s++)
        for (uint64_t i = 0; i < problems / count; i++)
            run_one(c, seeds[s], i, wanted_family(), 0);
}

static int report(const campaign *c) {
    int failed = 0;
    for (int f = 0; f < FAMILY_COUNT; f++) {
        printf("%s: %d problems, %d differ", mapspace_family_names[f], c->looked_at[f], c->failed[f]);
        for (int k = 0; k < FAULT_COUNT; k++)
            if (c->faults[f][k])
                printf("; %s %d", fault_names[k], c->faults[f][k]);
        printf("\n");
        failed += c->failed[f];
    }
    printf("%" PRIu64 " mappings, %" PRIu64
           " nodes of the mapper; %d problems without an answer, %d too large\n",
           c->mappings, c->nodes, c->empty, c->too_large);
    return failed;
}

// The example of mapspace.c.
static bool counts_example(campaign *c) {
    oracle_read_problem(&c->arena, "Z[m] += A[m]", "m=2", "dram buffer mac", &c->drawn.problem);
    mapspace_options options = {.most = MOST_MAPPINGS};
    mapspace_walk(&c->arena, &c->drawn.problem, &options, &c->space);
    if (c->space.count != 9)
        printf("the example has 9 mappings, %" PRIu64 " were walked\n", c->space.count);
    return c->space.count == 9;
}

int main(int argument_count, char **arguments) {
    campaign *c = calloc(1, sizeof *c);
    if (!c)
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    aug_arena_init(&c->arena, NULL);
    if (argument_count == 3) {
        c->always_show = true;
        run_one(c, strtoull(arguments[1], NULL, 10), strtoull(arguments[2], NULL, 10), wanted_family(), 0);
    } else {
        run_all(c);
    }
    int failed = report(c) + !counts_example(c);
    aug_arena_free(&c->arena);
    free(c);
    return failed > 0;
}
