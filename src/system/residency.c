// One chip's share: layers over pipeline stages (the largest share, whole layers), heads, features and experts as the
// plan splits them, embedding and LM head on the first and last stage.
#include "system/residency.h"

#include <math.h>

// Weights in layers and weights at the two ends of the pipeline.
typedef struct stage_weights {
    double layer_bytes, embedding_bytes, head_bytes;
} stage_weights;

static stage_weights weigh(const aug_stage *stage, const aug_plan *plan, const aug_precision *precision) {
    aug_split split = aug_plan_split(plan);
    aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 1.0, .new_tokens = 1.0, .every_expert = true};
    stage_weights sum = {0};
    for (int i = 0; i < stage->graph.count; i++) {
        const aug_operator *op = &stage->graph.operators[i];
        if (!(op->phases & AUG_PHASE_PREFILL))
            continue;
        double sizes[AUG_EINSUM_RANKS], bytes = 0.0;
        aug_operator_sizes(op, &pass, &split, sizes);
        bool at_end = false;
        for (int t = 0; t < op->einsum.tensor_count; t++) {
            const aug_use *use = &op->uses[t];
            if (use->role != AUG_ROLE_WEIGHT || (use->tied && plan->pp == 1))
                continue;
            at_end = at_end || use->storage == AUG_STORAGE_HEAD;
            bytes += aug_operator_elements(op, t, sizes) * aug_operator_bits(op, t, precision) / 8.0 * op->repeats;
        }
        double *member = !at_end ? &sum.layer_bytes : op->gathers ? &sum.embedding_bytes : &sum.head_bytes;
        *member += bytes;
    }
    return sum;
}

static double largest_share(const aug_stage *stage, const aug_plan *plan) {
    double stages = (double)plan->pp, layers = stage->graph.layers;
    return stages > 1.0 && layers > 0.0 ? ceil(layers / stages) / layers : 1.0 / stages;
}

double aug_stage_weights_bytes(const aug_stage *stage, const aug_plan *plan) {
    aug_precision precision = aug_plan_precision(plan, &stage->precision);
    stage_weights w = weigh(stage, plan, &precision);
    double ends = plan->pp > 1 ? fmax(w.embedding_bytes, w.head_bytes) : w.embedding_bytes + w.head_bytes;
    return w.layer_bytes * largest_share(stage, plan) + ends;
}

// The largest operator's inputs and results that are neither weights nor caches.
static double activation_bytes(const aug_stage *stage, const aug_plan *plan, const aug_pass *pass) {
    aug_precision precision = aug_plan_precision(plan, &stage->precision);
    aug_split split = aug_plan_split(plan);
    double most = 0.0;
    for (int i = 0; i < stage->graph.count; i++) {
        const aug_operator *op = &stage->graph.operators[i];
        if (!(op->phases & pass->phase))
            continue;
        double sizes[AUG_EINSUM_RANKS], bits = 0.0;
        aug_operator_sizes(op, pass, &split, sizes);
        for (int t = 0; t < op->einsum.tensor_count; t++) {
            aug_tensor_role role = op->uses[t].role;
            if (role == AUG_ROLE_INPUT || role == AUG_ROLE_OUTPUT)
                bits += aug_operator_moved(op, t, sizes) * aug_operator_bits(op, t, &precision);
        }
        if (bits > most)
            most = bits;
    }
    // The stream between layers is kept beside what an operator works on.
    return (most + pass->sequences * pass->new_tokens * stage->width * 16.0) / 8.0;
}

double aug_module_weights_bytes(const aug_stage *stage, const aug_plan *plan) {
    aug_precision precision = aug_plan_precision(plan, &stage->precision);
    return weigh(stage, plan, &precision).layer_bytes / fmax(1.0, stage->graph.layers);
}

// Activations grow with the sequences in decode steps and in stages that run in passes; a prompt is worked on alone.
static void add_activations(const aug_stage *stage, const aug_scenario *scenario, const aug_plan *plan, aug_need *need) {
    aug_pass pass = {.phase = AUG_PHASE_PREFILL, .sequences = 1.0};
    if (stage->kind == AUG_STAGE_PASS) {
        pass.sequences = stage->sequences;
        pass.new_tokens = aug_stage_tokens(stage, scenario);
        need->activation_bytes = fmax(need->activation_bytes, activation_bytes(stage, plan, &pass));
        return;
    }
    pass.new_tokens = stage->kind == AUG_STAGE_IMAGE ? (double)scenario->image_tokens * stage->tokens_per_image_token
                                                     : fmin(aug_scenario_longest_prompt(scenario), AUG_CHUNK_TOKENS) / (double)aug_plan_context(plan);
    need->prompt_bytes = fmax(need->prompt_bytes, activation_bytes(stage, plan, &pass));
    if (stage->kind == AUG_STAGE_LANGUAGE) {
        const aug_pass step = {.phase = AUG_PHASE_DECODE, .sequences = 1.0, .new_tokens = 1.0 + (double)plan->speculate};
        need->activation_bytes = fmax(need->activation_bytes, activation_bytes(stage, plan, &step));
    }
}

