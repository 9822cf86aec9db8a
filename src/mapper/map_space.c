#include "mapper/map_space.h"

#include "base/gcd.h"
#include "mapper/index_sum.h"
#include "mapper/mirror.h"
#include "mapper/tile_scope.h"

#include <math.h>
#include <string.h>

// ---- Tensors

// Different values of an index, at least, with the ranks of `known` given. More than two terms: a
// sum of sets has as many values as both together, less one.
static aug_count distinct_indices(const aug_problem *problem, const aug_problem_dim *dim, unsigned known) {
    aug_count sizes[AUG_EINSUM_TERMS], steps[AUG_EINSUM_TERMS], sum = 1;
    int count = 0;
    for (int i = 0; i < dim->term_count; i++) {
        aug_count size = problem->sizes[dim->terms[i].rank];
        if (size == 1 || (known >> dim->terms[i].rank & 1))
            continue;
        sum += size - 1;
        sizes[count] = size;
        steps[count++] = dim->terms[i].coefficient;
    }
    if (count != 2)
        return sum;
    return aug_index_sum_values(steps[0], sizes[0], steps[1], sizes[1]);
}

static unsigned ranks_of(const aug_problem_dim *dim) {
    unsigned ranks = 0;
    for (int i = 0; i < dim->term_count; i++)
        ranks |= 1u << dim->terms[i].rank;
    return ranks;
}

// Ranks that stand in more than one index of a tensor.
static unsigned shared_ranks(const aug_problem_tensor *tensor) {
    unsigned seen = 0, shared = 0;
    for (int d = 0; d < tensor->dim_count; d++) {
        unsigned ranks = ranks_of(&tensor->dims[d]);
        shared |= seen & ranks;
        seen |= ranks;
    }
    return shared;
}

static bool is_tangled(const aug_problem_tensor *tensor) {
    for (int d = 0; d < tensor->dim_count; d++)
        for (int i = 1; i < tensor->dims[d].term_count; i++)
            for (int k = 0; k < i; k++)
                if (tensor->dims[d].terms[k].rank == tensor->dims[d].terms[i].rank)
                    return true;
    return shared_ranks(tensor) != 0;
}

// Different words, at least. An index with one rank that is not known yet tells it, and others then less:
// I[p+r,r], p 4, r 3, has 3 · 4. Of the rest those count that have no rank in common.
static aug_count distinct_words(const aug_problem *problem, const aug_problem_tensor *tensor,
                                unsigned large) {
    aug_count words = 1;
    unsigned known = 0;
    for (bool found = true; found;) {
        found = false;
        for (int d = 0; d < tensor->dim_count; d++) {
            unsigned ranks = ranks_of(&tensor->dims[d]) & large & ~known;
            if (ranks == 0 || (ranks & (ranks - 1)))
                continue;
            words *= distinct_indices(problem, &tensor->dims[d], known);
            known |= ranks;
            found = true;
        }
    }
    unsigned given = known;
    for (int d = 0; d < tensor->dim_count; d++) {
        unsigned ranks = ranks_of(&tensor->dims[d]) & large & ~given;
        if (ranks & known)
            continue;
        words *= distinct_indices(problem, &tensor->dims[d], given);
        known |= ranks;
    }
    return words;
}

// Whether an index is one rank by itself. Of several ranks all but one may have one point alone.
static bool is_alone(const aug_problem_dim *dim, unsigned ranks) {
    return ranks == 0 || dim->term_count == 1 || !(ranks & (ranks - 1));
}

// Whether its steps leave gaps: a tile of 3 points of A[2*p] is a box of 5 words.
static bool leaves_gaps(const aug_problem_dim *dim, unsigned ranks) {
    aug_count step = 0;
    for (int i = 0; i < dim->term_count; i++)
        step += ranks >> dim->terms[i].rank & 1 ? dim->terms[i].coefficient : 0;
    return step > 1;
}

// Whether tiles with gaps are searched as others are: boxes of all of them have nothing in common then, whatever the
// order of loops. Hops count what lies between words that children touch, so it matters there what stands above an
// array.
static bool may_leave_gaps(const aug_problem *problem, const aug_space *space) {
    for (int a = 0; a < problem->array_count; a++)
        if (problem->arrays[a].hop_pj > 0.0 || problem->arrays[a].router_pj > 0.0)
            return false;
    return space->perfect && !space->has_prefix;
}

