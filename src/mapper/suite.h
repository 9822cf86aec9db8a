// Many einsums on one machine, each mapped by itself: those that ask the same are searched once.
//
//     conv2 1x1 and conv2 expand of the same sizes: one search, two answers with the same mappings
//
// Answers do not depend on the number of threads, nor on the order of members that differ.
#ifndef AUG_MAPPER_SUITE_H
#define AUG_MAPPER_SUITE_H

#include "mapper/mapper.h"

typedef struct aug_suite_member {
    const aug_problem *problem;
    const aug_restriction *restriction; // NULL: none
    double cutoff; // only what is strictly below in the objective is of interest, no front; 0: anything is.
                   // Members that ask the same have the same one
} aug_suite_member;

typedef struct aug_suite_answer {
    aug_mapper_status status;
    aug_mapper_result result;
    int same_as;     // the first member that asks the same; itself where none does
    bool from_cache; // not searched: found on disk
} aug_suite_answer;

// Maps all members. `options` hold for each of them (their restriction does not count, theirs does; the node
// limit is one search's). `cache`: a folder (mapping_cache.h), NULL for none.
void aug_suite_run(aug_arena *arena, const aug_suite_member *members, int count,
                   const aug_mapper_options *options, const char *cache, aug_suite_answer *answers);

#endif
