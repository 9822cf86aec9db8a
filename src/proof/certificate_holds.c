// `tree` has one bit per node in the order of proof_tree.c, four in a hexadecimal digit, the first the
// highest; `nodes` is their number; `floors` has one number for each memory whose tree the walk comes to:
// what that shows. Example: 1 0 0 0 is the digit 8: a keeping that is split, then three closed nodes below
// it.
#include "proof/certificate_holds.h"

#include <inttypes.h>
#include <string.h>

// NULL with an error added where there is no such key.
const aug_node *aug_certificate_get(const aug_reader *reader, const aug_node *map, const char *key) {
    const aug_node *node = aug_node_get(map, key);
    if (!node)
        aug_node_error(reader->errors, map, "a certificate without '%s'", key);
    return node;
}

bool aug_certificate_text(const aug_reader *reader, const aug_node *map, const char *key, const char **text) {
    const aug_node *node = aug_certificate_get(reader, map, key);
    return node && aug_scalar_text(reader, node, text);
}

typedef struct bits {
    const char *text; // hexadecimal digits
    aug_count at, count;
    aug_words floors;
    aug_proof *proof;
} bits;

// ---- The tree

static int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool next_bit(void *context, bool closed, bool *split) {
    bits *b = context;
    (void)closed;
    if (b->at >= b->count)
        return false;
    *split = digit(b->text[b->at / 4]) >> (3 - b->at % 4) & 1;
    b->at++;
    return true;
}

// What the file says about the edges into a memory, once its tree has shown it.
static bool next_floor(void *context, const void *partial, int memory, aug_wide rest, double cycles,
                       aug_wide *least) {
    bits *b = context;
    (void)rest;
    (void)cycles;
    *least = b->proof->target = aug_words_wide(&b->floors);
    return b->floors.good && aug_proof_walk_memory(b->proof, partial, memory);
}

static bool open_leaf(void *context, aug_wide price) {
    (void)context;
    (void)price;
    return false;
}

static bool holds(aug_proof *proof, bits *b) {
    size_t length = strlen(b->text);
    if (length != strspn(b->text, "0123456789abcdef") || length != b->count / 4 + (b->count % 4 != 0))
        return false;
    b->proof = proof;
    proof->context = b;
    proof->next = next_bit;
    proof->floor = next_floor;
    proof->leaf = open_leaf;
    return aug_proof_walk(proof) && b->at == b->count && aug_words_end(&b->floors);
}

// ---- All of it

static bool read_tree(const aug_reader *reader, const aug_node *root, bits *b) {
    const char *nodes;
    if (!aug_certificate_text(reader, root, "nodes", &nodes) || !aug_certificate_text(reader, root, "tree", &b->text) ||
        !aug_certificate_text(reader, root, "floors", &b->floors.at))
        return false;
    aug_words words = {nodes, true};
    b->floors.good = true;
    b->count = aug_words_count(&words, 1, (aug_count)1 << 40);
    if (aug_words_end(&words))
        return true;
    aug_node_error(reader->errors, root, "a certificate whose number of nodes is none");
    return false;
}

bool aug_certificate_holds(const aug_reader *reader, const aug_node *map, aug_proof *proof, aug_count *nodes) {
    bits b = {0};
    if (!read_tree(reader, map, &b))
        return false;
    *nodes = b.count;
    if (holds(proof, &b))
        return true;
    aug_node_error(reader->errors, map, "the proof does not hold: %s at node %" PRIu64 " of %" PRIu64,
                   b.at == b.count ? "it ends, or goes on," : "a mapping may be better than what is claimed",
                   b.at, b.count);
    return false;
}
