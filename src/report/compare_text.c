// One table, in blocks where 80 columns do not hold it, the best of each figure marked with *; then who wins
// and why; then rows without an answer.
#include "report/compare_report.h"

#include "report/text_table.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 78 };

// What all rows share: "llama-3.1-8b; weights fp8; in 1024, out 128, batch 1".
static void write_head(aug_buffer *out, const aug_comparison *c) {
    const aug_comparison_row *row = &c->rows[0];
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    if (!c->varies[AUG_IDENTITY_MODEL])
        aug_buffer_print(&line, "%s", row->is[AUG_IDENTITY_MODEL]);
    if (!c->varies[AUG_IDENTITY_MACHINE])
        aug_buffer_print(&line, "%s%s", line.length ? " on " : "on ", row->is[AUG_IDENTITY_MACHINE]);
    for (int id = AUG_IDENTITY_CHIPS; id <= AUG_IDENTITY_KV; id++)
        if (!c->varies[id] && row->is[id])
            aug_buffer_print(&line, "%s%s %s", line.length ? ", " : "", aug_identity_name(id), row->is[id]);
    const uint64_t counts[] = {row->scenario.in_tokens, row->scenario.out_tokens, row->scenario.batch};
    for (int i = 0; i < 3; i++)
        if (!c->varies[AUG_IDENTITY_IN + i] && (c->language || i == 2))
            aug_buffer_print(&line, "%s%s %llu", line.length ? ", " : "",
                             aug_identity_name(AUG_IDENTITY_IN + i), (unsigned long long)counts[i]);
    aug_buffer_print(&line, "%s%d row%s", line.length ? ": " : "", c->count, c->count == 1 ? "" : "s");
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

// "x8 tp4 dp2": chips and degrees of the plan that was found; "x8 tp4 1p1d": one worker for prompts, one for
// tokens.
static const char *show_plan(aug_arena *arena, const aug_comparison_row *row) {
    if (!row->estimate || row->estimate->fit == AUG_FIT_NO_PLAN)
        return "-";
    const aug_plan *p = &row->estimate->outcome.plan;
    aug_buffer text;
    aug_buffer_init(&text, arena);
    aug_buffer_print(&text, "x%llu", (unsigned long long)p->chips);
    const uint64_t degrees[] = {p->tp, p->pp, p->ep, p->dp, aug_plan_context(p)};
    static const char *const names[] = {"tp", "pp", "ep", "dp", "cp"};
    for (int d = 0; d < 5 && !isnan(row->metrics[AUG_METRIC_TOKENS]); d++)
        if (degrees[d] > 1)
            aug_buffer_print(&text, " %s%llu", names[d], (unsigned long long)degrees[d]);
    if (row->estimate->outcome.prefill_workers)
        aug_buffer_print(&text, " %llup%llud", (unsigned long long)row->estimate->outcome.prefill_workers,
                         (unsigned long long)row->estimate->outcome.decode_workers);
    return aug_buffer_text(&text);
}

// What varies, but for degrees, which the plan's column shows.
static bool has_column(const aug_comparison *c, int id) {
    return c->varies[id] && (id < AUG_IDENTITY_CHIPS || id > AUG_IDENTITY_DP);
}

static const char *show_metric(aug_arena *arena, const aug_comparison *c, int row, const aug_winner *winner) {
    double value = c->rows[row].metrics[winner->metric];
    if (!isfinite(value))
        return "-";
    aug_dimension dimension = aug_metric_dimension(winner->metric);
    aug_shown shown =
        dimension == AUG_DIMENSION_NUMBER ? aug_show_number(value, 4) : aug_show(value, dimension);
    bool best =
        !c->rows[row].reason && winner->row >= 0 && value == c->rows[winner->row].metrics[winner->metric];
    return aug_arena_print(arena, "%s%s", best ? "*" : "", shown.text);
}

// Figures `first` to `end` of all rows.
static aug_text_table make_block(aug_arena *arena, const aug_comparison *c, const aug_winner *const *winners,
                                 int first, int end) {
    char alignment[AUG_TEXT_COLUMNS + 1] = "r";
    int columns = 1;
    for (int id = 0; id < AUG_IDENTITY_COUNT; id++)
        if (has_column(c, id))
            alignment[columns++] = id >= AUG_IDENTITY_IN ? 'r' : 'l';
    alignment[columns++] = 'l';
    memset(alignment + columns, 'r', (size_t)(end - first));
    alignment[columns + end - first] = '\0';
    aug_text_table table;
    aug_text_table_init(&table, arena, alignment);
    aug_text_table_add(&table, "row");
    for (int id = 0; id < AUG_IDENTITY_COUNT; id++)
        if (has_column(c, id))
            aug_text_table_add(&table, aug_identity_name(id));
    aug_text_table_add(&table, "plan");
    for (int w = first; w < end; w++)
        aug_text_table_add(&table, aug_metric_label(winners[w]->metric));
    for (int i = 0; i < c->count; i++) {
        aug_text_table_print_cell(&table, "%d", i);
        for (int id = 0; id < AUG_IDENTITY_COUNT; id++)
            if (has_column(c, id))
                aug_text_table_add(&table, c->rows[i].is[id] ? c->rows[i].is[id] : "-");
        aug_text_table_add(&table, show_plan(arena, &c->rows[i]));
        for (int w = first; w < end; w++)
            aug_text_table_add(&table, show_metric(arena, c, i, winners[w]));
    }
    return table;
}

// Figures that people are shown: the rate of a user in place of the time per token, a chip's rate where chips
// differ.
static int list_figures(const aug_comparison *c, const aug_winner *figures[AUG_COMPARED]) {
    bool differ = false;
    double chips = (double)NAN;
    for (int i = 0; i < c->count; i++) {
        double now = c->rows[i].metrics[AUG_METRIC_CHIPS];
        differ = differ || (!isnan(now) && !isnan(chips) && now != chips);
        chips = isnan(now) ? chips : now;
    }
    int count = 0;
    for (int w = 0; w < c->winner_count; w++) {
        aug_metric metric = c->winners[w].metric;
        if (metric != AUG_METRIC_TPOT && (metric != AUG_METRIC_TOKENS_CHIP || differ))
            figures[count++] = &c->winners[w];
    }
    return count;
}

// As many figures side by side as fit.
static void write_table(aug_buffer *out, const aug_comparison *c, const aug_winner *const *figures,
                        int count) {
    int identities = 2; // row and plan
    for (int id = 0; id < AUG_IDENTITY_COUNT; id++)
        identities += has_column(c, id);
    for (int first = 0, end; first < count; first = end) {
        int most = first + AUG_TEXT_COLUMNS - identities;
        end = count < most ? count : most;
        aug_text_table table = make_block(out->arena, c, figures, first, end);
        while (end > first + 1 && aug_text_table_width(&table) > WIDTH)
            table = make_block(out->arena, c, figures, first, --end);
        aug_buffer_put(out, "\n");
        aug_text_table_fit(&table, WIDTH);
        aug_text_table_write(&table, out, 1);
    }
}

void aug_compare_text(aug_buffer *out, const void *found) {
    const aug_comparison *c = found;
    const aug_winner *figures[AUG_COMPARED];
    int count = list_figures(c, figures);
    write_head(out, c);
    write_table(out, c, figures, count);
    aug_buffer_put(out, "\n");
    for (int w = 0; w < count && c->answers > 1; w++)
        if (figures[w]->row >= 0)
            aug_text_wrap(out, figures[w]->why, 0, 80);
    if (c->answers == 0)
        aug_buffer_put(out, "No row has an answer.\n");
    if (c->answers == 1 && c->count > 1)
        aug_buffer_put(out, "One row has an answer.\n");
    for (int i = 0; i < c->count; i++) {
        if (!c->rows[i].reason)
            continue;
        const char *label = aug_comparison_label(out->arena, c, i);
        aug_text_wrap(out, aug_arena_print(out->arena, "row %d, %s: %s", i, label, c->rows[i].reason), 0, 80);
    }
}
