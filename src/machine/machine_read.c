// Reading "auger: machine/1".
#include "machine/machine.h"

#include "text/fields.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const char *const action_names[] = {"read", "write", "update", NULL};
static const char *const cells_names[] = {"sram", "hbm", "gddr", "lpddr", "ddr", NULL};
static const char *const unit_names[] = {"matrix", "vector", NULL};
static const char *const topology_names[] = {"switch", "mesh", "ring", "torus", NULL};
static const char *const model_names[] = {"mapped", "kernel", NULL};
const char *const aug_basis_names[] = {"datasheet", "family", "fitted", NULL};

typedef struct memory_row {
    const char *name;
    aug_memory memory;
    const aug_node *bandwidth;
} memory_row;

static const aug_field memory_rows[] = {
    {.key = "memory", .kind = AUG_FIELD_TEXT, .offset = offsetof(memory_row, name), .required = true, .help = "the level's name"},
    AUG_ROW_QUANTITY(memory_row, memory.size_bits, "size", AUG_DIMENSION_BITS, AUG_POSITIVE_OR_INFINITE, "inf", "capacity per instance; unlimited where missing"),
    AUG_ROW_NODE(memory_row, bandwidth, "bandwidth", NULL, AUG_LAYOUT_ONE, "per instance, '400 GB/s' or '64 bit/cycle': one port for both, or {read: ..., write: ...}; unlimited where missing"),
    AUG_ROW_SPLIT(memory_row, memory.energy_pj_per_bit, "energy", action_names, AUG_DIMENSION_PJ_PER_BIT, AUG_NOT_NEGATIVE, "per bit, '7 pJ/bit' or {read: ..., write: ..., update: ...}; update is write where missing"),
    AUG_ROW_WORD(memory_row, memory.cells, "cells", cells_names, "sram", "what it is made of, for area and price"),
    AUG_ROW_NODE(memory_row, memory.keep, "keep", NULL, AUG_LAYOUT_MAP, "{must: [...], may: [...], never: [...]}: tensors or roles it keeps"),
    AUG_ROW_COUNT(memory_row, memory.buffers, "buffers", "1", "copies of each tile (2: double buffering)"),
};

const aug_fields aug_memory_fields = {
    .name = "machine level: memory",
    .about = "A memory; size, bandwidth and energy are per instance.",
    .rows = memory_rows,
    .count = AUG_COUNT(memory_rows),
};

typedef struct array_row {
    const char *name;
    const aug_node *fanout;
    bool multicast;
    double hop_cycles;
} array_row;

static const aug_field array_rows[] = {
    {.key = "array", .kind = AUG_FIELD_TEXT, .offset = offsetof(array_row, name), .required = true, .help = "the level's name"},
    {.key = "fanout", .kind = AUG_FIELD_NODE, .offset = offsetof(array_row, fanout), .required = true, .layout = AUG_LAYOUT_MAP, .help = "axis: count, as {x: 128, y: 128}"},
    AUG_ROW_BOOL(array_row, multicast, "multicast", "true", "children that need the same words share one read"),
    AUG_ROW_QUANTITY(array_row, hop_cycles, "hop", AUG_DIMENSION_CYCLES, AUG_NOT_NEGATIVE, "0", "latency from one instance to its neighbour: an operator waits for one sweep in and one out"),
};

const aug_fields aug_array_fields = {
    .name = "machine level: array",
    .about = "Everything below it stands once per point of the array.",
    .rows = array_rows,
    .count = AUG_COUNT(array_rows),
};

typedef struct compute_row {
    const char *name;
    aug_compute compute;
} compute_row;

static const aug_field compute_rows[] = {
    {.key = "compute", .kind = AUG_FIELD_TEXT, .offset = offsetof(compute_row, name), .required = true, .help = "the level's name"},
    AUG_ROW_WORD(compute_row, compute.unit, "unit", unit_names, "matrix", "matrix: multiply-accumulates; vector: all other operations"),
    AUG_ROW_KEYED(compute_row, compute.rate_per_cycle, "rate", aug_format_names, AUG_DIMENSION_PER_CYCLE, AUG_POSITIVE, "multiply-accumulates (vector: operations) per instance and format, {int8: 1/cycle}"),
    AUG_ROW_KEYED(compute_row, compute.peak_ops_per_second, "peak", aug_format_names, AUG_DIMENSION_OPS_PER_SECOND, AUG_POSITIVE, "dense operations of the whole chip, in place of rate, {bf16: 989 TFLOP/s}"),
    AUG_ROW_KEYED(compute_row, compute.energy_pj, "energy", aug_format_names, AUG_DIMENSION_PICOJOULES, AUG_NOT_NEGATIVE, "per multiply-accumulate (vector: operation), {int8: 0.084 pJ}"),
};

