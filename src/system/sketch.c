// Where a table is full, what does not fit is left out: the bound stays a bound.
#include "system/sketch.h"

#include <math.h>

// Below 1 operation per bit, below 4, 16, 64, 256, and the rest.
static int class_of(double operations, double bits) {
    double most = bits;
    int class = 0;
    while (class + 1 < AUG_SKETCH_CLASSES && operations >= most) {
        most *= 4.0;
        class++;
    }
    return class;
}

static void add_operations(aug_sketch *sketch, int class, aug_unit unit, aug_number_format format, double operations) {
    int at = 0;
    while (at < sketch->rate_count && (sketch->rates[at].class != class || sketch->rates[at].unit != (int)unit ||
                                       sketch->rates[at].format != (int)format))
        at++;
    if (at == AUG_SKETCH_RATES)
        return;
    if (at == sketch->rate_count) {
        sketch->rates[at].class = class;
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

// One operator's share of its kernel.
typedef struct need {
    aug_unit unit;
    aug_number_format format;
    double operations, read_bits, write_bits;
} need;

static need need_of(const aug_operator *op, const aug_split *split, const aug_precision *precision, const aug_pass *pass) {
    double sizes[AUG_EINSUM_RANKS];
    aug_operator_sizes(op, pass, split, sizes);
    need n = {.unit = aug_einsum_is_product(&op->einsum) && !op->vector ? AUG_UNIT_MATRIX : AUG_UNIT_VECTOR,
              .format = aug_operator_format(op, precision),
              .operations = aug_operator_points(op, pass, sizes) * aug_operator_operations(op) * op->repeats};
    for (int t = 0; t < op->einsum.tensor_count; t++) {
        double bits = aug_operator_moved(op, t, sizes) * aug_operator_bits(op, t, precision) * op->repeats;
        bool state = op->uses[t].role == AUG_ROLE_STATE, output = t + 1 == op->einsum.tensor_count;
        n.read_bits += state ? bits / 2.0 : output ? 0.0 : bits;
        n.write_bits += state ? bits / 2.0 : output ? bits : 0.0;
    }
    return n;
}

// A kernel takes the largest of the sums over its operators, so all of them are of one class.
static void add_kernel(aug_sketch *sketch, const aug_operator *first, int length, const aug_split *split,
                       const aug_precision *precision, const aug_pass *pass) {
    need needs[AUG_KERNEL_OPERATORS];
    double operations = 0.0, read_bits = 0.0, write_bits = 0.0;
    for (int i = 0; i < length; i++) {
        needs[i] = need_of(&first[i], split, precision, pass);
        operations += needs[i].operations;
        read_bits += needs[i].read_bits;
        write_bits += needs[i].write_bits;
        aug_crossings_add(&sketch->crossings, &first[i], first[i].repeats);
    }
    int class = class_of(operations, read_bits + write_bits);
    for (int i = 0; i < length; i++)
        add_operations(sketch, class, needs[i].unit, needs[i].format, needs[i].operations);
    sketch->read_bits[class] += read_bits;
    sketch->write_bits[class] += write_bits;
    sketch->kernels += first->repeats;
}

aug_sketch aug_sketch_make(const aug_stage *stage, const aug_split *split, const aug_precision *precision, const aug_pass *pass) {
    aug_sketch sketch = {0};
    const aug_graph *graph = &stage->graph;
    for (int first = 0, length; first < graph->count; first += length) {
        length = aug_call_longest(graph, first);
        if (!(graph->operators[first].phases & pass->phase))
            continue;
        if (graph->operators[first].run != AUG_RUN_ROUTING) // may be part of the experts' kernel
            add_kernel(&sketch, &graph->operators[first], length, split, precision, pass);
        for (int i = first; i < first + length; i++) {
            aug_exchange_step steps[AUG_EXCHANGE_STEPS];
            int count = aug_exchange_steps(&graph->operators[i], pass, split, precision, stage->width, steps);
            for (int s = 0; s < count; s++)
                add_step(&sketch, &steps[s]);
        }
    }
    return sketch;
}

aug_sketch_bound aug_sketch_bound_of(const aug_sketch *sketch, const aug_roofline *roofline, int home) {
    const aug_roofline_memory *memory = &roofline->memories[home];
    double units[AUG_SKETCH_CLASSES][AUG_UNIT_COUNT] = {{0}};
    double once = roofline->launch_seconds + (roofline->crossing.per_kernel ? roofline->hop_seconds : 0.0);
    aug_sketch_bound bound = {.seconds = sketch->kernels * once, .rounds = aug_crossing_rounds(&roofline->crossing, &sketch->crossings)};
    for (int i = 0; i < sketch->rate_count; i++) {
        int unit = sketch->rates[i].unit, format = sketch->rates[i].format;
        if (!(roofline->rate[unit][format] > 0.0))
            continue;
        units[sketch->rates[i].class][unit] += sketch->rates[i].operations / roofline->rate[unit][format];
        bound.energy_pj += sketch->rates[i].operations * roofline->energy_pj[unit][format];
    }
    for (int c = 0; c < AUG_SKETCH_CLASSES; c++) {
        double read = sketch->read_bits[c] / memory->read_bits_per_second, write = sketch->write_bits[c] / memory->write_bits_per_second;
        double busy = memory->shared_port ? read + write : fmax(read, write);
        bound.seconds += fmax(busy, fmax(units[c][AUG_UNIT_MATRIX], units[c][AUG_UNIT_VECTOR]));
        bound.energy_pj += sketch->read_bits[c] * memory->read_pj_per_bit + sketch->write_bits[c] * memory->write_pj_per_bit;
    }
    for (int i = 0; i < sketch->step_count; i++) {
        const aug_exchange_step *step = &sketch->steps[i];
        aug_exchange_cost cost = aug_collective_cost(roofline, step->kind, step->chips, step->bits);
        bound.seconds += cost.seconds * step->repeats;
        bound.energy_pj += cost.energy_pj * step->repeats;
    }
    return bound;
}
