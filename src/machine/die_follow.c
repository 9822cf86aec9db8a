// An inventory counts what no level of a machine tells: registers, lanes, threads, spare cores. When a study
// varies the machine, the inventory moves in proportion:
//
//   cores        by the growth that instances of the matrix units (elements of the arrays around them) and
//                multiply-accumulates per cycle have in common, each core with all that it owns
//   their units  by what is left of the change of multiply-accumulates per cycle
//   SRAM         memory in common by that of the levels outside of all arrays, memory of cores by that of the
//                levels inside; where the file has one kind only, by all of it
//   interfaces   by the bandwidth of the memories of their cells, and of the links
//
// Example, 128 cores of 1024 units of which 108 work, 48 MiB in common and six stacks; varied from 108 to 120
// instances, from 312 to 347 TFLOP/s, from 40 to 20 MB of cache and from 5 to 6 stacks' bandwidth: 142.2
// cores of which 120 work, of 1024 units each, 24 MiB, 7.2 sites for stacks.
#include "machine/die_follow.h"

#include <math.h>

// What of a machine an inventory follows.
typedef struct extent {
    double instances, units_per_cycle; // of matrix units
    double outside_bits, inside_bits;  // of SRAM, by arrays
    double outside_rate;               // bits per second of the former
    double cells_rate[AUG_CELLS_COUNT], link_rate;
} extent;

static double memory_rate(const aug_level *level) {
    double rate = level->memory.read_bits_per_second * level->instances;
    return isfinite(rate) ? rate : 0.0;
}

static void add_memory(const aug_level *level, bool inside, extent *e) {
    double bits = aug_memory_total_bits(level);
    e->cells_rate[level->memory.cells] += memory_rate(level);
    if (level->memory.cells != AUG_CELLS_SRAM || !isfinite(bits))
        return;
    *(inside ? &e->inside_bits : &e->outside_bits) += bits;
    e->outside_rate += inside ? 0.0 : memory_rate(level);
}

static extent measure(const aug_machine *machine) {
    extent e = {0};
    double most = 0.0;
    bool inside = false;
    for (int i = 0; i < machine->level_count; i++) {
        const aug_level *level = &machine->levels[i];
        inside = inside || level->kind == AUG_LEVEL_ARRAY;
        if (level->kind == AUG_LEVEL_MEMORY)
            add_memory(level, inside, &e);
        if (level->kind == AUG_LEVEL_COMPUTE && level->compute.unit == AUG_UNIT_MATRIX)
            e.instances += level->instances;
    }
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        most = fmax(most, machine->peak_ops_per_second[AUG_UNIT_MATRIX][f]);
    e.units_per_cycle = machine->clock_hz > 0.0 ? most / machine->clock_hz : most;
    for (int i = 0; i < machine->link_count; i++)
        e.link_rate += machine->links[i].bandwidth_bits_per_second;
    return e;
}

// 1 where there is nothing to compare.
static double ratio(double now, double before) {
    return now > 0.0 && before > 0.0 && isfinite(now) && isfinite(before) ? now / before : 1.0;
}

// The smaller of two changes in one direction; none where they go in different ones. A longer row of memory
// slices has more instances around the same units, a faster unit does more in the same instances.
static double in_common(double left, double right) {
    if (left > 1.0 && right > 1.0)
        return fmin(left, right);
    return left < 1.0 && right < 1.0 ? fmax(left, right) : 1.0;
}

static void follow_memory(const extent *now, const extent *before, double cores, aug_die *die) {
    double all = ratio(now->outside_bits + now->inside_bits, before->outside_bits + before->inside_bits);
    bool both = die->shared_bits > 0.0 && die->core.sram_bits > 0.0;
    die->shared_bits *= both ? ratio(now->outside_bits, before->outside_bits) : all;
    die->core.sram_bits *=
        both ? ratio(now->inside_bits, before->inside_bits) / (before->inside_bits > 0.0 ? cores : 1.0)
             : all / cores;
    die->shared_bits_per_second *= ratio(now->outside_rate, before->outside_rate);
}

static void follow_die(const extent *now, const extent *before, aug_die *die) {
    double all_units = ratio(now->units_per_cycle, before->units_per_cycle);
    double cores = in_common(ratio(now->instances, before->instances), all_units), units = all_units / cores;
    die->core.count *= cores;
    die->core.used *= cores;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        die->core.matrix_per_cycle[f] *= units;
    follow_memory(now, before, cores, die);
    for (int cells = 0; cells < AUG_CELLS_COUNT; cells++)
        die->phy[cells] *= ratio(now->cells_rate[cells], before->cells_rate[cells]);
    die->phy[AUG_PHY_LINK] *= ratio(now->link_rate, before->link_rate);
}

void aug_dies_follow(const aug_dies *dies, const aug_machine *base, const aug_machine *varied,
                     aug_dies *moved) {
    extent before = measure(base), now = measure(varied);
    *moved = *dies;
    for (int i = 0; i < moved->count; i++)
        follow_die(&now, &before, &moved->dies[i]);
}
