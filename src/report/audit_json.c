// Keys are those of CONTRACTS; rates in tokens per second of what the claim is about.
#include "report/audit_report.h"

#include "text/csv_writer.h"

#include <math.h>

static void write_claim(aug_json *json, const aug_audit *a) {
    aug_json_open_row(json, "claim", '{');
    aug_json_number(json, "tokens_per_s", a->claim.tokens_per_second);
    aug_json_text(json, "per", aug_audit_per_names[a->claim.per]);
    aug_json_count(json, "chips", a->plan->chips);
    aug_json_count(json, "batch", a->scenario.batch);
    aug_json_bool(json, "batch_said", a->claim.batch_said);
    aug_json_count(json, "in", a->scenario.in_tokens);
    aug_json_count(json, "out", a->scenario.out_tokens);
    aug_json_number(json, "tokens_per_pass", aug_plan_tokens_per_step(a->plan));
    aug_json_text(json, "weights", aug_format_name(a->precision.of[AUG_STORAGE_MLP]));
    aug_json_text(json, "activations", aug_format_name(a->precision.of[AUG_STORAGE_ACTIVATION]));
    aug_json_text(json, "kv", aug_format_name(a->precision.of[AUG_STORAGE_CACHE]));
    aug_json_close(json, '}');
}

static void write_bounds(aug_json *json, const aug_audit *a) {
    const aug_ceiling *c = &a->ceiling;
    aug_json_open(json, "bounds", '[');
    for (int row = 0; row < c->rows; row++) {
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "resource", aug_ceiling_name(a->machine, row));
        aug_json_number(json, "tokens_per_s", c->tokens_per_second[row] * a->scale);
        if (row == AUG_CEILING_CAPACITY) {
            aug_json_number(json, "largest_batch", c->largest_batch);
        } else {
            aug_json_number(json, "step_s", c->seconds[row]);
            aug_json_number(json, "prompt_s", c->prompt_seconds[row]);
        }
        if (row == AUG_CEILING_COMPUTE)
            aug_json_number(json, "step_flops", c->operations);
        if (row >= AUG_CEILING_MEMORY)
            aug_json_number(json, "step_bytes", c->memory_bits[row - AUG_CEILING_MEMORY] / 8.0);
        aug_json_bool(json, "proven", true);
        aug_json_close(json, '}');
    }
    aug_json_open_row(json, NULL, '{');
    aug_json_text(json, "resource", "power");
    aug_json_number(json, "tokens_per_s", c->power_tokens_per_second * a->scale);
    aug_json_bool(json, "proven", false);
    aug_json_close(json, '}');
    aug_json_close(json, ']');
    aug_json_number(json, "weights_bytes_per_step", c->weight_bits / 8.0);
    aug_json_number(json, "kv_bytes_per_step", c->cache_bits / 8.0);
}

static void write_estimate(aug_json *json, const aug_audit *a) {
    if (!a->outcome) {
        aug_json_null(json, "estimate");
        return;
    }
    const aug_plan *p = &a->outcome->plan;
    aug_json_open_row(json, "estimate", '{');
    aug_json_number(json, "tokens_per_s", a->estimate);
    aug_json_number(json, "low", a->estimate_low);
    aug_json_number(json, "high", a->estimate_high);
    aug_json_number(json, "batch", a->estimate_batch);
    aug_json_open_row(json, "plan", '{');
    aug_json_count(json, "chips", p->chips);
    aug_json_count(json, "tp", p->tp);
    aug_json_count(json, "pp", p->pp);
    aug_json_count(json, "ep", p->ep);
    aug_json_count(json, "dp", p->dp);
    aug_json_close(json, '}');
    aug_json_close(json, '}');
}

static void write_needs(aug_json *json, const aug_audit *a) {
    aug_json_open(json, "needs", '[');
    for (int i = 0; i < a->need_count; i++) {
        const aug_audit_need *n = &a->needs[i];
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "way", aug_way_key(n->way));
        aug_json_number(json, "needed", n->needed); // NaN is null: no amount is enough
        aug_json_number(json, "needed_by_estimate", n->estimated);
        aug_json_text(json, "unit", aug_way_unit(n->way));
        aug_json_bool(json, "possible", n->possible);
        aug_json_text(json, "remark", n->remark);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

void aug_audit_json(aug_json *json, const void *found) {
    const aug_audit *a = found;
    aug_json_text(json, "model", a->model->name);
    aug_json_text(json, "machine", a->machine->name);
    aug_json_bool(json, "possible", a->verdict != AUG_VERDICT_IMPOSSIBLE);
    aug_json_text(json, "verdict", aug_verdict_names[a->verdict]);
    aug_json_number(json, "claimed", a->claim.tokens_per_second);
    aug_json_number(json, "bound", a->bound);
    aug_json_number(json, "margin", a->margin);
    aug_json_number(json, "bound_nothing_kept", a->ceiling.anew_tokens_per_second * a->scale);
    aug_json_text(json, "limit", aug_ceiling_name(a->machine, a->ceiling.limit));
    write_claim(json, a);
    write_bounds(json, a);
    write_estimate(json, a);
    write_needs(json, a);
}

void aug_audit_csv(aug_buffer *out, const void *found) {
    const aug_audit *a = found;
    aug_csv csv = {.out = out};
    aug_buffer_put(out, "resource,tokens_per_s,step_s,prompt_s\n");
    for (int row = 0; row < a->ceiling.rows; row++) {
        aug_csv_text(&csv, aug_ceiling_name(a->machine, row));
        aug_csv_number(&csv, a->ceiling.tokens_per_second[row] * a->scale);
        aug_csv_number(&csv, row == AUG_CEILING_CAPACITY ? (double)NAN : a->ceiling.seconds[row]);
        aug_csv_number(&csv, row == AUG_CEILING_CAPACITY ? (double)NAN : a->ceiling.prompt_seconds[row]);
        aug_csv_end(&csv);
    }
}
