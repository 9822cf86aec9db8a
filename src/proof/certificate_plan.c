// The certificate of a plan, key by key:
//
//     objective: energy                  or latency, the cycles of members one after another
//     running: " R "                     tensors that may be read before they are whole
//     einsums:                           in their order; tensors of one name are the same
//       - name: scores
//         repeats: 1
//         ranks: ...                     the einsum and its machine (certificate_read.c)
//         least:                         what it takes at least
//           - homes: "S buffer"          while these tensors pass and are at home there; "": none passes
//             value: 1492000
//             nodes, floors, tree        that show it (certificate_holds.c)
//     plan:                              groups in their order (proof_plan.c)
//       - "dram[Q K V O] for h:1 ... { scores: ... mac } { values: ... mac }"
//     value: 2984000                     what the plan takes
//     bound: 2980000                     what every plan takes at least
//
// Value and bound are calculated here; those of the file have to be the same.
#include "proof/certificate_plan.h"

#include "proof/certificate_family.h"
#include "proof/certificate_holds.h"
#include "proof/proof_plan.h"

#include <inttypes.h>
#include <string.h>

static bool refuse(const aug_reader *reader, const aug_node *node, const char *why) {
    aug_node_error(reader->errors, node, "%s", why);
    return false;
}

static bool read_figure(const aug_reader *reader, const aug_node *map, const char *key, aug_wide *figure) {
    const char *text;
    if (!aug_certificate_text(reader, map, key, &text))
        return false;
    aug_words words = {text, true};
    *figure = aug_words_wide(&words);
    return aug_words_end(&words) || refuse(reader, map, "a figure that is none");
}

// ---- What einsums take at least

// `S buffer P buffer`.
static bool read_homes(const aug_reader *reader, const aug_node *item, const aug_proof *proof, int8_t *home) {
    const char *text;
    memset(home, -1, AUG_PROBLEM_TENSORS);
    if (!aug_certificate_text(reader, item, "homes", &text))
        return false;
    aug_words words = {text, true};
    while (text[strspn(text, " ")] && !aug_words_end(&words)) {
        int tensor = aug_proof_tensor(proof->problem, aug_words_next(&words, reader->arena)), memory = 0;
        const char *name = aug_words_next(&words, reader->arena);
        while (memory < proof->memory_count && strcmp(proof->problem->memories[memory].name, name) != 0)
            memory++;
        if (!words.good || tensor < 0 || !aug_proof_may_be_home(proof, tensor, memory))
            return refuse(reader, item, "no home of a tensor that passes between einsums");
        home[tensor] = (int8_t)memory;
    }
    return true;
}

static bool read_floor(const aug_reader *reader, const aug_node *item, const aug_proof_chain *chain,
                       aug_proof_einsum *einsum, aug_count *nodes) {
    aug_proof_floor *floor = &einsum->floors[einsum->floor_count];
    aug_count own;
    if (item->kind != AUG_NODE_MAP || einsum->floor_count == AUG_PROOF_FLOORS)
        return refuse(reader, item, "not what an einsum takes at least, or too many of them");
    if (!read_homes(reader, item, einsum->proof, floor->home) || !read_figure(reader, item, "value", &floor->least))
        return false;
    aug_proof_own *relaxed = AUG_NEW(reader->arena, aug_proof_own);
    aug_proof *proof = aug_proof_relax(einsum->proof, floor->home, relaxed) ? &relaxed->proof : NULL;
    bool is_energy = chain->objective == AUG_OBJECTIVE_ENERGY;
    if (!proof || floor->least >= (is_energy ? AUG_PROOF_FIGURE : (aug_wide)1 << 53))
        return refuse(reader, item, "more than a certificate speaks of");
    proof->objective = chain->objective;
    proof->point_count = 1;
    proof->points[0] = (aug_proof_point){is_energy ? floor->least : 0, is_energy ? 0 : (aug_count)floor->least};
    if (!aug_certificate_holds(reader, item, proof, &own))
        return false;
    *nodes += own;
    einsum->floor_count++;
    return true;
}

// ---- Einsums

static bool read_einsum(const aug_reader *reader, const aug_node *item, aug_proof_chain *chain) {
    aug_proof_einsum *einsum = &chain->einsums[chain->count];
    aug_proof *proof = AUG_NEW(reader->arena, aug_proof);
    aug_wide repeats;
    if (item->kind != AUG_NODE_MAP || chain->count == AUG_PROOF_EINSUMS)
        return refuse(reader, item, "not an einsum, or too many of them");
    if (!aug_certificate_text(reader, item, "name", &einsum->name) ||
        !read_figure(reader, item, "repeats", &repeats) ||
        !aug_certificate_read(reader, item, AUG_NEW(reader->arena, aug_problem), proof))
        return false;
    if (aug_node_get(item, "limits") || repeats < 1 || repeats > AUG_PROOF_REPEATS)
        return refuse(reader, item, "an einsum that certificates of plans do not speak of: its limits or its repeats");
    einsum->repeats = (aug_count)repeats;
    einsum->proof = proof;
    chain->count++;
    return true;
}

