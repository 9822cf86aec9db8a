// Reading "auger: study/1".
//
// Every value of every choice is tried before the study runs: a value that no combination of its part accepts (a typo, a
// unit that does not fit) is an error of the input. Values that only some combinations accept (24 heads with 5 groups)
// leave points that are counted as invalid.
#include "design/study.h"

#include "base/random.h"
#include "design/point.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

typedef struct study_row {
    const char *kind, *name, *question, *economy, *law;
    const aug_node *model, *machine, *plan, *scenario, *minimize, *maximize, *budgets, *facts, *references, *sources;
} study_row;

static const aug_field rows[] = {
    AUG_ROW_TEXT(study_row, kind, "auger", "study/1"),
    AUG_ROW_TEXT(study_row, name, "name", "what the study is called"),
    AUG_ROW_TEXT(study_row, question, "question", "what it asks, in one sentence"),
    AUG_ROW_NODE(study_row, model, "model", &aug_part_fields, AUG_LAYOUT_ONE, "a name, a choice of names, {from, set}, or a model written out"),
    AUG_ROW_NODE(study_row, machine, "machine", &aug_part_fields, AUG_LAYOUT_ONE, "the same for the machine"),
    AUG_ROW_NODE(study_row, plan, "plan", &aug_plan_fields, AUG_LAYOUT_ONE, "the plan; one chip where missing, degrees are found"),
    AUG_ROW_NODE(study_row, scenario, "scenario", &aug_scenario_fields, AUG_LAYOUT_ONE, "the scenario"),
    AUG_ROW_NODE(study_row, minimize, "minimize", NULL, AUG_LAYOUT_LIST, "metrics that should be small"),
    AUG_ROW_NODE(study_row, maximize, "maximize", NULL, AUG_LAYOUT_LIST, "metrics that should be large"),
    AUG_ROW_NODE(study_row, budgets, "budgets", NULL, AUG_LAYOUT_MAP, "metric: limit, most, or least where more is better"),
    AUG_ROW_NODE(study_row, facts, "facts", &aug_study_fact_fields, AUG_LAYOUT_LIST, "what is published and should stand beside the answer"),
    AUG_ROW_NODE(study_row, references, "references", NULL, AUG_LAYOUT_LIST, "machines, each a name or {from, set}: how far from the front they lie under the same models, plans, scenarios and budgets"),
    {.key = "economy", .kind = AUG_FIELD_TEXT, .offset = offsetof(study_row, economy), .fallback = "default", .help = "file or name of data/economies"},
    {.key = "law", .kind = AUG_FIELD_TEXT, .offset = offsetof(study_row, law), .fallback = "chinchilla-epoch", .help = "file or name of data/laws, for the metric loss"},
    AUG_ROW_NODE(study_row, sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: key to source"),
};

const aug_fields aug_study_fields = {
    .name = "study",
    .about = "A model, a machine, a plan and a scenario in which any scalar may be a choice, and what is wanted.",
    .rows = rows,
    .count = AUG_COUNT(rows),
};

static bool read_objectives(const aug_reader *reader, const aug_node *list, bool maximize, aug_study *study) {
    if (!list)
        return true;
    if (list->kind != AUG_NODE_LIST) {
        aug_node_error(reader->errors, list, "expected a list of metrics, found %s", aug_node_noun(reader->arena, list));
        return false;
    }
    bool good = true;
    for (const aug_node *item = list->first; item; item = item->next) {
        const char *text;
        if (!aug_scalar_text(reader, item, &text))
            return false;
        aug_metric metric = aug_metric_read(reader, item, text);
        for (int i = 0; i < study->objective_count; i++) {
            if (study->objectives[i].metric == metric) {
                aug_node_error(reader->errors, item, "metric '%s' stands twice", text);
                return false;
            }
        }
        if (study->objective_count == AUG_OBJECTIVES) {
            aug_node_error(reader->errors, item, "more than %d objectives", AUG_OBJECTIVES);
            return false;
        }
        good = good && metric != AUG_METRIC_COUNT;
        study->objectives[study->objective_count++] = (aug_objective){metric, maximize};
    }
    return good;
}

static bool read_budgets(const aug_reader *reader, const aug_node *map, aug_study *study) {
    if (map && map->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, map, "expected a map of limits, found %s", aug_node_noun(reader->arena, map));
        return false;
    }
    bool good = true;
    for (const aug_node *member = map ? map->first : NULL; member; member = member->next) {
        if (study->budget_count == AUG_BUDGETS) {
            aug_node_error(reader->errors, member, "more than %d budgets", AUG_BUDGETS);
            return false;
        }
        aug_budget *budget = &study->budgets[study->budget_count++];
        budget->metric = aug_metric_read(reader, member, member->key);
        good = good && budget->metric != AUG_METRIC_COUNT &&
               aug_scalar_quantity(reader, member, aug_metric_dimension(budget->metric), AUG_ANY, &budget->limit);
    }
    return good;
}

