// One screen for people: the figures first, then why, then the operators, then what would change it. 80 columns.
#include "report/estimate_report.h"

#include "kernel/software.h"
#include "report/agent_report.h"
#include "report/power_report.h"
#include "report/silicon_report.h"
#include "report/text_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

// "tp 8, pp 1, ep 4, dp 2".
static void write_degrees(aug_buffer *out, const aug_plan *p) {
    aug_buffer_print(out, "tp %llu, pp %llu", (unsigned long long)p->tp, (unsigned long long)p->pp);
    if (p->ep > 1)
        aug_buffer_print(out, ", ep %llu", (unsigned long long)p->ep);
    if (p->moe_tp)
        aug_buffer_print(out, ", moe-tp %llu", (unsigned long long)p->moe_tp);
    if (aug_plan_context(p) > 1)
        aug_buffer_print(out, ", cp %llu", (unsigned long long)p->cp);
    aug_buffer_print(out, ", dp %llu", (unsigned long long)p->dp);
}

static void write_side(aug_buffer *out, const char *what, uint64_t workers, const aug_plan *p) {
    aug_buffer_print(out, "  %s on %llu worker%s of %llu chip%s: ", what, (unsigned long long)workers, workers == 1 ? "" : "s",
                     (unsigned long long)p->chips, p->chips == 1 ? "" : "s");
    write_degrees(out, p);
    aug_buffer_put(out, "\n");
}

