// Floors of runs by families of their shared loops, from the text of a certificate.
#ifndef AUG_PROOF_CERTIFICATE_FAMILY_H
#define AUG_PROOF_CERTIFICATE_FAMILY_H

#include "proof/certificate_read.h"
#include "proof/proof_family.h"

// Reads the list `families` of a certificate, where there is one. False with an error added where one does not hold.
bool aug_certificate_families(const aug_reader *reader, const aug_node *root, aug_proof_chain *chain, aug_count *nodes);

#endif
