#include "machine/voltage.h"

#include <math.h>

static double speed(const aug_voltage_curve *c, double v) {
    return v > c->threshold ? pow(v - c->threshold, c->saturation) / v : 0.0;
}

double aug_voltage_clock(const aug_voltage_curve *c, double voltage) {
    return c->clock_hz * speed(c, voltage) / speed(c, 1.0);
}

// Speed rises with the voltage (its exponent is above 1), so halving finds it to the last bit.
double aug_voltage_at(const aug_voltage_curve *c, double clock_hz) {
    if (!(c->clock_hz > 0.0) || !(clock_hz > 0.0))
        return 1.0;
    double low = c->least, high = c->most;
    if (aug_voltage_clock(c, low) >= clock_hz)
        return low;
    if (aug_voltage_clock(c, high) <= clock_hz)
        return high;
    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (low + high);
        *(aug_voltage_clock(c, middle) < clock_hz ? &low : &high) = middle;
    }
    return high;
}
