// What a machine's silicon takes: area, power and price from a technology.
//
// First version: memories, arithmetic, memory interfaces, an overhead share; yield, wafer, off-chip memory, package.
// A machine whose area, power or price is stated keeps it; when a study varies such a machine, the stated figure moves
// by what the model says about the change, so errors of the model in what stays the same cancel.
#ifndef AUG_MACHINE_SILICON_H
#define AUG_MACHINE_SILICON_H

#include "machine/technology.h"

typedef struct aug_silicon {
    double sram_mm2, mac_mm2, phy_mm2, area_mm2;
    double yield, dies;         // dies that the area is cut into (1 below the reticle)
    double die_usd, memory_usd, package_usd, cost_usd;
    double peak_power_watts;    // all units and memories busy; NaN where energies are missing
} aug_silicon;

// Good dies of `area_mm2` per wafer: gross dies times yield.
double aug_good_dies(const aug_technology *technology, double area_mm2, double *yield);
// Energy per bit of an SRAM of `size_bits`.
double aug_sram_energy(const aug_technology *technology, double size_bits, bool write);
aug_silicon aug_silicon_model(const aug_machine *machine, const aug_technology *technology);
// Whether a machine that is described level by level states no area or no price.
bool aug_silicon_is_incomplete(const aug_machine *machine);
// Fills area and price of such a machine.
void aug_silicon_complete(aug_machine *machine, const aug_technology *technology);
// The same from the technology that the machine names, where it needs one. False with errors added where that cannot be
// loaded.
bool aug_silicon_load(const aug_library *library, aug_arena *arena, aug_errors *errors, aug_machine *machine);
// Gives a varied machine the area, price, power and SRAM energies that follow from its base. What `stated` marks was set
// by the study itself and stays.
typedef struct aug_stated {
    bool area, price, power, energy;
} aug_stated;
void aug_silicon_vary(aug_machine *varied, const aug_machine *base, const aug_technology *technology, aug_stated stated);

#endif
