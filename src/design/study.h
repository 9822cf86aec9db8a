// A study file: a model, a machine, a plan and a scenario in which scalars are replaced by choices, and what is wanted.
#ifndef AUG_DESIGN_STUDY_H
#define AUG_DESIGN_STUDY_H

#include "design/front.h"
#include "design/provenance.h"
#include "design/space.h"
#include "kernel/kernels.h"
#include "machine/silicon.h"

typedef struct aug_objective {
    aug_metric metric;
    bool maximize;
} aug_objective;

typedef struct aug_budget {
    aug_metric metric;
    double limit; // most, or least where more is better
} aug_budget;

enum { AUG_BUDGETS = 16, AUG_TECHNOLOGIES = 16, AUG_REFERENCES = 16 };

typedef struct aug_study {
    const char *name, *question;
    aug_space space;
    aug_objective objectives[AUG_OBJECTIVES];
    int objective_count;
    aug_budget budgets[AUG_BUDGETS];
    int budget_count;
    const aug_economy *economy;
    const aug_law *law; // NULL where no loss is asked for
    const aug_technology *technologies[AUG_TECHNOLOGIES]; // that the machines may name
    int technology_count;
    const aug_dies *dies[AUG_VARIANTS]; // what files count on the dies of each variant of the machine; NULL: a sketch of its levels
    const aug_kernels *models[AUG_VARIANTS]; // constants of kernel models by variant of the machine; NULL: a roofline
    bool varies_kernels;                     // a choice stands among them: they are read with each machine
    const aug_study_fact *facts;                   // published, to stand beside the study's numbers
    int fact_count;
    const aug_node *sources; // of the study's own numbers: key to source; NULL: none
    const aug_library *library;
    const struct aug_study *references[AUG_REFERENCES]; // the study with other machines in place of its own, to hold it against
    const char *reference_names[AUG_REFERENCES];
    int reference_count;
} aug_study;

extern const aug_fields aug_study_fields;

// Loads and checks a study: every choice is tried once, so that what is wrong is said before anything runs. NULL with
// errors added.
aug_study *aug_study_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);
aug_study *aug_study_read(const aug_library *library, aug_arena *arena, aug_errors *errors, const aug_document *document,
                          const char *name);

const aug_technology *aug_study_technology(const aug_study *study, const char *name);

#endif
