// Good dies of a wafer.
//
//   gross = π (d/2)² / A - π d / √(2A)            dies of area A (with scribe lines) on a usable diameter d
//   part  = (1 + D · critical · area / α)^-α      yield of a part of a die: negative binomial
//   yield = part(rest) · P(at most `spare` of n blocks are bad), each good with part(block)
//
// Example, 7 nm, 400 mm²: side 20 mm + 0.1 mm, A = 404 mm², d = 294 mm: gross = 168.0 - 32.5 = 135.5; D =
// 0.0007/mm², critical 0.6, α 2: yield = (1 + 0.168/2)^-2 = 0.851; 9346 USD / 115.3 = 81 USD per good die. Of
// 100 blocks of 3 mm² each with one spare, block yield 0.99874: P = 0.8815 + 0.1112 = 0.9928 where without a
// spare it is 0.8815.
#ifndef AUG_MACHINE_YIELD_H
#define AUG_MACHINE_YIELD_H

#include "machine/technology.h"

// Dies of an area that fit on a wafer, good or bad; as a fraction.
double aug_gross_dies(const aug_technology *technology, double area_mm2);
// Share of good ones among parts of an area.
double aug_part_yield(const aug_technology *technology, double area_mm2);
// Chance that at most `spare` of `count` blocks are bad.
double aug_block_yield(double good, double count, double spare);
// Good dies of `area_mm2` per wafer without spare blocks; receives their yield.
double aug_good_dies(const aug_technology *technology, double area_mm2, double *yield);

#endif
