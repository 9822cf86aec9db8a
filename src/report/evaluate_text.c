// One screen for people: the sentence that matters, what is violated, the nest, then tables of words, time
// and energy.
#include "report/evaluate_report.h"

#include "base/quantity.h"
#include "report/text_table.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { WIDTH = 80 };

// A count, which is whole where it is exact: "12288", "12288.5".
static const char *whole(aug_arena *arena, double value) {
    if (isnan(value))
        return "unknown";
    return value == floor(value) ? aug_arena_print(arena, "%s", aug_show_whole(value).text)
                                 : aug_arena_print(arena, "%.1f", value);
}

static const char *percent(aug_arena *arena, double share) {
    return aug_arena_print(arena, "%s %%", aug_show_number(share * 100.0, 3).text);
}

static void write_head(aug_buffer *out, const aug_evaluation *e) {
    const aug_problem *p = e->problem;
    const aug_cost *cost = e->cost;
    aug_arena *arena = out->arena;
    bool fits = cost->violation_count == 0;
    double clock_hz = p->machine ? p->machine->clock_hz : (double)NAN;
    const char *time =
        clock_hz > 0.0
            ? aug_arena_print(arena, " (%s)", aug_show(cost->cycles / clock_hz, AUG_DIMENSION_SECONDS).text)
            : "";
    const char *subject = aug_arena_print(arena, "%s on %s", p->name,
                                          p->machine && p->machine->name ? p->machine->name : "the machine");
    if (!fits) {
        aug_buffer_print(out, "%s does not fit:\n", subject);
        for (int i = 0; i < cost->violation_count; i++)
            aug_text_wrap(out, aug_violation_text(arena, p, &cost->violations[i]), 2, WIDTH);
        aug_buffer_put(out, "\n");
        subject = "If it did fit";
    }
    aug_text_wrap(out,
                  aug_arena_print(arena, "%s: %s cycles%s, energy %s, bound by %s; %s of compute is used.",
                                  subject, whole(arena, cost->cycles), time,
                                  cost->has_energy ? aug_show(cost->energy_pj, AUG_DIMENSION_PICOJOULES).text
                                                   : "unknown",
                                  aug_evaluation_bound(arena, e), percent(arena, cost->utilization)),
                  0, WIDTH);
}

static void write_nest(aug_buffer *out, const aug_evaluation *e) {
    aug_buffer nest;
    aug_buffer_init(&nest, out->arena);
    aug_mapping_print_nest(&nest, e->problem, e->mapping);
    aug_buffer_print(out, "\n%s", aug_buffer_text(&nest));
}

// Words as they are, or with a prefix where a row would not fit.
static const char *words(aug_arena *arena, double value, bool exact) {
    return exact ? whole(arena, value) : aug_arena_print(arena, "%s", aug_show_count(value).text);
}

static const char *flow_words(aug_arena *arena, const aug_flow *flow, bool exact, bool sparse) {
    if (exact && !sparse)
        return aug_arena_print(arena, "%" PRIu64, flow->dense);
    return words(arena, sparse ? flow->actual : (double)flow->dense, exact);
}

static void begin_table(aug_text_table *table, aug_arena *arena, const char *alignment,
                        const char *const *heads) {
    aug_text_table_init(table, arena, alignment);
    for (int i = 0; i < table->columns; i++)
        aug_text_table_add(table, heads[i]);
}

static void end_table(aug_text_table *table, aug_buffer *out) {
    if (table->count == table->columns)
        return; // the heading alone
    aug_buffer_put(out, "\n");
    aug_text_table_fit(table, WIDTH - 2);
    aug_text_table_write(table, out, 2);
}

