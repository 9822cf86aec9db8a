// A group of a plan: its text, checked and evaluated.
#ifndef AUG_PROOF_PROOF_PLAN_H
#define AUG_PROOF_PROOF_PLAN_H

#include "proof/proof_chain.h"
#include "text/scalar.h"

// What the group in the text at `node`, which begins with einsum `*first`, takes in all; `*first` is then the einsum
// behind it. False with an error added where it is no way to run them.
bool aug_proof_plan_group(const aug_reader *reader, const aug_node *node, const aug_proof_chain *chain, int *first,
                          aug_wide *figure);

#endif
