// Files of mappings.
#include "mapping/mapping.h"

#include "text/fields.h"
#include "text/library.h"

#include <stddef.h>
#include <string.h>

typedef struct mapping_row {
    const char *kind, *name, *about;
    const aug_node *nest, *sources;
} mapping_row;

static const aug_field mapping_rows[] = {
    AUG_ROW_TEXT(mapping_row, kind, "auger", "mapping/1"),
    AUG_ROW_TEXT(mapping_row, name, "name", "what the mapping is called"),
    AUG_ROW_TEXT(mapping_row, about, "about", "what it is made for, in one sentence"),
    {.key = "nest",
     .kind = AUG_FIELD_NODE,
     .offset = offsetof(mapping_row, nest),
     .required = true,
     .layout = AUG_LAYOUT_ONE,
     .help = "stores, loops and the compute unit, outermost first: `dram[A B Z] for m:64 buffer[A] ... mac`"},
    AUG_ROW_NODE(mapping_row, sources, "sources", NULL, AUG_LAYOUT_MAP,
                 "where the mapping comes from: key to source"),
};

const aug_fields aug_mapping_fields = {
    .name = "mapping",
    .about = "How a machine walks through the iterations of one einsum.",
    .rows = mapping_rows,
    .count = AUG_COUNT(mapping_rows),
};

bool aug_mapping_load(const aug_reader *reader, const char *path, const aug_problem *problem,
                      aug_mapping *mapping) {
    const aug_document *document = aug_document_load(reader->arena, reader->errors, path);
    return document && aug_mapping_read(reader, document, problem, mapping);
}

bool aug_mapping_read(const aug_reader *reader, const aug_document *document, const aug_problem *problem,
                      aug_mapping *mapping) {
    const char *kind = aug_document_kind(document);
    if (!kind || strcmp(kind, "mapping/1") != 0) {
        aug_error *error = aug_node_error(reader->errors, document->root, "expected a mapping, found %s%s",
                                          kind ? "auger: " : "a file of another kind", kind ? kind : "");
        aug_error_hint(error, "the file of a mapping begins with 'auger: mapping/1'");
        return false;
    }
    mapping_row row;
    return aug_fields_read(reader, document->root, &aug_mapping_fields, &row) &&
           aug_mapping_parse(reader, row.nest, problem, mapping) &&
           aug_mapping_check(reader, row.nest, problem, mapping);
}

bool aug_mapping_scan(const aug_reader *reader, const aug_node *root, aug_mapping *mapping) {
    mapping_row row;
    return aug_fields_read(reader, root, &aug_mapping_fields, &row) &&
           aug_mapping_parse(reader, row.nest, NULL, mapping);
}
