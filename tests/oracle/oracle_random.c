// Draws problems: einsum, machine, mapping, in this order.
//
// Einsum: each tensor gets a random set of ranks; some of them are joined to windows such as 2*p+3*r. A third of the draws are
// convolutions, forwards or transposed, with the usual ranks in the usual places. Machine: memories and axes in random order.
// Mapping: from the outside in, following the machine, some mixed up again. Between any two nodes there may be loops of any
// rank, with tiles that in most problems divide nothing. Fanouts are set last, to what the mapping uses or a little more.
#include "oracle_random.h"

#include "oracle_text.h"

#include <math.h>
#include <string.h>

enum {
    TENSOR_WORDS = 4096, // of the box of one tensor
    PLACES = 48,         // compute instances
    PARS_PER_AXIS = 2
};

static int below(aug_random *random, int count) {
    return (int)aug_random_below(random, (uint64_t)count);
}

static bool one_in(aug_random *random, int count) {
    return below(random, count) == 0;
}

static void shuffle(aug_random *random, int *items, int count) {
    for (int i = count - 1; i > 0; i--) {
        int other = below(random, i + 1), item = items[i];
        items[i] = items[other];
        items[other] = item;
    }
}

oracle_limits oracle_limits_default(void) {
    return (oracle_limits){.rank_size = 8, .operations = 3000, .ranks = 5, .memories = 4, .axes = 3, .inputs = 3, .loops = 2};
}

// --- Einsum ---

static void draw_ranks(aug_random *random, const oracle_limits *limits, aug_problem *problem) {
    static const char *const names[] = {"p", "r", "m", "n", "k"};
    // Most problems are small, so that many can be walked.
    aug_count most = one_in(random, 3) ? limits->operations : 1 + limits->operations / 10;
    int few = 1 + below(random, limits->ranks), many = 1 + below(random, limits->ranks);
    problem->rank_count = few > many ? few : many;
    aug_count points = 1;
    for (int i = 0; i < problem->rank_count; i++) {
        problem->ranks[i] = names[i];
        problem->sizes[i] = 1 + aug_random_below(random, limits->rank_size);
        while (problem->sizes[i] > 1 && points * problem->sizes[i] > most)
            problem->sizes[i]--;
        points *= problem->sizes[i];
    }
}

static aug_count draw_coefficient(aug_random *random) {
    static const aug_count coefficients[] = {1, 1, 1, 1, 2, 2, 3, 4, 5};
    return coefficients[below(random, AUG_COUNT(coefficients))];
}

static void add_dim(aug_random *random, aug_problem_tensor *tensor, const int *ranks, int count, bool scaled) {
    aug_problem_dim *dim = &tensor->dims[tensor->dim_count++];
    dim->term_count = count;
    for (int i = 0; i < count; i++)
        dim->terms[i] = (aug_problem_term){ranks[i], scaled ? draw_coefficient(random) : 1};
}

// Gives a tensor some ranks, one in `window` of its dimensions joined from several.
static void draw_tensor(aug_random *random, const aug_problem *problem, unsigned ranks, int window,
                        aug_problem_tensor *tensor) {
    int order[AUG_PROBLEM_RANKS], count = 0;
    for (int r = 0; r < problem->rank_count; r++)
        if (ranks >> r & 1)
            order[count++] = r;
    shuffle(random, order, count);
    tensor->dim_count = 0;
    for (int i = 0; i < count;) {
        int joined = 1;
        if (window > 0 && one_in(random, window))
            joined = 1 + below(random, count - i < AUG_EINSUM_TERMS ? count - i : AUG_EINSUM_TERMS);
        add_dim(random, tensor, &order[i], joined, joined > 1 || one_in(random, 16));
        i += joined;
    }
    if (count > 0 && one_in(random, 25)) // a diagonal, such as A[m,m]
        add_dim(random, tensor, &order[below(random, count)], 1, false);
}

