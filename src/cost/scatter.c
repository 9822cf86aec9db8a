#include "cost/scatter.h"

#include "cost/box_set.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool aug_scatter_is_needed(const aug_problem *problem) {
    const aug_problem_tensor *output = &problem->tensors[aug_problem_output(problem)];
    for (int d = 0; d < output->dim_count; d++) {
        int moving = 0;
        for (int t = 0; t < output->dims[d].term_count; t++)
            moving += problem->sizes[output->dims[d].terms[t].rank] > 1;
        if (moving > 1)
            return true;
    }
    return false;
}

// The walk visits every operation, and marks words by instance.
aug_count aug_scatter_steps(const aug_problem *problem, const aug_mapping *mapping) {
    const aug_problem_tensor *output = &problem->tensors[aug_problem_output(problem)];
    double words = 1.0, instances = 1.0, operations = 1.0, extents[AUG_PROBLEM_RANKS];
    for (int r = 0; r < problem->rank_count; r++) {
        extents[r] = (double)problem->sizes[r];
        operations *= extents[r];
    }
    for (int n = 0; n < mapping->count; n++) {
        const aug_mapping_node *node = &mapping->nodes[n];
        if (node->kind != AUG_MAPPING_FOR && node->kind != AUG_MAPPING_PAR)
            continue;
        double tile = (double)node->tile, before = extents[node->rank];
        double steps = before > tile ? ceil(before / tile) : 1.0;
        if (node->kind == AUG_MAPPING_PAR && steps > AUG_WALK_KINDS)
            return UINT64_MAX; // an index is a kind of its own
        if (node->kind == AUG_MAPPING_PAR)
            instances *= steps;
        extents[node->rank] = before < tile ? before : tile;
    }
    for (int d = 0; d < output->dim_count; d++)
        words *= (double)aug_dim_extent(&output->dims[d], problem->sizes);
    double steps = operations * instances > words * instances ? operations * instances : words * instances;
    return steps < 0x1p62 ? (aug_count)steps : UINT64_MAX;
}

// A store of the output, or compute at the end.
typedef struct site {
    int node, count; // instances
    int pars;        // loops in space around it
    bool whole;
    bool *holds; // by instance
    aug_interval (*box)[AUG_PROBLEM_DIMS];
    unsigned char *partial;   // by instance and word: a result of it has come, from inside or from outside
    aug_scatter_words *words; // by instance
} site;

// What a child sends or asks for in one step.
typedef struct transfer {
    aug_box_set set;
    int child, parent, group; // group: children that may share have the same
} transfer;

struct aug_scatter {
    aug_arena *arena;
    const aug_form *form;
    const aug_problem_tensor *tensor;
    int tensor_index;
    int par_count, pars[AUG_MAPPING_NODES], par_steps[AUG_MAPPING_NODES];
    int for_count, fors[AUG_MAPPING_NODES];
    aug_count for_steps[AUG_MAPPING_NODES], at[AUG_MAPPING_NODES]; // at: by node
    int site_count;
    site sites[AUG_PROBLEM_MEMORIES + 1];
    aug_count extents[AUG_PROBLEM_DIMS], word_count; // of the whole tensor
    transfer *transfers;
    int transfer_count;
    unsigned char *pool; // of all arrays of one walk, kept for the next
    size_t pool_bytes, pool_used;
};

aug_scatter *aug_scatter_new(aug_arena *arena) {
    aug_scatter *scatter = AUG_NEW(arena, aug_scatter);
    scatter->arena = arena;
    return scatter;
}

static aug_count steps_of(const aug_form *form, int node) {
    const aug_walk_loop *loop = aug_walk_loop_at(&form->ranks[form->mapping->nodes[node].rank], node);
    return loop ? loop->runs[loop->run_count - 1].first + loop->runs[loop->run_count - 1].copies : 1;
}

// Zeroed memory from the pool. Where it does not hold this walk, a larger one takes its place for the next.
static void *take(aug_scatter *s, size_t count, size_t bytes) {
    size_t needed = (count * bytes + 15) / 16 * 16, at = s->pool_used;
    s->pool_used += needed;
    if (s->pool_used > s->pool_bytes)
        return aug_arena_array(s->arena, count, bytes);
    memset(s->pool + at, 0, needed);
    return s->pool + at;
}

