#include "mapper/frame.h"

#include "mapper/diagonal.h"
#include "mapper/in_use.h"
#include "mapper/kept_over.h"
#include "mapper/window_words.h"

#include <math.h>
#include <string.h>

static aug_count tiles_of_others(const aug_space *space, int tensor, const aug_frame *frame) {
    aug_count product = 1;
    unsigned others = space->large & ~space->tensors[tensor].ranks;
    for (int r = 0; r < space->rank_count; r++)
        if (others >> r & 1)
            product *= space->classes[r].at[frame->cut[r]].count;
    return product;
}

// ---- Loops

// The innermost loop in time that moves a tensor; -1: none.
static int innermost_mover(const aug_space *space, int tensor, const aug_item *path, int count) {
    for (int i = count - 1; i >= 0; i--)
        if (path[i].kind == AUG_ITEM_FOR && path[i].steps > 1 &&
            (space->tensors[tensor].ranks >> path[i].rank & 1))
            return i;
    return -1;
}

static aug_count steady_in_space(const aug_space *space, int tensor, aug_count steps, const aug_item *path,
                                 const aug_frame *frame) {
    int last = innermost_mover(space, tensor, path, frame->path);
    if (space->perfect)
        return frame->steady[tensor] * steps;
    if (last < 0 && space->has_prefix)
        return aug_in_use_behind_prefix(space, path, frame->path, frame->steady[tensor]);
    return aug_in_use(space, space->tensors[tensor].ranks, path, frame->path, last);
}

void aug_frame_for(const aug_space *space, int rank, int to, aug_item *path, aug_frame *frame) {
    const aug_tile_class *classes = space->classes[rank].at;
    int from = frame->cut[rank];
    aug_count steps = aug_tile_class_steps(&space->classes[rank], from, to);
    bool whole = classes[to].count == classes[from].count * steps;
    path[frame->path++] =
        (aug_item){.kind = AUG_ITEM_FOR, .rank = (int8_t)rank, .from = from, .to = to, .steps = steps};
    frame->cut[rank] = to;
    for (int t = 0; t < space->tensor_count; t++) {
        if (space->tensors[t].ranks >> rank & 1) {
            frame->steady[t] = frame->every[t];
            frame->kept_over &= ~(1u << t) | frame->kept_partly;
        } else {
            frame->every[t] = whole ? frame->every[t] * steps
                                    : frame->every[t] / classes[from].count * classes[to].count;
        }
    }
}

void aug_frame_par(const aug_space *space, const aug_keeping *keeping, int group, int rank, int to,
                   aug_item *path, aug_frame *frame) {
    const aug_axis_group *along = &space->groups[group];
    int from = frame->cut[rank];
    aug_count steps = aug_tile_class_steps(&space->classes[rank], from, to);
    path[frame->path++] = (aug_item){.kind = AUG_ITEM_PAR,
                                     .rank = (int8_t)rank,
                                     .from = from,
                                     .to = to,
                                     .group = (int8_t)group,
                                     .steps = steps};
    frame->cut[rank] = to;
    frame->spread[rank] *= steps;
    frame->instances *= steps;
    for (int t = 0; t < space->tensor_count; t++) {
        if (space->tensors[t].ranks >> rank & 1) {
            if ((space->tensors[t].ranks & ~space->tensors[t].direct) >> rank & 1)
                frame->different[t] = aug_diagonal_of_path(space, keeping, t, path, frame, &frame->slid[t]);
            continue;
        }
        int parent = keeping->chain[t][frame->placed[t] - 1];
        bool below = along->segment >= space->memories[parent].segment;
        bool moved_last = frame->steady[t] == frame->every[t];
        frame->every[t] = tiles_of_others(space, t, frame);
        frame->steady[t] = moved_last ? frame->every[t] : steady_in_space(space, t, steps, path, frame);
        frame->copies[t] *= steps;
        frame->fewest[t] = space->perfect ? frame->copies[t]
                                          : aug_in_use(space, space->tensors[t].ranks, path, frame->path, -1);
        if (below && (along->multicast >> t & 1))
            frame->shared_down[t] *= steps;
        if (below && (along->reduce >> t & 1))
            frame->shared_up[t] *= steps;
    }
}

