#include "api/context.h"

#include "api/input_kind.h"
#include "base/number_format.h"
#include "base/spelling.h"

#include <string.h>

static aug_reference reference_of(const aug_input_kind *kind) {
    aug_reference reference = {0};
    aug_reference_add(&reference, kind->fields);
    for (size_t i = 0; i < AUG_COUNT(kind->extra); i++)
        if (kind->extra[i])
            aug_reference_add(&reference, kind->extra[i]);
    return reference;
}

static void put_quantities(aug_buffer *out) {
    aug_buffer_put(out, "## Quantities\n\nA quantity is a number and its unit, as `400 GB/s`; a bare number where a unit is expected is an "
                        "error. A unit is a product of units with whole exponents over a quotient. Decimal prefixes f p n u m k M G T P E, "
                        "binary ones Ki Mi Gi Ti Pi; B is a byte of 8 bits; FLOP and OP are one operation, MAC is two. Unlimited is `inf`.\n\n"
                        "| quantity | unit kept | example |\n|---|---|---|\n");
    for (int d = 0; d < AUG_DIMENSION_COUNT; d++)
        aug_buffer_print(out, "| %s | %s | `%s` |\n", aug_dimension_noun((aug_dimension)d), aug_dimension_unit((aug_dimension)d),
                         aug_dimension_example((aug_dimension)d));
    aug_buffer_put(out, "\n## Number formats\n\n| name | bits with scales | what it is |\n|---|---|---|\n");
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        aug_buffer_print(out, "| `%s` | %g | %s |\n", aug_format_name((aug_number_format)f), aug_format_bits((aug_number_format)f),
                         aug_format_help((aug_number_format)f));
    aug_buffer_put(out, "\n");
}

static void write_markdown(aug_buffer *out, const void *found) {
    (void)found;
    aug_buffer_put(out, "# Input files\n\nWritten by `auger reference` from the tables that the readers use; `auger reference KIND` "
                        "writes a JSON Schema. YAML or JSON; the key `auger` says what a file is. `auger check FILE` tells what is wrong "
                        "with one. `sources` maps the path of a key to where its number comes from, a key of "
                        "[references.md](references.md); `memory(H|M|L)` marks what has no source.\n\n");
    for (const aug_input_kind *kind = aug_input_kinds; kind->noun; kind++) {
        aug_buffer_print(out, "## %s%s%s%s\n\n%s\n\n", kind->noun, *kind->key ? " (`auger: " : "", kind->key, *kind->key ? "`)" : "", kind->about);
        if (*kind->folder)
            aug_buffer_print(out, "Shipped files: `data/%s/`.\n\n", kind->folder);
        if (!kind->fields)
            continue;
        aug_reference reference = reference_of(kind);
        aug_reference_markdown(out, &reference, 3);
    }
    put_quantities(out);
}

static void write_schema(aug_json *json, const aug_input_kind *kind) {
    aug_json_text(json, "$schema", "https://json-schema.org/draft/2020-12/schema");
    aug_json_text(json, "title", aug_arena_print(json->out->arena, "auger %s", kind->noun));
    aug_reference reference = reference_of(kind);
    aug_reference_schema(json, &reference, kind->lenient);
}

static void write_schema_text(aug_buffer *out, const void *found) {
    aug_json json;
    aug_json_init(&json, out);
    aug_json_open(&json, NULL, '{');
    write_schema(&json, found);
    aug_json_close(&json, '}');
    aug_json_end(&json);
}

static void write_schema_json(aug_json *json, const void *found) {
    aug_json_open(json, "schema", '{');
    write_schema(json, found);
    aug_json_close(json, '}');
}

static void write_markdown_json(aug_json *json, const void *found) {
    aug_buffer out;
    aug_buffer_init(&out, json->out->arena);
    write_markdown(&out, found);
    aug_json_text(json, "markdown", aug_buffer_text(&out));
}

static const aug_input_kind *find_kind(aug_errors *errors, const char *noun) {
    aug_spelling spelling = {.wanted = noun};
    for (const aug_input_kind *kind = aug_input_kinds; kind->noun; kind++) {
        if (!kind->fields)
            continue;
        if (strcmp(kind->noun, noun) == 0 || (*kind->key && strcmp(kind->key, noun) == 0))
            return kind;
        aug_spelling_offer(&spelling, kind->noun);
    }
    aug_error *error = aug_error_add(errors, NULL, "unknown kind of file '%.60s'", noun);
    if (spelling.nearest)
        aug_error_hint(error, "did you mean '%s'?", spelling.nearest);
    else
        aug_error_hint(error, "'auger reference' shows all");
    return NULL;
}

static aug_status run(aug_answer *answer, const char *noun) {
    static char everything; // the reference of all kinds is made of no input
    if (!noun) {
        answer->report = (aug_report){.found = &everything, .text = write_markdown, .json = write_markdown_json};
        return AUG_OK;
    }
    const aug_input_kind *kind = find_kind(&answer->errors, noun);
    if (!kind)
        return AUG_BAD_INPUT;
    aug_input_kind *copy = AUG_NEW(&answer->arena, aug_input_kind);
    *copy = *kind;
    answer->report = (aug_report){.found = copy, .text = write_schema_text, .json = write_schema_json};
    return AUG_OK;
}

aug_status aug_reference_run(aug_context *context, const char *kind, aug_answer **answer) {
    (void)context;
    AUG_CALL(answer, run(*answer, kind));
}
