// Reading "auger: study/1".
#include "design/study.h"

#include "base/spelling.h"
#include "design/crossover_read.h"
#include "design/study_try.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef struct study_row {
    const char *kind, *name, *question, *economy, *law;
    const aug_node *model, *machine, *plan, *scenario, *minimize, *maximize, *show, *each, *budgets, *baseline, *crossover, *facts, *references, *sources;
} study_row;

typedef struct baseline_row {
    const aug_node *parts[AUG_PART_COUNT];
} baseline_row;

static const aug_field baseline_rows[] = {
    AUG_ROW_NODE(baseline_row, parts[AUG_PART_MODEL], "model", &aug_part_fields, AUG_LAYOUT_ONE, "in place of the point's; the point's own where missing, and so below"),
    AUG_ROW_NODE(baseline_row, parts[AUG_PART_MACHINE], "machine", &aug_part_fields, AUG_LAYOUT_ONE, "the machine"),
    AUG_ROW_NODE(baseline_row, parts[AUG_PART_PLAN], "plan", &aug_plan_fields, AUG_LAYOUT_ONE, "the plan"),
    AUG_ROW_NODE(baseline_row, parts[AUG_PART_SCENARIO], "scenario", &aug_scenario_fields, AUG_LAYOUT_ONE, "the scenario"),
};

const aug_fields aug_baseline_fields = {
    .name = "study: baseline",
    .about = "What points are compared with.",
    .rows = baseline_rows,
    .count = AUG_COUNT(baseline_rows),
};

static const aug_field rows[] = {
    AUG_ROW_TEXT(study_row, kind, "auger", "study/1"),
    AUG_ROW_TEXT(study_row, name, "name", "what the study is called"),
    AUG_ROW_TEXT(study_row, question, "question", "what it asks, in one sentence"),
    AUG_ROW_NODE(study_row, model, "model", &aug_part_fields, AUG_LAYOUT_ONE, "a name, a choice of names, {from, set}, a model written out, or a list of such templates"),
    AUG_ROW_NODE(study_row, machine, "machine", &aug_part_fields, AUG_LAYOUT_ONE, "the same for the machine"),
    AUG_ROW_NODE(study_row, plan, "plan", &aug_plan_fields, AUG_LAYOUT_ONE, "the plan; one chip where missing, degrees are found"),
    AUG_ROW_NODE(study_row, scenario, "scenario", &aug_scenario_fields, AUG_LAYOUT_ONE, "the scenario"),
    AUG_ROW_NODE(study_row, minimize, "minimize", NULL, AUG_LAYOUT_LIST, "metrics that should be small"),
    AUG_ROW_NODE(study_row, maximize, "maximize", NULL, AUG_LAYOUT_LIST, "metrics that should be large"),
    AUG_ROW_NODE(study_row, show, "show", NULL, AUG_LAYOUT_LIST, "further metrics that the table shows"),
    AUG_ROW_NODE(study_row, each, "each", NULL, AUG_LAYOUT_LIST, "paths of choices: each of their values has a front of its own"),
    AUG_ROW_NODE(study_row, budgets, "budgets", NULL, AUG_LAYOUT_MAP, "metric: limit, most, or least where more is better; 'baseline', or '0.9 baseline', for what the baseline has"),
    AUG_ROW_NODE(study_row, baseline, "baseline", &aug_baseline_fields, AUG_LAYOUT_ONE, "what points are compared with: parts in place of theirs"),
    AUG_ROW_NODE(study_row, facts, "facts", &aug_study_fact_fields, AUG_LAYOUT_LIST, "what is published and should stand beside the answer"),
    AUG_ROW_NODE(study_row, crossover, "crossover", &aug_crossover_fields, AUG_LAYOUT_LIST, "where one value of a choice takes over from another"),
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

// "baseline" or "0.9 baseline": what is in front of the word, 1 where nothing is.
static bool read_share(const char *text, double *share) {
    size_t length = strlen(text);
    static const char word[] = "baseline";
    if (length < sizeof word - 1 || strcmp(text + length - (sizeof word - 1), word) != 0)
        return false;
    char *end = NULL;
    *share = length == sizeof word - 1 ? 1.0 : strtod(text, &end);
    return (!end || (end != text && *end == ' ' && end[1] == *word)) && isfinite(*share) && *share > 0.0;
}

static bool read_limit(const aug_reader *reader, const aug_node *node, aug_budget *budget) {
    budget->relative = node->kind == AUG_NODE_SCALAR && read_share(node->text, &budget->limit);
    return budget->relative || aug_scalar_quantity(reader, node, aug_metric_dimension(budget->metric), AUG_ANY, &budget->limit);
}

static bool read_shown(const aug_reader *reader, const aug_node *list, aug_study *study) {
    if (list && (list->kind != AUG_NODE_LIST || list->count > AUG_SHOWN)) {
        aug_node_error(reader->errors, list, "expected a list of at most %d metrics", AUG_SHOWN);
        return false;
    }
    bool good = true;
    for (const aug_node *item = list ? list->first : NULL; item; item = item->next) {
        const char *text;
        if (!aug_scalar_text(reader, item, &text))
            return false;
        study->shown[study->shown_count] = aug_metric_read(reader, item, text);
        good = good && study->shown[study->shown_count++] != AUG_METRIC_COUNT;
    }
    return good;
}

static int find_choice(const aug_study *study, const char *path) {
    for (int c = 0; c < study->space.choice_count; c++)
        if (strcmp(study->space.choices[c].path, path) == 0)
            return c;
    return -1;
}

static bool read_each(const aug_reader *reader, const aug_node *list, aug_study *study) {
    if (list && (list->kind != AUG_NODE_LIST || list->count > AUG_EACH)) {
        aug_node_error(reader->errors, list, "expected a list of at most %d choices", AUG_EACH);
        return false;
    }
    for (const aug_node *item = list ? list->first : NULL; item; item = item->next) {
        const char *text;
        if (!aug_scalar_text(reader, item, &text))
            return false;
        int choice = find_choice(study, text);
        if (choice >= 0 && study->space.choices[choice].is_mix) {
            aug_node_error(reader->errors, item, "each point has all values of '%.60s'", text);
            return false;
        }
        if (choice >= 0 && !aug_space_has_all(&study->space, choice)) {
            aug_node_error(reader->errors, item, "not all templates have the choice '%.60s' with the same values", text);
            return false;
        }
        study->each[study->each_count++] = choice;
        if (choice >= 0)
            continue;
        aug_spelling spelling = {.wanted = text};
        for (int c = 0; c < study->space.choice_count; c++)
            aug_spelling_offer(&spelling, study->space.choices[c].path);
        aug_error *error = aug_node_error(reader->errors, item, "no choice has the path '%.60s'", text);
        aug_spelling_hint(&spelling, error);
        return false;
    }
    return true;
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
        good = good && budget->metric != AUG_METRIC_COUNT && read_limit(reader, member, budget);
    }
    return good;
}

