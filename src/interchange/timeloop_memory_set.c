// What the attributes of a memory say together: blocks and rows, sizes, ports, metadata.
#include "interchange/timeloop_attributes.h"

#include <math.h>

// block · cluster · datawidth = width: two of them give the third; rows that instances share are not
// expressed.
static bool set_block(const aug_reader *reader, const aug_timeloop_attributes *found,
                      aug_timeloop_level *level) {
    double block = found->values[AUG_SLOT_BLOCK], cluster = found->values[AUG_SLOT_CLUSTER],
           width = found->values[AUG_SLOT_WIDTH];
    const aug_node *width_node = found->nodes[AUG_SLOT_WIDTH];
    if (!isnan(width)) {
        double words = width / level->word_bits;
        if (isnan(block) && isnan(cluster))
            block = words, cluster = 1.0;
        else if (isnan(block))
            block = words / cluster;
        else if (isnan(cluster))
            cluster = words / block;
        if (block * cluster != words || block != floor(block) || cluster != floor(cluster) || block < 1.0 ||
            cluster < 1.0) {
            aug_error *error = aug_node_error(reader->errors, width_node,
                                              "a row of %.0f bits is no whole number of blocks", width);
            aug_error_hint(error, "width = datawidth x block_size x cluster_size");
            return false;
        }
    }
    level->block = isnan(block) ? 1.0 : block;
    if (isnan(cluster) || cluster == 1.0)
        return true;
    const aug_node *at = found->nodes[AUG_SLOT_CLUSTER] ? found->nodes[AUG_SLOT_CLUSTER] : width_node;
    aug_error *error = aug_node_error(
        reader->errors, at, "rows that %.0f instances share (cluster_size) cannot be expressed", cluster);
    aug_error_hint(error, "give each instance a row of its own: width = datawidth x block_size");
    return false;
}

// One access moves a row of metadata: metadata_storage_width bits, or a block of words.
static bool set_metadata(const aug_reader *reader, const aug_timeloop_attributes *found,
                         aug_timeloop_level *level) {
    double bits = found->values[AUG_SLOT_METADATA_BITS], width = found->values[AUG_SLOT_METADATA_WIDTH],
           block = found->values[AUG_SLOT_METADATA_BLOCK];
    level->metadata_bits = bits > 0.0 ? bits : (double)NAN;
    level->metadata_block = isnan(block) ? 1.0 : block;
    if (!(bits > 0.0 && width > 0.0))
        return true;
    double words = width / bits;
    if (isnan(block))
        level->metadata_block = words;
    if (words == floor(words) && level->metadata_block == words)
        return true;
    aug_error *error = aug_node_error(reader->errors, found->nodes[AUG_SLOT_METADATA_WIDTH],
                                      "a row of metadata of %.0f bits is no whole number of blocks", width);
    aug_error_hint(error, "metadata_storage_width = metadata_datawidth x metadata_block_size");
    return false;
}

static bool set_size(const aug_reader *reader, const aug_timeloop_attributes *found,
                     aug_timeloop_level *level) {
    static const aug_timeloop_slot ways[] = {AUG_SLOT_ENTRIES, AUG_SLOT_DEPTH, AUG_SLOT_KILOBYTES};
    level->size_words = (double)INFINITY;
    const aug_node *before = NULL;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const aug_node *node = found->nodes[ways[i]];
        double value = found->values[ways[i]];
        if (!node)
            continue;
        if (before) {
            aug_node_key_error(reader->errors, node, "'%.40s' says again what '%.40s' says", node->key,
                               before->key);
            return false;
        }
        before = node;
        if (ways[i] == AUG_SLOT_ENTRIES)
            level->size_words = value;
        else if (ways[i] == AUG_SLOT_DEPTH)
            level->size_words = value * level->block;
        else
            level->size_words = floor(value * 8192.0 / level->word_bits);
    }
    return true;
}

// One port for both directions, or one for each; Auger has no third one that both share.
static bool set_bandwidth(const aug_reader *reader, const aug_timeloop_attributes *found,
                          aug_timeloop_level *level) {
    const double *values = found->values;
    double both = values[AUG_SLOT_BANDWIDTH] / 2.0, unlimited = (double)INFINITY;
    double read = !isnan(values[AUG_SLOT_READ]) ? values[AUG_SLOT_READ] : !isnan(both) ? both : unlimited;
    double write = !isnan(values[AUG_SLOT_WRITE]) ? values[AUG_SLOT_WRITE] : !isnan(both) ? both : unlimited;
    double shared = isnan(values[AUG_SLOT_SHARED]) ? unlimited : values[AUG_SLOT_SHARED];
    if (shared >= read + write)
        shared = unlimited;
    else if (shared <= read && shared <= write)
        read = write = unlimited;
    level->read_words = read;
    level->write_words = write;
    level->shared_words = shared;
    if (!isfinite(shared) || (isinf(read) && isinf(write)))
        return true;
    aug_error *error = aug_node_key_error(reader->errors, found->nodes[AUG_SLOT_SHARED],
                                          "'shared_bandwidth' beside narrower ports cannot be expressed");
    aug_error_hint(error, "state shared_bandwidth alone, or read_bandwidth and write_bandwidth");
    return false;
}

static double stated_or(double value, double otherwise) {
    return isnan(value) ? otherwise : value;
}

bool aug_timeloop_memory_set(const aug_reader *reader, const aug_timeloop_attributes *found,
                             aug_timeloop_level *level) {
    level->buffering = stated_or(found->values[AUG_SLOT_BUFFERING], 1.0);
    level->fill_cycles = stated_or(found->values[AUG_SLOT_FILL], 0.0);
    level->drain_cycles = stated_or(found->values[AUG_SLOT_DRAIN], 0.0);
    level->hop_pj = stated_or(found->values[AUG_SLOT_HOP], 0.0);
    level->router_pj = stated_or(found->values[AUG_SLOT_ROUTER], 0.0);
    for (int action = AUG_TIMELOOP_READ; action <= AUG_TIMELOOP_UPDATE; action++)
        level->energy_pj[action] = found->values[AUG_SLOT_ACCESS_ENERGY];
    level->area_um2 = found->values[AUG_SLOT_AREA];
    bool good = set_block(reader, found, level);
    good &= set_metadata(reader, found, level);
    good &= set_size(reader, found, level);
    return set_bandwidth(reader, found, level) && good;
}
