// What a change of a mapping or of a machine does to the counts, on random small problems (mapping_world.h):
//
//   kinds of instances sum to all of them;
//   loops that change no tile, stores written as two and memories that are passed by change nothing;
//   a mark `!`, an axis that forbids to share and an output that starts from values move more words, where they should;
//   drains are the reads that `drain: free` leaves out.
#include "mapping_world.h"

#include "cost/count.h"
#include "cost/footprint.h"

static void evaluate(world *w) {
    aug_cost_evaluate(&w->problem, &w->mapping, w->scratch, &w->cost);
}

static void evaluate_other(world *w, const aug_problem *problem, const aug_mapping *mapping) {
    aug_cost_evaluate(problem, mapping, w->scratch, &w->other);
    w->looked_at++;
}

static int any(world *w, int count) {
    return (int)aug_random_below(&w->random, (uint64_t)count);
}

// ---- Kinds of instances

static const aug_walk_loop *loop_around(const world *w, int node, int axes) {
    const aug_mapping_node *at = &w->mapping.nodes[node];
    return at->kind == AUG_MAPPING_PAR && at->axis < axes ? aug_walk_loop_at(&w->scratch->form.ranks[at->rank], node) : NULL;
}

static bool next_kind(const world *w, int axes, int *choice) {
    for (int n = w->mapping.count - 1; n >= 0; n--) {
        const aug_walk_loop *loop = loop_around(w, n, axes);
        if (loop && ++choice[n] < loop->run_count)
            return true;
        choice[n] = loop ? 0 : choice[n];
    }
    return false;
}

static void kinds_of_store(world *w, int m, int t) {
    int all[AUG_MAPPING_NODES], choice[AUG_MAPPING_NODES], axes = w->problem.memories[m].axes_above, index = aug_form_store(&w->scratch->form, t, m);
    aug_words whole, sum = {{0}, 0}, kind;
    for (int n = 0; n < w->mapping.count; n++) {
        all[n] = AUG_CHOOSE_ALL;
        choice[n] = loop_around(w, n, axes) ? 0 : AUG_CHOOSE_ALL;
    }
    aug_count_words(w->scratch, t, index, all, &whole);
    do {
        aug_count copies = 1;
        for (int n = 0; n < w->mapping.count; n++)
            if (loop_around(w, n, axes))
                copies *= loop_around(w, n, axes)->runs[choice[n]].copies;
        aug_count_words(w->scratch, t, index, choice, &kind);
        for (int f = 0; f < AUG_FLOW_COUNT; f++)
            sum.flows[f] += copies * kind.flows[f];
        sum.drains += copies * kind.drains;
    } while (next_kind(w, axes, choice));
    for (int f = 0; f < AUG_FLOW_COUNT; f++) {
        expect_count(w, "words of all kinds", whole.flows[f], sum.flows[f]);
        expect_count(w, "words of a memory", w->other.memories[m].tensors[t].flows[f].dense, sum.flows[f]);
    }
    expect_count(w, "drains of all kinds", whole.drains, sum.drains);
}

static void kinds(world *w) {
    w->scratch->formed = w->scratch->scattered = false;
    aug_footprint(&w->problem, &w->mapping, &w->other);
    aug_scratch_form(w->scratch, &w->problem, &w->mapping);
    aug_count_all(w->scratch, &w->other);
    for (int m = 0; m < w->problem.memory_count; m++)
        for (int t = 0; t < w->problem.tensor_count; t++)
            if (w->other.memories[m].tensors[t].kept) {
                kinds_of_store(w, m, t);
                w->looked_at++;
            }
}

// ---- What changes nothing

static void compare_figures(world *w) {
    compare_counts(w, &w->cost, &w->other);
    expect(w, "cycles", w->cost.cycles, w->other.cycles);
    expect(w, "overhead", w->cost.overhead_cycles, w->other.overhead_cycles);
    expect(w, "energy", w->cost.energy_pj, w->other.energy_pj);
}

static void insert_loop(aug_mapping *mapping, int node, int rank, aug_count tile) {
    memmove(&mapping->nodes[node + 1], &mapping->nodes[node], sizeof mapping->nodes[0] * (size_t)(mapping->count - node));
    mapping->nodes[node] = (aug_mapping_node){.kind = AUG_MAPPING_FOR, .rank = rank, .tile = tile};
    mapping->count++;
}

// What is left of a rank in front of a node.
static aug_count left_of(const world *w, const aug_mapping *mapping, int node, int rank) {
    aug_count extents[AUG_PROBLEM_RANKS];
    aug_footprint_extents(&w->problem, mapping, node, extents);
    return extents[rank];
}

