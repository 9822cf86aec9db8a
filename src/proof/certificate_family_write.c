// Where families are cut. One that does not reach what is needed is cut in two at the rank of the widest range; what is needed
// of a run is the value of the plan without the bounds of what comes before and behind it.
#include "proof/certificate_family_write.h"

#include "proof/certificate_text.h"
#include "proof/certificate_tree.h"
#include "proof/proof_nest.h"

#include <inttypes.h>
#include <string.h>

// Families of a run, bytes of all of them, cases that are looked at in all, nodes of the search of a case.
enum { OPEN = 120, MOST_TEXT = 3000000, LOOKS = 3000, CASE_NODES = 200000 };

typedef struct family_writer {
    aug_arena *arena;
    aug_proof_chain *chain;
    const aug_mapper_options *options;
    aug_buffer *out;
    int looks; // cases that were looked at
    int open_count;
    aug_proof_family open[OPEN + 1];
    aug_wide needed;
    const aug_proof_family *family;
    int einsum;
    aug_proof_case made; // the one that is looked at
    int count;
    aug_proof_figure figures[AUG_PROOF_CASES];
    aug_buffer *cases;  // their text; NULL: none is written
} family_writer;

// ---- Cases

// What is left takes at least so much, as the mapper finds.
static aug_wide find_least(const family_writer *w, const aug_proof *proof) {
    aug_mapper_options options = *w->options;
    aug_mapper_result result;
    aug_proof_value value;
    options.node_limit = CASE_NODES;
    aug_mapper_run(w->arena, proof->problem, &options, &result);
    if (!result.proven)
        return 0;
    if (result.point_count == 0)
        return AUG_PROOF_FIGURE - 1;
    return aug_proof_nest(proof, &result.points[0].mapping, &value) ? value.price : 0;
}

static bool put_case(family_writer *w, const int8_t *home, aug_wide least) {
    aug_proof *proof = &w->made.left.proof;
    const aug_problem *problem = proof->problem;
    aug_buffer tree;
    proof->objective = w->chain->objective;
    proof->point_count = 1;
    proof->points[0] = (aug_proof_point){least, 0};
    aug_buffer_init(&tree, w->arena);
    if (!aug_certificate_put_tree(&tree, w->arena, proof))
        return false;
    aug_buffer_print(w->cases, "      - einsum: %d\n        homes: \"", w->einsum + 1);
    for (int t = 0, any = 0; t < problem->tensor_count; t++)
        if (home[t] >= 0)
            aug_buffer_print(w->cases, "%s%s %s", any++ ? " " : "", problem->tensors[t].name,
                             problem->memories[home[t]].name);
    aug_buffer_put(w->cases, "\"\n        value: ");
    aug_certificate_wide(w->cases, least);
    aug_buffer_put(w->cases, "\n        ");
    for (const char *at = aug_buffer_text(&tree); *at; at++)
        aug_buffer_print(w->cases, "%c%s", *at, *at == '\n' && at[1] ? "        " : "");
    return true;
}

static bool look_at(void *context, const int8_t *home) {
    family_writer *w = context;
    w->looks++;
    aug_wide figure = 0;
    if (aug_proof_family_case(w->chain, w->family, w->einsum, home, &w->made)) {
        aug_wide least = find_least(w, &w->made.left.proof), enough = w->needed / w->made.times + 1;
        least = least < enough ? least : enough; // more rules out nothing further
        bool is_shown = !w->cases || put_case(w, home, least);
        if (!is_shown) // but for the rounding of prices
            is_shown = put_case(w, home, least -= least / 1000000000);
        figure = is_shown ? aug_proof_family_figure(&w->made, least) : 0;
    }
    if (w->count < AUG_PROOF_CASES) {
        aug_proof_figure *into = &w->figures[w->count++];
        *into = (aug_proof_figure){.einsum = w->einsum, .figure = figure};
        memcpy(into->home, home, sizeof into->home);
    }
    return true;
}

static aug_wide floor_of(family_writer *w, const aug_proof_family *family, aug_buffer *cases) {
    w->family = family;
    w->cases = cases;
    w->count = 0;
    for (w->einsum = family->first; w->einsum <= family->last; w->einsum++)
        aug_proof_family_cases(w->chain, family, w->einsum, look_at, w);
    return aug_proof_family_floor(w->chain, family, w->figures, w->count);
}

// ---- Families

static void put_family(family_writer *w, const aug_proof_family *family) {
    aug_buffer cases;
    if (w->chain->family_count == AUG_PROOF_FAMILIES || w->out->length > MOST_TEXT)
        return;
    aug_buffer_init(&cases, w->arena);
    aug_proof_family *added = &w->chain->families[w->chain->family_count++];
    *added = *family;
    added->floor = floor_of(w, family, &cases);
    if (w->out->length + cases.length > MOST_TEXT) { // files have an end
        w->chain->family_count--;
        return;
    }
    aug_buffer_print(w->out, "%s  - run: %d %d\n    order: %s\n    steps: \"", w->chain->family_count == 1 ? "families:\n" : "",
                     family->first + 1, family->last + 1, family->is_ordered ? "this" : "any");
    for (int i = 0; i < family->rank_count; i++)
        aug_buffer_print(w->out, "%s%s %" PRIu64 " %" PRIu64, i ? " " : "", family->ranks[i], family->least[i],
                         family->most[i]);
    aug_buffer_print(w->out, "\"\n    cases:\n%s", aug_buffer_text(&cases));
}

