// Loops in space along the array below a segment.
#include "mapper/nest_build.h"
#include "mapper/search_walk.h"

#include <string.h>

enum { WORDS_PER_NODE = 32 }; // of 64 ways each

// Ranks that the last array has to use up: they move the last store and all that are to come, so a loop in
// time over them would rise above one after the other.
static unsigned ranks_to_use_up(const aug_search *s, const aug_frame *frame) {
    if (!aug_search_canonical(s) || s->keeping->only >= 0 || frame->previous < 0 ||
        frame->segment + 2 < s->keeping->segment_count || s->space->tensors[frame->previous].slides)
        return 0;
    unsigned ranks =
        aug_search_ranks(s, frame->previous) & ~frame->banned & ~s->space->sliding & s->space->large;
    ranks &= s->space->has_prefix ? ~frame->unraised : ~0u;
    for (int t = 0; t < s->space->tensor_count; t++)
        if (frame->declared[t] < s->keeping->chain_count[t])
            ranks &= s->space->tensors[t].slides || (frame->kept_over >> t & 1) ? 0 : aug_search_ranks(s, t);
    return ranks;
}

bool aug_search_can_use_up(const aug_search *s, const aug_frame *frame) {
    unsigned ranks = ranks_to_use_up(s, frame);
    aug_count steps = 1, fan = s->space->fan_below[frame->segment];
    for (int r = 0; ranks && r < s->space->rank_count && steps <= fan; r++)
        steps *= ranks >> r & 1 ? s->space->classes[r].at[frame->cut[r]].least : 1;
    return steps <= fan;
}

void aug_search_work_off(aug_search *s, aug_stage *stage, aug_search_go_on *next) {
    aug_stage_sort(stage);
    for (int i = 0; i < stage->count && !s->stopped; i++) {
        const aug_stage_entry *entry = aug_stage_take(stage, i, s->path);
        if (aug_search_wants(s, entry->bound))
            next(s, &entry->frame);
    }
}

void aug_search_gather(aug_search *s, aug_stage *stage, aug_value bound, const aug_frame *frame,
                       aug_search_go_on *next) {
    if (s->keeping->only >= 0 || s->dive ||
        (bound.energy <= s->root.energy && bound.cycles <= s->root.cycles)) {
        aug_frame own = *frame;
        next(s, &own);
        return;
    }
    aug_objective objective = s->keeping->only >= 0 ? AUG_OBJECTIVE_ENERGY : s->options->objective;
    if (aug_stage_add(stage, objective, bound, frame, s->path))
        return;
    aug_item path[AUG_PATH_ITEMS];
    memcpy(path, s->path, (size_t)frame->path * sizeof *path);
    aug_search_work_off(s, stage, next);
    memcpy(s->path, path, (size_t)frame->path * sizeof *path);
    stage->count = 0;
    if (!aug_stage_add(stage, objective, bound, frame, s->path)) {
        aug_frame own = *frame;
        next(s, &own);
    }
}

static unsigned banned_ranks(const aug_search *s, const aug_frame *frame) {
    unsigned ranks = 0;
    for (int t = 0; t < s->space->tensor_count; t++)
        if (frame->declared[t] > frame->placed[t])
            ranks |= aug_search_ranks(s, t);
    return ranks;
}

bool aug_search_enter_bound(aug_search *s, const aug_frame *frame, aug_value *bound) {
    aug_search_count_node(s);
    if (s->stopped)
        return false;
    int group = aug_search_first_group(s, frame->segment);
    const aug_incumbent *incumbent = s->keeping->only < 0 ? s->incumbent : NULL;
    if (s->plan) {
        aug_rest sum;
        *bound = aug_plain_bound(s->plan, frame, group, true, &sum);
        return aug_search_wants(s, *bound) &&
               (!aug_plain_levels(s->plan, s->table, frame, group, incumbent, &sum, bound) ||
                aug_search_wants(s, *bound));
    }
    *bound = aug_bound(s->space, s->keeping, frame, s->path, group, true);
    if (!aug_search_wants(s, *bound))
        return false;
    // Tables do not tell how often tiles that slide come, and take longer than what they save.
    if (s->space->sliding || !aug_bound_levels(s->space, s->keeping, s->table, frame, s->path, group, incumbent, bound))
        return true;
    return aug_search_wants(s, *bound);
}

