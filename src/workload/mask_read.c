// A mask names two ranks of an einsum. Bands of rows are computed one after another, each for itself, so the
// result has to have the rows as an index of its own; and the columns are as many as the last row sees, so
// that a file says what it means:
//
//     {einsum: "S[m,p] += Q[m,e] * K[p,e]", causal: {rows: m, columns: p}}            m 8, p 8
//     {einsum: "S[m,p] += Q[m,e] * K[p,e]", causal: {rows: m, columns: p, past: 4}}   m 8, p 12
#include "workload/mask_read.h"

#include "base/spelling.h"
#include "text/fields.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

typedef struct mask_row {
    const char *rows, *columns;
    uint64_t past, window;
} mask_row;

static const aug_field mask_rows[] = {
    {.key = "rows",
     .kind = AUG_FIELD_TEXT,
     .offset = offsetof(mask_row, rows),
     .required = true,
     .help = "the rank whose members see what stands before them; an index of the result by itself"},
    AUG_ROW_TEXT(mask_row, columns, "columns",
                 "the rank that they see, as many as the last row does; missing where the einsum has none"),
    AUG_ROW_COUNT(mask_row, past, "past", "0", "columns before the one of the first row, which all rows see"),
    AUG_ROW_COUNT(mask_row, window, "window", "0",
                  "columns that a row sees at most, its own included; 0: all"),
};

const aug_fields aug_mask_fields = {
    .name = "workload: causal mask",
    .about = "Row i (from 1) sees columns up to past + i. `map` computes the rows in 1, 2, 4, .. bands, each "
             "with the columns that a row of it sees; `estimate` counts the pairs that are left, `evaluate` "
             "all of them.",
    .rows = mask_rows,
    .count = AUG_COUNT(mask_rows),
};

// The rank of a name; -1 with an error at the key that gives it.
static int find_rank(const aug_reader *reader, const aug_node *node, const char *key,
                     const aug_einsum *einsum, const char *name) {
    aug_spelling spelling = {.wanted = name};
    for (int r = 0; r < einsum->rank_count; r++) {
        if (strcmp(einsum->ranks[r], name) == 0)
            return r;
        aug_spelling_offer(&spelling, einsum->ranks[r]);
    }
    aug_error *error =
        aug_node_error(reader->errors, aug_node_peek(node, key), "this einsum has no rank '%.40s'", name);
    aug_spelling_hint(&spelling, error);
    return -1;
}

static bool is_index(const aug_einsum_tensor *tensor, int rank) {
    for (int d = 0; d < tensor->dim_count; d++)
        if (tensor->dims[d].term_count == 1 && tensor->dims[d].terms[0].rank == rank)
            return true;
    return false;
}

static bool check_rows(const aug_reader *reader, const aug_node *node, const aug_operator *op, int rows) {
    const aug_einsum_tensor *output = aug_einsum_output(&op->einsum);
    if (is_index(output, rows))
        return true;
    aug_error *error = aug_node_error(reader->errors, aug_node_peek(node, "rows"),
                                      "rank '%.40s' is not an index of '%.40s' by itself: rows are not apart",
                                      op->einsum.ranks[rows], output->name);
    aug_error_hint(error, "leave 'causal' out: all pairs are then computed");
    return false;
}

static bool check_columns(const aug_reader *reader, const aug_node *node, const aug_operator *op,
                          const aug_mask *mask) {
    uint64_t rows = op->ranks[mask->rows].count, have = op->ranks[mask->columns].count,
             seen = aug_mask_columns(mask, rows, rows);
    if (have == seen)
        return true;
    aug_error *error = aug_node_error(reader->errors, aug_node_peek(node, "columns"),
                                      "the last row sees %" PRIu64 " columns, but '%.40s' has size %" PRIu64,
                                      seen, op->einsum.ranks[mask->columns], have);
    if (mask->window == 0 && mask->past == 0 && have > rows)
        aug_error_hint(error, "add 'past: %" PRIu64 "' if the first row sees that many before its own",
                       have - rows);
    else
        aug_error_hint(error, "past columns and one for each row, or window + rows - 1 where that is less");
    return false;
}

static bool check_size(const aug_reader *reader, const aug_node *node, const char *key, uint64_t size) {
    if (size <= UINT64_C(1) << 60)
        return true;
    aug_node_error(reader->errors, aug_node_peek(node, key), "expected 2^60 at most");
    return false;
}

bool aug_mask_read(const aug_reader *reader, const aug_node *node, aug_operator *op) {
    mask_row row;
    if (!aug_fields_read(reader, node, &aug_mask_fields, &row) ||
        !check_size(reader, node, "past", row.past) || !check_size(reader, node, "window", row.window))
        return false;
    aug_mask *mask = AUG_NEW(reader->arena, aug_mask);
    *mask = (aug_mask){.columns = -1, .past = row.past, .window = row.window};
    mask->rows = find_rank(reader, node, "rows", &op->einsum, row.rows);
    if (mask->rows < 0 || !check_rows(reader, node, op, mask->rows))
        return false;
    op->mask = mask;
    if (!row.columns)
        return true;
    mask->columns = find_rank(reader, node, "columns", &op->einsum, row.columns);
    if (mask->columns == mask->rows) {
        aug_node_error(reader->errors, aug_node_peek(node, "columns"), "rows and columns are the same rank");
        return false;
    }
    return mask->columns >= 0 && check_columns(reader, node, op, mask);
}
