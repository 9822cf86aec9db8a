#include "mapper/incumbent.h"

#include <math.h>
#include <string.h>

void aug_incumbent_init(aug_arena *arena, aug_objective objective, aug_incumbent *incumbent) {
    *incumbent = (aug_incumbent){.arena = arena, .objective = objective};
}

void aug_incumbent_copy(aug_arena *arena, const aug_incumbent *from, aug_incumbent *incumbent) {
    *incumbent = *from;
    incumbent->arena = arena;
    incumbent->capacity = from->count;
    incumbent->known = AUG_NEW_ARRAY(arena, aug_known, (size_t)(from->count ? from->count : 1));
    if (from->count)
        memcpy(incumbent->known, from->known, (size_t)from->count * sizeof *from->known);
}

static double product(aug_value value) {
    return (double)value.energy * value.cycles;
}

double aug_value_rank(aug_objective objective, aug_value value) {
    return objective == AUG_OBJECTIVE_ENERGY    ? (double)value.energy
           : objective == AUG_OBJECTIVE_LATENCY ? value.cycles
                                                : product(value);
}

// Whether a is better than b; `tie`: of two with the same energy the faster one is.
static bool better(aug_objective objective, aug_value a, aug_value b, bool tie) {
    switch (objective) {
    case AUG_OBJECTIVE_ENERGY:
        return a.energy < b.energy || (tie && a.energy == b.energy && a.cycles < b.cycles);
    case AUG_OBJECTIVE_LATENCY:
        return a.cycles < b.cycles || (a.cycles == b.cycles && a.energy < b.energy);
    case AUG_OBJECTIVE_EDP:
        return product(a) < product(b);
    case AUG_OBJECTIVE_FRONT:
    case AUG_OBJECTIVE_COUNT:
        break;
    }
    return a.energy < b.energy || a.cycles < b.cycles;
}

// Whether a known mapping is as good as all of so many cycles.
static bool ends_at(const aug_incumbent *incumbent, const aug_known *known, double cycles) {
    return incumbent->cycles_alone && known->mapping && known->value.cycles <= cycles;
}

static bool wanted(const aug_incumbent *incumbent, aug_value value, bool tie) {
    value.energy = value.energy > incumbent->least ? value.energy : incumbent->least;
    value.cycles = fmax(value.cycles, incumbent->least_cycles);
    if (incumbent->most > 0 && value.energy >= incumbent->most)
        return false;
    if (incumbent->has_product && !(((double)value.energy + incumbent->rest_energy) *
                                        (value.cycles + incumbent->rest_cycles) <
                                    incumbent->product))
        return false;
    for (int i = 0; i < incumbent->count; i++)
        if (ends_at(incumbent, &incumbent->known[i], value.cycles) ||
            !better(incumbent->objective, value, incumbent->known[i].value, tie))
            return false;
    return true;
}

static bool has_enough(const aug_incumbent *incumbent) {
    return incumbent->objective == AUG_OBJECTIVE_ENERGY && incumbent->count > 0 && incumbent->known[0].mapping &&
           incumbent->known[0].value.energy <= incumbent->enough;
}

bool aug_incumbent_wants(const aug_incumbent *incumbent, aug_value bound) {
    return !has_enough(incumbent) && wanted(incumbent, bound, false);
}

bool aug_incumbent_takes(const aug_incumbent *incumbent, aug_value value) {
    return wanted(incumbent, value, true);
}

// The energy from which on the given product is reached.
static aug_wide left_of_product(const aug_incumbent *incumbent, double cycles) {
    double most = incumbent->product / (cycles + incumbent->rest_cycles) * (1.0 + 1e-12) - incumbent->rest_energy;
    if (!(most < 1e37))
        return ~(aug_wide)0 >> 2;
    return most > 0.0 ? (aug_wide)most + 1 : 0;
}

aug_wide aug_incumbent_limit(const aug_incumbent *incumbent, double cycles) {
    aug_wide most = ~(aug_wide)0 >> 2;
    if (has_enough(incumbent))
        return 0;
    cycles = fmax(cycles, incumbent->least_cycles);
    if (incumbent->has_product)
        most = left_of_product(incumbent, cycles);
    if (incumbent->most > 0 && incumbent->most < most)
        most = incumbent->most;
    for (int i = 0; i < incumbent->count; i++) {
        aug_value known = incumbent->known[i].value;
        aug_wide own = most;
        if (incumbent->objective == AUG_OBJECTIVE_ENERGY ||
            (incumbent->objective != AUG_OBJECTIVE_EDP && known.cycles <= cycles))
            own = known.energy;
        else if (incumbent->objective == AUG_OBJECTIVE_EDP && product(known) / cycles < 1e37)
            own = (aug_wide)(product(known) / cycles * (1.0 + 1e-12)) + 1;
        if (incumbent->objective == AUG_OBJECTIVE_LATENCY &&
            (known.cycles < cycles || ends_at(incumbent, &incumbent->known[i], cycles)))
            own = 0;
        most = own < most ? own : most;
    }
    return most > incumbent->least ? most : 0;
}

