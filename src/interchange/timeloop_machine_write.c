// The text of the machine. Words become bits by the width that each memory gives them; energies are those of
// one access of `vector` words, as in the table. Timeloop knows no clock: 1 GHz stands in, and no count
// depends on it.
#include "interchange/timeloop_text.h"

#include <math.h>

static void put_quantity(aug_buffer *out, double number, const char *unit) {
    aug_timeloop_put_number(out, number);
    aug_buffer_print(out, " %s", unit);
}

static double or_else(double value, double otherwise) {
    return isnan(value) ? otherwise : value;
}

static void put_size(aug_buffer *out, const aug_timeloop_level *level) {
    if (isinf(level->size_words))
        return;
    bool whole = level->buffering == floor(level->buffering);
    // One and a half copies of a tile leave room for tiles of size / 1.5.
    double words = whole ? level->size_words : floor(level->size_words / level->buffering);
    aug_buffer_put(out, "    size: ");
    put_quantity(out, words * level->word_bits, "bit");
    aug_buffer_put(out, "\n");
    if (whole && level->buffering > 1.0)
        aug_buffer_print(out, "    buffers: %.0f\n", level->buffering);
}

static void put_port(aug_buffer *out, const aug_timeloop_level *level, double words) {
    if (isinf(words))
        aug_buffer_put(out, "inf");
    else
        put_quantity(out, words * level->word_bits, "bit/cycle");
}

static void put_bandwidth(aug_buffer *out, const aug_timeloop_level *level) {
    if (isfinite(level->shared_words)) {
        aug_buffer_put(out, "    bandwidth: ");
        put_port(out, level, level->shared_words);
        aug_buffer_put(out, "\n");
    } else if (isfinite(level->read_words) || isfinite(level->write_words)) {
        aug_buffer_put(out, "    bandwidth: {read: ");
        put_port(out, level, level->read_words);
        aug_buffer_put(out, ", write: ");
        put_port(out, level, level->write_words);
        aug_buffer_put(out, "}\n");
    }
}

// "{read: 4 pJ, write: 5 pJ}" of what is stated, nothing where all is unknown.
static void put_energies(aug_buffer *out, const char *before, const double *energies_pj, const char *behind) {
    static const char *const names[] = {"read", "write", "update"};
    bool first = true;
    for (int i = 0; i < 3; i++) {
        if (isnan(energies_pj[i]))
            continue;
        aug_buffer_print(out, "%s%s: ", first ? before : ", ", names[i]);
        put_quantity(out, energies_pj[i], "pJ");
        first = false;
    }
    if (!first)
        aug_buffer_put(out, behind);
}

// ---- Zeros

static void put_option(aug_buffer *out, const aug_timeloop_problem *problem,
                       const aug_timeloop_option *option) {
    aug_buffer_print(out, "{tensor: %s, on: [", problem->spaces[option->target].name);
    aug_timeloop_put_spaces(out, problem, option->on, ", ");
    aug_buffer_put(out, "]}");
}

// skip: [{tensor: B, on: [A]}, [{...}, {...}]]: an inner list holds options of which one wins.
static void put_groups(aug_buffer *out, const aug_timeloop_problem *problem, const aug_timeloop_level *level,
                       bool skips) {
    bool first = true;
    for (int i = 0; i < level->group_count; i++) {
        const aug_timeloop_group *group = &level->groups[i];
        if (group->skips != skips)
            continue;
        aug_buffer_print(out, "%s%s", first ? skips ? "      skip: [" : "      gate: [" : ", ",
                         group->count > 1 ? "[" : "");
        for (int k = 0; k < group->count; k++) {
            aug_buffer_put(out, k ? ", " : "");
            put_option(out, problem, &group->options[k]);
        }
        aug_buffer_put(out, group->count > 1 ? "]" : "");
        first = false;
    }
    if (!first)
        aug_buffer_put(out, "]\n");
}

