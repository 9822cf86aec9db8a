// Quantities with units: "192 KiB", "3.35 TB/s", "1.2 pJ/bit", "inf".
//
// A unit expression is a product of units with whole exponents over a quotient: "GB/s", "mm2", "USD/kWh",
// "pJ/bit", "1/cycle". Decimal prefixes f p n u µ m k K M G T P E, binary ones Ki Mi Gi Ti Pi. B is a byte of
// 8 bits; FLOP and OP are one operation, MAC is two.
#ifndef AUG_BASE_QUANTITY_H
#define AUG_BASE_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>

// Base dimensions: exponents in this order.
enum { AUG_BASE_BIT, AUG_BASE_SECOND, AUG_BASE_CYCLE, AUG_BASE_JOULE, AUG_BASE_METER, AUG_BASE_USD, AUG_BASE_OP, AUG_BASE_WORD, AUG_BASE_COUNT };

// Row: suffix, what it is called in messages and docs, exponents (bit, s, cycle, J, m, USD, op, word), factor from the base
// units to the one unit that Auger keeps this quantity in, that unit, an example of input.
#define AUG_DIMENSIONS(ROW)                                                                                  \
    ROW(NUMBER, "a number", (0, 0, 0, 0, 0, 0, 0, 0), 1.0, "", "0.5")                                        \
    ROW(BITS, "a capacity", (1, 0, 0, 0, 0, 0, 0, 0), 1.0, "bit", "192 KiB")                                 \
    ROW(SECONDS, "a time", (0, 1, 0, 0, 0, 0, 0, 0), 1.0, "s", "3 us")                                       \
    ROW(CYCLES, "a count of cycles", (0, 0, 1, 0, 0, 0, 0, 0), 1.0, "cycle", "4 cycle")                      \
    ROW(HERTZ, "a frequency", (0, -1, 0, 0, 0, 0, 0, 0), 1.0, "Hz", "1.4 GHz")                               \
    ROW(BITS_PER_SECOND, "a bandwidth", (1, -1, 0, 0, 0, 0, 0, 0), 1.0, "bit/s", "400 GB/s")                 \
    ROW(BITS_PER_CYCLE, "a bandwidth per cycle", (1, 0, -1, 0, 0, 0, 0, 0), 1.0, "bit/cycle", "64 bit/cycle") \
    ROW(OPS_PER_SECOND, "a rate of operations", (0, -1, 0, 0, 0, 0, 1, 0), 1.0, "OP/s", "989 TFLOP/s")       \
    ROW(PER_CYCLE, "a rate per cycle", (0, 0, -1, 0, 0, 0, 0, 0), 1.0, "1/cycle", "1/cycle")                 \
    ROW(PICOJOULES, "an energy", (0, 0, 0, 1, 0, 0, 0, 0), 1e12, "pJ", "0.3 pJ")                             \
    ROW(PJ_PER_BIT, "an energy per bit", (-1, 0, 0, 1, 0, 0, 0, 0), 1e12, "pJ/bit", "7 pJ/bit")              \
    ROW(PJ_PER_WORD, "an energy per word", (0, 0, 0, 1, 0, 0, 0, -1), 1e12, "pJ/word", "4 pJ/word")          \
    ROW(PJ_PER_CYCLE, "an energy per cycle", (0, 0, -1, 1, 0, 0, 0, 0), 1e12, "pJ/cycle", "0.5 pJ/cycle")    \
    ROW(PJ_PER_BIT_MM, "a wire energy", (-1, 0, 0, 1, -1, 0, 0, 0), 1e9, "pJ/bit/mm", "0.1 pJ/bit/mm")       \
    ROW(WATTS, "a power", (0, -1, 0, 1, 0, 0, 0, 0), 1.0, "W", "300 W")                                      \
    ROW(WATTS_PER_MM2, "a power density", (0, -1, 0, 1, -2, 0, 0, 0), 1e-6, "W/mm2", "0.05 W/mm2")           \
    ROW(USD, "a price", (0, 0, 0, 0, 0, 1, 0, 0), 1.0, "USD", "12000 USD")                                   \
    ROW(USD_PER_HOUR, "a price per hour", (0, -1, 0, 0, 0, 1, 0, 0), 3600.0, "USD/h", "2.35 USD/h")          \
    ROW(USD_PER_BIT, "a price per capacity", (-1, 0, 0, 0, 0, 1, 0, 0), 1.0, "USD/bit", "15 USD/GB")         \
    ROW(USD_PER_KWH, "a price per energy", (0, 0, 0, -1, 0, 1, 0, 0), 3.6e6, "USD/kWh", "0.08 USD/kWh")      \
    ROW(USD_PER_MM2, "a price per area", (0, 0, 0, 0, -2, 1, 0, 0), 1e-6, "USD/mm2", "0.02 USD/mm2")         \
    ROW(MM, "a length", (0, 0, 0, 0, 1, 0, 0, 0), 1e3, "mm", "300 mm")                                       \
    ROW(MM2, "an area", (0, 0, 0, 0, 2, 0, 0, 0), 1e6, "mm2", "814 mm2")                                     \
    ROW(MM2_PER_BIT, "an area per capacity", (-1, 0, 0, 0, 2, 0, 0, 0), 1e6, "mm2/bit", "0.5 mm2/MiB")       \
    ROW(PER_MM2, "a density of defects", (0, 0, 0, 0, -2, 0, 0, 0), 1e-6, "1/mm2", "0.1/cm2")

