// What members of a pipeline move through a port at least, and nests that move less.
#ifndef AUG_FUSION_GROUP_PIPE_PORT_H
#define AUG_FUSION_GROUP_PIPE_PORT_H

#include "fusion/group_pipe.h"

typedef struct aug_group_pipe_ports {
    aug_arena *arena;
    struct aug_group_port_entry *first;
} aug_group_pipe_ports;

// The member in a world where nothing but one port of a memory takes time, AUG_PORT_SCALE times as much as it does, so
// that little is lost where cycles are rounded up.
enum { AUG_PORT_SCALE = 1 << 16 };
const aug_problem *aug_group_port_alone(aug_group_pipe_ports *known, const aug_problem *problem, int memory,
                                        int kind);
// The member with half of the bandwidth of a memory.
const aug_problem *aug_group_port_halved(aug_group_pipe_ports *known, const aug_problem *problem, int memory);

#endif
