// The sections `mapping` and `mapspace_constraints`: directives, each for one memory.
//
//     {target: Glb, type: temporal, factors: "M=4 K=2", permutation: KMN}      loops in time that Glb steps
//     through {target: Glb, type: spatial, factors: "N=4 K=4", permutation: NK, split: 1}   loops in space
//     below Glb {target: Glb, type: bypass, keep: [A], bypass: [B]}
//
// Bounds have the same directives, of which each leaves free what it does not state.
#include "interchange/timeloop_keys.h"
#include "interchange/timeloop_parts.h"

#include <math.h>
#include <string.h>

typedef enum directive_kind {
    DIRECTIVE_TIME,
    DIRECTIVE_SPACE,
    DIRECTIVE_STORE,
    DIRECTIVE_PARALLELISM,
    DIRECTIVE_KINDS
} directive_kind;

static const char *const type_words[] = {"temporal",  "spatial",     "bypass",      "datatype", "dataspace",
                                         "bypassing", "utilization", "parallelism", NULL};
static const directive_kind type_kinds[] = {DIRECTIVE_TIME,        DIRECTIVE_SPACE,      DIRECTIVE_STORE,
                                            DIRECTIVE_STORE,       DIRECTIVE_STORE,      DIRECTIVE_STORE,
                                            DIRECTIVE_PARALLELISM, DIRECTIVE_PARALLELISM};

static const char first_update[] =
    "an output that starts from existing values is 'accumulate: true' in Auger's workload";
static const char passes_through[] = "every memory holds the tile that it keeps";
static const char wrong_directive[] = "this directive has no such key: it belongs to another type";

static const char *const time_known[] = {
    "target", "name", "type", "factors", "permutation", "no_temporal_reuse", "no_reuse", NULL};
static const char *const space_known[] = {
    "target",           "name",  "type",     "factors",
    "permutation",      "split", "no_reuse", "no_multicast_no_reduction",
    "no_link_transfer", NULL};
static const char *const store_known[] = {"target", "name", "type", "keep", "bypass", NULL};
static const char *const parallelism_known[] = {"target", "name", "type", "min", NULL};

static const aug_timeloop_refusal refused[] = {
    {"rmw_first_update", first_update},
    {"rmw_on_first_writeback", first_update},
    {"no_coalesce", passes_through},
    {"passthrough", passes_through},
    {"no_multicast", "Timeloop ignores it; write no_reuse, or no_multicast_no_reduction"},
    {"default_max_factor", "state the factors of each dimension"},
    {"remainders", "state the factors of each dimension"},
    {"split", wrong_directive},
    {"keep", wrong_directive},
    {"bypass", wrong_directive},
    {"factors", wrong_directive},
    {"permutation", wrong_directive},
    {"no_temporal_reuse", wrong_directive},
    {"no_multicast_no_reduction", wrong_directive},
    {NULL, NULL},
};

static const aug_timeloop_keys directive_keys[DIRECTIVE_KINDS] = {
    {"a temporal directive", time_known, refused},
    {"a spatial directive", space_known, refused},
    {"a bypass directive", store_known, refused},
    {"a utilization directive", parallelism_known, refused},
};

typedef struct section {
    aug_timeloop_design *design;
    aug_timeloop_loops *loops;
    bool bounds;
} section;

static bool read_kind(const section *s, const aug_node *node, directive_kind *kind) {
    const aug_reader *reader = s->design->reader;
    if (node->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, node, "expected a directive (a map), found %s",
                       aug_node_noun(reader->arena, node));
        return false;
    }
    const aug_node *type = aug_timeloop_need(reader, node, "type", "a directive");
    const char *text;
    if (!type || !aug_scalar_text(reader, type, &text))
        return false;
    for (int i = 0; type_words[i]; i++) {
        if (strcmp(type_words[i], text) != 0)
            continue;
        *kind = type_kinds[i];
        return true;
    }
    if (strcmp(text, "skew") == 0 || strcmp(text, "max_overbooked_proportion") == 0) {
        aug_error *error =
            aug_node_error(reader->errors, type, "a directive of type '%s' cannot be expressed", text);
        aug_error_hint(error, "tiles go to instances in order, and have to fit");
        return false;
    }
    aug_timeloop_unknown(reader, type, "type of directive", text, type_words);
    return false;
}

static bool begin_block(const section *s, const aug_node *node, aug_timeloop_block *block, const char *noun) {
    if (block->node) {
        aug_node_key_error(s->design->reader->errors, aug_timeloop_get(node, "type"),
                           "a second %s directive for this memory", noun);
        return false;
    }
    block->node = node;
    block->split = -1;
    return aug_timeloop_factors_read(s->design, aug_timeloop_get(node, "factors"), s->bounds,
                                     block->factors) &&
           aug_timeloop_order_read(s->design, aug_timeloop_get(node, "permutation"), block);
}