static aug_count box_words(const aug_problem *problem, const aug_problem_tensor *tensor) {
    aug_count words = 1;
    for (int d = 0; d < tensor->dim_count; d++) {
        aug_count last = 0;
        for (int i = 0; i < tensor->dims[d].term_count; i++)
            last += tensor->dims[d].terms[i].coefficient * (problem->sizes[tensor->dims[d].terms[i].rank] - 1);
        words *= last + 1;
    }
    return words;
}

static unsigned draw_set(aug_random *random, int members, int share, int of) {
    unsigned set = 0;
    for (int i = 0; i < members; i++)
        if (below(random, of) < share)
            set |= 1u << i;
    return set;
}

// The window p+r stands in the first input (or, transposed, in the output), p alone in the output (the first input), r in
// the second input.
static void make_convolution(aug_random *random, aug_problem *problem, bool transposed, unsigned *ranks) {
    int output = aug_problem_output(problem), wide = transposed ? output : 0, narrow = transposed ? 0 : output;
    ranks[wide] &= ~3u;
    ranks[narrow] = (ranks[narrow] & ~3u) | 1u;
    for (int t = 1; t < output; t++)
        ranks[t] = (ranks[t] & ~3u) | 2u;
    for (int t = 0; t < problem->tensor_count; t++)
        draw_tensor(random, problem, ranks[t], 0, &problem->tensors[t]);
    add_dim(random, &problem->tensors[wide], (const int[]){0, 1}, 2, true);
}

// Ranks that no tensor has got yet.
static unsigned ranks_left(const aug_problem *problem) {
    unsigned left = (1u << problem->rank_count) - 1;
    for (int t = 0; t < problem->tensor_count; t++)
        for (int d = 0; d < problem->tensors[t].dim_count; d++)
            for (int i = 0; i < problem->tensors[t].dims[d].term_count; i++)
                left &= ~(1u << problem->tensors[t].dims[d].terms[i].rank);
    return left;
}

static bool draw_tensors(aug_random *random, aug_problem *problem) {
    static const char *const names[] = {"A", "B", "C"};
    unsigned ranks[AUG_PROBLEM_TENSORS];
    int output = aug_problem_output(problem);
    bool elementwise = one_in(random, 10);
    for (int t = 0; t <= output; t++) {
        ranks[t] = t == output && elementwise ? (1u << problem->rank_count) - 1 : draw_set(random, problem->rank_count, 3, 5);
        problem->tensors[t].name = t == output ? "Z" : names[t];
    }
    int kind = below(random, 10), window = kind == 3 ? 1 : 3; // one dimension in so many is a window
    if (problem->rank_count >= 2 && kind < 3)
        make_convolution(random, problem, kind == 0, ranks);
    else
        for (int t = 0; t <= output; t++)
            draw_tensor(random, problem, ranks[t], t < output ? window : one_in(random, 6) ? 2 : 0, &problem->tensors[t]);
    unsigned left = ranks_left(problem);
    for (int r = 0; r < problem->rank_count; r++)
        if (left >> r & 1) {
            aug_problem_tensor *tensor = &problem->tensors[below(random, output + 1)];
            if (tensor->dim_count == AUG_PROBLEM_DIMS)
                return false;
            add_dim(random, tensor, &r, 1, false);
        }
    for (int t = 0; t <= output; t++)
        if (box_words(problem, &problem->tensors[t]) > TENSOR_WORDS)
            return false;
    return true;
}

static void draw_einsum(aug_random *random, const oracle_limits *limits, aug_problem *problem) {
    draw_ranks(random, limits, problem);
    problem->tensor_count = 2 + below(random, limits->inputs);
    while (!draw_tensors(random, problem))
        ;
    problem->tensors[aug_problem_output(problem)].accumulates = one_in(random, 5);
}

// --- Machine ---

static double draw_bandwidth(aug_random *random) {
    static const double bandwidths[] = {1, 3, 8, 10, 64, (double)INFINITY};
    return bandwidths[below(random, AUG_COUNT(bandwidths))];
}

