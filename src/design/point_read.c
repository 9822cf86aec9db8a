// Reading the parts of a point into a worker.
//
// A worker has its own copies of the study's trees and fills the scalars of a point into them. The machine is read anew
// when its index changes, which is seldom; models are kept in a few slots by their index. Each has an arena of its own that
// is reset before it is read again.
#include "design/point_worker.h"

#include <stdlib.h>
#include <string.h>

// Turns of an agent that are evaluated, those between taken as linear: what grows with the square of the context is met within
// 1/100 (agent.h).
enum { AGENT_TURNS = 9 };

void aug_point_worker_free(aug_point_worker *w) {
    if (!w)
        return;
    aug_mapped_free(w->mapped);
    aug_arena_free(&w->arena);
    aug_arena_free(&w->machine_arena);
    aug_arena_free(&w->small_arena);
    for (int i = 0; i < AUG_POINT_LISTS; i++)
        aug_arena_free(&w->lists[i].arena);
    for (int i = 0; i < AUG_POINT_MODELS; i++)
        aug_arena_free(&w->slots[i].arena);
    free(w);
}

// Copies the study's trees; false when out of memory.
static bool copy_space(aug_point_worker *w) {
    if (setjmp(w->failure) != 0)
        return false;
    for (int part = 0; part < AUG_PART_COUNT; part++)
        aug_space_copy_part(&w->arena, &w->study->space, (aug_part)part, &w->copy);
    return true;
}

aug_point_worker *aug_point_worker_new(const aug_study *study) {
    aug_point_worker *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->study = study;
    w->deployment.agent_turns = AGENT_TURNS;
    w->machine_index = w->plan_index = w->scenario_index = w->first_invalid = AUG_POINT_NO_INDEX;
    aug_arena_init(&w->arena, &w->failure);
    aug_arena_init(&w->machine_arena, &w->failure);
    aug_arena_init(&w->small_arena, &w->failure);
    for (int i = 0; i < AUG_POINT_LISTS; i++)
        aug_arena_init(&w->lists[i].arena, &w->failure);
    for (int i = 0; i < AUG_POINT_MODELS; i++) {
        aug_arena_init(&w->slots[i].arena, &w->failure);
        w->slots[i].index = AUG_POINT_NO_INDEX;
    }
    if (copy_space(w))
        return w;
    aug_point_worker_free(w);
    return NULL;
}

void aug_point_worker_compare(aug_point_worker *w, const aug_point *baseline) {
    w->baseline = baseline;
}

bool aug_point_worker_map(aug_point_worker *w, const aug_mapped_options *options) {
    aug_mapped_options own = *options;
    own.threads = 1;
    w->mapped = aug_mapped_new(&own, &w->failure);
    return w->mapped != NULL;
}

// ---- Machines

// The machine as its file has it, for what a varied one follows from.
static const aug_machine *base_machine(aug_point_worker *w, int variant) {
    if (!w->bases[variant] && !w->base_tried[variant]) {
        w->base_tried[variant] = true;
        const aug_variant *v = &w->study->space.parts[AUG_PART_MACHINE].variants[variant];
        const aug_reader reader = {&w->arena, &w->errors};
        aug_machine *machine = AUG_NEW(&w->arena, aug_machine);
        // A base that is not valid by itself (choices written in place) has nothing to follow from.
        if (aug_machine_read(&reader, aug_node_copy(&w->arena, v->base), v->name, machine))
            w->bases[variant] = machine;
        w->errors.count = w->errors.dropped = 0;
        if (!w->bases[variant])
            return NULL;
        const aug_technology *technology = machine->technology ? aug_study_technology(w->study, machine->technology) : NULL;
        if (technology)
            aug_silicon_complete(machine, technology);
    }
    return w->bases[variant];
}

