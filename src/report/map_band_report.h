// What `map` tells of einsums under a mask: bands that go together, and every number of bands that was tried.
#ifndef AUG_REPORT_MAP_BAND_REPORT_H
#define AUG_REPORT_MAP_BAND_REPORT_H

#include "report/map_report.h"

// The neighbours under a mask that a plan is part of; NULL: it is none.
const aug_banding *aug_map_banding(const aug_map *map, const aug_group_plan *plan);
// Whether no group of a way that stands before is of the same einsums: of bands one in each.
bool aug_map_opens(const aug_map_way *way, int group);
// A group that opens and all other bands of the same einsums as one: figures are sums, the plan is that of
// the last band.
typedef struct aug_map_stack {
    aug_map_group sum;
    int bands; // that are summed; 0: it is whole
} aug_map_stack;
aug_map_stack aug_map_stack_of(const aug_map_way *way, int group);
// "4 bands: scores + softmax + values", "3 of 4 bands: ..."; without bands the name alone.
const char *aug_map_stack_name(aug_arena *arena, const aug_map_stack *stack);
// ", the last of 512 rows m and 2048 columns p": which of the bands a nest is of.
const char *aug_map_band_text(aug_arena *arena, const aug_map *map, const aug_group_plan *plan);
// In how many bands the neighbours under a mask are in a way; 0: not all in the same.
int aug_map_bands(const aug_map_way *way, const aug_banding *banding);
// Tables of all numbers of bands that were tried.
void aug_map_bands_text(aug_buffer *out, const aug_map *map);
// The same as member "masks" of an open object.
void aug_map_bands_json(aug_json *json, const aug_map *map);
// Members "band" of a group that is one; nothing else.
void aug_map_band_json(aug_json *json, const aug_map *map, const aug_group_plan *plan);

#endif
