// Sections are collected from all documents first; then they are read in the order in which they need each
// other.
#include "interchange/timeloop.h"

#include "base/spelling.h"
#include "interchange/timeloop_keys.h"
#include "interchange/timeloop_parts.h"

#include <math.h>
#include <string.h>

typedef enum section_kind {
    SECTION_MACHINE,
    SECTION_PROBLEM,
    SECTION_ENERGIES,
    SECTION_AREAS,
    SECTION_SPARSE,
    SECTION_MAPPING,
    SECTION_BOUNDS,
    SECTION_MACHINE_BOUNDS,
    SECTION_SEARCH,
    SECTION_COUNT
} section_kind;

static const char *const section_names[SECTION_COUNT + 1] = {"architecture",
                                                             "problem",
                                                             "ERT",
                                                             "ART",
                                                             "sparse_optimizations",
                                                             "mapping",
                                                             "mapspace_constraints",
                                                             "architecture_constraints",
                                                             "mapper",
                                                             NULL};

typedef struct sections {
    const aug_node *nodes[SECTION_COUNT];
} sections;

static void report_unknown(const aug_reader *reader, const aug_node *node) {
    aug_spelling spelling = {.wanted = node->key};
    for (int i = 0; section_names[i]; i++)
        aug_spelling_offer(&spelling, section_names[i]);
    aug_error *error = aug_node_key_error(reader->errors, node, "unknown section '%.60s'", node->key);
    if (spelling.nearest)
        aug_error_hint(error, "did you mean '%s'?", spelling.nearest);
    else
        aug_error_hint(
            error,
            "sections: architecture, ERT, ART, problem, mapping, sparse_optimizations, mapspace_constraints");
}

static bool add_section(const aug_reader *reader, const aug_node *node, sections *found) {
    int at = 0;
    while (at < SECTION_COUNT && !aug_timeloop_same(section_names[at], node->key))
        at++;
    if (at == SECTION_COUNT) {
        report_unknown(reader, node);
        return false;
    }
    const aug_node *before = found->nodes[at];
    if (before) {
        aug_error *error = aug_node_key_error(reader->errors, node, "a second section '%.60s'", node->key);
        aug_error_hint(error, "the first one stands in %s:%u", before->document->name, before->key_line);
        return false;
    }
    found->nodes[at] = node;
    return true;
}

static bool collect(const aug_reader *reader, const aug_document *document, sections *found) {
    const aug_node *root = document->root;
    if (!root || root->kind != AUG_NODE_MAP) {
        const aug_place nowhere = {.file = document->name, .line = 1, .column = 1};
        aug_error *error =
            root ? aug_node_error(reader->errors, root, "expected a map of sections, found %s",
                                  aug_node_noun(reader->arena, root))
                 : aug_error_add(reader->errors, &nowhere, "expected a map of sections, found an empty file");
        aug_error_hint(error, "a file of Timeloop begins with 'architecture:', 'problem:', 'mapping:', ...");
        return false;
    }
    const aug_node *own = aug_node_peek(root, "auger");
    if (own) {
        aug_error *error = aug_node_key_error(reader->errors, own, "a file of Auger, not of Timeloop");
        aug_error_hint(error, "it needs no import");
        return false;
    }
    bool good = true;
    for (const aug_node *node = root->first; node; node = node->next)
        good &= add_section(reader, node, found);
    return good;
}

static bool need(const aug_reader *reader, const sections *found, section_kind kind, const char *files) {
    if (found->nodes[kind])
        return true;
    aug_error *error =
        aug_error_add(reader->errors, NULL, "no section '%s' in %s", section_names[kind], files);
    aug_error_hint(error, "name all files of the case; sections may stand in any of them");
    return false;
}

static bool read_sections(aug_timeloop_design *design, const sections *found) {
    const aug_node *const *nodes = found->nodes;
    // Sections that name components and data spaces are read where these are known, so that one run shows all
    // errors.
    bool good = aug_timeloop_problem_read(design, nodes[SECTION_PROBLEM]);
    bool machine = aug_timeloop_machine_read(design, nodes[SECTION_MACHINE]);
    if (!design->machine.placed)
        return false;
    if (nodes[SECTION_ENERGIES])
        machine &= aug_timeloop_energies_read(design, nodes[SECTION_ENERGIES]);
    if (nodes[SECTION_AREAS])
        machine &= aug_timeloop_areas_read(design, nodes[SECTION_AREAS]);
    if (!good)
        return false;
    if (nodes[SECTION_SPARSE])
        good &= aug_timeloop_sparse_read(design, nodes[SECTION_SPARSE]);
    if (nodes[SECTION_MAPPING])
        good &= aug_timeloop_mapping_read(design, nodes[SECTION_MAPPING]);
    if (nodes[SECTION_MACHINE_BOUNDS])
        good &= aug_timeloop_bounds_read(design, nodes[SECTION_MACHINE_BOUNDS]);
    if (nodes[SECTION_BOUNDS])
        good &= aug_timeloop_bounds_read(design, nodes[SECTION_BOUNDS]);
    return good && machine;
}

bool aug_timeloop_convert(const aug_reader *reader, const aug_document *const *documents, int count,
                          aug_timeloop_files *files) {
    *files = (aug_timeloop_files){NULL, NULL, NULL, NULL};
    sections found = {{NULL}};
    bool good = true;
    for (int i = 0; i < count; i++)
        good &= collect(reader, documents[i], &found);
    const char *where = count == 1 ? documents[0]->name : "these files";
    if (!good || !need(reader, &found, SECTION_MACHINE, where) ||
        !need(reader, &found, SECTION_PROBLEM, where))
        return false;
    aug_timeloop_design *design = AUG_NEW(reader->arena, aug_timeloop_design);
    design->reader = reader;
    design->bounds.min_utilization = (double)NAN;
    if (!read_sections(design, &found))
        return false;
    aug_timeloop_files made = {NULL, NULL, NULL, NULL};
    if (found.nodes[SECTION_BOUNDS] || found.nodes[SECTION_MACHINE_BOUNDS]) {
        made.constraints = aug_timeloop_bounds_write(design);
        if (!made.constraints)
            return false;
    }
    made.machine = aug_timeloop_machine_write(design);
    made.workload = aug_timeloop_workload_write(design);
    made.mapping = found.nodes[SECTION_MAPPING] ? aug_timeloop_mapping_write(design) : NULL;
    *files = made;
    return true;
}

bool aug_timeloop_import(const aug_reader *reader, const char *const *paths, int count,
                         aug_timeloop_files *files) {
    *files = (aug_timeloop_files){NULL, NULL, NULL, NULL};
    const aug_document **documents = AUG_NEW_ARRAY(reader->arena, const aug_document *, (size_t)count);
    bool good = true;
    for (int i = 0; i < count; i++) {
        documents[i] = aug_document_load(reader->arena, reader->errors, paths[i]);
        good = good && documents[i];
    }
    return good && aug_timeloop_convert(reader, documents, count, files);
}
