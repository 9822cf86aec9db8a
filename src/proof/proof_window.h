// Words of tensors with windows, I[2*p+r]: tiles overlap, and an instance fetches what a step needs and the
// step before did not hold. The order of the loops over such ranks counts; README.md argues the bound.
#ifndef AUG_PROOF_PROOF_WINDOW_H
#define AUG_PROOF_PROOF_WINDOW_H

#include "proof/proof_bound.h"

// Ranks of the indices that are more than one rank by itself.
unsigned aug_proof_window_ranks(const aug_problem_tensor *tensor);

// Words of those indices that one instance of a memory fetches at least, repeats included, behind the loops
// and the first `arrays` arrays of `at`. `whole`: no loop is missing that moves them; else the tile may still
// be cut.
aug_count aug_proof_window_words(const aug_proof *proof, const aug_proof_partial *at, int memory, int tensor,
                                 int arrays, bool whole);

// How many children along arrays from .. to - 1 fetch different words in those indices at each step, at
// least.
aug_count aug_proof_window_places(const aug_proof *proof, const aug_proof_partial *at, int tensor, int from,
                                  int to);

#endif
