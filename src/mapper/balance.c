// Bounds of a product: least energy (search 1 gives it, or what it is not below) times least cycles, or what
// search 3 is not below, whichever is larger. A search that has a cutoff and finds nothing has proven what
// was known.
#include "mapper/balance.h"

#include "cost/latency.h"
#include "mapper/suite.h"

#include <math.h>

// What is this near to its bound is good enough not to look at plain keepings.
static const double good_gap = 0.1;

enum { MOST_CHOSEN = 4 }; // memories of which each is tried full and empty, the innermost ones

typedef struct balance {
    aug_arena *arena;
    const aug_problem *const *problems;
    int count;
    const aug_balance_options *options;
    aug_balanced *answers;
    double *least_cycles; // of each problem
    bool *has_energy;     // what mappings of it need is stated
    double *known_pj;     // least energy of what was found; infinite: nothing was
    double *bound;        // of the value
} balance;

static double port_cycles(const aug_problem_memory *memory, double read_bits, double write_bits) {
    if (memory->shared_port)
        return (read_bits + write_bits) / memory->read_bits_per_cycle;
    return fmax(read_bits / memory->read_bits_per_cycle, write_bits / memory->write_bits_per_cycle);
}

// Indices that are met, at least: 2*p + r is met everywhere from 0 on where r reaches 2, else p times.
static double met(const aug_problem_dim *dim, const aug_count *sizes) {
    const aug_problem_term *terms = dim->terms;
    double most = 0.0;
    for (int t = 0; t < dim->term_count; t++)
        most = fmax(most, (double)sizes[terms[t].rank]);
    for (int t = 0; t < 2 && dim->term_count == 2; t++)
        if (terms[t].coefficient == 1 && sizes[terms[t].rank] >= terms[1 - t].coefficient)
            return (double)aug_dim_extent(dim, sizes);
    return most;
}

// An index of ranks that stand in another one already (A[i,i]) may add none.
static double words_met(const aug_problem *problem, int tensor) {
    const aug_problem_tensor *of = &problem->tensors[tensor];
    unsigned seen = 0;
    double words = 1.0;
    for (int d = 0; d < of->dim_count; d++) {
        unsigned ranks = 0;
        for (int t = 0; t < of->dims[d].term_count; t++)
            ranks |= 1u << of->dims[d].terms[t].rank;
        words *= ranks & seen ? 1.0 : met(&of->dims[d], problem->sizes);
        seen |= ranks;
    }
    return words;
}

// The outermost memory that may keep a tensor; -1: none.
static int home_of(const aug_problem *problem, int tensor) {
    for (int m = 0; m < problem->memory_count; m++)
        if (!(problem->memories[m].never >> tensor & 1))
            return m;
    return -1;
}

// Each tensor comes from its home, or goes there, at least once.
static double memory_cycles(const aug_problem *problem, int m) {
    const aug_problem_memory *memory = &problem->memories[m];
    double read_bits = 0.0, write_bits = 0.0;
    for (int t = 0; t < problem->tensor_count; t++)
        if (home_of(problem, t) == m)
            *(problem->tensors[t].is_output ? &write_bits : &read_bits) +=
                words_met(problem, t) * memory->bits[t];
    return memory->instances == 1 ? port_cycles(memory, read_bits, write_bits) : 0.0;
}

double aug_balance_least_cycles(const aug_problem *problem) {
    const aug_problem_compute *unit = &problem->computes[aug_problem_unit(problem)];
    double cycles = (double)problem->operations / ((double)unit->instances * unit->rate_per_cycle);
    double overhead = 0.0;
    for (int m = 0; m < problem->memory_count; m++)
        cycles = fmax(cycles, memory_cycles(problem, m));
    for (int a = 0; a < problem->array_count; a++)
        if (problem->arrays[a].first_axis < unit->axes_above)
            overhead += problem->arrays[a].sweep_cycles + problem->arrays[a].fill_cycles +
                        problem->arrays[a].drain_cycles;
    return aug_whole_cycles(cycles) + overhead;
}

static double value_of(const balance *b, int i, const aug_mapper_point *point) {
    return !b->has_energy[i] ? point->cycles : point->energy_pj * point->cycles;
}

