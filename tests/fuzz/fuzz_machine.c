// Any bytes as a machine; a shipped model is estimated on what is read, and a matrix product is bound to it.
#include "fuzz_estimate.h"

#include "problem/problem.h"
#include "workload/graph_build.h"

// What binds has rates and bandwidths to divide by, and energies that are unknown or none below zero.
static void bind_product(fuzz_ground *ground, const aug_machine *machine) {
    aug_graph graph;
    aug_graph_builder builder;
    aug_graph_init(&graph, &ground->arena);
    aug_builder_init(&builder, &graph);
    const aug_features features = {64.0, AUG_RANK_PLAIN};
    const aug_operator *product = aug_build_linear(&builder, "product", features, features, AUG_STORAGE_MLP, false);
    const aug_count sizes[] = {32, 64, 64};
    aug_problem *problem = AUG_NEW(&ground->arena, aug_problem);
    int before = aug_errors_total(&ground->errors);
    bool good = aug_problem_bind(&ground->reader, product, sizes, machine, problem);
    fuzz_require(good == (aug_errors_total(&ground->errors) == before), "what does not bind has an error");
    if (!good)
        return;
    bool any = false;
    for (int c = 0; c < problem->compute_count; c++)
        any = any || problem->computes[c].rate_per_cycle > 0.0;
    fuzz_require(any, "some unit multiplies");
    for (int m = 0; m < problem->memory_count; m++) {
        const aug_problem_memory *memory = &problem->memories[m];
        fuzz_require(memory->read_bits_per_cycle > 0.0 && memory->write_bits_per_cycle > 0.0, "a memory has a bandwidth");
        for (int t = 0; t < problem->tensor_count; t++)
            fuzz_require(memory->bits[t] > 0.0 && !(memory->energy_pj[t][AUG_ACTION_READ] < 0.0), "words have bits and energies");
    }
}

static void read_machine(fuzz_ground *ground, const char *text, size_t length) {
    const aug_node *root = fuzz_root(ground, text, length);
    if (!root)
        return;
    aug_machine *machine = AUG_NEW(&ground->arena, aug_machine);
    bool good = aug_machine_read(&ground->reader, root, "input", machine);
    fuzz_require_errors(ground, good);
    if (!good)
        return;
    fuzz_estimate_machine(ground, machine);
    bind_product(ground, machine);
}

FUZZ_TARGET(read_machine)