// A skipped read of metadata costs what a gated one does where the table does not state it.
static void put_metadata_energies(aug_buffer *out, const aug_timeloop_level *level) {
    static const char *const names[] = {"read", "write", "gated", "skipped"};
    const double *pj = level->energy_pj, gated = pj[AUG_TIMELOOP_METADATA_GATED];
    const double energies[] = {pj[AUG_TIMELOOP_METADATA_READ], pj[AUG_TIMELOOP_METADATA_WRITE], gated,
                               or_else(pj[AUG_TIMELOOP_METADATA_SKIPPED], gated)};
    bool first = true;
    for (int i = 0; i < 4; i++) {
        if (isnan(energies[i]))
            continue;
        aug_buffer_print(out, "%s%s: ", first ? "      metadata_energy: {" : ", ", names[i]);
        put_quantity(out, energies[i], "pJ");
        first = false;
    }
    aug_buffer_put(out, first ? "" : "}\n");
}

static void put_formats(aug_buffer *out, const aug_timeloop_problem *problem,
                        const aug_timeloop_level *level) {
    bool first = true;
    for (int i = 0; i < problem->space_count; i++) {
        if (!level->formats[i])
            continue;
        aug_buffer_print(out, "%s%s: %s", first ? "      formats: {" : ", ", problem->spaces[i].name,
                         level->formats[i]);
        first = false;
    }
    if (first)
        return;
    aug_buffer_put(out, "}\n");
    if (!isnan(level->metadata_bits))
        aug_buffer_print(out, "      metadata_bits: %.0f\n", level->metadata_bits);
    if (level->metadata_block > 1.0)
        aug_buffer_print(out, "      metadata_vector: %.0f\n", level->metadata_block);
    put_metadata_energies(out, level);
}

static bool gates(const aug_timeloop_machine *machine) {
    for (int i = 0; i < machine->level_count; i++)
        for (int k = 0; k < machine->levels[i].group_count; k++)
            if (!machine->levels[i].groups[k].skips)
                return true;
    return false;
}

// Accesses that are gated at one level are gated in all levels inside, so each says what its gated accesses
// cost.
static void put_gated(aug_buffer *out, const aug_timeloop_machine *machine, const aug_timeloop_level *level) {
    double energies[3];
    for (int i = 0; i < 3; i++)
        energies[i] = level->energy_pj[AUG_TIMELOOP_GATED_READ + i];
    energies[2] = or_else(energies[2], energies[1]);
    if (gates(machine))
        put_energies(out, "      gated: {", energies, "}\n");
}

static void put_sparse(aug_buffer *out, const aug_timeloop_design *design, const aug_timeloop_level *level) {
    if (!design->machine.saves_zeros)
        return;
    aug_buffer inside;
    aug_buffer_init(&inside, out->arena);
    put_formats(&inside, &design->problem, level);
    put_groups(&inside, &design->problem, level, true);
    put_groups(&inside, &design->problem, level, false);
    put_gated(&inside, &design->machine, level);
    if (inside.length > 0)
        aug_buffer_print(out, "    sparse:\n%s", aug_buffer_text(&inside));
}

// ---- Levels

static void put_area(aug_buffer *out, const aug_timeloop_level *level) {
    if (isnan(level->area_um2))
        return;
    aug_buffer_put(out, "    area: ");
    put_quantity(out, level->area_um2, "um2");
    aug_buffer_put(out, "\n");
}

static void put_memory(aug_buffer *out, const aug_timeloop_design *design, const aug_timeloop_level *level) {
    aug_buffer_print(out, "  - memory: %s\n    bits: %.0f\n", level->name, level->word_bits);
    put_size(out, level);
    put_bandwidth(out, level);
    put_energies(out, "    energy: {", level->energy_pj, "}\n");
    if (level->block > 1.0)
        aug_buffer_print(out, "    vector: %.0f\n", level->block);
    if (level->energy_pj[AUG_TIMELOOP_LEAK] > 0.0) {
        aug_buffer_put(out, "    leakage: ");
        put_quantity(out, level->energy_pj[AUG_TIMELOOP_LEAK], "pJ/cycle");
        aug_buffer_put(out, "\n");
        if (level->gated_at >= 0)
            aug_buffer_print(out, "    gated_at: %s\n", design->machine.levels[level->gated_at].name);
    }
    put_area(out, level);
    put_sparse(out, design, level);
}

