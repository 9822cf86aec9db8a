// Any bytes as a config.json; what is read is estimated on a shipped machine.
#include "fuzz_estimate.h"

static void read_config(fuzz_ground *ground, const char *text, size_t length) {
    const aug_node *root = fuzz_root(ground, text, length);
    if (!root || !aug_config_is(root))
        return;
    aug_model *model = AUG_NEW(&ground->arena, aug_model);
    bool good = aug_model_from_config(&ground->reader, root, NULL, "input", model);
    fuzz_require_errors(ground, good);
    if (good)
        fuzz_estimate_model(ground, model);
}

FUZZ_TARGET(read_config)
