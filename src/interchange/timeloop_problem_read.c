// The section `problem`: its shape (dimensions, coefficients, data spaces) and the sizes of one instance.
//
// A rank of a data space is a sum of dimensions, each times coefficients:
//
//     projection: [[[C]],[[P,Str],[R,Dil]]]    with Str 2, Dil 1:    I[C,2*P+R]
//
// A list of dimensions alone has one rank for each. Densities become those of Auger: a hypergeometric one is
// uniform; a fixed structured one is n of every m words along the dimension that it is used to save work on,
// the first one that the output does not have.
#include "interchange/timeloop_keys.h"
#include "interchange/timeloop_parts.h"

#include <math.h>
#include <string.h>

static const double most_coefficient = 1e9; // of an einsum
static const double most_size = 0x1p53;

typedef struct coefficient {
    const char *name;
    double value;
} coefficient;

enum { COEFFICIENTS = 32 };

typedef struct coefficients {
    coefficient items[COEFFICIENTS];
    int count;
} coefficients;

static const char *const problem_known[] = {"version", "shape", "instance", NULL};
static const aug_timeloop_keys problem_keys = {"'problem'", problem_known, NULL};
static const char *const shape_known[] = {"name", "dimensions", "coefficients", "data_spaces", NULL};
static const aug_timeloop_refusal shape_refused[] = {
    {"flatten", "write the dimensions out, one loop for each"},
    {NULL, NULL},
};
static const aug_timeloop_keys shape_keys = {"'shape'", shape_known, shape_refused};
static const char *const coefficient_known[] = {"name", "default", NULL};
static const aug_timeloop_keys coefficient_keys = {"a coefficient", coefficient_known, NULL};
static const char *const space_known[] = {"name", "projection", "read_write", NULL};
static const aug_timeloop_keys space_keys = {"a data space", space_known, NULL};
int aug_timeloop_dim_index(const aug_timeloop_problem *problem, const char *name) {
    for (int i = 0; i < problem->dim_count; i++)
        if (strcmp(problem->dims[i].name, name) == 0)
            return i;
    return -1;
}

int aug_timeloop_space_index(const aug_timeloop_problem *problem, const char *name) {
    for (int i = 0; i < problem->space_count; i++)
        if (strcmp(problem->spaces[i].name, name) == 0)
            return i;
    return -1;
}

static void report_space(const aug_timeloop_design *d, const aug_node *node) {
    const char *names[AUG_TIMELOOP_SPACES + 1];
    for (int i = 0; i < d->problem.space_count; i++)
        names[i] = d->problem.spaces[i].name;
    names[d->problem.space_count] = NULL;
    aug_timeloop_unknown(d->reader, node, "data space", node->text, names);
}

bool aug_timeloop_spaces(const aug_timeloop_design *d, const aug_node *list, unsigned *set) {
    *set = 0;
    if (!aug_timeloop_is_list(d->reader, list, "data spaces"))
        return false;
    bool good = true;
    for (const aug_node *node = list ? list->first : NULL; node; node = node->next) {
        const char *text;
        int at = aug_scalar_text(d->reader, node, &text) ? aug_timeloop_space_index(&d->problem, text) : -2;
        if (at == -1)
            report_space(d, node);
        if (at >= 0)
            *set |= 1u << at;
        good &= at >= 0;
    }
    return good;
}

// A name that is new among those before it and that Auger's files can hold.
static bool read_name(const aug_timeloop_design *d, const aug_node *node, const char *noun,
                      const char **name) {
    if (!aug_scalar_text(d->reader, node, name))
        return false;
    if (aug_timeloop_is_name(*name) && strlen(*name) <= 60)
        return true;
    aug_error *error = aug_node_error(d->reader->errors, node, "'%.60s' is no name of a %s", *name, noun);
    aug_error_hint(error, "a name has letters, digits and '_', at most 60");
    return false;
}

