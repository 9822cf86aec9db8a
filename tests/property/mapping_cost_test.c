// What holds for every mapping, on random small problems (mapping_world.h):
//
//   the short way, the totals and the lanes say what the long way says;
//   parts sum to totals, and explanations work out to the counts that they explain;
//   more room never turns what fits into what does not;
//   the order in which inputs and ranks are named changes nothing.
#include "mapping_world.h"

#include "support/worked_out.h"

#include "cost/batch.h"
#include "cost/count.h"
#include "cost/explain.h"
#include "cost/footprint.h"
#include "cost/perfect.h"
#include "cost/quick.h"

enum { CHOICES = 70 };

static void compare_totals(world *w, const aug_cost *expected, bool fits, const aug_totals *found) {
    expect(w, "energy", expected->energy_pj, found->energy_pj);
    expect(w, "cycles", expected->cycles, found->cycles);
    expect_count(w, "fitting", fits, found->fits);
}

// ---- Ways to the same figures

static void short_way(world *w) {
    if (!aug_perfect_count(&w->problem, &w->mapping, &w->cost))
        return;
    w->looked_at++;
    w->scratch->formed = w->scratch->scattered = false;
    aug_footprint(&w->problem, &w->mapping, &w->other);
    aug_scratch_form(w->scratch, &w->problem, &w->mapping);
    aug_count_all(w->scratch, &w->other);
    compare_counts(w, &w->other, &w->cost);
}

static void totals(world *w) {
    aug_totals found;
    bool fits = aug_cost_evaluate(&w->problem, &w->mapping, w->scratch, &w->cost);
    aug_cost_totals(&w->problem, &w->mapping, w->scratch, &w->other, &found);
    w->looked_at++;
    compare_totals(w, &w->cost, fits, &found);
}

// Draws tiles for the loops of a mapping: those of a rank shrink inwards to 1. Half of the choices divide.
static void choose_tiles(world *w, double tiles[AUG_MAPPING_NODES][CHOICES], int at) {
    aug_count left[AUG_PROBLEM_RANKS];
    int last[AUG_PROBLEM_RANKS], loop = 0;
    bool even = at % 2;
    memcpy(left, w->problem.sizes, sizeof left);
    for (int n = 0; n < w->mapping.count; n++)
        if (w->mapping.nodes[n].kind == AUG_MAPPING_FOR || w->mapping.nodes[n].kind == AUG_MAPPING_PAR)
            last[w->mapping.nodes[n].rank] = n;
    for (int n = 0; n < w->mapping.count; n++) {
        const aug_mapping_node *node = &w->mapping.nodes[n];
        if (node->kind != AUG_MAPPING_FOR && node->kind != AUG_MAPPING_PAR)
            continue;
        aug_count tile = last[node->rank] == n ? 1 : 1 + aug_random_below(&w->random, left[node->rank]);
        while (even && left[node->rank] % tile)
            tile--;
        left[node->rank] = tile;
        tiles[loop++][at] = (double)tile;
    }
}

// Evaluates a choice into w->cost; tells whether it fits, and w->divides whether its tiles divide.
static bool evaluate_choice(world *w, const double *const *rows, int at) {
    aug_mapping mapping = w->mapping;
    aug_count left[AUG_PROBLEM_RANKS];
    memcpy(left, w->problem.sizes, sizeof left);
    w->divides = true;
    for (int n = 0, loop = 0; n < mapping.count; n++) {
        aug_mapping_node *node = &mapping.nodes[n];
        if (node->kind != AUG_MAPPING_FOR && node->kind != AUG_MAPPING_PAR)
            continue;
        node->tile = (aug_count)rows[loop++][at];
        w->divides &= left[node->rank] % node->tile == 0;
        left[node->rank] = node->tile;
    }
    return aug_cost_evaluate(&w->problem, &mapping, w->scratch, &w->cost);
}