static void write_head(aug_buffer *out, const aug_estimate *e) {
    const aug_plan *p = &e->outcome.plan;
    const aug_scenario *s = e->scenario;
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    aug_buffer_print(&line, "%s on %llu x %s", e->model->name, (unsigned long long)p->chips, e->machine->name);
    if (e->outcome.prefill_workers) {
        aug_buffer_put(out, aug_buffer_text(&line));
        aug_buffer_put(out, ":\n");
        write_side(out, "prompts", e->outcome.prefill_workers, &e->outcome.prefill_plan);
        write_side(out, "tokens", e->outcome.decode_workers, &e->outcome.decode_plan);
        aug_buffer_print(out, "  (best of %llu pairs)\n", (unsigned long long)e->plans);
    } else {
        if (p->chips > 1) {
            aug_buffer_put(&line, ": ");
            write_degrees(&line, p);
        }
        if (p->chips > 1 && e->plans > 1)
            aug_buffer_print(&line, " (best of %llu plans)", (unsigned long long)e->plans);
        aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
    }
    const aug_number_format *f = e->outcome.precision.of;
    aug_buffer_init(&line, out->arena);
    aug_buffer_print(&line, "weights %s", aug_format_name(f[AUG_STORAGE_MLP]));
    if (f[AUG_STORAGE_EXPERT] != f[AUG_STORAGE_MLP] && e->parameters.total != e->parameters.active)
        aug_buffer_print(&line, ", experts %s", aug_format_name(f[AUG_STORAGE_EXPERT]));
    aug_buffer_print(&line, ", activations %s, kv %s", aug_format_name(f[AUG_STORAGE_ACTIVATION]),
                     aug_format_name(f[AUG_STORAGE_CACHE]));
    if (e->model->language >= 0 && !s->turns)
        aug_buffer_print(&line, "; %llu tokens in, %llu out", (unsigned long long)s->in_tokens, (unsigned long long)s->out_tokens);
    if (s->turns)
        aug_buffer_put(&line, aug_agent_asked(out->arena, s));
    else if (e->model->language >= 0 && !isnan(s->rate_hz))
        aug_buffer_print(&line, ", %s requests/s, %.0f in flight", aug_show_number(s->rate_hz, 3).text, e->outcome.in_flight);
    else
        aug_buffer_print(&line, "%s batch %llu", e->model->language >= 0 ? "," : ";", (unsigned long long)s->batch);
    if (p->chunk)
        aug_buffer_print(&line, "; passes of %llu tokens with pieces of prompts", (unsigned long long)p->chunk);
    if (e->deployment.server)
        aug_buffer_print(&line, "; as %s serves", e->deployment.server->name);
    if (s->cache_hit > 0.0)
        aug_buffer_print(&line, "; %s %% of each prompt in the cache", aug_show_number(100.0 * s->cache_hit, 3).text);
    if (p->speculate)
        aug_buffer_print(&line, "; %s proposes %llu tokens per step, of which with its own the model takes %s",
                         p->draft ? p->draft->name : "a next-token module", (unsigned long long)p->speculate,
                         aug_show_number(e->outcome.tokens_per_step, 3).text);
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

static void write_figures(aug_buffer *out, const aug_estimate *e) {
    const aug_outcome *o = &e->outcome;
    if (e->model->language >= 0) {
        aug_buffer_print(out, "\n  time to first token    %s\n",
                         isinf(o->ttft_seconds) ? "none: the line grows without end" : aug_show(o->ttft_seconds, AUG_DIMENSION_SECONDS).text);
        aug_buffer_print(out, "  time per output token  %s (%s tokens/s per user)\n",
                         aug_show(o->tpot_seconds, AUG_DIMENSION_SECONDS).text, aug_show_number(1.0 / o->tpot_seconds, 4).text);
        aug_text_labelled(out, "throughput",
                          aug_arena_print(out->arena, "%s tokens/s (%s per chip), prompt work included",
                                          aug_show_number(o->tokens_per_second, 4).text,
                                          aug_show_number(o->tokens_per_second / (double)o->plan.chips, 4).text));
    } else {
        aug_buffer_print(out, "\n  time per inference     %s (%s per second)\n",
                         aug_show(o->latency_seconds, AUG_DIMENSION_SECONDS).text,
                         aug_show_number(o->tokens_per_second, 4).text);
    }
    if (e->ideal)
        aug_buffer_print(out, "  by the data sheet      %s (%s per second; --ideal)\n", aug_show(e->ideal->latency_seconds, AUG_DIMENSION_SECONDS).text,
                         aug_show_number(e->ideal->tokens_per_second, 4).text);
    const char *unit = e->model->language >= 0 ? "token" : "inference";
    if (isnan(o->joules_per_token))
        aug_buffer_put(out, "  energy                 unknown: the machine states no energies\n");
    else
        aug_buffer_print(out, "  energy                 %s J/%s (%s per chip)\n", aug_show_number(o->joules_per_token, 3).text,
                         unit, aug_show(o->watts, AUG_DIMENSION_WATTS).text);
    aug_power_text(out, e);
    if (isnan(o->usd_per_mtok))
        aug_buffer_put(out, "  cost                   unknown: the machine states no price\n");
    else
        aug_text_labelled(out, "cost",
                          aug_arena_print(out->arena, "%s USD per million %ss (%s USD/h, %s)", aug_show_number(o->usd_per_mtok, 3).text,
                                          unit, aug_show_number(o->usd_per_hour, 3).text,
                                          o->price_basis == AUG_PRICE_RENT ? "rented" : "bought"));
    aug_cost_text(out, e);
    aug_budget_text(out, e);
}

// Whether what takes so long is there in time.
static void write_verdict(aug_buffer *out, const char *name, double period, double seconds) {
    double slack = period - seconds;
    aug_buffer_print(out, "  %-21s  %s every %s, %s %s\n", name, slack >= 0.0 ? "kept" : "MISSED", aug_show(period, AUG_DIMENSION_SECONDS).text,
                     aug_show(fabs(slack), AUG_DIMENSION_SECONDS).text, slack >= 0.0 ? "to spare" : "too late");
}

// An inference for each action, and an inference for each chunk of actions.
static void write_deadlines(aug_buffer *out, const aug_estimate *e) {
    double period = e->scenario->period_seconds, seconds = e->outcome.latency_seconds, actions = e->model->actions;
    if (actions > 0.0)
        aug_buffer_print(out, "  actions                %s per inference: %s per second\n", aug_show_number(actions, 6).text,
                         aug_show_number(actions / seconds, 4).text);
    if (isnan(period))
        return;
    write_verdict(out, "deadline", period, seconds);
    if (actions > 1.0)
        write_verdict(out, "deadline of a chunk", period * actions, seconds);
}

static void write_memory(aug_buffer *out, const aug_estimate *e) {
    const aug_residency *r = &e->outcome.residency;
    double needed = r->weights_bytes + r->cache_bytes + r->activations_bytes;
    aug_buffer_print(out, "  memory per chip        %s of %s: weights %s,\n", aug_show(needed * 8.0, AUG_DIMENSION_BITS).text,
                     aug_show(r->capacity_bytes * 8.0, AUG_DIMENSION_BITS).text,
                     aug_show(r->weights_bytes * 8.0, AUG_DIMENSION_BITS).text);
    aug_buffer_print(out, "                         kv and state %s, activations %s\n",
                     aug_show(r->cache_bytes * 8.0, AUG_DIMENSION_BITS).text,
                     aug_show(r->activations_bytes * 8.0, AUG_DIMENSION_BITS).text);
    if (r->sequence_bytes > 0.0 && isfinite(r->capacity_bytes))
        aug_buffer_print(out, "  largest batch          %.0f\n", r->largest_batch);
    write_deadlines(out, e);
}

// A row of the table of operators: neighbours of one name and phase are summed (layers of different kinds).
typedef struct summed_row {
    const char *phase, *name;
    double repeats, seconds, operations, bits, energy_pj;
    int bound;
} summed_row;

static int sum_operators(aug_arena *arena, const aug_estimate *e, summed_row **rows) {
    *rows = AUG_NEW_ARRAY(arena, summed_row, (size_t)e->operator_count);
    int count = 0;
    for (int i = 0; i < e->operator_count; i++) {
        const aug_estimate_operator *o = &e->operators[i];
        int at = 0;
        while (at < count && (strcmp((*rows)[at].name, o->cost.name) != 0 || (*rows)[at].phase != o->phase))
            at++;
        summed_row *row = &(*rows)[at];
        if (at == count) {
            count++;
            *row = (summed_row){.phase = o->phase, .name = o->cost.name, .bound = o->cost.bound};
        }
        row->repeats += o->cost.repeats * o->passes;
        row->seconds += o->cost.seconds * o->passes;
        row->operations += o->cost.operations * o->passes;
        row->bits += o->cost.bits * o->passes;
        row->energy_pj += o->cost.energy_pj * o->passes;
    }
    return count;
}

static void write_phase(aug_buffer *out, const aug_estimate *e, const aug_phase *phase, const summed_row *rows, int count) {
    double seconds = phase->cost.seconds * phase->repeats, ideal = aug_estimate_ideal_seconds(e, phase->name);
    aug_buffer_print(out, "\n%s: %s", phase->name, aug_show(seconds, AUG_DIMENSION_SECONDS).text);
    if (phase->repeats > 1.0)
        aug_buffer_print(out, " in %.0f passes", phase->repeats);
    if (!isnan(ideal))
        aug_buffer_print(out, " (by the data sheet %s)", aug_show(ideal, AUG_DIMENSION_SECONDS).text);
    aug_buffer_put(out, "\n");
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "lrrrrrl");
    const char *const heads[] = {"operator", "times", "time", "GFLOP", "MB", "mJ", "bound by"};
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    for (int i = 0; i < count; i++) {
        if (rows[i].phase != phase->name)
            continue;
        aug_text_table_add(&table, rows[i].name);
        aug_text_table_print_cell(&table, "%.0f", rows[i].repeats);
        aug_text_table_print_cell(&table, "%s", aug_show(rows[i].seconds, AUG_DIMENSION_SECONDS).text);
        aug_text_table_print_cell(&table, "%s", aug_show_number(rows[i].operations / 1e9, 3).text);
        aug_text_table_print_cell(&table, "%s", aug_show_number(rows[i].bits / 8e6, 3).text);
        double joules = aug_estimate_joules(e, rows[i].energy_pj, rows[i].seconds);
        aug_text_table_print_cell(&table, "%s", isnan(joules) ? "-" : aug_show_number(joules * 1e3, 3).text);
        aug_text_table_add(&table, aug_bound_name(&e->deployment.roofline, rows[i].bound));
    }
    aug_text_table_fit(&table, 78);
    aug_text_table_write(&table, out, 2);
}