// Copies and tiles of the ranks that do not move a tensor grow together, and what is steady stays a whole part
// of them.
static void spread_tensor(const aug_space *space, const aug_keeping *keeping, const aug_axis_group *along,
                          int tensor, aug_count steps, aug_frame *frame) {
    int parent = keeping->chain[tensor][frame->placed[tensor] - 1];
    bool below = along->segment >= space->memories[parent].segment;
    frame->every[tensor] *= steps;
    frame->steady[tensor] *= steps;
    frame->copies[tensor] *= steps;
    frame->fewest[tensor] = frame->copies[tensor];
    frame->shared_down[tensor] *= below && (along->multicast >> tensor & 1) ? steps : 1;
    frame->shared_up[tensor] *= below && (along->reduce >> tensor & 1) ? steps : 1;
}

void aug_frame_spread(const aug_space *space, const aug_keeping *keeping, int group, const aug_count *steps,
                      aug_item *path, aug_frame *frame) {
    aug_count copies[AUG_PROBLEM_TENSORS];
    unsigned spread = 0;
    for (int t = 0; t < space->tensor_count; t++)
        copies[t] = 1;
    for (int r = 0; r < space->rank_count; r++) {
        if (steps[r] == 1)
            continue;
        const aug_tile_class *classes = space->classes[r].at;
        int from = frame->cut[r], to = from;
        while (classes[to].least * steps[r] > classes[from].least)
            to++;
        path[frame->path++] = (aug_item){.kind = AUG_ITEM_PAR,
                                         .rank = (int8_t)r,
                                         .from = from,
                                         .to = to,
                                         .group = (int8_t)group,
                                         .steps = steps[r]};
        frame->cut[r] = to;
        frame->spread[r] *= steps[r];
        frame->instances *= steps[r];
        spread |= 1u << r;
        for (int t = 0; t < space->tensor_count; t++)
            copies[t] *= space->tensors[t].ranks >> r & 1 ? 1 : steps[r];
    }
    for (int t = 0; t < space->tensor_count; t++) {
        if (copies[t] > 1)
            spread_tensor(space, keeping, &space->groups[group], t, copies[t], frame);
        if (space->tensors[t].ranks & ~space->tensors[t].direct & spread)
            frame->different[t] = aug_diagonal_of_path(space, keeping, t, path, frame, &frame->slid[t]);
    }
}

// ---- Tiles

static aug_count extent_of(const aug_space *space, int rank, const aug_frame *frame) {
    return space->classes[rank].at[frame->cut[rank]].least;
}

static aug_count box_of(const aug_space *space, int tensor, const aug_count *extents) {
    return aug_tensor_words(&space->problem->tensors[tensor], extents);
}

static void extents_of(const aug_space *space, const aug_frame *frame, aug_count *extents) {
    for (int r = 0; r < space->rank_count; r++)
        extents[r] = extent_of(space, r, frame);
}

// ---- Words that come to a store

