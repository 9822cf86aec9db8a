// The walk. See oracle.h for what it is, src/problem and src/mapping for what it walks.
//
// A store node with three tensors is three stores here, each with its own instances. An instance is numbered by the
// indices of the par loops around it, the innermost running fastest, so that the parent of an instance is found by
// dropping indices at the end. Two children may share a transfer where their numbers agree once the indices along the axes
// that allow it are set to 0: that is their group.
//
// Sets of words are bits over the box of the whole tensor, in row-major order. For O[p] of a conv with p 4: four bits.
//
// An instance that has ever received an update of a word, or was filled with it, has a partial result of it. That this
// is never forgotten is right: a word that leaves an instance is sent up, so the parent has a partial of it and fills
// the instance again when the word comes back.
//
// The order inside one step of time: the nest is visited from the outside in; each store first sends up what leaves all of its
// instances, then fetches. What is still held behind the last operation is sent up in one more step.
#include "oracle_state.h"

#include <assert.h>
#include <string.h>

// --- Where we are ---

// The part of the iteration space at a node: what the loops around it leave. False where nothing is left.
static bool tile_at(const walk *w, int node, int pars, int number, tile *at) {
    for (int rank = 0; rank < w->problem->rank_count; rank++) {
        at->start[rank] = 0;
        at->extent[rank] = w->problem->sizes[rank];
    }
    int par = 0;
    for (int i = 0; i < node; i++) {
        const aug_mapping_node *loop = &w->mapping->nodes[i];
        if (loop->kind != AUG_MAPPING_FOR && loop->kind != AUG_MAPPING_PAR)
            continue;
        aug_count index = loop->kind == AUG_MAPPING_FOR ? w->index[i] : par_index(w, pars, number, par++);
        aug_count before = index * loop->tile;
        if (before >= at->extent[loop->rank])
            return false;
        aug_count left = at->extent[loop->rank] - before;
        at->start[loop->rank] += before;
        at->extent[loop->rank] = left < loop->tile ? left : loop->tile;
    }
    return true;
}

// First and last index of a tile in one dimension of a tensor.
static void span_of(const aug_problem_dim *dim, const tile *at, aug_count *first, aug_count *last) {
    *first = *last = 0;
    for (int i = 0; i < dim->term_count; i++) {
        const aug_problem_term *term = &dim->terms[i];
        *first += term->coefficient * at->start[term->rank];
        *last += term->coefficient * (at->start[term->rank] + at->extent[term->rank] - 1);
    }
}

// The words of a tensor in the box around a tile: an odometer over its dimensions, the last one running fastest.
static void box_of(const walk *w, int tensor, const tile *at, chunk *box) {
    const aug_problem_tensor *shape = &w->problem->tensors[tensor];
    aug_count first[AUG_PROBLEM_DIMS] = {0}, last[AUG_PROBLEM_DIMS] = {0}, here[AUG_PROBLEM_DIMS];
    for (int d = 0; d < shape->dim_count; d++)
        span_of(&shape->dims[d], at, &first[d], &last[d]);
    memcpy(here, first, sizeof here);
    memset(box, 0, w->chunks[tensor] * sizeof(chunk));
    for (;;) {
        size_t word = 0;
        for (int d = 0; d < shape->dim_count; d++)
            word = word * w->extents[tensor][d] + here[d];
        set_add(box, word);
        int d = shape->dim_count - 1;
        while (d >= 0 && here[d] == last[d]) {
            here[d] = first[d];
            d--;
        }
        if (d < 0)
            return;
        here[d]++;
    }
}

// The one word of a tensor at a point.
static size_t word_of(const walk *w, int tensor, const tile *at) {
    const aug_problem_tensor *shape = &w->problem->tensors[tensor];
    size_t word = 0;
    for (int d = 0; d < shape->dim_count; d++) {
        aug_count first, last;
        span_of(&shape->dims[d], at, &first, &last);
        assert(first == last);
        word = word * w->extents[tensor][d] + first;
    }
    return word;
}

