// Reading "auger: dies/1".
#include "machine/die.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const aug_field core_rows[] = {
    {.key = "count",
     .kind = AUG_FIELD_QUANTITY,
     .offset = offsetof(aug_core, count),
     .dimension = AUG_DIMENSION_NUMBER,
     .alternative = AUG_DIMENSION_NUMBER,
     .bounds = AUG_POSITIVE,
     .required = true,
     .help = "that are built on one die, spare ones too"},
    AUG_ROW_QUANTITY(aug_core, used, "used", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL,
                     "that must work; all where missing"),
    AUG_ROW_KEYED(aug_core, matrix_per_cycle, "matrix", aug_format_names, AUG_DIMENSION_PER_CYCLE,
                  AUG_POSITIVE, "multiply-accumulates of one core by format, {bf16: 1024/cycle}"),
    AUG_ROW_QUANTITY(aug_core, fp32, "fp32", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0",
                     "multiply-adds of 32 bits per cycle"),
    AUG_ROW_QUANTITY(aug_core, fp64, "fp64", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0",
                     "multiply-adds of 64 bits per cycle, in matrix units or without"),
    AUG_ROW_QUANTITY(aug_core, int32, "int32", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0",
                     "integer operations per cycle"),
    AUG_ROW_QUANTITY(aug_core, lanes, "lanes", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0",
                     "lanes of 32 bits that instructions work on per cycle"),
    AUG_ROW_QUANTITY(aug_core, threads, "threads", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "1",
                     "hardware threads: warps times their width"),
    AUG_ROW_QUANTITY(aug_core, graphics, "graphics", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0",
                     "1 where it draws pictures"),
    AUG_ROW_QUANTITY(aug_core, registers_bits, "registers", AUG_DIMENSION_BITS, AUG_NOT_NEGATIVE, "0 bit",
                     "register files of one core"),
    AUG_ROW_QUANTITY(aug_core, sram_bits, "sram", AUG_DIMENSION_BITS, AUG_NOT_NEGATIVE, "0 bit",
                     "memory of one core"),
    AUG_ROW_QUANTITY(aug_core, bank_bits, "bank", AUG_DIMENSION_BITS, AUG_POSITIVE, NULL,
                     "of that memory, which one access opens; all of it where missing"),
    AUG_ROW_QUANTITY(aug_core, sram_bits_per_cycle, "bandwidth", AUG_DIMENSION_BITS_PER_CYCLE,
                     AUG_NOT_NEGATIVE, "0 bit/cycle", "of that memory, at most"),
    AUG_ROW_QUANTITY(aug_core, tile_m, "tile_m", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL,
                     "rows of one matrix instruction in 16 bits"),
    AUG_ROW_QUANTITY(aug_core, tile_n, "tile_n", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL, "its columns"),
    AUG_ROW_QUANTITY(aug_core, tile_k, "tile_k", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL,
                     "products that it sums; sums are read and written in 32 bits"),
};

static const aug_fields core_fields = {.name = "dies: cores",
                                       .about = "Equal cores of one die.",
                                       .rows = core_rows,
                                       .count = AUG_COUNT(core_rows)};

typedef struct die_row {
    const char *name, *technology;
    double count, scratch_bits, shared_bits, shared_rate, carries, area_mm2;
    const aug_node *cores;
    double phy[AUG_PHY_COUNT];
    bool wafer;
} die_row;

static const aug_field die_rows[] = {
    AUG_ROW_TEXT(die_row, name, "die", "what it is called"),
    AUG_ROW_TEXT(die_row, technology, "technology", "process node, a file of data/technologies"),
    AUG_ROW_QUANTITY(die_row, count, "count", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1",
                     "of them in the package"),
    AUG_ROW_NODE(die_row, cores, "cores", &core_fields, AUG_LAYOUT_ONE, "its cores; none where missing"),
    AUG_ROW_QUANTITY(die_row, scratch_bits, "scratch", AUG_DIMENSION_BITS, AUG_NOT_NEGATIVE, "0 bit",
                     "memory beside units outside of cores"),
    AUG_ROW_QUANTITY(die_row, shared_bits, "shared", AUG_DIMENSION_BITS, AUG_NOT_NEGATIVE, "0 bit",
                     "memory that its cores share over a network"),
    AUG_ROW_QUANTITY(die_row, shared_rate, "bandwidth", AUG_DIMENSION_BITS_PER_SECOND, AUG_NOT_NEGATIVE,
                     "0 GB/s", "of that memory"),
    AUG_ROW_KEYED(die_row, phy, "phy", aug_phy_names, AUG_DIMENSION_NUMBER, AUG_POSITIVE,
                  "interfaces: stacks of HBM, channels of 32 bits of other memories, links and bridges in "
                  "units of the technology's bandwidth, lanes to the host"),
    AUG_ROW_QUANTITY(die_row, carries, "carries", AUG_DIMENSION_NUMBER, AUG_NOT_NEGATIVE, "0",
                     "dies of the next entry that stand on top of each; it is at least as large as they are "
                     "with its own interfaces"),
    AUG_ROW_QUANTITY(die_row, area_mm2, "area", AUG_DIMENSION_MM2, AUG_POSITIVE, NULL, "of one as published"),
    AUG_ROW_BOOL(die_row, wafer, "wafer", "false", "one per wafer, whatever its area"),
};

