// Mending: JSON writes characters beyond U+FFFF as two escapes, "\ud83d\ude00", which YAML does not know. Both
// together become YAML's "\U0001F600", two characters less, and the loss is noted so that columns stay true. A lone
// half becomes U+FFFD, as every browser shows it. U+2028 in a string, to JSON a letter like any other, ends a line in
// YAML: it becomes the escape "\L", one character more. Tabs around the whole become blanks.
#include "text/source_text.h"

#include "base/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\r\n";

char *aug_source_text_load(aug_arena *arena, aug_errors *errors, const char *path, size_t most_bytes, size_t *length) {
    aug_place place = {.file = path};
    FILE *file = fopen(path, "rb");
    if (!file && errno == ENOMEM)
        aug_arena_fail(arena);
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

bool aug_source_text_check(aug_errors *errors, const char *name, const char *text, size_t length) {
    const unsigned char *at = (const unsigned char *)text, *end = at + length;
    unsigned line = 1, column = 1;
    while (at < end) {
        unsigned code = 0;
        unsigned bytes = aug_utf8_decode(at, end, &code);
        if (bytes == 0 || !aug_utf8_is_text(code)) {
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

// The parser and we must count the same lines, so \n is the only end of a line, with or without \r before it. Notes
// where the text ends.
static bool check_line_ends(aug_errors *errors, const char *name, aug_source_text *source) {
    const unsigned char *at = (const unsigned char *)source->text, *end = at + source->length;
    unsigned line = 1, column = 1;
    while (at < end) {
        unsigned code = 0;
        unsigned bytes = aug_utf8_decode(at, end, &code);
        bool lone_return = code == '\r' && (at + 1 == end || at[1] != '\n');
        if (lone_return || aug_utf8_ends_line(code)) {
            aug_place place = {name, source->original, (unsigned)source->original_length, line,
                               aug_source_text_column(source, line, column)};
            aug_error *error = aug_error_add(
                errors, &place, "U+%04X in the text, which some programs take for the end of a line", code);
            aug_error_hint(error, "end lines with \\n or \\r\\n");
            return false;
        }
        at += bytes;
        column++;
        if (code == '\n')
            line++, column = 1;
    }
    source->end_line = line;
    source->end_column = aug_source_text_column(source, line, column);
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

// At least as many as there will be shrinks: each mends an escape or an end of a line.
static size_t count_mendable(const char *text, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += text[i] == '\\' || text[i] == '\xC2' || text[i] == '\xE2';
    return count;
}

typedef struct mender {
    aug_source_text *source;
    char *text;
    size_t used;
    aug_shrink *shrinks;
    unsigned line, column; // of what comes next, in the mended text
} mender;

static void put(mender *m, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        m->text[m->used++] = bytes[i];
        m->column += ((unsigned char)bytes[i] & 0xC0u) != 0x80u;
        if (bytes[i] == '\n')
            m->line++, m->column = 1;
    }
}

static void note_shrink(mender *m, int characters) {
    size_t count = m->source->shrink_count++;
    const aug_shrink *last = count ? &m->shrinks[count - 1] : NULL;
    int before = last && last->line == m->line ? last->characters : 0;
    m->shrinks[count] = (aug_shrink){m->line, m->column, before + characters};
}

// Mends a surrogate escape at `at`; returns its bytes, 0 where there is none.
static size_t mend_escape(mender *m, const char *at, const char *end) {
    long high = escape_value(at, end);
    if (high < 0xD800 || high >= 0xE000)
        return 0;
    long low = high < 0xDC00 ? escape_value(at + 6, end) : -1;
    if (low < 0xDC00 || low >= 0xE000) {
        put(m, "\\uFFFD", 6);
        return 6;
    }
    char escape[12];
    snprintf(escape, sizeof escape, "\\U%08lX", 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
    put(m, escape, 10);
    note_shrink(m, 2);
    return 12;
}

// Mends U+0085, U+2028 or U+2029 at `at`; returns its bytes, 0 where there is none.
static size_t mend_line_end(mender *m, const char *at, const char *end) {
    unsigned code = 0;
    unsigned bytes = aug_utf8_decode((const unsigned char *)at, (const unsigned char *)end, &code);
    if (!aug_utf8_ends_line(code))
        return 0;
    put(m, code == 0x85 ? "\\N" : code == 0x2028 ? "\\L" : "\\P", 2);
    note_shrink(m, -1);
    return bytes;
}

// The result is never longer than the original: the line ends have two bytes and more.
static void mend(aug_arena *arena, aug_source_text *source) {
    const char *text = source->original, *end = text + source->original_length;
    const char *first = text + strspn(text, blanks), *last = end;
    while (last > first && strchr(blanks, last[-1]))
        last--;
    mender m = {.source = source, .line = 1, .column = 1};
    m.text = aug_arena_alloc(arena, source->original_length + 1);
    m.shrinks = AUG_NEW_ARRAY(arena, aug_shrink, count_mendable(text, source->original_length));
    bool quoted = false;
    size_t bytes;
    for (const char *at = text; at < end; at += bytes) {
        bytes = quoted ? mend_escape(&m, at, end) : 0;
        if (quoted && bytes == 0)
            bytes = mend_line_end(&m, at, end);
        if (bytes > 0)
            continue;
        bytes = quoted && *at == '\\' && at + 1 < end ? 2 : 1;
        if (*at == '"')
            quoted = !quoted;
        bool outside = at < first || at >= last;
        put(&m, outside && *at == '\t' ? " " : at, bytes);
    }
    source->text = m.text;
    source->length = m.used;
    source->shrinks = m.shrinks;
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
    if (!aug_source_text_check(errors, name, source->original, source->original_length))
        return false;
    size_t blank = strspn(source->original, blanks);
    if (source->original[blank] == '{' || source->original[blank] == '[')
        mend(arena, source);
    return check_line_ends(errors, name, source);
}

// The last shrink at or before the place tells what its line has lost.
unsigned aug_source_text_column(const aug_source_text *source, unsigned line, unsigned column) {
    size_t low = 0, high = source->shrink_count; // below `low` all are at or before the place, from `high` on behind it
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const aug_shrink *shrink = &source->shrinks[middle];
        if (shrink->line < line || (shrink->line == line && shrink->column <= column))
            low = middle + 1;
        else
            high = middle;
    }
    const aug_shrink *last = low ? &source->shrinks[low - 1] : NULL;
    return last && last->line == line ? (unsigned)((int)column + last->characters) : column;
}
