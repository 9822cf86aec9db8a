// What a member is below shared loops that recompute: another einsum.
//
// T[k,y] += I[c,y] * W[k,c] in windows of w = stride * t + halo of y, N of them and stride * t apart, is
//
//     T[k,y,p] += I[c,y + stride*t*p] * W[k,c]     y: w, p: N
//
// under a loop over p in steps of one. Windows overlap in I, where the usual rules tell what stays from step
// to step; what is made twice of T is made twice, so steps share no words of it. O[p] += T[p+r] * V[r] with p
// 6 in steps of 2 and r 3: y has 4 rows, p has 3 steps, and 12 rows of T are made, not 8.
//// t divides: all windows are whole.
#include "fusion/group.h"

#include <string.h>

typedef struct window {
    const char *name;               // of the shared rank
    int rank;                       // of the member
    aug_count steps, advance, size; // windows; from one to the next; of one
} window;

typedef struct aug_group_sight {
    struct aug_group_sight *next;
    const aug_problem *member, *seen;
    int count;
    window windows[AUG_PROBLEM_RANKS];
} aug_group_sight;

static bool is_window(const aug_group *group, const aug_group_node *node, int member) {
    return node->is_loop && node->halo == AUG_HALO_RECOMPUTE && group->halo[member][node->rank] > 0;
}

bool aug_group_cut(const aug_group *group, const aug_group_prefix *prefix, int at, int member, int *rank,
                   aug_count *tile) {
    const aug_group_node *node = &prefix->nodes[at];
    *rank = node->is_loop ? group->rank_of[member][node->rank] : -1;
    if (*rank < 0)
        return false;
    *tile = group->shareable >> node->rank & 1u ? group->stride[member][node->rank] * node->tile : node->tile;
    if (!is_window(group, node, member))
        return true;
    *tile = 1;
    *rank = group->members[member]->rank_count;
    for (int i = 0; i < prefix->count; i++)
        *rank += is_window(group, &prefix->nodes[i], member) && prefix->nodes[i].rank < node->rank;
    return true;
}

// In the order of the group's ranks.
static int find_windows(const aug_group *group, const aug_group_prefix *prefix, int member, window *windows) {
    int count = 0;
    for (int r = 0; r < group->rank_count; r++)
        for (int i = 0; i < prefix->count && count < AUG_PROBLEM_RANKS; i++) {
            aug_count tile = prefix->nodes[i].tile;
            if (prefix->nodes[i].rank != r || !is_window(group, &prefix->nodes[i], member))
                continue;
            windows[count++] = (window){.name = group->ranks[r],
                                        .rank = group->rank_of[member][r],
                                        .steps = group->sizes[r] / tile,
                                        .advance = group->stride[member][r] * tile,
                                        .size = group->stride[member][r] * tile + group->halo[member][r]};
        }
    return count;
}

// Of an input: further on by `advance` at each step. Of the result: other words.
static bool add_to_tensor(aug_problem_tensor *tensor, int rank, int steps, aug_count advance) {
    if (!(tensor->ranks >> rank & 1u))
        return true;
    tensor->ranks |= 1u << steps;
    if (tensor->is_output) {
        if (tensor->dim_count == AUG_PROBLEM_DIMS)
            return false;
        tensor->dims[tensor->dim_count++] =
            (aug_problem_dim){.term_count = 1, .terms = {{.rank = steps, .coefficient = 1}}};
        return true;
    }
    for (int d = 0; d < tensor->dim_count; d++) {
        aug_problem_dim *dim = &tensor->dims[d];
        aug_count by = 0;
        for (int k = 0; k < dim->term_count; k++)
            by += dim->terms[k].rank == rank ? dim->terms[k].coefficient * advance : 0;
        if (by > 0 && dim->term_count == AUG_EINSUM_TERMS)
            return false;
        if (by > 0)
            dim->terms[dim->term_count++] = (aug_problem_term){steps, by};
    }
    return true;
}

static bool add_window(const window *of, aug_problem *p) {
    int steps = p->rank_count;
    if (steps == AUG_PROBLEM_RANKS)
        return false;
    p->rank_count++;
    p->ranks[steps] = of->name;
    p->sizes[steps] = of->steps;
    p->sizes[of->rank] = of->size;
    for (int t = 0; t < p->tensor_count; t++)
        if (!add_to_tensor(&p->tensors[t], of->rank, steps, of->advance))
            return false;
    return true;
}

