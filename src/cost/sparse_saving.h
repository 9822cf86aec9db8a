// Which accesses and operations are left, and which share of the others is skipped, gated or never comes.
//
// A saving leaves out an access to a tensor where the leader's tile that goes with it is empty. What is left out in a memory is
// missing in all memories inside of it and in compute, whose leaders' tiles are smaller: they lie inside of the outer ones, so
// of one leader only the smallest tile counts,
//
//     left = prod over leaders c of (1 - max over savings that are met of P(tile of c is empty))
//
// and leaders do not depend on each other. Example: B skipped on A at the buffer (P = 0.75), A on B (P = 0.5), one word each:
// reads of B left 0.25, of A 0.5, operations 0.125.
#ifndef AUG_COST_SPARSE_SAVING_H
#define AUG_COST_SPARSE_SAVING_H

#include "cost/cost.h"
#include "cost/sparse_leader.h"

enum { AUG_SAVINGS = AUG_PROBLEM_MEMORIES * AUG_SPARSE_RULES };

typedef struct aug_saving {
    int tensor, store; // whose accesses, in which of its stores
    bool skips;        // else gates
    unsigned leaders;
    double empty[AUG_PROBLEM_TENSORS]; // chance that the leader's tile is empty
    double words[AUG_PROBLEM_TENSORS]; // of that tile
} aug_saving;

typedef struct aug_savings {
    int count;
    aug_saving items[AUG_SAVINGS];
} aug_savings;

// Of accesses (or operations) that would happen without savings.
typedef struct aug_left {
    double come;   // left by savings that skip further out
    double taken;  // of these, left by all that skip
    double actual; // of these, left by those that gate too
} aug_left;

// Finds all savings of a mapping; of several options the one that saves most energy, by the dense counts in `cost` (words where
// energies are not stated).
void aug_savings_find(const aug_sparse_nest *nest, const aug_cost *cost, aug_savings *savings);
// What is left of the reads and updates of a tensor in one of its stores; of its fills with `local` false.
aug_left aug_savings_left(const aug_sparse_nest *nest, const aug_savings *savings, int tensor, int store, bool local);
// What is left of operations by savings on their operands.
aug_left aug_savings_left_operations(const aug_sparse_nest *nest, const aug_savings *savings);

#endif