static void init_tensor(const aug_problem *problem, unsigned large, int t, aug_space *space) {
    const aug_problem_tensor *from = &problem->tensors[t];
    aug_space_tensor *to = &space->tensors[t];
    *to = (aug_space_tensor){.ranks = from->ranks & large,
                             .is_output = from->is_output,
                             .accumulates = from->accumulates,
                             .words = aug_tensor_words(from, problem->sizes),
                             .least = distinct_words(problem, from, large),
                             .plain = true,
                             .tangled = is_tangled(from)};
    unsigned shared = shared_ranks(from) & large;
    for (int d = 0; d < from->dim_count; d++) {
        unsigned ranks = ranks_of(&from->dims[d]) & large;
        bool gaps = leaves_gaps(&from->dims[d], ranks);
        bool direct = is_alone(&from->dims[d], ranks) && (!gaps || may_leave_gaps(problem, space)) &&
                      !(ranks & shared);
        to->direct |= direct ? ranks : 0;
        to->slides |= !direct;
        to->plain &= direct && !gaps;
        for (int r = 0; r < problem->rank_count && !direct; r++)
            space->partners[r] |= (ranks >> r & 1) ? ranks & ~(shared ? 0 : 1u << r) : 0;
    }
}

// ---- Memories

static bool outside(const aug_problem *problem, int memory, int unit) {
    return memory < problem->computes[unit].memories_above &&
           problem->memories[memory].axes_above <= problem->computes[unit].axes_above;
}

static int innermost_unit(const aug_problem *problem) {
    int unit = -1;
    for (int c = 0; c < problem->compute_count; c++)
        if (problem->computes[c].rate_per_cycle > 0.0)
            unit = c;
    return unit;
}

// The largest price decides on the unit: prices stay below 2^62.
static void init_prices(const aug_problem *problem, aug_space *space) {
    double largest = problem->computes[space->unit].energy_pj, unit = 1e-12;
    for (int m = 0; m < space->memory_count; m++) {
        largest = fmax(largest, problem->memories[m].leakage_pj_per_cycle);
        for (int t = 0; t < problem->tensor_count; t++)
            for (int a = 0; a < AUG_ACTION_COUNT; a++)
                largest = fmax(largest, problem->memories[m].energy_pj[t][a]);
    }
    while (largest / unit > 4e18)
        unit *= 1e3;
    space->price_pj = unit;
}

static const double ROUNDING = 1e-13; // of sums in floating point, relative, with room to spare

aug_wide aug_space_price(const aug_space *space, double energy_pj) {
    double units = energy_pj / space->price_pj;
    aug_wide near = energy_pj > 0.0 ? (aug_wide)(units + 0.5) : 0;
    aug_count grain = space->grain;
    if (grain == 0 || (double)grain < 4.0 * ROUNDING * units)
        return near;
    aug_count above = (aug_count)(near % grain), below = grain - above;
    if ((double)above <= ROUNDING * units)
        return near - above;
    return (double)below <= ROUNDING * units ? near + below : near;
}

// The largest price that divides all others, where energy is a sum of them.
static aug_count grain_of(const aug_space *space, const aug_mapper_options *options) {
    const aug_problem *problem = space->problem;
    aug_count grain = space->unit_price;
    bool sums = space->perfect && !options->has_cutoff && options->prefix_count == 0;
    for (int a = 0; a < problem->array_count; a++)
        sums &= problem->arrays[a].hop_pj <= 0.0 && problem->arrays[a].router_pj <= 0.0;
    for (int m = 0; m < space->memory_count; m++) {
        const aug_space_memory *memory = &space->memories[m];
        sums &= problem->memories[m].block == 1 && !(problem->memories[m].leakage_pj_per_cycle > 0.0);
        for (int t = 0; t < space->tensor_count; t++)
            grain = aug_gcd(aug_gcd(grain, memory->read[t]), aug_gcd(memory->fill[t], memory->update[t]));
    }
    return sums ? grain : 0;
}

static aug_count price(const aug_space *space, double pj) {
    return isnan(pj) ? 0 : (aug_count)(pj / space->price_pj + 0.5);
}

// Of one word of a block: not more than it is, for bounds are sums of many, but for the rounding of doubles.
static aug_count part_of_price(const aug_space *space, double pj, double block) {
    return isnan(pj) || block == 1.0 ? price(space, pj) : (aug_count)(pj / block / space->price_pj + 1e-3);
}

