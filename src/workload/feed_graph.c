// Feed-forward layers: dense ones, and mixtures of experts.
//
// A mixture of E experts where T tokens choose k each: E(1 - (1 - k/E)^T) experts have work on average when the choice
// is even, T·k / that many tokens each; their weights are read once, and T·k rows are computed.
#include "workload/layer_graph.h"

static aug_features plain(double count) {
    return (aug_features){count, AUG_RANK_PLAIN};
}

static aug_features split(double count) {
    return (aug_features){count, AUG_RANK_FEATURE};
}

typedef struct dense_names {
    const char *both, *gate, *up, *activation, *down;
} dense_names;

static const dense_names plain_names = {"gate and up projection", "gate projection", "up projection", "activation",
                                        "down projection"};
static const dense_names shared_names = {"shared expert gate and up projection", "shared expert gate projection",
                                         "shared expert up projection", "shared expert activation",
                                         "shared expert down projection"};

// Gate and up projection stand side by side in one product.
static void set_parts(aug_operator *op, const dense_names *names) {
    op->parts[0] = names->gate;
    op->parts[1] = names->up;
}

// The newest operator works on what the one before it makes, a gated one on both halves of that.
static void take_both(const aug_graph_builder *builder, const char *first, bool gated) {
    aug_hand_on(builder, first, builder->graph->count - 2);
    if (gated)
        aug_hand_on(builder, "U", builder->graph->count - 2);
}

static void add_dense(aug_graph_builder *builder, const dense_names *names, double hidden, double width, bool gated,
                      bool bias) {
    aug_operator *first = aug_build_linear(builder, gated ? names->both : names->up, plain(hidden),
                                           split(gated ? 2.0 * width : width), AUG_STORAGE_MLP, bias);
    if (gated)
        set_parts(first, names);
    aug_hand_on(builder, "A", builder->norm);
    aug_build_map(builder, names->activation, split(width), gated ? 2 : 1, gated ? 6.0 : 5.0);
    take_both(builder, "X", gated);
    aug_operator *down = aug_build_linear(builder, names->down, split(width), plain(hidden), AUG_STORAGE_MLP, bias);
    aug_hand_on(builder, "A", builder->graph->count - 2);
    down->exchange = AUG_EXCHANGE_REDUCE;
}

void aug_graph_dense(aug_graph_builder *builder, const aug_feed *feed, double hidden) {
    add_dense(builder, &plain_names, hidden, feed->width, feed->gated, feed->bias);
}

static void bind_experts(aug_graph_builder *builder, double hidden, double width) {
    aug_bind(builder, "x", AUG_RANK_EXPERT, AUG_VARIABLE_ONE, 1.0);
    aug_bind(builder, "r", AUG_RANK_ROUTED, AUG_VARIABLE_ONE, 1.0);
    aug_bind(builder, "k", AUG_RANK_PLAIN, AUG_VARIABLE_ONE, hidden);
    aug_bind(builder, "f", AUG_RANK_EXPERT_FEATURE, AUG_VARIABLE_ONE, width);
}

static void set_experts(aug_operator *op, const aug_feed *feed) {
    op->experts = feed->experts;
    op->chosen = feed->chosen;
}

