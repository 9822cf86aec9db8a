// Any bytes as an hf_quant_config.json or the quantization_config of a config.
#include "fuzz.h"

#include "workload/quantization.h"

static void read_quantization(fuzz_ground *ground, const char *text, size_t length) {
    const aug_node *root = fuzz_root(ground, text, length);
    if (!root)
        return;
    aug_precision precision = aug_precision_of(AUG_FORMAT_BF16);
    aug_quantization_is_file(root);
    bool good = aug_quantization_read(&ground->reader, root, 32.0, &precision);
    fuzz_require_errors(ground, good);
    for (int i = 0; i < AUG_STORAGE_COUNT; i++)
        fuzz_require(precision.of[i] < AUG_FORMAT_COUNT, "every kind of tensor has a number format");
}

FUZZ_TARGET(read_quantization)
