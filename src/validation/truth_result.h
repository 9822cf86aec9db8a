// A benchmark result of a whole system, in whichever table it stands (truth_mlperf.c).
#ifndef AUG_VALIDATION_TRUTH_RESULT_H
#define AUG_VALIDATION_TRUTH_RESULT_H

#include "validation/truth_deployment.h"

typedef struct aug_truth_result {
    const aug_machine *machine;
    const aug_software *software;                     // NULL: not known
    const char *benchmark, *scenario, *format, *unit; // as submitters write them
    uint64_t chips;
    double tokens_per_sample; // 0: the benchmark's
} aug_truth_result;

// Tokens per second of the best plan under the benchmark's limits, as values[0]; samples per second where the
// unit says so; seconds of a single stream in milliseconds. values[1]: watts at the wall.
void aug_truth_result_predict(aug_truth *truth, const aug_truth_result *result, aug_prediction *prediction);

#endif
