// The certificate of a plan: what its einsums take at least is searched and shown for every choice of what may pass
// and of where it is at home, and the rest is what the checker's own files say of it.
#include "proof/certificate.h"
#include "proof/certificate_family_write.h"
#include "proof/certificate_text.h"
#include "proof/certificate_tree.h"
#include "proof/proof_nest.h"
#include "proof/proof_plan.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct plan_writer {
    aug_arena *arena;
    const aug_certificate_part *parts;
    const aug_mapper_options *options;
    aug_proof_chain *chain;
    int einsum;                          // that floors are looked for
    aug_buffer floors[AUG_PROOF_EINSUMS]; // their text
} plan_writer;

// ---- Einsums

// ` R L `.
static const char *running_of(aug_arena *arena, const char *const *names) {
    aug_buffer text;
    aug_buffer_init(&text, arena);
    aug_buffer_put(&text, " ");
    for (; names && *names; names++)
        aug_buffer_print(&text, "%s ", *names);
    return aug_buffer_text(&text);
}

static const char *make_einsum(aug_arena *arena, const aug_certificate_part *part, aug_objective objective,
                               aug_proof_einsum *einsum) {
    aug_proof *proof = AUG_NEW(arena, aug_proof);
    proof->problem = part->problem;
    proof->objective = objective;
    proof->unit = aug_problem_unit(part->problem);
    const char *why = proof->unit < 0 ? "no compute unit of the machine can do an einsum" : aug_proof_cannot(part->problem);
    if (why)
        return why;
    if (!(part->repeats >= 1.0 && part->repeats <= AUG_PROOF_REPEATS) || part->repeats != floor(part->repeats))
        return "an einsum does not run a whole number of times";
    if (aug_problem_in_role(part->problem, "state") || aug_problem_in_role(part->problem, "cache"))
        return "an einsum has a state or a cache";
    if (strpbrk(part->problem->name, "{}"))
        return "the name of an einsum has braces";
    *einsum = (aug_proof_einsum){.name = part->problem->name, .repeats = (aug_count)part->repeats, .proof = proof};
    return aug_certificate_prices(proof) && aug_proof_prepare(proof) ? NULL : "a price or a rank is too large";
}

static const char *make_chain(aug_arena *arena, const aug_certificate_part *parts, int count,
                              const char *const *running, const aug_mapper_options *options, aug_proof_chain **made) {
    aug_proof_chain *chain = *made = AUG_NEW(arena, aug_proof_chain);
    chain->objective = options->objective;
    chain->running = running_of(arena, running);
    if (count > AUG_PROOF_EINSUMS)
        return "there are more than 16 einsums";
    if (!options->perfect)
        return "its tiles need not divide the ones around them";
    for (int e = 0; e < count; e++) {
        const char *why = make_einsum(arena, &parts[e], options->objective, &chain->einsums[e]);
        if (why)
            return why;
        chain->count++;
    }
    return aug_proof_chain_cannot(chain);
}

const char *aug_certificate_cannot_plan(aug_arena *arena, const aug_certificate_part *parts, int count,
                                        const aug_mapper_options *options) {
    aug_proof_chain *chain;
    return make_chain(arena, parts, count, NULL, options, &chain);
}

// ---- What they take at least

// The least while these tensors are at home; where nothing fits, more than can be claimed. False where it is not known.
static bool find_least(const plan_writer *w, const aug_proof *relaxed, bool is_alone, aug_wide *least) {
    bool is_energy = w->chain->objective == AUG_OBJECTIVE_ENERGY;
    aug_mapper_result result;
    aug_proof_value value;
    if (is_alone)
        result = *w->parts[w->einsum].result;
    else
        aug_mapper_run(w->arena, relaxed->problem, w->options, &result);
    *least = is_energy ? AUG_PROOF_FIGURE - 1 : ((aug_wide)1 << 53) - 1;
    if (!result.proven || result.point_count == 0)
        return result.proven;
    if (!aug_proof_nest(relaxed, &result.points[0].mapping, &value))
        return false;
    *least = is_energy ? value.price : (aug_wide)value.cycles;
    return true;
}

// Shows that a relaxed einsum takes no less than that, but for the rounding of prices.
static bool show(const plan_writer *w, aug_proof *relaxed, aug_buffer *tree, aug_wide *least) {
    bool is_energy = w->chain->objective == AUG_OBJECTIVE_ENERGY;
    for (int turn = 0; turn < 2; turn++) {
        relaxed->points[0] = (aug_proof_point){is_energy ? *least : 0, is_energy ? 0 : (aug_count)*least};
        relaxed->point_count = 1;
        aug_buffer_init(tree, w->arena);
        if (aug_certificate_put_tree(tree, w->arena, relaxed))
            return *least < AUG_PROOF_FIGURE;
        *least -= *least / 1000000000;
    }
    return false;
}

