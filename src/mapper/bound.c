#include "mapper/bound.h"

#include "cost/latency.h"
#include "mapper/diagonal.h"
#include "mapper/way_bound.h"

#include <math.h>

// Steps in space that can still come between here and the memories of a segment.
static aug_count fan_until(const aug_space *space, const aug_keeping *keeping, int next_group, int segment) {
    aug_count fan = 1;
    for (int g = next_group; g < space->group_count && space->groups[g].segment < segment; g++)
        fan *= keeping->idle >> space->groups[g].segment & 1 ? 1 : space->groups[g].fan;
    return fan;
}

// Bits of buffers that stores of a memory leave to those that are to come.
static double room_of(const aug_space *space, const aug_frame *frame, int memory) {
    const aug_space_memory *of = &space->memories[memory];
    return of->capacity_bits - frame->held_bits[memory] * of->buffers;
}

// Whether the next store of a tensor cannot hold what a step leaves: then a loop that moves it comes first. Tiles of
// several instances need not have the words in the gaps between them.
static bool must_move(const aug_space *space, const aug_frame *frame, int tensor, int memory, aug_count fan) {
    const aug_space_memory *of = &space->memories[memory];
    if (isinf(of->capacity_bits))
        return false;
    aug_count extents[AUG_PROBLEM_RANKS];
    for (int r = 0; r < space->rank_count; r++)
        extents[r] = space->classes[r].at[frame->cut[r]].least;
    aug_count words = 1;
    if (fan == 1)
        words = aug_tensor_words(&space->problem->tensors[tensor], extents);
    for (int r = 0; r < space->rank_count && fan > 1; r++)
        words *= space->tensors[tensor].ranks >> r & 1 ? extents[r] : 1;
    double bits = (double)words * of->bits[tensor];
    return bits * of->buffers > room_of(space, frame, memory) * (double)fan;
}

// The part of a tensor's words that may stay in place when one more loop moves it and the last tiles are
// short (see ragged_words in frame.c), whatever the loop: at most two of its tiles, which are half of what is
// left.
static double unsure_of_ragged(const aug_space *space, const aug_frame *frame, int tensor, aug_count fan) {
    double most = 0.0;
    for (int r = 0; r < space->rank_count; r++) {
        const aug_tile_class *left = &space->classes[r].at[frame->cut[r]];
        if (!(space->tensors[tensor].ranks >> r & 1) || left->most == 1)
            continue;
        bool whole = left->count == 1 && frame->spread[r] == 1;
        double part = whole ? 1.0 - 1.0 / (double)fan : (double)left->most / (double)space->problem->sizes[r];
        most = part > most ? part : most;
    }
    return most;
}

static bool is_limited(const aug_space_memory *memory) {
    return !isinf(memory->read_width) || !isinf(memory->write_width);
}

// Words over an edge that is to come pass the ports of its ends, over all instances that there can be of
// them.
static void add_rest(const aug_space *space, const aug_keeping *keeping, int tensor, int parent, int child,
                     const aug_edge_words *words, const aug_frame *frame, bool placed, int next_group,
                     aug_rest *sum) {
    sum->price[child < 0 ? space->memory_count : child] +=
        aug_edge_price(space, tensor, parent, child, words);
    if (keeping->only >= 0)
        return;
    const aug_space_memory *out = &space->memories[parent];
    double most = (double)frame->instances;
    if (is_limited(out)) {
        double many = placed ? (double)frame->holders[parent]
                             : most * (double)fan_until(space, keeping, next_group, out->segment);
        sum->read_bits[parent] += (double)words->down / many * out->bits[tensor];
        sum->write_bits[parent] += (double)words->up / many * out->bits[tensor];
    }
    if (child < 0 || !is_limited(&space->memories[child]))
        return;
    const aug_space_memory *in = &space->memories[child];
    double many = most * (double)fan_until(space, keeping, next_group, in->segment);
    sum->read_bits[child] += (double)words->drain / many * in->bits[tensor];
    sum->write_bits[child] += (double)words->fill / many * in->bits[tensor];
}

