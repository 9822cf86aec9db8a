#include "report/study_basis.h"

#include "report/text_table.h"

#include <math.h>
#include <string.h>

static const char *show_value(aug_arena *arena, const aug_study_fact *fact) {
    aug_dimension dimension = aug_metric_dimension(fact->metric);
    aug_shown shown = dimension == AUG_DIMENSION_NUMBER ? aug_show_number(fact->value, 4)
                                                        : aug_show(fact->value, dimension);
    return aug_arena_print(arena, ": %s %s", aug_metric_label(fact->metric), shown.text);
}

static void write_facts(aug_buffer *out, const aug_study *study) {
    if (study->fact_count)
        aug_buffer_put(out, "\npublished:\n");
    for (int i = 0; i < study->fact_count; i++) {
        const aug_study_fact *fact = &study->facts[i];
        const char *value = fact->metric == AUG_METRIC_COUNT ? "" : show_value(out->arena, fact);
        aug_text_wrap(out, aug_arena_print(out->arena, "- %s%s (%s)", fact->what, value, fact->source), 4,
                      80);
    }
}

// "machine h100-sxm 5, economy default 4": of each file the constants without a source.
static const char *from_memory(aug_arena *arena, const aug_study_constants_list *constants) {
    aug_buffer line;
    aug_buffer_init(&line, arena);
    const char *comma = "";
    for (int i = 0, end; i < constants->count; i = end) {
        const char *of = constants->at[i].of;
        int memory = 0;
        for (end = i; end < constants->count && strcmp(constants->at[end].of, of) == 0; end++)
            memory += aug_source_is_memory(constants->at[end].source);
        if (!memory)
            continue;
        aug_buffer_print(&line, "%s%s %d", comma, of, memory);
        comma = ", ";
    }
    return aug_buffer_text(&line);
}

static void write_constants(aug_buffer *out, const aug_study *study) {
    aug_study_constants_list constants = aug_study_constants(out->arena, study);
    if (!constants.count)
        return;
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    aug_buffer_print(&line, "rests on %d constants, whose sources --json lists; %d %s from memory",
                     constants.count, constants.from_memory, constants.from_memory == 1 ? "is" : "are");
    if (constants.from_memory)
        aug_buffer_print(&line, ": %s", from_memory(out->arena, &constants));
    aug_buffer_put(out, "\n");
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

void aug_study_basis_text(aug_buffer *out, const aug_study *study) {
    write_facts(out, study);
    write_constants(out, study);
}

void aug_study_basis_json(aug_json *json, const aug_study *study) {
    aug_study_constants_list constants = aug_study_constants(json->out->arena, study);
    aug_json_open(json, "facts", '[');
    for (int i = 0; i < study->fact_count; i++) {
        const aug_study_fact *fact = &study->facts[i];
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "what", fact->what);
        aug_json_text(json, "metric", fact->metric == AUG_METRIC_COUNT ? NULL : aug_metric_key(fact->metric));
        aug_json_number(json, "value", fact->value);
        aug_json_text(json, "source", fact->source);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
    aug_json_open(json, "provenance", '[');
    for (int i = 0; i < constants.count; i++) {
        const aug_study_constant *constant = &constants.at[i];
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "of", constant->of);
        aug_json_text(json, "key", constant->key);
        aug_json_text(json, "source", constant->source);
        aug_json_bool(json, "from_memory", aug_source_is_memory(constant->source));
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}
