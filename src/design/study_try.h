// Whether the values of a study's choices can be read at all.
#ifndef AUG_DESIGN_STUDY_TRY_H
#define AUG_DESIGN_STUDY_TRY_H

#include "design/study.h"

// Tries every value of every choice, and that models have what the law of the study asks for; errors added where none of
// its combinations is accepted.
bool aug_study_try(const aug_study *study, const aug_reader *reader, const aug_node *root);

#endif