static void write_sensitivities(aug_buffer *out, const aug_estimate *e) {
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "lrrr");
    aug_text_table_add(&table, "+10 % of");
    aug_text_table_add(&table, "first token");
    aug_text_table_add(&table, "per token");
    aug_text_table_add(&table, "USD/Mtok");
    for (int i = 0; i < e->sensitivity_count; i++) {
        const aug_sensitivity *s = &e->sensitivities[i];
        aug_text_table_add(&table, s->resource);
        const double values[] = {s->ttft, s->tpot, s->usd_per_mtok};
        for (size_t v = 0; v < AUG_COUNT(values); v++) {
            if (isnan(values[v]))
                aug_text_table_add(&table, "-");
            else
                aug_text_table_print_cell(&table, "%+.1f %%", values[v] == 0.0 ? 0.0 : values[v] * 100.0);
        }
    }
    aug_buffer_put(out, "\n");
    aug_text_table_fit(&table, 78);
    aug_text_table_write(&table, out, 2);
}

// "8x 2/1/4/1/2": workers, and tp, pp, ep, dp of each, and cp where groups share sequences.
static void add_plan_cell(aug_text_table *table, uint64_t workers, const aug_plan *p) {
    char many[24] = "";
    if (workers)
        snprintf(many, sizeof many, "%llux ", (unsigned long long)workers);
    char shared[24] = "";
    if (aug_plan_context(p) > 1)
        snprintf(shared, sizeof shared, "/%llu", (unsigned long long)p->cp);
    aug_text_table_print_cell(table, "%s%llu/%llu/%llu/%llu%s", many, (unsigned long long)p->tp, (unsigned long long)p->pp,
                              (unsigned long long)p->ep, (unsigned long long)p->dp, shared);
}

