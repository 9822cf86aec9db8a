// What a nest does, operation by operation: the stays of tiles (sparse_oracle_test.c), whatever is zero.
#ifndef AUGER_TESTS_SPARSE_ORACLE_WALK_H
#define AUGER_TESTS_SPARSE_ORACLE_WALK_H

#include "sparse_oracle_random.h"

#include "support/sparse_problem.h"

enum { OPERATIONS = 512, EDGES = 3, MASK = 64 };

static const unsigned ranks_of[TENSORS] = {0x5, 0x6, 0x3}; // A[m,k] B[k,n] Z[m,n] over m n k

typedef struct edge {
    int parent, child;          // nodes
    int group[OPERATIONS];      // of each operation
    int box[OPERATIONS];        // where its tile begins
    int word[OPERATIONS];       // its word of the tensor
    int group_count;
    int members[OPERATIONS];    // stays of a group
    int inner[OPERATIONS];      // some operation of it
    int words;                  // of its tile
} edge;

typedef struct walk {
    const sparse_ground *s;
    int sizes[RANKS];
    int operation_count;
    int start[OPERATIONS][RANKS];                   // coordinates of an operation
    int index[OPERATIONS][AUG_MAPPING_NODES];       // of each loop
    int steps[AUG_MAPPING_NODES];
    int edge_count[TENSORS];
    edge edges[TENSORS][EDGES];
} walk;

static inline bool is_loop(const aug_mapping_node *node) {
    return node->kind == AUG_MAPPING_FOR || node->kind == AUG_MAPPING_PAR;
}

// The coordinates of each operation.
void sparse_walk_operations(walk *w);
// The stays at each pair of stores, and the groups that share an access.
void sparse_walk_edges(walk *w);

#endif