// Data spaces that may share a read or be added up between instances, where a directive of the mapping
// forbids some.
static void put_sharing(aug_buffer *out, const aug_timeloop_problem *problem, unsigned alone) {
    unsigned all = (1u << problem->space_count) - 1;
    if (!alone)
        return;
    if (alone == all) {
        aug_buffer_put(out, "    multicast: false\n");
    } else {
        for (int axis = 0; axis < 2; axis++) {
            aug_buffer_put(out, axis ? "], y: [" : "    multicast: {x: [");
            aug_timeloop_put_spaces(out, problem, all & ~alone, ", ");
        }
        aug_buffer_put(out, "]}\n");
    }
    if (alone & 1u << problem->output)
        aug_buffer_put(out, "    reduce: false\n");
}

static void put_array(aug_buffer *out, const aug_timeloop_design *design, const aug_timeloop_level *outer,
                      const aug_timeloop_nest *nest) {
    aug_buffer_print(out, "  - array: %s\n    fanout: {x: %.0f, y: %.0f}\n", outer->array, outer->fanout_x,
                     outer->fanout_y);
    put_sharing(out, &design->problem, nest->alone);
    if (outer->hop_pj > 0.0 || outer->router_pj > 0.0) {
        aug_buffer_put(out, "    network: {hop: ");
        put_quantity(out, outer->hop_pj, "pJ, router: ");
        put_quantity(out, outer->router_pj, "pJ}\n");
    }
    if (outer->fill_cycles > 0.0 || outer->drain_cycles > 0.0)
        aug_buffer_print(out, "    latency: {fill: %.0f cycle, drain: %.0f cycle, per: run}\n",
                         outer->fill_cycles, outer->drain_cycles);
}

// Where the table has no energy of a gated or skipped operation, the next dearer one holds, as in Timeloop.
static void put_compute(aug_buffer *out, const aug_timeloop_machine *machine,
                        const aug_timeloop_level *level) {
    static const char *const zeros[] = {NULL, "gate", "skip"};
    double energy = level->energy_pj[AUG_TIMELOOP_COMPUTE],
           gated = or_else(level->energy_pj[AUG_TIMELOOP_COMPUTE_GATED], energy);
    double skipped = or_else(level->energy_pj[AUG_TIMELOOP_COMPUTE_SKIPPED], gated);
    aug_buffer_print(out, "  - compute: %s\n    rate: 1/cycle\n", level->name);
    if (!isnan(energy)) {
        aug_buffer_put(out, "    energy: ");
        put_quantity(out, energy, "pJ\n");
    }
    if (machine->saves_zeros && !isnan(gated)) {
        aug_buffer_put(out, "    gated: ");
        put_quantity(out, gated, "pJ\n");
    }
    if (machine->saves_zeros && !isnan(skipped)) {
        aug_buffer_put(out, "    skipped: ");
        put_quantity(out, skipped, "pJ\n");
    }
    put_area(out, level);
    if (zeros[level->zeros])
        aug_buffer_print(out, "    zeros: %s\n", zeros[level->zeros]);
}

const char *aug_timeloop_machine_write(const aug_timeloop_design *design) {
    const aug_timeloop_machine *machine = &design->machine;
    aug_buffer out;
    aug_buffer_init(&out, design->reader->arena);
    aug_buffer_put(
        &out, "# Imported from Timeloop; it knows no clock, so 1 GHz stands in.\nauger: machine/1\nname: ");
    aug_timeloop_put_name(&out, machine->name);
    aug_buffer_put(&out, "\nclock: 1 GHz\ndrain: free\n");
    aug_buffer_put(&out, machine->saves_zeros ? "expectations: whole\nlevels:\n" : "levels:\n");
    for (int i = 0; i < machine->level_count; i++) {
        const aug_timeloop_level *level = &machine->levels[i];
        if (level->computes)
            put_compute(&out, machine, level);
        else
            put_memory(&out, design, level);
        if (level->array)
            put_array(&out, design, level, &design->mapping.nests[i]);
    }
    return aug_buffer_text(&out);
}
