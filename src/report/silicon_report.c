// One table of blocks, one of dies, then power and price beside what the machine's file states. 80 columns.
#include "report/silicon_report.h"

#include "report/text_table.h"

#include <math.h>
#include <string.h>

// "6.8 % below" the stated figure.
static const char *beside(aug_arena *arena, double predicted, double stated) {
    double off = 100.0 * (predicted / stated - 1.0);
    if (fabs(off) < 0.05)
        return "as stated";
    return aug_arena_print(arena, "%s %% %s", aug_show_number(fabs(off), 2).text,
                           off < 0.0 ? "below" : "above");
}

static void write_head(aug_buffer *out, const aug_machine *m, const aug_dies *dies, const aug_silicon *s) {
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    aug_buffer_print(
        &line, "silicon of %s, %s: %s", m->name,
        dies->sketched ? aug_arena_print(out->arena, "from its levels in %s", dies->dies[0].technology->name)
                       : aug_arena_print(out->arena, "from the blocks of %s", dies->name),
        aug_show(s->area_mm2, AUG_DIMENSION_MM2).text);
    if (isfinite(s->high_mm2))
        aug_buffer_print(&line, " (%.0f to %.0f)", s->low_mm2, s->high_mm2);
    if (m->area_mm2 > 0.0 && !m->area_modelled)
        aug_buffer_print(&line, ", %s the %s stated", beside(out->arena, s->area_mm2, m->area_mm2),
                         aug_show(m->area_mm2, AUG_DIMENSION_MM2).text);
    aug_buffer_put(out, "\n");
    aug_text_wrap(out, aug_buffer_text(&line), 0, 80);
}

static void add_row(aug_text_table *table, const char *name, double mm2, double share, double watts,
                    double static_watts) {
    aug_text_table_add(table, name);
    aug_text_table_print_cell(table, "%s", aug_show_number(mm2, 3).text);
    aug_text_table_print_cell(table, "%.1f %%", 100.0 * share);
    aug_text_table_print_cell(table, "%s", watts > 0.0 ? aug_show_number(watts, 3).text : "-");
    aug_text_table_print_cell(table, "%s", aug_show_number(static_watts, 3).text);
}

static void write_blocks(aug_buffer *out, const aug_silicon *s) {
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "lrrrr");
    const char *const heads[] = {"block", "mm2", "share", "peak W", "static W"};
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    for (int b = 0; b < AUG_BLOCK_COUNT; b++) {
        const aug_silicon_block *block = &s->blocks[b];
        if (block->area_mm2 > 0.0 || block->watts > 0.0)
            add_row(&table, aug_block_names[b], block->area_mm2, block->area_mm2 / s->area_mm2, block->watts,
                    block->static_watts);
    }
    add_row(&table, "together", s->area_mm2, 1.0, s->peak_power_watts - s->static_watts, s->static_watts);
    aug_text_table_write(&table, out, 2);
}

static void write_dies(aug_buffer *out, const aug_dies *dies, const aug_silicon *s) {
    aug_text_table table;
    aug_text_table_init(&table, out->arena, "lrlrrrrr");
    const char *const heads[] = {"die", "of it", "node", "mm2", "per wafer", "spare cores", "yield", "USD"};
    for (size_t i = 0; i < AUG_COUNT(heads); i++)
        aug_text_table_add(&table, heads[i]);
    for (int i = 0; i < s->die_count; i++) {
        const aug_die *die = &dies->dies[i];
        double pieces = dies->sketched ? s->piece_count : 1.0;
        aug_text_table_add(&table, die->name);
        aug_text_table_print_cell(&table, "%g", die->count * pieces);
        aug_text_table_add(&table, die->technology->name);
        aug_text_table_print_cell(&table, "%s", aug_show_number(s->dies[i].area_mm2 / pieces, 4).text);
        aug_text_table_print_cell(&table, "%.0f", s->dies[i].gross);
        aug_text_table_print_cell(
            &table, "%s",
            die->core.count > die->core.used
                ? aug_arena_print(out->arena, "%g of %g", die->core.count - die->core.used, die->core.count)
                : "-");
        aug_text_table_print_cell(&table, "%.3f", s->dies[i].yield);
        aug_text_table_print_cell(&table, "%s", aug_show_number(s->dies[i].usd / pieces, 3).text);
    }
    aug_buffer_put(out, "\n");
    aug_text_table_fit(&table, 78);
    aug_text_table_write(&table, out, 2);
}

// What the limit that a machine states leaves of its clock.
static void write_limit(aug_buffer *line, const aug_machine *m, const aug_dies *dies, const aug_silicon *s) {
    if (!(m->power_limit_watts > 0.0) || m->power_modelled || !(s->peak_power_watts > 0.0))
        return;
    aug_buffer_print(line, "; %s the limit of %s",
                     beside(line->arena, s->peak_power_watts, m->power_limit_watts),
                     aug_show(m->power_limit_watts, AUG_DIMENSION_WATTS).text);
    double clock = aug_silicon_clock_within(dies, m, m->power_limit_watts);
    if (clock > 0.0 && clock < s->clock_hz && !dies->sketched)
        aug_buffer_print(line, ", which %s would keep", aug_show(clock, AUG_DIMENSION_HERTZ).text);
}

