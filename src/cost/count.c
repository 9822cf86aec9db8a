#include "cost/count.h"

#include <math.h>
#include <string.h>

const aug_form *aug_scratch_form(aug_cost_scratch *scratch, const aug_problem *problem,
                                 const aug_mapping *mapping) {
    if (!scratch->formed)
        aug_form_init(&scratch->form, problem, mapping);
    scratch->formed = true;
    return &scratch->form;
}

// ---- One tensor in one memory

// Results come up from the inside; each is added to what is there, which is read where there is something.
static void count_output(aug_cost_scratch *scratch, const aug_edge *outer, const aug_edge *inner,
                         const int *choice, aug_words *words) {
    const aug_form *form = &scratch->form;
    const aug_problem *problem = form->problem;
    bool accumulates = problem->tensors[outer->tensor].accumulates,
         compute = inner->child == form->compute_node;
    aug_count up = aug_traffic_at_parent(form, inner, choice, AUG_DRAINED, scratch->moves, scratch->children);
    aug_direction back = compute || aug_traffic_is_symmetric(form, inner) ? AUG_DRAINED : AUG_FETCHED;
    aug_count down = back == AUG_DRAINED ? up
                                         : aug_traffic_at_parent(form, inner, choice, back, scratch->moves,
                                                                 scratch->children);
    aug_count first =
        accumulates ? 0 : aug_traffic_first_at_parent(form, inner, choice, back, scratch->moves);
    words->flows[AUG_FLOW_UPDATE] = up;
    words->flows[AUG_FLOW_READ] = down - first;
    words->flows[AUG_FLOW_FILL] = words->drains = 0;
    if (outer->parent < 0)
        return;
    aug_count moved = aug_traffic_at_child(form, outer, choice, scratch->moves);
    aug_count unwritten = accumulates ? 0 : aug_traffic_first_at_child(form, outer, choice, scratch->moves);
    words->flows[AUG_FLOW_FILL] = moved - unwritten;
    words->drains = problem->drain_reads ? moved : 0;
    words->flows[AUG_FLOW_READ] += words->drains;
}

void aug_count_words(aug_cost_scratch *scratch, int tensor, int index, const int *choice, aug_words *words) {
    const aug_form *form = &scratch->form;
    aug_edge outer = aug_form_edge(form, tensor, index), inner = aug_form_edge(form, tensor, index + 1);
    if (form->problem->tensors[tensor].is_output && scratch->scattered) {
        aug_scatter_words walked = aug_scatter_count(scratch->scatter, index, choice);
        words->flows[AUG_FLOW_READ] = walked.reads;
        words->flows[AUG_FLOW_FILL] = walked.fills;
        words->flows[AUG_FLOW_UPDATE] = walked.updates;
        words->drains = form->problem->drain_reads ? walked.drains : 0;
        return;
    }
    if (form->problem->tensors[tensor].is_output) {
        count_output(scratch, &outer, &inner, choice, words);
        return;
    }
    words->flows[AUG_FLOW_READ] =
        aug_traffic_at_parent(form, &inner, choice, AUG_FETCHED, scratch->moves, scratch->children);
    words->flows[AUG_FLOW_FILL] =
        outer.parent < 0 ? 0 : aug_traffic_at_child(form, &outer, choice, scratch->moves);
    words->flows[AUG_FLOW_UPDATE] = words->drains = 0;
}

// ---- Instances of one memory

static void choose_all(const aug_form *form, int *choice) {
    for (int n = 0; n < form->mapping->count; n++)
        choice[n] = AUG_CHOOSE_ALL;
}

// The loops in space that tell instances of something with so many axes around it apart.
static bool is_around(const aug_form *form, int node, int axes) {
    const aug_mapping_node *at = &form->mapping->nodes[node];
    return at->kind == AUG_MAPPING_PAR && at->axis < axes && aug_walk_loop_at(&form->ranks[at->rank], node);
}

static const aug_walk_loop *loop_at(const aug_form *form, int node) {
    return aug_walk_loop_at(&form->ranks[form->mapping->nodes[node].rank], node);
}

