// Levels are walked from the outside in; what stands outside of one so far is what it is inside of.
//
// Everything per second becomes per cycle here: 614 GB/s at 1 GHz is 4912 bit/cycle. What the file states per cycle is taken
// as it stands. An action on `vector` words of 16 bits takes pJ/bit · 16 · vector, or pJ/word · vector.
#include "problem/level_bind.h"

#include <math.h>
#include <string.h>

enum { MOST_INSTANCES_LOG2 = 53 }; // a double still counts them

typedef struct binding {
    const aug_reader *reader;
    const aug_machine *machine;
    const aug_operator *operation;
    const aug_format_wish *wish;
    const double *bits; // of a word of each tensor
    aug_problem *problem;
    aug_count instances; // of what stands at this place
    bool only_matrix;
} binding;

static unsigned all_tensors(const aug_problem *problem) {
    return (1u << problem->tensor_count) - 1u;
}

static bool too_many(const binding *b, int most, const char *noun) {
    aug_error_add(b->reader->errors, NULL, "machine '%.60s' has more than %d %s", b->machine->name, most, noun);
    return false;
}

static bool needs_clock(const binding *b, const aug_level *level, const char *what) {
    aug_error *error = aug_error_add(b->reader->errors, NULL, "machine '%.60s' has no clock: %s of '%.60s' cannot be counted in cycles",
                                     b->machine->name, what, level->name);
    aug_error_hint(error, "add 'clock: 1 GHz' to the machine");
    return false;
}

static double per_cycle(const aug_machine *machine, double per_second, double stated) {
    return isnan(stated) ? isinf(per_second) ? per_second : per_second / machine->clock_hz : stated;
}

static double word_bits(const binding *b, const aug_word_bits *bits, int tensor) {
    double by_role = (double)NAN;
    for (int i = 0; i < bits->names.count; i++) {
        if (aug_problem_called(b->problem, bits->names.names[i]) >> tensor & 1)
            return bits->of[i];
        if (isnan(by_role) && (aug_problem_in_role(b->problem, bits->names.names[i]) >> tensor & 1))
            by_role = bits->of[i];
    }
    return !isnan(by_role) ? by_role : !isnan(bits->all) ? bits->all : b->bits[tensor];
}

// Of an action on `vector` words of a length.
static double action_energy(const aug_memory *memory, int action, double bits) {
    double words = (double)memory->vector;
    if (!isnan(memory->energy_pj_per_action[action]))
        return memory->energy_pj_per_action[action];
    if (!isnan(memory->energy_pj_per_word[action]))
        return memory->energy_pj_per_word[action] * words;
    return memory->energy_pj_per_bit[action] * bits * words;
}

static int memory_called(const aug_problem *problem, const char *name) {
    for (int m = 0; name && m < problem->memory_count; m++)
        if (strcmp(problem->memories[m].name, name) == 0)
            return m;
    return -1;
}

static bool bind_memory(binding *b, int index) {
    const aug_level *level = &b->machine->levels[index];
    const aug_memory *from = &level->memory;
    aug_problem *problem = b->problem;
    if (problem->memory_count == AUG_PROBLEM_MEMORIES)
        return too_many(b, AUG_PROBLEM_MEMORIES, "memories");
    bool timed = (isinf(from->read_bits_per_second) || !isnan(from->read_bits_per_cycle)) &&
                 (isinf(from->write_bits_per_second) || !isnan(from->write_bits_per_cycle));
    if (!timed && isnan(b->machine->clock_hz))
        return needs_clock(b, level, "the bandwidth");
    aug_problem_memory *memory = &problem->memories[problem->memory_count];
    *memory = (aug_problem_memory){
        .name = level->name,
        .level = index,
        .axes_above = problem->axis_count,
        .instances = b->instances,
        .capacity_bits = from->size_bits,
        .buffers = from->buffers,
        .read_bits_per_cycle = per_cycle(b->machine, from->read_bits_per_second, from->read_bits_per_cycle),
        .write_bits_per_cycle = per_cycle(b->machine, from->write_bits_per_second, from->write_bits_per_cycle),
        .shared_port = from->shared_port,
        .block = from->vector,
        .leakage_pj_per_cycle = from->leakage_pj_per_cycle,
        .gated_at = memory_called(problem, from->gated_at),
        .area_um2 = from->area_mm2 * 1e6,
    };
    for (int t = 0; t < problem->tensor_count; t++) {
        memory->bits[t] = word_bits(b, &from->bits, t);
        for (int action = 0; action < AUG_ACTION_COUNT; action++)
            memory->energy_pj[t][action] = action_energy(from, action, memory->bits[t]);
    }
    aug_problem_keep(problem, &from->keep, &memory->must, &memory->never);
    problem->memory_count++;
    return true;
}

