// How a machine's usual library works in every number format, looked up once: estimates ask for it at every call.
// A library's overheads are not here: they are host work before a kernel that starts alone, and servers replay recorded
// graphs of kernels. What a server's host does is counted once a step (data/libraries, `step`). Nor do products quantise their inputs:
// servers fuse that with the norm or the activation before.
#ifndef AUG_KERNEL_USUAL_H
#define AUG_KERNEL_USUAL_H

#include "kernel/software_facts.h"

typedef struct aug_usual {
    aug_gemm_facts gemm[AUG_FORMAT_COUNT][AUG_FORMAT_COUNT]; // by weights and activations
    aug_moe_facts moe[AUG_FORMAT_COUNT][AUG_FORMAT_COUNT];
    struct {
        aug_prefill_design design;
        bool quantises_query;
        aug_number_format format; // that tiles are multiplied in
    } prefill[2][AUG_FORMAT_COUNT]; // with heads, with latents; by the cache's format
    struct {
        aug_decode_design design;
        aug_number_format format;
    } decode[2][AUG_FORMAT_COUNT];
} aug_usual;

void aug_usual_find(const aug_software *software, const char *const *families, int family_count, aug_usual *usual);

#endif
