// Objects and lists are indented by two columns, except rows, which stand on one line: a table of operators stays
// readable and can be cut with line tools.
#include "text/json_writer.h"

#include "base/utf8.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void aug_json_init(aug_json *json, aug_buffer *out) {
    *json = (aug_json){.out = out, .empty = true};
}

// Bytes that are no UTF-8 (a file's name may hold any) become U+FFFD. What no document may hold as it stands, or where
// some readers see a line end, is escaped.
static void quote(aug_buffer *out, const char *text) {
    aug_buffer_put(out, "\"");
    const char *end = text + strlen(text);
    for (const char *at = text; *at; at++) {
        unsigned char byte = (unsigned char)*at;
        unsigned code, length = aug_utf8_decode((const unsigned char *)at, (const unsigned char *)end, &code);
        if (length > 1) {
            if (aug_utf8_is_text(code) && !aug_utf8_ends_line(code))
                aug_buffer_add(out, at, length);
            else
                aug_buffer_print(out, "\\u%04x", code);
            at += length - 1;
            continue;
        }
        if (byte == '"' || byte == '\\')
            aug_buffer_print(out, "\\%c", byte);
        else if (byte == '\n')
            aug_buffer_put(out, "\\n");
        else if (byte < 0x20 || byte == 0x7F)
            aug_buffer_print(out, "\\u%04x", byte);
        else if (length == 0)
            aug_buffer_put(out, "\xEF\xBF\xBD");
        else
            aug_buffer_add(out, at, 1);
    }
    aug_buffer_put(out, "\"");
}

// The comma, the line and the key before a value.
static void begin(aug_json *json, const char *key) {
    if (!json->empty)
        aug_buffer_put(json->out, json->compact ? ", " : ",");
    if (json->depth > 0 && !json->compact) {
        aug_buffer_put(json->out, "\n");
        aug_buffer_fill(json->out, ' ', (size_t)json->depth * 2);
    }
    json->empty = false;
    if (key) {
        quote(json->out, key);
        aug_buffer_put(json->out, ": ");
    }
}

void aug_json_open(aug_json *json, const char *key, char bracket) {
    begin(json, key);
    aug_buffer_add(json->out, &bracket, 1);
    json->depth++;
    json->empty = true;
}

void aug_json_open_row(aug_json *json, const char *key, char bracket) {
    aug_json_open(json, key, bracket);
    if (!json->compact) {
        json->compact = true;
        json->compact_depth = json->depth;
    }
}

void aug_json_close(aug_json *json, char bracket) {
    bool was_compact = json->compact;
    if (json->compact && json->compact_depth == json->depth)
        json->compact = false;
    json->depth--;
    if (!json->empty && !was_compact) {
        aug_buffer_put(json->out, "\n");
        aug_buffer_fill(json->out, ' ', (size_t)json->depth * 2);
    }
    aug_buffer_add(json->out, &bracket, 1);
    json->empty = false;
}

void aug_json_text(aug_json *json, const char *key, const char *text) {
    begin(json, key);
    if (text)
        quote(json->out, text);
    else
        aug_buffer_put(json->out, "null");
}

// Whole numbers are written out as far as a double counts them one by one, so that bytes and tokens are read as integers.
// Of others six digits are tried first, of which %g drops the zeros behind; but a value below the normal range has fewer, and
// the sixth would be made up: 5e-324, not 4.94066e-324.
void aug_json_shortest(char text[32], double value) {
    const double counted = 9007199254740992.0; // 2^53
    if (fabs(value) <= counted && value == floor(value)) {
        snprintf(text, 32, "%.0f", value);
        return;
    }
    for (int digits = fabs(value) < DBL_MIN ? 1 : 6; digits <= 17; digits++) {
        snprintf(text, 32, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            return;
    }
}

void aug_json_number(aug_json *json, const char *key, double value) {
    if (!isfinite(value)) {
        aug_json_null(json, key);
        return;
    }
    char text[32];
    aug_json_shortest(text, value);
    begin(json, key);
    aug_buffer_put(json->out, text);
}

void aug_json_count(aug_json *json, const char *key, uint64_t value) {
    begin(json, key);
    aug_buffer_print(json->out, "%" PRIu64, value);
}

void aug_json_bool(aug_json *json, const char *key, bool value) {
    begin(json, key);
    aug_buffer_put(json->out, value ? "true" : "false");
}

void aug_json_null(aug_json *json, const char *key) {
    begin(json, key);
    aug_buffer_put(json->out, "null");
}

void aug_json_end(aug_json *json) {
    aug_buffer_put(json->out, "\n");
}
