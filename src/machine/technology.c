// Reading "auger: technology/1".
#include "machine/technology.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const char *const cells_names[] = {"sram", "hbm", "gddr", "lpddr", "ddr", NULL};
static const char *const sram_names[] = {"local", "shared", "registers", NULL};
const char *const aug_phy_names[AUG_PHY_COUNT + 1] = {"sram", "hbm", "gddr", "lpddr", "ddr", "link", "host", "bridge", NULL};

#define ROW(suffix, key, name) key,
const char *const aug_block_keys[AUG_BLOCK_COUNT + 1] = {AUG_BLOCKS(ROW) NULL};
#undef ROW
#define ROW(suffix, key, name) name,
const char *const aug_block_names[AUG_BLOCK_COUNT + 1] = {AUG_BLOCKS(ROW) NULL};
#undef ROW

typedef struct point_row {
    double size_bits, read, write;
} point_row;

#define REQUIRED(type, member, name, dim, text)                                                              \
    {.key = name, .kind = AUG_FIELD_QUANTITY, .offset = offsetof(type, member), .dimension = dim,            \
     .alternative = dim, .bounds = AUG_POSITIVE, .required = true, .help = text}

static const aug_field point_rows[] = {
    REQUIRED(point_row, size_bits, "size", AUG_DIMENSION_BITS, "capacity of the memory"),
    REQUIRED(point_row, read, "read", AUG_DIMENSION_PJ_PER_BIT, "energy of a read"),
    AUG_ROW_QUANTITY(point_row, write, "write", AUG_DIMENSION_PJ_PER_BIT, AUG_POSITIVE, NULL, "energy of a write; that of a read where missing"),
};

static const aug_fields point_fields = {
    .name = "technology: sram energy", .about = "Energy of an SRAM of one size; others lie between, on a double logarithmic line.",
    .rows = point_rows, .count = AUG_COUNT(point_rows)};

static const aug_field fill_rows[] = {
    REQUIRED(aug_sram_fill, size_bits, "size", AUG_DIMENSION_BITS, "capacity of the memory"),
    REQUIRED(aug_sram_fill, share, "share", AUG_DIMENSION_NUMBER, "of its area that cells have, over that of a large memory"),
};

static const aug_fields fill_fields = {
    .name = "technology: sram fill", .about = "How much of a memory beside one core is cells; others lie between, on a double logarithmic line, larger than the last as large ones.",
    .rows = fill_rows, .count = AUG_COUNT(fill_rows)};

typedef struct sram_row {
    double mm2_per_bit[AUG_SRAM_KINDS], operand;
    double flop;
    const aug_node *energy, *fill;
} sram_row;

static const aug_field sram_rows[] = {
    {.key = "area", .kind = AUG_FIELD_SPLIT, .offset = offsetof(sram_row, mm2_per_bit), .words = sram_names, .dimension = AUG_DIMENSION_MM2_PER_BIT,
     .alternative = AUG_DIMENSION_MM2_PER_BIT, .bounds = AUG_POSITIVE, .required = true,
     .help = "with periphery and wires: of memories beside one core, of those that many share, of registers; or one for all"},
    AUG_ROW_NODE(sram_row, fill, "fill", &fill_fields, AUG_LAYOUT_LIST, "share of cells by size, smallest first; 1 where missing"),
    AUG_ROW_QUANTITY(sram_row, flop, "flop", AUG_DIMENSION_MM2_PER_BIT, AUG_POSITIVE, NULL, "of single registers: no memory takes more per bit"),
    AUG_ROW_QUANTITY(sram_row, operand, "operand", AUG_DIMENSION_PJ_PER_BIT, AUG_POSITIVE, NULL, "energy of a bit to or from register files; that of an SRAM of 8 KiB where missing"),
    {.key = "energy", .kind = AUG_FIELD_NODE, .offset = offsetof(sram_row, energy), .required = true, .fields = &point_fields, .layout = AUG_LAYOUT_LIST, .help = "by size, smallest first"},
};

static const aug_fields sram_fields = {
    .name = "technology: sram", .about = "On-chip memory.", .rows = sram_rows, .count = AUG_COUNT(sram_rows)};

