// Where stores and compute units stand, how many instances each has, and which of those share a transfer: see oracle.c.
//
// Two axes of 2, par x then par y, B shared along y: instances 0 1 2 3 are of groups 0 0 2 2.
#include "oracle_state.h"

#include <assert.h>
#include <string.h>

// The number of a child with the indices along axes that let the tensor be shared set to 0, inside its parent.
static int group_of(const walk *w, const store *parent, int pars, int number, int tensor, bool upwards) {
    int group = 0;
    for (int par = 0; par < pars; par++) {
        const aug_problem_axis *axis = &w->problem->axes[w->mapping->nodes[w->par_nodes[par]].axis];
        unsigned shared = upwards ? axis->reduce : axis->multicast;
        bool keep = par < parent->pars || (shared >> tensor & 1) == 0;
        group = group * (int)w->steps[w->par_nodes[par]] + (keep ? (int)par_index(w, pars, number, par) : 0);
    }
    return group;
}

static int *groups_of(const walk *w, const store *parent, int pars, int count, int tensor, bool upwards) {
    int *groups = AUG_NEW_ARRAY(w->arena, int, (size_t)count);
    for (int i = 0; i < count; i++)
        groups[i] = group_of(w, parent, pars, i, tensor, upwards);
    return groups;
}

static void measure_tensors(walk *w) {
    for (int t = 0; t < w->problem->tensor_count; t++) {
        const aug_problem_tensor *shape = &w->problem->tensors[t];
        w->words[t] = 1;
        for (int d = 0; d < shape->dim_count; d++) {
            aug_count last = 0;
            for (int i = 0; i < shape->dims[d].term_count; i++)
                last += shape->dims[d].terms[i].coefficient * (w->problem->sizes[shape->dims[d].terms[i].rank] - 1);
            w->extents[t][d] = last + 1;
            w->words[t] *= last + 1;
        }
        w->chunks[t] = (w->words[t] + CHUNK_BITS - 1) / CHUNK_BITS;
    }
}

// Steps of each loop in the largest tile around it, which is the first.
static void measure_loops(walk *w) {
    aug_count largest[AUG_PROBLEM_RANKS];
    memcpy(largest, w->problem->sizes, sizeof largest);
    for (int i = 0; i < w->mapping->count; i++) {
        const aug_mapping_node *loop = &w->mapping->nodes[i];
        if (loop->kind != AUG_MAPPING_FOR && loop->kind != AUG_MAPPING_PAR)
            continue;
        w->steps[i] = (largest[loop->rank] + loop->tile - 1) / loop->tile;
        if (loop->tile < largest[loop->rank])
            largest[loop->rank] = loop->tile;
        if (loop->kind == AUG_MAPPING_PAR)
            w->par_nodes[w->par_count++] = i;
    }
}

// The store of a tensor that stands closest outside of everything placed so far; -1: none.
static int store_outside(const walk *w, int tensor) {
    for (int i = w->store_count - 1; i >= 0; i--)
        if (w->stores[i].tensor == tensor)
            return i;
    return -1;
}

static void place_store(walk *w, int node, int tensor, int pars, int count) {
    const aug_mapping_node *from = &w->mapping->nodes[node];
    int parent = store_outside(w, tensor);
    store *s = &w->stores[w->store_count++];
    *s = (store){.node = node, .memory = from->memory, .tensor = tensor, .parent = parent,
                 .whole = (from->whole >> tensor & 1) != 0, .pars = pars, .count = count,
                 .instances = AUG_NEW_ARRAY(w->arena, instance, (size_t)count)};
    size_t chunks = w->chunks[tensor];
    for (int i = 0; i < count; i++) {
        instance *one = &s->instances[i];
        one->held = AUG_NEW_ARRAY(w->arena, chunk, chunks);
        one->next = AUG_NEW_ARRAY(w->arena, chunk, chunks);
        one->moved = AUG_NEW_ARRAY(w->arena, chunk, chunks);
        one->partial = AUG_NEW_ARRAY(w->arena, chunk, chunks);
        if (parent < 0 && w->problem->tensors[tensor].accumulates)
            memset(one->partial, 0xFF, chunks * sizeof(chunk));
    }
    if (parent >= 0) {
        s->read_group = groups_of(w, &w->stores[parent], pars, count, tensor, false);
        s->update_group = groups_of(w, &w->stores[parent], pars, count, tensor, true);
    }
    oracle_memory *memory = &w->counts->memories[from->memory];
    assert(!memory->used || memory->instance_count == count);
    assert(!memory->tensors[tensor].kept);
    memory->used = memory->tensors[tensor].kept = true;
    memory->instance_count = count;
    memory->shares[tensor] = AUG_NEW_ARRAY(w->arena, oracle_share, (size_t)count);
}

static void place_compute(walk *w, int pars, int count) {
    compute_unit *unit = &w->unit;
    unit->pars = pars;
    unit->count = count;
    unit->active = AUG_NEW_ARRAY(w->arena, bool, (size_t)count);
    unit->at = AUG_NEW_ARRAY(w->arena, tile, (size_t)count);
    unit->word = AUG_NEW_ARRAY(w->arena, size_t, (size_t)count);
    unit->operations = AUG_NEW_ARRAY(w->arena, aug_count, (size_t)count);
    for (int t = 0; t < w->problem->tensor_count; t++) {
        unit->innermost[t] = store_outside(w, t);
        assert(unit->innermost[t] >= 0);
        unit->group[t] = groups_of(w, &w->stores[unit->innermost[t]], pars, count, t, w->problem->tensors[t].is_output);
    }
}

static void place_nodes(walk *w) {
    int pars = 0, count = 1;
    for (int i = 0; i < w->mapping->count; i++) {
        const aug_mapping_node *node = &w->mapping->nodes[i];
        if (node->kind == AUG_MAPPING_PAR) {
            pars++;
            count *= (int)w->steps[i];
        }
        if (node->kind == AUG_MAPPING_COMPUTE)
            place_compute(w, pars, count);
        for (int t = 0; node->kind == AUG_MAPPING_STORE && t < w->problem->tensor_count; t++)
            if (node->tensors >> t & 1)
                place_store(w, i, t, pars, count);
    }
}

void oracle_place(walk *w) {
    measure_tensors(w);
    measure_loops(w);
    place_nodes(w);
}
