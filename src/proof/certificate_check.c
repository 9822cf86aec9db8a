// A certificate holds where its mappings are mappings, cost what is claimed, and the tree closes.
//
// The tree is read by certificate_holds.c.
//
// Of several einsums `einsums` has one such map for each, with its `name` and its `repeats`, and `total` is
// the sum of repeats times what is claimed; products and fronts do not add up, and have none.
//
// Where tiles need not divide (proof_short.h) there are `within`, the parts of a million that may be missed, in all and
// where no places are idle, and `short`, the nodes as proof_short_read.c reads them, instead of `tree` and `floors`.
//
// Nothing of the search is used. Every bound is calculated here; the file only says where to split.
#include "proof/certificate_check.h"

#include "proof/certificate_holds.h"
#include "proof/certificate_plan.h"
#include "proof/certificate_read.h"
#include "proof/proof_short_read.h"
#include "mapper/restriction_check.h"

#include <inttypes.h>
#include <string.h>

// ---- What is claimed

// A mapping, evaluated again: what it costs is what is claimed.
static bool read_point(const aug_reader *reader, const aug_node *item, aug_proof *proof) {
    aug_mapping *mapping = AUG_NEW(reader->arena, aug_mapping);
    aug_cost *cost = AUG_NEW(reader->arena, aug_cost);
    const char *energy, *cycles;
    const aug_node *nest = aug_certificate_get(reader, item, "mapping");
    if (!aug_certificate_text(reader, item, "energy", &energy) || !aug_certificate_text(reader, item, "cycles", &cycles) || !nest ||
        !aug_mapping_parse(reader, nest, proof->problem, mapping) ||
        !aug_mapping_check(reader, nest, proof->problem, mapping))
        return false;
    aug_words first = {energy, true}, second = {cycles, true};
    aug_proof_point point = {aug_words_wide(&first), aug_words_count(&second, 1, (aug_count)1 << 53)};
    bool fits = aug_cost_evaluate(proof->problem, mapping, aug_cost_scratch_new(reader->arena), cost);
    if (!aug_words_end(&first) || !aug_words_end(&second) || !fits ||
        !aug_restriction_holds(proof->problem, &proof->limits, mapping, cost) ||
        aug_proof_price(proof, cost) != point.energy || cost->cycles != (double)point.cycles) {
        aug_node_error(reader->errors, nest, "the mapping does not fit, is not one of those asked for, or does not cost what is claimed");
        return false;
    }
    proof->points[proof->point_count++] = point;
    return true;
}

static bool read_points(const aug_reader *reader, const aug_node *root, aug_proof *proof) {
    const aug_node *points = aug_certificate_get(reader, root, "points");
    int word = 0;
    const aug_node *objective = aug_certificate_get(reader, root, "objective");
    if (!objective || !aug_scalar_word(reader, objective, aug_objective_names, &word))
        return false;
    proof->objective = (aug_objective)word;
    aug_count most = word == AUG_OBJECTIVE_FRONT ? AUG_PROOF_POINTS : 1;
    if (!points || points->kind != AUG_NODE_LIST || points->count < 1 || points->count > most) {
        aug_node_error(reader->errors, root, "a certificate claims one mapping, or a front of at most %d",
                       AUG_PROOF_POINTS);
        return false;
    }
    for (const aug_node *item = points->first; item; item = item->next)
        if (!read_point(reader, item, proof))
            return false;
    return true;
}

// Of short tiles.
static bool check_short(const aug_reader *reader, const aug_node *map, aug_proof *proof, aug_count *nodes) {
    const char *within, *count, *text;
    if (!aug_certificate_text(reader, map, "within", &within) || !aug_certificate_text(reader, map, "nodes", &count) ||
        !aug_certificate_text(reader, map, "short", &text))
        return false;
    aug_words first = {within, true}, second = {count, true};
    proof->within = (unsigned)aug_words_count(&first, 0, 999999);
    proof->whole = (unsigned)aug_words_count(&first, 0, proof->within);
    aug_count told = aug_words_count(&second, 0, (aug_count)1 << 40);
    const char *why = aug_proof_short_cannot(proof->problem, proof->objective, &proof->limits);
    if (!aug_words_end(&first) || !aug_words_end(&second) || why) {
        aug_node_error(reader->errors, map, "%s", why ? why : "a certificate whose number of nodes is none");
        return false;
    }
    if (aug_proof_short_holds(proof, text, nodes) && *nodes == told)
        return true;
    aug_node_error(reader->errors, map, "the proof does not hold: a mapping may be better than what is claimed at node %" PRIu64 " of %" PRIu64,
                   *nodes, told);
    return false;
}

