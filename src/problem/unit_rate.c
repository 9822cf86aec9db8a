// Operands of 8 bits are taken for integers, then for floating point; what a unit lacks it computes in the next wider
// format, and where nothing is wide enough in its widest one.
//
//     operands  4.5 bits or fewer  int4 fp4 int8 fp8 bf16 tf32 fp32
//               8 or fewer                  int8 fp8 bf16 tf32 fp32
//               16 or fewer                          bf16 tf32 fp32
//               more                                           fp32
//
// A model knows its formats by name: they fall back as aug_format_fallback says.
//
// A matrix unit does one multiply-accumulate per point of a sum of products, whatever number of factors it has. Other units
// count every operation of a point: E = exp(S - M) is two.
#include "problem/unit_rate.h"

#include <math.h>

// Inputs whose format counts; where nothing is known of them, all.
static unsigned operands_of(const aug_operator *operation) {
    unsigned inputs = (1u << (operation->einsum.tensor_count - 1)) - 1u;
    return operation->operands ? operation->operands & inputs : inputs;
}

static aug_format_wish by_bits(double bits) {
    static const aug_number_format ladder[] = {AUG_FORMAT_INT4, AUG_FORMAT_FP4,  AUG_FORMAT_INT8, AUG_FORMAT_FP8,
                                               AUG_FORMAT_BF16, AUG_FORMAT_TF32, AUG_FORMAT_FP32};
    size_t first = bits <= 4.5 ? 0 : bits <= 8.0 ? 2 : bits <= 16.0 ? 4 : 6;
    aug_format_wish wish = {0};
    for (size_t i = first; i < AUG_COUNT(ladder); i++)
        wish.formats[wish.count++] = ladder[i];
    return wish;
}

static aug_format_wish by_format(aug_number_format format) {
    aug_format_wish wish = {0};
    for (aug_number_format f = aug_format_computed(format); f != AUG_FORMAT_NONE; f = aug_format_fallback(f))
        wish.formats[wish.count++] = f;
    return wish;
}

aug_format_wish aug_format_wish_of(const aug_operator *operation, const aug_precision *precision) {
    unsigned operands = operands_of(operation);
    double widest = 0.0;
    for (int i = 0; i + 1 < operation->einsum.tensor_count; i++) {
        if (!(operands >> i & 1))
            continue;
        if (!(operation->uses[i].bits > 0.0))
            return by_format(aug_operator_format(operation, precision));
        widest = fmax(widest, operation->uses[i].bits);
    }
    return by_bits(widest);
}

// Actions per instance and cycle.
static double rate_of(const aug_machine *machine, const aug_level *level, int format) {
    const aug_compute *compute = &level->compute;
    if (compute->peak_ops_per_second[format] > 0.0)
        return compute->peak_ops_per_second[format] / aug_unit_operations(compute->unit) / level->instances / machine->clock_hz;
    return compute->rate_per_cycle[format] > 0.0 ? compute->rate_per_cycle[format] : 0.0;
}

// Whether the unit says something of a format: its rate; where one rate holds for all, its energy.
static void stated_formats(const aug_compute *compute, bool stated[AUG_FORMAT_COUNT]) {
    bool any = false;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        any |= stated[f] = compute->any_format && !isnan(compute->energy_pj[f]);
    for (int f = 0; f < AUG_FORMAT_COUNT && !any; f++)
        stated[f] = compute->rate_per_cycle[f] > 0.0 || compute->peak_ops_per_second[f] > 0.0;
}

// The format itself, or one that is computed the same way.
static aug_number_format stand_in(const bool *stated, aug_number_format format) {
    if (stated[format])
        return format;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        if (stated[f] && aug_format_computed((aug_number_format)f) == format)
            return (aug_number_format)f;
    return AUG_FORMAT_NONE;
}

static aug_number_format choose(const aug_compute *compute, const aug_format_wish *wish) {
    bool stated[AUG_FORMAT_COUNT];
    stated_formats(compute, stated);
    for (int i = 0; i < wish->count; i++) {
        aug_number_format found = stand_in(stated, wish->formats[i]);
        if (found != AUG_FORMAT_NONE)
            return found;
    }
    aug_number_format widest = AUG_FORMAT_NONE;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++)
        if (stated[f] && (widest == AUG_FORMAT_NONE || aug_format_bits((aug_number_format)f) > aug_format_bits(widest)))
            widest = (aug_number_format)f;
    return widest;
}

static bool is_sum_of_products(const aug_operator *operation) {
    const aug_einsum *einsum = &operation->einsum;
    return !operation->vector && einsum->products > 0 && einsum->functions == 0 && einsum->reduction != AUG_REDUCE_MAX;
}

void aug_unit_rate(const aug_machine *machine, const aug_level *level, const aug_operator *operation,
                   const aug_format_wish *wish, bool only_matrix, aug_problem_compute *compute) {
    const aug_compute *unit = &level->compute;
    bool matrix = unit->unit == AUG_UNIT_MATRIX;
    double actions = matrix ? 1.0 : fmax(1.0, aug_operator_operations(operation)); // per point
    compute->format = choose(unit, wish);
    compute->rate_per_cycle = 0.0;
    compute->energy_pj = (double)NAN;
    compute->gated_pj = unit->gated_pj * actions;
    compute->skipped_pj = unit->skipped_pj * actions;
    compute->area_um2 = unit->area_mm2 * 1e6;
    if (compute->format == AUG_FORMAT_NONE || (matrix && !only_matrix && !is_sum_of_products(operation)))
        return;
    compute->rate_per_cycle = rate_of(machine, level, (int)compute->format) / actions;
    compute->energy_pj = unit->energy_pj[compute->format] * actions;
}
