// Draws einsum, machine and restriction in this order. Sizes are small enough that most spaces have fewer
// than some ten thousand mappings; capacities hold a few words, so that they matter.
#include "mapspace_random.h"

#include "mapspace_extreme.h"
#include "mapspace_wide.h"
#include "oracle_text.h"

#include <math.h>
#include <string.h>

const char *const mapspace_family_names[] = {
    "no windows, perfect", "no windows",   "windows, perfect", "windows", "arrays, perfect", "arrays",
    "arrays and windows",  "restrictions", "shared loops", "planes of windows", "strides",
    "unlike axes", "extremes", "several constraints", "windows behind loops", "a rank in two indices", "volumes of windows",
    "long ranks", "four memories", "several arrays", "gaps", "windows and constraints"};

static int below(mapspace_case *c, int count) {
    return (int)aug_random_below(&c->random, (uint64_t)count);
}

static bool one_in(mapspace_case *c, int count) {
    return below(c, count) == 0;
}

static void add_dim(aug_problem_tensor *tensor, int rank, aug_count factor, int other,
                    aug_count other_factor) {
    tensor->dims[tensor->dim_count++] =
        (aug_problem_dim){.term_count = other < 0 ? 1 : 2, .terms = {{rank, factor}, {other, other_factor}}};
}

// Z[m,n] += A[m,k] B[k,n], a batched one, or any sets of ranks.
static void draw_plain(mapspace_case *c) {
    aug_problem *p = &c->problem;
    static const char *const names[] = {"m", "k", "n", "b"};
    p->rank_count = 2 + below(c, 2);
    p->tensor_count = 2 + below(c, 2);
    memcpy(p->ranks, names, sizeof names);
    static const unsigned product[] = {3, 6, 5};
    bool is_product = p->rank_count == 3 && p->tensor_count == 3 && !one_in(c, 3);
    unsigned all = (1u << p->rank_count) - 1, seen = 0;
    for (int t = 0; t < p->tensor_count; t++) {
        unsigned ranks = is_product ? product[t] : (unsigned)below(c, (int)all + 1);
        if (t == p->tensor_count - 2)
            ranks |= is_product ? 0 : all & ~seen;
        seen |= ranks;
        for (int r = 0; r < p->rank_count; r++)
            if (ranks >> r & 1)
                add_dim(&p->tensors[t], r, 1, -1, 0);
    }
}

// Z[p(,n)] += A[s·p+d·r] B[r(,n)]
static void draw_window(mapspace_case *c) {
    aug_problem *p = &c->problem;
    static const char *const names[] = {"p", "r", "n"};
    p->rank_count = 2 + below(c, 2);
    p->tensor_count = 3;
    memcpy(p->ranks, names, sizeof names);
    aug_count stride = 1 + (aug_count)below(c, 3) / 2, dilation = 1 + (aug_count)below(c, 4) / 3;
    add_dim(&p->tensors[0], 0, stride, 1, dilation);
    add_dim(&p->tensors[1], 1, 1, -1, 0);
    add_dim(&p->tensors[2], 0, 1, -1, 0);
    if (p->rank_count < 3)
        return;
    int kind = below(c, 3); // of n: of the filter, of the input channels, of a batch
    if (kind > 0)
        add_dim(&p->tensors[0], 2, 1, -1, 0);
    if (kind < 2)
        add_dim(&p->tensors[1], 2, 1, -1, 0);
    if (kind != 1)
        add_dim(&p->tensors[2], 2, 1, -1, 0);
}

