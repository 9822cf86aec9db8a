#include "problem/problem.h"

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
