// What a proof has to know of its problem, and which problems there are proofs for.
#include "proof/proof_window.h"

#include <math.h>

// 2^56 points of an einsum and prices below 2^60: sums over all edges stay below 2^126.
static const double most_operations = 0x1p56;

static const char *memory_cannot(const aug_problem_memory *memory) {
    if (memory->leakage_pj_per_cycle > 0.0)
        return "a memory of the machine leaks";
    if (memory->block != 1)
        return "a memory of the machine moves several words at a time";
    return NULL;
}

static const char *array_cannot(const aug_problem *problem, const aug_problem_array *array) {
    unsigned all = (1u << problem->tensor_count) - 1u;
    for (int x = array->first_axis; x < array->first_axis + array->axis_count; x++)
        if ((problem->axes[x].multicast & all) != all || (problem->axes[x].reduce & all) != all)
            return "an array of the machine does not share all transfers";
    if (array->hop_pj > 0.0 || array->router_pj > 0.0)
        return "an array of the machine takes energy";
    if (array->fill_cycles > 0.0 || array->drain_cycles > 0.0 || array->sweep_cycles > 0.0)
        return "an array of the machine takes time to fill, to drain or to cross";
    return NULL;
}

static const char *tensor_cannot(const aug_problem *problem, const aug_problem_tensor *tensor) {
    double most = (double)problem->operations; // words over all steps
    unsigned seen = 0;
    for (int d = 0; d < tensor->dim_count; d++) {
        const aug_problem_dim *dim = &tensor->dims[d];
        double sum = 0.0;
        for (int t = 0; t < dim->term_count; t++) {
            if (seen >> dim->terms[t].rank & 1)
                return "a rank is in two indices of a tensor";
            seen |= 1u << dim->terms[t].rank;
            sum += (double)dim->terms[t].coefficient;
        }
        most *= sum;
    }
    if (tensor->is_output && aug_proof_window_ranks(tensor))
        return "an index of the output is more than one rank by itself";
    if (!(most < most_operations))
        return "the einsum has 2^56 points or more, or tiles of that many words over all of them";
    return tensor->density ? "a tensor is sparse" : NULL;
}

const char *aug_proof_cannot(const aug_problem *problem) {
    const char *why = problem->sparse ? "the machine does something about zeros" : NULL;
    for (int t = 0; t < problem->tensor_count && !why; t++)
        why = tensor_cannot(problem, &problem->tensors[t]);
    for (int m = 0; m < problem->memory_count && !why; m++)
        why = memory_cannot(&problem->memories[m]);
    for (int a = 0; a < problem->array_count && !why; a++)
        why = array_cannot(problem, &problem->arrays[a]);
    return why;
}

static bool list_divisors(aug_proof *proof, int rank) {
    aug_count size = proof->problem->sizes[rank];
    int count = 0, low;
    aug_count *list = proof->divisors[rank];
    if (size == 0 || size >= (aug_count)1 << 40)
        return false;
    for (aug_count d = 1; d * d <= size; d++)
        if (size % d == 0) {
            if (count == AUG_PROOF_DIVISORS / 2)
                return false;
            list[count++] = d;
        }
    low = count;
    for (int i = low - 1; i >= 0; i--)
        if (list[i] * list[i] != size)
            list[count++] = size / list[i];
    proof->divisor_count[rank] = count;
    return true;
}

// The outermost memory that may keep a tensor.
static bool find_home(aug_proof *proof, int tensor) {
    for (int m = 0; m < proof->memory_count; m++) {
        proof->home[tensor] = m;
        if (!(proof->problem->memories[m].never >> tensor & 1))
            return true;
    }
    return false;
}

// A home stands above all loops, so arrays outside of it are not in use.
static void rest_arrays(aug_proof *proof) {
    for (int t = 0; t < proof->problem->tensor_count; t++)
        for (int a = 0; a < proof->array_count; a++)
            if (proof->problem->arrays[a].first_axis < proof->problem->memories[proof->home[t]].axes_above)
                proof->fans[a] = 1;
}

bool aug_proof_prepare(aug_proof *proof) {
    const aug_problem *problem = proof->problem;
    const aug_problem_compute *unit = &problem->computes[proof->unit];
    bool good = true;
    proof->memory_count = unit->memories_above;
    proof->array_count = 0;
    for (int a = 0; a < problem->array_count && problem->arrays[a].first_axis < unit->axes_above; a++) {
        const aug_problem_array *array = &problem->arrays[a];
        proof->fans[a] = 1;
        for (int x = 0; x < array->axis_count; x++)
            proof->fans[a] *= problem->axes[array->first_axis + x].fanout;
        proof->array_count++;
    }
    for (int r = 0; r < problem->rank_count && good; r++)
        good = list_divisors(proof, r);
    for (int t = 0; t < problem->tensor_count && good; t++)
        good = find_home(proof, t);
    for (int t = 0; t < problem->tensor_count; t++)
        proof->windows[t] = aug_proof_window_ranks(&problem->tensors[t]);
    if (good)
        rest_arrays(proof);
    return good;
}

aug_wide aug_proof_price(const aug_proof *proof, const aug_cost *cost) {
    aug_wide price = (aug_wide)proof->problem->operations * proof->unit_price;
    for (int m = 0; m < proof->memory_count; m++)
        for (int t = 0; t < proof->problem->tensor_count; t++)
            for (int f = 0; f < AUG_FLOW_COUNT && cost->memories[m].tensors[t].kept; f++)
                price += (aug_wide)cost->memories[m].tensors[t].flows[f].dense * proof->prices[m][t][f];
    return price;
}
