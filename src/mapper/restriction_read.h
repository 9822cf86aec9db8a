// Reading what a user wants of mappings (auger: constraints/1).
#ifndef AUG_MAPPER_RESTRICTION_READ_H
#define AUG_MAPPER_RESTRICTION_READ_H

#include "mapper/restriction.h"

extern const struct aug_fields aug_restriction_fields, aug_restriction_tile_fields;

// Nothing is restricted.
void aug_restriction_init(aug_restriction *restriction);

// Reads a parsed file into one restriction for each of `count` problems, einsums of one workload on one
// machine. A name that only some of them have restricts those. False with errors added where a name is
// unknown to all or what is asked contradicts itself.
bool aug_restriction_read(const aug_reader *reader, const aug_document *document,
                          const aug_problem *const *problems, int count, aug_restriction *restrictions);
// Reads the file first.
bool aug_restriction_load(const aug_reader *reader, const char *path, const aug_problem *const *problems,
                          int count, aug_restriction *restrictions);

// How much a file asks for.
typedef struct aug_restriction_counts {
    int memories; // that `keep` names
    int axes, orders, tiles;
} aug_restriction_counts;
// The form alone, for a file without its workload and machine: names are not looked up.
bool aug_restriction_scan(const aug_reader *reader, const aug_node *root, aug_restriction_counts *counts);

#endif
