// A mapping: how a machine walks through the iteration space of one einsum.
//
// It is a list of nodes, outermost first. In text, as people write and read it:
//
//     dram[A B Z] for m:64 buffer[A] for k:128 buffer[B Z] par pe.x m:16 par pe.y k:8 register[Z] for m:1 for k:1 for n:1 mac
//
//     memory[T ...]      a store: tiles of these tensors are kept in an instance of the memory. T! is fetched whole at
//                        every step of the loops above it
//     for r:t            a loop in time over rank r; tiles of t remain inside, the last one may be shorter
//     par array.axis r:t a loop in space: each tile goes to another instance along the axis
//     mac                the compute unit, at the end
//
// Two loops of a rank split it twice: for m:64 ... for m:16 walks tiles of 16 inside each tile of 64. A tile need not divide the one
// around it. Nodes of different tensors of one memory may stand at different depths.
#ifndef AUG_MAPPING_MAPPING_H
#define AUG_MAPPING_MAPPING_H

#include "base/buffer.h"
#include "problem/problem.h"

enum {
    AUG_MAPPING_NODES = 96,
    AUG_MAPPING_SPLITS = 24 // loops of more than one step over one rank
};

typedef enum aug_mapping_kind { AUG_MAPPING_STORE, AUG_MAPPING_FOR, AUG_MAPPING_PAR, AUG_MAPPING_COMPUTE } aug_mapping_kind;

typedef struct aug_mapping_node {
    aug_mapping_kind kind;
    int memory;        // STORE
    unsigned tensors;  // STORE: set of tensors that it keeps
    unsigned whole;    // STORE: those of them that are fetched whole at every step
    int rank;          // FOR, PAR
    aug_count tile;    // FOR, PAR: what remains of the rank inside
    int axis;          // PAR
    int compute;       // COMPUTE
    unsigned column;   // of the text that it was read from, from 1; 0: none
} aug_mapping_node;

typedef struct aug_mapping {
    int count; // the last node is the COMPUTE one
    aug_mapping_node nodes[AUG_MAPPING_NODES];
} aug_mapping;

// Reads the text of a nest. Columns of errors are those of `node`, which holds the text. False with errors added.
bool aug_mapping_parse(const aug_reader *reader, const aug_node *node, const aug_problem *problem, aug_mapping *mapping);
// Reads an "auger: mapping/1" file and checks its form.
bool aug_mapping_load(const aug_reader *reader, const char *path, const aug_problem *problem, aug_mapping *mapping);
// The same for a document that is parsed already.
bool aug_mapping_read(const aug_reader *reader, const aug_document *document, const aug_problem *problem, aug_mapping *mapping);

// The grammar of a nest alone, for the root of a file without its workload and machine: names are not looked up, and the compute
// unit may be missing. Of `mapping` only kinds, tiles and columns mean something.
bool aug_mapping_scan(const aug_reader *reader, const aug_node *root, aug_mapping *mapping);
extern const struct aug_fields aug_mapping_fields;

// Checks the form (mapping_check.c), which is about input, not about fitting: each tensor is stored outside of compute;
// memories and axes follow the order of the machine; tiles do not grow inwards and end at 1. Errors point into `node`, the text
// of the nest; NULL: nowhere.
bool aug_mapping_check(const aug_reader *reader, const aug_node *node, const aug_problem *problem, const aug_mapping *mapping);

// The text form; reading it back gives the same mapping.
void aug_mapping_print(aug_buffer *out, const aug_problem *problem, const aug_mapping *mapping);
// One node per line, indented by depth, with the steps of each loop and the tile of each store in words.
void aug_mapping_print_nest(aug_buffer *out, const aug_problem *problem, const aug_mapping *mapping);

#endif