// Words that come to the next store of a tensor in a memory, at least: of tiles that slide, or may be short.
static aug_count least_moved(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                             int tensor, int child, int next_group, const aug_item *path) {
    const aug_space_memory *in = &space->memories[child];
    if (!path)
        return space->tensors[tensor].least * frame->fewest[tensor];
    double fan = (double)fan_until(space, keeping, next_group, in->segment);
    int last = keeping->chain[tensor][keeping->chain_count[tensor] - 1];
    return aug_frame_least_moved(space, keeping, tensor, path, frame,
                                 fan_until(space, keeping, next_group, space->memories[last].segment),
                                 room_of(space, frame, child) / in->buffers / in->bits[tensor] * fan);
}

// Stores of one tensor that do not stand yet.
static void rest_of_stores(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                           int tensor, int next_group, bool tight, const aug_item *path, aug_rest *sum) {
    const aug_space_tensor *of = &space->tensors[tensor];
    aug_count steady = frame->steady[tensor];
    bool ragged = !space->perfect && path;
    for (int i = frame->placed[tensor]; i < keeping->chain_count[tensor]; i++) {
        int child = keeping->chain[tensor][i], parent = keeping->chain[tensor][i - 1];
        aug_count fan = fan_until(space, keeping, next_group, space->memories[child].segment);
        bool has_to = tight && !of->slides && steady < frame->every[tensor] && frame->declared[tensor] <= i &&
                      must_move(space, frame, tensor, child, fan);
        sum->tightened |= has_to;
        if (has_to && !ragged)
            steady = frame->every[tensor];
        bool next = i == frame->placed[tensor];
        aug_count moved = of->least * steady;
        if (ragged || of->slides)
            moved = least_moved(space, keeping, frame, tensor, child, next_group, path);
        if (ragged && has_to) {
            double unsure = unsure_of_ragged(space, frame, tensor, fan);
            aug_count surely =
                aug_frame_surely(of->words, unsure, frame->fewest[tensor], frame->every[tensor]);
            moved = surely > moved ? surely : moved;
        }
        aug_count copies = frame->copies[tensor];
        aug_sharers by = next ? aug_frame_sharers(frame, tensor) : (aug_sharers){copies, copies, 1, 1};
        aug_edge_words words = aug_edge_count(space, tensor, moved, of->words * copies, by, false);
        if (frame->slid[tensor] > 1 && fan > 1) { // more loops that slide it can come, and make diagonals
            aug_count different = of->least * frame->fewest[tensor] / frame->shared_down[tensor];
            words.down = words.down < different ? words.down : different;
        }
        add_rest(space, keeping, tensor, parent, child, &words, frame, next, next_group, sum);
        if (keeping->ways && child == keeping->ways->inner)
            sum->fills[tensor] = aug_edge_fills(space, tensor, child, &words);
    }
}

// Operands of one tensor: every operation reads them; loops in space that share can still come.
static void rest_of_compute(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                            int tensor, int next_group, aug_rest *sum) {
    bool placed = frame->placed[tensor] == keeping->chain_count[tensor];
    int parent = keeping->chain[tensor][keeping->chain_count[tensor] - 1];
    int segment = space->memories[parent].segment;
    aug_count before = placed ? 1 : fan_until(space, keeping, next_group, segment);
    aug_count fan = fan_until(space, keeping, next_group, space->segment_count);
    if (!placed)
        fan = before > 0 ? fan / before : fan;
    aug_sharers by = placed ? aug_frame_sharers(frame, tensor) : (aug_sharers){1, 1, 1, 1};
    aug_count up = by.up * fan;
    by.down *= fan;
    aug_count outer = placed
                          ? frame->copies[tensor] / (frame->shared_up[tensor] ? frame->shared_up[tensor] : 1)
                          : frame->copies[tensor] * before;
    const aug_space_tensor *of = &space->tensors[tensor];
    aug_edge_words words = {0};
    // Each word once, at least, whenever tiles of the ranks that do not move it come by.
    aug_count again = of->least * frame->every[tensor];
    if (!of->is_output) {
        aug_count least = again / (placed ? frame->shared_down[tensor] : 1);
        words.down = aug_shared_by(by, space->problem->operations);
        words.down = words.down > least ? words.down : least;
    } else {
        aug_count least = again / (placed ? frame->shared_up[tensor] : 1);
        words.up = space->problem->operations / up;
        words.up = words.up > least ? words.up : least;
        aug_count first = of->accumulates ? 0 : of->words * outer;
        words.down = words.up > first ? words.up - first : 0;
    }
    add_rest(space, keeping, tensor, parent, -1, &words, frame, placed, next_group, sum);
}

