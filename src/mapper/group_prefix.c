// What each member sees of the common beginning of a group.
//
// Of `dram[A B C Z] for m:2 buffer[T]`, the member T[m,n] += A[m,k] * B[k,n] sees dram[A B] for m:2
// buffer[T]: loops over ranks that it lacks and stores of tensors that it does not touch are none of its
// business, but what they hold is reserved.
#include "mapper/group.h"

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
        if (of->is_loop) {
            int rank = group->rank_of[member][of->rank];
            if (rank >= 0)
                nodes[count++] = (aug_mapping_node){.kind = AUG_MAPPING_FOR, .rank = rank, .tile = of->tile};
            continue;
        }
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

aug_count aug_group_tile_words(const aug_group *group, const aug_group_prefix *prefix, int depth,
                               int tensor) {
    aug_count most = 0;
    for (int e = 0; e < group->member_count; e++) {
        if (group->tensor_of[e][tensor] < 0)
            continue;
        const aug_problem *p = group->members[e];
        aug_count extents[AUG_PROBLEM_RANKS];
        memcpy(extents, p->sizes, sizeof extents);
        for (int i = 0; i < depth; i++)
            if (prefix->nodes[i].is_loop && group->rank_of[e][prefix->nodes[i].rank] >= 0)
                extents[group->rank_of[e][prefix->nodes[i].rank]] = prefix->nodes[i].tile;
        aug_count words = aug_tensor_words(&p->tensors[group->tensor_of[e][tensor]], extents);
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

void aug_group_reserved(const aug_group *group, const aug_group_prefix *prefix, int member, double *bits) {
    memset(bits, 0, AUG_PROBLEM_MEMORIES * sizeof *bits);
    for (int i = 0; i < prefix->count; i++)
        for (int t = 0; !prefix->nodes[i].is_loop && t < group->tensor_count; t++)
            if ((prefix->nodes[i].tensors >> t & 1u) && group->tensor_of[member][t] < 0)
                bits[prefix->nodes[i].memory] += (double)aug_group_tile_words(group, prefix, i, t) *
                                                 aug_group_word_bits(group, prefix->nodes[i].memory, t);
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
