#include "problem/problem.h"

#include <math.h>
#include <string.h>

unsigned aug_problem_called(const aug_problem *problem, const char *name) {
    for (int t = 0; t < problem->tensor_count; t++)
        if (strcmp(problem->tensors[t].name, name) == 0)
            return 1u << t;
    return 0;
}

unsigned aug_problem_in_role(const aug_problem *problem, const char *role) {
    unsigned set = 0;
    for (int t = 0; t < problem->tensor_count; t++) {
        bool result = t == aug_problem_output(problem) && strcmp(role, aug_role_names[AUG_ROLE_OUTPUT]) == 0;
        if (result || strcmp(aug_role_names[problem->tensors[t].role], role) == 0)
            set |= 1u << t;
    }
    return set;
}

unsigned aug_problem_named(const aug_problem *problem, const aug_name_list *list) {
    unsigned set = 0;
    for (int i = 0; i < list->count; i++)
        set |= aug_problem_called(problem, list->names[i]) | aug_problem_in_role(problem, list->names[i]);
    return set;
}

void aug_problem_keep(const aug_problem *problem, const aug_keep *keep, unsigned *must, unsigned *never) {
    unsigned names[3] = {0}, roles[3] = {0};
    const aug_name_list *lists[] = {&keep->must, &keep->may, &keep->never};
    for (int l = 0; l < 3; l++)
        for (int i = 0; i < lists[l]->count; i++) {
            names[l] |= aug_problem_called(problem, lists[l]->names[i]);
            roles[l] |= aug_problem_in_role(problem, lists[l]->names[i]);
        }
    unsigned named = names[0] | names[1] | names[2], all = (1u << problem->tensor_count) - 1u;
    *must = names[0] | (roles[0] & ~named);
    *never = names[2] | (roles[2] & ~named & ~*must);
    unsigned may = names[1] | (roles[1] & ~named);
    if (keep->is_limited)
        *never |= all & ~(*must | may);
}

bool aug_problem_leaks(const aug_problem *problem) {
    bool any = false;
    for (int m = 0; m < problem->memory_count; m++)
        any |= problem->memories[m].leakage_pj_per_cycle > 0.0;
    return any;
}

int aug_problem_unit(const aug_problem *problem) {
    for (int c = problem->compute_count - 1; c >= 0; c--)
        if (problem->computes[c].rate_per_cycle > 0.0)
            return c;
    return -1;
}

const char *aug_problem_without_energy(const aug_problem *problem) {
    int unit = aug_problem_unit(problem), output = aug_problem_output(problem);
    for (int m = 0; unit >= 0 && m < problem->computes[unit].memories_above; m++) {
        const aug_problem_memory *memory = &problem->memories[m];
        for (int t = 0; t < problem->tensor_count; t++) {
            const double *pj = memory->energy_pj[t];
            if (!(memory->never >> t & 1u) && (isnan(pj[AUG_ACTION_READ]) || isnan(pj[AUG_ACTION_WRITE]) ||
                                               (t == output && isnan(pj[AUG_ACTION_UPDATE]))))
                return memory->name;
        }
    }
    return unit >= 0 && isnan(problem->computes[unit].energy_pj) ? problem->computes[unit].name : NULL;
}
