// Spaces grow with every rank, memory and axis, so where there are many of one there are few of the others.
#include "mapspace_wide.h"

#include <math.h>
#include <string.h>

static int below(mapspace_case *c, int count) {
    return (int)aug_random_below(&c->random, (uint64_t)count);
}

static bool one_in(mapspace_case *c, int count) {
    return below(c, count) == 0;
}

static aug_problem_dim *add_dim(aug_problem *p, int tensor, int rank, aug_count factor) {
    aug_problem_tensor *to = &p->tensors[tensor];
    aug_problem_dim *dim = &to->dims[to->dim_count++];
    *dim = (aug_problem_dim){.term_count = 1, .terms = {{rank, factor}}};
    return dim;
}

static void add_window(aug_problem *p, int tensor, int rank, aug_count stride, int other, aug_count dilation) {
    aug_problem_dim *dim = add_dim(p, tensor, rank, stride);
    dim->terms[dim->term_count++] = (aug_problem_term){other, dilation};
}

static void set_ranks(aug_problem *p, const char *const *names, int count) {
    p->rank_count = count;
    memcpy(p->ranks, names, (size_t)count * sizeof *names);
}

// ---- Einsums

// Z[m] += A[m] B, Z[m,n] += A[m] B[n], Z[n] += A[m] B[m,n], or any other sets of ranks.
static void draw_sets(mapspace_case *c, int ranks) {
    static const char *const names[] = {"m", "n", "k"};
    aug_problem *p = &c->problem;
    set_ranks(p, names, ranks);
    p->tensor_count = 2 + below(c, 2);
    int last = (1 << ranks) - 1;
    unsigned seen = 0;
    for (int t = 0; t < p->tensor_count; t++) {
        unsigned set = (unsigned)below(c, last + 1);
        set |= t == p->tensor_count - 2 ? (unsigned)last & ~seen : 0;
        seen |= set;
        for (int r = 0; r < ranks; r++)
            if (set >> r & 1)
                add_dim(p, t, r, 1);
    }
}

// Z[p(,n)] += A[s·p + d·r(,n)] B[r]: with factors beyond the other rank's size there are gaps.
static void draw_gaps(mapspace_case *c, aug_count most_factor) {
    static const char *const names[] = {"p", "r", "q"};
    aug_problem *p = &c->problem;
    aug_count stride = 1 + (aug_count)below(c, (int)most_factor), dilation = 1 + (aug_count)below(c, (int)most_factor - 1);
    int kind = below(c, 4); // of q: none, of a channel, of a plane
    set_ranks(p, names, kind < 2 ? 2 : 3);
    p->tensor_count = 3;
    add_window(p, 0, 0, stride, 1, dilation);
    add_dim(p, 1, 1, 1);
    add_dim(p, 2, 0, 1);
    if (kind < 2)
        return;
    add_dim(p, 0, 2, kind == 2 ? 1 : 1 + (aug_count)below(c, (int)most_factor));
    if (kind == 2 && one_in(c, 2))
        add_dim(p, 1, 2, 1);
    else
        add_dim(p, 2, 2, 1);
}

static void draw_sizes(mapspace_case *c, int least, int most) {
    aug_problem *p = &c->problem;
    for (int r = 0; r < p->rank_count; r++)
        p->sizes[r] = (aug_count)(least + below(c, most - least + 1));
}

// One rank of up to 16 points, or two of up to 12.
static void draw_long(mapspace_case *c) {
    aug_problem *p = &c->problem;
    bool windows = one_in(c, 3), two = !windows && one_in(c, 3);
    if (windows)
        draw_gaps(c, 3);
    else
        draw_sets(c, 1 + !one_in(c, 4));
    draw_sizes(c, 1, 2 + c->perfect);
    p->sizes[0] = 7 + (aug_count)below(c, two ? 6 : 10);
    if (two && p->rank_count > 1)
        p->sizes[1] = 5 + (aug_count)below(c, 5);
    p->memory_count = 2;
}