// Z[p,q] += A[s·p+d·r, q(+u)] B[r(,u)], or Z[p] += A[s·p+d·r+u] B[r,u]
static void draw_plane(mapspace_case *c) {
    aug_problem *p = &c->problem;
    static const char *const names[] = {"p", "r", "u", "q"};
    aug_count stride = 1 + (aug_count)below(c, 3) / 2, dilation = 1 + (aug_count)below(c, 4) / 3;
    bool sum = one_in(c, 3), filter = sum || one_in(c, 2);
    p->rank_count = sum || !filter ? 3 : 4;
    p->tensor_count = 3;
    memcpy(p->ranks, names, sizeof names);
    int q = filter ? 3 : 2;
    if (!filter)
        p->ranks[2] = "q";
    add_dim(&p->tensors[0], 0, stride, 1, dilation);
    add_dim(&p->tensors[1], 1, 1, -1, 0);
    add_dim(&p->tensors[2], 0, 1, -1, 0);
    if (filter)
        add_dim(&p->tensors[1], 2, 1, -1, 0);
    if (sum) {
        p->tensors[0].dims[0].terms[p->tensors[0].dims[0].term_count++] = (aug_problem_term){2, 1};
        return;
    }
    add_dim(&p->tensors[0], q, 1, filter ? 2 : -1, 1);
    add_dim(&p->tensors[2], q, 1, -1, 0);
}

// Z[m,n] += A[2*m,k] B[3*k,n], or a window whose operands have another rank with a stride.
static void draw_strides(mapspace_case *c) {
    aug_problem *p = &c->problem;
    if (one_in(c, 3))
        draw_window(c);
    else
        draw_plain(c);
    for (int t = 0; t < p->tensor_count - 1; t++)
        for (int d = 0; d < p->tensors[t].dim_count; d++)
            if (p->tensors[t].dims[d].term_count == 1 && !one_in(c, 3))
                p->tensors[t].dims[d].terms[0].coefficient = 2 + (aug_count)one_in(c, 3);
}

// Z[p,q,z] += A[s·p+r, q+u, z+v] B[r,u,v], some of them of one point.
static void draw_volume(mapspace_case *c) {
    aug_problem *p = &c->problem;
    static const char *const names[] = {"p", "q", "z", "r", "u", "v"};
    p->rank_count = 6;
    p->tensor_count = 3;
    memcpy(p->ranks, names, sizeof names);
    for (int d = 0; d < 3; d++) {
        add_dim(&p->tensors[0], d, 1 + (aug_count)one_in(c, 3), 3 + d, 1 + (aug_count)one_in(c, 4));
        add_dim(&p->tensors[1], 3 + d, 1, -1, 0);
        add_dim(&p->tensors[2], d, 1, -1, 0);
    }
}

// An operand with two indices of ranks that it shares with others: I[p,p], I[p+r,r], I[p+r,2*p+r].
static void draw_tangled(mapspace_case *c) {
    aug_problem *p = &c->problem;
    static const char *const names[] = {"p", "r", "n"};
    p->rank_count = 2 + one_in(c, 2);
    p->tensor_count = 3;
    memcpy(p->ranks, names, sizeof names);
    for (int d = 0; d < 2; d++) {
        int kind = below(c, 4), first = below(c, 2);
        aug_count factor = 1 + (aug_count)one_in(c, 4);
        add_dim(&p->tensors[0], first, factor, kind < 2 ? 1 - first : -1, 1 + (aug_count)one_in(c, 4));
    }
    add_dim(&p->tensors[1], 1, 1, -1, 0);
    add_dim(&p->tensors[2], 0, 1, -1, 0);
    if (one_in(c, 4))
        add_dim(&p->tensors[2], 0, 1, -1, 0);
    for (int t = 0; t < 3 && p->rank_count == 3; t++)
        if (t == 1 || one_in(c, 2))
            add_dim(&p->tensors[t], 2, 1, -1, 0);
}

static void draw_sizes(mapspace_case *c, bool few) {
    aug_problem *p = &c->problem;
    static const aug_count sizes[2][8] = {{2, 2, 3, 3, 4, 4, 5, 6}, {2, 3, 4, 5, 6, 7, 8, 9}};
    for (int r = 0; r < p->rank_count; r++) {
        bool least = c->family == FAMILY_PLANE && r > 0, point = c->family == FAMILY_VOLUME && one_in(c, 2);
        p->sizes[r] = one_in(c, 9) || point ? 1 : sizes[!few && r < 2][below(c, least ? 3 : few ? 5 : 8)];
    }
}

