// A floor under the cost of a member: its operations, and what enters and leaves the outermost memory.
//
//     words of a tensor at its outermost store = distinct words x steps of the shared loops that do not move
//     it
//                                                and stand outside of the innermost shared loop that does
//
// Shared loops further in leave the tile where it is. A store between shared loops counts only the loops
// above it. A result is written that often and read back one time less. Of tensors with sums of ranks as
// indices each word counts once. Example: `for h:1 for m:64 for p:64`, K[h,p,e]: each step of m brings all of K again; with K in
// a store between h and m, it comes once.
//
// Nor does a fused member take much less than it does alone. Put the outermost store of each intermediate
// back into the outermost memory, above all else, and its home below becomes a store like others: the nest is
// one of the member alone, and takes more by no more than to move each word of each intermediate once, out of
// the one and into the other:
//
//     fused >= alone - sum over intermediates of words x (action at the outermost memory + action at the
//     home)
//
// Once, for shared loops move intermediates from part to part, and those that do not (over a running tensor)
// stand inside of all that do. Loops over one rank that meet in one gap, the shared one and the member's own,
// are no better than the inner one alone. Leaking memories have no such floor: the nest alone takes longer.
// Nor have shared loops over windows, which bring words of an intermediate several times.
#include "fusion/group_floor.h"

#include <math.h>

static double positive(double value) {
    return value > 0.0 ? value : 0.0; // not stated counts as nothing
}

// Depth of the store that takes a tensor from its outermost one, within the prefix; its end where there is
// none.
static int second_store(const aug_group_prefix *prefix, int tensor) {
    int stores = 0;
    for (int i = 0; i < prefix->count; i++)
        if (!prefix->nodes[i].is_loop && (prefix->nodes[i].tensors >> tensor & 1u) && ++stores == 2)
            return i;
    return prefix->count;
}

static double passes(const aug_group *group, const aug_group_prefix *prefix, int member, int tensor,
                     const aug_problem *seen, int depth) {
    const aug_problem_tensor *of = &seen->tensors[group->tensor_of[member][tensor]];
    double steps = 1.0, outside = 1.0; // of loops that do not move it: outside of the last that does; so far
    for (int i = 0; i < depth; i++) {
        int rank;
        aug_count tile;
        if (!aug_group_cut(group, prefix, i, member, &rank, &tile))
            continue;
        if (of->ranks >> rank & 1u)
            steps = outside;
        else
            outside *= (double)(seen->sizes[rank] / tile + (seen->sizes[rank] % tile != 0));
    }
    return steps;
}

// Below a loop that recomputes a tensor slides that does not do so by itself.
static bool slides(const aug_problem_tensor *tensor) {
    for (int d = 0; d < tensor->dim_count; d++)
        if (tensor->dims[d].term_count > 1)
            return true;
    return false;
}

// Different values of a sum of ranks, at least.
static aug_count values_of(const aug_problem_dim *dim, const aug_count *sizes) {
    aug_count whole = aug_dim_extent(dim, sizes), reach = 1, at_least = 1;
    for (int i = 0; i < dim->term_count; i++)
        at_least += sizes[dim->terms[i].rank] - 1;
    // With those of other terms from 0 to reach - 1, steps of no more than that leave no gap.
    for (bool grows = true; grows;) {
        aug_count next = 1;
        for (int i = 0; i < dim->term_count; i++)
            next += dim->terms[i].coefficient <= reach ? dim->terms[i].coefficient * (sizes[dim->terms[i].rank] - 1) : 0;
        grows = next > reach;
        reach = next;
    }
    return reach == whole ? whole : at_least < whole ? at_least : whole;
}

// Different words of a tensor, at least; 1 where a rank stands in it twice.
static double words_once(const aug_problem_tensor *tensor, const aug_count *sizes) {
    double words = 1.0;
    unsigned seen = 0;
    for (int d = 0; d < tensor->dim_count; d++)
        for (int i = 0; i < tensor->dims[d].term_count; i++) {
            unsigned rank = 1u << tensor->dims[d].terms[i].rank;
            if (seen & rank)
                return 1.0;
            seen |= rank;
        }
    for (int d = 0; d < tensor->dim_count; d++)
        words *= (double)values_of(&tensor->dims[d], sizes);
    return words;
}

void aug_group_pass_words(const aug_group *group, int member, int tensor, double read, double write,
                          aug_group_passing *passing) {
    const aug_problem *p = group->members[member];
    int own = group->tensor_of[member][tensor];
    const aug_problem_memory *home = &p->memories[aug_group_home(group, tensor)];
    double block = (double)home->block;
    passing->energy_pj += read * positive(home->energy_pj[own][AUG_ACTION_READ]) / block +
                          write * positive(home->energy_pj[own][AUG_ACTION_UPDATE]) / block;
    if (home == &p->memories[0]) {
        passing->read_bits += read * home->bits[own];
        passing->write_bits += write * home->bits[own];
    }
}

static void add_tensor(const aug_group *group, const aug_group_prefix *prefix, int member, int tensor,
                       const aug_problem *p, aug_group_passing *passing) {
    int own = group->tensor_of[member][tensor];
    bool plain = aug_group_is_plain(group, tensor) && !slides(&p->tensors[own]);
    double words = plain ? (double)aug_tensor_words(&p->tensors[own], p->sizes)
                         : words_once(&p->tensors[own], p->sizes);
    double times = plain ? passes(group, prefix, member, tensor, p, second_store(prefix, tensor)) : 1.0;
    double read = words * times, write = 0.0;
    if (p->tensors[own].is_output) {
        write = words * times;
        read = p->tensors[own].accumulates ? write : write - words;
    }
    aug_group_pass_words(group, member, tensor, read, write, passing);
}

