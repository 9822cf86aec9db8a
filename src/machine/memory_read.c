// Reading the memories among a machine's levels.
//
// The energy of an action is given per bit, per word or per action; `vector` and `bits` say how many words an action moves
// and how long they are. With bits: 16, energy: 4 pJ/word is also 0.25 pJ/bit, so that what counts bits knows it too.
#include "machine/level_read.h"
#include "machine/sparse_design.h"

#include "base/spelling.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const char *const action_names[] = {"read", "write", "update", NULL};
static const char *const words_names[] = {"stored", "computed", NULL};
static const char *const cells_names[] = {"sram", "hbm", "gddr", "lpddr", "ddr", NULL};

typedef struct memory_row {
    const char *name;
    aug_memory memory;
    const aug_node *bandwidth, *energy, *bits, *keep, *sparse;
} memory_row;

static const aug_field memory_rows[] = {
    {.key = "memory", .kind = AUG_FIELD_TEXT, .offset = offsetof(memory_row, name), .required = true, .help = "the level's name"},
    AUG_ROW_QUANTITY(memory_row, memory.size_bits, "size", AUG_DIMENSION_BITS, AUG_POSITIVE_OR_INFINITE, "inf", "capacity per instance; unlimited where missing"),
    AUG_ROW_NODE(memory_row, bandwidth, "bandwidth", NULL, AUG_LAYOUT_ONE, "per instance, '400 GB/s' or '64 bit/cycle': one port for both, or {read: ..., write: ...}; unlimited where missing"),
    AUG_ROW_NODE(memory_row, energy, "energy", NULL, AUG_LAYOUT_ONE, "per bit '7 pJ/bit', per word '4 pJ/word' or per action '4 pJ'; or {read: ..., write: ..., update: ...}; update is write where missing"),
    AUG_ROW_COUNT(memory_row, memory.vector, "vector", "1", "words that one action moves"),
    AUG_ROW_NODE(memory_row, bits, "bits", NULL, AUG_LAYOUT_ONE, "of a word in this memory: 16, or {A: 8, output: 32} by tensor or role; the tensor's own where missing"),
    AUG_ROW_WORD(memory_row, memory.words, "words", words_names, "stored", "in a roofline, how wide operands are that are read here: as they are stored, or as the units compute them"),
    AUG_ROW_QUANTITY(memory_row, memory.leakage_pj_per_cycle, "leakage", AUG_DIMENSION_PJ_PER_CYCLE, AUG_NOT_NEGATIVE, "0", "per instance"),
    AUG_ROW_TEXT(memory_row, memory.gated_at, "gated_at", "memory further out: where one of its instances is used, all instances of this one inside of it leak; without it those that are used"),
    AUG_ROW_QUANTITY(memory_row, memory.area_mm2, "area", AUG_DIMENSION_MM2, AUG_NOT_NEGATIVE, NULL, "per instance, '50000 um2'"),
    AUG_ROW_WORD(memory_row, memory.cells, "cells", cells_names, "sram", "what it is made of, for area and price"),
    AUG_ROW_NODE(memory_row, keep, "keep", &aug_keep_fields, AUG_LAYOUT_ONE, "{must: [...], may: [...], never: [...]}: tensors or roles it keeps"),
    AUG_ROW_NODE(memory_row, sparse, "sparse", &aug_sparse_fields, AUG_LAYOUT_ONE, "formats of tensors with zeros, and accesses that are saved because of them"),
    AUG_ROW_COUNT(memory_row, memory.buffers, "buffers", "1", "copies of each tile (2: double buffering)"),
};

const aug_fields aug_memory_fields = {
    .name = "machine level: memory",
    .about = "A memory; size, bandwidth, energy, leakage and area are per instance.",
    .rows = memory_rows,
    .count = AUG_COUNT(memory_rows),
};