// Takes what a search found for problem `i` where it is better than what is known.
static void take(const balance *b, int i, const aug_mapper_result *result) {
    aug_balanced *answer = &b->answers[i];
    for (int p = 0; p < result->point_count; p++) {
        const aug_mapper_point *point = &result->points[p];
        b->known_pj[i] = fmin(b->known_pj[i], point->energy_pj);
        if (answer->found && !(value_of(b, i, point) < value_of(b, i, &answer->point)))
            continue;
        answer->found = true;
        answer->point = *point;
    }
}

// Proven where nothing is below. Sums of rounded figures may differ in their last digits.
static void settle(const balance *b, int i) {
    const double rounding = 1e-9;
    aug_balanced *answer = &b->answers[i];
    if (!answer->found)
        return;
    answer->gap = fmax(0.0, 1.0 - b->bound[i] / value_of(b, i, &answer->point));
    answer->proven = answer->gap <= rounding;
    if (answer->proven)
        answer->gap = 0.0;
}

// What a search has to be better than: what is known in its objective; 0: nothing is.
static double cutoff_of(const balance *b, int i, aug_objective objective) {
    if (!b->answers[i].found)
        return 0.0;
    return objective == AUG_OBJECTIVE_ENERGY ? b->known_pj[i] : value_of(b, i, &b->answers[i].point);
}

static aug_mapper_options search_options(const balance *b, aug_objective objective) {
    return (aug_mapper_options){.objective = objective,
                                .perfect = true,
                                .threads = b->options->threads,
                                .node_limit = b->options->node_limit,
                                .progress = b->options->progress};
}

// What the search of a whole space for `objective` tells of problem `i`, of which `cutoff` was known.
static void learn(const balance *b, int i, aug_objective objective, double cutoff,
                  const aug_suite_answer *answer) {
    bool none = answer->status == AUG_MAPPER_NONE;
    double least = fmax(0.0, answer->result.lower_bound);
    take(b, i, &answer->result);
    if (none && cutoff <= 0.0) {
        b->answers[i].why = answer->result.why ? answer->result.why : "no mapping fits";
        return;
    }
    if (cutoff > 0.0)
        least = none ? cutoff : fmin(least, cutoff);
    b->bound[i] = fmax(b->bound[i], objective == AUG_OBJECTIVE_ENERGY ? least * b->least_cycles[i] : least);
    settle(b, i);
}

// Whether a search for an objective is to be made for a problem: the product is that of energies.
static bool is_asked(const balance *b, int i, aug_objective objective) {
    return !b->answers[i].proven && !b->answers[i].why &&
           b->has_energy[i] == (objective != AUG_OBJECTIVE_LATENCY);
}

// Searches the whole space of each problem that is not proven.
static void search(const balance *b, aug_objective objective) {
    aug_suite_member *members = AUG_NEW_ARRAY(b->arena, aug_suite_member, (size_t)b->count);
    aug_suite_answer *answers = AUG_NEW_ARRAY(b->arena, aug_suite_answer, (size_t)b->count);
    int *from = AUG_NEW_ARRAY(b->arena, int, (size_t)b->count), used = 0;
    for (int i = 0; i < b->count; i++) {
        if (!is_asked(b, i, objective))
            continue;
        from[used] = i;
        members[used++] = (aug_suite_member){.problem = b->problems[i], .cutoff = cutoff_of(b, i, objective)};
    }
    const aug_mapper_options options = search_options(b, objective);
    aug_suite_run(b->arena, members, used, &options, b->options->cache, answers);
    for (int i = 0; i < used; i++)
        learn(b, from[i], objective, members[i].cutoff, &answers[i]);
}

