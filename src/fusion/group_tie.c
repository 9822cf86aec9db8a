// The least energy is proven, or the best that was found; many plans may take it. What a prefix takes is the
// sum of what its members take, so a plan of least energy has members of least energy, and each of these may
// have several nests: the mapper gives the fastest. All prefixes whose floor is the least energy are searched
// once more, with shared loops that energy alone leaves no matter: heads that are not one by one, and
// pipelines.
//
//     `for h:1 for m:512 for p:16` in turns, 24 cycles, and `for h:1 for m:512 for p:8 pipeline`, 16 cycles,
//     take the same words of all memories: the second is told
#include "fusion/group_tie.h"

const aug_group_plan *aug_group_tie_break(aug_group_search *search, const aug_group_plan *plan,
                                          uint64_t nodes) {
    const double rounding = 1e-12; // of sums in another order
    aug_group_front front = {.arena = search->arena, .objective = AUG_OBJECTIVE_ENERGY}, open = front;
    if (plan->group->windowed || plan->group->member_count == 1 || plan->bands > 0 || plan->is_split)
        return NULL; // windows make too many prefixes; others are searched where they are mapped
    aug_group_front_add(&front, (aug_group_point){plan->energy_pj, plan->cycles, plan});
    front.has_limit = front.breaks_ties = true;
    front.limit = plan->energy_pj * (1.0 + rounding);
    bool stopped = search->stopped;
    aug_group_members_allow(search->members, nodes);
    aug_group_search_run(search, plan->group, plan->first, &front, &open);
    search->stopped = stopped;
    return front.points[0].last == plan ? NULL : front.points[0].last;
}
