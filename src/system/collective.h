// Time and energy of exchanges between chips.
#ifndef AUG_SYSTEM_COLLECTIVE_H
#define AUG_SYSTEM_COLLECTIVE_H

#include "cost/roofline.h"

typedef enum aug_collective_kind {
    AUG_COLLECTIVE_ALL_REDUCE, // every chip ends with the sum of all `bits`
    AUG_COLLECTIVE_ALL_GATHER, // every chip ends with all `bits`, of which it had its share
    AUG_COLLECTIVE_ALL_TO_ALL, // every chip sends `bits` in equal parts to all
    AUG_COLLECTIVE_SEND        // one chip to the next
} aug_collective_kind;

typedef struct aug_exchange_cost {
    double seconds;
    double energy_pj; // of one chip
    double low, high; // 80 % of measured times are expected between these multiples
    int basis;        // aug_basis
} aug_exchange_cost;

// Chips that the machine's links join; 1 without links.
double aug_collective_joined(const aug_machine *machine);
// One exchange of `bits` over `chips` chips that stand next to each other; nothing for one chip.
aug_exchange_cost aug_collective_cost(const aug_roofline *roofline, aug_collective_kind kind, double chips, double bits);

#endif
