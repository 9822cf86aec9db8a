// Objects and lists are indented by two columns, except rows, which stand on one line: a table of operators stays
// readable and can be cut with line tools.
#include "text/json_writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void aug_json_init(aug_json *json, aug_buffer *out) {
    *json = (aug_json){.out = out, .empty = true};
}

// Bytes of the UTF-8 character at `text` [RFC 3629]; 0 where there is none.
static size_t character_length(const unsigned char *text) {
    unsigned char first = text[0];
    size_t length = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (first == 0xE0 && text[1] < 0xA0) || (first == 0xF0 && text[1] < 0x90);
    bool outside = (first == 0xED && text[1] >= 0xA0) || (first == 0xF4 && text[1] >= 0x90); // surrogates; beyond U+10FFFF
    return overlong || outside ? 0 : length;
}

// Bytes that are no UTF-8 (a file's name may hold any) become U+FFFD.
static void quote(aug_buffer *out, const char *text) {
    aug_buffer_put(out, "\"");
    for (const char *at = text; *at; at++) {
        unsigned char byte = (unsigned char)*at;
        size_t length = character_length((const unsigned char *)at);
        if (length > 1) {
            aug_buffer_add(out, at, length);
            at += length - 1;
            continue;
        }
        if (byte == '"' || byte == '\\')
            aug_buffer_print(out, "\\%c", byte);
        else if (byte == '\n')
            aug_buffer_put(out, "\\n");
        else if (byte < 0x20)
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

void aug_json_shortest(char text[32], double value) {
    for (int digits = 6; digits <= 17; digits++) {
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