static bool uses_up(const aug_search *s, const aug_frame *frame, unsigned ranks) {
    for (int r = 0; r < s->space->rank_count; r++)
        if ((ranks >> r & 1) && frame->cut[r] < s->space->classes[r].count - 1)
            return false;
    return true;
}

// Loops over ranks that slide, above the array: when all stores that slide stand, they only matter if
// neighbours along the array may share because of one, so if its rank and another one of a window go along
// the array.
static bool above_matters(const aug_search *s, const aug_frame *frame) {
    const aug_space *space = s->space;
    unsigned along = 0;
    if (!frame->above || !aug_search_canonical(s) || aug_search_sliding(s, frame) ||
        frame->segment + 2 < s->keeping->segment_count)
        return true;
    for (int i = 0; i < frame->path; i++)
        along |= s->path[i].kind == AUG_ITEM_PAR ? 1u << s->path[i].rank : 0;
    for (int r = 0; r < space->rank_count; r++)
        if ((frame->above >> r & 1) && (along >> r & 1) && (space->partners[r] & along))
            return true;
    return false;
}

// Below an array: declared stores of the next segment are placed.
static void enter(aug_search *s, aug_frame *frame) {
    frame->whole = 0;
    unsigned was = frame->banned;
    int segment = frame->segment++;
    frame->across = frame->parted >= 0;
    for (int t = 0; t < s->space->tensor_count; t++)
        while (frame->placed[t] < frame->declared[t] &&
               s->keeping->segment[s->keeping->chain[t][frame->placed[t]]] == frame->segment)
            if (!aug_frame_store(s->space, s->keeping, t, s->path, frame))
                return;
    frame->banned = banned_ranks(s, frame);
    frame->unraised = was | (s->space->has_prefix ? frame->unraised : 0);
    aug_value bound;
    if (!aug_search_enter_bound(s, frame, &bound))
        return;
    aug_search_gather(s, &s->stages[2 * segment + 1], bound, frame, aug_search_walk_segment);
}

static bool splits(const aug_search *s, const aug_frame *frame, int group) {
    const aug_axis_group *along = &s->space->groups[group];
    aug_count steps[AUG_PROBLEM_RANKS], split[AUG_PROBLEM_AXES][AUG_PROBLEM_RANKS];
    if (along->axis_count == 1)
        return true;
    for (int r = 0; r < s->space->rank_count; r++)
        steps[r] = 1;
    for (int i = frame->path - 1; i >= 0 && s->path[i].kind == AUG_ITEM_PAR && s->path[i].group == group; i--)
        steps[s->path[i].rank] *= s->path[i].steps;
    return aug_axes_split(s->space, along, steps, split);
}

// Steps of `rank` and those after it along a group of axes, most first.
static void cross(aug_search *s, const aug_frame *frame, int group, int rank, aug_count room) {
    const aug_space *space = s->space;
    if (group == space->group_count || aug_search_first_group(s, frame->segment + 1) == group) {
        aug_frame own = *frame;
        if (uses_up(s, &own, ranks_to_use_up(s, &own)) && above_matters(s, &own))
            enter(s, &own);
        return;
    }
    const aug_axis_group *along = &space->groups[group];
    bool idle = s->keeping->idle >> along->segment & 1;
    while (rank < space->rank_count && (idle || room == 1 || !(space->large & along->ranks & (1u << rank))))
        rank++;
    if (rank == space->rank_count) {
        if (splits(s, frame, group))
            cross(s, frame, group + 1, 0, group + 1 < space->group_count ? space->groups[group + 1].fan : 1);
        return;
    }
    const aug_tile_classes *classes = &space->classes[rank];
    int from = frame->cut[rank], to = classes->count - 1;
    while (to > from && aug_tile_class_steps(classes, from, to) > room)
        to--;
    for (; to >= from && !s->stopped; to--) {
        if (to > from && s->keeping->only < 0 && !aug_tile_class_follows(classes, from, to))
            continue;
        aug_frame next = *frame;
        aug_count steps = aug_tile_class_steps(classes, from, to);
        if (to > from && s->keeping->only >= 0 && classes->exact &&
            classes->at[to].steps % classes->at[from].steps)
            continue;
        if (to > from)
            aug_frame_par(space, s->keeping, group, rank, to, s->path, &next);
        if (aug_search_promising(s, &next, group))
            cross(s, &next, group, rank + 1, room / steps);
    }
}

