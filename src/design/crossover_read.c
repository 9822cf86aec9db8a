#include "design/crossover_read.h"

#include "base/spelling.h"

#include <stddef.h>
#include <string.h>

typedef struct crossover_row {
    const char *between, *along, *metric;
    const aug_node *fixed;
} crossover_row;

static const aug_field rows[] = {
    {.key = "between",
     .kind = AUG_FIELD_TEXT,
     .offset = offsetof(crossover_row, between),
     .required = true,
     .help = "path of the choice whose values are held against each other: machine"},
    {.key = "along",
     .kind = AUG_FIELD_TEXT,
     .offset = offsetof(crossover_row, along),
     .required = true,
     .help = "path of a choice, scenario.batch, or an objective of which so much is asked for, "
             "tokens_per_s_per_user"},
    {.key = "metric",
     .kind = AUG_FIELD_TEXT,
     .offset = offsetof(crossover_row, metric),
     .required = true,
     .help = "the objective that is compared"},
    AUG_ROW_NODE(crossover_row, fixed, "for", NULL, AUG_LAYOUT_LIST,
                 "paths of choices: each combination of their values has a table of its own"),
};

const aug_fields aug_crossover_fields = {
    .name = "study: crossover",
    .about = "Where one value of a choice takes over from another.",
    .rows = rows,
    .count = AUG_COUNT(rows),
};

static int find_path(const aug_study *study, const char *path) {
    for (int c = 0; c < study->space.choice_count; c++)
        if (strcmp(study->space.choices[c].path, path) == 0)
            return c;
    return -1;
}

static int find_objective(const aug_study *study, const char *key) {
    for (int i = 0; i < study->objective_count; i++)
        if (strcmp(aug_metric_key(study->objectives[i].metric), key) == 0)
            return i;
    return -1;
}

// A choice that all points have, each with one value; false with an error.
static bool check_choice(const aug_reader *reader, const aug_node *node, const aug_study *study,
                         const char *path, int choice) {
    aug_spelling spelling = {.wanted = path};
    for (int c = 0; c < study->space.choice_count; c++)
        aug_spelling_offer(&spelling, study->space.choices[c].path);
    if (choice < 0) {
        aug_error *error = aug_node_error(reader->errors, node, "'%.60s' is no choice of this study", path);
        aug_spelling_hint(&spelling, error);
        return false;
    }
    if (study->space.choices[choice].is_mix || !aug_space_has_all(&study->space, choice)) {
        aug_node_error(reader->errors, node, "not all points have one value of '%.60s'", path);
        return false;
    }
    return true;
}

// The choices that a crossover tells apart get a front for each of their values.
static bool add_cell(const aug_reader *reader, const aug_node *node, aug_study *study, int choice) {
    for (int i = 0; i < study->cell_count; i++)
        if (study->cells[i] == choice)
            return true;
    if (study->cell_count == AUG_CELLS) {
        aug_node_error(reader->errors, node, "crossovers of more than %d choices", AUG_CELLS);
        return false;
    }
    study->cells[study->cell_count++] = choice;
    return true;
}

static bool read_fixed(const aug_reader *reader, const aug_node *list, aug_study *study,
                       aug_crossover *crossover) {
    if (list && (list->kind != AUG_NODE_LIST || list->count > AUG_EACH)) {
        aug_node_error(reader->errors, list, "expected a list of at most %d choices", AUG_EACH);
        return false;
    }
    for (const aug_node *item = list ? list->first : NULL; item; item = item->next) {
        const char *path;
        if (!aug_scalar_text(reader, item, &path))
            return false;
        int choice = find_path(study, path);
        if (!check_choice(reader, item, study, path, choice) || !add_cell(reader, item, study, choice))
            return false;
        crossover->fixed[crossover->fixed_count++] = choice;
    }
    return true;
}

static bool check_objective(const aug_reader *reader, const aug_node *node, const char *key, int objective) {
    if (objective >= 0)
        return true;
    aug_error *error = aug_node_error(reader->errors, node, "'%.60s' is no objective of this study", key);
    aug_error_hint(error, "crossovers compare what 'minimize' and 'maximize' name");
    return false;
}

static bool read_along(const aug_reader *reader, const aug_node *node, const char *along, aug_study *study,
                       aug_crossover *crossover) {
    crossover->along_objective = find_objective(study, along);
    crossover->along_choice = find_path(study, along);
    if (crossover->along_objective >= 0 && crossover->along_choice < 0)
        return true;
    if (crossover->along_choice < 0 && aug_metric_find(along) != AUG_METRIC_COUNT)
        return check_objective(reader, node, along, -1);
    return check_choice(reader, node, study, along, crossover->along_choice) &&
           add_cell(reader, node, study, crossover->along_choice);
}

static bool read_one(const aug_reader *reader, const aug_node *item, aug_study *study,
                     aug_crossover *crossover) {
    crossover_row row;
    if (!aug_fields_read(reader, item, &aug_crossover_fields, &row))
        return false;
    crossover->objective = find_objective(study, row.metric);
    crossover->between = find_path(study, row.between);
    if (!check_objective(reader, item, row.metric, crossover->objective) ||
        !check_choice(reader, item, study, row.between, crossover->between) ||
        !add_cell(reader, item, study, crossover->between))
        return false;
    int sides = study->space.choices[crossover->between].count;
    if (sides > AUG_CROSSOVER_SIDES) {
        aug_node_error(reader->errors, item, "'%.60s' has %d values; a crossover compares at most %d",
                       row.between, sides, AUG_CROSSOVER_SIDES);
        return false;
    }
    return read_along(reader, item, row.along, study, crossover) &&
           read_fixed(reader, row.fixed, study, crossover);
}

bool aug_crossovers_read(const aug_reader *reader, const aug_node *list, aug_study *study) {
    if (!list)
        return true;
    if (list->kind != AUG_NODE_LIST || list->count > AUG_CROSSOVERS) {
        aug_error *error =
            aug_node_error(reader->errors, list, "expected a list of at most %d crossovers", AUG_CROSSOVERS);
        aug_error_hint(error, "crossover: [{between: machine, along: scenario.batch, metric: usd_per_mtok}]");
        return false;
    }
    for (const aug_node *item = list->first; item; item = item->next)
        if (!read_one(reader, item, study, &study->crossovers[study->crossover_count++]))
            return false;
    return true;
}
