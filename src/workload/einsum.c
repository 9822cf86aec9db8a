#include "workload/einsum.h"

#include <inttypes.h>
#include <string.h>

const aug_einsum_tensor *aug_einsum_output(const aug_einsum *einsum) {
    return &einsum->tensors[einsum->tensor_count - 1];
}

bool aug_einsum_indexes(const aug_einsum_tensor *tensor, int rank) {
    for (int d = 0; d < tensor->dim_count; d++)
        for (int t = 0; t < tensor->dims[d].term_count; t++)
            if (tensor->dims[d].terms[t].rank == rank)
                return true;
    return false;
}

bool aug_einsum_is_product(const aug_einsum *einsum) {
    return einsum->reduction == AUG_REDUCE_SUM && einsum->products == 1 && einsum->tensor_count >= 3;
}

double aug_einsum_operations(const aug_einsum *einsum) {
    int reductions = einsum->reduction == AUG_REDUCE_NONE ? 0 : 1;
    return einsum->products + einsum->functions + reductions;
}

static void print_tensor(aug_buffer *out, const aug_einsum *einsum, const aug_einsum_tensor *tensor) {
    aug_buffer_print(out, "%s[", tensor->name);
    for (int d = 0; d < tensor->dim_count; d++) {
        const aug_einsum_dim *dim = &tensor->dims[d];
        if (d)
            aug_buffer_put(out, ",");
        for (int t = 0; t < dim->term_count; t++) {
            if (t)
                aug_buffer_put(out, "+");
            if (dim->terms[t].coefficient != 1)
                aug_buffer_print(out, "%" PRId32 "*", dim->terms[t].coefficient);
            aug_buffer_put(out, einsum->ranks[dim->terms[t].rank]);
        }
    }
    aug_buffer_put(out, "]");
}

void aug_einsum_print(aug_buffer *out, const aug_einsum *einsum) {
    static const char *const signs[] = {"=", "+=", "max="};
    print_tensor(out, einsum, aug_einsum_output(einsum));
    aug_buffer_print(out, " %s %s", signs[einsum->reduction], einsum->expression);
}
