// What an einsum takes at least below shared loops of which a family is known: the loop over rank r has c_r steps, a
// multiple of l_r (`part`), and no more than h_r (`end`). README.md argues it.
//
//     cost >= L x (what is left takes at least) + outside          L = product of l_r; n_r / l_r are left of rank r
//
// Example: m 64 in 4 to 16 steps, so l 4 and h 16; B[k,n] is not moved by it. Either B comes again in each of 4 parts, or a
// tile of it stays whole in the buffer and comes once (outside), and the rest has as much less room.
#include "proof/proof_family.h"

#include "proof/proof_bound.h"

#include <string.h>

// ---- Ranks and steps

static const aug_proof *proof_of(const aug_proof_chain *chain, int einsum) {
    return chain->einsums[einsum].proof;
}

static int rank_of(const aug_proof *proof, const aug_proof_family *family, int i) {
    return aug_proof_rank(proof->problem, family->ranks[i]);
}

static bool is_running(const char *running, const char *name) {
    size_t length = strlen(name);
    for (const char *at = running; (at = strstr(at, name)) != NULL; at++)
        if (at > running && at[-1] == ' ' && at[length] == ' ')
            return true;
    return false;
}

// Whether a shared loop over a rank is possible; `common`: it moves all tensors.
static bool may_share(const aug_proof_chain *chain, int first, int last, const unsigned *passing, const char *name,
                      bool *common) {
    aug_count size = 0;
    *common = true;
    for (int e = first; e <= last; e++) {
        const aug_problem *problem = proof_of(chain, e)->problem;
        int rank = aug_proof_rank(problem, name);
        if (rank < 0 || (size && problem->sizes[rank] != size))
            return false;
        size = problem->sizes[rank];
        for (int t = 0; t < problem->tensor_count; t++) {
            bool moves = aug_proof_moves(proof_of(chain, e), t, rank);
            *common &= moves;
            if (moves || !(passing[e] >> t & 1))
                continue;
            if (!is_running(chain->running, problem->tensors[t].name))
                return false;
        }
    }
    return true;
}

// A loop that a running tensor goes on with stands inside of all that move it.
static void find_outside(const aug_proof_chain *chain, const unsigned *passing, aug_proof_family *family) {
    for (int e = family->first; e <= family->last; e++)
        for (int t = 0; t < proof_of(chain, e)->problem->tensor_count; t++) {
            unsigned moved = 0;
            for (int i = 0; i < family->rank_count; i++)
                moved |= (unsigned)aug_proof_moves(proof_of(chain, e), t, rank_of(proof_of(chain, e), family, i)) << i;
            for (int i = 0; i < family->rank_count && (passing[e] >> t & 1); i++)
                family->outside[i] |= moved >> i & 1 ? 0 : moved;
        }
}

bool aug_proof_family_begin(const aug_proof_chain *chain, int first, int last, aug_proof_family *family) {
    unsigned passing[AUG_PROOF_EINSUMS];
    *family = (aug_proof_family){.first = first, .last = last};
    if (first == last || !aug_proof_run(chain, first, last, passing))
        return false;
    const aug_problem *problem = proof_of(chain, first)->problem;
    for (int r = 0; r < problem->rank_count; r++) {
        int at = family->rank_count;
        if (!may_share(chain, first, last, passing, problem->ranks[r], &family->is_common[at]))
            continue;
        family->place[at] = at;
        family->ranks[at] = problem->ranks[r];
        family->sizes[at] = family->most[at] = problem->sizes[r];
        family->least[at] = 1;
        family->rank_count++;
    }
    find_outside(chain, passing, family);
    return aug_proof_family_settle(family);
}

bool aug_proof_family_put(aug_proof_family *family, int at, const char *name) {
    int from = at;
    while (from < family->rank_count && strcmp(family->ranks[from], name) != 0)
        from++;
    if (from == family->rank_count)
        return false;
    const aug_proof_family old = *family;
    for (int i = from; i >= at; i--) {
        int of = i == at ? from : i - 1;
        family->ranks[i] = old.ranks[of];
        family->sizes[i] = old.sizes[of];
        family->least[i] = old.least[of];
        family->most[i] = old.most[of];
        family->is_common[i] = old.is_common[of];
        family->place[i] = old.place[of];
    }
    return true;
}

