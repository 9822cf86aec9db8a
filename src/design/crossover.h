// Where one kind of design takes over from another: between the values of one choice (two machines), along
// another choice (the batch) or along an objective (the speed that each user must have), in one objective
// (the price of a token).
//
//     crossover:
//       - {between: machine, along: tokens_per_s_per_user, metric: usd_per_mtok, for: [machine.power.limit]}
//
//   along a choice       best(side, value) = best metric of all points of that side with that value
//   along an objective   best(side, t) = best metric of all points of that side that are at t or better in it
//
// and the side with the best of these wins there. A study with crossovers keeps a front for each cell - each
// combination of values of these choices -, so that a side's best point is there also where another side
// beats it in everything.
//
// Example: sram has 10 USD at 1000 tok/s and 4 at 500, hbm 1 at 100 and 6 at 600. At 100 or more hbm costs 1,
// above 100 up to 500 sram 4 against hbm's 6, above 500 up to 600 hbm 6, above that sram 10: three switches,
// after 100, 500 and 600.
#ifndef AUG_DESIGN_CROSSOVER_H
#define AUG_DESIGN_CROSSOVER_H

#include "design/sweep.h"

// One place along the way. A point is NULL where a side has none.
typedef struct aug_crossover_row {
    double along;                                     // value of the objective; NaN along a choice
    const char *text;                                 // the value of the choice; NULL along an objective
    const aug_front_point *best[AUG_CROSSOVER_SIDES]; // by side
    int winner;                                       // side; -1: none has a point
} aug_crossover_row;

typedef struct aug_crossover_switch {
    aug_crossover_row last, first; // the last place that the one side wins, the first that the other does
} aug_crossover_switch;

// A crossover for one combination of the values that it stands `for`.
typedef struct aug_crossover_table {
    const aug_crossover *of;
    const aug_front_point *any; // some point of it, which has these values
    int row_count, switch_count;
    aug_crossover_row *rows; // along a choice its values, along an objective 1, 2, 5, 10 ... of it
    aug_crossover_switch *switches;
} aug_crossover_table;

typedef struct aug_crossovers {
    int count;
    aug_crossover_table *tables;
} aug_crossovers;

// All tables of a study whose sweep is done, in the order of its file and of the values.
aug_crossovers aug_crossovers_find(aug_arena *arena, const aug_sweep *sweep);

#endif
