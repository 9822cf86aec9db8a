// What is no einsum of full tensors, what does not fit into integers and what no unit computes is told apart
// here, for all who map models.
#include "mapper/operator_bind.h"

#include <math.h>

bool aug_operator_whole_sizes(const aug_operator *op, const double *exact, aug_count *sizes, bool *rounded) {
    for (int r = 0; r < op->einsum.rank_count; r++) {
        double up = ceil(exact[r] - 1e-9);
        if (!(up >= 1.0 && up < 1e15))
            return false;
        *rounded = *rounded || up - exact[r] > 1e-9;
        sizes[r] = (aug_count)up;
    }
    return true;
}

const char *aug_operator_bind(aug_arena *arena, const aug_operator *op, const aug_precision *precision,
                              const aug_count *sizes, const aug_machine *machine, aug_problem *problem) {
    if (op->gathers)
        return "it reads only some rows of its table";
    aug_errors *unseen = AUG_NEW(arena, aug_errors);
    const aug_reader reader = {arena, unseen};
    if (!aug_problem_bind_as(&reader, op, precision, sizes, machine, problem))
        return unseen->count ? unseen->items[0].message : "it does not bind";
    if (aug_problem_unit(problem) < 0)
        return "no unit of the machine computes it";
    return aug_mapper_can_search(problem, NULL);
}
