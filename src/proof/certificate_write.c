// The text of a certificate: the problem in integers, line by line as certificate_read.c reads it, what is
// claimed, and the tree that certificate_tree.c makes.
//
// Of several einsums each distinct one has such a text as an item of a list, and the sum of what they claim,
// times how often each runs, stands above: 3 of 500 pJ and 2 of 100 pJ are 1700 pJ.
#include "proof/certificate.h"
#include "proof/certificate_short.h"
#include "proof/certificate_tree.h"
#include "proof/certificate_text.h"
#include "problem/problem_equal.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

// ---- Numbers

static void put_number(aug_buffer *out, double value) {
    if (isinf(value))
        aug_buffer_put(out, " inf");
    else
        aug_buffer_print(out, " %.17g", value);
}

// ---- The problem

// `p`, or `2*p+r`.
static void put_index(aug_buffer *out, const aug_problem *problem, const aug_problem_dim *dim) {
    for (int t = 0; t < dim->term_count; t++) {
        aug_buffer_put(out, t ? "+" : " ");
        if (dim->terms[t].coefficient > 1)
            aug_buffer_print(out, "%" PRIu64 "*", dim->terms[t].coefficient);
        aug_buffer_put(out, problem->ranks[dim->terms[t].rank]);
    }
}

static void put_ranks(aug_buffer *out, const aug_problem *problem) {
    aug_buffer_put(out, "ranks:");
    for (int r = 0; r < problem->rank_count; r++)
        aug_buffer_print(out, " %s %" PRIu64, problem->ranks[r], problem->sizes[r]);
    aug_buffer_put(out, "\ntensors:\n");
    for (int t = 0; t < problem->tensor_count; t++) {
        const aug_problem_tensor *tensor = &problem->tensors[t];
        aug_buffer_print(out, "  - %s %s", tensor->name,
                         !tensor->is_output    ? "input"
                         : tensor->accumulates ? "sums"
                                               : "output");
        for (int d = 0; d < tensor->dim_count; d++)
            put_index(out, problem, &tensor->dims[d]);
        aug_buffer_put(out, "\n");
    }
}

static void put_memory(aug_buffer *out, const aug_proof *proof, int m) {
    const aug_problem_memory *memory = &proof->problem->memories[m];
    aug_buffer_print(out, "  - %s %d", memory->name, memory->axes_above);
    put_number(out, memory->capacity_bits);
    aug_buffer_print(out, " %" PRIu64, memory->buffers);
    put_number(out, memory->read_bits_per_cycle);
    put_number(out, memory->write_bits_per_cycle);
    aug_buffer_print(out, " %d %u %u", memory->shared_port, memory->must, memory->never);
    for (int t = 0; t < proof->problem->tensor_count; t++) {
        put_number(out, memory->bits[t]);
        for (int f = 0; f < AUG_FLOW_COUNT; f++)
            aug_buffer_print(out, " %" PRIu64, proof->prices[m][t][f]);
    }
    aug_buffer_put(out, "\n");
}

static void put_arrays(aug_buffer *out, const aug_proof *proof) {
    aug_buffer_put(out, proof->array_count ? "arrays:\n" : "arrays: []\n");
    for (int a = 0; a < proof->array_count; a++) {
        const aug_problem_array *array = &proof->problem->arrays[a];
        aug_buffer_print(out, "  - %s", array->name);
        for (int x = array->first_axis; x < array->first_axis + array->axis_count; x++)
            aug_buffer_print(out, " %s %" PRIu64, proof->problem->axes[x].name,
                             proof->problem->axes[x].fanout);
        aug_buffer_put(out, "\n");
    }
}

static bool is_limited(const aug_proof *proof, int memory, int rank) {
    const aug_tile_range *range = &proof->limits.tiles[memory][rank];
    return proof->limits.has_tiles[memory] &&
           (range->least > 1 || range->most < proof->problem->sizes[rank]);
}

// Only where there are some.
static void put_limits(aug_buffer *out, const aug_proof *proof) {
    const aug_problem *problem = proof->problem;
    const char *title = "limits:\n";
    for (int m = 0; m < proof->memory_count; m++)
        for (int r = 0; r < problem->rank_count; r++) {
            if (!is_limited(proof, m, r))
                continue;
            const aug_tile_range *range = &proof->limits.tiles[m][r];
            aug_count most = range->most < problem->sizes[r] ? range->most : problem->sizes[r];
            aug_buffer_print(out, "%s  - tile %s %s %" PRIu64 " %" PRIu64 "\n", title,
                             problem->memories[m].name, problem->ranks[r], range->least, most);
            title = "";
        }
    for (int x = 0; x < problem->axis_count; x++) {
        if (!proof->limits.axis_is_fixed[x])
            continue;
        aug_buffer_print(out, "%s  - axis %s", title, problem->axes[x].name);
        for (int r = 0; r < problem->rank_count; r++)
            if (proof->limits.axis_ranks[x] >> r & 1)
                aug_buffer_print(out, " %s", problem->ranks[r]);
        aug_buffer_put(out, "\n");
        title = "";
    }
}

