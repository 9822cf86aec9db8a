// The text of a group: the common beginning, then a block per member with its name.
//
//     dram[A B C Z] for m:2 buffer[T] { first: buffer[A B] ... mac } { second: ... mac }
//
// A loop over windows that overlap says behind its tile what becomes of the overlap, `retain` or `recompute`.
// `pipeline` before the first block: units work at the same time (group_pipe.h). A member alone is its nest.
#include "fusion/group.h"

#include <inttypes.h>

static void print_prefix(aug_buffer *out, const aug_group_plan *plan) {
    const aug_group *group = plan->group;
    for (int i = 0; i < plan->prefix.count; i++) {
        const aug_group_node *node = &plan->prefix.nodes[i];
        if (node->is_loop) {
            aug_buffer_print(out, "for %s:%" PRIu64 " %s%s", group->ranks[node->rank], node->tile,
                             aug_halo_names[node->halo], node->halo == AUG_HALO_NONE ? "" : " ");
            continue;
        }
        aug_buffer_print(out, "%s[", group->members[0]->memories[node->memory].name);
        const char *blank = "";
        for (int t = 0; t < group->tensor_count; t++)
            if (node->tensors >> t & 1u) {
                aug_buffer_print(out, "%s%s", blank, group->tensors[t]);
                blank = " ";
            }
        aug_buffer_put(out, "] ");
    }
    if (plan->pipelined)
        aug_buffer_put(out, "pipeline ");
}

// The nodes of a nest behind its prefix, as a nest of their own.
static void print_branch(aug_buffer *out, const aug_group_plan *plan, int member) {
    const aug_mapping *nest = plan->nests[member];
    aug_mapping *branch = AUG_NEW(out->arena, aug_mapping);
    for (int i = plan->prefix_nodes[member]; i < nest->count; i++)
        branch->nodes[branch->count++] = nest->nodes[i];
    aug_mapping_print(out, plan->problems[member], branch);
}

void aug_group_print(aug_buffer *out, const aug_group_plan *plan) {
    if (plan->group->member_count == 1) {
        aug_mapping_print(out, plan->group->members[0], plan->nests[0]);
        return;
    }
    print_prefix(out, plan);
    for (int e = 0; e < plan->group->member_count; e++) {
        aug_buffer_print(out, "%s{ %s: ", e ? " " : "", plan->group->members[e]->name);
        print_branch(out, plan, e);
        aug_buffer_put(out, " }");
    }
}
