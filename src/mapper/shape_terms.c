#include "mapper/shape_box.h"

#include <math.h>
#include <string.h>

// ---- Terms

// What stands above the node that is looked at.
enum { UNCOUNTED = -2 };

typedef struct above {
    int last[AUG_PROBLEM_RANKS];
    int steady[AUG_PROBLEM_TENSORS]
              [AUG_PROBLEM_RANKS]; // loops over ranks at the innermost one that moves it;
                                   // -1: what the nest begins with, or UNCOUNTED of it
    aug_term_list since[AUG_PROBLEM_TENSORS];           // steps in space after it
    aug_term_list copies[AUG_PROBLEM_TENSORS], down[AUG_PROBLEM_TENSORS], up[AUG_PROBLEM_TENSORS];
    int given_two[AUG_PROBLEM_TENSORS], mover[AUG_PROBLEM_TENSORS], placed[AUG_PROBLEM_TENSORS],
        store[AUG_PROBLEM_TENSORS];
} above;

static bool put(aug_term_list *list, int item) {
    if (list->count == AUG_SHAPE_FACTORS)
        return false;
    list->at[list->count++] = (int8_t)item;
    return true;
}

static bool same_lists(const aug_term_list *a, const aug_term_list *b) {
    return a->count == b->count && memcmp(a->at, b->at, (size_t)a->count) == 0;
}

// No loop in time that leaves the tensor in place came since the one that moves it.
static bool is_every(const aug_space *space, const above *a, int tensor) {
    for (int r = 0; r < space->rank_count; r++)
        if (aug_shape_leaves(space, tensor, r) && a->steady[tensor][r] != a->last[r])
            return false;
    return true;
}

static bool pass_loop_in_space(const aug_shape_terms *terms, int item, above *a) {
    const aug_space *space = terms->space;
    const aug_shape_item *loop = &terms->shape->at[item];
    const aug_axis_group *along = &space->groups[loop->group];
    bool fits = true;
    for (int t = 0; t < space->tensor_count; t++) {
        if (!aug_shape_leaves(space, t, loop->rank))
            continue;
        if (is_every(space, a, t))
            a->steady[t][loop->rank] = item;
        else
            fits &= put(&a->since[t], item);
        fits &= put(&a->copies[t], item);
        int parent = terms->keeping->chain[t][a->placed[t] - 1];
        bool below = along->segment >= space->memories[parent].segment;
        if (below && (along->multicast >> t & 1))
            fits &= put(&a->down[t], item);
        if (below && (along->reduce >> t & 1))
            fits &= put(&a->up[t], item);
    }
    a->last[loop->rank] = item;
    return fits;
}

static void pass_loop_in_time(const aug_shape_terms *terms, int item, above *a) {
    const aug_space *space = terms->space;
    int rank = terms->shape->at[item].rank;
    a->last[rank] = item;
    for (int t = 0; t < space->tensor_count; t++) {
        if (aug_shape_leaves(space, t, rank))
            continue;
        a->mover[t] = item;
        a->since[t].count = 0;
        memcpy(a->steady[t], a->last, sizeof a->last);
    }
}

// Adds a price of what is like another term to that.
static bool add(aug_shape_terms *terms, const aug_shape_term *term) {
    if (term->price == 0)
        return true;
    for (int i = 0; i < terms->count; i++) {
        aug_shape_term *other = &terms->at[i];
        if (other->kind == term->kind && other->store == term->store && other->words == term->words &&
            other->given == term->given && other->given_two == term->given_two &&
            same_lists(&other->sharers, &term->sharers) && same_lists(&other->dividers, &term->dividers) &&
            same_lists(&other->counts, &term->counts) && other->price < UINT64_MAX / 2 &&
            term->price < UINT64_MAX / 2) {
            other->price += term->price;
            return true;
        }
    }
    if (terms->count == AUG_SHAPE_TERMS)
        return false;
    terms->at[terms->count++] = *term;
    return true;
}

// Whether all loops over its rank down to this one share, and none over it does further in.
static bool shares_all(const aug_space *space, const aug_shape *shape, const aug_term_list *sharers,
                       int item) {
    for (int i = 0; i < sharers->count; i++)
        if (sharers->at[i] > item && shape->at[sharers->at[i]].rank == shape->at[item].rank)
            return false;
    for (int i = item; i >= 0; i = shape->at[i].before)
        if (!aug_term_list_has(sharers, i))
            return false;
    return aug_shape_given(space, shape->at[item].rank) == 1;
}