static bool add_floor(void *context, const int8_t *home) {
    plan_writer *w = context;
    aug_proof_einsum *einsum = &w->chain->einsums[w->einsum];
    bool is_alone = true, is_known = einsum->floor_count == AUG_PROOF_FLOORS;
    for (int f = 0; f < einsum->floor_count && !is_known; f++)
        is_known = memcmp(einsum->floors[f].home, home, sizeof einsum->floors[f].home) == 0;
    for (int t = 0; t < AUG_PROBLEM_TENSORS; t++)
        is_alone &= home[t] < 0;
    aug_proof_own *own = is_known ? NULL : AUG_NEW(w->arena, aug_proof_own);
    aug_proof *relaxed = own && aug_proof_relax(einsum->proof, home, own) ? &own->proof : NULL;
    aug_proof_floor *floor = &einsum->floors[einsum->floor_count];
    aug_buffer tree, *out = &w->floors[w->einsum];
    if (!relaxed || !find_least(w, relaxed, is_alone, &floor->least) || !show(w, relaxed, &tree, &floor->least))
        return true; // nothing is shown
    memcpy(floor->home, home, sizeof floor->home);
    einsum->floor_count++;
    aug_buffer_put(out, "  - homes: \"");
    for (int t = 0, any = 0; t < einsum->proof->problem->tensor_count; t++)
        if (home[t] >= 0)
            aug_buffer_print(out, "%s%s %s", any++ ? " " : "", einsum->proof->problem->tensors[t].name,
                             einsum->proof->problem->memories[home[t]].name);
    aug_buffer_put(out, "\"\n    value: ");
    aug_certificate_wide(out, floor->least);
    aug_buffer_put(out, "\n");
    aug_certificate_put_indented(out, aug_buffer_text(&tree));
    return true;
}

static void find_floors(plan_writer *w) {
    unsigned passing[AUG_PROOF_EINSUMS];
    for (int e = 0; e < w->chain->count; e++)
        aug_buffer_init(&w->floors[e], w->arena);
    for (int first = 0; first < w->chain->count; first++)
        for (int last = first; last < w->chain->count; last++) {
            if (!aug_proof_run(w->chain, first, last, passing))
                continue;
            for (w->einsum = first; w->einsum <= last; w->einsum++)
                aug_proof_homes(w->chain->einsums[w->einsum].proof, passing[w->einsum], add_floor, w);
        }
}

// ---- The plan

static bool find_value(const plan_writer *w, const aug_certificate_plan *plan, aug_wide *value) {
    const aug_reader reader = {w->arena, AUG_NEW(w->arena, aug_errors)};
    const aug_document document = {.name = "the plan"};
    int first = 0;
    *value = 0;
    for (int g = 0; g < plan->group_count; g++) {
        const aug_node node = {.document = &document, .kind = AUG_NODE_SCALAR, .quoted = true, .text = plan->groups[g]};
        aug_wide figure;
        if (!aug_proof_plan_group(&reader, &node, w->chain, &first, &figure))
            return false;
        *value += figure;
    }
    return first == w->chain->count;
}

static void put_einsum(aug_buffer *out, const plan_writer *w, int e) {
    const aug_proof_einsum *einsum = &w->chain->einsums[e];
    aug_buffer text;
    aug_buffer_init(&text, w->arena);
    aug_buffer_put(out, "  - name: \"");
    aug_certificate_put_name(out, einsum->name);
    aug_buffer_print(out, "\"\n    repeats: %" PRIu64 "\n", einsum->repeats);
    aug_certificate_put_problem(&text, einsum->proof);
    aug_buffer_put(&text, einsum->floor_count ? "least:\n" : "least: []\n");
    aug_buffer_put(&text, aug_buffer_text(&w->floors[e]));
    aug_certificate_put_indented(out, aug_buffer_text(&text));
}

bool aug_certificate_write_plan(aug_buffer *out, aug_arena *arena, const aug_certificate_part *parts, int count,
                                const aug_certificate_plan *plan, const aug_mapper_options *options) {
    plan_writer *w = AUG_NEW(arena, plan_writer);
    aug_wide value;
    *w = (plan_writer){.arena = arena, .parts = parts, .options = options};
    if (make_chain(arena, parts, count, plan->running, options, &w->chain) || !find_value(w, plan, &value))
        return false;
    find_floors(w);
    aug_buffer_print(out, "auger: certificate/1\nobjective: %s\nrunning: \"%s\"\neinsums:\n",
                     aug_objective_names[options->objective], w->chain->running);
    for (int e = 0; e < count; e++)
        put_einsum(out, w, e);
    aug_certificate_put_families(out, arena, w->chain, value, options);
    aug_buffer_put(out, "plan:\n");
    for (int g = 0; g < plan->group_count; g++) {
        aug_buffer_put(out, "  - \"");
        aug_certificate_put_name(out, plan->groups[g]);
        aug_buffer_put(out, "\"\n");
    }
    aug_buffer_put(out, "value: ");
    aug_certificate_wide(out, value);
    aug_buffer_put(out, "\nbound: ");
    aug_certificate_wide(out, aug_proof_chain_bound(w->chain));
    aug_buffer_put(out, "\n");
    return true;
}