// Words of a tensor that does not slide, where the last tile of a rank may be short. `steady` counts every
// tile as if it were fetched whenever its loops come by, but where the innermost loop that moves the tensor
// has one step only the tile stays. Tiles are multiples of one another, so of all that loops further out
// leave only one is not whole, and
//   in that one the loop may have one step; then it is no longer than the inner tile. m 9
//     `for m:8 for n:1 for m:4`: the last tile, one word, stays over n;
//   with loops in space inside, instances behind the end of its second step have one tile, too: two inner
//   tiles at most;
//   where nothing stands further out, two steps with loops in space inside may leave one tile to all
//   instances but the first; so may two steps of a loop of the prefix.
// `fan`: steps in space that may still come before the store.
static aug_count ragged_words(const aug_space *space, int tensor, const aug_item *path,
                              const aug_frame *frame, aug_count fan) {
    const aug_space_tensor *of = &space->tensors[tensor];
    aug_count steady = frame->steady[tensor], copies = frame->fewest[tensor];
    int last = innermost_mover(space, tensor, path, frame->path);
    int rank = last < 0 ? frame->given_two[tensor] : path[last].rank;
    if (space->perfect || rank < 0 || steady <= copies)
        return of->words * steady;
    double inside = (double)fan, unsure = 0.0;
    const aug_tile_class *tile = &space->classes[rank].at[last < 0 ? 0 : path[last].to];
    bool outer = space->classes[rank].at[0].least < space->problem->sizes[rank];
    for (int i = 0; i < frame->path; i++) {
        if (path[i].kind == AUG_ITEM_STORE || path[i].rank != rank || i == last)
            continue;
        outer |= i < last;
        if (path[i].kind == AUG_ITEM_PAR && i > last)
            inside *= (double)path[i].steps;
    }
    if (outer && last >= 0)
        unsure = (inside > 1.0 ? 2.0 : 1.0) * (double)tile->most / (double)space->problem->sizes[rank];
    else if (last < 0 || path[last].steps == 2)
        unsure = 1.0 - 1.0 / inside;
    return aug_frame_surely(of->words, unsure, copies, steady);
}

// Whether words of tiles that slide are known: where tiles divide.
static bool slides_evenly(const aug_space *space, int tensor) {
    return space->divides && !space->tensors[tensor].tangled;
}

// How many tiles of each rank come one after the other.
static void tiles_in_time(const aug_space *space, const aug_frame *frame, const aug_count *extents,
                          aug_count *tiles) {
    for (int r = 0; r < space->rank_count; r++)
        tiles[r] = space->problem->sizes[r] / frame->spread[r] / extents[r];
}

// Whether tiles can have words in common: not where each index has one rank, though its steps leave gaps.
static bool overlaps(const aug_space *space, int tensor) {
    const aug_problem_tensor *of = &space->problem->tensors[tensor];
    for (int d = 0; d < of->dim_count; d++) {
        int large = 0;
        for (int i = 0; i < of->dims[d].term_count; i++)
            large += space->problem->sizes[of->dims[d].terms[i].rank] > 1;
        if (large > 1)
            return true;
    }
    return false;
}

// Words of a tensor whose tiles leave gaps but have nothing in common: of the boxes of all of them.
static aug_count words_with_gaps(const aug_space *space, int tensor, const aug_frame *frame) {
    aug_count extents[AUG_PROBLEM_RANKS], tiles = 1;
    extents_of(space, frame, extents);
    for (int r = 0; r < space->rank_count; r++)
        tiles *= space->tensors[tensor].ranks >> r & 1 ? space->problem->sizes[r] / extents[r] : 1;
    return box_of(space, tensor, extents) * tiles * frame->steady[tensor];
}

// Where one memory counts alone the order of the loops outside is not known. 0: nor is the tile, for the store
// stands in the prefix, and smaller tiles may fetch more.
static aug_count slid_alone(const aug_space *space, const aug_keeping *keeping, int tensor,
                            const aug_frame *frame, bool placed) {
    aug_count extents[AUG_PROBLEM_RANKS], tiles[AUG_PROBLEM_RANKS];
    if (space->given_stores[tensor][keeping->chain[tensor][frame->placed[tensor]]])
        return 0;
    extents_of(space, frame, extents);
    tiles_in_time(space, frame, extents, tiles);
    aug_count times = frame->steady[tensor] / frame->copies[tensor];
    if (!placed)
        return aug_window_reached(space, tensor, extents, tiles) * frame->instances *
               (overlaps(space, tensor) ? 1 : times);
    return aug_window_least(space, tensor, extents, tiles, times) * frame->instances;
}