static void draw_memory(aug_random *random, const aug_problem *problem, const char *name, aug_problem_memory *memory) {
    static const double bits[] = {1, 4, 8, 8, 16, 32};
    *memory = (aug_problem_memory){.name = name, .buffers = one_in(random, 4) ? 2 : 1, .gated_at = -1,
                                   .block = one_in(random, 2) ? 1 : 1 + aug_random_below(random, 8),
                                   .read_bits_per_cycle = draw_bandwidth(random),
                                   .write_bits_per_cycle = draw_bandwidth(random), .area_um2 = (double)NAN,
                                   .shared_port = one_in(random, 2), .capacity_bits = (double)INFINITY,
                                   .leakage_pj_per_cycle = (double)below(random, 3)};
    if (memory->shared_port)
        memory->write_bits_per_cycle = memory->read_bits_per_cycle;
    if (one_in(random, 3))
        memory->capacity_bits = (double)aug_random_below(random, 2000);
    bool mixed = one_in(random, 2);
    double same = bits[below(random, AUG_COUNT(bits))];
    for (int t = 0; t < problem->tensor_count; t++) {
        memory->bits[t] = mixed ? bits[below(random, AUG_COUNT(bits))] : same;
        for (int action = 0; action < AUG_ACTION_COUNT; action++)
            memory->energy_pj[t][action] = (double)aug_random_below(random, 100);
    }
}

static void draw_computes(aug_random *random, aug_problem *problem) {
    static const char *const names[] = {"mac", "vector"};
    static const double rates[] = {1, 1, 2, 0.5};
    problem->compute_count = one_in(random, 5) ? 2 : 1;
    for (int c = 0; c < problem->compute_count; c++) {
        int memories = c == 0 ? problem->memory_count : 1 + below(random, problem->memory_count);
        int fewest = 0, axes = 0;
        for (int i = 0; i < problem->axis_count; i++) {
            fewest += problem->axes[i].memories_above < memories;
            axes += problem->axes[i].memories_above <= memories;
        }
        problem->computes[c] = (aug_problem_compute){
            .name = names[c], .memories_above = memories,
            .axes_above = c == 0 ? axes : fewest + below(random, axes - fewest + 1),
            .rate_per_cycle = rates[below(random, AUG_COUNT(rates))],
            .energy_pj = (double)aug_random_below(random, 10), .area_um2 = (double)NAN};
    }
}

static void draw_machine(aug_random *random, const oracle_limits *limits, aug_problem *problem) {
    static const char *const memories[] = {"dram", "glb", "buf", "reg"}, *const axes[] = {"x", "y", "z"};
    problem->memory_count = 1 + below(random, limits->memories);
    problem->axis_count = below(random, limits->axes + 1);
    int outer = one_in(random, 12) ? 0 : 1; // memories outside of the outermost axis
    for (int i = 0; i < problem->axis_count; i++) {
        outer += below(random, problem->memory_count - outer + 1);
        problem->axes[i] = (aug_problem_axis){
            .name = axes[i], .memories_above = outer, .fanout = 1,
            .multicast = one_in(random, 3) ? draw_set(random, problem->tensor_count, 1, 2) : ~0u,
            .reduce = one_in(random, 3) ? draw_set(random, problem->tensor_count, 1, 2) : ~0u};
    }
    for (int m = 0; m < problem->memory_count; m++)
        draw_memory(random, problem, memories[m], &problem->memories[m]);
    for (int m = 1; m < problem->memory_count; m++)
        if (one_in(random, 4))
            problem->memories[m].gated_at = below(random, m);
    draw_computes(random, problem);
    problem->drain_reads = one_in(random, 2);
}

// --- Mapping ---

typedef struct nest {
    aug_random *random;
    const oracle_limits *limits;
    aug_problem *problem;
    aug_mapping *mapping;
    aug_count left[AUG_PROBLEM_RANKS]; // tile of each rank inside of the nodes so far
    bool even;                         // every tile divides the one around it
    aug_count places;                  // product of steps in space
    aug_count used[AUG_PROBLEM_AXES];  // the same of each axis
} nest;

static aug_mapping_node *add_node(nest *n, aug_mapping_kind kind) {
    aug_mapping_node *node = &n->mapping->nodes[n->mapping->count++];
    *node = (aug_mapping_node){.kind = kind};
    return node;
}

