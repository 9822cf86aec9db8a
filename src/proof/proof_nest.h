// What a nest whose tiles divide takes, without windows.
#ifndef AUG_PROOF_PROOF_NEST_H
#define AUG_PROOF_PROOF_NEST_H

#include "proof/proof_bound.h"

// Energy, in units of the prices, and cycles of a nest in which every tensor's outermost store is in its home, wherever
// that stands. False where it is none of the problem's nests. Whether its tiles fit is not looked at.
bool aug_proof_nest(const aug_proof *proof, const aug_mapping *nest, aug_proof_value *value);

#endif
