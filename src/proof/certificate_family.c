// Floors by families, key by key:
//
//     families:
//       - run: 1 2                       einsums 1 to 2, fused
//         order: this                    loops stand in the order of steps, outermost first; any: in any
//         steps: m 4 16 a 1 8            of the shared loop over m no less than 4 and no more than 16; 1: there is none
//         cases:
//           - einsum: 1
//             homes: "T buffer B buffer" T passes and is at home there; a tile of B stays there over shared loops
//             value: 1000                what is left takes at least
//             nodes, floors, tree        that show it
//
// What the run takes is the least sum of cases, one of each einsum, whose tiles that stay fit together.
#include "proof/certificate_family.h"

#include "proof/certificate_holds.h"

#include <string.h>

enum { CASES = AUG_PROOF_CASES };

typedef struct family_reader {
    const aug_reader *reader;
    const aug_proof_chain *chain;
    aug_proof_family *family;
    int count;
    aug_proof_figure cases[CASES];
    aug_proof_case made; // the one that is read
} family_reader;

static bool refuse(const aug_reader *reader, const aug_node *node, const char *why) {
    aug_node_error(reader->errors, node, "%s", why);
    return false;
}

// ---- Steps

static bool read_steps(const family_reader *r, const aug_node *item) {
    const char *run, *steps, *order;
    aug_proof_family *family = r->family;
    if (!aug_certificate_text(r->reader, item, "run", &run) || !aug_certificate_text(r->reader, item, "steps", &steps) ||
        !aug_certificate_text(r->reader, item, "order", &order))
        return false;
    aug_words words = {run, true};
    int first = (int)aug_words_count(&words, 1, (aug_count)r->chain->count);
    int last = (int)aug_words_count(&words, (aug_count)first, (aug_count)r->chain->count);
    if (!aug_words_end(&words) || !aug_proof_family_begin(r->chain, first - 1, last - 1, family))
        return refuse(r->reader, item, "einsums that cannot be fused");
    words = (aug_words){steps, true};
    for (int i = 0; i < family->rank_count && words.good; i++) {
        words.good &= aug_proof_family_put(family, i, aug_words_next(&words, r->reader->arena));
        family->least[i] = aug_words_count(&words, 1, family->sizes[i]);
        family->most[i] = aug_words_count(&words, family->least[i], family->sizes[i]);
    }
    family->is_ordered = strcmp(order, "this") == 0;
    return (aug_words_end(&words) && (family->is_ordered || strcmp(order, "any") == 0) && aug_proof_family_settle(family)) ||
           refuse(r->reader, item, "not the ranks that these einsums may share, or no steps of them");
}

// ---- Cases

static bool read_homes(const family_reader *r, const aug_node *item, aug_proof_figure *into) {
    const aug_proof *proof = r->chain->einsums[into->einsum].proof;
    const char *text;
    memset(into->home, -1, sizeof into->home);
    if (!aug_certificate_text(r->reader, item, "homes", &text))
        return false;
    aug_words words = {text, true};
    while (text[strspn(text, " ")] && !aug_words_end(&words)) {
        int tensor = aug_proof_tensor(proof->problem, aug_words_next(&words, r->reader->arena)), memory = 0;
        const char *name = aug_words_next(&words, r->reader->arena);
        while (memory < proof->memory_count && strcmp(proof->problem->memories[memory].name, name) != 0)
            memory++;
        if (!words.good || tensor < 0 || memory == proof->memory_count)
            return refuse(r->reader, item, "no tensor or no memory of the einsum");
        into->home[tensor] = (int8_t)memory;
    }
    return true;
}

// Whether these are homes of some case: only those are shown to be what they are taken for.
static bool is_same(void *context, const int8_t *home) {
    const aug_proof_figure *of = context;
    return memcmp(of->home, home, sizeof of->home) != 0;
}

static bool read_case(family_reader *r, const aug_node *item, aug_count *nodes) {
    aug_proof_figure *into = &r->cases[r->count];
    const char *einsum, *value;
    aug_proof *proof = &r->made.left.proof;
    aug_count own;
    if (item->kind != AUG_NODE_MAP || r->count == CASES)
        return refuse(r->reader, item, "not a case, or too many of them");
    if (!aug_certificate_text(r->reader, item, "einsum", &einsum) || !aug_certificate_text(r->reader, item, "value", &value))
        return false;
    aug_words first = {einsum, true}, second = {value, true};
    into->einsum = (int)aug_words_count(&first, (aug_count)r->family->first + 1, (aug_count)r->family->last + 1) - 1;
    aug_wide least = aug_words_wide(&second);
    if (!aug_words_end(&first) || !aug_words_end(&second) || least >= AUG_PROOF_FIGURE)
        return refuse(r->reader, item, "not an einsum of the run, or no figure");
    if (!read_homes(r, item, into))
        return false;
    if (aug_proof_family_cases(r->chain, r->family, into->einsum, is_same, into) ||
        !aug_proof_family_case(r->chain, r->family, into->einsum, into->home, &r->made))
        return refuse(r->reader, item, "no case of the einsum");
    proof->objective = r->chain->objective;
    proof->point_count = 1;
    proof->points[0] = (aug_proof_point){least, 0};
    if (!aug_certificate_holds(r->reader, item, proof, &own))
        return false;
    *nodes += own;
    into->figure = aug_proof_family_figure(&r->made, least);
    r->count++;
    return true;
}

static bool read_family(family_reader *r, const aug_node *item, aug_count *nodes) {
    const aug_node *cases = item->kind == AUG_NODE_MAP ? aug_certificate_get(r->reader, item, "cases") : NULL;
    if (!cases || !read_steps(r, item))
        return cases ? false : refuse(r->reader, item, "not a family of shared loops");
    r->count = 0;
    for (const aug_node *of = cases->first; of; of = of->next)
        if (!read_case(r, of, nodes))
            return false;
    r->family->floor = aug_proof_family_floor(r->chain, r->family, r->cases, r->count);
    return true;
}

bool aug_certificate_families(const aug_reader *reader, const aug_node *root, aug_proof_chain *chain, aug_count *nodes) {
    const aug_node *items = aug_node_get(root, "families");
    family_reader *r = AUG_NEW(reader->arena, family_reader);
    if (!items)
        return true;
    if (chain->objective != AUG_OBJECTIVE_ENERGY || items->kind != AUG_NODE_LIST || items->count > AUG_PROOF_FAMILIES)
        return refuse(reader, root, "families are of energy, and no more than 256");
    chain->families = AUG_NEW_ARRAY(reader->arena, aug_proof_family, AUG_PROOF_FAMILIES);
    *r = (family_reader){.reader = reader, .chain = chain};
    for (const aug_node *item = items->first; item; item = item->next) {
        r->family = &chain->families[chain->family_count];
        if (!read_family(r, item, nodes))
            return false;
        chain->family_count++;
    }
    return true;
}
