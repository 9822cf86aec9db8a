// Field tables as a reference for people (Markdown) and for editors (JSON Schema, draft 2020-12).
#ifndef AUG_REPORT_FIELDS_REFERENCE_H
#define AUG_REPORT_FIELDS_REFERENCE_H

#include "text/fields.h"
#include "text/json_writer.h"

enum { AUG_REFERENCE_TABLES = 64 };

// The tables that a file of one kind is made of, each once.
typedef struct aug_reference {
    const aug_fields *tables[AUG_REFERENCE_TABLES];
    int count;
} aug_reference;

// Adds a table and all that its rows name.
void aug_reference_add(aug_reference *reference, const aug_fields *fields);

// One section per table, below headings of `level`.
void aug_reference_markdown(aug_buffer *out, const aug_reference *reference, int level);
// Members of an open schema object: properties of the first table, $defs of all others. `lenient`: unknown keys are allowed.
void aug_reference_schema(aug_json *json, const aug_reference *reference, bool lenient);

#endif
