// Files of Timeloop v0.4 as Auger's own.
//
// Timeloop [Parashar19] describes a machine (architecture, with tables of energy and area), a problem, a
// mapping, what is done with zeros and the bounds of a search in YAML sections that may stand in any file and
// in any order. They become the texts of a machine, a workload, a mapping and, where bounds are given,
// constraints. What Auger cannot express is an error that names the place, never left out. docs/timeloop.md
// lists every key.
#ifndef AUG_INTERCHANGE_TIMELOOP_H
#define AUG_INTERCHANGE_TIMELOOP_H

#include "text/scalar.h"

typedef struct aug_timeloop_files {
    const char *machine, *workload;
    const char *mapping;     // NULL where there is none
    const char *constraints; // NULL where there are none
} aug_timeloop_files;

// Reads the files and writes the texts into the reader's arena. False with errors added, and nothing written.
bool aug_timeloop_import(const aug_reader *reader, const char *const *paths, int count,
                         aug_timeloop_files *files);
// The same for documents that are read already.
bool aug_timeloop_convert(const aug_reader *reader, const aug_document *const *documents, int count,
                          aug_timeloop_files *files);

#endif
