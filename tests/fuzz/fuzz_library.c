// Any bytes as a library of kernels: overheads and facts can be asked for whatever it says.
#include "fuzz.h"

#include "kernel/software_facts.h"

#include <math.h>

static void read_library(fuzz_ground *ground, const char *text, size_t length) {
    const aug_node *root = fuzz_root(ground, text, length);
    if (!root)
        return;
    aug_software *software = AUG_NEW(&ground->arena, aug_software);
    bool good = aug_software_read(&ground->reader, root, "input", software);
    fuzz_require_errors(ground, good);
    if (!good)
        return;
    static const char *const families[] = {"hopper", "gpu"};
    static const char *const formats[] = {"bf16", "fp8", "int4/bf16", "2", "rmsnorm"};
    for (int kind = 0; kind < AUG_KERNEL_KIND_COUNT; kind++)
        for (size_t f = 0; f < AUG_COUNT(formats); f++) {
            const aug_software_use use = {software, (aug_kernel_kind)kind, formats[f], families, 2, f % 2 ? "a_kernel" : NULL};
            char key[2 * AUG_FORMATS_TEXT];
            fuzz_require(aug_software_overhead(&use) >= 0.0, "an overhead is not below 0");
            fuzz_require(strlen(aug_software_overhead_key(&use, key)) < sizeof key, "its key fits");
            aug_gemm_facts gemm;
            aug_software_gemm_facts(&use, &gemm);
            aug_moe_facts moe;
            aug_software_moe_facts(&use, &(aug_moe_routing){.topk = 8.0, .experts = 64.0}, &moe);
            aug_prefill_design prefill;
            aug_software_prefill_design(&use, &prefill);
            aug_decode_design decode;
            aug_software_decode_design(&use, &decode);
            aug_elementwise_shape shape = {0};
            aug_software_elementwise_facts(&use, 4.0, &shape);
            aug_software_reduce_method(&use, 1e6);
        }
}

FUZZ_TARGET(read_library)