void aug_certificate_put_problem(aug_buffer *out, const aug_proof *proof) {
    const aug_problem_compute *unit = &proof->problem->computes[proof->unit];
    put_ranks(out, proof->problem);
    aug_buffer_print(out, "drains: %d\n", proof->problem->drain_reads);
    put_arrays(out, proof);
    aug_buffer_put(out, "memories:\n");
    for (int m = 0; m < proof->memory_count; m++)
        put_memory(out, proof, m);
    aug_buffer_print(out, "unit: %s %d %d", unit->name, unit->memories_above, unit->axes_above);
    put_number(out, unit->rate_per_cycle);
    aug_buffer_print(out, " %" PRIu64 "\n", proof->unit_price);
    put_limits(out, proof);
}

// ---- All of it

static bool set_points(aug_proof *proof, aug_arena *arena, const aug_mapper_result *result, int chosen) {
    aug_cost *cost = AUG_NEW(arena, aug_cost);
    aug_cost_scratch *scratch = aug_cost_scratch_new(arena);
    bool front = proof->objective == AUG_OBJECTIVE_FRONT;
    for (int i = front ? 0 : chosen; i < (front ? result->point_count : chosen + 1); i++) {
        const aug_mapping *mapping = &result->points[i].mapping;
        if (proof->point_count == AUG_PROOF_POINTS ||
            !aug_cost_evaluate(proof->problem, mapping, scratch, cost))
            return false;
        proof->points[proof->point_count++] =
            (aug_proof_point){aug_proof_price(proof, cost), (aug_count)cost->cycles};
    }
    return proof->point_count > 0;
}

static void put_points(aug_buffer *out, const aug_proof *proof, const aug_mapper_result *result) {
    aug_buffer_put(out, "points:\n");
    for (int i = 0; i < proof->point_count; i++) {
        aug_buffer_put(out, "  - energy: ");
        aug_certificate_wide(out, proof->points[i].energy);
        aug_buffer_print(out, "\n    cycles: %" PRIu64 "\n    mapping: \"", proof->points[i].cycles);
        aug_mapping_print(out, proof->problem, &result->points[i].mapping);
        aug_buffer_put(out, "\"\n");
    }
}

const char *aug_certificate_cannot(const aug_problem *problem, const aug_mapper_options *options) {
    if (aug_problem_unit(problem) < 0)
        return "no compute unit of the machine can do it";
    const char *why = aug_proof_cannot(problem);
    return why || options->perfect ? why : aug_proof_short_cannot(problem, options->objective, options->restriction);
}

// The problem with what the user asks for of keepings, and the rest of that beside it; orders of loops and the
// least utilization only leave fewer mappings.
static void set_limits(aug_arena *arena, aug_proof *proof, const aug_restriction *restriction) {
    if (!restriction)
        return;
    aug_problem *problem = AUG_NEW(arena, aug_problem);
    *problem = *proof->problem;
    for (int m = 0; m < problem->memory_count; m++) {
        problem->memories[m].must |= restriction->must[m];
        problem->memories[m].never |= restriction->never[m];
    }
    proof->problem = problem;
    proof->limits = *restriction;
}

bool aug_certificate_put_tree(aug_buffer *out, aug_arena *arena, aug_proof *proof) {
    aug_certificate_tree tree;
    if (!aug_certificate_tree_build(arena, proof, &tree))
        return false;
    aug_buffer_print(out, "nodes: %" PRIu64 "\nfloors: \"%s\"\ntree: \"%s\"\n", tree.nodes,
                     aug_buffer_text(&tree.floors), aug_buffer_text(&tree.bits));
    return true;
}

static bool put_short_tree(aug_buffer *out, aug_arena *arena, aug_proof *proof) {
    aug_buffer text;
    aug_count nodes;
    aug_buffer_init(&text, arena);
    if (!aug_certificate_short_build(arena, proof, &text, &nodes))
        return false;
    aug_buffer_print(out, "within: %u %u\nnodes: %" PRIu64 "\nshort: \"%s\"\n", proof->within, proof->whole, nodes,
                     aug_buffer_text(&text));
    return true;
}

// Without the line that tells what kind of file it is. `first`: what is claimed of its first mapping.
static bool put_proof(aug_buffer *out, aug_arena *arena, const aug_problem *problem,
                      const aug_mapper_options *options, const aug_mapper_result *result,
                      aug_proof_point *first) {
    aug_proof *proof = AUG_NEW(arena, aug_proof);
    aug_buffer tree;
    if (aug_certificate_cannot(problem, options) || !result->proven)
        return false;
    aug_buffer_init(&tree, arena);
    proof->problem = problem;
    proof->objective = options->objective;
    proof->unit = aug_problem_unit(problem);
    proof->is_short = !options->perfect;
    set_limits(arena, proof, options->restriction);
    if (!aug_certificate_prices(proof) || !aug_proof_prepare(proof) || !set_points(proof, arena, result, 0) ||
        !(proof->is_short ? put_short_tree : aug_certificate_put_tree)(&tree, arena, proof))
        return false;
    aug_buffer_print(out, "objective: %s\n", aug_objective_names[proof->objective]);
    aug_certificate_put_problem(out, proof);
    put_points(out, proof, result);
    aug_buffer_add(out, tree.text, tree.length);
    *first = proof->points[0];
    return true;
}