static bool asks_for(const aug_study *study, aug_metric metric) {
    for (int i = 0; i < study->objective_count; i++)
        if (study->objectives[i].metric == metric)
            return true;
    for (int i = 0; i < study->budget_count; i++)
        if (study->budgets[i].metric == metric)
            return true;
    return false;
}

const aug_technology *aug_study_technology(const aug_study *study, const char *name) {
    for (int i = 0; i < study->technology_count; i++)
        if (strcmp(study->technologies[i]->name, name) == 0)
            return study->technologies[i];
    return NULL;
}

static bool load_technology(aug_study *study, const aug_reader *reader, const aug_node *node) {
    if (!node || node->kind != AUG_NODE_SCALAR || aug_study_technology(study, node->text))
        return true;
    aug_errors *local = AUG_NEW(reader->arena, aug_errors);
    const aug_technology *technology = aug_technology_load(study->library, reader->arena, local, node->text);
    if (!technology && local->items[0].line) { // the file is there and is wrong
        aug_errors_append(reader->errors, local);
        return false;
    }
    if (!technology) {
        aug_error *error = aug_node_error(reader->errors, node, "%s", local->items[0].message);
        aug_error_hint(error, "%s", local->items[0].hint);
        return false;
    }
    if (study->technology_count < AUG_TECHNOLOGIES)
        study->technologies[study->technology_count++] = technology;
    return true;
}

// The technologies that machines of the study name, by themselves or as a choice.
static bool load_technologies(aug_study *study, const aug_reader *reader) {
    const aug_space_part *part = &study->space.parts[AUG_PART_MACHINE];
    bool good = true;
    for (int v = 0; v < part->variant_count; v++)
        good &= load_technology(study, reader, aug_node_peek(part->variants[v].root, "technology"));
    for (int c = 0; c < study->space.choice_count; c++) {
        const aug_choice *choice = &study->space.choices[c];
        for (int i = 0; i < choice->count && strcmp(choice->path, "machine.technology") == 0; i++)
            good &= load_technology(study, reader, choice->values[i]);
    }
    return good;
}

// What stands on the dies of machines whose files say so.
static bool load_dies(aug_study *study, const aug_reader *reader) {
    const aug_space_part *part = &study->space.parts[AUG_PART_MACHINE];
    bool good = true;
    for (int v = 0; v < part->variant_count; v++) {
        const aug_node *name = aug_node_peek(part->variants[v].base, "dies"), *cores = aug_node_peek(part->variants[v].base, "cores");
        aug_machine machine = {.dies = name && name->kind == AUG_NODE_SCALAR ? name->text : NULL};
        aug_dies *dies = NULL;
        if (!machine.dies || (cores && !aug_scalar_quantity(reader, cores, AUG_DIMENSION_NUMBER, AUG_POSITIVE, &machine.cores)))
            continue;
        good &= aug_silicon_dies(study->library, reader->arena, reader->errors, &machine, &dies);
        study->dies[v] = dies;
    }
    return good;
}

