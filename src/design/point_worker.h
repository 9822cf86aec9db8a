// What one worker keeps between points, shared by the files that read a point's parts and evaluate it.
#ifndef AUG_DESIGN_POINT_WORKER_H
#define AUG_DESIGN_POINT_WORKER_H

#include "design/point.h"
#include "system/plan_search.h"

enum { AUG_POINT_MODELS = AUG_VISIT_MODELS, AUG_POINT_LISTS = AUG_VISIT_POINTS };

// An index that no point has.
#define AUG_POINT_NO_INDEX UINT64_MAX

typedef struct aug_point_model {
    aug_arena arena;
    uint64_t index;
    aug_model *model; // NULL: invalid
    aug_plan formats; // number formats that the study sets for the model
    double parameters;
    bool has_experts;
} aug_point_model;

// The plans of one model, plan, scenario and size of the network that joins the chips.
typedef struct aug_point_list {
    aug_arena arena; // for the list
    uint64_t model, plan, scenario;
    double joined;
    aug_plan_list *list; // NULL: empty
} aug_point_list;

struct aug_point_worker {
    const aug_study *study;
    jmp_buf failure;
    bool failed;
    aug_arena arena; // for the copies
    aug_space_copy copy;
    aug_errors errors;

    aug_arena machine_arena;
    uint64_t machine_index;
    aug_machine *machine; // NULL: invalid
    bool base_tried[AUG_VARIANTS];
    aug_machine *bases[AUG_VARIANTS]; // machines as their files have them; read when first needed
    aug_deployment deployment;        // with the roofline of the machine
    aug_mapped *mapped;               // NULL: no times come from mappings

    aug_point_model slots[AUG_POINT_MODELS];
    aug_point_list lists[AUG_POINT_LISTS];
    unsigned oldest_list;  // gives way to the next; all do when they hold too much together
    aug_arena small_arena; // for plans and scenarios
    uint64_t plan_index, scenario_index;
    aug_plan plan;
    aug_scenario scenario;
    bool plan_valid, scenario_valid;

    const aug_point *baseline; // by point of the baseline's study; NULL: none
    uint64_t compared;         // the point whose baseline counts: of a mix the one that stands for all

    uint64_t tried; // index of the model that was tried last
    uint64_t first_invalid; // part and index in it
    char invalid[sizeof ((aug_error *)0)->message];
    aug_outcome outcome;
};

// Brings machine, model, plan and scenario of a point to hand; false where one cannot be read.
bool aug_point_prepare(aug_point_worker *worker, uint64_t point, aug_point_model **slot);

#endif