// Goes through the kinds of instances: sets `choice` around them to one run each. False behind the last one.
static bool next_kind(const aug_form *form, int axes, int *choice) {
    for (int n = form->mapping->count - 1; n >= 0; n--) {
        if (!is_around(form, n, axes))
            continue;
        if (++choice[n] < loop_at(form, n)->run_count)
            return true;
        choice[n] = 0;
    }
    return false;
}

// Instances of this kind; 0: such ones are never busy.
static aug_count copies_of(const aug_form *form, int axes, const int *choice) {
    aug_count copies = 1;
    for (int n = 0; n < form->mapping->count; n++)
        if (is_around(form, n, axes))
            copies *= loop_at(form, n)->runs[choice[n]].copies;
    for (int r = 0; r < form->problem->rank_count && copies; r++) {
        int end = 0;
        const aug_rank_walk *walk = &form->ranks[r];
        for (int l = 0; l < walk->loop_count; l++)
            if (walk->loops[l].in_space && is_around(form, walk->loops[l].node, axes))
                end = l + 1;
        int first[AUG_MAPPING_NODES];
        memcpy(first, choice, sizeof(int) * (size_t)form->mapping->count);
        copies = aug_walk_instances(walk, first, end) ? copies : 0;
    }
    return copies;
}

static bool kinds_differ(const aug_form *form, int axes) {
    for (int n = 0; n < form->mapping->count; n++)
        if (is_around(form, n, axes) && loop_at(form, n)->run_count > 1)
            return true;
    return false;
}

aug_count aug_form_instances(const aug_form *form, int axes) {
    int choice[AUG_MAPPING_NODES];
    choose_all(form, choice);
    aug_count instances = 1;
    for (int r = 0; r < form->problem->rank_count; r++) {
        const aug_rank_walk *walk = &form->ranks[r];
        int end = 0;
        for (int l = 0; l < walk->loop_count; l++)
            if (walk->loops[l].in_space && is_around(form, walk->loops[l].node, axes))
                end = l + 1;
        instances *= aug_walk_instances(walk, choice, end);
    }
    return instances;
}

// ---- Ports

static double port_bits(const aug_problem *problem, int memory, const aug_words *words, unsigned kept,
                        unsigned flows) {
    double bits = 0.0;
    for (int t = 0; t < problem->tensor_count; t++)
        for (int f = 0; f < AUG_FLOW_COUNT; f++)
            if ((kept >> t & 1) && (flows >> f & 1))
                bits += (double)words[t].flows[f] * problem->memories[memory].bits[t];
    return bits;
}

enum { READS = 1u << AUG_FLOW_READ, WRITES = 1u << AUG_FLOW_FILL | 1u << AUG_FLOW_UPDATE };

static void keep_busiest(aug_memory_cost *of, const aug_words *words, unsigned kept, int tensor_count,
                         unsigned flows) {
    for (int t = 0; t < tensor_count; t++)
        for (int f = 0; f < AUG_FLOW_COUNT; f++)
            if ((kept >> t & 1) && (flows >> f & 1))
                of->tensors[t].flows[f].busiest = words[t].flows[f];
}

static void add_actions(const aug_problem *problem, int memory, aug_memory_cost *of, const aug_words *words,
                        unsigned kept, aug_count copies) {
    aug_count block = problem->memories[memory].block;
    for (int t = 0; t < problem->tensor_count; t++)
        for (int f = 0; f < AUG_FLOW_COUNT && (kept >> t & 1); f++) {
            aug_count count = words[t].flows[f];
            of->tensors[t].flows[f].actions += (double)((count / block + (count % block != 0)) * copies);
        }
}

static void add_total(aug_memory_cost *of, const aug_words *words, unsigned kept, int tensor_count,
                      aug_count copies) {
    for (int t = 0; t < tensor_count; t++) {
        if (!(kept >> t & 1))
            continue;
        of->tensors[t].drain_words += words[t].drains * copies;
        for (int f = 0; f < AUG_FLOW_COUNT; f++)
            of->tensors[t].flows[f].dense += words[t].flows[f] * copies;
    }
}

