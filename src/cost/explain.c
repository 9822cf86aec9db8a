#include "cost/explain.h"

#include "cost/count.h"
#include "cost/footprint.h"

#include <inttypes.h>
#include <string.h>

typedef struct explanation {
    aug_buffer *out;
    aug_cost_scratch *scratch;
    const aug_form *form;
} explanation;

static void print_loop(const explanation *e, int n) {
    const aug_problem *problem = e->form->problem;
    const aug_mapping_node *node = &e->form->mapping->nodes[n];
    if (node->kind == AUG_MAPPING_PAR)
        aug_buffer_print(e->out, "par %s %s:%" PRIu64, problem->axes[node->axis].name,
                         problem->ranks[node->rank], node->tile);
    else
        aug_buffer_print(e->out, "for %s:%" PRIu64, problem->ranks[node->rank], node->tile);
}

static bool is_shared(const aug_form *form, const aug_edge *edge, int n, bool up) {
    const aug_mapping_node *node = &form->mapping->nodes[n];
    const aug_problem_axis *axis = &form->problem->axes[node->axis];
    return n > edge->parent && !(form->tensors[edge->tensor].ranks >> node->rank & 1) &&
           ((up ? axis->reduce : axis->multicast) >> edge->tensor & 1);
}

// Of an even loop. Where the output is walked each index in space is a run of its own (form.c).
static aug_count steps_of(const aug_walk_loop *loop) {
    const aug_index_run *last = &loop->runs[loop->run_count - 1];
    return last->first + last->copies;
}

static aug_count tile_of(const aug_form *form, const aug_edge *edge) {
    aug_count extents[AUG_PROBLEM_RANKS];
    aug_footprint_extents(form->problem, form->mapping, edge->child, extents);
    return aug_tensor_words(&form->problem->tensors[edge->tensor], extents);
}

// Tiles divide and do not slide: tile x the steps of the loops down to the innermost one that moves it x
// instances. Loops further in leave the tile where it is.
static void print_product(const explanation *e, const aug_edge *edge, bool at_parent, bool up) {
    const aug_form *form = e->form;
    int innermost = edge->whole ? edge->child : -1;
    for (int n = 0; n < edge->child && !edge->whole; n++) {
        const aug_mapping_node *node = &form->mapping->nodes[n];
        if (node->kind == AUG_MAPPING_FOR && aug_walk_loop_at(&form->ranks[node->rank], n) &&
            (form->tensors[edge->tensor].ranks >> node->rank & 1))
            innermost = n;
    }
    if (edge->child == form->compute_node)
        aug_buffer_put(e->out, "1 word per operation");
    else
        aug_buffer_print(e->out, "%" PRIu64 " words of a tile", tile_of(form, edge));
    for (int n = 0; n < edge->child; n++) {
        const aug_mapping_node *node = &form->mapping->nodes[n];
        bool in_time = node->kind == AUG_MAPPING_FOR, in_space = node->kind == AUG_MAPPING_PAR;
        if ((!in_time && !in_space) || (in_time && n > innermost))
            continue;
        const aug_walk_loop *loop = aug_walk_loop_at(&form->ranks[node->rank], n);
        if (!loop)
            continue;
        bool shared = in_space && at_parent && is_shared(form, edge, n, up);
        aug_buffer_print(e->out, shared ? " x 1 for the %" PRIu64 " of " : " x %" PRIu64 " of ",
                         steps_of(loop));
        print_loop(e, n);
        if (shared)
            aug_buffer_put(e->out, up ? " that sum up" : " that share");
    }
}

enum { TERMS = 32 };

