// Proven mappings that are kept on disk from one call to the next: one file per question, in a folder of the
// user's choice.
//
// A file is believed as far as it can be checked: it holds the whole question, and each of its mappings is
// checked and evaluated again. That no other mapping is better is what the search proved when the file was
// written.
#ifndef AUG_MAPPER_MAPPING_CACHE_H
#define AUG_MAPPER_MAPPING_CACHE_H

#include "mapper/mapper.h"

// What was found for a question (problem_key.h). False where there is nothing, or what is there is broken, of
// another question, or costs something else today. `result` lives in the arena; its nodes are 0.
bool aug_mapping_cache_find(aug_arena *arena, const char *folder, const char *key, const aug_problem *problem,
                            const aug_mapper_options *options, aug_mapper_result *result);
// Keeps a proven result, in place of what is there. A folder that cannot be written keeps nothing: false.
bool aug_mapping_cache_keep(aug_arena *arena, const char *folder, const char *key,
                            const aug_mapper_result *result);

#endif