typedef struct mac_row {
    double mm2[AUG_FORMAT_COUNT], pj[AUG_FORMAT_COUNT], separate;
} mac_row;

static const aug_field mac_rows[] = {
    AUG_ROW_KEYED(mac_row, mm2, "area", aug_format_names, AUG_DIMENSION_MM2, AUG_POSITIVE, "of one multiply-accumulate per cycle, registers included"),
    AUG_ROW_KEYED(mac_row, pj, "energy", aug_format_names, AUG_DIMENSION_PICOJOULES, AUG_POSITIVE, "of one multiply-accumulate"),
    AUG_ROW_QUANTITY(mac_row, separate, "separate", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "of units that compute several formats: share of the area of all but the largest that is hardware of their own"),
};

static const aug_fields mac_fields = {
    .name = "technology: mac", .about = "Multiply-accumulate units.", .rows = mac_rows, .count = AUG_COUNT(mac_rows)};

typedef struct wafer_row {
    double usd, mm, edge_mm, scribe_mm, reticle_mm2;
} wafer_row;

static const aug_field wafer_rows[] = {
    REQUIRED(wafer_row, usd, "price", AUG_DIMENSION_USD, "of a processed wafer"),
    AUG_ROW_QUANTITY(wafer_row, mm, "diameter", AUG_DIMENSION_MM, AUG_POSITIVE, "300 mm", "of the wafer"),
    AUG_ROW_QUANTITY(wafer_row, edge_mm, "edge", AUG_DIMENSION_MM, AUG_NOT_NEGATIVE, "3 mm", "that is not used"),
    AUG_ROW_QUANTITY(wafer_row, scribe_mm, "scribe", AUG_DIMENSION_MM, AUG_NOT_NEGATIVE, "0.1 mm", "between dies"),
    AUG_ROW_QUANTITY(wafer_row, reticle_mm2, "reticle", AUG_DIMENSION_MM2, AUG_POSITIVE, "858 mm2", "largest die; more silicon is more dies"),
};

static const aug_fields wafer_fields = {
    .name = "technology: wafer", .about = "Wafers.", .rows = wafer_rows, .count = AUG_COUNT(wafer_rows)};

typedef struct yield_row {
    double defects, critical, clustering, spare;
} yield_row;

static const aug_field yield_rows[] = {
    REQUIRED(yield_row, defects, "defects", AUG_DIMENSION_PER_MM2, "density of defects"),
    AUG_ROW_QUANTITY(yield_row, critical, "critical", AUG_DIMENSION_NUMBER, AUG_SHARE, "1", "share of the area where a defect kills"),
    AUG_ROW_QUANTITY(yield_row, clustering, "clustering", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "2", "alpha of the negative binomial law"),
    AUG_ROW_QUANTITY(yield_row, spare, "spare", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "share of spare blocks where a chip has 32 equal ones or more and states none"),
};

static const aug_fields yield_fields = {
    .name = "technology: yield", .about = "Share of good dies: (1 + defects · critical · area / clustering)^-clustering.",
    .rows = yield_rows, .count = AUG_COUNT(yield_rows)};

static const aug_field vector_rows[] = {
    AUG_ROW_QUANTITY(aug_vector_area, fp32_mm2, "fp32", AUG_DIMENSION_MM2, AUG_NOT_NEGATIVE, "0 mm2", "one multiply-add of 32 bits"),
    AUG_ROW_QUANTITY(aug_vector_area, fp64_mm2, "fp64", AUG_DIMENSION_MM2, AUG_NOT_NEGATIVE, "0 mm2", "one multiply-add of 64 bits"),
    AUG_ROW_QUANTITY(aug_vector_area, int32_mm2, "int32", AUG_DIMENSION_MM2, AUG_NOT_NEGATIVE, "0 mm2", "one integer unit"),
};

static const aug_fields vector_fields = {
    .name = "technology: vector", .about = "Units that work on numbers one by one: area of one operation per cycle.", .rows = vector_rows, .count = AUG_COUNT(vector_rows)};