static double draw_bandwidth(mapspace_case *c) {
    static const double bandwidths[] = {2, 5, 8, 16, 64, (double)INFINITY};
    return bandwidths[below(c, 6)];
}

static void draw_memory(mapspace_case *c, int m) {
    static const char *const names[] = {"dram", "glb", "buf", "reg"};
    static const double bits[] = {4, 8, 8, 16};
    aug_problem *p = &c->problem;
    aug_problem_memory *memory = &p->memories[m];
    *memory = (aug_problem_memory){.name = names[m], .capacity_bits = (double)INFINITY, .gated_at = -1};
    memory->buffers = one_in(c, 5) ? 2 : 1;
    memory->block = one_in(c, 3) ? 1 + (aug_count)below(c, 4) : 1;
    memory->shared_port = one_in(c, 2);
    memory->read_bits_per_cycle = draw_bandwidth(c);
    memory->write_bits_per_cycle = memory->shared_port ? memory->read_bits_per_cycle : draw_bandwidth(c);
    memory->leakage_pj_per_cycle = one_in(c, 3) ? (double)below(c, 4) : 0.0;
    memory->area_um2 = (double)NAN;
    if (m > 0 && !one_in(c, 6))
        memory->capacity_bits = 8.0 * (double)(1 + below(c, 24));
    double scale = m == 0 ? 40 : m == 1 ? 8 : 1, width = bits[below(c, 4)];
    bool random = one_in(c, 4);
    for (int t = 0; t < p->tensor_count; t++) {
        memory->bits[t] = one_in(c, 4) ? bits[below(c, 4)] : width;
        for (int a = 0; a < AUG_ACTION_COUNT; a++)
            memory->energy_pj[t][a] = random ? (double)below(c, 60) : scale * (1.0 + 0.25 * below(c, 3));
    }
    unsigned sets = 1u << p->tensor_count;
    if (one_in(c, 4))
        memory->never = (unsigned)below(c, (int)sets) & (m == 0 && !one_in(c, 4) ? 0 : ~0u);
    if (m > 0 && one_in(c, 5))
        memory->must = (unsigned)below(c, (int)sets) & ~memory->never;
}

static void draw_axes(mapspace_case *c) {
    aug_problem *p = &c->problem;
    static const char *const names[] = {"x", "y"};
    p->axis_count = 1 + one_in(c, 3);
    int outer = 1;
    for (int a = 0; a < p->axis_count; a++) {
        outer += below(c, p->memory_count - outer + 1);
        p->axes[a] = (aug_problem_axis){.name = names[a],
                                        .memories_above = outer,
                                        .fanout = 2 + (aug_count)below(c, 4),
                                        .multicast = ~0u,
                                        .reduce = ~0u};
        if (one_in(c, 3))
            p->axes[a].multicast = (unsigned)below(c, 8);
        if (one_in(c, 3))
            p->axes[a].reduce = (unsigned)below(c, 8);
    }
}

// One array of two or three axes.
static void draw_unlike_axes(mapspace_case *c) {
    aug_problem *p = &c->problem;
    static const char *const names[] = {"x", "y", "z"};
    p->axis_count = 2 + one_in(c, 4);
    int outside = 1 + below(c, p->memory_count);
    for (int a = 0; a < p->axis_count; a++)
        p->axes[a] = (aug_problem_axis){.name = names[a],
                                        .memories_above = outside,
                                        .fanout = 2 + (aug_count)below(c, 4),
                                        .multicast = one_in(c, 2) ? ~0u : (unsigned)below(c, 8),
                                        .reduce = one_in(c, 2) ? ~0u : (unsigned)below(c, 8)};
}

