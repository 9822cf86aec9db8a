// Certificates of plans in which neighbours are fused: what a plan takes, and what every plan takes at least.
#ifndef AUG_PROOF_CERTIFICATE_PLAN_H
#define AUG_PROOF_CERTIFICATE_PLAN_H

#include "proof/certificate.h"
#include "text/document.h"
#include "text/scalar.h"

// One sentence about a certificate that holds; NULL with errors added where it does not.
const char *aug_certificate_plan_check(const aug_reader *reader, const aug_node *root);

#endif
