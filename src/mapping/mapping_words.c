#include "mapping/mapping_words.h"

#include "text/scalar_place.h"

#include <stdarg.h>
#include <stdio.h>

aug_error *aug_mapping_error(const aug_reader *reader, const aug_node *node, unsigned column,
                             const char *format, ...) {
    char message[sizeof((aug_error *)0)->message];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    if (!node)
        return aug_error_add(reader->errors, NULL, "%s", message);
    aug_place place = column ? aug_scalar_place(node, column - 1) : aug_node_place(node);
    return aug_error_add(reader->errors, &place, "%s", message);
}

const char *aug_mapping_memory_name(const aug_problem *problem, int memory) {
    return problem->memories[memory].name;
}

const char *aug_mapping_tensor_name(const aug_problem *problem, int tensor) {
    return problem->tensors[tensor].name;
}

const char *aug_mapping_rank_name(const aug_problem *problem, int rank) {
    return problem->ranks[rank];
}

const char *aug_mapping_axis_name(const aug_problem *problem, int axis) {
    return problem->axes[axis].name;
}

const char *aug_mapping_able_name(const aug_problem *problem, int compute) {
    return problem->computes[compute].rate_per_cycle > 0.0 ? problem->computes[compute].name : NULL;
}

const char *aug_mapping_names(aug_arena *arena, const aug_problem *problem, int count,
                              aug_mapping_namer *of) {
    aug_buffer out;
    aug_buffer_init(&out, arena);
    int last = count - 1;
    while (last >= 0 && !of(problem, last))
        last--;
    for (int i = 0; i <= last; i++) {
        const char *name = of(problem, i);
        if (name)
            aug_buffer_print(&out, "%s%s", out.length == 0 ? "" : i == last ? " and " : ", ", name);
    }
    return aug_buffer_text(&out);
}
