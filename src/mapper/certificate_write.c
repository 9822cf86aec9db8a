// The text of a certificate: the problem in integers, line by line as certificate_read.c reads it, what is
// claimed, and the tree that certificate_tree.c makes.
#include "mapper/certificate.h"
#include "mapper/certificate_tree.h"

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
            aug_buffer_print(out, " %s", problem->ranks[tensor->dims[d].terms[0].rank]);
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

static void put_problem(aug_buffer *out, const aug_proof *proof) {
    const aug_problem_compute *unit = &proof->problem->computes[proof->unit];
    aug_buffer_print(out, "auger: certificate/1\nobjective: %s\n", aug_objective_names[proof->objective]);
    put_ranks(out, proof->problem);
    aug_buffer_print(out, "drains: %d\n", proof->problem->drain_reads);
    put_arrays(out, proof);
    aug_buffer_put(out, "memories:\n");
    for (int m = 0; m < proof->memory_count; m++)
        put_memory(out, proof, m);
    aug_buffer_print(out, "unit: %s %d %d", unit->name, unit->memories_above, unit->axes_above);
    put_number(out, unit->rate_per_cycle);
    aug_buffer_print(out, " %" PRIu64 "\n", proof->unit_price);
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
    if (!options->perfect)
        return "tiles need not divide the ones around them: ask for --perfect";
    if (options->restriction)
        return "there are constraints";
    if (aug_problem_unit(problem) < 0)
        return "no compute unit of the machine can do it";
    return aug_proof_cannot(problem);
}

bool aug_certificate_write(aug_buffer *out, aug_arena *arena, const aug_problem *problem,
                           const aug_mapper_options *options, const aug_mapper_result *result) {
    aug_proof *proof = AUG_NEW(arena, aug_proof);
    aug_certificate_tree tree;
    if (aug_certificate_cannot(problem, options) || !result->proven)
        return false;
    proof->problem = problem;
    proof->objective = options->objective;
    proof->unit = aug_problem_unit(problem);
    if (!aug_certificate_prices(proof) || !aug_proof_prepare(proof) || !set_points(proof, arena, result, 0) ||
        !aug_certificate_tree_build(arena, proof, &tree))
        return false;
    put_problem(out, proof);
    put_points(out, proof, result);
    aug_buffer_print(out, "nodes: %" PRIu64 "\nfloors: \"%s\"\ntree: \"%s\"\n", tree.nodes,
                     aug_buffer_text(&tree.floors), aug_buffer_text(&tree.bits));
    return true;
}