// Where all tiles are tried, each rank along the axes of the array in any order: loops over `rank`, which has some along
// the axes in `used`, and over those after it. Groups `first` .. `end` - 1 are one axis each.
static void cross_in_any_order(aug_search *s, const aug_frame *frame, int first, int end, int rank, unsigned used,
                               const aug_count *room) {
    const aug_space *space = s->space;
    if (rank == space->rank_count) {
        aug_frame own = *frame;
        enter(s, &own);
        return;
    }
    cross_in_any_order(s, frame, first, end, rank + 1, 0, room);
    const aug_tile_classes *classes = &space->classes[rank];
    int from = frame->cut[rank];
    for (int g = first; g < end && !s->stopped; g++) {
        const aug_axis_group *along = &space->groups[g];
        if ((used >> g & 1) || (s->keeping->idle >> along->segment & 1) || !(space->large & along->ranks & (1u << rank)))
            continue;
        for (int to = from + 1; to < classes->count && !s->stopped; to++) {
            aug_count steps = aug_tile_class_steps(classes, from, to), left[AUG_PROBLEM_AXES];
            if (steps > room[g])
                break;
            if (!aug_tile_class_follows(classes, from, to))
                continue;
            aug_frame next = *frame;
            memcpy(left, room, sizeof left);
            left[g] /= steps;
            aug_frame_par(space, s->keeping, g, rank, to, s->path, &next);
            if (aug_search_promising(s, &next, first))
                cross_in_any_order(s, &next, first, end, rank, used | 1u << g, left);
        }
    }
}

// Whether declared stores of the next segment fit when an array is filled in this way.
static bool holds_declared(const aug_search *s, const aug_frame *frame, const aug_spread *way) {
    const aug_space *space = s->space;
    double held_bits[AUG_PROBLEM_MEMORIES];
    bool any = false;
    for (int t = 0; t < space->tensor_count; t++) {
        if (frame->placed[t] == frame->declared[t])
            continue;
        aug_count extents[AUG_PROBLEM_RANKS];
        for (int r = 0; r < space->rank_count; r++)
            extents[r] = space->classes[r].at[frame->cut[r]].least / way->steps[r];
        aug_count words = aug_tensor_words(&space->problem->tensors[t], extents);
        for (int i = frame->placed[t]; i < frame->declared[t]; i++) {
            int m = s->keeping->chain[t][i];
            const aug_space_memory *memory = &space->memories[m];
            if (s->keeping->segment[m] != frame->segment + 1)
                break;
            if (!any)
                memcpy(held_bits, frame->held_bits, sizeof held_bits);
            any = true;
            held_bits[m] += (double)words * memory->bits[t];
            if (held_bits[m] * memory->buffers > memory->capacity_bits)
                return false;
        }
    }
    return true;
}

// The list of the array below the frame's segment; NULL: none.
static const aug_spreads *spreads_below(const aug_search *s, const aug_frame *frame) {
    int group = aug_search_first_group(s, frame->segment);
    if (group == s->space->group_count)
        return NULL;
    const aug_spreads *spreads = &s->spreads[s->space->groups[group].segment];
    if (s->keeping->ways && s->chosen.count && s->chosen.group == spreads->group)
        return &s->chosen;
    return spreads->count ? spreads : NULL;
}

bool aug_search_leaves_windows(const aug_search *s, const aug_frame *frame) {
    if (!aug_search_canonical(s) || s->keeping->only >= 0 || !spreads_below(s, frame) ||
        frame->segment + 2 < s->keeping->segment_count)
        return false;
    for (int t = 0; t < s->space->tensor_count; t++)
        if (frame->placed[t] < s->keeping->chain_count[t])
            return false;
    return true;
}