static bool is_of_loss(aug_metric metric) {
    return metric >= AUG_METRIC_LOSS && metric <= AUG_METRIC_LOSS_GAP_HIGH;
}

static bool asks_for_loss(const aug_study *study) {
    bool asks = false;
    for (int i = 0; i < study->objective_count; i++)
        asks = asks || is_of_loss(study->objectives[i].metric);
    for (int i = 0; i < study->budget_count; i++)
        asks = asks || is_of_loss(study->budgets[i].metric);
    for (int i = 0; i < study->shown_count; i++)
        asks = asks || is_of_loss(study->shown[i]);
    return asks;
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

// ---- The baseline

// The number that the digits of some choices make behind another one.
static uint64_t count_digits(const aug_study *study, const int *choices, int count, uint64_t point, uint64_t number) {
    for (int i = 0; i < count; i++) {
        const aug_choice *choice = &study->space.choices[choices[i]];
        uint64_t part_index = aug_space_part_index(&study->space, point, choice->part);
        number = number * (uint64_t)choice->count + (uint64_t)aug_space_digit(&study->space, choices[i], part_index);
    }
    return number;
}

uint64_t aug_study_group(const aug_study *study, uint64_t point) {
    return count_digits(study, study->each, study->each_count, point, 0);
}

uint64_t aug_study_cell(const aug_study *study, uint64_t point) {
    return count_digits(study, study->cells, study->cell_count, point, aug_study_group(study, point));
}

uint64_t aug_study_baseline_point(const aug_study *study, uint64_t point) {
    uint64_t index = 0;
    for (int part = 0; part < AUG_PART_COUNT; part++) {
        uint64_t own = study->baseline.replaces[part] ? 0 : aug_space_part_index(&study->space, point, (aug_part)part);
        index = index * study->baseline.study->space.parts[part].count + own;
    }
    return index;
}

static bool has_choice(const aug_space *space, aug_part part) {
    return space->parts[part].count > 1;
}

// The parts of the baseline's study: those that `row` states, all others as the study has them.
static bool read_baseline_parts(const aug_reader *reader, const aug_node *root, const aug_node *map, const baseline_row *row, aug_study *study,
                                aug_study *base) {
    for (int part = 0; part < AUG_PART_COUNT; part++) {
        study->baseline.replaces[part] = row->parts[part] != NULL;
        if (!aug_space_read_part(study->library, reader, row->parts[part] ? map : root, (aug_part)part, &base->space))
            return false;
    }
    if (!aug_space_finish(reader, map, &base->space))
        return false;
    for (int part = 0; part < AUG_PART_COUNT; part++) {
        if (!row->parts[part] || !has_choice(&base->space, (aug_part)part))
            continue;
        aug_node_error(reader->errors, row->parts[part], "a part of the baseline has no choices");
        return false;
    }
    if (base->space.count <= AUG_BASELINES)
        return true;
    aug_error *error = aug_node_error(reader->errors, map, "the baseline has %llu points, one for each of the parts that it does not state; at most %d",
                                      (unsigned long long)base->space.count, AUG_BASELINES);
    aug_error_hint(error, "state the parts with most choices: baseline: {model: NAME, machine: NAME}");
    return false;
}

static bool read_baseline(const aug_reader *reader, const aug_node *root, const aug_node *map, aug_study *study) {
    for (int i = 0; i < study->budget_count; i++) {
        if (!map && study->budgets[i].relative) {
            aug_error *error = aug_node_error(reader->errors, aug_node_peek(root, "budgets"), "a budget names a baseline, and there is none");
            aug_error_hint(error, "add 'baseline: {model: NAME}'");
            return false;
        }
    }
    if (!map)
        return true;
    baseline_row row;
    if (!aug_fields_read(reader, map, &aug_baseline_fields, &row))
        return false;
    aug_study *base = AUG_NEW(reader->arena, aug_study);
    base->library = study->library;
    base->name = study->name;
    base->economy = study->economy;
    base->law = study->law;
    study->baseline.study = base;
    return read_baseline_parts(reader, root, map, &row, study, base) && load_technologies(base, reader) && load_dies(base, reader) && load_kernels(base, reader) &&
           aug_study_try(base, reader, map);
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
    good &= read_shown(reader, row.show, study);
    study->facts = aug_study_facts_read(reader, row.facts, &study->fact_count);
    study->sources = row.sources;
    good &= study->fact_count >= 0;
    if (good && study->objective_count == 0) {
        aug_error *error = aug_node_key_error(reader->errors, root, "the study has no objective");
        aug_error_hint(error, "add 'minimize: [usd_per_mtok]' or 'maximize: [tokens_per_s]'");
        good = false;
    }
    study->economy = aug_economy_load(library, reader->arena, reader->errors, row.economy);
    if (good && asks_for_loss(study))
        good = (study->law = aug_law_load(library, reader->arena, reader->errors, row.law)) != NULL;
    for (int part = 0; part < AUG_PART_COUNT; part++)
        good &= aug_space_read_part(library, reader, root, (aug_part)part, &study->space);
    good = good && study->economy && aug_space_finish(reader, root, &study->space);
    good = good && read_each(reader, row.each, study);
    good = good && load_technologies(study, reader);
    good = good && load_dies(study, reader);
    good = good && load_kernels(study, reader);
    good = good && aug_study_try(study, reader, root);
    return good && read_baseline(reader, root, row.baseline, study) ? study : NULL;
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
    if (list && study->each_count) {
        aug_node_error(reader->errors, list, "'references' beside 'each': a distance is from one front");
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
    bool good = study && aug_crossovers_read(&reader, aug_node_peek(document->root, "crossover"), study);
    return good && read_references(study, &reader, document->root) ? study : NULL;
}
aug_study *aug_study_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "studies", "study", name, &file);
    return root ? aug_study_read(library, arena, errors, root->document, file.name) : NULL;
}
