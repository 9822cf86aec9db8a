#include "workload/graph_build.h"

#include <assert.h>
#include <string.h>

void aug_graph_init(aug_graph *graph, aug_arena *arena) {
    memset(graph, 0, sizeof *graph);
    graph->arena = arena;
}

void aug_builder_init(aug_graph_builder *builder, aug_graph *graph) {
    memset(builder, 0, sizeof *builder);
    builder->graph = graph;
    builder->repeats = 1.0;
    builder->norm = -1;
}

static void bind(aug_graph_builder *builder, const char *name, aug_rank rank) {
    int i = 0;
    while (i < builder->bound_count && strcmp(builder->bound[i].name, name) != 0)
        i++;
    assert(i < (int)AUG_COUNT(builder->bound));
    if (i == builder->bound_count)
        builder->bound[builder->bound_count++].name = name;
    builder->bound[i].rank = rank;
}

void aug_bind(aug_graph_builder *builder, const char *name, aug_rank_kind kind, aug_variable variable, double factor) {
    bind(builder, name, (aug_rank){.kind = kind, .variable = variable, .factor = factor});
}

void aug_bind_count(aug_graph_builder *builder, const char *name, aug_variable variable, uint64_t count) {
    bind(builder, name, (aug_rank){.kind = AUG_RANK_PLAIN, .variable = variable, .factor = (double)count, .count = count});
}

void aug_kernel_begin(aug_graph_builder *builder) {
    builder->kernel = ++builder->graph->kernels;
}

void aug_kernel_end(aug_graph_builder *builder) {
    builder->kernel = 0;
}

static aug_operator *append(aug_graph *graph) {
    if (graph->count == graph->capacity)
        graph->operators = aug_arena_grow(graph->arena, graph->operators, graph->count, &graph->capacity, sizeof *graph->operators);
    return &graph->operators[graph->count++];
}

// Whether an input takes part in the product: it has a rank that is summed over. A bias is only added.
static bool is_factor(const aug_einsum *einsum, int tensor) {
    const aug_einsum_tensor *output = aug_einsum_output(einsum);
    for (int r = 0; r < einsum->rank_count; r++)
        if (aug_einsum_indexes(&einsum->tensors[tensor], r) && !aug_einsum_indexes(output, r))
            return true;
    return false;
}

// What follows from the einsum and its ranks and never changes afterwards.
static void derive(aug_operator *op) {
    bool product = aug_einsum_is_product(&op->einsum), has_new = false, has_positions = false;
    for (int i = 0; i + 1 < op->einsum.tensor_count; i++)
        if (!product || is_factor(&op->einsum, i))
            op->operands |= 1u << i;
    for (int r = 0; r < op->einsum.rank_count; r++) {
        has_new = has_new || op->ranks[r].variable == AUG_VARIABLE_NEW;
        has_positions = has_positions || op->ranks[r].variable == AUG_VARIABLE_POSITIONS;
    }
    op->pairs = has_new && has_positions;
}

aug_operator *aug_build(aug_graph_builder *builder, const char *name, const char *einsum) {
    aug_operator *op = append(builder->graph);
    aug_einsum_error error;
    bool good = aug_einsum_read(builder->graph->arena, einsum, &op->einsum, &error);
    assert(good);
    (void)good;
    op->name = name;
    op->repeats = builder->repeats;
    op->kernel = builder->kernel;
    op->run = builder->run;
    op->phases = AUG_PHASE_BOTH;
    op->causal = true;
    for (int r = 0; r < op->einsum.rank_count; r++) {
        int i = 0;
        while (i < builder->bound_count && strcmp(builder->bound[i].name, op->einsum.ranks[r]) != 0)
            i++;
        assert(i < builder->bound_count);
        op->ranks[r] = builder->bound[i].rank;
    }
    for (int i = 0; i < op->einsum.tensor_count; i++)
        op->uses[i] = (aug_use){.role = AUG_ROLE_INPUT, .storage = AUG_STORAGE_ACTIVATION, .density = 1.0};
    op->uses[op->einsum.tensor_count - 1].role = AUG_ROLE_OUTPUT;
    op->uses[op->einsum.tensor_count - 1].storage = AUG_STORAGE_RESIDUAL;
    derive(op);
    return op;
}