// All tiles, less what stays when each loop steps.
static void print_sum(const explanation *e, const aug_edge *edge, bool at_parent, bool up) {
    aug_traffic_term terms[TERMS];
    int all[AUG_MAPPING_NODES];
    for (int n = 0; n < e->form->mapping->count; n++)
        all[n] = AUG_CHOOSE_ALL;
    int count = aug_traffic_terms(e->form, edge, all, e->scratch->moves, terms, TERMS);
    aug_buffer_print(e->out, "%" PRIu64 " words of %" PRIu64 " tile%s", terms[0].words, terms[0].steps,
                     terms[0].steps == 1 ? "" : "s");
    for (int i = 1; i < count; i++) {
        aug_buffer_print(e->out, " - %" PRIu64 " kept at %" PRIu64 " step%s of ", terms[i].words,
                         terms[i].steps, terms[i].steps == 1 ? "" : "s");
        print_loop(e, terms[i].node);
    }
    if (!at_parent)
        return;
    aug_count received = aug_traffic_at_child(e->form, edge, all, e->scratch->moves);
    aug_count given = aug_traffic_at_parent(e->form, edge, all, up ? AUG_DRAINED : AUG_FETCHED,
                                            e->scratch->moves, e->scratch->children);
    if (given != received)
        aug_buffer_print(e->out, " - %" PRIu64 " of sets that children %s", received - given,
                         up ? "sum up" : "share");
}

static void print_edge(const explanation *e, const aug_edge *edge, bool at_parent, bool up) {
    if (e->form->even && !e->form->tensors[edge->tensor].slides)
        print_product(e, edge, at_parent, up);
    else
        print_sum(e, edge, at_parent, up);
}

static void print_first(const explanation *e, const aug_edge *edge, bool at_parent) {
    int all[AUG_MAPPING_NODES];
    const aug_problem_tensor *tensor = &e->form->problem->tensors[edge->tensor];
    for (int n = 0; n < e->form->mapping->count; n++)
        all[n] = AUG_CHOOSE_ALL;
    if (tensor->accumulates)
        return;
    bool compute = edge->child == e->form->compute_node;
    aug_count first =
        at_parent ? aug_traffic_first_at_parent(e->form, edge, all, compute ? AUG_DRAINED : AUG_FETCHED,
                                                e->scratch->moves)
                  : aug_traffic_first_at_child(e->form, edge, all, e->scratch->moves);
    aug_buffer_print(e->out, " - %" PRIu64 " that nothing has been added to before", first);
}

static void explain_output(const explanation *e, const aug_edge *outer, const aug_edge *inner,
                           const aug_holding *holding, aug_flow_kind kind) {
    if (e->scratch->scattered) {
        aug_buffer_put(e->out, "walked: tiles of this output overlap");
        return;
    }
    switch (kind) {
    case AUG_FLOW_READ:
        print_edge(e, inner, true, inner->child == e->form->compute_node);
        print_first(e, inner, true);
        if (holding->drain_words)
            aug_buffer_print(e->out, " + %" PRIu64 " on their way up", holding->drain_words);
        return;
    case AUG_FLOW_FILL:
        if (outer->parent < 0) {
            aug_buffer_put(e->out, "none: it is the outermost store");
            return;
        }
        print_edge(e, outer, false, false);
        print_first(e, outer, false);
        return;
    case AUG_FLOW_UPDATE:
        print_edge(e, inner, true, true);
        return;
    case AUG_FLOW_COUNT:
        return;
    }
}

void aug_cost_explain(aug_buffer *out, const aug_problem *problem, const aug_mapping *mapping,
                      aug_cost_scratch *scratch, const aug_cost *cost, int memory, int tensor,
                      aug_flow_kind kind) {
    const aug_form *form = aug_scratch_form(scratch, problem, mapping);
    explanation e = {out, scratch, form};
    int index = aug_form_store(form, tensor, memory);
    aug_edge outer = aug_form_edge(form, tensor, index), inner = aug_form_edge(form, tensor, index + 1);
    if (problem->tensors[tensor].is_output)
        explain_output(&e, &outer, &inner, &cost->memories[memory].tensors[tensor], kind);
    else if (kind == AUG_FLOW_READ)
        print_edge(&e, &inner, true, false);
    else if (kind == AUG_FLOW_FILL && outer.parent >= 0)
        print_edge(&e, &outer, false, false);
    else
        aug_buffer_put(out, kind == AUG_FLOW_FILL ? "none: it is the outermost store" : "none: an input");
}