static void place_site(aug_scatter *s, int node, bool whole) {
    site *at = &s->sites[s->site_count++];
    *at = (site){.node = node, .count = 1, .whole = whole};
    for (int p = 0; p < s->par_count && s->pars[p] < node; p++) {
        at->count *= s->par_steps[p];
        at->pars++;
    }
    at->holds = take(s, (size_t)at->count, sizeof *at->holds);
    at->box = take(s, (size_t)at->count, sizeof *at->box);
    at->words = take(s, (size_t)at->count, sizeof *at->words);
    at->partial = take(s, (size_t)at->count * (size_t)s->word_count, 1);
}

static void prepare(aug_scatter *s, const aug_form *form) {
    s->form = form;
    s->tensor_index = form->problem->tensor_count - 1;
    s->tensor = &form->problem->tensors[s->tensor_index];
    s->par_count = s->for_count = s->site_count = 0;
    if (s->pool_used > s->pool_bytes) {
        s->pool_bytes = 2 * s->pool_used;
        s->pool = aug_arena_alloc(s->arena, s->pool_bytes);
    }
    s->pool_used = 0;
    s->word_count = 1;
    for (int d = 0; d < s->tensor->dim_count; d++) {
        s->extents[d] = aug_dim_extent(&s->tensor->dims[d], form->problem->sizes);
        s->word_count *= s->extents[d];
    }
    for (int n = 0; n < form->mapping->count; n++) {
        aug_mapping_kind kind = form->mapping->nodes[n].kind;
        if (kind == AUG_MAPPING_PAR && steps_of(form, n) > 1) {
            s->par_steps[s->par_count] = (int)steps_of(form, n);
            s->pars[s->par_count++] = n;
        } else if (kind == AUG_MAPPING_FOR && steps_of(form, n) > 1) {
            s->for_steps[s->for_count] = steps_of(form, n);
            s->fors[s->for_count++] = n;
        }
        s->at[n] = 0;
    }
    const aug_tensor_form *of = &form->tensors[s->tensor_index];
    for (int i = 0; i < of->store_count; i++)
        place_site(s, of->stores[i], form->mapping->nodes[of->stores[i]].whole >> s->tensor_index & 1);
    place_site(s, form->compute_node, true);
    s->transfers = take(s, (size_t)s->sites[s->site_count - 1].count, sizeof *s->transfers);
    if (s->tensor->accumulates)
        memset(s->sites[0].partial, 1, (size_t)s->sites[0].count * (size_t)s->word_count);
}

// ---- Where an instance is

static int par_index(const aug_scatter *s, const site *of, int instance, int par) {
    for (int p = of->pars - 1; p > par; p--)
        instance /= s->par_steps[p];
    return instance % s->par_steps[par];
}

// The box of an instance in this step; false where its tile is empty.
static bool box_of(const aug_scatter *s, const site *of, int instance, aug_interval *box) {
    aug_count start[AUG_PROBLEM_RANKS] = {0}, extent[AUG_PROBLEM_RANKS];
    const aug_problem *problem = s->form->problem;
    memcpy(extent, problem->sizes, sizeof extent);
    for (int n = 0, p = 0; n < of->node; n++) {
        const aug_mapping_node *node = &s->form->mapping->nodes[n];
        if (node->kind != AUG_MAPPING_FOR && node->kind != AUG_MAPPING_PAR)
            continue;
        aug_count index = s->at[n];
        if (p < of->pars && s->pars[p] == n)
            index = (aug_count)par_index(s, of, instance, p++);
        if (index * node->tile >= extent[node->rank])
            return false;
        start[node->rank] += index * node->tile;
        extent[node->rank] -= index * node->tile;
        if (extent[node->rank] > node->tile)
            extent[node->rank] = node->tile;
    }
    for (int d = 0; d < s->tensor->dim_count; d++) {
        box[d] = (aug_interval){0, 0};
        for (int t = 0; t < s->tensor->dims[d].term_count; t++) {
            const aug_problem_term *term = &s->tensor->dims[d].terms[t];
            box[d].low += (int64_t)(term->coefficient * start[term->rank]);
            box[d].high += (int64_t)(term->coefficient * (start[term->rank] + extent[term->rank] - 1));
        }
    }
    return true;
}

// ---- Transfers of one edge in one step

static int compare_transfers(const void *left, const void *right) {
    const transfer *l = left, *r = right;
    return l->group != r->group ? (l->group < r->group ? -1 : 1) : aug_box_set_compare(&l->set, &r->set);
}

