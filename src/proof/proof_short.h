// The tree of a certificate of short tiles: the space of mappings without their tiles, and a bound of the
// energy below each node; README.md argues both.
//
// A node has decided what memories keep, which arrays rest, and which stores come first; how much the tiles
// of a rank shrink at each store, and how it is spread, are variables in intervals. Whoever walks the tree
// says at each node whether it is closed, by a point and prices (proof_sums.h), followed by each store that
// may come next, or cut in two at a value of a variable.
#ifndef AUG_PROOF_PROOF_SHORT_H
#define AUG_PROOF_PROOF_SHORT_H

#include "proof/proof_sums.h"
#include "proof/proof_tree.h"

// As written: values of cuts, points and prices in fractions as fine as these.
enum { AUG_SHORT_STORES = 24, AUG_SHORT_CUTS = 256, AUG_SHORT_POINTS = 64, AUG_SHORT_PRICES = 4096 };

typedef struct aug_short_store {
    int memory, tensor;
    unsigned banned;               // ranks that cannot grow
    int growth[AUG_PROBLEM_RANKS]; // variables: by what the tiles of a rank are more than at the store
                                   // before; -1: none
} aug_short_store;

typedef struct aug_short {
    const aug_proof *proof;
    unsigned kept[AUG_PROBLEM_MEMORIES], placed[AUG_PROBLEM_MEMORIES];
    unsigned idle; // arrays
    int count;     // stores that stand
    aug_short_store at[AUG_SHORT_STORES];
    int spread[AUG_PROBLEM_ARRAYS][AUG_PROBLEM_RANKS]; // variables: steps of a rank along an array; -1: one
    int idle_places[AUG_PROBLEM_ARRAYS][AUG_PROBLEM_RANKS]; // and what places with one tile of two are more
    int variables;
    uint64_t above_one;                                       // variables that were cut at 1, and are above
    int depth;                                                // decisions so far
    double low[AUG_SUMS_VARIABLES], high[AUG_SUMS_VARIABLES]; // logarithms
} aug_short;

typedef enum aug_short_step {
    AUG_SHORT_CLOSED,
    AUG_SHORT_STORE,
    AUG_SHORT_CUT,
    AUG_SHORT_FAILED
} aug_short_step;

typedef struct aug_short_choice {
    aug_short_step step;
    int variable; // CUT, and at which value of it, in parts of 1 / AUG_SHORT_CUTS
    aug_count value;
    double at[AUG_SUMS_VARIABLES], prices[AUG_SUMS]; // CLOSED
} aug_short_choice;

// Says what happens at a node. `sums` are its price, in units of `target`, and its limits; `stores`: whether
// some are still to come.
typedef void aug_short_next(void *context, const aug_short *node, const aug_sums *sums, bool stores,
                            aug_short_choice *choice);

// Price and limits of a node. False where they have too many parts.
bool aug_short_sums(const aug_short *node, aug_sums *sums);
// Cycles that any mapping takes: of all units, and of each word that passes the port of its home once.
double aug_short_cycles(const aug_proof *proof);

// Both parts of a node. False where the variable has no such value.
bool aug_short_cut(const aug_short *node, int variable, aug_count value, aug_short *below, aug_short *above);

// Why short tiles of a problem that tiles which divide can be certified of cannot be, as a sentence; NULL:
// they can. The restriction may be NULL.
const char *aug_proof_short_cannot(const aug_problem *problem, aug_objective objective,
                                   const aug_restriction *restriction);
// The energy that the tree has to show where no places are idle: what is claimed but for `proof->whole`.
double aug_proof_short_target(const aug_proof *proof);
// What the bound of a node has to reach: 1 or, where places may be idle, less by what may be missed then (the
// rest).
double aug_short_needed(const aug_short *node);
// True where every node is closed.
bool aug_proof_short_walk(const aug_proof *proof, aug_short_next *next, void *context);

#endif