const aug_fields aug_compute_fields = {
    .name = "machine level: compute",
    .about = "Units that compute, by number format. A format that is missing is computed in the next wider one.",
    .rows = compute_rows,
    .count = AUG_COUNT(compute_rows),
};

static const aug_field link_rows[] = {
    {.key = "bandwidth", .kind = AUG_FIELD_QUANTITY, .offset = offsetof(aug_link, bandwidth_bits_per_second), .dimension = AUG_DIMENSION_BITS_PER_SECOND, .alternative = AUG_DIMENSION_BITS_PER_SECOND, .bounds = AUG_POSITIVE_OR_INFINITE, .required = true, .help = "of one chip, one way"},
    AUG_ROW_QUANTITY(aug_link, latency_seconds, "latency", AUG_DIMENSION_SECONDS, AUG_NOT_NEGATIVE, "0", "per hop, software included"),
    AUG_ROW_WORD(aug_link, topology, "topology", topology_names, "switch", "switch: every chip reaches every other in one hop; mesh: fully meshed; ring, torus: neighbours only"),
    AUG_ROW_QUANTITY(aug_link, chips, "chips", AUG_DIMENSION_NUMBER, AUG_POSITIVE_OR_INFINITE, "inf", "chips that it joins"),
    AUG_ROW_QUANTITY(aug_link, energy_pj_per_bit, "energy", AUG_DIMENSION_PJ_PER_BIT, AUG_NOT_NEGATIVE, "0", "per bit sent"),
};

const aug_fields aug_link_fields = {
    .name = "machine: link",
    .about = "Links between chips, those of the smallest group first.",
    .rows = link_rows,
    .count = AUG_COUNT(link_rows),
};

static const aug_field kernel_rows[] = {
    AUG_ROW_QUANTITY(aug_kernel, launch_seconds, "launch", AUG_DIMENSION_SECONDS, AUG_NOT_NEGATIVE, "0", "added to every kernel"),
    AUG_ROW_SPLIT(aug_kernel, achievable_compute, "compute", aug_format_names, AUG_DIMENSION_NUMBER, AUG_SHARE, "share of the peak that kernels reach, for all formats or {bf16: 0.8, ...}; 1 where missing"),
    AUG_ROW_QUANTITY(aug_kernel, achievable_memory, "memory", AUG_DIMENSION_NUMBER, AUG_SHARE, "1", "share of the memory bandwidth that kernels reach"),
    AUG_ROW_QUANTITY(aug_kernel, achievable_link, "link", AUG_DIMENSION_NUMBER, AUG_SHARE, "1", "share of the link bandwidth that collectives reach"),
    AUG_ROW_QUANTITY(aug_kernel, low_ratio, "low", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "0.8", "10 % of measured times are below this multiple of the prediction"),
    AUG_ROW_QUANTITY(aug_kernel, high_ratio, "high", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "3", "10 % of measured times are above this multiple of the prediction"),
    AUG_ROW_WORD(aug_kernel, basis, "basis", aug_basis_names, "datasheet", "where these constants come from: assumptions beside the data sheet, measurements of the family, of this machine"),
};

const aug_fields aug_kernel_fields = {
    .name = "machine: kernel",
    .about = "How real kernels fall short of the data sheet.",
    .rows = kernel_rows,
    .count = AUG_COUNT(kernel_rows),
};

typedef struct power_row {
    double limit_watts, static_watts;
} power_row;

static const aug_field power_rows[] = {
    AUG_ROW_QUANTITY(power_row, limit_watts, "limit", AUG_DIMENSION_WATTS, AUG_POSITIVE, NULL, "most power of one chip"),
    AUG_ROW_QUANTITY(power_row, static_watts, "static", AUG_DIMENSION_WATTS, AUG_NOT_NEGATIVE, NULL, "power that flows whatever it does; counts into energy"),
};

