#include "fusion/group_pipe_port.h"

#include <math.h>

typedef struct aug_group_port_entry {
    struct aug_group_port_entry *next;
    const aug_problem *from, *problem;
    int memory, kind; // AUG_PORT_READ, AUG_PORT_WRITE; else all ports
    bool alone;
} aug_group_port_entry;

static void leave_alone(aug_problem *p, int memory, int kind) {
    for (int m = 0; m < p->memory_count; m++)
        if (m != memory)
            p->memories[m].read_bits_per_cycle = p->memories[m].write_bits_per_cycle = (double)INFINITY;
    if (kind == AUG_PORT_READ)
        p->memories[memory].write_bits_per_cycle = (double)INFINITY;
    if (kind == AUG_PORT_WRITE)
        p->memories[memory].read_bits_per_cycle = (double)INFINITY;
    for (int c = 0; c < p->compute_count; c++)
        p->computes[c].rate_per_cycle *= 1e18;
    for (int a = 0; a < p->array_count; a++)
        p->arrays[a].fill_cycles = p->arrays[a].drain_cycles = p->arrays[a].sweep_cycles = 0.0;
}

static const aug_problem *changed(aug_group_pipe_ports *known, const aug_problem *problem, int memory,
                                  int kind, bool alone) {
    for (aug_group_port_entry *e = known->first; e; e = e->next)
        if (e->from == problem && e->memory == memory && e->kind == kind && e->alone == alone)
            return e->problem;
    aug_problem *p = AUG_NEW(known->arena, aug_problem);
    *p = *problem;
    if (alone)
        leave_alone(p, memory, kind);
    p->memories[memory].read_bits_per_cycle *= alone ? 1.0 / AUG_PORT_SCALE : 0.5;
    p->memories[memory].write_bits_per_cycle *= alone ? 1.0 / AUG_PORT_SCALE : 0.5;
    aug_group_port_entry *entry = AUG_NEW(known->arena, aug_group_port_entry);
    *entry = (aug_group_port_entry){known->first, problem, p, memory, kind, alone};
    known->first = entry;
    return p;
}

const aug_problem *aug_group_port_alone(aug_group_pipe_ports *known, const aug_problem *problem, int memory,
                                        int kind) {
    return changed(known, problem, memory, kind, true);
}

const aug_problem *aug_group_port_halved(aug_group_pipe_ports *known, const aug_problem *problem,
                                         int memory) {
    return changed(known, problem, memory, AUG_PORT_SHARED, false);
}