// The constants of kernel models, which choices inside the machine leave as they are unless they stand among them.
static bool load_kernels(aug_study *study, const aug_reader *reader) {
    const aug_space_part *part = &study->space.parts[AUG_PART_MACHINE];
    for (int c = 0; c < study->space.choice_count; c++) {
        const char *path = study->space.choices[c].path;
        study->varies_kernels = study->varies_kernels || strncmp(path, "machine.kernels.", 16) == 0 ||
                                strcmp(path, "machine.family") == 0;
    }
    bool good = true;
    for (int v = 0; v < part->variant_count && !study->varies_kernels; v++) {
        const aug_variant *variant = &part->variants[v];
        const aug_node *family = aug_node_peek(variant->root, "family");
        aug_machine machine = {.name = variant->name,
                               .model = AUG_MACHINE_KERNEL,
                               .family = family && family->kind == AUG_NODE_SCALAR ? family->text : NULL,
                               .kernels = aug_node_peek(variant->root, "kernels")};
        good &= aug_kernels_attach(study->library, reader->arena, reader->errors, &machine);
        study->models[v] = machine.models;
    }
    return good;
}

// ---- Trying the choices

// The index of a part with one digit given, the others by `pattern`: 0 all first, else pseudo-random.
static uint64_t compose(const aug_space *space, aug_part part, int choice, int digit, aug_random *random) {
    uint64_t index = 0;
    for (int c = 0; c < space->choice_count; c++) {
        if (space->choices[c].part != part || space->choices[c].leader >= 0)
            continue;
        uint64_t count = (uint64_t)space->choices[c].count;
        uint64_t own = c == choice ? (uint64_t)digit : random ? aug_random_below(random, count) : 0;
        index = index * count + own;
    }
    return index;
}

enum { TRIES = 64 };

// Errors of tries that may yet come to nothing.
typedef struct trial {
    aug_errors first, later;
} trial;

// Whether some combination accepts a value; the errors of the first are reported where none does.
static bool try_value(const aug_study *study, aug_point_worker *worker, const aug_reader *reader, trial *tries, int choice,
                      int digit) {
    const aug_space *space = &study->space;
    aug_part part = space->choices[choice].part;
    aug_random random = {.state = 1};
    aug_errors *first = &tries->first, *later = &tries->later;
    first->count = first->dropped = 0;
    for (int t = 0; t < TRIES; t++) {
        aug_errors *errors = t == 0 ? first : later;
        uint64_t index = compose(space, part, choice, digit, t == 0 ? NULL : &random);
        if (aug_point_try(worker, errors, part, index))
            return true;
        if (aug_point_worker_failed(worker))
            return false;
        later->count = later->dropped = 0;
        if (space->parts[part].count == (uint64_t)space->choices[choice].count)
            break; // the only choice of its part
    }
    aug_errors_append(reader->errors, first);
    return false;
}

// Every value of every choice of a part, or the part itself where it has none.
static bool try_choices_of(const aug_study *study, const aug_reader *reader, aug_point_worker *worker, trial *tries, aug_part part) {
    bool good = true, chosen = false;
    for (int c = 0; c < study->space.choice_count; c++) {
        if (study->space.choices[c].part != part || study->space.choices[c].leader >= 0)
            continue;
        chosen = true;
        for (int i = 0; i < study->space.choices[c].count && reader->errors->count < AUG_ERROR_LIMIT; i++)
            good = !aug_point_worker_failed(worker) && try_value(study, worker, reader, tries, c, i) && good;
    }
    return chosen ? good : aug_point_try(worker, reader->errors, part, 0);
}

static bool check_training(const aug_study *study, const aug_reader *reader, const aug_node *root, aug_point_worker *worker) {
    if (!asks_for(study, AUG_METRIC_LOSS) || !aug_point_try(worker, reader->errors, AUG_PART_MODEL, 0) ||
        aug_point_training_tokens(worker) > 0.0)
        return true;
    const aug_node *model = aug_node_peek(root, "model");
    aug_error *error = aug_node_error(reader->errors, model ? model : root,
                                      "the metric 'loss' needs to know how many tokens the model is trained on");
    aug_error_hint(error, "add 'training_tokens: 15e12' to the model's 'set'");
    return false;
}

