// Reading a Matrix Market file and counting what its tiles hold.
//
// Entries are read once, ordered by row and column, and kept as rows of columns. A row of tiles is walked from left to right:
// the smallest column at or behind the cursor over its rows names the next tile that holds anything, whose entries are those
// up to its right edge; then the cursor moves there. So only filled tiles cost time.
#include "workload/pattern.h"

#include "text/source_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct entry {
    uint64_t row, column;
} entry;

typedef struct market_reader {
    aug_arena *arena;
    aug_errors *errors;
    aug_place place;
    char *next;        // the line behind the current one; NULL: none
    char *line;
    bool has_value, symmetric;
    uint64_t rows, columns, stated;
} market_reader;

static bool fail_at(const market_reader *m, const char *message, const char *hint) {
    aug_error *error = aug_error_add(m->errors, &m->place, "%s", message);
    if (hint)
        aug_error_hint(error, "%s", hint);
    return false;
}

// Moves to the next line, which is ended in place. False at the end of the file.
static bool next_line(market_reader *m) {
    if (!m->next)
        return false;
    m->line = m->next;
    m->place.line++;
    char *end = strchr(m->line, '\n');
    m->next = end ? end + 1 : NULL;
    if (end)
        *end = '\0';
    return true;
}

static bool is_blank(const char *line) {
    while (isspace((unsigned char)*line))
        line++;
    return *line == '\0';
}

// The next line that says something: no comment, not blank.
static bool next_entry(market_reader *m) {
    while (next_line(m))
        if (m->line[0] != '%' && !is_blank(m->line))
            return true;
    return false;
}

// A word of the banner, ended in place; "" at its end.
static char *next_word(char **at) {
    while (isspace((unsigned char)**at))
        ++*at;
    char *word = *at;
    while (**at && !isspace((unsigned char)**at))
        ++*at;
    if (**at)
        *(*at)++ = '\0';
    return word;
}

static bool read_banner(market_reader *m) {
    static const char hint[] = "it begins: %%MatrixMarket matrix coordinate real general";
    if (!next_line(m))
        return fail_at(m, "the file is empty, expected a Matrix Market file", hint);
    char *at = m->line;
    const char *mark = next_word(&at), *object = next_word(&at), *form = next_word(&at), *field = next_word(&at), *symmetry = next_word(&at);
    if (strcasecmp(mark, "%%MatrixMarket") != 0 || strcasecmp(object, "matrix") != 0)
        return fail_at(m, "expected the banner of a Matrix Market file", hint);
    if (strcasecmp(form, "coordinate") != 0)
        return fail_at(m, "expected the form 'coordinate'", "an array file states every element and has no pattern");
    m->has_value = strcasecmp(field, "pattern") != 0;
    if (m->has_value && strcasecmp(field, "real") != 0 && strcasecmp(field, "integer") != 0)
        return fail_at(m, "expected the field real, integer or pattern", NULL);
    m->symmetric = strcasecmp(symmetry, "symmetric") == 0;
    if (!m->symmetric && strcasecmp(symmetry, "general") != 0)
        return fail_at(m, "expected the symmetry general or symmetric", NULL);
    return true;
}

static bool read_number(char **at, uint64_t *value) {
    char *end;
    while (isspace((unsigned char)**at))
        ++*at;
    if (!isdigit((unsigned char)**at))
        return false;
    *value = strtoull(*at, &end, 10);
    bool good = *value < UINT64_C(1) << 60 && (*end == '\0' || isspace((unsigned char)*end));
    *at = end;
    return good;
}

static bool read_sizes(market_reader *m) {
    if (!next_entry(m))
        return fail_at(m, "expected rows, columns and the number of entries", NULL);
    char *at = m->line;
    if (!read_number(&at, &m->rows) || !read_number(&at, &m->columns) || !read_number(&at, &m->stated) || !is_blank(at))
        return fail_at(m, "expected rows, columns and the number of entries, as '1024 1024 52000'", NULL);
    if (m->rows == 0 || m->columns == 0)
        return fail_at(m, "a matrix has one row and one column at least", NULL);
    if (m->symmetric && m->rows != m->columns)
        return fail_at(m, "a symmetric matrix is square", NULL);
    if (m->stated > AUG_PATTERN_BYTES / 4)
        return fail_at(m, "more entries than the file can hold", NULL);
    return true;
}

// One entry; `filled` says whether it is other than zero.
static bool read_entry(market_reader *m, entry *e, bool *filled) {
    char *at = m->line;
    if (!read_number(&at, &e->row) || !read_number(&at, &e->column))
        return fail_at(m, "expected a row and a column", NULL);
    if (e->row == 0 || e->row > m->rows || e->column == 0 || e->column > m->columns)
        return fail_at(m, "the entry lies outside of the matrix", "rows and columns count from 1");
    if (m->symmetric && e->column > e->row)
        return fail_at(m, "the entry of a symmetric matrix lies above its diagonal", NULL);
    *filled = true;
    if (m->has_value) {
        char *end;
        double value = strtod(at, &end);
        if (end == at || !is_blank(end))
            return fail_at(m, "expected a value behind row and column", NULL);
        *filled = value != 0.0;
    } else if (!is_blank(at)) {
        return fail_at(m, "expected nothing behind row and column of a pattern", NULL);
    }
    e->row--;
    e->column--;
    return true;
}

