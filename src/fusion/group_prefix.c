// What each member sees of the common beginning of a group.
//
// Of `dram[A B C Z] for m:2 buffer[T]`, the member T[m,n] += A[m,k] * B[k,n] sees dram[A B] for m:2
// buffer[T]: loops over ranks that it lacks and stores of tensors that it does not touch are none of its
// business, but what they hold is reserved.
#include "fusion/group.h"

#include <string.h>

static const aug_problem *owner(const aug_group *group, int tensor, int *member) {
    for (*member = 0; group->tensor_of[*member][tensor] < 0;)
        ++*member;
    return group->members[*member];
}

int aug_group_member_prefix(const aug_group *group, const aug_group_prefix *prefix, int member,
                            aug_mapping_node *nodes) {
    int count = 0;
    for (int i = 0; i < prefix->count; i++) {
        const aug_group_node *of = &prefix->nodes[i];
        int rank;
        aug_count tile;
        if (aug_group_cut(group, prefix, i, member, &rank, &tile))
            nodes[count++] = (aug_mapping_node){.kind = AUG_MAPPING_FOR, .rank = rank, .tile = tile};
        if (of->is_loop)
            continue;
        unsigned own = 0;
        for (int t = 0; t < group->tensor_count; t++)
            if ((of->tensors >> t & 1u) && group->tensor_of[member][t] >= 0)
                own |= 1u << group->tensor_of[member][t];
        if (own)
            nodes[count++] =
                (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = of->memory, .tensors = own};
    }
    return count;
}

// Loops cut what is left of a tensor of a member. An intermediate that overlaps from step to step of a loop
// that retains has `halo` rows that were there before, of all that loops further in go over, and
// behind them the new ones, of which only those in a step of the loops further in are there:
//
//     words(loops) = halo x extents of the other dimensions + words(loops further in, of the new rows)
//
// T[y,x] of 16 x 16, p and q in steps of 2, r and s 3: `for p:2 retain for q:2 retain` holds 2 x 16 + 2 x 4.
typedef struct remains {
    const aug_group *group;
    const aug_group_prefix *prefix;
    const aug_problem_tensor *tensor;
    int depth, member;
    bool passes;                          // it is an intermediate
    aug_count extents[AUG_PROBLEM_RANKS]; // of the member's ranks
    aug_count old[AUG_PROBLEM_DIMS];      // rows that are counted already
} remains;

static aug_count words_of(const remains *of, int without) {
    aug_count words = 1;
    for (int d = 0; d < of->tensor->dim_count; d++)
        words *= d == without ? 1 : aug_dim_extent(&of->tensor->dims[d], of->extents) - of->old[d];
    return words;
}

// A loop that retains: takes rows that were there before out of what remains, and counts them.
static aug_count retained(remains *of, int rank, aug_count tile) {
    for (int d = 0; d < of->tensor->dim_count; d++)
        for (int k = 0; k < of->tensor->dims[d].term_count; k++) {
            const aug_problem_term *term = &of->tensor->dims[d].terms[k];
            if (term->rank != rank)
                continue;
            of->extents[rank] = tile;
            aug_count halo = aug_dim_extent(&of->tensor->dims[d], of->extents) - term->coefficient * tile;
            aug_count words = halo * words_of(of, d);
            of->old[d] += halo;
            return words;
        }
    return 0;
}

// What a step of a loop of the prefix leaves of a member's rank. 0: the member lacks it.
static aug_count extent_of(const aug_group *group, const aug_group_node *node, int member) {
    if (!node->is_loop || group->rank_of[member][node->rank] < 0)
        return 0;
    if (!(group->shareable >> node->rank & 1u))
        return node->tile;
    aug_count halo = node->halo == AUG_HALO_RECOMPUTE ? group->halo[member][node->rank] : 0;
    return group->stride[member][node->rank] * node->tile + halo;
}

