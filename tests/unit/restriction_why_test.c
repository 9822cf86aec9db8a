// Z[m,n] += A[m,k] * B[k,n], m 8, k 6, n 4 of 8 bits (Z 32) on dram, a buffer of 8192 bit, 4 x 2 registers of 128 bit, mac.
#include "support/small_problem.h"

#include "mapper/restriction_read.h"
#include "mapper/restriction_why.h"

typedef struct why_case {
    const char *constraints;
    const char *rule, *text;
} why_case;

static void check(const aug_problem *problem, const why_case *c) {
    test_ground ground;
    test_begin(&ground);
    aug_restriction restriction;
    const char *text = aug_arena_print(&ground.arena, "auger: constraints/1\n%s", c->constraints);
    const aug_document *document = aug_document_parse(&ground.arena, &ground.errors, "test.yaml", text, strlen(text));
    assert_true(aug_restriction_read(&ground.reader, document, &problem, 1, &restriction));
    const aug_mapper_options options = {.objective = AUG_OBJECTIVE_ENERGY, .restriction = &restriction, .threads = 1};
    aug_mapper_result result;
    if (!aug_restriction_is_hopeless(&ground.arena, problem, &options))
        assert_int_equal(aug_mapper_run(&ground.arena, problem, &options, &result), AUG_MAPPER_NONE);
    aug_restriction_cause cause = aug_restriction_why(&ground.arena, problem, &options);
    assert_string_equal(cause.text, c->text);
    assert_string_equal(cause.rule, c->rule);
    test_end(&ground);
}

// Without an array one instance of eight works, 12.5 %. Through a port of 1 bit/cycle, 384 + 192 + 1024 bit take 1600 cycles, of which
// 192 operations on eight units use 1.5 %. A register of 4 bit holds no word of A. A weight that no memory may keep.
static void the_constraint_to_blame_is_named(void **state) {
    (void)state;
    static const why_case idle = {"spatial: {pe.x: [], pe.y: []}\nmin_utilization: 0.5\n", "min_utilization",
                                  "constraint 'min_utilization: 0.5' cannot be met: at most 12.5 % of compute has work"};
    static const why_case slow = {"min_utilization: 0.5\n", "min_utilization",
                                  "constraint 'min_utilization: 0.5' cannot be met: the best mapping uses 1.5 % of compute"};
    static const why_case nowhere = {"keep: {dram: {never: [weight]}, buffer: {never: [B]}, register: {never: [B]}}\n", "keep",
                                     "constraint 'keep: {dram: {never: [B]}}' cannot be met: no memory may keep B"};
    static const why_case narrow = {"keep: {register: {must: [A]}, buffer: {must: [B]}}\nspatial: {pe.y: [m]}\n", "keep",
                                    "constraint 'keep: {register: {must: [A]}}' cannot be met: register holds 4 bit, and the smallest tiles of A "
                                    "there need 8 bit"};
    aug_problem problem;
    small_problem(&problem);
    check(&problem, &idle);
    check(&problem, &nowhere);
    problem.memories[SMALL_DRAM].read_bits_per_cycle = 1.0;
    check(&problem, &slow);
    problem.memories[SMALL_REGISTER].capacity_bits = 4;
    check(&problem, &narrow);
    static const why_case inside = {"spatial: {pe.x: [m]}\nkeep: {register: {must: [A]}}\n", "keep",
                                    "constraint 'keep: {register: {must: [A]}}' cannot be met: register has to keep A and stands inside of vector, "
                                    "where the einsum is computed"};
    problem.computes[SMALL_VECTOR].rate_per_cycle = 1.0;
    problem.computes[SMALL_MAC].rate_per_cycle = 0.0;
    check(&problem, &inside);
}

// Neither the buffer nor the register holds a word: both constraints have to go.
static void several_are_named_where_none_is_enough(void **state) {
    (void)state;
    aug_problem problem;
    small_problem(&problem);
    problem.memories[SMALL_BUFFER].capacity_bits = problem.memories[SMALL_REGISTER].capacity_bits = 4;
    static const why_case pair = {"keep: {buffer: {must: [A]}, register: {must: [B]}}\nspatial: {pe.x: [m]}\n", "constraints",
                                  "constraints 'keep: {buffer: {must: [A]}}' and 'keep: {register: {must: [B]}}' cannot be met, nor any one of them "
                                  "alone; without them a mapping fits"};
    check(&problem, &pair);
}

// dram of 1000 bit: A 384, B 192 and Z 1024 bit are 1600. A register that has to keep A and may not.
static void the_machine_is_to_blame_where_no_constraint_is(void **state) {
    (void)state;
    aug_problem problem;
    static const why_case small = {"min_utilization: 0.1\n", "capacity", "dram has room for 125 B, and A, B, Z stand there as a whole with 200 B: 75 B are missing; Z alone is 128 B"};
    small_problem(&problem);
    problem.memories[SMALL_DRAM].capacity_bits = 1000;
    check(&problem, &small);
    static const why_case torn = {"", "must", "register has to keep A and may not keep it"};
    small_problem(&problem);
    problem.memories[SMALL_REGISTER].must = problem.memories[SMALL_REGISTER].never = 1u << SMALL_A;
    check(&problem, &torn);
    static const why_case copies = {"", "capacity", "register holds 8 bit, and the smallest tiles of A there need 16 bit with their copies"};
    small_problem(&problem);
    problem.memories[SMALL_REGISTER].must = 1u << SMALL_A;
    problem.memories[SMALL_REGISTER].capacity_bits = 8;
    problem.memories[SMALL_REGISTER].buffers = 2;
    check(&problem, &copies);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_constraint_to_blame_is_named),
        cmocka_unit_test(several_are_named_where_none_is_enough),
        cmocka_unit_test(the_machine_is_to_blame_where_no_constraint_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
