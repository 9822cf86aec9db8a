// Keys are those of CONTRACTS: seconds, joules, bytes, dollars; null where a figure is unknown.
#include "report/estimate_report.h"

#include "report/agent_report.h"
#include "report/power_report.h"
#include "report/silicon_report.h"
#include "text/csv_writer.h"

#include <math.h>

static void write_degrees(aug_json *json, const aug_plan *p) {
    aug_json_count(json, "tp", p->tp);
    aug_json_count(json, "pp", p->pp);
    aug_json_count(json, "ep", p->ep);
    aug_json_count(json, "dp", p->dp);
    if (aug_plan_context(p) > 1)
        aug_json_count(json, "cp", p->cp);
    if (p->moe_tp)
        aug_json_count(json, "moe_tp", p->moe_tp);
}

static void write_workers(aug_json *json, const char *key, uint64_t workers, const aug_plan *each) {
    aug_json_open_row(json, key, '{');
    aug_json_count(json, "workers", workers);
    aug_json_count(json, "chips", each->chips);
    write_degrees(json, each);
    aug_json_close(json, '}');
}

void aug_estimate_json_plan(aug_json *json, const aug_outcome *o) {
    aug_json_open_row(json, "plan", '{');
    aug_json_count(json, "chips", o->plan.chips);
    write_degrees(json, &o->plan);
    if (o->prefill_workers) {
        write_workers(json, "prefill", o->prefill_workers, &o->prefill_plan);
        write_workers(json, "decode", o->decode_workers, &o->decode_plan);
        aug_json_number(json, "transfer_s", o->transfer_seconds);
    }
    if (o->plan.chunk)
        aug_json_count(json, "chunk", o->plan.chunk);
    if (o->plan.speculate) {
        aug_json_count(json, "speculate", o->plan.speculate);
        aug_json_number(json, "acceptance", o->plan.acceptance);
        aug_json_text(json, "draft", o->plan.draft ? o->plan.draft->name : "next-token module");
        aug_json_number(json, "tokens_per_step", o->tokens_per_step);
    }
    aug_json_text(json, "weights", aug_format_name(o->precision.of[AUG_STORAGE_MLP]));
    aug_json_text(json, "experts", aug_format_name(o->precision.of[AUG_STORAGE_EXPERT]));
    aug_json_text(json, "activations", aug_format_name(o->precision.of[AUG_STORAGE_ACTIVATION]));
    aug_json_text(json, "kv", aug_format_name(o->precision.of[AUG_STORAGE_CACHE]));
    aug_json_close(json, '}');
}

static void write_memory(aug_json *json, const aug_residency *r) {
    aug_json_open(json, "memory", '{');
    aug_json_number(json, "weights_bytes", r->weights_bytes);
    aug_json_number(json, "kv_bytes", r->cache_bytes);
    aug_json_number(json, "activations_bytes", r->activations_bytes);
    aug_json_number(json, "capacity_bytes", r->capacity_bytes);
    aug_json_close(json, '}');
}

double aug_estimate_joules(const aug_estimate *e, double pj, double seconds) {
    if (!e->machine->has_energy)
        return (double)NAN;
    double watts = e->machine->power_static_watts;
    return pj * 1e-12 + (isnan(watts) ? 0.0 : watts * seconds);
}

double aug_estimate_ideal_seconds(const aug_estimate *e, const char *phase) {
    if (!e->ideal || e->ideal->phase_count != e->outcome.phase_count) // other passes find their weights on the chip there
        return (double)NAN;
    for (int i = 0; i < e->ideal->phase_count; i++)
        if (e->ideal->phases[i].name == phase)
            return e->ideal->phases[i].cost.seconds * e->ideal->phases[i].repeats;
    return (double)NAN;
}

// What the data sheet alone gives, phase by phase.
static void write_ideal(aug_json *json, const aug_outcome *ideal) {
    aug_json_open(json, "ideal", '{');
    aug_json_number(json, "latency_s", ideal->latency_seconds);
    aug_json_open(json, "phases", '[');
    for (int i = 0; i < ideal->phase_count; i++) {
        const aug_phase *p = &ideal->phases[i];
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "name", p->name);
        aug_json_number(json, "seconds", p->cost.seconds * p->repeats);
        aug_json_number(json, "flops", p->cost.operations * p->repeats);
        aug_json_number(json, "bytes", p->cost.bits * p->repeats / 8.0);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
    aug_json_close(json, '}');
}

