// Members of a fused group that work at the same time, each unit on its own.
//
// A machine has several units: an array for products, say, and lanes beside its buffer. Serial members take
// turns in each step of the shared loops. In a pipeline each unit does its own members in turn, and what one
// unit makes in a step another one reads in the next step. Members have stages:
//
//     stage = that of the makers of what it reads, plus one where the maker works on another unit
//     slot  = longest of: time of the members of a unit; what all of them move through a port
//     time  = sum of slots = (steps - stages + 1) x whole slot + slots in which some stages are at work
//
// Time of a member in a step is its cycles / whole steps: steps cut short count as whole ones, so that no
// slot takes longer than it is said to. Example: 8 steps, scores (array) 3 cycles in each, maximum (lanes) 1,
// values (array) 2: stages 0, 1 and 2. Slots: 3 | 3 | 5 x 6 | 2 (values beside the maximum) | 2 = 40 cycles;
// serial 48.
//
// A tensor that is made d stages before it is read last is held d + 1 times.
#ifndef AUG_FUSION_GROUP_PIPE_H
#define AUG_FUSION_GROUP_PIPE_H

#include "fusion/group.h"

enum { AUG_PORT_KINDS = AUG_PORT_WRITE + 1 };

// What a member takes in all.
typedef struct aug_group_load {
    double cycles;
    double ports[AUG_PROBLEM_MEMORIES][AUG_PORT_KINDS]; // cycles of the busiest instance
} aug_group_load;

typedef struct aug_group_pipe {
    const aug_group *group;
    int units[AUG_GROUP_MEMBERS]; // computes of its problem
    int stages[AUG_GROUP_MEMBERS], stage_count;
    double steps, whole[AUG_GROUP_MEMBERS]; // of shared loops; of them whole tiles of a member
    int copies[AUG_GROUP_TENSORS];
} aug_group_pipe;

// False where nothing overlaps: one unit, no shared loop, or members are to take turns. `seen`: members below the prefix.
bool aug_group_pipe_init(const aug_group *group, const aug_group_prefix *prefix,
                         const aug_problem *const *seen, aug_group_pipe *pipe);
// Whether several units do its members and have to overlap.
bool aug_group_must_overlap(const aug_group *group);
void aug_group_load_of(const aug_problem *problem, const aug_cost *cost, aug_group_load *load);
// Cycles of the whole group. `slot`, if not NULL, becomes that in which all stages are at work.
double aug_group_pipe_cycles(const aug_group_pipe *pipe, const aug_group_load *loads, double *slot);
// A floor under the cycles of members, serial or not, whatever they share: what each unit and each port has
// to do.
double aug_group_units_cycles(const aug_group *group, const aug_group_load *loads);
// Bits of a tensor in store `at` of the prefix, all copies, without those that the machine holds of each
// tile.
double aug_group_pipe_bits(const aug_group_pipe *pipe, const aug_group_prefix *prefix, int at, int tensor);
bool aug_group_pipe_prefix_fits(const aug_group_pipe *pipe, const aug_group_prefix *prefix);
// aug_group_reserved, with all copies.
void aug_group_pipe_reserved(const aug_group_pipe *pipe, const aug_group_prefix *prefix, int member,
                             double *bits);
// Makes a plan a pipeline, with its cycles, if that takes fewer and fits; else it stays as it is.
bool aug_group_pipe_take(aug_group_plan *plan, const aug_group_load *loads);

#endif
