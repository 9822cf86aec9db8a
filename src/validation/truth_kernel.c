// Rows that measured one call of one kernel: the shape comes from the table's kind, the time from the kernel models, the
// interval from how far measured times lay from such predictions.
#include "validation/truth.h"

#include <math.h>

aug_software_use aug_sample_use(const aug_sample *sample) {
    const aug_kernels *models = sample->machine->machine->models;
    return (aug_software_use){sample->software, sample->kind, sample->formats, models->families, models->family_count, sample->kernel};
}

bool aug_truth_sample(aug_truth *truth, const aug_table_row *row, aug_sample *sample, aug_prediction *prediction) {
    *sample = (aug_sample){.machine = aug_truth_machine_of(truth, row, prediction)};
    if (!sample->machine)
        return false;
    if (!sample->machine->machine->models) {
        prediction->reason = "the machine belongs to no family with kernel models";
        return false;
    }
    sample->software = aug_truth_software_of(truth, row, sample->machine);
    sample->kernel = aug_truth_cell(truth, row, "kernel");
    int before = aug_errors_total(truth->errors);
    if (!truth->kind->sample(truth, row, sample, prediction) || aug_errors_total(truth->errors) != before)
        return false;
    aug_software_use use = aug_sample_use(sample);
    aug_kernel_set_software(sample->kind, aug_software_overhead(&use), &sample->shape);
    return true;
}

void aug_truth_predict_kernel(aug_truth *truth, const aug_table_row *row, aug_prediction *prediction) {
    aug_sample sample;
    if (!aug_truth_sample(truth, row, &sample, prediction))
        return;
    const aug_kernel_fit *fit = &sample.machine->machine->models->fits[sample.kind];
    aug_kernel_time time = aug_kernel_call(sample.kind, &sample.machine->chip, fit->constants, &sample.shape);
    if (!(time.seconds > 0.0) || !isfinite(time.seconds)) {
        prediction->reason = "the kernel model has no answer for this shape";
        return;
    }
    aug_truth_answer(prediction, 0, time.seconds, fit->low[time.regime], fit->high[time.regime]);
    prediction->basis = fit->basis;
    prediction->reason = aug_kernel_bound_name(time.bound);
    truth->answered[sample.kind] = true;
}
