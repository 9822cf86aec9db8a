// Reading `sparse` of a memory:
//
//     sparse:
//       formats: {A: [offsets, coordinates], weight: [bitmask]}
//       metadata_bits: 4
//       metadata_vector: 2
//       metadata_energy: {read: 1 pJ, write: 1.25 pJ}
//       skip: [{tensor: B, on: [A]}]
//       gate: [{tensor: Z, on: [A, B]}]
//       gated: {read: 0.4 pJ, write: 0.5 pJ}
//
// A list inside of `skip` or `gate` holds options, of which the best is taken: [[{tensor: A, on: [B]}, {tensor: B, on: [A]}]].
#include "machine/sparse_design.h"

#include "text/fields.h"

#include <stddef.h>
#include <string.h>

const char *const aug_rank_format_names[] = {"uncompressed", "bitmask", "coordinates", "run_length", "offsets", NULL};
const char *const aug_zeros_names[] = {"compute", "gate", "skip", NULL};
const char *const aug_expectation_names[] = {"exact", "whole", NULL};

typedef struct option_row {
    const char *tensor;
    const aug_node *on;
} option_row;

static const aug_field option_rows[] = {
    {.key = "tensor", .kind = AUG_FIELD_TEXT, .offset = offsetof(option_row, tensor), .required = true, .help = "tensor or role whose reads and updates are saved"},
    {.key = "on", .kind = AUG_FIELD_NODE, .offset = offsetof(option_row, on), .required = true, .layout = AUG_LAYOUT_LIST, .help = "tensors or roles: saved where any of them is zero"},
};

const aug_fields aug_sparse_option_fields = {
    .name = "machine level: memory: sparse: saving",
    .about = "Accesses of one tensor that are saved where another one is zero.",
    .rows = option_rows,
    .count = AUG_COUNT(option_rows),
};

typedef struct metadata_energy_row {
    double pj[AUG_METADATA_ACTIONS];
} metadata_energy_row;

static const aug_field metadata_rows[] = {
    AUG_ROW_QUANTITY(metadata_energy_row, pj[AUG_METADATA_READ], "read", AUG_DIMENSION_PICOJOULES, AUG_NOT_NEGATIVE, "0", "of one read"),
    AUG_ROW_QUANTITY(metadata_energy_row, pj[AUG_METADATA_WRITE], "write", AUG_DIMENSION_PICOJOULES, AUG_NOT_NEGATIVE, "0", "of one write"),
    AUG_ROW_QUANTITY(metadata_energy_row, pj[AUG_METADATA_GATED], "gated", AUG_DIMENSION_PICOJOULES, AUG_NOT_NEGATIVE, "0", "of one that is gated"),
    AUG_ROW_QUANTITY(metadata_energy_row, pj[AUG_METADATA_SKIPPED], "skipped", AUG_DIMENSION_PICOJOULES, AUG_NOT_NEGATIVE, "0", "of one that is skipped"),
};

const aug_fields aug_metadata_energy_fields = {
    .name = "machine level: memory: sparse: metadata energy",
    .about = "Energy of one action on metadata_vector words of metadata.",
    .rows = metadata_rows,
    .count = AUG_COUNT(metadata_rows),
};

typedef struct gated_row {
    double pj[AUG_SPARSE_ACTIONS], pj_per_bit[AUG_SPARSE_ACTIONS];
} gated_row;

#define GATED_ROW(action, name, text)                                                                        \
    {.key = name, .kind = AUG_FIELD_QUANTITY, .offset = offsetof(gated_row, pj[action]),                     \
     .dimension = AUG_DIMENSION_PICOJOULES, .alternative = AUG_DIMENSION_PJ_PER_BIT,                         \
     .alternative_offset = offsetof(gated_row, pj_per_bit[action]), .bounds = AUG_NOT_NEGATIVE, .help = text}

static const aug_field gated_rows[] = {
    GATED_ROW(0, "read", "of one gated read, '0.4 pJ' per action or per bit"),
    GATED_ROW(1, "write", "of one gated write"),
    GATED_ROW(2, "update", "of one gated update; that of a write where missing"),
};

const aug_fields aug_gated_energy_fields = {
    .name = "machine level: memory: sparse: gated energy",
    .about = "Energy of an action that is gated; 0 where missing.",
    .rows = gated_rows,
    .count = AUG_COUNT(gated_rows),
};

typedef struct sparse_row {
    const aug_node *formats, *skip, *gate;
    double metadata_bits;
    uint64_t metadata_vector;
    metadata_energy_row metadata;
    gated_row gated;
} sparse_row;

static const aug_field sparse_rows[] = {
    AUG_ROW_NODE(sparse_row, formats, "formats", NULL, AUG_LAYOUT_MAP, "tensor or role: format of each rank of the stored tile, outermost first: uncompressed, bitmask, coordinates, run_length, offsets"),
    AUG_ROW_QUANTITY(sparse_row, metadata_bits, "metadata_bits", AUG_DIMENSION_NUMBER, AUG_POSITIVE, NULL, "of one coordinate, run or offset; as many as needed where missing"),
    AUG_ROW_COUNT(sparse_row, metadata_vector, "metadata_vector", "1", "metadata words that one action moves"),
    AUG_ROW_GROUP(sparse_row, metadata, "metadata_energy", &aug_metadata_energy_fields, "energy of metadata"),
    AUG_ROW_NODE(sparse_row, skip, "skip", &aug_sparse_option_fields, AUG_LAYOUT_LIST, "accesses left out, in time and energy; options of which the best is taken stand in one inner list"),
    AUG_ROW_NODE(sparse_row, gate, "gate", &aug_sparse_option_fields, AUG_LAYOUT_LIST, "accesses left out in energy alone"),
    AUG_ROW_GROUP(sparse_row, gated, "gated", &aug_gated_energy_fields, "energy of gated actions"),
};

