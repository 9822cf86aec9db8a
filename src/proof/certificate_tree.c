// The mappings are known, so the tree is walked once and split wherever the bound does not close it. Floors
// take a walk before that finds the least price of a memory's edges, no more than is needed to close what is
// around.
#include "proof/certificate_tree.h"

#include <math.h>

enum { MOST_NODES = 12000000, MOST_FLOOR_NODES = 2000000 };

typedef struct writer {
    aug_proof *proof;
    aug_certificate_tree *tree;
    unsigned digit;     // bits of the digit that is not full
    bool measures;      // no tree is written: the least price is looked for
    aug_count measured; // nodes
} writer;

void aug_certificate_wide(aug_buffer *out, aug_wide value) {
    char digits[40];
    int at = sizeof digits;
    do
        digits[--at] = (char)('0' + (int)(value % 10));
    while ((value /= 10) > 0);
    aug_buffer_add(out, digits + at, sizeof digits - (size_t)at);
}

static void put_digit(writer *w, unsigned digit) {
    aug_buffer_fill(&w->tree->bits, "0123456789abcdef"[digit & 15], 1);
}

static bool put_bit(void *context, bool closed, bool *split) {
    writer *w = context;
    *split = !closed;
    if (w->measures)
        return ++w->measured <= MOST_FLOOR_NODES;
    w->digit = w->digit << 1 | *split;
    if (++w->tree->nodes % 4 == 0) {
        put_digit(w, w->digit);
        w->digit = 0;
    }
    return w->tree->nodes <= MOST_NODES;
}

// While a floor is measured, what was found is what must be beaten next.
static bool found_leaf(void *context, aug_wide price) {
    writer *w = context;
    if (w->measures)
        w->proof->target = price;
    return w->measures;
}

// More than what is missing to the greatest energy that is claimed closes nothing further; for products, to
// the energy that is too much in the cycles it takes at least.
static aug_wide most_floor(const aug_proof *proof, aug_wide rest, double cycles) {
    aug_wide greatest = 0;
    for (int p = 0; p < proof->point_count; p++) {
        aug_wide energy = proof->points[p].energy;
        if (proof->objective == AUG_OBJECTIVE_EDP && cycles >= 1.0)
            energy =
                (aug_wide)((double)energy * ((double)proof->points[p].cycles / cycles) * (1.0 + 1e-9)) + 1;
        greatest = energy > greatest ? energy : greatest;
    }
    return greatest > rest ? greatest - rest : 0;
}

static bool put_floor(void *context, const void *partial, int memory, aug_wide rest, double cycles,
                      aug_wide *least) {
    writer *w = context;
    w->measures = true;
    w->measured = 0;
    w->proof->target = most_floor(w->proof, rest, cycles);
    if (!aug_proof_walk_memory(w->proof, partial, memory))
        w->proof->target = 0;
    w->measures = false;
    *least = w->proof->target;
    aug_certificate_wide(&w->tree->floors, *least);
    aug_buffer_put(&w->tree->floors, " ");
    return aug_proof_walk_memory(w->proof, partial, memory);
}

// A price in units of 10^-12 pJ; one that is not stated is never looked at.
static bool price_of(double energy_pj, aug_count *price) {
    double scaled = isnan(energy_pj) ? 0.0 : energy_pj * 1e12 + 0.5;
    *price = scaled >= 0.0 && scaled < 0x1p60 ? (aug_count)scaled : 0;
    return scaled >= 0.0 && scaled < 0x1p60;
}

bool aug_certificate_prices(aug_proof *proof) {
    static const int actions[AUG_FLOW_COUNT] = {AUG_ACTION_READ, AUG_ACTION_WRITE, AUG_ACTION_UPDATE};
    const aug_problem *problem = proof->problem;
    bool good = price_of(problem->computes[proof->unit].energy_pj, &proof->unit_price);
    for (int m = 0; m < problem->memory_count; m++)
        for (int t = 0; t < problem->tensor_count; t++)
            for (int f = 0; f < AUG_FLOW_COUNT; f++)
                good &= price_of(problem->memories[m].energy_pj[t][actions[f]], &proof->prices[m][t][f]);
    return good;
}

bool aug_certificate_tree_build(aug_arena *arena, aug_proof *proof, aug_certificate_tree *tree) {
    writer w = {.proof = proof, .tree = tree};
    *tree = (aug_certificate_tree){.nodes = 0};
    aug_buffer_init(&tree->bits, arena);
    aug_buffer_init(&tree->floors, arena);
    proof->context = &w;
    proof->next = put_bit;
    proof->floor = put_floor;
    proof->leaf = found_leaf;
    if (!aug_proof_walk(proof))
        return false;
    if (tree->nodes % 4 != 0)
        put_digit(&w, w.digit << (4 - tree->nodes % 4));
    return true;
}