static const aug_problem *build(aug_arena *arena, const aug_problem *member, const window *windows,
                                int count) {
    aug_problem *p = AUG_NEW(arena, aug_problem);
    int tensor, rank;
    *p = *member;
    for (int i = 0; i < count; i++)
        if (!add_window(&windows[i], p))
            return NULL;
    return aug_problem_count(p, &tensor, &rank) ? p : NULL;
}

static bool same_windows(const aug_group_sight *sight, const window *windows, int count) {
    if (sight->count != count)
        return false;
    for (int i = 0; i < count; i++) {
        const window *a = &sight->windows[i], *b = &windows[i];
        if (a->rank != b->rank || a->steps != b->steps || a->advance != b->advance || a->size != b->size ||
            strcmp(a->name, b->name) != 0)
            return false;
    }
    return true;
}

const aug_problem *aug_group_seen(aug_group_sights *sights, const aug_group *group,
                                  const aug_group_prefix *prefix, int member) {
    window windows[AUG_PROBLEM_RANKS];
    int count = find_windows(group, prefix, member, windows);
    if (count == 0)
        return group->members[member];
    for (const aug_group_sight *s = sights->first; s; s = s->next)
        if (s->member == group->members[member] && same_windows(s, windows, count))
            return s->seen;
    aug_group_sight *sight = AUG_NEW(sights->arena, aug_group_sight);
    *sight = (aug_group_sight){.next = sights->first, .member = group->members[member], .count = count};
    memcpy(sight->windows, windows, (size_t)count * sizeof *windows);
    sight->seen = build(sights->arena, group->members[member], windows, count);
    sights->first = sight;
    return sight->seen;
}

// ---- Without rests

typedef struct aug_group_trim {
    struct aug_group_trim *next;
    const aug_problem *of, *trimmed;
} aug_group_trim;

// Each operation of the rests takes its unit, too, and where nothing shares a word of the innermost memory, an
// access to each operand there: what all others take for that is so many times more.
static void add_rests(const aug_problem *seen, aug_problem *p) {
    const double more = (double)seen->operations / (double)p->operations * (1.0 - 1e-12);
    aug_problem_memory *inner = &p->memories[p->memory_count - 1];
    for (int c = 0; c < p->compute_count; c++)
        p->computes[c].energy_pj *= more;
    for (int t = 0; inner->axes_above == p->axis_count && t < p->tensor_count; t++)
        inner->energy_pj[t][p->tensors[t].is_output ? AUG_ACTION_UPDATE : AUG_ACTION_READ] *= more;
}

// T[y] = I[y] with y 58 below `for y:4`: 14 steps of 4 and one of 2. Without that one no count is higher, and
// tiles that divide 4 divide the 56 that are left.
const aug_problem *aug_group_trimmed(aug_group_sights *sights, const aug_group *group,
                                     const aug_group_prefix *prefix, int member, const aug_problem *seen) {
    aug_count sizes[AUG_PROBLEM_RANKS], tile;
    int rank;
    memcpy(sizes, seen->sizes, sizeof sizes);
    for (int i = 0; i < prefix->count; i++)
        if (aug_group_cut(group, prefix, i, member, &rank, &tile))
            sizes[rank] -= sizes[rank] % tile;
    if (memcmp(sizes, seen->sizes, sizeof sizes) == 0)
        return seen;
    for (const aug_group_trim *t = sights->trims; t; t = t->next)
        if (t->of == seen && memcmp(t->trimmed->sizes, sizes, sizeof sizes) == 0)
            return t->trimmed;
    aug_group_trim *trim = AUG_NEW(sights->arena, aug_group_trim);
    aug_problem *p = AUG_NEW(sights->arena, aug_problem);
    *p = *seen;
    memcpy(p->sizes, sizes, sizeof sizes);
    p->operations = 1;
    for (int r = 0; r < p->rank_count; r++)
        p->operations *= sizes[r];
    add_rests(seen, p);
    *trim = (aug_group_trim){sights->trims, seen, p};
    sights->trims = trim;
    return p;
}