static void fill_words(aug_arena *arena, aug_text_table *table, const aug_evaluation *e, bool exact) {
    const aug_problem *p = e->problem;
    bool sparse = aug_evaluation_is_sparse(e);
    static const char *const heads[] = {"words in", "tile",    "instances", "reads",
                                        "fills",    "updates", "energy"};
    begin_table(table, arena, "lrrrrrr", heads);
    for (int m = 0; m < p->memory_count; m++) {
        for (int t = 0; t < p->tensor_count; t++) {
            const aug_holding *h = &e->cost->memories[m].tensors[t];
            if (!h->kept)
                continue;
            aug_text_table_add(table,
                               aug_arena_print(arena, "%s %s", p->memories[m].name, p->tensors[t].name));
            aug_text_table_add(table, words(arena, (double)h->tile_words, exact));
            aug_text_table_add(table, words(arena, (double)h->instances, exact));
            for (int f = 0; f < AUG_FLOW_COUNT; f++)
                aug_text_table_add(table, flow_words(arena, &h->flows[f], exact, sparse));
            aug_text_table_print_cell(table, "%s", aug_show(h->energy_pj, AUG_DIMENSION_PICOJOULES).text);
        }
    }
}

static void write_words(aug_buffer *out, const aug_evaluation *e) {
    aug_text_table table;
    fill_words(out->arena, &table, e, true);
    if (aug_text_table_width(&table) > WIDTH - 2)
        fill_words(out->arena, &table, e, false);
    end_table(&table, out);
}

// What becomes of words or operations: zeros that are not stored, and what is left of the others.
static void add_zeros(aug_text_table *table, const char *name, const char *what, double dense, double actual,
                      double gated, double skipped) {
    double unstored = fmax(dense - actual - gated - skipped, 0.0);
    const double values[] = {dense, unstored < 1e-9 * dense ? 0.0 : unstored, skipped, gated, actual};
    aug_text_table_add(table, name);
    aug_text_table_add(table, what);
    for (size_t i = 0; i < AUG_COUNT(values); i++)
        aug_text_table_add(table, words(table->arena, values[i], dense < 1e9));
}

static void write_zeros(aug_buffer *out, const aug_evaluation *e) {
    const aug_problem *p = e->problem;
    static const char *const heads[] = {"zeros in", "words", "dense", "not stored",
                                        "skipped",  "gated", "left"};
    aug_text_table table;
    begin_table(&table, out->arena, "llrrrrr", heads);
    for (int m = 0; m < p->memory_count; m++)
        for (int t = 0; t < p->tensor_count; t++)
            for (int f = 0; f < AUG_FLOW_COUNT; f++) {
                const aug_flow *flow = &e->cost->memories[m].tensors[t].flows[f];
                if ((double)flow->dense <= flow->actual)
                    continue;
                const char *name =
                    aug_arena_print(out->arena, "%s %s", p->memories[m].name, p->tensors[t].name);
                add_zeros(&table, name, aug_flow_names[f], (double)flow->dense, flow->actual, flow->gated,
                          flow->skipped);
            }
    const aug_compute_cost *c = &e->cost->compute;
    if (c->gated > 0.0 || c->skipped > 0.0)
        add_zeros(&table, p->computes[e->cost->compute_unit].name, "operations", (double)c->operations,
                  c->actual, c->gated, c->skipped);
    end_table(&table, out);
}

// Tiles that are compressed, and what says where their words belong.
static void write_stored(aug_buffer *out, const aug_evaluation *e) {
    const aug_problem *p = e->problem;
    static const char *const heads[] = {"stored in", "tile", "stored", "metadata bit", "bit moved", "energy"};
    aug_text_table table;
    begin_table(&table, out->arena, "lrrrrr", heads);
    for (int m = 0; m < p->memory_count; m++)
        for (int t = 0; t < p->tensor_count; t++) {
            const aug_holding *h = &e->cost->memories[m].tensors[t];
            if (!h->kept || (h->stored_words >= (double)h->tile_words && h->metadata_bits <= 0.0))
                continue;
            aug_text_table_print_cell(&table, "%s %s", p->memories[m].name, p->tensors[t].name);
            aug_text_table_print_cell(&table, "%" PRIu64, h->tile_words);
            aug_text_table_add(&table, whole(out->arena, h->stored_words));
            aug_text_table_add(&table, whole(out->arena, h->metadata_bits));
            aug_text_table_add(&table, whole(out->arena, h->metadata_reads_bits + h->metadata_writes_bits));
            aug_text_table_print_cell(&table, "%s",
                                      aug_show(h->metadata_energy_pj, AUG_DIMENSION_PICOJOULES).text);
        }
    end_table(&table, out);
}