// Points of a rank that the busiest instance has.
static aug_count busiest_of(const aug_space *space, const aug_frame *frame, int rank) {
    aug_count size = space->problem->sizes[rank], spread = frame->spread[rank];
    return spread == 1 ? size : (size + spread - 1) / spread;
}

// Operations of the busiest unit, as far as the rest can be spread.
static double least_compute(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                            int next_group) {
    double busiest = 1.0, left = 1.0;
    for (int r = 0; r < space->rank_count; r++) {
        aug_count each = busiest_of(space, frame, r);
        busiest *= (double)each;
        left *= (double)each;
    }
    double fan = (double)fan_until(space, keeping, next_group, space->segment_count);
    return busiest / fmin(fan, left) / space->unit_rate;
}

aug_wide aug_bound_sum(const aug_space *space, const aug_keeping *keeping, const aug_wide *prices) {
    int compute = space->memory_count;
    aug_wide sum = prices[compute] > keeping->floors[compute] ? prices[compute] : keeping->floors[compute];
    for (int m = space->memory_count - 1, s = space->segment_count - 1; s >= 0; s--) {
        for (; m >= 0 && space->memories[m].segment == s; m--)
            sum += prices[m] > keeping->floors[m] ? prices[m] : keeping->floors[m];
        sum = sum > keeping->tails[s] ? sum : keeping->tails[s];
    }
    return sum;
}

static aug_value bound_of(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                          const aug_item *path, int next_group, bool tight, bool *tightened) {
    aug_rest sum = {0};
    bool all = keeping->only < 0;
    for (int t = 0; t < space->tensor_count; t++) {
        rest_of_stores(space, keeping, frame, t, next_group, tight, path, &sum);
        if (aug_keeping_counts(space, keeping, space->memory_count))
            rest_of_compute(space, keeping, frame, t, next_group, &sum);
    }
    *tightened = sum.tightened;
    for (int m = 0; m <= space->memory_count; m++)
        sum.price[m] += frame->price[m];
    aug_way_bound(space, keeping, frame, next_group, &sum);
    aug_wide price = aug_bound_sum(space, keeping, sum.price);
    if (!all)
        return (aug_value){price, 0.0};
    double slowest = least_compute(space, keeping, frame, next_group);
    for (int m = 0; m < space->memory_count; m++)
        if (is_limited(&space->memories[m]))
            slowest = fmax(slowest, aug_port_cycles(&space->memories[m], frame->read_bits[m] + sum.read_bits[m],
                                                    frame->write_bits[m] + sum.write_bits[m]));
    double cycles = aug_whole_cycles(slowest) + space->overhead_cycles;
    price += (aug_wide)space->problem->operations * space->unit_price;
    price += aug_frame_leak(space, keeping, frame, cycles);
    return (aug_value){price, cycles};
}

aug_value aug_bound(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                    const aug_item *path, int next_group, bool tight) {
    bool tightened;
    return bound_of(space, keeping, frame, path, next_group, tight, &tightened);
}

aug_value aug_bound_tight(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                          const aug_item *path, int next_group, bool *tightened) {
    return bound_of(space, keeping, frame, path, next_group, true, tightened);
}