// Where all loops over a rank share, no more than its tiles do: 2 steps and 7 in each are 8 tiles of m 8.
static bool set_sharers(const aug_space *space, const aug_shape *shape, const aug_term_list *sharers,
                        aug_shape_term *term) {
    bool fits = true;
    for (int i = 0; i < sharers->count; i++) {
        int item = sharers->at[i], last = item;
        for (int k = 0; k < sharers->count; k++)
            if (shape->at[sharers->at[k]].rank == shape->at[item].rank && sharers->at[k] > last)
                last = sharers->at[k];
        if (!shares_all(space, shape, sharers, last))
            fits &= put(&term->sharers, item);
        else if (item == last)
            fits &= put(&term->dividers, item);
    }
    return fits;
}

// A port that words pass, and the price of each of them there.
typedef struct passing {
    int memory, store;
    bool writes;
    aug_count price;
} passing;

static bool add_shared(aug_shape_terms *terms, const aug_shape_term *like, const aug_term_list *sharers,
                       passing by) {
    const aug_space_memory *memory = &terms->space->memories[by.memory];
    aug_shape_term term = *like;
    term.price = by.price;
    if (!set_sharers(terms->space, terms->shape, sharers, &term) || !add(terms, &term))
        return false;
    bool limited = !isinf(by.writes && !memory->shared_port ? memory->write_width : memory->read_width);
    if (limited && terms->flow_count < AUG_SHAPE_FLOWS) { // without some of them less is known
        terms->flows[terms->flow_count] = (aug_shape_flow){term, by.memory, by.store, by.writes};
        terms->flows[terms->flow_count++].term.price = 1;
    }
    return true;
}

static bool put_store(aug_shape_terms *terms, int item, above *a) {
    const aug_space *space = terms->space;
    const aug_term_list none = {.count = 0};
    int t = terms->shape->at[item].tensor, child = terms->shape->at[item].memory;
    int parent = terms->keeping->chain[t][a->placed[t]++ - 1];
    const aug_space_memory *in = &space->memories[child], *out = &space->memories[parent];
    aug_shape_term term = {.words = space->tensors[t].words,
                           .given = 1,
                           .steps = a->since[t],
                           .copies = a->copies[t],
                           .mover = a->mover[t],
                           .given_two = a->mover[t] < 0 ? a->given_two[t] : -1,
                           .store = item,
                           .child = child};
    bool fits = true, comes_again = false;
    for (int r = 0; r < space->rank_count; r++) {
        int loop = a->steady[t][r];
        if (!aug_shape_leaves(space, t, r) || loop == UNCOUNTED)
            continue;
        aug_count given = aug_shape_given(space, r);
        comes_again |= given > 1;
        if (loop < 0) {
            term.given *= given;
            continue;
        }
        fits &= put(&term.counts, loop);
        for (int i = loop; i >= 0; i = terms->shape->at[i].before)
            comes_again |= terms->shape->at[i].kind == AUG_ITEM_FOR;
    }
    const passing given = {parent, a->store[t], false, out->read[t]},
                  filled = {child, item, true, in->fill[t]},
                  taken = {parent, a->store[t], true, out->update[t]},
                  drained = {child, item, false, in->read[t]};
    if (!space->tensors[t].is_output) {
        fits &= add_shared(terms, &term, &none, filled) && add_shared(terms, &term, &a->down[t], given);
    } else {
        fits &= add_shared(terms, &term, &a->up[t], taken);
        if (space->problem->drain_reads)
            fits &= add_shared(terms, &term, &none, drained);
        term.kind = space->tensors[t].accumulates ? AUG_TERM_MOVED : AUG_TERM_AGAIN;
        if (comes_again || space->tensors[t].accumulates)
            fits &= add_shared(terms, &term, &none, filled) && add_shared(terms, &term, &a->down[t], given);
    }
    a->store[t] = item;
    a->down[t].count = a->up[t].count = 0;
    return fits;
}

