// Families of shared loops that raise the bound of a certificate.
#ifndef AUG_PROOF_CERTIFICATE_FAMILY_WRITE_H
#define AUG_PROOF_CERTIFICATE_FAMILY_WRITE_H

#include "base/buffer.h"
#include "proof/proof_family.h"

// Adds families until the bound of a chain, whose floors are known, is `value` or they are too many; their text too.
void aug_certificate_put_families(aug_buffer *out, aug_arena *arena, aug_proof_chain *chain, aug_wide value,
                                  const aug_mapper_options *options);

#endif