// Words of a tensor that slides, at least, whatever its tiles are: each time that loops further out than all
// that move it come by, all that is different, but for what instances still hold from the time before.
static aug_count passed_again(const aug_space *space, int tensor, const aug_item *path, const aug_frame *frame,
                              double held) {
    aug_count times = 1, least = space->tensors[tensor].least, copies = frame->fewest[tensor];
    if (space->has_prefix)
        return least * copies;
    for (int i = 0; i < frame->path && !(path[i].kind != AUG_ITEM_STORE &&
                                         (space->tensors[tensor].ranks >> path[i].rank & 1));
         i++)
        if (path[i].kind == AUG_ITEM_FOR && frame->spread[path[i].rank] == 1)
            times *= path[i].steps;
    double again = (double)least - held * (double)(frame->instances / copies);
    return least * copies + (again < 1.0 ? 0 : (aug_count)again * (times - 1) * copies);
}

aug_count aug_frame_least_moved(const aug_space *space, const aug_keeping *keeping, int tensor,
                                const aug_item *path, const aug_frame *frame, aug_count fan, double held) {
    const aug_space_tensor *of = &space->tensors[tensor];
    if (of->plain)
        return ragged_words(space, tensor, path, frame, fan);
    if (!of->slides)
        return of->least * frame->steady[tensor];
    aug_count least = of->least * frame->fewest[tensor], moved, extents[AUG_PROBLEM_RANKS];
    if (!slides_evenly(space, tensor))
        return keeping->only >= 0 ? least : passed_again(space, tensor, path, frame, held);
    extents_of(space, frame, extents);
    moved = keeping->only >= 0
                ? slid_alone(space, keeping, tensor, frame, false)
                : aug_window_words(space, tensor, path, frame->path, extents, held, true) * frame->instances;
    return moved > least ? moved : least;
}

static aug_count moved_words(const aug_space *space, const aug_keeping *keeping, int tensor,
                             const aug_item *path, const aug_frame *frame) {
    const aug_space_tensor *of = &space->tensors[tensor];
    aug_count least = of->least * frame->fewest[tensor], extents[AUG_PROBLEM_RANKS];
    if (of->plain)
        return ragged_words(space, tensor, path, frame, 1);
    if (!of->slides)
        return words_with_gaps(space, tensor, frame);
    if (keeping->only >= 0) {
        aug_count alone = slides_evenly(space, tensor) ? slid_alone(space, keeping, tensor, frame, true) : 0;
        return alone > least ? alone : least;
    }
    extents_of(space, frame, extents);
    if (space->divides)
        return aug_window_words(space, tensor, path, frame->path, extents, (double)INFINITY, false) *
               frame->instances;
    return least;
}

// ---- Edges

aug_edge_words aug_edge_count(const aug_space *space, int tensor, aug_count moved, aug_count first,
                              aug_sharers by, bool compute) {
    const aug_space_tensor *of = &space->tensors[tensor];
    if (!of->is_output)
        return (aug_edge_words){.down = aug_shared_by(by, moved), .fill = compute ? 0 : moved};
    aug_count again = of->accumulates ? moved : moved > first ? moved - first : 0;
    return (aug_edge_words){.down = compute ? again / by.up : aug_shared_by(by, again),
                            .up = moved / by.up,
                            .fill = compute ? 0 : again,
                            .drain = compute || !space->problem->drain_reads ? 0 : moved};
}

aug_wide aug_edge_fills(const aug_space *space, int tensor, int child, const aug_edge_words *words) {
    const aug_space_memory *in = &space->memories[child];
    return (aug_wide)words->fill * in->fill[tensor] + (aug_wide)words->drain * in->read[tensor];
}

aug_wide aug_edge_price(const aug_space *space, int tensor, int parent, int child,
                        const aug_edge_words *words) {
    const aug_space_memory *out = &space->memories[parent];
    aug_wide price = (aug_wide)words->down * out->read[tensor] + (aug_wide)words->up * out->update[tensor];
    return child < 0 ? price : price + aug_edge_fills(space, tensor, child, words);
}

static void use_port(const aug_space *space, int memory, int tensor, aug_count reads, aug_count writes,
                     aug_frame *frame) {
    double bits = space->memories[memory].bits[tensor], many = (double)frame->holders[memory];
    frame->read_bits[memory] += (double)reads / many * bits;
    frame->write_bits[memory] += (double)writes / many * bits;
}

