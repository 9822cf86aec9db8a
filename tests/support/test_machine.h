// Machines as the verbs use them: with the constants of their kernel models.
#ifndef AUGER_TESTS_TEST_MACHINE_H
#define AUGER_TESTS_TEST_MACHINE_H

#include "kernel/kernels.h"

// A shipped machine; NULL with errors added.
static inline aug_machine *test_machine(const aug_library *library, aug_arena *arena, aug_errors *errors, const char *name) {
    aug_machine *machine = aug_machine_load(library, arena, errors, name);
    return machine && aug_kernels_attach(library, arena, errors, machine) ? machine : NULL;
}

#endif
