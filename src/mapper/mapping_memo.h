// Mappings that are remembered while the program runs: what was found for one question (problem_key.h)
// answers it again.
//
// Threads may share one: what is kept stays as it is, and stays where it is, until the memo is freed. Two
// threads that ask the same at the same time both search, and find the same.
#ifndef AUG_MAPPER_MAPPING_MEMO_H
#define AUG_MAPPER_MAPPING_MEMO_H

#include "mapper/balance.h"

typedef struct aug_mapping_memo aug_mapping_memo;

// NULL when out of memory.
aug_mapping_memo *aug_mapping_memo_new(void);
void aug_mapping_memo_free(aug_mapping_memo *memo);
// NULL where nothing is known.
const aug_balanced *aug_mapping_memo_find(aug_mapping_memo *memo, const char *key);
// Keeps a copy, unless the key has an answer. False when out of memory.
bool aug_mapping_memo_keep(aug_mapping_memo *memo, const char *key, const aug_balanced *answer);

#endif