static bool read_dims(aug_timeloop_design *d, const aug_node *list) {
    const aug_reader *reader = d->reader;
    if (!aug_timeloop_is_list(reader, list, "dimensions"))
        return false;
    for (const aug_node *node = list->first; node; node = node->next) {
        const char *name;
        if (!read_name(d, node, "dimension", &name))
            return false;
        bool twice = aug_timeloop_dim_index(&d->problem, name) >= 0;
        if (twice || d->problem.dim_count == AUG_TIMELOOP_DIMS) {
            aug_node_error(reader->errors, node,
                           twice ? "dimension '%.60s' stands twice"
                                 : "more than 16 dimensions, reached with '%.60s'",
                           name);
            return false;
        }
        d->problem.dims[d->problem.dim_count++] = (aug_timeloop_dim){.name = name, .node = node};
    }
    return true;
}

static coefficient *find_coefficient(coefficients *known, const char *name) {
    for (int i = 0; i < known->count; i++)
        if (strcmp(known->items[i].name, name) == 0)
            return &known->items[i];
    return NULL;
}

static bool read_coefficients(aug_timeloop_design *d, const aug_node *list, coefficients *known) {
    const aug_reader *reader = d->reader;
    if (!aug_timeloop_is_list(reader, list, "coefficients"))
        return false;
    for (const aug_node *node = list ? list->first : NULL; node; node = node->next) {
        coefficient *next = &known->items[known->count];
        const aug_node *name = aug_timeloop_check(reader, node, &coefficient_keys)
                                   ? aug_timeloop_need(reader, node, "name", "a coefficient")
                                   : NULL;
        const aug_node *value = aug_timeloop_get(node, "default");
        if (!name)
            return false;
        if (known->count == COEFFICIENTS) {
            aug_node_error(reader->errors, node, "more than 32 coefficients");
            return false;
        }
        next->value = (double)NAN;
        if (!read_name(d, name, "coefficient", &next->name) ||
            (value && !aug_timeloop_whole(reader, value, 0.0, &next->value)))
            return false;
        if (find_coefficient(known, next->name) || aug_timeloop_dim_index(&d->problem, next->name) >= 0) {
            aug_node_error(reader->errors, name, "'%.60s' stands twice", next->name);
            return false;
        }
        known->count++;
    }
    return true;
}

// ---- Data spaces

static void report_factor(const aug_timeloop_design *d, const aug_node *node, const coefficients *known) {
    const char *names[AUG_TIMELOOP_DIMS + COEFFICIENTS + 1];
    int count = 0;
    for (int i = 0; i < d->problem.dim_count; i++)
        names[count++] = d->problem.dims[i].name;
    for (int i = 0; i < known->count; i++)
        names[count++] = known->items[i].name;
    names[count] = NULL;
    aug_timeloop_unknown(d->reader, node, "dimension or coefficient", node->text, names);
}

// One factor of a product: a dimension, a coefficient or a number.
static bool read_factor(const aug_timeloop_design *d, const aug_node *node, coefficients *known, int *dim,
                        double *product) {
    const char *text;
    double number;
    if (!aug_scalar_text(d->reader, node, &text))
        return false;
    int at = aug_timeloop_dim_index(&d->problem, text);
    const coefficient *found = find_coefficient(known, text);
    if (at >= 0 && *dim >= 0) {
        aug_error *error =
            aug_node_error(d->reader->errors, node, "a product of two dimensions cannot be expressed");
        aug_error_hint(error, "a rank is a sum of dimensions, each times coefficients");
        return false;
    }
    if (at >= 0) {
        *dim = at;
    } else if (found) {
        if (isnan(found->value)) {
            aug_node_error(d->reader->errors, node,
                           "coefficient '%.60s' has neither a default nor a value in 'instance'", text);
            return false;
        }
        *product *= found->value;
    } else if (text[strspn(text, "0123456789")] == '\0') {
        if (!aug_timeloop_whole(d->reader, node, 1.0, &number))
            return false;
        *product *= number;
    } else {
        report_factor(d, node, known);
        return false;
    }
    return true;
}

static bool add_term(const aug_timeloop_design *d, const aug_node *node, aug_timeloop_rank *rank, int dim,
                     double product) {
    const aug_reader *reader = d->reader;
    if (dim < 0) {
        aug_node_error(reader->errors, node, "expected a product with a dimension");
        return false;
    }
    if (product < 1.0 || product > most_coefficient) {
        aug_node_error(reader->errors, node, "expected a coefficient from 1 to 10^9, found %g", product);
        return false;
    }
    if (rank->term_count == AUG_TIMELOOP_TERMS) {
        aug_node_error(reader->errors, node, "more than 4 terms in one rank");
        return false;
    }
    rank->terms[rank->term_count].dim = dim;
    rank->terms[rank->term_count++].coefficient = (uint64_t)product;
    return true;
}

