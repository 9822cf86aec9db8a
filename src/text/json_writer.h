// JSON out: commas, quotes and indentation kept in one place.
#ifndef AUG_TEXT_JSON_WRITER_H
#define AUG_TEXT_JSON_WRITER_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct aug_json {
    aug_buffer *out;
    int depth;
    bool empty;   // nothing stands in the innermost object or list yet
    bool compact; // the innermost one is on one line
    int compact_depth;
} aug_json;

void aug_json_init(aug_json *json, aug_buffer *out);
// Each value takes its key inside an object, NULL inside a list and at the top.
void aug_json_open(aug_json *json, const char *key, char bracket); // '{' or '['
void aug_json_open_row(aug_json *json, const char *key, char bracket); // the same, all on one line
void aug_json_close(aug_json *json, char bracket);                 // '}' or ']'
void aug_json_text(aug_json *json, const char *key, const char *text); // NULL: null
// A number that reads back as the same double; null where it is NaN or infinite.
void aug_json_number(aug_json *json, const char *key, double value);
void aug_json_count(aug_json *json, const char *key, uint64_t value);
void aug_json_bool(aug_json *json, const char *key, bool value);
void aug_json_null(aug_json *json, const char *key);
// Ends the document with a newline.
void aug_json_end(aug_json *json);

// The decimal form with the fewest digits that reads back as `value`.
void aug_json_shortest(char text[32], double value);

#endif