static void init_memory(const aug_problem *problem, const aug_mapper_options *options, int m,
                        aug_space *space) {
    const aug_problem_memory *from = &problem->memories[m];
    const aug_restriction *restriction = options->restriction;
    aug_space_memory *to = &space->memories[m];
    space->roomy |= options->reserved_bits[m] < 0.0;
    unsigned all = (1u << problem->tensor_count) - 1u;
    unsigned never = from->never | (restriction ? restriction->never[m] : 0);
    *to = (aug_space_memory){.may = all & ~never,
                             .must = (from->must | (restriction ? restriction->must[m] : 0)) & all,
                             .capacity_bits =
                                 from->capacity_bits - options->reserved_bits[m] * (double)from->buffers,
                             .buffers = (double)from->buffers,
                             .read_width = from->read_bits_per_cycle,
                             .write_width = from->write_bits_per_cycle,
                             .shared_port = from->shared_port,
                             .leak = price(space, from->leakage_pj_per_cycle)};
    for (int t = 0; t < problem->tensor_count; t++) {
        double block = (double)from->block;
        to->bits[t] = from->bits[t];
        to->read[t] = part_of_price(space, from->energy_pj[t][AUG_ACTION_READ], block);
        to->fill[t] = part_of_price(space, from->energy_pj[t][AUG_ACTION_WRITE], block);
        to->update[t] = part_of_price(space, from->energy_pj[t][AUG_ACTION_UPDATE], block);
    }
    space->closed &= from->block == 1 && !(from->leakage_pj_per_cycle > 0.0 && from->gated_at >= 0);
    if (from->gated_at >= 0)
        to->leak = 0;
}

// ---- Arrays

static bool alike(const aug_space *space, int a, int b) {
    const aug_problem *p = space->problem;
    const aug_restriction *r = space->restriction;
    if (r && (r->axis_is_fixed[a] != r->axis_is_fixed[b] ||
              (r->axis_is_fixed[a] && r->axis_ranks[a] != r->axis_ranks[b])))
        return false;
    return p->axes[a].multicast == p->axes[b].multicast && p->axes[a].reduce == p->axes[b].reduce;
}

static void init_groups(aug_space *space) {
    const aug_problem *p = space->problem;
    int segment = 0;
    for (int a = 0; a < p->array_count; a++) {
        const aug_problem_array *array = &p->arrays[a];
        if (array->first_axis >= p->computes[space->unit].axes_above)
            break;
        bool joins = space->perfect && array->hop_pj <= 0.0 && array->router_pj <= 0.0;
        space->closed &= array->hop_pj <= 0.0 && array->router_pj <= 0.0 &&
                         !(array->per_fold && array->fill_cycles + array->drain_cycles > 0.0);
        space->overhead_cycles += array->sweep_cycles + array->fill_cycles + array->drain_cycles;
        for (int x = array->first_axis; x < array->first_axis + array->axis_count; x++) {
            aug_axis_group *last = space->group_count ? &space->groups[space->group_count - 1] : NULL;
            bool join = joins && last && last->segment == segment && alike(space, last->axes[0], x);
            if (!join) {
                last = &space->groups[space->group_count++];
                *last = (aug_axis_group){.segment = segment, .fan = 1};
                last->multicast = p->axes[x].multicast;
                last->reduce = p->axes[x].reduce;
                last->ranks = space->restriction && space->restriction->axis_is_fixed[x]
                                  ? space->restriction->axis_ranks[x]
                                  : ~0u;
            }
            last->axes[last->axis_count++] = x;
            last->fan *= p->axes[x].fanout;
        }
        segment++;
    }
    space->segment_count = segment + 1;
    for (int m = 0; m < space->memory_count; m++) {
        int inside = 0;
        for (int a = 0; a < p->array_count; a++)
            inside += p->arrays[a].first_axis < p->memories[m].axes_above;
        space->memories[m].segment = inside;
    }
}

static void set_fans(aug_space *space) {
    for (int s = 0; s < space->segment_count; s++) {
        space->fan_below[s] = 1;
        for (int g = 0; g < space->group_count; g++)
            space->fan_below[s] *= space->groups[g].segment >= s ? space->groups[g].fan : 1;
    }
    space->fan_below[space->segment_count] = 1;
}

// ---- Homes