// --- Transfers ---

static oracle_share *share_of(const walk *w, const store *s, int number) {
    return &w->counts->memories[s->memory].shares[s->tensor][number];
}

static int parent_number(const walk *w, const store *parent, int pars, int number) {
    for (int par = pars - 1; par >= parent->pars; par--)
        number /= (int)w->steps[w->par_nodes[par]];
    return number;
}

// Whether no child before this one makes the same transfer together with it.
static bool is_first(const walk *w, const store *s, const int *group, int number) {
    const instance *one = &s->instances[number];
    for (int other = 0; other < number; other++)
        if (s->instances[other].moves && group[other] == group[number] &&
            set_equal(s->instances[other].moved, one->moved, w->chunks[s->tensor]))
            return false;
    return true;
}

// Sends the moved words of all instances that move up to their parents. Sums are made on the way.
static void drain(walk *w, store *s) {
    const store *parent = &w->stores[s->parent];
    size_t chunks = w->chunks[s->tensor];
    for (int i = 0; i < s->count; i++) {
        instance *child = &s->instances[i];
        if (!child->moves)
            continue;
        aug_count words = set_size(child->moved, chunks);
        int above = parent_number(w, parent, s->pars, i);
        if (w->problem->drain_reads) {
            share_of(w, s, i)->words[AUG_FLOW_READ] += words;
            child->drained += words;
        }
        if (is_first(w, s, s->update_group, i))
            share_of(w, parent, above)->words[AUG_FLOW_UPDATE] += words;
        set_unite(parent->instances[above].partial, child->moved, chunks);
    }
}

// Brings the moved words of all instances that move down from their parents; of an output only partial results.
static void fetch(walk *w, store *s) {
    const store *parent = &w->stores[s->parent];
    size_t chunks = w->chunks[s->tensor];
    bool is_output = w->problem->tensors[s->tensor].is_output;
    for (int i = 0; i < s->count; i++) {
        instance *child = &s->instances[i];
        if (!child->moves)
            continue;
        int above = parent_number(w, parent, s->pars, i);
        const chunk *partial = parent->instances[above].partial;
        aug_count words = is_output ? set_common(child->moved, partial, chunks) : set_size(child->moved, chunks);
        share_of(w, s, i)->words[AUG_FLOW_FILL] += words;
        if (is_first(w, s, s->read_group, i))
            share_of(w, parent, above)->words[AUG_FLOW_READ] += words;
        if (is_output)
            for (size_t c = 0; c < chunks; c++)
                child->partial[c] |= child->moved[c] & partial[c];
    }
}

// One step in time of a store: the loops above it have moved on.
static void store_step(walk *w, store *s) {
    size_t chunks = w->chunks[s->tensor];
    bool drains = s->parent >= 0 && w->problem->tensors[s->tensor].is_output;
    for (int i = 0; i < s->count; i++) {
        instance *one = &s->instances[i];
        tile at;
        one->active = tile_at(w, s->node, s->pars, i, &at);
        one->moves = one->active;
        if (!one->active)
            continue;
        one->ever = true;
        box_of(w, s->tensor, &at, one->next);
        if (s->whole)
            set_copy(one->moved, one->held, chunks);
        else
            set_minus(one->moved, one->held, one->next, chunks);
    }
    if (drains)
        drain(w, s);
    for (int i = 0; i < s->count; i++) {
        instance *one = &s->instances[i];
        if (!one->active)
            continue;
        if (s->whole)
            set_copy(one->moved, one->next, chunks);
        else
            set_minus(one->moved, one->next, one->held, chunks);
    }
    if (s->parent >= 0)
        fetch(w, s);
    oracle_holding *holding = &w->counts->memories[s->memory].tensors[s->tensor];
    for (int i = 0; i < s->count; i++) {
        instance *one = &s->instances[i];
        if (!one->active)
            continue;
        set_copy(one->held, one->next, chunks);
        one->held_words = set_size(one->held, chunks);
        if (one->held_words > holding->tile_words)
            holding->tile_words = one->held_words;
    }
    w->moved = true;
}

