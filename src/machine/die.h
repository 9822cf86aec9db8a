// What stands on the dies of one chip: cores and what each owns, memory that they share, interfaces.
//
// An inventory comes from a file of data/dies ("auger: dies/1"), which counts what is built (spare blocks
// too), or is sketched from a machine's levels. The area, power and price of it follow from technologies
// (machine/silicon.h).
#ifndef AUG_MACHINE_DIE_H
#define AUG_MACHINE_DIE_H

#include "machine/technology.h"

enum { AUG_DIES = 4 };

// Equal programmable cores of one die; a chip of one processor has one of them.
typedef struct aug_core {
    double count, used;                        // that are built; that must work
    double matrix_per_cycle[AUG_FORMAT_COUNT]; // multiply-accumulates of one core; 0 or NaN: none
    double fp32, fp64, int32;                  // single operations per cycle
    double lanes, threads, graphics;  // lanes of 32 bits; hardware threads; 1 where it draws pictures
    double registers_bits, sram_bits; // of one core
    double sram_mm2;                  // where it is several memories; 0: as one of sram_bits
    double bank_bits;                 // that one access opens; NaN: all of sram_bits
    double sram_bits_per_cycle;       // that it reads at most
    double tile_m, tile_n, tile_k;    // of one instruction at 16 bits; NaN: operands come from no register
} aug_core;

typedef struct aug_die {
    const char *name, *technology_name;
    const aug_node *technology_node; // where it stands; NULL: in a machine's file
    const aug_technology *technology;
    double count; // on the package
    aug_core core;
    double scratch_bits;           // local memory outside of cores
    double shared_bits;            // over a network of the die
    double shared_bits_per_second; // of one die
    double phy[AUG_PHY_COUNT];     // interfaces; links in units of the technology's bandwidth
    double carries;                // dies of the next entry that stand on top of each
    double area_mm2;               // as published, of one; NaN: not known
    bool wafer;                    // one per wafer, whatever its area
} aug_die;

typedef struct aug_dies {
    const char *name;
    aug_die dies[AUG_DIES];
    int count;
    double clock_hz; // where the machine states none; NaN: not known
    bool sketched;   // from the levels of a machine
    const aug_node *sources;
} aug_dies;

extern const aug_fields aug_dies_fields;

aug_dies *aug_dies_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);
bool aug_dies_read(const aug_reader *reader, const aug_node *root, const char *name, aug_dies *dies);
// The technology of each die. False with errors added.
bool aug_dies_equip(const aug_library *library, aug_arena *arena, aug_errors *errors, aug_dies *dies);
// What a machine's levels and links take, all on dies of one technology.
void aug_dies_sketch(const aug_machine *machine, const aug_technology *technology, aug_dies *dies);

#endif
