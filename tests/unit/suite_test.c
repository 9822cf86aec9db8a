// Three members: small_problem, the same under other names, and one of another size. What is found for each
// is what a search of it alone finds.
#include "support/small_problem.h"

#include "mapper/suite.h"

enum { MEMBERS = 3 };

typedef struct bench {
    test_ground ground;
    aug_problem problems[MEMBERS];
    aug_suite_member members[MEMBERS];
    aug_suite_answer answers[MEMBERS];
} bench;

static void set_up(bench *b) {
    memset(b, 0, sizeof *b);
    test_begin(&b->ground);
    for (int i = 0; i < MEMBERS; i++) {
        small_problem(&b->problems[i]);
        b->members[i].problem = &b->problems[i];
    }
    b->problems[1].name = "twin";
    b->problems[2].sizes[SMALL_M] = 4;
    b->problems[2].operations = 96;
}

static void run(bench *b, aug_objective objective, int threads, const char *cache) {
    const aug_mapper_options options = {.objective = objective, .perfect = true, .threads = threads};
    aug_suite_run(&b->ground.arena, b->members, MEMBERS, &options, cache, b->answers);
}

typedef struct heard {
    uint64_t done[MEMBERS + 1], total;
    int count;
} heard;

static void hear(void *user, uint64_t done, uint64_t total) {
    heard *h = user;
    assert_true(h->count <= MEMBERS);
    h->done[h->count++] = done;
    h->total = total;
}

// Two of the three are searched, since the twin asks the same.
static void tells_how_many_are_done(void **state) {
    (void)state;
    for (int threads = 1; threads <= 2; threads++) {
        bench b;
        heard h = {0};
        aug_progress progress = {.report = hear, .user = &h};
        set_up(&b);
        aug_mapper_options options = {.perfect = true, .threads = threads, .progress = &progress};
        aug_suite_run(&b.ground.arena, b.members, MEMBERS, &options, NULL, b.answers);
        assert_int_equal(h.count, 0);
        options.tells_progress = true;
        aug_suite_run(&b.ground.arena, b.members, MEMBERS, &options, NULL, b.answers);
        assert_int_equal(h.count, 2);
        assert_int_equal(h.total, 2);
        assert_int_equal(h.done[0], 1);
        assert_int_equal(h.done[1], 2);
        test_end(&b.ground);
    }
}

static void same_point(const aug_mapper_point *left, const aug_mapper_point *right) {
    assert_true(left->energy_pj == right->energy_pj && left->cycles == right->cycles);
    assert_int_equal(left->mapping.count, right->mapping.count);
    for (int i = 0; i < left->mapping.count; i++) {
        const aug_mapping_node *x = &left->mapping.nodes[i], *y = &right->mapping.nodes[i];
        assert_true(x->kind == y->kind && x->tensors == y->tensors && x->rank == y->rank &&
                    x->tile == y->tile);
    }
}

static void equals_are_searched_once(void **state) {
    bench b;
    (void)state;
    set_up(&b);
    run(&b, AUG_OBJECTIVE_ENERGY, 1, NULL);
    assert_int_equal(b.answers[0].same_as, 0);
    assert_int_equal(b.answers[1].same_as, 0);
    assert_int_equal(b.answers[2].same_as, 2);
    assert_ptr_equal(b.answers[0].result.points, b.answers[1].result.points);
    assert_true(b.answers[2].result.value < b.answers[0].result.value); // half of the operations
    test_end(&b.ground);
}

static void each_is_what_it_is_alone(void **state) {
    bench b;
    (void)state;
    set_up(&b);
    for (int objective = 0; objective < AUG_OBJECTIVE_COUNT; objective++) {
        run(&b, (aug_objective)objective, 1, NULL);
        for (int i = 0; i < MEMBERS; i++) {
            const aug_mapper_options options = {
                .objective = (aug_objective)objective, .perfect = true, .threads = 1};
            aug_mapper_result alone;
            assert_int_equal(aug_mapper_run(&b.ground.arena, &b.problems[i], &options, &alone),
                             b.answers[i].status);
            assert_int_equal(alone.point_count, b.answers[i].result.point_count);
            for (int k = 0; k < alone.point_count; k++)
                same_point(&alone.points[k], &b.answers[i].result.points[k]);
        }
    }
    test_end(&b.ground);
}

// Of small_problem twice and its half: with the value itself as the cutoff nothing is better, with a little more it is found.
static void cutoffs_are_those_of_each(void **state) {
    bench b;
    (void)state;
    set_up(&b);
    for (int objective = 0; objective < AUG_OBJECTIVE_FRONT; objective++) {
        for (int i = 0; i < MEMBERS; i++)
            b.members[i].cutoff = 0.0;
        run(&b, (aug_objective)objective, 1, NULL);
        double values[MEMBERS];
        for (int i = 0; i < MEMBERS; i++) {
            values[i] = b.answers[i].result.value;
            b.members[i].cutoff = i == 2 ? values[i] * 1.01 : values[i];
        }
        run(&b, (aug_objective)objective, 2, NULL);
        assert_int_equal(b.answers[0].status, AUG_MAPPER_NONE);
        assert_int_equal(b.answers[1].status, AUG_MAPPER_NONE);
        assert_int_equal(b.answers[2].status, AUG_MAPPER_FOUND);
        assert_true(b.answers[2].result.value == values[2]);
    }
    test_end(&b.ground);
}

static void threads_change_nothing(void **state) {
    bench b;
    aug_suite_answer single[MEMBERS];
    (void)state;
    set_up(&b);
    run(&b, AUG_OBJECTIVE_EDP, 1, NULL);
    memcpy(single, b.answers, sizeof single);
    run(&b, AUG_OBJECTIVE_EDP, 4, NULL);
    for (int i = 0; i < MEMBERS; i++) {
        same_point(&single[i].result.points[0], &b.answers[i].result.points[0]);
        assert_true(single[i].result.nodes == b.answers[i].result.nodes);
    }
    test_end(&b.ground);
}

// Members of one problem that are restricted differently are not equal.
static void restrictions_part_members(void **state) {
    bench b;
    static const aug_restriction keeps = {
        .never = {[SMALL_BUFFER] = 1u << SMALL_A | 1u << SMALL_B | 1u << SMALL_Z}};
    (void)state;
    set_up(&b);
    b.members[1].restriction = &keeps;
    run(&b, AUG_OBJECTIVE_ENERGY, 1, NULL);
    assert_int_equal(b.answers[1].same_as, 1);
    assert_true(b.answers[1].result.value >= b.answers[0].result.value);
    test_end(&b.ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_are_searched_once),
        cmocka_unit_test(tells_how_many_are_done),
        cmocka_unit_test(each_is_what_it_is_alone),
        cmocka_unit_test(cutoffs_are_those_of_each),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(restrictions_part_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
