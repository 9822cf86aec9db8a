// Any bytes as a YAML or JSON document.
#include "fuzz.h"

static void walk(const aug_document *document, const aug_node *node, unsigned depth) {
    fuzz_require(depth <= AUG_DOCUMENT_DEPTH, "a document is no deeper than its limit");
    fuzz_require(node->document == document, "a node knows its document");
    fuzz_require((node->kind == AUG_NODE_SCALAR) == (node->text != NULL), "a scalar, and nothing else, has a text");
    unsigned count = 0, weight = 1;
    for (const aug_node *child = node->first; child; child = child->next) {
        fuzz_require((node->kind == AUG_NODE_MAP) == (child->key != NULL), "a member of a map, and nothing else, has a key");
        walk(document, child, depth + 1);
        count++;
        weight += child->weight;
    }
    fuzz_require(count == node->count, "a node counts its children");
    fuzz_require(weight == node->weight, "a node counts what is below it");
}

static void read_document(fuzz_ground *ground, const char *text, size_t length) {
    const aug_document *document = aug_document_parse(&ground->arena, &ground->errors, "input.yaml", text, length);
    fuzz_require_errors(ground, document != NULL);
    if (!document || !document->root)
        return;
    walk(document, document->root, 0);
    const aug_node *copy = aug_node_copy(&ground->arena, document->root);
    fuzz_require(copy->count == document->root->count, "a copy has the same children");
    aug_node_noun(&ground->arena, document->root);
    aug_document_kind(document);
}

FUZZ_TARGET(read_document)