// The rank whose steps may differ most; -1: none do.
static int widest(const aug_proof_family *family) {
    int rank = -1;
    double most = 1.0;
    for (int i = 0; i < family->rank_count; i++) {
        double ratio = (double)family->most[i] / (double)family->least[i];
        if (ratio > most) {
            most = ratio;
            rank = i;
        }
    }
    return rank;
}

// The largest divisor that is below the middle of a range, in ratios; the next one.
static void find_middle(const aug_proof_family *family, int rank, aug_count *below, aug_count *above) {
    aug_count least = family->least[rank], most = family->most[rank], middle = least;
    while ((double)middle * (double)middle < (double)least * (double)most)
        middle++;
    *below = least;
    *above = most;
    for (aug_count d = least; d <= most; d++) {
        if (family->sizes[rank] % d == 0 && d < middle)
            *below = d;
        if (family->sizes[rank] % d == 0 && d >= middle && d < *above)
            *above = d;
    }
}

// ---- Cuts

// Families that are not written yet, each with its floor.
static void add_open(family_writer *w, const aug_proof_family *family) {
    aug_proof_family *added = &w->open[w->open_count];
    *added = *family;
    if (w->open_count == OPEN || !aug_proof_family_settle(added))
        return;
    added->floor = floor_of(w, added, NULL);
    w->open_count++;
}

// Whether the order of loops matters.
static bool needs_order(const aug_proof_family *family) {
    int count = 0, split = 0;
    for (int i = 0; i < family->rank_count; i++) {
        count += !family->is_common[i] && family->end[i] > 1;
        split += !family->is_common[i] && family->part[i] > 1;
    }
    return !family->is_ordered && count > 1 && split > 0;
}

// One family for each order of the ranks from `at` on.
static void cut_orders(family_writer *w, const aug_proof_family *family, int at) {
    aug_proof_family next = *family;
    for (int i = 0; i < at; i++)
        for (int j = i + 1; j < at; j++)
            if ((family->outside[family->place[i]] >> family->place[j] & 1) && !family->is_common[j])
                return; // there are no such loops
    if (at == family->rank_count) {
        next.is_ordered = true;
        add_open(w, &next);
        return;
    }
    for (int i = at; i < family->rank_count; i++) {
        next = *family;
        if (!aug_proof_family_put(&next, at, family->ranks[i]))
            continue;
        cut_orders(w, &next, at + 1);
        if (family->is_common[i])
            return; // it may as well stand here
    }
}

// In two or more. False where it has one choice of steps in one order.
static bool cut(family_writer *w, const aug_proof_family *family) {
    int rank = widest(family);
    if (needs_order(family)) {
        cut_orders(w, family, 0);
        return true;
    }
    if (rank < 0)
        return false;
    aug_proof_family half = *family;
    aug_count below, above;
    find_middle(family, rank, &below, &above);
    half.most[rank] = below;
    add_open(w, &half);
    half = *family;
    half.least[rank] = above;
    add_open(w, &half);
    return true;
}

// The one with the least floor is cut next, until it has what is needed or cannot be cut.
static void cut_all(family_writer *w, const aug_proof_family *whole) {
    w->open_count = 0;
    add_open(w, whole);
    while (w->open_count > 0 && w->open_count + 24 < OPEN && w->looks < LOOKS) { // 24: the most orders
        int least = 0;
        for (int i = 1; i < w->open_count; i++)
            if (w->open[i].floor < w->open[least].floor)
                least = i;
        aug_proof_family family = w->open[least];
        if (family.floor >= w->needed || !cut(w, &family))
            break;
        w->open[least] = w->open[--w->open_count];
    }
    for (int i = 0; i < w->open_count; i++)
        put_family(w, &w->open[i]);
}

void aug_certificate_put_families(aug_buffer *out, aug_arena *arena, aug_proof_chain *chain, aug_wide value,
                                  const aug_mapper_options *options) {
    family_writer *w = AUG_NEW(arena, family_writer);
    *w = (family_writer){.arena = arena, .chain = chain, .options = options, .out = out};
    aug_wide before[AUG_PROOF_EINSUMS + 1] = {0}, behind[AUG_PROOF_EINSUMS + 1] = {0};
    const aug_wide bound = aug_proof_chain_bound(chain);
    const size_t length = out->length;
    if (chain->objective != AUG_OBJECTIVE_ENERGY || bound >= value)
        return;
    chain->families = AUG_NEW_ARRAY(arena, aug_proof_family, AUG_PROOF_FAMILIES);
    aug_proof_chain_bounds(chain, before, behind);
    for (int first = 0; first < chain->count; first++)
        for (int last = first + 1; last < chain->count; last++) {
            aug_proof_family all;
            aug_wide rest = before[first] + behind[last + 1];
            if (rest >= value || !aug_proof_family_begin(chain, first, last, &all) || all.rank_count > 4)
                continue;
            w->needed = (value - rest + chain->einsums[first].repeats - 1) / chain->einsums[first].repeats;
            if (aug_proof_run_bound(chain, first, last) < w->needed)
                cut_all(w, &all);
        }
    if (aug_proof_chain_bound(chain) > bound || length == out->length)
        return;
    out->length = length; // of no use
    out->text[length] = '\0';
    chain->family_count = 0;
}