// A part of what passes the outermost stores, and the rest of it with all else at its least; or all at its least.
static aug_group_floor with_least(aug_group_floor floor, double passing_pj, const aug_group_least *least) {
    floor.energy_pj = fmax(floor.energy_pj, passing_pj * (1.0 - least->share) + least->inside_pj);
    floor.energy_pj = fmax(floor.energy_pj, least->energy_pj);
    floor.cycles = fmax(floor.cycles, least->cycles);
    return floor;
}

static bool has_windows(const aug_group *group, const aug_group_prefix *prefix) {
    if (prefix->count == 0)
        return group->windowed;
    for (int i = 0; i < prefix->count; i++)
        if (prefix->nodes[i].halo != AUG_HALO_NONE)
            return true;
    return false;
}

static void set_ports(const aug_problem_memory *home, double read_bits, double write_bits,
                      aug_group_floor *floor) {
    double share = (1.0 - 1e-12) / (double)home->instances;
    if (home->shared_port) {
        floor->port_cycles[AUG_PORT_SHARED] = (read_bits + write_bits) / home->read_bits_per_cycle * share;
        return;
    }
    floor->port_cycles[AUG_PORT_READ] = read_bits / home->read_bits_per_cycle * share;
    floor->port_cycles[AUG_PORT_WRITE] = write_bits / home->write_bits_per_cycle * share;
}

aug_group_load aug_group_floor_load(const aug_group_floor *floor) {
    aug_group_load load = {.cycles = floor->cycles};
    for (int k = 0; k < AUG_PORT_KINDS; k++)
        load.ports[0][k] = floor->port_cycles[k];
    return load;
}

aug_group_passing aug_group_passing_of(const aug_group *group, const aug_group_prefix *prefix, int member,
                                       const aug_problem *seen) {
    aug_group_passing passing = {0.0, 0.0, 0.0};
    for (int t = 0; t < group->tensor_count; t++)
        if (group->tensor_of[member][t] >= 0 && !(group->intermediates >> t & 1u))
            add_tensor(group, prefix, member, t, seen, &passing);
    return passing;
}

aug_group_floor aug_group_floor_with(const aug_group *group, const aug_group_prefix *prefix, int member,
                                     const aug_problem *seen, const aug_group_least *least,
                                     const aug_group_passing *passing) {
    const aug_problem *p = seen;
    double energy = passing->energy_pj;
    const aug_problem_compute *unit = NULL;
    for (int c = 0; c < p->compute_count; c++)
        if (p->computes[c].rate_per_cycle > 0.0)
            unit = &p->computes[c];
    aug_group_floor floor = {.energy_pj = energy};
    if (!unit)
        return least ? with_least(floor, energy, least) : floor;
    double operations = (double)p->operations;
    floor.energy_pj += operations * positive(unit->energy_pj);
    floor.cycles = operations / ((double)unit->instances * unit->rate_per_cycle);
    const aug_problem_memory *home = &p->memories[0];
    double bits = home->shared_port ? passing->read_bits + passing->write_bits
                                    : fmax(passing->read_bits, passing->write_bits);
    double width = home->shared_port ? home->read_bits_per_cycle
                                     : fmax(home->read_bits_per_cycle, home->write_bits_per_cycle);
    floor.cycles = fmax(floor.cycles, bits / width / (double)home->instances * (1.0 - 1e-12));
    set_ports(home, passing->read_bits, passing->write_bits, &floor);
    if (!has_windows(group, prefix))
        floor.energy_pj = fmax(floor.energy_pj, group->least_pj[member]);
    return least ? with_least(floor, energy, least) : floor;
}

aug_group_floor aug_group_floor_of(const aug_group *group, const aug_group_prefix *prefix, int member,
                                   const aug_problem *seen, const aug_group_least *least) {
    const aug_group_passing passing = aug_group_passing_of(group, prefix, member, seen);
    return aug_group_floor_with(group, prefix, member, seen, least, &passing);
}

const aug_group_least *aug_group_least_below(aug_group_leasts *leasts, aug_group_sights *sights, bool perfect,
                                             const aug_group *group, const aug_group_prefix *prefix,
                                             int member, const aug_problem *seen, const int8_t *homes) {
    const aug_problem *of = perfect ? aug_group_trimmed(sights, group, prefix, member, seen) : seen;
    return aug_group_least_of(leasts, group, member, of, homes);
}

// Of `words` moved once in or out of a memory.
static double moving_pj(const aug_problem_memory *memory, int tensor, double words) {
    double most = 0.0;
    for (int a = 0; a < AUG_ACTION_COUNT; a++)
        most = fmax(most, positive(memory->energy_pj[tensor][a]));
    return (words / (double)memory->block + 1.0) * most;
}

double aug_group_saved_pj(const aug_group *group, int member) {
    const aug_problem *p = group->members[member];
    for (int m = 0; m < p->memory_count; m++)
        if (p->memories[m].leakage_pj_per_cycle > 0.0)
            return (double)INFINITY;
    double saved = 0.0;
    for (int t = 0; t < group->tensor_count; t++) {
        int own = group->tensor_of[member][t];
        if (own < 0 || !(group->intermediates >> t & 1u))
            continue;
        double words = (double)aug_tensor_words(&p->tensors[own], p->sizes), home = 0.0;
        for (int m = aug_group_home(group, t) + 1; m < p->memory_count; m++)
            if (p->memories[m].axes_above == 0)
                home = fmax(home, moving_pj(&p->memories[m], own, words));
        saved += moving_pj(&p->memories[aug_group_home(group, t)], own, words) + home;
    }
    return saved;
}

double aug_group_least_pj(const aug_group *group, int member, double alone_pj) {
    return positive((alone_pj - aug_group_saved_pj(group, member)) * (1.0 - 1e-12));
}
