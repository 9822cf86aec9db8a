// Keys are those of CONTRACTS; a row's place in `rows` is its number in `winner`, from 0.
#include "report/compare_report.h"

#include "report/estimate_report.h"
#include "text/csv_writer.h"

#include <math.h>

static bool is_planned(const aug_comparison_row *row) {
    return row->estimate && row->estimate->fit != AUG_FIT_NO_PLAN;
}

// Metrics of a deployment; those of studies alone are left out.
static bool is_shown(int metric) {
    return metric != AUG_METRIC_LOSS && metric != AUG_METRIC_TRAINING && metric != AUG_METRIC_TRAINING_OPS &&
           metric != AUG_METRIC_PARAMETERS;
}

static void write_row(aug_json *json, const aug_comparison_row *row) {
    aug_json_open_row(json, NULL, '{');
    aug_json_text(json, "model", row->model->name);
    aug_json_text(json, "machine", row->machine->name);
    aug_json_bool(json, "fits",
                  row->estimate &&
                      (row->estimate->fit == AUG_FIT_OK || row->estimate->fit == AUG_FIT_LIMITS));
    aug_json_text(json, "reason", row->reason);
    if (is_planned(row))
        aug_estimate_json_plan(json, &row->estimate->outcome);
    else
        aug_json_null(json, "plan");
    aug_json_open_row(json, "scenario", '{');
    aug_json_count(json, "in", row->scenario.in_tokens);
    aug_json_count(json, "out", row->scenario.out_tokens);
    aug_json_count(json, "batch", row->scenario.batch);
    aug_json_close(json, '}');
    aug_json_open_row(json, "metrics", '{');
    for (int m = 0; m < AUG_METRIC_COUNT; m++)
        if (is_shown(m))
            aug_json_number(json, aug_metric_key((aug_metric)m), row->metrics[m]);
    aug_json_close(json, '}');
    aug_json_close(json, '}');
}

void aug_compare_json(aug_json *json, const void *found) {
    const aug_comparison *c = found;
    aug_json_open(json, "rows", '[');
    for (int i = 0; i < c->count; i++)
        write_row(json, &c->rows[i]);
    aug_json_close(json, ']');
    aug_json_open_row(json, "winner", '{');
    for (int w = 0; w < c->winner_count; w++) {
        const char *key = aug_metric_key(c->winners[w].metric);
        if (c->winners[w].row < 0)
            aug_json_null(json, key);
        else
            aug_json_count(json, key, (uint64_t)c->winners[w].row);
    }
    aug_json_close(json, '}');
    aug_json_open(json, "why", '[');
    for (int w = 0; w < c->winner_count; w++) {
        const aug_winner *winner = &c->winners[w];
        if (winner->row < 0)
            continue;
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "metric", aug_metric_key(winner->metric));
        aug_json_count(json, "row", (uint64_t)winner->row);
        if (winner->next < 0)
            aug_json_null(json, "next");
        else
            aug_json_count(json, "next", (uint64_t)winner->next);
        aug_json_number(json, "ratio", winner->ratio);
        aug_json_text(json, "text", winner->why);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

void aug_compare_csv(aug_buffer *out, const void *found) {
    const aug_comparison *c = found;
    aug_csv csv = {.out = out};
    aug_buffer_put(out, "row,model,machine,chips,tp,pp,ep,dp,weights,activations,kv,in,out,batch");
    for (int m = 0; m < AUG_METRIC_COUNT; m++)
        if (is_shown(m) && m != AUG_METRIC_CHIPS)
            aug_buffer_print(out, ",%s", aug_metric_key((aug_metric)m));
    aug_buffer_put(out, ",reason\n");
    for (int i = 0; i < c->count; i++) {
        const aug_comparison_row *row = &c->rows[i];
        const aug_plan *p = is_planned(row) ? &row->estimate->outcome.plan : &row->wish;
        aug_precision precision = aug_plan_precision(
            &row->wish, &row->model->stages[row->model->language >= 0 ? row->model->language : 0].precision);
        aug_csv_number(&csv, i);
        aug_csv_text(&csv, row->model->name);
        aug_csv_text(&csv, row->machine->name);
        const uint64_t degrees[] = {p->chips, p->tp, p->pp, p->ep, p->dp};
        for (size_t d = 0; d < AUG_COUNT(degrees); d++)
            aug_csv_number(&csv, degrees[d] ? (double)degrees[d] : (double)NAN);
        const int stored[] = {AUG_STORAGE_MLP, AUG_STORAGE_ACTIVATION, AUG_STORAGE_CACHE};
        for (size_t s = 0; s < AUG_COUNT(stored); s++)
            aug_csv_text(&csv, aug_format_name(precision.of[stored[s]]));
        aug_csv_number(&csv, (double)row->scenario.in_tokens);
        aug_csv_number(&csv, (double)row->scenario.out_tokens);
        aug_csv_number(&csv, (double)row->scenario.batch);
        for (int m = 0; m < AUG_METRIC_COUNT; m++)
            if (is_shown(m) && m != AUG_METRIC_CHIPS)
                aug_csv_number(&csv, row->metrics[m]);
        aug_csv_text(&csv, row->reason ? row->reason : "");
        aug_csv_end(&csv);
    }
}