// Two axes at one place may be one array.
static void dress_arrays(mapspace_case *c) {
    aug_problem *p = &c->problem;
    if (mapspace_is_wide(c)) {
        mapspace_wide_arrays(c);
    } else if (c->family == FAMILY_UNLIKE) {
        p->array_count = 1;
        p->arrays[0].axis_count = p->axis_count;
        for (int x = 0; x < p->axis_count; x++)
            p->axes[x].array = 0;
    } else if (p->axis_count == 2 && p->axes[0].memories_above == p->axes[1].memories_above && !one_in(c, 3)) {
        p->array_count = 1;
        p->arrays[0].axis_count = 2;
        p->axes[1].array = 0;
    }
    for (int a = 0; a < p->array_count && c->family != FAMILY_PLANE; a++) {
        aug_problem_array *array = &p->arrays[a];
        array->hop_pj = one_in(c, 3) ? 0.5 * (1 + below(c, 3)) : 0.0;
        array->router_pj = one_in(c, 4) ? 0.25 : 0.0;
        array->fill_cycles = one_in(c, 4) ? (double)below(c, 4) : 0.0;
        array->drain_cycles = one_in(c, 4) ? (double)below(c, 3) : 0.0;
        array->sweep_cycles = one_in(c, 6) ? 2.0 : 0.0;
        array->per_fold = one_in(c, 4);
    }
}

static void clear_restriction(mapspace_case *c) {
    for (int r = 0; r < c->problem.rank_count; r++)
        for (int m = 0; m < c->problem.memory_count; m++)
            c->restriction.tiles[m][r] = (aug_tile_range){1, UINT64_MAX};
}

static void draw_restriction(mapspace_case *c) {
    aug_problem *p = &c->problem;
    aug_restriction *restriction = &c->restriction;
    int m = 1 + below(c, p->memory_count - 1 ? p->memory_count - 1 : 1), kind = below(c, 6);
    int rank = below(c, p->rank_count);
    if (kind == 0 || kind == 5)
        restriction->never[m] |= 1u << below(c, p->tensor_count) & ~restriction->must[m];
    if (kind == 1)
        restriction->must[m] |= (1u << below(c, p->tensor_count)) & ~p->memories[m].never & ~restriction->never[m];
    if (kind == 2 && m < p->memory_count) {
        restriction->has_tiles[m] = true;
        restriction->tiles[m][rank].least = 1 + aug_random_below(&c->random, p->sizes[rank]);
        if (one_in(c, 2))
            restriction->tiles[m][rank] =
                (aug_tile_range){1, 1 + aug_random_below(&c->random, p->sizes[rank])};
    }
    if (kind == 3 || kind == 5) {
        int at = one_in(c, 2) ? AUG_PROBLEM_MEMORIES : m;
        restriction->order[at][0] = rank;
        restriction->order[at][1] = (rank + 1) % p->rank_count;
        restriction->order_count[at] = p->rank_count > 1 ? 1 + below(c, 2) : 1;
    }
    if (kind == 4 && p->axis_count > 0) {
        restriction->axis_is_fixed[0] = true;
        restriction->axis_ranks[0] = 1u << rank;
    }
    if (kind == 4 && one_in(c, 2))
        restriction->min_utilization = 0.1 * (1 + below(c, 8));
}

// Two to four, of any kind. More than one axis may be fixed, to ranks of its own.
static void draw_restrictions(mapspace_case *c) {
    const aug_problem *p = &c->problem;
    for (int i = 2 + below(c, 3); i > 0; i--)
        draw_restriction(c);
    for (int a = 0; a < p->axis_count; a++)
        if (one_in(c, 4)) {
            c->restriction.axis_is_fixed[a] = true;
            c->restriction.axis_ranks[a] = (unsigned)below(c, 1 << p->rank_count);
        }
}

static void add_node(mapspace_case *c, aug_mapping_node node) {
    c->prefix[c->prefix_count++] = node;
}

// What is given fits beside what the memory was drawn for.
static void add_room(mapspace_case *c, int m, int tensor, const aug_count *sizes) {
    aug_problem_memory *memory = &c->problem.memories[m];
    memory->capacity_bits += (double)aug_tensor_words(&c->problem.tensors[tensor], sizes) *
                             memory->bits[tensor] * (double)memory->buffers;
}