// Behind the last operation: whatever is held of the output goes up.
static void last_drains(walk *w) {
    for (int i = 0; i < w->store_count; i++) {
        store *s = &w->stores[i];
        if (s->parent < 0 || !w->problem->tensors[s->tensor].is_output)
            continue;
        for (int k = 0; k < s->count; k++) {
            s->instances[k].moves = s->instances[k].ever;
            set_copy(s->instances[k].moved, s->instances[k].held, w->chunks[s->tensor]);
        }
        drain(w, s);
    }
}

// Whether no active compute instance before this one wants the same word together with it.
static bool is_first_word(const compute_unit *unit, int tensor, int number) {
    for (int other = 0; other < number; other++)
        if (unit->active[other] && unit->group[tensor][other] == unit->group[tensor][number] &&
            unit->word[other] == unit->word[number])
            return false;
    return true;
}

// The output at one step: each word is added to what its memory has of it, which is read first where there is any.
static void update_output(walk *w, int tensor) {
    compute_unit *unit = &w->unit;
    const store *s = &w->stores[unit->innermost[tensor]];
    for (int i = 0; i < unit->count; i++) {
        if (!unit->active[i] || !is_first_word(unit, tensor, i))
            continue;
        int above = parent_number(w, s, unit->pars, i);
        share_of(w, s, above)->words[AUG_FLOW_UPDATE]++;
        if (set_has(s->instances[above].partial, unit->word[i]))
            share_of(w, s, above)->words[AUG_FLOW_READ]++;
    }
    for (int i = 0; i < unit->count; i++)
        if (unit->active[i])
            set_add(s->instances[parent_number(w, s, unit->pars, i)].partial, unit->word[i]);
}

static void read_input(walk *w, int tensor) {
    compute_unit *unit = &w->unit;
    const store *s = &w->stores[unit->innermost[tensor]];
    for (int i = 0; i < unit->count; i++)
        if (unit->active[i] && is_first_word(unit, tensor, i))
            share_of(w, s, parent_number(w, s, unit->pars, i))->words[AUG_FLOW_READ]++;
}

// One operation in each active compute instance.
static void compute_step(walk *w, int node) {
    compute_unit *unit = &w->unit;
    for (int i = 0; i < unit->count; i++) {
        unit->active[i] = tile_at(w, node, unit->pars, i, &unit->at[i]);
        if (unit->active[i])
            unit->operations[i]++;
    }
    for (int t = 0; t < w->problem->tensor_count; t++) {
        for (int i = 0; i < unit->count; i++)
            if (unit->active[i])
                unit->word[i] = word_of(w, t, &unit->at[i]);
        if (w->problem->tensors[t].is_output)
            update_output(w, t);
        else
            read_input(w, t);
    }
}

// Bits that each instance of each memory holds now.
static void weigh(walk *w) {
    for (int m = 0; m < w->problem->memory_count; m++) {
        oracle_memory *memory = &w->counts->memories[m];
        for (int i = 0; i < memory->instance_count; i++) {
            double bits = 0;
            for (int k = 0; k < w->store_count; k++)
                if (w->stores[k].memory == m)
                    bits += (double)w->stores[k].instances[i].held_words * w->problem->memories[m].bits[w->stores[k].tensor];
            bits *= (double)w->problem->memories[m].buffers;
            if (bits > memory->occupancy_bits)
                memory->occupancy_bits = bits;
        }
    }
    w->moved = false;
}