static aug_count words_below(remains *of) {
    aug_count words = 0;
    for (int i = 0; i < of->depth; i++) {
        const aug_group_node *node = &of->prefix->nodes[i];
        aug_count tile = extent_of(of->group, node, of->member);
        if (tile == 0)
            continue;
        int rank = of->group->rank_of[of->member][node->rank];
        if (node->halo == AUG_HALO_RETAIN && of->passes)
            words += retained(of, rank, tile);
        of->extents[rank] = tile;
    }
    return words + words_of(of, -1);
}

// `passes`: with what loops that retain keep.
static aug_count member_words(const aug_group *group, const aug_group_prefix *prefix, int depth, int tensor,
                              int member, bool passes) {
    remains of = {.group = group,
                  .prefix = prefix,
                  .tensor = &group->members[member]->tensors[group->tensor_of[member][tensor]],
                  .depth = depth,
                  .member = member,
                  .passes = passes};
    memcpy(of.extents, group->members[member]->sizes, sizeof of.extents);
    return words_below(&of);
}

aug_count aug_group_tile_words(const aug_group *group, const aug_group_prefix *prefix, int depth,
                               int tensor) {
    aug_count most = 0;
    for (int e = 0; e < group->member_count; e++) {
        if (group->tensor_of[e][tensor] < 0)
            continue;
        aug_count words = member_words(group, prefix, depth, tensor, e, group->intermediates >> tensor & 1u);
        most = words > most ? words : most;
    }
    return most;
}

double aug_group_word_bits(const aug_group *group, int memory, int tensor) {
    double most = 0.0;
    for (int e = 0; e < group->member_count; e++) {
        int own = group->tensor_of[e][tensor];
        double bits = own < 0 ? 0.0 : group->members[e]->memories[memory].bits[own];
        most = bits > most ? bits : most;
    }
    return most;
}

// Of tensors that the member has, too: what others hold beyond its own tile.
void aug_group_reserved(const aug_group *group, const aug_group_prefix *prefix, int member, double *bits) {
    memset(bits, 0, AUG_PROBLEM_MEMORIES * sizeof *bits);
    for (int i = 0; i < prefix->count; i++)
        for (int t = 0; !prefix->nodes[i].is_loop && t < group->tensor_count; t++) {
            if (!(prefix->nodes[i].tensors >> t & 1u))
                continue;
            aug_count words = aug_group_tile_words(group, prefix, i, t);
            if (group->tensor_of[member][t] >= 0)
                words -= member_words(group, prefix, i, t, member, false);
            bits[prefix->nodes[i].memory] +=
                (double)words * aug_group_word_bits(group, prefix->nodes[i].memory, t);
        }
}

bool aug_group_moves(const aug_group *group, int tensor, int rank) {
    for (int e = 0; e < group->member_count; e++) {
        int t = group->tensor_of[e][tensor], r = group->rank_of[e][rank];
        if (t >= 0 && r >= 0 && (group->members[e]->tensors[t].ranks >> r & 1u))
            return true;
    }
    return false;
}

bool aug_group_is_plain(const aug_group *group, int tensor) {
    for (int e = 0; e < group->member_count; e++) {
        if (group->tensor_of[e][tensor] < 0)
            continue;
        const aug_problem_tensor *of = &group->members[e]->tensors[group->tensor_of[e][tensor]];
        unsigned seen = 0;
        for (int d = 0; d < of->dim_count; d++) {
            unsigned rank = of->dims[d].term_count ? 1u << of->dims[d].terms[0].rank : 0;
            if (of->dims[d].term_count > 1 || (rank && of->dims[d].terms[0].coefficient > 1) || (seen & rank))
                return false;
            seen |= rank;
        }
    }
    return true;
}

int aug_group_home(const aug_group *group, int tensor) {
    int member;
    const aug_problem *p = owner(group, tensor, &member);
    for (int m = 0; m < p->memory_count; m++)
        if (!(p->memories[m].never >> group->tensor_of[member][tensor] & 1u))
            return m;
    return -1;
}