// Keeping number `choice`: bit i set: the i-th of the chosen memories keeps all it may. False where that is
// no other keeping than one before.
static bool ask_for_keeping(const aug_problem *problem, int choice, aug_restriction *asked) {
    unsigned all = (1u << problem->tensor_count) - 1u;
    int chosen = problem->memory_count - 1 < MOST_CHOSEN ? problem->memory_count - 1 : MOST_CHOSEN;
    *asked = (aug_restriction){0};
    if (choice >= 1 << chosen)
        return false;
    for (int i = 0; i < chosen; i++) {
        const aug_problem_memory *memory = &problem->memories[problem->memory_count - 1 - i];
        int m = problem->memory_count - 1 - i;
        unsigned others = all; // tensors that live elsewhere
        for (int t = 0; t < problem->tensor_count; t++)
            if (home_of(problem, t) == m)
                others &= ~(1u << t);
        bool full = choice >> i & 1;
        if (full)
            asked->must[m] = all & ~memory->never;
        else
            asked->never[m] = others & ~memory->must;
        if (full && !asked->must[m])
            return false;
    }
    return true;
}

// Memories are filled from the inside out first: what that finds ends most of the others early.
static int choice_at(int place) {
    if (place < MOST_CHOSEN)
        return (2 << place) - 1;
    int choice = 0;
    for (int others = place - MOST_CHOSEN;; choice++)
        if ((choice == 0 || (choice & (choice + 1)) != 0) && others-- == 0)
            return choice;
}

// One plain keeping of the problems that are far from their bounds, as far as it is better than what is
// known.
static void search_keeping(const balance *b, const bool *far, int choice, aug_objective objective) {
    aug_suite_member *members = AUG_NEW_ARRAY(b->arena, aug_suite_member, (size_t)b->count);
    aug_suite_answer *answers = AUG_NEW_ARRAY(b->arena, aug_suite_answer, (size_t)b->count);
    aug_restriction *asked = AUG_NEW_ARRAY(b->arena, aug_restriction, (size_t)b->count);
    int *from = AUG_NEW_ARRAY(b->arena, int, (size_t)b->count), used = 0;
    for (int i = 0; i < b->count; i++) {
        if (!far[i] || !is_asked(b, i, objective) || !ask_for_keeping(b->problems[i], choice, &asked[used]))
            continue;
        from[used] = i;
        members[used] = (aug_suite_member){b->problems[i], &asked[used], cutoff_of(b, i, objective)};
        used++;
    }
    const aug_mapper_options options = search_options(b, objective);
    aug_suite_run(b->arena, members, used, &options, b->options->cache, answers);
    for (int i = 0; i < used; i++) {
        take(b, from[i], &answers[i].result);
        settle(b, from[i]);
    }
}

static void search_plain(const balance *b, aug_objective objective) {
    bool *far = AUG_NEW_ARRAY(b->arena, bool, (size_t)b->count);
    for (int i = 0; i < b->count; i++)
        far[i] = b->answers[i].gap > good_gap;
    for (int place = 0; place < 1 << MOST_CHOSEN; place++)
        search_keeping(b, far, choice_at(place), objective);
}

void aug_balance_run(aug_arena *arena, const aug_problem *const *problems, int count,
                     const aug_balance_options *options, aug_balanced *answers) {
    size_t most = (size_t)count;
    balance b = {.arena = arena,
                 .problems = problems,
                 .count = count,
                 .options = options,
                 .answers = answers,
                 .least_cycles = AUG_NEW_ARRAY(arena, double, most),
                 .has_energy = AUG_NEW_ARRAY(arena, bool, most),
                 .known_pj = AUG_NEW_ARRAY(arena, double, most),
                 .bound = AUG_NEW_ARRAY(arena, double, most)};
    for (int i = 0; i < count; i++) {
        answers[i] = (aug_balanced){.gap = 1.0};
        b.least_cycles[i] = aug_balance_least_cycles(problems[i]);
        b.has_energy[i] = !aug_problem_without_energy(problems[i]);
        b.known_pj[i] = (double)INFINITY;
    }
    search(&b, AUG_OBJECTIVE_ENERGY);
    search(&b, AUG_OBJECTIVE_LATENCY);
    search_plain(&b, AUG_OBJECTIVE_EDP);
    search_plain(&b, AUG_OBJECTIVE_LATENCY);
    search(&b, AUG_OBJECTIVE_LATENCY);
    search(&b, AUG_OBJECTIVE_EDP);
    for (int i = 0; i < count; i++)
        if (!answers[i].found && !answers[i].why)
            answers[i].why = "no mapping was met within the limit of nodes";
}
