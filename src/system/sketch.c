// Where a table is full, what does not fit is left out: the bound stays a bound.
#include "system/sketch.h"

#include <math.h>

static void add_operations(aug_sketch *sketch, aug_unit unit, aug_number_format format, double operations) {
    int at = 0;
    while (at < sketch->rate_count && (sketch->rates[at].unit != (int)unit || sketch->rates[at].format != (int)format))
        at++;
    if (at == AUG_SKETCH_RATES)
        return;
    if (at == sketch->rate_count) {
        sketch->rates[at].unit = (int)unit;
        sketch->rates[at].format = (int)format;
        sketch->rates[at].operations = 0.0;
        sketch->rate_count++;
    }
    sketch->rates[at].operations += operations;
}

static void add_step(aug_sketch *sketch, const aug_exchange_step *step) {
    for (int i = 0; i < sketch->step_count; i++) {
        aug_exchange_step *same = &sketch->steps[i];
        if (same->kind == step->kind && same->chips == step->chips && same->bits == step->bits) {
            same->repeats += step->repeats;
            return;
        }
    }
    if (sketch->step_count < AUG_SKETCH_STEPS)
        sketch->steps[sketch->step_count++] = *step;
}

static void add_operator(aug_sketch *sketch, const aug_operator *op, const aug_split *split, const aug_precision *precision,
                         const aug_pass *pass) {
    double sizes[AUG_EINSUM_RANKS];
    aug_operator_sizes(op, pass, split, sizes);
    aug_unit unit = aug_einsum_is_product(&op->einsum) && !op->vector ? AUG_UNIT_MATRIX : AUG_UNIT_VECTOR;
    double operations = aug_operator_points(op, pass, sizes) * aug_operator_operations(op) * op->repeats;
    add_operations(sketch, unit, aug_operator_format(op, precision), operations);
    for (int t = 0; t < op->einsum.tensor_count; t++) {
        double bits = aug_operator_moved(op, t, sizes) * aug_operator_bits(op, t, precision) * op->repeats;
        bool state = op->uses[t].role == AUG_ROLE_STATE;
        bool output = t + 1 == op->einsum.tensor_count;
        sketch->read_bits += state ? bits / 2.0 : output ? 0.0 : bits;
        sketch->write_bits += state ? bits / 2.0 : output ? bits : 0.0;
    }
}

aug_sketch aug_sketch_make(const aug_stage *stage, const aug_split *split, const aug_precision *precision, const aug_pass *pass) {
    aug_sketch sketch = {0};
    const aug_graph *graph = &stage->graph;
    for (int first = 0, length; first < graph->count; first += length) {
        length = aug_kernel_length(graph, first);
        if (!(graph->operators[first].phases & pass->phase))
            continue;
        sketch.kernels += graph->operators[first].repeats;
        for (int i = first; i < first + length; i++) {
            aug_exchange_step steps[AUG_EXCHANGE_STEPS];
            add_operator(&sketch, &graph->operators[i], split, precision, pass);
            int count = aug_exchange_steps(&graph->operators[i], pass, split, precision, stage->width, steps);
            for (int s = 0; s < count; s++)
                add_step(&sketch, &steps[s]);
        }
    }
    return sketch;
}

aug_sketch_bound aug_sketch_bound_of(const aug_sketch *sketch, const aug_roofline *roofline, int home) {
    const aug_roofline_memory *memory = &roofline->memories[home];
    double units[AUG_UNIT_COUNT] = {0};
    aug_sketch_bound bound = {0};
    for (int i = 0; i < sketch->rate_count; i++) {
        int unit = sketch->rates[i].unit, format = sketch->rates[i].format;
        if (!(roofline->rate[unit][format] > 0.0))
            continue;
        units[unit] += sketch->rates[i].operations / roofline->rate[unit][format];
        bound.energy_pj += sketch->rates[i].operations * roofline->energy_pj[unit][format];
    }
    double read = sketch->read_bits / memory->read_bits_per_second, write = sketch->write_bits / memory->write_bits_per_second;
    double busy = memory->shared_port ? read + write : fmax(read, write);
    busy = fmax(busy, fmax(units[AUG_UNIT_MATRIX], units[AUG_UNIT_VECTOR]));
    bound.seconds = sketch->kernels * (roofline->launch_seconds + roofline->hop_seconds) + busy;
    bound.energy_pj += sketch->read_bits * memory->read_pj_per_bit + sketch->write_bits * memory->write_pj_per_bit;
    for (int i = 0; i < sketch->step_count; i++) {
        const aug_exchange_step *step = &sketch->steps[i];
        aug_exchange_cost cost = aug_collective_cost(roofline->machine, step->kind, step->chips, step->bits);
        bound.seconds += cost.seconds * step->repeats;
        bound.energy_pj += cost.energy_pj * step->repeats;
    }
    return bound;
}
