// Every kind of input file: how it is told apart, read, summed up and documented. One row per kind.
#ifndef AUG_API_INPUT_KIND_H
#define AUG_API_INPUT_KIND_H

#include "report/fields_reference.h"
#include "text/library.h"

// A document that is being checked.
typedef struct aug_input {
    const aug_library *library;
    aug_arena *arena;
    aug_errors *errors;
    const aug_document *document;
    const char *name; // of its file, without folder and ending
} aug_input;

typedef struct aug_input_kind {
    const char *key;              // what the file says it is: "machine/1"; "" where its keys tell
    const char *noun;             // "machine"
    const char *folder;           // of data/ where such files are; "" where there is none
    const char *about;            // for the reference
    const aug_fields *fields;     // NULL: no table describes it
    const aug_fields *extra[3];   // tables that the first one does not lead to
    bool lenient;                 // unknown keys are passed over
    bool (*is)(const aug_node *root); // for kinds without a key
    // One sentence about what was read; NULL with errors added where it is wrong.
    const char *(*check)(const aug_input *input);
} aug_input_kind;

// All kinds, ended by a row without noun.
extern const aug_input_kind aug_input_kinds[];

// The kind of a document; NULL with an error added where it is none that is known.
const aug_input_kind *aug_input_kind_find(const aug_document *document, aug_errors *errors);

#endif