typedef enum aug_dimension {
#define ROW(suffix, noun, exponents, factor, unit, example) AUG_DIMENSION_##suffix,
    AUG_DIMENSIONS(ROW)
#undef ROW
        AUG_DIMENSION_COUNT
} aug_dimension;

const char *aug_dimension_noun(aug_dimension dimension);
const char *aug_dimension_unit(aug_dimension dimension);
const char *aug_dimension_example(aug_dimension dimension);

// A parsed quantity, in base units (bit, s, cycle, J, m, USD, op, word).
typedef struct aug_quantity {
    double value;
    bool has_unit;
    signed char exponents[AUG_BASE_COUNT];
} aug_quantity;

typedef enum aug_quantity_status {
    AUG_QUANTITY_OK,
    AUG_QUANTITY_NOT_A_NUMBER, // no number in front, or something behind it that is no unit expression
    AUG_QUANTITY_UNKNOWN_UNIT, // `unit` is set to it
    AUG_QUANTITY_TOO_LARGE     // beyond the range of a double
} aug_quantity_status;

// Parses the whole of `text`. `unit` receives the first unit that is not known (cut to its size).
aug_quantity_status aug_quantity_parse(const char *text, aug_quantity *quantity, char *unit, size_t unit_size);
// Converts to Auger's unit of `dimension`; false where the dimensions differ. 0 and inf fit any dimension. A quantity
// that its unit takes beyond the range of a double becomes infinite.
bool aug_quantity_to(const aug_quantity *quantity, aug_dimension dimension, double *value);

// A number for people in at most 23 characters: "3.35 TB/s", "12.4 ms", "1.200e+07 USD", "unlimited", "-unlimited",
// "unknown" (NaN). Times, capacities, bandwidths, frequencies, rates of operations, powers and energies carry a prefix
// and three digits, capacities and bandwidths in bytes; all others their one unit and four digits. What the prefixes
// do not reach takes an exponent: "1.00e+08 year".
typedef struct aug_shown {
    char text[24];
} aug_shown;
aug_shown aug_show(double value, aug_dimension dimension);
// A plain number with `digits` significant digits; an exponent from 10^7 on and below 10^-4.
aug_shown aug_show_number(double value, int digits);
// A count with a prefix: "8.03 G"; below 1 a plain number.
aug_shown aug_show_count(double value);
// A count, rounded to a whole one, with all its digits ("12288"); from 1e15 on with an exponent ("6.400e+301").
aug_shown aug_show_whole(double value);
// A capacity with binary prefixes where that is exact ("192 KiB"), else as aug_show.
aug_shown aug_show_capacity(double bits);

#endif
