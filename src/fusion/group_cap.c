#include "fusion/group_cap.h"

#include <math.h>

// Without a cap on cycles; a cap of nothing at all; and a rate that takes no time.
static const double WORLD_CYCLES = 1099511627776.0, LEAST = 1e-6, AT_ONCE = 1e18;

static bool is_inside(const aug_problem *problem, const aug_problem_array *array) {
    int unit = aug_problem_unit(problem);
    return unit >= 0 && array->first_axis < problem->computes[unit].axes_above;
}

double aug_group_cap_overhead(const aug_problem *problem) {
    double cycles = 0.0;
    for (int a = 0; a < problem->array_count; a++) {
        const aug_problem_array *array = &problem->arrays[a];
        if (is_inside(problem, array))
            cycles += array->sweep_cycles + array->fill_cycles + array->drain_cycles;
    }
    return cycles;
}

// `most`: of this port; nests that take no more than `all` do not move more than that through any.
static double slowed(double bits_per_cycle, double most, double all, double cycles) {
    most = fmin(most, all);
    return isinf(most) ? (double)INFINITY : bits_per_cycle * (fmax(most, LEAST) / cycles);
}

double aug_group_cap_world(const aug_problem *problem, const aug_group_load *most, aug_problem *world) {
    double all = most->cycles;
    if (!isinf(all))
        all = fmax(1.0, floor(all - aug_group_cap_overhead(problem) + 1e-6));
    double cycles = isinf(all) ? WORLD_CYCLES : all;
    *world = *problem;
    for (int m = 0; m < world->memory_count; m++) {
        aug_problem_memory *memory = &world->memories[m];
        const double *ports = most->ports[m];
        double read = ports[memory->shared_port ? AUG_PORT_SHARED : AUG_PORT_READ];
        memory->read_bits_per_cycle = slowed(memory->read_bits_per_cycle, read, all, cycles);
        if (!memory->shared_port)
            memory->write_bits_per_cycle =
                slowed(memory->write_bits_per_cycle, ports[AUG_PORT_WRITE], all, cycles);
    }
    for (int c = 0; c < world->compute_count && isinf(all); c++)
        world->computes[c].rate_per_cycle *= AT_ONCE;
    for (int a = 0; a < world->array_count; a++)
        world->arrays[a].fill_cycles = world->arrays[a].drain_cycles = world->arrays[a].sweep_cycles = 0.0;
    return cycles;
}

bool aug_group_cap_is_any(const aug_group_load *most) {
    bool any = !isinf(most->cycles);
    for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
        for (int k = 0; k < AUG_PORT_KINDS; k++)
            any |= !isinf(most->ports[m][k]);
    return any;
}

aug_group_load aug_group_cap_none(void) {
    aug_group_load most = {.cycles = (double)INFINITY};
    for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++)
        for (int k = 0; k < AUG_PORT_KINDS; k++)
            most.ports[m][k] = (double)INFINITY;
    return most;
}