// A rank that can still be split, or any where there is none and one in a few times.
static int draw_rank(nest *n) {
    int ranks[AUG_PROBLEM_RANKS], count = 0;
    for (int r = 0; r < n->problem->rank_count; r++)
        if (n->left[r] > 1)
            ranks[count++] = r;
    if (count == 0 || one_in(n->random, 20))
        return below(n->random, n->problem->rank_count);
    return ranks[below(n->random, count)];
}

// A tile smaller than what is left of a rank, which is more than 1.
static aug_count draw_tile(nest *n, int rank) {
    aug_count tile = 1 + aug_random_below(n->random, n->left[rank] - 1);
    while (n->even && n->left[rank] % tile != 0)
        tile--;
    return tile;
}

static void add_for(nest *n, int rank) {
    aug_mapping_node *node = add_node(n, AUG_MAPPING_FOR);
    bool whole = n->left[rank] == 1 || one_in(n->random, 25); // a loop of one step
    node->rank = rank;
    node->tile = whole ? n->left[rank] : draw_tile(n, rank);
    n->left[rank] = node->tile;
}

static bool is_split(const nest *n) {
    for (int r = 0; r < n->problem->rank_count; r++)
        if (n->left[r] > 1)
            return false;
    return true;
}

static void add_fors(nest *n) {
    while (!one_in(n->random, n->limits->loops) && n->mapping->count < AUG_MAPPING_NODES / 2)
        if (!is_split(n) || one_in(n->random, 16))
            add_for(n, draw_rank(n));
}

static void add_par(nest *n, int axis) {
    int rank = draw_rank(n);
    const aug_mapping_node *last = n->mapping->count > 0 ? &n->mapping->nodes[n->mapping->count - 1] : NULL;
    if (last && last->kind == AUG_MAPPING_PAR && one_in(n->random, 3))
        rank = last->rank;
    aug_count tile = n->left[rank] == 1 ? 1 : draw_tile(n, rank);
    aug_count steps = (n->left[rank] + tile - 1) / tile;
    if (n->places * steps > PLACES)
        return;
    aug_mapping_node *node = add_node(n, AUG_MAPPING_PAR);
    node->axis = axis;
    node->rank = rank;
    node->tile = tile;
    n->left[rank] = tile;
    n->places *= steps;
    n->used[axis] *= steps;
}

// Loops along the axes that have `memories` memories outside, with loops in time between them.
static void add_pars(nest *n, int memories, int axes_above) {
    int axes[AUG_PROBLEM_AXES * PARS_PER_AXIS], count = 0;
    for (int i = 0; i < axes_above; i++)
        for (int k = 0; n->problem->axes[i].memories_above == memories && k < PARS_PER_AXIS; k++)
            if (k == 0 ? !one_in(n->random, 6) : one_in(n->random, 5))
                axes[count++] = i;
    if (one_in(n->random, 2))
        shuffle(n->random, axes, count);
    for (int i = 0; i < count; i++) {
        add_par(n, axes[i]);
        if (one_in(n->random, 3))
            add_fors(n);
    }
}

// Stores of one memory, together or apart with loops between them.
static void add_stores(nest *n, int memory, unsigned kept) {
    int order[AUG_PROBLEM_TENSORS], count = 0;
    for (int t = 0; t < n->problem->tensor_count; t++)
        if (kept >> t & 1)
            order[count++] = t;
    shuffle(n->random, order, count);
    bool together = one_in(n->random, 2);
    for (int i = 0; i < count; i++) {
        aug_mapping_node *last = i > 0 ? &n->mapping->nodes[n->mapping->count - 1] : NULL;
        bool join = last && last->kind == AUG_MAPPING_STORE && last->memory == memory && (together || one_in(n->random, 3));
        aug_mapping_node *node = join ? last : add_node(n, AUG_MAPPING_STORE);
        node->memory = memory;
        node->tensors |= 1u << order[i];
        if (one_in(n->random, 10))
            node->whole |= 1u << order[i];
        if (!together)
            add_fors(n);
    }
}