static void loops_of_one_step(world *w) {
    aug_mapping mapping = w->mapping;
    if (mapping.count + 3 > AUG_MAPPING_NODES)
        return;
    for (int i = 0; i < 3; i++) {
        int node = 1 + any(w, mapping.count - 1), rank = any(w, w->problem.rank_count);
        insert_loop(&mapping, node, rank, left_of(w, &mapping, node, rank));
    }
    evaluate(w);
    evaluate_other(w, &w->problem, &mapping);
    compare_figures(w);
}

// `for r:6 for r:3` takes the steps of `for r:3`: a tile that several tiles of the next loop make up.
static void loops_in_two(world *w) {
    int node = any(w, w->mapping.count);
    const aug_mapping_node *at = &w->mapping.nodes[node];
    if (at->kind != AUG_MAPPING_FOR || w->mapping.count == AUG_MAPPING_NODES)
        return;
    aug_mapping mapping = w->mapping;
    insert_loop(&mapping, node, at->rank, at->tile * (1 + aug_random_below(&w->random, left_of(w, &mapping, node, at->rank) / at->tile)));
    evaluate(w);
    evaluate_other(w, &w->problem, &mapping);
    compare_figures(w);
}

// Two stores that stand together are one: `reg[A B]` as `reg[B] reg[A]`.
static void stores_in_two(world *w) {
    int node = any(w, w->mapping.count), t = any(w, w->problem.tensor_count);
    const aug_mapping_node *at = &w->mapping.nodes[node];
    if (at->kind != AUG_MAPPING_STORE || !(at->tensors >> t & 1) || at->tensors == 1u << t || w->mapping.count == AUG_MAPPING_NODES)
        return;
    aug_mapping mapping = w->mapping;
    insert_loop(&mapping, node, 0, 1);
    mapping.nodes[node] = *at;
    mapping.nodes[node].tensors = 1u << t;
    mapping.nodes[node + 1].tensors &= ~(1u << t);
    evaluate(w);
    evaluate_other(w, &w->problem, &mapping);
    compare_figures(w);
}

// A memory just inside of memory `at`, which keeps nothing.
static void insert_memory(aug_problem *problem, aug_mapping *mapping, int at) {
    for (int m = problem->memory_count++; m > at; m--) {
        problem->memories[m] = problem->memories[m - 1];
        problem->memories[m].gated_at += problem->memories[m].gated_at > at;
    }
    problem->memories[at + 1].must = problem->memories[at + 1].never = 0;
    for (int a = 0; a < problem->axis_count; a++)
        problem->axes[a].memories_above += problem->axes[a].memories_above > at;
    for (int c = 0; c < problem->compute_count; c++)
        problem->computes[c].memories_above += problem->computes[c].memories_above > at;
    for (int n = 0; n < mapping->count; n++)
        if (mapping->nodes[n].kind == AUG_MAPPING_STORE)
            mapping->nodes[n].memory += mapping->nodes[n].memory > at;
}

static void passed_memories(world *w) {
    static aug_problem problem;
    aug_mapping mapping = w->mapping;
    int at = any(w, w->problem.memory_count);
    if (w->problem.memory_count == AUG_PROBLEM_MEMORIES)
        return;
    problem = w->problem;
    insert_memory(&problem, &mapping, at);
    evaluate(w);
    evaluate_other(w, &problem, &mapping);
    expect_count(w, "a memory that is passed is not used", false, w->other.memories[at + 1].used);
    for (int m = at + 1; m < w->problem.memory_count; m++)
        w->other.memories[m] = w->other.memories[m + 1];
    compare_figures(w);
}

// ---- What moves more words

// All flows of all tensors but for those of `except` are the same.
static void compare_others(world *w, int except) {
    for (int m = 0; m < w->problem.memory_count; m++)
        for (int t = 0; t < w->problem.tensor_count; t++)
            for (int f = 0; f < AUG_FLOW_COUNT && t != except && w->cost.memories[m].tensors[t].kept; f++)
                expect_count(w, "words of other tensors", w->cost.memories[m].tensors[t].flows[f].dense, w->other.memories[m].tensors[t].flows[f].dense);
}

// Compares words of a tensor in a memory: `more` may have grown, the rest must be the same.
static void compare_grown(world *w, int m, int t, unsigned more) {
    for (int f = 0; f < AUG_FLOW_COUNT && w->cost.memories[m].tensors[t].kept; f++) {
        aug_count before = w->cost.memories[m].tensors[t].flows[f].dense, now = w->other.memories[m].tensors[t].flows[f].dense;
        if (more >> f & 1)
            expect_count(w, "no fewer words", true, now >= before);
        else
            expect_count(w, "words that stay the same", before, now);
    }
}

