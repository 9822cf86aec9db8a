// How long nests take that begin as a frame says, and what leaks meanwhile.
#include "mapper/frame.h"

#include "cost/latency.h"

#include <math.h>

double aug_port_cycles(const aug_space_memory *memory, double read_bits, double write_bits) {
    if (memory->shared_port)
        return isinf(memory->read_width) ? 0.0 : (read_bits + write_bits) / memory->read_width;
    double reads = isinf(memory->read_width) ? 0.0 : read_bits / memory->read_width;
    double writes = isinf(memory->write_width) ? 0.0 : write_bits / memory->write_width;
    return reads > writes ? reads : writes;
}

double aug_frame_cycles(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame) {
    (void)keeping;
    aug_count busiest = 1;
    for (int r = 0; r < space->rank_count; r++)
        busiest *= (space->problem->sizes[r] + frame->spread[r] - 1) / frame->spread[r];
    double slowest = (double)busiest / space->unit_rate;
    for (int m = 0; m < space->memory_count; m++)
        slowest =
            fmax(slowest, aug_port_cycles(&space->memories[m], frame->read_bits[m], frame->write_bits[m]));
    return aug_whole_cycles(slowest) + space->overhead_cycles;
}

aug_wide aug_frame_leak(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                        double cycles) {
    aug_wide price = 0;
    double steady = cycles - space->overhead_cycles;
    for (int m = 0; m < space->memory_count; m++)
        if (space->memories[m].leak > 0 && keeping->kept[m])
            price += (aug_wide)space->memories[m].leak * frame->fewest_holders[m] * (aug_count)steady;
    return price;
}
