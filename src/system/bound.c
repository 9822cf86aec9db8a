#include "system/bound.h"

#include <math.h>

static aug_pass_work measure_pass(const aug_stage *stage, const aug_precision *precision, const aug_pass *pass) {
    aug_pass_work work = {0};
    int kernel = 0;
    for (int i = 0; i < stage->graph.count; i++) {
        const aug_operator *op = &stage->graph.operators[i];
        if (!(op->phases & pass->phase))
            continue;
        double sizes[AUG_EINSUM_RANKS];
        aug_operator_sizes(op, pass, &aug_split_none, sizes);
        aug_unit unit = aug_einsum_is_product(&op->einsum) && !op->vector ? AUG_UNIT_MATRIX : AUG_UNIT_VECTOR;
        aug_number_format format = aug_operator_format(op, precision);
        work.operations[unit][format] += aug_operator_points(op, pass, sizes) * aug_operator_operations(op) * op->repeats;
        for (int t = 0; t < op->einsum.tensor_count; t++) {
            double bits = aug_operator_moved(op, t, sizes) * aug_operator_bits(op, t, precision) * op->repeats;
            *(op->uses[t].role == AUG_ROLE_WEIGHT && !op->gathers ? &work.weight_bits : &work.other_bits) += bits;
        }
        if (op->kernel == 0 || op->kernel != kernel)
            work.kernels += op->repeats;
        kernel = op->kernel;
    }
    return work;
}

aug_bound_work aug_bound_measure(const aug_model *model, const aug_scenario *scenario, const aug_plan *plan) {
    aug_bound_work work = {.known = model->language >= 0};
    if (!work.known)
        return work;
    const aug_stage *stage = &model->stages[model->language];
    aug_precision precision = aug_plan_precision(plan, &stage->precision);
    double in = (double)scenario->in_tokens, out = (double)scenario->out_tokens;
    aug_pass prefill = {.phase = AUG_PHASE_PREFILL, .sequences = 1.0, .new_tokens = in};
    aug_pass decode = {.phase = AUG_PHASE_DECODE, .sequences = 1.0, .new_tokens = 1.0, .past_tokens = in + out / 2.0 - 1.0};
    work.prefill = measure_pass(stage, &precision, &prefill);
    work.decode = measure_pass(stage, &precision, &decode);
    aug_plan one = *plan;
    one.chips = one.tp = one.pp = one.ep = one.dp = 1;
    work.weight_bits = aug_stage_weights_bytes(stage, &one) * 8.0;
    return work;
}

// Seconds that the units need for one sequence on one chip, and what that costs in energy.
static double compute_seconds(const aug_roofline *roofline, const aug_pass_work *work, double *energy_pj) {
    double most = 0.0;
    for (int unit = 0; unit < AUG_UNIT_COUNT; unit++) {
        double seconds = 0.0;
        for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
            if (!(roofline->rate[unit][f] > 0.0) || work->operations[unit][f] <= 0.0)
                continue;
            seconds += work->operations[unit][f] / roofline->rate[unit][f];
            *energy_pj += work->operations[unit][f] * roofline->energy_pj[unit][f];
        }
        most = fmax(most, seconds);
    }
    return most;
}

// Bits per second of the outermost memory, unlimited where the model might live further in.
static double bandwidth(const aug_roofline *roofline, double weight_bits, double chips) {
    for (int i = 1; i < roofline->memory_count; i++)
        if (!roofline->memories[i].innermost && roofline->memories[i].capacity_bits * chips >= weight_bits)
            return INFINITY;
    const aug_roofline_memory *memory = &roofline->memories[0];
    return memory->shared_port ? memory->read_bits_per_second : memory->read_bits_per_second + memory->write_bits_per_second;
}

aug_lower_bound aug_bound_find(const aug_deployment *d, const aug_bound_work *work, double chips) {
    const double margin = 1.0 - 1e-9; // sums here are rounded in another order than those that they bound
    aug_lower_bound bound = {.tokens_per_second = INFINITY};
    if (!work->known)
        return bound;
    const aug_roofline *r = &d->roofline;
    double batch = (double)d->scenario->batch, out = (double)d->scenario->out_tokens;
    double rate = bandwidth(r, work->weight_bits, chips), launch = r->launch_seconds + r->hop_seconds;
    double prefill_pj = 0.0, decode_pj = 0.0;
    double prefill = compute_seconds(r, &work->prefill, &prefill_pj) / chips;
    double decode = compute_seconds(r, &work->decode, &decode_pj) / chips;
    double prefill_bits = (work->prefill.weight_bits + work->prefill.other_bits) / rate / chips;
    double decode_bits = (work->decode.weight_bits + batch * work->decode.other_bits) / rate / chips;
    bound.ttft_seconds = (work->prefill.kernels * launch + fmax(prefill, prefill_bits)) * margin;
    bound.tpot_seconds = (work->decode.kernels * launch + fmax(batch * decode, decode_bits)) * margin;
    double generation = batch * prefill + (out - 1.0) * bound.tpot_seconds;
    if (generation > 0.0)
        bound.tokens_per_second = batch * out / generation / margin;
    double static_watts = r->machine->power_static_watts;
    double joules = (prefill_pj + (out - 1.0) * decode_pj) / out * 1e-12 +
                    (isnan(static_watts) ? 0.0 : static_watts * chips / bound.tokens_per_second);
    bound.joules_per_token = isnan(joules) ? 0.0 : joules * margin;
    aug_price_basis basis;
    double usd = d->economy ? aug_economy_usd_per_hour(d->economy, r->machine, 0.0, &basis) : (double)NAN;
    if (!isnan(usd))
        bound.usd_per_mtok = chips * usd / 3600.0 / (bound.tokens_per_second * d->economy->utilization) * 1e6 * margin;
    return bound;
}
