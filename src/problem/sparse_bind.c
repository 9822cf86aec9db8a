// Names to numbers. A format or a saving that names a tensor wins over one that names its role.
#include "problem/sparse_bind.h"

#include "machine/sparse_design.h"

#include <string.h>

_Static_assert((int)AUG_SPARSE_TENSORS == (int)AUG_PROBLEM_TENSORS, "a set of tensors is that of a problem");
_Static_assert((int)AUG_SPARSE_MEMORIES == (int)AUG_PROBLEM_MEMORIES && (int)AUG_SPARSE_COMPUTES == (int)AUG_PROBLEM_COMPUTES,
               "levels are those of a problem");
_Static_assert((int)AUG_SPARSE_ACTIONS == (int)AUG_ACTION_COUNT, "actions are those of a machine");

// Tensors that a name stands for.
static unsigned tensors_of(const aug_problem *problem, const char *name) {
    unsigned called = aug_problem_called(problem, name);
    return called ? called : aug_problem_in_role(problem, name);
}

static void bind_formats(const aug_problem *problem, const aug_sparse_memory *of, aug_sparse_level *level) {
    for (int pass = 0; pass < 2; pass++) // roles, then names over them
        for (int f = 0; f < of->format_count; f++) {
            const aug_sparse_format *format = &of->formats[f];
            unsigned set = tensors_of(problem, format->tensor);
            for (int t = 0; t < problem->tensor_count; t++) {
                bool named = strcmp(problem->tensors[t].name, format->tensor) == 0;
                if (!(set >> t & 1) || named != (pass == 1))
                    continue;
                level->rank_count[t] = format->rank_count;
                memcpy(level->ranks[t], format->ranks, sizeof level->ranks[t]);
            }
        }
}

// A saving of a role becomes one choice per tensor of it.
static void add_choices(const aug_problem *problem, const aug_sparse_option *option, aug_sparse_group *group) {
    unsigned targets = tensors_of(problem, option->tensor), on = 0;
    for (int i = 0; i < option->on_count; i++)
        on |= tensors_of(problem, option->on[i]);
    for (int t = 0; t < problem->tensor_count; t++) {
        if ((targets >> t & 1) && on && group->choice_count < AUG_SPARSE_TENSORS)
            group->choices[group->choice_count++] = (aug_sparse_choice){t, on};
    }
}

// A rule of one option that names a role of several tensors becomes a group for each: all of them are saved.
static void bind_rule(const aug_problem *problem, const aug_sparse_rule *rule, aug_sparse_level *level) {
    aug_sparse_group all = {.skips = rule->skips};
    for (int o = 0; o < rule->option_count; o++)
        add_choices(problem, &rule->options[o], &all);
    bool alternatives = rule->option_count > 1;
    for (int c = 0; c < all.choice_count && level->group_count < AUG_SPARSE_RULES; c++) {
        aug_sparse_group *group = &level->groups[level->group_count++];
        *group = all;
        if (alternatives)
            return;
        group->choices[0] = all.choices[c];
        group->choice_count = 1;
    }
}

static void bind_memory(const aug_sparse_memory *of, aug_problem *problem, int m, aug_sparse_level *level) {
    level->metadata_bits = of->metadata_bits;
    level->metadata_vector = of->metadata_vector;
    memcpy(level->metadata_pj, of->metadata_pj, sizeof level->metadata_pj);
    bind_formats(problem, of, level);
    for (int r = 0; r < of->rule_count; r++)
        bind_rule(problem, &of->rules[r], level);
    aug_problem_memory *memory = &problem->memories[m];
    for (int t = 0; t < problem->tensor_count; t++)
        for (int a = 0; a < AUG_ACTION_COUNT; a++) {
            double per_bit = of->gated_pj_per_bit[a] * (double)memory->block * memory->bits[t];
            memory->gated_pj[t][a] = !isnan(of->gated_pj[a]) ? of->gated_pj[a] : isnan(per_bit) ? 0.0 : per_bit;
        }
}

void aug_sparse_bind(const aug_reader *reader, const aug_operator *operation, aug_problem *problem) {
    const aug_machine *machine = problem->machine;
    bool any = false;
    aug_sparse_design *design = AUG_NEW(reader->arena, aug_sparse_design);
    design->expectation = (aug_expectation)machine->expectation;
    for (int t = 0; t < problem->tensor_count; t++)
        problem->tensors[t].density = operation->uses[t].zeros;
    for (int m = 0; m < problem->memory_count; m++) {
        const aug_sparse_memory *of = machine->levels[problem->memories[m].level].memory.sparse;
        design->memories[m].metadata_bits = (double)NAN;
        design->memories[m].metadata_vector = 1;
        if (of)
            bind_memory(of, problem, m, &design->memories[m]);
        any = any || of;
    }
    for (int c = 0; c < problem->compute_count; c++) {
        design->zeros[c] = (aug_zeros)machine->levels[problem->computes[c].level].compute.zeros;
        any = any || design->zeros[c] != AUG_ZEROS_COMPUTE;
    }
    problem->sparse = any ? design : NULL;
}
