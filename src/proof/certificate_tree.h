// Where the tree of a certificate is split.
#ifndef AUG_PROOF_CERTIFICATE_TREE_H
#define AUG_PROOF_CERTIFICATE_TREE_H

#include "base/buffer.h"
#include "proof/proof_tree.h"

typedef struct aug_certificate_tree {
    aug_buffer bits, floors; // as certificate_check.c reads them
    aug_count nodes;
} aug_certificate_tree;

// Takes the prices from the problem, in units of 10^-12 pJ. False where one is too high.
bool aug_certificate_prices(aug_proof *proof);
// Splits until the bounds close against the points of a prepared proof. False where a whole choice is below
// them all, or after some 12 million nodes.
bool aug_certificate_tree_build(aug_arena *arena, aug_proof *proof, aug_certificate_tree *tree);

// A number in decimal.
void aug_certificate_wide(aug_buffer *out, aug_wide value);

#endif
