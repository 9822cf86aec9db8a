// The problem of a certificate, from its text.
#ifndef AUG_PROOF_CERTIFICATE_READ_H
#define AUG_PROOF_CERTIFICATE_READ_H

#include "proof/proof_tree.h"
#include "text/document.h"
#include "text/scalar.h"

// Words of a text, one after the other; `good` ends with the first that is not what was asked for.
typedef struct aug_words {
    const char *at;
    bool good;
} aug_words;
const char *aug_words_next(aug_words *words, aug_arena *arena); // "" at the end, which is not good
aug_wide aug_words_wide(aug_words *words);                      // below 2^126
aug_count aug_words_count(aug_words *words, aug_count least, aug_count most);
bool aug_words_end(const aug_words *words); // nothing is left, and all was good

// Fills what the text of a certificate says about its problem. False with an error added.
bool aug_certificate_read(const aug_reader *reader, const aug_node *root, aug_problem *problem,
                          aug_proof *proof);

#endif
