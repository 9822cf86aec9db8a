// Reading "auger: machine/1".
#include "machine/level_read.h"
#include "machine/sparse_design.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const char *const topology_names[] = {"switch", "mesh", "ring", "torus", "row", NULL};
static const char *const model_names[] = {"mapped", "kernel", NULL};
static const char *const drain_names[] = {"read", "free", NULL};
const char *const aug_basis_names[] = {"datasheet", "family", "fitted", NULL};

static const aug_field link_rows[] = {
    {.key = "bandwidth", .kind = AUG_FIELD_QUANTITY, .offset = offsetof(aug_link, bandwidth_bits_per_second), .dimension = AUG_DIMENSION_BITS_PER_SECOND, .alternative = AUG_DIMENSION_BITS_PER_SECOND, .bounds = AUG_POSITIVE_OR_INFINITE, .required = true, .help = "of one chip, one way"},
    AUG_ROW_QUANTITY(aug_link, latency_seconds, "latency", AUG_DIMENSION_SECONDS, AUG_NOT_NEGATIVE, "0", "per hop, software included"),
    AUG_ROW_QUANTITY(aug_link, sync_seconds, "sync", AUG_DIMENSION_SECONDS, AUG_NOT_NEGATIVE, "0", "before each exchange, until its chips stand at the same step"),
    AUG_ROW_QUANTITY(aug_link, reach, "reach", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "of a row: groups ahead and behind that each one is joined with"),
    AUG_ROW_WORD(aug_link, topology, "topology", topology_names, "switch", "switch: every chip reaches every other in one hop; mesh: fully meshed; ring, torus: neighbours only; row: each group with the next ones on both sides, as many as reach says"),
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
    AUG_ROW_BOOL(aug_kernel, fuses, "fuses", "false", "element-wise operators run inside the product before them: it writes their result instead of its own; machines with kernel models fuse as those say"),
    AUG_ROW_WORD(aug_kernel, basis, "basis", aug_basis_names, "datasheet", "where these constants come from: assumptions beside the data sheet, measurements of the family, of this machine"),
};

const aug_fields aug_kernel_fields = {
    .name = "machine: kernel",
    .about = "How real kernels fall short of the data sheet.",
    .rows = kernel_rows,
    .count = AUG_COUNT(kernel_rows),
};

typedef struct power_row {
    double limit_watts, static_watts, threshold, least_voltage, saturation;
} power_row;

static const aug_field power_rows[] = {
    AUG_ROW_QUANTITY(power_row, limit_watts, "limit", AUG_DIMENSION_WATTS, AUG_POSITIVE, NULL, "most power of one chip"),
    AUG_ROW_QUANTITY(power_row, static_watts, "static", AUG_DIMENSION_WATTS, AUG_NOT_NEGATIVE, NULL, "power that flows whatever it does; counts into energy"),
    AUG_ROW_QUANTITY(power_row, threshold, "threshold", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0.33", "threshold voltage of its transistors over the voltage at full clock"),
    AUG_ROW_QUANTITY(power_row, least_voltage, "least_voltage", AUG_DIMENSION_NUMBER, AUG_SHARE, "0.73", "lowest voltage over that at full clock"),
    AUG_ROW_QUANTITY(power_row, saturation, "saturation", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1.3", "exponent of clock over voltage above the threshold"),
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
    int drain;
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
    AUG_ROW_TEXT(machine_row, machine.dies, "dies", "what stands on its dies, a file of data/dies (ga100)"),
    AUG_ROW_QUANTITY(machine_row, machine.cores, "cores", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL, "of its dies that it uses; as that file says where missing"),
    AUG_ROW_QUANTITY(machine_row, machine.volume, "volume", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL, "chips that are made, over which masks and design are spread; the technology's where missing"),
    AUG_ROW_WORD(machine_row, drain, "drain", drain_names, "read", "whether a partial result that leaves a memory for the one outside is read there: read, or free"),
    AUG_ROW_WORD(machine_row, machine.expectation, "expectations", aug_expectation_names, "exact", "how counts that depend on random zeros are kept: exact, or whole (what is saved is rounded down to whole words, as Timeloop counts)"),
    AUG_ROW_NODE(machine_row, machine.sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: path of a key to source"),
};

const aug_fields aug_machine_fields = {
    .name = "machine",
    .about = "One chip, or one wafer, and the links to others of its kind.",
    .rows = machine_rows,
    .count = AUG_COUNT(machine_rows),
};

static bool read_level(const aug_reader *reader, const aug_node *node, aug_machine *machine) {
    aug_level *level = &machine->levels[machine->level_count];
    *level = (aug_level){0};
    bool good;
    if (aug_node_peek(node, "memory")) {
        level->kind = AUG_LEVEL_MEMORY;
        good = aug_memory_read(reader, node, machine, level);
    } else if (aug_node_peek(node, "array")) {
        level->kind = AUG_LEVEL_ARRAY;
        good = aug_array_read(reader, node, level);
    } else if (aug_node_peek(node, "compute")) {
        level->kind = AUG_LEVEL_COMPUTE;
        good = aug_compute_read(reader, node, machine, level);
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
    machine->drain_is_free = row.drain == 1;
    machine->power_limit_watts = row.power.limit_watts;
    machine->power_static_watts = row.power.static_watts;
    machine->power_threshold = row.power.threshold;
    machine->power_least_voltage = row.power.least_voltage;
    machine->power_saturation = row.power.saturation;
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