// A term: a list such as P, Str, or P alone.
static bool read_term(const aug_timeloop_design *d, const aug_node *node, coefficients *known,
                      aug_timeloop_rank *rank) {
    int dim = -1;
    double product = 1.0;
    if (node->kind == AUG_NODE_SCALAR)
        return read_factor(d, node, known, &dim, &product) && add_term(d, node, rank, dim, product);
    if (!aug_timeloop_is_list(d->reader, node, "a dimension and its coefficients"))
        return false;
    for (const aug_node *factor = node->first; factor; factor = factor->next)
        if (!read_factor(d, factor, known, &dim, &product))
            return false;
    return add_term(d, node, rank, dim, product);
}

static bool read_rank(const aug_timeloop_design *d, const aug_node *node, coefficients *known,
                      aug_timeloop_space *space) {
    if (space->rank_count == AUG_TIMELOOP_RANKS) {
        aug_node_error(d->reader->errors, node, "more than 8 ranks in '%.60s'", space->name);
        return false;
    }
    aug_timeloop_rank *rank = &space->ranks[space->rank_count++];
    bool good = true;
    if (node->kind != AUG_NODE_LIST)
        good = read_term(d, node, known, rank);
    for (const aug_node *term = node->kind == AUG_NODE_LIST ? node->first : NULL; term && good;
         term = term->next)
        good = read_term(d, term, known, rank);
    if (good && rank->term_count == 0) {
        aug_node_error(d->reader->errors, node, "a rank without a dimension");
        return false;
    }
    for (int i = 0; i < rank->term_count; i++)
        space->dims |= 1u << rank->terms[i].dim;
    return good;
}

static bool read_space(aug_timeloop_design *d, const aug_node *node, coefficients *known) {
    const aug_reader *reader = d->reader;
    aug_timeloop_problem *problem = &d->problem;
    if (!aug_timeloop_check(reader, node, &space_keys))
        return false;
    const aug_node *name = aug_timeloop_need(reader, node, "name", "a data space"),
                   *ranks = aug_timeloop_need(reader, node, "projection", "a data space");
    const aug_node *written = aug_timeloop_get(node, "read_write");
    if (!name || !ranks)
        return false;
    if (problem->space_count == AUG_TIMELOOP_SPACES) {
        aug_node_key_error(reader->errors, name, "more than 6 data spaces");
        return false;
    }
    aug_timeloop_space space = {.node = name, .along = -1};
    if (!read_name(d, name, "data space", &space.name) ||
        (written && !aug_scalar_bool(reader, written, &space.written)) ||
        !aug_timeloop_is_list(reader, ranks, "ranks"))
        return false;
    if (aug_timeloop_space_index(problem, space.name) >= 0) {
        aug_node_error(reader->errors, name, "data space '%.60s' stands twice", space.name);
        return false;
    }
    for (const aug_node *rank = ranks->first; rank; rank = rank->next)
        if (!read_rank(d, rank, known, &space))
            return false;
    problem->spaces[problem->space_count++] = space;
    return true;
}

static bool check_spaces(aug_timeloop_design *d, const aug_node *list) {
    aug_timeloop_problem *problem = &d->problem;
    problem->output = -1;
    unsigned used = 0;
    for (int i = 0; i < problem->space_count; i++) {
        used |= problem->spaces[i].dims;
        if (!problem->spaces[i].written)
            continue;
        if (problem->output >= 0) {
            aug_node_error(d->reader->errors, problem->spaces[i].node,
                           "a second data space with read_write, '%.60s'", problem->spaces[i].name);
            return false;
        }
        problem->output = i;
    }
    if (problem->output < 0 || problem->space_count < 2) {
        aug_error *error =
            aug_node_error(d->reader->errors, list,
                           "expected one data space with 'read_write: true' and at least one without");
        aug_error_hint(error, "the output of the einsum is the data space that is written");
        return false;
    }
    int count = 0;
    for (int i = 0; i < problem->dim_count; i++) {
        bool stands = used & 1u << i;
        count += stands;
        if (stands || problem->dims[i].size == 1)
            continue;
        aug_node_error(d->reader->errors, problem->dims[i].node, "no data space has dimension '%.60s'",
                       problem->dims[i].name);
        return false;
    }
    if (count > 10) {
        aug_node_error(d->reader->errors, problem->dims[0].node, "more than 10 dimensions");
        return false;
    }
    return true;
}

