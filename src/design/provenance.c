#include "design/provenance.h"

#include "design/study.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

typedef struct fact_row {
    const char *what, *metric, *source;
    const aug_node *value;
} fact_row;

static const aug_field rows[] = {
    {.key = "what",
     .kind = AUG_FIELD_TEXT,
     .offset = offsetof(fact_row, what),
     .required = true,
     .help = "what was built, measured or claimed, and under which load"},
    AUG_ROW_TEXT(fact_row, metric, "metric", "the metric that `value` is one of"),
    AUG_ROW_NODE(fact_row, value, "value", NULL, AUG_LAYOUT_ONE, "of the metric"),
    {.key = "source",
     .kind = AUG_FIELD_TEXT,
     .offset = offsetof(fact_row, source),
     .required = true,
     .help = "who says so, and who they are: measured, audited or a maker's claim"},
};

const aug_fields aug_study_fact_fields = {
    .name = "study fact",
    .about = "A published figure that stands beside the answer of a study.",
    .rows = rows,
    .count = AUG_COUNT(rows),
};

static bool read_value(const aug_reader *reader, const aug_node *item, const fact_row *row,
                       aug_study_fact *fact) {
    if (!row->metric && !row->value)
        return true;
    if (!row->metric || !row->value) {
        aug_error *error = aug_node_error(reader->errors, item, "a fact with '%s' needs a '%s' as well",
                                          row->metric ? "metric" : "value", row->metric ? "value" : "metric");
        aug_error_hint(error, "both, or neither");
        return false;
    }
    fact->metric = aug_metric_read(reader, item, row->metric);
    return fact->metric != AUG_METRIC_COUNT &&
           aug_scalar_quantity(reader, row->value, aug_metric_dimension(fact->metric), AUG_ANY, &fact->value);
}

const aug_study_fact *aug_study_facts_read(const aug_reader *reader, const aug_node *list, int *count) {
    *count = 0;
    if (!list)
        return NULL;
    *count = -1;
    if (list->kind != AUG_NODE_LIST) {
        aug_node_error(reader->errors, list, "expected a list of facts, found %s",
                       aug_node_noun(reader->arena, list));
        return NULL;
    }
    int most = 0, read = 0;
    for (const aug_node *item = list->first; item; item = item->next)
        most++;
    aug_study_fact *facts = AUG_NEW_ARRAY(reader->arena, aug_study_fact, (size_t)most);
    for (const aug_node *item = list->first; item; item = item->next) {
        fact_row row;
        aug_study_fact *fact = &facts[read++];
        *fact = (aug_study_fact){.metric = AUG_METRIC_COUNT, .value = (double)NAN};
        if (!aug_fields_read(reader, item, &aug_study_fact_fields, &row) ||
            !read_value(reader, item, &row, fact))
            return NULL;
        fact->what = row.what;
        fact->source = row.source;
    }
    *count = read;
    return facts;
}

// ---- Constants

bool aug_source_is_memory(const char *source) {
    return strstr(source, "memory(") != NULL || strcmp(source, "memory") == 0;
}

static int members_of(const aug_node *sources) {
    int count = 0;
    for (const aug_node *row = sources && sources->kind == AUG_NODE_MAP ? sources->first : NULL; row;
         row = row->next)
        count += row->kind == AUG_NODE_SCALAR;
    return count;
}

typedef struct listing {
    aug_arena *arena;
    aug_study_constant *at; // NULL: they are counted
    int count, from_memory;
} listing;

static void add(listing *all, const char *kind, const char *name, const aug_node *sources) {
    if (!all->at) {
        all->count += members_of(sources);
        return;
    }
    const char *of = aug_arena_print(all->arena, "%s%s%s", kind, name ? " " : "", name ? name : "");
    for (const aug_node *row = sources && sources->kind == AUG_NODE_MAP ? sources->first : NULL; row;
         row = row->next) {
        if (row->kind != AUG_NODE_SCALAR)
            continue;
        all->at[all->count++] = (aug_study_constant){of, row->key, row->text};
        all->from_memory += aug_source_is_memory(row->text);
    }
}

static void add_all(listing *all, const aug_study *study) {
    const aug_space_part *machines = &study->space.parts[AUG_PART_MACHINE];
    add(all, "study", NULL, study->sources);
    for (int v = 0; v < machines->variant_count; v++)
        add(all, "machine", machines->variants[v].name, aug_node_peek(machines->variants[v].root, "sources"));
    const aug_space_part *others = study->baseline.replaces[AUG_PART_MACHINE] ? &study->baseline.study->space.parts[AUG_PART_MACHINE] : NULL;
    for (int v = 0; others && v < others->variant_count; v++)
        add(all, "baseline", others->variants[v].name, aug_node_peek(others->variants[v].root, "sources"));
    for (int t = 0; t < study->technology_count; t++)
        add(all, "technology", study->technologies[t]->name, study->technologies[t]->sources);
    add(all, "economy", study->economy->name, study->economy->sources);
    if (study->law)
        add(all, "law", study->law->name, study->law->sources);
}

aug_study_constants_list aug_study_constants(aug_arena *arena, const aug_study *study) {
    listing all = {.arena = arena};
    add_all(&all, study);
    all.at = AUG_NEW_ARRAY(arena, aug_study_constant, (size_t)(all.count ? all.count : 1));
    all.count = 0;
    add_all(&all, study);
    return (aug_study_constants_list){all.count, all.from_memory, all.at};
}
