// Any bytes as a machine; a shipped model is estimated on what is read.
#include "fuzz_estimate.h"

static void read_machine(fuzz_ground *ground, const char *text, size_t length) {
    const aug_node *root = fuzz_root(ground, text, length);
    if (!root)
        return;
    aug_machine *machine = AUG_NEW(&ground->arena, aug_machine);
    bool good = aug_machine_read(&ground->reader, root, "input", machine);
    fuzz_require_errors(ground, good);
    if (good)
        fuzz_estimate_machine(ground, machine);
}

FUZZ_TARGET(read_machine)