// Outermost stores, a loop or two, and between or behind them a store that is not inside of an array.
static void draw_prefix(mapspace_case *c) {
    const aug_problem *p = &c->problem;
    unsigned left = (1u << p->tensor_count) - 1;
    for (int m = 0; m < p->memory_count; m++) {
        unsigned homes = left & ~p->memories[m].never;
        left &= ~homes;
        for (int t = 0; t < p->tensor_count; t++)
            if (homes >> t & 1)
                add_room(c, m, t, p->sizes);
        if (homes)
            add_node(c, (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = m, .tensors = homes});
    }
    c->home_count = c->prefix_count;
    int loops = 1 + below(c, 2), first = below(c, p->rank_count), m = 1 + below(c, p->memory_count - 1);
    int tensor = below(c, p->tensor_count), at = below(c, 3);
    bool outer = c->prefix[c->home_count - 1].memory < m && !(p->memories[m].never >> tensor & 1);
    for (int a = 0; a < p->axis_count; a++)
        outer &= p->axes[a].memories_above > m;
    for (int n = 0; n < m; n++)
        outer &= !(p->memories[n].must >> tensor & 1);
    aug_count left_sizes[AUG_PROBLEM_RANKS];
    memcpy(left_sizes, p->sizes, sizeof left_sizes);
    for (int i = 0; i < loops && i < p->rank_count; i++) {
        int rank = (first + i) % p->rank_count;
        aug_count tile = p->sizes[rank] > 1 ? 1 + (aug_count)below(c, (int)p->sizes[rank] - 1) : 1;
        while (c->perfect && p->sizes[rank] % tile != 0)
            tile--;
        if (tile < p->sizes[rank])
            add_node(c, (aug_mapping_node){.kind = AUG_MAPPING_FOR, .rank = rank, .tile = tile});
        left_sizes[rank] = tile;
        if (i == at && outer) {
            add_room(c, m, tensor, left_sizes);
            add_node(c, (aug_mapping_node){.kind = AUG_MAPPING_STORE, .memory = m, .tensors = 1u << tensor});
        }
    }
}

// What AUGER_MAPSPACE_WITHOUT asks not to be drawn, to see other differences: 1 homes further in, 2 arrays
// that take time, 4 windows that step by more than one, 8 updates that axes may not share, 16 reads, 32 short tiles.
static void leave_out(mapspace_case *c) {
    unsigned what = c->without;
    if (what & 1)
        c->problem.memories[0].never = 0;
    for (int a = 0; a < c->problem.array_count && (what & 2); a++)
        c->problem.arrays[a].fill_cycles = c->problem.arrays[a].drain_cycles =
            c->problem.arrays[a].sweep_cycles = 0.0;
    for (int i = 0; i < c->problem.axis_count && (what & 8); i++)
        c->problem.axes[i].reduce = ~0u;
    for (int i = 0; i < c->problem.axis_count && (what & 16); i++)
        c->problem.axes[i].multicast = ~0u;
    for (int t = 0; t < c->problem.tensor_count && (what & 4); t++)
        for (int d = 0; d < c->problem.tensors[t].dim_count; d++)
            for (int i = 0; i < c->problem.tensors[t].dims[d].term_count; i++)
                c->problem.tensors[t].dims[d].terms[i].coefficient = 1;
}

