#include "support/small_problem.h"

#include "mapper/restriction_check.h"
#include "mapper/restriction_read.h"

// m 8, k 6, n 4 on dram, buffer, pe.x (4) and pe.y (2), register, mac. Each nest beside what is wanted, and whether it is met.
static void a_mapping_meets_what_is_wanted_or_not(void **state) {
    (void)state;
    static const char inner[] = "for m:1 for n:1 for k:1 mac";
    static const struct {
        const char *constraints, *nest; // the nest ends in `inner`
        bool holds;
    } rows[] = {
        {"", "dram[A B Z]", true},
        {"keep: {buffer: {must: [A]}}", "dram[A B Z] buffer[A]", true},
        {"keep: {buffer: {must: [A]}}", "dram[A B Z] buffer[B]", false},
        {"keep: {buffer: {never: [A]}}", "dram[A B Z] buffer[A]", false},
        {"keep: {buffer: {may: [A]}}", "dram[A B Z] buffer[A]", true},
        {"keep: {buffer: {may: [A]}}", "dram[A B Z] buffer[A] buffer[Z]", false},
        {"spatial: {pe.x: [m]}", "dram[A B Z] par pe.x m:2", true},
        {"spatial: {pe.x: [m]}", "dram[A B Z] par pe.x k:2", false},
        {"spatial: {pe.x: [m]}", "dram[A B Z] par pe.y k:3 par pe.x m:2 par pe.x n:4", true}, // n takes one step
        {"spatial: {pe.x: []}", "dram[A B Z] par pe.x m:2", false},
        {"tiles: {buffer: {m: 4}}", "dram[A B Z] for m:4 buffer[A]", true},
        {"tiles: {buffer: {m: 4}}", "dram[A B Z] for m:4 buffer[A] for m:2 buffer[B]", false}, // of every store
        {"tiles: {buffer: {m: 4}}", "dram[A B Z] for m:2", true},                             // keeps nothing
        {"tiles: {buffer: {k: {at_least: 2, at_most: 3}}}", "dram[A B Z] for k:3 buffer[A]", true},
        {"tiles: {buffer: {k: {at_least: 2, at_most: 3}}}", "dram[A B Z] for k:1 buffer[A]", false},
        {"tiles: {buffer: {k: {at_least: 2, at_most: 3}}}", "dram[A B Z] buffer[A]", false},
        {"order: {buffer: [k, m]}", "dram[A B Z] for n:2 for k:3 for m:4 buffer[A]", true},
        {"order: {buffer: [k, m]}", "dram[A B Z] for k:3 for n:2 for m:4 buffer[A]", false},
        {"order: {buffer: [k, m]}", "dram[A B Z] for m:4 for k:3 buffer[A]", false},
        {"order: {buffer: [k, m]}", "dram[A B Z] for n:2 for k:3 buffer[A]", true},
        {"order: {buffer: [k, m]}", "dram[A B Z] for m:8 for k:3 buffer[A]", true}, // m takes one step
        {"order: {buffer: [k, m]}", "dram[A B Z] for m:4 for m:2 buffer[A]", false},
        {"order: {buffer: [k, m]}", "dram[A B Z] for m:4 for k:3 buffer[A] for k:2 for m:2 buffer[B]", false},
        {"order: {register: [k, m]}", "dram[A B Z] for m:4 for k:3 buffer[A] for k:2 par pe.x n:1 for m:2 register[B]", true},
        {"order: {mac: [n, k]}", "dram[A B Z]", true},   // m n k: k, n, then m
        {"order: {mac: [k, n]}", "dram[A B Z]", false},
        {"order: {vector: [k, n]}", "dram[A B Z]", true}, // not the unit that computes
        {"min_utilization: 0.125", "dram[A B Z] buffer[A B Z]", true},
        {"min_utilization: 0.2", "dram[A B Z] buffer[A B Z]", false},
        {"min_utilization: 0.5", "dram[A B Z] buffer[A B Z] par pe.x m:2", true},
    };
    for (size_t i = 0; i < AUG_COUNT(rows); i++) {
        test_ground ground;
        test_begin(&ground);
        aug_problem problem;
        small_problem(&problem);
        problem.memories[SMALL_BUFFER].read_bits_per_cycle = (double)INFINITY; // compute takes longest
        const aug_problem *problems[] = {&problem};
        const char *text = aug_arena_print(&ground.arena, "auger: constraints/1\n%s\n", rows[i].constraints);
        const aug_document *document = aug_document_parse(&ground.arena, &ground.errors, "test.yaml", text, strlen(text));
        aug_restriction restriction;
        assert_true(aug_restriction_read(&ground.reader, document, problems, 1, &restriction));
        aug_mapping mapping;
        const aug_node *node = small_nest(&ground, aug_arena_print(&ground.arena, "%s %s", rows[i].nest, inner));
        assert_true(aug_mapping_parse(&ground.reader, node, &problem, &mapping) && aug_mapping_check(&ground.reader, node, &problem, &mapping));
        aug_cost *cost = AUG_NEW(&ground.arena, aug_cost);
        aug_cost_evaluate(&problem, &mapping, aug_cost_scratch_new(&ground.arena), cost);
        if (aug_restriction_holds(&problem, &restriction, &mapping, cost) != rows[i].holds)
            print_error("%s | %s: utilization %g\n", rows[i].constraints, rows[i].nest, cost->utilization);
        assert_true(aug_restriction_holds(&problem, &restriction, &mapping, cost) == rows[i].holds);
        test_end(&ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_mapping_meets_what_is_wanted_or_not)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
