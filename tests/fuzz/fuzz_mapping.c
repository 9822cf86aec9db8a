// Any text as the file of a mapping of a small problem; one in good form is printed, read again and evaluated.
#include "fuzz.h"

#include "cost/cost.h"
#include "support/small_problem.h"

static void evaluate(fuzz_ground *ground, const aug_problem *problem, const aug_mapping *mapping) {
    aug_cost *cost = AUG_NEW(&ground->arena, aug_cost);
    aug_cost_evaluate(problem, mapping, aug_cost_scratch_new(&ground->arena), cost);
    fuzz_require(cost->compute.operations == problem->operations, "every point is computed once");
}

static void print_and_read(fuzz_ground *ground, const aug_node *nest, const aug_problem *problem, const aug_mapping *mapping) {
    aug_buffer text, twice;
    aug_buffer_init(&text, &ground->arena);
    aug_buffer_init(&twice, &ground->arena);
    aug_mapping_print(&text, problem, mapping);
    aug_node printed = *nest;
    printed.text = aug_buffer_text(&text);
    aug_mapping *again = AUG_NEW(&ground->arena, aug_mapping);
    fuzz_require(aug_mapping_parse(&ground->reader, &printed, problem, again), "a printed nest can be read");
    aug_mapping_print(&twice, problem, again);
    fuzz_require(strcmp(aug_buffer_text(&text), aug_buffer_text(&twice)) == 0, "printing and reading is the identity");
    fuzz_require(mapping->count == again->count, "a nest read again is the same");
    aug_mapping_print_nest(&twice, problem, mapping);
}

static void read_mapping(fuzz_ground *ground, const char *text, size_t length) {
    const aug_node *root = fuzz_root(ground, text, length);
    if (!root)
        return;
    aug_problem problem;
    small_problem(&problem);
    aug_mapping *mapping = AUG_NEW(&ground->arena, aug_mapping);
    aug_mapping_scan(&ground->reader, root, mapping);
    ground->errors = (aug_errors){0};
    const aug_node *nest = aug_node_peek(root, "nest");
    if (!nest)
        return;
    bool good = aug_mapping_parse(&ground->reader, nest, &problem, mapping) && aug_mapping_check(&ground->reader, nest, &problem, mapping);
    fuzz_require_errors(ground, good);
    for (int i = 0; i < ground->errors.count; i++)
        fuzz_require(ground->errors.items[i].line >= 1 && ground->errors.items[i].column >= 1, "an error points into the text");
    if (!good)
        return;
    print_and_read(ground, nest, &problem, mapping);
    evaluate(ground, &problem, mapping);
}

FUZZ_TARGET(read_mapping)