static void draw_problem(mapspace_case *c) {
    aug_problem *p = &c->problem;
    static const char *const tensors[] = {"A", "B", "Z"};
    *p = (aug_problem){.name = "tiny"};
    memset(&c->restriction, 0, sizeof c->restriction);
    bool any = c->family == FAMILY_UNLIKE || c->family == FAMILY_EXTREME || c->family == FAMILY_ASKED;
    int kind = any ? below(c, 4) : -1;
    bool windows = c->family == FAMILY_WINDOW || c->family == FAMILY_WINDOW_PERFECT ||
                   c->family == FAMILY_WINDOW_ARRAY || c->family == FAMILY_BEHIND || kind == 0 || (c->family == FAMILY_RESTRICTED && one_in(c, 3)),
         planes = c->family == FAMILY_PLANE || kind == 1, strides = c->family == FAMILY_STRIDE || kind == 2;
    bool arrays = c->family == FAMILY_ARRAY || c->family == FAMILY_ARRAY_PERFECT ||
                  c->family == FAMILY_WINDOW_ARRAY || (c->family == FAMILY_RESTRICTED && one_in(c, 2)) ||
                  (planes && !one_in(c, 3)) || (c->family == FAMILY_SHARED && !one_in(c, 3)) ||
                  (strides && one_in(c, 2)) || (c->family >= FAMILY_EXTREME && !one_in(c, 3));
    if (mapspace_is_wide(c))
        mapspace_wide_einsum(c);
    else if (c->family == FAMILY_VOLUME)
        draw_volume(c);
    else if (c->family == FAMILY_TANGLED)
        draw_tangled(c);
    else if (planes)
        draw_plane(c);
    else if (strides)
        draw_strides(c);
    else if (windows)
        draw_window(c);
    else
        draw_plain(c);
    for (int t = 0; t < p->tensor_count; t++)
        p->tensors[t].name = t == p->tensor_count - 1 ? "Z" : tensors[t];
    p->tensors[p->tensor_count - 1].accumulates = one_in(c, 5);
    if (!mapspace_is_wide(c)) {
        p->memory_count = 2 + one_in(c, planes || c->family == FAMILY_VOLUME ? 9 : 2) + one_in(c, 12);
        draw_sizes(c, planes || c->family >= FAMILY_UNLIKE || p->memory_count > 2 || p->rank_count > 2 || arrays);
    }
    for (int m = 0; m < p->memory_count; m++)
        draw_memory(c, m);
    if (mapspace_is_wide(c)) {
        mapspace_wide_ports(c);
        mapspace_wide_axes(c);
    } else if (c->family == FAMILY_UNLIKE) {
        draw_unlike_axes(c);
    } else if (arrays) {
        draw_axes(c);
    }
    p->compute_count = 1;
    p->computes[0] = (aug_problem_compute){.name = "mac",
                                           .memories_above = p->memory_count,
                                           .axes_above = p->axis_count,
                                           .rate_per_cycle = one_in(c, 4) ? 2 : 1,
                                           .energy_pj = 0.5,
                                           .area_um2 = (double)NAN};
    p->drain_reads = one_in(c, 2);
    if (c->family == FAMILY_EXTREME)
        mapspace_make_extreme(c);
    oracle_finish_problem(p);
    dress_arrays(c);
    leave_out(c);
    clear_restriction(c);
    if (c->family == FAMILY_RESTRICTED)
        draw_restriction(c);
    else if (c->restricted)
        draw_restrictions(c);
    if (c->family == FAMILY_ASKED_WINDOWS)
        mapspace_wide_tiles(c);
    c->prefix_count = c->home_count = 0;
    if (c->family == FAMILY_SHARED || c->family == FAMILY_BEHIND)
        draw_prefix(c);
}

void mapspace_random_draw(uint64_t seed, uint64_t index, int family, mapspace_case *c) {
    aug_random mixed = {seed};
    c->random.state = aug_random_next(&mixed) + index * UINT64_C(0xD1342543DE82EF95);
    c->family = (mapspace_family)(family < 0 ? index % FAMILY_COUNT : (uint64_t)family % FAMILY_COUNT);
    c->restricted = c->family == FAMILY_RESTRICTED || c->family == FAMILY_ASKED || c->family == FAMILY_ASKED_WINDOWS ||
                    (mapspace_is_wide(c) && one_in(c, 5));
    c->perfect = c->family == FAMILY_PLAIN_PERFECT || c->family == FAMILY_WINDOW_PERFECT ||
                 c->family == FAMILY_ARRAY_PERFECT ||
                 ((c->restricted || c->family == FAMILY_WINDOW_ARRAY) && one_in(c, 2)) ||
                 ((c->family == FAMILY_PLANE || c->family == FAMILY_STRIDE) && !one_in(c, 4)) ||
                 (c->family == FAMILY_SHARED && one_in(c, 4)) ||
                 (c->family >= FAMILY_UNLIKE && one_in(c, 2));
    c->perfect |= (c->without & MAPSPACE_SHORT) != 0;
    draw_problem(c);
}
