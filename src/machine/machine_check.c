// What a table of fields cannot say about a machine.
#include "machine/machine.h"

#include "base/spelling.h"

#include <string.h>

// The node of a level, for errors.
static const aug_node *level_node(const aug_node *root, int index) {
    const aug_node *levels = aug_node_peek(root, "levels");
    const aug_node *node = levels ? levels->first : NULL;
    for (int i = 0; node && i < index; i++)
        node = node->next;
    return node ? node : root;
}

static bool check_names(const aug_reader *reader, const aug_node *root, const aug_machine *machine) {
    bool good = true;
    for (int i = 0; i < machine->level_count; i++)
        for (int j = 0; j < i; j++)
            if (strcmp(machine->levels[i].name, machine->levels[j].name) == 0) {
                aug_node_error(reader->errors, level_node(root, i), "two levels are called '%.60s'", machine->levels[i].name);
                good = false;
            }
    return good;
}

static bool check_order(const aug_reader *reader, const aug_node *root, const aug_machine *machine) {
    int memories = 0, matrices = 0;
    for (int i = 0; i < machine->level_count; i++) {
        const aug_level *level = &machine->levels[i];
        if (level->kind == AUG_LEVEL_MEMORY)
            memories++;
        if (level->kind != AUG_LEVEL_COMPUTE)
            continue;
        matrices += level->compute.unit == AUG_UNIT_MATRIX;
        if (memories == 0) {
            aug_node_error(reader->errors, level_node(root, i), "compute '%.60s' has no memory outside of it", level->name);
            return false;
        }
    }
    if (memories == 0) {
        aug_node_error(reader->errors, level_node(root, 0), "a machine needs at least one memory");
        return false;
    }
    if (matrices == 0) {
        aug_error *error = aug_node_error(reader->errors, level_node(root, machine->level_count - 1), "a machine needs a compute level of matrix units");
        aug_error_hint(error, "add '- compute: mac' with a rate or a peak");
        return false;
    }
    return true;
}

static bool check_ratios(const aug_reader *reader, const aug_node *root, const aug_machine *machine) {
    if (machine->kernel.low_ratio <= 1.0 && machine->kernel.high_ratio >= 1.0)
        return true;
    const aug_node *kernel = aug_node_peek(root, "kernel");
    aug_node_error(reader->errors, kernel ? kernel : root, "expected low <= 1 <= high in 'kernel'");
    return false;
}

static bool check_hops(const aug_reader *reader, const aug_node *root, const aug_machine *machine) {
    bool good = true;
    for (int i = 0; i < machine->level_count; i++) {
        if (machine->levels[i].kind != AUG_LEVEL_ARRAY || machine->levels[i].array.hop_cycles <= 0.0 || machine->clock_hz > 0.0)
            continue;
        aug_error *error = aug_node_error(reader->errors, level_node(root, i), "a hop in cycles needs the machine's clock");
        aug_error_hint(error, "add 'clock: 1 GHz' to the machine");
        good = false;
    }
    return good;
}

// A memory is switched off with one that stands further out.
static bool check_gates(const aug_reader *reader, const aug_node *root, const aug_machine *machine) {
    bool good = true;
    for (int i = 0; i < machine->level_count; i++) {
        const aug_level *level = &machine->levels[i];
        if (level->kind != AUG_LEVEL_MEMORY || !level->memory.gated_at)
            continue;
        int outer = aug_machine_level(machine, level->memory.gated_at);
        if (outer >= 0 && outer < i && machine->levels[outer].kind == AUG_LEVEL_MEMORY)
            continue;
        aug_spelling spelling = {.wanted = level->memory.gated_at};
        for (int j = 0; j < i; j++)
            if (machine->levels[j].kind == AUG_LEVEL_MEMORY)
                aug_spelling_offer(&spelling, machine->levels[j].name);
        aug_error *error = aug_node_error(reader->errors, aug_node_peek(level_node(root, i), "gated_at"),
                                          "no memory outside of '%.60s' is called '%.60s'", level->name, level->memory.gated_at);
        aug_spelling_hint(&spelling, error);
        good = false;
    }
    return good;
}

bool aug_machine_check(const aug_reader *reader, const aug_node *root, const aug_machine *machine) {
    bool good = check_names(reader, root, machine);
    good &= check_order(reader, root, machine);
    good &= check_hops(reader, root, machine);
    good &= check_gates(reader, root, machine);
    good &= check_ratios(reader, root, machine);
    return good;
}