static bool put_compute(aug_shape_terms *terms, const above *a) {
    const aug_space *space = terms->space;
    bool fits = true;
    for (int t = 0; t < space->tensor_count; t++) {
        const aug_space_tensor *of = &space->tensors[t];
        int parent = terms->keeping->chain[t][terms->keeping->chain_count[t] - 1];
        const aug_space_memory *out = &space->memories[parent];
        const passing given = {parent, a->store[t], false, out->read[t]},
                      taken = {parent, a->store[t], true, out->update[t]};
        aug_shape_term term = {.kind = AUG_TERM_OPERANDS,
                               .given = 1,
                               .words = of->words,
                               .copies = a->copies[t],
                               .mover = -1,
                               .given_two = -1,
                               .store = -1 - t,
                               .child = space->memory_count};
        if (!of->is_output) {
            fits &= add_shared(terms, &term, &a->down[t], given);
            continue;
        }
        fits &= add_shared(terms, &term, &a->up[t], taken);
        term.kind = of->accumulates ? AUG_TERM_OPERANDS : AUG_TERM_RESULTS;
        fits &= add_shared(terms, &term, &a->up[t], given);
    }
    return fits;
}

// Where a nest begins with loops and stores of its own: of the ranks that do not move a tensor those count
// whose loops stand outside of the innermost one that does. A part alone begins with none, but for its tiles.
static void begin_tensor(const aug_search *search, const aug_keeping *keeping, int tensor, above *a) {
    const aug_mapper_options *options = search->options;
    const aug_space *space = search->space;
    int mover = -1;
    for (int i = 0; keeping->only < 0 && i < options->prefix_count; i++)
        if (options->prefix[i].kind == AUG_MAPPING_FOR &&
            !aug_shape_leaves(space, tensor, options->prefix[i].rank))
            mover = i;
    for (int r = 0; r < space->rank_count; r++)
        a->steady[tensor][r] = aug_shape_given(space, r) > 1 ? UNCOUNTED : -1;
    for (int i = 0; i < mover; i++)
        if (options->prefix[i].kind == AUG_MAPPING_FOR)
            a->steady[tensor][options->prefix[i].rank] = -1;
}

// What stands before the first item of the shape.
static void begin(const aug_search *search, const aug_keeping *keeping, aug_shape_terms *terms, above *a) {
    const aug_space *space = search->space;
    aug_frame frame;
    aug_item path[1];
    aug_frame_init(space, keeping, search->options, path, &frame);
    memset(a, 0, sizeof *a);
    for (int r = 0; r < AUG_PROBLEM_RANKS; r++)
        a->last[r] = -1;
    for (int t = 0; t < space->tensor_count; t++) {
        a->placed[t] = frame.placed[t];
        a->mover[t] = a->store[t] = -1;
        a->given_two[t] = frame.given_two[t];
        begin_tensor(search, keeping, t, a);
    }
    for (int m = 0; m < space->memory_count; m++) {
        terms->given[m] = frame.price[m];
        terms->held_bits[m] = frame.held_bits[m];
        terms->read_bits[m] = frame.read_bits[m];
        terms->write_bits[m] = frame.write_bits[m];
    }
    terms->given[space->memory_count] = 0;
}

bool aug_shape_terms_init(const aug_search *search, const aug_keeping *keeping, const aug_shape *shape,
                          aug_shape_terms *terms) {
    const aug_space *space = search->space;
    above a;
    terms->space = space;
    terms->keeping = keeping;
    terms->shape = shape;
    terms->count = terms->flow_count = 0;
    terms->most_cycles = space->most_cycles;
    terms->fixed = keeping->only < 0 ? (aug_wide)space->problem->operations * space->unit_price : 0;
    begin(search, keeping, terms, &a);
    bool fits = true;
    for (int i = 0; i < shape->count && fits; i++) {
        if (shape->at[i].kind == AUG_ITEM_FOR)
            pass_loop_in_time(terms, i, &a);
        else
            fits = shape->at[i].kind == AUG_ITEM_PAR ? pass_loop_in_space(terms, i, &a)
                                                     : put_store(terms, i, &a);
    }
    return fits && (!aug_keeping_counts(space, keeping, space->memory_count) || put_compute(terms, &a));
}