static void spread_along(aug_search *s, const aug_frame *frame, const aug_spreads *spreads,
                         const aug_spread *way) {
    const aug_space *space = s->space;
    bool quick = !space->has_prefix;
    if (quick && !holds_declared(s, frame, way))
        return;
    aug_frame next = *frame;
    if (quick)
        aug_frame_spread(space, s->keeping, spreads->group, way->steps, s->path, &next);
    for (int r = 0; r < space->rank_count && !quick; r++) {
        if (way->steps[r] == 1)
            continue;
        const aug_tile_classes *classes = &space->classes[r];
        int to = aug_tile_class_find(classes, classes->at[frame->cut[r]].least / way->steps[r]);
        aug_frame_par(space, s->keeping, spreads->group, r, to, s->path, &next);
    }
    if (above_matters(s, &next))
        enter(s, &next);
}

double aug_search_spread_limit(const aug_search *s, const aug_frame *frame, const aug_spreads *spreads,
                               double steps) {
    if (s->keeping->only >= 0)
        return (double)s->least * (1.0 + 1e-12);
    double cycles = aug_bound_spread_cycles(s->space, s->keeping, frame, spreads->group, steps);
    return cycles > s->space->most_cycles ? -1.0
                                          : (double)aug_incumbent_limit(s->incumbent, cycles) * (1.0 + 1e-12);
}

// Where all stores stand, loops over windows stand above the array all together, or none of them. They only
// matter where neighbours along the array share because of one, which another rank of the window brings about, there or
// along an array outside.
static void spread_below_windows(aug_search *s, const aug_frame *frame, const aug_spreads *spreads,
                                 const aug_spread *way) {
    const aug_space *space = s->space;
    unsigned along = 0, outer = 0, above = 0, mirrored = aug_search_mirrored(s, frame);
    bool matters = false;
    if (frame->slides_above || (frame->parted >= 0 && !frame->across))
        return;
    for (int i = 0; i < frame->path; i++)
        outer |= s->path[i].kind == AUG_ITEM_PAR ? 1u << s->path[i].rank : 0;
    for (int r = 0; r < space->rank_count; r++) {
        along |= way->steps[r] > 1 ? 1u << r : 0;
        if ((space->sliding & space->large) >> r & 1)
            above |= space->classes[r].at[frame->cut[r]].least > way->steps[r] ? 1u << r : 0;
    }
    for (int r = 0; r < space->rank_count; r++)
        matters |= ((above & along) >> r & 1) && (space->partners[r] & (along | outer));
    if (!matters || (above & mirrored & ~(above & (above - 1u))) || (above & frame->banned))
        return;
    aug_frame next = *frame;
    for (int r = 0; r < space->rank_count; r++)
        if (above >> r & 1)
            aug_frame_for(space, r, aug_tile_class_find(&space->classes[r], way->steps[r]), s->path, &next);
    next.parted = -1;
    next.above |= above;
    next.slides_above = true;
    next.late = false;
    if (aug_search_promising(s, &next, spreads->group))
        spread_along(s, &next, spreads, way);
}

// Prices of the ways that divide what is left and leave one point of the ranks of `using_up`. Long lists count as several nodes.
static void price_fitting(aug_search *s, const aug_frame *frame, const aug_spreads *spreads, unsigned using_up) {
    aug_spread_price terms;
    int priced = 0;
    aug_spreads_fitting(spreads, s->space, frame->cut, spreads->fitting);
    aug_spreads_using_up(spreads, s->space, frame->cut, using_up, spreads->fitting);
    if (s->keeping->ways && spreads != &s->chosen && s->keeping->ways->spreads->group == spreads->group)
        for (int w = 0; w < spreads->words; w++)
            spreads->fitting[w] &= s->keeping->ways->mask[w];
    aug_bound_spread(s->space, s->keeping, frame, s->path, spreads, &terms);
    for (int w = 0; w < spreads->words; w++)
        if (spreads->fitting[w]) {
            aug_spreads_price_word(spreads, s->space->tensor_count, &terms, w, spreads->prices);
            if (++priced % WORDS_PER_NODE == 0)
                aug_search_count_node(s);
        }
}