static void write_power(aug_buffer *out, const aug_machine *m, const aug_dies *dies, const aug_silicon *s) {
    const aug_technology *t = dies->dies[0].technology;
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    if (isnan(s->peak_power_watts))
        aug_buffer_put(&line, "unknown: energies are missing");
    else
        aug_buffer_print(&line, "%s (%.0f to %.0f W) with everything busy, %s of it static",
                         aug_show(s->peak_power_watts, AUG_DIMENSION_WATTS).text,
                         aug_silicon_power_band.low * s->peak_power_watts,
                         aug_silicon_power_band.high * s->peak_power_watts,
                         aug_show(s->static_watts, AUG_DIMENSION_WATTS).text);
    if (s->clock_hz > 0.0)
        aug_buffer_print(&line, "; %s", aug_show(s->clock_hz, AUG_DIMENSION_HERTZ).text);
    if (s->clock_hz > 0.0 && t->voltage.nominal_volts > 0.0 && t->voltage.clock_hz > 0.0)
        aug_buffer_print(&line, " at %.2f V", s->voltage * t->voltage.nominal_volts);
    write_limit(&line, m, dies, s);
    aug_buffer_put(out, "\n");
    aug_text_labelled(out, "power", aug_buffer_text(&line));
}

static void write_cost(aug_buffer *out, const aug_machine *m, const aug_technology *t, const aug_silicon *s) {
    aug_buffer line;
    aug_buffer_init(&line, out->arena);
    aug_buffer_print(
        &line, "%.0f USD (%.0f to %.0f): dies %.0f, memory %.0f, package and test %.0f, lost in bonding %.0f",
        s->cost_usd, aug_silicon_cost_band.low * s->cost_usd, aug_silicon_cost_band.high * s->cost_usd,
        s->die_usd, s->memory_usd, s->package_usd, s->bonding_usd);
    aug_text_labelled(out, "cost to make", aug_buffer_text(&line));
    aug_buffer_init(&line, out->arena);
    aug_buffer_print(&line, "%.0f USD at %s times that and %.0f USD of masks and design (%s chips)",
                     s->price_usd, aug_show_number(t->markup, 3).text, s->nre_usd,
                     aug_show_number(m->volume > 0.0 ? m->volume : t->nre.volume, 6).text);
    if (m->price_usd > 0.0 && !m->price_modelled)
        aug_buffer_print(&line, "; stated are %.0f USD, %s times the cost to make", m->price_usd,
                         aug_show_number(m->price_usd / s->cost_usd, 2).text);
    aug_text_labelled(out, "price", aug_buffer_text(&line));
}

// Keys whose source holds "memory(L": of the letter.
static const char *keys_from_memory(aug_arena *arena, const aug_node *sources, const char *letter) {
    aug_buffer keys;
    aug_buffer_init(&keys, arena);
    const char *mark = aug_arena_print(arena, "memory(%s", letter);
    bool any = false;
    for (const aug_node *row = sources ? sources->first : NULL; row; row = row->next) {
        if (row->kind != AUG_NODE_SCALAR || !strstr(row->text, mark))
            continue;
        aug_buffer_print(&keys, "%s%s", any ? ", " : "", row->key);
        any = true;
    }
    return any ? aug_buffer_text(&keys) : NULL;
}

static void write_memory(aug_buffer *out, const char *name, const aug_node *sources) {
    static const char *const letters[] = {"L", "M", "H"};
    for (size_t i = 0; i < AUG_COUNT(letters); i++) {
        const char *keys = keys_from_memory(out->arena, sources, letters[i]);
        if (keys)
            aug_text_labelled(out, aug_arena_print(out->arena, "memory(%s)", letters[i]),
                              aug_arena_print(out->arena, "%s: %s", name, keys));
    }
}

void aug_silicon_text(aug_buffer *out, const aug_machine *machine, const aug_dies *dies) {
    if (!dies) {
        aug_buffer_put(out, "\n");
        aug_text_wrap(
            out,
            aug_arena_print(out->arena,
                            "silicon of %s: unknown; its file names no inventory ('dies: NAME', a file of "
                            "data/dies) and it is not described level by level in a technology",
                            machine->name),
            0, 80);
        return;
    }
    const aug_silicon s = aug_silicon_of(dies, machine);
    const aug_technology *t = dies->dies[0].technology;
    write_head(out, machine, dies, &s);
    write_blocks(out, &s);
    write_dies(out, dies, &s);
    write_power(out, machine, dies, &s);
    write_cost(out, machine, t, &s);
    for (int i = 0; i < dies->count; i++)
        if (i == 0 || dies->dies[i].technology != t)
            write_memory(out, dies->dies[i].technology->name, dies->dies[i].technology->sources);
    write_memory(out, dies->name, dies->sources);
}