static aug_count common_part(aug_count a, aug_count b) {
    while (b) {
        aug_count rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

bool aug_proof_family_settle(aug_proof_family *family) {
    for (int i = 0; i < family->rank_count; i++) {
        family->part[i] = family->end[i] = 0;
        for (aug_count d = 1; d * d <= family->sizes[i]; d++)
            for (int side = 0; side < 2; side++) {
                aug_count steps = side ? family->sizes[i] / d : d;
                if (family->sizes[i] % d != 0 || steps < family->least[i] || steps > family->most[i])
                    continue;
                family->part[i] = common_part(steps, family->part[i]);
                family->end[i] = steps > family->end[i] ? steps : family->end[i];
            }
        if (family->end[i] == 0)
            return false;
    }
    return true;
}

// ---- Cases

// Parts of the loops that do not move a tensor.
static aug_count still_of(const aug_proof *proof, const aug_proof_family *family, int tensor) {
    aug_count parts = 1;
    for (int i = 0; i < family->rank_count; i++)
        parts *= aug_proof_moves(proof, tensor, rank_of(proof, family, i)) ? 1 : family->part[i];
    return parts;
}

// The least that a tile of a tensor behind all shared loops has.
static double tile_bits(const aug_proof *proof, const aug_proof_family *family, int tensor, int memory) {
    aug_count extents[AUG_PROBLEM_RANKS];
    memcpy(extents, proof->problem->sizes, sizeof extents);
    for (int i = 0; i < family->rank_count; i++)
        extents[rank_of(proof, family, i)] /= family->end[i];
    return (double)aug_tensor_words(&proof->problem->tensors[tensor], extents) *
           proof->problem->memories[memory].bits[tensor] * (double)proof->problem->memories[memory].buffers;
}

// The same of one that stays over shared loops: over the innermost of those that do not move it at least, and loops that
// move it inside of that one do not cut it, or it would come anew with them.
static double stay_bits(const aug_proof *proof, const aug_proof_family *family, int tensor, int memory) {
    aug_proof_family outside = *family;
    int innermost = -1;
    for (int i = 0; i < family->rank_count && family->is_ordered; i++)
        if (family->part[i] > 1 && !aug_proof_moves(proof, tensor, rank_of(proof, family, i)))
            innermost = i;
    for (int i = innermost + 1; i < family->rank_count && innermost >= 0; i++)
        if (!family->is_common[i])
            outside.end[i] = 1;
    return tile_bits(proof, &outside, tensor, memory);
}

// Whether such a tile may stay in a memory: all its instances have room for it.
static bool may_stay(const aug_proof *proof, const aug_proof_family *family, int tensor, int memory) {
    const aug_problem_memory *of = &proof->problem->memories[memory];
    return memory > proof->home[tensor] && !(of->never >> tensor & 1) &&
           stay_bits(proof, family, tensor, memory) <= of->capacity_bits * (double)of->instances;
}

typedef struct case_walk {
    const aug_proof *proof;
    const aug_proof_family *family;
    unsigned passing;
    aug_proof_homes_visit *visit;
    void *context;
} case_walk;

static bool visit_cases(const case_walk *w, int tensor, int8_t *home) {
    if (tensor == AUG_PROBLEM_TENSORS)
        return w->visit(w->context, home);
    bool passes = w->passing >> tensor & 1;
    bool may = tensor < w->proof->problem->tensor_count && (passes || still_of(w->proof, w->family, tensor) > 1);
    home[tensor] = -1;
    if (!passes && !visit_cases(w, tensor + 1, home))
        return false;
    for (int m = 0; m < w->proof->memory_count && may; m++) {
        home[tensor] = (int8_t)m;
        if ((passes ? aug_proof_may_be_home(w->proof, tensor, m) : may_stay(w->proof, w->family, tensor, m)) &&
            !visit_cases(w, tensor + 1, home))
            return false;
    }
    return true;
}

bool aug_proof_family_cases(const aug_proof_chain *chain, const aug_proof_family *family, int einsum,
                            aug_proof_homes_visit *visit, void *context) {
    unsigned passing[AUG_PROOF_EINSUMS];
    int8_t home[AUG_PROBLEM_TENSORS];
    aug_proof_run(chain, family->first, family->last, passing);
    const case_walk w = {proof_of(chain, einsum), family, passing[einsum], visit, context};
    return visit_cases(&w, 0, home);
}

// ---- One case

// The memory that has to be the home of a tensor that passes; -1: there are several.
static int only_home(const aug_proof *proof, int tensor) {
    int only = -1;
    for (int m = 0; m < proof->memory_count; m++)
        if (aug_proof_may_be_home(proof, tensor, m)) {
            if (only >= 0)
                return -1;
            only = m;
        }
    return only;
}

// Room that tiles of what passes between other einsums of the run take.
static void reserve_others(const aug_proof_chain *chain, const aug_proof_family *family,
                           aug_problem *problem) {
    unsigned passing[AUG_PROOF_EINSUMS];
    aug_proof_run(chain, family->first, family->last, passing);
    for (int e = family->first; e <= family->last; e++) {
        const aug_proof *other = proof_of(chain, e);
        int t = aug_problem_output(other->problem), m = only_home(other, t);
        if ((passing[e] >> t & 1) && m >= 0 && m < problem->memory_count &&
            aug_proof_tensor(problem, other->problem->tensors[t].name) < 0)
            problem->memories[m].capacity_bits -= tile_bits(other, family, t, m);
    }
}

// A tile that stays in a memory outside of arrays: it is at home there, and comes once.
static aug_wide bring_once(const aug_proof *of, int tensor, int memory) {
    const aug_problem_tensor *tile = &of->problem->tensors[tensor];
    aug_wide words = aug_tensor_words(tile, of->problem->sizes);
    const aug_count *far = of->prices[of->home[tensor]][tensor], *near = of->prices[memory][tensor];
    if (!tile->is_output)
        return words * far[AUG_FLOW_READ] + words * near[AUG_FLOW_FILL];
    return words * far[AUG_FLOW_UPDATE] + (of->problem->drain_reads ? words * near[AUG_FLOW_READ] : 0);
}

// A running tensor may stay over parts in any memory: all of it counts as little as if it did.
static void soften(aug_proof *proof, aug_problem *problem, int tensor, aug_count parts) {
    for (int m = 0; m < proof->memory_count; m++) {
        for (int f = 0; f < AUG_FLOW_COUNT; f++)
            proof->prices[m][tensor][f] /= parts;
        for (int a = 0; a < AUG_ACTION_COUNT; a++)
            problem->memories[m].energy_pj[tensor][a] /= (double)parts;
    }
}

// A result that does not stay further in than a memory comes back from there in all parts but the first, which each part by
// itself does not see.
static aug_wide fetch_again(const aug_proof *of, int tensor, int memory, aug_count parts) {
    const aug_problem_tensor *result = &of->problem->tensors[tensor];
    if (!result->is_output || result->accumulates)
        return 0;
    return (aug_wide)aug_tensor_words(result, of->problem->sizes) * (parts - 1) *
           of->prices[memory][tensor][AUG_FLOW_READ];
}

// One that stays inside of arrays: what is outside of it happens less often.
static void discount(aug_proof *proof, aug_problem *problem, int tensor, int memory, aug_count parts) {
    for (int m = 0; m < memory; m++)
        for (int f = 0; f < AUG_FLOW_COUNT; f++)
            proof->prices[m][tensor][f] /= parts;
    proof->prices[memory][tensor][AUG_FLOW_FILL] /= parts;
    for (int m = 0; m < memory; m++) // of interest to who looks for the least
        for (int a = 0; a < AUG_ACTION_COUNT; a++)
            problem->memories[m].energy_pj[tensor][a] /= (double)parts;
    problem->memories[memory].energy_pj[tensor][AUG_ACTION_WRITE] /= (double)parts;
    problem->memories[memory].must |= 1u << tensor;
    if (problem->tensors[tensor].is_output)
        problem->drain_reads = false;
}

bool aug_proof_family_case(const aug_proof_chain *chain, const aug_proof_family *family, int einsum,
                           const int8_t *home, aug_proof_case *made) {
    unsigned passing[AUG_PROOF_EINSUMS];
    const aug_proof *of = proof_of(chain, einsum);
    aug_proof *proof = &made->left.proof;
    aug_problem *problem = &made->left.problem;
    int8_t at_home[AUG_PROBLEM_TENSORS];
    aug_proof_run(chain, family->first, family->last, passing);
    *problem = *of->problem;
    *proof = *of;
    proof->problem = problem;
    made->times = 1;
    made->outside = 0;
    for (int i = 0; i < family->rank_count; i++) {
        problem->sizes[rank_of(of, family, i)] /= family->part[i];
        problem->operations /= family->part[i];
        made->times *= family->part[i];
    }
    for (int t = 0; t < AUG_PROBLEM_TENSORS; t++) {
        bool passes = passing[einsum] >> t & 1;
        at_home[t] = home[t] < 0 || passes || problem->memories[home[t]].axes_above == 0 ? home[t] : -1;
        if (t < problem->tensor_count && home[t] < 0)
            made->outside += fetch_again(of, t, of->home[t], still_of(of, family, t));
        if (home[t] < 0)
            continue;
        if (passes)
            soften(proof, problem, t, still_of(of, family, t));
        if (at_home[t] >= 0)
            problem->memories[home[t]].capacity_bits -= (passes ? tile_bits : stay_bits)(of, family, t, home[t]);
        else
            discount(proof, problem, t, home[t], still_of(of, family, t));
        if (!passes && at_home[t] >= 0)
            made->outside += bring_once(of, t, home[t]) + fetch_again(of, t, home[t], still_of(of, family, t));
    }
    reserve_others(chain, family, problem);
    return aug_proof_relax(proof, at_home, &made->left);
}

// ---- Cases together

typedef struct joint {
    const aug_proof_chain *chain;
    const aug_proof_family *family;
    const aug_proof_figure *figures;
    int count, einsum;
    const int8_t *homes[AUG_PROOF_EINSUMS]; // of the cases before
    double held[AUG_PROBLEM_MEMORIES];      // bits of all instances
    aug_wide sum, least;
    int *tries;
} joint;

enum { MOST_TRIES = 200000 }; // behind so many sums of cases nothing is known of a family

// Whether a case before has the same tensor in the same memory: it may be one tile.
static bool is_held(const joint *j, const char *name, int memory) {
    for (int e = j->family->first; e < j->einsum; e++) {
        int t = aug_proof_tensor(proof_of(j->chain, e)->problem, name);
        if (t >= 0 && j->homes[e][t] == memory)
            return true;
    }
    return false;
}

static aug_wide figure_of(const joint *j, const int8_t *home) {
    aug_wide figure = 0;
    for (int c = 0; c < j->count; c++)
        if (j->figures[c].einsum == j->einsum && j->figures[c].figure > figure &&
            memcmp(j->figures[c].home, home, sizeof j->figures[c].home) == 0)
            figure = j->figures[c].figure;
    return figure;
}

static bool join_case(void *context, const int8_t *home) {
    joint next = *(joint *)context, *whole = context;
    const aug_proof *proof = proof_of(next.chain, next.einsum);
    unsigned passing[AUG_PROOF_EINSUMS];
    if (++*next.tries > MOST_TRIES) {
        whole->least = 0;
        return false;
    }
    next.sum += figure_of(&next, home);
    if (next.sum >= whole->least)
        return true;
    aug_proof_run(next.chain, next.family->first, next.family->last, passing);
    for (int t = 0; t < proof->problem->tensor_count; t++) {
        const aug_problem_memory *memory = home[t] < 0 ? NULL : &proof->problem->memories[home[t]];
        if (!memory || is_held(&next, proof->problem->tensors[t].name, home[t]))
            continue;
        bool passes = passing[next.einsum] >> t & 1;
        next.held[home[t]] += (passes ? tile_bits : stay_bits)(proof, next.family, t, home[t]);
        if (next.held[home[t]] > memory->capacity_bits * (double)memory->instances)
            return true;
    }
    next.homes[next.einsum++] = home;
    if (next.einsum > next.family->last)
        next.least = next.sum;
    else
        aug_proof_family_cases(next.chain, next.family, next.einsum, join_case, &next);
    whole->least = next.least;
    return true;
}

aug_wide aug_proof_family_floor(const aug_proof_chain *chain, const aug_proof_family *family,
                                const aug_proof_figure *figures, int count) {
    int tries = 0;
    joint j = {.chain = chain, .family = family, .figures = figures, .count = count, .einsum = family->first, .tries = &tries};
    j.least = (aug_wide)AUG_PROOF_EINSUMS * AUG_PROOF_FIGURE; // nothing fits together
    aug_proof_family_cases(chain, family, family->first, join_case, &j);
    return j.least < AUG_PROOF_FIGURE ? j.least : AUG_PROOF_FIGURE;
}

// ---- The bound

// Whether a family has loops with these steps in this order, both by places.
static bool has_loops(const aug_proof_family *family, const aug_count *steps, const int *order) {
    for (int i = 0; i < family->rank_count; i++) {
        aug_count own = steps[family->place[i]];
        if (own < family->least[i] || own > family->most[i])
            return false;
        for (int j = 0; j < i && family->is_ordered; j++)
            if (own > 1 && steps[family->place[j]] > 1 && !family->is_common[i] && !family->is_common[j] &&
                order[family->place[j]] > order[family->place[i]])
                return false;
    }
    return true;
}

// The least of what families show for these steps, over all orders; `order` has those of the first `count` ranks.
static aug_wide least_of(const aug_proof_chain *chain, const aug_proof_family *all, const aug_count *steps, int *order,
                         int count, aug_wide otherwise) {
    aug_wide least = AUG_PROOF_TOTAL;
    for (int at = 0; at < all->rank_count && count < all->rank_count; at++) {
        bool is_free = true;
        for (int i = 0; i < count; i++)
            is_free &= order[i] != at;
        if (!is_free)
            continue;
        order[count] = at;
        aug_wide other = least_of(chain, all, steps, order, count + 1, otherwise);
        least = other < least ? other : least;
    }
    if (count < all->rank_count)
        return least;
    for (int i = 0; i < count; i++)
        for (int j = 0; j < count; j++)
            if ((all->outside[i] >> j & 1) && !all->is_common[j] && steps[i] > 1 && steps[j] > 1 && order[i] < order[j])
                return AUG_PROOF_TOTAL; // no such loops
    aug_wide floor = otherwise;
    for (int f = 0; f < chain->family_count; f++)
        if (chain->families[f].first == all->first && chain->families[f].last == all->last &&
            chain->families[f].floor > floor && has_loops(&chain->families[f], steps, order))
            floor = chain->families[f].floor;
    return floor;
}

enum { MOST_CHOICES = 100000, MOST_RANKS = 4 };

aug_wide aug_proof_family_bound(const aug_proof_chain *chain, int first, int last, aug_wide otherwise) {
    aug_proof_family all;
    int at[AUG_PROOF_SHARED] = {0}, i;
    aug_count steps[AUG_PROOF_SHARED], choices = 1;
    aug_wide bound = AUG_PROOF_TOTAL;
    const aug_proof *proof = proof_of(chain, first);
    if (chain->family_count == 0 || !aug_proof_family_begin(chain, first, last, &all) || all.rank_count > MOST_RANKS)
        return otherwise;
    for (i = 0; i < all.rank_count; i++) {
        steps[i] = 1;
        choices *= (aug_count)proof->divisor_count[rank_of(proof, &all, i)];
        if (choices > MOST_CHOICES)
            return otherwise;
    }
    do {
        int order[AUG_PROOF_SHARED];
        aug_wide floor = least_of(chain, &all, steps, order, 0, otherwise);
        bound = floor < bound ? floor : bound;
        for (i = all.rank_count - 1; i >= 0; i--) { // the next choice
            int rank = rank_of(proof, &all, i);
            at[i] = (at[i] + 1) % proof->divisor_count[rank];
            steps[i] = proof->divisors[rank][at[i]];
            if (at[i] > 0)
                break;
        }
    } while (i >= 0);
    return bound;
}

aug_wide aug_proof_family_figure(const aug_proof_case *of, aug_wide least) {
    if (of->outside >= AUG_PROOF_FIGURE - 1 || least > (AUG_PROOF_FIGURE - 1 - of->outside) / of->times)
        return AUG_PROOF_FIGURE - 1;
    return least * of->times + of->outside;
}