const aug_fields aug_power_fields = {
    .name = "machine: power",
    .about = "Power of one chip.",
    .rows = power_rows,
    .count = AUG_COUNT(power_rows),
};

static const aug_fields *const level_tables[] = {&aug_memory_fields, &aug_array_fields, &aug_compute_fields, NULL};

typedef struct machine_row {
    const char *kind;
    aug_machine machine;
    const aug_node *levels, *links;
    power_row power;
} machine_row;

// The members of `levels` have one of three tables, by their first key; the reference shows all three.
static const aug_field machine_rows[] = {
    AUG_ROW_TEXT(machine_row, kind, "auger", "machine/1"),
    AUG_ROW_TEXT(machine_row, machine.name, "name", "what the machine is called"),
    AUG_ROW_TEXT(machine_row, machine.maker, "maker", "who makes it"),
    AUG_ROW_QUANTITY(machine_row, machine.year, "year", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL, "when it came out"),
    AUG_ROW_WORD(machine_row, machine.model, "model", model_names, "mapped", "mapped: described level by level; kernel: described by its data sheet and kernel constants"),
    AUG_ROW_TEXT(machine_row, machine.technology, "technology", "process node, a file of data/technologies (7nm)"),
    AUG_ROW_QUANTITY(machine_row, machine.clock_hz, "clock", AUG_DIMENSION_HERTZ, AUG_POSITIVE, NULL, "needed where rates are per cycle"),
    {.key = "levels", .kind = AUG_FIELD_NODE, .offset = offsetof(machine_row, levels), .required = true, .variants = level_tables, .layout = AUG_LAYOUT_LIST, .help = "memories, arrays and compute units, outermost first"},
    AUG_ROW_NODE(machine_row, links, "links", &aug_link_fields, AUG_LAYOUT_MAP, "links between chips by name, smallest group first"),
    AUG_ROW_GROUP(machine_row, machine.kernel, "kernel", &aug_kernel_fields, "how kernels fall short of the data sheet"),
    AUG_ROW_TEXT(machine_row, machine.family, "family", "architecture whose constants hold for kernels that were not measured on it, a file of data/families; without one, times are those of a roofline"),
    AUG_ROW_NODE(machine_row, machine.kernels, "kernels", NULL, AUG_LAYOUT_MAP, "constants of kernel models that were fitted to measurements of this machine, by kind: written by 'auger calibrate'"),
    AUG_ROW_GROUP(machine_row, power, "power", &aug_power_fields, "power of one chip"),
    AUG_ROW_QUANTITY(machine_row, machine.price_usd, "price", AUG_DIMENSION_USD, AUG_POSITIVE, NULL, "of one chip with its board and memory"),
    AUG_ROW_QUANTITY(machine_row, machine.rent_usd_per_hour, "rent", AUG_DIMENSION_USD_PER_HOUR, AUG_POSITIVE, NULL, "of one chip in a cloud"),
    AUG_ROW_QUANTITY(machine_row, machine.area_mm2, "area", AUG_DIMENSION_MM2, AUG_POSITIVE, NULL, "of its silicon"),
    AUG_ROW_NODE(machine_row, machine.sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: path of a key to source"),
};

const aug_fields aug_machine_fields = {
    .name = "machine",
    .about = "One chip, or one wafer, and the links to others of its kind.",
    .rows = machine_rows,
    .count = AUG_COUNT(machine_rows),
};

// One bandwidth, per second or per cycle.
static bool read_port(const aug_reader *reader, const aug_node *node, const aug_machine *machine, double *value) {
    bool per_cycle;
    if (!aug_scalar_either(reader, node, AUG_DIMENSION_BITS_PER_SECOND, AUG_DIMENSION_BITS_PER_CYCLE,
                           AUG_POSITIVE_OR_INFINITE, value, &per_cycle))
        return false;
    if (per_cycle && isnan(machine->clock_hz)) {
        aug_error *error = aug_node_error(reader->errors, node, "a bandwidth per cycle needs the machine's clock");
        aug_error_hint(error, "add 'clock: 1 GHz' to the machine");
        return false;
    }
    if (per_cycle)
        *value *= machine->clock_hz;
    return true;
}

static bool read_bandwidth(const aug_reader *reader, const aug_node *node, const aug_machine *machine, aug_memory *memory) {
    memory->read_bits_per_second = memory->write_bits_per_second = (double)INFINITY;
    memory->shared_port = true;
    if (!node)
        return true;
    if (node->kind == AUG_NODE_SCALAR) {
        bool good = read_port(reader, node, machine, &memory->read_bits_per_second);
        memory->write_bits_per_second = memory->read_bits_per_second;
        return good;
    }
    memory->shared_port = false;
    bool good = true;
    for (const aug_node *member = node->first; member; member = member->next) {
        if (member->key && strcmp(member->key, "read") == 0) {
            good &= read_port(reader, member, machine, &memory->read_bits_per_second);
        } else if (member->key && strcmp(member->key, "write") == 0) {
            good &= read_port(reader, member, machine, &memory->write_bits_per_second);
        } else {
            aug_node_key_error(reader->errors, member, "expected 'read' or 'write' in 'bandwidth'");
            good = false;
        }
    }
    return good;
}

static bool read_memory(const aug_reader *reader, const aug_node *node, const aug_machine *machine, aug_level *level) {
    memory_row row;
    if (!aug_fields_read(reader, node, &aug_memory_fields, &row) ||
        !read_bandwidth(reader, row.bandwidth, machine, &row.memory))
        return false;
    double *energy = row.memory.energy_pj_per_bit;
    if (isnan(energy[AUG_ACTION_UPDATE]))
        energy[AUG_ACTION_UPDATE] = energy[AUG_ACTION_WRITE];
    if (row.memory.buffers == 0) {
        aug_node_error(reader->errors, aug_node_peek(node, "buffers"), "expected 1 or more buffers");
        return false;
    }
    level->name = row.name;
    level->memory = row.memory;
    return true;
}

static bool read_array(const aug_reader *reader, const aug_node *node, aug_level *level) {
    array_row row;
    if (!aug_fields_read(reader, node, &aug_array_fields, &row))
        return false;
    if (row.fanout->kind != AUG_NODE_MAP || row.fanout->count == 0 || row.fanout->count > AUG_AXES) {
        aug_node_error(reader->errors, row.fanout, "expected 1 to %d axes such as {x: 128, y: 128}", AUG_AXES);
        return false;
    }
    bool good = true;
    level->name = row.name;
    level->array = (aug_array){.multicast = row.multicast, .hop_cycles = row.hop_cycles};
    for (const aug_node *axis = row.fanout->first; axis; axis = axis->next) {
        uint64_t count;
        bool read = aug_scalar_count(reader, axis, &count);
        if (read && (count == 0 || count > 100000000)) {
            aug_node_error(reader->errors, axis, "expected a fanout from 1 to 10^8, found '%.40s'", axis->text);
            read = false;
        }
        good &= read;
        level->array.axes[level->array.axis_count] = axis->key;
        level->array.fanout[level->array.axis_count++] = read ? (double)count : 1.0;
    }
    return good;
}

static bool read_compute(const aug_reader *reader, const aug_node *node, const aug_machine *machine, aug_level *level) {
    compute_row row;
    if (!aug_fields_read(reader, node, &aug_compute_fields, &row))
        return false;
    level->name = row.name;
    level->compute = row.compute;
    bool any = false, per_cycle = false;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        any = any || row.compute.rate_per_cycle[f] > 0.0 || row.compute.peak_ops_per_second[f] > 0.0;
        per_cycle = per_cycle || row.compute.rate_per_cycle[f] > 0.0;
    }
    if (!any) {
        aug_node_key_error(reader->errors, node, "compute '%.40s' has neither a rate nor a peak", row.name);
        return false;
    }
    if (per_cycle && isnan(machine->clock_hz)) {
        aug_error *error = aug_node_error(reader->errors, aug_node_peek(node, "rate"), "a rate per cycle needs the machine's clock");
        aug_error_hint(error, "add 'clock: 1 GHz' to the machine");
        return false;
    }
    return true;
}