// What is not split to single points yet.
static void finish_loops(nest *n) {
    int order[AUG_PROBLEM_RANKS];
    for (int r = 0; r < n->problem->rank_count; r++)
        order[r] = r;
    shuffle(n->random, order, n->problem->rank_count);
    for (int i = 0; i < n->problem->rank_count; i++)
        if (n->left[order[i]] > 1) {
            add_node(n, AUG_MAPPING_FOR)->rank = order[i];
            n->mapping->nodes[n->mapping->count - 1].tile = 1;
        }
}

// Whether two nodes that follow each other may change places: what is left of each rank and the order of the machine
// stay as they are.
static bool may_swap(const aug_mapping_node *outer, const aug_mapping_node *inner) {
    bool stores = outer->kind == AUG_MAPPING_STORE || inner->kind == AUG_MAPPING_STORE;
    bool pars = outer->kind == AUG_MAPPING_PAR || inner->kind == AUG_MAPPING_PAR;
    if (stores && pars)
        return false;
    if (outer->kind == AUG_MAPPING_STORE && inner->kind == AUG_MAPPING_STORE)
        return (outer->tensors & inner->tensors) == 0;
    return stores || outer->rank != inner->rank;
}

// Mixes nodes: stores of tensors go their own way, axes stand in any order where no store keeps them apart.
static void mix(nest *n) {
    int swaps = below(n->random, 4 * n->mapping->count);
    for (int i = 0; i < swaps && n->mapping->count > 1; i++) {
        aug_mapping_node *node = &n->mapping->nodes[below(n->random, n->mapping->count - 1)];
        if (!may_swap(&node[0], &node[1]))
            continue;
        aug_mapping_node outer = node[0];
        node[0] = node[1];
        node[1] = outer;
    }
}

static void draw_kept(aug_random *random, const aug_problem *problem, int memories, unsigned *kept) {
    unsigned missing = (1u << problem->tensor_count) - 1;
    for (int m = 0; m < memories; m++) {
        kept[m] = m == 0 ? draw_set(random, problem->tensor_count, 9, 10) : draw_set(random, problem->tensor_count, 3, 5);
        missing &= ~kept[m];
    }
    kept[below(random, memories)] |= missing;
}

static void draw_mapping(aug_random *random, const oracle_limits *limits, aug_problem *problem, aug_mapping *mapping) {
    nest n = {.random = random, .limits = limits, .problem = problem, .mapping = mapping,
              .even = one_in(random, 3), .places = 1};
    memcpy(n.left, problem->sizes, sizeof n.left);
    for (int a = 0; a < problem->axis_count; a++)
        n.used[a] = 1;
    mapping->count = 0;
    int unit = below(random, problem->compute_count);
    const aug_problem_compute *compute = &problem->computes[unit];
    unsigned kept[AUG_PROBLEM_MEMORIES] = {0};
    draw_kept(random, problem, compute->memories_above, kept);
    for (int m = 0; m <= compute->memories_above; m++) {
        if (m > 0 || one_in(random, 20)) // loops outside of the outermost memory are rare
            add_fors(&n);
        add_pars(&n, m, compute->axes_above);
        if (m < compute->memories_above && kept[m] != 0)
            add_stores(&n, m, kept[m]);
    }
    finish_loops(&n);
    if (one_in(random, 3))
        mix(&n);
    add_node(&n, AUG_MAPPING_COMPUTE)->compute = unit;
    for (int a = 0; a < problem->axis_count; a++)
        problem->axes[a].fanout = n.used[a] + (one_in(random, 3) ? aug_random_below(random, 3) : 0);
}

void oracle_random_draw(aug_random *random, const oracle_limits *limits, aug_problem *problem, aug_mapping *mapping) {
    *problem = (aug_problem){.name = "random"};
    draw_einsum(random, limits, problem);
    draw_machine(random, limits, problem);
    draw_mapping(random, limits, problem, mapping);
    oracle_finish_problem(problem);
}