enum { READ = 1u << AUG_FLOW_READ, FILL = 1u << AUG_FLOW_FILL, UPDATE = 1u << AUG_FLOW_UPDATE };

static void marks(world *w) {
    aug_mapping mapping = w->mapping;
    int node = any(w, mapping.count), t = any(w, w->problem.tensor_count - 1); // inputs: results are sent up as well
    aug_mapping_node *store = &mapping.nodes[node];
    evaluate(w);
    if (store->kind != AUG_MAPPING_STORE || !(store->tensors >> t & 1) || w->cost.memories[store->memory].tensors[t].flows[AUG_FLOW_FILL].dense == 0)
        return;
    store->whole |= 1u << t;
    evaluate_other(w, &w->problem, &mapping);
    compare_others(w, t);
    bool outside = true; // reads of the store outside of it change, even to fewer: whole tiles are more often equal
    for (int n = 0; n < node; n++)
        outside = outside && (mapping.nodes[n].kind != AUG_MAPPING_STORE || !(mapping.nodes[n].tensors >> t & 1));
    expect_count(w, "the outermost store is not filled", false, outside);
    compare_grown(w, store->memory, t, FILL);
    for (int m = store->memory + 1; m < w->problem.memory_count; m++)
        compare_grown(w, m, t, 0);
}

static void forbidden_axes(world *w) {
    static aug_problem problem;
    if (w->problem.axis_count == 0)
        return;
    problem = w->problem;
    int t = any(w, problem.tensor_count);
    bool down = any(w, 2), output = problem.tensors[t].is_output;
    aug_problem_axis *axis = &problem.axes[any(w, problem.axis_count)];
    *(down ? &axis->multicast : &axis->reduce) &= ~(1u << t);
    evaluate(w);
    evaluate_other(w, &problem, &w->mapping);
    compare_others(w, t);
    for (int m = 0; m < problem.memory_count; m++)
        compare_grown(w, m, t, !output && !down ? 0 : down ? READ : READ | UPDATE);
}

static void values_to_start_from(world *w) {
    static aug_problem problem;
    problem = w->problem;
    int output = problem.tensor_count - 1;
    problem.tensors[output].accumulates = true;
    evaluate(w);
    evaluate_other(w, &problem, &w->mapping);
    compare_others(w, output);
    for (int m = 0; m < problem.memory_count; m++)
        compare_grown(w, m, output, READ | FILL);
}

static void drains(world *w) {
    static aug_problem problem;
    problem = w->problem;
    w->problem.drain_reads = true;
    problem.drain_reads = false;
    int output = problem.tensor_count - 1;
    evaluate(w);
    evaluate_other(w, &problem, &w->mapping);
    compare_others(w, output);
    for (int m = 0; m < problem.memory_count; m++) {
        if (!w->cost.memories[m].tensors[output].kept)
            continue;
        w->cost.memories[m].tensors[output].flows[AUG_FLOW_READ].dense -= w->cost.memories[m].tensors[output].drain_words;
        compare_grown(w, m, output, 0);
        expect_count(w, "drains that are free", 0, w->other.memories[m].tensors[output].drain_words);
    }
}

static void kinds_of_instances_sum_to_all(void **state) {
    (void)state;
    each_problem(kinds, 1);
}
static void loops_of_one_step_change_nothing(void **state) {
    (void)state;
    each_problem(loops_of_one_step, 1);
}
static void loops_in_two_change_nothing(void **state) {
    (void)state;
    each_problem(loops_in_two, 1);
}
static void stores_in_two_change_nothing(void **state) {
    (void)state;
    each_problem(stores_in_two, 1);
}
static void memories_that_are_passed_change_nothing(void **state) {
    (void)state;
    each_problem(passed_memories, 1);
}
static void whole_tiles_are_no_fewer_words(void **state) {
    (void)state;
    each_problem(marks, 1);
}
static void sharing_saves_words(void **state) {
    (void)state;
    each_problem(forbidden_axes, 1);
}
static void values_are_fetched(void **state) {
    (void)state;
    each_problem(values_to_start_from, 1);
}
static void drains_are_reads(void **state) {
    (void)state;
    each_problem(drains, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_of_instances_sum_to_all),
        cmocka_unit_test(loops_of_one_step_change_nothing),
        cmocka_unit_test(loops_in_two_change_nothing),
        cmocka_unit_test(stores_in_two_change_nothing),
        cmocka_unit_test(memories_that_are_passed_change_nothing),
        cmocka_unit_test(whole_tiles_are_no_fewer_words),
        cmocka_unit_test(sharing_saves_words),
        cmocka_unit_test(values_are_fetched),
        cmocka_unit_test(drains_are_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
