// The tree of a certificate of short tiles, from its text.
#ifndef AUG_PROOF_PROOF_SHORT_READ_H
#define AUG_PROOF_PROOF_SHORT_READ_H

#include "proof/proof_short.h"

// Whether the nodes that a text tells close, and no more nodes follow. `nodes`: how many it came to.
bool aug_proof_short_holds(const aug_proof *proof, const char *text, aug_count *nodes);

#endif