bool aug_search_can_cross(aug_search *s, const aug_frame *frame) {
    const aug_spreads *spreads = spreads_below(s, frame);
    double limit = 0.0, all = 0.0;
    if (!spreads || s->keeping->only >= 0)
        return true;
    price_fitting(s, frame, spreads, ranks_to_use_up(s, frame));
    double most = aug_search_spread_limit(s, frame, spreads, spreads->all[0]);
    for (int w = 0; w < spreads->words; w++) {
        uint64_t fits = spreads->fitting[w];
        if (!fits || !aug_spreads_any_below(spreads, w, most))
            continue;
        for (int i = 64 * w; fits; i++, fits >>= 1) {
            if (!(fits & 1) || spreads->prices[i] >= most)
                continue;
            if (spreads->all[i] != all)
                limit = aug_search_spread_limit(s, frame, spreads, spreads->all[i]);
            all = spreads->all[i];
            if (spreads->prices[i] < limit)
                return true;
        }
    }
    return false;
}

// Of two ways that are twins the one whose first rank with other steps has more of them.
static bool is_twin(const aug_space *space, const aug_spread *way) {
    for (int r = 0; r < space->rank_count; r++)
        if (way->steps[r] != way->steps[space->twin[r]])
            return way->steps[r] < way->steps[space->twin[r]];
    return false;
}

// The same from the list of all ways: those that are out of reach at a quick look cost almost nothing.
static void cross_by_list(aug_search *s, const aug_frame *frame, const aug_spreads *spreads) {
    double *prices = spreads->prices, limit = 0.0, all = 0.0;
    int *order = spreads->order, count = 0;
    unsigned using_up = ranks_to_use_up(s, frame);
    unsigned mirrored = aug_search_mirrored(s, frame);
    bool windows = s->space->sliding && aug_search_leaves_windows(s, frame);
    price_fitting(s, frame, spreads, using_up);
    aug_search_count_node(s);
    double most = aug_search_spread_limit(s, frame, spreads, spreads->all[0]); // more steps: no fewer cycles, no higher limit
    for (int w = 0; w < spreads->words && !s->stopped; w++) {
        uint64_t fits = spreads->fitting[w];
        if (!fits || !aug_spreads_any_below(spreads, w, most))
            continue;
        for (int i = 64 * w; fits && !s->stopped; i++, fits >>= 1) {
            if (!(fits & 1) || prices[i] >= most)
                continue;
            if (spreads->all[i] != all)
                limit = aug_search_spread_limit(s, frame, spreads, spreads->all[i]);
            all = spreads->all[i];
            if (prices[i] >= limit)
                continue;
            if (windows)
                spread_below_windows(s, frame, spreads, &spreads->at[i]);
            if (mirrored && is_twin(s->space, &spreads->at[i]))
                continue;
            if (s->keeping->only < 0)
                spread_along(s, frame, spreads, &spreads->at[i]);
            else
                order[count++] = i;
        }
    }
    if (s->keeping->only < 0)
        return;
    // The cheapest first, for what it comes to ends most others.
    for (int i = 0; i < count && !s->stopped; i++) {
        int best = i;
        for (int j = i + 1; j < count; j++)
            best = prices[order[j]] < prices[order[best]] ? j : best;
        int held = order[i];
        order[i] = order[best];
        order[best] = held;
        if (prices[order[i]] >= (double)s->least * (1.0 + 1e-12))
            return;
        spread_along(s, frame, spreads, &spreads->at[order[i]]);
    }
}

void aug_search_cross_array(aug_search *s, const aug_frame *frame) {
    aug_frame own = *frame;
    aug_stage *stage = &s->stages[2 * own.segment + 1];
    aug_stage_begin(stage, &own);
    int group = aug_search_first_group(s, own.segment);
    const aug_spreads *spreads = spreads_below(s, &own);
    if (spreads) {
        cross_by_list(s, &own, spreads);
    } else if (s->space->all_tiles) {
        aug_count room[AUG_PROBLEM_AXES];
        for (int g = 0; g < s->space->group_count; g++)
            room[g] = s->space->groups[g].fan;
        cross_in_any_order(s, &own, group, aug_search_first_group(s, own.segment + 1), 0, 0, room);
    } else {
        cross(s, &own, group, 0, group < s->space->group_count ? s->space->groups[group].fan : 1);
    }
    aug_search_work_off(s, stage, aug_search_walk_segment);
}
