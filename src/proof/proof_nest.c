// A nest is a node of the tree in which all is decided (proof_bound.h): what memories keep, the steps along arrays,
// and of each store
//
//     repeats = product of the steps in time of ranks that do not move it, above the innermost loop that does
//
// Example: `dram[A B Z] for m:2 for n:1 buffer[B] for k:1 mac` with m 4, n 3 and B[k,n]: B comes twice.
#include "proof/proof_nest.h"

#include <string.h>

typedef struct nest_walk {
    const aug_proof *proof;
    aug_proof_partial *at;
    aug_count remains[AUG_PROBLEM_RANKS];
    aug_count repeats[AUG_PROBLEM_TENSORS]; // above the innermost loop so far that moves it
    unsigned stored;                        // tensors with a store
    aug_count places[AUG_PROBLEM_AXES];
} nest_walk;

static bool add_store(nest_walk *w, const aug_mapping_node *node) {
    for (int t = 0; t < w->proof->problem->tensor_count; t++) {
        if (!(node->tensors >> t & 1))
            continue;
        bool is_first = !(w->stored >> t & 1);
        w->stored |= 1u << t;
        if (is_first != (node->memory == w->proof->home[t]) || (w->at->kept[node->memory] >> t & 1) ||
            (w->proof->problem->memories[node->memory].never >> t & 1))
            return false;
        if (is_first)
            continue;
        w->at->kept[node->memory] |= 1u << t;
        w->at->placed[node->memory] |= 1u << t;
        w->at->repeats[node->memory][t] = w->repeats[t];
    }
    return node->memory < w->proof->memory_count && node->whole == 0;
}

// What no loop has used up of the ranks that do not move a tensor.
static aug_count repeats_of(const nest_walk *w, int tensor) {
    aug_count steps = 1;
    for (int r = 0; r < w->proof->problem->rank_count; r++)
        steps *= aug_proof_moves(w->proof, tensor, r) ? 1 : w->at->count[r];
    return steps;
}

static bool add_loop(nest_walk *w, const aug_mapping_node *node) {
    if (node->tile == 0 || w->remains[node->rank] % node->tile != 0)
        return false;
    aug_count steps = w->remains[node->rank] / node->tile;
    w->remains[node->rank] = node->tile;
    if (node->kind == AUG_MAPPING_PAR) {
        int array = w->proof->problem->axes[node->axis].array;
        w->places[node->axis] *= steps;
        if (array >= w->proof->array_count || w->places[node->axis] > w->proof->problem->axes[node->axis].fanout)
            return false;
        w->at->spread[array][node->rank] *= steps;
        return true;
    }
    w->at->count[node->rank] *= steps;
    for (int t = 0; t < w->proof->problem->tensor_count && steps > 1; t++)
        if (aug_proof_moves(w->proof, t, node->rank))
            w->repeats[t] = repeats_of(w, t);
    return true;
}

// All points are walked, all tensors have a store, memories keep what they must, arrays that rest are at rest.
static bool is_whole(const nest_walk *w) {
    const aug_problem *problem = w->proof->problem;
    bool good = w->stored == (1u << problem->tensor_count) - 1u;
    for (int r = 0; r < problem->rank_count; r++)
        good &= w->remains[r] == 1;
    for (int m = 0; m < w->proof->memory_count; m++)
        for (int t = 0; t < problem->tensor_count; t++)
            good &= !(problem->memories[m].must >> t & 1) || w->proof->home[t] == m || (w->at->kept[m] >> t & 1);
    for (int a = 0; a < w->proof->array_count; a++) {
        aug_count steps = 1;
        for (int r = 0; r < problem->rank_count; r++)
            steps *= w->at->spread[a][r];
        good &= steps <= w->proof->fans[a];
    }
    return good;
}

static void begin(nest_walk *w, const aug_proof *proof, aug_proof_partial *at) {
    memset(at, 0, sizeof *at);
    *w = (nest_walk){.proof = proof, .at = at};
    memcpy(w->remains, proof->problem->sizes, sizeof w->remains);
    at->arrays = proof->array_count;
    at->memory = at->only = -1;
    for (int r = 0; r < AUG_PROBLEM_RANKS; r++) {
        at->count[r] = 1;
        for (int a = 0; a < AUG_PROBLEM_ARRAYS; a++)
            at->spread[a][r] = 1;
    }
    for (int t = 0; t < AUG_PROBLEM_TENSORS; t++)
        w->repeats[t] = 1;
    for (int x = 0; x < AUG_PROBLEM_AXES; x++)
        w->places[x] = 1;
}

bool aug_proof_nest(const aug_proof *proof, const aug_mapping *nest, aug_proof_value *value) {
    aug_proof_partial at;
    nest_walk w;
    bool good = true;
    begin(&w, proof, &at);
    for (int i = 0; i < nest->count && good; i++)
        good = nest->nodes[i].kind == AUG_MAPPING_COMPUTE || (nest->nodes[i].kind == AUG_MAPPING_STORE
                                                                   ? add_store(&w, &nest->nodes[i])
                                                                   : add_loop(&w, &nest->nodes[i]));
    if (!good || !is_whole(&w))
        return false;
    aug_proof_bound(proof, &at, value);
    return true;
}