static void finish_silicon(aug_point_worker *w, aug_machine *machine, int variant) {
    const aug_technology *technology = machine->technology ? aug_study_technology(w->study, machine->technology) : NULL;
    const aug_space_part *part = &w->study->space.parts[AUG_PART_MACHINE];
    if (!technology)
        return;
    const aug_machine *base = part->is_set ? base_machine(w, variant) : NULL;
    const aug_variant *v = &part->variants[variant];
    if (base)
        aug_silicon_vary_dies(machine, base, w->study->dies[variant], technology,
                              base->technology ? aug_study_technology(w->study, base->technology) : NULL,
                              (aug_stated){.area = v->sets_area, .price = v->sets_price, .power = v->sets_power, .energy = v->sets_energy});
    else
        aug_silicon_complete(machine, technology);
}

static const aug_machine *read_machine(aug_point_worker *w, aug_errors *errors, uint64_t part_index) {
    aug_arena_reset(&w->machine_arena);
    const aug_reader reader = {&w->machine_arena, errors};
    int variant = aug_space_fill(&w->study->space, AUG_PART_MACHINE, part_index, &w->copy);
    aug_machine *machine = AUG_NEW(&w->machine_arena, aug_machine);
    const char *name = w->study->space.parts[AUG_PART_MACHINE].variants[variant].name;
    if (!aug_machine_read(&reader, w->copy.roots[AUG_PART_MACHINE][variant], name, machine))
        return NULL;
    finish_silicon(w, machine, variant);
    if (!w->study->varies_kernels)
        machine->models = machine->model == AUG_MACHINE_KERNEL ? w->study->models[variant] : NULL;
    else if (!aug_kernels_attach(w->study->library, &w->machine_arena, errors, machine))
        return NULL;
    return w->machine = machine;
}

// ---- Models

static bool read_formats(const aug_reader *reader, const aug_node *map, aug_plan *formats) {
    *formats = aug_plan_default();
    return !map || aug_plan_read(reader, map, formats);
}

static aug_model *read_model(aug_point_worker *w, aug_arena *arena, aug_errors *errors, uint64_t part_index, aug_plan *formats) {
    const aug_reader reader = {arena, errors};
    int variant = aug_space_fill(&w->study->space, AUG_PART_MODEL, part_index, &w->copy);
    const aug_variant *v = &w->study->space.parts[AUG_PART_MODEL].variants[variant];
    const aug_document document = {.name = *v->file ? v->file : v->base->document->name, .root = w->copy.roots[AUG_PART_MODEL][variant]};
    if (!read_formats(&reader, w->copy.formats[AUG_PART_MODEL][variant], formats))
        return NULL;
    aug_model *model = aug_model_read(w->study->library, &reader, &document, v->name);
    if (model && v->suffix)
        aug_model_set_weights(model, v->suffix);
    return model;
}

static const aug_model *fill_slot(aug_point_worker *w, aug_errors *errors, uint64_t part_index) {
    aug_point_model *slot = &w->slots[part_index % AUG_POINT_MODELS];
    slot->index = AUG_POINT_NO_INDEX;
    aug_arena_reset(&slot->arena);
    slot->model = read_model(w, &slot->arena, errors, part_index, &slot->formats);
    if (slot->model) {
        aug_parameters parameters = aug_model_parameters(slot->model);
        slot->parameters = parameters.total;
        slot->has_experts = aug_model_has_experts(slot->model);
    }
    slot->index = part_index;
    return slot->model;
}

// ---- Plans and scenarios

static bool read_plan(aug_point_worker *w, aug_errors *errors, uint64_t part_index, aug_plan *plan) {
    aug_arena_reset(&w->small_arena);
    const aug_reader reader = {&w->small_arena, errors};
    int variant = aug_space_fill(&w->study->space, AUG_PART_PLAN, part_index, &w->copy);
    return aug_plan_read(&reader, w->copy.roots[AUG_PART_PLAN][variant], plan);
}

static bool read_scenario(aug_point_worker *w, aug_errors *errors, uint64_t part_index, aug_scenario *scenario) {
    aug_arena_reset(&w->small_arena);
    const aug_reader reader = {&w->small_arena, errors};
    int variant = aug_space_fill(&w->study->space, AUG_PART_SCENARIO, part_index, &w->copy);
    const aug_node *root = w->copy.roots[AUG_PART_SCENARIO][variant];
    return aug_scenario_read(&reader, root, scenario);
}