const aug_fields aug_sparse_fields = {
    .name = "machine level: memory: sparse",
    .about = "What a memory does with zeros.",
    .rows = sparse_rows,
    .count = AUG_COUNT(sparse_rows),
};

static bool is_list(const aug_reader *reader, const aug_node *node, const char *of) {
    if (node->kind == AUG_NODE_LIST && node->count > 0)
        return true;
    aug_node_error(reader->errors, node, "expected a list of %s, found %s", of,
                   node->kind == AUG_NODE_LIST ? "none" : aug_node_noun(reader->arena, node));
    return false;
}

static bool read_formats(const aug_reader *reader, const aug_node *node, aug_sparse_memory *memory) {
    if (!node)
        return true;
    if (node->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, node, "expected a map of tensors or roles, found %s", aug_node_noun(reader->arena, node));
        return false;
    }
    for (const aug_node *member = node->first; member; member = member->next) {
        if (!is_list(reader, member, "formats, one per rank"))
            return false;
        if (memory->format_count == AUG_SPARSE_FORMATS || member->count > AUG_SPARSE_RANKS) {
            aug_node_error(reader->errors, member, "more than %d %s", memory->format_count == AUG_SPARSE_FORMATS ? AUG_SPARSE_FORMATS : AUG_SPARSE_RANKS,
                           memory->format_count == AUG_SPARSE_FORMATS ? "tensors with a format" : "ranks of a format");
            return false;
        }
        aug_sparse_format *format = &memory->formats[memory->format_count++];
        format->tensor = member->key;
        for (const aug_node *item = member->first; item; item = item->next) {
            int rank;
            if (!aug_scalar_word(reader, item, aug_rank_format_names, &rank))
                return false;
            format->ranks[format->rank_count++] = (aug_rank_format)rank;
        }
    }
    return true;
}

static bool read_option(const aug_reader *reader, const aug_node *node, aug_sparse_option *option) {
    option_row row;
    if (!aug_fields_read(reader, node, &aug_sparse_option_fields, &row) || !is_list(reader, row.on, "tensors or roles"))
        return false;
    option->tensor = row.tensor;
    for (const aug_node *item = row.on->first; item; item = item->next) {
        if (option->on_count == AUG_SPARSE_TENSORS) {
            aug_node_error(reader->errors, item, "more than %d tensors", AUG_SPARSE_TENSORS);
            return false;
        }
        if (!aug_scalar_text(reader, item, &option->on[option->on_count++]))
            return false;
    }
    return true;
}

static bool read_rule(const aug_reader *reader, const aug_node *node, aug_sparse_rule *rule) {
    if (node->kind != AUG_NODE_LIST) {
        rule->option_count = 1;
        return read_option(reader, node, &rule->options[0]);
    }
    if (!is_list(reader, node, "options"))
        return false;
    for (const aug_node *item = node->first; item; item = item->next) {
        if (rule->option_count == AUG_SPARSE_TENSORS) {
            aug_node_error(reader->errors, item, "more than %d options", AUG_SPARSE_TENSORS);
            return false;
        }
        if (!read_option(reader, item, &rule->options[rule->option_count++]))
            return false;
    }
    return true;
}

static bool read_rules(const aug_reader *reader, const aug_node *node, bool skips, aug_sparse_memory *memory) {
    if (!node)
        return true;
    if (!is_list(reader, node, "savings such as {tensor: B, on: [A]}"))
        return false;
    for (const aug_node *item = node->first; item; item = item->next) {
        if (memory->rule_count == AUG_SPARSE_RULES) {
            aug_node_error(reader->errors, item, "more than %d savings in one memory", AUG_SPARSE_RULES);
            return false;
        }
        aug_sparse_rule *rule = &memory->rules[memory->rule_count++];
        rule->skips = skips;
        if (!read_rule(reader, item, rule))
            return false;
    }
    return true;
}

const aug_sparse_memory *aug_sparse_read(const aug_reader *reader, const aug_node *node) {
    sparse_row row;
    if (!aug_fields_read(reader, node, &aug_sparse_fields, &row))
        return NULL;
    if (row.metadata_vector == 0) {
        aug_node_error(reader->errors, aug_node_peek(node, "metadata_vector"), "expected 1 or more words");
        return NULL;
    }
    aug_sparse_memory *memory = AUG_NEW(reader->arena, aug_sparse_memory);
    memory->metadata_bits = row.metadata_bits;
    memory->metadata_vector = row.metadata_vector;
    memcpy(memory->metadata_pj, row.metadata.pj, sizeof memory->metadata_pj);
    memcpy(memory->gated_pj, row.gated.pj, sizeof memory->gated_pj);
    memcpy(memory->gated_pj_per_bit, row.gated.pj_per_bit, sizeof memory->gated_pj_per_bit);
    if (isnan(memory->gated_pj[2]) && isnan(memory->gated_pj_per_bit[2])) {
        memory->gated_pj[2] = memory->gated_pj[1];
        memory->gated_pj_per_bit[2] = memory->gated_pj_per_bit[1];
    }
    bool good = read_formats(reader, row.formats, memory);
    good &= read_rules(reader, row.skip, true, memory);
    good &= read_rules(reader, row.gate, false, memory);
    return good ? memory : NULL;
}
