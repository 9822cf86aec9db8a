// What a machine's silicon takes: area, power and price from the blocks on its dies and their technologies.
//
// A machine whose area, power or price is stated keeps it; what it lacks is filled in where it is described level by level. When a study
// varies a machine, a stated figure moves by what the model says about the change, so errors of the model in what stays the
// same cancel.
#ifndef AUG_MACHINE_SILICON_H
#define AUG_MACHINE_SILICON_H

#include "machine/die.h"
#include "machine/yield.h"

typedef struct aug_silicon_block {
    double area_mm2;     // over the package
    double watts;        // switching, with units, memories and links all at their peak
    double static_watts; // its share of leakage and clocks
} aug_silicon_block;

typedef struct aug_silicon_die {
    const aug_die *die;
    double area_mm2, block_mm2; // of one; of one of its cores
    double empty_mm2;           // of it that holds nothing: room for what stands on top
    double gross, yield, usd;   // per wafer; share of good ones; of a good one
} aug_silicon_die;

typedef struct aug_silicon {
    aug_silicon_block blocks[AUG_BLOCK_COUNT];
    aug_silicon_die dies[AUG_DIES];
    int die_count;
    double sram_mm2, mac_mm2, phy_mm2, area_mm2;
    double low_mm2, high_mm2;   // two of three real ones lie within, by the uncertainty of the technology; NaN: not stated
    double yield;               // of the first kind of die
    double piece_count;         // dies on the package; of a sketch those that its area is cut into (1 below the reticle)
    double clock_hz, voltage;   // NaN where it is not known; over the nominal one
    double die_usd, memory_usd, package_usd, bonding_usd, cost_usd; // bonding: what bad bonds lose
    double nre_usd, price_usd;  // of one chip of the volume; cost · markup + nre
    double peak_power_watts;    // all units, memories and links busy; NaN where energies are missing
    double static_watts;
} aug_silicon;

// Between which multiples of a prediction four of five published figures lie (auger validate validation/truth/dies.csv).
typedef struct aug_silicon_band {
    double low, high;
} aug_silicon_band;

extern const aug_silicon_band aug_silicon_power_band, aug_silicon_cost_band, aug_silicon_die_band;

// Energy per bit of an SRAM of `size_bits` at the nominal voltage.
double aug_sram_energy(const aug_technology *technology, double size_bits, bool write);
// What an inventory takes in a machine. Technologies are there.
aug_silicon aug_silicon_of(const aug_dies *dies, const aug_machine *machine);
// The clock at which an inventory, everything busy, draws no more than so many watts; NaN where its clock is not known, 0 where
// static power alone draws more.
double aug_silicon_clock_within(const aug_dies *dies, const aug_machine *machine, double watts);
// The same of what is sketched from the machine's levels.
aug_silicon aug_silicon_model(const aug_machine *machine, const aug_technology *technology);
// The dies that the machine's file names, or a sketch of its levels in the technology that it names; NULL where it has neither.
// False with errors added.
bool aug_silicon_dies(const aug_library *library, aug_arena *arena, aug_errors *errors, const aug_machine *machine, aug_dies **dies);
// Whether a machine that is described level by level states no area, power limit, static power or price.
bool aug_silicon_is_incomplete(const aug_machine *machine);
// Fills area, power, price and energies of such a machine.
void aug_silicon_complete(aug_machine *machine, const aug_technology *technology);
// The same from the technology that the machine names, where it needs one. False with errors added where that cannot be
// loaded.
bool aug_silicon_load(const aug_library *library, aug_arena *arena, aug_errors *errors, aug_machine *machine);
// Gives a varied machine the area, price, power and energies that follow from its base. What `stated` marks was set
// by the study itself and stays.
typedef struct aug_stated {
    bool area, price, power, energy;
} aug_stated;
// `before`: what the base is made in; NULL: the same.
void aug_silicon_vary(aug_machine *varied, const aug_machine *base, const aug_technology *after, const aug_technology *before,
                      aug_stated stated);

// The same with the dies of the base as a file counts them, which follow what changed (machine/die_follow.h); NULL: a sketch.
void aug_silicon_vary_dies(aug_machine *varied, const aug_machine *base, const aug_dies *dies,
                           const aug_technology *after, const aug_technology *before, aug_stated stated);

#endif
