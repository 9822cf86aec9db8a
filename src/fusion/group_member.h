// The best branches of a member below a prefix, found once for all prefixes that look alike to it.
#ifndef AUG_FUSION_GROUP_MEMBER_H
#define AUG_FUSION_GROUP_MEMBER_H

#include "fusion/group_pipe.h"

typedef struct aug_group_best {
    int count;
    const aug_mapper_point *const *points; // whole nests; of a front: energy rises
    bool limited;                          // the search was stopped
    double bound;                          // ENERGY, LATENCY: limited, and what was left out is at least this
} aug_group_best;

typedef struct aug_group_members aug_group_members;
// Answers live in `arena`.
aug_group_members *aug_group_members_new(aug_arena *arena, const aug_mapper_options *options);
// Frees what searches worked in; answers stay.
void aug_group_members_end(aug_group_members *members);
// What searches may take from here on, in nodes; 0: no limit.
void aug_group_members_allow(aug_group_members *members, uint64_t nodes);
// Counts work other than searches. False where what was allowed is used up.
bool aug_group_members_work(aug_group_members *members, uint64_t nodes);
// Whether enough is left for searches that only give floors.
bool aug_group_members_can_bound(const aug_group_members *members);
uint64_t aug_group_members_nodes(const aug_group_members *members); // in all

// What is asked of a member.
typedef struct aug_group_question {
    const aug_problem *problem;
    aug_mapping_node prefix[AUG_MAPPING_NODES];
    int prefix_count;
    double reserved_bits[AUG_PROBLEM_MEMORIES];
    aug_lasting lasting;    // what its branch may leave in place; infinite: anything
    aug_group_load most;    // that it may take and move (group_cap.h); infinite: anything
    bool is_floor;          // asked for `floor_of` alone, and not for a branch
    bool is_least;          // a floor under all prefixes
    bool breaks_ties;       // ENERGY: the fastest nest of those of least energy
    aug_objective floor_of; // ENERGY, LATENCY
    bool is_many;           // one of very many: gets a small part of the limit
    uint64_t most_nodes;    // that a floor is worth; 0: a part of what is left
    double enough_pj;       // ENERGY: nothing takes less, as far as is known
    double cutoff;          // ENERGY, LATENCY: values above it do not matter; infinite: all do
    double tie_pj;          // LATENCY: of as many cycles as the cutoff, only what takes less does; infinite: all do
    aug_product_cut cut;    // EDP: what does not matter; a product of 0: all does
    double least_cycles;    // no nest takes fewer; 0: nothing is known
    double most_pj;         // energies from here on do not matter; 0: all do
} aug_group_question;

// Nothing is known, and everything allowed.
aug_group_question aug_group_question_of(const aug_problem *problem);
const aug_group_best *aug_group_member_best(aug_group_members *members, const aug_group_question *question);
// The same for a floor; NULL: it is not known, and is not to be searched, or nothing is left for that.
const aug_group_best *aug_group_member_floor(aug_group_members *members, const aug_group_question *question,
                                             bool searches);
// Asks for several at once, spread over threads, so that their answers are known. What is asked for, and
// found, does not depend on the number of threads.
enum { AUG_GROUP_QUESTIONS = 16 };
void aug_group_members_ask(aug_group_members *members, const aug_group_question *const *questions, int count);
uint64_t aug_group_members_runs(const aug_group_members *members);

#endif
