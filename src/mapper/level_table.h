// How often one memory can fetch its tensors again, whatever they cost.
//
// A memory that keeps several tensors shares its room between them: a larger tile of one is a smaller tile of
// another. For extents x that remain at the memory and the loops that it could have above its stores, each
// order of stores and each choice of counts gives every tensor a factor: how often each of its words is
// fetched in the time in which the ranks that do not index it stand still outside. Few of these vectors
// matter, those that no other is below in every tensor, and they do not depend on prices or on what happens
// outside. So they are found once for each x and the least price of the memory is the least of a few
// products.
//
// Example: A[m,k] B[k,n] in a memory of 20 words, x: m 4, k 4, n 4. A stays whole (16 words), B comes word by
// word: factors (1, 1), both once. So they do in 10 words, a column of A at a time, but nothing stays for
// longer. Of 3 words, two are a half of such a column: B is fetched twice, (1, 2); or two are of B: (2, 1).
#ifndef AUG_MAPPER_LEVEL_TABLE_H
#define AUG_MAPPER_LEVEL_TABLE_H

#include "mapper/frame.h"

typedef struct aug_level_choice {
    unsigned still; // tensors that no loop of this memory moves: they stay for longer; all that slide
    aug_count again[AUG_PROBLEM_TENSORS];
} aug_level_choice;

typedef struct aug_level_choices {
    int count;
    const aug_level_choice *at;
} aug_level_choices;

typedef struct aug_level_table aug_level_table;

// One per thread. What it finds lives in `memory`, which is its own: it empties it when it is full.
aug_level_table *aug_level_table_new(aug_arena *arena, aug_arena *memory, const aug_space *space);
// The choices of a memory that keeps `kept` where the ranks remain as in `cut`. Tiles divide. Those that
// slide take room, but how often they come is not told.
aug_level_choices aug_level_table_find(aug_level_table *table, int memory, unsigned kept, const int *cut);

#endif