// Peaks of one unit for the formats that this deployment computes in.
static void write_peaks(aug_json *json, const aug_estimate *e, aug_unit unit, const char *name) {
    bool seen[AUG_FORMAT_COUNT] = {false};
    for (int s = 0; s < AUG_STORAGE_COUNT; s++) {
        aug_number_format used = AUG_FORMAT_NONE;
        double peak = aug_machine_peak(e->machine, unit, e->outcome.precision.of[s], &used);
        if (!(peak > 0.0) || used == AUG_FORMAT_NONE || seen[used])
            continue;
        seen[used] = true;
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "unit", name);
        aug_json_text(json, "format", aug_format_name(used));
        aug_json_number(json, "flops_per_s", peak);
        aug_json_close(json, '}');
    }
}

// The most that one chip can do: operations of its units, and bytes that its memories deliver.
static void write_roofs(aug_json *json, const aug_estimate *e) {
    const aug_roofline *roofline = &e->deployment.roofline;
    aug_json_open(json, "roofs", '{');
    aug_json_open(json, "compute", '[');
    write_peaks(json, e, AUG_UNIT_MATRIX, "matrix");
    write_peaks(json, e, AUG_UNIT_VECTOR, "vector");
    aug_json_close(json, ']');
    aug_json_open(json, "memories", '[');
    for (int m = 0; m < roofline->memory_count; m++) {
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "name", roofline->memories[m].name);
        aug_json_number(json, "bytes_per_s", roofline->memories[m].read_bits_per_second / 8.0);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
    aug_json_close(json, '}');
}

static int largest_bound(const aug_phase_cost *cost) {
    int most = 0;
    for (int b = 1; b < AUG_BOUNDS; b++)
        if (cost->bound_seconds[b] > cost->bound_seconds[most])
            most = b;
    return most;
}

