// Clock against voltage: the alpha-power law.
//
//     clock(v) = clock(1) · s(v) / s(1),   s(v) = (v - threshold)^saturation / v       v over the nominal
//     voltage energy per operation ~ v²,  static power ~ v³                                     [Sakurai90]
//     for the clock
//
// A clock below what the least voltage allows leaves the voltage there; one above what the most allows is run
// at the most.
//
// Example: threshold 0.4, saturation 1.3: s(1) = 0.6^1.3 = 0.5148; at v = 1.2: 0.8^1.3 / 1.2 = 0.6235, a
// clock 1.211 times as high takes 1.44 times the energy per operation.
#ifndef AUG_MACHINE_VOLTAGE_H
#define AUG_MACHINE_VOLTAGE_H

#include "machine/technology.h"

// The voltage that a clock needs, over the nominal one; 1 where the clock or the node's is not known.
double aug_voltage_at(const aug_voltage_curve *curve, double clock_hz);
// The clock at a voltage.
double aug_voltage_clock(const aug_voltage_curve *curve, double voltage);

#endif