static const aug_fields die_fields = {
    .name = "dies: die", .about = "One kind of die.", .rows = die_rows, .count = AUG_COUNT(die_rows)};

typedef struct dies_row {
    const char *kind, *name;
    double clock_hz;
    const aug_node *dies, *sources;
} dies_row;

static const aug_field dies_rows[] = {
    AUG_ROW_TEXT(dies_row, kind, "auger", "dies/1"),
    AUG_ROW_TEXT(dies_row, name, "name", "what they are called"),
    AUG_ROW_QUANTITY(dies_row, clock_hz, "clock", AUG_DIMENSION_HERTZ, AUG_POSITIVE, NULL,
                     "where a machine states none"),
    {.key = "dies",
     .kind = AUG_FIELD_NODE,
     .offset = offsetof(dies_row, dies),
     .required = true,
     .fields = &die_fields,
     .layout = AUG_LAYOUT_LIST,
     .help = "kinds of dies"},
    AUG_ROW_NODE(dies_row, sources, "sources", NULL, AUG_LAYOUT_MAP,
                 "where the numbers come from: path of a key to source"),
};

const aug_fields aug_dies_fields = {.name = "dies",
                                    .about = "What stands on the dies of one chip, spare blocks included.",
                                    .rows = dies_rows,
                                    .count = AUG_COUNT(dies_rows)};

static bool read_core(const aug_reader *reader, const aug_node *node, aug_core *core) {
    if (!node)
        return true;
    if (!aug_fields_read(reader, node, &core_fields, core))
        return false;
    if (isnan(core->used))
        core->used = core->count;
    if (core->used <= core->count)
        return true;
    aug_node_error(reader->errors, aug_node_peek(node, "used"), "more cores must work than are built");
    return false;
}

static bool read_die(const aug_reader *reader, const aug_node *node, aug_dies *dies) {
    die_row row;
    if (!aug_fields_read(reader, node, &die_fields, &row))
        return false;
    aug_die *die = &dies->dies[dies->count++];
    *die = (aug_die){.name = row.name ? row.name : dies->name,
                     .technology_name = row.technology,
                     .technology_node = aug_node_peek(node, "technology"),
                     .count = row.count,
                     .scratch_bits = row.scratch_bits,
                     .shared_bits = row.shared_bits,
                     .shared_bits_per_second = row.shared_rate,
                     .carries = row.carries,
                     .area_mm2 = row.area_mm2,
                     .wafer = row.wafer};
    for (int i = 0; i < AUG_PHY_COUNT; i++)
        die->phy[i] = isnan(row.phy[i]) ? 0.0 : row.phy[i];
    if (!row.technology) {
        aug_error_hint(aug_node_error(reader->errors, node, "key 'technology' is missing in dies: die"),
                       "process node, a file of data/technologies");
        return false;
    }
    return read_core(reader, row.cores, &die->core);
}

bool aug_dies_read(const aug_reader *reader, const aug_node *root, const char *name, aug_dies *dies) {
    dies_row row;
    if (!aug_fields_read(reader, root, &aug_dies_fields, &row))
        return false;
    *dies = (aug_dies){.name = row.name ? row.name : name, .clock_hz = row.clock_hz, .sources = row.sources};
    if (row.dies->kind != AUG_NODE_LIST || row.dies->count == 0 || row.dies->count > AUG_DIES) {
        aug_node_error(reader->errors, row.dies, "expected a list of 1 to %d kinds of dies", AUG_DIES);
        return false;
    }
    bool good = true;
    for (const aug_node *node = row.dies->first; node; node = node->next)
        good &= read_die(reader, node, dies);
    if (good && dies->dies[dies->count - 1].carries > 0.0) {
        aug_node_error(reader->errors, row.dies,
                       "the last die carries dies of a next entry that is not there");
        return false;
    }
    return good;
}

aug_dies *aug_dies_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    const aug_reader reader = {arena, errors};
    aug_library_file file;
    const aug_node *root = aug_library_read(library, arena, errors, "dies", "dies", name, &file);
    aug_dies *dies = root ? AUG_NEW(arena, aug_dies) : NULL;
    return root && aug_dies_read(&reader, root, file.name, dies) ? dies : NULL;
}

bool aug_dies_equip(const aug_library *library, aug_arena *arena, aug_errors *errors, aug_dies *dies) {
    bool good = true;
    for (int i = 0; i < dies->count; i++) {
        aug_die *die = &dies->dies[i];
        for (int other = 0; other < i && !die->technology; other++)
            if (strcmp(dies->dies[other].technology_name, die->technology_name) == 0)
                die->technology = dies->dies[other].technology;
        if (!die->technology)
            die->technology = aug_technology_load(library, arena, errors, die->technology_name);
        good &= die->technology != NULL;
    }
    return good;
}