static void json_blocks(aug_json *json, const aug_silicon *s) {
    aug_json_open(json, "blocks", '[');
    for (int b = 0; b < AUG_BLOCK_COUNT; b++) {
        const aug_silicon_block *block = &s->blocks[b];
        if (!(block->area_mm2 > 0.0 || block->watts > 0.0))
            continue;
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "name", aug_block_keys[b]);
        aug_json_number(json, "area_mm2", block->area_mm2);
        aug_json_number(json, "share", block->area_mm2 / s->area_mm2);
        aug_json_number(json, "peak_w", block->watts);
        aug_json_number(json, "static_w", block->static_watts);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static void json_dies(aug_json *json, const aug_dies *dies, const aug_silicon *s) {
    double pieces = dies->sketched ? s->piece_count : 1.0;
    aug_json_open(json, "dies", '[');
    for (int i = 0; i < s->die_count; i++) {
        const aug_die *die = &dies->dies[i];
        aug_json_open_row(json, NULL, '{');
        aug_json_text(json, "name", die->name);
        aug_json_number(json, "count", die->count * pieces);
        aug_json_text(json, "technology", die->technology->name);
        aug_json_number(json, "area_mm2", s->dies[i].area_mm2 / pieces);
        aug_json_number(json, "published_mm2", die->area_mm2);
        aug_json_number(json, "gross_per_wafer", s->dies[i].gross);
        aug_json_number(json, "cores", die->core.count);
        aug_json_number(json, "cores_used", die->core.used);
        aug_json_number(json, "yield", s->dies[i].yield);
        aug_json_number(json, "usd", s->dies[i].usd / pieces);
        aug_json_close(json, '}');
    }
    aug_json_close(json, ']');
}

static void json_memory(aug_json *json, const aug_dies *dies) {
    static const char *const letters[] = {"L", "M", "H"};
    aug_json_open(json, "from_memory", '[');
    for (int i = -1; i < dies->count; i++) {
        const aug_node *sources = i < 0 ? dies->sources : dies->dies[i].technology->sources;
        bool seen = false;
        for (int other = 0; other < i; other++)
            seen = seen || dies->dies[other].technology == dies->dies[i].technology;
        for (size_t l = 0; !seen && l < AUG_COUNT(letters); l++) {
            const char *keys = keys_from_memory(json->out->arena, sources, letters[l]);
            if (!keys)
                continue;
            aug_json_open_row(json, NULL, '{');
            aug_json_text(json, "file", i < 0 ? dies->name : dies->dies[i].technology->name);
            aug_json_text(json, "confidence", letters[l]);
            aug_json_text(json, "keys", keys);
            aug_json_close(json, '}');
        }
    }
    aug_json_close(json, ']');
}

void aug_silicon_json(aug_json *json, const aug_machine *machine, const aug_dies *dies) {
    if (!dies) {
        aug_json_null(json, "silicon");
        return;
    }
    const aug_silicon s = aug_silicon_of(dies, machine);
    const aug_technology *t = dies->dies[0].technology;
    aug_json_open(json, "silicon", '{');
    aug_json_text(json, "inventory", dies->name);
    aug_json_bool(json, "sketched", dies->sketched);
    aug_json_number(json, "area_mm2", s.area_mm2);
    aug_json_number(json, "low_mm2", s.low_mm2);
    aug_json_number(json, "high_mm2", s.high_mm2);
    aug_json_number(json, "stated_mm2", machine->area_modelled ? (double)NAN : machine->area_mm2);
    json_blocks(json, &s);
    json_dies(json, dies, &s);
    aug_json_number(json, "clock_hz", s.clock_hz);
    aug_json_number(json, "volts", s.voltage * t->voltage.nominal_volts);
    aug_json_number(json, "peak_power_w", s.peak_power_watts);
    aug_json_number(json, "low_power_w", aug_silicon_power_band.low * s.peak_power_watts);
    aug_json_number(json, "high_power_w", aug_silicon_power_band.high * s.peak_power_watts);
    aug_json_number(json, "static_power_w", s.static_watts);
    aug_json_number(json, "clock_within_limit_hz",
                    machine->power_modelled
                        ? (double)NAN
                        : aug_silicon_clock_within(dies, machine, machine->power_limit_watts));
    aug_json_number(json, "stated_power_w",
                    machine->power_modelled ? (double)NAN : machine->power_limit_watts);
    aug_json_open_row(json, "cost", '{');
    aug_json_number(json, "dies_usd", s.die_usd);
    aug_json_number(json, "memory_usd", s.memory_usd);
    aug_json_number(json, "package_usd", s.package_usd);
    aug_json_number(json, "bonding_usd", s.bonding_usd);
    aug_json_number(json, "cost_usd", s.cost_usd);
    aug_json_number(json, "low_usd", aug_silicon_cost_band.low * s.cost_usd);
    aug_json_number(json, "high_usd", aug_silicon_cost_band.high * s.cost_usd);
    aug_json_number(json, "nre_usd", s.nre_usd);
    aug_json_number(json, "price_usd", s.price_usd);
    aug_json_number(json, "stated_price_usd", machine->price_modelled ? (double)NAN : machine->price_usd);
    aug_json_close(json, '}');
    json_memory(json, dies);
    aug_json_close(json, '}');
}