// The proof of one einsum, with what it claims. False with errors added where it does not hold.
static bool check_one(const aug_reader *reader, const aug_node *map, aug_proof *proof, aug_count *nodes) {
    aug_problem *problem = AUG_NEW(reader->arena, aug_problem);
    if (!aug_certificate_read(reader, map, problem, proof) || !read_points(reader, map, proof))
        return false;
    proof->is_short = aug_node_get(map, "short") != NULL;
    if (proof->is_short)
        return check_short(reader, map, proof, nodes);
    return aug_certificate_holds(reader, map, proof, nodes);
}

// ---- What it says

// Of short tiles: how much less another mapping might take.
static const char *within_of(const aug_reader *reader, unsigned parts) {
    return parts ? aug_arena_print(reader->arena, " to within %.4g %%", 1e-4 * parts) : "";
}

// ---- Several

typedef struct sum {
    int objective;
    bool adds; // energies and cycles; of products and fronts each is proven by itself
    aug_wide total;
    aug_count einsums, nodes; // einsums: repeats included
    unsigned within;          // the most that may be missed of one
} sum;

// False with an error added where an item does not hold or is not of what is summed.
static bool add_item(const aug_reader *reader, const aug_node *item, sum *all) {
    aug_proof *proof = AUG_NEW(reader->arena, aug_proof);
    const char *repeats;
    aug_count nodes;
    if (item->kind != AUG_NODE_MAP) {
        aug_node_error(reader->errors, item, "expected the proof of an einsum");
        return false;
    }
    if (!aug_certificate_text(reader, item, "repeats", &repeats) || !check_one(reader, item, proof, &nodes))
        return false;
    aug_words words = {repeats, true};
    aug_count times = aug_words_count(&words, 1, (aug_count)1 << 40);
    aug_wide figure = !all->adds                                 ? 0
                      : all->objective == AUG_OBJECTIVE_ENERGY ? proof->points[0].energy
                                                               : proof->points[0].cycles;
    if (!aug_words_end(&words) || (int)proof->objective != all->objective ||
        figure > (AUG_PROOF_TOTAL - all->total) / times) {
        aug_node_error(reader->errors, item, "not a part of a sum: its objective or its repeats");
        return false;
    }
    all->within = proof->within > all->within ? proof->within : all->within;
    all->total += figure * times;
    all->einsums += times;
    all->nodes += nodes;
    return true;
}

static bool is_total(const aug_reader *reader, const aug_node *root, const sum *all) {
    const char *total;
    if (!aug_certificate_text(reader, root, "total", &total))
        return false;
    aug_words words = {total, true};
    if (aug_words_wide(&words) == all->total && aug_words_end(&words))
        return true;
    aug_node_error(reader->errors, root, "the total is not the sum of what the einsums come to");
    return false;
}

static const char *check_all(const aug_reader *reader, const aug_node *root, const aug_node *items) {
    const aug_node *objective = aug_certificate_get(reader, root, "objective");
    sum all = {0};
    if (!objective || !aug_scalar_word(reader, objective, aug_objective_names, &all.objective))
        return NULL;
    all.adds = all.objective == AUG_OBJECTIVE_ENERGY || all.objective == AUG_OBJECTIVE_LATENCY;
    if (items->kind != AUG_NODE_LIST || !items->first) {
        aug_node_error(reader->errors, root, "not a list of einsums");
        return NULL;
    }
    for (const aug_node *item = items->first; item; item = item->next)
        if (!add_item(reader, item, &all))
            return NULL;
    if (all.adds && !is_total(reader, root, &all))
        return NULL;
    return aug_arena_print(reader->arena,
                           "%s of %s%" PRIu64 " einsums, %d of them distinct, proven%s in %" PRIu64 " nodes",
                           aug_objective_names[all.objective], all.adds ? "" : "each of ", all.einsums,
                           items->count, within_of(reader, all.within), all.nodes);
}

const char *aug_certificate_check(const aug_reader *reader, const aug_document *document) {
    const aug_node *root = document->root, *items = aug_node_get(root, "einsums");
    aug_proof *proof = AUG_NEW(reader->arena, aug_proof);
    aug_count nodes;
    if (aug_node_get(root, "plan"))
        return aug_certificate_plan_check(reader, root);
    if (items)
        return check_all(reader, root, items);
    if (!check_one(reader, root, proof, &nodes))
        return NULL;
    return aug_arena_print(reader->arena, "%s of %d mapping%s proven%s in %" PRIu64 " nodes",
                           proof->objective == AUG_OBJECTIVE_FRONT ? "the front"
                                                                   : aug_objective_names[proof->objective],
                           proof->point_count, proof->point_count == 1 ? "" : "s",
                           within_of(reader, proof->within), nodes);
}