// Prepared once, choices of tiles one by one; those that do not divide are refused.
static void quick_choices(world *w, const double *const *rows, int count) {
    const aug_quick *quick = aug_quick_new(&w->arena, &w->problem, &w->mapping);
    for (int i = 0; i < count && quick; i++) {
        aug_count tiles[AUG_MAPPING_NODES];
        aug_totals found;
        int loops = 0;
        for (int n = 0; n < w->mapping.count; n++)
            if (w->mapping.nodes[n].kind == AUG_MAPPING_FOR || w->mapping.nodes[n].kind == AUG_MAPPING_PAR) {
                tiles[loops] = (aug_count)rows[loops][i];
                loops++;
            }
        bool divides = aug_quick_run(quick, tiles, &found);
        bool fitting = evaluate_choice(w, rows, i);
        expect_count(w, "tiles that divide", w->divides, divides);
        if (divides)
            compare_totals(w, &w->cost, fitting, &found);
    }
}

static void lanes(world *w) {
    static double tiles[AUG_MAPPING_NODES][CHOICES];
    static double energies_pj[CHOICES], cycles[CHOICES];
    static bool fits[CHOICES];
    const double *rows[AUG_MAPPING_NODES];
    int count = 1 + (int)aug_random_below(&w->random, CHOICES);
    for (int l = 0; l < AUG_MAPPING_NODES; l++)
        rows[l] = tiles[l];
    for (int i = 0; i < count; i++)
        choose_tiles(w, tiles, i);
    aug_batch *batch = aug_batch_new(&w->arena, &w->problem, &w->mapping);
    w->looked_at += aug_batch_has_lanes(batch);
    aug_batch_run(batch, rows, count, energies_pj, cycles, fits);
    for (int i = 0; i < count; i++) {
        bool fitting = evaluate_choice(w, rows, i);
        const aug_totals found = {energies_pj[i], cycles[i], fits[i]};
        compare_totals(w, &w->cost, fitting, &found);
    }
    quick_choices(w, rows, count);
}

// ---- Sums

static double memory_parts(world *w, int m) {
    const aug_problem_memory *memory = &w->problem.memories[m];
    const aug_memory_cost *of = &w->cost.memories[m];
    double energy_pj = of->leakage_pj, bits = 0.0, slowest = 0.0;
    for (int t = 0; t < w->problem.tensor_count && of->used; t++) {
        const aug_holding *holding = &of->tensors[t];
        double flows_pj = 0.0;
        if (!holding->kept)
            continue;
        bits += (double)holding->tile_words * memory->bits[t] * (double)memory->buffers;
        for (int f = 0; f < AUG_FLOW_COUNT; f++) {
            flows_pj += holding->flows[f].energy_pj;
            expect(w, "dense data is all actual", (double)holding->flows[f].dense, holding->flows[f].actual);
        }
        expect(w, "energy of a tensor", flows_pj, holding->energy_pj);
        energy_pj += flows_pj;
    }
    for (int p = 0; p < of->port_count; p++)
        slowest = fmax(slowest, of->ports[p].cycles);
    expect(w, "occupancy", bits, of->occupancy_bits);
    expect(w, "cycles of a memory", slowest, of->cycles);
    expect(w, "energy of a memory", of->used ? energy_pj : 0.0, of->energy_pj);
    return of->energy_pj;
}

static void parts(world *w) {
    bool fits = aug_cost_evaluate(&w->problem, &w->mapping, w->scratch, &w->cost);
    double energy_pj = w->cost.compute.energy_pj, slowest = w->cost.compute_cycles;
    w->looked_at++;
    for (int m = 0; m < w->problem.memory_count; m++) {
        energy_pj += memory_parts(w, m);
        slowest = fmax(slowest, w->cost.memories[m].cycles);
    }
    for (int a = 0; a < w->problem.array_count; a++)
        energy_pj += w->cost.networks[a].energy_pj;
    double whole = w->cost.cycles - w->cost.overhead_cycles;
    expect(w, "energy", energy_pj, w->cost.energy_pj);
    expect_count(w, "energy that is known", !isnan(energy_pj), w->cost.has_energy);
    expect_count(w, "whole cycles", true, whole == floor(whole) && whole >= slowest * (1.0 - 1e-9) && whole < slowest + 1.0);
    expect_count(w, "operations", w->problem.operations, w->cost.compute.operations);
    expect_count(w, "utilisation of at most 1", true, w->cost.utilization <= 1.0 + ROUNDING || !fits);
}

