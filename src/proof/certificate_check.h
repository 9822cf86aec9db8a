// Whether a certificate holds: the checker, which knows nothing of the search.
#ifndef AUG_PROOF_CERTIFICATE_CHECK_H
#define AUG_PROOF_CERTIFICATE_CHECK_H

#include "text/document.h"
#include "text/scalar.h"

// One sentence about a certificate that holds; NULL with errors added where it does not.
const char *aug_certificate_check(const aug_reader *reader, const aug_document *document);

#endif