// One bandwidth. Per cycle it keeps its exact bits beside those per second.
static bool read_port(const aug_reader *reader, const aug_node *node, const aug_machine *machine, double *per_second,
                      double *per_cycle) {
    double value;
    bool is_per_cycle;
    if (!aug_scalar_either(reader, node, AUG_DIMENSION_BITS_PER_SECOND, AUG_DIMENSION_BITS_PER_CYCLE,
                           AUG_POSITIVE_OR_INFINITE, &value, &is_per_cycle))
        return false;
    *per_second = value;
    if (!is_per_cycle)
        return true;
    if (isnan(machine->clock_hz)) {
        aug_error *error = aug_node_error(reader->errors, node, "a bandwidth per cycle needs the machine's clock");
        aug_error_hint(error, "add 'clock: 1 GHz' to the machine");
        return false;
    }
    *per_cycle = value;
    *per_second = value * machine->clock_hz;
    return true;
}

static bool read_bandwidth(const aug_reader *reader, const aug_node *node, const aug_machine *machine, aug_memory *memory) {
    memory->read_bits_per_second = memory->write_bits_per_second = (double)INFINITY;
    memory->read_bits_per_cycle = memory->write_bits_per_cycle = (double)NAN;
    memory->shared_port = true;
    if (!node)
        return true;
    if (node->kind == AUG_NODE_SCALAR) {
        bool good = read_port(reader, node, machine, &memory->read_bits_per_second, &memory->read_bits_per_cycle);
        memory->write_bits_per_second = memory->read_bits_per_second;
        memory->write_bits_per_cycle = memory->read_bits_per_cycle;
        return good;
    }
    memory->shared_port = false;
    bool good = true;
    for (const aug_node *member = node->first; member; member = member->next) {
        if (member->key && strcmp(member->key, "read") == 0) {
            good &= read_port(reader, member, machine, &memory->read_bits_per_second, &memory->read_bits_per_cycle);
        } else if (member->key && strcmp(member->key, "write") == 0) {
            good &= read_port(reader, member, machine, &memory->write_bits_per_second, &memory->write_bits_per_cycle);
        } else {
            aug_node_key_error(reader->errors, member, "expected 'read' or 'write' in 'bandwidth'");
            good = false;
        }
    }
    return good;
}

// One energy, for the actions from `first` on.
static bool read_energy(const aug_reader *reader, const aug_node *node, int first, int count, aug_memory *memory) {
    static const aug_dimension ways[] = {AUG_DIMENSION_PJ_PER_BIT, AUG_DIMENSION_PJ_PER_WORD, AUG_DIMENSION_PICOJOULES};
    double *const of[] = {memory->energy_pj_per_bit, memory->energy_pj_per_word, memory->energy_pj_per_action};
    double value;
    int which;
    if (!aug_scalar_among(reader, node, ways, AUG_COUNT(ways), AUG_NOT_NEGATIVE, &value, &which))
        return false;
    for (int action = first; action < first + count; action++)
        of[which][action] = value;
    return true;
}

static bool read_action_energy(const aug_reader *reader, const aug_node *node, aug_memory *memory) {
    aug_spelling spelling = {.wanted = node->key};
    for (int action = 0; action < AUG_ACTION_COUNT; action++) {
        if (node->key && strcmp(node->key, action_names[action]) == 0)
            return read_energy(reader, node, action, 1, memory);
        if (node->key)
            aug_spelling_offer(&spelling, action_names[action]);
    }
    if (!node->key) {
        aug_node_error(reader->errors, node, "expected {read: ..., write: ..., update: ...} in 'energy'");
        return false;
    }
    aug_error *error = aug_node_key_error(reader->errors, node, "unknown key '%.60s' in 'energy'", node->key);
    aug_spelling_hint(&spelling, error);
    return false;
}

static bool is_stated(const aug_memory *memory, int action) {
    return !isnan(memory->energy_pj_per_bit[action]) || !isnan(memory->energy_pj_per_word[action]) ||
           !isnan(memory->energy_pj_per_action[action]);
}

