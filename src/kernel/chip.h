// What kernel models know of a chip: the figures of its data sheet, all units together.
//
// Constants of kernels are shares of these figures, cycles or seconds, so that what is fitted on one chip can be carried to
// another of its family by the data sheet alone.
#ifndef AUG_KERNEL_CHIP_H
#define AUG_KERNEL_CHIP_H

#include "machine/machine.h"

typedef struct aug_chip {
    double units;                       // processors that work independently (SM, CU, Xe core); at least 1
    double flops[AUG_FORMAT_COUNT];     // dense matrix peak, FLOP/s; a missing format has that of the next wider one
    double memory_bytes_per_second;     // of the outermost memory
    double cache_bytes;                 // of the last level of cache; 0: none is stated
    double cache_bytes_per_second;      // infinite: not stated
    double power_watts;                 // NaN: not stated
    double link_bytes_per_second;       // one way, of one chip inside its group; 0: no links
    double link_chips;                  // chips of a group
    double node_link_bytes_per_second;  // one way, of one chip between groups; 0: none
} aug_chip;

void aug_chip_of(const aug_machine *machine, aug_chip *chip);

#endif
