// Reading "auger: technology/1".
#include "machine/technology.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const char *const cells_names[] = {"sram", "hbm", "gddr", "lpddr", "ddr", NULL};

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

typedef struct sram_row {
    double mm2_per_bit;
    const aug_node *energy;
} sram_row;

static const aug_field sram_rows[] = {
    REQUIRED(sram_row, mm2_per_bit, "area", AUG_DIMENSION_MM2_PER_BIT, "of a macro with its periphery and wires"),
    {.key = "energy", .kind = AUG_FIELD_NODE, .offset = offsetof(sram_row, energy), .required = true, .fields = &point_fields, .layout = AUG_LAYOUT_LIST, .help = "by size, smallest first"},
};

static const aug_fields sram_fields = {
    .name = "technology: sram", .about = "On-chip memory.", .rows = sram_rows, .count = AUG_COUNT(sram_rows)};

typedef struct mac_row {
    double mm2[AUG_FORMAT_COUNT], pj[AUG_FORMAT_COUNT];
} mac_row;

static const aug_field mac_rows[] = {
    AUG_ROW_KEYED(mac_row, mm2, "area", aug_format_names, AUG_DIMENSION_MM2, AUG_POSITIVE, "of one multiply-accumulate per cycle, registers included"),
    AUG_ROW_KEYED(mac_row, pj, "energy", aug_format_names, AUG_DIMENSION_PICOJOULES, AUG_POSITIVE, "of one multiply-accumulate"),
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
    double defects, critical, clustering;
} yield_row;

static const aug_field yield_rows[] = {
    REQUIRED(yield_row, defects, "defects", AUG_DIMENSION_PER_MM2, "density of defects"),
    AUG_ROW_QUANTITY(yield_row, critical, "critical", AUG_DIMENSION_NUMBER, AUG_SHARE, "1", "share of the area where a defect kills"),
    AUG_ROW_QUANTITY(yield_row, clustering, "clustering", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "2", "alpha of the negative binomial law"),
};

static const aug_fields yield_fields = {
    .name = "technology: yield", .about = "Share of good dies: (1 + defects · critical · area / clustering)^-clustering.",
    .rows = yield_rows, .count = AUG_COUNT(yield_rows)};

static const aug_field phy_rows[] = {
    REQUIRED(aug_phy, area_mm2, "area", AUG_DIMENSION_MM2, "of one interface with its controller"),
    REQUIRED(aug_phy, bandwidth_bits_per_second, "bandwidth", AUG_DIMENSION_BITS_PER_SECOND, "that it carries"),
};

static const aug_fields phy_fields = {
    .name = "technology: phy", .about = "The on-chip side of an off-chip memory.", .rows = phy_rows, .count = AUG_COUNT(phy_rows)};

typedef struct package_row {
    double usd, interposer;
} package_row;

static const aug_field package_rows[] = {
    AUG_ROW_QUANTITY(package_row, usd, "price", AUG_DIMENSION_USD, AUG_NOT_NEGATIVE, "0", "substrate, assembly and test"),
    AUG_ROW_QUANTITY(package_row, interposer, "interposer", AUG_DIMENSION_USD_PER_MM2, AUG_NOT_NEGATIVE, "0", "under dies with HBM, twice their area"),
};

static const aug_fields package_fields = {
    .name = "technology: package", .about = "Packaging.", .rows = package_rows, .count = AUG_COUNT(package_rows)};

typedef struct technology_row {
    const char *kind, *name;
    double node_nm, overhead, leakage, markup;
    sram_row sram;
    mac_row mac;
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
    AUG_ROW_QUANTITY(technology_row, overhead, "overhead", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0", "share of a die that is neither memory, arithmetic nor memory interface"),
    AUG_ROW_QUANTITY(technology_row, leakage, "leakage", AUG_DIMENSION_WATTS_PER_MM2, AUG_NOT_NEGATIVE, "0", "static power of silicon"),
    {.key = "wafer", .kind = AUG_FIELD_GROUP, .offset = offsetof(technology_row, wafer), .required = true, .fields = &wafer_fields, .help = "wafers"},
    {.key = "yield", .kind = AUG_FIELD_GROUP, .offset = offsetof(technology_row, yield), .required = true, .fields = &yield_fields, .help = "share of good dies"},
    AUG_ROW_KEYED(technology_row, memory, "memory", cells_names, AUG_DIMENSION_USD_PER_BIT, AUG_POSITIVE, "price of off-chip memory by cells, {hbm: 15 USD/GB}"),
    AUG_ROW_NODE(technology_row, phy, "phy", &phy_fields, AUG_LAYOUT_MAP, "interfaces to off-chip memory by cells"),
    AUG_ROW_GROUP(technology_row, package, "package", &package_fields, "packaging"),
    AUG_ROW_QUANTITY(technology_row, markup, "markup", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "price over cost"),
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

static bool read_phy(const aug_reader *reader, const aug_node *map, aug_technology *technology) {
    for (int i = 0; i < AUG_CELLS_COUNT; i++)
        technology->phy[i] = (aug_phy){0.0, (double)INFINITY};
    bool good = true;
    for (const aug_node *node = map ? map->first : NULL; node; node = node->next) {
        int cells = 0;
        while (cells_names[cells] && (!node->key || strcmp(cells_names[cells], node->key) != 0))
            cells++;
        if (cells_names[cells]) {
            good &= aug_fields_read(reader, node, &phy_fields, &technology->phy[cells]);
        } else {
            aug_node_key_error(reader->errors, node, "expected hbm, gddr, lpddr or ddr in 'phy'");
            good = false;
        }
    }
    return good;
}

bool aug_technology_read(const aug_reader *reader, const aug_node *root, const char *name, aug_technology *technology) {
    technology_row row;
    if (!aug_fields_read(reader, root, &aug_technology_fields, &row))
        return false;
    *technology = (aug_technology){.name = row.name ? row.name : name,
                                   .node_nm = row.node_nm,
                                   .sram_mm2_per_bit = row.sram.mm2_per_bit,
                                   .overhead = row.overhead,
                                   .leakage_watts_per_mm2 = row.leakage,
                                   .wafer_usd = row.wafer.usd,
                                   .wafer_mm = row.wafer.mm,
                                   .wafer_edge_mm = row.wafer.edge_mm,
                                   .scribe_mm = row.wafer.scribe_mm,
                                   .reticle_mm2 = row.wafer.reticle_mm2,
                                   .defects_per_mm2 = row.yield.defects,
                                   .critical_share = row.yield.critical,
                                   .clustering = row.yield.clustering,
                                   .package_usd = row.package.usd,
                                   .interposer_usd_per_mm2 = row.package.interposer,
                                   .markup = row.markup};
    memcpy(technology->mac_mm2, row.mac.mm2, sizeof technology->mac_mm2);
    memcpy(technology->mac_pj, row.mac.pj, sizeof technology->mac_pj);
    memcpy(technology->memory_usd_per_bit, row.memory, sizeof technology->memory_usd_per_bit);
    if (row.overhead >= 1.0) {
        aug_node_error(reader->errors, aug_node_peek(root, "overhead"), "expected a share below 1");
        return false;
    }
    bool good = read_sram(reader, row.sram.energy, technology);
    return read_phy(reader, row.phy, technology) && good;
}

aug_technology *aug_technology_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    const aug_reader reader = {arena, errors};
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "technologies", "technology", name, &file);
    aug_technology *technology = root ? AUG_NEW(arena, aug_technology) : NULL;
    return root && aug_technology_read(&reader, root, file.name, technology) ? technology : NULL;
}