// ---- Levels

bool aug_bound_is_open(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame, int memory) {
    if (!keeping->kept[memory] || keeping->segment[memory] != frame->segment)
        return false;
    for (int t = 0; t < space->tensor_count; t++)
        if ((keeping->kept[memory] >> t & 1) &&
            (frame->placed[t] == keeping->chain_count[t] || keeping->chain[t][frame->placed[t]] != memory ||
             frame->declared[t] > frame->placed[t]))
            return false;
    return true;
}

// What one choice of a memory costs: its price, and the cycles of its parents' ports. `slid`: words of tiles
// that slide, at least, whatever the choice.
static aug_value choice_value(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                              int memory, const aug_level_choice *choice, const aug_rest *others,
                              const aug_count *slid) {
    double reads[AUG_PROBLEM_MEMORIES] = {0.0}, writes[AUG_PROBLEM_MEMORIES] = {0.0}, slowest = 0.0;
    aug_value value = {0, 0.0};
    for (int t = 0; t < space->tensor_count; t++) {
        if (!(keeping->kept[memory] >> t & 1))
            continue;
        const aug_space_tensor *of = &space->tensors[t];
        int parent = keeping->chain[t][frame->placed[t] - 1];
        aug_count times = choice->still >> t & 1 ? frame->steady[t] : frame->every[t] * choice->again[t];
        aug_count moved = of->slides ? slid[t] : of->least * times;
        aug_edge_words words =
            aug_edge_count(space, t, moved, of->words * frame->copies[t], aug_frame_sharers(frame, t), false);
        value.energy += aug_edge_price(space, t, parent, memory, &words);
        double bits = space->memories[parent].bits[t] / (double)frame->holders[parent];
        reads[parent] += (double)words.down * bits;
        writes[parent] += (double)words.up * bits;
    }
    for (int m = 0; m < space->memory_count; m++)
        if (reads[m] > 0.0 || writes[m] > 0.0)
            slowest =
                fmax(slowest, aug_port_cycles(&space->memories[m],
                                              frame->read_bits[m] + others->read_bits[m] + reads[m],
                                              frame->write_bits[m] + others->write_bits[m] + writes[m]));
    value.cycles = aug_whole_cycles(slowest) + space->overhead_cycles;
    return value;
}

// Words of tensors that a memory does not keep, and of compute: what its choices do not change.
static void rest_of_others(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                           const aug_item *path, int next_group, unsigned but, aug_rest *sum) {
    *sum = (aug_rest){0};
    for (int t = 0; t < space->tensor_count; t++) {
        if (!(but >> t & 1))
            rest_of_stores(space, keeping, frame, t, next_group, true, path, sum);
        if (aug_keeping_counts(space, keeping, space->memory_count) &&
            (!(but >> t & 1) || frame->placed[t] == keeping->chain_count[t]))
            rest_of_compute(space, keeping, frame, t, next_group, sum);
    }
}

// The least price of the choices of a memory that are of interest: with them `sum` and `bound` become a nest
// that the incumbent wants. All bits set: none is.
static aug_wide least_choice(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                             const aug_item *path, int memory, int next_group,
                             const aug_level_choices *choices, const aug_incumbent *incumbent,
                             const aug_rest *sum, aug_value bound) {
    aug_wide least = ~(aug_wide)0, before = aug_bound_sum(space, keeping, sum->price),
             prices[AUG_PROBLEM_MEMORIES + 1];
    aug_rest others;
    aug_count slid[AUG_PROBLEM_TENSORS] = {0};
    for (int t = 0; t < space->tensor_count; t++)
        if ((keeping->kept[memory] >> t & 1) && space->tensors[t].slides)
            slid[t] = least_moved(space, keeping, frame, t, memory, next_group, path);
    if (incumbent)
        rest_of_others(space, keeping, frame, path, next_group, keeping->kept[memory], &others);
    else
        others = (aug_rest){0};
    for (int m = 0; m <= space->memory_count; m++)
        prices[m] = sum->price[m];
    for (int c = 0; c < choices->count; c++) {
        aug_value value = choice_value(space, keeping, frame, memory, &choices->at[c], &others, slid);
        if (value.energy >= least)
            continue;
        if (incumbent) {
            prices[memory] = value.energy > sum->price[memory] ? value.energy : sum->price[memory];
            aug_value whole = {bound.energy + (aug_bound_sum(space, keeping, prices) - before),
                               fmax(value.cycles, bound.cycles)};
            if (!aug_incumbent_wants(incumbent, whole))
                continue;
        }
        least = value.energy;
    }
    return least;
}

