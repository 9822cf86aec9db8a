// What the mapper cannot search, told before it begins.
#include "cost/scatter.h"
#include "mapper/mapper.h"

enum { MOST_CHOICES = 18 }; // twos: 2^18 keepings take 400 MB

static const aug_count LONGEST_SHORT = (aug_count)1 << 44; // ranks whose tiles need not divide

// Of a memory and a tensor both are possible, whether it keeps it or not.
static bool is_open(const aug_problem *problem, const aug_restriction *restriction, int memory, int tensor) {
    const aug_problem_memory *of = &problem->memories[memory];
    unsigned must = of->must | (restriction ? restriction->must[memory] : 0);
    unsigned never = of->never | (restriction ? restriction->never[memory] : 0);
    return !((must | never) >> tensor & 1u);
}

// All choices of what memories keep are listed (keeping.c): so many twos at most, where the outermost memory may keep all; arrays
// work or rest.
static int choices_of(const aug_problem *problem, const aug_restriction *restriction) {
    int choices = problem->array_count;
    for (int t = 0; t < problem->tensor_count; t++)
        for (int m = 1; m < problem->memory_count; m++)
            choices += is_open(problem, restriction, m, t);
    return choices;
}

// Counts of short tiles are listed as well: 2^23 of 2^44.
static bool has_long_rank(const aug_problem *problem) {
    bool any = false;
    for (int r = 0; r < problem->rank_count; r++)
        any |= problem->sizes[r] > LONGEST_SHORT;
    return any;
}

const char *aug_mapper_can_search(const aug_problem *problem, const aug_mapper_options *options) {
    if (problem->sparse)
        return "machines that do something about zeros cannot be searched yet";
    if (aug_scatter_is_needed(problem))
        return "outputs that are indexed by a sum of ranks cannot be searched yet";
    if (options && !options->perfect && has_long_rank(problem))
        return "of ranks above 2^44 only tiles that divide can be searched: add --perfect";
    if (choices_of(problem, options ? options->restriction : NULL) > MOST_CHOICES)
        return "memories may keep its tensors in more than 2^18 ways: say what they keep, with 'keep' in the machine or in constraints";
    return NULL;
}