static void write_front(aug_buffer *out, const aug_estimate *e) {
    const aug_plan_front *front = &e->front;
    if (front->count == 0)
        return;
    bool apart = front->items[0].prefill_workers > 0, limited = false, shared = false;
    for (int i = 0; i < front->count; i++) {
        const aug_front_plan *f = &front->items[i];
        limited = limited || !f->meets_limits;
        shared = shared || aug_plan_context(&f->plan) > 1 || (apart && aug_plan_context(&f->prefill_plan) > 1);
    }
    aug_buffer_put(out, "\n");
    aug_text_wrap(out,
                  aug_arena_print(out->arena, "%d plan%s that no other one beats in all three, tp/pp/ep/dp%s%s:", front->count,
                                  front->count == 1 ? "" : "s", shared ? "[/cp]" : "", limited ? "; - misses a limit" : ""),
                  0, 80);
    aug_text_table table;
    aug_text_table_init(&table, out->arena, apart ? "llrrrrr" : "lrrrrr");
    aug_text_table_add(&table, apart ? "prompts" : "plan");
    if (apart)
        aug_text_table_add(&table, "tokens");
    const char *const heads[] = {"ttft", "tpot", "tokens/s", "J/token", "USD/Mtok"};
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    for (int i = 0; i < front->count; i++) {
        const aug_front_plan *f = &front->items[i];
        if (apart)
            add_plan_cell(&table, f->prefill_workers, &f->prefill_plan);
        add_plan_cell(&table, f->decode_workers, &f->plan);
        aug_text_table_print_cell(&table, "%s%s", f->meets_limits ? "" : "- ", aug_show(f->ttft_seconds, AUG_DIMENSION_SECONDS).text);
        aug_text_table_add(&table, aug_arena_print(out->arena, "%s", aug_show(f->tpot_seconds, AUG_DIMENSION_SECONDS).text));
        aug_text_table_print_cell(&table, "%s", aug_show_number(f->tokens_per_second, 4).text);
        aug_text_table_print_cell(&table, "%s", isnan(f->joules_per_token) ? "-" : aug_show_number(f->joules_per_token, 3).text);
        aug_text_table_print_cell(&table, "%s", isnan(f->usd_per_mtok) ? "-" : aug_show_number(f->usd_per_mtok, 3).text);
    }
    aug_text_table_fit(&table, 78);
    aug_text_table_write(&table, out, 2);
}

void aug_estimate_text(aug_buffer *out, const void *found) {
    const aug_estimate *e = found;
    if (e->fit == AUG_FIT_NO_PLAN) {
        aug_buffer_print(out, "%s on %s: no plan\n", e->model->name, e->machine->name);
    } else {
        write_head(out, e);
        if (e->scenario->turns)
            aug_agent_figures_text(out, e);
        else
            write_figures(out, e);
        write_memory(out, e);
        aug_buffer_put(out, "\n");
        aug_text_wrap(out, e->bottleneck, 0, 80);
    }
    for (int i = 0; i < e->note_count; i++) {
        aug_buffer_put(out, "note: ");
        aug_buffer notes;
        aug_buffer_init(&notes, out->arena);
        aug_text_wrap(&notes, e->notes[i], 6, 80);
        aug_buffer_put(out, aug_buffer_text(&notes) + 6);
    }
    if (e->fit == AUG_FIT_NO_PLAN)
        return;
    write_front(out, e);
    if (e->scenario->turns)
        aug_agent_text(out, e);
    summed_row *rows;
    int count = sum_operators(out->arena, e, &rows);
    for (int i = 0; i < e->outcome.phase_count; i++)
        write_phase(out, e, &e->outcome.phases[i], rows, count);
    write_sensitivities(out, e);
    if (e->silicon)
        aug_silicon_text(out, e->machine, e->dies);
}