static void write_phases(aug_json *json, const aug_estimate *e) {
    aug_json_open(json, "phases", '[');
    for (int i = 0; i < e->outcome.phase_count; i++) {
        const aug_phase *p = &e->outcome.phases[i];
        double seconds = p->cost.seconds * p->repeats;
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "name", p->name);
        aug_json_number(json, "seconds", seconds);
        aug_json_number(json, "energy_j", aug_estimate_joules(e, p->cost.energy_pj * p->repeats, seconds));
        aug_json_number(json, "flops", p->cost.operations * p->repeats);
        aug_json_number(json, "bytes", p->cost.bits * p->repeats / 8.0);
        aug_json_text(json, "bound_by", aug_bound_name(&e->deployment.roofline, largest_bound(&p->cost)));
        aug_json_number(json, "passes", p->repeats);
        aug_json_number(json, "sequences", p->input.pass.sequences);
        aug_json_number(json, "new_tokens", p->input.pass.new_tokens);
        aug_json_number(json, "past_tokens", p->input.pass.past_tokens);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static const aug_phase *phase_of(const aug_estimate *e, const char *name) {
    for (int i = 0; i < e->outcome.phase_count; i++)
        if (e->outcome.phases[i].name == name)
            return &e->outcome.phases[i];
    return &e->outcome.phases[0];
}

static void write_einsum(aug_json *json, const aug_operator *op, const aug_phase_input *input) {
    if (!op)
        return;
    aug_buffer text;
    aug_buffer_init(&text, json->out->arena);
    aug_einsum_print(&text, &op->einsum);
    aug_json_text(json, "einsum", aug_buffer_text(&text));
    double sizes[AUG_EINSUM_RANKS];
    aug_split split = aug_plan_split(input->plan);
    aug_operator_sizes(op, &input->pass, &split, sizes);
    aug_json_open_row(json, "ranks", '{');
    for (int r = 0; r < op->einsum.rank_count; r++)
        aug_json_number(json, op->einsum.ranks[r], sizes[r]);
    aug_json_close(json, '}');
}

// How far the mapping that an operator is counted by is proven, or why its roofline is what counts.
static void write_mapping(aug_json *json, const aug_operator_cost *cost) {
    aug_json_number(json, "gap", cost->gap); // NaN is null
    if (cost->why)
        aug_json_text(json, "roofline_because", cost->why);
}

static void write_operators(aug_json *json, const aug_estimate *e) {
    aug_json_open(json, "operators", '[');
    for (int i = 0; i < e->operator_count; i++) {
        const aug_estimate_operator *o = &e->operators[i];
        double seconds = o->cost.seconds * o->passes;
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "phase", o->phase);
        aug_json_text(json, "name", o->cost.name);
        aug_json_number(json, "repeats", o->cost.repeats * o->passes);
        aug_json_number(json, "seconds", seconds);
        aug_json_number(json, "flops", o->cost.operations * o->passes);
        aug_json_number(json, "bytes", o->cost.bits * o->passes / 8.0);
        aug_json_text(json, "bound_by", aug_bound_name(&e->deployment.roofline, o->cost.bound));
        aug_json_number(json, "energy_j", aug_estimate_joules(e, o->cost.energy_pj * o->passes, seconds));
        aug_json_number(json, "low_seconds", o->low_seconds);
        aug_json_number(json, "high_seconds", o->high_seconds);
        aug_json_text(json, "basis", aug_basis_names[o->cost.basis]);
        if (e->deployment.mapped && o->cost.op)
            write_mapping(json, &o->cost);
        write_einsum(json, o->cost.op, &phase_of(e, o->phase)->input);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static void write_sensitivities(aug_json *json, const aug_estimate *e) {
    aug_json_open(json, "sensitivities", '[');
    for (int i = 0; i < e->sensitivity_count; i++) {
        const aug_sensitivity *s = &e->sensitivities[i];
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "resource", s->resource);
        aug_json_number(json, "ttft", s->ttft);
        aug_json_number(json, "tpot", s->tpot);
        aug_json_number(json, "usd_per_mtok", s->usd_per_mtok);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static void write_deadline(aug_json *json, const aug_estimate *e) {
    double period = e->scenario->period_seconds;
    if (isnan(period)) {
        aug_json_null(json, "deadline");
        return;
    }
    aug_json_open_row(json, "deadline", '{');
    aug_json_number(json, "period_s", period);
    aug_json_bool(json, "met", e->outcome.latency_seconds <= period);
    aug_json_number(json, "slack_s", period - e->outcome.latency_seconds);
    if (e->model->actions > 0.0) { // the robot takes them one by one: an inference is due once for all of them
        double chunk = period * e->model->actions;
        aug_json_number(json, "chunk_period_s", chunk);
        aug_json_bool(json, "chunk_met", e->outcome.latency_seconds <= chunk);
        aug_json_number(json, "chunk_slack_s", chunk - e->outcome.latency_seconds);
    }
    aug_json_close(json, '}');
}

static void write_figures(aug_json *json, const aug_outcome *o) {
    aug_json_number(json, "ttft_s", o->ttft_seconds);
    aug_json_number(json, "tpot_s", o->tpot_seconds);
    aug_json_number(json, "latency_s", o->latency_seconds);
    aug_json_number(json, "tokens_per_s", o->tokens_per_second);
    aug_json_number(json, "tokens_per_s_per_user", 1.0 / o->tpot_seconds);
    aug_json_number(json, "tokens_per_s_per_chip", o->tokens_per_second / (double)o->plan.chips);
    aug_json_number(json, "joules_per_token", o->joules_per_token);
    aug_json_number(json, "usd_per_mtok", o->usd_per_mtok);
    aug_json_number(json, "usd_per_hour", o->usd_per_hour);
    aug_json_number(json, "watts_per_chip", o->watts);
    aug_json_number(json, "meter_watts", o->meter_watts);
    aug_json_number(json, "tokens_per_s_per_mw", o->tokens_per_second / (o->meter_watts / 1e6));
}

static void write_front(aug_json *json, const aug_plan_front *front) {
    aug_json_open(json, "front", '[');
    for (int i = 0; i < front->count; i++) {
        const aug_front_plan *f = &front->items[i];
        aug_json_open_row(json, NULL, '{');
        aug_json_open(json, "plan", '{');
        write_degrees(json, &f->plan);
        if (f->prefill_workers) {
            write_workers(json, "prefill", f->prefill_workers, &f->prefill_plan);
            aug_json_count(json, "decode_workers", f->decode_workers);
        }
        aug_json_close(json, '}');
        aug_json_number(json, "ttft_s", f->ttft_seconds);
        aug_json_number(json, "tpot_s", f->tpot_seconds);
        aug_json_number(json, "tokens_per_s", f->tokens_per_second);
        aug_json_number(json, "joules_per_token", f->joules_per_token);
        aug_json_number(json, "usd_per_mtok", f->usd_per_mtok);
        aug_json_bool(json, "meets_limits", f->meets_limits);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

// What is asked; in place of a batch, requests that arrive per second where those are said.
static void write_scenario(aug_json *json, const aug_scenario *scenario) {
    aug_json_open_row(json, "scenario", '{');
    aug_json_count(json, "in", scenario->in_tokens);
    aug_json_count(json, "out", scenario->out_tokens);
    if (isnan(scenario->rate_hz))
        aug_json_count(json, "batch", scenario->batch);
    else
        aug_json_number(json, "requests_per_s", scenario->rate_hz);
    aug_json_close(json, '}');
}

void aug_estimate_json(aug_json *json, const void *found) {
    const aug_estimate *e = found;
    const aug_outcome *o = &e->outcome;
    bool planned = e->fit != AUG_FIT_NO_PLAN;
    aug_json_text(json, "model", e->model->name);
    aug_json_text(json, "machine", e->machine->name);
    aug_json_bool(json, "fits", e->fit == AUG_FIT_OK || e->fit == AUG_FIT_LIMITS);
    write_scenario(json, e->scenario);
    if (planned) {
        aug_estimate_json_plan(json, o);
        write_figures(json, o);
        aug_json_text(json, "bottleneck", e->bottleneck);
        if (!isnan(e->scenario->rate_hz)) {
            aug_json_number(json, "in_flight", o->in_flight);
            aug_json_number(json, "largest_rate", o->largest_rate);
        }
        aug_json_number(json, "largest_batch", o->residency.largest_batch);
        write_memory(json, &o->residency);
        aug_power_json(json, e);
    }
    aug_json_open_row(json, "parameters", '{');
    aug_json_number(json, "total", e->parameters.total);
    aug_json_number(json, "active", e->parameters.active);
    aug_json_number(json, "image", e->parameters.image);
    aug_json_close(json, '}');
    aug_json_number(json, "kv_bytes_per_token", e->cache_bytes_per_token);
    aug_json_number(json, "state_bytes_per_sequence", e->state_bytes_per_sequence);
    if (e->chips_needed)
        aug_json_count(json, "chips_needed", e->chips_needed);
    aug_json_count(json, "plans", e->plans);
    if (e->front.count)
        write_front(json, &e->front);
    if (planned) {
        write_phases(json, e);
        write_operators(json, e);
        write_roofs(json, e);
        write_sensitivities(json, e);
    }
    write_deadline(json, e);
    if (e->ideal)
        write_ideal(json, e->ideal);
    if (planned && e->model->actions > 0.0) {
        aug_json_number(json, "actions_per_inference", e->model->actions);
        aug_json_number(json, "actions_per_s", e->model->actions / o->latency_seconds);
    }
    if (planned && e->scenario->turns)
        aug_agent_json(json, e);
    if (e->silicon)
        aug_silicon_json(json, e->machine, e->dies);
    aug_json_open(json, "notes", '[');
    for (int i = 0; i < e->note_count; i++)
        aug_json_text(json, NULL, e->notes[i]);
    aug_json_close(json, ']');
}

void aug_estimate_csv(aug_buffer *out, const void *found) {
    const aug_estimate *e = found;
    aug_csv csv = {.out = out};
    aug_buffer_put(out, "phase,name,repeats,seconds,flops,bytes,bound_by,energy_j,low_seconds,high_seconds,basis\n");
    for (int i = 0; i < e->operator_count; i++) {
        const aug_estimate_operator *o = &e->operators[i];
        double seconds = o->cost.seconds * o->passes;
        aug_csv_text(&csv, o->phase);
        aug_csv_text(&csv, o->cost.name);
        aug_csv_number(&csv, o->cost.repeats * o->passes);
        aug_csv_number(&csv, seconds);
        aug_csv_number(&csv, o->cost.operations * o->passes);
        aug_csv_number(&csv, o->cost.bits * o->passes / 8.0);
        aug_csv_text(&csv, aug_bound_name(&e->deployment.roofline, o->cost.bound));
        aug_csv_number(&csv, aug_estimate_joules(e, o->cost.energy_pj * o->passes, seconds));
        aug_csv_number(&csv, o->low_seconds);
        aug_csv_number(&csv, o->high_seconds);
        aug_csv_text(&csv, aug_basis_names[o->cost.basis]);
        aug_csv_end(&csv);
    }
}
