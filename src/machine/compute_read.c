// Reading the compute units among a machine's levels.
#include "machine/level_read.h"
#include "machine/sparse_design.h"

#include <math.h>
#include <stddef.h>

const char *const aug_unit_names[AUG_UNIT_COUNT + 1] = {"matrix", "vector", "scalar", NULL};

typedef struct compute_row {
    const char *name;
    aug_compute compute;
} compute_row;

static const aug_field compute_rows[] = {
    {.key = "compute", .kind = AUG_FIELD_TEXT, .offset = offsetof(compute_row, name), .required = true, .help = "the level's name"},
    AUG_ROW_WORD(compute_row, compute.unit, "unit", aug_unit_names, "matrix", "matrix: multiply-accumulates; vector, scalar: single operations, on many numbers at once or on one"),
    AUG_ROW_SPLIT(compute_row, compute.rate_per_cycle, "rate", aug_format_names, AUG_DIMENSION_PER_CYCLE, AUG_POSITIVE, "multiply-accumulates (vector, scalar: operations) per instance, for all formats or by format, {int8: 1/cycle}"),
    AUG_ROW_KEYED(compute_row, compute.peak_ops_per_second, "peak", aug_format_names, AUG_DIMENSION_OPS_PER_SECOND, AUG_POSITIVE, "dense operations of the whole chip, in place of rate, {bf16: 989 TFLOP/s}"),
    AUG_ROW_SPLIT(compute_row, compute.energy_pj, "energy", aug_format_names, AUG_DIMENSION_PICOJOULES, AUG_NOT_NEGATIVE, "per multiply-accumulate (vector, scalar: operation), for all formats or by format, {int8: 0.084 pJ}"),
    AUG_ROW_WORD(compute_row, compute.zeros, "zeros", aug_zeros_names, "compute", "where an operand is zero: compute all the same, gate the unit, or skip the operation"),
    AUG_ROW_QUANTITY(compute_row, compute.gated_pj, "gated", AUG_DIMENSION_PICOJOULES, AUG_NOT_NEGATIVE, "0", "in place of energy, where the unit is gated because an operand is zero"),
    AUG_ROW_QUANTITY(compute_row, compute.skipped_pj, "skipped", AUG_DIMENSION_PICOJOULES, AUG_NOT_NEGATIVE, "0", "in place of energy, where the unit skips an operation because an operand is zero"),
    AUG_ROW_QUANTITY(compute_row, compute.area_mm2, "area", AUG_DIMENSION_MM2, AUG_NOT_NEGATIVE, NULL, "per instance, '100 um2'"),
};

const aug_fields aug_compute_fields = {
    .name = "machine level: compute",
    .about = "Units that compute, by number format. A format that is missing is computed in the next wider one. They may stand beside a memory anywhere in the list.",
    .rows = compute_rows,
    .count = AUG_COUNT(compute_rows),
};

bool aug_compute_read(const aug_reader *reader, const aug_node *node, const aug_machine *machine, aug_level *level) {
    compute_row row;
    if (!aug_fields_read(reader, node, &aug_compute_fields, &row))
        return false;
    const aug_node *rate = aug_node_peek(node, "rate");
    level->name = row.name;
    level->compute = row.compute;
    level->compute.any_format = rate && rate->kind == AUG_NODE_SCALAR;
    bool any = false, per_cycle = false;
    for (int f = 0; f < AUG_FORMAT_COUNT; f++) {
        any = any || row.compute.rate_per_cycle[f] > 0.0 || row.compute.peak_ops_per_second[f] > 0.0;
        per_cycle = per_cycle || row.compute.rate_per_cycle[f] > 0.0;
    }
    if (!any) {
        aug_node_key_error(reader->errors, node, "compute '%.40s' has neither a rate nor a peak", row.name);
        return false;
    }
    if (per_cycle && isnan(machine->clock_hz)) {
        aug_error *error = aug_node_error(reader->errors, rate, "a rate per cycle needs the machine's clock");
        aug_error_hint(error, "add 'clock: 1 GHz' to the machine");
        return false;
    }
    return true;
}
