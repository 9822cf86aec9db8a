// Any text as the constraints of two small einsums; what is read holds for masks and tiles of the problems, and whether a nest meets it
// can be told.
#include "fuzz.h"

#include "mapper/restriction_check.h"
#include "mapper/restriction_read.h"
#include "support/small_problem.h"

static void check_restriction(const aug_problem *problem, const aug_restriction *restriction) {
    for (int m = 0; m < AUG_PROBLEM_MEMORIES; m++) {
        fuzz_require((restriction->must[m] & restriction->never[m]) == 0, "no tensor has to be kept and may not be");
        fuzz_require((restriction->must[m] | restriction->never[m]) < 1u << problem->tensor_count, "only tensors of the einsum are kept");
        for (int k = 0; k < AUG_PROBLEM_RANKS; k++)
            fuzz_require(restriction->tiles[m][k].least >= 1 && restriction->tiles[m][k].least <= restriction->tiles[m][k].most, "a range of tiles holds one");
    }
    for (int o = 0; o <= AUG_PROBLEM_MEMORIES; o++)
        fuzz_require(restriction->order_count[o] <= problem->rank_count, "a rank stands once in an order");
}

static void read_constraints(fuzz_ground *ground, const char *text, size_t length) {
    const aug_document *document = aug_document_parse(&ground->arena, &ground->errors, "input.yaml", text, length);
    if (!document || !document->root)
        return;
    aug_restriction_counts counts;
    bool form = aug_restriction_scan(&ground->reader, document->root, &counts);
    ground->errors = (aug_errors){0};
    aug_problem first, second;
    small_problem(&first);
    small_problem(&second);
    second.ranks[SMALL_K] = "q";
    second.tensors[SMALL_A].name = "C";
    const aug_problem *problems[] = {&first, &second};
    aug_restriction restrictions[2];
    bool good = aug_restriction_read(&ground->reader, document, problems, 2, restrictions);
    fuzz_require_errors(ground, good);
    fuzz_require(form || !good, "what is read with names is in good form without them");
    if (!good)
        return;
    aug_mapping *mapping = AUG_NEW(&ground->arena, aug_mapping);
    static const char nest[] = "'dram[A B Z] for m:4 buffer[A] par pe.x n:1 register[B] for k:1 for m:1 mac'";
    const aug_node *node = fuzz_root(ground, nest, sizeof nest - 1);
    fuzz_require(aug_mapping_parse(&ground->reader, node, &first, mapping), "the nest can be read");
    aug_cost *cost = AUG_NEW(&ground->arena, aug_cost);
    aug_cost_evaluate(&first, mapping, aug_cost_scratch_new(&ground->arena), cost);
    for (int e = 0; e < 2; e++)
        check_restriction(problems[e], &restrictions[e]);
    aug_restriction_holds(&first, &restrictions[0], mapping, cost);
}

FUZZ_TARGET(read_constraints)