static void count_kind(aug_cost_scratch *scratch, int memory, unsigned kept, const int *choice,
                       aug_words *words) {
    for (int t = 0; t < scratch->form.problem->tensor_count; t++)
        if (kept >> t & 1)
            aug_count_words(scratch, t, aug_form_store(&scratch->form, t, memory), choice, &words[t]);
}

// Where instances differ each kind is counted by itself.
static void count_kinds(aug_cost_scratch *scratch, int memory, unsigned kept, aug_memory_cost *of) {
    const aug_form *form = &scratch->form;
    const aug_problem *problem = form->problem;
    int axes = problem->memories[memory].axes_above, choice[AUG_MAPPING_NODES];
    bool one_port = problem->memories[memory].shared_port;
    double most_read = -1.0, most_written = -1.0;
    choose_all(form, choice);
    for (int n = 0; n < form->mapping->count; n++)
        if (is_around(form, n, axes))
            choice[n] = 0;
    do {
        aug_count copies = copies_of(form, axes, choice);
        if (!copies)
            continue;
        aug_words words[AUG_PROBLEM_TENSORS];
        count_kind(scratch, memory, kept, choice, words);
        add_actions(problem, memory, of, words, kept, copies);
        add_total(of, words, kept, problem->tensor_count, copies);
        double read = port_bits(problem, memory, words, kept, one_port ? READS | WRITES : READS);
        double written = port_bits(problem, memory, words, kept, WRITES);
        if (read > most_read) {
            most_read = read;
            keep_busiest(of, words, kept, problem->tensor_count, one_port ? READS | WRITES : READS);
        }
        if (!one_port && written > most_written) {
            most_written = written;
            keep_busiest(of, words, kept, problem->tensor_count, WRITES);
        }
    } while (next_kind(form, axes, choice));
}

static void count_memory(aug_cost_scratch *scratch, int memory, unsigned kept, const int *all,
                         aug_memory_cost *of) {
    const aug_form *form = &scratch->form;
    const aug_problem *problem = form->problem;
    aug_words words[AUG_PROBLEM_TENSORS];
    int axes = problem->memories[memory].axes_above;
    of->instances = aug_form_instances(form, axes);
    for (int t = 0; t < problem->tensor_count; t++)
        if (kept >> t & 1)
            of->tensors[t].instances = of->instances;
    if (kinds_differ(form, axes)) {
        count_kinds(scratch, memory, kept, of);
        return;
    }
    count_kind(scratch, memory, kept, all, words);
    add_total(of, words, kept, problem->tensor_count, 1);
    for (int t = 0; t < problem->tensor_count; t++)
        for (int f = 0; f < AUG_FLOW_COUNT; f++)
            words[t].flows[f] = kept >> t & 1 ? words[t].flows[f] / of->instances : 0;
    keep_busiest(of, words, kept, problem->tensor_count, READS | WRITES);
    add_actions(problem, memory, of, words, kept, of->instances);
}

static void count_compute(const aug_form *form, aug_compute_cost *compute) {
    int first[AUG_MAPPING_NODES];
    for (int n = 0; n < form->mapping->count; n++)
        first[n] = AUG_CHOOSE_FIRST;
    compute->instances = aug_form_instances(form, form->problem->axis_count);
    compute->operations = compute->busiest = 1;
    for (int r = 0; r < form->problem->rank_count; r++) {
        compute->operations *= form->problem->sizes[r];
        compute->busiest *=
            aug_walk_count(&form->ranks[r], first, AUG_MOVES_LEAVES, form->ranks[r].loop_count);
    }
}

void aug_count_all(aug_cost_scratch *scratch, aug_cost *cost) {
    const aug_form *form = &scratch->form;
    int all[AUG_MAPPING_NODES];
    choose_all(form, all);
    scratch->scattered = form->tensors[form->problem->tensor_count - 1].slides;
    if (scratch->scattered)
        aug_scatter_walk(scratch->scatter, form);
    for (int m = 0; m < form->problem->memory_count; m++) {
        unsigned kept = 0;
        for (int t = 0; t < form->problem->tensor_count; t++)
            kept |= (unsigned)cost->memories[m].tensors[t].kept << t;
        if (kept)
            count_memory(scratch, m, kept, all, &cost->memories[m]);
    }
    count_compute(form, &cost->compute);
}