static void add_edge(const aug_space *space, int tensor, int parent, int child, const aug_edge_words *words,
                     aug_frame *frame) {
    frame->price[child < 0 ? space->memory_count : child] +=
        aug_edge_price(space, tensor, parent, child, words);
    use_port(space, parent, tensor, words->down, words->up, frame);
    if (child >= 0)
        use_port(space, child, tensor, words->drain, words->fill, frame);
}

// Who shares the words that come to tiles of `extents`. Where one memory counts alone loops in time may stand
// inside of those in space.
static aug_sharers sharers_of(const aug_space *space, const aug_keeping *keeping, int tensor,
                              const aug_item *path, const aug_frame *frame, const aug_count *extents) {
    aug_sharers by = aug_frame_sharers(frame, tensor);
    if (keeping->only < 0 || by.slid == 1 || !slides_evenly(space, tensor))
        return by;
    aug_count tiles[AUG_PROBLEM_RANKS];
    tiles_in_time(space, frame, extents, tiles);
    by.different = aug_diagonal_at_least(space, keeping, tensor, path, frame, extents, tiles);
    return by;
}

// Whether a tile here stays until the next step of the loops that a group shares.
static bool lasts(const aug_space *space, int tensor, const aug_item *path, const aug_frame *frame) {
    if (space->lasting->always >> tensor & 1u)
        return true;
    return (space->lasting->tensors >> tensor & 1u) && innermost_mover(space, tensor, path, frame->path) < 0;
}

bool aug_frame_store(const aug_space *space, const aug_keeping *keeping, int tensor, aug_item *path,
                     aug_frame *frame) {
    int child = keeping->chain[tensor][frame->placed[tensor]],
        parent = keeping->chain[tensor][frame->placed[tensor] - 1];
    const aug_space_memory *memory = &space->memories[child];
    aug_count extents[AUG_PROBLEM_RANKS];
    extents_of(space, frame, extents);
    double bits = (double)box_of(space, tensor, extents) * memory->bits[tensor];
    frame->held_bits[child] += bits;
    if (space->lasting && keeping->only < 0 && lasts(space, tensor, path, frame))
        frame->lasting_bits[child] += bits;
    if (space->lasting && frame->lasting_bits[child] > space->lasting->bits[child])
        return false;
    if (frame->held_bits[child] * memory->buffers > memory->capacity_bits)
        return false;
    frame->holders[child] = frame->fewest_holders[child] = frame->instances;
    if (!space->perfect)
        frame->fewest_holders[child] = aug_in_use(space, 0, path, frame->path, -1);
    aug_edge_words words = aug_edge_count(space, tensor, moved_words(space, keeping, tensor, path, frame),
                                          space->tensors[tensor].words * frame->copies[tensor],
                                          sharers_of(space, keeping, tensor, path, frame, extents), false);
    add_edge(space, tensor, parent, child, &words, frame);
    frame->shared_down[tensor] = frame->shared_up[tensor] = 1;
    frame->slid[tensor] = frame->different[tensor] = 1;
    frame->placed[tensor]++;
    path[frame->path++] =
        (aug_item){.kind = AUG_ITEM_STORE, .tensor = (int8_t)tensor, .memory = (int8_t)child};
    return true;
}

void aug_frame_compute(const aug_space *space, const aug_keeping *keeping, const aug_item *path,
                       aug_frame *frame) {
    aug_count point[AUG_PROBLEM_RANKS];
    for (int r = 0; r < space->rank_count; r++)
        point[r] = 1;
    for (int t = 0; t < space->tensor_count; t++) {
        aug_edge_words words =
            aug_edge_count(space, t, space->problem->operations, space->tensors[t].words * frame->copies[t],
                           sharers_of(space, keeping, t, path, frame, point), true);
        add_edge(space, t, keeping->chain[t][keeping->chain_count[t] - 1], -1, &words, frame);
    }
}

// ---- The beginning

static aug_count tiles_apart(const aug_space *space, int tensor, const aug_count *tiles) {
    aug_count product = 1;
    for (int r = 0; r < space->rank_count; r++)
        product *= space->tensors[tensor].ranks >> r & 1 ? 1 : tiles[r];
    return product;
}

