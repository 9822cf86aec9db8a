// What a machine does with zeros, bound to one einsum.
#ifndef AUG_PROBLEM_SPARSE_BIND_H
#define AUG_PROBLEM_SPARSE_BIND_H

#include "problem/problem.h"

// Sets problem->sparse and the gated energies of its memories from what the machine's levels state. A name counts for the
// tensor that is called so, else for all tensors of that role; names that the einsum lacks are passed over. Comes last in
// aug_problem_bind: memories, compute units and tensors are there.
void aug_sparse_bind(const aug_reader *reader, const aug_operator *operation, aug_problem *problem);

#endif
