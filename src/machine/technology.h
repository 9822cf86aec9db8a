// A process node: what area, energy and dies cost in it.
#ifndef AUG_MACHINE_TECHNOLOGY_H
#define AUG_MACHINE_TECHNOLOGY_H

#include "machine/machine.h"
#include "text/fields.h"

enum { AUG_CELLS_COUNT = 5, AUG_SRAM_POINTS = 12 };

// Energy of an SRAM of one size.
typedef struct aug_sram_point {
    double size_bits, read_pj_per_bit, write_pj_per_bit;
} aug_sram_point;

typedef struct aug_phy {
    double area_mm2, bandwidth_bits_per_second; // one interface: its area carries this bandwidth
} aug_phy;

typedef struct aug_technology {
    const char *name;
    double node_nm;
    double sram_mm2_per_bit;
    aug_sram_point sram[AUG_SRAM_POINTS]; // sizes rise
    int sram_count;
    double mac_mm2[AUG_FORMAT_COUNT];     // of one multiply-accumulate per cycle, registers included
    double mac_pj[AUG_FORMAT_COUNT];
    double overhead;                      // share of a die that is neither memory, arithmetic nor interface
    double leakage_watts_per_mm2;
    double wafer_usd, wafer_mm, wafer_edge_mm, scribe_mm, reticle_mm2;
    double defects_per_mm2, critical_share, clustering;
    double memory_usd_per_bit[AUG_CELLS_COUNT]; // by cells; SRAM is part of the die
    aug_phy phy[AUG_CELLS_COUNT];
    double package_usd, interposer_usd_per_mm2;
    double markup;                        // price over cost
} aug_technology;

extern const aug_fields aug_technology_fields;

aug_technology *aug_technology_load(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name);
bool aug_technology_read(const aug_reader *reader, const aug_node *root, const char *name, aug_technology *technology);

#endif
