// Keys of small_problem and of problems that differ from it in one thing.
#include "support/small_problem.h"

#include "mapper/problem_key.h"
#include "workload/density.h"

static const char *key_of(test_ground *ground, const aug_problem *problem) {
    aug_buffer out;
    aug_buffer_init(&out, &ground->arena);
    assert_true(aug_problem_key(&out, problem));
    return aug_buffer_text(&out);
}

static void names_do_not_count(void **state) {
    test_ground ground;
    aug_problem left, right;
    (void)state;
    test_begin(&ground);
    small_problem(&left);
    small_problem(&right);
    right.name = "other";
    right.ranks[SMALL_K] = "q";
    right.tensors[SMALL_A].name = "X";
    right.memories[SMALL_BUFFER].name = "cache";
    assert_string_equal(key_of(&ground, &left), key_of(&ground, &right));
    test_end(&ground);
}

// Whatever a cost or a keep rule depends on.
static void change(aug_problem *p, int what) {
    switch (what) {
    case 0:
        p->sizes[SMALL_N] = 5;
        break;
    case 1:
        p->tensors[SMALL_A].dims[0].terms[0].coefficient = 2;
        break;
    case 2:
        p->memories[SMALL_BUFFER].bits[SMALL_B] = 16;
        break;
    case 3:
        p->memories[SMALL_BUFFER].must = 1u << SMALL_A;
        break;
    case 4:
        p->memories[SMALL_DRAM].energy_pj[SMALL_Z][AUG_ACTION_READ] = nextafter(256.0, 257.0);
        break;
    case 5:
        p->axes[SMALL_X].multicast = 0;
        p->axes[SMALL_X].fanout = 8;
        break;
    case 6:
        p->tensors[SMALL_Z].accumulates = true;
        break;
    case 7:
        p->computes[SMALL_MAC].rate_per_cycle = 2;
        break;
    default:
        p->arrays[0].fill_cycles = 3;
        break;
    }
}

static void each_figure_counts(void **state) {
    (void)state;
    for (int what = 0; what <= 8; what++) {
        test_ground ground;
        aug_problem left, right;
        test_begin(&ground);
        small_problem(&left);
        small_problem(&right);
        change(&right, what);
        assert_string_not_equal(key_of(&ground, &left), key_of(&ground, &right));
        test_end(&ground);
    }
}

static void zeros_have_no_key(void **state) {
    test_ground ground;
    aug_problem problem;
    aug_buffer out;
    static const aug_density density = {0};
    (void)state;
    test_begin(&ground);
    small_problem(&problem);
    problem.tensors[SMALL_A].density = &density;
    aug_buffer_init(&out, &ground.arena);
    assert_false(aug_problem_key(&out, &problem));
    test_end(&ground);
}

static void what_is_asked_counts(void **state) {
    test_ground ground;
    aug_problem problem;
    (void)state;
    test_begin(&ground);
    small_problem(&problem);
    static const aug_restriction keeps = {.must = {[SMALL_BUFFER] = 1u << SMALL_B}},
                                 spreads = {.axis_is_fixed = {true}};
    const aug_mapper_options options[] = {{.objective = AUG_OBJECTIVE_ENERGY},
                                          {.objective = AUG_OBJECTIVE_EDP},
                                          {.perfect = true},
                                          {.restriction = &keeps},
                                          {.restriction = &spreads}};
    const char *keys[AUG_COUNT(options)];
    for (size_t i = 0; i < AUG_COUNT(options); i++) {
        aug_buffer out;
        aug_buffer_init(&out, &ground.arena);
        aug_problem_key_options(&out, &problem, &options[i]);
        keys[i] = aug_buffer_text(&out);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(keys[k], keys[i]);
    }
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_do_not_count),
        cmocka_unit_test(each_figure_counts),
        cmocka_unit_test(zeros_have_no_key),
        cmocka_unit_test(what_is_asked_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
