#include "workload/model.h"

#include <math.h>
#include <string.h>

const aug_operator *aug_model_operator(const aug_model *model, const char *name) {
    for (int i = 0; i < model->stage_count; i++)
        for (int j = 0; j < model->stages[i].graph.count; j++)
            if (strcmp(model->stages[i].graph.operators[j].name, name) == 0)
                return &model->stages[i].graph.operators[j];
    return NULL;
}

// Weights are counted where they stand in the graph, in the prefill pass: what decode uses of them instead (absorbed
// projections) is the same memory.
double aug_graph_weights(const aug_graph *graph, bool touched) {
    aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 1.0, .new_tokens = 1.0, .every_expert = !touched};
    double weights = 0.0;
    for (int i = 0; i < graph->count; i++) {
        const aug_operator *op = &graph->operators[i];
        if (!(op->phases & AUG_PHASE_PREFILL) || (touched && op->gathers))
            continue;
        double sizes[AUG_EINSUM_RANKS];
        aug_operator_sizes(op, &pass, &aug_split_none, sizes);
        for (int t = 0; t < op->einsum.tensor_count; t++)
            if (op->uses[t].role == AUG_ROLE_WEIGHT && (touched || !op->uses[t].tied))
                weights += aug_operator_elements(op, t, sizes) * op->repeats;
    }
    return round(weights); // the share of experts that one token touches is rounded: 8/256 of 256
}

aug_parameters aug_model_parameters(const aug_model *model) {
    aug_parameters parameters = {0};
    for (int i = 0; i < model->stage_count; i++) {
        const aug_graph *graph = &model->stages[i].graph;
        if (model->stages[i].kind == AUG_STAGE_IMAGE) {
            parameters.image += aug_graph_weights(graph, false);
            continue;
        }
        parameters.total += aug_graph_weights(graph, false);
        parameters.active += aug_graph_weights(graph, true);
    }
    return parameters;
}

bool aug_model_has_experts(const aug_model *model) {
    for (int i = 0; i < model->stage_count; i++)
        for (int j = 0; j < model->stages[i].graph.count; j++)
            if (model->stages[i].graph.operators[j].experts > 0.0)
                return true;
    return false;
}

// Heads that one of `split` chips keeps, as a share of all.
static double kept_share(double heads, double split) {
    return heads > 0.0 && split > 1.0 ? ceil(heads / split) / heads : 1.0;
}

double aug_stage_cache_bytes(const aug_stage *stage, const aug_precision *precision, double tokens, double split) {
    double bits = aug_format_bits(precision->of[AUG_STORAGE_CACHE]), bytes = 0.0;
    for (int i = 0; i < stage->graph.cache_count; i++) {
        const aug_cache *cache = &stage->graph.caches[i];
        double kept = cache->window > 0.0 && cache->window < tokens ? cache->window : tokens;
        bytes += cache->elements * cache->layers * kept * kept_share(cache->heads, split) * bits / 8.0;
    }
    return bytes;
}

double aug_stage_cache_bytes_per_token(const aug_stage *stage, const aug_precision *precision) {
    return aug_stage_cache_bytes(stage, precision, 1.0, 1.0);
}

double aug_stage_state_bytes(const aug_stage *stage, double split) {
    double bytes = 0.0;
    for (int i = 0; i < stage->graph.state_count; i++) {
        const aug_state *state = &stage->graph.states[i];
        bytes += state->elements * state->layers * kept_share(state->heads, split) * aug_format_bits(state->format) / 8.0;
    }
    return bytes;
}
