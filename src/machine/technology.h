// A process node: what area, energy, static power, clock, dies and packages cost in it.
//
// Areas and energies hold at the nominal voltage; machine/voltage.h says how clock and energy move with it. SRAM, logic and interfaces
// have their own areas per node, as each scales in its own way (interfaces do not).
#ifndef AUG_MACHINE_TECHNOLOGY_H
#define AUG_MACHINE_TECHNOLOGY_H

#include "machine/machine.h"
#include "text/fields.h"

enum { AUG_CELLS_COUNT = 5, AUG_SRAM_POINTS = 12 };

// What kinds of SRAM there are: beside one core, common to many over a network, or read and written every cycle.
typedef enum aug_sram_kind { AUG_SRAM_LOCAL, AUG_SRAM_SHARED, AUG_SRAM_REGISTERS, AUG_SRAM_KINDS } aug_sram_kind;

// Interfaces that leave a die. The first are those of memories, in the order of aug_cells.
typedef enum aug_phy_kind {
    AUG_PHY_NONE = AUG_CELLS_SRAM,
    AUG_PHY_LINK = AUG_CELLS_COUNT, // between chips
    AUG_PHY_HOST,                   // one lane to the host
    AUG_PHY_BRIDGE,                 // between dies of a package
    AUG_PHY_COUNT
} aug_phy_kind;

// What silicon is spent on.
#define AUG_BLOCKS(ROW)                                                       \
    ROW(MATRIX, "matrix", "matrix units")                                     \
    ROW(VECTOR, "vector", "vector units")                                     \
    ROW(REGISTERS, "registers", "registers")                                  \
    ROW(LOCAL, "local", "local memory")                                       \
    ROW(SHARED, "shared", "shared memory")                                    \
    ROW(CONTROL, "control", "control, threads")                               \
    ROW(GRAPHICS, "graphics", "graphics")                                     \
    ROW(MEMORY_PHY, "memory_phy", "memory interfaces")                        \
    ROW(LINK_PHY, "link_phy", "links, host")                                  \
    ROW(REST, "rest", "clock, test, routing")                                 \
    ROW(BASE, "base", "under stacked dies")

typedef enum aug_block {
#define ROW(suffix, key, name) AUG_BLOCK_##suffix,
    AUG_BLOCKS(ROW)
#undef ROW
        AUG_BLOCK_COUNT
} aug_block;

extern const char *const aug_block_keys[AUG_BLOCK_COUNT + 1];  // NULL at the end
extern const char *const aug_block_names[AUG_BLOCK_COUNT + 1];
extern const char *const aug_phy_names[AUG_PHY_COUNT + 1];

// Share of the cells of a memory of one size over that of a large one: small macros are mostly periphery.
typedef struct aug_sram_fill {
    double size_bits, share;
} aug_sram_fill;

// Energy of an SRAM of one size.
typedef struct aug_sram_point {
    double size_bits, read_pj_per_bit, write_pj_per_bit;
} aug_sram_point;

typedef struct aug_phy {
    double area_mm2;    // of one interface: what does not shrink
    double control_mm2; // its digital side
    double bandwidth_bits_per_second; // that it carries; of links one way
} aug_phy;

// Area of one unit of a core that does one operation per cycle, mm².
typedef struct aug_vector_area {
    double fp32_mm2, fp64_mm2, int32_mm2;
} aug_vector_area;

// Area of what makes units programmable, mm².
typedef struct aug_control_area {
    double core_mm2;     // one instruction stream: fetch, decode, its port to the network
    double lane_mm2;     // one lane of 32 bits: operand routing, bypasses, loads and stores
    double thread_mm2;   // one hardware thread: its state and its part of the scheduler
    double graphics_mm2; // textures, rays, rasters and video of one core of a graphics processor
} aug_control_area;

// How clock, energy and static power follow the voltage, all relative to the nominal one.
typedef struct aug_voltage_curve {
    double nominal_volts;                          // NaN: not stated
    double threshold, saturation, least, most;
    double clock_hz;                               // at the nominal voltage; NaN: voltage never moves
} aug_voltage_curve;

typedef struct aug_nre {
    double masks_usd, design_usd, volume; // spread over so many chips
} aug_nre;

typedef struct aug_technology {
    const char *name;
    double node_nm;
    double sram_mm2_per_bit[AUG_SRAM_KINDS];
    aug_sram_fill fill[AUG_SRAM_POINTS];  // of local memories, sizes rise; 1 from the last on
    int fill_count;
    double flop_mm2_per_bit;              // of single registers, which small memories are made of; NaN: not known
    aug_sram_point sram[AUG_SRAM_POINTS]; // sizes rise
    int sram_count;
    double operand_pj_per_bit;            // of a bit to or from registers of 8 KiB; NaN: that of an SRAM of this size
    double mac_mm2[AUG_FORMAT_COUNT];     // of one multiply-accumulate per cycle, its own registers included
    double mac_pj[AUG_FORMAT_COUNT];
    double mac_separate;                  // share of the area of further formats that is hardware of their own
    aug_vector_area vector;
    aug_control_area control;
    double overhead;                      // share of what is digital that is clock, test, routing, power and spare room
    double leakage_watts_per_mm2, clocking_watts_per_mm2; // at the nominal voltage and clock
    aug_voltage_curve voltage;
    double wafer_usd, wafer_mm, wafer_edge_mm, scribe_mm, reticle_mm2;
    double defects_per_mm2, critical_share, clustering;
    double spare_share;                   // of many equal blocks of a chip that states none
    double memory_usd_per_bit[AUG_CELLS_COUNT]; // by cells; SRAM is part of the die
    double wire_pj_per_bit_mm;            // on the die, at the nominal voltage
    double transfer_pj_per_bit[AUG_PHY_COUNT];  // by interface, where a machine states none; NaN: not known
    aug_phy phy[AUG_PHY_COUNT];
    double package_usd;                   // substrate, assembly and test of a die on its own
    double interposer_usd_per_mm2, stack_mm2; // what joins dies and stacks; footprint of a stack
    double assembly_usd, bond_yield;      // of a package with an interposer; share of good bonds per die or stack
    aug_nre nre;
    double markup;                        // price over cost
    double uncertainty[AUG_BLOCK_COUNT];  // of the area of blocks, relative; NaN: not stated
    const aug_node *sources;
} aug_technology;

extern const aug_fields aug_technology_fields;

// Area per bit of a memory beside one core: as a large one over its share of cells, at most as single registers.
double aug_sram_area(const aug_technology *technology, double size_bits);
aug_technology *aug_technology_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);
bool aug_technology_read(const aug_reader *reader, const aug_node *root, const char *name, aug_technology *technology);

#endif
