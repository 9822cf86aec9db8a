// What keeps a chip below a power: its clock, and with it the voltage.
//
//     f(V) = ((V - Vt) / (1 - Vt))^a / V             clock over full clock, V over the voltage at full clock
//     [Sakurai90] E(V) = V² · clocked + fixed                    joules of a pass: units and memories on the
//     chip switch at V; the outermost memory
//                                                    and the links keep their voltage
//     T(f) = clocked / f + fixed                     seconds: what waits for units or memories on the chip;
//     the rest waits for the
//                                                    outermost memory, links and the host
//     static + E / T <= cap
//
// The highest such V counts. Below the least voltage only the clock falls: T = E / (cap - static). Where the
// outermost memory alone would draw too much, everything waits in the same proportion.
//
// Example: 1 s that waits for units and 40 J of theirs, 20 W static, Vt = 0, a = 2 (then f = V): a cap of 25
// W lets E / T = 40 V³ be 5 W: V = f = 0.5, 2 s and 10 J. With a least voltage of 0.8: 25.6 J, T = 25.6 / 5
// = 5.12 s.
#ifndef AUG_SYSTEM_THROTTLE_H
#define AUG_SYSTEM_THROTTLE_H

#include "cost/roofline.h"

// A pass at full clock.
typedef struct aug_busy {
    double clocked_seconds, fixed_seconds;
    double clocked_joules, fixed_joules; // NaN: not known, and nothing is throttled
} aug_busy;

// By what each part is multiplied.
typedef struct aug_throttle {
    double clocked_time, fixed_time, clocked_energy;
    double clock; // over full clock; 1: nothing falls
} aug_throttle;

extern const aug_throttle aug_throttle_none;

// Whether the machine can keep below `cap_watts` at all; NaN: no cap.
bool aug_throttle_possible(const aug_machine *machine, double cap_watts);
// Of a machine under a cap (NaN: none) and its own limit. Times of kernel models were measured below the
// limit, so the limit itself leaves them as they are and only bounds the energy.
aug_throttle aug_throttle_find(const aug_machine *machine, double cap_watts, const aug_busy *busy);
// The least dynamic energy of a pass that takes no less than `seconds` and, at full clock, `energy_pj`: what
// is slowed draws what is allowed for as long as it takes.
double aug_throttle_least_pj(const aug_roofline *roofline, double cap_watts, double seconds,
                             double energy_pj);
// Whether what bounds an operator keeps pace with the clock.
bool aug_throttle_slows(int bound);

#endif