// The data spaces under either of two keys.
static bool read_either(const section *s, const aug_node *node, const char *first, const char *second,
                        unsigned *set, const aug_node **where) {
    const aug_node *one = aug_timeloop_get(node, first), *other = aug_timeloop_get(node, second);
    unsigned more;
    if (!aug_timeloop_spaces(s->design, one, set) || !aug_timeloop_spaces(s->design, other, &more))
        return false;
    *set |= more;
    *where = one ? one : other;
    return true;
}

static bool read_time(const section *s, const aug_node *node, aug_timeloop_nest *nest) {
    return begin_block(s, node, &nest->time, "temporal") &&
           read_either(s, node, "no_temporal_reuse", "no_reuse", &nest->whole, &nest->whole_node);
}

static bool read_space(const section *s, const aug_node *node, aug_timeloop_nest *nest) {
    const aug_reader *reader = s->design->reader;
    aug_timeloop_block *block = &nest->space;
    const aug_node *split = aug_timeloop_get(node, "split"), *where;
    double value;
    unsigned links; // neighbours never send to each other, so a list of those that do not says nothing new
    if (!begin_block(s, node, block, "spatial") ||
        !read_either(s, node, "no_reuse", "no_multicast_no_reduction", &nest->alone, &where) ||
        !aug_timeloop_spaces(s->design, aug_timeloop_get(node, "no_link_transfer"), &links))
        return false;
    if (split) {
        if (!aug_timeloop_whole(reader, split, 0.0, &value))
            return false;
        block->split = value > AUG_TIMELOOP_DIMS ? AUG_TIMELOOP_DIMS : (int)value;
        block->split_node = split;
    }
    return true;
}

static bool read_store(const section *s, const aug_node *node, aug_timeloop_nest *nest) {
    unsigned keep, bypass;
    if (!aug_timeloop_spaces(s->design, aug_timeloop_get(node, "keep"), &keep) ||
        !aug_timeloop_spaces(s->design, aug_timeloop_get(node, "bypass"), &bypass))
        return false;
    unsigned both = (keep | nest->keep) & (bypass | nest->bypass);
    for (int i = 0; i < s->design->problem.space_count; i++) {
        if (!(both & 1u << i))
            continue;
        aug_node_error(s->design->reader->errors, node, "data space '%.60s' is both kept and bypassed",
                       s->design->problem.spaces[i].name);
        return false;
    }
    nest->keep |= keep;
    nest->bypass |= bypass;
    nest->store_node = node;
    return true;
}

static bool read_directive(const section *s, const aug_node *node) {
    const aug_reader *reader = s->design->reader;
    directive_kind kind;
    if (!read_kind(s, node, &kind) || !aug_timeloop_check(reader, node, &directive_keys[kind]))
        return false;
    const aug_node *target = aug_timeloop_get(node, "target");
    if (!target)
        target = aug_timeloop_get(node, "name");
    if (!target) {
        aug_node_error(reader->errors, node, "key 'target' is missing in a directive");
        return false;
    }
    int at = aug_timeloop_level_find(s->design, target, true);
    if (at < 0)
        return false;
    aug_timeloop_nest *nest = &s->loops->nests[at];
    switch (kind) {
    case DIRECTIVE_TIME:
        return read_time(s, node, nest);
    case DIRECTIVE_SPACE:
        return read_space(s, node, nest);
    case DIRECTIVE_STORE:
        return read_store(s, node, nest);
    case DIRECTIVE_PARALLELISM:
    case DIRECTIVE_KINDS:
        break;
    }
    const aug_node *least = aug_timeloop_need(reader, node, "min", "a utilization directive");
    if (!s->bounds) {
        aug_node_error(reader->errors, node, "a mapping has no directive of this type");
        return false;
    }
    return least &&
           aug_scalar_quantity(reader, least, AUG_DIMENSION_NUMBER, AUG_SHARE, &s->loops->min_utilization);
}

static bool read_list(const section *s, const aug_node *list) {
    if (!aug_timeloop_is_list(s->design->reader, list, "directives"))
        return false;
    bool good = true;
    for (const aug_node *node = list ? list->first : NULL; node; node = node->next)
        good &= read_directive(s, node);
    return good;
}

// ---- What holds for a mapping alone

// Factor 0 becomes what the other loops of its dimension leave.
static bool set_rest(const aug_timeloop_design *d, const aug_timeloop_dim *dim,
                     aug_timeloop_factor *const *loops, int count) {
    aug_timeloop_factor *rest = NULL;
    uint64_t others = 1;
    bool whole = true;
    for (int i = 0; i < count; i++) {
        if (loops[i]->count == 0 && rest) {
            aug_node_error(d->reader->errors, loops[i]->node, "a second factor 0 of dimension '%.60s'",
                           dim->name);
            return false;
        }
        if (loops[i]->count == 0) {
            rest = loops[i];
            continue;
        }
        whole = whole && loops[i]->last == loops[i]->count && loops[i]->count <= dim->size;
        if (whole)
            others *= loops[i]->count;
        whole = whole && others <= dim->size;
    }
    if (!rest)
        return true;
    if (!whole || dim->size % others != 0) {
        aug_node_error(d->reader->errors, rest->node,
                       "factor 0 of dimension '%.60s' is not whole: the other loops do not divide %llu",
                       dim->name, (unsigned long long)dim->size);
        return false;
    }
    rest->count = rest->last = dim->size / others;
    return true;
}

