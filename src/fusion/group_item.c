// Homes of what comes from other groups, loops with stores between them, homes of intermediates:
//
//     dram[Q K V O] for h:1 for m:256 buffer[V] for p:16 buffer[S P] |
//
// is h 1, m 256, p 16, with the place V in the buffer above loop 2, and homes of S and P in the buffer.
#include "fusion/group_item.h"

static void add_stores(const aug_group *group, const aug_group_places *places, const aug_group_item *item,
                       int loop, aug_group_prefix *prefix) {
    for (int m = 0; m < group->members[0]->memory_count; m++) {
        unsigned tensors = 0;
        for (int i = 0; i < places->count; i++)
            if (item->at[i] == loop && places->at[i].memory == m)
                tensors |= 1u << places->at[i].tensor;
        if (tensors)
            prefix->nodes[prefix->count++] = (aug_group_node){.memory = m, .tensors = tensors};
    }
}

static void add_homes(const aug_group *group, const aug_group_item *item, bool intermediates,
                      aug_group_prefix *prefix) {
    for (int m = 0; m < group->members[0]->memory_count; m++) {
        unsigned tensors = 0;
        for (int t = 0; t < group->tensor_count; t++) {
            bool is_one = group->intermediates >> t & 1u;
            if (is_one == intermediates && m == (is_one ? item->homes[t] : aug_group_home(group, t)))
                tensors |= 1u << t;
        }
        if (tensors)
            prefix->nodes[prefix->count++] = (aug_group_node){.memory = m, .tensors = tensors};
    }
}

void aug_group_prefix_build(const aug_group *group, const aug_group_places *places,
                            const aug_group_item *item, aug_group_prefix *prefix) {
    prefix->count = 0;
    add_homes(group, item, false, prefix);
    for (int i = 0; i < item->loop_count; i++) {
        add_stores(group, places, item, i, prefix);
        prefix->nodes[prefix->count++] = (aug_group_node){.is_loop = true,
                                                          .rank = item->ranks[i],
                                                          .tile = item->tiles[i],
                                                          .halo = (aug_group_halo)item->halos[i]};
    }
    add_homes(group, item, true, prefix);
}

bool aug_group_prefix_fits(const aug_group *group, const aug_group_prefix *prefix) {
    double held[AUG_PROBLEM_MEMORIES] = {0};
    for (int i = 0; i < prefix->count; i++)
        for (int t = 0; !prefix->nodes[i].is_loop && t < group->tensor_count; t++)
            if (prefix->nodes[i].tensors >> t & 1u)
                held[prefix->nodes[i].memory] += (double)aug_group_tile_words(group, prefix, i, t) *
                                                 aug_group_word_bits(group, prefix->nodes[i].memory, t);
    const aug_problem *p = group->members[0];
    for (int m = 0; m < p->memory_count; m++)
        if (held[m] * (double)p->memories[m].buffers > p->memories[m].capacity_bits)
            return false;
    return true;
}