static void add_transfer(aug_scatter *s, int edge, int child, const aug_interval *box,
                         const aug_interval *other, bool up) {
    const site *inner = &s->sites[edge], *outer = &s->sites[edge - 1];
    transfer *t = &s->transfers[s->transfer_count];
    const aug_interval nothing[AUG_PROBLEM_DIMS] = {{0, -1}, {0, -1}, {0, -1}, {0, -1},
                                                    {0, -1}, {0, -1}, {0, -1}, {0, -1}};
    aug_box_set_make(&t->set, box, other && !inner->whole ? other : nothing, s->tensor->dim_count);
    aug_box_set_normalise(&t->set, s->tensor->dim_count);
    if (aug_box_set_words(&t->set, s->tensor->dim_count) == 0)
        return;
    t->child = t->parent = child;
    t->group = 0;
    for (int p = inner->pars - 1; p >= outer->pars; p--)
        t->parent /= s->par_steps[p];
    for (int p = 0; p < inner->pars; p++) {
        const aug_problem_axis *axis = &s->form->problem->axes[s->form->mapping->nodes[s->pars[p]].axis];
        bool shared = p >= outer->pars && ((up ? axis->reduce : axis->multicast) >> s->tensor_index & 1);
        t->group = t->group * s->par_steps[p] + (shared ? 0 : par_index(s, inner, child, p));
    }
    s->transfer_count++;
}

static bool is_first_of_group(const aug_scatter *s, int i) {
    return i == 0 || compare_transfers(&s->transfers[i - 1], &s->transfers[i]) != 0;
}

// Calls with each word of a set; `word` is its place in the tensor.
typedef void visit(aug_scatter *s, int edge, const transfer *t, size_t word, aug_count *count);

static aug_count visit_box(aug_scatter *s, int edge, const transfer *t, const aug_interval *box,
                           const aug_interval *without, visit *see) {
    int64_t at[AUG_PROBLEM_DIMS];
    aug_count count = 0;
    int dims = s->tensor->dim_count;
    for (int d = 0; d < dims; d++)
        at[d] = box[d].low;
    for (;;) {
        bool inside = without != NULL;
        size_t word = 0;
        for (int d = 0; d < dims; d++) {
            word = word * (size_t)s->extents[d] + (size_t)at[d];
            inside = inside && at[d] >= without[d].low && at[d] <= without[d].high;
        }
        if (!inside)
            see(s, edge, t, word, &count);
        int d = dims - 1;
        while (d >= 0 && ++at[d] > box[d].high) {
            at[d] = box[d].low;
            d--;
        }
        if (d < 0)
            return count;
    }
}

static aug_count visit_set(aug_scatter *s, int edge, const transfer *t, visit *see) {
    for (int d = 0; d < s->tensor->dim_count; d++)
        if (!aug_interval_is_empty(t->set.kept[d]) && t->set.kept[d].low > t->set.box[d].high) // two pieces
            return visit_box(s, edge, t, t->set.box, NULL, see) +
                   visit_box(s, edge, t, t->set.kept, NULL, see);
    bool whole = s->tensor->dim_count == 0 || aug_interval_is_empty(t->set.kept[0]);
    return visit_box(s, edge, t, t->set.box, whole ? NULL : t->set.kept, see);
}

static unsigned char *partial_of(const aug_scatter *s, int site_index, int instance, size_t word) {
    return &s->sites[site_index].partial[(size_t)instance * (size_t)s->word_count + word];
}

static void mark_parent(aug_scatter *s, int edge, const transfer *t, size_t word, aug_count *count) {
    *partial_of(s, edge - 1, t->parent, word) = 1;
    ++*count;
}

static void count_partial(aug_scatter *s, int edge, const transfer *t, size_t word, aug_count *count) {
    *count += *partial_of(s, edge - 1, t->parent, word);
}

static void fill_child(aug_scatter *s, int edge, const transfer *t, size_t word, aug_count *count) {
    if (*partial_of(s, edge - 1, t->parent, word)) {
        *partial_of(s, edge, t->child, word) = 1;
        ++*count;
    }
}

static void send_up(aug_scatter *s, int edge) {
    qsort(s->transfers, (size_t)s->transfer_count, sizeof(transfer), compare_transfers);
    for (int i = 0; i < s->transfer_count; i++) {
        const transfer *t = &s->transfers[i];
        aug_count words = visit_set(s, edge, t, mark_parent);
        s->sites[edge].words[t->child].drains += words;
        if (s->form->problem->drain_reads)
            s->sites[edge].words[t->child].reads += words;
        if (is_first_of_group(s, i))
            s->sites[edge - 1].words[t->parent].updates += words;
    }
}

