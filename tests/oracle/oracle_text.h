// Small problems and their mappings as text, for tests: short forms that fit a line.
//
//     einsum   "Z[m,n] += A[m,k] * B[k,n]"
//     sizes    "m=16 n=12 k=8"
//     machine  "dram x:4 y:4 buffer register mac"   memories, axes with their fanout and the compute unit, outermost first
//     nest     "dram[A B Z] for m:4 par x n:3 buffer[A! Z] ... mac"
//
// The problem has no limits and no energies, words of 8 bits everywhere, blocks of one word, and draining is free; tests
// change what they look at.
#ifndef AUGER_TESTS_ORACLE_TEXT_H
#define AUGER_TESTS_ORACLE_TEXT_H

#include "base/arena.h"
#include "mapping/mapping.h"

// Text that is none aborts with a message: it is a mistake in a test.
void oracle_read_problem(aug_arena *arena, const char *einsum, const char *sizes, const char *machine,
                         aug_problem *problem);
void oracle_read_nest(aug_arena *arena, const aug_problem *problem, const char *text, aug_mapping *mapping);

// All of a problem that matters to counts, in a form for people.
void oracle_print_problem(aug_buffer *out, const aug_problem *problem);

// Whether aug_mapping_check lets a mapping pass.
bool oracle_is_mapping(aug_arena *arena, const aug_problem *problem, const aug_mapping *mapping);

// Counts what is derived in a problem: instances, positions and operations.
void oracle_finish_problem(aug_problem *problem);

#endif
