// From an einsum of a workload and a machine to integers, and the proof that their counts fit 64 bits.
//
// A count sums boxes of a tensor over steps and instances. The box of a tile takes, per index, 1 + Σ c·(t - 1) words
// <= ∏ c·t, and what the tiles of a rank add up to is its size. So with k indices of a tensor that hold rank r,
//
//     words over all steps <= ∏ over ranks of size^max(1, k) · ∏ over terms of c
//
// which has to stay below 2^62 for all tensors together: a memory counts each at most four times (results come in, go out,
// and are read on both ways). I[c,2*p+r] of c = 16, p = 8, r = 3 in an einsum with k = 32: 16·8·3·32·2 = 24576.
#include "problem/level_bind.h"
#include "problem/sparse_bind.h"

// Bits of a word: the tensor's own, else those of the format it is kept in.
static void find_bits(const aug_operator *operation, const aug_precision *precision, double *bits) {
    for (int t = 0; t < operation->einsum.tensor_count; t++) {
        const aug_use *use = &operation->uses[t];
        bits[t] = use->bits > 0.0 ? use->bits : aug_format_bits(precision->of[use->storage]);
    }
}

static void bind_tensor(const aug_operator *operation, int index, aug_problem_tensor *tensor) {
    const aug_einsum_tensor *from = &operation->einsum.tensors[index];
    *tensor = (aug_problem_tensor){
        .name = from->name,
        .role = operation->uses[index].role,
        .is_output = index + 1 == operation->einsum.tensor_count,
        .dim_count = from->dim_count,
    };
    tensor->accumulates = tensor->is_output && operation->uses[index].accumulates;
    for (int d = 0; d < from->dim_count; d++) {
        aug_problem_dim *dim = &tensor->dims[d];
        dim->term_count = from->dims[d].term_count;
        for (int t = 0; t < dim->term_count; t++) {
            dim->terms[t].rank = from->dims[d].terms[t].rank;
            dim->terms[t].coefficient = (aug_count)from->dims[d].terms[t].coefficient;
            tensor->ranks |= 1u << dim->terms[t].rank;
        }
    }
}

static bool bind_ranks(const aug_reader *reader, const aug_count *sizes, aug_problem *problem) {
    bool good = true;
    for (int r = 0; r < problem->rank_count; r++) {
        problem->ranks[r] = problem->einsum->ranks[r];
        problem->sizes[r] = sizes[r];
        if (sizes[r] > 0)
            continue;
        aug_error_add(reader->errors, NULL, "einsum '%.60s': rank '%.60s' has size 0", problem->name, problem->ranks[r]);
        good = false;
    }
    return good;
}

static bool multiply(aug_count *product, aug_count factor, aug_count limit) {
    if (factor > limit / *product)
        return false;
    *product *= factor;
    return true;
}

// What a rank adds to the bound of a tensor: its size, once more for each further index that holds it, and coefficients.
static bool multiply_rank(const aug_problem *problem, const aug_problem_tensor *tensor, int rank, aug_count limit, aug_count *bound) {
    bool met = false;
    for (int d = 0; d < tensor->dim_count; d++)
        for (int t = 0; t < tensor->dims[d].term_count; t++) {
            const aug_problem_term *term = &tensor->dims[d].terms[t];
            if (term->rank != rank)
                continue;
            met = true;
            if (!multiply(bound, problem->sizes[rank], limit) || !multiply(bound, term->coefficient, limit))
                return false;
        }
    return met || multiply(bound, problem->sizes[rank], limit);
}

bool aug_problem_count(aug_problem *problem, int *tensor, int *rank) {
    aug_count limit = (UINT64_C(1) << 62) / (aug_count)problem->tensor_count - 1;
    for (int t = 0; t < problem->tensor_count; t++) {
        aug_count bound = 1;
        for (int r = 0; r < problem->rank_count; r++) {
            *tensor = t;
            *rank = r;
            if (!multiply_rank(problem, &problem->tensors[t], r, limit, &bound))
                return false;
        }
    }
    problem->operations = 1;
    for (int r = 0; r < problem->rank_count; r++)
        problem->operations *= problem->sizes[r];
    return true;
}

static bool prove_counts(const aug_reader *reader, aug_problem *problem) {
    int t, r;
    if (aug_problem_count(problem, &t, &r))
        return true;
    aug_error_add(reader->errors, NULL, "einsum '%.60s': words of tensor '%.60s' over all steps may pass 2^62 with rank '%.60s'",
                  problem->name, problem->tensors[t].name, problem->ranks[r]);
    return false;
}

// A norm needs a whole row, which is the last dimension of its result, before it makes any of it.
static unsigned rows_of(const aug_operator *operation) {
    const aug_einsum_tensor *output = aug_einsum_output(&operation->einsum);
    unsigned rows = 0;
    if (operation->run != AUG_RUN_NORM || output->dim_count == 0)
        return 0;
    for (int k = 0; k < output->dims[output->dim_count - 1].term_count; k++)
        rows |= 1u << output->dims[output->dim_count - 1].terms[k].rank;
    return rows;
}

bool aug_problem_bind_as(const aug_reader *reader, const aug_operator *operation, const aug_precision *precision,
                         const aug_count *sizes, const aug_machine *machine, aug_problem *problem) {
    double bits[AUG_PROBLEM_TENSORS];
    *problem = (aug_problem){
        .machine = machine,
        .einsum = &operation->einsum,
        .name = operation->name,
        .rank_count = operation->einsum.rank_count,
        .tensor_count = operation->einsum.tensor_count,
        .rows = rows_of(operation),
    };
    for (int t = 0; t < problem->tensor_count; t++)
        bind_tensor(operation, t, &problem->tensors[t]);
    if (!bind_ranks(reader, sizes, problem) || !prove_counts(reader, problem))
        return false;
    find_bits(operation, precision, bits);
    const aug_format_wish wish = aug_format_wish_of(operation, precision);
    if (!aug_levels_bind(reader, machine, operation, &wish, bits, problem))
        return false;
    aug_sparse_bind(reader, operation, problem);
    return true;
}

bool aug_problem_bind(const aug_reader *reader, const aug_operator *operation, const aug_count *sizes,
                      const aug_machine *machine, aug_problem *problem) {
    const aug_precision precision = aug_precision_of(AUG_FORMAT_INT8);
    return aug_problem_bind_as(reader, operation, &precision, sizes, machine, problem);
}
