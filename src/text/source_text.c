// Mending: JSON writes characters beyond U+FFFF as two escapes, "\ud83d\ude00", which YAML does not know. Both
// together become YAML's "\U0001F600", two characters less, and the loss is noted so that columns stay true. A lone
// half becomes U+FFFD, as every browser shows it.
#include "text/source_text.h"

#include "base/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *aug_source_text_load(aug_arena *arena, aug_errors *errors, const char *path, size_t most_bytes, size_t *length) {
    aug_place place = {.file = path};
    FILE *file = fopen(path, "rb");
    if (!file) {
        aug_error_add(errors, &place, "cannot open the file: %s", strerror(errno));
        return NULL;
    }
    size_t capacity = 16384, used = 0;
    char *text = malloc(capacity);
    while (text && !feof(file) && !ferror(file) && used <= most_bytes) {
        if (used == capacity) {
            char *larger = realloc(text, capacity * 2);
            if (!larger) {
                free(text);
                text = NULL;
                break;
            }
            text = larger;
            capacity *= 2;
        }
        used += fread(text + used, 1, capacity - used, file);
    }
    int failure = ferror(file) ? errno : 0;
    fclose(file);
    char *kept = text && !failure && used <= most_bytes ? aug_arena_try(arena, used + 1) : NULL;
    if (kept)
        memcpy(kept, text, used);
    bool out_of_memory = !text || (!failure && used <= most_bytes && !kept);
    free(text);
    if (out_of_memory)
        aug_arena_fail(arena);
    if (failure)
        aug_error_add(errors, &place, "cannot read the file: %s", strerror(failure));
    else if (!kept)
        aug_error_add(errors, &place, "the file is larger than %zu MiB", most_bytes >> 20);
    *length = used;
    return kept;
}

static bool is_allowed(unsigned code) {
    if (code < 0x20)
        return code == '\t' || code == '\n' || code == '\r';
    return code != 0x7F && (code < 0x80 || code >= 0xA0 || code == 0x85) && code != 0xFEFF && code != 0xFFFE &&
           code != 0xFFFF;
}

// Every byte part of an allowed character; the first that is not becomes an error.
static bool check_characters(aug_errors *errors, const char *name, const char *text, size_t length) {
    const unsigned char *at = (const unsigned char *)text, *end = at + length;
    unsigned line = 1, column = 1;
    while (at < end) {
        unsigned code = 0;
        unsigned bytes = aug_utf8_decode(at, end, &code);
        if (bytes == 0 || !is_allowed(code)) {
            aug_place place = {name, text, (unsigned)length, line, column};
            if (bytes == 0)
                aug_error_hint(aug_error_add(errors, &place, "byte 0x%02X is not UTF-8", *at),
                               "save the file as UTF-8");
            else
                aug_error_add(errors, &place, "control character U+%04X in the text", code);
            return false;
        }
        at += bytes;
        column++;
        if (code == '\n')
            line++, column = 1;
    }
    return true;
}

// The value of "\uXXXX" at `at`, or -1.
static long escape_value(const char *at, const char *end) {
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
        return -1;
    char digits[5] = {0};
    for (int i = 0; i < 4; i++) {
        if (!isxdigit((unsigned char)at[2 + i]))
            return -1;
        digits[i] = at[2 + i];
    }
    return strtol(digits, NULL, 16);
}

static size_t count_escapes(const char *text, size_t length) {
    size_t count = 0;
    for (const char *at = text, *end = text + length; (at = memchr(at, '\\', (size_t)(end - at))) != NULL; at++)
        count++;
    return count;
}

// Rewrites surrogate escapes inside double quotes. The result is never longer than the original.
static void mend_surrogates(aug_arena *arena, aug_source_text *source) {
    size_t escapes = count_escapes(source->original, source->original_length);
    if (escapes == 0)
        return;
    char *mended = aug_arena_alloc(arena, source->original_length + 1);
    aug_shrink *shrinks = AUG_NEW_ARRAY(arena, aug_shrink, escapes);
    const char *at = source->original, *end = at + source->original_length;
    size_t used = 0;
    unsigned line = 1, column = 1;
    bool quoted = false;
    while (at < end) {
        long high = quoted ? escape_value(at, end) : -1;
        if (high >= 0xD800 && high < 0xE000) {
            long low = high < 0xDC00 ? escape_value(at + 6, end) : -1;
            bool pair = low >= 0xDC00 && low < 0xE000;
            char escape[12];
            int size = pair ? snprintf(escape, sizeof escape, "\\U%08lX", 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
                            : snprintf(escape, sizeof escape, "\\uFFFD");
            memcpy(mended + used, escape, (size_t)size);
            used += (size_t)size;
            column += (unsigned)size;
            at += pair ? 12 : 6;
            if (pair)
                shrinks[source->shrink_count++] = (aug_shrink){line, column, 2};
            continue;
        }
        if (quoted && *at == '\\' && at + 1 < end) {
            mended[used++] = *at++;
            column++;
        } else if (*at == '"') {
            quoted = !quoted;
        }
        if (*at == '\n')
            line++, column = 0;
        column += ((unsigned char)*at & 0xC0u) != 0x80u;
        mended[used++] = *at++;
    }
    source->text = mended;
    source->length = used;
    source->shrinks = shrinks;
}

bool aug_source_text_prepare(aug_arena *arena, aug_errors *errors, const char *name, const char *text, size_t length,
                             aug_source_text *source) {
    aug_place place = {.file = name};
    if (length > AUG_SOURCE_TEXT_BYTES) {
        aug_error_add(errors, &place, "the text is larger than %d MiB", AUG_SOURCE_TEXT_BYTES >> 20);
        return false;
    }
    if (length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
        aug_error_hint(aug_error_add(errors, &place, "the file is UTF-16"), "save the file as UTF-8");
        return false;
    }
    size_t mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    *source = (aug_source_text){.original = aug_arena_copy(arena, text + mark, length - mark),
                                .original_length = length - mark};
    source->text = source->original;
    source->length = source->original_length;
    if (!check_characters(errors, name, source->original, source->original_length))
        return false;
    size_t blank = strspn(source->original, " \t\r\n");
    if (source->original[blank] == '{' || source->original[blank] == '[')
        mend_surrogates(arena, source);
    return true;
}

unsigned aug_source_text_column(const aug_source_text *source, unsigned line, unsigned column) {
    unsigned original = column;
    for (size_t i = 0; i < source->shrink_count && source->shrinks[i].line <= line; i++)
        if (source->shrinks[i].line == line && source->shrinks[i].column <= column)
            original += source->shrinks[i].characters;
    return original;
}