static void explanations(world *w) {
    aug_cost_evaluate(&w->problem, &w->mapping, w->scratch, &w->cost);
    for (int m = 0; m < w->problem.memory_count; m++)
        for (int t = 0; t < w->problem.tensor_count; t++)
            for (int f = 0; f < AUG_FLOW_COUNT && w->cost.memories[m].tensors[t].kept; f++) {
                aug_buffer text;
                aug_buffer_init(&text, &w->arena);
                aug_cost_explain(&text, &w->problem, &w->mapping, w->scratch, &w->cost, m, t, (aug_flow_kind)f);
                const char *line = aug_buffer_text(&text);
                double count = (double)w->cost.memories[m].tensors[t].flows[f].dense;
                if (strstr(line, "none")) {
                    expect(w, line, 0.0, count);
                } else if (!strstr(line, "walked")) {
                    w->looked_at++;
                    expect(w, line, count, worked_out(line));
                }
            }
}

// ---- Room

static void more_room(world *w) {
    bool fits = aug_cost_evaluate(&w->problem, &w->mapping, w->scratch, &w->cost);
    int violations = w->cost.violation_count;
    w->looked_at += fits;
    for (int m = 0; m < w->problem.memory_count; m++)
        w->problem.memories[m].capacity_bits += (double)aug_random_below(&w->random, 2) * 100.0;
    for (int a = 0; a < w->problem.axis_count; a++)
        w->problem.axes[a].fanout += aug_random_below(&w->random, 2);
    bool still = aug_cost_evaluate(&w->problem, &w->mapping, w->scratch, &w->other);
    expect_count(w, "what fits fits into more", true, still || !fits);
    expect_count(w, "no more violations", true, w->other.violation_count <= violations);
    for (int m = 0; m < w->problem.memory_count; m++) { // just enough
        w->problem.memories[m].capacity_bits = w->cost.memories[m].occupancy_bits;
        w->problem.memories[m].must = w->problem.memories[m].never = 0;
    }
    expect_count(w, "what is needed is enough", true, aug_cost_evaluate(&w->problem, &w->mapping, w->scratch, &w->other) || violations);
}

// ---- Names

static unsigned renamed(unsigned set, const int *to, int count) {
    unsigned all = (1u << count) - 1, result = set & ~all;
    for (int i = 0; i < count; i++)
        result |= (set >> i & 1) << to[i];
    return result;
}

static void shuffle(aug_random *random, int *items, int count) {
    for (int i = 0; i < AUG_PROBLEM_RANKS; i++)
        items[i] = i;
    for (int i = count - 1; i > 0; i--) {
        int other = (int)aug_random_below(random, (uint64_t)i + 1), item = items[i];
        items[i] = items[other];
        items[other] = item;
    }
}

// The same problem with rank r called to[r].
static void rename_ranks(aug_problem *problem, aug_mapping *mapping, const int *to) {
    const aug_problem before = *problem;
    for (int r = 0; r < problem->rank_count; r++) {
        problem->sizes[to[r]] = before.sizes[r];
        problem->ranks[to[r]] = before.ranks[r];
    }
    for (int t = 0; t < problem->tensor_count; t++) {
        aug_problem_tensor *tensor = &problem->tensors[t];
        tensor->ranks = renamed(tensor->ranks, to, problem->rank_count);
        for (int d = 0; d < tensor->dim_count; d++)
            for (int i = 0; i < tensor->dims[d].term_count; i++)
                tensor->dims[d].terms[i].rank = to[tensor->dims[d].terms[i].rank];
    }
    for (int n = 0; n < mapping->count; n++)
        if (mapping->nodes[n].kind == AUG_MAPPING_FOR || mapping->nodes[n].kind == AUG_MAPPING_PAR)
            mapping->nodes[n].rank = to[mapping->nodes[n].rank];
}