static void add_time(aug_text_table *table, const aug_evaluation *e, const char *port, double width_bits,
                     double cycles) {
    aug_arena *arena = table->arena;
    aug_text_table_add(table, port);
    if (isnan(width_bits))
        aug_text_table_add(table, "");
    else if (isinf(width_bits))
        aug_text_table_add(table, "unlimited");
    else
        aug_text_table_print_cell(table, "%s", aug_show_number(width_bits, 4).text);
    aug_text_table_add(table, whole(arena, cycles));
    aug_text_table_add(table, e->cost->cycles > 0.0 ? percent(arena, cycles / e->cost->cycles) : "-");
}

static void add_cells(aug_text_table *table, const char *name, const char *holds, const char *size,
                      const char *full) {
    aug_text_table_add(table, name);
    aug_text_table_add(table, holds);
    aug_text_table_add(table, size);
    aug_text_table_add(table, full);
}

// A memory stands in front of its first port.
static void add_memory(aug_text_table *table, const aug_problem_memory *memory, double bits) {
    aug_arena *arena = table->arena;
    bool limited = isfinite(memory->capacity_bits);
    add_cells(table, memory->name, aug_arena_print(arena, "%s", aug_show_capacity(bits).text),
              limited ? aug_arena_print(arena, "%s", aug_show_capacity(memory->capacity_bits).text) : "",
              limited ? percent(arena, bits / memory->capacity_bits) : "");
}

// Where time goes: how full the busiest instances are, each of their ports, compute, overhead.
static void write_time(aug_buffer *out, const aug_evaluation *e) {
    const aug_problem *p = e->problem;
    const aug_cost *cost = e->cost;
    aug_text_table table;
    static const char *const heads[] = {"busiest", "holds",     "of",     "full",
                                        "port",    "bit/cycle", "cycles", "of all"};
    begin_table(&table, out->arena, "lrrrlrrr", heads);
    for (int m = 0; m < p->memory_count; m++) {
        const aug_memory_cost *memory = &cost->memories[m];
        for (int i = 0; memory->used && i < memory->port_count; i++) {
            const aug_port *port = &memory->ports[i];
            double width = port->kind == AUG_PORT_WRITE ? p->memories[m].write_bits_per_cycle
                                                        : p->memories[m].read_bits_per_cycle;
            if (i == 0)
                add_memory(&table, &p->memories[m], memory->expected_bits);
            else
                add_cells(&table, "", "", "", "");
            add_time(&table, e, aug_port_name(port->kind), width, port->cycles);
        }
    }
    add_cells(&table, p->computes[cost->compute_unit].name, "", "", "");
    add_time(&table, e, "", (double)NAN, cost->compute_cycles);
    if (cost->overhead_cycles > 0.0) {
        add_cells(&table, "overhead", "", "", "");
        add_time(&table, e, "", (double)NAN, cost->overhead_cycles);
    }
    end_table(&table, out);
}

static void add_part(aug_buffer *line, const char *name, double pj) {
    if (pj != 0.0)
        aug_buffer_print(line, "%s%s %s", line->length ? ", " : "", name,
                         aug_show(pj, AUG_DIMENSION_PICOJOULES).text);
}

