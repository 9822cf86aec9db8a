// A serving run: a model under a parallel plan with a number of requests in flight.
//
// Aggregated: one deployment of tp · pp · attn_dp chips does prompts and tokens. Disaggregated: p_workers workers do prompts,
// d_workers others do tokens, and each rank of a prompt worker that attends data-parallel takes prompts of its own; each prompt
// worker has a host. Both are rerun as the benchmark sent its requests (system/rerun.h).
#include "validation/truth_serving.h"

#include <math.h>
#include <string.h>

typedef struct degrees {
    uint64_t tp, pp, dp, ep;
} degrees;

static const char *dtype(aug_truth *truth, const aug_table_row *row) {
    const char *weights = aug_truth_cell(truth, row, "weight_quant"), *experts = aug_truth_cell(truth, row, "moe_quant");
    bool same = !*experts || strcmp(weights, experts) == 0;
    return same ? weights : aug_arena_print(truth->arena, "%s/%s", weights, experts);
}

static aug_plan plan_of(const aug_truth_deployment *run, const degrees *d) {
    aug_plan plan = aug_truth_deployment_plan(run, d->tp * d->pp * d->dp);
    if (d->tp > 16) // no layer is spread so far: the column counts the chips of a deployment, whose plan it does not say
        return plan;
    plan.tp = d->tp;
    plan.pp = d->pp;
    plan.dp = d->dp;
    plan.ep = d->ep;
    return plan;
}

// Tables that state one number for all of attention and experts count it twice: 8 chips that share attention (tp 8) and
// hold 8 expert groups appear as tp 64, moe_tp 8, moe_ep 8; data-parallel ones as tp 4, attn_dp 4, moe_ep 16.
static void settle(degrees *d, uint64_t expert_tensor) {
    uint64_t *wide = d->tp > 1 ? &d->tp : &d->dp;
    if (expert_tensor > 1 && d->ep == expert_tensor && d->tp * d->dp == d->ep * d->ep) {
        *wide = d->ep;
    } else if (d->tp > 1 && d->tp == d->dp && d->ep == d->tp * d->dp) {
        d->ep = d->dp;
        d->tp = 1;
    }
}

static bool read_degrees(aug_truth *truth, const aug_table_row *row, degrees *d) {
    uint64_t expert_tensor;
    bool good = aug_truth_count(truth, row, "tp", 1, &d->tp);
    good = aug_truth_count(truth, row, "pp", 1, &d->pp) && good;
    good = aug_truth_count(truth, row, "attn_dp", 1, &d->dp) && good;
    good = aug_truth_count(truth, row, "moe_tp", 1, &expert_tensor) && good;
    if (!aug_truth_count(truth, row, "moe_ep", 1, &d->ep) || !good)
        return false;
    if (d->tp > 100000 || d->pp > 1000 || d->dp > 100000 || d->ep > 100000 || expert_tensor > 100000)
        return false;
    settle(d, expert_tensor);
    return true;
}

static bool load_together(aug_truth *truth, const aug_table_row *row, aug_truth_served *served, aug_prediction *prediction) {
    degrees d;
    if (!read_degrees(truth, row, &d))
        return false;
    const aug_plan plan = plan_of(&served->run, &d);
    aug_outcome outcome;
    prediction->reason = "no such plan on this machine";
    return aug_truth_deployment_rerun(truth, &served->run, &plan, &outcome, &served->load);
}

// One side of a disaggregated deployment.
typedef struct side {
    uint64_t workers;
    degrees each;
} side;

static bool read_side(aug_truth *truth, const aug_table_row *row, const char *const columns[4], side *s) {
    s->each.pp = 1;
    bool good = aug_truth_count(truth, row, columns[0], 1, &s->workers);
    good = aug_truth_count(truth, row, columns[1], 1, &s->each.tp) && good;
    good = aug_truth_count(truth, row, columns[2], 1, &s->each.dp) && good;
    return aug_truth_count(truth, row, columns[3], 1, &s->each.ep) && good && s->each.tp <= 100000 && s->each.dp <= 100000;
}

