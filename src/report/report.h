// What a verb found, and how it is written: one set of functions per kind of answer.
#ifndef AUG_REPORT_REPORT_H
#define AUG_REPORT_REPORT_H

#include "text/json_writer.h"

typedef struct aug_report {
    void *found;
    void (*text)(aug_buffer *out, const void *found);
    void (*json)(aug_json *json, const void *found); // members of an open object
    void (*csv)(aug_buffer *out, const void *found); // NULL: no table
    void (*predictions)(aug_buffer *out, const void *found); // NULL: the verb makes none
    void (*calibrated)(aug_buffer *out, const void *found);  // NULL: the verb fits nothing
    void (*certificate)(aug_buffer *out, const void *found); // NULL: the verb proves nothing, or was not asked to
    bool (*metric)(const void *found, const char *key, double *value); // NULL: the verb has no figures by key
    double seconds;                                  // that the call took
    int threads;
    uint64_t nodes; // of a search; 0: there was none
} aug_report;

// The whole JSON document: status, what was found, and how it was run.
void aug_report_json(aug_buffer *out, const aug_report *report, const char *status);

#endif
