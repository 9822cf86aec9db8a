// The verdict first, then the bounds, then what would have to hold. 80 columns.
#include "report/audit_report.h"

#include "report/text_table.h"

#include <math.h>

static const char *unit_of(const aug_audit *a) {
    static const char *const units[] = {"per user", "per chip", "in all"};
    return units[a->claim.per];
}

static const char *things(const aug_audit *a) {
    return a->model->language >= 0 ? "tokens/s" : "inferences/s";
}

static aug_shown rate(double value) {
    return aug_show_number(value, 4);
}

// What limits, as a noun: "sram bandwidth".
static const char *limit_name(aug_arena *arena, const aug_audit *a, int row) {
    const char *name = aug_ceiling_name(a->machine, row);
    return row >= AUG_CEILING_MEMORY ? aug_arena_print(arena, "%s bandwidth", name) : name;
}

// "bound": what cannot be beaten, and why.
static void print_bound(aug_buffer *line, const aug_audit *a) {
    aug_buffer_print(line, "%s at most, by %s", rate(a->bound).text,
                     limit_name(line->arena, a, a->ceiling.limit));
}

static void print_estimate(aug_buffer *line, const aug_audit *a) {
    if (a->outcome)
        aug_buffer_print(line, "estimated are %s (80 %% of cases %s to %s), ", rate(a->estimate).text,
                         rate(a->estimate_low).text, rate(a->estimate_high).text);
    else
        aug_buffer_put(line, "no plan is known to fit, ");
}