static bool load_apart(aug_truth *truth, const aug_table_row *row, aug_truth_served *served, aug_prediction *prediction) {
    static const char *const prompt_columns[] = {"p_workers", "p_tp", "p_dp", "p_ep"};
    static const char *const token_columns[] = {"d_workers", "d_tp", "d_dp", "d_ep"};
    side p, d;
    bool good = read_side(truth, row, prompt_columns, &p);
    if (!read_side(truth, row, token_columns, &d) || !good)
        return false;
    prediction->reason = "a number of workers is out of range";
    if (p.workers > AUG_RERUN_WORKERS || d.workers > AUG_RERUN_WORKERS)
        return false;
    aug_outcome prompts, tokens;
    aug_rerun_load prompt;
    aug_truth_deployment one = served->run, all = served->run;
    one.requests = p.each.dp;
    all.requests = (served->run.requests + d.workers - 1) / d.workers;
    const aug_plan prompt_plan = plan_of(&one, &p.each), token_plan = plan_of(&all, &d.each);
    prediction->reason = "no such plan on this machine";
    if (!aug_truth_deployment_rerun(truth, &one, &prompt_plan, &prompts, &prompt) ||
        !aug_truth_deployment_rerun(truth, &all, &token_plan, &tokens, &served->load))
        return false;
    uint64_t prompt_workers = p.workers * prompts.plan.dp, decoders = d.workers * tokens.plan.dp;
    aug_rerun_load *load = &served->load;
    load->clients = (double)served->run.requests;
    load->slots *= (double)decoders;
    load->start_seconds = prompt.start_seconds;
    load->each_seconds = prompt.each_seconds;
    load->prompt_workers = (int)(prompt_workers < AUG_RERUN_WORKERS ? prompt_workers : AUG_RERUN_WORKERS);
    load->decoders = (int)(decoders < 1000000 ? decoders : 1000000);
    load->hosts = (double)p.workers;
    return true;
}

// Requests in flight; where a row does not say, the batch that its server, or its decode workers, were set to.
static bool read_requests(aug_truth *truth, const aug_table_row *row, uint64_t *requests) {
    uint64_t workers;
    if (aug_truth_count(truth, row, "concurrency", 0, requests) || aug_truth_count(truth, row, "batch", 0, requests))
        return true;
    if (!aug_truth_count(truth, row, "d_batch", 0, requests) || !aug_truth_count(truth, row, "d_workers", 1, &workers))
        return false;
    if (workers > UINT64_C(1) << 30 || *requests > UINT64_C(1) << 30)
        return false;
    *requests *= workers;
    return true;
}

bool aug_truth_serving_load(aug_truth *truth, const aug_table_row *row, aug_truth_served *served, aug_prediction *prediction) {
    aug_truth_deployment *r = &served->run;
    *r = (aug_truth_deployment){.experts = AUG_FORMAT_NONE};
    if (!aug_truth_deployment_find(truth, row, r, prediction))
        return false;
    if (r->model->language < 0) {
        prediction->reason = "the model does not generate text";
        return false;
    }
    if (!aug_truth_format(truth, row, "weight_quant", &r->weights, prediction))
        return false;
    if (*aug_truth_cell(truth, row, "moe_quant") && !aug_truth_format(truth, row, "moe_quant", &r->experts, prediction))
        return false;
    bool sized = aug_truth_count(truth, row, "input_tokens", 0, &r->in);
    sized = aug_truth_count(truth, row, "output_tokens", 0, &r->out) && sized;
    sized = read_requests(truth, row, &r->requests) && sized;
    if (!sized || r->in > UINT64_C(1) << 32 || r->out > UINT64_C(1) << 32 || r->requests > UINT64_C(1) << 32) {
        prediction->reason = "a size is missing or out of range";
        return false;
    }
    prediction->reason = "the plan is incomplete";
    bool apart = strcmp(aug_truth_cell(truth, row, "serving"), "disagg") == 0;
    return apart ? load_apart(truth, row, served, prediction) : load_together(truth, row, served, prediction);
}

static void predict(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction) {
    aug_truth_served served;
    if (!aug_truth_serving_load(truth, row, &served, prediction))
        return;
    aug_truth_deployment_host(served.run.software, &served.run, &served.load);
    aug_rerun_answer rerun = aug_truth_deployment_serve(truth, &served.load);
    aug_truth_deployment_answer(&served.run, AUG_SERVER_TTFT, rerun.ttft_seconds, prediction, 0);
    aug_truth_deployment_answer(&served.run, AUG_SERVER_TPOT, rerun.tpot_seconds, prediction, 1);
    prediction->basis = served.run.machine->kernel.basis;
    prediction->reason = NULL;
}

const aug_truth_kind aug_truth_serving = {
    .name = "e2e",
    .columns = {"device", "model", "serving", "weight_quant", "input_tokens", "output_tokens", "concurrency", "tp", "ttft_ms",
                "tpot_ms", NULL},
    .library = "framework",
    .target_count = 2,
    .targets = {{.measured = "ttft_ms", .operation = "ttft", .suffix = "_ttft_ms", .unit = 1e-3},
                {.measured = "tpot_ms", .operation = "tpot", .suffix = "_tpot_ms", .unit = 1e-3}},
    .dtype = dtype,
    .predict = predict,
};
