// A machine and the einsum of a workload, read from text and bound to each other.
#ifndef AUGER_TESTS_TEST_BIND_H
#define AUGER_TESTS_TEST_BIND_H

#include "support/testing.h"

#include "problem/problem.h"
#include "workload/model.h"

#include <stdio.h>

// What a file says.
static inline const char *test_file_text(test_ground *ground, const char *path) {
    enum { MOST = 1 << 16 };
    char *text = aug_arena_alloc(&ground->arena, MOST);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, MOST - 1, file)] = '\0';
    fclose(file);
    return text;
}

static inline const aug_machine *test_read_machine(test_ground *ground, const char *text) {
    aug_machine *machine = AUG_NEW(&ground->arena, aug_machine);
    if (!aug_machine_read(&ground->reader, test_parse(ground, text), "test", machine)) {
        print_error("%s\n", ground->errors.items[0].message);
        fail();
    }
    return machine;
}

// The first operator of a workload.
static inline const aug_operator *test_read_operator(test_ground *ground, const char *text) {
    aug_model *model = AUG_NEW(&ground->arena, aug_model);
    if (!aug_model_from_workload(&ground->reader, test_parse(ground, text), "test", model)) {
        print_error("%s\n", ground->errors.items[0].message);
        fail();
    }
    return &model->stages[0].graph.operators[0];
}

// Binds them at the sizes that the workload states; NULL with errors where that fails.
static inline const aug_problem *test_try_bind(test_ground *ground, const char *workload, const aug_machine *machine) {
    const aug_operator *operation = test_read_operator(ground, workload);
    aug_problem *problem = AUG_NEW(&ground->arena, aug_problem);
    aug_count sizes[AUG_EINSUM_RANKS];
    assert_true(aug_operator_counts(operation, sizes));
    return aug_problem_bind(&ground->reader, operation, sizes, machine, problem) ? problem : NULL;
}

static inline const aug_problem *test_bind(test_ground *ground, const char *workload, const char *machine) {
    const aug_problem *problem = test_try_bind(ground, workload, test_read_machine(ground, machine));
    if (!problem) {
        print_error("%s\n", ground->errors.items[0].message);
        fail();
    }
    return problem;
}

#define TEST_GEMM "auger: workload/1\nranks: {m: 64, k: 32, n: 16}\neinsums: ['Z[m,n] += A[m,k] * B[k,n]']\n"

#endif