static bool read_energies(const aug_reader *reader, const aug_node *node, aug_memory *memory) {
    bool good = true;
    for (int action = 0; action < AUG_ACTION_COUNT; action++)
        memory->energy_pj_per_bit[action] = memory->energy_pj_per_word[action] = memory->energy_pj_per_action[action] = (double)NAN;
    if (!node)
        return true;
    if (node->kind == AUG_NODE_SCALAR)
        return read_energy(reader, node, 0, AUG_ACTION_COUNT, memory);
    for (const aug_node *member = node->first; member; member = member->next)
        good &= read_action_energy(reader, member, memory);
    if (!is_stated(memory, AUG_ACTION_UPDATE)) {
        memory->energy_pj_per_bit[AUG_ACTION_UPDATE] = memory->energy_pj_per_bit[AUG_ACTION_WRITE];
        memory->energy_pj_per_word[AUG_ACTION_UPDATE] = memory->energy_pj_per_word[AUG_ACTION_WRITE];
        memory->energy_pj_per_action[AUG_ACTION_UPDATE] = memory->energy_pj_per_action[AUG_ACTION_WRITE];
    }
    return good;
}

// Where all words are of one length, an energy per word or action is also one per bit.
static void energies_per_bit(aug_memory *memory) {
    for (int action = 0; action < AUG_ACTION_COUNT; action++) {
        if (!isnan(memory->energy_pj_per_word[action]))
            memory->energy_pj_per_bit[action] = memory->energy_pj_per_word[action] / memory->bits.all;
        else if (!isnan(memory->energy_pj_per_action[action]))
            memory->energy_pj_per_bit[action] = memory->energy_pj_per_action[action] / (memory->bits.all * (double)memory->vector);
    }
}

static bool read_bits(const aug_reader *reader, const aug_node *node, aug_word_bits *bits) {
    *bits = (aug_word_bits){.all = (double)NAN};
    if (!node)
        return true;
    if (node->kind == AUG_NODE_SCALAR)
        return aug_scalar_quantity(reader, node, AUG_DIMENSION_NUMBER, AUG_POSITIVE, &bits->all);
    if (node->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, node, "expected a number of bits or a map such as {A: 8, output: 32}, found %s",
                       aug_node_noun(reader->arena, node));
        return false;
    }
    bool good = true;
    bits->names.names = AUG_NEW_ARRAY(reader->arena, const char *, node->count);
    bits->of = AUG_NEW_ARRAY(reader->arena, double, node->count);
    for (const aug_node *member = node->first; member; member = member->next) {
        int i = bits->names.count++;
        bits->names.names[i] = member->key;
        good &= aug_scalar_quantity(reader, member, AUG_DIMENSION_NUMBER, AUG_POSITIVE, &bits->of[i]);
    }
    return good;
}

static bool check_counts(const aug_reader *reader, const aug_node *node, const aug_memory *memory) {
    if (memory->buffers == 0)
        aug_node_error(reader->errors, aug_node_peek(node, "buffers"), "expected 1 or more buffers");
    if (memory->vector == 0)
        aug_node_error(reader->errors, aug_node_peek(node, "vector"), "expected 1 or more words");
    return memory->buffers > 0 && memory->vector > 0;
}

bool aug_memory_read(const aug_reader *reader, const aug_node *node, const aug_machine *machine, aug_level *level) {
    memory_row row;
    if (!aug_fields_read(reader, node, &aug_memory_fields, &row))
        return false;
    bool good = read_bandwidth(reader, row.bandwidth, machine, &row.memory);
    good &= read_energies(reader, row.energy, &row.memory);
    good &= read_bits(reader, row.bits, &row.memory.bits);
    good &= aug_keep_read(reader, row.keep, &row.memory.keep);
    good &= check_counts(reader, node, &row.memory);
    row.memory.sparse = row.sparse ? aug_sparse_read(reader, row.sparse) : NULL;
    good &= !row.sparse || row.memory.sparse;
    if (!good)
        return false;
    energies_per_bit(&row.memory);
    level->name = row.name;
    level->memory = row.memory;
    return true;
}
