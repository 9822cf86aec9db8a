// Random machines at the ends of what there can be: prices of 0 and of millions, ports of an eighth of a bit
// and without end, room to the bit, memories that another one switches off, units that cannot do the einsum.
#ifndef AUGER_TESTS_MAPSPACE_EXTREME_H
#define AUGER_TESTS_MAPSPACE_EXTREME_H

#include "mapspace_random.h"

// Changes memories and units that are drawn; before the problem is finished.
void mapspace_make_extreme(mapspace_case *c);

#endif
