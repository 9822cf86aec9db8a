// The text of the workload: one einsum. Dimensions of size 1 that no data space has are left out, as they
// change nothing.
#include "interchange/timeloop_text.h"

#include <inttypes.h>

static void put_rank(aug_buffer *out, const aug_timeloop_problem *problem, const aug_timeloop_rank *rank) {
    for (int i = 0; i < rank->term_count; i++) {
        aug_buffer_put(out, i ? "+" : "");
        if (rank->terms[i].coefficient > 1)
            aug_buffer_print(out, "%" PRIu64 "*", rank->terms[i].coefficient);
        aug_buffer_put(out, problem->dims[rank->terms[i].dim].name);
    }
}

static void put_space(aug_buffer *out, const aug_timeloop_problem *problem, const aug_timeloop_space *space) {
    aug_buffer_print(out, "%s[", space->name);
    for (int i = 0; i < space->rank_count; i++) {
        aug_buffer_put(out, i ? "," : "");
        put_rank(out, problem, &space->ranks[i]);
    }
    aug_buffer_put(out, "]");
}

static void put_ranks(aug_buffer *out, const aug_timeloop_problem *problem) {
    unsigned used = 0;
    for (int i = 0; i < problem->space_count; i++)
        used |= problem->spaces[i].dims;
    bool first = true;
    for (int i = 0; i < problem->dim_count; i++) {
        if (!(used & 1u << i))
            continue;
        aug_buffer_print(out, "%s%s: %" PRIu64, first ? "" : ", ", problem->dims[i].name,
                         problem->dims[i].size);
        first = false;
    }
}

static void put_density(aug_buffer *out, const aug_timeloop_problem *problem,
                        const aug_timeloop_space *space) {
    switch (space->density) {
    case AUG_TIMELOOP_DENSE:
        return;
    case AUG_TIMELOOP_UNIFORM:
        aug_buffer_put(out, ", density: {model: uniform, density: ");
        aug_timeloop_put_number(out, space->share);
        aug_buffer_put(out, "}");
        return;
    case AUG_TIMELOOP_STRUCTURED:
        aug_buffer_print(out, ", density: {model: n:m, n: %" PRIu64 ", m: %" PRIu64 ", rank: %s}", space->n,
                         space->m, problem->dims[space->along].name);
        return;
    case AUG_TIMELOOP_BANDED:
        aug_buffer_print(out, ", density: {model: banded, width: %" PRIu64 "}", space->width);
        return;
    }
}

const char *aug_timeloop_workload_write(const aug_timeloop_design *design) {
    const aug_timeloop_problem *problem = &design->problem;
    aug_buffer out;
    aug_buffer_init(&out, design->reader->arena);
    aug_buffer_put(&out, "# Imported from Timeloop.\nauger: workload/1\nname: ");
    aug_timeloop_put_name(&out, problem->name);
    aug_buffer_put(&out, "\nranks: {");
    put_ranks(&out, problem);
    aug_buffer_put(&out, "}\neinsums:\n  - ");
    put_space(&out, problem, &problem->spaces[problem->output]);
    aug_buffer_put(&out, " += ");
    bool first = true;
    for (int i = 0; i < problem->space_count; i++) {
        if (i == problem->output)
            continue;
        aug_buffer_put(&out, first ? "" : " * ");
        put_space(&out, problem, &problem->spaces[i]);
        first = false;
    }
    aug_buffer_put(&out, "\ntensors:\n");
    for (int i = 0; i < problem->space_count; i++) {
        aug_buffer_print(&out, "  %s: {bits: %.0f", problem->spaces[i].name,
                         design->machine.levels[0].word_bits);
        put_density(&out, problem, &problem->spaces[i]);
        aug_buffer_put(&out, "}\n");
    }
    return aug_buffer_text(&out);
}
