#include "fusion/group_pipe.h"

static int unit_of(const aug_group *group, int member) {
    return aug_problem_unit(group->members[member]);
}

static bool has_several_units(const aug_group *group) {
    for (int e = 1; e < group->member_count; e++)
        if (unit_of(group, e) != unit_of(group, 0))
            return true;
    return false;
}

bool aug_group_must_overlap(const aug_group *group) {
    return group->overlap == AUG_OVERLAP_PIPELINED && has_several_units(group);
}

static void count_steps(const aug_group *group, const aug_group_prefix *prefix, int member,
                        const aug_problem *seen, aug_group_pipe *pipe) {
    double steps = 1.0;
    pipe->whole[member] = 1.0;
    for (int i = 0; i < prefix->count; i++) {
        int rank;
        aug_count tile;
        if (!aug_group_cut(group, prefix, i, member, &rank, &tile) || tile >= seen->sizes[rank])
            continue;
        aug_count whole = seen->sizes[rank] / tile;
        pipe->whole[member] *= (double)whole;
        steps *= (double)(whole + (seen->sizes[rank] % tile != 0));
    }
    pipe->steps = steps > pipe->steps ? steps : pipe->steps;
}

static bool makes(const aug_group *group, int member, int tensor) {
    return group->tensor_of[member][tensor] == aug_problem_output(group->members[member]);
}

// The makers of what a member reads are before it.
static void set_stage(const aug_group *group, int member, aug_group_pipe *pipe) {
    int stage = 0;
    for (int t = 0; t < group->tensor_count; t++)
        for (int maker = 0; maker < member && group->tensor_of[member][t] >= 0; maker++) {
            int least = pipe->stages[maker] + (pipe->units[maker] != pipe->units[member]);
            if (makes(group, maker, t) && least > stage)
                stage = least;
        }
    pipe->stages[member] = stage;
    if (stage >= pipe->stage_count)
        pipe->stage_count = stage + 1;
}

// Between the first and the last stage that has it.
static int copies_of(const aug_group_pipe *pipe, int tensor) {
    int first = pipe->stage_count, last = 0;
    for (int e = 0; e < pipe->group->member_count; e++) {
        if (pipe->group->tensor_of[e][tensor] < 0)
            continue;
        first = pipe->stages[e] < first ? pipe->stages[e] : first;
        last = pipe->stages[e] > last ? pipe->stages[e] : last;
    }
    return last - first + 1;
}

bool aug_group_pipe_init(const aug_group *group, const aug_group_prefix *prefix,
                         const aug_problem *const *seen, aug_group_pipe *pipe) {
    *pipe = (aug_group_pipe){.group = group, .steps = 1.0};
    if (group->overlap == AUG_OVERLAP_TURNS || !has_several_units(group))
        return false;
    for (int e = 0; e < group->member_count; e++) {
        pipe->units[e] = unit_of(group, e);
        count_steps(group, prefix, e, seen[e], pipe);
        set_stage(group, e, pipe);
    }
    for (int t = 0; t < group->tensor_count; t++)
        pipe->copies[t] = copies_of(pipe, t);
    return pipe->steps > 1.0;
}

// ---- Time

void aug_group_load_of(const aug_problem *problem, const aug_cost *cost, aug_group_load *load) {
    *load = (aug_group_load){.cycles = cost->cycles};
    for (int m = 0; m < problem->memory_count; m++)
        for (int i = 0; i < cost->memories[m].port_count && cost->memories[m].used; i++)
            load->ports[m][cost->memories[m].ports[i].kind] = cost->memories[m].ports[i].cycles;
}

static double larger(double a, double b) {
    return a > b ? a : b;
}

// Of the members in `taking`: the busiest unit or port. `whole`: steps of each; NULL: one.
static double longest(const aug_group *group, unsigned taking, const double *whole,
                      const aug_group_load *loads) {
    double most = 0.0;
    for (int e = 0; e < group->member_count; e++) {
        double sum = 0.0;
        for (int o = 0; o < group->member_count && (taking >> e & 1u); o++)
            if ((taking >> o & 1u) && unit_of(group, o) == unit_of(group, e))
                sum += loads[o].cycles / (whole ? whole[o] : 1.0);
        most = larger(most, sum);
    }
    for (int m = 0; m < group->members[0]->memory_count; m++)
        for (int k = 0; k < AUG_PORT_KINDS; k++) {
            double sum = 0.0;
            for (int e = 0; e < group->member_count; e++)
                if (taking >> e & 1u)
                    sum += loads[e].ports[m][k] / (whole ? whole[e] : 1.0);
            most = larger(most, sum);
        }
    return most;
}

