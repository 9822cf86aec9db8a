// Which units a fused group keeps at work, and what decides how long it takes.
//
//     units overlap in 2048 steps, 3 stages: mac (scores, values) busy 100 %, vector (row maximum, exponent,
//     row sum) 50 %; mac decides. In turns 25165824 cycles.
#ifndef AUG_REPORT_MAP_UNITS_H
#define AUG_REPORT_MAP_UNITS_H

#include "report/map_report.h"

typedef struct aug_map_unit {
    const char *name;
    unsigned members;
    double cycles;      // at work, all steps
    double busy;        // of the time of the group
    double utilization; // operations over those that it could do in that time
} aug_map_unit;

typedef struct aug_map_units {
    int count;
    aug_map_unit units[AUG_GROUP_MEMBERS];
    bool pipelined;
    double cycles, serial_cycles; // of the group; with the same nests in turns
    aug_group_pipe pipe;          // of a pipeline
    double slot;                  // cycles of a step in which all stages are at work
    const char *decides;          // the unit, or the port of the memory, that a slot takes as long as
    bool is_port;
} aug_map_units;

// False where its members work on one unit.
bool aug_map_units_of(const aug_map_group *group, aug_map_units *units);
// A sentence; empty where its members work on one unit.
const char *aug_map_units_text(aug_arena *arena, const aug_map_group *group);
// "units" and "pipeline", of a group of several einsums.
void aug_map_units_json(aug_json *json, const aug_map_group *group);

#endif