static bool try_choices(const aug_study *study, const aug_reader *reader, const aug_node *root) {
    trial *tries = AUG_NEW(reader->arena, trial);
    aug_point_worker *worker = aug_point_worker_new(study);
    if (!worker)
        aug_arena_fail(reader->arena);
    bool good = true;
    for (int part = 0; part < AUG_PART_COUNT; part++)
        good = try_choices_of(study, reader, worker, tries, (aug_part)part) && good;
    good = good && check_training(study, reader, root, worker);
    bool out_of_memory = aug_point_worker_failed(worker);
    aug_point_worker_free(worker);
    if (out_of_memory)
        aug_arena_fail(reader->arena);
    return good;
}

// A study without its references.
static aug_study *read_one(const aug_library *library, const aug_reader *reader, const aug_node *root, const char *name) {
    study_row row;
    if (!aug_fields_read(reader, root, &aug_study_fields, &row))
        return NULL;
    aug_study *study = AUG_NEW(reader->arena, aug_study);
    study->library = library;
    study->name = row.name ? row.name : name;
    study->question = row.question;
    bool good = read_objectives(reader, row.minimize, false, study);
    good &= read_objectives(reader, row.maximize, true, study);
    good &= read_budgets(reader, row.budgets, study);
    study->facts = aug_study_facts_read(reader, row.facts, &study->fact_count);
    study->sources = row.sources;
    good &= study->fact_count >= 0;
    if (good && study->objective_count == 0) {
        aug_error *error = aug_node_key_error(reader->errors, root, "the study has no objective");
        aug_error_hint(error, "add 'minimize: [usd_per_mtok]' or 'maximize: [tokens_per_s]'");
        good = false;
    }
    study->economy = aug_economy_load(library, reader->arena, reader->errors, row.economy);
    if (good && asks_for(study, AUG_METRIC_LOSS))
        good = (study->law = aug_law_load(library, reader->arena, reader->errors, row.law)) != NULL;
    for (int part = 0; part < AUG_PART_COUNT; part++)
        good &= aug_space_read_part(library, reader, root, (aug_part)part, &study->space);
    good = good && study->economy && aug_space_finish(reader, root, &study->space);
    good = good && load_technologies(study, reader);
    good = good && load_dies(study, reader);
    good = good && load_kernels(study, reader);
    return good && try_choices(study, reader, root) ? study : NULL;
}

// The study with a reference in place of its machine.
static aug_study *read_reference(const aug_study *study, const aug_reader *reader, const aug_node *root, const aug_node *machine) {
    aug_node *copy = aug_node_copy(reader->arena, root);
    aug_node_assign(aug_node_peek(copy, "machine"), machine);
    return read_one(study->library, reader, copy, study->name);
}

static bool read_references(aug_study *study, const aug_reader *reader, const aug_node *root) {
    const aug_node *list = aug_node_peek(root, "references");
    if (list && list->kind != AUG_NODE_LIST) {
        aug_error *error = aug_node_error(reader->errors, list, "expected a list of machines, found %s", aug_node_noun(reader->arena, list));
        aug_error_hint(error, "references: [h100-sxm]");
        return false;
    }
    for (const aug_node *item = list ? list->first : NULL; item; item = item->next) {
        const aug_node *from = item->kind == AUG_NODE_MAP ? aug_node_peek(item, aug_node_peek(item, "from") ? "from" : "name") : item;
        const char *name = "own";
        if (study->reference_count == AUG_REFERENCES) {
            aug_node_error(reader->errors, item, "more than %d references", AUG_REFERENCES);
            return false;
        }
        if (from && !aug_scalar_text(reader, from, &name))
            return false;
        const aug_study *reference = read_reference(study, reader, root, item);
        if (!reference)
            return false;
        study->references[study->reference_count] = reference;
        study->reference_names[study->reference_count++] = name;
    }
    return true;
}

aug_study *aug_study_read(const aug_library *library, aug_arena *arena, aug_errors *errors, const aug_document *document,
                          const char *name) {
    const aug_reader reader = {arena, errors};
    aug_study *study = read_one(library, &reader, document->root, name);
    return study && read_references(study, &reader, document->root) ? study : NULL;
}
aug_study *aug_study_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "studies", "study", name, &file);
    return root ? aug_study_read(library, arena, errors, root->document, file.name) : NULL;
}
