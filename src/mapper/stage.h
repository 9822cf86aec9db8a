// Nests that are complete down to some point, the most promising first.
//
// Depth first alone finds the best late. So what is complete down to the end of a segment, or down to the
// loops of an array, is gathered with its bound, put in order, and gone on with from the lowest bound up: as
// soon as one is out of reach all that follow are. Where more is gathered than there is room for, the stage
// is worked off and begins anew.
#ifndef AUG_MAPPER_STAGE_H
#define AUG_MAPPER_STAGE_H

#include "mapper/bound.h"

enum { AUG_STAGE_ROOM = 128, AUG_STAGE_ITEMS = 40 };

typedef struct aug_stage_entry {
    aug_value bound;
    double rank; // by which it is ordered
    int number;  // in the order of coming
    int item_count, path_start;
    aug_item items[AUG_STAGE_ITEMS]; // of the path, from path_start on
    aug_frame frame;
} aug_stage_entry;

typedef struct aug_stage {
    int count, come;
    int path_start; // of the frame that the stage began with
    aug_stage_entry *entries;
    int *order;
} aug_stage;

void aug_stage_init(aug_arena *arena, aug_stage *stage);
void aug_stage_begin(aug_stage *stage, const aug_frame *frame);
// False where there is no room left: work it off first.
bool aug_stage_add(aug_stage *stage, aug_objective objective, aug_value bound, const aug_frame *frame,
                   const aug_item *path);
// Orders by bound; equal ones as they came. aug_stage_take then gives them one after the other, path
// included.
void aug_stage_sort(aug_stage *stage);
const aug_stage_entry *aug_stage_take(const aug_stage *stage, int place, aug_item *path);

#endif