// The parts that sum to the energy.
static const char *energy_parts(aug_arena *arena, const aug_evaluation *e) {
    const aug_problem *p = e->problem;
    aug_buffer line;
    aug_buffer_init(&line, arena);
    double leakage = 0.0, network = 0.0;
    for (int m = 0; m < p->memory_count; m++) {
        const aug_memory_cost *memory = &e->cost->memories[m];
        if (memory->used)
            add_part(&line, p->memories[m].name, memory->energy_pj - memory->leakage_pj);
        leakage += memory->leakage_pj;
    }
    for (int a = 0; a < p->array_count; a++)
        network += e->cost->networks[a].energy_pj;
    add_part(&line, p->computes[e->cost->compute_unit].name, e->cost->compute.energy_pj);
    add_part(&line, "network", network);
    add_part(&line, "leakage", leakage);
    return aug_buffer_text(&line);
}

static void write_total(aug_buffer *out, const char *name, const char *text) {
    enum { INDENT = 11 };
    aug_buffer wrapped;
    aug_buffer_init(&wrapped, out->arena);
    aug_text_wrap(&wrapped, text, INDENT, WIDTH);
    aug_buffer_print(out, "  %-7s  %s", name, aug_buffer_text(&wrapped) + INDENT);
}

static void write_totals(aug_buffer *out, const aug_evaluation *e) {
    const aug_cost *cost = e->cost;
    const aug_problem_compute *unit = &e->problem->computes[cost->compute_unit];
    aug_arena *arena = out->arena;
    aug_buffer_put(out, "\n");
    write_total(out, "compute",
                aug_arena_print(arena, "%" PRIu64 " operations on %" PRIu64 " of %" PRIu64 " instances of %s",
                                cost->compute.operations, cost->compute.instances, unit->instances,
                                unit->name));
    if (cost->has_energy) {
        const char *parts = energy_parts(arena, e);
        write_total(out, "energy",
                    aug_arena_print(arena, "%s%s%s", aug_show(cost->energy_pj, AUG_DIMENSION_PICOJOULES).text,
                                    *parts ? ": " : "", parts));
        write_total(out, "EDP",
                    aug_arena_print(arena, "%s pJ x cycles", aug_show_number(cost->edp_pj_cycles, 4).text));
    } else {
        write_total(out, "energy",
                    aug_arena_print(arena, "unknown: %s", aug_evaluation_unknown_energy(arena, e)));
    }
    write_total(out, "area",
                isnan(cost->area_um2)
                    ? "unknown: the machine does not state it of every level"
                    : aug_arena_print(arena, "%s mm2", aug_show_number(cost->area_um2 * 1e-6, 4).text));
    aug_buffer nest;
    aug_buffer_init(&nest, arena);
    aug_mapping_print(&nest, e->problem, e->mapping);
    write_total(out, "nest", aug_buffer_text(&nest));
}

// Lines of the explanation, the further rows of a long one behind a deeper margin.
static void write_explained(aug_buffer *out, const aug_evaluation *e) {
    enum { MARGIN = 4 };
    aug_buffer lines;
    aug_buffer_init(&lines, out->arena);
    aug_evaluate_explain(&lines, e);
    for (const char *line = aug_buffer_text(&lines); *line;) {
        size_t length = strcspn(line, "\n");
        aug_buffer wrapped;
        aug_buffer_init(&wrapped, out->arena);
        aug_text_wrap(&wrapped, aug_arena_copy(out->arena, line, length), MARGIN, WIDTH);
        aug_buffer_print(out, "  %s", aug_buffer_text(&wrapped) + MARGIN);
        line += length + (line[length] == '\n');
    }
}

void aug_evaluate_text(aug_buffer *out, const void *found) {
    const aug_evaluation *e = found;
    write_head(out, e);
    write_nest(out, e);
    write_words(out, e);
    if (aug_evaluation_is_sparse(e)) {
        write_zeros(out, e);
        write_stored(out, e);
    }
    write_time(out, e);
    write_totals(out, e);
    if (e->explain) {
        aug_buffer_put(out, "\n");
        write_explained(out, e);
    }
}