static bool read_chain(const aug_reader *reader, const aug_node *root, aug_proof_chain *chain) {
    const aug_node *objective = aug_certificate_get(reader, root, "objective"), *items = aug_node_get(root, "einsums");
    int word = 0;
    if (!objective || !aug_scalar_word(reader, objective, aug_objective_names, &word) ||
        !aug_certificate_text(reader, root, "running", &chain->running))
        return false;
    chain->objective = (aug_objective)word;
    if (!items || items->kind != AUG_NODE_LIST || !items->first)
        return refuse(reader, root, "not a list of einsums");
    for (const aug_node *item = items->first; item; item = item->next)
        if (!read_einsum(reader, item, chain))
            return false;
    const char *why = aug_proof_chain_cannot(chain);
    return !why || refuse(reader, root, why);
}

static bool read_floors(const aug_reader *reader, const aug_node *root, aug_proof_chain *chain, aug_count *nodes) {
    int e = 0;
    for (const aug_node *item = aug_node_get(root, "einsums")->first; item; item = item->next, e++) {
        const aug_node *floors = aug_certificate_get(reader, item, "least");
        if (!floors)
            return false;
        for (const aug_node *floor = floors->first; floor; floor = floor->next)
            if (!read_floor(reader, floor, chain, &chain->einsums[e], nodes))
                return false;
    }
    return true;
}

// ---- The plan

// What the groups of the plan take together, and how many they are.
static bool read_plan(const aug_reader *reader, const aug_node *root, const aug_proof_chain *chain, aug_wide *value,
                      int *groups) {
    const aug_node *plan = aug_node_get(root, "plan");
    int first = 0;
    *value = 0;
    *groups = 0;
    for (const aug_node *group = plan->first; group; group = group->next) {
        aug_wide figure;
        if (!aug_proof_plan_group(reader, group, chain, &first, &figure))
            return false;
        *value += figure;
        ++*groups;
    }
    return first == chain->count || refuse(reader, plan, "the plan does not run all einsums");
}

static const char *name_figure(const aug_reader *reader, const aug_proof_chain *chain, aug_wide figure) {
    if (chain->objective == AUG_OBJECTIVE_LATENCY)
        return aug_arena_print(reader->arena, "%" PRIu64 " cycles", (uint64_t)figure);
    double joules = (double)figure * 1e-24; // units of 10^-12 pJ
    return joules < 1e-6   ? aug_arena_print(reader->arena, "%.6g nJ", joules * 1e9)
           : joules < 1e-3 ? aug_arena_print(reader->arena, "%.6g uJ", joules * 1e6)
                           : aug_arena_print(reader->arena, "%.6g mJ", joules * 1e3);
}

const char *aug_certificate_plan_check(const aug_reader *reader, const aug_node *root) {
    aug_proof_chain *chain = AUG_NEW(reader->arena, aug_proof_chain);
    aug_wide value, bound, told_value, told_bound;
    aug_count nodes = 0;
    int groups;
    if (!read_chain(reader, root, chain) || !read_plan(reader, root, chain, &value, &groups) ||
        !read_floors(reader, root, chain, &nodes) || !aug_certificate_families(reader, root, chain, &nodes) || !read_figure(reader, root, "value", &told_value) ||
        !read_figure(reader, root, "bound", &told_bound))
        return NULL;
    bound = aug_proof_chain_bound(chain);
    if (value != told_value || bound != told_bound || value < bound) {
        refuse(reader, root, value != told_value ? "the plan does not take what is claimed"
                                                 : "the bound is not what the floors of the einsums come to");
        return NULL;
    }
    const char *less = bound == value ? "less"
                                      : aug_arena_print(reader->arena, "less than %s (%.2g %% below)",
                                                        name_figure(reader, chain, bound),
                                                        100.0 * (double)(value - bound) / (double)value);
    return aug_arena_print(reader->arena,
                           "%d einsums in %d group%s take %s; no plan%s takes %s, fused or not, proven in %" PRIu64 " nodes",
                           chain->count, groups, groups == 1 ? "" : "s", name_figure(reader, chain, value),
                           chain->objective == AUG_OBJECTIVE_LATENCY ? " in turns" : "", less, nodes);
}