static bool read_level(const aug_reader *reader, const aug_node *node, aug_machine *machine) {
    aug_level *level = &machine->levels[machine->level_count];
    *level = (aug_level){0};
    bool good;
    if (aug_node_peek(node, "memory")) {
        level->kind = AUG_LEVEL_MEMORY;
        good = read_memory(reader, node, machine, level);
    } else if (aug_node_peek(node, "array")) {
        level->kind = AUG_LEVEL_ARRAY;
        good = read_array(reader, node, level);
    } else if (aug_node_peek(node, "compute")) {
        level->kind = AUG_LEVEL_COMPUTE;
        good = read_compute(reader, node, machine, level);
    } else {
        aug_error *error = aug_node_error(reader->errors, node, "a level is a memory, an array or a compute");
        aug_error_hint(error, "begin it with 'memory: name', 'array: name' or 'compute: name'");
        return false;
    }
    machine->level_count += good;
    return good;
}

static bool read_levels(const aug_reader *reader, const aug_node *node, aug_machine *machine) {
    if (node->kind != AUG_NODE_LIST || node->count == 0) {
        aug_node_error(reader->errors, node, "expected a list of levels, found %s",
                       node->kind == AUG_NODE_LIST ? "an empty one" : aug_node_noun(reader->arena, node));
        return false;
    }
    bool good = true;
    for (const aug_node *item = node->first; item; item = item->next) {
        if (machine->level_count == AUG_LEVELS) {
            aug_node_error(reader->errors, item, "more than %d levels", AUG_LEVELS);
            return false;
        }
        good &= read_level(reader, item, machine);
    }
    return good;
}