bool aug_certificate_write(aug_buffer *out, aug_arena *arena, const aug_problem *problem,
                           const aug_mapper_options *options, const aug_mapper_result *result) {
    aug_buffer text;
    aug_proof_point first;
    aug_buffer_init(&text, arena);
    if (!put_proof(&text, arena, problem, options, result, &first))
        return false;
    aug_buffer_print(out, "auger: certificate/1\n");
    aug_buffer_add(out, text.text, text.length);
    return true;
}

// ---- Several

static const double most_repeats = 0x1p32;

const char *aug_certificate_cannot_all(const aug_certificate_part *parts, int count,
                                       const aug_mapper_options *options, int *which) {
    *which = 0;
    for (int i = 0; i < count; i++) {
        aug_mapper_options own = *options;
        own.restriction = parts[i].restriction;
        *which = i;
        const char *why = aug_certificate_cannot(parts[i].problem, &own);
        if (why)
            return why;
        if (!(parts[i].repeats >= 1.0 && parts[i].repeats < most_repeats) ||
            parts[i].repeats != floor(parts[i].repeats))
            return "it does not run a whole number of times";
    }
    return NULL;
}

static bool is_same(const aug_certificate_part *a, const aug_certificate_part *b) {
    bool limits = !a->restriction || !b->restriction
                      ? a->restriction == b->restriction
                      : memcmp(a->restriction, b->restriction, sizeof *a->restriction) == 0;
    return limits && aug_problem_is_equal(a->problem, b->problem);
}

// The number of the first part that is the same problem.
static int same_as(const aug_certificate_part *parts, int index) {
    int first = 0;
    while (!is_same(&parts[first], &parts[index]) && first < index)
        first++;
    return first;
}

void aug_certificate_put_name(aug_buffer *out, const char *name) {
    for (; *name; name++)
        aug_buffer_print(out, "%s%c", *name == '"' || *name == '\\' ? "\\" : "", *name);
}

// Names of all that are the same problem; their repeats together.
static aug_count put_names(aug_buffer *out, const aug_certificate_part *parts, int count, int index) {
    aug_count repeats = 0;
    aug_buffer_put(out, "  - name: \"");
    for (int i = index; i < count; i++) {
        if (same_as(parts, i) != index)
            continue;
        aug_buffer_put(out, i == index ? "" : ", ");
        aug_certificate_put_name(out, parts[i].name);
        repeats += (aug_count)parts[i].repeats;
    }
    aug_buffer_print(out, "\"\n    repeats: %" PRIu64 "\n", repeats);
    return repeats;
}

void aug_certificate_put_indented(aug_buffer *out, const char *text) {
    while (*text) {
        size_t length = strcspn(text, "\n") + 1;
        aug_buffer_put(out, "    ");
        aug_buffer_add(out, text, length);
        text += length;
    }
}

bool aug_certificate_write_all(aug_buffer *out, aug_arena *arena, const aug_certificate_part *parts,
                               int count, const aug_mapper_options *options) {
    aug_buffer items;
    aug_wide total = 0;
    bool adds = options->objective == AUG_OBJECTIVE_ENERGY || options->objective == AUG_OBJECTIVE_LATENCY;
    int which;
    aug_buffer_init(&items, arena);
    if (aug_certificate_cannot_all(parts, count, options, &which))
        return false;
    for (int i = 0; i < count; i++) {
        if (same_as(parts, i) != i)
            continue;
        aug_buffer text;
        aug_proof_point first;
        aug_buffer_init(&text, arena);
        aug_mapper_options own = *options;
        own.restriction = parts[i].restriction;
        if (!put_proof(&text, arena, parts[i].problem, &own, parts[i].result, &first))
            return false;
        aug_wide figure = options->objective == AUG_OBJECTIVE_ENERGY ? first.energy : first.cycles;
        aug_count repeats = put_names(&items, parts, count, i);
        if (adds && figure > (AUG_PROOF_TOTAL - total) / repeats)
            return false;
        total += adds ? figure * repeats : 0;
        aug_certificate_put_indented(&items, aug_buffer_text(&text));
    }
    aug_buffer_print(out, "auger: certificate/1\nobjective: %s\n", aug_objective_names[options->objective]);
    if (adds) {
        aug_buffer_put(out, "total: ");
        aug_certificate_wide(out, total);
        aug_buffer_put(out, "\n");
    }
    aug_buffer_put(out, "einsums:\n");
    aug_buffer_add(out, items.text, items.length);
    return true;
}
