// One table per kind of owner. A row says what its key is: a number that goes to a slot, a value that changes
// nothing, one that may only be what changes nothing, or what cannot be expressed.
#include "interchange/timeloop_attributes.h"

#include "interchange/timeloop_keys.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum attribute_kind {
    ATTRIBUTE_WHOLE,  // 1, 2, ...
    ATTRIBUTE_LENGTH, // 0, 1, 2, ...
    ATTRIBUTE_NUMBER, // 0 or more
    ATTRIBUTE_POSITIVE,
    ATTRIBUTE_TEXT,
    ATTRIBUTE_HARMLESS, // changes nothing that Timeloop counts where tables of energy are given
    ATTRIBUTE_ONLY,     // one of the values of `only`, which change nothing
    ATTRIBUTE_REFUSED
} attribute_kind;

typedef struct attribute_row {
    const char *key;
    attribute_kind kind;
    aug_timeloop_slot slot;
    const char *only; // values, separated by blanks
    const char *hint;
} attribute_row;

#define OF_COMPUTE                                                                                           \
    {"datawidth", ATTRIBUTE_WHOLE, AUG_SLOT_WORD_BITS, NULL, NULL},                                          \
        {"word_bits", ATTRIBUTE_WHOLE, AUG_SLOT_WORD_BITS, NULL, NULL},                                      \
        {"word_width", ATTRIBUTE_WHOLE, AUG_SLOT_WORD_BITS, NULL, NULL},                                     \
        {"instances", ATTRIBUTE_WHOLE, AUG_SLOT_INSTANCES, NULL, NULL},                                      \
        {"meshX", ATTRIBUTE_WHOLE, AUG_SLOT_MESH_X, NULL, NULL},                                             \
        {"meshY", ATTRIBUTE_WHOLE, AUG_SLOT_MESH_Y, NULL, NULL}, {                                           \
        "power_gated_at", ATTRIBUTE_TEXT, AUG_SLOT_GATED_AT, NULL, NULL                                      \
    }
#define HARMLESS(name)                                                                                       \
    { name, ATTRIBUTE_HARMLESS, AUG_SLOT_COUNT, NULL, NULL }

static const char own_networks[] = "only the networks that Timeloop infers between levels are read";

