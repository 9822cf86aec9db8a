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
    double limit;  // most, or least where more is better
    bool relative; // times what the baseline has
} aug_budget;

enum { AUG_BUDGETS = 16, AUG_TECHNOLOGIES = 16, AUG_SHOWN = 8, AUG_EACH = 4, AUG_BASELINES = 4096, AUG_REFERENCES = 16 };
enum { AUG_CROSSOVERS = 8, AUG_CROSSOVER_SIDES = 8, AUG_CELLS = 12 };

// What design/crossover.h looks for; choices and objectives by their places in the study.
typedef struct aug_crossover {
    int between;                       // choice whose values are the sides
    int along_choice, along_objective; // the first where it is not -1
    int objective;                     // that is compared
    int fixed[AUG_EACH], fixed_count;  // choices: a table for each combination
} aug_crossover;

// What points are compared with: a study of the same parts, but for those that the baseline states itself. A point's own
// baseline has its machine, plan and scenario where only the model is replaced.
//
// Example: 2 machines, 100 models, 3 batches and a baseline that states its model: 6 points; the one of machine 1, model 42,
// batch 2 is machine 1, batch 2.
typedef struct aug_baseline {
    struct aug_study *study; // NULL: none. It has no objectives and no budgets
    bool replaces[AUG_PART_COUNT];
} aug_baseline;

typedef struct aug_study {
    const char *name, *question;
    aug_space space;
    aug_objective objectives[AUG_OBJECTIVES];
    int objective_count;
    aug_budget budgets[AUG_BUDGETS];
    int budget_count;
    aug_metric shown[AUG_SHOWN]; // beside the objectives
    int shown_count;
    int each[AUG_EACH]; // choices: each combination of their values has a front of its own
    int each_count;
    aug_crossover crossovers[AUG_CROSSOVERS];
    int crossover_count;
    int cells[AUG_CELLS], cell_count; // choices that crossovers tell apart
    aug_baseline baseline;
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

// The front that a point belongs to; 0 where there is one for all.
uint64_t aug_study_group(const aug_study *study, uint64_t point);
// The cell of a point: its group, and further the values of what crossovers tell apart.
uint64_t aug_study_cell(const aug_study *study, uint64_t point);
// The point of the baseline's study that a point is compared with.
uint64_t aug_study_baseline_point(const aug_study *study, uint64_t point);

const aug_technology *aug_study_technology(const aug_study *study, const char *name);

#endif
