// Ranks, tensors, memories and axes are written by their numbers in the order of the einsum and of the
// machine, so einsums that differ in names alone have one key. Doubles are written in hexadecimal: equal text
// is equal bits.
//
//     Z[m,n] = A[m,k] * B[k,n] of 8, 6, 4:  "sizes 8 6 4 tensor 0 0 dim 0:1 dim 1:1 tensor 0 0 dim 1:1 dim
//     2:1 ..."
//
// and so is Y[a,c] = P[a,b] * Q[b,c] of the same sizes and bits.
#include "mapper/problem_key.h"

#include <inttypes.h>

static bool has_zeros(const aug_problem *problem) {
    bool zeros = problem->sparse;
    for (int t = 0; t < problem->tensor_count; t++)
        zeros = zeros || problem->tensors[t].density;
    return zeros;
}

static void put_tensor(aug_buffer *out, const aug_problem_tensor *tensor) {
    aug_buffer_print(out, "tensor %d %d", tensor->is_output, tensor->accumulates);
    for (int d = 0; d < tensor->dim_count; d++) {
        aug_buffer_put(out, " dim");
        for (int t = 0; t < tensor->dims[d].term_count; t++) {
            const aug_problem_term *term = &tensor->dims[d].terms[t];
            aug_buffer_print(out, " %d:%" PRIu64, term->rank, term->coefficient);
        }
    }
    aug_buffer_put(out, "\n");
}

static void put_memory(aug_buffer *out, const aug_problem_memory *memory, int tensors) {
    aug_buffer_print(out, "memory %d %" PRIu64 " %a %" PRIu64 " %a %a %d %" PRIu64 " %a %d %x %x",
                     memory->axes_above, memory->instances, memory->capacity_bits, memory->buffers,
                     memory->read_bits_per_cycle, memory->write_bits_per_cycle, memory->shared_port,
                     memory->block, memory->leakage_pj_per_cycle, memory->gated_at, memory->must,
                     memory->never);
    for (int t = 0; t < tensors; t++) {
        aug_buffer_print(out, " bits %a", memory->bits[t]);
        for (int a = 0; a < AUG_ACTION_COUNT; a++)
            aug_buffer_print(out, " %a", memory->energy_pj[t][a]);
    }
    aug_buffer_put(out, "\n");
}

static void put_arrays(aug_buffer *out, const aug_problem *problem) {
    for (int i = 0; i < problem->array_count; i++) {
        const aug_problem_array *array = &problem->arrays[i];
        aug_buffer_print(out, "array %d %d %a %a %a %a %a %d\n", array->first_axis, array->axis_count,
                         array->hop_pj, array->router_pj, array->fill_cycles, array->drain_cycles,
                         array->sweep_cycles, array->per_fold);
    }
    for (int i = 0; i < problem->axis_count; i++) {
        const aug_problem_axis *axis = &problem->axes[i];
        aug_buffer_print(out, "axis %d %d %" PRIu64 " %x %x\n", axis->array, axis->memories_above,
                         axis->fanout, axis->multicast, axis->reduce);
    }
}

static void put_computes(aug_buffer *out, const aug_problem *problem) {
    for (int i = 0; i < problem->compute_count; i++) {
        const aug_problem_compute *unit = &problem->computes[i];
        aug_buffer_print(out, "compute %d %d %" PRIu64 " %a %a\n", unit->memories_above, unit->axes_above,
                         unit->instances, unit->rate_per_cycle, unit->energy_pj);
    }
}

bool aug_problem_key(aug_buffer *out, const aug_problem *problem) {
    if (has_zeros(problem))
        return false;
    aug_buffer_print(out, "sizes %d", problem->drain_reads);
    for (int r = 0; r < problem->rank_count; r++)
        aug_buffer_print(out, " %" PRIu64, problem->sizes[r]);
    aug_buffer_put(out, "\n");
    for (int t = 0; t < problem->tensor_count; t++)
        put_tensor(out, &problem->tensors[t]);
    for (int m = 0; m < problem->memory_count; m++)
        put_memory(out, &problem->memories[m], problem->tensor_count);
    put_arrays(out, problem);
    put_computes(out, problem);
    return true;
}

static void put_restriction(aug_buffer *out, const aug_problem *problem, const aug_restriction *asked) {
    for (int m = 0; m < problem->memory_count; m++) {
        aug_buffer_print(out, "keep %x %x", asked->must[m], asked->never[m]);
        for (int r = 0; asked->has_tiles[m] && r < problem->rank_count; r++)
            aug_buffer_print(out, " %" PRIu64 "..%" PRIu64, asked->tiles[m][r].least,
                             asked->tiles[m][r].most);
        aug_buffer_put(out, "\n");
    }
    for (int a = 0; a < problem->axis_count; a++)
        if (asked->axis_is_fixed[a])
            aug_buffer_print(out, "spread %d %x\n", a, asked->axis_ranks[a]);
    for (int m = 0; m <= AUG_PROBLEM_MEMORIES; m++)
        for (int i = 0; i < asked->order_count[m]; i++)
            aug_buffer_print(out, "order %d %d\n", m, asked->order[m][i]);
    aug_buffer_print(out, "utilization %a\n", asked->min_utilization);
}

void aug_problem_key_options(aug_buffer *out, const aug_problem *problem, const aug_mapper_options *options) {
    aug_buffer_print(out, "objective %s %d\n", aug_objective_names[options->objective], options->perfect);
    if (options->restriction)
        put_restriction(out, problem, options->restriction);
}
