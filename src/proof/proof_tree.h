// The tree of a certificate: the space of mappings in a fixed order of decisions, and a bound for each
// partial choice. It knows nothing of the search that found the mappings; README.md argues each step.
//
// Whoever walks the tree says at each node whether it is closed or split (`next`); the walk sees to it that a
// closed node is below no claim and that a split one has all its children.
#ifndef AUG_PROOF_PROOF_TREE_H
#define AUG_PROOF_PROOF_TREE_H

#include "base/compiler.h"
#include "mapper/mapper.h"

enum { AUG_PROOF_POINTS = 64, AUG_PROOF_DIVISORS = 1024 };
// The largest sum that is told.
#define AUG_PROOF_TOTAL (((aug_wide)1 << 126) - 1)

// What is claimed: no mapping is below it.
typedef struct aug_proof_point {
    aug_wide energy; // in units of the prices
    aug_count cycles;
} aug_proof_point;

typedef struct aug_proof aug_proof;
struct aug_proof {
    const aug_problem *problem;
    aug_objective objective;
    int unit; // compute unit
    aug_count prices[AUG_PROBLEM_MEMORIES][AUG_PROBLEM_TENSORS][AUG_FLOW_COUNT],
        unit_price;         // of a word, a point
    aug_restriction limits; // of tiles, of ranks along an axis; the sets are those of the problem, too
    bool is_short;   // tiles need not divide the ones around them (proof_short.h)
    unsigned within; // of a million parts, so many may be missed of what is claimed (SHORT)
    unsigned whole;  // of them, where no places are idle
    int point_count;
    aug_proof_point points[AUG_PROOF_POINTS];
    // Whether the node that comes next is split; `closed`: the bound closes it. False at the end of the
    // proof.
    bool (*next)(void *context, bool closed, bool *split);
    // The least price of all edges into a memory, at least, as the tree that follows shows; `rest` and
    // `cycles`: what all else costs and takes at least.
    bool (*floor)(void *context, const void *partial, int memory, aug_wide rest, double cycles,
                  aug_wide *least);
    // A whole choice that no bound closes; false: the proof fails.
    bool (*leaf)(void *context, aug_wide price);
    void *context;
    // Set by aug_proof_prepare.
    int memory_count, array_count; // outside of the compute unit
    int home[AUG_PROBLEM_TENSORS];
    unsigned windows[AUG_PROBLEM_TENSORS]; // ranks of indices that are more than one rank by itself
    aug_count fans[AUG_PROBLEM_ARRAYS];
    aug_wide target; // of the tree of a floor
    int divisor_count[AUG_PROBLEM_RANKS];
    aug_count divisors[AUG_PROBLEM_RANKS][AUG_PROOF_DIVISORS];
};

// Why mappings of the problem cannot be certified, as a sentence; NULL: they can.
const char *aug_proof_cannot(const aug_problem *problem);
// Sets what the walk needs. False where the problem has too much of something.
bool aug_proof_prepare(aug_proof *proof);
// Energy in units of the prices of a mapping that was evaluated.
aug_wide aug_proof_price(const aug_proof *proof, const aug_cost *cost);
// Visits every choice of what memories keep. False where a visit is.
typedef bool aug_proof_visit(void *context, const unsigned *kept);
bool aug_proof_keepings(const aug_proof *proof, aug_proof_visit *visit, void *context);
// Walks the whole tree. True where every node is closed.
bool aug_proof_walk(aug_proof *proof);
// Walks the tree of one memory alone against proof->target; `partial` as it came to `floor`.
bool aug_proof_walk_memory(aug_proof *proof, const void *partial, int memory);

#endif
