#include "kernel/chip.h"

#include <math.h>

static const aug_level *memory_at(const aug_machine *machine, int index) {
    return index < machine->memory_count ? &machine->levels[machine->memories[index]] : NULL;
}

static void set_memories(const aug_machine *machine, aug_chip *chip) {
    const aug_level *memory = memory_at(machine, 0), *cache = memory_at(machine, 1);
    chip->memory_bytes_per_second = memory->memory.read_bits_per_second / 8.0;
    chip->cache_bytes_per_second = (double)INFINITY;
    if (!cache)
        return;
    chip->cache_bytes = aug_memory_total_bits(cache) / 8.0;
    chip->cache_bytes_per_second = cache->memory.read_bits_per_second * cache->instances / 8.0;
}

static void set_links(const aug_machine *machine, aug_chip *chip) {
    chip->link_chips = 1.0;
    if (machine->link_count > 0) {
        chip->link_bytes_per_second = machine->links[0].bandwidth_bits_per_second / 8.0;
        chip->link_chips = machine->links[0].chips;
    }
    if (machine->link_count > 1)
        chip->node_link_bytes_per_second = machine->links[machine->link_count - 1].bandwidth_bits_per_second / 8.0;
}

void aug_chip_of(const aug_machine *machine, aug_chip *chip) {
    *chip = (aug_chip){.units = 1.0, .power_watts = machine->power_limit_watts};
    for (int i = 0; i < machine->level_count; i++)
        if (machine->levels[i].kind == AUG_LEVEL_ARRAY)
            for (int a = 0; a < machine->levels[i].array.axis_count; a++)
                chip->units *= machine->levels[i].array.fanout[a];
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        aug_number_format used;
        chip->flops[f] = aug_machine_peak(machine, AUG_UNIT_MATRIX, (aug_number_format)f, &used);
    }
    set_memories(machine, chip);
    set_links(machine, chip);
}