static aug_use *find_use(aug_operator *op, const char *tensor) {
    for (int i = 0; i < op->einsum.tensor_count; i++)
        if (strcmp(op->einsum.tensors[i].name, tensor) == 0)
            return &op->uses[i];
    assert(false && "a tensor of the einsum");
    return &op->uses[0];
}

void aug_use_as(aug_operator *op, const char *tensor, aug_tensor_role role, aug_storage storage) {
    aug_use *use = find_use(op, tensor);
    use->role = role;
    use->storage = storage;
}

void aug_hand_on(const aug_graph_builder *builder, const char *tensor, int maker) {
    aug_graph *graph = builder->graph;
    find_use(&graph->operators[graph->count - 1], tensor)->maker = maker + 1;
}

void aug_use_local(aug_operator *op, const char *tensor) {
    find_use(op, tensor)->local = true;
}

aug_operator *aug_build_linear(aug_graph_builder *builder, const char *name, aug_features in, aug_features out,
                               aug_storage storage, bool bias) {
    aug_bind(builder, "t", AUG_RANK_PLAIN, AUG_VARIABLE_TOKENS, 1.0);
    aug_bind(builder, "k", in.kind, AUG_VARIABLE_ONE, in.count);
    aug_bind(builder, "n", out.kind, AUG_VARIABLE_ONE, out.count);
    aug_operator *op =
        aug_build(builder, name, bias ? "Z[t,n] += A[t,k] * W[k,n] + B[n]" : "Z[t,n] += A[t,k] * W[k,n]");
    aug_use_as(op, "W", AUG_ROLE_WEIGHT, storage);
    if (bias) {
        aug_use_as(op, "B", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
        op->operations = 2.0; // the bias is added once per result, not per point
    }
    return op;
}

aug_operator *aug_build_norm(aug_graph_builder *builder, const char *name, double count, double width,
                             aug_rank_kind kind, bool bias) {
    aug_bind(builder, "t", AUG_RANK_PLAIN, AUG_VARIABLE_TOKENS, 1.0);
    aug_bind(builder, "h", kind, AUG_VARIABLE_ONE, count);
    aug_bind(builder, "n", count > 1.0 ? AUG_RANK_PLAIN : kind, AUG_VARIABLE_ONE, width);
    aug_operator *op = count > 1.0 ? aug_build(builder, name, "Y[t,h,n] = norm(X[t,h,n], W[n])")
                       : bias      ? aug_build(builder, name, "Y[t,n] = norm(X[t,n], W[n], B[n])")
                                   : aug_build(builder, name, "Y[t,n] = norm(X[t,n], W[n])");
    aug_use_as(op, "X", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(op, "W", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
    if (bias && count <= 1.0)
        aug_use_as(op, "B", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
    op->operations = 4.0; // square, sum, scale, weight
    op->run = AUG_RUN_NORM;
    return op;
}

aug_operator *aug_build_map(aug_graph_builder *builder, const char *name, aug_features features, int inputs,
                            double operations) {
    static const char *const forms[] = {"Y[t,n] = f(X[t,n])", "Y[t,n] = f(X[t,n], U[t,n])",
                                        "Y[t,n] = f(X[t,n], U[t,n], V[t,n])"};
    aug_bind(builder, "t", AUG_RANK_PLAIN, AUG_VARIABLE_TOKENS, 1.0);
    aug_bind(builder, "n", features.kind, AUG_VARIABLE_ONE, features.count);
    aug_operator *op = aug_build(builder, name, forms[inputs - 1]);
    for (int i = 0; i < inputs; i++)
        op->uses[i].storage = AUG_STORAGE_RESIDUAL;
    op->operations = operations;
    return op;
}
