// The steps of aug_silicon_of, in their order.
#ifndef AUG_MACHINE_SILICON_PARTS_H
#define AUG_MACHINE_SILICON_PARTS_H

#include "machine/silicon.h"

// A figure of multiply-accumulate units by format; one that the technology does not state is that of the
// format it is computed as, of the next wider ones in turn, or of the widest that is stated.
double aug_mac_figure(const double *by_format, aug_number_format format);
// Gives levels that state no energy that of the technology, at the voltage of the machine's clock.
void aug_silicon_fill_energies(aug_machine *machine, const aug_technology *technology);
// Fills the areas of blocks and dies.
void aug_silicon_areas(const aug_dies *dies, aug_silicon *silicon);
// Fills voltage, watts and static watts.
void aug_silicon_powers(const aug_dies *dies, const aug_machine *machine, aug_silicon *silicon);
// Fills yields, dollars and price.
void aug_silicon_costs(const aug_dies *dies, const aug_machine *machine, aug_silicon *silicon);

#endif
