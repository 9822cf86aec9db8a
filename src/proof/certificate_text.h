// Parts of the text of a certificate.
#ifndef AUG_PROOF_CERTIFICATE_TEXT_H
#define AUG_PROOF_CERTIFICATE_TEXT_H

#include "base/buffer.h"
#include "proof/proof_tree.h"

// The einsum and its machine.
void aug_certificate_put_problem(aug_buffer *out, const aug_proof *proof);
// The tree of a prepared proof. False where it does not close, or is too large.
bool aug_certificate_put_tree(aug_buffer *out, aug_arena *arena, aug_proof *proof);
// Inside of quotes.
void aug_certificate_put_name(aug_buffer *out, const char *name);
// Each line behind four blanks.
void aug_certificate_put_indented(aug_buffer *out, const char *text);

#endif
