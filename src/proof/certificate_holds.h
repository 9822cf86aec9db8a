// The tree of a certificate, from its text.
#ifndef AUG_PROOF_CERTIFICATE_HOLDS_H
#define AUG_PROOF_CERTIFICATE_HOLDS_H

#include "proof/certificate_read.h"

// The member of a map, its text. NULL, false with an error added where there is none.
const aug_node *aug_certificate_get(const aug_reader *reader, const aug_node *map, const char *key);
bool aug_certificate_text(const aug_reader *reader, const aug_node *map, const char *key, const char **text);

// Whether the tree in `map` closes against the points of a prepared proof. False with an error added.
bool aug_certificate_holds(const aug_reader *reader, const aug_node *map, aug_proof *proof, aug_count *nodes);

#endif
