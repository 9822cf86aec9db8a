// What operators of shipped models hand on to each other: runs of neighbours that may be fused.
#include "support/group_world.h"
#include "support/test_machine.h"

#include "fusion/group_limit.h"

static const char *const machine_name = "bench-256";

// A workload file of the library, bound to a shipped machine.
static aug_group_chain bind_workload(test_ground *ground, const char *name) {
    const aug_library library = test_library();
    const aug_model *model = aug_model_load(&library, &ground->arena, &ground->errors, name);
    const aug_machine *machine = test_machine(&library, &ground->arena, &ground->errors, machine_name);
    assert_non_null(model);
    assert_non_null(machine);
    const aug_graph *graph = &model->stages[0].graph;
    const aug_problem **members = AUG_NEW_ARRAY(&ground->arena, const aug_problem *, (size_t)graph->count);
    double *repeats = AUG_NEW_ARRAY(&ground->arena, double, (size_t)graph->count);
    for (int i = 0; i < graph->count; i++) {
        aug_problem *problem = AUG_NEW(&ground->arena, aug_problem);
        aug_count sizes[AUG_EINSUM_RANKS];
        assert_true(aug_operator_counts(&graph->operators[i], sizes));
        assert_true(aug_problem_bind(&ground->reader, &graph->operators[i], sizes, machine, problem));
        members[i] = problem;
        repeats[i] = graph->operators[i].repeats;
    }
    return (aug_group_chain){.members = members, .count = graph->count, .repeats = repeats};
}

static int find(const aug_group_chain *chain, const char *name) {
    for (int i = 0; i < chain->count; i++)
        if (strcmp(chain->members[i]->name, name) == 0)
            return i;
    print_error("no '%s'\n", name);
    fail();
    return -1;
}

static bool is_group(const aug_group_chain *chain, const char *first, const char *last) {
    static aug_group group;
    int from = find(chain, first), count = find(chain, last) - from + 1;
    return aug_group_is_run(chain, from, count) &&
           aug_group_init(chain->members, chain->count, from, count, NULL, &group);
}

// Each block of ResNet-50 is one chain, from its first convolution to the sum; what it begins with comes from memory, but
// the pooled image, which the first block has all to itself.
static void blocks_of_a_convolutional_network_hand_on_what_they_make(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_group_chain chain = bind_workload(&ground, "resnet-50");
    for (int stage = 2; stage <= 5; stage++) {
        for (int first = 0; first < 2; first++) {
            const char *head = aug_arena_print(&ground.arena, "conv%d %s", stage, first ? "first " : "");
            const char *reduce = aug_arena_print(&ground.arena, "%sreduce", head);
            assert_true(is_group(&chain, reduce, aug_arena_print(&ground.arena, "%ssum relu", head)));
            assert_true(is_group(&chain, reduce, aug_arena_print(&ground.arena, "%s3x3", head)));
        }
    }
    assert_true(is_group(&chain, "conv1", "max pool"));
    assert_true(is_group(&chain, "max pool", "conv2 first sum relu"));
    assert_false(is_group(&chain, "max pool", "conv2 first reduce"));
    assert_false(is_group(&chain, "conv2 first sum relu", "conv2 reduce"));
    assert_true(is_group(&chain, "average pool", "classifier"));
    test_end(&ground);
}

// "norm": the operator that an operator of a language model reads as `tensor`; "": it comes from memory.
static void expect_maker(const aug_graph *graph, const char *reader, const char *tensor, const char *maker) {
    for (int i = 0; i < graph->count; i++) {
        const aug_operator *op = &graph->operators[i];
        for (int t = 0; strcmp(op->name, reader) == 0 && t < op->einsum.tensor_count; t++) {
            if (strcmp(op->einsum.tensors[t].name, tensor) != 0)
                continue;
            int from = op->uses[t].maker;
            assert_string_equal(from > 0 ? graph->operators[from - 1].name : "", maker);
            return;
        }
    }
    print_error("no '%s' of '%s'\n", tensor, reader);
    fail();
}

static const aug_graph *language_graph(test_ground *ground, const char *name) {
    const aug_library library = test_library();
    const aug_model *model = aug_model_load(&library, &ground->arena, &ground->errors, name);
    assert_non_null(model);
    return &model->stages[model->language].graph;
}

static void layers_of_a_language_model_hand_on_what_one_operator_reads(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_graph *graph = language_graph(&ground, "llama-3.1-8b");
    expect_maker(graph, "norm", "X", ""); // the residual has more readers
    expect_maker(graph, "query, key, value projection", "A", "norm");
    expect_maker(graph, "rotation and cache append", "X", "query, key, value projection");
    expect_maker(graph, "attention scores", "Q", "");
    expect_maker(graph, "attention softmax", "S", "attention scores");
    expect_maker(graph, "attention values", "P", "attention softmax");
    expect_maker(graph, "gate and up projection", "A", "norm");
    expect_maker(graph, "activation", "X", "gate and up projection");
    expect_maker(graph, "activation", "U", "gate and up projection");
    expect_maker(graph, "down projection", "A", "activation");
    test_end(&ground);
}

// The norm before a mixture is read by its router, too; that before attention is not. Heads with norms of their own read
// parts of the projection.
static void what_several_read_is_not_handed_on(void **state) {
    (void)state;
    test_ground ground;
    test_begin(&ground);
    const aug_graph *graph = language_graph(&ground, "qwen3-30b-a3b");
    expect_maker(graph, "query, key, value projection", "A", "norm");
    expect_maker(graph, "rotation and cache append", "X", "");
    expect_maker(graph, "router", "A", "");
    expect_maker(graph, "expert gate and up projection", "A", "");
    expect_maker(graph, "expert down projection", "A", "expert activation");
    test_end(&ground);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_a_convolutional_network_hand_on_what_they_make),
        cmocka_unit_test(layers_of_a_language_model_hand_on_what_one_operator_reads),
        cmocka_unit_test(what_several_read_is_not_handed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
