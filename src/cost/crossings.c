#include "cost/crossings.h"

#include <math.h>
#include <string.h>

aug_crossing aug_crossing_of(const aug_machine *machine) {
    aug_crossing crossing = {.seconds = machine->hop_seconds,
                             .in_seconds = machine->hop_in_seconds,
                             .per_kernel = machine->model == AUG_MACHINE_MAPPED,
                             .sum_rounds = 1.0};
    bool inside = false; // of a memory
    for (int i = 0; i < machine->level_count; i++) {
        const aug_level *level = &machine->levels[i];
        inside = inside || level->kind == AUG_LEVEL_MEMORY;
        if (level->kind != AUG_LEVEL_ARRAY || !(level->array.hop_cycles > 0.0))
            continue;
        crossing.sum_rounds = fmax(crossing.sum_rounds, level->array.sum_rounds);
        if (!inside)
            crossing.axes += level->array.axis_count;
    }
    crossing.resident = crossing.axes > 0.0;
    return crossing;
}

static bool is_function(const aug_operator *op, const char *name) {
    const char *expression = op->einsum.expression;
    size_t length = strlen(name);
    return expression && strncmp(expression, name, length) == 0 && expression[length] == '(';
}

// Sums and maxima that a map needs of its own input before it can go on.
static double reductions_of(const aug_operator *op) {
    if (is_function(op, "softmax"))
        return 2.0;
    return op->run == AUG_RUN_NORM || op->einsum.reduction != AUG_REDUCE_NONE ? 1.0 : 0.0;
}

void aug_crossings_add(aug_crossings *count, const aug_operator *op, double repeats) {
    if (aug_einsum_is_product(&op->einsum) && !op->vector) {
        count->products += repeats;
        return;
    }
    count->maps += repeats;
    count->reductions += reductions_of(op) * repeats;
}

double aug_crossing_rounds(const aug_crossing *crossing, const aug_crossings *count) {
    if (crossing->per_kernel)
        return 0.0;
    return count->products + (crossing->resident ? 0.0 : count->maps) +
           crossing->sum_rounds * count->reductions;
}

double aug_crossing_seconds(const aug_crossing *crossing, double layers) {
    bool shared = crossing->resident && layers > 1.0;
    return shared ? crossing->seconds * pow(layers, -1.0 / crossing->axes) : crossing->seconds;
}
