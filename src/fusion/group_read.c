// Reads the text of a group back.
//
// The common beginning is cut down, word by word, to what each member sees of it; with the member's block
// behind it, that is an ordinary nest, which mapping_read.c reads and mapping_check.c checks.
#include "fusion/group_pipe.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int find(const char *const *names, int count, const char *word, size_t length) {
    for (int i = 0; i < count; i++)
        if (strlen(names[i]) == length && strncmp(names[i], word, length) == 0)
            return i;
    return -1;
}

static const char *skip(const char *at) {
    while (isspace((unsigned char)*at))
        at++;
    return at;
}

static size_t word_length(const char *at) {
    return strcspn(at, " \t\r\n[]{}:");
}

static const char *read_halo(const aug_group *group, const char *at, aug_group_node *node) {
    int halo = find(aug_halo_names, AUG_HALO_COUNT, at, word_length(at));
    node->halo = halo > 0 ? (aug_group_halo)halo : AUG_HALO_NONE;
    if (node->halo == AUG_HALO_RECOMPUTE && group->sizes[node->rank] % node->tile != 0)
        return NULL;
    return halo > 0 ? at + word_length(at) : NULL;
}

static const char *read_loop(const aug_group *group, const char *at, aug_group_node *node) {
    size_t length = word_length(at = skip(at));
    node->is_loop = true;
    node->rank = find(group->ranks, group->rank_count, at, length);
    at = skip(at + length);
    if (node->rank < 0 || *at != ':' || !isdigit((unsigned char)*skip(at + 1)))
        return NULL;
    char *end;
    node->tile = strtoull(skip(at + 1), &end, 10);
    if (node->tile == 0)
        return NULL;
    return group->windowed >> node->rank & 1u ? read_halo(group, skip(end), node) : end;
}

static const char *read_store(const aug_group *group, const char *at, size_t length, aug_group_node *node) {
    const aug_problem *p = group->members[0];
    node->memory = -1;
    for (int m = 0; m < p->memory_count; m++)
        if (strlen(p->memories[m].name) == length && strncmp(p->memories[m].name, at, length) == 0)
            node->memory = m;
    at = skip(at + length);
    if (node->memory < 0 || *at != '[')
        return NULL;
    for (at = skip(at + 1); *at != ']'; at = skip(at + length)) {
        length = word_length(at);
        int tensor = length ? find(group->tensors, group->tensor_count, at, length) : -1;
        if (tensor < 0)
            return NULL;
        node->tensors |= 1u << tensor;
    }
    return node->tensors ? at + 1 : NULL;
}

// The nodes in front of the first block. NULL: no prefix of this group.
static const char *read_prefix(const aug_group *group, const char *at, aug_group_prefix *prefix,
                               bool *pipelined) {
    static const char word[] = "pipeline";
    for (at = skip(at); *at != '{'; at = skip(at)) {
        size_t length = word_length(at);
        if (length == strlen(word) && strncmp(at, word, length) == 0 && *skip(at + length) == '{') {
            *pipelined = true;
            return skip(at + length);
        }
        if (length == 0 || prefix->count == AUG_GROUP_NODES)
            return NULL;
        aug_group_node node = {0};
        at = length == 3 && strncmp(at, "for", 3) == 0 ? read_loop(group, at + 3, &node)
                                                       : read_store(group, at, length, &node);
        if (!at)
            return NULL;
        prefix->nodes[prefix->count++] = node;
    }
    return at;
}

// The nest of a member: what it sees of the prefix and then `branch`.
static bool read_member(const aug_reader *reader, const aug_node *node, aug_group_plan *plan, int member,
                        const char *branch, size_t length) {
    aug_group_sights sights = {.arena = reader->arena};
    const aug_problem *p = aug_group_seen(&sights, plan->group, &plan->prefix, member);
    if (!p)
        return false;
    plan->problems[member] = p;
    aug_mapping *seen = AUG_NEW(reader->arena, aug_mapping), *nest = AUG_NEW(reader->arena, aug_mapping);
    seen->count = plan->prefix_nodes[member] =
        aug_group_member_prefix(plan->group, &plan->prefix, member, seen->nodes);
    aug_buffer text;
    aug_buffer_init(&text, reader->arena);
    aug_mapping_print(&text, p, seen);
    aug_buffer_put(&text, " ");
    aug_buffer_add(&text, branch, length);
    aug_node whole = *node;
    whole.text = aug_buffer_text(&text);
    plan->nests[member] = nest;
    return aug_mapping_parse(reader, &whole, p, nest) && aug_mapping_check(reader, &whole, p, nest);
}

static bool refuse(const aug_reader *reader, const aug_node *node, const char *found) {
    aug_error *error =
        aug_node_error(reader->errors, node, "no mapping of this group: stopped at '%.40s'", found);
    aug_error_hint(error, "a group reads: dram[A B Z] for m:8 buffer[T] { first: ... } { second: ... }");
    return false;
}

static bool can_overlap(const aug_group_plan *plan) {
    aug_group_pipe pipe;
    return aug_group_pipe_init(plan->group, &plan->prefix, plan->problems, &pipe);
}

bool aug_group_read(const aug_reader *reader, const aug_node *node, const aug_group *group,
                    aug_group_plan *plan) {
    *plan = (aug_group_plan){.group = group};
    const char *at = read_prefix(group, node->text, &plan->prefix, &plan->pipelined);
    if (!at)
        return refuse(reader, node, node->text);
    for (int e = 0; e < group->member_count; e++) {
        const char *name = group->members[e]->name, *block = at;
        if (*at != '{')
            return refuse(reader, node, block);
        at = skip(at + 1);
        size_t length = strlen(name);
        if (strncmp(at, name, length) != 0 || *skip(at + length) != ':')
            return refuse(reader, node, block);
        at = skip(at + length) + 1;
        size_t size = strcspn(at, "}");
        if (!at[size] || !read_member(reader, node, plan, e, at, size))
            return at[size] && plan->problems[e] ? false : refuse(reader, node, block);
        at = skip(at + size + 1);
    }
    return *at || (plan->pipelined && !can_overlap(plan)) ? refuse(reader, node, *at ? at : node->text)
                                                          : true;
}