// ---- Trying parts

static bool try_part(aug_point_worker *w, aug_errors *errors, aug_part part, uint64_t index) {
    aug_plan plan;
    aug_scenario scenario;
    switch (part) {
    case AUG_PART_MACHINE:
        return read_machine(w, errors, index) != NULL;
    case AUG_PART_MODEL:
        w->tried = index;
        return fill_slot(w, errors, index) != NULL;
    case AUG_PART_PLAN:
        return read_plan(w, errors, index, &plan);
    case AUG_PART_SCENARIO:
        return read_scenario(w, errors, index, &scenario);
    case AUG_PART_COUNT:
        break;
    }
    return true;
}

bool aug_point_try(aug_point_worker *w, aug_errors *errors, aug_part part, uint64_t part_index) {
    if (setjmp(w->failure) != 0) {
        w->failed = true;
        return false;
    }
    return try_part(w, errors, part, part_index);
}

const aug_machine *aug_point_machine(aug_point_worker *w, uint64_t point) {
    w->machine = NULL;
    w->machine_index = AUG_POINT_NO_INDEX;
    aug_point_try(w, &w->errors, AUG_PART_MACHINE, aug_space_part_index(&w->study->space, point, AUG_PART_MACHINE));
    w->errors.count = w->errors.dropped = 0;
    return w->machine;
}

double aug_point_training_tokens(const aug_point_worker *w) {
    const aug_model *model = w->slots[w->tried % AUG_POINT_MODELS].model;
    return model ? model->training_tokens : 0.0;
}

// ---- Points

// Keeps the message of the first part that cannot be read, whatever the order in which parts are met.
static void note_invalid(aug_point_worker *w, aug_part part, uint64_t part_index) {
    uint64_t place = (uint64_t)part << 48 | part_index; // there are at most 2^40 points
    if (w->errors.count && place < w->first_invalid) {
        w->first_invalid = place;
        memcpy(w->invalid, w->errors.items[0].message, sizeof w->invalid);
    }
    w->errors.count = w->errors.dropped = 0;
}

bool aug_point_prepare(aug_point_worker *w, uint64_t point, aug_point_model **slot) {
    const aug_space *space = &w->study->space;
    uint64_t machine = aug_space_part_index(space, point, AUG_PART_MACHINE);
    uint64_t model = aug_space_part_index(space, point, AUG_PART_MODEL);
    uint64_t plan = aug_space_part_index(space, point, AUG_PART_PLAN);
    uint64_t scenario = aug_space_part_index(space, point, AUG_PART_SCENARIO);
    if (machine != w->machine_index) {
        w->machine = NULL;
        read_machine(w, &w->errors, machine);
        w->machine_index = machine;
        if (w->machine)
            aug_roofline_init(&w->deployment.roofline, w->machine);
        w->deployment.mapped = w->machine && w->machine->model == AUG_MACHINE_MAPPED ? w->mapped : NULL;
        note_invalid(w, AUG_PART_MACHINE, machine);
    }
    *slot = &w->slots[model % AUG_POINT_MODELS];
    if ((*slot)->index != model)
        fill_slot(w, &w->errors, model);
    note_invalid(w, AUG_PART_MODEL, model);
    if (plan != w->plan_index) {
        w->plan_valid = read_plan(w, &w->errors, plan, &w->plan);
        w->plan_index = plan;
        note_invalid(w, AUG_PART_PLAN, plan);
    }
    if (scenario != w->scenario_index) {
        w->scenario_valid = read_scenario(w, &w->errors, scenario, &w->scenario);
        w->scenario_index = scenario;
        note_invalid(w, AUG_PART_SCENARIO, scenario);
    }
    return w->machine && (*slot)->model && w->plan_valid && w->scenario_valid;
}
