// Reading the arrays among a machine's levels.
#include "machine/level_read.h"

#include "base/spelling.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const char *const per_names[] = {"run", "fold", NULL};

typedef struct network_row {
    double hop_pj, router_pj;
} network_row;

static const aug_field network_rows[] = {
    AUG_ROW_QUANTITY(network_row, hop_pj, "hop", AUG_DIMENSION_PICOJOULES, AUG_NOT_NEGATIVE, "0", "per word and step between neighbours"),
    AUG_ROW_QUANTITY(network_row, router_pj, "router", AUG_DIMENSION_PICOJOULES, AUG_NOT_NEGATIVE, "0", "per word and router that it passes"),
};

static const aug_fields network_fields = {
    .name = "machine: network",
    .about = "Energy of the wires of an array.",
    .rows = network_rows,
    .count = AUG_COUNT(network_rows),
};

typedef struct latency_row {
    double fill_cycles, drain_cycles;
    int per;
} latency_row;

static const aug_field latency_rows[] = {
    AUG_ROW_QUANTITY(latency_row, fill_cycles, "fill", AUG_DIMENSION_CYCLES, AUG_NOT_NEGATIVE, "0", "until the array is at work"),
    AUG_ROW_QUANTITY(latency_row, drain_cycles, "drain", AUG_DIMENSION_CYCLES, AUG_NOT_NEGATIVE, "0", "from its last operation to its last result"),
    AUG_ROW_WORD(latency_row, per, "per", per_names, "run", "how often both are paid: run (once), or fold (once per set of tiles that the array holds)"),
};

static const aug_fields latency_fields = {
    .name = "machine: array latency",
    .about = "Cycles that an array takes besides its work.",
    .rows = latency_rows,
    .count = AUG_COUNT(latency_rows),
};

typedef struct array_row {
    const char *name;
    const aug_node *fanout, *multicast, *reduce;
    double hop_cycles, sum_hop_cycles, sum_rounds;
    network_row network;
    latency_row latency;
} array_row;

static const aug_field array_rows[] = {
    {.key = "array", .kind = AUG_FIELD_TEXT, .offset = offsetof(array_row, name), .required = true, .help = "the level's name"},
    {.key = "fanout", .kind = AUG_FIELD_NODE, .offset = offsetof(array_row, fanout), .required = true, .layout = AUG_LAYOUT_MAP, .help = "axis: count, as {x: 128, y: 128}"},
    AUG_ROW_NODE(array_row, multicast, "multicast", NULL, AUG_LAYOUT_ONE, "whether children that need the same words share one read: true (the default), false, a list of tensors or roles, or one of these per axis, {x: false, y: [A, weight]}"),
    AUG_ROW_NODE(array_row, reduce, "reduce", NULL, AUG_LAYOUT_ONE, "whether results of children are added on their way up: as multicast"),
    AUG_ROW_QUANTITY(array_row, hop_cycles, "hop", AUG_DIMENSION_CYCLES, AUG_NOT_NEGATIVE, "0", "latency from one instance to its neighbour: an operator waits for one sweep in and one out"),
    AUG_ROW_QUANTITY(array_row, sum_hop_cycles, "sum_hop", AUG_DIMENSION_CYCLES, AUG_NOT_NEGATIVE, NULL, "the same on the way out, where each instance adds to what it hands on; hop where missing"),
    AUG_ROW_QUANTITY(array_row, sum_rounds, "sum_rounds", AUG_DIMENSION_NUMBER, AUG_POSITIVE, "1", "sweeps that a sum over all instances takes inside an operator that needs its result: 1 where results are added on their way, 2 where they are brought together first"),
    AUG_ROW_GROUP(array_row, network, "network", &network_fields, "energy of its wires, {hop: 0.1 pJ, router: 0.05 pJ} per word"),
    AUG_ROW_GROUP(array_row, latency, "latency", &latency_fields, "{fill: 7 cycles, drain: 5 cycles, per: fold}"),
};

const aug_fields aug_array_fields = {
    .name = "machine level: array",
    .about = "Everything below it stands once per point of the array.",
    .rows = array_rows,
    .count = AUG_COUNT(array_rows),
};

static bool read_fanout(const aug_reader *reader, const aug_node *fanout, aug_array *array) {
    if (fanout->kind != AUG_NODE_MAP || fanout->count == 0 || fanout->count > AUG_AXES) {
        aug_node_error(reader->errors, fanout, "expected 1 to %d axes such as {x: 128, y: 128}", AUG_AXES);
        return false;
    }
    bool good = true;
    for (const aug_node *axis = fanout->first; axis; axis = axis->next) {
        uint64_t count;
        bool read = aug_scalar_count_between(reader, axis, 1, 100000000, &count);
        good &= read;
        array->axes[array->axis_count] = axis->key;
        array->fanout[array->axis_count++] = read ? (double)count : 1.0;
    }
    return good;
}

static bool read_axis_sharing(const aug_reader *reader, const aug_node *node, const aug_array *array, const char *key,
                              aug_sharing *of) {
    aug_spelling spelling = {.wanted = node->key};
    for (int a = 0; a < array->axis_count; a++) {
        if (strcmp(array->axes[a], node->key) == 0)
            return aug_sharing_read(reader, node, &of[a]);
        aug_spelling_offer(&spelling, array->axes[a]);
    }
    aug_error *error = aug_node_key_error(reader->errors, node, "the array has no axis '%.60s' for '%s'", node->key, key);
    aug_spelling_hint(&spelling, error);
    return false;
}

// One answer for all axes, or one per axis; an axis that is left out shares everything.
static bool read_sharing(const aug_reader *reader, const aug_node *node, const aug_array *array, const char *key,
                         aug_sharing *of) {
    bool good = true;
    for (int a = 0; a < array->axis_count; a++)
        of[a] = (aug_sharing){.all = true};
    if (!node)
        return true;
    if (node->kind == AUG_NODE_MAP) {
        for (const aug_node *member = node->first; member; member = member->next)
            good &= read_axis_sharing(reader, member, array, key, of);
        return good;
    }
    aug_sharing all;
    good = aug_sharing_read(reader, node, &all);
    for (int a = 0; a < array->axis_count; a++)
        of[a] = all;
    return good;
}

bool aug_array_read(const aug_reader *reader, const aug_node *node, aug_level *level) {
    array_row row;
    if (!aug_fields_read(reader, node, &aug_array_fields, &row))
        return false;
    aug_array *array = &level->array;
    *array = (aug_array){.hop_cycles = row.hop_cycles,
                         .sum_hop_cycles = isnan(row.sum_hop_cycles) ? row.hop_cycles : row.sum_hop_cycles,
                         .sum_rounds = row.sum_rounds,
                         .network_hop_pj = row.network.hop_pj,
                         .network_router_pj = row.network.router_pj,
                         .fill_cycles = row.latency.fill_cycles,
                         .drain_cycles = row.latency.drain_cycles,
                         .per_fold = row.latency.per == 1};
    level->name = row.name;
    if (!read_fanout(reader, row.fanout, array))
        return false;
    bool good = read_sharing(reader, row.multicast, array, "multicast", array->share);
    good &= read_sharing(reader, row.reduce, array, "reduce", array->reduce);
    for (int a = 0; a < array->axis_count; a++)
        array->multicast |= array->share[a].all || array->share[a].names.count > 0;
    return good;
}
