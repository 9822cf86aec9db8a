// Certificates: a file that proves that no mapping of an einsum is better than those in it, or that no
// mappings of the einsums of a whole workload, each by itself, come to less than those in it.
//
// It holds the problem in integers, what is claimed, the mappings, and the splits of a tree over the whole
// space (proof_tree.h). Checking it needs neither the search nor the files that the problem came from;
// README.md tells what is argued and where it ends.
#ifndef AUG_PROOF_CERTIFICATE_H
#define AUG_PROOF_CERTIFICATE_H

#include "mapper/mapper.h"

// Why no certificate can be written, as a sentence; NULL: one can.
const char *aug_certificate_cannot(const aug_problem *problem, const aug_mapper_options *options);
// Writes the certificate of what was found. False where the bounds do not close the tree, or it would take
// more than some 10 million nodes; `out` is then as it was. Where tiles need not divide what is proven may be a little
// less than what was found: README.md tells how much.
bool aug_certificate_write(aug_buffer *out, aug_arena *arena, const aug_problem *problem,
                           const aug_mapper_options *options, const aug_mapper_result *result);

// One einsum of several.
typedef struct aug_certificate_part {
    const char *name;
    double repeats; // how often it runs
    const aug_problem *problem;
    const aug_mapper_result *result;
    const aug_restriction *restriction; // NULL: none; that of the options is not looked at
} aug_certificate_part;

// Why several can have none together: a sentence about one of them, whose number is written; NULL: they can.
const char *aug_certificate_cannot_all(const aug_certificate_part *parts, int count,
                                       const aug_mapper_options *options, int *which);
// One proof per distinct einsum, and the sum of what they show, repeats included. False as above.
bool aug_certificate_write_all(aug_buffer *out, aug_arena *arena, const aug_certificate_part *parts,
                               int count, const aug_mapper_options *options);

// A plan of all einsums: its groups in their order, as aug_group_print gives them (src/fusion).
typedef struct aug_certificate_plan {
    const char *const *groups;
    int group_count;
    const char *const *running; // as in aug_group_init
} aug_certificate_plan;

// Why such plans can have none, as a sentence; NULL: they can.
const char *aug_certificate_cannot_plan(aug_arena *arena, const aug_certificate_part *parts, int count,
                                        const aug_mapper_options *options);
// What the plan takes, and what every plan takes at least, which may be less. False where the plan is none that
// certificates speak of.
bool aug_certificate_write_plan(aug_buffer *out, aug_arena *arena, const aug_certificate_part *parts, int count,
                                const aug_certificate_plan *plan, const aug_mapper_options *options);

#endif
