// Any bytes as a family of machines: what is read holds for a call of every kind.
#include "fuzz.h"

#include "kernel/kernels.h"

#include <math.h>

static void read_family(fuzz_ground *ground, const char *text, size_t length) {
    const aug_node *root = fuzz_root(ground, text, length);
    if (!root)
        return;
    aug_machine_family family;
    bool good = aug_machine_family_read(&ground->reader, root, "input", &family);
    fuzz_require_errors(ground, good);
    if (!good || !family.kernels)
        return;
    aug_kernels kernels;
    aug_kernels_start(&kernels);
    fuzz_require(aug_kernels_overlay(&ground->reader, family.kernels, AUG_BASIS_FAMILY, "input", &kernels), "constants that were read can be read again");
    for (int kind = 0; kind < AUG_KERNEL_KIND_COUNT; kind++) {
        const aug_kernel_model *model = aug_kernel_models[kind];
        const aug_kernel_fit *fit = &kernels.fits[kind];
        for (int i = 0; i < model->constant_count; i++)
            fuzz_require(fit->constants[i] >= model->constants[i].low && fit->constants[i] <= model->constants[i].high, "constants lie within their limits");
        for (int r = 0; r < model->regime_count; r++)
            fuzz_require(fit->low[r] > 0.0 && fit->low[r] <= fit->high[r], "a spread has two ends");
    }
}

FUZZ_TARGET(read_family)