static void add_router(aug_graph_builder *builder, const aug_feed *feed, double hidden) {
    aug_operator *op = aug_build_linear(builder, "router", plain(hidden), plain(feed->experts), AUG_STORAGE_ROUTER,
                                        feed->router_bias);
    aug_use_as(op, "A", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    aug_use_as(op, "Z", AUG_ROLE_OUTPUT, AUG_STORAGE_SUM);
    aug_build_map(builder, "expert choice", plain(feed->experts), 1, 4.0);
}

// The rows of tokens are copied to their experts, and back with their weights.
static void add_permutation(aug_graph_builder *builder, const aug_feed *feed, double hidden, const char *name,
                            aug_exchange exchange, double operations) {
    bind_experts(builder, hidden, 1.0);
    aug_operator *op = aug_build(builder, name, "Y[x,r,k] = copy(X[x,r,k])");
    aug_use_as(op, "X", AUG_ROLE_INPUT, AUG_STORAGE_RESIDUAL);
    set_experts(op, feed);
    op->operations = operations;
    op->exchange = exchange;
    op->run = AUG_RUN_ROUTING;
}

static aug_operator *add_expert_linear(aug_graph_builder *builder, const aug_feed *feed, const char *name,
                                       const char *plain_text, const char *bias_text) {
    aug_operator *op = aug_build(builder, name, feed->expert_bias ? bias_text : plain_text);
    aug_use_as(op, "W", AUG_ROLE_WEIGHT, AUG_STORAGE_EXPERT);
    if (feed->expert_bias) {
        aug_use_as(op, "B", AUG_ROLE_WEIGHT, AUG_STORAGE_NORM);
        op->operations = 2.0;
    }
    set_experts(op, feed);
    return op;
}

static void add_experts(aug_graph_builder *builder, const aug_feed *feed, double hidden) {
    static const dense_names names = {"expert gate and up projection", "expert gate projection",
                                      "expert up projection", "expert activation", "expert down projection"};
    builder->run = AUG_RUN_EXPERTS;
    bind_experts(builder, hidden, (feed->gated ? 2.0 : 1.0) * feed->expert_width);
    aug_operator *first =
        add_expert_linear(builder, feed, feed->gated ? names.both : names.up, "Z[x,r,f] += A[x,r,k] * W[x,k,f]",
                          "Z[x,r,f] += A[x,r,k] * W[x,k,f] + B[x,f]");
    if (feed->gated)
        set_parts(first, &names);
    bind_experts(builder, hidden, feed->expert_width);
    aug_operator *act = feed->gated ? aug_build(builder, names.activation, "Y[x,r,f] = f(G[x,r,f], U[x,r,f])")
                                    : aug_build(builder, names.activation, "Y[x,r,f] = f(G[x,r,f])");
    take_both(builder, "G", feed->gated);
    for (int i = 0; i + 1 < act->einsum.tensor_count; i++)
        act->uses[i].storage = AUG_STORAGE_RESIDUAL;
    act->operations = 6.0;
    set_experts(act, feed);
    add_expert_linear(builder, feed, names.down, "Z[x,r,k] += A[x,r,f] * W[x,f,k]",
                      "Z[x,r,k] += A[x,r,f] * W[x,f,k] + B[x,k]");
    aug_hand_on(builder, "A", builder->graph->count - 2);
    builder->run = AUG_RUN_ALONE;
}

void aug_graph_mixture(aug_graph_builder *builder, const aug_feed *feed, double hidden) {
    add_router(builder, feed, hidden);
    add_permutation(builder, feed, hidden, "expert dispatch", AUG_EXCHANGE_DISPATCH, 1.0);
    add_experts(builder, feed, hidden);
    // What stands beside the routed experts is summed with them, so one exchange serves both.
    // The norm in front is read by the router, too.
    int first = builder->graph->count, norm = builder->norm;
    builder->norm = -1;
    if (feed->shared_width > 0.0) {
        add_dense(builder, &shared_names, hidden, feed->shared_width, feed->gated, false);
        if (feed->shared_gate)
            aug_build_linear(builder, "shared expert gate", plain(hidden), plain(1.0), AUG_STORAGE_ROUTER, false);
    }
    if (feed->width > 0.0)
        add_dense(builder, &plain_names, hidden, feed->width, feed->gated, feed->bias);
    builder->norm = norm;
    for (int i = first; i < builder->graph->count; i++)
        builder->graph->operators[i].exchange = AUG_EXCHANGE_NONE;
    add_permutation(builder, feed, hidden, "expert combination", AUG_EXCHANGE_COMBINE, 2.0);
}