static bool read_links(const aug_reader *reader, const aug_node *node, aug_machine *machine) {
    if (!node)
        return true;
    if (node->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, node, "expected a map of links, found %s", aug_node_noun(reader->arena, node));
        return false;
    }
    bool good = true;
    for (const aug_node *item = node->first; item; item = item->next) {
        if (machine->link_count == AUG_LINKS) {
            aug_node_error(reader->errors, item, "more than %d links", AUG_LINKS);
            return false;
        }
        aug_link *link = &machine->links[machine->link_count++];
        link->name = item->key;
        bool read = aug_fields_read(reader, item, &aug_link_fields, link);
        if (read && link->chips < 2.0) {
            aug_node_error(reader->errors, aug_node_peek(item, "chips"), "a link joins 2 or more chips");
            read = false;
        }
        good &= read;
    }
    return good;
}

// Shares of the peak that are not stated: that of a format which is computed as this one (fp16 as bf16), else 1.
static void fill_shares(double *share) {
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        for (int other = 0; other < AUG_FORMAT_COUNT && isnan(share[f]); other++)
            if (aug_format_computed((aug_number_format)other) == (aug_number_format)f)
                share[f] = share[other];
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        if (isnan(share[f]))
            share[f] = 1.0;
}

bool aug_machine_read(const aug_reader *reader, const aug_node *root, const char *name, aug_machine *machine) {
    machine_row row;
    memset(&row, 0, sizeof row);
    bool good = aug_fields_read(reader, root, &aug_machine_fields, &row); // what stands in levels is read even so
    *machine = row.machine;
    if (!machine->name)
        machine->name = name;
    machine->technology_node = aug_node_peek(root, "technology");
    machine->power_limit_watts = row.power.limit_watts;
    machine->power_static_watts = row.power.static_watts;
    fill_shares(machine->kernel.achievable_compute);
    if (!good && isnan(machine->clock_hz) && aug_node_peek(root, "clock"))
        machine->clock_hz = 1e9; // a clock that cannot be read is said once, not at every rate per cycle
    good &= !row.levels || read_levels(reader, row.levels, machine);
    good &= read_links(reader, row.links, machine);
    if (!good || !aug_machine_check(reader, root, machine))
        return false;
    aug_machine_finish(machine);
    return true;
}

aug_machine *aug_machine_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    const aug_reader reader = {arena, errors};
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "machines", "machine", name, &file);
    aug_machine *machine = root ? AUG_NEW(arena, aug_machine) : NULL;
    return root && aug_machine_read(&reader, root, file.name, machine) ? machine : NULL;
}