static const char *find_homes(aug_space *space, const aug_mapper_options *options) {
    const aug_problem *p = space->problem;
    for (int t = 0; t < p->tensor_count; t++) {
        space->home[t] = -1;
        for (int i = 0; i < options->prefix_count && space->home[t] < 0; i++)
            if (options->prefix[i].kind == AUG_MAPPING_STORE && (options->prefix[i].tensors >> t & 1))
                space->home[t] = options->prefix[i].memory;
        for (int m = 0; m < space->memory_count && space->home[t] < 0; m++)
            if (space->memories[m].may >> t & 1)
                space->home[t] = m;
        if (space->home[t] < 0)
            return aug_arena_print(space->arena, "no memory may keep tensor '%s'", p->tensors[t].name);
    }
    for (int m = 0; m < p->memory_count; m++) { // one inside of the unit is on no tensor's way
        bool inside = m >= space->memory_count;
        unsigned must = p->memories[m].must | (space->restriction ? space->restriction->must[m] : 0);
        for (int t = 0; t < p->tensor_count; t++)
            if ((inside ? must : must & ~space->memories[m].may) >> t & 1)
                return aug_arena_print(space->arena, "memory '%s' has to keep tensor '%s' and %s",
                                       p->memories[m].name, p->tensors[t].name,
                                       inside ? "stands inside of the compute unit" : "may not");
    }
    return NULL;
}

// An array outside of the home of a tensor cannot be used: the store at the top stands outside of all loops.
static void idle_outside_homes(aug_space *space) {
    int deepest = 0;
    for (int t = 0; t < space->tensor_count; t++)
        if (space->memories[space->home[t]].segment > deepest)
            deepest = space->memories[space->home[t]].segment;
    for (int g = 0; g < space->group_count; g++)
        if (space->groups[g].segment < deepest) {
            space->groups[g].ranks = 0;
            space->groups[g].fan = 1;
        }
    set_fans(space);
}

// What has to stay whole somewhere has to fit there.
static const char *check_homes(const aug_space *space, const aug_mapper_options *options) {
    const aug_problem *p = space->problem;
    for (int m = 0; m < space->memory_count && options->prefix_count == 0; m++) {
        double bits = 0.0;
        for (int t = 0; t < space->tensor_count; t++)
            bits += space->home[t] == m ? (double)space->tensors[t].words * space->memories[m].bits[t] : 0.0;
        if (bits * space->memories[m].buffers > space->memories[m].capacity_bits)
            return aug_arena_print(
                space->arena,
                "memory '%s' has to hold whole tensors and has no room for them: %.0f of %.0f bits",
                p->memories[m].name, bits * space->memories[m].buffers, space->memories[m].capacity_bits);
    }
    return NULL;
}

static bool has_order_or_tiles(const aug_restriction *restriction) {
    if (!restriction)
        return false;
    for (int m = 0; m <= AUG_PROBLEM_MEMORIES; m++)
        if (restriction->order_count[m] > 0 || (m < AUG_PROBLEM_MEMORIES && restriction->has_tiles[m]))
            return true;
    return false;
}

// Folds of an array are counted by the loops above its stores, which rules about equal nests do not look at.
static bool pays_per_fold(const aug_space *space) {
    const aug_problem *p = space->problem;
    bool pays = false;
    for (int a = 0; a < p->array_count; a++)
        pays |= p->arrays[a].per_fold && p->arrays[a].fill_cycles + p->arrays[a].drain_cycles > 0.0 &&
                p->arrays[a].first_axis < p->computes[space->unit].axes_above;
    return pays;
}

static void init_ranks(const aug_mapper_options *options, aug_space *space) {
    const aug_problem *p = space->problem;
    for (int r = 0; r < p->rank_count; r++) {
        aug_count part = p->sizes[r];
        for (int i = 0; i < options->prefix_count; i++)
            if (options->prefix[i].kind == AUG_MAPPING_FOR && options->prefix[i].rank == r)
                part = options->prefix[i].tile;
        aug_tile_scope_classes(space->arena, p, options, space->all_tiles, r, part, &space->classes[r]);
        space->large |= (unsigned)(p->sizes[r] > 1) << r;
    }
}