// Executes the nest from a node inwards; as deep as the mapping has nodes.
static void walk_from(walk *w, int node) {
    const aug_mapping_node *here = &w->mapping->nodes[node];
    switch (here->kind) {
    case AUG_MAPPING_FOR:
        for (w->index[node] = 0; w->index[node] < w->steps[node]; w->index[node]++)
            walk_from(w, node + 1);
        return;
    case AUG_MAPPING_PAR:
        walk_from(w, node + 1);
        return;
    case AUG_MAPPING_STORE:
        for (int i = 0; i < w->store_count; i++)
            if (w->stores[i].node == node)
                store_step(w, &w->stores[i]);
        walk_from(w, node + 1);
        return;
    case AUG_MAPPING_COMPUTE:
        if (w->moved)
            weigh(w);
        compute_step(w, node);
        return;
    }
}

// --- Behind the last step ---

static bool was_used(const walk *w, int memory, int number) {
    for (int k = 0; k < w->store_count; k++)
        if (w->stores[k].memory == memory && w->stores[k].instances[number].ever)
            return true;
    return false;
}

// Whether two instances of a memory stand under the same instance of a memory further out.
static bool same_place(const walk *w, int pars, int one, int other, int axes_above) {
    for (int par = 0; par < pars; par++)
        if (w->mapping->nodes[w->par_nodes[par]].axis < axes_above &&
            par_index(w, pars, one, par) != par_index(w, pars, other, par))
            return false;
    return true;
}

// Instances of a memory that were used, and places further out that switch them on.
static void count_instances(walk *w, int m) {
    oracle_memory *memory = &w->counts->memories[m];
    int gate = w->problem->memories[m].gated_at, pars = 0;
    for (int k = 0; k < w->store_count; k++)
        if (w->stores[k].memory == m)
            pars = w->stores[k].pars;
    for (int i = 0; i < memory->instance_count; i++) {
        if (!was_used(w, m, i))
            continue;
        memory->instances++;
        bool new_place = gate >= 0;
        for (int other = 0; other < i && new_place; other++)
            new_place = !was_used(w, m, other) ||
                        !same_place(w, pars, i, other, w->problem->memories[gate].axes_above);
        memory->switches += new_place;
    }
}

// Adds up what the instances did.
static void add_up(walk *w) {
    for (int k = 0; k < w->store_count; k++) {
        const store *s = &w->stores[k];
        oracle_holding *holding = &w->counts->memories[s->memory].tensors[s->tensor];
        aug_count block = w->problem->memories[s->memory].block;
        for (int i = 0; i < s->count; i++) {
            holding->instances += s->instances[i].ever;
            holding->drain_words += s->instances[i].drained;
            for (int flow = 0; flow < AUG_FLOW_COUNT; flow++) {
                aug_count words = share_of(w, s, i)->words[flow];
                holding->words[flow] += words;
                holding->actions[flow] += (words + block - 1) / block;
            }
        }
    }
    for (int m = 0; m < w->problem->memory_count; m++)
        count_instances(w, m);
    for (int i = 0; i < w->unit.count; i++) {
        aug_count operations = w->unit.operations[i];
        w->counts->operations += operations;
        w->counts->compute_instances += operations > 0;
        if (operations > w->counts->busiest_operations)
            w->counts->busiest_operations = operations;
    }
}

void oracle_walk(aug_arena *arena, const aug_problem *problem, const aug_mapping *mapping, oracle_counts *counts) {
    walk *w = AUG_NEW(arena, walk);
    *counts = (oracle_counts){0};
    w->arena = arena;
    w->problem = problem;
    w->mapping = mapping;
    w->counts = counts;
    oracle_place(w);
    walk_from(w, 0);
    last_drains(w);
    add_up(w);
}

double oracle_moved_bits(const aug_problem *problem, const oracle_counts *counts, int memory, int instance_number,
                         unsigned flows) {
    double bits = 0;
    for (int t = 0; t < problem->tensor_count; t++)
        for (int flow = 0; flow < AUG_FLOW_COUNT; flow++)
            if (counts->memories[memory].tensors[t].kept && flows >> flow & 1)
                bits += (double)counts->memories[memory].shares[t][instance_number].words[flow] *
                        problem->memories[memory].bits[t];
    return bits;
}
