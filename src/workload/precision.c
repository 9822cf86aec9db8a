#include "workload/precision.h"

static const char *const names[AUG_STORAGE_COUNT] = {
#define ROW(suffix, name, help) name,
    AUG_STORAGES(ROW)
#undef ROW
};

const char *aug_storage_name(aug_storage storage) {
    return names[storage];
}

aug_precision aug_precision_of(aug_number_format base) {
    aug_precision precision;
    for (int i = 0; i < AUG_STORAGE_COUNT; i++)
        precision.of[i] = base;
    precision.of[AUG_STORAGE_SUM] = AUG_FORMAT_FP32;
    return precision;
}

// Files of llama.cpp hold embedding and head in integers too, of no fewer than 6 bits.
static aug_number_format ends_of(aug_number_format weights) {
    bool narrow = weights == AUG_FORMAT_Q6_K || weights == AUG_FORMAT_Q4_K_M;
    return narrow ? AUG_FORMAT_Q6_K : weights == AUG_FORMAT_Q8_0 ? weights : AUG_FORMAT_NONE;
}

void aug_precision_set_weights(aug_precision *precision, aug_number_format weights) {
    precision->of[AUG_STORAGE_ATTENTION] = weights;
    precision->of[AUG_STORAGE_MLP] = weights;
    precision->of[AUG_STORAGE_EXPERT] = weights;
    precision->of[AUG_STORAGE_ACTIVATION] = aug_format_activations(weights);
    if (ends_of(weights) != AUG_FORMAT_NONE)
        precision->of[AUG_STORAGE_HEAD] = ends_of(weights);
}

aug_precision aug_precision_override(const aug_precision *own, aug_number_format weights,
                                     aug_number_format activations, aug_number_format cache) {
    aug_precision precision = *own;
    if (weights != AUG_FORMAT_NONE)
        aug_precision_set_weights(&precision, weights);
    if (activations != AUG_FORMAT_NONE)
        precision.of[AUG_STORAGE_ACTIVATION] = activations;
    if (cache != AUG_FORMAT_NONE)
        precision.of[AUG_STORAGE_CACHE] = cache;
    return precision;
}