bool aug_bound_levels(const aug_space *space, const aug_keeping *keeping, aug_level_table *table,
                      const aug_frame *frame, const aug_item *path, int next_group,
                      const aug_incumbent *incumbent, aug_value *bound) {
    if (!space->perfect || space->has_prefix)
        return false;
    bool any = false;
    aug_rest sum;
    rest_of_others(space, keeping, frame, path, next_group, 0, &sum);
    for (int m = 0; m <= space->memory_count; m++)
        sum.price[m] += frame->price[m];
    aug_way_bound(space, keeping, frame, next_group, &sum);
    aug_wide before = aug_bound_sum(space, keeping, sum.price);
    for (int m = 0; m < space->memory_count; m++) {
        if (!aug_bound_is_open(space, keeping, frame, m) || !aug_keeping_counts(space, keeping, m))
            continue;
        aug_level_choices choices = aug_level_table_find(table, m, keeping->kept[m], frame->cut);
        aug_wide least =
            least_choice(space, keeping, frame, path, m, next_group, &choices, incumbent, &sum, *bound);
        if (least == ~(aug_wide)0) {
            bound->energy = least >> 1;
            return true;
        }
        any |= least > sum.price[m];
        sum.price[m] = least > sum.price[m] ? least : sum.price[m];
    }
    if (any)
        bound->energy += aug_bound_sum(space, keeping, sum.price) - before;
    return any;
}

// ---- Arrays

// Whether everything that a memory keeps comes in through the array.
static bool all_enter(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                      int memory) {
    for (int t = 0; t < space->tensor_count; t++)
        if ((keeping->kept[memory] >> t & 1) &&
            (frame->placed[t] == keeping->chain_count[t] || keeping->chain[t][frame->placed[t]] != memory))
            return false;
    return true;
}

static double priced(aug_count words, aug_count each) {
    return (double)words * (double)each;
}

// The next store of a tensor is inside: copies of the tile are filled, and what the parent gives is shared.
static void spread_fills(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                         int tensor, const aug_item *path, aug_spread_price *price) {
    int child = keeping->chain[tensor][frame->placed[tensor]],
        parent = keeping->chain[tensor][frame->placed[tensor] - 1];
    const aug_space_tensor *of = &space->tensors[tensor];
    const aug_space_memory *in = &space->memories[child], *out = &space->memories[parent];
    aug_edge_words words =
        aug_edge_count(space, tensor,
                       of->plain ? of->words * frame->steady[tensor]
                                 : aug_frame_least_moved(space, keeping, tensor, path, frame, 1, (double)INFINITY),
                       of->words * frame->copies[tensor], aug_frame_sharers(frame, tensor), false);
    price->fills[tensor] = priced(words.fill, in->fill[tensor]) + priced(words.drain, in->read[tensor]);
    double downs = priced(words.down, out->read[tensor]);
    if (price->slid[tensor])
        price->downs[tensor] = downs;
    else
        price->still += downs;
    price->still += priced(words.up, out->update[tensor]);
}

