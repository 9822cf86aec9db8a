// The einsums of a workload, which of them may be fused, and a lower bound of every way to run them.
//
// Einsums run in their order, each by itself or as a run of neighbours that share loops, so that what passes between
// them stays on the chip (src/fusion/README.md). For one einsum of a run a tree (proof_tree.h) shows what it takes at
// least while what passes is at home on the chip; README.md argues why that is a floor of every plan.
#ifndef AUG_PROOF_PROOF_CHAIN_H
#define AUG_PROOF_PROOF_CHAIN_H

#include "proof/proof_tree.h"

enum { AUG_PROOF_EINSUMS = 16, AUG_PROOF_FLOORS = 64 };

// What an einsum takes at least. `home`: of each of its tensors the memory in which it is at home because it passes;
// -1: it does not pass.
typedef struct aug_proof_floor {
    int8_t home[AUG_PROBLEM_TENSORS];
    aug_wide least; // of the objective
} aug_proof_floor;

typedef struct aug_proof_einsum {
    const char *name;
    aug_count repeats;
    const aug_proof *proof; // the einsum by itself
    int floor_count;
    aug_proof_floor floors[AUG_PROOF_FLOORS];
} aug_proof_einsum;

typedef struct aug_proof_chain {
    aug_objective objective; // ENERGY, LATENCY
    const char *running;     // names, with blanks around each: tensors that may be read before they are whole
    int count;
    aug_proof_einsum einsums[AUG_PROOF_EINSUMS];
    int family_count; // ENERGY: floors of runs by families of their shared loops (proof_family.h)
    struct aug_proof_family *families;
} aug_proof_chain;

// More than any figure of an einsum, so that sums over all of them are below 2^126.
#define AUG_PROOF_FIGURE ((aug_wide)1 << 90)
enum { AUG_PROOF_REPEATS = 1 << 30 };

// Index of the tensor, the rank of this name; -1: there is none.
int aug_proof_tensor(const aug_problem *problem, const char *name);
int aug_proof_rank(const aug_problem *problem, const char *name);
// Why plans of these einsums cannot be certified, as a sentence; NULL: they can.
const char *aug_proof_chain_cannot(const aug_proof_chain *chain);

// Whether einsums first .. last may be fused. `passing`: of each einsum of the chain its tensors that then pass.
bool aug_proof_run(const aug_proof_chain *chain, int first, int last, unsigned *passing);
// Whether a tensor that passes may be at home in a memory.
bool aug_proof_may_be_home(const aug_proof *proof, int tensor, int memory);
// Visits every choice of homes for a set of tensors. False where a visit is.
typedef bool aug_proof_homes_visit(void *context, const int8_t *home);
bool aug_proof_homes(const aug_proof *proof, unsigned passing, aug_proof_homes_visit *visit, void *context);

// An einsum with another problem of its own.
typedef struct aug_proof_own {
    aug_proof proof;
    aug_problem problem;
} aug_proof_own;

// The einsum with these homes, and room added for them. `of` may be that of `made`. False: there is too much of something.
bool aug_proof_relax(const aug_proof *of, const int8_t *home, aug_proof_own *made);

// What einsums first .. last take at least, once, if they are fused; AUG_PROOF_TOTAL: they cannot be.
aug_wide aug_proof_run_bound(const aug_proof_chain *chain, int first, int last);
// What einsums before each one take at least, and from each one on; [count]: all of them, none.
void aug_proof_chain_bounds(const aug_proof_chain *chain, aug_wide *before, aug_wide *behind);
// What every plan takes at least.
aug_wide aug_proof_chain_bound(const aug_proof_chain *chain);

#endif
