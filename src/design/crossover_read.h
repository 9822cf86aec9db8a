// Reading `crossover` of a study, whose space and objectives are there.
#ifndef AUG_DESIGN_CROSSOVER_READ_H
#define AUG_DESIGN_CROSSOVER_READ_H

#include "design/study.h"

extern const aug_fields aug_crossover_fields;

// False with errors added.
bool aug_crossovers_read(const aug_reader *reader, const aug_node *list, aug_study *study);

#endif
