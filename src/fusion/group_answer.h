// What is known of all runs of neighbours becomes an answer.
#ifndef AUG_FUSION_GROUP_ANSWER_H
#define AUG_FUSION_GROUP_ANSWER_H

#include "fusion/group_limit.h"
#include "fusion/group_search.h"

// What is known of some neighbours.
typedef struct aug_group_run {
    aug_group_front best, low; // `low`: nothing is below all of its points
} aug_group_run;

// All that a choice of groups works with.
typedef struct aug_group_chooser {
    aug_arena *arena;
    const aug_group_chain *chain;
    const aug_mapper_options *options;
    aug_mapper_options simple;      // the same options, for least energy or cycles and tiles that divide
    aug_group_search search, seeds; // `seeds` has those
    int groups, groups_left;        // of several members
    bool alone_open;                // a member alone was not searched to the end
    bool is_planting, has_seeds;    // looking for seeds; there are some
    uint64_t pool;                  // nodes that all searches may have taken by the end
    aug_group_run *runs;            // of the members from i on: [i * AUG_GROUP_MEMBERS + count - 1]
    aug_group_run *heads;           // of the first n members
    double *alone_pj;               // what each member takes alone at least; 0: not known
    double *simple_pj;              // the same of tiles that divide
    aug_group_limits limits;        // which runs matter
    aug_group_limits simple_limits; // the same of seeds
    aug_group_limits energies, times; // EDP: floors of runs in both figures
} aug_group_chooser;

// The best of members `first` .. `first + count - 1`.
aug_group_run *aug_group_run_of(const aug_group_chooser *chooser, int first, int count);
// EDP: what makes the product of all members smaller than that of a way which is known.
void aug_group_chooser_set_product(const aug_group_chooser *chooser, int first, int count, aug_group_front *best);
// The answer from the best of all members; of least energy each group as fast as that allows.
aug_mapper_status aug_group_answer(aug_group_chooser *chooser, const aug_group_run *all, aug_group_result *result);

#endif