static unsigned shared_by(const aug_problem *problem, const aug_sharing *sharing) {
    return sharing->all ? all_tensors(problem) : aug_problem_named(problem, &sharing->names);
}

static bool bind_axis(binding *b, const aug_level *level, int index) {
    const aug_array *from = &level->array;
    aug_problem *problem = b->problem;
    aug_count fanout = (aug_count)from->fanout[index];
    if (problem->axis_count == AUG_PROBLEM_AXES)
        return too_many(b, AUG_PROBLEM_AXES, "axes of arrays");
    if (fanout > (UINT64_C(1) << MOST_INSTANCES_LOG2) / b->instances) {
        aug_error_add(b->reader->errors, NULL, "machine '%.60s' has more than 2^%d instances inside of '%.60s'", b->machine->name,
                      MOST_INSTANCES_LOG2, level->name);
        return false;
    }
    b->instances *= fanout;
    problem->axes[problem->axis_count++] = (aug_problem_axis){
        .name = aug_arena_print(b->reader->arena, "%s.%s", level->name, from->axes[index]),
        .array = problem->array_count,
        .memories_above = problem->memory_count,
        .fanout = fanout,
        .multicast = shared_by(problem, &from->share[index]),
        .reduce = shared_by(problem, &from->reduce[index]),
    };
    return true;
}

// Across all axes and back: what `hop` says that an operator waits for, as in the roofline (cost/roofline.h).
static double sweep_of(const aug_array *array) {
    double steps = 0.0;
    for (int a = 0; a < array->axis_count; a++)
        steps += array->fanout[a];
    return (array->hop_cycles + array->sum_hop_cycles) * steps;
}

static bool bind_array(binding *b, int index) {
    const aug_level *level = &b->machine->levels[index];
    aug_problem *problem = b->problem;
    if (problem->array_count == AUG_PROBLEM_ARRAYS)
        return too_many(b, AUG_PROBLEM_ARRAYS, "arrays");
    problem->arrays[problem->array_count] = (aug_problem_array){
        .name = level->name,
        .level = index,
        .first_axis = problem->axis_count,
        .axis_count = level->array.axis_count,
        .hop_pj = level->array.network_hop_pj,
        .router_pj = level->array.network_router_pj,
        .fill_cycles = level->array.fill_cycles,
        .drain_cycles = level->array.drain_cycles,
        .per_fold = level->array.per_fold,
        .sweep_cycles = sweep_of(&level->array),
    };
    for (int a = 0; a < level->array.axis_count; a++)
        if (!bind_axis(b, level, a))
            return false;
    problem->array_count++;
    return true;
}

static bool bind_compute(binding *b, int index) {
    const aug_level *level = &b->machine->levels[index];
    aug_problem *problem = b->problem;
    if (problem->compute_count == AUG_PROBLEM_COMPUTES)
        return too_many(b, AUG_PROBLEM_COMPUTES, "compute units");
    if (isnan(b->machine->clock_hz))
        return needs_clock(b, level, "the peak");
    aug_problem_compute *compute = &problem->computes[problem->compute_count++];
    *compute = (aug_problem_compute){
        .name = level->name,
        .level = index,
        .unit = level->compute.unit,
        .memories_above = problem->memory_count,
        .axes_above = problem->axis_count,
        .instances = b->instances,
    };
    aug_unit_rate(b->machine, level, b->operation, b->wish, b->only_matrix, compute);
    return true;
}

static bool bind_level(binding *b, int index) {
    switch (b->machine->levels[index].kind) {
    case AUG_LEVEL_MEMORY:
        return bind_memory(b, index);
    case AUG_LEVEL_ARRAY:
        return bind_array(b, index);
    case AUG_LEVEL_COMPUTE:
        return bind_compute(b, index);
    }
    return false;
}

bool aug_levels_bind(const aug_reader *reader, const aug_machine *machine, const aug_operator *operation,
                     const aug_format_wish *wish, const double *bits, aug_problem *problem) {
    binding b = {reader, machine, operation, wish, bits, problem, 1, true};
    for (int i = 0; i < machine->level_count; i++)
        b.only_matrix &= machine->levels[i].kind != AUG_LEVEL_COMPUTE || machine->levels[i].compute.unit == AUG_UNIT_MATRIX;
    problem->drain_reads = !machine->drain_is_free;
    for (int i = 0; i < machine->level_count; i++)
        if (!bind_level(&b, i))
            return false;
    return true;
}
