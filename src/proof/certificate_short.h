// The tree of a certificate of short tiles: where it is split, and what closes it.
#ifndef AUG_PROOF_CERTIFICATE_SHORT_H
#define AUG_PROOF_CERTIFICATE_SHORT_H

#include "base/buffer.h"
#include "proof/proof_short.h"

// Splits until every node is closed against the first point of a prepared proof, to within the fewest parts
// of a million that it can, which it sets. False where it cannot.
bool aug_certificate_short_build(aug_arena *arena, aug_proof *proof, aug_buffer *text, aug_count *nodes);

// The same for so many parts where no places are idle, and in all.
bool aug_certificate_short_closes(aug_proof *proof, unsigned whole, unsigned within, aug_buffer *text,
                                  aug_count *nodes);

#endif