static const aug_field control_rows[] = {
    AUG_ROW_QUANTITY(aug_control_area, core_mm2, "core", AUG_DIMENSION_MM2, AUG_NOT_NEGATIVE, "0 mm2", "of one instruction stream: fetch, decode, network port"),
    AUG_ROW_QUANTITY(aug_control_area, lane_mm2, "lane", AUG_DIMENSION_MM2, AUG_NOT_NEGATIVE, "0 mm2", "of one lane of 32 bits: operand routing, bypasses, loads and stores"),
    AUG_ROW_QUANTITY(aug_control_area, thread_mm2, "thread", AUG_DIMENSION_MM2, AUG_NOT_NEGATIVE, "0 mm2", "of one hardware thread: state and scheduling"),
    AUG_ROW_QUANTITY(aug_control_area, graphics_mm2, "graphics", AUG_DIMENSION_MM2, AUG_NOT_NEGATIVE, "0 mm2", "of one core of a graphics processor: textures, rays, rasters, video"),
};

static const aug_fields control_fields = {
    .name = "technology: control", .about = "What makes units programmable.", .rows = control_rows, .count = AUG_COUNT(control_rows)};

static const aug_field voltage_rows[] = {
    AUG_ROW_QUANTITY(aug_voltage_curve, nominal_volts, "nominal", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL, "in volts; the others are relative to it"),
    AUG_ROW_QUANTITY(aug_voltage_curve, threshold, "threshold", AUG_DIMENSION_NUMBER, AUG_SHARE, "0.4", "of its transistors"),
    AUG_ROW_QUANTITY(aug_voltage_curve, saturation, "saturation", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1.3", "exponent of clock over voltage above the threshold"),
    AUG_ROW_QUANTITY(aug_voltage_curve, least, "least", AUG_DIMENSION_NUMBER, AUG_SHARE, "0.9", "below which memories lose their bits"),
    AUG_ROW_QUANTITY(aug_voltage_curve, most, "most", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1.5", "that transistors bear"),
    AUG_ROW_QUANTITY(aug_voltage_curve, clock_hz, "clock", AUG_DIMENSION_HERTZ, AUG_POSITIVE, NULL, "at the nominal voltage; without it the voltage never moves"),
};

static const aug_fields voltage_fields = {
    .name = "technology: voltage", .about = "Clock against voltage: clock = clock at nominal · s(v) / s(1), s(v) = (v - threshold)^saturation / v.",
    .rows = voltage_rows, .count = AUG_COUNT(voltage_rows)};

static const aug_field nre_rows[] = {
    AUG_ROW_QUANTITY(aug_nre, masks_usd, "masks", AUG_DIMENSION_USD, AUG_NOT_NEGATIVE, "0 USD", "a set of masks"),
    AUG_ROW_QUANTITY(aug_nre, design_usd, "design", AUG_DIMENSION_USD, AUG_NOT_NEGATIVE, "0 USD", "design and verification"),
    AUG_ROW_QUANTITY(aug_nre, volume, "volume", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1e5", "chips over which they are spread, where a machine states none"),
};

static const aug_fields nre_fields = {
    .name = "technology: nre", .about = "What a chip costs once.", .rows = nre_rows, .count = AUG_COUNT(nre_rows)};

static const aug_field phy_rows[] = {
    REQUIRED(aug_phy, area_mm2, "area", AUG_DIMENSION_MM2, "of one interface: drivers and receivers"),
    AUG_ROW_QUANTITY(aug_phy, control_mm2, "control", AUG_DIMENSION_MM2, AUG_NOT_NEGATIVE, "0 mm2", "of its digital side"),
    REQUIRED(aug_phy, bandwidth_bits_per_second, "bandwidth", AUG_DIMENSION_BITS_PER_SECOND, "that it carries; of links one way"),
};

static const aug_fields phy_fields = {
    .name = "technology: phy", .about = "The on-chip side of a memory, link or host.", .rows = phy_rows, .count = AUG_COUNT(phy_rows)};

typedef struct package_row {
    double usd, interposer, stack_mm2, assembly, bond;
} package_row;

static const aug_field package_rows[] = {
    AUG_ROW_QUANTITY(package_row, usd, "price", AUG_DIMENSION_USD, AUG_NOT_NEGATIVE, "0", "substrate, assembly and test of one die alone"),
    AUG_ROW_QUANTITY(package_row, interposer, "interposer", AUG_DIMENSION_USD_PER_MM2, AUG_NOT_NEGATIVE, "0", "under dies that stand side by side or beside stacks of memory"),
    AUG_ROW_QUANTITY(package_row, stack_mm2, "stack", AUG_DIMENSION_MM2, AUG_NOT_NEGATIVE, "110 mm2", "footprint of a stack of memory"),
    AUG_ROW_QUANTITY(package_row, assembly, "assembly", AUG_DIMENSION_USD, AUG_NOT_NEGATIVE, "0 USD", "assembly and test of what stands on an interposer"),
    AUG_ROW_QUANTITY(package_row, bond, "bond", AUG_DIMENSION_NUMBER, AUG_SHARE, "1", "share of good bonds, of each die and stack"),
};

static const aug_fields package_fields = {
    .name = "technology: package", .about = "Packaging.", .rows = package_rows, .count = AUG_COUNT(package_rows)};

typedef struct technology_row {
    const char *kind, *name;
    double node_nm, overhead, leakage, clocking, wire, markup;
    sram_row sram;
    mac_row mac;
    aug_vector_area vector;
    aug_control_area control;
    aug_voltage_curve voltage;
    aug_nre nre;
    double transfer[AUG_PHY_COUNT], uncertainty[AUG_BLOCK_COUNT];
    wafer_row wafer;
    yield_row yield;
    package_row package;
    double memory[AUG_CELLS_COUNT];
    const aug_node *phy, *sources;
} technology_row;

static const aug_field technology_rows[] = {
    AUG_ROW_TEXT(technology_row, kind, "auger", "technology/1"),
    AUG_ROW_TEXT(technology_row, name, "name", "what the node is called"),
    REQUIRED(technology_row, node_nm, "node", AUG_DIMENSION_NUMBER, "nominal size in nm"),
    {.key = "sram", .kind = AUG_FIELD_GROUP, .offset = offsetof(technology_row, sram), .required = true, .fields = &sram_fields, .help = "on-chip memory"},
    {.key = "mac", .kind = AUG_FIELD_GROUP, .offset = offsetof(technology_row, mac), .required = true, .fields = &mac_fields, .help = "multiply-accumulate units"},
    AUG_ROW_GROUP(technology_row, vector, "vector", &vector_fields, "units that work on numbers one by one"),
    AUG_ROW_GROUP(technology_row, control, "control", &control_fields, "what makes units programmable"),
    AUG_ROW_QUANTITY(technology_row, overhead, "overhead", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "share of all that is digital which is clock, test, routing, power and room between blocks"),
    AUG_ROW_QUANTITY(technology_row, leakage, "leakage", AUG_DIMENSION_WATTS_PER_MM2, AUG_NOT_NEGATIVE, "0", "static power of silicon at the nominal voltage"),
    AUG_ROW_QUANTITY(technology_row, clocking, "clocking", AUG_DIMENSION_WATTS_PER_MM2, AUG_NOT_NEGATIVE, "0", "power of running clocks at the nominal voltage and clock"),
    AUG_ROW_GROUP(technology_row, voltage, "voltage", &voltage_fields, "how clock, energy and static power follow the voltage"),
    {.key = "wafer", .kind = AUG_FIELD_GROUP, .offset = offsetof(technology_row, wafer), .required = true, .fields = &wafer_fields, .help = "wafers"},
    {.key = "yield", .kind = AUG_FIELD_GROUP, .offset = offsetof(technology_row, yield), .required = true, .fields = &yield_fields, .help = "share of good dies"},
    AUG_ROW_KEYED(technology_row, memory, "memory", cells_names, AUG_DIMENSION_USD_PER_BIT, AUG_POSITIVE, "price of off-chip memory by cells, {hbm: 15 USD/GB}"),
    AUG_ROW_QUANTITY(technology_row, wire, "wire", AUG_DIMENSION_PJ_PER_BIT_MM, AUG_NOT_NEGATIVE, "0", "energy of a bit over the die at the nominal voltage"),
    AUG_ROW_KEYED(technology_row, transfer, "transfer", aug_phy_names, AUG_DIMENSION_PJ_PER_BIT, AUG_POSITIVE, "energy over an interface where a machine states none, {hbm: 7 pJ/bit, link: 5 pJ/bit}"),
    AUG_ROW_NODE(technology_row, phy, "phy", &phy_fields, AUG_LAYOUT_MAP, "interfaces that leave a die: hbm, gddr, lpddr, ddr, link, host, bridge"),
    AUG_ROW_GROUP(technology_row, package, "package", &package_fields, "packaging"),
    AUG_ROW_GROUP(technology_row, nre, "nre", &nre_fields, "what a chip costs once"),
    AUG_ROW_QUANTITY(technology_row, markup, "markup", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "price over cost"),
    AUG_ROW_KEYED(technology_row, uncertainty, "uncertainty", aug_block_keys, AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "of areas, relative: two of three real ones lie within"),
    AUG_ROW_NODE(technology_row, sources, "sources", NULL, AUG_LAYOUT_MAP, "where the numbers come from: path of a key to source"),
};

const aug_fields aug_technology_fields = {
    .name = "technology", .about = "A process node: area, energy and price of what is made in it.",
    .rows = technology_rows, .count = AUG_COUNT(technology_rows)};

static bool read_sram(const aug_reader *reader, const aug_node *list, aug_technology *technology) {
    if (list->kind != AUG_NODE_LIST || list->count == 0 || list->count > AUG_SRAM_POINTS) {
        aug_node_error(reader->errors, list, "expected a list of 1 to %d sizes", AUG_SRAM_POINTS);
        return false;
    }
    for (const aug_node *node = list->first; node; node = node->next) {
        point_row row;
        if (!aug_fields_read(reader, node, &point_fields, &row))
            return false;
        int last = technology->sram_count - 1;
        if (last >= 0 && row.size_bits <= technology->sram[last].size_bits) {
            aug_node_error(reader->errors, node, "sizes must rise");
            return false;
        }
        technology->sram[technology->sram_count++] =
            (aug_sram_point){row.size_bits, row.read, isnan(row.write) ? row.read : row.write};
    }
    return true;
}

static bool read_fill(const aug_reader *reader, const aug_node *list, aug_technology *t) {
    if (!list)
        return true;
    if (list->kind != AUG_NODE_LIST || list->count == 0 || list->count > AUG_SRAM_POINTS) {
        aug_node_error(reader->errors, list, "expected a list of 1 to %d sizes", AUG_SRAM_POINTS);
        return false;
    }
    for (const aug_node *node = list->first; node; node = node->next) {
        aug_sram_fill *fill = &t->fill[t->fill_count];
        if (!aug_fields_read(reader, node, &fill_fields, fill))
            return false;
        if (t->fill_count && fill->size_bits <= fill[-1].size_bits) {
            aug_node_error(reader->errors, node, "sizes must rise");
            return false;
        }
        t->fill_count++;
    }
    return true;
}

// Below the first size the line of the first two goes on.
double aug_sram_area(const aug_technology *t, double size_bits) {
    double large = t->sram_mm2_per_bit[AUG_SRAM_LOCAL];
    int last = t->fill_count - 1, i = 0;
    if (last < 1 || size_bits >= t->fill[last].size_bits)
        return large;
    while (i + 2 <= last && size_bits > t->fill[i + 1].size_bits)
        i++;
    const aug_sram_fill *low = &t->fill[i], *high = &t->fill[i + 1];
    double slope = log(high->share / low->share) / log(high->size_bits / low->size_bits);
    double area = large / (low->share * pow(size_bits / low->size_bits, slope));
    return area > t->flop_mm2_per_bit ? t->flop_mm2_per_bit : area;
}

static bool read_phy(const aug_reader *reader, const aug_node *map, aug_technology *technology) {
    for (int i = 0; i < AUG_PHY_COUNT; i++)
        technology->phy[i] = (aug_phy){0.0, 0.0, (double)INFINITY};
    bool good = true;
    for (const aug_node *node = map ? map->first : NULL; node; node = node->next) {
        int kind = 1;
        while (aug_phy_names[kind] && (!node->key || strcmp(aug_phy_names[kind], node->key) != 0))
            kind++;
        if (aug_phy_names[kind]) {
            good &= aug_fields_read(reader, node, &phy_fields, &technology->phy[kind]);
        } else {
            aug_node_key_error(reader->errors, node, "expected hbm, gddr, lpddr, ddr, link, host or bridge in 'phy'");
            good = false;
        }
    }
    return good;
}

// A kind of SRAM that is not stated takes the largest area of the others.
static void fill_sram(double *mm2_per_bit) {
    double most = 0.0;
    for (int i = 0; i < AUG_SRAM_KINDS; i++)
        most = fmax(most, isnan(mm2_per_bit[i]) ? 0.0 : mm2_per_bit[i]);
    for (int i = 0; i < AUG_SRAM_KINDS; i++)
        if (isnan(mm2_per_bit[i]))
            mm2_per_bit[i] = most;
}

static void take_dies(aug_technology *t, const technology_row *row) {
    t->wafer_usd = row->wafer.usd;
    t->wafer_mm = row->wafer.mm;
    t->wafer_edge_mm = row->wafer.edge_mm;
    t->scribe_mm = row->wafer.scribe_mm;
    t->reticle_mm2 = row->wafer.reticle_mm2;
    t->defects_per_mm2 = row->yield.defects;
    t->critical_share = row->yield.critical;
    t->clustering = row->yield.clustering;
    t->spare_share = row->yield.spare;
    t->package_usd = row->package.usd;
    t->interposer_usd_per_mm2 = row->package.interposer;
    t->stack_mm2 = row->package.stack_mm2;
    t->assembly_usd = row->package.assembly;
    t->bond_yield = row->package.bond;
    t->nre = row->nre;
    t->markup = row->markup;
    memcpy(t->memory_usd_per_bit, row->memory, sizeof t->memory_usd_per_bit);
}

bool aug_technology_read(const aug_reader *reader, const aug_node *root, const char *name, aug_technology *technology) {
    technology_row row;
    if (!aug_fields_read(reader, root, &aug_technology_fields, &row))
        return false;
    *technology = (aug_technology){.name = row.name ? row.name : name,
                                   .node_nm = row.node_nm,
                                   .mac_separate = row.mac.separate,
                                   .flop_mm2_per_bit = row.sram.flop,
                                   .operand_pj_per_bit = row.sram.operand,
                                   .vector = row.vector,
                                   .control = row.control,
                                   .overhead = row.overhead,
                                   .leakage_watts_per_mm2 = row.leakage,
                                   .clocking_watts_per_mm2 = row.clocking,
                                   .wire_pj_per_bit_mm = row.wire,
                                   .voltage = row.voltage,
                                   .sources = row.sources};
    take_dies(technology, &row);
    memcpy(technology->sram_mm2_per_bit, row.sram.mm2_per_bit, sizeof technology->sram_mm2_per_bit);
    memcpy(technology->mac_mm2, row.mac.mm2, sizeof technology->mac_mm2);
    memcpy(technology->mac_pj, row.mac.pj, sizeof technology->mac_pj);
    memcpy(technology->transfer_pj_per_bit, row.transfer, sizeof technology->transfer_pj_per_bit);
    memcpy(technology->uncertainty, row.uncertainty, sizeof technology->uncertainty);
    fill_sram(technology->sram_mm2_per_bit);
    if (row.overhead >= 1.0) {
        aug_node_error(reader->errors, aug_node_peek(root, "overhead"), "expected a share below 1");
        return false;
    }
    if (row.voltage.threshold >= row.voltage.least || row.voltage.most < 1.0) {
        aug_node_error(reader->errors, aug_node_peek(root, "voltage"), "expected threshold < least <= 1 <= most");
        return false;
    }
    bool good = read_sram(reader, row.sram.energy, technology);
    good &= read_fill(reader, row.sram.fill, technology);
    return read_phy(reader, row.phy, technology) && good;
}

aug_technology *aug_technology_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    const aug_reader reader = {arena, errors};
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "technologies", "technology", name, &file);
    aug_technology *technology = root ? AUG_NEW(arena, aug_technology) : NULL;
    return root && aug_technology_read(&reader, root, file.name, technology) ? technology : NULL;
}
