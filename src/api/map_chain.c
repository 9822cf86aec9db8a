// Problems that are linked, however far apart, are a family. In each family a name means one thing: the first
// that has it keeps it, others get a number behind theirs. So `W` of a product is W2 where the norm before it
// has a W, and its rank k is the n that the norm's result has there.
//
// Between families names may be the same, for nothing ties them to one group. But no problem reads by chance
// what another family makes under that name, nor makes something of that name before all of the family have run.
#include "api/map_chain.h"

#include <string.h>

typedef struct naming {
    aug_arena *arena;
    aug_problem *const *problems;
    const aug_map_link *links;
    int *families; // of each problem: the first of its family
    int *ends;     // of each family, by its first: the last
} naming;

// ---- Links

// Whether a problem reads as a whole what another one makes.
static bool is_handed(const naming *of, int reader, int tensor) {
    int maker = of->links[reader].makers[tensor];
    if (maker < 0)
        return false;
    const aug_problem *by = of->problems[reader], *from = of->problems[maker];
    const aug_problem_tensor *in = &by->tensors[tensor], *out = &from->tensors[aug_problem_output(from)];
    bool same = in->dim_count == out->dim_count;
    for (int d = 0; same && d < in->dim_count; d++)
        same = aug_dim_extent(&in->dims[d], by->sizes) == aug_dim_extent(&out->dims[d], from->sizes);
    return same;
}

static void join(const naming *of, int left, int right) {
    int to = of->families[left] < of->families[right] ? of->families[left] : of->families[right];
    int from = of->families[left] + of->families[right] - to;
    for (int i = 0; i <= left || i <= right; i++)
        of->families[i] = of->families[i] == from ? to : of->families[i];
}

static void find_families(const naming *of, int count) {
    for (int i = 0; i < count; i++) {
        of->families[i] = i;
        if (of->links[i].twin >= 0)
            join(of, i, of->links[i].twin);
        for (int t = 0; t < of->problems[i]->tensor_count; t++)
            if (is_handed(of, i, t))
                join(of, i, of->links[i].makers[t]);
    }
    for (int i = 0; i < count; i++)
        of->ends[of->families[i]] = i;
}

// ---- Names

typedef bool is_taken(const naming *of, int problem, int index, const char *name);

static const char *fresh_name(const naming *of, is_taken *taken, int problem, int index, const char *name) {
    const char *own = name;
    for (int number = 2; taken(of, problem, index, name); number++)
        name = aug_arena_print(of->arena, "%s%d", own, number);
    return name;
}

// By a tensor of the family that has its name already, or by what others made before.
static bool is_tensor_taken(const naming *of, int problem, int index, const char *name) {
    for (int i = 0; i <= problem; i++) {
        const aug_problem *p = of->problems[i];
        int named = i < problem ? p->tensor_count : index;
        bool same = of->families[i] == of->families[problem];
        bool reads = index < aug_problem_output(of->problems[problem]);
        bool minds = reads || of->ends[of->families[i]] > problem;
        for (int t = 0; t < named; t++)
            if ((same || (minds && t == aug_problem_output(p))) && strcmp(p->tensors[t].name, name) == 0)
                return true;
    }
    return false;
}

static bool is_rank_taken(const naming *of, int problem, int index, const char *name) {
    for (int i = 0; i <= problem; i++)
        for (int r = 0; of->families[i] == of->families[problem] && r < of->problems[i]->rank_count; r++)
            if ((i < problem || r < index) && strcmp(of->problems[i]->ranks[r], name) == 0)
                return true;
    return false;
}

// The rank that an index is by itself; -1: it is none.
static int rank_at(const aug_problem_tensor *tensor, int dim) {
    const aug_problem_dim *of = &tensor->dims[dim];
    return of->term_count == 1 && of->terms[0].coefficient == 1 ? of->terms[0].rank : -1;
}

// What a rank is called in the problem that made a tensor with it; NULL: in none.
static const char *name_before(const naming *of, int problem, int rank) {
    const aug_problem *p = of->problems[problem];
    for (int t = 0; t < p->tensor_count; t++)
        for (int d = 0; is_handed(of, problem, t) && d < p->tensors[t].dim_count; d++) {
            const aug_problem *maker = of->problems[of->links[problem].makers[t]];
            int made = rank_at(&maker->tensors[aug_problem_output(maker)], d);
            if (rank_at(&p->tensors[t], d) == rank && made >= 0)
                return maker->ranks[made];
        }
    return NULL;
}

static void name_ranks(const naming *of, int problem) {
    aug_problem *p = of->problems[problem];
    int twin = of->links[problem].twin;
    for (int r = 0; r < p->rank_count; r++) {
        const char *name = twin >= 0 ? of->problems[twin]->ranks[r] : name_before(of, problem, r);
        p->ranks[r] = name ? name : fresh_name(of, is_rank_taken, problem, r, p->ranks[r]);
    }
}

static const char *tensor_name(const naming *of, int problem, int tensor) {
    const aug_problem *p = of->problems[problem];
    const aug_map_link *link = &of->links[problem];
    if (is_handed(of, problem, tensor)) {
        const aug_problem *maker = of->problems[link->makers[tensor]];
        return maker->tensors[aug_problem_output(maker)].name;
    }
    if (link->twin >= 0 && p->tensors[tensor].role == AUG_ROLE_INPUT)
        return of->problems[link->twin]->tensors[tensor].name;
    return fresh_name(of, is_tensor_taken, problem, tensor, p->tensors[tensor].name);
}

void aug_map_chain_name(aug_arena *arena, aug_problem *const *problems, const aug_map_link *links, int count) {
    const naming of = {arena, problems, links, AUG_NEW_ARRAY(arena, int, (size_t)count),
                       AUG_NEW_ARRAY(arena, int, (size_t)count)};
    find_families(&of, count);
    for (int i = 0; i < count; i++) {
        name_ranks(&of, i);
        for (int t = 0; t < problems[i]->tensor_count; t++)
            problems[i]->tensors[t].name = tensor_name(&of, i, t);
    }
}