void mapspace_wide_einsum(mapspace_case *c) {
    aug_problem *p = &c->problem;
    bool windows = c->family == FAMILY_GAPS || c->family == FAMILY_ASKED_WINDOWS || one_in(c, 3);
    if (c->family == FAMILY_LONG) {
        draw_long(c);
        return;
    }
    if (windows)
        draw_gaps(c, c->family == FAMILY_GAPS ? 6 : 4);
    else
        draw_sets(c, 1 + !one_in(c, 4) + (c->perfect && one_in(c, 2)));
    bool deep = c->family == FAMILY_DEEP;
    p->memory_count = deep ? 4 : 2 + one_in(c, 3);
    draw_sizes(c, 1 + !one_in(c, 4), deep ? 3 : p->rank_count > 2 ? 4 : 6);
    if (deep && c->perfect)
        p->sizes[0] = 2 + 2 * (aug_count)below(c, 2);
}

// ---- Machines

// Two arrays of one or two axes each, or one of three.
void mapspace_wide_axes(mapspace_case *c) {
    static const char *const names[] = {"x", "y", "z", "w"};
    aug_problem *p = &c->problem;
    bool several = c->family == FAMILY_ARRAYS;
    if (!several && one_in(c, 2))
        return;
    int outer = 1 + below(c, p->memory_count - 1), first = 1 + one_in(c, 3);
    p->axis_count = several ? first + 1 + one_in(c, 3) : 1 + one_in(c, 3);
    for (int a = 0; a < p->axis_count; a++) {
        if (a == first)
            outer += below(c, p->memory_count - outer + 1);
        p->axes[a] = (aug_problem_axis){.name = names[a],
                                        .memories_above = outer,
                                        .fanout = 2 + (aug_count)below(c, c->family == FAMILY_LONG ? 7 : 3),
                                        .multicast = one_in(c, 2) ? ~0u : (unsigned)below(c, 8),
                                        .reduce = one_in(c, 2) ? ~0u : (unsigned)below(c, 8)};
    }
}

void mapspace_wide_arrays(mapspace_case *c) {
    aug_problem *p = &c->problem;
    p->array_count = 0;
    for (int a = 0; a < p->axis_count; a++) {
        aug_problem_array *last = p->array_count ? &p->arrays[p->array_count - 1] : NULL;
        bool joins = last && p->axes[a].memories_above == p->axes[last->first_axis].memories_above && !one_in(c, 4);
        if (!joins) {
            last = &p->arrays[p->array_count++];
            *last = p->arrays[a];
            last->axis_count = 0;
        }
        last->axis_count++;
        p->axes[a].array = p->array_count - 1;
    }
}

void mapspace_wide_ports(mapspace_case *c) {
    static const double widths[] = {0.125, 0.5, 1, 3, 100, (double)INFINITY};
    for (int m = 0; m < c->problem.memory_count && one_in(c, 3); m++) {
        aug_problem_memory *memory = &c->problem.memories[m];
        memory->read_bits_per_cycle = widths[below(c, AUG_COUNT(widths))];
        memory->write_bits_per_cycle = memory->shared_port ? memory->read_bits_per_cycle : widths[below(c, AUG_COUNT(widths))];
    }
}

void mapspace_wide_tiles(mapspace_case *c) {
    const aug_problem *p = &c->problem;
    for (int m = 1; m < p->memory_count; m++)
        for (int r = 0; r < p->rank_count; r++) {
            aug_tile_range *range = &c->restriction.tiles[m][r];
            aug_count least = 1 + aug_random_below(&c->random, p->sizes[r]);
            if (!one_in(c, 3))
                continue;
            c->restriction.has_tiles[m] = true;
            *range = one_in(c, 2) ? (aug_tile_range){least, least} : (aug_tile_range){least, p->sizes[r]};
        }
}