static void fetch(aug_scatter *s, int edge) {
    qsort(s->transfers, (size_t)s->transfer_count, sizeof(transfer), compare_transfers);
    for (int i = 0; i < s->transfer_count; i++) {
        const transfer *t = &s->transfers[i];
        aug_count words = visit_set(s, edge, t, fill_child);
        s->sites[edge].words[t->child].fills += words;
        if (is_first_of_group(s, i))
            s->sites[edge - 1].words[t->parent].reads += words;
    }
}

// ---- Steps

static void step_store(aug_scatter *s, int edge) {
    site *of = &s->sites[edge];
    aug_interval box[AUG_PROBLEM_DIMS];
    s->transfer_count = 0;
    for (int i = 0; i < of->count; i++)
        if (of->holds[i] && box_of(s, of, i, box))
            add_transfer(s, edge, i, of->box[i], box, true);
    send_up(s, edge);
    s->transfer_count = 0;
    for (int i = 0; i < of->count; i++) {
        if (!box_of(s, of, i, box))
            continue;
        add_transfer(s, edge, i, box, of->holds[i] ? of->box[i] : NULL, false);
        memcpy(of->box[i], box, sizeof of->box[i]);
        of->holds[i] = true;
    }
    fetch(s, edge);
}

static void step_compute(aug_scatter *s, int edge) {
    site *of = &s->sites[edge], *from = &s->sites[edge - 1];
    aug_interval box[AUG_PROBLEM_DIMS];
    s->transfer_count = 0;
    for (int i = 0; i < of->count; i++)
        if (box_of(s, of, i, box))
            add_transfer(s, edge, i, box, NULL, true);
    qsort(s->transfers, (size_t)s->transfer_count, sizeof(transfer), compare_transfers);
    for (int i = 0; i < s->transfer_count; i++)
        if (is_first_of_group(s, i)) {
            from->words[s->transfers[i].parent].updates++;
            from->words[s->transfers[i].parent].reads += visit_set(s, edge, &s->transfers[i], count_partial);
        }
    for (int i = 0; i < s->transfer_count; i++)
        visit_set(s, edge, &s->transfers[i], mark_parent);
}

// Everything behind loop node `changed` moves.
static void step(aug_scatter *s, int changed) {
    for (int e = 1; e < s->site_count - 1; e++)
        if (s->sites[e].node > changed)
            step_store(s, e);
    step_compute(s, s->site_count - 1);
}

static void last_drains(aug_scatter *s) {
    for (int e = 1; e < s->site_count - 1; e++) {
        s->transfer_count = 0;
        for (int i = 0; i < s->sites[e].count; i++)
            if (s->sites[e].holds[i])
                add_transfer(s, e, i, s->sites[e].box[i], NULL, true);
        send_up(s, e);
    }
}

void aug_scatter_walk(aug_scatter *s, const aug_form *form) {
    prepare(s, form);
    step(s, -1);
    for (int f = s->for_count - 1; f >= 0;) {
        int n = s->fors[f];
        if (++s->at[n] == s->for_steps[f]) {
            s->at[n] = 0;
            f--;
            continue;
        }
        step(s, n);
        f = s->for_count - 1;
    }
    last_drains(s);
}

// ---- Sums

static bool is_chosen(const aug_scatter *s, const site *of, int instance, const int *choice) {
    for (int p = 0; p < of->pars; p++) {
        const aug_mapping_node *node = &s->form->mapping->nodes[s->pars[p]];
        const aug_walk_loop *loop = aug_walk_loop_at(&s->form->ranks[node->rank], s->pars[p]);
        int chosen = choice[s->pars[p]];
        if (chosen == AUG_CHOOSE_ALL)
            continue;
        if ((aug_count)par_index(s, of, instance, p) !=
            loop->runs[chosen == AUG_CHOOSE_FIRST ? 0 : chosen].first)
            return false;
    }
    return true;
}

aug_scatter_words aug_scatter_count(const aug_scatter *s, int index, const int *choice) {
    aug_scatter_words sum = {0, 0, 0, 0};
    const site *of = &s->sites[index];
    for (int i = 0; i < of->count; i++) {
        if (!is_chosen(s, of, i, choice))
            continue;
        sum.reads += of->words[i].reads;
        sum.fills += of->words[i].fills;
        sum.updates += of->words[i].updates;
        sum.drains += of->words[i].drains;
    }
    return sum;
}