bool aug_incumbent_has_limit(const aug_incumbent *incumbent) {
    return incumbent->count > 0 || incumbent->has_product || incumbent->most > 0;
}

static bool dominates(aug_value a, aug_value b) {
    return a.energy <= b.energy && a.cycles <= b.cycles;
}

// Of a front, what the new value dominates goes; of one value, the old one.
static void drop(aug_incumbent *incumbent, aug_value value) {
    int kept = 0;
    for (int i = 0; i < incumbent->count; i++)
        if (incumbent->objective == AUG_OBJECTIVE_FRONT && !dominates(value, incumbent->known[i].value))
            incumbent->known[kept++] = incumbent->known[i];
    incumbent->count = kept;
}

void aug_incumbent_add(aug_incumbent *incumbent, aug_value value, const aug_mapping *mapping) {
    drop(incumbent, value);
    if (incumbent->count == incumbent->capacity) {
        int capacity = incumbent->capacity ? 2 * incumbent->capacity : 4;
        aug_known *known = AUG_NEW_ARRAY(incumbent->arena, aug_known, (size_t)capacity);
        if (incumbent->count)
            memcpy(known, incumbent->known, (size_t)incumbent->count * sizeof *known);
        incumbent->known = known;
        incumbent->capacity = capacity;
    }
    aug_mapping *copy = NULL;
    if (mapping) {
        copy = AUG_NEW(incumbent->arena, aug_mapping);
        copy->count = mapping->count;
        memcpy(copy->nodes, mapping->nodes, (size_t)mapping->count * sizeof *mapping->nodes);
    }
    incumbent->known[incumbent->count++] = (aug_known){value, copy};
}

void aug_incumbent_join(aug_incumbent *incumbent, const aug_incumbent *found) {
    for (int k = 0; k < found->count; k++) {
        const aug_known *known = &found->known[k];
        if (known->mapping && aug_incumbent_takes(incumbent, known->value))
            aug_incumbent_add(incumbent, known->value, known->mapping);
    }
}

void aug_incumbent_begin(aug_arena *arena, const aug_mapper_options *options, double price_pj,
                         aug_incumbent *incumbent) {
    const double rounding = 1e-12; // that the bound may be too low by
    aug_incumbent_init(arena, options->objective, incumbent);
    if (options->objective == AUG_OBJECTIVE_ENERGY && options->enough_pj > 0.0)
        incumbent->enough = (aug_wide)(options->enough_pj * (1.0 + 2.0 * rounding) / price_pj);
    incumbent->least_cycles = options->least_cycles;
    if (options->most_pj > 0.0)
        incumbent->most = (aug_wide)fmin(options->most_pj * (1.0 + rounding) / price_pj, 1e37) + 1;
    if (options->objective == AUG_OBJECTIVE_LATENCY)
        incumbent->cycles_alone = options->cycles_alone;
    if (options->objective == AUG_OBJECTIVE_FRONT && options->cut.product > 0.0) {
        incumbent->has_product = true;
        incumbent->product = options->cut.product / price_pj;
        incumbent->rest_energy = options->cut.rest_pj / price_pj;
        incumbent->rest_cycles = options->cut.rest_cycles;
    }
    if (!options->has_cutoff)
        return;
    double most = 1e37;
    aug_value value = {isinf(options->cutoff_energy_pj)
                           ? (aug_wide)most
                           : (aug_wide)fmax(options->cutoff_energy_pj / price_pj + 0.5, 0.0),
                       options->cutoff_cycles};
    if (options->objective == AUG_OBJECTIVE_EDP) {
        incumbent->has_product = true;
        incumbent->product = options->cutoff_edp / price_pj;
        return;
    }
    if (options->objective == AUG_OBJECTIVE_ENERGY)
        value.cycles = 0.0;
    if (options->objective == AUG_OBJECTIVE_LATENCY)
        value.energy = options->tie_pj > 0.0 ? (aug_wide)(options->tie_pj / price_pj + 0.5) : 0;
    aug_incumbent_add(incumbent, value, NULL);
}