// The same problem with tensor t in place to[t].
static void rename_tensors(aug_problem *problem, aug_mapping *mapping, const int *to) {
    const aug_problem before = *problem;
    int count = problem->tensor_count;
    for (int t = 0; t < count; t++)
        problem->tensors[to[t]] = before.tensors[t];
    for (int m = 0; m < problem->memory_count; m++) {
        aug_problem_memory *memory = &problem->memories[m];
        for (int t = 0; t < count; t++) {
            memory->bits[to[t]] = before.memories[m].bits[t];
            memcpy(memory->energy_pj[to[t]], before.memories[m].energy_pj[t], sizeof memory->energy_pj[t]);
            memcpy(memory->gated_pj[to[t]], before.memories[m].gated_pj[t], sizeof memory->gated_pj[t]);
        }
        memory->must = renamed(memory->must, to, count);
        memory->never = renamed(memory->never, to, count);
    }
    for (int a = 0; a < problem->axis_count; a++) {
        problem->axes[a].multicast = renamed(problem->axes[a].multicast, to, count);
        problem->axes[a].reduce = renamed(problem->axes[a].reduce, to, count);
    }
    for (int n = 0; n < mapping->count; n++) {
        mapping->nodes[n].tensors = renamed(mapping->nodes[n].tensors, to, count);
        mapping->nodes[n].whole = renamed(mapping->nodes[n].whole, to, count);
    }
}

static void names(world *w) {
    int ranks[AUG_PROBLEM_RANKS], tensors[AUG_PROBLEM_RANKS];
    shuffle(&w->random, ranks, w->problem.rank_count);
    shuffle(&w->random, tensors, w->problem.tensor_count - 1);
    aug_problem problem = w->problem;
    aug_mapping mapping = w->mapping;
    rename_ranks(&problem, &mapping, ranks);
    rename_tensors(&problem, &mapping, tensors);
    aug_cost_evaluate(&w->problem, &w->mapping, w->scratch, &w->cost);
    aug_cost_evaluate(&problem, &mapping, w->scratch, &w->other);
    w->looked_at++;
    for (int m = 0; m < problem.memory_count; m++) { // back in their places
        aug_holding before[AUG_PROBLEM_TENSORS];
        memcpy(before, w->other.memories[m].tensors, sizeof before);
        for (int t = 0; t < problem.tensor_count; t++)
            w->other.memories[m].tensors[t] = before[tensors[t]];
        expect(w, "cycles of a memory", w->cost.memories[m].cycles, w->other.memories[m].cycles);
        expect(w, "leakage", w->cost.memories[m].leakage_pj, w->other.memories[m].leakage_pj);
    }
    compare_counts(w, &w->cost, &w->other);
    expect(w, "cycles", w->cost.cycles, w->other.cycles);
    expect(w, "energy", w->cost.energy_pj, w->other.energy_pj);
}

static void the_short_way_is_the_long_way(void **state) {
    (void)state;
    each_problem(short_way, 1);
}
static void totals_are_those_of_the_cost(void **state) {
    (void)state;
    each_problem(totals, 1);
}
static void lanes_are_those_of_the_cost(void **state) {
    (void)state;
    each_problem(lanes, 3);
}
static void parts_sum_to_totals(void **state) {
    (void)state;
    each_problem(parts, 1);
}
static void explanations_work_out(void **state) {
    (void)state;
    each_problem(explanations, 1);
}
static void more_room_never_hurts(void **state) {
    (void)state;
    each_problem(more_room, 1);
}
static void names_have_no_order(void **state) {
    (void)state;
    each_problem(names, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_short_way_is_the_long_way),
        cmocka_unit_test(totals_are_those_of_the_cost),
        cmocka_unit_test(lanes_are_those_of_the_cost),
        cmocka_unit_test(parts_sum_to_totals),
        cmocka_unit_test(explanations_work_out),
        cmocka_unit_test(more_room_never_hurts),
        cmocka_unit_test(names_have_no_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