// ---- The instance

static bool read_sizes(aug_timeloop_design *d, const aug_node *instance, coefficients *known) {
    const aug_reader *reader = d->reader;
    bool good = true;
    for (int i = 0; i < d->problem.dim_count; i++) {
        aug_timeloop_dim *dim = &d->problem.dims[i];
        const aug_node *node = aug_node_peek(instance, dim->name);
        double size = 1.0;
        if (!node) {
            aug_node_key_error(reader->errors, instance, "dimension '%.60s' has no size in 'instance'",
                               dim->name);
            good = false;
        } else if (!aug_timeloop_whole(reader, node, 1.0, &size) || size > most_size) {
            good = false;
        }
        dim->size = (uint64_t)size;
    }
    for (int i = 0; i < known->count; i++) {
        const aug_node *node = aug_node_peek(instance, known->items[i].name);
        if (node)
            good &= aug_timeloop_whole(reader, node, 0.0, &known->items[i].value);
    }
    return good;
}

static bool check_instance(const aug_timeloop_design *d, const aug_node *instance,
                           const coefficients *known) {
    const char *names[AUG_TIMELOOP_DIMS + COEFFICIENTS + 3];
    int count = 0;
    for (int i = 0; i < d->problem.dim_count; i++)
        names[count++] = d->problem.dims[i].name;
    for (int i = 0; i < known->count; i++)
        names[count++] = known->items[i].name;
    names[count++] = "densities";
    names[count++] = "common_density";
    names[count] = NULL;
    // Timeloop spells the common density without a blank.
    static const aug_timeloop_refusal refused[] = {
        {"commonDensity", "state the density of each data space in 'densities'"}, {NULL, NULL}};
    const aug_timeloop_keys keys = {"'instance'", names, refused};
    return aug_timeloop_check(d->reader, instance, &keys);
}

bool aug_timeloop_problem_read(aug_timeloop_design *d, const aug_node *problem) {
    const aug_reader *reader = d->reader;
    if (!aug_timeloop_check(reader, problem, &problem_keys))
        return false;
    const aug_node *shape = aug_timeloop_need(reader, problem, "shape", "'problem'"),
                   *instance = aug_timeloop_need(reader, problem, "instance", "'problem'");
    if (!shape || !instance)
        return false;
    if (shape->kind == AUG_NODE_SCALAR) {
        aug_error *error =
            aug_node_error(reader->errors, shape, "the shape '%.60s' is not known here", shape->text);
        aug_error_hint(error, "write the shape out: dimensions, coefficients, data_spaces");
        return false;
    }
    if (!aug_timeloop_check(reader, shape, &shape_keys))
        return false;
    const aug_node *name = aug_timeloop_get(shape, "name"),
                   *dims = aug_timeloop_need(reader, shape, "dimensions", "'shape'");
    const aug_node *spaces = aug_timeloop_need(reader, shape, "data_spaces", "'shape'");
    d->problem.name = "problem";
    if (!dims || !spaces || (name && !aug_scalar_text(reader, name, &d->problem.name)) || !read_dims(d, dims))
        return false;
    coefficients *known = AUG_NEW(reader->arena, coefficients);
    if (!read_coefficients(d, aug_timeloop_get(shape, "coefficients"), known) ||
        !check_instance(d, instance, known) || !read_sizes(d, instance, known) ||
        !aug_timeloop_is_list(reader, spaces, "data spaces"))
        return false;
    for (const aug_node *space = spaces->first; space; space = space->next)
        if (!read_space(d, space, known))
            return false;
    return check_spaces(d, spaces) && aug_timeloop_densities_read(d, instance);
}