double aug_group_units_cycles(const aug_group *group, const aug_group_load *loads) {
    return longest(group, (1u << group->member_count) - 1u, NULL, loads);
}

static double slot_of(const aug_group_pipe *pipe, const aug_group_load *loads, double first, double last) {
    unsigned taking = 0;
    for (int e = 0; e < pipe->group->member_count; e++)
        taking |= (unsigned)((double)pipe->stages[e] >= first && (double)pipe->stages[e] <= last) << e;
    return longest(pipe->group, taking, pipe->whole, loads);
}

// Slot j has stage s at work on step j - s.
double aug_group_pipe_cycles(const aug_group_pipe *pipe, const aug_group_load *loads, double *slot) {
    double last = pipe->stage_count - 1, sum = 0.0;
    for (double j = 0.0; j < pipe->steps + last; j += 1.0) {
        double from = larger(0.0, j - pipe->steps + 1.0), to = j < last ? j : last;
        double times = 1.0;
        if (j >= last && j < pipe->steps) {
            times = pipe->steps - j;
            j = pipe->steps - 1.0;
        }
        sum += times * slot_of(pipe, loads, from, to);
    }
    if (slot)
        *slot = slot_of(pipe, loads, 0.0, last);
    return aug_whole_cycles(sum);
}

// ---- Room

// Several copies of what stands still are one; of others no more than there is.
double aug_group_pipe_bits(const aug_group_pipe *pipe, const aug_group_prefix *prefix, int at, int tensor) {
    const aug_group *group = pipe->group;
    int memory = prefix->nodes[at].memory;
    double words = (double)aug_group_tile_words(group, prefix, at, tensor);
    double copies = pipe->copies[tensor], buffers = (double)group->members[0]->memories[memory].buffers;
    bool is_moved = false;
    for (int i = 0; i < at; i++)
        is_moved |= prefix->nodes[i].is_loop && aug_group_moves(group, tensor, prefix->nodes[i].rank);
    double held = copies > buffers ? words * copies / buffers : words;
    if (!(group->intermediates >> tensor & 1u)) {
        double all = (double)aug_group_tile_words(group, prefix, 0, tensor);
        held = !is_moved ? words : held < all ? held : all;
    }
    return held * aug_group_word_bits(group, memory, tensor);
}

bool aug_group_pipe_prefix_fits(const aug_group_pipe *pipe, const aug_group_prefix *prefix) {
    const aug_problem *p = pipe->group->members[0];
    double held[AUG_PROBLEM_MEMORIES] = {0};
    for (int i = 0; i < prefix->count; i++)
        for (int t = 0; !prefix->nodes[i].is_loop && t < pipe->group->tensor_count; t++)
            if (prefix->nodes[i].tensors >> t & 1u)
                held[prefix->nodes[i].memory] += aug_group_pipe_bits(pipe, prefix, i, t);
    for (int m = 0; m < p->memory_count; m++)
        if (held[m] * (double)p->memories[m].buffers > p->memories[m].capacity_bits)
            return false;
    return true;
}

void aug_group_pipe_reserved(const aug_group_pipe *pipe, const aug_group_prefix *prefix, int member,
                             double *bits) {
    aug_group_reserved(pipe->group, prefix, member, bits);
    for (int i = 0; i < prefix->count; i++)
        for (int t = 0; !prefix->nodes[i].is_loop && t < pipe->group->tensor_count; t++)
            if (prefix->nodes[i].tensors >> t & 1u)
                bits[prefix->nodes[i].memory] +=
                    aug_group_pipe_bits(pipe, prefix, i, t) -
                    (double)aug_group_tile_words(pipe->group, prefix, i, t) *
                        aug_group_word_bits(pipe->group, prefix->nodes[i].memory, t);
}

bool aug_group_pipe_take(aug_group_plan *plan, const aug_group_load *loads) {
    aug_group_pipe pipe;
    if (!aug_group_pipe_init(plan->group, &plan->prefix, plan->problems, &pipe))
        return false;
    double cycles = aug_group_pipe_cycles(&pipe, loads, NULL);
    if (cycles >= plan->cycles)
        return false;
    plan->pipelined = true;
    if (aug_group_fits(plan)) {
        plan->cycles = cycles;
        return true;
    }
    plan->pipelined = false;
    return false;
}
