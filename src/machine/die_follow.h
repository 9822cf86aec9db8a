// The dies of a machine that is varied: what a file counts for the machine as it is, moved by what changed in
// its levels.
#ifndef AUG_MACHINE_DIE_FOLLOW_H
#define AUG_MACHINE_DIE_FOLLOW_H

#include "machine/die.h"

// `dies` counts the blocks of `base`; `moved` receives those of `varied`, which has the same levels by their
// names.
void aug_dies_follow(const aug_dies *dies, const aug_machine *base, const aug_machine *varied,
                     aug_dies *moved);

#endif