static const attribute_row memory_rows[] = {
    OF_COMPUTE,
    {"block_size", ATTRIBUTE_WHOLE, AUG_SLOT_BLOCK, NULL, NULL},
    {"n_words", ATTRIBUTE_WHOLE, AUG_SLOT_BLOCK, NULL, NULL},
    {"cluster_size", ATTRIBUTE_WHOLE, AUG_SLOT_CLUSTER, NULL, NULL},
    {"width", ATTRIBUTE_WHOLE, AUG_SLOT_WIDTH, NULL, NULL},
    {"memory_width", ATTRIBUTE_WHOLE, AUG_SLOT_WIDTH, NULL, NULL},
    {"data_storage_width", ATTRIBUTE_WHOLE, AUG_SLOT_WIDTH, NULL, NULL},
    {"entries", ATTRIBUTE_WHOLE, AUG_SLOT_ENTRIES, NULL, NULL},
    {"depth", ATTRIBUTE_WHOLE, AUG_SLOT_DEPTH, NULL, NULL},
    {"memory_depth", ATTRIBUTE_WHOLE, AUG_SLOT_DEPTH, NULL, NULL},
    {"data_storage_depth", ATTRIBUTE_WHOLE, AUG_SLOT_DEPTH, NULL, NULL},
    {"sizeKB", ATTRIBUTE_WHOLE, AUG_SLOT_KILOBYTES, NULL, NULL},
    {"bandwidth", ATTRIBUTE_POSITIVE, AUG_SLOT_BANDWIDTH, NULL, NULL},
    {"read_bandwidth", ATTRIBUTE_POSITIVE, AUG_SLOT_READ, NULL, NULL},
    {"write_bandwidth", ATTRIBUTE_POSITIVE, AUG_SLOT_WRITE, NULL, NULL},
    {"shared_bandwidth", ATTRIBUTE_POSITIVE, AUG_SLOT_SHARED, NULL, NULL},
    {"multiple_buffering", ATTRIBUTE_POSITIVE, AUG_SLOT_BUFFERING, NULL, NULL},
    {"network_fill_latency", ATTRIBUTE_LENGTH, AUG_SLOT_FILL, NULL, NULL},
    {"network_drain_latency", ATTRIBUTE_LENGTH, AUG_SLOT_DRAIN, NULL, NULL},
    {"energy_per_hop", ATTRIBUTE_NUMBER, AUG_SLOT_HOP, NULL, NULL},
    {"router_energy", ATTRIBUTE_NUMBER, AUG_SLOT_ROUTER, NULL, NULL},
    {"metadata_datawidth", ATTRIBUTE_LENGTH, AUG_SLOT_METADATA_BITS, NULL, NULL},
    {"metadata_word_bits", ATTRIBUTE_LENGTH, AUG_SLOT_METADATA_BITS, NULL, NULL},
    {"vector_access_energy", ATTRIBUTE_NUMBER, AUG_SLOT_ACCESS_ENERGY, NULL, NULL},
    {"cluster_area", ATTRIBUTE_NUMBER, AUG_SLOT_AREA, NULL, NULL},
    {"metadata_block_size", ATTRIBUTE_WHOLE, AUG_SLOT_METADATA_BLOCK, NULL, NULL},
    {"metadata_storage_width", ATTRIBUTE_LENGTH, AUG_SLOT_METADATA_WIDTH, NULL, NULL},
    {"min_utilization", ATTRIBUTE_ONLY, AUG_SLOT_COUNT, "0",
     "a mapping is never refused for small tiles; leave it out"},
    {"reduction_supported", ATTRIBUTE_ONLY, AUG_SLOT_COUNT, "yes true", "every memory adds in place"},
    {"allow_overbooking", ATTRIBUTE_ONLY, AUG_SLOT_COUNT, "false no", "tiles have to fit"},
    {"tile_partition_supported", ATTRIBUTE_ONLY, AUG_SLOT_COUNT, "false no",
     "Timeloop does not support it either"},
    {"network_type", ATTRIBUTE_ONLY, AUG_SLOT_COUNT, "1:1 1:N",
     "a multicast from several sources is not modelled"},
    {"addr_gen_energy", ATTRIBUTE_ONLY, AUG_SLOT_COUNT, "0", "add it to the energies of the table"},
    {"wire_energy", ATTRIBUTE_ONLY, AUG_SLOT_COUNT, "0", "state energy_per_hop, in pJ per word"},
    {"network_read", ATTRIBUTE_REFUSED, AUG_SLOT_COUNT, NULL, own_networks},
    {"network_fill", ATTRIBUTE_REFUSED, AUG_SLOT_COUNT, NULL, own_networks},
    {"network_drain", ATTRIBUTE_REFUSED, AUG_SLOT_COUNT, NULL, own_networks},
    {"network_update", ATTRIBUTE_REFUSED, AUG_SLOT_COUNT, NULL, own_networks},
    {"per_dataspace_bandwidth_consumption_scale", ATTRIBUTE_REFUSED, AUG_SLOT_COUNT, NULL,
     "every word takes its own bits of the bandwidth"},
    HARMLESS("technology"),
    HARMLESS("voltage"),
    HARMLESS("temperature"),
    HARMLESS("type"),
    HARMLESS("latency"),
    HARMLESS("read_latency"),
    HARMLESS("write_latency"),
    HARMLESS("n_banks"),
    HARMLESS("num_banks"),
    HARMLESS("n_ports"),
    HARMLESS("num_ports"),
    HARMLESS("n_rd_ports"),
    HARMLESS("n_wr_ports"),
    HARMLESS("n_rdwr_ports"),
    HARMLESS("n_rw_ports"),
    HARMLESS("cycle_time"),
    HARMLESS("global_cycle_seconds"),
    HARMLESS("cycle_seconds"),
    HARMLESS("network_word_bits"),
    HARMLESS("tile_width"),
    HARMLESS("metadata_storage_depth"),
    HARMLESS("decompression_supported"),
    HARMLESS("compression_supported"),
    HARMLESS("concordant_compressed_tile_traversal"),
    HARMLESS("action_latency_cycles"),
    {NULL, ATTRIBUTE_HARMLESS, AUG_SLOT_COUNT, NULL, NULL},
};

static const attribute_row compute_rows[] = {
    OF_COMPUTE,
    {"network_operand", ATTRIBUTE_REFUSED, AUG_SLOT_COUNT, NULL, own_networks},
    {"network_result", ATTRIBUTE_REFUSED, AUG_SLOT_COUNT, NULL, own_networks},
    HARMLESS("technology"),
    HARMLESS("voltage"),
    HARMLESS("temperature"),
    HARMLESS("latency"),
    HARMLESS("width"),
    HARMLESS("num_stages"),
    HARMLESS("multiplier_width"),
    HARMLESS("adder_width"),
    HARMLESS("exponent"),
    HARMLESS("mantissa"),
    HARMLESS("cycle_time"),
    HARMLESS("global_cycle_seconds"),
    HARMLESS("cycle_seconds"),
    HARMLESS("action_latency_cycles"),
    {NULL, ATTRIBUTE_HARMLESS, AUG_SLOT_COUNT, NULL, NULL},
};