// (((last3 - 1) · f2 + last2 - 1) · f1 + last1 - 1) + 1, from the outermost loop inwards, is the size.
static bool check_product(const aug_timeloop_design *d, const aug_timeloop_dim *dim,
                          aug_timeloop_factor *const *loops, int count) {
    uint64_t sum = 0;
    bool fits = true;
    for (int i = 0; i < count && fits; i++) {
        fits = sum == 0 || loops[i]->count <= dim->size / sum;
        if (fits)
            sum = sum * loops[i]->count + loops[i]->last - 1;
        fits = fits && sum < dim->size;
    }
    if (fits && sum + 1 == dim->size)
        return true;
    const aug_node *where = count > 0 ? loops[count - 1]->node : d->mapping.node;
    aug_error *error =
        fits ? aug_node_error(d->reader->errors, where,
                              "the factors of dimension '%.60s' make %llu, its size is %llu", dim->name,
                              (unsigned long long)sum + 1, (unsigned long long)dim->size)
             : aug_node_error(d->reader->errors, where,
                              "the factors of dimension '%.60s' make more than its size, %llu", dim->name,
                              (unsigned long long)dim->size);
    aug_error_hint(error, "a short last pass is written 'M=4,2': 4 iterations, 2 in the last");
    return false;
}

static bool check_dim(aug_timeloop_design *d, int dim) {
    aug_timeloop_factor *loops[2 * AUG_TIMELOOP_LEVELS];
    int count = 0;
    for (int i = 0; i + 1 < d->machine.level_count; i++) {
        aug_timeloop_factor *time = &d->mapping.nests[i].time.factors[dim],
                            *space = &d->mapping.nests[i].space.factors[dim];
        if (time->kind != AUG_TIMELOOP_FREE)
            loops[count++] = time;
        if (space->kind != AUG_TIMELOOP_FREE)
            loops[count++] = space;
    }
    const aug_timeloop_dim *of = &d->problem.dims[dim];
    return set_rest(d, of, loops, count) && check_product(d, of, loops, count);
}

static bool check_nest(const aug_timeloop_design *d, int at) {
    const aug_timeloop_nest *nest = &d->mapping.nests[at];
    const aug_timeloop_level *level = &d->machine.levels[at];
    bool good = true;
    for (int i = 0; i < d->problem.dim_count; i++) {
        const aug_timeloop_factor *factor = &nest->space.factors[i];
        if (level->array || factor->count <= 1)
            continue;
        aug_error *error = aug_node_error(d->reader->errors, factor->node,
                                          "there is no array below '%.60s' for a spatial loop", level->said);
        aug_error_hint(error, "the next level inside has as many instances");
        good = false;
    }
    unsigned lost = nest->whole & nest->bypass;
    for (int i = 0; i < d->problem.space_count; i++) {
        if (!(lost & 1u << i))
            continue;
        aug_node_error(d->reader->errors, nest->whole_node,
                       "data space '%.60s' bypasses '%.60s': it is not fetched to it",
                       d->problem.spaces[i].name, level->said);
        good = false;
    }
    return good;
}

static bool check_kept(const aug_timeloop_design *d) {
    unsigned all = (1u << d->problem.space_count) - 1, kept = 0;
    for (int i = 0; i + 1 < d->machine.level_count; i++)
        kept |= all & ~d->mapping.nests[i].bypass;
    for (int i = 0; i < d->problem.space_count; i++) {
        if (kept & 1u << i)
            continue;
        aug_node_error(d->reader->errors, d->mapping.node, "no memory keeps data space '%.60s'",
                       d->problem.spaces[i].name);
        return false;
    }
    return true;
}

bool aug_timeloop_mapping_read(aug_timeloop_design *d, const aug_node *mapping) {
    const section s = {d, &d->mapping, false};
    d->mapping.node = mapping;
    if (!read_list(&s, mapping))
        return false;
    bool good = check_kept(d);
    for (int i = 0; i < d->problem.dim_count; i++)
        good &= check_dim(d, i);
    for (int i = 0; d->machine.good && i + 1 < d->machine.level_count; i++)
        good &= check_nest(d, i);
    return good;
}

static const char *const bounds_known[] = {"targets", NULL};
static const aug_timeloop_keys bounds_keys = {"the constraints", bounds_known, NULL};

bool aug_timeloop_bounds_read(aug_timeloop_design *d, const aug_node *bounds) {
    const section s = {d, &d->bounds, true};
    if (!d->bounds.node)
        d->bounds.min_utilization = (double)NAN;
    d->bounds.node = bounds;
    if (bounds->kind == AUG_NODE_LIST)
        return read_list(&s, bounds);
    return aug_timeloop_check(d->reader, bounds, &bounds_keys) &&
           read_list(&s, aug_timeloop_get(bounds, "targets"));
}