// Caches and states of one sequence on one chip.
static double sequence_bytes(const aug_model *model, const aug_scenario *scenario, const aug_plan *plan) {
    double bytes = 0.0;
    for (int i = 0; i < model->stage_count; i++) {
        const aug_stage *stage = &model->stages[i];
        if (stage->kind == AUG_STAGE_IMAGE)
            continue;
        aug_precision precision = aug_plan_precision(plan, &stage->precision);
        double tokens = stage->kind == AUG_STAGE_LANGUAGE ? aug_scenario_longest(scenario) : aug_stage_tokens(stage, scenario);
        double kept = aug_stage_cache_bytes(stage, &precision, tokens, (double)plan->tp) +
                      aug_stage_state_bytes(stage, (double)plan->tp);
        bytes += kept * stage->sequences * largest_share(stage, plan) / (double)aug_plan_context(plan);
    }
    return bytes;
}

static int find_home(const aug_roofline *roofline, double bytes) {
    int home = 0;
    for (int i = 1; i < roofline->memory_count && roofline->memories[i].capacity_bits >= bytes * 8.0; i++)
        if (!roofline->memories[i].innermost)
            home = i;
    return home;
}

// What proposes tokens lies beside the model, on the chips of one pipeline stage: its own weights and cache, or one more layer.
static void add_draft(const aug_model *model, const aug_scenario *scenario, const aug_plan *plan, aug_need *need) {
    const aug_stage *stage = &model->stages[model->language];
    const aug_plan beside = aug_plan_of_draft(plan);
    if (plan->draft) {
        const aug_stage *draft = &plan->draft->stages[plan->draft->language];
        need->weights_bytes += aug_stage_weights_bytes(draft, &beside);
        need->sequence_bytes += sequence_bytes(plan->draft, scenario, &beside);
    } else {
        need->weights_bytes += aug_module_weights_bytes(stage, &beside);
        need->sequence_bytes += sequence_bytes(model, scenario, &beside) / fmax(1.0, stage->graph.layers);
    }
}

aug_need aug_need_measure(const aug_model *model, const aug_scenario *scenario, const aug_plan *plan) {
    aug_need need = {.sequences = ceil((double)scenario->batch / (double)plan->dp)};
    for (int i = 0; i < model->stage_count; i++) {
        const aug_stage *stage = &model->stages[i];
        if (stage->kind == AUG_STAGE_IMAGE && scenario->image_tokens == 0)
            continue;
        need.weights_bytes += aug_stage_weights_bytes(stage, plan);
        add_activations(stage, scenario, plan, &need);
    }
    need.sequence_bytes = sequence_bytes(model, scenario, plan);
    if (plan->speculate && model->language >= 0)
        add_draft(model, scenario, plan, &need);
    return need;
}

// Sequences of one replica that fit: with a prompt's activations, and with those of a step of them all.
static double most_sequences(const aug_need *need, double capacity_bytes) {
    double most = 0x1p53, room = capacity_bytes - need->weights_bytes;
    if (room < need->prompt_bytes)
        return 0.0;
    if (need->sequence_bytes > 0.0)
        most = fmin(most, floor((room - need->prompt_bytes) / need->sequence_bytes));
    if (need->sequence_bytes + need->activation_bytes > 0.0)
        most = fmin(most, floor(room / (need->sequence_bytes + need->activation_bytes)));
    return most;
}

aug_residency aug_residency_of(const aug_roofline *roofline, const aug_plan *plan, const aug_need *need) {
    aug_residency r = {.weights_bytes = need->weights_bytes,
                       .cache_bytes = need->sequence_bytes * need->sequences,
                       .activations_bytes = fmax(need->prompt_bytes, need->activation_bytes * need->sequences),
                       .capacity_bytes = roofline->memories[0].capacity_bits / 8.0,
                       .sequence_bytes = need->sequence_bytes};
    double needed = r.weights_bytes + r.cache_bytes + r.activations_bytes;
    r.fits = needed <= r.capacity_bytes;
    r.largest_batch = fmin(0x1p53, most_sequences(need, r.capacity_bytes) * (double)plan->dp);
    r.home = find_home(roofline, needed);
    return r;
}

aug_residency aug_residency_find(const aug_roofline *roofline, const aug_model *model, const aug_scenario *scenario,
                                 const aug_plan *plan) {
    aug_need need = aug_need_measure(model, scenario, plan);
    return aug_residency_of(roofline, plan, &need);
}