static void write_verdict(aug_buffer *out, const aug_audit *a) {
    static const char *const heads[] = {"Impossible as stated", "Possible only above what estimates reach",
                                        "Plausible"};
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    aug_buffer_print(&line, "%s: %s %s %s; ", heads[a->verdict], rate(a->claim.tokens_per_second).text,
                     things(a), unit_of(a));
    if (a->verdict == AUG_VERDICT_IMPOSSIBLE && a->ceiling.limit == AUG_CEILING_CAPACITY) {
        aug_buffer_print(&line,
                         a->ceiling.largest_batch > 0.0 ? "%llu x %s cannot hold so many requests"
                                                        : "%llu x %s cannot hold it",
                         (unsigned long long)a->plan->chips, a->machine->name);
    } else {
        if (a->verdict != AUG_VERDICT_IMPOSSIBLE)
            print_estimate(&line, a);
        print_bound(&line, a);
        if (a->verdict == AUG_VERDICT_IMPOSSIBLE)
            aug_buffer_print(&line, ", %s times less", aug_show_number(1.0 / a->margin, 3).text);
    }
    aug_buffer_put(&line, ".");
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

static void write_head(aug_buffer *out, const aug_audit *a) {
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    const aug_number_format *f = a->precision.of;
    aug_buffer_print(&line, "%s on %llu x %s; weights %s, activations %s, kv %s", a->model->name,
                     (unsigned long long)a->plan->chips, a->machine->name,
                     aug_format_name(f[AUG_STORAGE_MLP]), aug_format_name(f[AUG_STORAGE_ACTIVATION]),
                     aug_format_name(f[AUG_STORAGE_CACHE]));
    if (a->model->language >= 0)
        aug_buffer_print(&line, "; tokens in %llu, out %llu", (unsigned long long)a->scenario.in_tokens,
                         (unsigned long long)a->scenario.out_tokens);
    if (a->plan->speculate)
        aug_buffer_print(&line, "; %s tokens per pass, of %llu proposed",
                         aug_show_number(aug_plan_tokens_per_step(a->plan), 3).text,
                         (unsigned long long)a->plan->speculate);
    aug_buffer_print(&line, "; batch %s%s", aug_show_number((double)a->scenario.batch, 7).text,
                     a->claim.batch_said || a->claim.per == AUG_PER_USER ? "" : " (the largest that fits)");
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

// What a row's time is made of.
static const char *explain_row(aug_arena *arena, const aug_audit *a, int row) {
    const aug_ceiling *c = &a->ceiling;
    if (row == AUG_CEILING_CAPACITY)
        return c->largest_batch >= 0x1p53
                   ? ""
                   : aug_arena_print(arena, "holds a batch of %s", aug_show_number(c->largest_batch, 7).text);
    if (row == AUG_CEILING_COMPUTE)
        return aug_arena_print(arena, "%s products a step", aug_show_count(c->operations / 2.0).text);
    if (row == AUG_CEILING_LINKS)
        return "a hop after each shared block";
    double bits = c->memory_bits[row - AUG_CEILING_MEMORY];
    aug_shown moved = aug_show(bits, AUG_DIMENSION_BITS),
              all = aug_show(c->weight_bits + c->cache_bits, AUG_DIMENSION_BITS);
    bool less = bits < (c->weight_bits + c->cache_bits) * (1.0 - 1e-9);
    return less ? aug_arena_print(arena, "%s a step, of %s", moved.text, all.text)
                : aug_arena_print(arena, "%s a step", moved.text);
}

static void write_bounds(aug_buffer *out, const aug_audit *a) {
    const aug_ceiling *c = &a->ceiling;
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "lrrl");
    aug_text_table_add(&table, "at most by");
    aug_text_table_add(&table, things(a));
    aug_text_table_add(&table, "step");
    aug_text_table_add(&table, "since");
    for (int row = 0; row < c->rows; row++) {
        if (row == AUG_CEILING_LINKS && !(c->seconds[row] > 0.0))
            continue;
        double most = c->tokens_per_second[row] * a->scale;
        aug_text_table_add(&table, limit_name(out->arena, a, row));
        aug_text_table_print_cell(&table, "%s", isinf(most) ? "-" : rate(most).text);
        aug_text_table_print_cell(
            &table, "%s",
            row == AUG_CEILING_CAPACITY ? "-" : aug_show(c->seconds[row], AUG_DIMENSION_SECONDS).text);
        aug_text_table_add(&table, explain_row(out->arena, a, row));
    }
    if (c->memory_bits[0] < 0.99 * (c->weight_bits + c->cache_bits)) {
        aug_text_table_print_cell(&table, "%s, nothing kept",
                                  aug_ceiling_name(a->machine, AUG_CEILING_MEMORY));
        aug_text_table_print_cell(&table, "%s", rate(c->anew_tokens_per_second * a->scale).text);
        aug_text_table_add(&table, "-");
        aug_text_table_add(&table, "no bound: if all were read anew");
    }
    if (!isnan(c->power_tokens_per_second)) {
        aug_text_table_add(&table, "power");
        aug_text_table_print_cell(&table, "%s", rate(c->power_tokens_per_second * a->scale).text);
        aug_text_table_add(&table, "-");
        aug_text_table_add(&table, "no bound: by the stated energies");
    }
    aug_text_table_add(&table, "estimate");
    aug_text_table_print_cell(&table, "%s", a->outcome ? rate(a->estimate).text : "-");
    aug_text_table_print_cell(
        &table, "%s", a->outcome ? aug_show(a->outcome->tpot_seconds, AUG_DIMENSION_SECONDS).text : "-");
    const aug_plan *p = a->outcome ? &a->outcome->plan : NULL;
    aug_text_table_add(
        &table, p ? aug_arena_print(out->arena, "tp %llu, pp %llu, ep %llu, dp %llu%s, batch %.0f",
                                    (unsigned long long)p->tp, (unsigned long long)p->pp,
                                    (unsigned long long)p->ep, (unsigned long long)p->dp,
                                    aug_plan_context(p) > 1 ? aug_arena_print(out->arena, ", cp %llu", (unsigned long long)p->cp) : "",
                                    a->estimate_batch)
                  : "no plan fits");
    aug_buffer_put(out, "\n");
    aug_text_table_fit(&table, 78);
    aug_text_table_write(&table, out, 2);
}

static const char *amount(aug_arena *arena, double value, int way) {
    if (isnan(value))
        return "-";
    if (way == AUG_WAY_LINKS)
        return aug_arena_print(arena, "%s", aug_show(value, AUG_DIMENSION_SECONDS).text);
    return aug_arena_print(arena, "%s",
                           aug_show_number(value, way == AUG_WAY_CHIPS || way == AUG_WAY_BATCH ? 7 : 3).text);
}

// Ways that are known from practice, in one line.
static void write_ways(aug_buffer *out, const aug_audit *a) {
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    for (int i = 0; i < a->need_count; i++)
        if (a->needs[i].possible)
            aug_buffer_print(&line, "%s%s", line.length ? ", " : "", aug_way_key(a->needs[i].way));
    aug_buffer_print(out, "It takes one of: %s.\n",
                     line.length ? aug_buffer_text(&line) : "nothing that is known from practice");
}

static void write_needs(aug_buffer *out, const aug_audit *a) {
    if (a->need_count == 0)
        return;
    aug_buffer_print(out, "\n  %-12s  %12s  %12s\n", "to close it", "at the bound", "as estimated");
    for (int i = 0; i < a->need_count; i++) {
        const aug_audit_need *n = &a->needs[i];
        const char *unit = n->way == AUG_WAY_LINKS ? "per hop" : aug_way_unit(n->way);
        aug_buffer_print(out, "  %-12s  %12s  %12s%s%s\n", aug_way_key(n->way),
                         amount(out->arena, n->needed, n->way), amount(out->arena, n->estimated, n->way),
                         isnan(n->needed) ? "" : "  ", isnan(n->needed) ? "" : unit);
        const char *verdict = n->possible ? "possible" : "not possible";
        aug_text_wrap(out, aug_arena_print(out->arena, "%s: %s", verdict, n->remark), 16, 80);
    }
}

void aug_audit_text(aug_buffer *out, const void *found) {
    const aug_audit *a = found;
    write_verdict(out, a);
    if (a->need_count)
        write_ways(out, a);
    write_head(out, a);
    write_bounds(out, a);
    write_needs(out, a);
}