// Operands come straight from outside.
static void spread_operands(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                            const aug_item *path, const aug_spreads *spreads, int tensor,
                            aug_spread_price *price) {
    bool down = space->groups[spreads->group].multicast >> tensor & 1,
         up = space->groups[spreads->group].reduce >> tensor & 1;
    double later = (double)fan_until(space, keeping, spreads->group + 1, space->segment_count);
    aug_count outer[AUG_PROBLEM_RANKS];
    const aug_space_memory *out = &space->memories[keeping->chain[tensor][keeping->chain_count[tensor] - 1]];
    const aug_space_tensor *of = &space->tensors[tensor];
    double reads =
        space->operations / (double)(of->is_output ? frame->shared_up : frame->shared_down)[tensor] / later;
    if (!of->is_output && down && price->slid[tensor] && later == 1.0 &&
        aug_diagonal_steps(space, keeping, tensor, path, frame, outer))
        price->shares[tensor] = aug_spreads_slide(spreads, space, tensor, outer);
    else if (!of->is_output)
        reads *= (double)frame->different[tensor] / (double)frame->slid[tensor];
    double each = (double)out->read[tensor] + (of->is_output ? (double)out->update[tensor] : 0.0);
    if (of->is_output ? up : down)
        price->operands[tensor] = reads * each;
    else
        price->idle += reads * each;
    if (of->is_output && !of->accumulates)
        price->idle -= (double)of->words * (double)(frame->copies[tensor] / frame->shared_up[tensor]) *
                       (up ? 1.0 : (double)space->fan_below[0]) * (double)out->read[tensor];
}

void aug_bound_spread(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                      const aug_item *path, const aug_spreads *spreads, aug_spread_price *price) {
    aug_rest sum = {0};
    int next_group = spreads->group;
    bool compute = aug_keeping_counts(space, keeping, space->memory_count),
         crossed[AUG_PROBLEM_MEMORIES] = {false};
    aug_frame inside = *frame;
    *price = (aug_spread_price){.fixed = 0.0};
    for (int t = 0; t < space->tensor_count; t++) {
        price->slid[t] = frame->slid[t] > 1;
        if (frame->placed[t] < keeping->chain_count[t]) {
            spread_fills(space, keeping, frame, t, path, price);
            crossed[keeping->chain[t][frame->placed[t]]] = true;
            // What is further in.
            inside.placed[t]++;
            rest_of_stores(space, keeping, &inside, t, next_group, false, path, &sum);
            inside.placed[t]--;
            if (compute)
                rest_of_compute(space, keeping, frame, t, next_group, &sum);
        } else if (compute) {
            spread_operands(space, keeping, frame, path, spreads, t, price);
        }
    }
    for (int m = 0; m < space->memory_count; m++) {
        aug_wide own = frame->price[m] + sum.price[m], floor = keeping->floors[m];
        price->fixed += (double)(crossed[m] || own > floor ? own : floor);
        if (crossed[m] && all_enter(space, keeping, frame, m))
            price->least_fills += (double)floor;
    }
    price->fixed += (double)(frame->price[space->memory_count] + sum.price[space->memory_count]);
    price->least_operands =
        compute
            ? fmax(0.0, (double)keeping->floors[space->memory_count] - (double)sum.price[space->memory_count])
            : 0.0;
    if (keeping->only < 0)
        price->fixed += space->operations * (double)space->unit_price;
}

double aug_bound_spread_cycles(const aug_space *space, const aug_keeping *keeping, const aug_frame *frame,
                               int next_group, double steps) {
    double busiest = 1.0, slowest;
    for (int r = 0; r < space->rank_count; r++)
        busiest *= (double)busiest_of(space, frame, r);
    double later = (double)fan_until(space, keeping, next_group + 1, space->segment_count);
    slowest = fmax(1.0, busiest / steps / later) / space->unit_rate;
    for (int m = 0; m < space->memory_count; m++)
        if (is_limited(&space->memories[m]))
            slowest = fmax(slowest,
                           aug_port_cycles(&space->memories[m], frame->read_bits[m], frame->write_bits[m]));
    return aug_whole_cycles(slowest) + space->overhead_cycles;
}
