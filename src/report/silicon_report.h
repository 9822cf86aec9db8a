// The silicon of a machine: blocks, dies and what they cost, as text and JSON.
#ifndef AUG_REPORT_SILICON_REPORT_H
#define AUG_REPORT_SILICON_REPORT_H

#include "machine/silicon.h"
#include "text/json_writer.h"

// `dies` is NULL where nothing is known of them: the text says so, the JSON member is null.
void aug_silicon_text(aug_buffer *out, const aug_machine *machine, const aug_dies *dies);
// The member "silicon".
void aug_silicon_json(aug_json *json, const aug_machine *machine, const aug_dies *dies);

#endif