static int by_place(const void *left, const void *right) {
    const entry *a = left, *b = right;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

static const aug_pattern *finish(const market_reader *m, entry *entries, size_t count) {
    qsort(entries, count, sizeof *entries, by_place);
    aug_pattern *pattern = AUG_NEW(m->arena, aug_pattern);
    uint64_t *starts = AUG_NEW_ARRAY(m->arena, uint64_t, m->rows + 1), *at = AUG_NEW_ARRAY(m->arena, uint64_t, count);
    size_t kept = 0;
    uint64_t row = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && by_place(&entries[i - 1], &entries[i]) == 0)
            continue;
        while (row < entries[i].row)
            starts[++row] = kept;
        at[kept++] = entries[i].column;
    }
    while (row < m->rows)
        starts[++row] = kept;
    *pattern = (aug_pattern){.rows = m->rows, .columns = m->columns, .filled = kept, .starts = starts, .at = at};
    return pattern;
}

static const aug_pattern *read_entries(market_reader *m) {
    entry *entries = AUG_NEW_ARRAY(m->arena, entry, (m->symmetric ? 2 : 1) * m->stated);
    size_t count = 0;
    for (uint64_t i = 0; i < m->stated; i++) {
        entry e;
        bool filled;
        if (!next_entry(m)) {
            aug_error_add(m->errors, &m->place, "the file ends after %llu of %llu entries", (unsigned long long)i, (unsigned long long)m->stated);
            return NULL;
        }
        if (!read_entry(m, &e, &filled))
            return NULL;
        if (filled)
            entries[count++] = e;
        if (filled && m->symmetric && e.row != e.column)
            entries[count++] = (entry){e.column, e.row};
    }
    if (next_entry(m)) {
        aug_error_add(m->errors, &m->place, "more than the %llu entries that the file states", (unsigned long long)m->stated);
        return NULL;
    }
    return finish(m, entries, count);
}

const aug_pattern *aug_pattern_load(aug_arena *arena, aug_errors *errors, const char *path) {
    size_t length;
    char *text = aug_source_text_load(arena, errors, path, AUG_PATTERN_BYTES, &length);
    if (!text)
        return NULL;
    text[length] = '\0';
    market_reader m = {.arena = arena, .errors = errors, .place = {.file = path}, .next = text};
    if (strlen(text) != length) {
        m.place.line = 1;
        fail_at(&m, "the file is no text", NULL);
        return NULL;
    }
    if (!read_banner(&m) || !read_sizes(&m))
        return NULL;
    // A line of an entry has 4 bytes at least ("1 1\n"), so what is asked for below stays in proportion to the file.
    if (m.stated > length / 3 + 1 || m.rows > (UINT64_C(1) << 26)) {
        fail_at(&m, m.rows > (UINT64_C(1) << 26) ? "more than 2^26 rows" : "more entries than the file can hold", NULL);
        return NULL;
    }
    return read_entries(&m);
}

// ---- Tiles

// The first place of a row whose column is at or behind `column`.
static uint64_t find(const aug_pattern *pattern, uint64_t row, uint64_t column) {
    uint64_t low = pattern->starts[row], high = pattern->starts[row + 1];
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (pattern->at[middle] < column)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// The first column at or behind `column` of a row of tiles; the number of columns where there is none.
static uint64_t next_column(const aug_pattern *pattern, uint64_t top, uint64_t bottom, uint64_t column) {
    uint64_t nearest = pattern->columns;
    for (uint64_t row = top; row < bottom; row++) {
        uint64_t place = find(pattern, row, column);
        if (place < pattern->starts[row + 1] && pattern->at[place] < nearest)
            nearest = pattern->at[place];
    }
    return nearest;
}

static uint64_t filled_in(const aug_pattern *pattern, uint64_t top, uint64_t bottom, uint64_t left, uint64_t right) {
    uint64_t filled = 0;
    for (uint64_t row = top; row < bottom; row++)
        filled += find(pattern, row, right) - find(pattern, row, left);
    return filled;
}

aug_pattern_tiles aug_pattern_count(const aug_pattern *pattern, uint64_t height, uint64_t width) {
    uint64_t tile_rows = (pattern->rows + height - 1) / height, tile_columns = (pattern->columns + width - 1) / width;
    aug_pattern_tiles tiles = {.count = tile_rows * tile_columns};
    if (height == 1 && width == 1)
        return (aug_pattern_tiles){tiles.count, pattern->filled, pattern->filled > 0};
    for (uint64_t t = 0; t < tile_rows; t++) {
        uint64_t top = t * height, bottom = pattern->rows - top < height ? pattern->rows : top + height;
        if (pattern->starts[top] == pattern->starts[bottom])
            continue;
        for (uint64_t column = next_column(pattern, top, bottom, 0); column < pattern->columns;) {
            uint64_t left = column / width * width, right = left + width;
            uint64_t filled = filled_in(pattern, top, bottom, left, right);
            tiles.filled++;
            tiles.most = filled > tiles.most ? filled : tiles.most;
            column = next_column(pattern, top, bottom, right);
        }
    }
    return tiles;
}