// Of a node of the tree: what Accelergy hands down to components. Timeloop reads them at components only.
static const attribute_row tree_rows[] = {
    HARMLESS("technology"),    HARMLESS("voltage"),
    HARMLESS("temperature"),   HARMLESS("global_cycle_seconds"),
    HARMLESS("cycle_seconds"), {NULL, ATTRIBUTE_HARMLESS, AUG_SLOT_COUNT, NULL, NULL},
};

static const attribute_row *find_row(const attribute_row *rows, const char *key) {
    for (; rows->key; rows++)
        if (aug_timeloop_same(rows->key, key))
            return rows;
    return NULL;
}

bool aug_timeloop_is_one_of(const char *values, const aug_node *node) {
    if (node->kind != AUG_NODE_SCALAR)
        return false;
    char *end = NULL;
    double number = strtod(node->text, &end);
    bool is_number = end != node->text && *end == '\0';
    size_t length = strlen(node->text);
    for (const char *at = values; *at; at += strspn(at, " ")) {
        size_t span = strcspn(at, " ");
        char *behind = NULL;
        double value = strtod(at, &behind);
        if ((span == length && strncmp(at, node->text, span) == 0) ||
            (is_number && behind == at + span && span && value == number))
            return true;
        at += span;
    }
    return false;
}

static bool read_value(const aug_reader *reader, const aug_node *node, const attribute_row *row,
                       aug_timeloop_attributes *found) {
    double *value = &found->values[row->slot];
    found->nodes[row->slot] = node;
    switch (row->kind) {
    case ATTRIBUTE_WHOLE:
        return aug_timeloop_whole(reader, node, 1.0, value);
    case ATTRIBUTE_LENGTH:
        return aug_timeloop_whole(reader, node, 0.0, value);
    case ATTRIBUTE_NUMBER:
        return aug_timeloop_number(reader, node, value);
    case ATTRIBUTE_POSITIVE:
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_NUMBER, AUG_POSITIVE, value);
    case ATTRIBUTE_TEXT: {
        const char *text;
        return aug_scalar_text(reader, node, &text);
    }
    case ATTRIBUTE_HARMLESS:
    case ATTRIBUTE_ONLY:
    case ATTRIBUTE_REFUSED:
        break;
    }
    return true;
}

static bool read_attribute(const aug_reader *reader, const aug_node *node, const attribute_row *row,
                           aug_timeloop_attributes *found) {
    if (row->kind == ATTRIBUTE_HARMLESS)
        return true;
    if (row->kind == ATTRIBUTE_REFUSED) {
        aug_timeloop_refuse(reader, node, row->hint);
        return false;
    }
    if (row->kind == ATTRIBUTE_ONLY) {
        if (aug_timeloop_is_one_of(row->only, node))
            return true;
        aug_error *error = aug_node_error(reader->errors, node, "'%.40s: %.40s' cannot be expressed",
                                          row->key, node->kind == AUG_NODE_SCALAR ? node->text : "...");
        aug_error_hint(error, "%s", row->hint);
        return false;
    }
    const aug_node *before = found->nodes[row->slot];
    if (before) {
        aug_node_key_error(reader->errors, node, "'%.40s' says again what '%.40s' says", node->key,
                           before->key);
        return false;
    }
    return read_value(reader, node, row, found);
}

bool aug_timeloop_attributes_read(const aug_reader *reader, const aug_node *map, aug_timeloop_owner owner,
                                  aug_timeloop_attributes *found) {
    static const char *const nouns[] = {"attributes of a memory", "attributes of a compute unit",
                                        "attributes of a subtree"};
    static const attribute_row *const tables[] = {memory_rows, compute_rows, tree_rows};
    const attribute_row *rows = tables[owner];
    for (int i = 0; i < AUG_SLOT_COUNT; i++)
        found->values[i] = (double)NAN, found->nodes[i] = NULL;
    if (!map)
        return true;
    const char *known[96];
    int count = 0;
    for (const attribute_row *row = rows; row->key; row++)
        known[count++] = row->key;
    known[count] = NULL;
    const aug_timeloop_keys keys = {nouns[owner], known, NULL};
    bool good = aug_timeloop_check(reader, map, &keys);
    for (const aug_node *member = map->first; member; member = member->next) {
        const attribute_row *row =
            member->key && !aug_node_is_null(member) ? find_row(rows, member->key) : NULL;
        if (row)
            good &= read_attribute(reader, member, row, found);
    }
    return good;
}