// Words that come to a store of the prefix.
static aug_count given_words(const aug_space *space, int tensor, const aug_frame *frame, int given,
                             const aug_count *extents) {
    const aug_space_tensor *of = &space->tensors[tensor];
    if (of->plain)
        return of->words * frame->steady[tensor];
    if (space->divides)
        return aug_window_given(space, tensor, given, extents);
    return of->slides ? of->least : of->least * frame->steady[tensor];
}

// Stores and loops that are not searched: what they hold and what the edges between them cost.
static void follow_prefix(const aug_space *space, const aug_mapper_options *options, aug_frame *frame) {
    aug_count extents[AUG_PROBLEM_RANKS], tiles[AUG_PROBLEM_RANKS];
    int parent[AUG_PROBLEM_TENSORS], given = 0;
    for (int t = 0; t < space->tensor_count; t++)
        parent[t] = -1;
    for (int r = 0; r < space->rank_count; r++) {
        extents[r] = space->problem->sizes[r];
        tiles[r] = 1;
    }
    for (int i = 0; i < options->prefix_count; i++) {
        const aug_mapping_node *node = &options->prefix[i];
        if (node->kind == AUG_MAPPING_FOR) {
            bool several = node->tile < extents[node->rank];
            given += several;
            extents[node->rank] = node->tile;
            tiles[node->rank] = (space->problem->sizes[node->rank] + node->tile - 1) / node->tile;
            bool two = tiles[node->rank] == 2 && space->problem->sizes[node->rank] % node->tile != 0;
            for (int t = 0; t < space->tensor_count; t++)
                if (several && (space->tensors[t].ranks >> node->rank & 1)) {
                    frame->steady[t] = tiles_apart(space, t, tiles);
                    frame->given_two[t] = (int8_t)(two ? node->rank : -1);
                }
        }
        for (int t = 0; t < space->tensor_count && node->kind == AUG_MAPPING_STORE; t++) {
            if (!(node->tensors >> t & 1))
                continue;
            frame->held_bits[node->memory] +=
                (double)box_of(space, t, extents) * space->memories[node->memory].bits[t];
            if (parent[t] >= 0) {
                aug_edge_words words =
                    aug_edge_count(space, t, given_words(space, t, frame, given, extents),
                                   space->tensors[t].words, (aug_sharers){1, 1, 1, 1}, false);
                add_edge(space, t, parent[t], node->memory, &words, frame);
            }
            parent[t] = node->memory;
            frame->placed[t]++;
        }
    }
}

void aug_frame_init(const aug_space *space, const aug_keeping *keeping, const aug_mapper_options *options,
                    aug_item *path, aug_frame *frame) {
    (void)path;
    *frame = (aug_frame){.instances = 1, .previous = -1, .top = true, .parted = -1};
    for (int r = 0; r < space->rank_count; r++)
        frame->spread[r] = 1;
    for (int m = 0; m < space->memory_count; m++)
        frame->holders[m] = frame->fewest_holders[m] = 1;
    for (int t = 0; t < space->tensor_count; t++) {
        frame->slid[t] = frame->different[t] = 1;
        frame->given_two[t] = -1;
        frame->copies[t] = frame->fewest[t] = frame->shared_down[t] = frame->shared_up[t] = frame->steady[t] =
            1;
        frame->every[t] = tiles_of_others(space, t, frame);
    }
    if (options->prefix_count > 0 && keeping->only < 0)
        follow_prefix(space, options, frame);
    if (options->prefix_count > 0)
        aug_kept_over_find(space, keeping, options, &frame->kept_over, &frame->kept_partly);
    for (int t = 0; t < space->tensor_count; t++) {
        if (frame->placed[t])
            continue;
        frame->placed[t] = 1;
        if (keeping->only < 0)
            frame->held_bits[keeping->chain[t][0]] +=
                (double)space->tensors[t].words * space->memories[keeping->chain[t][0]].bits[t];
    }
    memcpy(frame->declared, frame->placed, sizeof frame->placed);
}