static void init_given(const aug_mapper_options *options, aug_space *space) {
    aug_count extents[AUG_PROBLEM_RANKS];
    memcpy(extents, space->problem->sizes, sizeof extents);
    space->divides = space->perfect;
    space->given = AUG_NEW_ARRAY(space->arena, aug_given_loop, (size_t)options->prefix_count + 1);
    for (int i = 0; i < options->prefix_count; i++) {
        const aug_mapping_node *node = &options->prefix[i];
        if (node->kind == AUG_MAPPING_STORE)
            for (int t = 0; t < space->problem->tensor_count; t++)
                space->given_stores[t][node->memory] |= node->tensors >> t & 1;
        if (node->kind != AUG_MAPPING_FOR || node->tile >= extents[node->rank])
            continue;
        space->divides &= extents[node->rank] % node->tile == 0;
        space->given[space->given_count++] =
            (aug_given_loop){node->rank, node->tile, extents[node->rank] / node->tile};
        extents[node->rank] = node->tile;
    }
}

// A restriction, a prefix or tiles that need not divide may tell ranks apart.
static void init_twins(const aug_problem *problem, aug_space *space) {
    if (space->restriction || space->has_prefix || space->mixed || space->all_tiles || !aug_mirror_find(problem, space->twin))
        return;
    for (int r = 0; r < space->rank_count; r++) {
        space->twins |= (unsigned)(space->twin[r] != r) << r;
        space->later |= (unsigned)(space->twin[r] < r) << r;
    }
}

static bool leaks(const aug_space *space) {
    bool any = false;
    for (int m = 0; m < space->memory_count; m++)
        any |= space->memories[m].leak > 0;
    return any;
}

void aug_space_aim(aug_space *space, aug_objective objective) {
    bool timeless = objective == AUG_OBJECTIVE_ENERGY && !leaks(space) && isinf(space->most_cycles);
    space->canonical =
        !space->all_tiles && !has_order_or_tiles(space->restriction) && (timeless || !pays_per_fold(space));
}

// What the user wants of utilisation, or the caller of cycles, leaves.
static double most_cycles(const aug_space *space, const aug_mapper_options *options) {
    double most = options->most_cycles > 0.0 ? options->most_cycles : (double)INFINITY;
    if (options->restriction && options->restriction->min_utilization > 0.0)
        most = fmin(most, space->operations /
                              (options->restriction->min_utilization * space->unit_instances *
                               space->unit_rate) *
                              (1.0 + 1e-12));
    return most;
}

const char *aug_space_init(aug_arena *arena, const aug_problem *problem, const aug_mapper_options *options,
                           aug_space *space) {
    *space = (aug_space){.problem = problem,
                         .restriction = options->restriction,
                         .arena = arena,
                         .perfect = options->perfect,
                         .has_prefix = options->prefix_count > 0,
                         .outside_in_prefix = options->outside_in_prefix,
                         .mixed = !options->perfect && options->divided,
                         .lasting = options->lasting,
                         .closed = true,
                         .image_tensors = {-1, -1},
                         .tensor_count = problem->tensor_count,
                         .rank_count = problem->rank_count,
                         .operations = (double)problem->operations,
                         .most_cycles = (double)INFINITY};
    space->unit = innermost_unit(problem);
    if (space->unit < 0)
        return aug_arena_print(arena, "no compute unit of the machine can do einsum '%s'", problem->name);
    const aug_problem_compute *unit = &problem->computes[space->unit];
    space->all_tiles = aug_tile_scope_all(problem, options);
    while (space->memory_count < problem->memory_count && outside(problem, space->memory_count, space->unit))
        space->memory_count++;
    space->unit_rate = unit->rate_per_cycle;
    space->unit_instances = (double)unit->instances;
    init_prices(problem, space);
    space->unit_price = price(space, unit->energy_pj);
    space->has_energy = !isnan(unit->energy_pj);
    init_ranks(options, space);
    init_given(options, space);
    init_twins(problem, space);
    for (int t = 0; t < problem->tensor_count; t++) {
        init_tensor(problem, space->large, t, space);
        space->closed &= space->tensors[t].plain;
        space->sliding |= space->tensors[t].ranks & ~space->tensors[t].direct;
    }
    for (int m = 0; m < space->memory_count; m++)
        init_memory(problem, options, m, space);
    init_groups(space);
    space->grain = grain_of(space, options);
    space->most_cycles = most_cycles(space, options);
    aug_space_aim(space, options->objective);
    space->closed &= !has_order_or_tiles(options->restriction);
    const char *why = find_homes(space, options);
    if (!why)
        why = check_homes(space, options);
    if (!why)
        idle_outside_homes(space);
    return why;
}
