// Densities of data spaces: those of Timeloop as Auger's models.
//
// A hypergeometric density is uniform. A fixed structured one is n of every m words along one dimension: the
// one that work is saved along, which the output does not have and which whole blocks fill. A number alone is
// a fixed structured density.
#include "interchange/timeloop_keys.h"
#include "interchange/timeloop_parts.h"

#include <math.h>

enum { MOST_BLOCK = 4096 };

static const char *const density_known[] = {"distribution", "density", "band_width", NULL};
static const aug_timeloop_keys density_keys = {"a density", density_known, NULL};

// The smallest n of m that is the share; false where m would be above 4096.
static bool find_ratio(double share, uint64_t *n, uint64_t *m) {
    for (uint64_t most = 1; most <= MOST_BLOCK; most++) {
        double part = round(share * (double)most);
        if (part >= 1.0 && fabs(part - share * (double)most) <= 1e-9 * (double)most) {
            *n = (uint64_t)part;
            *m = most;
            return true;
        }
    }
    return false;
}

// The dimension that blocks lie along: one that the output lacks and that whole blocks fill, else any of the
// latter kind, else any.
static int find_along(const aug_timeloop_design *d, const aug_timeloop_space *space) {
    const aug_timeloop_problem *problem = &d->problem;
    unsigned written = problem->spaces[problem->output].dims;
    int best = -1, best_rank = -1;
    for (int i = 0; i < problem->dim_count; i++) {
        if (!(space->dims & 1u << i))
            continue;
        int rank = (problem->dims[i].size % space->m == 0 ? 2 : 0) + (written & 1u << i ? 0 : 1);
        if (rank > best_rank)
            best = i, best_rank = rank;
    }
    return best;
}

static bool set_structured(const aug_timeloop_design *d, const aug_node *node, double share,
                           aug_timeloop_space *space) {
    if (!find_ratio(share, &space->n, &space->m)) {
        aug_error *error = aug_node_error(
            d->reader->errors, node, "a structured density of %g is no ratio of numbers up to 4096", share);
        aug_error_hint(error, "round it, or use the distribution hypergeometric");
        return false;
    }
    space->density = AUG_TIMELOOP_STRUCTURED;
    space->along = find_along(d, space);
    return true;
}

static bool read_share(const aug_timeloop_design *d, const aug_node *node, double *share) {
    return aug_scalar_quantity(d->reader, node, AUG_DIMENSION_NUMBER, AUG_SHARE, share);
}

static bool read_density_map(const aug_timeloop_design *d, const aug_node *node, aug_timeloop_space *space) {
    static const char *const words[] = {"fixed", "fixed_structured", "hypergeometric", "banded", NULL};
    const aug_reader *reader = d->reader;
    if (!aug_timeloop_check(reader, node, &density_keys))
        return false;
    const aug_node *word = aug_timeloop_need(reader, node, "distribution", "a density");
    const char *text;
    if (!word || !aug_scalar_text(reader, word, &text))
        return false;
    int at = 0;
    while (words[at] && !aug_timeloop_same(words[at], text))
        at++;
    if (!words[at]) {
        aug_timeloop_unknown(reader, word, "distribution", text, words);
        return false;
    }
    bool banded = at == 3;
    const char *key = banded ? "band_width" : "density", *other = banded ? "density" : "band_width";
    const aug_node *value = aug_timeloop_need(reader, node, key, "a density"),
                   *extra = aug_timeloop_get(node, other);
    if (!value)
        return false;
    if (extra) {
        aug_node_key_error(reader->errors, extra, "'%s' does not belong to the distribution '%.40s'", other,
                           text);
        return false;
    }
    double number;
    if (banded) {
        if (!aug_timeloop_whole(reader, value, 1.0, &number))
            return false;
        space->density = AUG_TIMELOOP_BANDED;
        space->width = (uint64_t)number;
        return true;
    }
    if (!read_share(d, value, &number))
        return false;
    if (number == 1.0)
        return true;
    if (at < 2)
        return set_structured(d, value, number, space);
    space->density = AUG_TIMELOOP_UNIFORM;
    space->share = number;
    return true;
}

// A number alone is a fixed structured density, as in Timeloop.
static bool read_density(const aug_timeloop_design *d, const aug_node *node, aug_timeloop_space *space) {
    double share;
    if (node->kind != AUG_NODE_SCALAR)
        return read_density_map(d, node, space);
    if (!read_share(d, node, &share))
        return false;
    return share == 1.0 || set_structured(d, node, share, space);
}

bool aug_timeloop_densities_read(aug_timeloop_design *d, const aug_node *instance) {
    const aug_reader *reader = d->reader;
    const aug_node *map = aug_timeloop_get(instance, "densities"),
                   *common = aug_timeloop_get(instance, "common_density");
    bool good = true;
    for (int i = 0; common && i < d->problem.space_count; i++)
        good &= read_density(d, common, &d->problem.spaces[i]);
    if (map && map->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, map, "expected a map of data spaces, found %s",
                       aug_node_noun(reader->arena, map));
        return false;
    }
    for (const aug_node *node = map ? map->first : NULL; node; node = node->next) {
        int at = aug_timeloop_space_index(&d->problem, node->key);
        if (at < 0) {
            aug_node_key_error(reader->errors, node, "unknown data space '%.60s' in 'densities'", node->key);
            good = false;
            continue;
        }
        good &= read_density(d, node, &d->problem.spaces[at]);
    }
    return good;
}
