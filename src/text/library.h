// Names of shipped files: "h100-sxm" → data/machines/h100-sxm.yaml.
//
// A name is folded (lower case, blanks and underscores to '-') and looked up as a file of its folder, then in the
// folder's names.yaml, which maps other names and prefixes ("llama2-70b*") to files. Anything with a slash that exists
// is a path; "Maker/Name" and "Maker--Name" are otherwise looked up as "Name".
#ifndef AUG_TEXT_LIBRARY_H
#define AUG_TEXT_LIBRARY_H

#include "text/document.h"

typedef struct aug_library {
    const char *root; // the folder data/
} aug_library;

// Names of a folder, each without its ending, sorted.
typedef struct aug_library_names {
    const char **names;
    int count;
} aug_library_names;

typedef struct aug_library_file {
    const char *path;
    const char *name;   // what the file is called: its name without folder and ending; for config.json that of its folder
    const char *suffix; // "fp8" where the name asked for a number format that no file of its own has, else NULL
} aug_library_file;

// Finds a file for `name` in `folder` ("models", "machines", "studies", ...). False with an error added: what was not
// found and what is nearest. `noun` names the kind in messages ("model").
bool aug_library_find(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *folder,
                      const char *noun, const char *name, aug_library_file *file);
// Finds a file and reads it; its root must say "auger: KIND/1". NULL with errors added.
const aug_node *aug_library_read(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *folder,
                                 const char *kind, const char *name, aug_library_file *file);
// What a document says it is ("machine/1"), NULL where it says nothing.
const char *aug_document_kind(const aug_document *document);
// Every file of a folder; an empty list where there is none.
aug_library_names aug_library_list(const aug_library *library, aug_arena *arena, const char *folder);

#endif
